//! The codes of dead letters and failed stages: all of them, with what each says.

use std::fmt;

/// Declares the codes, each with its name and what it says.
macro_rules! codes {
    ($($(#[doc = $says:literal])+ $variant:ident = $name:literal,)+) => {
        /// Why a document could not be read, a record not published, or a stage found nothing.
        ///
        /// `error_code` of the log and of `copydesk_dead_lettered_total`, header `copydesk-error-code` of a
        /// dead letter. Stable across releases.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $($(#[doc = $says])+ $variant,)+ }

        impl ErrorCode {
            /// Every code and what it says.
            pub const ALL: &'static [(ErrorCode, &'static str)] =
                &[$((ErrorCode::$variant, concat!($($says),+))),+];

            /// The name as logs, metrics and headers have it.
            pub const fn as_str(self) -> &'static str {
                match self { $(ErrorCode::$variant => $name),+ }
            }
        }
    };
}

codes! {
    /// The document has no bytes, or nothing but white space.
    Empty = "empty",
    /// The document is over `limits.document_bytes`.
    TooLarge = "too-large",
    /// The document is nested deeper than `limits.depth`, or stands inside too many others.
    TooDeep = "too-deep",
    /// The document has more articles than `limits.items`.
    TooMany = "too-many",
    /// The bytes are not text in any known character set (an image, an archive, noise).
    NotText = "not-text",
    /// The format was recognised and its syntax is broken.
    Malformed = "malformed",
    /// The format was recognised and holds no article.
    NoArticle = "no-article",
    /// The document is a page that is no article, with `intake.not_article = "dead-letter"`.
    NotArticle = "not-article",
    /// The envelope does not say how its body is to be read.
    BadEnvelope = "bad-envelope",
    /// A body in base64 or compressed does not decode.
    BadEncoding = "bad-encoding",
    /// Reading took longer than `pipeline.read_deadline_ms`.
    TimedOut = "timed-out",
    /// The code that read the document, or worked on it, panicked.
    Panicked = "panicked",
    /// A stage failed: its fields are missing, or with `stages.on_failure = "dead-letter"` the article is here.
    StageFailed = "stage-failed",
    /// A stage took longer than it may; likewise.
    StageTimedOut = "stage-timed-out",
    /// The record is larger than `limits.output_bytes`, or than the output topic takes.
    RecordTooLarge = "record-too-large",
    /// The message has more records than one message may have.
    TooManyRecords = "too-many-records",
    /// The record cannot be written as JSON.
    NotSerializable = "not-serializable",
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_code_has_a_name_of_its_own() {
        let names: BTreeSet<_> = ErrorCode::ALL.iter().map(|(c, _)| c.as_str()).collect();
        assert_eq!(names.len(), ErrorCode::ALL.len());
    }
}
