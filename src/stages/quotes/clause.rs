//! Clauses around a cue verb: who says it, where what is said begins.
//!
//! There is no parser here. News is regular where it attributes: the subject stands right before the
//! cue, behind an apposition, or right after it; what is said begins after the cue or at "that". Every
//! function looks at a bounded number of tokens, so the whole stage is linear.

use std::ops::Range;

use super::WORDS;
use crate::text::lexicon::{Cue, Strength, VerbForm, Word, look_up};
use crate::text::tokens::Case;
use crate::text::{Span, Token, TokenKind};

/// The longest subject or apposition that is read, in tokens: the longest in 700 annotated ones was 31.
const LONGEST_SUBJECT: usize = 40;

/// Tokens before a verb in which its helpers stand: "has not yet been fully able to say".
const VERB_GROUP: usize = 8;

/// Tokens before the end of a phrase in which its article or determiner stands: "a New York Times".
const NOUN_GROUP: usize = 4;

/// The tokens of a text with what the lexicon knows of each.
pub(super) struct TaggedText<'a> {
    pub text: &'a str,
    pub tokens: &'a [Token],
    pub words: Vec<Word>,
    /// Whether each token stands inside quotation marks, the marks included.
    pub quoted: Vec<bool>,
}

/// A cue verb at work: its place, its class and what kind of clause it makes.
#[derive(Debug, Clone, Copy)]
pub(super) struct CueAt {
    /// Index of the verb's token.
    pub at: usize,
    /// Index of the last token of the cue: the particle of "point out", else the verb.
    pub last: usize,
    pub cue: Cue,
    pub negated: bool,
    pub hypothetical: bool,
}

impl<'a> TaggedText<'a> {
    pub(super) fn new(text: &'a str, tokens: &'a [Token]) -> Self {
        let words = tokens.iter().map(|t| look_up(t, text)).collect();
        TaggedText {
            text,
            tokens,
            words,
            quoted: vec![false; tokens.len()],
        }
    }

    pub(super) fn of(&self, i: usize) -> &'a str {
        self.tokens.get(i).map_or("", |t| t.of(self.text))
    }

    pub(super) fn span(&self, range: Range<usize>) -> Option<Span> {
        let last = range.end.checked_sub(1)?;
        (range.start <= last).then(|| self.tokens[range.start].span.join(self.tokens[last].span))
    }

    pub(super) fn is(&self, i: usize, word: &str) -> bool {
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

    pub(super) fn is_name_like(&self, i: usize) -> bool {
        self.tokens.get(i).is_some_and(|t| {
            t.kind == TokenKind::Word && !matches!(t.case, Case::Lower | Case::None)
        })
    }

    /// The cue at token `i` of the clause `unit`, when the word there is a verb and its subject can speak.
    pub(super) fn cue_at(&self, i: usize, unit: &Range<usize>) -> Option<CueAt> {
        let word = self.words[i];
        let follows = |c: &&Cue| i + 1 < unit.end && c.particle.is_some_and(|p| self.is(i + 1, p));
        let (cue, last) = match word.phrasal.iter().find(follows) {
            Some(phrasal) => (*phrasal, i + 1),
            None => (word.cue?, i),
        };
        if !self.can_be_verb(i, unit.start) {
            return None;
        }
        // "found himself in a war of words"
        if cue.class == "argue" && last + 1 < unit.end && self.of(last + 1).ends_with("self") {
            return None;
        }
        let group = self.verb_group(i, unit.start, &cue);
        if !self.is_verb(i, unit, &cue, &group) {
            return None;
        }
        let conditional = group.start > unit.start && self.is_conditional(group.start - 1, unit);
        Some(CueAt {
            at: i,
            last,
            cue,
            negated: group.negated,
            hypothetical: group.modal && !group.negated || conditional,
        })
    }

    /// Whether the word at `i` of a clause from `start` on is none in marks, in a compound or in a name.
    fn can_be_verb(&self, i: usize, start: usize) -> bool {
        let token = &self.tokens[i];
        // "so-called"
        let compound = i > start && !token.spaced && self.of(i - 1) == "-";
        // a capital inside the sentence is part of a name
        let in_name = i > start && token.case != Case::Lower && !self.is_punctuation(i - 1);
        !self.quoted[i] && token.kind == TokenKind::Word && !compound && !in_name
    }

    /// What helps the verb at `i` in a clause from `start` on.
    fn verb_group(&self, i: usize, start: usize, cue: &Cue) -> VerbGroup {
        let mut group = VerbGroup {
            start: i,
            ..VerbGroup::default()
        };
        // "Berg's remarks", "Berg's claim": a noun, not "Berg is" or "Berg has"
        let may_be_noun =
            cue.form == VerbForm::Base || cue.form == VerbForm::Finite && self.of(i).ends_with('s');
        while group.start > start && i - group.start < VERB_GROUP {
            let before = group.start - 1;
            let (word, text) = (self.word(before), self.of(before));
            let is_to = text.eq_ignore_ascii_case("to");
            let helps = is_to || is_helper(word) || is_manner(text);
            let helps = helps && !self.is_name_of_helper(before);
            let owns = may_be_noun && self.is_possessive(before);
            if !helps || owns || self.quoted[before] {
                break;
            }
            group.modal |= word.is_modal();
            group.negated |= word.is_negation();
            group.to |= is_to;
            group.be |= group.start == i && is_form_of_be(text);
            group.start = before;
        }
        group
    }

    /// Whether the word of a cue at `i` is a verb whose subject speaks.
    fn is_verb(&self, i: usize, unit: &Range<usize>, cue: &Cue, group: &VerbGroup) -> bool {
        let word = self.of(i);
        let helped = group.start < i;
        let previous = (group.start > unit.start).then(|| group.start - 1);
        match cue.form {
            // "Massachusetts state Sen. Ann Berg"
            VerbForm::Base if word == "state" && previous.is_some_and(|p| self.is_name_like(p)) => {
                false
            }
            VerbForm::Base => {
                self.is_helped(i, group) || previous.is_some_and(|p| self.is_plural(p, unit))
            }
            // "is called", "was expected": somebody else speaks
            VerbForm::Finite if group.be && word.ends_with('d') => false,
            // "pointed to reports", "referred to alleged “fraud”": no verb in -s or in the past follows "to"
            VerbForm::Finite if group.to && word.ends_with('s') => false,
            VerbForm::Finite if self.is(i.wrapping_sub(1), "to") && word.ends_with("ed") => false,
            // "European figures were": the verb stands behind the noun
            VerbForm::Finite
                if word.ends_with('s') && self.is_one_of(i + 1, &["were", "are", "have"]) =>
            {
                false
            }
            VerbForm::Finite if word.ends_with('s') && !WORDS.unmistakable.contains(&word) => {
                let begins = i == unit.start || self.quoted[i - 1];
                // "he turns round and shouts, “…”"
                let leads_in = matches!(self.of(i + 1), "," | ":")
                    && self.quoted.get(i + 2).is_some_and(|quoted| *quoted);
                begins || leads_in || previous.is_some_and(|p| helped || self.is_singular(p, unit))
            }
            VerbForm::Finite | VerbForm::Participle => {
                helped || !previous.is_some_and(|p| self.makes_modifier(p, cue.form))
            }
        }
    }

    /// Whether something before the verb at `i` makes its base form a verb: "will say", "did not say".
    fn is_helped(&self, i: usize, group: &VerbGroup) -> bool {
        let auxiliary = |i: usize| self.word(i).is_auxiliary() && !self.is_possessive(i);
        group.modal || group.to || group.negated || group.start < i && auxiliary(i - 1)
    }

    /// Whether a past form or a participle behind the word at `p` is an adjective: "a planned visit", "its
    /// reported losses".
    fn makes_modifier(&self, p: usize, form: VerbForm) -> bool {
        let word = self.word(p);
        word.is_determiner()
            || self.is_possessive(p)
            || word.is_preposition() && form == VerbForm::Finite
    }

    /// Whether an "if" stands in the phrase that ends at `last`.
    fn is_conditional(&self, last: usize, unit: &Range<usize>) -> bool {
        (last.saturating_sub(NOUN_GROUP)..=last)
            .any(|q| q >= unit.start && self.word(q).is_conditional() && !self.quoted[q])
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

    pub(super) fn is_possessive(&self, i: usize) -> bool {
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
        (noun.saturating_sub(NOUN_GROUP)..noun)
            .rev()
            .take_while(|i| *i >= unit.start)
            .any(|i| self.is(i, "a") || self.is(i, "an"))
    }

    fn has_determiner(&self, noun: usize, unit: &Range<usize>) -> bool {
        (noun.saturating_sub(NOUN_GROUP)..noun)
            .rev()
            .take_while(|i| *i >= unit.start)
            .any(|i| self.word(i).is_determiner() || self.is_possessive(i))
    }

    /// The noun phrase before token `end` (not included) that can be a subject; looks back to `from`.
    ///
    /// Adverbs, auxiliaries and "to" before `end` are passed over, and so is an apposition or a
    /// relative clause between commas: in "Ann Berg, the mayor, also said" the subject is "Ann Berg".
    pub(super) fn subject_before(&self, end: usize, from: usize) -> Option<Range<usize>> {
        let floor = from.max(end.saturating_sub(LONGEST_SUBJECT));
        let i = self.before_verb_group(end, floor);
        if i <= floor {
            return None;
        }
        // "Berg seemed to confirm", "Berg, 71, appeared not to have seen": the verb before has the subject
        let infinitive = (i..end).any(|k| self.is(k, "to"));
        if infinitive && i > floor + 1 && self.of(i - 1).ends_with("ed") && self.is_past_verb(i - 1)
        {
            return self.subject_before(i - 1, from);
        }
        if matches!(self.of(i - 1), "," | "—" | "–" | "--" | ")") {
            let open = self.apposition_start(i - 1, floor)?;
            let apposed = self.subject_before(open, from).filter(|_| open > floor);
            // "Sen. Ann Berg, R-Texas, who chairs the committee, said"
            if let Some(party) = apposed.as_ref().filter(|a| self.is_party(a.start)) {
                return self.noun_phrase_before(party.start - 1, floor);
            }
            return match self.list_in_relative_clause(apposed.as_ref(), open, floor) {
                Some(relative) => self.noun_phrase_before(relative, floor),
                None => apposed,
            };
        }
        // "Berg, the author of “Dogs,” said": the comma stands inside the marks
        if i > floor + 1 && self.quoted[i - 1] && self.of(i - 2) == "," {
            let open = (floor + 1..i).rev().find(|k| self.is_comma(*k))?;
            return self.noun_phrase_before(open, floor);
        }
        if self.word(i - 1).is_relative() && !self.quoted[i - 1] {
            // the phrase with the pronoun that stands for it: "Berg, who", "Berg – who"
            let dashed =
                i >= 2 && self.is(i - 1, "who") && matches!(self.of(i - 2), "—" | "–" | "--");
            let behind_comma = i >= 2 && (self.of(i - 2) == "," || dashed);
            let behind = i - 1 - usize::from(behind_comma);
            let phrase = self.noun_phrase_before(behind, floor);
            return phrase.map(|p| p.start..i);
        }
        self.noun_phrase_before(i, floor)
    }

    /// Whether behind a comma the letter of a party and a state begin at `i`: "R-Texas".
    fn is_party(&self, i: usize) -> bool {
        let behind_comma = i > 1 && self.of(i - 1) == ",";
        behind_comma && matches!(self.of(i), "R" | "D" | "I") && self.of(i + 1) == "-"
    }

    /// The mark that opens the apposition which the one at `close` ends.
    fn apposition_start(&self, close: usize, floor: usize) -> Option<usize> {
        let other = match self.of(close) {
            ")" => "(",
            mark => mark,
        };
        (floor..close)
            .rev()
            .find(|i| self.of(*i) == other && !self.quoted[*i])
    }

    /// "Berg, who chairs the roads, planning and housing committee, said": the comma before the relative pronoun, where
    /// what a comma at `open` would leave for a subject is an item of a list in small letters.
    fn list_in_relative_clause(
        &self,
        apposed: Option<&Range<usize>>,
        open: usize,
        floor: usize,
    ) -> Option<usize> {
        let listed = apposed.is_none_or(|s| {
            s.end == open
                && !s
                    .clone()
                    .any(|i| self.is_name_like(i) || self.word(i).is_pronoun())
        });
        let comma = (floor + 1..open).rev().find(|i| {
            self.is_comma(*i) && self.is_one_of(*i + 1, &["who", "which"]) && !self.quoted[*i]
        })?;
        (listed && self.is_name_like(comma - 1)).then_some(comma)
    }

    /// The index after what comes before the verb at `end` and its helpers: adverbs, "to", and when.
    fn before_verb_group(&self, end: usize, floor: usize) -> usize {
        let mut i = end;
        while i > floor {
            if let Some(when) = self.time_phrase_before(i, floor) {
                i = when;
            } else if self.is_in_verb_group(i - 1) {
                i -= 1;
            } else {
                break;
            }
        }
        i
    }

    fn is_in_verb_group(&self, i: usize) -> bool {
        let (word, text) = (self.word(i), self.of(i));
        // "Berg had both defended him and said"
        // "has long supported it"
        let long = text == "long" && i > 0 && self.word(i - 1).is_auxiliary();
        let passed = is_helper(word) || word.is_time() || is_manner(text) || text == "both" || long;
        !self.quoted[i] && !self.is_name_of_helper(i) && (passed || text.eq_ignore_ascii_case("to"))
    }

    /// "Mrs May said", "George Will wrote", "May said": a modal that is a name, behind another or before a verb in the
    /// past.
    fn is_name_of_helper(&self, i: usize) -> bool {
        let finite = |i: usize| self.word(i).cue.is_some_and(|c| c.form == VerbForm::Finite);
        let behind_name = i > 0
            && self.is_name_like(i - 1)
            && self.tokens[i - 1].block == self.tokens[i].block
            && !is_helper(self.word(i - 1));
        self.word(i).is_modal() && self.is_name_like(i) && (behind_name || finite(i + 1))
    }

    /// Where the words that say when begin, before token `end` and behind a subject from `floor` on: "Berg earlier this
    /// week said", "Berg in the past has said", "who in 2010 said", "Berg on July 20, 2006, said".
    fn time_phrase_before(&self, end: usize, floor: usize) -> Option<usize> {
        let is_number = |i: usize| self.tokens[i].kind == TokenKind::Number;
        let is_time = |i: usize| {
            let is_month = || self.is_name_like(i) && WORDS.month.contains(&self.of(i));
            let named = is_number(i) || self.word(i).is_time() || is_month();
            !self.quoted[i] && (named || self.is_period(i))
        };
        let year = end >= floor + 5
            && self.is_comma(end - 1)
            && is_number(end - 2)
            && self.is_comma(end - 3);
        let mut start = end - if year { 3 } else { 0 };
        while start > floor && is_time(start - 1) {
            start -= 1;
        }
        let before = |i: usize, words: &[&str]| i > floor && self.is_one_of(i - 1, words);
        if before(start, &["this", "last", "past", "next"]) {
            start -= 1;
        }
        let determined = start - usize::from(before(start, &["the"]));
        let led_in =
            before(determined, &["in", "on", "at", "over"]) && !self.quoted[determined - 1];
        match (start < end, led_in) {
            (true, true) => Some(determined - 1),
            // "this week"
            (true, false) => (!year && end - start == 2 && !self.is_period(start)).then_some(start),
            (false, _) => None,
        }
        .filter(|start| *start > floor)
    }

    fn is_period(&self, i: usize) -> bool {
        self.is_one_of(i, &WORDS.period)
    }

    /// The index to which adverbs, auxiliaries, modals and negations before `end` go back.
    pub(super) fn before_helpers(&self, end: usize, floor: usize) -> usize {
        let mut i = end;
        while i > floor && is_helper(self.words[i - 1]) {
            i -= 1;
        }
        i
    }

    /// The end of what stands before the `marks` that `end` comes after, none of them in quotation marks.
    pub(super) fn before_marks(&self, end: usize, floor: usize, marks: &[&str]) -> usize {
        let mut i = end;
        while i > floor && marks.contains(&self.of(i - 1)) && !self.quoted[i - 1] {
            i -= 1;
        }
        i
    }

    /// Whether token `i` is a comma outside quotation marks.
    pub(super) fn is_comma(&self, i: usize) -> bool {
        self.of(i) == "," && !self.quoted[i]
    }

    /// The noun phrase that ends before token `end`, as far back as `floor`.
    fn noun_phrase_before(&self, end: usize, floor: usize) -> Option<Range<usize>> {
        if end <= floor {
            return None;
        }
        // "Berg recalled thinking", "Berg has tried explaining": the verb before has the subject
        if end > floor + 1 && (self.is_past_cue(end - 1) || self.is_attempt(end - 1)) {
            return self.subject_before(end - 1, floor);
        }
        let last = self.word(end - 1);
        if last.is_pronoun() && !self.quoted[end - 1] && !last.is_determiner() {
            return Some(end - 1..end);
        }
        let mut start = end;
        while start > floor && !self.quoted[start - 1] {
            let i = start - 1;
            let inner = start < end;
            let part = self.is_part_before(i, inner);
            let goes_on = part || inner && i > floor && self.joins_phrases(i);
            if !goes_on {
                break;
            }
            start = i;
            if part && self.word(i).is_determiner() {
                // two tokens at least may stand before it
                let room = i > floor + 1;
                if room && self.is_one_of_many(i) {
                    start = i - 2;
                }
                if !room || start < i || !self.goes_on_before(i) {
                    break;
                }
            }
        }
        // "Berg shot back", "the economist came to Oslo": a verb ends the phrase
        if let Some(verb) = self.verb_within(start, end) {
            return self.subject_before(verb, floor);
        }
        if let Some(participle) = self.participle_before(start, floor) {
            return self.noun_phrase_before(participle, floor);
        }
        if let Some(name) = self.before_added(start, end, floor) {
            return self.noun_phrase_before(name, floor);
        }
        self.trimmed_phrase(start, end, floor)
    }

    /// The verb that a phrase read backwards holds: one of the irregular pasts, or what stands before "back" or "out".
    fn verb_within(&self, start: usize, end: usize) -> Option<usize> {
        let is_verb = |i: usize| {
            let struck = self.is_one_of(i + 1, &["back", "out"])
                && i + 2 == end
                && self.tokens[i].kind == TokenKind::Word
                && self.is_name_like(i - 1);
            let past = WORDS.past.contains(&self.of(i));
            let behind = self.word(i - 1);
            let subject = behind.can_be_nominal() && !behind.is_determiner();
            self.tokens[i].case == Case::Lower
                && (struck || past && subject && !self.is_possessive(i - 1))
        };
        (start + 1..end).find(|i| is_verb(*i))
    }

    /// "Protesters marching through the streets": the participle by which the phrase from `start` on says more of
    /// the noun before it.
    fn participle_before(&self, start: usize, floor: usize) -> Option<usize> {
        let preposition = start.checked_sub(1).filter(|p| *p > floor + 1)?;
        let participle = preposition - 1;
        let noun = self.word(participle - 1);
        let tied = self.word(preposition).is_preposition()
            && self.of(participle).ends_with("ing")
            && self.tokens[participle].case == Case::Lower
            && !self.quoted[participle];
        let says_more = self.tokens[participle - 1].kind == TokenKind::Word
            && noun.can_be_nominal()
            && !noun.is_determiner();
        (tied && says_more).then_some(participle)
    }

    /// Whether the word at `i`, outside marks, is most likely a verb in the past: "laughed", behind what can be its
    /// subject.
    pub(super) fn is_past_verb(&self, i: usize) -> bool {
        let (word, token) = (self.of(i), &self.tokens[i]);
        let finite = self.word(i).cue.is_some_and(|c| c.form == VerbForm::Finite);
        let past =
            word.ends_with("ed") || finite && !word.ends_with('s') || WORDS.past.contains(&word);
        let before = self.word(i - 1);
        let subject = before.is_pronoun()
            || before.can_be_nominal()
            || before.is_relative()
            || is_helper(before);
        past && token.kind == TokenKind::Word
            && token.case == Case::Lower
            && !self.quoted[i]
            && subject
            && !before.is_determiner()
            && !self.is_possessive(i - 1)
    }

    /// Whether the word at `i` is the past form of a cue and stands as a verb: no article or possessive before it.
    fn is_past_cue(&self, i: usize) -> bool {
        let cue = self.word(i).cue;
        let past = cue.is_some_and(|c| c.form == VerbForm::Finite) && self.of(i).ends_with("ed");
        let before = self.word(i - 1);
        past && self.tokens[i].case == Case::Lower
            && !self.quoted[i]
            && !before.is_determiner()
            && !self.is_possessive(i - 1)
    }

    /// Whether the word at `i` is a verb in the past that a participle completes: "tried explaining", "kept saying".
    fn is_attempt(&self, i: usize) -> bool {
        self.is_one_of(i, &WORDS.attempt) && !self.quoted[i]
    }

    /// "Berg, from the Lund institute, and colleagues": where the name before those who are only added to it ends, for a
    /// phrase from `start` to `end`.
    fn before_added(&self, start: usize, end: usize, floor: usize) -> Option<usize> {
        let added =
            start + 1 == end && self.is_one_of(start, &["colleagues", "co-authors", "others"]);
        let and = start
            .checked_sub(1)
            .filter(|a| *a > floor && self.is(*a, "and"))?;
        if !added {
            return None;
        }
        if self.is_comma(and - 1) {
            return self
                .apposition_start(and - 1, floor)
                .filter(|open| *open > floor);
        }
        Some(and)
    }

    /// A phrase read backwards to `start`, with "one" before it and without what cannot begin it.
    fn trimmed_phrase(&self, start: usize, end: usize, floor: usize) -> Option<Range<usize>> {
        let one = start > floor && start < end && self.is(start - 1, "one");
        let start = start - usize::from(one && !self.quoted[start - 1]);
        let start = (start..end).find(|i| !self.cannot_begin_phrase(*i))?;
        // "what Berg called"
        let start = start + usize::from(start + 1 < end && self.is(start, "what"));
        let says_something = |t: &Token| matches!(t.kind, TokenKind::Word | TokenKind::Address);
        self.tokens[start..end]
            .iter()
            .any(says_something)
            .then_some(start..end)
    }

    /// Whether token `i` can be part of a noun phrase that is read backwards; `inner` says that more of
    /// the phrase stands behind it.
    fn is_part_before(&self, i: usize, inner: bool) -> bool {
        let token = &self.tokens[i];
        match token.kind {
            TokenKind::Word => self.is_noun_before(i, inner),
            TokenKind::Clitic | TokenKind::Number | TokenKind::Address => true,
            TokenKind::Symbol => false,
            TokenKind::Punctuation => {
                inner && matches!(token.of(self.text), "-" | "." | "'" | "’" | "/")
            }
        }
    }

    /// Whether the word at `i` can be part of such a phrase.
    fn is_noun_before(&self, i: usize, inner: bool) -> bool {
        let word = self.word(i);
        // "the plan announced": a form of a verb that is no name
        let is_verb = inner
            && self.tokens[i].case == Case::Lower
            && word.cue.is_some_and(|c| c.form != VerbForm::Base);
        let in_name = inner && self.is_name_like(i) && !is_connective(word);
        word.can_be_nominal() && !is_verb || in_name
    }

    /// Whether token `i` ties the phrase behind it to a noun before it: "head of", "Berg and Lund".
    fn joins_phrases(&self, i: usize) -> bool {
        let between_names =
            self.of(i) == "and" && self.is_name_like(i + 1) && self.is_name_like(i - 1);
        let before = self.word(i - 1);
        // "a report by Greenpeace", "his first email to employees"
        let of_paper = matches!(self.of(i), "by" | "to") && self.is_one_of(i - 1, &WORDS.paper);
        (matches!(self.of(i), "of" | "for" | "in" | "at" | "from") || between_names || of_paper)
            && self.tokens[i - 1].kind == TokenKind::Word
            && before.can_be_nominal()
            && !before.is_determiner()
    }

    /// Whether "one of" stands before the determiner at `i`: "one of the teachers".
    fn is_one_of_many(&self, i: usize) -> bool {
        self.of(i - 1) == "of" && self.is(i - 2, "one")
    }

    /// Whether a phrase goes on before its determiner at `i`: "the head of the union", "Mr. Lund of the
    /// union".
    fn goes_on_before(&self, i: usize) -> bool {
        let head = self.word(i - 2);
        let common = self.tokens[i - 2].case == Case::Lower
            && matches!(self.of(i - 1), "of" | "for" | "in" | "at" | "from" | "with");
        let name = self.of(i - 1) == "of" && self.is_name_like(i - 2);
        let of_paper = matches!(self.of(i - 1), "by" | "to") && self.is_one_of(i - 2, &WORDS.paper);
        (common || name || of_paper)
            && !self.quoted[i - 1]
            && head.can_be_nominal()
            && !head.is_determiner()
            && head.cue.is_none()
    }

    /// Whether token `i` cannot be the first of a phrase.
    fn cannot_begin_phrase(&self, i: usize) -> bool {
        self.is_punctuation(i) || self.word(i).is_preposition() || matches!(self.of(i), "'s" | "’s")
    }

    /// The noun phrase that begins at token `start`, for "said Ann Berg, the mayor".
    pub(super) fn subject_after(&self, start: usize, to: usize) -> Option<Range<usize>> {
        let is_adverb = |i: usize| self.word(i).is_adverb() && !self.is_name_like(i);
        let start = (start..to)
            .find(|i| !is_adverb(*i))
            .unwrap_or(to.max(start));
        // "shouted one man", "replied another"
        let one = self.is_one_of(start, &["one", "another"]);
        if start < to && self.is_whole_subject(start, one, to) {
            return Some(start..start + 1);
        }
        let from = start + usize::from(one && !self.is_punctuation(start + 1));
        let ends = |i: usize| {
            self.quoted[i]
                || !self.is_part_after(i, start, to)
                || i > start && (self.word(i).is_time() || self.is_verb_of_another(i))
        };
        let limit = to.min(start + LONGEST_SUBJECT).max(from);
        let end = (from..limit).find(|i| ends(*i)).unwrap_or(limit);
        let determined = self.word(start).is_determiner() || one;
        self.can_speak(start..end, determined).then_some(start..end)
    }

    /// Whether the word at `i` is a subject by itself: a pronoun, or "another" with nothing behind it.
    fn is_whole_subject(&self, i: usize, one: bool, to: usize) -> bool {
        if one {
            i + 1 >= to || self.is_punctuation(i + 1)
        } else {
            self.word(i).is_pronoun() && !self.word(i).is_determiner()
        }
    }

    /// Whether a phrase read forwards can be a subject: it has a name, a determiner before its noun, or is
    /// a plural.
    fn can_speak(&self, phrase: Range<usize>, determined: bool) -> bool {
        let Some(last) = phrase.clone().last() else {
            return false;
        };
        let plural = self.tokens[last].case == Case::Lower && self.of(last).ends_with('s');
        plural || determined && phrase.len() > 1 || phrase.into_iter().any(|i| self.is_name_like(i))
    }

    /// Whether token `i` can be part of a noun phrase that is read forwards from `start`, before `to`.
    fn is_part_after(&self, i: usize, start: usize, to: usize) -> bool {
        match self.tokens[i].kind {
            TokenKind::Word => self.is_noun_after(i, i > start),
            TokenKind::Clitic | TokenKind::Number | TokenKind::Address => true,
            TokenKind::Symbol => false,
            TokenKind::Punctuation => i > start && i + 1 < to && self.is_mark_in_phrase(i),
        }
    }

    /// Whether the word at `i` can be part of such a phrase; `inner` says that it is not the first.
    fn is_noun_after(&self, i: usize, inner: bool) -> bool {
        let word = self.word(i);
        // a second determiner begins a phrase of its own, except behind "of"
        let begins_another = inner && word.is_determiner() && !self.is(i - 1, "of");
        let in_name = inner && self.is_name_like(i) && !word.is_pronoun();
        word.can_be_nominal() && !begins_another || in_name || inner && self.ties_to_next(i)
    }

    /// A mark inside a word, or the apostrophe of a plural: "Berg-Lund", "the teachers' union".
    fn is_mark_in_phrase(&self, i: usize) -> bool {
        let token = &self.tokens[i];
        let mark = token.of(self.text);
        let apostrophe = matches!(mark, "'" | "’");
        let of_many = || self.of(i - 1).ends_with('s') && self.word(i + 1).can_be_nominal();
        (apostrophe || matches!(mark, "-" | "." | "/"))
            && !token.spaced
            && (!self.tokens[i + 1].spaced || apostrophe && of_many())
    }

    /// Whether token `i` ties a noun to what follows: "head of the", "Berg and Lund".
    fn ties_to_next(&self, i: usize) -> bool {
        let next_is_name = self.is_name_like(i + 1);
        match self.of(i) {
            "of" => next_is_name || self.word(i + 1).is_determiner(),
            "for" | "at" | "and" => next_is_name,
            // "a tweet from Berg", "a report by Greenpeace"
            "from" | "by" => next_is_name && self.is_one_of(i - 1, &WORDS.paper),
            _ => false,
        }
    }

    /// "said Smith Tuesday": the day is not his name; "Berg dismissed it, saying", "Berg left the room, saying": neither
    /// is a verb.
    fn is_verb_of_another(&self, i: usize) -> bool {
        let next = self.word(i + 1);
        let with_object = next.is_determiner() && !self.word(i).is_preposition();
        // "Berg shot back"
        let struck = self.is_name_like(i - 1) && self.is_one_of(i + 1, &["back", "out"]);
        self.tokens[i].case == Case::Lower
            && self.tokens[i - 1].kind == TokenKind::Word
            && !self.word(i - 1).is_determiner()
            && (with_object
                || struck
                || WORDS.past.contains(&self.of(i))
                || self.of(i).ends_with("ed") && !next.can_be_nominal())
    }

    /// Who is seen and heard in a phrase: "Berg" in "footage of Berg".
    pub(super) fn shown_in(&self, phrase: &Range<usize>) -> Option<Range<usize>> {
        let of = (phrase.start + 1..phrase.end)
            .find(|i| self.is(*i, "of") && self.is_one_of(*i - 1, &WORDS.recording))?;
        (of + 1 < phrase.end).then_some(of + 1..phrase.end)
    }

    /// Where what is said begins after `cue`, within `to`; before it stand objects and circumstances.
    ///
    /// "told reporters on Monday that …" begins at "that"; "said Friday the plan …" at "the plan".
    pub(super) fn complement(&self, cue: &CueAt, to: usize) -> usize {
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
        if cue.cue.particle != Some("for")
            && let Some(that) = self.that_behind(after, to)
        {
            return that;
        }
        let behind_addressee = if told {
            self.past_addressee(after, to)
        } else {
            after
        };
        let occasion = self.past_occasion(behind_addressee, to);
        let is_mark =
            |i: usize| matches!(self.of(i), "," | ":" | "—" | "–" | "--") && !self.quoted[i];
        (occasion..to).find(|i| !is_mark(*i)).unwrap_or(after)
    }

    /// The "that" of a clause behind a cue, with an object and circumstances before it at most.
    fn that_behind(&self, after: usize, to: usize) -> Option<usize> {
        /// "told reporters at the ministry in Oslo on Monday that": tokens before it.
        const CIRCUMSTANCES: usize = 14;
        (after..to.min(after + CIRCUMSTANCES))
            .take_while(|i| !self.quoted[*i] && !matches!(self.of(*i), ";" | ":"))
            .find(|i| self.is(*i, "that"))
            .filter(|that| self.circumstances(after, *that))
    }

    /// Whether token `i` is a pronoun that can be told something.
    fn is_object_pronoun(&self, i: usize) -> bool {
        let next = self.word(i + 1);
        // "told her that", not "told her father"
        let her = self.is(i, "her") && (next.is_pronoun() || !next.can_be_nominal());
        her || self.is_one_of(i, &["me", "him", "them", "us", "you", "it"])
    }

    /// The index after the one who is told: "him", "reporters", "the forum", "Anna Berg".
    fn past_addressee(&self, from: usize, to: usize) -> usize {
        /// "a group of new officers": no addressee of the news is much longer, in tokens.
        const LONGEST_ADDRESSEE: usize = 8;
        if self.is_object_pronoun(from) {
            return from + 1;
        }
        let determined = self.word(from).is_determiner() || self.is_possessive(from);
        if !determined && from < to && self.is_common_plural(from) {
            return from + 1;
        }
        let from_noun = from + usize::from(determined);
        let limit = to.min(from + LONGEST_ADDRESSEE).max(from_noun);
        let goes_on = |i: usize| !self.quoted[i] && self.is_addressee(i, from, determined);
        let end = (from_noun..limit).find(|i| !goes_on(*i)).unwrap_or(limit);
        // "told the court prices were high": the noun before the verb is its subject
        let verb = end < to && end > from + 2 && self.is_helping_verb(end);
        end - usize::from(verb)
    }

    fn is_helping_verb(&self, i: usize) -> bool {
        self.word(i).is_auxiliary() || self.word(i).is_modal()
    }

    /// "told reporters the plan".
    fn is_common_plural(&self, i: usize) -> bool {
        !self.quoted[i] && self.is_common_noun(i) && self.of(i).ends_with('s')
    }

    /// Whether token `i` is part of the phrase of the one who is told, which begins at `from`.
    fn is_addressee(&self, i: usize, from: usize, determined: bool) -> bool {
        if self.is_name_like(i) && !self.word(i).is_pronoun() {
            // "told the committee Congress must act": the next name is the clause's subject
            let begun = i > from + 1 && self.tokens[i - 1].case == Case::Lower;
            return !(determined && begun);
        }
        matches!(self.of(i), "-" | "'s" | "’s") || determined && self.is_common_noun(i)
    }

    fn is_common_noun(&self, i: usize) -> bool {
        let (token, word) = (&self.tokens[i], self.word(i));
        token.kind == TokenKind::Word
            && token.case == Case::Lower
            && word.can_be_nominal()
            && !word.is_determiner()
            && !word.is_time()
    }

    /// The index after what says when and where it was said: "Friday", "on Monday", "this week",
    /// "in a statement".
    pub(super) fn past_occasion(&self, from: usize, to: usize) -> usize {
        /// "in an interview with the paper's", "at a rally": article, words and the noun, in tokens.
        const OCCASION: usize = 5;
        let i = from + self.time_words(from, to);
        if !(i < to && self.is_one_of(i, &["in", "at", "during"]) && !self.quoted[i]) {
            return i;
        }
        let noun = (i + 1..to.min(i + 1 + OCCASION))
            .take_while(|k| !self.quoted[*k] && self.word(*k).can_be_nominal())
            .find(|k| self.is_one_of(*k, &WORDS.occasion));
        let Some(noun) = noun else {
            return i;
        };
        // "at a rally in Ohio", "in an interview with Radio Nord"
        let with = noun + 1;
        if !self.is_one_of(with, &["in", "with", "of", "on"]) {
            return with;
        }
        let past = (with + 1..to)
            .find(|k| !self.is_name_like(*k) || self.quoted[*k])
            .unwrap_or(to);
        if past > with + 1 { past } else { with }
    }

    /// How many tokens from `i` on, before `to`, say when: "Friday", "on Monday", "this week".
    fn time_words(&self, i: usize, to: usize) -> usize {
        let is_time_word = |i: usize| self.word(i).is_time() || self.word(i).is_adverb();
        if i < to && is_time_word(i) && !self.quoted[i] {
            return 1;
        }
        let day = self.is(i, "on") && self.word(i + 1).is_time();
        let period = self.is_one_of(i, &["this", "last"]) && self.is_one_of(i + 1, &WORDS.period);
        if i + 1 < to && (day || period) { 2 } else { 0 }
    }

    pub(super) fn is_one_of(&self, i: usize, words: &[&str]) -> bool {
        words.iter().any(|w| self.is(i, w))
    }

    pub(super) fn is_subject_pronoun(&self, i: usize) -> bool {
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

/// The words before a verb that belong to it.
#[derive(Debug, Clone, Copy, Default)]
struct VerbGroup {
    /// Its first token; the verb's own where nothing helps it.
    start: usize,
    modal: bool,
    negated: bool,
    /// An infinitive: "to say".
    to: bool,
    /// A form of "be" right before the verb: a passive.
    be: bool,
}

/// Whether a word helps a verb that follows it.
pub(super) fn is_helper(word: Word) -> bool {
    word.is_adverb() || word.is_auxiliary() || word.is_modal() || word.is_negation()
}

/// Whether a word ties phrases or clauses, or stands for one.
fn is_connective(word: Word) -> bool {
    word.is_preposition() || word.is_conjunction() || word.is_conditional() || word.is_pronoun()
}

fn is_form_of_be(word: &str) -> bool {
    matches!(
        word,
        "is" | "was" | "were" | "are" | "been" | "be" | "being" | "'s" | "’s" | "'re" | "’re"
    )
}

/// An adverb of manner: "repeatedly", "angrily".
fn is_manner(word: &str) -> bool {
    word.len() > 4 && word.ends_with("ly") && word.starts_with(|c: char| c.is_ascii_lowercase())
}
