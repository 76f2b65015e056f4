//! Cues and sources behind a quotation, and what brings one in without a verb.

use std::ops::Range;

use super::*;
use crate::text::lexicon::Cue;

impl Extractor<'_> {
    /// Cues behind a direct quotation: “…,” Berg said.
    pub(super) fn cues_behind(&mut self, unit: &mut Unit<'_>) {
        let marks = unit.marks;
        for (m, mark) in marks.iter().enumerate() {
            if unit.taken[m] {
                continue;
            }
            // "In what Berg called “a first”, Lund said": the verb right before has it
            let led_in = |c: &CueAt| c.last + 1 == mark.open && !unit.used.contains(&c.at);
            if unit.cues.iter().any(led_in) && self.begins_small(mark) {
                continue;
            }
            // "Berg said: “We will go. We want to.": what stands behind the colon is hers, even without its closing mark
            let colon = mark.open > unit.range.start && self.text.of(mark.open - 1) == ":";
            if colon && unit.cues.iter().any(|c| c.at < mark.open) {
                continue;
            }
            let next_open = marks.get(m + 1).map_or(unit.range.end, |n| n.open);
            let Some((cue, source)) = self.behind(mark, next_open, &unit.cues) else {
                continue;
            };
            if cue.is_some_and(|c| unit.used.contains(&c.at)) {
                continue;
            }
            let start = self.content_start(unit, m);
            unit.take_within(&(start..mark.close));
            unit.used.extend(cue.map(|c| c.at));
            self.push(unit, start..mark.close + 1, cue, Some(source));
        }
    }

    /// Whether what stands in marks begins with a small letter: a part of the sentence around it.
    fn begins_small(&self, mark: &Quoted) -> bool {
        let first = self.text.tokens.get(mark.open + 1);
        first.is_some_and(|t| t.case == Case::Lower)
    }

    /// Whether somebody with a name is told of behind the first quotation of a paragraph, so that it does
    /// not go on what the paragraph before left open and another said.
    pub(super) fn has_own_speaker(&self, first: &Quoted, range: &Range<usize>) -> bool {
        let r = &self.text;
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
        let r = &self.text;
        let Some(mark) = marks.iter().find(|m| m.close + 1 == end) else {
            return false;
        };
        let cue = (end..to.min(end + TITLE_AND_NAME + 1))
            .take_while(|i| r.tokens[*i].kind != TokenKind::Punctuation)
            .find(|i| r.words[*i].cue.is_some_and(|c| c.form == VerbForm::Finite));
        // “…” — Anna Berg in a statement
        let named = is_dash(r.of(end)) && r.is_name_like(end + 1) && to - end <= ATTRIBUTION;
        match r.of(mark.close.saturating_sub(1)) {
            _ if named => true,
            "?" | "!" | "…" | "..." => cue.is_some(),
            // a full stop for the comma: “We lost.” Berg said.
            "." => cue.is_some_and(|c| r.of(c + 1) == "." && c > end),
            _ => false,
        }
    }

    /// "There is “no dispute” about it, said Ann Berg": what stands before the verb with its subject behind it, with the
    /// marks in it.
    pub(super) fn inverted(&mut self, unit: &mut Unit<'_>) {
        const STANCES: &[&str] = &["say", "add", "explain", "write"];
        let r = &self.text;
        let says = |c: &&CueAt| {
            let finite = c.cue.form == VerbForm::Finite && STANCES.contains(&c.cue.class);
            finite && c.at > unit.range.start + SHORTEST_CLAUSE && r.is_comma(c.at - 1)
        };
        let Some(cue) = unit.cues.iter().find(says).copied() else {
            return;
        };
        let content = self.past_conjunction(unit.range.start)..cue.at - 1;
        let inside = unit.free_within(content.clone());
        let all = unit.marks.iter().filter(|m| content.contains(&m.open));
        let whole = !inside.is_empty() && all.count() == inside.len();
        let cut = inside.iter().any(|m| unit.marks[*m].close >= content.end);
        // another verb before the marks brings them in
        let led_in = unit.cues.iter().any(|c| c.at < cue.at);
        let source = r.subject_after(cue.last + 1, unit.range.end);
        if let Some(source) = source
            && whole
            && !cut
            && !led_in
            && !unit.used.contains(&cue.at)
        {
            unit.take_within(&content);
            unit.used.push(cue.at);
            self.push(unit, content, Some(cue), Some(source));
        }
    }

    /// "Berg's claim that the plan was “a farce”": a noun brings it in, and whose it is says who speaks.
    pub(super) fn nouns(&mut self, unit: &mut Unit<'_>) {
        let marks = unit.marks;
        for (m, mark) in marks.iter().enumerate() {
            if unit.taken[m] {
                continue;
            }
            let Some((noun, source)) = self.noun_before(unit.range.start, mark) else {
                continue;
            };
            let r = &self.text;
            // "Berg's claim that it was “a lie” drew boos": the sentence's own verb follows
            let clause = r.is(noun + 1, "that");
            let begins = source.start <= unit.range.start + 1;
            let end = if !clause || begins || r.of(mark.close - 1) == "," {
                mark.close + 1
            } else {
                let ends = |i: &usize| STOPS_AND_COMMAS.contains(&r.of(*i)) || is_dash(r.of(*i));
                let mut behind = mark.close + 1..unit.range.end;
                behind.find(ends).unwrap_or(unit.range.end)
            };
            self.push_of_noun(unit, noun, noun + 1..end, source);
        }
    }

    /// Notes a quotation that a noun brings in.
    fn push_of_noun(
        &mut self,
        unit: &mut Unit<'_>,
        noun: usize,
        content: Range<usize>,
        source: Range<usize>,
    ) {
        let cue = self.text.span(noun..noun + 1);
        let stance = self.text.words[noun].cue.map_or("say", |c| c.class);
        unit.take_within(&content);
        self.push(unit, content, None, Some(source));
        if let Some(last) = self.out.last_mut() {
            last.quote.cue = cue;
            last.quote.stance = Some(stance.to_owned());
            last.goes_on = false;
        }
    }

    /// What no verb brings in but a colon: "Ian Doyle: “…”", "Doyle had a simple message: “…”", "Doyle's verdict: “…”",
    /// "The reply came from Doyle: “…”".
    pub(super) fn behind_colons(&mut self, unit: &mut Unit<'_>) {
        let marks = unit.marks;
        for (m, mark) in marks.iter().enumerate() {
            let Some(colon) = mark.open.checked_sub(1).filter(|c| *c > unit.range.start) else {
                continue;
            };
            let r = &self.text;
            if unit.taken[m] || r.of(colon) != ":" || r.quoted[colon] || !speech_like(r, mark) {
                continue;
            }
            let content = mark.open..mark.close + 1;
            let before = unit.range.start..colon;
            let is_name = |words: &Range<usize>| {
                (2..=TURN_NAME).contains(&words.len())
                    && words.clone().all(|i| r.is_name_like(i) || r.of(i) == ".")
            };
            // "Ann Berg on the strike: “…”"
            let on = before.clone().take(TURN_NAME).find(|i| r.is(*i, "on"));
            let mut named = on
                .map(|on| before.start..on)
                .into_iter()
                .chain([before.clone()]);
            if let Some(name) = named.find(is_name) {
                let turn = self.behind_colon(unit.block, name, colon, content);
                unit.taken[m] |= turn.is_some();
                self.out.extend(turn);
            } else if let Some((noun, source)) = self.noun_before_colon(before.clone()) {
                self.push_of_noun(unit, noun, content, source);
            } else if mark.close + 1 >= unit.range.end
                && mark.double
                && let Some(source) = self.told_of(before)
            {
                // "Berg was blunt: “…”"
                unit.taken[m] = true;
                self.push(unit, content, None, Some(source));
            }
        }
    }

    /// The noun of speech in the words before a colon, and whose it is.
    fn noun_before_colon(&self, before: Range<usize>) -> Option<(usize, Range<usize>)> {
        /// "verdict on the second night was simple": tokens from the noun to the colon.
        const NEAR: usize = 8;
        let r = &self.text;
        let near = before.start.max(before.end.saturating_sub(NEAR))..before.end;
        let noun = near.rev().find(|i| {
            !r.quoted[*i] && (r.words[*i].is_speech_noun() || r.is_one_of(*i, &WORDS.introduction))
        })?;
        let maker = || {
            let mut behind = noun + 1..before.end;
            let tie = behind.find(|i| r.is_one_of(*i, &["from", "of", "by"]))?;
            r.subject_after(tie + 1, before.end)
        };
        // "Berg had a simple message"
        let subject = || {
            let verb = (before.start + 1..noun).rev().find(|i| {
                r.words[*i].is_auxiliary() && r.tokens[*i].kind == TokenKind::Word
                    || r.is_past_verb(*i)
                    || r.of(*i).ends_with('s') && r.is_name_like(*i - 1)
            })?;
            r.subject_before(verb, before.start)
        };
        // "Berg was restrained in his verdict": whose it is, is who the clause is about
        let owner = self.owner_before(before.start, noun);
        let named = owner.clone().filter(|o| !r.is_possessive(o.start));
        let source = named.or_else(maker).or_else(subject).or(owner)?;
        Some((noun, source))
    }

    /// Whose the noun of speech is, by a possessive before it.
    fn owner_before(&self, start: usize, noun: usize) -> Option<Range<usize>> {
        /// From the owner to the noun, in tokens: "Berg's latest public claim".
        const OWNER: usize = 3;
        let r = &self.text;
        let mut owners = (start..noun).rev().take(OWNER);
        let owner = owners.find(|i| r.is_possessive(*i))?;
        match r.of(owner) {
            "'s" | "’s" | "'" | "’" => r.subject_before(owner, start),
            _ => Some(owner..owner + 1),
        }
    }

    /// The noun of speech with "that" before a mark, and whose it is.
    fn noun_before(&self, start: usize, mark: &Quoted) -> Option<(usize, Range<usize>)> {
        /// From "that" to the mark: a clause of the news, in tokens.
        const CLAUSE: usize = 25;
        let r = &self.text;
        let from = start.max(mark.open.saturating_sub(CLAUSE)).max(2);
        let about = self.noun_about(from..mark.open, start, mark);
        if about.is_some() {
            return about;
        }
        let that = (from..mark.open)
            .rev()
            .find(|i| r.is(*i, "that") && !r.quoted[*i])?;
        // "asked about his claim that it was so, Berg said, “…”" is not the claim's
        let one_clause = !(that..mark.open).any(|i| r.is_comma(i));
        let noun = that - 1;
        if !one_clause || !r.words[noun].is_speech_noun() {
            return None;
        }
        let source = self.owner_before(start, noun)?;
        // "said in her statement that": the verb brings it in
        let where_said = source.start > start && r.is_one_of(source.start - 1, &["in", "during"]);
        (!where_said).then_some((noun, source))
    }

    /// "Berg's remarks about Lund having “lied”", "Berg's description of it as “a farce”": the noun of speech among
    /// the words `before` whose phrase has the mark in it, and whose it is by name.
    fn noun_about(
        &self,
        mut before: Range<usize>,
        start: usize,
        mark: &Quoted,
    ) -> Option<(usize, Range<usize>)> {
        let r = &self.text;
        let noun = before.rfind(|i| {
            r.words[*i].is_speech_noun()
                && r.is_one_of(*i + 1, &["about", "of", "on"])
                && !r.quoted[*i]
        })?;
        let cuts = |i: usize| {
            let finite = r.words[i].cue.is_some_and(|c| c.form == VerbForm::Finite);
            r.tokens[i].kind == TokenKind::Punctuation && r.of(i) != "-"
                || finite
                || r.words[i].is_auxiliary() && !r.of(i).ends_with("ing")
        };
        let owner = self.owner_before(start, noun)?;
        let named = owner.clone().any(|i| r.is_name_like(i));
        // "called Berg's remarks on Saturday “a wake-up call”" is the caller's
        let is_object = owner.start > start && r.words[owner.start - 1].cue.is_some();
        let one_phrase = !(noun + 1..mark.open).any(cuts);
        (named && one_phrase && !is_object && !self.is_title(mark)).then_some((noun, owner))
    }

    /// "The road will close, according to the mayor" and "According to the mayor, …".
    pub(super) fn according(&mut self, unit: &mut Unit<'_>) {
        /// The shortest statement, in tokens.
        const SHORTEST: usize = 3;
        let r = &self.text;
        let at = (unit.range.start..unit.range.end.saturating_sub(2))
            .find(|i| r.is(*i, "according") && r.is(*i + 1, "to") && !r.quoted[*i]);
        let Some(at) = at else {
            return;
        };
        let Some(source) = r.subject_after(at + 2, unit.range.end) else {
            return;
        };
        let Some(content) = self.according_content(at, &source, &unit.range) else {
            return;
        };
        let overlaps = self
            .out
            .iter()
            .rev()
            .take_while(|f| f.block == unit.block && f.content.end > unit.range.start)
            .any(|f| f.content.start < content.end && content.start < f.content.end);
        let cuts = |m: &Quoted| content.contains(&m.open) && m.close >= content.end;
        if overlaps || content.len() < SHORTEST || unit.marks.iter().any(cuts) {
            return;
        }
        unit.take_within(&content);
        self.push(unit, content, None, Some(source));
    }

    /// "It is too late, according to Berg: “…”", whatever verb stands before.
    pub(super) fn according_colon(&mut self, unit: &mut Unit<'_>) {
        /// "according to the minister for roads, Ann Berg:", in tokens.
        const NEAR: usize = 14;
        let r = &self.text;
        let is_colon =
            |m: &Quoted| m.open > unit.range.start && r.of(m.open - 1) == ":" && speech_like(r, m);
        let Some(m) = unit.marks.iter().position(is_colon) else {
            return;
        };
        let mark = unit.marks[m];
        let from = unit.range.start.max(mark.open.saturating_sub(NEAR));
        let at = (from..mark.open).find(|i| r.is(*i, "according") && r.is(*i + 1, "to"));
        let source = at.and_then(|at| r.subject_after(at + 2, mark.open));
        if let Some(source) = source.filter(|s| s.end + 1 == mark.open) {
            unit.taken[m] = true;
            self.push(unit, mark.open..mark.close + 1, None, Some(source));
        }
    }

    /// What is so according to `source`: the rest of the sentence, behind or before the words at `at`.
    fn according_content(
        &self,
        at: usize,
        source: &Range<usize>,
        unit: &Range<usize>,
    ) -> Option<Range<usize>> {
        let r = &self.text;
        if at == unit.start {
            let mut behind = source.end..unit.end.min(source.end + BEHIND);
            let comma = behind.find(|i| r.is_comma(*i))?;
            return Some(comma + 1..r.before_marks(unit.end, comma + 1, STOPS));
        }
        // "The dam, according to the mayor, will hold"
        let in_the_middle =
            r.of(source.end) == "," && !r.is_one_of(source.end + 1, &["which", "who"]);
        let said = r.is_comma(at - 1) && !in_the_middle;
        said.then(|| self.past_conjunction(unit.start)..at - 1)
    }

    /// The cue and source behind the quotation `mark`, before `to`.
    fn behind(
        &self,
        mark: &Quoted,
        to: usize,
        cues: &[CueAt],
    ) -> Option<(Option<CueAt>, Range<usize>)> {
        let r = &self.text;
        let at = self.attribution_at(mark).filter(|_| mark.close + 1 < to)?;
        let to = to.min(at + BEHIND);
        if r.is(at, "according") && r.is(at + 1, "to") {
            let source = r.subject_after(at + 2, to)?;
            return Some((None, source)).filter(|_| at + 2 < to);
        }
        let mut within = cues.iter().filter(|c| (at..to).contains(&c.at));
        if let Some((cue, source)) = within.find_map(|c| Some((*c, self.quoted_as_saying(c, at)?)))
        {
            return Some((Some(cue), source));
        }
        let is_verb = |c: &&CueAt| (at..to).contains(&c.at) && c.cue.form != VerbForm::Participle;
        let cue = cues
            .iter()
            .find(is_verb)
            .filter(|c| !self.goes_ahead(c, at));
        if let Some(cue) = cue
            && let Some(source) = self.source_behind(cue, at, to)
            && !self.is_subject_of_another(cue, &source)
        {
            return Some((Some(*cue), source));
        }
        self.named_behind(mark, at, to).map(|source| (None, source))
    }

    /// Where behind a quotation the words that say whose it is may begin; `None` where none can follow.
    fn attribution_at(&self, mark: &Quoted) -> Option<usize> {
        let last = self.last_said(mark);
        let next = self.text.of(mark.close + 1);
        let stop = matches!(last, "." | "!" | "?" | "…" | "..." | "-");
        let comma_behind = next == "," || is_dash(next);
        let at = mark.close + 1 + usize::from(comma_behind);
        let ends = stop || last == "," || comma_behind || self.is_said_without_comma(mark, at);
        (ends && !self.is_title(mark) && !self.begins_clause(mark, at)).then_some(at)
    }

    /// “We will rebuild this town” says Berg: a whole sentence in marks, with its verb right behind or behind a name.
    fn is_said_without_comma(&self, mark: &Quoted, at: usize) -> bool {
        /// "the committee's chief executive Ann Berg": tokens before the verb.
        const NAME: usize = 9;
        let r = &self.text;
        let first = &r.tokens[mark.open];
        let begins = mark.open.checked_sub(1).is_none_or(|before| {
            r.tokens[before].block != first.block
                || STOPS.contains(&r.of(before))
                || r.quoted[before]
        });
        let whole = mark.close - mark.open > SHORTEST_SPEECH
            && r.tokens[mark.open + 1].case != Case::Lower
            && r.tokens[mark.open + 1..mark.close]
                .iter()
                .any(|t| t.case == Case::Lower && t.span.len() >= TITLE_WORD);
        let says = |i: usize| {
            let plain = |c: &Cue| c.form == VerbForm::Finite && c.strength == Strength::Plain;
            r.words.get(i).is_some_and(|w| {
                let phrasal = |c: &Cue| plain(c) && c.particle.is_some_and(|p| r.is(i + 1, p));
                w.cue.as_ref().is_some_and(plain) || w.phrasal.iter().any(phrasal)
            })
        };
        // "could “cool the market” he said."
        let pronoun = r.is_subject_pronoun(at)
            && says(at + 1)
            && r.tokens
                .get(at + 2)
                .is_none_or(|t| t.kind == TokenKind::Punctuation);
        if pronoun {
            return true;
        }
        let mut behind = at..r.tokens.len().min(at + NAME);
        let verb = behind.find(|i| says(*i) || r.tokens[*i].kind == TokenKind::Punctuation);
        begins && whole && mark.double && verb.is_some_and(says)
    }

    /// The last token in marks, without the marks inside them.
    pub(super) fn last_said(&self, mark: &Quoted) -> &str {
        let is_mark = |i: usize| matches!(self.text.of(i), "'" | "’" | "\"" | "”" | "''" | "’’");
        let last = (mark.open + 1..mark.close).rev().find(|i| !is_mark(*i));
        self.text.of(last.unwrap_or(mark.open))
    }

    /// The source of a pull quotation: “…” ― Anna Berg
    fn named_behind(&self, mark: &Quoted, at: usize, to: usize) -> Option<Range<usize>> {
        let r = &self.text;
        let next = r.of(mark.close + 1);
        let dash = is_dash(next) || next == "-";
        if !dash || !mark.closed || self.last_said(mark) == "," {
            return None;
        }
        let source = r.subject_after(at, to)?;
        // "— Anna Berg in a statement", "— Anna Berg, head of Acme"
        let ends = source.end + 1 >= to
            || r.of(source.end) == ","
            || r.is_name_like(source.start) && r.words[source.end].is_preposition();
        ends.then_some(source)
    }

    /// “…,” while others said: behind the quotation `mark` a clause of its own begins at `at`.
    fn begins_clause(&self, mark: &Quoted, at: usize) -> bool {
        const ALWAYS: [&str; 5] = ["while", "whereas", "although", "though", "because"];
        // but not “…,” when asked why, Berg said
        const WITH_A_SUBJECT: [&str; 3] = ["when", "after", "until"];
        let r = &self.text;
        let led_in = mark.open > 0 && matches!(r.of(mark.open - 1), "," | ":");
        r.is_one_of(at, &ALWAYS)
            || r.is_one_of(at, &WITH_A_SUBJECT) && !r.of(at + 1).ends_with("ed")
            || led_in && r.is_one_of(at, &["and", "but"])
    }

    /// “…," though she noted she had: the cue brings in what comes after it.
    fn goes_ahead(&self, cue: &CueAt, at: usize) -> bool {
        const BEGIN_A_CLAUSE: &[&str] = &["that", "he", "she", "they", "it", "we", "there"];
        cue.at > at && self.text.is_one_of(cue.last + 1, BEGIN_A_CLAUSE)
    }

    /// “…,” said Berg would go: whether the phrase behind a cue is the subject of what the cue brings in.
    fn is_subject_of_another(&self, cue: &CueAt, source: &Range<usize>) -> bool {
        let r = &self.text;
        let verb = r.words.get(source.end).copied().unwrap_or_default();
        let spoken = r
            .tokens
            .get(source.end)
            .is_some_and(|t| t.kind == TokenKind::Word);
        source.start > cue.at && spoken && (verb.is_modal() || verb.is_auxiliary())
    }

    /// The source of a cue behind a quotation, whose attribution begins at `at`.
    fn source_behind(&self, cue: &CueAt, at: usize, to: usize) -> Option<Range<usize>> {
        let r = &self.text;
        if (at..cue.at).all(|i| r.words[i].is_adverb()) {
            return r.subject_after(cue.last + 1, to);
        }
        let near = |s: &Range<usize>| s.start <= at + 2 || self.only_circumstances(at, s.start);
        // “…,” Scott Hale, the senator from Ohio, who is up for election, said
        let apposed =
            |s: &Range<usize>| matches!(r.of(s.end), "," | "(" | "—" | "–" | "--" | "who");
        r.subject_before(cue.at, at)
            .filter(near)
            .or_else(|| r.subject_after(at, cue.at).filter(apposed))
    }

    /// Whether between a quotation and its speaker stands only what may: an adverb, "but", a short phrase.
    fn only_circumstances(&self, from: usize, to: usize) -> bool {
        to - from <= 3
            && (from..to)
                .all(|i| self.text.words[i].is_adverb() || self.text.words[i].is_conjunction())
    }

    /// Where the content of quotation `m` with its cue behind begins: at its mark, or at the start of
    /// the sentence when the words before it are said too (“With thousands of systems, “there is no …,” he said”).
    fn content_start(&self, unit: &Unit<'_>, m: usize) -> usize {
        let mark = &unit.marks[m];
        let start = unit.range.start;
        if mark.open == start || unit.taken[..m].contains(&true) {
            return mark.open;
        }
        let r = &self.text;
        let led_in = unit.cues.iter().any(|c| c.at < mark.open) || r.of(mark.open - 1) == ":";
        if led_in {
            return mark.open;
        }
        // "One example: the agency “only …”"
        let colon = (start..mark.open).rev().find(|i| r.of(*i) == ":");
        colon.map_or_else(|| self.past_conjunction(start), |colon| colon + 1)
    }
}
