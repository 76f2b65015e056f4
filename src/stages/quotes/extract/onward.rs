//! What goes on from a quotation before: “…,” he said. “And more.”

use super::*;

impl Extractor<'_> {
    /// Gives the marks that no cue has taken to the quotation before, where it goes on with them.
    pub(super) fn go_on(&mut self, unit: &mut Unit<'_>) {
        for (m, mark) in unit.marks.iter().enumerate() {
            if unit.taken[m] {
                continue;
            }
            let is_before = |last: &&FoundQuote| {
                last.block == unit.block && last.cue.is_some() && last.content.end <= mark.open
            };
            let Some(last) = self.out.last().filter(is_before) else {
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
                next.quote.kind = QuoteType::Direct;
                next.cue = last.cue;
                self.out.push(next);
            }
        }
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
            && is_whole_speech(r, mark, end)
            && matches!(r.of(mark.close - 1), "." | "!" | "?")
    }

    /// The quotation in `mark` of the one who said `last`, without words of its own that say so.
    fn next_of(&self, last: &FoundQuote, mark: &Quoted) -> Option<FoundQuote> {
        let content = mark.open..mark.close + 1;
        Some(FoundQuote {
            quote: Quote {
                content: self.text.span(content.clone())?,
                cue: None,
                source: None,
                ..last.quote.clone()
            },
            block: last.block,
            goes_on: true,
            content,
            cue: None,
            last_open: mark.open,
        })
    }

    /// A sentence that begins with marks, announced in the paragraph before: Berg said: ¶ “…”
    pub(super) fn announced_before(
        &mut self,
        unit: &mut Unit<'_>,
        cue: CueAt,
        source: Option<Range<usize>>,
    ) {
        if let Some(first) = unit.marks.first()
            && !unit.taken[0]
            && first.open == unit.range.start
        {
            unit.taken[0] = true;
            self.push(unit, first.open..first.close + 1, Some(cue), source);
        }
    }

    /// A paragraph that is all quotation, after one whose speaker was named.
    pub(super) fn all_quotation(&mut self, unit: &mut Unit<'_>) {
        let Some(first) = unit.marks.first() else {
            return;
        };
        if unit.taken[0]
            || first.open != unit.range.start
            || !is_whole_speech(&self.text, first, unit.range.end)
        {
            return;
        }
        let goes_on = |last: &&FoundQuote| {
            last.goes_on && (last.block + 1 == unit.block || last.block == unit.block)
        };
        let last = self.out.last().filter(goes_on);
        if let Some(mut next) = last.and_then(|l| self.next_of(l, first)) {
            unit.taken[0] = true;
            next.block = unit.block;
            self.out.push(next);
        }
    }
}

/// Whether the stretch `mark` is speech up to the `end` of its sentence, and no term in marks.
fn is_whole_speech(r: &TaggedText<'_>, mark: &Quoted, end: usize) -> bool {
    mark.close + 1 >= end
        && mark.close - mark.open > SHORTEST_SPEECH
        && mark.double
        && speech_like(r, mark)
}
