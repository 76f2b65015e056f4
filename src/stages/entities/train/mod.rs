//! Makes the model from labelled articles. Reproducible: the same data gives the same file.
//!
//! The folder holds `train.jsonl`, one article a line (`{"text": …, "entities": [[start, end, type], …]}`,
//! offsets in code points), and `words.tsv`, the table of the lexicon. Neither is part of the program.

mod check;
mod crf;
mod others;

pub use check::check;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

use self::crf::{Random, RandomField, Sequences};
use super::gazetteer::Gazetteer;
use super::hash::{self, HashedMap};
use super::labels::{NameType, OUTSIDE, write};
use super::lexicon::Lexicon;
use super::model::{Model, Transitions, WeightRow, decode};
use super::others::KINDS;
use super::recognise::{evidence::Evidence, features::features, observe, stretches};
use crate::text::{CodePoints, Span, tokens::tokenize};

/// Passes over the data of the first pass's model, of the models that label for the second, and of the second's.
const EPOCHS: usize = 5;
const FOLD_EPOCHS: usize = 4;
const SECOND_EPOCHS: usize = 2;

/// Parts of the articles that are labelled by models of the rest.
const FOLDS: usize = 4;

/// Times a feature must be seen to be learnt.
const LEAST_COUNT: u32 = 3;

/// Rows kept of the first pass's weights: with the lexicon they stay under the 15 MB the model may have.
const KEPT_ROWS: usize = 380_000;

const SEED: u64 = 0x2545_f491_4f6c_dd1d;

#[derive(Debug, Deserialize)]
struct Labelled {
    /// What stands before `#` is the same for copies of one article, which must not teach one another.
    #[serde(default)]
    id: String,
    text: String,
    entities: Vec<(u32, u32, String)>,
}

/// One article ready to learn from.
#[derive(Debug)]
struct Example {
    /// Which fold its article belongs to.
    fold: usize,
    article: observe::ObservedText,
    labels: Vec<u8>,
    /// Names of no other type: first token, past the last, which of [`KINDS`].
    others: Vec<(usize, usize, usize)>,
}

/// Learns a model from the folder `data` and returns its file.
///
/// # Errors
/// When the folder's files cannot be read or are not what they should be.
pub fn train(data: &Path, say: &mut dyn FnMut(&str)) -> anyhow::Result<Vec<u8>> {
    let words = data.join("words.tsv");
    let lexicon = Lexicon::from_table(
        &fs::read_to_string(&words)
            .with_context(|| format!("{} cannot be read", words.display()))?,
    )?;
    let path = data.join("train.jsonl");
    let lines =
        fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut examples = Vec::new();
    for (n, line) in lines.lines().enumerate() {
        let labelled: Labelled = serde_json::from_str(line)
            .with_context(|| format!("{} line {}", path.display(), n + 1))?;
        examples.push(example(&labelled, &lexicon));
    }
    say(&format!("{} articles read", examples.len()));

    let (data, hashes) = first_pass_data(&examples);
    say(&format!(
        "{} tokens in {} stretches, {} features",
        data.labels.len(),
        data.stretches.len(),
        hashes.len()
    ));
    let folds = folds(&examples);

    let models = fold_models(&data, &folds, hashes.len())?;
    say("folds learnt");
    let (second_data, second_hashes) = second_pass_data(&examples, &data, &models, &folds);
    drop(models);
    let second = learn(
        &second_data,
        (0..second_data.stretches.len()).collect(),
        second_hashes.len(),
        SECOND_EPOCHS,
        &mut |m| say(&format!("second pass: {m}")),
    );
    drop(second_data);
    let first = learn(
        &data,
        (0..data.stretches.len()).collect(),
        hashes.len(),
        EPOCHS,
        &mut |m| say(&format!("first pass: {m}")),
    );
    let first_rows = strongest(&first, &hashes, &data, KEPT_ROWS);
    let second_rows = rows(&second, &second_hashes);
    say(&format!(
        "{} and {} rows kept",
        first_rows.len(),
        second_rows.len()
    ));
    Ok(Model::to_bytes(
        &lexicon,
        [
            (&first_rows, &first.transitions),
            (&second_rows, &second.transitions),
        ],
        &others::learn(&examples),
    ))
}

/// For each fold a model that has learnt all the others, and labels this one for the second pass.
fn fold_models(
    data: &Sequences,
    folds: &[usize],
    features: usize,
) -> anyhow::Result<Vec<RandomField>> {
    let learn_others = |fold: usize| {
        let others = (0..data.stretches.len()).filter(|s| folds[*s] != fold);
        learn(data, others.collect(), features, FOLD_EPOCHS, &mut |_| {})
    };
    let models: Vec<RandomField> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..FOLDS)
            .map(|fold| scope.spawn(move || learn_others(fold)))
            .collect();
        handles.into_iter().filter_map(|h| h.join().ok()).collect()
    });
    anyhow::ensure!(models.len() == FOLDS, "a training thread failed");
    Ok(models)
}

fn example(labelled: &Labelled, lexicon: &Lexicon) -> Example {
    let text = &labelled.text;
    let mut at = 0;
    let blocks: Vec<Span> = text
        .split('\n')
        .map(|line| {
            let span = Span::new(at, at + line.len());
            at += line.len() + 1;
            span
        })
        .filter(|s| !s.is_empty())
        .collect();
    let tokens = tokenize(text, blocks.into_iter());
    let article = observe::observe(text, &tokens, lexicon, Gazetteer::get());
    let points = CodePoints::new(text);
    let starts: Vec<u32> = tokens.iter().map(|t| points.at(t.span.start)).collect();
    let ends: Vec<u32> = tokens.iter().map(|t| points.at(t.span.end)).collect();
    let mut labels = vec![OUTSIDE; tokens.len()];
    let mut others = Vec::new();
    for (start, end, name) in &labelled.entities {
        let Some(kind) = NameType::of(name) else {
            continue;
        };
        let first = ends.partition_point(|e| e <= start);
        let past = starts.partition_point(|s| s < end);
        // a name the features do not look at cannot be learnt
        if first < past
            && article.tokens[first..past].iter().all(|s| s.active)
            && labels[first..past].iter().all(|l| *l == OUTSIDE)
        {
            write(&mut labels, first, past, kind);
            let other = KINDS.iter().position(|(k, _)| k == name);
            others.extend(other.map(|kind| (first, past, kind)));
        }
    }
    let original = labelled.id.split('#').next().unwrap_or_default();
    Example {
        fold: (hash::bytes(original.as_bytes()) >> 33) as usize % FOLDS,
        article,
        labels,
        others,
    }
}

/// For each stretch the fold its article belongs to.
fn folds(examples: &[Example]) -> Vec<usize> {
    examples
        .iter()
        .flat_map(|e| std::iter::repeat_n(e.fold, stretches(&e.article).len()))
        .collect()
}

/// Features of the first pass that are seen often enough, numbered.
fn first_pass_data(examples: &[Example]) -> (Sequences, Vec<u64>) {
    let mut counts: HashedMap<u32> = HashedMap::default();
    let mut buffer = Vec::new();
    for e in examples {
        for (from, to) in stretches(&e.article) {
            for i in from..to {
                features(&e.article, i, &mut buffer);
                for &f in &buffer {
                    *counts.entry(f).or_default() += 1;
                }
            }
        }
    }
    // numbers in the order of first sight, so that the same data gives the same model
    counts.retain(|_, n| *n >= LEAST_COUNT);
    collect(
        examples,
        &mut |n, i, out| features(&examples[n].article, i, out),
        &|f| counts.contains_key(&f),
    )
}

fn collect(
    examples: &[Example],
    extract: &mut dyn FnMut(usize, usize, &mut Vec<u64>),
    wanted: &dyn Fn(u64) -> bool,
) -> (Sequences, Vec<u64>) {
    let mut ids: HashMap<u64, u32, foldhash::fast::FixedState> = HashMap::default();
    let mut hashes = Vec::new();
    let mut data = Sequences::default();
    let mut buffer = Vec::new();
    for (number, e) in examples.iter().enumerate() {
        for (from, to) in stretches(&e.article) {
            let first = data.labels.len();
            for i in from..to {
                extract(number, i, &mut buffer);
                data.starts.push(data.features.len());
                for &f in buffer.iter().filter(|f| wanted(**f)) {
                    let id = *ids.entry(f).or_insert_with(|| {
                        hashes.push(f);
                        hashes.len() as u32 - 1
                    });
                    data.features.push(id);
                }
                data.labels.push(e.labels[i]);
            }
            data.stretches.push((first, data.labels.len()));
        }
    }
    data.starts.push(data.features.len());
    (data, hashes)
}

fn learn(
    data: &Sequences,
    mut order: Vec<usize>,
    features: usize,
    epochs: usize,
    say: &mut dyn FnMut(&str),
) -> RandomField {
    let mut field = RandomField::new(features);
    let mut random = Random(SEED);
    for epoch in 0..epochs {
        random.shuffle(&mut order);
        let rate = 1.0 - 0.8 * epoch as f32 / epochs as f32;
        let loss = field.epoch(data, &order, rate, &mut random);
        say(&format!("epoch {} loss {loss:.4}", epoch + 1));
    }
    field
}

/// The second pass learns from what models that have not learnt an article found in it, on top of their scores.
fn second_pass_data(
    examples: &[Example],
    data: &Sequences,
    models: &[RandomField],
    folds: &[usize],
) -> (Sequences, Vec<u64>) {
    let mut base = Vec::with_capacity(data.labels.len());
    let mut found: Vec<Vec<u8>> = examples
        .iter()
        .map(|e| vec![OUTSIDE; e.labels.len()])
        .collect();
    let mut scores = Vec::new();
    let mut best = Vec::new();
    let mut n = 0;
    for (number, e) in examples.iter().enumerate() {
        for (from, to) in stretches(&e.article) {
            let field = &models[folds[n]];
            let (a, b) = data.stretches[n];
            field.score(data, a, b, &mut scores);
            decode(&scores, &forbid(&field.transitions), &mut best);
            found[number][from..to].copy_from_slice(&best);
            base.extend_from_slice(&scores);
            n += 1;
        }
    }
    let evidence: Vec<Evidence> = examples
        .iter()
        .zip(&found)
        .map(|(e, l)| Evidence::gather(&e.article, l))
        .collect();
    let (mut second, hashes) = collect(
        examples,
        &mut |n, i, out| evidence[n].features(&examples[n].article, i, out),
        &|_| true,
    );
    second.base = base;
    (second, hashes)
}

fn forbid(transitions: &Transitions) -> Transitions {
    let mut t = *transitions;
    for (a, row) in t.iter_mut().enumerate() {
        for (b, w) in row.iter_mut().enumerate() {
            if !super::labels::follows(a as u8, b as u8) {
                *w = f32::MIN / 8.0;
            }
        }
    }
    t
}

fn rows(field: &RandomField, hashes: &[u64]) -> Vec<WeightRow> {
    hashes
        .iter()
        .copied()
        .zip(field.weights.iter().copied())
        .collect()
}

/// The rows that matter most: by their largest weight and how often they are used.
fn strongest(field: &RandomField, hashes: &[u64], data: &Sequences, kept: usize) -> Vec<WeightRow> {
    let mut uses = vec![0u32; hashes.len()];
    for &f in &data.features {
        uses[f as usize] += 1;
    }
    let mut order: Vec<(f32, u32)> = field
        .weights
        .iter()
        .zip(&uses)
        .enumerate()
        .map(|(i, (w, n))| {
            let most = w.iter().fold(0f32, |m, x| m.max(x.abs()));
            (most * (*n as f32).powf(0.35), i as u32)
        })
        .collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    order.truncate(kept);
    order
        .into_iter()
        .map(|(_, i)| (hashes[i as usize], field.weights[i as usize]))
        .collect()
}
