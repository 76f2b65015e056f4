//! What one text made of another: a difference of sentences.

use std::ops::Range;

use super::entry::{Content, SENTENCES, Sentence, words_of};

/// What an outlet made of the text it took.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edits {
    /// The headline is another.
    pub headline: bool,
    /// Sentences that stand in both texts.
    pub kept: u32,
    /// Sentences of the other text that were left out.
    pub removed: u32,
    /// Those of them at its end.
    pub removed_tail: u32,
    /// Sentences of this text that the other has not, by their numbers.
    pub added: Vec<u32>,
    /// Sentences of this text in place of others.
    pub changed: Vec<u32>,
    /// Numbers in changed sentences, as they were and as they are.
    pub numbers: Vec<[String; 2]>,
}

/// What a text made of `of`. No more is seen than the first [`SENTENCES`] sentences of each.
pub(super) fn between(text: &Content<'_>, of: &Content<'_>) -> Edits {
    let mut edits = Edits {
        headline: text.headline != of.headline,
        ..Edits::default()
    };
    let pairs = longest(of.sentences.len(), text.sentences.len(), |i, j| {
        of.sentences[i] >> 8 == text.sentences[j] >> 8
    });
    edits.kept = pairs.len() as u32;
    let (mut from, mut to) = (0, 0);
    for (i, j) in pairs {
        edits.gap(text, of, from..i, to..j);
        (from, to) = (i + 1, j + 1);
    }
    let (mut was, mut is) = (from..of.sentences.len(), to..text.sentences.len());
    // What lies behind the last sentence that is kept of a text is not known.
    if text.sentences.len() == SENTENCES {
        was.end = was.start + was.len().min(is.len());
    }
    if of.sentences.len() == SENTENCES {
        is.end = is.start + is.len().min(was.len());
    }
    let before = edits.removed;
    edits.gap(text, of, was, is);
    edits.removed_tail = edits.removed - before;
    edits
}

impl Edits {
    /// Notes what became of the sentences `was` of the other text, in whose place stand the sentences `is`.
    fn gap(&mut self, text: &Content<'_>, of: &Content<'_>, was: Range<usize>, is: Range<usize>) {
        let rewritten = longest(was.len(), is.len(), |i, j| {
            let (old, new) = (was.start + i, is.start + j);
            is_rewritten(of.gists.get(old), text.gists.get(new))
        });
        let (mut old_left, mut new_left): (Vec<usize>, Vec<usize>) =
            (was.clone().collect(), is.clone().collect());
        let words = |all: &[Sentence], of: &[usize]| -> u32 {
            of.iter()
                .filter_map(|k| all.get(*k))
                .map(|s| words_of(*s))
                .sum()
        };
        let gone = words(&of.sentences, &old_left);
        let new = words(&text.sentences, &new_left);
        for (i, j) in &rewritten {
            let (old, new) = (was.start + i, is.start + j);
            old_left.retain(|k| *k != old);
            new_left.retain(|k| *k != new);
            self.changed.push(new as u32);
            self.renumber(line(of.numbers, old), line(text.numbers, new));
        }
        self.pair(text, of, [&was, &is], [&mut old_left, &mut new_left]);
        // Sentences that were joined or split leave some over on one side, but hardly any words.
        let by_much = |more: u32, less: u32, left: u32| 2 * more.saturating_sub(less) > left;
        if by_much(gone, new, words(&of.sentences, &old_left)) {
            self.removed += old_left.len() as u32;
        }
        let left = new_left.iter().map(|k| *k as u32);
        match by_much(new, gone, words(&text.sentences, &new_left)) {
            true => self.added.extend(left),
            false => self.changed.extend(left),
        }
        self.changed.sort_unstable();
    }

    /// Takes sentences that stand in place of others off what is left of a gap. At the end of a text they are not
    /// paired one by one: there as a rule all were cut off.
    fn pair(
        &mut self,
        text: &Content<'_>,
        of: &Content<'_>,
        [was, is]: [&Range<usize>; 2],
        [old, new]: [&mut Vec<usize>; 2],
    ) {
        let no_headlines = text.headline == 0 && of.headline == 0;
        if no_headlines && old.first() == Some(&0) && new.first() == Some(&0) {
            // The first line of a text without a headline serves as one.
            self.headline = true;
            old.remove(0);
            new.remove(0);
        }
        if was.end == of.sentences.len() || is.end == text.sentences.len() {
            return;
        }
        for (i, j) in std::iter::zip(old.iter(), new.iter()) {
            self.changed.push(*j as u32);
            self.renumber(line(of.numbers, *i), line(text.numbers, *j));
        }
        let both = old.len().min(new.len());
        old.drain(..both);
        new.drain(..both);
    }

    /// Notes the numbers that differ between a sentence and the one in its place, where they have as many.
    fn renumber(&mut self, was: &str, is: &str) {
        let (was, is) = (was.split_whitespace(), is.split_whitespace());
        if was.clone().count() == is.clone().count() {
            let pairs = was.zip(is).filter(|(a, b)| a != b);
            self.numbers
                .extend(pairs.map(|(a, b)| [a.to_owned(), b.to_owned()]));
        }
    }
}

/// The numbers of one sentence.
fn line(numbers: &[u8], sentence: usize) -> &str {
    let line = numbers.split(|b| *b == b'\n').nth(sentence);
    str::from_utf8(line.unwrap_or_default()).unwrap_or_default()
}

/// Whether two sentences have one of the words in common by which a rewritten one is known again.
fn is_rewritten(was: Option<&u16>, is: Option<&u16>) -> bool {
    let both = was.zip(is).map(|(a, b)| (a.to_le_bytes(), b.to_le_bytes()));
    both.is_some_and(|(a, b)| (a[0] == b[0] && a[0] != 0) || (a[1] == b[1] && a[1] != 0))
}

/// The longest run of pairs, from two lists of so many items, that are the same and stand in the same order.
fn longest(a: usize, b: usize, same: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
    let (a, b) = (a.min(SENTENCES), b.min(SENTENCES));
    // Of what follows item i of one list and j of the other.
    let mut longest = [[0u8; SENTENCES + 1]; SENTENCES + 1];
    for i in (0..a).rev() {
        for j in (0..b).rev() {
            longest[i][j] = match same(i, j) {
                true => longest[i + 1][j + 1] + 1,
                false => longest[i + 1][j].max(longest[i][j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < a && j < b {
        if same(i, j) {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if longest[i + 1][j] >= longest[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Entry;

    /// Ten words a sentence, told apart by their letters.
    fn sentences(text: &str) -> Box<[Sentence]> {
        text.bytes().map(|b| u32::from(b) << 8 | 10).collect()
    }

    /// A capital is the same sentence, rewritten.
    fn gists(text: &str) -> Box<[u16]> {
        text.bytes()
            .map(|b| u16::from(b.to_ascii_lowercase()))
            .collect()
    }

    fn entry(text: &str) -> Entry {
        Entry {
            sentences: sentences(text),
            gists: gists(text),
            ..Entry::default()
        }
    }

    fn edits(was: &str, is: &str) -> Edits {
        between(&entry(is).content(), &entry(was).content())
    }

    #[test]
    fn what_is_gone_new_and_in_place_of_another() {
        let cut = edits("abcdef", "abc");
        assert_eq!((cut.kept, cut.removed, cut.removed_tail), (3, 3, 3));
        let inside = edits("abcdef", "abef");
        assert_eq!(
            (inside.kept, inside.removed, inside.removed_tail),
            (4, 2, 0)
        );
        let added = edits("abc", "abxyc");
        assert_eq!((added.kept, &added.added[..]), (3, &[2, 3][..]));
        let changed = edits("abc", "aBc");
        assert_eq!((changed.removed, &changed.changed[..]), (0, &[1][..]));
        assert!(changed.added.is_empty());
        // As many words in the place of the last sentence are that sentence, rewritten.
        let last = edits("abc", "abx");
        assert_eq!((last.removed, &last.changed[..]), (0, &[2][..]));
        let cut = edits("abcdef", "abx");
        assert_eq!((cut.removed, cut.removed_tail), (4, 4));
        let first = edits("abc", "xbc");
        assert!(first.headline && first.added.is_empty() && first.removed == 0);
        assert_eq!(
            edits("abc", "abc"),
            Edits {
                kept: 3,
                ..Edits::default()
            }
        );
    }

    #[test]
    fn sentences_that_were_joined_are_not_gone() {
        let of = entry("abcd");
        let mut entry = entry("aBd");
        entry.sentences[1] += 10;
        let edits = between(&entry.content(), &of.content());
        assert_eq!((edits.removed, &edits.changed[..]), (0, &[1][..]));
    }

    #[test]
    fn numbers_are_told_where_the_sentence_is_another() {
        let of = Entry {
            numbers: "3 1987\n27".into(),
            ..entry("ab")
        };
        let entry = Entry {
            numbers: "3 1987\n25".into(),
            ..entry("aB")
        };
        assert_eq!(
            between(&entry.content(), &of.content()).numbers,
            [["27".to_owned(), "25".to_owned()]]
        );
    }

    #[test]
    fn what_lies_behind_the_last_sentence_that_is_kept_is_not_known() {
        let long: Box<[Sentence]> = (0..SENTENCES as u32).map(|k| k << 8 | 10).collect();
        let of = Entry {
            sentences: long.clone(),
            ..Entry::default()
        };
        let entry = Entry {
            sentences: long[1..].iter().copied().chain([999 << 8 | 10]).collect(),
            ..Entry::default()
        };
        let edits = between(&entry.content(), &of.content());
        assert_eq!((edits.removed, edits.removed_tail), (1, 0));
        assert!(edits.added.is_empty());
    }
}
