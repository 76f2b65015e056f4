//! What a cue brings in behind it, and where that ends.

use std::ops::Range;

use super::super::clause::is_helper;
use super::*;

impl Extractor<'_> {
    /// What the cues bring in behind them that have not been used: said “…”, said that it “…” would …,
    /// and what is said without marks.
    pub(super) fn cues_ahead(&mut self, unit: &mut Unit<'_>) {
        let is_free = |c: &&CueAt| !unit.used.contains(&c.at);
        let free: Vec<CueAt> = unit.cues.iter().filter(is_free).copied().collect();
        let mut i = 0;
        while i < free.len() {
            let cue = free[i];
            let next = (i + 1..free.len()).find(|j| self.resets(&cue, &free[*j], unit));
            let end = next.map_or(unit.range.end, |j| {
                self.boundary(&free[j], &cue, unit.marks)
            });
            self.ahead(unit, &cue, end);
            i = next.unwrap_or(free.len());
        }
    }

    /// Whether cue `next` begins something new rather than standing inside what `cue` brings in.
    fn resets(&self, cue: &CueAt, next: &CueAt, unit: &Unit<'_>) -> bool {
        let start = self.text.before_helpers(next.at, unit.range.start);
        let before = if start > unit.range.start {
            self.text.of(start - 1)
        } else {
            ""
        };
        let finite = next.cue.form == VerbForm::Finite;
        let relative = cue.cue.strength < Strength::Plain
            && start > unit.range.start
            && self.text.words[start - 1].is_relative()
            && !before.eq_ignore_ascii_case("that");
        relative
            || is_coordinated(cue, next, before)
            || is_participle_clause(next, before)
            || finite && is_behind_marks(cue, next, unit.marks, &self.text)
            || self.is_beside_speech(next, unit.marks)
            || self.is_relative_beside_marks(cue, next, unit)
            || finite && self.is_main_verb(cue, next, unit, before)
            || self.second_clause(next, cue, unit.marks).is_some()
            || is_stronger(cue, next, unit.marks)
    }

    /// NP said, “…”: nothing stands between the cue and its quotation.
    fn is_beside_speech(&self, cue: &CueAt, marks: &[Quoted]) -> bool {
        let r = &self.text;
        marks.iter().any(|m| {
            (cue.last + 1..=cue.last + 2).contains(&m.open)
                && matches!(r.of(m.open - 1), "," | ":")
                && speech_like(r, m)
        })
    }

    /// "Berg said the water was bad, which Lund said “should remind us”".
    fn is_relative_beside_marks(&self, cue: &CueAt, next: &CueAt, unit: &Unit<'_>) -> bool {
        let r = &self.text;
        let beside = unit.marks.iter().any(|m| m.open == next.last + 1);
        let subject = r.subject_before(next.at, cue.last + 1);
        let relative = subject.and_then(|s| s.start.checked_sub(1));
        beside
            && next.cue.form == VerbForm::Finite
            && relative.is_some_and(|i| i > cue.last && r.is(i, "which"))
    }

    /// Whether `next` is the verb of the sentence and `cue` that of a clause before it.
    fn is_main_verb(&self, cue: &CueAt, next: &CueAt, unit: &Unit<'_>, before: &str) -> bool {
        let r = &self.text;
        let start = unit.range.start;
        // "Claiming that …, Berg told": the participle's clause ends at the comma
        // so does that of "When asked why, Berg told"
        let asked = cue.at == start + 1 && r.is_one_of(start, &WORDS.subordinator);
        let leads = cue.cue.form == VerbForm::Participle || cue.at == start || asked;
        let leading_clause = leads && (cue.last..next.at).any(|i| r.is_comma(i));
        // "Berg, who announced a site, said": the relative clause ends at the comma
        let opens_relative = |i: usize| i > start && r.words[i].is_relative() && r.of(i - 1) == ",";
        let relative_clause =
            before == "," && (cue.at.saturating_sub(4)..cue.at).any(opens_relative);
        leading_clause || relative_clause
    }

    /// The comma before ", and he urged", when marks stand before it, and before ", and Berg said that".
    fn second_clause(&self, next: &CueAt, cue: &CueAt, marks: &[Quoted]) -> Option<usize> {
        let r = &self.text;
        let subject = r
            .subject_before(next.at, cue.last + 1)
            .filter(|s| s.len() <= 4)?;
        let conjunction = subject.start.checked_sub(2).filter(|c| {
            *c > cue.last && r.of(*c) == "," && matches!(r.of(*c + 1), "and" | "but" | "while")
        })?;
        let named = r.is_name_like(subject.start) && !r.words[subject.start].is_pronoun();
        let says_more = named && r.is(next.last + 1, "that");
        let marks_before = |m: &Quoted| m.open > cue.last && m.close < conjunction + 1;
        (says_more || marks.iter().any(marks_before)).then_some(conjunction)
    }

    /// Where what an earlier cue brings in ends when `next` begins something new.
    fn boundary(&self, next: &CueAt, cue: &CueAt, marks: &[Quoted]) -> usize {
        let r = &self.text;
        if let Some(comma) = self.second_clause(next, cue, marks) {
            return comma;
        }
        let floor = cue.last + 1;
        let mut i = next.at;
        while i > floor {
            let word = r.words[i - 1];
            if !(is_helper(word) || word.is_conjunction() || word.is_relative()) {
                break;
            }
            i -= 1;
        }
        r.before_marks(i, floor, &[",", ";"])
    }

    /// What the cue brings in, up to `end`.
    fn ahead(&mut self, unit: &mut Unit<'_>, cue: &CueAt, end: usize) {
        if let Some((content, source)) = self.parenthetical(cue, &unit.range, unit.marks)
            && says_all(cue, &content, unit)
        {
            unit.take_within(&content);
            unit.used.push(cue.at);
            self.push(unit, content, Some(*cue), Some(source));
            return;
        }
        let source = self.source_of(cue, &unit.range);
        let mine = unit.free_within(cue.last + 1..end);
        let (Some(&first), Some(&last)) = (mine.first(), mine.last()) else {
            self.ahead_without_marks(unit, cue, source, end);
            return;
        };
        let (first, last) = (unit.marks[first], unit.marks[last]);
        let beside = self.is_beside(cue, &first);
        let only_beside = cue.cue.strength == Strength::Beside && !beside;
        let is_something_else = if beside {
            mine.len() == 1 && self.names_a_title(cue, &first)
        } else {
            self.is_aside(cue, &first, &unit.used)
        };
        if only_beside || is_something_else {
            return;
        }
        if self.is_direct(cue, &first, beside) {
            let close = unit.take_joined(&mine);
            unit.used.push(cue.at);
            self.push(unit, first.open..close + 1, Some(*cue), source);
            return;
        }
        if cue.cue.strength < Strength::Plain && source.is_none() {
            return;
        }
        let start = self.mixed_start(cue, &first, end);
        let end = self.mixed_end(unit, cue, first.open, &last, end);
        for m in mine {
            unit.taken[m] = true;
        }
        unit.used.push(cue.at);
        self.push(unit, start..end, Some(*cue), source);
    }

    /// What the cue brings in, where no mark that is free stands behind it.
    fn ahead_without_marks(
        &mut self,
        unit: &Unit<'_>,
        cue: &CueAt,
        source: Option<Range<usize>>,
        end: usize,
    ) {
        let behind = cue.last + 1..end;
        let any_marks = unit.marks.iter().any(|m| behind.contains(&m.open));
        if cue.cue.strength == Strength::Plain
            && !any_marks
            && let Some(source) = source
            && let Some(content) = self.indirect(cue, end, &unit.range)
        {
            self.push(unit, content, Some(*cue), Some(source));
        }
    }

    /// Whether a mark opens right behind the cue, or behind a comma, a colon or "that".
    fn is_beside(&self, cue: &CueAt, first: &Quoted) -> bool {
        first.open == cue.last + 1
            || first.open == cue.last + 2
                && matches!(self.text.of(cue.last + 1), "," | ":" | "that")
    }

    /// “…,” Berg said, referring to the strike, “…”: the split quotation goes on, and the participle
    /// brings in nothing. `used` are the cues before that brought in a quotation.
    fn is_aside(&self, cue: &CueAt, first: &Quoted, used: &[usize]) -> bool {
        let r = &self.text;
        let between_commas = cue.at >= 2 && r.of(cue.at - 1) == "," && r.of(first.open - 1) == ",";
        let weak = cue.cue.form == VerbForm::Participle && cue.cue.strength < Strength::Plain;
        let is_near = |before: &usize| *before < cue.at && cue.at - before <= BEHIND;
        weak && between_commas && used.iter().any(is_near)
    }

    /// "wrote “Night Train,” a novel".
    fn names_a_title(&self, cue: &CueAt, mark: &Quoted) -> bool {
        let r = &self.text;
        let has_capital = |t: &Token| t.case == Case::Title && t.span.len() >= TITLE_WORD;
        cue.cue.class == "write"
            && !is_lead(r.of(mark.open - 1))
            && self.is_title(mark)
            && r.tokens[mark.open + 1..mark.close].iter().any(has_capital)
            && !STOPS.contains(&r.of(mark.close - 1))
    }

    /// Whether what the cue brings in is the stretch in marks itself, not a clause with marks in it.
    fn is_direct(&self, cue: &CueAt, first: &Quoted, beside: bool) -> bool {
        let r = &self.text;
        let after_that =
            r.is(first.open - 1, "that") || first.open >= 2 && r.is(first.open - 2, "that");
        // "said it has one virtue: “…”"
        let has_subject = r.is_subject_pronoun(cue.last + 1);
        let led_in = beside || is_lead(r.of(first.open - 1)) && !has_subject;
        led_in && !after_that && speech_like(r, first)
    }

    /// Where a clause ends that `cue` brings in with marks in it, the first of which opens at `first`.
    fn mixed_end(
        &self,
        unit: &Unit<'_>,
        cue: &CueAt,
        first: usize,
        last: &Quoted,
        end: usize,
    ) -> usize {
        let r = &self.text;
        if self.ends_clause(last) {
            return last.close + 1;
        }
        let behind = last.close + 1;
        let mut end = end.max(behind);
        // ", implicitly engaging in what analysts called": a participle behind the marks is the
        // reporter's, and so is what stands behind a dash
        let dashed = (cue.last..first).any(|i| is_dash(r.of(i)));
        let participle = |comma: usize| {
            let verb = comma + 1 + usize::from(r.of(comma + 1).ends_with("ly"));
            r.of(comma) == "," && r.of(verb).ends_with("ing")
        };
        let stops = |i: &usize| !r.quoted[*i] && (participle(*i) || !dashed && is_dash(r.of(*i)));
        end = (behind..end.saturating_sub(1)).find(stops).unwrap_or(end);
        // "Though she called it “…” and called for a ban, Berg voted for it"
        // "In what she called “a first”, Berg stayed"
        let start = unit.range.start;
        let subordinate = r.is_one_of(start, &WORDS.subordinator)
            || r.is_one_of(start, &["in", "to"]) && r.is(start + 1, "what");
        let in_first_clause = subordinate && !(start..cue.at).any(|i| r.of(i) == ",");
        if in_first_clause && let Some(comma) = (behind..end).find(|i| r.is_comma(*i)) {
            end = comma;
        }
        r.before_marks(end, behind, ALL_STOPS)
    }

    /// The comma inside the marks ends the clause: “…,” but in the course of …; so does a dash behind them.
    fn ends_clause(&self, last: &Quoted) -> bool {
        let r = &self.text;
        let next = r.of(last.close + 1);
        let spaced = r.tokens.get(last.close + 1).is_some_and(|t| t.spaced);
        r.of(last.close - 1) == "," || next == ";" || is_dash(next) || next == "-" && spaced
    }

    /// Where a clause with marks in it begins: at "that", even behind a title in marks, or as [`TaggedText::complement`] has it.
    fn mixed_start(&self, cue: &CueAt, first: &Quoted, end: usize) -> usize {
        let r = &self.text;
        if self.is_title(first)
            && let Some(that) =
                (first.close + 1..end.min(first.close + 8)).find(|i| r.is(*i, "that"))
            && !(cue.last + 1..that)
                .any(|i| r.words[i].is_auxiliary() && r.tokens[i].kind == TokenKind::Word)
        {
            return that;
        }
        // "One result, said Berg, was “…”"
        if let Some(source) = self.in_parenthesis(cue, &(cue.at.saturating_sub(2)..first.open)) {
            return source.end + 1;
        }
        r.complement(cue, first.open).min(first.open)
    }

    /// What a cue brings in without quotation marks, where it surely is speech.
    fn indirect(&self, cue: &CueAt, end: usize, unit: &Range<usize>) -> Option<Range<usize>> {
        let r = &self.text;
        let to = r.before_marks(end, cue.last + 1, ALL_STOPS);
        let start = r.complement(cue, to);
        if start + 2 > to {
            return self.said_before(cue, unit);
        }
        let says = r.is(start, "that")
            || self.is_clause(cue, start, to) && !r.words[start].is_preposition()
            || self.is_demand(cue, start, to);
        says.then_some(start..to)
    }

    /// "The plan is ready, Berg said."
    fn said_before(&self, cue: &CueAt, unit: &Range<usize>) -> Option<Range<usize>> {
        const STANCES: &[&str] = &[
            "say", "tell", "add", "write", "announce", "explain", "claim",
        ];
        let r = &self.text;
        let mut before = (unit.start..cue.at).rev().take(BEHIND);
        let comma = before.find(|i| r.is_comma(*i))?;
        let source = r.subject_before(cue.at, unit.start)?;
        let holds = comma + 1 == source.start
            && comma > unit.start + SHORTEST_CLAUSE
            && STANCES.contains(&cue.cue.class);
        holds.then_some(unit.start..comma)
    }

    /// Whether right behind a cue of saying stands a clause: a verb within the length of a subject.
    fn is_clause(&self, cue: &CueAt, start: usize, to: usize) -> bool {
        const SUBJECT: usize = 12;
        const STANCES: &[&str] = &["say", "add", "claim", "announce", "acknowledge", "warn"];
        let r = &self.text;
        let is_verb = |i: usize| {
            let word = r.words[i];
            let past = r.of(i).ends_with("ed") || WORDS.past.contains(&r.of(i));
            r.tokens[i].kind == TokenKind::Word && (word.is_auxiliary() || word.is_modal() || past)
        };
        STANCES.contains(&cue.cue.class)
            && start == cue.last + 1
            && (start..to.min(start + SUBJECT)).any(is_verb)
    }

    /// "promised to help", "called for talks", "urged them to go": what is wanted, in a phrase.
    fn is_demand(&self, cue: &CueAt, start: usize, to: usize) -> bool {
        /// Tokens of an addressee: "urged the members of the council to".
        const ADDRESSEE: usize = 8;
        let r = &self.text;
        // "deals calling for cooperation" says nothing of who calls
        if cue.cue.form == VerbForm::Participle {
            return false;
        }
        match cue.cue.class {
            _ if cue.cue.particle == Some("for") => true,
            "promise" => r.is(start, "to") || !r.words[start].is_preposition(),
            // "residents urged to leave": it is they who were urged
            "demand" if r.is(start, "to") && r.is_one_of(cue.last, &WORDS.directive) => false,
            "demand" => (start..to.min(start + ADDRESSEE)).any(|i| r.is(i, "to")),
            _ => false,
        }
    }
}

/// Whether cue `next` is tied to `cue` by the conjunction `before` it: "said … and promised".
fn is_coordinated(cue: &CueAt, next: &CueAt, before: &str) -> bool {
    matches!(before, "and" | "but" | "or" | "then")
        && (next.cue.form != VerbForm::Base || cue.cue.form == VerbForm::Base)
}

/// "…, adding that", "by saying that".
fn is_participle_clause(next: &CueAt, before: &str) -> bool {
    next.cue.form == VerbForm::Participle
        && matches!(before, "," | "by" | "while" | "before" | "after")
}

/// “…,” but NP said: the marks right before cue `next` closed what `cue` brought in.
fn is_behind_marks(cue: &CueAt, next: &CueAt, marks: &[Quoted], r: &TaggedText<'_>) -> bool {
    /// Tokens between the marks and the cue.
    const NEAR: usize = 4;
    marks.iter().any(|m| {
        (cue.at + 1..next.at).contains(&m.close)
            && next.at - m.close <= NEAR
            && matches!(r.of(m.close - 1), "," | "?" | "!")
    })
}

/// Whether cue `next` says more about speech than `cue` and no marks stand between them.
fn is_stronger(cue: &CueAt, next: &CueAt, marks: &[Quoted]) -> bool {
    let between = |m: &Quoted| m.open > cue.at && m.close < next.at;
    next.cue.strength > cue.cue.strength && !marks.iter().any(between)
}

/// Whether all of a sentence around a cue is said: no mark in it has been taken, and without marks the
/// cue is one of plain saying.
fn says_all(cue: &CueAt, content: &Range<usize>, unit: &Unit<'_>) -> bool {
    let inside = || {
        let marks = unit.marks.iter().zip(unit.taken.iter());
        marks.filter(|(mark, _)| content.contains(&mark.open))
    };
    let plain = matches!(cue.cue.class, "say" | "add" | "explain");
    (plain || inside().next().is_some()) && inside().all(|(_, taken)| !*taken)
}

/// Marks that lead in a quotation.
fn is_lead(mark: &str) -> bool {
    matches!(mark, "," | ":" | "—" | "–" | "--")
}
