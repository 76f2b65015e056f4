//! NewsML 1.2: AFP's, EFE's and the generic profile.
//!
//! A document holds any number of `NewsItem`s; each gives an article. Within one, `NewsComponent`s
//! nest: the outermost headline is the article's, the text is that of the components in their order,
//! of components that are equivalents of each other (translations, formats) the first with content.

use super::nitf;
use crate::intake::Format;
use crate::intake::countries;
use crate::intake::embedded;
use crate::intake::supply;
use crate::intake::supply::{Supply, coded, numbered};
use crate::intake::xml::{Element, Source, Step};
use crate::intake::{Decoded, Document, Draft, ErrorCode, Outlets, ReadError, Reading};
use crate::record::{
    AuthorRole, BlockKind, DateBasis, DateRole, Dateline, Genre, Media, MediaKind, Status, Subject,
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
    loop {
        let name = match source.step() {
            Step::Start { name, .. } => name,
            Step::Eof => break,
            _ => continue,
        };
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
                let mut draft = item(root, &decoded, &envelope, reading.outlets);
                draft.flags.extend(source.flags());
                if (reading.emit)(draft).is_break() {
                    return Ok(());
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

fn item(root: Element<'_, '_>, decoded: &Decoded, envelope: &Envelope, outlets: &Outlets) -> Draft {
    let mut supply = Supply::new(decoded.draft(Format::Newsml1), DateBasis::Wire, outlets);
    if let Some(identification) = root.first("Identification") {
        self::identification(identification, &mut supply);
    }
    if let Some(management) = root.first("NewsManagement") {
        self::management(management, &mut supply);
    }
    for component in root.all("NewsComponent") {
        self::component(component, &mut supply, 0);
    }
    // An update carries no components but only what changes.
    for update in root.all("Update") {
        for part in update.elements() {
            supply.supplied().add_note(part.text().unwrap_or_default());
        }
    }
    supply.language(root.attribute("lang").as_deref());
    supply.date(DateRole::Other, envelope.sent.as_deref());
    let s = supply.supplied();
    s.set_urgency(envelope.priority.as_deref());
    s.source = s.source.take().or_else(|| envelope.from.clone());
    if s.supersedes.is_none() && is_canceled(root) {
        s.supersedes = s.id.clone();
    }
    captions(&mut supply);
    if supply.draft.blocks.is_empty() && supply.supplied().headline.is_none() {
        supply.flag(super::newsml_g2::FLAG_NO_BODY);
    }
    supply.finish()
}

fn is_canceled(root: Element<'_, '_>) -> bool {
    root.at(&["NewsManagement", "Status"])
        .and_then(formal)
        .and_then(|s| supply::status_word(&s))
        == Some(Status::Canceled)
}

fn identification(e: Element<'_, '_>, supply: &mut Supply) {
    let s = supply.supplied();
    if let Some(id) = e.first("NewsIdentifier") {
        s.id = id.text_of("PublicIdentifier");
        let item = id.text_of("NewsItemId");
        if s.id.is_none() {
            s.id = item;
        } else if let Some(item) = item {
            s.add_alt_id(item);
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

fn management(e: Element<'_, '_>, supply: &mut Supply) {
    for part in e.elements() {
        match part.name() {
            "FirstCreated" => supply.date(DateRole::Published, part.text().as_deref()),
            "ThisRevisionCreated" => supply.date(DateRole::Modified, part.text().as_deref()),
            "Status" => supply.status(formal(part).as_deref()),
            "StatusWillChange" => {
                // Embargoed now, usable at a time: the time is the embargo's end.
                let future = part.first("FutureStatus").and_then(formal);
                let usable =
                    future.as_deref().and_then(supply::status_word) == Some(Status::Usable);
                let role = if usable {
                    DateRole::Embargo
                } else {
                    DateRole::Other
                };
                supply.date(role, part.text_of("DateAndTime").as_deref());
            }
            "Urgency" => {
                let urgency = formal(part);
                supply.supplied().set_urgency(urgency.as_deref());
            }
            "NewsItemType" => {
                let genre = formal(part).as_deref().and_then(supply::genre);
                let s = supply.supplied();
                s.genre = s.genre.or(genre);
            }
            "Instruction" => {
                if let Some(instruction) = formal(part) {
                    let (kind, status) = supply::signal(&instruction);
                    let s = supply.supplied();
                    s.version_kind = kind.or(s.version_kind);
                    if let Some(status) = status {
                        supply.restrict(status);
                    }
                    if kind.is_none() && status.is_none() {
                        supply.supplied().add_note(instruction);
                    }
                }
            }
            "DerivedFrom" | "AssociatedWith" => {
                if let Some(id) = part.value("NewsItem") {
                    supply.supplied().add_alt_id(id);
                }
            }
            _ => {}
        }
    }
}

/// Deepest component that is looked at.
const COMPONENTS_DEEP: usize = 32;

fn component(e: Element<'_, '_>, supply: &mut Supply, depth: usize) {
    if depth > COMPONENTS_DEEP {
        return;
    }
    if let Some(lines) = e.first("NewsLines") {
        self::lines(lines, supply, depth);
    }
    let photo = is_visual(e);
    if let Some(meta) = e.first("AdministrativeMetadata") {
        administrative(meta, photo, supply);
    }
    if let Some(rights) = e.first("RightsMetadata") {
        self::rights(rights, supply);
    }
    if let Some(meta) = e.first("DescriptiveMetadata") {
        descriptive(meta, supply);
    }
    let role = e
        .first("Role")
        .and_then(formal)
        .unwrap_or_default()
        .to_lowercase();
    let had = supply.draft.blocks.len();
    for content in e.all("ContentItem") {
        self::content(content, &role, supply);
    }
    if role == "caption" {
        for block in &mut supply.draft.blocks[had..] {
            block.kind = BlockKind::Caption;
        }
    }
    let equivalents = e.value("EquivalentsList").is_some_and(|v| v == "yes");
    for child in e.all("NewsComponent") {
        let before = supply.draft.blocks.len();
        component(child, supply, depth + 1);
        if equivalents && supply.draft.blocks.len() > before {
            break;
        }
    }
    if let Some(id) = e.at(&["NewsItemRef"]).and_then(|r| r.value("NewsItem")) {
        supply.supplied().add_link(id);
    }
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

fn lines(e: Element<'_, '_>, supply: &mut Supply, depth: usize) {
    for line in e.elements() {
        let Some(text) = line.text() else { continue };
        let had_text = nitf::has_text(&supply.draft.blocks);
        let s = supply.supplied();
        match line.name() {
            "HeadLine" if s.headline.is_none() => s.headline = Some(text),
            // A further component's headline heads its part of the text.
            "HeadLine" if had_text && depth > 0 && s.headline.as_deref() != Some(text.as_str()) => {
                let block = crate::intake::DraftBlock::new(BlockKind::Crosshead, text);
                supply.draft.blocks.push(block);
            }
            // EFE sets its slug there.
            "SubHeadLine" if is_slug(&text) => _ = s.slugline.get_or_insert(text),
            "SubHeadLine" => _ = s.deck.get_or_insert(text),
            "ByLine" => _ = s.byline.get_or_insert(text),
            "DateLine" => {
                let place = nitf::is_place(&text).then(|| text.clone());
                s.dateline.get_or_insert_with(|| Dateline {
                    text,
                    place,
                    ..Dateline::default()
                });
            }
            "CreditLine" => _ = s.credit.get_or_insert(text),
            "CopyrightLine" => _ = s.copyright.get_or_insert(text),
            "RightsLine" => _ = s.usage_terms.get_or_insert(text),
            "SlugLine" => _ = s.slugline.get_or_insert(text),
            "SeriesLine" => s.add_keyword(text),
            "KeywordLine" => text.split([',', ';']).for_each(|k| s.add_keyword(k)),
            "NewsLine" => news_line(line, supply),
            _ => {}
        }
    }
}

fn news_line(e: Element<'_, '_>, supply: &mut Supply) {
    let kind = e
        .first("NewsLineType")
        .and_then(formal)
        .unwrap_or_default()
        .to_lowercase();
    for text in e.all("NewsLineText").filter_map(Element::text) {
        let s = supply.supplied();
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
            _ => s.add_note(text),
        }
    }
}

fn administrative(e: Element<'_, '_>, photo: bool, supply: &mut Supply) {
    for part in e.elements() {
        let party = part.first("Party").and_then(formal);
        let role = part
            .descendants()
            .filter(|p| p.name() == "Property")
            .find(|p| formal(*p).as_deref() == Some("Role"))
            .and_then(|p| p.value("Value"))
            .unwrap_or_default()
            .to_lowercase();
        let s = supply.supplied();
        match part.name() {
            "Provider" => {
                if let Some(party) = party {
                    s.source = Some(party);
                }
            }
            "Source" => s.credit = s.credit.take().or(party),
            "Creator" | "Contributor" => {
                let Some(party) = party else { continue };
                let author_role = match role.as_str() {
                    r if r.contains("photo") => AuthorRole::Photographer,
                    r if r.contains("edit") => AuthorRole::Editor,
                    _ if part.name() == "Contributor" || r_is_caption(&role) => {
                        AuthorRole::Contributor
                    }
                    _ if photo => AuthorRole::Photographer,
                    _ => AuthorRole::Writer,
                };
                if let [author] = supply::authors_of(&party).as_slice() {
                    supply
                        .supplied()
                        .add_author(&author.name, author_role, None);
                }
            }
            "SystemIdentifier" => s.add_alt_id(part.text().unwrap_or_default()),
            _ => {}
        }
    }
}

fn r_is_caption(role: &str) -> bool {
    role.contains("caption")
}

fn rights(e: Element<'_, '_>, supply: &mut Supply) {
    let s = supply.supplied();
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

fn descriptive(e: Element<'_, '_>, supply: &mut Supply) {
    for part in e.elements() {
        match part.name() {
            "Language" => supply.language(formal(part).as_deref()),
            "Genre" => {
                let genre = formal(part).as_deref().and_then(supply::genre);
                let s = supply.supplied();
                s.genre = s.genre.or(genre);
            }
            "SubjectCode" => {
                for subject in part.elements() {
                    supply.supplied().add_subject(subject_of(subject));
                }
            }
            "TopicOccurrence" => {
                if let Some(topic) = part.value("Topic") {
                    supply
                        .supplied()
                        .add_subject(coded(Some(topic.trim_start_matches('#')), part.text()));
                }
            }
            "DateLineDate" => supply.date(DateRole::Other, part.text().as_deref()),
            "Location" => location(part, supply),
            "Property" => property(part, supply),
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

fn location(e: Element<'_, '_>, supply: &mut Supply) {
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
    let s = supply.supplied();
    match &mut s.dateline {
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

fn property(e: Element<'_, '_>, supply: &mut Supply) {
    let Some(value) = e.value("Value") else {
        return;
    };
    let s = supply.supplied();
    match formal(e).unwrap_or_default().as_str() {
        "Keyword" | "Tesauro" | "Category" | "Event" => s.add_keyword(value),
        "Slug" | "SlugLine" => _ = s.slugline.get_or_insert(value),
        _ => {}
    }
}

fn content(e: Element<'_, '_>, role: &str, supply: &mut Supply) {
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
            let s = supply.supplied();
            if kind == MediaKind::Image
                && s.genre.is_none()
                && !nitf::has_text(&supply.draft.blocks)
            {
                supply.supplied().genre = Some(Genre::PhotoCaption);
            }
            // Thumbnails and previews repeat the picture.
            let repeat = matches!(role, "thumbnail" | "preview" | "quicklook");
            if !repeat {
                supply.supplied().media.push(Media {
                    kind,
                    url: Some(url),
                    caption: None,
                    credit: None,
                });
            }
        }
        return;
    }
    if let Some(data) = e.first("DataContent") {
        embedded::xml(data, supply);
    } else if let Some(link) = e.value("Href") {
        supply.supplied().add_link(link);
    }
}

/// Puts the caption on the media it belongs to, where there is one of each.
fn captions(supply: &mut Supply) {
    let caption: Vec<String> = supply
        .draft
        .blocks
        .iter()
        .filter(|b| b.kind == BlockKind::Caption)
        .map(|b| b.text.clone())
        .collect();
    let s = supply.supplied();
    let credit = s.credit.clone();
    if let [media] = s.media.as_mut_slice()
        && media.caption.is_none()
        && !caption.is_empty()
    {
        media.caption = Some(caption.join(" "));
        media.credit = media.credit.take().or(credit);
    }
}
