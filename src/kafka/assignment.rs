//! The partitions this worker has, each with its epoch and its watermark.
//!
//! A partition that is taken away, or wound back, leaves its [`Share`] behind dead: messages under way
//! keep pointing at it, finish into it, and nothing of it is ever committed again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use foldhash::HashMap;

use super::watermark::{Seq, Watermark};
use crate::pipeline::clock::{self, Moment};

/// One partition for as long as this worker has it without a break.
#[derive(Debug)]
pub struct Share {
    pub topic: Arc<str>,
    pub partition: i32,
    /// Tells apart the times this worker had the partition.
    pub epoch: u64,
    /// Changed with the state locked; asked by itself for each record that goes out.
    dead: AtomicBool,
    state: Mutex<State>,
}

/// A message that was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entered {
    pub seq: Seq,
    /// The offset that was expected, when some before the message's did not come.
    pub gap_from: Option<i64>,
}

#[derive(Debug, Default)]
struct State {
    /// Whether no further message may be begun.
    closing: bool,
    /// The last message that was begun.
    begun: Option<Seq>,
    mark: Watermark,
    /// Offset of the first message taken in this epoch.
    start: Option<i64>,
    /// The position that was last handed to the broker.
    committed: Option<i64>,
    /// When the oldest message under way became the oldest.
    since: Option<Moment>,
}

impl Share {
    fn new(topic: Arc<str>, partition: i32, epoch: u64) -> Self {
        Share {
            topic,
            partition,
            epoch,
            dead: AtomicBool::new(false),
            state: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether what is made of its messages still counts.
    pub fn is_alive(&self) -> bool {
        !self.dead.load(Ordering::Acquire)
    }

    /// Ends the epoch: nothing that finishes from now on counts.
    pub fn kill(&self) {
        let _state = self.lock();
        self.dead.store(true, Ordering::Release);
    }

    /// Takes in the message at `offset`; see [`Watermark::enter`].
    pub fn enter(&self, offset: i64) -> Option<Entered> {
        let mut state = self.lock();
        // Noted even when it is turned away: the new epoch must begin no later.
        state.start.get_or_insert(offset);
        if !self.is_alive() {
            return None;
        }
        let gap_from = state.mark.next_offset().filter(|next| *next < offset);
        let seq = state.mark.enter(offset)?;
        state.since.get_or_insert_with(clock::now);
        Some(Entered { seq, gap_from })
    }

    /// Whether work on a message may begin. Messages are begun in the order they were taken, so that
    /// what is left when a partition goes is what comes last in it: nothing after it has been published.
    pub fn begin(&self, seq: Seq) -> bool {
        let mut state = self.lock();
        // One that was overtaken by another thread's must be done all the same.
        if !self.is_alive() || (state.closing && state.begun.is_none_or(|last| seq > last)) {
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
        state.begun.map_or(0, |last| state.mark.unfinished_to(last))
    }

    /// Whether everything that was begun has finished. Once the partition is closed nothing else of it is
    /// begun, whether or not it has come to a thread to be turned away.
    pub fn is_drained(&self) -> bool {
        let state = self.lock();
        !self.is_alive()
            || state
                .begun
                .is_none_or(|last| state.mark.is_finished_to(last))
    }

    /// Marks a message as finished; whether that still counts.
    pub fn finish(&self, seq: Seq, now: Instant) -> bool {
        let mut state = self.lock();
        if !self.is_alive() {
            return false;
        }
        let before = state.mark.oldest();
        state.mark.finish(seq);
        let oldest = state.mark.oldest();
        if oldest != before {
            state.since = oldest.map(|_| clock::at(now));
        }
        true
    }

    pub fn unfinished(&self) -> usize {
        self.lock().mark.unfinished()
    }

    /// Offset of the oldest message that has not finished, and how long it has been that, in working time.
    pub fn oldest(&self) -> Option<(i64, Duration)> {
        let state = self.lock();
        Some((state.mark.oldest()?, state.since?.elapsed()))
    }

    /// Where this epoch began.
    pub fn start(&self) -> Option<i64> {
        self.lock().start
    }

    /// The position to commit, when it has moved since [`Share::committed`] was last told.
    pub fn to_commit(&self) -> Option<i64> {
        let state = self.lock();
        state
            .mark
            .position()
            .filter(|p| self.is_alive() && state.committed.is_none_or(|c| *p > c))
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
    topics: HashMap<Arc<str>, HashMap<i32, Arc<Share>>>,
    epoch: u64,
}

impl Assignment {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a partition, or begins a new epoch of one.
    pub fn add(&self, topic: &str, partition: i32) -> Arc<Share> {
        let mut inner = self.lock();
        inner.epoch += 1;
        let epoch = inner.epoch;
        let topic: Arc<str> = inner
            .topics
            .get_key_value(topic)
            .map_or_else(|| topic.into(), |(t, _)| Arc::clone(t));
        let share = Arc::new(Share::new(Arc::clone(&topic), partition, epoch));
        let shares = inner.topics.entry(topic).or_default();
        if let Some(old) = shares.insert(partition, Arc::clone(&share)) {
            old.kill();
        }
        share
    }

    pub fn get(&self, topic: &str, partition: i32) -> Option<Arc<Share>> {
        self.lock().topics.get(topic)?.get(&partition).cloned()
    }

    /// Begins a new epoch of a partition that this worker still has, and which it wound back to `from`.
    pub fn renew(&self, old: &Share, from: Option<i64>) {
        let mut inner = self.lock();
        inner.epoch += 1;
        let share = Share::new(Arc::clone(&old.topic), old.partition, inner.epoch);
        share.lock().start = from;
        let slot = inner
            .topics
            .get_mut(&old.topic)
            .and_then(|shares| shares.get_mut(&old.partition));
        // It may have gone and come back in between: then it has its new epoch already.
        if let Some(slot) = slot.filter(|s| s.epoch == old.epoch) {
            *slot = Arc::new(share);
        }
    }

    /// Takes a partition away: what is under way of it no longer counts.
    pub fn remove(&self, topic: &str, partition: i32) {
        let mut inner = self.lock();
        let share = inner
            .topics
            .get_mut(topic)
            .and_then(|p| p.remove(&partition));
        if let Some(share) = share {
            share.kill();
        }
    }

    /// The last epoch that began.
    pub fn epoch(&self) -> u64 {
        self.lock().epoch
    }

    /// All partitions, in no order.
    pub fn all(&self) -> Vec<Arc<Share>> {
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
        let share = all.add("news", 3);
        let seq = share.enter(10).unwrap().seq;
        all.remove("news", 3);
        assert!(!share.finish(seq, Instant::now()));
        assert_eq!(share.to_commit(), None);
        assert!(all.get("news", 3).is_none());
    }

    #[test]
    fn a_gap_is_told_with_the_message_after_it() {
        let share = Assignment::default().add("news", 0);
        let gap = |offset| share.enter(offset).map(|entered| entered.gap_from);
        assert_eq!(gap(7), Some(None));
        assert_eq!(gap(8), Some(None));
        assert_eq!(gap(11), Some(Some(9)));
        assert_eq!(gap(8), None);
    }

    #[test]
    fn a_closing_partition_finishes_what_was_begun_and_leaves_the_rest() {
        let share = Assignment::default().add("news", 0);
        let seqs: Vec<Seq> = (0..4).map(|o| share.enter(o).unwrap().seq).collect();
        // The second overtakes the first on its way to a thread.
        assert!(share.begin(seqs[1]));
        share.close();
        assert!(!share.begin(seqs[2]));
        assert!(share.begin(seqs[0]));
        // The last is still in the queue behind the work of other partitions: nobody waits for it.
        assert_eq!((share.begun(), share.unfinished()), (2, 4));
        share.finish(seqs[1], Instant::now());
        assert!(!share.is_drained());
        share.finish(seqs[0], Instant::now());
        assert!(share.is_drained());
        assert!(!share.begin(seqs[3]));
        assert_eq!(share.to_commit(), Some(2));
    }

    #[test]
    fn a_new_epoch_starts_afresh_and_kills_the_old() {
        let all = Assignment::default();
        let old = all.add("news", 3);
        let seq = old.enter(10).unwrap().seq;
        let new = all.add("news", 3);
        assert!(new.epoch > old.epoch && !old.is_alive() && new.is_alive());
        old.finish(seq, Instant::now());
        assert_eq!((old.to_commit(), new.to_commit()), (None, None));
        let again = new.enter(10).unwrap().seq;
        new.finish(again, Instant::now());
        assert_eq!(new.to_commit(), Some(11));
    }

    #[test]
    fn a_position_is_committed_once_unless_that_failed() {
        let share = Assignment::default().add("news", 0);
        let seq = share.enter(0).unwrap().seq;
        share.finish(seq, Instant::now());
        assert_eq!(share.to_commit(), Some(1));
        share.committed(Some(1));
        assert_eq!(share.to_commit(), None);
        share.committed(None);
        assert_eq!(share.to_commit(), Some(1));
    }
}
