//! How far a partition has been worked off without a gap, which is the offset to commit. Pure: knows offsets,
//! not Kafka.

use std::collections::VecDeque;

/// Place of a message in its partition's queue of messages under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(u64);

/// The messages of one partition that are under way, and the offset up to which all are finished.
///
/// Messages enter in the order of their offsets, which may have gaps (compaction, transaction markers),
/// and finish in any order. The position never passes a message that has not finished.
#[derive(Debug, Default)]
pub(super) struct OffsetTracker {
    /// Offset of each message under way, and whether it has finished; the first has not.
    under_way: VecDeque<(i64, bool)>,
    /// Sequence number of the first in `under_way`.
    first: u64,
    /// One past the offset of the last message that entered.
    entered: Option<i64>,
    /// What [`OffsetTracker::committable`] says.
    committable: Option<i64>,
    unfinished: usize,
}

impl OffsetTracker {
    /// Takes in the message at `offset`. `None`: it, or a later one, has been here before.
    pub(super) fn enter(&mut self, offset: i64) -> Option<Seq> {
        if self.entered.is_some_and(|next| offset < next) {
            return None;
        }
        let seq = Seq(self.first + self.under_way.len() as u64);
        self.entered = Some(offset + 1);
        self.under_way.push_back((offset, false));
        self.unfinished += 1;
        Some(seq)
    }

    /// Marks a message as finished. A second time changes nothing.
    pub(super) fn finish(&mut self, seq: Seq) {
        let place = seq.0.checked_sub(self.first).map(|i| i as usize);
        let Some((_, finished)) = place.and_then(|i| self.under_way.get_mut(i)) else {
            return;
        };
        if !std::mem::replace(finished, true) {
            self.unfinished -= 1;
        }
        while let Some(&(offset, true)) = self.under_way.front() {
            self.under_way.pop_front();
            self.first += 1;
            self.committable = Some(offset + 1);
        }
    }

    /// Moves the position to `offset`, when nothing is under way and nothing before it will come: what
    /// lies between holds no message, as the marker of a transaction. Whether it moved.
    pub(super) fn skip_to(&mut self, offset: i64) -> bool {
        let skips = self.under_way.is_empty() && self.entered.is_none_or(|next| next < offset);
        if skips {
            self.entered = Some(offset);
            self.committable = Some(offset);
        }
        skips
    }

    /// The offset to commit: one past the last message before which all have finished. `None` while
    /// the first has not finished.
    pub(super) fn committable(&self) -> Option<i64> {
        self.committable
    }

    /// The offset expected next; `None` before the first message.
    pub(super) fn next_offset(&self) -> Option<i64> {
        self.entered
    }

    /// Messages that have not finished.
    pub(super) fn unfinished(&self) -> usize {
        self.unfinished
    }

    /// Whether all messages up to `last` have finished.
    pub(super) fn is_finished_to(&self, last: Seq) -> bool {
        self.under_way.is_empty() || self.first > last.0
    }

    /// Messages that have not finished among those up to `last`.
    pub(super) fn unfinished_to(&self, last: Seq) -> usize {
        let count = (last.0 + 1).saturating_sub(self.first) as usize;
        let places = self.under_way.iter().take(count);
        places.filter(|(_, finished)| !finished).count()
    }

    /// Offset of the oldest message that has not finished.
    pub(super) fn oldest(&self) -> Option<i64> {
        self.under_way.front().map(|(offset, _)| *offset)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_idle_position_skips_what_holds_no_message() {
        let mut tracker = OffsetTracker::default();
        let seq = tracker.enter(5).unwrap();
        assert!(!tracker.skip_to(9));
        tracker.finish(seq);
        assert!(!tracker.skip_to(6));
        assert!(tracker.skip_to(7));
        assert_eq!(
            (tracker.committable(), tracker.next_offset()),
            (Some(7), Some(7))
        );
        assert!(tracker.enter(6).is_none());
        assert!(tracker.enter(7).is_some());
    }

    #[test]
    fn what_has_been_here_before_is_not_taken_again() {
        let mut tracker = OffsetTracker::default();
        assert!(tracker.enter(5).is_some());
        assert!(tracker.enter(5).is_none());
        assert!(tracker.enter(3).is_none());
        assert!(tracker.enter(9).is_some());
        assert_eq!(tracker.next_offset(), Some(10));
    }

    #[test]
    fn finishing_twice_counts_once() {
        let mut tracker = OffsetTracker::default();
        let (a, b) = (tracker.enter(0).unwrap(), tracker.enter(1).unwrap());
        tracker.finish(b);
        tracker.finish(b);
        assert_eq!((tracker.unfinished(), tracker.committable()), (1, None));
        tracker.finish(a);
        tracker.finish(a);
        assert_eq!((tracker.unfinished(), tracker.committable()), (0, Some(2)));
    }

    proptest! {
        /// Whatever order messages finish in, and whichever never do, the position is the end of the
        /// unbroken run of finished ones.
        #[test]
        fn position_is_the_end_of_the_unbroken_run(
            gaps in prop::collection::vec(1i64..5, 1..60),
            order in prop::collection::vec(any::<prop::sample::Index>(), 0..90),
        ) {
            let offsets: Vec<i64> = gaps.iter().scan(-1, |at, gap| { *at += gap; Some(*at) }).collect();
            let mut tracker = OffsetTracker::default();
            let seqs: Vec<Seq> = offsets.iter().map(|&o| tracker.enter(o).unwrap()).collect();
            let mut finished = vec![false; offsets.len()];
            for index in order {
                let i = index.index(offsets.len());
                tracker.finish(seqs[i]);
                finished[i] = true;
                let run = finished.iter().take_while(|f| **f).count();
                prop_assert_eq!(tracker.committable(), run.checked_sub(1).map(|last| offsets[last] + 1));
                prop_assert_eq!(tracker.unfinished(), finished.iter().filter(|f| !**f).count());
                prop_assert_eq!(tracker.oldest(), offsets.get(run).copied());
                for (last, seq) in seqs.iter().enumerate() {
                    let open = finished[..=last].iter().filter(|f| !**f).count();
                    prop_assert_eq!(tracker.unfinished_to(*seq), open);
                    prop_assert_eq!(tracker.is_finished_to(*seq), open == 0);
                }
            }
        }

        /// Entering and finishing in turns: never past an unfinished message, and all done in the end.
        #[test]
        fn never_past_an_unfinished_message(steps in prop::collection::vec((any::<bool>(), any::<prop::sample::Index>()), 0..200)) {
            let mut tracker = OffsetTracker::default();
            let mut open: Vec<(i64, Seq)> = Vec::new();
            let mut next = 0;
            for (enter, which) in steps {
                if enter || open.is_empty() {
                    open.push((next, tracker.enter(next).unwrap()));
                    next += 1;
                } else {
                    let (_, seq) = open.swap_remove(which.index(open.len()));
                    tracker.finish(seq);
                }
                let oldest = open.iter().map(|(o, _)| *o).min().unwrap_or(next);
                prop_assert_eq!(tracker.committable().unwrap_or(0), oldest);
            }
            for (_, seq) in open { tracker.finish(seq); }
            prop_assert_eq!(tracker.committable().unwrap_or(0), next);
        }
    }
}
