//! Atom 1.0 (RFC 4287) and what is left of Atom 0.3, as a feed or as one entry.

use url::Url;

use super::super::nitf;
use super::{AUTHORS, Channel, Emitted, Emitter, Text, base_of, media};
use crate::intake::Format;
use crate::intake::embedded;
use crate::intake::supply::Supply;
use crate::intake::xml::{Body, Element, Ns, Source, Step};
use crate::intake::{Decoded, Document, Draft, Outlets, ReadError, Reading};
use crate::record::{AuthorRole, DateBasis, DateRole, Outlet, Status};

/// Reads a feed, emitting each entry before the next is looked at.
///
/// # Errors
/// As for [`super::rss::read`].
pub fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    let decoded = document.decode();
    let mut source = Source::new(&decoded.text, reading.limits.depth);
    let mut channel = Channel::default();
    let mut emitter = Emitter { count: 0 };
    loop {
        let name = match source.step() {
            Step::Start { name, .. } => name,
            Step::Eof => break,
            Step::End { .. } | Step::Text => continue,
        };
        match name {
            "feed" => {
                channel.language = source.attribute("xml:lang");
                let base = source.attribute("xml:base");
                channel.base = base.and_then(|b| base_of(&b));
            }
            "entry" => {
                let tree = source.element();
                let Some(entry) = tree.root() else { continue };
                let draft = self::entry(entry, &channel, &decoded, reading.outlets);
                if let Emitted::Enough = emitter.emit(draft, source.flags(), reading)? {
                    return Ok(());
                }
            }
            _ => {
                let part = source.element();
                if let Some(part) = part.root() {
                    about(part, &mut channel);
                }
            }
        }
    }
    source.close_all();
    emitter.finish(source)
}

/// An element of the feed that is no entry.
fn about(e: Element<'_, '_>, channel: &mut Channel) {
    if !matches!(e.ns(), Ns::Own | Ns::Atom) {
        return;
    }
    match e.name() {
        "title" => channel.title = channel.title.take().or_else(|| line(e)),
        "rights" | "copyright" => channel.rights = channel.rights.take().or_else(|| line(e)),
        "author" if channel.authors.len() < AUTHORS => channel.authors.extend(e.text_of("name")),
        "link" => {
            let rel = e.value("rel").unwrap_or_else(|| "alternate".to_owned());
            let href = e.value("href");
            if channel.base.is_none() && rel == "self" {
                channel.base = href.as_deref().and_then(base_of);
            }
            match rel.as_str() {
                "alternate" => channel.link = channel.link.take().or(href),
                "self" => channel.own_link = channel.own_link.take().or(href),
                _ => {}
            }
            if channel.base.is_none() {
                channel.base = channel.link.as_deref().and_then(base_of);
            }
        }
        _ => {}
    }
}

/// A text construct on one line, whatever its type.
fn line(e: Element<'_, '_>) -> Option<String> {
    match e.attribute("type").as_deref() {
        Some(t) if t.contains("html") => embedded::one_line(&e.raw_text()),
        _ => e.text(),
    }
}

fn entry(e: Element<'_, '_>, channel: &Channel, decoded: &Decoded, outlets: &Outlets) -> Draft {
    let mut supply = Supply::new(decoded.draft(Format::Atom), DateBasis::Feed, outlets);
    let under = |outer: Option<&Url>, e: Element<'_, '_>| {
        let base = e.attribute("xml:base");
        match (outer, base) {
            (Some(outer), Some(b)) => outer.join(&b).ok().or_else(|| Some(outer.clone())),
            (None, Some(b)) => base_of(&b),
            (outer, None) => outer.cloned(),
        }
    };
    let base = under(channel.base.as_ref(), e);
    let mut text_base = base.clone();
    let (mut content, mut summary) = (None, None);
    let mut link = None;
    supply.language(e.attribute("xml:lang").as_deref());
    for part in e.elements() {
        if super::dublin_core(part, &mut supply) || media::element(part, &mut supply) {
            continue;
        }
        match part.name() {
            "id" => supply.supplied().id = part.text(),
            "title" => supply.supplied().headline = line(part),
            "published" | "issued" => supply.date(DateRole::Published, part.text().as_deref()),
            "updated" | "modified" => supply.date(DateRole::Modified, part.text().as_deref()),
            "created" => supply.date(DateRole::Created, part.text().as_deref()),
            "author" => {
                let name = part
                    .text_of("name")
                    .or_else(|| part.text())
                    .unwrap_or_default();
                super::named_author(&name, &mut supply);
            }
            "contributor" => {
                let name = part.text_of("name").unwrap_or_default();
                supply
                    .supplied()
                    .add_author(&name, AuthorRole::Contributor, None);
            }
            "link" => {
                let href = part
                    .value("href")
                    .and_then(|h| super::resolve(base.as_ref(), &h));
                match part.value("rel").as_deref().unwrap_or("alternate") {
                    "alternate" => link = link.or(href),
                    "enclosure" => {
                        media::enclosure(href, part.value("type").as_deref(), &mut supply)
                    }
                    "related" | "via" => supply.supplied().add_link(href.unwrap_or_default()),
                    _ => {}
                }
            }
            "category" => {
                let term = part.value("term");
                let label = part.value("label").or_else(|| term.clone());
                super::category(label, part.value("scheme"), term, &mut supply);
            }
            "rights" | "copyright" => supply.supplied().copyright = line(part),
            "source" => {
                if let Some(name) = part.first("title").and_then(line) {
                    let home = part.first("link").and_then(|l| l.value("href"));
                    let s = supply.supplied();
                    s.credit.get_or_insert_with(|| name.clone());
                    s.outlet = Some(Outlet {
                        domain: home.as_deref().and_then(super::domain),
                        name,
                    });
                }
            }
            "summary" => summary = text(part, &mut supply, false),
            "content" => {
                text_base = under(base.as_ref(), part);
                if let Some(address) = part.value("src") {
                    supply.supplied().add_link(address);
                }
                content = text(part, &mut supply, true);
            }
            // RFC 5023: an entry that is not to be seen yet.
            "control" if part.text_of("draft").as_deref() == Some("yes") => {
                supply.restrict(Status::Withheld);
            }
            _ => {}
        }
    }
    if supply.draft.blocks.is_empty() {
        super::body(content, summary, &mut supply);
    } else if let Some(summary) = summary {
        supply.supplied().deck = embedded::one_line(&summary.text);
    }
    let s = supply.supplied();
    s.id = s.id.take().or_else(|| link.clone());
    s.url = link;
    if s.byline.is_none() {
        for name in &channel.authors {
            super::named_author(name, &mut supply);
        }
    }
    media::thumbnail(e, &mut supply);
    media::caption(&mut supply);
    super::absolute(&mut supply, text_base.as_ref());
    channel.apply(&mut supply);
    super::mark_empty(&mut supply);
    supply.finish()
}

/// A text construct: XHTML is read at once, anything else is given back.
fn text<'a>(e: Element<'_, 'a>, supply: &mut Supply, body: bool) -> Option<Text<'a>> {
    let kind = e.attribute("type").unwrap_or_default().to_ascii_lowercase();
    if e.has_elements() {
        if body {
            nitf::take_body(Body::read(e), supply);
            return None;
        }
        return Some(Text {
            text: e.text()?.into(),
            html: false,
            at: None,
        });
    }
    let mut text = Text::of(e)?;
    text.html = match kind.as_str() {
        "" | "text" | "text/plain" => false,
        // What says it is HTML and has no tag is text with references.
        _ => text.html,
    };
    // Base64 is what every other media type is written in (RFC 4287, 4.1.3.3): no text.
    let is_text = kind.is_empty()
        || kind.starts_with("text")
        || kind.contains("html")
        || kind.contains("xml");
    is_text.then_some(text)
}
