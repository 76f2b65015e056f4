//! From bytes to text: byte-order marks, declared character sets, guesses, mixtures, and the repair
//! of text that was decoded wrongly once before. Never fails: what cannot be read becomes U+FFFD and
//! a flag.

use std::borrow::Cow;
use std::collections::BTreeSet;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::intake::draft::Flag;

/// How many bytes at the start are searched for a declaration in the document itself.
const DECLARATION_WITHIN: usize = 4096;

/// A decoded document.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    pub text: String,
    /// The character set it was decoded with, in lower case.
    pub charset: String,
    pub flags: BTreeSet<Flag>,
}

/// Decodes a document. `declared` is what its transport says (the `charset` of a content type).
///
/// Order: byte-order mark; UTF-16 by its zero bytes; valid UTF-8, whatever is declared (no other set
/// in use yields it by chance); UTF-8 with a few foreign bytes, each stretch by its own set; what the
/// transport, then the document declares; a guess from the bytes.
pub fn decode(bytes: &[u8], declared: Option<&str>) -> Text {
    let mut flags = BTreeSet::new();
    let transport = declared.and_then(known);
    let inner = declared_within(bytes).and_then(|label| known(&label));
    if let (Some(a), Some(b)) = (transport, inner)
        && a != b
    {
        flags.insert(Flag::CHARSET_DECLARATIONS_DIFFER);
    }
    let declared = transport.or(inner);
    let (text, encoding) = decode_with(bytes, declared, inner, &mut flags);
    let text = match repair(&text) {
        Some(better) => {
            flags.insert(Flag::CHARSET_REPAIRED);
            better
        }
        None => text.into_owned(),
    };
    Text {
        text,
        charset: encoding.name().to_ascii_lowercase(),
        flags,
    }
}

fn decode_with<'a>(
    bytes: &'a [u8],
    declared: Option<&'static Encoding>,
    inner: Option<&'static Encoding>,
    flags: &mut BTreeSet<Flag>,
) -> (Cow<'a, str>, &'static Encoding) {
    let mut by = |encoding: &'static Encoding, bytes: &'a [u8]| {
        let (text, bad) = encoding.decode_without_bom_handling(bytes);
        if bad {
            flags.insert(Flag::CHARSET_UNDECODABLE_BYTES);
        }
        (text, encoding)
    };
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return by(encoding, &bytes[length..]);
    }
    if let Some(encoding) = wide(bytes) {
        return by(encoding, bytes);
    }
    let is_escaped = declared == Some(encoding_rs::ISO_2022_JP);
    match std::str::from_utf8(bytes) {
        Ok(_) if is_escaped => by(encoding_rs::ISO_2022_JP, bytes),
        Ok(text) => {
            if !text.is_ascii() && declared.is_some_and(|d| d != UTF_8) {
                flags.insert(Flag::CHARSET_CONTRADICTED);
            }
            (Cow::Borrowed(text), UTF_8)
        }
        Err(_) => decode_foreign(bytes, declared, inner, flags),
    }
}

/// Decodes what is not UTF-8: as a mixture, as declared, or as its bytes look.
fn decode_foreign<'a>(
    bytes: &'a [u8],
    declared: Option<&'static Encoding>,
    inner: Option<&'static Encoding>,
    flags: &mut BTreeSet<Flag>,
) -> (Cow<'a, str>, &'static Encoding) {
    if let Some(text) = mixed(bytes) {
        flags.insert(Flag::CHARSET_MIXED);
        return (Cow::Owned(text), UTF_8);
    }
    let is_possible = |d: &&'static Encoding| *d != UTF_8 && !is_wide(d);
    let trusted = declared.filter(is_possible).or(inner.filter(is_possible));
    let failed = match trusted.map(|e| (e.decode_without_bom_handling(bytes), e)) {
        Some(((text, false), encoding)) => return (text, encoding),
        failed => failed,
    };
    if declared.is_some() {
        flags.insert(Flag::CHARSET_CONTRADICTED);
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, chardetng::Utf8Detection::Deny);
    let (guessed, bad) = guess.decode_without_bom_handling(bytes);
    if !bad {
        return (guessed, guess);
    }
    flags.insert(Flag::CHARSET_UNDECODABLE_BYTES);
    // A guess that fails too is no better than what was declared.
    match failed {
        Some(((text, _), encoding)) => (text, encoding),
        None => (guessed, guess),
    }
}

/// The encoding a label names, also under names only agencies use.
fn known(label: &str) -> Option<&'static Encoding> {
    let label = label.trim().trim_matches(['"', '\'']);
    Encoding::for_label(label.as_bytes()).or_else(|| match label.to_ascii_lowercase().as_str() {
        "utf8mb4" | "utf_8" => Some(UTF_8),
        "cp-1252" | "ansi" | "win1252" | "windows-ansi" => Some(WINDOWS_1252),
        _ => None,
    })
}

fn is_wide(encoding: &Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// UTF-16 by its byte-order mark or, without one, by where the zero bytes of its ASCII characters stand.
pub fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    match Encoding::for_bom(bytes) {
        Some((e, _)) if is_wide(e) => return Some(e),
        Some(_) => return None,
        None => {}
    }
    let head = &bytes[..bytes.len().min(DECLARATION_WITHIN) & !1];
    if head.len() < 8 {
        return None;
    }
    let zeros = |from: usize| {
        head.iter()
            .skip(from)
            .step_by(2)
            .filter(|&&b| b == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    // Nine characters in ten are ASCII in the markup and spaces that open any document.
    let most = head.len() / 2 * 9 / 10;
    if odd >= most && even == 0 {
        Some(UTF_16LE)
    } else if even >= most && odd == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// What the document itself declares: `encoding=` of an XML declaration, or `charset=` of a `meta` tag.
fn declared_within(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(DECLARATION_WITHIN)];
    let trimmed = head.trim_ascii_start();
    if trimmed.first() != Some(&b'<') {
        return None;
    }
    if trimmed.starts_with(b"<?xml") {
        let end = memchr::memmem::find(trimmed, b"?>")?;
        if let Some(label) = value_after(&trimmed[..end], b"encoding") {
            return Some(label);
        }
    }
    let mut at = 0;
    while let Some(meta) = find_ignoring_case(&head[at..], b"<meta") {
        let start = at + meta;
        let end = memchr::memchr(b'>', &head[start..]).map_or(head.len(), |e| start + e);
        if let Some(label) = value_after(&head[start..end], b"charset") {
            return Some(label);
        }
        at = end;
    }
    None
}

fn find_ignoring_case(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memchr_iter(needle[0], bytes).find(|&at| {
        bytes[at..]
            .get(..needle.len())
            .is_some_and(|b| b.eq_ignore_ascii_case(needle))
    })
}

/// The word after `name`, an equals sign and perhaps a quotation mark.
fn value_after(bytes: &[u8], name: &[u8]) -> Option<String> {
    let at = bytes
        .windows(name.len())
        .position(|w| w.eq_ignore_ascii_case(name))?;
    let rest = bytes[at + name.len()..].trim_ascii_start();
    let rest = rest.strip_prefix(b"=")?.trim_ascii_start();
    let rest = rest
        .strip_prefix(b"\"")
        .or_else(|| rest.strip_prefix(b"'"))
        .unwrap_or(rest);
    let end = rest
        .iter()
        .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':')))
        .unwrap_or(rest.len());
    (end > 0).then(|| String::from_utf8_lossy(&rest[..end]).into_owned())
}

/// Decodes UTF-8 that has foreign bytes in it, those as windows-1252: two sources pasted together.
///
/// `None` when UTF-8 is not the larger part: at least as many proper multi-byte characters as foreign bytes.
fn mixed(bytes: &[u8]) -> Option<String> {
    let (mut proper, mut foreign) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        proper += chunk.valid().bytes().filter(|b| *b >= 0xC2).count();
        foreign += chunk.invalid().len();
    }
    if proper == 0 || proper < foreign {
        return None;
    }
    let mut text = String::with_capacity(bytes.len() + foreign);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
    Some(text)
}

/// Puts right what was UTF-8, was read as windows-1252 and written as UTF-8 again (`Ã©`, `â€™`), and
/// windows-1252 quotation marks that came through as C1 controls. `None` when there is nothing to do.
///
/// Only sequences that no writer of a Latin alphabet sets are touched: a lead character `Ã`, `Â`, `â`,
/// `Ä` or `Å` with continuation characters that are signs, not letters, and that come out as a letter
/// or as punctuation of the West European kind.
pub fn repair(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let bytes = text.as_bytes();
    let mut out: Option<String> = None;
    let mut copied = 0;
    let mut at = 0;
    while let Some(skip) = memchr::memchr2(0xC3, 0xC2, &bytes[at..]) {
        // Every lead is a two-byte character: C3 xx (Ã Â â Ä Å) or C2 80..9F (a C1 control).
        let start = at + skip;
        at = start + 1;
        if !text.is_char_boundary(start) {
            continue;
        }
        let Some((good, length)) = repaired_at(&text[start..], &text[..start]) else {
            continue;
        };
        let out = out.get_or_insert_with(|| String::with_capacity(text.len()));
        out.push_str(&text[copied..start]);
        out.push(good);
        copied = start + length;
        at = copied;
    }
    out.map(|mut out| {
        out.push_str(&text[copied..]);
        out
    })
}

/// The character that the wrongly decoded sequence at the start of `rest` stands for, and its length.
fn repaired_at(rest: &str, before: &str) -> Option<(char, usize)> {
    let mut chars = rest.chars();
    let lead = chars.next()?;
    if ('\u{80}'..='\u{9F}').contains(&lead) {
        let byte = [lead as u8];
        let (text, _) = WINDOWS_1252.decode_without_bom_handling(&byte);
        let good = text.chars().next()?;
        return (good != lead).then_some((good, lead.len_utf8()));
    }
    let more = match lead {
        'Ã' | 'Â' | 'Ä' | 'Å' => 1,
        'â' => 2,
        _ => return None,
    };
    let mut sequence = [0u8; 3];
    sequence[0] = lead as u8;
    let mut length = lead.len_utf8();
    let mut last = lead;
    for slot in sequence.iter_mut().skip(1).take(more) {
        last = chars.next()?;
        *slot = windows_1252_byte(last).filter(|b| (0x80..=0xBF).contains(b))?;
        length += last.len_utf8();
    }
    let good = std::str::from_utf8(&sequence[..=more])
        .ok()?
        .chars()
        .next()?;
    // “AMANHÔ is a quotation mark after Ã, not a wrongly decoded Ô.
    let mut is_quoted_capital = || {
        let ends_word = !chars.next().is_some_and(char::is_alphabetic);
        ends_word && is_mark_behind_word(last) && !before.ends_with(char::is_lowercase)
    };
    let fits = is_of_lead(good, lead) && (lead == 'â' || !is_quoted_capital());
    fits.then_some((good, length))
}

/// Whether a character is one that West European text has and whose UTF-8 begins with the byte that
/// `lead` is in windows-1252.
fn is_of_lead(c: char, lead: char) -> bool {
    match lead {
        'Â' => ('\u{A0}'..='\u{BF}').contains(&c),
        'Ã' => c.is_alphabetic() || c == '×' || c == '÷',
        'Ä' | 'Å' => c.is_alphabetic(),
        _ => ('\u{2010}'..='\u{203A}').contains(&c) || matches!(c, '€' | '™' | '…' | '−' | '•'),
    }
}

/// Whether a character may stand behind the last letter of a word: quotation marks, dashes, an ellipsis.
fn is_mark_behind_word(c: char) -> bool {
    matches!(
        c,
        '”' | '“' | '’' | '‘' | '»' | '«' | '›' | '‹' | '…' | '–' | '—'
    )
}

/// The byte of a character in windows-1252, the five undefined positions as C1 controls.
fn windows_1252_byte(c: char) -> Option<u8> {
    /// What stands at 0x80 to 0x9F (WHATWG Encoding, index windows-1252).
    const FROM_0X80: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž',
        '\u{8F}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}',
        'ž', 'Ÿ',
    ];
    if ('\u{80}'..='\u{FF}').contains(&c) {
        return Some(c as u8);
    }
    let at = FROM_0X80.iter().position(|high| *high == c)?;
    Some(0x80 + at as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf8_is_utf8_whatever_is_declared() {
        let t = decode("Zoë’s café".as_bytes(), Some("iso-8859-1"));
        assert_eq!(
            (t.text.as_str(), t.charset.as_str()),
            ("Zoë’s café", "utf-8")
        );
        assert!(t.flags.contains(&Flag::CHARSET_CONTRADICTED));
        assert!(decode(b"plain", Some("iso-8859-1")).flags.is_empty());
    }

    #[test]
    fn marks_and_zero_bytes_tell_utf16() {
        for (bytes, name) in [
            (&b"\xFF\xFEH\0i\0"[..], "utf-16le"),
            (b"\xFE\xFF\0H\0i", "utf-16be"),
            (b"<\0p\0>\0H\0i\0!\0", "utf-16le"),
            (b"\0<\0p\0>\0H\0i\0!", "utf-16be"),
            (b"\xEF\xBB\xBFHi", "utf-8"),
        ] {
            let t = decode(bytes, None);
            assert!(t.text.contains("Hi"), "{t:?}");
            assert_eq!(t.charset, name);
        }
    }

    #[test]
    fn declared_and_guessed_sets_are_used() {
        let t = decode(b"Mu\xF1oz said", Some("iso-8859-1"));
        assert_eq!(
            (t.text.as_str(), t.charset.as_str()),
            ("Muñoz said", "windows-1252")
        );
        let t = decode(
            b"<?xml version='1.0' encoding='ISO-8859-2'?><a>\xB3\xF3d\xBC</a>",
            None,
        );
        assert!(t.text.contains("łódź"), "{t:?}");
        let t = decode(
            b"<html><META http-equiv=x content=\"text/html; charset=windows-1251\">\xCF\xF0\xE8",
            None,
        );
        assert!(t.text.contains("При"), "{t:?}");
        let t = decode(
            "Der Außenminister sprach über die Größe"
                .chars()
                .map(|c| c as u8)
                .collect::<Vec<_>>()
                .as_slice(),
            Some("utf-8"),
        );
        assert!(
            t.text.contains("Größe") && t.flags.contains(&Flag::CHARSET_CONTRADICTED),
            "{t:?}"
        );
    }

    #[test]
    fn mixed_sets_are_decoded_by_stretch() {
        let t = decode(b"Caf\xC3\xA9 and na\xC3\xAFve and caf\xE9 again", None);
        assert_eq!(t.text, "Café and naïve and café again");
        assert!(t.flags.contains(&Flag::CHARSET_MIXED));
    }

    #[test]
    fn wrongly_decoded_text_is_put_right() {
        assert_eq!(
            repair("Itâ€™s MuÃ±oz, â€œsheâ€\u{9d} â€“ Â£5").as_deref(),
            Some("It’s Muñoz, “she” – £5")
        );
        assert_eq!(repair("It\u{92}s").as_deref(), Some("It’s"));
        assert_eq!(repair("Å¡koda").as_deref(), Some("škoda"));
        for fine in [
            "“AMANHÔ, disse",
            "Zoë’s café",
            "Ångström",
            "Ä”",
            "prêt-à-porter, Ève",
            "“CAFÉ”",
            "naïve £5",
        ] {
            assert_eq!(repair(fine), None, "{fine}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_fails(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            decode(&bytes, None);
            decode(&bytes, Some("shift_jis"));
        }
    }
}
