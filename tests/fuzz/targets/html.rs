#![no_main]

use copydesk::intake::Form;
use libfuzzer_sys::fuzz_target;

#[path = "../held.rs"]
mod held;

fuzz_target!(|bytes: &[u8]| held::read(Some(Form::Html), bytes));
