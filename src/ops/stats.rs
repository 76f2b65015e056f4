//! What the worker has done so far, counted so that it adds up.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::histogram::{Histogram, Quantiles};
use super::metrics::Metrics;

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate<'a> {
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
    stages: Vec<(String, Histogram)>,
    end_to_end: Histogram,
    commits: Histogram,
    since: Mutex<Since>,
    metrics: Metrics,
}

/// Messages; changed together, so that `taken = out + dead_lettered + dropped + in_flight` at any moment.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Flow {
    pub taken: u64,
    pub taken_bytes: u64,
    pub out: u64,
    dead_lettered: u64,
    pub dropped: u64,
    pub in_flight: u64,
    pub in_flight_bytes: u64,
    pub records: u64,
    pub out_bytes: u64,
    paused: Duration,
}

/// Where the last line stood.
struct Since {
    at: Instant,
    flow: Flow,
}

/// What only whoever speaks to the broker knows, asked for with every line.
#[derive(Debug, Clone, Default)]
pub struct Gauges {
    /// Messages not yet read, over all partitions and of the worst.
    pub lag_total: Option<i64>,
    pub lag_max: Option<i64>,
    /// How long the oldest message has been in flight.
    pub oldest: Option<Duration>,
    /// Bytes in librdkafka's queues.
    pub queue_bytes: u64,
    pub broker_rtt_ms: Option<f64>,
}

/// One stats line: totals since the start; rates and times since the last line.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    pub commit_ms: Option<Quantiles>,
    pub lag_total: Option<i64>,
    pub lag_max: Option<i64>,
    pub oldest_ms: u64,
    pub queue_bytes: u64,
    /// Resident memory in bytes; `null` where the system does not say.
    pub rss: Option<u64>,
    /// Milliseconds since the last line during which consumption was paused.
    pub paused_ms: u64,
    pub broker_rtt_ms: Option<f64>,
}

impl Stats {
    /// Statistics for a worker with these stages.
    pub fn new<'a>(stages: impl IntoIterator<Item = &'a str>) -> Self {
        let stages: Vec<_> = stages
            .into_iter()
            .map(|s| (s.to_owned(), Histogram::default()))
            .collect();
        Stats {
            metrics: Metrics::new(stages.iter().map(|(name, _)| name.as_str())),
            stages,
            flow: Mutex::default(),
            end_to_end: Histogram::default(),
            commits: Histogram::default(),
            since: Mutex::new(Since {
                at: Instant::now(),
                flow: Flow::default(),
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

    /// A message taken before, of `bytes`, has met its fate after `took`.
    pub fn finished(&self, bytes: usize, took: Duration, fate: Fate<'_>) {
        let mut flow = self.flow();
        flow.in_flight = flow.in_flight.saturating_sub(1);
        flow.in_flight_bytes = flow.in_flight_bytes.saturating_sub(bytes as u64);
        match fate {
            Fate::Published { records, bytes } => {
                flow.out += 1;
                flow.records += records;
                flow.out_bytes += bytes;
            }
            Fate::DeadLettered { .. } => flow.dead_lettered += 1,
            Fate::Dropped => flow.dropped += 1,
        }
        drop(flow);
        if fate != Fate::Dropped {
            self.end_to_end.record(took);
            self.metrics.end_to_end(took);
        }
        if let Fate::DeadLettered { error_code } = fate {
            self.metrics.dead_lettered(error_code);
        }
    }

    /// Records were written of a message that itself goes to the dead letters for what follows them.
    pub fn partly_published(&self, records: u64, bytes: u64) {
        let mut flow = self.flow();
        flow.records += records;
        flow.out_bytes += bytes;
    }

    /// A stage took this long on one article.
    pub fn stage(&self, name: &str, took: Duration) {
        if let Some(index) = self.stages.iter().position(|(n, _)| n == name) {
            self.stages[index].1.record(took);
            self.metrics.stage(index, took);
        }
    }

    /// A transaction or a commit of offsets took this long.
    pub fn committed(&self, took: Duration) {
        self.commits.record(took);
        self.metrics.committed(took);
    }

    /// Consumption was paused for this long.
    pub fn paused(&self, took: Duration) {
        self.flow().paused += took;
        self.metrics.paused(took);
    }

    /// Messages in flight, and their bytes.
    pub fn in_flight(&self) -> (u64, u64) {
        let flow = self.flow();
        (flow.in_flight, flow.in_flight_bytes)
    }

    /// What `/metrics` answers.
    pub fn render(&self) -> String {
        let flow = *self.flow();
        self.metrics.totals(&flow);
        self.metrics.render()
    }

    /// Keeps the metrics from growing between scrapes.
    pub fn upkeep(&self) {
        self.metrics.upkeep();
    }

    /// The next stats line. Rates and times begin anew with it.
    pub fn line(&self, gauges: &Gauges) -> StatsLine {
        let flow = *self.flow();
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        let seconds = since.at.elapsed().as_secs_f64().max(0.001);
        let rate = |now: u64, then: u64| ((now - then) as f64 / seconds * 10.0).round() / 10.0;
        let before = since.flow;
        *since = Since {
            at: Instant::now(),
            flow,
        };
        drop(since);
        let rss = resident_bytes();
        self.metrics.gauges(gauges, rss);
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
                .filter_map(|(name, histogram)| Some((name.clone(), histogram.take()?)))
                .collect(),
            end_to_end: self.end_to_end.take(),
            commit_ms: self.commits.take(),
            lag_total: gauges.lag_total,
            lag_max: gauges.lag_max,
            oldest_ms: gauges.oldest.map_or(0, |d| d.as_millis() as u64),
            queue_bytes: gauges.queue_bytes,
            rss,
            paused_ms: (flow.paused.saturating_sub(before.paused)).as_millis() as u64,
            broker_rtt_ms: gauges.broker_rtt_ms,
        }
    }

    fn flow(&self) -> MutexGuard<'_, Flow> {
        self.flow.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
        if let Some(rss) = self.rss {
            write!(f, "; {} MiB resident", rss >> 20)?;
        }
        Ok(())
    }
}

/// Resident memory of this process, where /proc says.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmRSS:"))?;
    let kib: u64 = line.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(kib << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

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
                    Fate::DeadLettered {
                        error_code: "empty",
                    },
                ),
                1 => stats.finished(10, took, Fate::Dropped),
                2 => {}
                _ => stats.finished(
                    10,
                    took,
                    Fate::Published {
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
