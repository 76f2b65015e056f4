//! Character references: `&amp;`, `&#8217;`, `&#x2019;`, decoded as the HTML standard has it.

use crate::text::data::{DataFile, data_file};
use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

pub const FILE: DataFile<'static> = data_file!("html-entities.tsv");

/// The named references.
static NAMED: LazyLock<HashMap<&'static str, String, FixedState>> = LazyLock::new(|| {
    FILE.text()
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let (name, points) = line.split_once('\t')?;
            let text = points
                .split(' ')
                .filter_map(|p| char::from_u32(u32::from_str_radix(p, 16).ok()?))
                .collect();
            Some((name, text))
        })
        .collect()
});

/// Longest name of a reference, with its semicolon.
const LONGEST: usize = 32;

/// Longest name that stands without a semicolon.
const LONGEST_BARE: usize = 6;

/// What numeric references in the C1 range stand for: they are read as windows-1252.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// What a reference stands for.
#[derive(Debug, PartialEq, Eq)]
pub enum Decoded {
    Char(char),
    Named(&'static str),
}

/// Reads the reference at the start of `text`, which begins with `&`: what it stands for and its length.
///
/// `in_attribute`: a reference without a semicolon before a letter, digit or `=` is no reference there.
pub fn reference(text: &str, in_attribute: bool) -> Option<(Decoded, usize)> {
    let bytes = text.as_bytes();
    match bytes.get(1)? {
        b'#' => numeric(bytes),
        b if b.is_ascii_alphabetic() => named(text, in_attribute),
        _ => None,
    }
}

fn numeric(bytes: &[u8]) -> Option<(Decoded, usize)> {
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
    let sign = match value {
        0x80..=0x9f => WINDOWS_1252[(value - 0x80) as usize],
        0 => char::REPLACEMENT_CHARACTER,
        _ => char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    Some((Decoded::Char(sign), at))
}

fn named(text: &str, in_attribute: bool) -> Option<(Decoded, usize)> {
    let bytes = text.as_bytes();
    let mut name = 1 + bytes[1..]
        .iter()
        .take(LONGEST)
        .take_while(|b| b.is_ascii_alphanumeric())
        .count();
    if bytes.get(name) == Some(&b';') {
        name += 1;
        if let Some(found) = look_up(&text[1..name]) {
            return Some((Decoded::Named(found), name));
        }
        name -= 1;
    }
    // Without a semicolon the longest name that is a prefix counts: `&notit;` is `¬it;`.
    (3..=name.min(1 + LONGEST_BARE)).rev().find_map(|end| {
        let found = look_up(&text[1..end])?;
        let next = bytes.get(end);
        let cut_short = next.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'=');
        (!(in_attribute && cut_short)).then_some((Decoded::Named(found), end))
    })
}

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
            Some((Decoded::Char(sign), length)) => {
                out.push(sign);
                length
            }
            Some((Decoded::Named(signs), length)) => {
                out.push_str(signs);
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
        assert!(NAMED.keys().all(|n| n.len() <= LONGEST));
        let bare = NAMED.keys().filter(|n| !n.ends_with(';'));
        assert_eq!(bare.map(|n| n.len()).max(), Some(LONGEST_BARE));
    }
}
