//! What a transmitter puts around a message that comes as plain text: numbers, routing codes, the time
//! of filing.
//!
//! ```text
//! ZCZC5423/SXA                  start of message, then routing codes (ANSA)
//! XCI20773_SXA_QBXB
//! APA0231 5 II 0237 CI/AI       the header of IPTC 7901 without its controls (APA, dpa)
//! Regierung/Budget/Österreich   slug
//! …
//! 031244 Mär 25                 day, hour and minute, month, year
//! APA0231 2025-03-03/12:44      number and time
//! 03-MAR-25 11:02 NNNN          time and end of message
//! ```

use super::month;
use crate::intake::draft::Draft;
use crate::intake::formats::iptc7901;
use crate::record::RemovedKind;

/// Most lines that are taken off either end.
const MOST: usize = 6;
/// Longest routing code and longest slug, in bytes.
const LONGEST_CODE: usize = 24;
const LONGEST_SLUG: usize = 69;

/// Takes the lines of the transmitter off a draft; how many stood at its head.
pub fn apply(draft: &mut Draft) -> usize {
    foot(draft);
    head(draft)
}

fn head(draft: &mut Draft) -> usize {
    let before = draft.blocks.len();
    let mut opened = false;
    for _ in 0..MOST {
        let [first, second, ..] = &draft.blocks[..] else {
            break;
        };
        if first.text.starts_with("ZCZC") || (opened && is_code(&first.text)) {
            opened = true;
            draft.remove(0, RemovedKind::VersionLine);
        } else if is_service(&first.text) {
            let has_slug = draft.blocks.len() > 2 && is_slug(&second.text);
            let mut lines = draft.remove(0, RemovedKind::VersionLine);
            if has_slug {
                lines.push('\n');
                lines.push_str(&draft.remove(0, RemovedKind::VersionLine));
            }
            iptc7901::header(draft, &lines);
            break;
        } else {
            break;
        }
    }
    before - draft.blocks.len()
}

fn foot(draft: &mut Draft) {
    for _ in 0..MOST {
        let [_, .., last] = &draft.blocks[..] else {
            break;
        };
        let text = last.text.as_str();
        if let Some(stamp) = stamp(text) {
            iptc7901::trailer(draft, &stamp);
        } else if !matches!(text, "NNNN" | "NNN") {
            break;
        }
        draft.remove(draft.blocks.len() - 1, RemovedKind::EndMark);
    }
}

/// "XCI20773_SXA_QBXB", "R CRO S0A QBXB": capitals and figures.
fn is_code(text: &str) -> bool {
    text.len() <= LONGEST_CODE
        && text.bytes().any(|b| b.is_ascii_digit() || b == b'_')
        && text
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b" _/-".contains(&b))
}

/// Service and number, urgency, category, words.
fn is_service(text: &str) -> bool {
    let mut fields = text.split(' ');
    let mut field = |is: fn(&str) -> bool| fields.next().is_some_and(is);
    field(is_numbered)
        && field(|f| matches!(f.as_bytes(), [b'1'..=b'9']))
        && field(|f| (2..=3).contains(&f.len()) && f.bytes().all(|b| b.is_ascii_alphabetic()))
        && field(|f| f.bytes().all(|b| b.is_ascii_digit()))
}

/// A service's letters and a number: "APA0231", "bsd0123".
fn is_numbered(word: &str) -> bool {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    (2..=5).contains(&letters.len())
        && letters.bytes().all(|b| b.is_ascii_alphabetic())
        && (3..=5).contains(&(word.len() - letters.len()))
}

/// Keywords between strokes.
fn is_slug(text: &str) -> bool {
    let mut parts = text.trim_end_matches('/').split('/');
    text.len() <= LONGEST_SLUG
        && text.contains('/')
        && parts.all(|p| {
            p.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
                && p.split(' ').count() <= 3
                && !p.ends_with(['.', '!', '?'])
        })
}

/// When a message was filed, as IPTC 7901 writes it: "031244 Mär 25".
fn stamp(line: &str) -> Option<String> {
    let line = line.trim_end_matches("NNNN").trim_end_matches("NNN").trim();
    let fields: Vec<&str> = line.split(' ').collect();
    let figures =
        |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    let of = |day: &str, time: &str, month_name: &str, year: &str| {
        let (hour, minute) = time.split_once(':')?;
        (figures(day, 2) && figures(hour, 2) && figures(minute, 2) && figures(year, 2))
            .then(|| format!("{day}{hour}{minute} {month_name} {year}"))
    };
    match fields[..] {
        [time, name, year] | [time, "GMT" | "UTC", name, year]
            if figures(time, 6) && figures(year, 2) =>
        {
            month(name).map(|_| line.to_owned())
        }
        [number, time] if is_numbered(number) => {
            let (date, time) = time.split_once('/')?;
            let date: jiff::civil::Date = date.parse().ok()?;
            let name = date.strftime("%b").to_string();
            of(
                &format!("{:02}", date.day()),
                time,
                &name,
                &format!("{:02}", date.year() % 100),
            )
        }
        [date, time] => {
            let mut parts = date.split('-');
            let (day, name, year) = (parts.next()?, parts.next()?, parts.next()?);
            month(name)?;
            of(day, time, name, year)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::{DraftBlock, Format};
    use crate::record::BlockKind;

    fn read(lines: &[&str]) -> (Draft, usize) {
        let mut draft = Draft::new(Format::Text, "utf-8", "".into());
        let block = |l: &&str| DraftBlock::new(BlockKind::Paragraph, *l);
        draft.blocks.extend(lines.iter().map(block));
        let taken = apply(&mut draft);
        (draft, taken)
    }

    fn left(draft: &Draft) -> Vec<&str> {
        draft.blocks.iter().map(|b| b.text.as_str()).collect()
    }

    #[test]
    fn the_lines_around_a_message_are_taken_off() {
        let (d, taken) = read(&[
            "APA0231 5 II 0237 CI/AI Mo, 03.Mär 2025",
            "Regierung/Budget/Österreich",
            "Budget vorgestellt",
            "Wien (APA) - Das Budget liegt vor.",
            "APA0231 2025-03-03/12:44",
            "031244 Mär 25",
        ]);
        assert_eq!(
            (taken, left(&d)[0], d.blocks.len()),
            (2, "Budget vorgestellt", 2)
        );
        let s = &d.supplied;
        assert_eq!(s.slugline.as_deref(), Some("Regierung/Budget/Österreich"));
        assert_eq!((s.urgency, &s.alt_ids[0][..]), (Some(5), "APA0231"));
        assert_eq!(s.published.as_ref().unwrap().value, "2025-03-03T12:44:00");

        let (d, taken) = read(&[
            "ZCZC5423/SXA",
            "XCI20773_SXA_QBXB",
            "R CRO S0A QBXB",
            "Traghetto affonda",
            "(ANSA) - ROMA, 03 MAR - Un traghetto affonda.",
            "03-MAR-25 11:02 NNNN",
        ]);
        assert_eq!(
            (taken, left(&d)[0], d.blocks.len()),
            (3, "Traghetto affonda", 2)
        );
        let published = d.supplied.published.unwrap();
        assert_eq!(published.value, "2025-03-03T11:02:00");
    }

    #[test]
    fn copy_is_left_alone() {
        for lines in [
            ["Apollo11 3 men 1969", "They landed."],
            ["R CRO S0A QBXB", "A code without its beginning."],
            ["The vote", "311244 Feb 25"],
            ["ABC123 5 II many", "Not a header."],
        ] {
            let (d, taken) = read(&lines);
            assert_eq!((taken, d.supplied.published), (0, None), "{lines:?}");
        }
        assert_eq!(left(&read(&["Two lines", "and no codes"]).0).len(), 2);
    }
}
