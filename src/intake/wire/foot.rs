//! The foot of the copy: sign-offs, credits, copyright lines, separators and end marks.

use std::sync::LazyLock;

use super::agencies::agency;
use super::{FOOT_BLOCKS, RUNNING, byline, is_body, is_wire, scan, signoff};
use crate::intake::dates::DayOfYear;
use crate::intake::draft::{Draft, DraftBlock};
use crate::intake::formats::Format;
use crate::intake::hints;
use crate::intake::outlets::Outlets;
use crate::record::{DateBasis, DateRole, DateValue, Precision, RemovedKind};
use crate::text::word_lists::word_lists;

word_lists! {
    /// What the foot of the copy is told by.
    WORDS "wire/foot.tsv" {
        /// How the list begins of those who wrote the copy and how to reach them.
        contact,
        /// What a copyright line begins with.
        copyright,
        /// How standing text of agencies begins.
        standing,
        /// Lines that end the copy, without the marks around them.
        end_mark,
        /// End marks behind the last sentence, as they are written.
        end_of_paragraph,
        /// What stands in front of the name of an agency that the copy is from.
        credit_label,
    }
    with COPYRIGHTS, STANDING
}

static COPYRIGHTS: LazyLock<scan::Prefixes> =
    LazyLock::new(|| scan::Prefixes::new(WORDS.copyright.phrases()));
static STANDING: LazyLock<scan::Prefixes> =
    LazyLock::new(|| scan::Prefixes::new(WORDS.standing.phrases()));

/// Longest copyright line, in bytes.
const LONGEST_COPYRIGHT: usize = 400;

/// Shortest paragraph that an agency's signature is looked for at the end of, in bytes.
const SHORTEST_SIGNED: usize = 40;
/// Longest line with a mail address that is a contact, in bytes.
const LONGEST_CONTACT: usize = 300;
/// Longest end mark, in bytes.
const LONGEST_END_MARK: usize = 32;
/// Longest end mark that is made of words, in bytes.
const LONGEST_WORDS: usize = 16;

/// Reads and takes away what agencies put below their copy.
pub(super) fn apply(draft: &mut Draft, outlets: &Outlets) {
    if draft.format == Format::Mail {
        signature(draft);
    }
    separators(draft);
    if is_wire(draft.format) {
        contacts(draft);
    }
    // From the end up, until copy is met; a sign-off may have lines of a page below it.
    let mut at = draft.blocks.len();
    let lowest = at.saturating_sub(FOOT_BLOCKS);
    let mut in_copy = false;
    while at > lowest {
        at -= 1;
        let taken = !is_body(&draft.blocks[at])
            || signed(draft, at, in_copy)
            || standing(draft, at, outlets)
            || in_copy
            || end_mark(draft, at)
            || credit(draft, at, outlets);
        if !taken {
            end_of(draft, at);
            let runs = |b: &DraftBlock| b.text.len() >= RUNNING;
            in_copy = draft.blocks.get(at).is_some_and(runs);
        }
    }
}

/// Takes away the block at `at` that says who wrote: a name and an agency in a wire's copy, below which
/// there is none, or a sign-off, which may stand at the end of a paragraph.
fn signed(draft: &mut Draft, at: usize, in_copy: bool) -> bool {
    let text = draft.blocks[at].text.as_str();
    if is_wire(draft.format)
        && !in_copy
        && let Some(author) = byline::signature(text)
    {
        draft.remove(at, RemovedKind::Byline);
        let s = &mut draft.supplied;
        s.byline.get_or_insert_with(|| author.name.clone());
        s.add_author(&author.name, author.role, author.organization);
        return true;
    }
    let Some(from) = signoff::find(text) else {
        return false;
    };
    let text = draft.cut_end(at, from, RemovedKind::SignOff);
    signoff::note(draft, &text);
    true
}

/// Takes away the block at `at` that is a copyright line or standing text of an agency.
fn standing(draft: &mut Draft, at: usize, outlets: &Outlets) -> bool {
    let text = draft.blocks[at].text.as_str();
    if is_copyright(text, outlets) {
        let text = draft.remove(at, RemovedKind::Copyright);
        draft.supplied.copyright.get_or_insert(text);
    } else if is_boilerplate(text) {
        let text = draft.remove(at, RemovedKind::AgencyBoilerplate);
        first_published(draft, &text);
    } else {
        return false;
    }
    true
}

/// Takes away the block at `at` that marks the end of the copy.
fn end_mark(draft: &mut Draft, at: usize) -> bool {
    let text = draft.blocks[at].text.as_str();
    let marks = is_end_mark(text) || is_wire(draft.format) && is_bracketed_initials(text);
    if marks {
        let mark = draft.remove(at, RemovedKind::EndMark);
        // "AAP jro/mm" is signed.
        if let Some(signed) = mark.split_once(' ').and_then(|(first, _)| agency(first)) {
            let credit = &mut draft.supplied.credit;
            credit.get_or_insert_with(|| signed.name.to_owned());
        }
    }
    marks
}

/// Takes away the block at `at` that names the agency the copy is from.
fn credit(draft: &mut Draft, at: usize, outlets: &Outlets) -> bool {
    let credit = credit_line(&draft.blocks[at].text);
    let Some(credit) = credit.filter(|_| !among_outlets(draft, at, outlets)) else {
        return false;
    };
    draft.remove(at, RemovedKind::SignOff);
    let s = &mut draft.supplied;
    s.credit.get_or_insert_with(|| credit.to_owned());
    true
}

/// Takes away how to reach who wrote the copy: Bloomberg's list from its first line on, Reuters' line in
/// two brackets, a line that is a mail address.
fn contacts(draft: &mut Draft) {
    let lowest = draft.blocks.len().saturating_sub(FOOT_BLOCKS);
    let lists = |b: &DraftBlock| scan::after_any(&b.text, &WORDS.contact).is_some();
    if let Some(from) = draft.blocks[lowest..].iter().position(lists) {
        while draft.blocks.len() > lowest + from {
            draft.remove(lowest + from, RemovedKind::ContactNote);
        }
    }
    let mut at = draft.blocks.len();
    while at > lowest.min(draft.blocks.len()) {
        at -= 1;
        let text = draft.blocks[at].text.trim();
        let bracketed = text.starts_with("((") && text.ends_with("))");
        let address = text.contains('@') && (bracketed || !text.contains(' '));
        if is_body(&draft.blocks[at]) && address && text.len() <= LONGEST_CONTACT {
            draft.remove(at, RemovedKind::ContactNote);
        }
    }
}

/// Takes away the signature of a mail: all from the line of two hyphens on (RFC 3676, 4.3).
fn signature(draft: &mut Draft) {
    let lowest = draft.blocks.len().saturating_sub(FOOT_BLOCKS);
    let from = draft.blocks.iter().rposition(|b| b.text.trim() == "--");
    if let Some(from) = from.filter(|at| *at >= lowest.max(1)) {
        while draft.blocks.len() > from {
            draft.remove(from, RemovedKind::ContactNote);
        }
    }
}

/// Takes away lines that only part sections: they say nothing themselves.
fn separators(draft: &mut Draft) {
    let mut at = 0;
    while at < draft.blocks.len() {
        if is_separator(&draft.blocks[at].text) {
            draft.remove(at, RemovedKind::Separator);
        } else {
            at += 1;
        }
    }
}

fn is_separator(text: &str) -> bool {
    let marks = text.chars().filter(|c| !c.is_whitespace());
    let mut count = 0;
    for c in marks {
        if !matches!(
            c,
            '_' | '*' | '-' | '=' | '~' | '#' | '.' | '•' | '—' | '–' | '+'
        ) {
            return false;
        }
        count += 1;
    }
    count >= 3 || (count > 0 && text.len() <= 3 && !text.contains(char::is_alphanumeric))
}

/// "Copyright 2025 The Associated Press. All rights reserved." and its like.
fn is_copyright(text: &str, outlets: &Outlets) -> bool {
    if text.len() > LONGEST_COPYRIGHT {
        return false;
    }
    COPYRIGHTS.after(scan::bare(text)).is_some_and(|r| {
        // A year or an agency follows: "Copyright law is old" is copy.
        let r = r.trim_start_matches([' ', ',', ':', '©', '-']);
        let r = scan::after(r, "by ").unwrap_or(r);
        r.starts_with(|c: char| c.is_ascii_digit()) || first_words_name(r, outlets)
    })
}

/// Blanks and marks behind which the name in a copyright line may end: no agency has a longer name.
const OWNER_ENDS: usize = 4;

/// Whether the first one to three words name an agency or an outlet.
fn first_words_name(text: &str, outlets: &Outlets) -> bool {
    let ends = text
        .match_indices([' ', '.', ',', ';'])
        .map(|(i, _)| i)
        .take(OWNER_ENDS)
        .chain([text.len()]);
    ends.into_iter().any(|end| {
        let name = &text[..end];
        agency(name).is_some() || outlets.by_name(name).is_some()
    })
}

/// Standing text of agencies.
fn is_boilerplate(text: &str) -> bool {
    STANDING
        .after(scan::bare(text).trim_start_matches('('))
        .is_some()
        || (scan::after(text, "this report by the canadian press").is_some())
}

/// "This report by The Canadian Press was first published March 3, 2025.": whose copy it is, and its day.
fn first_published(draft: &mut Draft, text: &str) {
    let Some(rest) = scan::after(text, "this report by the canadian press") else {
        return;
    };
    let s = &mut draft.supplied;
    s.credit.get_or_insert_with(|| "CP".to_owned());
    let day = scan::find(rest, "first published ")
        .and_then(|at| DayOfYear::read(&rest[at + "first published ".len()..]))
        .filter(|(day, _)| day.year.is_some());
    if let Some((day, _)) = day {
        let date = DateValue {
            value: day.iso(),
            precision: Precision::Day,
            basis: DateBasis::Text,
        };
        hints::seen(s, &date, DateRole::Published);
        s.published.get_or_insert(date);
    }
}

/// Somebody's initials in capitals: "JRO".
fn is_capitals(word: &str) -> bool {
    (2..=4).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase())
}

/// "(JRO, NIV, BGN)", as Belga signs: initials in capitals.
fn is_bracketed_initials(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) else {
        return false;
    };
    inner.split([',', '/']).map(str::trim).all(is_capitals) && agency(inner).is_none()
}

/// "ends", "mf", "###", "-30-", "Enditem", "/ritzau/", initials of the desk.
fn is_end_mark(text: &str) -> bool {
    if text.len() > LONGEST_END_MARK {
        return false;
    }
    let bare = text
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_ascii_lowercase();
    if WORDS.end_mark.contains(&bare.as_str()) && text.len() <= LONGEST_WORDS {
        // "More" alone is a link of a page too; a figure needs its dashes.
        return !matches!(bare.as_str(), "30" | "0") || text.starts_with('-');
    }
    is_initials(text)
}

/// Shortest initials of the desk, in bytes.
const SHORTEST_INITIALS: usize = 3;

/// "bur-abc/def/gh" (AFP), "abc/def", "dpa abc yydd n1 sku": initials of those who handled the copy.
fn is_initials(text: &str) -> bool {
    if text.len() < SHORTEST_INITIALS {
        return false;
    }
    if let Some(rest) = text.strip_prefix("dpa ") {
        return rest.contains(' ') && rest.split(' ').all(|w| is_small(w, 1..=5));
    }
    // "AAP jro/mm", "AAP RTV jr": the agency, a desk, and who handled the copy.
    if let Some((first, rest)) = text.split_once(' ')
        && agency(first).is_some()
        && let Some((desk, who)) = rest.split_once(' ')
        && is_capitals(desk)
        && is_small(who, 2..=3)
    {
        return true;
    }
    let text = text
        .split_once(' ')
        .filter(|(first, _)| agency(first).is_some())
        .map_or(text, |(_, rest)| rest);
    // "abc def" (CTK).
    let pair = text.split_once(' ');
    let small = |w: &str| is_small(w, 2..=3) && !w.contains(|c: char| c.is_ascii_digit());
    if pair.is_some_and(|(a, b)| small(a) && small(b)) {
        return true;
    }
    // "(Schluss) abc/def" (APA).
    if let Some(initials) = scan::after(text, "(schluss) ") {
        return initials
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b == b'/');
    }
    is_parted_initials(text) || is_route(text)
}

/// A word of small letters and figures, of some length in bytes.
fn is_small(word: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    let is = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    length.contains(&word.len()) && word.bytes().all(is)
}

/// "abc/ def/" (PAP), "ABC (DEF) // GHI" (Lusa), "ABC/DEF/" (Belga).
fn is_parted_initials(text: &str) -> bool {
    let parts = || {
        let parts = text.split(['/', '-', '(', ')']).map(str::trim);
        parts.filter(|p| !p.is_empty())
    };
    let capitals = |p: &str| p.len() <= 5 && p.bytes().all(|b| b.is_ascii_uppercase());
    text.contains('/')
        && parts().nth(1).is_some()
        && (parts().all(|p| is_small(p, 1..=5)) || parts().all(capitals))
}

/// ANSA's desk and writer: "YF1-ABC", "S0B-RED".
fn is_route(text: &str) -> bool {
    let Some((desk, writer)) = text.split_once('-') else {
        return false;
    };
    let capital = |b: u8| b.is_ascii_uppercase();
    desk.len() == 3
        && desk.bytes().all(|b| capital(b) || b.is_ascii_digit())
        && desk.bytes().any(|b| b.is_ascii_digit())
        && (2..=3).contains(&writer.len())
        && writer.bytes().all(capital)
}

/// Longest line of agencies' names, without the marks around it, in bytes.
const LONGEST_CREDIT: usize = 40;

/// A line that is nothing but an agency's name: "— AP", "(PTI)", "Reuters", "Source: Xinhua".
fn credit_line(text: &str) -> Option<&'static str> {
    let bare = text.trim_matches(|c: char| c.is_whitespace() || "()[]-–—_=.©/*".contains(c));
    let bare = scan::after_any(bare, &WORDS.credit_label).unwrap_or(bare);
    if bare.len() > LONGEST_CREDIT {
        return None;
    }
    // Several at once ("Reuters - AP - AFP"): the first signs.
    let first = bare.split([',', '|', '–', '—', '-', '/']).map(str::trim);
    let all_agencies = first.clone().all(|n| agency(n).is_some());
    if all_agencies {
        first.into_iter().next().and_then(agency).map(|a| a.name)
    } else {
        agency(bare).map(|a| a.name)
    }
}

/// Whether the line above names an outlet too: then it is a list an aggregator left, and no credit.
fn among_outlets(draft: &Draft, at: usize, outlets: &Outlets) -> bool {
    at > 0 && outlets.by_feed(&draft.blocks[at - 1].text).is_some()
}

/// Longest short name of an agency that signs a paragraph, in bytes.
const LONGEST_SHORT_NAME: usize = 12;

/// Cuts an agency's signature or end mark off the last paragraph: "… he said. Enditem", "… (PTI)".
fn end_of(draft: &mut Draft, at: usize) {
    let text = draft.blocks[at].text.as_str();
    if at + 1 != draft.blocks.iter().rposition(is_body).map_or(0, |l| l + 1)
        || text.len() < SHORTEST_SIGNED
    {
        return;
    }
    for mark in WORDS.end_of_paragraph.iter() {
        if let Some(before) = text.strip_suffix(mark) {
            let from = before.len();
            draft.cut_end(at, from, RemovedKind::EndMark);
            return;
        }
    }
    if let Some(from) = signed_with_initials(text) {
        let signed = agency(text[from..].split_whitespace().next().unwrap_or_default());
        draft.cut_end(at, from, RemovedKind::SignOff);
        let credit = &mut draft.supplied.credit;
        *credit = credit.take().or(signed.map(|a| a.name.to_owned()));
        return;
    }
    // In brackets or behind a dash, after the end of the last sentence.
    let trimmed = text.trim_end_matches('.');
    let starts = if trimmed.ends_with(')') {
        [trimmed.rfind('('), None]
    } else {
        [trimmed.rfind(' '), trimmed.rfind(['–', '—', '-'])]
    };
    let ends = |f: &usize| text[..*f].trim_end().ends_with(['.', '!', '?', '"', '”']);
    let Some(from) = starts.into_iter().flatten().find(ends) else {
        return;
    };
    let name = text[from..].trim_matches(|c: char| c.is_whitespace() || "()-–—.".contains(c));
    // By its short form in capitals only: a sentence may consist of a name.
    let Some(found) =
        agency(name).filter(|_| name.len() <= LONGEST_SHORT_NAME && !name.contains(' '))
    else {
        return;
    };
    draft.cut_end(at, from, RemovedKind::SignOff);
    draft
        .supplied
        .credit
        .get_or_insert_with(|| found.name.to_owned());
}

/// Most words of a signature: an agency, and the initials of up to five people.
const SIGNED_WORDS: usize = 6;

/// Where "… she said. PTI ABC DEF" is signed: an agency and initials behind the end of a sentence.
fn signed_with_initials(text: &str) -> Option<usize> {
    let mut from = text.len();
    for (count, (at, _)) in text.rmatch_indices(' ').take(SIGNED_WORDS).enumerate() {
        let word = &text[at + 1..from];
        if count > 0 && agency(word).is_some() {
            let ends = text[..at].ends_with(['.', '!', '?', '"', '”']);
            return ends.then_some(at);
        }
        if !is_capitals(word) {
            return None;
        }
        from = at;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::{DraftBlock, Format};
    use crate::record::BlockKind;

    const COPY: &str =
        "The council of Westmere voted on Monday to close the old bridge for a year of repairs.";

    fn read(foot: &str) -> Draft {
        let text = format!("{COPY}\n{foot}");
        let mut draft = Draft::new(Format::Text, "utf-8", text.as_str().into());
        let mut at = 0;
        for line in text.split('\n') {
            draft
                .blocks
                .push(DraftBlock::verbatim(BlockKind::Paragraph, line, at));
            at += line.len() + 1;
        }
        apply(&mut draft, Outlets::shipped());
        draft
    }

    #[test]
    fn feet_are_taken_off() {
        use RemovedKind::*;
        for (foot, kinds) in [
            ("ends", vec![EndMark]),
            (
                "___\nAssociated Press writer Jane Roe contributed to this report.",
                vec![Separator, SignOff],
            ),
            (
                "Copyright 2025 The Associated Press. All rights reserved.",
                vec![Copyright],
            ),
            ("(PTI)", vec![SignOff]),
            ("bur-abc/def/gh", vec![EndMark]),
            ("(Schluss) ab", vec![EndMark]),
            ("(JRO, NIV)", vec![EndMark]),
            ("S0B-RED", vec![EndMark]),
            ("AAP RTV jr", vec![EndMark]),
            (
                "View source version on wire.example: https://wire.example/1",
                vec![AgencyBoilerplate],
            ),
            (
                "Our Standards: The Thomson Reuters Trust Principles.",
                vec![AgencyBoilerplate],
            ),
            ("* * * *", vec![Separator]),
        ] {
            let draft = read(foot);
            assert_eq!(
                draft.removed.iter().map(|r| r.kind).collect::<Vec<_>>(),
                kinds,
                "{foot}"
            );
            assert_eq!(draft.blocks.len(), 1, "{foot}");
        }
        assert_eq!(read("(PTI)").supplied.credit.as_deref(), Some("PTI"));
        assert!(
            read("Copyright 2025 The Associated Press.")
                .supplied
                .copyright
                .is_some()
        );
    }

    #[test]
    fn signatures_are_cut_off_the_last_paragraph() {
        let draft = read(&format!("{COPY} Enditem"));
        assert_eq!(draft.blocks[1].text, COPY);
        let draft = read(&format!("{COPY} (ANI)"));
        assert_eq!(
            (
                draft.blocks[1].text.as_str(),
                draft.supplied.credit.as_deref()
            ),
            (COPY, Some("ANI"))
        );
    }

    #[test]
    fn copy_stays() {
        for foot in [
            "(Schluss) He said no more.",
            "It ends.",
            "Copyright law is old, she said, and so are ferries in the harbour of Westmere.",
            "He works for AP.",
            "more than ten",
        ] {
            let draft = read(foot);
            assert_eq!(draft.blocks.len(), 2, "{foot}");
        }
    }

    #[test]
    fn a_feed_name_is_no_credit() {
        let draft = read("Boston Herald\nReuters");
        assert_eq!(draft.supplied.credit, None);
        assert_eq!(draft.blocks.len(), 3);
    }
}
