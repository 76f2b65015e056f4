//! Which text an article is a copy of.
//!
//! Candidates come from an index on the smallest hashes of shingles. Two sketches are compared by containment, the
//! share of the shorter text that stands in the longer one: cut from the bottom, a copy is still all contained. What
//! is contained must also say the same: templates (rates, earnings, weather) have the same words with other numbers
//! and names.
//!
//! Sentences are compared as wholes. To take a rewritten one for the same, by its gist, would find 2 more pairs of the
//! 1987 wire and 134 that are none.

use super::entry::{Content, FEW_WORDS, words_of};

/// Smallest hashes that an article is found by.
pub(super) const INDEXED: usize = 16;
/// A hash that more articles have than this is a phrase of a trade, not a text.
pub(super) const CROWD: usize = 100;
/// Hashes that two articles must share to be compared.
const SHARED: usize = 2;

/// Least containment of a copy, in thousandths. Of three sets of copies 460 to 480 find the same but for one pair; at 450
/// twice as many pairs are wrong, at 500 half as many again are missed.
const CONTAINED: u32 = 470;
/// Of a few hashes more must be common, as chance makes more of them: `FEW` and this, divided by their number.
const FEW: u32 = 400;
const FOR_FEW: u32 = 1_500;
/// Hashes that must be common.
const COMMON: u32 = 4;
/// Least overlap of numbers and names, in thousandths, where as little is contained as may be.
const FACTS: u32 = 500;
/// The same of two texts of one source: one desk's template differs from its last edition in these alone.
const FACTS_OF_ONE_SOURCE: u32 = 650;
/// The same of two texts of one source that came more than two days after one another: what a desk sends again then
/// is hardly ever the same story.
const FACTS_OF_A_SERIES: u32 = 800;
/// The same where nearly all of the text is contained; in between the line is straight.
const FACTS_OF_ONE_TEXT: u32 = 300;
/// Numbers and names of two sources that are taken to agree beside those that do: a short text has a handful, and the
/// line with its date has some of them.
const FACTS_GIVEN: u32 = 2;
/// Containment from which nearly all is.
const NEARLY_ALL: u32 = 950;

/// How one text lies in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Likeness {
    /// Share of this text that stands in the other, in thousandths.
    pub contained: u32,
    /// Share of the other that stands in this one.
    pub contains: u32,
    /// Estimated Jaccard similarity.
    pub similarity: u32,
    common: u32,
}

impl Likeness {
    /// Of two texts that are the same, word for word.
    pub(super) const SAME: Likeness = Likeness {
        contained: 1_000,
        contains: 1_000,
        similarity: 1_000,
        common: u32::MAX,
    };

    /// How a text lies in another.
    pub(super) fn of_texts(this: &Content<'_>, other: &Content<'_>) -> Likeness {
        if this.words > 0 && this.text == other.text {
            return Likeness::SAME;
        }
        let by_sketch = Likeness::of(&this.sketch, &other.sketch);
        if by_sketch.is_enough() {
            return by_sketch;
        }
        let by_sentences = Likeness::of_sentences(this, other);
        match by_sentences.is_enough() {
            true => by_sentences,
            false => by_sketch,
        }
    }

    /// How much of the sentences two texts share, word for word: of a few lines too little is left in the sketch of
    /// a long text.
    fn of_sentences(this: &Content<'_>, other: &Content<'_>) -> Likeness {
        // A few dozen each: to look each up in the other's list costs less than to sort the two.
        let (a, b) = (&this.sentences, &other.sentences);
        let shared = (0..b.len()).filter(|k| a.contains(&b[*k]) && !b[..*k].contains(&b[*k]));
        let common: u32 = shared.map(|k| words_of(b[k])).sum();
        if common < u32::from(FEW_WORDS) {
            return Likeness::default();
        }
        let (this, other) = (u32::from(this.words), u32::from(other.words));
        let share = |of: u32| (1_000 * common).checked_div(of).unwrap_or(0).min(1_000);
        Likeness {
            contained: share(this),
            contains: share(other),
            similarity: share((this + other).saturating_sub(common)),
            common,
        }
    }

    /// Compares two sketches, each cut at the smaller of their largest hashes: below it both are complete.
    pub(super) fn of(this: &[u32], other: &[u32]) -> Likeness {
        let complete = |sketch: &[u32]| match sketch.len() < super::entry::SKETCH {
            true => u32::MAX,
            false => sketch.last().copied().unwrap_or(u32::MAX),
        };
        let bound = complete(this).min(complete(other));
        let cut = |sketch: &[u32]| sketch.partition_point(|h| *h <= bound);
        let (this, other) = (&this[..cut(this)], &other[..cut(other)]);
        let common = common(this, other);
        let share = |of: usize| (1_000 * common).checked_div(of as u32).unwrap_or(0);
        Likeness {
            contained: share(this.len()),
            contains: share(other.len()),
            similarity: share(this.len() + other.len() - common as usize),
            common,
        }
    }

    /// Share of the shorter text that stands in the longer one.
    pub(super) fn containment(self) -> u32 {
        self.contained.max(self.contains)
    }

    pub(super) fn is_enough(self) -> bool {
        let containment = self.containment();
        // Number of the hashes of which so many are common.
        let of = (1_000 * u64::from(self.common)).checked_div(u64::from(containment));
        let needed = FEW + of.map_or(FOR_FEW, |of| (u64::from(FOR_FEW) / of.max(1)) as u32);
        self.common >= COMMON && containment >= needed.max(CONTAINED)
    }
}

/// How far the numbers and names of two texts agree, in thousandths of the shorter list: a text without any
/// contradicts nothing.
fn facts_agree(a: &[u16], b: &[u16], desk: Desk) -> u32 {
    let given = match desk {
        Desk::Other => FACTS_GIVEN,
        Desk::Same | Desk::Series => 0,
    };
    let shorter = a.len().min(b.len()) as u32 + given;
    let agree = 1_000 * (common(a, b) + given);
    agree.checked_div(shorter).unwrap_or(1_000)
}

/// How many numbers two ascending lists have in common.
fn common<T: Ord>(a: &[T], b: &[T]) -> u32 {
    let (mut i, mut j, mut common) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
        }
    }
    common
}

/// What two texts have to do with one another, whatever they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Desk {
    /// Different sources.
    Other,
    /// One source: one agency, or an outlet's own.
    Same,
    /// One source, days apart.
    Series,
}

/// Whether a text is a copy of one that came before, in which it lies so.
pub(super) fn is_copy(
    this: &Content<'_>,
    other: &Content<'_>,
    likeness: Likeness,
    desk: Desk,
) -> bool {
    if this.text == other.text && this.words > 0 {
        return true;
    }
    if !likeness.is_enough() || this.words < FEW_WORDS || other.words < FEW_WORDS {
        return false;
    }
    let least = match desk {
        Desk::Other => FACTS,
        Desk::Same => FACTS_OF_ONE_SOURCE,
        Desk::Series => FACTS_OF_A_SERIES,
    };
    let more = likeness.containment().clamp(CONTAINED, NEARLY_ALL) - CONTAINED;
    let needed = match desk {
        Desk::Series => least,
        _ => least - (least - FACTS_OF_ONE_TEXT) * more / (NEARLY_ALL - CONTAINED),
    };
    facts_agree(&this.facts, &other.facts, desk) >= needed
}

/// Of articles that were found by one hash each, those that were found by [`SHARED`] or more: one after another, as
/// often as they were found. The number of an article is in the upper half.
pub(super) fn found_often(mut found: Vec<u64>) -> Vec<u64> {
    const SLOTS: usize = 1 << 14;
    let slot = |found: u64| (found >> 32) as usize % SLOTS;
    if found.len() > SLOTS / 64 {
        // Most were found once: they are left out before the rest is sorted.
        let mut times = vec![0u8; SLOTS];
        for found in &found {
            let times = &mut times[slot(*found)];
            *times = times.saturating_add(1);
        }
        found.retain(|found| usize::from(times[slot(*found)]) >= SHARED);
    }
    found.sort_unstable();
    let often = found.chunk_by(|a, b| a >> 32 == b >> 32);
    often
        .filter(|c| c.len() >= SHARED)
        .flatten()
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cut_short_is_all_contained() {
        let long: Vec<u32> = (0..64).map(|k| k * 10).collect();
        let short: Vec<u32> = (0..40).step_by(2).map(|k| k * 10).collect();
        let likeness = Likeness::of(&short, &long);
        assert_eq!(likeness.contained, 1_000);
        assert!((300..400).contains(&likeness.contains), "{likeness:?}");
        assert!(likeness.is_enough());
    }

    #[test]
    fn facts_are_compared_by_the_shorter_list() {
        let agree = |a: &[u16], b: &[u16]| [Desk::Same, Desk::Other].map(|d| facts_agree(a, b, d));
        assert_eq!(agree(&[1, 2, 3, 4], &[2, 4]), [1_000, 1_000]);
        assert_eq!(agree(&[1, 2, 3, 4], &[2, 5]), [500, 750]);
        assert_eq!(agree(&[1, 2], &[3, 4]), [0, 500]);
        assert_eq!(agree(&[1], &[]), [1_000, 1_000]);
    }

    #[test]
    fn what_one_desk_sends_again_must_agree_in_more() {
        let content = |first: u32, facts: std::ops::Range<u16>| Content {
            words: 200,
            text: u64::from(first),
            sketch: (first..first + 60).collect(),
            facts: facts.collect(),
            ..Content::default()
        };
        let before = content(0, 0..10);
        let copied = |this: &Content<'_>, desk| {
            is_copy(this, &before, Likeness::of_texts(this, &before), desk)
        };
        let desks = [Desk::Other, Desk::Same, Desk::Series];
        // Half of the text stands in it, and half of what it names.
        let half = content(30, 5..15);
        assert_eq!(desks.map(|desk| copied(&half, desk)), [true, false, false]);
        let most = content(30, 3..13);
        assert_eq!(desks.map(|desk| copied(&most, desk)), [true, true, false]);
        // Nothing is named that could be otherwise.
        let bare = content(30, 0..0);
        assert_eq!(desks.map(|desk| copied(&bare, desk)), [true; 3]);
        let third = content(40, 0..10);
        assert_eq!(desks.map(|desk| copied(&third, desk)), [false; 3]);
    }

    #[test]
    fn found_often_means_by_two_hashes() {
        let found = |numbers: &[u64]| found_often(numbers.iter().map(|n| n << 32 | 1).collect());
        let numbers = |found: Vec<u64>| found.iter().map(|f| f >> 32).collect::<Vec<_>>();
        assert_eq!(numbers(found(&[7, 3, 7, 9, 3, 3])), [3, 3, 3, 7, 7]);
        // Enough of them to be sifted first.
        let many: Vec<u64> = (0..3_000).chain([70, 17_000, 17_000 + (1 << 14)]).collect();
        assert_eq!(numbers(found(&many)), [70, 70]);
    }
}
