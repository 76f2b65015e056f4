//! Places: buildings, grounds, streets, towns.

use super::Context;
use crate::stages::entities::WORDS;
use crate::stages::entities::gazetteer::kind;
use crate::stages::entities::lexicon::MOSTLY_LOWER;
use crate::text::tokens::TokenKind;

impl<'a> Context<'a> {
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
