//! The partitions this worker has, each with its epoch and its committable offset.
//!
//! A partition that is taken away, or wound back, leaves its [`PartitionEpoch`] behind invalidated: messages under way
//! keep pointing at it, finish into it, and nothing of it is ever committed again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use foldhash::HashMap;

use super::offset_tracker::{OffsetTracker, Seq};
use super::sync::lock;
use crate::pipeline::clock::{self, Moment};

/// One partition for as long as this worker has it without a break.
#[derive(Debug)]
pub struct PartitionEpoch {
    pub topic: Arc<str>,
    pub partition: i32,
    /// Ascending over all epochs of this worker; tells apart the times it had the partition.
    pub number: u64,
    /// Set with the state locked; asked by itself for each record that goes out.
    dead: AtomicBool,
    created: Instant,
    /// Whether its topic is gone: its messages still come out, its offsets say nothing any more.
    detached: AtomicBool,
    state: Mutex<State>,
}

/// How long the first commit of an epoch waits for the broker to tell the position it began at.
const FIRST_COMMIT: Duration = Duration::from_secs(3);

/// Most gaps kept until they are looked into; further ones become part of the last. Markers of transactions
/// leave one for each, and a look comes every few seconds.
const GAPS: usize = 10_000;

/// A message that was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entered {
    pub seq: Seq,
    /// Whether offsets before the message's did not come; see [`PartitionEpoch::losses`].
    pub gap: bool,
}

/// Offsets from the first up to, and without, the second.
pub(super) type Range = (i64, i64);

#[derive(Debug, Default)]
struct State {
    /// Whether no further message may be begun.
    closing: bool,
    /// The last message that was begun.
    begun: Option<Seq>,
    tracker: OffsetTracker,
    /// Offset of the first message taken in this epoch.
    start: Option<i64>,
    /// Whether the broker has told which position was committed when the epoch began.
    asked: bool,
    /// That position; `None` also when nothing was committed.
    began_at: Option<i64>,
    /// Offsets that did not come and have not been looked into, at most [`GAPS`].
    gaps: Vec<Range>,
    /// Losses have been told up to here.
    told: i64,
    /// The position that was last handed to the broker.
    committed: Option<i64>,
    /// When the oldest message under way became the oldest.
    since: Option<Moment>,
}

impl PartitionEpoch {
    fn new(topic: Arc<str>, partition: i32, number: u64) -> Self {
        PartitionEpoch {
            topic,
            partition,
            number,
            dead: AtomicBool::new(false),
            created: Instant::now(),
            detached: AtomicBool::new(false),
            state: Mutex::default(),
        }
    }

    /// `topic[partition]`, for logs.
    pub fn name(&self) -> String {
        format!("{}[{}]", self.topic, self.partition)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Whether what is made of its messages still counts.
    pub fn is_current(&self) -> bool {
        !self.dead.load(Ordering::Acquire)
    }

    /// Ends the epoch: nothing that finishes from now on counts.
    pub fn invalidate(&self) {
        let _state = self.lock();
        self.dead.store(true, Ordering::Release);
    }

    /// Takes in the message at `offset`; see [`OffsetTracker::enter`].
    pub fn enter(&self, offset: i64) -> Option<Entered> {
        let mut state = self.lock();
        // Noted even when it is turned away: the new epoch must begin no later.
        state.start.get_or_insert(offset);
        if !self.is_current() {
            return None;
        }
        let expected = state.tracker.next_offset().or(state.began_at);
        let missed = expected.filter(|next| *next < offset);
        let seq = state.tracker.enter(offset)?;
        state.since.get_or_insert_with(clock::now);
        if let Some(expected) = missed {
            match state.gaps.len() < GAPS {
                true => state.gaps.push((expected, offset)),
                false => state
                    .gaps
                    .iter_mut()
                    .last()
                    .into_iter()
                    .for_each(|g| g.1 = offset),
            }
        }
        Some(Entered {
            seq,
            gap: missed.is_some(),
        })
    }

    /// Notes the position that was committed when this epoch began, if one was.
    pub fn note_beginning(&self, committed: Option<i64>) {
        let mut state = self.lock();
        if !std::mem::replace(&mut state.asked, true) {
            state.began_at = committed;
        }
    }

    /// Whether the broker has yet to tell where this epoch began.
    pub fn wants_beginning(&self) -> bool {
        !self.lock().asked
    }

    /// The client has gone to another position by itself, before any message came.
    pub fn note_position(&self, position: i64) {
        self.lock().began_at = Some(position);
    }

    /// Whether a message has come in this epoch.
    pub fn has_begun_reading(&self) -> bool {
        self.lock().start.is_some()
    }

    /// The offset expected next, as far as it is known.
    pub fn next_offset(&self) -> Option<i64> {
        let state = self.lock();
        state.tracker.next_offset().or(state.began_at)
    }

    /// The offsets that this worker should have read and the broker has no longer: of those that did not
    /// come, the ones before `first`, the first offset that is still there. Each is told once.
    ///
    /// With `idle`, also those that would come next: nothing is on its way that could hold them.
    pub fn losses(&self, first: i64, idle: bool) -> Vec<Range> {
        let mut state = self.lock();
        let mut gaps = std::mem::take(&mut state.gaps);
        // The first message may have come before it was known where the epoch began.
        if let Some(committed) = state.began_at {
            gaps.extend(state.start.map(|start| (committed, start)));
        }
        if idle {
            gaps.extend(
                state
                    .tracker
                    .next_offset()
                    .or(state.began_at)
                    .map(|next| (next, first)),
            );
        }
        gaps.sort_unstable();
        let mut lost = Vec::new();
        for (from, to) in gaps {
            let (from, to) = (from.max(state.told), to.min(first));
            if from < to {
                lost.push((from, to));
                state.told = to;
            }
        }
        lost
    }

    /// Moves the position past what holds no message, up to `offset`; see [`OffsetTracker::skip_to`].
    pub fn skip_to(&self, offset: i64) -> bool {
        let mut state = self.lock();
        self.is_current() && state.tracker.skip_to(offset)
    }

    /// Its topic has been deleted: what is under way of it still comes out, and no offset is committed.
    pub fn detach(&self) {
        self.detached.store(true, Ordering::Release);
    }

    pub fn is_detached(&self) -> bool {
        self.detached.load(Ordering::Acquire)
    }

    /// Whether work on a message may begin. Messages are begun in the order they were taken, so that
    /// what is left when a partition goes is what comes last in it: nothing after it has been published.
    pub fn begin(&self, seq: Seq) -> bool {
        let mut state = self.lock();
        // One that was overtaken by another thread's must be done all the same.
        if !self.is_current() || (state.closing && state.begun.is_none_or(|last| seq > last)) {
            return false;
        }
        state.begun = state.begun.max(Some(seq));
        true
    }

    /// Whether work on a message has begun.
    pub fn has_begun(&self, seq: Seq) -> bool {
        self.lock().begun.is_some_and(|last| seq <= last)
    }

    /// Lets no further message begin.
    pub fn close(&self) {
        self.lock().closing = true;
    }

    /// Messages that were begun, or overtaken by one that was, and have not finished.
    pub fn begun(&self) -> usize {
        let state = self.lock();
        state
            .begun
            .map_or(0, |last| state.tracker.unfinished_to(last))
    }

    /// Whether everything that was begun has finished. Once the partition is closed nothing else of it is
    /// begun, whether or not it has come to a thread to be turned away.
    pub fn is_drained(&self) -> bool {
        let state = self.lock();
        !self.is_current()
            || state
                .begun
                .is_none_or(|last| state.tracker.is_finished_to(last))
    }

    /// Marks a message as finished; whether that still counts.
    pub fn finish(&self, seq: Seq, now: Instant) -> bool {
        let mut state = self.lock();
        if !self.is_current() {
            return false;
        }
        let before = state.tracker.oldest();
        state.tracker.finish(seq);
        let oldest = state.tracker.oldest();
        if oldest != before {
            state.since = oldest.map(|_| clock::at(now));
        }
        true
    }

    pub fn unfinished(&self) -> usize {
        self.lock().tracker.unfinished()
    }

    /// Offset of the oldest message that has not finished, and how long it has been that, in working time.
    pub fn oldest(&self) -> Option<(i64, Duration)> {
        let state = self.lock();
        Some((state.tracker.oldest()?, state.since?.elapsed()))
    }

    /// Where this epoch began.
    pub fn start(&self) -> Option<i64> {
        self.lock().start
    }

    /// Whether the first commit must wait: the broker has yet to tell what was committed before, and forgets
    /// it then. It waits a few seconds and no longer.
    pub fn waits_for_beginning(&self) -> bool {
        !self.lock().asked && self.created.elapsed() < FIRST_COMMIT
    }

    /// The position to commit, when it has moved since [`PartitionEpoch::committed`] was last told.
    pub fn to_commit(&self) -> Option<i64> {
        if self.waits_for_beginning() {
            return None;
        }
        let state = self.lock();
        state
            .tracker
            .committable()
            .filter(|p| state.committed.is_none_or(|c| *p > c))
            .filter(|_| self.is_current() && !self.is_detached())
    }

    /// Notes that `position` has been handed to the broker, or with `None` that this failed.
    pub fn committed(&self, position: Option<i64>) {
        self.lock().committed = position;
    }
}

/// All partitions this worker has.
#[derive(Debug, Default)]
pub struct Assignment {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    topics: HashMap<Arc<str>, HashMap<i32, Arc<PartitionEpoch>>>,
    detached: Vec<Arc<PartitionEpoch>>,
    /// Of the epoch that began last.
    last_number: u64,
}

impl Assignment {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        lock(&self.inner)
    }

    /// Adds a partition, or begins a new epoch of one.
    pub fn add(&self, topic: &str, partition: i32) -> Arc<PartitionEpoch> {
        let mut inner = self.lock();
        inner.last_number += 1;
        let number = inner.last_number;
        let topic: Arc<str> = inner
            .topics
            .get_key_value(topic)
            .map_or_else(|| topic.into(), |(t, _)| Arc::clone(t));
        let epoch = Arc::new(PartitionEpoch::new(Arc::clone(&topic), partition, number));
        let epochs = inner.topics.entry(topic).or_default();
        if let Some(old) = epochs.insert(partition, Arc::clone(&epoch)) {
            old.invalidate();
        }
        epoch
    }

    pub fn get(&self, topic: &str, partition: i32) -> Option<Arc<PartitionEpoch>> {
        self.lock().topics.get(topic)?.get(&partition).cloned()
    }

    /// Begins a new epoch of a partition that this worker still has, and which it wound back to `from`.
    pub fn renew(&self, old: &PartitionEpoch, from: Option<i64>) {
        let mut inner = self.lock();
        inner.last_number += 1;
        let epoch = PartitionEpoch::new(Arc::clone(&old.topic), old.partition, inner.last_number);
        epoch.lock().start = from;
        epoch.note_beginning(from);
        let slot = inner
            .topics
            .get_mut(&old.topic)
            .and_then(|epochs| epochs.get_mut(&old.partition));
        // It may have gone and come back in between: then it has its new epoch already.
        if let Some(slot) = slot.filter(|s| s.number == old.number) {
            *slot = Arc::new(epoch);
        }
    }

    /// Begins a new epoch at `from` of a partition whose topic was deleted and made anew. What is under way
    /// of the deleted topic is in nobody's input any more: it still comes out.
    pub fn begin_anew(&self, old: &Arc<PartitionEpoch>, from: i64) {
        old.detach();
        self.renew(old, Some(from));
        let mut inner = self.lock();
        inner.detached.retain(|epoch| epoch.unfinished() > 0);
        inner.detached.push(Arc::clone(old));
    }

    /// Partitions of deleted topics, of which messages are still under way.
    pub fn detached(&self) -> Vec<Arc<PartitionEpoch>> {
        self.lock().detached.clone()
    }

    /// Takes a partition away: what is under way of it no longer counts.
    pub fn remove(&self, topic: &str, partition: i32) {
        let mut inner = self.lock();
        let epoch = inner
            .topics
            .get_mut(topic)
            .and_then(|p| p.remove(&partition));
        if let Some(epoch) = epoch {
            epoch.invalidate();
        }
    }

    /// The number of the epoch that began last.
    pub fn last_epoch(&self) -> u64 {
        self.lock().last_number
    }

    /// All partitions, in no order.
    pub fn all(&self) -> Vec<Arc<PartitionEpoch>> {
        let inner = self.lock();
        inner
            .topics
            .values()
            .flat_map(|p| p.values().cloned())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_finishes_after_the_partition_went_is_not_committed() {
        let all = Assignment::default();
        let epoch = all.add("news", 3);
        let seq = epoch.enter(10).unwrap().seq;
        all.remove("news", 3);
        assert!(!epoch.finish(seq, Instant::now()));
        assert_eq!(epoch.to_commit(), None);
        assert!(all.get("news", 3).is_none());
    }

    #[test]
    fn every_offset_that_went_unread_is_told_once() {
        let epoch = Assignment::default().add("news", 0);
        let enter = |offset| epoch.enter(offset).map(|entered| entered.gap);
        epoch.note_beginning(Some(2));
        assert_eq!(epoch.losses(2, true), []);
        // Retention took 2 to 6; 9 and 10 are still there, and held no message.
        assert_eq!(
            [enter(7), enter(8), enter(11)],
            [Some(true), Some(false), Some(true)]
        );
        assert_eq!(enter(8), None);
        assert_eq!(epoch.losses(7, false), [(2, 7)]);
        assert_eq!(epoch.losses(12, false), []);
        assert_eq!([enter(14), enter(20)], [Some(true), Some(true)]);
        // Of the second gap the broker still has 18 and 19: they held no message.
        assert_eq!(epoch.losses(18, false), [(12, 14), (15, 18)]);
        assert_eq!(epoch.losses(30, true), [(21, 30)]);
        assert_eq!(epoch.losses(30, true), []);
        assert_eq!(enter(31), Some(true));
        assert_eq!(epoch.losses(31, false), [(30, 31)]);
    }

    #[test]
    fn a_detached_partition_finishes_and_commits_nothing() {
        let epoch = Assignment::default().add("news", 0);
        epoch.note_beginning(None);
        let seq = epoch.enter(0).unwrap().seq;
        epoch.detach();
        assert!(epoch.is_current() && epoch.finish(seq, Instant::now()));
        assert_eq!(epoch.to_commit(), None);
    }

    #[test]
    fn a_closing_partition_finishes_what_was_begun_and_leaves_the_rest() {
        let epoch = Assignment::default().add("news", 0);
        epoch.note_beginning(None);
        let seqs: Vec<Seq> = (0..4).map(|o| epoch.enter(o).unwrap().seq).collect();
        // The second overtakes the first on its way to a thread.
        assert!(epoch.begin(seqs[1]));
        epoch.close();
        assert!(!epoch.begin(seqs[2]));
        assert!(epoch.begin(seqs[0]));
        // The last is still in the queue behind the work of other partitions: nobody waits for it.
        assert_eq!((epoch.begun(), epoch.unfinished()), (2, 4));
        epoch.finish(seqs[1], Instant::now());
        assert!(!epoch.is_drained());
        epoch.finish(seqs[0], Instant::now());
        assert!(epoch.is_drained());
        assert!(!epoch.begin(seqs[3]));
        assert_eq!(epoch.to_commit(), Some(2));
    }

    #[test]
    fn a_new_epoch_starts_afresh_and_kills_the_old() {
        let all = Assignment::default();
        let old = all.add("news", 3);
        let seq = old.enter(10).unwrap().seq;
        let new = all.add("news", 3);
        assert!(new.number > old.number && !old.is_current() && new.is_current());
        old.finish(seq, Instant::now());
        assert_eq!((old.to_commit(), new.to_commit()), (None, None));
        new.note_beginning(None);
        let again = new.enter(10).unwrap().seq;
        new.finish(again, Instant::now());
        assert_eq!(new.to_commit(), Some(11));
    }

    #[test]
    fn a_position_is_committed_once_unless_that_failed() {
        let epoch = Assignment::default().add("news", 0);
        let seq = epoch.enter(0).unwrap().seq;
        epoch.finish(seq, Instant::now());
        // The broker would forget what was committed before.
        assert_eq!(epoch.to_commit(), None);
        epoch.note_beginning(None);
        assert_eq!(epoch.to_commit(), Some(1));
        epoch.committed(Some(1));
        assert_eq!(epoch.to_commit(), None);
        epoch.committed(None);
        assert_eq!(epoch.to_commit(), Some(1));
    }
}
