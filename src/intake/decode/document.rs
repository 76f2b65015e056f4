//! A document before its reader has seen it.

use std::collections::BTreeSet;

use super::charset;
use super::iso646;
use crate::intake::draft::{Draft, Flag};
use crate::intake::formats::Format;
use crate::text::SharedText;

/// One document: its bytes, the format it was recognised as, and what its transport says of it.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    pub bytes: &'a [u8],
    pub format: Format,
    pub content_type: Option<&'a str>,
}

impl Document<'_> {
    /// Decodes the document by its declared, recognised or guessed character set. Never fails.
    pub fn decode(&self) -> Decoded {
        let declared = self.content_type.and_then(charset_parameter);
        let charset::Text {
            text,
            charset,
            flags,
        } = charset::decode(self.bytes, declared);
        let national = match self.format {
            Format::Anpa | Format::Iptc7901 => iso646::decode(&text),
            _ => None,
        };
        let (text, charset) = match national {
            Some((text, name)) => (text, name.to_owned()),
            None => (text, charset),
        };
        Decoded {
            text: text.into(),
            charset,
            flags,
        }
    }
}

/// A document as text.
#[derive(Debug, Clone)]
pub struct Decoded {
    pub text: SharedText,
    /// Character set it was decoded with, in lower case.
    pub charset: String,
    /// Doubts that arose in decoding.
    pub flags: BTreeSet<Flag>,
}

impl Decoded {
    /// An empty draft of an article in this document.
    pub fn draft(&self, format: Format) -> Draft {
        let mut draft = Draft::new(format, self.charset.clone(), self.text.clone());
        draft.flags = self.flags.clone();
        draft
    }
}

/// The `charset` of a content type.
fn charset_parameter(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches('"'))
    })
}
