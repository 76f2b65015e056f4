//! The harness itself: what it says of a worker can be believed only when it is right about itself.

use std::sync::Arc;
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::{Message, OwnedHeaders, OwnedMessage};
use rdkafka::producer::{BaseRecord, Producer, ThreadedProducer};

use crate::shared;
use crate::support::admin::{Admin, quiet};
use crate::support::articles::Mix;
use crate::support::cluster::{Cluster, Setup};
use crate::support::ledger::{Ledger, Verdict};
use crate::support::load::Load;
use crate::support::reader::{Exits, Watch};

const ARTICLES: u32 = 2_000;

#[test]
fn a_broker_starts_dies_and_comes_back() {
    let Some(kafka) = Cluster::start("the harness", Setup::default()) else {
        return;
    };
    kafka.kill(1).unwrap();
    kafka.restart(1).unwrap();
    kafka.stop(1).unwrap();
    kafka.restart(1).unwrap();
}

#[test]
fn the_ledger_tells_a_faithful_loop_from_one_that_loses_repeats_and_reorders() {
    let Some(kafka) = shared("the ledger") else {
        return;
    };
    let bootstrap = kafka.bootstrap();
    let faithful = judge(&bootstrap, "faithful", |messages| messages);
    assert!(faithful.exactly_once(), "{faithful}");
    assert_eq!(faithful.injected, u64::from(ARTICLES));

    let losing = judge(&bootstrap, "losing", |mut messages| {
        messages.remove(700);
        messages
    });
    assert_eq!((losing.lost, losing.repeated), (1, 0), "{losing}");

    let repeating = judge(&bootstrap, "repeating", |mut messages| {
        messages.push(messages[40].clone());
        messages
    });
    assert_eq!((repeating.lost, repeating.repeated), (0, 1), "{repeating}");

    let reordering = judge(&bootstrap, "reordering", |mut messages| {
        messages.reverse();
        messages
    });
    assert_eq!((reordering.lost, reordering.repeated), (0, 0));
    assert!(reordering.out_of_order > 1_000, "{reordering}");

    let misplacing = judge(&bootstrap, "misplacing", |messages| {
        let mut changed = messages;
        changed[5] = without_number(&changed[5]);
        changed
    });
    assert_eq!((misplacing.lost, misplacing.astray), (1, 1), "{misplacing}");

    let garbling = judge(&bootstrap, "garbling", |messages| {
        let mut changed = messages;
        let other = changed[6].payload().map(<[u8]>::to_vec);
        changed[5] = changed[5].clone().set_payload(other);
        changed
    });
    assert_eq!((garbling.lost, garbling.astray), (0, 1), "{garbling}");
}

#[test]
fn the_ledger_does_not_count_what_was_aborted() {
    let Some(kafka) = shared("aborted transactions") else {
        return;
    };
    let bootstrap = kafka.bootstrap();
    let (input, exits) = topics(&bootstrap, "aborted");
    let mix = Mix {
        plain_text: true,
        ..Mix::plain(7)
    };
    Load::produce(&bootstrap, &input, &mix, 0..100).unwrap();
    let ledger = Arc::new(Ledger::new(&mix, 100));
    let watch = Watch::start(&bootstrap, &exits, Arc::clone(&ledger)).unwrap();

    let producer: ThreadedProducer<_> = quiet(&bootstrap)
        .set("transactional.id", "in-test")
        .create()
        .unwrap();
    let patience = Duration::from_secs(30);
    producer.init_transactions(patience).unwrap();
    let messages = consume(&quiet(&bootstrap), &input, 100);
    for commit in [false, true] {
        producer.begin_transaction().unwrap();
        for message in &messages {
            forward(&producer, message, &exits.output);
        }
        producer.flush(patience).unwrap();
        match commit {
            true => producer.commit_transaction(patience).unwrap(),
            false => producer.abort_transaction(patience).unwrap(),
        }
    }
    assert!(ledger.wait_until_complete(patience));
    let difference = watch.finish(&Ledger::new(&mix, 100)).unwrap();
    assert_eq!(difference, None);
    let verdict = ledger.verdict();
    assert!(verdict.exactly_once(), "{verdict}");
}

/// Runs a consume-and-produce loop that does `mischief` to the messages, and returns the verdict on it.
fn judge(
    bootstrap: &str,
    name: &str,
    mischief: impl FnOnce(Vec<OwnedMessage>) -> Vec<OwnedMessage>,
) -> Verdict {
    let (input, exits) = topics(bootstrap, name);
    let mix = Mix {
        tombstone_every: 50,
        plain_text: true,
        ..Mix::plain(42)
    };
    Load::produce(bootstrap, &input, &mix, 0..ARTICLES).unwrap();
    let ledger = Arc::new(Ledger::new(&mix, ARTICLES));
    let watch = Watch::start(bootstrap, &exits, Arc::clone(&ledger)).unwrap();

    let messages = consume(&quiet(bootstrap), &input, ARTICLES as usize);
    let producer: ThreadedProducer<_> = quiet(bootstrap).create().unwrap();
    for message in mischief(messages) {
        forward(&producer, &message, &exits.output);
    }
    producer.flush(Duration::from_secs(30)).unwrap();
    ledger.wait_until_complete(Duration::from_secs(2));

    let fresh = Ledger::new(&mix, ARTICLES);
    assert_eq!(watch.finish(&fresh).unwrap(), None);
    let (along, at_end) = (ledger.verdict(), fresh.verdict());
    assert_eq!(
        (along.lost, along.repeated),
        (at_end.lost, at_end.repeated),
        "both readers say the same"
    );
    along
}

fn topics(bootstrap: &str, name: &str) -> (String, Exits) {
    let admin = Admin::new(bootstrap).unwrap();
    let topic = |end: &str| {
        let topic = format!("{name}.{end}");
        admin.create(&topic, 3, &[]).unwrap();
        topic
    };
    let exits = Exits {
        output: topic("out"),
        dead_letters: topic("dead"),
    };
    (topic("in"), exits)
}

fn consume(config: &ClientConfig, topic: &str, count: usize) -> Vec<OwnedMessage> {
    let consumer: BaseConsumer = config
        .clone()
        .set("group.id", format!("{topic}-loop"))
        .set("auto.offset.reset", "earliest")
        .create()
        .unwrap();
    consumer.subscribe(&[topic]).unwrap();
    let mut messages = Vec::new();
    while messages.len() < count {
        if let Some(message) = consumer.poll(Duration::from_secs(20)) {
            messages.push(message.unwrap().detach());
        }
    }
    messages
}

fn without_number(message: &OwnedMessage) -> OwnedMessage {
    OwnedMessage::new(
        message.payload().map(<[u8]>::to_vec),
        message.key().map(<[u8]>::to_vec),
        message.topic().to_owned(),
        message.timestamp(),
        message.partition(),
        message.offset(),
        Some(OwnedHeaders::new()),
    )
}

fn forward(
    producer: &ThreadedProducer<rdkafka::producer::DefaultProducerContext>,
    message: &OwnedMessage,
    topic: &str,
) {
    let mut record: BaseRecord<'_, [u8], [u8]> = BaseRecord::to(topic)
        .key(message.key().unwrap())
        .headers(message.headers().unwrap().clone());
    if let Some(payload) = message.payload() {
        record = record.payload(payload);
    }
    producer.send(record).map_err(|(e, _)| e).unwrap();
}
