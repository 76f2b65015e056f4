//! How well a model parses.

use std::path::Path;

use super::arguments;
use super::data::{self, Example};
use crate::stages::syntax::arcs::{self, Facts};
use crate::stages::syntax::labels::{self, Tree};
use crate::stages::syntax::model::Model;
use crate::stages::syntax::parse::{Label, Tag};
use crate::stages::syntax::tags;
use crate::stages::syntax::words::see;

/// Measures a model on a file: on parses of the teacher, as to train from, how many tags, heads and labels are the
/// teacher's; on a treebank of Universal Dependencies (`.conllu`), how many arguments of verbs are right.
///
/// # Errors
/// When the file cannot be read or is not what it should be.
pub fn check(model: &Model, file: &Path, say: &mut dyn FnMut(&str)) -> anyhow::Result<()> {
    if file.extension().is_some_and(|e| e == "conllu") {
        return arguments::check(model, file, say);
    }
    let mut counts = Counts::default();
    for example in data::read(file)? {
        counts.add(&example, model);
    }
    let percent = |n: u32, of: u32| 100.0 * f64::from(n) / f64::from(of.max(1));
    say(&format!(
        "{}: {} words; of tags {:.2} % right; without punctuation of heads {:.2} %, with their labels {:.2} %; of labels \
         of right heads {:.2} %; all heads with punctuation {:.2} %",
        file.display(),
        counts.words,
        percent(counts.tags, counts.words),
        percent(counts.heads, counts.arcs),
        percent(counts.labelled, counts.arcs),
        percent(counts.labelled, counts.heads),
        percent(counts.all_heads, counts.words),
    ));
    Ok(())
}

#[derive(Debug, Default)]
struct Counts {
    words: u32,
    tags: u32,
    all_heads: u32,
    /// Arcs of words that are no punctuation, and how many of them are right.
    arcs: u32,
    heads: u32,
    labelled: u32,
}

impl Counts {
    fn add(&mut self, example: &Example, model: &Model) {
        let (tags, heads, labels) = parse(example, model);
        for at in 0..tags.len() {
            self.words += 1;
            self.tags += u32::from(tags[at] == example.tags[at]);
            let is_right = heads[at] == example.heads[at];
            self.all_heads += u32::from(is_right);
            if example.labels[at] == Label::Punct {
                continue;
            }
            self.arcs += 1;
            self.heads += u32::from(is_right);
            self.labelled += u32::from(is_right && labels[at] == example.labels[at]);
        }
    }
}

/// What a model makes of a sentence: tags, heads and labels.
pub(super) fn parse(example: &Example, model: &Model) -> (Vec<Tag>, Vec<u16>, Vec<Label>) {
    let seen = see(&example.tokens, &example.text, &model.clusters);
    let tags = tags::tag(&seen, model);
    let heads = arcs::heads(&Facts::new(&seen, &tags), model);
    let labels = labels::label(&Tree::new(&seen, &tags, &heads), model);
    (tags, heads, labels)
}
