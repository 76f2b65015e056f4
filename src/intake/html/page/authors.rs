//! Who wrote an article: names of people, and the desks and agencies that sign.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::intake::html::body::hints::entries;
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, LowerName, Tree};
use crate::record::{Author, AuthorRole};
use crate::text::data::{DataFile, data_file};

use super::json_ld::{Article, is_a, plain};
use super::{Place, Sources};

/// The vocabulary of bylines.
struct Words {
    /// What stands before names, longest first.
    open: Vec<&'static str>,
    and: HashSet<&'static str>,
    role: HashSet<&'static str>,
    desk: HashSet<&'static str>,
}

pub const FILE: DataFile<'static> = data_file!("page/bylines.txt");

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words {
        open: Vec::new(),
        and: HashSet::new(),
        role: HashSet::new(),
        desk: HashSet::new(),
    };
    for (kind, list) in entries(FILE) {
        let list = list.split('|').map(str::trim).filter(|w| !w.is_empty());
        match kind {
            "open" => words.open.extend(list),
            "and" => words.and.extend(list),
            "role" => words.role.extend(list),
            _ => words.desk.extend(list),
        }
    }
    words.open.sort_by_key(|w| std::cmp::Reverse(w.len()));
    words
});

/// Longest byline that is read, in bytes.
const LONGEST: usize = 300;
/// Largest element that is read as a byline, in bytes of markup.
const MOST_MARKUP: usize = 6_000;
/// Most names that stand in elements of their own without any mark, in one byline.
const MOST_APART: usize = 3;
/// Nodes behind the article in which its byline may stand.
const BEHIND: Id = 60;
/// Longest name, in bytes and in words.
const LONGEST_NAME: usize = 80;
const MOST_WORDS: usize = 7;

/// The authors of a page, best source first: JSON-LD, meta tags, marked-up elements, signatures in the text.
///
/// `signed` are lines of the text that may be signatures; those that are have their index returned.
pub fn find(
    tree: &Tree<'_>,
    sources: &Sources<'_>,
    place: Place<'_>,
    signed: &[(usize, &str)],
) -> (Vec<Author>, Vec<usize>) {
    let mut found = of_sources(tree, sources, place);
    let mut lines = Vec::new();
    let from_site = found.iter().all(|a| signs_for_site(a, sources));
    let mut by_text = Vec::new();
    for (line, text) in signed {
        let names = signature(text);
        let known = names
            .iter()
            .any(|n| found.iter().any(|a| a.name.eq_ignore_ascii_case(n)));
        if names.is_empty() || !(known || from_site) {
            continue;
        }
        lines.push(*line);
        if !known {
            for name in &names {
                add(&mut by_text, name, false);
            }
        }
    }
    if !by_text.is_empty() {
        found = by_text;
    }
    (found, lines)
}

/// The people who sign in a line of the text; none when it is no signature.
fn signature(text: &str) -> Vec<String> {
    let text = unbracketed(text);
    let opened = opens_byline(text);
    let names = names(text);
    let all_people = !names.is_empty()
        && names
            .iter()
            .all(|n| plausible(n) && !is_desk(n) && !n.contains(|c: char| c.is_ascii_digit()));
    let ends_sentence = text.ends_with(['.', '!', '?', ':', '”', '"', '…']);
    // Without "By" in front it takes names and nothing else: headings are of two to five words too.
    let letters = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).count();
    let bare = letters(text) == names.iter().map(|n| letters(n)).sum::<usize>()
        && names.iter().all(|n| {
            (2..=3).contains(&n.split(' ').count())
                && n.split(' ').all(|w| {
                    w.chars().next().is_some_and(char::is_uppercase)
                        && w.chars().skip(1).any(char::is_lowercase)
                })
        });
    if all_people && !ends_sentence && (opened || bare) {
        names
    } else {
        Vec::new()
    }
}

/// Whether a line opens as a byline does.
pub fn opens_byline(text: &str) -> bool {
    let text = unbracketed(text);
    without_opening(text).len() < text.len()
}

/// A line without blanks and brackets around it.
fn unbracketed(text: &str) -> &str {
    text.trim().trim_matches(['(', ')', '（', '）', '[', ']'])
}

fn of_sources(tree: &Tree<'_>, sources: &Sources<'_>, place: Place<'_>) -> Vec<Author> {
    let mut found = Vec::new();
    if let Some(json) = sources.json.article() {
        found = of_json(&json, "author");
        if found.is_empty() {
            found = of_json(&json, "creator");
        }
    }
    if found.is_empty() {
        found = of_meta(sources);
    }
    if found.is_empty() || found.iter().all(|a| signs_for_site(a, sources)) {
        // The site signs, which it does where the page does not mark up who wrote.
        let marked = of_elements(tree, place);
        if found.is_empty() || marked.iter().any(|a| !signs_for_site(a, sources)) {
            let marked: Vec<Author> = marked
                .into_iter()
                .filter(|a| found.is_empty() || !signs_for_site(a, sources))
                .collect();
            if !marked.is_empty() {
                found = marked;
            }
        }
    }
    if found.iter().any(|a| !signs_for_site(a, sources)) {
        found.retain(|a| !is_site(&a.name, sources));
    }
    found
}

fn of_json(article: &Article<'_>, key: &str) -> Vec<Author> {
    let mut found = Vec::new();
    for value in article.all(key) {
        let (name, organization) = match article.resolve(value) {
            Some(object) => {
                let name = match object.get("name") {
                    Some(serde_json::Value::Array(names)) => {
                        for name in names.iter().filter_map(plain) {
                            add(&mut found, &name, false);
                        }
                        continue;
                    }
                    Some(name) => plain(name),
                    None => None,
                };
                (
                    name,
                    is_a(object, "Organization") || is_a(object, "NewsMediaOrganization"),
                )
            }
            None => (plain(value), false),
        };
        if let Some(name) = name {
            add(&mut found, &name, organization);
        }
    }
    found
}

/// Meta tags that name authors, the most reliable first.
const META: [&str; 16] = [
    "author",
    "article:author",
    "article:author_name",
    "og:article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "dc.contributor",
    "cxenseparse:author",
    "cxenseparse:pho-article-author",
    "byl",
    "authors",
    "citation_author",
    "twitter:data1",
    "vr:author",
];

fn of_meta(sources: &Sources<'_>) -> Vec<Author> {
    for name in META {
        if name == "twitter:data1"
            && !sources
                .meta
                .get(&["twitter:label1"])
                .is_some_and(|l| BY.contains(&l.to_lowercase().trim_end_matches(':').trim()))
        {
            continue;
        }
        let mut found = Vec::new();
        for value in sources.meta.all(name) {
            add(&mut found, value, false);
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// Labels of cards that announce an author.
const BY: [&str; 10] = [
    "written by",
    "by",
    "author",
    "verfasst von",
    "geschrieben von",
    "écrit par",
    "escrito por",
    "scritto da",
    "geschreven door",
    "autor",
];

/// Authors by marked-up elements: `rel=author`, `itemprop=author`, elements called byline or author.
fn of_elements(tree: &Tree<'_>, place: Place<'_>) -> Vec<Author> {
    let mut best: (u32, Vec<Author>) = (0, Vec::new());
    let mut until = 0;
    // A byline stands near its article: comments and the site's list of authors lie outside.
    let end = place.body.map_or(tree.len() as Id, |a| tree.end(a));
    for id in 1..tree.len() as Id {
        if id < until || !tree.is_element(id) || tree.tag(id).is_invisible() {
            continue;
        }
        let Some(worth) = worth(tree, id) else {
            continue;
        };
        // Behind the article only where none stands before, and near.
        if id > end && (best.0 > 0 || id > end + BEHIND) {
            break;
        }
        if tree.extent(id) > MOST_MARKUP || (place.apart)(id) {
            continue;
        }
        let text = tree.text_of(id);
        until = tree.end(id);
        if text.len() > LONGEST || text.is_empty() {
            until = id + 1;
            continue;
        }
        let mut found = Vec::new();
        let links: Vec<Id> = tree
            .find_all(id, Tag::A)
            .filter(|a| is_author_link(tree, *a))
            .collect();
        if links.is_empty() {
            add(&mut found, &text, false);
        } else {
            for link in links {
                add(&mut found, &tree.text_of(link), false);
            }
        }
        found.retain(|a| plausible(&a.name));
        if found.is_empty() {
            // A name, a date and a job may stand side by side in elements of their own.
            for part in tree.find_all(id, Tag::Text) {
                add(&mut found, tree.raw_text(part).0, false);
            }
            found.retain(|a| plausible(&a.name) && !a.name.contains(|c: char| c.is_ascii_digit()));
            // More of them are a box about the author, with his fields and buttons.
            if found.len() > MOST_APART {
                found.clear();
            }
        }
        if found.is_empty() {
            continue;
        }
        if worth > best.0 {
            best = (worth, found);
        } else if worth == best.0 && worth >= 3 {
            for author in found {
                if !best
                    .1
                    .iter()
                    .any(|a| a.name.eq_ignore_ascii_case(&author.name))
                {
                    best.1.push(author);
                }
            }
        }
    }
    best.1
}

fn is_author_link(tree: &Tree<'_>, id: Id) -> bool {
    tree.attribute(id, "rel")
        .is_some_and(|r| r.split_ascii_whitespace().any(|r| r == "author"))
        || tree.attribute(id, "href").is_some_and(|h| {
            [
                "/author",
                "/autor",
                "/auteur",
                "/profile",
                "/people/",
                "/person/",
                "/by/",
                "/staff/",
                "/journalist",
                "/contributor",
                "/redakt",
                "/reporter",
                "/columnist",
                "/firmas/",
                "/writers/",
            ]
            .iter()
            .any(|p| h.contains(p))
        })
}

/// How surely an element names the author, from its marks; `None` when it does not.
fn worth(tree: &Tree<'_>, id: Id) -> Option<u32> {
    let mut worth = 0;
    for (name, value) in tree.attributes(id) {
        match LowerName::of(name).as_str() {
            "itemprop" if value == "author" || value == "creator" => worth = worth.max(4),
            "rel" if value.split_ascii_whitespace().any(|r| r == "author") => worth = worth.max(4),
            "class" | "id" | "data-testid" | "data-component" | "data-qa" => {
                let value = value.to_ascii_lowercase();
                for (word, w) in [
                    ("author-name", 3),
                    ("author__name", 3),
                    ("authorname", 3),
                    ("byline-name", 3),
                    ("byline__name", 3),
                    ("byline", 2),
                    ("author", 2),
                    ("autor", 2),
                    ("auteur", 2),
                    ("writer", 2),
                    ("reporter", 2),
                ] {
                    let bad = [
                        "bio",
                        "image",
                        "avatar",
                        "comment",
                        "related",
                        "follow",
                        "social",
                        "description",
                        "date",
                    ];
                    if value.contains(word) && !bad.iter().any(|b| value.contains(b)) {
                        worth = worth.max(w);
                    }
                }
            }
            _ => {}
        }
    }
    (worth > 0).then_some(worth)
}

/// Whether a name found in running markup can be one.
fn plausible(name: &str) -> bool {
    let words = name.split_whitespace().count();
    let cjk = name.chars().any(|c| c as u32 >= 0x2e80);
    // Writing without capitals has none at the start of names.
    let begins = |c: char| c.is_alphabetic() && !c.is_lowercase();
    (2..=5).contains(&words) && name.chars().next().is_some_and(begins)
        || (cjk && name.chars().count() <= 20)
}

/// Adds the authors a byline names.
pub fn add(found: &mut Vec<Author>, byline: &str, organization: bool) {
    for name in names(byline) {
        if found
            .iter()
            .any(|a| a.name.to_lowercase() == name.to_lowercase())
        {
            continue;
        }
        found.push(Author {
            organization: organization.then(|| name.clone()),
            name,
            role: AuthorRole::Writer,
        });
    }
}

/// The names in a byline: "By Jane Doe and John Roe, Staff Writers" has two.
pub fn names(byline: &str) -> Vec<String> {
    let clean = super::json_ld::clean(byline);
    if clean.len() > LONGEST {
        return Vec::new();
    }
    let mut out = Vec::new();
    for part in clean.split([',', ';', '|', '•', '·', '、', '，', '；', '\n']) {
        for name in at_and(without_opening(part.trim())) {
            // "Jane Doe/John Roe" is two people; "ap/jd" is one signature.
            let apart: Vec<&str> = name.split('/').collect();
            if apart.len() > 1 && apart.iter().all(|p| p.trim().contains(' ')) {
                out.extend(apart.into_iter().filter_map(name_of));
            } else if let Some(name) = name_of(name) {
                out.push(name);
            }
        }
    }
    out
}

/// Cuts "By" and its like off the front.
fn without_opening(mut part: &str) -> &str {
    for _ in 0..2 {
        let lower = part.to_lowercase();
        let Some(open) = WORDS.open.iter().find(|open| {
            lower.starts_with(**open)
                && part.is_char_boundary(open.len())
                && (open.ends_with([':', '/', '：', '／', '＝'])
                    || part[open.len()..].starts_with([' ', ':', '\u{a0}', '：'])
                    || open.chars().any(|c| c as u32 >= 0x2e80))
        }) else {
            break;
        };
        part = part[open.len()..].trim_start_matches([' ', ':', '\u{a0}', '：', '-', '–']);
    }
    part
}

/// The parts of a text between words for "and".
fn at_and(part: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut at = 0;
    for word in part.split(' ') {
        let end = at + word.len();
        let joins = at > start
            && end < part.len()
            && WORDS.and.contains(word.to_lowercase().as_str())
            // "Maria i Ventura" and "Y. Sato": a capital is part of a name.
            && word.chars().all(|c| !c.is_uppercase() || word.len() > 2);
        if joins {
            out.push(&part[start..at]);
            start = end;
        }
        at = end + 1;
    }
    out.push(&part[start..]);
    out
}

/// A part of a byline as a name, when it can be one.
fn name_of(part: &str) -> Option<String> {
    let part = part
        .trim()
        .trim_matches(|c: char| c.is_whitespace() || "\"“”'‘’*:-–—/<>[]{}#_~|".contains(c));
    // "Jane Doe (Reuters)" and "Jane Doe in Berlin": the name is what stands before.
    let part = part.split(" (").next()?.split(" @").next()?.trim();
    let part = part
        .strip_prefix('(')
        .map_or(part, |p| p.trim_end_matches(')'));
    if part.is_empty()
        || part.len() > LONGEST_NAME
        || part.contains("http")
        || part.contains("www.")
        || part.contains(':')
        || part.starts_with('@')
        || part.contains('@')
        || !part.chars().any(char::is_alphabetic)
    {
        return None;
    }
    let words: Vec<&str> = part.split_whitespace().collect();
    if words.len() > MOST_WORDS {
        return None;
    }
    let lower = part.to_lowercase();
    if matches!(
        lower.as_str(),
        "null"
            | "undefined"
            | "none"
            | "unknown"
            | "n/a"
            | "author"
            | "admin"
            | "anonymous"
            | "false"
            | "true"
    ) {
        return None;
    }
    // A part in lower case throughout with a job in it is a job; "Senior Writer" too.
    let jobs = words
        .iter()
        .filter(|w| {
            WORDS.role.contains(
                w.to_lowercase()
                    .trim_matches(|c: char| !c.is_alphanumeric()),
            )
        })
        .count();
    let capitals = words
        .iter()
        .filter(|w| w.chars().next().is_some_and(char::is_uppercase))
        .count();
    if jobs > 0 && (jobs * 2 >= words.len()) && !is_desk(part) {
        return None;
    }
    if jobs > 0 && capitals < words.len() && capitals < 2 {
        return None;
    }
    if part.chars().filter(char::is_ascii_digit).count() > 4 {
        return None;
    }
    Some(words.join(" "))
}

/// Whether an author is the site itself or a desk of it.
fn signs_for_site(author: &Author, sources: &Sources<'_>) -> bool {
    author.organization.is_some() || is_desk(&author.name) || is_site(&author.name, sources)
}

/// Whether a name is the site's own.
fn is_site(name: &str, sources: &Sources<'_>) -> bool {
    let letters = |s: &str| -> String {
        s.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let name = letters(name);
    let domain = sources.domain.as_deref().map(letters);
    sources.outlet.as_deref().map(letters).as_deref() == Some(&name)
        || domain.is_some_and(|d| name == d || (name.len() >= 4 && d.starts_with(&name)))
}

/// Whether a name is a desk's, an agency's or a site's rather than a person's.
pub fn is_desk(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.contains(".com")
        || WORDS.desk.contains(lower.as_str())
        || lower
            .split(|c: char| !c.is_alphanumeric() && c != '-')
            .any(|w| WORDS.desk.contains(w))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines_name_people() {
        for (byline, want) in [
            ("By Jane Doe and John Roe", vec!["Jane Doe", "John Roe"]),
            ("Jane Doe, Senior Political Correspondent", vec!["Jane Doe"]),
            (
                "Von Anna Müller, Jörg Weiß und Eva Groß",
                vec!["Anna Müller", "Jörg Weiß", "Eva Groß"],
            ),
            ("https://www.facebook.com/paper", vec![]),
            ("@janedoe", vec![]),
            ("Abby Anders", vec!["Abby Anders"]),
            ("Byron Miller", vec!["Byron Miller"]),
            (
                "Par Luc Petit &amp; Zoé Grand",
                vec!["Luc Petit", "Zoé Grand"],
            ),
            ("Associated Press", vec!["Associated Press"]),
            ("责任编辑：王小明、李四", vec!["王小明", "李四"]),
        ] {
            assert_eq!(names(byline), want, "{byline}");
        }
    }
}
