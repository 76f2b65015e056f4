//! Sentences with exact offsets.
//!
//! A sentence ends at a full stop, question or exclamation mark, with the closing quotation marks and
//! brackets that follow it, unless what comes next shows that it goes on: a small letter, an
//! abbreviation before the point, a speech verb after a quoted question. No sentence crosses a block;
//! a headline or crosshead is one sentence, with or without a stop. Time is linear in the tokens.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::{Given, Outcome, Sentences, Stage, StageError};
use crate::intake::Article;
use crate::pipeline::Budget;
use crate::record::BlockKind;
use crate::text::data::Data;
use crate::text::tokens::Case;
use crate::text::word_lists::word_lists;
use crate::text::{Span, Token, TokenKind, Tokens};

static DATA: LazyLock<Data> = LazyLock::new(|| {
    load();
    Data::of(&[FILE])
});

pub struct SentencesStage;

impl Stage for SentencesStage {
    type Reads = (Tokens,);
    type Finds = Sentences;

    fn data(&self) -> Option<&Data> {
        Some(&DATA)
    }

    fn run(
        &self,
        article: &Article,
        (tokens,): Given<'_, Self>,
        budget: &Budget,
    ) -> Result<Outcome<Sentences>, StageError> {
        let Some(tokens) = tokens else {
            return Ok(Outcome::Skipped("no tokens"));
        };
        let mut sentences = Vec::with_capacity(tokens.len() / 20 + 1);
        for block in &article.blocks {
            if budget.spent() {
                return Err(StageError::TimedOut);
            }
            let tokens = &tokens[tokens.within(block.span())];
            if matches!(block.kind, BlockKind::Headline | BlockKind::Crosshead) {
                if let (Some(first), Some(last)) = (tokens.first(), tokens.last()) {
                    sentences.push(first.span.join(last.span));
                }
            } else {
                split(&article.text, tokens, &mut sentences);
            }
        }
        Ok(Outcome::found(sentences))
    }
}

/// Splits the tokens of one block into sentences and appends their spans.
pub fn split(text: &str, tokens: &[Token], sentences: &mut Vec<Span>) {
    let mut start = 0;
    let mut at = 0;
    while at < tokens.len() {
        let Some(end) = end_at(text, tokens, start, at) else {
            at += 1;
            continue;
        };
        sentences.push(tokens[start].span.join(tokens[end].span));
        start = end + 1;
        at = start;
    }
    if let (Some(first), Some(last)) = (tokens.get(start), tokens.last()) {
        sentences.push(first.span.join(last.span));
    }
}

/// The index of a sentence's last token when the token at `at` ends the sentence begun at `start`.
fn end_at(text: &str, tokens: &[Token], start: usize, at: usize) -> Option<usize> {
    let word = tokens[at].of(text);
    let stop = stop(&tokens[at], word)?;
    let (end, quoted) = past_closers(text, tokens, at);
    // the last token of the block: what remains is one sentence, no need to end it here
    let next = tokens.get(end + 1)?;
    // Chinese and Japanese have no space between sentences
    if matches!(word, "。" | "！" | "？" | "．") {
        return Some(end);
    }
    let opener = opens(text, tokens, end + 1);
    let first = opener.map_or(next, |o| &tokens[o]);
    if !next.spaced || !can_begin(text, first) {
        return None;
    }
    let ends = match stop {
        // "1. Open the box": a number alone before the point is a list's mark
        Stop::Point => !(at == start + 1 && tokens[start].kind == TokenKind::Number),
        // "Why?" Smith asked.
        Stop::Mark => !(quoted && speech_follows(text, &tokens[end + 1..])),
        Stop::Abbreviation => {
            let mark = next.of(text);
            let opened = opener.is_some() && !is_bracket(mark) && first.case != Case::Lower;
            let begins = opened || begins_behind_abbreviation(text, word, first);
            !is_dash(mark) && (quoted || begins)
        }
    };
    ends.then_some(end)
}

/// What ends a sentence at a token, if anything can.
fn stop(token: &Token, word: &str) -> Option<Stop> {
    match token.kind {
        TokenKind::Punctuation if word == "." => Some(Stop::Point),
        TokenKind::Punctuation if is_stop(word) => Some(Stop::Mark),
        TokenKind::Word if word.ends_with('.') => abbreviation(word),
        _ => None,
    }
}

/// The index of the last closing mark and stop behind the stop at `at`, and whether a quotation mark is
/// among them.
fn past_closers(text: &str, tokens: &[Token], at: usize) -> (usize, bool) {
    let mut end = at;
    let mut quoted = false;
    while let Some(next) = tokens.get(end + 1) {
        let mark = next.of(text);
        let closes = is_closer(mark) || is_stop(mark);
        if next.spaced || next.kind != TokenKind::Punctuation || !closes {
            break;
        }
        // a straight quotation mark with a word right behind it opens what follows
        let glued_word = |t: &Token| !t.spaced && t.kind == TokenKind::Word;
        if mark == "\"" && tokens.get(end + 2).is_some_and(glued_word) {
            break;
        }
        quoted |= is_quotation_mark(mark);
        end += 1;
    }
    (end, quoted)
}

/// Whether a sentence can begin with this token.
fn can_begin(text: &str, token: &Token) -> bool {
    match token.kind {
        TokenKind::Word | TokenKind::Clitic => token.case != Case::Lower,
        TokenKind::Number | TokenKind::Address | TokenKind::Symbol => true,
        TokenKind::Punctuation => matches!(
            token.of(text),
            "-" | "--" | "–" | "—" | "•" | "·" | "¿" | "¡" | "..." | "…"
        ),
    }
}

/// Whether `first` can only begin a sentence where it stands behind the abbreviation `word`.
fn begins_behind_abbreviation(text: &str, word: &str, first: &Token) -> bool {
    if first.kind != TokenKind::Word {
        return false;
    }
    // "at 5 p.m. Monday", "at 5 p.m. EST" go on; "at 5 p.m. Visitors pay" does not
    let after_hour = matches!(word, "a.m." | "p.m.")
        && first.case == Case::Title
        && !WORDS.calendar.contains(&first.of(text));
    after_hour || STARTERS.contains(first.of(text).to_lowercase().as_str())
}

enum Stop {
    /// A full stop.
    Point,
    /// Another mark that ends sentences, or the point of a word that is no abbreviation.
    Mark,
    /// The point of an abbreviation, which may be a full stop as well.
    Abbreviation,
}

/// Whether the point of `word` may end a sentence; `None` where it never does.
fn abbreviation(word: &str) -> Option<Stop> {
    if NEVER.contains(word) {
        return None;
    }
    let letters = word.trim_end_matches('.');
    let initial = letters.chars().count() == 1 && letters.chars().all(char::is_uppercase);
    // an initial ("George W. Bush") is settled like any abbreviation: by what can only begin a sentence
    (initial || MAYBE.contains(word) || letters.contains('.'))
        .then_some(Stop::Abbreviation)
        .or(Some(Stop::Mark))
}

/// The index of the first token after opening marks at `at`; `None` when there is no opening mark.
fn opens(text: &str, tokens: &[Token], at: usize) -> Option<usize> {
    let mut i = at;
    while tokens
        .get(i)
        .is_some_and(|t| t.kind == TokenKind::Punctuation && is_opener(t.of(text)))
    {
        i += 1;
    }
    (i > at && i < tokens.len()).then_some(i)
}

/// Whether the words after a quoted question or exclamation say who spoke.
fn speech_follows(text: &str, tokens: &[Token]) -> bool {
    /// "Prime Minister Anna Berg asked": a title and a name before the verb, in tokens.
    const TITLE_AND_NAME: usize = 4;
    tokens
        .iter()
        .take(TITLE_AND_NAME + 1)
        .take_while(|t| t.kind != TokenKind::Punctuation)
        .any(|t| WORDS.speech_verb.contains(&t.of(text)))
}

fn is_stop(mark: &str) -> bool {
    matches!(
        mark.chars().next(),
        Some('.' | '!' | '?' | '…' | '。' | '！' | '？' | '．' | '؟' | '।' | '۔' | '։')
    )
}

fn is_closer(mark: &str) -> bool {
    is_quotation_mark(mark) || matches!(mark, ")" | "]" | "»" | "›")
}

fn is_quotation_mark(mark: &str) -> bool {
    matches!(
        mark,
        "\"" | "”" | "’" | "'" | "''" | "’’" | "“" | "‘" | "»" | "«" | "„" | "」" | "』"
    )
}

/// Behind an abbreviation a bracket begins a sentence only by its first word: "Fla. (AP) —", "Acme Inc. (ACM)".
fn is_bracket(mark: &str) -> bool {
    matches!(mark, "(" | "[")
}

/// Behind an abbreviation a dash goes on with the sentence: "SPRINGFIELD, Mo. — The mayor".
fn is_dash(mark: &str) -> bool {
    matches!(mark, "—" | "–" | "-" | "--")
}

fn is_opener(mark: &str) -> bool {
    matches!(
        mark,
        "\"" | "“"
            | "‘"
            | "'"
            | "``"
            | "`"
            | "("
            | "["
            | "«"
            | "»"
            | "„"
            | "‚"
            | "‹"
            | "''"
            | "’’"
            | "—"
            | "–"
            | "-"
            | "--"
            | "¿"
            | "¡"
    )
}

word_lists! {
    /// See the comments in the file.
    WORDS "language/sentences.tsv" {
        never,
        maybe,
        calendar,
        starter,
        speech_verb,
    }
    with NEVER, MAYBE, STARTERS
}

static NEVER: LazyLock<HashSet<&str>> = LazyLock::new(|| WORDS.never.iter().copied().collect());
static MAYBE: LazyLock<HashSet<&str>> = LazyLock::new(|| WORDS.maybe.iter().copied().collect());
static STARTERS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| WORDS.starter.iter().copied().collect());

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens::tokenize;
    use proptest::prelude::*;

    /// Checks that `marked`, with `|` between sentences, is split exactly there.
    fn check(marked: &str) {
        let text: String = marked.replace('|', "");
        let tokens = tokenize(&text, std::iter::once(Span::new(0, text.len())));
        let mut spans = Vec::new();
        split(&text, &tokens, &mut spans);
        let found: Vec<&str> = spans.iter().map(|s| s.of(&text)).collect();
        let wanted: Vec<&str> = marked.split('|').map(str::trim).collect();
        assert_eq!(found, wanted);
    }

    #[test]
    fn full_stops_and_closing_marks() {
        check("The vote was close. |It passed.");
        check("“We will act,” Berg said. |“We must.” |The minister left.");
        check("He asked: \"Why?\" |The room was silent.");
        check("“Is it over?” Prime Minister Anna Berg asked. |Nobody knew.");
        check("“Stop!” he cried. |(It did not.) |They went home.");
        check("Sales rose 3.5 percent to $4.2 billion. |46% of that was exports.");
    }

    #[test]
    fn abbreviations_and_initials() {
        check("Mr. Smith met Gen. Lee on Jan. 5 in St. Louis. |They spoke.");
        check("The U.S.-led plan won over U.S. officials. |France agreed.");
        check("He lives in the U.S. |The family moved in 2003.");
        check("It opens at 9 a.m. Monday and shuts at 5 p.m. |Visitors pay $5.");
        check("J. K. Rowling and George W. Bush attended. |Both left early.");
        check("Acme Inc. said so. |Its rival, Beta Corp. |The two merged.");
    }

    #[test]
    fn what_is_no_end() {
        check("1. Open the box.");
        check("Visit example.com today. |It is free.");
        check("BEIJING (AP) — China said no. |France said yes.");
        check("TALLAHASSEE, Fla. (AP) — The governor said no. |She left.");
        check("SPRINGFIELD, Mo. — The mayor said yes. |He stayed.");
        check("Acme Inc. (ACM) closed. |“We tried,” it said.");
        check("They live in the U.S. |(The others left.) |“We stay,” they say.");
        check("He waited ... and waited. |Nothing came.");
        check("中国表示反对。|法国表示同意。");
    }

    proptest! {
        #[test]
        fn sentences_are_ordered_apart_and_cover_every_token(text in "\\PC{0,200}") {
            let tokens = tokenize(&text, std::iter::once(Span::new(0, text.len())));
            let mut spans = Vec::new();
            split(&text, &tokens, &mut spans);
            prop_assert!(spans.windows(2).all(|w| w[0].end <= w[1].start));
            for t in tokens.iter() {
                prop_assert_eq!(spans.iter().filter(|s| s.contains(t.span)).count(), 1);
            }
        }
    }
}
