//! The whole page: its head, and what keeps it closed to the outside.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::article::article;
use super::layers::{LAYERS, marks};
use super::margin::{Margin, said};
use super::overview::overview;
use super::received::below;
use super::text::{Cut, short, visible};
use super::{LISTS, Names, link};
use crate::cli::words;
use crate::record::{EnrichedArticle, Flag, Status, name_of};
use crate::text::data::{DataFile, data_file};

/// Characters of a label of an item.
const LABEL: usize = 120;

/// The proof page of a record: one HTML file that asks for nothing outside of itself. `raw` is the document it was made
/// of, decoded; without it the page has no part "as received".
pub fn page(record: &EnrichedArticle, raw: Option<&str>) -> String {
    let text = Cut::new(&record.content.text);
    let names = Names::of_record(record);
    let marks = marks(record);
    let mut margin = Margin::new(record, &names, &text);
    let body = html! {
        (head(record))
        main {
            (article(record, &text, &marks, &mut margin))
            (overview(record, &text))
        }
        (below(record, &marks, raw))
        dialog aria-labelledby="item" {
            h2 #item {}
            pre tabindex="0" {}
            form method="dialog" { button { "Close" } }
        }
        p #status role="status" {}
        script #items type="application/json" { (PreEscaped(embedded(&items(record, &names, &text)))) }
    };
    let title = headline(record);
    document(&short(&title, LABEL), &body, data_file!("proof/page.js"))
}

/// A document with the one style and one script; anything else would be refused by its policy.
pub(super) fn document(title: &str, body: &Markup, script: DataFile<'static>) -> String {
    let style = &flush_left(data_file!("proof/page.css").text());
    let script = &flush_left(script.text());
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let policy = format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        hash(style),
        hash(script)
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (PreEscaped(style)) }
            }
            body {
                (body)
                script { (PreEscaped(script)) }
            }
        }
    };
    page.into_string()
}

/// Lines without what they are indented by, which is for whoever reads the file.
fn flush_left(text: &str) -> String {
    let lines = text.lines().map(str::trim_start);
    lines.collect::<Vec<_>>().join("\n")
}

/// JSON as it may stand in a script: nothing in it ends the element.
fn embedded(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

/// What the page's script shows of the record: its items, and a label for each that has no name. What says nothing,
/// `null`, `false` or empty, is left out.
fn items(record: &EnrichedArticle, names: &Names<'_>, text: &Cut<'_>) -> Value {
    let quotes = record.quotes.iter().map(|q| {
        let (speaker, how) = said(q, names, text);
        format!("{speaker}: {how}")
    });
    let times = record
        .times
        .iter()
        .map(|t| words::time(t).unwrap_or_default());
    let amounts = record
        .amounts
        .iter()
        .map(|a| short(&words::amount(a), LABEL));
    let events = record.events.iter().map(words::event);
    let removed = record
        .removed
        .iter()
        .map(|r| format!("removed: {}", name_of(r.kind)));
    json!({
        "lists": LISTS.iter().copied().collect::<BTreeMap<_, _>>(),
        "entities": told(&record.entities), "quotes": told(&record.quotes), "times": told(&record.times),
        "amounts": told(&record.amounts), "events": told(&record.events), "topics": told(&record.topics),
        "removed": told(&record.removed),
        "labels": {
            "quotes": quotes.collect::<Vec<_>>(),
            "times": times.collect::<Vec<_>>(), "amounts": amounts.collect::<Vec<_>>(),
            "events": events.collect::<Vec<_>>(), "removed": removed.collect::<Vec<_>>(),
        },
    })
}

/// Items as the record has them, without what says nothing. By way of text, which has numbers as short as they are
/// written: a value made at once has `0.0689999982714653` for `0.069`.
fn told(items: &impl Serialize) -> Value {
    let text = serde_json::to_string(items).unwrap_or_default();
    let mut value = serde_json::from_str(&text).unwrap_or_default();
    drop_empty(&mut value);
    value
}

fn drop_empty(value: &mut Value) {
    let says_nothing = |value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(all) => all.is_empty(),
        Value::Object(all) => all.is_empty(),
        _ => false,
    };
    match value {
        Value::Array(all) => all.iter_mut().for_each(drop_empty),
        Value::Object(all) => {
            all.values_mut().for_each(drop_empty);
            all.retain(|_, value| !says_nothing(value));
        }
        _ => {}
    }
}

/// The headline, else the first line of the text.
pub(super) fn headline(record: &EnrichedArticle) -> String {
    let first = || record.content.text.lines().next().map(str::to_owned);
    let headline = record.headline.clone().or_else(first);
    headline
        .filter(|h| !h.is_empty())
        .unwrap_or_else(|| record.id.clone())
}

fn head(record: &EnrichedArticle) -> Markup {
    html! {
        header {
            (pills(record))
            h1 dir="auto" {
                @match &record.headline { Some(headline) => (visible(headline)), None => "— no headline —" }
            }
            @if let Some(deck) = &record.deck { p dir="auto" { (visible(deck)) } }
            (facts(record))
            @if !record.editorial_notes.is_empty() {
                h2 { "Editorial notes" }
                ul { @for note in &record.editorial_notes { li dir="auto" { (visible(note)) } } }
            }
            @if !record.quality.flags.is_empty() {
                ul aria-label="Doubts" {
                    @for flag in &record.quality.flags { li { b { (visible(flag)) } " " (says(flag)) } }
                }
            }
            (layers())
        }
    }
}

fn says(flag: &str) -> &'static str {
    let known = Flag::ALL.iter().find(|(name, _)| *name == flag);
    known.map_or("", |(_, says)| says.trim())
}

fn pills(record: &EnrichedArticle) -> Markup {
    let status = record.status.as_str();
    html! {
        span.pill.(status) { (status) }
        @if let Some(genre) = record.genre { span.pill { (name_of(genre)) } }
        @if let Some(kind) = record.version_kind { span.pill { (name_of(kind)) } }
        span.pill { (visible(&record.ingest.format)) }
        @if let Some(language) = &record.language {
            span.pill {
                (visible(&language.code))
                @if let Some(sure) = language.confidence { " " (format!("{sure:.2}")) }
            }
        }
        span.pill { (record.content.words) " words · " (format!("{:.1}", record.content.reading_minutes)) " min" }
        @for flag in &record.quality.flags { span.pill.doubt { (visible(flag)) } }
    }
}

/// What is said of the article as a list, each with what it rests on.
fn facts(record: &EnrichedArticle) -> Markup {
    let dated = |date: &crate::record::DateValue| {
        let (precision, basis) = (name_of(date.precision), name_of(date.basis));
        format!("{} (to the {precision}, from {basis})", date.value)
    };
    let authors = record.authors.iter().map(|author| {
        let of = author.organization.as_ref().map(|o| format!(", {o}"));
        let role = name_of(author.role);
        format!("{}{} ({role})", author.name, of.unwrap_or_default())
    });
    let authors = authors.collect::<Vec<_>>().join("; ");
    let outlet = record.outlet.as_ref().map(|o| match &o.domain {
        Some(domain) => format!("{} ({domain})", o.name),
        None => o.name.clone(),
    });
    let origin = record.origin.as_ref().map(|origin| {
        let basis = origin.basis.iter().map(|basis| name_of(*basis));
        format!(
            "{} (by {})",
            origin.agency,
            basis.collect::<Vec<_>>().join(", ")
        )
    });
    let place = record.ingest.topic.as_ref().map(|topic| {
        let (partition, offset) = (record.ingest.partition, record.ingest.offset);
        format!(
            "{topic} {}@{}",
            partition.unwrap_or_default(),
            offset.unwrap_or_default()
        )
    });
    let withheld = record.embargoed_until.clone();
    let why = (record.status == Status::Canceled).then(|| "must not be used".to_owned());
    let facts = [
        ("status", why),
        ("published", record.published.as_ref().map(dated)),
        ("modified", record.modified.as_ref().map(dated)),
        ("embargoed until", withheld),
        ("supersedes", record.supersedes.clone()),
        ("byline", record.byline.clone()),
        ("authors", Some(authors).filter(|a| !a.is_empty())),
        ("dateline", record.dateline.as_ref().map(|d| d.text.clone())),
        ("outlet", outlet),
        ("section", record.section.clone()),
        ("credit", record.credit.clone()),
        ("copyright", record.copyright.clone()),
        ("origin", origin),
        ("source", record.ingest.source.clone()),
        ("file", record.ingest.file.clone()),
        ("read from", place),
        ("id", Some(record.id.clone())),
    ];
    let stated = facts
        .into_iter()
        .filter_map(|(name, fact)| Some((name, fact?)));
    html! {
        dl {
            @for (name, fact) in stated { dt { (name) } dd { bdi { (visible(&fact)) } } }
            @if let Some(url) = &record.url { dt { "address" } dd { (link(url)) } }
        }
        @if !record.dates_seen.is_empty() {
            details {
                summary { "Dates seen" }
                ul {
                    @for seen in &record.dates_seen {
                        li { bdi { (visible(&seen.value)) } " " (name_of(seen.role)) ", from " (name_of(seen.basis)) }
                    }
                }
            }
        }
    }
}

/// Which layers are shown, and the keys.
fn layers() -> Markup {
    let looks = |layer| if layer == "e" { "e place" } else { layer };
    html! {
        fieldset {
            legend { "Layers" }
            @for (n, (letter, name)) in LAYERS.iter().enumerate() {
                label {
                    input type="checkbox" checked data-layer=(letter); " "
                    kbd { (n + 1) } " " span class=(looks(*letter)) { (name) }
                }
            }
            span.faint {
                kbd { "n" } " " kbd { "p" } " next and previous item, " kbd { "Enter" } " or a click its JSON, "
                kbd { "r" } " as received"
            }
        }
    }
}
