//! People: titles, first names, what only people do.

use std::collections::HashSet;

use super::{Context, MOSTLY, name_at};
use crate::intake::dates::calendar;
use crate::stages::entities::WORDS;
use crate::stages::entities::gazetteer::kind;
use crate::stages::entities::labels::{NameType, OUTSIDE, Part, names, parts, write};
use crate::stages::entities::lexicon::ALWAYS_LOWER;
use crate::stages::entities::recognise::observe::TokenFeatures;
use crate::text::feature_hash::lower;
use crate::text::lexicon::look_up;
use crate::text::tokens::{Case, TokenKind};

impl<'a> Context<'a> {
    /// "Prime Minister May", "General Grant": a title before a capitalised word that was no name.
    pub(super) fn titled_people(&self, labels: &mut [u8]) {
        for i in 1..labels.len() {
            let token = &self.seen.tokens[i];
            let free = labels[i] == OUTSIDE && labels[i - 1] == OUTSIDE;
            if !free || token.case != Case::Title || !self.is_name_like(i - 1) {
                continue;
            }
            let title = self.is(WORDS.rank, self.before(i, 1));
            let ends = !self.is_name_like(i + 1) && self.word(i + 1) != "of";
            if title && ends && !token.titled && !token.capitals && self.same_block(i - 1, i) {
                write(labels, i, i + 1, NameType::Person);
            }
        }
    }

    /// "Crews said", "Harder has": the family name of somebody named in full before, at the beginning of a sentence and
    /// before what people do, where it is a common word, too.
    pub(super) fn family_names(&self, labels: &mut [u8]) {
        let mut families = HashSet::new();
        for i in 0..labels.len() {
            if let Some((NameType::Person, Part::Last)) = parts(labels[i]) {
                families.insert(self.word(i));
            }
            let token = &self.seen.tokens[i];
            let begins = token.opens && !token.titled && !token.capitals;
            if !begins || labels[i] != OUTSIDE || !families.contains(self.word(i)) {
                continue;
            }
            let next = self.word(i + 1);
            let acts = WORDS.person_verb.contains(&next) || matches!(next, "has" | "had");
            if acts && self.same_block(i, i + 1) {
                write(labels, i, i + 1, NameType::Person);
            }
        }
    }

    /// "April Jones told": a month before a family name alone is a first name, where nothing makes it a date.
    pub(super) fn months(&self, labels: &mut [u8]) {
        const FIRST_NAMES: &[&str] = &["April", "June"];
        for i in 0..labels.len().saturating_sub(1) {
            let person = matches!(parts(labels[i + 1]), Some((NameType::Person, Part::Only)));
            let free = person && labels[i] == OUTSIDE && FIRST_NAMES.contains(&self.word(i));
            if !free {
                continue;
            }
            let begins = self.seen.tokens[i].opens || matches!(self.before(i, 1), "," | "and");
            let dated = self
                .tokens
                .get(i.wrapping_sub(1))
                .is_some_and(|t| t.kind == TokenKind::Number);
            if begins && !dated && self.same_block(i, i + 1) {
                write(labels, i, i + 2, NameType::Person);
            }
        }
    }

    /// "Jan 30 (Reuters)", "Jan-March": a month before a number and a span of months are no names.
    pub(super) fn dates(&self, labels: &mut [u8]) {
        for (i, label) in labels.iter_mut().enumerate() {
            if !matches!(parts(*label), Some((NameType::Person, Part::Only))) {
                continue;
            }
            let word = self.word(i).trim_end_matches('.').to_lowercase();
            let is_month = |part: &str| {
                calendar::OF_WIRES.named(part).is_some()
                    && calendar::english_months().any(|(name, _)| name == part)
            };
            let numbered = || {
                let next = self.tokens.get(i + 1);
                next.is_some_and(|t| t.kind == TokenKind::Number)
            };
            if word.split('-').all(is_month) && (word.contains('-') || numbered()) {
                *label = OUTSIDE;
            }
        }
    }

    /// "Will Berg stay?": the verb that opens a question is no first name, where another follows.
    pub(super) fn questions(&self, labels: &mut [u8]) {
        /// Tokens in which its mark is looked for.
        const LONGEST: usize = 60;
        for i in 0..labels.len() {
            let opens = self.word(i) == "Will" && self.seen.tokens[i].opens;
            let Some((kind, Part::Begin)) = parts(labels[i]).filter(|_| opens) else {
                continue;
            };
            let Some(name) = name_at(labels, i) else {
                continue;
            };
            let behind = name.end..labels.len().min(i + LONGEST);
            let mut marks = behind
                .take_while(|j| self.same_block(i, *j))
                .map(|j| self.word(j))
                .filter(|word| matches!(*word, "." | "!" | "?"));
            let asks = marks.next() == Some("?");
            if asks && self.is_bare_verb(name.end) {
                Self::clear(labels, i, name.end);
                write(labels, i + 1, name.end, kind);
            }
        }
    }

    /// Whether the word at `i` can be a verb in its base form: "stay", "be", not "stays", "to" or "and".
    fn is_bare_verb(&self, i: usize) -> bool {
        let Some(token) = self.tokens.get(i) else {
            return false;
        };
        let (text, word) = (token.of(self.text), look_up(token, self.text));
        let bare = word.can_be_nominal() || word.is_adverb() || matches!(text, "be" | "have");
        let inflected = text.ends_with('s') || text.ends_with("ed") || text.ends_with("ing");
        token.kind == TokenKind::Word && token.case == Case::Lower && bare && !inflected
    }

    /// "Kim Min-jae": a family name of Korea before a given name of two syllables.
    pub(super) fn given_names(&self, labels: &mut [u8]) {
        /// "hyeon", "seung": letters of a syllable.
        const SYLLABLE: std::ops::RangeInclusive<usize> = 2..=5;
        for i in 0..labels.len().saturating_sub(3) {
            let mark = &self.tokens[i + 2];
            let hyphened = mark.kind == TokenKind::Punctuation
                && !mark.spaced
                && !self.tokens[i + 3].spaced
                && self.word(i + 2) == "-";
            if !hyphened || !WORDS.korean.contains(&self.word(i)) || !self.is_name_like(i + 1) {
                continue;
            }
            let syllables = [i + 1, i + 3]
                .iter()
                .all(|j| SYLLABLE.contains(&self.word(*j).len()));
            let second = self.tokens[i + 3].case == Case::Lower;
            let person = matches!(parts(labels[i + 3]), Some((NameType::Person, _)));
            if syllables && second && !person && self.same_block(i, i + 3) {
                Self::clear(labels, i, i + 4);
                write(labels, i, i + 4, NameType::Person);
            }
        }
    }

    /// Whether only a person stands so: behind a title, or before an age.
    pub(super) fn is_surely_person(&self, first: usize, end: usize) -> bool {
        let age = self.word(end) == ","
            && self
                .tokens
                .get(end + 1)
                .is_some_and(|t| t.kind == TokenKind::Number);
        self.is(WORDS.title, self.before(first, 1)) || age || matches!(self.word(end), "who")
    }

    /// "Victoria told her mother": a first name that does what only people do.
    pub(super) fn speaks_to_kin(&self, first: usize, end: usize) -> bool {
        let token = &self.seen.tokens[first];
        let country = token.gazetteer & (kind::COUNTRY | kind::AREA) != 0;
        end - first == 1
            && token.facts.is_first_name()
            && !country
            && matches!(
                self.word(end),
                "told" | "asked" | "phoned" | "married" | "texted"
            )
            && matches!(self.word(end + 1), "her" | "his")
    }

    /// "Ann Berg III": the number belongs to the name.
    pub(super) fn generations(&self, labels: &mut [u8]) {
        for (first, end, kind) in names(labels) {
            let numbered = matches!(self.word(end), "II" | "III" | "IV")
                && self.tokens[end].spaced
                && self.same_block(first, end)
                && labels[end] == OUTSIDE;
            if kind == NameType::Person && end - first > 1 && numbered {
                write(labels, first, end + 1, NameType::Person);
            }
        }
    }

    /// "Sammy Davis Jr.".
    pub(super) fn is_junior(&self, first: usize, end: usize) -> bool {
        end - first > 1 && matches!(self.word(end - 1), "Jr." | "Jr" | "Sr." | "Sr")
    }

    /// "golfer Tiger Woods".
    pub(super) fn is_called_by_trade(&self, first: usize, end: usize) -> bool {
        let named = (first..end).all(|i| self.is_name_like(i));
        end - first > 1 && named && WORDS.person_noun.contains(&self.beside(first, 1))
    }

    /// "the Harrises", where a Harris is named: `token` is the last word of somebody's name in the plural.
    fn is_family(&self, first: usize, surnames: &HashSet<u64>) -> bool {
        let word = self.word(first);
        let stems = ["es", "s"].map(|ending| word.strip_suffix(ending));
        let mut stems = stems.into_iter().flatten();
        matches!(self.beside(first, 1), "the" | "The")
            && stems.any(|stem| surnames.contains(&lower(stem)))
    }

    /// "Jimmy Wales …, and Wales said": the last word of a person's name alone is the person, where it does what
    /// people do.
    pub(super) fn namesakes(&self, labels: &mut [u8]) {
        let found = names(labels);
        let surnames: HashSet<u64> = found
            .iter()
            .filter(|(a, b, k)| *k == NameType::Person && b - a > 1)
            .map(|(_, b, _)| self.seen.tokens[*b - 1].lower)
            .collect();
        // "the Bank", where the Bank of England is named
        let firsts: HashSet<u64> = found
            .iter()
            .filter(|(a, b, k)| *k == NameType::Organization && b - a > 1)
            .map(|(a, _, _)| self.seen.tokens[*a].lower)
            .collect();
        let common = |t: &TokenFeatures| (ALWAYS_LOWER..MOSTLY).contains(&t.facts.capitals);
        let acts = |i: usize| WORDS.person_verb.contains(&self.word(i));
        let lone = found
            .iter()
            .filter(|(a, b, k)| b - a == 1 && *k != NameType::Person);
        for &(first, end, kind) in lone {
            let token: &TokenFeatures = &self.seen.tokens[first];
            if surnames.contains(&token.lower) && acts(end) || self.is_family(first, &surnames) {
                write(labels, first, end, NameType::Person);
            } else if kind == NameType::Other && common(token) && firsts.contains(&token.lower) {
                write(labels, first, end, NameType::Organization);
            }
        }
    }
}
