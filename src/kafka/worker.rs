//! Puts a worker together, runs it, takes it apart.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use crossbeam_channel::bounded;
use rdkafka::consumer::Consumer as _;
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};

use super::client::monitor::ClientMonitor;
use super::consumer_loop::{ConsumerLoop, End};
use super::exit::{Exit, fatal_exit};
use super::group::Group;
use super::inspector::{CorrectionQueue, Inspector};
use super::limits::Limits;
use super::memory::{IndexReader, LinksReader, SharedMemory};
use super::producer::{DeliveryReports, Producer};
use super::publisher::{self, Outbox, PublisherMessage, publish};
use super::rewind::Rewind;
use super::shared::Shared;
use super::shared_consumer::SharedConsumer;
use super::stop::{Reason, Stop};
use super::sweep::Sweep;
use super::transaction::{self, TRANSACTION, TransactionalPublisher, UNABLE};
use super::{client, identity, preflight, registration};
use crate::config::{Delivery, OutputKey, Settings};
use crate::engine::{Engine, MEMORY};
use crate::memory::Log as Remembers;
use crate::ops::events::{ShutdownEnd, TopicLimits, WorkerFailed, WorkerStarted};
#[cfg(feature = "otlp")]
use crate::ops::traces::Traces;
use crate::ops::{Event as _, Gauges, Log, Ops, Stats, WorkerInfo};
use crate::pipeline::caught;
use crate::record::name_of;

/// A worker: consumes, enriches and publishes until it is stopped.
pub struct Worker {
    settings: Settings,
    engine: Engine,
    stop: Arc<Stop>,
    stats: Arc<Stats>,
}

/// How a worker ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    pub exit: Exit,
    pub reason: String,
    /// Messages finished between the request to stop and the end.
    pub drained: usize,
    /// Messages that were under way and will be done again.
    pub abandoned: usize,
    pub took: Duration,
}

/// How long the broker may take to let a transactional producer in before it is asked again.
const JOIN: Duration = Duration::from_secs(10);

/// How often a worker that starts may be thrown out before it is clear that another has its name.
const FENCED: u32 = 3;

/// How long the broker may take to tell what the topics take.
const LIMITS: Duration = Duration::from_secs(5);

/// How long the clients may take to close once nothing is under way. Closing is only a courtesy to the
/// broker by then: everything is committed.
const CLOSE: Duration = Duration::from_secs(2);

impl Worker {
    pub fn new(settings: Settings, engine: Engine) -> Self {
        Worker {
            stats: {
                let stages = engine.stages().iter().map(|s| s.name());
                let memory = settings.kafka.memory.as_ref().map(|_| MEMORY);
                Arc::new(Stats::new(stages.chain(memory)))
            },
            settings,
            engine,
            stop: Arc::new(Stop::default()),
        }
    }

    /// What stops it, for signals and whoever else may.
    pub fn stop(&self) -> Arc<Stop> {
        Arc::clone(&self.stop)
    }

    /// What it has done so far.
    pub fn stats(&self) -> Arc<Stats> {
        Arc::clone(&self.stats)
    }

    /// Works on this thread until told to stop.
    ///
    /// # Errors
    /// When another worker has this one's name, the health port is taken, or a client does not take its
    /// settings; nothing has been taken or published then.
    pub fn run(self, log: Log) -> anyhow::Result<Ended> {
        let Worker {
            settings,
            engine,
            stop,
            stats,
        } = self;
        let _name = identity::claim(&settings)?;
        let (shared, inbox, woken) = Shared::new(settings, stats, stop);
        let gauged = Arc::clone(&shared);
        let ops = Ops::start(
            &shared.settings.ops,
            log,
            Arc::clone(&shared.stats),
            Arc::clone(&shared.health),
            Box::new(move || Gauges {
                memory: gauged.memory.get().map(|memory| memory.gauges()),
                worker: Some(info(&gauged.settings)),
                ..gauged.meters.gauges()
            }),
        )?;
        #[cfg(feature = "otlp")]
        if let Some(wanted) = &shared.settings.ops.traces {
            let traces = Traces::start(wanted, &shared.settings).context("traces")?;
            let _ = shared.traces.set(Arc::new(traces));
        }
        tell_start(&shared, &engine);
        registration::settle(&shared)?;
        let (engine, memory) = remembering(&shared, engine)?;
        let clients = Clients::new(&shared).context("the consumer cannot be made")?;
        let corrections = Arc::new(CorrectionQueue::default());
        let inspector = Inspector::new(&shared, &clients.consumer, &corrections, woken);
        let inspector = spawn(&shared.stop, "inspector", Box::new(move || inspector.run()))?;
        let limits = clients.limits();
        tell_limits(&shared.settings, &limits);
        let producer = clients
            .first_producer(limits)
            .context("the producer cannot be made")?;
        let rewind = Arc::new(Rewind::new(&shared));
        let outbox = Outbox::new(&shared, producer, inbox);
        let publisher = spawn(
            &shared.stop,
            "publisher",
            clients.publisher(outbox, &rewind),
        )?;
        let consumer_loop =
            ConsumerLoop::new(&shared, engine, &clients.consumer, rewind, corrections);
        let end = consumer_loop.run();
        let _ = shared.publisher.send(PublisherMessage::Leave);
        if let Some(memory) = shared.memory.get() {
            memory.leave();
        }
        let threads = [inspector, publisher].into_iter().chain(memory);
        close(clients, threads.collect());
        let ended = ended(&shared.stop, end);
        #[cfg(feature = "otlp")]
        if let Some(traces) = shared.traces.get() {
            traces.stop();
        }
        ops.stop();
        if shared.stop.has_last_word() {
            ended.tell();
        }
        Ok(ended)
    }
}

/// Starts one of the worker's threads. Without it nothing goes on: when it panics, the worker ends.
fn spawn(
    stop: &Arc<Stop>,
    name: &'static str,
    work: Box<dyn FnOnce() + Send>,
) -> anyhow::Result<JoinHandle<()>> {
    let stop = Arc::clone(stop);
    let work = move || {
        if let Err(said) = caught(work) {
            let why = format!("a fault of the program itself, in the {name}: {said}");
            stop.halt(Exit::Stuck, why);
        }
    };
    let thread = thread::Builder::new().name(name.into()).spawn(work);
    thread.with_context(|| format!("no thread for the {name}"))
}

/// The engine with the memory that the configuration wants, and the threads that read that.
fn remembering(
    shared: &Arc<Shared>,
    engine: Engine,
) -> anyhow::Result<(Engine, Vec<JoinHandle<()>>)> {
    let unmade = "the memory's clients cannot be made";
    let Some(memory) = SharedMemory::new(shared).context(unmade)? else {
        return Ok((engine, Vec::new()));
    };
    let index = IndexReader::new(shared, &memory).context(unmade)?;
    let links = LinksReader::new(shared, &memory).context(unmade)?;
    let engine = engine.remembering(Arc::clone(&memory) as Arc<dyn Remembers>)?;
    let _ = shared.memory.set(memory);
    let threads = [
        spawn(&shared.stop, "memory-index", Box::new(move || index.run()))?,
        spawn(&shared.stop, "memory-links", Box::new(move || links.run()))?,
    ];
    Ok((engine, threads.into()))
}

/// What `/metrics` says of the settings.
fn info(settings: &Settings) -> WorkerInfo {
    let Settings { kafka, limits, .. } = settings;
    WorkerInfo {
        name: kafka.instance.to_string(),
        group: kafka.group.to_string(),
        delivery: name_of(kafka.delivery),
        in_flight_messages: limits.in_flight_articles,
        in_flight_bytes: limits.in_flight_bytes,
    }
}

fn tell_start(shared: &Shared, engine: &Engine) {
    let kafka = &shared.settings.kafka;
    let input = kafka.input.subscription().into_iter();
    WorkerStarted {
        pid: std::process::id(),
        threads: shared.settings.pipeline.threads,
        stages: engine
            .stages()
            .iter()
            .map(|s| s.name().to_owned())
            .collect(),
        input: input.map(str::to_owned).collect(),
        output: kafka.output.clone(),
        dead_letters: kafka.dead_letters.clone(),
        delivery: name_of(kafka.delivery),
        order: name_of(shared.order()),
    }
    .emit();
}

/// Says where the topics that are written to take or keep less than may come.
fn tell_limits(settings: &Settings, limits: &Limits) {
    let kafka = &settings.kafka;
    let wanted = settings.limits.output_bytes;
    if let Some(most) = limits.output.message_bytes.filter(|most| *most < wanted) {
        TopicLimits {
            topic: kafka.output.clone(),
            setting: "max.message.bytes".into(),
            value: most.to_string(),
            configured: format!("limits.output_bytes = {wanted}"),
            action:
                "records above it, packed, become dead letters: raise it, or lower limits.output_bytes"
                    .into(),
        }
        .emit();
    }
    let compacted = |topic: &str, configured: &str, action: &str| TopicLimits {
        topic: topic.to_owned(),
        setting: "cleanup.policy".into(),
        value: "compact".into(),
        configured: configured.to_owned(),
        action: action.to_owned(),
    };
    if limits.output.compacts && kafka.output_key == OutputKey::Keep {
        let configured = "kafka.output_key = \"keep\"";
        compacted(&kafka.output, configured, preflight::OUTPUT_COMPACTED).emit();
    }
    if limits.dead_letters.compacts {
        let configured = "dead letters with the keys of their messages";
        compacted(
            &kafka.dead_letters,
            configured,
            preflight::LETTERS_COMPACTED,
        )
        .emit();
    }
}

/// The worker's consumer, and how its producers are made: one after the other may be needed.
#[derive(Clone)]
struct Clients {
    shared: Arc<Shared>,
    consumer: Arc<SharedConsumer>,
}

impl Clients {
    /// # Errors
    /// When the consumer does not take its settings.
    fn new(shared: &Arc<Shared>) -> KafkaResult<Self> {
        let settings = Arc::clone(&shared.settings);
        let group = Group::new(shared);
        let connect = move || {
            let config = client::settings::consumer(&settings);
            client::consumer(&config, group.for_another_client())
        };
        Ok(Clients {
            shared: Arc::clone(shared),
            consumer: Arc::new(SharedConsumer::new(Box::new(connect))?),
        })
    }

    /// What the topics that are written to take at this moment.
    fn limits(&self) -> Limits {
        let kafka = &self.shared.settings.kafka;
        let consumer = self.consumer.get();
        Limits::ask(
            consumer.client(),
            &kafka.output,
            &kafka.dead_letters,
            LIMITS,
        )
    }

    /// Makes producers that know what the topics take. All of them have one monitor.
    fn producer(&self) -> impl Fn(Limits) -> KafkaResult<Producer> + Send + 'static {
        let shared = Arc::clone(&self.shared);
        let monitor = Arc::new(ClientMonitor::new("producer", &shared));
        move |limits| {
            let reports = DeliveryReports::new(&shared, &monitor, &limits);
            Producer::new(&shared.settings, reports, limits)
        }
    }

    /// How producers take up the worker's transactional id, one after the other.
    fn transactional(&self) -> transaction::Connect {
        let sweep = Sweep::new(&self.shared);
        let (make, asked, entering) = (self.producer(), self.clone(), self.clone());
        transaction::Connect {
            make: Box::new(move || make(asked.limits())),
            enter: Box::new(move |producer| {
                let group = entering.consumer.get().group_metadata();
                let group = group.ok_or(KafkaError::Global(RDKafkaErrorCode::UnknownGroup))?;
                sweep.run(&group, JOIN)?;
                producer.init(JOIN)
            }),
        }
    }

    /// The producer to begin with; a transactional one is let in before anything is taken.
    fn first_producer(&self, limits: Limits) -> KafkaResult<Producer> {
        let producer = self.producer()(limits)?;
        if self.shared.settings.kafka.delivery == Delivery::ExactlyOnce {
            self.wait_until_let_in(&producer);
        }
        Ok(producer)
    }

    /// Has the broker let a producer in, as often as it takes; ends the worker when it will not.
    fn wait_until_let_in(&self, producer: &Producer) {
        let Shared { stop, health, .. } = &*self.shared;
        let enter = self.transactional().enter;
        let start = Instant::now();
        let mut fenced = 0;
        while !stop.is_set() {
            let Err(error) = enter(producer) else {
                return health.outage_of(TRANSACTION, None);
            };
            if start.elapsed() >= UNABLE {
                let said = format!("no transaction can be begun: {error}");
                health.outage_of(TRANSACTION, Some(&said));
            }
            let exit = error.rdkafka_error_code().and_then(fatal_exit);
            // One that starts just now throws out whoever has the name, and may be a predecessor's last call.
            fenced += u32::from(exit == Some(Exit::Fenced));
            match exit {
                Some(exit) if exit != Exit::Fenced || fenced >= FENCED => {
                    stop.halt(exit, format!("producer: {error}"));
                }
                _ => stop.wait(Duration::from_millis(100)),
            }
        }
    }

    /// Makes a producer as the topics are now; `None` when the one that knows `limits` will do.
    fn for_other_limits(&self) -> publisher::Renew {
        let (make, clients) = (self.producer(), self.clone());
        Box::new(move |limits| {
            let now = clients.limits();
            match now == *limits {
                true => Ok(None),
                false => make(now).map(Some),
            }
        })
    }

    /// What the publishing thread does.
    fn publisher(&self, outbox: Outbox, rewind: &Arc<Rewind>) -> Box<dyn FnOnce() + Send> {
        match self.shared.settings.kafka.delivery {
            Delivery::AtLeastOnce => {
                let renew = self.for_other_limits();
                Box::new(move || publish(outbox, renew))
            }
            Delivery::ExactlyOnce => {
                let connect = self.transactional();
                let publisher = TransactionalPublisher::new(
                    &self.shared,
                    outbox,
                    &self.consumer,
                    connect,
                    rewind,
                );
                Box::new(move || publisher.run())
            }
        }
    }
}

/// Closes the clients, which may hang, under a deadline.
fn close(clients: Clients, threads: Vec<JoinHandle<()>>) {
    let (done, closed) = bounded::<()>(1);
    let closing = thread::Builder::new()
        .name("closing".into())
        .spawn(move || {
            for thread in threads {
                let _ = thread.join();
            }
            drop(clients);
            drop(done);
        });
    if closing.is_ok() {
        let _ = closed.recv_timeout(CLOSE);
    }
}

fn ended(stop: &Stop, end: End) -> Ended {
    let (exit, reason) = match stop.reason() {
        Some(Reason::Halted(exit, reason)) => (exit, reason),
        Some(Reason::Asked(reason)) if end.complete => (Exit::Clean, reason),
        Some(Reason::Asked(reason)) => (Exit::DrainDeadline, reason),
        None => (Exit::Stuck, "ended without a reason".into()),
    };
    Ended {
        exit,
        reason,
        drained: end.drained,
        abandoned: end.abandoned,
        took: end.since.elapsed(),
    }
}

impl Ended {
    /// Writes the last lines of the log.
    pub fn tell(&self) {
        if !matches!(self.exit, Exit::Clean | Exit::DrainDeadline) {
            WorkerFailed {
                error_kind: "halt".into(),
                error_code: self.exit.as_str().into(),
                error: self.reason.clone(),
                exit_code: self.exit.code(),
            }
            .emit();
        }
        ShutdownEnd {
            reason: self.reason.clone(),
            drained: self.drained as u64,
            abandoned: self.abandoned as u64,
            ms: self.took.as_millis() as u64,
            exit_code: self.exit.code(),
        }
        .emit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_panics_ends_the_worker_with_its_reason() {
        let stop = Arc::new(Stop::default());
        let work = || panic!("no way out");
        let thread = spawn(&stop, "publisher", Box::new(work)).unwrap();
        thread.join().unwrap();
        let Some(Reason::Halted(Exit::Stuck, why)) = stop.reason() else {
            panic!("{:?}", stop.reason());
        };
        assert!(
            why.contains("in the publisher: no way out (src/kafka/worker.rs:"),
            "{why}"
        );
    }
}
