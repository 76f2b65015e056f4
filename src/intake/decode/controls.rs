//! Control characters and invisible signs in what was read. No format means anything by them at this point; they
//! are what a broken transmission, a careless export or a program that breaks lines left in headlines and copy.

use crate::intake::draft::{Draft, Flag};

/// Takes control characters, white space aside, and invisible signs out of all text of a draft.
pub(crate) fn drop_from(draft: &mut Draft) {
    let mut dropped = false;
    for block in draft.blocks.iter_mut().chain(&mut draft.headline) {
        if has(&block.text) {
            dropped |= block.text.contains(is_control);
            block.drop_chars(is_noise);
        }
    }
    let s = &mut draft.supplied;
    let lines = [
        &mut s.headline,
        &mut s.deck,
        &mut s.byline,
        &mut s.slugline,
        &mut s.section,
        &mut s.credit,
        &mut s.copyright,
        &mut s.usage_terms,
        &mut s.source,
    ];
    let media = s
        .media
        .iter_mut()
        .flat_map(|m| [&mut m.caption, &mut m.credit]);
    let texts = lines
        .into_iter()
        .chain(media)
        .flatten()
        .chain(&mut s.keywords)
        .chain(&mut s.editorial_notes)
        .chain(s.headlines_seen.iter_mut().map(|h| &mut h.value))
        .chain(s.authors.iter_mut().map(|a| &mut a.name));
    for text in texts.filter(|t| has(t)) {
        dropped |= text.contains(is_control);
        text.retain(|c| !is_noise(c));
    }
    if dropped {
        draft.flags.insert(Flag::CONTROL_CHARACTERS);
    }
}

fn is_control(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
}

/// Control characters, and signs without width that only say where a line may break: the soft hyphen, the
/// zero-width space, the word joiner, the byte-order mark.
fn is_noise(c: char) -> bool {
    is_control(c) || matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// Whether there may be one: the bytes of UTF-8 are looked at, which most text is through quickly.
fn has(text: &str) -> bool {
    let suspect = |b: &u8| matches!(b, 0..=8 | 14..=31 | 0x7f | 0xc2 | 0xe2 | 0xef);
    text.as_bytes().iter().any(suspect) && text.chars().any(is_noise)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::draft::DraftBlock;
    use crate::intake::formats::Format;
    use crate::record::BlockKind;

    #[test]
    fn invisible_signs_go_without_a_flag() {
        let mut draft = Draft::new(Format::Html, "utf-8", "".into());
        let text = "West\u{ad}mere\u{200b} is “far”";
        draft
            .blocks
            .push(DraftBlock::new(BlockKind::Paragraph, text));
        draft.supplied.headline = Some(text.into());
        drop_from(&mut draft);
        assert_eq!(draft.blocks[0].text, "Westmere is “far”");
        assert_eq!(
            draft.supplied.headline.as_deref(),
            Some("Westmere is “far”")
        );
        assert!(draft.flags.is_empty());
    }

    #[test]
    fn control_characters_go_and_offsets_stay() {
        let raw = "Fer\u{2}ry \u{8}sinks";
        let mut draft = Draft::new(Format::Html, "utf-8", raw.into());
        draft.supplied.headline = Some("Ferry \u{8}sinks\u{85}today".into());
        draft
            .blocks
            .push(DraftBlock::verbatim(BlockKind::Paragraph, raw, 0));
        drop_from(&mut draft);
        assert_eq!(
            draft.supplied.headline.as_deref(),
            Some("Ferry sinks\u{85}today")
        );
        let block = &draft.blocks[0];
        assert_eq!(block.text, "Ferry sinks");
        for p in &block.pieces {
            let (at, from, len) = (p.at as usize, p.raw as usize, p.len as usize);
            assert_eq!(block.text[at..at + len], raw[from..from + len]);
        }
        assert_eq!(block.pieces.len(), 3);
        assert!(draft.flags.contains(&Flag::CONTROL_CHARACTERS));
    }

    /// As many pieces as dropped characters: work for each of one must not be work for all of the other.
    #[test]
    fn a_block_of_many_pieces_is_gone_through_once() {
        const MANY: usize = 300_000;
        let raw = "a&\u{1}b&".repeat(MANY);
        let mut block = DraftBlock::new(BlockKind::Paragraph, "");
        for n in 0..MANY {
            block.push_verbatim("a", n * 5);
            block.push_verbatim("\u{1}b", n * 5 + 2);
        }
        let mut draft = Draft::new(Format::Html, "utf-8", raw.as_str().into());
        draft.blocks.push(block);
        drop_from(&mut draft);
        let block = &draft.blocks[0];
        assert_eq!(block.text, "ab".repeat(MANY));
        assert_eq!(block.pieces.len(), 2 * MANY);
        for p in &block.pieces {
            let (at, from, len) = (p.at as usize, p.raw as usize, p.len as usize);
            assert_eq!(block.text[at..at + len], raw[from..from + len]);
        }
    }

    #[test]
    fn clean_copy_is_left_alone() {
        let mut draft = Draft::new(Format::Text, "utf-8", "".into());
        draft.supplied.headline = Some("Fähre: £5 \t bill".into());
        drop_from(&mut draft);
        assert!(draft.flags.is_empty());
    }
}
