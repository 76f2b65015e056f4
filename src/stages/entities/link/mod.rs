//! From mentions to entities: one entry a person, organisation, place or group, under its fullest name.

pub mod coreference;
pub mod focus;
pub mod organizations;
pub mod other;
pub mod people;
pub mod places;

use crate::record::{Entity, EntityType, Links, Mention, MentionKind};
use crate::text::{Span, Token};

/// What the linking of one article works on.
#[derive(Debug, Clone, Copy)]
pub struct Copy<'a> {
    pub text: &'a str,
    pub tokens: &'a [Token],
    pub sentences: &'a [Span],
}

impl<'a> Copy<'a> {
    pub fn word(&self, i: usize) -> &'a str {
        self.tokens.get(i).map_or("", |t| t.of(self.text))
    }

    /// Whether tokens `a` and `b` stand in the same block.
    pub fn same_block(&self, a: usize, b: usize) -> bool {
        match (self.tokens.get(a), self.tokens.get(b)) {
            (Some(a), Some(b)) => a.block == b.block,
            _ => false,
        }
    }
}

/// An entity without anything known but its name.
pub fn entity(kind: EntityType, name: String) -> Entity {
    Entity {
        id: String::new(),
        kind,
        subtype: None,
        name,
        role: None,
        organization: None,
        country: None,
        salience: None,
        confidence: None,
        links: Links::default(),
        location: None,
        mentions: Vec::new(),
    }
}

pub fn mention(span: Span, kind: MentionKind) -> Mention {
    Mention {
        start: span.start,
        end: span.end,
        kind,
    }
}

/// A name with runs of white space, and the capitals of a headline, made regular.
pub fn tidy(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A key under which spellings of one name agree: letters and digits in lower case.
pub fn name_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_alphanumeric() {
            key.extend(c.to_lowercase());
        } else if !key.ends_with(' ') && matches!(c, ' ' | '-' | '\n') {
            key.push(' ');
        }
    }
    key.trim().to_owned()
}
