//! Makes the models from the parses of a teacher. Reproducible: the same data gives the same file.
//!
//! The folder, which is no part of the program (`config/models/prepare/syntax.py` makes it), holds
//!
//! | file | line |
//! |---|---|
//! | `parses.jsonl` | `{"text": …, "words": [[start, end, tag, head, label], …]}`: a sentence, offsets in code points |
//! | `clusters.tsv` | word, tab, the path of its Brown cluster as a number, the first step lowest; the frequent words first |
//!
//! Averaged perceptrons are learnt: of tags, of the parser's plain actions, of its other actions, of labels. Those of
//! actions and labels learn from tags as they will be, with their mistakes: each sentence is tagged by a model that has
//! not seen it.

mod arguments;
mod check;
mod data;
mod oracle;
mod perceptron;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::Context;

pub use check::check;

use self::data::Example;
use self::oracle::Oracle;
use self::perceptron::{Perceptron, Random, quantised};
use super::arcs::{self, ALL_ACTIONS, Action, Facts, State, View};
use super::labels::{self, Tree};
use super::model::{ACTIONS, Clusters, LABELS, Parts, Scores, TAGS, Weights, highest};
use super::parse::{Label, Tag};
use super::tags;
use super::words::{Seen, see};
use crate::stages::direct_rows::DirectRows;
use crate::stages::hashed_rows::HashedRows;
use crate::text::feature_hash::{HashedMap, lower};

/// Times the sentences are learnt from.
const TAG_EPOCHS: usize = 6;
const ACTION_EPOCHS: usize = 12;
const PLAIN_EPOCHS: usize = 3;
const LABEL_EPOCHS: usize = 6;

/// Words and arcs have one tag or label for sure when they were seen so often and had it in so many of a thousand cases.
const SURE_COUNT: u32 = 20;
const SURE_SHARE: u32 = 995;

/// How often, of a hundred times, the parser goes on from its own choice instead of the right one: it must learn to go
/// on from its mistakes. From the second time on.
const EXPLORED: u64 = 90;

/// Models of actions whose sum is the parser's.
const PARSERS: u64 = 3;

/// Models that tag each other's sentences.
const FOLDS: usize = 4;

/// Rows of each model, as powers of two; and how often one was learnt from at least.
const TAG_BITS: u32 = 16;
const PLAIN_BITS: u32 = 17;
const ACTION_BITS: u32 = 20;
const LABEL_BITS: u32 = 16;
const LEAST_UPDATES: u32 = 2;

/// Before a model is learnt it is known which features are worth a row: those that learn from most mistakes in so many
/// times, in a model of so many more bits whose features share rows.
const CHOOSING_EPOCHS: usize = 3;
const MORE_BITS: u32 = 2;

const SEED: u64 = 0x2545_f491_4f6c_dd1d;

/// An example as the models see it.
struct Seeing<'e> {
    example: &'e Example,
    seen: Vec<Seen>,
    /// Tags as the parser will have them.
    tags: Vec<Tag>,
}

/// Learns the models from the folder `data` and returns their file.
///
/// # Errors
/// When the folder's files cannot be read or are not what they should be.
pub fn train(folder: &Path, say: &mut dyn FnMut(&str)) -> anyhow::Result<Vec<u8>> {
    let examples = data::read(&folder.join("parses.jsonl"))?;
    let mut parts = Parts::default();
    let clusters = clusters(&folder.join("clusters.tsv"), &mut parts)?;
    let mut all: Vec<Seeing> = examples
        .iter()
        .map(|example| Seeing {
            seen: see(&example.tokens, &example.text, &clusters),
            tags: example.tags.clone(),
            example,
        })
        .collect();
    let words: usize = all.iter().map(|s| s.seen.len()).sum();
    say(&format!("{} sentences, {words} words", all.len()));

    parts.sure_tags = sure(all.iter().flat_map(|s| {
        let tags = s.example.tags.iter().map(|t| *t as u8);
        s.seen.iter().map(|w| w.form).zip(tags)
    }));
    let sure_tags = table(&parts.sure_tags)?;
    tag_by_others(&mut all, &sure_tags)?;
    say("tagged by models that have not seen the sentence");
    parts.tags = weights(learn_tags(&all, |_| true, &sure_tags, say));
    parts.plain_actions = weights(learn_plain_actions(&all, say));
    parts.actions = learn_actions_often(&all, say)?;
    parts.sure_labels = sure(all.iter().flat_map(|s| {
        let tree = s.tree();
        let arcs = (0..s.tags.len()).filter(|at| s.example.heads[*at] as usize != *at);
        let arcs = arcs.flat_map(|at| {
            let keys = labels::sure_keys(&tree, at);
            keys.map(|key| (key, s.example.labels[at] as u8))
        });
        arcs.collect::<Vec<_>>()
    }));
    parts.labels = weights(learn_labels(&all, &table(&parts.sure_labels)?, say));
    say(&format!(
        "{} sure words, {} sure arcs",
        parts.sure_tags.len(),
        parts.sure_labels.len()
    ));
    Ok(parts.to_bytes())
}

impl Seeing<'_> {
    fn tree(&self) -> Tree<'_> {
        Tree::new(&self.seen, &self.tags, &self.example.heads)
    }
}

/// Reads the classes of words.
fn clusters(path: &Path, parts: &mut Parts) -> anyhow::Result<Clusters> {
    let text =
        fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut numbers: HashMap<u32, u16> = HashMap::new();
    let mut known: HashedMap<()> = HashedMap::default();
    for (n, line) in text.lines().enumerate() {
        let row = line.split_once('\t');
        let row = row.and_then(|(word, path)| Some((lower(word), path.parse().ok()?)));
        let (word, bits) =
            row.with_context(|| format!("{} line {}: no word and path", path.display(), n + 1))?;
        let next = u16::try_from(numbers.len()).context("over 65,535 clusters")?;
        let number = *numbers.entry(bits).or_insert(next);
        if number == next {
            parts.paths.push(bits);
        }
        if known.insert(word, ()).is_none() {
            parts
                .words
                .push((word, number.to_le_bytes().map(|b| b as i8)));
        }
    }
    Ok(Clusters {
        words: table(&parts.words)?,
        paths: parts.paths.clone(),
    })
}

/// Rows as the model will have them.
fn table<const N: usize>(rows: &[(u64, [i8; N])]) -> anyhow::Result<HashedRows<N>> {
    // a model borrows its bytes for ever; those of a few tables are left when the process ends
    let bytes = HashedRows::pack(1.0, rows).leak();
    let (table, _) = HashedRows::from_bytes(bytes).context("a table cannot be read again")?;
    Ok(table)
}

/// The keys that have nearly always the same value, in the order of their hashes.
fn sure(pairs: impl Iterator<Item = (u64, u8)>) -> Vec<(u64, [i8; 1])> {
    let mut counts: HashedMap<HashMap<u8, u32>> = HashedMap::default();
    for (key, value) in pairs {
        *counts.entry(key).or_default().entry(value).or_default() += 1;
    }
    let mut out = Vec::new();
    for (key, values) in &counts {
        let all: u32 = values.values().sum();
        let most = values.iter().max_by_key(|(value, n)| (**n, **value));
        if let Some((value, n)) = most
            && all >= SURE_COUNT
            && n * 1000 >= all * SURE_SHARE
        {
            out.push((*key, [*value as i8]));
        }
    }
    out.sort_unstable();
    out
}

/// Tags each sentence by a model that has learnt from the others.
fn tag_by_others(all: &mut [Seeing], sure: &HashedRows<1>) -> anyhow::Result<()> {
    let learn_without = |fold: usize| learn_tags(all, |n| n % FOLDS != fold, sure, &mut |_| {});
    let models: Vec<Perceptron<TAGS>> = std::thread::scope(|scope| {
        let learn_without = &learn_without;
        let threads: Vec<_> = (0..FOLDS)
            .map(|fold| scope.spawn(move || learn_without(fold)))
            .collect();
        threads.into_iter().filter_map(|t| t.join().ok()).collect()
    });
    anyhow::ensure!(models.len() == FOLDS, "a training thread failed");
    let tables = models.into_iter().map(|model| {
        // a model borrows its bytes for ever; those of a few tables are left when the process ends
        DirectRows::from_bytes(weights(model).pack().leak()).map(|(table, _)| table)
    });
    let tables: Option<Vec<DirectRows<TAGS>>> = tables.collect();
    let tables = tables.context("a table cannot be read again")?;
    for (n, s) in all.iter_mut().enumerate() {
        s.tags = tags::tag_by(&s.seen, sure, &tables[n % FOLDS]);
    }
    Ok(())
}

fn order(sentences: usize, wanted: impl Fn(usize) -> bool) -> Vec<usize> {
    (0..sentences).filter(|n| wanted(*n)).collect()
}

/// The features that are useful to a model of 2^`bits` rows, as fingerprints.
fn useful<const N: usize>(bits: u32, learn: impl FnOnce(&mut Perceptron<N>, usize)) -> Vec<u16> {
    let mut model = Perceptron::shared(bits + MORE_BITS);
    learn(&mut model, CHOOSING_EPOCHS);
    model.useful(bits)
}

/// Learns first which features are useful, then their weights.
fn learn_useful<const N: usize>(
    bits: u32,
    epochs: usize,
    mut learn: impl FnMut(&mut Perceptron<N>, usize),
) -> Perceptron<N> {
    let mut model = Perceptron::of(useful(bits, &mut learn));
    learn(&mut model, epochs);
    model
}

/// What a model file has of a model.
fn weights<const N: usize>(model: Perceptron<N>) -> Weights<N> {
    let fingerprints = model.fingerprints();
    quantised(fingerprints, &model.averaged(LEAST_UPDATES))
}

fn learn_tags(
    all: &[Seeing],
    wanted: impl Fn(usize) -> bool,
    sure: &HashedRows<1>,
    say: &mut dyn FnMut(&str),
) -> Perceptron<TAGS> {
    let order = order(all.len(), wanted);
    learn_useful(TAG_BITS, TAG_EPOCHS, |model, epochs| {
        learn_tags_in(all, &order, sure, model, epochs, say);
    })
}

fn learn_tags_in(
    all: &[Seeing],
    order: &[usize],
    sure: &HashedRows<1>,
    model: &mut Perceptron<TAGS>,
    epochs: usize,
    say: &mut dyn FnMut(&str),
) {
    let mut order = order.to_vec();
    let mut random = Random(SEED);
    let mut buffer = Vec::new();
    for epoch in 0..epochs {
        random.shuffle(&mut order);
        let mut wrong = 0;
        for s in order.iter().map(|n| &all[*n]) {
            let mut tags = Vec::with_capacity(s.seen.len());
            for (at, word) in s.seen.iter().enumerate() {
                let tag = tags::sure_tag(word, sure).unwrap_or_else(|| {
                    tags::features(&s.seen, &tags, at, &mut buffer);
                    let taken = tags::best(&model.scores(&buffer));
                    let right = s.example.tags[at];
                    model.learn(&buffer, right as usize, taken as usize);
                    wrong += usize::from(right != taken);
                    taken
                });
                tags.push(tag);
            }
        }
        say(&format!("tags: epoch {} {wrong} wrong", epoch + 1));
    }
}

/// The sum of several models that saw the sentences in other orders: each has made its own mistakes.
fn learn_actions_often(
    all: &[Seeing],
    say: &mut dyn FnMut(&str),
) -> anyhow::Result<Weights<ACTIONS>> {
    let fingerprints = useful(ACTION_BITS, |model, epochs| {
        learn_actions(all, model, epochs, SEED, say);
    });
    let learn = |seed, say: &mut dyn FnMut(&str)| -> Vec<[f32; ACTIONS]> {
        let mut model = Perceptron::of(fingerprints.clone());
        learn_actions(all, &mut model, ACTION_EPOCHS, seed, say);
        model.averaged(LEAST_UPDATES)
    };
    let learn = &learn;
    let models: Vec<Vec<[f32; ACTIONS]>> = std::thread::scope(|scope| {
        let others = (1..PARSERS).map(|n| scope.spawn(move || learn(SEED ^ n, &mut |_| {})));
        let others: Vec<_> = others.collect();
        let first = learn(SEED, say);
        let others = others.into_iter().filter_map(|thread| thread.join().ok());
        std::iter::once(first).chain(others).collect()
    });
    anyhow::ensure!(models.len() as u64 == PARSERS, "a training thread failed");
    let mut sums = vec![[0.0; ACTIONS]; 1 << ACTION_BITS];
    for rows in &models {
        let weights = rows.as_flattened().iter();
        for (sum, weight) in sums.as_flattened_mut().iter_mut().zip(weights) {
            *sum += weight;
        }
    }
    Ok(quantised(fingerprints, &sums))
}

fn learn_actions(
    all: &[Seeing],
    model: &mut Perceptron<ACTIONS>,
    epochs: usize,
    seed: u64,
    say: &mut dyn FnMut(&str),
) {
    let mut order = order(all.len(), |_| true);
    let mut random = Random(seed);
    for epoch in 0..epochs {
        random.shuffle(&mut order);
        let mut wrong = 0;
        for s in order.iter().map(|n| &all[*n]) {
            wrong += learn_sentence(s, model, epoch, &mut random);
        }
        say(&format!("actions: epoch {} {wrong} wrong", epoch + 1));
    }
}

/// Parses a sentence and learns from each action that costs an arc; tells how many. From the plain ones too: on sentences
/// it has learnt from, the model of those is surer than on others.
fn learn_sentence(
    s: &Seeing,
    model: &mut Perceptron<ACTIONS>,
    epoch: usize,
    random: &mut Random,
) -> usize {
    let facts = Facts::new(&s.seen, &s.tags);
    let oracle = Oracle::new(&s.example.heads);
    let mut state = State::new(s.seen.len());
    let mut buffer = Vec::new();
    let mut wrong = 0;
    while !state.is_done() {
        if let Some(action) = state.only() {
            state.take(action);
            continue;
        }
        arcs::features(&View::new(&state, &facts), &mut buffer);
        let [right, taken] = learn_action(&state, &oracle, model, &buffer);
        wrong += usize::from(right != taken);
        let explores = epoch > 0 && random.percent(EXPLORED);
        state.take(if explores { taken } else { right });
    }
    wrong
}

/// Learns from the action that the model takes, if it costs more arcs than another; gives the right one, and the one
/// taken, which is the same where it is right.
fn learn_action(
    state: &State,
    oracle: &Oracle,
    model: &mut Perceptron<ACTIONS>,
    features: &[u64],
) -> [Action; 2] {
    let scores = model.scores(features);
    let taken = arcs::best(state, &scores);
    let allowed = ALL_ACTIONS.iter().filter(|a| state.allows(**a));
    let costs = allowed.map(|a| oracle.cost(state, *a));
    let least = costs.min().unwrap_or_default();
    let is_right = |a: Action| state.allows(a) && oracle.cost(state, a) == least;
    let right = ALL_ACTIONS[highest(&scores, |n| is_right(ALL_ACTIONS[n]))];
    let taken = if is_right(taken) { right } else { taken };
    model.learn(features, right as usize, taken as usize);
    [right, taken]
}

/// Learns which actions are plain, from those that lead to the right tree.
fn learn_plain_actions(all: &[Seeing], say: &mut dyn FnMut(&str)) -> Perceptron<ACTIONS> {
    learn_useful(PLAIN_BITS, PLAIN_EPOCHS, |model, epochs| {
        learn_plain_actions_in(all, model, epochs, say);
    })
}

fn learn_plain_actions_in(
    all: &[Seeing],
    model: &mut Perceptron<ACTIONS>,
    epochs: usize,
    say: &mut dyn FnMut(&str),
) {
    let mut order = order(all.len(), |_| true);
    let mut random = Random(SEED);
    let mut buffer = Vec::new();
    for epoch in 0..epochs {
        random.shuffle(&mut order);
        let mut wrong = 0;
        for s in order.iter().map(|n| &all[*n]) {
            let facts = Facts::new(&s.seen, &s.tags);
            let oracle = Oracle::new(&s.example.heads);
            let mut state = State::new(s.seen.len());
            while !state.is_done() {
                let action = state.only().unwrap_or_else(|| {
                    arcs::plain_features(&View::new(&state, &facts), &mut buffer);
                    let [right, taken] = learn_action(&state, &oracle, model, &buffer);
                    wrong += usize::from(right != taken);
                    right
                });
                state.take(action);
            }
        }
        say(&format!("plain actions: epoch {} {wrong} wrong", epoch + 1));
    }
}

fn learn_labels(
    all: &[Seeing],
    sure: &HashedRows<1>,
    say: &mut dyn FnMut(&str),
) -> Perceptron<LABELS> {
    learn_useful(LABEL_BITS, LABEL_EPOCHS, |model, epochs| {
        learn_labels_in(all, sure, model, epochs, say);
    })
}

fn learn_labels_in(
    all: &[Seeing],
    sure: &HashedRows<1>,
    model: &mut Perceptron<LABELS>,
    epochs: usize,
    say: &mut dyn FnMut(&str),
) {
    let mut order = order(all.len(), |_| true);
    let mut random = Random(SEED);
    let mut buffer = Vec::new();
    for epoch in 0..epochs {
        random.shuffle(&mut order);
        let mut wrong = 0;
        for s in order.iter().map(|n| &all[*n]) {
            let tree = s.tree();
            let mut before = vec![Label::Root; s.seen.len()];
            for (at, head) in s.example.heads.iter().enumerate() {
                let label = if *head as usize == at {
                    Label::Root
                } else {
                    labels::sure_label(&tree, at, sure).unwrap_or_else(|| {
                        labels::features(&tree, &before, at, &mut buffer);
                        let taken = labels::best(&model.scores(&buffer));
                        let right = s.example.labels[at];
                        model.learn(&buffer, right as usize, taken as usize);
                        wrong += usize::from(right != taken);
                        taken
                    })
                };
                before[*head as usize] = label;
            }
        }
        say(&format!("labels: epoch {} {wrong} wrong", epoch + 1));
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;
    use crate::stages::syntax::{Model, Parse};
    use crate::text::Span;
    use crate::text::tokens::tokenize;

    /// Sentences "SUBJECT VERB OBJECT .", each with its parse; that of one in seven is wrong, as those of teachers are.
    fn folder(subjects: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let mut lines = String::new();
        let objects = [("met", "farmers"), ("saw", "ships")];
        let pairs = subjects.iter().cycle().zip(objects.iter().cycle());
        for (n, (subject, (verb, object))) in pairs.take(119).enumerate() {
            let (subject_end, verb_start) = (subject.len(), subject.len() + 1);
            let (verb_end, object_start) = (verb_start + verb.len(), verb_start + verb.len() + 1);
            let end = object_start + object.len();
            let (tag, head, labels) = if n % 7 == 3 {
                ("NN", 2, ["compound", "amod", "ROOT"])
            } else {
                ("NNP", 1, ["nsubj", "ROOT", "dobj"])
            };
            let words = serde_json::json!([
                [0, subject_end, tag, head, labels[0]],
                [verb_start, verb_end, "VBD", head, labels[1]],
                [object_start, end, "NNS", head, labels[2]],
                [end, end + 1, ".", head, "punct"],
            ]);
            let text = format!("{subject} {verb} {object}.");
            let line = serde_json::json!({ "text": text, "words": words });
            writeln!(lines, "{line}").unwrap();
        }
        fs::write(folder.path().join("parses.jsonl"), lines).unwrap();
        fs::write(
            folder.path().join("clusters.tsv"),
            "met\t5\nsaw\t5\nships\t2\n",
        )
        .unwrap();
        folder
    }

    fn parsed(model: &Model, text: &str) -> Parse {
        let tokens = tokenize(text, std::iter::once(Span::new(0, text.len())));
        model.parse(&tokens, text).unwrap()
    }

    #[test]
    fn the_same_parses_give_the_same_model_and_it_has_learnt() {
        // each name too rare to be sure of
        let folder = folder(&[
            "Berg", "Holm", "Lund", "Dahl", "Moen", "Vik", "Strand", "Haug",
        ]);
        let train = || train(folder.path(), &mut |_| {}).unwrap();
        let file = train();
        assert_eq!(file, train());
        let model = Model::from_bytes(file.leak()).unwrap();
        let parse = parsed(&model, "Lindqvist saw farmers.");
        let found: Vec<_> = (0..parse.len())
            .map(|at| (parse.head(at), parse[at].tag, parse[at].label))
            .collect();
        let right = [
            (Some(1), Tag::Nnp, Label::Nsubj),
            (None, Tag::Vbd, Label::Root),
            (Some(1), Tag::Nns, Label::Dobj),
            (Some(1), Tag::Stop, Label::Punct),
        ];
        assert_eq!(found, right);
    }

    #[test]
    fn other_parses_give_another_model() {
        let train = |subjects: &[&str]| train(folder(subjects).path(), &mut |_| {}).unwrap();
        assert_ne!(train(&["Berg", "Holm"]), train(&["Berg", "Lund"]));
    }

    #[test]
    fn what_is_no_parse_is_told_by_its_line() {
        let folder = folder(&["Berg"]);
        let wrong = r#"{"text": "Go", "words": [[0, 2, "VERB", 0, "ROOT"]]}"#;
        fs::write(folder.path().join("parses.jsonl"), format!("{wrong}\n")).unwrap();
        let error = train(folder.path(), &mut |_| {}).unwrap_err();
        let told = format!("{error:#}");
        assert!(
            told.ends_with("parses.jsonl line 1: no tag \"VERB\""),
            "{told}"
        );
        fs::write(folder.path().join("clusters.tsv"), "ships\n").unwrap();
        fs::write(folder.path().join("parses.jsonl"), "").unwrap();
        let error = train(folder.path(), &mut |_| {}).unwrap_err();
        let told = error.to_string();
        assert!(
            told.ends_with("clusters.tsv line 1: no word and path"),
            "{told}"
        );
    }
}
