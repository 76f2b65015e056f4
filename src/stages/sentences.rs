//! Sentences with exact offsets.

use super::{Known, Outcome, Stage, StageError};
use crate::pipeline::Budget;

pub struct SentencesStage;

impl Stage for SentencesStage {
    fn name(&self) -> &'static str {
        "sentences"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["tokens"]
    }

    fn run(&self, _known: &Known, _budget: &Budget) -> Result<Outcome, StageError> {
        Ok(Outcome::Skipped("not yet written"))
    }
}
