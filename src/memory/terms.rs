//! What a text is about, in numbers: its heaviest words and its names, each with a weight. Of English words the stems
//! are taken: one text writes that missiles are launched, the next one of the launch of a missile.

use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

use super::entry::Text;
use super::words::Word;
use crate::record::EnrichedArticle;
use crate::text::data::{DataFile, data_file};
use crate::text::feature_hash::HashedMap;
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
/// Distinct words of a long article, about.
const DISTINCT: usize = 512;
/// A word that stands in more than one of so many articles says nothing of what one is about.
const COMMON: u32 = 5;

/// Weight of a term, and whether it stands in the head of its text; above both are 24 bits of a hash.
const WEIGHT: u32 = 0x7f;
const IN_HEAD: u32 = 0x80;

/// Weight of a term.
pub(super) fn weight(term: u32) -> u32 {
    term & WEIGHT
}

/// Words and names of a text: 24 bits of a hash, a bit for those in its head, 7 bits of weight; ascending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    pub words: Box<[u32]>,
    pub names: Box<[u32]>,
}

/// A word of the file.
struct Known {
    articles: u32,
    /// Hash of its stem.
    stem: u64,
}

/// How often words stand in articles.
struct Frequencies {
    articles: u32,
    /// By the hash of a word.
    words: HashedMap<Known>,
    stemmer: Stemmer,
}

static FREQUENCIES: LazyLock<Frequencies> = LazyLock::new(|| {
    let mut frequencies = Frequencies {
        articles: 1,
        words: HashedMap::default(),
        stemmer: Stemmer::create(Algorithm::English),
    };
    for row in table::rows::<2>(FILE.path, FILE.text()) {
        match row.columns[0] {
            "" => frequencies.articles = row.number(1),
            word => {
                let known = Known {
                    articles: row.number(1),
                    stem: frequencies.stem(word),
                };
                frequencies
                    .words
                    .insert(hash::bytes(word.as_bytes()), known);
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
    fn stem(&self, word: &str) -> u64 {
        hash::bytes(self.stemmer.stem(word).as_bytes())
    }

    /// How much a word of so many articles says, in sixteenths of a bit; 0 for one that stands everywhere.
    fn information(&self, articles: u32) -> u32 {
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

/// How a form of a word stands in a text.
struct Seen<'t> {
    /// Where it stands first.
    form: &'t str,
    uses: Uses,
}

#[derive(Debug, Clone, Copy, Default)]
struct Uses {
    times: u32,
    in_head: bool,
    /// Within sentences: with a capital, and without.
    capital: u32,
    small: u32,
}

impl Uses {
    /// One more; within a sentence it is known whether with a capital.
    fn note(&mut self, in_head: bool, capital: Option<bool>) {
        self.times += 1;
        self.in_head |= in_head;
        self.capital += u32::from(capital == Some(true));
        self.small += u32::from(capital == Some(false));
    }

    fn add(&mut self, other: Uses) {
        self.times += other.times;
        self.in_head |= other.in_head;
        self.capital += other.capital;
        self.small += other.small;
    }
}

/// How the forms of one word stand in a text.
struct Stem {
    /// That of the commonest form.
    information: u32,
    uses: Uses,
}

/// The forms of words in a text, by the hash of their lower case.
type Forms<'t> = HashedMap<Seen<'t>>;

impl Terms {
    pub(super) fn of(record: &EnrichedArticle, text: &Text<'_>) -> Terms {
        let mut seen = Forms::with_capacity_and_hasher(DISTINCT, Default::default());
        let mut read = Read::default();
        // A headline may write every word with a capital: it says nothing of names.
        read.words(&mut seen, text.headline, &text.headline_words, false);
        for block in &text.blocks {
            let words = text.words(block.clone());
            read.words(&mut seen, &text.text[..block.end], &words, true);
        }
        let language = record.language.as_ref();
        weigh(seen, language.is_some_and(|l| l.code == "en"))
    }
}

/// How many words were read.
#[derive(Default)]
struct Read(usize);

impl Read {
    /// Notes the words of a block, which ends where `text` does.
    fn words<'t>(&mut self, seen: &mut Forms<'t>, text: &'t str, words: &[Word], of_text: bool) {
        let mut begins = true;
        for word in words {
            if self.0 == READ {
                return;
            }
            let (form, behind) =
                text[word.start as usize..].split_at((word.end - word.start) as usize);
            if form.chars().nth(1).is_some() {
                self.0 += 1;
                let capital = (of_text && !begins).then(|| form.starts_with(char::is_uppercase));
                let noted = seen.entry(word.form).or_insert(Seen {
                    form,
                    uses: Uses::default(),
                });
                noted.uses.note(self.0 <= HEAD, capital);
            }
            begins = behind.starts_with(['.', '!', '?', ':', '"', '“', '\n']);
        }
    }
}

/// The heaviest of the words and of the names.
fn weigh(seen: Forms<'_>, is_english: bool) -> Terms {
    let mut stems: HashedMap<Stem> =
        HashedMap::with_capacity_and_hasher(seen.len(), Default::default());
    let mut lower = String::new();
    for (form, Seen { form: word, uses }) in seen {
        let known = FREQUENCIES.words.get(&form);
        let information = FREQUENCIES.information(known.map_or(1, |k| k.articles));
        if information == 0 || word.bytes().all(|b| b.is_ascii_digit()) {
            continue;
        }
        let hash = match (is_english, known) {
            (false, _) => form,
            (true, Some(known)) => known.stem,
            (true, None) => {
                lower.clear();
                push_lower(&mut lower, word);
                FREQUENCIES.stem(&lower)
            }
        };
        let none = Stem {
            information,
            uses: Uses::default(),
        };
        let stem = stems.entry(hash).or_insert(none);
        stem.information = stem.information.min(information);
        stem.uses.add(uses);
    }
    let (mut words, mut names) = (Vec::new(), Vec::new());
    for (hash, stem) in stems {
        let in_head = if stem.uses.in_head { IN_HEAD } else { 0 };
        let term = (hash as u32) << 8 | in_head | stem.weight();
        match stem.is_name() {
            true => names.push(term),
            false => words.push(term),
        }
    }
    Terms {
        words: heaviest(words, WORDS),
        names: heaviest(names, NAMES),
    }
}

impl Stem {
    fn is_name(&self) -> bool {
        self.uses.capital > self.uses.small
    }

    /// Grows with what the word says and with how often it stands in the text; half as much again in the head, and
    /// half as much again for a name. 640 brings the largest there is down to [`WEIGHT`].
    fn weight(&self) -> u32 {
        let often = 16 + log2(self.uses.times.min(32)) / 2;
        let head = if self.uses.in_head { 3 } else { 2 };
        let kind = if self.is_name() { 3 } else { 2 };
        (self.information * often * head * kind / 640).clamp(1, WEIGHT)
    }
}

/// The `most` heaviest of some terms, ascending; of two with one hash the heavier.
fn heaviest(mut terms: Vec<u32>, most: usize) -> Box<[u32]> {
    terms.sort_unstable_by_key(|term| (std::cmp::Reverse(weight(*term)), term >> 8));
    terms.truncate(most);
    terms.sort_by_key(|term| term >> 8);
    terms.dedup_by_key(|term| *term >> 8);
    terms.into()
}

/// How alike the terms of two texts are, in thousandths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Alike {
    /// The cosine of all terms.
    pub cosine: u32,
    /// That of those in the heads.
    pub heads: u32,
    /// Share of this text's head, by weight, that stands anywhere in the other.
    pub told: u32,
    /// The same of the other's head in this one.
    pub tells: u32,
}

/// Terms of a text in a table, by which the same ones are found in many others.
#[derive(Debug, Clone)]
pub(super) struct Weights {
    slots: [u32; SLOTS],
    sums: Sums,
}

/// What is summed of the weights of a text.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    square: u32,
    head_square: u32,
    head: u32,
}

impl Sums {
    fn add(&mut self, term: u32) {
        let (weight, in_head) = (weight(term), head_bit(term));
        self.square += weight * weight;
        self.head_square += weight * weight * in_head;
        self.head += weight * in_head;
    }
}

/// So many more than there are terms that nearly every term that is not here is told by one look.
const SLOTS: usize = 1_024;

impl Weights {
    pub(super) fn of(terms: &Terms) -> Weights {
        let (mut slots, mut sums) = ([0; SLOTS], Sums::default());
        for term in terms.names.iter().chain(&terms.words) {
            let free = probe(*term).find(|at| slots[*at] == 0);
            if let Some(at) = free {
                slots[at] = *term;
            }
            sums.add(*term);
        }
        Weights { slots, sums }
    }

    /// How alike they are to the terms of another text. A word of one is a name of the other where only one writes it
    /// with a capital: it counts as the same.
    pub(super) fn alike(&self, other: impl Iterator<Item = u32>) -> Alike {
        let mut sums = Sums::default();
        let (mut both, mut both_heads, mut told, mut tells) = (0, 0, 0, 0);
        // Without branches: whether a term is here, or in a head, cannot be foreseen.
        for theirs in other {
            sums.add(theirs);
            let own = self.term(theirs);
            let product = weight(own) * weight(theirs);
            both += product;
            both_heads += product * head_bit(own) * head_bit(theirs);
            told += weight(own) * head_bit(own);
            tells += weight(theirs) * head_bit(theirs) * u32::from(own != 0);
        }
        let share = |part: u32, of: u32| (1_000 * part).checked_div(of).unwrap_or(0);
        Alike {
            cosine: cosine(both, self.sums.square, sums.square),
            heads: cosine(both_heads, self.sums.head_square, sums.head_square),
            told: share(told, self.sums.head),
            tells: share(tells, sums.head),
        }
    }

    /// The same term here; 0 when it is not.
    fn term(&self, term: u32) -> u32 {
        for at in probe(term) {
            let here = self.slots[at];
            if here == 0 || here >> 8 == term >> 8 {
                return here;
            }
        }
        0
    }
}

/// 1 for a term in the head of its text, else 0.
fn head_bit(term: u32) -> u32 {
    (term & IN_HEAD) / IN_HEAD
}

/// The cosine of two lists by the sum of their products and of the squares of each, in thousandths.
fn cosine(products: u32, square: u32, other: u32) -> u32 {
    let norm = (u64::from(square) * u64::from(other)).isqrt();
    (1_000 * u64::from(products)).checked_div(norm).unwrap_or(0) as u32
}

/// Where a term is looked for, one place after another.
fn probe(term: u32) -> impl Iterator<Item = usize> {
    let home = ((term >> 8).wrapping_mul(0x9e37_79b1) >> 22) as usize;
    (home..home + SLOTS).map(|at| at % SLOTS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::words;

    #[test]
    fn logarithms_are_near_the_true_ones() {
        for x in [1u32, 2, 3, 5, 16, 100, 1_000, 20_000] {
            let exact = f64::from(x).log2() * 16.0;
            assert!((f64::from(log2(x)) - exact).abs() < 2.4, "{x}");
        }
    }

    #[test]
    fn common_words_say_nothing_and_rare_ones_much() {
        let information = |word: &str| {
            let known = FREQUENCIES.words.get(&hash::bytes(word.as_bytes()));
            FREQUENCIES.information(known.map_or(1, |k| k.articles))
        };
        assert_eq!(information("the"), 0);
        assert!(information("ferry") > information("government"));
        assert!(information("wordneverseen") >= information("ferry"));
    }

    #[test]
    fn forms_of_a_word_are_one_term() {
        let terms = |text: &str, is_english| {
            let mut words = Vec::new();
            words::push(&mut words, text, 0..text.len());
            let mut seen = Forms::default();
            Read::default().words(&mut seen, text, &words, true);
            weigh(seen, is_english)
        };
        let hashes = |terms: &[u32]| terms.iter().map(|t| t >> 8).collect::<Vec<_>>();
        let launched = terms("launched missiles", true);
        let launches = terms("missile launches", true);
        assert_eq!(hashes(&launched.words), hashes(&launches.words));
        assert_eq!(terms("ferry ferries ferry", true).words.len(), 1);
        assert_eq!(terms("die Fähre Fähren", false).names.len(), 2);
    }

    #[test]
    fn the_heaviest_term_there_can_be_has_room() {
        let stem = Stem {
            information: FREQUENCIES.information(1),
            uses: Uses {
                times: 1_000,
                in_head: true,
                capital: 1_000,
                small: 0,
            },
        };
        assert!((WEIGHT - 8..=WEIGHT).contains(&stem.weight()));
    }

    #[test]
    fn terms_are_alike_in_what_both_have() {
        let term = |hash: u32, weight: u32| hash << 8 | weight;
        let head = |hash: u32, weight: u32| term(hash, weight) | IN_HEAD;
        let terms = Terms {
            words: [head(1, 30)].into(),
            names: [term(2, 40)].into(),
        };
        let weights = Weights::of(&terms);
        let alike = |other: &[u32]| weights.alike(other.iter().copied());
        let same = alike(&[head(1, 30), term(2, 40)]);
        let all = Alike {
            cosine: 1_000,
            heads: 1_000,
            told: 1_000,
            tells: 1_000,
        };
        assert_eq!(same, all);
        // What stands in its head stands further down here.
        let below = alike(&[term(1, 5), head(2, 9), head(3, 9)]);
        assert_eq!((below.heads, below.told, below.tells), (0, 1_000, 500));
        assert_eq!(alike(&[term(2, 9)]).cosine, 800);
        assert_eq!(alike(&[term(3, 9)]), Alike::default());
        assert_eq!(alike(&[]), Alike::default());
    }
}
