//! Organisations: long and short forms and acronyms tied together, with what the gazetteer knows.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{ArticleText, entity, mention, name_key, tidy};
use crate::record::{Entity, EntityType};
use crate::stages::entities::WORDS;
use crate::stages::entities::gazetteer::{Gazetteer, Organization};
use crate::stages::entities::labels::NameType;
use crate::stages::entities::mentions::Name;
use crate::text::Span;
use crate::text::word_lists::List;

/// The subtypes that an organisation's last or first word may tell, with the words of each.
static SUBTYPES: LazyLock<[(&str, List); 9]> = LazyLock::new(|| {
    [
        ("company", WORDS.company),
        ("government", WORDS.government),
        ("court", WORDS.court),
        ("party", WORDS.party),
        ("university", WORDS.university),
        ("media", WORDS.media),
        ("club", WORDS.club),
        ("ngo", WORDS.ngo),
        ("religious", WORDS.religious),
    ]
});

/// The letters an acronym of these words would have.
fn initials(words: &[&str]) -> String {
    words
        .iter()
        .filter(|w| !WORDS.no_initial.contains(w))
        .filter_map(|w| w.chars().next())
        .collect()
}

fn is_acronym(name: &str) -> bool {
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    (2..=7).contains(&letters) && !name.chars().any(|c| c.is_lowercase() || c.is_whitespace())
}

/// An acronym's letters in lower case: `U.N.` → `un`.
fn letters(name: &str) -> String {
    crate::text::letters(name).collect()
}

/// "Alva" of "Association of Leading Visitor Attractions": an acronym written like a word.
fn is_spelt(short: &str, long: &str) -> bool {
    let words: Vec<&str> = long.split_whitespace().collect();
    words.len() > 1 && letters(short) == letters(&initials(&words))
}

/// A name's key without legal forms at its end.
fn core(name: &str) -> String {
    let key = name_key(name);
    let mut words: Vec<&str> = key.split(' ').collect();
    while words.len() > 1 && words.last().is_some_and(|w| WORDS.legal_form.contains(w)) {
        words.pop();
    }
    words.join(" ")
}

/// Letters of a first word that can stand for the whole name.
const BRAND: usize = 4;

/// The entry of an organisation, with what the gazetteer knows of it, or what its words say.
fn organization(written: &str, listed: Option<&Organization>) -> Entity {
    let mut e = entity(EntityType::Organization, written.to_owned());
    if let Some(o) = listed {
        e.subtype = Some(o.subtype.to_owned());
        e.country = (!o.iso.is_empty()).then(|| o.iso.to_owned());
    } else {
        let key = name_key(written);
        let words: Vec<&str> = key.split(' ').collect();
        let said_by = |w: &&str| SUBTYPES.iter().find(|(_, list)| list.contains(w));
        let subtype = [words.last(), words.first()]
            .into_iter()
            .flatten()
            .find_map(said_by);
        e.subtype = subtype.map(|(name, _)| (*name).to_owned());
    }
    e
}

/// Groups the names of organisations.
pub(crate) fn organizations(
    article: &ArticleText<'_>,
    names: &[Name<'_>],
    gazetteer: &Gazetteer,
) -> Vec<Entity> {
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
        let written = tidy(n.span.of(article.text));
        let tokens = &article.tokens[n.first..n.end];
        let listed = gazetteer.organization_named(article.text, tokens);
        let key = core(listed.map_or(written.as_str(), |o| o.name));
        let acronym = is_acronym(&written).then(|| letters(&written));
        let known = by_key
            .get(&key)
            .or_else(|| acronym.as_ref().and_then(|a| by_initials.get(a)));
        let at = known.copied().unwrap_or_else(|| {
            let words: Vec<&str> = key.split(' ').collect();
            if words.len() > 1 {
                by_initials.entry(initials(&words)).or_insert(found.len());
                // the first word alone names a company or party with a family or brand name
                if listed.is_none() && words[0].len() >= BRAND {
                    by_key.entry(words[0].to_owned()).or_insert(found.len());
                }
            }
            found.push(organization(&written, listed));
            found.len() - 1
        });
        by_key.entry(key).or_insert(at);
        // "U.S. Marine Corps": by its letters with its country and without, and by its name without
        let whole = core(&written);
        let own = gazetteer
            .behind_country(article.text, tokens)
            .map(|(_, rest)| Span::new(rest[0].span.start as usize, n.span.end as usize))
            .map(|own| core(&tidy(own.of(article.text))));
        if let Some(own) = own {
            for name in [&whole, &own] {
                let words: Vec<&str> = name.split(' ').collect();
                by_initials.entry(initials(&words)).or_insert(at);
            }
            by_key.entry(own).or_insert(at);
        }
        owner[i] = Some(at);
        found[at].mentions.push(mention(n.span, n.mention));
    }
    tie_bracketed(article, names, &mut found, &mut owner);
    found
}

/// "European Union (EU)": the acronym in brackets belongs to the name before it.
fn tie_bracketed(
    article: &ArticleText<'_>,
    names: &[Name<'_>],
    found: &mut [Entity],
    owner: &mut [Option<usize>],
) {
    for i in 1..names.len() {
        let (a, b) = (&names[i - 1], &names[i]);
        let (Some(x), Some(y)) = (owner[i - 1], owner[i]) else {
            continue;
        };
        let bracketed =
            b.first == a.end + 1 && article.word(a.end) == "(" && article.word(b.end) == ")";
        let (long, short) = (a.span.of(article.text), b.span.of(article.text));
        if x == y || !bracketed || !is_acronym(short) && !is_spelt(short, long) {
            continue;
        }
        let moved = std::mem::take(&mut found[y].mentions);
        found[x].mentions.extend(moved);
        for o in owner.iter_mut().filter(|o| **o == Some(y)) {
            *o = Some(x);
        }
    }
}
