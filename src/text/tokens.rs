//! Tokens with exact spans, computed once an article and shared by every stage.
//!
//! Tokens are fine-grained: a hyphenated word is several tokens with no space between them, a
//! possessive or a contraction's second half is its own token, a currency sign stands alone. A stage
//! that wants "U.S.-led" as one word joins tokens whose `spaced` is false.

use super::Span;
use super::word_lists::word_lists;

word_lists! {
    /// Abbreviations whose point belongs to them.
    WORDS "language/abbreviations.tsv" {
        capitalised,
        any_case,
    }
}
pub(crate) use FILE as ABBREVIATIONS_FILE;
pub(crate) use load as load_abbreviations;

/// Longest of the abbreviations, in characters: most words are told off by their length.
const LONGEST_ABBREVIATION: usize = 6;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Letters, with inner apostrophes, ampersands and abbreviation points (`O'Brien`, `AT&T`, `U.S.`).
    Word,
    /// Digits with inner separators (`1,234.5`), and digits with letters run on (`3rd`, `10am`, `1990s`).
    Number,
    /// The possessive or contracted end of the word before (`'s`, `n't`, `'ll`).
    Clitic,
    /// One mark of punctuation or a run of the same one (`...`, `--`).
    Punctuation,
    /// Currency signs, `%`, `+`, `=`, emoji.
    Symbol,
    /// Web addresses, mail addresses, `@handles` and `#tags`.
    Address,
}

/// How a token's letters are cased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Case {
    /// No cased letter.
    None,
    Lower,
    /// First letter upper, the rest lower.
    Title,
    /// All upper (also one single upper letter).
    Upper,
    Mixed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub span: Span,
    pub kind: TokenKind,
    pub case: Case,
    /// True where white space (or the start of the text) stands before the token.
    pub spaced: bool,
    /// Index of the block the token stands in.
    pub block: u32,
}

impl Token {
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        self.span.of(text)
    }
}

/// All tokens of `content.text` in order.
#[derive(Debug, Clone, Default)]
pub struct Tokens(pub Vec<Token>);

impl std::ops::Deref for Tokens {
    type Target = [Token];

    fn deref(&self) -> &[Token] {
        &self.0
    }
}

impl Tokens {
    /// The indices of the tokens that start inside `span`.
    pub fn within(&self, span: Span) -> std::ops::Range<usize> {
        let from = self.0.partition_point(|t| t.span.start < span.start);
        let to = self.0.partition_point(|t| t.span.start < span.end);
        from..to
    }

    /// How many of them are words: letters, digits, addresses.
    pub fn words(&self) -> u32 {
        let is_word = |t: &&Token| {
            matches!(
                t.kind,
                TokenKind::Word | TokenKind::Number | TokenKind::Address
            )
        };
        self.iter().filter(is_word).count() as u32
    }
}

/// Splits `text` into tokens. `blocks` are the spans of its blocks in order; no token crosses one.
/// Time is linear in the text.
pub fn tokenize(text: &str, blocks: impl Iterator<Item = Span>) -> Tokens {
    let mut tokens = Vec::with_capacity(text.len() / 5);
    for (block, span) in blocks.enumerate() {
        let mut scanner = Scanner {
            text,
            end: span.end as usize,
            block: block as u32,
            out: &mut tokens,
        };
        scanner.run(span.start as usize);
    }
    Tokens(tokens)
}

/// Longest domain of a mail address (RFC 5321, 4.5.3.1.2); no look-ahead goes further.
const MAIL_DOMAIN: usize = 255;

/// Bytes that may stand before an ampersand inside a word: "AT&T", "R&D".
const AMPERSAND_HEAD: usize = 8;

struct Scanner<'t, 'o> {
    text: &'t str,
    end: usize,
    block: u32,
    out: &'o mut Vec<Token>,
}

/// The longest part of a mail address before its `@` (RFC 5321, 4.5.3.1.1).
const LONGEST_LOCAL_PART: usize = 64;

fn is_apostrophe(c: char) -> bool {
    c == '\'' || c == '\u{2019}'
}

impl Scanner<'_, '_> {
    fn run(&mut self, start: usize) {
        let mut at = start;
        let mut spaced = true;
        while let Some(c) = self.char_at(at) {
            if c.is_whitespace()
                || c.is_control()
                || matches!(c, '\u{200b}' | '\u{feff}' | '\u{ad}')
            {
                at += c.len_utf8();
                spaced = true;
                continue;
            }
            let (end, kind) = self.token_end(at, c);
            self.push(at, end, kind, spaced);
            spaced = false;
            at = end;
        }
    }

    fn char_at(&self, at: usize) -> Option<char> {
        self.text.get(at..self.end)?.chars().next()
    }

    fn token_end(&self, at: usize, c: char) -> (usize, TokenKind) {
        if let Some(end) = self.address_end(at, c) {
            return (end, TokenKind::Address);
        }
        if c.is_alphabetic() {
            return (self.word_end(at), TokenKind::Word);
        }
        if c.is_numeric() {
            return (self.number_end(at), TokenKind::Number);
        }
        if is_apostrophe(c)
            && let Some(end) = self.clitic_end(at)
        {
            return (end, TokenKind::Clitic);
        }
        if is_punctuation(c) {
            return (self.punctuation_end(at, c), TokenKind::Punctuation);
        }
        (at + c.len_utf8(), TokenKind::Symbol)
    }

    /// One mark, or a run of the same one where that is usual: `...`, `--`, `''`, `’’`.
    fn punctuation_end(&self, at: usize, c: char) -> usize {
        let mut end = at + c.len_utf8();
        if matches!(c, '.' | '-' | '_' | '*' | '`' | '!' | '?') {
            while self.char_at(end) == Some(c) {
                end += c.len_utf8();
            }
        } else if matches!(c, '\'' | '\u{2019}') && self.char_at(end) == Some(c) {
            end += c.len_utf8();
        }
        end
    }

    /// Web and mail addresses, handles and tags.
    fn address_end(&self, at: usize, c: char) -> Option<usize> {
        let rest = &self.text[at..self.end];
        let length = match c {
            'h' | 'H' | 'w' | 'W' => web_address(rest).or_else(|| mail_address(rest)),
            '@' | '#' => handle(rest),
            c if c.is_ascii_alphanumeric() => mail_address(rest),
            _ => None,
        };
        length.map(|length| at + length)
    }

    fn word_end(&self, at: usize) -> usize {
        let mut end = at;
        let mut points = 0;
        loop {
            // the letters of most words at once
            let letters = self.text.as_bytes()[end..self.end].iter();
            end += letters.take_while(|b| b.is_ascii_alphanumeric()).count();
            let Some(c) = self.char_at(end) else {
                return end;
            };
            let goes_on = if c == '.' {
                let of_initials = self.is_point_of_initials(at, end, points > 0);
                points += usize::from(of_initials);
                of_initials || points == 0 && is_abbreviation(&self.text[at..end])
            } else {
                self.stands_in_word(at, end, c)
            };
            if !goes_on {
                break;
            }
            end += c.len_utf8();
            if c == '.' && !self.char_at(end).is_some_and(char::is_alphabetic) {
                break;
            }
        }
        // "didn't" is "did" + "n't"
        if self.char_at(end).is_some_and(is_apostrophe)
            && end > at + 1
            && self.text[..end].ends_with(['n', 'N'])
            && self.negation_follows(at, end)
        {
            return end - 1;
        }
        end
    }

    /// Whether `c` at `end` goes on the word that begins at `at`.
    fn stands_in_word(&self, at: usize, end: usize, c: char) -> bool {
        let letter_follows = || {
            let next = self.char_at(end + c.len_utf8());
            next.is_some_and(char::is_alphabetic)
        };
        match c {
            // a combining mark, the zero-width joiner
            '\u{300}'..='\u{36f}' | '\u{200d}' => true,
            '&' => {
                let head = &self.text[at..end];
                (1..=AMPERSAND_HEAD).contains(&head.len())
                    && letter_follows()
                    && head.chars().all(char::is_uppercase)
            }
            // O'Brien, d'Ivoire, but not the possessive or a contraction
            c if is_apostrophe(c) => {
                letter_follows()
                    && self.clitic_end(end).is_none()
                    && !self.negation_follows(at, end)
            }
            c => c.is_alphanumeric(),
        }
    }

    /// Whether the point at `end` is one of "U.S." or "J.": behind a single letter, and with more of them
    /// before or after it, or all in capitals.
    fn is_point_of_initials(&self, at: usize, end: usize, more_before: bool) -> bool {
        let head = &self.text[at..end];
        let mut last = head.rsplit('.').next().unwrap_or_default().chars();
        let single = last.next().is_some_and(char::is_alphabetic) && last.next().is_none();
        let letter_follows = || {
            let next = self.char_at(end + 1);
            next.is_some_and(char::is_alphabetic)
        };
        single && (more_before || letter_follows() || head.chars().all(char::is_uppercase))
    }

    /// Whether the apostrophe at `apostrophe` belongs to "n't" and the word before it ends in `n`.
    fn negation_follows(&self, at: usize, apostrophe: usize) -> bool {
        let head = &self.text[at..apostrophe];
        if head.len() < 2 || !head.ends_with(['n', 'N']) {
            return false;
        }
        let mut rest = self.text[apostrophe..self.end].chars();
        rest.next();
        matches!(rest.next(), Some('t' | 'T')) && !rest.next().is_some_and(char::is_alphanumeric)
    }

    /// Possessive `'s` and the contractions, when `at` is at an apostrophe that follows a word.
    fn clitic_end(&self, at: usize) -> Option<usize> {
        let glued = at > 0 && self.text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '.');
        if !glued {
            return None;
        }
        let width = self.char_at(at)?.len_utf8();
        let rest = &self.text[at + width..self.end];
        let len = rest
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(rest.len());
        let tail = &rest[..len];
        ["s", "ll", "re", "ve", "d", "m"]
            .iter()
            .any(|c| tail.eq_ignore_ascii_case(c))
            .then_some(at + width + len)
    }

    fn number_end(&self, at: usize) -> usize {
        let mut end = at;
        let mut letters = false;
        while let Some(c) = self.char_at(end) {
            let next = self.char_at(end + c.len_utf8());
            let goes_on = if c.is_numeric() {
                !letters || self.text[end..].starts_with(|c: char| c.is_ascii_digit())
            } else if c.is_alphabetic() {
                letters = true;
                true
            } else {
                let in_number =
                    matches!(c, ',' | '.' | ':') && next.is_some_and(|n| n.is_ascii_digit());
                !letters && (in_number || self.parts_thousands(end, c))
            };
            if !goes_on {
                break;
            }
            end += c.len_utf8();
        }
        end
    }

    /// Whether an apostrophe at `at` stands before a group of three digits: "1'200".
    fn parts_thousands(&self, at: usize, c: char) -> bool {
        let mut digits = self.text[at + c.len_utf8()..].bytes().take(4);
        let group = digits.by_ref().take(3).filter(u8::is_ascii_digit).count();
        let before = self.text[..at].ends_with(|c: char| c.is_ascii_digit());
        is_apostrophe(c)
            && before
            && group == 3
            && !digits.next().is_some_and(|b| b.is_ascii_digit())
    }

    fn push(&mut self, mut at: usize, end: usize, kind: TokenKind, mut spaced: bool) {
        // "n't": the word before was cut short, what remains starts with n
        let kind = if kind == TokenKind::Word && !spaced && is_negation(&self.text[at..end]) {
            TokenKind::Clitic
        } else {
            kind
        };
        if at == end {
            at = end;
            spaced = false;
        }
        self.out.push(Token {
            span: Span::new(at, end),
            kind,
            case: case_of(&self.text[at..end]),
            spaced,
            block: self.block,
        });
    }
}

/// The length of the web address that `text` begins with.
fn web_address(text: &str) -> Option<usize> {
    let begins = |p: &str| {
        let head = text.get(..p.len());
        text.len() > p.len() && head.is_some_and(|head| head.eq_ignore_ascii_case(p))
    };
    if !["http://", "https://", "www."].into_iter().any(begins) {
        return None;
    }
    let ends =
        |c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '\u{201c}' | '\u{201d}');
    let address = &text[..text.find(ends).unwrap_or(text.len())];
    // the sentence's own punctuation
    let marks = ['.', ',', ';', ':', ')', ']', '!', '?', '\'', '\u{2019}'];
    Some(address.trim_end_matches(marks).len())
}

/// The length of the `@handle` or `#tag` that `text` begins with.
fn handle(text: &str) -> Option<usize> {
    let body = &text[1..];
    let ends = |c: char| !(c.is_alphanumeric() || c == '_');
    let length = body.find(ends).unwrap_or(body.len());
    let is_name = body.starts_with(|c: char| c.is_alphabetic() || c == '_');
    is_name.then_some(1 + length)
}

/// The length of the mail address that `text` begins with.
fn mail_address(text: &str) -> Option<usize> {
    // no farther than a local part may be long, or "1-1-1-…" takes quadratic time
    let near = &text.as_bytes()[..text.len().min(LONGEST_LOCAL_PART + 1)];
    let in_local = |b: &u8| b.is_ascii_alphanumeric() || b"._-+".contains(b);
    let local = near.iter().position(|b| !in_local(b))?;
    let domain = text[local..].strip_prefix('@')?;
    let length = domain
        .bytes()
        .take(MAIL_DOMAIN)
        .take_while(|b| b.is_ascii_alphanumeric() || b".-".contains(b))
        .count();
    let domain = domain[..length].trim_end_matches(['.', '-']);
    domain.contains('.').then_some(local + 1 + domain.len())
}

fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation() && !matches!(c, '$' | '%' | '+' | '=' | '<' | '>' | '^' | '|' | '~')
        || matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{a1}' | '\u{ab}' | '\u{b7}' | '\u{bb}' | '\u{bf}' | '\u{3001}'..='\u{3011}')
}

/// Abbreviations that keep their point although a capital may follow.
fn is_abbreviation(head: &str) -> bool {
    // "no.", "co." and the states are words too: only capitalised ones count
    head.chars().count() <= LONGEST_ABBREVIATION
        && head.starts_with(char::is_uppercase)
        && WORDS
            .capitalised
            .iter()
            .any(|a| head.eq_ignore_ascii_case(a))
        || WORDS.any_case.contains(&head)
}

/// Whether a word is "n't", with either apostrophe.
fn is_negation(word: &str) -> bool {
    let mut chars = word.chars();
    matches!(
        (chars.next(), chars.next(), chars.next(), chars.next()),
        (Some('n' | 'N'), Some(mark), Some(_), None) if is_apostrophe(mark)
    )
}

/// The casing of a token's letters.
pub fn case_of(word: &str) -> Case {
    let (mut upper, mut lower, mut first_upper, mut seen) = (0, 0, false, false);
    for c in word.chars() {
        if c.is_uppercase() {
            upper += 1;
            first_upper |= !seen;
            seen = true;
        } else if c.is_lowercase() {
            lower += 1;
            seen = true;
        }
    }
    match (upper, lower) {
        (0, 0) => Case::None,
        (0, _) => Case::Lower,
        (_, 0) => Case::Upper,
        (1, _) if first_upper => Case::Title,
        _ => Case::Mixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        tokenize(text, std::iter::once(Span::new(0, text.len())))
            .0
            .iter()
            .map(|t| t.span.of(text))
            .collect()
    }

    #[test]
    fn splits_as_news_writes() {
        assert_eq!(words("U.S.-led plan"), ["U.S.", "-", "led", "plan"]);
        assert_eq!(
            words("China's Xi didn’t say O'Brien's $100 million."),
            [
                "China", "'s", "Xi", "did", "n’t", "say", "O'Brien", "'s", "$", "100", "million",
                "."
            ]
        );
        assert_eq!(
            words("46% of AT&T, Mr. Smith"),
            ["46", "%", "of", "AT&T", ",", "Mr.", "Smith"]
        );
        assert_eq!(
            words("1,234.50 3-5 3rd 1990s 9:30 p.m. today"),
            [
                "1,234.50", "3", "-", "5", "3rd", "1990s", "9:30", "p.m.", "today"
            ]
        );
        assert_eq!(
            words("see https://a.example/x?y=1. @desk a.b@c.example"),
            [
                "see",
                "https://a.example/x?y=1",
                ".",
                "@desk",
                "a.b@c.example"
            ]
        );
        assert_eq!(words("“Go,” he said"), ["“", "Go", ",", "”", "he", "said"]);
        assert_eq!(
            words("“Go,’’ he said"),
            ["“", "Go", ",", "’’", "he", "said"]
        );
        assert_eq!(
            words("J. K. Rowling left. I did. W. won"),
            [
                "J.", "K.", "Rowling", "left", ".", "I", "did", ".", "W.", "won"
            ]
        );
    }
}
