//! Reads bytes as the worker does and holds what comes of them against what every article promises.
#![allow(dead_code, reason = "each target uses its part of it")]

use std::ops::ControlFlow;

use copydesk::engine;
use copydesk::intake::{
    Article, Draft, DraftBlock, Format, Hints, Settings, read as read_any, read_as,
};
use copydesk::record::{DateValue, Precision};
use copydesk::text::SharedText;

/// Most bytes of text a byte of a document may become, over all articles in it: its headline may also
/// be its deck and the start of its body, and an item's text stand in it in plain and in HTML.
const TEXT_A_BYTE: usize = 8;
/// What may come on top, whatever the document: what its own XML entities may expand to.
const TEXT_ANYWAY: usize = 256 << 10;

/// Reads `bytes` as `format`, or as whatever they look like. Panics where a promise is broken.
pub fn read(format: Option<Format>, bytes: &[u8]) {
    let settings = Settings::default();
    let hints = Hints::default();
    let mut measured: Option<(SharedText, usize)> = None;
    let mut emit = |draft: Draft| {
        let (raw, before) = measured
            .take()
            .filter(|(raw, _)| std::ptr::eq(&**raw, &*draft.raw))
            .unwrap_or_else(|| (draft.raw.clone(), 0));
        let text = before + finish(draft, &hints, &settings);
        assert!(text <= TEXT_A_BYTE * raw.len() + TEXT_ANYWAY);
        measured = Some((raw, text));
        ControlFlow::Continue(())
    };
    let _ = match format {
        Some(format) => read_as(format, bytes, &hints, &settings, &mut emit),
        None => read_any(bytes, &hints, &settings, &mut emit),
    };
}

/// Cleans a draft and holds it and the article it becomes. Returns the size of all its text.
pub fn finish(draft: Draft, hints: &Hints, settings: &Settings) -> usize {
    hold_draft(&draft);
    let article = engine::finish(draft, hints, &settings.outlets);
    hold_article(&article);
    let removed: usize = article.removed.iter().map(|r| r.text.len()).sum();
    article.text.len() + removed
}

fn hold_draft(draft: &Draft) {
    for block in &draft.blocks {
        hold_block(block, &draft.raw);
    }
    for removed in &draft.removed {
        if let Some(span) = removed.raw {
            assert!(draft.raw.get(span.range()).is_some(), "{removed:?}");
        }
    }
    let supplied = &draft.supplied;
    for date in [&supplied.published, &supplied.modified]
        .into_iter()
        .flatten()
    {
        hold_date(date);
    }
}

/// Every piece of a block is the same in the document, byte for byte, and none overlaps the next.
pub fn hold_block(block: &DraftBlock, raw: &str) {
    let mut end = 0;
    for piece in &block.pieces {
        let (at, there, len) = (piece.at as usize, piece.raw as usize, piece.len as usize);
        assert!(end <= at, "{block:?}");
        end = at + len;
        let text = block.text.get(at..end);
        assert!(text.is_some(), "{block:?}");
        assert_eq!(text, raw.get(there..there + len), "{block:?}");
    }
}

/// A date is one that is in the calendar, and as precise as it says.
fn hold_date(date: &DateValue) {
    use jiff::{Timestamp, civil};
    let value = &date.value;
    let parses = match date.precision {
        Precision::Day => value.len() == 10 && value.parse::<civil::Date>().is_ok(),
        _ => value.parse::<Timestamp>().is_ok() || value.parse::<civil::DateTime>().is_ok(),
    };
    assert!(parses, "{date:?}");
}

/// The blocks, one a line, are the text; each segment is the same in the document.
pub fn hold_article(article: &Article) {
    let text = &article.text;
    let mut next = 0;
    for block in &article.blocks {
        let block = block.span().range();
        assert!(
            block.start == next && block.start < block.end,
            "{article:?}"
        );
        assert!(text.get(block.clone()).is_some(), "{article:?}");
        next = block.end + 1;
        assert!(next > text.len() || text.as_bytes()[block.end] == b'\n');
    }
    assert_eq!(next, if text.is_empty() { 0 } else { text.len() + 1 });
    let mut end = 0;
    for segment in &article.segments {
        let (at, raw, len) = (segment.0 as usize, segment.1 as usize, segment.2 as usize);
        assert!(end <= at, "{article:?}");
        end = at + len;
        assert!(text.get(at..end).is_some());
        assert_eq!(text.get(at..end), article.raw.get(raw..raw + len));
    }
}
