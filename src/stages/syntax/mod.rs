//! Syntax: the part of speech of each word, and which word depends on which, and how.
//!
//! ```text
//! words     what is seen of each token: hashes of its forms, endings, class
//! tags      parts of speech, from left to right
//! arcs      the head of each word, by an arc-eager parser
//! labels    how each word depends on its head
//! lemmas    the form under which a dictionary has a word
//! ```
//!
//! Each of tags, arcs and labels takes the best of few choices by a linear model over hashed features, all in
//! `config/models/syntax.model`; [`train`] makes it from the parses of a teacher. Time is linear in the words.
//!
//! The stage itself does next to nothing: it says where the sentences are. A sentence is tagged and parsed when a later
//! stage first asks for it, and never again:
//!
//! ```ignore
//! // in a stage with `type Reads = (Tokens, Sentences, Syntax)`
//! if let Some(parse) = syntax.parse(sentence, &article.text, tokens) {
//!     let subject = parse.dependent(parse.root(), Label::Nsubj);
//! }
//! ```

mod arcs;
mod labels;
mod lemmas;
mod model;
mod parse;
mod tags;
pub mod train;
mod words;

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

pub use lemmas::{forms, lemma};
pub use model::Model;
pub use parse::{Label, Parse, Tag, Word};
use words::Seen;

use super::{Given, Outcome, Sentences, Stage, StageError};
use crate::intake::Article;
use crate::intake::wire::dateline_length;
use crate::pipeline::Budget;
use crate::record::Language;
use crate::text::data::Data;
use crate::text::{Span, Token, Tokens};

/// Tokens beyond which a sentence is none: a list or a table that lost its lines. Of 42,000 sentences of news ten have
/// more than 150, none more than 382. It bounds the time and the memory of a sentence.
const MOST_WORDS: usize = 400;

static DATA: LazyLock<Data> = LazyLock::new(|| {
    Model::get();
    lemmas::load();
    Data::of(&[model::FILE, lemmas::FILE])
});

/// The sentences of an article, tagged and parsed as far as they were asked for. They are counted as in [`Sentences`].
#[derive(Debug, Clone, Default)]
pub struct Syntax {
    sentences: Vec<Sentence>,
}

#[derive(Debug, Clone)]
struct Sentence {
    /// Its tokens, without those of a dateline before it.
    tokens: Range<usize>,
    seen: OnceLock<Vec<Seen>>,
    tags: OnceLock<Vec<Tag>>,
    parse: OnceLock<Parse>,
}

impl Syntax {
    fn new(article: &Article, tokens: &Tokens, sentences: &Sentences) -> Syntax {
        let own = article.dateline();
        let sentence = |span: Span| {
            let begin = own.filter(|d| d.overlaps(span)).map_or_else(
                || span.start + dateline_before(article, span),
                |dateline| dateline.end,
            );
            let mut range = tokens.within(span);
            let before = tokens[range.clone()].iter();
            range.start += before.take_while(|t| t.span.start < begin).count();
            Sentence {
                tokens: range,
                seen: OnceLock::new(),
                tags: OnceLock::new(),
                parse: OnceLock::new(),
            }
        };
        Syntax {
            sentences: sentences.iter().copied().map(sentence).collect(),
        }
    }

    /// The tokens of a sentence that are tagged and parsed: all but those of a dateline, which is no part of its syntax.
    pub fn tokens<'t>(&self, sentence: usize, tokens: &'t Tokens) -> Option<&'t [Token]> {
        self.sentence(sentence, tokens).map(|(_, tokens)| tokens)
    }

    /// The sentence, and its tokens; `None` where it has none, or too many.
    fn sentence<'t>(
        &self,
        sentence: usize,
        tokens: &'t Tokens,
    ) -> Option<(&Sentence, &'t [Token])> {
        let sentence = self.sentences.get(sentence)?;
        let tokens = tokens.get(sentence.tokens.clone())?;
        ((1..=MOST_WORDS).contains(&tokens.len())).then_some((sentence, tokens))
    }

    /// The parts of speech of the tokens of a sentence. `text` and `tokens` are the article's, the same at each call.
    /// `None` where there is no such sentence, or it has no tokens, or more than 400.
    pub fn tags(&self, sentence: usize, text: &str, tokens: &Tokens) -> Option<&[Tag]> {
        let (sentence, tokens) = self.sentence(sentence, tokens)?;
        Some(sentence.tags(text, tokens))
    }

    /// The part of speech of the token at `index` of the article, as [`Syntax::tags`] gives it.
    pub fn tag(&self, index: usize, text: &str, tokens: &Tokens) -> Option<Tag> {
        let past = self.sentences.partition_point(|s| s.tokens.start <= index);
        let sentence = past.checked_sub(1)?;
        let first = self.sentences[sentence].tokens.start;
        self.tags(sentence, text, tokens)?
            .get(index - first)
            .copied()
    }

    /// The parse of a sentence, as [`Syntax::tags`] gives its tags.
    pub fn parse(&self, sentence: usize, text: &str, tokens: &Tokens) -> Option<&Parse> {
        let (sentence, tokens) = self.sentence(sentence, tokens)?;
        Some(sentence.parse.get_or_init(|| {
            let (seen, tags) = (sentence.seen(text, tokens), sentence.tags(text, tokens));
            parse_by(Model::get(), tokens, sentence.tokens.start, seen, tags)
        }))
    }
}

impl Sentence {
    fn seen(&self, text: &str, tokens: &[Token]) -> &[Seen] {
        let see = || words::see(tokens, text, &Model::get().clusters);
        self.seen.get_or_init(see)
    }

    fn tags(&self, text: &str, tokens: &[Token]) -> &[Tag] {
        let tag = || tags::tag(self.seen(text, tokens), Model::get());
        self.tags.get_or_init(tag)
    }
}

/// How long the dateline is that a sentence begins with, where that begins a paragraph: copy that holds several reports
/// has one before each.
fn dateline_before(article: &Article, sentence: Span) -> u32 {
    let begins = article
        .blocks
        .binary_search_by_key(&sentence.start, |block| block.start);
    match begins {
        Ok(_) => dateline_length(sentence.of(&article.text)) as u32,
        Err(_) => 0,
    }
}

/// The parse of the tokens of one sentence, with the model compiled in; `None` where there are none, or more than 400.
pub fn parse(tokens: &[Token], text: &str) -> Option<Parse> {
    Model::get().parse(tokens, text)
}

impl Model {
    /// As [`parse()`], with this model.
    pub fn parse(&self, tokens: &[Token], text: &str) -> Option<Parse> {
        let is_sentence = (1..=MOST_WORDS).contains(&tokens.len());
        is_sentence.then(|| {
            let seen = words::see(tokens, text, &self.clusters);
            parse_by(self, tokens, 0, &seen, &tags::tag(&seen, self))
        })
    }
}

/// The parse of a sentence that begins with the `first` token of its article.
fn parse_by(model: &Model, tokens: &[Token], first: usize, seen: &[Seen], tags: &[Tag]) -> Parse {
    let heads = arcs::heads(&arcs::Facts::new(seen, tags), model);
    let labels = labels::label(&labels::Tree::new(seen, tags, &heads), model);
    let spans: Vec<Span> = tokens.iter().map(|t| t.span).collect();
    let arcs: Vec<(u16, Label)> = heads.into_iter().zip(labels).collect();
    Parse::new(first as u32, &spans, tags, &arcs)
}

pub struct SyntaxStage;

impl Stage for SyntaxStage {
    type Reads = (Language, Tokens, Sentences);
    type Finds = Syntax;

    fn data(&self) -> Option<&Data> {
        Some(&DATA)
    }

    fn run(
        &self,
        article: &Article,
        (language, tokens, sentences): Given<'_, Self>,
        _: &Budget,
    ) -> Result<Outcome<Syntax>, StageError> {
        Ok(match super::english(language, tokens, sentences) {
            Ok((tokens, sentences)) => Outcome::found(Syntax::new(article, tokens, sentences)),
            Err(why) => Outcome::Skipped(why),
        })
    }
}

#[cfg(test)]
mod tests;
