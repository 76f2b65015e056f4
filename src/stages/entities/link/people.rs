//! People: names that belong to one person, with the role and organisation the text gives.

use std::collections::HashMap;

use super::titles::{self, Title, Titles};
use super::{ArticleText, begin_alike, entity, mention, name_key, tidy};
use crate::record::{Entity, EntityType};
use crate::stages::entities::WORDS;
use crate::stages::entities::gazetteer::{Gazetteer, Sense};
use crate::stages::entities::hash;
use crate::stages::entities::labels::NameType;
use crate::stages::entities::lexicon::Lexicon;
use crate::stages::entities::mentions::Name;
use crate::text::lexicon::look_up;
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
    /// Whether it names them first as what they are to another: "his late father, Ann Berg".
    is_relative: bool,
}

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
            let same_ends = last == short_last
                && is_first_name_of(short_first, first)
                && may_be_middle_names(full, short);
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
            is_relative: false,
        });
        people.len() - 1
    })
}

/// Whether the name at token `first` is in apposition to a word for somebody's relative: "his father, Paul Berg".
fn is_relative(article: &ArticleText<'_>, first: usize) -> bool {
    let before = first.checked_sub(1);
    let noun = before.and_then(|b| b.checked_sub(usize::from(article.word(b) == ",")));
    noun.is_some_and(|n| article.same_block(n, first) && WORDS.relative.contains(&article.word(n)))
}

/// Whether two first names may be of one person: they agree, or one is the other's initial.
fn is_first_name_of(a: &str, b: &str) -> bool {
    let initial = a.len() == 1 || b.len() == 1;
    a == b || initial && a.chars().next() == b.chars().next()
}

/// Whether two names with the same ends may be of one person by what stands between: "John Kwame Adu" is not "John Kofi
/// Adu", but "John K. Adu" and "John Adu". Another spelling begins alike.
fn may_be_middle_names(a: &[String], b: &[String]) -> bool {
    /// Letters by which two spellings agree.
    const BEGIN: usize = 2;
    let (few, many) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let alike = |x: &str, y: &str| is_first_name_of(x, y) || begin_alike(x, y, BEGIN);
    let many = inner(many);
    inner(few).iter().all(|x| many.iter().any(|y| alike(x, y)))
}

/// The words of a name between its first and its last.
fn inner(words: &[String]) -> &[String] {
    words.get(1..words.len() - 1).unwrap_or_default()
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
                is_relative: is_relative(article, names[i].first),
            });
            people.len() - 1
        });
        owner[i] = Some(p);
        people[p].by_family_name |= by_family_name;
        let mentions = &mut people[p].entity.mentions;
        mentions.push(mention(names[i].span, names[i].mention));
    }
    let titles = Titles {
        article,
        names,
        lexicon,
    };
    for (i, owner) in owner.iter().enumerate() {
        if let Some(p) = *owner {
            describe(&titles, i, &mut people[p], gazetteer);
        }
    }
    (people, owner)
}

/// Bytes of "de", "von", "bin" at most, by which nobody is called.
const PARTICLE: usize = 3;

/// What makes an office another: the shadow chancellor and the deputy president are not meant by "the chancellor", "the
/// president".
const SECOND: &[&str] = &["shadow ", "vice ", "vice-", "deputy ", "assistant "];

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
            // of a couple the one whom the text calls by the family name alone, not whom it names as another's father
            let alone = w.len() == 1 && family && person.by_family_name;
            (family, alone, !person.is_relative, nearest, usize::MAX - *p)
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

/// Words that tie a title to whose it is, and that to whom somebody is sent, which is not his own.
const TIES: &[&str] = &["of", "at", "for", "with", SENT_TO];
const SENT_TO: &str = "to";

/// Takes the role, organisation and nationality given beside the name `i` into the person's entry.
fn describe(titles: &Titles<'_>, i: usize, person: &mut Person, gazetteer: &Gazetteer) {
    let (article, names) = (titles.article, titles.names);
    let n = &names[i];
    let same_block = |t: &Title| article.same_block(t.words.start, n.first);
    // "French President Emmanuel Macron"
    if let Some(title) = titles.before(n.first).filter(same_block) {
        let before = titles.before_loose(title.words.start);
        person.take_role(article, &title);
        attach_before(article, &names[..i], before, person, gazetteer);
    } else if let Some(b) = i
        .checked_sub(1)
        .map(|b| &names[b])
        .filter(|b| b.end == n.first)
        && let Some(tie) = tie_before(article, b)
        && let Some(title) = titles.before(tie).filter(same_block)
    {
        // "US ambassador to Ukraine Ann Berg"
        person.take_role(article, &title);
        let before = titles.before_loose(title.words.start);
        if article.word(tie) != SENT_TO {
            attach(article, b, person, gazetteer);
        }
        attach_before(article, &names[..i - 1], before, person, gazetteer);
    } else if !leads_in(article, &names[..i], n.first) {
        // "China's Xi Jinping"
        attach_before(article, &names[..i], n.first, person, gazetteer);
    }
    describe_ahead(titles, n, &names[..i], person, gazetteer);
    if article.word(n.end) == "," && article.same_block(n.first, n.end) {
        describe_behind(titles, n, &names[i + 1..], person, gazetteer);
    }
}

/// The word that ties the name `x` to what stands before it: "of France", "at the Fed".
fn tie_before(article: &ArticleText<'_>, x: &Name<'_>) -> Option<usize> {
    let before = x.first.checked_sub(1)?;
    let tie = before.checked_sub(usize::from(article.word(before) == "the"))?;
    TIES.contains(&article.word(tie)).then_some(tie)
}

/// Whether the last of the `names` is a place that ends before `end` and in which something is: "in France Ann Berg".
fn leads_in(article: &ArticleText<'_>, names: &[Name<'_>], end: usize) -> bool {
    let place = names
        .last()
        .filter(|x| x.end == end && x.kind == NameType::Place);
    let before = place.and_then(|x| article.tokens.get(x.first.checked_sub(1)?));
    before.is_some_and(|t| look_up(t, article.text).is_preposition())
}

/// The name that stands before token `end`, or owns what begins there, or has its letters in brackets between: "Acme",
/// "Acme's", "Acme Trade Union (ATU)".
fn name_before<'n, 'g>(
    article: &ArticleText<'_>,
    names: &'n [Name<'g>],
    end: usize,
) -> Option<&'n Name<'g>> {
    let last = names.last()?;
    let owns = last.end + 1 == end && is_possessive(article.word(last.end));
    let bracketed = last.end + 1 == end
        && article.word(last.end) == ")"
        && last
            .first
            .checked_sub(1)
            .is_some_and(|open| article.word(open) == "(");
    let found = if bracketed {
        let whole = names.len().checked_sub(2).and_then(|i| names.get(i));
        whole.filter(|x| x.end + 1 == last.first)?
    } else {
        Some(last).filter(|x| owns || x.end == end)?
    };
    article.same_block(found.first, end).then_some(found)
}

/// Takes the name that stands before token `end` as the person's country or organisation.
fn attach_before(
    article: &ArticleText<'_>,
    names: &[Name<'_>],
    end: usize,
    person: &mut Person,
    gazetteer: &Gazetteer,
) {
    if let Some(x) = name_before(article, names, end) {
        attach(article, x, person, gazetteer);
    }
}

/// The same for what the name `n` is in apposition to: "the foreign minister of France, Jane Smith, said", "Acme's head
/// of growth, Ann Berg,". `names` are those before it.
fn describe_ahead(
    titles: &Titles<'_>,
    n: &Name<'_>,
    names: &[Name<'_>],
    person: &mut Person,
    gazetteer: &Gazetteer,
) {
    let article = titles.article;
    let closed = matches!(article.word(n.end), "," | "." | ";");
    let comma = n.first.checked_sub(1).filter(|c| article.word(*c) == ",");
    let Some(comma) = comma.filter(|c| closed && article.same_block(*c, n.first)) else {
        return;
    };
    // "the foreign minister of France", "the foreign minister"
    let of = names.last().filter(|x| x.end == comma);
    let end = of.map_or(Some(comma), |x| tie_before(article, x));
    let Some((end, title)) = end.and_then(|end| Some((end, titles.before(end)?))) else {
        return;
    };
    let first = titles.before_loose(title.words.start);
    let earlier = &names[..names.partition_point(|x| x.end <= first)];
    let owner = name_before(article, earlier, first).filter(|x| x.kind != NameType::Person);
    let start = owner.map_or(first, |x| x.first);
    let before = start.checked_sub(1).map_or("", |b| article.word(b));
    let owned = first > 0 && is_possessive(article.word(first - 1));
    let definite = owned || matches!(before, "the" | "The" | "its" | "Its");
    // "President of the Senate, Ann Berg, …"
    let opens = of.is_some() && titles.begins_sentence(title.words.start);
    if (definite || opens) && article.same_block(start, n.first) {
        person.take_role(article, &title);
        let of = of.filter(|_| article.word(end) != SENT_TO);
        for x in of.into_iter().chain(owner) {
            attach(article, x, person, gazetteer);
        }
    }
}

/// The same for what stands behind the name `n` and a comma: "Jane Smith, the foreign minister of France,"
/// and "Jane Smith, Reuters' editor,". `names` are those behind it.
fn describe_behind(
    titles: &Titles<'_>,
    n: &Name<'_>,
    names: &[Name<'_>],
    person: &mut Person,
    gazetteer: &Gazetteer,
) {
    let article = titles.article;
    let mut at = n.end + 1;
    if matches!(article.word(at), "the" | "a" | "an" | "its" | "their") {
        at += 1;
    }
    // "Acme's", "the former French"
    let next = names
        .first()
        .filter(|x| (at..=titles.past_loose(at)).contains(&x.first));
    if let Some(next) = next {
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
    let title = (at..=titles.past_loose(at)).find_map(|at| titles.behind(at));
    let title = title.filter(|t| !speaks(t.words.end));
    let Some(title) = title.filter(|_| article.same_block(n.first, at)) else {
        return;
    };
    person.take_role(article, &title);
    let end = title.words.end;
    let tied = TIES.contains(&article.word(end)) && article.word(end) != SENT_TO;
    let of = tied.then(|| {
        let skip = usize::from(article.word(end + 1) == "the");
        let found = names.binary_search_by_key(&(end + 1 + skip), |x| x.first);
        found.ok().map(|x| &names[x])
    });
    for x in of.flatten().into_iter().chain(next) {
        attach(article, x, person, gazetteer);
    }
}

impl Person {
    /// Whether the text has said that this person is what `words` say: "the economist", where the role is "chief
    /// economist"; "the chancellor" is not the shadow chancellor, nor "the home secretary" the foreign secretary.
    pub(crate) fn is_called(&self, words: &str) -> bool {
        let role = self.entity.role.as_deref().unwrap_or_default();
        let role = titles::noun_phrase(role).to_lowercase();
        let ends = |whole: &str, end: &str| {
            let before = whole.strip_suffix(end);
            before.is_some_and(|b| b.is_empty() || b.ends_with([' ', '-']))
        };
        let is_second = |role: &str| SECOND.iter().any(|s| role.starts_with(s));
        let called = !role.is_empty() && (ends(&role, words) || ends(words, &role));
        called && titles::may_hold(&role, words) && is_second(words) == is_second(&role)
    }

    /// Whether an office may be this person's, by the role that the text gives.
    pub(crate) fn may_hold(&self, office: &str) -> bool {
        titles::may_hold(self.entity.role.as_deref().unwrap_or_default(), office)
    }

    /// Takes the words of a title; the first of an article stands.
    fn take_role(&mut self, article: &ArticleText<'_>, title: &Title) {
        if self.entity.role.is_none() {
            self.entity.role = Some(tidy(title.of(article)));
            self.class = Some(title.class);
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
