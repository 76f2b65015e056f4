//! Works, by what stands before a title and by marks around it; products, competitions and fairs, by their own words.

use std::collections::HashSet;
use std::ops::Range;

use super::{Context, Said};
use crate::stages::entities::WORDS;
use crate::stages::entities::labels::{NameType, OUTSIDE, write};
use crate::text::tokens::Case;

/// Longest title in quotation marks, in tokens.
const LONGEST_TITLE: usize = 8;

/// Titles one after another from which they are a list of works, and not what somebody said.
const LIST: usize = 3;

impl<'a> Context<'a> {
    fn is_quote(word: &str) -> bool {
        matches!(
            word,
            "\"" | "\u{201c}" | "\u{201d}" | "\u{2018}" | "\u{2019}" | "'" | "``" | "''"
        )
    }

    /// "the film “Casablanca”": what stands in marks behind a word for a work is one.
    pub(super) fn titles(&self, labels: &mut [u8], said: &mut Said) {
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
            let Some((title, _)) = self.closed(i, Self::is_quote) else {
                continue;
            };
            Self::clear(labels, title.start, title.end);
            write(labels, title.start, title.end, NameType::Other);
            said.works.insert(title.start);
        }
    }

    /// What stands behind the opening mark at `i`, without a comma before the closing one, and the token past that.
    fn closed(&self, i: usize, closes: impl Fn(&str) -> bool) -> Option<(Range<usize>, usize)> {
        let limit = self.tokens.len().min(i + 2 + LONGEST_TITLE);
        let close = (i + 2..limit).find(|j| closes(self.word(*j)))?;
        let comma = matches!(self.word(close - 1), "," | "." | ";");
        let title = i + 1..close - usize::from(comma);
        self.same_block(i, close).then_some((title, close + 1))
    }

    /// "hits like “Harbor Lights,” “Low Tide” and “Ebb”": of three titles or more in marks, one after another, those in
    /// which a name was seen are works.
    pub(super) fn lists_of_titles(&self, labels: &mut [u8], said: &mut Said) {
        let mut run: Vec<Range<usize>> = Vec::new();
        let mut i = 0;
        while i < self.tokens.len() {
            let Some((title, mut next)) = self.title_in_marks(i) else {
                i += 1;
                continue;
            };
            while matches!(self.word(next), "," | "and") {
                next += 1;
            }
            let goes_on = self.same_block(i, next) && self.title_in_marks(next).is_some();
            run.push(title);
            if !goes_on {
                let several = std::mem::take(&mut run);
                for title in several.iter().filter(|_| several.len() >= LIST) {
                    if labels[title.clone()].iter().any(|l| *l != OUTSIDE) {
                        Self::clear(labels, title.start, title.end);
                        write(labels, title.start, title.end, NameType::Other);
                        said.works.insert(title.start);
                    }
                }
            }
            i = next;
        }
    }

    /// The title in double marks that open at `i`, and the token past them.
    fn title_in_marks(&self, i: usize) -> Option<(Range<usize>, usize)> {
        let opens = matches!(self.word(i), "\"" | "\u{201c}" | "``");
        if !opens || self.tokens.get(i + 1)?.case == Case::Lower {
            return None;
        }
        let found = self.closed(i, |mark| matches!(mark, "\"" | "\u{201d}" | "''" | "’’"))?;
        Some(found).filter(|(title, _)| !title.is_empty())
    }

    /// The names of the works that were found: one name is one work through the article.
    pub(super) fn works(
        &self,
        found: &[(usize, usize, NameType)],
        said: &Said,
    ) -> HashSet<&'a str> {
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
    pub(super) fn is_work(
        &self,
        first: usize,
        end: usize,
        kind: NameType,
        works: &HashSet<&str>,
    ) -> bool {
        let behind =
            self.is(WORDS.work_kind, self.before(first, 1)) && self.same_block(first - 1, first);
        let elsewhere = match kind {
            NameType::Organization => true,
            NameType::Place => !self.is(WORDS.where_at, self.before(first, 1)),
            _ => false,
        };
        behind || elsewhere && works.contains(self.name(first, end))
    }

    /// "the iPhone", "MacBooks".
    pub(super) fn is_product(&self, first: usize, end: usize) -> bool {
        let word = self.word(first);
        let one = word.strip_suffix('s').unwrap_or(word);
        let listed = WORDS.product.contains(&word) || WORDS.product.contains(&one);
        listed && !self.is_finite_verb(end)
    }

    /// "the Premier League", as what is played: not where it does something.
    pub(super) fn is_competition(&self, first: usize, end: usize) -> bool {
        WORDS.competition.contains(&self.name(first, end)) && !self.is_finite_verb(end)
    }

    /// "the Belmont Stakes": a name with two words or more whose last only competitions and fairs have.
    pub(super) fn is_named_like_an_event(&self, first: usize, end: usize) -> bool {
        end - first > 1 && self.is(WORDS.event_end, self.word(end - 1)) && !self.is_finite_verb(end)
    }
}
