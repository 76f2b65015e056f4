//! The elements this reader tells apart, and what each means for building the tree and its lines.
//!
//! Section numbers are those of the WHATWG HTML Standard.

use std::sync::LazyLock;

macro_rules! tags {
    ($($variant:ident $name:literal),+ $(,)?) => {
        /// What a node of the tree is: the document, a stretch of text, or an element.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Tag {
            Document,
            Text,
            /// An element without a variant of its own, a custom element for instance.
            Other,
            $($variant),+
        }

        impl Tag {
            pub const COUNT: usize = [Tag::Document, Tag::Text, Tag::Other, $(Tag::$variant),+].len();
            const NAMED: &[(&str, Tag)] = &[$(($name, Tag::$variant)),+];
        }
    };
}

tags! {
    A "a", Abbr "abbr", Address "address", Article "article", Aside "aside", Audio "audio", B "b",
    Base "base", Blockquote "blockquote", Body "body", Br "br", Button "button", Canvas "canvas",
    Caption "caption", Center "center", Cite "cite", Code "code", Col "col", Colgroup "colgroup",
    Dd "dd", Del "del", Details "details", Dialog "dialog", Dir "dir", Div "div", Dl "dl", Dt "dt",
    Em "em", Embed "embed", Fieldset "fieldset", Figcaption "figcaption", Figure "figure",
    Font "font", Footer "footer", Form "form", H1 "h1", H2 "h2", H3 "h3", H4 "h4", H5 "h5", H6 "h6",
    Head "head", Header "header", Hgroup "hgroup", Hr "hr", Html "html", I "i", Iframe "iframe",
    Img "img", Input "input", Ins "ins", Label "label", Legend "legend", Li "li", Link "link",
    Listing "listing", Main "main", Math "math", Menu "menu", Meta "meta", Nav "nav",
    Noembed "noembed", Noframes "noframes", Noscript "noscript", Object "object", Ol "ol",
    Optgroup "optgroup", Opt "option", P "p", Param "param", Picture "picture",
    Plaintext "plaintext", Pre "pre", Q "q", Rp "rp", Rt "rt", S "s", Script "script", Section "section",
    Select "select", Slot "slot", Small "small", Source "source", Span "span", Strong "strong",
    Style "style", Sub "sub", Summary "summary", Sup "sup", Svg "svg", Table "table",
    Tbody "tbody", Td "td", Template "template", Textarea "textarea", Tfoot "tfoot", Th "th",
    Thead "thead", Time "time", Title "title", Tr "tr", Track "track", U "u", Ul "ul",
    Video "video", Wbr "wbr", Xmp "xmp",
}

/// Longest name in the table; longer names need no look-up.
const LONGEST_TAG_NAME: usize = 10;

/// Slots of the table of names: four times the names, so that nearly every look-up is one comparison.
const SLOTS: usize = 512;

/// Names as numbers, in an open-addressed table: a page looks up a name for each of its tags.
static BY_NAME: LazyLock<[(u128, Tag); SLOTS]> = LazyLock::new(|| {
    let mut table = [(0, Tag::Other); SLOTS];
    for (name, tag) in Tag::NAMED {
        let key = packed(name.as_bytes());
        let mut at = slot(key);
        while table[at].0 != 0 {
            at = (at + 1) % SLOTS;
        }
        table[at] = (key, *tag);
    }
    table
});

/// A name of at most 15 bytes as a number, its letters in lower case; never 0.
fn packed(name: &[u8]) -> u128 {
    name.iter()
        .fold(1, |key, b| key << 8 | u128::from(b.to_ascii_lowercase()))
}

/// Where the search for a name begins: the top bits of its product with 2^64 over the golden ratio.
fn slot(key: u128) -> usize {
    let folded = key as u64 ^ (key >> 64) as u64;
    (folded.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 55) as usize
}

/// The length of each tag's name; [`usize::MAX`] where the tag does not tell it.
const LENGTHS: [usize; Tag::COUNT] = {
    let mut lengths = [usize::MAX; Tag::COUNT];
    let mut i = 0;
    while i < Tag::NAMED.len() {
        lengths[Tag::NAMED[i].1 as usize] = Tag::NAMED[i].0.len();
        i += 1;
    }
    lengths
};

impl Tag {
    /// The tag of an element by its name, in any case.
    pub fn of(name: &[u8]) -> Tag {
        if name.len() > LONGEST_TAG_NAME {
            return Tag::Other;
        }
        let key = packed(name);
        let mut at = slot(key);
        loop {
            match BY_NAME[at] {
                (found, tag) if found == key => return tag,
                (0, _) => return Tag::Other,
                _ => at = (at + 1) % SLOTS,
            }
        }
    }

    /// The length of its name in bytes; [`usize::MAX`] for what has no name of its own.
    pub fn name_len(self) -> usize {
        LENGTHS[self as usize]
    }

    /// Has no content and no end tag (void elements, 13.1.2).
    pub fn is_void(self) -> bool {
        use Tag::*;
        matches!(
            self,
            Base | Br | Col | Embed | Hr | Img | Input | Link | Meta | Param | Source | Track | Wbr
        )
    }

    /// Its content is text up to its own end tag, not markup (raw text and escapable raw text, 13.1.2).
    pub fn is_raw_text(self) -> bool {
        use Tag::*;
        matches!(
            self,
            Script | Style | Textarea | Title | Xmp | Iframe | Noembed | Noframes | Plaintext
        )
    }

    /// Its start ends an open paragraph (start tags of 13.2.6.4.7 that close a `p` in button scope; items of lists,
    /// which the standard closes by themselves, too).
    pub fn ends_paragraph(self) -> bool {
        use Tag::*;
        matches!(
            self,
            Address
                | Article
                | Aside
                | Blockquote
                | Center
                | Dd
                | Details
                | Dialog
                | Dir
                | Div
                | Dl
                | Dt
                | Fieldset
                | Figcaption
                | Figure
                | Footer
                | Form
                | H1
                | H2
                | H3
                | H4
                | H5
                | H6
                | Header
                | Hgroup
                | Hr
                | Li
                | Listing
                | Main
                | Menu
                | Nav
                | Ol
                | P
                | Plaintext
                | Pre
                | Section
                | Summary
                | Table
                | Ul
                | Xmp
        )
    }

    /// An end tag from inside does not reach past it (scopes of 13.2.4.2).
    pub fn is_scope(self) -> bool {
        use Tag::*;
        matches!(self, Html | Table | Td | Th | Caption | Template | Object)
    }

    /// A table or one of its rows and row groups.
    pub fn is_table_part(self) -> bool {
        use Tag::*;
        matches!(self, Table | Tr | Tbody | Thead | Tfoot | Template)
    }

    pub fn is_heading(self) -> bool {
        use Tag::*;
        matches!(self, H1 | H2 | H3 | H4 | H5 | H6)
    }

    /// May stand in the head of a page (metadata content, 3.2.5.2.1): the start of anything else ends the head.
    pub fn in_head(self) -> bool {
        use Tag::*;
        matches!(
            self,
            Base | Link | Meta | Noscript | Script | Style | Template | Title
        )
    }

    /// Stands on lines of its own.
    pub fn is_block(self) -> bool {
        use Tag::*;
        self.ends_paragraph()
            || matches!(
                self,
                Document
                    | Html
                    | Body
                    | Caption
                    | Colgroup
                    | Legend
                    | Optgroup
                    | Opt
                    | Tbody
                    | Td
                    | Tfoot
                    | Th
                    | Thead
                    | Tr
                    | Video
                    | Audio
                    | Iframe
                    | Object
                    | Select
                    | Textarea
                    | Noscript
                    | Template
                    | Canvas
                    | Button
            )
    }

    /// Holds nothing a reader of the page would see as text.
    pub fn is_invisible(self) -> bool {
        use Tag::*;
        matches!(
            self,
            Script
                | Style
                | Template
                | Head
                | Title
                | Meta
                | Link
                | Noscript
                | Svg
                | Math
                | Canvas
                | Select
                | Textarea
                | Iframe
                | Noembed
                | Noframes
                | Object
                | Embed
                | Audio
                | Video
                | Input
                | Opt
                | Optgroup
                | Rt
                | Rp
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case() {
        assert_eq!(Tag::of(b"DIV"), Tag::Div);
        assert_eq!(Tag::of(b"blockquote"), Tag::Blockquote);
        assert_eq!(Tag::of(b"amp-img"), Tag::Other);
        assert_eq!(Tag::of(b"a-very-long-custom-element"), Tag::Other);
    }

    #[test]
    fn no_name_is_longer_than_the_look_up() {
        assert_eq!(
            Tag::NAMED.iter().map(|(n, _)| n.len()).max(),
            Some(LONGEST_TAG_NAME)
        );
    }
}
