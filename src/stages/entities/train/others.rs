//! Learns the kinds of other names: a multinomial logistic model by stochastic gradient descent with AdaGrad steps.

use super::Example;
use super::crf::Random;
use crate::stages::entities::hash::HashedMap;
use crate::stages::entities::others::{KINDS, KindRow, features};

const EPOCHS: usize = 8;
const STEP: f32 = 0.1;
/// Share of a name's features left out, by chance, each time it is seen.
const DROPPED: u64 = 50;
/// Times a feature must be seen to be learnt.
const LEAST_COUNT: usize = 2;
const SEED: u64 = 0x6f74_6865_7273;

/// Learns from the names of the examples whose kind is given.
pub(super) fn learn(examples: &[Example]) -> Vec<KindRow> {
    let mut cases: Vec<(Vec<u64>, usize)> = Vec::new();
    let mut counts: HashedMap<usize> = HashedMap::default();
    for example in examples {
        for &(first, end, kind) in &example.others {
            let mut found = Vec::new();
            features(&example.article, first, end, &mut found);
            for f in &found {
                *counts.entry(*f).or_default() += 1;
            }
            cases.push((found, kind));
        }
    }
    for (found, _) in &mut cases {
        found.retain(|f| counts[f] >= LEAST_COUNT);
    }
    let mut weights: HashedMap<[f32; KINDS.len()]> = HashedMap::default();
    let mut steps: HashedMap<[f32; KINDS.len()]> = HashedMap::default();
    let mut random = Random(SEED);
    for _ in 0..EPOCHS {
        random.shuffle(&mut cases);
        for (found, kind) in &cases {
            let kept: Vec<u64> = found
                .iter()
                .copied()
                .filter(|_| (random.next() >> 20) % 100 >= DROPPED)
                .collect();
            let mut scores = [0f32; KINDS.len()];
            for w in kept.iter().filter_map(|f| weights.get(f)) {
                scores.iter_mut().zip(w).for_each(|(s, w)| *s += w);
            }
            let top = scores.iter().copied().fold(f32::MIN, f32::max);
            let likely = scores.map(|s| (s - top).exp());
            let sum: f32 = likely.iter().sum();
            for f in kept {
                let (w, g2) = (weights.entry(f).or_default(), steps.entry(f).or_default());
                for k in 0..KINDS.len() {
                    let g = likely[k] / sum - f32::from(u8::from(k == *kind));
                    g2[k] += g * g;
                    w[k] -= STEP * g / (g2[k] + 1e-4).sqrt();
                }
            }
        }
    }
    let mut rows: Vec<KindRow> = weights
        .into_iter()
        .map(|(f, w)| (f, w.map(|w| w * (100 - DROPPED) as f32 / 100.0)))
        .collect();
    // the same data gives the same file
    rows.sort_unstable_by_key(|(f, _)| *f);
    rows
}
