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
//! a0471 ----                    the header of ANPA 1312 without its controls (AP)
//! r i BC-Ferry,1st Ld-Writethru 02-11 0210
//! APA0231 2025-03-03/12:44      number and time
//! 03-MAR-25 11:02 NNNN          time and end of message
//! ```

use super::agency;
use crate::intake::dates::{Stamp, filing};
use crate::intake::draft::Draft;
use crate::intake::formats::{anpa, iptc7901};
use crate::intake::hints;
use crate::record::{BlockKind, DateBasis, DateRole, RemovedKind};

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
        } else if is_priority_line(&second.text) && is_selector(&first.text) {
            let mut lines = draft.remove(0, RemovedKind::VersionLine);
            lines.push('\n');
            lines.push_str(&draft.remove(0, RemovedKind::VersionLine));
            anpa::header(draft, &lines);
            below_priority_line(draft);
            break;
        } else if opened && is_marked(&first.text) {
            marked(draft);
            break;
        } else {
            break;
        }
    }
    before - draft.blocks.len()
}

/// Takes what Kyodo sets below the header: the slug once more, and the headline, which ends with a plus sign.
fn below_priority_line(draft: &mut Draft) {
    let is_slug = |text: &str| draft.supplied.slugline.as_deref() == Some(text);
    if draft.blocks.len() > 2 && is_slug(&draft.blocks[0].text) {
        draft.remove(0, RemovedKind::VersionLine);
    }
    let headline = draft.blocks.first_mut().filter(|b| b.text.ends_with('+'));
    if let Some(block) = headline {
        block.truncate(block.text.len() - 1);
        block.kind = BlockKind::Headline;
        draft.supplied.headline = Some(block.text.clone());
    }
}

/// Whether a document begins with the header of ANPA 1312 without its controls, above a line with the
/// format's marks: `^` in front, `<` at its end.
pub fn is_anpa_header(start: &[u8]) -> bool {
    let mut lines = start.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
    let mut next = || std::str::from_utf8(lines.next()?).ok();
    next().is_some_and(is_selector)
        && next().is_some_and(is_priority_line)
        && next().is_some_and(|line| line.starts_with('^') || line.ends_with('<'))
}

/// Service letter and number of ANPA 1312, and what is left of the selector: "a0471 ----", "W2870asian".
fn is_selector(text: &str) -> bool {
    let figures = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let selector = figures.trim_start_matches(|c: char| c.is_ascii_digit());
    text.len() <= LONGEST_CODE
        && (1..=2).contains(&(text.len() - figures.len()))
        && (3..=4).contains(&(figures.len() - selector.len()))
        && selector.split_whitespace().count() <= 1
}

/// Priority, category and keyword of ANPA 1312: "r i BC-Ferry,1st Ld-Writethru 02-11 0210".
fn is_priority_line(text: &str) -> bool {
    let mut fields = text.split_whitespace();
    let mut field = |is: fn(&str) -> bool| fields.next().is_some_and(is);
    field(|f| anpa::urgency(f).is_some())
        && field(|f| f.len() <= 2 && f.bytes().all(|b| b.is_ascii_lowercase()))
        && field(super::has_cycle)
}

/// What the lines of a message begin with that sets a sign in front of each part of its head.
const MARKS: &str = "#$%&*:@^!";

/// Whether a line of the head is set off by such a sign: "#Ferries", "$Ferry company halts crossings".
fn is_marked(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| MARKS.contains(c))
        && chars.next().is_none_or(|c| !c.is_whitespace())
}

/// Takes the head of a message whose parts are set off by signs: `#` its slug, `$` its headline; the others are
/// codes of the desk, as a `$` before one word is.
fn marked(draft: &mut Draft) {
    for _ in 0..MOST_LINES * 2 {
        let Some(first) = draft.blocks.first().filter(|b| is_marked(&b.text)) else {
            break;
        };
        let (mark, text) = first.text.split_at(1);
        let (is_slug, is_headline, text) = (mark == "#", mark == "$", text.trim().to_owned());
        draft.remove(0, RemovedKind::VersionLine);
        if is_slug {
            draft.supplied.slugline.get_or_insert(text);
        } else if is_headline && text.contains(' ') {
            draft.supplied.headline.get_or_insert(text);
        }
    }
}

fn foot(draft: &mut Draft) {
    for _ in 0..MOST_LINES {
        let [_, .., last] = &draft.blocks[..] else {
            break;
        };
        let text = last.text.as_str();
        let anpa = || filing::anpa(text).filter(|_| text.len() <= LONGEST_CODE + 6);
        if let Some(stamp) = filing::transmitter(text).or_else(anpa) {
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
pub fn is_service(text: &str) -> bool {
    let mut fields = text.split_whitespace();
    let mut field = |is: fn(&str) -> bool| fields.next().is_some_and(is);
    field(filing::is_numbered)
        && field(|f| matches!(f.as_bytes(), [b'1'..=b'9']))
        && field(|f| (1..=3).contains(&f.len()) && f.bytes().all(|b| b.is_ascii_alphabetic()))
        && field(|f| f.len() <= 5 && f.bytes().all(|b| b.is_ascii_digit()))
        && fields.next().is_none_or(|f| {
            !f.starts_with(char::is_lowercase)
                || agency(f).is_some()
                || fields.next().is_some_and(is_number) && fields.next().is_none()
        })
}

/// The number of a message: three or four figures.
fn is_number(field: &str) -> bool {
    (3..=4).contains(&field.len()) && field.bytes().all(|b| b.is_ascii_digit())
}

/// Keywords between strokes.
fn is_slug(text: &str) -> bool {
    let framed = text.ends_with('/');
    let mut parts = text.trim_matches('/').split('/');
    text.len() <= LONGEST_SLUG
        && text.contains('/')
        && parts.all(|p| {
            p.starts_with(|c: char| framed || c.is_uppercase() || c.is_ascii_digit())
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
    fn headers_are_read_whose_controls_were_lost() {
        let (d, taken) = read(&[
            "v0123 cae-",
            "u a BC-US--Ferry,2nd Ld-Writethru 12-04 0573",
            "Ferry sinks off Westmere",
            "WESTMERE (AP) _ The ferry sank on Monday.",
            "AP-WF-12-04-25 1012GMT",
        ]);
        assert_eq!(
            (taken, left(&d)),
            (
                2,
                vec![
                    "Ferry sinks off Westmere",
                    "WESTMERE (AP) _ The ferry sank on Monday."
                ]
            )
        );
        let s = &d.supplied;
        assert_eq!(
            (s.slugline.as_deref(), s.urgency),
            (Some("BC-US--Ferry"), Some(3))
        );
        assert_eq!(s.published.as_ref().unwrap().value, "2025-12-04T10:12:00Z");

        let (d, taken) = read(&[
            "wsteng00157 3 pl 410 dpa 0456",
            "/politics/Norland/ferries/",
            "Ferry sinks",
            "Westmere (dpa) - The ferry sank on Monday.",
        ]);
        assert_eq!((taken, left(&d)[0]), (2, "Ferry sinks"));
        assert_eq!(
            d.supplied.slugline.as_deref(),
            Some("politics/Norland/ferries")
        );

        let (d, taken) = read(&[
            "ZCZC WST0123",
            "%B",
            "#Ferry_WS2",
            "$Ferry sinks off Westmere",
            "&DESK\\Roe",
            "The ferry sank on Monday, its owner said.",
            "NNNN",
        ]);
        assert_eq!(
            (taken, left(&d)),
            (5, vec!["The ferry sank on Monday, its owner said."])
        );
        assert_eq!(
            d.supplied.headline.as_deref(),
            Some("Ferry sinks off Westmere")
        );
        assert_eq!(d.supplied.slugline.as_deref(), Some("Ferry_WS2"));
    }

    #[test]
    fn kyodo_and_medianet_head_their_messages() {
        let (d, _) = read(&[
            "a0105KYODOkoko-",
            "u s BC-Soccer-Cup 09-12 0344",
            "BC-Soccer-Cup",
            "Soccer: Westmere claim 7th cup+",
            "WESTMERE, Dec. 9 Kyodo - Westmere claimed the cup on Sunday.",
            "KWS-21:37-09-12-25",
        ]);
        let s = &d.supplied;
        assert_eq!(
            s.headline.as_deref(),
            Some("Soccer: Westmere claim 7th cup")
        );
        assert_eq!(
            (left(&d)[0], d.blocks.len()),
            (s.headline.as_deref().unwrap(), 2)
        );
        assert_eq!(s.published.as_ref().unwrap().value, "2025-12-09T21:37:00");

        let (d, taken) = read(&[
            "ZCZC AAP",
            "%MNETALL MFI",
            "$J",
            ":",
            ":Westmere Harbour Authority",
            "*X",
            "Media release: Ferry sank",
            "The ferry sank on Monday.",
            "NNNN",
        ]);
        assert_eq!((taken, left(&d)[0]), (6, "Media release: Ferry sank"));
        assert_eq!(d.supplied.headline, None);
        assert!(is_service("bsf037 4 su 174 gef 1388"));
    }

    #[test]
    fn copy_is_left_alone() {
        for lines in [
            ["Apollo11 3 men 1969", "They landed."],
            ["R CRO S0A QBXB", "A code without its beginning."],
            ["The vote", "311244 Feb 25"],
            ["B1234 road", "a road of the district"],
            ["ABC123 5 II many", "Not a header."],
            ["abc123 5 ii 12 men 1969 again", "Not a header."],
        ] {
            let (d, taken) = read(&lines);
            assert_eq!((taken, d.supplied.published), (0, None), "{lines:?}");
        }
        assert_eq!(left(&read(&["Two lines", "and no codes"]).0).len(), 2);
    }
}
