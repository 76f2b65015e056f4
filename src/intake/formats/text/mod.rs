//! Plain text: one article.
//!
//! Paragraphs stand one a line, or between blank lines, or as lines broken at a fixed width that have
//! to be joined again; which of these it is, the lengths of the lines tell. Every block knows where
//! each stretch of it stood, so offsets stay true through joined lines and dropped characters.

mod headline;

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::iptc7901;
use crate::intake::html::entities;
use crate::intake::{Document, Draft, DraftBlock, ErrorCode, Outlets, ReadError, Reading, wire};
use crate::record::BlockKind;
use crate::text::closing_sign;

/// Widest line that can have been broken by a program that wraps text; wires use 69, mail 72 to 78.
const WIDEST_WRAP: usize = 100;
/// Narrowest column that text is wrapped to.
const NARROWEST_WRAP: usize = 30;
/// Share of line ends that must look like wrapping before any lines are joined, in percent.
/// Text one paragraph a line reaches 40 by chance in lists of short lines; wrapped copy is above 85.
const WRAPPED_PERCENT: usize = 70;
/// The share of the widest line that the lines which go on must reach, in percent: else they are headings
/// above copy that stands a paragraph a line.
const COLUMN_PERCENT: usize = 85;
/// Longest line that can be a crosshead.
const CROSSHEAD_CHARS: usize = 60;
/// Shortest line that is taken for running text.
const RUNNING_CHARS: usize = 80;
/// Blanks in front of a line that opens a paragraph.
const INDENT: usize = 2;
/// Longest question that a headline asks.
const QUESTION_CHARS: usize = 100;

/// Reads a plain text as one article.
///
/// # Errors
/// [`ErrorCode::Empty`] when it is nothing but white space, [`ErrorCode::NoArticle`] when there is no
/// letter or figure in it.
pub fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    let decoded = document.decode();
    if decoded.text.trim().is_empty() {
        return Err(ReadError::new(ErrorCode::Empty, "nothing but white space"));
    }
    if !decoded.text.contains(char::is_alphanumeric) {
        return Err(
            ReadError::new(ErrorCode::NoArticle, "there is no letter or figure in it").at(0),
        );
    }
    let mut draft = decoded.draft(document.format);
    fill(&mut draft, &decoded.text, reading.outlets);
    let _ = (reading.emit)(draft);
    Ok(())
}

/// Puts a plain text on an empty draft: its blocks, and what its head and foot say.
pub(super) fn fill(draft: &mut Draft, text: &str, outlets: &Outlets) {
    let (blocks, after_blank) = blocks(text, 0, column(text));
    draft.blocks = blocks;
    let above = wire::take_transmission(draft);
    if draft.supplied.headline.is_none() {
        headline::find(draft, after_blank[above..].to_vec(), outlets);
    }
    mark_crossheads(&mut draft.blocks, outlets);
    headline::slug_first(draft);
}

/// The column that a message with the header of IPTC 7901 is broken at.
fn column(text: &str) -> Option<usize> {
    let first = text.lines().find(|l| !l.trim().is_empty())?;
    wire::is_service_line(first).then_some(iptc7901::COLUMN)
}

/// Finds paragraphs, list items, table rows, crossheads and the headline of a plain text.
pub fn lay_out(text: &str, outlets: &Outlets) -> Vec<DraftBlock> {
    let (mut blocks, after_blank) = blocks(text, 0, None);
    headline::mark(&mut blocks, &after_blank, outlets);
    mark_crossheads(&mut blocks, outlets);
    blocks
}

/// Whether the line ends of a text in markup are its own: behind an indented line that opens a paragraph
/// come lines without indent, or there is a blank line behind a sentence, or two blank lines. A program that
/// indents markup does so to all lines alike.
pub fn has_own_lines(text: &str) -> bool {
    let lines = lines(text);
    // How far the first is indented stands in front of the markup.
    let told = usize::from(!text.starts_with(['\n', '\r'])).min(lines.len());
    let lines = &lines[told..];
    indents_paragraphs(lines)
        || lines.windows(3).any(|three| {
            let [before, between, after] = three else {
                return false;
            };
            ends_like_sentence(before.text) && between.text.is_empty() && !after.text.is_empty()
        })
        || lines.windows(4).any(|four| {
            let [before, first, second, after] = four else {
                return false;
            };
            let blank = first.text.is_empty() && second.text.is_empty();
            blank && !before.text.is_empty() && !after.text.is_empty()
        })
}

/// Whether an indent opens the paragraphs: lines without it follow.
fn indents_paragraphs(lines: &[Line<'_>]) -> bool {
    let margin = margin(lines);
    let opens = |l: &Line<'_>| l.indent >= margin + INDENT;
    lines.windows(2).any(|pair| {
        let [before, after] = pair else { return false };
        !before.text.is_empty() && !after.text.is_empty() && opens(before) && !opens(after)
    })
}

/// The indent of the lines that have the least.
fn margin(lines: &[Line<'_>]) -> usize {
    let with_text = lines.iter().filter(|l| !l.text.is_empty());
    with_text.map(|l| l.indent).min().unwrap_or(0)
}

/// The text of the headline among blocks that have been laid out.
pub fn headline(blocks: &[DraftBlock]) -> Option<String> {
    let headline = blocks.iter().find(|b| b.kind == BlockKind::Headline);
    headline.map(|b| b.text.clone())
}

/// The same without a headline, for copy that has its headline elsewhere. `base` is the byte of the
/// document at which `text` begins, `column` the width that its format breaks lines at.
pub fn lay_out_body(
    text: &str,
    base: usize,
    column: Option<usize>,
    outlets: &Outlets,
) -> Vec<DraftBlock> {
    let (mut blocks, _) = blocks(text, base, column);
    mark_crossheads(&mut blocks, outlets);
    blocks
}

/// Joins lines to blocks; says of each block whether a blank line stood before it.
fn blocks(text: &str, base: usize, column: Option<usize>) -> (Vec<DraftBlock>, Vec<bool>) {
    let lines = lines(text);
    // A format that breaks lines may be sent unbroken all the same.
    let broken = column.filter(|_| lines.iter().all(|l| l.chars <= WIDEST_WRAP));
    let width = broken.or_else(|| wrapped_at(&lines));
    let mut blocks: Vec<DraftBlock> = Vec::new();
    // Where blank lines stood: blocks before which there was one.
    let mut after_blank = Vec::new();
    let mut previous: Option<&Line<'_>> = None;
    let margin = margin(&lines);
    // Whether the open paragraph began with an indent.
    let mut indented = false;
    let mut blank = false;
    for line in &lines {
        if line.text.is_empty() {
            previous = None;
            blank = true;
            continue;
        }
        if let (Some(before), Some(block), Some(width)) = (previous, blocks.last_mut(), width)
            && (continues(before, line, width, margin)
                || indented && goes_on_below(before, line, width, margin))
            && block.kind != BlockKind::Table
        {
            // A compound broken at its hyphen is one word again.
            let compound = before.text.strip_suffix('-');
            if !compound.is_some_and(|c| c.ends_with(char::is_alphanumeric)) {
                block.push_made(" ");
            }
            push_tidy(block, line.text, base + line.at);
        } else {
            indented = line.indent >= margin + INDENT;
            let mut block = DraftBlock::new(line.kind, "");
            let text = &line.text[line.mark..];
            push_tidy(&mut block, text, base + line.at + line.mark);
            if !block.text.is_empty() {
                blocks.push(block);
                after_blank.push(blank);
                blank = false;
            }
        }
        previous = Some(line);
    }
    (blocks, after_blank)
}

/// One line, trimmed, and where it stands.
struct Line<'t> {
    text: &'t str,
    /// What it is by its first characters, and how many bytes of mark stand before its text.
    kind: BlockKind,
    mark: usize,
    /// Byte of the document at which the trimmed line begins.
    at: usize,
    /// White space in front, in characters.
    indent: usize,
    /// Length in characters, as far as wrapping is concerned.
    chars: usize,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = at;
        at += line_length(&text.as_bytes()[start..]);
        let whole = &text[start..at];
        // A lone CR ends a line on some old systems; CR LF is one line end.
        if whole == "\n" && text[..start].ends_with('\r') {
            continue;
        }
        let trimmed = whole.trim_matches(is_space);
        let lead = whole.len() - whole.trim_start_matches(is_space).len();
        let (kind, mark) = kind_of(trimmed);
        lines.push(Line {
            text: trimmed,
            kind,
            mark,
            at: start + lead.min(whole.len()),
            indent: whole[..lead]
                .chars()
                .map(|c| if c == '\t' { 8 } else { 1 })
                .sum(),
            chars: trimmed.chars().count(),
        });
    }
    lines
}

/// Bytes of the first line, its end (LF, VT, FF, CR, U+2028 or U+2029) included.
fn line_length(bytes: &[u8]) -> usize {
    let mut at = 0;
    let may_end = |b: &u8| matches!(b, b'\n'..=b'\r' | 0xe2);
    while let Some(skipped) = bytes[at..].iter().position(may_end) {
        at += skipped;
        match bytes[at..] {
            [0xe2, 0x80, 0xa8 | 0xa9, ..] => return at + 3,
            [0xe2, ..] => at += 1,
            _ => return at + 1,
        }
    }
    bytes.len()
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200B}' | '\u{FEFF}' | '\u{2060}')
}

/// The width the lines were broken at, or `None` when the text is not hard-wrapped.
fn wrapped_at(lines: &[Line<'_>]) -> Option<usize> {
    // A web address or a table may stick out of the column: one line in thirty.
    let widest = |mut lengths: Vec<usize>| {
        lengths.sort_unstable();
        let outside = lengths.len() / 30;
        lengths
            .get((lengths.len() - outside).checked_sub(1)?)
            .copied()
    };
    let lengths = lines.iter().map(|l| l.chars).filter(|&n| n > 0);
    let within = NARROWEST_WRAP..=WIDEST_WRAP;
    let overall = widest(lengths.collect()).filter(|w| within.contains(w))?;
    let goes_on = |pair: &&[Line<'_>]| {
        pair[0].text.contains(char::is_alphanumeric)
            && !pair[1].text.is_empty()
            && pair[1].kind == BlockKind::Paragraph
            // A paragraph that starts with an indent is not the wrapped rest of the one before.
            && pair[1].indent <= pair[0].indent + 1
    };
    // Headings may be a little wider than the column: lines that go on tell it.
    let pairs = lines.windows(2).filter(goes_on);
    let lengths = pairs.flat_map(|pair| pair.iter().map(|l| l.chars));
    let width = widest(lengths.collect())
        .filter(|w| within.contains(w) && *w * 100 >= overall * COLUMN_PERCENT)?;
    let mut ends = LineEnds::default();
    for pair in lines.windows(2).filter(goes_on) {
        ends.count(&pair[0], &pair[1], width);
    }
    ends.are_wrapping().then_some(width)
}

/// What the ends of lines that go on look like.
#[derive(Default)]
struct LineEnds {
    pairs: usize,
    /// Pairs whose second line could not have gone on the first, or begins in the middle of a sentence.
    full: usize,
    /// Pairs whose first line does not end like a sentence.
    unfinished: usize,
    /// A second line begins with a small letter.
    lower: bool,
}

impl LineEnds {
    fn count(&mut self, line: &Line<'_>, next: &Line<'_>, width: usize) {
        // A line that stops short ends a paragraph, or is none of a paragraph.
        if line.chars * 3 < width * 2 {
            return;
        }
        let lower = starts_lower(next.text);
        self.pairs += 1;
        self.unfinished += usize::from(!ends_like_sentence(line.text));
        self.full += usize::from(lower || is_full(line, next, width));
        self.lower |= lower;
    }

    /// Text a paragraph a line ends nearly every line like a sentence; wrapped text one in eight. Two
    /// lines one below the other may be anything.
    fn are_wrapping(&self) -> bool {
        let told = self.pairs > 1 || (self.pairs == 1 && self.lower);
        told && self.unfinished * 2 >= self.pairs && self.full * 100 >= self.pairs * WRAPPED_PERCENT
    }
}

/// Whether the first word of `next` would not have fitted on `line`.
fn is_full(line: &Line<'_>, next: &Line<'_>, width: usize) -> bool {
    let word = next
        .text
        .split(char::is_whitespace)
        .next()
        .unwrap_or_default();
    // Programs that wrap keep a few columns' grace.
    line.chars + 1 + word.chars().count() + 2 > width
}

fn starts_lower(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_lowercase)
}

/// Whether `next` goes on with the paragraph of `line` in text wrapped at `width`.
fn continues(line: &Line<'_>, next: &Line<'_>, width: usize, margin: usize) -> bool {
    if next.kind != BlockKind::Paragraph {
        // A dash that came to stand at the start of a line is no bullet.
        let dash = next.text.strip_prefix("- ").is_some_and(starts_lower);
        return dash && is_full(line, next, width) && !ends_like_sentence(line.text);
    }
    // The byline that ends the header of IPTC 7901 is a line of its own, however full the headline's is.
    if next.text.ends_with(" =") && wire::opens_byline(next.text) {
        return false;
    }
    // An indented first line opens a paragraph, unless the one before was indented as far (a quotation).
    if next.indent >= margin + INDENT
        && next.indent > line.indent + 1
        && line.kind != BlockKind::ListItem
    {
        return false;
    }
    is_full(line, next, width)
        || (starts_lower(next.text)
            && line.chars * 2 >= width
            && !line.text.ends_with(['.', '!', '?', '”', '"', ':']))
}

/// Whether `next` goes on with the sentence of `line` in text whose paragraphs open with an indent: a code that was
/// taken out of a line leaves it short.
fn goes_on_below(line: &Line<'_>, next: &Line<'_>, width: usize, margin: usize) -> bool {
    next.kind == BlockKind::Paragraph
        && next.indent < margin + INDENT
        && line.chars * 2 >= width
        && !line.text.ends_with(['.', '!', '?', '”', '"', ':'])
}

/// What a line is by its first characters, and how many bytes of mark stand before its text.
fn kind_of(line: &str) -> (BlockKind, usize) {
    const BULLETS: [char; 8] = ['•', '●', '▪', '■', '◦', '‣', '·', '*'];
    let mut chars = line.char_indices();
    let Some((_, first)) = chars.next() else {
        return (BlockKind::Paragraph, 0);
    };
    // "- 'No choice' -" is a heading.
    if (BULLETS.contains(&first) || first == '-') && !line.ends_with(" -") {
        // Bullets need their blank; a dash without one is a dash, and rows of stars are separators.
        let rest = &line[first.len_utf8()..];
        let text = rest.trim_start();
        if text.len() < rest.len()
            && text.starts_with(|c: char| c.is_alphanumeric() || "\"“‘'([$€£".contains(c))
        {
            return (BlockKind::ListItem, line.len() - text.len());
        }
    }
    if is_row(line) {
        return (BlockKind::Table, 0);
    }
    (BlockKind::Paragraph, 0)
}

/// The narrowest gap between two cells.
static GAP: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"   "));

/// A row of a table: cells between bars, or two gaps of three blanks or tabs.
fn is_row(line: &str) -> bool {
    if line.starts_with('|') && line.ends_with('|') && line.len() > 2 {
        return true;
    }
    let bytes = line.as_bytes();
    if memchr::memchr(b'\t', bytes).is_none() && GAP.find(bytes).is_none() {
        return false;
    }
    /// Narrowest gap between two cells, in blanks; a tab is as wide as that.
    const GAP_BLANKS: usize = 3;
    let (mut gaps, mut run) = (0, 0);
    for b in line.bytes() {
        match b {
            b'\t' => run += GAP_BLANKS,
            b' ' => run += 1,
            _ => {
                gaps += usize::from(run >= GAP_BLANKS);
                run = 0;
            }
        }
    }
    gaps >= 2
}

/// Appends a stretch of the document, without control and invisible characters and with each run of
/// blanks as one. What is kept stays 1:1.
pub fn push_tidy(block: &mut DraftBlock, text: &str, raw: usize) {
    let mut kept = 0;
    let mut skip_to = |block: &mut DraftBlock, from: usize, to: usize| {
        if kept < from {
            block.push_verbatim(&text[kept..from], raw + kept);
        }
        kept = to;
    };
    let mut in_blanks = block.text.is_empty() || block.text.ends_with(' ');
    let mut end = 0;
    loop {
        // Most of a text is words that stay as they are, with single blanks between them.
        let plain = plain_length(&text.as_bytes()[end..]);
        if plain > 0 {
            end += plain;
            in_blanks = false;
        }
        let at = end;
        let Some(c) = text[end..].chars().next() else {
            break;
        };
        end += c.len_utf8();
        let is_blank = matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{0B}' | '\u{0C}');
        if is_blank {
            // The first blank of a run stays; of other white space a blank stands in its place.
            if c != ' ' || in_blanks {
                skip_to(block, at, end);
            }
            if c != ' ' && !in_blanks {
                block.push_made(" ");
            }
            in_blanks = true;
        } else if c.is_control() || matches!(c, '\u{AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}') {
            skip_to(block, at, end);
        } else if let Some((meant, length)) = escaped(text, at) {
            end = at + length;
            skip_to(block, at, end);
            block.push_made(&meant);
            in_blanks = false;
        } else {
            in_blanks = false;
        }
    }
    skip_to(block, text.len(), text.len());
    let trimmed = block.text.trim_end_matches(' ').len();
    block.truncate(trimmed);
}

/// Resolves the references that are left in a block of markup: a supplier escaped it twice ("&amp;quot;").
pub fn unescape(block: &mut DraftBlock) {
    let mut edits = Vec::new();
    for at in memchr::memchr_iter(b'&', block.text.as_bytes()) {
        if let Some((meant, length)) = escaped(&block.text, at) {
            edits.push((at..at + length, meant));
        }
    }
    if !edits.is_empty() {
        block.replace(&edits);
    }
}

/// Longest reference that a scraper leaves in a text, in bytes: "&#128512;".
const LONGEST_REFERENCE: usize = 10;

/// What a scraper left escaped at a place of a text, and the bytes it takes: a reference of HTML ("Rock&rsquo;n&#39;roll")
/// and a quotation mark doubled in a table of values (`""no"" he said`).
fn escaped(text: &str, at: usize) -> Option<(String, usize)> {
    let rest = &text[at..];
    if rest.starts_with('&') {
        let length = rest
            .bytes()
            .take(LONGEST_REFERENCE)
            .position(|b| b == b';')?
            + 1;
        let meant = entities::decode(&rest[..length], false);
        return (meant != rest[..length]).then(|| (meant.into_owned(), length));
    }
    let rest = rest.strip_prefix("\"\"")?;
    let opens = rest.starts_with(char::is_alphanumeric);
    let closes = text[..at].ends_with(|c: char| c.is_alphanumeric() || ".,!?…’'".contains(c));
    ((opens || closes) && !rest.starts_with('"')).then(|| ("\"".to_owned(), 2))
}

/// Bytes from the start that stay as they are whatever stands around: words of ASCII and most letters,
/// with one blank between two of them.
fn plain_length(bytes: &[u8]) -> usize {
    // What may be escaped, and the lead bytes of invisible characters and of more that may have to go, are left to the
    // caller.
    static PLAIN: [bool; 256] = {
        let mut plain = [false; 256];
        let mut b = 0;
        while b < 256 {
            let byte = b as u8;
            plain[b] = byte.is_ascii_graphic() && !matches!(byte, b'&' | b'"')
                || byte >= 0x80 && !matches!(byte, 0xc2 | 0xe2 | 0xef);
            b += 1;
        }
        plain
    };
    let plain = |b: &u8| PLAIN[usize::from(*b)];
    let mut at = 0;
    loop {
        let left = &bytes[at..];
        let word = left.iter().position(|b| !plain(b)).unwrap_or(left.len());
        at += word;
        let blank = word > 0 && bytes.get(at) == Some(&b' ');
        if !(blank && bytes.get(at + 1).is_some_and(plain)) {
            return at;
        }
        at += 1;
    }
}

/// Whether a line stops as a sentence of running copy does. A question is a headline as often, unless it
/// is a long one.
fn ends_like_sentence(text: &str) -> bool {
    match closing_sign(text) {
        // "… in the U.S." may end a headline, but a line that ends so is a sentence more often.
        Some('.' | '!' | ',' | ';' | ':' | '…') => true,
        Some('?') => text.chars().count() > QUESTION_CHARS,
        _ => false,
    }
}

/// Whether a block is a paragraph of the length of running text.
fn is_long(block: &DraftBlock) -> bool {
    block.kind == BlockKind::Paragraph && block.text.chars().count() >= RUNNING_CHARS
}

/// Marks short lines between running text that are headings of what follows. AFP sets them between
/// dashes ("- 'No choice' -"), Europa Press in capitals.
pub(super) fn mark_crossheads(blocks: &mut [DraftBlock], outlets: &Outlets) {
    let running = |b: &DraftBlock| is_long(b) && ends_like_sentence(&b.text);
    for at in 1..blocks.len().saturating_sub(1) {
        let (before, rest) = blocks.split_at_mut(at);
        let [block, next, ..] = rest else { break };
        if block.kind == BlockKind::Paragraph
            && running(&before[at - 1])
            && running(next)
            && is_heading(&block.text, outlets)
        {
            block.kind = BlockKind::Crosshead;
        }
    }
}

/// Whether a line reads like a heading: short, no sentence, none of the wires' conventions.
fn is_heading(line: &str, outlets: &Outlets) -> bool {
    let dashed = line
        .strip_prefix("- ")
        .and_then(|l| l.strip_suffix(" -"))
        .map(str::trim);
    let text = dashed.unwrap_or(line);
    text.len() <= CROSSHEAD_CHARS * char::MAX_LEN_UTF8
        && text.chars().count() <= CROSSHEAD_CHARS
        && (dashed.is_some() || text.starts_with(|c: char| c.is_uppercase() || c.is_numeric()))
        // One word in capitals is a mark of the desk's more often.
        && (dashed.is_some() || text.contains(char::is_lowercase) || text.contains(' '))
        && !ends_like_sentence(text)
        && !wire::is_convention(text, outlets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_escaped_twice_keeps_its_place() {
        let text = "She said &quot;no&quot; &amp; left.";
        let mut block = DraftBlock::new(BlockKind::Paragraph, "");
        block.push_verbatim(&text[..14], 100);
        block.push_verbatim(&text[14..], 200);
        unescape(&mut block);
        assert_eq!(block.text, "She said \"no\" & left.");
        let raw = |at: u32| if at < 200 { at - 100 } else { at - 200 + 14 };
        for p in &block.pieces {
            let (at, raw, len) = (p.at as usize, raw(p.raw) as usize, p.len as usize);
            assert_eq!(block.text[at..at + len], text[raw..raw + len]);
        }
        let covered: u32 = block.pieces.iter().map(|p| p.len).sum();
        assert_eq!(covered as usize, block.text.len() - 3);
    }

    fn texts(text: &str) -> Vec<(BlockKind, String)> {
        let blocks = lay_out(text, Outlets::shipped());
        for block in &blocks {
            for p in &block.pieces {
                let (at, raw, len) = (p.at as usize, p.raw as usize, p.len as usize);
                assert_eq!(block.text[at..at + len], text[raw..raw + len]);
            }
        }
        blocks.into_iter().map(|b| (b.kind, b.text)).collect()
    }

    #[test]
    fn a_paragraph_a_line() {
        let text = "The council of Westmere voted on Monday to close the bridge for a year of repairs.\nTraffic will be led round the harbour.\n\nShops fear for trade.";
        let got = texts(text);
        assert_eq!(got.len(), 3);
        assert!(got.iter().all(|(k, _)| *k == BlockKind::Paragraph));
    }

    #[test]
    fn hard_wrapped_lines_are_joined_with_true_offsets() {
        let text = "Bridge closes for a year\r\n\r\n\
            The council of Westmere voted on Monday to close the old bridge for\r\n\
            a year of repairs, a decision that the town's long-\r\n\
            suffering shops had fought since the plan became known in spring and\r\n\
            before.\r\n\r\n\
            Traffic will be led round the harbour, where a second lane is to be\r\n\
            built by June.\r\n";
        let got = texts(text);
        assert_eq!(
            got[0],
            (BlockKind::Headline, "Bridge closes for a year".into())
        );
        assert_eq!(got.len(), 3, "{got:?}");
        assert!(
            got[1].1.contains("bridge for a year of repairs")
                && got[1].1.contains("long-suffering")
        );
        assert!(got[1].1.ends_with("before."));
    }

    #[test]
    fn indented_paragraphs_are_told_apart() {
        let text = "   The harbour master said the ships would wait outside until the\n\
            storm had passed, which he expected to take some ten hours at most.\n   \
            Two ferries had been called back before noon, the line said in its\n\
            statement to the press.\n";
        let got = texts(text);
        assert_eq!(got.len(), 2, "{got:?}");
    }

    #[test]
    fn what_says_nothing_is_no_article() {
        let read = |text: &str| {
            let (hints, settings) = Default::default();
            crate::intake::read(text.as_bytes(), &hints, &settings, &mut |_| {
                std::ops::ControlFlow::Continue(())
            })
        };
        let error = read(&"[".repeat(5000)).unwrap_err();
        assert_eq!((error.code, error.byte), (ErrorCode::NoArticle, Some(0)));
        assert!(read("10 : 0").is_ok());
    }

    #[test]
    fn crossheads_in_capitals_and_between_dashes() {
        use BlockKind::{Crosshead, Paragraph};
        let copy = "The council of Westmere voted on Monday to close the old bridge for a year of repairs.";
        for (line, want) in [
            ("CRITICISM FROM SHOPS", Crosshead),
            ("- 'No choice' -", Crosshead),
            ("MORE", Paragraph),
        ] {
            let got = texts(&format!("{copy}\n\n{line}\n\n{copy}\n"));
            assert_eq!(got[1], (want, line.to_owned()));
        }
    }

    #[test]
    fn lines_one_below_the_other_are_not_yet_a_column() {
        for (text, want) in [
            (
                "Two countries, one problem, and a song about the radio of old\nText about music and the band that made this song, which was a hit all over the world.\n",
                2,
            ),
            (
                "Ferry sinks off Westmere in a storm on Thursday\nAll two hundred people on board are rescued\nBy Jane Roe\n\nThe ferry of Westmere sank on Thursday, and all aboard were rescued by boats.\n",
                4,
            ),
        ] {
            assert_eq!(texts(text).len(), want, "{:?}", texts(text));
        }
    }

    #[test]
    fn short_copy_broken_at_a_column_is_joined() {
        let got = texts(
            "Ferry sinks off Westmere\n    (ANSA) - WESTMERE, 03 MAR - A ferry sank off Westmere on\n\
             Thursday, officials said, and all two hundred people aboard were\nrescued.\n    \
             Nobody was hurt in the accident, which is the second of its kind\nthis year.\n",
        );
        let lengths: Vec<_> = got.iter().map(|(_, text)| text.len()).collect();
        assert_eq!(lengths.len(), 3, "{got:?}");
        assert!(got[1].1.ends_with("aboard were rescued."));
    }

    #[test]
    fn lists_tables_and_crossheads() {
        let text = format!(
            "{0}\nShops fear for trade\n{0}\n• first point\n- second point\nTeam      Won     Lost\n| a | b |\n* * *",
            "The council of Westmere voted on Monday to close the old bridge for a year of repairs."
        );
        let kinds: Vec<_> = texts(&text).into_iter().map(|x| x.0).collect();
        use BlockKind::*;
        assert_eq!(
            kinds,
            [
                Paragraph, Crosshead, Paragraph, ListItem, ListItem, Table, Table, Paragraph
            ]
        );
    }

    #[test]
    fn invisible_characters_go_and_runs_of_blanks_become_one() {
        assert_eq!(texts("A\u{ad}b \u{200b} c\t\td  e\u{1}f")[0].1, "Ab c d ef");
    }

    #[test]
    fn what_a_scraper_left_escaped_is_read() {
        let read = |text: &str| texts(text).remove(0).1;
        assert_eq!(
            read("Ann&rsquo;s &#039;Ferry&#039; &amp; more"),
            "Ann’s 'Ferry' & more"
        );
        assert_eq!(
            read("She said: \"\"No. Not now,\"\" and left"),
            "She said: \"No. Not now,\" and left"
        );
        for same in [
            "R&D at AT&T; more",
            "set x = \"\" here",
            "a & b; c",
            "&unknown; x",
            "\"No,\" he said",
        ] {
            assert_eq!(read(same), same);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_laid_out(text in "[a-zA-Z .\\n\\r\\t*|\u{ad}é-]{0,300}") {
            texts(&text);
        }
    }
}
