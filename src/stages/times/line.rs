//! The tokens of a block as the grammar reads them, and what can be asked of each.

use super::unit::TimeUnit;
use super::words::{TimeWord, word};
use crate::text::numbers::{Number, NumberForm, NumberReader};
use crate::text::{Token, TokenKind};

/// The tokens of one block with the class of each: what the grammar reads.
#[derive(Debug, Clone, Copy)]
pub(super) struct TokenLine<'t> {
    pub text: &'t str,
    pub tokens: &'t [Token],
    pub words: &'t [TimeWord],
}

/// Classes of all `tokens`, in order.
pub(super) fn classify(text: &str, tokens: &[Token], out: &mut Vec<TimeWord>) {
    out.clear();
    out.extend(tokens.iter().map(|t| match t.kind {
        TokenKind::Word => word(t.of(text)),
        _ => TimeWord::None,
    }));
}

impl<'t> TokenLine<'t> {
    /// The class of token `i`; none past the end.
    pub(super) fn word(&self, i: usize) -> TimeWord {
        self.words.get(i).copied().unwrap_or(TimeWord::None)
    }

    /// The text of token `i`; empty past the end.
    pub(super) fn of(&self, i: usize) -> &'t str {
        self.tokens.get(i).map_or("", |t| t.of(self.text))
    }

    /// Whether token `i` is `text`, in any case of ASCII letters.
    pub(super) fn is(&self, i: usize, text: &str) -> bool {
        self.of(i).eq_ignore_ascii_case(text)
    }

    /// Whether token `i` is one of `of`, in any case of ASCII letters.
    pub(super) fn any(&self, i: usize, of: &[&str]) -> bool {
        let text = self.of(i);
        of.iter().any(|x| text.eq_ignore_ascii_case(x))
    }

    /// What token `i` is made of; `None` past the end.
    pub(super) fn kind(&self, i: usize) -> Option<TokenKind> {
        self.tokens.get(i).map(|t| t.kind)
    }

    /// Whether white space stands before token `i`, or it is past the end.
    pub(super) fn spaced(&self, i: usize) -> bool {
        self.tokens.get(i).is_none_or(|t| t.spaced)
    }

    /// Text of the token before `i`, or nothing.
    pub(super) fn before(&self, i: usize) -> &'t str {
        i.checked_sub(1).map_or("", |k| self.of(k))
    }

    /// Whether the token before `i` is one of `of`.
    pub(super) fn before_any(&self, i: usize, of: &[&str]) -> bool {
        i > 0 && self.any(i - 1, of)
    }

    /// A hyphen of any kind, tied or not.
    pub(super) fn is_hyphen(&self, i: usize) -> bool {
        matches!(self.of(i), "-" | "\u{2010}" | "\u{2011}")
    }

    /// A dash between the ends of a range.
    pub(super) fn is_dash(&self, i: usize) -> bool {
        self.is_hyphen(i) || matches!(self.of(i), "\u{2013}" | "\u{2014}" | "--")
    }

    /// Index after a hyphen that ties the tokens around it, else `i`.
    pub(super) fn past_hyphen(&self, i: usize) -> usize {
        if self.tied_hyphen(i) { i + 1 } else { i }
    }

    /// Whether a hyphen at `i` ties the tokens around it: no space on either side.
    pub(super) fn tied_hyphen(&self, i: usize) -> bool {
        self.is_hyphen(i) && !self.spaced(i) && i + 1 < self.tokens.len() && !self.spaced(i + 1)
    }

    /// The number that starts at token `i`.
    pub(super) fn number(&self, i: usize) -> Option<Number> {
        NumberReader {
            text: self.text,
            tokens: self.tokens,
        }
        .read(i)
    }

    /// A whole number of digits in `range`, with no letters run on.
    pub(super) fn digits(&self, i: usize, range: std::ops::RangeInclusive<u32>) -> Option<u32> {
        let token = self.tokens.get(i)?;
        if token.kind != TokenKind::Number || token.span.len() > 4 {
            return None;
        }
        let n: u32 = token.of(self.text).parse().ok()?;
        range.contains(&n).then_some(n)
    }

    /// A year of four digits: from 1000 on, and no farther ahead than plans reach.
    pub(super) fn year(&self, i: usize) -> Option<i16> {
        (self.tokens.get(i)?.span.len() == 4)
            .then(|| self.digits(i, 1000..=2199))
            .flatten()
            .map(|y| y as i16)
    }

    /// A day of the month: digits or an ordinal in digits or words, and the index after it.
    pub(super) fn day_of_month(&self, i: usize) -> Option<(u8, usize)> {
        let number = self.number(i)?;
        let sound = number.tail == 0
            && number.value.fract() == 0.0
            && (1.0..=31.0).contains(&number.value)
            && match number.form {
                NumberForm::Digits => self.of(i).len() <= 2 && number.end == i + 1,
                NumberForm::Ordinal => true,
                NumberForm::Words | NumberForm::Fraction => false,
            };
        sound.then_some((number.value as u8, number.end))
    }

    /// Whether a sum or a share stands right before `i`: "$1.90 a share," or "$43 million".
    pub(super) fn behind_figure(&self, i: usize) -> bool {
        let end = if self.before_any(i, &[","]) { i - 1 } else { i };
        end > 1
            && (self.kind(end - 1) == Some(TokenKind::Number)
                || self.before_any(end, &["share", "million", "billion", "percent", "%"]))
    }

    /// The unit of time at `i`, in the singular or the plural.
    pub(super) fn unit(&self, i: usize) -> Option<TimeUnit> {
        match self.word(i) {
            TimeWord::Unit(u) | TimeWord::Units(u) => Some(u),
            _ => None,
        }
    }

    /// Whether token `i` begins with a capital.
    pub(super) fn starts_title(&self, i: usize) -> bool {
        self.of(i).starts_with(|c: char| c.is_ascii_uppercase())
    }
}
