//! What the gazetteer knows better than the model: names that can hardly mean anything else.

use std::collections::HashSet;

use super::gazetteer::{Gazetteer, LONGEST_NAME, kind};
use super::labels::{self, NameType, OUTSIDE, names, write};
use super::lexicon::ALWAYS_LOWER;
use super::recognise::observe::{ObservedText, TokenFeatures};
use crate::text::tokens::TokenKind;

/// Sport from which on countries are left to the model, which may see teams in them.
const TEAMS: u8 = 1;

/// Values of [`super::lexicon::WordFacts::capitals`] from which a word has a capital often, and mostly.
const OFTEN: u8 = 4;
const MOSTLY: u8 = 5;

/// First names and words that are countries too; only the model tells which is meant.
fn ambiguous(article: &ObservedText, first: usize, end: usize) -> bool {
    let s = &article.tokens[first];
    end - first == 1 && (s.facts.names != 0 || s.facts.capitals < MOSTLY || s.capitals)
}

/// Corrects the labels of one article: countries and regions taken for people or, outside sport, for
/// organisations; countries and organisations of several words that were not seen at all.
pub(super) fn correct(article: &ObservedText, labels: &mut [u8], gazetteer: &Gazetteer) {
    let found = names(labels);
    let surnames: HashSet<u64> = found
        .iter()
        .filter(|(first, end, k)| *k == NameType::Person && end - first > 1)
        .map(|(_, end, _)| article.tokens[end - 1].lower)
        .collect();
    for &(first, end, taken) in &found {
        let Some((n, listed)) = look(article, gazetteer, first, labels.len()) else {
            continue;
        };
        let surname = surnames.contains(&article.tokens[end - 1].lower);
        if n == end - first && !surname && is_place(article, listed, taken, first, end) {
            write(labels, first, end, NameType::Place);
        } else if n == end - first && n > 1 && listed == kind::ORGANIZATION {
            write(labels, first, end, NameType::Organization);
        } else if taken == NameType::Place
            && is_in_parts(article, listed, labels, end, first + n)
            && is_whole_name(article, first, first + n)
        {
            write(labels, first, first + n, NameType::Place);
        }
    }
    add_listed(article, labels, gazetteer);
}

/// "Dar es Salaam": whether only a part of a listed place was seen as one, and the rest from token `from` to `end` is
/// free, or another part.
fn is_in_parts(
    article: &ObservedText,
    listed: u16,
    labels: &[u8],
    from: usize,
    end: usize,
) -> bool {
    const PLACES: u16 = kind::CITY | kind::LARGE_CITY | kind::REGION | kind::COUNTRY | kind::AREA;
    let is_free = |i: usize| {
        let place = labels::parts(labels[i]).is_none_or(|(kind, _)| kind == NameType::Place);
        // "London, Ontario" is two, whatever a list says
        place && article.tokens[i].kind == TokenKind::Word
    };
    from < end && listed & !PLACES == 0 && (from..end).all(is_free)
}

/// Whether the listed name from token `first` to `end` is a place, though the model has `taken` it for
/// something else.
fn is_place(
    article: &ObservedText,
    listed: u16,
    taken: NameType,
    first: usize,
    end: usize,
) -> bool {
    let country = listed & kind::COUNTRY != 0;
    match taken {
        NameType::Person => {
            let place = listed & (kind::COUNTRY | kind::REGION | kind::AREA) != 0;
            place && !ambiguous(article, first, end)
        }
        NameType::Organization => {
            country && article.sport < TEAMS && listed & kind::ORGANIZATION == 0
        }
        NameType::Other => country,
        NameType::Place | NameType::Nationality => false,
    }
}

/// The longest listed name from token `first` on, before `end`: its length in tokens and its kinds.
fn look(
    article: &ObservedText,
    gazetteer: &Gazetteer,
    first: usize,
    end: usize,
) -> Option<(usize, u16)> {
    let seen = &article.tokens;
    let block = seen[first].block;
    let end = (first..end)
        .take(LONGEST_NAME)
        .take_while(|i| seen[*i].block == block)
        .last()?
        + 1;
    gazetteer
        .longest(
            first,
            end,
            |i| seen[i].lower,
            |i| seen[i].exact,
            seen[first].capitals,
        )
        .map(|(n, names)| (n, names.kinds))
}

/// Labels listed countries, and organisations of several words, that the model has not seen at all.
fn add_listed(article: &ObservedText, labels: &mut [u8], gazetteer: &Gazetteer) {
    let mut i = 0;
    while i < labels.len() {
        let s = &article.tokens[i];
        if labels[i] != OUTSIDE || !s.has_capital() || s.titled || s.capitals {
            i += 1;
            continue;
        }
        let Some((n, listed)) = look(article, gazetteer, i, labels.len()) else {
            i += 1;
            continue;
        };
        let end = i + n;
        let free = labels[i..end].iter().all(|l| *l == OUTSIDE);
        if free
            && is_whole_name(article, i, end)
            && let Some(kind) = missed_type(article, listed, i, end)
        {
            write(labels, i, end, kind);
        }
        i = end;
    }
}

/// Whether the tokens `first..end` are written like a name, and no capitalised word before or behind them
/// makes them part of a longer one.
fn is_whole_name(article: &ObservedText, first: usize, end: usize) -> bool {
    let seen = &article.tokens;
    let block = seen[first].block;
    let in_name =
        |s: &TokenFeatures| s.has_capital() || (ALWAYS_LOWER..OFTEN).contains(&s.facts.capitals);
    let goes_on = |s: &TokenFeatures| s.has_capital() && s.block == block;
    let before = first > 0 && goes_on(&seen[first - 1]);
    let behind = seen.get(end).is_some_and(|s| goes_on(s) && s.spaced);
    seen[first..end].iter().all(in_name) && !before && !behind
}

/// What a listed name is that hardly means anything else.
fn missed_type(article: &ObservedText, listed: u16, first: usize, end: usize) -> Option<NameType> {
    let several = end - first > 1;
    if several && listed & kind::ORGANIZATION != 0 && article.tokens[end - 1].has_capital() {
        return Some(NameType::Organization);
    }
    let country = listed & kind::COUNTRY != 0
        && (several || !ambiguous(article, first, end))
        && article.sport < TEAMS;
    country.then_some(NameType::Place)
}
