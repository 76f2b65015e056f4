//! Embargoes and advances: copy that must not be used yet.

use std::sync::LazyLock;

use super::dates::{DayOfYear, month};
use super::{head, scan};
use crate::intake::dates;
use crate::intake::draft::{Draft, Supplied};
use crate::record::{DateBasis, DateRole, DateSeen, Flag, RemovedKind, Status};
use crate::text::word_lists::word_lists;

word_lists! {
    /// What embargoes are told by.
    WORDS "wire/embargo.tsv" {
        /// What an embargo line begins with; what follows says until when.
        opening,
        /// Openings that news begins with as well: a day or a time must follow at once.
        soft_opening,
        /// Openings by which nobody says when the embargo is over, only that there is none any more.
        over,
        /// Words for an embargo and for its end in a note to editors.
        in_note,
        /// What stands in front of the line that says to whom it is said.
        label,
    }
}

static OPENINGS: LazyLock<scan::Openings> =
    LazyLock::new(|| scan::Openings::new(WORDS.opening.phrases()));

/// Longest line that is an embargo, in bytes.
const LONGEST: usize = 300;

/// Withholds a draft whose head says that it must not be used before some time.
pub fn apply(draft: &mut Draft) {
    let headline = draft.supplied.headline.clone();
    let notes = draft.supplied.editorial_notes.clone();
    let from_fields = headline
        .iter()
        .chain(&notes)
        .find_map(|t| until(t).map(str::to_owned))
        .or_else(|| notes.iter().find_map(|n| in_note(n).map(str::to_owned)))
        // "EMBARGOED: Old maps found" does not say until when, and is no less an embargo.
        .or_else(|| headline?.starts_with("EMBARGOED:").then(String::new));
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
        // A format that gives a time of embargo withholds its item even when it forgets to say so.
        if draft.supplied.embargoed_until.is_some() && draft.supplied.status.is_none() {
            draft.supplied.status = Some(Status::Withheld);
        }
        return;
    };
    let supplied = &mut draft.supplied;
    if supplied.embargoed_until.is_none() {
        let published = supplied.published.as_ref().map(|p| p.value.as_str());
        supplied.embargoed_until = time(&when, published);
    }
    if supplied.status != Some(Status::Canceled) && !is_over(supplied) {
        if supplied.status == Some(Status::Usable) {
            draft.flags.insert(Flag::STATUS_CONTRADICTED);
        }
        supplied.status = Some(Status::Withheld);
    }
    if let Some(value) = &supplied.embargoed_until {
        let seen = DateSeen {
            value: value.clone(),
            basis: DateBasis::Wire,
            role: DateRole::Embargo,
        };
        supplied.add_date(seen);
    }
}

/// Whether the copy was sent so long after its embargo that no reading of a missing zone or time makes
/// it early.
fn is_over(supplied: &Supplied) -> bool {
    const SLACK: i64 = 38 * 3600;
    let unix = |text: &str| dates::parse(text).map(|stamp| stamp.unix());
    let sent = supplied.modified.as_ref().or(supplied.published.as_ref());
    let over = supplied.embargoed_until.as_deref().and_then(unix);
    match (sent.and_then(|s| unix(&s.value)), over) {
        (Some(sent), Some(over)) => sent > over + SLACK,
        _ => false,
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
    let line = scan::after_any(line, &WORDS.label).unwrap_or(line);
    let clean = |rest: &'_ str| -> bool {
        let rest = rest.trim_start_matches([':', ' ', '-', '!']);
        !WORDS.over.iter().any(|o| scan::after(rest, o).is_some())
    };
    if let Some(rest) = OPENINGS.after(line).filter(|r| clean(r)) {
        let timed = rest.chars().take(80).any(|c| c.is_ascii_digit());
        return (timed || line.len() <= LONGEST_UNTIMED)
            .then(|| rest.trim_matches([':', ' ', '-']));
    }
    let rest = scan::after_any(line, &WORDS.soft_opening).filter(|r| clean(r))?;
    // "Embargo on oil lifted after 10 years" is a headline: a day or a time follows at once, or nothing.
    // "Embargo: 60 years of a blockade" is one, too; "embargoed" speaks of the copy itself.
    let loose = scan::after_any(line, &["embargoed", "under embargo"]).is_some();
    let said = rest.starts_with([':', '-', ' ']) || rest.is_empty();
    let rest = rest.trim_matches([':', ' ', '-', '!', '–', '—']);
    if let Some(until) = OPENINGS.after(rest).filter(|_| said) {
        return Some(until.trim_matches([':', ' ', '-']));
    }
    (rest.is_empty() || opens_with_time(rest, loose)).then_some(rest)
}

/// Longest line that is an embargo though it gives no time.
const LONGEST_UNTIMED: usize = 100;

/// Whether text begins with a weekday, a month, a word for a time of day, or a figure that is part of a
/// day or a time; with any figure when `loose`.
fn opens_with_time(text: &str, loose: bool) -> bool {
    const WORDS: &[&str] = &[
        "noon", "midnight", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "heute", "morgen",
        "klo", "kello", "kl", "kl.", "um",
    ];
    let mut words = text.split([' ', ',']).filter(|w| !w.is_empty());
    let mut word = words.next().unwrap_or("");
    if ["den", "until", "to", "bis", "after", "på"].contains(&word) {
        word = words.next().unwrap_or("");
    }
    let plain = word.trim_end_matches('.');
    let weekday = || {
        let lower = plain.to_lowercase();
        ["day", "tag", "dag"].iter().any(|d| lower.ends_with(d))
            && [
                "mo", "tu", "we", "th", "fr", "sa", "su", "so", "di", "do", "ti", "on", "tor",
                "lø", "sø", "lö", "sö", "må", "ma",
            ]
            .iter()
            .any(|w| lower.starts_with(w))
            || lower == "mittwoch"
    };
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        return month(plain).is_some()
            || WORDS.iter().any(|w| plain.eq_ignore_ascii_case(w))
            || weekday();
    }
    // "12.6.2025", "05:00", "6pm"; of a bare figure the words behind it tell what it is.
    let inner = word.trim_end_matches(['.', ':', ',', '!', ')']);
    let next: Vec<&str> = words.take(3).collect();
    let unit = |w: &&str| {
        let lower = lower(w);
        [
            "am", "pm", "a.m", "p.m", "gmt", "utc", "bst", "cet", "cest", "est", "edt", "uhr", "h",
            "hrs", "hours", "heures", "horas",
        ]
        .contains(&lower.as_str())
            || month(&lower).is_some()
            || lower.ends_with("day")
            || lower.ends_with("tag")
    };
    loose
        || next.is_empty()
        || inner.contains(|c: char| !c.is_ascii_digit())
        || next.iter().any(unit)
}

/// What a note to editors says of an embargo anywhere in it, with a time: "Bitte beachten Sie die
/// Sperrfrist bis 10.00 Uhr".
fn in_note(note: &str) -> Option<&str> {
    let at = WORDS
        .in_note
        .iter()
        .filter_map(|w| scan::find(note, w))
        .min()?;
    let rest = &note[at..];
    let over = WORDS.over.iter().any(|o| scan::has(note, o)) || scan::has(note, "lifts");
    let timed = rest.chars().take(80).any(|c| c.is_ascii_digit());
    (timed && !over && note.len() <= LONGEST).then_some(rest)
}

/// The time that an embargo names, in RFC 3339 as far as the copy gives it: a date without a year is
/// completed only from the time of publication, a clock time keeps the zone it names, if any.
fn time(text: &str, published: Option<&str>) -> Option<String> {
    let words: Vec<&str> = text
        .split([' ', ',', '(', ')', '\n', '\u{a0}'])
        .filter(|w| !w.is_empty())
        .take(16)
        .collect();
    let (day, figures) = day(&words, text)?;
    let year = day.year.or_else(|| year_near(day, published?))?;
    let date = DayOfYear {
        year: Some(year),
        ..day
    }
    .iso();
    let Some((hour, minute)) = (0..words.len())
        .filter(|i| Some(*i) != figures)
        .find_map(|i| {
            clock(
                words[i],
                i.checked_sub(1).map(|i| words[i]),
                words.get(i + 1).copied(),
            )
        })
    else {
        return Some(date);
    };
    let zone = words.iter().find_map(|w| offset(w)).unwrap_or_default();
    Some(format!("{date}T{hour:02}:{minute:02}:00{zone}"))
}

/// The day, and which of the words it is when that is in figures.
fn day(words: &[&str], text: &str) -> Option<(DayOfYear, Option<usize>)> {
    if let Some(iso) = words
        .iter()
        .find_map(|w| w.get(..10)?.parse::<jiff::civil::Date>().ok())
    {
        let day = DayOfYear {
            year: Some(iso.year()),
            month: iso.month() as u8,
            day: iso.day() as u8,
        };
        return Some((day, None));
    }
    // The day stands on either side of the name of its month.
    for word in words.iter().filter(|w| month(w).is_some()) {
        let at = text.find(word)?;
        let before = text[..at].trim_end();
        let before = [" de", " DE"]
            .iter()
            .find_map(|de| before.strip_suffix(de))
            .unwrap_or(before);
        let start = before.rfind(' ').map_or(0, |s| s + 1);
        // "4. Dezember, 12 Uhr": what stands in front is the day, if it can be one.
        let found = DayOfYear::read(&text[start..])
            .filter(|_| start < at)
            .or_else(|| DayOfYear::read(&text[at..]));
        if let Some((day, _)) = found {
            return Some((day, None));
        }
    }
    // In figures: "04.12.2025", "4.12. klo 10", but "10.10 Uhr" is a time.
    words.iter().enumerate().find_map(|(i, word)| {
        let is_clock = words
            .get(i + 1)
            .is_some_and(|w| HOUR_WORDS.contains(&lower(w).as_str()))
            || i > 0 && CLOCK_WORDS.contains(&lower(words[i - 1]).as_str());
        let (day, _) = DayOfYear::read_figures(word).filter(|_| !is_clock)?;
        // Which of "04/12" is the month is not known of an English line.
        let sure = !word.contains('/') || day.day > 12;
        sure.then_some((day, Some(i)))
    })
}

/// Words in front of a time of day, and words behind an hour.
const CLOCK_WORDS: &[&str] = &[
    "klo", "kello", "kl", "kl.", "um", "ab", "à", "at", "alle", "ore", "las", "às", "godz", "godz.",
];
const HOUR_WORDS: &[&str] = &["uhr", "h", "heures", "uur", "horas", "hrs", "hours"];

fn lower(word: &str) -> String {
    word.trim_end_matches(['.', '!', ',']).to_lowercase()
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

/// "0001", "00:01", "10.30", "6 a.m.", "6:30pm", "noon", "midnight", "10 Uhr", "klo 10", "10h30".
fn clock(word: &str, before: Option<&str>, next: Option<&str>) -> Option<(u8, u8)> {
    let lower = word.trim_end_matches('!').to_ascii_lowercase();
    match lower.as_str() {
        "noon" | "12noon" => return Some((12, 0)),
        "midnight" => return Some((0, 0)),
        _ => {}
    }
    let is = |other: Option<&str>, words: &[&str]| {
        other.is_some_and(|o| words.contains(&self::lower(o).as_str()))
    };
    if let Some((hour, minute)) = lower.split_once('h')
        && !hour.is_empty()
        && minute.bytes().all(|b| b.is_ascii_digit())
    {
        let minute = if minute.is_empty() {
            0
        } else {
            minute.parse().ok()?
        };
        return hour
            .parse()
            .ok()
            .map(|h: u8| (h, minute))
            .filter(|t| t.0 < 24 && t.1 < 60);
    }
    if lower.len() <= 2 && (is(before, CLOCK_WORDS) || is(next, HOUR_WORDS)) {
        return lower.parse().ok().map(|h: u8| (h, 0)).filter(|t| t.0 < 24);
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
    use crate::intake::Format;

    #[test]
    fn embargoes_are_told_from_news_of_embargoes() {
        for yes in [
            "EMBARGOED TO 0001 THURSDAY DECEMBER 4",
            "Embargoed until 0001 Thursday December 4, 2025",
            "NOT FOR RELEASE BEFORE 10:00 GMT, 4 December 2025",
            "For Release Sunday AMs, Dec. 7",
            "EMBARGO: 4 December",
            "EMBARGO:",
            "Embargoed until further notice",
            "Sperrfrist: 4. Dezember, 12.00 Uhr",
            "SPERRFRIST 12 Uhr",
            "Embargo jusqu'à 10h00",
            "Sous embargo jusqu'au 4 décembre à 10h",
            "Klausuleret til kl. 06.00",
            "JULKAISUVAPAA 4.12. klo 10",
            "Embargo 4.12. klo 10.00 asti",
            "EMBARGO FINO ALLE 10.30 DEL 4 DICEMBRE",
            "ЭМБАРГО ДО 10:00 4 ДЕКАБРЯ",
            "(Achtung Redaktionen: Sperrfrist bis Donnerstag, 12. Juni, 5.00 Uhr)",
            "EMBARGO: NOT FOR USE BEFORE 5 A.M. JUNE 12",
            "SPERREFRIST 12. juni kl. 05.00",
            "UNDER STRICT EMBARGO UNTIL 00:01 GMT 12 JUNE",
            "Please do not publish before 0500 GMT",
            "Embargoed: 1600 London time, Wednesday",
        ] {
            assert!(until(yes).is_some(), "{yes}");
        }
        for no in [
            "Embargo on oil lifted after 10 years",
            "Embargo lifted",
            "For release of the 10 hostages, a price",
            "Advance for the 10th round",
            "EMBARGO AGAINST WESTMERE TO BE LIFTED",
            "Embargo: what it means for oil prices",
            "EMBARGO: NONE",
            "Embargo lifted on 4 December",
            "Sperrfrist für Hausärzte endet nach 10 Jahren",
            "For release on bail, 10 men paid",
            "Vapaapäivä 4.12.",
            "Embargo: 60 years of a blockade",
            "Embargo today hits trade",
            "Nicht vor 2030: Brücke verspätet sich",
            "Please do not use the lift before it is checked",
        ] {
            assert!(until(no).is_none(), "{no}");
        }
    }

    #[test]
    fn a_headline_that_is_marked_embargoed_withholds() {
        for (headline, status) in [
            ("EMBARGOED: Old maps found", Some(Status::Withheld)),
            ("Embargoed oil reaches port", None),
        ] {
            let mut draft = Draft::new(Format::Mail, "utf-8", "".into());
            draft.supplied.headline = Some(headline.to_owned());
            apply(&mut draft);
            assert_eq!(draft.supplied.status, status, "{headline}");
            assert_eq!(draft.supplied.headline.as_deref(), Some(headline));
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
        let near = Some("2025-12-02T08:00:00+01:00");
        for (text, want) in [
            ("04.12.2025, 10.10 Uhr", "2025-12-04T10:10:00"),
            ("4. Dezember, 12 Uhr", "2025-12-04T12:00:00"),
            ("4.12. klo 10", "2025-12-04T10:00:00"),
            ("au 4 décembre à 10h30", "2025-12-04T10:30:00"),
            ("el 4 de diciembre a las 10.00", "2025-12-04T10:00:00"),
            ("Thursday 4 December at 0001", "2025-12-04T00:01:00"),
            (
                "LAS 05.00 GMT DEL JUEVES 4 DE DICIEMBRE",
                "2025-12-04T05:00:00Z",
            ),
        ] {
            assert_eq!(time(text, near).as_deref(), Some(want), "{text}");
        }
        assert_eq!(time("10.10 Uhr", near), None);
    }
}
