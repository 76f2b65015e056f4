//! The table of readers: which module reads which form.

use super::draft::Form;
use super::{Document, ReadError, Reading};
use super::{html, scraper, text};
use super::{newsml_g2, newsml1, ninjs, nitf};

/// Reads one document, emitting a draft for each article in it.
pub type Reader = fn(&Document<'_>, &mut Reading<'_>) -> Result<(), ReadError>;

/// The reader of a form.
pub fn reader(form: Form) -> Option<Reader> {
    Some(match form {
        Form::Text => text::read,
        Form::Html => html::read,
        Form::ScraperJson => scraper::read,
        Form::Newsml1 => newsml1::read,
        Form::NewsmlG2 => newsml_g2::read,
        Form::Ninjs => ninjs::read,
        Form::Nitf => nitf::read,
        _ => return None,
    })
}
