//! Datelines: where, for which agency and perhaps on which day the copy was written.
//!
//! ```text
//! PORTLAND, Ore. (AP) —          BEIJING, Dec. 4 (Xinhua) --       MOSCOW, December 4. /TASS/.
//! SEOUL/LONDON, Dec 4 (Reuters) -   Madrid, Dec 4 (EFE).-         (ANSA) - ROME, DEC 4 -
//! Berlin (dpa) -                 New Delhi, Dec 4 (PTI)           LONDON —
//! ```

use super::agencies::{Agency, agency};
use super::{RUNNING, head, is_body, is_wire, letter_case, scan, version};
use crate::intake::dates::DayOfYear;
use crate::intake::draft::{Draft, DraftBlock};
use crate::intake::hints;
use crate::record::{DateBasis, DateRole, DateValue, Dateline, Precision, RemovedKind};
use crate::text::word_lists::word_lists;

/// How far into a block a dateline can reach, in bytes.
const REACH: usize = 140;
/// Most words a place has, its region included: "SAN PEDRO DE MACORIS, Dominican Republic".
const PLACE_WORDS: usize = 7;
/// How many paragraphs behind the head a dateline can stand in.
const TEASERS: usize = 2;

word_lists! {
    /// What is no place.
    WORDS "wire/dateline.tsv" {
        /// Words in capitals before a dash or colon that are not places.
        not_a_place,
        /// What agencies name in capitals before the headlines of their sport: "SOCCER - …".
        sport,
        /// Words without a capital inside the name of a place.
        particle,
        /// States of the USA as datelines write them, without the full stop at the end.
        state,
    }
}

/// Whether what follows a dash is running text: headlines in capitals have dashes too.
fn is_running(text: &str) -> bool {
    text.split_whitespace()
        .take(4)
        .any(|word| word.chars().any(char::is_lowercase))
}

/// Finds the dateline at the head of a draft.
pub fn apply(draft: &mut Draft) {
    let end = head(&draft.blocks);
    let found = draft.blocks[..end]
        .iter()
        .enumerate()
        .filter(|(_, b)| is_body(b))
        .find_map(|(at, block)| {
            let alone = || {
                alone(&block.text)
                    .filter(|_| is_wire(draft.format))
                    .or_else(|| below_byline(draft, at))
            };
            find(&block.text).or_else(alone).map(|f| (at, f))
        })
        .or_else(|| behind_teaser(draft, end));
    let Some((at, found)) = found else {
        // A dateline element of its own: what it says is read from its text.
        if let Some(given) = &mut draft.supplied.dateline
            && given.source.is_none()
            && let Some(found) = find(&given.text).or_else(|| find(&format!("{} - X", given.text)))
        {
            given.source = found.source;
            given.place = given.place.take().or(found.place);
            given.date = given.date.take().or_else(|| found.day.map(DayOfYear::iso));
        }
        return;
    };
    let text = draft.blocks[at].text[..found.end].trim_end().to_owned();
    let whole = found.end == draft.blocks[at].text.len();
    note_day(draft, found.day);
    let dateline = draft.supplied.dateline.get_or_insert_with(|| Dateline {
        text,
        ..Dateline::default()
    });
    if dateline.place.is_none() {
        dateline.place = found.place;
    }
    if dateline.country.is_none() && found.american {
        dateline.country = Some("US".into());
    }
    if dateline.date.is_none() {
        dateline.date = found.day.map(DayOfYear::iso);
    }
    if dateline.source.is_none() {
        dateline.source = found.source;
    }
    if whole {
        draft.remove(at, RemovedKind::Dateline);
    }
}

/// A dateline that is a line of its own, as the Nordic agencies set it: "Westmere TT", "STT, Westmere",
/// "Westmere, søndag /ritzau/".
pub fn alone(line: &str) -> Option<Found> {
    /// Longest such line, in bytes.
    const LONGEST: usize = 60;
    let line = scan::bare(line);
    if line.len() > LONGEST {
        return None;
    }
    let (place, source) = if let Some(before) = line.strip_suffix('/') {
        let (place, source) = before.rsplit_once('/')?;
        (place.split(',').next()?, source)
    } else if let Some((source, place)) = line.split_once(", ") {
        (place, source)
    } else {
        line.rsplit_once(' ')?
    };
    let (place, source) = (place.trim().trim_end_matches(','), source.trim());
    let named = agency(source)
        .filter(|a| a.no_dash && (line.ends_with('/') || !source.contains(char::is_lowercase)));
    (named.is_some() && (1..=3).contains(&place.split(' ').count()) && is_capitalised(place)).then(
        || Found {
            place: Some(place.to_owned()),
            american: false,
            day: None,
            source: Some(source.to_owned()),
            end: line.len(),
        },
    )
}

/// A place in capitals and nothing else, between the byline and the copy, as Anadolu sets it.
fn below_byline(draft: &Draft, at: usize) -> Option<Found> {
    let line = draft.blocks[at].text.as_str();
    let runs = |b: &DraftBlock| b.text.len() >= RUNNING && is_running(&b.text);
    let between = draft.supplied.byline.is_some() && draft.blocks.get(at + 1).is_some_and(runs);
    let place =
        Place::read(line).filter(|p| p.capitals && p.end == line.len() && p.name.len() > 3)?;
    let known = place.name.to_lowercase();
    (between && line.len() < RUNNING && !WORDS.not_a_place.contains(&known.as_str()))
        .then(|| place.found(None, None, line.len()))
}

fn is_capitalised(place: &str) -> bool {
    place
        .split([' ', '-'])
        .all(|w| w.starts_with(char::is_uppercase) && w.chars().all(char::is_alphabetic))
}

/// A dateline behind the head: dpa sends a teaser of a paragraph or two above its copy. So deep in the
/// text only a place and an agency that is known make one.
fn behind_teaser(draft: &Draft, end: usize) -> Option<(usize, Found)> {
    let body = draft.blocks.iter().enumerate().skip(end);
    body.filter(|(_, b)| is_body(b))
        .take(TEASERS)
        .find_map(|(at, block)| find(&block.text).map(|f| (at, f)))
        .filter(|(_, f)| f.place.is_some() && f.source.as_deref().and_then(agency).is_some())
}

/// Notes a full date in a dateline among the dates seen: it is the day of the event, not of sending.
fn note_day(draft: &mut Draft, day: Option<DayOfYear>) {
    if let Some(day) = day.filter(|d| d.year.is_some()) {
        let date = DateValue {
            value: day.iso(),
            precision: Precision::Day,
            basis: DateBasis::Dateline,
        };
        hints::seen(&mut draft.supplied, &date, DateRole::Other);
    }
}

/// A dateline at the start of a line.
#[derive(Debug, PartialEq)]
pub struct Found {
    /// The place as one writes it, without region.
    pub place: Option<String>,
    /// Whether the region is a state of the USA.
    pub american: bool,
    pub day: Option<DayOfYear>,
    /// The agency as the dateline names it.
    pub source: Option<String>,
    /// Where the text begins, in bytes.
    pub end: usize,
}

/// Finds a dateline at the start of `line`.
pub fn find(line: &str) -> Option<Found> {
    let reach = line.floor_char_boundary(REACH);
    let window = &line[..reach];
    let first = window.chars().next()?;
    if first == '(' || first == '/' {
        return source_first(line, window);
    }
    if let Some(found) = chinese_or_japanese(window) {
        return Some(found);
    }
    // "04.12.2025 Warszawa (PAP) -".
    if first.is_ascii_digit()
        && let Some((day, length)) = DayOfYear::read_figures(window)
        && let rest = line[length..].trim_start_matches([',', ' '])
        && let Some(found) = find(rest)
        && found.source.as_deref().and_then(agency).is_some()
    {
        return Some(Found {
            day: found.day.or(Some(day)),
            end: line.len() - rest.len() + found.end,
            ..found
        });
    }
    if !first.is_alphabetic() {
        return None;
    }
    // "Dec 4 (Reuters) -": no place at all.
    if let Some((day, end)) = DayOfYear::read(window)
        && let Some((source, after)) = source(&window[end..])
    {
        let after = end + after;
        let end = dash(&line[after..]).map(|n| after + n)?;
        return Some(Found {
            place: None,
            american: false,
            day: Some(day),
            source: Some(source.to_owned()),
            end,
        });
    }
    let place = Place::read(window)?;
    let mut at = place.end + country(&window[place.end..]);
    let mut day = None;
    let rest = &window[at..];
    let lead = rest.len() - rest.trim_start_matches([',', '.', ' ', '-', ':']).len();
    if let Some((found, length)) = DayOfYear::read(&rest[lead..]) {
        day = Some(found);
        at += lead + length;
    } else if let Some((found, length)) = DayOfYear::read_figures(&rest[lead..])
        && source(&window[at + lead + length..]).is_some_and(|(name, _)| agency(name).is_some())
    {
        // "BRUXELLES 04/12 (BELGA)": only an agency behind it makes figures a day.
        day = Some(found);
        at += lead + length;
    }
    at += day.map_or(0, |_| weekday(&window[at..]));
    if let Some((name, length)) = source(&window[at..]) {
        return with_source(line, place, day, name, at + length);
    }
    without_source(line, place, day, at)
}

/// The length of a day of the week between a date and an agency: "2025. március 3., hétfő (MTI)".
fn weekday(text: &str) -> usize {
    /// Longest name of a day, in bytes.
    const LONGEST: usize = 14;
    let rest = text.trim_start_matches(['.', ',', ' ']);
    let word = rest.len() - rest.trim_start_matches(char::is_lowercase).len();
    let before = text.len() - rest.len() + word;
    let named = (3..=LONGEST).contains(&word)
        && source(&text[before..]).is_some_and(|(name, _)| agency(name).is_some());
    if named { before } else { 0 }
}

/// A place, perhaps a day, and an agency: sure when the agency is known or the place is in capitals.
fn with_source(
    line: &str,
    place: Place<'_>,
    day: Option<DayOfYear>,
    name: &str,
    at: usize,
) -> Option<Found> {
    let known = agency(name);
    let end = match dash(&line[at..]) {
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

/// A place and a dash or colon: only in capitals, or with a day.
fn without_source(
    line: &str,
    place: Place<'_>,
    day: Option<DayOfYear>,
    at: usize,
) -> Option<Found> {
    let rest = &line[at..];
    let colon = rest.strip_prefix(": ").map(|_| 2);
    let length = dash(rest).or(colon)?;
    let next = line[at + length..].chars().next();
    // Readers' text goes on with a capital; "NATO — the alliance" does not.
    if next.is_some_and(char::is_lowercase) || next.is_none() {
        return None;
    }
    let name = place.name.trim_end_matches('.').to_lowercase();
    if WORDS.not_a_place.contains(&name.as_str())
        || WORDS.sport.contains(&name.as_str())
        || version::is_tagged(line)
    {
        return None;
    }
    let sure = place.capitals && name.len() > 2 && is_running(&line[at + length..])
        // A colon also follows the names of those who speak; a day makes it a dateline, and so does
        // a place of one or two words before running text.
        && (colon.is_none() || day.is_some() || (line.len() >= 100 && name.split(' ').count() <= 2));
    (sure || (day.is_some() && colon.is_none())).then(|| place.found(day, None, at + length))
}

/// "(ANSA) - ROME, DEC 4 - …", "(Reuters) - …", "/PRNewswire/ -- …".
fn source_first(line: &str, window: &str) -> Option<Found> {
    let (name, at) = source(window)?;
    let known = agency(name)?;
    let at = match dash(&line[at..]) {
        Some(length) => at + length,
        None => at + known.no_dash.then(|| blank(&line[at..]))??,
    };
    let mut found = Found {
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

/// The length of a country in brackets behind a place: "Westmere (France), 4 déc (AFP) -".
fn country(text: &str) -> usize {
    let inside = text.strip_prefix(" (").and_then(|t| t.split_once(')'));
    match inside {
        Some((inside, after)) if after.starts_with(',') && agency(inside).is_none() => {
            text.len() - after.len()
        }
        _ => 0,
    }
}

/// Xinhua's "新华社北京12月4日电 " and Kyodo's "【東京共同】".
fn chinese_or_japanese(window: &str) -> Option<Found> {
    let found = |place: &str, day, source: &str, end| {
        (!place.is_empty()).then(|| Found {
            place: Some(place.to_owned()),
            american: false,
            day,
            source: Some(source.to_owned()),
            end,
        })
    };
    if let Some(rest) = window.strip_prefix('【') {
        let (inside, after) = rest.split_once('】')?;
        let place = inside.strip_suffix("共同")?;
        return found(place, None, "Kyodo", window.len() - after.len());
    }
    let rest = window.strip_prefix("新华社")?;
    let (place, rest) = rest.split_at(rest.find(|c: char| c.is_ascii_digit())?);
    let (month, rest) = rest.split_once('月')?;
    let (date, rest) = rest.split_once('日')?;
    let rest = rest.trim_start_matches('专').strip_prefix('电')?;
    let by = rest
        .strip_prefix('（')
        .and_then(|r| r.split_once('）'))
        .map_or(rest, |(_, r)| r);
    let after = by.trim_start_matches(char::is_whitespace);
    let day = Some(DayOfYear {
        year: None,
        month: month.parse().ok().filter(|m| (1..=12).contains(m))?,
        day: date.parse().ok().filter(|d| (1..=31).contains(d))?,
    });
    found(place, day, "Xinhua", window.len() - after.len())
}

/// The words of a place at the start of a line.
struct Place<'t> {
    name: &'t str,
    american: bool,
    /// Whether the place, not its region, is all in capitals.
    capitals: bool,
    end: usize,
}

impl<'t> Place<'t> {
    fn read(window: &'t str) -> Option<Place<'t>> {
        let mut end = 0;
        let mut words = 0;
        let mut comma = None;
        for (at, word) in pieces(window) {
            let bare = word.trim_end_matches([',', ':', '.']);
            let is_source = word.starts_with(['(', '/', '[']) && words > 0;
            let is_dash =
                matches!(word, "-" | "--" | "---" | "–" | "—" | "_" | "−") || word.starts_with('—');
            if is_source || is_dash {
                break;
            }
            let figures = word.starts_with(|c: char| c.is_ascii_digit());
            if words > 0
                && (DayOfYear::read(&window[at..]).is_some()
                    || figures && DayOfYear::read_figures(word).is_some())
            {
                break;
            }
            // "TOKYO, Kyodo -", "SYDNEY AAP -".
            if words > 0
                && agency(bare).is_some()
                && bare.chars().all(char::is_uppercase) != (words == 0)
                && at == end + 1
                && (comma.is_some() || bare.len() == 3)
                && dash(&window[at + bare.len()..]).is_some()
            {
                break;
            }
            let particle = words > 0 && WORDS.particle.contains(&bare);
            let name_like = bare.chars().next().is_some_and(char::is_uppercase)
                && bare
                    .chars()
                    .all(|c| c.is_alphabetic() || matches!(c, '.' | '\'' | '’' | '-' | '/' | '`'));
            if !(particle || name_like) || words == PLACE_WORDS {
                return None;
            }
            words += 1;
            end = at + word.len();
            if word.ends_with(',') && comma.is_none() {
                comma = Some(at + bare.len());
            }
            if word.ends_with(':') {
                end -= 1;
                break;
            }
            // A sentence that ends here is no place, save "MOSCOW. Dec 4" and abbreviations.
            if word.ends_with('.')
                && bare.len() > 5
                && DayOfYear::read(window[end..].trim_start()).is_none()
            {
                return None;
            }
            // A dash set close: "NEW YORK--(BUSINESS WIRE)--".
        }
        let joined = window.get(..end)?;
        if words == 0 {
            return None;
        }
        let whole = joined.trim_end_matches([',', ' ']);
        let name = comma.map_or(whole, |at| window[..at].trim());
        let region = window
            .get(name.len()..whole.len())
            .unwrap_or("")
            .trim_matches([',', ' ']);
        let name = name.trim_end_matches(':');
        let letters = name.chars().filter(|c| c.is_alphabetic());
        let capitals = letters.clone().count() >= 2 && letters.clone().all(char::is_uppercase);
        Some(Place {
            name,
            american: is_state(region),
            capitals,
            end: whole.len(),
        })
    }

    fn found(self, day: Option<DayOfYear>, source: Option<&str>, end: usize) -> Found {
        let first = self.name.split('/').next().unwrap_or(self.name);
        let first = match first.trim_end_matches('.') {
            short if short.len() + 1 == first.len() && short.len() > 4 => short,
            _ => first,
        };
        Found {
            place: Some(letter_case::title_case(first.trim())),
            american: self.american,
            day,
            source: source.map(str::to_owned),
            end,
        }
    }
}

/// The words of a text and where each begins; a dash or bracket set close to a word begins a new one.
fn pieces(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let start = at + (rest.len() - rest.trim_start_matches([' ', '\u{a0}']).len());
        let rest = &text[start..];
        if rest.is_empty() {
            return None;
        }
        let mut length = rest.find([' ', '\u{a0}']).unwrap_or(rest.len());
        if let Some(close) = rest[..length].find("--").filter(|&n| n > 0) {
            length = close;
        }
        if let Some(close) = rest[..length].find(['—', '–', '(']).filter(|&n| n > 0) {
            length = close;
        }
        at = start + length;
        Some((start, &rest[..length]))
    })
}

/// The agency in brackets, between slashes, or bare before a dash, at the start of `text`; and its length.
fn source(text: &str) -> Option<(&str, usize)> {
    let lead = text.len() - text.trim_start_matches([' ', '\u{a0}', ',', '.']).len();
    let rest = text[lead..].trim_start_matches("--");
    let lead = text.len() - rest.len();
    let close = match rest.chars().next()? {
        '(' => ')',
        '/' => '/',
        '[' => ']',
        _ => {
            // "TOKYO, Dec. 4, Kyodo - " and "SYDNEY, Dec 4 AAP - ".
            let end = rest.find([' ', ':']).filter(|e| *e <= 12)?;
            let name = &rest[..end];
            agency(name)?;
            dash(&rest[end..])?;
            return Some((name, lead + end));
        }
    };
    let end = rest[1..].find(close)? + 1;
    let name = rest[1..end].trim();
    let sound = !name.is_empty()
        && name.len() <= 40
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || " /-.&!".contains(c))
        && name.chars().any(char::is_alphabetic)
        && (close != '/' || agency(name).is_some());
    sound.then_some((name, lead + end + 1))
}

/// The length of the dash, with the blanks around it, at the start of `text`; also ":" after an agency.
fn dash(text: &str) -> Option<usize> {
    let start = text.trim_start_matches([' ', '\u{a0}', '.', ',']);
    let blanks = text.len() - start.len();
    let rest = start
        .strip_prefix("---")
        .or_else(|| start.strip_prefix("--"))
        .or_else(|| start.strip_prefix(['—', '–', '−', '_']))
        // Belga sets an equals sign.
        .or_else(|| start.strip_prefix('=').filter(|r| r.starts_with(' ')))
        .or_else(|| {
            // A hyphen is a dash when a blank stands on one side of it.
            let rest = start.strip_prefix('-')?;
            (blanks > 0 || rest.starts_with([' ', '\u{a0}'])).then_some(rest)
        })
        .or_else(|| {
            start
                .strip_prefix(':')
                .filter(|r| r.starts_with(' '))
                .filter(|_| text.starts_with(['.', ':']) && !text.starts_with(": "))
        })?;
    let after = rest.trim_start_matches([' ', '\u{a0}']);
    Some(text.len() - after.len())
}

/// The blanks before text that goes on with a capital or a quotation mark: "(PTI) The".
fn blank(text: &str) -> Option<usize> {
    let rest = text.trim_start_matches([' ', '\u{a0}', '.', ':']);
    let opens = rest
        .chars()
        .next()
        .is_some_and(|c| c.is_uppercase() || c.is_numeric() || "\"“'‘«".contains(c));
    (opens && rest.len() < text.len()).then(|| text.len() - rest.len())
}

/// Whether a region after a comma is a state of the USA, as AP or the post abbreviates it.
fn is_state(region: &str) -> bool {
    WORDS.state.contains(&region.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datelines_of_the_agencies() {
        for (dateline, place, source, date) in [
            ("PORTLAND, Ore. (AP) — ", "Portland", "AP", ""),
            ("WASHINGTON (AP) _ ", "Washington", "AP", ""),
            (
                "SEOUL/UNITED NATIONS, Aug 30 (Reuters) - ",
                "Seoul",
                "Reuters",
                "--08-30",
            ),
            ("Aug 27 (Reuters) - ", "", "Reuters", "--08-27"),
            (
                "LAGOS, Nigeria, Dec 4, 2025 (AFP) - ",
                "Lagos",
                "AFP",
                "2025-12-04",
            ),
            ("New York (AFP) – ", "New York", "AFP", ""),
            (
                "BEIJING, Dec. 4 (Xinhua) -- ",
                "Beijing",
                "Xinhua",
                "--12-04",
            ),
            ("Berlin (dpa) - ", "Berlin", "dpa", ""),
            ("Bruselas, 16 ene (EFE).- ", "Bruselas", "EFE", "--01-16"),
            ("BRUXELLES (BELGA) = ", "Bruxelles", "BELGA", ""),
            (
                "Budapest, 2025. március 3., hétfő (MTI) - ",
                "Budapest",
                "MTI",
                "2025-03-03",
            ),
            (
                "03.03.2025, Warszawa (PAP) - ",
                "Warszawa",
                "PAP",
                "2025-03-03",
            ),
            ("BRUSSEL 04/12 (BELGA) = ", "Brussel", "BELGA", "--12-04"),
            ("OSLO (NTB-Reuters): ", "Oslo", "NTB-Reuters", ""),
            ("Wien (APA/dpa) - ", "Wien", "APA/dpa", ""),
            ("Bern (awp/sda) - ", "Bern", "awp/sda", ""),
            ("Genf, 4. Dez. (sda) ", "Genf", "sda", "--12-04"),
            (
                "København, den 4. december /ritzau/ ",
                "København",
                "ritzau",
                "--12-04",
            ),
            (
                "Helsinki, 4. joulukuuta (STT) ",
                "Helsinki",
                "STT",
                "--12-04",
            ),
            (
                "Lisboa, 04 dez 2025 (Lusa) - ",
                "Lisboa",
                "Lusa",
                "2025-12-04",
            ),
            ("Praha 4. prosince (ČTK) - ", "Praha", "ČTK", "--12-04"),
            ("Paris, 4 déc 2025 (AFP) - ", "Paris", "AFP", "2025-12-04"),
            (
                "Westmere (France), 4 déc 2025 (AFP) - ",
                "Westmere",
                "AFP",
                "2025-12-04",
            ),
            (
                "04.12.2025 Warszawa (PAP) - ",
                "Warszawa",
                "PAP",
                "2025-12-04",
            ),
            ("МОСКВА, 4 декабря. /ТАСС/. ", "Москва", "ТАСС", "--12-04"),
            ("(ANSA) - ROMA, 04 DIC - ", "Roma", "ANSA", "--12-04"),
            ("(AGI) - Roma, 4 dic. - ", "Roma", "AGI", "--12-04"),
            (
                "MADRID, 4 Dic. (EUROPA PRESS) - ",
                "Madrid",
                "EUROPA PRESS",
                "--12-04",
            ),
            (
                "新华社北京12月4日电（记者张三）",
                "北京",
                "Xinhua",
                "--12-04",
            ),
            ("【東京共同】", "東京", "Kyodo", ""),
            (
                "Frankfurt an der Oder (bb/dpa) - ",
                "Frankfurt an der Oder",
                "bb/dpa",
                "",
            ),
            ("(ANSA) - ROME, DEC 4 - ", "Rome", "ANSA", "--12-04"),
            ("Madrid, Dec 4 (EFE).- ", "Madrid", "EFE", "--12-04"),
            ("MOSCOW, December 4. /TASS/. ", "Moscow", "TASS", "--12-04"),
            ("TOKYO, Dec. 4, Kyodo - ", "Tokyo", "Kyodo", "--12-04"),
            ("New Delhi, Dec 4 (PTI) ", "New Delhi", "PTI", "--12-04"),
            ("SYDNEY, Dec 4 AAP - ", "Sydney", "AAP", "--12-04"),
            (
                "KUALA LUMPUR, Dec 4 (Bernama) -- ",
                "Kuala Lumpur",
                "Bernama",
                "--12-04",
            ),
            (
                "NEW YORK, Dec. 4, 2025 /PRNewswire/ -- ",
                "New York",
                "PRNewswire",
                "2025-12-04",
            ),
            (
                "NEW YORK--(BUSINESS WIRE)--",
                "New York",
                "BUSINESS WIRE",
                "",
            ),
            (
                "MOSCOW. Dec 4 (Interfax) - ",
                "Moscow",
                "Interfax",
                "--12-04",
            ),
            ("Washington (CNN) ", "Washington", "CNN", ""),
            ("LONDON — ", "London", "", ""),
            ("PORTLAND, Ore. — ", "Portland", "", ""),
            ("WASHINGTON, D.C. -- ", "Washington", "", ""),
            ("ST. LOUIS (AP) — ", "St. Louis", "AP", ""),
            ("(Reuters) - ", "", "Reuters", ""),
            ("Oslo (NTB): ", "Oslo", "NTB", ""),
            (
                "LONDON, Dec 4 (Thomson Reuters Foundation) - ",
                "London",
                "Thomson Reuters Foundation",
                "--12-04",
            ),
        ] {
            let line = format!("{dateline}The ferry sank.");
            let found = find(&line).unwrap_or_else(|| panic!("no dateline: {line}"));
            let day = found.day.map_or(String::new(), DayOfYear::iso);
            assert_eq!(found.place.as_deref().unwrap_or(""), place, "{line}");
            assert_eq!(found.source.as_deref().unwrap_or(""), source, "{line}");
            assert_eq!(day, date, "{line}");
            assert_eq!(found.end, dateline.len(), "{line}");
        }
    }

    #[test]
    fn copy_is_not_a_dateline() {
        for line in [
            "The Associated Press (AP) said the ferry sank.",
            "NATO — the alliance — met on Monday.",
            "SOCCER - Late goal sinks Westmere in the cup.",
            "WESTMERE - LATE GOAL SINKS HARBOUR SIDE IN CUP.",
            "BREAKING — The ferry sank.",
            "WATCH: The ferry sinks off the coast of Westmere in a video that was shared by passengers and rescuers",
            "Dr. Roe - Westmere's best - said the ferry sank.",
            "May 4 was a good day for the ferry (Reuters) - said nobody.",
            "He said (in London) - and meant it.",
            "- A point",
            "I (we) - the people - sank.",
            "The ferry sank.",
            "A.",
            "(See story) - The ferry sank.",
            "",
        ] {
            assert_eq!(find(line), None, "{line}");
        }
    }

    #[test]
    fn a_dateline_may_stand_behind_a_teaser() {
        use crate::intake::{DraftBlock, Format};
        use crate::record::BlockKind;

        let place = |second: &str| {
            let mut draft = Draft::new(Format::Text, "utf-8", "".into());
            let teaser = "The council of Westmere wants to close the old bridge for a year of repairs. \
                Shops on the harbour have fought the plan.";
            for text in [teaser, second] {
                draft
                    .blocks
                    .push(DraftBlock::new(BlockKind::Paragraph, text));
            }
            apply(&mut draft);
            draft.supplied.dateline.and_then(|d| d.place)
        };
        assert_eq!(
            place("Westmere (dpa) - The ferry sank.").as_deref(),
            Some("Westmere")
        );
        assert_eq!(place("WESTMERE — The ferry sank."), None);
        assert_eq!(place("Westmere (Roe) - The ferry sank."), None);
    }

    #[test]
    fn the_states_are_sorted() {
        assert!(is_state("Ore.") && is_state("N.C.") && is_state("Texas") && !is_state("Nigeria"));
    }

    proptest::proptest! {
        #[test]
        fn any_line_is_read(line in "[A-Za-zé.,:()/ \u{a0}—_-]{0,60}[0-9]{0,2}[A-Za-z ().-]{0,30}") {
            if let Some(found) = find(&line) {
                assert!(line.is_char_boundary(found.end));
            }
        }
    }
}
