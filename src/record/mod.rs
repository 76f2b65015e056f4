//! The public contract: one [`EnrichedArticle`] for each article that comes in.
//!
//! Field names are fixed; fields may be added, never renamed or re-typed without a new schema version.
//! The same types serve the stages, which fill them with byte offsets; [`Relocate`] turns every
//! offset into Unicode code points, once.

#![warn(
    missing_docs,
    reason = "the descriptions of the schema are made of these"
)]

pub mod avro;
mod codes;
mod flags;
pub mod ninjs;
mod raw;
mod relocate;
pub mod schema;
mod types;

pub use codes::ErrorCode;
pub use flags::Flag;
pub use raw::{BodyEncoding, RawEnvelope};
pub use relocate::Relocate;
pub use types::*;

use serde::Serialize;

/// The name of a kind as JSON writes it.
pub fn name_of(kind: impl Serialize) -> String {
    let name = serde_json::to_value(kind).unwrap_or_default();
    name.as_str().unwrap_or_default().to_owned()
}

/// The value of `schema` in every record this version writes.
pub const SCHEMA: &str = "enriched-article/1";
