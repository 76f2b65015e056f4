//! The times that the configuration grants.

use std::collections::BTreeMap;
use std::time::Duration;

/// The time that reading, the stages and an article may take.
#[derive(Debug, Clone, PartialEq)]
pub struct Deadlines {
    /// From the start of a document to its first article, and from each to the next.
    pub read: Duration,
    /// Each stage that has no time of its own.
    pub stage: Duration,
    /// Stages with a time of their own, by name.
    pub stages: BTreeMap<String, Duration>,
    /// All stages of an article together.
    pub article: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Deadlines {
            read: Duration::from_secs(10),
            stage: Duration::from_secs(2),
            stages: BTreeMap::new(),
            article: Duration::from_secs(5),
        }
    }
}
