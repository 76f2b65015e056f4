//! How much running text, and how much clutter, each element of a page holds.

use crate::intake::html::layout::{PageLine, PageLines};
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, Tree};
use crate::record::{BlockKind, RemovedKind};

/// Fewest characters of a line that counts as running text. A sentence of news has 60 to 150, a menu item, a
/// button or the title of a related story mostly under 40. Lower, menus weigh as text; higher, an article in short
/// paragraphs (tabloids, live pages) weighs nothing. Shorter lines between paragraphs are kept all the same.
const PARAGRAPH_CHARS: u32 = 50;
/// Characters from which a heading is a paragraph whose author set it large: the longest crossheads of news have
/// eighty, blanks not counted.
pub(super) const HEADING_CHARS: u32 = 90;
/// Share of a line in links from which it is no running text: under it are paragraphs with many references,
/// over it lists of links that happen to be long.
const PARAGRAPH_LINKS: f32 = 0.5;
/// Share of a `<p>` in links from which all of its links are clutter. Below, only a quarter of them is: text with
/// a link at every other word (encyclopaedic entries, tags in sentences) is text all the same, and would else
/// weigh against its own article. Chosen on the development pages.
const ALL_LINKS: f32 = 0.9;

/// Text and clutter before each node of a tree, as prefix sums: of the subtree `id .. end(id)` they are a
/// difference of two.
#[derive(Default)]
pub struct TextWeights {
    /// Characters of running text outside links.
    text: Vec<u32>,
    /// Characters of the rest: links, and half of short lines.
    clutter: Vec<u32>,
}

impl TextWeights {
    /// Weighs all lines that are not `apart`, in place.
    pub fn weigh(&mut self, tree: &Tree<'_>, lines: &PageLines, apart: &[Option<RemovedKind>]) {
        self.text.clear();
        self.clutter.clear();
        self.text.reserve(tree.len() + 1);
        self.clutter.reserve(tree.len() + 1);
        let (mut text, mut clutter) = (0u32, 0u32);
        let mut next = 0;
        for id in 0..tree.len() as Id {
            self.text.push(text);
            self.clutter.push(clutter);
            while let Some(line) = lines.lines.get(next).filter(|l| l.first == id) {
                if apart[next].is_none() {
                    if is_paragraph(line) {
                        text += line.chars - line.linked;
                    } else if line.kind != BlockKind::Caption {
                        clutter += clutter_of(tree, line);
                    }
                }
                next += 1;
            }
        }
        self.text.push(text);
        self.clutter.push(clutter);
    }

    /// Running text in an element, in characters.
    pub fn text_in(&self, tree: &Tree<'_>, id: Id) -> u32 {
        self.text[tree.end(id) as usize] - self.text[id as usize]
    }

    /// Scraps and links in an element, in characters.
    pub fn clutter_in(&self, tree: &Tree<'_>, id: Id) -> u32 {
        self.clutter[tree.end(id) as usize] - self.clutter[id as usize]
    }
}

/// What a line that is no running text weighs against an article: its links, and half of its other text, as a
/// crosshead or a short sentence stands in articles too.
fn clutter_of(tree: &Tree<'_>, line: &PageLine) -> u32 {
    let rest = (line.chars - line.linked).min(PARAGRAPH_CHARS) / 2;
    let linked_text = tree.tag(line.node) == Tag::P && line.link_density() < ALL_LINKS;
    let linked = if linked_text {
        line.linked / 4
    } else {
        line.linked
    };
    linked + rest
}

/// Whether a line is running text.
pub(super) fn is_paragraph(line: &PageLine) -> bool {
    let is_heading = line.kind == BlockKind::Crosshead && line.chars < HEADING_CHARS;
    line.chars >= PARAGRAPH_CHARS
        && line.link_density() < PARAGRAPH_LINKS
        && !is_heading
        && !matches!(line.kind, BlockKind::Caption | BlockKind::Table)
}
