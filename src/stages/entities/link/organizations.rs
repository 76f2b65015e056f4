//! Organisations: long and short forms and acronyms tied together, with what the gazetteer knows.

use std::collections::HashMap;

use super::{Copy, entity, mention, name_key, tidy};
use crate::record::{Entity, EntityType};
use crate::stages::entities::gazetteer::{Gazetteer, Sense};
use crate::stages::entities::labels::NameType;
use crate::stages::entities::mentions::Name;

/// Legal forms that a short form drops.
const FORMS: &[&str] = &[
    "inc",
    "corp",
    "corporation",
    "co",
    "company",
    "ltd",
    "limited",
    "plc",
    "llc",
    "ag",
    "sa",
    "nv",
    "se",
    "gmbh",
    "group",
    "holdings",
    "fc",
    "club",
];

/// What an organisation's last or first word says of its kind.
const KINDS: &[(&str, &str)] = &[
    ("inc", "company"),
    ("corp", "company"),
    ("co", "company"),
    ("ltd", "company"),
    ("plc", "company"),
    ("bank", "company"),
    ("airlines", "company"),
    ("motors", "company"),
    ("ministry", "government"),
    ("department", "government"),
    ("parliament", "government"),
    ("congress", "government"),
    ("senate", "government"),
    ("government", "government"),
    ("agency", "government"),
    ("council", "government"),
    ("commission", "government"),
    ("court", "court"),
    ("police", "government"),
    ("army", "government"),
    ("party", "party"),
    ("university", "university"),
    ("college", "university"),
    ("institute", "university"),
    ("times", "media"),
    ("news", "media"),
    ("united", "club"),
    ("fc", "club"),
    ("foundation", "ngo"),
    ("church", "religious"),
    ("union", "ngo"),
    ("association", "ngo"),
];

/// The letters an acronym of these words would have.
fn initials(words: &[&str]) -> String {
    words
        .iter()
        .filter(|w| {
            !matches!(
                **w,
                "of" | "the" | "and" | "for" | "in" | "on" | "de" | "to"
            )
        })
        .filter_map(|w| w.chars().next())
        .collect()
}

fn is_acronym(name: &str) -> bool {
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    (2..=7).contains(&letters) && !name.chars().any(|c| c.is_lowercase() || c.is_whitespace())
}

/// An acronym's letters in lower case: `U.N.` → `un`.
fn letters(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// A name's key without legal forms at its end.
fn core(name: &str) -> String {
    let key = name_key(name);
    let mut words: Vec<&str> = key.split(' ').collect();
    while words.len() > 1 && words.last().is_some_and(|w| FORMS.contains(w)) {
        words.pop();
    }
    words.join(" ")
}

/// Groups the names of organisations. Returns them and, for each name, its organisation.
pub fn organizations(
    copy: &Copy<'_>,
    names: &[Name<'_>],
    gazetteer: &Gazetteer,
) -> (Vec<Entity>, Vec<Option<usize>>) {
    let mut found: Vec<Entity> = Vec::new();
    let mut owner = vec![None; names.len()];
    let mut by_key: HashMap<String, usize> = HashMap::new();
    let mut by_initials: HashMap<String, usize> = HashMap::new();
    let mut order: Vec<usize> = (0..names.len())
        .filter(|i| names[*i].kind == NameType::Organization)
        .collect();
    // long forms first, so that short ones find them
    order.sort_by_key(|i| (u32::MAX - names[*i].span.len() as u32, *i));
    for i in order {
        let n = &names[i];
        let written = tidy(n.span.of(copy.text));
        let listed = n.known.and_then(|k| {
            k.senses.iter().find_map(|s| match s {
                Sense::Organization(o) => Some(&gazetteer.organizations[*o as usize]),
                _ => None,
            })
        });
        let key = core(listed.map_or(written.as_str(), |o| o.name));
        let acronym = is_acronym(&written).then(|| letters(&written));
        let at = by_key
            .get(&key)
            .or_else(|| acronym.as_ref().and_then(|a| by_initials.get(a)))
            .copied()
            .unwrap_or_else(|| {
                let words: Vec<&str> = key.split(' ').collect();
                if words.len() > 1 {
                    by_initials.entry(initials(&words)).or_insert(found.len());
                    // the first word alone names a company or party with a family or brand name
                    if listed.is_none() && words[0].len() > 3 {
                        by_key.entry(words[0].to_owned()).or_insert(found.len());
                    }
                }
                let mut e = entity(EntityType::Organization, written.clone());
                if let Some(o) = listed {
                    e.subtype = Some(o.subtype.to_owned());
                    e.country = (!o.iso.is_empty()).then(|| o.iso.to_owned());
                } else {
                    let key = name_key(&written);
                    let words: Vec<&str> = key.split(' ').collect();
                    e.subtype = [words.last(), words.first()]
                        .into_iter()
                        .flatten()
                        .find_map(|w| KINDS.iter().find(|(k, _)| k == w))
                        .map(|(_, s)| (*s).to_owned());
                }
                found.push(e);
                found.len() - 1
            });
        by_key.entry(key).or_insert(at);
        owner[i] = Some(at);
        found[at].mentions.push(mention(n.span, n.mention));
    }
    tie_bracketed(copy, names, &mut found, &mut owner);
    (found, owner)
}

/// "European Union (EU)": the acronym in brackets belongs to the name before it.
fn tie_bracketed(
    copy: &Copy<'_>,
    names: &[Name<'_>],
    found: &mut [Entity],
    owner: &mut [Option<usize>],
) {
    for i in 1..names.len() {
        let (a, b) = (&names[i - 1], &names[i]);
        let (Some(x), Some(y)) = (owner[i - 1], owner[i]) else {
            continue;
        };
        if x == y
            || b.first != a.end + 1
            || copy.word(a.end) != "("
            || copy.word(b.end) != ")"
            || !is_acronym(b.span.of(copy.text))
        {
            continue;
        }
        let moved = std::mem::take(&mut found[y].mentions);
        found[x].mentions.extend(moved);
        for o in owner.iter_mut().filter(|o| **o == Some(y)) {
            *o = Some(x);
        }
    }
}
