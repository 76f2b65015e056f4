//! Which format a document has: from its media type where that is given and plausible, else from its bytes.
//!
//! A supplier's media type is believed only as far as the bytes bear it out: `text/plain` is what
//! servers say of everything, and `text/html` is what they say of plain text.
//!
//! A format stands in one of three tables, by what its documents begin with: [`SIGNS`] for text,
//! [`ROOTS`] for XML, [`KEYS`] for JSON. What is in none of them (text, pages, a supplier's own XML, a
//! scraper's JSON) is what remains.

use crate::intake::Format;
use crate::intake::html::tag::Tag;
use crate::intake::wire;

/// How many bytes at the start are looked at for everything but the keys of a JSON object.
const HEAD_BYTES: usize = 4096;

/// Most keys of a JSON object that are looked at.
const JSON_KEYS: usize = 256;

/// Whether the start of a document is that of a format.
type Sign = fn(&[u8]) -> bool;

/// The formats that are told by their first lines, and how. The first that holds decides.
const SIGNS: &[(Format, Sign)] = &[
    (Format::Warc, is_warc),
    (Format::Rtf, is_rtf),
    (Format::Anpa, is_anpa),
    (Format::Iptc7901, is_iptc7901),
    (Format::Mail, is_mail),
];

/// The XML formats and their root elements: in lower case, without prefix. Any other element is a page's or a
/// supplier's own.
const ROOTS: &[(Format, &[&str])] = &[
    (
        Format::NewsmlG2,
        &[
            "newsmessage",
            "newsitem",
            "packageitem",
            "newsitems",
            "conceptitem",
            "knowledgeitem",
            "planningitem",
            "catalogitem",
            "contentset",
            "contentmeta",
        ],
    ),
    (Format::Newsml1, &["newsml"]),
    (Format::Nitf, &["nitf"]),
    (Format::Rss, &["rss", "rdf", "channel", "item"]),
    (Format::Atom, &["feed", "entry"]),
];

/// The JSON formats and the keys of their outermost object; the first row that holds decides. An object
/// of none of them is a scraper's.
const KEYS: &[(Format, KeyRule)] = &[
    (Format::JsonLd, any(&["@context", "@type", "@graph"])),
    // dpa wraps its entries; an entry has its URN.
    (Format::DpaJson, all(&["entries"]).and_within(b"\"urn\"")),
    (Format::DpaJson, any(&["dpa_id"])),
    (
        Format::DpaJson,
        all(&["urn"]).and_any(&["pubstatus", "article_html"]),
    ),
    (Format::JsonFeed, all(&["items", "version", "title"])),
    (
        Format::PaJson,
        any(&["source-feed", "usn", "mediaCatCodes"]),
    ),
    (Format::PaJson, all(&["api_version", "data", "data_count"])),
    // ninjs has `altids` too; only AP names its editors' marks beside them.
    (
        Format::ApJson,
        all(&["altids"]).and_any(&[
            "editorialpriority",
            "editorialtypes",
            "bylines",
            "arrivaldate",
        ]),
    ),
    (
        Format::ApJson,
        all(&["data"]).and_any(&["api_version", "api", "updated", "next_page"]),
    ),
    (Format::ApJson, all(&["data"]).and_within(b"\"altids\"")),
    (
        Format::Ninjs,
        all(&["uri"]).and_any(&[
            "body_text",
            "body_xhtml",
            "body_html",
            "bodies",
            "headlines",
            "pubstatus",
            "pubStatus",
            "versioncreated",
            "versionCreated",
            "representationtype",
            "representationType",
            "usageterms",
            "usageTerms",
            "headline",
            "byline",
            "descriptions",
            "eventDetails",
            "renditions",
            "altids",
        ]),
    ),
    (Format::Ninjs, any(&["$standard", "standard"])),
    // Superdesk's `guid` stands for `uri`; a scraper's object has one too, but no status of its item.
    (
        Format::Ninjs,
        any(&["pubstatus", "pubStatus", "versioncreated", "versionCreated"]),
    ),
    (Format::Ninjs, any(WRAPPERS).and_within(b"\"pubstatus\"")),
    (Format::Ninjs, any(WRAPPERS).and_within(b"\"pubStatus\"")),
    (
        Format::Ninjs,
        any(WRAPPERS).and_within(b"\"versioncreated\""),
    ),
];

/// What services name the list, or the object, that their items stand in.
const WRAPPERS: &[&str] = &[
    "_items", "items", "item", "data", "results", "docs", "news", "entries", "content", "package",
    "articles", "hits",
];

/// What an object must have to be of a format.
struct KeyRule {
    /// Keys that it has, all of them.
    all: &'static [&'static str],
    /// Keys of which it has one; none are asked for where this is empty.
    any: &'static [&'static str],
    /// What stands somewhere in the document; nothing is asked for where this is empty.
    within: &'static [u8],
}

const fn all(keys: &'static [&'static str]) -> KeyRule {
    KeyRule {
        all: keys,
        any: &[],
        within: b"",
    }
}

const fn any(keys: &'static [&'static str]) -> KeyRule {
    all(&[]).and_any(keys)
}

impl KeyRule {
    const fn and_any(self, keys: &'static [&'static str]) -> KeyRule {
        KeyRule { any: keys, ..self }
    }

    const fn and_within(self, bytes: &'static [u8]) -> KeyRule {
        KeyRule {
            within: bytes,
            ..self
        }
    }

    fn holds(&self, keys: &[&[u8]], document: &[u8]) -> bool {
        let has = |key: &&str| keys.contains(&key.as_bytes());
        self.all.iter().all(has)
            && (self.any.is_empty() || self.any.iter().any(has))
            && memchr::memmem::find(document, self.within).is_some()
    }
}

/// Decides the format of `bytes`; `None` when they are not text at all (an image, an archive, noise).
pub(crate) fn format(bytes: &[u8], content_type: Option<&str>) -> Option<Format> {
    let head = Head::new(bytes);
    if head.is_binary() {
        return None;
    }
    let head_text = head.text.as_slice();
    let Some(media) = content_type.map(media_type) else {
        return Some(by_bytes(bytes, head_text, false));
    };
    Some(match Format::of_media_type(&media) {
        Some(claimed) if plausible(claimed, head_text) => claimed,
        // HTML served as something else is still caught by its tags.
        _ => by_bytes(bytes, head_text, names_json(&media)),
    })
}

/// The media type alone, in lower case, without its parameters.
fn media_type(content_type: &str) -> String {
    let end = content_type.find(';').unwrap_or(content_type.len());
    content_type[..end].trim().to_ascii_lowercase()
}

/// Whether a media type says that the document is JSON, of whatever format (RFC 6839, 3.1).
fn names_json(media: &str) -> bool {
    media.ends_with("/json") || media.ends_with("+json")
}

/// Whether the start of a document can be what its media type says.
fn plausible(format: Format, head: &[u8]) -> bool {
    if format == Format::Mail {
        return mail_headers(head) > 0;
    }
    if let Some((_, is)) = SIGNS.iter().find(|(f, _)| *f == format) {
        return is(head);
    }
    if ROOTS.iter().any(|(f, _)| *f == format) {
        return by_root(head) == Some(format);
    }
    if KEYS.iter().any(|(f, _)| *f == format) {
        return matches!(head.trim_ascii_start().first(), Some(b'{' | b'['));
    }
    // Plain text without one tag is not a page, and neither is an XML wire format.
    let is_page =
        || memchr::memchr(b'<', head).is_some() && by_root(head).is_none_or(|f| f == Format::Html);
    format != Format::Html || is_page()
}

/// The format that the bytes show. A document declared as JSON that starts like some is JSON, however
/// broken: what is wrong with it is for its reader to say.
fn by_bytes(bytes: &[u8], head: &[u8], declared_json: bool) -> Format {
    if let Some((format, _)) = SIGNS.iter().find(|(_, is)| is(head)) {
        return *format;
    }
    match head.trim_ascii_start().first() {
        Some(b'<') => match by_root(head) {
            Some(Format::Html) if is_vendor_xml(head, bytes) => Format::VendorXml,
            format => format.unwrap_or(Format::Text),
        },
        Some(b'{' | b'[') if declared_json || is_json(bytes) => by_keys(bytes),
        _ if has_markup(head) => Format::Html,
        _ => Format::Text,
    }
}

/// The start of a document as ASCII-compatible bytes, whatever its character set.
struct Head {
    text: Vec<u8>,
    magic: [u8; 8],
}

impl Head {
    fn new(bytes: &[u8]) -> Self {
        let start = &bytes[..bytes.len().min(HEAD_BYTES)];
        let mut magic = [0; 8];
        let n = start.len().min(8);
        magic[..n].copy_from_slice(&start[..n]);
        let text = match super::charset::wide(start) {
            Some(encoding) => encoding.decode(start).0.into_owned().into_bytes(),
            None => start
                .strip_prefix(b"\xEF\xBB\xBF")
                .unwrap_or(start)
                .to_vec(),
        };
        Head { text, magic }
    }

    /// Known signatures of what is not text, or too many bytes no text format uses.
    fn is_binary(&self) -> bool {
        const SIGNATURES: [&[u8]; 12] = [
            b"\x89PNG",
            b"\xFF\xD8\xFF",
            b"GIF8",
            b"%PDF-",
            b"PK\x03\x04",
            b"RIFF",
            b"BZh",
            b"\xFD7zXZ",
            b"\x28\xB5\x2F\xFD",
            b"\x7FELF",
            b"Rar!",
            b"\xD0\xCF\x11\xE0",
        ];
        if SIGNATURES.iter().any(|s| self.magic.starts_with(s)) {
            return true;
        }
        // The wires use a few controls (SYN, SOH, STX, ETX, DC1–DC4, US, EOT); one byte in ten is noise.
        let odd = self
            .text
            .iter()
            .filter(|b| matches!(b, 0..=8 | 14..=26 | 28..=31 | 127))
            .count();
        odd > 16 && odd * 10 > self.text.len()
    }
}

/// ANPA 1312: SYN SYN SOH before the service letter, or the SOH header alone with its STX; where the controls
/// were lost, the header's two lines above lines with the format's marks.
fn is_anpa(head: &[u8]) -> bool {
    let start = head.trim_ascii_start();
    if wire::is_anpa_header(start) {
        return true;
    }
    let after_syn = start.iter().take_while(|&&b| b == 0x16).count();
    if after_syn > 0 && start.get(after_syn) == Some(&0x01) {
        return true;
    }
    // Without the synchronisation bytes: SOH, letter, four digits, US.
    start.first() == Some(&0x01)
        && start.get(1).is_some_and(u8::is_ascii_alphabetic)
        && start
            .get(2..6)
            .is_some_and(|d| d.iter().all(u8::is_ascii_digit))
        && start.get(6) == Some(&0x1F)
}

/// IPTC 7901: SOH, service letters and sequence number, a blank, the urgency digit.
fn is_iptc7901(head: &[u8]) -> bool {
    let start = head.trim_ascii_start();
    // Some transmitters put line noise (ZCZC, CR, fill characters) in front of SOH.
    let Some(soh) = memchr::memchr(0x01, &start[..start.len().min(64)]) else {
        return false;
    };
    let rest = &start[soh + 1..];
    let letters = rest.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let digits = rest[letters..]
        .iter()
        .take_while(|b| b.is_ascii_digit())
        .count();
    (1..=8).contains(&letters)
        && (1..=6).contains(&digits)
        && rest.get(letters + digits) == Some(&b' ')
        && rest
            .get(letters + digits + 1)
            .is_some_and(u8::is_ascii_digit)
}

/// The group that an RTF document is (RTF 1.9, "File header").
fn is_rtf(head: &[u8]) -> bool {
    head.trim_ascii_start().starts_with(b"{\\rtf")
}

/// The version line of a WARC record (ISO 28500).
fn is_warc(head: &[u8]) -> bool {
    head.starts_with(b"WARC/")
}

/// RFC 822: header lines first, among them two that are mail's.
fn is_mail(head: &[u8]) -> bool {
    mail_headers(head) >= 2
}

/// How many of the header lines at the start of a document are mail's; none where another line stands among them.
fn mail_headers(head: &[u8]) -> usize {
    const NAMES: [&str; 9] = [
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "received",
        "return-path",
        "delivered-to",
    ];
    /// Most lines that are looked at.
    const LINES: usize = 60;
    let mut lines = head
        .trim_ascii_start()
        .split(|&b| b == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .take(LINES)
        .enumerate()
        .peekable();
    // The line by which mbox parts one mail from the next; some mailboxes quote it.
    lines.next_if(|(_, line)| line.starts_with(b"From ") || line.starts_with(b">From "));
    let mut known = 0;
    for (number, line) in lines.take_while(|(_, line)| !line.is_empty()) {
        // RFC 5322, 2.2.3: a line that begins with a blank goes on with the header above it.
        if number > 0 && matches!(line.first(), Some(b' ' | b'\t')) {
            continue;
        }
        let Some(name) = header_name(line) else {
            return 0;
        };
        let is_known = |known: &&str| name.eq_ignore_ascii_case(known.as_bytes());
        known += usize::from(NAMES.iter().any(is_known));
    }
    known
}

/// The name in front of a header line's colon, where it can be one: any signs but blanks (RFC 5322, 2.2).
fn header_name(line: &[u8]) -> Option<&[u8]> {
    let name = &line[..memchr::memchr(b':', line)?];
    (!name.is_empty() && name.iter().all(u8::is_ascii_graphic)).then_some(name)
}

/// The format that the root element names; HTML for a page without one.
fn by_root(head: &[u8]) -> Option<Format> {
    let root = match prolog(head)? {
        Prolog::Html => return Some(Format::Html),
        Prolog::Root(root) => root,
    };
    let name_end = root
        .iter()
        .position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))
        .unwrap_or(root.len());
    let qualified = &root[..name_end];
    let local = memchr::memchr(b':', qualified).map_or(qualified, |c| &qualified[c + 1..]);
    let is_local = |name: &&str| local.eq_ignore_ascii_case(name.as_bytes());
    let row = ROOTS.iter().find(|(_, names)| names.iter().any(is_local));
    let is_element = root.first().is_some_and(u8::is_ascii_alphabetic);
    row.map(|(format, _)| *format)
        .or_else(|| is_element.then_some(Format::Html))
}

/// Whether a document whose root names no format is a supplier's own XML: it says that it is XML, or its root
/// is no element of HTML and is closed at its end.
fn is_vendor_xml(head: &[u8], bytes: &[u8]) -> bool {
    let Some(Prolog::Root(root)) = prolog(head) else {
        return false;
    };
    let is_end = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'>' | b'/');
    let name = &root[..root.iter().position(is_end).unwrap_or(root.len())];
    let is_html = |tag: Tag| !matches!(tag, Tag::Other | Tag::Article | Tag::Section);
    if is_html(Tag::of(name)) || name.contains(&b'-') {
        return false;
    }
    let closes = || {
        let end = bytes.trim_ascii_end().strip_suffix(b">");
        end.and_then(|e| e.trim_ascii_end().strip_suffix(name))
            .is_some_and(|e| e.ends_with(b"</"))
    };
    head.trim_ascii_start().starts_with(b"<?xml") || Tag::of(name) == Tag::Other && closes()
}

/// What stands in front of the first element of a document that is marked up.
enum Prolog<'h> {
    /// HTML's document type, which says enough.
    Html,
    /// Instructions, comments and another document type; the bytes behind the first element's `<`.
    Root(&'h [u8]),
}

/// Reads past the prolog; `None` where anything but an element follows it, or it does not end.
fn prolog(head: &[u8]) -> Option<Prolog<'_>> {
    let mut rest = head;
    loop {
        rest = rest.trim_ascii_start();
        rest = match rest.strip_prefix(b"<")? {
            [b'?', ..] => after(rest, b"?>")?,
            [b'!', b'-', b'-', ..] => after(rest, b"-->")?,
            [b'!', ..] if starts_with_ignoring_case(rest, b"<!doctype html") => {
                return Some(Prolog::Html);
            }
            [b'!', ..] => after_doctype(rest)?,
            element => return Some(Prolog::Root(element)),
        };
    }
}

fn after<'a>(bytes: &'a [u8], end: &[u8]) -> Option<&'a [u8]> {
    memchr::memmem::find(bytes, end).map(|p| &bytes[p + end.len()..])
}

/// What follows a document type declaration, its internal subset skipped.
fn after_doctype(bytes: &[u8]) -> Option<&[u8]> {
    let mut depth = 0usize;
    for (at, b) in bytes.iter().enumerate() {
        match b {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            b'>' if depth == 0 => return Some(&bytes[at + 1..]),
            _ => {}
        }
    }
    None
}

fn starts_with_ignoring_case(bytes: &[u8], prefix: &[u8]) -> bool {
    bytes
        .get(..prefix.len())
        .is_some_and(|b| b.eq_ignore_ascii_case(prefix))
}

/// Whether text that does not start with a tag is a piece of HTML: at least two block tags in it.
fn has_markup(head: &[u8]) -> bool {
    const TAGS: [&[u8]; 10] = [
        b"<p>",
        b"<p ",
        b"</p>",
        b"<div",
        b"<br",
        b"</h1>",
        b"</h2>",
        b"<body",
        b"<article",
        b"<img ",
    ];
    memchr::memchr_iter(b'<', head)
        .filter(|&at| {
            TAGS.iter()
                .any(|t| starts_with_ignoring_case(&head[at..], t))
        })
        .take(2)
        .count()
        == 2
}

/// Whether a document that starts with a bracket is JSON, whole, broken off or with faults in it, and
/// not copy that happens to start so: `[Reuters] LONDON …`, `{NAME} of Westmere …`.
///
/// Copy has no key in quotes with a colon behind its first brace. A list of anything but objects has to
/// be sound JSON to its end, or to where the document breaks off.
fn is_json(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut rest = bytes.trim_ascii();
    let mut listed = false;
    while let [b'[', inner @ ..] = rest {
        rest = inner.trim_ascii_start();
        listed = true;
    }
    match rest {
        [b'{', inner @ ..] => opens_object(inner.trim_ascii_start()),
        // Brackets and nothing in them say nothing.
        [] => false,
        _ => {
            let read: Result<serde::de::IgnoredAny, _> = serde_json::from_slice(bytes);
            listed && read.map_or_else(|e| e.is_eof(), |_| true)
        }
    }
}

/// Whether bytes can be what follows the first brace of a JSON object: nothing, its end, or a key. The
/// key may stand in single quotes, as Python prints it, so that its reader can say what is wrong.
fn opens_object(bytes: &[u8]) -> bool {
    let (quote, rest) = match bytes {
        [] | [b'}'] => return true,
        [quote @ (b'"' | b'\''), rest @ ..] => (*quote, rest),
        _ => return false,
    };
    let end = rest
        .iter()
        .position(|&b| b == quote || b.is_ascii_control())
        .unwrap_or(rest.len());
    match &rest[end..] {
        // It breaks off inside its first key, or behind it.
        [] => true,
        [close, after @ ..] => {
            *close == quote && matches!(after.trim_ascii_start().first(), None | Some(b':'))
        }
    }
}

/// The JSON format that the outermost keys name.
fn by_keys(bytes: &[u8]) -> Format {
    let keys = top_level_keys(bytes).unwrap_or_default();
    KEYS.iter()
        .find(|(_, rule)| rule.holds(&keys, bytes))
        .map_or(Format::ScraperJson, |(format, _)| *format)
}

/// The keys of the outermost object, or of the first object of an outermost array, without
/// unescaping; `None` when the document starts neither. One pass, strings skipped by their quotes.
pub(super) fn top_level_keys(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut at = bytes.len() - bytes.trim_ascii_start().len();
    if bytes[at..].starts_with(b"\xEF\xBB\xBF") {
        at += 3;
    }
    if bytes.get(at) == Some(&b'[') {
        at += 1;
        at += bytes[at..].len() - bytes[at..].trim_ascii_start().len();
    }
    if bytes.get(at) != Some(&b'{') {
        return None;
    }
    let mut keys = Vec::new();
    let mut depth = 0usize;
    while let Some(skip) = bytes[at..]
        .iter()
        .position(|b| matches!(b, b'{' | b'}' | b'[' | b']' | b'"'))
    {
        at += skip;
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            _ => {
                let start = at + 1;
                // A document that breaks off inside a string is known by the keys before it.
                let Some(end) = string_end(bytes, start) else {
                    break;
                };
                at = end;
                if depth == 1 && bytes[end + 1..].trim_ascii_start().first() == Some(&b':') {
                    keys.push(&bytes[start..end]);
                    if keys.len() == JSON_KEYS {
                        break;
                    }
                }
            }
        }
        at += 1;
    }
    Some(keys)
}

/// Where the JSON string that starts at `start` has its closing quote.
fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        at += memchr::memchr2(b'"', b'\\', &bytes[at..])?;
        if bytes[at] == b'"' {
            return Some(at);
        }
        at += 2;
        if at > bytes.len() {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sniff(text: &str) -> Format {
        format(text.as_bytes(), None).unwrap()
    }

    #[test]
    fn every_format_that_does_not_remain_stands_in_one_table() {
        for format in Format::ALL {
            let tables = [
                SIGNS.iter().any(|(f, _)| f == format),
                ROOTS.iter().any(|(f, _)| f == format),
                KEYS.iter().any(|(f, _)| f == format),
            ];
            let remains = matches!(
                format,
                Format::Text | Format::Html | Format::VendorXml | Format::ScraperJson
            );
            let count = tables.iter().filter(|t| **t).count();
            assert_eq!(count, usize::from(!remains), "{format:?}");
        }
    }

    #[test]
    fn formats_are_known_by_their_bytes() {
        for (text, want) in [
            ("A story.\n\nIt goes on.", Format::Text),
            ("<!DOCTYPE html><title>x</title>", Format::Html),
            ("\u{feff}<html><p>x", Format::Html),
            ("<p>One paragraph</p>", Format::Html),
            ("A line<br>and another<br/>more", Format::Html),
            (
                "<?xml version='1.0'?><!-- c --><rss version='2.0'/>",
                Format::Rss,
            ),
            ("<rdf:RDF xmlns:rdf='x'>", Format::Rss),
            ("<feed xmlns='http://www.w3.org/2005/Atom'>", Format::Atom),
            (
                "<?xml version=\"1.0\"?>\n<newsItem guid='x'>",
                Format::NewsmlG2,
            ),
            (
                "<!DOCTYPE NewsML SYSTEM 'x.dtd' [<!ENTITY a \"b\">]><NewsML>",
                Format::Newsml1,
            ),
            ("<nitf>", Format::Nitf),
            ("{\"uri\":\"x\",\"headline\":\"y\"}", Format::Ninjs),
            ("{\"title\":\"x\",\"maintext\":\"y\"}", Format::ScraperJson),
            ("[{\"@context\":\"https://schema.org\"}]", Format::JsonLd),
            (
                "{\"version\":\"https://jsonfeed.org/version/1\",\"title\":\"a\",\"items\":[]}",
                Format::JsonFeed,
            ),
            (
                "From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\n\r\nHi",
                Format::Mail,
            ),
            ("From: our correspondent\nLONDON — A story.", Format::Text),
            ("WARC/1.0\r\nWARC-Type: response\r\n", Format::Warc),
            ("\u{16}\u{16}\u{1}a0123\u{1f}bc-\r\n", Format::Anpa),
            (
                "W0573asian\nr a BC-Ferry     12-04 0240\n^BC-Ferry,240<\n",
                Format::Anpa,
            ),
            (
                "W0573asian\nr a BC-Ferry     12-04 0240\nFerry sinks\n",
                Format::Text,
            ),
            ("\u{1}bdt0123 3 pl 120  xyz 0000\r\n", Format::Iptc7901),
        ] {
            assert_eq!(sniff(text), want, "{text:?}");
        }
    }

    #[test]
    fn copy_that_starts_with_a_bracket_is_told_from_json() {
        let of = |text: &str, media| format(text.as_bytes(), media).unwrap();
        for copy in [
            "{not json at all",
            "{NAME} of Westmere said on Monday that the ferry would sail.",
            "{ } is how the town signs its letters.",
            "{\"Ferry\" is what the islanders call it.}",
            "{\"The ferry sank,\nhe said.",
            "{{headline}}\nThe ferry sank.",
            "[Reuters] LONDON — The ferry sank.",
            "[\"It sank,\" she said.] The ferry was old.",
            "[1] The ferry was built in 1950.",
            "[2026-03-02 09:30] The ferry sank.",
            "[",
            "[[[[",
        ] {
            assert_eq!(of(copy, None), Format::Text, "{copy:?}");
            assert_eq!(of(copy, Some("text/plain")), Format::Text, "{copy:?}");
            assert_eq!(
                of(copy, Some("application/json")),
                Format::ScraperJson,
                "{copy:?}"
            );
            assert_eq!(
                of(copy, Some("application/vnd.x+json; charset=utf-8")),
                Format::ScraperJson
            );
        }
        for json in [
            // whole
            "{\"title\": \"The ferry sank\"}",
            "\u{feff} [ {\"title\": \"The ferry sank\"} ]",
            "{}",
            "[\"The ferry sank\", \"All are safe\"]",
            "[[{\"title\": \"The ferry sank\"}]]",
            // broken off
            "{",
            "[{",
            "{\"tit",
            "{\"title\"",
            "{\"title\": \"The ferry sank and all",
            "[\"The ferry sank\", \"All are sa",
            "[{\"title\": \"The ferry sank\"}, {\"ti",
            // with faults
            "{\"title\": \"The ferry\nsank\",}",
            "{\"title\": The ferry sank}",
            "{'title': 'The ferry sank'}",
        ] {
            assert_eq!(of(json, None), Format::ScraperJson, "{json:?}");
            assert_eq!(
                of(json, Some("text/plain")),
                Format::ScraperJson,
                "{json:?}"
            );
        }
    }

    #[test]
    fn json_that_is_cut_off_makes_no_news() {
        let read = |bytes: &str, media: Option<&str>| {
            let hints = crate::intake::Hints {
                content_type: media.map(str::to_owned),
                ..Default::default()
            };
            let mut drafts = Vec::new();
            let result =
                crate::intake::read(bytes.as_bytes(), &hints, &Default::default(), &mut |d| {
                    drafts.push(d);
                    std::ops::ControlFlow::Continue(())
                });
            (drafts, result)
        };
        for json in [
            "{\"tit",
            "{\"a\": [1, 2",
            "[\"The ferry sank\", \"All",
            "{'a': 1}",
            "{",
        ] {
            let (drafts, result) = read(json, Some("text/plain"));
            assert!(drafts.is_empty() && result.is_err(), "{json}: {drafts:?}");
        }
        let copy = "{NAME} of Westmere said on Monday that the old ferry would sail again.";
        let (drafts, result) = read(copy, None);
        assert!(result.is_ok());
        assert_eq!(drafts[0].blocks[0].text, copy);
        let (drafts, result) = read(copy, Some("application/json"));
        assert!(drafts.is_empty());
        assert_eq!(
            result.unwrap_err().code,
            crate::intake::ErrorCode::Malformed
        );
    }

    #[test]
    fn a_media_type_is_believed_when_the_bytes_bear_it_out() {
        let f = |bytes: &str, media: &str| format(bytes.as_bytes(), Some(media)).unwrap();
        assert_eq!(f("plain words", "text/html; charset=utf-8"), Format::Text);
        assert_eq!(f("<html><p>x", "text/plain"), Format::Html);
        assert_eq!(f("<rss/>", "text/html"), Format::Rss);
        assert_eq!(f("words <b>and tags", "text/html"), Format::Html);
        assert_eq!(f("<nitf/>", "application/xml"), Format::Nitf);
        assert_eq!(f("A dash < b and c > d", "text/plain"), Format::Text);
    }

    #[test]
    fn formats_are_known_in_the_dress_that_suppliers_send() {
        let mail = "Subject: Ferry\nDate: Mon, 3 Mar 2025 10:00:00 +0000\n\nText.";
        for (text, want) in [
            (
                r#"{"guid":"tag:x","pubstatus":"canceled","body_html":"<p>x"}"#,
                Format::Ninjs,
            ),
            (
                r#"[{"guid":"tag:x","versioncreated":"2025-03-03T10:00:00Z"}]"#,
                Format::Ninjs,
            ),
            (
                r#"{"_items":[{"guid":"x","pubstatus":"usable"}]}"#,
                Format::Ninjs,
            ),
            (
                r#"{"guid":"x","title":"y","body_html":"<p>z"}"#,
                Format::ScraperJson,
            ),
            (r"{\rtf1\ansi A}", Format::Rtf),
            (
                "<?xml version='1.0'?><article><title>x</title></article>",
                Format::VendorXml,
            ),
            ("<Story><Headline>x</Headline></Story>", Format::VendorXml),
            ("<Story><Headline>x</Headline>", Format::Html),
            ("<article><p>x</article>", Format::Html),
            ("<?xml version='1.0'?><html><p>x</html>", Format::Html),
            ("<news-card><p>x</p></news-card>", Format::Html),
            (&format!("\n   \n{mail}"), Format::Mail),
            (
                &format!(">From a@b Mon\nX_Odd.Name: 1\n{mail}"),
                Format::Mail,
            ),
        ] {
            assert_eq!(format(text.as_bytes(), None), Some(want), "{text}");
        }
        let one = format(
            b"X-Ours: 1\nSubject: Ferry\n\nText.",
            Some("message/rfc822"),
        );
        assert_eq!(one, Some(Format::Mail));
        assert_eq!(format(b"{\\rtf1 A}", Some("text/plain")), Some(Format::Rtf));
    }

    #[test]
    fn pictures_and_noise_are_not_text() {
        assert_eq!(format(b"\x89PNG\r\n\x1a\n", None), None);
        assert_eq!(format(&[3u8; 200], Some("text/plain")), None);
        assert!(format("\u{7}\u{7}\u{7}\u{7}\u{7}EIL".as_bytes(), None).is_some());
    }

    #[test]
    fn keys_of_broken_json_do_not_panic() {
        for text in [
            "{",
            "{\"a",
            "{\"a\\",
            "[[{\"a\":1}]]",
            "{\"a\":\"\\",
            "",
            "[",
            "{}}",
            "{\"a\":]]}}",
        ] {
            let _ = top_level_keys(text.as_bytes());
        }
    }
}
