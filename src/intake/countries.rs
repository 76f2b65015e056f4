//! Codes of countries as formats of wires give them, in two or three letters (ISO 3166-1).

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::text::data::{DataFile, data_file};

pub(super) const FILE: DataFile<'static> = data_file!("country-codes.tsv");

/// Reads the file.
///
/// # Panics
/// With file and line at a fault in it.
pub(super) fn load() {
    LazyLock::force(&CODES);
}

/// Alpha-2 codes by alpha-3 codes.
static CODES: LazyLock<HashMap<&str, &str>> =
    LazyLock::new(|| read(FILE).unwrap_or_else(|fault| panic!("{fault}")));

/// The two letters of a country that a format names by two or three.
pub(super) fn country(code: &str) -> Option<String> {
    let code = code.trim().to_ascii_uppercase();
    match code.len() {
        2 if code.bytes().all(|b| b.is_ascii_uppercase()) => Some(code),
        3 => CODES.get(code.as_str()).map(|two| (*two).to_owned()),
        _ => None,
    }
}

/// Reads the table of codes: alpha-3, tab, alpha-2; lines that begin with `#` say nothing.
///
/// # Errors
/// With file and line, when a row is not two codes or repeats one.
fn read(file: DataFile<'static>) -> Result<HashMap<&'static str, &'static str>, String> {
    let is_code =
        |text: &str, len| text.len() == len && text.bytes().all(|b| b.is_ascii_uppercase());
    let mut codes = HashMap::new();
    for (number, line) in file.text().lines().enumerate() {
        if line.starts_with('#') {
            continue;
        }
        let fault = |what: &str| format!("{}:{}: {what}", file.path, number + 1);
        let row = line.split_once('\t');
        let Some((three, two)) = row.filter(|(a, b)| is_code(a, 3) && is_code(b, 2)) else {
            return Err(fault("not an alpha-3 and an alpha-2 code"));
        };
        if codes.insert(three, two).is_some() {
            return Err(fault("a code that stands above"));
        }
    }
    Ok(codes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_letters_become_two() {
        for (code, want) in [
            ("GBR", Some("GB")),
            ("che", Some("CH")),
            ("ZWE", Some("ZW")),
            ("no", Some("NO")),
            ("XXX", None),
            ("12", None),
            ("Norway", None),
        ] {
            assert_eq!(country(code).as_deref(), want, "{code}");
        }
    }

    #[test]
    fn the_gazetteer_has_no_country_that_has_no_code() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let gazetteer = root.join("config/gazetteers/countries.tsv");
        let gazetteer = std::fs::read_to_string(gazetteer).unwrap();
        let known: Vec<_> = CODES.values().collect();
        for row in gazetteer.lines().filter(|l| !l.starts_with('#')) {
            let code = row.split('\t').next().unwrap();
            // Kosovo has a code of the users' own (XK), not one of the standard.
            assert!(known.contains(&&code) || code == "XK", "{row}");
        }
    }

    #[test]
    fn faults_name_file_and_line() {
        let of = |text: &'static str| {
            let bytes = text.as_bytes();
            read(DataFile::new("x.tsv", bytes)).unwrap_err()
        };
        assert_eq!(
            of("# codes\nGBR\tgb\n"),
            "x.tsv:2: not an alpha-3 and an alpha-2 code"
        );
        assert_eq!(
            of("GBR\tGB\nGBR\tGB\n"),
            "x.tsv:2: a code that stands above"
        );
    }
}
