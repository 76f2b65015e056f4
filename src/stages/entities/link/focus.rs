//! The country and place a story is about, and how much of it each entity takes.

use std::collections::HashMap;

use crate::record::{Entity, EntityType, Focus, MentionKind};

// These weights were set by hand; none is fitted.

/// Bytes from the start within which a mention counts more: about headline and first paragraph.
const LEAD: u32 = 400;
/// How much more: news says first what it is about.
const LEAD_WEIGHT: f32 = 2.0;
/// Weight of a mention that is no name.
const UNNAMED_WEIGHT: f32 = 0.5;
/// Weight of the dateline's country among mentions.
const DATELINE_WEIGHT: f32 = 1.5;
/// How much more a country must be spoken of than the next, where it is spoken of less than often.
const MARGIN: f32 = 1.05;
const OFTEN: f32 = 4.0;
/// Mentions of a people, and of those of it, from which a text is about its country.
const PEOPLE_NAMED: usize = 2;
/// The same of firms, clubs and papers of it, one of which the text begins with.
const FIRMS_NAMED: usize = 3;
/// Organisations that are their country's, not merely in it.
const AUTHORITIES: &[&str] = &["government", "ministry", "party", "court", "central-bank"];
/// Share of the mentions of places that a place must have to be the focus.
const PLACE_SHARE: f32 = 0.25;

fn weight(e: &Entity) -> f32 {
    e.mentions
        .iter()
        .map(|m| {
            let kind = if m.kind == MentionKind::Name {
                1.0
            } else {
                UNNAMED_WEIGHT
            };
            let lead = if m.start < LEAD { LEAD_WEIGHT } else { 1.0 };
            kind * lead
        })
        .sum()
}

/// Sets each entity's share of the article.
pub(crate) fn set_salience(entities: &mut [Entity]) {
    let total: f32 = entities.iter().map(weight).sum();
    for e in entities {
        e.salience = Some((weight(e) / total.max(1.0) * 1000.0).round() / 1000.0);
    }
}

/// What a mention of an entity says for its country, next to one of the country itself.
fn country_share(e: &Entity) -> f32 {
    match (e.kind, e.subtype.as_deref()) {
        (EntityType::Place, Some("country")) => 1.0,
        (EntityType::Place, _) => 0.7,
        (EntityType::Nationality, _) => 0.6,
        (EntityType::Person | EntityType::Organization, _) => 0.3,
        _ => 0.0,
    }
}

/// What the story is about: the country most spoken of, and its place if one stands out. `dateline` is
/// the country of the dateline.
pub(crate) fn focus(entities: &[Entity], dateline: Option<&str>) -> Option<Focus> {
    let country = main_country(entities, dateline)?;
    let place = main_place(entities, &country);
    Some(Focus {
        country: Some(country),
        place,
        confidence: None,
    })
}

/// The ISO code of the country most spoken of; none where the text says too little of it, or as much of another.
fn main_country(entities: &[Entity], dateline: Option<&str>) -> Option<String> {
    let mut countries: HashMap<&str, f32> = HashMap::new();
    for e in entities {
        if let Some(c) = e.country.as_deref() {
            *countries.entry(c).or_default() += country_share(e) * weight(e);
        }
    }
    if let Some(c) = dateline {
        *countries.entry(c).or_default() += DATELINE_WEIGHT;
    }
    let (country, most) = countries
        .iter()
        .max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)))?;
    let others = countries.iter().filter(|(c, _)| *c != country);
    let next = others.map(|(_, w)| *w).fold(0.0, f32::max);
    let stands_out = *most >= OFTEN || *most > next * MARGIN;
    let is_told = dateline == Some(*country) || is_told(entities, country);
    (stands_out && is_told).then(|| (*country).to_owned())
}

/// Whether a text speaks of a country itself: names a place or an authority of it, or its people more than once, or is
/// about a firm of it. "Greek yogurt", and a firm named in passing, tell nothing.
fn is_told(entities: &[Entity], country: &str) -> bool {
    let mut peoples = 0;
    let mut firms = 0;
    let mut leads = false;
    let own = |e: &&Entity| e.country.as_deref() == Some(country);
    for e in entities.iter().filter(own) {
        let n = e.mentions.len();
        match (e.kind, e.subtype.as_deref()) {
            (EntityType::Place, _) => return true,
            (EntityType::Organization, Some(s)) if AUTHORITIES.contains(&s) => return true,
            (EntityType::Nationality | EntityType::Person, _) => peoples += n,
            _ => {
                firms += n;
                leads |= e.mentions.iter().any(|m| m.start < LEAD);
            }
        }
    }
    peoples >= PEOPLE_NAMED || leads && firms + peoples >= FIRMS_NAMED
}

/// The place of a country that the story is about, if one stands out among all places.
fn main_place(entities: &[Entity], country: &str) -> Option<String> {
    let is_near = |e: &&Entity| {
        e.kind == EntityType::Place
            && e.country.as_deref() == Some(country)
            && matches!(e.subtype.as_deref(), Some("city" | "region" | "district"))
            && e.mentions.iter().any(|m| m.kind == MentionKind::Name)
    };
    let places = entities.iter().filter(|e| e.kind == EntityType::Place);
    let all: f32 = places.map(weight).sum();
    entities
        .iter()
        .filter(is_near)
        .max_by(|a, b| weight(a).total_cmp(&weight(b)).then(b.id.cmp(&a.id)))
        .filter(|e| weight(e) >= PLACE_SHARE * all)
        .map(|e| e.name.clone())
}
