//! Teams that are named like the place they play for.

use std::collections::HashSet;

use super::Context;
use crate::stages::entities::WORDS;
use crate::stages::entities::labels::NameType;
use crate::text::tokens::{Case, TokenKind};

/// Of [`super::ObservedText::sport`]: the article is a report of matches, where each city is a team.
const REPORT: u8 = 2;

impl<'a> Context<'a> {
    /// In a report of matches: the names of places that are teams somewhere, by what is said of them there.
    pub(super) fn teams(&self, found: &[(usize, usize, NameType)]) -> HashSet<&'a str> {
        if self.seen.sport < REPORT {
            return HashSet::new();
        }
        let places = found.iter().filter(|n| n.2 == NameType::Place);
        let teams = places.filter(|n| self.is_team(n.0, n.1));
        teams.map(|n| self.name(n.0, n.1)).collect()
    }

    /// Whether a place that is a team elsewhere in the article is one here: where nobody is, comes from or goes to, and
    /// no state or country follows.
    pub(super) fn is_team_again(&self, first: usize, end: usize, teams: &HashSet<&str>) -> bool {
        let article = usize::from(self.before(first, 1) == "the");
        let is_there = self.is(WORDS.where_at, self.before(first, 1 + article));
        let region = self.word(end) == "," && self.is_name_like(end + 1);
        !is_there && !region && teams.contains(self.name(first, end))
    }

    /// "Hull City were relegated", "Brazil lost to Germany on penalties": a place that is many, or plays.
    pub(super) fn is_team(&self, first: usize, end: usize) -> bool {
        let joined = self.tokens.get(end).is_some_and(|t| t.spaced) && self.same_block(first, end);
        let many =
            matches!(self.word(end), "were" | "are" | "have") && !self.word(end - 1).ends_with('s');
        if joined && many && self.is_subject(first) {
            return true;
        }
        if joined && self.is_subject(first) && self.hires_players(end) {
            return true;
        }
        if self.seen.sport > 0 && self.is_in_match(first, end) {
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

    /// "Boston beat Montreal", "a win over Croatia", "Russia's victory", "lift Florida past", "improved to 14-0-1":
    /// what is said of teams alone, in an article about sport.
    fn is_in_match(&self, first: usize, end: usize) -> bool {
        let (one, two) = (self.beside(first, 1), self.beside(first, 2));
        let behind = |i: usize| match self.same_block(end - 1, i) {
            true => self.word(i),
            false => "",
        };
        let result = |word: &str| WORDS.team_result.contains(&word);
        let against = matches!(one, "over" | "against" | "to") && result(two)
            || matches!(one, "champions" | "hosts" | "holders" | "rivals");
        let owns = self.owns(end)
            && (result(behind(end + 1))
                || self
                    .tokens
                    .get(end + 1)
                    .is_some_and(|t| t.case == Case::Lower)
                    && result(behind(end + 2)));
        let record = matches!(behind(end), "improved" | "fell" | "dropped" | "slipped")
            && behind(end + 1) == "to"
            && self.is_score(end + 2);
        let beats = |word: &str| WORDS.team_beats.contains(&word);
        let past = matches!(behind(end), "past" | "to" | "over" | "," | "." | "");
        let gets_past = one == "past" && WORDS.team_passes.contains(&two);
        let report = self.seen.sport >= REPORT
            && (beats(one)
                || gets_past
                || beats(behind(end))
                || WORDS.team_lifts.contains(&one) && past
                || one == "for" && matches!(two, "scored" | "goals" | "points" | "saves" | "runs"));
        against || owns || record || report
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
    pub(super) fn has_player(&self, end: usize) -> bool {
        let spaced = self.tokens.get(end).is_some_and(|t| t.spaced);
        spaced && WORDS.player.contains(&self.word(end)) && self.is_name_like(end + 1)
    }
}
