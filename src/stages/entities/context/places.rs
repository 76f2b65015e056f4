//! Places: buildings, grounds, streets, towns.

use super::{Context, name_at};
use crate::stages::entities::WORDS;
use crate::stages::entities::gazetteer::kind;
use crate::stages::entities::labels::{NameType, OUTSIDE, parts, write};
use crate::stages::entities::lexicon::MOSTLY_LOWER;
use crate::text::tokens::TokenKind;

impl<'a> Context<'a> {
    /// "residents of Lundby, Norrby and Holm": all of them, also those that were no name or somebody's.
    pub(super) fn inhabited(&self, labels: &mut [u8]) {
        for i in 2..labels.len() {
            let led_in = self.beside(i, 1) == "of"
                && self.is(WORDS.people_of, self.beside(i, 2))
                && self.is_name_like(i);
            if !led_in {
                continue;
            }
            let mut first = i;
            while let Some(end) = self.place_in_list(labels, first) {
                let several = matches!(self.word(end), "," | "and") || first > i;
                if several || labels[first] != OUTSIDE {
                    write(labels, first, end, NameType::Place);
                }
                let mark = usize::from(matches!(self.word(end), ","));
                let joined = mark + usize::from(self.word(end + mark) == "and");
                if joined == 0 || !self.same_block(i, end + joined) {
                    break;
                }
                first = end + joined;
            }
        }
    }

    /// "Mansfield, MA": a town before the two letters of its state, and the state.
    pub(super) fn states(&self, labels: &mut [u8]) {
        for i in 2..labels.len() {
            let code = self.before(i, 1) == "," && WORDS.state_code.contains(&self.word(i));
            let ends = !self.is_name_like(i + 1) && self.word(i + 1) != "-";
            if !code || !ends || !self.same_block(i - 2, i) || !self.is_name_like(i - 2) {
                continue;
            }
            let town = name_at(labels, i - 2).unwrap_or(i - 2..i - 1);
            // what is no name is no town: "the company, MA"
            let is_named = parts(labels[i - 2]).is_some() && town.end == i - 1;
            if is_named && !self.seen.tokens[i].capitals {
                write(labels, town.start, town.end, NameType::Place);
                Self::clear(labels, i, i + 1);
                write(labels, i, i + 1, NameType::Place);
            }
        }
    }

    /// "on its way to Mars": a planet, where nothing else was seen in the word.
    pub(super) fn planets(&self, labels: &mut [u8]) {
        for i in 1..labels.len() {
            let free = labels[i] == OUTSIDE && self.is_name_like(i);
            let planet = free && WORDS.planet.contains(&self.word(i));
            if planet && self.is(WORDS.planet_lead, self.beside(i, 1)) && !self.is_name_like(i + 1)
            {
                write(labels, i, i + 1, NameType::Place);
            }
        }
    }

    /// Past the name at `first` that may be a place's: one that was taken for somebody's, or a word with a capital.
    fn place_in_list(&self, labels: &[u8], first: usize) -> Option<usize> {
        if labels.get(first).is_some_and(|l| *l == OUTSIDE) {
            let alone = self.is_name_like(first) && !self.is_name_like(first + 1);
            return alone.then_some(first + 1);
        }
        let kind = parts(*labels.get(first)?)?.0;
        let name = name_at(labels, first).filter(|n| n.start == first)?;
        matches!(kind, NameType::Person | NameType::Place).then_some(name.end)
    }

    /// "Woods Mitchell Pavilion": a name with two words or more whose last only buildings have.
    pub(super) fn is_named_like_a_building(&self, first: usize, end: usize) -> bool {
        end - first > 1 && self.is(WORDS.building, self.word(end - 1))
    }

    /// "lost at Anfield", "the match at Anfield": where one plays, if it is no team that the lists know.
    pub(super) fn is_ground(&self, first: usize, end: usize) -> bool {
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
    pub(super) fn is_venue(&self, first: usize, end: usize) -> bool {
        let last = self.word(end - 1);
        let building =
            end - first > 1 && (self.is(WORDS.venue, last) || self.is(WORDS.building, last));
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
    pub(super) fn is_town(&self, first: usize, end: usize) -> bool {
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

    /// "a flat in Silver Lane": not "in Diane Lane's house", whose first word is a first name.
    pub(super) fn is_street(&self, first: usize, end: usize) -> bool {
        let street = end - first > 1 && WORDS.street.contains(&self.word(end - 1));
        let led_in =
            self.is(WORDS.where_at, self.before(first, 1)) || self.before(first, 1) == "on";
        let owns = self.owns(end);
        let facts = self.seen.tokens[first].facts;
        // "Silver" is a word before it is a first name
        let first_name = facts.is_first_name() && facts.capitals > MOSTLY_LOWER;
        street && led_in && !owns && !first_name
    }
}
