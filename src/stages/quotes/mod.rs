//! Quotations: what was said, by whom, and the words that say so.
//!
//! Block by block: quotation marks are paired ([`marks`]), cue verbs are found ([`crate::text::lexicon`]) and each
//! cue is given its subject and what it brings in ([`clause`]). A stretch in quotation marks that no
//! cue brings in is a title, a nickname or a term and is no quotation. Last, sources become entities
//! ([`speaker`]).

#[cfg(test)]
mod cases;
mod clause;
mod extract;
mod marks;
mod speaker;

use std::sync::LazyLock;

use super::{Finding, Known, Outcome, Stage, StageError, times};
use crate::pipeline::Budget;
use crate::text::data::Data;
use crate::text::lexicon;

static DATA: LazyLock<Data> =
    LazyLock::new(|| Data::of(&[lexicon::FUNCTION_WORDS_FILE, lexicon::CUES_FILE]));

pub struct QuotesStage;

impl Stage for QuotesStage {
    fn name(&self) -> &'static str {
        "quotes"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["tokens", "sentences", "language", "entities"]
    }

    fn data(&self) -> Option<&Data> {
        Some(&DATA)
    }

    fn load(&self) {
        LazyLock::force(&DATA);
        lexicon::warm();
    }

    fn run(&self, known: &Known, budget: &Budget) -> Result<Outcome, StageError> {
        if times::in_another_language(known) {
            return Ok(Outcome::Skipped("no rules for this language"));
        }
        let (Some(tokens), Some(sentences)) = (known.tokens(), known.sentences()) else {
            return Ok(Outcome::Skipped("no tokens or sentences"));
        };
        let article = &known.article;
        let extracted = extract::extract(&article.text, tokens, sentences, &article.blocks, budget)
            .ok_or(StageError::TimedOut)?;
        if extracted.mismatched {
            known.flag("mismatched-quotes");
        }
        let mut found = extracted.found;
        let entities = known
            .entities()
            .map(|f| &f.entities[..])
            .unwrap_or_default();
        speaker::resolve(&article.text, tokens, entities, &mut found);
        Ok(Outcome::Found(Finding::Quotes(
            found.into_iter().map(|f| f.quote).collect(),
        )))
    }
}
