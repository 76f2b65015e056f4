//! What the worker has done so far, counted so that it adds up.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::build::BUILD;
use super::histogram::{Quantiles, Times};
use super::metrics::{self, Count, EVENTS, Tally, Text};
use super::process;
use crate::record::{EnrichedArticle, Flag};

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageOutcome<'a> {
    /// Its records are written: how many, and their bytes.
    Published { records: u64, bytes: u64 },
    /// It went to the dead letters, with this error code.
    DeadLettered { error_code: &'a str },
    /// Given up on purpose: it is read again after a rebalance, an abort or a restart.
    Dropped,
}

/// Counts and times of this process. All methods may be called from any thread.
pub struct Stats {
    flow: Mutex<Flow>,
    stages: Vec<(String, Times)>,
    end_to_end: Times,
    latency: Times,
    commits: Times,
    dead_letters: Tally,
    records: Tally,
    since: Mutex<Since>,
}

/// Messages; changed together, so that `taken = out + dead_lettered + dropped + in_flight` at any moment.
#[derive(Debug, Default, Clone, Copy)]
struct Flow {
    taken: u64,
    taken_bytes: u64,
    out: u64,
    dead_lettered: u64,
    dropped: u64,
    in_flight: u64,
    in_flight_bytes: u64,
    records: u64,
    out_bytes: u64,
    /// Length of the pauses that are over, and when the one that is not began.
    paused: Duration,
    paused_since: Option<Instant>,
}

impl Flow {
    /// How long consumption has been paused, the pause that lasts included.
    fn paused(&self) -> Duration {
        self.paused + self.paused_since.map_or(Duration::ZERO, |s| s.elapsed())
    }
}

/// Where the last line stood.
struct Since {
    at: Instant,
    flow: Flow,
    paused: Duration,
}

/// What only whoever speaks to the broker knows, asked for with every line and every look at the metrics.
#[derive(Debug, Clone, Default)]
pub struct Gauges {
    /// The partitions this worker has.
    pub partitions: Vec<PartitionLag>,
    /// Partitions of the input that no member of the group has.
    pub unowned: Option<u64>,
    /// How long the oldest message has been in flight.
    pub oldest: Option<Duration>,
    /// Bytes in librdkafka's queues.
    pub queue_bytes: u64,
    pub broker_rtt_ms: Option<f64>,
    /// Longest time for which a broker held an answer back, in the latest statistics.
    pub throttle_ms: Option<u64>,
    /// None when the memory is off.
    pub memory: Option<MemoryGauges>,
    /// Whether the worker takes messages.
    pub ready: Option<bool>,
    pub worker: Option<WorkerInfo>,
}

/// What of the worker's settings is told with its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerInfo {
    /// Its name, `kafka.instance`.
    pub name: String,
    pub group: String,
    pub delivery: String,
    /// How many messages, and how many bytes of them, may be in it at a time.
    pub in_flight_messages: usize,
    pub in_flight_bytes: usize,
}

/// How the memory across articles is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryGauges {
    /// Articles in it.
    pub entries: u64,
    pub bytes: u64,
    /// Days that it goes back.
    pub days: u64,
    /// Entries of the index that have not been read.
    pub lag: u64,
    /// Articles that wait for it.
    pub waiting: u64,
}

/// How far behind a partition is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionLag {
    pub topic: String,
    pub partition: i32,
    /// Committed messages beyond the position this worker has committed.
    pub messages: Option<u64>,
}

impl Gauges {
    /// The lag of all partitions and of the worst. `None` while that of one is unknown, and without any.
    fn lag(&self) -> Option<(u64, u64)> {
        let lags: Option<Vec<u64>> = self.partitions.iter().map(|p| p.messages).collect();
        let lags = lags?;
        Some((lags.iter().sum(), *lags.iter().max()?))
    }
}

/// One stats line: totals since the start; rates and times since the last line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatsLine {
    /// Messages taken from the input.
    #[serde(rename = "in")]
    pub taken: u64,
    /// Messages of which all records are written.
    pub out: u64,
    pub dead_lettered: u64,
    /// Messages given up on purpose; they are read again.
    pub dropped: u64,
    pub in_flight: u64,
    /// Records written; a feed makes several of one message.
    pub records: u64,
    /// Messages a second.
    pub in_rate: f64,
    pub out_rate: f64,
    pub in_bytes: u64,
    pub out_bytes: u64,
    pub in_flight_bytes: u64,
    /// Milliseconds by stage.
    pub stages: BTreeMap<String, Quantiles>,
    /// Milliseconds from taking a message to its records being written.
    pub end_to_end: Option<Quantiles>,
    /// Milliseconds from a message's own timestamp to its records being written.
    pub latency: Option<Quantiles>,
    pub commit_ms: Option<Quantiles>,
    /// Partitions this worker has.
    pub assigned: u64,
    /// Partitions of the input that no member of the group has; `null` while unknown.
    pub unowned: Option<u64>,
    /// Messages not yet read, over all partitions and of the worst; `null` while that of one is unknown.
    pub lag_total: Option<u64>,
    pub lag_max: Option<u64>,
    pub oldest_ms: u64,
    pub queue_bytes: u64,
    /// Resident memory in bytes; `null` where the system does not say.
    pub rss: Option<u64>,
    /// Milliseconds since the last line during which consumption was paused.
    pub paused_ms: u64,
    /// The memory across articles; `null` when it is off.
    pub memory: Option<MemoryGauges>,
    pub broker_rtt_ms: Option<f64>,
    pub throttle_ms: Option<u64>,
}

impl Stats {
    /// Statistics for a worker with these stages.
    pub fn new<'a>(stages: impl IntoIterator<Item = &'a str>) -> Self {
        let stages: Vec<_> = stages
            .into_iter()
            .map(|s| (s.to_owned(), Times::short()))
            .collect();
        Stats {
            stages,
            flow: Mutex::default(),
            end_to_end: Times::long(),
            latency: Times::long(),
            commits: Times::short(),
            dead_letters: Tally::new(),
            records: Tally::new(),
            since: Mutex::new(Since {
                at: Instant::now(),
                flow: Flow::default(),
                paused: Duration::ZERO,
            }),
        }
    }

    /// A message was taken from the input.
    pub fn taken(&self, bytes: usize) {
        let mut flow = self.flow();
        flow.taken += 1;
        flow.taken_bytes += bytes as u64;
        flow.in_flight += 1;
        flow.in_flight_bytes += bytes as u64;
    }

    /// A message taken before, of `bytes`, has met its end after `took`.
    pub fn finished(&self, bytes: usize, took: Duration, outcome: MessageOutcome<'_>) {
        let mut flow = self.flow();
        flow.in_flight = flow.in_flight.saturating_sub(1);
        flow.in_flight_bytes = flow.in_flight_bytes.saturating_sub(bytes as u64);
        match outcome {
            MessageOutcome::Published { records, bytes } => {
                flow.out += 1;
                flow.records += records;
                flow.out_bytes += bytes;
            }
            MessageOutcome::DeadLettered { .. } => flow.dead_lettered += 1,
            MessageOutcome::Dropped => flow.dropped += 1,
        }
        drop(flow);
        if outcome != MessageOutcome::Dropped {
            self.end_to_end.record(took);
        }
        if let MessageOutcome::DeadLettered { error_code } = outcome {
            self.dead_letters
                .add(&Count::of(metrics::DEAD_LETTERED, [error_code]));
        }
    }

    /// The records of a message were written this long after its own timestamp.
    pub fn latency(&self, took: Duration) {
        self.latency.record(took);
    }

    /// Records were written of a message that itself goes to the dead letters for what follows them.
    pub fn partly_published(&self, records: u64, bytes: u64) {
        let mut flow = self.flow();
        flow.records += records;
        flow.out_bytes += bytes;
    }

    /// A record was made: counts what kind it is of.
    pub fn made(&self, record: &EnrichedArticle) {
        let language = record.language.as_ref().map(|l| l.code.as_str());
        for (metric, value) in [
            (metrics::RECORDS_BY_FORMAT, record.ingest.format.as_str()),
            (metrics::RECORDS_BY_STATUS, record.status.as_str()),
            (metrics::RECORDS_BY_LANGUAGE, bounded_language(language)),
        ] {
            self.records.add(&Count::of(metric, [value]));
        }
        for flag in &record.quality.flags {
            let known = Flag::ALL.iter().find(|(name, _)| name == flag);
            let name = known.map_or("other", |(name, _)| *name);
            self.records.add(&Count::of(metrics::RECORD_FLAGS, [name]));
        }
    }

    /// A stage took this long on one article.
    pub fn stage(&self, name: &str, took: Duration) {
        if let Some(index) = self.stages.iter().position(|(n, _)| n == name) {
            self.stages[index].1.record(took);
        }
    }

    /// A transaction or a commit of offsets took this long.
    pub fn committed(&self, took: Duration) {
        self.commits.record(took);
    }

    /// Consumption has been paused since then. Of a pause that lasts, the first word counts.
    pub fn pause(&self, since: Instant) {
        self.flow().paused_since.get_or_insert(since);
    }

    /// Consumption goes on.
    pub fn resume(&self) {
        let mut flow = self.flow();
        flow.paused = flow.paused();
        flow.paused_since = None;
    }

    /// Messages in flight, and their bytes.
    pub fn in_flight(&self) -> (u64, u64) {
        let flow = self.flow();
        (flow.in_flight, flow.in_flight_bytes)
    }

    /// What `/metrics` answers.
    pub fn render(&self, gauges: &Gauges) -> String {
        let flow = *self.flow();
        let lag = gauges.lag();
        let partitions = gauges.partitions.iter().filter_map(|p| {
            let labels = vec![p.topic.clone(), p.partition.to_string()];
            p.messages.map(|messages| (labels, messages))
        });
        let of_process = process::read();
        let mut text = Text::default();
        let revision = BUILD.revision.unwrap_or_default();
        let build = vec![BUILD.version, revision, &*BUILD.librdkafka];
        text.values(metrics::BUILD_INFO, [(build, 1)]);
        let worker = gauges.worker.as_ref();
        let info = worker.map(|w| (vec![&*w.name, &*w.group, &*w.delivery], 1));
        text.values(metrics::WORKER_INFO, info);
        text.known(metrics::READY, gauges.ready.map(u8::from));

        text.value(metrics::MESSAGES_IN, flow.taken);
        text.value(metrics::IN_BYTES, flow.taken_bytes);
        text.value(metrics::MESSAGES_OUT, flow.out);
        text.tally(metrics::DEAD_LETTERED, &self.dead_letters);
        text.value(metrics::MESSAGES_DROPPED, flow.dropped);
        text.value(metrics::RECORDS, flow.records);
        text.value(metrics::OUT_BYTES, flow.out_bytes);
        for metric in [
            metrics::RECORDS_BY_FORMAT,
            metrics::RECORDS_BY_STATUS,
            metrics::RECORDS_BY_LANGUAGE,
            metrics::RECORD_FLAGS,
        ] {
            text.tally(metric, &self.records);
        }
        for counter in metrics::CATALOGUE.iter().filter(|m| m.by_events) {
            text.tally(counter, &EVENTS);
        }
        let paused = flow.paused().as_secs_f64();
        text.value(metrics::PAUSED_SECONDS, paused);
        text.value(metrics::PAUSED_SECONDS_EARLIER, paused);

        let stages = self.stages.iter();
        text.histograms(
            metrics::STAGE_SECONDS,
            stages.map(|(name, times)| (vec![name.as_str()], &times.buckets)),
        );
        for (metric, times) in [
            (metrics::MESSAGE_SECONDS, &self.end_to_end),
            (metrics::LATENCY_SECONDS, &self.latency),
            (metrics::COMMIT_SECONDS, &self.commits),
        ] {
            text.histograms(metric, [(Vec::new(), &times.buckets)]);
        }

        text.value(metrics::IN_FLIGHT, flow.in_flight);
        text.value(metrics::IN_FLIGHT_BYTES, flow.in_flight_bytes);
        text.known(
            metrics::IN_FLIGHT_LIMIT,
            worker.map(|w| w.in_flight_messages),
        );
        text.known(
            metrics::IN_FLIGHT_LIMIT_BYTES,
            worker.map(|w| w.in_flight_bytes),
        );
        let oldest = gauges.oldest.unwrap_or_default();
        text.value(metrics::OLDEST_SECONDS, oldest.as_secs_f64());
        text.value(metrics::ASSIGNED, gauges.partitions.len());
        text.known(metrics::UNOWNED, gauges.unowned);
        text.values(metrics::PARTITION_LAG, partitions);
        text.known(metrics::LAG, lag.map(|(total, _)| total));
        text.known(metrics::LAG_MAX, lag.map(|(_, worst)| worst));
        let memory = gauges.memory.as_ref();
        text.known(metrics::MEMORY_ENTRIES, memory.map(|m| m.entries));
        text.known(metrics::MEMORY_BYTES, memory.map(|m| m.bytes));
        text.known(metrics::MEMORY_DAYS, memory.map(|m| m.days));
        text.known(metrics::MEMORY_LAG, memory.map(|m| m.lag));
        text.known(metrics::MEMORY_WAITING, memory.map(|m| m.waiting));
        text.value(metrics::QUEUE_BYTES, gauges.queue_bytes);
        text.known(
            metrics::RTT_SECONDS,
            gauges.broker_rtt_ms.map(|ms| ms / 1000.0),
        );
        text.known(
            metrics::THROTTLE_SECONDS,
            gauges.throttle_ms.map(|ms| ms as f64 / 1000.0),
        );
        text.known(metrics::RESIDENT_BYTES, of_process.resident_bytes);

        text.known(metrics::START_TIME_SECONDS, of_process.start_seconds);
        text.known(metrics::CPU_SECONDS, of_process.cpu_seconds);
        text.known(metrics::OPEN_FDS, of_process.open_fds);
        text.known(metrics::MAX_FDS, of_process.max_fds);
        text.known(metrics::RESIDENT_MEMORY_BYTES, of_process.resident_bytes);
        text.known(metrics::VIRTUAL_MEMORY_BYTES, of_process.virtual_bytes);
        text.known(metrics::THREADS, of_process.threads);
        text.into_string()
    }

    /// The next stats line. Rates and times begin anew with it.
    pub fn line(&self, gauges: &Gauges) -> StatsLine {
        let flow = *self.flow();
        let paused = flow.paused();
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        let seconds = since.at.elapsed().as_secs_f64().max(0.001);
        let rate = |now: u64, then: u64| ((now - then) as f64 / seconds * 10.0).round() / 10.0;
        let (before, paused_before) = (since.flow, since.paused);
        *since = Since {
            at: Instant::now(),
            flow,
            paused,
        };
        drop(since);
        let lag = gauges.lag();
        StatsLine {
            taken: flow.taken,
            out: flow.out,
            dead_lettered: flow.dead_lettered,
            dropped: flow.dropped,
            in_flight: flow.in_flight,
            records: flow.records,
            in_rate: rate(flow.taken, before.taken),
            out_rate: rate(flow.out, before.out),
            in_bytes: flow.taken_bytes,
            out_bytes: flow.out_bytes,
            in_flight_bytes: flow.in_flight_bytes,
            stages: self
                .stages
                .iter()
                .filter_map(|(name, times)| Some((name.clone(), times.recent.take()?)))
                .collect(),
            end_to_end: self.end_to_end.recent.take(),
            latency: self.latency.recent.take(),
            commit_ms: self.commits.recent.take(),
            assigned: gauges.partitions.len() as u64,
            unowned: gauges.unowned,
            lag_total: lag.map(|(total, _)| total),
            lag_max: lag.map(|(_, worst)| worst),
            oldest_ms: gauges.oldest.map_or(0, |d| d.as_millis() as u64),
            queue_bytes: gauges.queue_bytes,
            rss: process::read().resident_bytes,
            paused_ms: paused.saturating_sub(paused_before).as_millis() as u64,
            memory: gauges.memory,
            broker_rtt_ms: gauges.broker_rtt_ms,
            throttle_ms: gauges.throttle_ms,
        }
    }

    fn flow(&self) -> MutexGuard<'_, Flow> {
        self.flow.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The code of a language as a label, which has few values whatever documents state: without script and region.
fn bounded_language(code: Option<&str>) -> &str {
    let Some(code) = code else { return "none" };
    let base = code.split(['-', '_']).next().unwrap_or_default();
    let is_code = matches!(base.len(), 2 | 3) && base.bytes().all(|b| b.is_ascii_lowercase());
    if is_code { base } else { "other" }
}

impl fmt::Display for StatsLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "in {} = out {} + dead-lettered {} + dropped {} + in flight {}; {}/s in, {}/s out",
            self.taken,
            self.out,
            self.dead_lettered,
            self.dropped,
            self.in_flight,
            self.in_rate,
            self.out_rate
        )?;
        if let Some(q) = &self.end_to_end {
            write!(
                f,
                "; end to end p50 {} p95 {} p99 {} ms",
                q.p50, q.p95, q.p99
            )?;
        }
        if let Some(lag) = self.lag_total {
            write!(f, "; lag {lag}")?;
        }
        if let Some(unowned) = self.unowned.filter(|n| *n > 0) {
            write!(f, "; {unowned} partitions without an owner")?;
        }
        if let Some(rss) = self.rss {
            write!(f, "; {} MiB resident", rss >> 20)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_a_label_of_few_values() {
        let labels = ["en", "pt-BR", "zh_Hant", "gsw", "English", "", "x\ny"]
            .map(|code| bounded_language(Some(code)));
        assert_eq!(labels, ["en", "pt", "zh", "gsw", "other", "other", "other"]);
        assert_eq!(bounded_language(None), "none");
    }

    #[test]
    fn adds_up_whatever_happens() {
        let stats = Stats::new(["language"]);
        let took = Duration::from_millis(3);
        for n in 0..100usize {
            stats.taken(10);
            match n % 5 {
                0 => stats.finished(
                    10,
                    took,
                    MessageOutcome::DeadLettered {
                        error_code: "empty",
                    },
                ),
                1 => stats.finished(10, took, MessageOutcome::Dropped),
                2 => {}
                _ => stats.finished(
                    10,
                    took,
                    MessageOutcome::Published {
                        records: 2,
                        bytes: 50,
                    },
                ),
            }
            let line = stats.line(&Gauges::default());
            assert_eq!(
                line.taken,
                line.out + line.dead_lettered + line.dropped + line.in_flight
            );
        }
        let line = stats.line(&Gauges::default());
        assert_eq!(
            (
                line.taken,
                line.out,
                line.dead_lettered,
                line.dropped,
                line.in_flight
            ),
            (100, 40, 20, 20, 20)
        );
        assert_eq!((line.records, line.in_flight_bytes), (80, 200));
    }
}
