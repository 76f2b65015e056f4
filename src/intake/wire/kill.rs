//! Kills, withdrawals and holds: recognised before anything else, since a killed story published as
//! usable is the worst that can happen.
//!
//! Everything such a document says goes to the editorial notes and to `removed`; its body is empty and
//! its status `canceled` or `withheld`, so that nothing of the killed copy can be used by mistake.

use std::sync::LazyLock;

use super::{dateline, scan};
use crate::intake::draft::{Draft, DraftBlock};
use crate::record::{BlockKind, Flag, RemovedKind, Status};
use crate::text::word_lists::{List, word_lists};

/// How many blocks at the head a kill can stand in.
const WITHIN: usize = 8;
/// Longest document that a milder phrase makes a kill, in bytes; longer ones only speak of one.
const LONGEST_MILD: usize = 1500;
/// Longest block that is a notice in a longer document, where at the latest its phrase begins, and the
/// longest phrase, in bytes.
const LONGEST_NOTICE: usize = 700;
const NOTICE_WITHIN: usize = 160;
const LONGEST_PHRASE: usize = 64;

word_lists! {
    /// What kills, withdrawals and holds are told by.
    WORDS "wire/kill.tsv" {
        /// A line that begins so is a kill, in capitals or with what is killed behind a colon or a
        /// dash.
        kill_line,
        /// Words in capitals alone, in brackets, or in front of a colon or a dash.
        kill_word,
        /// The same in other languages. Pages announce in such words that a concert is off, so they
        /// count in the formats of wires only.
        kill_word_abroad,
        /// Sentences that only kills hold.
        kill_sentence,
        /// Commands that open a sentence of a kill; inside one they are what an editor did in the news.
        command,
        /// Requests that open a sentence and name a piece of copy soon after.
        request,
        /// What an agency does to a piece of its own.
        takes_back,
        /// What agencies call a piece of theirs, in English.
        piece,
        /// Words by which a request not to use something is one about when, where or how.
        restriction,
        /// What agencies call a piece of theirs. In the news a Norwegian "sak" is as often a case at
        /// court: it has verbs of its own.
        piece_abroad,
        /// What becomes of a piece that an agency takes back, for the pieces of the same languages.
        withdrawn_abroad,
        /// Verbs that with the word for a piece of copy in one sentence make a withdrawal.
        withdrawal,
        /// Words for a piece of copy that, with such a verb behind them, make a withdrawal.
        copy,
        /// What a line begins with that holds the copy, in capitals.
        hold_line,
        /// Sentences that hold the copy.
        hold_sentence,
        /// What stands in front of a line that says to whom it is said.
        label,
        /// How a notice that something is withdrawn begins.
        notice_opening,
        /// What tells copy of an agency from other things that are withdrawn.
        about_copy,
        /// What opens a kill or a hold in small letters too.
        in_small_letters,
    }
}

/// How the lines and words begin.
static FIRST: LazyLock<scan::FirstBytes> = LazyLock::new(|| {
    scan::FirstBytes::NONE
        .and(&WORDS.kill_line)
        .and(&WORDS.kill_word)
        .and(&WORDS.kill_word_abroad)
});
static HOLD_LINES: LazyLock<scan::Openings> =
    LazyLock::new(|| scan::Openings::new(WORDS.hold_line.phrases()));
static LABELS: LazyLock<scan::Openings> =
    LazyLock::new(|| scan::Openings::new(WORDS.label.phrases()));
/// How far behind a request or a verb the piece is named, in words.
const PIECE_WITHIN: usize = 7;

/// Longest notice in another language, in bytes, and within how many it names the piece.
const LONGEST_ABROAD: usize = 500;
const NAMED_WITHIN: usize = 160;

/// What any of the notices has in it.
static NOTICES: LazyLock<scan::Phrases> = LazyLock::new(|| {
    let lists = [
        &WORDS.kill_sentence,
        &WORDS.command,
        &WORDS.hold_sentence,
        &WORDS.withdrawal,
        &WORDS.request,
        &WORDS.takes_back,
    ];
    scan::Phrases::new(lists.map(List::phrases).to_vec().leak())
});
/// What agencies call a piece of theirs, and what becomes of one that they take back, by language.
static WITHDRAWN_ABROAD: LazyLock<Vec<[Vec<&str>; 2]>> = LazyLock::new(|| {
    let languages = WORDS.piece_abroad.languages();
    let of = |l: &str| [WORDS.piece_abroad.of(l), WORDS.withdrawn_abroad.of(l)];
    languages.into_iter().map(of).collect()
});

/// Recognises a kill, a withdrawal or a hold. When it is a kill, nothing else is to be read off the draft.
pub fn apply(draft: &mut Draft) -> bool {
    let Some((status, target)) = verdict(draft) else {
        // A format that declares its item canceled has no copy to be read either, but keeps its text.
        return false;
    };
    if draft.supplied.status == Some(Status::Usable) {
        draft.flags.insert(Flag::STATUS_CONTRADICTED);
    }
    let supplied = &mut draft.supplied;
    supplied.status = Some(match supplied.status {
        Some(Status::Canceled) => Status::Canceled,
        _ => status,
    });
    if supplied.supersedes.is_none() {
        supplied.supersedes = target;
    }
    if status == Status::Withheld {
        put_hold_aside(draft);
        return false;
    }
    while let Some(at) = draft
        .blocks
        .iter()
        .position(|b| b.kind != BlockKind::Headline)
    {
        let text = draft.remove(at, RemovedKind::EditorialNote);
        draft.supplied.editorial_notes.push(text);
    }
    if let Some(deck) = draft.supplied.deck.take() {
        draft.supplied.add_note(deck);
    }
    true
}

/// Takes the lines that hold the copy out of it.
fn put_hold_aside(draft: &mut Draft) {
    let about = setting(draft);
    let mut at = 0;
    while at < draft.blocks.len().min(WITHIN) {
        let block = &draft.blocks[at];
        if block.kind == BlockKind::Headline || judge(&block.text, about).is_none() {
            at += 1;
            continue;
        }
        let note = draft.remove(at, RemovedKind::EditorialNote);
        draft.supplied.editorial_notes.push(note);
    }
}

/// What the head of a draft says: killed or held, and which copy.
fn verdict(draft: &Draft) -> Option<(Status, Option<String>)> {
    let supplied = &draft.supplied;
    let blocks = draft.blocks.iter().take(WITHIN).map(|b| b.text.as_str());
    let texts = || {
        [&supplied.headline, &supplied.slugline, &supplied.deck]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .chain(supplied.editorial_notes.iter().map(String::as_str))
            .chain(blocks.clone())
    };
    let about = setting(draft);
    let status = texts().find_map(|text| judge(text, about))?;
    let mut target = texts().find_map(target);
    if about.short {
        target = target
            .or_else(|| texts().find_map(first_quoted))
            .or_else(|| texts().find_map(behind_piece));
    }
    Some((status, target.or_else(|| texts().find_map(behind_word))))
}

/// What the document is that a line stands in.
#[derive(Clone, Copy)]
struct Setting {
    short: bool,
    wire: bool,
    /// The agency in the dateline of a short one.
    agency: Option<&'static str>,
}

fn setting(draft: &Draft) -> Setting {
    let length: usize = draft.blocks.iter().map(|b| b.text.len()).sum();
    let (short, wire) = (length <= LONGEST_MILD, super::is_wire(draft.format));
    let dated = |b: &DraftBlock| super::agency(&dateline::find(&b.text)?.source?);
    let agency = (short && wire).then(|| draft.blocks.iter().take(WITHIN).find_map(dated));
    Setting {
        short,
        wire,
        agency: agency.flatten().map(|a| a.name),
    }
}

/// What one line says by itself.
fn judge(text: &str, about: Setting) -> Option<Status> {
    let Setting {
        short,
        wire,
        agency,
    } = about;
    let text = scan::bare(text);
    let line = scan::bracketed(text).unwrap_or(text);
    // In a longer document a notice stands at the start of a short block.
    let noticed = if short {
        NOTICES.any_in(text)
    } else {
        text.len() <= LONGEST_NOTICE
            && NOTICES.any_in(&text[..text.floor_char_boundary(NOTICE_WITHIN + LONGEST_PHRASE)])
    };
    let said = |phrases: &[&str]| {
        phrases.iter().any(|k| {
            scan::has(text, k) && (short || is_notice(text, k)) && !is_restriction(text, k)
        })
    };
    if is_kill_line(line, wire)
        || noticed && (said(&WORDS.kill_sentence) || short && is_command(text))
        || noticed && wire && short && (is_request(text) || is_taken_back(text, agency))
        || wire && short && is_withdrawn_abroad(text)
    {
        return Some(Status::Canceled);
    }
    if HOLD_LINES.after(line).is_some() && opens_in_capitals(line)
        || noticed && said(&WORDS.hold_sentence)
    {
        return Some(Status::Withheld);
    }
    if !noticed {
        return None;
    }
    // "The LONDON item headlined 'Ferry sinks' is withdrawn."
    let (withdrawn, after) = WORDS
        .withdrawal
        .iter()
        .find_map(|w| scan::find(text, w).map(|at| (at, at + w.len())))?;
    let closes = text[after..].is_empty() || text[after..].starts_with(['.', ';']);
    let named = WORDS.copy.iter().any(|c| scan::has(&text[..withdrawn], c));
    let notice = scan::after_any(text, WORDS.notice_opening.phrases()).is_some();
    (named && notice && short && text.len() <= 600 && is_about_copy(&text[..withdrawn], closes))
        .then_some(Status::Canceled)
}

/// Whether what is withdrawn is copy of an agency, not a thing in the news: it is named by headline, slug
/// or as "this story", or the line is an advisory.
fn is_about_copy(subject: &str, closes: bool) -> bool {
    // A headline is quoted.
    let quoted = scan::find(subject, "headlined ")
        .is_some_and(|at| subject[at + 10..].starts_with(['"', '“', '\'', '‘', '«']));
    if quoted {
        return true;
    }

    WORDS.about_copy
    .iter()
    .any(|s| scan::has(subject, s))
        // "The story … is withdrawn." and no more; what an author withdrew in 1990 goes on.
        || (closes && ["the story", "the item", "the alert"].iter().any(|s| scan::has(subject, s)))
        // "The Press Association story POLICE Westmere has been withdrawn."
        || pieces(subject).any(|at| agency_before(&subject[..at]).is_some())
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

/// Whether a sentence asks to do away with a piece of copy.
fn is_request(text: &str) -> bool {
    WORDS.request.iter().any(|r| {
        scan::find(text, r).is_some_and(|at| {
            let before = text[..at].trim_end();
            let opens = before.is_empty() || before.ends_with(['.', ':', ';', '!', '-', '–', '—']);
            opens && !is_restriction(text, r) && names_piece(&text[at + r.len()..], true)
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
        before.split_whitespace().any(|w| {
            matches!(
                w,
                "the" | "this" | "these" | "that" | "our" | "all" | "earlier" | "previous"
            )
        }) || agency_before(before).is_some()
    };
    pieces(&sentence[..end]).any(|at| !certain || which(&sentence[..at]))
}

/// Where words for a piece of copy stand.
fn pieces(text: &str) -> impl Iterator<Item = usize> {
    WORDS.piece.iter().filter_map(|p| {
        let at = scan::find(text, p)?;
        let whole = !text[..at].ends_with(char::is_alphanumeric)
            && !text[at + p.len()..].starts_with(char::is_alphanumeric);
        whole.then_some(at)
    })
}

/// The agency whose name a text ends with: "EDITORS: UPI", "The Canadian Press".
fn agency_before(text: &str) -> Option<&'static str> {
    let text = text.trim_end();
    let starts = text.rmatch_indices([' ', ':']).map(|(at, _)| at + 1);
    starts
        .take(4)
        .chain([0])
        .find_map(|at| super::agency(text.get(at..)?.trim()))
        .map(|a| a.name)
}

/// The sentences of a notice; a full stop behind a figure ends none ("12. Juni").
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .match_indices(". ")
            .map(|(at, _)| at)
            .find(|&at| !rest[..at].ends_with(|c: char| c.is_ascii_digit()))
            .map_or(rest.len(), |at| at + 1);
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
                named && verbs.iter().any(|v| scan::has(sentence, v))
            })
        })
}

/// A line without the label in front that says to whom or by whom it is said: "EDS: AAP KILL".
fn without_label(line: &str) -> &str {
    let line = LABELS.after(line).map_or(line, str::trim_start);
    match line.split_once(' ') {
        Some((first, rest))
            if !first.contains(char::is_lowercase) && super::agency(first).is_some() =>
        {
            rest
        }
        _ => line,
    }
}

fn is_kill_line(line: &str, wire: bool) -> bool {
    let line = without_label(line);
    let line_says = || {
        WORDS.kill_line.iter().any(|k| {
            scan::after(line, k).is_some_and(|rest| {
                let whole = !rest.starts_with(char::is_alphanumeric);
                whole && (is_marked(rest) || opens_in_capitals(line) && k.contains(' '))
            })
        })
    };
    // "(ANULADA) Title", "[KILL] Title": the word alone in brackets.
    let inside = line
        .strip_prefix(['(', '['])
        .and_then(|l| l.split_once([')', ']']))
        .map(|(inside, _)| inside);
    let words = || {
        let abroad = wire.then_some(&WORDS.kill_word_abroad);
        WORDS
            .kill_word
            .iter()
            .chain(abroad.into_iter().flat_map(|l| l.iter()))
    };
    let word_says = || {
        words().any(|w| {
            scan::after(line, w).is_some_and(|rest| {
                let word = &line[..line.len() - rest.len()];
                !word.chars().any(char::is_lowercase) && is_marked(rest)
            })
        })
    };
    FIRST.may_open(line) && (line_says() || word_says())
        || inside.is_some_and(|i| words().any(|w| scan::after(i, w).is_some_and(str::is_empty)))
}

/// Whether what follows a word sets it apart: nothing, a colon, a dash; a hyphen that ties it to a
/// compound ("KILL-OR-CURE") does not.
fn is_marked(rest: &str) -> bool {
    let tied = rest
        .strip_prefix('-')
        .is_some_and(|r| r.split(' ').next().is_some_and(|word| word.contains('-')));
    rest.is_empty()
        || !tied
            && (rest.starts_with([':', '-', '!', '：'])
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

/// Which copy a notice names: "kill the story Ferry, V0123", "item dpa 157", "headlined 'Ferry sinks'".
fn target(text: &str) -> Option<String> {
    for verb in ["kill item ", "hold item "] {
        if let Some(at) = scan::find(text, verb) {
            let words: Vec<&str> = text[at + verb.len()..].split_whitespace().take(2).collect();
            if let [service, number] = words[..] {
                let number: String = number.chars().take_while(char::is_ascii_digit).collect();
                if !number.is_empty() && service.chars().all(char::is_alphanumeric) {
                    return Some(format!("{service}:{number}"));
                }
            }
        }
    }
    // AP: "Kill BC-US--Ferry, V0472.", "BC-US--Ferry Sinking, BULLETIN KILL".
    if let Some(end) = [", bulletin kill", ", mandatory kill", ", kill"]
        .iter()
        .find_map(|k| scan::find(text, k))
        && let Some(start) = ["BC-", "AM-", "PM-", "AP-"]
            .iter()
            .find_map(|c| text[..end].find(c))
    {
        return tidy(&text[start..end]);
    }
    for verb in [
        "kill the story ",
        "killed story ",
        "kill bc-",
        "kill am-",
        "kill pm-",
        "kill story ",
        "kill the item ",
        "hold the story ",
        "withdraw the story ",
        "disregard the story ",
        "story slugged ",
        "item slugged ",
        "slugged ",
    ] {
        if let Some(at) = scan::find(text, verb) {
            // A slug that tells the verb's object is part of the target.
            let rest = &text[at + verb.rfind(' ').map_or(0, |s| s + 1)..];
            // The slug ends with its reference ("Ferry, V0123"), else with the clause.
            let end = reference_end(rest)
                .or_else(|| rest.find(['.', ';', '\n']))
                .map(|end| rest[..end].find(" until ").unwrap_or(end))
                .unwrap_or(rest.len());
            if let Some(quoted) = rest.strip_prefix(['"', '“', '«']) {
                let end = quoted.find(['"', '”', '»']).unwrap_or(quoted.len());
                return tidy(&quoted[..end]);
            }
            let slug = rest[..end.min(rest.floor_char_boundary(120))]
                .trim()
                .trim_matches(['"', '“', '”', '\'', '‘', '’', ',']);
            // "kill the story that ran …" names nothing.
            if !slug.is_empty()
                && slug.split_whitespace().count() <= 12
                && slug.starts_with(|c: char| c.is_uppercase() || c.is_numeric())
            {
                return Some(slug.to_owned());
            }
        }
    }
    for word in ["headlined ", "titled ", "entitled "] {
        if let Some(at) = scan::find(text, word) {
            let rest = text[at + word.len()..].trim_start();
            let open = rest.chars().next()?;
            let close = match open {
                '"' => '"',
                '“' => '”',
                '\'' => '\'',
                '‘' => '’',
                '«' => '»',
                _ => continue,
            };
            let inner = &rest[open.len_utf8()..];
            // An apostrophe in the headline is no end: what follows the end is a blank or a mark.
            let end = inner
                .char_indices()
                .find(|(i, c)| {
                    *c == close && !inner[i + c.len_utf8()..].starts_with(char::is_alphanumeric)
                })
                .map(|(i, _)| i)?;
            return tidy(&inner[..end]);
        }
    }
    None
}

/// The first thing in quotation marks.
fn first_quoted(text: &str) -> Option<String> {
    let open = text.find(['"', '“', '„', '«', '”'])?;
    let mark = text[open..].chars().next()?;
    let inner = &text[open + mark.len_utf8()..];
    let end = inner.find(['"', '“', '”', '»'])?;
    tidy(&inner[..end])
}

/// What stands behind the word for the piece: "kill AAP story Ferry sinks off Westmere (Slug …".
fn behind_piece(text: &str) -> Option<String> {
    let ends = [
        ". ",
        ", ",
        "; ",
        " (",
        " sent",
        " moved",
        " filed",
        " released",
        " transmitted",
        " issued",
        " of ",
        " has ",
        " is ",
        " that ",
        " which ",
    ];
    pieces(text).find_map(|at| {
        let rest = text[at..].split_once(' ')?.1;
        let end = ends.iter().filter_map(|e| rest.find(e)).min();
        let named = &rest[..end.unwrap_or(rest.len())];
        named
            .starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
            .then(|| tidy(named))?
    })
}

/// What stands behind the word of a kill: "TREKKES: Ferge sank", "=(ANNULATION)= Naufrage".
fn behind_word(line: &str) -> Option<String> {
    let line = without_label(scan::bare(line));
    let line = line.trim_start_matches(['(', '[']);
    let words = WORDS.kill_word.iter();
    let words = words.chain(WORDS.kill_word_abroad.iter());
    let words = words.chain(WORDS.kill_line.iter());
    let rest = words
        .filter_map(|w| scan::after(line, w))
        .filter(|rest| is_marked(rest) || rest.starts_with([')', ']']))
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
    for word in text.split_inclusive([' ', ',', '.', ';']).take(12) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Format;

    fn read(text: &str) -> Draft {
        let mut draft = Draft::new(Format::Text, "utf-8", text.into());
        let mut at = 0;
        for line in text.split('\n') {
            draft
                .blocks
                .push(DraftBlock::verbatim(BlockKind::Paragraph, line, at));
            at += line.len() + 1;
        }
        apply(&mut draft);
        draft
    }

    #[test]
    fn kills_are_canceled_and_name_their_target() {
        for (text, target) in [
            (
                "BULLETIN KILL\nEditors: please kill the story Ferry Sinking, V0123. A kill is mandatory.\nThe AP",
                Some("Ferry Sinking, V0123"),
            ),
            (
                "WESTMERE (AP) — Please kill the story BC-US--Ferry, a0573, which moved at 10:04. The ferry did not sink.",
                Some("BC-US--Ferry, a0573"),
            ),
            (
                "ADVISORY: The LONDON item headlined 'Ferry's crew at fault' is withdrawn.",
                Some("Ferry's crew at fault"),
            ),
            (
                "KILL KILL KILL\nPlease kill item dpa 157. It is wrong.",
                Some("dpa:157"),
            ),
            (
                "The LONDON item headlined “Ferry sinks” is withdrawn. There will be no substitute.",
                Some("Ferry sinks"),
            ),
            ("АННУЛИРОВАНО: Паром затонул", Some("Паром затонул")),
            ("ΑΚΥΡΩΣΗ: Βυθίστηκε το πλοίο", Some("Βυθίστηκε το πλοίο")),
            (
                "WITHDRAWN: Ferry sinks off Westmere",
                Some("Ferry sinks off Westmere"),
            ),
            (
                "Withdrawn: Ferry sinks off Westmere",
                Some("Ferry sinks off Westmere"),
            ),
            ("ANNULLIERUNG: Fähre gesunken", Some("Fähre gesunken")),
            (
                "(ANULADA) Se hunde un transbordador",
                Some("Se hunde un transbordador"),
            ),
            (
                "ÅTERKALLAS: Färjan sjönk utanför Westmere",
                Some("Färjan sjönk utanför Westmere"),
            ),
            ("PERUTTU: Lautta upposi", Some("Lautta upposi")),
            ("UDGÅR - UDGÅR - UDGÅR", None),
            (
                "Bitte streichen Sie die apa-Meldung 0345 «Fähre gesunken» vom 12. Juni.",
                Some("Fähre gesunken"),
            ),
            (
                "Achtung: Meldung zurückgezogen\nDie Agentur zieht die Meldung «Fähre gesunken» zurück.",
                Some("Fähre gesunken"),
            ),
            (
                "Prière de ne pas tenir compte de notre dépêche \"Le ferry a coulé\" de 13H05.",
                Some("Le ferry a coulé"),
            ),
            (
                "TREKKES: Ferge sank utenfor Westmere",
                Some("Ferge sank utenfor Westmere"),
            ),
            (
                "Stryk nyheten med rubriken \"Färja sjönk\" som sändes 13.05.",
                Some("Färja sjönk"),
            ),
            (
                "EDITORS: UPI is withdrawing its story \"Ferry sinks,\" sent June 12.",
                Some("Ferry sinks"),
            ),
            (
                "EDS: AAP KILL\nPlease kill AAP story Ferry sinks off Westmere (Slug: FERRY).",
                Some("Ferry sinks off Westmere"),
            ),
            (
                "Please note that the Press Association story POLICE Westmere, filed at 1405, has been withdrawn on legal advice.",
                Some("POLICE Westmere"),
            ),
            (
                "BULLETIN KILL\nEditors: Kill BC-US--Ferry Sinking, V0472. A kill is mandatory.",
                Some("BC-US--Ferry Sinking, V0472"),
            ),
            (
                "ANNULATION\nPrière d'annuler la dépêche sur le ferry.",
                None,
            ),
            (
                "Achtung Redaktionen\nDie Meldung \"Fähre gesunken\" (apa0123) wird zurückgezogen.",
                Some("Fähre gesunken"),
            ),
            ("Telegrammet om færgen udgår. Ritzau beklager.", None),
            (
                "Kill the story slugged Ferry Sinking. It is wrong.",
                Some("Ferry Sinking"),
            ),
        ] {
            let draft = read(text);
            assert_eq!(draft.supplied.status, Some(Status::Canceled), "{text}");
            assert_eq!(draft.supplied.supersedes.as_deref(), target, "{text}");
            assert!(draft.blocks.is_empty(), "nothing of it can be used: {text}");
            assert!(!draft.supplied.editorial_notes.is_empty());
        }
    }

    #[test]
    fn no_phrase_reaches_past_what_is_read_of_a_notice() {
        let phrases = WORDS.kill_sentence.iter().chain(WORDS.hold_sentence.iter());
        assert!(phrases.map(|p| p.len()).max() <= Some(LONGEST_PHRASE));
    }

    #[test]
    fn holds_are_withheld() {
        let draft = read("HOLD HOLD HOLD\nPlease hold item dpa 157 until we know more.");
        assert_eq!(draft.supplied.status, Some(Status::Withheld));
        assert_eq!(draft.supplied.supersedes.as_deref(), Some("dpa:157"));
    }

    #[test]
    fn copy_that_speaks_of_kills_is_usable() {
        for text in [
            "The bill was withdrawn on Monday after the story of its author became known.",
            "Kill notice handed to landlords\nThe council of Westmere voted on Monday to close the bridge.",
            "The offer headlined the fair and was withdrawn on Monday.",
            "Hold on: the ferry may be back\nIt sails again.",
            "The candidate has been withdrawn from the race after a newspaper article.",
            "The story was withdrawn by its author, a novelist, in 1990, she told friends in Westmere.",
            "Withdrawal: what next for the troops?",
            "Rückruf: Händler nimmt Milch aus den Regalen",
            "Rückruf von Babynahrung in Westmere",
            "Anulación de las elecciones: claves de un fallo",
            "ANNULE ET REMPLACE - Le ferry a coulé",
            "KILL-OR-CURE PLAN FOR THE FERRY LINE",
            "The paper paid to kill the story, prosecutors said.",
            "The drug must not be used for fever, the agency said.",
            "The photographs should not be published, the judge ruled.",
            "Der Gesetzentwurf wird zurückgezogen, sagte die Ministerin.",
            "Le concert est annulé, a annoncé la salle.",
            "Retirada de tropas: el plan del Gobierno",
            "LONDON (AP) — Reuters has withdrawn a story about a ferry line, the agency said.",
            "Please do not use the picture after June 12 without a credit.",
            "Påtalemyndigheten trekker saken mot rederiet.",
            "Please remove your shoes: the rule of a museum makes a story.",
            "Please remove item from sale, shops told\nWESTMERE (AP) — Shops were told so on Monday.",
            "Reuters withdraws story after complaint\nLONDON (AP) — Reuters has withdrawn a story.",
            "Många elever stryker texten i provet.",
            "Der Hersteller bittet, die Milch nicht zu verwenden. Das geht aus einer Meldung hervor.",
            "Lentoyhtiö perui vuoron, uutinen levisi nopeasti.",
        ] {
            assert_eq!(read(text).supplied.status, None, "{text}");
        }
    }
}
