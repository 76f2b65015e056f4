//! From bytes to [`Draft`]s: character set, form, and what the supplier says of the article.
//!
//! One module a form. A form's reader emits a [`Draft`] for each article in the document and returns
//! an error for what it could not read; drafts emitted before the error stand. [`wire`] then applies
//! the conventions all agencies share, whatever the form was.

pub mod article;
pub mod draft;
pub mod envelope;
pub mod error;
pub mod html;
pub mod text;
pub mod wire;

use std::ops::ControlFlow;

pub use article::Article;
pub use draft::{Draft, DraftBlock, Flag, Form, Piece, Supplied};
pub use error::{ErrorCode, ReadError};

/// What is known of a document beside its bytes: from Kafka headers, an envelope or the command line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hints {
    pub id: Option<String>,
    pub content_type: Option<String>,
    pub url: Option<String>,
    pub source: Option<String>,
    pub fetched_at: Option<String>,
    pub published_at: Option<String>,
}

/// Bounds of reading. Past each of them the document is an error with its own code.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Largest raw document, after decompression, in bytes.
    pub document_bytes: usize,
    /// Deepest nesting of elements or JSON values.
    pub depth: usize,
    /// Most articles in one document.
    pub items: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            document_bytes: 20 << 20,
            depth: 256,
            items: 100_000,
        }
    }
}

/// What a form's reader works with.
pub struct Reading<'a> {
    pub hints: &'a Hints,
    pub limits: &'a Limits,
    /// Takes each article as it is read; `Break` ends the reading early without an error.
    pub emit: &'a mut dyn FnMut(Draft) -> ControlFlow<()>,
}

/// Reads one message: decides its form and emits a draft for each article in it.
///
/// # Errors
/// When the document, or the rest of it after the drafts already emitted, cannot be read.
pub fn read(
    bytes: &[u8],
    hints: &Hints,
    limits: &Limits,
    emit: &mut dyn FnMut(Draft) -> ControlFlow<()>,
) -> Result<(), ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::new(
            ErrorCode::Empty,
            "the document has no bytes",
        ));
    }
    if bytes.len() > limits.document_bytes {
        return Err(ReadError::new(
            ErrorCode::TooLarge,
            format!(
                "{} bytes, the limit is {}",
                bytes.len(),
                limits.document_bytes
            ),
        ));
    }
    let mut with_conventions = |mut draft: Draft| {
        wire::apply(&mut draft);
        emit(draft)
    };
    let mut reading = Reading {
        hints,
        limits,
        emit: &mut with_conventions,
    };
    text::read(bytes, &mut reading)
}
