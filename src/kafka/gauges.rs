//! What only the clients know, gathered from their statistics for the stats line and the metrics.

use std::sync::{Arc, Mutex, MutexGuard};

use foldhash::HashMap;
use rdkafka::statistics::{Partition, Statistics};

use super::assignment::Assignment;
use super::sync::lock;
use crate::ops::{Gauges, PartitionLag};

/// The latest of each client.
#[derive(Debug)]
pub struct Meters {
    assignment: Arc<Assignment>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    consumer: Client,
    producer: Client,
    /// The partitions that were this worker's at the time.
    partitions: HashMap<(String, i32), Position>,
    unowned: Option<u64>,
}

/// What both clients tell.
#[derive(Debug, Default)]
struct Client {
    /// In microseconds; kept when nothing was sent meanwhile.
    rtt: Option<i64>,
    /// In milliseconds.
    throttle: Option<u64>,
    queued_bytes: u64,
}

/// Where this worker stands in a partition. The client writes what it does not know as a negative number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Position {
    /// The offset to go on from.
    next: Option<i64>,
    /// Where the partition ends for a reader of committed messages.
    end: Option<i64>,
}

impl Position {
    fn of(partition: &Partition) -> Self {
        let known = |offset: i64| Some(offset).filter(|o| *o >= 0);
        Position {
            // What is stored follows each commit of both ways of delivery. Where there is nothing yet, the
            // worker begins at the first message the broker has.
            next: known(partition.stored_offset)
                .or(known(partition.committed_offset))
                .or(known(partition.lo_offset)),
            // The last stable offset; a broker that knows of none says where its log ends.
            end: known(partition.ls_offset).or(known(partition.hi_offset)),
        }
    }

    fn lag(self) -> Option<u64> {
        // One beyond the end is one in a topic that has been made anew, or whose end was lost: what
        // is to be read of it is not known.
        u64::try_from(self.end? - self.next?).ok()
    }
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
        let mut state = self.lock();
        let brokers = || statistics.brokers.values();
        let trips = brokers().filter_map(|b| b.rtt.as_ref());
        let held = brokers().filter_map(|b| b.throttle.as_ref());
        let producing = statistics.client_type == "producer";
        let client = match producing {
            true => &mut state.producer,
            false => &mut state.consumer,
        };
        let rtt = trips.filter(|w| w.cnt > 0).map(|w| w.avg).max();
        client.rtt = rtt.or(client.rtt);
        let held = held.filter(|w| w.cnt > 0).map(|w| w.max).max();
        client.throttle = Some(u64::try_from(held.unwrap_or(0)).unwrap_or(0));
        if producing {
            client.queued_bytes = statistics.msg_size;
            return;
        }
        client.queued_bytes = 0;
        state.partitions.clear();
        for topic in statistics.topics.values() {
            for (number, partition) in &topic.partitions {
                if self.assignment.get(&topic.topic, *number).is_some() {
                    state.consumer.queued_bytes += partition.fetchq_size;
                    let key = (topic.topic.clone(), *number);
                    state.partitions.insert(key, Position::of(partition));
                }
            }
        }
    }

    /// Notes how many partitions of the input no member of the group has; `None` when that is not known.
    pub fn note_unowned(&self, unowned: Option<u64>) {
        self.lock().unowned = unowned;
    }

    pub fn gauges(&self) -> Gauges {
        let epochs = self.assignment.all();
        let state = self.lock();
        let mut partitions: Vec<PartitionLag> = epochs
            .iter()
            .map(|epoch| {
                let topic = epoch.topic.to_string();
                let place = state.partitions.get(&(topic.clone(), epoch.partition));
                PartitionLag {
                    topic,
                    partition: epoch.partition,
                    messages: place.and_then(|p| p.lag()),
                }
            })
            .collect();
        partitions.sort_by(|a, b| (&a.topic, a.partition).cmp(&(&b.topic, b.partition)));
        let clients = [&state.consumer, &state.producer];
        Gauges {
            partitions,
            unowned: state.unowned,
            oldest: epochs.iter().filter_map(|e| e.oldest()).map(|o| o.1).max(),
            queue_bytes: clients.iter().map(|c| c.queued_bytes).sum(),
            broker_rtt_ms: clients
                .iter()
                .filter_map(|c| c.rtt)
                .max()
                .map(|us| us as f64 / 1000.0),
            throttle_ms: clients.iter().filter_map(|c| c.throttle).max(),
            ..Gauges::default()
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const UNKNOWN: i64 = -1001;

    /// Statistics of a consumer with these partitions of `news`, each with what it says beside the rest.
    fn statistics(kind: &str, partitions: &[(i32, Value)], throttle: i64) -> Statistics {
        let window = |max: i64, cnt: i64| {
            json!({
                "min": 0, "max": max, "avg": max / 2, "sum": 0, "cnt": cnt, "stddev": 0, "hdrsize": 0,
                "p50": 0, "p75": 0, "p90": 0, "p95": 0, "p99": 0, "p99_99": 0, "outofrange": 0,
            })
        };
        let mut statistics = Statistics {
            client_type: kind.into(),
            msg_size: 70,
            ..Statistics::default()
        };
        for (name, max) in [("a:1/1", throttle), ("b:1/2", 0)] {
            let broker = rdkafka::statistics::Broker {
                throttle: serde_json::from_value(window(max, i64::from(max > 0))).unwrap(),
                rtt: serde_json::from_value(window(3000, 1)).unwrap(),
                ..Default::default()
            };
            statistics.brokers.insert(name.into(), broker);
        }
        let mut topic = rdkafka::statistics::Topic {
            topic: "news".into(),
            ..Default::default()
        };
        for (number, offsets) in partitions {
            let mut all = serde_json::to_value(Partition::default()).unwrap();
            for name in ["stored", "committed", "lo", "hi", "ls", "next"] {
                all[format!("{name}_offset")] = UNKNOWN.into();
            }
            for (name, value) in offsets.as_object().unwrap() {
                assert!(all.get(name).is_some(), "{name}");
                all[name] = value.clone();
            }
            let partition = serde_json::from_value(all).unwrap();
            topic.partitions.insert(*number, partition);
        }
        statistics.topics.insert("news".into(), topic);
        statistics
    }

    fn meters(partitions: &[(i32, Value)]) -> (Arc<Assignment>, Meters) {
        let assignment = Arc::new(Assignment::default());
        for (number, _) in partitions {
            assignment.add("news", *number);
        }
        let meters = Meters::new(Arc::clone(&assignment));
        meters.note(&statistics("consumer", partitions, 0));
        (assignment, meters)
    }

    fn lags(meters: &Meters) -> Vec<Option<u64>> {
        let partitions = meters.gauges().partitions;
        partitions.iter().map(|p| p.messages).collect()
    }

    #[test]
    fn lag_is_from_what_is_committed_to_what_can_be_read() {
        let (_, meters) = meters(&[
            (
                0,
                json!({"stored_offset": 40, "committed_offset": 30, "ls_offset": 100, "hi_offset": 120}),
            ),
            (
                1,
                json!({"committed_offset": 30, "lo_offset": 10, "ls_offset": 100, "hi_offset": 120}),
            ),
            (2, json!({"lo_offset": 10, "ls_offset": 100})),
            (3, json!({"stored_offset": 40, "hi_offset": 120})),
            (
                4,
                json!({"stored_offset": 0, "lo_offset": 0, "ls_offset": 0}),
            ),
        ]);
        assert_eq!(
            lags(&meters),
            [Some(60), Some(70), Some(90), Some(80), Some(0)]
        );
    }

    #[test]
    fn what_the_client_does_not_know_is_unknown() {
        let (assignment, meters) = meters(&[
            (0, json!({"stored_offset": 40})),
            (1, json!({"ls_offset": 100})),
            (2, json!({"stored_offset": 800, "ls_offset": 100})),
        ]);
        assert_eq!(lags(&meters), [None, None, None]);
        // Come after the statistics.
        assignment.add("news", 7);
        assert_eq!(lags(&meters), [None; 4]);
    }

    #[test]
    fn partitions_that_went_are_gone_at_once() {
        let (assignment, meters) = meters(&[
            (0, json!({"stored_offset": 40, "ls_offset": 100})),
            (1, json!({"stored_offset": 90, "ls_offset": 100})),
        ]);
        assignment.remove("news", 0);
        let left = PartitionLag {
            topic: "news".into(),
            partition: 1,
            messages: Some(10),
        };
        assert_eq!(meters.gauges().partitions, [left]);
    }

    #[test]
    fn the_worst_of_both_clients_and_the_latest_word() {
        let (_, meters) = meters(&[]);
        assert_eq!(meters.gauges().throttle_ms, Some(0));
        meters.note(&statistics("producer", &[], 250));
        let gauges = meters.gauges();
        assert_eq!((gauges.throttle_ms, gauges.queue_bytes), (Some(250), 70));
        assert_eq!(gauges.broker_rtt_ms, Some(1.5));
        meters.note(&statistics("consumer", &[], 40));
        assert_eq!(meters.gauges().throttle_ms, Some(250));
        meters.note(&statistics("producer", &[], 0));
        assert_eq!(meters.gauges().throttle_ms, Some(40));
        assert_eq!(meters.gauges().unowned, None);
        meters.note_unowned(Some(3));
        assert_eq!(meters.gauges().unowned, Some(3));
    }
}
