//! What becomes of each line of the article's element: part of the article, or removed and why.

use std::collections::HashSet;

use super::boilerplate::Boilerplate;
use super::weights::is_paragraph;
use super::{BodyEvidence, phrases, tail};
use crate::intake::html::layout::{PageLine, PageLines};
use crate::intake::html::tree::{Id, Tree};
use crate::record::{BlockKind, RemovedKind};

/// Share of a line in links, and characters, that make it an invitation to another page: "Read more: …", a title
/// of a related story, with a word or two before the link. A lower share takes sentences that are mostly a link
/// ("… the ministry said in a statement on its website"); a longer line takes paragraphs that an author linked
/// whole. Chosen on the development pages.
const LINK_LINE_SHARE: f32 = 0.8;
const LINK_LINE_CHARS: u32 = 250;

/// Running text after the headline, in characters, that makes it the article's, about three paragraphs. Less may
/// be the deck of a headline that stands below its article, or that is repeated at its end. What stands before
/// must be less than so many times as much, else it is the article. Chosen on the development pages.
const AFTER_HEADLINE_CHARS: u32 = 400;
const MOST_BEFORE_HEADLINE: u32 = 3;

/// Fewest characters of a line that may stand once only. Shorter lines may well stand twice in one article ("Yes,
/// he said."), and rows and items of lists more so: tables repeat their values, listicles their headings.
const REPEATED_CHARS: u32 = 40;
const REPEATED_ITEM_CHARS: u32 = 120;

/// Characters above which a line at either end of the article that is no running text can be a sentence ("He was
/// 84."); below are labels, names and dates with a full stop.
const LONGEST_LABEL: u32 = 20;
/// Characters above which a heading right above the first running text says something of it, and is no section of the
/// site. Chosen on the development pages, where it costs none of the articles.
const SENTENCE_CHARS: u32 = 30;

/// Difference in bytes from which two texts cannot be of the same words: more than their punctuation and
/// spaces make. Saves comparing every line with the headline letter by letter.
const PUNCTUATION_BYTES: usize = 20;

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineDecision {
    Keep(BlockKind),
    Remove(RemovedKind),
    /// Not in the article's element, nothing to tell of.
    Outside,
}

impl LineDecision {
    /// Kept as text, not as a caption, which may stand anywhere around the article.
    pub(super) fn keeps_text(self) -> bool {
        matches!(self, LineDecision::Keep(kind) if kind != BlockKind::Caption)
    }
}

/// The first and the last line that is part of the article.
pub fn ends(decisions: &[LineDecision]) -> (usize, usize) {
    let kept = |d: &LineDecision| d.keeps_text();
    let first = decisions.iter().position(kept).unwrap_or(0);
    (first, decisions.iter().rposition(kept).unwrap_or(first))
}

/// Decides on all lines of the page, by line.
pub fn decide(
    tree: &Tree<'_>,
    lines: &PageLines,
    boilerplate: &Boilerplate,
    container: Id,
    evidence: &BodyEvidence<'_>,
) -> Vec<LineDecision> {
    let end = tree.end(container);
    let inside = |line: &PageLine| container <= line.first && line.first < end;
    let mut decisions: Vec<LineDecision> = lines
        .lines
        .iter()
        .zip(&boilerplate.apart)
        .map(|(line, apart)| match apart {
            _ if !inside(line) => LineDecision::Outside,
            Some(RemovedKind::Caption) => LineDecision::Keep(BlockKind::Caption),
            Some(kind) => LineDecision::Remove(*kind),
            None => on_its_own(lines, line, evidence),
        })
        .collect();
    before_headline(lines, &mut decisions, evidence);
    repeated(lines, &mut decisions);
    tail::cut(lines, &mut decisions);
    trim(lines, &mut decisions);
    decisions
}

/// What becomes of a line by itself.
fn on_its_own(lines: &PageLines, line: &PageLine, evidence: &BodyEvidence<'_>) -> LineDecision {
    let text = lines.text_of(line);
    if line.chars == 0 || !text.chars().any(char::is_alphanumeric) {
        return LineDecision::Remove(RemovedKind::Separator);
    }
    if line.kind == BlockKind::Caption {
        return LineDecision::Keep(BlockKind::Caption);
    }
    if evidence.headline.is_some_and(|h| same_words(h, text)) {
        return LineDecision::Outside;
    }
    if let Some(kind) = phrases::kind_of(text) {
        return LineDecision::Remove(kind);
    }
    let is_link = line.link_density() > LINK_LINE_SHARE && line.chars < LINK_LINE_CHARS;
    match line.kind {
        BlockKind::ListItem if is_link => LineDecision::Remove(RemovedKind::RelatedLinks),
        _ if is_link => LineDecision::Remove(RemovedKind::ReadMore),
        BlockKind::Crosshead if is_paragraph(line) => LineDecision::Keep(BlockKind::Paragraph),
        kind => LineDecision::Keep(kind),
    }
}

/// What stands before the headline in the article's element belongs to the site, as long as the
/// article follows the headline.
fn before_headline(lines: &PageLines, decisions: &mut [LineDecision], evidence: &BodyEvidence<'_>) {
    let Some(headline) = evidence.headline else {
        return;
    };
    let Some(at) = lines.lines.iter().position(|line| {
        line.kind == BlockKind::Crosshead && same_words(headline, lines.text_of(line))
    }) else {
        return;
    };
    let kept = |range: std::ops::Range<usize>| -> u32 {
        range
            .filter(|n| matches!(decisions[*n], LineDecision::Keep(_)))
            .map(|n| &lines.lines[n])
            .filter(|line| is_paragraph(line))
            .map(|line| line.chars)
            .sum()
    };
    let (before, after) = (kept(0..at), kept(at..decisions.len()));
    if after >= AFTER_HEADLINE_CHARS && before < MOST_BEFORE_HEADLINE * after {
        for decision in &mut decisions[..at] {
            if matches!(decision, LineDecision::Keep(_)) {
                *decision = LineDecision::Remove(RemovedKind::Other);
            }
        }
    }
}

/// A line that has stood before is a second copy of the page, a standing line or a picked-out quotation.
fn repeated(lines: &PageLines, decisions: &mut [LineDecision]) {
    let mut seen = HashSet::with_hasher(foldhash::fast::FixedState::default());
    for (line, decision) in lines.lines.iter().zip(decisions) {
        let least = match line.kind {
            BlockKind::ListItem | BlockKind::Table => REPEATED_ITEM_CHARS,
            _ => REPEATED_CHARS,
        };
        if line.chars >= least
            && matches!(decision, LineDecision::Keep(_))
            && !seen.insert(lines.text_of(line))
        {
            *decision = LineDecision::Remove(RemovedKind::Other);
        }
    }
}

/// Cuts off what stands before the first and after the last line of running text: sections, dates, labels of the
/// site. Sentences, items of lists and rows of tables stay, as articles begin with summaries and end with results; so
/// does a long heading right above the running text.
fn trim(lines: &PageLines, decisions: &mut [LineDecision]) {
    let runs = |n: &usize| decisions[*n].keeps_text() && is_paragraph(&lines.lines[*n]);
    let Some(first) = (0..decisions.len()).find(runs) else {
        return;
    };
    let last = (0..decisions.len()).rfind(runs).unwrap_or(first);
    let above = (0..first).rfind(|n| decisions[*n].keeps_text());
    for (n, decision) in decisions.iter_mut().enumerate() {
        let beyond = n < first || n > last;
        let line = &lines.lines[n];
        let heads = Some(n) == above && line.kind == BlockKind::Crosshead;
        let stays = heads && line.chars > SENTENCE_CHARS;
        if beyond && !stays && decision.keeps_text() && is_label(lines, line) {
            *decision = LineDecision::Remove(RemovedKind::Other);
        }
    }
}

/// Whether a line is neither a sentence nor part of a list or a table.
fn is_label(lines: &PageLines, line: &PageLine) -> bool {
    let ends = ['.', '!', '?', '”', '"', '。', '»', ':'];
    let sentence = line.chars > LONGEST_LABEL && lines.text_of(line).ends_with(ends);
    !sentence && !matches!(line.kind, BlockKind::ListItem | BlockKind::Table)
}

/// Whether two texts have the same letters and digits, in any case.
pub fn same_words(a: &str, b: &str) -> bool {
    let words = |s: &str| -> Vec<char> {
        s.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    a.len().abs_diff(b.len()) < PUNCTUATION_BYTES && words(a) == words(b)
}
