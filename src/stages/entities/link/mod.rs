//! From mentions to entities: one entry a person, organisation, place or group, under its fullest name.

pub(super) mod confidence;
pub(super) mod coreference;
pub(super) mod focus;
pub(super) mod institutions;
pub(super) mod organizations;
pub(super) mod other;
pub(super) mod people;
pub(super) mod places;
pub(super) mod titles;
pub(super) mod wikidata;

use super::gazetteer::Gazetteer;
use super::lexicon::Lexicon;
use super::mentions::Name;
use crate::record::{Entity, EntityType, Links, Mention, MentionKind};
use crate::stages::syntax::{Syntax, Tag};
use crate::text::{Span, Tokens};

/// What the linking of one article works on.
#[derive(Debug, Clone, Copy)]
pub(super) struct ArticleText<'a> {
    pub text: &'a str,
    pub tokens: &'a Tokens,
    pub sentences: &'a [Span],
    pub syntax: Option<&'a Syntax>,
}

impl<'a> ArticleText<'a> {
    pub(super) fn word(&self, i: usize) -> &'a str {
        self.tokens.get(i).map_or("", |t| t.of(self.text))
    }

    /// The part of speech of token `i`, in a language whose syntax is known.
    pub(super) fn tag(&self, i: usize) -> Option<Tag> {
        self.syntax?.tag(i, self.text, self.tokens)
    }

    /// Whether tokens `a` and `b` stand in the same block.
    pub(super) fn same_block(&self, a: usize, b: usize) -> bool {
        match (self.tokens.get(a), self.tokens.get(b)) {
            (Some(a), Some(b)) => a.block == b.block,
            _ => false,
        }
    }
}

/// What the supplier says of an article that tells who and where is meant.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Given<'a> {
    /// The country that the dateline names.
    pub country: Option<&'a str>,
    /// The one author of the article.
    pub author: Option<&'a str>,
}

/// The entities of an article in the order of their first mention, by its names.
pub(super) fn link(
    article: &ArticleText<'_>,
    mut names: Vec<Name<'_>>,
    given: Given<'_>,
    gazetteer: &Gazetteer,
    lexicon: &Lexicon,
) -> Vec<Entity> {
    places::mark_metonyms(article, &mut names, gazetteer);
    let (mut people, owner) = people::people(article, &names, gazetteer, lexicon);
    let mut organizations = organizations::organizations(article, &names, gazetteer);
    let mut places = places::places(
        article,
        &places::with_metonyms(&names, gazetteer),
        gazetteer,
        given.country,
    );
    let author = given.author.map(|name| people::author(&mut people, name));
    coreference::resolve(
        article,
        &names,
        &owner,
        &mut people,
        &mut places,
        author,
        gazetteer,
        lexicon,
    );
    institutions::resolve(article, &names, &mut organizations, gazetteer);
    let mut entities: Vec<Entity> = people
        .into_iter()
        .map(|p| p.entity)
        .chain(organizations)
        .chain(places)
        .chain(other::others(article, &names, gazetteer))
        .filter(|e| !e.mentions.is_empty())
        .collect();
    for e in &mut entities {
        e.mentions.sort_by_key(|m| (m.start, m.end));
    }
    entities.sort_by_key(|e| e.mentions[0].start);
    for (n, e) in entities.iter_mut().enumerate() {
        e.id = format!("e{}", n + 1);
    }
    wikidata::set(&mut entities, |name| gazetteer.usual_name(name));
    focus::set_salience(&mut entities);
    confidence::set(&mut entities, &names);
    entities
}

/// An entity without anything known but its name.
pub(super) fn entity(kind: EntityType, name: String) -> Entity {
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
        tone: None,
        mentions: Vec::new(),
    }
}

pub(super) fn mention(span: Span, kind: MentionKind) -> Mention {
    Mention {
        start: span.start,
        end: span.end,
        kind,
    }
}

/// A name with runs of white space, and the capitals of a headline, made regular.
pub(super) fn tidy(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether two words have the same first letters, so many of them.
pub(super) fn begin_alike(a: &str, b: &str, letters: usize) -> bool {
    a.chars().take(letters).eq(b.chars().take(letters))
}

/// A key under which spellings of one name agree: letters and digits in lower case.
pub(super) fn name_key(name: &str) -> String {
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
