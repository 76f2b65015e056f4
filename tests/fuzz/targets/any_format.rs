#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../held.rs"]
mod held;

fuzz_target!(|bytes: &[u8]| held::read(None, bytes));
