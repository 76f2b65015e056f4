//! The agency the copy comes from, and how that is known.

use super::{Known, Outcome, Stage, StageError};
use crate::pipeline::Budget;

pub struct OriginStage;

impl Stage for OriginStage {
    fn name(&self) -> &'static str {
        "origin"
    }

    fn reads(&self) -> &'static [&'static str] {
        &[]
    }

    fn run(&self, _known: &Known, _budget: &Budget) -> Result<Outcome, StageError> {
        Ok(Outcome::Skipped("not yet written"))
    }
}
