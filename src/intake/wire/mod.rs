//! The conventions all agencies share, applied to every format.
//!
//! What a wire puts around its copy is read into [`Draft::supplied`] and, save for the dateline, leaves
//! the body: kills and embargoes first, since nothing else matters about a killed story; then notes,
//! version tags, bylines and the dateline at the head, sign-offs and end marks at the foot.
//!
//! Only patterns anchored at the beginning or the end of a block count, in the first or last few blocks;
//! copy that merely speaks of kills, embargoes or reporters stays copy. What a structured format has
//! already said wins over what its text seems to say.
//!
//! **The dateline stays in its paragraph**: `dateline.text` says what it is, and quotations, places and
//! sentences keep the text that readers see. A dateline that is a block of its own goes to `removed`.

mod agencies;
mod byline;
mod dateline;
mod embargo;
mod foot;
mod genre;
mod kill;
mod letter_case;
mod notes;
mod scan;
mod signoff;
mod transmission;
mod version;

pub use agencies::{FILE as AGENCIES_FILE, agency};
pub use byline::{employed, opens_byline, organization, split_names};
pub use dateline::{length as dateline_length, place_of};
pub use transmission::{
    apply as take_transmission, is_anpa_header, is_service as is_service_line, note_filed,
};
pub use version::{
    has_cycle, is_keyword_line, is_line as is_version_line, is_tagged, words as version_words,
};

use super::draft::{Draft, DraftBlock};
use super::formats::Format;
use super::outlets::Outlets;
use crate::record::{BlockKind, RemovedKind};
use crate::text::data::{Table, tables};

/// The words that the conventions are told by.
pub const TABLES: [Table; 11] = tables![
    agencies,
    kill,
    embargo,
    genre,
    notes,
    version,
    byline,
    dateline,
    letter_case,
    foot,
    signoff,
];

/// How many blocks at the head and at the foot of an article conventions are looked for in.
const HEAD_BLOCKS: usize = 12;
const FOOT_BLOCKS: usize = 14;
/// Shortest block that is running text rather than a line of its own, in bytes.
const RUNNING: usize = 80;

/// Reads the conventions off a draft: what they say goes to [`Draft::supplied`], their lines leave the body.
pub fn apply(draft: &mut Draft, outlets: &Outlets) {
    if kill::apply(draft) {
        return;
    }
    embargo::apply(draft);
    repeated_head(draft);
    genre::apply(draft);
    notes::apply(draft);
    version::apply(draft);
    byline::apply(draft, outlets);
    dateline::apply(draft);
    foot::apply(draft, outlets);
}

/// Takes headline and deck out of the text where it begins with them once more, as far as other text follows.
fn repeated_head(draft: &mut Draft) {
    let same = |a: &str, b: &str| {
        let letters = |t: &str| -> String { t.chars().filter(|c| c.is_alphanumeric()).collect() };
        letters(a).to_lowercase() == letters(b).to_lowercase()
    };
    let s = &draft.supplied;
    for line in [s.headline.clone(), s.deck.clone()].into_iter().flatten() {
        let Some(at) = draft.blocks.iter().position(is_body) else {
            return;
        };
        let more = draft.blocks[at + 1..].iter().any(is_body);
        if more && same(&draft.blocks[at].text, &line) {
            draft.remove(at, RemovedKind::Other);
        }
    }
}

/// Whether a line opens with a convention of the wires: a byline, a dateline, a note to editors.
pub fn is_convention(line: &str, outlets: &Outlets) -> bool {
    byline::is_byline(line, outlets)
        || byline::signature(line).is_some()
        || dateline::alone(line).is_some()
        || notes::is_note(line)
        || dateline::find(line).is_some()
}

/// Whether a line of a page says of its article that it was corrected, killed or taken back.
pub fn is_about_its_article(line: &str) -> bool {
    notes::is_note(line) || kill::is_notice(line)
}

/// Whether a line is one that wires set above the headline: a note, a version, an embargo.
pub fn is_above_headline(line: &str) -> bool {
    notes::is_note(line) || version::is_above_headline(line) || embargo::is_line(line)
}

/// Forms that agencies send; the others bring pages.
fn is_wire(format: Format) -> bool {
    !matches!(
        format,
        Format::Html
            | Format::Rss
            | Format::Atom
            | Format::JsonFeed
            | Format::ScraperJson
            | Format::JsonLd
            | Format::Warc
    )
}

/// The blocks at the head that conventions can stand in: up to the first running paragraph, which may
/// hold a dateline, and that paragraph itself.
fn head(blocks: &[DraftBlock]) -> usize {
    let running =
        |b: &DraftBlock| is_body(b) && b.text.len() >= RUNNING && !notes::is_note(&b.text);
    blocks
        .iter()
        .position(running)
        .map_or(blocks.len(), |first| first + 1)
        .min(HEAD_BLOCKS)
}

fn is_body(block: &DraftBlock) -> bool {
    !matches!(
        block.kind,
        BlockKind::Headline | BlockKind::Deck | BlockKind::Caption
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_begins_with_its_headline_loses_it() {
        let read = |lines: &[&str]| {
            let mut draft = Draft::new(Format::Nitf, "utf-8", "".into());
            draft.supplied.headline = Some("Ferry sinks".into());
            draft.supplied.deck = Some("All are safe".into());
            let block = |l: &&str| DraftBlock::new(BlockKind::Paragraph, *l);
            draft.blocks.extend(lines.iter().map(block));
            repeated_head(&mut draft);
            draft.blocks.into_iter().map(|b| b.text).collect::<Vec<_>>()
        };
        assert_eq!(
            read(&["FERRY SINKS.", "All are safe", "It sank."]),
            ["It sank."]
        );
        assert_eq!(read(&["All are safe", "It sank."]), ["It sank."]);
        assert_eq!(
            read(&["Ferry sinks"]),
            ["Ferry sinks"],
            "it is all there is"
        );
        assert_eq!(read(&["Ferry sinks again", "It sank."]).len(), 2);
    }
}
