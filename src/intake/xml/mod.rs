//! The XML layer that the XML formats share.
//!
//! [`Source`] walks a document event by event on quick-xml; [`Source::element`] builds the [`Tree`]
//! of one element, which is what a format's reader maps: an item of a feed, a `newsItem`, a whole
//! NITF document. A feed is never in memory as a tree, only its item of the moment.
//!
//! - Names are local names; [`Ns`] tells the few namespaces apart that share them.
//! - Document types are skipped; nothing external is ever fetched. Character references and HTML's
//!   named ones are decoded; of a document's own entities only short ones with literal text are
//!   expanded, once and without nesting. Any other reference stays as written
//!   and is flagged.
//! - A document that breaks off, or whose syntax breaks, closes every open element there: what was
//!   read stands, and [`Source::error`] says at which byte reading stopped and why.
//! - Mismatched end tags close what they name, or nothing.

mod blocks;
mod namespace;
mod tree;

pub use blocks::Body;
pub use namespace::Ns;
pub use tree::{Element, Node, Tree};

use namespace::Namespaces;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::html::entities::{self, ReferenceValue};
use super::{ErrorCode, Flag, ReadError};

/// Stray `<` that are taken as text before the document counts as broken. Each may cost a scan to
/// the end of the document, so the number is small.
const STRAY_TAGS: u32 = 64;
/// Entities a document may declare, and the longest text of one, in bytes.
const OWN_ENTITIES: usize = 256;
const OWN_ENTITY_BYTES: usize = 1024;
/// Bytes that all of a document's own entities together may expand to.
const EXPANSION_BYTES: usize = 256 << 10;

/// A step of the walk over a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// An element begins; `empty` elements have no end.
    Start {
        name: &'a str,
        empty: bool,
    },
    End {
        name: &'a str,
    },
    /// Character data, references not decoded.
    Text,
    /// Nothing is left, or nothing that can be read.
    Eof,
}

/// A document that is being read.
pub struct Source<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    /// Where the reader's input starts in `text`.
    base: usize,
    /// The last event: its bytes in `text`.
    last: (usize, usize),
    depth: usize,
    max_depth: usize,
    strays: u32,
    own_entities: Vec<(&'a str, &'a str)>,
    expansion_left: usize,
    namespaces: Namespaces<'a>,
    /// A reference that stayed as written, since the flags were last asked for.
    unresolved: bool,
    error: Option<ReadError>,
}

enum Raw<'a> {
    Start {
        name: &'a str,
        attributes: &'a str,
        empty: bool,
    },
    End {
        name: &'a str,
    },
    Text {
        text: &'a str,
        at: usize,
    },
    Reference {
        name: &'a str,
        at: usize,
    },
    Eof,
}

impl<'a> Source<'a> {
    pub fn new(text: &'a str, max_depth: usize) -> Self {
        // White space before the XML declaration is an error to parsers and common in feeds.
        let start = text.len()
            - text
                .trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
                .len();
        Source {
            text,
            reader: reader_at(text, start),
            base: start,
            last: (start, start),
            depth: 0,
            max_depth,
            strays: 0,
            own_entities: Vec::new(),
            expansion_left: EXPANSION_BYTES,
            namespaces: Namespaces::default(),
            unresolved: false,
            error: None,
        }
    }

    /// Why reading stopped before the document's end.
    pub fn error(&self) -> Option<&ReadError> {
        self.error.as_ref()
    }

    /// What is to be flagged on the element just read: the document broke off in it, or a reference
    /// in it could not be resolved.
    pub fn flags(&mut self) -> impl Iterator<Item = Flag> + use<> {
        let truncated = self.error.is_some().then_some(Flag::TRUNCATED);
        let unresolved = std::mem::take(&mut self.unresolved).then_some(Flag::UNRESOLVED_ENTITY);
        truncated.into_iter().chain(unresolved)
    }

    pub fn into_result(self) -> Result<(), ReadError> {
        self.error.map_or(Ok(()), Err)
    }

    /// Elements that are open now.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The next step of the walk.
    pub fn step(&mut self) -> Step<'a> {
        match self.next_raw() {
            Raw::Start {
                name,
                attributes,
                empty,
            } => {
                self.declare(attributes);
                if !empty {
                    self.depth += 1;
                    if self.depth > self.max_depth {
                        self.too_deep();
                        return Step::Eof;
                    }
                }
                Step::Start {
                    name: local(name),
                    empty,
                }
            }
            Raw::End { name } => {
                self.depth = self.depth.saturating_sub(1);
                Step::End { name: local(name) }
            }
            Raw::Text { .. } | Raw::Reference { .. } => Step::Text,
            Raw::Eof => Step::Eof,
        }
    }

    /// The tree of the element whose start the last step was. Its end, if it has one, is consumed.
    pub fn element(&mut self) -> Tree<'a> {
        let mut tree = Tree::new(self.text);
        self.build(&mut tree);
        tree
    }

    /// Notes that the document ended with elements open, if it did.
    pub fn close_all(&mut self) {
        if self.depth > 0 {
            self.broke_off("the root element");
        }
    }

    fn build(&mut self, tree: &mut Tree<'a>) {
        let (from, to) = self.last;
        let tag = &self.text[from..to];
        if !tag.starts_with('<') {
            return;
        }
        let (name, attributes, empty) = split_tag(tag);
        let root = tree.open(None, name, attributes, self.ns_of(name), to);
        if empty {
            tree.close(root, to);
            return;
        }
        let outer = self.depth.saturating_sub(1);
        let mut open = vec![root];
        while let Some(&current) = open.last() {
            match self.next_raw() {
                Raw::Start {
                    name,
                    attributes,
                    empty,
                } => {
                    self.declare(attributes);
                    let child = tree.open(
                        Some(current),
                        name,
                        attributes,
                        self.ns_of(name),
                        self.last.1,
                    );
                    if empty {
                        tree.close(child, self.last.1);
                    } else {
                        open.push(child);
                        if outer + open.len() > self.max_depth {
                            self.too_deep();
                        }
                    }
                }
                Raw::End { name } => {
                    // An end tag closes the nearest element of its name, and all that is open inside.
                    if let Some(nth) = open.iter().rposition(|&e| tree.qualified(e) == name) {
                        for &e in &open[nth..] {
                            tree.close(e, self.last.0);
                        }
                        open.truncate(nth);
                    }
                }
                Raw::Text { text, at } => tree.text(current, text, at),
                Raw::Reference { name, at } => self.reference(tree, current, name, at),
                Raw::Eof => {
                    for &e in &open {
                        tree.close(e, self.last.1);
                    }
                    self.broke_off(&format!("<{}>", local(tree.qualified(current))));
                    break;
                }
            }
        }
        self.depth = outer;
    }

    fn reference(&mut self, tree: &mut Tree<'a>, parent: u32, name: &'a str, at: usize) {
        let written = &self.text[at..(at + name.len() + 2).min(self.text.len())];
        match entities::reference(written, false) {
            Some((ReferenceValue::Char(c), n)) if n == written.len() => tree.made(parent, c),
            Some((ReferenceValue::Named(s), n)) if n == written.len() => {
                s.chars().for_each(|c| tree.made(parent, c));
            }
            _ => {
                let own = self.own_entities.iter().find(|(n, _)| *n == name);
                match own {
                    Some((_, value)) if value.len() <= self.expansion_left => {
                        self.expansion_left -= value.len();
                        tree.made_text(parent, value);
                    }
                    // "AT&T;": nothing is lost when an unknown reference stays as it is.
                    _ => {
                        self.unresolved = true;
                        tree.text(parent, written, at);
                    }
                }
            }
        }
    }

    fn next_raw(&mut self) -> Raw<'a> {
        loop {
            if self.error.is_some() {
                return Raw::Eof;
            }
            let event = self.reader.read_event();
            let (from, to) = (
                self.last.1,
                self.base + self.reader.buffer_position() as usize,
            );
            let to = to.clamp(from, self.text.len());
            match event {
                Ok(Event::Start(_) | Event::Empty(_)) => return self.start_tag(from, to),
                Ok(Event::End(_)) => {
                    self.last = (from, to);
                    let name = self.text[from..to]
                        .trim_start_matches("</")
                        .trim_end_matches('>')
                        .trim_end();
                    return Raw::End { name };
                }
                Ok(Event::Text(_)) => {
                    self.last = (from, to);
                    return Raw::Text {
                        text: &self.text[from..to],
                        at: from,
                    };
                }
                Ok(Event::CData(_)) => {
                    self.last = (from, to);
                    let at = (from + "<![CDATA[".len()).min(to);
                    let end = to.saturating_sub("]]>".len()).max(at);
                    return Raw::Text {
                        text: &self.text[at..end],
                        at,
                    };
                }
                Ok(Event::GeneralRef(_)) => {
                    self.last = (from, to);
                    let name = self.text[from..to]
                        .trim_start_matches('&')
                        .trim_end_matches(';');
                    return Raw::Reference { name, at: from };
                }
                Ok(Event::DocType(_)) => {
                    self.last = (from, to);
                    self.own_entities = own_entities(&self.text[from..to]);
                }
                Ok(Event::Comment(_) | Event::PI(_) | Event::Decl(_)) => self.last = (from, to),
                Ok(Event::Eof) => {
                    self.last = (from, self.text.len());
                    return Raw::Eof;
                }
                Err(error) => {
                    let at = self.base + self.reader.error_position() as usize;
                    self.last = (from, self.text.len());
                    self.fail(
                        ErrorCode::Malformed,
                        at.min(self.text.len()),
                        &error.to_string(),
                    );
                    return Raw::Eof;
                }
            }
        }
    }

    /// The start tag at `from..to`, or the text that a sign which starts none is.
    fn start_tag(&mut self, from: usize, to: usize) -> Raw<'a> {
        self.last = (from, to);
        let (name, attributes, empty) = split_tag(&self.text[from..to]);
        if name.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == ':') {
            return Raw::Start {
                name,
                attributes,
                empty,
            };
        }
        // "5 < 6": no tag. The text goes on behind the sign.
        self.strays += 1;
        if self.strays > STRAY_TAGS {
            self.fail(ErrorCode::Malformed, from, "too many '<' that start no tag");
            return Raw::Eof;
        }
        // A reader drops a byte order mark it begins with, and does not count it.
        let rest = self.text[from + 1..].trim_start_matches('\u{feff}');
        let next = self.text.len() - rest.len();
        self.reader = reader_at(self.text, next);
        self.base = next;
        self.last = (from, next);
        Raw::Text {
            text: &self.text[from..from + 1],
            at: from,
        }
    }

    /// Notes that the document ended inside an element.
    fn broke_off(&mut self, inside: &str) {
        if self.error.is_none() {
            self.fail(
                ErrorCode::Malformed,
                self.text.len(),
                &format!("the document ends inside {inside}"),
            );
        }
    }

    fn fail(&mut self, code: ErrorCode, at: usize, message: &str) {
        self.error = Some(ReadError::new(code, message).at(at as u64));
    }

    fn too_deep(&mut self) {
        let message = format!("elements nested deeper than {}", self.max_depth);
        self.fail(ErrorCode::TooDeep, self.last.0, &message);
    }

    fn declare(&mut self, attributes: &'a str) {
        if attributes.contains("xmlns") {
            for (name, value) in tree::attributes(attributes) {
                self.namespaces.declare(name, value);
            }
        }
    }

    fn ns_of(&self, qualified: &str) -> Ns {
        self.namespaces.of(qualified)
    }

    /// Namespace of the element whose start the last step was.
    pub fn ns(&self) -> Ns {
        let (name, _, _) = split_tag(&self.text[self.last.0..self.last.1]);
        self.ns_of(name)
    }

    /// An attribute of the element whose start the last step was, by local name.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let (_, attributes, _) = split_tag(&self.text[self.last.0..self.last.1]);
        tree::attributes(attributes)
            .find(|(n, _)| *n == name || local(n) == name)
            .map(|(_, v)| entities::decode(v, true).into_owned())
    }
}

fn reader_at(text: &str, start: usize) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(&text[start..]);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    reader
}

/// Name, attributes and emptiness of a start tag as written.
fn split_tag(tag: &str) -> (&str, &str, bool) {
    let inner = tag.strip_prefix('<').unwrap_or(tag);
    let inner = inner.strip_suffix('>').unwrap_or(inner);
    let (inner, empty) = match inner.strip_suffix('/') {
        Some(rest) => (rest, true),
        None => (inner, false),
    };
    let end = inner
        .find(|c: char| c.is_ascii_whitespace())
        .unwrap_or(inner.len());
    (&inner[..end], &inner[end..], empty)
}

/// The part of a qualified name after its prefix.
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, l)| l)
}

/// Entities that a document type declares with short, literal text; all others are left alone.
fn own_entities(doctype: &str) -> Vec<(&str, &str)> {
    let mut out = Vec::new();
    for declaration in doctype.split("<!ENTITY").skip(1) {
        let mut words = declaration.trim_start().splitn(2, char::is_whitespace);
        let (Some(name), Some(rest)) = (words.next(), words.next()) else {
            continue;
        };
        let rest = rest.trim_start();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            continue; // a parameter entity, SYSTEM or PUBLIC
        };
        let Some(end) = rest[1..].find(quote) else {
            continue;
        };
        let value = &rest[1..=end];
        if value.len() <= OWN_ENTITY_BYTES && !value.contains(['&', '<', '%']) {
            out.push((name, value));
        }
        if out.len() == OWN_ENTITIES {
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests;
