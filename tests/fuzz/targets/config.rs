//! What an operator writes: variables of the environment, one a line; rules for sites; outlets.
#![no_main]

use copydesk::config::Settings;
use copydesk::intake::{Outlets, Sites};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let variables = text.lines().filter_map(|line| {
        let (name, value) = line.split_once('=')?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    });
    let _ = Settings::from_sources(None, variables);
    let _ = Sites::parse(text);
    let _ = Outlets::parse(text);
});
