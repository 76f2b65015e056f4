//! The memory across articles, held in two topics that all workers share.
//!
//! ```text
//! decide ─► entries ─► index topic ─► index: Memory::apply ─► the article that waits
//!                                       ▲
//!               links topic ─► links ───┘     (written by the publisher, beside the records)
//! ```
//!
//! An article's entry is written to the index outside of any transaction, and every worker reads the index from there,
//! as it stands. So all come to the same decisions, in the order of the index. What was decided goes out as a link,
//! with the article's record, in the same transaction where there is one. Whoever begins in the middle of the index
//! takes recorded links for what they say.
//!
//! Why this is right, whatever happens:
//!
//! - Of two entries of one article the first in the index holds; a worker that reads the article again, after a crash
//!   of another or of its own, is told what was decided by that one. To know of it, articles of a partition that was
//!   just assigned are decided once the index has been read up to where it ended at the assignment.
//! - An entry without a link is of an article that is under way, or was when its worker died: what was decided of it
//!   is kept until its link is recorded.
//! - A kill comes into the index after what it takes back, where that is before it in its partition: it waits until
//!   all messages before it have been decided.
//! - Links are read committed: one of a transaction that was aborted says nothing.
//! - Nothing is committed before an article is decided. While the index is away articles wait, and nothing is lost.

mod entries;
mod index;
mod links;
#[cfg(test)]
mod tests;
pub(super) mod topics;
mod turns;

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use foldhash::fast::FixedState;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, ConsumerContext};
use rdkafka::error::{KafkaError, KafkaResult};
use tokio::sync::oneshot;

use super::client::{self, Context, Owner};
use super::exit::{Exit, fatal_exit};
use super::shared::Shared;
use super::stop::Stop;
use super::sync::lock;
use crate::config::{MemoryTopics, Security, Settings};
use crate::memory::{Decided, Deciding, Entry, EntryFault, Kind, Link, Log, Memory};
use crate::ops::events::{MemoryFull, MemorySkipped};
use crate::ops::{Event as _, Health, MemoryGauges};
use crate::text::hash;
use entries::Entries;
pub(super) use index::IndexReader;
pub(super) use links::LinksReader;
use turns::{Turns, partition_hash};

/// How long an article may wait for the index before the worker says that it is away.
const AWAY: Duration = Duration::from_secs(5);

/// Most decisions without a link that are kept: far more articles than all workers have under way. Past it the oldest
/// is let go of; its article, should it be read again, is told its cluster and story, and counts as they are then.
const UNLINKED: usize = 200_000;

/// Who tells [`Health`] that the memory keeps the worker from working.
const MEMORY: &str = "memory";

/// The memory of a worker.
pub(super) struct SharedMemory {
    topics: MemoryTopics,
    window_days: u32,
    state: Mutex<State>,
    entries: Entries,
    stop: Arc<Stop>,
    health: Arc<Health>,
    /// Set when no article waits any more.
    leaving: AtomicBool,
    turns: Mutex<Turns>,
}

type ByKey<T> = HashMap<u64, T, FixedState>;

/// What waits for a decision.
type Waits = oneshot::Sender<Decided>;

/// An article whose entry has not been written.
struct Waiting {
    since: Instant,
    key: String,
    entry: Entry,
    waits: Waits,
}

struct State {
    memory: Memory,
    /// The index has been read up to here.
    position: u64,
    /// Where the index ended when that was last asked.
    end: u64,
    /// What was decided of entries no link of which is recorded, and these in the order of the index.
    unlinked: ByKey<Decided>,
    unlinked_order: VecDeque<(u64, u64)>,
    /// Links of entries that have not been read yet, with the places of those.
    early: ByKey<(u64, Link)>,
    /// Whether all links there were at the start have been read.
    has_links: bool,
    /// Articles that wait for their entries, and since when.
    waiting: ByKey<(Instant, Vec<Waits>)>,
    /// What was decided and is not yet told: to wake those who wait one by one would cost more than to decide.
    answers: Vec<(Waits, Decided)>,
    /// Articles that wait until the index has been read up to where it ended at the last assignment.
    behind: Vec<Waiting>,
    /// Assignments so far, and the one after which the index was read so far.
    assigned: u64,
    caught_up: u64,
}

impl SharedMemory {
    /// The memory, if the configuration wants one. Nothing is read yet.
    ///
    /// # Errors
    /// When the client does not take its settings.
    pub(super) fn new(shared: &Shared) -> KafkaResult<Option<Arc<Self>>> {
        let settings = &*shared.settings;
        let Some(topics) = settings.kafka.memory.clone() else {
            return Ok(None);
        };
        let state = State {
            memory: Memory::new(settings.memory),
            position: 0,
            end: 0,
            unlinked: HashMap::default(),
            unlinked_order: VecDeque::new(),
            early: HashMap::default(),
            has_links: false,
            waiting: HashMap::default(),
            answers: Vec::new(),
            behind: Vec::new(),
            // What is there at the start must have been read, too.
            assigned: 1,
            caught_up: 0,
        };
        Ok(Some(Arc::new(SharedMemory {
            window_days: settings.memory.window_days,
            state: Mutex::new(state),
            entries: Entries::new(settings, &topics.index, &shared.stop)?,
            topics,
            stop: Arc::clone(&shared.stop),
            health: Arc::clone(&shared.health),
            leaving: AtomicBool::new(false),
            turns: Mutex::default(),
        })))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Partitions have come: what others wrote of their articles must be known before the first is decided.
    pub(super) fn note_assignment(&self) {
        self.lock().assigned += 1;
    }

    /// A message is under way.
    pub(super) fn begun(&self, topic: &str, partition: i32, offset: i64) {
        lock(&self.turns).begun(partition_hash(topic, partition), offset);
    }

    /// All articles of a message have been decided, or it was given up: kills behind it may go on.
    pub(super) fn ended(&self, topic: &str, partition: i32, offset: i64) {
        let due = lock(&self.turns).ended(partition_hash(topic, partition), offset);
        for kill in due {
            self.send(&mut self.lock(), kill);
        }
    }

    /// Takes an article out of what is compared: it was dead-lettered after its entry.
    pub(super) fn void(&self, key: String) {
        self.entries.send(key, None);
    }

    /// No article waits any more, or none that counts.
    pub(super) fn leave(&self) {
        self.leaving.store(true, Ordering::Release);
        self.entries.purge();
    }

    fn is_over(&self) -> bool {
        self.leaving.load(Ordering::Acquire) || self.stop.is_halted()
    }

    pub(super) fn gauges(&self) -> MemoryGauges {
        let early_kills = lock(&self.turns).kills();
        let state = self.lock();
        MemoryGauges {
            entries: state.memory.len() as u64,
            bytes: state.memory.bytes() as u64,
            days: state.memory.days(),
            lag: state.end.saturating_sub(state.position),
            waiting: (state.behind.len() + early_kills + state.waiting.len()) as u64,
        }
    }

    /// Takes a message of the index. Whether the worker goes on.
    fn take_entry(&self, offset: u64, time_ms: i64, key: &[u8], value: Option<&[u8]>) -> bool {
        let mut state = self.lock();
        if offset < state.position {
            let MemoryTopics { index, .. } = &self.topics;
            let why = format!(
                "the memory's topic {index} was made anew, or has lost what was in it: start again, the memory begins with what is there now"
            );
            self.stop.halt(Exit::Broker, why);
            return false;
        }
        state.position = offset + 1;
        state.end = state.end.max(state.position);
        let Some(value) = value else {
            state.memory.void(key);
            state.unlinked.remove(&hash::bytes(key));
            return true;
        };
        let entry = match Entry::from_bytes(value) {
            Ok(entry) => entry,
            Err(fault) if fault.is_of_other_rules() => {
                drop(state);
                self.halt_over_rules(&self.topics.index, offset, &fault);
                return false;
            }
            Err(fault) => {
                self.skipped(&self.topics.index, offset, &fault);
                return true;
            }
        };
        let forgotten = state.memory.overflows();
        state.apply(offset, time_ms.div_euclid(1_000), key, &entry);
        if state.memory.overflows() > forgotten {
            MemoryFull {
                entries: state.memory.len() as u64,
                bytes: state.memory.bytes() as u64,
                days: state.memory.days(),
            }
            .emit();
        }
        true
    }

    /// Takes a message of the topic of links. Whether the worker goes on.
    fn take_link(&self, offset: u64, key: &[u8], value: &[u8]) -> bool {
        match Link::from_bytes(value) {
            Ok((position, link)) => {
                self.lock().take_link(key, position, link);
                true
            }
            Err(fault) if fault.is_of_other_rules() => {
                self.halt_over_rules(&self.topics.links, offset, &fault);
                false
            }
            Err(fault) => {
                self.skipped(&self.topics.links, offset, &fault);
                true
            }
        }
    }

    fn halt_over_rules(&self, topic: &str, offset: u64, fault: &EntryFault) {
        let why = format!(
            "the memory's topic {topic} has at offset {offset} {fault}: stop the workers of one release, or with one set of data files, before those of the other begin, on topics of their own (memory.index_topic, memory.links_topic)"
        );
        self.stop.halt(Exit::Configuration, why);
    }

    fn skipped(&self, topic: &str, offset: u64, fault: &EntryFault) {
        MemorySkipped {
            topic: topic.to_owned(),
            offset,
            error: fault.to_string(),
        }
        .emit();
    }

    /// Tells those who wait what was decided.
    fn answer(&self) {
        let answers = std::mem::take(&mut self.lock().answers);
        for (waits, decided) in answers {
            // Whoever asked may be gone.
            let _ = waits.send(decided);
        }
    }

    /// The index has been read up to where it ended at an assignment.
    fn note_caught_up(&self, assignment: u64) {
        let mut state = self.lock();
        state.caught_up = assignment;
        if state.is_behind() {
            return;
        }
        for article in std::mem::take(&mut state.behind) {
            self.begin(&mut state, article);
        }
    }

    /// Has the entry of an article written, unless it is there.
    fn begin(&self, state: &mut State, article: Waiting) {
        if let Some(decided) = state.known(article.key.as_bytes(), &article.entry) {
            // Whoever asked may be gone.
            let _ = article.waits.send(decided);
            return;
        }
        // What a kill takes back may be under way, and must come into the index before it.
        let in_turn = match article.entry.kind {
            Kind::Kill => lock(&self.turns).hold(article),
            Kind::Text | Kind::Version => Some(article),
        };
        if let Some(article) = in_turn {
            self.send(state, article);
        }
    }

    /// Has the entry of an article written.
    fn send(&self, state: &mut State, article: Waiting) {
        let Waiting {
            since,
            key,
            entry,
            waits,
        } = article;
        let hashed = hash::bytes(key.as_bytes());
        // It is on its way when the article was read again in this process.
        let (_, waiting) = state.waiting.entry(hashed).or_insert_with(|| {
            self.entries.send(key, Some(entry.to_bytes()));
            (since, Vec::new())
        });
        waiting.push(waits);
    }

    /// Says when articles wait for long.
    fn look(&self) {
        self.entries.send_again();
        let mut state = self.lock();
        // What nobody waits for any more has been given up; its entry is on its way all the same.
        let is_open = |waits: &Waits| !waits.is_closed();
        state.behind.retain(|article| is_open(&article.waits));
        lock(&self.turns).forget_given_up();
        let all = state.waiting.values();
        let waiting = all.filter(|(_, waits)| waits.iter().any(is_open));
        let since = waiting
            .map(|(since, _)| *since)
            .chain(state.behind.iter().map(|article| article.since));
        let oldest = since.min().map_or(Duration::ZERO, |since| since.elapsed());
        drop(state);
        if oldest < AWAY {
            return self.health.outage_of(MEMORY, None);
        }
        let said = format!(
            "the memory's topic {} is away: articles wait for it",
            self.topics.index
        );
        self.health.outage_of(MEMORY, Some(&said));
    }
}

impl Log for SharedMemory {
    fn decide(&self, key: String, entry: Entry) -> Deciding {
        let (waits, decided) = oneshot::channel();
        let mut state = self.lock();
        let article = Waiting {
            since: Instant::now(),
            key,
            entry,
            waits,
        };
        match state.is_behind() {
            true => state.behind.push(article),
            false => self.begin(&mut state, article),
        }
        drop(state);
        Box::pin(async move {
            match decided.await {
                Ok(decided) => decided,
                // The worker is leaving: the article is not committed and comes again.
                Err(_) => std::future::pending().await,
            }
        })
    }
}

impl State {
    fn is_behind(&self) -> bool {
        self.caught_up < self.assigned
    }

    /// What was decided of an article whose entry has been read.
    fn known(&self, key: &[u8], entry: &Entry) -> Option<Decided> {
        if let Some(decided) = self.unlinked.get(&hash::bytes(key)) {
            return Some(decided.clone());
        }
        Some(Decided {
            position: self.memory.position(key)?,
            decision: self.memory.again(key, entry)?,
            recorded: self.memory.is_recorded(key),
        })
    }

    fn apply(&mut self, position: u64, time: i64, key: &[u8], entry: &Entry) {
        let hashed = hash::bytes(key);
        let link = self.early.remove(&hashed).map(|(_, link)| link);
        let decision = self.memory.apply(position, time, key, entry, link.as_ref());
        let waiting = self.waiting.remove(&hashed);
        let decided = match decision {
            Some(decision) => Some(Decided {
                position,
                decision,
                recorded: link.is_some(),
            }),
            // It came before, and this entry is void.
            None => waiting.is_some().then(|| self.known(key, entry)).flatten(),
        };
        let Some(decided) = decided else { return };
        let waiting = waiting.into_iter().flat_map(|(_, waits)| waits);
        let answers = waiting.map(|waits| (waits, decided.clone()));
        self.answers.extend(answers);
        if link.is_none() && decided.position == position {
            self.keep(hashed, decided);
        }
    }

    /// Keeps a decision until its link is recorded.
    fn keep(&mut self, key: u64, decided: Decided) {
        self.unlinked_order.push_back((decided.position, key));
        self.unlinked.insert(key, decided);
        while let Some((position, key)) = self.unlinked_order.front() {
            let is_kept = self
                .unlinked
                .get(key)
                .is_some_and(|d| d.position == *position);
            if is_kept && self.unlinked.len() <= UNLINKED {
                break;
            }
            if is_kept {
                self.unlinked.remove(key);
            }
            self.unlinked_order.pop_front();
        }
    }

    fn take_link(&mut self, key: &[u8], position: u64, link: Link) {
        let hashed = hash::bytes(key);
        if !self.has_links || position >= self.position {
            self.early.insert(hashed, (position, link));
            return;
        }
        self.unlinked.remove(&hashed);
        if self.memory.correct(key, &link) {
            tracing::debug!(
                position,
                "an article is where its link says, and not where this worker had it"
            );
        }
    }

    /// Lets go of links whose entries were not among those read at the start: they are before the window.
    fn forget_early(&mut self) {
        let position = self.position;
        self.early.retain(|_, (of, _)| *of >= position);
    }
}

/// Owner of the memory's clients: what ends the worker is told, everything else mends itself or shows in that
/// articles wait.
struct MemoryClient {
    security: Security,
    stop: Arc<Stop>,
}

impl MemoryClient {
    fn new(settings: &Settings, stop: &Arc<Stop>) -> Self {
        MemoryClient {
            security: settings.kafka.security.clone(),
            stop: Arc::clone(stop),
        }
    }
}

impl Owner for MemoryClient {
    fn security(&self) -> &Security {
        &self.security
    }

    fn log(&self, _: RDKafkaLogLevel, facility: &str, text: &str) {
        tracing::debug!(client = MEMORY, facility, "{text}");
    }

    fn error(&self, error: &KafkaError, reason: &str) {
        match error.rdkafka_error_code().and_then(fatal_exit) {
            Some(exit) => self.stop.halt(exit, format!("memory: {reason}")),
            None => tracing::debug!(client = MEMORY, "{reason}"),
        }
    }
}

impl ConsumerContext for Context<MemoryClient> {}

/// A client that reads one of the topics from a place on, outside of any group.
type Reader = BaseConsumer<Context<MemoryClient>>;

fn reader(shared: &Shared, config: &ClientConfig) -> KafkaResult<Reader> {
    client::consumer(config, MemoryClient::new(&shared.settings, &shared.stop))
}

/// How long the broker may take for an answer.
const ANSWER: Duration = Duration::from_secs(5);

/// Between two questions when there was no answer.
const AGAIN: Duration = Duration::from_millis(200);

/// Longest wait for a message.
const POLL: Duration = Duration::from_millis(20);

impl SharedMemory {
    /// Asks the broker until it answers; `None` when the worker ends before. Meanwhile the worker is not ready.
    fn ask<T>(&self, topic: &str, question: impl Fn() -> KafkaResult<T>) -> Option<T> {
        let since = Instant::now();
        while !self.is_over() {
            match question() {
                Ok(answer) => return Some(answer),
                Err(error) => {
                    if let Some(exit) = error.rdkafka_error_code().and_then(fatal_exit) {
                        self.stop
                            .halt(exit, format!("the memory's topic {topic}: {error}"));
                    }
                    if since.elapsed() >= AWAY {
                        let said = format!("the memory's topic {topic} is away: {error}");
                        self.health.outage_of(MEMORY, Some(&said));
                    }
                    std::thread::sleep(AGAIN);
                }
            }
        }
        None
    }

    /// An error that comes instead of a message.
    fn error(&self, topic: &str, error: &KafkaError) {
        match error.rdkafka_error_code().and_then(fatal_exit) {
            Some(exit) => self
                .stop
                .halt(exit, format!("the memory's topic {topic}: {error}")),
            None => tracing::debug!(client = MEMORY, topic, "{error}"),
        }
    }

    /// The offset from which a topic holds what is in the window; `None` when the worker ends before.
    fn window_start(&self, reader: &Reader, topic: &str) -> Option<rdkafka::Offset> {
        use rdkafka::consumer::Consumer as _;
        use rdkafka::{Offset, TopicPartitionList};
        const DAY_MS: i64 = 86_400_000;
        let now = jiff::Timestamp::now().as_millisecond();
        // The day in which the window begins, and one for clocks that differ.
        let start = (now.div_euclid(DAY_MS) - i64::from(self.window_days) - 1) * DAY_MS;
        self.ask(topic, || {
            let mut times = TopicPartitionList::new();
            times.add_partition_offset(topic, 0, Offset::Offset(start.max(0)))?;
            let found = reader.offsets_for_times(times, ANSWER)?;
            let place = found.elements().first().map(|place| place.offset());
            Ok(place.unwrap_or(Offset::End))
        })
    }

    /// Ends the worker when a topic has more than one partition: there would be no one order.
    fn check_partitions(&self, reader: &Reader, topic: &str) -> Option<()> {
        use rdkafka::consumer::Consumer as _;
        let partitions = self.ask(topic, || {
            let metadata = reader.fetch_metadata(Some(topic), ANSWER)?;
            let found = metadata
                .topics()
                .first()
                .map_or(0, |t| t.partitions().len());
            match found {
                0 => Err(KafkaError::MetadataFetch(
                    rdkafka::error::RDKafkaErrorCode::UnknownTopic,
                )),
                found => Ok(found),
            }
        })?;
        if partitions == 1 {
            return Some(());
        }
        let why = format!(
            "the memory's topic {topic} has {partitions} partitions, and may have one only: make it anew, see copydesk check --connect"
        );
        self.stop.halt(Exit::Configuration, why);
        None
    }
}
