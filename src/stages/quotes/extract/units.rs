//! The stretches of a text in which a cue and its quotation are looked for.

use std::ops::Range;

use crate::stages::quotes::marks::Quoted;

/// Tokens past which a sentence is cut for the search: no sentence of the news is a tenth as long.
pub(super) const LONGEST_UNIT: usize = 1_000;

/// Ends of the sentences of a block, except those inside quotation marks.
pub(super) fn units(sentence_ends: &[usize], marks: &[Quoted], range: Range<usize>) -> Vec<usize> {
    let mut m = 0;
    let mut out: Vec<usize> = sentence_ends
        .iter()
        .copied()
        .filter(|end| {
            while marks.get(m).is_some_and(|q| q.close < *end) {
                m += 1;
            }
            !marks
                .get(m)
                .is_some_and(|q| q.open < *end && q.close >= *end)
        })
        .collect();
    if out.last() != Some(&range.end) {
        out.push(range.end);
    }
    bounded(&out, marks, range.start)
}

/// The same ends, and more of them in what is too long for a sentence, outside quotations: what is done
/// for each mark looks at the others of its unit, and must not become quadratic in the text.
fn bounded(ends: &[usize], marks: &[Quoted], start: usize) -> Vec<usize> {
    let mut out = Vec::with_capacity(ends.len());
    let (mut from, mut m) = (start, 0);
    for &end in ends {
        while end - from > LONGEST_UNIT {
            let mut cut = from + LONGEST_UNIT;
            while marks.get(m).is_some_and(|q| q.close < cut) {
                m += 1;
            }
            if let Some(around) = marks.get(m).filter(|q| q.open < cut) {
                cut = around.close + 1;
            }
            if cut >= end {
                break;
            }
            out.push(cut);
            from = cut;
        }
        out.push(end);
        from = end;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::quotes::marks::quoted;
    use crate::text::Span;
    use crate::text::tokens::tokenize;

    #[test]
    fn what_is_too_long_for_a_sentence_is_cut_outside_its_quotations() {
        let text = "He said \u{201c}we go on\u{201d} and she said ".repeat(2_000);
        let tokens = tokenize(&text, std::iter::once(Span::new(0, text.len())));
        let marks = quoted(&text, &tokens, 0..tokens.len());
        assert_eq!(marks.len(), 2_000);
        let ends = units(&[tokens.len()], &marks, 0..tokens.len());
        assert!(ends.len() >= tokens.len() / (LONGEST_UNIT + 10));
        assert_eq!(ends.last(), Some(&tokens.len()));
        let mut from = 0;
        for end in ends {
            assert!(end - from <= LONGEST_UNIT + 10, "{from}..{end}");
            assert!(!marks.iter().any(|q| q.open < end && q.close >= end));
            from = end;
        }
    }
}
