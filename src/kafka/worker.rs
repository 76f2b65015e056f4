//! Puts a worker together, runs it, takes it apart.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use crossbeam_channel::unbounded;

use super::Exit;
use super::assignment::Assignment;
use super::client::Watch;
use super::consumer::{self, End, Intake};
use super::flow::Flow;
use super::group::Group;
use super::producer::{Deliveries, Producer};
use super::publisher::{Event, Failures, Outbox, SharedLanes, publish};
use super::sink::Counter;
use super::stop::{Reason, Stop};
use super::tally::Tally;
use crate::config::{Delivery, Order, Settings};
use crate::desk::Desk;
use crate::pipeline::{Pool, PoolOptions};

/// A worker: consumes, enriches and publishes until it is stopped.
pub struct Worker {
    settings: Settings,
    desk: Desk,
    stop: Arc<Stop>,
    tally: Arc<Tally>,
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

/// How long the clients may take to close once nothing is under way. Closing is only a courtesy to the
/// broker by then: everything is committed.
const CLOSE: Duration = Duration::from_secs(2);

impl Worker {
    pub fn new(settings: Settings, desk: Desk) -> Self {
        Worker {
            settings,
            desk,
            stop: Arc::new(Stop::default()),
            tally: Arc::new(Tally::default()),
        }
    }

    /// What stops it, for signals and whoever else may.
    pub fn stop(&self) -> Arc<Stop> {
        Arc::clone(&self.stop)
    }

    /// What became of the messages so far.
    pub fn tally(&self) -> Arc<Tally> {
        Arc::clone(&self.tally)
    }

    /// Works on this thread until told to stop.
    ///
    /// # Errors
    /// When a client does not take its settings; nothing has been taken or published then.
    pub fn run(self) -> anyhow::Result<Ended> {
        let Worker {
            settings,
            desk,
            stop,
            tally,
        } = self;
        let kafka = &settings.kafka;
        let limits = &settings.limits;
        let delivery = kafka.delivery;
        let flow = Arc::new(Flow::new(limits.in_flight_articles, limits.in_flight_bytes));
        // Its length is bounded by the flow: each event belongs to a message in flight, or to a record
        // whose bytes are.
        let (events, inbox) = unbounded();
        let watch = |client| Watch {
            client,
            stop: Arc::clone(&stop),
            security: kafka.security.clone(),
            on_stats: Box::new(|_| {}),
        };
        let lanes = Arc::new(SharedLanes::default());
        let hurry = Arc::new(AtomicUsize::new(0));
        let producer = Producer::new(
            &settings,
            Deliveries {
                delivery,
                events: events.clone(),
                stop: Arc::clone(&stop),
                tally: Arc::clone(&tally),
                client: watch("producer"),
            },
            Arc::clone(&flow),
        )
        .context("the producer cannot be made")?;
        let assignment = Arc::new(Assignment::default());
        let group = Group {
            assignment: Arc::clone(&assignment),
            delivery,
            drain: kafka.drain,
            flow: Arc::clone(&flow),
            stop: Arc::clone(&stop),
            tally: Arc::clone(&tally),
            events: events.clone(),
            watch: watch("consumer"),
            hurry: Arc::clone(&hurry),
            changed: AtomicBool::new(false),
        };
        let consumer = consumer::connect(&settings, !kafka.instance_is_default, group)
            .context("the consumer cannot be made")?;
        let consumer = Arc::new(consumer);
        let outbox = Outbox {
            producer,
            lanes: Arc::clone(&lanes),
            events: inbox,
            flow: Arc::clone(&flow),
            stop: Arc::clone(&stop),
            tally: Arc::clone(&tally),
        };
        let halts = Arc::clone(&stop);
        let threads = settings.pipeline.threads;
        let intake = Intake {
            consumer: Arc::clone(&consumer),
            desk,
            pool: Pool::new(PoolOptions {
                threads,
                queue: limits.in_flight_articles,
                stuck: threads,
                on_halt: Box::new(move |why| halts.halt(Exit::Stuck, why.to_string())),
            }),
            lanes,
            counter: Arc::new(Counter {
                output_key: kafka.output_key,
                on_failure: settings.stages.on_failure,
                most_bytes: limits.output_bytes,
                streams: delivery == Delivery::AtLeastOnce,
                events: events.clone(),
                flow,
                stop: Arc::clone(&stop),
                failures: Failures {
                    most: kafka.max_consecutive_failures,
                    in_a_row: AtomicU64::new(0),
                },
            }),
            flow: Arc::clone(&outbox.flow),
            stop: Arc::clone(&stop),
            tally,
            order: match delivery {
                Delivery::AtLeastOnce => kafka.order,
                // What is committed with the output must be all the output up to there.
                Delivery::ExactlyOnce => Order::Partition,
            },
            delivery,
            commit_every: kafka.window.time,
            shutdown: kafka.shutdown,
        };
        let publisher = thread::Builder::new()
            .name("publisher".into())
            .spawn(move || publish(&outbox))
            .context("no thread for the publisher")?;
        let end = intake.run();
        let stopped = Instant::now();
        let _ = events.send(Event::Leave);
        close(consumer, publisher);
        Ok(ended(&stop, end, stopped))
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

fn ended(stop: &Stop, end: End, since: Instant) -> Ended {
    let (exit, reason) = match stop.reason() {
        Some(Reason::Halted(exit, reason)) => (exit, reason),
        Some(Reason::Asked(reason)) if end.abandoned == 0 => (Exit::Clean, reason),
        Some(Reason::Asked(reason)) => (Exit::DrainDeadline, reason),
        None => (Exit::Stuck, "ended without a reason".into()),
    };
    Ended {
        exit,
        reason,
        drained: end.drained,
        abandoned: end.abandoned,
        took: since.elapsed(),
    }
}
