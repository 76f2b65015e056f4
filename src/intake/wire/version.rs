//! Version tags: "UPDATE 2-", "CORRECTED-", "3rd Ld-Writethru", "REFILE", "RPT".

use std::sync::LazyLock;

use super::{head, is_wire, scan};
use crate::intake::draft::{Draft, DraftBlock};
use crate::record::{BlockKind, Genre, RemovedKind, VersionKind};
use crate::text::word_lists::word_lists;

word_lists! {
    /// What versions are told by.
    WORDS "wire/version.tsv" {
        /// Tags of a correction.
        correction,
        /// Tags of copy that is sent again for a fault in sending it.
        refile,
        /// Tags of copy that is sent again as it was.
        repeat,
        /// Tags of an update.
        update,
        /// Tags of a new lead: the story written again from the top.
        lead,
        /// Tags of an alert.
        alert,
        /// Tags of copy for editors.
        advisory,
        /// Tags of an opinion.
        opinion,
        /// Tags of an obituary.
        obituary,
        /// Tags of a live page.
        live,
        /// Tags of copy that must go out at once.
        urgent,
        /// Tags that make a line a tag though they say nothing of the copy.
        extra,
        /// Tags that say nothing of the version and only stand in front of a headline.
        standing,
        /// What a keyword line calls a new lead.
        keyword_lead,
        /// What it calls an update or a part of one.
        keyword_update,
        /// What it calls a correction.
        keyword_correction,
        /// Tags of an update where an ordinal stands in front of them.
        numbered,
        /// Ordinals in front of a tag, from the first on.
        ordinal,
        /// What stands behind a headline beside pictures and sound.
        beside,
        /// What stands in brackets behind the headline of a newer version (NTB).
        newer,
        /// The cycle of the day that a slug begins with.
        cycle,
    }
    with TAGS, KEYWORDS
}

/// What a tag says of the copy behind it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct VersionTag {
    kind: Option<VersionKind>,
    number: Option<u32>,
    genre: Option<Genre>,
    urgent: bool,
}

impl VersionTag {
    const fn kind(kind: VersionKind) -> VersionTag {
        VersionTag {
            kind: Some(kind),
            number: None,
            genre: None,
            urgent: false,
        }
    }

    const fn genre(genre: Genre) -> VersionTag {
        VersionTag {
            kind: None,
            number: None,
            genre: Some(genre),
            urgent: false,
        }
    }

    /// Whether it says what the copy is, and not only how fast it must go out.
    fn tells(self) -> bool {
        self.kind.is_some() || self.genre.is_some()
    }
}

/// Tags that stand in front of a headline, by what ends them: agencies use a hyphen or a colon.
static TAGS: LazyLock<scan::Meanings<VersionTag>> = LazyLock::new(|| {
    let w = &*WORDS;
    let urgent = VersionTag {
        urgent: true,
        ..VersionTag::default()
    };
    scan::Meanings::of(&[
        (w.correction, VersionTag::kind(VersionKind::Correction)),
        (w.refile, VersionTag::kind(VersionKind::Refile)),
        (w.repeat, VersionTag::kind(VersionKind::Repeat)),
        (w.update, VersionTag::kind(VersionKind::Update)),
        (w.lead, VersionTag::kind(VersionKind::Lead)),
        (w.alert, VersionTag::genre(Genre::Alert)),
        (w.advisory, VersionTag::genre(Genre::Advisory)),
        (w.opinion, VersionTag::genre(Genre::Opinion)),
        (w.obituary, VersionTag::genre(Genre::Obituary)),
        (w.live, VersionTag::genre(Genre::LiveBlog)),
        (w.urgent, urgent),
        (w.extra, VersionTag::default()),
        (w.standing, VersionTag::default()),
    ])
});

/// What a keyword line calls its version.
static KEYWORDS: LazyLock<scan::Meanings<VersionKind>> = LazyLock::new(|| {
    scan::Meanings::of(&[
        (WORDS.keyword_lead, VersionKind::Lead),
        (WORDS.keyword_update, VersionKind::Update),
        (WORDS.keyword_correction, VersionKind::Correction),
    ])
});

/// The urgency of copy that must go out at once, on the IPTC's scale from 1, the most urgent, to 8; 5 is
/// the usual.
const URGENT: u8 = 2;

/// Whether what follows a word sets it off: "corrected-", and not "correctedly".
fn ends_word(rest: &str) -> bool {
    !rest.starts_with(char::is_alphabetic)
}

/// Reads the version off the headline, the slugline and the lines above the copy.
pub(super) fn apply(draft: &mut Draft) {
    if let Some(headline) = draft.supplied.headline.clone() {
        let (tags, start) = tags(&headline);
        let (behind, end) = behind(&headline, start);
        tags.into_iter().chain(behind).for_each(|t| note(draft, t));
        keep(draft, BlockKind::Headline, &headline, start..end);
    }
    if let Some(deck) = draft.supplied.deck.clone() {
        // APA's second line of a headline, "Utl." for Untertitel.
        let start = scan::after(&deck, "utl.:").map_or(0, |r| deck.len() - r.trim_start().len());
        let (_, end) = behind(&deck, start);
        keep(draft, BlockKind::Deck, &deck, start..end);
    }
    let mut at = 0;
    while at < head(&draft.blocks) {
        let text = scan::bare(&draft.blocks[at].text);
        if let Some((slug, tag)) = keyword_line(text).filter(|_| is_wire(draft.format)) {
            let slug = slug.to_owned();
            draft.supplied.slugline.get_or_insert(slug);
            note(draft, tag);
            draft.remove(at, RemovedKind::VersionLine);
            continue;
        }
        match line(text) {
            Some(tag) if draft.blocks[at].kind != BlockKind::Headline => {
                note(draft, tag);
                draft.remove(at, RemovedKind::VersionLine);
            }
            _ => at += 1,
        }
    }
    if let Some(slug) = draft.supplied.slugline.clone() {
        note(draft, within(&slug));
    }
}

/// Keeps a part of the headline or deck, and takes away what stands around it.
fn keep(draft: &mut Draft, kind: BlockKind, text: &str, part: std::ops::Range<usize>) {
    if part == (0..text.len()) || part.is_empty() {
        return;
    }
    let s = &mut draft.supplied;
    let slot = match kind {
        BlockKind::Headline => &mut s.headline,
        _ => &mut s.deck,
    };
    *slot = Some(text[part.clone()].to_owned());
    let same = |b: &DraftBlock| b.kind == kind && b.text == text;
    let Some(block) = draft.blocks.iter_mut().find(|b| same(b)) else {
        return;
    };
    *block = block.cut(part.clone());
    let around = [&text[..part.start], &text[part.end..]].map(str::trim);
    for gone in around.into_iter().filter(|t| !t.is_empty()) {
        draft.removed.push(crate::record::Removed {
            kind: RemovedKind::VersionLine,
            text: gone.to_owned(),
            raw: None,
            outlets: Vec::new(),
        });
    }
}

/// What stands behind a headline, and where the headline ends: the equals sign that ends the header of
/// the text wires, the second pair of ANSA's plus signs, what comes with the copy ("- BILD VIDEO"), a
/// version in brackets ("(ny)").
fn behind(text: &str, start: usize) -> (Option<VersionTag>, usize) {
    let mut rest = &text[start..];
    if let Some(before) = rest.strip_suffix('=').filter(|b| b.ends_with(' ')) {
        rest = before.trim_end();
    }
    if text[..start].starts_with('+') {
        rest = rest.trim_end_matches(['+', ' ']);
    }
    let with = rest.rsplit_once(" - ").filter(|(_, words)| {
        let mut words = words.split([' ', '/', '+']);
        words.all(|w| WORDS.beside.contains(&w))
    });
    rest = with.map_or(rest, |(before, _)| before);
    let version = rest.strip_suffix(')').and_then(|r| r.rsplit_once(" ("));
    let tag = version.and_then(|(_, inner)| {
        if WORDS.newer.contains(&inner) {
            return Some(VersionTag::kind(VersionKind::Update));
        }
        line(inner).filter(|t| t.kind.is_some())
    });
    if let (Some(_), Some((before, _))) = (tag, version) {
        rest = before;
    }
    (tag, start + rest.len())
}

fn note(draft: &mut Draft, tag: VersionTag) {
    let supplied = &mut draft.supplied;
    supplied.version_kind = supplied.version_kind.or(tag.kind);
    supplied.version = supplied.version.or(tag.number);
    supplied.genre = supplied.genre.or(tag.genre);
    if tag.urgent && supplied.urgency.is_none() {
        supplied.urgency = Some(URGENT);
    }
}

/// The tags that a headline opens with and where the headline proper begins.
fn tags(headline: &str) -> (Vec<VersionTag>, usize) {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((tag, length)) = tag(&headline[at..]) {
        found.push(tag);
        at += length;
    }
    // A headline that is nothing but its tag stays.
    if headline[at..].trim().len() < 3 {
        (Vec::new(), 0)
    } else {
        (found, at)
    }
}

/// Longest tag between brackets or plus signs, or behind another, in bytes.
const LONGEST_ENCLOSED: usize = 24;

/// The tag at the start of a headline, with its number before or behind, and its length with what ends it.
fn tag(text: &str) -> Option<(VersionTag, usize)> {
    // "(UPDATE 2) Headline", "(Lead)", "+++ Berichtigung +++ Headline".
    let in_plus = text.strip_prefix("+++").and_then(|t| t.split_once("+++"));
    let in_brackets = || text.strip_prefix('(')?.split_once(')');
    if let Some((inner, rest)) = in_plus.or_else(in_brackets) {
        let tag = line(inner).filter(|_| inner.len() < LONGEST_ENCLOSED)?;
        return Some((tag, text.len() - rest.trim_start().len()));
    }
    if let Some(rest) = ansa(text) {
        let tag = VersionTag {
            urgent: text.starts_with('+'),
            ..VersionTag::default()
        };
        return Some((tag, text.len() - rest.len()));
    }
    bare_tag(text)
}

/// A tag by itself in front of a headline: "UPDATE 2-", "Update:", "2ND LEAD".
fn bare_tag(text: &str) -> Option<(VersionTag, usize)> {
    let (ordinal, start) = ordinal(text);
    let rest = &text[start..];
    let (word, tag, tail) = TAGS.open(rest).find(|(.., r)| ends_word(r))?;
    // Reuters tags are in capitals; Kyodo's and Xinhua's end in a colon.
    let (number, digits) = number(tail);
    let end = &tail[digits..];
    let capitals = rest[..word.len()].chars().all(|c| !c.is_lowercase());
    let (sound, after) = if let Some(after) = end.strip_prefix(':') {
        // "Live: …" and "Opinion: …" are marks of sites; "Analysis:" belongs to the headline.
        (capitals || tag.tells() || tag.urgent, after)
    } else if let Some(after) = scan::strip_any(end, &["-", ".-"]) {
        (capitals, after)
    } else if let Some(after) = scan::strip_any(end, &[" - ", " – ", " — "]) {
        (capitals && tag.tells(), after)
    } else {
        // "2ND LEAD Ferry sinks", "UPDATE 2 Ferry sinks".
        let numbered = ordinal.is_some() || number.is_some() && end.starts_with(' ');
        (numbered && capitals && tag.kind.is_some(), end)
    };
    let tag = VersionTag {
        number: number.or(ordinal),
        ..tag
    };
    sound.then(|| (tag, text.len() - after.trim_start().len()))
}

/// What follows ANSA's marks of a headline: "++ Ferry sinks ++" for an urgent one, ">>>ANSA/ Ferry" and
/// "ANSA-FOCUS/ Ferry" for a longer piece.
fn ansa(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix("++ ") {
        return rest.ends_with("++").then(|| rest.trim_start());
    }
    let name = text.trim_start_matches('>').strip_prefix("ANSA")?;
    let (kind, rest) = name.split_once('/')?;
    let sound = kind.bytes().all(|b| b.is_ascii_uppercase() || b == b'-');
    sound.then(|| rest.trim_start())
}

/// Whether a line opens with a tag.
pub fn is_tagged(line: &str) -> bool {
    tag(line).is_some()
}

/// Whether a line is nothing but a version, as the wires set it above the headline.
pub fn is_line(text: &str) -> bool {
    line(scan::bare(text)).is_some()
}

/// The slug and the version of a keyword line, as AP and CP send it: "BC-US--Ferry Sinking, 3rd
/// Ld-Writethru,480", "Westmere-Ferry, 2nd Writethru".
fn keyword_line(text: &str) -> Option<(&str, VersionTag)> {
    /// Longest keyword line, in bytes.
    const LONGEST_KEYWORD_LINE: usize = 90;
    let (slug, rest) = text
        .split_once(',')
        .filter(|_| text.len() <= LONGEST_KEYWORD_LINE)?;
    let tag = within(text);
    let cycle = has_cycle(slug);
    let counted = rest.rsplit(',').next().is_some_and(|words| {
        let words = words.trim();
        (2..=5).contains(&words.len()) && words.bytes().all(|b| b.is_ascii_digit())
    });
    (cycle && (tag.kind.is_some() || counted)
        || slug.contains('-') && rest.trim().len() <= LONGEST_VERSION && tag.kind.is_some())
    .then_some((slug, tag))
}

/// Whether a slug begins with its cycle, as those of AP and CP do.
pub fn has_cycle(slug: &str) -> bool {
    WORDS.cycle.iter().any(|c| slug.starts_with(c))
}

/// Where in a text a slug begins that begins with its cycle.
pub(super) fn find_slug(text: &str) -> Option<usize> {
    WORDS.cycle.iter().find_map(|c| text.find(c))
}

/// Whether a line is a keyword line, as AP and CP send it.
pub fn is_keyword_line(text: &str) -> bool {
    keyword_line(scan::bare(text)).is_some()
}

/// Whether a line is a keyword line or nothing but a version.
pub(super) fn is_above_headline(text: &str) -> bool {
    is_line(text) || is_keyword_line(text)
}

/// The kind and number of a version in words: "3rd Ld-Writethru", "1st Add", "Sub", "Writethru".
pub fn words(part: &str) -> Option<(VersionKind, Option<u32>)> {
    let tag = ordinal_part(part)?;
    Some((tag.kind?, tag.number))
}

/// Longest line that is nothing but a version ("1ST LEAD - UPDATE", "3rd Ld-Writethru"), in bytes.
const LONGEST_VERSION: usize = 32;

/// A line that is nothing but a version: "2ND LEAD", "REFILE", "UPDATE 1", "3rd Ld-Writethru", "(Eil)".
fn line(text: &str) -> Option<VersionTag> {
    let text = text
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ':' | '.' | '\u{7}'));
    if text.is_empty() || text.len() > LONGEST_VERSION {
        return None;
    }
    let (ordinal, start) = ordinal(text);
    let rest = &text[start..];
    if ordinal.is_some() && WORDS.numbered.contains(&rest.to_lowercase().as_str()) {
        return Some(VersionTag {
            number: ordinal,
            ..VersionTag::kind(VersionKind::Update)
        });
    }
    // The first that says something of the copy, or else of its haste.
    let (_, tag, tail) = TAGS
        .open(rest)
        .filter(|(.., r)| ends_word(r))
        .filter(|(word, tag, _)| tag.tells() || tag.urgent || WORDS.extra.contains(word))
        .min_by_key(|(_, tag, _)| !tag.tells())?;
    let (number, digits) = number(tail);
    let left = tail[digits..].trim_matches([' ', '-', ':']);
    // What is left may only be another tag ("1ST LEAD - UPDATE", "Ld-Writethru").
    let sound = left.is_empty()
        || scan::after(left, "writethru").is_some_and(str::is_empty)
        || (left.len() < LONGEST_ENCLOSED && line(left).is_some());
    sound.then_some(VersionTag {
        number: ordinal.or(number),
        ..tag
    })
}

/// The version in a keyword line or slug: "BC-Ferry,3rd Ld-Writethru", "AM-Ferry, 1st Add".
fn within(slug: &str) -> VersionTag {
    let part = |part: &str| {
        let part = part.trim();
        // "GLOBAL-GOLD/ (UPDATE 1)": between brackets a tag is none of the slug's keywords.
        let bracketed = part.strip_suffix(')');
        let tag = bracketed.and_then(line).filter(|t| t.kind.is_some());
        ordinal_part(bracketed.unwrap_or(part)).or(tag)
    };
    slug.split([',', '/', '('])
        .skip(1)
        .find_map(part)
        .unwrap_or_default()
}

/// "3rd Ld-Writethru", "1st Add", "Sub", "Writethru": the newer version, or the part of one.
fn ordinal_part(part: &str) -> Option<VersionTag> {
    let (number, start) = ordinal(part);
    let rest = &part[start..];
    let (_, kind, _) = KEYWORDS.open(rest).find(|(.., r)| ends_word(r))?;
    Some(VersionTag {
        number,
        ..VersionTag::kind(kind)
    })
}

/// "2nd ", "3RD ", "First " at the start; and its length.
fn ordinal(text: &str) -> (Option<u32>, usize) {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=3).contains(&digits) {
        let suffix = text.get(digits..digits + 2).map(str::to_ascii_lowercase);
        if suffix.is_some_and(|s| matches!(s.as_str(), "st" | "nd" | "rd" | "th")) {
            let rest = text[digits + 2..].trim_start_matches([' ', '-']);
            return (text[..digits].parse().ok(), text.len() - rest.len());
        }
        // "2. Zusammenfassung".
        if let Some(rest) = text[digits..].strip_prefix(". ") {
            return (text[..digits].parse().ok(), text.len() - rest.len());
        }
    }
    for (index, word) in WORDS.ordinal.iter().enumerate() {
        if let Some(rest) = scan::after(text, word) {
            return (Some(index as u32 + 1), text.len() - rest.len());
        }
    }
    (None, 0)
}

/// " 2" or "2" behind a tag; and its length.
fn number(text: &str) -> (Option<u32>, usize) {
    let rest = text.trim_start_matches([' ', '#']);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=3).contains(&digits) {
        return (None, 0);
    }
    (
        rest[..digits].parse().ok(),
        text.len() - rest.len() + digits,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use VersionKind::*;

    #[test]
    fn headlines_lose_their_tags() {
        for (given, want, kind, number) in [
            (
                "UPDATE 2-Ferry sinks off Westmere",
                "Ferry sinks off Westmere",
                Some(Update),
                Some(2),
            ),
            (
                "CORRECTED-UPDATE 1-Ferry sinks",
                "Ferry sinks",
                Some(Correction),
                Some(1),
            ),
            (
                "RPT-ANALYSIS-Why ferries sink",
                "Why ferries sink",
                Some(Repeat),
                None,
            ),
            ("REFILE-Ferry sinks", "Ferry sinks", Some(Refile), None),
            ("LEAD: Ferry sinks", "Ferry sinks", Some(Lead), None),
            ("2ND LEAD Ferry sinks", "Ferry sinks", Some(Lead), Some(2)),
            (
                "1st Ld-Writethru: Ferry sinks",
                "Ferry sinks",
                Some(Lead),
                Some(1),
            ),
            ("Update: Ferry sinks", "Ferry sinks", Some(Update), None),
            (
                "(Update 3) Ferry sinks",
                "Ferry sinks",
                Some(Update),
                Some(3),
            ),
            (
                "Lead pipes found in Westmere",
                "Lead pipes found in Westmere",
                None,
                None,
            ),
            ("Update on the ferry", "Update on the ferry", None, None),
            (
                "Analysis: Why ferries sink",
                "Analysis: Why ferries sink",
                None,
                None,
            ),
            ("Live-in carers strike", "Live-in carers strike", None, None),
            (
                "RETTELSE: Færge sunket",
                "Færge sunket",
                Some(Correction),
                None,
            ),
            (
                "RÄTTELSE: Färja sjönk",
                "Färja sjönk",
                Some(Correction),
                None,
            ),
            (
                "Korjaus: Lautta upposi",
                "Lautta upposi",
                Some(Correction),
                None,
            ),
            (
                "ANNULE ET REMPLACE - Un ferry coule",
                "Un ferry coule",
                Some(Correction),
                None,
            ),
            (
                "KORREKTUR - Fähre gesunken",
                "Fähre gesunken",
                Some(Correction),
                None,
            ),
            (
                "+++ Berichtigung +++ Fähre gesunken",
                "Fähre gesunken",
                Some(Correction),
                None,
            ),
            (
                "2. ZUSAMMENFASSUNG - Fähre gesunken",
                "Fähre gesunken",
                Some(Lead),
                Some(2),
            ),
            (
                "AMP.- Se hunde un ferry",
                "Se hunde un ferry",
                Some(Update),
                None,
            ),
            (
                "Lead 2: Fähre gesunken",
                "Fähre gesunken",
                Some(Lead),
                Some(2),
            ),
            ("2. Bundesliga beginnt", "2. Bundesliga beginnt", None, None),
            (
                "Oprava mostu potrvá rok",
                "Oprava mostu potrvá rok",
                None,
                None,
            ),
            ("Hastings wins again", "Hastings wins again", None, None),
            ("UPDATE", "UPDATE", None, None),
        ] {
            let (found, start) = tags(given);
            assert_eq!(&given[start..], want, "{given}");
            assert_eq!(found.iter().find_map(|t| t.kind), kind, "{given}");
            assert_eq!(found.iter().find_map(|t| t.number), number, "{given}");
        }
    }

    #[test]
    fn slugs_hold_their_version() {
        let of = |slug: &str| {
            let tag = within(slug);
            (tag.kind, tag.number)
        };
        assert_eq!(of("GLOBAL-GOLD/ (UPDATE 1)"), (Some(Update), Some(1)));
        assert_eq!(of("BC-Ferry,3rd Ld-Writethru"), (Some(Lead), Some(3)));
        assert_eq!(of("GLOBAL-GOLD/ (PIX, TV)"), (None, None));
    }

    #[test]
    fn lines_of_nothing_but_a_version() {
        assert_eq!(
            line("2ND LEAD").map(|t| (t.kind, t.number)),
            Some((Some(Lead), Some(2)))
        );
        assert_eq!(line("REFILE").and_then(|t| t.kind), Some(Refile));
        assert!(line("(Eil \u{7}\u{7})").is_some_and(|t| t.urgent));
        assert_eq!(line("Lead").and_then(|t| t.kind), Some(Lead));
        assert_eq!(line("Lead paint banned"), None);
        assert_eq!(
            line("3RD NET").map(|t| (t.kind, t.number)),
            Some((Some(Update), Some(3)))
        );
        assert_eq!((line("NET"), line("3RD NET PROFIT")), (None, None));
        assert_eq!(
            within("BC-Ferry,3rd Ld-Writethru"),
            VersionTag {
                kind: Some(Lead),
                number: Some(3),
                ..VersionTag::default()
            }
        );
        assert_eq!(within("AM-Lead, Paint"), VersionTag::default());
    }
}
