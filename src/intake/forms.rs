//! The table of readers: which module reads which form.

use super::draft::Form;
use super::feed::{atom, json_feed, rss};
use super::{Document, ReadError, Reading};
use super::{
    anpa, ap_json, dpa_json, json_ld, mail, newsml_g2, newsml1, ninjs, nitf, pa_json, warc,
};
use super::{html, iptc7901, scraper, text};

/// Reads one document, emitting a draft for each article in it.
pub type Reader = fn(&Document<'_>, &mut Reading<'_>) -> Result<(), ReadError>;

/// The reader of a form.
pub fn reader(form: Form) -> Reader {
    match form {
        Form::Text => text::read,
        Form::Anpa => anpa::read,
        Form::Iptc7901 => iptc7901::read,
        Form::Html => html::read,
        Form::ScraperJson => scraper::read,
        Form::JsonFeed => json_feed::read,
        Form::JsonLd => json_ld::read,
        Form::Mail => mail::read,
        Form::Warc => warc::read,
        Form::Rss => rss::read,
        Form::Atom => atom::read,
        Form::ApJson => ap_json::read,
        Form::DpaJson => dpa_json::read,
        Form::PaJson => pa_json::read,
        Form::Newsml1 => newsml1::read,
        Form::NewsmlG2 => newsml_g2::read,
        Form::Ninjs => ninjs::read,
        Form::Nitf => nitf::read,
    }
}
