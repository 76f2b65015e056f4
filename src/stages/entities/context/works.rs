//! Works: titles behind a word that says what they are.

use std::collections::HashSet;

use super::{Context, Said};
use crate::stages::entities::WORDS;
use crate::stages::entities::labels::{NameType, write};

/// Longest title in quotation marks, in tokens.
const LONGEST_TITLE: usize = 8;

impl<'a> Context<'a> {
    pub(super) fn is_quote(word: &str) -> bool {
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
}
