//! Looks, every few seconds, whether what the worker believes is still true: that its topics are there and
//! are the same ones, that its positions lie between the ends of their partitions, that every partition of
//! the input has an owner.
//!
//! The questions may take their time, so they are asked on a thread of their own and beside the client's
//! polling. What only the thread that polls may do about an answer it finds in the [`CorrectionQueue`].

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};
use rdkafka::config::ClientConfig;
use rdkafka::consumer::Consumer as _;
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::Message as _;
use rdkafka::{Offset, TopicPartitionList};

use super::Exit;
use super::admin::{self, Described, GroupDescription, TopicPartition, Topics};
use super::assignment::{Assignment, PartitionEpoch};
use super::client;
use super::client::operator::ErrorCollector;
use super::gauges::Meters;
use super::in_flight_budget::InFlightBudget;
use super::shared::Shared;
use super::shared_consumer::SharedConsumer;
use super::stop::Stop;
use super::sync::lock;
use crate::config::{Input, Security, Settings};
use crate::ops::events::{ArticlesLost, PartitionsUnowned, PositionReset};
use crate::ops::{Event as _, Health};

/// What the thread that polls is to do.
///
/// A [`PartitionEpoch`] is that of the epoch in which it was found: in another it says nothing.
#[derive(Debug, Clone)]
pub(super) enum Correction {
    /// A topic was deleted and made anew: its partitions begin at these offsets.
    Recreated(String, BTreeMap<i32, i64>),
    /// A partition ends before this worker's position: go on from its end.
    BeyondEnd(Arc<PartitionEpoch>, i64),
    /// Between these offsets of a partition there is no message.
    NoMessage(Arc<PartitionEpoch>, i64, i64),
    /// Nobody in the group has some partitions: leave it and join again.
    Rejoin,
}

/// By partition of one topic: an idle epoch, its position, and where the partition ends.
type Tails = BTreeMap<i32, (Arc<PartitionEpoch>, i64, i64)>;

/// From the inspector to the thread that polls.
#[derive(Debug, Default)]
pub(super) struct CorrectionQueue {
    any: AtomicBool,
    corrections: Mutex<Vec<Correction>>,
}

impl CorrectionQueue {
    pub(super) fn put(&self, correction: Correction) {
        let mut corrections = lock(&self.corrections);
        corrections.push(correction);
        self.any.store(true, Ordering::Release);
    }

    pub(super) fn take(&self) -> Vec<Correction> {
        if !self.any.swap(false, Ordering::AcqRel) {
            return Vec::new();
        }
        let mut corrections = lock(&self.corrections);
        std::mem::take(&mut corrections)
    }
}

/// Has the inspector look at once, from any thread.
#[derive(Debug, Clone)]
pub struct InspectorWaker(Sender<()>);

impl InspectorWaker {
    /// A way to wake the inspector, and its end of it.
    pub fn new() -> (InspectorWaker, Receiver<()>) {
        let (wake, woken) = bounded(1);
        (InspectorWaker(wake), woken)
    }

    pub fn wake(&self) {
        // Full: it is about to look anyway.
        let _ = self.0.try_send(());
    }
}

/// Between two looks; each is four small requests, whatever the number of partitions.
const EVERY: Duration = Duration::from_secs(2);

/// Between two looks that somebody asked for.
const AT_LEAST: Duration = Duration::from_millis(20);

/// How long the broker may take for an answer.
const ANSWER: Duration = Duration::from_secs(5);

/// After so long without an answer the worker says that it is cut off.
const OUTAGE: Duration = Duration::from_secs(10);

/// How long a topic may be unknown before the worker ends: a broker that has just started, and a topic that
/// is being made anew, need a while.
const UNKNOWN_FOR: Duration = Duration::from_secs(20);

/// Who tells [`Health`] that a topic is missing.
const TOPIC: &str = "topic";

/// How long partitions may have no owner in a settled group before this worker does something about it. A
/// member that gives some up first finishes what is under way of them.
const UNOWNED_FOR: Duration = Duration::from_secs(10);

/// The same for a worker that has just started: it is most likely the one that came back between the two
/// phases of a rebalance and was never told what it should have given up.
const UNOWNED_AT_START: Duration = Duration::from_secs(3);
const START: Duration = Duration::from_secs(30);

/// How long the next member in the order of their names leaves to the one before it.
const RANK: Duration = Duration::from_secs(5);

/// Between two times that this worker leaves and joins again.
const REJOIN: Duration = Duration::from_secs(30);

/// Asks the broker, on a thread of its own.
pub(super) struct Inspector {
    consumer: Arc<SharedConsumer>,
    assignment: Arc<Assignment>,
    budget: Arc<InFlightBudget>,
    stop: Arc<Stop>,
    health: Arc<Health>,
    meters: Arc<Meters>,
    corrections: Arc<CorrectionQueue>,
    woken: Receiver<()>,
    needs: Needs,
    state: State,
}

/// The names the worker was configured with.
struct Needs {
    /// Settings of a client that looks into a topic and is no member of the group.
    reader: ClientConfig,
    security: Security,
    group: String,
    input: Vec<String>,
    exits: Vec<String>,
}

impl Needs {
    fn new(settings: &Settings) -> Self {
        let kafka = &settings.kafka;
        let of_memory = kafka.memory.iter().flat_map(|m| [&m.index, &m.links]);
        let exits = [&kafka.output, &kafka.dead_letters]
            .into_iter()
            .chain(of_memory);
        Needs {
            reader: client::settings::reader(settings),
            security: kafka.security.clone(),
            group: kafka.group.clone(),
            input: match &kafka.input {
                Input::Topics(names) => names.clone(),
                Input::Pattern(_) => Vec::new(),
            },
            exits: exits.cloned().collect(),
        }
    }

    /// Whether the worker cannot do without this topic.
    fn has(&self, topic: &str) -> bool {
        self.input.iter().chain(&self.exits).any(|t| t == topic)
    }
}

/// What is remembered from one look to the next.
struct State {
    began: Instant,
    /// When the broker last answered.
    answered: Instant,
    /// Topics of the input seen so far: for a pattern, the only way to know them.
    topics: BTreeSet<String>,
    ids: HashMap<String, String>,
    unknown_since: HashMap<String, Instant>,
    /// Topics that were there at some time.
    seen: BTreeSet<String>,
    /// The position of each epoch at the last look.
    positions: HashMap<u64, i64>,
    /// Epochs whose position lay beyond the end at the last look.
    beyond: BTreeSet<u64>,
    unowned: BTreeMap<TopicPartition, Instant>,
    told_unowned: Option<Instant>,
}

impl Default for State {
    fn default() -> Self {
        let now = Instant::now();
        State {
            began: now,
            answered: now,
            topics: BTreeSet::new(),
            ids: HashMap::new(),
            unknown_since: HashMap::new(),
            seen: BTreeSet::new(),
            positions: HashMap::new(),
            beyond: BTreeSet::new(),
            unowned: BTreeMap::new(),
            told_unowned: None,
        }
    }
}

impl Inspector {
    /// `woken` is its end of what wakes it; what it finds goes to `corrections`.
    pub(super) fn new(
        shared: &Shared,
        consumer: &Arc<SharedConsumer>,
        corrections: &Arc<CorrectionQueue>,
        woken: Receiver<()>,
    ) -> Self {
        Inspector {
            consumer: Arc::clone(consumer),
            assignment: Arc::clone(&shared.assignment),
            budget: Arc::clone(&shared.budget),
            stop: Arc::clone(&shared.stop),
            health: Arc::clone(&shared.health),
            meters: Arc::clone(&shared.meters),
            corrections: Arc::clone(corrections),
            woken,
            needs: Needs::new(&shared.settings),
            state: State::default(),
        }
    }

    /// Looks again and again until the worker stops.
    pub(super) fn run(mut self) {
        while !self.stop.is_set() {
            let outage = match self.look() {
                Ok(()) => {
                    self.state.answered = Instant::now();
                    None
                }
                Err(error) => {
                    self.consumer.get().context().monitor.note_trouble();
                    Some((error, self.state.answered.elapsed()))
                }
            };
            match outage {
                None => self.health.outage(None),
                Some((error, since)) if since >= OUTAGE => {
                    let said = format!("the broker cannot be asked: {error}");
                    self.health.outage(Some(&said));
                }
                Some(_) => {}
            }
            if self.woken.recv_timeout(EVERY).is_ok() {
                // Whoever asks again and again, as for each gap in the offsets, waits for this.
                self.stop.wait(AT_LEAST);
            }
        }
    }

    fn look(&mut self) -> KafkaResult<()> {
        let epochs = self.assignment.all();
        self.ask_for_beginnings(&epochs)?;
        self.state
            .topics
            .extend(epochs.iter().map(|e| e.topic.to_string()));
        let topics = self.look_at_topics()?;
        self.look_at_positions(&epochs)?;
        self.look_at_group(&topics)
    }

    /// Whether the topics are there, and are those they were.
    fn look_at_topics(&mut self) -> KafkaResult<Topics> {
        let needs = self.needs.input.iter().chain(&self.needs.exits);
        let names: BTreeSet<&str> = needs
            .chain(&self.state.topics)
            .map(String::as_str)
            .collect();
        let names: Vec<&str> = names.into_iter().collect();
        let consumer = self.consumer.get();
        let topics =
            admin::topics(consumer.client(), &names, ANSWER).map_err(KafkaError::MetadataFetch)?;
        let mut anew = Vec::new();
        for (name, described) in &topics {
            match described {
                Ok(described) => anew.extend(self.note_known(name, described)),
                Err(RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic) => {
                    self.note_unknown(name)
                }
                // What is forbidden, whoever uses the topic is told.
                Err(_) => {}
            }
        }
        for (topic, partitions) in anew {
            self.note_recreated(topic, partitions)?;
        }
        Ok(topics)
    }

    /// A topic is there. Its name and number of partitions when it is one of the input that was made anew.
    fn note_known(&mut self, name: &str, described: &Described) -> Option<(String, usize)> {
        self.state.seen.insert(name.to_owned());
        if self.state.unknown_since.remove(name).is_some() {
            self.health.outage_of(TOPIC, None);
        }
        let is_input = self.needs.exits.iter().all(|exit| exit != name);
        // An old broker tells no id; a topic that is being made has no partition yet.
        if !is_input || described.id.is_empty() || described.partitions == 0 {
            return None;
        }
        let before = self.state.ids.insert(name.to_owned(), described.id.clone());
        let is_another = before.is_some_and(|before| before != described.id);
        is_another.then(|| (name.to_owned(), described.partitions))
    }

    /// A topic is not there. One of the input, or one that was there before, ends the worker when it stays
    /// away; one that is written to may be made by the broker when the first record comes, and ends the worker
    /// when something waits for it meanwhile.
    fn note_unknown(&mut self, topic: &str) {
        let since = *self
            .state
            .unknown_since
            .entry(topic.to_owned())
            .or_insert_with(Instant::now);
        if !self.needs.has(topic) || since.elapsed() < UNKNOWN_FOR {
            return;
        }
        let why = format!(
            "there is no topic {topic}, for {} s: create it, or correct the configuration",
            since.elapsed().as_secs()
        );
        let is_exit = self.needs.exits.iter().any(|t| t == topic);
        let epochs = self.assignment.all();
        let waits = epochs
            .iter()
            .any(|e| e.oldest().is_some_and(|(_, age)| age >= UNKNOWN_FOR));
        if is_exit && !self.state.seen.contains(topic) && !waits {
            self.health.outage_of(TOPIC, Some(&why));
        } else {
            self.stop.halt(Exit::Broker, why);
        }
    }

    fn note_recreated(&mut self, topic: String, partitions: usize) -> KafkaResult<()> {
        let places = (0..partitions as i32).map(|p| (topic.clone(), p)).collect();
        let firsts = self.ends(&places, Offset::Beginning);
        let firsts = match firsts {
            Ok(firsts) if firsts.len() == partitions => firsts,
            other => {
                // Not led yet: it is to be found anew at the next look.
                self.state.ids.insert(topic, String::from("unknown"));
                return other.map(|_| ());
            }
        };
        let firsts = firsts.into_iter().map(|((_, p), first)| (p, first));
        self.corrections
            .put(Correction::Recreated(topic, firsts.collect()));
        Ok(())
    }

    /// Whether the positions lie between the ends of their partitions, and what went before it was read.
    fn look_at_positions(&mut self, epochs: &[Arc<PartitionEpoch>]) -> KafkaResult<()> {
        if epochs.is_empty() {
            return Ok(());
        }
        // Before the question: what was taken meanwhile is no loss.
        let before: HashMap<u64, Option<i64>> =
            epochs.iter().map(|e| (e.number, e.next_offset())).collect();
        let places = epochs.iter().map(|e| place(e)).collect();
        let firsts = self.ends(&places, Offset::Beginning)?;
        let lasts = self.ends(&places, Offset::End)?;
        let mut positions = HashMap::new();
        let mut beyond = BTreeSet::new();
        let mut tails: BTreeMap<String, Tails> = BTreeMap::new();
        for epoch in epochs.iter().filter(|e| e.is_current()) {
            let place = place(epoch);
            let Some(&first) = firsts.get(&place) else {
                continue;
            };
            let next = epoch.next_offset();
            positions.extend(next.map(|next| (epoch.number, next)));
            let waits = next.is_some() && self.state.positions.get(&epoch.number) == next.as_ref();
            let idle = waits && epoch.unfinished() == 0 && !self.budget.is_full();
            self.tell_losses(epoch, first, idle);
            let asked_for = before.get(&epoch.number).copied().flatten().or(next);
            let (Some(asked_for), Some(&last)) = (asked_for, lasts.get(&place)) else {
                continue;
            };
            if asked_for > last {
                self.note_beyond(epoch, asked_for, first, last, &mut beyond);
            } else if idle && asked_for < last {
                let tails = tails.entry(place.0).or_default();
                tails.insert(place.1, (Arc::clone(epoch), asked_for, last));
            }
        }
        self.state.positions = positions;
        self.state.beyond = beyond;
        for (topic, tails) in tails {
            self.look_at_tails(&topic, tails)?;
        }
        Ok(())
    }

    /// One end of each of some partitions, as a reader of committed messages sees it; those the broker says
    /// nothing of are left out.
    fn ends(
        &self,
        places: &BTreeSet<TopicPartition>,
        end: Offset,
    ) -> KafkaResult<BTreeMap<TopicPartition, i64>> {
        let mut list = TopicPartitionList::with_capacity(places.len());
        for (topic, partition) in places {
            list.add_partition_offset(topic, *partition, end)?;
        }
        let found = self.consumer.get().offsets_for_times(list, ANSWER)?;
        let known = found
            .elements()
            .into_iter()
            .filter_map(|e| match e.offset() {
                Offset::Offset(offset) if e.error().is_ok() => {
                    Some(((e.topic().to_owned(), e.partition()), offset))
                }
                _ => None,
            });
        Ok(known.collect())
    }

    /// Partitions of a topic of which nothing comes, though they do not end where this worker is. When no message
    /// is in what is left, only markers of transactions are, or what was aborted, and the position may pass them:
    /// the group's lag would never be 0 otherwise.
    fn look_at_tails(&self, topic: &str, tails: Tails) -> KafkaResult<()> {
        let without_message = self.read_tails(topic, &tails)?;
        for (partition, (epoch, from, to)) in tails {
            if without_message.contains(&partition) {
                let correction = Correction::NoMessage(epoch, from, to);
                self.corrections.put(correction);
            }
        }
        Ok(())
    }

    /// Reads what is left of partitions with a client of its own; those that ended without a message.
    fn read_tails(&self, topic: &str, tails: &Tails) -> KafkaResult<BTreeSet<i32>> {
        let owner = ErrorCollector::new(&self.needs.security);
        let reader = client::consumer(&self.needs.reader, owner)?;
        let mut list = TopicPartitionList::new();
        for (partition, (_, from, _)) in tails {
            list.add_partition_offset(topic, *partition, Offset::Offset(*from))?;
        }
        reader.assign(&list)?;
        let deadline = Instant::now() + ANSWER;
        let mut empty: BTreeSet<i32> = tails.keys().copied().collect();
        let mut ended = BTreeSet::new();
        while ended.len() < empty.len() && Instant::now() < deadline && !self.stop.is_set() {
            match reader.poll(Duration::from_millis(100)) {
                None => {}
                Some(Err(KafkaError::PartitionEOF(partition))) => {
                    ended.insert(partition);
                }
                Some(Err(error)) => return Err(error),
                // A message after all: it is on its way to this worker.
                Some(Ok(message)) => {
                    empty.remove(&message.partition());
                    ended.remove(&message.partition());
                }
            }
        }
        Ok(&ended & &empty)
    }

    /// Learns where the epochs began that are new.
    fn ask_for_beginnings(&self, epochs: &[Arc<PartitionEpoch>]) -> KafkaResult<()> {
        let new: Vec<_> = epochs.iter().filter(|e| e.wants_beginning()).collect();
        if new.is_empty() {
            return Ok(());
        }
        let mut list = TopicPartitionList::with_capacity(new.len());
        for epoch in &new {
            list.add_partition(&epoch.topic, epoch.partition);
        }
        let committed = self.consumer.get().committed_offsets(list, ANSWER)?;
        for epoch in new {
            let found = committed.find_partition(&epoch.topic, epoch.partition);
            epoch.note_beginning(match found.map(|p| p.offset()) {
                Some(Offset::Offset(offset)) => Some(offset),
                _ => None,
            });
        }
        Ok(())
    }

    fn tell_losses(&self, epoch: &PartitionEpoch, first: i64, idle: bool) {
        for (from_offset, to_offset) in epoch.losses(first, idle) {
            ArticlesLost {
                topic: epoch.topic.to_string(),
                partition: epoch.partition,
                from_offset,
                to_offset,
                count: to_offset - from_offset,
            }
            .emit();
        }
    }

    /// A position lies beyond its partition's end. At the second look that says so it is true: a broker
    /// that has just come to lead the partition may not know its end at once.
    fn note_beyond(
        &self,
        epoch: &Arc<PartitionEpoch>,
        position: i64,
        first: i64,
        last: i64,
        beyond: &mut BTreeSet<u64>,
    ) {
        beyond.insert(epoch.number);
        if !self.state.beyond.contains(&epoch.number) {
            return;
        }
        // The client has been refused a fetch there too, and begins at the first offset by itself; what an
        // epoch has had before, it does not take again.
        if epoch.has_begun_reading() {
            return self
                .corrections
                .put(Correction::BeyondEnd(Arc::clone(epoch), last));
        }
        epoch.note_position(first);
        PositionReset {
            topic: epoch.topic.to_string(),
            partition: epoch.partition,
            from_offset: Some(position),
            to_offset: Some(first),
            cause: "beyond-end".into(),
        }
        .emit();
    }

    /// Whether every partition of the input has an owner.
    fn look_at_group(&mut self, topics: &Topics) -> KafkaResult<()> {
        let consumer = self.consumer.get();
        let client = consumer.client();
        let Some(group) = admin::group(client, &self.needs.group, ANSWER)? else {
            self.meters.note_unowned(None);
            return Ok(());
        };
        let places = group.members.iter().flat_map(|m| &m.assignment);
        self.state
            .topics
            .extend(places.map(|(topic, _)| topic.clone()));
        let mine = admin::member_id(client);
        let own: BTreeSet<TopicPartition> =
            self.assignment.all().iter().map(|e| place(e)).collect();
        let expected = expected(topics, &self.needs, &self.state.topics);
        let unowned = unowned(&expected, &group, mine.as_deref(), &own);
        self.note_unowned(&group, mine.as_deref(), unowned);
        Ok(())
    }

    fn note_unowned(
        &mut self,
        group: &GroupDescription,
        mine: Option<&str>,
        unowned: BTreeSet<TopicPartition>,
    ) {
        self.meters.note_unowned(Some(unowned.len() as u64));
        let now = Instant::now();
        self.state
            .unowned
            .retain(|place, _| unowned.contains(place));
        for place in unowned {
            self.state.unowned.entry(place).or_insert(now);
        }
        let Some(since) = self.state.unowned.values().min().copied() else {
            return;
        };
        let mut names: Vec<&str> = group.members.iter().map(|m| m.id.as_str()).collect();
        names.sort_unstable();
        let rank = mine.and_then(|mine| names.iter().position(|name| *name == mine));
        // Who is no member is on its way into the group, which settles it.
        let Some(rank) = rank else { return };
        let patience = match group.is_stable {
            true if self.state.began.elapsed() < START => UNOWNED_AT_START,
            true => UNOWNED_FOR + RANK * rank as u32,
            // A group that does not settle: somebody in it does not do its part.
            false => UNOWNED_FOR * 3 + RANK * rank as u32,
        };
        let again = self
            .state
            .told_unowned
            .is_none_or(|told| told.elapsed() >= REJOIN);
        if since.elapsed() < patience || !again {
            return;
        }
        self.state.told_unowned = Some(now);
        self.tell_unowned();
        self.corrections.put(Correction::Rejoin);
    }

    fn tell_unowned(&self) {
        let mut by_topic: BTreeMap<&str, (Vec<i32>, Duration)> = BTreeMap::new();
        for ((topic, partition), since) in &self.state.unowned {
            let (partitions, longest) = by_topic.entry(topic).or_default();
            partitions.push(*partition);
            *longest = since.elapsed().max(*longest);
        }
        for (topic, (partitions, longest)) in by_topic {
            PartitionsUnowned {
                topic: topic.to_owned(),
                partitions,
                ms: longest.as_millis() as u64,
                action: "this worker leaves the group and joins it again".into(),
            }
            .emit();
        }
    }
}

fn place(epoch: &PartitionEpoch) -> TopicPartition {
    (epoch.topic.to_string(), epoch.partition)
}

/// All partitions that the group should have: of the topics named in the configuration, or for a pattern of
/// those that somebody has had.
fn expected(topics: &Topics, needs: &Needs, seen: &BTreeSet<String>) -> BTreeSet<TopicPartition> {
    let is_input = |name: &String| match needs.input.is_empty() {
        true => seen.contains(name),
        false => needs.input.contains(name),
    };
    let described = topics.iter().filter(|(name, _)| is_input(name));
    let described = described.filter_map(|(name, said)| Some((name, said.as_ref().ok()?)));
    described
        .flat_map(|(name, said)| (0..said.partitions as i32).map(|p| (name.clone(), p)))
        .collect()
}

/// The partitions that no member has, and those that this one should have and has not.
fn unowned(
    expected: &BTreeSet<TopicPartition>,
    group: &GroupDescription,
    mine: Option<&str>,
    own: &BTreeSet<TopicPartition>,
) -> BTreeSet<TopicPartition> {
    let mut left = expected.clone();
    for member in &group.members {
        let is_mine = mine == Some(member.id.as_str());
        for place in &member.assignment {
            if !is_mine || own.contains(place) {
                left.remove(place);
            }
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::admin::Member;
    use super::*;

    fn places(partitions: &[i32]) -> BTreeSet<TopicPartition> {
        partitions.iter().map(|p| ("news".to_owned(), *p)).collect()
    }

    #[test]
    fn a_partition_is_unowned_when_nobody_has_it_or_its_owner_does_not_know() {
        let member = |id: &str, partitions: &[i32]| Member {
            id: id.to_owned(),
            assignment: places(partitions),
        };
        let group = GroupDescription {
            is_stable: true,
            members: vec![member("a", &[0, 1]), member("b", &[2])],
        };
        let all = places(&[0, 1, 2, 3]);
        let left = |mine, own: &[i32]| unowned(&all, &group, mine, &places(own));
        assert_eq!(left(Some("b"), &[2]), places(&[3]));
        assert_eq!(left(Some("a"), &[1]), places(&[0, 3]));
        assert_eq!(left(None, &[]), places(&[3]));
    }
}
