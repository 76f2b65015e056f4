//! The envelope that raw articles may come in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The envelope form of a raw article: a JSON object with the document in `body`.
///
/// What a field says wins over what a Kafka header of the same meaning says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RawEnvelope {
    /// The supplier's id of the article. Of a document with several articles it is the document's: it stands in their
    /// `alt_ids`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Media type of the document, with charset where known: `text/html; charset=utf-8`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Where the document was fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Name of the feed or outlet it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// RFC 3339 time of fetching.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fetched_at: Option<String>,
    /// RFC 3339 time, or a date, of publication. One that cannot be read is flagged, and stands in `dates_seen`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<String>,
    /// BCP 47 tag of the language the document is written in: `de-AT`. What the document says of it goes before this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// How `body` is written. Any other value than these is an error (`bad-envelope`), but for the name of a character
    /// set: a JSON string has been decoded.
    #[serde(default)]
    pub encoding: BodyEncoding,
    /// The document itself.
    pub body: String,
}

/// How an envelope's `body` is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum BodyEncoding {
    /// As text.
    #[default]
    #[serde(rename = "utf-8", alias = "utf8", alias = "UTF-8")]
    Utf8,
    /// Bytes in base64, in whatever character set.
    #[serde(rename = "base64")]
    Base64,
}
