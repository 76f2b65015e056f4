//! What a message's headers say of the document in it.

use super::headers::Headers;
use super::in_flight_message::InFlightMessage;
use crate::engine::Message;
use crate::intake::Hints;
use crate::record::Ingest;

/// The message as the engine takes it; `None` for a tombstone.
pub(super) fn message(message: &InFlightMessage) -> Option<Message> {
    let raw = &message.raw;
    let time = raw
        .timestamp
        .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    Some(Message {
        bytes: raw.value.clone()?,
        hints: hints(&raw.headers),
        ingest: Ingest {
            topic: Some(message.epoch.topic.to_string()),
            partition: Some(message.epoch.partition),
            offset: Some(raw.offset),
            timestamp: time.map(|t| t.to_string()),
            key: raw
                .key
                .as_deref()
                .map(|k| String::from_utf8_lossy(k).into_owned()),
            ..Ingest::default()
        },
    })
}

/// The headers that say something of the document.
pub(super) const HEADERS: [&str; 7] = [
    "id",
    "content-type",
    "url",
    "source",
    "fetched-at",
    "published-at",
    "language",
];

/// The product's own header names, else those of CloudEvents in binary mode.
pub fn hints(headers: &Headers) -> Hints {
    let header = |name: &str| headers.text(name).map(str::to_owned);
    let mut hints = Hints::default();
    if headers.is_empty() {
        return hints;
    }
    hints.id = header("id").or_else(|| header("ce_id"));
    hints.content_type = header("content-type");
    hints.url = header("url").or_else(|| header("ce_subject").filter(|s| s.contains("://")));
    hints.source = header("source").or_else(|| header("ce_source"));
    hints.fetched_at = header("fetched-at").or_else(|| header("ce_time"));
    hints.published_at = header("published-at");
    hints.language = header("language");
    hints
}
