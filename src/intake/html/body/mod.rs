//! Which lines of a page are the article.
//!
//! Three steps, each linear in the page. `marks` finds the parts that are not the article by what
//! elements are called and how they are built (navigation, related stories, comments …).
//! `container` weighs what is left: paragraphs of running text count for an element, links and scraps
//! against it, and the element with the best balance is the article's. `verdict` then judges each line
//! in it. What is left out is kept, with the reason, as removed.

mod container;
pub mod hints;
mod marks;
pub mod phrases;
pub mod verdict;

use super::lines::Lines;
use super::tree::{Id, Tree};
use crate::intake::DraftBlock;
use crate::record::{BlockKind, Removed, RemovedKind};
use crate::text::Span;

/// What a page says of itself that helps to find its body.
#[derive(Debug, Default)]
pub struct Evidence<'a> {
    /// The headline, to tell its line from the body.
    pub headline: Option<&'a str>,
    /// The body as the page's JSON-LD has it.
    pub article_body: Option<&'a str>,
}

/// The article of a page.
#[derive(Debug, Default)]
pub struct Body {
    pub blocks: Vec<DraftBlock>,
    pub removed: Vec<Removed>,
    /// The element that holds it.
    pub container: Option<Id>,
    /// Signs of running text in it.
    pub signs: u32,
    /// Nodes that are apart from the article, as ranges in order.
    apart: Vec<std::ops::Range<Id>>,
}

impl Body {
    /// Whether a node belongs to something else than the article: comments, related stories, …
    pub fn is_apart(&self, id: Id) -> bool {
        let at = self.apart.partition_point(|r| r.end <= id);
        self.apart.get(at).is_some_and(|r| r.contains(&id))
    }
}

/// How much longer than what stands on the page the body of the JSON-LD must be to be taken instead: the
/// page is then filled by a script, or shows an opening only.
const FULLER: usize = 2;
/// Shortest body of JSON-LD that is taken for one, in bytes.
const SHORTEST_SAID: usize = 250;

/// Finds the article in a page.
pub fn extract(tree: &Tree<'_>, evidence: &Evidence<'_>) -> Body {
    let mut body = standing(tree, evidence);
    if let Some(said) = evidence.article_body
        && said.len() > SHORTEST_SAID
        && said.len() > FULLER * body.blocks.iter().map(|b| b.text.len()).sum::<usize>()
    {
        let blocks = said_blocks(said);
        tree.worked(said.len() / 16);
        body.signs = blocks.iter().map(|b| b.text.len() as u32).sum();
        body.blocks = blocks;
    }
    body
}

/// The body as JSON-LD has it: HTML, or text with a paragraph a line.
fn said_blocks(said: &str) -> Vec<DraftBlock> {
    let decoded = super::entities::decode(said, false);
    if decoded.contains("</") || decoded.contains("<p") || decoded.contains("<br") {
        return super::fragment_blocks(&decoded)
            .into_iter()
            .map(|block| DraftBlock::new(block.kind, block.text))
            .collect();
    }
    let mut blocks = Vec::new();
    for line in decoded.lines() {
        let mut text = String::with_capacity(line.len());
        super::tree::push_collapsed(&mut text, line);
        text.truncate(text.trim_end().len());
        if !text.is_empty() && phrases::kind_of(&text).is_none() {
            blocks.push(DraftBlock::new(BlockKind::Paragraph, text));
        }
    }
    blocks
}

/// Finds the article in what stands on the page.
fn standing(tree: &Tree<'_>, evidence: &Evidence<'_>) -> Body {
    let names = marks::Names::of(tree);
    let lines = Lines::of(tree, super::tree::ROOT, &mut |id| names.skips(tree, id));
    let marks = marks::Marks::of(tree, &lines, &names);
    let Some(container) = container::choose(tree, &lines, &marks, &names) else {
        return Body {
            apart: marks.others,
            ..Body::default()
        };
    };
    let verdicts = verdict::judge(tree, &lines, &marks, container, evidence);
    let mut body = Body {
        container: Some(container),
        apart: marks.others,
        ..Body::default()
    };
    for (line, verdict) in lines.lines.iter().zip(&verdicts) {
        match verdict {
            verdict::Verdict::Keep(kind) => {
                let mut block = lines.block(line);
                block.kind = *kind;
                body.signs += line.signs;
                body.blocks.push(block);
            }
            verdict::Verdict::Remove(kind) => remove(&mut body.removed, &lines, line, *kind),
            verdict::Verdict::Outside => {}
        }
    }
    body
}

/// Notes a removed line, as part of the one before when they are of one kind and stand together.
fn remove(removed: &mut Vec<Removed>, lines: &Lines, line: &super::lines::Line, kind: RemovedKind) {
    let raw = lines
        .raw_range(line)
        .map(|(start, end)| Span { start, end });
    let text = lines.text_of(line);
    if let Some(last) = removed.last_mut()
        && last.kind == kind
        && let (Some(before), Some(here)) = (&mut last.raw, raw)
        && here.start.saturating_sub(before.end) < TOGETHER
        && last.text.len() < LONGEST_REMOVED
    {
        last.text.push('\n');
        last.text.push_str(text);
        before.end = here.end;
        return;
    }
    removed.push(Removed {
        kind,
        text: text.to_owned(),
        raw,
        outlets: Vec::new(),
    });
}

/// Bytes of markup between two lines that are still one removed part.
const TOGETHER: u32 = 600;
/// Longest text of one removed part before the next line starts another, in bytes.
const LONGEST_REMOVED: usize = 2_000;
