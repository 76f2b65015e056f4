//! Languages without a model: what gazetteers, name lists and capitals can give.

use super::gazetteer::{Gazetteer, kind};
use super::labels::{NameType, OUTSIDE, write};
use super::recognise::observe::Article;

/// Most words in a name of a person that begins with a known first name.
const PERSON_WORDS: usize = 4;

/// Longest name in tokens that is looked up.
const WINDOW: usize = 8;

/// Labels by lists alone: listed countries, large cities, parts of the world and organisations, and
/// capitalised words after a first name.
pub fn recognise(article: &Article, gazetteer: &Gazetteer) -> Vec<u8> {
    let seen = &article.seen;
    let mut labels = vec![OUTSIDE; seen.len()];
    let mut i = 0;
    while i < seen.len() {
        if !seen[i].has_capital() || seen[i].capitals {
            i += 1;
            continue;
        }
        let near = seen[i..].iter().take(WINDOW);
        let window = near.take_while(|s| s.block == seen[i].block).count();
        let listed = gazetteer
            .longest(i, i + window, |j| seen[j].lower, |j| seen[j].exact, false)
            .map(|(n, names)| (n, names.kinds));
        let run = seen[i..i + window]
            .iter()
            .take(PERSON_WORDS)
            .take_while(|s| s.has_capital())
            .count();
        let places = kind::COUNTRY | kind::LARGE_CITY | kind::AREA;
        let n = match listed {
            Some((n, k)) if k & places != 0 && n >= run => {
                write(&mut labels, i, i + n, NameType::Place);
                n
            }
            Some((n, k)) if k & kind::ORGANIZATION != 0 && (n > 1 || n >= run) => {
                write(&mut labels, i, i + n, NameType::Organization);
                n
            }
            _ if run > 1 && seen[i].facts.names & 1 != 0 => {
                write(&mut labels, i, i + run, NameType::Person);
                run
            }
            _ => run.max(1),
        };
        i += n;
    }
    labels
}
