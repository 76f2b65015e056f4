//! The language of the text, with a confidence.

use super::{Known, Outcome, Stage, StageError};
use crate::pipeline::Budget;

pub struct LanguageStage;

impl Stage for LanguageStage {
    fn name(&self) -> &'static str {
        "language"
    }

    fn reads(&self) -> &'static [&'static str] {
        &[]
    }

    fn run(&self, _known: &Known, _budget: &Budget) -> Result<Outcome, StageError> {
        Ok(Outcome::Skipped("not yet written"))
    }
}
