//! Topics, offsets and rights: what an operator does to a cluster.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use rdkafka::admin::{
    AdminClient, AdminOptions, AlterConfig, NewPartitions, NewTopic, ResourceSpecifier,
    TopicReplication, TopicResult,
};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

const PATIENCE: Duration = Duration::from_secs(30);

/// A client with every right.
pub struct Admin {
    bootstrap: String,
    client: AdminClient<DefaultClientContext>,
}

impl Admin {
    pub fn new(bootstrap: &str) -> Result<Admin> {
        Ok(Admin {
            bootstrap: bootstrap.to_owned(),
            client: quiet(bootstrap).create()?,
        })
    }

    /// Makes a topic, with as many copies as the cluster's default, and waits until it has leaders.
    pub fn create(&self, topic: &str, partitions: i32, settings: &[(&str, &str)]) -> Result<()> {
        let mut new = NewTopic::new(topic, partitions, TopicReplication::Fixed(-1));
        for (key, value) in settings {
            new = new.set(key, value);
        }
        succeeded(wait(self.client.create_topics([&new], &options()))?)?;
        self.wait_for_leaders(topic, partitions)
    }

    /// Makes a topic of one partition that only this broker has.
    pub fn create_on(&self, broker: i32, topic: &str, settings: &[(&str, &str)]) -> Result<()> {
        let replicas: &[i32] = &[broker];
        let placed = [replicas];
        let mut new = NewTopic::new(topic, 1, TopicReplication::Variable(&placed));
        for (key, value) in settings {
            new = new.set(key, value);
        }
        succeeded(wait(self.client.create_topics([&new], &options()))?)?;
        self.wait_for_leaders(topic, 1)
    }

    pub fn delete(&self, topic: &str) -> Result<()> {
        succeeded(wait(self.client.delete_topics(&[topic], &options()))?)
    }

    /// Adds partitions until there are `total`.
    pub fn add_partitions(&self, topic: &str, total: i32) -> Result<()> {
        let new = NewPartitions::new(topic, usize::try_from(total)?);
        succeeded(wait(self.client.create_partitions([&new], &options()))?)?;
        self.wait_for_leaders(topic, total)
    }

    /// Removes the records of every partition before these offsets, as retention does.
    pub fn delete_before(&self, topic: &str, offsets: &BTreeMap<i32, i64>) -> Result<()> {
        let mut list = TopicPartitionList::new();
        for (partition, offset) in offsets {
            list.add_partition_offset(topic, *partition, Offset::Offset(*offset))?;
        }
        wait(self.client.delete_records(&list, &options()))?;
        Ok(())
    }

    pub fn alter(&self, topic: &str, settings: &[(&str, &str)]) -> Result<()> {
        let mut alter = AlterConfig::new(ResourceSpecifier::Topic(topic));
        for (key, value) in settings {
            alter = alter.set(key, value);
        }
        for result in wait(self.client.alter_configs([&alter], &options()))? {
            result.map_err(|(what, code)| anyhow!("altering {what:?}: {code}"))?;
        }
        Ok(())
    }

    pub fn partitions(&self, topic: &str) -> Result<Vec<i32>> {
        let client: BaseConsumer = quiet(&self.bootstrap).create()?;
        let metadata = client.fetch_metadata(Some(topic), PATIENCE)?;
        let found = metadata.topics().first().context("no such topic")?;
        Ok(found.partitions().iter().map(|p| p.id()).collect())
    }

    /// First and next offset of each partition, open transactions included.
    pub fn watermarks(&self, topic: &str) -> Result<BTreeMap<i32, (i64, i64)>> {
        self.offsets(topic, "read_uncommitted")
    }

    /// First and next offset of each partition for a reader of committed records.
    pub fn stable_watermarks(&self, topic: &str) -> Result<BTreeMap<i32, (i64, i64)>> {
        self.offsets(topic, "read_committed")
    }

    fn offsets(&self, topic: &str, isolation: &str) -> Result<BTreeMap<i32, (i64, i64)>> {
        let client: BaseConsumer = quiet(&self.bootstrap)
            .set("isolation.level", isolation)
            .create()?;
        let partitions = self.partitions(topic)?;
        let asked = partitions.into_iter().map(|partition| {
            let both = client.fetch_watermarks(topic, partition, PATIENCE)?;
            Ok((partition, both))
        });
        asked.collect()
    }

    /// Records on a topic that nothing was ever removed from, transaction markers included.
    pub fn records(&self, topic: &str) -> Result<i64> {
        Ok(self.watermarks(topic)?.values().map(|(_, next)| next).sum())
    }

    /// The offsets a group has committed on a topic; partitions without one are left out.
    pub fn committed(&self, group: &str, topic: &str) -> Result<BTreeMap<i32, i64>> {
        let client: BaseConsumer = quiet(&self.bootstrap).set("group.id", group).create()?;
        let mut list = TopicPartitionList::new();
        for partition in self.partitions(topic)? {
            list.add_partition(topic, partition);
        }
        let committed = client.committed_offsets(list, PATIENCE)?;
        let offsets = committed.elements().into_iter().filter_map(|e| {
            let Offset::Offset(offset) = e.offset() else {
                return None;
            };
            Some((e.partition(), offset))
        });
        Ok(offsets.collect())
    }

    /// Records of the topic before which the group has not committed.
    pub fn lag(&self, group: &str, topic: &str) -> Result<i64> {
        let committed = self.committed(group, topic)?;
        let marks = self.watermarks(topic)?;
        let lags = marks.iter().map(|(partition, (first, next))| {
            next - committed.get(partition).copied().unwrap_or(*first)
        });
        Ok(lags.sum())
    }

    /// Waits until the group has committed the end of the topic.
    pub fn wait_until_caught_up(&self, group: &str, topic: &str, within: Duration) -> Result<()> {
        let deadline = Instant::now() + within;
        loop {
            let lag = self.lag(group, topic);
            if matches!(lag, Ok(0)) {
                return Ok(());
            }
            if Instant::now() > deadline {
                // A coordinator that has just come back may not answer at first.
                let lag = lag?;
                bail!("{lag} records of {topic} are not committed after {within:?}");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn wait_for_leaders(&self, topic: &str, partitions: i32) -> Result<()> {
        let client: BaseConsumer = quiet(&self.bootstrap).create()?;
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            let metadata = client.fetch_metadata(Some(topic), PATIENCE)?;
            let led = metadata.topics().iter().flat_map(|t| t.partitions());
            let led = led.filter(|p| p.leader() >= 0 && p.error().is_none());
            if led.count() >= usize::try_from(partitions)? {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!("{topic} has no leaders after {PATIENCE:?}")
    }
}

/// A client configuration that does not print what a test does on purpose to its broker.
pub fn quiet(bootstrap: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", bootstrap)
        .set("log_level", "0")
        .set("reconnect.backoff.max.ms", "500");
    config
}

fn options() -> AdminOptions {
    AdminOptions::new()
        .request_timeout(Some(PATIENCE))
        .operation_timeout(Some(PATIENCE))
}

fn wait<T, E: Into<anyhow::Error>>(work: impl Future<Output = Result<T, E>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    runtime.block_on(work).map_err(Into::into)
}

fn succeeded(results: Vec<TopicResult>) -> Result<()> {
    for result in results {
        result.map_err(|(topic, code)| anyhow!("{topic}: {code}"))?;
    }
    Ok(())
}
