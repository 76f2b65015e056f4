//! The judgement of each line of the article's element: part of the article, or removed and why.

use super::marks::{self, Marks};
use super::{Evidence, phrases};
use crate::intake::html::lines::{Line, Lines};
use crate::intake::html::tree::{Id, Tree};
use crate::record::{BlockKind, RemovedKind};

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Keep(BlockKind),
    Remove(RemovedKind),
    /// Not in the article's element, nothing to tell of.
    Outside,
}

/// The first and the last line that is part of the article.
pub fn ends(verdicts: &[Verdict]) -> (usize, usize) {
    let kept = |v: &Verdict| matches!(v, Verdict::Keep(k) if *k != BlockKind::Caption);
    let first = verdicts.iter().position(kept).unwrap_or(0);
    (first, verdicts.iter().rposition(kept).unwrap_or(first))
}

/// Judges all lines of the page.
pub fn judge(
    tree: &Tree<'_>,
    lines: &Lines,
    marks: &Marks,
    container: Id,
    evidence: &Evidence<'_>,
) -> Vec<Verdict> {
    let end = tree.end(container);
    let inside = |line: &Line| container <= line.first && line.first < end;
    let mut verdicts: Vec<Verdict> = lines
        .lines
        .iter()
        .zip(&marks.apart)
        .map(|(line, apart)| match apart {
            _ if !inside(line) => Verdict::Outside,
            Some(RemovedKind::Caption) => Verdict::Keep(BlockKind::Caption),
            Some(kind) => Verdict::Remove(*kind),
            None => on_its_own(lines, line, evidence),
        })
        .collect();
    before_headline(lines, &mut verdicts, evidence);
    repeated(lines, &mut verdicts);
    trim(lines, &mut verdicts);
    verdicts
}

/// The verdict on a line by itself.
fn on_its_own(lines: &Lines, line: &Line, evidence: &Evidence<'_>) -> Verdict {
    let text = lines.text_of(line);
    if line.signs == 0 || !text.chars().any(char::is_alphanumeric) {
        return Verdict::Remove(RemovedKind::Separator);
    }
    if line.kind == BlockKind::Caption {
        return Verdict::Keep(BlockKind::Caption);
    }
    if evidence.headline.is_some_and(|h| same_words(h, text)) {
        return Verdict::Outside;
    }
    if let Some(kind) = phrases::kind_of(text) {
        return Verdict::Remove(kind);
    }
    if line.link_density() > 0.8 && line.signs < 250 {
        return Verdict::Remove(match line.kind {
            BlockKind::ListItem => RemovedKind::RelatedLinks,
            _ => RemovedKind::ReadMore,
        });
    }
    Verdict::Keep(line.kind)
}

/// What stands before the headline in the article's element belongs to the site, as long as the
/// article follows the headline.
fn before_headline(lines: &Lines, verdicts: &mut [Verdict], evidence: &Evidence<'_>) {
    let Some(headline) = evidence.headline else {
        return;
    };
    let Some(at) = lines
        .lines
        .iter()
        .zip(verdicts.iter())
        .position(|(line, _)| {
            line.kind == BlockKind::Crosshead && same_words(headline, lines.text_of(line))
        })
    else {
        return;
    };
    let kept = |range: std::ops::Range<usize>| -> u32 {
        range
            .filter(|n| {
                matches!(verdicts[*n], Verdict::Keep(_)) && marks::is_paragraph(&lines.lines[*n])
            })
            .map(|n| lines.lines[n].signs)
            .sum()
    };
    let (before, after) = (kept(0..at), kept(at..verdicts.len()));
    if after >= AFTER_HEADLINE && before < 3 * after {
        for verdict in &mut verdicts[..at] {
            if matches!(verdict, Verdict::Keep(_)) {
                *verdict = Verdict::Remove(RemovedKind::Other);
            }
        }
    }
}

/// Signs of running text after the headline that make it the article's, about three paragraphs.
const AFTER_HEADLINE: u32 = 400;

/// A line that has stood before is a second copy of the page, a standing line or a picked-out quotation.
fn repeated(lines: &Lines, verdicts: &mut [Verdict]) {
    let mut seen = std::collections::HashSet::with_hasher(foldhash::fast::FixedState::default());
    for (line, verdict) in lines.lines.iter().zip(verdicts) {
        let least = match line.kind {
            BlockKind::ListItem | BlockKind::Table => REPEATED_ITEM_SIGNS,
            _ => REPEATED_SIGNS,
        };
        if line.signs >= least
            && matches!(verdict, Verdict::Keep(_))
            && !seen.insert(lines.text_of(line))
        {
            *verdict = Verdict::Remove(RemovedKind::Other);
        }
    }
}

/// Shorter lines may well stand twice in one article.
const REPEATED_SIGNS: u32 = 40;
const REPEATED_ITEM_SIGNS: u32 = 120;

/// Cuts off what stands before the first and after the last line of running text.
fn trim(lines: &Lines, verdicts: &mut [Verdict]) {
    let runs = |n: usize| marks::is_paragraph(&lines.lines[n]);
    let kept = |v: &Verdict| matches!(v, Verdict::Keep(k) if *k != BlockKind::Caption);
    let Some(first) = (0..verdicts.len()).find(|n| kept(&verdicts[*n]) && runs(*n)) else {
        return;
    };
    let last = (0..verdicts.len())
        .rfind(|n| kept(&verdicts[*n]) && runs(*n))
        .unwrap_or(first);
    for (n, verdict) in verdicts.iter_mut().enumerate() {
        if kept(verdict) && (n < first || n > last) {
            let line = &lines.lines[n];
            let text = lines.text_of(line);
            let sentence =
                text.ends_with(['.', '!', '?', '”', '"', '。', '»', ':']) && line.signs > 20;
            if !sentence && line.kind != BlockKind::ListItem && line.kind != BlockKind::Table {
                *verdict = Verdict::Remove(RemovedKind::Other);
            }
        }
    }
}

/// Whether two texts have the same letters and digits, in any case.
pub fn same_words(a: &str, b: &str) -> bool {
    let words = |s: &str| -> Vec<char> {
        s.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    a.len().abs_diff(b.len()) < 20 && words(a) == words(b)
}
