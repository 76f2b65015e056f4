//! What stands behind the end of an article and is none of its text: disclaimers and long lists of references.
//!
//! Chosen on the development pages, a set of articles and one of pages of many makers, to cost neither; they stand on
//! pages of firms and journals, hardly on those of newspapers.

use super::line_filter::LineDecision;
use super::weights::is_paragraph;
use crate::intake::html::layout::PageLines;
use crate::record::{BlockKind, RemovedKind};
use crate::text::word_lists::word_lists;

word_lists! {
    /// What the ends of pages are told by.
    WORDS "page/tails.tsv" {
        /// What a disclaimer begins with: what it is about.
        opening,
        /// What it denies, anywhere in it.
        denial,
        /// What a list of references is headed with.
        references,
    }
}

/// Longest disclaimer, in bytes. A longer paragraph that opens like one is a text about the matter.
const LONGEST_DISCLAIMER: usize = 1_000;
/// Fewest entries of a list of references that goes: shorter ones stand under articles for everybody, and are read.
const FEWEST_REFERENCES: usize = 8;

/// Takes disclaimers and references off the end of the article.
pub(super) fn cut(lines: &PageLines, decisions: &mut [LineDecision]) {
    disclaimers(lines, decisions);
    references(lines, decisions);
}

/// Removes the disclaimers behind the last paragraph that is none.
fn disclaimers(lines: &PageLines, decisions: &mut [LineDecision]) {
    for (line, decision) in lines.lines.iter().zip(decisions).rev() {
        if !decision.keeps_text() {
            continue;
        }
        if is_disclaimer(lines.text_of(line)) {
            *decision = LineDecision::Remove(RemovedKind::Disclaimer);
        } else if is_paragraph(line) {
            return;
        }
    }
}

/// Whether a line says what the text before it is not: advice, an offer, complete.
fn is_disclaimer(text: &str) -> bool {
    if text.len() > LONGEST_DISCLAIMER {
        return false;
    }
    let lower = text.to_lowercase();
    WORDS.opening.iter().any(|words| lower.starts_with(words))
        && WORDS.denial.iter().any(|words| lower.contains(words))
}

/// Removes the last section where it is a long list of references.
fn references(lines: &PageLines, decisions: &mut [LineDecision]) {
    let kept: Vec<usize> = (0..decisions.len())
        .filter(|n| decisions[*n].keeps_text())
        .collect();
    let is_heading = |n: &usize| lines.lines[*n].kind == BlockKind::Crosshead;
    let Some(at) = kept.iter().rposition(is_heading) else {
        return;
    };
    let heading = lines.text_of(&lines.lines[kept[at]]).to_lowercase();
    let is_of_references = WORDS
        .references
        .contains(&heading.trim_end_matches(':').trim());
    if is_of_references && kept.len() - at > FEWEST_REFERENCES {
        for n in &kept[at..] {
            decisions[*n] = LineDecision::Remove(RemovedKind::References);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disclaimers_say_what_a_text_is_not() {
        for yes in [
            "Disclaimer: The content of this page is for information purposes only.",
            "This article is not a substitute for the advice of a doctor.",
            "The views expressed here do not necessarily reflect those of the bank.",
        ] {
            assert!(is_disclaimer(yes), "{yes}");
        }
        for no in [
            "The pills were labelled “for research purposes only”, the agency said.",
            "This article is about the harbour.",
            "The information was not a secret in Ellbruck.",
        ] {
            assert!(!is_disclaimer(no), "{no}");
        }
    }
}
