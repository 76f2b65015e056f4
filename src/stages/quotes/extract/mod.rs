//! From marks and cues to quotations.
//!
//! A block is read sentence by sentence ([`mod@units`]). Of each sentence come first the cues behind a direct
//! quotation ([`behind`]), then those that bring in what stands after them ([`ahead`]), last what goes on
//! from a quotation before ([`onward`]). Each mark belongs to one quotation: the first that takes it.

mod ahead;
mod behind;
mod onward;
mod units;

use std::ops::Range;

use units::{LONGEST_UNIT, units};

use super::WORDS;
use super::clause::{CueAt, TaggedText};
use super::marks::{Quoted, first_double, quoted};
use crate::pipeline::Budget;
use crate::record::{Block, BlockKind, Polarity, Quote, QuoteType};
use crate::text::lexicon::{Strength, VerbForm};
use crate::text::tokens::Case;
use crate::text::{Span, Token, TokenKind, Tokens};

/// A quotation and where it stands, in tokens, for what follows to build on.
#[derive(Debug, Clone)]
pub(super) struct FoundQuote {
    pub quote: Quote,
    /// Number of the block, or of the blocks read as one, that it begins in.
    block: u32,
    /// Whether the next paragraph goes on with the same speaker when it is all quotation.
    goes_on: bool,
    content: Range<usize>,
    cue: Option<usize>,
    /// Whether the cue is a participle: "alleging".
    is_participle: bool,
    /// The opening mark of its last quoted stretch; its content's start where there is none.
    last_open: usize,
}

impl FoundQuote {
    /// Lets the quotation run to the end of one more stretch in marks.
    fn extend(&mut self, mark: &Quoted) {
        self.content.end = mark.close + 1;
        self.last_open = mark.open;
    }
}

/// What a text's quotation marks came to.
#[derive(Debug)]
pub(super) struct Extracted {
    pub found: Vec<FoundQuote>,
    /// A straight mark was closed by a curly one or the other way round.
    pub mismatched: bool,
}

/// How far behind a quotation its cue may stand, in tokens: the longest subject with its apposition
/// ([`super::clause`]) and a few words around it.
const BEHIND: usize = 45;

/// The least that is taken for speech where a quotation goes on without a cue of its own, in tokens
/// between its marks: less is a term or a title.
const SHORTEST_SPEECH: usize = 5;

/// Tokens of the shortest clause before its cue: "The plan is ready, Berg said".
const SHORTEST_CLAUSE: usize = 3;

/// Longest name before the colon of a headline, in tokens: "Prime Minister Anna Berg of Norland: '…'".
const HEADLINE_NAME: usize = 6;

/// Longest name before the colon of a turn in a transcript, in tokens: "REP. ANNA BERG:".
const TURN_NAME: usize = 5;

/// Longest title in marks, in tokens: what is longer is said, however its words are cased.
const LONGEST_TITLE: usize = 8;

/// Letters from which a word has a capital in a title; the short ones ("of", "the") have none.
const TITLE_WORD: usize = 4;

/// All quotations of a text, in order; `None` when the budget is spent.
pub(super) fn extract(
    text: &str,
    tokens: &Tokens,
    sentences: &[Span],
    blocks: &[Block],
    budget: &Budget,
) -> Option<Extracted> {
    let mut extractor = Extractor {
        text: TaggedText::new(text, tokens),
        out: Vec::new(),
        open: false,
        transcript: false,
        mismatched: false,
        ending: Ending::default(),
    };
    let turns = blocks
        .iter()
        .filter(|b| extractor.turn(0, tokens.within(b.span())).is_some());
    extractor.transcript = turns.take(2).count() == 2;
    let (mut sentence, mut next, mut number) = (0, 0, 0);
    while let Some(block) = blocks.get(next) {
        if budget.spent() {
            return None;
        }
        let mut range = tokens.within(block.span());
        let mut marks = quoted(text, tokens, range.clone());
        let joined = extractor.joined(tokens, &blocks[next..], &marks);
        let last = &blocks[next + joined.blocks - 1];
        if joined.blocks > 1 {
            range = tokens.within(block.span().join(last.span()));
            marks = quoted(text, tokens, range.clone());
        }
        next += joined.blocks;
        while sentences
            .get(sentence)
            .is_some_and(|s| s.end <= block.start)
        {
            sentence += 1;
        }
        let mut ends = Vec::new();
        while let Some(s) = sentences.get(sentence).filter(|s| s.start < last.end) {
            let end = tokens.partition_point(|t| t.span.start < s.end);
            if joined.attributed_at != Some(end) {
                ends.push(end);
            }
            sentence += 1;
        }
        if extractor.is_caption(block.kind, &range, &marks) {
            // what stands beside a picture does not part the paragraphs around it
            let (open, ending) = (extractor.open, extractor.ending.clone());
            extractor.block(number, block.kind, range, &marks, &ends);
            (extractor.open, extractor.ending) = (open, ending);
            continue;
        }
        extractor.block(number, block.kind, range, &marks, &ends);
        number += 1;
    }
    let mismatched = extractor.mismatched;
    let mut out = extractor.out;
    out.sort_by_key(|f| f.quote.content.start);
    Some(Extracted {
        found: out,
        mismatched,
    })
}

/// The cue of a quotation that stands in the next paragraph, and who says it.
type Announced = (Option<CueAt>, Option<Range<usize>>);

struct Extractor<'a> {
    text: TaggedText<'a>,
    out: Vec<FoundQuote>,
    /// The last quotation was still open at the end of its block.
    open: bool,
    /// At least two blocks begin with a name in capitals and a colon.
    transcript: bool,
    /// See [`Extracted::mismatched`].
    mismatched: bool,
    ending: Ending,
}

/// What the block before ended with.
#[derive(Debug, Clone, Default)]
struct Ending {
    /// "…, Berg said:", with its cue and source.
    announced: Option<Announced>,
    /// Its last sentence, in tokens.
    told: Option<Range<usize>>,
}

/// Blocks that are read as one.
#[derive(Debug, Clone, Copy)]
struct Joined {
    /// How many there are.
    blocks: usize,
    /// The token that begins "– Anna Berg" in a block of its own, behind a block that is all quotation.
    attributed_at: Option<usize>,
}

/// Longest "– Anna Berg, head of research at Acme" in a block of its own, in tokens.
const ATTRIBUTION: usize = 14;

/// Blocks in which the closing mark of a quotation is looked for: copy with a line a sentence.
const LINES: usize = 8;

/// A sentence of a block, or a stretch of one, with its quotation marks and cues.
struct Unit<'b> {
    /// Number of the block, as in [`FoundQuote`].
    block: u32,
    /// Its tokens.
    range: Range<usize>,
    /// Those of the sentence before it, in the block or at the end of the one before; none at the beginning.
    before: Range<usize>,
    marks: &'b [Quoted],
    /// For each of the marks, whether a quotation has it.
    taken: &'b mut [bool],
    cues: Vec<CueAt>,
    /// Tokens of the cues that have brought in a quotation.
    used: Vec<usize>,
}

impl Unit<'_> {
    /// The indices of the marks that no quotation has and that open within `range`.
    fn free_within(&self, range: Range<usize>) -> Vec<usize> {
        let marks = self.marks.iter().enumerate();
        let free = marks.filter(|(m, mark)| !self.taken[*m] && range.contains(&mark.open));
        free.map(|(m, _)| m).collect()
    }

    /// What kind of quotation a content is, by how much of it stands in marks.
    fn kind_of(&self, content: &Range<usize>) -> QuoteType {
        let inside = self.marks.iter().filter(|m| content.contains(&m.open));
        match inside.map(|m| m.close + 1 - m.open).sum::<usize>() {
            0 => QuoteType::Indirect,
            n if n >= content.len() => QuoteType::Direct,
            _ => QuoteType::Mixed,
        }
    }

    /// Takes the first of the marks `these`, and those of them that go on with it; returns where the last
    /// one taken closes.
    fn take_joined(&mut self, these: &[usize]) -> usize {
        let mut close = None;
        for &m in these {
            let mark = self.marks[m];
            if close.is_none_or(|close| mark.open <= close + 2) {
                close = Some(mark.close);
                self.taken[m] = true;
            }
        }
        close.unwrap_or_default()
    }

    /// Takes all marks that open within `range`.
    fn take_within(&mut self, range: &Range<usize>) {
        for (taken, mark) in self.taken.iter_mut().zip(self.marks) {
            *taken |= range.contains(&mark.open);
        }
    }
}

impl Extractor<'_> {
    /// How many of these blocks, one at least, are read as one: those over which a quotation runs that has one opening
    /// mark and one closing, and a quotation with its "– Anna Berg". `marks` are those of the first.
    fn joined(&self, tokens: &Tokens, blocks: &[Block], marks: &[Quoted]) -> Joined {
        let mut joined = Joined {
            blocks: 1,
            attributed_at: None,
        };
        let r = &self.text;
        let Some(mark) = marks.last().filter(|m| m.double) else {
            return joined;
        };
        if self.transcript || blocks[0].kind == BlockKind::Headline {
            return joined;
        }
        let first = tokens.within(blocks[0].span());
        let next = |b: usize| blocks.get(b).map(|b| tokens.within(b.span()));
        if !mark.closed {
            let mut lines = (1..LINES).map_while(|b| Some((b, next(b)?)));
            let closing = lines.find_map(|(b, range)| {
                first_double(r.text, r.tokens, range).map(|closes| (b, closes))
            });
            if let Some((b, true)) = closing {
                joined.blocks += b;
            }
        } else if mark.open == first.start
            && mark.close + 1 == first.end
            && let Some(own) = next(1)
            && (2..ATTRIBUTION).contains(&own.len())
            && (is_dash(r.of(own.start)) || r.of(own.start) == "-")
        {
            joined.blocks = 2;
            joined.attributed_at = Some(own.start);
        }
        joined
    }

    /// Whether a block without marks is a picture's, by its kind or by the credit in brackets that ends it.
    fn is_caption(&self, kind: BlockKind, range: &Range<usize>, marks: &[Quoted]) -> bool {
        /// Tokens of a caption that has no kind of its own, and of a credit: "(Photo: Ann Berg/Reuters)".
        const LONGEST: usize = 40;
        const CREDIT: usize = 9;
        let r = &self.text;
        let credited = || {
            let mut end = (range.start..range.end).rev().take(CREDIT);
            r.of(range.end - 1) == ")"
                && end.any(|i| r.of(i) == "(" && r.is_name_like(i + 1))
                && !STOPS.contains(&r.of(range.end - 2))
        };
        marks.is_empty()
            && !range.is_empty()
            && (kind == BlockKind::Caption || range.len() <= LONGEST && credited())
    }

    fn block(
        &mut self,
        block: u32,
        kind: BlockKind,
        range: Range<usize>,
        marks: &[Quoted],
        sentence_ends: &[usize],
    ) {
        if range.is_empty() {
            return;
        }
        self.note_marks(marks);
        let before = self.out.len();
        let ending = std::mem::take(&mut self.ending);
        let open = std::mem::take(&mut self.open);
        if self.transcript
            && let Some(turn) = self.turn(block, range.clone())
        {
            self.out.push(turn);
            return;
        }
        if kind == BlockKind::Headline && self.headline(block, range.clone(), marks) {
            return;
        }
        let mut taken = vec![false; marks.len()];
        if open && let Some(first) = marks.first() {
            taken[0] = self.runs_over(first, &range);
        }
        self.sentences(block, &range, sentence_ends, marks, &mut taken, ending);
        if let Some(mark) = marks.last()
            && self.stays_open(mark, before, range.end)
        {
            self.open = true;
        }
        self.announce(range);
        // the last one of the block before may have been extended too
        for found in &mut self.out[before.saturating_sub(1)..] {
            if let Some(span) = self.text.span(found.content.clone()) {
                found.quote.content = span;
            }
        }
    }

    /// Notes which tokens stand in marks, and whether the marks of a pair differ in style.
    fn note_marks(&mut self, marks: &[Quoted]) {
        for q in marks {
            let straight = |i: usize| matches!(self.text.of(i), "\"" | "''" | "``");
            let differ = straight(q.open) != straight(q.close);
            self.mismatched |= q.closed && q.double && differ;
            self.text.quoted[q.open..=q.close].fill(true);
        }
    }

    /// A quotation that runs over paragraphs: an opening mark a paragraph, one closing. Whether the block
    /// goes on with the last quotation by its first mark.
    fn runs_over(&mut self, first: &Quoted, range: &Range<usize>) -> bool {
        let same_mark =
            |last: &FoundQuote| self.text.of(last.last_open) == self.text.of(range.start);
        if first.open != range.start
            || !self.out.last().is_some_and(same_mark)
            || self.has_own_speaker(first, range)
        {
            return false;
        }
        if let Some(last) = self.out.last_mut() {
            last.extend(first);
        }
        self.open = !first.closed;
        true
    }

    /// Whether the last quotation is still open at the `end` of a block, by its last mark; `before` is
    /// how many quotations there were before the block.
    fn stays_open(&self, mark: &Quoted, before: usize, end: usize) -> bool {
        let of_this_block = self.out.len() > before || self.open;
        let holds = |last: &FoundQuote| last.content.end > mark.open;
        of_this_block && !mark.closed && mark.close + 1 >= end && self.out.last().is_some_and(holds)
    }

    /// Reads the block sentence by sentence.
    fn sentences(
        &mut self,
        block: u32,
        range: &Range<usize>,
        sentence_ends: &[usize],
        marks: &[Quoted],
        taken: &mut [bool],
        mut ending: Ending,
    ) {
        let mut start = range.start;
        let mut before = ending.told.unwrap_or(start..start);
        let mut next_mark = 0;
        for end in units(sentence_ends, marks, range.clone()) {
            if end < range.end
                && end - start < LONGEST_UNIT
                && self.attribution_follows(marks, end, range.end)
            {
                continue;
            }
            let unit = start..end;
            start = end;
            let first_mark = next_mark;
            while marks.get(next_mark).is_some_and(|m| m.open < unit.end) {
                next_mark += 1;
            }
            let cues = unit.clone().filter_map(|i| self.text.cue_at(i, &unit));
            let unit = Unit {
                block,
                cues: cues.collect(),
                before: std::mem::replace(&mut before, unit.clone()),
                range: unit,
                marks: &marks[first_mark..next_mark],
                taken: &mut taken[first_mark..next_mark],
                used: Vec::new(),
            };
            self.unit(unit, ending.announced.take());
        }
        self.ending.told = Some(before);
    }

    /// All quotations of one sentence.
    fn unit(&mut self, mut unit: Unit<'_>, announced: Option<Announced>) {
        // "Berg said:" is surer than any verb behind, "Berg was blunt:" is not
        let (said, told) = match announced {
            Some((None, source)) => (None, source),
            announced => (announced, None),
        };
        if let Some((cue, source)) = said {
            self.announced_before(&mut unit, cue, source);
        }
        self.according_colon(&mut unit);
        self.cues_behind(&mut unit);
        self.inverted(&mut unit);
        self.nouns(&mut unit);
        self.cues_ahead(&mut unit);
        self.according(&mut unit);
        self.behind_colons(&mut unit);
        self.go_on(&mut unit);
        if told.is_some() {
            self.announced_before(&mut unit, None, told);
        }
        self.all_quotation(&mut unit);
    }

    /// A speaker's turn in a transcript: "WALLACE: But why now?"
    fn turn(&self, block: u32, range: Range<usize>) -> Option<FoundQuote> {
        let r = &self.text;
        let first = range.start + usize::from(matches!(r.of(range.start), "\"" | "“" | "``"));
        let colon = (first..range.end.min(first + TURN_NAME)).find(|i| r.of(*i) == ":")?;
        let name = first..colon;
        if !self.is_name_in_capitals(name.clone()) || colon + 2 >= range.end {
            return None;
        }
        self.behind_colon(block, name, colon, colon + 1..range.end)
    }

    fn is_name_in_capitals(&self, name: Range<usize>) -> bool {
        let r = &self.text;
        let in_capitals = |i: usize| {
            let token = &r.tokens[i];
            let word = token.kind == TokenKind::Word;
            word && matches!(token.case, Case::Upper | Case::None) || r.of(i) == "."
        };
        // initials alone ("Q:") name nobody
        name.clone().all(in_capitals) && name.clone().any(|i| r.tokens[i].span.len() > 2)
    }

    /// What stands behind a name and a colon and is said in full.
    fn behind_colon(
        &self,
        block: u32,
        name: Range<usize>,
        colon: usize,
        content: Range<usize>,
    ) -> Option<FoundQuote> {
        let r = &self.text;
        Some(FoundQuote {
            quote: Quote {
                kind: QuoteType::Direct,
                content: r.span(content.clone())?,
                cue: Some(r.tokens[colon].span),
                source: r.span(name),
                speaker: None,
                polarity: Polarity::Positive,
                stance: Some("say".into()),
                confidence: None,
            },
            block,
            goes_on: false,
            is_participle: false,
            last_open: content.start,
            content,
            cue: Some(colon),
        })
    }

    /// A headline: "Xi: 'China will act'", "'China will act,' Xi says".
    fn headline(&mut self, block: u32, range: Range<usize>, marks: &[Quoted]) -> bool {
        let r = &self.text;
        let Some(first) = marks.first() else {
            return false;
        };
        let colon = first
            .open
            .checked_sub(1)
            .filter(|c| *c > range.start && r.of(*c) == ":");
        let Some(colon) = colon.filter(|c| c - range.start <= HEADLINE_NAME && marks.len() == 1)
        else {
            return false;
        };
        let content = first.open..first.close + 1;
        let found = self.behind_colon(block, range.start..colon, colon, content);
        self.out.extend(found);
        true
    }

    /// Whether a short stretch in marks in the middle of a sentence is a name: every long word has a
    /// capital and no comma or colon leads in.
    fn is_title(&self, mark: &Quoted) -> bool {
        let r = &self.text;
        if mark.close - mark.open > LONGEST_TITLE
            || mark.open == 0
            || matches!(r.of(mark.open - 1), "," | ":" | "." | "!" | "?")
        {
            return false;
        }
        let (before, first) = (&r.tokens[mark.open - 1], &r.tokens[mark.open]);
        let joined = before.block == first.block && !r.quoted[mark.open - 1];
        let is_long = |t: &Token| t.kind == TokenKind::Word && t.span.len() >= TITLE_WORD;
        let mut words = r.tokens[mark.open + 1..mark.close].iter();
        joined && words.all(|t| !is_long(t) || t.case != Case::Lower)
    }

    /// The index after the "But" or "And" that ties a sentence to the one before, or the dash of a list: the reporter's.
    fn past_conjunction(&self, start: usize) -> usize {
        let word = self.text.of(start);
        start + usize::from(matches!(word, "But" | "And") || is_dash(word))
    }

    /// "The museum, Berg said, would change that": all of the sentence is said.
    fn parenthetical(
        &self,
        cue: &CueAt,
        unit: &Range<usize>,
        marks: &[Quoted],
    ) -> Option<(Range<usize>, Range<usize>)> {
        let r = &self.text;
        // "Berg said," and "Berg explained earlier in the hearing,"
        let comma = r.past_occasion(cue.last + 1, unit.end);
        if !r.is_comma(comma)
            || cue.cue.strength < Strength::Plain
            || cue.cue.form == VerbForm::Participle
        {
            return None;
        }
        // "Asked why, Berg said, “We had to.”"
        let speech_behind = |m: &Quoted| m.open == comma + 1 && speech_like(r, m);
        if marks.iter().any(speech_behind) {
            return None;
        }
        let source = r
            .subject_before(cue.at, unit.start)
            .filter(|s| s.end == cue.at && s.start > unit.start + 1)
            .filter(|s| !r.words[s.end - 1].is_relative())?;
        // "…, she said, referring to the strike": a participle behind the cue is the reporter's
        let end = if r.of(comma + 1).ends_with("ing") {
            source.start - 1
        } else {
            unit.end
        };
        let end = r.before_marks(end, comma + 1, STOPS_AND_COMMAS);
        let start = self.past_conjunction(unit.start);
        let goes_on_behind = end > comma + 2;
        let holds = r.is_comma(source.start - 1) && (end < source.start || goes_on_behind);
        (holds && end > start).then_some((start..end, source))
    }

    /// The subject of a cue; that of the sentence for a participle or an infinitive.
    fn source_of(&self, cue: &CueAt, unit: &Range<usize>) -> Option<Range<usize>> {
        let r = &self.text;
        let own = r.subject_before(cue.at, unit.start);
        if cue.cue.form == VerbForm::Participle
            && let Some(shown) = own.as_ref().and_then(|own| r.shown_in(own))
        {
            return Some(shown);
        }
        // "Said Ellis: “…”"
        if cue.at == unit.start && cue.cue.form == VerbForm::Finite {
            return r.subject_after(cue.last + 1, unit.end);
        }
        if let Some(quoted) = self.quoted_as_saying(cue, unit.start) {
            return Some(quoted);
        }
        if let Some(behind) = self.in_parenthesis(cue, unit) {
            return Some(behind);
        }
        let own = self.titled(cue, unit.start).or(own);
        let coordinated =
            cue.at > unit.start && matches!(r.of(cue.at - 1), "and" | "but" | "or" | "then");
        // "Berg issued a statement that said"
        if let Some(issuer) = own.as_ref().and_then(|own| self.issuer(own, unit.start)) {
            return Some(issuer);
        }
        let detached = match cue.cue.form {
            VerbForm::Participle => self.is_detached(cue, own.as_ref()),
            VerbForm::Base | VerbForm::Finite => self.is_of_object(cue, own.as_ref()),
        };
        // "called it “a lie” after she mocked him and blamed “the elite”"
        if coordinated && let Some(pronoun) = self.pronoun_of_clause(cue.at - 1, unit.start) {
            return Some(pronoun);
        }
        if let Some(own) = own.filter(|_| !detached && !coordinated) {
            return Some(own);
        }
        // the subject of the verb before: that of the last quotation in this sentence, or its first phrase
        if let Some(last) = self.out.last().and_then(|l| l.quote.source)
            && last.start >= r.tokens[unit.start].span.start
        {
            let at = r.tokens.partition_point(|t| t.span.start < last.start);
            let to = r.tokens.partition_point(|t| t.span.start < last.end);
            return Some(at..to);
        }
        self.clause_subject(unit.start, cue.at)
            .or_else(|| self.first_subject(unit.start, cue.at))
    }

    /// "One result, said Berg, was “…”", "One result, said Berg: “…”": the subject behind a verb that a comma parts from
    /// what is before it.
    fn in_parenthesis(&self, cue: &CueAt, unit: &Range<usize>) -> Option<Range<usize>> {
        let r = &self.text;
        let comma = cue.at.checked_sub(1).filter(|c| *c > unit.start)?;
        if cue.cue.form != VerbForm::Finite || !r.is_comma(comma) {
            return None;
        }
        let behind = r.subject_after(cue.last + 1, unit.end)?;
        let named = r.is_name_like(behind.start) || r.is_subject_pronoun(behind.start);
        // "Ann Berg, the mayor, told Lund: “…”" has its object there
        let ends = r.is_comma(behind.end)
            || r.of(behind.end) == ":" && r.is_one_of(cue.at, &["said", "says"]);
        (named && ends).then_some(behind)
    }

    /// "Berg was quoted as saying", "it quoted Ann Berg as saying": who is quoted.
    fn quoted_as_saying(&self, cue: &CueAt, start: usize) -> Option<Range<usize>> {
        /// "quoted the minister for roads, Ann Berg, as": tokens of a name and what it is.
        const NAME: usize = 10;
        let r = &self.text;
        let as_saying = cue.at > start + 1 && r.is(cue.at, "saying") && r.is(cue.at - 1, "as");
        if !as_saying {
            return None;
        }
        let from = start.max(cue.at.saturating_sub(NAME));
        let mut back = (from..cue.at - 1).rev();
        let quoted = back.find(|i| r.is_one_of(*i, &["quoted", "quoting", "quotes"]))?;
        match quoted + 2 == cue.at {
            true => r.subject_before(quoted, start),
            false => r.subject_after(quoted + 1, cue.at - 1),
        }
    }

    /// "Ann Berg, head of roads at Acme says: “…”": the name that begins the sentence, before a comma that no other closes.
    fn titled(&self, cue: &CueAt, start: usize) -> Option<Range<usize>> {
        /// A title and a name: "Dr. Ann Berg".
        const NAME: usize = 5;
        let r = &self.text;
        if r.of(cue.last + 1) != ":" || cue.at - start > BEHIND {
            return None;
        }
        let comma = (start..cue.at).find(|i| r.is_comma(*i))?;
        let is_name = (2..=NAME).contains(&(comma - start))
            && (start..comma).all(|i| r.is_name_like(i) || r.of(i) == ".")
            && !r.words[start].is_preposition()
            && !r.words[start].is_determiner();
        // no verb, and no pronoun as its subject, in between
        let is_title = (comma + 1..cue.at).all(|i| {
            let word = r.words[i];
            let listed = r.is_comma(i) && i + 1 < cue.at;
            listed
                || r.tokens[i].kind == TokenKind::Word
                    && word.cue.is_none()
                    && !word.is_pronoun()
                    && !word.is_relative()
                    && !word.is_auxiliary()
                    && !r.is_past_verb(i)
        });
        (is_name && is_title && comma + 1 < cue.at).then_some(start..comma)
    }

    /// Who issued the paper that the phrase `own` stands for: "Berg" in "Berg issued a statement that".
    fn issuer(&self, own: &Range<usize>, start: usize) -> Option<Range<usize>> {
        let r = &self.text;
        let is_paper = own.clone().any(|i| r.is_one_of(i, &WORDS.paper));
        let verb = own.start.checked_sub(1).filter(|v| *v > start)?;
        if !r.words[own.end - 1].is_relative() || !is_paper || !r.is_past_verb(verb) {
            return None;
        }
        r.subject_before(verb, start)
    }

    /// The subject of the verb in the past that stands last before token `to`: "I" in "When she called, I laughed
    /// and said", "Berg" in "Berg issued a letter saying".
    fn clause_subject(&self, start: usize, to: usize) -> Option<Range<usize>> {
        let r = &self.text;
        let from = start.max(to.saturating_sub(BEHIND));
        let fits = |s: &Range<usize>| {
            // "as Berg turned it down": a conjunction
            let led_in = s.start > start
                && r.words[s.start - 1].is_preposition()
                && !r.is_one_of(s.start - 1, &["as", "after", "before", "since"]);
            let clause = r.words[s.end - 1].is_relative() && !r.is(s.end - 1, "who");
            !led_in && !clause
        };
        let verbs = || (from + 1..to).rev().filter(|i| r.is_past_verb(*i));
        // "denied Lund made the remark, insisting", "said that soldiers had fought, adding": the verb before says more
        let in_clause = |verb: usize| {
            let clause = (from..verb).rev().find(|i| r.is_comma(*i)).unwrap_or(from);
            (clause..verb).any(|i| {
                let cue = r.words[i].cue;
                r.is_one_of(i, &["that", "why", "whether"])
                    || cue.is_some_and(|c| {
                        c.form == VerbForm::Finite && c.strength == Strength::Plain
                    }) && r.is_past_verb(i)
            })
        };
        // "Berg turned round, leaned into him and said": the first of the verbs has the subject
        let is_listed = |verb: usize| {
            let clause = (from..verb.saturating_sub(1))
                .rev()
                .find(|i| r.is_comma(*i));
            let clause = clause.map_or(from, |comma| comma + 1);
            r.is_comma(verb - 1) && (clause + 1..verb - 1).any(|i| r.is_past_verb(i))
        };
        let verb = verbs()
            .find(|v| !in_clause(*v) && !is_listed(*v))
            .or_else(|| verbs().next());
        // what a preposition leads in is no subject: "in the years that followed and said"
        let subject = verb.and_then(|v| r.subject_before(v, start)).filter(fits);
        // "Asked why, Berg shook her head and said"
        let behind_comma = || {
            let comma = (from..to).rev().find(|i| r.is_comma(*i))?;
            r.subject_after(comma + 1, to)
        };
        subject.or_else(behind_comma)
    }

    /// "interrupted me to announce": whether the phrase before an infinitive is an object and no subject.
    fn is_of_object(&self, cue: &CueAt, own: Option<&Range<usize>>) -> bool {
        const OBJECTS: &[&str] = &["me", "him", "them", "us"];
        let r = &self.text;
        // "took to Instagram to write", not "for the company to say"
        let led_in = |own: &Range<usize>| {
            own.start > 0 && r.words[own.start - 1].is_preposition() && !r.is(own.start - 1, "for")
        };
        // "Berg had a simpler way to put it"
        let had = |own: &Range<usize>| {
            let verb = own.start > 0 && r.is_one_of(own.start - 1, &["has", "had", "have"]);
            verb && !own.clone().any(|i| r.is_name_like(i))
        };
        r.is(cue.at - 1, "to")
            && own.is_some_and(|own| r.is_one_of(own.start, OBJECTS) || led_in(own) || had(own))
    }

    /// The pronoun that begins the clause which a conjunction of time or reason opens, behind the last quotation and
    /// before the "and" at `to`.
    fn pronoun_of_clause(&self, to: usize, start: usize) -> Option<Range<usize>> {
        const OPENERS: &[&str] = &[
            "after", "when", "while", "because", "as", "before", "although",
        ];
        let r = &self.text;
        let from = start.max(to.saturating_sub(BEHIND));
        let mut back = (from + 1..to).rev().take_while(|i| !r.quoted[*i]);
        let at = back.find(|i| r.is_subject_pronoun(*i) && r.is_one_of(*i - 1, OPENERS))?;
        Some(at..at + 1)
    }

    /// Whether a participle is not the verb of the phrase `own` before it, which may be none: a comma, a
    /// preposition or much else stands between.
    fn is_detached(&self, cue: &CueAt, own: Option<&Range<usize>>) -> bool {
        /// Tokens between a phrase and its own participle.
        const NEAR: usize = 12;
        let r = &self.text;
        own.is_none_or(|own| {
            // "issued a letter saying": a paper has been named by what is done with it
            let paper = || own.clone().any(|i| r.is_one_of(i, &WORDS.paper));
            // "laughed in his face, saying", "enjoyed her time in the house saying"
            // but not "with Berg saying", "footage of Berg saying"
            let led_in = || own.start > 0 && r.is_one_of(own.start - 1, &WORDS.leads_in);
            // "he left the club claiming", "enjoyed her time saying": the phrase is an object
            let is_object = || {
                let named = own.clone().any(|i| r.is_name_like(i));
                let before = own.start.checked_sub(1).map_or("", |v| r.of(v));
                !named && before.ends_with("ed")
                    || own.start >= 2 && r.is_subject_pronoun(own.start - 2)
            };
            // "put out a paper over the weekend calling"
            let is_when = |i: usize| r.words[i].is_time() || r.is_one_of(i, &WORDS.period);
            let when = || is_when(own.end - 1) || own.end < cue.at && is_when(cue.at - 1);
            r.of(cue.at - 1) == ","
                || when()
                || r.words[cue.at - 1].is_preposition()
                || own.end < cue.at.saturating_sub(NEAR)
                || paper()
                || led_in()
                || is_object()
        })
    }

    /// The first phrase from `start` that can be a subject, before token `to`.
    fn first_subject(&self, start: usize, to: usize) -> Option<Range<usize>> {
        let r = &self.text;
        let mut i = start;
        // "In August, the group sued, saying": what a preposition leads in is not the subject
        if start < to && r.words[start].is_preposition() {
            let comma = (start..to).find(|j| r.of(*j) == ",");
            i = comma.unwrap_or(start) + 1;
        }
        while i < to {
            let led_in = i > start && r.words[i - 1].is_preposition();
            if !r.quoted[i]
                && let Some(subject) = r.subject_after(i, to)
                && !led_in
            {
                return Some(self.without_verb(subject));
            }
            i += 1;
        }
        None
    }

    /// A phrase read forwards without the verb in -s that may end it: "Berg apologizes for", "Berg makes several".
    fn without_verb(&self, phrase: Range<usize>) -> Range<usize> {
        let r = &self.text;
        let (last, next) = (phrase.end - 1, r.words.get(phrase.end));
        let goes_on =
            next.is_some_and(|w| w.is_preposition() || w.is_determiner() || w.is_negation());
        let verb = last > phrase.start
            && r.tokens[last].kind == TokenKind::Word
            && r.tokens[last].case == Case::Lower
            && r.of(last).ends_with('s')
            && r.is_name_like(last - 1);
        phrase.start..phrase.end - usize::from(verb && goes_on)
    }

    /// Notes "…, Berg said:" at the end of a block.
    fn announce(&mut self, range: Range<usize>) {
        let r = &self.text;
        if r.of(range.end - 1) != ":" || r.quoted[range.end - 1] {
            return;
        }
        let from = range.end.saturating_sub(BEHIND).max(range.start);
        let start = (from..range.end - 1)
            .rev()
            .find(|i| matches!(r.of(*i), "." | "?" | "!") || r.quoted[*i])
            .map_or(from, |i| i + 1);
        let unit = start..range.end;
        let cue = (start..range.end).rev().find_map(|i| r.cue_at(i, &unit));
        let source = match &cue {
            Some(cue) => self.source_of(cue, &unit),
            // "Berg was blunt:"
            None => self.told_of(unit),
        };
        if cue.is_some() || source.is_some() {
            self.ending.announced = Some((cue, source));
        }
    }

    /// Notes a quotation of a sentence, whose marks tell what kind it is.
    fn push(
        &mut self,
        unit: &Unit<'_>,
        content: Range<usize>,
        cue: Option<CueAt>,
        source: Option<Range<usize>>,
    ) {
        let r = &self.text;
        let Some(span) = r.span(content.clone()) else {
            return;
        };
        let kind = unit.kind_of(&content);
        let last_mark = unit.marks.iter().rfind(|m| content.contains(&m.open));
        let polarity = self.polarity(cue.as_ref(), source.as_ref());
        // what is said before its cue may go on behind it, what a cue brings in does not
        let may_go_on = match kind {
            QuoteType::Direct => true,
            QuoteType::Mixed => cue.is_some_and(|c| c.at >= content.end),
            QuoteType::Indirect => false,
        };
        self.out.push(FoundQuote {
            quote: Quote {
                kind,
                content: span,
                cue: cue.and_then(|c| r.span(c.at..c.last + 1)),
                source: source.and_then(|s| r.span(s)),
                speaker: None,
                polarity,
                stance: cue.map(|c| c.cue.class.to_owned()),
                confidence: None,
            },
            block: unit.block,
            goes_on: may_go_on && polarity != Polarity::Negative,
            last_open: last_mark.map_or(content.start, |m| m.open),
            content,
            cue: cue.map(|c| c.at),
            is_participle: cue.is_some_and(|c| c.cue.form == VerbForm::Participle),
        });
    }

    fn polarity(&self, cue: Option<&CueAt>, source: Option<&Range<usize>>) -> Polarity {
        // "Nobody said the bridge was safe"
        let is_nobody = |s: &Range<usize>| {
            self.text
                .is_one_of(s.start, &["nobody", "none", "no", "neither"])
        };
        let nobody = source.is_some_and(is_nobody);
        match cue {
            Some(c) if c.negated || nobody => Polarity::Negative,
            Some(c) if c.hypothetical => Polarity::Hypothetical,
            _ => Polarity::Positive,
        }
    }
}

/// Marks that end a sentence.
const STOPS: &[&str] = &[".", "!", "?"];

/// Marks that end a sentence or a clause.
const STOPS_AND_COMMAS: &[&str] = &[".", "!", "?", ",", ";"];

/// Marks behind which nothing is said any more.
const ALL_STOPS: &[&str] = &[".", "!", "?", ",", ";", ":"];

fn is_dash(text: &str) -> bool {
    matches!(text, "—" | "–" | "--" | "―")
}

/// Whether what stands in the marks is said, not named: it begins like a sentence and ends like one.
fn speech_like(r: &TaggedText<'_>, q: &Quoted) -> bool {
    let Some(first) =
        (q.open + 1..q.close).find(|i| !matches!(r.tokens[*i].kind, TokenKind::Punctuation))
    else {
        return false;
    };
    let begins =
        !matches!(r.tokens[first].case, Case::Lower) || matches!(r.of(q.open + 1), "…" | "...");
    // "No." is one token, as the short form of number
    let last = r.of(q.close.saturating_sub(1));
    let ends = matches!(last, "," | "!" | "?" | "—" | "–" | "--" | "-" | "…")
        || last.ends_with('.')
        || !q.closed
        || matches!(r.of(q.close + 1), "." | ",");
    // what is longer is said, even where the sentence goes on behind it
    const A_CLAUSE: usize = 6;
    begins && (ends || q.close - q.open > A_CLAUSE)
}
