//! The phrases that say what an article is about.
//!
//! ```text
//! tokens ─ words        words with their stems and parts of speech (parts); names as the entities stage has them
//!        ─ candidates   noun phrases: adjectives and nouns up to a noun, without what says nothing
//!        ─ rank         a score for each; the best ten, none of which stands inside another
//! ```

mod candidates;
mod frequencies;
mod parts;
mod rank;
pub mod train;
mod words;

use std::sync::LazyLock;

use self::candidates::Candidates;
use self::frequencies::Frequencies;
use self::words::Words;
use super::{Entities, Given, Keyphrases, Outcome, Sentences, Stage, StageError, Syntax};
use crate::intake::Article;
use crate::pipeline::Budget;
use crate::record::{Keyphrase, Language, Status};
use crate::text::Tokens;
use crate::text::data::Data;
use crate::text::word_lists::word_lists;

/// Most phrases of an article.
const MOST: usize = 10;

word_lists! {
    /// See the comments in the file.
    WORDS "keyphrases/words.tsv" {
        opening,
        title,
        empty,
    }
    with candidates::EDGES
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    Frequencies::get();
    load();
    Data::of(&[frequencies::FREQUENCIES_FILE, parts::PARTS_FILE, FILE])
});

pub struct KeyphrasesStage;

impl Stage for KeyphrasesStage {
    type Reads = (Tokens, Sentences, Syntax, Language, Entities);
    type Finds = Keyphrases;

    fn data(&self) -> Option<&Data> {
        Some(&DATA)
    }

    fn run(
        &self,
        article: &Article,
        (tokens, sentences, syntax, language, entities): Given<'_, Self>,
        budget: &Budget,
    ) -> Result<Outcome<Keyphrases>, StageError> {
        let (tokens, sentences) = match super::english(language, tokens, sentences) {
            Ok(readable) => readable,
            Err(why) => return Ok(Outcome::Skipped(why)),
        };
        let Some(syntax) = syntax else {
            return Ok(Outcome::Skipped("no syntax"));
        };
        if article.supplied.status == Some(Status::Canceled) {
            return Ok(Outcome::Skipped("canceled copy has no phrases"));
        }
        let entities = entities.map(|e| &e.entities[..]).unwrap_or_default();
        let words = Words::of(article, tokens, sentences, syntax, entities, budget);
        let words = words.ok_or(StageError::TimedOut)?;
        let candidates = Candidates::of(&words, &article.text);
        let ranked = rank::best(&candidates, &words, entities, MOST);
        let phrases = ranked.into_iter().map(|(stems, score)| {
            let mentions = words.find(&stems);
            let text = mentions.first().map(|m| m.of(&article.text));
            Keyphrase {
                text: text.unwrap_or_default().to_owned(),
                score: Some(score),
                mentions,
            }
        });
        Ok(Outcome::found(phrases.collect::<Keyphrases>()))
    }
}

#[cfg(test)]
mod tests;
