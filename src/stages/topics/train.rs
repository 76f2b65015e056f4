//! Makes the model from labelled texts. Reproducible: the same data gives the same file, bit by bit.
//!
//! The folder holds `train.jsonl`, one text a line (`{"text": …, "codes": ["11000000", …], "weight": 1.0}`, codes of
//! level 1, `weight` what the text counts), and `vectors.tsv`, one word a line with its vector (`word`, a tab, numbers
//! separated by blanks). Neither is part of the program.
//!
//! The model is one logistic regression a topic, over each word and each pair of words by itself and over the mean
//! vector of the words. A mean is linear, so what the vector part learns comes down to a weight for every word that has
//! a vector, those too that no labelled text has: it is added to the word's own, and no vector is shipped.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

use super::model::{Feature, LABELS, Model};
use super::terms::{bag, of_text, term};
use super::vocabulary::{Code, Vocabulary};

/// Texts a feature must stand in to be learnt.
const LEAST_TEXTS: u32 = 3;

/// Passes over the texts; the weights of the second half of them are averaged.
const EPOCHS: usize = 10;

/// How often all is learnt, each time with the texts in another order; the weights are averaged. Of texts that count much
/// the first ones are learnt best: from one order to another the macro-F1 on 253 articles went up and down by a point.
const RUNS: usize = 6;

/// Steps of AdaGrad (Duchi et al. 2011): of the weights of words, of those of the vectors and of the biases.
const RATE: f32 = 0.5;
const RATE_SHARED: f32 = 0.15;

/// What the vectors weigh beside the words themselves.
const VECTORS: f32 = 0.4;

/// Where every topic begins: rare.
const BIAS: f32 = -2.0;

const SEED: u64 = 0x0138_2a5e_91c7_44cd;

#[derive(Debug, Deserialize)]
pub(super) struct Labelled {
    pub text: String,
    pub codes: Vec<String>,
    #[serde(default = "one")]
    weight: f32,
}

fn one() -> f32 {
    1.0
}

/// One text ready to learn from.
struct Example {
    /// As [`bag`] gives it.
    bag: (Vec<u64>, Vec<f32>),
    labels: [f32; LABELS],
    weight: f32,
}

type Ids = HashMap<u64, usize, foldhash::fast::FixedState>;

/// The features that are learnt, by the order of their hashes.
struct Features {
    ids: Ids,
    hashes: Vec<u64>,
    rarity: Vec<f32>,
    /// The vector of a word, `dimensions` numbers at this place of `vectors`.
    vector: Vec<Option<usize>>,
    vectors: Vec<f32>,
    dimensions: usize,
}

/// Learns a model from the folder `data` and returns its file.
///
/// # Errors
/// When the folder's files cannot be read or are not what they should be.
pub fn train(data: &Path, say: &mut dyn FnMut(&str)) -> anyhow::Result<Vec<u8>> {
    let examples: Vec<Example> = labelled(&data.join("train.jsonl"))?
        .into_iter()
        .map(|(text, labels)| Example {
            bag: bag(&of_text(&text.text)),
            labels,
            weight: text.weight,
        })
        .collect();
    let path = data.join("vectors.tsv");
    let vectors = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let features = Features::of(&examples, &vectors)
        .with_context(|| format!("{}: not a word and its vector", path.display()))?;
    say(&format!(
        "{} texts, {} features",
        examples.len(),
        features.hashes.len()
    ));
    let learnt = learn(&examples, &features, say);
    Ok(Model::to_bytes(&learnt.bias, &learnt.rows(&features)))
}

/// The texts of a file with their topics of level 1.
pub(super) fn labelled(path: &Path) -> anyhow::Result<Vec<(Labelled, [f32; LABELS])>> {
    let lines = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut texts = Vec::new();
    for (n, line) in lines.lines().enumerate() {
        let place = || format!("{} line {}", path.display(), n + 1);
        let text: Labelled = serde_json::from_str(line).with_context(place)?;
        let mut labels = [0.0; LABELS];
        for code in &text.codes {
            let label = Code::read(code).and_then(|c| Vocabulary::get().label(c));
            let what = || format!("{}: no Media Topic {code}", place());
            labels[label.with_context(what)?] = 1.0;
        }
        texts.push((text, labels));
    }
    Ok(texts)
}

impl Features {
    /// Those that stand in enough texts, and all words that have a vector; `None` when a line of `vectors` is none.
    fn of(examples: &[Example], vectors: &str) -> Option<Features> {
        let mut texts: HashMap<u64, u32, foldhash::fast::FixedState> = HashMap::default();
        for feature in examples.iter().flat_map(|e| &e.bag.0) {
            *texts.entry(*feature).or_default() += 1;
        }
        texts.retain(|_, n| *n >= LEAST_TEXTS);
        let mut with_vector: HashMap<u64, usize, foldhash::fast::FixedState> = HashMap::default();
        let mut numbers = Vec::new();
        let mut dimensions = 0;
        for line in vectors.lines() {
            let (word, vector) = line.split_once('\t')?;
            let at = numbers.len();
            for number in vector.split(' ') {
                numbers.push(number.parse().ok()?);
            }
            if dimensions == 0 {
                dimensions = numbers.len();
            }
            if numbers.len() != at + dimensions {
                return None;
            }
            let word = term(word).exact;
            with_vector.entry(word).or_insert(at);
            texts.entry(word).or_insert(1);
        }
        let mut hashes: Vec<u64> = texts.keys().copied().collect();
        hashes.sort_unstable();
        let all = examples.len() as f32;
        let rarity = |hash: &u64| ((1.0 + all) / (1.0 + texts[hash] as f32)).ln() + 1.0;
        Some(Features {
            rarity: hashes.iter().map(rarity).collect(),
            ids: hashes.iter().enumerate().map(|(i, h)| (*h, i)).collect(),
            vector: hashes.iter().map(|h| with_vector.get(h).copied()).collect(),
            hashes,
            vectors: numbers,
            dimensions,
        })
    }

    /// A text as the regressions see it: its features with their values, of length 1, and its mean vector.
    fn values(&self, (features, times): &(Vec<u64>, Vec<f32>)) -> (Vec<(usize, f32)>, Vec<f32>) {
        let known = features
            .iter()
            .zip(times)
            .filter_map(|(h, times)| Some((*self.ids.get(h)?, *times)));
        let mut values: Vec<(usize, f32)> = known
            .map(|(id, times)| (id, times * self.rarity[id]))
            .collect();
        let square: f32 = values.iter().map(|(_, x)| x * x).sum();
        let norm = square.sqrt().max(1.0);
        let mut mean = vec![0.0; self.dimensions];
        for (id, x) in &mut values {
            *x /= norm;
            for (m, v) in mean.iter_mut().zip(self.vector_of(*id)) {
                *m += *x * VECTORS * v;
            }
        }
        (values, mean)
    }

    fn vector_of(&self, id: usize) -> &[f32] {
        self.vector[id].map_or(&[], |at| &self.vectors[at..at + self.dimensions])
    }
}

/// A weight for each topic.
type Weights = [f32; LABELS];

/// Weights being learnt, or their sums.
#[derive(Clone)]
struct Learnt {
    words: Vec<Weights>,
    vectors: Vec<Weights>,
    bias: Weights,
}

impl Learnt {
    fn new(features: &Features, start: f32, bias: f32) -> Learnt {
        Learnt {
            words: vec![[start; LABELS]; features.hashes.len()],
            vectors: vec![[start; LABELS]; features.dimensions],
            bias: [bias; LABELS],
        }
    }

    fn all(&mut self) -> impl Iterator<Item = &mut Weights> {
        let bias = std::iter::once(&mut self.bias);
        self.words.iter_mut().chain(&mut self.vectors).chain(bias)
    }

    /// The rows of the model: the weights of each feature with those that its vector gives it.
    fn rows(&self, features: &Features) -> Vec<Feature> {
        let rows = features.hashes.iter().enumerate().map(|(id, hash)| {
            let mut weights = self.words[id];
            for (shared, v) in self.vectors.iter().zip(features.vector_of(id)) {
                for (w, s) in weights.iter_mut().zip(shared) {
                    *w += s * v * VECTORS;
                }
            }
            (*hash, weights, features.rarity[id])
        });
        rows.collect()
    }
}

/// Stochastic gradient descent on the log loss, with a rate for each weight.
fn learn(examples: &[Example], features: &Features, say: &mut dyn FnMut(&str)) -> Learnt {
    const AVERAGED: f32 = ((EPOCHS - EPOCHS / 2) * RUNS) as f32;
    let values: Vec<_> = examples.iter().map(|e| features.values(&e.bag)).collect();
    let mut mean = Learnt::new(features, 0.0, 0.0);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut random = Random(SEED);
    for run in 0..RUNS {
        let mut learnt = Learnt::new(features, 0.0, BIAS);
        let mut squares = Learnt::new(features, 0.1, 1.0);
        let mut loss = 0.0;
        for epoch in 0..EPOCHS {
            random.shuffle(&mut order);
            loss = 0.0;
            for &n in &order {
                loss += step(&mut learnt, &mut squares, &examples[n], &values[n]);
            }
            if epoch >= EPOCHS / 2 {
                for (m, w) in mean.all().flatten().zip(learnt.all().flatten()) {
                    *m += *w / AVERAGED;
                }
            }
        }
        let loss = loss / examples.len() as f64;
        say(&format!("run {} loss {loss:.4}", run + 1));
    }
    mean
}

/// Learns from one text; gives its loss before.
fn step(
    learnt: &mut Learnt,
    squares: &mut Learnt,
    example: &Example,
    (words, vector): &(Vec<(usize, f32)>, Vec<f32>),
) -> f64 {
    let mut scores = learnt.bias;
    let mut add = |weights: &Weights, x: f32| {
        for (s, w) in scores.iter_mut().zip(weights) {
            *s += w * x;
        }
    };
    words.iter().for_each(|(id, x)| add(&learnt.words[*id], *x));
    let shared = learnt.vectors.iter().zip(vector);
    shared.for_each(|(weights, x)| add(weights, *x));
    let mut gradient = [0.0; LABELS];
    let mut loss = 0.0;
    for ((g, score), label) in gradient.iter_mut().zip(scores).zip(example.labels) {
        let p = 1.0 / (1.0 + (-score).exp());
        *g = (p - label) * example.weight;
        loss -= f64::from((1.0 - (p - label).abs()).max(1e-6).ln() * example.weight);
    }
    let descend = |weights: &mut Weights, squares: &mut Weights, x: f32, rate: f32| {
        for ((w, s), g) in weights.iter_mut().zip(squares).zip(gradient) {
            let g = g * x;
            *s += g * g;
            *w -= rate * g / s.sqrt();
        }
    };
    for (id, x) in words {
        descend(&mut learnt.words[*id], &mut squares.words[*id], *x, RATE);
    }
    let shared = learnt.vectors.iter_mut().zip(&mut squares.vectors);
    for ((weights, squares), x) in shared.zip(vector) {
        descend(weights, squares, *x, RATE_SHARED);
    }
    descend(&mut learnt.bias, &mut squares.bias, 1.0, RATE_SHARED);
    loss
}

/// A small generator of pseudorandom numbers (xorshift64*, Vigna 2016).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn shuffle(&mut self, order: &mut [usize]) {
        for i in (1..order.len()).rev() {
            order.swap(i, (self.next() % (i as u64 + 1)) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    const VECTORS_FILE: &str =
        "goal\t1 0\nstriker\t1 0.1\nmidfielder\t1 0\nsenate\t0 1\nminister\t0.1 1\n";

    fn folder(texts: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let mut lines = String::new();
        for (code, text) in texts {
            writeln!(lines, r#"{{"text": "{text}", "codes": ["{code}"]}}"#).unwrap();
        }
        fs::write(folder.path().join("train.jsonl"), lines).unwrap();
        fs::write(folder.path().join("vectors.tsv"), VECTORS_FILE).unwrap();
        folder
    }

    fn texts() -> Vec<(&'static str, &'static str)> {
        let sport = ("15000000", "The striker scored a late goal");
        let politics = ("11000000", "The minister lost a vote in the senate");
        [sport, politics].repeat(8)
    }

    #[test]
    fn the_same_texts_give_the_same_model_and_it_has_learnt() {
        let folder = folder(&texts());
        let train = || train(folder.path(), &mut |_| {}).unwrap();
        let file = train();
        assert_eq!(file, train());
        let model = Model::from_bytes(file.leak()).unwrap();
        let best = |text: &str| {
            let scores = model.scores(&of_text(text));
            (0..LABELS).max_by(|a, b| scores[*a].total_cmp(&scores[*b]))
        };
        assert_eq!(best("A goal"), Some(14));
        assert_eq!(best("The senate"), Some(10));
        // a word that only its vector tells of
        assert_eq!(best("midfielder"), Some(14));
    }

    #[test]
    fn other_texts_give_another_model() {
        let one = train(folder(&texts()).path(), &mut |_| {}).unwrap();
        let fewer = train(folder(&texts()[1..]).path(), &mut |_| {}).unwrap();
        assert_ne!(one, fewer);
    }

    #[test]
    fn a_code_that_is_none_is_told_by_its_line() {
        let folder = folder(&[("15000000", "A goal"), ("99000000", "A vote")]);
        let error = train(folder.path(), &mut |_| {}).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("line 2: no Media Topic 99000000"),
            "{error}"
        );
    }
}
