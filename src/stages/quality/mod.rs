//! Quality of the copy: how hard it is to read, and doubts about it that need the finished text.
//!
//! Each doubt has a file that says what counts as evidence: [`garbled`], [`partial`], [`template`];
//! that there is no date is known from the article. Doubts of the reading and of other stages come with
//! what they found; `copydesk schema flags` has all of them.

mod garbled;
mod partial;
mod readability;
mod template;

use std::sync::LazyLock;

use super::{CopyQuality, Given, Outcome, Sentences, Stage, StageError, StageOutput};
use crate::intake::Article;
use crate::pipeline::Budget;
use crate::record::{Flag, Language};
use crate::text::Tokens;
use crate::text::data::Data;

static DATA: LazyLock<Data> = LazyLock::new(|| {
    garbled::load();
    template::load();
    LazyLock::force(&readability::SYLLABLES);
    Data::of(&[garbled::FILE, readability::SYLLABLES_FILE, template::FILE])
});

pub struct QualityStage;

impl Stage for QualityStage {
    type Reads = (Tokens, Sentences, Language);
    type Finds = CopyQuality;

    fn data(&self) -> Option<&Data> {
        Some(&DATA)
    }

    fn run(
        &self,
        article: &Article,
        (tokens, sentences, language): Given<'_, Self>,
        _: &Budget,
    ) -> Result<Outcome<CopyQuality>, StageError> {
        let mut flags = Vec::new();
        if article.supplied.published.is_none() {
            flags.push(Flag::NO_DATE);
        }
        if partial::is_partial(article) {
            flags.push(Flag::PARTIAL_COPY);
        }
        if template::is_from_template(article) {
            flags.push(Flag::MACHINE_WRITTEN_TEMPLATE);
        }
        let mut readability = None;
        if let Some(tokens) = tokens
            && language.is_some_and(|l| l.code == "en")
        {
            if garbled::is_garbled(&article.text, tokens) {
                flags.push(Flag::GARBLED_TEXT);
            }
            let sentences = sentences.map(|s| &s[..]).unwrap_or_default();
            readability = readability::readability(article, tokens, sentences);
        }
        Ok(Outcome::Found(StageOutput {
            finding: CopyQuality { readability },
            flags,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::{Draft, DraftBlock, Format};
    use crate::record::{BlockKind, DateBasis, DateValue, Precision};
    use crate::text::tokens::tokenize;

    fn flags(article: &Article, code: &str) -> Vec<Flag> {
        let tokens = tokenize(&article.text, article.blocks.iter().map(|b| b.span()));
        let language = Language {
            code: code.into(),
            confidence: None,
        };
        let given = (Some(&tokens), None, Some(&language));
        match QualityStage.run(article, given, &Budget::unlimited()) {
            Ok(Outcome::Found(output)) => output.flags,
            other => panic!("{other:?}"),
        }
    }

    fn article(text: &str, published: Option<&str>) -> Article {
        let mut draft = Draft::new(Format::Text, "utf-8", "".into());
        draft
            .blocks
            .push(DraftBlock::new(BlockKind::Paragraph, text));
        draft.supplied.published = published.map(|day| DateValue {
            value: day.into(),
            precision: Precision::Day,
            basis: DateBasis::Header,
        });
        Article::from_draft(draft, "test".into())
    }

    #[test]
    fn an_article_without_a_date_is_flagged_and_one_with_a_date_is_not() {
        let sound = "The harbour opened again on Monday.";
        assert_eq!(flags(&article(sound, None), "en"), [Flag::NO_DATE]);
        assert!(flags(&article(sound, Some("2026-03-02")), "en").is_empty());
    }

    #[test]
    fn garbled_english_is_flagged_and_the_same_words_in_another_language_are_not() {
        let garbled = article(
            "The minister did not explain reveal any reason.",
            Some("2026-03-02"),
        );
        assert_eq!(flags(&garbled, "en"), [Flag::GARBLED_TEXT]);
        assert!(flags(&garbled, "af").is_empty());
    }
}
