//! From bytes to [`Article`]s: character set, format, and what the supplier says of the article.
//!
//! ```text
//! decode/    bytes → text: compression, envelope, which format, character set, control characters
//! formats/   one module a format, and the table of them
//! html/      the reader of pages: tree, page data, body
//! wire/      the conventions that all agencies share, whatever the format was
//! clean/     leftovers of a page out of the body
//! ```
//!
//! A format's reader emits a [`Draft`] for each article in the document and returns an error for what it
//! could not read; drafts emitted before the error stand. Beside the rooms lies what formats share: XML
//! and JSON readers, dates, outlets, and what a supplier says of an article ([`supply`]).

pub mod article;
pub mod clean;
mod countries;
pub mod dates;
mod deck;
pub mod decode;
pub mod draft;
pub mod embedded;
pub mod error;
pub mod formats;
pub mod hints;
pub mod html;
pub mod json;
pub mod outlets;
pub mod supply;
pub mod wire;
pub mod xml;

use std::ops::ControlFlow;
use std::sync::Arc;

pub use article::Article;
pub use decode::document::{Decoded, Document};
pub use draft::{Draft, DraftBlock, Flag, Piece, Supplied};
pub use error::{ErrorCode, ReadError};
pub use formats::Format;
pub use formats::scraper::FieldMap;
pub use hints::Hints;
pub use html::sites::Sites;
pub use outlets::Outlets;

use crate::record::{BlockKind, Genre, HeadlineBasis, HeadlineSeen, Status};
use crate::text::data::{Data, Table, tables};

/// Bounds of reading. Past each of them the document is an error with its own code.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Largest raw document, after decompression, in bytes.
    pub document_bytes: usize,
    /// Deepest nesting of elements or JSON values.
    pub depth: usize,
    /// Most articles in one document.
    pub items: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            document_bytes: 20 << 20,
            depth: 256,
            items: 100_000,
        }
    }
}

/// How documents are read.
#[derive(Debug, Clone)]
pub struct Settings {
    pub limits: Limits,
    /// Which fields of a scraper's JSON mean what.
    pub fields: FieldMap,
    pub outlets: Arc<Outlets>,
    /// Rules for single sites' pages.
    pub sites: Arc<Sites>,
}

impl Default for Settings {
    fn default() -> Self {
        Limits::default().into()
    }
}

/// The tables compiled in that documents are read by. The digest of the reading depends on their order.
fn tables() -> impl Iterator<Item = Table> {
    let rooms = [
        &wire::TABLES[..],
        &formats::TABLES,
        &supply::TABLES,
        &html::TABLES,
        &clean::TABLES,
        &dates::TABLES,
        &tables![outlets, countries][..],
    ];
    rooms.concat().into_iter()
}

/// Reads all tables that are compiled in, so that no article waits for one.
///
/// # Panics
/// With file and line at a fault in one of them.
pub fn load_tables() {
    for table in tables() {
        (table.load)();
    }
    // The two that a setting replaces one by one are read when they are asked for.
    Outlets::shipped();
    Sites::shipped();
}

impl Settings {
    /// All data that reading depends on: the lists compiled in and the tables of the configuration.
    pub fn data(&self) -> Data {
        let files: Vec<_> = tables().map(|table| table.file).collect();
        Data::of(&files)
            .and(self.outlets.data())
            .and(self.sites.data())
    }
}

impl From<Limits> for Settings {
    fn from(limits: Limits) -> Self {
        Settings {
            limits,
            fields: FieldMap::default(),
            outlets: Outlets::shipped().clone(),
            sites: Sites::shipped().clone(),
        }
    }
}

/// What a format's reader works with.
pub struct Reading<'a> {
    pub hints: &'a Hints,
    pub limits: &'a Limits,
    pub fields: &'a FieldMap,
    pub outlets: &'a Outlets,
    pub sites: &'a Sites,
    /// How many documents this one is inside of: a page in a WARC record in a compressed file.
    pub depth: usize,
    /// Takes each article as it is read; `Break` ends the reading early without an error.
    pub emit: &'a mut dyn FnMut(Draft) -> ControlFlow<()>,
}

impl<'a> Reading<'a> {
    /// Reading of a document that is inside of no other. Readers of documents within one say
    /// `Reading { depth: reading.depth + 1, emit: …, ..*reading }`.
    pub fn new(
        hints: &'a Hints,
        settings: &'a Settings,
        emit: &'a mut dyn FnMut(Draft) -> ControlFlow<()>,
    ) -> Self {
        Reading {
            hints,
            limits: &settings.limits,
            fields: &settings.fields,
            outlets: &settings.outlets,
            sites: &settings.sites,
            depth: 0,
            emit,
        }
    }
}

/// Deepest nesting of documents: a mail that forwards a mail with a page is three.
const DOCUMENTS_DEEP: usize = 6;

/// Reads one message: decides its format and emits a draft for each article in it, hints and the
/// wires' conventions applied.
///
/// # Errors
/// When the document, or the rest of it after the drafts already emitted, cannot be read.
pub fn read(
    bytes: &[u8],
    hints: &Hints,
    settings: &Settings,
    emit: &mut dyn FnMut(Draft) -> ControlFlow<()>,
) -> Result<(), ReadError> {
    let mut finish = |draft: Draft| emit(finished(draft, hints, &settings.outlets));
    read_part(bytes, &mut Reading::new(hints, settings, &mut finish))
}

/// Whether a document may hold more than one article. What is compressed may hold anything.
pub fn may_hold_several(bytes: &[u8], hints: &Hints) -> bool {
    let format = decode::sniff::format(bytes, hints.content_type.as_deref());
    decode::gzip::is(bytes) || format.is_some_and(Format::may_hold_several)
}

/// A draft as its format's reader left it, hints and the wires' conventions applied.
fn finished(mut draft: Draft, hints: &Hints, outlets: &Outlets) -> Draft {
    decode::controls::drop_from(&mut draft);
    note_headline(&mut draft);
    decode::references::decode_again(&mut draft);
    deck::drop_repeated(&mut draft);
    hints.apply(&mut draft);
    if let Some(language) = &mut draft.supplied.language {
        *language = supply::language_tag(language);
    }
    outlets::outlet_of_address(&mut draft.supplied);
    outlets::name_outlet(&mut draft.supplied, outlets);
    wire::apply(&mut draft, outlets);
    settle_kind(&mut draft);
    draft
}

/// Notes the headline as the format's reader found it among all that were seen, where the reader did not.
fn note_headline(draft: &mut Draft) {
    let Some(value) = draft.supplied.headline.clone() else {
        return;
    };
    let is_line = |b: &DraftBlock| {
        b.kind == BlockKind::Headline && b.text.split_whitespace().eq(value.split_whitespace())
    };
    let basis = match draft.format {
        Format::Html => return,
        Format::Rss | Format::Atom | Format::JsonFeed => HeadlineBasis::Feed,
        Format::JsonLd => HeadlineBasis::JsonLd,
        _ if draft.blocks.iter().any(is_line) => HeadlineBasis::Text,
        _ => HeadlineBasis::Wire,
    };
    let seen = &draft.supplied.headlines_seen;
    // A page in a scraper's object or a mail has noted its own; a feed has, where it cut the outlet's name off.
    if !seen.iter().any(|h| h.basis == basis || h.value == value) {
        draft.supplied.add_headline(HeadlineSeen { value, basis });
    }
}

/// A page that looked like no article is one after all where it has what only copy has: a kill, an alert and a brief of
/// two lines are news.
fn settle_kind(draft: &mut Draft) {
    if !draft.flags.contains(&Flag::NOT_ARTICLE) {
        return;
    }
    let said = &mut draft.supplied;
    let is_restricted = said.status.is_some_and(|status| status != Status::Usable);
    let is_copy = said.genre.is_some()
        || is_restricted
        || said.dateline.is_some()
        || said.version_kind.is_some();
    if is_copy {
        draft.flags.retain(|flag| !Flag::NO_ARTICLE.contains(flag));
    } else {
        said.genre = Some(Genre::NotArticle);
    }
}

/// Reads a document as a given format, whatever its bytes look like: for tests and fuzzing, where the
/// worker has [`read`].
///
/// # Errors
/// As for [`read`].
pub fn read_as(
    format: Format,
    bytes: &[u8],
    hints: &Hints,
    settings: &Settings,
    emit: &mut dyn FnMut(Draft) -> ControlFlow<()>,
) -> Result<(), ReadError> {
    let mut finish = |draft: Draft| emit(finished(draft, hints, &settings.outlets));
    let document = Document {
        bytes,
        format,
        content_type: hints.content_type.as_deref(),
    };
    format.reader()(&document, &mut Reading::new(hints, settings, &mut finish))
}

/// Reads a document, which may be one inside another (a part of a mail, a WARC record) when
/// `reading` has its depth and hints.
///
/// # Errors
/// As for [`read`]; [`ErrorCode::TooDeep`] past six documents inside each other.
pub fn read_part(bytes: &[u8], reading: &mut Reading<'_>) -> Result<(), ReadError> {
    let limit = reading.limits.document_bytes;
    if bytes.is_empty() {
        return Err(ReadError::new(
            ErrorCode::Empty,
            "the document has no bytes",
        ));
    }
    if bytes.len() > limit {
        return Err(ReadError::new(
            ErrorCode::TooLarge,
            format!("{} bytes, the limit is {limit}", bytes.len()),
        ));
    }
    if reading.depth > DOCUMENTS_DEEP {
        return Err(ReadError::new(
            ErrorCode::TooDeep,
            format!("more than {DOCUMENTS_DEEP} documents inside each other"),
        ));
    }
    if decode::gzip::is(bytes) {
        let (opened, cut) = decode::gzip::open(bytes, limit)?;
        let mut emit = |mut draft: Draft| {
            if cut {
                draft.flags.insert(Flag::TRUNCATED);
            }
            (reading.emit)(draft)
        };
        return read_part(
            &opened,
            &mut Reading {
                depth: reading.depth + 1,
                emit: &mut emit,
                ..*reading
            },
        );
    }
    let content_type = reading.hints.content_type.as_deref();
    let format = decode::sniff::format(bytes, content_type).ok_or_else(|| {
        ReadError::new(
            ErrorCode::NotText,
            "the bytes are a picture, an archive or noise, not text",
        )
    })?;
    if format == Format::Text {
        decode::scalar::refuse(bytes, content_type, reading.fields)?;
    }
    let document = Document {
        bytes,
        format,
        content_type,
    };
    format.reader()(&document, reading)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::text::data::named_in;

    #[test]
    fn the_data_of_reading_are_all_that_its_code_names() {
        let files = Settings::default().data().files;
        let named = named_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/intake"));
        assert!(named.len() > 10, "{named:?}");
        for file in named {
            assert!(files.contains(&file), "{file} is not stated");
        }
        let own = Settings {
            outlets: Arc::new(Outlets::parse("outlets = []").unwrap()),
            ..Settings::default()
        };
        assert_ne!(own.data().digest, Settings::default().data().digest);
    }
}
