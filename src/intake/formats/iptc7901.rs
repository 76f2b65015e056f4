//! IPTC 7901: the text wire of dpa, ATS and others.
//!
//! ```text
//! SOH bdt0123 3 pl 110  dpa 0456        service and number, urgency, category, words
//! Parliament/Bridges/Westmere/          slug, ends with a solidus
//! STX (note) headline lines, byline =   editorial header, ends with a blank and "="
//! copy
//! ETX 251037 Sep 24                     day, hour and minute, month, year; GMT where it says so
//! ```
//!
//! Lines are broken at 69 columns. A transmission may hold several messages, and line noise between them.

use super::text::{lay_out_body, push_tidy};
use super::transmission::{self, WireMessage};
use crate::intake::dates::filing;
use crate::intake::draft::Draft;
use crate::intake::wire;
use crate::intake::{Document, DraftBlock, Outlets, ReadError, Reading};
use crate::record::{BlockKind, Subject};

/// The header where STX is missing: its first line.
const HEADER_LINES: usize = 1;
/// Where lines are broken, in characters.
pub(super) const COLUMN: usize = 69;
/// Most lines an editorial header has.
const EDITORIAL_LINES: usize = 24;
/// Most lines of an editorial header that its end mark does not close.
const UNCLOSED_LINES: usize = 4;

/// Reads a transmission, emitting a draft for each message in it.
///
/// # Errors
/// [`ErrorCode::NoArticle`](crate::intake::ErrorCode::NoArticle) when no message in it has a headline
/// or copy.
pub(crate) fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    transmission::read(document, reading, HEADER_LINES, message)
}

fn message(message: &WireMessage<'_>, draft: &mut Draft, outlets: &Outlets) {
    header(draft, message.header);
    let text = &message.decoded.text;
    let (start, end) = (message.copy.start, message.copy.end);
    let body = editorial(draft, text, start, end, outlets);
    let blocks = lay_out_body(&text[body..end], body, Some(COLUMN), outlets);
    draft.blocks.extend(blocks);
    if let Some(stamp) = message.trailer.and_then(filing::iptc7901) {
        wire::note_filed(draft, stamp);
    }
}

/// The lines before STX: service, number, urgency, category, words; then the slug.
pub(crate) fn header(draft: &mut Draft, text: &str) {
    let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
    let supplied = &mut draft.supplied;
    if let Some(first) = lines.next() {
        let mut fields = first.split_whitespace();
        if let Some(service) = fields.next() {
            let letters = service.trim_end_matches(|c: char| c.is_ascii_digit());
            let number = service[letters.len()..].trim_start_matches('0');
            supplied.alt_ids.push(service.to_owned());
            if !number.is_empty() {
                // As notes to editors refer to it: "item bdt 123".
                supplied.alt_ids.push(format!("{letters}:{number}"));
            }
        }
        supplied.urgency = fields
            .next()
            .and_then(|f| f.parse().ok())
            .filter(|u| (1..=9).contains(u));
        if let Some(category) = fields.next().filter(|c| c.chars().all(char::is_alphabetic)) {
            supplied.subjects.push(Subject {
                scheme: Some("iptc-7901-category".into()),
                code: Some(category.to_owned()),
                name: None,
            });
        }
    }
    let slug: Vec<&str> = lines.collect();
    let slug = slug.join("");
    let slug = slug.trim_matches('/');
    if !slug.is_empty() {
        supplied.keywords = slug
            .split('/')
            .map(|k| k.trim().to_owned())
            .filter(|k| !k.is_empty())
            .collect();
        supplied.slugline = Some(slug.to_owned());
    }
}

/// Reads the editorial header from byte `start` on and returns where the copy begins.
///
/// Notes in brackets and version lines become blocks for the wires' conventions to read; the byline is
/// told by its "By" or "Von"; what is left is the headline.
fn editorial(draft: &mut Draft, text: &str, start: usize, end: usize, outlets: &Outlets) -> usize {
    let Some((lines, copy)) = editorial_lines(text, start, end) else {
        return start;
    };
    let mut headline = DraftBlock::new(BlockKind::Headline, "");
    let mut rest = lines.as_slice();
    while let Some(((line, raw), tail)) = rest.split_first() {
        rest = tail;
        let starts_note = line.starts_with('(');
        let takes_blocks =
            starts_note || wire::is_convention(line, outlets) || wire::is_version_line(line);
        if !takes_blocks {
            push_line(&mut headline, line, *raw);
            continue;
        }
        let mut block = DraftBlock::new(BlockKind::Paragraph, "");
        push_tidy(&mut block, line, *raw);
        // A note may run over several lines, to its closing bracket.
        while starts_note
            && !block.text.ends_with(')')
            && let Some(((next, raw), tail)) = rest.split_first()
        {
            rest = tail;
            block.push_made(" ");
            push_tidy(&mut block, next, *raw);
        }
        if !block.text.is_empty() {
            draft.blocks.push(block);
        }
    }
    if !headline.text.is_empty() {
        draft.supplied.headline = Some(headline.text.clone());
        draft.blocks.insert(0, headline);
    }
    copy
}

/// The lines of the editorial header between the bytes `start` and `end`, each with where it begins,
/// and where the copy behind them begins; `None` where there is no such header.
fn editorial_lines(text: &str, start: usize, end: usize) -> Option<(Vec<(&str, usize)>, usize)> {
    let mut at = start;
    let mut lines = Vec::new();
    let mut closed = false;
    for line in text[start..end].split_inclusive('\n').take(EDITORIAL_LINES) {
        let bare = line.trim();
        let begins = at + (line.len() - line.trim_start().len());
        if bare.is_empty() && !lines.is_empty() {
            break;
        }
        at += line.len();
        // The header ends with " =", which some set on a line of its own.
        let (bare, last) = match bare.strip_suffix('=') {
            Some(rest) if rest.is_empty() || rest.ends_with(' ') => (rest.trim_end(), true),
            _ => (bare, false),
        };
        if !bare.is_empty() {
            lines.push((bare, begins));
        }
        if last {
            closed = true;
            break;
        }
    }
    // Without its end mark the header is the block before the first blank line, if that is short.
    (closed || lines.len() <= UNCLOSED_LINES).then_some((lines, at))
}

/// Adds a line to what a block says.
fn push_line(block: &mut DraftBlock, line: &str, raw: usize) {
    if !block.text.is_empty() {
        block.push_made(" ");
    }
    push_tidy(block, line, raw);
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::intake::formats::structured_tests::drafts_of;
    use crate::intake::{Hints, Settings};
    use crate::record::Flag;
    use crate::record::{AuthorRole, Status, VersionKind};

    const MESSAGE: &str = "\u{1}wst0157 3 pl 41  dpa 0456\r\n\r\nBridges/Council/Westmere/\r\n\
        \u{2}2ND LEAD\r\n(Corrects name of the mayor in second paragraph, wrongly given in an\r\nearlier version)\r\n\
        Westmere closes its old bridge for a year - Shops fear for\r\ntrade\r\nBy Jane Roe, dpa =\r\n\r\n\
        Westmere (dpa) - The council of Westmere voted on Monday to close the\r\n\
        old bridge for a year of repairs, a decision that shops have fought\r\n- and which they still fight.\r\n\r\n\
        Traffic will be led round the harbour.\r\n\r\n\
        # Notebook\r\n\r\n## Internet\r\n- [Council](https://westmere.example)\r\n\r\n* * * *\r\n\
        The following information is not intended for publication\r\n\r\n## Contacts\r\n\
        - Editing by: Max Moe (Westmere), +49 30 0000000\r\n\r\ndpa jro mmo\r\n\r\n\u{3}251037 GMT Sep 24\r\n\u{7f}\u{4}\r\n";

    #[test]
    fn a_first_character_that_is_no_soh_may_have_any_length() {
        let mut drafts = Vec::new();
        crate::intake::read_as(
            crate::intake::Format::Iptc7901,
            "Übergabe der Fähre\nDie Fähre ist übergeben.".as_bytes(),
            &Hints::default(),
            &Settings::default(),
            &mut |d| {
                drafts.push(d);
                ControlFlow::Continue(())
            },
        )
        .unwrap();
        assert_eq!(drafts[0].blocks[0].text, "Die Fähre ist übergeben.");
    }

    #[test]
    fn a_message_is_taken_apart() {
        let (drafts, None) = drafts_of(MESSAGE.as_bytes()) else {
            panic!()
        };
        let [d] = &drafts[..] else { panic!() };
        let s = &d.supplied;
        assert_eq!(
            s.headline.as_deref(),
            Some("Westmere closes its old bridge for a year - Shops fear for trade")
        );
        assert_eq!(s.alt_ids, ["wst0157", "wst:157"]);
        assert_eq!(
            (s.urgency, s.slugline.as_deref()),
            (Some(3), Some("Bridges/Council/Westmere"))
        );
        assert_eq!(s.published.as_ref().unwrap().value, "2024-09-25T10:37:00Z");
        assert_eq!(
            (s.version_kind, s.version),
            (Some(VersionKind::Correction), Some(2))
        );
        assert_eq!(
            s.dateline.as_ref().unwrap().place.as_deref(),
            Some("Westmere")
        );
        let people: Vec<_> = s
            .authors
            .iter()
            .map(|a| (a.name.as_str(), a.role))
            .collect();
        assert_eq!(
            people,
            [
                ("Jane Roe", AuthorRole::Writer),
                ("Max Moe", AuthorRole::Editor)
            ]
        );
        let body: Vec<_> = d
            .blocks
            .iter()
            .filter(|b| b.kind == BlockKind::Paragraph)
            .map(|b| b.text.as_str())
            .collect();
        assert_eq!(body.len(), 2, "{body:?}");
        assert!(body[0].ends_with("have fought - and which they still fight."));
    }

    #[test]
    fn several_messages_and_kills() {
        let kill = "\u{1}wst0158 1 pl 10  dpa\r\n\r\n\u{2}KILL KILL KILL\r\nPlease kill item wst 157 =\r\n\r\nIt is wrong.\r\n\r\n\u{3}251100 Sep 24\r\n";
        let (drafts, error) = drafts_of(format!("ZCZC\r\n{MESSAGE}{kill}").as_bytes());
        assert!(error.is_none());
        assert_eq!(drafts.len(), 2);
        assert_eq!(drafts[1].supplied.status, Some(Status::Canceled));
        assert_eq!(drafts[1].supplied.supersedes.as_deref(), Some("wst:157"));
        assert_eq!(
            drafts[1].supplied.published.as_ref().unwrap().value,
            "2024-09-25T11:00:00"
        );
    }

    #[test]
    fn stumps_are_read_and_flagged() {
        for cut in [200, 300, 400, 600] {
            let cut = MESSAGE.floor_char_boundary(cut);
            let (drafts, error) = drafts_of(&MESSAGE.as_bytes()[..cut]);
            assert!(error.is_none());
            for draft in drafts {
                assert!(draft.flags.contains(&Flag::TRUNCATED));
            }
        }
    }
}
