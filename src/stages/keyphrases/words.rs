//! The words of an article, each with its stem and its part of speech.

use std::ops::Range;

use super::frequencies::Frequencies;
use super::parts::PartOfSpeech;
use crate::intake::Article;
use crate::pipeline::Budget;
use crate::record::{Entity, EntityType, MentionKind};
use crate::stages::Syntax;
use crate::text::feature_hash::{self as hash, HashedMap};
use crate::text::{Span, Token, TokenKind, Tokens};

/// A stem of the article: its place in [`Words::stems`].
pub(super) type Stem = u32;

/// The stem of words that are in no phrase: articles, prepositions, adverbs.
const NO_STEM: Stem = Stem::MAX;

/// Words that are tagged in their sentences: headline and lead, whose capitals a table cannot read, and where the best
/// phrases stand first. Further down words are taken for what they mostly are. With 50 to 150 tagged the phrases of two
/// collections are as good, with none a good deal worse.
const TAGGED: usize = 60;

/// A word: a token, or tokens that hyphens join.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    pub span: Span,
    pub stem: Stem,
    pub part: PartOfSpeech,
    /// The sentence it stands in.
    pub sentence: u32,
    /// Whether it stands right behind the word before, with nothing between.
    pub follows: bool,
}

/// What is known of a stem.
#[derive(Debug, Clone, Copy)]
pub(super) struct StemFacts {
    /// How often it stands in the article as a noun, an adjective or a participle.
    pub count: u32,
    /// See [`RatedWord`](super::frequencies::RatedWord).
    pub rarity: f32,
}

/// The words of an article in order.
#[derive(Debug)]
pub(super) struct Words {
    pub all: Vec<Word>,
    pub stems: Vec<StemFacts>,
}

/// Numbers the stems of an article.
struct Interner {
    /// By the hash of the word in lower case: its stem, and what it mostly is.
    by_word: HashedMap<(Stem, Option<PartOfSpeech>)>,
    /// By [`RatedWord::stem`](super::frequencies::RatedWord::stem).
    by_stem: HashedMap<Stem>,
    facts: Vec<StemFacts>,
    lower: String,
}

impl Interner {
    /// One for an article of so many tokens.
    fn new(tokens: usize) -> Interner {
        /// Tokens for each word that is new.
        const REPEATED: usize = 3;
        let size = tokens / REPEATED;
        Interner {
            by_word: HashedMap::with_capacity_and_hasher(size, Default::default()),
            by_stem: HashedMap::with_capacity_and_hasher(size, Default::default()),
            facts: Vec::with_capacity(size),
            lower: String::new(),
        }
    }

    /// The stem of a word, and what the word mostly is.
    fn word(&mut self, word: &str) -> (Stem, Option<PartOfSpeech>) {
        let key = hash::lower(word);
        if let Some(known) = self.by_word.get(&key) {
            return *known;
        }
        let rated = Frequencies::get().word(word, key, &mut self.lower);
        let stem = *self.by_stem.entry(rated.stem).or_insert_with(|| {
            self.facts.push(StemFacts {
                count: 0,
                rarity: rated.rarity,
            });
            self.facts.len() as Stem - 1
        });
        self.by_word.insert(key, (stem, rated.usual));
        (stem, rated.usual)
    }
}

/// Stands for stems that follow one another.
pub(super) fn key(stems: impl Iterator<Item = Stem>) -> u64 {
    stems.fold(0, |key, stem| hash::fold(key, u64::from(stem) + 1))
}

impl Words {
    /// The words of the sentences of an article, without its dateline; `None` when the time is up.
    pub(super) fn of(
        article: &Article,
        tokens: &Tokens,
        sentences: &[Span],
        syntax: &Syntax,
        entities: &[Entity],
        budget: &Budget,
    ) -> Option<Words> {
        let text = &article.text;
        let mut interner = Interner::new(tokens.len());
        // What each token of a sentence is, and its stem if that is known by then.
        let mut parts: Vec<(PartOfSpeech, Option<Stem>)> = Vec::new();
        let mut all: Vec<Word> = Vec::with_capacity(tokens.len());
        let mut names = names(entities).into_iter().peekable();
        let dateline = article.dateline();
        for (number, sentence) in sentences.iter().enumerate() {
            if budget.spent() {
                return None;
            }
            let Some(sentence_tokens) = syntax.tokens(number, tokens) else {
                continue;
            };
            parts.clear();
            if all.len() < TAGGED {
                let tags = syntax.tags(number, text, tokens).unwrap_or_default();
                let tagged = tags.iter().zip(sentence_tokens);
                parts.extend(tagged.map(|(tag, token)| (PartOfSpeech::of(*tag, token), None)));
            } else {
                let mut is_first = true;
                parts.extend(sentence_tokens.iter().map(|token| {
                    if token.kind != TokenKind::Word {
                        return (PartOfSpeech::Other, None);
                    }
                    let (stem, usual) = interner.word(token.of(text));
                    let is_first = std::mem::take(&mut is_first);
                    (
                        PartOfSpeech::guess(token, text, usual, is_first),
                        Some(stem),
                    )
                }));
            }
            while let Some(name) = names.next_if(|name| name.start < sentence.end) {
                for (token, (part, _)) in sentence_tokens.iter().zip(&mut parts) {
                    let is_inside = name.contains(token.span) && token.kind != TokenKind::Clitic;
                    if is_inside && !part.is_nominal() {
                        *part = PartOfSpeech::ProperNoun;
                    }
                }
            }
            let mut end = usize::MAX;
            for word in joined(sentence_tokens) {
                let (first, last) = (sentence_tokens[word.start], sentence_tokens[word.end - 1]);
                let span = first.span.join(last.span);
                let (part, stem) = parts[word.end - 1];
                let is_word = last.kind == TokenKind::Word
                    || last.kind == TokenKind::Number && part == PartOfSpeech::ProperNoun;
                if !is_word || dateline.is_some_and(|d| d.overlaps(span)) {
                    continue;
                }
                let stem = match (part, stem) {
                    (PartOfSpeech::Other, _) => NO_STEM,
                    (_, Some(stem)) if word.len() == 1 => stem,
                    _ => interner.word(span.of(text)).0,
                };
                if part.is_nominal() {
                    interner.facts[stem as usize].count += 1;
                }
                all.push(Word {
                    span,
                    stem,
                    part,
                    sentence: number as u32,
                    follows: end == word.start,
                });
                end = word.end;
            }
        }
        Some(Words {
            all,
            stems: interner.facts,
        })
    }

    /// All places where words with these stems follow one another.
    pub(super) fn find(&self, stems: &[Stem]) -> Vec<Span> {
        let mut found: Vec<Span> = Vec::new();
        for words in self.all.windows(stems.len().max(1)) {
            let is_it = words.iter().zip(stems).all(|(w, s)| w.stem == *s)
                && words.iter().skip(1).all(|w| w.follows);
            if let [first, .., last] | [first @ last] = words
                && is_it
                && found.last().is_none_or(|f| f.end <= first.span.start)
            {
                found.push(first.span.join(last.span));
            }
        }
        found
    }

    /// The words that stand in `span`.
    pub(super) fn within(&self, span: Span) -> &[Word] {
        let from = self.all.partition_point(|w| w.span.start < span.start);
        let to = self.all.partition_point(|w| w.span.end <= span.end);
        self.all.get(from..to).unwrap_or_default()
    }
}

/// Where things are named, in order. Nationalities and languages are adjectives or nouns like others.
fn names(entities: &[Entity]) -> Vec<Span> {
    let named = entities
        .iter()
        .filter(|e| !matches!(e.kind, EntityType::Nationality | EntityType::Language));
    let mentions = named.flat_map(|e| &e.mentions);
    let mut names: Vec<Span> = mentions
        .filter(|m| m.kind == MentionKind::Name)
        .map(|m| Span {
            start: m.start,
            end: m.end,
        })
        .collect();
    names.sort();
    names
}

/// Ranges of tokens, each one word: "U.S.-led" is one.
fn joined(tokens: &[Token]) -> impl Iterator<Item = Range<usize>> {
    let is_hyphen = |at: usize| {
        let [before, hyphen, after] = &tokens[at - 1..=at + 1] else {
            return false;
        };
        hyphen.kind == TokenKind::Punctuation
            && hyphen.span.len() == 1
            && !hyphen.spaced
            && !after.spaced
            && before.kind == TokenKind::Word
            && after.kind == TokenKind::Word
            && before.block == after.block
    };
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        at += 1;
        while at + 1 < tokens.len() && is_hyphen(at) {
            at += 2;
        }
        (start < tokens.len()).then_some(start..at)
    })
}
