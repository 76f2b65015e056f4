//! What becomes of each line of the article's element: part of the article, or removed and why.

use std::collections::HashSet;

use super::boilerplate::Boilerplate;
use super::weights::is_paragraph;
use super::{BodyEvidence, deck, phrases, tail};
use crate::intake::html::layout::{PageLine, PageLines};
use crate::intake::html::page::{LONGEST_DECK, domain, is_dating};
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, Tree};
use crate::intake::wire;
use crate::record::{BlockKind, RemovedKind};
use crate::text::letters;

/// Share of a line in links, and characters, that make it an invitation to another page: "Read more: …", a title
/// of a related story, with a word or two before the link. A lower share takes sentences that are mostly a link
/// ("… the ministry said in a statement on its website"); a longer line takes paragraphs that an author linked
/// whole. Chosen on the development pages.
const LINK_LINE_SHARE: f32 = 0.8;
const LINK_LINE_CHARS: u32 = 250;
/// What editors set before a line that is there for its link, and the share of links in such a line: "→ Tip: read my guide".
const POINTING_SHARE: f32 = 0.4;
const POINTERS: [char; 7] = ['»', '►', '▶', '→', '➡', '➜', '👉'];

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

/// Lines around the article in which what it says of itself may stand: between it and the text are byline, share bar and
/// captions.
const NOTE_LINES: usize = 15;

/// Letters that a summary and the line that is it begin with alike.
const SAME_LETTERS: usize = 40;

/// Shortest paragraph of an opening that stands apart from the article's element, in characters, most of them, and most
/// lines between the headline and that element. Decks are shorter, or known from the page's data. Set on both development
/// sets together: from 125 characters on all that are no known deck are the article's; without a bound, 20 decks of 30
/// pages come in.
const LEAD_CHARS: u32 = 125;
const MOST_OF_LEAD: usize = 5;
const LINES_BEFORE_LEAD: usize = 30;

/// Elements above the text of a line among which the quotation is that it stands in.
const QUOTE_DEPTH: usize = 6;

/// Elements above the text of a line in which its link is looked for.
const LINK_DEPTH: usize = 4;

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
    /// Kept as text: not as a caption, which may stand anywhere around the article, nor as the deck above it.
    pub(super) fn keeps_text(self) -> bool {
        let is_beside = |kind| matches!(kind, BlockKind::Caption | BlockKind::Deck);
        matches!(self, LineDecision::Keep(kind) if !is_beside(kind))
    }
}

/// Elements from a time's text up to its `time`, and most words of the name beside it.
const TIME_DEPTH: usize = 3;
const NAME_WORDS: usize = 4;

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
        .enumerate()
        .map(|(n, (line, apart))| match apart {
            _ if !inside(line) => LineDecision::Outside,
            Some(RemovedKind::Caption) => LineDecision::Keep(BlockKind::Caption),
            Some(kind) => LineDecision::Remove(*kind),
            None if boilerplate.is_listed(n) => LineDecision::Keep(BlockKind::Crosshead),
            None => on_its_own(tree, lines, line, evidence),
        })
        .collect();
    attributions(tree, lines, &mut decisions, boilerplate);
    lead(
        tree,
        lines,
        &mut decisions,
        boilerplate,
        container,
        evidence,
    );
    before_headline(lines, &mut decisions, evidence);
    repeated(lines, &mut decisions);
    tail::cut(lines, &mut decisions);
    trim(tree, lines, &mut decisions);
    notes(lines, &mut decisions, boilerplate);
    if let Some(n) = deck::line(tree, lines, &decisions, boilerplate, evidence) {
        decisions[n] = LineDecision::Keep(BlockKind::Deck);
    }
    decisions
}

/// Keeps who said a quotation that is set apart, where the names of that line's elements are those of bylines and feet:
/// without it the quotation is the outlet's own words.
fn attributions(
    tree: &Tree<'_>,
    lines: &PageLines,
    decisions: &mut [LineDecision],
    boilerplate: &Boilerplate,
) {
    for n in 1..decisions.len() {
        let taken = matches!(
            boilerplate.apart[n],
            Some(RemovedKind::Byline | RemovedKind::Navigation)
        );
        if taken
            && decisions[n] != LineDecision::Outside
            && decisions[n - 1].keeps_text()
            && is_attribution(tree, &lines.lines[n])
        {
            decisions[n] = LineDecision::Keep(BlockKind::Quote);
        }
    }
}

/// Whether a line stands in the `cite` or the foot of a quotation: of a `blockquote`, or of what is called a quote.
fn is_attribution(tree: &Tree<'_>, line: &PageLine) -> bool {
    let around = || tree.ancestors(line.first).take(QUOTE_DEPTH);
    let names = |id: Id| matches!(tree.tag(id), Tag::Cite | Tag::Footer);
    let quotes = |id: Id| {
        let class = || tree.attribute(id, "class");
        tree.tag(id) == Tag::Blockquote
            || class().is_some_and(|c| c.to_ascii_lowercase().contains("quote"))
    };
    around().any(names) && around().any(quotes)
}

/// Keeps the paragraphs between the headline and the article's element: its opening, which many designs set apart. Decks
/// stay out, the page's data tell them or they are shorter.
fn lead(
    tree: &Tree<'_>,
    lines: &PageLines,
    decisions: &mut [LineDecision],
    boilerplate: &Boilerplate,
    container: Id,
    evidence: &BodyEvidence<'_>,
) {
    let Some(title) = evidence.title.filter(|title| *title < container) else {
        return;
    };
    let from = lines.lines.partition_point(|l| l.first < tree.end(title));
    let to = lines.lines.partition_point(|l| l.first < container);
    if to.saturating_sub(from) > LINES_BEFORE_LEAD {
        return;
    }
    let opens = |n: &usize| {
        let line = &lines.lines[*n];
        let text = lines.text_of(line);
        let told = || {
            evidence
                .descriptions
                .iter()
                .any(|d| d.len() <= LONGEST_DECK && begins_alike(d, text))
        };
        let is_prose = line.kind == BlockKind::Paragraph
            && line.chars >= LEAD_CHARS
            && line.linked * 2 < line.chars;
        let is_open = boilerplate.apart[*n].is_none() && decisions[*n] == LineDecision::Outside;
        is_prose && is_open && phrases::kind_of(text).is_none() && !told()
    };
    let found: Vec<usize> = (from..to).filter(opens).collect();
    if found.len() <= MOST_OF_LEAD {
        for n in found {
            decisions[n] = LineDecision::Keep(BlockKind::Paragraph);
        }
    }
}

/// Whether two texts begin with the same letters.
fn begins_alike(a: &str, b: &str) -> bool {
    let opening = |s| letters(s).take(SAME_LETTERS);
    opening(a).eq(opening(b))
}

/// What becomes of a line by itself.
fn on_its_own(
    tree: &Tree<'_>,
    lines: &PageLines,
    line: &PageLine,
    evidence: &BodyEvidence<'_>,
) -> LineDecision {
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
    if is_dating(text) || is_signed_time(tree, line, text) {
        return LineDecision::Remove(RemovedKind::Byline);
    }
    let points = line.link_density() > POINTING_SHARE && text.starts_with(POINTERS);
    let is_link = (points || line.link_density() > LINK_LINE_SHARE) && line.chars < LINK_LINE_CHARS;
    match line.kind {
        BlockKind::ListItem if is_link && leads_away(tree, line, evidence) => {
            LineDecision::Keep(BlockKind::ListItem)
        }
        BlockKind::ListItem if is_link => LineDecision::Remove(RemovedKind::RelatedLinks),
        _ if is_link => LineDecision::Remove(RemovedKind::ReadMore),
        BlockKind::Crosshead if is_paragraph(line) => LineDecision::Keep(BlockKind::Paragraph),
        kind => LineDecision::Keep(kind),
    }
}

/// Whether a line is a time and who wrote then, as above an entry of a live page: a `time` element and a name.
fn is_signed_time(tree: &Tree<'_>, line: &PageLine, text: &str) -> bool {
    let mut around = tree.ancestors(line.first).take(TIME_DEPTH);
    let time = tree.raw_text(line.first).0.trim();
    around.any(|id| tree.tag(id) == Tag::Time)
        && text.strip_prefix(time).is_some_and(|name| {
            let mut words = name.split_ascii_whitespace();
            (2..=NAME_WORDS).contains(&words.clone().count())
                && words.all(|word| word.starts_with(char::is_uppercase))
        })
}

/// Whether a line that is a link leads to another site: the sources and things that an article lists. Stories of its own
/// site are related ones; paragraphs that lead away are as often offers.
///
/// Set on both development sets together: with items that lead away, 15 pages are read better and two worse; of paragraphs
/// and embedded posts that do, one in four is the article's.
fn leads_away(tree: &Tree<'_>, line: &PageLine, evidence: &BodyEvidence<'_>) -> bool {
    let is_link = |id: &Id| tree.tag(*id) == Tag::A;
    let around = tree.ancestors(line.first).take(LINK_DEPTH).find(is_link);
    let link = around.or_else(|| tree.find_all(line.node, Tag::A).next());
    let href = link.and_then(|id| tree.attribute(id, "href"));
    let absolute = href.filter(|href| href.starts_with("http"));
    let there = absolute.and_then(|href| domain(&href));
    there
        .zip(evidence.host)
        .is_some_and(|(there, here)| site(&there) != site(here))
}

/// The last two parts of a host: most of what its site shares. All sites under ".co.uk" count as one.
fn site(host: &str) -> &str {
    let mut dots = host.rmatch_indices('.').skip(1);
    dots.next().map_or(host, |(at, _)| &host[at + 1..])
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
/// does a long heading right above the running text, and behind it what stands side by side with its last paragraph.
fn trim(tree: &Tree<'_>, lines: &PageLines, decisions: &mut [LineDecision]) {
    let runs = |n: &usize| decisions[*n].keeps_text() && is_paragraph(&lines.lines[*n]);
    let Some(first) = (0..decisions.len()).find(runs) else {
        return;
    };
    let last = (0..decisions.len()).rfind(runs).unwrap_or(first);
    // Results and lists that are set as lines stand beside the last paragraph, with no element around them.
    let beside = |line: &PageLine| {
        let of_last = lines.lines[last].node;
        let is_beside = line.node == of_last || tree.parent(line.node) == tree.parent(of_last);
        line.linked == 0 && is_beside
    };
    let above = (0..first).rfind(|n| decisions[*n].keeps_text());
    for (n, decision) in decisions.iter_mut().enumerate() {
        let line = &lines.lines[n];
        let beyond = n < first || n > last && !beside(line);
        let heads = Some(n) == above && line.kind == BlockKind::Crosshead;
        let stays = heads && line.chars > SENTENCE_CHARS;
        if beyond && !stays && decision.keeps_text() && is_label(lines, line) {
            *decision = LineDecision::Remove(RemovedKind::Other);
        }
    }
}

/// Keeps what stands around the article and says that it was corrected or taken back, wherever its page has put that.
fn notes(lines: &PageLines, decisions: &mut [LineDecision], boilerplate: &Boilerplate) {
    let (first, last) = ends(decisions);
    let from = first.saturating_sub(NOTE_LINES);
    let to = decisions.len().min(last + 1 + NOTE_LINES);
    let around = lines.lines.iter().zip(&boilerplate.apart).zip(decisions);
    for ((line, apart), decision) in around.take(to).skip(from) {
        let elsewhere = matches!(
            apart,
            Some(RemovedKind::Comments | RemovedKind::RelatedLinks | RemovedKind::MostRead)
        );
        let kept = matches!(decision, LineDecision::Keep(_));
        if !kept
            && !elsewhere
            && is_paragraph(line)
            && wire::is_about_its_article(lines.text_of(line))
        {
            *decision = LineDecision::Keep(line.kind);
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
    a.len().abs_diff(b.len()) < PUNCTUATION_BYTES && letters(a).eq(letters(b))
}
