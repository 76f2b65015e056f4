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
    /// Whether no other features are learnt than those of `places`.
    is_closed: bool,
}

#[derive(Debug, Clone)]
struct Row<const N: usize> {
    weights: [f32; N],
    /// Sum of the weights after each decision up to `since`.
    totals: [f32; N],
    since: u32,
    updates: u32,
}

/// What was learnt of a feature.
#[derive(Debug, Clone, Copy)]
pub(super) struct Learnt<const N: usize> {
    pub hash: u64,
    /// Its weights, averaged over all decisions.
    pub weights: [f32; N],
    /// How often it was learnt from.
    pub updates: u32,
}

impl<const N: usize> Learnt<N> {
    fn largest(&self) -> f32 {
        self.weights.iter().fold(0f32, |m, w| m.max(w.abs()))
    }

    /// What a model loses without the feature: its weight, more when it is frequent.
    fn worth(&self) -> f32 {
        self.largest() * (self.updates as f32).powf(FREQUENCY)
    }
}

impl<const N: usize> Perceptron<N> {
    pub(super) fn new() -> Self {
        Perceptron {
            places: HashedMap::default(),
            rows: Vec::new(),
            now: 0,
            is_closed: false,
        }
    }

    /// One that learns of these features only.
    pub(super) fn of(features: &[u64]) -> Self {
        let mut model = Perceptron::new();
        for feature in features {
            model.place(*feature);
        }
        model.is_closed = true;
        model
    }

    /// Where the row of a feature is, a new one where it has none; `None` where it is to have none.
    fn place(&mut self, feature: u64) -> Option<usize> {
        let next = self.rows.len() as u32;
        let place = match self.is_closed {
            true => *self.places.get(&feature)?,
            false => *self.places.entry(feature).or_insert(next),
        };
        if place == next {
            self.rows.push(Row {
                weights: [0.0; N],
                totals: [0.0; N],
                since: self.now,
                updates: 0,
            });
        }
        Some(place as usize)
    }

    /// Counts a decision; where it was wrong, learns from it.
    pub(super) fn learn(&mut self, features: &[u64], right: usize, taken: usize) {
        self.now += 1;
        if right == taken {
            return;
        }
        for feature in features {
            let Some(place) = self.place(*feature) else {
                continue;
            };
            let row = &mut self.rows[place];
            row.settle(self.now);
            row.weights[right] += 1.0;
            row.weights[taken] -= 1.0;
            row.updates += 1;
        }
    }

    /// The features that were learnt from at least so often, in the order of their hashes.
    pub(super) fn averaged(mut self, least_updates: u32) -> Vec<Learnt<N>> {
        let now = self.now;
        let mut out = Vec::with_capacity(self.rows.len());
        for (hash, place) in &self.places {
            let row = &mut self.rows[*place as usize];
            if row.updates >= least_updates {
                row.settle(now);
                out.push(Learnt {
                    hash: *hash,
                    weights: row.totals.map(|t| t / now.max(1) as f32),
                    updates: row.updates,
                });
            }
        }
        out.sort_unstable_by_key(|row| row.hash);
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

/// The power of its updates in the worth of a feature: of 0, 0.35 and 0.7 the one with most right heads in held-out news
/// for as many features.
const FREQUENCY: f32 = 0.7;

/// The `kept` rows that are worth most.
pub(super) fn best<const N: usize>(mut rows: Vec<Learnt<N>>, kept: usize) -> Vec<Learnt<N>> {
    let by_worth = |a: &Learnt<N>, b: &Learnt<N>| b.worth().total_cmp(&a.worth());
    rows.sort_by(|a, b| by_worth(a, b).then(a.hash.cmp(&b.hash)));
    rows.truncate(kept);
    rows
}

/// The `kept` rows that are worth most, in bytes, and what a step is worth.
pub(super) fn quantised<const N: usize>(
    rows: Vec<Learnt<N>>,
    kept: usize,
) -> (f32, Vec<(u64, [i8; N])>) {
    let rows = best(rows, kept);
    let mut largest: Vec<f32> = rows.iter().map(Learnt::largest).collect();
    largest.sort_by(|a, b| b.total_cmp(a));
    let at = (largest.len() as f64 * CUT_OFF) as usize;
    let step = largest.get(at).map_or(1.0, |weight| weight / 127.0);
    let step = step.max(1e-6);
    let bytes = rows.iter().map(|row| {
        let bytes = row
            .weights
            .map(|w| (w / step).round().clamp(-127.0, 127.0) as i8);
        (row.hash, bytes)
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
