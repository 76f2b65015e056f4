//! A sentence as the model sees it: which word of its vocabulary stands where, and what negation makes of it.

use crate::text::tokens::Case;
use crate::text::word_lists::word_lists;
use crate::text::word_table::WordTable;
use crate::text::{Token, TokenKind};

word_lists! {
    /// See the comments in the file.
    WORDS "tone/words.tsv" {
        negation,
        contrast,
    }
}

/// Number of a word in a vocabulary, or one of the four below.
pub(super) type WordId = u32;

/// Bits of a word's number: two of them and a place go into one feature.
pub(super) const ID_BITS: u32 = 28;
/// Before the first and behind the last word of a sentence.
pub(super) const EDGE: WordId = (1 << ID_BITS) - 1;
/// A name: whom others think well of must not decide what is said here.
pub(super) const NAME: WordId = EDGE - 1;
/// A number.
pub(super) const NUMBER: WordId = EDGE - 2;
/// A word that is not in the vocabulary.
pub(super) const UNKNOWN: WordId = EDGE - 3;

/// What a word counts for in the scope of a negation: "not good" is less bad than "bad". Set by
/// cross-validation of the prototype, as is the scope.
const NEGATED: f32 = -0.5;
/// Words behind a negation that it may belong to.
const SCOPE: usize = 3;

/// What is known of a word of the vocabulary.
#[derive(Debug, Clone, Copy)]
struct KnownWord {
    id: WordId,
    negates: bool,
    contrasts: bool,
}

impl KnownWord {
    fn other(id: WordId) -> KnownWord {
        KnownWord {
            id,
            negates: false,
            contrasts: false,
        }
    }
}

/// The words that a model knows, by number.
#[derive(Debug)]
pub(super) struct Vocabulary {
    words: WordTable<KnownWord>,
    quote: KnownWord,
}

impl Vocabulary {
    /// Numbers `words` in their order.
    pub(super) fn new<'w>(words: impl Iterator<Item = &'w str>) -> Vocabulary {
        let listed = |list: &[&str], word: &str| list.contains(&word);
        let words = WordTable::new((0..).zip(words).map(|(id, word)| {
            let known = KnownWord {
                id,
                negates: listed(&WORDS.negation, word),
                contrasts: listed(&WORDS.contrast, word),
            };
            (word, known)
        }));
        let quote = words.get("\"").unwrap_or(KnownWord::other(UNKNOWN));
        Vocabulary { words, quote }
    }

    fn look_up(&self, token: &Token, text: &str) -> KnownWord {
        let known = match token.kind {
            TokenKind::Number => Some(KnownWord::other(NUMBER)),
            TokenKind::Punctuation if is_quotation_mark(token.of(text)) => Some(self.quote),
            _ => self.words.get(token.of(text)),
        };
        known.unwrap_or(KnownWord::other(UNKNOWN))
    }
}

/// Words that every vocabulary must have: the lists of the file, and the quotation mark.
pub(super) fn needed() -> impl Iterator<Item = &'static str> {
    let lists = WORDS.negation.iter().chain(WORDS.contrast.iter());
    lists.copied().chain(std::iter::once("\""))
}

fn is_quotation_mark(mark: &str) -> bool {
    matches!(mark, "\"" | "“" | "”" | "„" | "''" | "’’" | "``")
}

/// One word of a sentence.
#[derive(Debug, Clone, Copy)]
pub(super) struct SeenWord {
    pub id: WordId,
    /// What its weights count for: 1, or [`NEGATED`].
    pub factor: f32,
}

/// The words and marks of one sentence, token by token.
#[derive(Debug, Default)]
pub(super) struct SentenceWords {
    pub words: Vec<SeenWord>,
    /// Where the quotation marks are.
    pub quotes: Vec<usize>,
    pub has_negation: bool,
    pub has_question: bool,
    pub ends_in_question: bool,
    pub begins_with_contrast: bool,
}

impl SentenceWords {
    /// What is seen of the sentence made of `tokens`.
    pub(super) fn of(text: &str, tokens: &[Token], vocabulary: &Vocabulary) -> SentenceWords {
        let case_tells = case_tells(tokens);
        let mut seen = SentenceWords::default();
        let mut negated_until = 0;
        seen.words.reserve(tokens.len());
        for (at, token) in tokens.iter().enumerate() {
            let known = if case_tells && is_name(text, tokens, at) {
                KnownWord::other(NAME)
            } else {
                vocabulary.look_up(token, text)
            };
            let factor = if at < negated_until { NEGATED } else { 1.0 };
            seen.words.push(SeenWord {
                id: known.id,
                factor,
            });
            if known.negates {
                negated_until = at + 1 + SCOPE;
                seen.has_negation = true;
            }
            seen.begins_with_contrast |= at == 0 && known.contrasts;
            if token.kind == TokenKind::Punctuation {
                let mark = token.of(text);
                seen.has_question |= mark == "?";
                if is_quotation_mark(mark) {
                    seen.quotes.push(at);
                }
            }
        }
        seen.ends_in_question = tokens.last().is_some_and(|t| t.of(text) == "?");
        seen
    }

    /// The number of the word at `at`, which may lie outside the sentence.
    pub(super) fn id_at(&self, at: Option<usize>) -> WordId {
        at.and_then(|at| self.words.get(at)).map_or(EDGE, |w| w.id)
    }
}

/// Whether capitals mark names in a sentence: not in a headline that capitalises every word.
fn case_tells(tokens: &[Token]) -> bool {
    /// Shorter words are small in headlines too.
    const LEAST_BYTES: usize = 4;
    let words = || {
        let words = tokens.iter().filter(|t| t.kind == TokenKind::Word);
        words.filter(|t| t.span.len() >= LEAST_BYTES)
    };
    let small = words().filter(|t| t.case == Case::Lower).count();
    2 * small >= words().count()
}

/// Whether the word at `at` is a name by its capital: one that is not that of a sentence's first word, or "I".
fn is_name(text: &str, tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    let capital = matches!(token.case, Case::Title | Case::Upper | Case::Mixed);
    if token.kind != TokenKind::Word || !capital || at == 0 || token.of(text) == "I" {
        return false;
    }
    let before = tokens[at - 1].of(text);
    let begins = matches!(before, "." | "!" | "?" | ":") || is_quotation_mark(before);
    !begins
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;
    use crate::text::tokens::tokenize;

    fn seen(text: &str) -> (SentenceWords, Vocabulary) {
        let words = ["bad", "good", "trump", "deal", "the", "i"];
        let vocabulary = Vocabulary::new(words.into_iter().chain(needed()));
        let tokens = tokenize(text, std::iter::once(Span::new(0, text.len())));
        (SentenceWords::of(text, &tokens, &vocabulary), vocabulary)
    }

    #[test]
    fn names_numbers_and_strange_words_are_told_apart() {
        let (seen, vocabulary) = seen("The deal by Trump was bad for 12 towns, “Good” I wrote");
        let ids: Vec<WordId> = seen.words.iter().map(|w| w.id).collect();
        let id = |word| vocabulary.words.get(word).unwrap().id;
        assert_eq!(ids[..4], [id("the"), id("deal"), UNKNOWN, NAME]);
        assert_eq!(ids[5..8], [id("bad"), UNKNOWN, NUMBER]);
        assert_eq!(ids[10..14], [id("\""), id("good"), id("\""), id("i")]);
        assert_eq!(seen.quotes, [10, 12]);
    }

    #[test]
    fn in_a_headline_capitals_make_no_names() {
        let (seen, vocabulary) = seen("Good Deal Closed by Mayor");
        assert_eq!(seen.words[1].id, vocabulary.words.get("deal").unwrap().id);
    }

    #[test]
    fn a_negation_turns_the_three_words_behind_it() {
        let (seen, _) = seen("But it isn’t a good deal, is it?");
        let negated = seen.words.iter().map(|w| w.factor < 0.0);
        let negated: Vec<usize> = negated.enumerate().filter(|n| n.1).map(|n| n.0).collect();
        assert_eq!(negated, [4, 5, 6]);
        assert!(seen.has_negation && seen.begins_with_contrast && seen.ends_in_question);
    }
}
