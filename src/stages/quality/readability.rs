//! How hard the body is to read: Flesch's reading ease and the Flesch-Kincaid grade, English only.

use std::sync::LazyLock;

use crate::intake::Article;
use crate::record::{BlockKind, Readability};
use crate::text::data::{DataFile, data_file};
use crate::text::tokens::Case;
use crate::text::word_table::WordTable;
use crate::text::{Span, Token, TokenKind, Tokens, table};

/// Flesch (1948) set his formula up on samples of this many words; below it a sentence more or less moves
/// the grade by years.
const LEAST_WORDS: u32 = 100;

pub(super) const SYLLABLES_FILE: DataFile<'static> = data_file!("quality/syllables.tsv");

/// Words whose syllables are not as their letters say.
pub(super) static SYLLABLES: LazyLock<WordTable<u32>> = LazyLock::new(|| {
    WordTable::new(
        table::rows::<2>(SYLLABLES_FILE.path, SYLLABLES_FILE.text())
            .map(|row| (row.columns[0], row.number(1))),
    )
});

/// What the running text of the body measures; `None` where it has fewer than [`LEAST_WORDS`].
///
/// Formulas: Kincaid, Fishburne, Rogers, Chissom 1975 (grade) and Flesch 1948 (ease). A figure counts
/// as a word of one syllable.
pub(super) fn readability(
    article: &Article,
    tokens: &Tokens,
    sentences: &[Span],
) -> Option<Readability> {
    let (mut words, mut syllables, mut sentence_count) = (0u32, 0u32, 0u32);
    let mut first = 0;
    for block in article.body() {
        if matches!(block.kind, BlockKind::Crosshead | BlockKind::Table) {
            continue;
        }
        let span = block.span();
        first += sentences[first..].partition_point(|s| s.start < span.start);
        let within = sentences[first..].partition_point(|s| s.start < span.end);
        sentence_count += within as u32;
        for token in &tokens[tokens.within(span)] {
            if let Some(n) = syllables_of(token, &article.text) {
                words += 1;
                syllables += n;
            }
        }
    }
    if words < LEAST_WORDS || sentence_count == 0 {
        return None;
    }
    let per_sentence = words as f32 / sentence_count as f32;
    let per_word = syllables as f32 / words as f32;
    let tenths = |x: f32| (x * 10.0).round() / 10.0;
    Some(Readability {
        grade: tenths(0.39 * per_sentence + 11.8 * per_word - 15.59),
        flesch: tenths(206.835 - 1.015 * per_sentence - 84.6 * per_word),
        words_per_sentence: tenths(per_sentence),
    })
}

/// The syllables of a token that is a word or a number.
fn syllables_of(token: &Token, text: &str) -> Option<u32> {
    match token.kind {
        TokenKind::Number | TokenKind::Address => Some(1),
        TokenKind::Word => Some(syllables(token.of(text), token.case)),
        _ => None,
    }
}

/// The syllables of an English word, by groups of vowels; in an abbreviation of capitals each letter is one.
fn syllables(word: &str, case: Case) -> u32 {
    const LONGEST_INITIALS: usize = 4;
    if let Some(known) = SYLLABLES.get(word) {
        return known;
    }
    let letters = || word.bytes().filter(u8::is_ascii_alphabetic);
    if case == Case::Upper && (word.contains('.') || word.len() <= LONGEST_INITIALS) {
        let of_letter = |b: u8| if b.eq_ignore_ascii_case(&b'w') { 3 } else { 1 };
        return letters().map(of_letter).sum::<u32>().max(1);
    }
    let mut count = 0;
    let (mut before, mut earlier) = (b' ', b' ');
    let ing = word.strip_suffix("ing").map_or(word.len(), str::len);
    for (at, byte) in word.bytes().enumerate() {
        let byte = byte.to_ascii_lowercase();
        // letters beyond ASCII in an English text are vowels with an accent, mostly: one for two bytes
        let accented = byte >= 0xc0;
        let spoken = is_vowel(byte) & !(byte == b'u' && before == b'q');
        let behind_vowel = is_vowel(before);
        count += u32::from(accented | (spoken & !behind_vowel));
        if spoken & behind_vowel && (at == ing || splits(earlier, before, byte)) {
            count += 1;
        }
        (earlier, before) = (before, byte);
    }
    let silent = u32::from(ends_silently(word)) + u32::from(has_silent_stem(word));
    (count - silent.min(count)).max(1)
}

/// By byte: read for every letter of a text, so without a branch.
const VOWELS: [bool; 256] = {
    let mut vowels = [false; 256];
    let mut letters: &[u8] = b"aeiouy";
    while let [letter, rest @ ..] = letters {
        vowels[*letter as usize] = true;
        letters = rest;
    }
    vowels
};

fn is_vowel(letter: u8) -> bool {
    VOWELS[usize::from(letter)]
}

/// Whether the vowels `a` and `b` behind `before` are two syllables: "ri-ot", "cre-ate", "actu-al"; but
/// "nation", "special", "region", "guard".
fn splits(before: u8, a: u8, b: u8) -> bool {
    match (a, b) {
        (b'i', b'a' | b'o' | b'u') => !matches!(before, b't' | b's' | b'c' | b'g' | b'x'),
        (b'u', b'a') => !matches!(before, b'g' | b'q'),
        (b'e', b'o') => true,
        _ => false,
    }
}

/// Whether the stem before a suffix ends in an `e` that is not spoken: "movement", "safely".
fn has_silent_stem(word: &str) -> bool {
    let stem = match word.as_bytes() {
        [stem @ .., b'm', b'e', b'n', b't'] => stem,
        [stem @ .., b'm', b'e', b'n', b't', b's'] => stem,
        [stem @ .., b'l' | b'n', b'e', b's', b's'] => stem,
        [stem @ .., b'f', b'u', b'l'] => stem,
        [stem @ .., b'l', b'y'] => stem,
        _ => return false,
    };
    matches!(stem, [.., v, a, b'e'] if is_vowel(*v) && !is_vowel(*a))
}

/// Whether the last vowel is not spoken: "gave", "boxed", "takes"; but "table", "wanted", "places".
fn ends_silently(word: &str) -> bool {
    match word.as_bytes() {
        [.., a, b'l', b'e'] => is_vowel(*a),
        [.., a, b'l', b'e', b's'] => is_vowel(*a),
        [.., a, b'e'] => !is_vowel(*a),
        [.., b't' | b'd', b'e', b'd'] => false,
        [.., a, b'e', b'd'] => !is_vowel(*a),
        [.., b's' | b'x' | b'z' | b'c' | b'g', b'e', b's'] => false,
        [.., b's' | b'c', b'h', b'e', b's'] => false,
        [.., a, b'e', b's'] => !is_vowel(*a),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::{Draft, DraftBlock, Format};
    use crate::text::tokens::{case_of, tokenize};

    #[test]
    fn syllables_are_counted_as_they_are_spoken() {
        for (word, spoken) in [
            ("cat", 1),
            ("gave", 1),
            ("table", 2),
            ("rule", 1),
            ("wanted", 2),
            ("boxed", 1),
            ("takes", 1),
            ("places", 2),
            ("churches", 2),
            ("nation", 2),
            ("precious", 2),
            ("negotiation", 5),
            ("riot", 2),
            ("media", 3),
            ("area", 3),
            ("create", 2),
            ("being", 2),
            ("skiing", 2),
            ("training", 2),
            ("safely", 2),
            ("movements", 2),
            ("business", 2),
            ("people", 2),
            ("government", 3),
            ("economy", 4),
            ("the", 1),
            ("U.S.", 2),
            ("WHO", 5),
            ("WHO", 5),
            ("café", 2),
            ("hmm", 1),
        ] {
            assert_eq!(syllables(word, case_of(word)), spoken, "{word}");
        }
    }

    fn measured(paragraphs: &[(BlockKind, String)]) -> Option<Readability> {
        let mut draft = Draft::new(Format::Text, "utf-8", "".into());
        for (kind, text) in paragraphs {
            draft.blocks.push(DraftBlock::new(*kind, text.as_str()));
        }
        let article = Article::from_draft(draft, "test".into());
        let blocks = article.blocks.iter().map(|b| b.span());
        let tokens = tokenize(&article.text, blocks);
        // each sentence of these texts ends with a point
        let mut start = 0;
        let sentences: Vec<Span> = article
            .text
            .match_indices('.')
            .map(|(at, _)| {
                let span = Span::new(start, at + 1);
                start = at + 2;
                span
            })
            .collect();
        readability(&article, &tokens, &sentences)
    }

    #[test]
    fn the_formulas_are_the_published_ones() {
        // 20 sentences of six words, one syllable each: 0.39·6 + 11.8 − 15.59, 206.835 − 1.015·6 − 84.6
        let text = "The cat sat on the mat. ".repeat(20);
        let found = measured(&[(BlockKind::Paragraph, text.trim().to_owned())]);
        let wanted = Readability {
            grade: -1.4,
            flesch: 116.1,
            words_per_sentence: 6.0,
        };
        assert_eq!(found, Some(wanted));
    }

    #[test]
    fn only_running_text_counts_and_too_little_of_it_has_no_grade() {
        let short = "The cat sat on the mat. ".repeat(10).trim().to_owned();
        assert_eq!(measured(&[(BlockKind::Paragraph, short.clone())]), None);
        let caption = (BlockKind::Caption, short.clone());
        let paragraph = (BlockKind::Paragraph, short);
        assert_eq!(measured(&[paragraph, caption.clone(), caption]), None);
    }
}
