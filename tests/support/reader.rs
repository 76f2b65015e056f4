//! Reads what the worker published as its readers do: committed records only, on both topics.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use copydesk::kafka::headers::Headers;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Headers as _, Message, OwnedMessage};
use rdkafka::{Offset, TopicPartitionList};

use super::admin::{Admin, quiet};
use super::articles::{ID, headline_part};
use super::ledger::{Exit, Ledger, Seen};

/// How long the reader that runs along may be behind one that reads at the end.
const CATCH_UP: Duration = Duration::from_secs(10);

/// The longest a transaction may hold back what is behind it: its timeout (10 s by default), and the
/// time a broker needs to come back and notice.
const OPEN_TRANSACTION: Duration = Duration::from_secs(40);

/// The two topics behind a worker.
#[derive(Debug, Clone)]
pub struct Exits {
    pub output: String,
    pub dead_letters: String,
}

/// A reader that runs along with the worker and enters what it sees in a ledger.
pub struct Watch {
    bootstrap: String,
    exits: Exits,
    ledger: Arc<Ledger>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<Result<()>>>,
}

impl Watch {
    pub fn start(bootstrap: &str, exits: &Exits, ledger: Arc<Ledger>) -> Result<Watch> {
        let stop = Arc::new(AtomicBool::new(false));
        let mut threads = Vec::new();
        for mut tail in exits.tails(bootstrap)? {
            let (ledger, stop) = (Arc::clone(&ledger), Arc::clone(&stop));
            threads.push(std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    tail.step(&ledger)?;
                }
                Ok(())
            }));
        }
        Ok(Watch {
            bootstrap: bootstrap.to_owned(),
            exits: exits.clone(),
            ledger,
            stop,
            threads,
        })
    }

    /// Reads everything again from the beginning, once nothing more is written, and says in what the
    /// two readings differ: `None` when a reader at any time saw what one at the end sees.
    pub fn finish(self, fresh: &Ledger) -> Result<Option<String>> {
        let difference = self.compare(fresh);
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            match thread.join() {
                Ok(result) => result?,
                Err(_) => bail!("the reader panicked"),
            }
        }
        difference
    }

    fn compare(&self, fresh: &Ledger) -> Result<Option<String>> {
        wait_for_open_transactions(&self.bootstrap, &self.exits)?;
        read_all(&self.bootstrap, &self.exits, fresh)?;
        let deadline = Instant::now() + CATCH_UP;
        let mut difference = self.ledger.differs_from(fresh);
        while difference.is_some() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(50));
            difference = self.ledger.differs_from(fresh);
        }
        Ok(difference)
    }
}

/// Reads both topics from their beginning to their end.
pub fn read_all(bootstrap: &str, exits: &Exits, ledger: &Ledger) -> Result<()> {
    for mut tail in exits.tails(bootstrap)? {
        while tail.at_end.len() < tail.partitions {
            tail.step(ledger)?;
        }
    }
    Ok(())
}

/// Waits until no transaction is open on the output: what it holds back is not read yet.
fn wait_for_open_transactions(bootstrap: &str, exits: &Exits) -> Result<()> {
    let admin = Admin::new(bootstrap)?;
    let deadline = Instant::now() + OPEN_TRANSACTION;
    for topic in [&exits.output, &exits.dead_letters] {
        while admin.watermarks(topic)? != admin.stable_watermarks(topic)? {
            if Instant::now() > deadline {
                bail!("a transaction hangs on {topic}");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    Ok(())
}

impl Exits {
    fn tails(&self, bootstrap: &str) -> Result<Vec<Tail>> {
        Ok(vec![
            Tail::open(bootstrap, &self.output, Exit::Output)?,
            Tail::open(bootstrap, &self.dead_letters, Exit::DeadLetters)?,
        ])
    }
}

/// A reader of one topic. One each, because the end of a partition does not say of which topic it is.
struct Tail {
    consumer: BaseConsumer,
    exit: Exit,
    partitions: usize,
    at_end: BTreeSet<i32>,
}

impl Tail {
    fn open(bootstrap: &str, topic: &str, exit: Exit) -> Result<Tail> {
        let consumer: BaseConsumer = quiet(bootstrap)
            .set("group.id", "watch")
            .set("enable.auto.commit", "false")
            .set("enable.partition.eof", "true")
            .set("isolation.level", "read_committed")
            .set("fetch.queue.backoff.ms", "10")
            .set("fetch.wait.max.ms", "20")
            .set("fetch.message.max.bytes", (4 << 20).to_string())
            .create()?;
        let mut list = TopicPartitionList::new();
        for partition in Admin::new(bootstrap)?.partitions(topic)? {
            list.add_partition_offset(topic, partition, Offset::Beginning)?;
        }
        consumer.assign(&list)?;
        Ok(Tail {
            consumer,
            exit,
            partitions: list.count(),
            at_end: BTreeSet::new(),
        })
    }

    fn step(&mut self, ledger: &Ledger) -> Result<()> {
        match self.consumer.poll(Duration::from_millis(100)) {
            None => {}
            Some(Ok(message)) => {
                self.at_end.remove(&message.partition());
                ledger.see(&Seen {
                    exit: self.exit,
                    partition: message.partition(),
                    number: number(&message),
                    key: message.key().unwrap_or_default(),
                    tombstone: message.payload().is_none(),
                    whole: self.exit == Exit::DeadLetters || is_whole(&message),
                });
            }
            Some(Err(KafkaError::PartitionEOF(partition))) => {
                self.at_end.insert(partition);
            }
            // Brokers come and go under this reader.
            Some(Err(KafkaError::MessageConsumption(
                RDKafkaErrorCode::BrokerTransportFailure
                | RDKafkaErrorCode::AllBrokersDown
                | RDKafkaErrorCode::OperationTimedOut
                | RDKafkaErrorCode::Resolve,
            ))) => {}
            Some(Err(error)) => bail!("reading what came out: {error}"),
        }
        Ok(())
    }
}

/// The article's number, which the load put in a header.
fn number(message: &BorrowedMessage<'_>) -> Option<u32> {
    let mut headers = message.headers()?.iter();
    let value = headers
        .find(|header| header.key.strip_prefix("raw-").unwrap_or(header.key) == ID)?
        .value?;
    std::str::from_utf8(value).ok()?.parse().ok()
}

/// Whether a record has the headline that the article of its number has, and is JSON to its end where it
/// begins as such.
fn is_whole(message: &BorrowedMessage<'_>) -> bool {
    let (Some(number), Some(payload)) = (number(message), message.payload()) else {
        return true;
    };
    let is_json = || serde_json::from_slice::<serde::de::IgnoredAny>(payload).is_ok();
    let headline = headline_part(number);
    std::str::from_utf8(payload).is_ok_and(|p| p.contains(&headline))
        && (!payload.starts_with(b"{") || is_json())
}

/// Reads the first `count` messages of a topic, each partition in its order.
pub fn collect(
    bootstrap: &str,
    topic: &str,
    count: usize,
    within: Duration,
) -> Result<Vec<OwnedMessage>> {
    let tail = Tail::open(bootstrap, topic, Exit::Output)?;
    let deadline = Instant::now() + within;
    let mut messages = Vec::new();
    while messages.len() < count {
        if Instant::now() > deadline {
            bail!(
                "{} of {count} messages on {topic} after {within:?}",
                messages.len()
            );
        }
        match tail.consumer.poll(Duration::from_millis(100)) {
            Some(Ok(message)) => messages.push(message.detach()),
            None | Some(Err(KafkaError::PartitionEOF(_))) => {}
            Some(Err(error)) => bail!("reading {topic}: {error}"),
        }
    }
    Ok(messages)
}

/// Reads a topic from its beginning to its end.
pub fn read_to_end(bootstrap: &str, topic: &str) -> Result<Vec<OwnedMessage>> {
    let tail = Tail::open(bootstrap, topic, Exit::Output)?;
    let mut at_end = BTreeSet::new();
    let mut messages = Vec::new();
    while at_end.len() < tail.partitions {
        match tail.consumer.poll(Duration::from_millis(100)) {
            None => {}
            Some(Ok(message)) => messages.push(message.detach()),
            Some(Err(KafkaError::PartitionEOF(partition))) => {
                at_end.insert(partition);
            }
            Some(Err(error)) => bail!("reading {topic}: {error}"),
        }
    }
    Ok(messages)
}

/// The value of a header, when it is there and is text.
pub fn header(message: &OwnedMessage, name: &str) -> Option<String> {
    let headers = Headers::of(message.headers()?.as_borrowed());
    headers.text(name).map(str::to_owned)
}
