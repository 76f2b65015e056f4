//! The names in a byline.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::WORDS;
use crate::intake::dates::written;
use crate::intake::html::page::dates::words::announce_dates;
use crate::intake::html::page::json_ld;
use crate::intake::wire;
use crate::record::{Author, AuthorRole};

/// The lists that are looked up word by word.
pub(super) struct BylineWords {
    /// What stands before names, longest first.
    opening: Vec<&'static str>,
    between: HashSet<&'static str>,
    role: HashSet<&'static str>,
    desk: HashSet<&'static str>,
}

pub(super) static BYLINE_WORDS: LazyLock<BylineWords> = LazyLock::new(|| {
    let mut opening = WORDS.opening.to_vec();
    opening.sort_by_key(|w| std::cmp::Reverse(w.len()));
    BylineWords {
        opening,
        between: WORDS.between.iter().copied().collect(),
        role: WORDS.role.iter().copied().collect(),
        desk: WORDS.desk.iter().copied().collect(),
    }
});

/// Longest byline that is read, in bytes: five names with their jobs. What is called a byline and is longer has
/// the author's life in it.
pub(super) const LONGEST_BYLINE: usize = 300;
/// Longest name, in bytes and in words: "Maria da Conceição dos Santos e Silva" has seven.
const LONGEST_NAME: usize = 80;
const MOST_WORDS: usize = 7;
/// Most digits in a name: telephone numbers and dates have more.
const MOST_DIGITS: usize = 4;

/// The people that a byline begins with.
pub(in crate::intake::html::page) fn people(text: &str) -> Vec<String> {
    let names = names(text).into_iter();
    names.take_while(|name| is_person(name)).collect()
}

pub(super) fn is_person(name: &str) -> bool {
    plausible(name) && !is_desk(name) && !name.contains(|c: char| c.is_ascii_digit())
}

/// Whether a line is `names` and nothing else, each of two or three words with a capital: without "By" in front
/// it takes that much, as headings are of two to five words too.
pub(super) fn is_names_only(text: &str, names: &[String]) -> bool {
    let letters = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).count();
    let capitalised = |word: &str| {
        word.chars().next().is_some_and(char::is_uppercase)
            && word.chars().skip(1).any(char::is_lowercase)
    };
    letters(text) == names.iter().map(|n| letters(n)).sum::<usize>()
        && names
            .iter()
            .all(|n| (2..=3).contains(&n.split(' ').count()) && n.split(' ').all(capitalised))
}

/// What stands behind a label such as "Author:" within a line.
pub(in crate::intake::html::page) fn behind_label(text: &str) -> Option<&str> {
    let labels = BYLINE_WORDS.opening.iter().filter(|o| is_label(o));
    let found = labels.filter_map(|label| {
        let at = find_label(text, label)?;
        Some((at, &text[at..]))
    });
    found.min_by_key(|(at, _)| *at).map(|(_, rest)| rest)
}

/// Whether an opening of bylines announces a name wherever it stands: a word of several letters with a colon.
fn is_label(opening: &str) -> bool {
    const SHORTEST: usize = 5;
    opening.ends_with(':') && opening.chars().count() >= SHORTEST
}

/// Where a label begins that is a word of its own in a text, without regard to case.
fn find_label(text: &str, label: &str) -> Option<usize> {
    text.char_indices().map(|(at, _)| at).find(|at| {
        let begins = text[..*at].chars().next_back();
        begins.is_none_or(|c| !c.is_alphanumeric()) && starts_with(&text[*at..], label)
    })
}

/// Whether a text starts with a word in small letters, in any case.
fn starts_with(text: &str, word: &str) -> bool {
    let mut small = text.chars().flat_map(char::to_lowercase);
    word.chars().all(|c| small.next() == Some(c))
}

/// Whether a line opens as a byline does.
pub fn opens_byline(text: &str) -> bool {
    let text = unbracketed(text);
    without_opening(text).len() < text.len()
}

/// A line without blanks and brackets around it.
pub(super) fn unbracketed(text: &str) -> &str {
    text.trim().trim_matches(['(', ')', '（', '）', '[', ']'])
}

/// Whether a name found in running markup can be one.
pub(super) fn plausible(name: &str) -> bool {
    let words = name.split_whitespace().count();
    let cjk = name
        .chars()
        .any(|c| c as u32 >= 0x2e80 && c.is_alphabetic());
    // Writing without capitals has none at the start of names.
    let begins = |c: char| c.is_alphabetic() && !c.is_lowercase();
    (2..=5).contains(&words) && name.chars().next().is_some_and(begins)
        || (cjk && name.chars().count() <= 20)
}

/// Adds the authors a byline names. The agency it ends with employs all of them: "Jane Doe and John Roe, Reuters",
/// "JANE DOE Associated Press".
pub fn add(found: &mut Vec<Author>, byline: &str, organization: bool) {
    let mut named = names(byline);
    let employer = employer(byline, &mut named);
    for name in named {
        let same = |a: &Author| a.name.to_lowercase() == name.to_lowercase();
        if found.iter().any(same) {
            continue;
        }
        found.push(Author {
            organization: employer
                .map(str::to_owned)
                .or_else(|| organization.then(|| name.clone())),
            name,
            role: AuthorRole::Writer,
        });
    }
}

/// The agency that the names of a byline end with, which goes from them; "and" before it makes it one who wrote too.
fn employer(byline: &str, named: &mut Vec<String>) -> Option<&'static str> {
    let last = named.last_mut()?;
    if let Some((person, agency)) = wire::employed(last) {
        *last = person.to_owned();
        return Some(agency.name);
    }
    let before = byline.trim_end().strip_suffix(last.as_str())?.trim_end();
    let agency = wire::agency(last).filter(|_| before.ends_with(','))?;
    if named.len() < 2 {
        return None;
    }
    named.pop();
    Some(agency.name)
}

/// The names in a byline: "By Jane Doe and John Roe, Staff Writers" has two.
pub fn names(byline: &str) -> Vec<String> {
    let clean = json_ld::clean(byline);
    if clean.len() > LONGEST_BYLINE {
        return Vec::new();
    }
    let clean = without_dates(clean);
    // "Doe, Jane; Roe, John"
    let listed: Option<Vec<String>> = clean.split("; ").map(given_name_last).collect();
    if let Some(names) = listed {
        return names;
    }
    let mut out: Vec<String> = Vec::new();
    for part in clean.split([',', ';', '|', '•', '·', '、', '，', '；', '\n']) {
        let part = without_and(part.trim());
        let suffix = part.trim_end_matches('.').replace('.', "").to_lowercase();
        if WORDS.title.contains(&suffix.as_str()) {
            continue;
        }
        // "John Roe, Jr."
        if WORDS.junior.contains(&suffix.as_str()) {
            if let Some(name) = out.last_mut() {
                name.push(' ');
                name.push_str(part);
            }
            continue;
        }
        for name in at_and(without_opening(part)) {
            // "Jane Doe/John Roe" is two people; "ap/jd" is one signature.
            let apart: Vec<&str> = name.split('/').collect();
            if apart.len() > 1 && apart.iter().all(|p| p.trim().contains(' ')) {
                out.extend(apart.into_iter().filter_map(name_of));
            } else if let Some(name) = name_of(name) {
                out.push(name);
            }
        }
    }
    if ends_with_place(&clean, &out) {
        out.pop();
    }
    out
}

/// A byline with a separator in place of each date behind names, and nothing for a date alone: "July 22, 2017" is nobody.
/// What stands behind a date in front is glued to whatever stood beside it.
fn without_dates(mut byline: String) -> String {
    if !byline.contains(|c: char| c.is_ascii_digit()) {
        return byline;
    }
    let dates = written::located(&byline, false);
    if dates.iter().any(|(place, _)| place.len() == byline.len()) {
        return String::new();
    }
    for (place, _) in dates.into_iter().rev().filter(|(place, _)| place.start > 0) {
        byline.replace_range(place, "|");
    }
    byline
}

/// Whether the last of the names of a byline is where they were written: one word behind a comma and names of several,
/// "Jane Doe and John Roe, Nairobi". An agency in that place employs them.
fn ends_with_place(byline: &str, names: &[String]) -> bool {
    let Some((last, people)) = names.split_last() else {
        return false;
    };
    let before = byline.trim_end().strip_suffix(last.as_str());
    let is_word = |name: &str| {
        name.chars().all(char::is_alphabetic)
            && name.starts_with(char::is_uppercase)
            && name.chars().any(char::is_lowercase)
    };
    before.is_some_and(|b| b.trim_end().ends_with(','))
        && is_word(last)
        && !people.is_empty()
        && people
            .iter()
            .all(|name| is_person(name) && name.contains(' '))
        && !is_desk(last)
        && wire::agency(last).is_none()
}

/// The name in "Doe, Jane" or "Jong, Michiel de": a surname, a comma and what stands before it. Two words with a comma
/// between them are one name, as no writer signs with one.
fn given_name_last(text: &str) -> Option<String> {
    let (family, given) = text.split_once(", ")?;
    let is_word = |w: &str| {
        w.chars().all(|c| c.is_alphabetic() || "-'’.".contains(c))
            && w.starts_with(char::is_uppercase)
    };
    let mut rest = given.split(' ');
    let first = rest.next().filter(|w| is_word(w))?;
    let particles = rest
        .clone()
        .all(|w| w.chars().all(char::is_lowercase) && !is_between(w));
    let (family_is, given_is) = (family.to_lowercase(), given.to_lowercase());
    let is_part = |part: &str| {
        is_desk(part)
            || BYLINE_WORDS.role.contains(part)
            || WORDS.title.contains(&part)
            || WORDS.junior.contains(&part)
    };
    let is_name = is_word(family)
        && particles
        && rest.count() <= 2
        && first.chars().count() > 1
        && ![family_is.as_str(), given_is.trim_end_matches('.')]
            .into_iter()
            .any(is_part);
    is_name.then(|| format!("{given} {family}"))
}

fn is_between(word: &str) -> bool {
    BYLINE_WORDS.between.contains(word.to_lowercase().as_str())
}

/// A part of a byline without the "and" it begins with: "Jane Doe, and John Roe".
fn without_and(part: &str) -> &str {
    match part.split_once(' ') {
        Some((first, rest)) if is_between(first) && first.chars().all(|c| !c.is_uppercase()) => {
            rest.trim_start()
        }
        _ => part,
    }
}

/// Cuts "By" and its like off the front.
fn without_opening(mut part: &str) -> &str {
    // Twice: "Text: von Jane Doe".
    for _ in 0..2 {
        let lower = part.to_lowercase();
        let opens = |open: &&&str| {
            lower.starts_with(**open)
                && part.is_char_boundary(open.len())
                && ends_opening(open, &part[open.len()..])
        };
        let Some(open) = BYLINE_WORDS.opening.iter().find(opens) else {
            break;
        };
        part = part[open.len()..].trim_start_matches([' ', ':', '\u{a0}', '：', '-', '–']);
    }
    part
}

/// Whether an opening ends where `rest` begins: it has a sign at its end, a blank or a colon follows, or it is
/// Chinese or Japanese, which show no ends of words.
fn ends_opening(open: &str, rest: &str) -> bool {
    open.ends_with([':', '/', '：', '／', '＝'])
        || rest.starts_with([' ', ':', '\u{a0}', '：'])
        || open.chars().any(|c| c as u32 >= 0x2e80)
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
            && BYLINE_WORDS.between.contains(word.to_lowercase().as_str())
            // "Maria i Ventura" and "Y. Sato": a capital is part of a name.
            && word.chars().all(|c| !c.is_uppercase() || word.len() > 2)
            && !is_in_surname(word, &part[start..at], &part[end..]);
        if joins {
            out.push(&part[start..at]);
            start = end;
        }
        at = end + 1;
    }
    out.push(&part[start..]);
    out
}

/// Whether a letter that means "and" stands in a surname of two parts: "José Prado e Pinto", where two people would have
/// their given names both.
fn is_in_surname(word: &str, before: &str, behind: &str) -> bool {
    word.len() == 1
        && before.trim().contains(' ')
        && !behind.trim().is_empty()
        && !behind.trim().contains(' ')
}

/// A part of a byline as a name, when it can be one.
fn name_of(part: &str) -> Option<String> {
    let part = part
        .trim()
        .trim_matches(|c: char| c.is_whitespace() || "\"“”'‘’*:-–—/<>[]{}#_~|".contains(c));
    // "Jane Doe (Reuters)", "Jane Doe @jane", "Jane Doe jane@courier.example": the name is what stands before.
    let part = part.split(" (").next()?.split('（').next()?;
    let mut parts = part.split('／').map(str::trim);
    let is_report = |part: &&str| WORDS.report.iter().any(|end| part.ends_with(end));
    let part = before_notice(parts.find(|part| !is_report(part))?);
    let address = part.find('@').and_then(|at| part[..at].rfind(' '));
    let part = part[..address.unwrap_or(part.len())].trim_end();
    let part = without_job(before_place(part));
    let part = part
        .strip_prefix('(')
        .map_or(part, |p| p.trim_end_matches(')'));
    if part.is_empty() || part.len() > LONGEST_NAME || is_no_name(part) {
        return None;
    }
    let words: Vec<&str> = part.split_whitespace().collect();
    (words.len() <= MOST_WORDS && !is_job(part, &words)).then(|| words.join(" "))
}

/// A name without what its site writes behind it in the same element: "Jane Doe Last updated".
fn before_notice(part: &str) -> &str {
    let phrases = WORDS.no_byline.iter().filter(|words| words.contains(' '));
    let begins = phrases.filter_map(|words| find_label(part, words));
    match begins.min() {
        Some(at) if at > 0 => part[..at].trim_end(),
        _ => part,
    }
}

/// A name without what stands behind it: "Jane Doe in Westmere", "Jane Doe on March 3", "Jane Doe - Courier".
fn before_place(part: &str) -> &str {
    let mut blanks = part.match_indices(' ').map(|(at, _)| at).skip(1);
    let end = blanks.find(|at| {
        let word = part[at + 1..].split(' ').next().unwrap_or_default();
        WORDS.behind.contains(&word)
    });
    let name = &part[..end.unwrap_or(part.len())];
    if plausible(name) { name } else { part }
}

/// A name without the job behind it, as a line of its own in the same element: "Jane Doe Staff Writer".
fn without_job(part: &str) -> &str {
    let mut name = part;
    while let Some((before, last)) = name.rsplit_once(' ') {
        let is_role = BYLINE_WORDS.role.contains(last.to_lowercase().as_str());
        if !is_role || !plausible(before) {
            break;
        }
        name = before;
    }
    name
}

/// Whether a part of a byline is an address, a number or what a template writes for nobody.
fn is_no_name(part: &str) -> bool {
    ["http", "www.", ":", "@"].iter().any(|s| part.contains(s))
        || is_path_of_code(part)
        || announce_dates(part)
        || !part.contains(char::is_alphabetic)
        || part.chars().filter(char::is_ascii_digit).count() > MOST_DIGITS
        || WORDS.no_name.contains(&part.to_lowercase().as_str())
        || is_no_byline(part)
}

/// Whether a part is the name of a variable that a template left: "page.head.extra.author". Hosts have two full stops
/// at most, "www." not counted.
fn is_path_of_code(part: &str) -> bool {
    !part.contains(' ') && part.matches('.').count() >= 3
}

/// Whether a part is what a site writes beside a byline: what a link does, or when something was posted.
fn is_no_byline(part: &str) -> bool {
    let lower = part.to_lowercase();
    WORDS.no_byline.iter().any(|words| {
        lower
            .strip_prefix(words)
            .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    })
}

/// Whether a part of a byline is a job: "Senior Writer", or one in lower case throughout with a job in it.
fn is_job(part: &str, words: &[&str]) -> bool {
    let is_role = |word: &&&str| {
        let word = word.to_lowercase();
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        BYLINE_WORDS.role.contains(word)
    };
    let jobs = words.iter().filter(is_role).count();
    if jobs == 0 {
        return false;
    }
    let capital = |word: &&&str| word.chars().next().is_some_and(char::is_uppercase);
    let capitals = words.iter().filter(capital).count();
    (jobs * 2 >= words.len() && !is_desk(part)) || (capitals < words.len() && capitals < 2)
}

/// Whether a name is a desk's, an agency's or a site's rather than a person's.
pub fn is_desk(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.contains(".com")
        || BYLINE_WORDS.desk.contains(lower.as_str())
        || lower
            .split(|c: char| !c.is_alphanumeric() && c != '-')
            .any(|w| BYLINE_WORDS.desk.contains(w))
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
            ("By Jane Doe in Westmere", vec!["Jane Doe"]),
            ("By Jane Doe for the Westmere Post", vec!["Jane Doe"]),
            ("Published by Jane Doe on March 3, 2025", vec!["Jane Doe"]),
            ("Jane Doe - March 3, 2025", vec!["Jane Doe"]),
            ("By Jane Doe | Updated March 3, 2025", vec!["Jane Doe"]),
            ("Jane Doe Staff Writer", vec!["Jane Doe"]),
            ("Doe, Jane; Roe, John", vec!["Jane Doe", "John Roe"]),
            ("Jane Doe; John Roe", vec!["Jane Doe", "John Roe"]),
            ("Byron Miller", vec!["Byron Miller"]),
            ("Jane Doe Last updated on 17 March 2025", vec!["Jane Doe"]),
            ("March 22, 2017", vec![]),
            ("By Jane Doe March 22, 2017", vec!["Jane Doe"]),
            ("page.head.extra.author", vec![]),
            (
                "Von Anna Müller | Veröffentlicht am 16. Mai 2024, 18:05 Uhr",
                vec!["Anna Müller"],
            ),
            ("Jane Doe, MS, RDN", vec!["Jane Doe"]),
            ("Jane Doe For Courier Online", vec!["Jane Doe"]),
            (
                "Von Anna Müller und Eva Groß, Nairobi",
                vec!["Anna Müller", "Eva Groß"],
            ),
            (
                "Jane Doe, Beyoncé and John Roe",
                vec!["Jane Doe", "Beyoncé", "John Roe"],
            ),
            ("José Prado e Pinto", vec!["José Prado e Pinto"]),
            ("José Prado e Ana Pinto", vec!["José Prado", "Ana Pinto"]),
            ("Anna Müller, Reuters", vec!["Anna Müller", "Reuters"]),
            ("記者王小明／即時報導", vec!["王小明"]),
            ("海報快訊／王小明", vec!["王小明"]),
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

    #[test]
    fn the_agency_at_the_end_of_a_byline_employs_those_before_it() {
        for (byline, want) in [
            (
                "By Jane Doe, Associated Press",
                vec![("Jane Doe", Some("AP"))],
            ),
            (
                "Jane Doe and John Roe, Reuters",
                vec![("Jane Doe", Some("Reuters")), ("John Roe", Some("Reuters"))],
            ),
            (
                "JANE DOE and JOHN ROE Associated Press",
                vec![("JANE DOE", Some("AP")), ("JOHN ROE", Some("AP"))],
            ),
            // Wrote it together.
            (
                "Jane Doe and Reuters",
                vec![("Jane Doe", None), ("Reuters", None)],
            ),
            ("Reuters", vec![("Reuters", None)]),
            (
                "Jane Doe, John Roe",
                vec![("Jane Doe", None), ("John Roe", None)],
            ),
        ] {
            let mut found = Vec::new();
            add(&mut found, byline, false);
            let found: Vec<_> = found
                .iter()
                .map(|a| (a.name.as_str(), a.organization.as_deref()))
                .collect();
            assert_eq!(found, want, "{byline}");
        }
    }
}
