//! Character references: `&amp;`, `&#8217;`, `&#x2019;`, decoded as the WHATWG HTML Standard has it (13.2.5.72 and
//! following, names in 13.5).

use crate::text::data::{DataFile, data_file};
use crate::text::table;
use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

pub const FILE: DataFile<'static> = data_file!("html-entities.tsv");

/// Reads the file.
///
/// # Panics
/// With file and line at a fault in it.
pub fn load() {
    LazyLock::force(&NAMED);
}

/// The named references, without `&`, with the semicolon where they have one.
static NAMED: LazyLock<HashMap<&'static str, String, FixedState>> =
    LazyLock::new(|| named_references(FILE));

/// The table in a file: name, code points in hexadecimal between blanks.
fn named_references(file: DataFile<'static>) -> HashMap<&'static str, String, FixedState> {
    let point = |p: &str| char::from_u32(u32::from_str_radix(p, 16).ok()?);
    table::rows(file.path, file.text())
        .map(|row| {
            let [name, points] = row.columns;
            let text: Option<String> = points.split(' ').map(point).collect();
            let fault = || row.fault(&format!("{points:?} are no code points"));
            (name, text.unwrap_or_else(fault))
        })
        .collect()
}

/// Longest name of a reference, with its semicolon.
const LONGEST_NAME: usize = 32;

/// Longest name that stands without a semicolon.
const LONGEST_BARE: usize = 6;

/// What numeric references in the C1 range stand for: they are read as windows-1252 (13.2.5.80).
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// What a reference stands for.
#[derive(Debug, PartialEq, Eq)]
pub enum ReferenceValue {
    Char(char),
    Named(&'static str),
}

/// Reads the reference at the start of `text`, which begins with `&`: what it stands for and its length.
///
/// `in_attribute`: a named reference without a semicolon before a letter, digit or `=` is no reference there
/// (13.2.5.73), so that `?a=1&copy=2` in an address stays.
pub fn reference(text: &str, in_attribute: bool) -> Option<(ReferenceValue, usize)> {
    let bytes = text.as_bytes();
    match bytes.get(1)? {
        b'#' => numeric(bytes),
        b if b.is_ascii_alphabetic() => named(text, in_attribute),
        _ => None,
    }
}

/// Reads the numeric reference at the start of `bytes`, which begin with `&#`.
fn numeric(bytes: &[u8]) -> Option<(ReferenceValue, usize)> {
    let (radix, from) = match bytes.get(2)? {
        b'x' | b'X' => (16, 3),
        _ => (10, 2),
    };
    let mut value: u32 = 0;
    let mut at = from;
    while let Some(digit) = bytes.get(at).and_then(|b| (*b as char).to_digit(radix)) {
        value = value.saturating_mul(radix).saturating_add(digit);
        at += 1;
    }
    if at == from {
        return None;
    }
    if bytes.get(at) == Some(&b';') {
        at += 1;
    }
    Some((ReferenceValue::Char(character(value)), at))
}

/// What a numeric reference to a code point stands for.
fn character(point: u32) -> char {
    match point {
        0x80..=0x9f => WINDOWS_1252[(point - 0x80) as usize],
        0 => char::REPLACEMENT_CHARACTER,
        _ => char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

/// Reads the named reference at the start of `text`, which begins with `&` and a letter.
fn named(text: &str, in_attribute: bool) -> Option<(ReferenceValue, usize)> {
    let bytes = text.as_bytes();
    let mut name = 1 + bytes[1..]
        .iter()
        .take(LONGEST_NAME)
        .take_while(|b| b.is_ascii_alphanumeric())
        .count();
    if bytes.get(name) == Some(&b';') {
        name += 1;
        if let Some(found) = look_up(&text[1..name]) {
            return Some((ReferenceValue::Named(found), name));
        }
        name -= 1;
    }
    // Without a semicolon the longest name that is a prefix counts: `&notit;` is `¬it;`.
    (3..=name.min(1 + LONGEST_BARE)).rev().find_map(|end| {
        let found = look_up(&text[1..end])?;
        let next = bytes.get(end);
        let cut_short = next.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'=');
        (!(in_attribute && cut_short)).then_some((ReferenceValue::Named(found), end))
    })
}

/// What a name stands for; the two that make up most of all references are not looked up.
fn look_up(name: &str) -> Option<&'static str> {
    match name {
        "amp;" => Some("&"),
        "nbsp;" => Some("\u{a0}"),
        _ => NAMED.get(name).map(String::as_str),
    }
}

/// `text` with its references decoded; borrowed when there is none.
pub fn decode(text: &str, in_attribute: bool) -> std::borrow::Cow<'_, str> {
    let Some(first) = memchr::memchr(b'&', text.as_bytes()) else {
        return text.into();
    };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while !rest.is_empty() {
        let step = match reference(rest, in_attribute) {
            Some((ReferenceValue::Char(c), length)) => {
                out.push(c);
                length
            }
            Some((ReferenceValue::Named(text), length)) => {
                out.push_str(text);
                length
            }
            None => {
                out.push('&');
                1
            }
        };
        rest = &rest[step..];
        let next = memchr::memchr(b'&', rest.as_bytes()).unwrap_or(rest.len());
        out.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_named_and_numeric_references() {
        assert_eq!(
            decode("a &amp; b &#8217;s &#x2014; &hellip;", false),
            "a & b ’s — …"
        );
        assert_eq!(
            decode("&#150;&#x80;&#0;&#xD800;", false),
            "–€\u{fffd}\u{fffd}"
        );
        assert_eq!(decode("&NotEqualTilde;", false), "≂̸");
    }

    #[test]
    fn takes_the_longest_name_without_a_semicolon() {
        assert_eq!(
            decode("&notit; &copy2020 &ampamp;", false),
            "¬it; ©2020 &amp;"
        );
        assert_eq!(
            decode("AT&T & &; &#; &unknown;", false),
            "AT&T & &; &#; &unknown;"
        );
    }

    #[test]
    fn leaves_query_strings_in_attributes_alone() {
        assert_eq!(decode("?a=1&copy=2&lt=3&amp;b", true), "?a=1&copy=2&lt=3&b");
    }

    #[test]
    fn the_table_is_whole() {
        assert_eq!(NAMED.len(), 2231);
        assert!(NAMED.keys().all(|n| n.len() <= LONGEST_NAME));
        let bare = NAMED.keys().filter(|n| !n.ends_with(';'));
        assert_eq!(bare.map(|n| n.len()).max(), Some(LONGEST_BARE));
    }

    #[test]
    #[should_panic(expected = "x.tsv:3: \"3g\" are no code points")]
    fn a_row_without_code_points_is_told_by_its_line() {
        let file = DataFile::new("x.tsv", b"# names\namp\t26\nlt\t3g\n");
        assert!(named_references(file).is_empty());
    }
}
