use thiserror::Error;

use super::Limits;

/// Why a document could not be read; the `error_code` of logs and dead letters, stable across releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// No bytes, or nothing but white space.
    Empty,
    /// Over [`Limits::document_bytes`].
    TooLarge,
    /// Nested deeper than [`Limits::depth`].
    TooDeep,
    /// More articles than [`Limits::items`].
    TooMany,
    /// The bytes are not text in any known character set (an image, an archive, noise).
    NotText,
    /// The format was recognised and its syntax is broken.
    Malformed,
    /// The format was recognised and holds no article.
    NoArticle,
    /// The envelope is not what it should be.
    BadEnvelope,
    /// Base64 or a compressed body that does not decode.
    BadEncoding,
    /// Reading took longer than a document may take.
    TimedOut,
    /// The reader panicked.
    Panicked,
}

impl ErrorCode {
    /// Its name in logs and dead letters.
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorCode::Empty => "empty",
            ErrorCode::TooLarge => "too-large",
            ErrorCode::TooDeep => "too-deep",
            ErrorCode::TooMany => "too-many",
            ErrorCode::NotText => "not-text",
            ErrorCode::Malformed => "malformed",
            ErrorCode::NoArticle => "no-article",
            ErrorCode::BadEnvelope => "bad-envelope",
            ErrorCode::BadEncoding => "bad-encoding",
            ErrorCode::TimedOut => "timed-out",
            ErrorCode::Panicked => "panicked",
        }
    }
}

/// A document, or the rest of one, that could not be read.
#[derive(Debug, Clone, Error)]
#[error("{}: {message}{}", code.as_str(), byte.map(|b| format!(" (at byte {b})")).unwrap_or_default())]
pub struct ReadError {
    pub code: ErrorCode,
    /// Where in the document, in bytes from its start.
    pub byte: Option<u64>,
    pub message: String,
}

impl ReadError {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        ReadError {
            code,
            byte: None,
            message: message.into(),
        }
    }

    /// [`ErrorCode::TooMany`]: more `items`, as the format calls them, than [`Limits::items`] allows.
    pub fn too_many(limits: &Limits, items: &str) -> Self {
        ReadError::new(
            ErrorCode::TooMany,
            format!("more than {} {items}", limits.items),
        )
    }

    /// The error with where in the document it is, in bytes from the start.
    pub fn at(mut self, byte: u64) -> Self {
        self.byte = Some(byte);
        self
    }
}
