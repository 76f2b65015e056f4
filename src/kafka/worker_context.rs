//! What every message in flight needs of its worker.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crossbeam_channel::Sender;

use super::exit::Exit;
use super::in_flight_budget::InFlightBudget;
use super::memory::SharedMemory;
use super::publisher::PublisherMessage;
use super::shared::Shared;
use super::stop::Stop;
use crate::config::{Delivery, OnFailure, OnNotArticle, OutputFormat, OutputKey, Settings};
use crate::engine::Engine;
use crate::ops::Stats;
#[cfg(feature = "otlp")]
use crate::ops::traces::Traces;
use crate::record::{EnrichedArticle, avro, ninjs};
use crate::registry::Registered;

/// What all messages of a worker share.
///
/// Not on the cache line of its pointers' count, which every message changes on several cores.
#[repr(align(64))]
pub struct WorkerContext {
    pub engine: Engine,
    pub output_format: OutputFormat,
    /// The schema that records go out with; none without a registry.
    pub registered: Option<Registered>,
    /// Whether records are CloudEvents.
    pub cloudevents: bool,
    pub output_key: OutputKey,
    pub not_article: OnNotArticle,
    pub on_failure: OnFailure,
    /// Largest record in bytes.
    pub most_bytes: usize,
    /// Whether records may go out before their message is done with. Otherwise all records of a message
    /// are in memory at one time, most of them compressed, and may weigh no more there than everything in
    /// flight may.
    pub streams: bool,
    pub publisher: Sender<PublisherMessage>,
    pub budget: Arc<InFlightBudget>,
    pub stop: Arc<Stop>,
    pub stats: Arc<Stats>,
    pub failures: Failures,
    /// None when articles are not remembered.
    pub(super) memory: Option<Arc<SharedMemory>>,
    /// None when articles are not traced.
    #[cfg(feature = "otlp")]
    pub traces: Option<Arc<Traces>>,
}

impl WorkerContext {
    pub fn new(shared: &Shared, engine: Engine) -> Self {
        let Settings {
            kafka,
            limits,
            stages,
            output,
            ..
        } = &*shared.settings;
        WorkerContext {
            engine,
            output_format: output.format,
            registered: shared.registered.get().cloned(),
            cloudevents: output.cloudevents,
            output_key: kafka.output_key,
            not_article: shared.settings.not_article,
            on_failure: stages.on_failure,
            most_bytes: limits.output_bytes,
            streams: kafka.delivery == Delivery::AtLeastOnce,
            publisher: shared.publisher.clone(),
            budget: Arc::clone(&shared.budget),
            stop: Arc::clone(&shared.stop),
            stats: Arc::clone(&shared.stats),
            memory: shared.memory.get().cloned(),
            #[cfg(feature = "otlp")]
            traces: shared.traces.get().cloned(),
            failures: Failures {
                most: kafka.max_consecutive_failures,
                in_a_row: AtomicU64::new(0),
            },
        }
    }

    /// The record as the output topic has it, and what stands in its header beside it.
    pub fn render(&self, record: &EnrichedArticle) -> anyhow::Result<(Vec<u8>, Option<Vec<u8>>)> {
        let (value, sidecar) = match self.output_format {
            OutputFormat::Enriched => (serde_json::to_vec(record)?, None),
            OutputFormat::Avro => (avro::encode(record)?, None),
            OutputFormat::Ninjs => {
                let sidecar = serde_json::to_vec(&ninjs::sidecar(record))?;
                (serde_json::to_vec(&ninjs::item(record))?, Some(sidecar))
            }
        };
        Ok(match &self.registered {
            Some(registered) => (registered.framed(value), sidecar),
            None => (value, sidecar),
        })
    }
}

/// Messages in a row that could not be read or published.
#[derive(Debug)]
pub struct Failures {
    /// `None` for no limit.
    most: Option<u64>,
    in_a_row: AtomicU64,
}

impl Failures {
    /// Notes what became of a message; ends the worker with the last failure that is too many.
    pub fn note(&self, failed: bool, stop: &Stop) {
        if !failed {
            self.in_a_row.store(0, Ordering::Relaxed);
            return;
        }
        let row = self.in_a_row.fetch_add(1, Ordering::Relaxed) + 1;
        if self.most.is_some_and(|most| row >= most) {
            stop.halt(
                Exit::Failures,
                format!(
                    "{row} messages in a row went to the dead letters: see their copydesk-reason"
                ),
            );
        }
    }
}
