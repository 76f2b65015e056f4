//! Goes back to the committed offsets after a transaction was given up.
//!
//! The publishing thread ends every epoch at once: from then on their messages count for
//! nothing, and the consumer's further messages are turned away. The consuming thread, which alone may
//! move the client's position, then seeks each partition to its committed offset and begins new epochs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rdkafka::consumer::Consumer as _;
use rdkafka::error::KafkaResult;
use rdkafka::{Offset, TopicPartitionList};

use super::assignment::{Assignment, PartitionEpoch};
use super::group::GroupConsumer;
use super::in_flight_budget::InFlightBudget;
use super::shared::Shared;

/// How long the broker may take to tell the committed offsets, and to seek, before it is asked again.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// The request to go back, from one thread to the other.
pub(super) struct Rewind {
    pub assignment: Arc<Assignment>,
    budget: Arc<InFlightBudget>,
    asked: AtomicBool,
}

impl Rewind {
    pub(super) fn new(shared: &Shared) -> Self {
        Rewind {
            assignment: Arc::clone(&shared.assignment),
            budget: Arc::clone(&shared.budget),
            asked: AtomicBool::new(false),
        }
    }

    /// Ends every epoch.
    pub(super) fn invalidate_epochs(&self) {
        for epoch in self.assignment.all() {
            epoch.invalidate();
        }
        self.budget.notify();
    }

    /// Asks the consuming thread to begin new ones.
    pub(super) fn ask(&self) {
        self.asked.store(true, Ordering::Release);
    }

    pub(super) fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Acquire)
    }

    /// Does what was asked, if anything was; whether it was. On the consuming thread only.
    ///
    /// # Errors
    /// When the broker does not answer; to be tried again.
    pub(super) fn serve(&self, consumer: &GroupConsumer) -> KafkaResult<bool> {
        // Taken back first: a request that comes while this one is served must not be lost with it.
        if !self.asked.swap(false, Ordering::AcqRel) {
            return Ok(false);
        }
        let served = self.go_back(consumer);
        if served.is_err() {
            self.ask();
        }
        served.map(|()| true)
    }

    fn go_back(&self, consumer: &GroupConsumer) -> KafkaResult<()> {
        let dead: Vec<Arc<PartitionEpoch>> = self
            .assignment
            .all()
            .into_iter()
            .filter(|e| !e.is_current())
            .collect();
        let mut places = TopicPartitionList::with_capacity(dead.len());
        for epoch in &dead {
            places.add_partition(&epoch.topic, epoch.partition);
        }
        let committed = match dead.is_empty() {
            true => places,
            false => consumer.committed_offsets(places, ANSWER_TIMEOUT)?,
        };
        for epoch in dead {
            let place = committed.find_partition(&epoch.topic, epoch.partition);
            let to = match place.map(|p| p.offset()) {
                Some(Offset::Offset(offset)) => Some(offset),
                // Never committed: where this worker began. Nothing taken yet: nowhere to go back from.
                _ => epoch.start(),
            };
            if let Some(to) = to {
                consumer.seek(
                    &epoch.topic,
                    epoch.partition,
                    Offset::Offset(to),
                    ANSWER_TIMEOUT,
                )?;
            }
            self.assignment.renew(&epoch, to);
        }
        Ok(())
    }
}
