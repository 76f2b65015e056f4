//! Durations counted by size: one histogram for the quantiles of the stats line, one for the fixed buckets of
//! `/metrics`. The first is emptied at every line, the second only grows, as Prometheus wants it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Buckets in each doubling: a quantile is off by 9 % at most.
const STEPS: u32 = 8;

/// Doublings from one microsecond on: up to twelve days, for what waited over a weekend.
const DOUBLINGS: u32 = 40;

/// Buckets of a [`Histogram`].
const BUCKETS: usize = (STEPS * DOUBLINGS) as usize;

/// Counts durations by size, from any number of threads.
#[derive(Debug)]
pub(super) struct Histogram {
    counts: Box<[AtomicU64]>,
}

/// Median and tail of some durations, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Quantiles {
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
}

impl Default for Histogram {
    fn default() -> Self {
        Histogram {
            counts: (0..BUCKETS).map(|_| AtomicU64::new(0)).collect(),
        }
    }
}

impl Histogram {
    /// Counts one duration.
    pub(super) fn record(&self, took: Duration) {
        self.counts[bucket(took)].fetch_add(1, Ordering::Relaxed);
    }

    /// Quantiles of what was recorded since the last call; `None` when nothing was.
    pub(super) fn take(&self) -> Option<Quantiles> {
        let counts: Vec<u64> = self
            .counts
            .iter()
            .map(|c| c.swap(0, Ordering::Relaxed))
            .collect();
        let total: u64 = counts.iter().sum();
        let at = |share: f64| {
            let rank = ((total as f64 * share).ceil() as u64).max(1);
            let mut seen = 0;
            let index = counts.iter().position(|c| {
                seen += c;
                seen >= rank
            });
            upper_ms(index.unwrap_or(0))
        };
        (total > 0).then(|| Quantiles {
            p50: at(0.50),
            p95: at(0.95),
            p99: at(0.99),
        })
    }
}

/// Upper bounds in seconds: from a fast stage on a short article to a backlog of an hour.
const BOUNDS: &[f64] = &[
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
    1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0,
];

/// Those of [`BOUNDS`] that end at ten seconds: what has a deadline takes no longer.
const SHORT: usize = 17;

/// Counts durations by fixed bounds since the start, as Prometheus wants it.
#[derive(Debug)]
pub struct Buckets {
    bounds: &'static [f64],
    /// One more than bounds: the last is of what is beyond them.
    counts: Box<[AtomicU64]>,
    /// The sum, in two parts: in one, a few messages from 1970 would overflow it.
    seconds: AtomicU64,
    nanoseconds: AtomicU64,
}

impl Buckets {
    /// Buckets with these upper bounds in seconds, which ascend.
    pub fn new(bounds: &'static [f64]) -> Self {
        Buckets {
            bounds,
            counts: (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect(),
            seconds: AtomicU64::new(0),
            nanoseconds: AtomicU64::new(0),
        }
    }

    /// Counts one duration.
    pub fn record(&self, took: Duration) {
        let seconds = took.as_secs_f64();
        let index = self.bounds.partition_point(|bound| *bound < seconds);
        self.counts[index].fetch_add(1, Ordering::Relaxed);
        self.seconds.fetch_add(took.as_secs(), Ordering::Relaxed);
        self.nanoseconds
            .fetch_add(took.subsec_nanos().into(), Ordering::Relaxed);
    }

    /// Upper bounds of the buckets, in seconds, ascending; the last bucket has none.
    pub fn bounds(&self) -> &'static [f64] {
        self.bounds
    }

    /// How many fell into each bucket, and the sum of all in seconds.
    pub fn read(&self) -> (Vec<u64>, f64) {
        let load = |n: &AtomicU64| n.load(Ordering::Relaxed);
        let sum = load(&self.seconds) as f64 + load(&self.nanoseconds) as f64 / 1e9;
        (self.counts.iter().map(load).collect(), sum)
    }
}

/// Durations for the stats line, which wants quantiles since the last, and for the metrics.
#[derive(Debug)]
pub(super) struct Times {
    pub recent: Histogram,
    pub buckets: Buckets,
}

impl Times {
    /// Of what is over within seconds.
    pub(super) fn short() -> Self {
        Times::new(&BOUNDS[..SHORT])
    }

    /// Of what may wait for long.
    pub(super) fn long() -> Self {
        Times::new(BOUNDS)
    }

    fn new(bounds: &'static [f64]) -> Self {
        Times {
            recent: Histogram::default(),
            buckets: Buckets::new(bounds),
        }
    }

    pub(super) fn record(&self, took: Duration) {
        self.recent.record(took);
        self.buckets.record(took);
    }
}

fn bucket(took: Duration) -> usize {
    let us = took.as_secs_f64() * 1e6;
    let index = (us.max(1.0).log2() * f64::from(STEPS)).ceil();
    (index as usize).min(BUCKETS - 1)
}

/// The upper end of a bucket in milliseconds, to three digits.
fn upper_ms(index: usize) -> f64 {
    let us = (index as f64 / f64::from(STEPS)).exp2();
    (us.round() / 1000.0 * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_near() {
        let histogram = Histogram::default();
        for ms in 1..=100 {
            histogram.record(Duration::from_millis(ms));
        }
        let q = histogram.take().unwrap();
        for (got, want) in [(q.p50, 50.0), (q.p95, 95.0), (q.p99, 99.0)] {
            assert!((got - want).abs() / want < 0.1, "{got} for {want}");
        }
        assert!(histogram.take().is_none());
    }

    #[test]
    fn short_bounds_end_at_ten_seconds_and_long_ones_at_an_hour() {
        assert_eq!(Times::short().buckets.bounds().last(), Some(&10.0));
        assert_eq!(Times::long().buckets.bounds().last(), Some(&3600.0));
        assert!(BOUNDS.is_sorted());
    }

    #[test]
    fn extremes_have_a_place() {
        let histogram = Histogram::default();
        histogram.record(Duration::ZERO);
        histogram.record(Duration::from_secs(1 << 40));
        assert!(histogram.take().is_some());
        let buckets = Buckets::new(&[1.0]);
        buckets.record(Duration::MAX);
        assert_eq!(buckets.read().0, [0, 1]);
    }
}
