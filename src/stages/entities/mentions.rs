//! From labels to mentions: stretches of text with a type, cut to the name itself.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use super::WORDS;
use super::context::Said;
use super::gazetteer::{Gazetteer, ListedName};
use super::labels::{NameType, names};
use crate::record::{EntityType, MentionKind};
use crate::text::data::{DataFile, data_file};
use crate::text::{Span, Token, TokenKind, table};

/// A name in the text.
#[derive(Debug, Clone)]
pub(super) struct Name<'g> {
    /// First token and past the last.
    pub first: usize,
    pub end: usize,
    pub span: Span,
    pub kind: NameType,
    pub mention: MentionKind,
    /// What the gazetteer knows of it.
    pub known: Option<&'g ListedName>,
    /// What it is, when it is of no other type.
    pub other: Option<EntityType>,
    /// How sure the model is of it, 0 to 1; `None` when lists found it.
    pub sureness: Option<f32>,
}

/// The names among labelled tokens, without articles before and possessives after them; `said` is what the words beside
/// them say. `sureness` tells how sure the
/// model is of the name that its labels make.
pub(super) fn names_of<'g>(
    text: &str,
    tokens: &[Token],
    labels: &[u8],
    gazetteer: &'g Gazetteer,
    said: &Said,
    sureness: impl Fn(Range<usize>, NameType) -> Option<f32>,
) -> Vec<Name<'g>> {
    let mut found: Vec<Name<'g>> = Vec::new();
    for (first, end, kind) in names(labels) {
        let sureness = sureness(first..end, kind);
        let branded = said.branded.contains(&end);
        let Range { start: first, end } = if branded {
            first..end
        } else {
            trimmed(text, tokens, first..end, kind)
        };
        let says_something = |t: &Token| matches!(t.kind, TokenKind::Word | TokenKind::Number);
        if !tokens[first..end].iter().any(says_something) {
            continue;
        }
        let span = tokens[first].span.join(tokens[end - 1].span);
        let in_figures = || is_in_figures(text, &tokens[first..end]);
        if is_no_name(text, tokens, first, span, kind)
            || matches!(kind, NameType::Person | NameType::Place) && in_figures()
        {
            continue;
        }
        found.push(Name {
            first,
            end,
            span,
            kind,
            mention: mention_kind(text, tokens, end, kind),
            known: gazetteer.look_up_tokens(text, &tokens[first..end]),
            other: None,
            sureness,
        });
    }
    found
}

/// A name without the articles and titles before it and what stands behind it; one token stays.
fn trimmed(text: &str, tokens: &[Token], name: Range<usize>, kind: NameType) -> Range<usize> {
    let Range { mut start, mut end } = name;
    let is_one_of = |i: usize, list: &[&str]| {
        let word = tokens[i].of(text);
        list.iter().any(|w| word.eq_ignore_ascii_case(w))
    };
    while start + 1 < end && is_one_of(start, &["the", "a", "an"]) {
        start += 1;
    }
    while end > start + 1 && is_no_end(text, &tokens[end - 1]) {
        end -= 1;
    }
    if kind != NameType::Person {
        return start..end;
    }
    let is_of = |i: usize| tokens[i].of(text) == "of";
    // "Prince of Wales" is named by the title.
    while start + 1 < end && is_one_of(start, &WORDS.title) && !is_of(start + 1) {
        start += 1;
    }
    // "Emily Quinn of Lancaster": whoever has two names is from there, and not called so.
    let of = (start + 2..end).find(|i| is_of(*i));
    let of = of.filter(|of| !is_one_of(of - 1, &WORDS.title));
    start..of.unwrap_or(end)
}

/// Whether words with figures are no name: amounts ("R2bn", "512MB of memory"), numbers of grants ("R01 MH12343").
fn is_in_figures(text: &str, tokens: &[Token]) -> bool {
    let has_figure = |token: &Token| token.of(text).contains(|c: char| c.is_ascii_digit());
    let is_amount = |token: &Token| {
        let word = token.of(text).trim_start_matches('R');
        let unit = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        unit.len() < word.len() && WORDS.unit.contains(&&*unit.to_ascii_lowercase())
    };
    tokens.first().is_some_and(is_amount) || tokens.len() > 1 && tokens.iter().all(has_figure)
}

/// Whether a name does not end with this token: a possessive, or a mark that is no part of a name.
fn is_no_end(text: &str, token: &Token) -> bool {
    let mark = token.kind == TokenKind::Punctuation && !matches!(token.of(text), ")" | "!");
    mark || token.kind == TokenKind::Clitic
}

pub(super) const NO_NAMES_FILE: DataFile<'static> = data_file!("gazetteers/no-names.tsv");

/// Abbreviations and capitalised words that are no names by themselves.
pub(super) static NO_NAMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    table::rows::<1>(NO_NAMES_FILE.path, NO_NAMES_FILE.text())
        .map(|row| row.columns[0])
        .collect()
});

/// "AI", and "State" in "Secretary of State", which is part of a title.
fn is_no_name(text: &str, tokens: &[Token], first: usize, span: Span, kind: NameType) -> bool {
    let word = |back: usize| first.checked_sub(back).map_or("", |i| tokens[i].of(text));
    NO_NAMES.contains(span.of(text))
        || kind == NameType::Organization
            && matches!(word(1), "of" | "for")
            && matches!(word(2), "Secretary" | "Minister" | "secretary" | "minister")
}

fn mention_kind(text: &str, tokens: &[Token], end: usize, kind: NameType) -> MentionKind {
    let glued = |i: usize| tokens.get(i).filter(|t| !t.spaced).map(|t| t.of(text));
    if kind == NameType::Place
        && matches!(glued(end), Some("-" | "\u{2010}" | "\u{2011}"))
        && glued(end + 1).is_some_and(|w| WORDS.modifier.contains(&w))
    {
        return MentionKind::Modifier;
    }
    MentionKind::Name
}
