//! Cues and sources behind a quotation, and what brings one in without a verb.

use std::ops::Range;

use super::*;

impl Extractor<'_> {
    /// Whether somebody with a name is told of behind the first quotation of a paragraph, so that it does
    /// not go on what the paragraph before left open and another said.
    pub(super) fn has_own_speaker(&self, first: &Quoted, range: &Range<usize>) -> bool {
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
    pub(super) fn attribution_follows(&self, marks: &[Quoted], end: usize, to: usize) -> bool {
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

    /// "Berg's claim that the plan was “a farce”": a noun brings it in, and whose it is says who speaks.
    pub(super) fn nouns(
        &mut self,
        block: u32,
        unit: &Range<usize>,
        marks: &[Quoted],
        taken: &mut [bool],
    ) {
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
    pub(super) fn according(
        &mut self,
        block: u32,
        unit: &Range<usize>,
        marks: &[Quoted],
        taken: &mut [bool],
    ) {
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
    pub(super) fn behind(
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

    /// Whether between a quotation and its speaker stands only what may: an adverb, "but", a short phrase.
    pub(super) fn only_circumstances(&self, from: usize, to: usize) -> bool {
        to - from <= 3
            && (from..to).all(|i| {
                self.reading.words[i].is_adverb() || self.reading.words[i].is_conjunction()
            })
    }

    /// Where the content of a quotation with its cue behind begins: at its mark, or at the start of
    /// the sentence when the words before it are said too (“With thousands of systems, “there is no …,” he said”).
    pub(super) fn content_start(
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
}
