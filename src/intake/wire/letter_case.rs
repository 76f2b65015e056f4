//! Names in capitals as one writes them otherwise.

use crate::text::word_lists::word_lists;

word_lists! {
    /// What keeps small letters.
    WORDS "wire/letter_case.tsv" {
        /// Words inside the name of a place or a person that are not written with a capital.
        small,
    }
}

/// Words written in capitals as names are written: "JEAN-LUC O'NEILL" is "Jean-Luc O'Neill".
/// Text that is not all in capitals comes back as it is.
pub(super) fn title_case(text: &str) -> String {
    if text.chars().any(char::is_lowercase) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for (number, word) in text.split(' ').enumerate() {
        if number > 0 {
            out.push(' ');
        }
        let small = number > 0 && WORDS.small.contains(&word);
        // Initials and abbreviations ("D.C.", "J.R.") keep their capitals.
        if word.matches('.').count() > 1 || word.len() == 1 {
            out.push_str(word);
            continue;
        }
        push_name(&mut out, word, !small);
    }
    out
}

/// Appends a word in capitals as a name, with a capital at its beginning when `capital`.
fn push_name(out: &mut String, word: &str, mut capital: bool) {
    for (letters, c) in (1..).zip(word.chars()) {
        if capital {
            out.push(c);
        } else {
            out.extend(c.to_lowercase());
        }
        // Jean-Luc and O'Neill, but not Women's; McNeill.
        capital = match c {
            '-' | '/' => true,
            '\'' | '’' => letters == 2,
            _ => letters == 2 && out.ends_with("Mc"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_become_names() {
        for (given, want) in [
            ("JANE ROE", "Jane Roe"),
            ("JEAN-LUC O'NEILL", "Jean-Luc O'Neill"),
            ("PORT OF SPAIN", "Port of Spain"),
            ("WASHINGTON, D.C.", "Washington, D.C."),
            ("J. EDGAR McCOY", "J. EDGAR McCOY"),
            ("ST. LOUIS", "St. Louis"),
            ("Westmere", "Westmere"),
        ] {
            assert_eq!(title_case(given), want);
        }
    }
}
