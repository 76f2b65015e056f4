//! The model: weights of hashed features for each label, transitions between labels, and the lexicon;
//! one file, read where it lies.

use crate::text::data::{DataFile, data_file};
use std::sync::LazyLock;

use super::labels::{LABELS, OUTSIDE, follows};
use super::lexicon::Lexicon;
use super::others::{KindRow, KindWeights};
use crate::stages::hashed_rows::{HashedRows, number, step};

const MAGIC: &[u8; 8] = b"cdnames2";

/// Score of what the labelling scheme forbids.
const FORBIDDEN: f32 = -1.0e4;

/// What each feature adds to the score of each label.
pub(super) type Weights = HashedRows<LABELS>;

/// The hash of a feature and its weights.
pub(super) type WeightRow = (u64, [f32; LABELS]);

impl Weights {
    /// Adds the weights of all `features` to `scores`.
    #[inline]
    pub fn add(&self, features: &[u64], scores: &mut [f32; LABELS]) {
        // the rows of a token are some hundred at most
        for (s, w) in scores.iter_mut().zip(self.sums(features)) {
            *s += f32::from(w) * self.scale;
        }
    }

    /// The table of float weights, by steps of a 127th of the largest.
    fn pack_weights(rows: &[WeightRow]) -> Vec<u8> {
        let scale = step(rows.iter().flat_map(|r| r.1));
        let quantised: Vec<(u64, [i8; LABELS])> = rows
            .iter()
            .map(|(hash, weights)| (*hash, weights.map(|w| (w / scale).round() as i8)))
            .collect();
        Self::pack(scale, &quantised)
    }
}

pub(super) type Transitions = [[f32; LABELS]; LABELS];

/// The model that is compiled in.
pub(super) const FILE: DataFile<'static> = data_file!("models/entities.model");

#[derive(Debug)]
pub struct Model {
    pub lexicon: Lexicon,
    /// First pass: each token by itself and its neighbours.
    pub first: Weights,
    pub first_transitions: Transitions,
    /// Second pass: added to the first's scores, by what the first found through the article.
    pub second: Weights,
    pub second_transitions: Transitions,
    /// What a name of no other type is.
    pub others: KindWeights,
}

impl Model {
    /// The model compiled in, read at first use.
    ///
    /// # Panics
    /// When the file is damaged, which the first test that reads it shows.
    pub fn get() -> &'static Model {
        static LOADED: LazyLock<Model> = LazyLock::new(|| {
            Model::from_bytes(FILE.bytes()).unwrap_or_else(|| panic!("{}: no model", FILE.path))
        });
        &LOADED
    }

    /// Reads a model file; `None` when it is none.
    pub fn from_bytes(all: &'static [u8]) -> Option<Model> {
        let bytes = all.strip_prefix(MAGIC)?;
        let (n, bytes) = number(bytes)?;
        let (lexicon, bytes) = bytes.split_at_checked(n)?;
        let lexicon = Lexicon::from_bytes(lexicon)?;
        let (first, bytes) = Weights::from_bytes(bytes)?;
        let (first_transitions, bytes) = transitions(bytes)?;
        let (second, bytes) = Weights::from_bytes(bytes)?;
        let (second_transitions, bytes) = transitions(bytes)?;
        let (others, bytes) = KindWeights::from_bytes(bytes)?;
        bytes.is_empty().then_some(Model {
            lexicon,
            first,
            first_transitions,
            second,
            second_transitions,
            others,
        })
    }

    /// Writes a model file.
    pub fn to_bytes(
        lexicon: &Lexicon,
        passes: [(&[WeightRow], &Transitions); 2],
        others: &[KindRow],
    ) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        let words = lexicon.to_bytes();
        out.extend((words.len() as u32).to_le_bytes());
        out.extend(words);
        for (rows, transitions) in passes {
            out.extend(Weights::pack_weights(rows));
            for w in transitions.iter().flatten() {
                out.extend(w.to_le_bytes());
            }
        }
        out.extend(KindWeights::pack_kinds(others));
        out
    }
}

fn transitions(bytes: &'static [u8]) -> Option<(Transitions, &'static [u8])> {
    let (table, rest) = bytes.split_at_checked(LABELS * LABELS * 4)?;
    let mut t = [[0.0; LABELS]; LABELS];
    for (out, b) in t.iter_mut().flatten().zip(table.chunks_exact(4)) {
        *out = f32::from_le_bytes([b[0], b[1], b[2], b[3]]);
    }
    for (a, row) in t.iter_mut().enumerate() {
        for (b, w) in row.iter_mut().enumerate() {
            if !follows(a as u8, b as u8) {
                *w = FORBIDDEN;
            }
        }
    }
    Some((t, rest))
}

/// The best labels for a stretch of tokens with the given scores (Viterbi); what stands around it is
/// outside.
pub(super) fn decode(scores: &[[f32; LABELS]], transitions: &Transitions, labels: &mut Vec<u8>) {
    labels.clear();
    if scores.is_empty() {
        return;
    }
    let mut back = vec![[0u8; LABELS]; scores.len()];
    let mut best = transitions[OUTSIDE as usize];
    for (b, s) in best.iter_mut().zip(&scores[0]) {
        *b += s;
    }
    for (t, emission) in scores.iter().enumerate().skip(1) {
        (best, back[t]) = best_after(&best, emission, transitions);
    }
    let mut last = 0;
    let mut top = f32::NEG_INFINITY;
    for (l, s) in best.iter().enumerate() {
        let s = s + transitions[l][OUTSIDE as usize];
        if s > top {
            top = s;
            last = l;
        }
    }
    labels.resize(scores.len(), 0);
    for t in (0..scores.len()).rev() {
        labels[t] = last as u8;
        last = back[t][last] as usize;
    }
}

/// The best score of each label at a token with the scores `emission`, and the label before it that gives
/// it; `best` are those of the token before.
#[inline]
fn best_after(
    best: &[f32; LABELS],
    emission: &[f32; LABELS],
    transitions: &Transitions,
) -> ([f32; LABELS], [u8; LABELS]) {
    let mut next = [f32::NEG_INFINITY; LABELS];
    let mut from = [0u8; LABELS];
    for (a, row) in transitions.iter().enumerate() {
        let base = best[a];
        for b in 0..LABELS {
            let s = base + row[b];
            if s > next[b] {
                next[b] = s;
                from[b] = a as u8;
            }
        }
    }
    for (n, e) in next.iter_mut().zip(emission) {
        *n += e;
    }
    (next, from)
}
