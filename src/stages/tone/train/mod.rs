//! Makes the model from rated sentences. Reproducible: the same data gives the same file.
//!
//! The folder, which is no part of the program (`config/models/prepare/tone.py` makes it), holds
//!
//! | file | line |
//! |---|---|
//! | `sentences.jsonl` | `{"article": …, "text": …, "score": …}`: what readers say of the sentence, -1 to 1 |
//! | `targets.jsonl` | `{"text": …, "targets": [[start, end, "negative"\|"neutral"\|"positive"], …]}`, offsets in code points |
//! | `valence.tsv` | word, tab, how good or bad it is |
//! | `vectors.txt` | word and the numbers of its vector, separated by blanks, the most frequent words first |
//!
//! Two linear models are learnt, of sentences and of targets. Each sees a word as itself, by its vector and
//! by its valence; so words that no sentence has are known by those like them. What the three say of a word
//! is then added up into one weight a window and class, and the vectors are not shipped.

mod check;
mod data;
mod linear;

use std::borrow::Borrow;
use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

pub use check::check;

use self::data::{Data, Lexicon};
use self::linear::{Goal, Rows, fit};
use super::features::{
    self, SENTENCE_FACTS, TARGET_FACTS, WINDOWS, neighbours, reach, share, sizes, windows,
};
use super::model::{CLASSES, COLUMNS, Model, Parts, column};
use super::words::{SentenceWords, WordId};

/// Sentences a word must be in, in the same window, to have a weight of its own; and a neighbour.
const LEAST_SENTENCES: u32 = 3;
const LEAST_NEIGHBOURS: u32 = 4;

/// How strongly each kind of feature counts: the penalty holds all weights back alike. These and the
/// penalties were set by cross-validation.
#[derive(Debug, Clone, Copy)]
struct Strength {
    word: f32,
    vector: f32,
    valence: f32,
    neighbour: f32,
    fact: f32,
    penalty: f64,
}

const OF_SENTENCES: Strength = Strength {
    word: 1.0,
    vector: 0.5,
    valence: 1.0,
    neighbour: 0.0,
    fact: 0.3,
    penalty: 3.0,
};

const OF_TARGETS: Strength = Strength {
    word: 1.0,
    vector: 1.0,
    valence: 1.0,
    neighbour: 0.4,
    fact: 1.0,
    penalty: 3.0,
};

/// Steps of the search for the weights.
const STEPS: usize = 60;

/// Parts of the articles that are left out in turn.
const FOLDS: usize = 5;

/// Learns a model from the folder `data` and returns its file.
///
/// # Errors
/// When the folder's files cannot be read or are not what they should be.
pub fn train(folder: &Path, say: &mut dyn FnMut(&str)) -> anyhow::Result<Vec<u8>> {
    let data = Data::read(folder)?;
    say(&format!(
        "{} sentences, {} targets, {} words",
        data.sentences.len(),
        data.targets.len(),
        data.lexicon.words.len()
    ));
    let sentences = learn_sentences(&data);
    say("tone of sentences learnt");
    let targets = learn_targets(&data);
    say(&format!(
        "tone toward targets learnt, {} neighbours",
        targets.neighbours.len()
    ));
    Ok(Model::to_bytes(&parts(&data.lexicon, &sentences, &targets)))
}

/// What a feature is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Feature {
    Word(u8, WordId),
    /// A number of the vectors of a window's words.
    Vector(u8, u16),
    /// Their valence, the good and the bad summed apart.
    Valence(u8, bool),
    Neighbour(u64),
    Fact(u8),
}

/// The features of one row, with their values.
type Features = Vec<(Feature, f32)>;

/// Adds the features of a window of so many words: `(word, factor)`.
fn of_window(
    window: usize,
    size: usize,
    words: impl Iterator<Item = (WordId, f32)>,
    lexicon: &Lexicon,
    strength: Strength,
    to: &mut Features,
) {
    let window = window as u8;
    let share = share(size);
    let mut vector = vec![0.0; lexicon.dimensions];
    let mut valences = [0.0; 2];
    for (id, factor) in words {
        let Some(word) = lexicon.words.get(id as usize) else {
            continue;
        };
        to.push((Feature::Word(window, id), factor * share * strength.word));
        for (sum, x) in vector.iter_mut().zip(&word.vector) {
            *sum += factor * x;
        }
        valences[usize::from(word.valence > 0.0)] += factor * word.valence;
    }
    for (at, x) in (0..).zip(vector) {
        to.push((Feature::Vector(window, at), x * share * strength.vector));
    }
    for (good, x) in [false, true].into_iter().zip(valences) {
        to.push((Feature::Valence(window, good), x * share * strength.valence));
    }
}

fn of_sentence(sentence: &SentenceWords, lexicon: &Lexicon) -> Features {
    let mut features = Features::new();
    let words = sentence.words.iter().map(|w| (w.id, w.factor));
    let size = sentence.words.len();
    of_window(0, size, words, lexicon, OF_SENTENCES, &mut features);
    let facts = features::sentence_facts(sentence);
    let facts = (0..)
        .zip(facts)
        .map(|(n, x)| (Feature::Fact(n), x * OF_SENTENCES.fact));
    features.extend(facts);
    features
}

fn of_target(sentence: &SentenceWords, target: &Range<usize>, lexicon: &Lexicon) -> Features {
    let mut features = Features::new();
    let reach = reach(sentence, target);
    for (window, size) in sizes(&reach, target).into_iter().enumerate() {
        let within = reach.clone().filter(|at| !target.contains(at));
        let within = within.filter(|at| windows(*at, target).any(|w| w == window));
        let words = within.map(|at| (sentence.words[at].id, sentence.words[at].factor));
        of_window(window, size, words, lexicon, OF_TARGETS, &mut features);
    }
    let near = neighbours(sentence, target).map(|n| (Feature::Neighbour(n), OF_TARGETS.neighbour));
    features.extend(near);
    let facts = features::target_facts(sentence, target);
    features.extend(
        (0..)
            .zip(facts)
            .map(|(n, x)| (Feature::Fact(n), x * OF_TARGETS.fact)),
    );
    features
}

/// A linear model by its features.
struct Learnt {
    outputs: usize,
    weights: Vec<f64>,
    numbers: HashMap<Feature, u32, foldhash::fast::FixedState>,
    /// In the order of their numbers.
    neighbours: Vec<u64>,
    strength: Strength,
}

impl Learnt {
    /// The weight of a feature for an output; 0 for one that was not seen.
    fn weight(&self, feature: Feature, output: usize) -> f32 {
        let number = self.numbers.get(&feature);
        number.map_or(0.0, |n| {
            self.weights[*n as usize * self.outputs + output] as f32
        })
    }

    /// What a word weighs in a window: as itself, by its vector and by its valence.
    fn word(&self, window: usize, id: WordId, word: &data::Word, output: usize) -> f32 {
        let (window, strength) = (window as u8, self.strength);
        let own = self.weight(Feature::Word(window, id), output) * strength.word;
        let by_vector: f32 = (0..)
            .zip(&word.vector)
            .map(|(at, x)| x * self.weight(Feature::Vector(window, at), output))
            .sum();
        let good = word.valence > 0.0;
        let by_valence = word.valence * self.weight(Feature::Valence(window, good), output);
        own + by_vector * strength.vector + by_valence * strength.valence
    }

    /// What the model with one output gives for a row.
    fn score(&self, row: &Features) -> f64 {
        let known = row
            .iter()
            .filter_map(|(f, x)| Some((self.numbers.get(f)?, *x)));
        known
            .map(|(n, x)| self.weights[*n as usize] * f64::from(x))
            .sum()
    }

    fn fact(&self, number: usize, output: usize) -> f32 {
        self.weight(Feature::Fact(number as u8), output) * self.strength.fact
    }
}

/// Learns from rows of features, of which the rare ones are left out.
fn learn(
    rows: &[impl Borrow<Features>],
    goal: &Goal<'_>,
    outputs: usize,
    strength: Strength,
) -> Learnt {
    let mut counts: HashMap<Feature, u32, foldhash::fast::FixedState> = HashMap::default();
    for row in rows {
        let mut in_row: Vec<Feature> = row.borrow().iter().map(|(f, _)| *f).collect();
        in_row.sort_unstable();
        in_row.dedup();
        for feature in in_row {
            *counts.entry(feature).or_default() += 1;
        }
    }
    let least = |feature| match feature {
        Feature::Word(..) => LEAST_SENTENCES,
        Feature::Neighbour(_) => LEAST_NEIGHBOURS,
        _ => 1,
    };
    // numbers in the order of first sight, so that the same data gives the same model
    let mut numbers: HashMap<Feature, u32, foldhash::fast::FixedState> = HashMap::default();
    let mut neighbours = Vec::new();
    let mut sparse = Rows::default();
    for row in rows {
        let kept = row
            .borrow()
            .iter()
            .filter(|(f, x)| *x != 0.0 && counts[f] >= least(*f));
        let kept: Vec<(u32, f32)> = kept
            .map(|(feature, x)| {
                let next = numbers.len() as u32;
                let number = *numbers.entry(*feature).or_insert(next);
                if let Feature::Neighbour(key) = feature
                    && number == next
                {
                    neighbours.push(*key);
                }
                (number, *x)
            })
            .collect();
        sparse.push(kept);
    }
    let weights = fit(&sparse, numbers.len(), goal, strength.penalty, STEPS);
    Learnt {
        outputs,
        weights,
        numbers,
        neighbours,
        strength,
    }
}

fn learn_sentences(data: &Data) -> Learnt {
    let rows: Vec<Features> = data
        .sentences
        .iter()
        .map(|s| of_sentence(&s.words, &data.lexicon))
        .collect();
    let scores: Vec<f32> = data.sentences.iter().map(|s| s.score).collect();
    let line = line_of_articles(&rows, &data.sentences);
    let mut learnt = learn(&rows, &Goal::Numbers(&scores), 1, OF_SENTENCES);
    learnt.weights.iter_mut().for_each(|w| *w *= line.slope);
    // the first fact is 1 in every sentence
    if let Some(constant) = learnt.numbers.get(&Feature::Fact(0)) {
        learnt.weights[*constant as usize] += line.constant / f64::from(OF_SENTENCES.fact);
    }
    learnt
}

/// From means of sentences to articles.
struct Line {
    slope: f64,
    constant: f64,
}

/// The line by which the means of sentences come nearest to those of the readers, over articles that the
/// model has not learnt from: a single sentence is hard to tell, so its score is drawn to the middle, and the
/// mean of many would stay there.
fn line_of_articles(rows: &[Features], sentences: &[data::RatedSentence]) -> Line {
    let mut pairs = Vec::new();
    for fold in 0..FOLDS {
        let is_left_out = |n: usize| sentences[n].article % FOLDS == fold;
        let (out, kept): (Vec<usize>, Vec<usize>) = (0..rows.len()).partition(|n| is_left_out(*n));
        let scores: Vec<f32> = kept.iter().map(|n| sentences[*n].score).collect();
        let kept: Vec<&Features> = kept.iter().map(|n| &rows[*n]).collect();
        let learnt = learn(&kept, &Goal::Numbers(&scores), 1, OF_SENTENCES);
        for article in out.chunk_by(|a, b| sentences[*a].article == sentences[*b].article) {
            let n = article.len() as f64;
            let found: f64 = article.iter().map(|n| learnt.score(&rows[*n])).sum();
            let wanted: f32 = article.iter().map(|n| sentences[*n].score).sum();
            pairs.push((found / n, f64::from(wanted) / n));
        }
    }
    let n = pairs.len().max(1) as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let both: f64 = pairs.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    let spread: f64 = pairs.iter().map(|p| (p.0 - x).powi(2)).sum();
    let slope = if spread > 0.0 { both / spread } else { 1.0 };
    Line {
        slope,
        constant: y - slope * x,
    }
}

fn learn_targets(data: &Data) -> Learnt {
    let rows: Vec<Features> = data
        .targets
        .iter()
        .map(|t| of_target(&t.words, &t.target, &data.lexicon))
        .collect();
    let classes: Vec<usize> = data.targets.iter().map(|t| t.class).collect();
    learn(
        &rows,
        &Goal::Classes(&classes, CLASSES),
        CLASSES,
        OF_TARGETS,
    )
}

/// Adds up what is known of each word.
fn parts(lexicon: &Lexicon, sentences: &Learnt, targets: &Learnt) -> Parts {
    let words = (0..).zip(&lexicon.words).map(|(id, word)| {
        let mut row = [0.0; COLUMNS];
        row[0] = sentences.word(0, id, word, 0);
        for window in 0..WINDOWS {
            for class in 0..CLASSES {
                row[column(window, class)] = targets.word(window, id, word, class);
            }
        }
        (word.text.clone(), row)
    });
    let by_class = |weight: &dyn Fn(usize) -> f32| std::array::from_fn(weight);
    Parts {
        words: words.collect(),
        neighbours: targets
            .neighbours
            .iter()
            .map(|key| {
                let weight = |class| targets.weight(Feature::Neighbour(*key), class);
                (
                    *key,
                    by_class(&|class| weight(class) * OF_TARGETS.neighbour),
                )
            })
            .collect(),
        sentence_facts: std::array::from_fn::<_, SENTENCE_FACTS, _>(|n| sentences.fact(n, 0)),
        target_facts: std::array::from_fn::<_, TARGET_FACTS, _>(|n| {
            by_class(&|class| targets.fact(n, class))
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::stages::tone::train::data::sentence;

    /// A folder with a little of everything: two words like "good" and two like "bad", one of each in a sentence.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let mut sentences = String::new();
        let mut targets = String::new();
        for n in 0..12 {
            let line = |word: &str, score: f32| {
                format!(r#"{{"article": "{n}", "text": "It was a {word} day.", "score": {score}}}"#)
            };
            sentences += &format!("{}\n", line(["good", "bad"][n % 2], [0.5, -0.5][n % 2]));
            let (word, label) = [
                ("praised", "positive"),
                ("blamed", "negative"),
                ("met", "neutral"),
            ][n % 3];
            targets += &format!(
                r#"{{"text": "They {word} Mr. Berg.", "targets": [[{}, {}, "{label}"]]}}"#,
                6 + word.len(),
                14 + word.len(),
            );
            targets.push('\n');
        }
        let vectors = "good 1 0 0\nfine 0.9 0.1 0\nbad -1 0 0\nday 0 0 1\npraised 0.2 1 0\nblamed -0.2 -1 0\n";
        for (name, text) in [
            ("sentences.jsonl", sentences.as_str()),
            ("targets.jsonl", &targets),
            ("valence.tsv", "awful\t-3.1\nbad\t-2.5\ngood\t1.9\n"),
            ("vectors.txt", vectors),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn the_same_data_give_the_same_model_bit_by_bit() {
        let folder = folder();
        let once = train(folder.path(), &mut |_| {}).unwrap();
        let again = train(folder.path(), &mut |_| {}).unwrap();
        assert!(once == again);
        assert!(once.len() > 100);
    }

    #[test]
    fn words_are_known_by_themselves_by_those_like_them_and_by_valence() {
        let bytes = train(folder().path(), &mut |_| {}).unwrap();
        let model = Model::from_bytes(bytes.leak()).unwrap();
        let of = |text: &str| model.sentence(&sentence(text, &model.vocabulary));
        assert!(of("It was a good day.") > 0.2);
        // "fine" by its vector, "awful" by its valence
        assert!(
            of("It was a fine day.") > 0.1,
            "{}",
            of("It was a fine day.")
        );
        assert!(
            of("It was an awful day.") < -0.1,
            "{}",
            of("It was an awful day.")
        );
        let seen = sentence("They blamed Mr. Diaz.", &model.vocabulary);
        let likely = model.target(&seen, &(2..4));
        assert!(likely[0] > likely[1].max(likely[2]), "{likely:?}");
    }

    #[test]
    fn a_bad_line_is_told_with_its_place() {
        let folder = folder();
        fs::write(folder.path().join("valence.tsv"), "good\t1.9\nbad -2\n").unwrap();
        let error = train(folder.path(), &mut |_| {}).unwrap_err();
        assert!(
            error
                .to_string()
                .ends_with("valence.tsv line 2: not word, tab, number"),
            "{error}"
        );
    }
}
