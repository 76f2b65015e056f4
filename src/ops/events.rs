//! The log events: one struct each, with its name, its level, its fields and its sentence.
//!
//! Names and fields are a contract with whoever has built an alert on them: they may be added to, never
//! renamed. The snapshot tests beside this file hold them fast, and the table of deploy/operating.md is checked
//! against [`CATALOGUE`].

use std::fmt;

use serde::Serialize;
use tracing::Level;

use super::metrics::{self, Count};
use super::stats::StatsLine;
use crate::config::{Fault, RawSettings};

/// Something an operator is told.
pub trait Event: Serialize + Sized {
    /// As the field `event` of its line has it: `worker.ready`.
    const NAME: &'static str;
    /// Level of its line.
    const LEVEL: Level;
    /// Whether many of its kind in a short time are counted rather than written. All that can come thick
    /// are, but for those of the level debug, which nobody asks for to see a part of them, and
    /// [`ArticlesLost`].
    const LIMITED: bool;

    /// The event as one sentence.
    fn sentence(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// The counter that goes up with it.
    fn count(&self) -> Option<Count>;

    /// Counts the event, and writes it to the log. It is counted whether or not its line is written.
    fn emit(&self) {
        self.tally();
        super::log::emit(self);
    }

    /// Counts the event alone: what it would say has been told.
    fn tally(&self) {
        if let Some(count) = self.count() {
            metrics::EVENTS.add(&count);
        }
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
    pub limited: bool,
    fields: &'static [&'static str],
    pub meaning: &'static str,
}

impl Entry {
    /// The fields as they stand in the line.
    pub fn fields(&self) -> Vec<String> {
        let keys = |value| match value {
            Ok(serde_json::Value::Object(fields)) => {
                fields.into_iter().map(|(key, _)| key).collect()
            }
            _ => Vec::new(),
        };
        let fields = self.fields.iter().flat_map(|field| match *field {
            "scope" => keys(serde_json::to_value(Scope {
                key: Some(String::new()),
                generation: Some(0),
                trace_id: Some(String::new()),
                ..Scope::at("", 0, 0)
            })),
            "fault" => keys(serde_json::to_value(Fault::new("", ""))),
            "line" => {
                let stats = super::stats::Stats::new([]);
                keys(serde_json::to_value(stats.line(&super::Gauges::default())))
            }
            field => vec![field.to_owned()],
        });
        fields.collect()
    }
}

/// Declares the events. `limited` ones are counted rather than written when they come thick; what `counts`
/// moves a counter beside its line.
macro_rules! events {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident = $event:literal, $level:ident $($limited:ident)? {
            $( $(#[$meta:meta])* $field:ident: $type:ty ),* $(,)?
        } => |$self:ident, $f:ident| $sentence:expr $(, counts $count:expr)?;
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

                fn count(&self) -> Option<Count> {
                    let $self = self;
                    let _ = $self;
                    events!(@count $($count)?)
                }
            }
        )+

        /// All events, in the order of the documentation.
        pub const CATALOGUE: &[Entry] = &[$(
            Entry {
                name: $event,
                level: stringify!($level),
                limited: events!(@limited $($limited)?),
                fields: &[$(stringify!($field)),*],
                meaning: concat!($($doc),+),
            }
        ),+];
    };
    (@limited limited) => { true };
    (@limited) => { false };
    (@count $count:expr) => { $count.into() };
    (@count) => { None };
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

    /// Something is wrong with the configuration: the worker does not start. Each fault has a line of its own,
    /// with the key, its value, where it is written and what to do.
    ConfigFault = "config.fault", ERROR {
        #[serde(flatten)]
        fault: Fault,
    } => |e, f| write!(f, "{}", e.fault);

    /// The worker takes messages, after so many milliseconds in which it did not.
    WorkerReady = "worker.ready", INFO limited {
        ms: u64,
    } => |e, f| write!(f, "ready after {} ms", e.ms);

    /// The worker takes no messages, and why.
    WorkerNotReady = "worker.not_ready", WARN limited {
        reason: String,
        /// Since when, of an outage that lasts.
        #[serde(skip_serializing_if = "Option::is_none")]
        since: Option<String>,
    } => |e, f| match &e.since {
        Some(since) => write!(f, "{}, since {since}", e.reason),
        None => f.write_str(&e.reason),
    };

    /// Partitions were assigned to this worker.
    AssignmentAdded = "assignment.added", INFO limited {
        generation: u64,
        partitions: Vec<String>,
    } => |e, f| write!(f, "assigned {}", list(&e.partitions)),
      counts Count::of(metrics::REBALANCES, ["added"]);

    /// Partitions were taken away; what was in flight was drained first.
    AssignmentRevoked = "assignment.revoked", INFO limited {
        generation: u64,
        partitions: Vec<String>,
        drain_ms: u64,
        drained: u64,
        abandoned: u64,
    } => |e, f| write!(f, "gave up {}: {} finished and {} abandoned in {} ms", list(&e.partitions), e.drained, e.abandoned, e.drain_ms),
      counts Count::of(metrics::REBALANCES, ["revoked"]);

    /// Partitions are another worker's already; what was in flight is abandoned and read again there.
    AssignmentLost = "assignment.lost", WARN limited {
        generation: u64,
        partitions: Vec<String>,
        abandoned: u64,
    } => |e, f| write!(f, "lost {}: {} abandoned", list(&e.partitions), e.abandoned),
      counts Count::of(metrics::REBALANCES, ["lost"]);

    /// Partitions of the input that no member of the group has, for so long, and what is done about it.
    PartitionsUnowned = "partitions.unowned", WARN limited {
        topic: String,
        partitions: Vec<i32>,
        ms: u64,
        action: String,
    } => |e, f| write!(
        f, "nobody in the group has had {} of {} for {} s: {}",
        numbers(&e.partitions), e.topic, e.ms / 1000, e.action
    );

    /// The position in a partition was set anew: the topic was made again (`topic-recreated`), or holds nothing
    /// at the committed offset (`beyond-end`, `below-start`).
    PositionReset = "position.reset", WARN limited {
        topic: String,
        partition: i32,
        from_offset: Option<i64>,
        to_offset: Option<i64>,
        cause: String,
    } => |e, f| {
        let (why, advice) = match e.cause.as_str() {
            "topic-recreated" => ("the topic was deleted and made again", "nothing to do if that was meant"),
            "beyond-end" => (
                "the partition ends before the committed offset",
                "see whether the broker lost data, or somebody set the group's offsets",
            ),
            "below-start" => (
                "the committed offset was deleted before it was read",
                "see retention.ms and retention.bytes of the topic, and the lag",
            ),
            other => (other, "see the broker's log"),
        };
        write!(
            f, "{}-{}: {why}; goes on at {} instead of {}: {advice}",
            e.topic, e.partition, place(e.to_offset), place(e.from_offset)
        )
    }, counts Count::of(metrics::POSITIONS_RESET, [&*e.cause]);

    /// The consuming client was made anew.
    ConsumerReplaced = "consumer.replaced", WARN limited {
        cause: String,
    } => |e, f| write!(f, "joins the group with a new client: {}", e.cause);

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
    TxnAborted = "txn.aborted", WARN limited {
        txn_seq: u64,
        records: u64,
        ms: u64,
        cause: String,
        error_code: Option<String>,
    } => |e, f| write!(f, "transaction {} aborted after {} ms: {}", e.txn_seq, e.ms, e.cause),
      counts Count::of(metrics::TRANSACTIONS_ABORTED, [e.error_code.as_deref().unwrap_or("none")]);

    /// What an earlier transaction of this transactional id left open was closed as aborted.
    TxnSwept = "txn.swept", DEBUG {
        partitions: u64,
        ms: u64,
    } => |e, f| write!(f, "what was left open in {} partitions is aborted, in {} ms", e.partitions, e.ms);

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
    } => |e, f| write!(f, "{}: stage {} {}{}", e.scope, e.stage, e.error_code, because(e.error.as_deref())),
      counts Count::of(metrics::STAGE_FAILURES, [&*e.stage, &*e.error_code]);

    /// A page is no article, and what becomes of it: `publish`, `dead-letter` or `drop` (`intake.not_article`).
    NotArticle = "article.not_article", INFO limited {
        #[serde(flatten)]
        scope: Scope,
        action: String,
        flags: Vec<String>,
        url: Option<String>,
    } => |e, f| write!(f, "{}: no article ({}): {}", e.scope, e.flags.join(", "), e.action),
      counts Count::of(metrics::NOT_ARTICLES, [&*e.action]);

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

    /// The broker did not write a record down: refused it, or acknowledged it without a place in the log.
    RecordRefused = "record.refused", WARN limited {
        #[serde(flatten)]
        scope: Scope,
        error_code: String,
        action: String,
    } => |e, f| write!(f, "{}: the broker did not keep its record ({}): {}", e.scope, e.error_code, e.action),
      counts Count::of(metrics::RECORDS_REFUSED, [&*e.error_code]);

    /// Messages that were never read are gone: retention or truncation overtook the committed offset.
    /// Each line is written: it is the only trace of those it names.
    ArticlesLost = "articles.lost", ERROR {
        topic: String,
        partition: i32,
        from_offset: i64,
        to_offset: i64,
        count: i64,
    } => |e, f| write!(f, "{} messages of {}-{} ({} to {}) were deleted before they were read", e.count, e.topic, e.partition, e.from_offset, e.to_offset),
      counts Count { by: u64::try_from(e.count).unwrap_or(0), ..Count::of(metrics::MESSAGES_LOST, []) };

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

    /// A setting of a topic is below what the worker is configured for.
    TopicLimits = "topic.limits", WARN limited {
        topic: String,
        setting: String,
        value: String,
        configured: String,
        action: String,
    } => |e, f| write!(f, "{} of {} is {}, the worker is configured for {}: {}", e.setting, e.topic, e.value, e.configured, e.action);

    /// The schema registry has the schema of the records, and its id.
    SchemaRegistered = "schema.registered", INFO {
        subject: String,
        id: u32,
        url: String,
        ms: u64,
    } => |e, f| write!(f, "records go out with the schema {} of {}, known after {} ms", e.id, e.subject, e.ms);

    /// The memory is being read from its topics, as far as it is.
    MemoryLoading = "memory.loading", INFO {
        entries: u64,
        of: u64,
        ms: u64,
    } => |e, f| write!(f, "the memory is loading: {} of {} entries in {} ms", e.entries, e.of, e.ms);

    /// The memory has been read from its topics.
    MemoryLoaded = "memory.loaded", INFO {
        entries: u64,
        links: u64,
        bytes: u64,
        ms: u64,
    } => |e, f| write!(f, "the memory has {} articles in {} bytes, read in {} ms", e.entries, e.bytes, e.ms);

    /// The memory had more bytes than memory.max_bytes, and forgot its oldest articles: it goes back so many days now.
    MemoryFull = "memory.full", WARN limited {
        entries: u64,
        bytes: u64,
        days: u64,
    } => |e, f| write!(
        f, "the memory was full and has {} articles of {} days left: raise memory.max_bytes, or lower memory.window_days",
        e.entries, e.days
    );

    /// Something in a topic of the memory is nothing that a worker wrote, and is skipped.
    MemorySkipped = "memory.skipped", WARN limited {
        topic: String,
        offset: u64,
        error: String,
    } => |e, f| write!(f, "{}-0@{} is skipped: {}", e.topic, e.offset, e.error);

    /// Something librdkafka has to say.
    ClientLog = "client.log", WARN limited {
        client: String,
        facility: String,
        error_code: String,
        text: String,
    } => |e, f| write!(f, "{} {}: {}", e.client, e.facility, e.text),
      counts (!e.error_code.is_empty()).then(|| Count::of(metrics::CLIENT_ERRORS, [&*e.client, &*e.error_code]));

    /// The oldest message in flight makes no progress.
    Stalled = "stalled", WARN limited {
        topic: String,
        partition: i32,
        offset: i64,
        stage: Option<String>,
        ms: u64,
    } => |e, f| write!(f, "{}-{}@{} has been in the works for {} ms{}", e.topic, e.partition, e.offset, e.ms, because(e.stage.as_deref()));

    /// Spans did not reach the collector of `ops.traces`, and are lost.
    TracesNotSent = "traces.not_sent", WARN limited {
        error: String,
    } => |e, f| write!(f, "spans are lost: {}", e.error);

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

    /// A signal that means nothing to the worker.
    SignalIgnored = "signal.ignored", INFO limited {
        signal: String,
        advice: String,
    } => |e, f| write!(f, "{} does nothing: {}", e.signal, e.advice);

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

fn numbers(partitions: &[i32]) -> String {
    let noun = if partitions.len() == 1 {
        "partition"
    } else {
        "partitions"
    };
    let all: Vec<String> = partitions.iter().map(i32::to_string).collect();
    format!("{noun} {}", all.join(", "))
}

fn place(offset: Option<i64>) -> String {
    offset.map_or_else(|| "an unknown offset".into(), |o| o.to_string())
}

fn because(reason: Option<&str>) -> String {
    reason.map(|r| format!(": {r}")).unwrap_or_default()
}
