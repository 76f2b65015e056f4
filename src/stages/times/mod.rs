//! Times and dates, normalised to the values of TIMEX3.
//!
//! The stage finds what TimeML annotates (DATE, TIME, DURATION, SET; without the preposition before
//! it) and says what it means in four steps:
//!
//! 1. [`words`] gives each token its class: a month, a unit, "last", "ago". Most have none.
//! 2. [`grammar`] reads an expression around a token that can begin one. What looks alike and is no
//!    time of the story (ages, "$5 a year", scores, labels) is read too, and left out.
//! 3. [`tense`] says on which side of the publication a bare weekday or month lies.
//! 4. [`resolve`] holds the meaning against the anchor: the article's publication date in its own
//!    zone, never the clock; or, for "two years later" and "that day", what the text last spoke of.
//!
//! `value` follows TimeML 1.2 as TimeBank writes it: `1998-W05`, `1998-Q3`, `1998-SU`, `199` for the
//! 1990s, `19` for the 20th century, `1998-02-19TMO`, `P2Y6M`, `PXM` for "months", `PAST_REF`. Without
//! an anchor it is null and `unanchored` keeps what the text alone says: `XXXX-WXX-4` for "Thursday",
//! or a distance from publication as a signed duration, `-P1Y` for "last year". A stated zone does not
//! change `value`, which is the time as written; `begin` then holds the instant.
//!
//! The two ends of a range ("from Monday through Friday") stay two expressions, each with the
//! range's `begin` and `end_value`; "June 3-5" is one, with the value `…/…`.

mod grammar;
mod holidays;
mod line;
mod point;
mod resolve;
mod tense;
mod words;

use std::sync::LazyLock;

use grammar::{FoundTime, Match, Meaning};
use jiff::ToSpan;
use jiff::civil::Date;
use line::{TokenLine, classify};
use resolve::{Anchor, ExpressionPlace, Resolver};
use tense::Tense;
use words::{Rel, TimeWord};

use super::{Given, Outcome, Sentences, Stage, StageError, Times};
use crate::intake::Article;
use crate::pipeline::Budget;
use crate::record::{Language, TimeExpression, TimeType};
use crate::text::data::Data;
use crate::text::{Span, Token, TokenKind, Tokens, numbers};

/// Finds and normalises temporal expressions.
pub struct TimesStage;

static DATA: LazyLock<Data> = LazyLock::new(|| {
    words::warm();
    tense::warm();
    holidays::warm();
    Data::of(&[
        words::WORDS_FILE,
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
    let mut context = Resolver::new(anchor);
    let mut out = Vec::new();
    let mut words = Vec::new();
    let mut sentence = 0;
    for block in tokens.chunk_by(|a, b| a.block == b.block) {
        if budget.spent() {
            return Err(StageError::TimedOut);
        }
        classify(text, block, &mut words);
        let line = TokenLine {
            text,
            tokens: block,
            words: &words,
        };
        let mut floor = 0;
        let mut i = 0;
        let mut last: Option<(FoundTime, usize)> = None;
        while i < block.len() {
            if words[i] == TimeWord::None
                && block[i].kind == TokenKind::Word
                && !text.as_bytes()[block[i].span.start as usize].is_ascii_uppercase()
                && !(block[i].span.len() == "since".len() && line.is(i, "since"))
            {
                i += 1;
                continue;
            }
            let found = match last.as_ref().and_then(|(f, at)| joined(&line, f, *at, i)) {
                Some(f) => Some(Match::Found(f)),
                None => line.find(i, floor),
            };
            match found {
                Some(Match::Found(f)) => {
                    let start = block[f.start].span.start;
                    while sentences.get(sentence).is_some_and(|s| s.end <= start) {
                        sentence += 1;
                    }
                    let bounds = sentences.get(sentence).filter(|s| s.start <= start).map_or(
                        0..block.len(),
                        |s| {
                            let at = |b: u32| block.partition_point(|t| t.span.start < b);
                            at(s.start)..at(s.end)
                        },
                    );
                    let tense = if needs_tense(&f.meaning) {
                        tense::around(&line, f.start, f.end, bounds.start, bounds.end)
                    } else {
                        Tense::Unknown
                    };
                    let span = Span {
                        start,
                        end: block[f.end - 1].span.end,
                    };
                    let at = ExpressionPlace {
                        block: block[0].block,
                        behind_figure: line.behind_figure(f.start),
                    };
                    let resolved = context.resolve(&f, span, at, tense);
                    out.push(resolved);
                    if let Some((before, at)) = &last {
                        range(&line, before, &f, *at, &mut out);
                    }
                    i = f.end.max(i + 1);
                    floor = f.end;
                    last = Some((f, out.len() - 1));
                }
                Some(Match::Skip(end)) => {
                    i = end.max(i + 1);
                    floor = i;
                }
                None => i += 1,
            }
        }
    }
    Ok(out)
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
            | Meaning::WeekOf(..)
            | Meaning::Current(words::TimeUnit::Weekend, 0)
    )
}

/// The bare "25" of "April 24 and 25": a day of the month named before.
fn joined(line: &TokenLine, before: &FoundTime, _at: usize, i: usize) -> Option<FoundTime> {
    let Meaning::MonthDay(_, day) = before.meaning else {
        return None;
    };
    if before.clock.is_some()
        || before.part.is_some()
        || i != before.end + 1
        || !line.any(i - 1, &["and", "or"])
    {
        return None;
    }
    let (d, end) = line.day_of_month(i)?;
    let closes = line.closes_phrase(end);
    let other =
        matches!(line.of(end), "%" | "-" | "$") || line.kind(end) == Some(TokenKind::Number);
    (d > day && closes && !other).then_some(FoundTime {
        start: i,
        end,
        kind: TimeType::Date,
        meaning: Meaning::DayOfMonth(d),
        part: None,
        clock: None,
        article: false,
    })
}

/// The day an expression came to, if it is one.
fn day(of: &TimeExpression) -> Option<Date> {
    of.value.as_deref()?.parse().ok()
}

/// Gives the two ends of "from Monday through Friday" and "between 2019 and 2021" the whole range.
fn range(line: &TokenLine, a: &FoundTime, b: &FoundTime, at: usize, out: &mut [TimeExpression]) {
    if b.start != a.end + 1
        || a.kind != b.kind
        || !matches!(a.kind, TimeType::Date | TimeType::Time)
    {
        return;
    }
    let opening = line.before(a.start);
    let ties = match line.of(a.end) {
        "to" | "until" | "till" => {
            // "Monday to Friday" and "July 30 to Aug. 2" need no "from"
            let days =
                |f: &FoundTime| matches!(f.meaning, Meaning::Weekday(_) | Meaning::MonthDay(..));
            opening.eq_ignore_ascii_case("from") || a.clock.is_some() || days(a) && days(b)
        }
        "through" | "thru" => true,
        "-" | "\u{2013}" => true,
        "and" => opening.eq_ignore_ascii_case("between"),
        _ => false,
    };
    if !ties || matches!(a.meaning, Meaning::WeekdayRel(_, Rel::Last)) {
        return;
    }
    let last = out.len() - 1;
    // "from Monday through Friday": the day that ends it comes after the one that begins it
    if matches!(b.meaning, Meaning::Weekday(_))
        && let (Some(begin), Some(end)) = (day(&out[at]), day(&out[last]))
        && end < begin
        && let Ok(end) = end.checked_add(7.days())
    {
        let time = out[last].value.as_deref().and_then(|v| v.get(10..));
        out[last].value = Some(format!("{end}{}", time.unwrap_or_default()));
    }
    let end = |t: &TimeExpression| t.value.clone().or_else(|| t.unanchored.clone());
    let (begin, end) = (end(&out[at]), end(&out[last]));
    for k in [at, last] {
        out[k].begin = begin.clone();
        out[k].end_value = end.clone();
    }
}
