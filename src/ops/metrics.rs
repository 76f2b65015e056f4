//! The metrics: which there are, and how `/metrics` writes them (the Prometheus text format, 0.0.4).

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::histogram::Buckets;

/// What kind of number a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Counter,
    Gauge,
    Histogram,
}

impl Kind {
    /// As the `TYPE` line has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        }
    }
}

/// A metric as it is documented.
#[derive(Debug)]
pub struct Metric {
    pub name: &'static str,
    pub kind: Kind,
    pub labels: &'static [&'static str],
    /// Values of the one label that are known beforehand; their counts begin at 0.
    known: &'static [&'static str],
    /// Whether events move it: it is written from [`EVENTS`] alone.
    pub(crate) by_events: bool,
    help: &'static str,
}

impl Metric {
    /// The text of its `HELP` line.
    pub fn help(&self) -> &'static str {
        self.help.trim()
    }
}

/// Declares the metrics: what is said of each is its `HELP`. `of` lists the values of its label; `by events` says
/// that an event moves it, and then nothing else is to be done.
macro_rules! metrics {
    ($(
        $(#[doc = $doc:literal])+
        $id:ident = $kind:ident $name:literal { $($label:ident),* } $(of [$($known:literal),+])? $(by $events:ident)?;
    )+) => {
        $(
            $(#[doc = $doc])+
            pub const $id: &Metric = &Metric {
                name: $name,
                kind: Kind::$kind,
                labels: &[$(stringify!($label)),*],
                known: &[$($($known),+)?],
                by_events: !<[&str]>::is_empty(&[$(stringify!($events))?]),
                help: concat!($($doc),+),
            };
        )+

        /// All metrics, in the order of `/metrics`.
        pub const CATALOGUE: &[&Metric] = &[$($id),+];
    };
}

metrics! {
    /// The worker's version, the revision it was built from and its Kafka client's version; always 1
    BUILD_INFO = Gauge "copydesk_build_info" { version, revision, librdkafka };
    /// Name of the worker (kafka.instance), its group and its kind of delivery; always 1
    WORKER_INFO = Gauge "copydesk_worker_info" { worker, group, delivery };
    /// Whether the worker takes messages, as /readyz says: 1 or 0
    READY = Gauge "copydesk_ready" {};

    /// Messages taken from the input
    MESSAGES_IN = Counter "copydesk_messages_in_total" {};
    /// Bytes taken from the input
    IN_BYTES = Counter "copydesk_in_bytes_total" {};
    /// Messages of which all records are written
    MESSAGES_OUT = Counter "copydesk_messages_out_total" {};
    /// Messages dead-lettered, by error code
    DEAD_LETTERED = Counter "copydesk_dead_lettered_total" { error_code };
    /// Messages given up on purpose, to be read again
    MESSAGES_DROPPED = Counter "copydesk_messages_dropped_total" {};
    /// Records written
    RECORDS = Counter "copydesk_records_total" {};
    /// Bytes of records written
    OUT_BYTES = Counter "copydesk_out_bytes_total" {};
    /// Records made, by format of the document; one that is made again after a rebalance counts again, as in the next three
    RECORDS_BY_FORMAT = Counter "copydesk_records_by_format_total" { format };
    /// Records made, by status
    RECORDS_BY_STATUS = Counter "copydesk_records_by_status_total" { status } of ["usable", "withheld", "canceled"];
    /// Records made, by language: its code without script and region, none where it is not known, other where it is no code
    RECORDS_BY_LANGUAGE = Counter "copydesk_records_by_language_total" { language };
    /// Doubts in records made (quality.flags), by flag
    RECORD_FLAGS = Counter "copydesk_record_flags_total" { flag };
    /// Messages deleted from the input before they were read (event articles.lost)
    MESSAGES_LOST = Counter "copydesk_messages_lost_total" {} by events;
    /// Records the broker refused, by its error code (event record.refused)
    RECORDS_REFUSED = Counter "copydesk_records_refused_total" { error_code } by events;
    /// Failures of a stage on an article, which goes on without its fields (event article.failed)
    STAGE_FAILURES = Counter "copydesk_stage_failures_total" { stage, error_code } by events;
    /// Pages that are no article, by what becomes of them (event article.not_article)
    NOT_ARTICLES = Counter "copydesk_not_articles_total" { action } of ["publish", "dead-letter", "drop"] by events;
    /// Transactions aborted, by error code (event txn.aborted)
    TRANSACTIONS_ABORTED = Counter "copydesk_transactions_aborted_total" { error_code } by events;
    /// Times partitions came or went (events assignment.added, assignment.revoked, assignment.lost)
    REBALANCES = Counter "copydesk_rebalances_total" { kind } of ["added", "revoked", "lost"] by events;
    /// Partitions whose position was set anew (event position.reset)
    POSITIONS_RESET = Counter "copydesk_positions_reset_total" { cause }
        of ["topic-recreated", "beyond-end", "below-start"] by events;
    /// Errors of the clients that speak to the broker (event client.log)
    CLIENT_ERRORS = Counter "copydesk_client_errors_total" { client, error_code } by events;
    /// Time in which consumption was paused; a pause that lasts counts
    PAUSED_SECONDS = Counter "copydesk_paused_seconds_total" {};
    /// Time in which consumption was paused, by its earlier name
    PAUSED_SECONDS_EARLIER = Counter "copydesk_paused_seconds" {};

    /// Time of a stage on an article
    STAGE_SECONDS = Histogram "copydesk_stage_seconds" { stage };
    /// Time from taking a message to its records being written
    MESSAGE_SECONDS = Histogram "copydesk_message_seconds" {};
    /// Time from a message's own timestamp to its records being written
    LATENCY_SECONDS = Histogram "copydesk_article_latency_seconds" {};
    /// Time of a transaction's commit or a commit of offsets
    COMMIT_SECONDS = Histogram "copydesk_commit_seconds" {};

    /// Messages in the worker
    IN_FLIGHT = Gauge "copydesk_in_flight_messages" {};
    /// Bytes of messages in the worker
    IN_FLIGHT_BYTES = Gauge "copydesk_in_flight_bytes" {};
    /// Messages that may be in the worker at a time (limits.in_flight_articles)
    IN_FLIGHT_LIMIT = Gauge "copydesk_in_flight_limit_messages" {};
    /// Bytes of messages that may be in the worker at a time (limits.in_flight_bytes)
    IN_FLIGHT_LIMIT_BYTES = Gauge "copydesk_in_flight_limit_bytes" {};
    /// Age of the oldest message in the worker; 0 when there is none
    OLDEST_SECONDS = Gauge "copydesk_oldest_in_flight_seconds" {};
    /// Partitions this worker has
    ASSIGNED = Gauge "copydesk_assigned_partitions" {};
    /// Partitions of the input that no member of the group has; absent while unknown
    UNOWNED = Gauge "copydesk_unowned_partitions" {};
    /// Committed messages of a partition beyond the position this worker has committed; absent while unknown
    PARTITION_LAG = Gauge "copydesk_partition_lag_messages" { topic, partition };
    /// Sum of the lag of this worker's partitions; absent while one of them is unknown
    LAG = Gauge "copydesk_lag_messages" {};
    /// Lag of this worker's worst partition; absent while one of them is unknown
    LAG_MAX = Gauge "copydesk_lag_max_messages" {};
    /// Articles that are remembered; absent when memory.enabled is off, as are the next four
    MEMORY_ENTRIES = Gauge "copydesk_memory_entries" {};
    /// Bytes of the memory
    MEMORY_BYTES = Gauge "copydesk_memory_bytes" {};
    /// Days that remembered articles go back
    MEMORY_DAYS = Gauge "copydesk_memory_days" {};
    /// Entries of the index of remembered articles that this worker has not read
    MEMORY_LAG = Gauge "copydesk_memory_lag_entries" {};
    /// Articles that wait until they are decided by those remembered
    MEMORY_WAITING = Gauge "copydesk_memory_waiting_articles" {};
    /// Bytes in librdkafka's queues
    QUEUE_BYTES = Gauge "copydesk_client_queue_bytes" {};
    /// Mean round trip to the slowest broker
    RTT_SECONDS = Gauge "copydesk_broker_rtt_seconds" {};
    /// Longest time for which a broker held an answer back because of a quota, in the latest statistics
    THROTTLE_SECONDS = Gauge "copydesk_broker_throttle_seconds" {};
    /// Resident memory, as process_resident_memory_bytes
    RESIDENT_BYTES = Gauge "copydesk_resident_bytes" {};

    /// When the process began, in seconds since 1970
    START_TIME_SECONDS = Gauge "process_start_time_seconds" {};
    /// Processor time of the process
    CPU_SECONDS = Counter "process_cpu_seconds_total" {};
    /// File descriptors that are open
    OPEN_FDS = Gauge "process_open_fds" {};
    /// File descriptors that may be open
    MAX_FDS = Gauge "process_max_fds" {};
    /// Resident memory
    RESIDENT_MEMORY_BYTES = Gauge "process_resident_memory_bytes" {};
    /// Virtual memory
    VIRTUAL_MEMORY_BYTES = Gauge "process_virtual_memory_bytes" {};
    /// Threads of the process
    THREADS = Gauge "process_threads" {};
}

/// Something that moves a counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    pub metric: &'static Metric,
    /// Values of the metric's labels, in their order.
    pub labels: Vec<String>,
    pub by: u64,
}

impl PartialEq for Metric {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Metric {}

impl Count {
    pub fn of<const N: usize>(metric: &'static Metric, labels: [&str; N]) -> Self {
        debug_assert_eq!(N, metric.labels.len(), "{}", metric.name);
        Count {
            metric,
            labels: labels.map(str::to_owned).into(),
            by: 1,
        }
    }
}

/// Counters by the values of their labels.
#[derive(Debug, Default)]
pub struct Tally(Mutex<BTreeMap<(&'static str, Vec<String>), u64>>);

/// The counts of events. They are the process's, as its log is: an event knows of no worker, and a process
/// runs one.
pub static EVENTS: Tally = Tally::new();

impl Tally {
    pub const fn new() -> Self {
        Tally(Mutex::new(BTreeMap::new()))
    }

    pub fn add(&self, count: &Count) {
        let key = (count.metric.name, count.labels.clone());
        *self.lock().entry(key).or_default() += count.by;
    }

    /// The counts of a metric, those known beforehand too.
    pub fn of(&self, metric: &Metric) -> BTreeMap<Vec<String>, u64> {
        let mut counts: BTreeMap<Vec<String>, u64> = match metric.labels {
            [] => [(Vec::new(), 0)].into(),
            _ => metric
                .known
                .iter()
                .map(|k| (vec![(*k).to_owned()], 0))
                .collect(),
        };
        let tally = self.lock();
        let own = tally.iter().filter(|((name, _), _)| *name == metric.name);
        counts.extend(own.map(|((_, labels), count)| (labels.clone(), *count)));
        counts
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(&'static str, Vec<String>), u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What `/metrics` answers, as it is put together.
#[derive(Debug, Default)]
pub struct Text(String);

impl Text {
    /// A metric without labels.
    pub fn value(&mut self, metric: &Metric, value: impl Display) {
        self.known(metric, Some(value));
    }

    /// A metric without labels, if it is known.
    pub fn known(&mut self, metric: &Metric, value: Option<impl Display>) {
        self.values(metric, value.map(|v| (Vec::<String>::new(), v)));
    }

    /// A metric with a number for each set of values of its labels; nothing when there is none.
    pub fn values<L: AsRef<str>, V: Display>(
        &mut self,
        metric: &Metric,
        values: impl IntoIterator<Item = (Vec<L>, V)>,
    ) {
        let mut values = values.into_iter().peekable();
        if values.peek().is_some() {
            self.head(metric);
        }
        for (labels, value) in values {
            let labels: Vec<_> = metric.labels.iter().copied().zip(&labels).collect();
            self.sample(metric.name, &labels, value);
        }
    }

    /// The counts of a metric.
    pub fn tally(&mut self, metric: &Metric, tally: &Tally) {
        self.values(metric, tally.of(metric));
    }

    /// A histogram for each set of values of its labels.
    pub fn histograms<'a>(
        &mut self,
        metric: &Metric,
        series: impl IntoIterator<Item = (Vec<&'a str>, &'a Buckets)>,
    ) {
        self.head(metric);
        for (labels, buckets) in series {
            let labels: Vec<_> = metric.labels.iter().copied().zip(labels).collect();
            let (counts, sum) = buckets.read();
            let mut total = 0;
            let bounds = buckets.bounds().iter().map(f64::to_string);
            for (count, bound) in counts.into_iter().zip(bounds.chain(["+Inf".to_owned()])) {
                total += count;
                let labels = [&*labels, &[("le", &*bound)]].concat();
                self.sample(&format!("{}_bucket", metric.name), &labels, total);
            }
            self.sample(&format!("{}_sum", metric.name), &labels, sum);
            self.sample(&format!("{}_count", metric.name), &labels, total);
        }
    }

    pub fn into_string(self) -> String {
        self.0
    }

    fn head(&mut self, metric: &Metric) {
        let help = metric.help().replace('\\', r"\\").replace('\n', r"\n");
        let (name, kind) = (metric.name, metric.kind.as_str());
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn sample<L: AsRef<str>>(&mut self, name: &str, labels: &[(&str, L)], value: impl Display) {
        self.0.push_str(name);
        for (n, (label, text)) in labels.iter().enumerate() {
            let text = text.as_ref();
            let text = text
                .replace('\\', r"\\")
                .replace('"', "\\\"")
                .replace('\n', r"\n");
            let start = if n == 0 { '{' } else { ',' };
            let _ = write!(self.0, "{start}{label}=\"{text}\"");
        }
        let end = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.0, "{end} {value}");
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn names_say_kind_and_unit() {
        // Counters whose name does not end in `_total`.
        let odd = ["copydesk_paused_seconds"];
        for metric in CATALOGUE {
            let name = metric.name;
            let rest = name
                .strip_prefix("copydesk_")
                .or(name.strip_prefix("process_"));
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(
                rest.is_some_and(|r| !r.is_empty() && r.chars().all(plain)),
                "{name}"
            );
            let total = name.ends_with("_total");
            let counter = metric.kind == Kind::Counter;
            assert_eq!(total || odd.contains(&name), counter, "{name}");
            let base = name.trim_end_matches("_total");
            let help = metric.help();
            for (word, unit) in [
                ("Bytes", "_bytes"),
                ("Time", "_seconds"),
                ("memory", "_bytes"),
            ] {
                let of = help.split(' ').any(|w| w == word);
                assert!(!of || base.ends_with(unit), "{name}: {help}");
            }
            if metric.kind == Kind::Histogram {
                assert!(base.ends_with("_seconds"), "{name}");
            }
            assert!(!help.is_empty() && !help.ends_with('.'), "{name}");
        }
        let mut names: Vec<_> = CATALOGUE.iter().map(|m| m.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CATALOGUE.len());
    }

    #[test]
    fn written_as_the_format_wants_it() {
        let mut text = Text::default();
        let odd = vec!["a\"b\\c\nd", "0"];
        text.values(PARTITION_LAG, [(odd, 7)]);
        text.known(LAG, None::<i64>);
        text.values(STAGE_FAILURES, Vec::<(Vec<&str>, u64)>::new());
        text.value(PAUSED_SECONDS, 0.25);
        let text = text.into_string();
        assert!(text.contains(
            "# TYPE copydesk_partition_lag_messages gauge\n\
             copydesk_partition_lag_messages{topic=\"a\\\"b\\\\c\\nd\",partition=\"0\"} 7\n"
        ));
        assert!(text.ends_with(
            "# TYPE copydesk_paused_seconds_total counter\ncopydesk_paused_seconds_total 0.25\n"
        ));
        assert!(!text.contains("copydesk_lag_messages") && !text.contains("stage_failures"));
    }

    #[test]
    fn buckets_add_up() {
        let buckets = Buckets::new(&[0.001, 0.5]);
        for ms in [1, 2, 500, 501] {
            buckets.record(Duration::from_millis(ms));
        }
        let mut text = Text::default();
        text.histograms(STAGE_SECONDS, [(vec!["times"], &buckets)]);
        let text = text.into_string();
        let samples: Vec<_> = text.lines().skip(2).collect();
        assert_eq!(
            samples,
            [
                "copydesk_stage_seconds_bucket{stage=\"times\",le=\"0.001\"} 1",
                "copydesk_stage_seconds_bucket{stage=\"times\",le=\"0.5\"} 3",
                "copydesk_stage_seconds_bucket{stage=\"times\",le=\"+Inf\"} 4",
                "copydesk_stage_seconds_sum{stage=\"times\"} 1.004",
                "copydesk_stage_seconds_count{stage=\"times\"} 4",
            ]
        );
    }

    #[test]
    fn known_values_begin_at_zero() {
        let tally = Tally::new();
        tally.add(&Count::of(REBALANCES, ["lost"]));
        tally.add(&Count::of(REBALANCES, ["lost"]));
        let counts: Vec<_> = tally.of(REBALANCES).into_iter().collect();
        let label = |l: &str| vec![l.to_owned()];
        assert_eq!(
            counts,
            [
                (label("added"), 0),
                (label("lost"), 2),
                (label("revoked"), 0)
            ]
        );
        assert_eq!(
            tally.of(MESSAGES_LOST).into_iter().collect::<Vec<_>>(),
            [(Vec::new(), 0)]
        );
        assert!(tally.of(CLIENT_ERRORS).is_empty());
    }
}
