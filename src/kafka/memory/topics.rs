//! What the topics of the memory must be like.

use std::collections::HashMap;

use crate::config::{Fault, Settings};

/// A topic of the memory, and the settings it is to have. It has one partition: its order is the one order.
pub(in crate::kafka) struct WantedTopic<'s> {
    /// Key of the configuration that names it.
    pub key: &'static str,
    pub name: &'s str,
    pub settings: Vec<(&'static str, String)>,
}

const CLEANUP: &str = "cleanup.policy";
const RETENTION: &str = "retention.ms";
const TIMESTAMP: &str = "message.timestamp.type";

const DAY_MS: u64 = 86_400_000;

/// The topics of the memory, when it is on.
///
/// The index is not compacted: that would keep the last entry of an article, and the first holds. Both keep a day
/// more than the window, and the broker's own time, which is the same for all readers.
pub(in crate::kafka) fn wanted(settings: &Settings) -> Vec<WantedTopic<'_>> {
    let Some(topics) = &settings.kafka.memory else {
        return Vec::new();
    };
    let retention = (u64::from(settings.memory.window_days) + 1) * DAY_MS;
    let topic = |key, name, cleanup: &str| WantedTopic {
        key,
        name,
        settings: vec![
            (CLEANUP, cleanup.to_owned()),
            (RETENTION, retention.to_string()),
            (TIMESTAMP, "LogAppendTime".to_owned()),
        ],
    };
    vec![
        topic("memory.index_topic", &topics.index, "delete"),
        topic("memory.links_topic", &topics.links, "compact,delete"),
    ]
}

impl WantedTopic<'_> {
    /// The settings that are not as they must be. More retention does no harm, nor do links that are not compacted.
    pub(in crate::kafka) fn differing(
        &self,
        config: &HashMap<String, String>,
    ) -> Vec<(&'static str, String)> {
        let is_right = |name: &str, wanted: &str| {
            let Some(value) = config.get(name) else {
                // This user may not ask.
                return true;
            };
            match name {
                CLEANUP if wanted == "delete" => value == wanted,
                CLEANUP => value.split(',').any(|policy| policy.trim() == "delete"),
                RETENTION => {
                    let ms = value.parse::<i64>().unwrap_or(0);
                    ms < 0 || ms.unsigned_abs() >= wanted.parse().unwrap_or(0)
                }
                _ => value == wanted,
            }
        };
        let all = self.settings.iter();
        let wrong = all.filter(|(name, wanted)| !is_right(name, wanted));
        wrong.cloned().collect()
    }

    /// What is wrong with the topic as it is.
    pub(in crate::kafka) fn fault(
        &self,
        partitions: usize,
        config: &HashMap<String, String>,
    ) -> Option<Fault> {
        let value = format!("{:?}", self.name);
        if partitions != 1 {
            let advice = format!(
                "the topic has {partitions} partitions, and must have one: stop the workers, delete it and make it anew (copydesk check --connect --create)"
            );
            return Some(Fault::new(self.key, advice).value(value));
        }
        let differing = self.differing(config);
        if differing.is_empty() {
            return None;
        }
        let is = |(name, wanted): &(&str, String)| {
            let is = config.get(*name).map_or("unknown", String::as_str);
            format!("{name} is {is} and must be {wanted}")
        };
        let wrong: Vec<String> = differing.iter().map(is).collect();
        let advice = format!(
            "{}: copydesk check --connect --create sets it, as does kafka-configs.sh --alter --entity-type topics --entity-name {} --add-config {}",
            wrong.join(", "),
            self.name,
            differing.iter().map(written).collect::<Vec<_>>().join(",")
        );
        Some(Fault::new(self.key, advice).value(value))
    }

    /// How a topic that is not there is made.
    pub(in crate::kafka) fn advice(&self) -> String {
        let settings = self.settings.iter().map(written).collect::<Vec<_>>();
        format!(
            "the topic does not exist: copydesk check --connect --create makes it, as does kafka-topics.sh --create --topic {} --partitions 1 --config {}",
            self.name,
            settings.join(" --config ")
        )
    }
}

/// A setting as the tools of Kafka take it.
fn written((name, value): &(&str, String)) -> String {
    match value.contains(',') {
        true => format!("{name}=[{value}]"),
        false => format!("{name}={value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::RawSettings;

    fn config(cleanup: &str, retention: &str, timestamp: &str) -> HashMap<String, String> {
        let all = [
            (CLEANUP, cleanup),
            (RETENTION, retention),
            (TIMESTAMP, timestamp),
        ];
        all.map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    }

    #[test]
    fn what_is_wrong_with_a_topic_is_told_with_what_sets_it_right() {
        let mut raw = RawSettings::default();
        assert!(wanted(&Settings::from_raw(raw.clone()).unwrap()).is_empty());
        raw.memory.enabled = true;
        raw.memory.window_days = 7;
        let settings = Settings::from_raw(raw).unwrap();
        let both = wanted(&settings);
        let [index, links] = &both[..] else {
            panic!("two topics");
        };
        assert_eq!(
            (index.name, links.name),
            ("news.enriched.index", "news.enriched.links")
        );
        let right = config("delete", "691200000", "LogAppendTime");
        assert_eq!(index.fault(1, &right), None);
        assert_eq!(links.fault(1, &right), None);
        assert_eq!(
            links.fault(1, &config("delete, compact", "-1", "LogAppendTime")),
            None
        );
        assert_eq!(index.fault(1, &HashMap::new()), None, "nobody said");
        let compacted = index.fault(1, &config("compact,delete", "604800000", "LogAppendTime"));
        assert_eq!(
            compacted.unwrap().to_string(),
            "memory.index_topic = \"news.enriched.index\": cleanup.policy is compact,delete and must be delete, retention.ms is 604800000 and must be 691200000: copydesk check --connect --create sets it, as does kafka-configs.sh --alter --entity-type topics --entity-name news.enriched.index --add-config cleanup.policy=delete,retention.ms=691200000"
        );
        let of_producers = links
            .fault(1, &config("compact", "-1", "CreateTime"))
            .unwrap();
        let said = of_producers.to_string();
        assert!(
            said.ends_with(
                "--add-config cleanup.policy=[compact,delete],message.timestamp.type=LogAppendTime"
            ),
            "{said}"
        );
        let two = index.fault(2, &right).unwrap().to_string();
        assert!(two.contains("has 2 partitions, and must have one"), "{two}");
        let advice = links.advice();
        assert!(advice.ends_with("--topic news.enriched.links --partitions 1 --config cleanup.policy=[compact,delete] --config retention.ms=691200000 --config message.timestamp.type=LogAppendTime"), "{advice}");
    }
}
