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
//!          ─ confidence    how sure each is; the least sure are not told
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
mod confidence;
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
pub mod train;

use std::sync::LazyLock;

use self::confidence::Chances;
use self::read::{Beside, Reading};
use super::syntax::Syntax;
use super::{
    Entities, Events, Given, Known, Outcome, Quotes, Sentences, Stage, StageError, Times, Topics,
};
use crate::intake::Article;
use crate::pipeline::Budget;
use crate::record::{EventType, Language, Status};
use crate::text::data::Data;
use crate::text::{Span, Tokens};

static DATA: LazyLock<Data> = LazyLock::new(|| {
    classes::load();
    cameo::load();
    lexicon::load();
    possible::load();
    modality::load();
    confidence::load();
    Data::of(&[
        classes::CLASSES_FILE,
        classes::AGENTS_FILE,
        cameo::FILE,
        lexicon::VERBS_FILE,
        lexicon::NOUNS_FILE,
        modality::FILE,
        confidence::FILE,
    ])
});

pub struct EventsStage;

/// What a sentence tells, to be learnt from ([`train`]).
struct Sample {
    trigger: Span,
    kind: EventType,
    /// As `config/events/confidence.tsv` names them.
    features: Vec<String>,
}

/// What the sentences of an article tell, the least sure too.
fn samples(known: &Known) -> Vec<Sample> {
    let Some(reading) = reading(known) else {
        return Vec::new();
    };
    let beside = beside(known);
    let chances = Chances::of(&reading, &beside);
    let mut all = Vec::new();
    let is_spent = || false;
    let _ = read::each(
        &reading,
        &beside,
        is_spent,
        |sentence, number, candidate| {
            let mut features = Vec::new();
            chances.features(sentence, number, candidate, |f| features.push(f.to_owned()));
            all.push(Sample {
                trigger: candidate.trigger,
                kind: candidate.kind,
                features,
            });
        },
    );
    all
}

/// What the stage makes of an article whose other stages have run, and why.
pub fn explain(known: &Known) -> String {
    match reading(known) {
        None => "no syntax: the text is empty, or not in English\n".to_owned(),
        Some(reading) => explain::of(&reading, &beside(known)),
    }
}

fn reading(known: &Known) -> Option<Reading<'_>> {
    let (tokens, sentences) = (known.tokens()?, known.sentences()?);
    let read = (tokens, &sentences[..], known.syntax()?);
    Some(Reading::of(&known.article, read, known.entities()))
}

fn beside(known: &Known) -> Beside<'_> {
    let found = (known.quotes(), known.times(), known.topics());
    Beside::of(&known.article, found)
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
        let reading = Reading::of(article, (tokens, sentences, syntax), entities);
        let beside = Beside::of(article, (quotes, times, topics));
        let events = read::events(&reading, &beside, || budget.spent());
        events.map(Outcome::found).ok_or(StageError::TimedOut)
    }
}
