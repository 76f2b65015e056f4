//! What a cue brings in behind it, and where that ends.

use std::ops::Range;

use super::*;

impl Extractor<'_> {
    /// Whether cue `next` begins something new rather than standing inside what `cue` brings in.
    pub(super) fn resets(
        &self,
        cue: &CueAt,
        next: &CueAt,
        unit: &Range<usize>,
        marks: &[Quoted],
    ) -> bool {
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
    pub(super) fn second_clause(
        &self,
        next: &CueAt,
        cue: &CueAt,
        marks: &[Quoted],
    ) -> Option<usize> {
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
    pub(super) fn boundary(&self, next: &CueAt, cue: &CueAt, marks: &[Quoted]) -> usize {
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
    pub(super) fn ahead(
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
    pub(super) fn mixed_start(&self, cue: &CueAt, first: &Quoted, end: usize) -> usize {
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

    /// What a cue brings in without quotation marks, where it surely is speech.
    pub(super) fn indirect(
        &self,
        cue: &CueAt,
        end: usize,
        unit: &Range<usize>,
    ) -> Option<Range<usize>> {
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
}
