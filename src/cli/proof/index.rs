//! The index of many pages: a table with filters by text, status, language and flag.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::page::{document, headline};
use super::text::{short, visible};
use crate::record::EnrichedArticle;
use crate::text::data::data_file;

/// Characters of a headline.
const HEADLINE: usize = 120;

/// A page of the folder.
#[derive(Debug)]
pub(super) struct Row {
    file: String,
    headline: String,
    status: String,
    language: String,
    source: String,
    published: String,
    words: u32,
    flags: Vec<String>,
}

impl Row {
    pub(super) fn of(record: &EnrichedArticle, file: &str) -> Self {
        let outlet = record.outlet.as_ref().map(|outlet| &outlet.name);
        let published = record.published.as_ref().map(|date| date.value.clone());
        Row {
            file: file.to_owned(),
            headline: short(&headline(record), HEADLINE),
            status: record.status.as_str().into(),
            language: record
                .language
                .as_ref()
                .map(|l| l.code.clone())
                .unwrap_or_default(),
            source: outlet
                .or(record.ingest.source.as_ref())
                .cloned()
                .unwrap_or_default(),
            published: published.unwrap_or_default(),
            words: record.content.words,
            flags: record.quality.flags.clone(),
        }
    }
}

/// The index of a folder of pages.
pub(super) fn index(rows: &[Row]) -> String {
    let of = |all: &dyn Fn(&Row) -> Vec<String>| rows.iter().flat_map(all).collect::<BTreeSet<_>>();
    let statuses = of(&|row| vec![row.status.clone()]);
    let languages = of(&|row| vec![row.language.clone()]);
    let flags = of(&|row| row.flags.clone());
    let body = html! {
        header {
            h1 { "Proof pages" }
            label { "Text " input #text type="search"; } " "
            (choice("status", &statuses)) (choice("language", &languages)) (choice("flag", &flags))
            span #count role="status" {}
        }
        div.below {
            table {
                thead { tr { @for name in ["Headline", "Status", "Language", "Source", "Published", "Words", "Doubts"] {
                    th scope="col" { (name) }
                } } }
                tbody { @for row in rows { (line(row)) } }
            }
        }
    };
    document("Proof pages", &body, data_file!("proof/index.js"))
}

fn choice(name: &str, values: &BTreeSet<String>) -> Markup {
    html! {
        label {
            (name) " "
            select id=(name) {
                option value="" { "all" }
                @for value in values.iter().filter(|v| !v.is_empty()) { option { (visible(value)) } }
            }
        } " "
    }
}

fn line(row: &Row) -> Markup {
    html! {
        tr data-status=(row.status) data-language=(visible(&row.language)) data-flag=(visible(&row.flags.join(" "))) {
            td dir="auto" { a href=(row.file) { (row.headline) } }
            td { (row.status) }
            td { (visible(&row.language)) }
            td { bdi { (short(&row.source, HEADLINE)) } }
            td { (visible(&row.published)) }
            td { (row.words) }
            td { (visible(&row.flags.join(", "))) }
        }
    }
}
