//! Which letters of a partition have been replayed, written down beside the offset a group commits.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

/// Most bytes of a committed offset's metadata: the default of the broker's `offset.metadata.max.bytes`.
pub(super) const MOST_BYTES: usize = 4096;

/// Offsets of one partition that have been replayed: all before the one that is committed, and ranges after
/// it, which are the metadata of the commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Replayed {
    next: i64,
    /// The first offset of each range, and the one after its last. No two of them touch, and none touches `next`.
    ranges: BTreeMap<i64, i64>,
}

impl Replayed {
    /// Reads a committed offset and its metadata.
    ///
    /// The metadata is a list of steps from that offset on: `3+5,2` says that after three that have not been
    /// replayed come five that have, and after two more, one. Distances are shorter than offsets.
    pub(super) fn parse(next: i64, metadata: &str) -> Option<Self> {
        let mut replayed = Replayed {
            next,
            ranges: BTreeMap::new(),
        };
        let mut end = next;
        for step in metadata.split(',').filter(|_| !metadata.is_empty()) {
            let (left, length) = step.split_once('+').unwrap_or((step, "1"));
            let positive = |text: &str| text.parse::<i64>().ok().filter(|n| *n > 0);
            let start = end.checked_add(positive(left)?)?;
            end = start.checked_add(positive(length)?)?;
            replayed.ranges.insert(start, end);
        }
        (next >= 0).then_some(replayed)
    }

    /// The offset to commit: the first that has not been replayed.
    pub(super) fn next(&self) -> i64 {
        self.next
    }

    /// The metadata to commit with it, see [`Replayed::parse`].
    pub(super) fn metadata(&self) -> String {
        let mut text = String::new();
        let mut last = self.next;
        for (start, end) in &self.ranges {
            let comma = if text.is_empty() { "" } else { "," };
            let _ = match end - start {
                1 => write!(text, "{comma}{}", start - last),
                length => write!(text, "{comma}{}+{length}", start - last),
            };
            last = *end;
        }
        text
    }

    /// Whether the broker takes the metadata.
    pub(super) fn fits(&self) -> bool {
        self.ranges.is_empty() || self.metadata().len() <= MOST_BYTES
    }

    pub(super) fn holds(&self, offset: i64) -> bool {
        let before = self.ranges.range(..=offset).next_back();
        offset < self.next || before.is_some_and(|(_, end)| offset < *end)
    }

    pub(super) fn insert(&mut self, offsets: Range<i64>) {
        let (mut start, mut end) = (offsets.start, offsets.end);
        if start >= end || end <= self.next {
            return;
        }
        while let Some((&first, &last)) = self.ranges.range(..=end).next_back()
            && last >= start
        {
            self.ranges.remove(&first);
            (start, end) = (start.min(first), end.max(last));
        }
        match start <= self.next {
            true => self.next = end,
            false => {
                self.ranges.insert(start, end);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// What is committed when these have been replayed, one after the other.
    fn written(ranges: &[(i64, i64)]) -> (i64, String) {
        let mut replayed = Replayed::default();
        for (start, end) in ranges {
            replayed.insert(*start..*end);
        }
        (replayed.next(), replayed.metadata())
    }

    #[test]
    fn what_has_been_replayed_in_a_row_is_the_offset_and_the_rest_its_metadata() {
        assert_eq!(written(&[]), (0, String::new()));
        assert_eq!(written(&[(0, 3)]), (3, String::new()));
        assert_eq!(written(&[(3, 8), (10, 11)]), (0, "3+5,2".into()));
        assert_eq!(written(&[(5, 6), (0, 2), (7, 9)]), (2, "3,1+2".into()));
        // The hole is filled: ranges that touch are one, and one that touches the offset is none.
        assert_eq!(written(&[(5, 6), (7, 9), (6, 7)]), (0, "5+4".into()));
        assert_eq!(written(&[(5, 6), (7, 9), (0, 7)]), (9, String::new()));
        assert_eq!(written(&[(5, 6), (4, 9), (6, 8)]), (0, "4+5".into()));
        assert_eq!(written(&[(4, 4)]), (0, String::new()));
    }

    #[test]
    fn metadata_of_another_origin_is_refused() {
        for text in [
            "x",
            "1,",
            ",1",
            "0",
            "-1",
            "1+0",
            "1+",
            "+1",
            "1 ,2",
            "9223372036854775807,1",
        ] {
            assert_eq!(Replayed::parse(7, text), None, "{text}");
        }
        assert_eq!(Replayed::parse(-1, ""), None);
    }

    #[test]
    fn more_than_the_broker_takes_does_not_fit() {
        let mut replayed = Replayed::default();
        let mut letters = 0;
        while replayed.fits() {
            letters += 1;
            replayed.insert(letters * 2 - 1..letters * 2);
        }
        // "1,1,1,…": two bytes for each letter between two that are left.
        assert_eq!(letters, 2_049);
        replayed.insert(0..1);
        assert!(replayed.fits(), "one hole less");
    }

    proptest! {
        #[test]
        fn it_holds_what_a_set_of_offsets_would(ranges in prop::collection::vec((0i64..60, 0i64..8), 0..20)) {
            let mut set = BTreeSet::new();
            let mut replayed = Replayed::default();
            for (start, length) in ranges {
                replayed.insert(start..start + length);
                set.extend(start..start + length);
            }
            for offset in 0..70 {
                prop_assert_eq!(replayed.holds(offset), set.contains(&offset), "{}", offset);
            }
            prop_assert_eq!((0..).find(|o| !set.contains(o)), Some(replayed.next()));
            let again = Replayed::parse(replayed.next(), &replayed.metadata());
            prop_assert_eq!(again, Some(replayed));
        }

        #[test]
        fn no_metadata_is_too_strange(next in any::<i64>(), text in "[0-9+,x-]{0,12}") {
            if let Some(replayed) = Replayed::parse(next, &text) {
                prop_assert_eq!(Replayed::parse(replayed.next(), &replayed.metadata()), Some(replayed));
            }
        }
    }
}
