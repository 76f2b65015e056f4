//! Finds names: a linear-chain model reads each stretch of likely tokens, then reads it again with
//! what it found through the whole article.

pub(super) mod evidence;
pub(super) mod features;
pub(super) mod observe;
mod sureness;

use std::ops::Range;

use self::evidence::Evidence;
use self::observe::ObservedText;
use super::labels::{LABELS, NameType, OUTSIDE};
use super::model::{Model, Transitions, Weights, decode};
use crate::pipeline::Budget;
use crate::stages::StageError;

/// Tokens read at a stretch at most; longer ones (tables of names) are cut, so that memory stays small.
const LONGEST_STRETCH: usize = 400;

/// The stretches of active tokens: each within a block, with inactive tokens or the block's edge around it.
pub(super) fn stretches(article: &ObservedText) -> Vec<(usize, usize)> {
    let seen = &article.tokens;
    let mut found = Vec::new();
    let mut i = 0;
    while i < seen.len() {
        if !seen[i].active {
            i += 1;
            continue;
        }
        let mut end = i + 1;
        while end < seen.len()
            && seen[end].active
            && seen[end].block == seen[i].block
            && end - i < LONGEST_STRETCH
        {
            end += 1;
        }
        found.push((i, end));
        i = end;
    }
    found
}

/// What the model reads in an article.
#[derive(Debug)]
pub(super) struct Recognised {
    /// The labels of all tokens.
    pub labels: Vec<u8>,
    /// The scores they were chosen by.
    pub scores: Vec<[f32; LABELS]>,
}

impl Recognised {
    /// How sure the model is of a name that it read, as a share of likelihood: see [`sureness::sureness`].
    pub(super) fn sureness(
        &self,
        article: &ObservedText,
        model: &Model,
        name: Range<usize>,
        kind: NameType,
    ) -> Option<f32> {
        sureness::sureness(article, self, &model.second_transitions, name, kind)
    }
}

/// Reads the names of an article.
///
/// # Errors
/// [`StageError::TimedOut`] when the budget is spent.
pub(super) fn recognise(
    article: &ObservedText,
    model: &Model,
    budget: &Budget,
) -> Result<Recognised, StageError> {
    let stretches = stretches(article);
    let mut scores = vec![[0f32; LABELS]; article.tokens.len()];
    let mut features = Vec::with_capacity(128);
    let mut extract = |i: usize, weights: &Weights, scores: &mut [f32; LABELS]| {
        features::features(article, i, &mut features);
        weights.add(&features, scores);
    };
    let labels = pass(
        &stretches,
        &mut scores,
        &model.first,
        &model.first_transitions,
        &mut extract,
        budget,
    )?;
    let evidence = Evidence::gather(article, &labels);
    let mut features = Vec::with_capacity(32);
    let mut extract = |i: usize, weights: &Weights, scores: &mut [f32; LABELS]| {
        evidence.features(article, i, &mut features);
        weights.add(&features, scores);
    };
    let labels = pass(
        &stretches,
        &mut scores,
        &model.second,
        &model.second_transitions,
        &mut extract,
        budget,
    )?;
    Ok(Recognised { labels, scores })
}

fn pass(
    stretches: &[(usize, usize)],
    scores: &mut [[f32; LABELS]],
    weights: &Weights,
    transitions: &Transitions,
    extract: &mut dyn FnMut(usize, &Weights, &mut [f32; LABELS]),
    budget: &Budget,
) -> Result<Vec<u8>, StageError> {
    let mut labels = vec![OUTSIDE; scores.len()];
    let mut best = Vec::new();
    for (n, &(from, to)) in stretches.iter().enumerate() {
        if n % 16 == 0 && budget.spent() {
            return Err(StageError::TimedOut);
        }
        for (i, scores) in scores[from..to].iter_mut().enumerate() {
            extract(from + i, weights, scores);
        }
        decode(&scores[from..to], transitions, &mut best);
        labels[from..to].copy_from_slice(&best);
    }
    Ok(labels)
}
