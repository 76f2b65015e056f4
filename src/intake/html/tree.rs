//! The document as a flat arena: nodes in document order, each knowing where its subtree ends.
//!
//! The descendants of node `n` are exactly the nodes `n + 1 .. end(n)`, so that any sum over a subtree
//! is a difference of two prefix sums. Building is linear in the document: every element is opened and
//! closed once, the stack of open elements is bounded by the depth limit, and what lies deeper becomes
//! a sibling of what it would have been a child of.
//!
//! It follows the tree construction of the WHATWG HTML Standard (13.2.6) in what shows in the text: implied ends, scopes,
//! void elements, the head's end. It does not move content out of tables nor reopen formatting, which change where a
//! text stands in the tree but not its order.

use std::borrow::Cow;
use std::cell::Cell;

use super::entities;
use super::tag::Tag;
use super::tokenizer::{ByteRange, HtmlToken, Tokenizer};

/// Index of a node in its tree.
pub type Id = u32;

/// The document node.
pub const ROOT: Id = 0;

#[derive(Debug, Clone, Copy)]
struct TreeNode {
    tag: Tag,
    /// Text that is not markup: the content of a script or a title.
    raw: bool,
    /// Its end tag stands in the document.
    closed: bool,
    parent: Id,
    /// One past its last descendant.
    end: Id,
    /// Where it stands: a text node's text, or a start tag from its name to before its `>`.
    start: u32,
    len: u32,
}

/// A parsed document, borrowing its text.
pub struct Tree<'a> {
    text: &'a str,
    nodes: Vec<TreeNode>,
    /// Elements that were flattened because they lay too deep.
    flattened: usize,
    work: Cell<u64>,
}

/// How many open elements an end, said or implied, looks at. Real pages leave a handful unclosed; a
/// bound keeps the work on ends that match nothing in proportion to their length.
const MOST_REACH: usize = 48;

/// An element that is still open.
#[derive(Clone, Copy)]
struct OpenElement {
    id: Id,
    tag: Tag,
    /// Of the name in lower case, to tell elements without a tag of their own apart.
    hash: u32,
}

/// Reads tokens into a tree: the stack of open elements of the standard, and what lies too deep for it.
struct TreeBuilder<'a> {
    tree: Tree<'a>,
    open: Vec<OpenElement>,
    /// Open elements of each tag, so that a look for one that is not open costs nothing.
    count: [u32; Tag::COUNT],
    /// Start tags of each tag that lay too deep and whose end tags are still to come.
    too_deep: [u32; Tag::COUNT],
    /// Most open elements.
    depth: usize,
}

impl<'a> Tree<'a> {
    /// Parses `text`, nesting elements at most `depth` deep.
    ///
    /// The text must be shorter than 4 GB, which [`crate::intake::Limits::document_bytes`] sees to.
    pub fn parse(text: &'a str, depth: usize) -> Self {
        let mut builder = TreeBuilder {
            tree: Tree {
                text,
                nodes: Vec::with_capacity(text.len() / 40 + 16),
                flattened: 0,
                work: Cell::new(0),
            },
            open: Vec::with_capacity(64),
            count: [0; Tag::COUNT],
            too_deep: [0; Tag::COUNT],
            depth,
        };
        builder.push(Tag::Document, false, 0..0);
        builder.open.push(OpenElement {
            id: ROOT,
            tag: Tag::Document,
            hash: 0,
        });
        for token in Tokenizer::new(text) {
            builder.token(token);
        }
        builder.close_down_to(0);
        builder.tree
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.len() <= 1
    }

    /// The document itself.
    pub fn source(&self) -> &'a str {
        self.text
    }

    /// Whether some of it lay deeper than the limit.
    pub fn was_flattened(&self) -> bool {
        self.flattened > 0
    }

    /// Steps of work done on this tree so far: what tests of hostile pages bound.
    pub fn work(&self) -> u64 {
        self.work.get()
    }

    /// Notes `steps` of work.
    pub fn worked(&self, steps: usize) {
        self.work.set(self.work.get() + steps as u64);
    }

    pub fn tag(&self, id: Id) -> Tag {
        self.nodes[id as usize].tag
    }

    pub fn parent(&self, id: Id) -> Id {
        self.nodes[id as usize].parent
    }

    /// One past the last descendant.
    pub fn end(&self, id: Id) -> Id {
        self.nodes[id as usize].end
    }

    pub fn is_ancestor(&self, ancestor: Id, of: Id) -> bool {
        ancestor <= of && of < self.end(ancestor)
    }

    pub fn is_element(&self, id: Id) -> bool {
        !matches!(self.tag(id), Tag::Text | Tag::Document)
    }

    pub fn children(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let end = self.end(id);
        let mut next = id + 1;
        std::iter::from_fn(move || {
            (next < end).then(|| {
                let child = next;
                next = self.end(child);
                child
            })
        })
    }

    /// Itself, its parent, and so on up to the document.
    pub fn ancestors(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let mut next = Some(id);
        std::iter::from_fn(move || {
            let here = next?;
            next = (here != ROOT).then(|| self.parent(here));
            Some(here)
        })
    }

    /// Bytes of the document from a node's start to the end of its last descendant's start.
    pub fn extent(&self, id: Id) -> usize {
        let last = &self.nodes[self.end(id) as usize - 1];
        (last.start + last.len).saturating_sub(self.nodes[id as usize].start) as usize
    }

    /// All descendants in document order.
    pub fn descendants(&self, id: Id) -> std::ops::Range<Id> {
        id + 1..self.end(id)
    }

    /// Descendants that are elements of this kind.
    pub fn find_all(&self, id: Id, tag: Tag) -> impl Iterator<Item = Id> + '_ {
        self.descendants(id).filter(move |n| self.tag(*n) == tag)
    }

    /// The first element of this kind in the document.
    pub fn first(&self, tag: Tag) -> Option<Id> {
        self.find_all(ROOT, tag).next()
    }

    /// The texts of those scripts for which `wanted` holds, in their order, up to `most` bytes in all.
    pub fn scripts(
        &self,
        most: usize,
        wanted: impl Fn(Id) -> bool,
    ) -> impl Iterator<Item = &'a str> {
        let mut bytes = 0;
        let filled = move |id: &Id| self.end(*id) != id + 1 && wanted(*id);
        self.find_all(ROOT, Tag::Script)
            .filter(filled)
            .map(|id| self.raw_text(id + 1).0)
            .take_while(move |text| {
                bytes += text.len();
                bytes <= most
            })
            .inspect(|text| self.worked(text.len() / 16))
    }

    /// A text node's text as it stands in the document, references not decoded, and where that is.
    pub fn raw_text(&self, id: Id) -> (&'a str, usize) {
        let node = &self.nodes[id as usize];
        let start = node.start as usize;
        (&self.text[start..start + node.len as usize], start)
    }

    /// Whether a text node is the content of a script, a style sheet or a title.
    pub fn is_raw(&self, id: Id) -> bool {
        self.nodes[id as usize].raw
    }

    /// Whether no reader of the page sees what is in an element. Of film, sound, formulas and choices only what their end
    /// tags close is: without one, the rest of the page would be in them.
    pub fn is_invisible(&self, id: Id) -> bool {
        let tag = self.tag(id);
        let holds_fallback = matches!(
            tag,
            Tag::Audio
                | Tag::Video
                | Tag::Object
                | Tag::Canvas
                | Tag::Noscript
                | Tag::Svg
                | Tag::Math
                | Tag::Select
                | Tag::Opt
                | Tag::Template
        );
        let is_endless = || holds_fallback && !self.nodes[id as usize].closed;
        tag.is_invisible() && !is_endless()
    }

    /// What stands in an element, as written, and where that begins; without its last end tags.
    pub fn inner(&self, id: Id) -> (usize, &'a str) {
        let node = &self.nodes[id as usize];
        let start = (node.start + node.len) as usize + 1;
        let end = node.start as usize + self.extent(id);
        let inner = self.text.get(start..end.max(start));
        (start, inner.unwrap_or_default())
    }

    /// An element's name as written.
    pub fn name(&self, id: Id) -> &'a str {
        let all = self.start_tag(id);
        if let Some(name) = all.get(..self.nodes[id as usize].tag.name_len()) {
            return name;
        }
        let end = all
            .bytes()
            .position(|b| b.is_ascii_whitespace() || b == b'/')
            .unwrap_or(all.len());
        &all[..end]
    }

    fn start_tag(&self, id: Id) -> &'a str {
        let node = &self.nodes[id as usize];
        if node.tag == Tag::Text {
            return "";
        }
        &self.text[node.start as usize..(node.start + node.len) as usize]
    }

    /// An element's attributes as written: name and value, references not decoded.
    pub fn attributes(&self, id: Id) -> Attributes<'a> {
        let all = self.start_tag(id);
        self.worked(1 + all.len() / 64);
        Attributes {
            rest: &all[self.name(id).len()..],
        }
    }

    /// The value of an attribute, decoded.
    pub fn attribute(&self, id: Id, name: &str) -> Option<Cow<'a, str>> {
        self.attributes(id)
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| entities::decode(v, true))
    }

    /// All text below a node, references decoded and white space collapsed, without invisible elements.
    pub fn text_of(&self, id: Id) -> String {
        self.text_without(id, |_| false)
    }

    /// The same without the elements that `skip` names.
    pub fn text_without(&self, id: Id, skip: impl Fn(Id) -> bool) -> String {
        let mut out = String::new();
        let mut next = id;
        let end = self.end(id);
        self.worked((end - id) as usize);
        while next < end {
            let tag = self.tag(next);
            if tag == Tag::Text {
                let (raw, _) = self.raw_text(next);
                push_collapsed(&mut out, &entities::decode(raw, false));
            } else if next != id && (self.is_invisible(next) || skip(next)) {
                next = self.end(next);
                continue;
            } else if (tag.is_block() || tag == Tag::Br) && !out.ends_with(' ') && !out.is_empty() {
                out.push(' ');
            }
            next += 1;
        }
        out.truncate(out.trim_end().len());
        out
    }
}

/// Appends `text` with each run of white space as one space, none at the start of `out`.
pub fn push_collapsed(out: &mut String, text: &str) {
    for c in text.chars() {
        // A soft hyphen shows where a word may break, and is none.
        if c == '\u{ad}' {
            continue;
        }
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
}

/// An attribute's name in lower case, without an allocation: pages have tens of thousands.
pub struct LowerName {
    room: [u8; 16],
    len: usize,
}

impl LowerName {
    /// Names longer than any that is looked for count as empty.
    pub fn of(name: &str) -> Self {
        let mut lower = LowerName {
            room: [0; 16],
            len: 0,
        };
        if let Some(room) = lower.room.get_mut(..name.len()) {
            room.copy_from_slice(name.as_bytes());
            room.make_ascii_lowercase();
            lower.len = name.len();
        }
        lower
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.room[..self.len]).unwrap_or_default()
    }
}

/// The attributes of a start tag, read from its text.
#[derive(Debug, Clone)]
pub struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.rest.as_bytes();
        let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0c);
        let skip =
            |from: usize| -> usize { from + bytes[from..].iter().take_while(|b| blank(b)).count() };
        let start = bytes
            .iter()
            .position(|b| !blank(b) && *b != b'/')
            .unwrap_or(bytes.len());
        if start == bytes.len() {
            self.rest = "";
            return None;
        }
        // A `=` at the start is part of the name, as the standard has it (13.2.5.32).
        let name_end = bytes[start + 1..]
            .iter()
            .position(|b| blank(b) || matches!(b, b'=' | b'/'))
            .map_or(bytes.len(), |n| start + 1 + n);
        let name = &self.rest[start..name_end];
        let equals = skip(name_end);
        if bytes.get(equals) != Some(&b'=') {
            self.rest = &self.rest[equals..];
            return Some((name, ""));
        }
        let value = skip(equals + 1);
        if let Some(quote @ (b'"' | b'\'')) = bytes.get(value).copied()
            && let Some(length) = memchr::memchr(quote, &bytes[value + 1..])
        {
            let inner = &self.rest[value + 1..value + 1 + length];
            self.rest = &self.rest[value + length + 2..];
            return Some((name, inner));
        }
        let end = bytes[value..]
            .iter()
            .position(blank)
            .map_or(bytes.len(), |n| value + n);
        let plain = &self.rest[value..end];
        self.rest = &self.rest[end..];
        Some((name, plain))
    }
}

impl TreeBuilder<'_> {
    fn push(&mut self, tag: Tag, raw: bool, at: ByteRange) -> Id {
        let id = self.tree.nodes.len() as Id;
        self.tree.nodes.push(TreeNode {
            tag,
            raw,
            closed: false,
            parent: self.open.last().map_or(ROOT, |o| o.id),
            end: id + 1,
            start: at.start as u32,
            len: (at.end - at.start) as u32,
        });
        id
    }

    fn token(&mut self, token: HtmlToken) {
        self.tree.worked(1);
        match token {
            HtmlToken::Text(at) => {
                let blank = self.tree.text[at.clone()].trim_ascii().is_empty();
                if !blank && self.count[Tag::Head as usize] > 0 && self.top() == Tag::Head {
                    self.pop();
                }
                self.push(Tag::Text, false, at);
            }
            HtmlToken::RawText(at) => {
                self.push(Tag::Text, true, at);
            }
            HtmlToken::Start {
                tag,
                name,
                all,
                self_closing,
            } => self.start(tag, name, all, self_closing),
            HtmlToken::End { tag, name } => self.end(tag, name),
        }
    }

    fn top(&self) -> Tag {
        self.open.last().map_or(Tag::Document, |o| o.tag)
    }

    fn is_open(&self, tag: Tag) -> bool {
        self.count[tag as usize] > 0
    }

    fn start(&mut self, tag: Tag, name: ByteRange, all: ByteRange, self_closing: bool) {
        // A second <html> or <body> adds nothing to the tree.
        if matches!(tag, Tag::Html | Tag::Body | Tag::Head) && self.is_open(tag) {
            return;
        }
        if self.top() == Tag::Head && !tag.in_head() {
            self.pop();
        }
        self.imply_ends(tag);
        if self.repeats_too_deep(tag, name.len() == all.len()) {
            self.too_deep[tag as usize] += 1;
            return;
        }
        let id = self.push(tag, false, all);
        if self.has_no_content(tag, self_closing) {
            return;
        }
        if self.open.len() > self.depth {
            self.too_deep[tag as usize] += 1;
            self.tree.flattened += 1;
            return;
        }
        let hash = self.hash(tag, name);
        self.open.push(OpenElement { id, tag, hash });
        self.count[tag as usize] += 1;
    }

    /// Whether an element ends with its start tag. `<x/>` is a start tag like any other but in SVG and MathML; the
    /// tokenizer takes `<script/>` and `<title/>` for empty all the same.
    fn has_no_content(&self, tag: Tag, self_closing: bool) -> bool {
        let foreign = || {
            [Tag::Svg, Tag::Math]
                .into_iter()
                .any(|t| tag == t || self.is_open(t))
        };
        tag.is_void() || (self_closing && (tag.is_raw_text() || foreign()))
    }

    /// Whether an element that lies too deep says nothing that the node before it does not say: that
    /// one is as empty, of the same kind, and this one is `bare` of attributes.
    fn repeats_too_deep(&self, tag: Tag, bare: bool) -> bool {
        let last = self.tree.nodes.len() - 1;
        bare && self.open.len() > self.depth
            && tag.is_block()
            && self.tree.nodes[last].tag == tag
            && self.open.last().is_some_and(|o| o.id as usize != last)
    }

    /// Closes what the start of `tag` closes without saying so.
    fn imply_ends(&mut self, tag: Tag) {
        if tag.ends_paragraph() && self.is_open(Tag::P) {
            self.close_in_scope(&[Tag::P], &[]);
        }
        if tag.is_heading() && self.top().is_heading() {
            self.pop();
        }
        self.imply_end_of_sibling(tag);
    }

    /// Closes the item, cell or link before that the start of another ends ("optional tags" of the standard, 13.1.2.4).
    fn imply_end_of_sibling(&mut self, tag: Tag) {
        use Tag::*;
        match tag {
            Li => self.close_in_scope(&[Li], &[Ul, Ol, Menu, Dir]),
            Dd | Dt => self.close_in_scope(&[Dd, Dt], &[Dl]),
            A => self.close_in_scope(&[A], &[Div, Section, Article, Li, Ul]),
            Opt | Optgroup => self.close_in_scope(&[Opt], &[Select]),
            Tr => self.close_in_table(&[Td, Th, Tr, Caption, Colgroup]),
            Td | Th => self.close_in_table(&[Td, Th, Caption]),
            Tbody | Thead | Tfoot => {
                self.close_in_table(&[Td, Th, Tr, Tbody, Thead, Tfoot, Caption, Colgroup]);
            }
            _ => {}
        }
    }

    /// Closes the innermost open element of `tags`, unless a scope or one of `walls` stands between.
    fn close_in_scope(&mut self, tags: &[Tag], walls: &[Tag]) {
        if !tags.iter().any(|t| self.is_open(*t)) {
            return;
        }
        let mut found = None;
        for (at, open) in self.open.iter().enumerate().rev().take(MOST_REACH) {
            self.tree.worked(1);
            if tags.contains(&open.tag) {
                found = Some(at);
                break;
            }
            if open.tag.is_scope() || open.tag == Tag::Button || walls.contains(&open.tag) {
                break;
            }
        }
        if let Some(at) = found {
            self.close_down_to(at);
        }
    }

    /// Closes the outermost of `tags` that is open within the innermost table.
    fn close_in_table(&mut self, tags: &[Tag]) {
        let reach = self.open.len().saturating_sub(MOST_REACH);
        let table = self.open[reach..]
            .iter()
            .rposition(|o| matches!(o.tag, Tag::Table | Tag::Template))
            .map_or(self.open.len(), |n| reach + n);
        self.tree.worked(self.open.len() - reach);
        if let Some(n) = self.open[table..]
            .iter()
            .position(|o| tags.contains(&o.tag))
        {
            self.close_down_to(table + n);
        }
    }

    fn end(&mut self, tag: Tag, name: ByteRange) {
        if self.too_deep[tag as usize] > 0 {
            self.too_deep[tag as usize] -= 1;
            return;
        }
        if tag == Tag::Br {
            self.push(Tag::Br, false, name);
            return;
        }
        // The end of body and html is the end of the document: what follows still belongs to it.
        let ends_document = matches!(tag, Tag::Body | Tag::Html);
        let may_be_open = tag.is_heading() || self.is_open(tag);
        if may_be_open && !ends_document {
            let hash = self.hash(tag, name);
            if let Some(at) = self.ended_by(tag, hash) {
                let ended = self.open[at].id as usize;
                self.tree.nodes[ended].closed = true;
                self.close_down_to(at);
            }
        }
    }

    /// Which open element an end tag ends, as a place in `open`: the innermost of its name, or for a heading the
    /// innermost heading, unless something stands between that the tag does not reach past.
    fn ended_by(&self, tag: Tag, hash: u32) -> Option<usize> {
        let inline = !tag.is_block() && tag != Tag::Other;
        let heading = tag.is_heading();
        for (at, open) in self.open.iter().enumerate().rev().take(MOST_REACH) {
            self.tree.worked(1);
            let same = open.tag == tag && open.hash == hash;
            if same || (heading && open.tag.is_heading()) {
                return Some(at);
            }
            // `</b>` closes no paragraph and `</div>` no cell around it; only a table's own end leaves a table.
            let wall = open.tag.is_scope() && !tag.is_table_part();
            if wall || (inline && open.tag.is_block()) {
                return None;
            }
        }
        None
    }

    fn pop(&mut self) {
        self.close_down_to(self.open.len() - 1);
    }

    /// Closes open elements until `keep` are left.
    fn close_down_to(&mut self, keep: usize) {
        let end = self.tree.nodes.len() as Id;
        for closed in self.open.drain(keep..) {
            self.tree.nodes[closed.id as usize].end = end;
            if closed.tag != Tag::Document {
                self.count[closed.tag as usize] -= 1;
            }
        }
    }

    /// Tells elements without a tag of their own apart by name.
    fn hash(&self, tag: Tag, name: ByteRange) -> u32 {
        if tag != Tag::Other {
            return 0;
        }
        // FNV-1a.
        self.tree.text.as_bytes()[name]
            .iter()
            .fold(0x811c_9dc5, |h, b| {
                (h ^ u32::from(b.to_ascii_lowercase())).wrapping_mul(0x0100_0193)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree in brackets: `p(text b(text))`.
    fn shown(html: &str) -> String {
        fn show(tree: &Tree<'_>, id: Id, out: &mut String) {
            for child in tree.children(id) {
                if !out.is_empty() && !out.ends_with('(') {
                    out.push(' ');
                }
                if tree.tag(child) == Tag::Text {
                    out.push_str(tree.raw_text(child).0.trim());
                    continue;
                }
                out.push_str(tree.name(child));
                if tree.end(child) > child + 1 {
                    out.push('(');
                    show(tree, child, out);
                    out.push(')');
                }
            }
        }
        let tree = Tree::parse(html, 64);
        let mut out = String::new();
        show(&tree, ROOT, &mut out);
        out
    }

    #[test]
    fn ends_are_implied() {
        assert_eq!(shown("<p>a<p>b<div>c</div>"), "p(a) p(b) div(c)");
        assert_eq!(
            shown("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>"),
            "ul(li(a) li(b ul(li(c))) li(d))"
        );
        assert_eq!(
            shown("<table><tr><td>a<td>b<tr><td>c</table>d"),
            "table(tr(td(a) td(b)) tr(td(c))) d"
        );
        assert_eq!(shown("<a href=1>x<a href=2>y</a>"), "a(x) a(y)");
        assert_eq!(shown("<dl><dt>a<dd>b<dt>c</dl>"), "dl(dt(a) dd(b) dt(c))");
    }

    #[test]
    fn stray_and_missing_ends_do_little_harm() {
        assert_eq!(shown("<div><b>a</div>b</b></p>c"), "div(b(a)) b c");
        assert_eq!(shown("<p><b>a</p><p>b</b></p>"), "p(b(a)) p(b)");
        assert_eq!(shown("<x-a><x-b>a</x-a>b"), "x-a(x-b(a)) b");
        assert_eq!(shown("<h2>a</h3>b"), "h2(a) b");
        assert_eq!(
            shown("<table><tr><td><div>a</table></div>b"),
            "table(tr(td(div(a)))) b"
        );
    }

    #[test]
    fn the_head_ends_where_text_begins() {
        assert_eq!(
            shown("<html><head><title>t</title><p>a</p></html>"),
            "html(head(title(t)) p(a))"
        );
        assert_eq!(
            shown("<svg><path/><title>x</title></svg>a"),
            "svg(path title(x)) a"
        );
    }

    #[test]
    fn attributes_are_read_lazily() {
        let tree = Tree::parse(
            "<a CLASS=\"x &amp; y\" href=/a?b=1&copy=2 hidden data-x='1'/>",
            9,
        );
        assert_eq!(tree.attribute(1, "class").as_deref(), Some("x & y"));
        assert_eq!(tree.attribute(1, "href").as_deref(), Some("/a?b=1&copy=2"));
        assert_eq!(tree.attribute(1, "hidden").as_deref(), Some(""));
        assert_eq!(tree.attribute(1, "data-x").as_deref(), Some("1"));
        assert_eq!(tree.attribute(1, "title"), None);
    }

    #[test]
    fn what_lies_too_deep_is_flattened() {
        let html = format!("{}x{}y", "<div>".repeat(5_000), "</div>".repeat(5_000));
        let tree = Tree::parse(&html, 100);
        assert!(tree.was_flattened());
        assert_eq!(tree.text_of(ROOT), "xy");
        assert!(tree.len() < 200);
    }
}
