//! What the words beside a name say of it, where they leave no doubt and the model has seen something else: a title
//! in quotation marks behind "the film", the firm behind "shares of", a town that "were relegated".

mod firms;
mod people;
mod places;
mod teams;
mod works;

use std::collections::HashSet;
use std::ops::Range;

use super::WORDS;
use super::labels::{NameType, OUTSIDE, Part, names, parts, write};
use super::recognise::observe::ObservedText;
use crate::text::Token;
use crate::text::tokens::{Case, TokenKind};
use crate::text::word_lists::List;

/// Values of [`super::lexicon::WordFacts::capitals`] from which a word mostly has a capital.
const MOSTLY: u8 = 5;

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
    context.lists_of_titles(labels, &mut said);
    context.brands(labels, &mut said);
    context.titled_people(labels);
    context.family_names(labels);
    context.starts(labels);
    context.months(labels);
    context.dates(labels);
    context.questions(labels);
    context.given_names(labels);
    context.generations(labels);
    context.inhabited(labels);
    context.states(labels);
    context.planets(labels);
    let found = names(labels);
    let firms = context.firms(&found);
    let works = context.works(&found, &said);
    let teams = context.teams(&found);
    for &(first, end, kind) in &found {
        if said.works.contains(&first) || said.branded.contains(&end) {
            continue;
        }
        if context.is_work(first, end, kind, &works) {
            write(labels, first, end, NameType::Other);
            said.works.insert(first);
        } else if let Some(right) = context.right_kind(first, end, kind, &firms, &teams) {
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

    /// Takes the names that `first..end` would cut off the labels.
    fn clear(labels: &mut [u8], first: usize, end: usize) {
        let left = name_at(labels, first).map_or(first, |n| n.start);
        let right = name_at(labels, end - 1).map_or(end, |n| n.end);
        labels[left..right].fill(OUTSIDE);
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

    fn name(&self, first: usize, end: usize) -> &'a str {
        self.tokens[first]
            .span
            .join(self.tokens[end - 1].span)
            .of(self.text)
    }

    /// What the name is, where it is not what it was taken for.
    fn right_kind(
        &self,
        first: usize,
        end: usize,
        kind: NameType,
        firms: &HashSet<&str>,
        teams: &HashSet<&str>,
    ) -> Option<NameType> {
        match kind {
            NameType::Organization | NameType::Place | NameType::Other
                if self.is_junior(first, end) =>
            {
                Some(NameType::Person)
            }
            NameType::Person if self.is_named_like_a_firm(first, end) => {
                Some(NameType::Organization)
            }
            NameType::Person if self.is_named_like_a_building(first, end) => Some(NameType::Place),
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
            NameType::Organization | NameType::Place if self.is_named_like_an_event(first, end) => {
                Some(NameType::Other)
            }
            NameType::Place
                if self.is_team(first, end) || self.is_team_again(first, end, teams) =>
            {
                Some(NameType::Organization)
            }
            NameType::Organization
                if self.is_venue(first, end)
                    || self.is_ground(first, end)
                    || self.is_town(first, end) =>
            {
                Some(NameType::Place)
            }
            NameType::Person if self.is_street(first, end) => Some(NameType::Place),
            NameType::Place if self.speaks_to_kin(first, end) => Some(NameType::Person),
            NameType::Other if self.is_newspaper(first, end) || self.employs(end) => {
                Some(NameType::Organization)
            }
            NameType::Other if self.is_called_by_trade(first, end) => Some(NameType::Person),
            NameType::Nationality if self.is_paper(first, end) => Some(NameType::Organization),
            NameType::Organization
                if self.is_competition(first, end) || self.is_product(first, end) =>
            {
                Some(NameType::Other)
            }
            _ => None,
        }
    }
}
