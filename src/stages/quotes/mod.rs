//! Quotations with their speakers.

use super::{Known, Outcome, Stage, StageError};
use crate::pipeline::Budget;

pub struct QuotesStage;

impl Stage for QuotesStage {
    fn name(&self) -> &'static str {
        "quotes"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["tokens", "sentences", "language", "entities"]
    }

    fn run(&self, _known: &Known, _budget: &Budget) -> Result<Outcome, StageError> {
        Ok(Outcome::Skipped("not yet written"))
    }
}
