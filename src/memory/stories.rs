//! Which running story a text belongs to.
//!
//! The unit is a text, whatever number of copies it has: its first article speaks for it. A text that is no copy is
//! compared with the stories that have texts with some of its heaviest terms; what they have in common makes a few
//! numbers, and a weighted sum of those decides whether it belongs to the best of them or begins one. The weights are
//! in `config/memory/story-join.tsv`, learnt on news whose stories are known.

use std::collections::VecDeque;
use std::sync::LazyLock;

use super::clusters::{Cluster, OutletSet};
use super::copies;
use super::entry::Entry;
use super::held::Held;
use super::terms::{Terms, cosine};
use crate::text::data::{DataFile, data_file};
use crate::text::table;

const FILE: DataFile<'static> = data_file!("memory/story-join.tsv");

/// Heaviest words, and as many names, that a text is found by. It looks for others by all that it has.
const FOUND_BY: usize = 7;
/// Newest texts that are looked at for each of them.
pub(super) const NEWEST: usize = 32;
/// Stories that a text is compared with, those that share most.
pub(super) const CANDIDATES: usize = 32;
/// Newest texts of a story that a text is compared with.
pub(super) const TEXTS: usize = 32;
/// How many of them are the nearest.
const NEAREST: usize = 3;

/// What a text and a story have in common, in thousandths, by the names of the weights.
pub(super) const FEATURES: [&str; 12] = [
    "always",
    "words-nearest",
    "words-all",
    "names-nearest",
    "names-all",
    "words-and-names",
    "facts-nearest",
    "facts-all",
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
        first: Option<(u32, &Held)>,
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
    pub(super) fn add(&mut self, held: &Held) {
        self.in_window += 1;
        self.articles += 1;
        if held.void {
            return;
        }
        self.outlets.add(held.outlet);
        self.since = match (self.since, held.published) {
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

/// The terms that a text is found by: its heaviest names and words.
pub(super) fn found_by(terms: &Terms) -> Vec<u32> {
    let heaviest = |terms: &[u32]| {
        let mut terms = terms.to_vec();
        terms.sort_unstable_by_key(|t| (std::cmp::Reverse(t & 0xff), t >> 8));
        terms.truncate(FOUND_BY);
        terms
    };
    let mut all = heaviest(&terms.names);
    all.extend(heaviest(&terms.words));
    // The weight is this text's alone.
    all.iter_mut().for_each(|t| *t >>= 8);
    all.sort_unstable();
    all.dedup();
    all
}

/// All terms of a text, by which it finds others.
pub(super) fn finds_by(terms: &Terms) -> Vec<u32> {
    let all = terms.names.iter().chain(&*terms.words).map(|t| t >> 8);
    let mut all: Vec<u32> = all.collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What a text has in common with a story of these texts.
pub(super) fn features<'h>(
    entry: &Entry,
    texts: impl Iterator<Item = &'h Held>,
) -> Option<Features> {
    let (mut words, mut names, mut facts) = (Vec::new(), Vec::new(), Vec::new());
    let (mut leads, mut apart) = (0, None);
    let lead = found_by(&entry.terms);
    for held in texts.filter(|held| !held.void) {
        words.push(cosine(&entry.terms.words, &held.terms.words));
        names.push(cosine(&entry.terms.names, &held.terms.names));
        facts.push(copies::facts_agree(&entry.facts, &held.facts));
        leads = leads.max(shared(&lead, held));
        if let Some((a, b)) = entry.published.zip(held.published) {
            let seconds = a.abs_diff(b);
            apart = Some(apart.map_or(seconds, |least: u64| least.min(seconds)));
        }
    }
    if words.is_empty() {
        return None;
    }
    let count = words.len();
    let (words_all, names_all) = (mean(&words), mean(&names));
    let (words, names) = (nearest(&mut words), nearest(&mut names));
    // Days on a scale that grows by 250 with each doubling.
    let days = apart.map_or(0, |seconds| 250 * i64::from((1 + seconds / 86_400).ilog2()));
    Some([
        1_000,
        words,
        words_all,
        names,
        names_all,
        words * names / 1_000,
        nearest(&mut facts),
        mean(&facts),
        i64::from(leads),
        if apart.is_none() { 1_000 } else { 0 },
        days,
        250 * i64::from(count.ilog2()),
    ])
}

/// How many of the heaviest terms of a text are among the heaviest of another, in thousandths of those it has.
fn shared(lead: &[u32], held: &Held) -> u32 {
    let both = held
        .terms_before
        .iter()
        .filter(|(term, _)| lead.contains(term));
    let of = lead.len().min(held.terms_before.len()) as u32;
    (1_000 * both.count() as u32).checked_div(of).unwrap_or(0)
}

fn mean(all: &[u32]) -> i64 {
    all.iter().map(|x| i64::from(*x)).sum::<i64>() / all.len().max(1) as i64
}

/// The mean of the largest ones.
fn nearest(all: &mut [u32]) -> i64 {
    all.sort_unstable_by(|a, b| b.cmp(a));
    mean(&all[..all.len().min(NEAREST)])
}

/// How sure it is that a text belongs to a story: above 0 when it does.
pub(super) fn score(features: &Features) -> i64 {
    features.iter().zip(&*WEIGHTS).map(|(f, w)| f * w).sum()
}

/// How like a story a text is, in thousandths: what is told of it.
pub(super) fn similarity(features: &Features) -> u32 {
    ((features[1] + features[3]) / 2) as u32
}
