//! The stages: each a function from what is already known of an article to what it found.
//!
//! [`registry`] is the one list of them that the pipeline, the tests, the benchmarks and the
//! documentation walk. A stage declares the findings it reads by the names of the stages that make
//! them; stages without a path between them run concurrently.

pub mod amounts;
#[cfg(test)]
mod cases;
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
use crate::pipeline::{Budget, Call};
use crate::text::data::Data;

/// What a stage came to.
#[derive(Debug)]
pub enum Outcome {
    Found(Finding),
    /// It had nothing to do here, and why.
    Skipped(&'static str),
    /// It waits for something outside; what comes of that is its outcome. For a stage that states its
    /// [`Stage::calls`].
    Pending(Call<Result<Outcome, StageError>>),
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

    /// All data files that its findings depend on.
    fn data(&self) -> Option<&Data> {
        None
    }

    /// What `provenance` says of its fields: its version, and the digest of its data where it has any.
    fn version(&self) -> String {
        match self.data() {
            Some(data) => format!("{}/1 + data {}", self.name(), data.digest),
            None => format!("{}/1", self.name()),
        }
    }

    /// Loads the data, so that the first article does not wait for it. Not called for a stage that is
    /// switched off.
    fn load(&self) {}

    /// How many of its calls may be in flight at a time, for a stage that waits for something outside;
    /// articles beyond wait for their turn. Its deadline holds for a call from its turn on.
    fn calls(&self) -> Option<usize> {
        None
    }

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
        Box::new(times::TimesStage),
        Box::new(amounts::AmountsStage),
        Box::new(quotes::QuotesStage),
    ]
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::text::data::named_in;

    #[test]
    fn a_stage_states_all_data_in_its_folder() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/stages");
        let mut stated = 0;
        for stage in registry(Outlets::shipped()) {
            let files = stage.data().map(|d| d.files.clone()).unwrap_or_default();
            let folder = source.join(stage.name());
            let read = if folder.is_dir() {
                named_in(&folder)
            } else {
                named_in(&folder.with_extension("rs"))
            };
            for file in &read {
                assert!(
                    files.contains(file),
                    "{} does not state {file}",
                    stage.name()
                );
            }
            for file in &files {
                assert!(
                    Path::new(env!("CARGO_MANIFEST_DIR")).join(file).is_file(),
                    "{file}"
                );
            }
            assert_eq!(stage.version().contains(" + data "), !files.is_empty());
            stated += files.len();
        }
        assert!(stated > 20, "{stated}");
    }

    #[test]
    fn the_provenance_of_the_origin_follows_the_table_of_outlets() {
        let own = Arc::new(Outlets::parse("[[outlets]]\nname = \"Norland Gazette\"\n").unwrap());
        let version = |outlets: &Arc<Outlets>| {
            let stages = registry(outlets);
            stages
                .iter()
                .find(|s| s.name() == "origin")
                .unwrap()
                .version()
        };
        assert_ne!(version(&own), version(Outlets::shipped()));
    }
}
