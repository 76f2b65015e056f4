//! Dates in visible lines that nothing marks as dates.

use super::{DateCandidate, comments, words};
use crate::intake::dates::written;
use crate::intake::html::page::{ArticlePlace, Sources, json_ld, opens_byline};
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, LowerName, Tree};
use crate::record::{DateRole, DateValue};

/// Nodes before and after the headline in which a line that is hardly more than a date is looked for.
const LINES_BEFORE: Id = 20;
const LINES_AFTER: Id = 80;
/// Longest such line, in bytes, and how many times as long as its dates it may be: "By Jane Doe, 3 May 2024".
const LONGEST_LINE: usize = 120;
const TIMES_DATE: usize = 4;

/// Dates in lines around the headline that nothing marks as dates.
pub(super) fn of_lines(
    tree: &Tree<'_>,
    sources: &Sources<'_>,
    place: ArticlePlace<'_>,
    all: &mut Vec<DateCandidate>,
) {
    for id in around_headline(tree, place) {
        if !(place.apart)(id)
            && !comments::holds(tree, place, id)
            && let Some(text) = dated_line(tree, sources, id)
        {
            of_text(&text, DateRole::Published, sources, all);
        }
    }
}

/// The same where the lines stand in a box of its own, such as a bar for sharing: not one of other stories.
pub(super) fn of_lines_apart(
    tree: &Tree<'_>,
    sources: &Sources<'_>,
    place: ArticlePlace<'_>,
    all: &mut Vec<DateCandidate>,
) {
    let told = |range: std::ops::Range<Id>| {
        let lines = range.filter_map(|id| Some((id, dated_line(tree, sources, id)?)));
        lines
            .filter(|(id, _)| !is_of_others(tree, place, *id))
            .map(|(_, text)| text)
    };
    if let Some(text) = told(around_headline(tree, place)).next() {
        return of_text(&text, DateRole::Published, sources, all);
    }
    // The only date of the page is its article's.
    let mut found = Vec::new();
    for text in told(1..tree.len() as Id) {
        of_text(&text, DateRole::Published, sources, &mut found);
    }
    if let [only] = found.as_slice() {
        all.push(DateCandidate {
            date: only.date.clone(),
            role: only.role,
        });
    }
}

fn around_headline(tree: &Tree<'_>, place: ArticlePlace<'_>) -> std::ops::Range<Id> {
    match place.headline.or(place.body) {
        Some(at) => {
            let to = (at + LINES_AFTER).min(tree.len() as Id);
            at.saturating_sub(LINES_BEFORE).max(1)..to
        }
        None => 0..0,
    }
}

/// Longest line that says when something was published and nothing else, in bytes, and most letters beside its dates:
/// "This page was last updated on 3 May 2020".
const LONGEST_DATING: usize = 100;
const MOST_BESIDE_DATES: usize = 30;

/// Whether a line says when its page was published or changed, and nothing else.
pub fn is_dating(text: &str) -> bool {
    if text.len() > LONGEST_DATING || !text.contains(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let dates = written::located(text, false);
    let letters = |part: &str| part.chars().filter(|c| c.is_alphabetic()).count();
    let dated: usize = dates
        .iter()
        .map(|(place, _)| letters(&text[place.clone()]))
        .sum();
    !dates.is_empty()
        && letters(text) - dated <= MOST_BESIDE_DATES
        && (words::says_published(text) || words::says_updated(text))
}

/// Most digits of a number beside a date: an hour or minutes that stand apart from it ("9: 44").
const MOST_DIGITS_BESIDE: usize = 2;
/// Most letters of the name of a zone ("AEST").
const ZONE_LETTERS: usize = 4;

/// The dates of a line that says when something was published or changed, and nothing else: "Published: Dec. 19, 2005 at
/// 9:44 PM EST". `None` for all other lines.
///
/// There is no date in it where a day in figures may be read in two ways, and where only the time of day is said:
/// "Updated 5:40 p.m. ET". A time of day that nothing announces may be that of an event.
pub fn of_line_alone(text: &str) -> Option<Vec<(DateRole, DateValue)>> {
    if text.len() > LONGEST_DATING || !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let month_first = words_of(text).any(words::is_zone_with_month_first);
    let dates = written::located(text, month_first);
    if dates.is_empty() {
        let is_announced = words::says_published(text) || words::says_updated(text);
        return (is_announced && is_beside_date(text, true)).then(Vec::new);
    }
    let has_one_reading = month_first || dates == written::located(text, true);
    let mut found = Vec::new();
    let mut behind = 0;
    for (place, date) in dates {
        let before = &text[behind..place.start];
        // A time of day before it has its zone: "8:13 AM PDT 8/2/2013".
        if !is_beside_date(before, has_time_of_day(before)) {
            return None;
        }
        let is_change = words::says_updated(before) && !words::says_published(before);
        let role = if is_change {
            DateRole::Modified
        } else {
            DateRole::Published
        };
        found.push((role, date));
        behind = place.end;
    }
    if !is_beside_date(&text[behind..], true) {
        return None;
    }
    if !has_one_reading {
        found.clear();
    }
    Some(found)
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// Whether nothing stands in a text but what may stand beside a date: words that announce it, an hour and minutes, and
/// with `zone` the name of a time zone.
fn is_beside_date(text: &str, zone: bool) -> bool {
    let is_figure =
        |word: &str| word.len() <= MOST_DIGITS_BESIDE && word.bytes().all(|b| b.is_ascii_digit());
    let is_zone =
        |word: &str| word.len() <= ZONE_LETTERS && word.bytes().all(|b| b.is_ascii_uppercase());
    words_of(text)
        .all(|word| words::announce_dates(word) || zone && (is_figure(word) || is_zone(word)))
}

/// Whether an hour and minutes stand in a text, as tokenizers leave them, too: "5: 40".
fn has_time_of_day(text: &str) -> bool {
    let ends_with_figure = |text: &str| text.ends_with(|c: char| c.is_ascii_digit());
    let opens_with_figure = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let mut colons = text.match_indices(':');
    colons.any(|(at, _)| {
        ends_with_figure(&text[..at]) && opens_with_figure(text[at + 1..].trim_start())
    })
}

/// A text node that is hardly more than a date.
fn dated_line(tree: &Tree<'_>, sources: &Sources<'_>, id: Id) -> Option<String> {
    let text = line_with_figures(tree, id, LONGEST_LINE)?;
    let dates = written::located(&text, sources.month_first);
    let dated: usize = dates.iter().map(|(place, _)| place.len()).sum();
    let is_date = || dated * TIMES_DATE >= text.len() || words::opens_published(&text);
    (dated > 0 && is_date()).then_some(text)
}

/// A text node of at most `longest` bytes with a figure in it, as readers see it.
fn line_with_figures(tree: &Tree<'_>, id: Id, longest: usize) -> Option<String> {
    if tree.tag(id) != Tag::Text || tree.is_raw(id) {
        return None;
    }
    let (raw, _) = tree.raw_text(id);
    let may = raw.len() <= longest && raw.bytes().any(|b| b.is_ascii_digit());
    may.then(|| json_ld::clean(raw))
}

/// Elements above a line whose names are looked at.
const AROUND: usize = 8;

/// Whether a line stands in something that is called another's. What the headline stands in too is the article's own,
/// whatever it is called.
pub fn is_of_others(tree: &Tree<'_>, place: ArticlePlace<'_>, id: Id) -> bool {
    let is_own = |around: Id| place.headline.is_some_and(|h| tree.is_ancestor(around, h));
    let mut names = names_around(tree, id);
    comments::holds(tree, place, id)
        || names.any(|(around, name)| !is_own(around) && words::names_others(&name))
}

/// The names of the elements around a node, in small letters.
pub(super) fn names_around<'t>(
    tree: &'t Tree<'_>,
    id: Id,
) -> impl Iterator<Item = (Id, String)> + 't {
    let around = tree.ancestors(id).skip(1).take(AROUND);
    around.flat_map(move |around| {
        let names = tree.attributes(around);
        names
            .filter(|(name, _)| matches!(LowerName::of(name).as_str(), "class" | "id"))
            .map(move |(_, value)| (around, value.to_ascii_lowercase()))
    })
}

/// Nodes behind the article in which its foot stands, and longest line of it, in bytes.
const FOOT: Id = 120;
const LONGEST_FOOT_LINE: usize = 240;
/// The date in the foot of the article: "Posted by Jane Roe on 3 May 2013, 11:51". The first of publication counts.
pub(super) fn of_foot(
    tree: &Tree<'_>,
    sources: &Sources<'_>,
    place: ArticlePlace<'_>,
    all: &mut Vec<DateCandidate>,
) {
    let Some(end) = place.body.map(|body| tree.end(body)) else {
        return;
    };
    for id in end..(end + FOOT).min(tree.len() as Id) {
        let Some(text) = line_with_figures(tree, id, LONGEST_FOOT_LINE) else {
            continue;
        };
        let is_foot = |name: &str| words::names_foot(name) || words::names_date(name);
        let says = || {
            words::says_published(&text)
                || words::says_updated(&text)
                || opens_byline(&text)
                || names_around(tree, id).any(|(_, name)| is_foot(&name))
        };
        if !written::located(&text, sources.month_first).is_empty()
            && !is_of_others(tree, place, id)
            && says()
        {
            of_text(&text, DateRole::Published, sources, all);
            if all.iter().any(|c| c.role == DateRole::Published) {
                return;
            }
        }
    }
}

/// Dates of a visible line; each is of the kind the words before it say.
pub(super) fn of_text(
    text: &str,
    role: DateRole,
    sources: &Sources<'_>,
    all: &mut Vec<DateCandidate>,
) {
    // What names a date in another language than English has the day first.
    let month_first = sources.month_first && !words::is_foreign(text);
    let located = written::located(text, month_first);
    // What announces a later date says nothing of the first: "9 January 2022, updated on 10 January".
    let later = located
        .first()
        .map_or("", |(place, _)| text.get(place.end..).unwrap_or(""));
    let is_of_later = located.len() > 1 && words::says_updated(later);
    let role = if is_of_later {
        DateRole::Published
    } else {
        role
    };
    let mut before = 0;
    for (place, date) in located {
        let words = text.get(before..place.start).unwrap_or("");
        let role = if words::says_updated(words) {
            DateRole::Modified
        } else if words::says_published(words) {
            DateRole::Published
        } else {
            role
        };
        before = place.end;
        if !all
            .iter()
            .any(|c| c.role == role && c.date.value == date.value)
        {
            all.push(DateCandidate { date, role });
        }
    }
}
