//! The sentences to learn from: those of a teacher, on the tokens of copydesk.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

use crate::stages::syntax::parse::{Label, Tag};
use crate::text::tokens::tokenize;
use crate::text::{CodePoints, Span, Token, TokenKind};

/// A line of a file of parses.
#[derive(Debug, Deserialize)]
struct Line {
    text: String,
    /// Start, end, tag, head, label.
    words: Vec<(u32, u32, String, usize, String)>,
}

/// A sentence with its parse.
#[derive(Debug)]
pub(super) struct Example {
    pub text: String,
    pub tokens: Vec<Token>,
    pub tags: Vec<Tag>,
    /// Place of each token's head, its own for the root.
    pub heads: Vec<u16>,
    pub labels: Vec<Label>,
}

/// Reads a file of parses. Sentences whose tokens cannot be told from the words of the teacher are left out.
///
/// # Errors
/// With file and line, when it cannot be read or a line is not a sentence with its parse.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<Example>> {
    let lines =
        fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut examples = Vec::new();
    for (n, line) in lines.lines().enumerate() {
        let place = || format!("{} line {}", path.display(), n + 1);
        let line: Line = serde_json::from_str(line).with_context(place)?;
        examples.extend(example(line).with_context(place)?);
    }
    Ok(examples)
}

/// A word of the teacher.
#[derive(Debug, Clone, Copy)]
struct Taught {
    span: Span,
    tag: Tag,
    head: usize,
    label: Label,
}

fn example(line: Line) -> anyhow::Result<Option<Example>> {
    let text = line.text;
    let whole = Span::new(0, text.len());
    let tokens = tokenize(&text, std::iter::once(whole)).0;
    let points = CodePoints::new(&text);
    let spans: Vec<Span> = tokens
        .iter()
        .map(|t| Span {
            start: points.at(t.span.start),
            end: points.at(t.span.end),
        })
        .collect();
    let mut taught = Vec::with_capacity(line.words.len());
    for (start, end, tag, head, label) in &line.words {
        anyhow::ensure!(
            start < end && *head < line.words.len(),
            "word {start}-{end}: no place of a word, or no head"
        );
        taught.push(Taught {
            span: Span {
                start: *start,
                end: *end,
            },
            tag: Tag::of_name(tag).with_context(|| format!("no tag {tag:?}"))?,
            head: *head,
            label: Label::of_name(label).with_context(|| format!("no label {label:?}"))?,
        });
    }
    let Some(aligned) = align(&tokens, &spans, &taught) else {
        return Ok(None);
    };
    let Aligned {
        tags,
        heads,
        labels,
    } = aligned;
    Ok(is_tree(&heads).then(|| Example {
        heads: projective(heads),
        text,
        tokens,
        tags,
        labels,
    }))
}

#[derive(Debug)]
struct Aligned {
    tags: Vec<Tag>,
    heads: Vec<u16>,
    labels: Vec<Label>,
}

/// The parse on our tokens. A token of several words has the part of that among them whose head is another's; of
/// several tokens of one word the last that is no mark has its part, and the others depend on it.
fn align(tokens: &[Token], spans: &[Span], taught: &[Taught]) -> Option<Aligned> {
    // for each token the word it stands for, for each word its token
    let mut word_of: Vec<usize> = Vec::with_capacity(spans.len());
    let mut token_of: Vec<usize> = vec![usize::MAX; taught.len()];
    let mut lead: Vec<usize> = Vec::with_capacity(spans.len());
    let (mut t, mut w) = (0, 0);
    while t < spans.len() && w < taught.len() {
        let (from_t, from_w) = (t, w);
        let mut end = spans[t].end.max(taught[w].span.end);
        (t, w) = (t + 1, w + 1);
        loop {
            if spans.get(t).is_some_and(|s| s.start < end) {
                end = end.max(spans[t].end);
                t += 1;
            } else if taught.get(w).is_some_and(|x| x.span.start < end) {
                end = end.max(taught[w].span.end);
                w += 1;
            } else {
                break;
            }
        }
        let (ours, theirs) = (from_t..t, from_w..w);
        if !spans[from_t].overlaps(taught[from_w].span) || (ours.len() > 1 && theirs.len() > 1) {
            return None;
        }
        let is_outside = |n: &usize| !theirs.contains(&taught[*n].head) || taught[*n].head == *n;
        let word = theirs.clone().find(is_outside)?;
        let is_mark = |n: &usize| tokens[*n].kind != TokenKind::Punctuation;
        let token = ours.clone().rev().find(is_mark).unwrap_or(t - 1);
        token_of[theirs].fill(token);
        word_of.extend(ours.clone().map(|_| word));
        lead.extend(ours.map(|_| token));
    }
    if t < spans.len() || w < taught.len() {
        return None;
    }
    let mut aligned = Aligned {
        tags: Vec::new(),
        heads: Vec::new(),
        labels: Vec::new(),
    };
    for (token, (word, lead)) in word_of.iter().zip(&lead).enumerate() {
        let word = taught[*word];
        let is_mark = tokens[token].kind == TokenKind::Punctuation;
        let (tag, head, label) = match (token == *lead, is_mark) {
            (true, _) => (word.tag, token_of[word.head], word.label),
            (false, true) => (Tag::Hyph, *lead, Label::Punct),
            (false, false) => (word.tag, *lead, Label::Compound),
        };
        aligned.tags.push(tag);
        aligned.heads.push(head as u16);
        aligned.labels.push(label);
    }
    Some(aligned)
}

/// Whether all words depend on one root at last.
fn is_tree(heads: &[u16]) -> bool {
    let roots = heads.iter().enumerate();
    let mut roots = roots.filter(|(at, head)| **head as usize == *at);
    let (Some((root, _)), None) = (roots.next(), roots.next()) else {
        return false;
    };
    (0..heads.len()).all(|mut at| {
        for _ in 0..heads.len() {
            at = heads[at] as usize;
        }
        at == root
    })
}

/// The tree without crossing arcs: the shortest of those that cross others moves to its head's head, until none does
/// (Nivre, Nilsson 2005).
fn projective(mut heads: Vec<u16>) -> Vec<u16> {
    while let Some(at) = shortest_crossing(&heads) {
        heads[at] = heads[heads[at] as usize];
    }
    heads
}

fn shortest_crossing(heads: &[u16]) -> Option<usize> {
    let crosses = |at: &usize| {
        let head = heads[*at] as usize;
        let mut between = at.min(&head) + 1..*at.max(&head);
        between.any(|n| !descends(heads, n, head))
    };
    let words = (0..heads.len()).filter(crosses);
    words.min_by_key(|at| (*at).abs_diff(heads[*at] as usize))
}

fn descends(heads: &[u16], mut at: usize, from: usize) -> bool {
    while at != from {
        let head = heads[at] as usize;
        if head == at {
            return false;
        }
        at = head;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aligned(line: &str) -> Option<(Vec<String>, Vec<u16>, Vec<Label>)> {
        let example = example(serde_json::from_str(line).unwrap()).unwrap()?;
        let words = example
            .tokens
            .iter()
            .map(|t| t.of(&example.text).to_owned());
        Some((words.collect(), example.heads, example.labels))
    }

    #[test]
    fn a_token_of_several_words_has_the_part_of_their_head() {
        // the teacher reads "3", "pm"
        let line = r#"{"text": "Come at 3pm", "words": [[0, 4, "VB", 0, "ROOT"], [5, 7, "IN", 0, "prep"],
            [8, 9, "CD", 3, "nummod"], [9, 11, "NN", 1, "pobj"]]}"#;
        let (words, heads, labels) = aligned(line).unwrap();
        assert_eq!(words, ["Come", "at", "3pm"]);
        assert_eq!(heads, [0, 0, 1]);
        assert_eq!(labels[2], Label::Pobj);
    }

    #[test]
    fn of_several_tokens_of_a_word_the_last_has_its_part() {
        // for the teacher "U.S.-led" is one word
        let line = r#"{"text": "é U.S.-led plan", "words": [[0, 1, "DT", 2, "det"], [2, 10, "JJ", 2, "amod"],
            [11, 15, "NN", 2, "ROOT"]]}"#;
        let (words, heads, labels) = aligned(line).unwrap();
        assert_eq!(words, ["é", "U.S.", "-", "led", "plan"]);
        assert_eq!(heads, [4, 3, 3, 4, 4]);
        assert_eq!(labels[1..4], [Label::Compound, Label::Punct, Label::Amod]);
    }

    #[test]
    fn what_cannot_be_aligned_or_is_no_tree_is_left_out() {
        let crossed = r#"{"text": "ab-cd", "words": [[0, 1, "NN", 0, "ROOT"], [1, 4, "NN", 0, "dep"],
            [4, 5, "NN", 0, "dep"]]}"#;
        assert!(aligned(crossed).is_none());
        let short = r#"{"text": "a b", "words": [[0, 1, "NN", 0, "ROOT"]]}"#;
        assert!(aligned(short).is_none());
        let circle = r#"{"text": "a b c", "words": [[0, 1, "NN", 1, "dep"], [2, 3, "NN", 0, "dep"], [4, 5, "NN", 2, "ROOT"]]}"#;
        assert!(aligned(circle).is_none());
    }

    #[test]
    fn an_arc_that_crosses_others_moves_up_until_none_does() {
        // the arc from 2 to 0 goes over 1, which does not depend on 2
        assert_eq!(projective(vec![2, 3, 3, 3]), [3, 3, 3, 3]);
        assert_eq!(projective(vec![1, 1, 1, 2]), [1, 1, 1, 2]);
    }
}
