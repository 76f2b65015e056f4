//! Events: who did what to whom, in PLOVER's types, and whether it happened.
//!
//! ```text
//! sentence ─ possible      which sentences may tell an event: only these are parsed
//!          ─ find          verbs and nouns of the lexicon, by what stands with them (lexicon, classes)
//!          ─ participants  who does it and to whom: sentence says who stands where, through passives, coordination,
//!                          control, relative clauses, possessives, prepositions
//!          ─ modality      asserted, promised, wished or possible; denied; told as background
//!          ─ attach        time and place, where its own clause has them
//! article  ─ scope         whether it is of public life, or sport, advice, an advertisement
//!          ─ merge         one event told several times is one
//! ```
//!
//! What is agreed to, asked for, refused or threatened is no event of its own beside the agreement, the request, the
//! refusal or the threat; what will be given is AGREE, as PLOVER's manual has it. What a text says to its reader, or of its
//! author alone, is no event outside of quotations.
//!
//! The lexicon is data: `config/events`, whose files say how a row is written. `copydesk explain events "…"` says what of
//! it a sentence matches ([`explain()`]).

mod attach;
mod cameo;
mod classes;
mod explain;
mod find;
mod lexicon;
mod merge;
mod modality;
mod one_act;
mod participants;
mod possible;
mod read;
mod roles;
mod scope;
mod sentence;
mod standing;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use self::read::{Beside, Reading};
use super::syntax::Syntax;
use super::{
    Entities, Events, Given, Known, Outcome, Quotes, Sentences, Stage, StageError, Times, Topics,
};
use crate::intake::Article;
use crate::pipeline::Budget;
use crate::record::{Language, Status};
use crate::text::Tokens;
use crate::text::data::Data;

static DATA: LazyLock<Data> = LazyLock::new(|| {
    classes::load();
    cameo::load();
    lexicon::load();
    possible::load();
    modality::load();
    Data::of(&[
        classes::CLASSES_FILE,
        classes::AGENTS_FILE,
        cameo::FILE,
        lexicon::VERBS_FILE,
        lexicon::NOUNS_FILE,
        modality::FILE,
    ])
});

pub struct EventsStage;

/// What the stage makes of an article whose other stages have run, and why.
pub fn explain(known: &Known) -> String {
    let found = known.tokens().zip(known.sentences()).zip(known.syntax());
    let Some(((tokens, sentences), syntax)) = found else {
        return "no syntax: the text is empty, or not in English\n".to_owned();
    };
    let entities = known
        .entities()
        .map(|e| &e.entities[..])
        .unwrap_or_default();
    explain::of(&Reading {
        text: &known.article.text,
        tokens,
        sentences,
        syntax,
        entities,
        mentions: read::mentions(entities),
    })
}

impl Stage for EventsStage {
    type Reads = (
        Tokens,
        Sentences,
        Syntax,
        Language,
        Entities,
        Quotes,
        Times,
        Topics,
    );
    type Finds = Events;

    fn data(&self) -> Option<&Data> {
        Some(&DATA)
    }

    fn run(
        &self,
        article: &Article,
        (tokens, sentences, syntax, language, entities, quotes, times, topics): Given<'_, Self>,
        budget: &Budget,
    ) -> Result<Outcome<Events>, StageError> {
        let (tokens, sentences) = match super::english(language, tokens, sentences) {
            Ok(readable) => readable,
            Err(why) => return Ok(Outcome::Skipped(why)),
        };
        let Some(syntax) = syntax else {
            return Ok(Outcome::Skipped("no syntax"));
        };
        if article.supplied.status == Some(Status::Canceled) {
            return Ok(Outcome::Skipped("canceled copy is a notice"));
        }
        let entities = entities.map(|e| &e.entities[..]).unwrap_or_default();
        let reading = Reading {
            text: &article.text,
            tokens,
            sentences,
            syntax,
            entities,
            mentions: read::mentions(entities),
        };
        let dateline = article.supplied.dateline.as_ref();
        let published = article.supplied.published.as_ref();
        let beside = Beside {
            quotes: quotes.map(|q| &q[..]).unwrap_or_default(),
            times: times.map(|t| &t[..]).unwrap_or_default(),
            topics: topics.map(|t| &t[..]).unwrap_or_default(),
            year: published.and_then(|p| p.value.get(..4)?.parse().ok()),
            dateline: dateline.and_then(|d| d.place.as_deref()),
        };
        let events = read::events(&reading, &beside, || budget.spent());
        events.map(Outcome::found).ok_or(StageError::TimedOut)
    }
}
