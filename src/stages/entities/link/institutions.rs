//! Mentions of organisations without a name: "the company", "the Swiss firm", "it said".

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::coreference::{Quotation, first_token, is_subject, past_token};
use super::{ArticleText, mention};
use crate::record::{Entity, MentionKind};
use crate::stages::entities::WORDS;
use crate::stages::entities::gazetteer::Gazetteer;
use crate::stages::entities::labels::NameType;
use crate::stages::entities::mentions::Name;
use crate::text::data::{DataFile, data_file};
use crate::text::tokens::{Case, TokenKind};
use crate::text::{Span, table};

pub(crate) const FILE: DataFile<'static> = data_file!("gazetteers/institutions.tsv");

/// Nouns that stand for an organisation, with the subtypes that they may mean.
pub(crate) static NOUNS: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    table::rows::<2>(FILE.path, FILE.text())
        .map(|row| (row.columns[0], row.columns[1].split('|').collect()))
        .collect()
});

/// Stands in the table for an organisation without a subtype.
const UNKNOWN: &str = "*";

/// Stands in the table for an organisation with the noun in its name: "the union" is the Teachers' Union, if there is one.
const NAMED: &str = "=";

/// Whether "the company" or the like may mean an organisation, by what kind it is or has in its name.
pub(crate) fn may_be_called(organization: &Entity, noun: &str) -> bool {
    let Some(kinds) = NOUNS.get(noun) else {
        return false;
    };
    let subtype = organization.subtype.as_deref().unwrap_or(UNKNOWN);
    kinds.contains(&subtype) || kinds.contains(&NAMED) && has_noun(organization, noun)
}

/// Whether an organisation has a noun in its name.
fn has_noun(organization: &Entity, noun: &str) -> bool {
    let mut words = organization.name.split(' ');
    words.any(|word| word.eq_ignore_ascii_case(noun))
}

/// Sentences back within which the organisation of a noun and of "it" must have been spoken of. By the labels of the
/// project: further back half of them are wrong.
const NOUN_REACH: usize = 3;
const PRONOUN_REACH: usize = 1;
/// The same for one with the noun in its name, which hardly another can be.
const NAMED_REACH: usize = 20;

/// Words between "the" and the noun: "the German car maker".
const LONGEST_MODIFIER: usize = 2;

/// An organisation named or referred to.
#[derive(Debug, Clone, Copy)]
struct Referent {
    organization: usize,
    sentence: usize,
    subject: bool,
}

/// Adds nominal and pronoun mentions to organisations.
pub(crate) fn resolve(
    article: &ArticleText<'_>,
    names: &[Name<'_>],
    organizations: &mut [Entity],
    gazetteer: &Gazetteer,
) {
    let mut named: Vec<(u32, usize)> = organizations
        .iter()
        .enumerate()
        .flat_map(|(o, e)| e.mentions.iter().map(move |m| (m.start, o)))
        .collect();
    named.sort_unstable();
    let mut resolver = Resolver {
        article,
        names,
        gazetteer,
        named,
        next_named: 0,
        next_name: 0,
        named_to: 0,
        quotation: Quotation::default(),
        recent: Vec::new(),
        found: Vec::new(),
    };
    let mut number = 0;
    for &sentence in article.sentences {
        let range = first_token(article, sentence)..past_token(article, sentence);
        resolver.sentence(number, range, organizations);
        // what is said at length between them does not part what the reporter writes
        number += usize::from(!resolver.quotation.is_open);
    }
    for (organization, span, kind) in resolver.found {
        organizations[organization]
            .mentions
            .push(mention(span, kind));
    }
}

/// One walk through the sentences of an article.
struct Resolver<'a> {
    article: &'a ArticleText<'a>,
    names: &'a [Name<'a>],
    gazetteer: &'a Gazetteer,
    /// Where each name of an organisation begins, and whose it is, in the order of the text.
    named: Vec<(u32, usize)>,
    /// The first of `named`, and of `names`, that stands further on.
    next_named: usize,
    next_name: usize,
    /// The token behind the last name.
    named_to: usize,
    quotation: Quotation,
    recent: Vec<Referent>,
    found: Vec<(usize, Span, MentionKind)>,
}

impl Resolver<'_> {
    fn sentence(&mut self, number: usize, range: Range<usize>, organizations: &[Entity]) {
        for i in range.clone() {
            self.note_names(number, range.start, i);
            let word = self.article.word(i);
            self.quotation.pass(self.article, i);
            if i < self.named_to || self.quotation.is_open {
                continue;
            }
            let found = match word {
                "it" | "It" => self
                    .pronoun(number, i)
                    .map(|o| (o, i, MentionKind::Pronoun)),
                "the" | "The" => self
                    .nominal(number, i, range.end, organizations)
                    .map(|(o, last)| (o, last, MentionKind::Nominal)),
                "police" | "Police" => self
                    .police(number, range.start, i, organizations)
                    .map(|o| (o, i, MentionKind::Nominal)),
                _ => None,
            };
            if let Some((organization, last, kind)) = found {
                let tokens = self.article.tokens;
                let span = tokens[i].span.join(tokens[last].span);
                self.found.push((organization, span, kind));
                self.recent.push(Referent {
                    organization,
                    sentence: number,
                    subject: is_subject(self.article, range.start, i, last + 1),
                });
            }
        }
    }

    /// Notes the organisations named up to token `i` of the sentence that begins at `start`.
    fn note_names(&mut self, sentence: usize, start: usize, i: usize) {
        while let Some(n) = self.names.get(self.next_name).filter(|n| n.first <= i) {
            self.named_to = self.named_to.max(n.end);
            self.next_name += 1;
            let at = self.next_named;
            let Some(&(_, organization)) = self.named.get(at).filter(|(s, _)| *s == n.span.start)
            else {
                continue;
            };
            self.next_named += 1;
            // what a speaker names is not what the reporter's noun stands for
            if self.quotation.is_open {
                continue;
            }
            self.recent.push(Referent {
                organization,
                sentence,
                subject: is_subject(self.article, start, n.first, n.end),
            });
        }
    }

    /// Whether a verb of saying stands behind token `i`: "said", "also said".
    fn says(&self, i: usize) -> bool {
        let says = |i: usize| WORDS.says.contains(&self.article.word(i));
        says(i + 1) || WORDS.says_helper.contains(&self.article.word(i + 1)) && says(i + 2)
    }

    /// "Police said": the one police force that the text has named.
    fn police(
        &self,
        sentence: usize,
        start: usize,
        i: usize,
        organizations: &[Entity],
    ) -> Option<usize> {
        let bare = match i.checked_sub(1).map(|b| &self.article.tokens[b]) {
            // "Lundby police", "state police"
            Some(before) if i > start && before.kind == TokenKind::Word => {
                matches!(self.article.word(i - 1), "and" | "but")
            }
            _ => true,
        };
        if !bare || !self.says(i) {
            return None;
        }
        let mut named = self.recent.iter().filter(|n| {
            let e = &organizations[n.organization];
            n.sentence + NAMED_REACH >= sentence && has_noun(e, "police")
        });
        let first = named.next()?.organization;
        named.all(|n| n.organization == first).then_some(first)
    }

    /// "it said": the organisation that the sentence before was about, or this one is.
    fn pronoun(&self, sentence: usize, i: usize) -> Option<usize> {
        if !self.says(i) {
            return None;
        }
        let fits = |n: &&Referent| n.sentence + PRONOUN_REACH >= sentence;
        self.nearest(fits).or_else(|| {
            // nobody else can be meant
            let (first, rest) = self.recent.split_first()?;
            let only = rest.iter().all(|n| n.organization == first.organization);
            only.then_some(first.organization)
        })
    }

    /// "the company": the last organisation before that it can mean, and the noun's token.
    fn nominal(
        &self,
        sentence: usize,
        at: usize,
        end: usize,
        organizations: &[Entity],
    ) -> Option<(usize, usize)> {
        let (country, last, kinds) = self.noun(at, end)?;
        let is_other = |e: &Entity| {
            country.is_some() && e.country.is_some() && e.country.as_deref() != country
        };
        if kinds.contains(&NAMED) {
            let noun = self.article.word(last);
            let is_meant = |n: &&Referent| {
                let e = &organizations[n.organization];
                n.sentence + NAMED_REACH >= sentence && has_noun(e, noun) && !is_other(e)
            };
            let mut meant = self.recent.iter().filter(is_meant);
            if let Some(first) = meant.next() {
                // one of two unions may be either
                let only = meant.all(|n| n.organization == first.organization);
                return only.then_some((first.organization, last));
            }
        }
        let fits = |n: &&Referent| {
            let e = &organizations[n.organization];
            let kind = kinds.contains(&e.subtype.as_deref().unwrap_or(UNKNOWN));
            n.sentence + NOUN_REACH >= sentence && kind && !is_other(e)
        };
        self.nearest(fits).map(|o| (o, last))
    }

    /// The noun behind "the" at `at`: the country that the words before it name, its token, and what it may mean.
    fn noun(
        &self,
        at: usize,
        end: usize,
    ) -> Option<(Option<&str>, usize, &'static [&'static str])> {
        let mut country = None;
        for i in at + 1..end.min(at + 2 + LONGEST_MODIFIER) {
            if let Some(kinds) = NOUNS.get(self.article.word(i)) {
                return self.ends(i).then_some((country, i, &kinds[..]));
            }
            if let Ok(n) = self.names.binary_search_by_key(&i, |n| n.first) {
                let n = &self.names[n];
                if n.kind != NameType::Nationality || n.end > i + 1 {
                    return None;
                }
                let known = n.known.and_then(|k| self.gazetteer.country_of_people(k));
                country = known.map(|c| c.iso);
            } else if !self.is_modifier(i) {
                return None;
            }
        }
        None
    }

    fn is_modifier(&self, i: usize) -> bool {
        let t = &self.article.tokens[i];
        t.kind == TokenKind::Word
            && t.case == Case::Lower
            && !matches!(self.article.word(i), "of" | "and" | "or")
    }

    /// Whether the noun at `i` ends its phrase: no "company of", "group that", "bank account" or name follows.
    fn ends(&self, i: usize) -> bool {
        if self
            .names
            .binary_search_by_key(&(i + 1), |n| n.first)
            .is_ok()
        {
            return false;
        }
        let behind = self.article.word(i + 1);
        let hyphened = behind == "-" && self.article.tokens.get(i + 1).is_some_and(|t| !t.spaced);
        !WORDS.restricts.contains(&behind) && !hyphened
    }

    /// The organisation that fits and was spoken of last: in its sentence the subject, else the first.
    fn nearest(&self, fits: impl Fn(&&Referent) -> bool) -> Option<usize> {
        /// Names looked back at: a list of them is no story.
        const FAR: usize = 60;
        let last = self.recent.iter().rev().take(FAR).find(&fits)?.sentence;
        let near = self.recent.iter().rev().take(FAR);
        let group: Vec<&Referent> = near
            .take_while(|n| n.sentence >= last)
            .filter(fits)
            .collect();
        let subject = group.iter().rev().find(|n| n.subject);
        subject.or(group.last()).map(|n| n.organization)
    }
}
