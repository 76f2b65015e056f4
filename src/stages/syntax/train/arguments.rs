//! Arguments of verbs, measured against a treebank of Universal Dependencies (UD).
//!
//! An argument is a verb, the head of what depends on it, and how it does: as subject, as subject of a passive, as
//! object or as indirect object. The two standards differ in more than names; two figures are given, one as they stand
//! (only that "be" has no arguments in UD), and one with what is told of one parse in the terms of the other:
//!
//! - In CLEAR a name's head is its last word, in UD its first: any word of a name (`flat`) is right. The same holds
//!   for a sum, whose head in UD is the sign of its currency.
//! - Of "there is" what there is is the subject in UD.
//! - In "want him to go" and "found it hard" CLEAR takes "him" and "it" for the subject of what follows, UD for the
//!   object of the verb before.

use std::fs;
use std::path::Path;

use anyhow::Context;

use super::check::parse;
use super::data::Example;
use crate::stages::syntax::lemmas::lemma;
use crate::stages::syntax::model::Model;
use crate::stages::syntax::parse::{Label, Tag};
use crate::text::Span;
use crate::text::tokens::tokenize;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Subject,
    PassiveSubject,
    Object,
    IndirectObject,
}

/// An argument as the treebank has it: the verb, the head of the argument, other words that may be its head in CLEAR, its
/// role.
#[derive(Debug)]
struct Right {
    verb: Span,
    head: Span,
    others: Vec<Span>,
    role: Role,
}

/// An argument as it was found.
#[derive(Debug, Clone, Copy)]
struct Found {
    verb: Span,
    head: Span,
    role: Role,
}

/// A word of the treebank.
#[derive(Debug)]
struct Word {
    span: Span,
    is_verb: bool,
    head: usize,
    relation: String,
}

/// See [`super::check()`].
pub(super) fn check(model: &Model, file: &Path, say: &mut dyn FnMut(&str)) -> anyhow::Result<()> {
    let by_model = |text: &str| {
        let tokens = tokenize(text, std::iter::once(Span::new(0, text.len()))).0;
        let mut example = Example {
            text: text.to_owned(),
            tokens,
            tags: Vec::new(),
            heads: Vec::new(),
            labels: Vec::new(),
        };
        (example.tags, example.heads, example.labels) = parse(&example, model);
        Some(example)
    };
    let [as_they_stand, in_its_terms] = measure(file, by_model)?;
    say(&format!(
        "{}: {}; in the terms of UD {}",
        file.display(),
        as_they_stand.told(),
        in_its_terms.told()
    ));
    Ok(())
}

/// Counts of arguments.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    right: u32,
    found: u32,
    hits: u32,
}

impl Counts {
    fn told(&self) -> String {
        let share = |of: u32| 100.0 * f64::from(self.hits) / f64::from(of.max(1));
        let f1 = 200.0 * f64::from(self.hits) / f64::from((self.right + self.found).max(1));
        format!(
            "{} arguments of verbs, precision {:.2} %, recall {:.2} %, F1 {f1:.2} %",
            self.right,
            share(self.found),
            share(self.right)
        )
    }
}

/// Compares the arguments in the sentences of a file with those in the parses that `parsed` gives of them: as they stand,
/// and in the terms of UD.
fn measure(
    file: &Path,
    mut parsed: impl FnMut(&str) -> Option<Example>,
) -> anyhow::Result<[Counts; 2]> {
    let lines =
        fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let mut both = [Counts::default(); 2];
    for sentence in lines.split("\n\n") {
        let Some((text, words)) = sentence_of(sentence) else {
            continue;
        };
        let Some(example) = parsed(text) else {
            continue;
        };
        let right = arguments_of(&words);
        for (counts, in_its_terms) in both.iter_mut().zip([false, true]) {
            let found = found(&example, in_its_terms);
            counts.right += right.len() as u32;
            counts.found += found.len() as u32;
            let hits = found.iter().filter(|f| is_hit(&right, f, in_its_terms));
            counts.hits += hits.count() as u32;
        }
    }
    Ok(both)
}

fn is_hit(right: &[Right], found: &Found, in_its_terms: bool) -> bool {
    right.iter().any(|r| {
        let same = r.role == found.role && r.verb.overlaps(found.verb);
        let is_head = r.head.overlaps(found.head);
        let is_other = || in_its_terms && r.others.iter().any(|h| h.overlaps(found.head));
        same && (is_head || is_other())
    })
}

/// The text of a sentence in CoNLL-U, and its words; `None` where it has none, or they are not those of the text.
fn sentence_of(lines: &str) -> Option<(&str, Vec<Word>)> {
    let text = lines.lines().find_map(|l| l.strip_prefix("# text = "))?;
    let mut words = Vec::new();
    let mut at = 0;
    for line in lines.lines().filter(|l| !l.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [id, form, _, part, _, _, head, relation, ..] = columns[..] else {
            continue;
        };
        // ranges and empty words
        if id.contains(['-', '.']) {
            continue;
        }
        let from = at + text[at..].find(|c: char| !c.is_whitespace())?;
        if !text[from..].starts_with(form) {
            return None;
        }
        at = from + form.len();
        words.push(Word {
            span: Span::new(from, at),
            is_verb: part == "VERB",
            head: head.parse().ok()?,
            relation: relation.to_owned(),
        });
    }
    (!words.is_empty()).then_some((text, words))
}

fn arguments_of(words: &[Word]) -> Vec<Right> {
    let arguments = words.iter().enumerate().filter_map(|(at, word)| {
        let role = match word.relation.as_str() {
            "nsubj" => Role::Subject,
            "nsubj:pass" => Role::PassiveSubject,
            "obj" => Role::Object,
            "iobj" => Role::IndirectObject,
            _ => return None,
        };
        let verb = words.get(word.head.checked_sub(1)?)?;
        let of_name = |w: &&Word| {
            w.head == at + 1 && (w.relation.starts_with("flat") || w.relation == "nummod")
        };
        let heads = words.iter().filter(of_name).map(|w| w.span);
        verb.is_verb.then(|| Right {
            verb: verb.span,
            head: word.span,
            others: heads.collect(),
            role,
        })
    });
    arguments.collect()
}

/// The arguments in a parse, as it has them or in the terms of UD.
fn found(example: &Example, in_its_terms: bool) -> Vec<Found> {
    let words = 0..example.tags.len();
    words
        .filter_map(|at| argument(example, at, in_its_terms))
        .collect()
}

fn argument(example: &Example, at: usize, in_its_terms: bool) -> Option<Found> {
    let is_there = |verb: usize| has(example, verb, |n| example.labels[n] == Label::Expl);
    let mut verb = example.heads[at] as usize;
    let mut role = match example.labels[at] {
        Label::Nsubj => Role::Subject,
        Label::Nsubjpass => Role::PassiveSubject,
        Label::Dobj => Role::Object,
        Label::Dative if !matches!(example.tags[at], Tag::In | Tag::To) => Role::IndirectObject,
        Label::Attr if in_its_terms && is_there(verb) => {
            return example.tags[verb].is_verb().then(|| Found {
                verb: example.tokens[verb].span,
                head: example.tokens[at].span,
                role: Role::Subject,
            });
        }
        _ => return None,
    };
    if in_its_terms && role == Role::Subject && is_small_clause(example, verb) {
        verb = example.heads[verb] as usize;
        role = Role::Object;
    }
    let is_be = lemma(example.tokens[verb].of(&example.text), example.tags[verb]) == "be";
    (example.tags[verb].is_verb() && !is_be).then(|| Found {
        verb: example.tokens[verb].span,
        head: example.tokens[at].span,
        role,
    })
}

/// Whether a word depends on that at `of` for which `is` holds.
fn has(example: &Example, of: usize, is: impl Fn(usize) -> bool) -> bool {
    let words = 0..example.heads.len();
    words
        .filter(|n| *n != of && example.heads[*n] as usize == of)
        .any(is)
}

/// Whether a clause is the complement of a verb before it and not finite: "him to go", "it hard".
fn is_small_clause(example: &Example, clause: usize) -> bool {
    let governor = example.heads[clause] as usize;
    let is_complement = matches!(example.labels[clause], Label::Ccomp | Label::Xcomp);
    let has_tag = |wanted: &'static [Tag]| {
        has(example, clause, |n| {
            wanted.contains(&example.tags[n]) && example.labels[n] == Label::Aux
        })
    };
    let is_finite = match example.tags[clause] {
        Tag::Vbd | Tag::Vbp | Tag::Vbz | Tag::Md => true,
        Tag::Vb => has_tag(&[Tag::Md, Tag::Vbd, Tag::Vbp, Tag::Vbz]),
        Tag::Vbn | Tag::Vbg => has(example, clause, |n| {
            matches!(example.labels[n], Label::Aux | Label::Auxpass) && example.tags[n] != Tag::To
        }),
        _ => false,
    };
    is_complement && governor < clause && example.tags[governor].is_verb() && !is_finite
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREEBANK: &str = "# text = Ada Berg wants him to go.\n\
        1\tAda\t_\tPROPN\t_\t_\t3\tnsubj\t_\t_\n\
        2\tBerg\t_\tPROPN\t_\t_\t1\tflat\t_\t_\n\
        3\twants\t_\tVERB\t_\t_\t0\troot\t_\t_\n\
        4\thim\t_\tPRON\t_\t_\t3\tobj\t_\t_\n\
        5\tto\t_\tPART\t_\t_\t6\tmark\t_\t_\n\
        6\tgo\t_\tVERB\t_\t_\t3\txcomp\t_\t_\n\
        7\t.\t_\tPUNCT\t_\t_\t3\tpunct\t_\t_\n\n";

    /// What the treebank says, in CLEAR; "him" depends on the word at `him`.
    fn example(him: u16, label: Label) -> Example {
        let text = "Ada Berg wants him to go.";
        let words = [
            (1, Label::Compound, Tag::Nnp),
            (2, Label::Nsubj, Tag::Nnp),
            (2, Label::Root, Tag::Vbz),
            (him, label, Tag::Prp),
            (5, Label::Aux, Tag::To),
            (2, Label::Ccomp, Tag::Vb),
            (2, Label::Punct, Tag::Stop),
        ];
        Example {
            text: text.to_owned(),
            tokens: tokenize(text, std::iter::once(Span::new(0, text.len()))).0,
            tags: words.iter().map(|(_, _, tag)| *tag).collect(),
            heads: words.iter().map(|(head, _, _)| *head).collect(),
            labels: words.iter().map(|(_, label, _)| *label).collect(),
        }
    }

    /// Arguments of the treebank and of the parse; hits as they stand, and in the terms of UD.
    fn counts(example: Example) -> (u32, u32, u32, u32) {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), TREEBANK).unwrap();
        let mut example = Some(example);
        let [a, b] = measure(file.path(), |_| example.take()).unwrap();
        (b.right, b.found, a.hits, b.hits)
    }

    #[test]
    fn what_two_standards_say_in_other_words_is_the_same() {
        // the head of the name and "him"
        assert_eq!(counts(example(5, Label::Nsubj)), (2, 2, 0, 2));
        assert_eq!(counts(example(2, Label::Dobj)), (2, 2, 1, 2));
    }

    #[test]
    fn another_role_or_another_verb_is_wrong() {
        assert_eq!(counts(example(2, Label::Nsubj)), (2, 2, 0, 1));
        assert_eq!(counts(example(5, Label::Dobj)), (2, 2, 0, 1));
        assert_eq!(counts(example(2, Label::Npadvmod)), (2, 1, 0, 1));
    }
}
