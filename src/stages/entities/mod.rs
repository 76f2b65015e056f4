//! People, organisations, places and other names.

use super::{Known, Outcome, Stage, StageError};
use crate::pipeline::Budget;
use crate::record::{Entity, Focus};

pub struct EntitiesStage;

impl Stage for EntitiesStage {
    fn name(&self) -> &'static str {
        "entities"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["tokens", "sentences", "language"]
    }

    fn run(&self, _known: &Known, _budget: &Budget) -> Result<Outcome, StageError> {
        Ok(Outcome::Skipped("not yet written"))
    }
}

/// The entities of an article, their mentions in bytes, and what the story is about.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    pub entities: Vec<Entity>,
    pub focus: Option<Focus>,
}
