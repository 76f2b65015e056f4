//! The stages: each a function from what is already known of an article to what it found.
//!
//! [`registry`] is the one list of them that the pipeline, the tests, the benchmarks and the
//! documentation walk. A stage declares the findings it reads by the names of the stages that make
//! them; stages without a path between them run concurrently.

pub mod amounts;
#[cfg(test)]
mod cases;
pub mod clean;
pub mod entities;
pub mod fingerprint;
pub mod known;
pub mod language;
pub mod origin;
pub mod quotes;
pub mod sentences;
pub mod times;
pub mod tokens;

use std::sync::Arc;

pub use known::{Finding, Known};
use thiserror::Error;

use crate::intake::Outlets;
use crate::pipeline::Budget;

/// What a stage came to.
#[derive(Debug)]
pub enum Outcome {
    Found(Finding),
    /// It had nothing to do here, and why.
    Skipped(&'static str),
}

/// Why a stage failed; its fields stay empty, the article goes on.
#[derive(Debug, Error)]
pub enum StageError {
    #[error("over its deadline")]
    TimedOut,
    #[error("{0}")]
    Failed(String),
}

/// One stage of the work on an article.
pub trait Stage: Send + Sync {
    /// Its name in logs, metrics, `stages` and the configuration.
    fn name(&self) -> &'static str;

    /// Names of the stages whose findings it reads.
    fn reads(&self) -> &'static [&'static str];

    /// What `provenance` says of its fields: its version, and the digest of its data where it has any.
    fn version(&self) -> String {
        format!("{}/1", self.name())
    }

    /// Loads the data it needs, so that the first article does not wait for it. Not called for a stage
    /// that is switched off.
    fn load(&self) {}

    /// Does the work. Checks `budget` at least once every few milliseconds of work.
    fn run(&self, known: &Known, budget: &Budget) -> Result<Outcome, StageError>;
}

/// A stage that the configuration switches off: it keeps its place in the graph and finds nothing.
pub struct Disabled(pub Box<dyn Stage>);

impl Stage for Disabled {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn reads(&self) -> &'static [&'static str] {
        self.0.reads()
    }

    fn run(&self, _known: &Known, _budget: &Budget) -> Result<Outcome, StageError> {
        Ok(Outcome::Skipped("disabled"))
    }
}

/// All stages in an order in which each comes after those it reads; `outlets` is the table that the
/// readers have too.
pub fn registry(outlets: &Arc<Outlets>) -> Vec<Box<dyn Stage>> {
    vec![
        Box::new(language::LanguageStage),
        Box::new(tokens::TokensStage),
        Box::new(sentences::SentencesStage),
        Box::new(origin::OriginStage {
            outlets: Arc::clone(outlets),
        }),
        Box::new(fingerprint::FingerprintStage),
        Box::new(entities::EntitiesStage),
        Box::new(times::TimesStage::new()),
        Box::new(amounts::AmountsStage::new()),
        Box::new(quotes::QuotesStage),
    ]
}
