//! Teams that are named like the place they play for.

use super::Context;
use crate::stages::entities::WORDS;
use crate::text::tokens::TokenKind;

impl<'a> Context<'a> {
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
    pub(super) fn hires_players(&self, end: usize) -> bool {
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
    pub(super) fn is_subject(&self, first: usize) -> bool {
        let behind = matches!(
            self.before(first, 1),
            "that" | "as" | "when" | "while" | "but" | "because" | "if" | "said" | "says"
        );
        behind || self.seen.tokens[first].opens
    }

    /// Whether behind the verb at `verb` stands by what a match was won.
    pub(super) fn tells_a_match(&self, verb: usize) -> bool {
        /// From the verb on, in tokens.
        const REACH: usize = 10;
        (verb + 1..verb + REACH)
            .take_while(|i| self.same_block(verb, *i) && self.word(*i) != ".")
            .any(|i| self.is(WORDS.team_score, self.word(i)) || self.is_score(i))
    }

    /// "2-1".
    pub(super) fn is_score(&self, i: usize) -> bool {
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
