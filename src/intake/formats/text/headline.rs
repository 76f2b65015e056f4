//! The headline of a plain text, and what its sender set around it: slug, deck, times of publication.

use super::{RUNNING_CHARS, ends_like_sentence, is_long, starts_lower};
use crate::intake::html::page::dates_of_line;
use crate::intake::{Draft, DraftBlock, Outlets, wire};
use crate::record::{BlockKind, DateBasis, DateRole, DateSeen, DateValue, RemovedKind};
use crate::text::{closing_sign, letters};

/// Longest headline, in characters and in words; agencies stop at 120 characters.
const HEADLINE_CHARS: usize = 160;
const HEADLINE_WORDS: usize = 25;
/// Most lines of a headline that is broken.
const HEADLINE_LINES: usize = 3;
/// Most words of a slug.
const SLUG_WORDS: usize = 4;
/// Most lines above a headline.
const MOST_ABOVE: usize = 4;
/// Lines at the head among which a time of publication stands: above the headline, below it, below deck or byline.
const DATED_LINES: usize = 4;
/// Bytes of a line within which a time of publication and its label end.
const DATED_TAIL: usize = 50;
/// Lines below a headline and a blank line within which running text begins: decks, bylines, captions stand between.
const LINES_TO_COPY: usize = 6;
/// The same where no blank line follows: a caption or a prompt of the page.
const LINES_TO_COPY_UNPARTED: usize = 2;
/// Fewest words of a headline that no blank line parts from the line below it.
const WORDS_UNPARTED: usize = 4;
/// Shortest word that a headline in capitals has with a capital, and the share of such words in a line, and the fewest of
/// them, that show it to be one although it ends with a stop.
const CAPITAL_WORD: usize = 4;
const CAPITALS: f64 = 0.7;
const FEWEST_CAPITALS: usize = 3;

/// Finds the headline of a text that has been laid out, with deck and times of publication. `after_blank` says of each
/// block whether a blank line stood before it.
pub(super) fn find(draft: &mut Draft, mut after_blank: Vec<bool>, outlets: &Outlets) {
    take_dates(draft, &mut after_blank);
    cut_dates(draft);
    let after_blank = join_headline(&mut draft.blocks, &after_blank, outlets);
    let (headline, deck) = mark(&mut draft.blocks, &after_blank, outlets);
    draft.supplied.headline = headline;
    draft.supplied.deck = deck;
    drop_repeated_headline(draft);
}

/// Takes lines at the head that are times of publication and nothing else, where running text follows.
fn take_dates(draft: &mut Draft, after_blank: &mut Vec<bool>) {
    let mut at = 0;
    while at < DATED_LINES.min(draft.blocks.len()) {
        let found = dates_of(&draft.blocks[at])
            .filter(|_| copy_follows(&draft.blocks[at + 1..], LINES_TO_COPY));
        let Some(found) = found else {
            at += 1;
            continue;
        };
        draft.remove(at, RemovedKind::Dateline);
        after_blank.remove(at);
        // What stood above the time is parted from what stood below it.
        if let Some(next) = after_blank.get_mut(at) {
            *next = true;
        }
        say_dates(draft, found);
    }
}

/// Cuts "Updated: 2016-07-15 13:14 By Agencies" off the first line.
fn cut_dates(draft: &mut Draft) {
    let short = |b: &&DraftBlock| b.text.len() <= HEADLINE_CHARS + DATED_TAIL;
    let Some(first) = draft.blocks.first().filter(short) else {
        return;
    };
    let found = first.text.match_indices(": ").find_map(|(colon, _)| {
        let at = first.text[..colon].rfind(' ')? + 1;
        let rest = &first.text[at..];
        let line = &rest[..rest.floor_char_boundary(DATED_TAIL)];
        let ends = line
            .match_indices(' ')
            .map(|(end, _)| end)
            .chain([line.len()]);
        let mut dates = ends.filter_map(|end| dates_of_line(&line[..end]));
        let longest = dates.rfind(|dates| !dates.is_empty())?;
        Some((at, longest))
    });
    if let Some((at, dates)) = found {
        draft.cut_end(0, at, RemovedKind::Dateline);
        say_dates(draft, dates);
    }
}

/// Has the draft say when it was published or changed, as its text does.
fn say_dates(draft: &mut Draft, dates: Vec<(DateRole, DateValue)>) {
    let said = &mut draft.supplied;
    for (role, date) in dates {
        said.add_date(DateSeen {
            value: date.value.clone(),
            basis: DateBasis::Text,
            role,
        });
        match role {
            DateRole::Modified => said.modified.get_or_insert(date),
            _ => said.published.get_or_insert(date),
        };
    }
}

/// The dates of a line that is a time of publication and nothing else.
fn dates_of(block: &DraftBlock) -> Option<Vec<(DateRole, DateValue)>> {
    match block.kind {
        BlockKind::Paragraph => dates_of_line(&block.text),
        _ => None,
    }
}

/// Whether running text begins within so many blocks.
fn copy_follows(blocks: &[DraftBlock], within: usize) -> bool {
    let ends = |text: &str| ends_like_sentence(text) || text.ends_with(['”', '"', '’', '\'', ')']);
    let mut near = blocks.iter().take(within);
    near.any(|b| is_long(b) && ends(&b.text))
}

/// Some scrapers have the headline twice, as title and as the first line of the page.
fn drop_repeated_headline(draft: &mut Draft) {
    let at = draft
        .blocks
        .iter()
        .position(|b| b.kind == BlockKind::Headline);
    let Some(at) = at.filter(|at| at + 1 < draft.blocks.len()) else {
        return;
    };
    if letters(&draft.blocks[at].text).eq(letters(&draft.blocks[at + 1].text)) {
        draft.remove(at + 1, RemovedKind::Other);
    }
}

/// Joins the lines of a headline that its sender broke; says of each block whether a blank line stood before it.
///
/// Only lines that no blank line parts, above running text, are a headline's.
fn join_headline(
    blocks: &mut Vec<DraftBlock>,
    after_blank: &[bool],
    outlets: &Outlets,
) -> Vec<bool> {
    let mut after_blank = after_blank.to_vec();
    let above = blocks
        .iter()
        .take(MOST_ABOVE)
        .take_while(|b| wire::is_above_headline(&b.text))
        .count();
    for _ in 1..HEADLINE_LINES {
        let [first, second, third, ..] = &blocks[above.min(blocks.len())..] else {
            break;
        };
        let is_line = |b: &DraftBlock| {
            b.kind == BlockKind::Paragraph && !wire::is_convention(&b.text, outlets)
        };
        let ends_above_copy = after_blank.get(above + 2) == Some(&true)
            || third.text.chars().count() >= RUNNING_CHARS
            || wire::is_convention(&third.text, outlets);
        let length = first.text.chars().count() + second.text.chars().count();
        let may = is_line(first)
            && is_line(second)
            && after_blank.get(above + 1) == Some(&false)
            && length < HEADLINE_CHARS
            && ends_above_copy;
        if !(may && goes_on(&first.text, &second.text)) {
            break;
        }
        let second = blocks.remove(above + 1);
        after_blank.remove(above + 1);
        blocks[above].push_made(" ");
        blocks[above].append(second);
    }
    after_blank
}

/// Whether a line goes on with the headline that `first` begins: it begins small, or is a word or two.
fn goes_on(first: &str, second: &str) -> bool {
    let is_line = first.split_whitespace().count() > 3 && !ends_like_sentence(first);
    let is_rest = starts_lower(second) || second.split_whitespace().count() <= 2;
    is_line && is_rest && !ends_like_sentence(second)
}

/// PA and AAP set their slug above the headline: "POLICE Ferry", "FERRY WESTMERE". What was taken for
/// headline and deck is slug and headline then.
pub(super) fn slug_first(draft: &mut Draft) {
    let s = &mut draft.supplied;
    let (Some(slug), Some(deck)) = (&s.headline, &s.deck) else {
        return;
    };
    if !is_slug_above(slug, deck) {
        return;
    }
    s.slugline = s.headline.take();
    s.headline = s.deck.take();
    if let Some(at) = draft
        .blocks
        .iter()
        .position(|b| b.kind == BlockKind::Headline)
    {
        draft.remove(at, RemovedKind::VersionLine);
    }
    if let Some(block) = draft.blocks.iter_mut().find(|b| b.kind == BlockKind::Deck) {
        block.kind = BlockKind::Headline;
    }
}

/// Whether a line is a slug and not the headline above `next`: one word in capitals and at most three
/// more, and the line below it longer.
fn is_slug_above(line: &str, next: &str) -> bool {
    let words = |text: &str| text.split_whitespace().count();
    // PA numbers its pages: "1 POLICE Ferry", and then sets headlines in capitals.
    let page = line
        .split_once(' ')
        .filter(|(n, _)| n.bytes().all(|b| b.is_ascii_digit()));
    let topic = page.map_or(line, |(_, topic)| topic);
    let first = topic.split_whitespace().next().unwrap_or_default();
    let capitals = first.len() > 2 && first.chars().all(char::is_uppercase);
    let next_is_headline = page.is_some() || next.contains(char::is_lowercase);
    capitals && words(topic) <= SLUG_WORDS && words(next) > words(topic) && next_is_headline
}

/// Marks the first block as the headline when it is one, and the second as the deck, and returns their
/// texts.
///
/// A headline is short, stops without a full stop, and has a byline, a dateline or running text below; a first line that
/// is the beginning of the story ends like a sentence. With a full stop, it is one above a blank line where its words are
/// in capitals or what only copy has stands below.
pub(super) fn mark(
    blocks: &mut [DraftBlock],
    after_blank: &[bool],
    outlets: &Outlets,
) -> (Option<String>, Option<String>) {
    // Lines that the wires set above a headline: notes, versions, embargoes.
    let above = blocks
        .iter()
        .take(MOST_ABOVE)
        .take_while(|b| wire::is_above_headline(&b.text))
        .count();
    let is_parted = after_blank.get(above + 1) == Some(&true);
    let [first, below @ ..] = &mut blocks[above..] else {
        return (None, None);
    };
    let [second, rest @ ..] = below else {
        return (None, None);
    };
    let is_convention = |line: &str| wire::is_convention(line, outlets);
    // Headline, deck, and the byline or dateline that only copy has.
    let is_deck = second.kind == BlockKind::Paragraph
        && reads_like_deck(&second.text)
        && !is_convention(&second.text)
        && rest.first().is_some_and(|third| is_convention(&third.text));
    let stands_above_copy = || {
        let words = first.text.split_whitespace().count();
        second.text.chars().count() >= RUNNING_CHARS
            || is_convention(&second.text)
            || is_deck
            || (ends_like_sentence(&second.text) && is_parted)
            || (is_parted && copy_follows(rest, LINES_TO_COPY))
            || (words >= WORDS_UNPARTED
                && !ends_like_sentence(&second.text)
                && copy_follows(rest, LINES_TO_COPY_UNPARTED))
    };
    let is_stopped_headline = || {
        is_parted
            && stops_like_headline(&first.text)
            && (is_in_capitals(&first.text) || is_convention(&second.text))
    };
    let is_headline = first.kind == BlockKind::Paragraph
        && reads_like_headline(&first.text)
        && (!ends_like_sentence(&first.text) || is_stopped_headline())
        && !is_convention(&first.text)
        && stands_above_copy();
    if !is_headline {
        return (None, None);
    }
    first.kind = BlockKind::Headline;
    let deck = is_deck.then(|| {
        second.kind = BlockKind::Deck;
        second.text.clone()
    });
    (Some(first.text.clone()), deck)
}

/// Whether a line ends with the one stop it has: a line of two sentences is copy.
fn stops_like_headline(text: &str) -> bool {
    matches!(closing_sign(text), Some('.' | ';' | '!'))
        && !text.contains(". ")
        && !text.contains("! ")
}

/// Whether a line's words begin with capitals, as headlines of many papers do.
fn is_in_capitals(text: &str) -> bool {
    let letters = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() >= CAPITAL_WORD;
    let words: Vec<&str> = text.split_whitespace().filter(letters).collect();
    let is_capital = |word: &&&str| {
        let first = word.chars().find(|c| c.is_alphabetic());
        first.is_some_and(char::is_uppercase)
    };
    let capitals = words.iter().filter(is_capital).count();
    capitals >= FEWEST_CAPITALS && capitals as f64 >= CAPITALS * words.len() as f64
}

/// Whether a line has the length and the look of a headline: two words to twenty-five, more letters than figures.
fn reads_like_headline(text: &str) -> bool {
    let count = |of: fn(char) -> bool| text.chars().filter(|c| of(*c)).count();
    text.chars().count() <= HEADLINE_CHARS
        && (2..=HEADLINE_WORDS).contains(&text.split_whitespace().count())
        && (text.starts_with(opens_line) || wire::is_tagged(text))
        && count(char::is_alphabetic) > count(char::is_numeric)
}

/// Whether a line has the length and the look of a deck: no sentence, and of any number of words.
fn reads_like_deck(text: &str) -> bool {
    text.chars().count() <= HEADLINE_CHARS
        && text.starts_with(opens_line)
        && !ends_like_sentence(text)
}

/// Whether a headline or deck can begin with a character: a capital, a figure, a quotation mark or a sign
/// of money; a letter of a script without small letters.
fn opens_line(c: char) -> bool {
    let is_capital = c.is_uppercase() || (c.is_alphabetic() && !c.is_lowercase());
    is_capital || c.is_numeric() || "'\"‘“«$€£¿¡".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::{Hints, Settings};

    const COPY: &str = "The council of Westmere voted on Monday to close the old bridge for a year of repairs.\n\n\
        Traffic will be led round the harbour, where a second lane is to be built by the end of June.\n";

    fn read(text: &str) -> Draft {
        let mut out = None;
        let (hints, settings) = (Hints::default(), Settings::default());
        crate::intake::read(text.as_bytes(), &hints, &settings, &mut |draft| {
            out = Some(draft);
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
        out.unwrap()
    }

    #[test]
    fn headlines_of_many_shapes() {
        for (head, want) in [
            ("Bridge closes for a year", "Bridge closes for a year"),
            (
                "Bridge Closes for a Year, Council Says.",
                "Bridge Closes for a Year, Council Says.",
            ),
            ("BRIDGE TO CLOSE FOR A YEAR;", "BRIDGE TO CLOSE FOR A YEAR;"),
            (
                "Bridge closes for a year\n\nThe mayor at the bridge",
                "Bridge closes for a year",
            ),
            (
                "Bridge to close for a year\nEnlarge this image Ana Ruiz",
                "Bridge to close for a year",
            ),
            (
                "Westmere v Ellbruck\n\nHarbour Park\n\n2000 GMT",
                "Westmere v Ellbruck",
            ),
        ] {
            let draft = read(&format!("{head}\n\n{COPY}"));
            assert_eq!(draft.supplied.headline.as_deref(), Some(want), "{head}");
        }
        for head in [
            "The bridge will be closed for a year.",
            "The council met at noon. It voted on the bridge.",
            "Westmere",
        ] {
            let draft = read(&format!("{head}\n\n{COPY}"));
            assert_eq!(draft.supplied.headline, None, "{head}");
        }
    }

    #[test]
    fn a_headline_that_stands_twice_stands_once() {
        let draft = read(&format!(
            "Bridge closes for a year\n\nBridge closes for a year\n{COPY}"
        ));
        assert_eq!(draft.blocks.len(), 3);
        assert_eq!(draft.removed.len(), 1);
    }

    #[test]
    fn times_around_a_headline_are_when_it_was_published() {
        for (head, want) in [
            (
                "Bridge closes for a year\nPublished: Dec. 19, 2005 at 9:44 PM EST",
                "2005-12-19T21:44",
            ),
            (
                "Bridge closes for a year\nNovember 12th, 2007",
                "2007-11-12",
            ),
            (
                "Bridge closes for a year\n2007-11-12T09:30:00Z",
                "2007-11-12T09:30",
            ),
            (
                "Monday, November 12, 2007\nBridge closes for a year",
                "2007-11-12",
            ),
            (
                "Bridge closes for a year\nBy Jane Roe\nPosted 12 November 2007",
                "2007-11-12",
            ),
        ] {
            let draft = read(&format!("{head}\n\n{COPY}"));
            assert_eq!(
                draft.supplied.headline.as_deref(),
                Some("Bridge closes for a year"),
                "{head}"
            );
            let published = draft.supplied.published.unwrap();
            assert!(published.value.starts_with(want), "{head}: {published:?}");
            assert!(draft.blocks.iter().all(|b| !b.text.contains("2007")));
        }
        let updated = read(&format!(
            "Bridge closes for a year\nUpdated 12 November 2007\n\n{COPY}"
        ));
        assert_eq!(updated.supplied.published, None);
        assert_eq!(updated.supplied.modified.unwrap().value, "2007-11-12");
    }

    #[test]
    fn a_time_without_a_day_is_no_text() {
        for line in [
            "Updated 5:40 p.m. ET",
            "Updated: 5: 40 PM EST",
            "5/6/2007",
            "8:13 AM 5/6/2007",
            "Last updated at 12:41 GMT",
        ] {
            let draft = read(&format!("Bridge closes for a year\n{line}\n{COPY}"));
            assert_eq!(draft.supplied.published, None, "{line}");
            assert_eq!(draft.supplied.modified, None, "{line}");
            assert_eq!(draft.blocks.len(), 3, "{line}");
        }
        for line in [
            "5:40 p.m.",
            "8: 24am:",
            "Saturday 20 November, 19:45",
            "Updated 12 times",
        ] {
            let draft = read(&format!("Bridge closes for a year\n{line}\n{COPY}"));
            assert_eq!(draft.blocks.len(), 4, "{line}");
        }
    }

    #[test]
    fn a_zone_of_america_has_the_month_first() {
        for line in ["8:13 AM PDT 8/2/2013", "Posted 8/2/2013 8:13 AM PDT"] {
            let draft = read(&format!("Bridge closes for a year\n{line}\n{COPY}"));
            let published = draft.supplied.published.unwrap();
            assert!(
                published.value.starts_with("2013-08-02"),
                "{line}: {published:?}"
            );
        }
    }

    #[test]
    fn a_time_parts_a_headline_from_short_copy() {
        let head = "Bridge closes for a year\nDecember 23, 2012 6:11 PM\nFew were surprised.";
        let draft = read(&format!("{head}\n{COPY}"));
        assert_eq!(
            draft.supplied.headline.as_deref(),
            Some("Bridge closes for a year")
        );
        assert_eq!(draft.blocks[1].text, "Few were surprised.");
    }

    #[test]
    fn a_time_behind_a_headline_is_cut_off() {
        let head = "Bridge closes for a year Updated: 2016-07-15 13:14 By Agencies(Westmere Daily)";
        let draft = read(&format!("{head}\n{COPY}"));
        assert_eq!(
            draft.supplied.headline.as_deref(),
            Some("Bridge closes for a year")
        );
        assert_eq!(
            draft.supplied.modified.unwrap().value,
            "2016-07-15T13:14:00"
        );
        assert_eq!(draft.supplied.published, None);
    }

    #[test]
    fn no_day_is_made_of_other_lines() {
        for head in [
            // Without a year, of two readings, of an event, of a place.
            "Westmere v Ellbruck\nSaturday 20 November",
            "Bridge closes for a year\n5/6/2007",
            "Bridge closes for a year\nOpen until 12 November 2007",
            "Bridge closes for a year\nWESTMERE HARBOUR, November 12, 2007",
            "BRIDGE TO CLOSE FOR A YEAR\nWESTMERE 2007-11-12",
        ] {
            let draft = read(&format!("{head}\n\n{COPY}"));
            assert_eq!(draft.supplied.published, None, "{head}");
        }
    }
}
