//! Memory across articles: which are copies of one text, whose text it is, what was made of it, and which story an
//! article belongs to.
//!
//! The memory is a pure function of a log of entries. An [`Entry`] is made of a record, and says all that a decision
//! looks at; [`Memory::apply`] takes the entries in the order of the log and gives a [`Decision`] for each, which
//! [`Decision::write`] puts into the record. There is no clock in it, no chance, no arithmetic but that of whole
//! numbers, and no answer depends on the order of a hash table: given one log, every process gives the same answers.
//! What the record of an article says was known when the article was decided; it is never rewritten.
//!
//! ```text
//! record ─► entry ─► Memory::apply ─┬ copies   which text it is a copy of, or a version
//!                                   ├ edits    what was made of that text
//!                                   ├ clusters whose text it is, who else has it
//!                                   └ stories  which running story it belongs to
//! ```
//!
//! `copydesk enrich` keeps the log in the process, in the order of its input. `copydesk run` keeps it in Kafka, behind
//! the trait [`Log`]. For a log outside the process:
//!
//! - The lowest place wins for a key: a later entry of the same key is void ([`Memory::apply`] gives `None`, and
//!   [`Memory::again`] what holds for the article).
//! - An article that was dead-lettered after its entry is taken out of what is compared: [`Memory::void`].
//! - A [`Link`], what was decided before, is authoritative: a process that begins in the middle of the log lacks the
//!   articles before it, from which later ones inherit the names of clusters and stories. One that comes after its
//!   article was decided is taken with [`Memory::correct`].
//! - An entry says the version of the algorithm it was made by; [`EntryFault::Algorithm`] is a reason to stop.
//!
//! It is bounded by [`Bounds`]: days of the log, and bytes. Past either the oldest articles are forgotten; a cluster
//! or a story is known as long as one of its articles is.

mod binary;
mod clusters;
mod copies;
mod decision;
mod edits;
mod entry;
mod held;
mod log;
mod stories;
mod terms;
#[cfg(test)]
mod tests;
mod words;

use std::collections::HashMap;
use std::sync::LazyLock;

pub use binary::EntryFault;
use clusters::Cluster;
use copies::{Desk, Likeness};
pub use decision::Decision;
pub use edits::Edits;
pub use entry::{ALGORITHM, Credit, Entry, Kind, Sentence};
use held::{Held, NONE, Window};
pub use log::{Decided, Deciding, Log, RecordedLink};
use stories::{Features, Story};
pub use terms::Terms;

use crate::record::{CopyRelation, EnrichedArticle, Genre};
use crate::text::data::Data;
use crate::text::hash;

/// All data files that answers depend on. Two processes that share a log must have the same.
///
/// # Panics
/// With file and line at a fault in one of them.
pub fn data() -> &'static Data {
    words::load();
    terms::load();
    stories::load();
    static DATA: LazyLock<Data> =
        LazyLock::new(|| Data::of(&[words::FILE, terms::FILE, stories::FILE]));
    &DATA
}

/// Whether an article takes part: a page that is no article says nothing of others.
pub fn is_remembered(record: &EnrichedArticle) -> bool {
    record.genre != Some(Genre::NotArticle)
}

/// Two texts of one outlet within this time, in seconds, are versions of one: two days. Of the pairs that one
/// supplier sent 90 % lie within a day.
const VERSIONS_WITHIN: u64 = 2 * 86_400;
/// Share in thousandths from which a text holds nearly all of another; one edited word spoils four shingles.
const NEARLY_ALL: u32 = 800;
/// Containment, in thousandths, from which a text has taken something from one before, whatever else it says.
const DERIVED: u32 = 200;
/// A copy that is less like the text it was taken from than this, in thousandths, is a text that copies are found by
/// itself. All others would only make the index longer.
const OWN_TEXT: u32 = 800;
/// When there are too many bytes, this share of the articles is forgotten at once.
const FORGOTTEN: usize = 16;

/// How much is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Days of the log. Articles published further apart are no copies; stories run on.
    pub window_days: u32,
    /// Bytes of articles and indexes.
    pub bytes: usize,
}

/// What was decided of an entry before, by this process or another: its cluster and its story, as the places of
/// their first entries in the log and their ids, and the place of the article it was taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub cluster: (u64, Box<str>),
    pub story: (u64, Box<str>),
    pub of: Option<u64>,
}

/// The memory of a process.
#[derive(Debug)]
pub struct Memory {
    bounds: Bounds,
    window: Window,
    /// The latest day there was; the log may go back a little.
    today: i64,
    /// Numbers by the keys of their entries, by the hashes of whole texts and by what suppliers call articles.
    keys: Numbers<u64>,
    texts: Numbers<u64>,
    references: Numbers<u32>,
    /// Agencies by their numbers.
    agencies: Vec<Box<str>>,
    /// How often there were too many bytes.
    overflows: u64,
    /// By the place of the first entry; an article without copies has none.
    clusters: HashMap<u64, Cluster, foldhash::fast::FixedState>,
    /// Likewise; a text that is all of its story has none.
    stories: HashMap<u64, Story, foldhash::fast::FixedState>,
}

type Numbers<K> = HashMap<K, u32, foldhash::fast::FixedState>;

/// An article that another was found to be a copy or a version of.
#[derive(Debug, Clone, Copy)]
struct Match {
    number: u32,
    likeness: Likeness,
    /// Its supplier says that it is the same item.
    same_item: bool,
}

/// Where an article belongs.
struct Place {
    /// What it was taken from.
    of: Option<Match>,
    cluster: (u64, Box<str>),
    story: (u64, Box<str>),
    /// How the text was found to belong to its story; none for the first, and for a copy.
    features: Option<Features>,
    /// Ids of other clusters and stories that it would have fitted.
    other_clusters: Vec<String>,
    other_stories: Vec<String>,
    relation: CopyRelation,
    /// Whether it has taken nothing from a text before.
    own_text: bool,
}

impl Memory {
    pub fn new(bounds: Bounds) -> Memory {
        data();
        Memory {
            bounds,
            window: Window::default(),
            today: i64::MIN,
            keys: HashMap::default(),
            texts: HashMap::default(),
            references: HashMap::default(),
            agencies: Vec::new(),
            overflows: 0,
            clusters: HashMap::default(),
            stories: HashMap::default(),
        }
    }

    /// Articles that are remembered.
    pub fn len(&self) -> usize {
        self.window.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes they take, as [`Bounds::bytes`] counts them.
    pub fn bytes(&self) -> usize {
        self.window.bytes()
    }

    /// Days of the log that are remembered, the last included.
    pub fn days(&self) -> u64 {
        let oldest = self.window.oldest().map(|held| held.day);
        oldest.map_or(0, |day| self.today.abs_diff(day) + 1)
    }

    /// How often there were more bytes than there may be, and the oldest articles were forgotten for that.
    pub fn overflows(&self) -> u64 {
        self.overflows
    }

    /// Takes the entry at `position` of the log, which is above that of every entry before, appended at `time` in
    /// seconds since 1970; `key` is that of the article it was made of. With a link it is as that says, else it is
    /// decided. `None`: an entry of this key came before, and this one is void.
    pub fn apply(
        &mut self,
        position: u64,
        time: i64,
        key: &[u8],
        entry: &Entry,
        link: Option<&Link>,
    ) -> Option<Decision> {
        let key = hash::bytes(key);
        if self.keys.contains_key(&key) {
            return None;
        }
        self.today = self.today.max(time.div_euclid(86_400));
        self.forget();
        let place = self.place(position, entry, link);
        let agency = entry.agency.as_ref();
        let agency = agency.map(|(name, credit)| (self.agency_number(name), *credit));
        self.hold(position, key, entry, agency, &place);
        let member = self.window.next() - 1;
        if let Some(held) = self.window.get_mut(member) {
            held.recorded = link.is_some();
        }
        if place.cluster.0 != position {
            self.join_cluster(member, &place);
        }
        self.join_story(member, &place);
        Some(self.decision(member, entry, &place))
    }

    /// Takes an article out of what is compared: it was never published. What was said of it stands.
    pub fn void(&mut self, key: &[u8]) {
        let number = self.keys.get(&hash::bytes(key)).copied();
        if let Some(held) = number.and_then(|n| self.window.get_mut(n)) {
            held.void = true;
        }
    }

    /// The place of the entry that holds for a key, if it is in the window.
    pub fn position(&self, key: &[u8]) -> Option<u64> {
        let number = *self.keys.get(&hash::bytes(key))?;
        Some(self.window.get(number)?.position)
    }

    /// Whether what was decided for a key is recorded.
    pub fn is_recorded(&self, key: &[u8]) -> bool {
        let number = self.keys.get(&hash::bytes(key));
        let held = number.and_then(|n| self.window.get(*n));
        held.is_some_and(|held| held.recorded)
    }

    /// What is known by now of an article that has its place: cluster and story as they were decided, and counts as
    /// they are.
    pub fn again(&self, key: &[u8], entry: &Entry) -> Option<Decision> {
        let number = *self.keys.get(&hash::bytes(key))?;
        let held = self.window.get(number)?;
        let alone = held.cluster == held.position;
        let mut matches = self.matches(entry);
        let before = |m: &Match| {
            let cluster = self.window.get(m.number).map(|other| other.cluster);
            m.number < number && cluster == Some(held.cluster)
        };
        matches.retain(before);
        let best = self.best(entry, &matches);
        let of = self.match_with(entry, held.of, best);
        let place = Place {
            relation: match alone {
                true => CopyRelation::Original,
                false => self.relation(entry, of),
            },
            of,
            cluster: (held.cluster, self.cluster_id(held.cluster)),
            story: (held.story, self.story_id(held.story)),
            features: None,
            other_clusters: Vec::new(),
            other_stories: Vec::new(),
            own_text: false,
        };
        Some(self.decision(number, entry, &place))
    }

    /// Takes what was recorded of an article that was decided before, and maybe otherwise: those that follow are
    /// decided by it. Whether it was decided otherwise.
    pub fn correct(&mut self, key: &[u8], link: &Link) -> bool {
        let of = link.of.and_then(|of| self.window.at(of)).unwrap_or(NONE);
        let number = self.keys.get(&hash::bytes(key)).copied();
        let Some((number, held)) = number.and_then(|n| Some((n, self.window.get_mut(n)?))) else {
            return false;
        };
        held.recorded = true;
        let before = (held.cluster, held.story);
        if before == (link.cluster.0, link.story.0) {
            return false;
        }
        (held.cluster, held.story, held.of) = (link.cluster.0, link.story.0, of);
        let is_first = link.cluster.0 == held.position;
        let place = Place {
            of: None,
            cluster: link.cluster.clone(),
            story: link.story.clone(),
            features: None,
            other_clusters: Vec::new(),
            other_stories: Vec::new(),
            relation: CopyRelation::Copy,
            own_text: false,
        };
        if before.0 != link.cluster.0 {
            self.leave_cluster(before.0);
            if !is_first {
                self.join_cluster(number, &place);
            }
        }
        if before.1 != link.story.0 {
            self.leave_story(before.1);
            self.join_story(number, &place);
        }
        true
    }

    /// Where an article belongs.
    fn place(&self, position: u64, entry: &Entry, link: Option<&Link>) -> Place {
        let matches = self.matches(entry);
        let best = self.best(entry, &matches);
        let held = best.and_then(|b| self.window.get(b.number));
        let cluster = match (link, held) {
            (Some(link), _) => link.cluster.clone(),
            (None, Some(held)) => (held.cluster, self.cluster_id(held.cluster)),
            (None, None) => (position, entry.id.clone()),
        };
        let alone = cluster.0 == position;
        let of = match link {
            Some(link) => link.of.and_then(|of| self.window.at(of)),
            None => best.map(|b| self.first_if_alike(entry, b, cluster.0)),
        };
        let of = of.and_then(|of| self.match_with(entry, of, best));
        let mut others: Vec<u64> = matches
            .iter()
            .filter_map(|m| Some(self.window.get(m.number)?.cluster))
            .filter(|other| *other != cluster.0)
            .collect();
        others.sort_unstable();
        others.dedup();
        let (story, features, other_stories) = match (link, held) {
            (Some(link), _) => (link.story.clone(), None, Vec::new()),
            (None, Some(held)) => ((held.story, self.story_id(held.story)), None, Vec::new()),
            (None, None) => self.story_of(position, entry),
        };
        Place {
            relation: if alone {
                CopyRelation::Original
            } else {
                self.relation(entry, of)
            },
            of,
            cluster,
            story,
            features,
            other_clusters: others
                .into_iter()
                .map(|c| self.cluster_id(c).into())
                .collect(),
            other_stories,
            own_text: alone && !self.is_derived(entry),
        }
    }

    /// The articles that this one is a copy or a version of.
    fn matches(&self, entry: &Entry) -> Vec<Match> {
        let mut matches: Vec<Match> = Vec::new();
        matches.extend(self.same_item(entry));
        if entry.kind == Kind::Kill || entry.words == 0 {
            return matches;
        }
        let mut found = copies::found_often(self.window.with_hashes_of(entry));
        found.extend(self.texts.get(&entry.text));
        found.sort_unstable();
        found.dedup();
        found.retain(|number| matches.iter().all(|m| m.number != *number));
        for number in found {
            let Some(held) = self.window.get(number).filter(|h| !h.void) else {
                continue;
            };
            if self.is_in_time(entry, held)
                && let Some(likeness) = copies::compare(entry, held, self.desk(entry, held))
            {
                matches.push(Match {
                    number,
                    likeness,
                    same_item: false,
                });
            }
        }
        matches
    }

    /// What its supplier says it is a version of, or kills: the newest that goes by that name.
    fn same_item(&self, entry: &Entry) -> Option<Match> {
        let by_slug = match entry.kind {
            Kind::Text => None,
            Kind::Version | Kind::Kill => entry.slug,
        };
        let names = entry
            .supersedes
            .iter()
            .chain(&*entry.references)
            .chain(&by_slug);
        let outlet = outlet_hash(&entry.outlet);
        let of_outlet = names.filter_map(|name| {
            let number = *self.references.get(name)?;
            let held = self.window.get(number)?;
            (held.outlet == outlet && !held.void).then_some((number, held))
        });
        let (number, held) = of_outlet.max_by_key(|(number, _)| *number)?;
        Some(Match {
            number,
            likeness: Likeness::of_texts(entry, held),
            same_item: true,
        })
    }

    /// The one that it is taken to come from: what its supplier says; else an earlier version of its own outlet; else
    /// what it has most of, of two alike the earlier.
    fn best(&self, entry: &Entry, matches: &[Match]) -> Option<Match> {
        let rank = |m: &Match| {
            let own = self
                .window
                .get(m.number)
                .is_some_and(|h| is_version(entry, h));
            let containment = m.likeness.containment();
            (m.same_item, own, containment, std::cmp::Reverse(m.number))
        };
        matches.iter().copied().max_by_key(rank)
    }

    /// The number of the cluster's first article, where this one is like that, too; else of the best match. So what
    /// outlets make of a text is told from that text, and not from what others made of it.
    fn first_if_alike(&self, entry: &Entry, best: Match, cluster: u64) -> u32 {
        let first = self.window.at(cluster).filter(|_| !best.same_item);
        let alike = first.filter(|first| {
            self.window.get(*first).is_some_and(|held| {
                !held.void && copies::compare(entry, held, self.desk(entry, held)).is_some()
            })
        });
        alike.unwrap_or(best.number)
    }

    fn match_with(&self, entry: &Entry, number: u32, best: Option<Match>) -> Option<Match> {
        let held = self.window.get(number)?;
        Some(Match {
            number,
            likeness: Likeness::of_texts(entry, held),
            same_item: best.is_some_and(|b| b.same_item && b.number == number),
        })
    }

    /// What an article that is not the first of its cluster is to the one it was taken from.
    fn relation(&self, entry: &Entry, of: Option<Match>) -> CopyRelation {
        let found = of.and_then(|of| Some((of, self.window.get(of.number)?)));
        let Some((of, held)) = found else {
            return CopyRelation::Copy;
        };
        let Likeness {
            contained,
            contains,
            ..
        } = of.likeness;
        match (contained >= NEARLY_ALL, contains >= NEARLY_ALL) {
            _ if entry.kind == Kind::Kill || of.same_item || is_version(entry, held) => {
                CopyRelation::Version
            }
            _ if entry.text == held.text => CopyRelation::Identical,
            (true, true) => CopyRelation::Copy,
            (true, false) => CopyRelation::Shortened,
            (false, true) => CopyRelation::Extended,
            (false, false) => CopyRelation::Partial,
        }
    }

    /// Whether a text has taken something from one before it, though it is no copy.
    fn is_derived(&self, entry: &Entry) -> bool {
        let found = copies::found_often(self.window.with_hashes_of(entry));
        let like = |n| Some(Likeness::of_texts(entry, self.window.get(n)?));
        let mut likenesses = found.into_iter().filter_map(like);
        likenesses.any(|likeness| likeness.containment() >= DERIVED)
    }

    /// Whether two articles were published so near to one another that they may have to do with one another.
    fn is_in_time(&self, entry: &Entry, held: &Held) -> bool {
        let within = u64::from(self.bounds.window_days) * 86_400;
        let dates = entry.published.zip(held.published);
        dates.is_none_or(|(a, b)| a.abs_diff(b) <= within)
    }

    /// Whether one desk wrote both, and when.
    fn desk(&self, entry: &Entry, held: &Held) -> Desk {
        let agency = held
            .agency
            .and_then(|(n, _)| self.agencies.get(usize::from(n)));
        let named = entry.agency.as_ref().map(|(name, _)| name);
        match !entry.outlet.is_empty()
            && outlet_hash(&entry.outlet) == held.outlet
            && named == agency
        {
            true if are_near(entry, held) => Desk::Same,
            true => Desk::Series,
            false => Desk::Other,
        }
    }

    /// The story of a text that is no copy: the best of those it fits, else its own; how it fits, and the ids of the
    /// others.
    fn story_of(
        &self,
        position: u64,
        entry: &Entry,
    ) -> ((u64, Box<str>), Option<Features>, Vec<String>) {
        let mut fitting: Vec<(i64, u64, Features)> = self
            .candidate_stories(entry)
            .into_iter()
            .filter_map(|story| {
                let features = self.story_features(entry, story)?;
                Some((stories::score(&features), story, features))
            })
            .filter(|(score, _, _)| *score > 0)
            .collect();
        fitting.sort_unstable_by_key(|(score, story, _)| (std::cmp::Reverse(*score), *story));
        let mut fitting = fitting.into_iter();
        match fitting.next() {
            Some((_, story, features)) => {
                let others = fitting.map(|(_, other, _)| self.story_id(other).into());
                (
                    (story, self.story_id(story)),
                    Some(features),
                    others.collect(),
                )
            }
            None => ((position, entry.id.clone()), None, Vec::new()),
        }
    }

    /// The stories that have texts with some of a text's heaviest terms: those with the most of them.
    fn candidate_stories(&self, entry: &Entry) -> Vec<u64> {
        if entry.kind == Kind::Kill {
            return Vec::new();
        }
        let found = self
            .window
            .with_terms(&stories::finds_by(&entry.terms), stories::NEWEST);
        let found = copies::found_often(found).into_iter();
        let mut stories: Vec<u64> = found
            .filter_map(|n| self.window.get(n))
            .filter(|held| !held.void)
            .map(|held| held.story)
            .collect();
        stories.sort_unstable();
        let mut counted: Vec<(usize, u64)> = stories
            .chunk_by(|a, b| a == b)
            .map(|c| (c.len(), c[0]))
            .collect();
        counted.sort_unstable_by_key(|(count, story)| (std::cmp::Reverse(*count), *story));
        counted.truncate(stories::CANDIDATES);
        counted.into_iter().map(|(_, story)| story).collect()
    }

    fn story_features(&self, entry: &Entry, story: u64) -> Option<Features> {
        let first = self.window.at(story);
        let numbers: Vec<u32> = match self.stories.get(&story) {
            Some(story) => story.newest.iter().copied().collect(),
            None => first.into_iter().collect(),
        };
        stories::features(
            entry,
            numbers.into_iter().filter_map(|n| self.window.get(n)),
        )
    }

    fn cluster_id(&self, cluster: u64) -> Box<str> {
        let first = || Some(self.window.get(self.window.at(cluster)?)?.id.clone());
        let known = self.clusters.get(&cluster).map(|c| c.id.clone());
        known.or_else(first).unwrap_or_default()
    }

    fn story_id(&self, story: u64) -> Box<str> {
        let known = self.stories.get(&story).map(|s| s.id.clone());
        known.unwrap_or_else(|| self.cluster_id(story))
    }

    fn agency_number(&mut self, name: &str) -> u16 {
        let known = self.agencies.iter().position(|a| **a == *name);
        let number = known.unwrap_or_else(|| {
            self.agencies.push(name.into());
            self.agencies.len() - 1
        });
        // Only the agencies of the table of outlets are named: a few dozen.
        u16::try_from(number).unwrap_or(u16::MAX)
    }

    fn hold(
        &mut self,
        position: u64,
        key: u64,
        entry: &Entry,
        agency: Option<(u16, Credit)>,
        place: &Place,
    ) {
        let number = self.window.next();
        self.keys.insert(key, number);
        let is_kill = entry.kind == Kind::Kill;
        let first = place.cluster.0 == position;
        if !is_kill {
            for name in entry.references.iter().chain(&entry.slug) {
                self.references.insert(*name, number);
            }
        }
        if entry.words > 0 && first {
            self.texts.entry(entry.text).or_insert(number);
        }
        let unlike = |of: Match| of.likeness.similarity < OWN_TEXT;
        let as_text = entry.has_text() && !is_kill && (first || place.of.is_none_or(unlike));
        // The first text speaks for its cluster.
        let terms = if first {
            entry.terms.clone()
        } else {
            Terms::default()
        };
        let found_by = if first && !is_kill {
            stories::found_by(&terms)
        } else {
            Vec::new()
        };
        let held = Held {
            position,
            day: self.today,
            id: entry.id.clone(),
            published: entry.published,
            outlet: outlet_hash(&entry.outlet),
            agency,
            words: entry.words,
            text: entry.text,
            headline: entry.headline,
            sketch: entry.sketch.clone(),
            facts: entry.facts.clone(),
            sentences: entry.sentences.clone(),
            gists: entry.gists.clone(),
            numbers: entry.numbers.clone(),
            terms,
            cluster: place.cluster.0,
            story: place.story.0,
            of: place.of.map_or(NONE, |of| of.number),
            void: is_kill,
            recorded: false,
            before: Box::default(),
            terms_before: Box::default(),
        };
        self.window.push(held, as_text, &found_by);
    }

    /// Counts an article in its cluster.
    fn join_cluster(&mut self, member: u32, place: &Place) {
        let founder = place.cluster.0;
        if !self.clusters.contains_key(&founder) {
            let mut cluster = Cluster::new(place.cluster.1.clone());
            let first = self.window.at(founder);
            if let Some(held) = first.and_then(|n| self.window.get(n)) {
                cluster.add(held, true);
            }
            self.clusters.insert(founder, cluster);
        }
        let is_copy = place.relation != CopyRelation::Version;
        if let Some((cluster, held)) = self.clusters.get_mut(&founder).zip(self.window.get(member))
        {
            cluster.add(held, is_copy);
        }
    }

    /// Counts an article in its story. The only text of a story is counted in its cluster alone.
    fn join_story(&mut self, member: u32, place: &Place) {
        let (founder, id) = &place.story;
        let Some(held) = self.window.get(member) else {
            return;
        };
        let alone = held.cluster == held.position;
        // A process that begins in the middle of the log learns the story of a copy from its link alone.
        let is_before_the_window =
            || held.cluster != *founder && self.window.at(*founder).is_none();
        let is_new = *founder != held.position && !self.stories.contains_key(founder);
        if is_new && (alone || is_before_the_window()) {
            let first = self.window.at(*founder);
            let of_first = first.and_then(|n| self.window.get(n));
            let story = Story::begun(id.clone(), first.zip(of_first), self.clusters.get(founder));
            self.stories.insert(*founder, story);
        }
        if let Some(story) = self.stories.get_mut(founder) {
            story.add(held);
            if alone {
                story.add_text(member, place.own_text);
            }
        }
    }

    /// Forgets what is too old or too much.
    fn forget(&mut self) {
        let before = self.window.len();
        let oldest_day = self
            .today
            .saturating_sub(i64::from(self.bounds.window_days));
        while self
            .window
            .oldest()
            .is_some_and(|held| held.day < oldest_day)
        {
            self.forget_oldest();
        }
        if self.window.bytes() > self.bounds.bytes {
            self.overflows += 1;
            for _ in 0..(self.window.len() / FORGOTTEN).max(1) {
                self.forget_oldest();
            }
        }
        if self.window.len() < before {
            let first = self.window.next() - self.window.len() as u32;
            self.keys.retain(|_, number| *number >= first);
            self.texts.retain(|_, number| *number >= first);
            self.references.retain(|_, number| *number >= first);
        }
    }

    fn forget_oldest(&mut self) {
        let Some(held) = self.window.pop() else {
            return;
        };
        self.leave_cluster(held.cluster);
        self.leave_story(held.story);
    }

    /// One article less of a cluster is in the window.
    fn leave_cluster(&mut self, founder: u64) {
        if let Some(cluster) = self.clusters.get_mut(&founder) {
            cluster.in_window = cluster.in_window.saturating_sub(1);
            if cluster.in_window == 0 {
                self.clusters.remove(&founder);
            }
        }
    }

    /// Likewise of a story.
    fn leave_story(&mut self, founder: u64) {
        if let Some(story) = self.stories.get_mut(&founder) {
            story.in_window = story.in_window.saturating_sub(1);
            if story.in_window == 0 {
                self.stories.remove(&founder);
            }
        }
    }
}

/// Whether an article is a new version of one before it: its outlet's own, within two days.
fn is_version(entry: &Entry, held: &Held) -> bool {
    are_near(entry, held) && !entry.outlet.is_empty() && outlet_hash(&entry.outlet) == held.outlet
}

/// Whether two articles came within two days, as far as is known.
fn are_near(entry: &Entry, held: &Held) -> bool {
    let dates = entry.published.zip(held.published);
    dates.is_none_or(|(a, b)| a.abs_diff(b) <= VERSIONS_WITHIN)
}

fn outlet_hash(outlet: &str) -> u32 {
    hash::bytes(outlet.as_bytes()) as u32
}
