//! Which lines of a page are the article.
//!
//! Steps, each linear in the page:
//!
//! 1. `class_hints`: what the names of elements say they hold.
//! 2. `boilerplate`: the parts that are not the article, by those names and by how they are built (navigation,
//!    related stories, comments …), as far as the text in them (`weights`) lets the names be believed.
//! 3. `container`: paragraphs of running text count for an element, links and scraps against it, and the element
//!    with the best balance is the article's.
//! 4. `line_filter`: what becomes of each line in it, by itself (`phrases`) and by where it stands; `deck`: the line above.
//!
//! `tail` cuts off what stands behind the end. What is left out is kept, with the reason, as removed. `live` finds the entries of pages that are written as
//! things happen.

pub mod boilerplate;
pub mod class_hints;
mod container;
pub mod deck;
pub mod line_filter;
mod live;
mod page_data;
pub mod phrases;
pub mod tail;
mod weights;

use boilerplate::Boilerplate;
use class_hints::ElementHints;
use line_filter::LineDecision;

use super::layout::{PageLine, PageLines};
use super::page::json_ld::ArticleData;
use super::page::opens_byline;
use super::sites::Site;
use super::tag::Tag;
use super::tree::{Id, ROOT, Tree};
use crate::intake::DraftBlock;
use crate::record::{BlockKind, Removed, RemovedKind};
use crate::text::Span;

/// How much longer than what stands on the page the body of the JSON-LD must be to be taken instead: the
/// page is then filled by a script, or shows an opening only. Less, and a body that the page shows whole would be
/// taken from data, which has no crossheads, quotes or places in the document.
const FULLER: usize = 2;
/// Shortest `articleBody` that is taken for one, in bytes: some sites put the deck there.
const SHORTEST_SAID: usize = 250;

/// Characters of a body under which a page that says it is an article is looked at again with names doubted, and
/// from which the second look is believed: no brief is so short, no scrap so long. A brief of a sentence or two has
/// 150 or more; what is left of a page whose article's element is called "sidebar" is less, and what doubting finds
/// on a page that truly has no text is menus and notices. Chosen on the development pages.
pub(super) const NO_BODY_CHARS: u32 = 100;
const DOUBTED_BODY_CHARS: u32 = 500;

/// Characters of a body under which a page that does not say it is an article may be one of cards, each of which leads
/// to another page, and how many times as much the page must have with them. Set on both development sets together: three
/// guides of linked cards come out whole and no article changes; at 2,000 characters one article takes in the cards below
/// it, at twice as much none of the guides is found.
const LITTLE_BESIDE_CARDS: u32 = 1_000;
const TIMES_OF_CARDS: f32 = 1.5;

/// A page with less body than this, in bytes, may be one that a script fills: the entries of its live data are
/// then read.
const LITTLE_STANDS: usize = 1_000;

/// Lines before or after either end of the article in which an author may sign. Further in, a stressed short
/// line is a crosshead or a name in a list.
const SIGNATURE_LINES: usize = 3;
/// Lines around the article in which one that opens as a byline ("By …") may be its byline: between it and the text
/// stand deck, dates, share bar and captions. Further off are the bylines of other stories.
const BYLINE_LINES: usize = 15;
/// Longest signature in bytes: three names with their jobs.
const LONGEST_SIGNATURE: usize = 160;

/// Bytes of markup between two removed lines that are still one removed part: the tags around a list's items or a
/// card's lines. More lies between parts that only follow each other.
const MOST_BETWEEN_REMOVED: u32 = 600;
/// Longest text of one removed part before the next line starts another, in bytes: keeps records of pages with
/// thousands of comments readable.
const LONGEST_REMOVED: usize = 2_000;

/// What a page says of itself that helps to find its body.
#[derive(Default)]
pub struct BodyEvidence<'a> {
    /// The headline, to tell its line from the body.
    pub headline: Option<&'a str>,
    /// The host of the page's address.
    pub host: Option<&'a str>,
    /// What the page's data say in short of its article: no such line is part of its text.
    pub descriptions: &'a [String],
    /// The element it stands in.
    pub title: Option<Id>,
    /// The article as the page's JSON-LD has it.
    pub article: Option<ArticleData<'a>>,
    /// Whether the page says that it is an article, and that it is written as things happen.
    pub says_article: bool,
    pub live: bool,
    /// The rules of the page's site.
    pub site: Option<&'a Site>,
}

/// The article of a page.
#[derive(Debug, Default)]
pub struct PageBody {
    pub blocks: Vec<DraftBlock>,
    pub removed: Vec<Removed>,
    /// The element that holds it.
    pub container: Option<Id>,
    /// Characters of what was kept, counted as [`PageLine::chars`] are.
    pub chars: u32,
    /// Short lines at either end of the article that may be its signature.
    pub signatures: Vec<Signature>,
    /// Whether it consists of entries, each with its time.
    pub live: bool,
    /// Whether the page does not show it as it is: it was found in a template or in the data of a script.
    pub hidden: bool,
    /// What stands on a page that has no running text, or is mostly cards, for want of better.
    pub weak: Vec<DraftBlock>,
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

impl PageBody {
    /// Takes the lines that turned out to be signatures (indices of [`PageBody::signatures`]) out of the text.
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

/// Finds the article in a page.
pub fn extract(tree: &Tree<'_>, evidence: &BodyEvidence<'_>) -> PageBody {
    let mut body = standing(tree, evidence, Look::Believing);
    if body.chars < NO_BODY_CHARS {
        let second = standing(tree, evidence, Look::Doubting);
        if second.chars >= DOUBTED_BODY_CHARS {
            body = second;
        }
    }
    if let Some(article) = evidence.article {
        with_said(tree, article, &mut body);
    }
    if body.chars < NO_BODY_CHARS {
        with_hidden(tree, evidence, &mut body);
    }
    if !evidence.says_article && body.chars < LITTLE_BESIDE_CARDS {
        body.weak = of_cards(tree, evidence, body.chars);
    }
    if body.blocks.is_empty() && body.weak.is_empty() {
        body.weak = weak(tree, evidence);
    }
    body
}

/// The text of a page that is mostly cards, each of which leads to another page; nothing where it is not much more than
/// the `chars` characters that stand beside them.
fn of_cards(tree: &Tree<'_>, evidence: &BodyEvidence<'_>, chars: u32) -> Vec<DraftBlock> {
    let cards = standing(tree, evidence, Look::Cards);
    let much_more = cards.chars as f32 >= TIMES_OF_CARDS * chars as f32;
    if much_more && cards.chars >= DOUBTED_BODY_CHARS {
        cards.blocks
    } else {
        Vec::new()
    }
}

/// The lines of a page that has no running text, for want of better: those of its main part that stand in no box of
/// another name, and are no links.
fn weak(tree: &Tree<'_>, evidence: &BodyEvidence<'_>) -> Vec<DraftBlock> {
    let hints = ElementHints::of(tree);
    let lines = PageLines::of(tree, ROOT, &mut |id| hints.skips(tree, id));
    let boilerplate = Boilerplate::of(tree, &lines, &hints, evidence.title);
    let main = tree.first(Tag::Main).unwrap_or(ROOT);
    line_filter::decide(tree, &lines, &boilerplate, main, evidence)
        .iter()
        .zip(&lines.lines)
        .filter_map(|(decision, line)| match decision {
            LineDecision::Keep(kind) if *kind != BlockKind::Caption => Some(DraftBlock {
                kind: *kind,
                ..lines.block(line)
            }),
            _ => None,
        })
        .collect()
}

/// How many pieces of markup that a page does not show are looked at, the longest first: their lengths together
/// are at most the page's.
const MOST_HIDDEN: usize = 4;

/// Takes the article from what the page holds for a script to show, where what stands on it has none.
fn with_hidden(tree: &Tree<'_>, evidence: &BodyEvidence<'_>, body: &mut PageBody) {
    let mut best = PageBody::default();
    for (at, markup) in page_data::markup(tree).into_iter().take(MOST_HIDDEN) {
        let inner = Tree::parse(markup, super::DEPTH);
        let within = BodyEvidence {
            headline: evidence.headline,
            ..BodyEvidence::default()
        };
        let mut found = standing(&inner, &within, Look::Believing);
        tree.worked(inner.work() as usize);
        if found.chars > best.chars {
            for piece in found.blocks.iter_mut().flat_map(|b| &mut b.pieces) {
                piece.raw += at as u32;
            }
            best = found;
        }
    }
    let mut chars = best.chars;
    let mut blocks = best.blocks;
    if chars < NO_BODY_CHARS {
        blocks = page_data::of_data(tree);
        if blocks.is_empty() {
            blocks = page_data::of_fields(tree);
        }
        chars = blocks.iter().map(|b| b.text.len() as u32).sum();
    }
    if chars >= NO_BODY_CHARS && chars > body.chars {
        body.blocks = blocks;
        body.chars = chars;
        body.hidden = true;
        body.signatures.clear();
    }
}

/// Takes the body or the entries that the page's JSON-LD has, where they are much fuller than what stands on it.
fn with_said(tree: &Tree<'_>, article: ArticleData<'_>, body: &mut PageBody) {
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
        body.chars = length(&blocks) as u32;
        body.blocks = blocks;
    }
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

/// How far the names of a page's elements are believed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Believing,
    /// Names that are often a setting of the article's own element are not.
    Doubting,
    /// What is called other stories, and built like them, is what the page is about.
    Cards,
}

/// Finds the article in what stands on the page.
fn standing(tree: &Tree<'_>, evidence: &BodyEvidence<'_>, look: Look) -> PageBody {
    let mut hints = ElementHints::of(tree);
    match look {
        Look::Believing => {}
        Look::Doubting => hints.doubt(tree),
        Look::Cards => hints.take_cards(tree),
    }
    let mut given = None;
    if let Some(site) = evidence.site {
        for id in site.stripped(tree) {
            hints.strip(id);
        }
        given = site.body_of(tree);
    }
    let lines = PageLines::of(tree, ROOT, &mut |id| hints.skips(tree, id));
    let boilerplate = Boilerplate::of(tree, &lines, &hints, evidence.title);
    let chosen = || container::choose(tree, &boilerplate.weights, &hints, evidence.title);
    let Some(container) = given.or_else(chosen) else {
        return no_article(&lines, boilerplate);
    };
    let decisions = line_filter::decide(tree, &lines, &boilerplate, container, evidence);
    let entries = live::LiveEntries::of(tree, &hints, container, evidence.live);
    PageBody {
        container: Some(container),
        ..assemble(&lines, boilerplate, &decisions, &entries)
    }
}

/// What is told of a page without an article: nothing, or that all of it is a question about cookies.
fn no_article(lines: &PageLines, boilerplate: Boilerplate) -> PageBody {
    let mut body = PageBody::default();
    for (line, apart) in lines.lines.iter().zip(&boilerplate.apart) {
        if *apart == Some(RemovedKind::CookieNotice) {
            remove(&mut body.removed, lines, line, RemovedKind::CookieNotice);
        }
    }
    body.apart = boilerplate.others;
    body
}

/// The blocks, the removed parts and the possible signatures that the decisions come to.
fn assemble(
    lines: &PageLines,
    boilerplate: Boilerplate,
    decisions: &[LineDecision],
    entries: &live::LiveEntries,
) -> PageBody {
    let mut body = PageBody {
        live: !entries.is_empty(),
        ..PageBody::default()
    };
    let ends = line_filter::ends(decisions);
    for (n, (line, decision)) in lines.lines.iter().zip(decisions).enumerate() {
        let text = lines.text_of(line);
        let at_an_end = *decision != LineDecision::Outside && is_at_an_end(n, ends);
        let is_byline = || is_around(n, ends) && is_byline(text, boilerplate.apart[n]);
        if (at_an_end || is_byline()) && may_sign(line, text) {
            let kept = matches!(decision, LineDecision::Keep(_));
            body.signatures.push(Signature {
                text: text.to_owned(),
                block: kept.then_some(body.blocks.len()),
            });
        }
        match decision {
            LineDecision::Keep(kind) => {
                let mut block = lines.block(line);
                block.kind = *kind;
                if let Some(time) = entries.at(line.first) {
                    live::enter(&mut block, time);
                }
                body.chars += line.chars;
                body.blocks.push(block);
            }
            LineDecision::Remove(kind) => remove(&mut body.removed, lines, line, *kind),
            LineDecision::Outside => {}
        }
    }
    body.apart = boilerplate.others;
    body
}

/// Whether line `n` stands where an author signs, near the `first` or the `last` line of the article.
fn is_at_an_end(n: usize, (first, last): (usize, usize)) -> bool {
    n.abs_diff(first) <= SIGNATURE_LINES || n.abs_diff(last) <= SIGNATURE_LINES
}

/// Whether line `n` stands in the article or close enough for its byline.
fn is_around(n: usize, (first, last): (usize, usize)) -> bool {
    (first.saturating_sub(BYLINE_LINES)..=last + BYLINE_LINES).contains(&n)
}

/// Whether a line opens as a byline does and belongs to nothing else.
fn is_byline(text: &str, apart: Option<RemovedKind>) -> bool {
    apart.is_none_or(|kind| kind == RemovedKind::Byline) && opens_byline(text)
}

/// Whether a line is short, and stressed throughout or opens as a byline does.
fn may_sign(line: &PageLine, text: &str) -> bool {
    let stressed = line.chars > 0 && line.stressed == line.chars;
    matches!(line.kind, BlockKind::Paragraph | BlockKind::ListItem)
        && text.len() <= LONGEST_SIGNATURE
        && (stressed || opens_byline(text))
}

/// Notes a removed line, as part of the one before when they are of one kind and stand together.
fn remove(removed: &mut Vec<Removed>, lines: &PageLines, line: &PageLine, kind: RemovedKind) {
    let raw = lines
        .raw_range(line)
        .map(|(start, end)| Span { start, end });
    let text = lines.text_of(line);
    if let Some(last) = removed.last_mut()
        && last.kind == kind
        && last.text.len() < LONGEST_REMOVED
        && let (Some(before), Some(here)) = (&mut last.raw, raw)
        && here.start.saturating_sub(before.end) < MOST_BETWEEN_REMOVED
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
