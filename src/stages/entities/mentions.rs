//! From labels to mentions: stretches of text with a type, cut to the name itself.

use super::gazetteer::{Gazetteer, Names};
use super::labels::{NameType, names};
use crate::record::MentionKind;
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
        if !tokens[first..end]
            .iter()
            .any(|t| matches!(t.kind, TokenKind::Word | TokenKind::Number))
        {
            continue;
        }
        let span = tokens[first].span.join(tokens[end - 1].span);
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
