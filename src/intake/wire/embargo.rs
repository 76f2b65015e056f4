//! Embargoes and advances: copy that must not be used yet.

use super::dates::{DayOfYear, month};
use super::{head, scan};
use crate::intake::draft::Draft;
use crate::record::{DateBasis, DateRole, DateSeen, RemovedKind, Status};

/// What an embargo line begins with; what follows says until when.
const OPENINGS: &[&str] = &[
    "embargoed until",
    "embargoed to",
    "embargoed till",
    "embargoed for release until",
    "embargoed for release at",
    "embargoed for release on",
    "embargoed for release",
    "embargoed for",
    "under embargo until",
    "under embargo to",
    "embargo until",
    "embargo to",
    "embargo:",
    "embargo ",
    "strictly embargoed until",
    "strict embargo",
    "strictly embargoed",
    "not for release before",
    "not for release until",
    "not for publication before",
    "not for publication until",
    "not to be published before",
    "not for use before",
    "not for use until",
    "not for broadcast before",
    "hold for release until",
    "hold for release",
    "release on receipt not before",
    "for release at",
    "for release on",
    "for release after",
    "for release sun",
    "for release mon",
    "for release tue",
    "for release wed",
    "for release thu",
    "for release fri",
    "for release sat",
    "advance for",
    "adv for",
    "sperrfrist",
    "embargada hasta",
    "sous embargo jusqu",
];

/// Longest line that is an embargo, in bytes.
const LONGEST: usize = 300;

/// Withholds a draft whose head says that it must not be used before some time.
pub fn apply(draft: &mut Draft) {
    let headline = draft.supplied.headline.clone();
    let notes = draft.supplied.editorial_notes.clone();
    let from_fields = headline
        .iter()
        .chain(&notes)
        .find_map(|t| until(t).map(str::to_owned));
    let mut at = 0;
    let mut found = from_fields;
    while at < head(&draft.blocks) {
        let text = &draft.blocks[at].text;
        if text.len() <= LONGEST
            && let Some(when) = until(text)
        {
            found.get_or_insert_with(|| when.to_owned());
            let note = draft.remove(at, RemovedKind::EditorialNote);
            draft
                .supplied
                .editorial_notes
                .push(scan::bare(&note).to_owned());
        } else {
            at += 1;
        }
    }
    let Some(when) = found else {
        // A form that gives a time of embargo withholds its item even when it forgets to say so.
        if draft.supplied.embargoed_until.is_some() && draft.supplied.status.is_none() {
            draft.supplied.status = Some(Status::Withheld);
        }
        return;
    };
    let supplied = &mut draft.supplied;
    if supplied.status != Some(Status::Canceled) {
        supplied.status = Some(Status::Withheld);
    }
    if supplied.embargoed_until.is_none() {
        let published = supplied.published.as_ref().map(|p| p.value.as_str());
        supplied.embargoed_until = time(&when, published);
    }
    if let Some(value) = &supplied.embargoed_until {
        let seen = DateSeen {
            value: value.clone(),
            basis: DateBasis::Wire,
            role: DateRole::Embargo,
        };
        if !supplied.dates_seen.contains(&seen) {
            supplied.dates_seen.push(seen);
        }
    }
}

/// Whether a line says that the copy must not be used yet.
pub fn is_line(text: &str) -> bool {
    text.len() <= LONGEST && until(text).is_some()
}

/// The words that say until when, of a line that is an embargo.
fn until(text: &str) -> Option<&str> {
    let line = scan::bare(text);
    let line = scan::bracketed(line).unwrap_or(line);
    let line = scan::after_any(line, &["eds: ", "editors: ", "note: "]).unwrap_or(line);
    let rest = scan::after_any(line, OPENINGS)?;
    // "Embargo on oil lifted" is a headline: a time has a figure, and capitals or a colon announce it.
    let announced = line
        .chars()
        .take(7)
        .filter(|c| c.is_alphabetic())
        .all(char::is_uppercase)
        || rest.starts_with(':')
        || line[..line.len() - rest.len()].ends_with(':');
    let timed = rest.chars().take(80).any(|c| c.is_ascii_digit());
    let soft = scan::after_any(line, &["embargo ", "advance for", "adv for"]).is_some();
    ((timed && (announced || !soft)) || (announced && line.len() <= 60))
        .then(|| rest.trim_matches([':', ' ', '-']))
}

/// The time that an embargo names, in RFC 3339 as far as the copy gives it: a date without a year is
/// completed only from the time of publication, a clock time keeps the zone it names, if any.
fn time(text: &str, published: Option<&str>) -> Option<String> {
    let words: Vec<&str> = text
        .split([' ', ',', '(', ')', '\n'])
        .filter(|w| !w.is_empty())
        .take(16)
        .collect();
    let day = day(&words, text)?;
    let year = day.year.or_else(|| year_near(day, published?))?;
    let date = DayOfYear {
        year: Some(year),
        ..day
    }
    .iso();
    let Some((hour, minute)) = words
        .iter()
        .enumerate()
        .find_map(|(i, w)| clock(w, words.get(i + 1).copied()))
    else {
        return Some(date);
    };
    let zone = words.iter().find_map(|w| offset(w)).unwrap_or_default();
    Some(format!("{date}T{hour:02}:{minute:02}:00{zone}"))
}

fn day(words: &[&str], text: &str) -> Option<DayOfYear> {
    if let Some(iso) = words
        .iter()
        .find_map(|w| w.get(..10)?.parse::<jiff::civil::Date>().ok())
    {
        return Some(DayOfYear {
            year: Some(iso.year()),
            month: iso.month() as u8,
            day: iso.day() as u8,
        });
    }
    // The day stands on either side of the name of its month.
    for word in words.iter().filter(|w| month(w).is_some()) {
        let at = text.find(word)?;
        if let Some((day, _)) = DayOfYear::read(&text[at..]) {
            return Some(day);
        }
        let before = text[..at].trim_end();
        let start = before.rfind(' ').map_or(0, |s| s + 1);
        if let Some((day, _)) = DayOfYear::read(&text[start..]) {
            return Some(day);
        }
    }
    None
}

/// The year that puts a day nearest to the day of publication: an embargo ends soon after it.
fn year_near(day: DayOfYear, published: &str) -> Option<i16> {
    let base: jiff::civil::Date = published.get(..10)?.parse().ok()?;
    (-1..=1)
        .filter_map(|d| {
            jiff::civil::Date::new(base.year() + d, day.month as i8, day.day as i8).ok()
        })
        .min_by_key(|d| base.until(*d).map_or(i32::MAX, |s| s.get_days().abs()))
        .map(jiff::civil::Date::year)
}

/// "0001", "00:01", "10.30", "6 a.m.", "6:30pm", "noon", "midnight".
fn clock(word: &str, next: Option<&str>) -> Option<(u8, u8)> {
    let lower = word.to_ascii_lowercase();
    match lower.as_str() {
        "noon" => return Some((12, 0)),
        "midnight" => return Some((0, 0)),
        _ => {}
    }
    let digits = lower.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '.');
    let suffix = &lower[digits.len()..];
    let half = |s: &str| match s.replace('.', "").as_str() {
        "am" => Some(0),
        "pm" => Some(12),
        _ => None,
    };
    let half = half(suffix).or_else(|| next.and_then(|n| half(&n.to_ascii_lowercase())));
    let (hour, minute): (u8, u8) = if let Some((h, m)) = digits.split_once([':', '.']) {
        (h.parse().ok()?, m.parse().ok()?)
    } else if digits.len() == 4
        && digits.bytes().all(|b| b.is_ascii_digit())
        && (digits.starts_with('0')
            || matches!(suffix, "gmt" | "z" | "hrs" | "h" | "utc")
            || next.is_some_and(|n| {
                offset(n).is_some()
                    || n.eq_ignore_ascii_case("hrs")
                    || n.eq_ignore_ascii_case("hours")
            }))
        || (digits.len() == 4
            && digits < "2400"
            && !digits.starts_with("19")
            && !digits.starts_with("20"))
    {
        (digits[..2].parse().ok()?, digits[2..].parse().ok()?)
    } else if half.is_some() {
        (digits.parse().ok()?, 0)
    } else {
        return None;
    };
    let hour = match half {
        Some(12) if hour < 12 => hour + 12,
        Some(0) if hour == 12 => 0,
        _ => hour,
    };
    (hour < 24 && minute < 60).then_some((hour, minute))
}

/// The offset of a zone that means one offset only.
fn offset(word: &str) -> Option<&'static str> {
    Some(
        match word
            .trim_end_matches(['.', ',', ';'])
            .to_ascii_uppercase()
            .as_str()
        {
            "GMT" | "UTC" | "Z" => "Z",
            "BST" => "+01:00",
            "CET" | "MEZ" => "+01:00",
            "CEST" | "MESZ" => "+02:00",
            "EST" => "-05:00",
            "EDT" => "-04:00",
            "CDT" => "-05:00",
            "PST" => "-08:00",
            "PDT" => "-07:00",
            "JST" => "+09:00",
            "AEST" => "+10:00",
            "AEDT" => "+11:00",
            _ => return None,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embargoes_are_told_from_news_of_embargoes() {
        for yes in [
            "EMBARGOED TO 0001 THURSDAY DECEMBER 4",
            "Embargoed until 0001 Thursday December 4, 2025",
            "NOT FOR RELEASE BEFORE 10:00 GMT, 4 December 2025",
            "For Release Sunday AMs, Dec. 7",
            "EMBARGO: 4 December",
        ] {
            assert!(until(yes).is_some(), "{yes}");
        }
        for no in [
            "Embargo on oil lifted after 10 years",
            "Embargo lifted",
            "For release of the 10 hostages, a price",
            "Advance for the 10th round",
        ] {
            assert!(until(no).is_none(), "{no}");
        }
    }

    #[test]
    fn times_are_never_completed_from_the_clock() {
        assert_eq!(time("0001 Thursday December 4", None), None);
        assert_eq!(
            time("0001 Thursday December 4", Some("2025-12-02")).as_deref(),
            Some("2025-12-04T00:01:00")
        );
        assert_eq!(
            time("0001 GMT Thursday January 1", Some("2025-12-30T10:00:00Z")).as_deref(),
            Some("2026-01-01T00:01:00Z")
        );
        assert_eq!(
            time("6 a.m. EST on Dec. 4, 2025", None).as_deref(),
            Some("2025-12-04T06:00:00-05:00")
        );
        assert_eq!(time("2025-12-04", None).as_deref(), Some("2025-12-04"));
        assert_eq!(time("Sunday", Some("2025-12-02")), None);
    }
}
