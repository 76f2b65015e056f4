//! From a tree to lines: what a reader sees as one paragraph, heading, list item or cell, in order.
//!
//! All lines share one text and one list of pieces, so that laying out a page allocates a few times,
//! not once a paragraph.

use super::entities::{self, ReferenceValue};
use super::tag::Tag;
use super::tree::{Id, Tree};
use crate::intake::{DraftBlock, Piece};
use crate::record::BlockKind;

/// Longest cell, with its tags, that heads the columns of a table, in bytes. Longer cells across all columns are the
/// copy of a page that is laid out in a table.
const SPANNING_BYTES: usize = 200;
/// Line breaks and paragraphs in a cell from which on it holds running text, not data. Results and timetables break
/// within a cell two or three times; old pages have an article's paragraphs in one. Chosen on the development pages.
const RUNNING_BREAKS: u32 = 4;
/// Text of a cell from which on it is running text, in bytes, where it has a break at all: two sentences and a half. Less
/// has a result with its scorers, or the entry of a programme.
const RUNNING_BYTES: usize = 250;

/// Nodes of a link in which paragraphs are looked for, and shortest markup of one in bytes, that a card of another story
/// does not have twice.
const LINK_NODES: u32 = 200;
const LINK_PARAGRAPH: usize = 120;

/// One line of the page.
#[derive(Debug, Clone)]
pub struct PageLine {
    pub kind: BlockKind,
    /// The block element it stands in.
    pub node: Id,
    /// Its first and last text nodes.
    pub first: Id,
    pub last: Id,
    /// Bytes of [`PageLines::text`].
    pub start: u32,
    pub end: u32,
    /// Its stretches in [`PageLines::pieces`].
    pieces: (u32, u32),
    /// Characters in it without blanks, a Chinese, Japanese or Korean one counting as two ([`chars_in`]), and how many
    /// of them stand in links.
    pub chars: u32,
    pub linked: u32,
    /// How many are bold or otherwise stressed.
    pub stressed: u32,
}

impl PageLine {
    /// Share of the line that stands in links, 0 to 1.
    pub fn link_density(&self) -> f32 {
        self.linked as f32 / self.chars.max(1) as f32
    }
}

/// The lines of a page or of a part of it.
#[derive(Debug, Default)]
pub struct PageLines {
    /// The text of all lines, one after another, with nothing between them.
    pub text: String,
    /// Which bytes of `text` are which bytes of the document, in order; what no piece covers was decoded or made.
    pieces: Vec<Piece>,
    /// In document order, by their first node.
    pub lines: Vec<PageLine>,
}

impl PageLines {
    /// Lays out all below `root`; `skip` says which elements to leave out whole.
    pub fn of(tree: &Tree<'_>, root: Id, skip: &mut dyn FnMut(Id) -> bool) -> PageLines {
        PageLines::laid_out(tree, root, skip, false)
    }

    /// The same of text whose paragraphs no element marks: blank lines part them.
    pub fn of_typed(tree: &Tree<'_>, root: Id, skip: &mut dyn FnMut(Id) -> bool) -> PageLines {
        PageLines::laid_out(tree, root, skip, true)
    }

    fn laid_out(
        tree: &Tree<'_>,
        root: Id,
        skip: &mut dyn FnMut(Id) -> bool,
        typed: bool,
    ) -> PageLines {
        let mut builder = LineBuilder {
            tree,
            out: PageLines {
                text: String::with_capacity(tree.extent(root) / 16),
                ..PageLines::default()
            },
            line: None,
            kinds: vec![(BlockKind::Paragraph, root)],
            links: 0,
            stress: 0,
            breaks: 0,
            pre: 0,
            row: false,
            typed,
        };
        builder.visit(root, skip);
        builder.flush();
        builder.out
    }

    pub fn text_of(&self, line: &PageLine) -> &str {
        &self.text[line.start as usize..line.end as usize]
    }

    /// The line as a block of a draft.
    pub fn block(&self, line: &PageLine) -> DraftBlock {
        let pieces = &self.pieces[line.pieces.0 as usize..line.pieces.1 as usize];
        DraftBlock {
            kind: line.kind,
            text: self.text_of(line).to_owned(),
            pieces: pieces
                .iter()
                .map(|p| Piece {
                    at: p.at - line.start,
                    ..*p
                })
                .collect(),
            time: None,
        }
    }

    /// Where the line stands in the document: from its first known byte to its last.
    pub fn raw_range(&self, line: &PageLine) -> Option<(u32, u32)> {
        let pieces = &self.pieces[line.pieces.0 as usize..line.pieces.1 as usize];
        Some((pieces.first()?.raw, pieces.last().map(|p| p.raw + p.len)?))
    }
}

/// Whether there is nothing but blanks before the next line end.
fn begins_with_blank_line(text: &str) -> bool {
    text.trim_start_matches([' ', '\t', '\r']).starts_with('\n')
}

/// A line whose end has not been seen.
struct OpenLine {
    first: Id,
    last: Id,
    start: usize,
    pieces: usize,
    chars: u32,
    linked: u32,
    stressed: u32,
    /// What stands before the next character, if there is one.
    due: Option<Gap>,
}

/// What stands between two words.
enum Gap {
    /// A space, which stands at this byte of the document if it stands there as one.
    Space(Option<usize>),
    /// The bar between two cells.
    CellBar,
}

/// Walks a tree and writes its lines.
struct LineBuilder<'a, 't> {
    tree: &'a Tree<'t>,
    out: PageLines,
    line: Option<OpenLine>,
    /// What lines are here and the block element they stand in; innermost last.
    kinds: Vec<(BlockKind, Id)>,
    /// Links, elements of stress and preformatted ones that are open.
    links: u32,
    stress: u32,
    pre: u32,
    /// `<br>` seen since the last character.
    breaks: u32,
    /// Cells of a table's row become one line.
    row: bool,
    /// Blank lines part paragraphs.
    typed: bool,
}

impl LineBuilder<'_, '_> {
    fn visit(&mut self, id: Id, skip: &mut dyn FnMut(Id) -> bool) {
        let tag = self.tree.tag(id);
        self.tree.worked(1);
        match tag {
            Tag::Text => self.text(id),
            Tag::Br => self.line_break(),
            Tag::Wbr | Tag::Img => {}
            Tag::Hr => self.flush(),
            _ => self.element(id, tag, skip),
        }
    }

    /// Two line breaks end a paragraph, one is a space but in preformatted text.
    fn line_break(&mut self) {
        self.breaks += 1;
        if self.breaks >= 2 || self.pre > 0 {
            self.flush();
        } else {
            self.space(None);
        }
    }

    fn element(&mut self, id: Id, tag: Tag, skip: &mut dyn FnMut(Id) -> bool) {
        if self.tree.is_invisible(id) || skip(id) {
            if tag.is_block() {
                self.flush();
            }
        } else if self.row {
            // Within a row nothing starts a line: cells are kept apart by a bar.
            if matches!(tag, Tag::Td | Tag::Th) {
                self.cell_bar();
            } else if tag.is_block() {
                self.space(None);
            }
            self.inside(id, tag, skip);
        } else if tag.is_block() {
            self.block(id, tag, skip);
        } else {
            self.inside(id, tag, skip);
        }
    }

    /// Lays out an element on lines of its own; a row of data on one.
    fn block(&mut self, id: Id, tag: Tag, skip: &mut dyn FnMut(Id) -> bool) {
        self.flush();
        let kind = self.kind(id, tag);
        self.kinds.push((kind, id));
        let row = tag == Tag::Tr && kind == BlockKind::Table;
        self.row = row;
        self.inside(id, tag, skip);
        self.flush();
        if row {
            self.row = false;
        }
        self.kinds.pop();
    }

    fn inside(&mut self, id: Id, tag: Tag, skip: &mut dyn FnMut(Id) -> bool) {
        let link = u32::from(tag == Tag::A && !self.is_anchor(id) && !self.holds_paragraphs(id));
        let stress = u32::from(matches!(tag, Tag::B | Tag::Strong | Tag::Em | Tag::I));
        let pre = u32::from(matches!(tag, Tag::Pre | Tag::Listing));
        self.links += link;
        self.stress += stress;
        self.pre += pre;
        let mut child = id + 1;
        while child < self.tree.end(id) {
            self.visit(child, skip);
            child = self.tree.end(child);
        }
        self.links -= link;
        self.stress -= stress;
        self.pre -= pre;
    }

    /// Whether a link has paragraphs of running text in it: its author forgot the end tag, and they are the page's.
    fn holds_paragraphs(&self, link: Id) -> bool {
        let end = self.tree.end(link).min(link + LINK_NODES);
        let runs = |n: &Id| self.tree.tag(*n) == Tag::P && self.tree.extent(*n) >= LINK_PARAGRAPH;
        (link..end).filter(runs).take(2).count() == 2
    }

    /// Whether a link in a heading leads to a place on a page, as a rule to the heading itself, so that readers can point
    /// to it.
    fn is_anchor(&self, link: Id) -> bool {
        let in_heading = self
            .kinds
            .last()
            .is_some_and(|k| k.0 == BlockKind::Crosshead);
        let href = || self.tree.attribute(link, "href");
        in_heading && href().is_some_and(|h| h.contains('#'))
    }

    /// What the lines directly in a block element are.
    fn kind(&self, id: Id, tag: Tag) -> BlockKind {
        let outer = self.kinds.last().map_or(BlockKind::Paragraph, |k| k.0);
        match tag {
            Tag::H1 | Tag::H2 | Tag::H3 | Tag::H4 | Tag::H5 | Tag::H6 => BlockKind::Crosshead,
            // A list in a caption is part of it.
            Tag::Li | Tag::Dd | Tag::Dt if outer != BlockKind::Caption => BlockKind::ListItem,
            Tag::Blockquote => BlockKind::Quote,
            Tag::Figcaption | Tag::Figure | Tag::Caption | Tag::Picture => BlockKind::Caption,
            Tag::Tr => self.row_kind(id),
            Tag::Td | Tag::Th => BlockKind::Paragraph,
            _ => outer,
        }
    }

    fn row_kind(&self, row: Id) -> BlockKind {
        if self.is_data_row(row) || self.heads_columns(row) {
            BlockKind::Table
        } else {
            BlockKind::Paragraph
        }
    }

    /// A row of short cells is data; long or nested ones are layout.
    fn is_data_row(&self, id: Id) -> bool {
        let mut cells = 0;
        let (mut breaks, mut bytes) = (0, 0);
        for node in self.tree.descendants(id) {
            match self.tree.tag(node) {
                Tag::Td | Tag::Th => {
                    cells += 1;
                    (breaks, bytes) = (0, 0);
                }
                tag if is_page_layout(tag, cells) => return false,
                // Running text: two breaks make a paragraph.
                Tag::Br | Tag::P | Tag::Div => breaks += 1,
                Tag::Text => {
                    bytes += self.tree.raw_text(node).0.trim().len();
                    if breaks >= RUNNING_BREAKS || breaks > 0 && bytes > RUNNING_BYTES {
                        return false;
                    }
                }
                _ => {}
            }
        }
        self.tree.worked((self.tree.end(id) - id) as usize);
        cells >= 2
    }

    /// A row of one short cell across the columns of the data row below it.
    fn heads_columns(&self, row: Id) -> bool {
        let is_cell = |id: &Id| matches!(self.tree.tag(*id), Tag::Td | Tag::Th);
        let mut cells = self.tree.children(row).filter(is_cell);
        let (Some(cell), None) = (cells.next(), cells.next()) else {
            return false;
        };
        let below = self.tree.end(row);
        self.tree.extent(cell) <= SPANNING_BYTES
            && self.tree.attribute(cell, "colspan").is_some()
            && (below..self.tree.end(self.tree.parent(row)))
                .take(2)
                .find(|id| self.tree.tag(*id) == Tag::Tr)
                .is_some_and(|next| self.is_data_row(next))
    }

    fn cell_bar(&mut self) {
        if let Some(line) = &mut self.line {
            line.due = Some(Gap::CellBar);
        }
    }

    /// A space is due before the next character.
    fn space(&mut self, raw: Option<usize>) {
        if let Some(line) = &mut self.line
            && line.due.is_none()
        {
            line.due = Some(Gap::Space(raw));
        }
    }

    /// Starts a line where there is none and pays the space that is due.
    fn ready(&mut self, id: Id) {
        self.breaks = 0;
        let Some(line) = &mut self.line else {
            self.line = Some(OpenLine {
                first: id,
                last: id,
                start: self.out.text.len(),
                pieces: self.out.pieces.len(),
                chars: 0,
                linked: 0,
                stressed: 0,
                due: None,
            });
            return;
        };
        line.last = id;
        match line.due.take() {
            Some(Gap::Space(Some(raw))) => self.verbatim(raw, 1),
            Some(Gap::Space(None)) => self.made(" "),
            Some(Gap::CellBar) => self.made(" | "),
            None => {}
        }
    }

    /// Appends `len` bytes that stand at `raw` of the document.
    fn verbatim(&mut self, raw: usize, len: usize) {
        let at = self.out.text.len() as u32;
        self.out.text.push_str(&self.tree.source()[raw..raw + len]);
        let first = self.line.as_ref().map_or(0, |l| l.pieces);
        match self.out.pieces[first..].last_mut() {
            Some(p) if p.at + p.len == at && p.raw + p.len == raw as u32 => p.len += len as u32,
            _ => self.out.pieces.push(Piece {
                at,
                raw: raw as u32,
                len: len as u32,
            }),
        }
    }

    /// Appends text that does not stand in the document as it is.
    fn made(&mut self, text: &str) {
        self.out.text.push_str(text);
    }

    /// Adds to the characters of the line.
    fn count(&mut self, chars: u32) {
        let (linked, stressed) = (self.links > 0, self.stress > 0);
        if let Some(line) = &mut self.line {
            line.chars += chars;
            line.linked += if linked { chars } else { 0 };
            line.stressed += if stressed { chars } else { 0 };
        }
    }

    fn text(&mut self, id: Id) {
        if self.tree.is_raw(id) {
            return;
        }
        let (raw, at) = self.tree.raw_text(id);
        self.tree.worked(raw.len() / 32);
        let mut done = 0;
        while done < raw.len() {
            done += self.stretch(id, &raw[done..], at + done);
        }
    }

    /// Lays out what `rest` of a text node begins with, which stands at byte `at` of the document: a blank, a
    /// reference, or a run of text. Its length in bytes.
    fn stretch(&mut self, id: Id, rest: &str, at: usize) -> usize {
        let bytes = rest.as_bytes();
        match bytes[0] {
            b'\n' if self.pre > 0 || self.typed && begins_with_blank_line(&rest[1..]) => {
                self.flush()
            }
            b' ' => self.space(Some(at)),
            b'\t' | b'\n' | b'\r' | 0x0c => self.space(None),
            0 => {}
            b'&' => return self.reference(id, rest, at),
            // A no-break space.
            0xc2 if bytes.get(1) == Some(&0xa0) => {
                self.space(None);
                return 2;
            }
            // Chinese and Japanese paragraphs are indented by ideographic spaces.
            0xe3 if self.line.is_none() && rest.starts_with('\u{3000}') => return 3,
            _ => return self.run(id, rest, at),
        }
        1
    }

    /// Lays out the run of text that `rest` begins with.
    fn run(&mut self, id: Id, rest: &str, at: usize) -> usize {
        let (length, blanks) = match run(rest.as_bytes()) {
            // A character of two bytes that begins with 0xc2 and is no space.
            (0, _) => (2, 0),
            run => run,
        };
        self.ready(id);
        self.verbatim(at, length);
        self.count(chars_in(&rest[..length]) - blanks);
        length
    }

    /// Lays out the character reference that `rest` begins with, or the `&` that is none.
    fn reference(&mut self, id: Id, rest: &str, at: usize) -> usize {
        let Some((value, length)) = entities::reference(rest, false) else {
            self.ready(id);
            self.verbatim(at, 1);
            return 1;
        };
        let mut room = [0; 4];
        let text = match value {
            ReferenceValue::Char(c) => &*c.encode_utf8(&mut room),
            ReferenceValue::Named(text) => text,
        };
        if text.chars().all(char::is_whitespace) {
            self.space(None);
        } else {
            self.ready(id);
            self.made(text);
            self.count(chars_in(text));
        }
        length
    }

    /// Ends the line that is under way.
    fn flush(&mut self) {
        self.breaks = 0;
        let Some(started) = self.line.take() else {
            return;
        };
        let (kind, node) = self
            .kinds
            .last()
            .copied()
            .unwrap_or((BlockKind::Paragraph, started.first));
        self.out.lines.push(PageLine {
            kind,
            node,
            first: started.first,
            last: started.last,
            start: started.start as u32,
            end: self.out.text.len() as u32,
            pieces: (started.pieces as u32, self.out.pieces.len() as u32),
            chars: started.chars,
            linked: started.linked,
            stressed: started.stressed,
        });
    }
}

/// Whether an element in a row makes it a part of the page's layout, not of a table of data, when it has this
/// many cells so far. In a second cell and after, paragraphs and headings are what tables of data have too.
fn is_page_layout(tag: Tag, cells: u32) -> bool {
    match tag {
        Tag::Table | Tag::Article | Tag::Form | Tag::H1 => true,
        Tag::P
        | Tag::Div
        | Tag::H2
        | Tag::H3
        | Tag::Ul
        | Tag::Ol
        | Tag::Figure
        | Tag::Section
        | Tag::Script => cells < 2,
        _ => false,
    }
}

/// Bytes that end a stretch which stands in a line as it is: white space, references, NUL, and what
/// may begin a no-break space.
const ENDS_RUN: [bool; 256] = {
    let mut ends = [false; 256];
    let ending = b" \t\n\r\x0c&\0\xc2";
    let mut at = 0;
    while at < ending.len() {
        ends[ending[at] as usize] = true;
        at += 1;
    }
    ends
};

/// The length of the stretch at the start of `bytes` that stands in a line as it is, single blanks
/// between words included, and the number of these.
fn run(bytes: &[u8]) -> (usize, u32) {
    let ends = |at: usize| bytes.get(at).is_none_or(|b| ENDS_RUN[usize::from(*b)]);
    let (mut at, mut blanks) = (0, 0);
    loop {
        while !ends(at) {
            at += 1;
        }
        if at == 0 || bytes.get(at) != Some(&b' ') || ends(at + 1) {
            return (at, blanks);
        }
        at += 1;
        blanks += 1;
    }
}

/// Characters of a run, blanks among them, a Chinese or Japanese one counting as two,
/// since it says about as much as two or three letters.
fn chars_in(run: &str) -> u32 {
    let bytes = run.as_bytes();
    if bytes.is_ascii() {
        return bytes.len() as u32;
    }
    run.chars()
        .map(|c| {
            if matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}') {
                2
            } else {
                1
            }
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::html::tree::ROOT;

    fn shown(html: &str) -> Vec<(BlockKind, String)> {
        let tree = Tree::parse(html, 64);
        let lines = PageLines::of(&tree, ROOT, &mut |_| false);
        lines
            .lines
            .iter()
            .map(|line| {
                let block = lines.block(line);
                for p in &block.pieces {
                    assert_eq!(
                        &block.text[p.at as usize..(p.at + p.len) as usize],
                        &html[p.raw as usize..(p.raw + p.len) as usize]
                    );
                }
                (block.kind, block.text)
            })
            .collect()
    }

    #[test]
    fn paragraphs_and_what_splits_them() {
        use BlockKind::*;
        assert_eq!(
            shown("<div> A <b>bold</b>&nbsp;word\n<p>One<br>line</p>two<br><br />three</div>"),
            [
                (Paragraph, "A bold word".into()),
                (Paragraph, "One line".into()),
                (Paragraph, "two".into()),
                (Paragraph, "three".into())
            ]
        );
    }

    #[test]
    fn kinds_follow_the_elements() {
        use BlockKind::*;
        assert_eq!(
            shown(
                "<h2>H</h2><ul><li>a<li><p>b</ul><blockquote><p>q</p></blockquote><figure><img><figcaption>c</figcaption></figure><table><tr><th>x<td>1</table>"
            ),
            [
                (Crosshead, "H".into()),
                (ListItem, "a".into()),
                (ListItem, "b".into()),
                (Quote, "q".into()),
                (Caption, "c".into()),
                (Table, "x | 1".into())
            ]
        );
    }

    #[test]
    fn a_cell_of_running_text_is_no_data() {
        use BlockKind::*;
        let row = |cell: &str| format!("<table><tr><td>Menu</td><td>{cell}</td></tr></table>");
        let kind = |cell: &str| shown(&row(cell)).last().unwrap().0;
        let sentence = "The wheel of the old mill turned on Tuesday for the first time. ";
        assert_eq!(kind("2<br>Smith<br>Jones"), Table);
        assert_eq!(kind(&sentence.repeat(5)), Table);
        assert_eq!(
            kind(&format!("{0}<br><br>{0}{0}", sentence.repeat(2))),
            Paragraph
        );
        assert_eq!(
            kind(&format!("<div>{0}</div>", sentence.repeat(5))),
            Paragraph
        );
    }

    #[test]
    fn a_cell_across_the_columns_heads_them() {
        use BlockKind::*;
        let row = "<tr><td>x</td><td>1</td></tr>";
        let kind = |first: &str, next: &str| shown(&format!("<table>{first}{next}</table>"))[0].0;
        let head = "<tr>\n<td colspan=9><b>PREMIERSHIP</b></td>\n</tr>\n";
        assert_eq!(kind(head, row), Table);
        assert_eq!(kind(head, "<tr><td><p>Copy</p></td></tr>"), Paragraph);
        let long = format!("<tr><td colspan=2>{}</td></tr>", "<b>long</b> ".repeat(30));
        assert_eq!(kind(&long, row), Paragraph);
        assert_eq!(kind("<tr><td>No colspan</td></tr>", row), Paragraph);
    }

    #[test]
    fn characters_and_links_are_counted() {
        let tree = Tree::parse("<p>abc <a>de</a> &eacute;</p>", 9);
        let lines = PageLines::of(&tree, ROOT, &mut |_| false);
        assert_eq!((lines.lines[0].chars, lines.lines[0].linked), (6, 2));
    }
}
