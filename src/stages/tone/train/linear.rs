//! Linear models by L-BFGS (Nocedal 1980): squared or logistic loss with a penalty on the squares of the
//! weights. Without chance and on one thread: the same examples give the same weights, bit by bit.

use std::collections::VecDeque;

/// Gradients remembered.
const MEMORY: usize = 8;
/// Steps of the search along one direction, each half the one before.
const HALVINGS: usize = 20;
/// Share of the promised decrease that a step must bring (Armijo).
const DECREASE: f64 = 1e-4;

/// Sparse rows of features.
#[derive(Debug, Default)]
pub(super) struct Rows {
    features: Vec<(u32, f32)>,
    /// Where each row ends.
    ends: Vec<usize>,
}

impl Rows {
    pub(super) fn push(&mut self, row: impl IntoIterator<Item = (u32, f32)>) {
        self.features.extend(row);
        self.ends.push(self.features.len());
    }

    fn iter(&self) -> impl Iterator<Item = &[(u32, f32)]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(from, to)| &self.features[from..*to])
    }
}

/// What the rows are to give.
#[derive(Debug)]
pub(super) enum Goal<'g> {
    /// These numbers: ridge regression.
    Numbers(&'g [f32]),
    /// These of so many classes: logistic regression.
    Classes(&'g [usize], usize),
}

impl Goal<'_> {
    fn outputs(&self) -> usize {
        match self {
            Goal::Numbers(_) => 1,
            Goal::Classes(_, classes) => *classes,
        }
    }

    /// The loss at row `row` with these outputs, which become their gradient.
    fn loss(&self, row: usize, outputs: &mut [f64]) -> f64 {
        match self {
            Goal::Numbers(wanted) => {
                outputs[0] -= f64::from(wanted[row]);
                outputs[0] * outputs[0] / 2.0
            }
            Goal::Classes(wanted, _) => {
                let most = outputs.iter().copied().fold(f64::MIN, f64::max);
                outputs.iter_mut().for_each(|s| *s = (*s - most).exp());
                let sum: f64 = outputs.iter().sum();
                outputs.iter_mut().for_each(|s| *s /= sum);
                let loss = -outputs[wanted[row]].max(f64::MIN_POSITIVE).ln();
                outputs[wanted[row]] -= 1.0;
                loss
            }
        }
    }
}

/// Weights of `features` features, for each an output after the other, after so many steps.
pub(super) fn fit(
    rows: &Rows,
    features: usize,
    goal: &Goal<'_>,
    penalty: f64,
    steps: usize,
) -> Vec<f64> {
    let outputs = goal.outputs();
    let evaluate = |weights: &[f64], gradient: &mut [f64]| -> f64 {
        for (g, w) in gradient.iter_mut().zip(weights) {
            *g = penalty * w;
        }
        let mut loss = penalty / 2.0 * dot(weights, weights);
        let mut found = vec![0.0; outputs];
        for (number, row) in rows.iter().enumerate() {
            found.fill(0.0);
            for (feature, value) in row {
                let at = *feature as usize * outputs;
                for (s, w) in found.iter_mut().zip(&weights[at..at + outputs]) {
                    *s += w * f64::from(*value);
                }
            }
            loss += goal.loss(number, &mut found);
            for (feature, value) in row {
                let at = *feature as usize * outputs;
                for (g, s) in gradient[at..at + outputs].iter_mut().zip(&found) {
                    *g += s * f64::from(*value);
                }
            }
        }
        loss
    };
    minimise(features * outputs, steps, evaluate)
}

/// Weights that make `evaluate`, which also gives the gradient, small.
fn minimise(count: usize, steps: usize, evaluate: impl Fn(&[f64], &mut [f64]) -> f64) -> Vec<f64> {
    let mut weights = vec![0.0; count];
    let mut gradient = vec![0.0; count];
    let mut loss = evaluate(&weights, &mut gradient);
    let mut memory: VecDeque<(Vec<f64>, Vec<f64>)> = VecDeque::new();
    for _ in 0..steps {
        let direction = direction(&gradient, &memory);
        let slope = dot(&direction, &gradient);
        // the first direction is a bare gradient, of any length
        let mut step = if memory.is_empty() {
            1.0 / dot(&gradient, &gradient).sqrt().max(1.0)
        } else {
            1.0
        };
        let mut tried = weights.clone();
        let mut tried_gradient = vec![0.0; count];
        let mut better = false;
        for _ in 0..HALVINGS {
            for ((t, w), d) in tried.iter_mut().zip(&weights).zip(&direction) {
                *t = w + step * d;
            }
            let tried_loss = evaluate(&tried, &mut tried_gradient);
            better = tried_loss <= loss + DECREASE * step * slope;
            if better {
                loss = tried_loss;
                break;
            }
            step /= 2.0;
        }
        if !better {
            break;
        }
        let moved = difference(&tried, &weights);
        let changed = difference(&tried_gradient, &gradient);
        if dot(&moved, &changed) > 0.0 {
            memory.push_back((moved, changed));
        }
        if memory.len() > MEMORY {
            memory.pop_front();
        }
        (weights, gradient) = (tried, tried_gradient);
    }
    weights
}

/// Where to go down from a gradient: Newton's direction as far as the memory knows the curvature.
fn direction(gradient: &[f64], memory: &VecDeque<(Vec<f64>, Vec<f64>)>) -> Vec<f64> {
    let mut q: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut alphas = Vec::with_capacity(memory.len());
    for (moved, changed) in memory.iter().rev() {
        let alpha = dot(moved, &q) / dot(moved, changed);
        add(&mut q, changed, -alpha);
        alphas.push(alpha);
    }
    if let Some((moved, changed)) = memory.back() {
        let scale = dot(moved, changed) / dot(changed, changed);
        q.iter_mut().for_each(|x| *x *= scale);
    }
    for ((moved, changed), alpha) in memory.iter().zip(alphas.iter().rev()) {
        let beta = dot(changed, &q) / dot(moved, changed);
        add(&mut q, moved, alpha - beta);
    }
    q
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn add(to: &mut [f64], what: &[f64], times: f64) {
    for (t, w) in to.iter_mut().zip(what) {
        *t += w * times;
    }
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(x, y)| x - y).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_met_as_far_as_the_penalty_lets_them() {
        let mut rows = Rows::default();
        rows.push([(0, 1.0)]);
        rows.push([(0, 1.0), (1, 1.0)]);
        let free = fit(&rows, 2, &Goal::Numbers(&[1.0, 3.0]), 0.0, 50);
        assert!(
            (free[0] - 1.0).abs() < 1e-6 && (free[1] - 2.0).abs() < 1e-6,
            "{free:?}"
        );
        // (2+1)·w0 + w1 = 4 and w0 + (1+1)·w1 = 3: the normal equations of the ridge
        let held = fit(&rows, 2, &Goal::Numbers(&[1.0, 3.0]), 1.0, 50);
        assert!(
            (held[0] - 1.0).abs() < 1e-6 && (held[1] - 1.0).abs() < 1e-6,
            "{held:?}"
        );
    }

    #[test]
    fn classes_come_out_with_their_frequencies() {
        let mut rows = Rows::default();
        (0..4).for_each(|_| rows.push([(0, 1.0)]));
        let weights = fit(&rows, 1, &Goal::Classes(&[0, 0, 0, 1], 2), 1e-9, 100);
        // three to one
        assert!(
            (weights[0] - weights[1] - 3f64.ln()).abs() < 1e-3,
            "{weights:?}"
        );
    }
}
