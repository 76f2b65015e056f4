//! The formats, one module each, and the one table of them.
//!
//! A format's reader emits a [`Draft`](crate::intake::Draft) for each article in a document. What else
//! depends on the list of formats ([`Format::ALL`], their names, media types and readers) comes from the
//! table; `decode::sniff` says by which bytes a format is told where no media type is given. The reader
//! of pages stands apart, in [`html`].
//!
//! A new format needs its module, a line in the table and a row in one of the tables of `decode::sniff`;
//! and, as tests hold, a fixture in `tests/fixtures/structured/<name>/`, a target in
//! `tests/fuzz/targets/` with its entry in `tests/fuzz/Cargo.toml`, and its name in README.

#[cfg(test)]
mod agencies_tests;
pub(super) mod anpa;
pub mod ap_json;
pub mod dpa_json;
pub mod feed;
pub(super) mod iptc7901;
pub mod json_ld;
pub mod mail;
pub mod newsml1;
pub mod newsml_g2;
pub mod ninjs;
pub mod nitf;
pub mod pa_json;
mod rtf;
pub mod scraper;
#[cfg(test)]
mod structured_tests;
pub mod text;
mod transmission;
mod vendor_xml;
pub mod warc;

use super::{Document, ReadError, Reading, html};
use crate::text::data::{Table, tables};
use feed::{atom, json_feed, rss};

/// The words that formats are read by.
pub(super) const TABLES: [Table; 2] = tables![mail, vendor_xml];

/// Reads one document, emitting a draft for each article in it.
pub type FormatReader = fn(&Document<'_>, &mut Reading<'_>) -> Result<(), ReadError>;

/// Makes [`Format`] from the table of formats.
macro_rules! formats {
    ($($(#[$doc:meta])* $format:ident $name:literal, $reader:path, [$($media:literal),*];)+) => {
        /// The format a document was read as; `ingest.format` of the record.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Format { $($(#[$doc])* $format),+ }

        impl Format {
            pub const ALL: &[Format] = &[$(Format::$format),+];

            /// Its name in the record, in fixtures and in tests.
            pub fn name(self) -> &'static str {
                match self { $(Format::$format => $name),+ }
            }

            /// Its reader.
            pub fn reader(self) -> FormatReader {
                match self { $(Format::$format => $reader),+ }
            }

            /// The media types that name it, in lower case and without parameters.
            pub fn media_types(self) -> &'static [&'static str] {
                match self { $(Format::$format => &[$($media),*]),+ }
            }
        }
    };
}

formats! {
    /// Plain text, wire copy without its envelope among it. Servers say `text/plain` of everything.
    Text "text", text::read, [];
    /// A page.
    Html "html", html::read, ["text/html", "application/xhtml+xml"];
    /// RSS 0.9x, 1.0 and 2.0.
    Rss "rss", rss::read, ["application/rss+xml", "application/rdf+xml"];
    /// RFC 4287.
    Atom "atom", atom::read, ["application/atom+xml"];
    /// JSON Feed 1 and 1.1.
    JsonFeed "json-feed", json_feed::read, ["application/feed+json"];
    /// IPTC NewsML-G2: items, packages and messages.
    NewsmlG2 "newsml-g2", newsml_g2::read, [
        "application/vnd.iptc.g2.newsitem+xml",
        "application/vnd.iptc.g2.newsmessage+xml",
        "application/vnd.iptc.g2.packageitem+xml"
    ];
    /// IPTC NewsML 1.0 to 1.2.
    Newsml1 "newsml-1.2", newsml1::read, ["text/vnd.iptc.newsml", "application/vnd.iptc.newsml+xml"];
    /// IPTC and NAA News Industry Text Format.
    Nitf "nitf", nitf::read, ["application/nitf+xml", "text/nitf", "text/vnd.iptc.nitf"];
    /// IPTC ninjs 1 to 3.
    Ninjs "ninjs", ninjs::read, ["application/ninjs+json", "application/vnd.iptc.ninjs+json"];
    /// Wire text after ANPA-1312.
    Anpa "anpa-1312", anpa::read, ["text/vnd.iptc.anpa", "application/x-anpa"];
    /// Wire text after IPTC 7901.
    Iptc7901 "iptc-7901", iptc7901::read, ["text/vnd.iptc.7901", "application/x-iptc7901"];
    /// The AP Media API's content items.
    ApJson "ap-json", ap_json::read, [];
    /// dpa's digital-wire entries.
    DpaJson "dpa-json", dpa_json::read, [];
    /// PA Media's content API.
    PaJson "pa-json", pa_json::read, [];
    /// What a scraper writes of a page; also any JSON object with a text and no other shape.
    ScraperJson "scraper-json", scraper::read, [];
    /// A schema.org NewsArticle by itself.
    JsonLd "json-ld", json_ld::read, ["application/ld+json"];
    /// RFC 5322, with MIME.
    Mail "mail", mail::read, ["message/rfc822", "message/global"];
    /// Rich Text Format 1.x, as newsrooms' word processors write it.
    Rtf "rtf", rtf::read, ["application/rtf", "text/rtf", "application/x-rtf", "text/richtext"];
    /// A supplier's own XML, read by the names of its elements and by what they hold.
    VendorXml "vendor-xml", vendor_xml::read, [];
    /// WARC 1.0 and 1.1: the pages in it.
    Warc "warc", warc::read, ["application/warc"];
}

impl Format {
    /// Whether a document of this format may hold more than one article.
    pub fn may_hold_several(self) -> bool {
        !matches!(
            self,
            Format::Text | Format::Html | Format::Nitf | Format::Rtf
        )
    }

    /// The format that a media type names; `None` where it names a family (`application/xml`) or nothing.
    pub fn of_media_type(media: &str) -> Option<Format> {
        let names = |format: &&Format| format.media_types().contains(&media);
        Format::ALL.iter().find(names).copied()
    }
}
