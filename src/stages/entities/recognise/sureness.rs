//! How sure the model is of a name: the share of its reading among those that come nearest to it.

use std::ops::Range;

use super::super::labels::{NameType, OUTSIDE, write};
use super::super::model::Transitions;
use super::Recognised;
use super::observe::ObservedText;

/// The share of the name at `name` among the readings of its tokens that come nearest, by their likelihoods: the
/// same tokens as another type or as no name, and the name one token longer or shorter at either end. What stands
/// around stays as it was read. `None` where the model did not read this name.
pub(crate) fn sureness(
    article: &ObservedText,
    found: &Recognised,
    transitions: &Transitions,
    name: Range<usize>,
    kind: NameType,
) -> Option<f32> {
    let block = article.tokens[name.start].block;
    // the window: the name, and a token of no name to either side where there is one
    let may_widen = |i: &usize| {
        let token = article.tokens.get(*i);
        token.is_some_and(|t| t.active && t.block == block) && found.labels[*i] == OUTSIDE
    };
    let left = name.start.checked_sub(1).filter(may_widen);
    let right = Some(name.end).filter(may_widen);
    let window = left.unwrap_or(name.start)..name.end + usize::from(right.is_some());
    let inner = name.start - window.start..name.end - window.start;
    let label = |i: Option<usize>| {
        let within = i.filter(|i| article.tokens.get(*i).is_some_and(|t| t.block == block));
        within.map_or(OUTSIDE, |i| found.labels[i]) as usize
    };
    let (before, after) = (label(window.start.checked_sub(1)), label(Some(window.end)));
    let mut labels = vec![OUTSIDE; window.len()];
    let mut score = |read: Range<usize>, kind: Option<NameType>| {
        labels.fill(OUTSIDE);
        if let Some(kind) = kind {
            write(&mut labels, read.start, read.end, kind);
        }
        let mut last = before;
        let mut sum = 0.0;
        for (&l, scores) in labels.iter().zip(&found.scores[window.clone()]) {
            sum += scores[l as usize] + transitions[last][l as usize];
            last = l as usize;
        }
        sum + transitions[last][after]
    };
    let own = score(inner.clone(), Some(kind));
    if found.labels[window.clone()] != read_labels(window.len(), inner.clone(), kind) {
        return None;
    }
    let mut others = vec![score(inner.clone(), None)];
    for other in NameType::ALL.into_iter().filter(|k| *k != kind) {
        others.push(score(inner.clone(), Some(other)));
    }
    if left.is_some() {
        others.push(score(inner.start - 1..inner.end, Some(kind)));
    }
    if right.is_some() {
        others.push(score(inner.start..inner.end + 1, Some(kind)));
    }
    if inner.len() > 1 {
        others.push(score(inner.start + 1..inner.end, Some(kind)));
        others.push(score(inner.start..inner.end - 1, Some(kind)));
    }
    let rest: f32 = others.iter().map(|s| (s - own).exp()).sum();
    Some(1.0 / (1.0 + rest))
}

/// The labels of a window of so many tokens with a name at `name`.
fn read_labels(tokens: usize, name: Range<usize>, kind: NameType) -> Vec<u8> {
    let mut labels = vec![OUTSIDE; tokens];
    write(&mut labels, name.start, name.end, kind);
    labels
}
