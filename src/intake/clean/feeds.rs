//! Lists of outlets or feeds that aggregators leave at the end of an article.
//!
//! Such a list is a run of short lines in title case without a full stop, most of which name an outlet
//! of the table or look like the name of one. A line in it that no table knows goes too, without a domain.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use crate::intake::outlets::Outlets;
use crate::intake::{Draft, DraftBlock};
use crate::record::{BlockKind, Outlet};
use crate::text::word_lists::word_lists;

/// Longest name of a feed, in characters and words.
const NAME_CHARS: usize = 70;
const NAME_WORDS: usize = 9;
/// Most lines a list may have; a page of links is not one.
const MOST_LINES: usize = 200;
/// Share of lines that must name or resemble an outlet, in percent. The lists seen have at least 80;
/// a run of photo agencies' credits and names of people stays below 50.
const KNOWN_PERCENT: usize = 60;
/// Lines that only resemble outlets make a list from this many on.
const RESEMBLING_ALONE: usize = 4;

word_lists! {
    /// What the names of outlets are told by, in small letters.
    WORDS "clean/outlet-names.tsv" {
        /// What newspapers and stations are called, as far as no other kind of name is.
        title,
        /// Words of a name that are not written with a capital.
        small,
    }
    with TITLES
}

static TITLES: LazyLock<HashSet<&str>> = LazyLock::new(|| WORDS.title.iter().copied().collect());

/// A list of outlets: which blocks it is and whom it names.
#[derive(Debug)]
pub(super) struct OutletList {
    pub lines: Range<usize>,
    pub outlets: Vec<Outlet>,
}

/// The list of outlets that ends with the block before `end`.
pub(super) fn list(draft: &Draft, end: usize, outlets: &Outlets) -> Option<OutletList> {
    let blocks = &draft.blocks[..end];
    let mut start = end;
    while start > 0 && end - start < MOST_LINES && is_name_like(&blocks[start - 1]) {
        start -= 1;
        // A blank line parts the list from the article above it.
        if start + 1 < end
            && gap_before(draft, start)
            && judged(&blocks[start..], outlets).is_list()
        {
            break;
        }
    }
    if start == end {
        return inline(&blocks[end - 1], end - 1, outlets);
    }
    // Without a blank line the list begins with the first line that is surely a name.
    if !(start == 0 || gap_before(draft, start)) {
        start += blocks[start..]
            .iter()
            .position(|b| outlets.by_feed(&b.text).is_some())?;
    }
    let lines = &blocks[start..];
    // An article without a headline is not nothing but a list.
    let is_all = start == 0 && draft.supplied.headline.is_none();
    if is_all || !judged(lines, outlets).is_list() {
        return None;
    }
    Some(OutletList {
        lines: start..end,
        outlets: lines.iter().map(|b| outlet(&b.text, outlets)).collect(),
    })
}

/// One line that holds the whole list: "Reuters | Boston Herald | New York Post".
fn inline(block: &DraftBlock, at: usize, outlets: &Outlets) -> Option<OutletList> {
    let text = block.text.strip_prefix("Sources:").unwrap_or(&block.text);
    let separator = [" | ", " • ", " · ", "; ", " / ", ", "]
        .into_iter()
        .find(|s| text.matches(s).count() >= 2)?;
    let names: Vec<&str> = text.split(separator).map(str::trim).collect();
    names
        .iter()
        .all(|n| outlets.by_feed(n).is_some())
        .then(|| OutletList {
            lines: at..at + 1,
            outlets: names.iter().map(|n| outlet(n, outlets)).collect(),
        })
}

fn outlet(name: &str, outlets: &Outlets) -> Outlet {
    match outlets.by_feed(name) {
        Some(entry) => Outlet {
            name: entry.name.clone(),
            domain: entry.domain.clone(),
        },
        None => Outlet {
            name: name.to_owned(),
            domain: None,
        },
    }
}

/// How many lines of a run name an outlet, resemble one, and are there.
#[derive(Default)]
struct Judged {
    known: usize,
    resembling: usize,
    lines: usize,
}

impl Judged {
    fn is_list(&self) -> bool {
        let share = (self.known + self.resembling) * 100 >= self.lines * KNOWN_PERCENT;
        let evidence = match self.known {
            0 => self.resembling >= RESEMBLING_ALONE,
            1 => self.lines == 1 || self.resembling > 0,
            _ => true,
        };
        share && evidence
    }
}

fn judged(lines: &[DraftBlock], outlets: &Outlets) -> Judged {
    let mut judged = Judged {
        lines: lines.len(),
        ..Judged::default()
    };
    for line in lines {
        if outlets.by_feed(&line.text).is_some() {
            judged.known += 1;
        } else if resembles(&line.text) {
            judged.resembling += 1;
        }
    }
    judged
}

/// Whether a line looks like the name of an outlet or feed: short, capitalised, no sentence.
fn is_name_like(block: &DraftBlock) -> bool {
    let text = block.text.as_str();
    if matches!(
        block.kind,
        BlockKind::Headline | BlockKind::Deck | BlockKind::Table | BlockKind::Quote
    ) || text.chars().count() > NAME_CHARS
        || text.ends_with(['.', '?', ',', ';', ':', '"', '”'])
    {
        return false;
    }
    let mut words = 0;
    for word in text.split_whitespace() {
        words += 1;
        let first = word.chars().find(|c| c.is_alphanumeric());
        let capital = first.is_none_or(|c| !c.is_lowercase()) || word.contains('.');
        if !capital && !WORDS.small.contains(&word) {
            return false;
        }
    }
    (1..=NAME_WORDS).contains(&words)
}

/// Whether a name no table knows is that of a newspaper, a station or a site.
fn resembles(name: &str) -> bool {
    let mut last = "";
    for word in name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
    {
        let lower = word.to_ascii_lowercase();
        if TITLES.contains(lower.as_str()) {
            return true;
        }
        // The call sign of a North American station.
        let is_call_sign = (3..=4).contains(&word.len())
            && word.starts_with(['K', 'W', 'C'])
            && word.bytes().all(|b| b.is_ascii_uppercase());
        if is_call_sign {
            return true;
        }
        last = word;
    }
    // A domain name.
    !name.contains(' ') && name.contains('.') && (2..=4).contains(&last.len())
}

/// Whether a blank line stands before a block of the draft.
fn gap_before(draft: &Draft, at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|b| &draft.blocks[b]) else {
        return true;
    };
    let (Some(last), Some(first)) = (before.pieces.last(), draft.blocks[at].pieces.first()) else {
        return false;
    };
    draft
        .raw
        .get((last.raw + last.len) as usize..first.raw as usize)
        .is_some_and(|between| between.bytes().filter(|b| *b == b'\n').count() >= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_newspapers_resemble() {
        for name in [
            "Westmere Courier",
            "The Harbour Gazette",
            "WXYZ",
            "harbour-news.example",
            "Radio Westmere",
        ] {
            assert!(resembles(name), "{name}");
        }
        for name in ["Jane Roe", "Westmere", "Getty Images"] {
            assert!(!resembles(name), "{name}");
        }
    }
}
