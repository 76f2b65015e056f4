use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use super::Budget;
use crate::record::{StageReport, StageStatus};
use crate::stages::{Known, Outcome, Stage, StageError};

/// Runs all stages on one article, one after the other, on the calling thread.
pub fn run_inline(stages: &[Box<dyn Stage>], known: &Known) -> Vec<StageReport> {
    stages
        .iter()
        .map(|stage| {
            let start = Instant::now();
            let result = catch_unwind(AssertUnwindSafe(|| stage.run(known, &Budget::unlimited())));
            let (status, error) = match result {
                Ok(Ok(Outcome::Found(finding))) => {
                    known.store(finding);
                    known.credit(stage.as_ref());
                    (StageStatus::Ok, None)
                }
                Ok(Ok(Outcome::Skipped(why))) => (StageStatus::Skipped, Some(why.to_owned())),
                Ok(Err(StageError::TimedOut)) => (StageStatus::TimedOut, None),
                Ok(Err(e)) => (StageStatus::Failed, Some(e.to_string())),
                Err(_) => (StageStatus::Failed, Some("panicked".to_owned())),
            };
            StageReport {
                name: stage.name().to_owned(),
                status,
                ms: start.elapsed().as_secs_f32() * 1000.0,
                error,
            }
        })
        .collect()
}
