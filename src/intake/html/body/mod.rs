//! Which lines of a page are the article.
//!
//! Three steps, each linear in the page. `marks` finds the parts that are not the article by what
//! elements are called and how they are built (navigation, related stories, comments …).
//! `container` weighs what is left: paragraphs of running text count for an element, links and scraps
//! against it, and the element with the best balance is the article's. `verdict` then judges each line
//! in it. What is left out is kept, with the reason, as removed. `live` finds the entries of pages that
//! are written as things happen.

mod container;
pub mod hints;
mod live;
mod marks;
pub mod phrases;
pub mod verdict;

use super::lines::Lines;
use super::page::json_ld::Article;
use super::sites::Site;
use super::tree::{Id, Tree};
use crate::intake::DraftBlock;
use crate::record::{BlockKind, Removed, RemovedKind};
use crate::text::Span;

/// What a page says of itself that helps to find its body.
#[derive(Default)]
pub struct Evidence<'a> {
    /// The headline, to tell its line from the body.
    pub headline: Option<&'a str>,
    /// The element it stands in.
    pub title: Option<Id>,
    /// The article as the page's JSON-LD has it.
    pub article: Option<Article<'a>>,
    /// Whether the page says that it is an article, and that it is written as things happen.
    pub says_article: bool,
    pub live: bool,
    /// The rules of the page's site.
    pub site: Option<&'a Site>,
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
    /// Short lines at either end of the article that may be its signature.
    pub signatures: Vec<Signature>,
    /// Whether it consists of entries, each with its time.
    pub live: bool,
    /// Nodes that are apart from the article, as ranges in order.
    apart: Vec<std::ops::Range<Id>>,
}

/// A line that may be the author's signature.
#[derive(Debug, Clone)]
pub struct Signature {
    pub text: String,
    /// The block it is, when it is not removed already.
    pub block: Option<usize>,
}

impl Body {
    /// Takes the lines that turned out to be signatures (indices of [`Body::signatures`]) out of the text.
    pub fn sign(&mut self, signatures: &[usize]) {
        for n in signatures.iter().rev() {
            let Some(at) = self.signatures.get(*n).and_then(|s| s.block) else {
                continue;
            };
            let block = self.blocks.remove(at);
            let raw = block
                .pieces
                .first()
                .zip(block.pieces.last())
                .map(|(a, b)| Span {
                    start: a.raw,
                    end: b.raw + b.len,
                });
            self.removed.push(Removed {
                kind: RemovedKind::Byline,
                text: block.text,
                raw,
                outlets: Vec::new(),
            });
        }
    }

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

/// Signs of a body that is as good as none on a page that says it is an article, and of one that is found
/// once names are doubted: no brief is so short, no scrap so long.
const NOTHING: u32 = 100;
const SOMETHING: u32 = 500;

/// A page with less body than this, in bytes, may be one that a script fills.
const LITTLE_STANDS: usize = 1_000;

/// Finds the article in a page.
pub fn extract(tree: &Tree<'_>, evidence: &Evidence<'_>) -> Body {
    let mut body = standing(tree, evidence, true);
    if body.signs < NOTHING && evidence.says_article {
        let second = standing(tree, evidence, false);
        if second.signs >= SOMETHING {
            body = second;
        }
    }
    let Some(article) = evidence.article else {
        return body;
    };
    let length = |blocks: &[DraftBlock]| blocks.iter().map(|b| b.text.len()).sum::<usize>();
    let stands = length(&body.blocks);
    let said = article.raw("articleBody").unwrap_or_default();
    let mut blocks = Vec::new();
    if said.len() > SHORTEST_SAID && said.len() > FULLER * stands {
        blocks = said_blocks(said);
        tree.worked(said.len() / 16);
    }
    // The data of a live page may have entries that the page shows on request only: they are not taken
    // where any stand.
    let mut entries = Vec::new();
    if stands < LITTLE_STANDS {
        entries = live::said(&article);
        tree.worked(length(&entries) / 16);
    }
    let live = length(&entries) > FULLER * stands.max(length(&blocks));
    if live {
        blocks.extend(entries);
    }
    if !blocks.is_empty() {
        body.live |= live;
        body.signs = length(&blocks) as u32;
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

/// Finds the article in what stands on the page, believing what its elements are called or not.
fn standing(tree: &Tree<'_>, evidence: &Evidence<'_>, believing: bool) -> Body {
    let mut names = marks::Names::of(tree);
    if !believing {
        names.doubt(tree);
    }
    let mut given = None;
    if let Some(site) = evidence.site {
        for id in site.stripped(tree) {
            names.strip(id);
        }
        given = site.body_of(tree);
    }
    let lines = Lines::of(tree, super::tree::ROOT, &mut |id| names.skips(tree, id));
    let marks = marks::Marks::of(tree, &lines, &names, evidence.title);
    let chosen = || container::choose(tree, &marks, &names, evidence.title);
    let Some(container) = given.or_else(chosen) else {
        let mut body = Body {
            apart: marks.others,
            ..Body::default()
        };
        // A page of nothing but a question about cookies has no article, and shows why.
        for (line, apart) in lines.lines.iter().zip(&marks.apart) {
            if *apart == Some(RemovedKind::CookieNotice) {
                remove(&mut body.removed, &lines, line, RemovedKind::CookieNotice);
            }
        }
        return body;
    };
    let verdicts = verdict::judge(tree, &lines, &marks, container, evidence);
    let mut body = Body {
        container: Some(container),
        apart: marks.others,
        ..Body::default()
    };
    let (first, last) = verdict::ends(&verdicts);
    let entries = live::Entries::of(tree, &names, container, evidence.live);
    body.live = !entries.is_empty();
    for (n, (line, verdict)) in lines.lines.iter().zip(&verdicts).enumerate() {
        let near = n.abs_diff(first) <= SIGNATURE_LINES || n.abs_diff(last) <= SIGNATURE_LINES;
        let opened = (first.saturating_sub(BYLINE_LINES)..=last + BYLINE_LINES).contains(&n)
            && marks.apart[n].is_none_or(|k| k == RemovedKind::Byline)
            && super::page::opens_byline(lines.text_of(line));
        if (near && *verdict != verdict::Verdict::Outside || opened) && may_sign(&lines, line) {
            body.signatures.push(Signature {
                text: lines.text_of(line).to_owned(),
                block: matches!(verdict, verdict::Verdict::Keep(_)).then_some(body.blocks.len()),
            });
        }
        match verdict {
            verdict::Verdict::Keep(kind) => {
                let mut block = lines.block(line);
                block.kind = *kind;
                if let Some(time) = entries.at(line.first) {
                    live::enter(&mut block, time);
                }
                body.signs += line.signs;
                body.blocks.push(block);
            }
            verdict::Verdict::Remove(kind) => remove(&mut body.removed, &lines, line, *kind),
            verdict::Verdict::Outside => {}
        }
    }
    body
}

/// Lines before or after either end of the article in which an author may sign.
const SIGNATURE_LINES: usize = 3;
/// Lines around the article in which one that opens as a byline may be its byline.
const BYLINE_LINES: usize = 15;
/// Longest signature in bytes.
const LONGEST_SIGNATURE: usize = 160;

/// Whether a line is short, and stressed throughout or opens as a byline does.
fn may_sign(lines: &Lines, line: &super::lines::Line) -> bool {
    let text = lines.text_of(line);
    matches!(line.kind, BlockKind::Paragraph | BlockKind::ListItem)
        && text.len() <= LONGEST_SIGNATURE
        && ((line.signs > 0 && line.stressed == line.signs) || super::page::opens_byline(text))
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
