//! RSS 0.9x, 1.0 (RDF) and 2.0, as a feed or as one item of it.

use super::super::nitf;
use super::{Channel, Emitted, Emitter, FeedText, base_of, media};
use crate::intake::Format;
use crate::intake::embedded;
use crate::intake::supply::DraftBuilder;
use crate::intake::xml::{Body, Element, Ns, Source};
use crate::intake::{Decoded, Document, Draft, Outlets, ReadError, Reading};
use crate::record::{DateBasis, DateRole};

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
    while let Some(name) = source.next_start() {
        match name {
            "rss" | "RDF" | "rdf" | "channel" => shell(&source, &mut channel),
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

/// An element around the items, which may say the language and the base of addresses.
fn shell(source: &Source<'_>, channel: &mut Channel) {
    let language = source.attribute("xml:lang");
    channel.language = channel.language.take().or(language);
    let base = source.attribute("xml:base");
    channel.base = channel.base.take().or_else(|| base_of(&base?));
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

/// An item while its elements are read.
struct Item<'o, 'a> {
    builder: DraftBuilder<'o>,
    /// The whole text, and what is said of it.
    content: Option<FeedText<'a>>,
    description: Option<FeedText<'a>>,
    link: Option<String>,
    /// The `guid`, where it is an address.
    permalink: Option<String>,
}

fn item(e: Element<'_, '_>, channel: &Channel, decoded: &Decoded, outlets: &Outlets) -> Draft {
    let mut item = Item {
        builder: DraftBuilder::new(decoded.draft(Format::Rss), DateBasis::Feed, outlets),
        content: None,
        description: None,
        link: None,
        permalink: None,
    };
    item.builder.language(e.attribute("xml:lang").as_deref());
    for part in e.elements() {
        // The first that knows an element has it.
        let _ = item.text(part)
            || super::dublin_core(part, &mut item.builder)
            || media::element(part, &mut item.builder)
            || item.address(part)
            || item.about(part);
    }
    let Item {
        mut builder,
        content,
        description,
        link,
        permalink,
    } = item;
    let description = description.or_else(|| media::description(e).filter(|_| content.is_none()));
    super::body(content, description, &mut builder);
    let base = super::base_within(channel.base.as_ref(), e);
    let about = e.value("about");
    let address = link.or(permalink).or_else(|| about.clone());
    let address = address.and_then(|l| super::resolve(base.as_ref(), &l));
    let s = builder.supplied();
    s.id = s.id.take().or(about).or_else(|| address.clone());
    s.url = s.url.take().or(address);
    super::finish(builder, e, base.as_ref(), channel)
}

impl<'a> Item<'_, 'a> {
    /// An element that holds text of the article. Whether the element was one.
    fn text(&mut self, e: Element<'_, 'a>) -> bool {
        match (e.ns(), e.name()) {
            (Ns::Content, "encoded") => self.content = FeedText::of(e).or(self.content.take()),
            (Ns::Atom, "content")
            | (Ns::Own | Ns::Other, "full-text" | "fulltext" | "fullText" | "body" | "content") => {
                self.content = self.content.take().or_else(|| FeedText::of(e));
            }
            (Ns::Xhtml, "body" | "div") => nitf::take_body(Body::read(e), &mut self.builder),
            (Ns::Own, "description") => {
                self.description = FeedText::of(e).or(self.description.take());
            }
            (Ns::DublinCore, "description" | "abstract")
            | (Ns::Itunes | Ns::Atom | Ns::Own, "summary") => {
                self.description = self.description.take().or_else(|| FeedText::of(e));
            }
            _ => return false,
        }
        true
    }

    /// An address or identifier of the item or of its media. Whether the element was one.
    fn address(&mut self, e: Element<'_, '_>) -> bool {
        match (e.ns(), e.name()) {
            (Ns::Own, "link") => self.link = e.text().or(self.link.take()),
            (Ns::Atom, "link") => match e.value("rel").as_deref().unwrap_or("alternate") {
                "alternate" => self.link = self.link.take().or_else(|| e.value("href")),
                "enclosure" => self.enclosure(e, "href"),
                _ => {}
            },
            (Ns::Own, "guid") => self.guid(e),
            // The article's address behind the one that a service counts clicks at.
            (Ns::Other, "origLink") => self.builder.supplied().url = e.text(),
            (Ns::Atom | Ns::Own, "id") => {
                let s = self.builder.supplied();
                s.id = s.id.take().or_else(|| e.text());
            }
            (Ns::Own, "enclosure") => self.enclosure(e, "url"),
            _ => return false,
        }
        true
    }

    /// RSS 2.0: a guid is an address that lasts, unless it says otherwise.
    fn guid(&mut self, e: Element<'_, '_>) {
        let id = e.text();
        let is_permalink = e.attribute("isPermaLink").as_deref() != Some("false");
        if is_permalink && id.as_deref().is_some_and(|i| i.starts_with("http")) {
            self.permalink.clone_from(&id);
        }
        self.builder.supplied().id = id;
    }

    fn enclosure(&mut self, e: Element<'_, '_>, address: &str) {
        let media_type = e.value("type");
        media::enclosure(e.value(address), media_type.as_deref(), &mut self.builder);
    }

    /// Anything else that is said of the item. Whether it was understood.
    fn about(&mut self, e: Element<'_, '_>) -> bool {
        if !matches!(e.ns(), Ns::Own | Ns::Atom) {
            return false;
        }
        let builder = &mut self.builder;
        if let Some(role) = date_role(e) {
            builder.date(role, e.text().as_deref());
            return true;
        }
        if e.name() == "author" {
            let name = e.text_of("name").or_else(|| e.text()).unwrap_or_default();
            super::byline(&name, builder);
            return true;
        }
        if e.ns() != Ns::Own {
            return false;
        }
        match e.name() {
            "title" => {
                let title = embedded::one_line(&e.raw_text());
                let s = builder.supplied();
                s.headline = title.or(s.headline.take());
            }
            "category" => {
                let name = embedded::one_line(&e.raw_text());
                super::category(name, e.value("domain"), None, builder);
            }
            "source" => {
                if let Some(name) = e.text() {
                    super::taken_from(name, e.value("url").as_deref(), builder);
                }
            }
            "copyright" => {
                let s = builder.supplied();
                s.copyright = s.copyright.take().or_else(|| e.text());
            }
            "language" => builder.language(e.text().as_deref()),
            _ => return false,
        }
        true
    }
}

/// What a date of an item is the date of.
fn date_role(e: Element<'_, '_>) -> Option<DateRole> {
    Some(match e.name() {
        "pubDate" | "pubdate" | "published" | "date" => DateRole::Published,
        "updated" | "lastBuildDate" | "modified" => DateRole::Modified,
        "expirationDate" if e.ns() == Ns::Own => DateRole::Other,
        _ => return None,
    })
}
