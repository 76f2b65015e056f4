//! RSS 0.9x, 1.0 (RDF) and 2.0, as a feed or as one item of it.

use super::{Channel, Emitted, Emitter, Text, base_of, media};
use crate::intake::Format;
use crate::intake::embedded;
use crate::intake::supply::Supply;
use crate::intake::xml::{Element, Ns, Source, Step};
use crate::intake::{Decoded, Document, Draft, Outlets, ReadError, Reading};
use crate::record::{DateBasis, DateRole, Outlet};

/// Reads a feed, emitting each item before the next is looked at.
///
/// # Errors
/// [`super::ErrorCode::NoArticle`] without an item, [`super::ErrorCode::TooMany`] past the limit of
/// them; else where and why the XML broke off.
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
            "rss" | "RDF" | "rdf" | "channel" => {
                channel.language = channel
                    .language
                    .take()
                    .or_else(|| source.attribute("xml:lang"));
                let base = source.attribute("xml:base");
                channel.base = channel.base.take().or_else(|| base_of(&base?));
            }
            "item" => {
                let tree = source.element();
                let Some(item) = tree.root() else { continue };
                let draft = self::item(item, &channel, &decoded, reading.outlets);
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

/// An element of the channel that is no item.
fn about(e: Element<'_, '_>, channel: &mut Channel) {
    let slot = match (e.ns(), e.name()) {
        (Ns::Own, "title") => &mut channel.title,
        (Ns::Own, "link") => &mut channel.link,
        (Ns::Own | Ns::DublinCore, "language") => &mut channel.language,
        (Ns::Own, "copyright") | (Ns::DublinCore, "rights") => &mut channel.rights,
        _ => return,
    };
    // RSS 1.0 and some feeds name the picture's title and link after the channel's own.
    *slot = slot.take().or_else(|| e.text());
    if channel.base.is_none() {
        channel.base = channel.link.as_deref().and_then(base_of);
    }
}

fn item(e: Element<'_, '_>, channel: &Channel, decoded: &Decoded, outlets: &Outlets) -> Draft {
    let mut supply = Supply::new(decoded.draft(Format::Rss), DateBasis::Feed, outlets);
    let base = e
        .attribute("xml:base")
        .and_then(|b| match &channel.base {
            Some(outer) => outer.join(&b).ok(),
            None => base_of(&b),
        })
        .or_else(|| channel.base.clone());
    let mut link = None;
    let mut permalink = None;
    let (mut content, mut description) = (None, None);
    supply.language(e.attribute("xml:lang").as_deref());
    for part in e.elements() {
        if part.ns() == Ns::DublinCore && matches!(part.name(), "description" | "abstract") {
            description = description.or_else(|| Text::of(part));
            continue;
        }
        if part.ns() == Ns::Itunes && part.name() == "summary" {
            description = description.or_else(|| Text::of(part));
            continue;
        }
        if super::dublin_core(part, &mut supply) || media::element(part, &mut supply) {
            continue;
        }
        match (part.ns(), part.name()) {
            (Ns::Content, "encoded") => content = Text::of(part).or(content),
            (Ns::Xhtml, "body" | "div") => {
                let body = crate::intake::xml::Body::read(part);
                super::super::nitf::take_body(body, &mut supply);
            }
            (Ns::Own | Ns::Other, "full-text" | "fulltext" | "fullText" | "body" | "content") => {
                content = content.or_else(|| Text::of(part));
            }
            (Ns::Own, "title") => {
                let title = embedded::one_line(&part.raw_text());
                let s = supply.supplied();
                s.headline = title.or(s.headline.take());
            }
            (Ns::Own, "link") => link = part.text().or(link),
            (Ns::Atom, "link") => {
                let rel = part.value("rel").unwrap_or_else(|| "alternate".to_owned());
                match rel.as_str() {
                    "alternate" => link = link.or_else(|| part.value("href")),
                    "enclosure" => media::enclosure(
                        part.value("href"),
                        part.value("type").as_deref(),
                        &mut supply,
                    ),
                    _ => {}
                }
            }
            (Ns::Own, "guid") => {
                let id = part.text();
                if part.attribute("isPermaLink").as_deref() != Some("false")
                    && id.as_deref().is_some_and(|i| i.starts_with("http"))
                {
                    permalink.clone_from(&id);
                }
                supply.supplied().id = id;
            }
            (Ns::Atom | Ns::Own, "id") => {
                let s = supply.supplied();
                s.id = s.id.take().or_else(|| part.text());
            }
            (Ns::Own, "description") => description = Text::of(part).or(description),
            (Ns::Atom | Ns::Own, "summary") => description = description.or_else(|| Text::of(part)),
            (Ns::Own | Ns::Atom, "author") => {
                let name = part
                    .text_of("name")
                    .or_else(|| part.text())
                    .unwrap_or_default();
                super::byline(&name, &mut supply);
            }
            (Ns::Own, "category") => {
                let name = embedded::one_line(&part.raw_text());
                super::category(name, part.value("domain"), None, &mut supply);
            }
            (Ns::Own | Ns::Atom, "pubDate" | "pubdate" | "published" | "date") => {
                supply.date(DateRole::Published, part.text().as_deref());
            }
            (Ns::Own | Ns::Atom, "updated" | "lastBuildDate" | "modified") => {
                supply.date(DateRole::Modified, part.text().as_deref());
            }
            (Ns::Own, "expirationDate") => supply.date(DateRole::Other, part.text().as_deref()),
            (Ns::Own, "enclosure") => {
                media::enclosure(
                    part.value("url"),
                    part.value("type").as_deref(),
                    &mut supply,
                );
            }
            (Ns::Own, "source") => {
                let name = part.text();
                let url = part.value("url");
                let s = supply.supplied();
                // An aggregated item names the outlet it comes from.
                if let Some(name) = name {
                    s.credit.get_or_insert_with(|| name.clone());
                    s.outlet = Some(Outlet {
                        domain: url.as_deref().and_then(super::domain),
                        name,
                    });
                }
            }
            (Ns::Own, "copyright") => {
                let s = supply.supplied();
                s.copyright = s.copyright.take().or_else(|| part.text());
            }
            (Ns::Own, "language") => supply.language(part.text().as_deref()),
            _ => {}
        }
    }
    super::body(content, description, &mut supply);
    let about = e.value("about");
    let address = link.or(permalink).or_else(|| about.clone());
    let address = address.and_then(|l| super::resolve(base.as_ref(), &l));
    let s = supply.supplied();
    s.id = s.id.take().or(about).or_else(|| address.clone());
    s.url = s.url.take().or(address);
    media::thumbnail(e, &mut supply);
    media::caption(&mut supply);
    super::absolute(&mut supply, base.as_ref());
    channel.apply(&mut supply);
    super::mark_empty(&mut supply);
    supply.finish()
}
