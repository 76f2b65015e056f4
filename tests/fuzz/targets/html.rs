//! The extractor: a page to its clean article, in work that is in proportion to the page.
#![no_main]

use copydesk::intake::{Document, Format, Hints, Settings, html, wire};
use libfuzzer_sys::fuzz_target;

#[path = "../held.rs"]
mod held;

/// Most steps a byte of a page may take, and any page; as in the tests of hostile pages.
const STEPS_A_BYTE: u64 = 12;
const STEPS_ANYWAY: u64 = 10_000;

fuzz_target!(|bytes: &[u8]| {
    let settings = Settings::default();
    let hints = Hints::default();
    let document = Document {
        bytes,
        format: Format::Html,
        content_type: None,
    };
    let mut draft = document.decode().draft(Format::Html);
    let steps = html::article(&mut draft, &hints, &settings.sites);
    assert!(steps <= STEPS_A_BYTE * draft.raw.len() as u64 + STEPS_ANYWAY);
    hints.apply(&mut draft);
    wire::apply(&mut draft, &settings.outlets);
    held::finish(draft, &hints, &settings);
});
