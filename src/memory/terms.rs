//! What a text is about, in numbers: its heaviest words and its names, each with a weight.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::entry::{byte_positions, stretch, text_blocks};
use crate::record::EnrichedArticle;
use crate::text::data::{DataFile, data_file};
use crate::text::{hash, push_lower, table};

pub(super) const FILE: DataFile<'static> = data_file!("keyphrases/document-frequencies.tsv");

/// Words that are kept of a text, the heaviest.
pub(super) const WORDS: usize = 40;
/// Names that are kept, likewise.
pub(super) const NAMES: usize = 30;
/// Words at the head of a text, headline and lead, that weigh half as much again.
const HEAD: usize = 60;
/// Words of a text that are looked at: what it is about it has said by then.
const READ: usize = 1_500;
/// A word that stands in more than one of so many articles says nothing of what one is about.
const COMMON: u32 = 5;

/// Words and names of a text: 24 bits of a hash over 8 bits of weight; ascending, so that two texts are compared
/// in one pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    pub words: Box<[u32]>,
    pub names: Box<[u32]>,
}

/// How often words stand in articles.
struct Frequencies {
    articles: u32,
    words: HashMap<&'static str, u32>,
}

static FREQUENCIES: LazyLock<Frequencies> = LazyLock::new(|| {
    let mut frequencies = Frequencies {
        articles: 1,
        words: HashMap::new(),
    };
    for row in table::rows::<2>(FILE.path, FILE.text()) {
        match row.columns[0] {
            "" => frequencies.articles = row.number(1),
            word => {
                frequencies.words.insert(word, row.number(1));
            }
        }
    }
    frequencies
});

/// Reads the data file now, so that no article waits for it.
pub(super) fn load() {
    LazyLock::force(&FREQUENCIES);
}

impl Frequencies {
    /// How much a word says, in sixteenths of a bit; 0 for one that stands everywhere.
    fn information(&self, word: &str) -> u32 {
        let articles = self.words.get(word).copied().unwrap_or(1);
        match articles * COMMON > self.articles {
            true => 0,
            false => log2(self.articles * 16 / articles) - log2(16),
        }
    }
}

/// The logarithm to base 2, in sixteenths, of a number above 0: whole numbers alone, so that every machine has the
/// same.
fn log2(x: u32) -> u32 {
    let whole = x.ilog2();
    // Between two powers the logarithm is near a straight line: it is off by 1.4 sixteenths at most, and by the part
    // of one that is cut off.
    let rest = ((u64::from(x) << 4) >> whole) as u32 - 16;
    16 * whole + rest
}

/// How a word stands in a text.
#[derive(Default)]
struct Seen {
    times: u32,
    in_head: bool,
    /// Within sentences: with a capital, and without.
    capital: u32,
    small: u32,
}

impl Terms {
    pub(super) fn of(record: &EnrichedArticle) -> Terms {
        let text = &record.content.text;
        let positions = byte_positions(text);
        let headline = record.headline.as_deref().unwrap_or_default();
        let blocks = text_blocks(record).map(|block| stretch(text, &positions, block));
        let mut seen: HashMap<String, Seen> = HashMap::new();
        let mut count = 0;
        // A headline may write every word with a capital: it says nothing of names.
        for (block, of_text) in std::iter::once((headline, false)).chain(blocks.map(|b| (b, true)))
        {
            let mut begins = true;
            for word in block.split_inclusive(|c: char| !c.is_alphanumeric()) {
                let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
                if bare.chars().nth(1).is_some() && count < READ {
                    count += 1;
                    note(&mut seen, bare, count <= HEAD, of_text && !begins);
                }
                if !bare.is_empty() {
                    begins = word.ends_with(['.', '!', '?', ':', '"', '“', '\n']);
                }
            }
        }
        weigh(seen)
    }
}

fn note(seen: &mut HashMap<String, Seen>, word: &str, in_head: bool, within: bool) {
    let mut lower = String::with_capacity(word.len());
    push_lower(&mut lower, word);
    let seen = seen.entry(lower).or_default();
    seen.times += 1;
    seen.in_head |= in_head;
    if within {
        match word.starts_with(char::is_uppercase) {
            true => seen.capital += 1,
            false => seen.small += 1,
        }
    }
}

/// The heaviest of the words and of the names.
fn weigh(seen: HashMap<String, Seen>) -> Terms {
    let (mut words, mut names) = (Vec::new(), Vec::new());
    for (word, seen) in seen {
        let information = FREQUENCIES.information(&word);
        if information == 0 || word.bytes().all(|b| b.is_ascii_digit()) {
            continue;
        }
        let often = 16 + log2(seen.times.min(32)) / 2;
        let head = if seen.in_head { 3 } else { 2 };
        let weight = (information * often * head / 128).clamp(1, 255);
        let term = (hash::bytes(word.as_bytes()) as u32) << 8 | weight;
        match seen.capital > seen.small {
            true => names.push(term),
            false => words.push(term),
        }
    }
    Terms {
        words: heaviest(words, WORDS),
        names: heaviest(names, NAMES),
    }
}

/// The `most` heaviest of some terms, ascending; of two with one hash the heavier.
fn heaviest(mut terms: Vec<u32>, most: usize) -> Box<[u32]> {
    terms.sort_unstable_by_key(|term| (std::cmp::Reverse(term & 0xff), term >> 8));
    terms.truncate(most);
    terms.sort_unstable_by(|a, b| b.cmp(a));
    terms.dedup_by_key(|term| *term >> 8);
    terms.reverse();
    terms.into()
}

/// Terms of a text in a table, by which the same ones are found in many others.
#[derive(Debug, Clone)]
pub(super) struct Weights {
    slots: [u32; SLOTS],
    square: u32,
}

/// So many more than there are terms that nearly every term that is not here is told by one look.
const SLOTS: usize = 1_024;

impl Weights {
    pub(super) fn of(terms: &[u32]) -> Weights {
        let mut slots = [0; SLOTS];
        for term in terms {
            let free = probe(*term).find(|at| slots[*at] == 0);
            if let Some(at) = free {
                slots[at] = *term;
            }
        }
        let square = square(terms.iter().copied());
        Weights { slots, square }
    }

    /// How alike they are to the terms of another text: the cosine of both, in thousandths.
    pub(super) fn cosine(&self, other: impl Iterator<Item = u32> + Clone) -> u32 {
        let dot: u32 = other.clone().map(|t| self.weight(t) * (t & 0xff)).sum();
        let norm = (u64::from(self.square) * u64::from(square(other))).isqrt();
        (1_000 * u64::from(dot)).checked_div(norm).unwrap_or(0) as u32
    }

    /// The weight of a term here.
    fn weight(&self, term: u32) -> u32 {
        for at in probe(term) {
            let here = self.slots[at];
            if here >> 8 == term >> 8 {
                return here & 0xff;
            }
            if here == 0 {
                break;
            }
        }
        0
    }
}

/// Where a term is looked for, one place after another.
fn probe(term: u32) -> impl Iterator<Item = usize> {
    let home = ((term >> 8).wrapping_mul(0x9e37_79b1) >> 22) as usize;
    (home..home + SLOTS).map(|at| at % SLOTS)
}

fn square(terms: impl Iterator<Item = u32>) -> u32 {
    terms.map(|t| (t & 0xff).pow(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_near_the_true_ones() {
        for x in [1u32, 2, 3, 5, 16, 100, 1_000, 20_000] {
            let exact = f64::from(x).log2() * 16.0;
            assert!((f64::from(log2(x)) - exact).abs() < 2.4, "{x}");
        }
    }

    #[test]
    fn common_words_say_nothing_and_rare_ones_much() {
        let information = |word| FREQUENCIES.information(word);
        assert_eq!(information("the"), 0);
        assert!(information("ferry") > information("government"));
        assert!(information("wordneverseen") >= information("ferry"));
    }

    #[test]
    fn the_cosine_is_of_what_both_have() {
        let term = |hash: u32, weight: u32| hash << 8 | weight;
        let a = [term(1, 30), term(2, 40)];
        let weights = Weights::of(&a);
        let cosine = |other: &[u32]| weights.cosine(other.iter().copied());
        assert_eq!(cosine(&a), 1_000);
        assert_eq!(cosine(&[term(2, 9)]), 800);
        assert_eq!(cosine(&[term(3, 9)]), 0);
        assert_eq!(cosine(&[]), 0);
    }
}
