//! From an element to the blocks of an article: NITF's `body.content` and XHTML, whose names hardly
//! overlap, in one walk. Whitespace is collapsed and every stretch knows where it stood.

use super::{Element, Node};
use crate::intake::DraftBlock;
use crate::record::{BlockKind, Media, MediaKind};

/// What the body of an XML format holds.
#[derive(Debug, Default)]
pub struct Body {
    pub blocks: Vec<DraftBlock>,
    pub media: Vec<Media>,
    pub links: Vec<String>,
    /// Notes to editors that stood in the body.
    pub notes: Vec<String>,
    /// A first-level heading before the first paragraph.
    pub headline: Option<String>,
    pub deck: Option<String>,
    pub byline: Option<String>,
}

impl Body {
    /// Reads all below `element`.
    pub fn read(element: Element<'_, '_>) -> Body {
        let mut layout = Layout {
            body: Body::default(),
            open: None,
            kind: BlockKind::Paragraph,
            space: None,
            breaks: 0,
            bold: 0,
            pre: false,
            row: false,
        };
        layout.inside(element);
        layout.flush();
        layout.body
    }
}

struct Layout {
    body: Body,
    open: Option<DraftBlock>,
    /// What lines are where the walk is.
    kind: BlockKind,
    /// A space is due before the next sign; where it stands, if it stands there as one.
    space: Option<Option<usize>>,
    breaks: u32,
    /// Bytes of the open block's text that are bold, from its start on.
    bold: usize,
    pre: bool,
    /// Cells of a table's row become one line.
    row: bool,
}

impl Layout {
    fn inside(&mut self, element: Element<'_, '_>) {
        let parts = !self.row && holds_parts(element);
        for node in element.nodes() {
            match node {
                Node::Text(text, at) => self.text(text, at),
                Node::Made(c) => self.made(c),
                Node::Element(e) => self.element(e, parts),
            }
        }
    }

    /// The element's content as lines of their own.
    fn lines(&mut self, element: Element<'_, '_>, kind: BlockKind) {
        if self.row {
            self.due(None);
            return self.inside(element);
        }
        self.flush();
        let outer = std::mem::replace(&mut self.kind, kind);
        self.inside(element);
        self.flush();
        self.kind = outer;
    }

    /// Reads an element; one of a house's own vocabulary is a line where its siblings are: `parts`.
    fn element(&mut self, e: Element<'_, '_>, parts: bool) {
        if self.text_element(e) || self.table_element(e) || self.other_content(e) {
            return;
        }
        if parts && !is_inline(e.name()) {
            self.lines(e, self.kind);
        } else {
            self.inside(e);
        }
    }

    /// An element that holds or parts lines of text. Whether it was one.
    fn text_element(&mut self, e: Element<'_, '_>) -> bool {
        match e.name() {
            "br" => self.line_break(),
            "b" | "strong" if self.open.is_none() => {
                self.inside(e);
                self.bold = self.length();
            }
            "hr" => self.flush(),
            "p" => self.paragraph(e),
            "div" | "section" | "article" | "main" | "block" | "body" | "html" | "ul" | "ol"
            | "dl" | "body.content" | "aside" | "footer" | "address" | "details" | "summary"
            | "center" | "content" | "table" | "nitf-table" | "tbody" | "thead" | "tfoot"
            | "colgroup" => self.lines(e, self.kind),
            "h1" if self.body.blocks.is_empty() && self.open.is_none() => {
                let headline = &mut self.body.headline;
                *headline = headline.take().or_else(|| e.text());
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "hl1" | "hl2" => {
                self.lines(e, BlockKind::Crosshead);
            }
            "li" | "dd" | "dt" => self.lines(e, BlockKind::ListItem),
            "blockquote" | "bq" => self.lines(e, BlockKind::Quote),
            "caption" | "figcaption" | "media-caption" | "nitf-table-summary" => {
                self.lines(e, BlockKind::Caption);
            }
            "pre" => {
                let outer = std::mem::replace(&mut self.pre, true);
                self.lines(e, self.kind);
                self.pre = outer;
            }
            _ => return false,
        }
        true
    }

    fn line_break(&mut self) {
        self.breaks += 1;
        // "<strong>About us</strong><br/>We are …" heads its paragraph.
        let heads = self.bold > 0 && self.length() == self.bold;
        if let Some(block) = self
            .open
            .as_mut()
            .filter(|b| heads && b.kind == BlockKind::Paragraph)
        {
            block.kind = BlockKind::Crosshead;
        }
        if (self.breaks >= 2 || self.pre || heads) && !self.row {
            self.flush();
        } else {
            self.due(None);
        }
    }

    /// A row or cell of a table. Whether the element was one.
    fn table_element(&mut self, e: Element<'_, '_>) -> bool {
        match e.name() {
            "tr" => {
                self.flush();
                let outer = std::mem::replace(&mut self.kind, BlockKind::Table);
                self.row = true;
                self.inside(e);
                self.row = false;
                self.flush();
                self.kind = outer;
            }
            "td" | "th" => {
                if self.row && self.open.is_some() {
                    self.space = None;
                    self.push_made(" | ");
                }
                self.inside(e);
            }
            _ => return false,
        }
        true
    }

    /// An element that holds other things than text, or text that is not of the body. Whether it was one.
    fn other_content(&mut self, e: Element<'_, '_>) -> bool {
        match e.name() {
            "script" | "style" | "rt" | "rp" | "head" | "title" | "classifier" | "alt-code"
            | "media-metadata" | "media-object" | "noscript" | "template" | "nav" | "form" => {}
            "header" => self.page_header(e),
            "note" => {
                self.flush();
                self.body.notes.extend(e.text());
            }
            "media" => self.nitf_media(e),
            "figure" if e.find("table").is_none() => self.figure(e),
            "img" | "video" | "audio" | "iframe" | "embed" => {
                self.body.media.extend(html_media(e));
            }
            "object" => {
                self.body.media.extend(html_media(e));
                self.inside(e);
            }
            name if name.starts_with("dnl-") => self.body.media.extend(dpa_embed(e)),
            "a" => {
                self.body.links.extend(e.value("href"));
                self.inside(e);
            }
            _ => return false,
        }
        true
    }

    fn paragraph(&mut self, e: Element<'_, '_>) {
        // dpa repeats in its page what its metadata says: teaser, byline.
        match e.attribute("class").as_deref() {
            Some("teaser") if self.body.blocks.is_empty() => self.body.deck = e.text(),
            Some("byline") if self.body.blocks.is_empty() => self.body.byline = e.text(),
            _ => self.lines(e, self.kind),
        }
    }

    /// The head of a page repeats metadata: only its headline and byline are of interest.
    fn page_header(&mut self, e: Element<'_, '_>) {
        self.flush();
        for part in e.descendants() {
            match part.name() {
                "h1" if self.body.headline.is_none() => self.body.headline = part.text(),
                "p" if part.attribute("class").as_deref() == Some("byline") => {
                    self.body.byline = part.text();
                }
                _ => {}
            }
        }
    }

    /// NITF's `media`: references, caption and producer; the caption stands among the blocks.
    fn nitf_media(&mut self, e: Element<'_, '_>) {
        self.flush();
        let kind = match e.attribute("media-type").as_deref().map(str::trim) {
            Some("video") => MediaKind::Video,
            Some("audio") => MediaKind::Audio,
            Some("graphic") => MediaKind::Graphic,
            Some("image" | "photo" | "picture") | None => MediaKind::Image,
            Some(_) => MediaKind::Embed,
        };
        let reference = e.first("media-reference");
        let url = reference.and_then(|r| {
            r.value("source")
                .or_else(|| r.value("data-location"))
                .or_else(|| r.value("name"))
        });
        let caption = e.first("media-caption");
        let media = Media {
            kind,
            url,
            caption: caption.and_then(Element::text),
            credit: e
                .text_of("media-producer")
                .or_else(|| reference.and_then(|r| r.value("copyright"))),
        };
        if media.url.is_some() || media.caption.is_some() {
            self.body.media.push(media);
        }
        for caption in e.all("media-caption") {
            self.lines(caption, BlockKind::Caption);
        }
    }

    fn figure(&mut self, e: Element<'_, '_>) {
        self.flush();
        let caption = e.find("figcaption");
        for part in e.descendants() {
            if let Some(mut media) = html_media(part) {
                media.caption = caption.and_then(Element::text).or(media.caption);
                self.body.media.push(media);
            }
        }
        if let Some(caption) = caption {
            self.lines(caption, BlockKind::Caption);
        }
    }

    fn text(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let mut i = 0;
        while i < bytes.len() {
            let b = bytes[i];
            if b == b'\n' && self.pre && !self.row {
                self.flush();
                i += 1;
            } else if b.is_ascii_whitespace() || b.is_ascii_control() {
                self.due((b == b' ').then_some(at + i));
                i += 1;
            } else if text[i..].starts_with('\u{a0}') {
                self.due(None);
                i += 2;
            } else {
                let run = run_length(&bytes[i..]).max(1);
                self.ready();
                if let Some(block) = &mut self.open {
                    block.push_verbatim(&text[i..i + run], at + i);
                }
                i += run;
            }
        }
    }

    fn made(&mut self, c: char) {
        if c.is_whitespace() || c == '\u{a0}' || c.is_control() {
            return self.due(None);
        }
        self.ready();
        let mut room = [0; 4];
        self.push_made(c.encode_utf8(&mut room));
    }

    fn push_made(&mut self, text: &str) {
        if let Some(block) = &mut self.open {
            block.push_made(text);
        }
    }

    fn due(&mut self, raw: Option<usize>) {
        if self.open.is_some() && self.space.is_none() {
            self.space = Some(raw);
        }
    }

    fn ready(&mut self) {
        self.breaks = 0;
        let kind = self.kind;
        let block = self.open.get_or_insert_with(|| DraftBlock::new(kind, ""));
        match self.space.take() {
            Some(Some(raw)) => block.push_verbatim(" ", raw),
            Some(None) => block.push_made(" "),
            None => {}
        }
    }

    /// Bytes of the open block's text.
    fn length(&self) -> usize {
        self.open.as_ref().map_or(0, |block| block.text.len())
    }

    fn flush(&mut self) {
        self.breaks = 0;
        self.bold = 0;
        self.space = None;
        self.body.blocks.extend(self.open.take());
    }
}

/// Bytes from the start that can be taken as they are: up to white space that is not one blank
/// between signs, a control character or a no-break space.
fn run_length(bytes: &[u8]) -> usize {
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b' ' => match bytes.get(i + 1) {
                Some(next) if next.is_ascii_graphic() || (*next >= 0x80 && *next != 0xc2) => i += 1,
                _ => break,
            },
            0xc2 if bytes.get(i + 1) == Some(&0xa0) => break,
            b if b.is_ascii_control() => break,
            _ => i += 1,
        }
    }
    i
}

/// A picture, film or frame of a page.
fn html_media(e: Element<'_, '_>) -> Option<Media> {
    let kind = match e.name() {
        "img" => MediaKind::Image,
        "video" => MediaKind::Video,
        "audio" => MediaKind::Audio,
        "iframe" | "embed" | "object" => MediaKind::Embed,
        _ => return None,
    };
    let url = e
        .value("src")
        .or_else(|| e.value("data"))
        .or_else(|| e.first("source").and_then(|s| s.value("src")))?;
    Some(Media {
        kind,
        url: Some(url),
        caption: e.value("alt").or_else(|| e.value("title")),
        credit: None,
    })
}

/// dpa's own elements for what is embedded in a text: `dnl-image`, `dnl-youtubeembed`, `dnl-wgchart`.
fn dpa_embed(e: Element<'_, '_>) -> Option<Media> {
    Some(Media {
        kind: match e.name() {
            "dnl-image" => MediaKind::Image,
            "dnl-wgchart" => MediaKind::Graphic,
            _ => MediaKind::Embed,
        },
        url: Some(
            e.value("src")
                .or_else(|| e.value("href"))
                .or_else(|| e.value("ref"))?,
        ),
        caption: e.value("caption"),
        credit: e.value("creditline"),
    })
}
/// Whether an element parts its text by elements alone, and is no line of text itself.
fn holds_parts(e: Element<'_, '_>) -> bool {
    const LINES: [&str; 16] = [
        "p", "h1", "h2", "h3", "h4", "h5", "h6", "hl1", "hl2", "li", "dd", "dt", "td", "th", "a",
        "pre",
    ];
    let has_text = || {
        e.nodes().any(|n| match n {
            Node::Text(text, _) => !text.trim_ascii().is_empty(),
            Node::Made(c) => !c.is_whitespace(),
            Node::Element(_) => false,
        })
    };
    !LINES.contains(&e.name()) && !is_inline(e.name()) && !has_text()
}

/// Elements within a line: HTML's, and NITF's for what a line names (NITF 3.6, "enriched-text").
fn is_inline(name: &str) -> bool {
    const INLINE: [&str; 48] = [
        "a",
        "abbr",
        "alt-code",
        "b",
        "big",
        "chron",
        "cite",
        "classifier",
        "code",
        "copyrite",
        "del",
        "em",
        "event",
        "font",
        "frac",
        "function",
        "i",
        "ins",
        "kbd",
        "label",
        "lang",
        "location",
        "mark",
        "money",
        "num",
        "object.title",
        "org",
        "person",
        "postaddr",
        "pronounce",
        "q",
        "s",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "virtloc",
        "name.given",
        "name.family",
        "city",
        "country",
        "state",
    ];
    INLINE.contains(&name)
}
