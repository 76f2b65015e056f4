//! The plainest loop there is: consume, produce the same message, commit now and then. With the
//! worker's own client settings, in a process of its own.

use std::time::{Duration, Instant};

use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedHeaders, Message};
use rdkafka::producer::{BaseRecord, ThreadedProducer};

/// The worker's window.
const COMMIT_EVERY: Duration = Duration::from_millis(200);

/// Runs until it is killed.
pub(crate) fn run(brokers: &str, group: &str, input: &str, output: &str) {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", brokers)
        .set("group.id", group)
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("auto.offset.reset", "earliest")
        .set("isolation.level", "read_committed")
        .set("check.crcs", "false")
        .set("fetch.queue.backoff.ms", "10")
        .set("fetch.wait.max.ms", "50")
        .set("queued.max.messages.kbytes", "8192")
        .set("max.partition.fetch.bytes", "524288")
        .set("partition.assignment.strategy", "cooperative-sticky")
        .create()
        .unwrap();
    let producer: ThreadedProducer<_> = ClientConfig::new()
        .set("bootstrap.servers", brokers)
        .set("enable.idempotence", "true")
        .set("linger.ms", "5")
        .set("compression.type", "lz4")
        .set("partitioner", "murmur2_random")
        .set("queue.buffering.max.kbytes", "262144")
        .set("message.max.bytes", "1000000000")
        .create()
        .unwrap();
    consumer.subscribe(&[input]).unwrap();
    let mut last_commit = Instant::now();
    let mut news = false;
    loop {
        if let Some(message) = consumer.poll(Duration::from_millis(50)) {
            let message = message.unwrap();
            let mut record: BaseRecord<'_, [u8], [u8]> = BaseRecord::to(output);
            record.key = message.key();
            record.payload = message.payload();
            record.timestamp = message.timestamp().to_millis();
            record.headers = message.headers().map(BorrowedHeaders::detach);
            while let Err((error, back)) = producer.send(record) {
                let full = KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull);
                assert_eq!(error, full);
                record = back;
                std::thread::sleep(Duration::from_millis(1));
            }
            consumer.store_offset_from_message(&message).unwrap();
            news = true;
        }
        // Without waiting for what was sent to arrive: it promises nothing, and is as fast as that.
        if news && last_commit.elapsed() > COMMIT_EVERY {
            consumer.commit_consumer_state(CommitMode::Async).unwrap();
            last_commit = Instant::now();
            news = false;
        }
    }
}
