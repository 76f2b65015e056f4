//! Copy that is only a part of the article: a teaser, or a take with more to follow.

use crate::intake::{Article, Format};
use crate::record::{Access, RemovedKind};
use crate::text::closing_sign;

/// Whether the text says, by how it ends, that it goes on elsewhere.
///
/// Evidence is an end in `[…]` or `[...]`, which feeds and aggregators put where they cut; an end within a
/// sentence or in an ellipsis of a feed's item or of a page that asks for money; a wire's "more" in
/// place of its end mark. That a text is short is none.
pub(super) fn is_partial(article: &Article) -> bool {
    let Some(last) = article.body().last() else {
        return false;
    };
    let text = last.span().of(&article.text).trim_end();
    let is_bracketed = ["[…]", "[...]", "[…", "[..."]
        .iter()
        .any(|cut| text.ends_with(cut));
    let may_be_teaser = matches!(
        article.format,
        Format::Rss | Format::Atom | Format::JsonFeed
    ) || article.supplied.access == Some(Access::Paywalled);
    is_bracketed || may_be_teaser && breaks_off(text) || has_more_to_follow(article)
}

/// Whether a text ends in an ellipsis, a comma or a word, and has words enough to be a sentence.
fn breaks_off(text: &str) -> bool {
    /// Shorter lines without a full stop are headings, names and items of lists.
    const LEAST_BYTES: usize = 60;
    let ellipsis = text.ends_with('…') || text.ends_with("...");
    let within = || {
        let sign = closing_sign(text);
        text.len() >= LEAST_BYTES && sign.is_some_and(|c| c.is_lowercase() || c == ',')
    };
    ellipsis || within()
}

/// Whether the mark that ends the copy of a wire says that more of it comes.
fn has_more_to_follow(article: &Article) -> bool {
    let marks = article.removed.iter();
    let mut marks = marks.filter(|r| r.kind == RemovedKind::EndMark);
    marks.any(|mark| {
        let word = mark.text.trim_matches(|c: char| !c.is_alphabetic());
        ["more", "more follows"]
            .iter()
            .any(|m| word.eq_ignore_ascii_case(m))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::{Draft, DraftBlock};
    use crate::record::{BlockKind, Removed};

    fn draft(format: Format, text: &str) -> Draft {
        let mut draft = Draft::new(format, "utf-8", "".into());
        draft
            .blocks
            .push(DraftBlock::new(BlockKind::Paragraph, text));
        draft
    }

    fn is_partial_draft(draft: Draft) -> bool {
        is_partial(&Article::from_draft(draft, "test".into()))
    }

    const CUT: &str =
        "The council voted on Tuesday to close the old bridge over the harbour and to";
    const WHOLE: &str = "The council voted on Tuesday to close the old bridge over the harbour.";

    #[test]
    fn a_text_that_a_feed_cut_is_partial() {
        for text in [CUT, "The council voted…", "The council voted ..."] {
            assert!(is_partial_draft(draft(Format::Rss, text)), "{text}");
            assert!(!is_partial_draft(draft(Format::Text, text)), "{text}");
        }
        assert!(is_partial_draft(draft(
            Format::Text,
            "The council voted […]"
        )));
        assert!(!is_partial_draft(draft(Format::Rss, WHOLE)));
        assert!(!is_partial_draft(draft(Format::Rss, "Bridge to close")));
    }

    #[test]
    fn a_page_that_asks_for_money_is_partial_where_its_text_breaks_off() {
        for (access, text, partial) in [
            (Access::Paywalled, CUT, true),
            (Access::Paywalled, WHOLE, false),
            (Access::Free, CUT, false),
        ] {
            let mut draft = draft(Format::Html, text);
            draft.supplied.access = Some(access);
            assert_eq!(is_partial_draft(draft), partial, "{access:?} {text}");
        }
    }

    #[test]
    fn a_wire_that_says_more_is_partial_and_one_that_says_ends_is_not() {
        for (mark, partial) in [
            ("(MORE)", true),
            ("-- more follows --", true),
            ("ENDS", false),
        ] {
            let mut draft = draft(Format::Anpa, WHOLE);
            draft.removed.push(Removed {
                kind: RemovedKind::EndMark,
                text: mark.into(),
                raw: None,
                outlets: Vec::new(),
            });
            assert_eq!(is_partial_draft(draft), partial, "{mark}");
        }
    }
}
