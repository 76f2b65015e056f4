//! Makes `config/keyphrases/parts-of-speech.tsv`: what the tagger mostly takes each word for, in the folder's
//! `news.jsonl`, an article a line with its text in `body`, paragraphs by lines. The texts are no part of the program.
//! The same texts give the same file.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

use super::frequencies::Frequencies;
use super::parts::PartOfSpeech;
use crate::intake::{Article, Draft, DraftBlock, Format};
use crate::pipeline::Budget;
use crate::record::BlockKind;
use crate::stages::{AnyStage, Known, Outcome, sentences, syntax, tokens};
use crate::text::{Token, TokenKind, feature_hash as hash};

/// Articles that a word must stand in: what one article says of it may be chance.
const LEAST: u32 = 2;

const HEAD: &str = "\
# What English words mostly are in news (copydesk train keyphrases): noun, name, adjective, participle (with the forms
# in -ing), verb or other. Words of one article are left out.
";

#[derive(Deserialize)]
struct Line {
    body: String,
}

/// A token and what the tagger takes it for.
type Tagged = (Token, PartOfSpeech);

/// A word in the articles.
#[derive(Default)]
struct Counts {
    articles: u32,
    /// The last of them.
    last: Option<usize>,
    /// How often it is what, by [`PartOfSpeech::written`].
    parts: BTreeMap<&'static str, u32>,
}

/// Reads the articles of the folder `data` and returns the file.
///
/// # Errors
/// When the folder's file cannot be read or is not what it should be.
pub fn train(data: &Path, say: &mut dyn FnMut(&str)) -> anyhow::Result<Vec<u8>> {
    let mut words: BTreeMap<String, Counts> = BTreeMap::new();
    let articles = each_sentence(&data.join("news.jsonl"), &mut |article, text, tagged| {
        for (token, part) in tagged {
            let word = token.of(text);
            if token.kind != TokenKind::Word || !word.chars().all(char::is_alphabetic) {
                continue;
            }
            let counts = words.entry(word.to_lowercase()).or_default();
            if counts.last.replace(article) != Some(article) {
                counts.articles += 1;
            }
            *counts.parts.entry(part.written()).or_default() += 1;
        }
    })?;
    let mut out = HEAD.to_owned();
    words.retain(|_, counts| counts.articles >= LEAST);
    for (word, counts) in &words {
        // Of two that are as many the first by name.
        let most = counts.parts.iter().rev().max_by_key(|(_, n)| **n);
        if let Some((part, _)) = most {
            writeln!(out, "{word}\t{part}")?;
        }
    }
    say(&format!("{} words of {articles} articles", words.len()));
    Ok(out.into_bytes())
}

/// Prints on how many words of a file like `news.jsonl` the table in force agrees with the tagger.
///
/// # Errors
/// When the file cannot be read.
pub fn check(file: &Path, say: &mut dyn FnMut(&str)) -> anyhow::Result<()> {
    let (mut words, mut agreed) = (0u32, 0u32);
    let mut lower = String::new();
    each_sentence(file, &mut |_, text, tagged| {
        let tagged = tagged.iter().filter(|(t, _)| t.kind == TokenKind::Word);
        for (n, (token, part)) in tagged.enumerate() {
            let word = token.of(text);
            let known = Frequencies::get().word(word, hash::lower(word), &mut lower);
            words += 1;
            agreed += u32::from(*part == PartOfSpeech::guess(token, text, known.usual, n == 0));
        }
    })?;
    let share = 100.0 * f64::from(agreed) / f64::from(words.max(1));
    say(&format!(
        "{}: {words} words, {share:.2} % as the tagger has them",
        file.display()
    ));
    Ok(())
}

/// Hands on each sentence of each article, with the article's number and text and what the tagger takes each token for.
/// Returns the number of articles.
fn each_sentence(
    file: &Path,
    read: &mut dyn FnMut(usize, &str, &[Tagged]),
) -> anyhow::Result<usize> {
    let lines =
        fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    for (number, line) in lines.lines().enumerate() {
        let line: Line = serde_json::from_str(line)
            .with_context(|| format!("{} line {}", file.display(), number + 1))?;
        let known = known(&line.body);
        let (Some(tokens), Some(sentences), Some(syntax)) =
            (known.tokens(), known.sentences(), known.syntax())
        else {
            continue;
        };
        let text = &known.article.text;
        for sentence in 0..sentences.len() {
            let tags = syntax.tags(sentence, text, tokens).unwrap_or_default();
            let tokens = syntax.tokens(sentence, tokens).unwrap_or_default();
            let tagged = tokens.iter().zip(tags);
            let tagged = tagged.map(|(token, tag)| (*token, PartOfSpeech::of(*tag, token)));
            read(number, text, &tagged.collect::<Vec<_>>());
        }
    }
    Ok(lines.lines().count())
}

/// What the stages up to syntax find in a text.
fn known(body: &str) -> Known {
    let mut draft = Draft::new(Format::Text, "utf-8", "".into());
    let paragraphs = body.lines().filter(|line| !line.trim().is_empty());
    let paragraphs = paragraphs.map(|line| DraftBlock::new(BlockKind::Paragraph, line));
    draft.blocks.extend(paragraphs);
    let known = Known::new(Article::from_draft(draft, "train".into()));
    let stages: [&dyn AnyStage; 3] = [
        &tokens::TokensStage,
        &sentences::SentencesStage,
        &syntax::SyntaxStage,
    ];
    for stage in stages {
        if let Ok(Outcome::Found(output)) = stage.run(&known, &Budget::unlimited()) {
            known.keep(stage, output);
        }
    }
    known
}
