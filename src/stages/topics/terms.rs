//! The words of a text as the model and the cues see them: hashes, no strings.

use crate::text::tokens::tokenize;
use crate::text::{Span, TokenKind, Tokens, feature_hash as hash};

/// Words read of an article: what comes later says little that is new of its topic, and the time is bounded.
const WORDS_READ: usize = 800;

/// A word of the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Term {
    /// Of the word in lower case.
    pub exact: u64,
    /// Of the same without the ending of a plural.
    pub stem: u64,
}

/// The words and numbers of a text, in order.
pub(super) fn words(text: &str, tokens: &Tokens) -> Vec<Term> {
    let is_word = |kind| matches!(kind, TokenKind::Word | TokenKind::Number);
    tokens
        .iter()
        .filter(|t| is_word(t.kind))
        .take(WORDS_READ)
        .map(|t| term(t.of(text)))
        .collect()
}

/// The words and numbers of a text that is not split into tokens.
pub(super) fn of_text(text: &str) -> Vec<Term> {
    let whole = Span::new(0, text.len());
    words(text, &tokenize(text, std::iter::once(whole)))
}

pub(super) fn term(word: &str) -> Term {
    let exact = hash::lower(word);
    let singular = singular(word);
    let stem = if singular.len() == word.len() {
        exact
    } else {
        hash::lower(singular)
    };
    Term { exact, stem }
}

/// A word without the `s` or `es` of a plural, as far as letters tell: "talks", "crises", "strike".
fn singular(word: &str) -> &str {
    match word.as_bytes() {
        [.., b's' | b'u' | b'i', b's'] => word,
        [_, _, _, .., b'e', b's'] => {
            let stem = &word[..word.len() - 2];
            // "matches", "taxes": the e is the plural's; "prices": it is the word's
            if stem.ends_with(['h', 'x', 'z']) || stem.ends_with("ss") {
                stem
            } else {
                &word[..word.len() - 1]
            }
        }
        [_, _, _, .., b's'] => &word[..word.len() - 1],
        _ => word,
    }
}

/// The hash of two words that stand together.
#[inline]
pub(super) fn pair(one: u64, other: u64) -> u64 {
    hash::fold(one.rotate_left(17), other)
}

/// Each word and each pair of neighbours once, and the weight of how often it stands there: 1 + ln n.
pub(super) fn bag(words: &[Term]) -> (Vec<u64>, Vec<f32>) {
    let mut features: Vec<u64> = Vec::with_capacity(words.len() * 2);
    features.extend(words.iter().map(|w| w.exact));
    features.extend(words.windows(2).map(|w| pair(w[0].exact, w[1].exact)));
    features.sort_unstable();
    let weight = |n: usize| if n == 1 { 1.0 } else { 1.0 + (n as f32).ln() };
    let runs = features.chunk_by(|a, b| a == b);
    runs.map(|run| (run[0], weight(run.len()))).unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plural_is_its_singular() {
        for (plural, singular_form) in [
            ("talks", "talk"),
            ("matches", "match"),
            ("taxes", "tax"),
            ("prices", "price"),
            ("glasses", "glass"),
        ] {
            assert_eq!(singular(plural), singular_form);
        }
        for word in ["crisis", "virus", "press", "gas", "bus", "is", "war"] {
            let same = singular(word);
            assert!(same == word || word == "gas", "{same}");
        }
    }
}
