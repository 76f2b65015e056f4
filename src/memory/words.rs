//! The words by which texts are compared: lower case, no punctuation, one spelling.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use crate::text::data::{DataFile, data_file};
use crate::text::feature_hash::HashedMap;
use crate::text::{hash, push_lower, table};

pub(super) const FILE: DataFile<'static> = data_file!("memory/spelling.tsv");

static SPELLING: LazyLock<Spelling> = LazyLock::new(Spelling::read);

/// The least that must stand before an end that is respelt: "our" and "rise" are words of their own.
const LEAST_STEM: usize = 3;

/// Letters of a word that says something by itself: the commonest words of a language are shorter.
const LONG: usize = 5;

struct Spelling {
    /// By the hash of a word the one that is written for it.
    words: HashedMap<&'static str>,
    /// Ends and what is written for them, by the last byte of the end: most words need not be compared with all.
    ends: [Vec<(&'static str, &'static str)>; 256],
    per: u64,
    cent: u64,
    percent: u64,
}

impl Spelling {
    fn read() -> Self {
        let mut words = HashedMap::default();
        let mut ends = [const { Vec::new() }; 256];
        for row in table::rows::<2>(FILE.path, FILE.text()) {
            let [from, to] = row.columns;
            match from.strip_prefix('-').map(|end| (end, end.bytes().last())) {
                Some((end, Some(last))) => ends[usize::from(last)].push((end, to)),
                Some((_, None)) => row.fault("no end"),
                None => {
                    words.insert(hash::bytes(from.as_bytes()), to);
                }
            }
        }
        Spelling {
            words,
            ends,
            per: hash::bytes(b"per"),
            cent: hash::bytes(b"cent"),
            percent: hash::bytes(b"percent"),
        }
    }

    /// The hash of a word's one spelling, and whether that is long; `form` is the hash of its lower case.
    fn apply(&self, word: &str, form: u64) -> (u64, bool) {
        if let Some(to) = self.words.get(&form) {
            return (hash::bytes(to.as_bytes()), is_long(to));
        }
        let word = match word.is_ascii() {
            // Its ends are found in whatever case: no string is made of a word that is not respelt.
            true => Cow::Borrowed(word),
            false => word.chars().flat_map(char::to_lowercase).collect(),
        };
        let last = word.bytes().last().map_or(0, |b| b.to_ascii_lowercase());
        let ends = &self.ends[usize::from(last)];
        let found = ends
            .iter()
            .find_map(|(end, to)| Some((stem_before(&word, end)?, to)));
        let Some((stem, to)) = found else {
            return (form, is_long(&word));
        };
        let mut spelt = String::new();
        push_lower(&mut spelt, stem);
        spelt.push_str(to);
        (hash::bytes(spelt.as_bytes()), is_long(&spelt))
    }
}

/// What stands before an end, in whatever case, where that is long enough.
fn stem_before<'w>(word: &'w str, end: &str) -> Option<&'w str> {
    let (stem, found) = word.split_at_checked(word.len().checked_sub(end.len())?)?;
    (stem.len() >= LEAST_STEM && found.eq_ignore_ascii_case(end)).then_some(stem)
}

fn is_long(word: &str) -> bool {
    word.chars().nth(LONG - 1).is_some()
}

/// A word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it stands in the text, in bytes.
    pub start: u32,
    pub end: u32,
    /// Hash of its lower case.
    pub form: u64,
    /// Hash of its one spelling.
    pub hash: u64,
    /// Whether that has [`LONG`] letters or more.
    pub is_long: bool,
}

/// Appends the words in a range of bytes of `text`.
pub(super) fn push(words: &mut Vec<Word>, text: &str, within: Range<usize>) {
    let spelling = &*SPELLING;
    let bytes = &text.as_bytes()[..within.end];
    let mut at = within.start;
    while let Some(byte) = bytes.get(at) {
        let (next, is_alphanumeric) = step(text, at, *byte);
        if !is_alphanumeric {
            at = next;
            continue;
        }
        let start = at;
        at = next;
        while let Some(byte) = bytes.get(at) {
            let (next, is_alphanumeric) = step(text, at, *byte);
            if !is_alphanumeric {
                break;
            }
            at = next;
        }
        let word = &text[start..at];
        let form = hash::lower(word);
        let (hash, is_long) = spelling.apply(word, form);
        words.push(Word {
            start: start as u32,
            end: at as u32,
            form,
            hash,
            is_long,
        });
    }
}

/// Where the character that begins at a place ends, and whether it is a letter or a digit; `byte` is its first.
fn step(text: &str, at: usize, byte: u8) -> (usize, bool) {
    if byte.is_ascii() {
        return (at + 1, byte.is_ascii_alphanumeric());
    }
    let sign = text[at..].chars().next().unwrap_or_default();
    (at + sign.len_utf8(), sign.is_alphanumeric())
}

/// The words in a range of `text`, of all that were found there; anew where an edge of the range parts one.
pub(super) fn within<'w>(words: &'w [Word], text: &str, range: Range<usize>) -> Cow<'w, [Word]> {
    let first = words.partition_point(|w| w.end as usize <= range.start);
    let end = first + words[first..].partition_point(|w| (w.start as usize) < range.end);
    let found = &words[first..end];
    let begins_before = |w: &Word| (w.start as usize) < range.start;
    let ends_behind = |w: &Word| w.end as usize > range.end;
    if found.first().is_some_and(begins_before) || found.last().is_some_and(ends_behind) {
        let mut anew = Vec::new();
        push(&mut anew, text, range);
        return anew.into();
    }
    found.into()
}

/// Appends the hashes of words, in their order; "per cent" is one word.
pub(super) fn push_hashes(hashes: &mut Vec<u64>, words: &[Word]) {
    let spelling = &*SPELLING;
    for word in words {
        match hashes.last_mut() {
            Some(last) if word.hash == spelling.cent && *last == spelling.per => {
                *last = spelling.percent;
            }
            _ => hashes.push(word.hash),
        }
    }
}

/// The hash of a run of words by their own hashes; 0 without any.
pub(super) fn hash_of(hashes: &[u64]) -> u64 {
    match hashes {
        [] => 0,
        _ => hash::run(hashes.iter().copied()),
    }
}

/// Reads the data file now, so that no article waits for it.
pub(super) fn load() {
    LazyLock::force(&SPELLING);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<Word> {
        let mut words = Vec::new();
        push(&mut words, text, 0..text.len());
        words
    }

    fn hashes(text: &str) -> Vec<u64> {
        let mut hashes = Vec::new();
        push_hashes(&mut hashes, &words(text));
        hashes
    }

    #[test]
    fn house_styles_are_one_spelling() {
        assert_eq!(
            hashes("The Labour centre organised a defence; 5 per cent travelled."),
            hashes("the labor center — organized a defense: 5 percent traveled")
        );
        assert_eq!(hashes("6 pct"), hashes("6 percent"));
        assert_eq!(hashes("ORGANISATIONS"), hashes("organizations"));
        assert_ne!(hashes("our rise"), hashes("or rize"));
        assert_eq!(hashes("cent per cent").len(), 2);
    }

    #[test]
    fn a_word_is_long_as_it_is_spelt() {
        let long = |text| words(text).iter().map(|w| w.is_long).collect::<Vec<_>>();
        assert_eq!(
            long("four honour Türme Türen grey pct"),
            [false, true, true, true, false, true]
        );
    }

    proptest! {
        /// Words found one by one, as the file says it, without any of the short cuts.
        #[test]
        fn words_are_what_lies_between_other_signs(text in "[a-zA-Z0-9 .,'ÄéßİΣ日—\u{301}]{0,60}") {
            let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty());
            let forms = parts.map(|part| {
                let mut lower = String::new();
                push_lower(&mut lower, part);
                hash::bytes(lower.as_bytes())
            });
            let found = words(&text);
            prop_assert_eq!(found.iter().map(|w| w.form).collect::<Vec<_>>(), forms.collect::<Vec<_>>());
        }

        #[test]
        fn a_range_has_the_words_it_has_alone(text in "[a-c .é]{0,30}", a in 0usize..40, b in 0usize..40) {
            let edge = |at: usize| text.floor_char_boundary(at.min(text.len()));
            let (a, b) = (edge(a.min(b)), edge(a.max(b)));
            let all = words(&text);
            let mut alone = Vec::new();
            push(&mut alone, &text, a..b);
            prop_assert_eq!(within(&all, &text, a..b).into_owned(), alone);
        }
    }
}
