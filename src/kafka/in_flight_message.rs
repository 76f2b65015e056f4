//! One message under way: what came in, and what must be known to finish it.

use std::hash::BuildHasher;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
#[cfg(feature = "otlp")]
use std::time::SystemTime;
use std::time::{Duration, Instant};

use foldhash::fast::FixedState;
use rdkafka::Message as _;
use rdkafka::message::BorrowedMessage;

use super::assignment::PartitionEpoch;
use super::headers::Headers;
use super::offset_tracker::Seq;
use super::sync::lock;
use super::worker_context::WorkerContext;
use crate::config::Order;
use crate::ops::events::ArticleDeadLettered;
#[cfg(feature = "otlp")]
use crate::ops::traces::{ArticleSpan, MessageSpan};
use crate::ops::{Event as _, MessageOutcome, Scope};
#[cfg(feature = "otlp")]
use crate::record::EnrichedArticle;
use crate::record::ErrorCode;

/// A message as it came, copied out of the client.
#[derive(Debug)]
pub struct Raw {
    pub key: Option<Vec<u8>>,
    /// `None` for a tombstone.
    pub value: Option<Arc<[u8]>>,
    pub headers: Headers,
    /// Milliseconds since 1970.
    pub timestamp: Option<i64>,
    pub offset: i64,
}

impl Raw {
    pub fn of(message: &BorrowedMessage<'_>) -> Self {
        Raw {
            key: message.key().map(<[u8]>::to_vec),
            value: message.payload().map(Arc::from),
            headers: message.headers().map(Headers::of).unwrap_or_default(),
            timestamp: message.timestamp().to_millis(),
            offset: message.offset(),
        }
    }

    /// What it weighs in memory.
    pub fn bytes(&self) -> usize {
        let (key, value) = (self.key.as_ref(), self.value.as_ref());
        key.map_or(0, Vec::len) + value.map_or(0, |v| v.len()) + self.headers.bytes()
    }
}

/// Follows one message from the moment it is taken until all that was made of it is safe.
pub struct InFlightMessage {
    /// Ascending over all messages this worker takes.
    pub number: u64,
    pub epoch: Arc<PartitionEpoch>,
    seq: Seq,
    /// Which queue its output keeps to.
    pub queue: u64,
    pub raw: Raw,
    bytes: usize,
    pub taken: Instant,
    /// Parts that are not safe yet: the work itself, and each thing sent and not acknowledged.
    open: AtomicU32,
    head: AtomicBool,
    /// Records acknowledged, and their bytes.
    records: AtomicU64,
    record_bytes: AtomicU64,
    /// Error code of its dead letter, if there is one.
    dead_letter: OnceLock<&'static str>,
    /// What is told of its dead letter once that is committed.
    letter: OnceLock<Box<ArticleDeadLettered>>,
    settled: AtomicBool,
    /// Keys of those of its articles that the memory has.
    remembered: Mutex<Vec<String>>,
    /// Spans of its articles.
    #[cfg(feature = "otlp")]
    spans: Mutex<Vec<ArticleSpan>>,
    #[cfg(feature = "otlp")]
    began: SystemTime,
    /// What all messages share, behind one pointer: several threads count its holders for each message.
    pub context: Arc<WorkerContext>,
}

impl InFlightMessage {
    /// Takes a message in that has entered its epoch as `seq`.
    pub fn new(
        number: u64,
        epoch: Arc<PartitionEpoch>,
        seq: Seq,
        order: Order,
        raw: Raw,
        taken: Instant,
        context: &Arc<WorkerContext>,
    ) -> Arc<Self> {
        let bytes = raw.bytes();
        context.budget.add_message(bytes);
        context.stats.taken(bytes);
        if let Some(memory) = &context.memory {
            memory.begun(&epoch.topic, epoch.partition, raw.offset);
        }
        Arc::new(InFlightMessage {
            queue: queue(order, &epoch, raw.key.as_deref(), number),
            number,
            epoch,
            seq,
            raw,
            bytes,
            taken,
            open: AtomicU32::new(1),
            head: AtomicBool::new(false),
            records: AtomicU64::new(0),
            record_bytes: AtomicU64::new(0),
            dead_letter: OnceLock::new(),
            letter: OnceLock::new(),
            settled: AtomicBool::new(false),
            remembered: Mutex::default(),
            #[cfg(feature = "otlp")]
            spans: Mutex::default(),
            #[cfg(feature = "otlp")]
            began: SystemTime::now(),
            context: Arc::clone(context),
        })
    }

    /// Whether work on it may begin.
    pub fn begin(&self) -> bool {
        self.epoch.begin(self.seq)
    }

    /// Whether work on it has begun.
    pub fn has_begun(&self) -> bool {
        self.epoch.has_begun(self.seq)
    }

    /// Whether it is the first in its queue.
    pub fn is_head(&self) -> bool {
        self.head.load(Ordering::Acquire)
    }

    pub fn set_head(&self) {
        self.head.store(true, Ordering::Release);
        self.context.budget.notify();
    }

    /// Counts one more thing that must be safe before the message has finished.
    pub fn open(&self) {
        self.open.fetch_add(1, Ordering::AcqRel);
    }

    /// One of the things is safe; with the last the message has finished.
    pub fn close(&self) {
        if self.open.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.commit();
        }
    }

    /// Finishes the message whatever is open: its transaction has been committed.
    pub fn commit(&self) {
        if let Some(letter) = self.letter.get() {
            letter.emit();
        }
        let now = Instant::now();
        let counts = self.epoch.finish(self.seq, now);
        self.settle(counts, now);
    }

    /// Notes a record that was acknowledged.
    pub fn published(&self, bytes: usize) {
        self.records.fetch_add(1, Ordering::Relaxed);
        self.record_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Notes that it, or the rest of it, goes to the dead letters; whether it did not already.
    pub fn dead_lettered(&self, code: &'static str) -> bool {
        self.dead_letter.set(code).is_ok()
    }

    /// Notes that the memory has one of its articles.
    pub fn remembered(&self, key: &str) {
        lock(&self.remembered).push(key.to_owned());
    }

    /// Notes what the trace of one of its articles tells.
    #[cfg(feature = "otlp")]
    pub fn traced(&self, record: &EnrichedArticle) {
        if self.context.traces.is_some() {
            lock(&self.spans).push(ArticleSpan::of(record));
        }
    }

    /// Sends the spans of its articles, now that it is done with.
    #[cfg(feature = "otlp")]
    fn send_spans(&self) {
        let Some(traces) = &self.context.traces else {
            return;
        };
        let headers = &self.raw.headers;
        let span = MessageSpan {
            topic: &self.epoch.topic,
            partition: self.epoch.partition,
            offset: self.raw.offset,
            key: self.raw.key.as_deref(),
            traceparent: headers.text("traceparent"),
            tracestate: headers.text("tracestate"),
            began: self.began,
            ended: SystemTime::now(),
            error_code: self.dead_letter.get().copied(),
        };
        traces.message(&span, &lock(&self.spans));
    }

    /// The memory has decided all of its articles, or will never be asked.
    pub fn decided(&self) {
        if let Some(memory) = &self.context.memory {
            memory.ended(&self.epoch.topic, self.epoch.partition, self.raw.offset);
        }
    }

    /// It is dead-lettered as a whole: has the memory take its articles out of what is compared.
    pub fn void(&self) {
        let Some(memory) = &self.context.memory else {
            return;
        };
        let keys = std::mem::take(&mut *lock(&self.remembered));
        keys.into_iter().for_each(|key| memory.void(key));
    }

    /// Notes its dead letter, which counts once its transaction has been committed.
    pub fn letter_written(&self, letter: ArticleDeadLettered) {
        let _ = self.letter.set(Box::new(letter));
    }

    /// Tells the statistics what became of it, once.
    fn settle(&self, counts: bool, now: Instant) {
        if self.settled.swap(true, Ordering::AcqRel) {
            return;
        }
        let records = self.records.load(Ordering::Relaxed);
        let bytes = self.record_bytes.load(Ordering::Relaxed);
        let outcome = match self.dead_letter.get() {
            _ if !counts => MessageOutcome::Dropped,
            None => MessageOutcome::Published { records, bytes },
            Some(error_code) => MessageOutcome::DeadLettered { error_code },
        };
        if counts && let Some(own) = self.raw.timestamp {
            let age = jiff::Timestamp::now().as_millisecond().saturating_sub(own);
            self.context
                .stats
                .latency(Duration::from_millis(u64::try_from(age).unwrap_or(0)));
        }
        if records > 0 && !matches!(outcome, MessageOutcome::Published { .. }) {
            self.context.stats.partly_published(records, bytes);
        }
        // Counted when what became of it is safe: whoever looks why the worker gave up finds the letters.
        // A record that is too large, or a page that is no article, says nothing about whether the release is sound.
        if counts && self.raw.value.is_some() {
            let code = self.dead_letter.get();
            let sound = [ErrorCode::RecordTooLarge, ErrorCode::NotArticle].map(ErrorCode::as_str);
            let failed = code.is_some_and(|code| !sound.contains(code));
            self.context.failures.note(failed, &self.context.stop);
        }
        #[cfg(feature = "otlp")]
        if counts {
            self.send_spans();
        }
        let took = now.duration_since(self.taken);
        self.context.stats.finished(self.bytes, took, outcome);
        self.context.budget.notify();
    }

    /// Where it stands in the stream, for logs.
    pub fn scope(&self) -> Scope {
        Scope {
            key: self
                .raw
                .key
                .as_deref()
                .map(|k| String::from_utf8_lossy(k).into_owned()),
            generation: Some(self.epoch.number),
            // version-traceid-parent-flags
            trace_id: self
                .raw
                .headers
                .text("traceparent")
                .and_then(|t| t.split('-').nth(1))
                .map(str::to_owned),
            ..Scope::at(&*self.epoch.topic, self.epoch.partition, self.raw.offset)
        }
    }
}

impl Drop for InFlightMessage {
    fn drop(&mut self) {
        self.settle(false, Instant::now());
        self.context.budget.remove_message(self.bytes);
        self.decided();
    }
}

/// The queue a message's output keeps to. Two keys that fall together keep to each other's order too,
/// which does no harm.
fn queue(order: Order, epoch: &PartitionEpoch, key: Option<&[u8]>, number: u64) -> u64 {
    // Fixed, so that a run can be repeated; it never leaves the process.
    let hash = FixedState::with_seed(0);
    match (order, key) {
        (Order::Partition, _) => hash.hash_one((epoch.number, 0u8)),
        (Order::Key, Some(key)) => hash.hash_one((epoch.number, 1u8, key)),
        (Order::Key | Order::None, _) => hash.hash_one((number, 2u8)),
    }
}
