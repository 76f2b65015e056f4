//! A stage that waits, for the fault tests: `COPYDESK_FAILPOINT=await:ms:300` has every article wait for some
//! 300 ms, from half of that to half as much again, as its text has it. Compiled in only with the feature
//! `failpoints`.
//!
//! Beside it: `await:calls:64` (calls in flight), `await:hang:MARKER`, `await:fail:MARKER` and
//! `await:panic:MARKER` (what becomes of a call for an article that has the marker in its text).

use std::time::Duration;

use crate::pipeline::{Budget, Call, failpoints};
use crate::stages::{AnyStage, Known, Outcome, StageError};

/// Calls in flight when nothing else is asked for.
const CALLS: usize = 64;

/// The stage, if it is asked for.
pub(super) fn stages() -> Vec<Box<dyn AnyStage>> {
    let asked = failpoints::of("await");
    let number = |action: &str| {
        let mut values = asked.iter().filter(|(a, _)| a == action);
        values.next().and_then(|(_, value)| value.parse().ok())
    };
    let Some(ms) = number("ms") else {
        return Vec::new();
    };
    vec![Box::new(Waits {
        ms,
        calls: number("calls").map_or(CALLS, |calls| calls as usize),
        asked,
    })]
}

struct Waits {
    ms: u64,
    calls: usize,
    asked: Vec<(String, String)>,
}

impl AnyStage for Waits {
    fn name(&self) -> &'static str {
        "waits"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["language"]
    }

    fn calls(&self) -> Option<usize> {
        Some(self.calls)
    }

    fn run(&self, known: &Known, _: &Budget) -> Result<Outcome, StageError> {
        let text = &known.article.text;
        let struck = self.asked.iter().find(|(action, marker)| {
            matches!(&**action, "hang" | "fail" | "panic") && text.contains(marker)
        });
        let fate = struck.map(|(action, _)| action.clone());
        let spread = text.bytes().fold(0u64, |sum, b| {
            sum.wrapping_mul(31).wrapping_add(u64::from(b))
        });
        let time = Duration::from_millis(self.ms / 2 + spread % self.ms.max(1));
        Ok(Outcome::Pending(Call::new(async move {
            tokio::time::sleep(time).await;
            match fate.as_deref() {
                Some("hang") => std::future::pending().await,
                Some("fail") => Err(StageError::Failed("asked to, by a failpoint".into())),
                Some("panic") => panic!("asked to, by a failpoint"),
                _ => Ok(Outcome::Skipped("waited")),
            }
        })))
    }
}
