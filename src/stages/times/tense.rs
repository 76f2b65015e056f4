//! Which side of the publication a bare weekday, month or date lies on, by the verbs around it.

use std::sync::LazyLock;

use super::line::TokenLine;
use super::words::TimeWord;
use crate::text::TokenKind;
use crate::text::data::{DataFault, DataFile, DataRow, data_file, sound};
use crate::text::word_table::WordTable;

pub(super) const TENSE_FILE: DataFile<'static> = data_file!("times/tense.tsv");

/// Where what a sentence tells lies from publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tense {
    Past,
    /// Past by the very verb it stands with: "resigned in December", "the year ended Jan. 31".
    Over,
    Future,
    Unknown,
    /// Told of what is so every time: no day of the calendar is meant.
    Any,
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
    /// What a month is named for ahead of it: "the November election".
    Vote,
}

static TENSE_CUES: LazyLock<WordTable<TenseCue>> =
    LazyLock::new(|| WordTable::new(TENSE_FILE.rows().map(|row| sound(entry(&row)))));

fn entry(row: &DataRow<'static>) -> Result<(&'static str, TenseCue), DataFault> {
    let [word, class] = row.columns()?;
    let cue = match class {
        "past" => TenseCue::Past,
        "future" => TenseCue::Future,
        "promise" => TenseCue::Promise,
        "be" => TenseCue::Be,
        "neutral" => TenseCue::Neutral,
        "vote" => TenseCue::Vote,
        _ => return Err(row.fault(format!("no class {class}"))),
    };
    Ok((word, cue))
}

/// Tokens looked at on each side: a clause of news English; farther verbs mislead more than they help.
const TENSE_WINDOW: usize = 24;

/// Makes the table now, so that the first article does not pay for it.
pub(super) fn warm() {
    LazyLock::force(&TENSE_CUES);
}

/// The tense around tokens `start..end` within the sentence `from..to`.
///
/// The nearest verb before decides ("said Thursday", "will meet Thursday"); an expression that opens
/// its clause is decided by the verb after it.
pub(super) fn around(line: &TokenLine, start: usize, end: usize, from: usize, to: usize) -> Tense {
    if let Some(tense) = by_words_beside(line, start, end, from) {
        return tense;
    }
    let before = before(line, start, from);
    if line.before_any(start, &["by"]) && before != Tense::Past {
        return Tense::Future;
    }
    match before {
        Tense::Unknown => after(line, end, to),
        Tense::Past if ends_at(line, start, from) => Tense::Over,
        found => found,
    }
}

/// The tense that the words right beside an expression settle.
fn by_words_beside(line: &TokenLine, start: usize, end: usize, from: usize) -> Option<Tense> {
    let clitic = line.kind(end) == Some(TokenKind::Clitic);
    let month = matches!(line.word(end.saturating_sub(1)), TimeWord::Month(_));
    // "toward November", "the November election": what is voted on is ahead, as far as the calendar lets it
    let vote = month && cue(line, end + usize::from(clitic)) == Some(TenseCue::Vote);
    let opens = start <= from + 1;
    let until = !opens && line.before_any(start, &["until", "till"]);
    if vote || until || line.before_any(start, &["toward", "towards"]) {
        return Some(Tense::Future);
    }
    // "as soon as Tuesday", "as early as next week", "as late as Friday"
    if start >= 2 && line.before_any(start, &["as"]) {
        if line.is(start - 2, "late") {
            return Some(Tense::Past);
        }
        if line.any(start - 2, &["soon", "early"]) {
            return Some(Tense::Future);
        }
    }
    // "Thursday's ruling" has been, unless something ends or waits for it
    let waited_for = ["before", "by", "for", "after", "ahead", "of"];
    (clitic && !line.before_any(start, &waited_for)).then_some(Tense::Past)
}

/// Whether the finite past verb stands right before the expression, with at most a preposition between.
fn ends_at(line: &TokenLine, start: usize, from: usize) -> bool {
    let preposition = line.before_any(start, &["in", "on", "last", "late", "early"]);
    let Some(last) = start.checked_sub(1 + usize::from(preposition)) else {
        return false;
    };
    // "came out in February", "took place in May"
    let particle = line.any(
        last,
        &["out", "up", "down", "off", "over", "away", "back", "place"],
    );
    let verb = last.saturating_sub(usize::from(particle));
    // "to be published in November", "when the case is heard in May"
    let passive = line.before_any(verb, &["be", "is", "are", "being"]);
    verb >= from && cue(line, verb) == Some(TenseCue::Past) && !passive
}

/// The tense of the nearest verb before the expression at `start`, back to the sentence's begin.
fn before(line: &TokenLine, start: usize, from: usize) -> Tense {
    // an infinitive stands between the verb and the expression, and "may" or "could" before it
    let (mut infinitive, mut possible) = (false, false);
    for i in (from.max(start.saturating_sub(TENSE_WINDOW))..start).rev() {
        if closes_clause(line, i, start) {
            break;
        }
        if line.is(i, "to") && line.kind(i + 1) == Some(TokenKind::Word) {
            infinitive = true;
            continue;
        }
        // "could be reached Friday" is as often what was
        let passive = !line.is(i + 1, "be") || cue(line, i + 2) == Some(TenseCue::Past);
        let may = line.any(i, &["may", "might"]) && !line.any(i + 1, &["have", "not"]) && passive;
        let could = line.is(i, "could") && !line.any(i + 1, &["have", "not", "be", "also", "just"]);
        possible |= (may || could) && line.kind(i + 1) == Some(TokenKind::Word);
        let tense = match cue(line, i) {
            Some(TenseCue::Future | TenseCue::Promise) if is_over(line, i) => Some(Tense::Past),
            Some(TenseCue::Future) => Some(Tense::Future),
            Some(TenseCue::Promise) if infinitive || line.before_any(start, &["for"]) => {
                Some(Tense::Future)
            }
            Some(TenseCue::Promise) => Some(Tense::Past),
            Some(TenseCue::Be) => auxiliary_before(line, i, infinitive),
            // "will be held": the verb that decides stands farther on
            Some(TenseCue::Past) if line.before_any(i, &["be"]) => None,
            Some(TenseCue::Past) => Some(Tense::Past),
            Some(TenseCue::Neutral | TenseCue::Vote) | None => None,
        };
        if let Some(tense) = tense {
            return tense;
        }
    }
    // "an interview to air Tuesday", "Berg could lose the house in November"
    match possible || ends_in_infinitive(line, start, from) {
        true => Tense::Future,
        false => Tense::Unknown,
    }
}

/// Whether an infinitive that does not open the sentence stands right before the expression: "to air Tuesday".
fn ends_in_infinitive(line: &TokenLine, start: usize, from: usize) -> bool {
    let on = usize::from(line.before_any(start, &["on", "in"]));
    // not "in response to the 11 September attacks"
    let is_verb = |k: usize| !line.starts_title(k) && !line.closes_phrase(k);
    start
        .checked_sub(2 + on)
        .is_some_and(|to| to > from && line.is(to, "to") && is_verb(to + 1))
}

/// Whether the clause of the expression at `start` begins behind token `i`: a semicolon, or the end of a
/// quotation that does not stand right before it.
fn closes_clause(line: &TokenLine, i: usize, start: usize) -> bool {
    match line.of(i) {
        ";" | "\u{201d}" | "''" | "’’" => true,
        "\"" => i + 1 < start,
        _ => false,
    }
}

/// "had been due to expire Friday", "as previously planned": it was to be and is over.
fn is_over(line: &TokenLine, i: usize) -> bool {
    let had_been_to = i >= 2
        && line.is(i + 1, "to")
        && line.before_any(i, &["been"])
        && line.before_any(i - 1, &["had"]);
    had_been_to || line.before_any(i, &["previously", "originally"])
}

/// What "is", "was" or "have" at `i` says: "is to meet", "was".
fn auxiliary_before(line: &TokenLine, i: usize, infinitive: bool) -> Option<Tense> {
    if infinitive && line.is(i + 1, "to") {
        return Some(Tense::Future);
    }
    let past = ["was", "were", "been", "had", "has", "have"];
    past.contains(&line.of(i)).then_some(Tense::Past)
}

/// The tense of the first verb behind the expression that ends before `end`, up to the sentence's end.
fn after(line: &TokenLine, end: usize, to: usize) -> Tense {
    let window = end..to.min(end + TENSE_WINDOW);
    let clause = window.take_while(|i| !matches!(line.of(*i), ";" | "." | "!" | "?"));
    let mut tenses = clause.filter_map(|i| tense_after(line, i));
    tenses.next().unwrap_or(Tense::Unknown)
}

/// What the word at `i` behind an expression says of it.
fn tense_after(line: &TokenLine, i: usize) -> Option<Tense> {
    let text = line.of(i);
    match cue(line, i)? {
        // "On Friday, the board planned to vote": it is told of, not announced
        TenseCue::Future if text == "planned" => Some(Tense::Past),
        TenseCue::Future => Some(Tense::Future),
        // "In January, the board chose": an irregular form is the finite verb, one in -ed may
        // be a participle ("a man accused of")
        TenseCue::Past if !text.ends_with("ed") => Some(Tense::Over),
        TenseCue::Past | TenseCue::Promise => Some(Tense::Past),
        TenseCue::Be if line.is(i + 1, "to") => Some(Tense::Future),
        TenseCue::Be if matches!(text, "was" | "were" | "had") => Some(Tense::Past),
        TenseCue::Be | TenseCue::Neutral | TenseCue::Vote => None,
    }
}

/// What token `i` says of the tense, if anything.
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
                && !line.starts_title(i)
                // "a registered nurse"
                && !line.before_any(i, &["a", "an", "the"]);
            regular.then_some(TenseCue::Past)
        }),
        _ => None,
    }
}
