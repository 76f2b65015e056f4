//! Puts a worker together, runs it, takes it apart.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Context;
use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use rdkafka::consumer::Consumer as _;
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};

use super::Exit;
use super::assignment::Assignment;
use super::client;
use super::client::monitor::Watch;
use super::consumer::{self, End, Intake};
use super::exit::fatal_exit;
use super::flow::Flow;
use super::gauges::Meters;
use super::group::{self, Group};
use super::identity;
use super::inspector::{self, Inbox, Inspector, Nudge};
use super::limits::Limits;
use super::producer::{Deliveries, Producer};
use super::publisher::{self, Event, Failures, Outbox, SharedLanes, UNPACKED, publish};
use super::rewind::Rewind;
use super::shared::SharedConsumer;
use super::sink::Counter;
use super::stop::{Reason, Stop};
use super::sweep::Sweep;
use super::transaction::{self, TRANSACTION, Transactions, UNABLE};
use crate::config::{Delivery, Input, Order, Settings};
use crate::engine::Engine;
use crate::ops::events::{ShutdownEnd, TopicLimits, WorkerFailed, WorkerStarted};
use crate::ops::{Event as _, Health, Log, Ops, Stats};
use crate::pipeline::{Pool, PoolOptions};

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

/// How much the threads that do the language work yield to those that speak to the broker: with all cores
/// at work, the median commit of a transaction took 17 ms without it and 12 ms with it.
const COMPUTE_NICE: i32 = 5;

/// How long the clients may take to close once nothing is under way. Closing is only a courtesy to the
/// broker by then: everything is committed.
const CLOSE: Duration = Duration::from_secs(2);

impl Worker {
    pub fn new(settings: Settings, engine: Engine) -> Self {
        Worker {
            stats: Arc::new(Stats::new(engine.stages().iter().map(|s| s.name()))),
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
    /// When another worker has this one's name, the health port is taken, or a client does not take its settings; nothing has been taken or
    /// published then.
    pub fn run(self, log: Log) -> anyhow::Result<Ended> {
        let Worker {
            settings,
            engine,
            stop,
            stats,
        } = self;
        let _name = identity::claim(&settings)?;
        let (common, inbox, woken) = Common::new(settings, stats, stop);
        let asked = Arc::clone(&common.meters);
        let ops = Ops::start(
            &common.settings.ops,
            log,
            Arc::clone(&common.stats),
            Arc::clone(&common.health),
            Box::new(move || asked.gauges()),
        )?;
        common.tell_start(&engine);
        let consumer = common.consumer().context("the consumer cannot be made")?;
        let findings = Arc::new(Inbox::default());
        let inspector = common.inspect(&consumer, &findings, woken)?;
        let limits = common.ask_limits(&consumer);
        let producer = common
            .first_producer(&consumer, limits)
            .context("the producer cannot be made")?;
        let rewind = Arc::new(Rewind {
            assignment: Arc::clone(&common.assignment),
            flow: Arc::clone(&common.flow),
            asked: AtomicBool::new(false),
        });
        let publisher = common.publish(producer, inbox, &consumer, &rewind)?;
        let intake = common.intake(engine, &consumer, rewind, findings);
        let end = intake.run();
        let _ = common.events.send(Event::Leave);
        close(consumer, [inspector, publisher]);
        let ended = ended(&common.stop, end);
        ops.stop();
        if common.stop.has_last_word() {
            ended.tell();
        }
        Ok(ended)
    }
}

/// What the parts of a worker share.
struct Common {
    settings: Arc<Settings>,
    stop: Arc<Stop>,
    stats: Arc<Stats>,
    health: Arc<Health>,
    assignment: Arc<Assignment>,
    meters: Arc<Meters>,
    flow: Arc<Flow>,
    lanes: Arc<SharedLanes>,
    events: Sender<Event>,
    /// Drains going on.
    hurry: Arc<AtomicUsize>,
    changed: Arc<AtomicBool>,
    inspector: Nudge,
}

impl Common {
    fn new(
        settings: Settings,
        stats: Arc<Stats>,
        stop: Arc<Stop>,
    ) -> (Arc<Self>, Receiver<Event>, Receiver<()>) {
        let limits = &settings.limits;
        let flow = Flow::new(limits.in_flight_articles, limits.in_flight_bytes);
        let assignment = Arc::new(Assignment::default());
        // Its length is bounded by the flow: each event belongs to a message in flight, or to a record
        // whose bytes are.
        let (events, inbox) = unbounded();
        let (inspector, woken) = Nudge::new();
        let common = Common {
            settings: Arc::new(settings),
            stop,
            stats,
            health: Arc::new(Health::default()),
            meters: Arc::new(Meters::new(Arc::clone(&assignment))),
            assignment,
            flow: Arc::new(flow),
            lanes: Arc::new(SharedLanes::default()),
            events,
            hurry: Arc::new(AtomicUsize::new(0)),
            changed: Arc::new(AtomicBool::new(false)),
            inspector,
        };
        (Arc::new(common), inbox, woken)
    }

    fn tell_start(&self, engine: &Engine) {
        let kafka = &self.settings.kafka;
        WorkerStarted {
            pid: std::process::id(),
            threads: self.settings.pipeline.threads,
            stages: engine
                .stages()
                .iter()
                .map(|s| s.name().to_owned())
                .collect(),
            input: kafka
                .input
                .subscription()
                .iter()
                .map(|t| (*t).to_owned())
                .collect(),
            output: kafka.output.clone(),
            dead_letters: kafka.dead_letters.clone(),
            delivery: word(kafka.delivery),
            order: word(self.order()),
        }
        .emit();
    }

    /// The order that is in force.
    fn order(&self) -> Order {
        match self.settings.kafka.delivery {
            Delivery::AtLeastOnce => self.settings.kafka.order,
            // What is committed with the output must be all the output up to there.
            Delivery::ExactlyOnce => Order::Partition,
        }
    }

    fn watch(&self, client: &'static str) -> Arc<Watch> {
        Arc::new(Watch {
            client,
            stop: Arc::clone(&self.stop),
            security: self.settings.kafka.security.clone(),
            gauges: Arc::clone(&self.meters),
            health: Arc::clone(&self.health),
            down: Mutex::default(),
            trouble: Mutex::default(),
            alone: Mutex::default(),
            last: Mutex::default(),
        })
    }

    fn consumer(&self) -> KafkaResult<Arc<SharedConsumer>> {
        let kafka = &self.settings.kafka;
        let group = Group {
            assignment: Arc::clone(&self.assignment),
            delivery: kafka.delivery,
            drain: kafka.drain,
            flow: Arc::clone(&self.flow),
            stop: Arc::clone(&self.stop),
            health: Arc::clone(&self.health),
            events: self.events.clone(),
            watch: self.watch("consumer"),
            hurry: Arc::clone(&self.hurry),
            changed: Arc::clone(&self.changed),
            inspector: self.inspector.clone(),
            stats: Arc::clone(&self.stats),
            client: group::State::default(),
        };
        let settings = Arc::clone(&self.settings);
        let connect = move || {
            let config = client::settings::consumer(&settings);
            client::consumer(&config, group.for_another_client())
        };
        Ok(Arc::new(SharedConsumer::new(Box::new(connect))?))
    }

    fn inspect(
        &self,
        consumer: &Arc<SharedConsumer>,
        inbox: &Arc<Inbox>,
        woken: Receiver<()>,
    ) -> anyhow::Result<JoinHandle<()>> {
        let inspector = Inspector {
            consumer: Arc::clone(consumer),
            assignment: Arc::clone(&self.assignment),
            flow: Arc::clone(&self.flow),
            stop: Arc::clone(&self.stop),
            health: Arc::clone(&self.health),
            meters: Arc::clone(&self.meters),
            inbox: Arc::clone(inbox),
            woken,
            needs: inspector::Needs::new(&self.settings),
            state: inspector::State::default(),
        };
        thread::Builder::new()
            .name("inspector".into())
            .spawn(move || inspector.run())
            .context("no thread for the inspector")
    }

    /// Asks what the topics take that are written to, and says what is below what may come.
    fn ask_limits(&self, consumer: &SharedConsumer) -> Limits {
        let kafka = &self.settings.kafka;
        let limits = self.limits(consumer);
        let wanted = self.settings.limits.output_bytes;
        if let Some(most) = limits.output.message_bytes.filter(|most| *most < wanted) {
            TopicLimits {
                topic: kafka.output.clone(),
                setting: "max.message.bytes".into(),
                value: most.to_string(),
                configured: format!("limits.output_bytes = {wanted}"),
                action: "records above it, packed, become dead letters: raise it, or lower limits.output_bytes"
                    .into(),
            }
            .emit();
        }
        limits
    }

    fn limits(&self, consumer: &SharedConsumer) -> Limits {
        let kafka = &self.settings.kafka;
        let consumer = consumer.get();
        let client = consumer.client();
        Limits::ask(client, &kafka.output, &kafka.dead_letters, LIMITS)
    }

    fn producer(&self) -> impl Fn(Limits) -> KafkaResult<Producer> + Send + 'static {
        let settings = Arc::clone(&self.settings);
        let (events, stop) = (self.events.clone(), Arc::clone(&self.stop));
        let watch = self.watch("producer");
        move |limits| {
            let context = Deliveries {
                delivery: settings.kafka.delivery,
                events: events.clone(),
                stop: Arc::clone(&stop),
                watch: Arc::clone(&watch),
                batch_bytes: client::settings::batch_bytes(&settings, &limits),
                refusing: AtomicBool::new(false),
            };
            Producer::new(&settings, context, limits)
        }
    }

    /// How producers take up the worker's transactional id, one after the other.
    fn transactional(self: &Arc<Self>, consumer: &Arc<SharedConsumer>) -> transaction::Connect {
        let kafka = &self.settings.kafka;
        let sweep = Sweep {
            config: client::settings::producer(&self.settings, &Limits::default()),
            watch: self.watch("producer"),
            topics: vec![kafka.output.clone(), kafka.dead_letters.clone()],
            any_topic: match &kafka.input {
                Input::Topics(names) => names.first().unwrap_or(&kafka.output).clone(),
                Input::Pattern(_) => kafka.output.clone(),
            },
        };
        let (common, asked) = (Arc::clone(self), Arc::clone(consumer));
        let (make, consumer) = (self.producer(), Arc::clone(consumer));
        transaction::Connect {
            make: Box::new(move || make(common.limits(&asked))),
            enter: Box::new(move |producer| {
                let group = consumer.get().group_metadata();
                let group = group.ok_or(KafkaError::Global(RDKafkaErrorCode::UnknownGroup))?;
                sweep.run(&group, JOIN)?;
                producer.init(JOIN)
            }),
        }
    }

    /// The producer to begin with; a transactional one is let in before anything is taken.
    fn first_producer(
        self: &Arc<Self>,
        consumer: &Arc<SharedConsumer>,
        limits: Limits,
    ) -> KafkaResult<Producer> {
        let producer = self.producer()(limits)?;
        if self.settings.kafka.delivery == Delivery::ExactlyOnce {
            let connect = self.transactional(consumer);
            let start = Instant::now();
            let mut fenced = 0;
            while !self.stop.is_set() {
                let Err(error) = (connect.enter)(&producer) else {
                    self.health.outage_of(TRANSACTION, None);
                    break;
                };
                if start.elapsed() >= UNABLE {
                    let said = format!("no transaction can be begun: {error}");
                    self.health.outage_of(TRANSACTION, Some(&said));
                }
                let exit = error.rdkafka_error_code().and_then(fatal_exit);
                // One that starts just now throws out whoever has the name, and may be a predecessor's last call.
                fenced += u32::from(exit == Some(Exit::Fenced));
                match exit {
                    Some(exit) if exit != Exit::Fenced || fenced >= FENCED => {
                        self.stop.halt(exit, format!("producer: {error}"));
                    }
                    _ => self.stop.wait(Duration::from_millis(100)),
                }
            }
        }
        Ok(producer)
    }

    /// Makes a producer as the topics are now; `None` when the one that knows `limits` will do.
    fn for_other_limits(self: &Arc<Self>, consumer: &Arc<SharedConsumer>) -> publisher::Renew {
        let (common, consumer) = (Arc::clone(self), Arc::clone(consumer));
        let make = self.producer();
        Box::new(move |limits| {
            let now = common.limits(&consumer);
            match now == *limits {
                true => Ok(None),
                false => make(now).map(Some),
            }
        })
    }

    fn publish(
        self: &Arc<Self>,
        producer: Producer,
        inbox: Receiver<Event>,
        consumer: &Arc<SharedConsumer>,
        rewind: &Arc<Rewind>,
    ) -> anyhow::Result<JoinHandle<()>> {
        let kafka = &self.settings.kafka;
        let outbox = Outbox {
            producer,
            lanes: Arc::clone(&self.lanes),
            events: inbox,
            flow: Arc::clone(&self.flow),
            unpacked: Arc::new(Flow::new(usize::MAX, UNPACKED)),
            stop: Arc::clone(&self.stop),
        };
        let work: Box<dyn FnOnce() + Send> = match kafka.delivery {
            Delivery::AtLeastOnce => {
                let renew = self.for_other_limits(consumer);
                Box::new(move || publish(outbox, renew))
            }
            Delivery::ExactlyOnce => {
                let transactions = Transactions {
                    outbox,
                    consumer: Arc::clone(consumer),
                    bounds: kafka.window,
                    hurry: Arc::clone(&self.hurry),
                    connect: self.transactional(consumer),
                    rewind: Arc::clone(rewind),
                    transactional_id: kafka.transactional_id.clone(),
                    timeout: kafka.transaction_timeout,
                    stats: Arc::clone(&self.stats),
                    health: Arc::clone(&self.health),
                };
                Box::new(move || transactions.run())
            }
        };
        thread::Builder::new()
            .name("publisher".into())
            .spawn(work)
            .context("no thread for the publisher")
    }

    fn intake(
        &self,
        engine: Engine,
        consumer: &Arc<SharedConsumer>,
        rewind: Arc<Rewind>,
        inbox: Arc<Inbox>,
    ) -> Intake {
        let kafka = &self.settings.kafka;
        let halts = Arc::clone(&self.stop);
        let threads = self.settings.pipeline.threads;
        let subscription = kafka.input.subscription();
        Intake {
            consumer: Arc::clone(consumer),
            subscription: subscription.iter().map(|t| (*t).to_owned()).collect(),
            pool: Pool::new(PoolOptions {
                threads,
                stuck: threads,
                nice: COMPUTE_NICE,
                parked_bytes: self.settings.limits.in_flight_bytes,
                on_halt: Box::new(move |why| halts.halt(Exit::Stuck, why.to_string())),
            }),
            lanes: Arc::clone(&self.lanes),
            counter: Arc::new(Counter {
                engine,
                output_format: self.settings.output,
                output_key: kafka.output_key,
                on_failure: self.settings.stages.on_failure,
                most_bytes: self.settings.limits.output_bytes,
                streams: kafka.delivery == Delivery::AtLeastOnce,
                events: self.events.clone(),
                flow: Arc::clone(&self.flow),
                stop: Arc::clone(&self.stop),
                stats: Arc::clone(&self.stats),
                failures: Failures {
                    most: kafka.max_consecutive_failures,
                    in_a_row: AtomicU64::new(0),
                },
            }),
            flow: Arc::clone(&self.flow),
            stop: Arc::clone(&self.stop),
            stats: Arc::clone(&self.stats),
            health: Arc::clone(&self.health),
            rewind,
            order: self.order(),
            delivery: kafka.delivery,
            commit_every: kafka.window.time,
            shutdown: kafka.shutdown,
            changed: Arc::clone(&self.changed),
            inbox,
            inspector: self.inspector.clone(),
            state: consumer::State::default(),
        }
    }
}

/// Closes the clients, which may hang, under a deadline.
fn close(consumer: Arc<SharedConsumer>, threads: [JoinHandle<()>; 2]) {
    let (done, closed) = bounded::<()>(1);
    let closing = thread::Builder::new()
        .name("closing".into())
        .spawn(move || {
            for thread in threads {
                let _ = thread.join();
            }
            drop(consumer);
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

/// A setting's value as the configuration writes it.
fn word(value: impl serde::Serialize) -> String {
    let json = serde_json::to_value(value).unwrap_or_default();
    json.as_str().unwrap_or_default().to_owned()
}
