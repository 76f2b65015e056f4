//! Quotation marks: which open, which close, and what lies between them.

use crate::text::{Token, TokenKind};

/// A stretch in quotation marks, as indices of tokens: the marks are at `open` and `close`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quoted {
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
        "”" => Some(Mark::Close),
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
pub fn quoted(text: &str, tokens: &[Token], range: std::ops::Range<usize>) -> Vec<Quoted> {
    let found = pair(text, tokens, range.clone(), double_mark, true);
    if found.is_empty() {
        pair(text, tokens, range, single_mark, false)
    } else {
        found
    }
}

fn pair(
    text: &str,
    tokens: &[Token],
    range: std::ops::Range<usize>,
    kind: fn(&str) -> Option<Mark>,
    double: bool,
) -> Vec<Quoted> {
    let mut out = Vec::new();
    let mut open: Option<usize> = None;
    // marks opened inside the outermost stretch by a curly or old-wire sign
    let mut inner = 0usize;
    for i in range.clone() {
        let token = &tokens[i];
        if token.kind != TokenKind::Punctuation {
            continue;
        }
        let Some(mark) = kind(token.of(text)) else {
            continue;
        };
        let next_glued = i + 1 < range.end && !tokens[i + 1].spaced;
        let looks_opening =
            (token.spaced || i == range.start || opens_after(tokens[i - 1].of(text))) && next_glued;
        match (open, mark) {
            (None, Mark::Open) => open = Some(i),
            (None, Mark::Either) if looks_opening => open = Some(i),
            // a paragraph that begins with the wrong sign: ”We agree,” …
            (None, Mark::Close) if double && i == range.start && looks_opening => open = Some(i),
            // a straight mark before a space, nothing open: an inch sign or a stray
            (None, _) => {}
            // „German style“ closes with the sign that opens elsewhere
            (Some(start), Mark::Open)
                if !(tokens[start].of(text) == "„" && token.of(text) == "“") =>
            {
                // ``He said ``no'''' nests; a curly opening after a curly opening that begins a word nests too
                if next_glued && start + 1 < i {
                    inner += 1;
                }
            }
            (Some(start), Mark::Either)
                if looks_opening
                    && !token_closes(text, tokens, i)
                    && start + 1 < i
                    && !matches!(tokens[start].of(text), "\"" | "''") =>
            {
                inner += 1
            }
            (Some(start), _) => {
                if inner > 0 && !(mark == Mark::Either && tokens[start].of(text) == token.of(text))
                {
                    inner -= 1;
                } else if double || closes_single(tokens, i, range.end) {
                    out.push(Quoted {
                        open: start,
                        close: i,
                        closed: true,
                        double,
                    });
                    open = None;
                    inner = 0;
                }
            }
        }
    }
    if let Some(start) = open
        && double
        && start + 1 < range.end
    {
        out.push(Quoted {
            open: start,
            close: range.end - 1,
            closed: false,
            double,
        });
    }
    out
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
