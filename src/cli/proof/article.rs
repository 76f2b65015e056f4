//! The article: a block a row, with its number and kind before it and its cards beside it.

use maud::{Markup, html};

use super::layers::{Mark, Run, Sweep};
use super::margin::Margin;
use super::text::{Cut, visible};
use crate::record::{Block, BlockKind, EnrichedArticle, name_of};
use crate::text::Span;

/// The blocks of the text with what the record says of them.
pub(super) fn article(
    record: &EnrichedArticle,
    text: &Cut<'_>,
    marks: &[Mark],
    margin: &mut Margin<'_>,
) -> Markup {
    let mut sweep = Sweep::new(marks);
    html! {
        article #article aria-label="Article" lang=[record.language.as_ref().map(|l| visible(&l.code))] {
            @for (n, block) in blocks(record, text.len()).iter().enumerate() {
                div.b {
                    div.n {
                        (n + 1) br; (name_of(block.kind))
                        @if let Some(time) = &block.time { br; (visible(time)) }
                    }
                    (element(block.kind, &runs(&sweep.runs(block.span()), text)))
                    aside aria-label=(format!("Beside block {}", n + 1)) { (margin.until(block.end)) }
                }
            }
            @if text.len() == 0 { p { "There is no text." } }
        }
    }
}

/// The blocks in the order of the text, none over another; one of all text where the record has none.
fn blocks(record: &EnrichedArticle, len: u32) -> Vec<Block> {
    let mut all = record.content.blocks.clone();
    if all.is_empty() && len > 0 {
        all.push(Block {
            kind: BlockKind::Paragraph,
            start: 0,
            end: len,
            time: None,
        });
    }
    all.sort_by_key(|block| block.start);
    let mut free = 0;
    for block in &mut all {
        block.start = block.start.max(free).min(len);
        block.end = block.end.clamp(block.start, len);
        free = block.end;
    }
    all
}

fn element(kind: BlockKind, inner: &Markup) -> Markup {
    let class = name_of(kind);
    match kind {
        BlockKind::Headline => html! { h2 dir="auto" { (inner) } },
        BlockKind::Crosshead => html! { h3 dir="auto" { (inner) } },
        BlockKind::Quote => html! { blockquote dir="auto" { (inner) } },
        _ => {
            html! { p class=[(kind != BlockKind::Paragraph).then_some(class)] dir="auto" { (inner) } }
        }
    }
}

/// Runs as spans; those of which nothing is said as plain text.
pub(super) fn runs(runs: &[Run], text: &Cut<'_>) -> Markup {
    let shown = |span: Span| visible(text.at(span));
    html! {
        @for run in runs {
            @if run.items.is_empty() {
                (shown(run.span))
            } @else {
                span class=(run.classes) data-i=(run.items) { (shown(run.span)) }
                @for value in &run.values { sup { (value) } }
            }
        }
    }
}
