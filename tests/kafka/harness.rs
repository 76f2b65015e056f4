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
use crate::support::markers::{LeftOpen, Marker, Markers};
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

    // One marker of each kind on each of three partitions, and Kafka's own tool says so.
    let markers = Markers::read(&kafka.dump(&exits.output).unwrap());
    assert_eq!((markers.commits, markers.aborts), (3, 3));
    assert_eq!(markers.left_open, []);
}

/// What `DumpLogSegments --deep-iteration` prints, shortened after what is read of it. Producer 7 commits in
/// both partitions. In the first it then leaves a transaction open under epoch 1, goes on under epoch 3 and
/// commits; in the second an abort comes first. Producer 8 is no transactional one, and its epoch is its own.
const DUMP: &str = "\
Dumping /kafka/data/out-0/00000000000000000000.log
Log starting offset: 0
baseOffset: 0 lastOffset: 1 count: 2 baseSequence: 0 lastSequence: 1 producerId: 7 producerEpoch: 0 partitionLeaderEpoch: 0 isTransactional: true isControl: false deleteHorizonMs: OptionalLong.empty position: 0
| offset: 0 CreateTime: 1795688382595 keySize: -1 valueSize: 20 sequence: 0 headerKeys: []
| offset: 1 CreateTime: 1795688382616 keySize: -1 valueSize: 20 sequence: 1 headerKeys: [endTxnMarker]
baseOffset: 2 lastOffset: 2 count: 1 baseSequence: -1 lastSequence: -1 producerId: 7 producerEpoch: 0 partitionLeaderEpoch: 0 isTransactional: true isControl: true deleteHorizonMs: OptionalLong.empty position: 142
| offset: 2 CreateTime: 1795688382755 keySize: 4 valueSize: 6 sequence: -1 headerKeys: [] endTxnMarker: COMMIT coordinatorEpoch: 0
baseOffset: 3 lastOffset: 3 count: 1 baseSequence: 0 lastSequence: 0 producerId: 7 producerEpoch: 1 partitionLeaderEpoch: 0 isTransactional: true isControl: false deleteHorizonMs: OptionalLong.empty position: 220
| offset: 3 CreateTime: 1795688382755 keySize: -1 valueSize: 20 sequence: 0 headerKeys: []
baseOffset: 4 lastOffset: 4 count: 1 baseSequence: 0 lastSequence: 0 producerId: 8 producerEpoch: 0 partitionLeaderEpoch: 0 isTransactional: false isControl: false deleteHorizonMs: OptionalLong.empty position: 300
| offset: 4 CreateTime: 1795688382760 keySize: -1 valueSize: 20 sequence: 0 headerKeys: []
Dumping /kafka/data/out-0/00000000000000000005.log
Log starting offset: 5
baseOffset: 5 lastOffset: 5 count: 1 baseSequence: 0 lastSequence: 0 producerId: 7 producerEpoch: 3 partitionLeaderEpoch: 0 isTransactional: true isControl: false deleteHorizonMs: OptionalLong.empty position: 0
| offset: 5 CreateTime: 1795688382775 keySize: -1 valueSize: 20 sequence: 0 headerKeys: []
baseOffset: 6 lastOffset: 6 count: 1 baseSequence: 0 lastSequence: 0 producerId: 8 producerEpoch: 1 partitionLeaderEpoch: 0 isTransactional: false isControl: false deleteHorizonMs: OptionalLong.empty position: 80
| offset: 6 CreateTime: 1795688382780 keySize: -1 valueSize: 20 sequence: 0 headerKeys: []
baseOffset: 7 lastOffset: 7 count: 1 baseSequence: -1 lastSequence: -1 producerId: 7 producerEpoch: 3 partitionLeaderEpoch: 0 isTransactional: true isControl: true deleteHorizonMs: OptionalLong.empty position: 160
| offset: 7 CreateTime: 1795688382790 keySize: 4 valueSize: 6 sequence: -1 headerKeys: [] endTxnMarker: COMMIT coordinatorEpoch: 0
Dumping /kafka/data/out-1/00000000000000000000.log
Log starting offset: 0
baseOffset: 0 lastOffset: 0 count: 1 baseSequence: 0 lastSequence: 0 producerId: 7 producerEpoch: 1 partitionLeaderEpoch: 0 isTransactional: true isControl: false deleteHorizonMs: OptionalLong.empty position: 0
| offset: 0 CreateTime: 1795688382755 keySize: -1 valueSize: 20 sequence: 0 headerKeys: []
baseOffset: 1 lastOffset: 1 count: 1 baseSequence: 0 lastSequence: 0 producerId: 7 producerEpoch: 3 partitionLeaderEpoch: 0 isTransactional: true isControl: false deleteHorizonMs: OptionalLong.empty position: 80
| offset: 1 CreateTime: 1795688382775 keySize: -1 valueSize: 20 sequence: 0 headerKeys: []
baseOffset: 2 lastOffset: 2 count: 1 baseSequence: -1 lastSequence: -1 producerId: 7 producerEpoch: 3 partitionLeaderEpoch: 0 isTransactional: true isControl: true deleteHorizonMs: OptionalLong.empty position: 160
| offset: 2 CreateTime: 1795688382785 keySize: 4 valueSize: 6 sequence: -1 headerKeys: [] endTxnMarker: ABORT coordinatorEpoch: 0
";

#[test]
fn a_transaction_that_a_later_commit_publishes_is_found() {
    let markers = Markers::read(DUMP);
    let left = |file: &str, offset, ended_by| LeftOpen {
        file: file.to_owned(),
        producer: 7,
        offset,
        ended_by: Some(ended_by),
    };
    let published = left(
        "/kafka/data/out-0/00000000000000000005.log",
        5,
        Marker::Commit,
    );
    let closed = left(
        "/kafka/data/out-1/00000000000000000000.log",
        1,
        Marker::Abort,
    );
    assert_eq!(markers.published(), [&published]);
    assert_eq!((markers.commits, markers.aborts), (2, 1));
    assert_eq!(markers.left_open, [published, closed]);
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
