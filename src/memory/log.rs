//! A log outside the process, which many workers write and read.

use std::future::Future;
use std::pin::Pin;

use super::{Decision, Entry};

/// A log of entries outside the process, and what has been decided of them.
pub trait Log: Send + Sync {
    /// Has an entry appended under the key of its article, and gives what is decided of it once the log has been
    /// read up to there. An article whose entry is in the log already, because it was worked on before, is told what
    /// was decided then, and nothing is appended.
    ///
    /// It waits for as long as the log is away, and holds no thread. When the log is closed it waits for ever: it is
    /// to be dropped then.
    fn decide(&self, key: String, entry: Entry) -> Deciding;
}

/// What is decided of an article, once it is.
pub type Deciding = Pin<Box<dyn Future<Output = Decided> + Send>>;

/// What was decided of an article, and the place of its entry in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    pub position: u64,
    pub decision: Decision,
    /// Whether that is recorded: it is not to be again.
    pub recorded: bool,
}

/// What is to be recorded of an article beside its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedLink {
    /// The key of its entry.
    pub key: String,
    /// See [`super::Link::to_bytes`].
    pub value: Vec<u8>,
}
