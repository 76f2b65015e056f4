//! From labels to mentions: stretches of text with a type, cut to the name itself.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::gazetteer::{Gazetteer, Names};
use super::labels::{NameType, names};
use crate::record::MentionKind;
use crate::text::data::{DataFile, data_file};
use crate::text::{Span, Token, TokenKind};

/// A name in the text.
#[derive(Debug, Clone)]
pub struct Name<'g> {
    /// First token and past the last.
    pub first: usize,
    pub end: usize,
    pub span: Span,
    pub kind: NameType,
    pub mention: MentionKind,
    /// What the gazetteer knows of it.
    pub known: Option<&'g Names>,
}

/// The names among labelled tokens, without articles before and possessives after them.
pub fn names_of<'g>(
    text: &str,
    tokens: &[Token],
    labels: &[u8],
    gazetteer: &'g Gazetteer,
) -> Vec<Name<'g>> {
    let mut found: Vec<Name<'g>> = Vec::new();
    for (mut first, mut end, kind) in names(labels) {
        let word = |i: usize| tokens[i].of(text);
        while first + 1 < end
            && ["the", "a", "an"]
                .iter()
                .any(|a| word(first).eq_ignore_ascii_case(a))
        {
            first += 1;
        }
        while end > first + 1
            && (tokens[end - 1].kind == TokenKind::Clitic
                || tokens[end - 1].kind == TokenKind::Punctuation
                    && !matches!(word(end - 1), ")" | "!"))
        {
            end -= 1;
        }
        while kind == NameType::Person
            && first + 1 < end
            && TITLES.iter().any(|t| word(first).eq_ignore_ascii_case(t))
        {
            first += 1;
        }
        if !tokens[first..end]
            .iter()
            .any(|t| matches!(t.kind, TokenKind::Word | TokenKind::Number))
        {
            continue;
        }
        let span = tokens[first].span.join(tokens[end - 1].span);
        if is_no_name(text, tokens, first, span, kind) {
            continue;
        }
        found.push(Name {
            first,
            end,
            span,
            kind,
            mention: mention_kind(text, tokens, first, end, kind),
            known: gazetteer.look_up_tokens(text, &tokens[first..end]),
        });
    }
    found
}

pub const NO_NAMES_FILE: DataFile<'static> = data_file!("gazetteers/no-names.tsv");

/// Abbreviations and capitalised words that are no names by themselves.
static NO_NAMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    NO_NAMES_FILE
        .text()
        .lines()
        .filter(|l| !l.starts_with('#'))
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

/// Titles that are no part of the name they stand before.
const TITLES: &[&str] = &[
    "mr",
    "mr.",
    "mrs",
    "mrs.",
    "ms",
    "ms.",
    "miss",
    "dr",
    "dr.",
    "prof",
    "prof.",
    "professor",
    "sir",
    "dame",
    "lord",
    "lady",
    "king",
    "queen",
    "prince",
    "princess",
    "emperor",
    "sultan",
    "emir",
    "imam",
    "ayatollah",
    "pope",
    "rev",
    "rev.",
    "reverend",
    "father",
    "sister",
    "bishop",
    "archbishop",
    "cardinal",
    "rabbi",
    "president",
    "minister",
    "premier",
    "chancellor",
    "secretary",
    "senator",
    "sen",
    "sen.",
    "rep",
    "rep.",
    "gov",
    "gov.",
    "governor",
    "mayor",
    "judge",
    "justice",
    "gen",
    "gen.",
    "general",
    "col",
    "col.",
    "colonel",
    "lt",
    "lt.",
    "lieutenant",
    "maj",
    "maj.",
    "major",
    "capt",
    "capt.",
    "captain",
    "sgt",
    "sgt.",
    "sergeant",
    "adm",
    "adm.",
    "admiral",
    "cmdr",
    "commander",
    "ambassador",
    "envoy",
    "chief",
    "coach",
    "pm",
];

/// Participles that make a place before a hyphen a mere modifier: "U.S.-led", "Saudi-backed".
const MODIFIERS: &[&str] = &[
    "led",
    "backed",
    "brokered",
    "sponsored",
    "funded",
    "supported",
];

fn mention_kind(
    text: &str,
    tokens: &[Token],
    _first: usize,
    end: usize,
    kind: NameType,
) -> MentionKind {
    let glued = |i: usize| tokens.get(i).filter(|t| !t.spaced).map(|t| t.of(text));
    if kind == NameType::Place
        && matches!(glued(end), Some("-" | "\u{2010}" | "\u{2011}"))
        && glued(end + 1).is_some_and(|w| MODIFIERS.contains(&w))
    {
        return MentionKind::Modifier;
    }
    MentionKind::Name
}
