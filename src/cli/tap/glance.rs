//! What of a record is looked at to choose it and to show it in a line. The rest, most of it, is skipped.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};

use crate::record::{EntityType, Status};

#[derive(Debug, Deserialize)]
pub(super) struct Glance<'r> {
    pub status: Status,
    #[serde(default)]
    pub headline: Option<String>,
    #[serde(default)]
    pub language: Option<Language>,
    #[serde(default)]
    pub outlet: Option<Outlet>,
    #[serde(default)]
    pub credit: Option<String>,
    #[serde(default)]
    pub origin: Option<Origin>,
    #[serde(default)]
    pub topics: Vec<Topic>,
    #[serde(borrow)]
    pub content: Content<'r>,
    pub ingest: Ingest,
    #[serde(default)]
    pub entities: Vec<Entity>,
    #[serde(default, rename = "quotes", deserialize_with = "count")]
    pub quotes: usize,
}

#[derive(Debug, Deserialize)]
pub(super) struct Language {
    pub code: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Outlet {
    pub name: String,
    #[serde(default)]
    pub domain: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Origin {
    pub agency: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Topic {
    pub code: String,
    pub name: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Content<'r> {
    #[serde(borrow)]
    pub text: Cow<'r, str>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Ingest {
    pub format: String,
    #[serde(default)]
    pub source: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Entity {
    #[serde(rename = "type")]
    pub kind: EntityType,
}

/// How many there are of a list.
fn count<'de, D: Deserializer<'de>>(from: D) -> Result<usize, D::Error> {
    Vec::<serde::de::IgnoredAny>::deserialize(from).map(|all| all.len())
}
