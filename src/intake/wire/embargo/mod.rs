//! Embargoes and advances: copy that must not be used yet.

mod when;

use std::sync::LazyLock;

use super::{head, scan};
use crate::intake::dates::calendar::{OF_PAGES, OF_WIRES, is_weekday};
use crate::intake::dates::{self, zones};
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
        /// What an embargo line begins and ends with, " … " the day or the time between; the beginning may
        /// be missing.
        framed,
        /// Openings by which nobody says when the embargo is over, only that there is none any more.
        over,
        /// Words for an embargo and for its end in a note to editors.
        in_note,
        /// What stands in front of the line that says to whom it is said.
        label,
        /// Words that speak of the copy itself: any figure behind one is a time.
        embargoed,
        /// What a note says of an embargo that ends, besides the words above.
        lifted,
        /// Words for a time of day, short names of weekdays, and words in front of a time.
        time_word,
        /// Words in front of a day or a time.
        until,
        /// What stands behind a figure that is a time.
        unit,
        /// Words in front of a time of day.
        clock_word,
        /// Words behind an hour.
        hour_word,
        /// Words for twelve o'clock at noon.
        noon,
        /// Words for the first minute of a day.
        midnight,
    }
    with OPENINGS
}

static OPENINGS: LazyLock<scan::Prefixes> =
    LazyLock::new(|| scan::Prefixes::new(WORDS.opening.phrases()));

/// Longest line that is an embargo, in bytes.
const LONGEST_EMBARGO: usize = 300;

/// Withholds a draft whose head says that it must not be used before some time.
pub(super) fn apply(draft: &mut Draft) {
    let headline = draft.supplied.headline.clone();
    let notes = draft.supplied.editorial_notes.clone();
    let from_fields = headline
        .iter()
        .chain(&notes)
        .find_map(|t| until(t).map(str::to_owned))
        .or_else(|| notes.iter().find_map(|n| in_note(n).map(str::to_owned)))
        // "EMBARGOED: Old maps found" does not say until when, and is no less an embargo.
        .or_else(|| headline?.starts_with("EMBARGOED:").then(String::new));
    let in_lines = take_lines(draft);
    match from_fields.or(in_lines) {
        Some(when) => withhold(draft, &when),
        // A format that gives a time of embargo withholds its item even when it forgets to say so.
        None if draft.supplied.embargoed_until.is_some() => {
            draft.supplied.status.get_or_insert(Status::Withheld);
        }
        None => {}
    }
}

/// Takes the lines of an embargo out of the head; the words of the first that say until when.
fn take_lines(draft: &mut Draft) -> Option<String> {
    let mut found = None;
    let mut at = 0;
    while at < head(&draft.blocks) {
        let text = &draft.blocks[at].text;
        let Some(when) = until(text).filter(|_| text.len() <= LONGEST_EMBARGO) else {
            at += 1;
            continue;
        };
        found.get_or_insert_with(|| when.to_owned());
        let note = draft.remove(at, RemovedKind::EditorialNote);
        let note = scan::bare(&note).to_owned();
        draft.supplied.editorial_notes.push(note);
    }
    found
}

/// Withholds a draft until the time that an embargo names, unless that is long over.
fn withhold(draft: &mut Draft, when: &str) {
    let supplied = &mut draft.supplied;
    if supplied.embargoed_until.is_none() {
        let published = supplied.published.as_ref().map(|p| p.value.as_str());
        supplied.embargoed_until = when::time(when, published);
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
    /// A day without its time, and the 14 hours that no zone is further from Greenwich than, in seconds.
    const SLACK: i64 = (24 + 14) * 3600;
    let unix = |text: &str| dates::parse(text).map(|stamp| stamp.unix());
    let sent = supplied.modified.as_ref().or(supplied.published.as_ref());
    let over = supplied.embargoed_until.as_deref().and_then(unix);
    match (sent.and_then(|s| unix(&s.value)), over) {
        (Some(sent), Some(over)) => sent > over + SLACK,
        _ => false,
    }
}

/// Whether a line says that the copy must not be used yet.
pub(super) fn is_line(text: &str) -> bool {
    text.len() <= LONGEST_EMBARGO && until(text).is_some()
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
        let timed = names_figure(rest);
        return (timed || line.len() <= LONGEST_UNTIMED)
            .then(|| rest.trim_matches([':', ' ', '-']));
    }
    if let Some(between) = framed(line) {
        return Some(between);
    }
    let rest = scan::after_any(line, &WORDS.soft_opening).filter(|r| clean(r))?;
    // "Embargo on oil lifted after 10 years" is a headline: a day or a time follows at once, or nothing.
    // "Embargo: 60 years of a blockade" is one, too; "embargoed" speaks of the copy itself.
    let loose = scan::after_any(line, &WORDS.embargoed).is_some();
    let said = rest.starts_with([':', '-', ' ']) || rest.is_empty();
    let rest = rest.trim_matches([':', ' ', '-', '!', '–', '—']);
    if let Some(until) = OPENINGS.after(rest).filter(|_| said) {
        return Some(until.trim_matches([':', ' ', '-']));
    }
    (rest.is_empty() || opens_with_time(rest, loose)).then_some(rest)
}

/// The day or the time of "Nicht vor dem 4. Dezember veröffentlichen" or "4 Aralık 06.00'ya kadar ambargoludur", which
/// is all of a line.
fn framed(line: &str) -> Option<&str> {
    let line = line.trim_end_matches(['.', '!', ' ']);
    WORDS.framed.iter().find_map(|frame| {
        let (opening, ending) = frame.split_once('…')?;
        let rest = match opening {
            "" => line,
            _ => scan::after(line, opening)?,
        };
        let between = rest.get(..rest.len().checked_sub(ending.len())?)?;
        let ends = rest[between.len()..].to_lowercase() == ending;
        (ends && line.len() <= LONGEST_UNTIMED && names_figure(between)).then_some(between.trim())
    })
}

/// How far behind the words of an embargo its time begins at the latest, in characters.
const TIME_WITHIN: usize = 80;

/// Whether a figure, of a day or a time, stands near the beginning.
fn names_figure(text: &str) -> bool {
    text.chars().take(TIME_WITHIN).any(|c| c.is_ascii_digit())
}

/// Longest line that is an embargo though it gives no time, in bytes.
const LONGEST_UNTIMED: usize = 100;

/// Whether text begins with a weekday, a month, a word for a time of day, or a figure that is part of a
/// day or a time; with any figure when `loose`.
fn opens_with_time(text: &str, loose: bool) -> bool {
    let mut words = text.split([' ', ',']).filter(|w| !w.is_empty());
    let mut word = words.next().unwrap_or("");
    if WORDS.until.contains(&word) {
        word = words.next().unwrap_or("");
    }
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        let next: Vec<&str> = words.take(UNIT_WITHIN).collect();
        return loose || is_part_of_time(word, &next);
    }
    let plain = word.trim_end_matches('.');
    OF_WIRES.named(plain).is_some()
        || WORDS
            .time_word
            .iter()
            .any(|w| plain.eq_ignore_ascii_case(w))
        || is_weekday(&plain.to_lowercase())
}

/// How many words behind a figure may tell that it is part of a day or a time.
const UNIT_WITHIN: usize = 3;

/// Whether a figure is part of a day or a time: "12.6.2025", "05:00", "6pm"; of a bare figure the words
/// behind it tell what it is.
fn is_part_of_time(figure: &str, next: &[&str]) -> bool {
    let inner = figure.trim_end_matches(['.', ':', ',', '!', ')']);
    let is_unit = |word: &&str| {
        let lower = lower(word);
        WORDS.unit.contains(&lower.as_str())
            || zones::anywhere(&lower).is_some()
            || OF_PAGES.named(&lower).is_some()
            || is_weekday(&lower)
    };
    next.is_empty() || inner.contains(|c: char| !c.is_ascii_digit()) || next.iter().any(is_unit)
}

/// A word in small letters, without the mark behind it.
fn lower(word: &str) -> String {
    word.trim_end_matches(['.', '!', ',']).to_lowercase()
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
    let over = WORDS.over.iter().any(|o| scan::has(note, o))
        || WORDS.lifted.iter().any(|o| scan::has(note, o));
    let timed = names_figure(rest);
    (timed && !over && note.len() <= LONGEST_EMBARGO).then_some(rest)
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
            "FOR RELEASE ON DELIVERY, expected 2:00 p.m. EST December 4, 2025",
            "CHECK AGAINST DELIVERY - embargoed until delivery",
            "Frei ab 4. Dezember, 6 Uhr",
            "Nicht vor dem 4. Dezember 2025 veröffentlichen!",
            "+++ Sperrfrist beachten: 4. Dezember, 18.00 Uhr +++",
            "Ne pas diffuser avant le 4 décembre 2025, 6h",
            "EMBARGO au 4 décembre 06H00",
            "No difundir antes de las 10.00 horas del 4 de diciembre",
            "Notícia embargada até às 06:00 de quinta-feira",
            "Publiceras tidigast 4 december 2025 kl 06.00",
            "EMBARGO indtil 04.12.2025 kl. 06",
            "JULKAISTAVISSA 4.12.2025 klo 6.00",
            "Do publikacji po godz. 6.00 w dniu 4 grudnia",
            "【解禁4日午前6時】",
            "AMBARGO: 4 Aralık 2025, 06.00'ya kadar",
            "4 Aralık saat 06.00'ya kadar ambargoludur",
            "EMBARGÓ: 2025. december 4., 6 óra",
            "2025. december 4. 6:00 után közölhető.",
            "엠바고: 12월 4일 06시",
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
            "Nicht vor dem 1. Mai öffnet die Brücke wieder",
            "Ambargo: Westmere 60 yıl dayandı",
            "Embargo le plus long: 60 ans",
            "엠바고 파기 논란 2년",
            "Embargó: 60 éve tart a blokád",
            "Saa julkaista mitä haluaa",
            "Türk gemileri 10 gündür ambargolu",
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
}
