//! Reads what was decided: the topic of links.

use std::sync::Arc;
use std::time::Instant;

use rdkafka::consumer::Consumer as _;
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::message::Message as _;
use rdkafka::{Offset, TopicPartitionList};

use super::{ANSWER, AWAY, MEMORY, POLL, Reader, SharedMemory, reader};
use crate::kafka::client::settings::{links_reader, memory_reader};
use crate::kafka::shared::Shared;

/// Reads the links, on a thread of its own: first those of the window, then what comes.
pub(in crate::kafka) struct LinksReader {
    memory: Arc<SharedMemory>,
    topic: String,
    /// Reads what is committed.
    committed: Reader,
    /// Sees where the topic ends, whatever is open there.
    whole: Reader,
}

impl LinksReader {
    /// # Errors
    /// When a client does not take its settings.
    pub(in crate::kafka) fn new(shared: &Shared, memory: &Arc<SharedMemory>) -> KafkaResult<Self> {
        Ok(LinksReader {
            topic: memory.topics.links.clone(),
            memory: Arc::clone(memory),
            committed: reader(shared, &links_reader(&shared.settings))?,
            whole: reader(shared, &memory_reader(&shared.settings, "read_uncommitted"))?,
        })
    }

    pub(in crate::kafka) fn run(self) {
        if self.begin().is_none() {
            return;
        }
        while !self.memory.is_over() {
            match self.committed.poll(POLL) {
                None => {}
                Some(Ok(message)) => {
                    let offset = u64::try_from(message.offset()).unwrap_or(0);
                    let (key, value) = (message.key().unwrap_or_default(), message.payload());
                    // Compaction may leave deletions behind, which nobody writes.
                    if let Some(value) = value
                        && !self.memory.take_link(offset, key, value)
                    {
                        return;
                    }
                }
                // The last offset may be a transaction's marker, which no message says: the end is told by this.
                Some(Err(KafkaError::PartitionEOF(_))) => self.memory.lock().has_links = true,
                Some(Err(error)) => self.memory.error(&self.topic, &error),
            }
        }
    }

    /// Goes to where the window begins. What is under way now is waited for: a transaction that is open at the start
    /// may hold links of articles that this worker would decide otherwise. It ends within its own timeout.
    fn begin(&self) -> Option<()> {
        let (memory, topic) = (&self.memory, &self.topic);
        memory.check_partitions(&self.whole, topic)?;
        let end = memory
            .ask(topic, || self.whole.fetch_watermarks(topic, 0, ANSWER))?
            .1;
        let since = Instant::now();
        loop {
            let stable = memory
                .ask(topic, || self.committed.fetch_watermarks(topic, 0, ANSWER))?
                .1;
            if stable >= end {
                break;
            }
            if since.elapsed() >= AWAY {
                let said = format!("a transaction is open in the memory's topic {topic}");
                memory.health.outage_of(MEMORY, Some(&said));
            }
            std::thread::sleep(POLL);
        }
        let start = match memory.window_start(&self.committed, topic)? {
            // Nothing as new is committed or open.
            Offset::End => Offset::Offset(end),
            start => start,
        };
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(topic, 0, start).ok()?;
        memory.ask(topic, || self.committed.assign(&list))
    }
}
