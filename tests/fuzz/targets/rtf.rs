#![no_main]

use copydesk::intake::Format;
use libfuzzer_sys::fuzz_target;

#[path = "../held.rs"]
mod held;

fuzz_target!(|bytes: &[u8]| held::read(Some(Format::Rtf), bytes));
