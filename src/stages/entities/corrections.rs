//! What the gazetteer knows better than the model: names that can hardly mean anything else.

use std::collections::HashSet;

use super::gazetteer::{Gazetteer, kind};
use super::labels::{NameType, OUTSIDE, names, write};
use super::recognise::observe::Article;

/// Sport from which on countries are left to the model, which may see teams in them.
const TEAMS: u8 = 1;

/// First names and words that are countries too; only the model tells which is meant.
fn ambiguous(article: &Article, first: usize, end: usize) -> bool {
    let s = &article.seen[first];
    end - first == 1 && (s.facts.names != 0 || s.facts.capitals < 5 || s.capitals)
}

/// Corrects the labels of one article: countries and regions taken for people or, outside sport, for
/// organisations; countries and organisations of several words that were not seen at all.
pub fn correct(article: &Article, labels: &mut [u8], gazetteer: &Gazetteer) {
    let found = names(labels);
    let surnames: HashSet<u64> = found
        .iter()
        .filter(|(first, end, k)| *k == NameType::Person && end - first > 1)
        .map(|(_, end, _)| article.seen[end - 1].lower)
        .collect();
    for &(first, end, taken) in &found {
        let Some((n, listed)) = look(article, gazetteer, first, labels.len()) else {
            continue;
        };
        if n != end - first || surnames.contains(&article.seen[end - 1].lower) {
            continue;
        }
        let country = listed & kind::COUNTRY != 0;
        let region = listed & (kind::REGION | kind::AREA) != 0;
        let place = match taken {
            NameType::Person => (country || region) && !ambiguous(article, first, end),
            NameType::Organization => {
                country && article.sport < TEAMS && listed & kind::ORGANIZATION == 0
            }
            NameType::Other => country,
            NameType::Place | NameType::Nationality => false,
        };
        if place {
            write(labels, first, end, NameType::Place);
        }
    }
    add_listed(article, labels, gazetteer);
}

fn look(
    article: &Article,
    gazetteer: &Gazetteer,
    first: usize,
    end: usize,
) -> Option<(usize, u16)> {
    let seen = &article.seen;
    let block = seen[first].block;
    let end = (first..end)
        .take(8)
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

fn add_listed(article: &Article, labels: &mut [u8], gazetteer: &Gazetteer) {
    let mut i = 0;
    while i < labels.len() {
        let s = &article.seen[i];
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
        let all_capital = article.seen[i..end].iter().all(|s| {
            s.has_capital() || !s.facts.capitals.is_multiple_of(8) && s.facts.capitals < 4
        });
        let goes_on = article
            .seen
            .get(end)
            .is_some_and(|a| a.has_capital() && a.spaced && a.block == s.block)
            || i > 0 && article.seen[i - 1].has_capital() && article.seen[i - 1].block == s.block;
        if free && all_capital && !goes_on {
            if n > 1 && listed & kind::ORGANIZATION != 0 && article.seen[end - 1].has_capital() {
                write(labels, i, end, NameType::Organization);
            } else if listed & kind::COUNTRY != 0
                && (n > 1 || !ambiguous(article, i, end))
                && article.sport < TEAMS
            {
                write(labels, i, end, NameType::Place);
            }
        }
        i = end;
    }
}
