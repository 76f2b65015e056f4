//! People: names that belong to one person, with the role and organisation the text gives.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Copy, entity, mention, name_key, tidy};
use crate::record::{Entity, EntityType};
use crate::stages::entities::gazetteer::{Gazetteer, Sense};
use crate::stages::entities::labels::NameType;
use crate::stages::entities::mentions::Name;
use crate::text::data::{DataFile, data_file};

/// A person of the article.
#[derive(Debug)]
pub struct Person {
    pub entity: Entity,
    /// Class of the role, from the table of roles.
    pub class: Option<&'static str>,
    /// Words of the fullest name, in lower case without marks.
    words: Vec<String>,
}

pub const ROLES_FILE: DataFile<'static> = data_file!("gazetteers/roles.tsv");

/// Roles by their words in lower case: `president` → `head`.
pub static ROLES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    ROLES_FILE
        .text()
        .lines()
        .filter(|l| !l.starts_with('#'))
        .filter_map(|l| l.split_once('\t'))
        .collect()
});

/// Words after a name that are not part of what distinguishes it.
const SUFFIXES: &[&str] = &["jr", "sr", "ii", "iii", "iv"];

/// Words before a name that are not part of it.
const HONORIFICS: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "sir",
    "dame",
    "lord",
    "lady",
    "prof",
    "rev",
    "sen",
    "rep",
    "gov",
    "gen",
    "col",
    "lt",
    "sgt",
    "capt",
    "president",
    "senator",
];

fn words(name: &str) -> Vec<String> {
    let mut w: Vec<String> = name_key(name).split(' ').map(str::to_owned).collect();
    while w.len() > 1 && HONORIFICS.contains(&w[0].as_str()) {
        w.remove(0);
    }
    while w.len() > 1 && w.last().is_some_and(|l| SUFFIXES.contains(&l.as_str())) {
        w.pop();
    }
    w
}

/// Whether `short` may name the one whom `full` names.
fn fits(full: &[String], short: &[String]) -> bool {
    match (full, short) {
        (_, []) | ([], _) => false,
        (_, [one]) => {
            // the family name stands last, or first ("Xi Jinping"); a first name alone names one too
            full.last() == Some(one) || full.first() == Some(one)
        }
        ([first, .., last], [f, .., l]) => {
            last == l
                && (first == f
                    || (f.len() == 1 || first.len() == 1)
                        && first.chars().next() == f.chars().next())
                || full.len() > short.len() && full[..short.len()] == *short
                || full.len() > short.len() && full[full.len() - short.len()..] == *short
        }
        _ => false,
    }
}

/// Groups the names of people. Returns the people and, for each name, its person.
pub fn people(copy: &Copy<'_>, names: &[Name<'_>]) -> (Vec<Person>, Vec<Option<usize>>) {
    let mut people: Vec<Person> = Vec::new();
    let mut owner = vec![None; names.len()];
    let mut by_word: HashMap<String, Vec<usize>> = HashMap::new();
    // the full names first, then what is shorter, each in the order of the text
    let mut order: Vec<(usize, Vec<String>)> = names
        .iter()
        .enumerate()
        .filter(|(_, n)| n.kind == NameType::Person)
        .map(|(i, n)| (i, words(n.span.of(copy.text))))
        .collect();
    order.sort_by_key(|(i, w)| (usize::MAX - w.len().min(3), *i));
    for (i, w) in order {
        let at = names[i].span.start;
        let found = w
            .last()
            .and_then(|l| by_word.get(l))
            .into_iter()
            .chain(w.first().and_then(|f| by_word.get(f)))
            .flatten()
            .copied()
            .filter(|p| fits(&people[*p].words, &w))
            // of several the one with that family name, then the one named last before
            .max_by_key(|p| {
                let person: &Person = &people[*p];
                let nearest = person
                    .entity
                    .mentions
                    .last()
                    .map(|m| m.start)
                    .filter(|s| *s < at);
                (person.words.last() == w.last(), nearest, usize::MAX - *p)
            });
        let p = found.unwrap_or_else(|| {
            for word in [w.first(), w.last()].into_iter().flatten() {
                let list = by_word.entry(word.clone()).or_default();
                if list.last() != Some(&people.len()) && list.len() < 64 {
                    list.push(people.len());
                }
            }
            people.push(Person {
                entity: entity(
                    EntityType::Person,
                    cased(&tidy(names[i].span.of(copy.text))),
                ),
                class: None,
                words: w.clone(),
            });
            people.len() - 1
        });
        owner[i] = Some(p);
        people[p]
            .entity
            .mentions
            .push(mention(names[i].span, names[i].mention));
    }
    let gazetteer = Gazetteer::get();
    for (i, n) in names.iter().enumerate() {
        if let Some(p) = owner[i] {
            describe(copy, names, i, n, &mut people[p], gazetteer);
        }
    }
    (people, owner)
}

/// A name from a line of capitals is written as names are.
fn cased(name: &str) -> String {
    if name.chars().any(char::is_lowercase)
        || name.chars().filter(|c| c.is_alphabetic()).count() < 4
    {
        return name.to_owned();
    }
    let mut out = String::with_capacity(name.len());
    let mut start = true;
    for c in name.chars() {
        if start {
            out.push(c);
        } else {
            out.extend(c.to_lowercase());
        }
        start = !c.is_alphabetic();
    }
    out
}

/// Longest role in words that is looked for.
const ROLE_WORDS: usize = 4;

/// The role that ends before token `end`: its first token, the words as the table has them, and its class.
pub fn role_before(copy: &Copy<'_>, end: usize) -> Option<(usize, &'static str)> {
    (1..=ROLE_WORDS.min(end)).rev().find_map(|n| {
        let first = end - n;
        let span = copy.tokens[first].span.join(copy.tokens[end - 1].span);
        if !copy.same_block(first, end - 1) {
            return None;
        }
        let key = span.of(copy.text).to_lowercase();
        ROLES.get(key.as_str()).map(|class| (first, *class))
    })
}

/// The role that begins at token `first`: past its last token, and its class.
fn role_at(copy: &Copy<'_>, first: usize) -> Option<(usize, &'static str)> {
    (1..=ROLE_WORDS).rev().find_map(|n| {
        let end = first + n;
        if end > copy.tokens.len() || !copy.same_block(first, end - 1) {
            return None;
        }
        let span = copy.tokens[first].span.join(copy.tokens[end - 1].span);
        let key = span.of(copy.text).to_lowercase();
        ROLES.get(key.as_str()).map(|class| (end, *class))
    })
}

/// The role, organisation and nationality given beside the name `i`.
fn describe(
    copy: &Copy<'_>,
    names: &[Name<'_>],
    i: usize,
    n: &Name<'_>,
    person: &mut Person,
    gazetteer: &Gazetteer,
) {
    let mut before = n.first;
    // "French President Emmanuel Macron"
    if let Some((first, class)) = role_before(copy, n.first)
        && copy.same_block(first, n.first)
    {
        let span = copy.tokens[first].span.join(copy.tokens[n.first - 1].span);
        if person.entity.role.is_none() {
            person.entity.role = Some(tidy(span.of(copy.text)));
            person.class = Some(class);
        }
        before = first;
    }
    // what stands before the role, or before the name in the possessive: "China's Xi Jinping"
    if let Some(b) = i.checked_sub(1).map(|b| &names[b])
        && copy.same_block(b.first, n.first)
        && (b.end == before || b.end + 1 == before && is_possessive(copy.word(b.end)))
    {
        attach(copy, b, person, gazetteer);
    }
    // "Jane Smith, the foreign minister of France," and "Jane Smith, Reuters' editor,"
    if copy.word(n.end) == "," && copy.same_block(n.first, n.end) {
        let mut at = n.end + 1;
        if matches!(copy.word(at), "the" | "a" | "an" | "its" | "their") {
            at += 1;
        }
        if let Some(next) = names[i + 1..].first().filter(|x| x.first == at) {
            at = next.end + usize::from(is_possessive(copy.word(next.end)));
        }
        if let Some((end, class)) = role_at(copy, at)
            && copy.same_block(n.first, at)
        {
            let span = copy.tokens[at].span.join(copy.tokens[end - 1].span);
            if person.entity.role.is_none() {
                person.entity.role = Some(tidy(span.of(copy.text)));
                person.class = Some(class);
            }
            let of = if matches!(copy.word(end), "of" | "at" | "for" | "with") {
                let skip = usize::from(copy.word(end + 1) == "the");
                names
                    .binary_search_by_key(&(end + 1 + skip), |x| x.first)
                    .ok()
                    .map(|x| &names[x])
            } else {
                names[i + 1..]
                    .first()
                    .filter(|x| x.first <= at && x.end <= at)
            };
            if let Some(x) = of {
                attach(copy, x, person, gazetteer);
            }
        }
    }
}

pub fn is_possessive(word: &str) -> bool {
    matches!(word, "'s" | "\u{2019}s" | "'" | "\u{2019}")
}

/// Takes a neighbouring name as the person's country or organisation.
fn attach(copy: &Copy<'_>, x: &Name<'_>, person: &mut Person, gazetteer: &Gazetteer) {
    match x.kind {
        NameType::Nationality | NameType::Place => {
            let country = x.known.and_then(|k| {
                k.senses.iter().find_map(|s| match s {
                    Sense::Demonym(c) | Sense::Country(c) => {
                        Some(gazetteer.countries[*c as usize].iso)
                    }
                    _ => None,
                })
            });
            if person.entity.country.is_none() {
                person.entity.country = country.map(str::to_owned);
            }
        }
        NameType::Organization => {
            if person.entity.organization.is_none() {
                person.entity.organization = Some(tidy(x.span.of(copy.text)));
            }
        }
        NameType::Person | NameType::Other => {}
    }
}
