//! Money, percentages, counts and measures, normalised.

use super::{Known, Outcome, Stage, StageError};
use crate::pipeline::Budget;

pub struct AmountsStage;

impl Stage for AmountsStage {
    fn name(&self) -> &'static str {
        "amounts"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["tokens", "sentences", "language"]
    }

    fn run(&self, _known: &Known, _budget: &Budget) -> Result<Outcome, StageError> {
        Ok(Outcome::Skipped("not yet written"))
    }
}
