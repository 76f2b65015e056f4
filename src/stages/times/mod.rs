//! Times and dates, normalised to the values of TIMEX3.
//!
//! The stage finds what TimeML annotates (DATE, TIME, DURATION, SET; without the preposition before
//! it) and says what it means in four steps:
//!
//! 1. [`words`] gives each token its class: a month, a unit, "last", "ago". Most have none.
//! 2. [`grammar`] reads an expression around a token that can begin one. What looks alike and is no
//!    time of the story (ages, "$5 a year", scores, labels) is read too, and left out.
//! 3. [`tense`] says on which side of the publication a bare weekday or month lies, and [`grammar::generic`] whether it is any
//!    weekday or month at all.
//! 4. [`resolve`] holds the meaning against the anchor: the article's publication date in its own
//!    zone, never the clock; or, for "two years later" and "that day", what the text last spoke of.
//!    [`nearest`] chooses which Thursday or which May a bare name means.
//!
//! [`point`] and [`mod@unit`] are the calendar: its stretches and lengths with their TIMEX3 values.
//!
//! `value` follows TimeML 1.2 as TimeBank writes it: `1998-W05`, `1998-Q3`, `1998-SU`, `199` for the
//! 1990s, `19` for the 20th century, `BC0044` and `BC04` for a year and a century before Christ,
//! `1998-02-19TMO`, `P2Y6M`, `PXM` for "months", `PAST_REF`. Without an anchor it is null and `unanchored`
//! keeps what the text alone says: `XXXX-WXX-4` for "Thursday", or a distance from publication as a signed
//! duration, `-P1Y` for "last year". A stated zone does not change `value`, which is the time as written;
//! `begin` then holds the instant.
//!
//! The two ends of a range ("from Monday through Friday") stay two expressions, each with the
//! range's `begin` and `end_value`; "June 3-5" is one, with the value `…/…`.

mod grammar;
mod holidays;
mod line;
mod nearest;
mod point;
mod resolve;
mod tense;
mod unit;
mod words;

use std::ops::Range;
use std::sync::LazyLock;

use grammar::{FoundTime, Match, Meaning, generic};
use jiff::ToSpan;
use jiff::civil::Date;
use line::{TokenLine, classify};
use point::Point;
use resolve::{Anchor, ExpressionPlace, Resolver};
use tense::Tense;
use unit::TimeUnit;
use words::{Rel, TimeWord};

use super::{Given, Outcome, Sentences, Stage, StageError, Times};
use crate::intake::Article;
use crate::intake::dates::calendar;
use crate::pipeline::Budget;
use crate::record::{Language, TimeExpression, TimeType};
use crate::text::data::Data;
use crate::text::{Span, Token, TokenKind, Tokens, numbers};

/// Finds and normalises temporal expressions.
pub struct TimesStage;

static DATA: LazyLock<Data> = LazyLock::new(|| {
    words::warm();
    grammar::warm();
    tense::warm();
    holidays::warm();
    Data::of(&[
        words::WORDS_FILE,
        calendar::FILE,
        grammar::LISTS_FILE,
        tense::TENSE_FILE,
        holidays::HOLIDAYS_FILE,
        numbers::WORDS_FILE,
    ])
});

impl Stage for TimesStage {
    type Reads = (Tokens, Sentences, Language);
    type Finds = Times;

    fn data(&self) -> Option<&Data> {
        Some(&DATA)
    }

    fn run(
        &self,
        article: &Article,
        (tokens, sentences, language): Given<'_, Self>,
        budget: &Budget,
    ) -> Result<Outcome<Times>, StageError> {
        let Some(tokens) = tokens else {
            return Ok(Outcome::Skipped("no tokens"));
        };
        if super::is_unsupported(language, tokens) {
            return Ok(Outcome::Skipped("no rules for this language"));
        }
        let anchor = article
            .supplied
            .published
            .as_ref()
            .and_then(|p| Anchor::parse(&p.value));
        let sentences = sentences.map(Vec::as_slice).unwrap_or_default();
        let times = find(&article.text, tokens, sentences, anchor, budget)?;
        Ok(Outcome::found(times))
    }
}

/// All temporal expressions of a text, in order.
///
/// # Errors
/// When `budget` is spent.
fn find(
    text: &str,
    tokens: &[Token],
    sentences: &[Span],
    anchor: Option<Anchor>,
    budget: &Budget,
) -> Result<Vec<TimeExpression>, StageError> {
    let mut finder = Finder {
        text,
        all: tokens,
        is_of_game: None,
        sentences,
        sentence: 0,
        resolver: Resolver::new(anchor),
        out: Vec::new(),
    };
    let mut words = Vec::new();
    for block in tokens.chunk_by(|a, b| a.block == b.block) {
        if budget.spent() {
            return Err(StageError::TimedOut);
        }
        classify(text, block, &mut words);
        finder.walk(&TokenLine {
            text,
            tokens: block,
            words: &words,
        });
    }
    Ok(finder.out)
}

/// A walk over the blocks of a text, and what it found so far.
struct Finder<'t> {
    text: &'t str,
    all: &'t [Token],
    /// Whether the text tells of a game in quarters, once it was asked.
    is_of_game: Option<bool>,
    sentences: &'t [Span],
    /// Index of the sentence the walk is in.
    sentence: usize,
    resolver: Resolver,
    out: Vec<TimeExpression>,
}

impl Finder<'_> {
    /// Reads one block.
    fn walk(&mut self, line: &TokenLine) {
        let mut floor = 0;
        let mut i = 0;
        let mut last: Option<FoundTime> = None;
        while i < line.tokens.len() {
            if !can_begin(line, i) {
                i += 1;
                continue;
            }
            let day_joined = last.as_ref().and_then(|before| joined(line, before, i));
            match day_joined.map_or_else(|| line.find(i, floor), |f| Some(Match::Found(f))) {
                // "24 points in the third quarter"
                Some(Match::Found(found)) if found.meaning.is_quarter() && self.is_of_game() => {
                    i = found.end.max(i + 1);
                    floor = i;
                }
                Some(Match::Found(found)) => {
                    let resolved = self.resolve(line, &found);
                    self.out.push(resolved);
                    if let Some(before) = &last {
                        range(line, before, &found, &mut self.out);
                    }
                    i = found.end.max(i + 1);
                    floor = found.end;
                    last = Some(found);
                }
                Some(Match::Skip(end)) => {
                    i = end.max(i + 1);
                    floor = i;
                }
                None => i += 1,
            }
        }
    }

    fn is_of_game(&mut self) -> bool {
        let (text, all) = (self.text, self.all);
        *self
            .is_of_game
            .get_or_insert_with(|| generic::is_of_game(text, all))
    }

    fn resolve(&mut self, line: &TokenLine, found: &FoundTime) -> TimeExpression {
        let span = Span {
            start: line.tokens[found.start].span.start,
            end: line.tokens[found.end - 1].span.end,
        };
        let bounds = self.sentence_at(line, span.start);
        let tense = if needs_tense(&found.meaning) {
            tense::around(line, found.start, found.end, bounds.start, bounds.end)
        } else {
            Tense::Unknown
        };
        let tense = match generic::is_any(line, found, &bounds, tense) {
            true => Tense::Any,
            false => tense,
        };
        let these_times = generic::these_times(line, found, &bounds).map(|value| FoundTime {
            meaning: Meaning::Ref(value),
            ..found.clone()
        });
        let found = these_times.as_ref().unwrap_or(found);
        let at = ExpressionPlace {
            block: line.tokens[0].block,
            behind_figure: line.behind_figure(found.start),
        };
        self.resolver.resolve(found, span, at, tense)
    }

    /// The tokens of the sentence that holds byte `at`; those of the whole block where none does. Goes
    /// forward only.
    fn sentence_at(&mut self, line: &TokenLine, at: u32) -> Range<usize> {
        let rest = self.sentences.get(self.sentence..).unwrap_or_default();
        self.sentence += rest.iter().take_while(|s| s.end <= at).count();
        let token_at = |byte: u32| line.tokens.partition_point(|t| t.span.start < byte);
        match self.sentences.get(self.sentence) {
            Some(s) if s.start <= at => token_at(s.start)..token_at(s.end),
            _ => 0..line.tokens.len(),
        }
    }
}

/// Whether an expression can begin at token `i`: at a word the table knows, a capital ("Easter"), "since",
/// or anything that is no word.
fn can_begin(line: &TokenLine, i: usize) -> bool {
    let token = line.tokens[i];
    line.words[i] != TimeWord::None
        || token.kind != TokenKind::Word
        || line.text.as_bytes()[token.span.start as usize].is_ascii_uppercase()
        || token.span.len() == "since".len() && line.is(i, "since")
}

/// Meanings that depend on whether the story looks back or ahead.
fn needs_tense(meaning: &Meaning) -> bool {
    matches!(
        meaning,
        Meaning::Weekday(_)
            | Meaning::Month(_)
            | Meaning::MonthDay(..)
            | Meaning::MonthDays(..)
            | Meaning::Season(_)
            | Meaning::Quarter(_)
            | Meaning::Holiday(_)
            | Meaning::UnitAround(..)
            | Meaning::Current(TimeUnit::Weekend, 0)
    )
}

/// The bare "25" at `i` of "April 24 and 25": a day of the month named before.
fn joined(line: &TokenLine, before: &FoundTime, i: usize) -> Option<FoundTime> {
    let Meaning::MonthDay(_, first) = before.meaning else {
        return None;
    };
    if before.has_time_of_day() || i != before.end + 1 || !line.any(i - 1, &["and", "or"]) {
        return None;
    }
    let (day, end) = line.day_of_month(i)?;
    // "April 24 and 25 percent", "April 24 and 25-year-olds"
    let counts =
        matches!(line.of(end), "%" | "-" | "$") || line.kind(end) == Some(TokenKind::Number);
    let is_day = day > first && line.closes_phrase(end) && !counts;
    is_day.then(|| grammar::date(i, end, Meaning::DayOfMonth(day)))
}

/// The day an expression came to, if it is one.
fn day(of: &TimeExpression) -> Option<Date> {
    of.value.as_deref()?.parse().ok()
}

/// Gives the two ends of "from Monday through Friday" and "between 2019 and 2021" the whole range, where
/// `a` and `b`, the last two of `out`, are such ends.
fn range(line: &TokenLine, a: &FoundTime, b: &FoundTime, out: &mut [TimeExpression]) {
    let alike = a.kind == b.kind && matches!(a.kind, TimeType::Date | TimeType::Time);
    let last_weekday = matches!(a.meaning, Meaning::WeekdayRel(_, Rel::Last));
    if b.start != a.end + 1 || !alike || last_weekday || !ties(line, a, b) {
        return;
    }
    let [.., first, second] = out else {
        return;
    };
    if matches!(b.meaning, Meaning::Weekday(_)) {
        follow(first, second);
    }
    if a.clock.is_some() && b.clock.is_some() {
        share_day(a, b, first, second);
    }
    let end = |t: &TimeExpression| t.value.clone().or_else(|| t.unanchored.clone());
    let (begin, end) = (end(first), end(second));
    for expression in [first, second] {
        expression.begin = begin.clone();
        expression.end_value = end.clone();
    }
}

/// Whether the word between two expressions ties them to a range.
fn ties(line: &TokenLine, a: &FoundTime, b: &FoundTime) -> bool {
    let opening = line.before(a.start);
    match line.of(a.end) {
        "to" | "until" | "till" => {
            // "Monday to Friday" and "July 30 to Aug. 2" need no "from"
            let is_day = |f: &FoundTime| {
                matches!(
                    f.meaning,
                    Meaning::Weekday(_) | Meaning::MonthDay(..) | Meaning::Point(Point::Day(_))
                )
            };
            opening.eq_ignore_ascii_case("from") || a.clock.is_some() || is_day(a) && is_day(b)
        }
        "through" | "thru" | "-" | "\u{2013}" => true,
        "and" => opening.eq_ignore_ascii_case("between"),
        _ => false,
    }
}

/// "from 9am to 11am tomorrow": the day that stands with the last time is that of both; "10pm-6am": a time that
/// comes before the first is of the day after.
fn share_day(
    a: &FoundTime,
    b: &FoundTime,
    first: &mut TimeExpression,
    second: &mut TimeExpression,
) {
    let parts = |t: &TimeExpression| -> Option<(Date, String)> {
        let value = t.value.as_deref()?;
        let (day, time) = value.split_once('T')?;
        Some((day.parse().ok()?, time.to_owned()))
    };
    let (Some((_, from)), Some((day, until))) = (parts(first), parts(second)) else {
        return;
    };
    let is_open = |f: &FoundTime| f.meaning == Meaning::SomeDay;
    if is_open(a) && !is_open(b) && from <= until {
        first.value = Some(format!("{day}T{from}"));
    } else if is_open(b)
        && until < from
        && let Some((begin, _)) = parts(first)
        && let Ok(next) = begin.tomorrow()
    {
        second.value = Some(format!("{next}T{until}"));
    }
}

/// "from Monday through Friday": the day that ends it comes after the one that begins it.
fn follow(first: &TimeExpression, second: &mut TimeExpression) {
    if let (Some(begin), Some(end)) = (day(first), day(second))
        && end < begin
        && let Ok(end) = end.checked_add(7.days())
    {
        // with the time of day, where it has one
        let time = second.value.as_deref().and_then(|v| v.get(10..));
        second.value = Some(format!("{end}{}", time.unwrap_or_default()));
    }
}
