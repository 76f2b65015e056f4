//! The step after all stages, where a memory across articles is shared with other processes: it makes the article's
//! entry of what will be its record, and waits for what the log decides of it.

use std::sync::PoisonError;
use std::time::Duration;

use super::assemble::assemble;
use super::message::{ArticleRun, Found};
use crate::memory::{self, Decided, Entry, RecordedLink};
use crate::pipeline::{Call, Done};
use crate::record::{EnrichedArticle, Ingest, StageReport};

/// Name of the step, as stages have theirs.
pub const MEMORY: &str = "memory";

/// How long an article waits for the memory: as long as it takes. What is published without it could not be put
/// right afterwards.
pub(super) const FOREVER: Duration = Duration::from_secs(365 * 86_400);

/// An article of which the memory has decided.
pub(super) struct Remembered {
    key: String,
    record: EnrichedArticle,
    decided: Decided,
}

impl Remembered {
    /// Its record, and what is to be recorded beside it.
    pub(super) fn finish(
        self,
        stages: Vec<StageReport>,
    ) -> (EnrichedArticle, Option<RecordedLink>) {
        let Remembered {
            key,
            mut record,
            decided:
                Decided {
                    position,
                    decision,
                    recorded,
                },
        } = self;
        let value = decision.link.to_bytes(position);
        record.stages = stages;
        decision.write(&mut record);
        (record, (!recorded).then_some(RecordedLink { key, value }))
    }
}

impl ArticleRun {
    pub(super) fn remember(&self) -> Done<Found> {
        let key = self
            .of
            .as_ref()
            .and_then(|(_, number)| key(&self.ingest, *number));
        let (Some(log), Some(key)) = (&self.inner.memory, key) else {
            return Done::Skipped("it did not come through Kafka");
        };
        let record = assemble(&self.known, self.ingest.clone(), Vec::new());
        if !memory::is_remembered(&record) {
            return Done::Skipped("it is no article");
        }
        let deciding = log.decide(key.clone(), Entry::of(&record));
        Done::Pending(Call::new(async move {
            let decided = deciding.await;
            Done::Found(Found::Remembered(Box::new(Remembered {
                key,
                record,
                decided,
            })))
        }))
    }

    pub(super) fn keep_remembered(&self, remembered: Box<Remembered>) {
        let mut place = self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *place = Some(remembered);
    }

    pub(super) fn take_remembered(&self) -> Option<Remembered> {
        let mut place = self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        place.take().map(|remembered| *remembered)
    }
}

/// Key of an article's entry: topic, partition and offset of its message, and its number there.
fn key(ingest: &Ingest, number: usize) -> Option<String> {
    let Ingest {
        topic: Some(topic),
        partition: Some(partition),
        offset: Some(offset),
        ..
    } = ingest
    else {
        return None;
    };
    Some(format!("{topic}/{partition}/{offset}/{number}"))
}
