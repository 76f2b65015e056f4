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
//! - An entry says the version of the algorithm and the data files it was made by; others are a reason to stop:
//!   [`EntryFault::is_of_other_rules`].
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
mod matching;
mod postings;
mod sketch;
mod stories;
mod terms;
#[cfg(test)]
mod tests;
mod words;

use std::collections::HashMap;
use std::sync::LazyLock;

pub use binary::EntryFault;
use clusters::Cluster;
pub use decision::Decision;
pub use edits::Edits;
pub use entry::{ALGORITHM, Credit, Entry, Kind, Sentence};
use held::{FoundBy, Head, NONE, Topic, Window};
pub use log::{Decided, Deciding, Log, RecordedLink};
use matching::{Alike, Match};
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
    today: i32,
    /// Agencies by their numbers.
    agencies: Vec<Box<str>>,
    /// How often there were too many bytes.
    overflows: u64,
    /// By the place of the first entry; an article without copies has none.
    clusters: HashMap<u64, Cluster, foldhash::fast::FixedState>,
    /// Likewise; a text that is all of its story has none.
    stories: HashMap<u64, Story, foldhash::fast::FixedState>,
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
            today: i32::MIN,
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
        oldest.map_or(0, |day| u64::from(self.today.abs_diff(day)) + 1)
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
        if self.window.of_key(key).is_some() {
            return None;
        }
        let day = time.div_euclid(86_400);
        self.today = self.today.max(i32::try_from(day).unwrap_or(i32::MAX));
        self.forget();
        let lead = stories::lead(&entry.terms);
        let place = match link {
            Some(link) => self.place_of(position, entry, link),
            None => self.place(position, entry, &lead),
        };
        let mut head = Head::of(entry, position, key);
        let agency = entry.agency.as_ref();
        head.agency = agency.map(|(name, credit)| (self.agency_number(name), *credit));
        head.recorded = link.is_some();
        let member = self.hold(head, entry, &lead, &place);
        if place.cluster.0 != position {
            self.join_cluster(member, &place);
        }
        self.join_story(member, &place);
        Some(self.decision(member, entry, &place))
    }

    /// Takes an article out of what is compared: it was never published. What was said of it stands.
    pub fn void(&mut self, key: &[u8]) {
        let number = self.window.of_key(hash::bytes(key));
        if let Some(head) = number.and_then(|n| self.window.head_mut(n)) {
            head.void = true;
        }
    }

    /// The place of the entry that holds for a key, if it is in the window.
    pub fn position(&self, key: &[u8]) -> Option<u64> {
        Some(self.of_key(key)?.position)
    }

    /// Whether what was decided for a key is recorded.
    pub fn is_recorded(&self, key: &[u8]) -> bool {
        self.of_key(key).is_some_and(|head| head.recorded)
    }

    fn of_key(&self, key: &[u8]) -> Option<&Head> {
        self.window.head(self.window.of_key(hash::bytes(key))?)
    }

    /// What is known by now of an article that has its place: cluster and story as they were decided, and counts as
    /// they are.
    pub fn again(&self, key: &[u8], entry: &Entry) -> Option<Decision> {
        let number = self.window.of_key(hash::bytes(key))?;
        let head = self.window.head(number)?;
        let place = Place {
            relation: head.relation,
            of: self.match_with(entry, head.of, None),
            cluster: (head.cluster, self.cluster_id(head.cluster)),
            story: (head.story, self.story_id(head.story)),
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
        let number = self.window.of_key(hash::bytes(key));
        let Some((number, head)) = number.and_then(|n| Some((n, self.window.head_mut(n)?))) else {
            return false;
        };
        head.recorded = true;
        let before = (head.cluster, head.story);
        if before == (link.cluster.0, link.story.0) {
            return false;
        }
        (head.cluster, head.story, head.of) = (link.cluster.0, link.story.0, of);
        let is_first = link.cluster.0 == head.position;
        head.relation = match is_first {
            true => CopyRelation::Original,
            false => CopyRelation::Copy,
        };
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
    fn place(&self, position: u64, entry: &Entry, lead: &[u8]) -> Place {
        let alike = self.alike(entry);
        let matches = self.matches(entry, &alike);
        let best = self.best(entry, &matches);
        let Some((best, head)) = best.and_then(|b| Some((b, self.window.head(b.number)?))) else {
            return self.place_alone(position, entry, lead, &alike);
        };
        let (cluster, story) = (head.cluster, head.story);
        let of = self.first_if_alike(entry, best, cluster);
        let of = self.match_with(entry, of, Some(best));
        let clusters = matches.iter().filter_map(|m| self.window.head(m.number));
        let mut others: Vec<u64> = clusters
            .map(|h| h.cluster)
            .filter(|c| *c != cluster)
            .collect();
        others.sort_unstable();
        others.dedup();
        Place {
            relation: self.relation(entry, of),
            of,
            cluster: (cluster, self.cluster_id(cluster)),
            story: (story, self.story_id(story)),
            features: None,
            other_clusters: others
                .into_iter()
                .map(|c| self.cluster_id(c).into())
                .collect(),
            other_stories: Vec::new(),
            own_text: false,
        }
    }

    /// Where an article belongs that is a copy of none.
    fn place_alone(&self, position: u64, entry: &Entry, lead: &[u8], alike: &[Alike]) -> Place {
        let joined = self.story_of(position, entry, lead);
        let story_id = match joined.story == position {
            true => entry.id.clone(),
            false => self.story_id(joined.story),
        };
        Place {
            relation: CopyRelation::Original,
            of: None,
            cluster: (position, entry.id.clone()),
            story: (joined.story, story_id),
            features: joined.features,
            other_clusters: Vec::new(),
            other_stories: joined
                .others
                .into_iter()
                .map(|s| self.story_id(s).into())
                .collect(),
            own_text: !self.is_derived(alike),
        }
    }

    /// Where a link says that an article belongs.
    fn place_of(&self, position: u64, entry: &Entry, link: &Link) -> Place {
        let alone = link.cluster.0 == position;
        let of = link.of.and_then(|of| self.window.at(of));
        let of = of.and_then(|of| self.match_with(entry, of, self.same_item(entry)));
        Place {
            relation: match alone {
                true => CopyRelation::Original,
                false => self.relation(entry, of),
            },
            of,
            cluster: link.cluster.clone(),
            story: link.story.clone(),
            features: None,
            other_clusters: Vec::new(),
            other_stories: Vec::new(),
            own_text: alone && !self.is_derived(&self.alike(entry)),
        }
    }

    fn cluster_id(&self, cluster: u64) -> Box<str> {
        let first = || Some(self.window.get(self.window.at(cluster)?)?.id().into());
        let known = self.clusters.get(&cluster).map(|c| c.id.clone());
        known.or_else(first).unwrap_or_default()
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

    /// Puts an article into the window; its number.
    fn hold(&mut self, mut head: Head, entry: &Entry, lead: &[u8], place: &Place) -> u32 {
        let is_kill = entry.kind == Kind::Kill;
        let first = place.cluster.0 == head.position;
        let unlike = |of: Match| of.likeness.similarity < OWN_TEXT;
        head.cluster = place.cluster.0;
        head.story = place.story.0;
        head.of = place.of.map_or(NONE, |of| of.number);
        head.relation = place.relation;
        head.outlet = outlet_hash(&entry.outlet);
        head.day = self.today;
        head.void = is_kill;
        let topic = Topic {
            words: &entry.terms.words,
            names: &entry.terms.names,
            lead: if is_kill { &[] } else { lead },
        };
        let by = FoundBy {
            references: !is_kill,
            same_text: entry.words > 0 && first,
            like_text: entry.has_text() && !is_kill && (first || place.of.is_none_or(unlike)),
            // The first text speaks for its cluster.
            topic: if first { topic } else { Topic::default() },
        };
        self.window.push(head, entry, by)
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
        let alone = held.head.cluster == held.head.position;
        // A process that begins in the middle of the log learns the story of a copy from its link alone.
        let is_before_the_window =
            || held.head.cluster != *founder && self.window.at(*founder).is_none();
        let is_new = *founder != held.head.position && !self.stories.contains_key(founder);
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
        let days = i32::try_from(self.bounds.window_days).unwrap_or(i32::MAX);
        let oldest_day = self.today.saturating_sub(days);
        while self
            .window
            .oldest()
            .is_some_and(|head| head.day < oldest_day)
        {
            self.forget_oldest();
        }
        if self.window.bytes() > self.bounds.bytes {
            self.overflows += 1;
            for _ in 0..(self.window.len() / FORGOTTEN).max(1) {
                self.forget_oldest();
            }
        }
    }

    fn forget_oldest(&mut self) {
        let Some(head) = self.window.pop() else {
            return;
        };
        self.leave_cluster(head.cluster);
        self.leave_story(head.story);
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

fn outlet_hash(outlet: &str) -> u32 {
    hash::bytes(outlet.as_bytes()) as u32
}
