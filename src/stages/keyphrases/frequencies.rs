//! In how many articles of news the words stand: how rare, so how telling a word is. And what they mostly are there.

use std::collections::HashMap;
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

use super::parts::{self, PartOfSpeech};
use crate::text::data::{DataFile, DataRow, data_file, sound};
use crate::text::feature_hash::{self as hash, HashedMap};
use crate::text::push_lower;

pub(super) const FREQUENCIES_FILE: DataFile<'static> =
    data_file!("keyphrases/document-frequencies.tsv");

/// A word and how rare it is in news.
#[derive(Debug, Clone, Copy)]
pub(super) struct RatedWord {
    /// Hash of its stem.
    pub stem: u64,
    /// Inverse document frequency of the stem: from 0 for one of every article to 7.1 for an unknown one.
    pub rarity: f32,
    /// What the word mostly is.
    pub usual: Option<PartOfSpeech>,
}

/// Document frequencies by stem, parts of speech by word.
pub(super) struct Frequencies {
    stemmer: Stemmer,
    /// What an unknown stem has.
    most: f32,
    /// The words of the files by their hashes, so that they need not be stemmed again.
    words: HashedMap<RatedWord>,
    /// Rarity by the hash of the stem.
    stems: HashedMap<f32>,
}

static FREQUENCIES: LazyLock<Frequencies> = LazyLock::new(|| {
    let stemmer = Stemmer::create(Algorithm::English);
    let mut articles = 0.0f32;
    let mut words: Vec<(&str, u64)> = Vec::new();
    let mut counts: HashMap<u64, f32> = HashMap::new();
    let read = |row: DataRow<'static>| {
        let [word, n] = row.columns()?;
        let n: f32 = n.parse().map_err(|_| row.fault("not a number"))?;
        Ok((word, n))
    };
    for row in FREQUENCIES_FILE.rows() {
        match sound(read(row)) {
            ("", n) => articles = n,
            (word, n) => {
                let stem = hash::bytes(stemmer.stem(word).as_bytes());
                // An article that has two forms of a word counts twice, which the logarithm takes lightly.
                *counts.entry(stem).or_default() += n;
                words.push((word, stem));
            }
        }
    }
    let rarity = |seen: f32| ((articles + 1.0) / (seen + 1.0)).ln().max(0.0);
    let stems: HashedMap<f32> = counts.into_iter().map(|(s, n)| (s, rarity(n))).collect();
    let rated = |stem: u64| RatedWord {
        stem,
        rarity: stems[&stem],
        usual: None,
    };
    let words = words.into_iter();
    let words = words.map(|(word, stem)| (hash::lower(word), rated(stem)));
    let mut frequencies = Frequencies {
        most: rarity(0.0),
        words: words.collect(),
        stemmer,
        stems,
    };
    for (word, part) in parts::usual() {
        let key = hash::lower(word);
        let rated = frequencies.word(word, key, &mut String::new());
        let usual = Some(part);
        frequencies.words.insert(key, RatedWord { usual, ..rated });
    }
    frequencies
});

impl Frequencies {
    pub(super) fn get() -> &'static Frequencies {
        &FREQUENCIES
    }

    /// What is known of a word; `key` is the hash of the word in lower case, and `lower` a buffer.
    pub(super) fn word(&self, word: &str, key: u64, lower: &mut String) -> RatedWord {
        if let Some(known) = self.words.get(&key) {
            return *known;
        }
        lower.clear();
        push_lower(lower, word);
        let stem = hash::bytes(self.stemmer.stem(lower).as_bytes());
        RatedWord {
            stem,
            rarity: self.stems.get(&stem).copied().unwrap_or(self.most),
            usual: None,
        }
    }
}
