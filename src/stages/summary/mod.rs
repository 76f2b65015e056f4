//! The sentences that sum the article up, as they stand in the text, in its order.
//!
//! News says first what matters most, so the first sentences that can stand on their own are taken; a
//! score of the words (LexRank, overlap with the headline) chooses worse ones on publishers' own
//! summaries. What can stand on its own is in [`sentence`]; where copy is no story told from its top,
//! [`shape`] says where its summary may come from.

mod sentence;
mod shape;

use std::sync::LazyLock;

use self::sentence::Judge;
use self::shape::Shape;
use super::{Given, Outcome, Quotes, Sentences, Stage, StageError, Summary};
use crate::intake::Article;
use crate::pipeline::Budget;
use crate::record::Status;
use crate::text::data::Data;
use crate::text::word_lists::word_lists;
use crate::text::{Tokens, lexicon};

word_lists! {
    /// See the comments in the file.
    WORDS "summary/words.tsv" {
        prompt,
        byline,
        question,
    }
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    lexicon::warm();
    load();
    Data::of(&[lexicon::FUNCTION_WORDS_FILE, lexicon::CUES_FILE, FILE])
});

/// Words of a sentence that fills the place of two: journalists keep a lead below 35 words, and publishers'
/// own summaries have 22 on average.
const WORDS_OF_A_LONG_SENTENCE: u32 = 35;

pub struct SummaryStage {
    /// Most sentences of a summary.
    pub sentences: usize,
}

impl Stage for SummaryStage {
    type Reads = (Tokens, Sentences, Quotes);
    type Finds = Summary;

    fn data(&self) -> Option<&Data> {
        Some(&DATA)
    }

    fn run(
        &self,
        article: &Article,
        (tokens, sentences, quotes): Given<'_, Self>,
        budget: &Budget,
    ) -> Result<Outcome<Summary>, StageError> {
        let (Some(tokens), Some(sentences)) = (tokens, sentences) else {
            return Ok(Outcome::Skipped("no tokens or sentences"));
        };
        if article.supplied.status == Some(Status::Canceled) {
            return Ok(Outcome::Skipped("canceled copy is not summed up"));
        }
        let Some(shape) = Shape::of(article) else {
            return Ok(Outcome::Skipped("a note to editors"));
        };
        let judge = Judge::new(article, tokens, quotes.map(|q| &q[..]));
        let most = shape.most(self.sentences);
        let mut summary = Vec::with_capacity(most);
        let full = WORDS_OF_A_LONG_SENTENCE * (most as u32 - 1).max(1);
        let mut words = 0;
        let mut last_block = None;
        for span in sentences {
            if summary.len() == most || words >= full {
                break;
            }
            if budget.spent() {
                return Err(StageError::TimedOut);
            }
            let Some(block) = judge.block_of(*span) else {
                continue;
            };
            let is_first = last_block != Some(block);
            last_block = Some(block);
            if shape.takes(block, is_first)
                && let Some(sentence) = judge.standing(*span, block)
            {
                words += judge.words(sentence);
                summary.push(sentence);
            }
        }
        Ok(Outcome::found(Summary(summary)))
    }
}

#[cfg(test)]
mod tests;
