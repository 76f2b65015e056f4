//! A record as a person reads it at a terminal.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::record::{BlockKind, EnrichedArticle, EntityType, QuoteType, StageStatus, Status};
use crate::text::Span;

/// Longest stretch of text shown in one piece, in characters.
const LONGEST: usize = 100;

/// Names shown of one kind.
const NAMES: usize = 8;

/// The record in a dozen lines: what it is, what was found, what was removed.
pub fn readable(record: &EnrichedArticle) -> String {
    let mut out = String::new();
    let headline = record
        .headline
        .clone()
        .or_else(|| first_block(record))
        .unwrap_or_default();
    let _ = writeln!(out, "\n━━ {}", short(&headline));
    let mut line = |name: &str, what: String| {
        if !what.is_empty() {
            let _ = writeln!(out, "   {name:<9} {what}");
        }
    };
    line("is", what_it_is(record));
    line("from", whence(record));
    line(
        "by",
        record
            .authors
            .iter()
            .map(|a| a.name.as_str())
            .collect::<Vec<_>>()
            .join(", "),
    );
    line("dated", dated(record));
    line("text", size(record));
    let mut by_type: BTreeMap<EntityType, Vec<&str>> = BTreeMap::new();
    for entity in &record.entities {
        by_type.entry(entity.kind).or_default().push(&entity.name);
    }
    for (kind, names) in by_type {
        let kind = serde_json::to_value(kind).unwrap_or_default();
        line(kind.as_str().unwrap_or_default(), some(&names));
    }
    let text: Vec<char> = record.content.text.chars().collect();
    let at = |span: Span| -> String { text.get(span.range()).unwrap_or_default().iter().collect() };
    for quote in record
        .quotes
        .iter()
        .filter(|q| q.kind == QuoteType::Direct)
        .take(2)
    {
        let who = quote
            .source
            .map(|s| format!(" — {}", at(s)))
            .unwrap_or_default();
        line("quote", short(&at(quote.content)) + &who);
    }
    let times: Vec<String> = record
        .times
        .iter()
        .map(|t| {
            let said = at(Span {
                start: t.start,
                end: t.end,
            });
            t.value
                .as_ref()
                .map_or(said.clone(), |v| format!("{said} = {v}"))
        })
        .collect();
    line(
        "times",
        some(&times.iter().map(String::as_str).collect::<Vec<_>>()),
    );
    let amounts: Vec<String> = record
        .amounts
        .iter()
        .map(|a| {
            at(Span {
                start: a.start,
                end: a.end,
            })
        })
        .collect();
    line(
        "amounts",
        some(&amounts.iter().map(String::as_str).collect::<Vec<_>>()),
    );
    for removed in &record.removed {
        let kind = serde_json::to_value(removed.kind).unwrap_or_default();
        let kind = kind.as_str().unwrap_or_default();
        line("removed", format!("{kind}: {}", short(&removed.text)));
    }
    line("doubts", record.quality.flags.join(", "));
    let failed: Vec<String> = record
        .stages
        .iter()
        .filter(|s| matches!(s.status, StageStatus::Failed | StageStatus::TimedOut))
        .map(|s| s.name.clone())
        .collect();
    line("failed", failed.join(", "));
    out
}

fn first_block(record: &EnrichedArticle) -> Option<String> {
    record.content.text.lines().next().map(str::to_owned)
}

fn what_it_is(record: &EnrichedArticle) -> String {
    let mut parts = vec![record.ingest.format.clone()];
    if let Some(language) = &record.language {
        parts.push(language.code.clone());
    }
    match record.status {
        Status::Usable => {}
        Status::Withheld => parts.push("WITHHELD".into()),
        Status::Canceled => parts.push("CANCELED".into()),
    }
    parts.extend(record.version_kind.map(|k| {
        let kind = serde_json::to_value(k).unwrap_or_default();
        kind.as_str().unwrap_or_default().to_owned()
    }));
    parts.extend(
        record
            .embargoed_until
            .as_ref()
            .map(|t| format!("embargoed until {t}")),
    );
    parts.join(", ")
}

fn whence(record: &EnrichedArticle) -> String {
    let outlet = record.outlet.as_ref().map(|o| match &o.domain {
        Some(domain) => format!("{} ({domain})", o.name),
        None => o.name.clone(),
    });
    let origin = record
        .origin
        .as_ref()
        .map(|o| format!("copy of {}", o.agency));
    let place = record
        .dateline
        .as_ref()
        .and_then(|d| d.place.clone())
        .map(|p| format!("filed in {p}"));
    let source = record.ingest.source.clone().filter(|_| outlet.is_none());
    [outlet, source, origin, place]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

fn dated(record: &EnrichedArticle) -> String {
    let published = record.published.as_ref().map(|d| d.value.clone());
    let modified = record
        .modified
        .as_ref()
        .map(|d| format!("changed {}", d.value));
    [published, modified]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

fn size(record: &EnrichedArticle) -> String {
    let content = &record.content;
    let blocks = content
        .blocks
        .iter()
        .filter(|b| b.kind == BlockKind::Paragraph)
        .count();
    format!(
        "{} words, {} sentences, {blocks} paragraphs",
        content.words,
        content.sentences.len()
    )
}

/// One line of `text`, cut at a bearable length.
fn short(text: &str) -> String {
    let flat: Vec<&str> = text.split_whitespace().collect();
    let flat = flat.join(" ");
    match flat.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", &flat[..cut]),
        None => flat,
    }
}

/// The first few of `names`, and how many more there are.
fn some(names: &[&str]) -> String {
    let shown = names
        .iter()
        .take(NAMES)
        .copied()
        .collect::<Vec<_>>()
        .join(" · ");
    match names.len().saturating_sub(NAMES) {
        0 => shown,
        more => format!("{shown} · {more} more"),
    }
}
