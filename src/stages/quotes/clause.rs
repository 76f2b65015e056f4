//! Clauses around a cue verb: who says it, where what is said begins.
//!
//! There is no parser here. News is regular where it attributes: the subject stands right before the
//! cue, behind an apposition, or right after it; what is said begins after the cue or at "that". Every
//! function looks at a bounded number of tokens, so the whole stage is linear.

use std::ops::Range;

use crate::text::lexicon::{Cue, Strength, VerbForm, Word, look_up};
use crate::text::tokens::Case;
use crate::text::{Span, Token, TokenKind};

/// The longest subject or apposition that is read, in tokens: the longest in 700 annotated ones was 31.
const REACH: usize = 40;

/// Forms in -s that are verbs and hardly ever nouns, whatever stands before them.
const UNMISTAKABLE: &[&str] = &["says", "tells", "insists", "argues", "adds", "writes"];

/// The tokens of a text with what the lexicon knows of each.
pub struct Reading<'a> {
    pub text: &'a str,
    pub tokens: &'a [Token],
    pub words: Vec<Word>,
    /// Whether each token stands inside quotation marks, the marks included.
    pub quoted: Vec<bool>,
}

/// A cue verb at work: its place, its class and what kind of clause it makes.
#[derive(Debug, Clone, Copy)]
pub struct CueAt {
    /// Index of the verb's token.
    pub at: usize,
    /// Index of the last token of the cue: the particle of "point out", else the verb.
    pub last: usize,
    pub cue: Cue,
    pub negated: bool,
    pub hypothetical: bool,
}

impl<'a> Reading<'a> {
    pub fn new(text: &'a str, tokens: &'a [Token]) -> Self {
        let words = tokens.iter().map(|t| look_up(t, text)).collect();
        Reading {
            text,
            tokens,
            words,
            quoted: vec![false; tokens.len()],
        }
    }

    pub fn of(&self, i: usize) -> &'a str {
        self.tokens.get(i).map_or("", |t| t.of(self.text))
    }

    pub fn span(&self, range: Range<usize>) -> Option<Span> {
        let last = range.end.checked_sub(1)?;
        (range.start <= last).then(|| self.tokens[range.start].span.join(self.tokens[last].span))
    }

    pub fn is(&self, i: usize, word: &str) -> bool {
        self.of(i).eq_ignore_ascii_case(word)
    }

    fn word(&self, i: usize) -> Word {
        self.words.get(i).copied().unwrap_or_default()
    }

    fn is_punctuation(&self, i: usize) -> bool {
        self.tokens
            .get(i)
            .is_some_and(|t| t.kind == TokenKind::Punctuation)
    }

    pub fn is_name_like(&self, i: usize) -> bool {
        self.tokens.get(i).is_some_and(|t| {
            t.kind == TokenKind::Word && !matches!(t.case, Case::Lower | Case::None)
        })
    }

    /// The cue at token `i` of the clause `unit`, when the word there is a verb and its subject can speak.
    pub fn cue_at(&self, i: usize, unit: &Range<usize>) -> Option<CueAt> {
        let word = self.words[i];
        let follows = |c: &&Cue| i + 1 < unit.end && c.particle.is_some_and(|p| self.is(i + 1, p));
        let (cue, last) = match word.phrasal.iter().find(follows) {
            Some(phrasal) => (*phrasal, i + 1),
            None => (word.cue?, i),
        };
        if self.quoted[i] || self.tokens[i].kind != TokenKind::Word {
            return None;
        }
        // "so-called"
        if i > unit.start && !self.tokens[i].spaced && self.of(i - 1) == "-" {
            return None;
        }
        // a capital inside the sentence is part of a name
        if self.tokens[i].case != Case::Lower && i > unit.start && !self.is_punctuation(i - 1) {
            return None;
        }
        let mut before = i;
        let (mut modal, mut be, mut negated, mut to) = (false, false, false, false);
        while before > unit.start && i - before < 8 {
            let w = self.word(before - 1);
            let text = self.of(before - 1);
            let is_to = text.eq_ignore_ascii_case("to");
            // "Berg's remarks", "Berg's claim": a noun, not "Berg is" or "Berg has"
            if self.is_possessive(before - 1)
                && (cue.form == VerbForm::Base
                    || cue.form == VerbForm::Finite && self.of(i).ends_with('s'))
            {
                break;
            }
            if self.quoted[before - 1]
                || !(w.is_adverb()
                    || w.is_auxiliary()
                    || w.is_modal()
                    || w.is_negation()
                    || is_to
                    || is_manner(text))
            {
                break;
            }
            modal |= w.is_modal();
            negated |= w.is_negation();
            to |= is_to;
            be |= before == i
                && matches!(
                    text,
                    "is" | "was"
                        | "were"
                        | "are"
                        | "been"
                        | "be"
                        | "being"
                        | "'s"
                        | "’s"
                        | "'re"
                        | "’re"
                );
            before -= 1;
        }
        let previous = (before > unit.start).then(|| before - 1);
        let word = self.of(i);
        let is_verb = match cue.form {
            // "is called", "was expected": somebody else speaks
            VerbForm::Finite if be && word.ends_with('d') => false,
            VerbForm::Base => {
                let helped =
                    before < i && self.word(i - 1).is_auxiliary() && !self.is_possessive(i - 1);
                modal
                    || to
                    || negated
                    || helped
                    || previous.is_some_and(|p| self.is_plural(p, unit))
            }
            VerbForm::Finite if word.ends_with('s') && !UNMISTAKABLE.contains(&word) => {
                i == unit.start
                    || self.quoted[i - 1]
                    || previous.is_some_and(|p| before < i || self.is_singular(p, unit))
            }
            // "a planned visit", "its reported losses"
            VerbForm::Finite | VerbForm::Participle => {
                let modifier = |p: usize| {
                    self.word(p).is_determiner()
                        || self.is_possessive(p)
                        || self.word(p).is_preposition() && cue.form == VerbForm::Finite
                };
                before < i || !previous.is_some_and(modifier)
            }
        };
        if !is_verb {
            return None;
        }
        let conditional = previous.is_some_and(|p| {
            (p.saturating_sub(4)..=p)
                .any(|q| q >= unit.start && self.word(q).is_conditional() && !self.quoted[q])
        });
        Some(CueAt {
            at: i,
            last,
            cue,
            negated,
            hypothetical: modal && !negated || conditional,
        })
    }

    /// Whether the word at `p` ends a phrase that takes a verb without ending: "they", "officials".
    fn is_plural(&self, p: usize, unit: &Range<usize>) -> bool {
        let w = self.word(p);
        let text = self.of(p);
        if ["they", "we", "i", "you", "who"]
            .iter()
            .any(|s| text.eq_ignore_ascii_case(s))
        {
            return true;
        }
        let noun =
            self.tokens[p].kind == TokenKind::Word && w.can_be_nominal() && !w.is_determiner();
        let one_name = self.is_name_like(p) && self.has_indefinite(p, unit);
        noun && text.ends_with('s') && !self.is_possessive(p) && !one_name
    }

    /// Whether the word at `p` ends a phrase that takes a verb in -s: "he", "Berg", "the paper".
    fn is_singular(&self, p: usize, unit: &Range<usize>) -> bool {
        let w = self.word(p);
        let noun =
            self.tokens[p].kind == TokenKind::Word && w.can_be_nominal() && !w.is_determiner();
        w.is_relative()
            || w.is_pronoun()
            || self.is_name_like(p) && !self.is_possessive(p) && !w.is_determiner()
            || noun && self.has_determiner(p, unit)
    }

    pub fn is_possessive(&self, i: usize) -> bool {
        self.tokens
            .get(i)
            .is_some_and(|t| t.kind == TokenKind::Clitic)
            && matches!(self.of(i), "'s" | "’s")
            || matches!(
                self.of(i).to_ascii_lowercase().as_str(),
                "his" | "her" | "their" | "its" | "our" | "my" | "your"
            )
            || matches!(self.of(i), "'" | "’") && !self.quoted[i]
    }

    /// Whether the phrase that ends in `noun` begins with "a": what follows "a New York Times" is no verb of many.
    fn has_indefinite(&self, noun: usize, unit: &Range<usize>) -> bool {
        (noun.saturating_sub(4)..noun)
            .rev()
            .take_while(|i| *i >= unit.start)
            .any(|i| self.is(i, "a") || self.is(i, "an"))
    }

    fn has_determiner(&self, noun: usize, unit: &Range<usize>) -> bool {
        (noun.saturating_sub(4)..noun)
            .rev()
            .take_while(|i| *i >= unit.start)
            .any(|i| self.word(i).is_determiner() || self.is_possessive(i))
    }

    /// The noun phrase before token `end` (not included) that can be a subject; looks back to `from`.
    ///
    /// Adverbs, auxiliaries and "to" before `end` are passed over, and so is an apposition or a
    /// relative clause between commas: in "Ann Berg, the mayor, also said" the subject is "Ann Berg".
    pub fn subject_before(&self, end: usize, from: usize) -> Option<Range<usize>> {
        let mut i = end;
        let floor = from.max(end.saturating_sub(REACH));
        while i > floor {
            let w = self.word(i - 1);
            let text = self.of(i - 1);
            if !self.quoted[i - 1]
                && (w.is_adverb()
                    || w.is_auxiliary()
                    || w.is_modal()
                    || w.is_negation()
                    || w.is_time()
                    || text.eq_ignore_ascii_case("to")
                    || is_manner(text))
            {
                i -= 1;
            } else if i > floor + 1
                && self.is_one_of(i - 1, PERIODS)
                && self.is_one_of(i - 2, &["this", "last", "past", "next"])
            {
                // "Berg earlier this week said"
                i -= 2;
            } else if i > floor + 1
                && !self.quoted[i - 1]
                && matches!(self.of(i - 2), "in" | "on" | "at" | "In" | "On")
                && (self.tokens[i - 1].kind == TokenKind::Number || w.is_time())
            {
                // "who in 2010 said"
                i -= 2;
            } else {
                break;
            }
        }
        if i <= floor {
            return None;
        }
        if matches!(self.of(i - 1), "," | "—" | "–" | "--" | ")") {
            // an apposition: its other end, then the phrase before that
            let other = match self.of(i - 1) {
                ")" => "(",
                mark => mark,
            };
            let open = (floor..i - 1)
                .rev()
                .find(|j| self.of(*j) == other && !self.quoted[*j])?;
            return self.subject_before(open, from).filter(|_| open > floor);
        }
        if self.word(i - 1).is_relative() && !self.quoted[i - 1] {
            let behind = if i >= 2 && self.of(i - 2) == "," {
                i - 2
            } else {
                i - 1
            };
            return if behind > floor {
                self.noun_phrase_before(behind, floor)
            } else {
                None
            };
        }
        self.noun_phrase_before(i, floor)
    }

    fn noun_phrase_before(&self, end: usize, floor: usize) -> Option<Range<usize>> {
        if end <= floor {
            return None;
        }
        let last = self.word(end - 1);
        if last.is_pronoun() && !self.quoted[end - 1] && !self.word(end - 1).is_determiner() {
            return Some(end - 1..end);
        }
        let mut start = end;
        while start > floor {
            let i = start - 1;
            if self.quoted[i] {
                break;
            }
            let token = &self.tokens[i];
            let w = self.word(i);
            let part = match token.kind {
                TokenKind::Word => {
                    w.can_be_nominal()
                        && !(w.cue.is_some()
                            && token.case == Case::Lower
                            && w.cue.is_some_and(|c| c.form != VerbForm::Base)
                            && start < end)
                        || self.is_name_like(i)
                            && start < end
                            && !w.is_preposition()
                            && !w.is_conjunction()
                            && !w.is_conditional()
                            && !w.is_pronoun()
                }
                TokenKind::Clitic => true,
                TokenKind::Number | TokenKind::Address => true,
                TokenKind::Symbol => false,
                TokenKind::Punctuation => {
                    matches!(token.of(self.text), "-" | "." | "'" | "’" | "/") && start < end
                }
            };
            let joins = !part
                && start < end
                && (matches!(self.of(i), "of" | "for" | "in" | "at" | "from")
                    || self.of(i) == "and"
                        && (self.is_name_like(start))
                        && i > floor
                        && self.is_name_like(i - 1))
                && i > floor
                && self.tokens[i - 1].kind == TokenKind::Word
                && self.word(i - 1).can_be_nominal()
                && !self.word(i - 1).is_determiner();
            if !part && !joins {
                break;
            }
            start = i;
            if w.is_determiner() && part {
                // "the head of the union": the phrase may go on before "of the"
                if i > floor + 1 && self.of(i - 1) == "of" && self.is(i - 2, "one") {
                    start = i - 2;
                    break;
                }
                // "the head of the union", "Mr. Lund of the union"
                let goes_on = i > floor + 1
                    && (matches!(self.of(i - 1), "of" | "for" | "in" | "at" | "from" | "with")
                        && self.tokens[i - 2].case == Case::Lower
                        || self.of(i - 1) == "of" && self.is_name_like(i - 2))
                    && self.word(i - 2).can_be_nominal()
                    && !self.word(i - 2).is_determiner()
                    && !self.quoted[i - 1]
                    && self.word(i - 2).cue.is_none();
                if !goes_on {
                    break;
                }
            }
        }
        if start > floor && start < end && self.is(start - 1, "one") && !self.quoted[start - 1] {
            start -= 1;
        }
        while start < end
            && (self.is_punctuation(start)
                || self.word(start).is_preposition()
                || matches!(self.of(start), "'s" | "’s"))
        {
            start += 1;
        }
        (start < end
            && (start..end)
                .any(|i| matches!(self.tokens[i].kind, TokenKind::Word | TokenKind::Address)))
        .then_some(start..end)
    }

    /// The noun phrase that begins at token `start`, for "said Ann Berg, the mayor".
    pub fn subject_after(&self, start: usize, to: usize) -> Option<Range<usize>> {
        let mut i = start;
        while i < to && self.word(i).is_adverb() && !self.is_name_like(i) {
            i += 1;
        }
        let start = i;
        // "shouted one man", "replied another"
        let one = self.is_one_of(i, &["one", "another"]);
        let alone = i + 1 >= to || self.is_punctuation(i + 1);
        if i < to
            && (one && alone || self.word(i).is_pronoun() && !self.word(i).is_determiner() && !one)
        {
            return Some(i..i + 1);
        }
        if one && !self.is_punctuation(i + 1) {
            i += 1;
        }
        while i < to.min(start + REACH) {
            let token = &self.tokens[i];
            let w = self.word(i);
            let part = match token.kind {
                TokenKind::Word => {
                    self.is_name_like(i) && !w.is_pronoun() && (i > start || w.can_be_nominal())
                        || w.can_be_nominal()
                            && (i == start
                                || !w.is_determiner()
                                || self.of(i - 1).eq_ignore_ascii_case("of"))
                        || i > start
                            && matches!(self.of(i), "of" | "for" | "at" | "and")
                            && (self.is_name_like(i + 1)
                                || self.of(i) == "of" && self.word(i + 1).is_determiner())
                }
                TokenKind::Clitic | TokenKind::Number | TokenKind::Address => true,
                TokenKind::Symbol => false,
                TokenKind::Punctuation => {
                    // "Berg-Lund", "the teachers' union"
                    i > start
                        && matches!(token.of(self.text), "-" | "'" | "’" | "." | "/")
                        && !token.spaced
                        && i + 1 < to
                        && (!self.tokens[i + 1].spaced
                            || matches!(token.of(self.text), "'" | "’")
                                && self.of(i - 1).ends_with('s')
                                && self.word(i + 1).can_be_nominal())
                }
            };
            if !part || self.quoted[i] {
                break;
            }
            // "said Smith Tuesday": the day is not his name; "Berg dismissed it, saying"
            let verb = |i: usize| {
                let next = self.word(i + 1);
                token.case == Case::Lower
                    && self.of(i).ends_with("ed")
                    && self.tokens[i - 1].kind == TokenKind::Word
                    && !self.word(i - 1).is_determiner()
                    && (next.is_determiner() || !next.can_be_nominal())
            };
            if i > start && (w.is_time() || verb(i)) {
                break;
            }
            i += 1;
        }
        let named = (start..i).any(|j| self.is_name_like(j))
            || one && i > start + 1
            || self.word(start).is_determiner() && i > start + 1;
        let plural =
            i > start && self.tokens[i - 1].case == Case::Lower && self.of(i - 1).ends_with('s');
        (i > start && (named || plural)).then_some(start..i)
    }

    /// Where what is said begins after `cue`, within `to`; before it stand objects and circumstances.
    ///
    /// "told reporters on Monday that …" begins at "that"; "said Friday the plan …" at "the plan".
    pub fn complement(&self, cue: &CueAt, to: usize) -> usize {
        let after = cue.last + 1;
        // "as Berg put it in a letter, “…”"
        if cue.cue.particle == Some("it") {
            let mark = (after..to).find(|i| matches!(self.of(*i), "," | ":") && !self.quoted[*i]);
            return mark.map_or(after, |m| m + 1);
        }
        // "says it shows that …": the clause begins at its subject, not at a later "that"
        let told = cue.cue.class == "tell";
        if !told && self.is_subject_pronoun(after) && !self.quoted[after] {
            return after;
        }
        let reach = if cue.cue.particle == Some("for") {
            after
        } else {
            after + 14
        };
        let that = (after..to.min(reach))
            .take_while(|i| !self.quoted[*i] && !matches!(self.of(*i), ";" | ":"))
            .find(|i| self.is(*i, "that"));
        if let Some(that) = that
            && self.circumstances(after, that)
        {
            return that;
        }
        let mut i = if told {
            self.past_addressee(after, to)
        } else {
            after
        };
        i = self.past_occasion(i, to);
        while i < to && matches!(self.of(i), "," | ":" | "—" | "–" | "--") && !self.quoted[i] {
            i += 1;
        }
        if i >= to { after } else { i }
    }

    /// The index after the one who is told: "him", "reporters", "the forum", "Anna Berg".
    fn past_addressee(&self, from: usize, to: usize) -> usize {
        /// "a group of new officers": no addressee of the news is much longer.
        const LONGEST: usize = 8;
        let objects = ["me", "him", "them", "us", "you", "it"];
        let her = self.is(from, "her")
            && (self.word(from + 1).is_pronoun() || !self.word(from + 1).can_be_nominal());
        if her || objects.iter().any(|o| self.is(from, o)) {
            return from + 1;
        }
        let determined = self.word(from).is_determiner() || self.is_possessive(from);
        let mut i = from + usize::from(determined);
        while i < to.min(from + LONGEST) && !self.quoted[i] {
            let common = self.tokens[i].kind == TokenKind::Word
                && self.tokens[i].case == Case::Lower
                && self.word(i).can_be_nominal()
                && !self.word(i).is_determiner()
                && !self.word(i).is_time();
            let begun = i > from + 1 && self.tokens[i - 1].case == Case::Lower;
            if self.is_name_like(i) && !self.word(i).is_pronoun() {
                // "told the committee Congress must act": the next name is the clause's subject
                if determined && begun {
                    break;
                }
                i += 1;
            } else if matches!(self.of(i), "-" | "'s" | "’s") || common && determined {
                i += 1;
            } else if common && self.of(i).ends_with('s') && i == from {
                return i + 1;
            } else {
                break;
            }
        }
        // "told the court prices were high": the noun before the verb is its subject
        let verb = i < to && (self.word(i).is_auxiliary() || self.word(i).is_modal());
        if verb && i > from + 2 { i - 1 } else { i }
    }

    /// The index after what says when and where it was said: "Friday", "on Monday", "this week",
    /// "in a statement".
    pub fn past_occasion(&self, from: usize, to: usize) -> usize {
        /// "in an interview with the paper's", "at a rally": preposition, article, two words, the noun.
        const LONGEST: usize = 5;
        let mut i = from;
        if i < to && (self.word(i).is_time() || self.word(i).is_adverb()) && !self.quoted[i] {
            i += 1;
        } else if i + 1 < to && self.is(i, "on") && self.word(i + 1).is_time()
            || i + 1 < to && self.is_one_of(i, &["this", "last"]) && self.is_one_of(i + 1, PERIODS)
        {
            i += 2;
        }
        if i < to && self.is_one_of(i, &["in", "at", "during"]) && !self.quoted[i] {
            let noun = (i + 1..to.min(i + LONGEST + 1))
                .take_while(|k| !self.quoted[*k] && self.word(*k).can_be_nominal())
                .find(|k| self.is_one_of(*k, OCCASIONS));
            i = noun.map_or(i, |n| n + 1);
            // "at a rally in Ohio", "in an interview with Radio Nord"
            if noun.is_some() && self.is_one_of(i, &["in", "with", "of", "on"]) {
                let past = (i + 1..to)
                    .find(|k| !self.is_name_like(*k) || self.quoted[*k])
                    .unwrap_or(to);
                i = if past > i + 1 { past } else { i };
            }
        }
        i
    }

    pub fn is_one_of(&self, i: usize, words: &[&str]) -> bool {
        words.iter().any(|w| self.is(i, w))
    }

    pub fn is_subject_pronoun(&self, i: usize) -> bool {
        self.is_one_of(i, &["he", "she", "it", "they", "we", "I"])
    }

    /// Whether the tokens between a cue and "that" can be an object and circumstances only.
    fn circumstances(&self, from: usize, to: usize) -> bool {
        !(from..to).any(|i| {
            self.word(i)
                .cue
                .is_some_and(|c| c.form == VerbForm::Finite && c.strength == Strength::Plain)
                || self.word(i).is_auxiliary() && self.tokens[i].kind == TokenKind::Word
                || self.word(i).is_modal()
        })
    }
}

/// Spans of time that say when something was said.
const PERIODS: &[&str] = &[
    "week",
    "weekend",
    "month",
    "year",
    "morning",
    "afternoon",
    "evening",
    "night",
    "spring",
    "summer",
    "fall",
    "winter",
];

/// Where things are said.
const OCCASIONS: &[&str] = &[
    "statement",
    "interview",
    "letter",
    "email",
    "speech",
    "tweet",
    "post",
    "hearing",
    "rally",
    "conference",
    "briefing",
    "memo",
    "message",
    "debate",
    "forum",
    "meeting",
    "court",
    "testimony",
];

/// An adverb of manner: "repeatedly", "angrily".
fn is_manner(word: &str) -> bool {
    word.len() > 4 && word.ends_with("ly") && word.starts_with(|c: char| c.is_ascii_lowercase())
}
