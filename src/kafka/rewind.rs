//! Goes back to the committed offsets after a transaction was given up.
//!
//! The publishing thread kills every share at once: from then on messages of the old epochs count for
//! nothing, and the consumer's further messages are turned away. The consuming thread, which alone may
//! move the client's position, then seeks each partition to its committed offset and begins new epochs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rdkafka::consumer::Consumer as _;
use rdkafka::error::KafkaResult;
use rdkafka::{Offset, TopicPartitionList};

use super::assignment::{Assignment, Share};
use super::flow::Flow;
use super::group::GroupConsumer;

/// How long the broker may take to tell the committed offsets, and to seek, before it is asked again.
const PATIENCE: Duration = Duration::from_secs(5);

/// The request to go back, from one thread to the other.
pub struct Rewind {
    pub assignment: Arc<Assignment>,
    pub flow: Arc<Flow>,
    pub asked: AtomicBool,
}

impl Rewind {
    /// Ends every epoch.
    pub fn kill_all(&self) {
        for share in self.assignment.all() {
            share.kill();
        }
        self.flow.tell();
    }

    /// Asks the consuming thread to begin new ones.
    pub fn ask(&self) {
        self.asked.store(true, Ordering::Release);
    }

    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Acquire)
    }

    /// Does what was asked, if anything was; whether it was. On the consuming thread only.
    ///
    /// # Errors
    /// When the broker does not answer; to be tried again.
    pub fn serve(&self, consumer: &GroupConsumer) -> KafkaResult<bool> {
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
        let dead: Vec<Arc<Share>> = self
            .assignment
            .all()
            .into_iter()
            .filter(|s| !s.is_alive())
            .collect();
        let mut places = TopicPartitionList::with_capacity(dead.len());
        for share in &dead {
            places.add_partition(&share.topic, share.partition);
        }
        let committed = match dead.is_empty() {
            true => places,
            false => consumer.committed_offsets(places, PATIENCE)?,
        };
        for share in dead {
            let place = committed.find_partition(&share.topic, share.partition);
            let to = match place.map(|p| p.offset()) {
                Some(Offset::Offset(offset)) => Some(offset),
                // Never committed: where this worker began. Nothing taken yet: nowhere to go back from.
                _ => share.start(),
            };
            if let Some(to) = to {
                consumer.seek(&share.topic, share.partition, Offset::Offset(to), PATIENCE)?;
            }
            self.assignment.renew(&share, to);
        }
        Ok(())
    }
}
