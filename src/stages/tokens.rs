//! Tokens: the words and marks of the text, computed once for all stages.

use super::{Finding, Known, Outcome, Stage, StageError};
use crate::pipeline::Budget;
use crate::text::tokens::tokenize;

pub struct TokensStage;

impl Stage for TokensStage {
    fn name(&self) -> &'static str {
        "tokens"
    }

    fn reads(&self) -> &'static [&'static str] {
        &[]
    }

    fn run(&self, known: &Known, _: &Budget) -> Result<Outcome, StageError> {
        let article = &known.article;
        Ok(Outcome::Found(Finding::Tokens(tokenize(
            &article.text,
            article.blocks.iter().map(|b| b.span()),
        ))))
    }
}
