//! NewsML 1.2: AFP's, EFE's and the generic profile.
//!
//! A document holds any number of `NewsItem`s; each gives an article, or one for each language that its
//! components have text in. Within one, `NewsComponent`s nest: the outermost headline is the article's,
//! the text is that of the components in their order, of components that are equivalents of each other
//! (formats, lengths) the first with content.

use super::nitf;
use crate::intake::Format;
use crate::intake::countries;
use crate::intake::embedded;
use crate::intake::supply;
use crate::intake::supply::{DraftBuilder, coded, numbered};
use crate::intake::wire;
use crate::intake::xml::{Element, Source};
use crate::intake::{Decoded, Document, Draft, ErrorCode, Outlets, ReadError, Reading};
use crate::record::{
    AuthorRole, BlockKind, DateBasis, DateRole, Dateline, Genre, Media, MediaKind, RemovedKind,
    Status, Subject,
};

/// Reads a `NewsML` document.
///
/// # Errors
/// [`ErrorCode::NoArticle`] without a `NewsItem`; [`ErrorCode::TooMany`] past the limit of items; else
/// where and why the XML broke off.
pub fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    let decoded = document.decode();
    let mut source = Source::new(&decoded.text, reading.limits.depth);
    let mut envelope = Envelope::default();
    let mut items = 0;
    while let Some(name) = source.next_start() {
        match name {
            "NewsEnvelope" => {
                let tree = source.element();
                envelope = tree.root().map(Envelope::read).unwrap_or_default();
            }
            "NewsItem" => {
                items += 1;
                if items > reading.limits.items {
                    return Err(ReadError::too_many(reading.limits, "items"));
                }
                let tree = source.element();
                let Some(root) = tree.root() else { continue };
                for language in Language::all(root) {
                    let mut draft = item(root, &decoded, &envelope, &language, reading.outlets);
                    draft.flags.extend(source.flags());
                    if (reading.emit)(draft).is_break() {
                        return Ok(());
                    }
                }
            }
            _ => {}
        }
    }
    source.into_result()?;
    if items == 0 {
        return Err(ReadError::new(
            ErrorCode::NoArticle,
            "there is no <NewsItem> in the document",
        ));
    }
    Ok(())
}

/// What the envelope says of all items.
#[derive(Debug, Default)]
struct Envelope {
    sent: Option<String>,
    priority: Option<String>,
    from: Option<String>,
}

impl Envelope {
    fn read(e: Element<'_, '_>) -> Envelope {
        Envelope {
            sent: e.text_of("DateAndTime"),
            priority: e.first("Priority").and_then(formal),
            from: e.at(&["SentFrom", "Party"]).and_then(formal),
        }
    }
}

/// The `FormalName` of an element.
fn formal(e: Element<'_, '_>) -> Option<String> {
    e.value("FormalName")
}

/// What an element says by its formal name or, as some suppliers write it, by its text.
fn said(e: Element<'_, '_>) -> Option<String> {
    formal(e).or_else(|| e.value("Value")).or_else(|| e.text())
}

/// Most languages of an item that are read.
const LANGUAGES: usize = 24;

/// The language whose components are read: all of an item's, or one of several.
struct Language {
    /// The tag on its components; `None` where an item does not have text in several languages.
    tag: Option<String>,
    /// The first keeps the item's identifier.
    is_first: bool,
}

impl Language {
    /// The languages that an item has text in, in their order.
    fn all(root: Element<'_, '_>) -> Vec<Language> {
        let mut tags = Vec::new();
        for component in root.all("NewsComponent") {
            languages(component, None, 0, &mut tags);
        }
        if tags.len() < 2 {
            tags = vec![None];
        }
        let language = |(n, tag)| Language {
            tag,
            is_first: n == 0,
        };
        tags.into_iter().enumerate().map(language).collect()
    }

    /// Whether a component that is marked with `tag`, itself or by those around it, is of this language.
    fn is(&self, tag: Option<&str>) -> bool {
        let Some((tag, own)) = tag.zip(self.tag.as_deref()) else {
            return true;
        };
        supply::same_language(tag, own)
    }
}

/// Gathers the tags of the components that have text of their own, each language once.
fn languages(
    e: Element<'_, '_>,
    around: Option<&str>,
    depth: usize,
    tags: &mut Vec<Option<String>>,
) {
    if depth > COMPONENTS_DEEP {
        return;
    }
    let own = e.value("lang");
    let tag = own.as_deref().or(around);
    let has_text = || {
        e.all("ContentItem")
            .any(|c| c.first("DataContent").is_some_and(|d| d.has_text()))
    };
    if let Some(tag) = tag
        && tags.len() < LANGUAGES
        && !tags.iter().flatten().any(|t| supply::same_language(t, tag))
        && has_text()
    {
        tags.push(Some(tag.to_owned()));
    }
    for child in e.all("NewsComponent") {
        languages(child, tag, depth + 1, tags);
    }
}

fn item(
    root: Element<'_, '_>,
    decoded: &Decoded,
    envelope: &Envelope,
    language: &Language,
    outlets: &Outlets,
) -> Draft {
    let mut builder = DraftBuilder::new(decoded.draft(Format::Newsml1), DateBasis::Wire, outlets);
    if let Some(identification) = root.first("Identification") {
        self::identification(identification, &mut builder);
    }
    builder.language(language.tag.as_deref());
    if let (false, Some(tag), Some(id)) =
        (language.is_first, &language.tag, &mut builder.supplied().id)
    {
        id.push('#');
        id.push_str(tag);
    }
    if let Some(management) = root.first("NewsManagement") {
        self::management(management, &mut builder);
    }
    for component in root.all("NewsComponent") {
        let mut read = Components {
            builder: &mut builder,
            language,
        };
        read.component(component, None, 0);
    }
    // An update carries no components but only what changes.
    for update in root.all("Update") {
        for part in update.elements() {
            builder.supplied().add_note(part.text().unwrap_or_default());
        }
    }
    builder.language(root.attribute("lang").as_deref());
    builder.date(DateRole::Other, envelope.sent.as_deref());
    let s = builder.supplied();
    s.set_urgency(envelope.priority.as_deref());
    s.source = s.source.take().or_else(|| envelope.from.clone());
    if s.supersedes.is_none() && is_canceled(root) {
        s.supersedes = s.id.clone();
    }
    captions(&mut builder);
    builder.flag_empty();
    builder.finish()
}

fn is_canceled(root: Element<'_, '_>) -> bool {
    root.at(&["NewsManagement", "Status"])
        .and_then(said)
        .and_then(|s| supply::status_word(&s))
        == Some(Status::Canceled)
}

fn identification(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let s = builder.supplied();
    if let Some(id) = e.first("NewsIdentifier") {
        let item = id.text_of("NewsItemId");
        s.id = id.text_of("PublicIdentifier");
        match (&s.id, item) {
            (None, item) => s.id = item,
            (Some(public), Some(item)) if names_item(public, &item) => s.add_alt_id(item),
            (Some(_), Some(item)) => s.id = Some(urn(id, &item)),
            (Some(_), None) => {}
        }
        if let Some(revision) = id.first("RevisionId") {
            s.set_version(revision.text().as_deref());
            let update = revision.value("Update").unwrap_or_default();
            let previous = revision.value("PreviousRevision").unwrap_or_default();
            if s.version_kind.is_none() && (update == "U" || !matches!(previous.as_str(), "" | "0"))
            {
                s.version_kind = Some(crate::record::VersionKind::Update);
            }
        }
        s.source = s.source.take().or_else(|| {
            let provider = id.text_of("ProviderId")?;
            Some(provider.split(':').next().unwrap_or_default().to_owned())
        });
    }
    s.slugline = s.slugline.take().or_else(|| e.text_of("NameLabel"));
    for label in e.all("Label") {
        let kind = label
            .first("LabelType")
            .and_then(formal)
            .unwrap_or_default();
        let Some(text) = label.text_of("LabelText") else {
            continue;
        };
        if kind.to_ascii_lowercase().contains("slug") {
            s.slugline.get_or_insert(text);
        } else {
            s.add_alt_id(text);
        }
    }
}

/// Whether a public identifier is that of one item. Some suppliers give the same to all: it then has neither
/// the item's own number nor any other that could tell it from the next.
fn names_item(public: &str, item: &str) -> bool {
    let has_item = || public.to_lowercase().contains(&item.to_lowercase());
    // A day or a year is no number of an item.
    let is_day = |run: &str| {
        matches!(run.len(), 4 | 8)
            && run.starts_with(['1', '2'])
            && run.bytes().all(|b| b.is_ascii_digit())
    };
    let is_number = |run: &str| run.bytes().filter(u8::is_ascii_digit).count() > 1 && !is_day(run);
    has_item()
        || public
            .split(|c: char| !c.is_ascii_alphanumeric())
            .skip(2)
            .any(is_number)
}

/// The identifier of an item by RFC 3085, without its revision: `urn:newsml:provider:day:item`.
fn urn(id: Element<'_, '_>, item: &str) -> String {
    let part = |name: &str| id.text_of(name).unwrap_or_default();
    format!(
        "urn:newsml:{}:{}:{item}",
        part("ProviderId"),
        part("DateId")
    )
}

fn management(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    for part in e.elements() {
        match part.name() {
            "FirstCreated" => builder.date(DateRole::Published, part.text().as_deref()),
            "ThisRevisionCreated" => builder.date(DateRole::Modified, part.text().as_deref()),
            "Status" => builder.status(said(part).as_deref()),
            "StatusWillChange" => status_will_change(part, builder),
            "Urgency" => {
                let urgency = said(part);
                builder.supplied().set_urgency(urgency.as_deref());
            }
            "NewsItemType" => genre(part, builder),
            "Instruction" => instruction(part, builder),
            "DerivedFrom" | "AssociatedWith" => {
                let id = part.value("NewsItem").unwrap_or_default();
                builder.supplied().add_alt_id(id);
            }
            _ => {}
        }
    }
}

/// Embargoed now, usable at a time: the time is the embargo's end.
fn status_will_change(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let future = e.first("FutureStatus").and_then(said);
    let role = match future.as_deref().and_then(supply::status_word) {
        Some(Status::Usable) => DateRole::Embargo,
        _ => DateRole::Other,
    };
    builder.date(role, e.text_of("DateAndTime").as_deref());
}

/// What the provider asks for: a correction, a kill; what is neither is a note.
fn instruction(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let Some(instruction) = said(e) else { return };
    let (kind, status) = supply::signal(&instruction);
    let s = builder.supplied();
    s.version_kind = kind.or(s.version_kind);
    if kind.is_none() && status.is_none() {
        s.add_note(instruction);
    }
    if let Some(status) = status {
        builder.restrict(status);
    }
}

fn genre(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let genre = said(e).as_deref().and_then(supply::genre);
    let s = builder.supplied();
    s.genre = s.genre.or(genre);
}

/// Deepest component that is looked at.
const COMPONENTS_DEEP: usize = 32;

/// The components of an item while they are read.
struct Components<'d, 'o> {
    builder: &'d mut DraftBuilder<'o>,
    language: &'d Language,
}

impl Components<'_, '_> {
    /// Reads a component and those in it; `around` is the language that it stands in.
    fn component(&mut self, e: Element<'_, '_>, around: Option<&str>, depth: usize) {
        if depth > COMPONENTS_DEEP {
            return;
        }
        let own = e.value("lang");
        let tag = own.as_deref().or(around);
        let is_read = self.language.is(tag);
        let builder = &mut *self.builder;
        if let Some(lines) = e.first("NewsLines").filter(|_| is_read) {
            self::lines(lines, builder, depth);
        }
        let photo = is_visual(e);
        if let Some(meta) = e.first("AdministrativeMetadata") {
            administrative(meta, photo, builder);
        }
        if let Some(rights) = e.first("RightsMetadata") {
            self::rights(rights, builder);
        }
        if let Some(meta) = e.first("DescriptiveMetadata") {
            descriptive(meta, builder);
        }
        if is_read {
            contents(e, builder);
        }
        let equivalents = e.value("EquivalentsList").is_some_and(|v| v == "yes");
        for child in e.all("NewsComponent") {
            let before = self.builder.draft.blocks.len();
            self.component(child, tag, depth + 1);
            if equivalents && self.builder.draft.blocks.len() > before {
                break;
            }
        }
        if let Some(id) = e.at(&["NewsItemRef"]).and_then(|r| r.value("NewsItem")) {
            self.builder.supplied().add_link(id);
        }
    }
}

/// Reads what a component itself holds, and puts it where its role says.
fn contents(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let role = e
        .first("Role")
        .and_then(formal)
        .unwrap_or_default()
        .to_lowercase();
    // How the copy is to look, and what is for other media.
    if matches!(role.as_str(), "stylesheet" | "tweettext") {
        return;
    }
    let had = builder.draft.blocks.len();
    for content in e.all("ContentItem") {
        self::content(content, &role, builder);
    }
    match role.as_str() {
        "caption" => {
            for block in &mut builder.draft.blocks[had..] {
                block.kind = BlockKind::Caption;
            }
        }
        "headline" | "title" => {
            let text = text_from(builder, had);
            let headline = &mut builder.supplied().headline;
            *headline = headline.take().or(text);
        }
        "abstract" | "summary" => {
            let text = text_from(builder, had);
            let deck = &mut builder.supplied().deck;
            *deck = deck.take().or(text);
        }
        "contact" => {
            while builder.draft.blocks.len() > had {
                builder.draft.remove(had, RemovedKind::ContactNote);
            }
        }
        _ => {}
    }
}

/// Takes the blocks from `had` on off the draft: their text on one line.
fn text_from(builder: &mut DraftBuilder, had: usize) -> Option<String> {
    let blocks = builder.draft.blocks.split_off(had);
    let texts: Vec<String> = blocks.into_iter().map(|b| b.text).collect();
    (!texts.is_empty()).then(|| texts.join(" "))
}

/// Whether a component is about a picture or film: it has one, and no text but captions.
fn is_visual(e: Element<'_, '_>) -> bool {
    let media = |e: Element<'_, '_>, names: &[&str]| {
        e.all("ContentItem")
            .filter_map(|c| c.first("MediaType").and_then(formal))
            .any(|m| names.contains(&m.to_lowercase().as_str()))
    };
    let is_caption = |e: Element<'_, '_>| {
        let role = e.first("Role").and_then(formal).unwrap_or_default();
        role.eq_ignore_ascii_case("caption")
    };
    let all = || std::iter::once(e).chain(e.descendants().filter(|d| d.name() == "NewsComponent"));
    all().any(|c| media(c, &["photo", "image", "video", "graphic", "picture"]))
        && !all().any(|c| media(c, &["text"]) && !is_caption(c))
}

/// Whether a line is a slug, not a headline: up to four words in capitals, behind a note in brackets.
fn is_slug(text: &str) -> bool {
    let words = match text.strip_prefix('(').and_then(|t| t.split_once(')')) {
        Some((_, words)) => words,
        None => text,
    };
    (1..=4).contains(&words.split_whitespace().count()) && !words.contains(char::is_lowercase)
}

fn lines(e: Element<'_, '_>, builder: &mut DraftBuilder, depth: usize) {
    for line in e.elements() {
        let Some(text) = line.text() else { continue };
        let s = builder.supplied();
        let slot = match line.name() {
            // EFE sets its slug there.
            "SubHeadLine" if is_slug(&text) => &mut s.slugline,
            "SubHeadLine" => &mut s.deck,
            "ByLine" => &mut s.byline,
            "CreditLine" => &mut s.credit,
            "CopyrightLine" => &mut s.copyright,
            "RightsLine" => &mut s.usage_terms,
            "SlugLine" => &mut s.slugline,
            _ => {
                other_line(line, text, builder, depth);
                continue;
            }
        };
        slot.get_or_insert(text);
    }
}

/// A line that is not only text in a field of its own.
fn other_line(e: Element<'_, '_>, text: String, builder: &mut DraftBuilder, depth: usize) {
    let had_text = nitf::has_text(&builder.draft.blocks);
    let s = builder.supplied();
    match e.name() {
        "HeadLine" if s.headline.is_none() => s.headline = Some(text),
        // A further component's headline heads its part of the text.
        "HeadLine" if had_text && depth > 0 && s.headline.as_deref() != Some(text.as_str()) => {
            let block = crate::intake::DraftBlock::new(BlockKind::Crosshead, text);
            builder.draft.blocks.push(block);
        }
        "DateLine" if nitf::is_dateline(&text) => {
            let place = nitf::is_place(&text).then(|| text.clone());
            s.dateline.get_or_insert_with(|| Dateline {
                text,
                place,
                ..Dateline::default()
            });
        }
        "SeriesLine" => s.add_keyword(text),
        "KeywordLine" => text.split([',', ';']).for_each(|k| s.add_keyword(k)),
        "NewsLine" => news_line(e, builder),
        _ => {}
    }
}

fn news_line(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let kind = e
        .first("NewsLineType")
        .and_then(formal)
        .unwrap_or_default()
        .to_lowercase();
    for text in e.all("NewsLineText").filter_map(Element::text) {
        let s = builder.supplied();
        match kind.as_str() {
            "productline" | "catchline" | "catchword" | "keyword" => s.add_keyword(text),
            "dateline" => {
                s.dateline.get_or_insert_with(|| Dateline {
                    text,
                    ..Dateline::default()
                });
            }
            "extraline" | "lead" | "summary" => _ = s.deck.get_or_insert(text),
            "slugline" => _ = s.slugline.get_or_insert(text),
            "storytype" => s.genre = s.genre.or_else(|| supply::genre(&text)),
            _ => s.add_note(text),
        }
    }
}

fn administrative(e: Element<'_, '_>, photo: bool, builder: &mut DraftBuilder) {
    for part in e.elements() {
        let party = part.first("Party").and_then(formal);
        let s = builder.supplied();
        match part.name() {
            "Provider" => s.source = party.or(s.source.take()),
            "Source" => s.credit = s.credit.take().or(party),
            "Creator" | "Contributor" => {
                let Some(party) = party else { continue };
                if let [author] = supply::authors_of(&party).as_slice() {
                    s.add_author(&author.name, author_role(part, photo), None);
                }
            }
            "SystemIdentifier" => s.add_alt_id(part.text().unwrap_or_default()),
            _ => {}
        }
    }
}

/// The part that a creator or contributor had, by their role or, where none is given, by the component.
fn author_role(e: Element<'_, '_>, photo: bool) -> AuthorRole {
    let role = e
        .descendants()
        .filter(|p| p.name() == "Property")
        .find(|p| formal(*p).as_deref() == Some("Role"))
        .and_then(|p| p.value("Value"))
        .unwrap_or_default()
        .to_lowercase();
    let contributed = e.name() == "Contributor" || role.contains("caption");
    match photo {
        _ if role.contains("photo") => AuthorRole::Photographer,
        _ if role.contains("edit") => AuthorRole::Editor,
        _ if contributed => AuthorRole::Contributor,
        true => AuthorRole::Photographer,
        false => AuthorRole::Writer,
    }
}

fn rights(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let s = builder.supplied();
    if let Some(copyright) = e.first("Copyright") {
        let line = supply::copyright(
            copyright.text_of("CopyrightDate"),
            copyright.text_of("CopyrightHolder"),
        );
        s.copyright = s.copyright.take().or(line);
    }
    for usage in e.all("UsageRights") {
        let terms: Vec<String> = usage.elements().filter_map(Element::text).collect();
        if !terms.is_empty() && s.usage_terms.is_none() {
            s.usage_terms = Some(terms.join(" "));
        }
    }
}

fn descriptive(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    for part in e.elements() {
        match part.name() {
            "Language" => builder.language(said(part).as_deref()),
            "Genre" => genre(part, builder),
            "SubjectCode" => {
                for subject in part.elements() {
                    builder.supplied().add_subject(subject_of(subject));
                }
            }
            "TopicOccurrence" => {
                if let Some(topic) = part.value("Topic") {
                    builder
                        .supplied()
                        .add_subject(coded(Some(topic.trim_start_matches('#')), part.text()));
                }
            }
            "DateLineDate" => builder.date(DateRole::Other, part.text().as_deref()),
            "Location" => location(part, builder),
            "Property" => property(part, builder),
            _ => {}
        }
    }
}

fn subject_of(e: Element<'_, '_>) -> Subject {
    let scheme = e
        .value("Scheme")
        .or_else(|| e.value("Vocabulary"))
        .filter(|s| {
            !s.eq_ignore_ascii_case("IptcSubjectCodes")
                && !s.eq_ignore_ascii_case("IptcSubjectCode")
        });
    let name = e
        .value("HowPresent")
        .or_else(|| e.value("cat"))
        .or_else(|| e.text());
    numbered(&formal(e).unwrap_or_default(), name, scheme)
}

fn location(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    if e.value("HowPresent")
        .is_some_and(|h| h != "Origin" && h != "Dateline")
    {
        return;
    }
    let property = |name: &str| {
        e.all("Property")
            .find(|p| formal(*p).as_deref() == Some(name))
            .and_then(|p| p.value("Value"))
    };
    let Some(city) = property("City") else { return };
    let country = property("Country").and_then(|c| countries::country(&c));
    let s = builder.supplied();
    match &mut s.dateline {
        // The line names another place: that is where the copy was written.
        Some(dateline) if names_other_place(&dateline.text, &city) => {}
        Some(dateline) => {
            dateline.country = dateline.country.take().or(country);
            dateline.place.get_or_insert(city);
        }
        None => {
            s.dateline = Some(Dateline {
                text: city.clone(),
                place: Some(city),
                country,
                ..Dateline::default()
            });
        }
    }
}

/// Whether the text of a dateline names a place, and another than `city`.
fn names_other_place(dateline: &str, city: &str) -> bool {
    wire::place_of(dateline).is_some_and(|place| {
        let (place, city) = (place.to_lowercase(), city.to_lowercase());
        !place.contains(&city) && !city.contains(&place)
    })
}

fn property(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let Some(value) = e.value("Value") else {
        return;
    };
    let s = builder.supplied();
    match formal(e).unwrap_or_default().as_str() {
        "Keyword" | "Tesauro" | "Category" | "Event" => s.add_keyword(value),
        "Slug" | "SlugLine" => _ = s.slugline.get_or_insert(value),
        _ => {}
    }
}

fn content(e: Element<'_, '_>, role: &str, builder: &mut DraftBuilder) {
    let media = e
        .first("MediaType")
        .and_then(formal)
        .unwrap_or_default()
        .to_lowercase();
    let kind = match media.as_str() {
        "photo" | "image" | "picture" => Some(MediaKind::Image),
        "graphic" => Some(MediaKind::Graphic),
        "video" => Some(MediaKind::Video),
        "audio" | "sound" => Some(MediaKind::Audio),
        _ => None,
    };
    if let Some(kind) = kind {
        if let Some(url) = e.value("Href") {
            medium(kind, url, role, builder);
        }
        return;
    }
    if let Some(data) = e.first("DataContent") {
        embedded::xml(data, builder);
    } else if let Some(link) = e.value("Href") {
        builder.supplied().add_link(link);
    }
}

/// A picture, film or sound of a component with this role.
fn medium(kind: MediaKind, url: String, role: &str, builder: &mut DraftBuilder) {
    let has_text = nitf::has_text(&builder.draft.blocks);
    let s = builder.supplied();
    if kind == MediaKind::Image && !has_text {
        s.genre.get_or_insert(Genre::PhotoCaption);
    }
    // Thumbnails and previews repeat the picture.
    if !matches!(role, "thumbnail" | "preview" | "quicklook") {
        s.media.push(Media {
            kind,
            url: Some(url),
            caption: None,
            credit: None,
        });
    }
}

/// Puts the caption on the media it belongs to, where there is one of each.
fn captions(builder: &mut DraftBuilder) {
    let caption: Vec<String> = builder
        .draft
        .blocks
        .iter()
        .filter(|b| b.kind == BlockKind::Caption)
        .map(|b| b.text.clone())
        .collect();
    let s = builder.supplied();
    let credit = s.credit.clone();
    if let [media] = s.media.as_mut_slice()
        && media.caption.is_none()
        && !caption.is_empty()
    {
        media.caption = Some(caption.join(" "));
        media.credit = media.credit.take().or(credit);
    }
}
