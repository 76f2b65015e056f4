//! From a document to tokens: tags, text and nothing else, in one pass without going back.
//!
//! Follows the tokenizer of the WHATWG HTML Standard (13.2.5) as far as a reader of text needs it. Tokens are byte ranges
//! of the document; attributes and character references are decoded by whoever wants them.

use memchr::{memchr, memchr2, memmem};

use super::tag::Tag;

/// A byte range of the document.
pub type ByteRange = std::ops::Range<usize>;

/// One piece of markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HtmlToken {
    /// `name` is the element's name, `all` goes from there to the closing `>`, without it, or to where
    /// the first [`MOST_TAG_WORDS`] words end.
    Start {
        tag: Tag,
        name: ByteRange,
        all: ByteRange,
        self_closing: bool,
    },
    End {
        tag: Tag,
        name: ByteRange,
    },
    Text(ByteRange),
    /// Content of an element that holds no markup (script, style, title, …).
    RawText(ByteRange),
}

/// Most words between white space that a tag keeps, values in quotation marks apart; the rest is passed
/// over. Real tags have some twenty attributes; every reader of a tag goes through all of them.
const MOST_TAG_WORDS: usize = 256;

/// The tokens of a document. Comments, doctypes and processing instructions are passed over.
pub struct Tokenizer<'a> {
    text: &'a str,
    at: usize,
    /// The element whose raw content comes next.
    raw: Option<(Tag, ByteRange)>,
    /// No double or single quotation mark follows: known once a search for one has failed.
    no_more: [bool; 2],
    /// Elements of raw text whose end tag does not follow: known likewise.
    endless: Vec<Tag>,
    /// Whether no comment that opens from here on is closed: known once a search for its end has failed.
    endless_comment: bool,
}

impl<'a> Tokenizer<'a> {
    pub fn new(text: &'a str) -> Self {
        Tokenizer {
            text,
            at: 0,
            raw: None,
            no_more: [false; 2],
            endless: Vec::new(),
            endless_comment: false,
        }
    }

    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    /// Position of the first such byte at or after the current place, or the end.
    fn seek(&self, byte: u8) -> usize {
        let bytes = &self.bytes()[self.at..];
        self.at + memchr(byte, bytes).unwrap_or(bytes.len())
    }

    /// Whether markup begins at the `<` that stands at `at`.
    fn opens_markup(&self, at: usize) -> bool {
        let next = self.bytes().get(at + 1);
        next.is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!' | b'?'))
    }

    /// Where the text that begins here ends: at markup. A `<` that opens none is text.
    fn text_end(&self) -> usize {
        let bytes = self.bytes();
        let mut at = self.at;
        loop {
            match bytes.get(at) {
                Some(b'<') if self.opens_markup(at) => return at,
                Some(b'<') => at += 1,
                Some(_) => at += memchr(b'<', &bytes[at..]).unwrap_or(bytes.len() - at),
                None => return at,
            }
        }
    }

    /// Reads markup from its `<` on: a token, or `None` where it has no meaning here.
    fn markup(&mut self) -> Option<HtmlToken> {
        let bytes = self.bytes();
        match bytes.get(self.at + 1).copied() {
            Some(b) if b.is_ascii_alphabetic() => self.start_tag(),
            Some(b'/') => self.end_tag(),
            Some(b'!') => {
                self.declaration();
                None
            }
            // `<?`, a processing instruction.
            _ => {
                self.at = (self.seek(b'>') + 1).min(bytes.len());
                None
            }
        }
    }

    fn name(&mut self) -> ByteRange {
        let start = self.at;
        while let Some(b) = self.bytes().get(self.at)
            && !matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0c | b'/' | b'>')
        {
            self.at += 1;
        }
        start..self.at
    }

    fn start_tag(&mut self) -> Option<HtmlToken> {
        self.at += 1;
        let name = self.name();
        let tag = Tag::of(&self.bytes()[name.clone()]);
        let (end, kept) = self.skip_attributes()?;
        let mut self_closing = end > name.end && self.bytes()[end - 1] == b'/';
        if tag.is_raw_text() && !self_closing {
            self_closing = self.is_endless(tag, name.clone());
            if !self_closing {
                self.raw = Some((tag, name.clone()));
            } else if tag == Tag::Style {
                // Rules that no end tag closes end where markup begins.
                self.at = self.text_end();
            }
        }
        Some(HtmlToken::Start {
            tag,
            all: name.start..kept,
            name,
            self_closing,
        })
    }

    /// Whether an element of raw text that begins here is never closed, or another of its kind opens before it is:
    /// its author forgot the end tag, and what follows is the page. A browser shows nothing of that; a reader
    /// wants it. Scripts are left as the standard has them, since they hold markup in strings.
    fn is_endless(&mut self, tag: Tag, name: ByteRange) -> bool {
        if matches!(tag, Tag::Script | Tag::Plaintext) {
            return false;
        }
        if self.endless.contains(&tag) {
            return true;
        }
        let bytes = self.bytes();
        let name = &bytes[name];
        let may_repeat = !matches!(tag, Tag::Textarea | Tag::Title | Tag::Xmp);
        let mut from = self.at;
        while let Some(n) = memchr(b'<', &bytes[from..]) {
            let rest = &bytes[from + n..];
            if is_tag(rest, b"</", name) {
                return false;
            }
            if may_repeat && is_tag(rest, b"<", name) {
                return true;
            }
            from += n + 1;
        }
        self.endless.push(tag);
        true
    }

    /// Goes past the attributes and the `>`. Where that stands, and where the words that are kept end;
    /// `None` when the document ends before.
    fn skip_attributes(&mut self) -> Option<(usize, usize)> {
        let bytes = self.bytes();
        let mut words = 0;
        let mut kept = None;
        // Whether the last character but blanks was `=`: only then does a quotation mark open a value.
        let mut after_equals = false;
        while let Some(&b) = bytes.get(self.at) {
            match b {
                b'>' => {
                    let end = self.at;
                    self.at += 1;
                    return Some((end, kept.unwrap_or(end)));
                }
                b'"' | b'\'' if after_equals => {
                    self.at = self.past_quoted(b);
                    after_equals = false;
                }
                b' ' | b'\t' | b'\n' | b'\r' | 0x0c => {
                    if words == MOST_TAG_WORDS {
                        kept.get_or_insert(self.at);
                    }
                    let blank = |b: &&u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0c);
                    self.at += bytes[self.at..].iter().take_while(blank).count();
                    words += 1;
                }
                _ => {
                    after_equals = b == b'=';
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

    fn end_tag(&mut self) -> Option<HtmlToken> {
        let bytes = self.bytes();
        match bytes.get(self.at + 2) {
            Some(b) if b.is_ascii_alphabetic() => {
                self.at += 2;
                let name = self.name();
                let tag = Tag::of(&bytes[name.clone()]);
                self.skip_attributes();
                Some(HtmlToken::End { tag, name })
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

    /// The place after the comment that opens here. One that is never closed ends at its `>`: what follows is the page.
    fn past_comment(&mut self) -> usize {
        if !self.endless_comment {
            let bytes = &self.bytes()[self.at..];
            if let Some(n) = memmem::find(bytes, b"-->") {
                return self.at + n + 3;
            }
            self.endless_comment = true;
        }
        (self.seek(b'>') + 1).min(self.text.len())
    }

    /// A comment, a doctype or a marked section.
    fn declaration(&mut self) {
        let rest = &self.bytes()[self.at..];
        self.at = if rest.starts_with(b"<!--") {
            self.at += 2;
            if rest[4..].starts_with(b">") {
                self.at + 3
            } else {
                self.past_comment()
            }
        } else if rest.starts_with(b"<![CDATA[") {
            // What stands in it is text, read as if the marks around it were not there.
            self.at + 9
        } else {
            (self.seek(b'>') + 1).min(self.text.len())
        };
    }

    /// The content of a raw text element, up to its end tag.
    fn raw_text(&mut self, tag: Tag, name: ByteRange) -> Option<HtmlToken> {
        let start = self.at;
        if tag == Tag::Plaintext {
            self.at = self.text.len();
            return Some(HtmlToken::RawText(start..self.at));
        }
        let name = &self.bytes()[name];
        let bytes = self.bytes();
        let mut from = start;
        let mut nesting = ScriptNesting::default();
        loop {
            let Some(n) = memchr2(b'<', b'>', &bytes[from..]) else {
                self.at = bytes.len();
                break;
            };
            let here = from + n;
            from = here + 1;
            if nesting.ends(tag, &bytes[start..here], &bytes[here..], name) {
                self.at = here;
                break;
            }
        }
        (self.at > start).then_some(HtmlToken::RawText(start..self.at))
    }
}

/// Where in a script its comments and the scripts in them are: after `<!--` and then `<script`, the next `</script`
/// ends the inner one only ("script data double escaped state", 13.2.5.26 and following).
#[derive(Default)]
struct ScriptNesting {
    commented: bool,
    inner: bool,
}

impl ScriptNesting {
    /// Whether the `<` or `>` that `rest` begins with is the end tag of the element `name`; `before` is the content
    /// up to there.
    fn ends(&mut self, tag: Tag, before: &[u8], rest: &[u8], name: &[u8]) -> bool {
        if rest[0] == b'>' {
            if before.ends_with(b"--") {
                *self = ScriptNesting::default();
            }
            return false;
        }
        if is_tag(rest, b"</", name) {
            return !std::mem::take(&mut self.inner);
        }
        if tag == Tag::Script {
            let comment = rest.starts_with(b"<!--");
            self.inner |= !comment && self.commented && is_tag(rest, b"<", name);
            self.commented |= comment;
        }
        false
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
    type Item = HtmlToken;

    fn next(&mut self) -> Option<HtmlToken> {
        loop {
            if let Some((tag, name)) = self.raw.take()
                && let Some(content) = self.raw_text(tag, name)
            {
                return Some(content);
            }
            if self.at >= self.text.len() {
                return None;
            }
            let start = self.at;
            self.at = self.text_end();
            if start < self.at {
                return Some(HtmlToken::Text(start..self.at));
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
                HtmlToken::Start {
                    all, self_closing, ..
                } => {
                    format!(
                        "<{}{}>",
                        &html[all],
                        if self_closing { " (closed)" } else { "" }
                    )
                }
                HtmlToken::End { name, .. } => format!("</{}>", &html[name]),
                HtmlToken::Text(r) => html[r].to_owned(),
                HtmlToken::RawText(r) => format!("raw:{}", &html[r]),
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
            ["a < b <3 ", "c", "d", "e"]
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
    fn raw_text_that_never_ends_is_the_page() {
        assert_eq!(
            shown("<style>p{}<p>a</p><iframe src=x><p>b<iframe></iframe>c"),
            [
                "<style (closed)>",
                "<p>",
                "a",
                "</p>",
                "<iframe src=x (closed)>",
                "<p>",
                "b",
                "<iframe>",
                "</iframe>",
                "c"
            ]
        );
        assert_eq!(shown("<script>a<p>b").len(), 2);
    }

    #[test]
    fn a_comment_that_never_ends_is_its_tag() {
        assert_eq!(
            shown("<!-- a --><p>b<!-- ad <p>c<!-- d>e"),
            ["<p>", "b", "c", "e"]
        );
    }

    #[test]
    fn quotation_marks_that_never_close_open_nothing() {
        assert_eq!(shown("<a href=\"x>y</a>"), ["<a href=\"x>", "y", "</a>"]);
        assert_eq!(shown("<a title=it's>y"), ["<a title=it's>", "y"]);
        assert_eq!(shown("<p>cut <a href=x"), ["<p>", "cut "]);
    }

    #[test]
    fn a_tag_keeps_so_many_words_of_its_attributes() {
        let long = "x ".repeat(100_000);
        let html = format!(
            "<p class=a title=\"{long}\" {}id=b>y</p>",
            "a=1 ".repeat(100_000)
        );
        let tokens: Vec<HtmlToken> = Tokenizer::new(&html).collect();
        let HtmlToken::Start { all, .. } = &tokens[0] else {
            panic!("no tag: {tokens:?}");
        };
        assert!(html[all.clone()].ends_with("a=1"));
        let words = html[all.clone()].matches("a=1").count();
        assert_eq!(words, MOST_TAG_WORDS - 2, "besides class and title");
        assert_eq!(tokens.len(), 3);
    }

    #[test]
    fn open_angles_are_one_text() {
        assert_eq!(Tokenizer::new(&"<".repeat(100_000)).count(), 1);
        assert_eq!(shown("<<<p><<<"), ["<<", "<p>", "<<<"]);
    }

    #[test]
    fn marked_sections_are_text() {
        assert_eq!(shown("<b><![CDATA[x]]></b>")[1], "x]]>");
    }
}
