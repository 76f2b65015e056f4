//! What the models see of a word by itself.

use super::model::Clusters;
use crate::text::feature_hash::{bytes, fold};
use crate::text::tokens::Case;
use crate::text::{Token, TokenKind};

/// Letters of the endings and of the beginning that are features.
const LONGEST_ENDING: usize = 4;
const BEGINNING: usize = 2;

/// A word as hashes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    /// As written; of a number only its shape.
    pub form: u64,
    /// In lower case.
    pub lower: u64,
    /// Its class among the Brown clusters, and two coarser ones, which are parts of its path; 0 for a rare word.
    pub cluster: u64,
    pub path_6: u64,
    pub path_4: u64,
    /// Its last letter, its last two, and so on.
    pub endings: [u64; LONGEST_ENDING],
    pub beginning: u64,
    /// Its letter case, kind and whether it touches the token before.
    pub shape: u64,
}

/// What is seen of the tokens of a sentence.
pub(super) fn see(sentence: &[Token], text: &str, clusters: &Clusters) -> Vec<Seen> {
    let mut buffer = String::new();
    let seen = sentence
        .iter()
        .map(|token| seen(token, text, clusters, &mut buffer));
    seen.collect()
}

fn seen(token: &Token, text: &str, clusters: &Clusters, buffer: &mut String) -> Seen {
    let written = token.of(text);
    buffer.clear();
    // figures are alike, and so are the two apostrophes
    buffer.extend(written.chars().map(|c| match c {
        c if c.is_ascii_digit() => '0',
        '\u{2019}' => '\'',
        c => c,
    }));
    let form = bytes(buffer.as_bytes());
    let lower = if token.case == Case::Lower || token.case == Case::None {
        form
    } else {
        lower_case(buffer);
        bytes(buffer.as_bytes())
    };
    let class = clusters.of(lower);
    let mut endings = [0; LONGEST_ENDING];
    let starts = buffer.char_indices().rev().map(|(at, _)| at);
    let mut last = 0;
    for (ending, at) in endings.iter_mut().zip(starts) {
        *ending = bytes(&buffer.as_bytes()[at..]);
        last = *ending;
    }
    // of a shorter word the whole stands for the endings it lacks
    for ending in &mut endings {
        if *ending == 0 {
            *ending = last;
        }
    }
    let beginning = buffer
        .char_indices()
        .nth(BEGINNING)
        .map_or(buffer.len(), |(at, _)| at);
    Seen {
        form,
        lower,
        cluster: class.number,
        path_6: class.path & 0x3f,
        path_4: class.path & 0xf,
        endings,
        beginning: bytes(&buffer.as_bytes()[..beginning]),
        shape: shape(token),
    }
}

fn lower_case(word: &mut String) {
    if word.is_ascii() {
        word.make_ascii_lowercase();
    } else {
        *word = word.to_lowercase();
    }
}

fn shape(token: &Token) -> u64 {
    let kind = match token.kind {
        TokenKind::Word => 0,
        TokenKind::Number => 1,
        TokenKind::Clitic => 2,
        TokenKind::Punctuation => 3,
        TokenKind::Symbol => 4,
        TokenKind::Address => 5,
    };
    let case = match token.case {
        Case::None => 0,
        Case::Lower => 1,
        Case::Title => 2,
        Case::Upper => 3,
        Case::Mixed => 4,
    };
    kind << 8 | case << 1 | u64::from(token.spaced)
}

/// The hash of a feature: which one it is, and its values.
#[inline(always)]
pub(super) fn feature(kind: usize, values: &[u64]) -> u64 {
    values
        .iter()
        .fold(kind as u64 + 1, |hash, value| fold(hash, *value))
}

/// Adds features to a list, each a list of values, numbered by its place there. A macro, so that the compiler sees how
/// many values each has: they are most of what a parse costs.
macro_rules! add_features {
    ($out:expr, $($values:expr),+ $(,)?) => {{
        let mut kind = $out.len();
        let all = [$({
            kind += 1;
            feature(kind - 1, $values)
        }),+];
        $out.extend_from_slice(&all);
    }};
}
pub(super) use add_features;
