//! MIME (RFC 2045 to 2047, 2231, 3676): from the bytes of a message to its parts.
//!
//! A reader of our own, since mail is read here as it comes and not as it should be. Held against the
//! `mailparse` crate (0.16) on the odd mail of `mime_tests.rs`, it reads what that one does, parameters in
//! pieces among it, and also: a character split between two encoded words, an encoded word with a language,
//! base64 without padding or with foreign signs, a blank in front of a header's colon, a body without its
//! blank line, a boundary that begins like another, and content types with comments or wrong quotation
//! marks. It bounds depth, parts and bytes, and borrows what needs no decoding.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::intake::Flag;
use crate::intake::decode::charset;

/// Parts inside parts: a signed, forwarded newsletter with a picture in it has five.
const PARTS_DEEP: usize = 10;
/// Most parts that are looked at.
const MOST_PARTS: usize = 200;
/// Most header lines of one entity.
const MOST_HEADERS: usize = 500;

/// Base64 as mail has it: padding may be missing, trailing bits may be wrong.
const LENIENT_BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Headers and what follows them.
#[derive(Debug)]
pub(super) struct Entity<'m> {
    headers: Vec<(&'m [u8], Cow<'m, [u8]>)>,
    body: &'m [u8],
}

/// A part that is no container, its transfer encoding undone.
#[derive(Debug)]
pub(super) struct Part<'m> {
    pub media_type: String,
    pub charset: Option<String>,
    pub body: Cow<'m, [u8]>,
    pub attached: bool,
    /// `format=flowed`: lines that end with a blank go on in the next.
    pub flow: Option<Flow>,
    pub file_name: Option<String>,
    pub content_id: Option<String>,
    pub description: Option<String>,
}

/// How lines that end with a blank go on (RFC 3676, 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// The blank is one of the text.
    KeepBlank,
    /// `delsp=yes`: the blank says that the line goes on and nothing else, as in scripts without blanks.
    DropBlank,
}

/// A message, taken apart.
#[derive(Debug)]
pub(super) struct Message<'m> {
    pub root: Entity<'m>,
    pub parts: Vec<Part<'m>>,
    /// A part had no closing boundary.
    pub truncated: bool,
    pub flags: Vec<Flag>,
}

/// Takes a message apart; `limit` bounds the bytes of all parts together.
pub(super) fn parse(bytes: &[u8], limit: usize) -> Message<'_> {
    let root = entity(bytes);
    let mut walk = PartWalk {
        parts: Vec::new(),
        truncated: false,
        flags: Vec::new(),
        left: limit,
    };
    walk.visit(&root, 0);
    Message {
        parts: walk.parts,
        truncated: walk.truncated,
        flags: walk.flags,
        root,
    }
}

fn entity(bytes: &[u8]) -> Entity<'_> {
    let mut headers: Vec<(&[u8], Cow<'_, [u8]>)> = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |n| n + 1);
        let line = rest[..end].trim_ascii_end();
        if line.is_empty() {
            rest = &rest[end..];
            break;
        }
        let is_folded = matches!(rest[0], b' ' | b'\t');
        if is_folded && let Some((_, value)) = headers.last_mut() {
            let value = value.to_mut();
            value.push(b' ');
            value.extend_from_slice(line.trim_ascii());
        } else if let Some((name, value)) = name_and_value(line) {
            if headers.len() < MOST_HEADERS {
                headers.push((name, Cow::Borrowed(value)));
            }
        } else {
            // No header: the body began without its blank line.
            break;
        }
        rest = &rest[end..];
    }
    Entity {
        headers,
        body: rest,
    }
}

/// Name and value of a header line, if it is one. Blanks between name and colon are RFC 5322's
/// obsolete syntax (4.5.8).
fn name_and_value(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr::memchr(b':', line)?;
    let name = line[..colon].trim_ascii_end();
    let is_name = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    is_name.then(|| (name, line[colon + 1..].trim_ascii()))
}

impl Entity<'_> {
    /// The first header of this name, as it stands, unfolded.
    fn raw(&self, name: &str) -> Option<&[u8]> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, v)| v.as_ref())
    }

    /// The first header of this name, its encoded words decoded.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        self.raw(name).map(encoded_words)
    }
}

struct PartWalk<'m> {
    parts: Vec<Part<'m>>,
    truncated: bool,
    flags: Vec<Flag>,
    left: usize,
}

impl<'m> PartWalk<'m> {
    fn visit(&mut self, e: &Entity<'m>, depth: usize) {
        if self.parts.len() >= MOST_PARTS {
            return;
        }
        let content_type = e
            .raw("content-type")
            .map(|v| String::from_utf8_lossy(v).into_owned());
        let content_type = content_type.unwrap_or_else(|| "text/plain".to_owned());
        let media_type = content_type
            .split([';', '('])
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        if media_type.starts_with("multipart/")
            && depth < PARTS_DEEP
            && let Some(boundary) = parameter(&content_type, "boundary")
        {
            return self.multipart(e.body, boundary.as_bytes(), depth);
        }
        let disposition = e.header("content-disposition").unwrap_or_default();
        let encoding = e.header("content-transfer-encoding").unwrap_or_default();
        let Some(body) = self.decode(e.body, encoding.trim()) else {
            return;
        };
        self.parts.push(Part {
            charset: charset_of(&content_type),
            flow: flow_of(&content_type),
            file_name: parameter(&disposition, "filename")
                .or_else(|| parameter(&content_type, "name")),
            attached: disposition
                .trim_start()
                .to_ascii_lowercase()
                .starts_with("attachment"),
            content_id: e.header("content-id"),
            description: e.header("content-description"),
            media_type: if media_type.contains('/') {
                media_type
            } else {
                "text/plain".to_owned()
            },
            body,
        });
    }

    fn multipart(&mut self, body: &'m [u8], boundary: &[u8], depth: usize) {
        let mut start = None;
        let mut at = 0;
        while at < body.len() {
            let end = memchr::memchr(b'\n', &body[at..]).map_or(body.len(), |n| at + n + 1);
            if let Some(rest) = body[at..end].strip_prefix(b"--")
                && let Some(rest) = rest.strip_prefix(boundary)
            {
                let last = rest.starts_with(b"--");
                if last || rest.trim_ascii().is_empty() {
                    if let Some(start) = start {
                        // The line end before a boundary belongs to the boundary.
                        let part = body.get(start..at).unwrap_or_default();
                        let part = part.strip_suffix(b"\n").unwrap_or(part);
                        let part = part.strip_suffix(b"\r").unwrap_or(part);
                        self.visit(&entity(part), depth + 1);
                    }
                    start = Some(end);
                    if last {
                        return;
                    }
                }
            }
            at = end;
        }
        self.truncated = true;
        if let Some(start) = start {
            self.visit(&entity(&body[start..]), depth + 1);
        }
    }

    /// Undoes a transfer encoding; `None` when all the parts together would exceed the limit.
    fn decode(&mut self, body: &'m [u8], encoding: &str) -> Option<Cow<'m, [u8]>> {
        self.left = self.left.checked_sub(body.len())?;
        Some(match encoding.to_ascii_lowercase().as_str() {
            "base64" => {
                let packed: Vec<u8> = body
                    .iter()
                    .copied()
                    .filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
                    .collect();
                // What a cut left over of the last group of four says nothing.
                let whole = packed.len() - usize::from(packed.len() % 4 == 1);
                match LENIENT_BASE64.decode(&packed[..whole]) {
                    Ok(bytes) => Cow::Owned(bytes),
                    Err(_) => {
                        self.flags.push(Flag::UNDECODABLE_CONTENT);
                        Cow::Borrowed(body)
                    }
                }
            }
            "quoted-printable" => Cow::Owned(quoted_printable(body)),
            _ => Cow::Borrowed(body),
        })
    }
}

/// RFC 2045, 6.7; what is no escape stays as it is.
pub(super) fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|b| *b == b'\n') {
        let (text, end): (&[u8], &[u8]) = match line {
            [text @ .., b'\r', b'\n'] => (text, b"\r\n"),
            [text @ .., b'\n'] => (text, b"\n"),
            text => (text, b""),
        };
        // Blanks at the end of a line were added on the way.
        let text = text.trim_ascii_end();
        let (text, soft) = match text.strip_suffix(b"=") {
            Some(text) => (text, true),
            None => (text, false),
        };
        unescape(text, &mut out);
        if !soft {
            out.extend_from_slice(end);
        }
    }
    out
}

fn unescape(text: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while at < text.len() {
        let next = memchr::memchr(b'=', &text[at..]).map_or(text.len(), |n| at + n);
        out.extend_from_slice(&text[at..next]);
        if next == text.len() {
            return;
        }
        match text.get(next + 1..next + 3).and_then(hex) {
            Some(byte) => {
                out.push(byte);
                at = next + 3;
            }
            None => {
                out.push(b'=');
                at = next + 1;
            }
        }
    }
}

fn hex(two: &[u8]) -> Option<u8> {
    let high = (two[0] as char).to_digit(16)?;
    let low = (two[1] as char).to_digit(16)?;
    Some((high * 16 + low) as u8)
}

/// The character set of a content type, a comment behind it left out.
fn charset_of(content_type: &str) -> Option<String> {
    let charset = parameter(content_type, "charset")?;
    charset.split_whitespace().next().map(str::to_owned)
}

fn flow_of(content_type: &str) -> Option<Flow> {
    let is = |name: &str, value: &str| {
        parameter(content_type, name).is_some_and(|v| v.eq_ignore_ascii_case(value))
    };
    is("format", "flowed").then(|| {
        if is("delsp", "yes") {
            Flow::DropBlank
        } else {
            Flow::KeepBlank
        }
    })
}

/// A parameter of a header: `name=value`, `name="value"`, `name*=utf-8''v%C3%A4lue`, or in pieces,
/// `name*0="va"; name*1*=l%75e` (RFC 2231). Of several forms the extended one counts.
pub(super) fn parameter(header: &str, name: &str) -> Option<String> {
    let mut plain = None;
    let mut pieces = Vec::new();
    for part in split_quoted(header).skip(1) {
        let Some((key, value)) = part.split_once('=') else {
            continue;
        };
        let Some(mark) = strip_name(key.trim(), name) else {
            continue;
        };
        let value = unquoted(value.trim());
        if mark.is_empty() {
            plain = plain.or(Some(value));
        } else if let Some(piece) = ValuePiece::of(mark, value) {
            pieces.push(piece);
        }
    }
    joined(pieces).or_else(|| plain.map(|value| encoded_words(value.as_bytes())))
}

/// What stands behind `name` in the key of a parameter.
fn strip_name<'k>(key: &'k str, name: &str) -> Option<&'k str> {
    let (start, mark) = key.split_at_checked(name.len())?;
    start.eq_ignore_ascii_case(name).then_some(mark)
}

/// A piece of a parameter's value, RFC 2231.
struct ValuePiece<'h> {
    number: usize,
    /// It is percent-encoded; the first one has the character set in front.
    encoded: bool,
    value: Cow<'h, str>,
}

impl<'h> ValuePiece<'h> {
    /// The piece that the mark behind a parameter's name announces: `*`, `*2`, `*2*`.
    fn of(mark: &str, value: Cow<'h, str>) -> Option<Self> {
        let number = mark.strip_prefix('*')?;
        let (number, encoded) = match number.strip_suffix('*') {
            Some(number) => (number.parse().ok()?, true),
            None if number.is_empty() => (0, true),
            None => (number.parse().ok()?, false),
        };
        Some(ValuePiece {
            number,
            encoded,
            value,
        })
    }
}

/// The value that the pieces make, up to the first that is missing.
fn joined(mut pieces: Vec<ValuePiece<'_>>) -> Option<String> {
    pieces.sort_by_key(|p| p.number);
    let mut charset = None;
    let mut bytes = Vec::new();
    for (expected, piece) in pieces.iter().enumerate() {
        if piece.number != expected {
            break;
        }
        let mut value = piece.value.as_ref();
        if expected == 0
            && piece.encoded
            && let [set, _language, text] = value.splitn(3, '\'').collect::<Vec<_>>()[..]
        {
            charset = Some(set);
            value = text;
        }
        if piece.encoded {
            bytes.extend(percent(value));
        } else {
            bytes.extend_from_slice(value.as_bytes());
        }
    }
    let first = pieces.first().filter(|p| p.number == 0)?;
    Some(if first.encoded {
        charset::decode(&bytes, charset).text
    } else {
        encoded_words(&bytes)
    })
}

/// A parameter's value without its quotation marks. Only marks and backslashes are unescaped: programs
/// that write `"C:\temp"` escape nothing.
fn unquoted(value: &str) -> Cow<'_, str> {
    let Some(inner) = value.strip_prefix('"') else {
        return Cow::Borrowed(value.trim_end_matches('"'));
    };
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    if inner.contains("\\\"") || inner.contains("\\\\") {
        Cow::Owned(inner.replace("\\\"", "\"").replace("\\\\", "\\"))
    } else {
        Cow::Borrowed(inner)
    }
}

/// The parts of a header between semicolons that are not in quotation marks.
fn split_quoted(header: &str) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    header.split(move |c| {
        let is_mark = c == '"' && !escaped;
        quoted ^= is_mark;
        escaped = quoted && c == '\\' && !escaped;
        c == ';' && !quoted
    })
}

fn percent(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1..at + 3).and_then(hex)) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 3;
            }
            (b, _) => {
                out.push(b);
                at += 1;
            }
        }
    }
    out
}

/// A header's value with its encoded words (`=?utf-8?Q?Caf=C3=A9?=`) decoded, RFC 2047. Bytes outside
/// ASCII, which no header should have, are taken for what they most likely are.
pub(super) fn encoded_words(value: &[u8]) -> String {
    let value = if value.is_ascii() {
        String::from_utf8_lossy(value).into_owned()
    } else {
        charset::decode(value, None).text
    };
    let mut out = String::with_capacity(value.len());
    let mut rest = value.as_str();
    // Neighbouring words of one character set are decoded together: a character may be split.
    let mut pending: Option<(String, Vec<u8>)> = None;
    while let Some(start) = rest.find("=?") {
        let Some((set, bytes, length)) = encoded_word(&rest[start..]) else {
            flush(&mut pending, &mut out);
            out.push_str(&rest[..start + 2]);
            rest = &rest[start + 2..];
            continue;
        };
        let between = &rest[..start];
        match &mut pending {
            Some((had, collected))
                if between.trim().is_empty() && had.eq_ignore_ascii_case(&set) =>
            {
                collected.extend(bytes);
            }
            _ => {
                let glued = pending.is_some() && between.trim().is_empty();
                flush(&mut pending, &mut out);
                if !glued {
                    out.push_str(between);
                }
                pending = Some((set, bytes));
            }
        }
        rest = &rest[start + length..];
    }
    flush(&mut pending, &mut out);
    out.push_str(rest);
    out
}

fn flush(pending: &mut Option<(String, Vec<u8>)>, out: &mut String) {
    if let Some((set, bytes)) = pending.take() {
        out.push_str(&charset::decode(&bytes, Some(&set)).text);
    }
}

/// Character set, bytes and length of the encoded word that `text` starts with.
fn encoded_word(text: &str) -> Option<(String, Vec<u8>, usize)> {
    let inner = text.strip_prefix("=?")?;
    let (set, rest) = inner.split_once('?')?;
    let (encoding, rest) = rest.split_once('?')?;
    let (payload, _) = rest.split_once("?=")?;
    if set.contains(char::is_whitespace) || payload.contains(['\r', '\n']) {
        return None;
    }
    let bytes = match encoding {
        "Q" | "q" => {
            let mut out = Vec::with_capacity(payload.len());
            unescape(payload.replace('_', " ").as_bytes(), &mut out);
            out
        }
        "B" | "b" => LENIENT_BASE64.decode(payload.trim_end_matches('=')).ok()?,
        _ => return None,
    };
    let length = 2 + set.len() + 1 + encoding.len() + 1 + payload.len() + 2;
    // RFC 2231 appends the language to the set: utf-8*en.
    let set = set.split('*').next().unwrap_or(set).to_owned();
    Some((set, bytes, length))
}

/// A header's value on one line.
pub(super) fn unfold(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Joins the lines of `format=flowed` (RFC 3676).
pub(super) fn unflow(text: &str, flow: Flow) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        // The blank in front of a line that begins with one, or with a mark of quoting (4.4).
        let line = line.strip_prefix(' ').unwrap_or(line);
        // "-- " marks the signature and does not flow.
        if line.ends_with(' ') && line != "-- " {
            out.push_str(match flow {
                Flow::KeepBlank => line,
                Flow::DropBlank => &line[..line.len() - 1],
            });
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_parameters() {
        assert_eq!(
            encoded_words(b"=?utf-8?Q?Caf=C3?= =?utf-8?Q?=A9_au?= lait"),
            "Café au lait"
        );
        assert_eq!(encoded_words(b"=?ISO-8859-1?B?R3L832U?="), "Grüße");
        assert_eq!(encoded_words(b"plain =? words"), "plain =? words");
        assert_eq!(
            parameter("text/plain; x=1; charset=\"utf-8\"", "charset").as_deref(),
            Some("utf-8")
        );
    }

    #[test]
    fn quoted_printable_and_flowed() {
        assert_eq!(
            quoted_printable(b"a=3Db =\r\nc=C3=A9 \r\nx=Zy="),
            "a=b cé\r\nx=Zy".as_bytes()
        );
        assert_eq!(
            unflow("one \ntwo\nthree\n-- \nsig", Flow::KeepBlank),
            "one two\nthree\n-- \nsig\n"
        );
    }

    #[test]
    fn parts_of_parts() {
        let mail = b"Content-Type: multipart/mixed; boundary=A\r\n\r\n--A\r\nContent-Type: multipart/alternative; boundary=\"B\"\r\n\r\n--B\r\nContent-Type: text/plain\r\n\r\nHello\r\n--B\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+SGk8L2I+\r\n--B--\r\n--A\r\nContent-Type: image/png; name=x.png\r\n\r\nxx";
        let m = parse(mail, 1 << 20);
        let shown: Vec<_> = m
            .parts
            .iter()
            .map(|p| (p.media_type.as_str(), p.body.as_ref()))
            .collect();
        assert_eq!(
            shown,
            [
                ("text/plain", &b"Hello"[..]),
                ("text/html", b"<b>Hi</b>"),
                ("image/png", b"xx")
            ]
        );
        assert!(m.truncated);
    }
}
