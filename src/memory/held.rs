//! The articles in the window, and the indexes by which they are found.

use std::collections::{HashMap, VecDeque};

use super::copies::{CROWD, INDEXED};
use super::entry::{Credit, Entry, Sentence, words_of};
use super::terms::Terms;

/// First long sentences that an article is found by.
const LEAD: usize = 2;
/// Words of a sentence that two texts do not have by chance.
const LONG_SENTENCE: u32 = 10;

/// What is held of an article while it is in the window.
#[derive(Debug)]
pub(super) struct Held {
    /// Its place in the log.
    pub position: u64,
    /// Day of its place in the log, since 1970.
    pub day: i64,
    pub id: Box<str>,
    pub published: Option<i64>,
    /// Hash of its outlet.
    pub outlet: u32,
    /// Number of its agency among all that were named, and how it is named.
    pub agency: Option<(u16, Credit)>,
    pub words: u16,
    pub text: u64,
    pub headline: u32,
    pub sketch: Box<[u32]>,
    pub facts: Box<[u16]>,
    pub sentences: Box<[Sentence]>,
    pub gists: Box<[u16]>,
    pub numbers: Box<str>,
    /// Of the first text of a cluster; empty for its copies.
    pub terms: Terms,
    /// Places of the first entries of its cluster and its story.
    pub cluster: u64,
    pub story: u64,
    /// Number of the article it was taken from; [`NONE`] of one that was taken from none.
    pub of: u32,
    /// No article is compared with it.
    pub void: bool,
    /// Its link is recorded.
    pub recorded: bool,
    /// For each of the hashes that it is found by, the number of the article before it that has that hash, too.
    pub before: Box<[u32]>,
    /// The same of the terms it is found by as part of a story, which are given with it.
    pub terms_before: Box<[(u32, u32)]>,
}

impl Held {
    /// Bytes it takes, its part of the indexes included: what an entry of a hash table takes on average, 24, for
    /// each key that it brings.
    pub(super) fn bytes(&self) -> usize {
        const KEY: usize = 24;
        size_of::<Held>()
            + self.id.len()
            + 4 * (self.sketch.len() + self.sentences.len() + self.before.len())
            + 2 * (self.facts.len() + self.gists.len())
            + self.numbers.len()
            + 4 * (self.terms.words.len() + self.terms.names.len())
            + 8 * self.terms_before.len()
            + KEY * (self.before.len() + self.terms_before.len() / 2 + 2)
    }

    /// One that has nothing.
    #[cfg(test)]
    pub(super) fn for_tests() -> Held {
        Held {
            position: 0,
            day: 0,
            id: "".into(),
            published: None,
            outlet: 0,
            agency: None,
            words: 0,
            text: 0,
            headline: 0,
            sketch: Box::default(),
            facts: Box::default(),
            sentences: Box::default(),
            gists: Box::default(),
            numbers: "".into(),
            terms: Terms::default(),
            cluster: 0,
            story: 0,
            of: NONE,
            void: false,
            recorded: false,
            before: Box::default(),
            terms_before: Box::default(),
        }
    }

    /// The hashes that it is found by, if it is.
    fn indexed(&self) -> impl Iterator<Item = u32> {
        found_by(&self.sketch, &self.sentences).take(self.before.len())
    }
}

/// No article.
pub(super) const NONE: u32 = u32::MAX;

/// For each hash the articles that have it: the newest here, those before it one by one in [`Held`].
#[derive(Debug, Default)]
pub(super) struct Postings(HashMap<u32, Posting, foldhash::fast::FixedState>);

#[derive(Debug, Clone, Copy)]
struct Posting {
    newest: u32,
    count: u32,
}

impl Postings {
    /// Adds an article; the one before it.
    fn add(&mut self, hash: u32, number: u32) -> u32 {
        let posting = self.0.entry(hash).or_insert(Posting {
            newest: NONE,
            count: 0,
        });
        posting.count += 1;
        std::mem::replace(&mut posting.newest, number)
    }

    /// Takes the oldest article off a hash.
    fn drop_oldest(&mut self, hash: u32) {
        if let Some(posting) = self.0.get_mut(&hash) {
            posting.count -= 1;
            if posting.count == 0 {
                self.0.remove(&hash);
            }
        }
    }
}

/// The hashes that a text is found by: the smallest of its shingles, and its first long sentences, which are those
/// that stand in a copy cut down to a few lines.
fn found_by(sketch: &[u32], sentences: &[Sentence]) -> impl Iterator<Item = u32> {
    let shingles = sketch.iter().take(INDEXED).copied();
    let long = |s: &&Sentence| words_of(**s) >= LONG_SENTENCE;
    shingles.chain(sentences.iter().filter(long).take(LEAD).copied())
}

/// The articles of the window, in the order of the log.
#[derive(Debug, Default)]
pub(super) struct Window {
    articles: VecDeque<Held>,
    /// Number of the first of them; an article keeps its number.
    first: u32,
    copies: Postings,
    terms: Postings,
    bytes: usize,
}

impl Window {
    pub(super) fn len(&self) -> usize {
        self.articles.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn oldest(&self) -> Option<&Held> {
        self.articles.front()
    }

    /// The number that the next article has.
    pub(super) fn next(&self) -> u32 {
        self.first + self.articles.len() as u32
    }

    pub(super) fn get(&self, number: u32) -> Option<&Held> {
        let index = number.checked_sub(self.first)?;
        self.articles.get(index as usize)
    }

    pub(super) fn get_mut(&mut self, number: u32) -> Option<&mut Held> {
        let index = number.checked_sub(self.first)?;
        self.articles.get_mut(index as usize)
    }

    /// The number of the article at a place in the log.
    pub(super) fn at(&self, position: u64) -> Option<u32> {
        let index = self
            .articles
            .binary_search_by_key(&position, |held| held.position);
        Some(self.first + index.ok()? as u32)
    }

    /// Adds an article. `as_text`: copies of it are found by it; `terms`: so are other texts of its story, by these.
    pub(super) fn push(&mut self, mut held: Held, as_text: bool, terms: &[u32]) {
        let number = self.next();
        if as_text {
            let hashes = found_by(&held.sketch, &held.sentences);
            held.before = hashes.map(|h| self.copies.add(h, number)).collect();
        }
        let terms = terms.iter().map(|t| (*t, self.terms.add(*t, number)));
        held.terms_before = terms.collect();
        self.bytes += held.bytes();
        self.articles.push_back(held);
    }

    /// Takes the oldest article out.
    pub(super) fn pop(&mut self) -> Option<Held> {
        let held = self.articles.pop_front()?;
        self.first += 1;
        self.bytes -= held.bytes();
        for hash in held.indexed() {
            self.copies.drop_oldest(hash);
        }
        for (term, _) in &held.terms_before {
            self.terms.drop_oldest(*term);
        }
        Some(held)
    }

    /// The articles that are found by the hashes of a text, each as often as it has one of them.
    pub(super) fn with_hashes_of(&self, entry: &Entry) -> Vec<u32> {
        let mut found = Vec::new();
        for hash in found_by(&entry.sketch, &entry.sentences) {
            let Some(posting) = self.copies.0.get(&hash) else {
                continue;
            };
            if posting.count > CROWD {
                continue;
            }
            let mut number = posting.newest;
            while let Some(held) = self.get(number) {
                found.push(number);
                // A long sentence says as much as two shingles.
                if entry.sentences.contains(&hash) {
                    found.push(number);
                }
                let at = held.indexed().position(|h| h == hash);
                number = at.map_or(NONE, |at| held.before[at]);
            }
        }
        found
    }

    /// The newest articles that are found by terms, no more than `most` by each, each as often as it has one.
    pub(super) fn with_terms(&self, terms: &[u32], most: usize) -> Vec<u32> {
        let mut found = Vec::new();
        for term in terms {
            let mut number = self.terms.0.get(term).map_or(NONE, |p| p.newest);
            for _ in 0..most {
                let Some(held) = self.get(number) else { break };
                found.push(number);
                let mut before = held.terms_before.iter();
                number = before.find(|(t, _)| t == term).map_or(NONE, |(_, n)| *n);
            }
        }
        found
    }
}
