//! What stands around the agency of a dateline: brackets, dashes, a weekday, a country.

use crate::intake::wire::agencies::agency;

/// The length of a day of the week between a date and an agency: "2025. március 3., hétfő (MTI)".
pub(super) fn weekday(text: &str) -> usize {
    /// Longest name of a day, in bytes.
    const LONGEST_WEEKDAY: usize = 14;
    let rest = text.trim_start_matches(['.', ',', ' ']);
    let word = rest.len() - rest.trim_start_matches(char::is_lowercase).len();
    let before = text.len() - rest.len() + word;
    let named = (3..=LONGEST_WEEKDAY).contains(&word) && starts_with_agency(&text[before..]);
    if named { before } else { 0 }
}

/// The length of a country in brackets behind a place: "Westmere (France), 4 déc (AFP) -".
pub(super) fn country(text: &str) -> usize {
    let inside = text.strip_prefix(" (").and_then(|t| t.split_once(')'));
    match inside {
        Some((inside, after)) if after.starts_with(',') && agency(inside).is_none() => {
            text.len() - after.len()
        }
        _ => 0,
    }
}

/// Longest name of an agency that stands bare before a dash, and longest in brackets, in bytes.
const LONGEST_BARE: usize = 12;
const LONGEST_NAME: usize = 40;

/// The agency in brackets, between slashes, or bare before a dash, at the start of `text`; and its length.
pub(super) fn source(text: &str) -> Option<(&str, usize)> {
    let rest = text.trim_start_matches([' ', '\u{a0}', ',', '.']);
    let rest = rest.trim_start_matches("--");
    let lead = text.len() - rest.len();
    let close = match rest.chars().next()? {
        '(' => ')',
        '/' => '/',
        '[' => ']',
        _ => {
            let name = bare_source(rest)?;
            return Some((name, lead + name.len()));
        }
    };
    let end = rest[1..].find(close)? + 1;
    let name = rest[1..end].trim();
    // "(Newsfile Corp. - February 1, 2024)": the day stands with the agency.
    let name = match name.split_once(" - ") {
        Some((first, _)) if agency(first).is_some() => first,
        _ => name,
    };
    // Between slashes only an agency that is known: "and/or" is none.
    let sound = is_source_like(name) && (close != '/' || agency(name).is_some());
    sound.then_some((name, lead + end + 1))
}

/// The agency before a dash: "TOKYO, Dec. 4, Kyodo - " and "SYDNEY, Dec 4 AAP - ".
fn bare_source(text: &str) -> Option<&str> {
    let end = text.find([' ', ':']).filter(|e| *e <= LONGEST_BARE)?;
    let (name, rest) = text.split_at(end);
    (agency(name).is_some() && dash(rest).is_some()).then_some(name)
}

/// Whether words can be the name of an agency.
fn is_source_like(name: &str) -> bool {
    name.len() <= LONGEST_NAME
        && name.contains(char::is_alphabetic)
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || " /-.&!".contains(c))
}

/// Whether an agency that is known stands at the start of a text, in brackets, between slashes, or bare.
pub(super) fn starts_with_agency(text: &str) -> bool {
    source(text).is_some_and(|(name, _)| agency(name).is_some())
}

/// The length of the dash, with the blanks around it, at the start of `text`; also ":" after an agency.
pub(super) fn dash(text: &str) -> Option<usize> {
    let start = text.trim_start_matches([' ', '\u{a0}', '.', ',']);
    let blanks = text.len() - start.len();
    let rest = start
        .strip_prefix("---")
        .or_else(|| start.strip_prefix("--"))
        .or_else(|| start.strip_prefix(['—', '–', '−', '_']))
        // Belga sets an equals sign.
        .or_else(|| start.strip_prefix('=').filter(|r| r.starts_with(' ')))
        .or_else(|| {
            // A hyphen is a dash when a blank stands on one side of it.
            let rest = start.strip_prefix('-')?;
            (blanks > 0 || rest.starts_with([' ', '\u{a0}'])).then_some(rest)
        })
        .or_else(|| {
            start
                .strip_prefix(':')
                .filter(|r| r.starts_with(' '))
                .filter(|_| text.starts_with(['.', ':']) && !text.starts_with(": "))
        })?;
    let after = rest.trim_start_matches([' ', '\u{a0}']);
    Some(text.len() - after.len())
}

/// The blanks before text that goes on with a capital or a quotation mark: "(PTI) The".
pub(super) fn blank(text: &str) -> Option<usize> {
    let rest = text.trim_start_matches([' ', '\u{a0}', '.', ':']);
    let opens = rest
        .chars()
        .next()
        .is_some_and(|c| c.is_uppercase() || c.is_numeric() || "\"“'‘«".contains(c));
    (opens && rest.len() < text.len()).then(|| text.len() - rest.len())
}
