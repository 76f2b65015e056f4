use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Buckets in each doubling: a quantile is off by 9 % at most.
const STEPS: u32 = 8;

/// Doublings from one microsecond on: up to an hour and more.
const DOUBLINGS: u32 = 32;

const BUCKETS: usize = (STEPS * DOUBLINGS) as usize;

/// Counts durations by size, from any number of threads.
#[derive(Debug)]
pub struct Histogram {
    counts: Box<[AtomicU64]>,
}

/// Median and tail of some durations, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
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
    pub fn record(&self, took: Duration) {
        self.counts[bucket(took)].fetch_add(1, Ordering::Relaxed);
    }

    /// Quantiles of what was recorded since the last call; `None` when nothing was.
    pub fn take(&self) -> Option<Quantiles> {
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
    fn extremes_have_a_place() {
        let histogram = Histogram::default();
        histogram.record(Duration::ZERO);
        histogram.record(Duration::from_secs(1 << 40));
        assert!(histogram.take().is_some());
    }
}
