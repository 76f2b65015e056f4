//! What the model looks at: the words of a sentence, near and far on either side of whom it speaks of.

use std::ops::Range;

use super::words::{ID_BITS, SentenceWords};

/// Stretches of a sentence around a target: all of it; the words near before it and behind; the far ones; and of the near
/// ones those right beside it.
pub(super) const WINDOWS: usize = 7;

/// Words on either side that are near, and that are right beside. Set by cross-validation of the prototype.
const NEAR: usize = 7;
const BESIDE: usize = 4;

/// Words on either side that are looked at: more than sentences have, so that time stays linear in what
/// never ends.
const REACH: usize = 100;

/// Facts of a sentence, and of a target in it, beside its words.
pub(super) const SENTENCE_FACTS: usize = 6;
pub(super) const TARGET_FACTS: usize = 7;

/// Words and pairs of words beside a target.
pub(super) const NEIGHBOURS: usize = 8;

/// The words of a sentence that are looked at for a target.
pub(super) fn reach(sentence: &SentenceWords, target: &Range<usize>) -> Range<usize> {
    let end = target.end.saturating_add(REACH);
    target.start.saturating_sub(REACH)..end.min(sentence.words.len())
}

/// The windows that the word at `at` is in.
pub(super) fn windows(at: usize, target: &Range<usize>) -> impl Iterator<Item = usize> {
    let is_before = at < target.start;
    // from 1 for the word next to the target
    let distance = if is_before {
        target.start - at
    } else {
        at + 1 - target.end
    };
    let first = if distance <= NEAR { 1 } else { 3 };
    let side = usize::from(!is_before);
    let beside = (distance <= BESIDE).then_some(5 + side);
    [Some(0), Some(first + side), beside].into_iter().flatten()
}

/// How many words each window around a target has.
pub(super) fn sizes(reach: &Range<usize>, target: &Range<usize>) -> [usize; WINDOWS] {
    let before = target.start - reach.start;
    let behind = reach.end - target.end.min(reach.end);
    [
        before + behind,
        before.min(NEAR),
        behind.min(NEAR),
        before.saturating_sub(NEAR),
        behind.saturating_sub(NEAR),
        before.min(BESIDE),
        behind.min(BESIDE),
    ]
}

/// What each of `words` words counts for: between a sum, by which long sentences are extreme, and a mean,
/// by which they are flat. Set by cross-validation of the prototype.
pub(super) fn share(words: usize) -> f32 {
    (words as f32 + 3.0).powf(-0.6)
}

/// The words and pairs of words beside a target, each as one number with its place.
pub(super) fn neighbours(sentence: &SentenceWords, target: &Range<usize>) -> [u64; NEIGHBOURS] {
    let before = |n: usize| u64::from(sentence.id_at(target.start.checked_sub(n)));
    let behind = |n: usize| u64::from(sentence.id_at(target.end.checked_add(n - 1)));
    let key = |place: u64, a: u64, b: u64| place << (2 * ID_BITS) | a << ID_BITS | b;
    [
        key(0, before(1), 0),
        key(1, before(2), 0),
        key(2, before(3), 0),
        key(3, behind(1), 0),
        key(4, behind(2), 0),
        key(5, behind(3), 0),
        key(6, before(2), before(1)),
        key(7, behind(1), behind(2)),
    ]
}

/// Sentences have this many words; lengths are told in it.
const USUAL_LENGTH: f32 = 40.0;

fn number(is: bool) -> f32 {
    f32::from(u8::from(is))
}

/// What is seen of a sentence as a whole.
pub(super) fn sentence_facts(sentence: &SentenceWords) -> [f32; SENTENCE_FACTS] {
    [
        1.0,
        sentence.words.len() as f32 / USUAL_LENGTH,
        number(sentence.has_negation),
        number(sentence.has_question),
        number(sentence.begins_with_contrast),
        number(!sentence.quotes.is_empty()),
    ]
}

/// What is seen of a sentence around a target.
pub(super) fn target_facts(sentence: &SentenceWords, target: &Range<usize>) -> [f32; TARGET_FACTS] {
    let quotes_before = sentence.quotes.partition_point(|q| *q < target.start);
    [
        1.0,
        sentence.words.len() as f32 / USUAL_LENGTH,
        number(quotes_before % 2 == 1),
        number(sentence.quotes.first() == Some(&0)),
        number(target.start == 0),
        number(!sentence.quotes.is_empty()),
        number(sentence.ends_in_question),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::tone::words::{EDGE, SeenWord};

    fn sentence(words: usize) -> SentenceWords {
        let words = (0..words as u32).map(|id| SeenWord { id, factor: 1.0 });
        SentenceWords {
            words: words.collect(),
            ..SentenceWords::default()
        }
    }

    #[test]
    fn words_are_in_the_windows_that_their_distance_gives() {
        let (sentence, target) = (sentence(20), 8..10);
        let reach = reach(&sentence, &target);
        let mut counted = [0; WINDOWS];
        for at in reach.clone().filter(|at| !target.contains(at)) {
            windows(at, &target).for_each(|window| counted[window] += 1);
        }
        assert_eq!(counted, [18, 7, 7, 1, 3, 4, 4]);
        assert_eq!(sizes(&reach, &target), counted);
    }

    #[test]
    fn a_sentence_without_an_end_is_not_looked_at_to_its_end() {
        assert_eq!(reach(&sentence(100_000), &(5000..5001)), 4900..5101);
        assert_eq!(sizes(&(0..1), &(0..1)), [0; WINDOWS]);
    }

    #[test]
    fn neighbours_know_their_place_and_the_edge() {
        let edge = u64::from(EDGE);
        let found = neighbours(&sentence(3), &(1..2));
        assert_eq!(found[0], 0);
        assert_eq!(found[1], 1 << 56 | edge << 28);
        assert_eq!(found[3], 3 << 56 | 2 << 28);
        assert_eq!(found[7], 7 << 56 | 2 << 28 | edge);
    }
}
