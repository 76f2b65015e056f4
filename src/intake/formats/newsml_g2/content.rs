//! `contentSet` and `groupSet`: the text of an item, its renditions, the items of a package.

use super::super::nitf;
use crate::intake::draft::DraftBlock;
use crate::intake::embedded;
use crate::intake::supply::DraftBuilder;
use crate::intake::xml::Element;
use crate::record::{BlockKind, Flag, Media, MediaKind};
use base64::Engine;

/// The first of the alternative renditions that has text, and every picture or film as media.
pub(super) fn set(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    for part in e.elements() {
        match part.name() {
            "inlineXML" if !nitf::has_text(&builder.draft.blocks) => {
                builder.language(part.attribute("lang").as_deref());
                embedded::xml(part, builder);
            }
            "inlineData" if !nitf::has_text(&builder.draft.blocks) => data(part, builder),
            _ => {}
        }
    }
    remote(e, builder);
}

fn data(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let encoding = e.value("encoding").unwrap_or_default();
    let media_type = e.value("contenttype").unwrap_or_default();
    if !media_type.is_empty()
        && !media_type.starts_with("text")
        && !media_type.contains("html")
        && !media_type.contains("xml")
    {
        return; // a picture inside the message
    }
    if encoding.contains("base64") {
        let packed: String = e.raw_text().split_whitespace().collect();
        let Ok(bytes) = base64::engine::general_purpose::STANDARD.decode(packed) else {
            return builder.flag(Flag::UNDECODABLE_CONTENT);
        };
        return embedded::any_text(&String::from_utf8_lossy(&bytes), builder);
    }
    embedded::xml(e, builder);
}

/// The largest rendition of remote content as one media.
fn remote(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let width = |r: &Element<'_, '_>| {
        r.value("width")
            .and_then(|w| w.parse::<u64>().ok())
            .unwrap_or(0)
    };
    let best = e
        .all("remoteContent")
        .filter(|r| address(*r).is_some())
        .reduce(|a, b| if width(&b) > width(&a) { b } else { a });
    let Some(best) = best else { return };
    let kind = match best
        .value("contenttype")
        .unwrap_or_default()
        .split('/')
        .next()
    {
        Some("image") => MediaKind::Image,
        Some("video") => MediaKind::Video,
        Some("audio") => MediaKind::Audio,
        _ => {
            // A text kept elsewhere.
            if let Some(link) = best.value("href") {
                builder.supplied().add_link(link);
            }
            return;
        }
    };
    let s = builder.supplied();
    s.media.push(Media {
        kind,
        url: address(best),
        caption: None,
        credit: s.credit.clone(),
    });
}

fn address(e: Element<'_, '_>) -> Option<String> {
    e.value("href").or_else(|| e.value("residref"))
}

/// Puts the caption of a picture, film or sound among the blocks and on its media.
pub(super) fn captions(root: Element<'_, '_>, class: &str, builder: &mut DraftBuilder) {
    let visual = !(class.is_empty() || class.ends_with(":text") || class.ends_with(":composite"));
    let Some(meta) = root.first("contentMeta") else {
        return;
    };
    let described = meta.all("description").find(|d| {
        let role = d.value("role").unwrap_or_default();
        visual || role.ends_with(":caption")
    });
    let Some(description) = described else { return };
    let text = description.text();
    if let Some(media) = builder.supplied().media.first_mut() {
        media.caption = media.caption.take().or_else(|| text.clone());
    }
    if builder.draft.blocks.is_empty()
        && let Some(mut block) = block_of(description)
    {
        block.kind = BlockKind::Caption;
        builder.draft.blocks.push(block);
    }
}

fn block_of(e: Element<'_, '_>) -> Option<DraftBlock> {
    crate::intake::xml::Body::read(e).blocks.into_iter().next()
}

/// Ids of the items a package names.
pub(super) fn references(package: Element<'_, '_>) -> Vec<String> {
    package
        .descendants()
        .filter(|e| e.name() == "itemRef")
        .filter_map(|e| e.value("residref").or_else(|| e.value("href")))
        .collect()
}

/// The texts that a package carries in its references: title and description of each item.
pub(super) fn group(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    for item in e.descendants().filter(|d| d.name() == "itemRef") {
        if let Some(target) = item.value("href").or_else(|| item.value("residref")) {
            builder.supplied().add_link(target);
        }
        for part in item.elements() {
            let kind = match part.name() {
                "title" | "headline" => BlockKind::Crosshead,
                "description" => BlockKind::Paragraph,
                _ => continue,
            };
            if let Some(mut block) = block_of(part) {
                block.kind = kind;
                builder.draft.blocks.push(block);
            }
        }
    }
}
