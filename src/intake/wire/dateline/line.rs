//! A line that begins with a dateline.

use super::marks::{blank, country, dash, source, starts_with_agency, weekday};
use super::place::PlaceName;
use super::{FoundDateline, WORDS, is_running};
use crate::intake::dates::DayOfYear;
use crate::intake::wire::agencies::{Agency, agency};
use crate::intake::wire::version;

/// How far into a block a dateline can reach, in bytes.
const REACH: usize = 140;
/// Finds a dateline at the start of `line`.
pub(crate) fn find(line: &str) -> Option<FoundDateline> {
    let reach = line.floor_char_boundary(REACH);
    let window = &line[..reach];
    let first = window.chars().next()?;
    if first == '(' || first == '/' {
        return source_first(line, window).or_else(|| bracketed(line, window));
    }
    if let Some(found) = chinese_or_japanese(window) {
        return Some(found);
    }
    if first.is_ascii_digit()
        && let Some(found) = day_first(line, window)
    {
        return Some(found);
    }
    if !first.is_alphabetic() {
        return None;
    }
    if let Some((day, end)) = DayOfYear::read(window)
        && let Some((source, length)) = source(&window[end..])
    {
        return day_and_source(line, day, source, end + length);
    }
    let place = PlaceName::read(window)?;
    let mut at = place.end + country(&window[place.end..]);
    let day = day_behind_place(&window[at..]);
    if let Some((_, length)) = day {
        at += length;
        at += weekday(&window[at..]);
    }
    let day = day.map(|(day, _)| day);
    if let Some((name, length)) = source(&window[at..]) {
        return with_source(line, place, day, name, at + length);
    }
    without_source(line, place, day, at)
}

/// "04.12.2025 Warszawa (PAP) -": a day in figures, and a dateline of an agency behind it.
fn day_first(line: &str, window: &str) -> Option<FoundDateline> {
    let (day, length) = DayOfYear::read_figures(window)?;
    let rest = line[length..].trim_start_matches([',', ' ']);
    let found = find(rest)?;
    let known = found.source.as_deref().and_then(agency).is_some();
    known.then(|| FoundDateline {
        day: found.day.or(Some(day)),
        end: line.len() - rest.len() + found.end,
        ..found
    })
}

/// "Dec 4 (Reuters) -": no place at all; `at` is behind the agency.
fn day_and_source(line: &str, day: DayOfYear, source: &str, at: usize) -> Option<FoundDateline> {
    let end = at + dash(&line[at..])?;
    Some(FoundDateline {
        place: None,
        american: false,
        day: Some(day),
        source: Some(source.to_owned()),
        end,
    })
}

/// The day behind a place, and the length to its end.
fn day_behind_place(text: &str) -> Option<(DayOfYear, usize)> {
    let rest = text.trim_start_matches([',', '.', ' ', '-', ':']);
    let lead = text.len() - rest.len();
    let (day, length) = DayOfYear::read(rest).or_else(|| {
        // "BRUXELLES 04/12 (BELGA)": only an agency behind it makes figures a day.
        DayOfYear::read_figures(rest).filter(|(_, length)| starts_with_agency(&rest[*length..]))
    })?;
    Some((day, lead + length))
}

/// A place, perhaps a day, and an agency: sure when the agency is known or the place is in capitals.
fn with_source(
    line: &str,
    place: PlaceName<'_>,
    day: Option<DayOfYear>,
    name: &str,
    at: usize,
) -> Option<FoundDateline> {
    let known = agency(name);
    let slashed = slashed_day(&line[at..]).filter(|_| known.is_some());
    let day = day.or(slashed.map(|(day, _)| day));
    let end = match dash(&line[at..]).or(slashed.map(|(_, length)| length)) {
        Some(length) => at + length,
        None => {
            let sure =
                known.is_some_and(|a: &Agency| a.no_dash) || (known.is_some() && day.is_some());
            let length = sure.then(|| blank(&line[at..]))??;
            at + length
        }
    };
    (known.is_some() || place.capitals || day.is_some()).then(|| place.found(day, Some(name), end))
}

/// The day between an agency and the text where strokes part them, and the length to the text:
/// "/ ACCESSWIRE / February 1, 2024 / The …".
fn slashed_day(text: &str) -> Option<(DayOfYear, usize)> {
    let rest = text.trim_start();
    let (day, length) = DayOfYear::read(rest)?;
    let after = rest[length..].trim_start().strip_prefix('/')?.trim_start();
    Some((day, text.len() - after.len()))
}

/// A place and a dash or colon: only in capitals, or with a day.
fn without_source(
    line: &str,
    place: PlaceName<'_>,
    day: Option<DayOfYear>,
    at: usize,
) -> Option<FoundDateline> {
    let rest = &line[at..];
    let colon = rest.strip_prefix(": ").map(|_| 2);
    let length = dash(rest).or(colon)?;
    let next = line[at + length..].chars().next();
    // Readers' text goes on with a capital; "NATO — the alliance" does not.
    if next.is_some_and(char::is_lowercase) || next.is_none() {
        return None;
    }
    let name = place.name.trim_end_matches('.').to_lowercase();
    if is_no_place(&name) || version::is_tagged(line) {
        return None;
    }
    // A colon also follows the names of those who speak; a day makes it a dateline, and so does a place
    // of one or two words before running text.
    let no_speaker = || {
        colon.is_none()
            || day.is_some()
            || line.len() >= LONG_LINE && name.split(' ').count() <= SPEAKER_WORDS
    };
    let sure = place.capitals && name.len() > 2 && is_running(&line[at + length..]) && no_speaker();
    (sure || (day.is_some() && colon.is_none())).then(|| place.found(day, None, at + length))
}

/// Whether words in capitals, here in small letters, stand where a place does and are none.
fn is_no_place(name: &str) -> bool {
    WORDS.not_a_place.contains(&name) || WORDS.sport.contains(&name)
}

/// Shortest line that is running text behind a place and a colon, in bytes, and most words of such a place.
const LONG_LINE: usize = 100;
const SPEAKER_WORDS: usize = 2;

/// "(ANSA) - ROME, DEC 4 - …", "(Reuters) - …", "/PRNewswire/ -- …".
fn source_first(line: &str, window: &str) -> Option<FoundDateline> {
    let (name, at) = source(window)?;
    let known = agency(name)?;
    let at = match dash(&line[at..]) {
        Some(length) => at + length,
        None => at + known.no_dash.then(|| blank(&line[at..]))??,
    };
    let mut found = FoundDateline {
        place: None,
        american: false,
        day: None,
        source: Some(name.to_owned()),
        end: at,
    };
    // The place may follow, as ANSA has it.
    if let Some(inner) = find(&line[at..])
        && inner.place.is_some()
        && inner.source.is_none()
    {
        found.end = at + inner.end;
        found.place = inner.place;
        found.day = inner.day;
    }
    Some(found)
}

/// "(WESTMERE) — …", "(WESTMERE, Ohio, March 4, 2025) – …": some releases set place and day in brackets.
fn bracketed(line: &str, window: &str) -> Option<FoundDateline> {
    let (inside, _) = window.strip_prefix('(')?.split_once(')')?;
    let place = PlaceName::read(inside)?;
    let day = day_behind_place(&inside[place.end..]);
    let read = place.end + day.map_or(0, |(_, length)| length);
    let at = inside.len() + "()".len();
    let end = at + dash(&line[at..])?;
    let name = place.name.to_lowercase();
    let is_place = place.capitals && name.len() > 2 && !is_no_place(&name);
    let is_whole = inside[read..].trim_matches([' ', ',', '.']).is_empty();
    let sure = is_place && is_whole && agency(place.name).is_none() && is_running(&line[end..]);
    sure.then(|| place.found(day.map(|(day, _)| day), None, end))
}

/// Xinhua's "新华社北京12月4日电 " and Kyodo's "【東京共同】".
fn chinese_or_japanese(window: &str) -> Option<FoundDateline> {
    let (place, day, source, after) = kyodo(window).or_else(|| xinhua(window))?;
    (!place.is_empty()).then(|| FoundDateline {
        place: Some(place.to_owned()),
        american: false,
        day,
        source: Some(source.to_owned()),
        end: window.len() - after.len(),
    })
}

/// Place, day, agency, and what follows a dateline.
type Dated<'t> = (&'t str, Option<DayOfYear>, &'static str, &'t str);

fn kyodo(window: &str) -> Option<Dated<'_>> {
    let (inside, after) = window.strip_prefix('【')?.split_once('】')?;
    Some((inside.strip_suffix("共同")?, None, "Kyodo", after))
}

fn xinhua(window: &str) -> Option<Dated<'_>> {
    let rest = window.strip_prefix("新华社")?;
    let (place, rest) = rest.split_at(rest.find(|c: char| c.is_ascii_digit())?);
    let (month, rest) = rest.split_once('月')?;
    let (date, rest) = rest.split_once('日')?;
    let rest = rest.trim_start_matches('专').strip_prefix('电')?;
    // Those who wrote it stand in brackets: "电（记者李伟）".
    let writers = rest.strip_prefix('（').and_then(|r| r.split_once('）'));
    let after = writers.map_or(rest, |(_, r)| r);
    let day = DayOfYear {
        year: None,
        month: month.parse().ok().filter(|m| (1..=12).contains(m))?,
        day: date.parse().ok().filter(|d| (1..=31).contains(d))?,
    };
    let after = after.trim_start_matches(char::is_whitespace);
    Some((place, Some(day), "Xinhua", after))
}
