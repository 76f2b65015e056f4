//! In how many articles of news the words stand: how rare, so how telling a word is.

use std::collections::HashMap;
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

use crate::text::data::{DataFile, DataRow, data_file, sound};
use crate::text::feature_hash::{self as hash, HashedMap};
use crate::text::push_lower;

pub(super) const FREQUENCIES_FILE: DataFile<'static> =
    data_file!("keyphrases/document-frequencies.tsv");

/// A stem and how rare it is in news.
#[derive(Debug, Clone, Copy)]
pub(super) struct RatedStem {
    /// Hash of the stem.
    pub hash: u64,
    /// Inverse document frequency: from 0 for one of every article to 7.1 for an unknown one.
    pub rarity: f32,
}

/// Document frequencies by stem.
pub(super) struct Frequencies {
    stemmer: Stemmer,
    /// What an unknown stem has.
    most: f32,
    /// The words of the file by their hashes, so that they need not be stemmed again.
    words: HashedMap<RatedStem>,
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
    let rated = |stem: u64| RatedStem {
        hash: stem,
        rarity: stems[&stem],
    };
    let words = words.into_iter();
    Frequencies {
        most: rarity(0.0),
        words: words
            .map(|(word, s)| (hash::lower(word), rated(s)))
            .collect(),
        stemmer,
        stems,
    }
});

impl Frequencies {
    pub(super) fn get() -> &'static Frequencies {
        &FREQUENCIES
    }

    /// The stem of a word; `key` is the hash of the word in lower case, and `lower` a buffer.
    pub(super) fn stem(&self, word: &str, key: u64, lower: &mut String) -> RatedStem {
        if let Some(known) = self.words.get(&key) {
            return *known;
        }
        lower.clear();
        push_lower(lower, word);
        let hash = hash::bytes(self.stemmer.stem(lower).as_bytes());
        let rarity = self.stems.get(&hash).copied().unwrap_or(self.most);
        RatedStem { hash, rarity }
    }
}
