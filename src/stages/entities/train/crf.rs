//! Trains a linear-chain conditional random field by stochastic gradient descent with AdaGrad steps.

use super::super::labels::{LABELS, OUTSIDE, follows};
use super::super::model::Transitions;

/// First step of AdaGrad; set on held-out articles.
const STEP: f32 = 0.025;

/// Share of a token's features left out, by chance, each time it is seen: what remains must do without them.
const DROPPED: f32 = 0.6;

/// Gradients smaller than this are not applied.
const NEGLIGIBLE: f32 = 1e-3;

/// Stretches of tokens with their features and right labels.
#[derive(Debug, Default)]
pub(super) struct Sequences {
    /// Feature ids of all tokens, one token after the other.
    pub features: Vec<u32>,
    /// Where each token's features begin; one more at the end.
    pub starts: Vec<usize>,
    pub labels: Vec<u8>,
    /// Scores to start from, by token; empty for none.
    pub base: Vec<[f32; LABELS]>,
    /// Each stretch: first token, past the last.
    pub stretches: Vec<(usize, usize)>,
}

/// Weights being learnt.
#[derive(Debug)]
pub(super) struct RandomField {
    pub weights: Vec<[f32; LABELS]>,
    steps: Vec<[f32; LABELS]>,
    pub transitions: Transitions,
    transition_steps: Transitions,
}

/// A small generator with a fixed seed: the same data gives the same model.
#[derive(Debug)]
pub(super) struct Random(pub u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, (self.next() % (i as u64 + 1)) as usize);
        }
    }
}

impl RandomField {
    pub(super) fn new(features: usize) -> RandomField {
        RandomField {
            weights: vec![[0.0; LABELS]; features],
            steps: vec![[1e-4; LABELS]; features],
            transitions: [[0.0; LABELS]; LABELS],
            transition_steps: [[1e-4; LABELS]; LABELS],
        }
    }

    /// Scores of the tokens `from..to`.
    pub(super) fn score(
        &self,
        data: &Sequences,
        from: usize,
        to: usize,
        out: &mut Vec<[f32; LABELS]>,
    ) {
        out.clear();
        for t in from..to {
            let mut s = data.base.get(t).copied().unwrap_or([0.0; LABELS]);
            for &f in &data.features[data.starts[t]..data.starts[t + 1]] {
                for (s, w) in s.iter_mut().zip(&self.weights[f as usize]) {
                    *s += w;
                }
            }
            out.push(s);
        }
    }

    /// Goes once through `order`'s stretches. Returns the mean loss a token.
    pub(super) fn epoch(
        &mut self,
        data: &Sequences,
        order: &[usize],
        rate: f32,
        random: &mut Random,
    ) -> f64 {
        let mut loss = 0.0;
        let mut tokens = 0;
        let mut work = ForwardBackward::default();
        for &n in order {
            let (from, to) = data.stretches[n];
            self.drop_some(data, from, to, random, &mut work);
            loss += work.marginals(&self.transitions, &data.labels[from..to]);
            tokens += to - from;
            self.step(data, from, to, &work, rate * STEP);
        }
        loss / tokens.max(1) as f64
    }

    /// Scores the tokens `from..to` by a random part of their features, noted in `work.kept`.
    fn drop_some(
        &self,
        data: &Sequences,
        from: usize,
        to: usize,
        random: &mut Random,
        work: &mut ForwardBackward,
    ) {
        let limit = (DROPPED * 65536.0) as u64;
        work.scores.clear();
        work.kept.clear();
        work.kept_starts.clear();
        for t in from..to {
            let mut s = [0.0; LABELS];
            work.kept_starts.push(work.kept.len());
            for (n, &f) in data.features[data.starts[t]..data.starts[t + 1]]
                .iter()
                .enumerate()
            {
                if n % 4 == 0 {
                    random.next();
                }
                if (random.0 >> (16 * (n % 4))) & 0xffff < limit {
                    continue;
                }
                work.kept.push(f);
                for (s, w) in s.iter_mut().zip(&self.weights[f as usize]) {
                    *s += w;
                }
            }
            for (s, b) in s.iter_mut().zip(data.base.get(t).unwrap_or(&[0.0; LABELS])) {
                *s = *s / (1.0 - DROPPED) + b;
            }
            work.scores.push(s);
        }
        work.kept_starts.push(work.kept.len());
    }

    fn step(
        &mut self,
        data: &Sequences,
        from: usize,
        to: usize,
        work: &ForwardBackward,
        rate: f32,
    ) {
        let update = |w: &mut f32, g2: &mut f32, g: f32| {
            *g2 += g * g;
            *w -= rate * g / g2.sqrt();
        };
        for t in from..to {
            let mut gradient = work.gamma[t - from];
            gradient[data.labels[t] as usize] -= 1.0;
            let kept = work.kept_starts[t - from]..work.kept_starts[t - from + 1];
            for &f in &work.kept[kept] {
                let (w, g2) = (&mut self.weights[f as usize], &mut self.steps[f as usize]);
                for l in 0..LABELS {
                    if gradient[l].abs() > NEGLIGIBLE {
                        update(&mut w[l], &mut g2[l], gradient[l]);
                    }
                }
            }
        }
        for a in 0..LABELS {
            for b in 0..LABELS {
                let g = work.pairs[a][b];
                if g.abs() > NEGLIGIBLE {
                    update(
                        &mut self.transitions[a][b],
                        &mut self.transition_steps[a][b],
                        g,
                    );
                }
            }
        }
    }
}

/// Scratch of the forward-backward computation for one stretch.
#[derive(Debug, Default)]
struct ForwardBackward {
    scores: Vec<[f32; LABELS]>,
    /// Features not left out, and where each token's begin.
    kept: Vec<u32>,
    kept_starts: Vec<usize>,
    alpha: Vec<[f32; LABELS]>,
    beta: Vec<[f32; LABELS]>,
    /// Probability of each label at each token.
    gamma: Vec<[f32; LABELS]>,
    /// Expected less actual counts of transitions.
    pairs: Transitions,
}

fn normalise(x: &mut [f32; LABELS]) -> f64 {
    let sum: f32 = x.iter().sum::<f32>().max(LEAST_SUM);
    x.iter_mut().for_each(|v| *v /= sum);
    f64::from(sum).ln()
}

/// Floor of sums of probabilities that are divided by, or of which the logarithm is taken.
const LEAST_SUM: f32 = 1e-30;

/// Labels less likely than this at a token add nothing to the counts of transitions.
const UNLIKELY: f32 = 1e-6;

/// Scores and right labels of one stretch are taken with what stands around it, which is outside.
const BOUNDARY: usize = OUTSIDE as usize;

/// Multiplies each of `x` by that of `by`.
fn scale(x: &mut [f32; LABELS], by: &[f32; LABELS]) {
    for (x, y) in x.iter_mut().zip(by) {
        *x *= y;
    }
}

impl ForwardBackward {
    /// Fills `gamma` and `pairs`; returns the negative log-likelihood of the right labels.
    fn marginals(&mut self, transitions: &Transitions, right: &[u8]) -> f64 {
        let likelihoods = likelihoods(transitions);
        let right_score = self.score_of(transitions, right);
        let log_z = self.exponentiate() + self.forward(&likelihoods);
        self.backward(&likelihoods);
        self.count_pairs(&likelihoods, right);
        log_z - right_score
    }

    /// The score of the right labels.
    fn score_of(&self, transitions: &Transitions, right: &[u8]) -> f64 {
        let mut score = 0.0;
        let mut before = BOUNDARY;
        for (s, &r) in self.scores.iter().zip(right) {
            score += f64::from(s[r as usize] + transitions[before][r as usize]);
            before = r as usize;
        }
        score + f64::from(transitions[before][BOUNDARY])
    }

    /// Turns scores into likelihoods, the greatest of each token 1; returns the logarithm of what they
    /// were divided by.
    fn exponentiate(&mut self) -> f64 {
        let mut log = 0.0;
        for s in &mut self.scores {
            let top = s.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            log += f64::from(top);
            s.iter_mut().for_each(|x| *x = (*x - top).exp());
        }
        log
    }

    /// Fills `alpha`: for each token the likelihood of each label by what stands before it. Returns the
    /// logarithm of the likelihood of all labellings.
    fn forward(&mut self, transitions: &Transitions) -> f64 {
        let n = self.scores.len();
        self.alpha.resize(n, [0.0; LABELS]);
        let mut log_z = 0.0;
        for i in 0..n {
            let mut a = [0f32; LABELS];
            if i == 0 {
                a = transitions[BOUNDARY];
            } else {
                for (p, row) in self.alpha[i - 1].iter().zip(transitions) {
                    for (x, w) in a.iter_mut().zip(row) {
                        *x += p * w;
                    }
                }
            }
            scale(&mut a, &self.scores[i]);
            log_z += normalise(&mut a);
            self.alpha[i] = a;
        }
        let mut z = 0.0;
        for (a, row) in self.alpha[n - 1].iter().zip(transitions) {
            z += a * row[BOUNDARY];
        }
        log_z + f64::from(z.max(LEAST_SUM)).ln()
    }

    /// Fills `beta`, the same by what stands behind each token, and `gamma`.
    fn backward(&mut self, transitions: &Transitions) {
        let n = self.scores.len();
        self.beta.resize(n, [0.0; LABELS]);
        self.gamma.resize(n, [0.0; LABELS]);
        for i in (0..n).rev() {
            let mut b = [0f32; LABELS];
            if i + 1 == n {
                for (x, row) in b.iter_mut().zip(transitions) {
                    *x = row[BOUNDARY];
                }
            } else {
                let mut ahead = self.beta[i + 1];
                scale(&mut ahead, &self.scores[i + 1]);
                for (x, row) in b.iter_mut().zip(transitions) {
                    *x = row.iter().zip(&ahead).map(|(w, y)| w * y).sum();
                }
            }
            normalise(&mut b);
            self.beta[i] = b;
            let mut g = self.alpha[i];
            scale(&mut g, &b);
            normalise(&mut g);
            self.gamma[i] = g;
        }
    }

    /// Fills `pairs`.
    fn count_pairs(&mut self, transitions: &Transitions, right: &[u8]) {
        let n = self.scores.len();
        let mut edge = [0.0; LABELS];
        edge[BOUNDARY] = 1.0;
        self.pairs = [[0.0; LABELS]; LABELS];
        for i in 0..=n {
            let before = if i == 0 { edge } else { self.alpha[i - 1] };
            let mut behind = edge;
            if i < n {
                behind = self.beta[i];
                scale(&mut behind, &self.scores[i]);
            }
            self.add_pairs(transitions, &before, &behind);
        }
        let mut before = BOUNDARY;
        for &r in right.iter().chain(std::iter::once(&OUTSIDE)) {
            self.pairs[before][r as usize] -= 1.0;
            before = r as usize;
        }
    }

    /// Adds to `pairs` how likely each transition is between two tokens.
    fn add_pairs(
        &mut self,
        transitions: &Transitions,
        before: &[f32; LABELS],
        behind: &[f32; LABELS],
    ) {
        let mut total = 0.0;
        let mut joint = [[0f32; LABELS]; LABELS];
        for a in 0..LABELS {
            if before[a] < UNLIKELY {
                continue;
            }
            for b in 0..LABELS {
                joint[a][b] = before[a] * transitions[a][b] * behind[b];
                total += joint[a][b];
            }
        }
        let total = total.max(LEAST_SUM);
        for (row, j) in self.pairs.iter_mut().zip(&joint) {
            for (p, j) in row.iter_mut().zip(j) {
                *p += j / total;
            }
        }
    }
}

/// The likelihoods of transitions; 0 for what the labels do not allow.
fn likelihoods(transitions: &Transitions) -> Transitions {
    let mut t = [[0f32; LABELS]; LABELS];
    for a in 0..LABELS {
        for b in 0..LABELS {
            if follows(a as u8, b as u8) {
                t[a][b] = transitions[a][b].exp();
            }
        }
    }
    t
}
