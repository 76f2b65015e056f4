//! People: names that belong to one person, with the role and organisation the text gives.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::{ArticleText, entity, mention, name_key, tidy};
use crate::record::{Entity, EntityType};
use crate::stages::entities::WORDS;
use crate::stages::entities::gazetteer::{Gazetteer, Sense};
use crate::stages::entities::hash;
use crate::stages::entities::labels::NameType;
use crate::stages::entities::lexicon::Lexicon;
use crate::stages::entities::mentions::Name;
use crate::text::data::{DataFile, data_file};
use crate::text::lexicon::look_up;
use crate::text::table;
use crate::text::tokens::Case;

/// A person of the article.
#[derive(Debug)]
pub(crate) struct Person {
    pub entity: Entity,
    /// Class of the role, from the table of roles.
    pub class: Option<&'static str>,
    /// Words of the fullest name, in lower case without marks.
    words: Vec<String>,
    /// Whether the text, as far as it was read, calls them by the family name alone.
    by_family_name: bool,
}

pub(crate) const ROLES_FILE: DataFile<'static> = data_file!("gazetteers/roles.tsv");

/// Roles by their words in lower case: `president` → `head`.
pub(crate) static ROLES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    table::rows::<2>(ROLES_FILE.path, ROLES_FILE.text())
        .map(|row| row.columns.into())
        .collect()
});

fn words(name: &str) -> Vec<String> {
    let mut w: Vec<String> = name_key(name).split(' ').map(str::to_owned).collect();
    while w.len() > 1 && WORDS.honorific.contains(&&*w[0]) {
        w.remove(0);
    }
    while w.len() > 1 && w.last().is_some_and(|l| WORDS.suffix.contains(&&**l)) {
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
        ([first, .., last], [short_first, .., short_last]) => {
            let same_ends = last == short_last && is_first_name_of(short_first, first);
            let shorter = full.len() > short.len();
            same_ends || shorter && (full.starts_with(short) || full.ends_with(short))
        }
        _ => false,
    }
}

/// The author among the `people` of an article; a person more, without a mention, where the article does not name him.
pub(crate) fn author(people: &mut Vec<Person>, name: &str) -> usize {
    let own = words(name);
    let named = people.iter().position(|p| p.words == own);
    named.unwrap_or_else(|| {
        people.push(Person {
            entity: entity(EntityType::Person, cased(&tidy(name))),
            class: None,
            words: own,
            by_family_name: false,
        });
        people.len() - 1
    })
}

/// Whether two first names may be of one person: they agree, or one is the other's initial.
fn is_first_name_of(a: &str, b: &str) -> bool {
    let initial = a.len() == 1 || b.len() == 1;
    a == b || initial && a.chars().next() == b.chars().next()
}

/// Groups the names of people. Returns the people and, for each name, its person.
pub(crate) fn people(
    article: &ArticleText<'_>,
    names: &[Name<'_>],
    gazetteer: &Gazetteer,
    lexicon: &Lexicon,
) -> (Vec<Person>, Vec<Option<usize>>) {
    let mut people: Vec<Person> = Vec::new();
    let mut owner = vec![None; names.len()];
    let mut by_word: HashMap<String, Vec<usize>> = HashMap::new();
    // "Peña" of "Enrique Peña Nieto"; none where two are called so
    let mut by_middle: HashMap<String, Option<usize>> = HashMap::new();
    // the full names first, then what is shorter, each in the order of the text
    let mut order: Vec<(usize, Vec<String>)> = names
        .iter()
        .enumerate()
        .filter(|(_, n)| n.kind == NameType::Person)
        .map(|(i, n)| (i, words(n.span.of(article.text))))
        .collect();
    order.sort_by_key(|(i, w)| (usize::MAX - w.len().min(FULL_NAME), *i));
    for (i, w) in order {
        let at = names[i].span.start;
        let (w, found) = match couple(article, names, i, &w, lexicon) {
            Some(full) if !is_named_before(&people, &by_word, &w, at) => {
                let found = bearer(&people, &by_word, &full, at);
                (full, found)
            }
            _ => {
                let found = bearer(&people, &by_word, &w, at);
                (w, found)
            }
        };
        let found = found.or_else(|| match &w[..] {
            [one] => by_middle.get(one).copied().flatten(),
            _ => None,
        });
        let by_family_name =
            w.len() == 1 && found.is_none_or(|p| people[p].words.last() == w.last());
        let p = found.unwrap_or_else(|| {
            for word in [w.first(), w.last()].into_iter().flatten() {
                let list = by_word.entry(word.clone()).or_default();
                if list.last() != Some(&people.len()) && list.len() < NAMESAKES {
                    list.push(people.len());
                }
            }
            for word in w
                .iter()
                .skip(1)
                .rev()
                .skip(1)
                .filter(|w| w.len() > PARTICLE)
            {
                let bearer = by_middle.entry(word.clone()).or_insert(Some(people.len()));
                *bearer = bearer.filter(|p| *p == people.len());
            }
            let name = cased(&tidy(names[i].span.of(article.text)));
            people.push(Person {
                entity: entity(EntityType::Person, name),
                class: None,
                words: w,
                by_family_name: false,
            });
            people.len() - 1
        });
        owner[i] = Some(p);
        people[p].by_family_name |= by_family_name;
        let mentions = &mut people[p].entity.mentions;
        mentions.push(mention(names[i].span, names[i].mention));
    }
    for (i, owner) in owner.iter().enumerate() {
        if let Some(p) = *owner {
            describe(article, names, i, &mut people[p], gazetteer);
        }
    }
    (people, owner)
}

/// Bytes of "de", "von", "bin" at most, by which nobody is called.
const PARTICLE: usize = 3;

/// Words from which a name is full: longer ones are no surer.
const FULL_NAME: usize = 3;

/// People of one first or last name that are told apart in an article; so many only in a table of names,
/// where the search must stay linear.
const NAMESAKES: usize = 64;

/// The person whose name the words `w` at `at` are; of several the one with that family name, then the one
/// named last before.
fn bearer(
    people: &[Person],
    by_word: &HashMap<String, Vec<usize>>,
    w: &[String],
    at: u32,
) -> Option<usize> {
    let with = |word: Option<&String>| word.and_then(|w| by_word.get(w)).into_iter().flatten();
    with(w.last())
        .chain(with(w.first()))
        .copied()
        .filter(|p| fits(&people[*p].words, w))
        .max_by_key(|p| {
            let person = &people[*p];
            let last = person.entity.mentions.last().map(|m| m.start);
            let nearest = last.filter(|start| *start < at);
            let family = person.words.last() == w.last();
            // of a couple the one whom the text calls by the family name alone
            let alone = w.len() == 1 && family && person.by_family_name;
            (family, alone, nearest, usize::MAX - *p)
        })
}

/// "David and Jane Heller": the words of David's full name, where a first name and one more with its family name are
/// joined; not "Obama and Paul Ryan".
fn couple(
    article: &ArticleText<'_>,
    names: &[Name<'_>],
    i: usize,
    own: &[String],
    lexicon: &Lexicon,
) -> Option<Vec<String>> {
    let [one] = own else {
        return None;
    };
    let (name, next) = (&names[i], names.get(i + 1)?);
    if !lexicon.get(hash::lower(one), true).is_first_name() {
        return None;
    }
    let joined = next.first == name.end + 1 && article.word(name.end) == "and";
    let other = words(next.span.of(article.text));
    let family = other.last().filter(|_| other.len() > 1)?;
    (joined && next.kind == NameType::Person).then(|| vec![one.clone(), family.clone()])
}

/// Whether somebody whose first or last name the words are is named before `at`.
fn is_named_before(
    people: &[Person],
    by_word: &HashMap<String, Vec<usize>>,
    w: &[String],
    at: u32,
) -> bool {
    let own = w.last().and_then(|w| by_word.get(w)).into_iter().flatten();
    own.copied().any(|p| {
        let person = &people[p];
        let family = person.words.last() == w.last();
        family || person.entity.mentions.iter().any(|m| m.start < at)
    })
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

/// Longest role in words that is looked for: the longest of the table.
const ROLE_WORDS: usize = 4;

/// The role that ends before token `end`: its first token, the words as the table has them, and its class.
pub(crate) fn role_before(article: &ArticleText<'_>, end: usize) -> Option<(usize, &'static str)> {
    (1..=ROLE_WORDS.min(end)).rev().find_map(|n| {
        let first = end - n;
        let span = article.tokens[first]
            .span
            .join(article.tokens[end - 1].span);
        if !article.same_block(first, end - 1) {
            return None;
        }
        let key = span.of(article.text).to_lowercase();
        ROLES.get(key.as_str()).map(|class| (first, *class))
    })
}

/// The role that begins at token `first`: past its last token, and its class.
fn role_at(article: &ArticleText<'_>, first: usize) -> Option<(usize, &'static str)> {
    (1..=ROLE_WORDS).rev().find_map(|n| {
        let end = first + n;
        if end > article.tokens.len() || !article.same_block(first, end - 1) {
            return None;
        }
        let span = article.tokens[first]
            .span
            .join(article.tokens[end - 1].span);
        let key = span.of(article.text).to_lowercase();
        ROLES.get(key.as_str()).map(|class| (end, *class))
    })
}

/// Takes the role, organisation and nationality given beside the name `i` into the person's entry.
fn describe(
    article: &ArticleText<'_>,
    names: &[Name<'_>],
    i: usize,
    person: &mut Person,
    gazetteer: &Gazetteer,
) {
    let n = &names[i];
    let mut before = n.first;
    // "French President Emmanuel Macron"
    if let Some((first, class)) = role_before(article, n.first)
        && article.same_block(first, n.first)
    {
        person.take_role(article, first..n.first, class);
        before = first;
    }
    // what stands before the role, or before the name in the possessive: "China's Xi Jinping"
    let stands_before = |b: &&Name<'_>| {
        b.end == before || b.end + 1 == before && is_possessive(article.word(b.end))
    };
    if let Some(b) = i.checked_sub(1).map(|b| &names[b]).filter(stands_before)
        && article.same_block(b.first, n.first)
    {
        attach(article, b, person, gazetteer);
    }
    describe_ahead(article, n, &names[..i], person, gazetteer);
    if article.word(n.end) == "," && article.same_block(n.first, n.end) {
        describe_behind(article, n, &names[i + 1..], person, gazetteer);
    }
}

/// The same for what the name `n` is in apposition to: "the foreign minister of France, Jane Smith, said". `names` are
/// those before it.
fn describe_ahead(
    article: &ArticleText<'_>,
    n: &Name<'_>,
    names: &[Name<'_>],
    person: &mut Person,
    gazetteer: &Gazetteer,
) {
    let closed = matches!(article.word(n.end), "," | "." | ";");
    let comma = n.first.checked_sub(1).filter(|c| article.word(*c) == ",");
    let Some(comma) = comma.filter(|c| closed && article.same_block(*c, n.first)) else {
        return;
    };
    // "the foreign minister of France", "the foreign minister"
    let of = names.last().filter(|x| x.end == comma);
    let end = || match of {
        None => Some(comma),
        Some(x) => {
            let before = x.first.checked_sub(1)?;
            let tie = before.checked_sub(usize::from(article.word(before) == "the"))?;
            matches!(article.word(tie), "of" | "at" | "for").then_some(tie)
        }
    };
    let Some(end) = end() else {
        return;
    };
    let Some((first, class)) = role_before(article, end) else {
        return;
    };
    let definite = first > 0
        && (matches!(article.word(first - 1), "the" | "The" | "its" | "Its")
            || is_possessive(article.word(first - 1)));
    if definite && article.same_block(first, n.first) {
        person.take_role(article, first..end, class);
        if let Some(x) = of {
            attach(article, x, person, gazetteer);
        }
    }
}

/// The same for what stands behind the name `n` and a comma: "Jane Smith, the foreign minister of France,"
/// and "Jane Smith, Reuters' editor,". `names` are those behind it.
fn describe_behind(
    article: &ArticleText<'_>,
    n: &Name<'_>,
    names: &[Name<'_>],
    person: &mut Person,
    gazetteer: &Gazetteer,
) {
    let mut at = n.end + 1;
    if matches!(article.word(at), "the" | "a" | "an" | "its" | "their") {
        at += 1;
    }
    let next = names.first();
    if let Some(next) = next.filter(|x| x.first == at) {
        at = next.end + usize::from(is_possessive(article.word(next.end)));
    }
    // "reacting to Jane Smith, the minister said": somebody else
    let speaks = |end: usize| {
        let behind = article
            .tokens
            .get(end)
            .filter(|_| article.same_block(n.first, end));
        let verb = behind.is_some_and(|t| {
            let word = look_up(t, article.text);
            t.case == Case::Lower && !word.is_preposition() && !word.is_relative()
        });
        article.word(n.end + 1) == "the" && verb && article.word(end) != "and"
    };
    let role = role_at(article, at).filter(|(end, _)| !speaks(*end));
    let Some((end, class)) = role.filter(|_| article.same_block(n.first, at)) else {
        return;
    };
    person.take_role(article, at..end, class);
    let of = if matches!(article.word(end), "of" | "at" | "for" | "with") {
        let skip = usize::from(article.word(end + 1) == "the");
        let found = names.binary_search_by_key(&(end + 1 + skip), |x| x.first);
        found.ok().map(|x| &names[x])
    } else {
        next.filter(|x| x.first <= at && x.end <= at)
    };
    if let Some(x) = of {
        attach(article, x, person, gazetteer);
    }
}

impl Person {
    /// Whether the text has said that this person is what `words` say: "the economist", where the role is "chief
    /// economist"; "the chancellor" is not the shadow chancellor.
    pub(crate) fn is_called(&self, words: &str) -> bool {
        let role = self
            .entity
            .role
            .as_deref()
            .unwrap_or_default()
            .to_lowercase();
        let (noun, own) = (words.rsplit(' ').next(), role.rsplit(' ').next());
        noun == own && words.starts_with("shadow ") == role.starts_with("shadow ")
    }

    /// Takes the words of a role; the first of an article stands.
    fn take_role(&mut self, article: &ArticleText<'_>, words: Range<usize>, class: &'static str) {
        if self.entity.role.is_none() {
            let (first, last) = (article.tokens[words.start], article.tokens[words.end - 1]);
            self.entity.role = Some(tidy(first.span.join(last.span).of(article.text)));
            self.class = Some(class);
        }
    }
}

pub(crate) fn is_possessive(word: &str) -> bool {
    matches!(word, "'s" | "\u{2019}s" | "'" | "\u{2019}")
}

/// Takes a neighbouring name as the person's country or organisation.
fn attach(article: &ArticleText<'_>, x: &Name<'_>, person: &mut Person, gazetteer: &Gazetteer) {
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
                person.entity.organization = Some(tidy(x.span.of(article.text)));
            }
        }
        NameType::Person | NameType::Other => {}
    }
}
