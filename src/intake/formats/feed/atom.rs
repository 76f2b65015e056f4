//! Atom 1.0 (RFC 4287) and what is left of Atom 0.3, as a feed or as one entry.

use url::Url;

use super::super::nitf;
use super::{Channel, Emitted, Emitter, FEED_AUTHORS, FeedText, base_of, media};
use crate::intake::Format;
use crate::intake::embedded;
use crate::intake::supply::DraftBuilder;
use crate::intake::xml::{Body, Element, Ns, Source};
use crate::intake::{Decoded, Document, Draft, Outlets, ReadError, Reading};
use crate::record::{AuthorRole, DateBasis, DateRole, Status};

/// Reads a feed, emitting each entry before the next is looked at.
///
/// # Errors
/// As for [`super::rss::read`].
pub fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    let decoded = document.decode();
    let mut source = Source::new(&decoded.text, reading.limits.depth);
    let mut channel = Channel::default();
    let mut emitter = Emitter { count: 0 };
    while let Some(name) = source.next_start() {
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
        "author" if channel.authors.len() < FEED_AUTHORS => {
            channel.authors.extend(e.text_of("name"))
        }
        "link" => channel_link(e, channel),
        _ => {}
    }
}

/// A link of the whole feed: to the page it is of, or to itself. Addresses are relative to the first
/// that is one.
fn channel_link(e: Element<'_, '_>, channel: &mut Channel) {
    let href = e.value("href");
    let to_itself = match e.value("rel").as_deref().unwrap_or("alternate") {
        "alternate" => false,
        "self" => true,
        _ => return,
    };
    if channel.base.is_none() && to_itself {
        channel.base = href.as_deref().and_then(base_of);
    }
    let slot = if to_itself {
        &mut channel.own_link
    } else {
        &mut channel.link
    };
    *slot = slot.take().or(href);
    if channel.base.is_none() {
        channel.base = channel.link.as_deref().and_then(base_of);
    }
}

/// A text construct on one line, whatever its type.
fn line(e: Element<'_, '_>) -> Option<String> {
    match e.attribute("type").as_deref() {
        Some(t) if t.contains("html") => embedded::one_line(&e.raw_text()),
        _ => e.text(),
    }
}

/// An entry while its elements are read.
struct Entry<'o, 'a> {
    builder: DraftBuilder<'o>,
    content: Option<FeedText<'a>>,
    summary: Option<FeedText<'a>>,
    link: Option<String>,
    /// What the entry's addresses are relative to, and what those in its content are.
    base: Option<Url>,
    content_base: Option<Url>,
}

fn entry(e: Element<'_, '_>, channel: &Channel, decoded: &Decoded, outlets: &Outlets) -> Draft {
    let base = super::base_within(channel.base.as_ref(), e);
    let mut entry = Entry {
        builder: DraftBuilder::new(decoded.draft(Format::Atom), DateBasis::Feed, outlets),
        content: None,
        summary: None,
        link: None,
        content_base: base.clone(),
        base,
    };
    entry.builder.language(e.attribute("xml:lang").as_deref());
    for part in e.elements() {
        // The first that knows an element has it.
        let _ = super::dublin_core(part, &mut entry.builder)
            || media::element(part, &mut entry.builder)
            || entry.dated(part)
            || entry.named(part)
            || entry.element(part);
    }
    let Entry {
        mut builder,
        content,
        summary,
        link,
        content_base,
        ..
    } = entry;
    let summary = summary.or_else(|| media::description(e).filter(|_| content.is_none()));
    if builder.draft.blocks.is_empty() {
        super::body(content, summary, &mut builder);
    } else if let Some(summary) = summary {
        builder.supplied().deck = embedded::one_line(&summary.text);
    }
    let s = builder.supplied();
    s.id = s.id.take().or_else(|| link.clone());
    s.url = link;
    if s.byline.is_none() {
        for name in &channel.authors {
            super::named_author(name, &mut builder);
        }
    }
    super::finish(builder, e, content_base.as_ref(), channel)
}

impl<'a> Entry<'_, 'a> {
    /// A date, by the names of both versions. Whether the element was one.
    fn dated(&mut self, e: Element<'_, '_>) -> bool {
        let role = match e.name() {
            "published" | "issued" => DateRole::Published,
            "updated" | "modified" => DateRole::Modified,
            "created" => DateRole::Created,
            _ => return false,
        };
        self.builder.date(role, e.text().as_deref());
        true
    }

    /// A person, or where the entry was first. Whether the element was one.
    fn named(&mut self, e: Element<'_, '_>) -> bool {
        let builder = &mut self.builder;
        match e.name() {
            "author" => {
                let name = e.text_of("name").or_else(|| e.text()).unwrap_or_default();
                super::named_author(&name, builder);
            }
            "contributor" => {
                let name = e.text_of("name").unwrap_or_default();
                let s = builder.supplied();
                s.add_author(&name, AuthorRole::Contributor, None);
            }
            "source" => {
                if let Some(name) = e.first("title").and_then(line) {
                    let home = e.first("link").and_then(|l| l.value("href"));
                    super::taken_from(name, home.as_deref(), builder);
                }
            }
            _ => return false,
        }
        true
    }

    /// Any other element. Whether it was understood.
    fn element(&mut self, e: Element<'_, 'a>) -> bool {
        let builder = &mut self.builder;
        match e.name() {
            "id" => builder.supplied().id = e.text(),
            "title" => builder.supplied().headline = line(e),
            "rights" | "copyright" => builder.supplied().copyright = line(e),
            "link" => self.link(e),
            "category" => {
                let term = e.value("term");
                let label = e.value("label").or_else(|| term.clone());
                super::category(label, e.value("scheme"), term, builder);
            }
            "summary" => self.summary = text(e, builder, false),
            "content" => {
                self.content_base = super::base_within(self.base.as_ref(), e);
                if let Some(address) = e.value("src") {
                    builder.supplied().add_link(address);
                }
                self.content = text(e, builder, true);
            }
            // RFC 5023: an entry that is not to be seen yet.
            "control" if e.text_of("draft").as_deref() == Some("yes") => {
                builder.restrict(Status::Withheld);
            }
            _ => return false,
        }
        true
    }

    fn link(&mut self, e: Element<'_, '_>) {
        let href = e
            .value("href")
            .and_then(|h| super::resolve(self.base.as_ref(), &h));
        match e.value("rel").as_deref().unwrap_or("alternate") {
            "alternate" => self.link = self.link.take().or(href),
            "enclosure" => media::enclosure(href, e.value("type").as_deref(), &mut self.builder),
            "related" | "via" => {
                let s = self.builder.supplied();
                s.add_link(href.unwrap_or_default());
            }
            _ => {}
        }
    }
}

/// A text construct: XHTML is read at once, anything else is given back.
fn text<'a>(e: Element<'_, 'a>, builder: &mut DraftBuilder, body: bool) -> Option<FeedText<'a>> {
    let kind = e.attribute("type").unwrap_or_default().to_ascii_lowercase();
    if e.has_elements() {
        if body {
            nitf::take_body(Body::read(e), builder);
            return None;
        }
        return Some(FeedText {
            text: e.text()?.into(),
            html: false,
            at: None,
        });
    }
    let mut text = FeedText::of(e)?;
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
