//! The coordinate system every stage shares: byte spans, code-point offsets, tokens, sentences.

mod codepoints;
pub mod lexicon;
pub mod numbers;
mod span;
pub mod tokens;
pub mod word_table;

pub use codepoints::CodePoints;
pub use span::Span;
pub use tokens::{Token, TokenKind, Tokens};
