//! This worker's part in the consumer group: what happens when partitions come and go.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _, ConsumerContext, Rebalance};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::{Offset, TopicPartitionList};

use super::assignment::{Assignment, PartitionEpoch};
use super::client::monitor::ClientMonitor;
use super::client::{Context, Owner};
use super::exit::fatal_exit;
use super::failpoint;
use super::in_flight_budget::InFlightBudget;
use super::inspector::InspectorWaker;
use super::memory::SharedMemory;
use super::publisher::PublisherMessage;
use super::shared::Shared;
use super::stop::Stop;
use super::sync::lock;
use crate::config::{Delivery, Security};
use crate::ops::events::{AssignmentAdded, AssignmentLost, AssignmentRevoked};
use crate::ops::{Event as _, Health, Stats};

/// Takes the group's callbacks, which come on the thread that polls, inside of its poll.
pub struct Group {
    pub assignment: Arc<Assignment>,
    delivery: Delivery,
    /// How long a partition that goes may finish what is under way.
    drain: Duration,
    budget: Arc<InFlightBudget>,
    stop: Arc<Stop>,
    health: Arc<Health>,
    publisher: Sender<PublisherMessage>,
    pub monitor: Arc<ClientMonitor>,
    /// Drains going on; the publisher does not wait for its window to fill while there are any.
    draining: Arc<AtomicUsize>,
    /// Set when partitions have come or gone since the loop last looked.
    assignment_changed: Arc<AtomicBool>,
    inspector: InspectorWaker,
    memory: Option<Arc<SharedMemory>>,
    stats: Arc<Stats>,
    /// What is to become of this client.
    client: State,
}

/// What becomes of the consuming client.
#[derive(Default)]
struct State {
    /// The error after which it is of no more use.
    broken: Mutex<Option<(RDKafkaErrorCode, String)>>,
    /// Whether another has taken its place: its callbacks change nothing any more.
    retired: AtomicBool,
    /// Since when a commit of offsets is under way whose answer has not come.
    commit_since: Mutex<Option<Instant>>,
}

/// The worker's consuming client.
pub(super) type GroupConsumer = BaseConsumer<Context<Group>>;

impl Owner for Group {
    fn security(&self) -> &Security {
        &self.monitor.security
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        self.monitor.log(level, facility, text);
    }

    fn error(&self, error: &KafkaError, reason: &str) {
        match error.rdkafka_error_code() {
            _ if self.is_retired() => {}
            Some(code) if is_end(code) => self.note_broken(code, reason),
            _ => self.monitor.error(error, reason),
        }
    }

    fn statistics(&self, json: &[u8]) {
        self.monitor.statistics(json);
    }
}

impl ConsumerContext for Context<Group> {
    fn pre_rebalance(&self, consumer: &GroupConsumer, rebalance: &Rebalance<'_>) {
        match rebalance {
            _ if self.is_retired() => {}
            Rebalance::Assign(partitions) => self.on_assign(consumer, partitions),
            Rebalance::Revoke(partitions) if consumer.assignment_lost() => {
                self.on_revoke(consumer, partitions, true);
            }
            Rebalance::Revoke(partitions) => self.on_revoke(consumer, partitions, false),
            Rebalance::Error(error) => {
                self.monitor
                    .say("rebalance", error.rdkafka_error_code(), error.to_string());
            }
        }
    }

    fn commit_callback(&self, result: KafkaResult<()>, offsets: &TopicPartitionList) {
        self.note_commit(result, offsets);
    }
}

/// Whether the consuming client is of no more use after this error.
fn is_end(code: RDKafkaErrorCode) -> bool {
    use RDKafkaErrorCode::{Fatal, Fenced, FencedInstanceId};
    matches!(code, Fatal | Fenced | FencedInstanceId)
}

impl Group {
    pub fn new(shared: &Shared) -> Self {
        let kafka = &shared.settings.kafka;
        Group {
            assignment: Arc::clone(&shared.assignment),
            delivery: kafka.delivery,
            drain: kafka.drain,
            budget: Arc::clone(&shared.budget),
            stop: Arc::clone(&shared.stop),
            health: Arc::clone(&shared.health),
            publisher: shared.publisher.clone(),
            monitor: Arc::new(ClientMonitor::new("consumer", shared)),
            draining: Arc::clone(&shared.draining),
            assignment_changed: Arc::clone(&shared.assignment_changed),
            inspector: shared.inspector.clone(),
            memory: shared.memory.get().cloned(),
            stats: Arc::clone(&shared.stats),
            client: State::default(),
        }
    }

    /// The same for a client that takes this one's place.
    pub fn for_another_client(&self) -> Group {
        Group {
            assignment: Arc::clone(&self.assignment),
            delivery: self.delivery,
            drain: self.drain,
            budget: Arc::clone(&self.budget),
            stop: Arc::clone(&self.stop),
            health: Arc::clone(&self.health),
            publisher: self.publisher.clone(),
            monitor: Arc::clone(&self.monitor),
            draining: Arc::clone(&self.draining),
            assignment_changed: Arc::clone(&self.assignment_changed),
            inspector: self.inspector.clone(),
            memory: self.memory.clone(),
            stats: Arc::clone(&self.stats),
            client: State::default(),
        }
    }

    /// Another client takes the place of this one: its callbacks are to change nothing any more.
    pub fn retire(&self) {
        self.client.retired.store(true, Ordering::Release);
    }

    fn is_retired(&self) -> bool {
        self.client.retired.load(Ordering::Acquire)
    }

    /// What came of a commit of offsets.
    fn note_commit(&self, result: KafkaResult<()>, offsets: &TopicPartitionList) {
        if self.is_retired() {
            return;
        }
        let since = lock(&self.client.commit_since).take();
        let Err(error) = result else {
            if let Some(since) = since {
                self.stats.committed(since.elapsed());
            }
            return;
        };
        // Handed over again with the next commit, unless the partition has gone.
        for place in offsets.elements() {
            if let Some(epoch) = self.assignment.get(place.topic(), place.partition()) {
                epoch.committed(None);
            }
        }
        let code = error.rdkafka_error_code();
        self.monitor.say("commit", code, error.to_string());
        match code {
            Some(code) if is_end(code) => self.note_broken(code, &error.to_string()),
            Some(code) => {
                if let Some(exit) = fatal_exit(code) {
                    let why = format!("offsets cannot be committed: {error}");
                    self.stop.halt(exit, why);
                }
            }
            None => {}
        }
    }

    /// Notes why this client is of no more use; the first reason stands.
    pub fn note_broken(&self, code: RDKafkaErrorCode, said: &str) {
        lock(&self.client.broken).get_or_insert_with(|| (code, said.to_owned()));
    }

    /// The error after which this client is of no more use, if there was one.
    pub fn broken(&self) -> Option<(RDKafkaErrorCode, String)> {
        lock(&self.client.broken).clone()
    }

    /// Partitions come: begins an epoch of each. With the first, or with none for this worker, it is ready.
    fn on_assign(&self, consumer: &GroupConsumer, partitions: &TopicPartitionList) {
        let places = partitions.elements();
        // The client keeps a pause beyond the assignment it was made in: a partition that went while paused
        // would come back paused, and nobody would know.
        if let Err(error) = consumer.resume(partitions) {
            let code = error.rdkafka_error_code();
            self.monitor.say("resume", code, error.to_string());
        }
        if let Some(memory) = self.memory.as_ref().filter(|_| !places.is_empty()) {
            memory.note_assignment();
        }
        for place in &places {
            self.assignment.add(place.topic(), place.partition());
        }
        self.assignment_changed.store(true, Ordering::Release);
        if !places.is_empty() {
            self.inspector.wake();
            AssignmentAdded {
                generation: self.assignment.last_epoch(),
                partitions: names(partitions),
            }
            .emit();
        }
        self.health.ready();
    }

    /// The client is replaced: everything it had is lost.
    pub fn lose_all(&self) {
        let epochs = self.assignment.all();
        let mut names: Vec<String> = epochs.iter().map(|e| e.name()).collect();
        names.sort();
        let abandoned: usize = epochs.iter().map(|e| e.begun()).sum();
        for epoch in &epochs {
            self.assignment.remove(&epoch.topic, epoch.partition);
        }
        self.told_of_departure();
        if !names.is_empty() {
            AssignmentLost {
                generation: self.assignment.last_epoch(),
                partitions: names,
                abandoned: abandoned as u64,
            }
            .emit();
        }
    }

    /// Whatever waits for its turn behind messages that no longer count must look up.
    fn told_of_departure(&self) {
        self.assignment_changed.store(true, Ordering::Release);
        self.budget.notify();
        let _ = self.publisher.send(PublisherMessage::Wake);
    }

    /// Partitions go: finishes what is under way and commits it, unless they are lost already.
    fn on_revoke(&self, consumer: &GroupConsumer, partitions: &TopicPartitionList, lost: bool) {
        let places = partitions.elements();
        if places.is_empty() {
            return;
        }
        let start = Instant::now();
        let epochs: Vec<Arc<PartitionEpoch>> = places
            .iter()
            .filter_map(|p| self.assignment.get(p.topic(), p.partition()))
            .collect();
        let under_way: usize = epochs.iter().map(|e| e.unfinished()).sum();
        if !lost {
            self.drain(&epochs, start + self.drain);
            if self.delivery == Delivery::AtLeastOnce {
                self.commit(consumer, &epochs, CommitMode::Sync);
            }
        }
        if lost {
            // The group has gone on without this worker: no broker heard of it for a while.
            self.monitor.note_trouble();
        }
        let (drained, abandoned) = outcome(&epochs, under_way);
        for place in &places {
            self.assignment.remove(place.topic(), place.partition());
        }
        self.told_of_departure();
        let generation = self.assignment.last_epoch();
        let partitions = names(partitions);
        if lost {
            AssignmentLost {
                generation,
                partitions,
                abandoned: abandoned as u64,
            }
            .emit();
        } else {
            AssignmentRevoked {
                generation,
                partitions,
                drain_ms: start.elapsed().as_millis() as u64,
                drained: drained as u64,
                abandoned: abandoned as u64,
            }
            .emit();
        }
    }

    /// Begins nothing more of these partitions and waits until what was begun has finished, the deadline is
    /// over or the worker halts. Whatever has not been begun is the next worker's.
    pub fn drain(&self, epochs: &[Arc<PartitionEpoch>], deadline: Instant) -> bool {
        epochs.iter().for_each(|e| e.close());
        let finished = || epochs.iter().all(|e| e.is_drained());
        self.draining.fetch_add(1, Ordering::AcqRel);
        let _ = self.publisher.send(PublisherMessage::Wake);
        while !finished() && !self.stop.is_halted() && Instant::now() < deadline {
            self.budget.wait(Duration::from_millis(10), finished);
        }
        self.draining.fetch_sub(1, Ordering::AcqRel);
        finished()
    }

    /// Commits how far these partitions have been worked off. False when that failed; of a commit it does
    /// not wait for, the client tells later.
    pub fn commit(
        &self,
        consumer: &GroupConsumer,
        epochs: &[Arc<PartitionEpoch>],
        mode: CommitMode,
    ) -> bool {
        let mut offsets = TopicPartitionList::new();
        for epoch in epochs {
            // The last word on a partition: said whatever was handed over before.
            if matches!(mode, CommitMode::Sync) {
                epoch.committed(None);
            }
            let Some(position) = epoch.to_commit() else {
                continue;
            };
            let place = Offset::Offset(position);
            if offsets
                .add_partition_offset(&epoch.topic, epoch.partition, place)
                .is_ok()
            {
                epoch.committed(Some(position));
            }
        }
        if offsets.count() == 0 {
            return true;
        }
        failpoint::pass("before-commit");
        // The client reckons the lag from what is stored.
        let _ = consumer.store_offsets(&offsets);
        let start = Instant::now();
        if matches!(mode, CommitMode::Async) {
            lock(&self.client.commit_since).get_or_insert(start);
        }
        match consumer.commit(&offsets, mode) {
            Ok(()) if matches!(mode, CommitMode::Sync) => {
                self.stats.committed(start.elapsed());
                true
            }
            Ok(()) => true,
            Err(error) => {
                self.note_commit(Err(error), &offsets);
                false
            }
        }
    }
}

/// Of the messages that were under way when a drain began: how many finished, and how many were begun and
/// did not. The rest was never begun.
pub(super) fn outcome(epochs: &[Arc<PartitionEpoch>], under_way: usize) -> (usize, usize) {
    let unfinished: usize = epochs.iter().map(|e| e.unfinished()).sum();
    let abandoned = epochs.iter().map(|e| e.begun()).sum();
    (under_way.saturating_sub(unfinished), abandoned)
}

/// `topic[partition]` of each, for logs.
fn names(partitions: &TopicPartitionList) -> Vec<String> {
    let mut names: Vec<String> = partitions
        .elements()
        .iter()
        .map(|p| format!("{}[{}]", p.topic(), p.partition()))
        .collect();
    names.sort();
    names
}
