//! ANPA 1312: the text wire of AP and of many who took its format over.
//!
//! ```text
//! SYN SYN SOH a0123 US bc-…             service letter, number, selector
//! r a DC3 DC1 BC-Ferry  3Ld 12-04 0573  priority, category, format, slug, version, month-day, words
//! STX BC-Ferry Sinking,3rd Ld-Writethru,0573<
//! ^Eds: Adds quotes.<   ^Ferry sinks off Westmere<   ^By JANE ROE=
//!    WESTMERE (AP) _ The ferry …
//! ETX AP-WF-12-04-25 1012GMT<          wire, day and time of filing; some set it in front of ETX
//! ```
//!
//! `^` or an indent opens a paragraph, `<` or `=` at a line's end closes it. Typewriter signs become
//! print's (`` `` `` “, `''` ”, ` _ ` —); whatever is not changed keeps its place in the document.

use super::text::push_tidy;
use super::transmission::{self, WireMessage};
use crate::intake::dates::filing;
use crate::intake::draft::Draft;
use crate::intake::wire;
use crate::intake::{Document, DraftBlock, Outlets, ReadError, Reading};
use crate::record::{
    BlockKind, DateBasis, DateRole, DateSeen, Removed, RemovedKind, Status, Subject,
};

/// The header: service level, number and selector; then priority, category, format, keyword.
const HEADER_LINES: usize = 2;
/// Format sign of tabular copy (DC2) in the second header line.
const TABULAR: char = '\u{12}';

/// Longest headline, in bytes.
const HEADLINE_BYTES: usize = 200;
/// Longest deck, in bytes: AP sends its first two sentences.
const DECK_BYTES: usize = 600;
/// Longest cell of a row, in bytes.
const LONGEST_CELL: usize = 24;
/// Fewest words of a deck: "All Times EDT" is none.
const DECK_WORDS: usize = 4;
/// Longest line that says when the copy was filed, in bytes.
const FILED_BYTES: usize = 32;
/// Most blocks above the copy: each line there is held against all of them.
const HEAD_BLOCKS: usize = 12;

/// Reads a transmission, emitting a draft for each message in it.
///
/// # Errors
/// [`ErrorCode::NoArticle`](crate::intake::ErrorCode::NoArticle) when no message in it has copy.
pub(super) fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    transmission::read(document, reading, HEADER_LINES, message)
}

fn message(message: &WireMessage<'_>, draft: &mut Draft, outlets: &Outlets) {
    let tabular = header(draft, message.header);
    let end = without_filed(draft, message);
    copy(draft, message, end, tabular, outlets);
    if let Some(text) = message.trailer {
        trailer(draft, text);
    }
}

/// Takes the line of filing that stands in front of ETX; where the copy ends, in bytes of the document.
fn without_filed(draft: &mut Draft, message: &WireMessage<'_>) -> usize {
    let text = &message.decoded.text[message.copy.clone()];
    let copy = text.trim_end_matches(|c: char| c.is_whitespace() || c.is_control());
    let at = copy.rfind('\n').map_or(0, |at| at + 1);
    let line = copy[at..].trim_matches([' ', '\t', '\r', '^', '<']);
    let stamp = filing::anpa(line).filter(|_| line.len() <= FILED_BYTES);
    let Some(stamp) = stamp else {
        return message.copy.end;
    };
    wire::note_filed(draft, stamp);
    let start = message.copy.start + at + copy[at..].find(line).unwrap_or_default();
    put_aside(draft, RemovedKind::EndMark, line, start);
    message.copy.start + at
}

/// The two header lines. Returns whether the copy is tabular.
pub(crate) fn header(draft: &mut Draft, text: &str) -> bool {
    let mut lines = text.split(['\r', '\n']).filter(|l| !l.trim().is_empty());
    if let Some(first) = lines.next() {
        // The message's number, then the selector of who is to get it.
        let fields = first
            .split(['\u{1f}', ' ', '\u{1e}'])
            .filter(|f| !f.is_empty());
        let ids = fields.take(2).map(|f| f.trim().to_owned());
        draft.supplied.alt_ids.extend(ids);
    }
    let Some(second) = lines.next() else {
        return false;
    };
    priority_line(draft, second);
    second.contains(TABULAR)
}

/// The second header line: priority, category, then keyword, version, day and words in any order.
fn priority_line(draft: &mut Draft, line: &str) {
    let supplied = &mut draft.supplied;
    let mut fields = line.split_whitespace();
    if let Some(priority) = fields.next() {
        supplied.urgency = urgency(priority);
        // Advances carry their own priorities; they must not be used before their day.
        if matches!(priority, "a" | "s") {
            supplied.status = Some(Status::Withheld);
        }
    }
    if let Some(category) = fields.next() {
        let letter: String = category
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect();
        if !letter.is_empty() {
            supplied.subjects.push(Subject {
                scheme: Some("anpa-category".into()),
                code: Some(letter),
                name: None,
            });
        }
    }
    for field in fields {
        if names_cycle(field) {
            let key = field.split(',').next().unwrap_or(field);
            supplied.slugline.get_or_insert_with(|| key.to_owned());
        } else if let Some(day) = month_day(field) {
            // Without a year it stays without one.
            supplied.add_date(DateSeen {
                value: day,
                basis: DateBasis::Wire,
                role: DateRole::Created,
            });
        }
    }
}

/// AP's priority letters on IPTC's scale: flash 1, bulletin (and kills) 2, urgent (and every correction)
/// 3, regular 4, deferred 5, advances 6.
pub(crate) fn urgency(priority: &str) -> Option<u8> {
    Some(match priority {
        "f" => 1,
        "b" => 2,
        "u" => 3,
        "r" => 4,
        "d" => 5,
        "a" | "s" => 6,
        _ => return None,
    })
}

/// "BC-Ferry", "AM-Ferry": the cycle of the day, a hyphen, the keyword.
fn names_cycle(field: &str) -> bool {
    wire::has_cycle(field) && field.len() > 3
}

/// "12-04" as `--12-04`.
fn month_day(field: &str) -> Option<String> {
    let (month, day) = field.split_once('-')?;
    let number = |s: &str, most: u8| {
        (s.len() == 2)
            .then(|| s.parse::<u8>().ok())?
            .filter(|n| (1..=most).contains(n))
    };
    Some(format!(
        "--{:02}-{:02}",
        number(month, 12)?,
        number(day, 31)?
    ))
}

/// A line of copy as the format marks it.
struct CopyLine<'t> {
    /// What it says, without its marks.
    text: &'t str,
    /// Where that begins in the line, in bytes.
    start: usize,
    /// It opens a paragraph: `^` in front or an indent.
    opens: bool,
    /// `^` stands in front.
    marked: bool,
    /// It closes a paragraph: `<` or `=` at its end.
    closed: bool,
}

impl<'t> CopyLine<'t> {
    fn of(whole: &'t str) -> Self {
        let line = whole.trim_end_matches(['\r', '\n', ' ', '\u{4}', '\0']);
        // A lone sign of another cycle in front ("*2345<") is a line of its own.
        let lead = line.len() - line.trim_start_matches([' ', '\t', '\r']).len();
        let indented = line[..lead].contains('\t') || lead >= 2;
        let marked = line[lead..].starts_with('^');
        let start = lead + usize::from(marked);
        let text = line.get(start..).unwrap_or("");
        let (text, closed) = match text.strip_suffix(['<', '=']) {
            Some(rest) => (rest.trim_end(), true),
            None => (text, false),
        };
        CopyLine {
            text,
            start,
            opens: marked || indented,
            marked,
            closed,
        }
    }
}

/// Reads the copy, up to byte `end` of the document: keyword line, notes, headline and byline, paragraphs.
fn copy(
    draft: &mut Draft,
    message: &WireMessage<'_>,
    end: usize,
    tabular: bool,
    outlets: &Outlets,
) {
    let mut layout = CopyLayout {
        draft,
        outlets,
        tabular,
        open: None,
        before_copy: true,
    };
    let mut at = message.copy.start;
    for mut whole in message.decoded.text[message.copy.start..end].split_inclusive('\n') {
        // "*2345< ^AP-Ferries,0176<": a line is closed where the next is opened.
        while let Some(close) = whole.find("< ^") {
            let line = CopyLine::of(&whole[..=close]);
            layout.line(&line, at + line.start);
            at += close + 1;
            whole = &whole[close + 1..];
        }
        let line = CopyLine::of(whole);
        layout.line(&line, at + line.start);
        at += whole.len();
    }
    layout.close();
    draft.blocks.retain(|b| !b.text.is_empty());
}

/// Whether a line of copy is a row of a table: cells between semicolons ("Westmere;23;13;.639"), or apart by two
/// blanks or more where no sentence ends ("Tampa Bay 73  52  .584").
fn is_row(text: &str) -> bool {
    /// Fewest gaps of a row, by blanks and by semicolons.
    const GAPS: usize = 2;
    const SEMICOLONS: usize = 3;
    let cells = text.split(';');
    let short = |cell: &str| cell.len() <= LONGEST_CELL;
    if cells.clone().count() > SEMICOLONS && cells.clone().all(short) {
        return true;
    }
    let parts = text.split("  ").map(str::trim).filter(|p| !p.is_empty());
    let ends = |p: &&str| !p.ends_with(['.', '!', '?', ':', '"', '\'']);
    text.len() <= HEADLINE_BYTES && parts.filter(ends).count() > GAPS
}

/// Whether a line is the number of a cycle: "*2345".
fn is_cycle_number(text: &str) -> bool {
    text.strip_prefix('*')
        .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// The copy while its lines are read.
struct CopyLayout<'d> {
    draft: &'d mut Draft,
    outlets: &'d Outlets,
    /// Every line is a row.
    tabular: bool,
    /// The paragraph that the next line may go on with.
    open: Option<DraftBlock>,
    /// No running text has come yet.
    before_copy: bool,
}

impl CopyLayout<'_> {
    /// Adds a line whose text begins at byte `raw` of the document.
    fn line(&mut self, line: &CopyLine<'_>, raw: usize) {
        if line.text.trim().is_empty() {
            return self.close();
        }
        let row = self.tabular || is_row(line.text);
        if line.opens || row {
            self.close();
        }
        if self.before_copy && self.open.is_none() {
            if self.takes_head(line, raw) {
                return;
            }
            // Running text has begun where a line is not closed.
            self.before_copy = line.closed;
        }
        let kind = match row {
            true => BlockKind::Table,
            false => BlockKind::Paragraph,
        };
        let block = self.open.get_or_insert_with(|| DraftBlock::new(kind, ""));
        if !block.text.is_empty() && !block.text.ends_with('-') {
            block.push_made(" ");
        }
        push_set(block, line.text, raw);
        if line.closed || row {
            self.close();
        }
    }

    /// Reads a line above the copy, if it is the keyword line, the headline or the deck.
    fn takes_head(&mut self, line: &CopyLine<'_>, raw: usize) -> bool {
        if keyword_line(self.draft, line.text, raw) {
            return true;
        }
        let may_head = line.closed && (line.marked || self.draft.blocks.is_empty());
        may_head && heading(self.draft, line.text, raw, self.outlets)
    }

    /// Ends the open paragraph.
    fn close(&mut self) {
        self.draft.blocks.extend(self.open.take());
    }
}

/// "BC-Ferry Sinking,3rd Ld-Writethru,0573": the thread's key, the version, the words.
fn keyword_line(draft: &mut Draft, line: &str, raw: usize) -> bool {
    let bare = line.trim();
    if is_cycle_number(bare) {
        put_aside(draft, RemovedKind::VersionLine, line, raw);
        return true;
    }
    if !names_cycle(bare) {
        return false;
    }
    let mut parts = bare.split(',').map(str::trim);
    let supplied = &mut draft.supplied;
    if let Some(key) = parts.next() {
        supplied.slugline = Some(key.to_owned());
        supplied
            .keywords
            .push(key[3..].trim_matches('-').to_owned());
    }
    for part in parts {
        if let Some((kind, number)) = wire::version_words(part) {
            supplied.version_kind = Some(kind);
            supplied.version = number;
        } else if part.eq_ignore_ascii_case("advisory") {
            supplied.genre = Some(crate::record::Genre::Advisory);
        }
    }
    put_aside(draft, RemovedKind::VersionLine, line, raw);
    true
}

/// Puts a line that begins at byte `raw` of the document aside.
fn put_aside(draft: &mut Draft, kind: RemovedKind, line: &str, raw: usize) {
    draft.removed.push(Removed {
        kind,
        text: line.trim().to_owned(),
        raw: Some(crate::text::Span::new(raw, raw + line.len())),
        outlets: Vec::new(),
    });
}

/// A closed line above the copy that is no note, byline or dateline is the headline, the next its deck.
fn heading(draft: &mut Draft, line: &str, raw: usize, outlets: &Outlets) -> bool {
    let text = line.trim();
    let longest = match draft.supplied.headline {
        None => HEADLINE_BYTES,
        Some(_) => DECK_BYTES,
    };
    let reads = text.len() <= longest && reads_like_headline(text, outlets);
    if draft.blocks.len() >= HEAD_BLOCKS || !reads {
        return false;
    }
    // A post under a byline is no headline.
    let below_byline = draft
        .blocks
        .iter()
        .any(|b| b.text.starts_with("By ") && wire::is_convention(&b.text, outlets));
    if below_byline {
        return false;
    }
    let kind = match (&draft.supplied.headline, &draft.supplied.deck) {
        (None, _) => BlockKind::Headline,
        (Some(_), None) if text.split_whitespace().count() >= DECK_WORDS => BlockKind::Deck,
        _ => return false,
    };
    let mut block = DraftBlock::new(kind, "");
    push_set(&mut block, line, raw);
    let slot = match kind {
        BlockKind::Headline => &mut draft.supplied.headline,
        _ => &mut draft.supplied.deck,
    };
    *slot = Some(block.text.clone());
    draft.blocks.push(block);
    true
}

/// Whether a line has at least two words, and is no convention or sign of the wire ("AP Photos", "Urgent").
fn reads_like_headline(text: &str, outlets: &Outlets) -> bool {
    let is_sign =
        wire::is_version_line(text) || text.starts_with("AP ") || wire::agency(text).is_some();
    text.split_whitespace().count() >= 2 && !is_sign && !wire::is_convention(text, outlets)
}

/// Appends a line with typewriter signs as print sets them; all else keeps its place.
fn push_set(block: &mut DraftBlock, line: &str, raw: usize) {
    let bytes = line.as_bytes();
    let mut kept = 0;
    let mut at = 0;
    while let Some(skip) = memchr::memchr3(b'`', b'\'', b'_', &bytes[at..]) {
        at += skip;
        let (made, length) = match (bytes[at], bytes.get(at + 1)) {
            (b'`', Some(b'`')) => ("“", 2),
            (b'`', _) => ("‘", 1),
            (b'\'', Some(b'\'')) => ("”", 2),
            // A dash stands between blanks; an underscore in an address does not.
            (b'_', next)
                if next.is_none_or(|b| *b == b' ') && (at == 0 || bytes[at - 1] == b' ') =>
            {
                ("—", 1)
            }
            _ => {
                at += 1;
                continue;
            }
        };
        push_part(block, &line[kept..at], raw + kept);
        block.push_made(made);
        at += length;
        kept = at;
    }
    push_part(block, &line[kept..], raw + kept);
}

/// Appends a stretch, keeping the blank at its end that a sign follows.
fn push_part(block: &mut DraftBlock, text: &str, raw: usize) {
    if text.is_empty() {
        return;
    }
    let glue = block.text.ends_with(['“', '‘', '—', '”', '’']);
    if glue && text.starts_with(' ') {
        block.push_verbatim(" ", raw);
        push_tidy(block, &text[1..], raw + 1);
    } else {
        push_tidy(block, text, raw);
    }
    if text.ends_with(' ') && !block.text.is_empty() && !block.text.ends_with(' ') {
        block.push_verbatim(" ", raw + text.len() - 1);
    }
}

/// The time of filing behind ETX.
fn trailer(draft: &mut Draft, text: &str) {
    let mut lines = text.split(['\r', '\n', '<', '^']).map(str::trim);
    let line = lines.find(|l| !l.is_empty());
    if let Some(stamp) = line.and_then(filing::anpa) {
        wire::note_filed(draft, stamp);
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::intake::formats::structured_tests::drafts_of;
    use crate::intake::{Hints, Settings};
    use crate::record::Flag;
    use crate::record::VersionKind;

    const MESSAGE: &str = "\u{16}\u{16}\u{1}a0573\u{1f}apnf-\r\nr a\u{13}\u{11} BC-Ferry  3Ld-Writethru 12-04 0240\r\n\
        \u{2}BC-Ferry Sinking,3rd Ld-Writethru,0240<\r\n^Eds: Adds quote from the mayor. With AP Photos.<\r\n\
        ^Ferry sinks off Westmere<\r\n^By JANE ROE=\r\n^Associated Press Writer=\r\n\
        \u{20}  WESTMERE (AP) _ The ferry Anna sank on Monday, and its captain said\r\n\
        ``nobody was hurt'' in what he called a `lucky' end to the day; see\r\nthe_report_here.\r\n\
        \u{20}  The mayor agreed.<\r\n___\r\n\u{3}AP-WF-12-04-25 1012GMT<\r\n\u{4}";

    #[test]
    fn a_message_is_taken_apart() {
        let (drafts, None) = drafts_of(MESSAGE.as_bytes()) else {
            panic!()
        };
        let [d] = &drafts[..] else { panic!() };
        let s = &d.supplied;
        assert_eq!(d.format, crate::intake::Format::Anpa);
        assert_eq!(s.headline.as_deref(), Some("Ferry sinks off Westmere"));
        assert_eq!(s.slugline.as_deref(), Some("BC-Ferry Sinking"));
        assert_eq!(
            (s.version_kind, s.version),
            (Some(VersionKind::Lead), Some(3))
        );
        assert_eq!(s.urgency, Some(4));
        assert_eq!(s.published.as_ref().unwrap().value, "2025-12-04T10:12:00Z");
        assert_eq!(s.dates_seen[0].value, "--12-04");
        assert_eq!(s.authors[0].name, "Jane Roe");
        assert_eq!(s.authors[0].organization.as_deref(), Some("AP"));
        assert_eq!(s.dateline.as_ref().unwrap().source.as_deref(), Some("AP"));
        assert_eq!(
            s.editorial_notes,
            ["Eds: Adds quote from the mayor. With AP Photos."]
        );
        let body: Vec<_> = d
            .blocks
            .iter()
            .filter(|b| b.kind == BlockKind::Paragraph)
            .map(|b| b.text.as_str())
            .collect();
        assert_eq!(
            body,
            [
                "WESTMERE (AP) — The ferry Anna sank on Monday, and its captain said “nobody was hurt” in what he called a ‘lucky' end to the day; see the_report_here.",
                "The mayor agreed."
            ]
        );
    }

    #[test]
    fn what_ap_sets_around_its_copy_is_none_of_it() {
        // The controls were lost on the way; the first two sentences come once more as a summary.
        let text = "z6715-----\nr z BC-Ferry Sinking 3rdLd-Writethru   12-04 0500\n\
            ^BC-Ferry Sinking, 3rd Ld-Writethru,240< \n^Ferry sinks off Westmere with two hundred aboard< \n\
            ^AP Photo WST105, WST106< \n^The ferry Anna sank on Monday, and its captain said that nobody was hurt. \
            Divers will look at the wreck once the wind has fallen.< \n^By JANE ROE= \n^AP Business Writer= \n\
            \t   WESTMERE (AP) _ The ferry Anna sank on Monday, and its captain said that nobody was hurt. \n\
            \t   Divers will look at the wreck once the wind has fallen, the harbour master said. \n\
            \t   UP NEXT \n\t   Anna: A hearing in Westmere on Saturday night. \n\n\t   AP-WF-12-04-25 1012GMT<\n\n";
        let (drafts, None) = drafts_of(text.as_bytes()) else {
            panic!()
        };
        let [d] = &drafts[..] else { panic!() };
        let s = &d.supplied;
        assert_eq!(
            s.headline.as_deref(),
            Some("Ferry sinks off Westmere with two hundred aboard")
        );
        assert_eq!(s.deck, None);
        assert_eq!(s.authors[0].organization.as_deref(), Some("AP"));
        assert_eq!(s.published.as_ref().unwrap().value, "2025-12-04T10:12:00Z");
        let body: Vec<_> = d.blocks[1..].iter().map(|b| b.text.as_str()).collect();
        assert_eq!(
            body,
            [
                "WESTMERE (AP) — The ferry Anna sank on Monday, and its captain said that nobody was hurt.",
                "Divers will look at the wreck once the wind has fallen, the harbour master said.",
                "UP NEXT",
                "Anna: A hearing in Westmere on Saturday night.",
            ]
        );
        assert!(!d.flags.contains(&Flag::TRUNCATED));
        let filed = d.removed.iter().find(|r| r.kind == RemovedKind::EndMark);
        let filed = filed.and_then(|r| r.raw).unwrap();
        assert_eq!(
            &d.raw[filed.start as usize..filed.end as usize],
            "AP-WF-12-04-25 1012GMT"
        );
    }

    #[test]
    fn rows_are_rows_and_lines_may_close_within_one() {
        let text = "\u{16}\u{16}\u{1}z9631-----\r\nr z BC-Standings     05-17 0820\r\n\
            \u{2}^*9006< ^BC-BBO--Standings,0176<\r\n^Baseball Standings=\r\n^All Times EDT=\r\n^East Division=\r\n\
            ^;W;L;Pct;GB\r\nWestmere;23;13;.639;_\r\nNorthport;24;14;.632;_\r\n^Rest=\r\n\
            ^ W   L   Pct\r\nTampa Bay 73  52  .584   _\r\n\
            \t   They won.  They lost.  They drew.\r\n\u{3}AP-WF-05-17-16 0620GMT\r\n";
        let (drafts, None) = drafts_of(text.as_bytes()) else {
            panic!()
        };
        let [d] = &drafts[..] else { panic!() };
        assert_eq!(d.supplied.slugline.as_deref(), Some("BC-BBO--Standings"));
        let blocks: Vec<_> = d.blocks.iter().map(|b| (b.kind, b.text.as_str())).collect();
        use BlockKind::*;
        assert_eq!(
            blocks,
            [
                (Headline, "Baseball Standings"),
                (Paragraph, "All Times EDT"),
                (Paragraph, "East Division"),
                (Table, ";W;L;Pct;GB"),
                (Table, "Westmere;23;13;.639;_"),
                (Table, "Northport;24;14;.632;_"),
                (Paragraph, "Rest"),
                (Table, "W L Pct"),
                (Table, "Tampa Bay 73 52 .584 —"),
                (Paragraph, "They won. They lost. They drew."),
            ]
        );
        assert_eq!(d.removed[0].text, "*9006");
    }

    #[test]
    fn a_message_in_utf16_without_its_first_sign_is_read() {
        let mut bytes = vec![0xfe, 0xff];
        bytes.extend(MESSAGE.encode_utf16().skip(3).flat_map(u16::to_be_bytes));
        let mut heads = Vec::new();
        crate::intake::read_as(
            crate::intake::Format::Anpa,
            &bytes,
            &Hints::default(),
            &Settings::default(),
            &mut |d| {
                heads.push(d.supplied.headline);
                ControlFlow::Continue(())
            },
        )
        .unwrap();
        assert_eq!(heads, [Some("Ferry sinks off Westmere".to_owned())]);
    }

    #[test]
    fn a_first_character_that_is_no_soh_may_have_any_length() {
        let result = crate::intake::read_as(
            crate::intake::Format::Anpa,
            "\u{1616}a0573\r\n\r\nThe ferry sank on Monday.".as_bytes(),
            &Hints::default(),
            &Settings::default(),
            &mut |_| ControlFlow::Continue(()),
        );
        assert_eq!(result.map_err(|e| e.message), Ok(()));
    }

    #[test]
    fn stumps_are_read_and_flagged() {
        for cut in 20..MESSAGE.len() - 30 {
            for draft in drafts_of(&MESSAGE.as_bytes()[..cut]).0 {
                assert!(draft.flags.contains(&Flag::TRUNCATED));
            }
        }
    }
}
