//! Times and dates, normalised to TIMEX3.

use super::{Known, Outcome, Stage, StageError};
use crate::pipeline::Budget;

pub struct TimesStage;

impl Stage for TimesStage {
    fn name(&self) -> &'static str {
        "times"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["tokens", "sentences", "language"]
    }

    fn run(&self, _known: &Known, _budget: &Budget) -> Result<Outcome, StageError> {
        Ok(Outcome::Skipped("not yet written"))
    }
}
