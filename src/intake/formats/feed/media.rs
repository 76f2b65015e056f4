//! Media RSS, iTunes and RSS enclosures.

use super::FeedText;
use crate::intake::draft::DraftBlock;
use crate::intake::embedded;
use crate::intake::supply::DraftBuilder;
use crate::intake::xml::{Element, Ns};
use crate::record::{AuthorRole, BlockKind, Media, MediaKind};

/// Reads an element of Media RSS or iTunes. Whether the element was one of them.
pub(super) fn element(e: Element<'_, '_>, builder: &mut DraftBuilder) -> bool {
    match e.ns() {
        Ns::Media => media_rss(e, builder),
        Ns::Itunes => itunes(e, builder),
        _ => return false,
    }
    true
}

fn media_rss(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let s = builder.supplied();
    match e.name() {
        "group" => group(e, builder),
        "content" => {
            if let Some(media) = content(e, e) {
                s.add_media(media);
            }
        }
        "keywords" => keywords(e, builder),
        "category" => s.add_keyword(e.text().unwrap_or_default()),
        "title" => s.headline = s.headline.take().or_else(|| embedded::one_line(&e.text()?)),
        "copyright" => s.copyright = s.copyright.take().or_else(|| e.text()),
        "credit" if e.attribute("role").as_deref() == Some("author") => {
            let name = e.text().unwrap_or_default();
            s.add_author(&name, AuthorRole::Writer, None);
        }
        _ => {}
    }
}

/// Renditions of one film or picture: one of them, with what the group says.
fn group(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let best = e
        .all("content")
        .find(|c| c.attribute("isDefault").as_deref() == Some("true"))
        .or_else(|| e.first("content"));
    if let Some(media) = best.and_then(|c| content(c, e)) {
        builder.supplied().add_media(media);
    }
    let others = e.elements();
    for part in others.filter(|p| !matches!(p.name(), "content" | "group")) {
        media_rss(part, builder);
    }
}

/// The longest description of the item's media: the text of an item that is a film with a text to it.
pub(super) fn description<'a>(item: Element<'_, 'a>) -> Option<FeedText<'a>> {
    let described = item
        .descendants()
        .filter(|e| e.ns() == Ns::Media && e.name() == "description");
    let texts = described.filter_map(FeedText::of);
    texts.max_by_key(|t| t.text.len())
}

fn keywords(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    for keyword in e.text().unwrap_or_default().split(',') {
        builder.supplied().add_keyword(keyword);
    }
}

/// The thumbnail of an item that has no other media; else it is a small rendition of one of them.
pub(super) fn thumbnail(item: Element<'_, '_>, builder: &mut DraftBuilder) {
    if !builder.supplied().media.is_empty() {
        return;
    }
    let found = item
        .descendants()
        .filter(|e| e.ns() == Ns::Media && e.name() == "thumbnail")
        .find_map(|e| e.value("url"));
    enclosure(found, Some("image/*"), builder);
}

/// The caption of an item that is nothing but a film, a sound or a picture.
pub(super) fn caption(builder: &mut DraftBuilder) {
    let caption = builder
        .supplied()
        .media
        .iter()
        .find_map(|m| m.caption.clone());
    if builder.draft.blocks.is_empty()
        && builder.supplied().deck.is_none()
        && let Some(caption) = caption
    {
        let block = DraftBlock::new(BlockKind::Caption, caption);
        builder.draft.blocks.push(block);
    }
}

/// A `media:content`; what it does not say its group may.
fn content(e: Element<'_, '_>, group: Element<'_, '_>) -> Option<Media> {
    let kind = kind_of(
        e.value("medium").as_deref(),
        e.value("type").as_deref(),
        e.value("url").as_deref(),
    )?;
    let player = |x: Element<'_, '_>| x.first("player").and_then(|p| p.value("url"));
    let text = |name: &str| {
        e.text_of(name)
            .or_else(|| group.text_of(name))
            .and_then(|t| embedded::one_line(&t))
    };
    let url = e
        .value("url")
        .or_else(|| player(e))
        .or_else(|| player(group))?;
    Some(Media {
        kind,
        url: Some(url),
        caption: text("description").or_else(|| text("title")),
        credit: text("credit"),
    })
}

/// What kind of media a medium, a media type or an address's ending says; `None` for a document.
pub(super) fn kind_of(
    medium: Option<&str>,
    media_type: Option<&str>,
    url: Option<&str>,
) -> Option<MediaKind> {
    if media_type.is_some_and(|t| t.contains("shockwave") || t.contains("mpegurl")) {
        return Some(MediaKind::Video);
    }
    let word = medium.or_else(|| media_type.map(|t| t.split('/').next().unwrap_or(t)));
    match word.map(str::trim) {
        Some("image") => return Some(MediaKind::Image),
        Some("video") => return Some(MediaKind::Video),
        Some("audio") => return Some(MediaKind::Audio),
        Some("document" | "executable" | "text" | "application")
            if media_type != Some("application/octet-stream") =>
        {
            return None;
        }
        _ => {}
    }
    let path = url?.split(['?', '#']).next().unwrap_or_default();
    let ending = path
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    Some(match ending.as_str() {
        "mp3" | "m4a" | "ogg" | "wav" | "aac" => MediaKind::Audio,
        "mp4" | "m4v" | "mov" | "webm" | "mpg" | "mpeg" | "m3u8" => MediaKind::Video,
        _ => MediaKind::Image,
    })
}

/// An RSS `enclosure`, an Atom `link rel="enclosure"`.
pub(super) fn enclosure(url: Option<String>, media_type: Option<&str>, builder: &mut DraftBuilder) {
    let Some(url) = url else { return };
    match kind_of(None, media_type, Some(&url)) {
        Some(kind) => {
            builder.supplied().add_media(Media {
                kind,
                url: Some(url),
                caption: None,
                credit: None,
            });
        }
        None => builder.supplied().add_link(url),
    }
}

fn itunes(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let s = builder.supplied();
    match e.name() {
        // A person, or the house that publishes.
        "author" => {
            let name = e.text().unwrap_or_default();
            if crate::intake::supply::authors_of(&name).is_empty() {
                s.credit.get_or_insert(name);
            } else if s.authors.is_empty() {
                super::byline(&name, builder);
            }
        }
        "keywords" => keywords(e, builder),
        "subtitle" => s.deck = s.deck.take().or_else(|| embedded::one_line(&e.text()?)),
        "title" => s.headline = s.headline.take().or_else(|| embedded::one_line(&e.text()?)),
        "image" => enclosure(e.value("href"), Some("image/*"), builder),
        _ => {}
    }
}
