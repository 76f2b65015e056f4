//! Takes messages in: one thread, one poll loop.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rdkafka::consumer::{CommitMode, Consumer as _};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::{Offset, TopicPartitionList};

use super::assignment::PartitionEpoch;
use super::client::monitor::OWN_RETURN;
use super::exit::{Exit, fatal_exit};
use super::group::{GroupConsumer, outcome};
use super::in_flight_budget::InFlightBudget;
use super::in_flight_message::{InFlightMessage, Raw};
use super::inspector::{Correction, CorrectionQueue, InspectorWaker};
use super::message_metadata;
use super::producer::Product;
use super::publisher::{PublisherMessage, SharedKeyQueues};
use super::rewind::Rewind;
use super::shared::Shared;
use super::shared_consumer::SharedConsumer;
use super::sink::KafkaSink;
use super::stop::{Reason, Stop};
use super::worker_context::WorkerContext;
use crate::config::{Delivery, Order, Settings};
use crate::engine::Engine;
use crate::ops::events::{
    BackpressureOff, BackpressureOn, ConsumerReplaced, PositionReset, ShutdownBegin, Stalled,
};
use crate::ops::{Event as _, Health, Stats};
use crate::pipeline::{Pool, PoolOptions, yield_to_others};

/// The consumer with all it hands messages to.
pub(super) struct ConsumerLoop {
    consumer: Arc<SharedConsumer>,
    /// What the consumer subscribes to.
    subscription: Vec<String>,
    pool: Pool,
    queues: Arc<SharedKeyQueues>,
    context: Arc<WorkerContext>,
    budget: Arc<InFlightBudget>,
    stop: Arc<Stop>,
    stats: Arc<Stats>,
    health: Arc<Health>,
    order: Order,
    delivery: Delivery,
    rewind: Arc<Rewind>,
    /// How often offsets are committed.
    commit_every: Duration,
    /// How long the worker may take to finish once it is told to stop.
    shutdown: Duration,
    /// Set when partitions have come or gone since the loop last looked.
    assignment_changed: Arc<AtomicBool>,
    corrections: Arc<CorrectionQueue>,
    inspector: InspectorWaker,
    state: State,
}

/// What the loop remembers from one turn to the next.
struct State {
    /// Messages taken so far.
    number: u64,
    full_since: Option<Instant>,
    /// What is paused because the worker is full.
    paused: Option<Vec<Arc<PartitionEpoch>>>,
    committed: Instant,
    /// When positions were last handed over whether or not they had been before.
    repeated: Instant,
    stalls: Instant,
    /// Findings that could not be acted on and are tried again.
    put_off: Vec<Correction>,
}

impl Default for State {
    fn default() -> Self {
        let now = Instant::now();
        State {
            number: 0,
            full_since: None,
            paused: None,
            committed: now,
            repeated: now,
            stalls: now,
            put_off: Vec::new(),
        }
    }
}

/// How the loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    /// Messages that were finished between the request to stop and the end.
    pub drained: usize,
    /// Messages that did not finish in time.
    pub abandoned: usize,
    /// Whether nothing was cut off or left uncommitted. A transaction that had to be given up meanwhile
    /// does not count: nothing of it is out, and what was in it comes again.
    pub complete: bool,
    /// When the worker was told to stop.
    pub since: Instant,
}

/// Cause of back-pressure: as much is in the worker as may be.
const IN_FLIGHT: &str = "in-flight";

/// How much the thread that takes messages yields to those that finish them. With all cores at work, to take
/// more in only makes what is under way wait: the worker without stages passed on 251,000 messages a second
/// with it and 242,000 without. Of the time of a core that others want it still gets a tenth, some 60,000
/// messages a second; heartbeats are the client's own thread's.
const NICE: i32 = 10;

/// How much the threads that do the language work yield to those that speak to the broker: with all cores
/// at work, the median commit of a transaction took 17 ms without it and 12 ms with it.
const COMPUTE_NICE: i32 = 5;

/// Most messages taken before the loop looks at anything else: some 0.1 ms.
const RUN: usize = 64;

/// Longest wait for a message.
const POLL: Duration = Duration::from_millis(50);

/// How long the loop may go without asking the client for anything while it waits for room. Past it,
/// partitions are paused and the client is asked all the same, so that the group sees a living member.
/// Pausing throws away what the client has fetched, so a moment's wait must not do it.
const PAUSE_AFTER: Duration = Duration::from_secs(1);

/// How long the broker may take for an answer that the loop waits for.
const ANSWER: Duration = Duration::from_secs(5);

/// Between two tries of the last commit.
const AGAIN: Duration = Duration::from_millis(100);

/// How long the oldest message of a partition may make no progress before it is told.
const STALLED: Duration = Duration::from_secs(30);

/// How often positions are committed again that have been before: the client does not tell when a commit
/// it was not made to wait for has failed, and in a partition where nothing more comes none would follow.
const REPEAT: Duration = Duration::from_secs(5);

impl ConsumerLoop {
    pub(super) fn new(
        shared: &Shared,
        engine: Engine,
        consumer: &Arc<SharedConsumer>,
        rewind: Arc<Rewind>,
        corrections: Arc<CorrectionQueue>,
    ) -> Self {
        let Settings {
            kafka, pipeline, ..
        } = &*shared.settings;
        let subscription = kafka.input.subscription().into_iter();
        let halts = Arc::clone(&shared.stop);
        ConsumerLoop {
            consumer: Arc::clone(consumer),
            subscription: subscription.map(str::to_owned).collect(),
            pool: Pool::new(PoolOptions {
                threads: pipeline.threads,
                stuck: pipeline.threads,
                nice: COMPUTE_NICE,
                parked_bytes: shared.settings.limits.in_flight_bytes,
                on_halt: Box::new(move |why| halts.halt(Exit::Stuck, why.to_string())),
            }),
            queues: Arc::clone(&shared.queues),
            context: Arc::new(WorkerContext::new(shared, engine)),
            budget: Arc::clone(&shared.budget),
            stop: Arc::clone(&shared.stop),
            stats: Arc::clone(&shared.stats),
            health: Arc::clone(&shared.health),
            order: shared.order(),
            delivery: kafka.delivery,
            rewind,
            commit_every: kafka.window.time,
            shutdown: kafka.shutdown,
            assignment_changed: Arc::clone(&shared.assignment_changed),
            corrections,
            inspector: shared.inspector.clone(),
            state: State::default(),
        }
    }

    /// Takes messages until the worker is told to stop, then finishes what is under way.
    pub(super) fn run(mut self) -> End {
        yield_to_others(NICE);
        self.subscribe();
        while !self.stop.is_set() {
            let now = Instant::now();
            self.health.beat(now);
            self.upkeep(now);
            self.apply_backpressure();
            if self.state.full_since.is_some() && self.state.paused.is_none() {
                self.pool.wake();
                self.budget.wait_for_room(Duration::from_millis(10));
                continue;
            }
            // For its own borrow: a message lives as long as the reference to the client it came from.
            let consumer = self.consumer.get();
            self.take_run(&consumer);
            if let Some((code, said)) = consumer.context().broken() {
                drop(consumer);
                self.mend(code, &said);
            }
        }
        self.finish()
    }

    fn subscribe(&self) {
        let topics: Vec<&str> = self.subscription.iter().map(String::as_str).collect();
        if let Err(error) = self.consumer.get().subscribe(&topics) {
            self.stop.halt(
                Exit::Broker,
                format!("nothing can be subscribed to: {error}"),
            );
        }
    }

    /// The consuming client is of no more use. One that was thrown out of the group by its own return, after
    /// a broker was away, is made anew; for any other the worker ends.
    fn mend(&mut self, code: RDKafkaErrorCode, said: &str) {
        let consumer = self.consumer.get();
        let fatal = consumer.client().fatal_error();
        let (code, said) = fatal.unwrap_or((code, said.to_owned()));
        let is_fenced = fatal_exit(code) == Some(Exit::Fenced);
        if !is_fenced || !consumer.context().monitor.was_cut_off(OWN_RETURN) {
            let exit = fatal_exit(code).unwrap_or(Exit::Broker);
            self.stop.halt(exit, format!("consumer: {said}"));
            return;
        }
        self.end_pause();
        consumer.context().lose_all();
        self.state.put_off.clear();
        match self.consumer.replace() {
            Ok(()) => {
                ConsumerReplaced { cause: said }.emit();
                self.subscribe();
            }
            Err(error) => self.stop.halt(
                Exit::Broker,
                format!("no other consumer can be made: {error}"),
            ),
        }
    }

    /// Takes a run of what the client has at once, or waits for one message.
    fn take_run(&mut self, consumer: &GroupConsumer) {
        let mut next = consumer.poll(Duration::ZERO).or_else(|| {
            self.pool.wake();
            consumer.poll(POLL)
        });
        let now = Instant::now();
        for left in (0..RUN).rev() {
            match next {
                Some(Ok(message)) => self.take(consumer, &message, now),
                Some(Err(error)) => return self.error(&error),
                None => return,
            }
            if left == 0 || self.budget.is_full() {
                return;
            }
            next = consumer.poll(Duration::ZERO);
        }
    }

    /// What is to be done now and then, whether or not messages come.
    fn upkeep(&mut self, now: Instant) {
        let passed = |since: Instant, time: Duration| now.duration_since(since) >= time;
        if self.rewind.is_asked() {
            // What was under way has been given up, and a partition must not be wound back while paused.
            self.end_pause();
        }
        match self.rewind.serve(&self.consumer.get()) {
            Ok(false) => {}
            // A message may have been taken into an old epoch at the last moment: let go of it.
            Ok(true) => {
                let _ = self.context.publisher.send(PublisherMessage::Wake);
            }
            Err(error) => {
                let code = error.rdkafka_error_code();
                self.say("rewind", code, error.to_string());
            }
        }
        let mut corrections = std::mem::take(&mut self.state.put_off);
        corrections.extend(self.corrections.take());
        for correction in corrections {
            // No partition is moved while it is paused.
            self.end_pause();
            self.act_on(correction);
        }
        if self.delivery == Delivery::AtLeastOnce && passed(self.state.committed, self.commit_every)
        {
            self.state.committed = now;
            if passed(self.state.repeated, REPEAT) {
                self.state.repeated = now;
                self.epochs().iter().for_each(|e| e.committed(None));
            }
            self.commit(CommitMode::Async);
        }
        if passed(self.state.stalls, STALLED / 3) {
            self.state.stalls = now;
            self.tell_stalls();
        }
    }

    /// Does what the inspector found to be done.
    fn act_on(&mut self, correction: Correction) {
        match correction {
            Correction::Recreated(topic, firsts) => self.begin_recreated(topic, firsts),
            Correction::BeyondEnd(epoch, end) => {
                // When it fails, the inspector finds it again.
                if self.has(&epoch) {
                    let _ = self.begin_anew(&epoch.topic, epoch.partition, end, "beyond-end");
                }
            }
            Correction::NoMessage(epoch, from, to) => {
                let idle = self.has(&epoch) && epoch.next_offset() == Some(from);
                if idle && epoch.skip_to(to) {
                    let consumer = self.consumer.get();
                    let group = consumer.context();
                    group.commit(&consumer, &[epoch], CommitMode::Async);
                }
            }
            Correction::Rejoin => {
                self.consumer.get().unsubscribe();
                self.subscribe();
            }
        }
    }

    /// Goes on with the partitions of a topic that was made anew, each at its first offset.
    fn begin_recreated(&mut self, topic: String, firsts: BTreeMap<i32, i64>) {
        // The group lets go of a topic that is away for long, and the broker of its offsets.
        if self.epochs().iter().all(|epoch| *epoch.topic != *topic) {
            for (partition, first) in firsts {
                tell_reset(&topic, partition, None, first, RECREATED);
            }
            return;
        }
        let mut left = BTreeMap::new();
        for (partition, first) in firsts {
            let done = self.begin_anew(&topic, partition, first, RECREATED);
            if done.is_err() {
                left.insert(partition, first);
            }
        }
        if !left.is_empty() {
            let rest = Correction::Recreated(topic, left);
            self.state.put_off.push(rest);
        }
    }

    /// Whether this is the present epoch of a partition that this worker has.
    fn has(&self, epoch: &PartitionEpoch) -> bool {
        let consumer = self.consumer.get();
        let assignment = &consumer.context().assignment;
        let present = assignment.get(&epoch.topic, epoch.partition);
        present.is_some_and(|present| present.number == epoch.number)
    }

    /// Goes on with a partition at `first`, whatever was read and committed of it before: its topic was made
    /// anew, or it has lost its end.
    fn begin_anew(&self, topic: &str, partition: i32, first: i64, cause: &str) -> KafkaResult<()> {
        let consumer = self.consumer.get();
        let Some(epoch) = consumer.context().assignment.get(topic, partition) else {
            return Ok(());
        };
        self.seek(&epoch, first)?;
        tell_reset(topic, partition, epoch.next_offset(), first, cause);
        consumer.context().assignment.begin_anew(&epoch, first);
        // Over what was committed before, so that nobody else begins there.
        let mut offsets = TopicPartitionList::new();
        offsets.add_partition_offset(topic, partition, Offset::Offset(first))?;
        consumer.commit(&offsets, CommitMode::Async)
    }

    fn seek(&self, epoch: &PartitionEpoch, to: i64) -> KafkaResult<()> {
        let to = Offset::Offset(to);
        let sought = self
            .consumer
            .get()
            .seek(&epoch.topic, epoch.partition, to, ANSWER);
        if let Err(error) = &sought {
            self.say("seek", error.rdkafka_error_code(), error.to_string());
        }
        sought
    }

    /// Passes on what went wrong with the client and may mend itself.
    fn say(&self, facility: &str, code: Option<RDKafkaErrorCode>, text: String) {
        self.consumer
            .get()
            .context()
            .monitor
            .say(facility, code, text);
    }

    /// Pauses and resumes as there is room in the worker.
    fn apply_backpressure(&mut self) {
        if self.budget.is_full() {
            let since = *self.state.full_since.get_or_insert_with(Instant::now);
            let changed = self.assignment_changed.swap(false, Ordering::AcqRel);
            match &self.state.paused {
                None if since.elapsed() >= PAUSE_AFTER => {
                    BackpressureOn {
                        cause: IN_FLIGHT.into(),
                    }
                    .emit();
                    self.stats.pause(since);
                    self.state.paused = Some(self.pause());
                }
                // What has come since runs free.
                Some(_) if changed => self.state.paused = Some(self.pause()),
                _ => {}
            }
        } else {
            self.end_pause();
        }
    }

    /// Resumes what is paused, if anything is.
    fn end_pause(&mut self) {
        let since = self.state.full_since.take();
        if let (Some(since), Some(epochs)) = (since, self.state.paused.take()) {
            self.resume(&epochs);
            self.stats.resume();
            BackpressureOff {
                cause: IN_FLIGHT.into(),
                ms: since.elapsed().as_millis() as u64,
            }
            .emit();
        }
    }

    fn tell_stalls(&self) {
        for epoch in self.epochs() {
            if let Some((offset, since)) = epoch.oldest().filter(|(_, since)| *since >= STALLED) {
                Stalled {
                    topic: epoch.topic.to_string(),
                    partition: epoch.partition,
                    offset,
                    stage: Some(self.queues.stage(&epoch, offset).to_owned()),
                    ms: since.as_millis() as u64,
                }
                .emit();
            }
        }
    }

    fn epochs(&self) -> Vec<Arc<PartitionEpoch>> {
        self.consumer.get().context().assignment.all()
    }

    fn commit(&self, mode: CommitMode) {
        let consumer = self.consumer.get();
        let epochs = consumer.context().assignment.all();
        consumer.context().commit(&consumer, &epochs, mode);
    }

    /// Copies a message out of the client and sends it on its way.
    fn take(&mut self, consumer: &GroupConsumer, came: &BorrowedMessage<'_>, now: Instant) {
        let (topic, partition) = (came.topic(), came.partition());
        let Some(epoch) = consumer.context().assignment.get(topic, partition) else {
            return;
        };
        // Turned away: this worker has had it, or the partition is not its own any more. The client goes
        // back by itself when its position is not there any more, as in a topic that was made anew.
        let Some(entered) = epoch.enter(came.offset()) else {
            if epoch.is_current() {
                self.inspector.wake();
            }
            return;
        };
        if entered.gap {
            self.inspector.wake();
        }
        self.state.number += 1;
        let message = InFlightMessage::new(
            self.state.number,
            epoch,
            entered.seq,
            self.order,
            Raw::of(came),
            now,
            &self.context,
        );
        self.queues.enter(&message);
        self.pool.submit_in_run(Box::new(move |turn| {
            if !message.begin() {
                return;
            }
            // In its turn as any other: what has begun is finished before a partition is given up, with all
            // that came before it.
            if message.raw.value.is_none() {
                let context = Arc::clone(&message.context);
                let done = PublisherMessage::Done(message, Some(Product::Tombstone));
                // The publisher gone means that the worker halts; the message comes again.
                let _ = context.publisher.send(done);
                return;
            }
            #[cfg(feature = "failpoints")]
            if crate::pipeline::failpoints::relays() {
                return Box::new(KafkaSink::new(message)).relay();
            }
            if let Some(article) = message_metadata::message(&message) {
                let engine = &Arc::clone(&message.context).engine;
                engine.work(turn, article, Box::new(KafkaSink::new(message)));
            }
        }));
    }

    /// An error that comes instead of a message; the client's context has told it already.
    fn error(&mut self, error: &KafkaError) {
        if let KafkaError::MessageConsumptionFatal(code) = error {
            let consumer = self.consumer.get();
            return consumer.context().note_broken(*code, &error.to_string());
        }
        let exit = error.rdkafka_error_code().and_then(fatal_exit);
        if let Some(exit) = exit.filter(|exit| *exit != Exit::Fenced) {
            self.stop.halt(exit, format!("consumer: {error}"));
        }
    }

    /// Pauses everything this worker has; what it paused.
    fn pause(&self) -> Vec<Arc<PartitionEpoch>> {
        let epochs = self.epochs();
        if let Err(error) = self.consumer.get().pause(&list(&epochs)) {
            let code = error.rdkafka_error_code();
            self.say("pause", code, error.to_string());
        }
        epochs
    }

    /// Resumes what was paused, as far as this worker still has it. One that went and came back runs
    /// already; what the client then reads again is turned away.
    fn resume(&self, epochs: &[Arc<PartitionEpoch>]) {
        let consumer = self.consumer.get();
        let assignment = &consumer.context().assignment;
        let alive: Vec<_> = epochs
            .iter()
            .filter_map(|e| assignment.get(&e.topic, e.partition))
            .collect();
        if let Err(error) = consumer.resume(&list(&alive)) {
            let code = error.rdkafka_error_code();
            self.say("resume", code, error.to_string());
        }
    }

    /// Finishes what is under way, commits, leaves the group and closes the client.
    fn finish(self) -> End {
        let start = Instant::now();
        let deadline = start + self.shutdown;
        let reason = self.stop.reason();
        let halted = matches!(reason, Some(Reason::Halted(..)));
        if let Some(Reason::Asked(reason) | Reason::Halted(_, reason)) = reason {
            ShutdownBegin {
                reason: reason.clone(),
            }
            .emit();
            self.health.leaving(&reason);
        }
        // It ends now, and lets go of the client.
        self.inspector.wake();
        self.pool.wake();
        let consumer = self.consumer.get();
        let owned = self.epochs();
        let detached = consumer.context().assignment.detached();
        let epochs: Vec<_> = owned.iter().chain(&detached).cloned().collect();
        let under_way = epochs.iter().map(|e| e.unfinished()).sum();
        let mut finished = false;
        if !halted {
            // Nothing new comes while the rest is finished, whatever the client has fetched.
            let _ = consumer.pause(&list(&owned));
            finished = consumer.context().drain(&owned, deadline);
            // Of a topic that is gone nobody else reads what is left.
            let none_left = || detached.iter().all(|e| e.unfinished() == 0);
            while !none_left() && !self.stop.is_halted() && Instant::now() < deadline {
                self.budget.wait(Duration::from_millis(10), none_left);
            }
            finished &= none_left();
        }
        let committed = self.delivery == Delivery::ExactlyOnce
            || self.commit_last(owned, if halted { start } else { deadline });
        let (drained, abandoned) = outcome(&epochs, under_way);
        self.pool.close(if halted { start } else { deadline });
        End {
            drained,
            abandoned,
            complete: finished && committed,
            since: start,
        }
    }

    /// Commits how far the worker came, again until `deadline` if need be: what is not committed is done
    /// twice. On a thread of its own, as the client may wait longer for a broker that is away.
    fn commit_last(&self, epochs: Vec<Arc<PartitionEpoch>>, deadline: Instant) -> bool {
        let consumer = self.consumer.get();
        let (sender, receiver) = crossbeam_channel::bounded(1);
        let commit = move || {
            let commit = || {
                consumer
                    .context()
                    .commit(&consumer, &epochs, CommitMode::Sync)
            };
            let mut done = commit();
            while !done && Instant::now() < deadline {
                std::thread::sleep(AGAIN);
                done = commit();
            }
            let _ = sender.send(done);
        };
        let thread = std::thread::Builder::new().name("last-commit".into());
        let left = deadline.saturating_duration_since(Instant::now());
        thread.spawn(commit).is_ok() && receiver.recv_timeout(left.max(ANSWER)).unwrap_or(false)
    }
}

/// Cause of a position that was set anew: the topic was deleted and made again.
const RECREATED: &str = "topic-recreated";

fn tell_reset(topic: &str, partition: i32, from: Option<i64>, to: i64, cause: &str) {
    PositionReset {
        topic: topic.to_owned(),
        partition,
        from_offset: from,
        to_offset: Some(to),
        cause: cause.into(),
    }
    .emit();
}

fn list(epochs: &[Arc<PartitionEpoch>]) -> TopicPartitionList {
    let mut list = TopicPartitionList::with_capacity(epochs.len());
    for epoch in epochs {
        list.add_partition(&epoch.topic, epoch.partition);
    }
    list
}
