//! Makes sure that what an earlier transaction of this worker's id left open is never committed.
//!
//! A broker that comes back can lose the end of a transaction: the coordinator decides that it is aborted,
//! finds that the partitions have no leader at that moment, takes them for deleted, and writes the marker to
//! none of them (Apache Kafka 4.3, `TransactionMarkerChannelManager`: "these partitions are likely deleted
//! already and hence can be skipped"). Their records stay open, and the next marker of the same producer id
//! decides about them too: with a commit, records would be read that were given up and made again.
//!
//! So whenever a producer takes up the id, at a start and after a transaction whose end is in doubt, the first
//! transaction under it is one that is aborted, with a record to every partition that an earlier one may have
//! written to: its marker closes as aborted whatever is open there. The group's offsets go along, so that
//! offsets and records of a lost transaction meet the same end. Readers of committed records never see it.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::ConsumerGroupMetadata;
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::DeliveryResult;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _, ProducerContext};
use rdkafka::{Offset, TopicPartitionList};

use super::client::monitor::ClientMonitor;
use super::client::{self, Context, Owner};
use super::exit::fatal_exit;
use super::limits::Limits;
use super::shared::Shared;
use crate::config::{Input, Security};
use crate::ops::Event as _;
use crate::ops::events::TxnSwept;

/// What a sweep needs to know.
pub(super) struct Sweep {
    /// The settings of the producer whose id is swept.
    config: ClientConfig,
    monitor: Arc<ClientMonitor>,
    /// Every topic that transactions of the id write to.
    topics: Vec<String>,
    /// A topic that is there, of which offsets go along; which, does not matter.
    any_topic: String,
}

/// How long the offsets may take: the partition they are kept in is part of the transaction before the
/// broker looks at them.
const OFFSETS: Duration = Duration::from_secs(1);

/// A compacted topic takes no record without a key.
const KEY: &[u8] = b"copydesk-sweep";

/// What the broker says of the sweep.
struct Refusals {
    monitor: Arc<ClientMonitor>,
    /// The first refusal that no waiting mends.
    refused: OnceLock<KafkaError>,
}

impl Owner for Refusals {
    fn security(&self) -> &Security {
        &self.monitor.security
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        self.monitor.log(level, facility, text);
    }

    fn error(&self, error: &KafkaError, reason: &str) {
        self.monitor.transaction_error(error, reason);
    }
}

impl ProducerContext for Context<Refusals> {
    type DeliveryOpaque = ();

    /// Whether a record was taken does not matter: its partition is part of the transaction once it is sent.
    /// Without the right to write none of them is.
    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        let error = result.as_ref().err().map(|(error, _)| error);
        let lasts = |e: &&KafkaError| e.rdkafka_error_code().and_then(fatal_exit).is_some();
        if let Some(error) = error.filter(lasts) {
            let _ = self.refused.set(error.clone());
        }
    }
}

impl Sweep {
    pub(super) fn new(shared: &Shared) -> Self {
        let kafka = &shared.settings.kafka;
        Sweep {
            config: client::settings::producer(&shared.settings, &Limits::default()),
            monitor: Arc::new(ClientMonitor::new("producer", shared)),
            topics: [&kafka.output, &kafka.dead_letters]
                .into_iter()
                .chain(kafka.memory.iter().map(|memory| &memory.links))
                .cloned()
                .collect(),
            any_topic: match &kafka.input {
                Input::Topics(names) => names.first().unwrap_or(&kafka.output).clone(),
                Input::Pattern(_) => kafka.output.clone(),
            },
        }
    }

    /// Sweeps, within `time`. The id is this client's then, and free for the next.
    ///
    /// # Errors
    /// When the broker does not let it in, or the transaction's end is not known; to be tried again.
    pub(super) fn run(&self, group: &ConsumerGroupMetadata, time: Duration) -> KafkaResult<()> {
        let start = Instant::now();
        let left = || {
            let left = time.saturating_sub(start.elapsed());
            left.max(Duration::from_millis(100))
        };
        let owner = Refusals {
            monitor: Arc::clone(&self.monitor),
            refused: OnceLock::new(),
        };
        let mut config = self.config.clone();
        config.set("linger.ms", "0");
        let producer = client::producer(&config, owner)?;
        producer.init_transactions(left())?;
        producer.begin_transaction()?;
        let partitions = self.write_to_all(&producer, &left)?;
        producer.flush(left())?;
        let mut offsets = TopicPartitionList::new();
        offsets.add_partition_offset(&self.any_topic, 0, Offset::Offset(0))?;
        // The coordinator may refuse the offsets themselves, as those of nobody in the group: the partition
        // they are kept in is part of the transaction by then.
        let _ = producer.send_offsets_to_transaction(&offsets, group, left().min(OFFSETS));
        producer.abort_transaction(left())?;
        if let Some(refused) = producer.context().refused.get() {
            return Err(refused.clone());
        }
        TxnSwept {
            partitions,
            ms: start.elapsed().as_millis() as u64,
        }
        .emit();
        Ok(())
    }

    /// Sends a record to every partition that a transaction of the id may have written to; to how many.
    fn write_to_all(
        &self,
        producer: &BaseProducer<Context<Refusals>>,
        left: &dyn Fn() -> Duration,
    ) -> KafkaResult<u64> {
        let mut written = 0;
        for topic in &self.topics {
            for partition in self.partitions(producer, topic, left())? {
                let record = BaseRecord::<[u8], [u8]>::to(topic)
                    .partition(partition)
                    .key(KEY);
                producer.send(record).map_err(|(error, _)| error)?;
                written += 1;
            }
        }
        Ok(written)
    }

    fn partitions(
        &self,
        producer: &BaseProducer<Context<Refusals>>,
        topic: &str,
        time: Duration,
    ) -> KafkaResult<Vec<i32>> {
        let metadata = producer.client().fetch_metadata(Some(topic), time)?;
        let found = metadata.topics().iter().find(|t| t.name() == topic);
        if let Some(error) = found.and_then(|t| t.error()) {
            return Err(KafkaError::MetadataFetch(error.into()));
        }
        let partitions = found.map(|t| t.partitions().iter().map(|p| p.id()).collect());
        // A topic that is unknown, or has no partition yet, may have been written to all the same.
        let partitions: Vec<i32> = partitions.unwrap_or_default();
        match partitions.is_empty() {
            true => Err(KafkaError::MetadataFetch(
                RDKafkaErrorCode::UnknownTopicOrPartition,
            )),
            false => Ok(partitions),
        }
    }
}
