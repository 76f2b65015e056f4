use thiserror::Error;

use super::Limits;

pub use crate::record::ErrorCode;

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
