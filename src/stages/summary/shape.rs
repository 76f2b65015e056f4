//! What the copy is made like, and where its summary may come from.

use std::ops::Range;

use super::WORDS;
use crate::intake::Article;
use crate::record::{Block, BlockKind, Genre};

/// Questions that make an interview of an article whose blocks are questions in turn with answers.
const QUESTIONS: usize = 3;

/// Blocks of the body for each question of an interview, at most: a question and the paragraphs of its
/// answer.
const BLOCKS_A_QUESTION: usize = 5;

/// Where the sentences of a summary may stand.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shape {
    kind: Kind,
    /// The blocks that count, by their place.
    blocks: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Paragraphs, from the top.
    Story,
    /// One sentence, be it the headline.
    Alert,
    /// The caption of a picture on its own.
    Caption,
    /// The opening of each entry or item: the introduction is missing.
    Openings(BlockKind),
}

impl Shape {
    /// The shape of an article; `None` for a note to editors, which has no story to sum up.
    pub(super) fn of(article: &Article) -> Option<Shape> {
        let blocks = &article.blocks;
        let all = 0..blocks.len();
        let kind = match article.supplied.genre {
            Some(Genre::Advisory) => return None,
            Some(Genre::Alert) => Kind::Alert,
            Some(Genre::PhotoCaption) => Kind::Caption,
            _ => Kind::Story,
        };
        if kind != Kind::Story {
            return Some(Shape { kind, blocks: all });
        }
        let introduced = |first: usize| {
            blocks[..first]
                .iter()
                .any(|b| b.kind == BlockKind::Paragraph)
        };
        // A live blog and a list are summed up by what introduces them, else by how their parts open.
        for part in [BlockKind::LiveEntry, BlockKind::ListItem] {
            let first = blocks.iter().position(|b| b.kind == part);
            let Some(first) = first.filter(|_| is_made_of(blocks, part)) else {
                continue;
            };
            return Some(if introduced(first) {
                Shape {
                    kind,
                    blocks: 0..first,
                }
            } else {
                Shape {
                    kind: Kind::Openings(part),
                    blocks: all,
                }
            });
        }
        // Answers are quotations whose speaker is not in the sentence: of an interview only what
        // stands before its first question. Questions that are crossheads may head a story.
        let is_over =
            |first: &usize| introduced(*first) || blocks[*first].kind == BlockKind::Paragraph;
        let blocks = first_question(article)
            .filter(is_over)
            .map_or(all, |first| 0..first);
        Some(Shape { kind, blocks })
    }

    /// How many sentences it gives of `wanted`.
    pub(super) fn most(&self, wanted: usize) -> usize {
        match self.kind {
            Kind::Alert => 1,
            _ => wanted,
        }
    }

    /// Whether a sentence in the block at `index` may be one; `is_first`: it is the first in its block.
    pub(super) fn takes(&self, (index, kind): (usize, BlockKind), is_first: bool) -> bool {
        self.blocks.contains(&index)
            && match self.kind {
                Kind::Story => kind == BlockKind::Paragraph,
                Kind::Alert => matches!(kind, BlockKind::Headline | BlockKind::Paragraph),
                Kind::Caption => matches!(kind, BlockKind::Caption | BlockKind::Paragraph),
                Kind::Openings(part) => kind == part && is_first,
            }
    }
}

/// Whether there are more blocks of the kind `part` than paragraphs; one entry makes a live blog.
fn is_made_of(blocks: &[Block], part: BlockKind) -> bool {
    let count = |kind| blocks.iter().filter(|b| b.kind == kind).count();
    part == BlockKind::LiveEntry || count(part) > count(BlockKind::Paragraph)
}

/// The block of the first question of an interview; `None` when it is no interview.
fn first_question(article: &Article) -> Option<usize> {
    let is_question = |block: &Block| {
        let text = block.span().of(&article.text);
        let is_told = || {
            let head = text.get(..text.floor_char_boundary(16)).unwrap_or("");
            let head = head.to_lowercase();
            WORDS.question.iter().any(|q| head.starts_with(q))
        };
        matches!(block.kind, BlockKind::Paragraph | BlockKind::Crosshead)
            && (text.ends_with('?') || is_told())
    };
    let blocks = &article.blocks;
    let questions = blocks.iter().filter(|b| is_question(b)).count();
    let body = blocks.iter().filter(|b| b.kind != BlockKind::Headline);
    let is_interview = questions >= QUESTIONS && questions * BLOCKS_A_QUESTION >= body.count();
    blocks.iter().position(is_question).filter(|_| is_interview)
}
