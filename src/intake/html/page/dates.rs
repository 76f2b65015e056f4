//! When an article was published and changed, from every place a page says it.
//!
//! Order of trust: JSON-LD, meta tags, time elements, visible text near the headline, the address. The
//! clock is never asked, and nothing later than the fetch counts.

use crate::intake::Supplied;
use crate::intake::dates::{address, machine, written};
use crate::intake::hints::seen;
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, LowerName, Tree};
use crate::record::{DateBasis, DateRole, DateValue, Precision};

use super::{Sources, date_words, json_ld, script_dates};

const PUBLISHED: [&str; 30] = [
    "article:published_time",
    "article:published",
    "og:article:published_time",
    "og:published_time",
    "og:pubdate",
    "datepublished",
    "date_published",
    "published_time",
    "publishdate",
    "publish-date",
    "publish_date",
    "published-date",
    "published_at",
    "pubdate",
    "publication_date",
    "publication-date",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "vr:published_time",
    "originalpublicationdate",
    "article_date_original",
    "citation_publication_date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dc.date.created",
    "dcterms.created",
    "date",
];

const MODIFIED: [&str; 12] = [
    "article:modified_time",
    "article:modified",
    "og:updated_time",
    "og:modified_time",
    "datemodified",
    "date_modified",
    "last-modified",
    "lastmod",
    "revised",
    "dc.date.modified",
    "dcterms.modified",
    "updated",
];

/// A date with what it says of the article.
pub(super) struct DateCandidate {
    pub date: DateValue,
    pub role: DateRole,
}

/// Reads all dates of the page into `supplied`.
pub(super) fn read(
    tree: &Tree<'_>,
    sources: &Sources<'_>,
    place: super::ArticlePlace<'_>,
    supplied: &mut Supplied,
) {
    let mut all = Vec::new();
    of_json(sources, &mut all);
    of_meta(sources, &mut all);
    of_elements(tree, sources, place, &mut all);
    if let Some(url) = &sources.url {
        all.extend(address::day(url).map(|day| DateCandidate {
            date: DateValue {
                value: day.to_string(),
                precision: Precision::Day,
                basis: DateBasis::Url,
            },
            role: DateRole::Published,
        }));
    }
    let is_dated = |all: &[DateCandidate]| {
        let said =
            |c: &DateCandidate| c.role == DateRole::Published && c.date.basis != DateBasis::Url;
        all.iter().any(said)
    };
    // Each of these says less surely which date it is, and is asked where those before said none.
    type Look = fn(&Tree<'_>, &Sources<'_>, super::ArticlePlace<'_>, &mut Vec<DateCandidate>);
    let looks: [Look; 5] = [
        of_meta_endings,
        of_lines,
        of_foot,
        script_dates::read,
        of_lines_apart,
    ];
    for look in looks {
        if !is_dated(&all) {
            look(tree, sources, place, &mut all);
        }
    }
    let latest = sources.fetched_at.as_deref().map(day_after);
    all.retain(|c| latest.as_deref().is_none_or(|l| &*c.date.value < l));
    for candidate in &all {
        seen(supplied, &candidate.date, candidate.role);
    }
    supplied.published = best(&all, DateRole::Published);
    supplied.modified = best(&all, DateRole::Modified);
    if supplied.published.is_none() {
        supplied.published = best(&all, DateRole::Created);
    }
}

/// The first in order of trust; one that gives the time instead of the day only, when both are of a day, and one that
/// gives the zone of a time that the first has in UTC, to the second.
fn best(all: &[DateCandidate], role: DateRole) -> Option<DateValue> {
    let first = all.iter().find(|c| c.role == role)?;
    if let Some(zoned) = all
        .iter()
        .find(|c| c.role == role && is_same_clock(&c.date, &first.date))
    {
        return Some(zoned.date.clone());
    }
    if let Some(shown) = all
        .iter()
        .find(|c| c.role == role && is_local_day(&c.date, &first.date))
    {
        return Some(shown.date.clone());
    }
    if first.date.precision == Precision::Day
        && let Some(finer) = all.iter().find(|c| {
            c.role == role
                && c.date.precision != Precision::Day
                && c.date.value.get(..10) == first.date.value.get(..10)
        })
    {
        return Some(finer.date.clone());
    }
    Some(first.date.clone())
}

/// Whether a time has the same date and clock as one in UTC, and a zone of its own: the other is a local time that was
/// marked as UTC.
fn is_same_clock(zoned: &DateValue, utc: &DateValue) -> bool {
    /// `2026-03-02T09:30:00`
    const CLOCK: usize = 19;
    let is_utc = |zone: &str| matches!(zone, "Z" | "+00:00" | "-00:00");
    let parts = |date: &'_ DateValue| {
        let (clock, zone) = date.value.split_at_checked(CLOCK)?;
        Some((clock.to_owned(), zone.to_owned()))
    };
    let (Some((clock, zone)), Some((given, marked))) = (parts(zoned), parts(utc)) else {
        return false;
    };
    clock == given && is_utc(&marked) && zone.starts_with(['+', '-']) && !is_utc(&zone)
}

/// Whether a day that readers see is that of a time without a zone, which a system set in UTC: the day after a time
/// late in the evening, or the day before one early in the morning.
fn is_local_day(shown: &DateValue, time: &DateValue) -> bool {
    /// Hours before and after midnight in which the day differs by zone; Europe and America are so far from UTC.
    const LATE: &str = "21:00";
    const EARLY: &str = "08:00";
    let (Some((day, clock)), DateBasis::Text) = (time.value.split_once('T'), shown.basis) else {
        return false;
    };
    let day_of = |text: &str| text.parse::<jiff::civil::Date>().ok();
    let (Some(day), Some(seen)) = (day_of(day), day_of(&shown.value)) else {
        return false;
    };
    let has_zone = clock.ends_with('Z') || clock.contains(['+', '-']);
    let is_next = clock >= LATE && day.tomorrow().is_ok_and(|next| next == seen);
    let is_last = clock < EARLY && day.yesterday().is_ok_and(|last| last == seen);
    !has_zone && (is_next || is_last)
}

/// The start of the second day after a time: zones apart, nothing the page says can be later.
fn day_after(time: &str) -> String {
    time.get(..10)
        .and_then(|d| d.parse::<jiff::civil::Date>().ok())
        .and_then(|d| d.checked_add(jiff::Span::new().days(2)).ok())
        .map_or_else(|| "9999".to_owned(), |d| d.to_string())
}

/// A machine's date, or one for people where a page put that instead.
pub fn parse(value: &str, basis: DateBasis, month_first: bool) -> Option<DateValue> {
    let value = value.trim();
    let parsed = machine(value, basis)
        .or_else(|| written::find(value, month_first).map(|d| DateValue { basis, ..d }))?;
    let year: u32 = parsed.value.get(..4)?.parse().ok()?;
    (1980..2100).contains(&year).then_some(parsed)
}

fn push(
    all: &mut Vec<DateCandidate>,
    value: &str,
    basis: DateBasis,
    role: DateRole,
    month_first: bool,
) {
    if let Some(date) = parse(value, basis, month_first) {
        all.push(DateCandidate { date, role });
    }
}

fn of_json(sources: &Sources<'_>, all: &mut Vec<DateCandidate>) {
    // The page's own dates are its article's, where the article has none.
    let (article, page) = (sources.json.article(), sources.json.page());
    for (key, role) in [
        ("datePublished", DateRole::Published),
        ("dateModified", DateRole::Modified),
        ("dateCreated", DateRole::Created),
    ] {
        let of = |data: &Option<json_ld::ArticleData<'_>>| data.as_ref().and_then(|d| d.text(key));
        if let Some(value) = of(&article).or_else(|| of(&page)) {
            push(all, &value, DateBasis::JsonLd, role, sources.month_first);
        }
    }
}

fn of_meta_endings(
    _: &Tree<'_>,
    sources: &Sources<'_>,
    _: super::ArticlePlace<'_>,
    all: &mut Vec<DateCandidate>,
) {
    for (name, value) in sources.meta.pairs() {
        let ending = name.rsplit([':', '.']).next().unwrap_or_default();
        if date_words::ends_published_meta(ending) {
            push(
                all,
                value,
                DateBasis::Meta,
                DateRole::Published,
                sources.month_first,
            );
        }
    }
}

fn of_meta(sources: &Sources<'_>, all: &mut Vec<DateCandidate>) {
    for (names, role) in [
        (&PUBLISHED[..], DateRole::Published),
        (&MODIFIED[..], DateRole::Modified),
    ] {
        for name in names {
            if let Some(value) = sources.meta.get(&[name]) {
                push(all, value, DateBasis::Meta, role, sources.month_first);
            }
        }
    }
}

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
fn of_elements(
    tree: &Tree<'_>,
    sources: &Sources<'_>,
    place: super::ArticlePlace<'_>,
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
        let is_apart = || (place.apart)(id) && !(marks.role.is_some() && is_below(id, place));
        if marks.role.is_none() && !marks.dated || is_apart() {
            continue;
        }
        let small = tree.end(id) - id < SMALL_NODES && tree.extent(id) < SMALL_BYTES;
        let text = if small {
            dated_text(tree, sources, id)
        } else {
            String::new()
        };
        let said = if date_words::says_updated(&text) && !date_words::says_published(&text) {
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

fn is_near(id: Id, place: super::ArticlePlace<'_>) -> bool {
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
        && date_words::says_published(text)
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
fn is_below(id: Id, place: super::ArticlePlace<'_>) -> bool {
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
        self.dated |= date_words::names_date(&name) && !name.contains("comment");
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

/// Nodes before and after the headline in which a line that is hardly more than a date is looked for.
const LINES_BEFORE: Id = 20;
const LINES_AFTER: Id = 80;
/// Longest such line, in bytes, and how many times as long as its dates it may be: "By Jane Doe, 3 May 2024".
const LONGEST_LINE: usize = 120;
const TIMES_DATE: usize = 4;

/// Dates in lines around the headline that nothing marks as dates.
fn of_lines(
    tree: &Tree<'_>,
    sources: &Sources<'_>,
    place: super::ArticlePlace<'_>,
    all: &mut Vec<DateCandidate>,
) {
    for id in around_headline(tree, place) {
        if !(place.apart)(id)
            && let Some(text) = dated_line(tree, sources, id)
        {
            of_text(&text, DateRole::Published, sources, all);
        }
    }
}

/// The same where the lines stand in a box of its own, such as a bar for sharing: not one of other stories.
fn of_lines_apart(
    tree: &Tree<'_>,
    sources: &Sources<'_>,
    place: super::ArticlePlace<'_>,
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

fn around_headline(tree: &Tree<'_>, place: super::ArticlePlace<'_>) -> std::ops::Range<Id> {
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
        && (date_words::says_published(text) || date_words::says_updated(text))
}

/// A text node that is hardly more than a date.
fn dated_line(tree: &Tree<'_>, sources: &Sources<'_>, id: Id) -> Option<String> {
    let text = line_with_figures(tree, id, LONGEST_LINE)?;
    let dates = written::located(&text, sources.month_first);
    let dated: usize = dates.iter().map(|(place, _)| place.len()).sum();
    let is_date = || dated * TIMES_DATE >= text.len() || date_words::opens_published(&text);
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
pub(super) fn is_of_others(tree: &Tree<'_>, place: super::ArticlePlace<'_>, id: Id) -> bool {
    let is_own = |around: Id| place.headline.is_some_and(|h| tree.is_ancestor(around, h));
    names_around(tree, id).any(|(around, name)| !is_own(around) && date_words::names_others(&name))
}

/// The names of the elements around a node, in small letters.
fn names_around<'t>(tree: &'t Tree<'_>, id: Id) -> impl Iterator<Item = (Id, String)> + 't {
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
fn of_foot(
    tree: &Tree<'_>,
    sources: &Sources<'_>,
    place: super::ArticlePlace<'_>,
    all: &mut Vec<DateCandidate>,
) {
    let Some(end) = place.body.map(|body| tree.end(body)) else {
        return;
    };
    for id in end..(end + FOOT).min(tree.len() as Id) {
        let Some(text) = line_with_figures(tree, id, LONGEST_FOOT_LINE) else {
            continue;
        };
        let is_foot = |name: &str| date_words::names_foot(name) || date_words::names_date(name);
        let says = || {
            date_words::says_published(&text)
                || date_words::says_updated(&text)
                || super::opens_byline(&text)
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
fn of_text(text: &str, role: DateRole, sources: &Sources<'_>, all: &mut Vec<DateCandidate>) {
    // What names a date in another language than English has the day first.
    let month_first = sources.month_first && !date_words::is_foreign(text);
    let located = written::located(text, month_first);
    // What announces a later date says nothing of the first: "9 January 2022, updated on 10 January".
    let later = located
        .first()
        .map_or("", |(place, _)| text.get(place.end..).unwrap_or(""));
    let is_of_later = located.len() > 1 && date_words::says_updated(later);
    let role = if is_of_later {
        DateRole::Published
    } else {
        role
    };
    let mut before = 0;
    for (place, date) in located {
        let words = text.get(before..place.start).unwrap_or("");
        let role = if date_words::says_updated(words) {
            DateRole::Modified
        } else if date_words::says_published(words) {
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
