//! Which side of the publication a bare weekday, month or date lies on, by the verbs around it.

use crate::text::data::{DataFile, data_file};
use std::sync::LazyLock;

use super::line::TokenLine;
use super::words::TimeWord;
use crate::text::TokenKind;
use crate::text::word_table::{WordTable, rows};

pub const TENSE_FILE: DataFile<'static> = data_file!("times/tense.tsv");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tense {
    Past,
    /// Past by the very verb it stands with: "resigned in December", "the year ended Jan. 31".
    Over,
    Future,
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum TenseCue {
    Past,
    Future,
    /// Points forward when "to" and a verb follow: "agreed to meet Thursday".
    Promise,
    Be,
    /// Words in -ed and -d that are no past verb.
    Neutral,
}

static TENSE_CUES: LazyLock<WordTable<TenseCue>> = LazyLock::new(|| {
    WordTable::new(rows(TENSE_FILE).filter_map(|row| {
        let cue = match *row.get(1)? {
            "past" => TenseCue::Past,
            "future" => TenseCue::Future,
            "promise" => TenseCue::Promise,
            "be" => TenseCue::Be,
            "neutral" => TenseCue::Neutral,
            _ => return None,
        };
        Some((*row.first()?, cue))
    }))
});

/// What a month is named for ahead of it.
const VOTE_NOUNS: &[&str] = &["election", "elections", "midterms", "ballot", "referendum"];

/// Tokens looked at on each side: a clause of news English; farther verbs mislead more than they help.
const TENSE_WINDOW: usize = 24;

pub fn warm() {
    LazyLock::force(&TENSE_CUES);
}

/// The tense around tokens `start..end` within the sentence `from..to`.
///
/// The nearest verb before decides ("said Thursday", "will meet Thursday"); an expression that opens
/// its clause is decided by the verb after it.
pub fn around(line: &TokenLine, start: usize, end: usize, from: usize, to: usize) -> Tense {
    let opens = start <= from + 1;
    // "toward November", "the November election": what is voted on is ahead, as far as the calendar lets it
    let vote = end + usize::from(line.kind(end) == Some(TokenKind::Clitic));
    if line.before_any(start, &["toward", "towards"])
        || matches!(line.word(end.saturating_sub(1)), TimeWord::Month(_))
            && line.any(vote, VOTE_NOUNS)
    {
        return Tense::Future;
    }
    if line.before_any(start, &["until", "till"]) && !opens {
        return Tense::Future;
    }
    // "as soon as Tuesday", "as early as next week"
    if line.before_any(start, &["as"])
        && start >= 2
        && line.any(start - 2, &["soon", "early", "late"])
    {
        return if line.is(start - 2, "late") {
            Tense::Past
        } else {
            Tense::Future
        };
    }
    // "Thursday's ruling" has been, unless something ends or waits for it
    if line.kind(end) == Some(TokenKind::Clitic)
        && !line.before_any(start, &["before", "by", "for", "after", "ahead", "of"])
    {
        return Tense::Past;
    }
    if line.before_any(start, &["by"]) && before(line, start, from) != Tense::Past {
        return Tense::Future;
    }
    match before(line, start, from) {
        Tense::Unknown => after(line, end, to),
        Tense::Past if ends_at(line, start, from) => Tense::Over,
        found => found,
    }
}

/// Whether the finite past verb stands right before the expression, with at most a preposition between.
fn ends_at(line: &TokenLine, start: usize, from: usize) -> bool {
    let preposition = line.before_any(start, &["in", "on", "last", "late", "early"]);
    let Some(verb) = start.checked_sub(1 + usize::from(preposition)) else {
        return false;
    };
    // "to be published in November", "when the case is heard in May"
    let passive = line.before_any(verb, &["be", "is", "are", "being"]);
    verb >= from && cue(line, verb) == Some(TenseCue::Past) && !passive
}

fn before(line: &TokenLine, start: usize, from: usize) -> Tense {
    let mut infinitive = false;
    for i in (from.max(start.saturating_sub(TENSE_WINDOW))..start).rev() {
        let text = line.of(i);
        if matches!(text, ";" | "\u{201d}" | "''") || (text == "\"" && i + 1 < start) {
            break;
        }
        if text.eq_ignore_ascii_case("to") && line.kind(i + 1) == Some(TokenKind::Word) {
            infinitive = true;
            continue;
        }
        match cue(line, i) {
            // "had been due to expire Friday", "as previously planned": it was to be and is over
            Some(TenseCue::Future | TenseCue::Promise)
                if line.before_any(i, &["previously", "originally"])
                    || line.is(i + 1, "to")
                        && line.before_any(i, &["been"])
                        && i >= 2
                        && line.before_any(i - 1, &["had"]) =>
            {
                return Tense::Past;
            }
            Some(TenseCue::Future) => return Tense::Future,
            Some(TenseCue::Promise) => {
                return if infinitive || line.before_any(start, &["for"]) {
                    Tense::Future
                } else {
                    Tense::Past
                };
            }
            Some(TenseCue::Be) => {
                let next = line.of(i + 1);
                if infinitive && next.eq_ignore_ascii_case("to") {
                    return Tense::Future;
                }
                if matches!(text, "was" | "were" | "been" | "had" | "has" | "have") {
                    return Tense::Past;
                }
            }
            // "will be held": the verb that decides stands farther on
            Some(TenseCue::Past) if line.before_any(i, &["be"]) => {}
            Some(TenseCue::Past) => return Tense::Past,
            Some(TenseCue::Neutral) | None => {}
        }
    }
    Tense::Unknown
}

fn after(line: &TokenLine, end: usize, to: usize) -> Tense {
    for i in end..to.min(end + TENSE_WINDOW) {
        let text = line.of(i);
        if matches!(text, ";" | "." | "!" | "?") {
            break;
        }
        match cue(line, i) {
            // "On Friday, the board planned to vote": it is told of, not announced
            Some(TenseCue::Future) if text == "planned" => return Tense::Past,
            Some(TenseCue::Future) => return Tense::Future,
            // "In January, the board chose": an irregular form is the finite verb, one in -ed may
            // be a participle ("a man accused of")
            Some(TenseCue::Past) if !text.ends_with("ed") => return Tense::Over,
            Some(TenseCue::Past | TenseCue::Promise) => return Tense::Past,
            Some(TenseCue::Be) if line.is(i + 1, "to") => return Tense::Future,
            Some(TenseCue::Be) if matches!(text, "was" | "were" | "had") => return Tense::Past,
            _ => {}
        }
    }
    Tense::Unknown
}

fn cue(line: &TokenLine, i: usize) -> Option<TenseCue> {
    let kind = line.kind(i)?;
    let text = line.of(i);
    match kind {
        TokenKind::Clitic => text
            .get(text.len().saturating_sub(2)..)
            .is_some_and(|t| t.eq_ignore_ascii_case("ll"))
            .then_some(TenseCue::Future),
        TokenKind::Word => TENSE_CUES.get(text).or_else(|| {
            let regular = text.len() > 4
                && text.is_ascii()
                && text[text.len() - 2..].eq_ignore_ascii_case("ed")
                && !line.starts_title(i);
            regular.then_some(TenseCue::Past)
        }),
        _ => None,
    }
}
