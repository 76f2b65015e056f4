//! The model: for each word of its vocabulary what it adds to the tone of a sentence, and to the tone
//! toward a target by the window it stands in; one file, read where it lies.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::features::{
    self, SENTENCE_FACTS, TARGET_FACTS, WINDOWS, neighbours, reach, share, sizes, windows,
};
use super::words::{SentenceWords, Vocabulary};
use crate::text::data::{DataFile, data_file};

const MAGIC: &[u8; 8] = b"cdtone02";

/// The model that is compiled in.
pub(super) const FILE: DataFile<'static> = data_file!("models/tone.model");

/// Negative, neutral, positive.
pub(super) const CLASSES: usize = 3;

/// Weights of a word: for its sentence, and by window and class for a target.
pub(super) const COLUMNS: usize = 1 + WINDOWS * CLASSES;

/// The column of a window and a class.
pub(super) fn column(window: usize, class: usize) -> usize {
    1 + window * CLASSES + class
}

/// A value by class.
pub(super) type ByClass = [f32; CLASSES];

/// What a model is made of, with weights as they were learnt.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub words: Vec<(String, [f32; COLUMNS])>,
    /// By [`features::neighbours`].
    pub neighbours: Vec<(u64, ByClass)>,
    pub sentence_facts: [f32; SENTENCE_FACTS],
    pub target_facts: [ByClass; TARGET_FACTS],
}

#[derive(Debug)]
pub struct Model {
    pub(super) vocabulary: Vocabulary,
    /// [`COLUMNS`] steps for each word.
    steps: Vec<i8>,
    /// What a step is worth, by column.
    scales: [f32; COLUMNS],
    neighbours: HashMap<u64, ByClass, foldhash::fast::FixedState>,
    sentence_facts: [f32; SENTENCE_FACTS],
    target_facts: [ByClass; TARGET_FACTS],
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

    /// The tone of a sentence, about -1 to 1.
    pub(super) fn sentence(&self, sentence: &SentenceWords) -> f32 {
        let mut sum = 0.0;
        for word in &sentence.words {
            if let Some(steps) = self.steps(word.id) {
                sum += word.factor * f32::from(steps[0]);
            }
        }
        let facts = features::sentence_facts(sentence);
        let of_facts: f32 = facts
            .iter()
            .zip(&self.sentence_facts)
            .map(|(f, w)| f * w)
            .sum();
        sum * self.scales[0] * share(sentence.words.len()) + of_facts
    }

    /// How likely the tone toward what stands at `target` is negative, neutral and positive.
    pub(super) fn target(&self, sentence: &SentenceWords, target: &Range<usize>) -> ByClass {
        let reach = reach(sentence, target);
        let mut sums = [[0.0; CLASSES]; WINDOWS];
        for at in reach.clone().filter(|at| !target.contains(at)) {
            let word = sentence.words[at];
            let Some(steps) = self.steps(word.id) else {
                continue;
            };
            for window in windows(at, target) {
                for (class, sum) in sums[window].iter_mut().enumerate() {
                    *sum += word.factor * f32::from(steps[column(window, class)]);
                }
            }
        }
        let mut scores = [0.0; CLASSES];
        for (window, size) in sizes(&reach, target).into_iter().enumerate() {
            for (class, score) in scores.iter_mut().enumerate() {
                let scale = self.scales[column(window, class)];
                *score += sums[window][class] * scale * share(size);
            }
        }
        let known = neighbours(sentence, target);
        for weights in known.iter().filter_map(|key| self.neighbours.get(key)) {
            add(&mut scores, weights, 1.0);
        }
        let facts = features::target_facts(sentence, target);
        for (weights, fact) in self.target_facts.iter().zip(facts) {
            add(&mut scores, weights, fact);
        }
        softmax(scores)
    }

    /// The weights of a word in the vocabulary.
    fn steps(&self, id: u32) -> Option<&[i8]> {
        let at = id as usize * COLUMNS;
        self.steps.get(at..at + COLUMNS)
    }

    /// Writes a model file.
    pub(super) fn to_bytes(parts: &Parts) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        let mut put = |bytes: &[u8]| out.extend_from_slice(bytes);
        let largest = |column: usize| {
            let weights = parts.words.iter().map(|(_, row)| row[column].abs());
            weights.fold(0.0, f32::max)
        };
        let scales: [f32; COLUMNS] =
            std::array::from_fn(|c| (largest(c) / f32::from(i8::MAX)).max(f32::MIN_POSITIVE));
        put(&(parts.words.len() as u32).to_le_bytes());
        put(&(parts.neighbours.len() as u32).to_le_bytes());
        let of_targets = parts.target_facts.iter().flatten();
        let facts = parts.sentence_facts.iter().chain(of_targets);
        for number in scales.iter().chain(facts) {
            put(&number.to_le_bytes());
        }
        for (key, weights) in &parts.neighbours {
            put(&key.to_le_bytes());
            weights.iter().for_each(|w| put(&w.to_le_bytes()));
        }
        for (_, row) in &parts.words {
            let steps = row
                .iter()
                .zip(scales)
                .map(|(w, scale)| (w / scale).round() as i8);
            steps.for_each(|s| put(&s.to_le_bytes()));
        }
        for (word, _) in &parts.words {
            put(word.as_bytes());
            put(b"\n");
        }
        out
    }

    /// Reads a model file; `None` when it is none.
    pub fn from_bytes(all: &'static [u8]) -> Option<Model> {
        let mut rest = Rest(all.strip_prefix(MAGIC)?);
        let words = u32::from_le_bytes(rest.take()?) as usize;
        let pairs = u32::from_le_bytes(rest.take()?);
        let scales = rest.numbers()?;
        let sentence_facts = rest.numbers()?;
        let mut target_facts = [[0.0; CLASSES]; TARGET_FACTS];
        for fact in &mut target_facts {
            *fact = rest.numbers()?;
        }
        let neighbours = (0..pairs)
            .map(|_| Some((u64::from_le_bytes(rest.take()?), rest.numbers()?)))
            .collect::<Option<_>>()?;
        let (steps, list) = rest.0.split_at_checked(words.checked_mul(COLUMNS)?)?;
        let list = std::str::from_utf8(list).ok()?;
        (list.lines().count() == words).then(|| Model {
            vocabulary: Vocabulary::new(list.lines()),
            steps: steps.iter().map(|s| *s as i8).collect(),
            scales,
            neighbours,
            sentence_facts,
            target_facts,
        })
    }
}

fn add(scores: &mut ByClass, weights: &ByClass, times: f32) {
    for (score, weight) in scores.iter_mut().zip(weights) {
        *score += weight * times;
    }
}

/// Scores as shares of one.
fn softmax(scores: ByClass) -> ByClass {
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    let powers = scores.map(|s| (s - most).exp());
    let sum: f32 = powers.iter().sum();
    powers.map(|p| p / sum)
}

/// What is not yet read of a file.
struct Rest(&'static [u8]);

impl Rest {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*first)
    }

    fn numbers<const N: usize>(&mut self) -> Option<[f32; N]> {
        let mut numbers = [0.0; N];
        for number in &mut numbers {
            *number = f32::from_le_bytes(self.take()?);
        }
        Some(numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;
    use crate::text::tokens::tokenize;

    /// A model that knows two words: "good" is good everywhere, "blamed" is bad for whom it stands before.
    fn model() -> Model {
        let mut good = [0.0; COLUMNS];
        good[0] = 0.5;
        good[column(0, 2)] = 2.0;
        let mut blamed = [0.0; COLUMNS];
        blamed[0] = -0.25;
        blamed[column(1, 0)] = 4.0;
        let parts = Parts {
            words: vec![("good".into(), good), ("blamed".into(), blamed)],
            ..Parts::default()
        };
        Model::from_bytes(Model::to_bytes(&parts).leak()).unwrap()
    }

    fn seen(model: &Model, text: &str) -> SentenceWords {
        let tokens = tokenize(text, std::iter::once(Span::new(0, text.len())));
        SentenceWords::of(text, &tokens, &model.vocabulary)
    }

    #[test]
    fn words_count_by_their_share_of_the_sentence() {
        let model = model();
        let one = model.sentence(&seen(&model, "good"));
        assert!((one - 0.5 * share(1)).abs() < 0.01, "{one}");
        let both = model.sentence(&seen(&model, "good blamed"));
        assert!((both - 0.25 * share(2)).abs() < 0.01, "{both}");
    }

    #[test]
    fn a_word_counts_for_a_target_by_its_side() {
        let model = model();
        let sentence = seen(&model, "Berg blamed Diaz");
        let (berg, diaz) = (
            model.target(&sentence, &(0..1)),
            model.target(&sentence, &(2..3)),
        );
        assert!((berg[0] - 1.0 / 3.0).abs() < 1e-6, "{berg:?}");
        assert!(
            diaz[0] > 0.5 && (diaz.iter().sum::<f32>() - 1.0).abs() < 1e-6,
            "{diaz:?}"
        );
    }

    #[test]
    fn what_is_no_model_is_not_read() {
        assert!(Model::from_bytes(b"").is_none());
        assert!(Model::from_bytes(b"cdtone02\x01\0\0\0\0\0\0\0").is_none());
        let shipped = FILE.bytes();
        assert!(Model::from_bytes(shipped).is_some());
        assert!(Model::from_bytes(&shipped[..shipped.len() / 2]).is_none());
    }
}
