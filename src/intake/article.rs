use std::collections::BTreeSet;

use super::draft::{Draft, Flag, Piece, Supplied};
use super::formats::Format;
use crate::record::{Block, BlockKind, Removed, Segment};
use crate::text::{SharedText, Span};

/// One article with its clean text: what the stages read. Offsets are bytes into `text`.
#[derive(Debug, Clone)]
pub struct Article {
    pub id: String,
    pub format: Format,
    pub charset: String,
    /// The decoded document the segments point into.
    pub raw: SharedText,
    pub supplied: Supplied,
    /// Headline, then body, one block a line.
    pub text: String,
    pub blocks: Vec<Block>,
    /// `(text_start, raw_start, length)` in bytes.
    pub segments: Vec<Segment>,
    pub removed: Vec<Removed>,
    pub flags: BTreeSet<Flag>,
}

impl Article {
    /// Lays the blocks of a cleaned draft out as one text.
    ///
    /// A headline or deck that the supplier gave and that does not stand among the blocks comes first.
    pub fn from_draft(draft: Draft, id: String) -> Article {
        let Draft {
            format,
            charset,
            raw,
            supplied,
            blocks: drafts,
            headline,
            removed,
            flags,
        } = draft;
        let mut text =
            String::with_capacity(drafts.iter().map(|b| b.text.len() + 1).sum::<usize>() + 200);
        let mut blocks = Vec::with_capacity(drafts.len() + 2);
        let mut segments = Vec::new();
        let mut place = |start: u32, pieces: &[Piece]| {
            segments.extend(pieces.iter().map(|p| Segment(start + p.at, p.raw, p.len)));
        };
        let mut lay = |kind: BlockKind, part: &str, time: Option<&String>| -> Option<u32> {
            if part.trim().is_empty() {
                return None;
            }
            if !text.is_empty() {
                text.push('\n');
            }
            let start = text.len() as u32;
            text.push_str(part);
            blocks.push(Block {
                kind,
                start,
                end: text.len() as u32,
                time: time.cloned(),
            });
            Some(start)
        };
        for (kind, given) in [
            (BlockKind::Headline, &supplied.headline),
            (BlockKind::Deck, &supplied.deck),
        ] {
            if let Some(given) = given
                && !drafts.iter().any(|b| b.kind == kind)
            {
                let standing = headline.as_ref().filter(|block| block.text == *given);
                if let Some(start) = lay(kind, given, None)
                    && kind == BlockKind::Headline
                    && let Some(block) = standing
                {
                    place(start, &block.pieces);
                }
            }
        }
        for draft in &drafts {
            if let Some(start) = lay(draft.kind, &draft.text, draft.time.as_ref()) {
                place(start, &draft.pieces);
            }
        }
        Article {
            id,
            format,
            charset,
            raw,
            supplied,
            text,
            blocks,
            segments,
            removed,
            flags,
        }
    }

    /// Where the article's dateline stands in the text; `None` when it has none, or that is no part of the text.
    pub fn dateline(&self) -> Option<Span> {
        let dateline = self.supplied.dateline.as_ref()?;
        let mut blocks = self.blocks.iter().map(|b| b.span());
        let block = blocks.find(|b| b.of(&self.text).starts_with(&*dateline.text))?;
        let start = block.start as usize;
        Some(Span::new(start, start + dateline.text.len()))
    }

    /// The blocks that make up the body: all but headline, deck and captions.
    pub fn body(&self) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(|b| {
            !matches!(
                b.kind,
                BlockKind::Headline | BlockKind::Deck | BlockKind::Caption
            )
        })
    }
}
