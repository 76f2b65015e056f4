//! Quotation marks: which open, which close, and what lies between them.

use std::ops::Range;

use crate::text::lexicon::closes_before_cue;
use crate::text::{Token, TokenKind};

/// A stretch in quotation marks, as indices of tokens: the marks are at `open` and `close`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quoted {
    pub open: usize,
    /// The closing mark; the last token of the block where the closing mark is missing.
    pub close: usize,
    pub closed: bool,
    /// In double marks; single ones count where a text uses them for speech.
    pub double: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Open,
    Close,
    /// A straight mark: opens or closes by what stands beside it.
    Either,
}

fn double_mark(mark: &str) -> Option<Mark> {
    match mark {
        "“" | "„" | "``" | "‟" => Some(Mark::Open),
        "”" | "’’" => Some(Mark::Close),
        // two straight apostrophes close after `` and do both in archives that flattened their marks
        "\"" | "''" | "«" | "»" => Some(Mark::Either),
        _ => None,
    }
}

fn single_mark(mark: &str) -> Option<Mark> {
    match mark {
        "‘" | "`" => Some(Mark::Open),
        "’" => Some(Mark::Close),
        "'" => Some(Mark::Either),
        _ => None,
    }
}

/// The outermost quoted stretches of one block, in order. `tokens` are all tokens of the text, `range` the block's.
///
/// Marks of any style close each other: copy mixes straight and curly ones. A mark that opens what
/// nothing closes runs to the end of the block. Single marks count only in a block that has no double
/// ones, since apostrophes look like them.
pub(super) fn quoted(text: &str, tokens: &[Token], range: Range<usize>) -> Vec<Quoted> {
    let found = Pairing::of(text, tokens, range.clone(), true);
    if found.is_empty() {
        Pairing::of(text, tokens, range, false)
    } else {
        found
    }
}

/// Whether the first double mark of a block closes what a block before opened; `None` where it has none.
pub(super) fn first_double(text: &str, tokens: &[Token], range: Range<usize>) -> Option<bool> {
    let mut marks = range.clone().filter_map(|i| {
        let token = &tokens[i];
        let mark = double_mark(token.of(text)).filter(|_| token.kind == TokenKind::Punctuation);
        mark.map(|mark| (i, mark))
    });
    let (i, mark) = marks.next()?;
    let glued = i > range.start && !tokens[i].spaced;
    let closes = glued || i > range.start && closes_before_cue(text, tokens, i);
    Some(closes && mark != Mark::Open)
}

/// One walk over the marks of a block.
struct Pairing<'a> {
    text: &'a str,
    tokens: &'a [Token],
    range: Range<usize>,
    /// Of double marks; else of single ones.
    double: bool,
    /// The mark that opened the outermost stretch.
    open: Option<usize>,
    /// Marks opened inside it by a curly or old-wire sign.
    inner: usize,
    out: Vec<Quoted>,
}

impl<'a> Pairing<'a> {
    fn of(text: &'a str, tokens: &'a [Token], range: Range<usize>, double: bool) -> Vec<Quoted> {
        let mut pairing = Pairing {
            text,
            tokens,
            range: range.clone(),
            double,
            open: None,
            inner: 0,
            out: Vec::new(),
        };
        let kind = if double { double_mark } else { single_mark };
        for i in range.clone() {
            if tokens[i].kind == TokenKind::Punctuation
                && let Some(mark) = kind(tokens[i].of(text))
                && !pairing.doubles(i)
            {
                pairing.mark(i, mark);
            }
        }
        if let Some(open) = pairing.open
            && double
            && open + 1 < range.end
        {
            pairing.out.push(Quoted {
                open,
                close: range.end - 1,
                closed: false,
                double,
            });
        }
        pairing.out
    }

    fn sign(&self, i: usize) -> &'a str {
        self.tokens[i].of(self.text)
    }

    /// Whether the mark at `i` is the second of two straight ones that open together, as tables write them: `""Yes,""`.
    fn doubles(&self, i: usize) -> bool {
        let same = |open: usize| open + 1 == i && self.sign(open) == self.sign(i);
        !self.tokens[i].spaced && self.open.is_some_and(same) && self.sign(i) == "\""
    }

    fn mark(&mut self, i: usize, mark: Mark) {
        let Some(start) = self.open else {
            if self.opens(i, mark) {
                self.open = Some(i);
            }
            return;
        };
        // „German style“ closes with the sign that opens elsewhere
        let german = self.sign(start) == "„" && self.sign(i) == "“";
        match mark {
            // ``He said ``no'''' nests; a curly opening after a curly opening that begins a word nests too
            Mark::Open if !german => {
                self.inner += usize::from(self.is_glued_to_next(i) && start + 1 < i);
            }
            Mark::Either if self.nests(start, i) => self.inner += 1,
            _ => self.close(start, i, mark),
        }
    }

    /// Whether the mark at `i` opens a stretch where none is open.
    fn opens(&self, i: usize, mark: Mark) -> bool {
        match mark {
            Mark::Open => true,
            // a straight mark before a space is an inch sign or a stray
            Mark::Either => self.looks_opening(i),
            // a paragraph that begins with the wrong sign: ”We agree,” …
            Mark::Close => self.double && i == self.range.start && self.looks_opening(i),
        }
    }

    fn is_glued_to_next(&self, i: usize) -> bool {
        i + 1 < self.range.end && !self.tokens[i + 1].spaced
    }

    fn looks_opening(&self, i: usize) -> bool {
        let begins = self.tokens[i].spaced || i == self.range.start;
        (begins || opens_after(self.sign(i - 1))) && self.is_glued_to_next(i)
    }

    /// Whether the straight mark at `i` opens a stretch inside the one that the mark at `start` opened.
    fn nests(&self, start: usize, i: usize) -> bool {
        self.looks_opening(i)
            && !token_closes(self.text, self.tokens, i)
            && start + 1 < i
            && !matches!(self.sign(start), "\"" | "''")
    }

    fn close(&mut self, start: usize, i: usize, mark: Mark) {
        let same_straight = mark == Mark::Either && self.sign(start) == self.sign(i);
        if self.inner > 0 && !same_straight {
            self.inner -= 1;
        } else if self.double || closes_single(self.tokens, i, self.range.end) {
            // `""Yes,""`: the second mark belongs to the first, as in `doubles`
            let both = self.tokens.get(start + 1).is_some_and(|t| !t.spaced)
                && i + 1 < self.range.end
                && !self.tokens[i + 1].spaced
                && [start, start + 1, i, i + 1]
                    .iter()
                    .all(|m| self.sign(*m) == "\"");
            self.out.push(Quoted {
                open: start,
                close: i + usize::from(both),
                closed: true,
                double: self.double,
            });
            self.open = None;
            self.inner = 0;
        }
    }
}

/// Whether an opening mark may stand right behind `before`, with no space between.
fn opens_after(before: &str) -> bool {
    matches!(
        before,
        "(" | "[" | "-" | "--" | "—" | "–" | "/" | ":" | "‘" | "'" | "“"
    )
}

/// Whether the straight mark at `i` has the stop of a sentence right before it: `said."` closes, whatever follows.
fn token_closes(text: &str, tokens: &[Token], i: usize) -> bool {
    i > 0
        && !tokens[i].spaced
        && matches!(tokens[i - 1].of(text), "." | "," | "!" | "?" | "…" | "...")
}

/// A single mark closes where a space or a mark follows: inside a word it is an apostrophe.
fn closes_single(tokens: &[Token], i: usize, end: usize) -> bool {
    i + 1 >= end || tokens[i + 1].spaced || tokens[i + 1].kind == TokenKind::Punctuation
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;
    use crate::text::tokens::tokenize;

    fn found(text: &str) -> Vec<&str> {
        let tokens = tokenize(text, std::iter::once(Span::new(0, text.len())));
        quoted(text, &tokens, 0..tokens.len())
            .iter()
            .map(|q| tokens[q.open].span.join(tokens[q.close].span).of(text))
            .collect()
    }

    #[test]
    fn pairs_marks_of_every_style() {
        assert_eq!(found("“Yes,” he said. “No.”"), ["“Yes,”", "“No.”"]);
        assert_eq!(
            found("\"Yes,\" he said, \"and no.\""),
            ["\"Yes,\"", "\"and no.\""]
        );
        assert_eq!(found("``Yes,'' he said."), ["``Yes,''"]);
        assert_eq!(
            found("He said that \"all is well” today."),
            ["\"all is well”"]
        );
        assert_eq!(
            found("‘It is over,’ said Anna. ‘I’m done.’"),
            ["‘It is over,’", "‘I’m done.’"]
        );
        assert_eq!(found("„Ja“, sagte sie."), ["„Ja“"]);
        assert_eq!(
            found("\"\"Yes,\"\" he said. \"\"No.\"\""),
            ["\"\"Yes,\"\"", "\"\"No.\"\""]
        );
    }

    #[test]
    fn nests_and_bounds() {
        assert_eq!(
            found("“He told me, “Go,” and I went,” she said."),
            ["“He told me, “Go,” and I went,”"]
        );
        assert_eq!(
            found("\"I read “As you know” aloud. Yes,\" he said."),
            ["\"I read “As you know” aloud. Yes,\""]
        );
        assert_eq!(
            found("“We start here and never close"),
            ["“We start here and never close"]
        );
        assert_eq!(
            found("The dogs' owners and the cats' too"),
            Vec::<&str>::new()
        );
        assert_eq!(found("a 6\" pipe and a 7\" pipe"), Vec::<&str>::new());
    }
}
