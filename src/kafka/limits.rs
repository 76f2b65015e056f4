//! What the topics that are written to take, as far as the broker tells.

use std::collections::HashMap;
use std::time::Duration;

use rdkafka::client::{Client, ClientContext};

use super::admin;
use crate::config::Kafka;

/// The settings of one topic that decide which records it refuses. Unknown where this user may not ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TopicLimits {
    /// `max.message.bytes`: of a batch, as it travels.
    pub message_bytes: Option<usize>,
    /// `message.timestamp.before.max.ms`: how far in the past a record's time may lie.
    pub before_ms: Option<i64>,
    /// `message.timestamp.after.max.ms`: how far in the future.
    pub after_ms: Option<i64>,
    /// `retention.ms`: how long a record stays, by its own time, before the broker deletes it; `i64::MAX` where none is
    /// deleted for its age.
    pub retention_ms: Option<i64>,
    /// `cleanup.policy`: whether only the last record of each key is kept.
    pub compacts: bool,
}

/// The limits of both topics that the worker writes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    pub output: TopicLimits,
    pub dead_letters: TopicLimits,
}

/// By how much a value packed alone must be above the bound to be too large for certain: the client packs in
/// frames of 64 KiB, and adds a head, the key and the headers.
const CERTAIN: f64 = 1.05;

/// How the client packs a batch (`compression.type`), as far as it matters for what is too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    None,
    Lz4,
    /// The broker has to be asked.
    Other,
}

impl Packing {
    /// Of the worker's settings; LZ4 where they say nothing.
    pub fn of(kafka: &Kafka) -> Self {
        let named = kafka.option("compression.type");
        match named.or(kafka.option("compression.codec")) {
            None | Some("lz4") => Packing::Lz4,
            Some("none") => Packing::None,
            Some(_) => Packing::Other,
        }
    }
}

/// What a batch may weigh less than its topic takes: its own head (61 bytes, KIP-98) and what the client
/// does not count of each record.
const BATCH_HEAD: usize = 128;

/// How far a record's time must stay inside of its bounds: it is on its way for a while, and the broker's
/// clock is not this one.
const MARGIN_MS: i64 = 60_000;

/// The default of `message.timestamp.after.max.ms`, for a topic that does not tell its own.
const AFTER_MS: i64 = 3_600_000;

/// The default of `retention.ms`, a week, for a topic that does not tell its own.
const RETENTION_MS: i64 = 604_800_000;

/// The `retention_ms` of a topic that deletes no record for its age.
const FOREVER: i64 = i64::MAX;

impl Limits {
    /// Asks for the limits of both topics; what the broker does not tell within `wait` is unknown.
    pub fn ask<C: ClientContext>(
        client: &Client<C>,
        output: &str,
        dead_letters: &str,
        wait: Duration,
    ) -> Self {
        Limits {
            output: TopicLimits::ask(client, output, wait),
            dead_letters: TopicLimits::ask(client, dead_letters, wait),
        }
    }

    /// Most bytes of a batch with more than one record. The broker holds the output's bound against a batch,
    /// and refuses all records of one that is larger.
    pub fn batch_bytes(&self, wanted: usize) -> usize {
        let most = self.output.message_bytes.unwrap_or(usize::MAX);
        wanted.min(most.saturating_sub(BATCH_HEAD)).max(1)
    }
}

impl TopicLimits {
    /// Asks for the limits of a topic; what the broker does not tell within `wait` is unknown.
    pub fn ask<C: ClientContext>(client: &Client<C>, topic: &str, wait: Duration) -> Self {
        admin::topic_config(client, topic, wait).map_or_else(|_| Self::default(), |c| Self::of(&c))
    }

    /// Whether the topic refuses a record with this value however it is sent. A refusal costs a batch its
    /// order and a transaction its life, so the broker is not asked where the answer is certain.
    pub fn is_too_large(&self, value: &[u8], packing: Packing) -> bool {
        let Some(most) = self.message_bytes.filter(|most| value.len() > *most) else {
            return false;
        };
        match packing {
            Packing::None => true,
            Packing::Lz4 => {
                let packed = lz4_flex::block::compress(value).len();
                packed as f64 > most as f64 * CERTAIN
            }
            Packing::Other => false,
        }
    }

    /// The limits in a topic's settings.
    pub(super) fn of(config: &HashMap<String, String>) -> Self {
        let number = |name: &str| config.get(name)?.parse::<i64>().ok();
        let cleanup = |policy: &str| {
            let policies = config.get("cleanup.policy");
            policies.is_some_and(|policies| policies.split(',').any(|p| p.trim() == policy))
        };
        TopicLimits {
            message_bytes: number("max.message.bytes").and_then(|n| usize::try_from(n).ok()),
            before_ms: number("message.timestamp.before.max.ms"),
            after_ms: number("message.timestamp.after.max.ms"),
            retention_ms: number("retention.ms").map(|ms| match ms {
                0.. if cleanup("delete") => ms,
                // -1, or compacted alone
                _ => FOREVER,
            }),
            compacts: cleanup("compact"),
        }
    }

    /// The timestamp a message goes out with, in milliseconds since 1970: its own, or 0, for which the client
    /// writes its own time.
    ///
    /// One that the topic would refuse, as of a producer that counts microseconds, was taken by an older or
    /// more patient topic; kept, it would be refused with all that is in the same batch. One beyond what the topic
    /// retains, as of an archive that is read again, would be taken, and the record deleted within minutes of it.
    pub fn kept_time(&self, own: Option<i64>, now: i64) -> i64 {
        let ahead = self.after_ms.unwrap_or(AFTER_MS);
        let latest = now.saturating_add(ahead.saturating_sub(MARGIN_MS).max(0));
        let retention = self.retention_ms.unwrap_or(RETENTION_MS);
        let oldest = self.before_ms.unwrap_or(FOREVER).min(retention);
        let earliest = now.saturating_sub(oldest.saturating_sub(MARGIN_MS).max(0));
        own.filter(|time| (earliest.max(0)..=latest).contains(time))
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_770_000_000_000;

    #[test]
    fn a_time_the_topic_does_not_take_is_not_kept() {
        let unknown = TopicLimits::default();
        assert_eq!(unknown.kept_time(Some(NOW - 1), NOW), NOW - 1);
        assert_eq!(unknown.kept_time(Some(946_684_800_000), NOW), 0);
        let patient = TopicLimits {
            retention_ms: Some(FOREVER),
            ..TopicLimits::default()
        };
        assert_eq!(
            patient.kept_time(Some(946_684_800_000), NOW),
            946_684_800_000
        );
        assert_eq!(unknown.kept_time(Some(NOW + 60_000), NOW), NOW + 60_000);
        assert_eq!(unknown.kept_time(Some(NOW * 1_000), NOW), 0);
        assert_eq!(unknown.kept_time(Some(-5), NOW), 0);
        assert_eq!(unknown.kept_time(None, NOW), 0);
        let narrow = TopicLimits {
            before_ms: Some(3_600_000),
            after_ms: Some(i64::MAX),
            ..TopicLimits::default()
        };
        assert_eq!(narrow.kept_time(Some(946_684_800_000), NOW), 0);
        assert_eq!(narrow.kept_time(Some(NOW - 3_599_999), NOW), 0);
        assert_eq!(
            narrow.kept_time(Some(NOW - 3_000_000), NOW),
            NOW - 3_000_000
        );
        assert_eq!(narrow.kept_time(Some(NOW * 2), NOW), NOW * 2);
    }

    #[test]
    fn a_time_beyond_what_the_topic_retains_is_not_kept() {
        const WEEK: &str = "604800000";
        let of = |policy: &str, retention: &str| {
            let config = [("cleanup.policy", policy), ("retention.ms", retention)];
            let config = config.map(|(k, v)| (k.to_owned(), v.to_owned()));
            TopicLimits::of(&HashMap::from(config))
        };
        let week = 7 * 86_400_000;
        let (inside, beyond) = (NOW - week + 2 * MARGIN_MS, NOW - week);
        for policy in ["delete", "compact,delete"] {
            assert_eq!(of(policy, WEEK).kept_time(Some(inside), NOW), inside);
            assert_eq!(of(policy, WEEK).kept_time(Some(beyond), NOW), 0);
            assert_eq!(of(policy, "-1").kept_time(Some(beyond), NOW), beyond);
        }
        assert_eq!(of("compact", WEEK).kept_time(Some(beyond), NOW), beyond);
        assert!(of("compact,delete", WEEK).compacts && !of("delete", WEEK).compacts);
        let both = TopicLimits {
            before_ms: Some(2 * week),
            ..of("delete", WEEK)
        };
        assert_eq!(both.kept_time(Some(beyond), NOW), 0);
    }

    #[test]
    fn what_no_packing_makes_small_enough_is_too_large() {
        let limits = TopicLimits {
            message_bytes: Some(1_000),
            ..TopicLimits::default()
        };
        let words = "The harbor authority met again. ".repeat(100).into_bytes();
        let noise: Vec<u8> = (0..3_000u32)
            .map(|n| blake3::hash(&n.to_le_bytes()).as_bytes()[0])
            .collect();
        assert!(!limits.is_too_large(&words, Packing::Lz4));
        assert!(limits.is_too_large(&words, Packing::None));
        assert!(limits.is_too_large(&noise, Packing::Lz4));
        assert!(!limits.is_too_large(&noise, Packing::Other));
        assert!(!limits.is_too_large(&noise[..1_000], Packing::None));
        assert!(!TopicLimits::default().is_too_large(&noise, Packing::None));
    }

    #[test]
    fn a_batch_is_below_what_the_topic_takes() {
        let mut limits = Limits::default();
        assert_eq!(limits.batch_bytes(1_000_000), 1_000_000);
        limits.output.message_bytes = Some(6_000);
        assert_eq!(limits.batch_bytes(1_000_000), 5_872);
        limits.output.message_bytes = Some(100);
        assert_eq!(limits.batch_bytes(1_000_000), 1);
    }
}
