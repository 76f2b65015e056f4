//! What a name is that is no person, organisation, place or people: an event, a product, a work or a law.

use std::collections::HashMap;

use super::hash::fold;
use super::labels::NameType;
use super::mentions::Name;
use super::model::Model;
use super::recognise::observe::{ObservedText, TokenFeatures};
use crate::record::EntityType;
use crate::stages::hashed_rows::{HashedRows, step};

/// The kinds, with their names in training data.
pub(super) const KINDS: [(&str, EntityType); 4] = [
    ("event", EntityType::Event),
    ("product", EntityType::Product),
    ("work", EntityType::Work),
    ("law", EntityType::Law),
];

/// What each feature of a name adds to the score of each kind.
pub(super) type KindWeights = HashedRows<{ KINDS.len() }>;

/// The hash of a feature and its weights.
pub(super) type KindRow = (u64, [f32; KINDS.len()]);

impl KindWeights {
    fn add_kinds(&self, features: &[u64], scores: &mut [f32; KINDS.len()]) {
        for row in features.iter().filter_map(|f| self.row(*f)) {
            for (s, &w) in scores.iter_mut().zip(row) {
                *s += f32::from(w as i8) * self.scale;
            }
        }
    }

    /// The table of float weights, by steps of a 127th of the largest.
    pub(super) fn pack_kinds(rows: &[KindRow]) -> Vec<u8> {
        let scale = step(rows.iter().flat_map(|r| r.1));
        let quantised = |w: f32| (w / scale).round() as i8;
        let rows: Vec<_> = rows.iter().map(|(h, w)| (*h, w.map(quantised))).collect();
        Self::pack(scale, &rows)
    }
}

/// Writes the features of the name from token `first` to `end` to `out`.
pub(super) fn features(article: &ObservedText, first: usize, end: usize, out: &mut Vec<u64>) {
    out.clear();
    let tokens = &article.tokens;
    let at = |i: Option<usize>| {
        let token = i.and_then(|i| tokens.get(i));
        token.filter(|t| t.block == tokens[first].block)
    };
    let mut template = 0x6f74_6865;
    let mut add = |value: u64| {
        template += 1;
        out.push(fold(template, value));
    };
    let word = |t: Option<&TokenFeatures>| t.map_or(0, |t| t.lower);
    let cluster = |t: Option<&TokenFeatures>| t.map_or(0, |t| u64::from(t.facts.fine));
    let last = &tokens[end - 1];
    let (before, after) = (at(first.checked_sub(1)), at(Some(end)));
    let (before2, after2) = (at(first.checked_sub(2)), at(Some(end + 1)));
    add(0);
    add(last.lower);
    add(u64::from(last.facts.fine));
    add(last.shape);
    add(tokens[first].lower);
    add(u64::from(tokens[first].facts.fine));
    add((end - first).min(6) as u64);
    for t in [before, after, before2, after2] {
        add(word(t));
        add(cluster(t));
    }
    add(fold(word(before2), word(before)));
    add(fold(word(after), word(after2)));
    add(u64::from(article.sport));
    add(tokens[first..end].iter().fold(0, |h, t| fold(h, t.lower)));
    // any of the words, wherever it stands
    for t in &tokens[first..end] {
        out.push(fold(0x616e79, t.lower));
        out.push(fold(0x636c75, u64::from(t.facts.coarse)));
    }
}

/// Gives each of the `names` of no other type its kind: one kind for one name through the article.
pub(super) fn sort(article: &ObservedText, model: &Model, names: &mut [Name<'_>]) {
    let mut scores: HashMap<u64, [f32; KINDS.len()]> = HashMap::new();
    let key = |n: &Name<'_>| {
        let words = article.tokens[n.first..n.end].iter();
        words.fold(0, |h, t| fold(h, t.lower))
    };
    let mut buffer = Vec::new();
    for n in names.iter().filter(|n| n.kind == NameType::Other) {
        features(article, n.first, n.end, &mut buffer);
        model
            .others
            .add_kinds(&buffer, scores.entry(key(n)).or_default());
    }
    for n in names.iter_mut().filter(|n| n.kind == NameType::Other) {
        let scores = scores.get(&key(n)).into_iter().flatten().zip(KINDS);
        let best = scores.max_by(|a, b| a.0.total_cmp(b.0));
        n.other = best.map(|(_, (_, kind))| kind);
    }
}
