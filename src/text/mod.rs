//! The coordinate system every stage shares: byte spans, code-point offsets and tokens; and the readers
//! of number words, tables and word lists.

mod codepoints;
pub mod data;
pub mod feature_hash;
pub mod hash;
pub mod lexicon;
pub mod numbers;
mod span;
pub mod table;
pub mod tokens;
pub mod word_lists;
pub mod word_table;

pub use codepoints::{CodePoints, SharedText};
pub use span::Span;
pub use tokens::{Token, TokenKind, Tokens};

/// The last sign of a text, before the brackets and quotation marks that close behind it.
pub fn closing_sign(text: &str) -> Option<char> {
    text.trim_end_matches(['"', '”', '’', '\'', ')', ']', '»'])
        .chars()
        .next_back()
}

/// The letters and figures of a text in lower case: what stays when a text is set anew with other marks and spaces.
pub fn letters(text: &str) -> impl Iterator<Item = char> {
    let kept = text.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase)
}

/// Appends `word` in lower case.
pub fn push_lower(to: &mut String, word: &str) {
    if word.is_ascii() {
        let start = to.len();
        to.push_str(word);
        to[start..].make_ascii_lowercase();
    } else {
        to.extend(word.chars().flat_map(char::to_lowercase));
    }
}
