//! When an article was published and changed, from every place a page says it.
//!
//! Order of trust: JSON-LD, meta tags, time elements, visible text near the headline, the address. The
//! clock is never asked, and nothing later than the fetch counts.

mod choice;
pub mod comments;
mod elements;
mod lines;
mod scripts;
mod sources;
pub mod words;

use self::choice::best;
use self::elements::of_elements;
pub use self::lines::{is_dating, is_of_others, of_line_alone};
use self::lines::{of_foot, of_lines, of_lines_apart};
use self::sources::{of_json, of_meta, of_meta_endings};
use super::{ArticlePlace, Sources};
use crate::intake::Supplied;
use crate::intake::dates::{address, machine, written};
use crate::intake::hints::seen;
use crate::intake::html::tree::Tree;
use crate::record::{DateBasis, DateRole, DateValue, Precision};

/// A date with what it says of the article.
pub(super) struct DateCandidate {
    pub date: DateValue,
    pub role: DateRole,
}

/// Reads all dates of the page into `supplied`.
pub(super) fn read(
    tree: &Tree<'_>,
    sources: &Sources<'_>,
    place: ArticlePlace<'_>,
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
    type Look = fn(&Tree<'_>, &Sources<'_>, ArticlePlace<'_>, &mut Vec<DateCandidate>);
    let looks: [Look; 5] = [
        of_meta_endings,
        of_lines,
        of_foot,
        scripts::read,
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
