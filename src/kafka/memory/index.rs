//! Reads the index: first what is in the window, then what comes, and answers the articles that wait.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rdkafka::consumer::Consumer as _;
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::{Offset, TopicPartitionList};

use super::{ANSWER, MEMORY, POLL, Reader, SharedMemory, reader};
use crate::kafka::client::settings::memory_reader;
use crate::kafka::shared::Shared;
use crate::ops::Event as _;
use crate::ops::events::{MemoryLoaded, MemoryLoading};

/// Reads the index, on a thread of its own.
pub(in crate::kafka) struct IndexReader {
    memory: Arc<SharedMemory>,
    topic: String,
    reader: Reader,
    /// The assignment that is being caught up with, and where the index ended then.
    target: Option<(u64, u64)>,
    looked: Instant,
}

/// How often it is seen to what waits for long.
const LOOK: Duration = Duration::from_secs(1);

/// Looks between two questions where the index ends.
const ASK_END: u32 = 5;

/// Between two lines of the log about the progress of the start.
const PROGRESS: Duration = Duration::from_secs(5);

/// Most messages taken before anything else is looked at.
const RUN: usize = 256;

impl IndexReader {
    /// # Errors
    /// When the client does not take its settings.
    pub(in crate::kafka) fn new(shared: &Shared, memory: &Arc<SharedMemory>) -> KafkaResult<Self> {
        Ok(IndexReader {
            topic: memory.topics.index.clone(),
            memory: Arc::clone(memory),
            reader: reader(shared, &memory_reader(&shared.settings, "read_uncommitted"))?,
            target: None,
            looked: Instant::now(),
        })
    }

    pub(in crate::kafka) fn run(mut self) {
        let mut looks = 0;
        if self.load().is_none() {
            return;
        }
        while !self.memory.is_over() {
            if self.take_run().is_none() {
                return;
            }
            self.catch_up();
            if self.looked.elapsed() >= LOOK {
                self.looked = Instant::now();
                looks += 1;
                self.memory.look();
                if looks % ASK_END == 0 {
                    self.note_end();
                }
            }
        }
    }

    /// Takes what there is, waiting a moment for the first, and answers. `None`: the worker ends.
    fn take_run(&self) -> Option<()> {
        let mut wait = POLL;
        for _ in 0..RUN {
            match self.reader.poll(wait) {
                None | Some(Err(KafkaError::PartitionEOF(_))) => break,
                Some(Ok(message)) => self.take(&message)?,
                Some(Err(error)) => self.memory.error(&self.topic, &error),
            }
            wait = Duration::ZERO;
        }
        self.memory.answer();
        Some(())
    }

    fn take(&self, message: &BorrowedMessage<'_>) -> Option<()> {
        let offset = u64::try_from(message.offset()).ok()?;
        let time = message.timestamp().to_millis().unwrap_or(0);
        let key = message.key().unwrap_or_default();
        let goes_on = self.memory.take_entry(offset, time, key, message.payload());
        goes_on.then_some(())
    }

    /// Sees to it that after an assignment the index is read up to where it ended then.
    fn catch_up(&mut self) {
        let (assigned, caught_up, position) = {
            let state = self.memory.lock();
            (state.assigned, state.caught_up, state.position)
        };
        if assigned == caught_up {
            return;
        }
        if self.target.is_none_or(|(of, _)| of != assigned) {
            let Some(end) = self.note_end() else { return };
            self.target = Some((assigned, end));
        }
        if self.target.is_some_and(|(_, end)| position >= end) {
            self.memory.note_caught_up(assigned);
        }
    }

    /// Asks where the index ends.
    fn note_end(&self) -> Option<u64> {
        let answer = self.reader.fetch_watermarks(&self.topic, 0, ANSWER);
        let (first, end) = answer.ok()?;
        let (first, end) = (u64::try_from(first).ok()?, u64::try_from(end).ok()?);
        let mut state = self.memory.lock();
        state.end = end;
        // Nothing is left before it that could be read.
        if first == end {
            state.position = state.position.max(end);
        }
        Some(end)
    }

    /// Reads the window up to where the index ends now. `None`: the worker ends.
    fn load(&mut self) -> Option<()> {
        let began = Instant::now();
        let (memory, topic) = (Arc::clone(&self.memory), self.topic.clone());
        memory.check_partitions(&self.reader, &topic)?;
        while !memory.lock().has_links {
            if memory.is_over() {
                return None;
            }
            if began.elapsed() >= LOOK {
                let said = format!("the memory is loading: {} is read", memory.topics.links);
                memory.health.outage_of(MEMORY, Some(&said));
            }
            std::thread::sleep(POLL);
        }
        let links = memory.lock().early.len() as u64;
        let ends = memory.ask(&topic, || self.reader.fetch_watermarks(&topic, 0, ANSWER))?;
        let end = u64::try_from(ends.1).unwrap_or(0);
        let start = match memory.window_start(&self.reader, &topic)? {
            Offset::Offset(start) => start.clamp(ends.0, ends.1),
            // Nothing of the window is there.
            _ => ends.1,
        };
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(&topic, 0, Offset::Offset(start))
            .ok()?;
        memory.ask(&topic, || self.reader.assign(&list))?;
        let start = u64::try_from(start).unwrap_or(0);
        memory.lock().position = start;
        self.read_to(end, start, began)?;
        let mut state = memory.lock();
        state.position = state.position.max(end);
        state.end = state.end.max(end);
        state.forget_early();
        MemoryLoaded {
            entries: state.memory.len() as u64,
            links,
            bytes: state.memory.bytes() as u64,
            ms: began.elapsed().as_millis() as u64,
        }
        .emit();
        drop(state);
        memory.health.outage_of(MEMORY, None);
        Some(())
    }

    /// Reads up to `end`, telling how far it is.
    fn read_to(&self, end: u64, start: u64, began: Instant) -> Option<()> {
        let mut next = LOOK;
        let mut is_read = start >= end;
        while !is_read {
            if self.memory.is_over() {
                return None;
            }
            is_read = match self.reader.poll(POLL) {
                None => false,
                Some(Ok(message)) => {
                    self.take(&message)?;
                    self.memory.lock().position >= end
                }
                // All that is left lies behind: retention deletes while this reads.
                Some(Err(KafkaError::PartitionEOF(_))) => true,
                Some(Err(error)) => {
                    self.memory.error(&self.topic, &error);
                    false
                }
            };
            if began.elapsed() >= next {
                next = began.elapsed() + PROGRESS;
                self.tell_progress(end, start, began);
            }
        }
        Some(())
    }

    fn tell_progress(&self, end: u64, start: u64, began: Instant) {
        let position = self.memory.lock().position;
        let event = MemoryLoading {
            entries: position.saturating_sub(start),
            of: end.saturating_sub(start),
            ms: began.elapsed().as_millis() as u64,
        };
        event.emit();
        let said = format!(
            "the memory is loading: {} of {} entries of {} are read",
            event.entries, event.of, self.topic
        );
        self.memory.health.outage_of(MEMORY, Some(&said));
    }
}
