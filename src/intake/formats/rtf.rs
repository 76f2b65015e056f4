//! Rich Text Format 1.x: one article, as newsrooms' word processors write it.
//!
//! ```text
//! {\rtf1\ansi\ansicpg1252{\fonttbl …}{\info …}   groups that hold no text
//! \pard\b Ferry sinks\b0\par                     \par ends a paragraph
//! The caf\'e9 said \ldblquote no\rdblquote\par   bytes of the code page, signs by name
//! \u8364?50 a day\par                            UTF-16, and what stands for it in the code page
//! ```
//!
//! What stands between the controls is laid out as plain text. Nothing of it stands in the document as it is
//! read, so its blocks have no places there.

use encoding_rs::{Encoding, WINDOWS_1252};

use super::text;
use crate::intake::{Document, ErrorCode, ReadError, Reading};
use crate::record::Flag;

/// Groups that hold what is no text of the document (RTF 1.9, "Destinations"). Those with `\*` are left out too.
const NO_TEXT: [&str; 30] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "objdata",
    "header",
    "headerl",
    "headerr",
    "headerf",
    "footer",
    "footerl",
    "footerr",
    "footerf",
    "filetbl",
    "revtbl",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "xmlnstbl",
    "themedata",
    "datastore",
    "latentstyles",
    "fldinst",
    "bkmkstart",
    "bkmkend",
    "annotation",
    "atnid",
    "nonshppict",
];

/// Controls that stand for text.
const SIGNS: [(&str, &str); 18] = [
    ("par", "\n"),
    ("line", "\n"),
    ("sect", "\n"),
    ("page", "\n"),
    ("row", "\n"),
    ("softline", "\n"),
    ("tab", "\t"),
    ("cell", "\t"),
    ("emdash", "—"),
    ("endash", "–"),
    ("lquote", "‘"),
    ("rquote", "’"),
    ("ldblquote", "“"),
    ("rdblquote", "”"),
    ("bullet", "•"),
    ("emspace", " "),
    ("enspace", " "),
    ("qmspace", " "),
];

/// Longest name of a control, in bytes (RTF 1.9, "Control Word").
const LONGEST_CONTROL: usize = 32;

/// Reads a document as one article.
///
/// # Errors
/// [`ErrorCode::NoArticle`] when there is no text in it, [`ErrorCode::TooDeep`] past the limit of nested groups.
pub(super) fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    let (content, is_cut) = text_of(document.bytes, reading.limits.depth)?;
    if !content.contains(char::is_alphanumeric) {
        return Err(ReadError::new(
            ErrorCode::NoArticle,
            "there is no text in the document",
        ));
    }
    let mut draft = document.decode().draft(document.format);
    text::fill(&mut draft, &content, reading.outlets);
    draft.blocks.iter_mut().for_each(|b| b.pieces.clear());
    draft.removed.iter_mut().for_each(|r| r.raw = None);
    if is_cut {
        draft.flags.insert(Flag::TRUNCATED);
    }
    let _ = (reading.emit)(draft);
    Ok(())
}

/// What holds in one group and those within it.
#[derive(Clone, Copy)]
struct Group {
    /// It holds no text of the document.
    skipped: bool,
    /// Its text is hidden or deleted.
    hidden: bool,
    /// How many characters stand for one of UTF-16.
    fallback: usize,
}

struct Rtf<'b> {
    rest: &'b [u8],
    group: Group,
    around: Vec<Group>,
    encoding: &'static Encoding,
    /// Bytes of the code page that are not decoded yet.
    pending: Vec<u8>,
    /// The first half of a pair of UTF-16.
    half: Option<u16>,
    /// Characters that stand for the one before them, still to be left out.
    fallback: usize,
    out: String,
}

/// The text of a document, and whether it breaks off.
fn text_of(bytes: &[u8], depth: usize) -> Result<(String, bool), ReadError> {
    let mut rtf = Rtf {
        rest: bytes,
        group: Group {
            skipped: false,
            hidden: false,
            fallback: 1,
        },
        around: Vec::new(),
        encoding: WINDOWS_1252,
        pending: Vec::new(),
        half: None,
        fallback: 0,
        out: String::new(),
    };
    while let [first, rest @ ..] = rtf.rest {
        rtf.rest = rest;
        match first {
            b'{' => {
                if rtf.around.len() >= depth {
                    let at = (bytes.len() - rest.len()) as u64;
                    let what = format!("groups deeper than {depth}");
                    return Err(ReadError::new(ErrorCode::TooDeep, what).at(at));
                }
                rtf.flush();
                rtf.around.push(rtf.group);
            }
            b'}' => {
                rtf.flush();
                rtf.fallback = 0;
                match rtf.around.pop() {
                    Some(group) => rtf.group = group,
                    None => break,
                }
                // What follows the outermost group is no text.
                if rtf.around.is_empty() {
                    break;
                }
            }
            b'\\' => rtf.control(),
            b'\r' | b'\n' | 0 => {}
            byte => rtf.byte(*byte),
        }
    }
    rtf.flush();
    Ok((rtf.out, !rtf.around.is_empty()))
}

impl Rtf<'_> {
    fn is_shown(&self) -> bool {
        !self.group.skipped && !self.group.hidden
    }

    /// One byte of text in the code page.
    fn byte(&mut self, byte: u8) {
        if self.fallback > 0 {
            self.fallback -= 1;
        } else if self.is_shown() {
            self.pending.push(byte);
        }
    }

    /// Decodes the bytes that have come.
    fn flush(&mut self) {
        if !self.pending.is_empty() {
            let (text, _) = self.encoding.decode_without_bom_handling(&self.pending);
            self.out.push_str(&text);
            self.pending.clear();
        }
    }

    fn sign(&mut self, text: &str) {
        if self.fallback > 0 {
            self.fallback -= 1;
        } else if self.is_shown() {
            self.flush();
            self.out.push_str(text);
        }
    }

    /// What stands behind a backslash.
    fn control(&mut self) {
        let Some((&first, rest)) = self.rest.split_first() else {
            return;
        };
        if first.is_ascii_alphabetic() {
            return self.control_word();
        }
        self.rest = rest;
        match first {
            b'\'' => {
                let hex = rest.get(..2).and_then(|h| std::str::from_utf8(h).ok());
                if let Some(byte) = hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
                    self.rest = &rest[2..];
                    self.byte(byte);
                }
            }
            b'*' => self.group.skipped = true,
            b'\r' | b'\n' => self.sign("\n"),
            b'~' => self.sign(" "),
            b'_' => self.sign("-"),
            b'{' | b'}' | b'\\' => self.byte(first),
            _ => {}
        }
    }

    /// A control's letters, its number, and the blank that ends them.
    fn control_word(&mut self) {
        let letters = self.rest.iter().take_while(|b| b.is_ascii_alphabetic());
        let (name, rest) = self.rest.split_at(letters.count());
        let digits = rest.strip_prefix(b"-").unwrap_or(rest);
        let digits = digits.iter().take_while(|b| b.is_ascii_digit()).count();
        let sign = usize::from(digits > 0 && rest.starts_with(b"-"));
        let (number, rest) = rest.split_at(sign + digits);
        self.rest = rest.strip_prefix(b" ").unwrap_or(rest);
        let number = std::str::from_utf8(number)
            .ok()
            .and_then(|n| n.parse().ok());
        if let Some(name) = std::str::from_utf8(name)
            .ok()
            .filter(|n| n.len() <= LONGEST_CONTROL)
        {
            self.word(name, number);
        }
    }

    fn word(&mut self, name: &str, number: Option<i32>) {
        if let Some((_, text)) = SIGNS.iter().find(|(sign, _)| *sign == name) {
            return self.sign(text);
        }
        match name {
            "u" => self.utf16(number.unwrap_or(0)),
            "uc" => self.group.fallback = number.unwrap_or(1).clamp(0, 16) as usize,
            "v" | "deleted" => {
                self.flush();
                self.group.hidden = number != Some(0);
            }
            "plain" => {
                self.flush();
                self.group.hidden = false;
            }
            "ansicpg" => self.encoding = code_page(number.unwrap_or(0)).unwrap_or(self.encoding),
            "mac" => self.encoding = encoding_rs::MACINTOSH,
            // Bytes that are no text, braces among them.
            "bin" => {
                let length = usize::try_from(number.unwrap_or(0)).unwrap_or(0);
                self.rest = self.rest.get(length..).unwrap_or_default();
            }
            name if NO_TEXT.contains(&name) => self.group.skipped = true,
            _ => {}
        }
    }

    /// A unit of UTF-16, written as a signed number.
    fn utf16(&mut self, number: i32) {
        self.fallback = self.group.fallback;
        if !self.is_shown() {
            return;
        }
        self.flush();
        let unit = (number & 0xFFFF) as u16;
        let units = match self.half.take() {
            Some(half) => [half, unit],
            None if (0xD800..0xDC00).contains(&unit) => {
                self.half = Some(unit);
                return;
            }
            None => [unit, 0],
        };
        let decoded = char::decode_utf16(units.into_iter().filter(|u| *u != 0));
        self.out
            .extend(decoded.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    }
}

/// The encoding of a code page by its number.
fn code_page(number: i32) -> Option<&'static Encoding> {
    let label = match number {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        10000 => "macintosh".to_owned(),
        65001 => "utf-8".to_owned(),
        _ => format!("windows-{number}"),
    };
    Encoding::for_label(label.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::formats::structured_tests::drafts_of;

    fn text(rtf: &str) -> String {
        text_of(rtf.as_bytes(), 16).unwrap().0
    }

    #[test]
    fn controls_stand_for_text_or_for_none() {
        for (rtf, want) in [
            (r"{\rtf1 A\par B}", "A\nB"),
            (r"{\rtf1\ansi\ansicpg1251 \'cf\'e0\'f0\'ee\'ec}", "Паром"),
            (r"{\rtf1 \u8364?50 \u-10179?\u-8696? x}", "€50 😈 x"),
            (r"{\rtf1\uc2\u233\'c3\'a9t\u233\'c3\'a9}", "été"),
            (
                r"{\rtf1\ldblquote No\rdblquote\~said \{Roe\}}",
                "“No” said {Roe}",
            ),
            (
                r"{\rtf1{\fonttbl{\f0 Arial;}}{\*\generator X;}a{\b b}c}",
                "abc",
            ),
            (
                r"{\rtf1 a{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}}",
                "alink",
            ),
            (r"{\rtf1 a\v hidden\v0  b{\deleted gone}}", "a b"),
            ("{\\rtf1 a{\\pict\\bin3 }}}}b}", "ab"),
            ("{\\rtf1 one\r\ntwo\\\nthree}tail", "onetwo\nthree"),
        ] {
            assert_eq!(text(rtf), want, "{rtf}");
        }
    }

    #[test]
    fn a_document_that_breaks_off_says_so() {
        assert!(text_of(br"{\rtf1 a\par b", 16).unwrap().1);
        assert!(!text_of(br"{\rtf1 a\par b}", 16).unwrap().1);
    }

    #[test]
    fn groups_have_a_limit() {
        let deep = format!("{{\\rtf1{}", "{".repeat(40));
        let error = text_of(deep.as_bytes(), 16).unwrap_err();
        assert_eq!(error.code, ErrorCode::TooDeep);
    }

    #[test]
    fn copy_is_laid_out_as_text() {
        let rtf = r"{\rtf1\ansi{\info{\author desk}}\b Westmere bridge closed\b0\par\par By Jane Roe\par\par WESTMERE (AP) \emdash  The old bridge closed on Monday, and nobody knows for how long.\par\par It is 90 years old.\par}";
        let (drafts, None) = drafts_of(rtf.as_bytes()) else {
            panic!()
        };
        let s = &drafts[0].supplied;
        assert_eq!(s.headline.as_deref(), Some("Westmere bridge closed"));
        assert_eq!(s.authors[0].name, "Jane Roe");
        assert_eq!(
            s.dateline.as_ref().unwrap().place.as_deref(),
            Some("Westmere")
        );
        assert_eq!(drafts[0].format, crate::intake::Format::Rtf);
    }
}
