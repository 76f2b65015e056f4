//! Pages: from HTML to the article in it.
//!
//! `tokenizer` → `tree` (a flat arena) → `lines` (what a reader sees), then `body` decides which lines
//! are the article and `page` reads what the page says about it. All of it is linear in the page and
//! bounded in depth, whatever the page is.

pub mod entities;
pub mod lines;
pub mod tag;
pub mod tokenizer;
pub mod tree;

use super::DraftBlock;
use lines::Lines;
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
