//! The words by which texts are compared: lower case, no punctuation, one spelling.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use crate::text::data::{DataFile, data_file};
use crate::text::{hash, push_lower, table};

pub(super) const FILE: DataFile<'static> = data_file!("memory/spelling.tsv");

static SPELLING: LazyLock<Spelling> = LazyLock::new(Spelling::read);

/// The least that must stand before an end that is respelt: "our" and "rise" are words of their own.
const LEAST_STEM: usize = 3;

struct Spelling {
    words: HashMap<&'static str, &'static str, FixedState>,
    ends: Vec<(&'static str, &'static str)>,
    /// Whether an end has this as its last byte: most words need not be compared with all ends.
    is_last: [bool; 256],
}

impl Spelling {
    fn read() -> Self {
        let (mut words, mut ends) = (HashMap::default(), Vec::new());
        for row in table::rows::<2>(FILE.path, FILE.text()) {
            let [from, to] = row.columns;
            match from.strip_prefix('-') {
                Some(end) => ends.push((end, to)),
                None => {
                    words.insert(from, to);
                }
            }
        }
        let mut is_last = [false; 256];
        for (end, _) in &ends {
            if let Some(last) = end.bytes().last() {
                is_last[usize::from(last)] = true;
            }
        }
        Spelling {
            words,
            ends,
            is_last,
        }
    }

    /// Respells the word that is all of `word`.
    fn apply(&self, word: &mut String) {
        if let Some(to) = self.words.get(word.as_str()) {
            word.replace_range(.., to);
            return;
        }
        let last = word.bytes().last();
        if !last.is_some_and(|byte| self.is_last[usize::from(byte)]) {
            return;
        }
        let fits = |(end, _): &&(&str, &str)| {
            word.strip_suffix(end)
                .is_some_and(|stem| stem.len() >= LEAST_STEM)
        };
        if let Some((end, to)) = self.ends.iter().find(fits) {
            word.truncate(word.len() - end.len());
            word.push_str(to);
        }
    }
}

/// Letters of a word that says something by itself: the commonest words of a language are shorter.
const LONG: usize = 5;

/// Hashes of the words of a text, in their order.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub hashes: Vec<u64>,
    /// Those of the long ones.
    pub long: Vec<u64>,
    word: String,
}

impl Words {
    /// Adds the words of `text`.
    pub(super) fn push(&mut self, text: &str) {
        let per = hash::bytes(b"per");
        let cent = hash::bytes(b"cent");
        for part in text.split(|c: char| !c.is_alphanumeric()) {
            if part.is_empty() {
                continue;
            }
            self.word.clear();
            push_lower(&mut self.word, part);
            SPELLING.apply(&mut self.word);
            let word = hash::bytes(self.word.as_bytes());
            if self.word.chars().nth(LONG - 1).is_some() {
                self.long.push(word);
            }
            match self.hashes.last_mut() {
                Some(last) if word == cent && *last == per => *last = hash::bytes(b"percent"),
                _ => self.hashes.push(word),
            }
        }
    }
}

/// Reads the data file now, so that no article waits for it.
pub(super) fn load() {
    LazyLock::force(&SPELLING);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<u64> {
        let mut words = Words::default();
        words.push(text);
        words.hashes
    }

    #[test]
    fn house_styles_are_one_spelling() {
        assert_eq!(
            words("The Labour centre organised a defence; 5 per cent travelled."),
            words("the labor center — organized a defense: 5 percent traveled")
        );
        assert_eq!(words("6 pct"), words("6 percent"));
        assert_ne!(words("our rise"), words("or rize"));
        assert_eq!(words("cent per cent").len(), 2);
    }
}
