//! This worker's part in the consumer group: what happens when partitions come and go.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _, ConsumerContext, Rebalance};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::{Offset, TopicPartitionList};

use super::assignment::{Assignment, Share};
use super::client::monitor::Watch;
use super::client::{Context, Owner};
use super::exit::fatal_exit;
use super::failpoint;
use super::flow::Flow;
use super::inspector::Nudge;
use super::publisher::Event;
use super::stop::Stop;
use super::sync::lock;
use crate::config::{Delivery, Security};
use crate::ops::events::{AssignmentAdded, AssignmentLost, AssignmentRevoked};
use crate::ops::{Event as _, Health, Stats};

/// Takes the group's callbacks, which come on the thread that polls, inside of its poll.
pub struct Group {
    pub assignment: Arc<Assignment>,
    pub delivery: Delivery,
    /// How long a partition that goes may finish what is under way.
    pub drain: Duration,
    pub flow: Arc<Flow>,
    pub stop: Arc<Stop>,
    pub health: Arc<Health>,
    pub events: Sender<Event>,
    pub watch: Arc<Watch>,
    /// Drains going on; the publisher does not wait for its window to fill while there are any.
    pub hurry: Arc<AtomicUsize>,
    /// Set when partitions have come or gone since the loop last looked.
    pub changed: Arc<AtomicBool>,
    pub inspector: Nudge,
    pub stats: Arc<Stats>,
    /// What is to become of this client.
    pub client: State,
}

/// What becomes of the consuming client.
#[derive(Default)]
pub struct State {
    /// The error after which it is of no more use.
    broken: Mutex<Option<(RDKafkaErrorCode, String)>>,
    /// Whether another has taken its place: its callbacks change nothing any more.
    retired: AtomicBool,
    /// Since when a commit of offsets is under way whose answer has not come.
    commit_since: Mutex<Option<Instant>>,
}

/// The worker's consuming client.
pub type GroupConsumer = BaseConsumer<Context<Group>>;

impl Owner for Group {
    fn security(&self) -> &Security {
        &self.watch.security
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        self.watch.log(level, facility, text);
    }

    fn error(&self, error: &KafkaError, reason: &str) {
        match error.rdkafka_error_code() {
            _ if self.is_retired() => {}
            Some(code) if is_end(code) => self.note_broken(code, reason),
            _ => self.watch.error(error, reason),
        }
    }

    fn statistics(&self, json: &[u8]) {
        self.watch.statistics(json);
    }
}

impl ConsumerContext for Context<Group> {
    fn pre_rebalance(&self, consumer: &GroupConsumer, rebalance: &Rebalance<'_>) {
        match rebalance {
            _ if self.is_retired() => {}
            Rebalance::Assign(partitions) => self.come(consumer, partitions),
            Rebalance::Revoke(partitions) if consumer.assignment_lost() => {
                self.go(consumer, partitions, true);
            }
            Rebalance::Revoke(partitions) => self.go(consumer, partitions, false),
            Rebalance::Error(error) => {
                self.watch
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
    /// The same for a client that takes this one's place.
    pub fn for_another_client(&self) -> Group {
        Group {
            assignment: Arc::clone(&self.assignment),
            delivery: self.delivery,
            drain: self.drain,
            flow: Arc::clone(&self.flow),
            stop: Arc::clone(&self.stop),
            health: Arc::clone(&self.health),
            events: self.events.clone(),
            watch: Arc::clone(&self.watch),
            hurry: Arc::clone(&self.hurry),
            changed: Arc::clone(&self.changed),
            inspector: self.inspector.clone(),
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
            if let Some(share) = self.assignment.get(place.topic(), place.partition()) {
                share.committed(None);
            }
        }
        let code = error.rdkafka_error_code();
        self.watch.say("commit", code, error.to_string());
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

    pub fn note_broken(&self, code: RDKafkaErrorCode, said: &str) {
        lock(&self.client.broken).get_or_insert_with(|| (code, said.to_owned()));
    }

    /// The error after which this client is of no more use, if there was one.
    pub fn broken(&self) -> Option<(RDKafkaErrorCode, String)> {
        lock(&self.client.broken).clone()
    }

    fn come(&self, consumer: &GroupConsumer, partitions: &TopicPartitionList) {
        let places = partitions.elements();
        // The client keeps a pause beyond the assignment it was made in: a partition that went while paused
        // would come back paused, and nobody would know.
        if let Err(error) = consumer.resume(partitions) {
            let code = error.rdkafka_error_code();
            self.watch.say("resume", code, error.to_string());
        }
        for place in &places {
            self.assignment.add(place.topic(), place.partition());
        }
        self.changed.store(true, Ordering::Release);
        if !places.is_empty() {
            self.inspector.nudge();
            AssignmentAdded {
                generation: self.assignment.epoch(),
                partitions: names(partitions),
            }
            .emit();
        }
        self.health.ready();
    }

    /// The client is replaced: everything it had is lost.
    pub fn lose_all(&self) {
        let shares = self.assignment.all();
        let mut names: Vec<String> = shares.iter().map(|s| s.name()).collect();
        names.sort();
        let abandoned: usize = shares.iter().map(|s| s.begun()).sum();
        for share in &shares {
            self.assignment.remove(&share.topic, share.partition);
        }
        self.told_of_departure();
        if !names.is_empty() {
            AssignmentLost {
                generation: self.assignment.epoch(),
                partitions: names,
                abandoned: abandoned as u64,
            }
            .emit();
        }
    }

    /// Whatever waits for its turn behind messages that no longer count must look up.
    fn told_of_departure(&self) {
        self.changed.store(true, Ordering::Release);
        self.flow.tell();
        let _ = self.events.send(Event::Wake);
    }

    /// Partitions go: finishes what is under way and commits it, unless they are lost already.
    fn go(&self, consumer: &GroupConsumer, partitions: &TopicPartitionList, lost: bool) {
        let places = partitions.elements();
        if places.is_empty() {
            return;
        }
        let start = Instant::now();
        let shares: Vec<Arc<Share>> = places
            .iter()
            .filter_map(|p| self.assignment.get(p.topic(), p.partition()))
            .collect();
        let under_way: usize = shares.iter().map(|s| s.unfinished()).sum();
        if !lost {
            self.drain(&shares, start + self.drain);
            if self.delivery == Delivery::AtLeastOnce {
                self.commit(consumer, &shares, CommitMode::Sync);
            }
        }
        if lost {
            // The group has gone on without this worker: no broker heard of it for a while.
            self.watch.note_trouble();
        }
        let (drained, abandoned) = outcome(&shares, under_way);
        for place in &places {
            self.assignment.remove(place.topic(), place.partition());
        }
        self.told_of_departure();
        let generation = self.assignment.epoch();
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
    pub fn drain(&self, shares: &[Arc<Share>], deadline: Instant) -> bool {
        shares.iter().for_each(|s| s.close());
        let finished = || shares.iter().all(|s| s.is_drained());
        self.hurry.fetch_add(1, Ordering::AcqRel);
        let _ = self.events.send(Event::Wake);
        while !finished() && !self.stop.is_halted() && Instant::now() < deadline {
            self.flow.wait(Duration::from_millis(10), finished);
        }
        self.hurry.fetch_sub(1, Ordering::AcqRel);
        finished()
    }

    /// Commits how far these partitions have been worked off. False when that failed; of a commit it does
    /// not wait for, the client tells later.
    pub fn commit(
        &self,
        consumer: &GroupConsumer,
        shares: &[Arc<Share>],
        mode: CommitMode,
    ) -> bool {
        let mut offsets = TopicPartitionList::new();
        for share in shares {
            // The last word on a partition: said whatever was handed over before.
            if matches!(mode, CommitMode::Sync) {
                share.committed(None);
            }
            let Some(position) = share.to_commit() else {
                continue;
            };
            let place = Offset::Offset(position);
            if offsets
                .add_partition_offset(&share.topic, share.partition, place)
                .is_ok()
            {
                share.committed(Some(position));
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
pub fn outcome(shares: &[Arc<Share>], under_way: usize) -> (usize, usize) {
    let unfinished: usize = shares.iter().map(|s| s.unfinished()).sum();
    let abandoned = shares.iter().map(|s| s.begun()).sum();
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
