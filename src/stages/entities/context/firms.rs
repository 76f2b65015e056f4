//! Firms and the like: what is bought of them, who works for them, what they do.

use std::collections::HashSet;

use super::{Context, MOSTLY, Said, name_at};
use crate::stages::entities::WORDS;
use crate::stages::entities::gazetteer::kind;
use crate::stages::entities::labels::{NameType, OUTSIDE, Part, parts, write};
use crate::stages::entities::recognise::observe::{CONTINUES, TokenFeatures};
use crate::text::Token;
use crate::text::lexicon::look_up;
use crate::text::tokens::{Case, TokenKind};

impl<'a> Context<'a> {
    /// "Macy's said": a verb in the past or future behind the ending shows that it belongs to the name.
    pub(super) fn brands(&self, labels: &mut [u8], said: &mut Said) {
        let mut families = HashSet::new();
        for i in 1..self.tokens.len() {
            if let Some((NameType::Person, Part::Last)) = parts(labels[i - 1]) {
                families.insert(self.word(i - 1));
            }
            let ending = matches!(self.word(i), "'s" | "\u{2019}s") && self.same_block(i - 1, i);
            // "McDonald's" is neither of one case nor of the other
            let mixed = self.tokens[i - 1].case == Case::Mixed;
            if !ending || !self.is_name_like(i - 1) && !mixed {
                continue;
            }
            let own = name_at(labels, i - 1);
            let firm = own.as_ref().and_then(|n| parts(labels[n.start]));
            let plans = firm.is_some_and(|(k, _)| k == NameType::Organization)
                && self.word(i + 1) == "plans"
                && self.word(i + 2) == "to";
            let listed = self.listed_brand(i).is_some_and(|first| {
                // "Lord Sainsbury's", "McDonald's" where Peter McDonald was named
                let titled = self.is(WORDS.title, self.beside(first, 1));
                !titled && !families.contains(self.word(i - 1))
            });
            if !listed && !plans && !self.is_finite_verb(i + 1) {
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

    /// The first token of a listed organisation whose last one is the ending at `i`: not that in "People's Daily".
    fn listed_brand(&self, i: usize) -> Option<usize> {
        let goes_on = |t: &TokenFeatures| t.gazetteer & CONTINUES != 0;
        let listed = self.seen.tokens[i].gazetteer & kind::ORGANIZATION != 0;
        let last = listed && !self.seen.tokens.get(i + 1).is_some_and(goes_on);
        let first = (0..=i).rev().find(|j| !goes_on(&self.seen.tokens[*j]));
        first.filter(|_| last)
    }

    /// "Capgemini will hire": a word at the beginning of a sentence that is no common one, before a verb of firms.
    pub(super) fn starts(&self, labels: &mut [u8]) {
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
            // "Acme CEO Ann Berg"
            let acts = self.same_block(i, i + 1)
                && (self.is_finite_verb(i + 1 + helped) || self.employs(i + 1));
            if lone && rare && acts && !derived && token.facts.names == 0 {
                write(labels, i, i + 1, NameType::Organization);
            }
        }
    }

    /// Names that what stands beside them shows to be firms, by their words: "shares of", "the retailer".
    pub(super) fn firms(&self, found: &[(usize, usize, NameType)]) -> HashSet<&'a str> {
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
        // "De Grey said", where De Grey Mining is named
        let trades = found.iter().filter(|n| {
            n.1 - n.0 > 1
                && matches!(n.2, NameType::Person | NameType::Organization)
                && self.is(WORDS.firm_end, self.word(n.1 - 1))
        });
        firms.extend(trades.map(|n| self.name(n.0, n.1 - 1)));
        firms.retain(|f| !people.contains(f));
        firms
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

    /// "Acme CEO Ann Berg", "Acme's board".
    pub(super) fn employs(&self, end: usize) -> bool {
        let behind = end + usize::from(self.owns(end));
        self.same_block(end - 1, behind) && self.is(WORDS.firm_post, self.word(behind))
    }

    /// "De Grey Mining": a name with two words or more whose last only firms, schools and the like have.
    pub(super) fn is_named_like_a_firm(&self, first: usize, end: usize) -> bool {
        let last = self.word(end - 1).to_lowercase();
        let lists = [WORDS.firm_end, WORDS.university, WORDS.company, WORDS.ngo];
        end - first > 1 && lists.iter().any(|list| list.contains(&&*last))
    }

    /// "told The Namibian", "in The Scotsman": an article with a capital inside a sentence belongs to a title.
    pub(super) fn is_paper(&self, first: usize, end: usize) -> bool {
        let small = |t: &Token| t.kind == TokenKind::Word && t.case == Case::Lower;
        let inside = first
            .checked_sub(2)
            .is_some_and(|i| small(&self.tokens[i]) && self.same_block(i, first));
        let headline = self.seen.tokens[first].titled;
        end - first == 1
            && self.before(first, 1) == "The"
            && inside
            && !headline
            && !self.is_name_like(end)
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

    /// "the Boston Globe", "the Evening Star": what a newspaper is called behind its town or how often it comes out.
    pub(super) fn is_newspaper(&self, first: usize, end: usize) -> bool {
        let town = self.seen.tokens[first].gazetteer & (kind::LARGE_CITY | kind::REGION) != 0;
        let often = matches!(
            self.word(first),
            "Daily" | "Sunday" | "Evening" | "Morning" | "Weekly"
        );
        end - first > 1 && (town || often) && self.is(WORDS.newspaper, self.word(end - 1))
    }
}
