//! Whether a line kills copy or holds it.

use std::sync::LazyLock;

use super::{Setting, WORDS};
use crate::intake::wire::{agency, dateline, scan};
use crate::record::Status;
use crate::text::word_lists::List;

/// Longest block that is a notice in a longer document, where at the latest its phrase begins, and the
/// longest phrase, in bytes.
const LONGEST_NOTICE: usize = 700;
const NOTICE_WITHIN: usize = 160;
pub(super) const LONGEST_PHRASE: usize = 64;

/// How the lines and words begin.
pub(super) static FIRST: LazyLock<scan::FirstBytes> = LazyLock::new(|| {
    scan::FirstBytes::NONE
        .and(&WORDS.kill_line)
        .and(&WORDS.kill_word)
        .and(&WORDS.kill_word_abroad)
});
pub(super) static HOLD_LINES: LazyLock<scan::Prefixes> =
    LazyLock::new(|| scan::Prefixes::new(WORDS.hold_line.phrases()));
pub(super) static LABELS: LazyLock<scan::Prefixes> =
    LazyLock::new(|| scan::Prefixes::new(WORDS.label.phrases()));
/// Brackets around the word of a kill.
pub(super) const OPENING_BRACKETS: [char; 5] = ['(', '[', '【', '［', '〔'];
pub(super) const CLOSING_BRACKETS: [char; 5] = [')', ']', '】', '］', '〕'];

/// How far behind a request or a verb the piece is named, in words.
const PIECE_WITHIN: usize = 7;

/// Longest notice in another language, in bytes, and within how many it names the piece.
const LONGEST_ABROAD: usize = 500;
const NAMED_WITHIN: usize = 160;

/// What any of the notices has in it.
pub(super) static NOTICES: LazyLock<scan::PhraseSet> = LazyLock::new(|| {
    let lists = [
        &WORDS.kill_sentence,
        &WORDS.command,
        &WORDS.hold_sentence,
        &WORDS.withdrawal,
        &WORDS.request,
        &WORDS.takes_back,
    ];
    scan::PhraseSet::new(lists.map(List::phrases).to_vec().leak())
});
/// What agencies call a piece of theirs, and what becomes of one that they take back, by language.
pub(super) static WITHDRAWN_ABROAD: LazyLock<Vec<[Vec<&str>; 2]>> = LazyLock::new(|| {
    let languages = WORDS.piece_abroad.languages();
    let of = |l: &str| [WORDS.piece_abroad.of(l), WORDS.withdrawn_abroad.of(l)];
    languages.into_iter().map(of).collect()
});

/// What one line says by itself.
pub(super) fn judge(text: &str, about: Setting) -> Option<Status> {
    let Setting { short, wire, .. } = about;
    // What somebody else is quoted with is no notice of the one who sends the copy.
    let unquoted = without_quotations(text);
    let text = scan::bare(unquoted.as_deref().unwrap_or(text));
    let line = scan::bracketed(text).unwrap_or(text);
    let noticed = may_be_notice(text, short);
    if is_kill_line(line, wire)
        || noticed && is_kill(text, about)
        || wire && short && is_withdrawn_abroad(text)
    {
        return Some(Status::Canceled);
    }
    if is_hold_line(line) || noticed && says(&WORDS.hold_sentence, text, short) {
        return Some(Status::Withheld);
    }
    let takes_back = noticed && short && is_withdrawal(text) || short && is_retraction(text);
    takes_back.then_some(Status::Canceled)
}

/// A text whose quotations are blank, the quotation marks left; `None` where it has none. Quotation marks around
/// all of a line, or around a name of at most two words, are no quotation.
fn without_quotations(text: &str) -> Option<String> {
    /// Fewest words of a quotation: fewer are a headline's or a thing's name.
    const QUOTED_WORDS: usize = 3;
    let mut out: Option<String> = None;
    let mut at = 0;
    while let Some(found) = text[at..].find(['"', '“', '„', '«', '»']) {
        let open = at + found;
        let mark = text[open..].chars().next()?;
        let inner = open + mark.len_utf8();
        let closes: &[char] = match mark {
            '"' => &['"'],
            '«' => &['»'],
            '»' => &['«', '»'],
            _ => &['”', '“', '"'],
        };
        let Some(length) = text[inner..].find(closes) else {
            break;
        };
        let quoted = &text[inner..inner + length];
        let close = inner + length;
        let end = close + text[close..].chars().next().map_or(1, char::len_utf8);
        if quoted.split_whitespace().count() >= QUOTED_WORDS && end - open < text.trim().len() {
            let blank = out.get_or_insert_with(|| text.to_owned());
            blank.replace_range(inner..close, &" ".repeat(length));
        }
        at = end;
    }
    out
}

/// Within how many bytes of its beginning a paragraph says that its own article is taken back.
const RETRACTED_WITHIN: usize = 120;

/// "This article has been removed because …", "The Courier has retracted this article": what stands in its place.
fn is_retraction(text: &str) -> bool {
    let opens = scan::after_any(text, &WORDS.retracted).is_some();
    let head = &text[..text.floor_char_boundary(RETRACTED_WITHIN)];
    opens || WORDS.retracts.iter().any(|w| scan::has(head, w))
}

/// Whether any of the phrases of notices stands in the text; in a longer document a notice stands at
/// the start of a short block.
fn may_be_notice(text: &str, short: bool) -> bool {
    if short {
        return NOTICES.any_in(text);
    }
    let head = &text[..text.floor_char_boundary(NOTICE_WITHIN + LONGEST_PHRASE)];
    text.len() <= LONGEST_NOTICE && NOTICES.any_in(head)
}

/// Whether a notice says one of the phrases and means the copy, not how it may be used.
fn says(phrases: &List, text: &str, short: bool) -> bool {
    phrases
        .iter()
        .filter(|k| scan::has(text, k) && !is_restriction(text, k) && !is_spoken(text, k))
        .any(|k| short || is_notice(text, k))
}

/// How far behind a phrase the verb of whoever says it stands, in bytes.
const SPOKEN_WITHIN: usize = 60;

/// "Hold the story, the editor told her": whether a phrase is what somebody says without quotation marks.
fn is_spoken(text: &str, phrase: &str) -> bool {
    scan::find(text, phrase).is_some_and(|at| {
        let behind = &text[at + phrase.len()..];
        let behind = &behind[..behind.floor_char_boundary(SPOKEN_WITHIN)];
        let clause = behind.split(['.', ';', ':']).next().unwrap_or("");
        clause.starts_with(", ") && WORDS.spoken.iter().any(|verb| scan::has(clause, verb))
    })
}

/// Whether a notice kills: in words that only kills have, and in a short document by a command; in a
/// wire's also by a request, or when the agency says that it takes a piece back.
fn is_kill(text: &str, about: Setting) -> bool {
    let Setting {
        short,
        wire,
        dated,
        agency,
    } = about;
    says(&WORDS.kill_sentence, text, short)
        || short && is_command(text)
        || short && wire && (is_request(text, dated) || is_taken_back(text, agency))
}

/// "HOLD HOLD HOLD": whether a line holds the copy.
fn is_hold_line(line: &str) -> bool {
    HOLD_LINES.after(line).is_some() && opens_in_capitals(line)
}

/// Longest notice that copy is withdrawn, in bytes.
const LONGEST_WITHDRAWAL: usize = 600;

/// "The LONDON item headlined 'Ferry sinks' is withdrawn."
fn is_withdrawal(text: &str) -> bool {
    let found = WORDS
        .withdrawal
        .iter()
        .find_map(|w| scan::find(text, w).map(|at| (at, at + w.len())));
    let Some((withdrawn, after)) = found.filter(|_| text.len() <= LONGEST_WITHDRAWAL) else {
        return false;
    };
    let (subject, rest) = (&text[..withdrawn], &text[after..]);
    let closes = rest.is_empty() || rest.starts_with(['.', ';']);
    WORDS.copy.iter().any(|c| scan::has(subject, c))
        && scan::after_any(text, &WORDS.notice_opening).is_some()
        && is_about_copy(subject, closes)
}

/// Whether what is withdrawn is copy of an agency, not a thing in the news: it is named by headline, slug
/// or as "this story", or the line is an advisory.
fn is_about_copy(subject: &str, closes: bool) -> bool {
    let has = |list: &List| list.iter().any(|s| scan::has(subject, s));
    names_headline(subject)
        || has(&WORDS.about_copy)
        // "The story … is withdrawn." and no more; what an author withdrew in 1990 goes on.
        || closes && has(&WORDS.closing)
        // "The Press Association story POLICE Westmere has been withdrawn."
        || pieces(subject).any(|at| agency_before(&subject[..at]).is_some())
}

/// Whether a headline is quoted: "headlined 'Ferry sinks'".
fn names_headline(text: &str) -> bool {
    const HEADLINED: &str = "headlined ";
    scan::find(text, HEADLINED)
        .is_some_and(|at| text[at + HEADLINED.len()..].starts_with(['"', '“', '\'', '‘', '«']))
}

/// Whether a sentence that kills say stands where a notice has it: at the start of a short block.
fn is_notice(text: &str, phrase: &str) -> bool {
    text.len() <= LONGEST_NOTICE && scan::find(text, phrase).is_some_and(|at| at <= NOTICE_WITHIN)
}

/// Whether a sentence of the text opens with a command to kill.
fn is_command(text: &str) -> bool {
    WORDS.command.iter().any(|c| {
        scan::find(text, c).is_some_and(|at| {
            let before = text[..at].trim_end();
            before.is_empty() || before.ends_with(['.', ':', ';', '!'])
        })
    })
}

/// "Please do not use the picture after June 12" says how copy may be used, not that it must not.
fn is_restriction(text: &str, phrase: &str) -> bool {
    let Some(at) = scan::find(text, phrase)
        .filter(|_| scan::has(phrase, "not use") || scan::has(phrase, "not publish"))
    else {
        return false;
    };
    let sentence = sentences(&text[at..]).next().unwrap_or("");
    WORDS.restriction.iter().any(|r| scan::has(sentence, r))
}

/// Whether a sentence asks to do away with a piece of copy, and not for copy with a dateline that stands
/// behind it.
fn is_request(text: &str, dated: bool) -> bool {
    let names_replaced = |sentence: &str| {
        WORDS.replaced.iter().any(|r| scan::has(sentence, r)) && dateline::find(text).is_none()
    };
    WORDS.request.iter().any(|r| {
        scan::find(text, r).is_some_and(|at| {
            let before = text[..at].trim_end();
            let opens = before.is_empty() || before.ends_with(['.', ':', ';', '!', '-', '–', '—']);
            let asked = sentences(&text[at + r.len()..]).next().unwrap_or("");
            opens
                && !is_restriction(text, r)
                && names_piece(asked, true)
                && !(dated && names_replaced(asked))
        })
    })
}

/// Whether an agency takes a piece of its own back: "UPI is withdrawing its story". An agency that
/// another one writes about does not.
fn is_taken_back(text: &str, written_by: Option<&str>) -> bool {
    WORDS.takes_back.iter().any(|verb| {
        scan::find(text, verb).is_some_and(|at| {
            agency_before(&text[..at]).is_some_and(|agency| written_by.is_none_or(|w| w == agency))
                && names_piece(&text[at + verb.len()..], false)
        })
    })
}

/// Whether a piece of copy is named within a few words; `certain` asks for a word that says which one,
/// as "the story" and "AFP photo" do.
fn names_piece(text: &str, certain: bool) -> bool {
    let sentence = sentences(text).next().unwrap_or("");
    let end = sentence
        .split_inclusive(' ')
        .take(PIECE_WITHIN + 1)
        .map(str::len)
        .sum();
    let which = |before: &str| {
        before.split_whitespace().any(|w| WORDS.which.contains(&w))
            || agency_before(before).is_some()
    };
    pieces(&sentence[..end]).any(|at| !certain || which(&sentence[..at]))
}

/// Where words for a piece of copy stand.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = usize> {
    WORDS.piece.iter().filter_map(|p| {
        let at = scan::find(text, p)?;
        let behind = &text[at + p.len()..];
        // Of "the earlier version's byline" the piece is not the one meant.
        let whole = !text[..at].ends_with(char::is_alphanumeric)
            && !behind.starts_with(char::is_alphanumeric)
            && !["'s ", "’s "].iter().any(|s| behind.starts_with(s));
        whole.then_some(at)
    })
}

/// Most words of the name of an agency ("The Canadian Press").
const AGENCY_WORDS: usize = 4;

/// The agency whose name a text ends with: "EDITORS: UPI", "The Canadian Press".
fn agency_before(text: &str) -> Option<&'static str> {
    let text = text.trim_end();
    let starts = text.rmatch_indices([' ', ':']).map(|(at, _)| at + 1);
    starts
        .take(AGENCY_WORDS)
        .chain([0])
        .find_map(|at| agency(text.get(at..)?.trim()))
        .map(|a| a.name)
}

/// The sentences of a notice, those of Chinese and Japanese too; a full stop behind a figure ends none
/// ("12. Juni").
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = [". ", "。"]
            .into_iter()
            .flat_map(|stop| rest.match_indices(stop))
            .filter(|(at, _)| !rest[..*at].ends_with(|c: char| c.is_ascii_digit()))
            .map(|(at, stop)| at + stop.trim_end().len())
            .min()
            .unwrap_or(rest.len());
        let (sentence, after) = rest.split_at(end);
        rest = after.trim_start();
        Some(sentence)
    })
}

/// "Die Meldung … wird zurückgezogen", "La dépêche … est annulée", "Bitte die Meldung … streichen".
fn is_withdrawn_abroad(text: &str) -> bool {
    text.len() <= LONGEST_ABROAD
        && sentences(text).any(|sentence| {
            WITHDRAWN_ABROAD.iter().any(|[pieces, verbs]| {
                let named = pieces
                    .iter()
                    .filter_map(|p| scan::find(sentence, p))
                    .any(|at| at <= NAMED_WITHIN);
                named && verbs.iter().any(|v| stands_in(v, sentence))
            })
        })
}

/// Whether the parts of a phrase, which "…" sets apart, stand in a text one behind the other.
fn stands_in(phrase: &str, text: &str) -> bool {
    let mut rest = text;
    phrase.split(" … ").all(|part| {
        let found = scan::find(rest, part);
        rest = found.map_or("", |at| &rest[at + part.len()..]);
        found.is_some()
    })
}

/// A line without the label in front that says to whom or by whom it is said: "EDS: AAP KILL".
pub(super) fn without_label(line: &str) -> &str {
    let line = LABELS.after(line).map_or(line, str::trim_start);
    match line.split_once(' ') {
        Some((first, rest)) if !first.contains(char::is_lowercase) && agency(first).is_some() => {
            rest
        }
        _ => line,
    }
}

/// Whether a line is a kill by itself: "BULLETIN KILL", "WITHDRAWN: Ferry sinks", "(ANULADA) Naufragio".
pub(super) fn is_kill_line(line: &str, wire: bool) -> bool {
    // PR Newswire sets its notices off with a stroke: "/DISREGARD RELEASE: Westmere Ferries/".
    let line = without_label(line).trim_start_matches('/');
    // "(ANULADA) Title", "[KILL] Title", "【取り消し】Title": the word alone in brackets.
    let inside = line
        .strip_prefix(OPENING_BRACKETS)
        .and_then(|l| l.split_once(CLOSING_BRACKETS))
        .map(|(inside, _)| inside);
    FIRST.may_open(line) && (opens_as_kill(line) || opens_with_word(line, wire))
        || inside.is_some_and(|i| kill_words(wire).any(|w| scan::after(i, w) == Some("")))
}

/// Whether a line begins as only kills do, in capitals or with what is killed set off.
fn opens_as_kill(line: &str) -> bool {
    WORDS.kill_line.iter().any(|k| {
        scan::after(line, k).is_some_and(|rest| {
            let whole = !rest.starts_with(char::is_alphanumeric);
            whole && (is_marked(rest) || opens_in_capitals(line) && k.contains(' '))
        })
    })
}

/// Whether a line begins with the word of a kill in capitals, set off from what follows.
fn opens_with_word(line: &str, wire: bool) -> bool {
    kill_words(wire).any(|w| {
        scan::after(line, w).is_some_and(|rest| {
            let word = &line[..line.len() - rest.len()];
            !word.chars().any(char::is_lowercase) && is_marked(rest)
        })
    })
}

/// The words of kills; those of other languages than English in the formats of wires only.
fn kill_words(wire: bool) -> impl Iterator<Item = &'static str> {
    let abroad = if wire {
        WORDS.kill_word_abroad.phrases()
    } else {
        &[]
    };
    WORDS.kill_word.phrases().iter().chain(abroad).copied()
}

/// Whether what follows a word sets it apart: nothing, a colon, a dash; a hyphen that ties it to a
/// compound ("KILL-OR-CURE") does not.
pub(super) fn is_marked(rest: &str) -> bool {
    let tied = rest
        .strip_prefix('-')
        .is_some_and(|r| r.split(' ').next().is_some_and(|word| word.contains('-')));
    rest.is_empty()
        || !tied
            && (rest.starts_with([':', '-', '!', '：', '>'])
                || [" -", " –", " —", " _", " :", " +++"]
                    .iter()
                    .any(|m| rest.starts_with(m)))
}

/// "KILL KILL KILL" and not "Kill notice handed to landlords": the first word is in capitals.
fn opens_in_capitals(line: &str) -> bool {
    let word = line.split([' ', ':', '-', ',']).next().unwrap_or("");
    word.len() > 2 && word.chars().all(|c| !c.is_lowercase())
        || scan::after_any(line, WORDS.in_small_letters.phrases()).is_some()
}
