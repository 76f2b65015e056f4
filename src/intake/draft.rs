use std::collections::BTreeSet;

use super::formats::Format;
use crate::record::{
    Access, Author, BlockKind, DateSeen, DateValue, Dateline, Genre, HeadlineSeen, Media, Outlet,
    Removed, RemovedKind, Status, Subject, VersionKind,
};
use crate::text::{SharedText, Span};

/// A doubt about the copy; `quality.flags` of the record.
pub use crate::record::Flag;

/// One article as its format's reader found it: nothing cleaned yet, offsets in bytes.
#[derive(Debug, Clone)]
pub struct Draft {
    pub format: Format,
    /// Character set the document was decoded with, in lower case.
    pub charset: String,
    /// The decoded document, shared by all articles in it.
    pub raw: SharedText,
    pub supplied: Supplied,
    /// Headline, deck and body in reading order, as far as they stand in the document's text.
    ///
    /// A headline known from [`Supplied::headline`] only is put first when the article is assembled.
    pub blocks: Vec<DraftBlock>,
    /// The headline where it stands in the document and is not among [`Draft::blocks`].
    pub headline: Option<DraftBlock>,
    /// What the reader itself kept out of the body.
    pub removed: Vec<Removed>,
    pub flags: BTreeSet<Flag>,
}

impl Draft {
    pub fn new(format: Format, charset: impl Into<String>, raw: SharedText) -> Self {
        Draft {
            format,
            charset: charset.into(),
            raw,
            supplied: Supplied::default(),
            blocks: Vec::new(),
            headline: None,
            removed: Vec::new(),
            flags: BTreeSet::new(),
        }
    }

    /// Moves a block to [`Draft::removed`] and returns its text.
    pub fn remove(&mut self, index: usize, kind: RemovedKind) -> String {
        let block = self.blocks.remove(index);
        self.put_aside(&block, kind);
        block.text
    }

    /// Moves the end of a block, from byte `from` of its text, to [`Draft::removed`]; what is left is
    /// trimmed. The block goes as a whole when nothing is left of it.
    pub fn cut_end(&mut self, index: usize, from: usize, kind: RemovedKind) -> String {
        let block = &self.blocks[index];
        let kept = block.text[..from].trim_end().len();
        if kept == 0 {
            return self.remove(index, kind);
        }
        let start = block.text.len() - block.text[from..].trim_start().len();
        let end = block.cut(start..block.text.len());
        self.blocks[index] = block.cut(0..kept);
        self.put_aside(&end, kind);
        end.text
    }

    fn put_aside(&mut self, block: &DraftBlock, kind: RemovedKind) {
        self.removed.push(Removed {
            kind,
            text: block.text.clone(),
            raw: block.place(),
            outlets: Vec::new(),
        });
    }
}

/// A block of a draft and where its text stood in the decoded document.
#[derive(Debug, Clone)]
pub struct DraftBlock {
    pub kind: BlockKind,
    pub text: String,
    /// Stretches that are the same, byte for byte, in the document; ascending, may be empty.
    pub pieces: Vec<Piece>,
    /// When the entry of a live page it stands in was written.
    pub time: Option<String>,
}

impl DraftBlock {
    /// A block whose place in the document is not known.
    pub fn new(kind: BlockKind, text: impl Into<String>) -> Self {
        DraftBlock {
            kind,
            text: text.into(),
            pieces: Vec::new(),
            time: None,
        }
    }

    /// A block that is one unbroken stretch of the document, from byte `raw` on.
    pub fn verbatim(kind: BlockKind, text: &str, raw: usize) -> Self {
        DraftBlock {
            kind,
            text: text.to_owned(),
            pieces: vec![Piece {
                at: 0,
                raw: raw as u32,
                len: text.len() as u32,
            }],
            time: None,
        }
    }

    /// Appends a stretch that stands at byte `raw` of the document as it is.
    pub fn push_verbatim(&mut self, text: &str, raw: usize) {
        let (at, raw, len) = (self.text.len() as u32, raw as u32, text.len() as u32);
        self.text.push_str(text);
        match self.pieces.last_mut() {
            Some(p) if p.at + p.len == at && p.raw + p.len == raw => p.len += len,
            _ => self.pieces.push(Piece { at, raw, len }),
        }
    }

    /// Appends text that does not stand in the document that way (a decoded entity, a mapped sign).
    pub fn push_made(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Appends another block's text, each stretch of it where it stood.
    pub fn append(&mut self, other: DraftBlock) {
        let by = self.text.len() as u32;
        self.text.push_str(&other.text);
        let moved = other
            .pieces
            .into_iter()
            .map(|p| Piece { at: p.at + by, ..p });
        self.pieces.extend(moved);
    }

    /// The same block cut down to the bytes `range` of its text.
    pub fn cut(&self, range: std::ops::Range<usize>) -> DraftBlock {
        let (from, to) = (range.start as u32, range.end as u32);
        let pieces = self
            .pieces
            .iter()
            .filter_map(|p| {
                let (a, b) = (p.at.max(from), (p.at + p.len).min(to));
                (a < b).then(|| Piece {
                    at: a - from,
                    raw: p.raw + (a - p.at),
                    len: b - a,
                })
            })
            .collect();
        DraftBlock {
            kind: self.kind,
            text: self.text[range].to_owned(),
            pieces,
            time: self.time.clone(),
        }
    }

    /// Drops what stands behind byte `end` of the text.
    pub fn truncate(&mut self, end: usize) {
        self.text.truncate(end);
        let end = end as u32;
        while let Some(last) = self.pieces.last_mut() {
            if last.at < end {
                last.len = last.len.min(end - last.at);
                break;
            }
            self.pieces.pop();
        }
    }

    /// Drops the characters that `drop` picks, in one pass over the text and its pieces.
    pub fn drop_chars(&mut self, drop: impl Fn(char) -> bool) {
        let text = std::mem::take(&mut self.text);
        let pieces = std::mem::take(&mut self.pieces);
        let (mut from, mut next) = (0, 0);
        for run in text.split_inclusive(&drop) {
            let kept = run.trim_end_matches(&drop);
            let to = from + kept.len() as u32;
            let gone = from - self.text.len() as u32;
            while let Some(p) = pieces.get(next) {
                let (a, b) = (p.at.max(from), (p.at + p.len).min(to));
                if a < b {
                    self.pieces.push(Piece {
                        at: a - gone,
                        raw: p.raw + (a - p.at),
                        len: b - a,
                    });
                }
                if p.at + p.len > to {
                    break;
                }
                next += 1;
            }
            self.text.push_str(kept);
            from += run.len() as u32;
        }
    }

    /// Puts other text in the place of stretches, given in their order, in one pass over the text and its pieces.
    pub fn replace(&mut self, edits: &[(std::ops::Range<usize>, String)]) {
        let text = std::mem::take(&mut self.text);
        let pieces = std::mem::take(&mut self.pieces);
        let mut next = 0;
        let mut keep = |block: &mut DraftBlock, from: usize, to: usize| {
            let (start, end) = (from as u32, to as u32);
            let base = block.text.len() as u32;
            while let Some(p) = pieces.get(next) {
                let (a, b) = (p.at.max(start), (p.at + p.len).min(end));
                if a < b {
                    block.pieces.push(Piece {
                        at: base + (a - start),
                        raw: p.raw + (a - p.at),
                        len: b - a,
                    });
                }
                if p.at + p.len > end {
                    break;
                }
                next += 1;
            }
            block.text.push_str(&text[from..to]);
        };
        let mut from = 0;
        for (range, with) in edits {
            keep(self, from, range.start);
            self.push_made(with);
            from = range.end;
        }
        keep(self, from, text.len());
    }

    /// From where to where the block stood in the document, as far as it is known.
    pub fn place(&self) -> Option<Span> {
        let (first, last) = (self.pieces.first()?, self.pieces.last()?);
        Some(Span {
            start: first.raw,
            end: last.raw + last.len,
        })
    }
}

/// `len` bytes at `at` of a block's text are the bytes at `raw` of the decoded document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    pub at: u32,
    pub raw: u32,
    pub len: u32,
}

/// All that the supplier, the page or the wire's conventions say of the article.
#[derive(Debug, Clone, Default)]
pub struct Supplied {
    pub id: Option<String>,
    pub version: Option<u32>,
    pub version_kind: Option<VersionKind>,
    pub supersedes: Option<String>,
    pub status: Option<Status>,
    pub embargoed_until: Option<String>,
    pub editorial_notes: Vec<String>,
    pub genre: Option<Genre>,
    pub urgency: Option<u8>,
    pub slugline: Option<String>,
    pub keywords: Vec<String>,
    pub subjects: Vec<Subject>,
    pub alt_ids: Vec<String>,
    pub headline: Option<String>,
    pub headlines_seen: Vec<HeadlineSeen>,
    pub deck: Option<String>,
    pub byline: Option<String>,
    pub authors: Vec<Author>,
    pub dateline: Option<Dateline>,
    pub published: Option<DateValue>,
    pub modified: Option<DateValue>,
    pub dates_seen: Vec<DateSeen>,
    /// BCP 47 tag as declared.
    pub language: Option<String>,
    pub outlet: Option<Outlet>,
    pub section: Option<String>,
    pub credit: Option<String>,
    pub copyright: Option<String>,
    pub usage_terms: Option<String>,
    pub media: Vec<Media>,
    pub links: Vec<String>,
    pub access: Option<Access>,
    pub url: Option<String>,
    pub source: Option<String>,
}
