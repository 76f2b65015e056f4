//! The day in the address of a page: `/2024/05/16/`, `/2024/may/16/`, `/2024/0516/`, `-20240516`, `2024-05-16`.

use jiff::civil::Date;

use super::calendar::OF_FEEDS;

/// Years that an address can be of: the first page was of 1990.
const YEARS: std::ops::Range<i16> = 1990..2100;

/// A run of figures in an address, and where it begins.
type Figures<'u> = (&'u str, usize);

/// The first day that the path of an address names.
pub fn day(url: &str) -> Option<Date> {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let figures: Vec<Figures<'_>> = path
        .split(|c: char| !c.is_ascii_digit())
        .filter(|n| !n.is_empty())
        .map(|n| (n, n.as_ptr() as usize - path.as_ptr() as usize))
        .collect();
    let in_figures = (0..figures.len()).find_map(|at| day_at(&figures[at..]));
    in_figures.or_else(|| with_month_named(path))
}

/// The day in `/2024/may/16/`.
fn with_month_named(path: &str) -> Option<Date> {
    let parts: Vec<&str> = path.split('/').collect();
    parts.windows(3).find_map(|parts| {
        let [year, month, day] = parts else {
            return None;
        };
        let month = OF_FEEDS.named(month)?;
        let year = year.parse().ok().filter(|year| YEARS.contains(year))?;
        Date::new(year, month as i8, day.parse().ok()?).ok()
    })
}

/// The day that the first figures are, or begin.
fn day_at(figures: &[Figures<'_>]) -> Option<Date> {
    let (first, _) = *figures.first()?;
    let (year, month, day) = match first.len() {
        8 => (&first[..4], &first[4..6], &first[6..]),
        4 => {
            let (month, day) = behind_year(figures)?;
            (first, month, day)
        }
        _ => return None,
    };
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    YEARS.contains(&date.year()).then_some(date)
}

/// The month and the day behind the year that the first figures are; one sign parts each from the next.
fn behind_year<'u>(figures: &[Figures<'u>]) -> Option<(&'u str, &'u str)> {
    let next_to = |n: usize| {
        let ((figures_before, before), (after, at)) = (*figures.get(n)?, *figures.get(n + 1)?);
        (at == before + figures_before.len() + 1).then_some(after)
    };
    let second = next_to(0)?;
    match second.len() {
        1 | 2 => Some((second, next_to(1).filter(|day| day.len() <= 2)?)),
        4 => Some(second.split_at(2)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_addresses() {
        for (url, want) in [
            ("https://example.com/2024/05/16/storm", "2024-05-16"),
            ("https://example.com/n1/2024/0424/c1-4.html", "2024-04-24"),
            ("https://example.com/storm-20240516.html", "2024-05-16"),
            (
                "https://example.com/2024/5/6/storm?date=2023-01-01",
                "2024-05-06",
            ),
            ("https://example.com/world/2024/may/06/storm", "2024-05-06"),
            ("https://example.com/2024/may/storm", ""),
            ("https://example.com/id/20249999", ""),
            ("https://example.com/2024/storm-5-ways", ""),
        ] {
            let got = day(url).map_or(String::new(), |d| d.to_string());
            assert_eq!(got, want, "{url}");
        }
    }
}
