//! NewsML-G2, core and power: a `newsItem` or `packageItem` alone, or several in a `newsMessage`.
//!
//! Each news item gives an article, read and emitted before the next one is looked at. A package
//! gives one of its own only when the items it names do not follow in the same message, or when it
//! may not be used.

mod content;
mod meta;

use crate::intake::Format;
use crate::intake::supply::Supply;
use crate::intake::xml::{Element, Source, Step};
use crate::intake::{Decoded, Document, Draft, ErrorCode, Outlets, ReadError, Reading};
use crate::record::{DateBasis, DateRole, Status};

/// An item that has neither text nor headline.
pub const FLAG_NO_BODY: crate::intake::Flag = "no-body";

/// Reads a document of the G2 family.
///
/// # Errors
/// [`ErrorCode::NoArticle`] when it holds concepts, plans or nothing; [`ErrorCode::TooMany`] past the
/// limit of items; else where and why the XML broke off.
pub fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    let decoded = document.decode();
    let mut source = Source::new(&decoded.text, reading.limits.depth);
    let mut message = Message::default();
    let mut packages: Vec<Package> = Vec::new();
    let mut items = 0;
    loop {
        let name = match source.step() {
            Step::Start { name, .. } => name,
            Step::Eof => break,
            _ => continue,
        };
        match name {
            "header" => {
                let tree = source.element();
                message = tree.root().map(Message::read).unwrap_or_default();
            }
            // The fragments of IPTC's own examples are items without their shell.
            "newsItem" | "contentSet" | "contentMeta" | "packageItem" => {
                items += 1;
                if items > reading.limits.items {
                    return Err(ReadError::too_many(reading.limits, "items"));
                }
                let tree = source.element();
                let Some(root) = tree.root() else { continue };
                let mut draft = item(root, &decoded, &message, reading.outlets);
                draft.flags.extend(source.flags());
                if name == "packageItem" {
                    packages.push(Package {
                        refs: content::references(root),
                        draft,
                    });
                } else {
                    let id = draft.supplied.id.clone();
                    for package in &mut packages {
                        package.refs.retain(|r| Some(r) != id.as_ref());
                    }
                    if (reading.emit)(draft).is_break() {
                        return Ok(());
                    }
                }
            }
            _ => {}
        }
    }
    for package in packages {
        // All that it names has been delivered: the package was only the string around it.
        let delivered = package.refs.is_empty() && items > 1;
        if delivered && package.draft.supplied.status.unwrap_or(Status::Usable) == Status::Usable {
            continue;
        }
        if (reading.emit)(package.draft).is_break() {
            return Ok(());
        }
    }
    source.into_result()?;
    if items == 0 {
        return Err(ReadError::new(
            ErrorCode::NoArticle,
            "there is no news item in the document",
        ));
    }
    Ok(())
}

struct Package {
    /// Ids of the items it names that have not come yet.
    refs: Vec<String>,
    draft: Draft,
}

/// What the header of a news message says of all its items.
#[derive(Debug, Default)]
struct Message {
    sent: Option<String>,
    priority: Option<String>,
    sender: Option<String>,
    transmission: Option<String>,
    signals: Vec<String>,
}

impl Message {
    fn read(header: Element<'_, '_>) -> Message {
        Message {
            sent: header.text_of("sent"),
            priority: header.text_of("priority"),
            sender: header.text_of("sender"),
            transmission: header.text_of("transmitId"),
            signals: header.all("signal").filter_map(meta::code).collect(),
        }
    }
}

fn item(root: Element<'_, '_>, decoded: &Decoded, message: &Message, outlets: &Outlets) -> Draft {
    let mut supply = Supply::new(decoded.draft(Format::NewsmlG2), DateBasis::Wire, outlets);
    let s = supply.supplied();
    s.id = root.value("guid");
    s.set_version(root.attribute("version").as_deref());
    for part in root.elements() {
        match part.name() {
            "rightsInfo" => meta::rights(part, &mut supply),
            "itemMeta" => meta::item(part, &mut supply),
            "contentMeta" => meta::content(part, &mut supply),
            _ => {}
        }
    }
    match root.name() {
        "contentMeta" => meta::content(root, &mut supply),
        "contentSet" => content::set(root, &mut supply),
        _ => {}
    }
    meta::name_subjects(root, &mut supply);
    let class = root
        .at(&["itemMeta", "itemClass"])
        .and_then(meta::code)
        .unwrap_or_default();
    for part in root.elements() {
        match part.name() {
            "contentSet" => content::set(part, &mut supply),
            "groupSet" => content::group(part, &mut supply),
            _ => {}
        }
    }
    content::captions(root, &class, &mut supply);
    supply.language(root.attribute("lang").as_deref());
    supply.date(DateRole::Other, message.sent.as_deref());
    for signal in &message.signals {
        meta::signal(signal, &mut supply);
    }
    let s = supply.supplied();
    s.set_urgency(message.priority.as_deref());
    s.source = s.source.take().or_else(|| message.sender.clone());
    if let Some(id) = &message.transmission {
        s.add_alt_id(id);
    }
    let title = root.at(&["itemMeta", "title"]).and_then(Element::text);
    s.headline = s.headline.take().or(title);
    if meta::is_canceled(root) && s.supersedes.is_none() {
        s.supersedes = s.id.clone();
    }
    if supply.draft.blocks.is_empty() && supply.supplied().headline.is_none() {
        supply.flag(FLAG_NO_BODY);
    }
    supply.finish()
}
