//! WARC 1.0 and 1.1 (ISO 28500): each response or resource record gives what is read from its body.

use std::borrow::Cow;
use std::io::Read;
use std::ops::ControlFlow;

use crate::intake::dates;
use crate::intake::hints::Hints;
use crate::intake::{Document, Draft, ErrorCode, FLAG_TRUNCATED, ReadError, Reading};
use crate::record::{DateBasis, DateRole, DateSeen};

/// Most header lines of a record or of a response in it.
const HEADERS: usize = 200;

/// Reads the records of a file one after the other.
///
/// A record that is no page (a request, an error status, a picture) is passed over; one that cannot be
/// read costs itself only, and the first such error is returned at the end.
///
/// # Errors
/// [`ErrorCode::Malformed`] with the byte when the file breaks off; [`ErrorCode::NoArticle`] when no
/// record holds an article.
pub fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    let bytes = document.bytes;
    let mut at = 0;
    let mut articles = 0;
    let mut failure = None;
    while let Some(start) = next_record(bytes, at) {
        let (headers, body_at) = headers(bytes, start);
        let declared = get(&headers, "content-length").and_then(|l| l.parse::<usize>().ok());
        let Some(length) = declared else {
            return Err(ReadError::new(
                ErrorCode::Malformed,
                "a WARC record without a Content-Length",
            )
            .at(start as u64));
        };
        let end = body_at.saturating_add(length);
        let cut = end > bytes.len();
        let block = &bytes[body_at..end.min(bytes.len())];
        let mut stopped = false;
        match record(&headers, block, cut, reading, &mut articles, &mut stopped) {
            Ok(()) => {}
            Err(error) => failure = failure.or(Some(error.at(body_at as u64))),
        }
        if stopped {
            return Ok(());
        }
        if cut {
            return Err(
                ReadError::new(ErrorCode::Malformed, "the file ends inside a WARC record")
                    .at(bytes.len() as u64),
            );
        }
        at = end;
    }
    match failure {
        Some(error) => Err(error),
        None if articles == 0 => Err(ReadError::new(
            ErrorCode::NoArticle,
            "no record of the file holds an article",
        )),
        None => Ok(()),
    }
}

type Headers<'a> = Vec<(&'a [u8], Cow<'a, str>)>;

/// Where the next record starts: its version line.
fn next_record(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let at = memchr::memmem::find(rest, b"WARC/")?;
    Some(from + at)
}

/// The headers after the first line at `at`, and where the body starts.
fn headers(bytes: &[u8], at: usize) -> (Headers<'_>, usize) {
    let mut out = Vec::new();
    let mut at = at;
    let mut first = true;
    while at < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |n| at + n + 1);
        let line = bytes[at..end].trim_ascii();
        at = end;
        if line.is_empty() {
            break;
        }
        if !std::mem::take(&mut first)
            && out.len() < HEADERS
            && let Some(colon) = memchr::memchr(b':', line)
        {
            let value = String::from_utf8_lossy(line[colon + 1..].trim_ascii());
            out.push((&line[..colon], value));
        }
    }
    (out, at)
}

fn get<'h>(headers: &'h Headers<'_>, name: &str) -> Option<&'h str> {
    headers
        .iter()
        .find(|(n, _)| n.eq_ignore_ascii_case(name.as_bytes()))
        .map(|(_, v)| v.as_ref())
}

fn record(
    warc: &Headers<'_>,
    block: &[u8],
    cut: bool,
    reading: &mut Reading<'_>,
    articles: &mut usize,
    stopped: &mut bool,
) -> Result<(), ReadError> {
    let kind = get(warc, "warc-type")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let declared = get(warc, "content-type").unwrap_or_default();
    let (body, content_type) = match kind.as_str() {
        "response" if block.starts_with(b"HTTP/") || declared.starts_with("application/http") => {
            let Some(found) = response(block, reading.limits.document_bytes)? else {
                return Ok(());
            };
            found
        }
        "response" | "resource" | "conversion" => (Cow::Borrowed(block), Some(declared.to_owned())),
        _ => return Ok(()),
    };
    if body.trim_ascii().is_empty() || !is_text(content_type.as_deref()) {
        return Ok(());
    }
    let date = get(warc, "warc-date").map(str::to_owned);
    let hints = Hints {
        url: get(warc, "warc-target-uri").map(|u| u.trim_matches(['<', '>']).to_owned()),
        content_type: content_type.filter(|t| !t.is_empty()),
        fetched_at: date.clone(),
        ..reading.hints.clone()
    };
    let id = get(warc, "warc-record-id").map(|i| i.trim_matches(['<', '>']).to_owned());
    let emit = &mut *reading.emit;
    let mut wrap = |mut draft: Draft| -> ControlFlow<()> {
        *articles += 1;
        let s = &mut draft.supplied;
        s.url = s.url.take().or_else(|| hints.url.clone());
        s.add_alt_id(id.as_deref().unwrap_or_default());
        // When it was fetched: later than its publication, and no proof of it.
        if let Some(stamp) = date.as_deref().and_then(dates::parse) {
            s.add_date(DateSeen {
                value: stamp.to_string(),
                basis: DateBasis::Header,
                role: DateRole::Other,
            });
        }
        if cut {
            draft.flags.insert(FLAG_TRUNCATED);
        }
        let flow = emit(draft);
        *stopped |= flow.is_break();
        flow
    };
    crate::intake::read_part(
        &body,
        &mut Reading {
            hints: &hints,
            depth: reading.depth + 1,
            emit: &mut wrap,
            ..*reading
        },
    )
}

/// Pictures, scripts and styles are no articles.
fn is_text(content_type: Option<&str>) -> bool {
    let Some(t) = content_type.filter(|t| !t.is_empty()) else {
        return true;
    };
    let t = t.to_ascii_lowercase();
    !(t.starts_with("image/")
        || t.starts_with("video/")
        || t.starts_with("audio/")
        || t.starts_with("font/")
        || t.contains("javascript")
        || t.contains("css")
        || t.contains("dns"))
}

/// Body and content type of an HTTP response, its transfer and content encodings undone; `None` for
/// a status other than success.
#[allow(clippy::type_complexity, reason = "used once")]
fn response(
    block: &[u8],
    limit: usize,
) -> Result<Option<(Cow<'_, [u8]>, Option<String>)>, ReadError> {
    let line_end = memchr::memchr(b'\n', block).unwrap_or(block.len());
    let status = String::from_utf8_lossy(&block[..line_end]);
    let code = status.split_whitespace().nth(1).unwrap_or("200");
    if !code.starts_with('2') {
        return Ok(None);
    }
    let (headers, at) = headers(block, 0);
    let mut body = Cow::Borrowed(&block[at..]);
    if get(&headers, "transfer-encoding")
        .is_some_and(|t| t.to_ascii_lowercase().contains("chunked"))
        && let Some(whole) = unchunk(&body)
    {
        body = Cow::Owned(whole);
    }
    let encoding = get(&headers, "content-encoding")
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    // Crawlers that undo the encoding keep the header: what does not look packed is not.
    match encoding.as_str() {
        "deflate" => body = inflate(&body, limit).map_or(body, Cow::Owned),
        "br" | "zstd" if looks_packed(&body) => {
            return Err(ReadError::new(
                ErrorCode::BadEncoding,
                format!("the response is packed with {encoding}, which is not read"),
            ));
        }
        // read_part opens gzip by its own mark.
        _ => {}
    }
    let content_type = get(&headers, "content-type").map(str::to_owned);
    Ok(Some((body, content_type)))
}

fn looks_packed(body: &[u8]) -> bool {
    let head = &body[..body.len().min(512)];
    head.iter().filter(|b| matches!(b, 0..=8 | 14..=31)).count() * 20 > head.len()
}

/// Joins the chunks of a chunked body; `None` when it is not chunked (any more).
fn unchunk(body: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(body.len());
    let mut at = 0;
    loop {
        let end = at + memchr::memchr(b'\n', body.get(at..)?)?;
        let line = std::str::from_utf8(&body[at..end]).ok()?.trim();
        let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        at = end + 1;
        if size == 0 {
            return Some(out);
        }
        let chunk = body.get(at..at.checked_add(size)?.min(body.len()))?;
        out.extend_from_slice(chunk);
        at += size;
        if at >= body.len() {
            return Some(out);
        }
        // CR LF after the chunk.
        at += memchr::memchr(b'\n', &body[at..])? + 1;
    }
}

fn inflate(body: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let zlib = flate2::read::ZlibDecoder::new(body)
        .take(limit as u64 + 1)
        .read_to_end(&mut out);
    if zlib.is_err() && out.is_empty() {
        // Some servers send raw deflate under this name.
        flate2::read::DeflateDecoder::new(body)
            .take(limit as u64 + 1)
            .read_to_end(&mut out)
            .ok()?;
    }
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks() {
        assert_eq!(
            unchunk(b"5\r\nhello\r\n6;x\r\n world\r\n0\r\n\r\n").as_deref(),
            Some(&b"hello world"[..])
        );
        assert_eq!(unchunk(b"<html>").as_deref(), None);
        assert_eq!(unchunk(b"ffffffffffffffff\r\nx"), None);
    }
}
