//! Which messages are under way, so that a kill comes after what is before it in its partition.

use std::collections::BTreeSet;

use super::{ByKey, Waiting};
use crate::text::hash;

/// The messages under way, and the kills that wait for those before them.
#[derive(Default)]
pub(super) struct Turns {
    /// Offsets by partition.
    under_way: ByKey<BTreeSet<i64>>,
    kills: Vec<EarlyKill>,
}

struct EarlyKill {
    partition: u64,
    offset: i64,
    article: Waiting,
}

/// Stands for a partition here.
pub(super) fn partition_hash(topic: &str, partition: i32) -> u64 {
    hash::run([hash::bytes(topic.as_bytes()), partition as u64])
}

impl Turns {
    pub(super) fn begun(&mut self, partition: u64, offset: i64) {
        self.under_way.entry(partition).or_default().insert(offset);
    }

    /// A message is no longer under way; the kills that waited for it alone.
    pub(super) fn ended(&mut self, partition: u64, offset: i64) -> Vec<Waiting> {
        if let Some(offsets) = self.under_way.get_mut(&partition) {
            offsets.remove(&offset);
            if offsets.is_empty() {
                self.under_way.remove(&partition);
            }
        }
        let under_way = &self.under_way;
        let has_come = |kill: &mut EarlyKill| is_first(under_way, kill.partition, kill.offset);
        let due = self.kills.extract_if(.., has_come);
        due.map(|kill| kill.article).collect()
    }

    /// Holds a kill, unless its turn has come.
    pub(super) fn hold(&mut self, article: Waiting) -> Option<Waiting> {
        let Some((partition, offset)) = place(&article.key) else {
            return Some(article);
        };
        if is_first(&self.under_way, partition, offset) {
            return Some(article);
        }
        self.kills.push(EarlyKill {
            partition,
            offset,
            article,
        });
        None
    }

    /// Kills that wait.
    pub(super) fn kills(&self) -> usize {
        self.kills.len()
    }

    /// Lets go of kills that nobody waits for any more.
    pub(super) fn forget_given_up(&mut self) {
        self.kills.retain(|kill| !kill.article.waits.is_closed());
    }
}

fn is_first(under_way: &ByKey<BTreeSet<i64>>, partition: u64, offset: i64) -> bool {
    let first = under_way
        .get(&partition)
        .and_then(|offsets| offsets.first());
    first.is_none_or(|first| *first >= offset)
}

/// Partition and offset in the key of an entry: topic/partition/offset/number.
fn place(key: &str) -> Option<(u64, i64)> {
    let mut parts = key.rsplitn(4, '/').skip(1);
    let offset = parts.next()?.parse().ok()?;
    let partition = parts.next()?.parse().ok()?;
    Some((partition_hash(parts.next()?, partition), offset))
}
