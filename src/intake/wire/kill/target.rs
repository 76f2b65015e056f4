//! Which copy a kill or a hold is about: by number, by slug, by headline.

use super::WORDS;
use super::notice::{
    CLOSING_BRACKETS, OPENING_BRACKETS, is_kill_line, is_marked, pieces, without_label,
};
use crate::intake::wire::{scan, version};

/// Longest slug, in bytes and in words.
const LONGEST_SLUG: usize = 120;
const SLUG_WORDS: usize = 12;

/// Which copy the lines of a notice name; in a short document also a piece in quotation marks, or what
/// stands behind the word for one.
pub(super) fn of<'t, L: Iterator<Item = &'t str>>(
    lines: impl Fn() -> L,
    short: bool,
) -> Option<String> {
    let quoted = || lines().find_map(first_quoted);
    let piece = || lines().find_map(behind_piece);
    lines()
        .find_map(named)
        .or_else(|| short.then(quoted)?)
        .or_else(|| lines().find_map(behind_word))
        .or_else(|| short.then(piece)?)
}

/// Which copy a notice names: "kill the story Ferry, V0123", "item dpa 157", "headlined 'Ferry sinks'".
fn named(text: &str) -> Option<String> {
    by_number(text)
        .or_else(|| before_kill(text))
        .or_else(|| by_slug(text))
        .or_else(|| by_headline(text))
}

/// By service and number: "kill item dpa 157" is "dpa:157".
fn by_number(text: &str) -> Option<String> {
    WORDS.by_number.iter().find_map(|verb| {
        let at = scan::find(text, verb)?;
        let mut words = text[at + verb.len()..].split_whitespace();
        let (service, number) = (words.next()?, words.next()?);
        let digits = number.bytes().take_while(u8::is_ascii_digit).count();
        let sound = digits > 0 && service.chars().all(char::is_alphanumeric);
        sound.then(|| format!("{service}:{}", &number[..digits]))
    })
}

/// By the slug in front of the kill, as AP has it: "BC-US--Ferry Sinking, BULLETIN KILL".
fn before_kill(text: &str) -> Option<String> {
    let end = WORDS.behind_slug.iter().find_map(|k| scan::find(text, k))?;
    let start = version::find_slug(&text[..end])?;
    tidy(&text[start..end])
}

/// By the slug, or the headline in quotation marks, behind the verb: "Kill BC-US--Ferry, V0472."
fn by_slug(text: &str) -> Option<String> {
    WORDS.before_slug.iter().find_map(|verb| {
        let at = scan::find(text, verb)?;
        // A slug that tells the verb's object is part of the target.
        let rest = &text[at + verb.rfind(' ').map_or(0, |s| s + 1)..];
        if let Some(quoted) = rest.strip_prefix(['"', '“', '«']) {
            let end = quoted.find(['"', '”', '»']).unwrap_or(quoted.len());
            return Some(tidy(&quoted[..end]));
        }
        let end = slug_end(rest).min(rest.floor_char_boundary(LONGEST_SLUG));
        let slug = rest[..end]
            .trim()
            .trim_matches(['"', '“', '”', '\'', '‘', '’', ',']);
        // "kill the story that ran …" names nothing.
        let names = slug.split_whitespace().count() <= SLUG_WORDS
            && slug.starts_with(|c: char| c.is_uppercase() || c.is_numeric());
        names.then(|| Some(slug.to_owned()))
    })?
}

/// Where a slug ends: with its reference ("Ferry, V0123"), else with the clause.
fn slug_end(rest: &str) -> usize {
    reference_end(rest)
        .or_else(|| rest.find(['.', ';', '\n']))
        .map_or(rest.len(), |end| {
            let sent = WORDS.sent.iter().filter_map(|w| rest[..end].find(*w));
            sent.min().unwrap_or(end)
        })
}

/// By the headline in quotation marks: "headlined 'Ferry sinks'".
fn by_headline(text: &str) -> Option<String> {
    for word in WORDS.before_headline.iter() {
        let Some(at) = scan::find(text, word) else {
            continue;
        };
        let rest = text[at + word.len()..].trim_start();
        let open = rest.chars().next()?;
        let Some(close) = closing_mark(open) else {
            continue;
        };
        let inner = &rest[open.len_utf8()..];
        // An apostrophe in the headline is no end: what follows the end is a blank or a mark.
        let end = inner
            .match_indices(close)
            .find(|(at, m)| !inner[at + m.len()..].starts_with(char::is_alphanumeric))
            .map(|(at, _)| at)?;
        return tidy(&inner[..end]);
    }
    None
}

/// The mark that closes a quotation opened with `open`.
fn closing_mark(open: char) -> Option<char> {
    match open {
        '"' | '\'' => Some(open),
        '“' => Some('”'),
        '‘' => Some('’'),
        '«' => Some('»'),
        _ => None,
    }
}

/// The first thing in quotation marks.
fn first_quoted(text: &str) -> Option<String> {
    let open = text.find(['"', '“', '„', '«', '”', '「', '『', '《'])?;
    let mark = text[open..].chars().next()?;
    let inner = &text[open + mark.len_utf8()..];
    let end = inner.find(['"', '“', '”', '»', '」', '』', '》'])?;
    tidy(&inner[..end])
}

/// What stands behind the word for the piece: "kill AAP story Ferry sinks off Westmere (Slug …", "the story
/// headlined Ferry Sinks, sent at 1405".
fn behind_piece(text: &str) -> Option<String> {
    pieces(text).find_map(|at| {
        let rest = text[at..].split_once(' ')?.1;
        let rest = scan::after_any(rest, &WORDS.before_headline).unwrap_or(rest);
        let ends = WORDS.behind_named.iter().chain(WORDS.sent.iter());
        let end = ends.filter_map(|e| rest.find(*e)).min();
        let named = &rest[..end.unwrap_or(rest.len())];
        named
            .starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
            .then(|| tidy(named))?
    })
}

/// What stands behind the word of a kill: "TREKKES: Ferge sank", "=(ANNULATION)= Naufrage".
fn behind_word(line: &str) -> Option<String> {
    let line = without_label(scan::bare(line));
    let line = line.trim_start_matches(|c| c == '/' || OPENING_BRACKETS.contains(&c));
    let words = WORDS.kill_word.iter();
    let words = words.chain(WORDS.kill_word_abroad.iter());
    let words = words.chain(WORDS.kill_line.iter());
    let rest = words
        .filter_map(|w| scan::after(line, w))
        .filter(|rest| is_marked(rest) || rest.starts_with(CLOSING_BRACKETS))
        .min_by_key(|rest| rest.len())?;
    let rest = rest.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '"' | '«' | '“'));
    // "KILL - KILL - KILL" names nothing.
    let named = rest.contains(' ') && !is_kill_line(rest, true);
    named.then(|| tidy(rest))?
}

fn tidy(target: &str) -> Option<String> {
    let target = target
        .trim()
        .trim_end_matches([',', '.', ';', ':'])
        .trim_end();
    (!target.is_empty()).then(|| target.to_owned())
}

/// Where a wire reference ("V0123", "a0573") in a slug ends.
fn reference_end(text: &str) -> Option<usize> {
    let mut at = 0;
    for word in text.split_inclusive([' ', ',', '.', ';']).take(SLUG_WORDS) {
        let bare = word.trim_end_matches([' ', ',', '.', ';']);
        let mut bytes = bare.bytes();
        if bare.len() >= 4
            && bare.len() <= 6
            && bytes.next().is_some_and(|b| b.is_ascii_alphabetic())
            && bytes.all(|b| b.is_ascii_digit())
        {
            return Some(at + bare.len());
        }
        at += word.len();
    }
    None
}
