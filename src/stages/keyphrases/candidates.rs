//! Noun phrases that may say what an article is about.

use std::sync::LazyLock;

use super::WORDS;
use super::parts::PartOfSpeech;
use super::words::{Stem, Word, Words, key};
use crate::text::feature_hash::HashedMap;
use crate::text::word_table::WordTable;

/// Most words of a phrase: longer ones are lists and tables.
const MOST_WORDS: usize = 5;

/// What a word is worth at the edges of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    /// Says nothing at the head of a phrase.
    Opening,
    /// Says nothing at all.
    Empty,
}

pub(super) static EDGES: LazyLock<WordTable<Edge>> = LazyLock::new(|| {
    let of = |list: &'static [&'static str], edge| list.iter().map(move |w| (*w, edge));
    let openings = of(WORDS.opening.phrases(), Edge::Opening);
    let titles = of(WORDS.title.phrases(), Edge::Opening);
    let empty = of(WORDS.empty.phrases(), Edge::Empty);
    WordTable::new(openings.chain(titles).chain(empty))
});

/// A phrase, however often it stands in the article.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub stems: Vec<Stem>,
    /// [`key`] of the stems.
    pub key: u64,
    /// How often it stands there as a phrase of its own.
    pub count: u32,
    /// In how many sentences.
    pub sentences: u32,
    /// The place of its first word among all words.
    pub first: usize,
    /// Share of its words that are parts of names.
    pub proper: f32,
    /// Whether it begins with a participle: "rising water".
    pub is_participial: bool,
    last_sentence: u32,
}

/// The candidates of an article, in the order of their first mention.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    pub all: Vec<Candidate>,
}

impl Candidates {
    pub(super) fn of(words: &Words, text: &str) -> Candidates {
        let mut out = Candidates::default();
        let mut places = HashedMap::default();
        let mut start = 0;
        while start < words.all.len() {
            let run = run(&words.all[start..]);
            let phrase = trim(&words.all[start..start + run], text);
            if let Some(first) = phrase.first() {
                // `trim` cuts from both ends: where the phrase begins is told by its first word.
                let at = start
                    + words.all[start..start + run]
                        .iter()
                        .position(|w| w.span == first.span)
                        .unwrap_or_default();
                out.add(phrase, at, &mut places);
            }
            start += run.max(1);
        }
        out
    }

    /// Counts a phrase; `places` has where each candidate stands in `all`, by its key.
    fn add(&mut self, phrase: &[Word], first: usize, places: &mut HashedMap<usize>) {
        let stems = phrase.iter().map(|w| w.stem);
        let key = key(stems.clone());
        let sentence = phrase[0].sentence;
        let Some(&at) = places.get(&key) else {
            let proper = phrase.iter().filter(|w| w.part == PartOfSpeech::ProperNoun);
            places.insert(key, self.all.len());
            self.all.push(Candidate {
                count: 1,
                sentences: 1,
                first,
                proper: proper.count() as f32 / phrase.len() as f32,
                is_participial: phrase[0].part == PartOfSpeech::Participle,
                last_sentence: sentence,
                stems: stems.collect(),
                key,
            });
            return;
        };
        let known = &mut self.all[at];
        known.count += 1;
        known.sentences += u32::from(known.last_sentence != sentence);
        known.last_sentence = sentence;
    }
}

/// How many words from the first on, directly behind one another, can be in one noun phrase. Behind a common noun a name
/// begins another: "what information Google has".
fn run(words: &[Word]) -> usize {
    let goes_on = |[before, word]: &[Word; 2]| {
        let is_name_behind =
            before.part == PartOfSpeech::Noun && word.part == PartOfSpeech::ProperNoun;
        word.part.is_nominal() && word.follows && !is_name_behind
    };
    let is_phrase = words.first().is_some_and(|w| w.part.is_nominal());
    usize::from(is_phrase)
        + words
            .array_windows()
            .take_while(|pair| is_phrase && goes_on(pair))
            .count()
}

/// The phrase without what says nothing at its edges, up to its last noun; empty when nothing is left of it
/// or it is too long.
fn trim<'w>(mut words: &'w [Word], text: &str) -> &'w [Word] {
    let edge = |word: &Word| EDGES.get(word.span.of(text));
    while let [head @ .., last] = words {
        if last.part.is_noun() && edge(last) != Some(Edge::Empty) {
            break;
        }
        words = head;
    }
    while let [first, rest @ ..] = words {
        if edge(first).is_none() {
            break;
        }
        words = rest;
    }
    let letters = |w: &Word| {
        w.span
            .of(text)
            .chars()
            .filter(|c| c.is_alphabetic())
            .count()
    };
    let says_something = words.iter().any(|w| letters(w) >= 2);
    if words.len() > MOST_WORDS || !says_something || is_shouted(words, text) {
        return &[];
    }
    words
}

/// Whether it is one word again and again in capitals: "HOLD HOLD" is said to editors.
fn is_shouted(words: &[Word], text: &str) -> bool {
    let same = words.windows(2).all(|w| w[0].stem == w[1].stem);
    words.len() > 1 && same && !words[0].span.of(text).contains(char::is_lowercase)
}
