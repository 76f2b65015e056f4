//! From a document to tokens: tags, text and nothing else, in one pass without going back.
//!
//! Follows the HTML standard's tokenizer as far as a reader of text needs it. Tokens are byte ranges
//! of the document; attributes and character references are decoded by whoever wants them.

use memchr::{memchr, memchr2, memmem};

use super::tag::Tag;

/// A byte range of the document.
pub type Range = std::ops::Range<usize>;

/// One piece of markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// `name` is the element's name, `all` goes from there to the closing `>`, without it.
    Start {
        tag: Tag,
        name: Range,
        all: Range,
        self_closing: bool,
    },
    End {
        tag: Tag,
        name: Range,
    },
    Text(Range),
    /// Content of an element that holds no markup (script, style, title, …).
    RawText(Range),
}

/// The tokens of a document. Comments, doctypes and processing instructions are passed over.
pub struct Tokenizer<'a> {
    text: &'a str,
    at: usize,
    /// The element whose raw content comes next.
    raw: Option<(Tag, Range)>,
    /// No double or single quotation mark follows: known once a search for one has failed.
    no_more: [bool; 2],
}

impl<'a> Tokenizer<'a> {
    pub fn new(text: &'a str) -> Self {
        Tokenizer {
            text,
            at: 0,
            raw: None,
            no_more: [false; 2],
        }
    }

    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    /// Position of the first byte of `rest` at or after the current place, or the end.
    fn seek(&self, byte: u8) -> usize {
        let bytes = &self.bytes()[self.at..];
        self.at + memchr(byte, bytes).unwrap_or(bytes.len())
    }

    fn seek_past(&self, needle: &[u8]) -> usize {
        let bytes = &self.bytes()[self.at..];
        self.at + memmem::find(bytes, needle).map_or(bytes.len(), |n| n + needle.len())
    }

    /// Reads from `<` on: a token, or `None` where the markup has no meaning here.
    fn markup(&mut self) -> Option<Token> {
        let bytes = self.bytes();
        let open = self.at;
        match bytes.get(open + 1).copied() {
            Some(b) if b.is_ascii_alphabetic() => self.start_tag(),
            Some(b'/') => self.end_tag(),
            Some(b'!') => {
                self.declaration();
                None
            }
            Some(b'?') => {
                self.at = (self.seek(b'>') + 1).min(bytes.len());
                None
            }
            _ => {
                self.at += 1;
                Some(Token::Text(open..open + 1))
            }
        }
    }

    fn name(&mut self) -> Range {
        let start = self.at;
        while let Some(b) = self.bytes().get(self.at)
            && !matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0c | b'/' | b'>')
        {
            self.at += 1;
        }
        start..self.at
    }

    fn start_tag(&mut self) -> Option<Token> {
        self.at += 1;
        let name = self.name();
        let tag = Tag::of(&self.bytes()[name.clone()]);
        let end = self.skip_attributes()?;
        let self_closing = end > name.end && self.bytes()[end - 1] == b'/';
        if tag.is_raw_text() && !self_closing {
            self.raw = Some((tag, name.clone()));
        }
        Some(Token::Start {
            tag,
            all: name.start..end,
            name,
            self_closing,
        })
    }

    /// Goes past the attributes and the `>`; where that stands, or `None` when the document ends before.
    fn skip_attributes(&mut self) -> Option<usize> {
        let bytes = self.bytes();
        // Whether the last sign outside a value was `=`: only then does a quotation mark open a value.
        let mut after_equals = false;
        while let Some(&b) = bytes.get(self.at) {
            match b {
                b'>' => {
                    self.at += 1;
                    return Some(self.at - 1);
                }
                b'"' | b'\'' if after_equals => {
                    self.at = self.past_quoted(b);
                    after_equals = false;
                }
                b'=' => {
                    after_equals = true;
                    self.at += 1;
                }
                b' ' | b'\t' | b'\n' | b'\r' | 0x0c => self.at += 1,
                _ => {
                    after_equals = false;
                    self.at += 1;
                }
            }
        }
        None
    }

    /// The place after the value that opens with `quote` here. A mark that is never closed opens nothing.
    fn past_quoted(&mut self, quote: u8) -> usize {
        let kind = usize::from(quote == b'\'');
        let from = self.at + 1;
        if self.no_more[kind] {
            return from;
        }
        match memchr(quote, &self.bytes()[from..]) {
            Some(n) => from + n + 1,
            None => {
                self.no_more[kind] = true;
                from
            }
        }
    }

    fn end_tag(&mut self) -> Option<Token> {
        let bytes = self.bytes();
        match bytes.get(self.at + 2) {
            Some(b) if b.is_ascii_alphabetic() => {
                self.at += 2;
                let name = self.name();
                let tag = Tag::of(&bytes[name.clone()]);
                self.skip_attributes();
                Some(Token::End { tag, name })
            }
            Some(_) => {
                self.at = (self.seek(b'>') + 1).min(bytes.len());
                None
            }
            None => {
                self.at = bytes.len();
                None
            }
        }
    }

    /// A comment, a doctype or a marked section.
    fn declaration(&mut self) {
        let rest = &self.bytes()[self.at..];
        self.at = if rest.starts_with(b"<!--") {
            self.at += 2;
            if rest[4..].starts_with(b">") {
                self.at + 3
            } else {
                self.seek_past(b"-->")
            }
        } else if rest.starts_with(b"<![CDATA[") {
            // What stands in it is text, read as if the marks around it were not there.
            self.at + 9
        } else {
            (self.seek(b'>') + 1).min(self.text.len())
        };
    }

    /// The content of a raw text element, up to its end tag.
    fn raw_text(&mut self, tag: Tag, name: Range) -> Option<Token> {
        let start = self.at;
        if tag == Tag::Plaintext {
            self.at = self.text.len();
            return Some(Token::RawText(start..self.at));
        }
        let name = &self.bytes()[name];
        let bytes = self.bytes();
        let mut from = start;
        // `<!--` and then `<script` in a script: the next `</script` ends the inner one only.
        let (mut commented, mut inner) = (false, false);
        loop {
            let Some(n) = memchr2(b'<', b'>', &bytes[from..]) else {
                self.at = bytes.len();
                break;
            };
            let here = from + n;
            from = here + 1;
            let rest = &bytes[here..];
            if rest[0] == b'>' {
                if here >= start + 2 && bytes[here - 2..here] == *b"--" {
                    (commented, inner) = (false, false);
                }
            } else if is_tag(rest, b"</", name) {
                if !inner {
                    self.at = here;
                    break;
                }
                inner = false;
            } else if tag == Tag::Script {
                if rest.starts_with(b"<!--") {
                    commented = true;
                } else if commented && is_tag(rest, b"<", name) {
                    inner = true;
                }
            }
        }
        (self.at > start).then_some(Token::RawText(start..self.at))
    }
}

/// Whether `rest` starts with `open`, then `name` in any case, then the end of a name.
fn is_tag(rest: &[u8], open: &[u8], name: &[u8]) -> bool {
    let end = open.len() + name.len();
    rest.starts_with(open)
        && rest
            .get(open.len()..end)
            .is_some_and(|n| n.eq_ignore_ascii_case(name))
        && rest
            .get(end)
            .is_none_or(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0c | b'/' | b'>'))
}

impl Iterator for Tokenizer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            if let Some((tag, name)) = self.raw.take()
                && let Some(content) = self.raw_text(tag, name)
            {
                return Some(content);
            }
            if self.at >= self.text.len() {
                return None;
            }
            if self.bytes()[self.at] != b'<' {
                let start = self.at;
                self.at = self.seek(b'<');
                return Some(Token::Text(start..self.at));
            }
            if let Some(token) = self.markup() {
                return Some(token);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(html: &str) -> Vec<String> {
        Tokenizer::new(html)
            .map(|token| match token {
                Token::Start {
                    all, self_closing, ..
                } => {
                    format!(
                        "<{}{}>",
                        &html[all],
                        if self_closing { " (closed)" } else { "" }
                    )
                }
                Token::End { name, .. } => format!("</{}>", &html[name]),
                Token::Text(r) => html[r].to_owned(),
                Token::RawText(r) => format!("raw:{}", &html[r]),
            })
            .collect()
    }

    #[test]
    fn tags_text_and_comments() {
        assert_eq!(
            shown("<!doctype html><p class='a>b'>One<br/> two<!-- <p> --></P>"),
            ["<p class='a>b'>", "One", "<br/ (closed)>", " two", "</P>"]
        );
        assert_eq!(
            shown("a < b <3 </ x>c<!>d<?php ?>e"),
            ["a ", "<", " b ", "<", "3 ", "c", "d", "e"]
        );
    }

    #[test]
    fn scripts_hold_no_markup() {
        assert_eq!(
            shown("<script>if (a<b) '</p>'</script>x<SCRIPT></SCRIPT><title>A & B</title>"),
            [
                "<script>",
                "raw:if (a<b) '</p>'",
                "</script>",
                "x",
                "<SCRIPT>",
                "</SCRIPT>",
                "<title>",
                "raw:A & B",
                "</title>"
            ]
        );
        assert_eq!(
            shown("<script><!-- w('<script>1</script>') --></script>after"),
            [
                "<script>",
                "raw:<!-- w('<script>1</script>') -->",
                "</script>",
                "after"
            ]
        );
    }

    #[test]
    fn quotation_marks_that_never_close_open_nothing() {
        assert_eq!(shown("<a href=\"x>y</a>"), ["<a href=\"x>", "y", "</a>"]);
        assert_eq!(shown("<a title=it's>y"), ["<a title=it's>", "y"]);
        assert_eq!(shown("<p>cut <a href=x"), ["<p>", "cut "]);
    }

    #[test]
    fn marked_sections_are_text() {
        assert_eq!(shown("<b><![CDATA[x]]></b>")[1], "x]]>");
    }
}
