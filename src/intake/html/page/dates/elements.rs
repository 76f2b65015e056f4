//! Dates of elements that their names or attributes mark.

use super::lines::of_text;
use super::{DateCandidate, comments, parse, push, words};
use crate::intake::dates::{machine, written};
use crate::intake::html::page::{ArticlePlace, Sources, json_ld};
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, LowerName, Tree};
use crate::record::{DateBasis, DateRole, DateValue};

/// Largest element whose text is read for a date, in nodes and in bytes of markup.
const SMALL_NODES: Id = 30;
const SMALL_BYTES: usize = 4_000;
/// Nodes before and after the headline in which a date is the article's.
const NEAR: Id = 400;

/// Shortest date of a machine, in bytes: `20240516`.
const SHORTEST_MACHINE: usize = 8;
/// Longest text of an element that is read for a date, in bytes.
const LONGEST_TEXT: usize = 200;

/// Dates of elements around the headline and in the body that their names or attributes mark.
pub(super) fn of_elements(
    tree: &Tree<'_>,
    sources: &Sources<'_>,
    place: ArticlePlace<'_>,
    all: &mut Vec<DateCandidate>,
) {
    let from = place.headline.unwrap_or(0).saturating_sub(NEAR);
    let to = place
        .headline
        .map_or(tree.len() as Id, |h| h + NEAR)
        .max(place.body.map_or(0, |b| tree.end(b)))
        .min(tree.len() as Id);
    let mut places = MarkedDates::default();
    for id in from.max(1)..to {
        if !tree.is_element(id) {
            continue;
        }
        let marks = DateMarks::of(tree, id);
        let is_apart = || {
            comments::holds(tree, place, id)
                || (place.apart)(id) && !(marks.role.is_some() && is_below(id, place))
        };
        if marks.role.is_none() && !marks.dated || is_apart() {
            continue;
        }
        let small = tree.end(id) - id < SMALL_NODES && tree.extent(id) < SMALL_BYTES;
        let text = if small {
            dated_text(tree, sources, id)
        } else {
            String::new()
        };
        let said = if words::says_updated(&text) && !words::says_published(&text) {
            DateRole::Modified
        } else {
            DateRole::Published
        };
        let role = marks.role.unwrap_or(said);
        let meant = marks.dated || role != said;
        let found = places.at(marks.role.is_some() || is_near(id, place));
        if let Some(value) = marks.machine.filter(|v| v.len() >= SHORTEST_MACHINE)
            && meant
            && tree.tag(id) != Tag::Meta
        {
            found.machines.push((role, value, text));
        } else if !text.is_empty() && text.len() < LONGEST_TEXT {
            found.texts.push((role, text));
        }
    }
    for found in [places.near, places.far] {
        for (role, value, text) in found.machines {
            of_machine(value, role, &text, sources, all);
        }
        for (role, text) in found.texts {
            of_text(&text, role, sources, all);
        }
    }
}

/// The text of an element; with blanks between its parts where it has a date that way only: day, month and year in
/// elements of their own.
fn dated_text(tree: &Tree<'_>, sources: &Sources<'_>, id: Id) -> String {
    let whole = tree.text_of(id);
    let has_date = |text: &str| !written::located(text, sources.month_first).is_empty();
    if whole.len() >= LONGEST_TEXT || has_date(&whole) {
        return whole;
    }
    let texts = tree
        .find_all(id, Tag::Text)
        .map(|part| tree.raw_text(part).0);
    let apart = json_ld::clean(&texts.collect::<Vec<_>>().join(" "));
    if has_date(&apart) { apart } else { whole }
}

/// Nodes around the headline in which a marked date goes before all that stand further off: those are of other
/// stories and of comments as often.
const NEAR_BEFORE: Id = 60;
const NEAR_AFTER: Id = 80;

fn is_near(id: Id, place: ArticlePlace<'_>) -> bool {
    place.headline.is_none_or(|headline| {
        (headline.saturating_sub(NEAR_BEFORE)..headline + NEAR_AFTER).contains(&id)
    })
}

/// Dates of marked elements: those for machines, with the text that readers see, and those in text alone.
#[derive(Default)]
struct FoundDates<'t> {
    machines: Vec<(DateRole, &'t str, String)>,
    texts: Vec<(DateRole, String)>,
}

#[derive(Default)]
struct MarkedDates<'t> {
    near: FoundDates<'t>,
    far: FoundDates<'t>,
}

impl<'t> MarkedDates<'t> {
    fn at(&mut self, near: bool) -> &mut FoundDates<'t> {
        if near { &mut self.near } else { &mut self.far }
    }
}

/// A date for machines. Where readers see "Published" and another day, that is the date, and what the machine is
/// told is when the page was changed.
fn of_machine(
    value: &str,
    role: DateRole,
    text: &str,
    sources: &Sources<'_>,
    all: &mut Vec<DateCandidate>,
) {
    let day = |d: &DateValue| d.value.get(..10).map(str::to_owned);
    let shown = written::located(text, sources.month_first);
    let told = parse(value, DateBasis::Time, sources.month_first);
    let differs = |(_, shown): &(std::ops::Range<usize>, DateValue)| {
        told.as_ref()
            .is_some_and(|told| far_apart(told, shown) && day(told) != day(shown))
    };
    let contradicts = role == DateRole::Published
        && words::says_published(text)
        && !shown.is_empty()
        && shown.iter().all(differs);
    if contradicts {
        of_text(text, role, sources, all);
        push(
            all,
            value,
            DateBasis::Time,
            DateRole::Modified,
            sources.month_first,
        );
    } else {
        push(all, value, DateBasis::Time, role, sources.month_first);
    }
}

/// Whether two dates are more than a day apart: less is a matter of zones.
fn far_apart(one: &DateValue, other: &DateValue) -> bool {
    let day = |d: &DateValue| d.value.get(..10)?.parse::<jiff::civil::Date>().ok();
    match (day(one), day(other)) {
        (Some(one), Some(other)) => one.duration_until(other).as_hours().abs() > 24,
        _ => false,
    }
}

/// Nodes behind the headline in which a date that says what it is of is the article's, whatever box it stands in.
const BELOW: Id = 40;

/// Whether a node stands right below the headline.
fn is_below(id: Id, place: ArticlePlace<'_>) -> bool {
    place
        .headline
        .is_some_and(|headline| (headline..headline + BELOW).contains(&id))
}

/// What the attributes of an element say of a date in it.
struct DateMarks<'t> {
    /// What the date is of, where a vocabulary says so.
    role: Option<DateRole>,
    /// Whether the element is one of dates, by its tag or by what designers call it.
    dated: bool,
    /// The date for machines.
    machine: Option<&'t str>,
}

impl<'t> DateMarks<'t> {
    fn of(tree: &Tree<'t>, id: Id) -> Self {
        let tag = tree.tag(id);
        let mut marks = DateMarks {
            role: None,
            dated: tag == Tag::Time,
            machine: None,
        };
        for (name, value) in tree.attributes(id) {
            let value = value.trim();
            match LowerName::of(name).as_str() {
                "itemprop" | "property" => marks.role = property_role(value).or(marks.role),
                "datetime" | "content" => marks.machine = Some(value),
                // Microformats have the machine's date where readers see a tooltip.
                "title" if tag == Tag::Abbr => {
                    marks.machine = Some(value);
                    marks.dated |= machine(value, DateBasis::Time).is_some();
                }
                "data-datetime" | "data-published" | "data-timestamp" | "data-utime" => {
                    marks.machine.get_or_insert(value);
                }
                "pubdate" => marks.role = Some(DateRole::Published),
                "class" | "id" | "data-testid" => marks.name(value),
                _ => {}
            }
        }
        marks
    }

    /// What designers call the element.
    fn name(&mut self, name: &str) {
        let name = name.to_ascii_lowercase();
        self.dated |= words::names_date(&name) && !name.contains("comment");
        if name.contains("updated") || name.contains("modified") {
            self.role = self.role.or(Some(DateRole::Modified));
        }
    }
}

/// The role that a property of schema.org gives a date: `datePublished`, `schema:datePublished`.
fn property_role(property: &str) -> Option<DateRole> {
    match property.to_ascii_lowercase().rsplit([':', '/']).next()? {
        "datepublished" => Some(DateRole::Published),
        "datemodified" => Some(DateRole::Modified),
        "datecreated" => Some(DateRole::Created),
        _ => None,
    }
}
