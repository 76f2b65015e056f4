//! What only the clients know, gathered from their statistics for the stats line and the metrics.

use std::sync::{Arc, Mutex, PoisonError};

use rdkafka::statistics::Statistics;

use super::assignment::Assignment;
use crate::ops::Gauges;

/// The latest of each client.
#[derive(Debug)]
pub struct Meters {
    assignment: Arc<Assignment>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    lag: Option<(i64, i64)>,
    fetched_bytes: u64,
    sending_bytes: u64,
    rtt_us: Option<i64>,
}

impl Meters {
    pub fn new(assignment: Arc<Assignment>) -> Self {
        Meters {
            assignment,
            state: Mutex::default(),
        }
    }

    /// Takes a client's statistics.
    pub fn note(&self, statistics: &Statistics) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let trips = statistics.brokers.values().filter_map(|b| b.rtt.as_ref());
        let rtt = trips.filter(|w| w.cnt > 0).map(|w| w.avg).max();
        state.rtt_us = rtt.or(state.rtt_us);
        if statistics.client_type == "producer" {
            state.sending_bytes = statistics.msg_size;
            return;
        }
        let mut lags = Vec::new();
        state.fetched_bytes = 0;
        for topic in statistics.topics.values() {
            for (number, partition) in &topic.partitions {
                if self.assignment.get(&topic.topic, *number).is_some() {
                    state.fetched_bytes += partition.fetchq_size;
                    // Reckoned from what is stored, which both ways of delivery do at each commit.
                    lags.extend(Some(partition.consumer_lag_stored).filter(|lag| *lag >= 0));
                }
            }
        }
        let worst = lags.iter().copied().max();
        state.lag = worst.map(|worst| (lags.iter().sum(), worst));
    }

    /// STUB
    pub fn note_unowned(&self, _count: Option<u64>) {}

    pub fn idle_ends(&self) -> Vec<(String, i32, i64)> {
        Vec::new()
    }

    pub fn gauges(&self) -> Gauges {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let shares = self.assignment.all();
        Gauges {
            lag_total: state.lag.map(|(total, _)| total),
            lag_max: state.lag.map(|(_, worst)| worst),
            oldest: shares.iter().filter_map(|s| s.oldest()).map(|o| o.1).max(),
            queue_bytes: state.fetched_bytes + state.sending_bytes,
            broker_rtt_ms: state.rtt_us.map(|us| us as f64 / 1000.0),
        }
    }
}
