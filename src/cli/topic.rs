//! A topic, open for an operator to read: no group is joined, and nothing is committed by reading.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rdkafka::consumer::Consumer;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::OwnedMessage;
use rdkafka::{Offset, TopicPartitionList};

use crate::config::Settings;
use crate::kafka::client::operator::{self, OperatorConsumer};
use crate::kafka::preflight;

/// Longest time to wait for the broker.
pub(super) const BROKER_TIMEOUT: Duration = Duration::from_secs(15);

/// Longest wait for one message before it is looked whether to wait on.
const POLL: Duration = Duration::from_millis(200);

pub(super) struct Topic {
    pub consumer: OperatorConsumer,
    pub name: String,
    pub partitions: Vec<i32>,
}

/// A message's place as it is typed: `1@5`.
pub(super) fn place(text: &str) -> Result<(i32, i64), String> {
    let parsed = text
        .split_once('@')
        .and_then(|(p, o)| Some((p.parse().ok()?, o.parse().ok()?)));
    parsed.ok_or_else(|| "write partition@offset, as in 1@5".to_owned())
}

/// What the library refuses of the settings of a client, key by key.
pub(super) fn refused(settings: &Settings, error: &KafkaError) -> anyhow::Error {
    let faults = preflight::client_faults(settings);
    match faults.is_empty() {
        true => anyhow::anyhow!("no client can be made: {error}"),
        false => settings.located(faults).into(),
    }
}

/// Whether an error says nothing about what comes: the client connects again.
pub(super) fn passes(error: &KafkaError) -> bool {
    error.rdkafka_error_code() == Some(RDKafkaErrorCode::BrokerTransportFailure)
}

impl Topic {
    /// Opens a topic; `group` is the one whose offsets the client reads and commits, if it is asked to.
    ///
    /// # Errors
    /// When no broker can be reached, or there is no such topic.
    pub(super) fn open(settings: &Settings, name: &str, group: &str) -> anyhow::Result<Self> {
        let consumer =
            operator::consumer(settings, group).map_err(|error| refused(settings, &error))?;
        operator::reach(&consumer, settings, BROKER_TIMEOUT)
            .map_err(|fault| settings.located(vec![fault]))?;
        let metadata = consumer
            .fetch_metadata(Some(name), BROKER_TIMEOUT)
            .with_context(|| format!("the broker does not say what topic {name} is"))?;
        let found = metadata.topics().first();
        let partitions: Vec<i32> = found
            .map(|t| t.partitions().iter().map(|p| p.id()).collect())
            .unwrap_or_default();
        if partitions.is_empty() {
            bail!(
                "topic {name} does not exist, or this user may not see it: name another with --topic, or grant \
                 it (kafka-acls.sh --add --operation Read --topic {name} …)"
            );
        }
        Ok(Topic {
            consumer,
            name: name.to_owned(),
            partitions,
        })
    }

    /// Where a partition ends now.
    ///
    /// # Errors
    /// When the broker does not say.
    pub(super) fn end(&self, partition: i32) -> anyhow::Result<i64> {
        let watermarks = self
            .consumer
            .fetch_watermarks(&self.name, partition, BROKER_TIMEOUT);
        let (_, end) = watermarks.with_context(|| {
            format!(
                "the broker does not say where partition {partition} of {} ends",
                self.name
            )
        })?;
        Ok(end)
    }

    /// The message at a place, if there is one.
    ///
    /// # Errors
    /// As for [`Topic::read`].
    pub(super) fn at(
        &self,
        (partition, offset): (i32, i64),
    ) -> anyhow::Result<Option<OwnedMessage>> {
        use rdkafka::Message as _;
        let mut found = None;
        self.read(partition, Offset::Offset(offset), &mut |message| {
            found = (message.offset() == offset).then_some(message);
            Ok(false)
        })?;
        Ok(found)
    }

    /// Reads a partition to its end, or until `each` says no.
    ///
    /// # Errors
    /// Those of `each`, of the broker, and when it does not answer.
    pub(super) fn read(
        &self,
        partition: i32,
        from: Offset,
        each: &mut dyn FnMut(OwnedMessage) -> anyhow::Result<bool>,
    ) -> anyhow::Result<()> {
        let name = &self.name;
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(name, partition, from)?;
        self.consumer.assign(&list)?;
        let mut heard = Instant::now();
        while heard.elapsed() < BROKER_TIMEOUT {
            match self.consumer.poll(POLL) {
                None => {}
                Some(Ok(message)) => {
                    if !each(message.detach())? {
                        return Ok(());
                    }
                    heard = Instant::now();
                }
                Some(Err(KafkaError::PartitionEOF(_))) => return Ok(()),
                Some(Err(error)) if passes(&error) => {}
                Some(Err(error)) => {
                    return Err(error).with_context(|| format!("partition {partition} of {name}"));
                }
            }
        }
        bail!(
            "partition {partition} of {name}: the broker has not answered for {} s; copydesk check --connect says \
             whether it can be reached",
            BROKER_TIMEOUT.as_secs()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        assert_eq!(place("1@5"), Ok((1, 5)));
        assert!(place("5").is_err() && place("a@b").is_err());
    }
}
