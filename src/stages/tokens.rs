//! Tokens: the words and marks of the text, computed once for all stages.

use super::{Outcome, Stage, StageError};
use crate::intake::Article;
use crate::pipeline::Budget;
use crate::text::Tokens;
use crate::text::tokens::tokenize;

pub struct TokensStage;

impl Stage for TokensStage {
    type Reads = ();
    type Finds = Tokens;

    fn run(&self, article: &Article, (): (), _: &Budget) -> Result<Outcome<Tokens>, StageError> {
        let blocks = article.blocks.iter().map(|b| b.span());
        Ok(Outcome::found(tokenize(&article.text, blocks)))
    }
}
