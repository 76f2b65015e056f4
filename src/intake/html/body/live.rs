//! Entries of live pages, with the time each was written.
//!
//! Two ways to find them: elements that are marked up as entries, or, on a page that says it is a live
//! page, the times that stand in its body, each of which opens an entry.

use super::class_hints::{ClassHint, ElementHints};
use crate::intake::DraftBlock;
use crate::intake::html::page::json_ld::{ArticleData, plain};
use crate::intake::html::page::parse_date;
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, Tree};
use crate::record::{BlockKind, DateBasis};

/// Fewest entries of a live page: two boxes called so may be anything, and an article has one time or two
/// (published, updated). A live page that has only begun is read as an article.
const FEWEST_ENTRIES: usize = 3;

/// An entry: its nodes, and its time as far as the page says.
struct LiveEntry {
    nodes: std::ops::Range<Id>,
    time: Option<String>,
}

/// The entries of a page in order; none on a page that is not live.
#[derive(Default)]
pub(super) struct LiveEntries {
    entries: Vec<LiveEntry>,
}

impl LiveEntries {
    /// The entries in `container`. `live`: the page says that it is a live page.
    pub(super) fn of(tree: &Tree<'_>, hints: &ElementHints, container: Id, live: bool) -> Self {
        let mut entries = marked(tree, hints, container);
        if entries.len() < FEWEST_ENTRIES {
            entries = if live {
                timed(tree, container)
            } else {
                Vec::new()
            };
        }
        if entries.len() < FEWEST_ENTRIES {
            entries.clear();
        }
        LiveEntries { entries }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The time of the entry a node is in; `Some(None)` for an entry without one.
    pub(super) fn at(&self, id: Id) -> Option<Option<&str>> {
        let after = self.entries.partition_point(|e| e.nodes.start <= id);
        let entry = self.entries[..after].last()?;
        (id < entry.nodes.end).then_some(entry.time.as_deref())
    }
}

/// Elements that are called entries, the outermost, each with the first time in it.
fn marked(tree: &Tree<'_>, hints: &ElementHints, container: Id) -> Vec<LiveEntry> {
    let mut entries: Vec<LiveEntry> = Vec::new();
    for id in tree.descendants(container) {
        let inside = entries.last().is_some_and(|e| id < e.nodes.end);
        if hints.hint(id) == Some(ClassHint::LiveEntry) && !inside {
            entries.push(LiveEntry {
                nodes: id..tree.end(id),
                time: None,
            });
        } else if inside
            && let Some(entry) = entries.last_mut()
            && entry.time.is_none()
        {
            entry.time = time_of(tree, id);
        }
    }
    entries
}

/// From each time in the body to the next. Times within a line (of an embedded post, say) open none.
fn timed(tree: &Tree<'_>, container: Id) -> Vec<LiveEntry> {
    let mut entries: Vec<LiveEntry> = Vec::new();
    for id in tree.find_all(container, Tag::Time) {
        if matches!(tree.tag(tree.parent(id)), Tag::P | Tag::Blockquote) {
            continue;
        }
        if let Some(time) = time_of(tree, id) {
            if let Some(last) = entries.last_mut() {
                last.nodes.end = id;
            }
            entries.push(LiveEntry {
                nodes: id..tree.end(container),
                time: Some(time),
            });
        }
    }
    entries
}

fn time_of(tree: &Tree<'_>, id: Id) -> Option<String> {
    if tree.tag(id) != Tag::Time {
        return None;
    }
    written(&tree.attribute(id, "datetime")?)
}

fn written(time: &str) -> Option<String> {
    Some(parse_date(time, DateBasis::Time, false)?.value)
}

/// Makes a block part of an entry.
pub(super) fn enter(block: &mut DraftBlock, time: Option<&str>) {
    if block.kind == BlockKind::Paragraph {
        block.kind = BlockKind::LiveEntry;
    }
    block.time = time.map(str::to_owned);
}

/// The entries as the page's JSON-LD has them (`liveBlogUpdate` of schema.org's `LiveBlogPosting`).
pub(super) fn said(article: &ArticleData<'_>) -> Vec<DraftBlock> {
    let mut blocks = Vec::new();
    for update in article.all("liveBlogUpdate") {
        let text = |keys: &[&str]| keys.iter().find_map(|key| plain(update.get(*key)?));
        let time = text(&["datePublished", "dateModified"]).and_then(|t| written(&t));
        let from = blocks.len();
        if let Some(headline) = text(&["headline", "name"]) {
            blocks.push(DraftBlock::new(BlockKind::Crosshead, headline));
        }
        let body = ["articleBody", "text", "description"]
            .iter()
            .find_map(|key| update.get(*key)?.as_str());
        blocks.extend(super::said_blocks(body.unwrap_or_default()));
        for block in &mut blocks[from..] {
            enter(block, time.as_deref());
        }
    }
    blocks
}
