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

use crate::intake::dates::{Stamp, filing};
use crate::intake::draft::Draft;
use crate::intake::formats::iptc7901;
use crate::intake::hints;
use crate::record::{DateBasis, DateRole, RemovedKind};

/// Most lines that are taken off either end.
const MOST_LINES: usize = 6;
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
    for _ in 0..MOST_LINES {
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
    for _ in 0..MOST_LINES {
        let [_, .., last] = &draft.blocks[..] else {
            break;
        };
        let text = last.text.as_str();
        if let Some(stamp) = filing::transmitter(text) {
            note_filed(draft, stamp);
        } else if !matches!(text, "NNNN" | "NNN") {
            break;
        }
        draft.remove(draft.blocks.len() - 1, RemovedKind::EndMark);
    }
}

/// Puts on a draft when a wire filed it: what it says of its time of publication.
pub fn note_filed(draft: &mut Draft, stamp: Stamp) {
    let date = stamp.value(DateBasis::Wire);
    hints::seen(&mut draft.supplied, &date, DateRole::Published);
    draft.supplied.published = Some(date);
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
    field(filing::is_numbered)
        && field(|f| matches!(f.as_bytes(), [b'1'..=b'9']))
        && field(|f| (2..=3).contains(&f.len()) && f.bytes().all(|b| b.is_ascii_alphabetic()))
        && field(|f| f.bytes().all(|b| b.is_ascii_digit()))
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
