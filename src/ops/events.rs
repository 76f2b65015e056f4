//! The log events: one struct each, with its name, its level, its fields and its sentence.
//!
//! Names and fields are a contract with whoever has built an alert on them: they may be added to, never
//! renamed. The snapshot tests beside this file hold them fast, and the README's table is checked
//! against [`CATALOGUE`].

use std::fmt;

use serde::Serialize;
use tracing::Level;

use super::stats::StatsLine;
use crate::config::RawSettings;

/// Something an operator is told.
pub trait Event: Serialize + Sized {
    const NAME: &'static str;
    const LEVEL: Level;
    /// Whether many of its kind in a short time are counted rather than written.
    const LIMITED: bool;

    /// The event as one sentence.
    fn sentence(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// Writes the event to the log.
    fn emit(&self) {
        super::log::emit(self);
    }
}

/// Where in the stream something happened. Left out of the line where unknown.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Scope {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Generation of the assignment, as this worker counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation: Option<u64>,
    /// Trace id of the message's `traceparent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
}

impl Scope {
    /// A place in a topic.
    pub fn at(topic: impl Into<String>, partition: i32, offset: i64) -> Self {
        Scope {
            topic: Some(topic.into()),
            partition: Some(partition),
            offset: Some(offset),
            ..Scope::default()
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.topic.as_deref().unwrap_or("?"))?;
        if let Some(partition) = self.partition {
            write!(f, "-{partition}")?;
        }
        if let Some(offset) = self.offset {
            write!(f, "@{offset}")?;
        }
        Ok(())
    }
}

/// How an event stands in the documentation: name, level, fields, meaning.
pub struct Entry {
    pub name: &'static str,
    pub level: &'static str,
    pub fields: &'static [&'static str],
    pub meaning: &'static str,
}

/// Declares the events. `limited` ones are counted rather than written when they come thick.
macro_rules! events {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident = $event:literal, $level:ident $($limited:ident)? {
            $( $(#[$meta:meta])* $field:ident: $type:ty ),* $(,)?
        } => |$self:ident, $f:ident| $sentence:expr;
    )+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Debug, Clone, PartialEq, Serialize)]
            pub struct $name { $( $(#[$meta])* pub $field: $type ),* }

            impl Event for $name {
                const NAME: &'static str = $event;
                const LEVEL: Level = Level::$level;
                const LIMITED: bool = events!(@limited $($limited)?);

                fn sentence(&self, $f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    let $self = self;
                    $sentence
                }
            }
        )+

        /// All events, in the order of the documentation.
        pub const CATALOGUE: &[Entry] = &[$(
            Entry {
                name: $event,
                level: stringify!($level),
                fields: &[$(stringify!($field)),*],
                meaning: concat!($($doc),+),
            }
        ),+];
    };
    (@limited limited) => { true };
    (@limited) => { false };
}

events! {
    /// The worker has begun.
    WorkerStarted = "worker.started", INFO {
        pid: u32,
        threads: usize,
        stages: Vec<String>,
        input: Vec<String>,
        output: String,
        dead_letters: String,
        delivery: String,
        order: String,
    } => |e, f| write!(f, "{} → {}, {}, order by {}, {} threads", e.input.join(", "), e.output, e.delivery, e.order, e.threads);

    /// The effective settings; secrets read `[redacted]`.
    ConfigLoaded = "config.loaded", INFO {
        file: Option<String>,
        settings: RawSettings,
    } => |e, f| match &e.file {
        Some(file) => write!(f, "settings from {file} and the environment"),
        None => f.write_str("settings from the defaults and the environment"),
    };

    /// The worker takes messages.
    WorkerReady = "worker.ready", INFO {
        ms: u64,
    } => |e, f| write!(f, "ready after {} ms", e.ms);

    /// The worker takes no messages, and why.
    WorkerNotReady = "worker.not_ready", WARN {
        reason: String,
    } => |e, f| f.write_str(&e.reason);

    /// Partitions were assigned to this worker.
    AssignmentAdded = "assignment.added", INFO {
        generation: u64,
        partitions: Vec<String>,
    } => |e, f| write!(f, "assigned {}", list(&e.partitions));

    /// Partitions were taken away; what was in flight was drained first.
    AssignmentRevoked = "assignment.revoked", INFO {
        generation: u64,
        partitions: Vec<String>,
        drain_ms: u64,
        drained: u64,
        abandoned: u64,
    } => |e, f| write!(f, "gave up {}: {} finished and {} abandoned in {} ms", list(&e.partitions), e.drained, e.abandoned, e.drain_ms);

    /// Partitions are another worker's already; what was in flight is abandoned and read again there.
    AssignmentLost = "assignment.lost", WARN {
        generation: u64,
        partitions: Vec<String>,
        abandoned: u64,
    } => |e, f| write!(f, "lost {}: {} abandoned", list(&e.partitions), e.abandoned);

    /// What was done, every `ops.stats_interval_s`: `in = out + dead_lettered + dropped + in_flight`.
    Stats = "stats", INFO {
        #[serde(flatten)]
        line: StatsLine,
    } => |e, f| write!(f, "{}", e.line);

    /// A transaction was committed.
    TxnCommitted = "txn.committed", DEBUG {
        txn_seq: u64,
        records: u64,
        ms: u64,
    } => |e, f| write!(f, "transaction {} committed: {} records in {} ms", e.txn_seq, e.records, e.ms);

    /// A transaction was aborted; its messages are read again.
    TxnAborted = "txn.aborted", WARN {
        txn_seq: u64,
        records: u64,
        ms: u64,
        cause: String,
        error_code: Option<String>,
    } => |e, f| write!(f, "transaction {} aborted after {} ms: {}", e.txn_seq, e.ms, e.cause);

    /// Another producer took over the transactional id; this worker exits.
    TxnFenced = "txn.fenced", ERROR {
        transactional_id: String,
        cause: String,
    } => |e, f| write!(f, "another worker uses the transactional id {}: give each its own kafka.instance ({})", e.transactional_id, e.cause);

    /// A stage failed on an article, which goes on without that stage's fields.
    ArticleFailed = "article.failed", WARN limited {
        #[serde(flatten)]
        scope: Scope,
        stage: String,
        error_kind: String,
        error_code: String,
        attempt: u32,
        error: Option<String>,
    } => |e, f| write!(f, "{}: stage {} {}{}", e.scope, e.stage, e.error_code, because(e.error.as_deref()));

    /// A message went to the dead letters.
    ArticleDeadLettered = "article.dead_lettered", WARN limited {
        #[serde(flatten)]
        scope: Scope,
        stage: String,
        error_kind: String,
        error_code: String,
        attempt: u32,
        reason: String,
        dead_letter_topic: String,
        dead_letter_partition: Option<i32>,
        dead_letter_offset: Option<i64>,
    } => |e, f| write!(f, "{}: {} ({}), dead-lettered", e.scope, e.reason, e.error_code);

    /// Something failed on a message and is tried again.
    ArticleRetried = "article.retried", INFO limited {
        #[serde(flatten)]
        scope: Scope,
        attempt: u32,
        error_kind: String,
        error_code: String,
    } => |e, f| write!(f, "{}: {}, attempt {}", e.scope, e.error_code, e.attempt);

    /// Messages that were never read are gone: retention or truncation overtook the committed offset.
    ArticlesLost = "articles.lost", ERROR {
        topic: String,
        partition: i32,
        from_offset: i64,
        to_offset: i64,
        count: i64,
    } => |e, f| write!(f, "{} messages of {}-{} ({} to {}) were deleted before they were read", e.count, e.topic, e.partition, e.from_offset, e.to_offset);

    /// Consumption is paused.
    BackpressureOn = "backpressure.on", INFO limited {
        cause: String,
    } => |e, f| write!(f, "paused: {}", e.cause);

    /// Consumption goes on.
    BackpressureOff = "backpressure.off", INFO limited {
        cause: String,
        ms: u64,
    } => |e, f| write!(f, "resumed after {} ms: {}", e.ms, e.cause);

    /// A broker cannot be reached.
    BrokerDown = "broker.down", WARN limited {
        broker: String,
        error_code: String,
        error: String,
    } => |e, f| write!(f, "{}: {}", e.broker, e.error);

    /// A broker is back.
    BrokerUp = "broker.up", INFO limited {
        broker: String,
        ms: u64,
    } => |e, f| write!(f, "{} is back after {} ms", e.broker, e.ms);

    /// Something librdkafka has to say.
    ClientLog = "client.log", WARN limited {
        client: String,
        facility: String,
        error_code: String,
        text: String,
    } => |e, f| write!(f, "{} {}: {}", e.client, e.facility, e.text);

    /// The oldest message in flight makes no progress.
    Stalled = "stalled", WARN {
        topic: String,
        partition: i32,
        offset: i64,
        stage: Option<String>,
        ms: u64,
    } => |e, f| write!(f, "{}-{}@{} has been in the works for {} ms{}", e.topic, e.partition, e.offset, e.ms, because(e.stage.as_deref()));

    /// Lines of one kind that were counted instead of written.
    ErrorsSuppressed = "errors.suppressed", WARN {
        suppressed: String,
        error_code: String,
        count: u64,
        window_s: u64,
    } => |e, f| write!(f, "{} more of {} {} in {} s", e.count, e.suppressed, e.error_code, e.window_s);

    /// The worker cannot go on, and what to do about it.
    WorkerFailed = "worker.failed", ERROR {
        error_kind: String,
        error_code: String,
        error: String,
        exit_code: u8,
    } => |e, f| f.write_str(&e.error);

    /// A signal came that the worker does nothing about.
    SignalIgnored = "signal.ignored", INFO {
        signal: String,
        advice: String,
    } => |e, f| write!(f, "{} changes nothing: {}", e.signal, e.advice);

    /// The worker was told to stop, or stops itself.
    ShutdownBegin = "shutdown.begin", INFO {
        reason: String,
    } => |e, f| write!(f, "stopping: {}", e.reason);

    /// The worker has stopped.
    ShutdownEnd = "shutdown.end", INFO {
        reason: String,
        drained: u64,
        abandoned: u64,
        ms: u64,
        exit_code: u8,
    } => |e, f| write!(f, "stopped in {} ms: {} finished, {} abandoned, exit code {}", e.ms, e.drained, e.abandoned, e.exit_code);
}

fn list(partitions: &[String]) -> String {
    match partitions {
        [] => "nothing".into(),
        _ => partitions.join(", "),
    }
}

fn because(reason: Option<&str>) -> String {
    reason.map(|r| format!(": {r}")).unwrap_or_default()
}
