//! Names that are no people, organisations or places: nationalities and other groups, events,
//! products, works, laws, languages.

use std::collections::HashMap;

use super::{Copy, entity, mention, name_key, tidy};
use crate::record::{Entity, EntityType};
use crate::stages::entities::gazetteer::{Gazetteer, Sense};
use crate::stages::entities::labels::NameType;
use crate::stages::entities::mentions::Name;

/// Words of events: a name that holds one is an event.
const EVENTS: &[&str] = &[
    "cup",
    "olympics",
    "games",
    "championship",
    "championships",
    "open",
    "grand",
    "prix",
    "war",
    "tournament",
    "trophy",
    "league",
    "masters",
    "marathon",
    "festival",
    "summit",
    "conference",
    "hurricane",
    "typhoon",
    "storm",
    "cyclone",
    "revolution",
    "uprising",
    "spring",
    "holocaust",
    "day",
    "christmas",
    "easter",
    "ramadan",
    "eid",
    "election",
    "elections",
    "awards",
    "oscars",
    "battle",
    "operation",
    "test",
    "ashes",
    "super",
    "bowl",
    "series",
    "derby",
    "derbies",
    "tour",
    "intifada",
    "brexit",
    "euro",
    "final",
    "expo",
    "week",
    "kentucky",
    "ryder",
];

const LAWS: &[&str] = &[
    "act",
    "law",
    "bill",
    "treaty",
    "convention",
    "amendment",
    "constitution",
    "protocol",
    "pact",
    "agreement",
    "accord",
    "accords",
    "resolution",
    "code",
    "article",
    "section",
    "charter",
    "directive",
    "regulation",
    "ordinance",
    "decree",
];

/// Ways a name of this sort is written; the language is meant where "in", "speaks" or "into" stands before it.
const LANGUAGE_CUES: &[&str] = &[
    "in", "speak", "speaks", "spoke", "speaking", "into", "learn",
];

/// Groups the remaining names. Entities come in the order of their first mention.
pub fn others(copy: &Copy<'_>, names: &[Name<'_>], gazetteer: &Gazetteer) -> Vec<Entity> {
    let mut found: Vec<Entity> = Vec::new();
    let mut index: HashMap<(EntityType, String), usize> = HashMap::new();
    for n in names {
        let written = tidy(n.span.of(copy.text));
        let (kind, key, country) = match n.kind {
            NameType::Nationality => nationality(copy, n, &written, gazetteer),
            NameType::Other => (sort(copy, n, &written), name_key(&written), None),
            NameType::Person | NameType::Organization | NameType::Place => continue,
        };
        let at = *index.entry((kind, key)).or_insert_with(|| {
            let mut e = entity(kind, written);
            e.country = country;
            found.push(e);
            found.len() - 1
        });
        found[at].mentions.push(mention(n.span, n.mention));
    }
    found
}

fn nationality(
    copy: &Copy<'_>,
    n: &Name<'_>,
    written: &str,
    gazetteer: &Gazetteer,
) -> (EntityType, String, Option<String>) {
    let iso = n.known.and_then(|k| {
        k.senses.iter().find_map(|s| match s {
            Sense::Demonym(c) => Some(gazetteer.countries[*c as usize].iso),
            _ => None,
        })
    });
    let before = n.first.checked_sub(1).map_or("", |b| copy.word(b));
    let ends = !copy
        .tokens
        .get(n.end)
        .is_some_and(|t| t.of(copy.text).starts_with(char::is_alphabetic));
    if iso.is_some() && ends && LANGUAGE_CUES.contains(&before) {
        return (EntityType::Language, name_key(written), None);
    }
    // "French" and "Frenchmen" are one people
    let key = iso.map_or_else(|| name_key(written), |i| format!("={i}"));
    (EntityType::Nationality, key, iso.map(str::to_owned))
}

fn sort(copy: &Copy<'_>, n: &Name<'_>, written: &str) -> EntityType {
    let key = name_key(written);
    let has = |list: &[&str]| key.split(' ').any(|w| list.contains(&w));
    let quoted =
        n.first > 0 && matches!(copy.word(n.first - 1), "\"" | "\u{201c}" | "'" | "\u{2018}");
    if quoted {
        EntityType::Work
    } else if has(LAWS) {
        EntityType::Law
    } else if has(EVENTS) {
        EntityType::Event
    } else {
        EntityType::Product
    }
}
