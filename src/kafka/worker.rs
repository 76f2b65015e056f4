//! Puts a worker together, runs it, takes it apart.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use anyhow::Context;
use crossbeam_channel::unbounded;

use super::Exit;
use super::assignment::Assignment;
use super::client::Watch;
use super::consumer::{self, End, Intake};
use super::flow::Flow;
use super::gauges::Meters;
use super::group::Group;
use super::producer::{Deliveries, Producer};
use super::publisher::{Event, Failures, Outbox, SharedLanes, UNPACKED, publish};
use super::rewind::Rewind;
use super::sink::Counter;
use super::stop::{Reason, Stop};
use super::transaction::Transactions;
use super::{client, identity};
use crate::config::{Delivery, Input, Order, Settings};
use crate::desk::Desk;
use crate::ops::events::{ShutdownEnd, WorkerFailed, WorkerStarted};
use crate::ops::{Event as _, Health, Log, Ops, Stats};
use crate::pipeline::{Pool, PoolOptions};

/// A worker: consumes, enriches and publishes until it is stopped.
pub struct Worker {
    settings: Settings,
    desk: Desk,
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
const JOIN: Duration = Duration::from_secs(5);

/// How much the threads that do the language work yield to those that speak to the broker: with all cores
/// at work, the median commit of a transaction took 17 ms without it and 12 ms with it.
const COMPUTE_NICE: i32 = 5;

/// How long the clients may take to close once nothing is under way. Closing is only a courtesy to the
/// broker by then: everything is committed.
const CLOSE: Duration = Duration::from_secs(2);

impl Worker {
    pub fn new(settings: Settings, desk: Desk) -> Self {
        Worker {
            stats: Arc::new(Stats::new(desk.stages().iter().map(|s| s.name()))),
            settings,
            desk,
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
            desk,
            stop,
            stats,
        } = self;
        let _name = identity::claim(&settings)?;
        let kafka = &settings.kafka;
        let limits = &settings.limits;
        let delivery = kafka.delivery;
        let health = Arc::new(Health::default());
        let assignment = Arc::new(Assignment::default());
        let meters = Arc::new(Meters::new(Arc::clone(&assignment)));
        let asked = Arc::clone(&meters);
        let ops = Ops::start(
            &settings.ops,
            log,
            Arc::clone(&stats),
            Arc::clone(&health),
            Box::new(move || asked.gauges()),
        )?;
        WorkerStarted {
            pid: std::process::id(),
            threads: settings.pipeline.threads,
            stages: desk.stages().iter().map(|s| s.name().to_owned()).collect(),
            input: kafka
                .input
                .subscription()
                .iter()
                .map(|t| (*t).to_owned())
                .collect(),
            output: kafka.output.clone(),
            dead_letters: kafka.dead_letters.clone(),
            delivery: word(delivery),
            order: word(kafka.order),
        }
        .emit();
        let flow = Arc::new(Flow::new(limits.in_flight_articles, limits.in_flight_bytes));
        // Its length is bounded by the flow: each event belongs to a message in flight, or to a record
        // whose bytes are.
        let (events, inbox) = unbounded();
        let lanes = Arc::new(SharedLanes::default());
        let hurry = Arc::new(AtomicUsize::new(0));
        let connect = {
            let (settings, events, stop) = (settings.clone(), events.clone(), Arc::clone(&stop));
            let meters = Arc::clone(&meters);
            move || {
                let context = Deliveries {
                    delivery,
                    events: events.clone(),
                    stop: Arc::clone(&stop),
                    client: watch("producer", &settings, &stop, &meters),
                };
                Producer::new(&settings, context)
            }
        };
        let producer = connect().context("the producer cannot be made")?;
        if delivery == Delivery::ExactlyOnce {
            join(&producer, &stop);
        }
        let group = Group {
            assignment: Arc::clone(&assignment),
            delivery,
            drain: kafka.drain,
            flow: Arc::clone(&flow),
            stop: Arc::clone(&stop),
            health: Arc::clone(&health),
            events: events.clone(),
            watch: watch("consumer", &settings, &stop, &meters),
            hurry: Arc::clone(&hurry),
            changed: AtomicBool::new(false),
            came: AtomicBool::new(false),
        };
        let consumer = consumer::connect(&settings, !kafka.instance_is_default, group)
            .context("the consumer cannot be made")?;
        let consumer = Arc::new(consumer);
        let outbox = Outbox {
            producer,
            lanes: Arc::clone(&lanes),
            events: inbox,
            flow: Arc::clone(&flow),
            unpacked: Arc::new(Flow::new(usize::MAX, UNPACKED)),
            stop: Arc::clone(&stop),
        };
        let rewind = Arc::new(Rewind {
            assignment,
            flow: Arc::clone(&flow),
            asked: AtomicBool::new(false),
        });
        let halts = Arc::clone(&stop);
        let threads = settings.pipeline.threads;
        let intake = Intake {
            consumer: Arc::clone(&consumer),
            pool: Pool::new(PoolOptions {
                threads,
                stuck: threads,
                nice: COMPUTE_NICE,
                on_halt: Box::new(move |why| halts.halt(Exit::Stuck, why.to_string())),
            }),
            lanes,
            counter: Arc::new(Counter {
                desk,
                output_format: settings.output,
                output_key: kafka.output_key,
                on_failure: settings.stages.on_failure,
                most_bytes: limits.output_bytes,
                streams: delivery == Delivery::AtLeastOnce,
                events: events.clone(),
                flow,
                stop: Arc::clone(&stop),
                stats: Arc::clone(&stats),
                failures: Failures {
                    most: kafka.max_consecutive_failures,
                    in_a_row: AtomicU64::new(0),
                },
            }),
            flow: Arc::clone(&outbox.flow),
            stop: Arc::clone(&stop),
            stats: Arc::clone(&stats),
            health,
            rewind: Arc::clone(&rewind),
            order: match delivery {
                Delivery::AtLeastOnce => kafka.order,
                // What is committed with the output must be all the output up to there.
                Delivery::ExactlyOnce => Order::Partition,
            },
            delivery,
            commit_every: kafka.window.time,
            shutdown: kafka.shutdown,
            topics: match &kafka.input {
                Input::Topics(names) => names.clone(),
                Input::Pattern(_) => Vec::new(),
            },
            state: consumer::State::default(),
        };
        let (window, id) = (kafka.window, kafka.transactional_id.clone());
        let timeout = kafka.transaction_timeout;
        let offsets = Arc::clone(&consumer);
        let publisher = thread::Builder::new()
            .name("publisher".into())
            .spawn(move || match delivery {
                Delivery::AtLeastOnce => publish(&outbox),
                Delivery::ExactlyOnce => Transactions {
                    outbox,
                    consumer: offsets,
                    bounds: window,
                    hurry,
                    connect: Box::new(connect),
                    rewind,
                    transactional_id: id,
                    timeout,
                    stats,
                }
                .run(),
            })
            .context("no thread for the publisher")?;
        let end = intake.run();
        let _ = events.send(Event::Leave);
        close(consumer, publisher);
        let ended = ended(&stop, end);
        ops.stop();
        if stop.has_last_word() {
            ended.tell();
        }
        Ok(ended)
    }
}

fn watch(
    client: &'static str,
    settings: &Settings,
    stop: &Arc<Stop>,
    meters: &Arc<Meters>,
) -> Watch {
    Watch {
        client,
        stop: Arc::clone(stop),
        security: settings.kafka.security.clone(),
        gauges: Arc::clone(meters),
        down: Mutex::default(),
    }
}

/// Has the broker end what this worker's predecessor left open, before anything is taken.
fn join(producer: &Producer, stop: &Stop) {
    while !stop.is_set() {
        match producer.init(JOIN) {
            Ok(()) => return,
            Err(error) => match error.rdkafka_error_code().and_then(client::verdict) {
                Some(exit) => stop.halt(exit, format!("producer: {error}")),
                None => thread::sleep(Duration::from_millis(100)),
            },
        }
    }
}

/// Closes the clients, which may hang, under a deadline.
fn close(consumer: Arc<rdkafka::consumer::BaseConsumer<Group>>, publisher: thread::JoinHandle<()>) {
    let (done, closed) = crossbeam_channel::bounded::<()>(1);
    let closing = thread::Builder::new()
        .name("closing".into())
        .spawn(move || {
            drop(consumer);
            let _ = publisher.join();
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
