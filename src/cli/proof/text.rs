//! A text that is cut by code points, and what of it may be shown.

use crate::text::Span;

/// A text with the places of its code points.
pub(super) struct Cut<'t> {
    text: &'t str,
    /// Where each code point begins, and the end.
    starts: Vec<u32>,
}

impl<'t> Cut<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let starts = text.char_indices().map(|(at, _)| at as u32);
        Cut {
            text,
            starts: starts.chain([text.len() as u32]).collect(),
        }
    }

    /// Its length in code points.
    pub(super) fn len(&self) -> u32 {
        self.starts.len() as u32 - 1
    }

    /// What stands at a span of code points, as far as there is such a stretch.
    pub(super) fn at(&self, span: Span) -> &'t str {
        let byte = |point: u32| self.starts.get(point as usize).map(|at| *at as usize);
        let start = byte(span.start).unwrap_or(self.text.len());
        let end = byte(span.end).unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or_default()
    }
}

/// `text` with U+FFFD for control characters, which a page may not hold and nobody sees.
pub(super) fn visible(text: &str) -> String {
    let plain = |c: char| match c {
        '\n' | '\r' | '\t' => c,
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(plain).collect()
}

/// The beginning of `text`, on one line.
pub(super) fn short(text: &str, most: usize) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match flat.char_indices().nth(most) {
        Some((cut, _)) => visible(&flat[..cut]) + "…",
        None => visible(&flat),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_by_code_points_and_never_out_of_the_text() {
        let cut = Cut::new("Fähre ⛴ fährt");
        let at = |start, end| cut.at(Span { start, end });
        assert_eq!(
            (cut.len(), at(0, 5), at(6, 7), at(8, 99)),
            (13, "Fähre", "⛴", "fährt")
        );
        assert_eq!((at(5, 2), at(99, 100)), ("", ""));
    }

    #[test]
    fn control_characters_are_replaced() {
        assert_eq!(
            visible("a\u{0}b\tc\nd\u{1b}[31m"),
            "a\u{fffd}b\tc\nd\u{fffd}[31m"
        );
        assert_eq!(short("one\n two  three", 8), "one two …");
    }
}
