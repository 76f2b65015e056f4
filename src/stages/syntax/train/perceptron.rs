//! The averaged perceptron (Collins 2002) over hashed features.

use crate::stages::syntax::model::Scores;
use crate::text::feature_hash::HashedMap;

/// Weights of `N` classes for each feature, while they are learnt.
#[derive(Debug)]
pub(super) struct Perceptron<const N: usize> {
    places: HashedMap<u32>,
    rows: Vec<Row<N>>,
    /// Decisions so far.
    now: u32,
}

#[derive(Debug, Clone)]
struct Row<const N: usize> {
    weights: [f32; N],
    /// Sum of the weights after each decision up to `since`.
    totals: [f32; N],
    since: u32,
    updates: u32,
}

/// The weights of a feature, averaged over all decisions.
pub(super) type Weights<const N: usize> = (u64, [f32; N]);

impl<const N: usize> Perceptron<N> {
    pub(super) fn new() -> Self {
        Perceptron {
            places: HashedMap::default(),
            rows: Vec::new(),
            now: 0,
        }
    }

    /// Counts a decision; where it was wrong, learns from it.
    pub(super) fn learn(&mut self, features: &[u64], right: usize, taken: usize) {
        self.now += 1;
        if right == taken {
            return;
        }
        for feature in features {
            let next = self.rows.len() as u32;
            let place = *self.places.entry(*feature).or_insert(next);
            if place == next {
                self.rows.push(Row {
                    weights: [0.0; N],
                    totals: [0.0; N],
                    since: self.now,
                    updates: 0,
                });
            }
            let row = &mut self.rows[place as usize];
            row.settle(self.now);
            row.weights[right] += 1.0;
            row.weights[taken] -= 1.0;
            row.updates += 1;
        }
    }

    /// The averaged weights of the features that were learnt from at least so often, in the order of their hashes.
    pub(super) fn averaged(mut self, least_updates: u32) -> Vec<Weights<N>> {
        let now = self.now;
        let mut out = Vec::with_capacity(self.rows.len());
        for (hash, place) in &self.places {
            let row = &mut self.rows[*place as usize];
            if row.updates >= least_updates {
                row.settle(now);
                out.push((*hash, row.totals.map(|t| t / now.max(1) as f32)));
            }
        }
        out.sort_unstable_by_key(|(hash, _)| *hash);
        out
    }
}

impl<const N: usize> Row<N> {
    /// Adds the weights as they stood since the last time.
    fn settle(&mut self, now: u32) {
        let times = (now - self.since) as f32;
        for (total, weight) in self.totals.iter_mut().zip(&self.weights) {
            *total += weight * times;
        }
        self.since = now;
    }
}

impl<const N: usize> Scores<N> for Perceptron<N> {
    fn scores(&self, features: &[u64]) -> [f32; N] {
        let mut sums = [0.0; N];
        for place in features.iter().filter_map(|f| self.places.get(f)) {
            let row = &self.rows[*place as usize].weights;
            for (sum, weight) in sums.iter_mut().zip(row) {
                *sum += weight;
            }
        }
        sums
    }
}

/// Share of the weights that may be larger than a byte can say; these few are cut off, so that the steps of the others
/// are small.
const CUT_OFF: f64 = 0.0005;

/// The `kept` rows with the largest weights, in bytes, and what a step is worth.
pub(super) fn quantised<const N: usize>(
    mut rows: Vec<Weights<N>>,
    kept: usize,
) -> (f32, Vec<(u64, [i8; N])>) {
    let most = |weights: &[f32; N]| weights.iter().fold(0f32, |m, w| m.max(w.abs()));
    rows.sort_by(|a, b| most(&b.1).total_cmp(&most(&a.1)).then(a.0.cmp(&b.0)));
    rows.truncate(kept);
    let at = (rows.len() as f64 * CUT_OFF) as usize;
    let step = rows.get(at).map_or(1.0, |row| most(&row.1) / 127.0);
    let step = step.max(1e-6);
    let bytes = rows.iter().map(|(hash, weights)| {
        let bytes = weights.map(|w| (w / step).round().clamp(-127.0, 127.0) as i8);
        (*hash, bytes)
    });
    let bytes = bytes.filter(|(_, row)| row.iter().any(|w| *w != 0));
    (step, bytes.collect())
}

/// A small generator of pseudorandom numbers with a fixed seed (xorshift64*, Vigna 2016).
#[derive(Debug)]
pub(super) struct Random(pub u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, (self.next() % (i as u64 + 1)) as usize);
        }
    }

    /// True with this probability in a hundred.
    pub(super) fn percent(&mut self, percent: u64) -> bool {
        (self.next() >> 32) % 100 < percent
    }
}
