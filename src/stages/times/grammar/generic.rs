//! Times that name no day of the calendar: "today" for these times, "in the winter" for every winter, the weekdays
//! above the columns of a table.

use std::ops::Range;

use super::{FoundTime, Meaning, WORDS};
use crate::stages::times::line::TokenLine;
use crate::stages::times::tense::{self, Tense};
use crate::stages::times::unit::TimeUnit;
use crate::stages::times::words::TimeWord;
use crate::text::{Token, TokenKind};

/// Tokens looked at for a word that says how a day is meant: a clause.
const WINDOW: usize = 12;

/// Most words between "today's" and the noun it describes: "today's fast-moving IT market" has four tokens.
const MOST_ADJECTIVES: usize = 5;

/// Weekdays in a row that are the head of a table, and with commas between them a list of any week.
const COLUMNS: usize = 3;
const LISTED: usize = 5;

/// Words of a game that make a text one about it: one alone may be a figure of speech.
const LEAST_OF_GAME: usize = 2;

/// The value of TIMEX3 where "today" and "tomorrow" mean these times or those to come: "today's youth", "Call us today!",
/// "widely used today".
pub(in crate::stages::times) fn these_times(
    line: &TokenLine,
    found: &FoundTime,
    sentence: &Range<usize>,
) -> Option<&'static str> {
    let value = match found.meaning {
        Meaning::Current(TimeUnit::Day, 0) => "PRESENT_REF",
        Meaning::Current(TimeUnit::Day, 1) => "FUTURE_REF",
        _ => return None,
    };
    if found.has_time_of_day() || found.end != found.start + 1 {
        return None;
    }
    if line.kind(found.end) == Some(TokenKind::Clitic) {
        return is_of_the_times(line, found.end + 1).then_some(value);
    }
    let before = sentence.start.max(found.start.saturating_sub(WINDOW))..found.start;
    let any = match found.meaning {
        Meaning::Current(_, 0) => {
            is_call(line, before.clone(), sentence.start)
                || is_state(line, before, found.start)
                || is_of_now(line, found, sentence)
        }
        // "what works today may not work tomorrow"
        _ => before.rev().any(|k| line.is(k, "today")),
    };
    any.then_some(value)
}

/// Whether the noun phrase from `start` on is of what every day has: "world", "rapidly changing market".
fn is_of_the_times(line: &TokenLine, start: usize) -> bool {
    let words = start..start + MOST_ADJECTIVES;
    let mut words = words.take_while(|k| line.is_hyphen(*k) || !line.closes_phrase(*k));
    words.any(|k| line.any(k, &WORDS.of_the_times) && ends_noun(line, k + 1))
}

/// Whether a text tells of a game that is played in quarters, by two words of such games.
pub(in crate::stages::times) fn is_of_game(text: &str, tokens: &[Token]) -> bool {
    let words = tokens.iter().filter(|t| t.kind == TokenKind::Word);
    let of_game = words.filter(|t| {
        let word = t.of(text);
        WORDS
            .game_of_quarters
            .iter()
            .any(|w| word.eq_ignore_ascii_case(w))
    });
    of_game.take(LEAST_OF_GAME).count() == LEAST_OF_GAME
}

/// Whether a noun phrase is over before token `i`.
fn ends_noun(line: &TokenLine, i: usize) -> bool {
    line.kind(i) != Some(TokenKind::Clitic) && (line.closes_phrase(i) || !line.spaced(i))
}

/// Whether a verb in `before` calls upon the reader: "Contact us", "Get started", "then book your room". With another
/// word behind it, it may be a noun: "Call centre workers", "Book sales", "Start of trial".
fn is_call(line: &TokenLine, mut before: Range<usize>, from: usize) -> bool {
    let today = before.end;
    before.any(|k| {
        let opens = k == from
            || line.kind(k - 1) != Some(TokenKind::Word)
            || line.before_any(k, &WORDS.before_call);
        let goes_on = k + 1 == today || line.any(k + 1, &WORDS.after_call) || is_doing(line, k + 1);
        opens && goes_on && line.any(k, &WORDS.call)
    })
}

fn is_doing(line: &TokenLine, i: usize) -> bool {
    line.of(i).ends_with("ing")
}

/// Whether what stands before "today" says that something is so at all: "available today", "even today", "which still
/// holds today".
fn is_state(line: &TokenLine, mut before: Range<usize>, start: usize) -> bool {
    let happens = |k: usize| line.any(k, &["was", "were"]) || is_doing(line, k);
    line.before_any(start, &WORDS.before_these_times)
        || before.clone().any(|k| line.is(k, "still")) && !before.any(happens)
}

/// Whether "today" stands where a sentence says how things are, not what happens: "Today, Brazil has more", "Patients
/// today expect …", but "MPs today debate the law".
fn is_of_now(line: &TokenLine, found: &FoundTime, sentence: &Range<usize>) -> bool {
    let (start, end) = (found.start, found.end);
    let opens = start <= sentence.start + 1 && line.before_any(start, &["and", "but", "yet"])
        || start == sentence.start;
    // in a capital only where it opens the sentence
    let is_plural =
        |k: usize| line.is_plural(k) || k == sentence.start && line.of(k).ends_with('s');
    let many = line.before_any(start, &["people", "men", "women", "children"])
        || start.checked_sub(1).is_some_and(is_plural);
    let mut behind = end..sentence.end.min(end + WINDOW);
    let is_so = |k: usize| line.any(k, &WORDS.states);
    let stands = match opens {
        true => line.is(end, ",") && behind.clone().any(is_so),
        false => many && is_so(end),
    };
    // "expect" looks ahead elsewhere
    let expects = !opens && line.is(end, "expect");
    let tense = tense::around(line, start, end, sentence.start, sentence.end);
    stands && (expects || tense == Tense::Unknown) && !behind.any(|k| is_doing(line, k))
}

/// Whether a weekday, a month, a season or a holiday is any of its kind: "usually in April", "relies on heating in the
/// winter", "Mon | Tue | Wed".
pub(in crate::stages::times) fn is_any(
    line: &TokenLine,
    found: &FoundTime,
    sentence: &Range<usize>,
    tense: Tense,
) -> bool {
    match found.meaning {
        Meaning::Season(_) if tense == Tense::Unknown && !is_possible(line, found, sentence) => {
            true
        }
        Meaning::Weekday(_) => is_column(line, found) || is_habit(line, found, sentence),
        // "runs throughout the year"
        Meaning::Current(_, 0) if line.is(found.start, "the") => {
            line.before_any(found.start, &["through", "throughout", "during"])
                && tense::around(line, found.start, found.end, sentence.start, sentence.end)
                    == Tense::Unknown
        }
        Meaning::Season(_) | Meaning::Month(_) | Meaning::MonthDay(..) | Meaning::Holiday(_) => {
            is_habit(line, found, sentence)
        }
        _ => false,
    }
}

/// Whether the clause before an expression, or the one right behind it, says that it tells of what comes again and again.
fn is_habit(line: &TokenLine, found: &FoundTime, sentence: &Range<usize>) -> bool {
    let before = sentence.start.max(found.start.saturating_sub(WINDOW))..found.start;
    let behind = found.end..sentence.end.min(found.end + WINDOW / 2);
    let behind = behind.take_while(|k| line.kind(*k) == Some(TokenKind::Word));
    before.chain(behind).any(|k| line.any(k, &WORDS.habit))
}

/// Whether something may happen then: "may be unveiled in summer".
fn is_possible(line: &TokenLine, found: &FoundTime, sentence: &Range<usize>) -> bool {
    let mut before = sentence.start.max(found.start.saturating_sub(WINDOW))..found.start;
    before.any(|k| line.any(k, &["may", "might", "could", "should", "must"]))
}

/// Whether the weekday is one of a row of them, with nothing or a mark between.
fn is_column(line: &TokenLine, found: &FoundTime) -> bool {
    let is_day = |k: usize| {
        matches!(
            line.word(k),
            TimeWord::Weekday(_) | TimeWord::WeekdayShort(_)
        )
    };
    if !is_day(found.start) {
        return false;
    }
    let (mut days, mut listed) = (1, false);
    let mut at = found.start;
    for forward in [false, true] {
        while days < LISTED {
            let step = |k: usize| {
                if forward {
                    Some(k + 1)
                } else {
                    k.checked_sub(1)
                }
            };
            let Some(next) = step(at) else { break };
            let next = if is_day(next) {
                next
            } else {
                listed |= line.any(next, &[",", ";", "and", "or"]);
                match step(next) {
                    Some(k) if is_day(k) && line.kind(next) != Some(TokenKind::Number) => k,
                    _ => break,
                }
            };
            at = next;
            days += 1;
        }
        at = found.start;
    }
    days >= if listed { LISTED } else { COLUMNS }
}
