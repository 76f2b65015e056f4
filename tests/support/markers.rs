//! Control records in a broker's log files: whether each transaction was ended before its producer's next.
//!
//! A broker that comes back may end a transaction that timed out meanwhile without writing its abort markers
//! where a partition has no leader yet. What that transaction wrote stays open, under an epoch of its producer
//! id, and the next marker of that id ends it too: as aborted, or, together with records of a later epoch, as
//! committed. The latter is a repeat that no reader can tell from a record.

use std::collections::BTreeMap;

/// What the files say of transactions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Markers {
    pub commits: usize,
    pub aborts: usize,
    /// Where a producer id went on without a marker for what it had left open.
    pub left_open: Vec<LeftOpen>,
}

/// Records of a transaction that no marker had ended when their producer wrote under another epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOpen {
    /// The partition's file.
    pub file: String,
    pub producer: i64,
    /// First offset of the later epoch.
    pub offset: i64,
    /// The next marker of the producer; None when there is none yet.
    pub ended_by: Option<Marker>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    Commit,
    Abort,
}

/// A producer's transaction in one partition.
struct Open {
    epoch: i64,
    /// Its entry in the list of what was left open.
    left: Option<usize>,
}

impl Markers {
    /// Reads what `DumpLogSegments --deep-iteration` prints of the log files of any number of partitions; the
    /// files of one must follow each other.
    pub fn read(dump: &str) -> Markers {
        let mut markers = Markers::default();
        let mut partition = "";
        let mut file = "";
        let mut open: BTreeMap<i64, Open> = BTreeMap::new();
        let mut control_of = None;
        for line in dump.lines() {
            if let Some(path) = line.strip_prefix("Dumping ") {
                file = path;
                let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
                if directory != partition {
                    partition = directory;
                    open.clear();
                }
            } else if line.starts_with("baseOffset: ") {
                let number = |key| field(line, key)?.parse::<i64>().ok();
                let batch = (
                    number("baseOffset"),
                    number("producerId"),
                    number("producerEpoch"),
                );
                let (Some(offset), Some(producer), Some(epoch)) = batch else {
                    continue;
                };
                let is = |key| field(line, key) == Some("true");
                control_of = is("isControl").then_some(producer);
                if is("isControl") || !is("isTransactional") {
                    continue;
                }
                let transaction = open.entry(producer).or_insert(Open { epoch, left: None });
                if transaction.epoch != epoch {
                    transaction.epoch = epoch;
                    transaction.left = Some(markers.left_open.len());
                    markers.left_open.push(LeftOpen {
                        file: file.to_owned(),
                        producer,
                        offset,
                        ended_by: None,
                    });
                }
            } else if let Some(kind) = field(line, "endTxnMarker") {
                let marker = match kind {
                    "COMMIT" => Marker::Commit,
                    _ => Marker::Abort,
                };
                match marker {
                    Marker::Commit => markers.commits += 1,
                    Marker::Abort => markers.aborts += 1,
                }
                let ended = control_of.and_then(|producer| open.remove(&producer));
                if let Some(left) = ended.and_then(|transaction| transaction.left) {
                    markers.left_open[left].ended_by = Some(marker);
                }
            }
        }
        markers
    }

    /// Where records of a transaction that was not committed became committed.
    pub fn published(&self) -> Vec<&LeftOpen> {
        let places = self.left_open.iter();
        places
            .filter(|l| l.ended_by == Some(Marker::Commit))
            .collect()
    }
}

/// The value of `key` in a line of `key: value` pairs.
fn field<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let mut words = line.split(' ');
    words.find(|word| word.strip_suffix(':') == Some(key))?;
    words.next()
}
