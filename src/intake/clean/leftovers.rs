//! The phrases that give a leftover away, from `config/leftovers.toml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use foldhash::fast::RandomState;
use serde::Deserialize;

use crate::record::RemovedKind;
use crate::text::data::{DataFile, data_file};
use crate::text::push_lower;

pub(super) const FILE: DataFile<'static> = data_file!("leftovers.toml");

/// Reads the file.
///
/// # Panics
/// With file and line at a fault in it.
pub(super) fn load() {
    LazyLock::force(&LEFTOVERS);
}

/// The phrases as they ship.
pub(super) static LEFTOVERS: LazyLock<Leftovers> = LazyLock::new(|| {
    Leftovers::parse(FILE.text()).unwrap_or_else(|e| panic!("{}: {e}", FILE.path))
});

/// Longest line, in bytes, that an opening phrase makes a leftover wherever it stands.
const LONGEST_ANYWHERE: usize = 260;

/// What a line by itself is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leftover {
    Line(RemovedKind),
    /// It opens a list of things that are not the article.
    Heading(RemovedKind),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LeftoversFile {
    leftover: Vec<LeftoverSection>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LeftoverSection {
    kind: RemovedKind,
    #[serde(default)]
    is: Vec<String>,
    #[serde(default)]
    starts: Vec<String>,
    #[serde(default)]
    ends: Vec<String>,
    #[serde(default)]
    has: Vec<String>,
    #[serde(default)]
    heads: Vec<String>,
}

/// Phrases by where in a line they stand.
pub(super) struct Leftovers {
    whole: HashMap<String, Leftover, RandomState>,
    /// By the first three bytes of the phrase.
    openings: Openings,
    openings_behind: Openings,
    within: AhoCorasick,
    within_kinds: Vec<RemovedKind>,
}

/// Phrases that lines begin with, by their first three bytes.
#[derive(Default)]
struct Openings(HashMap<[u8; 3], Vec<(String, RemovedKind)>, RandomState>);

impl Openings {
    fn add(&mut self, phrase: &str, kind: RemovedKind) {
        if let Some(key) = key(phrase) {
            self.0
                .entry(key)
                .or_default()
                .push((phrase.to_owned(), kind));
        }
    }

    fn of(&self, line: &str) -> Option<RemovedKind> {
        let phrases = self.0.get(&key(line)?)?;
        phrases
            .iter()
            .find(|(p, _)| line.starts_with(p.as_str()))
            .map(|(_, kind)| *kind)
    }
}

fn key(text: &str) -> Option<[u8; 3]> {
    text.as_bytes().get(..3)?.try_into().ok()
}

impl Leftovers {
    fn parse(toml: &str) -> anyhow::Result<Self> {
        let LeftoversFile { leftover } = toml::from_str(toml)?;
        let mut whole = HashMap::default();
        let mut openings = Openings::default();
        let mut openings_behind = Openings::default();
        let mut phrases = Vec::new();
        let mut within_kinds = Vec::new();
        for section in leftover {
            let kind = section.kind;
            for phrase in section.is {
                whole.insert(phrase, Leftover::Line(kind));
            }
            for phrase in section.heads {
                whole.insert(phrase, Leftover::Heading(kind));
            }
            section.starts.iter().for_each(|p| openings.add(p, kind));
            section
                .ends
                .iter()
                .for_each(|p| openings_behind.add(p, kind));
            within_kinds.extend(section.has.iter().map(|_| kind));
            phrases.extend(section.has);
        }
        Ok(Leftovers {
            whole,
            openings,
            openings_behind,
            within: AhoCorasick::new(&phrases)?,
            within_kinds,
        })
    }

    /// What a normalised line is wherever it stands.
    pub(super) fn anywhere(&self, line: &str) -> Option<Leftover> {
        let bare = line.trim_end_matches(|c: char| !c.is_alphanumeric());
        if let Some(found) = self.whole.get(bare) {
            return Some(*found);
        }
        if line.len() > LONGEST_ANYWHERE {
            return None;
        }
        self.openings.of(line).map(Leftover::Line)
    }

    /// What a normalised line is behind the last paragraph of an article.
    pub(super) fn behind(&self, line: &str) -> Option<RemovedKind> {
        self.openings_behind.of(line).or_else(|| {
            let found = self.within.find(line)?;
            Some(self.within_kinds[found.pattern().as_usize()])
        })
    }
}

/// Writes a line into `out` as the phrases are written: lower case, straight apostrophes, single
/// blanks, without bullets and arrows in front.
pub(super) fn normalise(line: &str, out: &mut String) {
    out.clear();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        // most of a line is letters that only want to be lower case
        let plain = rest
            .bytes()
            .take_while(|b| b.is_ascii_graphic() && *b != b'`');
        let plain = if out.is_empty() { 0 } else { plain.count() };
        if plain > 0 {
            push_lower(out, &rest[..plain]);
            rest = &rest[plain..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match c {
            '’' | '‘' | '´' | '`' => out.push('\''),
            '“' | '”' => out.push('"'),
            c if c.is_whitespace() => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            '©' | '(' | '@' => out.push(c),
            c if out.is_empty() && !c.is_alphanumeric() => {}
            c if c.is_ascii() => out.push(c.to_ascii_lowercase()),
            c => out.extend(c.to_lowercase()),
        }
    }
    let trimmed = out.trim_end().len();
    out.truncate(trimmed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_written_as_lines_are_compared() {
        #[derive(Deserialize)]
        struct Raw {
            leftover: Vec<HashMap<String, toml::Value>>,
        }
        let raw: Raw = toml::from_str(FILE.text()).unwrap();
        let mut line = String::new();
        for section in raw.leftover {
            for list in section.values().filter_map(|v| v.as_array()) {
                for phrase in list.iter().filter_map(|v| v.as_str()) {
                    normalise(phrase, &mut line);
                    assert_eq!(line, phrase.trim_end(), "as compared");
                    assert!(phrase.len() >= 2);
                }
            }
        }
    }

    #[test]
    fn lines_are_known_without_regard_to_dress() {
        let mut line = String::new();
        for (text, want) in [
            ("» Read more…", Some(Leftover::Line(RemovedKind::ReadMore))),
            (
                "EDITOR’S PICKS:",
                Some(Leftover::Heading(RemovedKind::RelatedLinks)),
            ),
            (
                "• Sign up for our newsletter!",
                Some(Leftover::Line(RemovedKind::Newsletter)),
            ),
            ("Reading is fun", None),
        ] {
            normalise(text, &mut line);
            assert_eq!(LEFTOVERS.anywhere(&line), want, "{text}");
        }
    }
}
