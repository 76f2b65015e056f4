//! The envelope: a JSON object with the document in `body` and what is known of it beside.

use std::borrow::Cow;

use base64::Engine;

use crate::intake::{ErrorCode, Hints, ReadError};
use crate::record::{BodyEncoding, RawEnvelope};

/// Opens `bytes` when they are an envelope: the document in it, and `hints` with what the envelope
/// says in front. Anything else is returned as it is.
///
/// # Errors
/// When it is an envelope whose body does not decode.
pub fn open<'a>(bytes: &'a [u8], hints: &Hints) -> Result<(Cow<'a, [u8]>, Hints), ReadError> {
    let looks_like = bytes.trim_ascii_start().first() == Some(&b'{')
        && memchr::memmem::find(bytes, b"\"body\"").is_some();
    if !looks_like {
        return Ok((Cow::Borrowed(bytes), hints.clone()));
    }
    let Ok(envelope) = serde_json::from_slice::<RawEnvelope>(bytes) else {
        return Ok((Cow::Borrowed(bytes), hints.clone()));
    };
    let hints = Hints {
        id: envelope.id.or_else(|| hints.id.clone()),
        content_type: envelope.content_type.or_else(|| hints.content_type.clone()),
        url: envelope.url.or_else(|| hints.url.clone()),
        source: envelope.source.or_else(|| hints.source.clone()),
        fetched_at: envelope.fetched_at.or_else(|| hints.fetched_at.clone()),
        published_at: envelope.published_at.or_else(|| hints.published_at.clone()),
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
