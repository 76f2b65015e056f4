//! Which running story a text belongs to.
//!
//! The unit is a text, whatever number of copies it has: its first article speaks for it. A text that is no copy is
//! compared with the stories that have texts with some of its heaviest terms; what they have in common makes a few
//! numbers, and a weighted sum of those decides whether it belongs to the best of them or begins one. The weights are
//! in `config/memory/story-join.tsv`, learnt on news whose stories are known.
//!
//! Stories that turn out to be one are not made one. Records that are out would not know, and on halves of the news that
//! the weights were not learnt on it lost up to 4 points of pair F1: a text that fits two stories shows as often that
//! they have something in common as that they are the same.

use std::collections::VecDeque;
use std::sync::LazyLock;

use super::Memory;
use super::clusters::{Cluster, OutletSet};
use super::copies::found_often;
use super::entry::{Entry, Kind};
use super::held::Held;
use super::terms::{Alike, Terms, Weights, weight};
use crate::text::data::{DataFile, data_file};
use crate::text::table;

pub(super) const FILE: DataFile<'static> = data_file!("memory/story-join.tsv");

/// Heaviest words, and as many names, that a text is found by. It looks for others by all that it has.
const FOUND_BY: usize = 7;
/// Newest texts that are looked at for each of them.
pub(super) const NEWEST: usize = 32;
/// Stories that a text is compared with, those that share most.
pub(super) const CANDIDATES: usize = 8;
/// Newest texts of a story that a text is compared with.
pub(super) const TEXTS: usize = 16;
/// How many of them are the nearest.
const NEAREST: usize = 3;

/// What a text and a story have in common, in thousandths, by the names of the weights. Of the nearest texts of the
/// story: how alike all terms are, and those of the heads; how much of the text's head stands in them, and how much of
/// theirs in it; how far numbers and names agree.
pub(super) const FEATURES: [&str; 11] = [
    "always",
    "terms-nearest",
    "terms-all",
    "heads-nearest",
    "told-nearest",
    "tells-nearest",
    "facts-nearest",
    "lead-nearest",
    "undated",
    "days-apart",
    "texts",
];
pub(super) type Features = [i64; FEATURES.len()];

static WEIGHTS: LazyLock<Features> = LazyLock::new(|| {
    let mut weights = [None; FEATURES.len()];
    for row in table::rows::<2>(FILE.path, FILE.text()) {
        match FEATURES.iter().position(|f| *f == row.columns[0]) {
            Some(at) => weights[at] = Some(row.number(1)),
            None => row.fault("no such weight"),
        }
    }
    let missing = || {
        format!(
            "{}: not every weight of {FEATURES:?} stands here",
            FILE.path
        )
    };
    weights.map(|weight| weight.unwrap_or_else(|| panic!("{}", missing())))
});

/// Reads the data file now, so that no article waits for it.
pub(super) fn load() {
    LazyLock::force(&WEIGHTS);
}

/// A story of two texts or more.
#[derive(Debug, Clone, Default)]
pub(super) struct Story {
    /// Id of its first article in the log.
    pub id: Box<str>,
    /// Articles of it that are still in the window; with the last the story goes.
    pub in_window: u32,
    pub articles: u32,
    pub texts: u32,
    /// Texts that take nothing from one before.
    pub origins: u32,
    pub outlets: OutletSet,
    /// When the first of it was published.
    pub since: Option<i64>,
    /// Numbers of its newest texts.
    pub newest: VecDeque<u32>,
}

impl Story {
    /// The story that a second text makes of the first one's, which is `first` with its number, and has those copies.
    pub(super) fn begun(
        id: Box<str>,
        first: Option<(u32, Held<'_>)>,
        copies: Option<&Cluster>,
    ) -> Story {
        let mut story = Story {
            id,
            ..Story::default()
        };
        if let Some((number, held)) = first {
            story.add(held);
            story.add_text(number, true);
        }
        if let Some(cluster) = copies {
            story.in_window = cluster.in_window;
            story.articles = cluster.articles;
            story.outlets = cluster.outlets.clone();
            story.since = cluster.earliest.as_ref().map(|(time, _)| *time);
        }
        story
    }

    /// Counts an article.
    pub(super) fn add(&mut self, held: Held<'_>) {
        self.in_window += 1;
        self.articles += 1;
        if held.head.void {
            return;
        }
        self.outlets.add(held.head.outlet);
        self.since = match (self.since, held.head.published()) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }

    pub(super) fn add_text(&mut self, number: u32, own: bool) {
        self.texts += 1;
        self.origins += u32::from(own);
        self.newest.push_back(number);
        if self.newest.len() > TEXTS {
            self.newest.pop_front();
        }
    }
}

/// Which terms of a text it is found by, names before words: the heaviest of each.
pub(super) fn lead(terms: &Terms) -> Vec<u8> {
    let term = |at: &usize| {
        let words = || terms.words.get(at - terms.names.len());
        terms.names.get(*at).or_else(words).copied().unwrap_or(0)
    };
    let heaviest = |range: std::ops::Range<usize>| {
        let mut all: Vec<usize> = range.collect();
        if all.len() > FOUND_BY {
            all.select_nth_unstable_by_key(FOUND_BY, |at| {
                (std::cmp::Reverse(weight(term(at))), term(at) >> 8)
            });
            all.truncate(FOUND_BY);
        }
        all
    };
    let names = terms.names.len();
    let mut all = heaviest(0..names);
    all.extend(heaviest(names..names + terms.words.len()));
    // The weight is this text's alone.
    all.sort_unstable_by_key(|at| term(at) >> 8);
    all.dedup_by_key(|at| term(at) >> 8);
    all.iter().map(|at| *at as u8).collect()
}

/// A text that looks for its story.
struct Query<'e> {
    entry: &'e Entry,
    terms: Weights,
    /// A bit for each hash of a fact.
    facts: Vec<u64>,
    /// The terms it is found by.
    lead: Vec<u32>,
}

impl<'e> Query<'e> {
    fn of(entry: &'e Entry, lead: &[u8]) -> Query<'e> {
        let mut facts = vec![0; (usize::from(u16::MAX) + 1) / 64];
        for fact in &entry.facts {
            facts[usize::from(*fact) / 64] |= 1 << (fact % 64);
        }
        let terms = entry.terms.names.iter().chain(&entry.terms.words);
        let terms: Vec<u32> = terms.map(|t| t >> 8).collect();
        let lead = lead.iter().filter_map(|at| terms.get(usize::from(*at)));
        Query {
            entry,
            terms: Weights::of(&entry.terms),
            facts,
            lead: lead.copied().collect(),
        }
    }

    /// What it has in common with a story of these texts.
    fn features<'h>(&self, texts: impl Iterator<Item = Held<'h>>) -> Option<Features> {
        let (mut alike, mut facts) = (Vec::new(), Vec::new());
        let (mut leads, mut apart) = (0, None);
        for held in texts.filter(|held| !held.head.void) {
            alike.push(self.terms.alike(held.names().chain(held.topic_words())));
            facts.push(self.facts_agree(held.facts()));
            leads = leads.max(self.shared(held));
            if let Some((a, b)) = self.entry.published.zip(held.head.published()) {
                let seconds = a.abs_diff(b);
                apart = Some(apart.map_or(seconds, |least: u64| least.min(seconds)));
            }
        }
        if alike.is_empty() {
            return None;
        }
        let of = |what: fn(&Alike) -> u32| alike.iter().map(what).collect::<Vec<u32>>();
        let cosines = of(|a| a.cosine);
        // Days on a scale that grows by 250 with each doubling.
        let days = apart.map_or(0, |seconds| 250 * i64::from((1 + seconds / 86_400).ilog2()));
        Some([
            1_000,
            nearest(cosines.clone()),
            mean(&cosines),
            nearest(of(|a| a.heads)),
            nearest(of(|a| a.told)),
            nearest(of(|a| a.tells)),
            nearest(facts),
            i64::from(leads),
            if apart.is_none() { 1_000 } else { 0 },
            days,
            250 * i64::from(cosines.len().ilog2()),
        ])
    }

    /// How far numbers and names agree, in thousandths of the shorter list.
    fn facts_agree(&self, other: impl ExactSizeIterator<Item = u16>) -> u32 {
        let count = other.len();
        let is_here = |fact: u16| (self.facts[usize::from(fact) / 64] >> (fact % 64)) as u32 & 1;
        let common = 1_000 * other.map(is_here).sum::<u32>();
        match count.min(self.entry.facts.len()) as u32 {
            // As much as two texts without any say.
            0 if count == self.entry.facts.len() => 1_000,
            shorter => common.checked_div(shorter).unwrap_or(0),
        }
    }

    /// How many of the terms it is found by are among those of another, in thousandths of the fewer ones.
    fn shared(&self, held: Held<'_>) -> u32 {
        let lead = held.lead();
        let of = self.lead.len().min(lead.len()) as u32;
        let both = lead.filter(|term| self.lead.contains(term)).count() as u32;
        (1_000 * both).checked_div(of).unwrap_or(0)
    }
}

fn mean(all: &[u32]) -> i64 {
    all.iter().map(|x| i64::from(*x)).sum::<i64>() / all.len().max(1) as i64
}

/// The mean of the largest ones.
fn nearest(mut all: Vec<u32>) -> i64 {
    all.sort_unstable_by(|a, b| b.cmp(a));
    mean(&all[..all.len().min(NEAREST)])
}

/// How sure it is that a text belongs to a story: above 0 when it does.
pub(super) fn score(features: &Features) -> i64 {
    features.iter().zip(&*WEIGHTS).map(|(f, w)| f * w).sum()
}

/// How like a story a text is, in thousandths: what is told of it, the cosine of all terms with the nearest texts.
pub(super) fn similarity(features: &Features) -> u32 {
    features[1] as u32
}

/// The story of a text that is no copy.
pub(super) struct Joined {
    /// Place of its first entry.
    pub story: u64,
    /// How the text fits; none where it begins the story.
    pub features: Option<Features>,
    /// Other stories that it fits.
    pub others: Vec<u64>,
}

impl Memory {
    /// The story of a text that is no copy, whose entry is at `position`: the best of those it fits, else its own.
    pub(super) fn story_of(&self, position: u64, entry: &Entry, lead: &[u8]) -> Joined {
        let query = Query::of(entry, lead);
        let mut fitting: Vec<(i64, u64, Features)> = self
            .candidate_stories(entry)
            .into_iter()
            .filter_map(|story| {
                let features = self.story_features(&query, story)?;
                Some((score(&features), story, features))
            })
            .filter(|(score, _, _)| *score > 0)
            .collect();
        fitting.sort_unstable_by_key(|(score, story, _)| (std::cmp::Reverse(*score), *story));
        let best = fitting.first();
        Joined {
            story: best.map_or(position, |(_, story, _)| *story),
            features: best.map(|(_, _, features)| *features),
            others: fitting.iter().skip(1).map(|(_, story, _)| *story).collect(),
        }
    }

    /// The stories that have texts with some of a text's terms: those whose texts have the heaviest of them.
    fn candidate_stories(&self, entry: &Entry) -> Vec<u64> {
        if entry.kind == Kind::Kill {
            return Vec::new();
        }
        let (names, words) = (&entry.terms.names, &entry.terms.words);
        let is_word = |name: &&u32| {
            words
                .binary_search_by_key(&(*name >> 8), |w| w >> 8)
                .is_ok()
        };
        let names = names.iter().filter(|name| !is_word(name));
        let terms: Vec<u32> = names.chain(words).copied().collect();
        let found = found_often(self.window.with_terms(&terms));
        let texts = found.chunk_by(|a, b| a >> 32 == b >> 32);
        let mut stories: Vec<(u64, u64)> = texts
            .filter_map(|of_text| {
                let head = self.window.head((of_text[0] >> 32) as u32)?;
                let weight: u64 = of_text
                    .iter()
                    .map(|found| found & u64::from(u32::MAX))
                    .sum();
                (!head.void).then_some((head.story, weight))
            })
            .collect();
        stories.sort_unstable_by_key(|(story, weight)| (*story, std::cmp::Reverse(*weight)));
        stories.dedup_by_key(|(story, _)| *story);
        stories.sort_unstable_by_key(|(story, weight)| (std::cmp::Reverse(*weight), *story));
        let least = stories.first().map_or(0, |(_, weight)| weight / 2);
        stories.retain(|(_, weight)| *weight >= least);
        stories.truncate(CANDIDATES);
        stories.into_iter().map(|(story, _)| story).collect()
    }

    fn story_features(&self, query: &Query<'_>, story: u64) -> Option<Features> {
        let texts = |n: &u32| self.window.get(*n);
        match self.stories.get(&story) {
            Some(story) => query.features(story.newest.iter().filter_map(texts)),
            None => query.features(self.window.at(story).iter().filter_map(texts)),
        }
    }

    pub(super) fn story_id(&self, story: u64) -> Box<str> {
        let known = self.stories.get(&story).map(|s| s.id.clone());
        known.unwrap_or_else(|| self.cluster_id(story))
    }
}
