use std::borrow::Cow;

use super::{Ns, local};
use crate::intake::html::entities;

const NONE: u32 = u32::MAX;

/// An element with all below it, in one flat arena.
#[derive(Debug)]
pub struct Tree<'a> {
    source: &'a str,
    nodes: Vec<Data<'a>>,
}

#[derive(Debug)]
struct Data<'a> {
    content: Content<'a>,
    next: u32,
    first: u32,
    last: u32,
}

#[derive(Debug)]
enum Content<'a> {
    Element {
        name: &'a str,
        attributes: &'a str,
        ns: Ns,
        /// Where its content stands in the document.
        inner: (u32, u32),
    },
    /// Characters that stand in the document as they are, at this byte.
    Text(&'a str, u32),
    /// A character that a reference stands for.
    Made(char),
}

/// What stands in an element.
#[derive(Debug, Clone, Copy)]
pub enum Node<'t, 'a> {
    Element(Element<'t, 'a>),
    /// Characters as they stand in the document, and at which byte.
    Text(&'a str, usize),
    /// A character that stands for a reference.
    Made(char),
}

impl Node<'_, '_> {
    /// Whether there is a sign in it that is no white space.
    pub fn has_text(&self) -> bool {
        match self {
            Node::Text(text, _) => !text.trim_ascii().is_empty(),
            Node::Made(c) => !c.is_whitespace(),
            Node::Element(e) => e.has_text(),
        }
    }
}

/// An element of a [`Tree`].
#[derive(Debug, Clone, Copy)]
pub struct Element<'t, 'a> {
    tree: &'t Tree<'a>,
    id: u32,
}

impl<'a> Tree<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Tree {
            source,
            nodes: Vec::new(),
        }
    }

    pub(super) fn open(
        &mut self,
        parent: Option<u32>,
        name: &'a str,
        attributes: &'a str,
        ns: Ns,
        at: usize,
    ) -> u32 {
        let content = Content::Element {
            name,
            attributes,
            ns,
            inner: (at as u32, at as u32),
        };
        match parent {
            Some(parent) => self.push(parent, content),
            None => {
                self.nodes.push(Data {
                    content,
                    next: NONE,
                    first: NONE,
                    last: NONE,
                });
                0
            }
        }
    }

    pub(super) fn close(&mut self, id: u32, at: usize) {
        if let Content::Element { inner, .. } = &mut self.nodes[id as usize].content {
            inner.1 = (at as u32).max(inner.0);
        }
    }

    pub(super) fn text(&mut self, parent: u32, text: &'a str, at: usize) {
        if !text.is_empty() {
            self.push(parent, Content::Text(text, at as u32));
        }
    }

    pub(super) fn made(&mut self, parent: u32, c: char) {
        self.push(parent, Content::Made(c));
    }

    pub(super) fn made_text(&mut self, parent: u32, text: &str) {
        text.chars().for_each(|c| self.made(parent, c));
    }

    fn push(&mut self, parent: u32, content: Content<'a>) -> u32 {
        let id = self.nodes.len() as u32;
        self.nodes.push(Data {
            content,
            next: NONE,
            first: NONE,
            last: NONE,
        });
        let last = std::mem::replace(&mut self.nodes[parent as usize].last, id);
        if last == NONE {
            self.nodes[parent as usize].first = id;
        } else {
            self.nodes[last as usize].next = id;
        }
        id
    }

    pub(super) fn qualified(&self, id: u32) -> &'a str {
        match self.nodes[id as usize].content {
            Content::Element { name, .. } => name,
            _ => "",
        }
    }

    /// The element the tree was built for; `None` only for a tree that was never built.
    pub fn root(&self) -> Option<Element<'_, 'a>> {
        (!self.nodes.is_empty()).then_some(Element { tree: self, id: 0 })
    }
}

impl<'t, 'a> Element<'t, 'a> {
    fn data(self) -> (&'a str, &'a str, Ns, (u32, u32)) {
        match self.tree.nodes[self.id as usize].content {
            Content::Element {
                name,
                attributes,
                ns,
                inner,
            } => (name, attributes, ns, inner),
            _ => ("", "", Ns::Other, (0, 0)),
        }
    }

    /// Local name.
    pub fn name(self) -> &'a str {
        local(self.data().0)
    }

    pub fn ns(self) -> Ns {
        self.data().2
    }

    /// Name of this element in the document's own namespace; empty for one of another vocabulary.
    pub fn own_name(self) -> &'a str {
        if self.ns() == Ns::Own {
            self.name()
        } else {
            ""
        }
    }

    /// The attribute of this local name, its references decoded.
    pub fn attribute(self, name: &str) -> Option<Cow<'a, str>> {
        attributes(self.data().1)
            .find(|(n, _)| *n == name || (!n.starts_with("xmlns") && local(n) == name))
            .map(|(_, v)| entities::decode(v, true))
    }

    /// [`Element::attribute`], trimmed, `None` where it is empty.
    pub fn value(self, name: &str) -> Option<String> {
        self.attribute(name).and_then(|v| {
            let v = v.trim();
            (!v.is_empty()).then(|| v.to_owned())
        })
    }

    pub fn nodes(self) -> impl Iterator<Item = Node<'t, 'a>> {
        let tree = self.tree;
        let mut id = tree.nodes[self.id as usize].first;
        std::iter::from_fn(move || {
            if id == NONE {
                return None;
            }
            let data = &tree.nodes[id as usize];
            let node = match data.content {
                Content::Element { .. } => Node::Element(Element { tree, id }),
                Content::Text(text, at) => Node::Text(text, at as usize),
                Content::Made(c) => Node::Made(c),
            };
            id = data.next;
            Some(node)
        })
    }

    /// The elements directly below.
    pub fn elements(self) -> impl Iterator<Item = Element<'t, 'a>> {
        self.nodes().filter_map(|n| match n {
            Node::Element(e) => Some(e),
            _ => None,
        })
    }

    /// The elements of this local name directly below.
    pub fn all<'n>(self, name: &'n str) -> impl Iterator<Item = Element<'t, 'a>> + use<'t, 'a, 'n> {
        self.elements().filter(move |e| e.name() == name)
    }

    /// The first element of this local name directly below.
    pub fn first(self, name: &str) -> Option<Element<'t, 'a>> {
        self.elements().find(|e| e.name() == name)
    }

    /// The element down this path of local names.
    pub fn at(self, path: &[&str]) -> Option<Element<'t, 'a>> {
        path.iter().try_fold(self, |e, name| e.first(name))
    }

    /// The first element of this local name anywhere below, in document order.
    pub fn find(self, name: &str) -> Option<Element<'t, 'a>> {
        self.descendants().find(|e| e.name() == name)
    }

    /// All elements below, in document order.
    pub fn descendants(self) -> impl Iterator<Item = Element<'t, 'a>> {
        let tree = self.tree;
        let mut stack = vec![tree.nodes[self.id as usize].first];
        std::iter::from_fn(move || {
            while let Some(id) = stack.pop() {
                if id == NONE {
                    continue;
                }
                let data = &tree.nodes[id as usize];
                stack.push(data.next);
                if matches!(data.content, Content::Element { .. }) {
                    stack.push(data.first);
                    return Some(Element { tree, id });
                }
            }
            None
        })
    }

    /// All characters in the element, as they are.
    pub fn raw_text(self) -> String {
        let mut out = String::new();
        self.collect(&mut out);
        out
    }

    fn collect(self, out: &mut String) {
        // Depth is bounded by the source's limit.
        for node in self.nodes() {
            match node {
                Node::Text(text, _) => out.push_str(text),
                Node::Made(c) => out.push(c),
                // What runs or styles is no text, nor is the reading of a character.
                Node::Element(e) if matches!(e.name(), "script" | "style" | "rt" | "rp") => {}
                Node::Element(e) => e.collect(out),
            }
        }
    }

    /// The characters in the element on one line, white space collapsed; `None` where there are none.
    pub fn text(self) -> Option<String> {
        let raw = self.raw_text();
        let mut out = String::with_capacity(raw.len());
        for word in raw.split_whitespace() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
        (!out.is_empty()).then_some(out)
    }

    /// Text of the first element of this name directly below.
    pub fn text_of(self, name: &str) -> Option<String> {
        self.first(name).and_then(Element::text)
    }

    /// Its content as written, markup and all, and at which byte of the document it stands.
    pub fn inner(self) -> (&'a str, usize) {
        let (_, _, _, (from, to)) = self.data();
        let text = self.tree.source.get(from as usize..to as usize);
        (text.unwrap_or(""), from as usize)
    }

    /// The characters in the element and where they stand, when they stand in one piece: one text or
    /// one CDATA section, with nothing but white space around it.
    pub fn only_text(self) -> Option<(&'a str, usize)> {
        let mut only = None;
        for node in self.nodes() {
            match node {
                Node::Text(text, _) if text.trim_ascii().is_empty() => {}
                Node::Text(text, at) if only.is_none() => only = Some((text, at)),
                _ => return None,
            }
        }
        only
    }

    pub fn has_elements(self) -> bool {
        self.elements().next().is_some()
    }

    /// Whether there is a sign in it that is no white space.
    pub fn has_text(self) -> bool {
        // Depth is bounded by the source's limit.
        self.nodes().any(|node| node.has_text())
    }
}

/// Names and undecoded values of attributes as written in a tag; what is no attribute is skipped.
pub(super) fn attributes(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let end = rest
                .find(|c: char| c.is_ascii_whitespace() || c == '=')
                .unwrap_or(rest.len());
            let name = &rest[..end];
            let after = rest[end..].trim_start();
            let Some(value) = after.strip_prefix('=') else {
                rest = if end == 0 { &rest[1..] } else { after };
                if name.is_empty() {
                    continue;
                }
                return Some((name, ""));
            };
            let value = value.trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (found, left) = match quote {
                Some(q) => match value[1..].find(q) {
                    Some(end) => (&value[1..=end], &value[end + 2..]),
                    None => (&value[1..], ""),
                },
                None => {
                    let end = value
                        .find(|c: char| c.is_ascii_whitespace())
                        .unwrap_or(value.len());
                    value.split_at(end)
                }
            };
            rest = left;
            return Some((name, found));
        }
    })
}
