//! The files of the training folder, read.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::stages::tone::words::{self, SentenceWords, Vocabulary};
use crate::text::tokens::tokenize;
use crate::text::{CodePoints, Span};

/// A word that the model will know.
#[derive(Debug)]
pub(super) struct Word {
    pub text: String,
    /// Of length 1; empty where none is known.
    pub vector: Vec<f32>,
    /// 0 where none is known.
    pub valence: f32,
}

/// The words of `vectors.txt`, and of `valence.tsv` behind them.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    pub words: Vec<Word>,
    pub dimensions: usize,
}

impl Lexicon {
    fn read(folder: &Path) -> anyhow::Result<Lexicon> {
        let mut lexicon = Lexicon::default();
        let mut at = BTreeMap::new();
        let path = folder.join("vectors.txt");
        for (n, line) in text(&path)?.lines().enumerate() {
            let mut columns = line.split(' ');
            let word = columns.next().unwrap_or_default();
            let numbers: Result<Vec<f32>, _> = columns.map(str::parse).collect();
            let place = || format!("{} line {}", path.display(), n + 1);
            let vector = unit(numbers.with_context(place)?);
            if n == 0 {
                lexicon.dimensions = vector.len();
            }
            if vector.len() != lexicon.dimensions {
                bail!(
                    "{}: {} numbers, not {}",
                    place(),
                    vector.len(),
                    lexicon.dimensions
                );
            }
            lexicon.add(&mut at, word).vector = vector;
        }
        let path = folder.join("valence.tsv");
        for (n, line) in text(&path)?.lines().enumerate() {
            let place = || format!("{} line {}: not word, tab, number", path.display(), n + 1);
            let (word, valence) = line.split_once('\t').with_context(place)?;
            lexicon.add(&mut at, word).valence = valence.parse().with_context(place)?;
        }
        words::needed().for_each(|word| {
            lexicon.add(&mut at, word);
        });
        Ok(lexicon)
    }

    /// The word, new or known.
    fn add(&mut self, at: &mut BTreeMap<String, usize>, word: &str) -> &mut Word {
        let next = self.words.len();
        let number = *at.entry(word.to_owned()).or_insert(next);
        if number == next {
            self.words.push(Word {
                text: word.to_owned(),
                vector: Vec::new(),
                valence: 0.0,
            });
        }
        &mut self.words[number]
    }
}

/// A vector of length 1 that points the same way.
fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    vector
        .iter_mut()
        .for_each(|x| *x /= length.max(f32::MIN_POSITIVE));
    vector
}

#[derive(Debug, Deserialize)]
pub(super) struct RatedLine {
    pub article: String,
    pub text: String,
    pub score: f32,
}

#[derive(Debug, Deserialize)]
pub(super) struct TargetLine {
    pub text: String,
    pub targets: Vec<(u32, u32, Label)>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Label {
    Negative,
    Neutral,
    Positive,
}

#[derive(Debug)]
pub(super) struct RatedSentence {
    /// Number of its article, from 0 in their order.
    pub article: usize,
    pub words: SentenceWords,
    pub score: f32,
}

/// Whom a sentence speaks of, and how.
#[derive(Debug)]
pub(super) struct LabelledTarget {
    pub words: SentenceWords,
    pub target: Range<usize>,
    pub class: usize,
}

#[derive(Debug)]
pub(super) struct Data {
    pub lexicon: Lexicon,
    pub sentences: Vec<RatedSentence>,
    pub targets: Vec<LabelledTarget>,
}

impl Data {
    /// # Errors
    /// When a file cannot be read, with its line where one is not what it should be.
    pub(super) fn read(folder: &Path) -> anyhow::Result<Data> {
        let lexicon = Lexicon::read(folder)?;
        let vocabulary = Vocabulary::new(lexicon.words.iter().map(|w| w.text.as_str()));
        let sentences = lines::<RatedLine>(&folder.join("sentences.jsonl"))?;
        let articles = sentences
            .chunk_by(|a, b| a.article == b.article)
            .enumerate();
        let sentences =
            articles.flat_map(|(article, lines)| lines.iter().map(move |line| (article, line)));
        let sentences = sentences.map(|(article, line)| RatedSentence {
            article,
            words: sentence(&line.text, &vocabulary),
            score: line.score,
        });
        let mut targets = Vec::new();
        for line in lines::<TargetLine>(&folder.join("targets.jsonl"))? {
            targets.extend(labelled(&line, &vocabulary));
        }
        Ok(Data {
            sentences: sentences.collect(),
            targets,
            lexicon,
        })
    }
}

/// The sentence that a text is.
pub(super) fn sentence(text: &str, vocabulary: &Vocabulary) -> SentenceWords {
    let tokens = tokenize(text, std::iter::once(Span::new(0, text.len())));
    SentenceWords::of(text, &tokens, vocabulary)
}

/// The targets of a line that have a word.
pub(super) fn labelled(line: &TargetLine, vocabulary: &Vocabulary) -> Vec<LabelledTarget> {
    let points = CodePoints::new(&line.text);
    let tokens = tokenize(&line.text, std::iter::once(Span::new(0, line.text.len())));
    let ends: Vec<u32> = tokens.iter().map(|t| points.at(t.span.end)).collect();
    let starts: Vec<u32> = tokens.iter().map(|t| points.at(t.span.start)).collect();
    let places = line.targets.iter().map(|(start, end, label)| {
        let first = ends.partition_point(|e| e <= start);
        (
            first..starts.partition_point(|s| s < end).max(first),
            *label,
        )
    });
    places
        .filter(|(target, _)| !target.is_empty())
        .map(|(target, label)| LabelledTarget {
            words: SentenceWords::of(&line.text, &tokens, vocabulary),
            target,
            class: label as usize,
        })
        .collect()
}

/// The objects of a file, one a line.
pub(super) fn lines<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Vec<T>> {
    let text = text(path)?;
    let lines = text.lines().enumerate().map(|(n, line)| {
        let place = || format!("{} line {}", path.display(), n + 1);
        serde_json::from_str(line).with_context(place)
    });
    lines.collect()
}

fn text(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| path.display().to_string())
}
