//! Pages: from HTML to the article in it.
//!
//! `tokenizer` → `tree` (a flat arena) → `lines` (what a reader sees), then `body` decides which lines
//! are the article and `page` reads what the page says about it. All of it is linear in the page and
//! bounded in depth, whatever the page is.

pub mod body;
pub mod entities;
pub mod lines;
pub mod page;
pub mod select;
pub mod sites;
pub mod tag;
pub mod tokenizer;
pub mod tree;

use super::{Document, Draft, DraftBlock, ErrorCode, Form, Hints, ReadError, Reading};
use lines::Lines;
use sites::Sites;
use tree::{ROOT, Tree};

/// Deepest nesting of elements that is kept; what lies deeper is flattened.
pub const DEPTH: usize = 256;

/// The text of a fragment of HTML (the content of a feed's item, an agency's body) as blocks.
///
/// Everything visible in it is kept. The blocks' pieces are bytes of `html`.
pub fn fragment_blocks(html: &str) -> Vec<DraftBlock> {
    let tree = Tree::parse(html, DEPTH);
    let lines = Lines::of(&tree, ROOT, &mut |_| false);
    lines.lines.iter().map(|line| lines.block(line)).collect()
}

/// Reads a page: one article, whatever the page is.
///
/// # Errors
/// [`ErrorCode::Empty`] when there is nothing but white space.
pub fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    let decoded = document.decode();
    if decoded.text.trim_ascii().is_empty() {
        return Err(ReadError::new(ErrorCode::Empty, "nothing but white space"));
    }
    let mut draft = decoded.draft(Form::Html);
    article(&mut draft, reading.hints, reading.sites);
    let _ = (reading.emit)(draft);
    Ok(())
}

/// Reads the article of the page in [`Draft::raw`] into the draft.
pub fn article(draft: &mut Draft, hints: &Hints, sites: &Sites) {
    let raw = draft.raw.clone();
    let tree = Tree::parse(&raw, DEPTH);
    let sources = page::Sources::of(&tree, hints);
    let site = sources.domain.as_deref().and_then(|d| sites.of(d));
    let headline = page::headline(&tree, &sources, site);
    let said = sources.json.article();
    let mut body = body::extract(
        &tree,
        &body::Evidence {
            headline: headline.text.as_deref(),
            article_body: said.and_then(|a| a.raw("articleBody")),
            site,
        },
    );
    let place = page::Place {
        headline: headline.node,
        body: body.container,
        apart: &|id| body.is_apart(id),
    };
    let signed: Vec<(usize, &str)> = body
        .signatures
        .iter()
        .enumerate()
        .map(|(n, signature)| (n, signature.text.as_str()))
        .collect();
    let signatures = page::read(
        &tree,
        &sources,
        site,
        &headline,
        place,
        &signed,
        &mut draft.supplied,
    );
    body.sign(&signatures);
    draft
        .flags
        .extend(page::flags(&tree, &sources, body.signs, &draft.supplied));
    // A deck that is a paragraph of the body as well is no deck.
    if let Some(deck) = &draft.supplied.deck
        && body
            .blocks
            .iter()
            .any(|b| body::verdict::same_words(&b.text, deck) || b.text.starts_with(deck.as_str()))
    {
        draft.supplied.deck = None;
    }
    draft.blocks = body.blocks;
    draft.removed = body.removed;
}
