//! Feeds: RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed, with Dublin Core, Media RSS and `content:encoded`.
//!
//! A feed is walked and each item is read, emitted and forgotten before the next: memory is that of
//! the largest item, whatever the feed's length.

pub mod atom;
pub mod json_feed;
mod media;
pub mod rss;

use url::Url;

use super::nitf;
use crate::intake::embedded;
use crate::intake::outlets::domain_of;
use crate::intake::supply::DraftBuilder;
use crate::intake::xml::{Element, Ns, Source};
use crate::intake::{Draft, ErrorCode, Flag, ReadError, Reading, Supplied};
use crate::record::{AuthorRole, DateRole, HeadlineBasis, HeadlineSeen, Outlet, Subject};

/// Most authors a whole feed has, and the longest text of it that its items inherit, in bytes: what a
/// feed says once comes back in every item's record.
const FEED_AUTHORS: usize = 20;
const INHERITED_BYTES: usize = 2000;

/// What a feed says of all its items.
#[derive(Debug, Default)]
struct Channel {
    title: Option<String>,
    link: Option<String>,
    /// Where the feed itself lies.
    own_link: Option<String>,
    language: Option<String>,
    rights: Option<String>,
    /// People named for the whole feed; in Atom they are the authors of entries that name none.
    authors: Vec<String>,
    /// What relative addresses are relative to.
    base: Option<Url>,
}

impl Channel {
    /// Puts what the feed says on an item that does not say it itself.
    fn apply(&self, builder: &mut DraftBuilder) {
        if builder.supplied().language.is_none() {
            builder.language(inherited(&self.language));
        }
        let s = builder.supplied();
        let rights = inherited(&self.rights).map(str::to_owned);
        s.copyright = s.copyright.take().or(rights);
        if s.outlet.is_none()
            && let Some(title) = inherited(&self.title)
        {
            let home = inherited(&self.link).and_then(|l| self.resolve(l));
            s.outlet = Some(Outlet {
                name: title.to_owned(),
                domain: home
                    .as_deref()
                    .and_then(domain_of)
                    .or_else(|| self.own_domain()),
            });
        }
    }

    /// The host that serves the feed, unless it is one for feeds alone.
    fn own_domain(&self) -> Option<String> {
        inherited(&self.own_link)
            .and_then(domain_of)
            .filter(|host| !host.starts_with("feed") && !host.starts_with("rss."))
    }

    /// An address made absolute; as it is where it cannot be.
    fn resolve(&self, address: &str) -> Option<String> {
        resolve(self.base.as_ref(), address)
    }
}

/// What a feed says, where it is short enough to be said again in every item.
fn inherited(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|t| t.len() <= INHERITED_BYTES)
}

/// The address that others are relative to.
fn base_of(address: &str) -> Option<Url> {
    let address = address.trim();
    let url = Url::parse(address).ok()?;
    (address.len() <= INHERITED_BYTES).then_some(url)
}

/// An address made absolute against `base`; as written where that is not possible.
fn resolve(base: Option<&Url>, address: &str) -> Option<String> {
    let address = address.trim();
    if address.is_empty() {
        return None;
    }
    if address.contains("://") || address.starts_with("mailto:") {
        return Some(address.to_owned());
    }
    Some(
        base.and_then(|b| b.join(address).ok())
            .map_or_else(|| address.to_owned(), String::from),
    )
}

/// What addresses within an element are relative to: its `xml:base`, itself relative to `outer`.
fn base_within(outer: Option<&Url>, e: Element<'_, '_>) -> Option<Url> {
    let joined = match (outer, e.attribute("xml:base")) {
        (Some(outer), Some(base)) => outer.join(&base).ok(),
        (None, Some(base)) => base_of(&base),
        (_, None) => None,
    };
    joined.or_else(|| outer.cloned())
}

/// An aggregated item names the outlet it comes from.
fn taken_from(name: String, address: Option<&str>, builder: &mut DraftBuilder) {
    let s = builder.supplied();
    s.credit.get_or_insert_with(|| name.clone());
    s.outlet = Some(Outlet {
        domain: address.and_then(domain_of),
        name,
    });
}

/// Counts the items of a feed against the limit and hands them on.
struct Emitter {
    count: usize,
}

/// What became of an item.
enum Emitted {
    More,
    Enough,
}

impl Emitter {
    fn emit(
        &mut self,
        mut draft: Draft,
        flags: impl IntoIterator<Item = Flag>,
        reading: &mut Reading<'_>,
    ) -> Result<Emitted, ReadError> {
        self.count += 1;
        if self.count > reading.limits.items {
            return Err(ReadError::too_many(reading.limits, "items"));
        }
        draft.flags.extend(flags);
        Ok(if (reading.emit)(draft).is_break() {
            Emitted::Enough
        } else {
            Emitted::More
        })
    }

    /// The end of an XML feed.
    fn finish(self, source: Source<'_>) -> Result<(), ReadError> {
        source.into_result()?;
        if self.count == 0 {
            return Err(ReadError::new(
                ErrorCode::NoArticle,
                "there is no item in the feed",
            ));
        }
        Ok(())
    }
}

/// The text of an item, from its full content and its description: the longer one is the body, the
/// other the deck.
fn body(
    content: Option<FeedText<'_>>,
    description: Option<FeedText<'_>>,
    builder: &mut DraftBuilder,
) {
    // Feeds of headlines alone say them twice.
    let headline = builder.supplied().headline.clone().unwrap_or_default();
    let own = |t: &FeedText<'_>| !t.repeats(&headline);
    let (content, description) = (content.filter(own), description.filter(own));
    let (body, deck) = match (content, description) {
        (Some(c), Some(d)) if has_words(&c.text, words(&d.text).count()) => (Some(c), Some(d)),
        (Some(c), Some(d)) => (Some(d), Some(c)),
        (c, d) => (c.or(d), None),
    };
    if let Some(body) = body {
        body.read(builder);
    }
    let Some(line) = deck.and_then(|d| embedded::one_line(&d.text)) else {
        return;
    };
    let s = builder.supplied();
    s.deck = s.deck.take().or(Some(line));
}

/// Words of a text by where they begin, tags not counted.
fn words(text: &str) -> impl Iterator<Item = usize> {
    let mut inside = false;
    let mut word = false;
    text.bytes().enumerate().filter_map(move |(at, b)| {
        match b {
            b'<' => inside = true,
            b'>' => inside = false,
            _ if inside => {}
            b if b.is_ascii_whitespace() => word = false,
            _ => return (!std::mem::replace(&mut word, true)).then_some(at),
        }
        None
    })
}

/// Whether a text has at least `n` words.
fn has_words(text: &str, n: usize) -> bool {
    n == 0 || words(text).nth(n - 1).is_some()
}

/// A text of a feed: what it says, what it is, and where it stands in the document.
struct FeedText<'a> {
    text: std::borrow::Cow<'a, str>,
    html: bool,
    at: Option<usize>,
}

impl<'a> FeedText<'a> {
    /// The text in an element that may be HTML; `None` where there is none.
    fn of(e: Element<'_, 'a>) -> Option<FeedText<'a>> {
        let (text, at) = match e.only_text() {
            Some((text, at)) => (std::borrow::Cow::Borrowed(text), Some(at)),
            None => (std::borrow::Cow::Owned(e.raw_text()), None),
        };
        if text.trim().is_empty() {
            return None;
        }
        let html = embedded::is_markup(&text);
        Some(FeedText { text, html, at })
    }

    /// Whether it says a headline and no more.
    fn repeats(&self, headline: &str) -> bool {
        !self.html
            && self.text.len() < 2 * headline.len()
            && embedded::one_line(&self.text).as_deref() == Some(headline)
    }

    fn read(self, builder: &mut DraftBuilder) {
        if self.html {
            return embedded::html_text(&self.text, self.at, builder);
        }
        let blocks = embedded::plain_blocks(&self.text, builder.outlets);
        builder.draft.blocks.extend(blocks);
    }
}

/// Dublin Core's terms on an item of any XML feed. Whether the element was one of them.
fn dublin_core(e: Element<'_, '_>, builder: &mut DraftBuilder) -> bool {
    if e.ns() != Ns::DublinCore {
        return false;
    }
    let Some(text) = e.text() else { return true };
    match e.name() {
        "creator" | "author" => byline(&text, builder),
        "contributor" => {
            builder
                .supplied()
                .add_author(person(&text), AuthorRole::Contributor, None)
        }
        "date" | "issued" | "available" => builder.date(DateRole::Published, Some(&text)),
        "modified" => builder.date(DateRole::Modified, Some(&text)),
        "created" => builder.date(DateRole::Created, Some(&text)),
        "subject" => builder.supplied().add_keyword(text),
        "language" => builder.language(Some(&text)),
        "identifier" => builder.supplied().add_alt_id(text),
        "publisher" => {
            let s = builder.supplied();
            s.credit.get_or_insert(text);
        }
        "rights" => {
            let s = builder.supplied();
            s.copyright.get_or_insert(text);
        }
        "title" => {
            let s = builder.supplied();
            s.headline = s.headline.take().or_else(|| embedded::one_line(&text));
        }
        _ => {}
    }
    true
}

/// Adds a name, as RSS and Dublin Core write it, to the byline and the authors.
fn byline(text: &str, builder: &mut DraftBuilder) {
    let Some(line) = embedded::one_line(text) else {
        return;
    };
    let name = person(&line).to_owned();
    if name.is_empty() {
        return;
    }
    builder.supplied().add_byline(&name, ", ");
    let authors = crate::intake::supply::authors_of(&name);
    for author in authors {
        builder
            .supplied()
            .add_author(&author.name, author.role, author.organization);
    }
}

/// Adds a person whom the feed names as such, be it in one word.
fn named_author(name: &str, builder: &mut DraftBuilder) {
    byline(name, builder);
    let name = person(name);
    if !name.is_empty()
        && crate::intake::supply::authors_of(name).is_empty()
        && !crate::intake::supply::is_agency(name)
    {
        builder
            .supplied()
            .add_author(name, AuthorRole::Writer, None);
    }
}

/// The name in `desk@example.org (Ana Ruiz)` or `Ana Ruiz (mailto:…)`; an address alone is no name.
fn person(text: &str) -> &str {
    let text = text.trim();
    let is_address = |t: &str| t.contains('@') || t.starts_with("mailto:") || t.starts_with("http");
    if let Some((before, inside)) = text.split_once('(') {
        let inside = inside.trim_end_matches(')').trim();
        let before = before.trim();
        if is_address(before) {
            return inside;
        }
        if is_address(inside) {
            return before;
        }
    }
    if let Some((before, address)) = text.split_once('<')
        && is_address(address)
    {
        return before.trim().trim_matches('"');
    }
    if is_address(text) { "" } else { text }
}

/// A category: a keyword, and a subject where it names its vocabulary.
fn category(
    name: Option<String>,
    scheme: Option<String>,
    code: Option<String>,
    builder: &mut DraftBuilder,
) {
    let s = builder.supplied();
    // "Past Hour" labelled "Age": the term says what the label does not.
    let coded = code.is_some()
        && code.as_deref().map(str::to_lowercase) != name.as_deref().map(str::to_lowercase);
    if scheme.is_some() || coded {
        s.add_subject(Subject {
            scheme,
            code,
            name: name.clone(),
        });
    }
    s.add_keyword(name.unwrap_or_default());
}

/// Addresses of the item's own text, made absolute.
fn absolute(builder: &mut DraftBuilder, base: Option<&Url>) {
    let s = builder.supplied();
    for link in &mut s.links {
        if let Some(whole) = resolve(base, link) {
            *link = whole;
        }
    }
    for media in &mut s.media {
        if let Some(whole) = media.url.as_deref().and_then(|u| resolve(base, u)) {
            media.url = Some(whole);
        }
    }
}

/// Settles an item of an XML feed once all its elements are read.
fn finish(
    mut builder: DraftBuilder,
    e: Element<'_, '_>,
    base: Option<&Url>,
    channel: &Channel,
) -> Draft {
    media::thumbnail(e, &mut builder);
    media::caption(&mut builder);
    let title = channel.title.as_deref();
    without_outlet(builder.supplied(), title, HeadlineBasis::Feed);
    absolute(&mut builder, base);
    channel.apply(&mut builder);
    mark_empty(&mut builder);
    builder.finish()
}

/// Cuts the outlet's name, or the title of its feed, off the end of a headline: "Ferry halts - Norland Post", as
/// aggregators set it. What stood there is noted as one of `basis`.
pub(super) fn without_outlet(s: &mut Supplied, title: Option<&str>, basis: HeadlineBasis) {
    const PARTS: [&str; 7] = [" - ", " | ", " – ", " — ", " :: ", " · ", " » "];
    let Some(headline) = &s.headline else { return };
    let cut = PARTS
        .iter()
        .filter_map(|p| headline.rfind(p).map(|at| (at, at + p.len())))
        .max();
    let Some((end, name)) = cut else { return };
    let name = headline[name..].trim();
    let outlet = s.outlet.as_ref().map(|o| o.name.as_str());
    let names = [outlet, s.credit.as_deref(), title];
    if names
        .into_iter()
        .flatten()
        .any(|n| n.eq_ignore_ascii_case(name))
    {
        let (value, bare) = (headline.clone(), headline[..end].trim_end().to_owned());
        s.add_headline(HeadlineSeen { value, basis });
        s.headline = Some(bare);
    }
}

/// An item without text or headline.
fn mark_empty(builder: &mut DraftBuilder) {
    if !nitf::has_text(&builder.draft.blocks) && builder.supplied().headline.is_none() {
        builder.flag(Flag::NO_BODY);
    }
}
