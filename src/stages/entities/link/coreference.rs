//! Mentions without a name, where they are safe: "the French leader", "he said".

use super::people::{Person, ROLES};
use super::{Copy, mention};
use crate::record::{Entity, MentionKind};
use crate::stages::entities::gazetteer::{Gazetteer, Sense};
use crate::stages::entities::lexicon::Lexicon;
use crate::stages::entities::{hash, labels::NameType, mentions::Name};
use crate::text::Span;

/// Sentences back within which a pronoun's person must have been named.
const PRONOUN_REACH: usize = 2;

/// People or places in an article past which mentions without a name are not looked for: a list of
/// names is no story, and the search would not be linear.
const MOST: usize = 400;

/// What one nominal head may mean, by the class of the role the person was given.
fn heads(word: &str) -> Option<&'static [&'static str]> {
    Some(match word {
        "leader" => &["head", "leader", "monarch"],
        "president" | "premier" | "chancellor" => &["head"],
        "minister" => &["minister", "head"],
        "senator" | "lawmaker" | "congressman" | "congresswoman" => &["lawmaker"],
        "governor" => &["governor"],
        "mayor" => &["mayor"],
        "judge" => &["judge"],
        "spokesman" | "spokeswoman" => &["spokesman"],
        "diplomat" | "ambassador" | "envoy" => &["diplomat"],
        "pope" | "pontiff" => &["pope"],
        "king" | "queen" | "monarch" => &["monarch"],
        "coach" => &["coach"],
        "striker" | "midfielder" | "defender" | "goalkeeper" | "winger" => &["player"],
        "general" | "commander" => &["military"],
        "chairman" | "executive" => &["executive"],
        _ => return None,
    })
}

/// 1 for a man's, 2 for a woman's name, as far as the first name or a title tells.
fn gender(copy: &Copy<'_>, person: &Person, lexicon: &Lexicon) -> u8 {
    for m in &person.entity.mentions {
        let at = copy.tokens.partition_point(|t| t.span.start < m.start);
        match at.checked_sub(1).map(|b| copy.word(b)) {
            Some("Mr." | "Mr" | "Sir" | "Lord" | "King" | "Prince") => return 1,
            Some("Mrs." | "Mrs" | "Ms." | "Ms" | "Miss" | "Lady" | "Queen" | "Princess") => {
                return 2;
            }
            _ => {}
        }
    }
    let first = person.entity.name.split(' ').next().unwrap_or_default();
    if first.len() == person.entity.name.len() {
        return 0;
    }
    match lexicon.get(hash::lower(first), true).gender() {
        g @ (1 | 2) => g,
        _ => 0,
    }
}

/// What stood in the sentences before: people in the order they were named.
#[derive(Debug, Clone, Copy)]
struct Named {
    person: usize,
    sentence: usize,
    at: u32,
    /// Stands first in its sentence or before a verb: likely what the sentence is about.
    subject: bool,
}

/// Adds nominal and pronoun mentions to people and places.
pub fn resolve(
    copy: &Copy<'_>,
    names: &[Name<'_>],
    owner: &[Option<usize>],
    people: &mut [Person],
    places: &mut [Entity],
    gazetteer: &Gazetteer,
    lexicon: &Lexicon,
) {
    let genders: Vec<u8> = people.iter().map(|p| gender(copy, p, lexicon)).collect();
    let mut recent: Vec<Named> = Vec::new();
    let mut next_name = 0;
    // The token behind the last name: a word inside a name refers to nobody.
    let mut named_to = 0;
    for (number, &sentence) in copy.sentences.iter().enumerate() {
        let range = first_token(copy, sentence)..past_token(copy, sentence);
        let mut quoted = false;
        for i in range.clone() {
            while next_name < names.len() && names[next_name].first <= i {
                let n = &names[next_name];
                if let Some(p) = owner[next_name] {
                    recent.push(Named {
                        person: p,
                        sentence: number,
                        at: n.span.start,
                        subject: is_subject(copy, range.start, n.first, n.end),
                    });
                }
                named_to = named_to.max(n.end);
                next_name += 1;
            }
            let word = copy.word(i);
            match word {
                "\"" => quoted = !quoted,
                "\u{201c}" | "``" => quoted = true,
                "\u{201d}" | "''" => quoted = false,
                "he" | "He" | "she" | "She" if !quoted && i >= named_to => {
                    let wanted = if word.ends_with("she") || word == "She" {
                        2
                    } else {
                        1
                    };
                    let found = antecedent(&recent, number, wanted, &genders);
                    if let Some(p) = found {
                        let span = copy.tokens[i].span;
                        people[p]
                            .entity
                            .mentions
                            .push(mention(span, MentionKind::Pronoun));
                        recent.push(Named {
                            person: p,
                            sentence: number,
                            at: span.start,
                            subject: true,
                        });
                    }
                }
                "the" | "The" if i >= named_to => {
                    if let Some((p, span)) = nominal(copy, names, i, range.end, people, gazetteer) {
                        people[p]
                            .entity
                            .mentions
                            .push(mention(span, MentionKind::Nominal));
                        recent.push(Named {
                            person: p,
                            sentence: number,
                            at: span.start,
                            subject: true,
                        });
                    }
                }
                _ => {}
            }
        }
        territory(copy, range, places);
    }
    for p in people.iter_mut() {
        p.entity.mentions.sort_by_key(|m| (m.start, m.end));
        p.entity.mentions.dedup_by_key(|m| m.start);
    }
}

fn first_token(copy: &Copy<'_>, s: Span) -> usize {
    copy.tokens.partition_point(|t| t.span.start < s.start)
}

fn past_token(copy: &Copy<'_>, s: Span) -> usize {
    copy.tokens.partition_point(|t| t.span.start < s.end)
}

fn is_subject(copy: &Copy<'_>, sentence: usize, first: usize, end: usize) -> bool {
    let after = copy.word(end);
    first < sentence + 4
        || after.ends_with("ed")
        || matches!(
            after,
            "said"
                | "says"
                | "told"
                | "has"
                | "had"
                | "was"
                | "is"
                | "did"
                | "will"
                | "would"
                | "met"
        )
}

/// The one person a pronoun can mean: the subject of what was said last; nobody where two would do.
fn antecedent(recent: &[Named], sentence: usize, wanted: u8, genders: &[u8]) -> Option<usize> {
    let fits = |n: &&Named| {
        n.sentence + PRONOUN_REACH >= sentence
            && (genders[n.person] == wanted || genders[n.person] == 0)
    };
    let near = || {
        recent
            .iter()
            .rev()
            .take_while(|n| n.sentence + PRONOUN_REACH >= sentence)
    };
    let last = near().find(fits)?;
    // of the sentence that names somebody last, the subject, else the only one
    let mut group: Vec<&Named> = near()
        .filter(|n| n.sentence == last.sentence)
        .filter(fits)
        .collect();
    group.sort_by_key(|n| n.at);
    let known = |n: &&&Named| genders[n.person] == wanted;
    let first_subject = group.iter().find(|n| n.subject);
    let mut distinct: Vec<usize> = group.iter().map(|n| n.person).collect();
    distinct.sort_unstable();
    distinct.dedup();
    match distinct.as_slice() {
        [one] => Some(*one),
        _ => {
            let sure: Vec<&&Named> = group.iter().filter(known).collect();
            match sure.as_slice() {
                [one] => Some(one.person),
                _ => first_subject.map(|n| n.person),
            }
        }
    }
}

/// "the French leader", "the president": the one person with that role (and country) named before.
fn nominal(
    copy: &Copy<'_>,
    names: &[Name<'_>],
    at: usize,
    end: usize,
    people: &[Person],
    gazetteer: &Gazetteer,
) -> Option<(usize, Span)> {
    if people.len() > MOST {
        return None;
    }
    let mut next = at + 1;
    let mut country = None;
    if let Ok(i) = names.binary_search_by_key(&next, |n| n.first) {
        let n = &names[i];
        if n.kind != NameType::Nationality {
            return None;
        }
        country = n.known?.senses.iter().find_map(|s| match s {
            Sense::Demonym(c) => Some(gazetteer.countries[*c as usize].iso),
            _ => None,
        });
        country?;
        next = n.end;
    }
    // the longest role that stands here
    let (last, role) = (1..=3).rev().find_map(|n| {
        let last = next + n - 1;
        if last >= end {
            return None;
        }
        let span = copy.tokens[next].span.join(copy.tokens[last].span);
        let key = span.of(copy.text).to_lowercase();
        ROLES.contains_key(key.as_str()).then_some((last, key))
    })?;
    let head = role.rsplit(' ').next()?;
    let classes = heads(head)?;
    // before a name it is that person's title
    if names.binary_search_by_key(&(last + 1), |n| n.first).is_ok()
        || copy.word(last + 1) == "-"
        || copy.word(last + 1) == "of"
    {
        return None;
    }
    let start = copy.tokens[at].span.start;
    let mut fitting = people.iter().enumerate().filter(|(_, p)| {
        p.entity.mentions.iter().any(|m| m.start < start)
            && p.class.is_some_and(|c| classes.contains(&c))
            && (country.is_none() || p.entity.country.as_deref() == country)
    });
    let (p, _) = fitting.next()?;
    if fitting.next().is_some() {
        return None;
    }
    Some((p, copy.tokens[at].span.join(copy.tokens[last].span)))
}

/// "the territory" after the only territory its sentence names.
fn territory(copy: &Copy<'_>, range: std::ops::Range<usize>, places: &mut [Entity]) {
    if places.len() > MOST {
        return;
    }
    let Some(span) = range.clone().find_map(|i| {
        (copy.word(i) == "the" && copy.word(i + 1) == "territory" && i + 1 < range.end)
            .then(|| copy.tokens[i].span.join(copy.tokens[i + 1].span))
    }) else {
        return;
    };
    let start = copy.tokens[range.start].span.start;
    let mut fitting = places.iter_mut().filter(|p| {
        p.subtype.as_deref() == Some("region")
            && p.mentions
                .iter()
                .any(|m| m.start >= start && m.end <= span.start)
    });
    if let (Some(p), None) = (fitting.next(), fitting.next()) {
        p.mentions.push(mention(span, MentionKind::Nominal));
    }
}
