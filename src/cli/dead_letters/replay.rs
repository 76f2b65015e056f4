//! Sends letters back, each once: what the broker has acknowledged is remembered.

use std::collections::{BTreeMap, HashMap};
use std::mem;
use std::ops::Range;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context as _, bail};
use indicatif::ProgressBar;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, Message, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, DeliveryResult, Producer, ProducerContext};

use super::super::progress;
use super::replayed::Replayed;
use super::{Filter, Letter, Letters};
use crate::config::{Security, Settings};
use crate::kafka::client::operator::{self, ErrorCollector};
use crate::kafka::client::{Context, Owner};
use crate::kafka::dead_letter;
use crate::kafka::limits::TopicLimits;
use crate::kafka::placed::Placed;
use crate::kafka::sync::lock;

/// Letters sent before what has been acknowledged is committed: as many may be sent twice after a crash.
const BATCH: usize = 1_000;

/// How long the broker may take to acknowledge a batch.
const ACKNOWLEDGED_WITHIN: Duration = Duration::from_secs(60);

/// How long the broker may take to tell what a topic takes.
const ANSWER: Duration = Duration::from_secs(5);

/// A replay as it was asked for.
pub(super) struct Replay<'a> {
    pub to: Option<&'a str>,
    pub dry_run: bool,
    pub again: bool,
    pub max_replays: u32,
}

/// What a replay came to.
#[derive(Debug, Default)]
pub(super) struct Count {
    pub sent: usize,
    /// Left because they had been replayed before.
    pub before: usize,
    /// Left because their messages had come back too often.
    pub too_often: usize,
}

impl Count {
    pub(super) fn print(&self, replay: &Replay<'_>) {
        let verb = if replay.dry_run {
            "would be sent"
        } else {
            "sent"
        };
        match self.before {
            0 => println!("{} {verb}", self.sent),
            before => println!(
                "{} {verb}, {before} left: replayed before; --again sends them too",
                self.sent
            ),
        }
        if self.too_often > 0 {
            println!(
                "{} left: replayed {} times already",
                self.too_often, replay.max_replays
            );
        }
    }
}

/// What has been replayed of a partition, while a replay reads it.
#[derive(Default)]
struct Progress {
    acknowledged: Replayed,
    /// With what has been sent and not acknowledged yet.
    sent: Replayed,
    /// The offset after that of the last letter read.
    read: i64,
}

impl Progress {
    /// Goes on to the letter at `offset`. The offsets it stands for: those before it up to the last letter
    /// hold none (transactions have markers, and retention and compaction remove letters).
    fn pass(&mut self, offset: i64) -> Range<i64> {
        let range = mem::replace(&mut self.read, offset + 1)..offset + 1;
        for replayed in [&mut self.acknowledged, &mut self.sent] {
            if range.start <= replayed.next() {
                replayed.insert(range.start..offset);
            }
        }
        range
    }
}

impl Progress {
    /// Notes that a letter is sent, with the offsets it stands for; `before` have been by now.
    ///
    /// # Errors
    /// When that could not be remembered.
    fn note_sent(
        &mut self,
        letter: &Letter,
        offsets: &Range<i64>,
        before: usize,
    ) -> anyhow::Result<()> {
        self.sent.insert(offsets.clone());
        if self.sent.fits() {
            return Ok(());
        }
        bail!(
            "{}@{} and what follows is not sent: letters that have been replayed and letters that have not lie \
             in turns too often for the broker to remember ({before} sent). Replay some of those that were left \
             first, or choose the letters by --since and --until",
            letter.0.partition(),
            letter.0.offset(),
        );
    }
}

impl Replay<'_> {
    /// # Errors
    /// When the broker refuses a letter or does not answer, or what is to be sent could not be remembered. What
    /// had been acknowledged by then is remembered.
    pub(super) fn run(
        &self,
        settings: &Settings,
        letters: &Letters,
        filter: &Filter,
    ) -> anyhow::Result<Count> {
        let owner = Acknowledged {
            errors: ErrorCollector::new(&settings.kafka.security),
            places: Mutex::default(),
            refused: Mutex::default(),
            placed: Placed::default(),
        };
        let mut run = Run {
            letters,
            producer: operator::producer(settings, owner)
                .map_err(|error| crate::cli::topic::refused(settings, &error))?,
            progress: BTreeMap::new(),
            limits: HashMap::new(),
            waiting: 0,
        };
        for (partition, replayed) in letters.replayed()? {
            if !self.dry_run {
                // Nothing is sent that cannot be remembered: this tells whether it can. And the broker keeps
                // what is committed again.
                letters.remember(partition, &replayed)?;
            }
            run.progress.insert(
                partition,
                Progress {
                    sent: replayed.clone(),
                    acknowledged: replayed,
                    read: 0,
                },
            );
        }
        let bar = progress::bar(None, "{spinner} {pos} letters · {per_sec} · {elapsed}");
        let mut count = Count::default();
        let most = filter.limit.unwrap_or(usize::MAX);
        let read = letters.each(&mut |letter| {
            bar.inc(1);
            let progress = run.progress.entry(letter.0.partition()).or_default();
            let offsets = progress.pass(letter.0.offset());
            if count.sent >= most {
                return Ok(false);
            }
            if !filter.takes(letter) || self.leaves(letter, progress, &mut count, &bar) {
                return Ok(true);
            }
            let topic = self.topic(letter)?;
            if self.dry_run {
                bar.suspend(|| println!("{topic} ← {}", letter.line()));
            } else {
                progress.note_sent(letter, &offsets, count.sent)?;
                run.send(&topic, letter, offsets)?;
            }
            count.sent += 1;
            Ok(count.sent < most)
        });
        let settled = run.settle();
        bar.finish_and_clear();
        read?;
        settled?;
        Ok(count)
    }

    /// Whether a letter is left where it is, which is counted: it has been replayed before, or too often.
    fn leaves(
        &self,
        letter: &Letter,
        progress: &Progress,
        count: &mut Count,
        bar: &ProgressBar,
    ) -> bool {
        if !self.again && progress.acknowledged.holds(letter.0.offset()) {
            count.before += 1;
            return true;
        }
        if letter.replays() < self.max_replays {
            return false;
        }
        count.too_often += 1;
        bar.suspend(|| {
            eprintln!(
                "copydesk: left, replayed {} times: {}",
                letter.replays(),
                letter.line()
            )
        });
        true
    }

    /// Where a letter goes: to the topic that was named, or back to where it came from.
    fn topic(&self, letter: &Letter) -> anyhow::Result<String> {
        let source = || letter.header(dead_letter::TOPIC);
        let topic = self.to.map(str::to_owned).or_else(source);
        topic.with_context(|| {
            format!(
                "{}: does not say where it came from; name a topic with --to",
                letter.line()
            )
        })
    }
}

/// A replay under way.
struct Run<'a> {
    letters: &'a Letters,
    producer: BaseProducer<Context<Acknowledged>>,
    progress: BTreeMap<i32, Progress>,
    /// What the topics that were sent to take.
    limits: HashMap<String, TopicLimits>,
    /// Letters sent since the last commit.
    waiting: usize,
}

impl Run<'_> {
    /// Sends a letter as it came in, with one more replay counted; with its own time, unless the topic would refuse
    /// it or delete what has it.
    fn send(&mut self, topic: &str, letter: &Letter, offsets: Range<i64>) -> anyhow::Result<()> {
        let place = Box::new((letter.0.partition(), offsets));
        let mut record = BaseRecord::<[u8], [u8], _>::with_opaque_to(topic, place);
        record.headers = Some(headers(letter));
        record.payload = letter.0.payload();
        record.key = letter.0.key();
        let client = self.producer.client();
        let ask = || TopicLimits::ask(client, topic, ANSWER);
        let limits = self.limits.entry(topic.to_owned()).or_insert_with(ask);
        let own = letter.0.timestamp().to_millis();
        let time = limits.kept_time(own, jiff::Timestamp::now().as_millisecond());
        record.timestamp = Some(time).filter(|time| *time != 0);
        loop {
            match self.producer.send(record) {
                Ok(()) => break,
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) => {
                    record = back;
                    self.producer.poll(Duration::from_millis(50));
                }
                Err((error, _)) => return Err(error).with_context(|| letter.line()),
            }
        }
        self.producer.poll(Duration::ZERO);
        self.waiting += 1;
        match self.waiting {
            BATCH => self.settle(),
            _ => Ok(()),
        }
    }

    /// Waits until what has been sent is acknowledged, and remembers it.
    fn settle(&mut self) -> anyhow::Result<()> {
        self.waiting = 0;
        let flushed = self.producer.flush(ACKNOWLEDGED_WITHIN);
        let context = self.producer.context();
        let mut changed: Vec<i32> = Vec::new();
        for (partition, offsets) in taken(&context.places) {
            let progress = self.progress.entry(partition).or_default();
            progress.acknowledged.insert(offsets);
            if !changed.contains(&partition) {
                changed.push(partition);
            }
        }
        for partition in changed {
            let replayed = &self.progress[&partition].acknowledged;
            self.letters.remember(partition, replayed).with_context(|| {
                format!("letters of partition {partition} were sent and are not remembered: the next replay sends them again")
            })?;
        }
        if let Some((error, (partition, offsets))) = taken(&context.refused).first() {
            let offset = offsets.end - 1;
            bail!("the broker refused some of them, {partition}@{offset} first: {error}");
        }
        flushed.context(
            "not everything was acknowledged; what was not may have arrived, and the next replay sends it again",
        )
    }
}

fn taken<T>(list: &Mutex<Vec<T>>) -> Vec<T> {
    mem::take(&mut *lock(list))
}

/// A letter's partition, and the offsets it stands for.
type Place = (i32, Range<i64>);

/// What the broker says of the letters sent.
struct Acknowledged {
    errors: ErrorCollector,
    places: Mutex<Vec<Place>>,
    refused: Mutex<Vec<(KafkaError, Place)>>,
    placed: Placed,
}

impl Owner for Acknowledged {
    fn security(&self) -> &Security {
        self.errors.security()
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        self.errors.log(level, facility, text);
    }

    fn error(&self, error: &KafkaError, reason: &str) {
        self.errors.error(error, reason);
    }
}

impl ProducerContext for Context<Acknowledged> {
    type DeliveryOpaque = Box<Place>;

    fn delivery(&self, result: &DeliveryResult<'_>, place: Box<Place>) {
        fn add<T>(list: &Mutex<Vec<T>>, one: T) {
            lock(list).push(one);
        }
        match result {
            Ok(sent)
                if self
                    .placed
                    .is(sent.topic(), sent.partition(), sent.offset(), false) =>
            {
                add(&self.places, *place);
            }
            Ok(_) => {
                let code = RDKafkaErrorCode::DuplicateSequenceNumber;
                add(&self.refused, (KafkaError::MessageProduction(code), *place));
            }
            Err((error, _)) => add(&self.refused, (error.clone(), *place)),
        }
    }
}

/// The message's own headers, and how often it has been replayed.
fn headers(letter: &Letter) -> OwnedHeaders {
    let kept = |key: &[u8]| !key.starts_with(dead_letter::PREFIX.as_bytes());
    let headers = letter.1.to_client(1, kept);
    let count = (letter.replays() + 1).to_string();
    headers.insert(Header {
        key: dead_letter::REPLAYS,
        value: Some(&count),
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::failed;
    use super::*;
    use crate::kafka::headers::Headers;

    #[test]
    fn a_replay_keeps_the_own_headers_and_counts() {
        let headers = headers(&failed());
        let headers = Headers::of(headers.as_borrowed());
        let want = [
            ("source", "engine"),
            ("traceparent", "00-a-b-01"),
            (dead_letter::REPLAYS, "3"),
        ];
        let want = want.map(|(k, v)| (k.as_bytes(), Some(v.as_bytes())));
        assert!(headers.iter().eq(want));
    }
}
