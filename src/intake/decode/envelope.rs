//! The envelope: a JSON object with the document in `body` and what is known of it beside.

use std::borrow::Cow;

use base64::Engine;
use serde_json::Value;

use super::sniff;
use crate::intake::{ErrorCode, FieldMap, Hints, ReadError};
use crate::record::{BodyEncoding, RawEnvelope};

/// Opens `bytes` when they are an envelope: the document in it, and `hints` with what the envelope
/// says in front. Anything else is returned as it is.
///
/// A scraper may keep its text under `body`, too: an object with a headline under one of `fields` and no
/// `content_type` is a scraper's.
///
/// # Errors
/// [`ErrorCode::BadEnvelope`] when it does not say how its body is to be read, [`ErrorCode::BadEncoding`] when the body
/// does not decode.
pub fn open<'a>(
    bytes: &'a [u8],
    hints: &Hints,
    fields: &FieldMap,
) -> Result<(Cow<'a, [u8]>, Hints), ReadError> {
    let looks_like = bytes.trim_ascii_start().first() == Some(&b'{')
        && memchr::memmem::find(bytes, b"\"body\"").is_some();
    if !looks_like || is_scraped(bytes, fields) {
        return Ok((Cow::Borrowed(bytes), hints.clone()));
    }
    let envelope = match serde_json::from_slice::<RawEnvelope>(bytes) {
        Ok(envelope) => envelope,
        Err(_) => match other_encoding(bytes)? {
            Some(envelope) => envelope,
            None => return Ok((Cow::Borrowed(bytes), hints.clone())),
        },
    };
    let hints = Hints {
        id: envelope.id.or_else(|| hints.id.clone()),
        content_type: envelope.content_type.or_else(|| hints.content_type.clone()),
        url: envelope.url.or_else(|| hints.url.clone()),
        source: envelope.source.or_else(|| hints.source.clone()),
        fetched_at: envelope.fetched_at.or_else(|| hints.fetched_at.clone()),
        published_at: envelope.published_at.or_else(|| hints.published_at.clone()),
        language: envelope.language.or_else(|| hints.language.clone()),
        several: hints.several,
    };
    let body = match envelope.encoding {
        BodyEncoding::Utf8 => envelope.body.into_bytes(),
        BodyEncoding::Base64 => base64::engine::general_purpose::STANDARD
            .decode(envelope.body.trim_ascii())
            .map_err(|e| {
                ReadError::new(
                    ErrorCode::BadEncoding,
                    format!("the envelope's body is not base64: {e}"),
                )
            })?,
    };
    Ok((Cow::Owned(body), hints))
}

fn is_scraped(bytes: &[u8], fields: &FieldMap) -> bool {
    let keys = sniff::top_level_keys(bytes).unwrap_or_default();
    let has = |name: &str| keys.contains(&name.as_bytes());
    fields.headline.iter().any(|name| has(name)) && !has("content_type")
}

/// The envelope in an object of which another field is not what it should be, or whose `encoding` is not written as
/// the schema has it; `None` when it is a scraper's object.
///
/// A character set is no encoding of a string: what JSON holds has been decoded.
fn other_encoding(bytes: &[u8]) -> Result<Option<RawEnvelope>, ReadError> {
    let Ok(Value::Object(mut object)) = serde_json::from_slice(bytes) else {
        return Ok(None);
    };
    if !object.get("body").is_some_and(Value::is_string) {
        return Ok(None);
    }
    let encoding = match object.remove("encoding").unwrap_or_default() {
        Value::Null => Ok(BodyEncoding::Utf8),
        Value::String(name) if name.trim().eq_ignore_ascii_case("base64") => {
            Ok(BodyEncoding::Base64)
        }
        Value::String(name) => encoding_rs::Encoding::for_label(name.trim().as_bytes())
            .map(|_| BodyEncoding::Utf8)
            .ok_or(Value::String(name)),
        other => Err(other),
    };
    let bad = |why: String| ReadError::new(ErrorCode::BadEnvelope, why);
    let encoding = encoding.map_err(|other| {
        bad(format!(
            "the envelope's encoding is {other}: write \"utf-8\" for text, \"base64\" for bytes"
        ))
    })?;
    object.insert(
        "encoding".to_owned(),
        serde_json::to_value(encoding).unwrap_or_default(),
    );
    match (serde_json::from_value(Value::Object(object)), encoding) {
        (Ok(envelope), _) => Ok(Some(envelope)),
        (Err(_), BodyEncoding::Utf8) => Ok(None),
        (Err(error), BodyEncoding::Base64) => Err(bad(format!("not an envelope: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(envelope: &str) -> Result<(String, Hints), ReadError> {
        let fields = FieldMap::default();
        let (body, hints) = open(envelope.as_bytes(), &Hints::default(), &fields)?;
        Ok((String::from_utf8(body.into_owned()).unwrap(), hints))
    }

    #[test]
    fn what_an_envelope_says_of_its_document() {
        let (body, hints) = opened(
            r#"{"id":"42","url":"https://news.example/1","language":"de","body":"Die Fähre sank."}"#,
        )
        .unwrap();
        assert_eq!(body, "Die Fähre sank.");
        assert_eq!(hints.id.as_deref(), Some("42"));
        assert_eq!(hints.language.as_deref(), Some("de"));
    }

    #[test]
    fn an_encoding_is_one_of_two_or_a_character_set_or_an_error() {
        for text in [
            r#""utf-8""#,
            r#""UTF8""#,
            "null",
            r#""ISO-8859-1""#,
            r#""windows-1252""#,
        ] {
            let envelope = format!(r#"{{"encoding":{text},"body":"The ferry sank."}}"#);
            assert_eq!(opened(&envelope).unwrap().0, "The ferry sank.", "{text}");
        }
        for text in [r#""base64""#, r#""Base64""#] {
            let envelope = format!(r#"{{"encoding":{text},"body":"VGhlIGZlcnJ5IHNhbmsu"}}"#);
            assert_eq!(opened(&envelope).unwrap().0, "The ferry sank.", "{text}");
        }
        for text in [r#""gzip""#, r#""base65""#, "7", r#""""#] {
            let envelope = format!(r#"{{"encoding":{text},"body":"VGhlIGZlcnJ5IHNhbmsu"}}"#);
            let error = opened(&envelope).unwrap_err();
            assert_eq!(error.code, ErrorCode::BadEnvelope);
            assert!(error.message.contains(text), "{error}");
        }
        let error = opened(r#"{"encoding":"base64","body":"not base64!"}"#).unwrap_err();
        assert_eq!(error.code, ErrorCode::BadEncoding);
        let error = opened(r#"{"id":{},"encoding":"base64","body":"VGhl"}"#).unwrap_err();
        assert_eq!(error.code, ErrorCode::BadEnvelope);
    }

    #[test]
    fn a_scraper_s_object_is_no_envelope() {
        for object in [
            r#"{"title":"Ferry sinks","encoding":"gzip","body":"The ferry sank."}"#,
            r#"{"headline":"Ferry sinks","body":"The ferry sank."}"#,
            r#"{"id":{"$oid":"7"},"body":"The ferry sank."}"#,
            r#"{"body":{"text":"The ferry sank."}}"#,
            r#"{"text":"He said \"body\" twice."}"#,
        ] {
            assert_eq!(opened(object).unwrap().0, object);
        }
        let envelope = r#"{"title":"x","content_type":"text/plain","body":"The ferry sank."}"#;
        assert_eq!(opened(envelope).unwrap().0, "The ferry sank.");
    }
}
