//! From marks and cues to quotations.

mod ahead;
mod behind;
mod units;

use std::ops::Range;

use units::{LONGEST_UNIT, units};

use super::clause::{CueAt, Reading};
use super::marks::{Quoted, quoted};
use crate::pipeline::Budget;
use crate::record::{Block, BlockKind, Polarity, Quote, QuoteType};
use crate::text::lexicon::{Strength, VerbForm};
use crate::text::tokens::Case;
use crate::text::{Span, TokenKind, Tokens};

/// A quotation and where it stands, in tokens, for what follows to build on.
#[derive(Debug, Clone)]
pub struct Found {
    pub quote: Quote,
    /// Index of the block it begins in.
    pub block: u32,
    /// Whether the next paragraph goes on with the same speaker when it is all quotation.
    goes_on: bool,
    content: Range<usize>,
    cue: Option<usize>,
    /// The opening mark of its last quoted stretch; its content's start where there is none.
    last_open: usize,
}

/// What a text's quotation marks came to.
#[derive(Debug)]
pub struct Extracted {
    pub found: Vec<Found>,
    /// A straight mark was closed by a curly one or the other way round.
    pub mismatched: bool,
}

/// How far behind a quotation its cue may stand, in tokens, appositions included.
const BEHIND: usize = 45;

/// All quotations of a text, in order; `None` when the budget is spent.
pub fn extract(
    text: &str,
    tokens: &Tokens,
    sentences: &[Span],
    blocks: &[Block],
    budget: &Budget,
) -> Option<Extracted> {
    let mut extractor = Extractor {
        reading: Reading::new(text, tokens),
        out: Vec::new(),
        open: false,
        transcript: false,
        mismatched: false,
        announced: None,
    };
    let turns = blocks
        .iter()
        .filter(|b| extractor.turn(0, tokens.within(b.span())).is_some());
    extractor.transcript = turns.take(2).count() == 2;
    let mut sentence = 0;
    for (index, block) in blocks.iter().enumerate() {
        if budget.spent() {
            return None;
        }
        let range = tokens.within(block.span());
        while sentences
            .get(sentence)
            .is_some_and(|s| s.end <= block.start)
        {
            sentence += 1;
        }
        let mut ends = Vec::new();
        while let Some(s) = sentences.get(sentence).filter(|s| s.start < block.end) {
            ends.push(tokens.partition_point(|t| t.span.start < s.end));
            sentence += 1;
        }
        extractor.block(index as u32, block.kind, range, &ends);
    }
    let mismatched = extractor.mismatched;
    let mut out = extractor.out;
    out.sort_by_key(|f| f.quote.content.start);
    Some(Extracted {
        found: out,
        mismatched,
    })
}

struct Extractor<'a> {
    reading: Reading<'a>,
    out: Vec<Found>,
    /// The last quotation was still open at the end of its block.
    open: bool,
    /// At least two blocks begin with a name in capitals and a colon.
    transcript: bool,
    /// See [`Extracted::mismatched`].
    mismatched: bool,
    /// The last block ended in "…, Berg said:", with its cue and source.
    announced: Option<(CueAt, Option<Range<usize>>)>,
}

impl Extractor<'_> {
    fn block(&mut self, block: u32, kind: BlockKind, range: Range<usize>, sentence_ends: &[usize]) {
        if range.is_empty() {
            return;
        }
        let marks = quoted(self.reading.text, self.reading.tokens, range.clone());
        for q in &marks {
            let straight = |i: usize| matches!(self.reading.of(i), "\"" | "''" | "``");
            self.mismatched |= q.closed && q.double && straight(q.open) != straight(q.close);
            self.reading.quoted[q.open..=q.close].fill(true);
        }
        let before = self.out.len();
        let announced = self.announced.take();
        let open = std::mem::take(&mut self.open);
        if self.transcript
            && let Some(turn) = self.turn(block, range.clone())
        {
            self.out.push(turn);
            return;
        }
        if kind == BlockKind::Headline && self.headline(block, range.clone(), &marks) {
            return;
        }
        let mut start = range.start;
        let mut q = 0;
        let mut taken = vec![false; marks.len()];
        // a quotation that runs over paragraphs: an opening mark a paragraph, one closing
        if open
            && marks.first().is_some_and(|m| m.open == range.start)
            && self
                .out
                .last()
                .is_some_and(|l| self.reading.of(l.last_open) == self.reading.of(range.start))
            && !self.has_own_speaker(&marks[0], &range)
        {
            if let Some(last) = self.out.last_mut() {
                last.content.end = marks[0].close + 1;
                last.last_open = range.start;
            }
            taken[0] = true;
            self.open = !marks[0].closed;
        }
        let mut announced = announced;
        for unit_end in units(sentence_ends, &marks, range.clone()) {
            if unit_end < range.end
                && unit_end - start < LONGEST_UNIT
                && self.attribution_follows(&marks, unit_end, range.end)
            {
                continue;
            }
            let unit = start..unit_end;
            start = unit_end;
            let from = q;
            while marks.get(q).is_some_and(|m| m.open < unit.end) {
                q += 1;
            }
            self.unit(
                block,
                &unit,
                &marks[from..q],
                &mut taken[from..q],
                announced.take(),
            );
        }
        if let Some(last) = self
            .out
            .last()
            .filter(|_| self.out.len() > before || self.open)
            && marks
                .last()
                .is_some_and(|m| !m.closed && m.close + 1 >= range.end && last.content.end > m.open)
        {
            self.open = true;
        }
        self.announce(range);
        for found in &mut self.out[before.saturating_sub(1)..] {
            if let Some(span) = self.reading.span(found.content.clone()) {
                found.quote.content = span;
            }
        }
    }

    /// A speaker's turn in a transcript: "WALLACE: But why now?"
    fn turn(&self, block: u32, range: Range<usize>) -> Option<Found> {
        let r = &self.reading;
        let first = range.start + usize::from(matches!(r.of(range.start), "\"" | "“" | "``"));
        let colon = (first..range.end.min(first + 5)).find(|i| r.of(*i) == ":")?;
        let name = first..colon;
        let capitals = !name.is_empty()
            && name.clone().all(|i| {
                matches!(r.tokens[i].case, Case::Upper | Case::None)
                    && r.tokens[i].kind == TokenKind::Word
                    || r.of(i) == "."
            })
            && name.clone().any(|i| r.tokens[i].span.len() > 2);
        if !capitals || colon + 2 >= range.end {
            return None;
        }
        self.behind_colon(block, name, colon, colon + 1..range.end)
    }

    /// What stands behind a name and a colon and is said in full.
    fn behind_colon(
        &self,
        block: u32,
        name: Range<usize>,
        colon: usize,
        content: Range<usize>,
    ) -> Option<Found> {
        let r = &self.reading;
        Some(Found {
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
            last_open: content.start,
            content,
            cue: Some(colon),
        })
    }

    /// A headline: "Xi: 'China will act'", "'China will act,' Xi says".
    fn headline(&mut self, block: u32, range: Range<usize>, marks: &[Quoted]) -> bool {
        let r = &self.reading;
        let Some(first) = marks.first() else {
            return false;
        };
        let colon = first
            .open
            .checked_sub(1)
            .filter(|c| *c > range.start && r.of(*c) == ":");
        let Some(colon) = colon.filter(|c| c - range.start <= 6 && marks.len() == 1) else {
            return false;
        };
        let content = first.open..first.close + 1;
        let found = self.behind_colon(block, range.start..colon, colon, content);
        self.out.extend(found);
        true
    }

    fn unit(
        &mut self,
        block: u32,
        unit: &Range<usize>,
        marks: &[Quoted],
        taken: &mut [bool],
        announced: Option<(CueAt, Option<Range<usize>>)>,
    ) {
        let cues: Vec<CueAt> = unit
            .clone()
            .filter_map(|i| self.reading.cue_at(i, unit))
            .collect();
        let mut used: Vec<usize> = Vec::new();
        // 1. cues behind a direct quotation: "…," Berg said
        for (m, mark) in marks.iter().enumerate() {
            if taken[m] {
                continue;
            }
            let next_open = marks.get(m + 1).map_or(unit.end, |n| n.open);
            let Some((cue, source)) = self.behind(mark, next_open, &cues) else {
                continue;
            };
            if cue.as_ref().is_some_and(|c| used.contains(&c.at)) {
                continue;
            }
            let start = self.content_start(unit, mark, &marks[..m], &taken[..m], &cues);
            taken[..=m]
                .iter_mut()
                .zip(marks)
                .filter(|(_, x)| x.open >= start)
                .for_each(|(t, _)| *t = true);
            let cue_at = cue.as_ref().map(|c| c.at);
            used.extend(cue_at);
            self.push(block, start..mark.close + 1, cue, Some(source), marks);
        }
        self.nouns(block, unit, marks, taken);
        // 2. cues before: said “…”, said that it “…” would …, and what is said without marks
        let free: Vec<&CueAt> = cues.iter().filter(|c| !used.contains(&c.at)).collect();
        let mut i = 0;
        while i < free.len() {
            let cue = free[i];
            let next = (i + 1..free.len()).find(|j| self.resets(cue, free[*j], unit, marks));
            let end = next.map_or(unit.end, |j| self.boundary(free[j], cue, marks));
            self.ahead(block, unit, cue, end, marks, taken, &mut used);
            i = next.unwrap_or(free.len());
        }
        self.according(block, unit, marks, taken);
        // 3. what goes on: “…,” he said. “And more.”
        for (m, mark) in marks.iter().enumerate() {
            if taken[m] {
                continue;
            }
            let begins_unit = mark.open == unit.start;
            let r = &self.reading;
            let Some(last) = self
                .out
                .last_mut()
                .filter(|l| l.block == block && l.cue.is_some() && l.content.end <= mark.open)
            else {
                continue;
            };
            // “If so,” she said, “we go”: what stands between is the attribution and little more
            let gap = last.content.end..mark.open.max(last.content.end);
            let split = last.cue.is_some_and(|c| gap.contains(&c))
                && gap.len() <= BEHIND
                && !r.quoted[gap.clone()].contains(&true);
            let led_in = matches!(
                r.of(mark.open.wrapping_sub(1)),
                "," | ":" | "—" | "–" | "--" | "―" | "."
            ) || r.of(last.content.end.saturating_sub(2)) == ",";
            // “…,” she said, and still “…”
            let coordinated = last.quote.kind != QuoteType::Indirect
                && last.quote.polarity == Polarity::Positive
                && (gap.start + 1..mark.open)
                    .rev()
                    .find(|i| !r.words[*i].is_adverb())
                    .is_some_and(|i| r.is_one_of(i, &["and", "but"]) && r.of(i - 1) == ",");
            let joins = mark.close - mark.open > 2
                && (begins_unit && last.goes_on
                    || split && (last.goes_on && led_in || coordinated));
            if joins {
                last.content.end = mark.close + 1;
                last.last_open = mark.open;
                taken[m] = true;
                continue;
            }
            // She said the plan was dead. “We have no money for it.”: a sentence of its own, said by her too
            let sentence = begins_unit
                && mark.close + 1 >= unit.end
                && mark.close - mark.open > 5
                && mark.double
                && last.quote.polarity == Polarity::Positive
                && gap.len() <= BEHIND
                && matches!(r.of(mark.close - 1), "." | "!" | "?")
                && speech_like(r, mark);
            if sentence && let Some(span) = r.span(mark.open..mark.close + 1) {
                taken[m] = true;
                let goes_on = Found {
                    quote: Quote {
                        kind: QuoteType::Direct,
                        content: span,
                        cue: None,
                        source: None,
                        ..last.quote.clone()
                    },
                    goes_on: true,
                    content: mark.open..mark.close + 1,
                    last_open: mark.open,
                    ..*last
                };
                self.out.push(goes_on);
            }
        }
        // 4. announced in the paragraph before: Berg said: ¶ “…”
        if let (Some((cue, source)), Some(first)) = (announced, marks.first())
            && !taken[0]
            && first.open == unit.start
        {
            taken[0] = true;
            self.push(block, first.open..first.close + 1, Some(cue), source, marks);
        }
        // 5. a paragraph that is all quotation, after one whose speaker was named
        if let Some(first) = marks.first()
            && !taken[0]
            && first.open == unit.start
            && first.close + 1 >= unit.end
            && first.double
            && first.close - first.open > 5
            && speech_like(&self.reading, first)
        {
            let last = self
                .out
                .last()
                .filter(|l| l.goes_on && (l.block + 1 == block || l.block == block))
                .cloned();
            if let Some(last) = last {
                taken[0] = true;
                self.out.push(Found {
                    quote: Quote {
                        cue: None,
                        source: None,
                        ..last.quote
                    },
                    block,
                    goes_on: true,
                    content: first.open..first.close + 1,
                    cue: None,
                    last_open: first.open,
                });
            }
        }
    }

    /// Whether a short stretch in marks in the middle of a sentence is a name: every long word has a
    /// capital and no comma or colon leads in.
    fn is_title(&self, mark: &Quoted) -> bool {
        let r = &self.reading;
        if mark.close - mark.open > 8
            || mark.open == 0
            || matches!(r.of(mark.open - 1), "," | ":" | "." | "!" | "?")
        {
            return false;
        }
        let joined =
            r.tokens[mark.open - 1].block == r.tokens[mark.open].block && !r.quoted[mark.open - 1];
        joined
            && (mark.open + 1..mark.close)
                .filter(|i| r.tokens[*i].kind == TokenKind::Word && r.tokens[*i].span.len() > 3)
                .all(|i| r.tokens[i].case != Case::Lower)
    }

    /// The index after the "But" or "And" that ties a sentence to the one before: the reporter's word.
    fn past_conjunction(&self, start: usize) -> usize {
        start + usize::from(matches!(self.reading.of(start), "But" | "And"))
    }

    /// "The museum, Berg said, would change that": all of the sentence is said.
    fn parenthetical(
        &self,
        cue: &CueAt,
        unit: &Range<usize>,
        marks: &[Quoted],
    ) -> Option<(Range<usize>, Range<usize>)> {
        let r = &self.reading;
        // "Berg said," and "Berg explained earlier in the hearing,"
        let comma = r.past_occasion(cue.last + 1, unit.end);
        if r.of(comma) != ","
            || r.quoted[comma]
            || cue.cue.strength < Strength::Plain
            || cue.cue.form == VerbForm::Participle
        {
            return None;
        }
        // "Asked why, Berg said, “We had to.”"
        if marks
            .iter()
            .any(|m| m.open == comma + 1 && speech_like(r, m))
        {
            return None;
        }
        let source = r
            .subject_before(cue.at, unit.start)
            .filter(|s| s.end == cue.at && s.start > unit.start + 1)?;
        // "…, she said, referring to the strike": a participle behind the cue is the reporter's
        let mut end = if r.of(comma + 1).ends_with("ing") {
            source.start - 1
        } else {
            unit.end
        };
        while end > comma + 1
            && matches!(r.of(end - 1), "." | "!" | "?" | "," | ";")
            && !r.quoted[end - 1]
        {
            end -= 1;
        }
        let start = self.past_conjunction(unit.start);
        (r.of(source.start - 1) == ","
            && !r.quoted[source.start - 1]
            && (end < source.start || end > comma + 2)
            && end > start)
            .then_some((start..end, source))
    }

    /// The subject of a cue; that of the sentence for a participle or an infinitive.
    fn source_of(&self, cue: &CueAt, unit: &Range<usize>) -> Option<Range<usize>> {
        let r = &self.reading;
        let own = r.subject_before(cue.at, unit.start);
        // "Said Ellis: “…”"
        if cue.at == unit.start && cue.cue.form == VerbForm::Finite {
            return r.subject_after(cue.last + 1, unit.end);
        }
        let detached = cue.cue.form == VerbForm::Participle
            && own.as_ref().is_none_or(|o| {
                r.of(cue.at - 1) == ","
                    || r.words[cue.at - 1].is_preposition()
                    || o.end < cue.at.saturating_sub(12)
            });
        let coordinated = cue.at > unit.start && matches!(r.of(cue.at - 1), "and" | "but" | "or");
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
        let mut i = unit.start;
        while i < cue.at {
            // "In August, the group sued, saying": what a preposition leads in is not the subject
            if r.words[i].is_preposition() && i == unit.start {
                i = (i..cue.at)
                    .find(|j| r.of(*j) == ",")
                    .map_or(i, |comma| comma)
                    + 1;
                continue;
            }
            if !r.quoted[i]
                && let Some(subject) = r.subject_after(i, cue.at)
                && (i == unit.start || !r.words[i - 1].is_preposition())
            {
                return Some(subject);
            }
            i += 1;
        }
        None
    }

    /// Notes "…, Berg said:" at the end of a block.
    fn announce(&mut self, range: Range<usize>) {
        let r = &self.reading;
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
        if let Some(cue) = cue {
            let source = self.source_of(&cue, &unit);
            self.announced = Some((cue, source));
        }
    }

    fn push(
        &mut self,
        block: u32,
        content: Range<usize>,
        cue: Option<CueAt>,
        source: Option<Range<usize>>,
        marks: &[Quoted],
    ) {
        let r = &self.reading;
        let Some(span) = r.span(content.clone()) else {
            return;
        };
        let inside = marks
            .iter()
            .filter(|m| m.open >= content.start && m.open < content.end);
        let (mut any, mut covered) = (false, 0);
        for m in inside {
            any = true;
            covered += m.close + 1 - m.open;
        }
        let kind = match (any, covered >= content.len()) {
            (false, _) => QuoteType::Indirect,
            (true, true) => QuoteType::Direct,
            (true, false) => QuoteType::Mixed,
        };
        // "Nobody said the bridge was safe"
        let nobody = source
            .as_ref()
            .is_some_and(|s| r.is_one_of(s.start, &["nobody", "none", "no", "neither"]));
        let polarity = match &cue {
            Some(c) if c.negated || nobody => Polarity::Negative,
            Some(c) if c.hypothetical => Polarity::Hypothetical,
            _ => Polarity::Positive,
        };
        self.out.push(Found {
            quote: Quote {
                kind,
                content: span,
                cue: cue.as_ref().and_then(|c| r.span(c.at..c.last + 1)),
                source: source.and_then(|s| r.span(s)),
                speaker: None,
                polarity,
                stance: cue.as_ref().map(|c| c.cue.class.to_owned()),
                confidence: None,
            },
            block,
            // what is said before its cue may go on behind it, what a cue brings in does not
            goes_on: polarity != Polarity::Negative
                && (kind == QuoteType::Direct
                    || kind == QuoteType::Mixed
                        && cue.as_ref().is_some_and(|c| c.at >= content.end)),
            last_open: marks
                .iter()
                .rfind(|m| m.open >= content.start && m.open < content.end)
                .map_or(content.start, |m| m.open),
            content,
            cue: cue.map(|c| c.at),
        });
    }
}

/// Words that open a clause before the main one.
const SUBORDINATORS: &[&str] = &[
    "though", "although", "while", "when", "after", "because", "as",
];

fn is_dash(text: &str) -> bool {
    matches!(text, "—" | "–" | "--" | "―")
}

/// Whether what stands in the marks is said, not named: it begins like a sentence and ends like one.
fn speech_like(r: &Reading<'_>, q: &Quoted) -> bool {
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
    begins && (ends || q.close - q.open > 6)
}
