//! What goes on from a quotation before: “…,” he said. “And more.”

use std::ops::Range;

use super::*;

impl Extractor<'_> {
    /// Gives the marks that no cue has taken to the quotation before, where it goes on with them.
    pub(super) fn go_on(&mut self, unit: &mut Unit<'_>) {
        for (m, mark) in unit.marks.iter().enumerate() {
            if unit.taken[m] {
                continue;
            }
            let Some(last) = self.last_before(unit.block, mark) else {
                continue;
            };
            let begins_unit = mark.open == unit.range.start;
            if self.joins(last, mark, begins_unit) {
                unit.taken[m] = true;
                if let Some(last) = self.out.last_mut() {
                    last.extend(mark);
                }
            } else if begins_unit
                && self.is_next_sentence(last, mark, unit.range.end)
                && let Some(mut next) = self.next_of(last, mark)
            {
                unit.taken[m] = true;
                next.cue = last.cue;
                self.out.push(next);
            }
        }
    }

    /// The quotation before `mark`, if it is of the same block and has a cue.
    fn last_before(&self, block: u32, mark: &Quoted) -> Option<&FoundQuote> {
        let last = self.out.last()?;
        let before = last.block == block && last.content.end <= mark.open;
        (before && last.cue.is_some()).then_some(last)
    }

    /// Whether the stretch `mark` is more of the quotation `last` rather than one of its own.
    fn joins(&self, last: &FoundQuote, mark: &Quoted, begins_unit: bool) -> bool {
        /// A word in marks behind a quotation is a term in the reporter's sentence.
        const ONE_WORD: usize = 2;
        if mark.close - mark.open <= ONE_WORD {
            return false;
        }
        begins_unit && last.goes_on
            || self.is_split(last, mark)
                && (last.goes_on && self.is_led_in(last, mark) || self.is_coordinated(last, mark))
    }

    /// “If so,” she said, “we go”: what stands between is the attribution and little more.
    fn is_split(&self, last: &FoundQuote, mark: &Quoted) -> bool {
        let gap = last.content.end..mark.open;
        last.cue.is_some_and(|c| gap.contains(&c))
            && gap.len() <= BEHIND
            && !self.text.quoted[gap].contains(&true)
    }

    fn is_led_in(&self, last: &FoundQuote, mark: &Quoted) -> bool {
        let r = &self.text;
        let before = r.of(mark.open.wrapping_sub(1));
        matches!(before, "," | ":" | ".")
            || is_dash(before)
            || r.of(last.content.end.saturating_sub(2)) == ","
    }

    /// “…,” she said, and still “…”.
    fn is_coordinated(&self, last: &FoundQuote, mark: &Quoted) -> bool {
        let r = &self.text;
        let mut gap = (last.content.end + 1..mark.open).rev();
        let conjunction = gap.find(|i| !r.words[*i].is_adverb());
        last.quote.kind != QuoteType::Indirect
            && last.quote.polarity == Polarity::Positive
            && conjunction.is_some_and(|i| r.is_one_of(i, &["and", "but"]) && r.of(i - 1) == ",")
    }

    /// She said the plan was dead. “We have no money for it.”: a sentence of its own, said by her too.
    fn is_next_sentence(&self, last: &FoundQuote, mark: &Quoted, end: usize) -> bool {
        let r = &self.text;
        let near = mark.open - last.content.end <= BEHIND;
        near && last.quote.polarity == Polarity::Positive
            && is_whole_speech(r, mark, end, SHORTEST_SPEECH)
            && (!mark.closed || STOPS.contains(&self.last_said(mark)))
    }

    /// The quotation in `mark` of the one who said `last`, without words of its own that say so.
    fn next_of(&self, last: &FoundQuote, mark: &Quoted) -> Option<FoundQuote> {
        let content = mark.open..mark.close + 1;
        Some(FoundQuote {
            quote: Quote {
                kind: QuoteType::Direct,
                content: self.text.span(content.clone())?,
                cue: None,
                source: None,
                ..last.quote.clone()
            },
            block: last.block,
            goes_on: true,
            content,
            cue: None,
            is_participle: false,
            last_open: mark.open,
        })
    }

    /// A sentence that begins with marks, announced in the paragraph before: Berg said: ¶ “…”
    pub(super) fn announced_before(
        &mut self,
        unit: &mut Unit<'_>,
        cue: Option<CueAt>,
        source: Option<Range<usize>>,
    ) {
        if let Some(first) = unit.marks.first()
            && !unit.taken[0]
            && first.open == unit.range.start
        {
            unit.taken[0] = true;
            self.push(unit, first.open..first.close + 1, cue, source);
        }
    }

    /// A paragraph that is all quotation, after one whose speaker was named.
    pub(super) fn all_quotation(&mut self, unit: &mut Unit<'_>) {
        /// Quotations of one paragraph that are looked back at.
        const NEAR: usize = 8;
        let Some(first) = unit.marks.first() else {
            return;
        };
        // a short one needs its closing mark
        let shortest = if first.closed {
            A_SENTENCE
        } else {
            SHORTEST_SPEECH
        };
        if unit.taken[0]
            || first.open != unit.range.start
            || !is_whole_speech(&self.text, first, unit.range.end, shortest)
        {
            return;
        }
        // Berg called it “a farce”. ¶ “We have no money for it.”
        let ends_block = |last: &FoundQuote| {
            last.block + 1 == unit.block
                && last.quote.kind != QuoteType::Direct
                && last.cue.is_some()
                && last.quote.polarity == Polarity::Positive
                && (last.content.end + 1 >= unit.range.start
                    || last.content.start >= unit.before.start)
        };
        let goes_on = |last: &&FoundQuote| {
            last.goes_on && (last.block + 1 == unit.block || last.block == unit.block)
                || ends_block(last)
        };
        // “…,” Berg said of a report alleging that it was so. ¶ “…”: Berg goes on
        let is_reported = |l: &FoundQuote| l.quote.kind == QuoteType::Indirect && l.is_participle;
        let mut near = self.out.iter().rev().take(NEAR);
        let before = near.find(|l| !is_reported(l)).filter(|l| l.goes_on);
        let last = before.or(self.out.last()).filter(goes_on);
        // "Lund is doubtful. “What can have caused it?”": one told of since
        let told = || self.subject_of_sentence_before(unit);
        let another = last
            .filter(|l| unit.before.start >= l.content.end)
            .and_then(|_| told());
        let last = last.filter(|_| another.is_none());
        if let Some(mut next) = last.and_then(|l| self.next_of(l, first)) {
            unit.taken[0] = true;
            next.block = unit.block;
            self.out.push(next);
        } else if let Some(source) = another.or_else(|| self.subject_of_sentence_before(unit)) {
            unit.taken[0] = true;
            self.push(unit, first.open..first.close + 1, None, Some(source));
        }
    }

    /// Berg was doubtful. “What can have caused it?”: the one, by name or pronoun, with whom the sentence before begins, in
    /// the block or at the end of the one before.
    fn subject_of_sentence_before(&self, unit: &Unit<'_>) -> Option<Range<usize>> {
        let said = self.text.quoted[unit.before.clone()].contains(&true);
        self.told_of(unit.before.clone()).filter(|_| !said)
    }

    /// The one, by name or pronoun, with whom some words of a sentence begin: "Meanwhile, Berg was doubtful".
    pub(super) fn told_of(&self, before: Range<usize>) -> Option<Range<usize>> {
        /// "In a recent interview,": a phrase before the subject, in tokens.
        const PHRASE: usize = 10;
        let r = &self.text;
        // "According to Berg, it was new. “…”"
        if r.is(before.start, "according") {
            return r.subject_after(before.start + 2, before.end);
        }
        // "Meanwhile, Berg", "But he"
        let adverb = r
            .words
            .get(before.start)
            .is_some_and(|w| w.is_adverb() || w.is_conjunction())
            || r.is_one_of(before.start, &WORDS.opener);
        let led_in = usize::from(adverb) + usize::from(adverb && r.is_comma(before.start + 1));
        let mut start = before.start + led_in;
        // "In her old age, she"
        if r.words.get(start).is_some_and(|w| w.is_preposition()) {
            let mut near = start..before.end.min(start + PHRASE);
            start = near.find(|i| r.is_comma(*i))? + 1;
        }
        let subject = r.subject_after(start, before.end)?;
        // not "This was new", "Berg's journey began"
        let (first, word) = (subject.start, r.words[subject.start]);
        let named = r.is_name_like(first)
            && !word.is_determiner()
            && !word.is_pronoun()
            && !subject.clone().any(|i| r.is_possessive(i));
        // "Berg expects big business": the name alone
        let is_name = |i: &usize| r.is_name_like(*i) || matches!(r.of(*i), "." | "-");
        if named {
            let behind = subject.clone().find(|i| !is_name(i));
            return Some(first..behind.unwrap_or(subject.end));
        }
        r.is_one_of(first, &["he", "she"]).then_some(subject)
    }
}

/// Shortest sentence in a paragraph that is all quotation, in tokens between the marks: "We won."
const A_SENTENCE: usize = 3;

/// Whether the stretch `mark` is speech up to the `end` of its sentence, of `shortest` tokens, and no term in marks.
fn is_whole_speech(r: &TaggedText<'_>, mark: &Quoted, end: usize, shortest: usize) -> bool {
    mark.close + 1 >= end
        && mark.close - mark.open > shortest
        && mark.double
        && speech_like(r, mark)
}
