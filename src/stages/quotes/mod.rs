//! Quotations: what was said, by whom, and the words that say so.
//!
//! Block by block: quotation marks are paired ([`marks`]), cue verbs are found ([`crate::text::lexicon`]) and each
//! cue is given its subject and what it brings in ([`clause`]). A stretch in quotation marks that no
//! cue brings in is a title, a nickname or a term and is no quotation. Then sources become entities
//! ([`speaker`]); last, headlines take up what is said below ([`headline`]).

mod clause;
mod confidence;
mod extract;
mod headline;
mod marks;
mod speaker;
#[cfg(test)]
mod table_tests;

use std::sync::LazyLock;

use super::{Entities, Given, Outcome, Quotes, Sentences, Stage, StageError, StageOutput, Syntax};
use crate::intake::Article;
use crate::pipeline::Budget;
use crate::record::{Flag, Language};
use crate::text::Tokens;
use crate::text::data::Data;
use crate::text::lexicon;
use crate::text::word_lists::word_lists;

word_lists! {
    /// See the comments in the file.
    WORDS "quotes/words.tsv" {
        unmistakable,
        period,
        month,
        occasion,
        subordinator,
        spokesman,
        paper,
        publishes,
        recording,
        introduction,
        past,
        attempt,
        opener,
        itself,
        address,
        leads_in,
        directive,
    }
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    lexicon::warm();
    load();
    LazyLock::force(&confidence::SHARES);
    Data::of(&[
        lexicon::FUNCTION_WORDS_FILE,
        lexicon::CUES_FILE,
        FILE,
        confidence::FILE,
    ])
});

pub struct QuotesStage;

impl Stage for QuotesStage {
    type Reads = (Tokens, Sentences, Syntax, Language, Entities);
    type Finds = Quotes;

    fn data(&self) -> Option<&Data> {
        Some(&DATA)
    }

    fn run(
        &self,
        article: &Article,
        (tokens, sentences, syntax, language, entities): Given<'_, Self>,
        budget: &Budget,
    ) -> Result<Outcome<Quotes>, StageError> {
        let (tokens, sentences) = match super::english(language, tokens, sentences) {
            Ok(readable) => readable,
            Err(why) => return Ok(Outcome::Skipped(why)),
        };
        let extracted = extract::extract(&article.text, tokens, sentences, &article.blocks, budget)
            .ok_or(StageError::TimedOut)?;
        let mut flags = Vec::new();
        if extracted.mismatched {
            flags.push(Flag::MISMATCHED_QUOTES);
        }
        let mut found = extracted.found;
        let entities = entities.map(|e| &e.entities[..]).unwrap_or_default();
        speaker::resolve(
            &article.text,
            tokens,
            sentences,
            syntax,
            entities,
            &mut found,
        );
        let mut quotes = found.into_iter().map(|f| f.quote).collect();
        headline::take_up(&article.text, tokens, &article.blocks, &mut quotes);
        Ok(Outcome::Found(StageOutput {
            finding: quotes,
            flags,
        }))
    }
}
