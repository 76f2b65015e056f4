//! The model: weights of hashed features for each label, transitions between labels, and the lexicon;
//! one file, read where it lies.

use crate::text::data::{DataFile, data_file};
use std::sync::LazyLock;

use super::labels::{LABELS, OUTSIDE, follows};
use super::lexicon::Lexicon;

const MAGIC: &[u8; 8] = b"cdnames1";

/// Score of what the labelling scheme forbids.
const FORBIDDEN: f32 = -1.0e4;

/// Rows of quantised weights found by the hash of a feature.
///
/// An open-addressed table of 16-bit fingerprints, at most 70 % full; the rows lie packed in the order
/// of the slots, found by counting the filled slots before.
#[derive(Debug)]
pub struct Weights {
    fingerprints: Vec<u16>,
    /// Filled slots before each block of 64.
    ranks: Vec<u32>,
    filled: Vec<u64>,
    rows: &'static [u8],
    /// What one step of a weight is worth.
    scale: f32,
}

/// The hash of a feature and its weights.
pub(super) type WeightRow = (u64, [f32; LABELS]);

fn fingerprint(hash: u64) -> u16 {
    (hash as u16).max(1)
}

fn slot(hash: u64, slots: usize) -> usize {
    ((u128::from(hash) * slots as u128) >> 64) as usize
}

impl Weights {
    #[inline]
    fn row(&self, hash: u64) -> Option<&[u8]> {
        let wanted = fingerprint(hash);
        let mut at = slot(hash, self.fingerprints.len());
        loop {
            match self.fingerprints[at] {
                0 => return None,
                f if f == wanted => break,
                _ => {
                    at += 1;
                    if at == self.fingerprints.len() {
                        at = 0;
                    }
                }
            }
        }
        let before = self.filled[at / 64] & ((1u64 << (at % 64)) - 1);
        let row = self.ranks[at / 64] as usize + before.count_ones() as usize;
        self.rows.get(row * LABELS..(row + 1) * LABELS)
    }

    /// Adds the weights of all `features` to `scores`.
    #[inline]
    pub fn add(&self, features: &[u64], scores: &mut [f32; LABELS]) {
        let mut sum = [0i32; LABELS];
        for &f in features {
            if let Some(row) = self.row(f) {
                for (s, &w) in sum.iter_mut().zip(row) {
                    *s += i32::from(w as i8);
                }
            }
        }
        for (s, w) in scores.iter_mut().zip(sum) {
            *s += w as f32 * self.scale;
        }
    }

    /// Packs float weights: `(feature hash, weights)`. Of features whose slot and fingerprint agree the first stays.
    pub fn pack(rows: &[WeightRow]) -> Vec<u8> {
        let slots = (rows.len() * 10 / 7).max(64).next_multiple_of(64);
        let mut fingerprints = vec![0u16; slots];
        let mut source = vec![usize::MAX; slots];
        for (r, (hash, _)) in rows.iter().enumerate() {
            let mut at = slot(*hash, slots);
            while fingerprints[at] != 0 && fingerprints[at] != fingerprint(*hash) {
                at = (at + 1) % slots;
            }
            if fingerprints[at] == 0 {
                fingerprints[at] = fingerprint(*hash);
                source[at] = r;
            }
        }
        let most = rows
            .iter()
            .flat_map(|r| r.1)
            .fold(0f32, |m, w| m.max(w.abs()));
        let scale = (most / 127.0).max(1e-6);
        let kept = source.iter().filter(|r| **r != usize::MAX).count();
        let mut out = Vec::new();
        out.extend((slots as u32).to_le_bytes());
        out.extend((kept as u32).to_le_bytes());
        out.extend(scale.to_le_bytes());
        for f in &fingerprints {
            out.extend(f.to_le_bytes());
        }
        for r in source.into_iter().filter(|r| *r != usize::MAX) {
            out.extend(rows[r].1.map(|w| (w / scale).round() as i8 as u8));
        }
        out
    }

    fn from_bytes(bytes: &'static [u8]) -> Option<(Weights, &'static [u8])> {
        let (slots, bytes) = number(bytes)?;
        let (kept, bytes) = number(bytes)?;
        let (scale, bytes) = bytes.split_first_chunk::<4>()?;
        let (prints, bytes) = bytes.split_at_checked(slots * 2)?;
        let (rows, bytes) = bytes.split_at_checked(kept * LABELS)?;
        let fingerprints: Vec<u16> = prints
            .chunks_exact(2)
            .map(|b| u16::from_le_bytes([b[0], b[1]]))
            .collect();
        let (filled, ranks, count) = index(&fingerprints);
        // a search ends at an empty slot, so there must be one
        (slots > 0 && count == kept && kept < slots).then_some((
            Weights {
                fingerprints,
                ranks,
                filled,
                rows,
                scale: f32::from_le_bytes(*scale),
            },
            bytes,
        ))
    }
}

/// For each block of 64 slots which are filled, as bits, and how many before it; and how many there are.
fn index(fingerprints: &[u16]) -> (Vec<u64>, Vec<u32>, usize) {
    let mut filled = Vec::with_capacity(fingerprints.len() / 64 + 1);
    let mut ranks = Vec::with_capacity(fingerprints.len() / 64 + 1);
    let mut count = 0;
    for block in fingerprints.chunks(64) {
        ranks.push(count);
        let mut bits = 0u64;
        for (i, f) in block.iter().enumerate() {
            bits |= u64::from(*f != 0) << i;
        }
        count += bits.count_ones();
        filled.push(bits);
    }
    (filled, ranks, count as usize)
}

fn number(bytes: &'static [u8]) -> Option<(usize, &'static [u8])> {
    let (n, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_le_bytes(*n) as usize, rest))
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
        bytes.is_empty().then_some(Model {
            lexicon,
            first,
            first_transitions,
            second,
            second_transitions,
        })
    }

    /// Writes a model file.
    pub fn to_bytes(lexicon: &Lexicon, passes: [(&[WeightRow], &Transitions); 2]) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        let words = lexicon.to_bytes();
        out.extend((words.len() as u32).to_le_bytes());
        out.extend(words);
        for (rows, transitions) in passes {
            out.extend(Weights::pack(rows));
            for w in transitions.iter().flatten() {
                out.extend(w.to_le_bytes());
            }
        }
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
