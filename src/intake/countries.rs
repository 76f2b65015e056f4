//! Codes of countries as formats of wires give them, in two or three letters (ISO 3166-1).

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::text::data::{DataFault, DataFile, data_file, sound};

pub(super) const FILE: DataFile<'static> = data_file!("gazetteers/countries.tsv");

/// Reads the file.
///
/// # Panics
/// With file and line at a fault in it.
pub(super) fn load() {
    LazyLock::force(&CODES);
}

/// Alpha-2 codes by alpha-3 codes.
static CODES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| sound(read(FILE)));

/// The two letters of a country that a format names by two or three.
pub(super) fn country(code: &str) -> Option<String> {
    let code = code.trim().to_ascii_uppercase();
    match code.len() {
        2 if code.bytes().all(|b| b.is_ascii_uppercase()) => Some(code),
        3 => CODES.get(code.as_str()).map(|two| (*two).to_owned()),
        _ => None,
    }
}

/// The codes in the table of countries: two letters, then three in the second column, empty for a country that
/// the standard has no code for (Kosovo, whose XK is the users' own).
///
/// # Errors
/// With file and line, when a row has no such codes or repeats one.
fn read(file: DataFile<'static>) -> Result<HashMap<&'static str, &'static str>, DataFault> {
    let is_code =
        |text: &str, len| text.len() == len && text.bytes().all(|b| b.is_ascii_uppercase());
    let mut codes = HashMap::new();
    for row in file.rows() {
        let [two, three, ..] = row.columns::<8>()?;
        if three.is_empty() {
            continue;
        }
        if !is_code(two, 2) || !is_code(three, 3) {
            return Err(row.fault("not an alpha-2 and an alpha-3 code"));
        }
        if codes.insert(three, two).is_some() {
            return Err(row.fault("a code that stands above"));
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
    fn faults_name_file_and_line() {
        let of = |text: String| {
            let file = DataFile::new("x.tsv", text.leak().as_bytes());
            read(file).unwrap_err().to_string()
        };
        let row = |codes: &str| format!("{codes}\tName\t\t\t\t0\t0\n");
        assert_eq!(
            of(format!("# codes\n{}", row("GB\tGBr"))),
            "x.tsv:2: not an alpha-2 and an alpha-3 code"
        );
        assert_eq!(
            of(row("GB\tGBR") + &row("UK\tGBR")),
            "x.tsv:2: a code that stands above"
        );
    }
}
