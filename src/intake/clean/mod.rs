//! Takes leftovers out of the body: lists of outlets, newsletter prompts, share bars, copyright lines.
//!
//! What goes is kept in [`Draft::removed`] with its kind and place. Two questions decide: what a line
//! says ([`leftovers`], [`bio`]) and where it stands. Words that no journalist writes go wherever they
//! stand; words that might open a paragraph go only behind the last paragraph of the article.

mod bio;
mod credits;
mod feeds;
mod leftovers;

use crate::intake::outlets::Outlets;
use crate::intake::{Draft, DraftBlock};
use crate::record::{BlockKind, Removed, RemovedKind};
use crate::text::closing_sign;
use crate::text::data::{Table, tables};
use leftovers::{LEFTOVERS, Leftover};

/// Longest line that can be a leftover, in bytes; longer ones are paragraphs.
const LEFTOVER_BYTES: usize = 420;
/// Shortest line that counts as running text when it ends like a sentence, in bytes.
const RUNNING_BYTES: usize = 80;
/// Most lines that a heading ("Related stories") in the middle of an article takes with it.
const LISTED_MIDWAY: usize = 8;

/// The words and phrases that leftovers are told by.
pub const TABLES: [Table; 4] = tables![leftovers, bio, feeds, credits];

/// Cleans a draft: what is not the article moves from its blocks to [`Draft::removed`], with its kind. Captions that
/// stand as text become captions.
pub fn clean(draft: &mut Draft, outlets: &Outlets) {
    credits::mark(draft);
    let mut verdicts: Vec<Option<RemovedKind>> = vec![None; draft.blocks.len()];
    anywhere(&draft.blocks, &mut verdicts);
    let list = tail(draft, outlets, &mut verdicts);
    if verdicts.iter().all(Option::is_none) {
        return;
    }
    take(draft, &verdicts, list.as_ref());
}

/// Judges the lines whose words alone decide, and the lists under their headings.
fn anywhere(blocks: &[DraftBlock], verdicts: &mut [Option<RemovedKind>]) {
    let mut line = String::new();
    let mut at = 0;
    while at < blocks.len() {
        let block = &blocks[at];
        if is_candidate(block) {
            leftovers::normalise(&block.text, &mut line);
            match LEFTOVERS.anywhere(&line) {
                // A caption that is one already says so.
                Some(Leftover::Line(RemovedKind::Caption)) if block.kind == BlockKind::Caption => {}
                Some(Leftover::Line(kind)) => verdicts[at] = Some(kind),
                Some(Leftover::Heading(kind)) => {
                    let listed = listed_under(blocks, at);
                    if listed > 0 || at + 1 == blocks.len() {
                        verdicts[at..=at + listed].fill(Some(kind));
                        at += listed;
                    }
                }
                None => {}
            }
        }
        at += 1;
    }
}

/// How many lines after the heading at `at` are its list: links do not end like sentences.
///
/// Behind the last running paragraph that is everything; in the middle, the short lines directly below.
fn listed_under(blocks: &[DraftBlock], at: usize) -> usize {
    let rest = &blocks[at + 1..];
    if !rest.iter().any(is_running) {
        // "UP NEXT" heads the last sentences of a report on a match; links may be questions.
        let is_sentence = |b: &DraftBlock| closing_sign(&b.text) == Some('.');
        let are_sentences = rest.iter().all(is_sentence);
        return if are_sentences { 0 } else { rest.len() };
    }
    let listed = rest
        .iter()
        .take_while(|b| is_candidate(b) && !ends_with_stop(&b.text))
        .count();
    if listed <= LISTED_MIDWAY { listed } else { 0 }
}

/// Judges what stands behind the last paragraph, from the end up. Returns the list of outlets, if there is one.
fn tail(
    draft: &Draft,
    outlets: &Outlets,
    verdicts: &mut [Option<RemovedKind>],
) -> Option<feeds::OutletList> {
    let blocks = &draft.blocks;
    let mut list = None;
    let mut line = String::new();
    let mut end = blocks.len();
    while end > 0 {
        let block = &blocks[end - 1];
        if verdicts[end - 1].is_some() {
            end -= 1;
            continue;
        }
        if !is_candidate(block) {
            break;
        }
        if list.is_none()
            && let Some(found) = feeds::list(draft, end, outlets)
        {
            verdicts[found.lines.clone()].fill(Some(RemovedKind::OutletList));
            end = found.lines.start;
            list = Some(found);
            continue;
        }
        leftovers::normalise(&block.text, &mut line);
        let kind = LEFTOVERS
            .behind(&line)
            .or_else(|| bio::is(&block.text).then_some(RemovedKind::AuthorBio));
        // The only paragraph of a short item is the item.
        let Some(kind) = kind.filter(|_| blocks[..end - 1].iter().any(is_body)) else {
            break;
        };
        verdicts[end - 1] = Some(kind);
        end -= 1;
    }
    list
}

/// Moves the judged blocks to `removed`; neighbours of one kind become one entry.
fn take(draft: &mut Draft, verdicts: &[Option<RemovedKind>], list: Option<&feeds::OutletList>) {
    let blocks = std::mem::take(&mut draft.blocks);
    let mut open: Option<usize> = None;
    for (index, (block, verdict)) in blocks.into_iter().zip(verdicts).enumerate() {
        let Some(kind) = *verdict else {
            draft.blocks.push(block);
            open = None;
            continue;
        };
        let raw = block.place();
        if let Some(last) = open.map(|at| &mut draft.removed[at])
            && last.kind == kind
        {
            last.text.push('\n');
            last.text.push_str(&block.text);
            last.raw = last.raw.zip(raw).map(|(a, b)| a.join(b));
        } else {
            let outlets = list
                .filter(|l| l.lines.contains(&index))
                .map(|l| l.outlets.clone())
                .unwrap_or_default();
            draft.removed.push(Removed {
                kind,
                text: block.text,
                raw,
                outlets,
            });
            open = Some(draft.removed.len() - 1);
        }
    }
}

fn is_candidate(block: &DraftBlock) -> bool {
    block.text.len() <= LEFTOVER_BYTES
        && !matches!(
            block.kind,
            BlockKind::Headline | BlockKind::Deck | BlockKind::LiveEntry
        )
}

fn is_body(block: &DraftBlock) -> bool {
    !matches!(
        block.kind,
        BlockKind::Headline | BlockKind::Deck | BlockKind::Caption
    )
}

/// Whether a block is running text: a sentence of some length.
fn is_running(block: &DraftBlock) -> bool {
    is_body(block) && block.text.len() >= RUNNING_BYTES && ends_with_stop(&block.text)
}

/// Whether a text ends with any stop, as links and headings do not.
fn ends_with_stop(text: &str) -> bool {
    matches!(
        closing_sign(text),
        Some('.' | '!' | '?' | ':' | ';' | ',' | '…' | '。')
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::{Hints, Settings};

    const STORY: &str = "The council of Westmere voted on Monday to close the old bridge for a year of repairs.\n\
        Traffic will be led round the harbour, where a second lane is to be built by the end of June.\n";

    fn cleaned(text: &str) -> Draft {
        let mut out = None;
        crate::intake::read(
            text.as_bytes(),
            &Hints::default(),
            &Settings::default(),
            &mut |d| {
                out = Some(d);
                std::ops::ControlFlow::Continue(())
            },
        )
        .unwrap();
        let mut draft = out.unwrap();
        clean(&mut draft, Outlets::shipped());
        draft
    }

    fn removed(text: &str) -> Vec<(RemovedKind, String)> {
        let draft = cleaned(text);
        for r in &draft.removed {
            if let Some(span) = r.raw {
                assert_eq!(span.of(&draft.raw), r.text, "the place of what was removed");
            }
        }
        draft
            .removed
            .into_iter()
            .map(|r| (r.kind, r.text))
            .collect()
    }

    #[test]
    fn sentences_below_a_heading_are_no_list_of_links() {
        let kept = format!(
            "{STORY}\nUP NEXT\nAnna: A hearing on Saturday night.\nBerta: Sails on Monday.\n"
        );
        assert!(removed(&kept).is_empty(), "{:?}", removed(&kept));
        let links = format!("{STORY}\nUP NEXT\nWhere the ferries go\nA bridge too old\n");
        assert_eq!(removed(&links)[0].0, RemovedKind::RelatedLinks);
    }

    #[test]
    fn a_list_of_outlets_at_the_end_goes_with_its_names_resolved() {
        let draft = cleaned(&format!(
            "{STORY}\nReuters US Top\nBoston Herald\nWestmere Courier\nICE News\nThe Atlantic"
        ));
        assert_eq!(draft.blocks.len(), 2);
        let [list] = &draft.removed[..] else {
            panic!("{:?}", draft.removed)
        };
        assert_eq!(list.kind, RemovedKind::OutletList);
        let domains: Vec<_> = list.outlets.iter().map(|o| o.domain.as_deref()).collect();
        assert_eq!(
            domains,
            [
                Some("reuters.com"),
                Some("bostonherald.com"),
                None,
                None,
                Some("theatlantic.com")
            ]
        );
        assert_eq!(draft.supplied.credit, None, "a feed name is not a credit");
    }

    #[test]
    fn leftovers_go_by_kind() {
        use RemovedKind::*;
        for (tail, kind) in [
            ("Sign up for our daily newsletter", Newsletter),
            ("Advertisement", Advertisement),
            ("Share this article", ShareBar),
            ("Related: Harbour ferries to run all night", RelatedLinks),
            (
                "Related stories\nFerries to run all night\nBakers fear for trade",
                RelatedLinks,
            ),
            ("Most read\nFerries to run all night", MostRead),
            ("We use cookies to improve your experience.", CookieNotice),
            ("Subscribe to continue reading", PaywallNotice),
            ("© 2025 Westmere Courier. All rights reserved.", Copyright),
            ("Got a tip? Write to desk@westmere.example", ContactNote),
            (
                "Jane Roe is a staff writer for the Westmere Courier.",
                AuthorBio,
            ),
            ("Follow Jane Roe on Twitter @janeroe.", ShareBar),
        ] {
            let got = removed(&format!("{STORY}{tail}\n"));
            assert_eq!(got.len(), 1, "{tail}: {got:?}");
            assert_eq!(got[0].0, kind, "{tail}");
        }
    }

    #[test]
    fn the_story_stays() {
        for text in [
            "Share prices of the harbour company rose sharply on Monday after the vote in Westmere.\nEmail traffic fell.",
            "Follow the money, the auditors were told when they came to Westmere in the spring.",
            "Jane Roe is a teacher in Westmere who has crossed the bridge every day for thirty years.",
            "Subscribe to the view that bridges matter, and you will like the mayor, who said so again on Monday.",
            "Call it a draw. That was the mood in Westmere after a long night in which nobody had won anything.",
        ] {
            let whole = format!("{STORY}{text}\n{STORY}");
            assert_eq!(removed(&whole), [], "{text}");
        }
    }

    #[test]
    fn a_leftover_between_paragraphs_goes_too() {
        let got = removed(&format!(
            "{STORY}Advertisement\n{STORY}Read more: Ferries to run\n{STORY}"
        ));
        assert_eq!(
            got.iter().map(|g| g.0).collect::<Vec<_>>(),
            [RemovedKind::Advertisement, RemovedKind::ReadMore]
        );
    }
}
