//! Languages without a model: what gazetteers, name lists and capitals can give.

use super::gazetteer::{Gazetteer, LONGEST_NAME, kind};
use super::labels::{NameType, OUTSIDE, write};
use super::recognise::observe::ObservedText;

/// Most words in a name of a person that begins with a known first name.
const PERSON_WORDS: usize = 4;

/// Labels by lists alone: listed countries, large cities, parts of the world and organisations, and
/// capitalised words after a first name.
pub(super) fn recognise(article: &ObservedText, gazetteer: &Gazetteer) -> Vec<u8> {
    let seen = &article.tokens;
    let mut labels = vec![OUTSIDE; seen.len()];
    let mut i = 0;
    while i < seen.len() {
        if !seen[i].has_capital() || seen[i].capitals {
            i += 1;
            continue;
        }
        let near = seen[i..].iter().take(LONGEST_NAME);
        let window = near.take_while(|s| s.block == seen[i].block).count();
        let listed = gazetteer.longest(i, i + window, |j| seen[j].lower, |j| seen[j].exact, false);
        let run = seen[i..i + window]
            .iter()
            .take(PERSON_WORDS)
            .take_while(|s| s.has_capital())
            .count();
        let named = listed
            .and_then(|(n, names)| Some((n, listed_type(names.kinds, n, run)?)))
            .or_else(|| {
                let person = run > 1 && seen[i].facts.is_first_name();
                person.then_some((run, NameType::Person))
            });
        if let Some((n, kind)) = named {
            write(&mut labels, i, i + n, kind);
        }
        i += named.map_or(run, |(n, _)| n).max(1);
    }
    labels
}

/// What a listed name of `n` tokens is, in a run of `run` capitalised ones: a shorter name at the
/// beginning of a run may be part of another.
fn listed_type(kinds: u16, n: usize, run: usize) -> Option<NameType> {
    const PLACES: u16 = kind::COUNTRY | kind::LARGE_CITY | kind::AREA;
    if kinds & PLACES != 0 && n >= run {
        Some(NameType::Place)
    } else if kinds & kind::ORGANIZATION != 0 && (n > 1 || n >= run) {
        Some(NameType::Organization)
    } else {
        None
    }
}
