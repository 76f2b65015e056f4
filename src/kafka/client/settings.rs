//! The librdkafka settings of each client: the program's own first, then what the configuration says over
//! them (`[kafka.security]`, `[kafka.options]`; see [`crate::config::Kafka::client_settings`]).

use rdkafka::config::{ClientConfig, RDKafkaLogLevel};

use crate::config::{Client, Delivery, SESSION_MS, Settings, options};
use crate::kafka::limits::Limits;

/// The setting `partitioner` of every client that publishes: the same partition for a key as the Java clients
/// choose.
const PARTITIONER: &str = "murmur2_random";

/// A bound of the client's that is never to be met: the topic's own decides.
const ANY_SIZE: &str = "1000000000";

/// Most kilobytes that librdkafka takes for the bound of a queue (`queued.max.messages.kbytes`,
/// `queue.buffering.max.kbytes`: 1..2097151).
const MOST_KBYTES: usize = 2_097_151;

/// What is set for a member of the worker's group, and not for a client that joins none.
const MEMBERSHIP: [&str; 3] = [
    "group.protocol",
    "group.instance.id",
    "group.remote.assignor",
];

/// What both of the worker's clients have in common.
fn worker(settings: &Settings) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("client.id", format!("copydesk-{}", settings.kafka.instance))
        .set(
            "statistics.interval.ms",
            settings.ops.stats_interval.as_millis().to_string(),
        )
        // A broker that comes back is found within a second, not ten.
        .set("reconnect.backoff.max.ms", "1000")
        // New partitions, and topics that a pattern matches, are seen within this time.
        .set("topic.metadata.refresh.interval.ms", "10000")
        .set_log_level(RDKafkaLogLevel::Info);
    config
}

/// Lays what the configuration says over the program's own settings.
fn configured(mut config: ClientConfig, settings: &Settings, client: Client) -> ClientConfig {
    for (name, value) in settings.kafka.client_settings(client) {
        // Of two names of one setting that are both set, the library would keep either.
        if let Some(other) = options::alias(&name) {
            config.remove(other);
        }
        config.set(name, value.expose());
    }
    config
}

fn remove(config: &mut ClientConfig, names: &[&str]) {
    for name in names {
        config.remove(name);
    }
}

/// The worker's consumer. It is a static member of its group when the configuration names its instance: a name
/// made from the machine's may be another living worker's, too.
pub fn consumer(settings: &Settings) -> ClientConfig {
    member(settings, !settings.kafka.instance_is_default)
}

fn member(settings: &Settings, is_static: bool) -> ClientConfig {
    let kafka = &settings.kafka;
    let mut config = worker(settings);
    // What the client fetches ahead counts beside what is in flight; an eighth keeps it busy.
    let ahead_kbytes = (settings.limits.in_flight_bytes / 8 / 1024).clamp(1024, MOST_KBYTES);
    // One answer of the broker comes on top of that, with so much of each partition, and unpacked in memory;
    // a message that is larger comes all the same.
    let fetch_bytes = (settings.limits.in_flight_bytes / 128).clamp(64 << 10, 1 << 20);
    config
        .set("group.id", &kafka.group)
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("auto.offset.reset", "earliest")
        .set("isolation.level", "read_committed")
        .set("allow.auto.create.topics", "false")
        .set("check.crcs", "false")
        // The default of a second stalls the refill of an emptied queue.
        .set("fetch.queue.backoff.ms", "10")
        // The broker holds a fetch of partitions that are at their end for so long, and the client asks for
        // no other meanwhile: the default of 500 ms stalls the partitions whose queue was full just then.
        .set("fetch.wait.max.ms", "50")
        .set("queued.max.messages.kbytes", ahead_kbytes.to_string())
        .set("max.partition.fetch.bytes", fetch_bytes.to_string())
        .set("max.poll.interval.ms", "300000");
    // The newer protocol has the broker decide these and refuses them. It keeps the name of a member that
    // died until its session is over, and refuses for good whoever comes by that name earlier.
    if kafka.option("group.protocol") != Some("consumer") {
        config
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("session.timeout.ms", SESSION_MS.to_string());
        if is_static {
            config.set("group.instance.id", &kafka.instance);
        }
    }
    configured(config, settings, Client::Consumer)
}

/// A client of the worker that reads a topic beside the group, from one offset to the end.
pub fn reader(settings: &Settings) -> ClientConfig {
    let mut config = member(settings, false);
    remove(&mut config, &MEMBERSHIP);
    config
        .set("enable.partition.eof", "true")
        .set("auto.offset.reset", "error")
        .set("statistics.interval.ms", "0")
        .set("queued.max.messages.kbytes", "1024");
    config
}

/// A client of the worker that reads one of the memory's topics, outside of the group: `read_committed`, or
/// `read_uncommitted`.
pub fn memory_reader(settings: &Settings, isolation: &str) -> ClientConfig {
    let mut config = reader(settings);
    config
        .set("isolation.level", isolation)
        // Retention may take what was to be read next.
        .set("auto.offset.reset", "earliest")
        .set("queued.max.messages.kbytes", "8192")
        .set("max.partition.fetch.bytes", "1048576");
    config
}

/// The client that reads the memory's links as they are committed. No article waits for one, so the broker may gather them
/// for a tenth of a second instead of answering for each.
pub fn links_reader(settings: &Settings) -> ClientConfig {
    let mut config = memory_reader(settings, "read_committed");
    config
        .set("fetch.min.bytes", "65536")
        .set("fetch.wait.max.ms", "100");
    config
}

/// The worker's second producer, which writes to the memory's index outside of any transaction. An article waits for
/// what it writes, so nothing is given up on time alone. A batch waits fifteen milliseconds: with one each millisecond the
/// broker spent as much on requests as the worker on articles.
pub fn memory_writer(settings: &Settings) -> ClientConfig {
    let mut config = configured(worker(settings), settings, Client::Producer);
    remove(&mut config, &["transactional.id", "transaction.timeout.ms"]);
    config
        .set("enable.idempotence", "true")
        .set("statistics.interval.ms", "0")
        .set("linger.ms", "15")
        .set("message.timeout.ms", "0");
    config
}

/// Most bytes of a batch with more than one record. No batch may be larger than a record may; above the
/// client's default of 1,000,000 it gains nothing.
pub fn batch_bytes(settings: &Settings, limits: &Limits) -> usize {
    limits.batch_bytes(settings.limits.output_bytes.clamp(1, 1_000_000))
}

/// The worker's producer, for topics with these limits.
pub fn producer(settings: &Settings, limits: &Limits) -> ClientConfig {
    let mut config = worker(settings);
    // What is in flight is bounded elsewhere; the client's own bounds only must not be below that.
    let most_kbytes = (settings.limits.in_flight_bytes / 1024 * 4).clamp(256 << 10, MOST_KBYTES);
    config
        .set("enable.idempotence", "true")
        .set("linger.ms", "5")
        .set("compression.type", "lz4")
        .set("partitioner", PARTITIONER)
        .set("batch.size", batch_bytes(settings, limits).to_string())
        .set("queue.buffering.max.kbytes", most_kbytes.to_string())
        // Whatever the topic takes; the client's own default would refuse before the broker is asked.
        .set("message.max.bytes", ANY_SIZE);
    let timeout = settings.kafka.transaction_timeout.as_millis();
    match settings.kafka.delivery {
        // The input waits as long as the output is away: nothing is given up on time alone.
        Delivery::AtLeastOnce => config.set("message.timeout.ms", "0"),
        Delivery::ExactlyOnce => config
            .set("transactional.id", &settings.kafka.transactional_id)
            .set("transaction.timeout.ms", timeout.to_string())
            // Below it, so that a record that is late breaks its transaction before the broker does.
            .set("message.timeout.ms", (timeout * 9 / 10).to_string()),
    };
    configured(config, settings, Client::Producer)
}

/// A command's consumer. It joins no group; `group` is the one whose offsets it reads and commits.
pub fn operator_consumer(settings: &Settings, group: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set_log_level(RDKafkaLogLevel::Info);
    // A person does not see a tenth of a second; fewer answers, each with more records, cost both sides less.
    config
        .set("fetch.min.bytes", "1000000")
        .set("fetch.wait.max.ms", "100");
    let mut config = configured(config, settings, Client::Consumer);
    // With a pattern as its input the worker does not look at its own output; a command may be asked to.
    remove(&mut config, &MEMBERSHIP);
    remove(&mut config, &["topic.blacklist"]);
    config
        .set("group.id", group)
        .set("isolation.level", "read_committed")
        .set("enable.auto.commit", "false")
        .set("enable.partition.eof", "true");
    config
}

/// A command's producer: what it sends is there once, in the partition where Java clients and the worker put
/// its key.
pub fn operator_producer(settings: &Settings) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("partitioner", PARTITIONER);
    let mut config = configured(config, settings, Client::Producer);
    config
        .set("enable.idempotence", "true")
        .set("message.max.bytes", ANY_SIZE);
    config
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::RawSettings;

    #[test]
    fn what_is_configured_stands_by_whichever_name_it_has() {
        let mut raw = RawSettings::default();
        let option = ("queue.buffering.max.ms".to_owned(), "50".to_owned());
        raw.kafka.options.0.extend([option]);
        let settings = Settings::from_raw(raw).unwrap();
        let config = producer(&settings, &Limits::default());
        let native = config.create_native_config().unwrap();
        assert_eq!(native.get("linger.ms").unwrap(), "50");
    }

    #[test]
    fn topics_hidden_by_the_configuration_are_hidden_beside_the_worker_s_own() {
        let mut raw = RawSettings::default();
        let option = ("topic.blacklist".to_owned(), "^test".to_owned());
        raw.kafka.options.0.extend([option]);
        let hidden = |raw: &RawSettings| {
            let settings = Settings::from_raw(raw.clone()).unwrap();
            consumer(&settings)
                .get("topic.blacklist")
                .map(str::to_owned)
        };
        assert_eq!(hidden(&raw).unwrap(), "^test");
        raw.kafka.input = vec!["^news".into()];
        let both = "^news\\.enriched$,^news\\.dead-letters$,^test";
        assert_eq!(hidden(&raw).unwrap(), both);
    }

    #[test]
    fn who_joins_no_group_has_nothing_of_a_member() {
        let mut raw = RawSettings::default();
        raw.kafka.instance = "a".into();
        raw.kafka.input = vec!["^news\\..*$".into()];
        let settings = Settings::from_raw(raw).unwrap();
        assert_eq!(consumer(&settings).get("group.instance.id"), Some("a"));
        let command = operator_consumer(&settings, "letters");
        assert_eq!(command.get("group.id"), Some("letters"));
        for config in [&reader(&settings), &command] {
            for name in MEMBERSHIP {
                assert_eq!(config.get(name), None, "{name}");
            }
        }
        // The worker is not to read what it writes; a command may be asked to.
        let hidden = |config: &ClientConfig| config.get("topic.blacklist").is_some();
        assert!(hidden(&consumer(&settings)) && !hidden(&command));
    }
}
