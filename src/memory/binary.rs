//! An entry in bytes, as the log holds it.
//!
//! All numbers are little-endian. In this order:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version of the algorithm, [`ALGORITHM`] |
//! | 4 | digest of the data files it was made with, [`super::data`] |
//! | 1 | flags: 1 a publication date follows, 2 it is a day only, 4 an agency follows, 8 what is superseded follows, 16 a version, 32 a kill, 64 a slugline follows |
//! | 1 + n | id: length, UTF-8 |
//! | 8 | publication date in seconds since 1970, where there is one |
//! | 1 + n | outlet |
//! | 1, 1 + n | credit (0 listed, 1 named, 2 sent) and agency, where there is one |
//! | 1 + 4n | references: number of them, each |
//! | 4 | slugline, where there is one |
//! | 4 | what is superseded, where something is |
//! | 2, 8, 4 | words, hash of the text, hash of the headline |
//! | 1 + 4n | sketch |
//! | 1 + 2n | facts |
//! | 1 + 4n | sentences |
//! | 2n | the gist of each sentence |
//! | 2 + n | numbers: length, UTF-8 |
//! | 1 + 4n | words of the story |
//! | 1 + 4n | names of the story |
//!
//! Every entry has one form, and what is read of it is written the same again.
//!
//! A link, what was decided of an entry:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version of the algorithm |
//! | 8 | place of the entry in its log |
//! | 8, 1 + n | place of the first entry of its cluster, and that one's id |
//! | 8, 1 + n | the same of its story |
//! | 8 | place of the entry of the article it was taken from, where there is one |

use std::sync::LazyLock;

use thiserror::Error;

use super::Link;
use super::entry::{ALGORITHM, Credit, Entry, FACTS, Kind, SENTENCES, SKETCH};
use super::terms::{NAMES, Terms, WORDS};

const DATED: u8 = 1;
const DAY_ONLY: u8 = 2;
const AGENCY: u8 = 4;
const SUPERSEDES: u8 = 8;
const VERSION: u8 = 16;
const KILL: u8 = 32;
const SLUG: u8 = 64;
const ALL_FLAGS: u8 = 127;

/// Why bytes are no entry.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum EntryFault {
    #[error("an entry of algorithm {0}; this build knows {ALGORITHM}")]
    Algorithm(u8),
    #[error("an entry made with the data files {0:08x}; this build has {data:08x}", data = *DATA)]
    Data(u32),
    #[error("an entry that breaks off")]
    BreaksOff,
    #[error("{0} bytes behind the end of an entry")]
    TooLong(usize),
    #[error("an entry whose {0} cannot be")]
    Field(&'static str),
}

impl EntryFault {
    /// Whether it is of workers that decide by other rules: two that share a log must not differ there.
    pub fn is_of_other_rules(&self) -> bool {
        matches!(self, EntryFault::Algorithm(_) | EntryFault::Data(_))
    }
}

/// Digest of the data files that answers depend on: its eight hexadecimal digits as a number.
static DATA: LazyLock<u32> =
    LazyLock::new(|| u32::from_str_radix(&super::data().digest, 16).unwrap_or_default());

impl Entry {
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![ALGORITHM];
        out.extend(DATA.to_le_bytes());
        out.push(self.flags());
        text(&mut out, &self.id);
        if let Some(time) = self.published {
            out.extend(time.to_le_bytes());
        }
        text(&mut out, &self.outlet);
        if let Some((agency, credit)) = &self.agency {
            out.push(*credit as u8);
            text(&mut out, agency);
        }
        let numbers = |out: &mut Vec<u8>, all: &[u32]| {
            out.push(all.len() as u8);
            out.extend(all.iter().flat_map(|x| x.to_le_bytes()));
        };
        numbers(&mut out, &self.references);
        for name in self.slug.iter().chain(&self.supersedes) {
            out.extend(name.to_le_bytes());
        }
        out.extend(self.words.to_le_bytes());
        out.extend(self.text.to_le_bytes());
        out.extend(self.headline.to_le_bytes());
        numbers(&mut out, &self.sketch);
        out.push(self.facts.len() as u8);
        out.extend(self.facts.iter().flat_map(|x| x.to_le_bytes()));
        numbers(&mut out, &self.sentences);
        out.extend(self.gists.iter().flat_map(|x| x.to_le_bytes()));
        out.extend((self.numbers.len() as u16).to_le_bytes());
        out.extend(self.numbers.as_bytes());
        numbers(&mut out, &self.terms.words);
        numbers(&mut out, &self.terms.names);
        out
    }

    fn flags(&self) -> u8 {
        let flags = [
            (self.published.is_some(), DATED),
            (self.day_only, DAY_ONLY),
            (self.agency.is_some(), AGENCY),
            (self.supersedes.is_some(), SUPERSEDES),
            (self.kind == Kind::Version, VERSION),
            (self.kind == Kind::Kill, KILL),
            (self.slug.is_some(), SLUG),
        ];
        flags
            .into_iter()
            .filter(|(set, _)| *set)
            .map(|(_, flag)| flag)
            .sum()
    }

    /// Reads what [`Entry::to_bytes`] wrote.
    ///
    /// # Errors
    /// When the entry is of another algorithm or of other data files, or is none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Entry, EntryFault> {
        let mut from = Reader(bytes);
        let algorithm = from.byte()?;
        if algorithm != ALGORITHM {
            return Err(EntryFault::Algorithm(algorithm));
        }
        let data = u32::from_le_bytes(from.array()?);
        if data != *DATA {
            return Err(EntryFault::Data(data));
        }
        let flags = from.byte()?;
        let has = |flag| flags & flag != 0;
        if flags & !ALL_FLAGS != 0 || (has(VERSION) && has(KILL)) {
            return Err(EntryFault::Field("flags"));
        }
        // The fields are read in the order in which they stand here.
        let mut entry = Entry {
            id: from.text("id")?,
            published: from.when(has(DATED))?.map(i64::from_le_bytes),
            day_only: has(DAY_ONLY),
            outlet: from.text("outlet")?,
            agency: match has(AGENCY) {
                true => Some(from.agency()?),
                false => None,
            },
            kind: match (has(VERSION), has(KILL)) {
                (true, _) => Kind::Version,
                (_, true) => Kind::Kill,
                _ => Kind::Text,
            },
            references: from.numbers(usize::MAX, "references")?,
            slug: from.when(has(SLUG))?.map(u32::from_le_bytes),
            supersedes: from.when(has(SUPERSEDES))?.map(u32::from_le_bytes),
            words: u16::from_le_bytes(from.array()?),
            text: u64::from_le_bytes(from.array()?),
            headline: u32::from_le_bytes(from.array()?),
            sketch: from.ascending(SKETCH, "sketch")?,
            facts: from.facts()?,
            sentences: from.numbers(SENTENCES, "sentences")?,
            ..Entry::default()
        };
        entry.gists = from.shorts(entry.sentences.len())?;
        let length = u16::from_le_bytes(from.array()?);
        entry.numbers = from.utf8(usize::from(length), "numbers")?;
        entry.terms = Terms {
            words: from.ascending(WORDS, "words")?,
            names: from.ascending(NAMES, "names")?,
        };
        match from.0.len() {
            0 => Ok(entry),
            more => Err(EntryFault::TooLong(more)),
        }
    }
}

/// Writes a name. Names are cut to fit when an entry is made.
fn text(out: &mut Vec<u8>, text: &str) {
    let text = &text.as_bytes()[..text.len().min(255)];
    out.push(text.len() as u8);
    out.extend(text);
}

impl Link {
    /// The link of the entry at `position`.
    pub fn to_bytes(&self, position: u64) -> Vec<u8> {
        let mut out = vec![ALGORITHM];
        out.extend(position.to_le_bytes());
        for (place, id) in [&self.cluster, &self.story] {
            out.extend(place.to_le_bytes());
            text(&mut out, id);
        }
        out.extend(self.of.into_iter().flat_map(u64::to_le_bytes));
        out
    }

    /// Reads what [`Link::to_bytes`] wrote: the place of the entry, and its link.
    ///
    /// # Errors
    /// When it is of another algorithm, or is none.
    pub fn from_bytes(bytes: &[u8]) -> Result<(u64, Link), EntryFault> {
        let mut from = Reader(bytes);
        let algorithm = from.byte()?;
        if algorithm != ALGORITHM {
            return Err(EntryFault::Algorithm(algorithm));
        }
        let position = u64::from_le_bytes(from.array()?);
        let mut place = || Ok((u64::from_le_bytes(from.array()?), from.text("id")?));
        let (cluster, story) = (place()?, place()?);
        let of = from.when(!from.0.is_empty())?.map(u64::from_le_bytes);
        match from.0.len() {
            0 => Ok((position, Link { cluster, story, of })),
            more => Err(EntryFault::TooLong(more)),
        }
    }
}

/// The bytes that are left.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Result<&'b [u8], EntryFault> {
        let (head, tail) = self
            .0
            .split_at_checked(count)
            .ok_or(EntryFault::BreaksOff)?;
        self.0 = tail;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], EntryFault> {
        self.take(N)?.try_into().map_err(|_| EntryFault::BreaksOff)
    }

    /// An array where there is one.
    fn when<const N: usize>(&mut self, there: bool) -> Result<Option<[u8; N]>, EntryFault> {
        there.then(|| self.array()).transpose()
    }

    fn byte(&mut self) -> Result<u8, EntryFault> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    fn utf8(&mut self, length: usize, field: &'static str) -> Result<Box<str>, EntryFault> {
        let text = std::str::from_utf8(self.take(length)?).map_err(|_| EntryFault::Field(field))?;
        Ok(text.into())
    }

    fn text(&mut self, field: &'static str) -> Result<Box<str>, EntryFault> {
        let length = self.byte()?;
        self.utf8(usize::from(length), field)
    }

    fn agency(&mut self) -> Result<(Box<str>, Credit), EntryFault> {
        let credit = match self.byte()? {
            0 => Credit::Listed,
            1 => Credit::Named,
            2 => Credit::Sent,
            _ => return Err(EntryFault::Field("credit")),
        };
        Ok((self.text("agency")?, credit))
    }

    fn numbers(&mut self, most: usize, field: &'static str) -> Result<Box<[u32]>, EntryFault> {
        let count = usize::from(self.byte()?);
        if count > most {
            return Err(EntryFault::Field(field));
        }
        let bytes = self.take(4 * count)?;
        let (words, _) = bytes.as_chunks::<4>();
        Ok(words.iter().map(|x| u32::from_le_bytes(*x)).collect())
    }

    /// Numbers in ascending order, each once, as what compares two lists wants them.
    fn ascending(&mut self, most: usize, field: &'static str) -> Result<Box<[u32]>, EntryFault> {
        let numbers = self.numbers(most, field)?;
        match numbers.is_sorted_by(|a, b| a < b) {
            true => Ok(numbers),
            false => Err(EntryFault::Field(field)),
        }
    }

    fn shorts(&mut self, count: usize) -> Result<Box<[u16]>, EntryFault> {
        let (words, _) = self.take(2 * count)?.as_chunks::<2>();
        Ok(words.iter().map(|x| u16::from_le_bytes(*x)).collect())
    }

    fn facts(&mut self) -> Result<Box<[u16]>, EntryFault> {
        let count = usize::from(self.byte()?);
        let facts = self.shorts(count)?;
        match count <= FACTS && facts.is_sorted_by(|a, b| a < b) {
            true => Ok(facts),
            false => Err(EntryFault::Field("facts")),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::{btree_set, vec};
    use proptest::prelude::*;

    use super::*;

    /// Any entry there can be.
    fn entries() -> impl Strategy<Value = Entry> {
        let agency = prop_oneof![
            Just(Credit::Listed),
            Just(Credit::Named),
            Just(Credit::Sent)
        ];
        let kind = prop_oneof![Just(Kind::Text), Just(Kind::Version), Just(Kind::Kill)];
        let names = (
            "\\PC{0,30}",
            "\\PC{0,20}",
            proptest::option::of(("[A-Z]{2,5}", agency)),
        );
        let about = (
            proptest::option::of(any::<i64>()),
            any::<bool>(),
            kind,
            vec(any::<u32>(), 0..7),
            proptest::option::of(any::<u32>()),
            proptest::option::of(any::<u32>()),
        );
        let text = (any::<u16>(), any::<u64>(), any::<u32>());
        let lists = (
            btree_set(any::<u32>(), 0..=SKETCH),
            btree_set(any::<u16>(), 0..=FACTS),
            vec(any::<u32>(), 0..=SENTENCES),
            "[0-9 \n.]{0,60}",
            btree_set(any::<u32>(), 0..=WORDS),
            btree_set(any::<u32>(), 0..=NAMES),
        );
        (names, about, text, lists).prop_map(|(names, about, text, lists)| Entry {
            id: names.0.into(),
            outlet: names.1.into(),
            agency: names.2.map(|(name, credit)| (name.into(), credit)),
            published: about.0,
            day_only: about.1,
            kind: about.2,
            references: about.3.into(),
            slug: about.4,
            supersedes: about.5,
            words: text.0,
            text: text.1,
            headline: text.2,
            sketch: lists.0.into_iter().collect(),
            facts: lists.1.into_iter().collect(),
            gists: lists.2.iter().map(|s| *s as u16).collect(),
            sentences: lists.2.into(),
            numbers: lists.3.into(),
            terms: Terms {
                words: lists.4.into_iter().collect(),
                names: lists.5.into_iter().collect(),
            },
        })
    }

    proptest! {
        #[test]
        fn an_entry_is_read_as_it_was_written(entry in entries()) {
            prop_assert_eq!(Entry::from_bytes(&entry.to_bytes()), Ok(entry));
        }

        #[test]
        fn an_entry_that_breaks_off_is_told(entry in entries(), at in any::<prop::sample::Index>()) {
            let bytes = entry.to_bytes();
            let cut = &bytes[..at.index(bytes.len())];
            prop_assert_eq!(Entry::from_bytes(cut), Err(EntryFault::BreaksOff));
        }

        #[test]
        fn whatever_is_read_is_written_the_same(bytes in vec(any::<u8>(), 0..200)) {
            let head = [&[ALGORITHM][..], &DATA.to_le_bytes()];
            let bytes = [&head.concat()[..], &bytes].concat();
            if let Ok(entry) = Entry::from_bytes(&bytes) {
                prop_assert_eq!(entry.to_bytes(), bytes);
            }
        }
    }

    proptest! {
        #[test]
        fn a_link_is_read_as_it_was_written(
            places in any::<[u64; 3]>(),
            ids in ("\\PC{0,30}", "\\PC{0,30}"),
            of in proptest::option::of(any::<u64>()),
            at in any::<prop::sample::Index>(),
        ) {
            let link = Link {
                cluster: (places[1], ids.0.into()),
                story: (places[2], ids.1.into()),
                of,
            };
            let bytes = link.to_bytes(places[0]);
            prop_assert_eq!(Link::from_bytes(&bytes), Ok((places[0], link.clone())));
            let whole = bytes.len() - 8 * usize::from(of.is_some());
            let cut = at.index(bytes.len());
            prop_assert_eq!(Link::from_bytes(&bytes[..cut]).is_ok(), cut == whole);
        }
    }

    #[test]
    fn another_algorithm_and_other_data_are_told() {
        let mut bytes = Entry::default().to_bytes();
        bytes[0] = ALGORITHM + 1;
        assert_eq!(
            Entry::from_bytes(&bytes),
            Err(EntryFault::Algorithm(ALGORITHM + 1))
        );
        bytes[0] = ALGORITHM;
        bytes[1] ^= 1;
        let other = Entry::from_bytes(&bytes);
        assert_eq!(other, Err(EntryFault::Data(*DATA ^ 1)));
        assert!(other.is_err_and(|fault| fault.is_of_other_rules()));
        bytes[1] ^= 1;
        bytes.push(0);
        assert_eq!(Entry::from_bytes(&bytes), Err(EntryFault::TooLong(1)));
    }
}
