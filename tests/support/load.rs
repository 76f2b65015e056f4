//! Puts articles on the input topic, at a given rate, and knows that each one arrived there.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail, ensure};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Header, Message as _, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer, ProducerContext, ThreadedProducer};
use rdkafka::{ClientConfig, ClientContext};

use super::admin::quiet;
use super::articles::{Article, ID, Mix};

/// A load that is being produced in a thread of its own.
pub struct Load {
    thread: JoinHandle<Result<()>>,
}

#[derive(Default)]
struct Outcomes {
    delivered: AtomicU64,
    failed: AtomicU64,
}

#[derive(Clone, Default)]
struct Counting(Arc<Outcomes>);

impl ClientContext for Counting {}

impl ProducerContext for Counting {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        let count = match result {
            Ok(sent) if sent.offset() >= 0 => &self.0.delivered,
            _ => &self.0.failed,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

impl Load {
    /// Starts to produce the articles of these numbers, `rate` a second (0: as fast as it goes).
    pub fn start(
        bootstrap: &str,
        topic: &str,
        mix: &Mix,
        numbers: Range<u32>,
        rate: u32,
    ) -> Result<Load> {
        Load::spread(bootstrap, &[topic.to_owned()], mix, numbers, rate)
    }

    /// The same on several topics, all articles of a key on one of them.
    pub fn spread(
        bootstrap: &str,
        topics: &[String],
        mix: &Mix,
        numbers: Range<u32>,
        rate: u32,
    ) -> Result<Load> {
        ensure!(!topics.is_empty(), "a load wants a topic");
        let counting = Counting::default();
        let producer: ThreadedProducer<Counting> = config(bootstrap)
            // Brokers are killed under it: what is late is not lost.
            .set("message.timeout.ms", "180000")
            .create_with_context(counting.clone())?;
        let (topics, mix) = (topics.to_owned(), mix.clone());
        let thread = std::thread::spawn(move || {
            let wanted = numbers.len() as u64;
            let start = Instant::now();
            for (sent, number) in numbers.enumerate() {
                if rate > 0 {
                    let due = Duration::from_secs_f64(sent as f64 / f64::from(rate));
                    std::thread::sleep(due.saturating_sub(start.elapsed()));
                }
                let article = mix.article(number);
                send(&producer, topic_of(&topics, &article), &article)?;
            }
            producer.flush(Duration::from_secs(200))?;
            let delivered = counting.0.delivered.load(Ordering::Relaxed);
            ensure!(
                delivered == wanted,
                "{delivered} of {wanted} articles reached the input topic"
            );
            Ok(())
        });
        Ok(Load { thread })
    }

    /// Produces the articles of these numbers and waits until they are there.
    pub fn produce(bootstrap: &str, topic: &str, mix: &Mix, numbers: Range<u32>) -> Result<()> {
        Load::start(bootstrap, topic, mix, numbers, 0)?.join()
    }

    /// Produces the articles of these numbers, so many in a transaction, and waits until all are committed.
    /// Then each partition that has any ends in a control record.
    pub fn in_transactions(
        bootstrap: &str,
        topic: &str,
        mix: &Mix,
        numbers: Range<u32>,
        size: u32,
    ) -> Result<()> {
        let producer = transactional(bootstrap, topic)?;
        for first in numbers.clone().step_by(usize::try_from(size)?) {
            producer.begin_transaction()?;
            for number in first..numbers.end.min(first + size) {
                send(&producer, topic, &mix.article(number))?;
            }
            producer.flush(TRANSACTION)?;
            producer.commit_transaction(TRANSACTION)?;
        }
        Ok(())
    }

    /// Produces the articles of these numbers in a transaction and aborts it: nobody put them in.
    pub fn aborted(bootstrap: &str, topic: &str, mix: &Mix, numbers: Range<u32>) -> Result<()> {
        let producer = transactional(bootstrap, topic)?;
        producer.begin_transaction()?;
        for number in numbers {
            send(&producer, topic, &mix.article(number))?;
        }
        producer.flush(TRANSACTION)?;
        producer.abort_transaction(TRANSACTION)?;
        Ok(())
    }

    /// Waits until every article is on the input topic.
    pub fn join(self) -> Result<()> {
        let result = self.thread.join();
        result.unwrap_or_else(|_| bail!("the load panicked"))
    }
}

/// Far above what a call of a transaction takes.
const TRANSACTION: Duration = Duration::from_secs(30);

fn config(bootstrap: &str) -> ClientConfig {
    let mut config = quiet(bootstrap);
    config
        .set("enable.idempotence", "true")
        .set("linger.ms", "5")
        .set("compression.type", "lz4")
        .set("message.max.bytes", (40 << 20).to_string());
    config
}

fn transactional(bootstrap: &str, topic: &str) -> Result<ThreadedProducer<Counting>> {
    let producer: ThreadedProducer<Counting> = config(bootstrap)
        .set("transactional.id", format!("load-{topic}"))
        .create_with_context(Counting::default())?;
    producer.init_transactions(TRANSACTION)?;
    Ok(producer)
}

fn topic_of<'a>(topics: &'a [String], article: &Article) -> &'a str {
    // FNV-1a: any hash will do that is the same for a key each time.
    let key = article.key.iter().flatten();
    let hash = key.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let chosen = hash % topics.len() as u64;
    &topics[usize::try_from(chosen).unwrap_or(0)]
}

fn send(producer: &ThreadedProducer<Counting>, topic: &str, article: &Article) -> Result<()> {
    let number = article.number.to_string();
    let mut headers = OwnedHeaders::new().insert(Header {
        key: ID,
        value: Some(&number),
    });
    if let Some(content_type) = article.content_type {
        headers = headers.insert(Header {
            key: "content-type",
            value: Some(content_type),
        });
    }
    let mut record: BaseRecord<'_, Vec<u8>, Vec<u8>> = BaseRecord::to(topic).headers(headers);
    record.key = article.key.as_ref();
    record.timestamp = article.timestamp;
    if let Some(value) = &article.value {
        record = record.payload(value);
    }
    loop {
        match producer.send(record) {
            Ok(()) => return Ok(()),
            Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) => {
                record = back;
                std::thread::sleep(Duration::from_millis(5));
            }
            Err((error, _)) => return Err(anyhow!(error)),
        }
    }
}
