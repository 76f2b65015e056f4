//! The elements this reader tells apart, and what each means for building the tree and its lines.

use std::collections::HashMap;
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
    Plaintext "plaintext", Pre "pre", Q "q", S "s", Script "script", Section "section",
    Select "select", Slot "slot", Small "small", Source "source", Span "span", Strong "strong",
    Style "style", Sub "sub", Summary "summary", Sup "sup", Svg "svg", Table "table",
    Tbody "tbody", Td "td", Template "template", Textarea "textarea", Tfoot "tfoot", Th "th",
    Thead "thead", Time "time", Title "title", Tr "tr", Track "track", U "u", Ul "ul",
    Video "video", Wbr "wbr", Xmp "xmp",
}

/// Longest name in the table; longer names need no look-up.
const LONGEST: usize = 10;

static BY_NAME: LazyLock<HashMap<&'static [u8], Tag, foldhash::fast::FixedState>> =
    LazyLock::new(|| {
        Tag::NAMED
            .iter()
            .map(|(name, tag)| (name.as_bytes(), *tag))
            .collect()
    });

impl Tag {
    /// The tag of an element by its name, in any case.
    pub fn of(name: &[u8]) -> Tag {
        let mut lower = [0u8; LONGEST];
        let Some(room) = lower.get_mut(..name.len()) else {
            return Tag::Other;
        };
        room.copy_from_slice(name);
        room.make_ascii_lowercase();
        BY_NAME.get(&*room).copied().unwrap_or(Tag::Other)
    }

    pub fn is_void(self) -> bool {
        use Tag::*;
        matches!(
            self,
            Base | Br | Col | Embed | Hr | Img | Input | Link | Meta | Param | Source | Track | Wbr
        )
    }

    /// Its content is text up to its own end tag, not markup.
    pub fn is_raw_text(self) -> bool {
        use Tag::*;
        matches!(
            self,
            Script | Style | Textarea | Title | Xmp | Iframe | Noembed | Noframes | Plaintext
        )
    }

    /// Its start ends an open paragraph.
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

    /// An end tag from inside does not reach past it.
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

    /// May stand in the head of a page.
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
        assert_eq!(Tag::NAMED.iter().map(|(n, _)| n.len()).max(), Some(LONGEST));
    }
}
