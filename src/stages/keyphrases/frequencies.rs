//! In how many articles of news the words stand: how rare, so how telling a word is.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use rust_stemmers::{Algorithm, Stemmer};

use crate::text::data::{DataFile, DataRow, data_file, sound};

pub(super) const FREQUENCIES_FILE: DataFile<'static> =
    data_file!("keyphrases/document-frequencies.tsv");

/// Document frequencies by stem.
#[derive(Debug)]
pub(super) struct Frequencies {
    articles: f32,
    stems: HashMap<String, f32, FixedState>,
}

static FREQUENCIES: LazyLock<Frequencies> = LazyLock::new(|| {
    let stemmer = Stemmer::create(Algorithm::English);
    let mut articles = 0.0;
    let mut stems: HashMap<String, f32, FixedState> = HashMap::default();
    let read = |row: DataRow<'static>| {
        let [word, n] = row.columns()?;
        let n: f32 = n.parse().map_err(|_| row.fault("not a number"))?;
        Ok((word, n))
    };
    for row in FREQUENCIES_FILE.rows() {
        match sound(read(row)) {
            ("", n) => articles = n,
            // An article that has two forms of a word counts twice, which the logarithm takes lightly.
            (word, n) => *stems.entry(stemmer.stem(word).into_owned()).or_default() += n,
        }
    }
    Frequencies { articles, stems }
});

impl Frequencies {
    pub(super) fn get() -> &'static Frequencies {
        &FREQUENCIES
    }

    /// Inverse document frequency of a stem: from 0 for one of every article to 7.1 for an unknown one.
    pub(super) fn rarity(&self, stem: &str) -> f32 {
        let seen = self.stems.get(stem).copied().unwrap_or_default();
        ((self.articles + 1.0) / (seen + 1.0)).ln().max(0.0)
    }
}
