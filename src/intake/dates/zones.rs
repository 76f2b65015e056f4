//! Time zones by their abbreviations.

use std::sync::LazyLock;

use crate::text::data::{DataFile, data_file};

/// The abbreviations, their offsets, and where they count.
pub const FILE: DataFile<'static> = data_file!("dates/zones.tsv");

/// Reads the file.
///
/// # Panics
/// With file and line at a fault in it.
pub fn load() {
    LazyLock::force(&ZONES);
}

/// One abbreviation.
#[derive(Debug, Clone, Copy)]
struct Zone {
    /// In small letters.
    abbreviation: &'static str,
    /// Minutes east of Greenwich; `None` for an abbreviation that zones hours apart share.
    offset: Option<i16>,
    /// Whether it is a zone wherever it stands, and not only behind a time.
    anywhere: bool,
}

static ZONES: LazyLock<Vec<Zone>> = LazyLock::new(|| {
    let lines = FILE.text().lines().zip(1..);
    lines
        .filter(|(line, _)| !line.is_empty() && !line.starts_with('#'))
        .map(|(line, number)| {
            zone(line).unwrap_or_else(|| {
                let path = FILE.path;
                panic!("{path}:{number}: not an abbreviation, minutes, and where it counts")
            })
        })
        .collect()
});

/// A row of the file.
fn zone(row: &'static str) -> Option<Zone> {
    let columns: Vec<&str> = row.split('\t').collect();
    let [abbreviation, minutes, counts] = columns[..] else {
        return None;
    };
    Some(Zone {
        abbreviation,
        offset: match minutes {
            "-" => None,
            minutes => Some(minutes.parse().ok()?),
        },
        anywhere: match counts {
            "anywhere" => true,
            "behind-time" => false,
            _ => return None,
        },
    })
}

/// Longest abbreviation, in bytes: most words are told off by their length.
const LONGEST_ABBREVIATION: usize = 4;

fn find(word: &str) -> Option<&'static Zone> {
    (word.len() <= LONGEST_ABBREVIATION).then(|| {
        ZONES
            .iter()
            .find(|z| word.eq_ignore_ascii_case(z.abbreviation))
    })?
}

/// The offset in minutes of a zone that stands behind a time; `Some(None)` for an abbreviation that
/// several zones share.
pub fn behind_time(word: &str) -> Option<Option<i16>> {
    find(word).map(|z| z.offset)
}

/// The offset in minutes of an abbreviation that is a zone wherever it stands, and one only.
pub fn anywhere(word: &str) -> Option<i16> {
    find(word).filter(|z| z.anywhere)?.offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_no_abbreviation_stands_twice() {
        for (at, zone) in ZONES.iter().enumerate() {
            assert!(zone.abbreviation.len() <= LONGEST_ABBREVIATION);
            let twice = |z: &Zone| z.abbreviation == zone.abbreviation;
            assert!(!ZONES[..at].iter().any(twice), "{zone:?}");
            assert!(
                zone.offset
                    .is_none_or(|o| o.abs() <= 14 * 60 && o % 15 == 0)
            );
        }
        assert!(zone("cet\t60").is_none() && zone("cet\tone\tanywhere").is_none());
    }

    #[test]
    fn words_and_shared_abbreviations_count_behind_a_time_only() {
        assert_eq!(anywhere("CEST"), Some(120));
        assert_eq!(
            (behind_time("West"), anywhere("West")),
            (Some(Some(60)), None)
        );
        assert_eq!((behind_time("IST"), anywhere("IST")), (Some(None), None));
        assert_eq!(behind_time("noon"), None);
    }
}
