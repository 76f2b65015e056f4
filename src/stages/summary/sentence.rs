//! Which sentences can stand on their own.

use super::WORDS;
use crate::intake::Article;
use crate::record::{BlockKind, Quote, QuoteType};
use crate::text::{Span, TokenKind, Tokens, closing_sign, lexicon};

/// Fewest words of a sentence that says something: below are asides ("Well, sort of."), names and headings.
/// 5 to 8 come to the same on publishers' own summaries.
const LEAST_WORDS: u32 = 7;

/// How many paragraphs from the top may be a standfirst, which has no full stop.
const STANDFIRSTS: usize = 2;

/// Most words of a byline.
const MOST_WORDS_OF_BYLINE: u32 = 12;

/// Judges the sentences of one article.
pub(super) struct Judge<'a> {
    article: &'a Article,
    tokens: &'a Tokens,
    /// `None` where nobody looked for quotations.
    quotes: Option<&'a [Quote]>,
    /// Where the dateline stands.
    dateline: Option<Span>,
    /// The end of the first paragraphs, which may be standfirsts.
    top: u32,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        article: &'a Article,
        tokens: &'a Tokens,
        quotes: Option<&'a [Quote]>,
    ) -> Self {
        let dateline = article.dateline();
        let paragraphs = article
            .blocks
            .iter()
            .filter(|b| b.kind == BlockKind::Paragraph);
        let top = paragraphs.take(STANDFIRSTS).last().map_or(0, |b| b.end);
        Judge {
            article,
            tokens,
            quotes,
            dateline,
            top,
        }
    }

    /// The block that a sentence stands in: its place and its kind.
    pub(super) fn block_of(&self, sentence: Span) -> Option<(usize, BlockKind)> {
        let blocks = &self.article.blocks;
        let index = blocks.partition_point(|b| b.end <= sentence.start);
        let block = blocks.get(index)?;
        block
            .span()
            .contains(sentence)
            .then_some((index, block.kind))
    }

    /// The sentence without its dateline, if it can stand on its own.
    pub(super) fn standing(&self, sentence: Span, block: (usize, BlockKind)) -> Option<Span> {
        let sentence = self.without_dateline(sentence)?;
        let text = sentence.of(&self.article.text);
        let words = self.words(sentence);
        // A headline, which an alert may be, is no full sentence.
        if block.1 == BlockKind::Headline {
            return (words > 0).then_some(sentence);
        }
        let can_stand = words >= LEAST_WORDS
            && self.ends_as_a_sentence(sentence)
            && !is_prompt(text)
            && !(words <= MOST_WORDS_OF_BYLINE && begins_with(text, &WORDS.byline))
            && self.has_its_speaker(sentence);
        can_stand.then_some(sentence)
    }

    /// A sentence from where its dateline is over; `None` when it is nothing more.
    fn without_dateline(&self, sentence: Span) -> Option<Span> {
        let Some(dateline) = self.dateline.filter(|d| d.overlaps(sentence)) else {
            return Some(sentence);
        };
        let within = self.tokens.within(sentence);
        let mut rest = self.tokens[within].iter();
        let first = rest.find(|t| t.span.start >= dateline.end)?;
        Some(Span {
            start: first.span.start,
            ..sentence
        })
    }

    /// How many words a sentence has.
    pub(super) fn words(&self, sentence: Span) -> u32 {
        let tokens = &self.tokens[self.tokens.within(sentence)];
        let words = tokens
            .iter()
            .filter(|t| matches!(t.kind, TokenKind::Word | TokenKind::Number));
        words.count() as u32
    }

    /// Whether it is no question and no heading: it ends with a full stop or the like, or it is a long
    /// line at the top, where a standfirst has none.
    fn ends_as_a_sentence(&self, sentence: Span) -> bool {
        match closing_sign(sentence.of(&self.article.text).trim_end()) {
            Some('.' | '!' | '…' | '。' | '।' | '؟') => true,
            Some('?' | '？' | ':' | '：') | None => false,
            Some(_) => sentence.end <= self.top,
        }
    }

    /// Whether all that is quoted word for word in it has a speaker in it whom a reader knows: not "he".
    fn has_its_speaker(&self, sentence: Span) -> bool {
        let text = sentence.of(&self.article.text);
        let Some(quotes) = self.quotes else {
            return !text.contains(['"', '“', '”', '„', '«', '»', '「']);
        };
        let from = quotes.partition_point(|q| q.content.end <= sentence.start);
        let mut quoted = quotes[from..]
            .iter()
            .take_while(|q| q.content.start < sentence.end)
            .filter(|q| q.kind != QuoteType::Indirect)
            .peekable();
        if quoted.peek().is_none() {
            return !text.starts_with(['"', '“', '‘', '\'', '„', '«']);
        }
        quoted.all(|quote| {
            quote
                .source
                .is_some_and(|s| sentence.contains(s) && !self.is_pronoun(s))
        })
    }

    /// Whether a source is one word that only points to somebody: "he".
    fn is_pronoun(&self, source: Span) -> bool {
        match &self.tokens[self.tokens.within(source)] {
            [only] => lexicon::look_up(only, &self.article.text).is_pronoun(),
            _ => false,
        }
    }
}

fn is_prompt(text: &str) -> bool {
    begins_with(text, &WORDS.prompt)
}

/// Whether `text` begins with one of the phrases, whatever its case.
fn begins_with(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| {
        let head = text.get(..phrase.len());
        head.is_some_and(|head| head.to_lowercase() == *phrase)
    })
}
