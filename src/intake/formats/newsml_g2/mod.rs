//! NewsML-G2, core and power: a `newsItem` or `packageItem` alone, or several in a `newsMessage`.
//!
//! Each news item gives an article, read and emitted before the next one is looked at. A package
//! gives one of its own only when the items it names do not follow in the same message, or when it
//! may not be used.

mod content;
mod meta;

use crate::intake::Format;
use crate::intake::supply::DraftBuilder;
use crate::intake::xml::{Element, Source};
use crate::intake::{Decoded, Document, Draft, ErrorCode, Outlets, ReadError, Reading};
use crate::record::{DateBasis, DateRole, Status};

/// Reads a document of the G2 family.
///
/// # Errors
/// [`ErrorCode::NoArticle`] when it holds concepts, plans or nothing; [`ErrorCode::TooMany`] past the
/// limit of items; else where and why the XML broke off.
pub fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    let decoded = document.decode();
    let mut source = Source::new(&decoded.text, reading.limits.depth);
    let mut message = MessageHeader::default();
    let mut packages: Vec<Package> = Vec::new();
    let mut items = 0;
    while let Some(name) = source.next_start() {
        match name {
            "header" => {
                let tree = source.element();
                message = tree.root().map(MessageHeader::read).unwrap_or_default();
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
                if says_nothing(&draft) {
                    items -= 1;
                    continue;
                }
                if name == "packageItem" {
                    packages.push(Package {
                        refs: content::references(root),
                        draft,
                    });
                    continue;
                }
                packages.iter_mut().for_each(|p| p.came(&draft));
                if (reading.emit)(draft).is_break() {
                    return Ok(());
                }
            }
            _ => {}
        }
    }
    let is_alone = items == 1;
    for package in packages.into_iter().filter(|p| p.is_news(is_alone)) {
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

/// Whether an item is the bare shell of one: no id, no text, and nothing that it forbids.
fn says_nothing(draft: &Draft) -> bool {
    let s = &draft.supplied;
    let is_empty = s.headline.is_none() && draft.blocks.is_empty() && s.media.is_empty();
    let is_free = matches!(s.status, None | Some(Status::Usable));
    is_empty && s.id.is_none() && is_free
}

struct Package {
    /// Ids of the items it names that have not come yet.
    refs: Vec<String>,
    draft: Draft,
}

impl Package {
    /// An item has come, which the package may name.
    fn came(&mut self, item: &Draft) {
        let id = item.supplied.id.as_ref();
        self.refs.retain(|r| Some(r) != id);
    }

    /// Whether it is an article of its own: not when all that it names has come, since it was only the
    /// string around that, unless it may not be used.
    fn is_news(&self, is_alone: bool) -> bool {
        let has_come = self.refs.is_empty() && !is_alone;
        let status = self.draft.supplied.status.unwrap_or(Status::Usable);
        !has_come || status != Status::Usable
    }
}

/// What the header of a news message says of all its items.
#[derive(Debug, Default)]
struct MessageHeader {
    sent: Option<String>,
    priority: Option<String>,
    sender: Option<String>,
    transmission: Option<String>,
    signals: Vec<String>,
}

impl MessageHeader {
    fn read(header: Element<'_, '_>) -> MessageHeader {
        MessageHeader {
            sent: header.text_of("sent"),
            priority: header.text_of("priority"),
            sender: header.text_of("sender"),
            transmission: header.text_of("transmitId"),
            signals: header.all("signal").filter_map(meta::code).collect(),
        }
    }

    /// Puts what the message says on an item that does not say it itself.
    fn apply(&self, builder: &mut DraftBuilder) {
        builder.date(DateRole::Other, self.sent.as_deref());
        for signal in &self.signals {
            meta::signal(signal, builder);
        }
        let s = builder.supplied();
        s.set_urgency(self.priority.as_deref());
        s.source = s.source.take().or_else(|| self.sender.clone());
        s.add_alt_id(self.transmission.as_deref().unwrap_or_default());
    }
}

fn item(
    root: Element<'_, '_>,
    decoded: &Decoded,
    message: &MessageHeader,
    outlets: &Outlets,
) -> Draft {
    let mut builder = DraftBuilder::new(decoded.draft(Format::NewsmlG2), DateBasis::Wire, outlets);
    let s = builder.supplied();
    s.id = root.value("guid");
    s.set_version(root.attribute("version").as_deref());
    // The root may be a fragment: then it is itself a part of an item.
    for part in root.elements().chain([root]) {
        match part.name() {
            "rightsInfo" => meta::rights(part, &mut builder),
            "itemMeta" => meta::item(part, &mut builder),
            "contentMeta" => meta::content(part, &mut builder),
            _ => {}
        }
    }
    meta::name_subjects(root, &mut builder);
    for part in [root].into_iter().chain(root.elements()) {
        match part.name() {
            "contentSet" => content::set(part, &mut builder),
            "groupSet" => content::group(part, &mut builder),
            _ => {}
        }
    }
    let class = root.at(&["itemMeta", "itemClass"]).and_then(meta::code);
    content::captions(root, &class.unwrap_or_default(), &mut builder);
    builder.language(root.attribute("lang").as_deref());
    message.apply(&mut builder);
    let s = builder.supplied();
    let title = root.at(&["itemMeta", "title"]).and_then(Element::text);
    s.headline = s.headline.take().or(title);
    if meta::is_canceled(root) && s.supersedes.is_none() {
        s.supersedes = s.id.clone();
    }
    builder.flag_empty();
    builder.finish()
}
