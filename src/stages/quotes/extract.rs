//! From marks and cues to quotations.

use std::ops::Range;

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

/// Tokens past which a sentence is cut for the search: no sentence of the news is a tenth as long.
const LONGEST_UNIT: usize = 1_000;

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

    /// Whether somebody with a name is told of behind the first quotation of a paragraph, so that it does
    /// not go on what the paragraph before left open and another said.
    fn has_own_speaker(&self, first: &Quoted, range: &Range<usize>) -> bool {
        let r = &self.reading;
        let attributed = self.out.last().is_some_and(|l| l.cue.is_some());
        let end = range.end.min(first.close + BEHIND);
        let cues: Vec<CueAt> = (first.close + 1..end.max(first.close + 1))
            .filter_map(|i| r.cue_at(i, range))
            .take(1)
            .collect();
        attributed
            && self
                .behind(first, end, &cues)
                .is_some_and(|(_, source)| source.clone().any(|i| r.is_name_like(i)))
    }

    /// Whether a sentence that ends in “…?” is followed by who asked it.
    fn attribution_follows(&self, marks: &[Quoted], end: usize, to: usize) -> bool {
        /// "Prime Minister Anna Berg demanded": a title and a name before the verb.
        const TITLE_AND_NAME: usize = 5;
        let r = &self.reading;
        let Some(mark) = marks.iter().find(|m| m.close + 1 == end) else {
            return false;
        };
        let cue = (end..to.min(end + TITLE_AND_NAME + 1))
            .take_while(|i| r.tokens[*i].kind != TokenKind::Punctuation)
            .find(|i| r.words[*i].cue.is_some_and(|c| c.form == VerbForm::Finite));
        match r.of(mark.close.saturating_sub(1)) {
            "?" | "!" | "…" | "..." => cue.is_some(),
            // a full stop for the comma: “We lost.” Berg said.
            "." => cue.is_some_and(|c| r.of(c + 1) == "." && c > end),
            _ => false,
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
        let content = colon + 1..range.end;
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
        let (span, source) = (r.span(content.clone()), r.span(range.start..colon));
        let cue = Some(r.tokens[colon].span);
        if let Some(span) = span {
            self.out.push(Found {
                quote: Quote {
                    kind: QuoteType::Direct,
                    content: span,
                    cue,
                    source,
                    speaker: None,
                    polarity: Polarity::Positive,
                    stance: Some("say".into()),
                    confidence: None,
                },
                block,
                goes_on: false,
                last_open: first.open,
                content,
                cue: Some(colon),
            });
        }
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

    /// "Berg's claim that the plan was “a farce”": a noun brings it in, and whose it is says who speaks.
    fn nouns(&mut self, block: u32, unit: &Range<usize>, marks: &[Quoted], taken: &mut [bool]) {
        /// From "that" to the mark: a clause of the news.
        const REACH: usize = 25;
        for m in 0..marks.len() {
            let r = &self.reading;
            let mark = marks[m];
            let from = unit.start.max(mark.open.saturating_sub(REACH));
            let that = (from.max(2)..mark.open)
                .rev()
                .find(|i| r.is(*i, "that") && !r.quoted[*i]);
            // "asked about his claim that it was so, Berg said, “…”" is not the claim's
            let one_clause = |t: &usize| !(*t..mark.open).any(|i| r.of(i) == "," && !r.quoted[i]);
            let Some(that) = that
                .filter(|t| !taken[m] && r.words[*t - 1].is_speech_noun())
                .filter(one_clause)
            else {
                continue;
            };
            let noun = that - 1;
            let owner = (unit.start..noun)
                .rev()
                .take(3)
                .find(|i| r.is_possessive(*i));
            let Some(source) = owner.and_then(|o| match r.of(o) {
                "'s" | "’s" | "'" | "’" => r.subject_before(o, unit.start),
                _ => Some(o..o + 1),
            }) else {
                continue;
            };
            // "said in her statement that": the verb brings it in
            let where_said =
                source.start > unit.start && r.is_one_of(source.start - 1, &["in", "during"]);
            let Some(span) = r.span(noun..noun + 1).filter(|_| !where_said) else {
                continue;
            };
            let end = (mark.close + 1..unit.end)
                .find(|i| matches!(r.of(*i), "," | ";" | "." | "?" | "!") || is_dash(r.of(*i)))
                .unwrap_or(unit.end);
            // "Berg's claim that it was “a lie” drew boos": the sentence's own verb follows
            let end = if r.of(mark.close - 1) == "," || source.start <= unit.start + 1 {
                mark.close + 1
            } else {
                end
            };
            for (t, x) in taken.iter_mut().zip(marks) {
                *t |= (that..end).contains(&x.open);
            }
            let stance = r.words[noun].cue.map_or("say", |c| c.class);
            self.push(block, that..end, None, Some(source), marks);
            if let Some(last) = self.out.last_mut() {
                last.quote.cue = Some(span);
                last.quote.stance = Some(stance.to_owned());
                last.goes_on = false;
            }
        }
    }

    /// "The road will close, according to the mayor" and "According to the mayor, …".
    fn according(&mut self, block: u32, unit: &Range<usize>, marks: &[Quoted], taken: &mut [bool]) {
        let r = &self.reading;
        let at = (unit.start..unit.end.saturating_sub(2))
            .find(|i| r.is(*i, "according") && r.is(*i + 1, "to") && !r.quoted[*i]);
        let Some((at, source)) = at.and_then(|at| Some((at, r.subject_after(at + 2, unit.end)?)))
        else {
            return;
        };
        let content = if at == unit.start {
            let Some(comma) = (source.end..unit.end.min(source.end + BEHIND))
                .find(|i| r.of(*i) == "," && !r.quoted[*i])
            else {
                return;
            };
            let mut end = unit.end;
            while end > comma + 1 && matches!(r.of(end - 1), "." | "!" | "?") && !r.quoted[end - 1]
            {
                end -= 1;
            }
            comma + 1..end
        } else if r.of(at - 1) == ","
            && !r.quoted[at - 1]
            // "The dam, according to the mayor, will hold"
            && (r.of(source.end) != "," || r.is_one_of(source.end + 1, &["which", "who"]))
        {
            self.past_conjunction(unit.start)..at - 1
        } else {
            return;
        };
        let inside = |x: &Quoted| content.contains(&x.open);
        let overlaps = self
            .out
            .iter()
            .rev()
            .take_while(|f| f.block == block && f.content.end > unit.start)
            .any(|f| f.content.start < content.end && content.start < f.content.end);
        let all_in = marks
            .iter()
            .filter(|m| inside(m))
            .all(|m| m.close < content.end);
        if overlaps || content.len() < 3 || !all_in {
            return;
        }
        for (t, x) in taken.iter_mut().zip(marks) {
            *t |= inside(x);
        }
        self.push(block, content, None, Some(source), marks);
    }

    /// The cue and source behind the quotation `mark`, before `to`.
    fn behind(
        &self,
        mark: &Quoted,
        to: usize,
        cues: &[CueAt],
    ) -> Option<(Option<CueAt>, Range<usize>)> {
        let r = &self.reading;
        let mut inner = mark.close;
        while inner > mark.open + 1 && matches!(r.of(inner - 1), "'" | "’" | "\"" | "”" | "''")
        {
            inner -= 1;
        }
        let last = r.of(inner - 1);
        if self.is_title(mark) {
            return None;
        }
        let mut at = mark.close + 1;
        let dash = matches!(r.of(at), "―" | "—" | "–" | "-" | "--");
        let stop = matches!(last, "." | "!" | "?" | "…" | "..." | "-");
        let comma = last == "," || matches!(r.of(at), "," | "―" | "—" | "–" | "--");
        if !(stop || comma) || at >= to {
            return None;
        }
        if matches!(r.of(at), "," | "―" | "—" | "–" | "--") {
            at += 1;
        }
        let to = to.min(at + BEHIND);
        // “…,” while others said: a clause of its own
        let led_in = mark.open > 0 && matches!(r.of(mark.open - 1), "," | ":");
        if r.is_one_of(at, &["while", "whereas", "although", "because"])
            || led_in && r.is_one_of(at, &["and", "but"])
        {
            return None;
        }
        if r.is(at, "according") && r.is(at + 1, "to") {
            let source = r.subject_after(at + 2, to)?;
            return Some((None, source)).filter(|_| at + 2 < to);
        }
        // "…," though she noted she had: that cue brings in what comes after it
        let goes_ahead = |c: &CueAt| {
            c.at > at
                && (r.is(c.last + 1, "that")
                    || ["he", "she", "they", "it", "we", "there"]
                        .iter()
                        .any(|p| r.is(c.last + 1, p)))
        };
        let cue = cues
            .iter()
            .find(|c| c.at >= at && c.at < to && c.cue.form != VerbForm::Participle)
            .filter(|c| !goes_ahead(c));
        if let Some(cue) = cue {
            let source = if cue.at == at || (at..cue.at).all(|i| r.words[i].is_adverb()) {
                r.subject_after(cue.last + 1, to)
            } else {
                let near =
                    |s: &Range<usize>| s.start <= at + 2 || self.only_circumstances(at, s.start);
                // “…,” Scott Hale, the senator from Ohio, who is up for election, said
                let apposed =
                    |s: &Range<usize>| matches!(r.of(s.end), "," | "(" | "—" | "–" | "--" | "who");
                r.subject_before(cue.at, at)
                    .filter(near)
                    .or_else(|| r.subject_after(at, cue.at).filter(apposed))
            };
            if let Some(source) = source {
                return Some((Some(*cue), source));
            }
        }
        // a pull quotation: “…” ― Anna Berg
        if dash && last != "," && mark.closed {
            let source = r
                .subject_after(at, to)
                .filter(|s| s.end + 1 >= to || r.of(s.end) == ",")?;
            return Some((None, source));
        }
        None
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

    /// Whether between a quotation and its speaker stands only what may: an adverb, "but", a short phrase.
    fn only_circumstances(&self, from: usize, to: usize) -> bool {
        to - from <= 3
            && (from..to).all(|i| {
                self.reading.words[i].is_adverb() || self.reading.words[i].is_conjunction()
            })
    }

    /// Where the content of a quotation with its cue behind begins: at its mark, or at the start of
    /// the sentence when the words before it are said too (“With thousands of systems, “there is no …,” he said”).
    fn content_start(
        &self,
        unit: &Range<usize>,
        mark: &Quoted,
        earlier: &[Quoted],
        taken: &[bool],
        cues: &[CueAt],
    ) -> usize {
        if mark.open == unit.start {
            return unit.start;
        }
        let after_taken = earlier
            .iter()
            .zip(taken)
            .rev()
            .find(|(_, t)| **t)
            .map_or(unit.start, |(q, _)| q.close + 1);
        if after_taken > unit.start {
            return mark.open;
        }
        let r = &self.reading;
        let led_in = cues.iter().any(|c| c.at < mark.open) || r.of(mark.open - 1) == ":";
        // "One example: the agency “only …”"
        let colon = (unit.start..mark.open).rev().find(|i| r.of(*i) == ":");
        match colon {
            _ if led_in => mark.open,
            Some(colon) => colon + 1,
            None => self.past_conjunction(unit.start),
        }
    }

    /// The index after the "But" or "And" that ties a sentence to the one before: the reporter's word.
    fn past_conjunction(&self, start: usize) -> usize {
        start + usize::from(matches!(self.reading.of(start), "But" | "And"))
    }

    /// Whether cue `next` begins something new rather than standing inside what `cue` brings in.
    fn resets(&self, cue: &CueAt, next: &CueAt, unit: &Range<usize>, marks: &[Quoted]) -> bool {
        let r = &self.reading;
        let mut i = next.at;
        while i > unit.start
            && (r.words[i - 1].is_adverb()
                || r.words[i - 1].is_auxiliary()
                || r.words[i - 1].is_modal()
                || r.words[i - 1].is_negation())
        {
            i -= 1;
        }
        let before = if i > unit.start { r.of(i - 1) } else { "" };
        let coordinated = matches!(before, "and" | "but" | "or" | "then")
            && (next.cue.form != VerbForm::Base || cue.cue.form == VerbForm::Base);
        let participle = next.cue.form == VerbForm::Participle
            && matches!(before, "," | "by" | "while" | "before" | "after");
        let relative = cue.cue.strength < Strength::Plain
            && i > unit.start
            && r.words[i - 1].is_relative()
            && !before.eq_ignore_ascii_case("that");
        // “…,” but NP said: the marks before it closed what the cue brought in
        let after_mark = marks.iter().any(|m| {
            m.close < next.at
                && m.close > cue.at
                && next.at - m.close <= 4
                && matches!(r.of(m.close - 1), "," | "?" | "!")
        });
        // NP said, “…”: nothing stands between this cue and its quotation
        let beside = marks.iter().any(|m| {
            m.open > next.last
                && m.open <= next.last + 2
                && matches!(r.of(m.open - 1), "," | ":")
                && speech_like(r, m)
        });
        // "Claiming that …, Berg told": the participle's clause ends at the comma
        let main = (cue.cue.form == VerbForm::Participle || cue.at == unit.start)
            && next.cue.form == VerbForm::Finite
            && (cue.last..next.at).any(|i| r.of(i) == "," && !r.quoted[i]);
        // "Berg, who announced a site, said": the relative clause ends at the comma
        let who = (cue.at.saturating_sub(4)..cue.at)
            .any(|i| i > unit.start && r.words[i].is_relative() && r.of(i - 1) == ",");
        let main = main || who && before == "," && next.cue.form == VerbForm::Finite;
        let second = self.second_clause(next, cue, marks).is_some();
        let stronger = next.cue.strength > cue.cue.strength;
        let marks_between = marks.iter().any(|m| m.open > cue.at && m.close < next.at);
        coordinated
            || participle
            || relative
            || after_mark && next.cue.form == VerbForm::Finite
            || beside
            || main
            || second
            || stronger && !marks_between
    }

    /// The comma before ", and he urged", when marks stand before it.
    fn second_clause(&self, next: &CueAt, cue: &CueAt, marks: &[Quoted]) -> Option<usize> {
        let r = &self.reading;
        let subject = r
            .subject_before(next.at, cue.last + 1)
            .filter(|s| s.len() <= 4)?;
        let conjunction = subject.start.checked_sub(2).filter(|c| {
            *c > cue.last && r.of(*c) == "," && matches!(r.of(*c + 1), "and" | "but" | "while")
        })?;
        marks
            .iter()
            .any(|m| m.open > cue.last && m.close < conjunction + 1)
            .then_some(conjunction)
    }

    /// Where what an earlier cue brings in ends when `next` begins something new.
    fn boundary(&self, next: &CueAt, cue: &CueAt, marks: &[Quoted]) -> usize {
        let r = &self.reading;
        if let Some(comma) = self.second_clause(next, cue, marks) {
            return comma;
        }
        let mut i = next.at;
        while i > cue.last + 1
            && (r.words[i - 1].is_adverb()
                || r.words[i - 1].is_auxiliary()
                || r.words[i - 1].is_modal()
                || r.words[i - 1].is_negation()
                || r.words[i - 1].is_conjunction()
                || r.words[i - 1].is_relative())
        {
            i -= 1;
        }
        while i > cue.last + 1 && matches!(r.of(i - 1), "," | ";") && !r.quoted[i - 1] {
            i -= 1;
        }
        i
    }

    /// What the cue brings in, up to `end`.
    #[allow(
        clippy::too_many_arguments,
        reason = "the state of one unit, used here only"
    )]
    fn ahead(
        &mut self,
        block: u32,
        unit: &Range<usize>,
        cue: &CueAt,
        end: usize,
        marks: &[Quoted],
        taken: &mut [bool],
        used: &mut Vec<usize>,
    ) {
        if let Some((content, source)) = self.parenthetical(cue, unit, marks) {
            let inside = marks
                .iter()
                .enumerate()
                .filter(|(_, m)| content.contains(&m.open));
            let any = inside.clone().count() > 0;
            if (any || matches!(cue.cue.class, "say" | "add" | "explain"))
                && inside.clone().all(|(m, _)| !taken[m])
            {
                inside.for_each(|(m, _)| taken[m] = true);
                used.push(cue.at);
                self.push(block, content, Some(*cue), Some(source), marks);
                return;
            }
        }
        let r = &self.reading;
        let here = |m: &Quoted| m.open > cue.last && m.open < end;
        let mine: Vec<usize> = (0..marks.len())
            .filter(|m| !taken[*m] && here(&marks[*m]))
            .collect();
        let source = self.source_of(cue, unit);
        if mine.is_empty() {
            if cue.cue.strength == Strength::Plain
                && !marks.iter().any(|m| m.open > cue.last && m.open < end)
                && let Some(source) = source
                && let Some(content) = self.indirect(cue, end, unit)
            {
                self.push(block, content, Some(*cue), Some(source), marks);
            }
            return;
        }
        let first = marks[mine[0]];
        let last = marks[mine[mine.len() - 1]];
        let beside = first.open == cue.last + 1
            || first.open == cue.last + 2 && matches!(r.of(cue.last + 1), "," | ":" | "that");
        if cue.cue.strength == Strength::Beside && !beside {
            return;
        }
        // “…,” Berg said, referring to the strike, “…”: the split quotation goes on
        let aside = cue.cue.form == VerbForm::Participle
            && cue.cue.strength < Strength::Plain
            && r.of(first.open - 1) == ","
            && !beside
            && cue.at >= 2
            && r.of(cue.at - 1) == ","
            && used.iter().any(|u| *u < cue.at && cue.at - u <= BEHIND);
        if aside {
            return;
        }
        let led_in = matches!(r.of(first.open - 1), "," | ":" | "—" | "–" | "--");
        // "wrote “Night Train,” a novel"
        let named = cue.cue.class == "write"
            && mine.len() == 1
            && beside
            && !led_in
            && self.is_title(&first)
            && (first.open + 1..first.close)
                .any(|i| r.tokens[i].case == Case::Title && r.tokens[i].span.len() > 3)
            && !matches!(r.of(first.close - 1), "." | "!" | "?");
        if named {
            return;
        }
        if speech_like(r, &first)
            && (led_in || beside)
            && !r.is(first.open - 1, "that")
            // "said it has one virtue: “…”"
            && (beside || !r.is_subject_pronoun(cue.last + 1))
            && !(first.open >= 2 && r.is(first.open - 2, "that"))
        {
            // direct: up to the last mark that goes on with it
            let mut close = first.close;
            taken[mine[0]] = true;
            for m in &mine[1..] {
                if marks[*m].open <= close + 2 {
                    close = marks[*m].close;
                    taken[*m] = true;
                }
            }
            used.push(cue.at);
            self.push(block, first.open..close + 1, Some(*cue), source, marks);
            return;
        }
        if cue.cue.strength < Strength::Plain && source.is_none() {
            return;
        }
        let start = self.mixed_start(cue, &first, end);
        let mut to = end.max(last.close + 1);
        // ", implicitly engaging in what analysts called": a participle behind the marks is the
        // reporter's, and so is what stands behind a dash
        let dashed = (cue.last..first.open).any(|i| is_dash(r.of(i)));
        if let Some(stop) = (last.close + 1..to.saturating_sub(1)).find(|i| {
            let verb = *i + 1 + usize::from(r.of(*i + 1).ends_with("ly"));
            !r.quoted[*i]
                && (r.of(*i) == "," && r.of(verb).ends_with("ing") || !dashed && is_dash(r.of(*i)))
        }) {
            to = stop;
        }
        // "Though she called it “…” and called for a ban, Berg voted for it"
        if r.is_one_of(unit.start, SUBORDINATORS)
            && let Some(comma) = (last.close + 1..to).find(|i| r.of(*i) == "," && !r.quoted[*i])
            && !(unit.start..cue.at).any(|i| r.of(i) == ",")
        {
            to = comma;
        }
        // the comma inside the marks ends the clause: “…,” but in the course of …
        if r.of(last.close - 1) == ","
            || matches!(r.of(last.close + 1), "—" | "–" | "--" | "―" | ";")
            || matches!(r.of(last.close + 1), "-")
                && r.tokens.get(last.close + 1).is_some_and(|t| t.spaced)
        {
            to = last.close + 1;
        }
        while to > last.close + 1
            && matches!(r.of(to - 1), "." | "," | ";" | ":" | "!" | "?")
            && !r.quoted[to - 1]
        {
            to -= 1;
        }
        for m in mine {
            taken[m] = true;
        }
        used.push(cue.at);
        self.push(block, start..to, Some(*cue), source, marks);
    }

    /// Where a clause with marks in it begins: at "that", even behind a title in marks, or as [`Reading::complement`] has it.
    fn mixed_start(&self, cue: &CueAt, first: &Quoted, end: usize) -> usize {
        let r = &self.reading;
        if self.is_title(first)
            && let Some(that) =
                (first.close + 1..end.min(first.close + 8)).find(|i| r.is(*i, "that"))
            && !(cue.last + 1..that)
                .any(|i| r.words[i].is_auxiliary() && r.tokens[i].kind == TokenKind::Word)
        {
            return that;
        }
        r.complement(cue, first.open).min(first.open)
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

    /// What a cue brings in without quotation marks, where it surely is speech.
    fn indirect(&self, cue: &CueAt, end: usize, unit: &Range<usize>) -> Option<Range<usize>> {
        let r = &self.reading;
        let mut to = end;
        while to > cue.last + 1 && matches!(r.of(to - 1), "." | "," | ";" | ":" | "!" | "?") {
            to -= 1;
        }
        let start = r.complement(cue, to);
        if start + 2 > to {
            // "The plan is ready, Berg said."
            let comma = (unit.start..cue.at)
                .rev()
                .take(BEHIND)
                .find(|i| r.of(*i) == "," && !r.quoted[*i])?;
            let source = r.subject_before(cue.at, unit.start)?;
            return (comma + 1 == source.start
                && comma > unit.start + 3
                && matches!(
                    cue.cue.class,
                    "say" | "tell" | "add" | "write" | "announce" | "explain" | "claim"
                ))
            .then_some(unit.start..comma);
        }
        let that = r.is(start, "that");
        let clause = matches!(
            cue.cue.class,
            "say" | "add" | "claim" | "announce" | "acknowledge" | "warn"
        ) && start == cue.last + 1
            && (start..to.min(start + 12)).any(|i| {
                r.tokens[i].kind == TokenKind::Word
                    && (r.words[i].is_auxiliary()
                        || r.words[i].is_modal()
                        || r.of(i).ends_with("ed"))
            });
        // "deals calling for cooperation" says nothing of who calls
        let phrase = cue.cue.form != VerbForm::Participle
            && (matches!(cue.cue.class, "promise")
                && (r.is(start, "to") || !r.words[start].is_preposition())
                || cue.cue.particle == Some("for")
                || cue.cue.class == "demand" && (start..to.min(start + 8)).any(|i| r.is(i, "to")));
        (that || clause && !r.words[start].is_preposition() || phrase).then_some(start..to)
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

/// Ends of the sentences of a block, except those inside quotation marks.
fn units(sentence_ends: &[usize], marks: &[Quoted], range: Range<usize>) -> Vec<usize> {
    let mut m = 0;
    let mut out: Vec<usize> = sentence_ends
        .iter()
        .copied()
        .filter(|end| {
            while marks.get(m).is_some_and(|q| q.close < *end) {
                m += 1;
            }
            !marks
                .get(m)
                .is_some_and(|q| q.open < *end && q.close >= *end)
        })
        .collect();
    if out.last() != Some(&range.end) {
        out.push(range.end);
    }
    bounded(&out, marks, range.start)
}

/// The same ends, and more of them in what is too long for a sentence, outside quotations: what is done
/// for each mark looks at the others of its unit, and must not become quadratic in the text.
fn bounded(ends: &[usize], marks: &[Quoted], start: usize) -> Vec<usize> {
    let mut out = Vec::with_capacity(ends.len());
    let (mut from, mut m) = (start, 0);
    for &end in ends {
        while end - from > LONGEST_UNIT {
            let mut cut = from + LONGEST_UNIT;
            while marks.get(m).is_some_and(|q| q.close < cut) {
                m += 1;
            }
            if let Some(around) = marks.get(m).filter(|q| q.open < cut) {
                cut = around.close + 1;
            }
            if cut >= end {
                break;
            }
            out.push(cut);
            from = cut;
        }
        out.push(end);
        from = end;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::quotes::marks::quoted;
    use crate::text::tokens::tokenize;

    #[test]
    fn what_is_too_long_for_a_sentence_is_cut_outside_its_quotations() {
        let text = "He said \u{201c}we go on\u{201d} and she said ".repeat(2_000);
        let tokens = tokenize(&text, std::iter::once(Span::new(0, text.len())));
        let marks = quoted(&text, &tokens, 0..tokens.len());
        assert_eq!(marks.len(), 2_000);
        let ends = units(&[tokens.len()], &marks, 0..tokens.len());
        assert!(ends.len() >= tokens.len() / (LONGEST_UNIT + 10));
        assert_eq!(ends.last(), Some(&tokens.len()));
        let mut from = 0;
        for end in ends {
            assert!(end - from <= LONGEST_UNIT + 10, "{from}..{end}");
            assert!(!marks.iter().any(|q| q.open < end && q.close >= end));
            from = end;
        }
    }
}
