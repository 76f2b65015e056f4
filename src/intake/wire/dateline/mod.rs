//! Datelines: where, for which agency and perhaps on which day the copy was written.
//!
//! ```text
//! PORTLAND, Ore. (AP) —          BEIJING, Dec. 4 (Xinhua) --       MOSCOW, December 4. /TASS/.
//! SEOUL/LONDON, Dec 4 (Reuters) -   Madrid, Dec 4 (EFE).-         (ANSA) - ROME, DEC 4 -
//! Berlin (dpa) -                 New Delhi, Dec 4 (PTI)           LONDON —
//! ```
//!
//! `line` holds a line against these forms; `place` reads the words of a place, `marks` what stands
//! around an agency.

mod line;
mod marks;
mod place;

use super::agencies::agency;
use super::{RUNNING, head, is_body, is_wire, letter_case, scan};
use crate::intake::dates::DayOfYear;
use crate::intake::draft::{Draft, DraftBlock};
use crate::intake::formats::Format;
use crate::intake::hints;
use crate::record::{DateBasis, DateRole, DateValue, Dateline, Precision, RemovedKind};
use crate::text::word_lists::word_lists;
use place::PlaceName;

pub(super) use line::find;

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
pub(super) fn apply(draft: &mut Draft) {
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
    match found {
        Some((at, found)) => note(draft, at, found),
        None => complete_given(draft),
    }
    // Formats give places in capitals too.
    if let Some(place) = draft
        .supplied
        .dateline
        .as_mut()
        .and_then(|d| d.place.as_mut())
    {
        *place = letter_case::title_case(place);
    }
}

/// How long the dateline is that a paragraph begins with, with the dash behind it, in bytes; 0 of one that has none.
pub fn length(paragraph: &str) -> usize {
    find(paragraph).map_or(0, |found| found.end)
}

/// The place that a dateline without its copy names: "HARSTOV, July 23".
pub fn place_of(text: &str) -> Option<String> {
    given(text)?.place
}

/// A dateline that stands in an element of its own, with a dash behind it or without one.
fn given(text: &str) -> Option<FoundDateline> {
    find(text).or_else(|| find(&format!("{text} - X")))
}

/// Completes the dateline that a format gives as an element of its own from its text.
fn complete_given(draft: &mut Draft) {
    let Some(given) = draft
        .supplied
        .dateline
        .as_mut()
        .filter(|d| d.source.is_none())
    else {
        return;
    };
    if let Some(found) = self::given(&given.text) {
        given.source = found.source;
        given.place = given.place.take().or(found.place);
        given.date = given.date.take().or_else(|| found.day.map(DayOfYear::iso));
    }
}

/// Whether a format gives nothing but a place, and another than the copy's own dateline.
fn is_elsewhere(given: &Dateline, found: &FoundDateline) -> bool {
    let (Some(given_place), Some(place)) = (&given.place, &found.place) else {
        return false;
    };
    let (one, other) = (given_place.to_lowercase(), place.to_lowercase());
    given.text.eq_ignore_ascii_case(given_place) && !one.contains(&other) && !other.contains(&one)
}

/// Puts the dateline of a block on the draft; one that is a block of its own leaves the body.
fn note(draft: &mut Draft, at: usize, found: FoundDateline) {
    let text = draft.blocks[at].text[..found.end].trim_end().to_owned();
    let whole = found.end == draft.blocks[at].text.len();
    note_day(draft, found.day);
    // Where a story was filed is not always where it was reported: its own line says that.
    if draft
        .supplied
        .dateline
        .as_ref()
        .is_some_and(|given| is_elsewhere(given, &found))
    {
        draft.supplied.dateline = None;
    }
    let dateline = draft.supplied.dateline.get_or_insert_with(|| Dateline {
        text,
        ..Dateline::default()
    });
    let of_usa = || found.american.then(|| "US".into());
    dateline.place = dateline.place.take().or(found.place);
    dateline.country = dateline.country.take().or_else(of_usa);
    let day = || found.day.map(DayOfYear::iso);
    dateline.date = dateline.date.take().or_else(day);
    dateline.source = dateline.source.take().or(found.source);
    if whole {
        draft.remove(at, RemovedKind::Dateline);
    }
}

/// A dateline that is a line of its own, as the Nordic agencies set it: "Westmere TT", "STT, Westmere",
/// "Westmere, søndag /ritzau/".
pub(super) fn alone(line: &str) -> Option<FoundDateline> {
    /// Longest such line, in bytes.
    const LONGEST_ALONE: usize = 60;
    let line = scan::bare(line);
    if line.len() > LONGEST_ALONE {
        return None;
    }
    let (place, source) = place_and_source(line)?;
    agency(source).filter(|a| a.no_dash)?;
    let set_off = line.ends_with('/') || !source.contains(char::is_lowercase);
    let is_place = (1..=3).contains(&place.split(' ').count()) && is_capitalised(place);
    (set_off && is_place).then(|| FoundDateline {
        place: Some(place.to_owned()),
        american: false,
        day: None,
        source: Some(source.to_owned()),
        end: line.len(),
    })
}

/// The place and the agency of "Westmere, søndag /ritzau/", "STT, Westmere", "Westmere TT".
fn place_and_source(line: &str) -> Option<(&str, &str)> {
    let (place, source) = if let Some(before) = line.strip_suffix('/') {
        let (place, source) = before.rsplit_once('/')?;
        (place.split(',').next()?, source)
    } else if let Some((source, place)) = line.split_once(", ") {
        (place, source)
    } else {
        line.rsplit_once(' ')?
    };
    Some((place.trim().trim_end_matches(','), source.trim()))
}

/// A place in capitals and nothing else, between the byline and the copy, as Anadolu sets it.
fn below_byline(draft: &Draft, at: usize) -> Option<FoundDateline> {
    let line = draft.blocks[at].text.as_str();
    let runs = |b: &DraftBlock| b.text.len() >= RUNNING && is_running(&b.text);
    let between = draft.supplied.byline.is_some() && draft.blocks.get(at + 1).is_some_and(runs);
    let place =
        PlaceName::read(line).filter(|p| p.capitals && p.end == line.len() && p.name.len() > 3)?;
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
fn behind_teaser(draft: &Draft, end: usize) -> Option<(usize, FoundDateline)> {
    let body = draft.blocks.iter().enumerate().skip(end);
    body.filter(|(_, b)| is_body(b))
        .take(TEASERS)
        .find_map(|(at, block)| find(&block.text).map(|f| (at, f)))
        .filter(|(_, f)| f.place.is_some() && f.source.as_deref().and_then(agency).is_some())
}

/// Notes a full date in a dateline among the dates seen: it is the day of the event, not of sending. Of a page that says
/// nowhere else when it was published it is the best there is: releases have the day they are given out.
fn note_day(draft: &mut Draft, day: Option<DayOfYear>) {
    if let Some(day) = day.filter(|d| d.year.is_some()) {
        let date = DateValue {
            value: day.iso(),
            precision: Precision::Day,
            basis: DateBasis::Dateline,
        };
        hints::seen(&mut draft.supplied, &date, DateRole::Other);
        if draft.format == Format::Html && draft.supplied.published.is_none() {
            draft.supplied.published = Some(date);
        }
    }
}

/// A dateline at the start of a line.
#[derive(Debug, PartialEq)]
pub(super) struct FoundDateline {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::BlockKind;

    #[test]
    fn a_dateline_in_a_field_names_its_place() {
        for (text, place) in [
            ("WESTMERE, July 23", Some("Westmere")),
            ("Ellbruck, 4 December", Some("Ellbruck")),
            ("January 21", None),
        ] {
            assert_eq!(place_of(text).as_deref(), place, "{text}");
        }
    }

    #[test]
    fn the_copy_s_own_line_says_where_it_was_reported() {
        let place = |given: &str, copy: &str| {
            let mut draft = Draft::new(Format::NewsmlG2, "utf-8", "".into());
            draft.supplied.dateline = Some(Dateline {
                text: given.to_owned(),
                place: Some(given.to_owned()),
                country: Some("IN".to_owned()),
                ..Dateline::default()
            });
            let block = DraftBlock::new(BlockKind::Paragraph, copy);
            draft.blocks.push(block);
            apply(&mut draft);
            let dateline = draft.supplied.dateline.unwrap();
            (dateline.place.unwrap(), dateline.country)
        };
        let copy = "WESTMERE (Reuters) - The ferry sank on Monday, and nobody was hurt.";
        assert_eq!(place("Ellbruck", copy), ("Westmere".to_owned(), None));
        let same = ("Westmere".to_owned(), Some("IN".to_owned()));
        assert_eq!(place("WESTMERE", copy), same);
    }

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
            (
                "OSLO, Norway, Feb. 1, 2024 /PRNewswire-AsiaNet/ -- ",
                "Oslo",
                "PRNewswire-AsiaNet",
                "2024-02-01",
            ),
            (
                "TORONTO, Ontario--(Newsfile Corp. - February 1, 2024) - ",
                "Toronto",
                "Newsfile Corp.",
                "",
            ),
            (
                "MIAMI, FL / ACCESSWIRE / February 1, 2024 / ",
                "Miami",
                "ACCESSWIRE",
                "2024-02-01",
            ),
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
            ("(WESTMERE) — ", "Westmere", "", ""),
            (
                "(WESTMERE, Ohio, March 4, 2025) – ",
                "Westmere",
                "",
                "2025-03-04",
            ),
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
            "(Westmere) - The ferry sank.",
            "(BREAKING) — The ferry sank.",
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

    proptest::proptest! {
        #[test]
        fn any_line_is_read(line in "[A-Za-zé.,:()/ \u{a0}—_-]{0,60}[0-9]{0,2}[A-Za-z ().-]{0,30}") {
            if let Some(found) = find(&line) {
                assert!(line.is_char_boundary(found.end));
            }
        }
    }
}
