//! Sentences that an edit has left with a word too many or one missing: "did not say respond", "the the".
//!
//! Nothing here parses. Only sequences of two or three words count that no sound sentence has, made of
//! words that can be nothing else: rules and lists were read against 1,244 news articles, of which they
//! flag 17, all with a fault.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::text::tokens::Case;
use crate::text::word_lists::word_lists;
use crate::text::word_table::WordTable;
use crate::text::{Token, TokenKind};

word_lists! {
    /// See the comments in the file.
    WORDS "quality/garbled.tsv" {
        doubled,
        article,
        after_no_article,
        auxiliary,
        do_form,
        between,
        verb,
        only_verb,
        past,
        ends_in_ed,
        before_no_been,
        conjunction,
        pronoun,
        relative,
    }
    with CLASSES
}

/// The lists a word is in, as bits in the order of [`CLASSES`].
type Classes = u16;

const DOUBLED: Classes = 1;
const ARTICLE: Classes = 1 << 1;
const AFTER_NO_ARTICLE: Classes = 1 << 2;
const AUXILIARY: Classes = 1 << 3;
const DO_FORM: Classes = 1 << 4;
const BETWEEN: Classes = 1 << 5;
const VERB: Classes = 1 << 6;
const ONLY_VERB: Classes = 1 << 7;
const PAST: Classes = 1 << 8;
const ENDS_IN_ED: Classes = 1 << 9;
const BEFORE_NO_BEEN: Classes = 1 << 10;
const CONJUNCTION: Classes = 1 << 11;
const PRONOUN: Classes = 1 << 12;
const RELATIVE: Classes = 1 << 13;

/// Classes of the words that a sequence begins with.
const OPENING: Classes = DOUBLED | ARTICLE | AUXILIARY | DO_FORM;

static CLASSES: LazyLock<WordTable<Classes>> = LazyLock::new(|| WordTable::new(classes()));

/// The few words that a sequence begins with: looked up for every word of a text.
static OPENINGS: LazyLock<WordTable<Classes>> = LazyLock::new(|| {
    let openings = classes().into_iter();
    WordTable::new(openings.filter(|(_, classes)| classes & OPENING != 0))
});

/// The words of the lists with their classes.
fn classes() -> BTreeMap<&'static str, Classes> {
    let lists = [
        (WORDS.doubled, DOUBLED),
        (WORDS.article, ARTICLE),
        (WORDS.after_no_article, AFTER_NO_ARTICLE),
        (WORDS.auxiliary, AUXILIARY),
        (WORDS.do_form, DO_FORM),
        (WORDS.between, BETWEEN),
        (WORDS.verb, VERB),
        // a word that is only a verb is a verb
        (WORDS.only_verb, ONLY_VERB | VERB),
        (WORDS.past, PAST),
        (WORDS.ends_in_ed, ENDS_IN_ED),
        (WORDS.before_no_been, BEFORE_NO_BEEN),
        (WORDS.conjunction, CONJUNCTION),
        (WORDS.pronoun, PRONOUN),
        (WORDS.relative, RELATIVE),
    ];
    let mut of_word = BTreeMap::<&str, Classes>::new();
    for (list, class) in lists {
        for word in list.phrases() {
            *of_word.entry(word).or_default() |= class;
        }
    }
    of_word
}

/// Words that may stand between an auxiliary and its verb, at most.
const MOST_BETWEEN: usize = 2;

/// Whether a sequence of words in the text is none that English has.
pub(super) fn is_garbled(text: &str, tokens: &[Token]) -> bool {
    let words = Words { text, tokens };
    (0..tokens.len()).any(|at| words.garbled_from(at))
}

struct Words<'a> {
    text: &'a str,
    tokens: &'a [Token],
}

impl Words<'_> {
    /// Whether a sequence that no sound sentence has begins with the token at `at`.
    fn garbled_from(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        if token.kind != TokenKind::Word || !matches!(token.case, Case::Lower | Case::Title) {
            return false;
        }
        let Some(classes) = OPENINGS.get(token.of(self.text)) else {
            return false;
        };
        if !self.is_apart(at) {
            return false;
        }
        self.is_doubled(at, classes)
            || self.misses_noun(at, classes)
            || classes & (AUXILIARY | DO_FORM) != 0 && self.has_wrong_verb(at, classes)
    }

    fn classes(&self, at: usize) -> Classes {
        CLASSES.get(self.tokens[at].of(self.text)).unwrap_or(0)
    }

    /// The classes of the word at `at`, if it goes on the line of words before it: in small letters, behind
    /// a space, and no part of a hyphenated word.
    fn next(&self, at: usize) -> Option<Classes> {
        let token = self.tokens.get(at)?;
        let goes_on = token.kind == TokenKind::Word
            && token.case == Case::Lower
            && token.spaced
            && token.block == self.tokens[at - 1].block
            && self.is_apart(at);
        goes_on.then(|| self.classes(at))
    }

    /// Whether the word at `at` is no part of a longer one: "the by-election", "and/or".
    fn is_apart(&self, at: usize) -> bool {
        let is_joint = |token: &Token| {
            let joints = ["-", "/", "\u{2010}", "\u{2011}", "\u{2013}"];
            !token.spaced && joints.contains(&token.of(self.text))
        };
        let joined_before = at > 0 && !self.tokens[at].spaced && is_joint(&self.tokens[at - 1]);
        !joined_before && !self.tokens.get(at + 1).is_some_and(is_joint)
    }

    /// "the the".
    fn is_doubled(&self, at: usize, classes: Classes) -> bool {
        let same = || {
            let [a, b] = [at, at + 1].map(|i| self.tokens[i].of(self.text));
            a.eq_ignore_ascii_case(b)
        };
        classes & DOUBLED != 0 && self.next(at + 1).is_some_and(|c| c & DOUBLED != 0) && same()
    }

    /// "the of", "a the": the noun is missing.
    fn misses_noun(&self, at: usize, classes: Classes) -> bool {
        let next = || self.next(at + 1).unwrap_or(0);
        classes & ARTICLE != 0 && next() & AFTER_NO_ARTICLE != 0 && !self.is_doubled(at, classes)
    }

    /// Whether a clause begins a few words before the auxiliary at `at`, with nothing but its subject between: not
    /// "what Berg did not say", "the tools you might consider", "the aides Berg did not name", behind which the
    /// verb of another clause may follow at once.
    fn has_plain_subject(&self, at: usize) -> bool {
        let begins = |i: usize| {
            let ends_before = |t: &Token| t.kind == TokenKind::Punctuation;
            let other_block = |t: &Token| t.block != self.tokens[i].block;
            i.checked_sub(1).is_none_or(|before| {
                let token = &self.tokens[before];
                ends_before(token) || other_block(token) || self.classes(before) & CONJUNCTION != 0
            })
        };
        let mut starts = (at.saturating_sub(LONGEST_SUBJECT)..at).rev();
        let Some(first) = starts.find(|i| begins(*i)) else {
            return false;
        };
        let case = |i: usize| self.tokens[i].case;
        (first..at).all(|i| {
            let within = i > first;
            let name_behind_noun =
                within && i > first + 1 && case(i - 1) == Case::Lower && case(i) == Case::Title;
            let classes = self.classes(i);
            classes & RELATIVE == 0 && !(within && classes & PRONOUN != 0) && !name_behind_noun
        })
    }

    /// "did not say respond", "did not said", "would been".
    fn has_wrong_verb(&self, at: usize, classes: Classes) -> bool {
        let mut verb = at + 1;
        let mut negated = false;
        while verb <= at + MOST_BETWEEN {
            // "n't"; "would've been" is sound
            let is_not =
                |t: &Token| t.kind == TokenKind::Clitic && t.of(self.text).starts_with(['n', 'N']);
            let between = self.next(verb).unwrap_or(0) & BETWEEN != 0;
            let is_clitic = self.tokens.get(verb).is_some_and(is_not);
            if !between && !is_clitic {
                break;
            }
            negated |= is_clitic || self.tokens[verb].of(self.text) == "not";
            verb += 1;
        }
        let Some(found) = self.next(verb) else {
            return false;
        };
        let two_verbs = || {
            let second = self.next(verb + 1).unwrap_or(0);
            found & VERB != 0 && second & ONLY_VERB != 0 && self.has_plain_subject(at)
        };
        let word = self.tokens[verb].of(self.text);
        if classes & BEFORE_NO_BEEN != 0 && word == "been" {
            return true;
        }
        // "It does say advise" stresses and cites; "Didn't injured players return?" asks.
        let denies = negated && classes & DO_FORM != 0;
        let states = denies && self.tokens[at].case == Case::Lower;
        (denies || classes & AUXILIARY != 0) && two_verbs()
            || states && (found & PAST != 0 || is_past_in_ed(word, found))
    }
}

/// Words of a subject that is looked for before an auxiliary, at most.
const LONGEST_SUBJECT: usize = 4;

/// Whether `word` is a verb's past in `-ed`, and no verb that ends so itself ("need", "embed").
fn is_past_in_ed(word: &str, classes: Classes) -> bool {
    word.len() > 4 && word.ends_with("ed") && !word.ends_with("eed") && classes & ENDS_IN_ED == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;
    use crate::text::tokens::tokenize;

    fn garbled(text: &str) -> bool {
        let mut start = 0;
        let lines = text.split('\n').map(|line| {
            let block = Span::new(start, start + line.len());
            start += line.len() + 1;
            block
        });
        let tokens = tokenize(text, lines);
        is_garbled(text, &tokens)
    }

    #[test]
    fn a_word_too_many_or_missing_is_found() {
        for text in [
            "The ministry did not say respond to the letter.",
            "She didn’t explain reveal any reason.",
            "On Monday, the board would decide consider the offer.",
            "The aides met, but Anna Berg could not agree respond.",
            "He did not yet said whether he would run.",
            "The firm didn't posted a profit.",
            "It should been closed years ago.",
            "Officials watched the the final hours.",
            "The the mayor left early.",
            "They spoke and and left.",
            "It was a the end of a long day.",
            "The of the city was closed.",
        ] {
            assert!(garbled(text), "{text}");
        }
    }

    #[test]
    fn sound_sentences_are_not() {
        for text in [
            "The ministry did not respond to the letter.",
            "It does say advise and consent.",
            "She did not help resolve the dispute or let go.",
            "He did not dare respond; they could not make believe.",
            "They did not need bread, did not speed and didn't used to.",
            "Didn't injured players return?",
            "Those who did not agree argue that it failed.",
            "What Berg did not explain suggests little; what they could not prove suggest more.",
            "Some of the tools you might consider resemble it.",
            "The aides Berg did not consult suggest otherwise.",
            "Use the with keyword.",
            "He did not say, respond or explain.",
            "The by-election was won by the in-crowd, and the have-nots lost.",
            "What he had had had no effect; that that was so is plain.",
            "The The played, and vitamin A was scarce.",
            "The a cappella group, which went on on Monday, came in in May.",
            "It could have been worse; it has been closed, and would've been sold.",
            "The man we looked at at first had been in.",
            "the\nthe",
        ] {
            assert!(!garbled(text), "{text}");
        }
    }
}
