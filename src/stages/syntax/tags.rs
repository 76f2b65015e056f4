//! Parts of speech, from left to right: each by the words around it and the tags before it.

use super::model::{Model, Scores, TAGS, highest};
use super::parse::Tag;
use super::words::{Seen, add_features, feature};
use crate::stages::hashed_rows::HashedRows;

/// What stands for a word before the first or after the last, and for its tag.
const NONE: u64 = 0x9d;

/// The tags of a sentence.
pub(super) fn tag(sentence: &[Seen], model: &Model) -> Vec<Tag> {
    tag_by(sentence, &model.sure_tags, &model.tags)
}

pub(super) fn tag_by(
    sentence: &[Seen],
    sure: &HashedRows<1>,
    scores: &impl Scores<TAGS>,
) -> Vec<Tag> {
    let mut tags = Vec::with_capacity(sentence.len());
    let mut buffer = Vec::with_capacity(FEATURES);
    for (at, word) in sentence.iter().enumerate() {
        let tag = sure_tag(word, sure).unwrap_or_else(|| {
            features(sentence, &tags, at, &mut buffer);
            best(&scores.scores(&buffer))
        });
        tags.push(tag);
    }
    tags
}

/// The tag with the highest score.
pub(super) fn best(scores: &[f32; TAGS]) -> Tag {
    Tag::ALL[highest(scores, |_| true)]
}

/// The tag of a word that has one only.
pub(super) fn sure_tag(word: &Seen, sure: &HashedRows<1>) -> Option<Tag> {
    let row = sure.row(word.form)?;
    Tag::ALL.get(*row.first()? as usize).copied()
}

/// Features of a word.
const FEATURES: usize = 34;

/// The features of the word at `at`, those before it having `tags`.
pub(super) fn features(sentence: &[Seen], tags: &[Tag], at: usize, out: &mut Vec<u64>) {
    let none = Seen::default();
    let near = |by: isize| {
        at.checked_add_signed(by)
            .and_then(|n| sentence.get(n))
            .unwrap_or(&none)
    };
    let tag = |back: usize| {
        at.checked_sub(back)
            .and_then(|n| tags.get(n))
            .map_or(NONE, |t| *t as u64)
    };
    let (word, before, after) = (near(0), near(-1), near(1));
    let (before_2, after_2) = (near(-2), near(2));
    let (tag_1, tag_2) = (tag(1), tag(2));
    let place = u64::from(at == 0);
    out.clear();
    add_features!(
        out,
        &[word.form],
        &[word.lower],
        &[word.lower, tag_1],
        &[word.lower, tag_1, tag_2],
        &[word.endings[0]],
        &[word.endings[1]],
        &[word.endings[2]],
        &[word.endings[3]],
        &[word.endings[2], tag_1],
        &[word.endings[1], word.shape],
        &[word.beginning],
        &[word.shape, place],
        &[word.shape, tag_1],
        &[word.cluster],
        &[word.cluster, tag_1],
        &[word.path_6, tag_1],
        &[tag_1],
        &[tag_1, tag_2],
        &[tag_1, after.cluster],
        &[tag_1, after.endings[1]],
        &[before.lower],
        &[before.lower, word.lower],
        &[before.cluster, word.cluster],
        &[before_2.lower],
        &[before_2.cluster, tag_1],
        &[after.lower],
        &[after.lower, word.lower],
        &[after.cluster, word.cluster],
        &[after.endings[2]],
        &[after.shape, word.shape],
        &[after_2.lower],
        &[after_2.cluster, after.cluster],
        &[before.cluster, after.cluster],
        &[word.shape, after.shape, before.shape, place],
    );
    debug_assert_eq!(out.len(), FEATURES);
}
