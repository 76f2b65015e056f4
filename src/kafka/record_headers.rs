//! The headers a record goes out with: what they say must be true of the record, not of the document it was made of.
//!
//! What described the document (its media type and encoding, its id, its CloudEvents attributes) goes out under the
//! prefix [`RAW`]; everything else, `traceparent` among it, as it came. The record's own are `content-type` and, where
//! the configuration wants them, the attributes of CloudEvents 1.0 as its Kafka protocol binding writes them in binary
//! mode (section 3.2: `ce_` in front of an attribute's name, `content-type` for `datacontenttype`).

use std::borrow::Cow;

use rdkafka::message::{Header, OwnedHeaders};

use super::in_flight_message::InFlightMessage;
use super::message_metadata as metadata;
use crate::config::OutputFormat;

/// Before the name of a header that described the raw document.
pub(super) const RAW: &str = "raw-";

/// Header of a record in a format that cannot say everything: the rest, as JSON.
pub(super) const SIDECAR: &str = "copydesk-enriched";

const CONTENT_TYPE: &str = "content-type";

/// Beginnings of names of headers about the bytes of a message: those of HTTP (RFC 9110, 8.3 and below) and of
/// CloudEvents.
const ABOUT_BYTES: [&str; 2] = ["content-", "ce_"];

/// Other such headers: of HTTP, of Spring Kafka (the class of the value) and of Confluent's serializers.
const ALSO_ABOUT_BYTES: [&str; 6] = [
    "encoding",
    "etag",
    "digest",
    "last-modified",
    "__typeid__",
    "__value_schema_id",
];

/// The headers of a record; `id` is the record's, where it is wanted for CloudEvents.
pub(super) fn headers(
    message: &InFlightMessage,
    id: Option<&[u8]>,
    sidecar: Option<&[u8]>,
) -> OwnedHeaders {
    /// Attributes of CloudEvents.
    const ATTRIBUTES: usize = 6;
    let context = &message.context;
    let headers = message
        .raw
        .headers
        .renamed_to_client(2 + ATTRIBUTES, &renamed);
    let kind = media_type(context.output_format, context.registered.is_some());
    let headers = with(headers, CONTENT_TYPE, kind.as_bytes());
    let headers = match id {
        Some(id) if context.cloudevents => of_event(headers, message, id),
        _ => headers,
    };
    match sidecar {
        Some(sidecar) => with(headers, SIDECAR, sidecar),
        None => headers,
    }
}

/// The attributes of a record as an event. Source and id are together an event's own, as CloudEvents has it: an article
/// that comes again in another version keeps its id, so the source is the message it came in.
fn of_event(headers: OwnedHeaders, message: &InFlightMessage, id: &[u8]) -> OwnedHeaders {
    let (epoch, raw, context) = (&message.epoch, &message.raw, &message.context);
    let event_type = event_type(context.output_format);
    let source = format!(
        "/copydesk/{}/{}/{}",
        epoch.topic, epoch.partition, raw.offset
    );
    let time = raw
        .timestamp
        .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
        .map(|time| time.to_string());
    let attributes = [
        ("ce_specversion", &b"1.0"[..]),
        ("ce_id", id),
        ("ce_source", source.as_bytes()),
        ("ce_type", event_type.as_bytes()),
    ];
    let time = time.as_deref().map(|time| ("ce_time", time.as_bytes()));
    let schema = context.registered.as_ref();
    let schema = schema.map(|schema| ("ce_dataschema", schema.address.as_bytes()));
    attributes
        .into_iter()
        .chain(time)
        .chain(schema)
        .fold(headers, |headers, (name, value)| with(headers, name, value))
}

/// The media type of a record. What the serializers of a schema registry write is no JSON and no Avro for whoever knows
/// nothing of its first five bytes; it has no registered name, and goes by the one that its users gave it.
fn media_type(format: OutputFormat, with_registry: bool) -> &'static str {
    match (format, with_registry) {
        (OutputFormat::Avro, _) => "application/vnd.confluent.avro",
        (_, true) => "application/vnd.confluent.json",
        (OutputFormat::Enriched | OutputFormat::Ninjs, false) => "application/json",
    }
}

/// The type of event that a record is.
fn event_type(format: OutputFormat) -> &'static str {
    match format {
        OutputFormat::Enriched | OutputFormat::Avro => "copydesk.enriched-article.1",
        OutputFormat::Ninjs => "copydesk.ninjs.3.1",
    }
}

fn with(headers: OwnedHeaders, key: &str, value: &[u8]) -> OwnedHeaders {
    headers.insert(Header {
        key,
        value: Some(value),
    })
}

/// The name that a header of the message has on its record.
fn renamed(name: &[u8]) -> Cow<'_, [u8]> {
    let is = |other: &&str| name.eq_ignore_ascii_case(other.as_bytes());
    let begins = |prefix: &&str| {
        name.get(..prefix.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    let about_document = ABOUT_BYTES.iter().any(begins)
        || ALSO_ABOUT_BYTES.iter().any(is)
        || metadata::HEADERS.iter().any(is);
    if about_document {
        Cow::Owned([RAW.as_bytes(), name].concat())
    } else {
        Cow::Borrowed(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_described_the_document_has_another_name() {
        for name in [
            "content-type",
            "Content-Encoding",
            "ce_id",
            "CE_Type",
            "id",
            "url",
            "source",
            "published-at",
            "fetched-at",
            "language",
            "encoding",
            "__TypeId__",
        ] {
            assert_eq!(*renamed(name.as_bytes()), *format!("raw-{name}").as_bytes());
        }
        for name in [
            "traceparent",
            "tracestate",
            "x-id",
            "identity",
            "cell",
            "copydesk-replays",
            "contents",
            "",
        ] {
            assert_eq!(*renamed(name.as_bytes()), *name.as_bytes());
        }
        assert_eq!(*renamed(b"x-\xe9t\xe9"), *b"x-\xe9t\xe9");
    }
}
