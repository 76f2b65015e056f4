use std::time::Duration;

use metrics::{Counter, Gauge, Histogram, Unit, with_local_recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use super::stats::{Flow, Gauges};

/// Upper bounds in seconds: from a fast stage on a short article to a deadline.
const SECONDS: &[f64] = &[
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
    1.0, 2.5, 5.0, 10.0,
];

/// The metrics that `/metrics` serves. They belong to this value, not to the process.
pub struct Metrics {
    recorder: PrometheusRecorder,
    exporter: PrometheusHandle,
    handles: Handles,
}

struct Handles {
    taken: Counter,
    taken_bytes: Counter,
    out: Counter,
    dropped: Counter,
    records: Counter,
    out_bytes: Counter,
    stages: Vec<Histogram>,
    end_to_end: Histogram,
    commits: Histogram,
    paused: Gauge,
    in_flight: Gauge,
    in_flight_bytes: Gauge,
    lag_total: Gauge,
    lag_max: Gauge,
    oldest: Gauge,
    queue_bytes: Gauge,
    resident: Gauge,
    rtt: Gauge,
}

impl Metrics {
    /// Metrics with a histogram for each of `stages`.
    pub fn new<'a>(stages: impl Iterator<Item = &'a str>) -> Self {
        // Only an empty list of buckets is refused.
        let recorder = PrometheusBuilder::new()
            .set_buckets(SECONDS)
            .unwrap_or_else(|_| PrometheusBuilder::new())
            .build_recorder();
        let counter = |name, what| {
            metrics::describe_counter!(name, what);
            metrics::counter!(name)
        };
        let gauge = |name, unit, what| {
            metrics::describe_gauge!(name, unit, what);
            metrics::gauge!(name)
        };
        let histogram = |name, what| {
            metrics::describe_histogram!(name, Unit::Seconds, what);
            metrics::histogram!(name)
        };
        let build = || {
            metrics::describe_counter!(DEAD_LETTERED, "Messages dead-lettered, by error code");
            metrics::describe_histogram!(STAGE, Unit::Seconds, "Time of a stage on an article");
            metrics::gauge!("copydesk_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
            let stages = stages.map(|s| metrics::histogram!(STAGE, "stage" => s.to_owned()));
            Handles {
                stages: stages.collect(),
                taken: counter(
                    "copydesk_messages_in_total",
                    "Messages taken from the input",
                ),
                taken_bytes: counter("copydesk_in_bytes_total", "Bytes taken from the input"),
                out: counter(
                    "copydesk_messages_out_total",
                    "Messages of which all records are written",
                ),
                dropped: counter(
                    "copydesk_messages_dropped_total",
                    "Messages given up on purpose, to be read again",
                ),
                records: counter("copydesk_records_total", "Records written"),
                out_bytes: counter("copydesk_out_bytes_total", "Bytes of records written"),
                end_to_end: histogram(
                    "copydesk_message_seconds",
                    "Time from taking a message to its records being written",
                ),
                commits: histogram(
                    "copydesk_commit_seconds",
                    "Time of a transaction's commit or a commit of offsets",
                ),
                paused: gauge(
                    "copydesk_paused_seconds",
                    Unit::Seconds,
                    "Time consumption has been paused since the start",
                ),
                in_flight: gauge(
                    "copydesk_in_flight_messages",
                    Unit::Count,
                    "Messages in the worker",
                ),
                in_flight_bytes: gauge(
                    "copydesk_in_flight_bytes",
                    Unit::Bytes,
                    "Bytes of messages in the worker",
                ),
                lag_total: gauge(
                    "copydesk_lag_messages",
                    Unit::Count,
                    "Messages not yet read",
                ),
                lag_max: gauge(
                    "copydesk_lag_max_messages",
                    Unit::Count,
                    "Messages not yet read of the worst partition",
                ),
                oldest: gauge(
                    "copydesk_oldest_in_flight_seconds",
                    Unit::Seconds,
                    "Age of the oldest message in the worker",
                ),
                queue_bytes: gauge(
                    "copydesk_client_queue_bytes",
                    Unit::Bytes,
                    "Bytes in librdkafka's queues",
                ),
                resident: gauge("copydesk_resident_bytes", Unit::Bytes, "Resident memory"),
                rtt: gauge(
                    "copydesk_broker_rtt_seconds",
                    Unit::Seconds,
                    "Round trip to the slowest broker",
                ),
            }
        };
        Metrics {
            handles: with_local_recorder(&recorder, build),
            exporter: recorder.handle(),
            recorder,
        }
    }

    /// What `/metrics` answers.
    pub fn render(&self) -> String {
        self.exporter.render()
    }

    /// Folds what histograms have gathered into their buckets; without it they grow between scrapes.
    pub fn upkeep(&self) {
        self.exporter.run_upkeep();
    }

    /// Takes over the totals, which are counted once, by the statistics.
    pub(super) fn totals(&self, flow: &Flow) {
        let handles = &self.handles;
        handles.taken.absolute(flow.taken);
        handles.taken_bytes.absolute(flow.taken_bytes);
        handles.out.absolute(flow.out);
        handles.dropped.absolute(flow.dropped);
        handles.records.absolute(flow.records);
        handles.out_bytes.absolute(flow.out_bytes);
        handles.in_flight.set(flow.in_flight as f64);
        handles.in_flight_bytes.set(flow.in_flight_bytes as f64);
    }

    pub(super) fn dead_lettered(&self, error_code: &str) {
        with_local_recorder(&self.recorder, || {
            metrics::counter!(DEAD_LETTERED, "error_code" => error_code.to_owned()).increment(1);
        });
    }

    pub(super) fn end_to_end(&self, took: Duration) {
        self.handles.end_to_end.record(took);
    }

    pub(super) fn stage(&self, index: usize, took: Duration) {
        self.handles.stages[index].record(took);
    }

    pub(super) fn committed(&self, took: Duration) {
        self.handles.commits.record(took);
    }

    pub(super) fn paused(&self, took: Duration) {
        self.handles.paused.increment(took.as_secs_f64());
    }

    pub(super) fn gauges(&self, gauges: &Gauges, resident: Option<u64>) {
        self.handles
            .lag_total
            .set(gauges.lag_total.unwrap_or_default() as f64);
        self.handles
            .lag_max
            .set(gauges.lag_max.unwrap_or_default() as f64);
        self.handles
            .oldest
            .set(gauges.oldest.unwrap_or_default().as_secs_f64());
        self.handles.queue_bytes.set(gauges.queue_bytes as f64);
        self.handles
            .resident
            .set(resident.unwrap_or_default() as f64);
        self.handles
            .rtt
            .set(gauges.broker_rtt_ms.unwrap_or_default() / 1000.0);
    }
}

const DEAD_LETTERED: &str = "copydesk_dead_lettered_total";
const STAGE: &str = "copydesk_stage_seconds";
