//! What the words beside a name say of it, where they leave no doubt and the model has seen something else: a title
//! in quotation marks behind "the film", the firm behind "shares of", a town that "were relegated".

use std::collections::HashSet;
use std::ops::Range;

use super::WORDS;
use super::gazetteer::kind;
use super::labels::{NameType, OUTSIDE, Part, names, parts, write};
use super::lexicon::{ALWAYS_LOWER, MOSTLY_LOWER};
use super::recognise::observe::{CONTINUES, ObservedText, TokenFeatures};
use crate::text::Token;
use crate::text::lexicon::look_up;
use crate::text::tokens::{Case, TokenKind};
use crate::text::word_lists::List;

/// Values of [`super::lexicon::WordFacts::capitals`] from which a word mostly has a capital.
const MOSTLY: u8 = 5;

/// Longest title in quotation marks, in tokens.
const LONGEST_TITLE: usize = 8;

/// What was found beside the labels.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// First tokens of names that are works, whatever else they could be.
    pub works: HashSet<usize>,
    /// Past the last tokens of names to which the possessive ending belongs: "Macy's".
    pub branded: HashSet<usize>,
}

/// Corrects the labels of an article by what stands beside its names.
pub(super) fn correct(
    text: &str,
    tokens: &[Token],
    seen: &ObservedText,
    labels: &mut [u8],
) -> Said {
    let context = Context { text, tokens, seen };
    let mut said = Said::default();
    context.titles(labels, &mut said);
    context.brands(labels, &mut said);
    context.titled_people(labels);
    context.starts(labels);
    context.months(labels);
    context.given_names(labels);
    let found = names(labels);
    let firms = context.firms(&found);
    let works = context.works(&found, &said);
    for &(first, end, kind) in &found {
        if said.works.contains(&first) || said.branded.contains(&end) {
            continue;
        }
        if context.is_work(first, end, kind, &works) {
            write(labels, first, end, NameType::Other);
            said.works.insert(first);
        } else if let Some(right) = context.right_kind(first, end, kind, &firms) {
            write(labels, first, end, right);
        }
    }
    context.namesakes(labels);
    said
}

/// The tokens of the name that token `i` is part of.
fn name_at(labels: &[u8], i: usize) -> Option<Range<usize>> {
    parts(labels[i])?;
    let begins = |j: &usize| matches!(parts(labels[*j]), Some((_, Part::Begin | Part::Only)));
    let ends = |j: &usize| matches!(parts(labels[*j]), Some((_, Part::Last | Part::Only)));
    let first = (0..=i).rev().find(begins)?;
    let last = (i..labels.len()).find(ends)?;
    Some(first..last + 1)
}

struct Context<'a> {
    text: &'a str,
    tokens: &'a [Token],
    seen: &'a ObservedText,
}

impl<'a> Context<'a> {
    fn word(&self, i: usize) -> &'a str {
        self.tokens.get(i).map_or("", |t| t.of(self.text))
    }

    fn before(&self, i: usize, back: usize) -> &'a str {
        i.checked_sub(back).map_or("", |j| self.word(j))
    }

    /// The same, of the block of token `i` alone.
    fn beside(&self, i: usize, back: usize) -> &'a str {
        let within = i.checked_sub(back).filter(|j| self.same_block(*j, i));
        within.map_or("", |j| self.word(j))
    }

    /// Whether the name that ends before `end` owns something: "Acme's".
    fn owns(&self, end: usize) -> bool {
        let token = self.tokens.get(end);
        token.is_some_and(|t| t.kind == TokenKind::Clitic)
    }

    fn is(&self, list: List, word: &str) -> bool {
        list.contains(&&*word.to_lowercase())
    }

    fn same_block(&self, a: usize, b: usize) -> bool {
        match (self.tokens.get(a), self.tokens.get(b)) {
            (Some(a), Some(b)) => a.block == b.block,
            _ => false,
        }
    }

    fn is_quote(word: &str) -> bool {
        matches!(
            word,
            "\"" | "\u{201c}" | "\u{201d}" | "\u{2018}" | "\u{2019}" | "'" | "``" | "''"
        )
    }

    /// "the film “Casablanca”": what stands in marks behind a word for a work is one.
    fn titles(&self, labels: &mut [u8], said: &mut Said) {
        for i in 1..self.tokens.len() {
            let opens = Self::is_quote(self.word(i))
                && (self.is(WORDS.work_noun, self.before(i, 1))
                    || WORDS.makes.contains(&self.before(i, 1)))
                && self.same_block(i - 1, i);
            if !opens
                || !self
                    .word(i + 1)
                    .starts_with(|c: char| c.is_uppercase() || c.is_numeric())
            {
                continue;
            }
            let limit = self.tokens.len().min(i + 2 + LONGEST_TITLE);
            let close = (i + 2..limit).find(|j| Self::is_quote(self.word(*j)));
            let Some(close) = close.filter(|c| self.same_block(i, *c)) else {
                continue;
            };
            let comma = matches!(self.word(close - 1), "," | "." | ";");
            let end = close - usize::from(comma);
            Self::clear(labels, i + 1, end);
            write(labels, i + 1, end, NameType::Other);
            said.works.insert(i + 1);
        }
    }

    /// The names of the works that were found: one name is one work through the article.
    fn works(&self, found: &[(usize, usize, NameType)], said: &Said) -> HashSet<&'a str> {
        let is_work = |n: &&(usize, usize, NameType)| {
            said.works.contains(&n.0) || self.is(WORDS.work_kind, self.before(n.0, 1))
        };
        let works = found.iter().filter(is_work);
        works
            .map(|(first, end, _)| self.name(*first, *end))
            .collect()
    }

    /// Whether a name is of a work: behind "the film", and what was taken for an organisation where the same name is of
    /// one elsewhere.
    fn is_work(&self, first: usize, end: usize, kind: NameType, works: &HashSet<&str>) -> bool {
        let behind =
            self.is(WORDS.work_kind, self.before(first, 1)) && self.same_block(first - 1, first);
        let elsewhere = match kind {
            NameType::Organization => true,
            NameType::Place => !self.is(WORDS.where_at, self.before(first, 1)),
            _ => false,
        };
        behind || elsewhere && works.contains(self.name(first, end))
    }

    /// Takes the names that `first..end` would cut off the labels.
    fn clear(labels: &mut [u8], first: usize, end: usize) {
        let left = name_at(labels, first).map_or(first, |n| n.start);
        let right = name_at(labels, end - 1).map_or(end, |n| n.end);
        labels[left..right].fill(OUTSIDE);
    }

    /// "Macy's said": a verb in the past or future behind the ending shows that it belongs to the name.
    fn brands(&self, labels: &mut [u8], said: &mut Said) {
        for i in 1..self.tokens.len() {
            let ending = matches!(self.word(i), "'s" | "\u{2019}s") && self.same_block(i - 1, i);
            if !ending || !self.is_name_like(i - 1) {
                continue;
            }
            let own = name_at(labels, i - 1);
            let firm = own.as_ref().and_then(|n| parts(labels[n.start]));
            let plans = firm.is_some_and(|(k, _)| k == NameType::Organization)
                && self.word(i + 1) == "plans"
                && self.word(i + 2) == "to";
            if !self.is_listed_brand(i) && !plans && !self.is_finite_verb(i + 1) {
                continue;
            }
            // "Anna Berg's" that is half a name is none
            if own.is_none() && i >= 2 && self.is_name_like(i - 2) {
                continue;
            }
            let first = own.map_or(i - 1, |n| n.start);
            Self::clear(labels, first, i + 1);
            write(labels, first, i + 1, NameType::Organization);
            said.branded.insert(i + 1);
        }
    }

    /// Whether the ending at `i` is the last token of a listed organisation: not that in "People's Daily".
    fn is_listed_brand(&self, i: usize) -> bool {
        let goes_on = |t: &TokenFeatures| t.gazetteer & CONTINUES != 0;
        let listed = self.seen.tokens[i].gazetteer & kind::ORGANIZATION != 0;
        listed && !self.seen.tokens.get(i + 1).is_some_and(goes_on)
    }

    fn is_name_like(&self, i: usize) -> bool {
        self.tokens
            .get(i)
            .is_some_and(|t| t.kind == TokenKind::Word && t.case == Case::Title)
    }

    /// A verb that says what somebody did or will do, and is no noun: "said", "will open".
    fn is_finite_verb(&self, i: usize) -> bool {
        let word = self.word(i);
        let future = word == "will"
            && self
                .tokens
                .get(i + 1)
                .is_some_and(|t| t.case == Case::Lower);
        future || WORDS.firm_verb.contains(&word)
    }

    /// "Prime Minister May", "General Grant": a title before a capitalised word that was no name.
    fn titled_people(&self, labels: &mut [u8]) {
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

    /// "Capgemini will hire": a word at the beginning of a sentence that is no common one, before a verb of firms.
    fn starts(&self, labels: &mut [u8]) {
        for i in 0..labels.len() {
            let token = &self.seen.tokens[i];
            let written = token.opens && !token.titled && !token.capitals && token.letters == 0;
            if !written || labels[i] != OUTSIDE || !self.is_name_like(i) {
                continue;
            }
            let rare = token.facts.capitals == 0
                || token.facts.capitals >= MOSTLY
                || token.facts.brown == 0;
            let lone = i == 0 || labels[i - 1] == OUTSIDE;
            // "Teleworkers said", "Reportedly"
            let derived = ["s", "ly", "ing"].iter().any(|e| self.word(i).ends_with(e));
            let helped = usize::from(matches!(self.word(i + 1), "has" | "had" | "also"));
            let acts = self.is_finite_verb(i + 1 + helped) && self.same_block(i, i + 1);
            if lone && rare && acts && !derived && token.facts.names == 0 {
                write(labels, i, i + 1, NameType::Organization);
            }
        }
    }

    /// "April Jones told": a month before a family name alone is a first name, where nothing makes it a date.
    fn months(&self, labels: &mut [u8]) {
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

    /// "Kim Min-jae": a family name of Korea before a given name of two syllables.
    fn given_names(&self, labels: &mut [u8]) {
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

    /// Names that what stands beside them shows to be firms, by their words: "shares of", "the retailer".
    fn firms(&self, found: &[(usize, usize, NameType)]) -> HashSet<&'a str> {
        let mut firms = HashSet::new();
        let mut people = HashSet::new();
        // a town may be called so too: "the pop group Portishead", not "the retailer Leeds misses"
        let may_be = |n: &&(usize, usize, NameType)| match n.2 {
            NameType::Person | NameType::Other => true,
            NameType::Place => self.is_named_group(n.0) || self.is_contractor(n.0, n.1),
            _ => false,
        };
        for &(first, end, _) in found.iter().filter(may_be) {
            let name = self.name(first, end);
            if self.is_firm(first, end) {
                firms.insert(name);
            }
            if self.is_surely_person(first, end) {
                people.insert(name);
            }
        }
        // "Musk cut jobs", where Elon Musk is named
        let longer = found
            .iter()
            .filter(|n| n.2 == NameType::Person && n.1 - n.0 > 1);
        people.extend(longer.map(|n| self.word(n.1 - 1)));
        firms.retain(|f| !people.contains(f));
        firms
    }

    fn name(&self, first: usize, end: usize) -> &'a str {
        self.tokens[first]
            .span
            .join(self.tokens[end - 1].span)
            .of(self.text)
    }

    /// Whether only a firm stands so: "shares of X", "analysts at X", "retailer X", "X reported sales".
    fn is_firm(&self, first: usize, end: usize) -> bool {
        let (one, two) = (self.beside(first, 1), self.beside(first, 2));
        // not "the firm Anna Berg founded"
        let general = WORDS.firm_general.contains(&one)
            && matches!(two, "the" | "a" | "his" | "her" | "their");
        let owns = self.owns(end);
        // "the National Oil Company Ann Berg runs": a capital inside a sentence belongs to a name
        let in_name =
            first >= 2 && self.is_name_like(first - 1) && !self.seen.tokens[first - 1].opens;
        let led_in = self.is(WORDS.firm_noun, one) && !general && !in_name
            || one == "firm" && two == "law"
            || matches!(one, "of" | "in") && self.is(WORDS.firm_share, two) && !owns
            || matches!(one, "at" | "from") && self.is(WORDS.firm_staff, two);
        let object = (end + 1..end + 4).take_while(|i| self.same_block(end, *i));
        let based = self.word(end) == "," && self.word(end + 1) == "based"
            || self.word(end) == "-" && self.word(end + 1) == "owned";
        let verb = usize::from(self.word(end) == "will");
        let reports = (WORDS.firm_verb.contains(&self.word(end)) || verb > 0)
            && object
                .clone()
                .any(|i| self.is(WORDS.firm_object, self.word(i)));
        let known = led_in
            || based
            || reports
            || self.is_sold(end)
            || self.is_contractor(first, end)
            || self.is_firm_in_apposition(end);
        known || self.speaks_of_itself(end) || self.says_what_it_does(end)
    }

    /// "X won a contract", "hired X to advise".
    fn is_contractor(&self, first: usize, end: usize) -> bool {
        let mut object = (end + 1..end + 5).take_while(|i| self.same_block(end, *i));
        let won = self.word(end) == "won"
            && object.any(|i| matches!(self.word(i), "contract" | "contracts" | "tender"));
        let hired = matches!(self.before(first, 1), "hired" | "appointed" | "retained");
        won || hired && self.word(end) == "to" && self.word(end + 1) == "advise"
    }

    /// "X was bought by a rival".
    fn is_sold(&self, end: usize) -> bool {
        matches!(self.word(end), "was" | "is" | "were" | "been")
            && matches!(
                self.word(end + 1),
                "bought" | "acquired" | "nationalised" | "floated"
            )
            && matches!(self.word(end + 2), "by" | "for" | "in" | "on")
    }

    /// Whether what stands at `i` goes past a noun and the words before it: "an economist at the bank".
    fn ends_phrase(&self, i: usize) -> bool {
        let t = &self.tokens[i];
        let mark = t.kind == TokenKind::Punctuation && t.of(self.text) != "-";
        mark || look_up(t, self.text).is_preposition()
    }

    /// "the Bristol band Massive Attack": a group that plays, with words before it that say what kind.
    fn is_named_group(&self, first: usize) -> bool {
        let described = self
            .before(first, 2)
            .chars()
            .all(|c| c.is_alphabetic() || c == '-');
        let general = matches!(
            self.before(first, 2),
            "the" | "a" | "his" | "her" | "their" | ""
        );
        matches!(self.before(first, 1), "band" | "group" | "rockers")
            && described
            && !general
            && self.same_block(first - 2, first)
    }

    /// "BEATS, an advocacy group for": a firm or the like between a comma and what says more of it.
    fn is_firm_in_apposition(&self, end: usize) -> bool {
        /// "a London-based market research firm that": from the comma to the noun, in tokens.
        const PHRASE: usize = 7;
        if self.word(end) != "," || !matches!(self.word(end + 1), "a" | "an") {
            return false;
        }
        let mut phrase = (end + 2..end + 2 + PHRASE)
            .take_while(|i| self.same_block(end, *i) && !self.ends_phrase(*i));
        let noun = phrase.find(|i| WORDS.firm_noun.contains(&self.word(*i)));
        noun.is_some_and(|noun| {
            matches!(
                self.word(noun + 1),
                "that" | "which" | "for" | "in" | "based" | "of" | "with" | "," | "."
            )
        })
    }

    /// "X will move its headquarters".
    fn speaks_of_itself(&self, end: usize) -> bool {
        let speaks = matches!(self.word(end), "said" | "says");
        let behind = (end + 1..end + 3).take_while(|i| self.same_block(end, *i));
        !speaks && self.is_finite_verb(end) && behind.into_iter().any(|i| self.word(i) == "its")
    }

    /// "X said it would cut 300 jobs".
    fn says_what_it_does(&self, end: usize) -> bool {
        /// From "said it would" to what is cut, in tokens.
        const REACH: usize = 10;
        let said = matches!(self.word(end), "said" | "says") && self.word(end + 1) == "it";
        let does = matches!(
            self.word(end + 2),
            "would" | "will" | "had" | "has" | "plans"
        );
        let mut behind = (end + 3..end + 3 + REACH).take_while(|i| self.same_block(end, *i));
        let of_its_own =
            |i: usize| self.is(WORDS.firm_object, self.word(i)) || self.word(i) == "its";
        said && does && behind.any(of_its_own)
    }

    /// Whether only a person stands so: behind a title, or before an age.
    fn is_surely_person(&self, first: usize, end: usize) -> bool {
        let age = self.word(end) == ","
            && self
                .tokens
                .get(end + 1)
                .is_some_and(|t| t.kind == TokenKind::Number);
        self.is(WORDS.title, self.before(first, 1)) || age || matches!(self.word(end), "who")
    }

    /// What the name is, where it is not what it was taken for.
    fn right_kind(
        &self,
        first: usize,
        end: usize,
        kind: NameType,
        firms: &HashSet<&str>,
    ) -> Option<NameType> {
        match kind {
            NameType::Place
                if firms.contains(self.name(first, end))
                    && !self.is(WORDS.where_at, self.before(first, 1)) =>
            {
                Some(NameType::Organization)
            }
            NameType::Person | NameType::Other if firms.contains(self.name(first, end)) => {
                Some(NameType::Organization)
            }
            NameType::Person | NameType::Place if self.has_player(end) => {
                Some(NameType::Organization)
            }
            NameType::Place if self.is_team(first, end) => Some(NameType::Organization),
            NameType::Organization
                if self.is_venue(first, end)
                    || self.is_ground(first, end)
                    || self.is_town(first, end) =>
            {
                Some(NameType::Place)
            }
            NameType::Person if self.is_street(first, end) => Some(NameType::Place),
            NameType::Place if self.speaks_to_kin(first, end) => Some(NameType::Person),
            NameType::Other if self.is_newspaper(first, end) => Some(NameType::Organization),
            _ => None,
        }
    }

    /// "Hull City were relegated", "Brazil lost to Germany on penalties": a place that is many, or plays.
    fn is_team(&self, first: usize, end: usize) -> bool {
        let joined = self.tokens.get(end).is_some_and(|t| t.spaced) && self.same_block(first, end);
        let many =
            matches!(self.word(end), "were" | "are" | "have") && !self.word(end - 1).ends_with('s');
        if joined && many && self.is_subject(first) {
            return true;
        }
        if joined && self.is_subject(first) && self.hires_players(end) {
            return true;
        }
        let plays = |i: usize| WORDS.team_verb.contains(&self.word(i));
        let (one, two) = (first.checked_sub(1), first.checked_sub(2));
        let beaten = one.filter(|i| plays(*i) && self.same_block(*i, first));
        let against = one.filter(|i| matches!(self.word(*i), "to" | "with" | "against"));
        // "lost to", "lost 4-0 to"
        let scored = first
            .checked_sub(4)
            .filter(|i| self.is_score(*i))
            .and(first.checked_sub(5));
        let met = [two, scored].into_iter().flatten();
        let met = met
            .into_iter()
            .find(|i| against.is_some() && plays(*i) && self.same_block(*i, first));
        let wins = Some(end).filter(|i| joined && plays(*i));
        wins.or(beaten)
            .or(met)
            .is_some_and(|verb| self.tells_a_match(verb))
    }

    /// "Sunderland signed striker", "Reading sacked their manager".
    fn hires_players(&self, end: usize) -> bool {
        /// "signed the former Spain midfielder": tokens from the verb to the noun.
        const REACH: usize = 6;
        let verb = self.word(end);
        let signs = matches!(verb, "signed" | "sign" | "loaned");
        let sacks = matches!(verb, "sacked" | "fired" | "appointed");
        let theirs = matches!(self.word(end + 1), "their" | "its");
        let mut object = (end + 1..end + REACH).take_while(|i| self.same_block(end, *i));
        let is_player =
            |i: usize| WORDS.player.contains(&self.word(i)) || self.word(i) == "manager";
        (signs || sacks && theirs) && object.any(is_player)
    }

    /// Whether a name at `first` begins a clause: what stands before it has no part in its number.
    fn is_subject(&self, first: usize) -> bool {
        let behind = matches!(
            self.before(first, 1),
            "that" | "as" | "when" | "while" | "but" | "because" | "if" | "said" | "says"
        );
        behind || self.seen.tokens[first].opens
    }

    /// Whether behind the verb at `verb` stands by what a match was won.
    fn tells_a_match(&self, verb: usize) -> bool {
        /// From the verb on, in tokens.
        const REACH: usize = 10;
        (verb + 1..verb + REACH)
            .take_while(|i| self.same_block(verb, *i) && self.word(*i) != ".")
            .any(|i| self.is(WORDS.team_score, self.word(i)) || self.is_score(i))
    }

    /// "2-1".
    fn is_score(&self, i: usize) -> bool {
        let number = |i: usize| {
            self.tokens
                .get(i)
                .is_some_and(|t| t.kind == TokenKind::Number && t.span.len() <= 2)
        };
        number(i) && matches!(self.word(i + 1), "-" | "\u{2013}") && number(i + 2)
    }

    /// "Gor Mahia coach Peter Otieno".
    fn has_player(&self, end: usize) -> bool {
        let spaced = self.tokens.get(end).is_some_and(|t| t.spaced);
        spaced && WORDS.player.contains(&self.word(end)) && self.is_name_like(end + 1)
    }

    /// "lost at Anfield", "the match at Anfield": where one plays, if it is no team that the lists know.
    fn is_ground(&self, first: usize, end: usize) -> bool {
        let played = WORDS.team_verb.contains(&self.before(first, 2))
            || matches!(
                self.before(first, 2),
                "match" | "game" | "final" | "draw" | "played"
            );
        let listed = self.seen.tokens[first].gazetteer & kind::ORGANIZATION != 0;
        let companies_have_none =
            self.before(first, 1) == "the" && self.is(WORDS.where_at, self.before(first, 2));
        let both = end - first == 1 && WORDS.natural.contains(&self.word(first));
        played && self.before(first, 1) == "at" && !listed || both && companies_have_none
    }

    /// "at Carnegie Hall": a building behind a preposition of place.
    fn is_venue(&self, first: usize, end: usize) -> bool {
        let last = self.word(end - 1);
        let building = end - first > 1 && self.is(WORDS.venue, last);
        let article = usize::from(self.before(first, 1) == "the");
        let part = self.before(first, 1) == "of"
            && matches!(
                self.before(first, 2),
                "lobby" | "roof" | "top" | "front" | "steps" | "gates"
            );
        let led_in = part || self.is(WORDS.where_at, self.before(first, 1 + article));
        building && (led_in || last == "Airport" && !self.is_finite_verb(end))
    }

    /// "opens in Chelsea": a town that plays too, behind "in", unless somebody believes or owns something in it.
    fn is_town(&self, first: usize, end: usize) -> bool {
        let places = kind::CITY | kind::LARGE_CITY | kind::REGION | kind::COUNTRY;
        let listed = self.seen.tokens[first].gazetteer & places != 0;
        let owns = self.owns(end);
        let spaced = self
            .tokens
            .get(end)
            .is_none_or(|t| t.spaced || t.kind == TokenKind::Punctuation);
        let more = self.is_name_like(end) || self.word(end) == "-";
        end - first == 1
            && listed
            && self.before(first, 1) == "in"
            && !WORDS.invested.contains(&self.before(first, 2))
            && spaced
            && !owns
            && !more
    }

    /// "Victoria told her mother": a first name that does what only people do.
    fn speaks_to_kin(&self, first: usize, end: usize) -> bool {
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

    /// "the Boston Globe", "the Evening Star": what a newspaper is called behind its town or how often it comes out.
    fn is_newspaper(&self, first: usize, end: usize) -> bool {
        let town = self.seen.tokens[first].gazetteer & (kind::LARGE_CITY | kind::REGION) != 0;
        let often = matches!(
            self.word(first),
            "Daily" | "Sunday" | "Evening" | "Morning" | "Weekly"
        );
        end - first > 1 && (town || often) && self.is(WORDS.newspaper, self.word(end - 1))
    }

    /// "a flat in Silver Lane": not "in Diane Lane's house", whose first word is a first name.
    fn is_street(&self, first: usize, end: usize) -> bool {
        let street = end - first > 1 && WORDS.street.contains(&self.word(end - 1));
        let led_in =
            self.is(WORDS.where_at, self.before(first, 1)) || self.before(first, 1) == "on";
        let owns = self.owns(end);
        let facts = self.seen.tokens[first].facts;
        // "Silver" is a word before it is a first name
        let first_name = facts.is_first_name() && facts.capitals > MOSTLY_LOWER;
        street && led_in && !owns && !first_name
    }

    /// "Jimmy Wales …, and Wales said": the last word of a person's name alone is the person, where it does what
    /// people do.
    fn namesakes(&self, labels: &mut [u8]) {
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
            if surnames.contains(&token.lower) && acts(end) {
                write(labels, first, end, NameType::Person);
            } else if kind == NameType::Other && common(token) && firsts.contains(&token.lower) {
                write(labels, first, end, NameType::Organization);
            }
        }
    }
}
