//! Languages as suppliers declare them: by BCP 47, or by three letters or a name ("eng", "English").

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::text::data::{DataFault, DataFile, data_file, sound};

pub(super) const FILE: DataFile<'static> = data_file!("language/codes.tsv");

/// Reads the file.
///
/// # Panics
/// With file and line at a fault in it.
pub(super) fn load() {
    LazyLock::force(&CODES);
}

/// Codes of two letters by what else names the language.
static CODES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| sound(read(FILE)));

/// A declared language as a tag of BCP 47; one that the table does not know as it is declared.
pub fn tag(declared: &str) -> String {
    let declared = declared.trim().replace('_', "-");
    let end = declared.find('-').unwrap_or(declared.len());
    match CODES.get(declared[..end].to_lowercase().as_str()) {
        Some(code) => format!("{code}{}", &declared[end..]),
        None => declared,
    }
}

/// Whether two declared languages are one, whatever their regions and scripts.
pub fn same(one: &str, other: &str) -> bool {
    let (one, other) = (tag(one), tag(other));
    let primary = |tag: &str| tag.find('-').unwrap_or(tag.len());
    one[..primary(&one)].eq_ignore_ascii_case(&other[..primary(&other)])
}

/// The rows of the table: two letters, three, three, a name or nothing.
///
/// # Errors
/// With file and line, when a row has no such codes or repeats what names another language.
fn read(file: DataFile<'static>) -> Result<HashMap<&'static str, &'static str>, DataFault> {
    let is_code =
        |text: &str, len| text.len() == len && text.bytes().all(|b| b.is_ascii_lowercase());
    let mut codes = HashMap::new();
    for row in file.rows() {
        let [two, term, biblio, name] = row.columns::<4>()?;
        if !is_code(two, 2) || !is_code(term, 3) || !is_code(biblio, 3) {
            return Err(row.fault("not a code of two letters and two of three"));
        }
        for known in [term, biblio, name] {
            let had = codes.insert(known, two).filter(|_| !known.is_empty());
            if had.is_some_and(|had| had != two) {
                return Err(row.fault("a code or a name that stands above"));
            }
        }
    }
    codes.remove("");
    Ok(codes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_languages_become_tags() {
        for (declared, want) in [
            ("english", "en"),
            ("eng", "en"),
            ("ger", "de"),
            ("swe", "sv"),
            ("en_GB", "en-GB"),
            ("por-BR", "pt-BR"),
            ("fi-FI", "fi-FI"),
            ("xx", "xx"),
            ("Klingon", "Klingon"),
        ] {
            assert_eq!(tag(declared), want, "{declared}");
        }
        assert!(same("swe", "sv") && same("English", "en-US") && !same("de", "en"));
    }
}
