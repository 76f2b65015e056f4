//! RFC 5322 mail, as press offices and some agencies send their texts: MIME parts, transfer
//! encodings, a character set for each part.
//!
//! The text is that of the first readable part; of a plain and an HTML version of it the plain one,
//! unless it is a stub. A part that is itself a news format (NITF, NewsML, a forwarded mail) is read as
//! what it is.

mod forwarded;
mod mime;
#[cfg(test)]
mod mime_tests;

use std::ops::ControlFlow;

use crate::intake::Format;
use crate::intake::decode::charset;
use crate::intake::embedded;
use crate::intake::formats::text;
use crate::intake::hints::Hints;
use crate::intake::supply;
use crate::intake::supply::DraftBuilder;
use crate::intake::{Document, Draft, ErrorCode, ReadError, Reading, wire};
use crate::record::{AuthorRole, DateBasis, DateRole, Flag, Media, MediaKind, RemovedKind};
use mime::{Entity, Part};

pub(super) use forwarded::{FILE, load};

/// Reads one mail.
///
/// # Errors
/// [`ErrorCode::NoArticle`] when no part of it is text.
pub fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    let bytes = skip_mbox(document.bytes);
    let message = mime::parse(bytes, reading.limits.document_bytes);
    let decoded = document.decode();
    let mut builder = DraftBuilder::new(
        decoded.draft(Format::Mail),
        DateBasis::Wire,
        reading.outlets,
    );
    headers(&message.root, &mut builder);
    for flag in &message.flags {
        builder.flag(*flag);
    }
    if message.truncated {
        builder.flag(Flag::TRUNCATED);
    }
    let chosen = choose(&message.parts);
    if let Some(part) = chosen {
        let content = text_of(part, &mut builder);
        if part.media_type == "text/html" {
            embedded::html_text(&content, None, &mut builder);
            drop_forwarding(&mut builder.draft);
        } else {
            let content = forwarded::text(&content).unwrap_or(content);
            let content = forwarded::without_answered(&content);
            let blocks = if builder.supplied().headline.is_some() {
                embedded::text_blocks(content, reading.outlets)
            } else {
                let mut blocks = text::lay_out(content, reading.outlets);
                blocks.iter_mut().for_each(|b| b.pieces.clear());
                builder.supplied().headline = text::headline(&blocks);
                blocks
            };
            builder.draft.blocks.extend(blocks);
        }
    }
    for part in &message.parts {
        attachment(part, &mut builder);
    }
    // A part that is a news document of its own is the article the mail brings.
    let mut inner = 0;
    for part in message.parts.iter().filter(|p| is_news(p)) {
        inner += news(part, &builder.draft, reading)?;
    }
    if inner > 0 {
        return Ok(());
    }
    if chosen.is_none() && builder.supplied().headline.is_none() {
        return Err(ReadError::new(
            ErrorCode::NoArticle,
            "the mail has no part that is text",
        ));
    }
    let _ = (reading.emit)(builder.finish());
    Ok(())
}

/// Takes the headers of a mail that was passed on out of its blocks, with what stands above them.
fn drop_forwarding(draft: &mut Draft) {
    let lines: Vec<&str> = draft.blocks.iter().map(|b| b.text.as_str()).collect();
    let Some(from) = forwarded::start(&lines).filter(|from| *from < lines.len()) else {
        return;
    };
    for _ in 0..from {
        draft.remove(0, RemovedKind::Other);
    }
}

/// Drops the byte-order mark, the blank lines and the separator line that may stand before a mail.
fn skip_mbox(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let start = bytes.trim_ascii_start();
    if !(start.starts_with(b"From ") || start.starts_with(b">From ")) {
        return start;
    }
    memchr::memchr(b'\n', start).map_or(start, |end| &start[end + 1..])
}

fn headers(root: &Entity<'_>, builder: &mut DraftBuilder) {
    let header = |name: &str| {
        root.header(name)
            .map(|v| mime::unfold(&v))
            .filter(|v| !v.is_empty())
    };
    let s = builder.supplied();
    s.headline = header("subject")
        .as_deref()
        .map(subject)
        .filter(|t| !t.is_empty());
    // Wires mail under their keyword line; the headline stands in the copy then.
    if s.headline.as_deref().is_some_and(wire::is_keyword_line) {
        s.slugline = s.headline.take();
    }
    s.id = header("message-id").map(|i| bracketed(&i).to_owned());
    for name in ["in-reply-to", "references"] {
        for id in header(name).unwrap_or_default().split_whitespace() {
            s.add_alt_id(bracketed(id));
        }
    }
    s.supersedes = header("supersedes").map(|i| bracketed(&i).to_owned());
    for keyword in header("keywords").unwrap_or_default().split(',') {
        s.add_keyword(keyword);
    }
    if let Some(from) = header("from") {
        let (name, address) = mailbox(&from);
        s.source = name.clone().or_else(|| address.clone());
        if let Some(name) = name
            && let [author] = supply::authors_of(&name).as_slice()
        {
            s.add_author(&author.name, AuthorRole::Contributor, None);
        }
    }
    s.credit = header("organization").or_else(|| header("organisation"));
    s.copyright = header("copyright");
    let language = header("content-language");
    builder.language(language.as_deref().and_then(|l| l.split(',').next()));
    builder.date(
        DateRole::Published,
        header("date").as_deref().map(without_comment),
    );
    builder.date(DateRole::Other, header("expires").as_deref());
}

/// A subject without the marks of replying and forwarding.
fn subject(text: &str) -> String {
    let mut rest = text.trim();
    while let Some((mark, after)) = rest.split_once(':')
        && matches!(
            mark.trim().to_ascii_lowercase().as_str(),
            "re" | "fw" | "fwd" | "aw" | "wg" | "sv" | "vs" | "tr" | "rv"
        )
    {
        rest = after.trim_start();
    }
    rest.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `Tue, 3 Feb 2026 10:00:00 +0000 (GMT)` without its comment.
fn without_comment(date: &str) -> &str {
    date.split('(').next().unwrap_or(date).trim()
}

fn bracketed(id: &str) -> &str {
    id.trim().trim_start_matches('<').trim_end_matches('>')
}

/// Name and address of `"Acme Press" <press@acme.example>`.
fn mailbox(text: &str) -> (Option<String>, Option<String>) {
    let clean = |t: &str| {
        let t = t.trim().trim_matches('"').trim();
        (!t.is_empty()).then(|| t.to_owned())
    };
    match text.split_once('<') {
        Some((name, address)) => (
            clean(name),
            clean(address.split('>').next().unwrap_or(address)),
        ),
        None => match text.split_once('(') {
            Some((address, name)) => (clean(name.trim_end_matches(')')), clean(address)),
            None => (None, clean(text)),
        },
    }
}

/// The part that holds the text: the first that is not attached, plain before HTML unless the plain
/// version says much less.
fn choose<'p>(parts: &'p [Part<'p>]) -> Option<&'p Part<'p>> {
    /// A plain version below this share of the HTML one's words is a stub ("view in your browser").
    const STUB_PERCENT: usize = 30;
    let first = |kind: &str| {
        parts
            .iter()
            .find(|p| p.media_type == kind && !p.attached && !p.body.trim_ascii().is_empty())
    };
    let (plain, html) = (first("text/plain"), first("text/html"));
    match (plain, html) {
        (Some(p), Some(h)) => {
            let page = String::from_utf8_lossy(&h.body);
            let words: usize = crate::intake::html::fragment_blocks(&page)
                .iter()
                .map(|b| b.text.split_whitespace().count())
                .sum();
            let said = p
                .body
                .split(u8::is_ascii_whitespace)
                .filter(|w| !w.is_empty())
                .count();
            Some(if said * 100 < words * STUB_PERCENT {
                h
            } else {
                p
            })
        }
        (p, h) => p.or(h),
    }
}

/// A part's text by its own character set.
fn text_of(part: &Part<'_>, builder: &mut DraftBuilder) -> String {
    let charset::Text {
        text,
        charset,
        flags,
    } = charset::decode(&part.body, part.charset.as_deref());
    builder.draft.charset = charset;
    builder.draft.flags.extend(flags);
    match part.flow {
        Some(flow) => mime::unflow(&text, flow),
        None => text,
    }
}

fn attachment(part: &Part<'_>, builder: &mut DraftBuilder) {
    let kind = match part.media_type.split('/').next() {
        Some("image") => MediaKind::Image,
        Some("video") => MediaKind::Video,
        Some("audio") => MediaKind::Audio,
        _ => return,
    };
    let url = part
        .content_id
        .as_deref()
        .map(|id| format!("cid:{}", bracketed(id)))
        .or_else(|| part.file_name.clone());
    if url.is_some() {
        builder.supplied().media.push(Media {
            kind,
            url,
            caption: part.description.clone(),
            credit: None,
        });
    }
}

fn is_news(part: &Part<'_>) -> bool {
    let named = part
        .file_name
        .as_deref()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let t = part.media_type.as_str();
    t == "message/rfc822"
        || t.contains("nitf")
        || t.contains("newsml")
        || t.contains("iptc")
        || t.contains("ninjs")
        || (t.ends_with("/xml") && !named.ends_with(".rels"))
}

/// Reads a part as the format it has; the mail's own headers fill what that leaves open. Returns how
/// many articles there were in it.
fn news(part: &Part<'_>, outer: &Draft, reading: &mut Reading<'_>) -> Result<usize, ReadError> {
    let hints = Hints {
        content_type: Some(match &part.charset {
            Some(charset) => format!("{}; charset={charset}", part.media_type),
            None => part.media_type.clone(),
        }),
        ..reading.hints.clone()
    };
    let mut count = 0;
    let emit = &mut *reading.emit;
    let mut wrap = |mut draft: Draft| -> ControlFlow<()> {
        count += 1;
        let (s, o) = (&mut draft.supplied, &outer.supplied);
        s.source = s.source.take().or_else(|| o.source.clone());
        s.headline = s.headline.take().or_else(|| o.headline.clone());
        s.published = s.published.take().or_else(|| o.published.clone());
        if let Some(id) = &o.id {
            s.add_alt_id(id);
        }
        emit(draft)
    };
    let read = crate::intake::read_part(
        &part.body,
        &mut Reading {
            hints: &hints,
            depth: reading.depth + 1,
            emit: &mut wrap,
            ..*reading
        },
    );
    match read {
        // An attachment that is no article leaves the mail's own text.
        Err(error) if error.code == ErrorCode::TooDeep => Err(error),
        _ => Ok(count),
    }
}
