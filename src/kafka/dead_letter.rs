//! What goes to the dead-letter topic: the message as it came, and headers that say why.

use rdkafka::message::{Header, OwnedHeaders};

use super::in_flight_message::InFlightMessage;

/// Every header the worker adds begins with this; those of an earlier failure are replaced.
pub const PREFIX: &str = "copydesk-";
/// Stable code of the error: `malformed`, `too-large`, …
pub const ERROR_CODE: &str = "copydesk-error-code";
/// Where it failed: `read`, `publish`, or a stage's name.
pub const STAGE: &str = "copydesk-stage";
/// The error in words.
pub const REASON: &str = "copydesk-reason";
pub const TOPIC: &str = "copydesk-topic";
pub const PARTITION: &str = "copydesk-partition";
pub const OFFSET: &str = "copydesk-offset";
/// RFC 3339 time of the failure.
pub const FAILED_AT: &str = "copydesk-failed-at";
/// Version of the worker.
pub const VERSION: &str = "copydesk-version";
/// Articles of the same message that could be read and were published.
pub const PUBLISHED: &str = "copydesk-published";
/// How many times the message has been replayed; kept from one failure to the next.
pub const REPLAYS: &str = "copydesk-replays";

/// Longest reason that is written, in bytes: headers count against the topic's message size.
const REASON_BYTES: usize = 1_000;

/// Why a message, or the rest of one, goes to the dead letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub code: &'static str,
    pub stage: String,
    pub reason: String,
    /// Articles of the message that were published before it failed.
    pub published: u64,
}

/// The headers of a dead letter: the message's own, then why and whence.
pub fn headers(message: &InFlightMessage, failure: &Failure, now: &str) -> OwnedHeaders {
    let kept = |key: &[u8]| !key.starts_with(PREFIX.as_bytes()) || key == REPLAYS.as_bytes();
    let headers = message.raw.headers.to_client(9, kept);
    let mut reason = failure.reason.as_str();
    if reason.len() > REASON_BYTES {
        reason = &reason[..reason.floor_char_boundary(REASON_BYTES)];
    }
    let (partition, offset) = (
        message.epoch.partition.to_string(),
        message.raw.offset.to_string(),
    );
    let published = failure.published.to_string();
    let all = [
        (ERROR_CODE, failure.code),
        (STAGE, &failure.stage),
        (REASON, reason),
        (TOPIC, &message.epoch.topic),
        (PARTITION, &partition),
        (OFFSET, &offset),
        (FAILED_AT, now),
        (VERSION, env!("CARGO_PKG_VERSION")),
        (PUBLISHED, &published),
    ];
    all.into_iter().fold(headers, |headers, (key, value)| {
        headers.insert(Header {
            key,
            value: Some(value),
        })
    })
}
