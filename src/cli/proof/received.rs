//! What stood around the article: what was removed, its media, how each stage fared, and the document as received.

use maud::{Markup, html};

use super::article::runs;
use super::layers::{self, Mark, Sweep};
use super::pointer;
use super::text::{Cut, short, visible};
use crate::cli::words;
use crate::record::{EnrichedArticle, Segment, name_of};
use crate::text::Span;

/// Longest decoded document that is shown whole, in code points. Of a longer one, what is around the text is.
const WHOLE: u32 = 6_000;

/// Code points shown before and after each stretch of a document that is not shown whole.
const AROUND: u32 = 60;

/// Characters shown of a text that was removed.
const REMOVED: usize = 600;

pub(super) fn below(record: &EnrichedArticle, marks: &[Mark], raw: Option<&str>) -> Markup {
    html! {
        div.below {
            @if !record.removed.is_empty() { (removed(record)) }
            @if !record.media.is_empty() { (media(record)) }
            (stages(record))
            @if let Some(raw) = raw { (as_received(record, marks, raw)) }
        }
    }
}

fn removed(record: &EnrichedArticle) -> Markup {
    html! {
        section aria-labelledby="removed" {
            h2 #removed { "Removed" }
            table { tbody {
                @for (n, removed) in record.removed.iter().enumerate() {
                    tr {
                        th scope="row" { (name_of(removed.kind)) }
                        td dir="auto" { span.x data-i=(pointer("removed", n)) { (short(&removed.text, REMOVED)) } }
                    }
                }
            } }
        }
    }
}

fn media(record: &EnrichedArticle) -> Markup {
    html! {
        section aria-labelledby="media" {
            h2 #media { "Media" }
            ul {
                @for medium in &record.media {
                    li {
                        (name_of(medium.kind)) " "
                        @if let Some(url) = &medium.url { (super::link(url)) " " }
                        @for said in [&medium.caption, &medium.credit].into_iter().flatten() { bdi { (visible(said)) } " " }
                    }
                }
            }
        }
    }
}

fn stages(record: &EnrichedArticle) -> Markup {
    html! {
        section aria-labelledby="stages" {
            details {
                summary #stages { "Stages" }
                table { tbody {
                    @for stage in &record.stages {
                        tr {
                            th scope="row" { (visible(&stage.name)) }
                            td { (name_of(stage.status)) }
                            td { (format!("{:.2} ms", stage.ms)) }
                            td { @if let Some(error) = &stage.error { (visible(error)) " " }
                                @if let Some(by) = record.provenance.get(&stage.name) { (visible(by)) } }
                        }
                    }
                } }
            }
        }
    }
}

/// The decoded document with the same items marked where they came from.
fn as_received(record: &EnrichedArticle, marks: &[Mark], raw: &str) -> Markup {
    let text = Cut::new(raw);
    let segments = segments(record);
    let mut placed: Vec<Mark> = marks
        .iter()
        .flat_map(|mark| moved(mark, &segments))
        .collect();
    for (n, removed) in record.removed.iter().enumerate() {
        placed.extend(removed.raw.map(|span| Mark {
            span,
            classes: "x".to_owned(),
            item: pointer("removed", n),
            value: None,
        }));
    }
    placed.retain(|mark| mark.span.start < mark.span.end);
    layers::sort(&mut placed);
    let shown = windows(&segments, &placed, text.len());
    let mut sweep = Sweep::new(&placed);
    let ends = [0].into_iter().chain(shown.iter().map(|window| window.end));
    let left_out = ends.zip(shown.iter().map(|window| window.start));
    let left_out = left_out.map(|(end, start)| start - end);
    let last = text.len() - shown.last().map_or(0, |window| window.end);
    html! {
        section aria-labelledby="received" {
            details #raw {
                summary #received { "As received" }
                p.faint {
                    "The document as decoded from " (visible(&record.ingest.charset)) ", "
                    (words::number(f64::from(text.len()))) " characters"
                    @if text.len() > WHOLE { ": what is around the article's text" }
                    "."
                }
                pre dir="auto" {
                    @for (before, window) in left_out.zip(&shown) {
                        (gap(before))
                        (runs(&sweep.runs(*window), &text))
                    }
                    (gap(last))
                }
            }
        }
    }
}

/// Says how much is left out.
fn gap(length: u32) -> Markup {
    html! { @if length > 0 { span.gap { "\n… " (words::number(f64::from(length))) " characters …\n" } } }
}

/// The segments in the order of the text, none over another.
fn segments(record: &EnrichedArticle) -> Vec<Segment> {
    let mut all = record.content.segments.clone();
    all.sort_by_key(|segment| segment.0);
    let mut free = 0;
    all.retain(|segment| {
        let is_next = segment.0 >= free && segment.1.checked_add(segment.2).is_some();
        if is_next {
            free = segment.0.saturating_add(segment.2);
        }
        is_next
    });
    all
}

/// A mark as it stands in the document: in as many pieces as there are segments under it, its value after the last.
fn moved(mark: &Mark, segments: &[Segment]) -> Vec<Mark> {
    let first = segments.partition_point(|s| s.0.saturating_add(s.2) <= mark.span.start);
    let under = segments[first..].iter().take_while(|s| s.0 < mark.span.end);
    let mut out: Vec<Mark> = Vec::new();
    for &Segment(text, raw, length) in under {
        let from = mark.span.start.max(text) - text;
        let to = mark.span.end.min(text.saturating_add(length)) - text;
        let span = Span {
            start: raw + from,
            end: raw + to,
        };
        match out.last_mut() {
            Some(last) if last.span.end == span.start => last.span.end = span.end,
            _ => out.push(Mark {
                span,
                value: None,
                ..mark.clone()
            }),
        }
    }
    out
}

/// The stretches of a document to show: all of a short one, else what is around the text and what was removed.
fn windows(segments: &[Segment], placed: &[Mark], len: u32) -> Vec<Span> {
    if len <= WHOLE {
        return vec![Span { start: 0, end: len }];
    }
    let of_text = segments
        .iter()
        .map(|&Segment(_, raw, length)| (raw, raw + length));
    let of_marks = placed.iter().map(|mark| (mark.span.start, mark.span.end));
    let mut all: Vec<Span> = of_text
        .chain(of_marks)
        .map(|(start, end)| Span {
            start: start.saturating_sub(AROUND).min(len),
            end: end.saturating_add(AROUND).min(len),
        })
        .filter(|span| span.start < span.end)
        .collect();
    all.sort_unstable();
    all.dedup_by(|next, kept| {
        let meets = next.start <= kept.end;
        if meets {
            *kept = kept.join(*next);
        }
        meets
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go_where_the_segments_say() {
        let segments = [Segment(0, 100, 5), Segment(5, 120, 5), Segment(10, 125, 5)];
        let mark = Mark {
            span: Span { start: 3, end: 12 },
            classes: "e".into(),
            item: "entities/0".into(),
            value: None,
        };
        let spans: Vec<_> = moved(&mark, &segments)
            .iter()
            .map(|m| (m.span.start, m.span.end))
            .collect();
        assert_eq!(spans, [(103, 105), (120, 127)]);
    }

    #[test]
    fn of_a_long_document_only_what_is_around_the_text_is_shown() {
        let segments = [
            Segment(0, 10_000, 50),
            Segment(50, 10_080, 10),
            Segment(60, 20_000, 5),
        ];
        let shown = windows(&segments, &[], 20_010);
        let shown: Vec<_> = shown.iter().map(|s| (s.start, s.end)).collect();
        assert_eq!(shown, [(9_940, 10_150), (19_940, 20_010)]);
        assert_eq!(windows(&segments, &[], 300).len(), 1);
    }
}
