//! Names that are no people, organisations or places: nationalities and other groups, events,
//! products, works, laws, languages.

use std::collections::HashMap;

use super::{ArticleText, entity, mention, name_key, tidy};
use crate::record::{Entity, EntityType};
use crate::stages::entities::WORDS;
use crate::stages::entities::gazetteer::Gazetteer;
use crate::stages::entities::labels::NameType;
use crate::stages::entities::mentions::Name;

/// Groups the remaining names. Entities come in the order of their first mention.
pub(crate) fn others(
    article: &ArticleText<'_>,
    names: &[Name<'_>],
    gazetteer: &Gazetteer,
) -> Vec<Entity> {
    let mut found: Vec<Entity> = Vec::new();
    let mut index: HashMap<(EntityType, String), usize> = HashMap::new();
    for n in names {
        let written = tidy(n.span.of(article.text));
        let (kind, key, country) = match n.kind {
            NameType::Nationality => nationality(article, n, &written, gazetteer),
            NameType::Other => (
                n.other.unwrap_or(EntityType::Work),
                name_key(&written),
                None,
            ),
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
    article: &ArticleText<'_>,
    n: &Name<'_>,
    written: &str,
    gazetteer: &Gazetteer,
) -> (EntityType, String, Option<String>) {
    let country = n.known.and_then(|k| gazetteer.country_of_people(k));
    let iso = country.map(|c| c.iso);
    let before = n.first.checked_sub(1).map_or("", |b| article.word(b));
    let ends = !article
        .tokens
        .get(n.end)
        .is_some_and(|t| t.of(article.text).starts_with(char::is_alphabetic));
    if iso.is_some() && ends && WORDS.language_cue.contains(&before) {
        return (EntityType::Language, name_key(written), None);
    }
    // "French" and "Frenchmen" are one people
    let key = iso.map_or_else(|| name_key(written), |i| format!("={i}"));
    (EntityType::Nationality, key, iso.map(str::to_owned))
}
