//! Tokens: the words and marks of the text, computed once for all stages.

use std::sync::LazyLock;

use super::{Outcome, Stage, StageError};
use crate::intake::Article;
use crate::pipeline::Budget;
use crate::text::Tokens;
use crate::text::data::Data;
use crate::text::tokens::{ABBREVIATIONS_FILE, load_abbreviations, tokenize};

pub struct TokensStage;

static DATA: LazyLock<Data> = LazyLock::new(|| {
    load_abbreviations();
    Data::of(&[ABBREVIATIONS_FILE])
});

impl Stage for TokensStage {
    type Reads = ();
    type Finds = Tokens;

    fn data(&self) -> Option<&Data> {
        Some(&DATA)
    }

    fn run(&self, article: &Article, (): (), _: &Budget) -> Result<Outcome<Tokens>, StageError> {
        let blocks = article.blocks.iter().map(|b| b.span());
        Ok(Outcome::found(tokenize(&article.text, blocks)))
    }
}
