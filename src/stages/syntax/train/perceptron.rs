//! The averaged perceptron (Collins 2002) over hashed features.

use crate::stages::direct_rows::{fingerprint, place};
use crate::stages::syntax::model::{Scores, Weights};
use crate::text::feature_hash::HashedMap;

/// Weights of `N` classes for each feature, while they are learnt.
#[derive(Debug)]
pub(super) struct Perceptron<const N: usize> {
    rows: Vec<Row<N>>,
    /// Whose the rows are; `None` where features that meet in one share it.
    fingerprints: Option<Vec<u16>>,
    /// From how many mistakes each feature learnt, where features share rows.
    mistakes: HashedMap<u32>,
    bits: u32,
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

impl<const N: usize> Perceptron<N> {
    /// One in whose 2^`bits` rows features share weights (feature hashing: Weinberger et al. 2009). What it is for is
    /// [`Perceptron::useful`].
    pub(super) fn shared(bits: u32) -> Self {
        let row = Row {
            weights: [0.0; N],
            totals: [0.0; N],
            since: 0,
            updates: 0,
        };
        Perceptron {
            rows: vec![row; 1 << bits],
            fingerprints: None,
            mistakes: HashedMap::default(),
            bits,
            now: 0,
        }
    }

    /// One that learns of those features only whose the rows are.
    pub(super) fn of(fingerprints: Vec<u16>) -> Self {
        let model = Perceptron::shared(fingerprints.len().trailing_zeros());
        Perceptron {
            fingerprints: Some(fingerprints),
            ..model
        }
    }

    /// The fingerprints of the features that learnt from most mistakes, one for each of 2^`bits` rows.
    pub(super) fn useful(&self, bits: u32) -> Vec<u16> {
        let mut most = vec![(0, 0); 1 << bits];
        for (feature, mistakes) in &self.mistakes {
            let best = &mut most[place(*feature, bits)];
            *best = (*best).max((*mistakes, *feature));
        }
        most.iter()
            .map(|(_, feature)| fingerprint(*feature))
            .collect()
    }

    /// Whose the rows are; of none where features share them.
    pub(super) fn fingerprints(&self) -> Vec<u16> {
        self.fingerprints.clone().unwrap_or_default()
    }

    /// The place of a feature's row; `None` where it has none.
    fn place(&self, feature: u64) -> Option<usize> {
        let at = place(feature, self.bits);
        let own = |of: &Vec<u16>| of[at] == fingerprint(feature);
        self.fingerprints.as_ref().is_none_or(own).then_some(at)
    }

    /// Counts a decision; where it was wrong, learns from it.
    pub(super) fn learn(&mut self, features: &[u64], right: usize, taken: usize) {
        self.now += 1;
        if right == taken {
            return;
        }
        for feature in features {
            if self.fingerprints.is_none() {
                *self.mistakes.entry(*feature).or_default() += 1;
            }
            let Some(at) = self.place(*feature) else {
                continue;
            };
            let row = &mut self.rows[at];
            row.settle(self.now);
            row.weights[right] += 1.0;
            row.weights[taken] -= 1.0;
            row.updates += 1;
        }
    }

    /// The weights of each row, averaged over all decisions; none of a row that was learnt from less often than that.
    pub(super) fn averaged(mut self, least_updates: u32) -> Vec<[f32; N]> {
        let now = self.now;
        let average = |row: &mut Row<N>| {
            row.settle(now);
            match row.updates >= least_updates {
                true => row.totals.map(|t| t / now.max(1) as f32),
                false => [0.0; N],
            }
        };
        self.rows.iter_mut().map(average).collect()
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
        for at in features.iter().filter_map(|f| self.place(*f)) {
            let row = &self.rows[at].weights;
            for (sum, weight) in sums.iter_mut().zip(row) {
                *sum += weight;
            }
        }
        sums
    }
}

/// Share of the rows whose largest weight may be more than a byte can say; these few are cut off, so that the steps of the
/// others are small.
const CUT_OFF: f64 = 0.0005;

/// Weights in bytes.
pub(super) fn quantised<const N: usize>(fingerprints: Vec<u16>, rows: &[[f32; N]]) -> Weights<N> {
    let largest = |row: &[f32; N]| row.iter().fold(0f32, |most, w| most.max(w.abs()));
    let mut all: Vec<f32> = rows.iter().map(largest).filter(|w| *w > 0.0).collect();
    all.sort_by(|a, b| b.total_cmp(a));
    let at = (all.len() as f64 * CUT_OFF) as usize;
    let step = all.get(at).map_or(1.0, |weight| weight / 127.0).max(1e-6);
    let bytes = |row: &[f32; N]| row.map(|w| (w / step).round().clamp(-127.0, 127.0) as i8);
    Weights {
        scale: step,
        fingerprints,
        rows: rows.iter().map(bytes).collect(),
    }
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
