//! The articles in the window, and the indexes by which they are found.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::copies::{CROWD, INDEXED};
use super::entry::{Content, Credit, Entry, Sentence, words_of};
use super::postings::{POSTING, Postings};
use super::sketch;
use super::stories::NEWEST;
use super::terms::weight;
use crate::record::CopyRelation;

/// First long sentences that an article is found by.
const LEAD: usize = 2;
/// Words of a sentence that two texts do not have by chance.
const LONG_SENTENCE: u32 = 10;
/// Articles whose heads lie together in memory, and are let go of together.
const CHUNK: u32 = 1_024;
/// Bytes of the blocks in which everything else of articles lies; what no longer fits begins the next one.
const BLOCK: usize = 1 << 20;
/// The same whole text stands more than once in the index only where no copy was seen in it: it was void, or too old.
const SAME_TEXTS: usize = 16;

/// What is held of an article while it is in the window, but for its lists.
#[derive(Debug, Clone)]
pub(super) struct Head {
    /// Its place in the log.
    pub position: u64,
    /// Hash of the key of its entry.
    pub key: u64,
    published: i64,
    pub text: u64,
    /// Places of the first entries of its cluster and its story.
    pub cluster: u64,
    pub story: u64,
    /// Number of the article it was taken from; [`NONE`] of one that was taken from none.
    pub of: u32,
    /// Hash of its outlet.
    pub outlet: u32,
    headline: u32,
    /// Day of its place in the log, since 1970.
    pub day: i32,
    /// Block in which its lists lie, and where they begin there.
    block: u32,
    at: u32,
    /// Number of its agency among all that were named, and how it is named.
    pub agency: Option<(u16, Credit)>,
    words: u16,
    /// What it is to the article it was taken from.
    pub relation: CopyRelation,
    /// No article is compared with it.
    pub void: bool,
    /// Its link is recorded.
    pub recorded: bool,
    /// Entries of the indexes that it brought.
    postings: u8,
    lengths: Lengths,
}

/// How long the lists of an article are, in the order in which they lie in their block.
#[derive(Debug, Clone, Copy, Default)]
struct Lengths {
    topic_words: u8,
    names: u8,
    facts: u8,
    sentences: u8,
    id: u8,
    lead: u8,
    numbers: u16,
    sketch: u8,
}

/// No article.
pub(super) const NONE: u32 = u32::MAX;
/// No date.
const UNDATED: i64 = i64::MIN;

impl Head {
    /// That of an article that stands alone.
    pub(super) fn of(entry: &Entry, position: u64, key: u64) -> Head {
        Head {
            position,
            key,
            published: entry.published.unwrap_or(UNDATED),
            text: entry.text,
            cluster: position,
            story: position,
            of: NONE,
            outlet: 0,
            headline: entry.headline,
            day: 0,
            block: 0,
            at: 0,
            agency: None,
            words: entry.words,
            relation: CopyRelation::Original,
            void: false,
            recorded: false,
            postings: 0,
            lengths: Lengths::default(),
        }
    }

    pub(super) fn published(&self) -> Option<i64> {
        Some(self.published).filter(|time| *time != UNDATED)
    }

    /// Bytes the article takes, its part of the indexes included.
    fn bytes(&self) -> usize {
        let of = self.lengths;
        let longs = [of.topic_words, of.names, of.sentences].map(usize::from);
        let shorts = [of.facts, of.sentences].map(usize::from);
        let bytes = [of.id, of.lead].map(usize::from);
        size_of::<Head>()
            + 4 * longs.iter().sum::<usize>()
            + 2 * shorts.iter().sum::<usize>()
            + bytes.iter().sum::<usize>()
            + usize::from(of.numbers)
            + sketch::bytes(of.sketch.into())
            + POSTING * usize::from(self.postings)
    }
}

/// An article of the window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held<'w> {
    pub head: &'w Head,
    topic_words: &'w [[u8; 4]],
    names: &'w [[u8; 4]],
    facts: &'w [[u8; 2]],
    sentences: &'w [[u8; 4]],
    gists: &'w [[u8; 2]],
    id: &'w [u8],
    /// Which of its terms, names before words, it is found by as part of a story.
    lead: &'w [u8],
    numbers: &'w [u8],
    sketch: &'w [u8],
}

impl<'w> Held<'w> {
    fn new(head: &'w Head, mut lists: &'w [u8]) -> Held<'w> {
        let of = head.lengths;
        let mut cut = |count: u16, size: usize| {
            let (list, rest) = lists
                .split_at_checked(usize::from(count) * size)
                .unwrap_or_default();
            lists = rest;
            list
        };
        Held {
            head,
            topic_words: cut(of.topic_words.into(), 4).as_chunks().0,
            names: cut(of.names.into(), 4).as_chunks().0,
            facts: cut(of.facts.into(), 2).as_chunks().0,
            sentences: cut(of.sentences.into(), 4).as_chunks().0,
            gists: cut(of.sentences.into(), 2).as_chunks().0,
            id: cut(of.id.into(), 1),
            lead: cut(of.lead.into(), 1),
            numbers: cut(of.numbers, 1),
            sketch: lists,
        }
    }

    pub(super) fn id(self) -> &'w str {
        str::from_utf8(self.id).unwrap_or_default()
    }

    pub(super) fn topic_words(self) -> impl Iterator<Item = u32> + Clone + 'w {
        self.topic_words
            .iter()
            .map(|term| u32::from_le_bytes(*term))
    }

    pub(super) fn names(self) -> impl Iterator<Item = u32> + Clone + 'w {
        self.names.iter().map(|term| u32::from_le_bytes(*term))
    }

    pub(super) fn facts(self) -> impl ExactSizeIterator<Item = u16> + 'w {
        self.facts.iter().map(|fact| u16::from_le_bytes(*fact))
    }

    /// The terms it is found by as part of a story.
    pub(super) fn lead(self) -> impl ExactSizeIterator<Item = u32> + 'w {
        let terms = move |at: &u8| {
            let at = usize::from(*at);
            let words = || self.topic_words.get(at - self.names.len());
            let term = self.names.get(at).or_else(words).copied();
            u32::from_le_bytes(term.unwrap_or_default()) >> 8
        };
        self.lead.iter().map(terms)
    }

    /// What is compared of a text.
    pub(super) fn content(self) -> Content<'w> {
        let shorts = |list: &[[u8; 2]]| list.iter().map(|x| u16::from_le_bytes(*x)).collect();
        let sentences = self.sentences.iter().map(|x| u32::from_le_bytes(*x));
        Content {
            words: self.head.words,
            text: self.head.text,
            headline: self.head.headline,
            sketch: Cow::Owned(sketch::read(self.sketch, self.head.lengths.sketch.into())),
            facts: Cow::Owned(shorts(self.facts)),
            sentences: Cow::Owned(sentences.collect()),
            gists: Cow::Owned(shorts(self.gists)),
            numbers: self.numbers,
        }
    }
}

/// Writes the lists of an article behind those of others; how long they are.
fn write_lists(entry: &Entry, topic: Topic<'_>, to: &mut Vec<u8>) -> Lengths {
    let longs =
        |to: &mut Vec<u8>, list: &[u32]| to.extend(list.iter().flat_map(|x| x.to_le_bytes()));
    let shorts =
        |to: &mut Vec<u8>, list: &[u16]| to.extend(list.iter().flat_map(|x| x.to_le_bytes()));
    longs(to, topic.words);
    longs(to, topic.names);
    shorts(to, &entry.facts);
    longs(to, &entry.sentences);
    shorts(to, &entry.gists);
    to.extend(entry.id.as_bytes());
    to.extend(topic.lead);
    to.extend(entry.numbers.as_bytes());
    sketch::write(&entry.sketch, to);
    // The lists of an entry are no longer: its form in bytes has as much room for their lengths.
    Lengths {
        topic_words: topic.words.len() as u8,
        names: topic.names.len() as u8,
        facts: entry.facts.len() as u8,
        sentences: entry.sentences.len() as u8,
        id: entry.id.len() as u8,
        lead: topic.lead.len() as u8,
        numbers: entry.numbers.len() as u16,
        sketch: entry.sketch.len() as u8,
    }
}

/// What a text is about, where that is held: the first text speaks for its cluster.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Topic<'e> {
    pub words: &'e [u32],
    pub names: &'e [u32],
    /// Which of them, names before words, it is found by.
    pub lead: &'e [u8],
}

impl Topic<'_> {
    fn term(&self, at: u8) -> u32 {
        let at = usize::from(at);
        let words = || self.words.get(at - self.names.len());
        self.names
            .get(at)
            .or_else(words)
            .map_or(0, |term| term >> 8)
    }
}

/// The hashes that a text is found by: the smallest of its shingles, and its first long sentences, which are those
/// that stand in a copy cut down to a few lines.
fn found_by<'t>(sketch: &'t [u32], sentences: &'t [Sentence]) -> impl Iterator<Item = u32> + 't {
    let shingles = sketch.iter().take(INDEXED).copied();
    let long = |s: &&Sentence| words_of(**s) >= LONG_SENTENCE;
    shingles.chain(sentences.iter().filter(long).take(LEAD).copied())
}

/// The articles of the window, in the order of the log.
#[derive(Debug)]
pub(super) struct Window {
    chunks: VecDeque<Vec<Head>>,
    /// The lists of articles, one after another; the first block has this number, and the last is written to.
    blocks: VecDeque<Vec<u8>>,
    first_block: u32,
    /// Numbers of the first article and of the next one; an article keeps its number.
    first: u32,
    next: u32,
    /// By their keys and by whole texts; of these hashes half the bits are here, the articles have them all.
    keys: Postings,
    texts: Postings,
    /// By what suppliers call articles.
    references: Postings,
    copies: Postings,
    terms: Postings,
    bytes: usize,
}

impl Default for Window {
    fn default() -> Self {
        Window {
            chunks: VecDeque::new(),
            blocks: VecDeque::new(),
            first_block: 0,
            first: 0,
            next: 0,
            keys: Postings::of_newest(usize::MAX),
            texts: Postings::of_newest(SAME_TEXTS),
            references: Postings::of_newest(1),
            copies: Postings::of_newest(CROWD + 1),
            terms: Postings::of_newest(NEWEST),
            bytes: 0,
        }
    }
}

/// What an article is found by.
#[derive(Debug, Clone, Copy)]
pub(super) struct FoundBy<'e> {
    /// By what its supplier calls it.
    pub references: bool,
    /// Whether other articles with just its text are copies of it, and other ones that are like it.
    pub same_text: bool,
    pub like_text: bool,
    pub topic: Topic<'e>,
}

impl Window {
    pub(super) fn len(&self) -> usize {
        (self.next - self.first) as usize
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn oldest(&self) -> Option<&Head> {
        self.head(self.first)
    }

    fn place(&self, number: u32) -> Option<(usize, usize)> {
        let is_held = (self.first..self.next).contains(&number);
        let chunk = (number / CHUNK).checked_sub(self.first / CHUNK)?;
        is_held.then_some((chunk as usize, (number % CHUNK) as usize))
    }

    pub(super) fn get(&self, number: u32) -> Option<Held<'_>> {
        let head = self.head(number)?;
        let block = self
            .blocks
            .get(head.block.wrapping_sub(self.first_block) as usize)?;
        Some(Held::new(head, block.get(head.at as usize..)?))
    }

    pub(super) fn head(&self, number: u32) -> Option<&Head> {
        let (chunk, at) = self.place(number)?;
        self.chunks.get(chunk)?.get(at)
    }

    pub(super) fn head_mut(&mut self, number: u32) -> Option<&mut Head> {
        let (chunk, at) = self.place(number)?;
        self.chunks.get_mut(chunk)?.get_mut(at)
    }

    /// The number of the article at a place in the log.
    pub(super) fn at(&self, position: u64) -> Option<u32> {
        let begins = |heads: &Vec<Head>| heads.first().is_some_and(|h| h.position <= position);
        let chunk = self.chunks.partition_point(begins).checked_sub(1)?;
        let heads = self.chunks.get(chunk)?;
        // Hardly anything else stands in the log.
        let guess = usize::try_from(position - heads.first()?.position).ok()?;
        let at = match heads.get(guess).is_some_and(|h| h.position == position) {
            true => guess,
            false => heads.binary_search_by_key(&position, |h| h.position).ok()?,
        };
        let number = (self.first / CHUNK + chunk as u32) * CHUNK + at as u32;
        (number >= self.first).then_some(number)
    }

    /// Adds an article; its number.
    pub(super) fn push(&mut self, mut head: Head, entry: &Entry, by: FoundBy<'_>) -> u32 {
        let (number, first) = (self.next, self.first);
        let mut postings = 1 + by.topic.lead.len();
        self.keys.add(head.key as u32, number, first);
        if by.references {
            for name in entry.references.iter().chain(&entry.slug) {
                self.references.add(*name, number, first);
                postings += 1;
            }
        }
        if by.same_text {
            self.texts.add(entry.text as u32, number, first);
            postings += 1;
        }
        if by.like_text {
            for hash in found_by(&entry.sketch, &entry.sentences) {
                self.copies.add(hash, number, first);
                postings += 1;
            }
        }
        let lead = by.topic.lead.iter().map(|at| by.topic.term(*at));
        self.terms.touch(lead.clone());
        lead.for_each(|term| self.terms.add(term, number, first));
        head.postings = u8::try_from(postings).unwrap_or(u8::MAX);
        self.write(&mut head, entry, by.topic);
        self.bytes += head.bytes();
        if self.chunks.is_empty() || number.is_multiple_of(CHUNK) {
            self.chunks.push_back(Vec::with_capacity(CHUNK as usize));
        }
        if let Some(chunk) = self.chunks.back_mut() {
            chunk.push(head);
        }
        self.next += 1;
        number
    }

    /// Writes the lists of an article into the last block, or a new one.
    fn write(&mut self, head: &mut Head, entry: &Entry, topic: Topic<'_>) {
        let mut lists = Vec::with_capacity(1_024);
        head.lengths = write_lists(entry, topic, &mut lists);
        let fits = |block: &Vec<u8>| block.len() + lists.len() <= BLOCK;
        if !self.blocks.back().is_some_and(fits) {
            self.blocks
                .push_back(Vec::with_capacity(BLOCK.max(lists.len())));
        }
        head.block = self.first_block.wrapping_add(self.blocks.len() as u32 - 1);
        if let Some(block) = self.blocks.back_mut() {
            head.at = block.len() as u32;
            block.extend(lists);
        }
    }

    /// Lets go of the oldest article.
    pub(super) fn pop(&mut self) -> Option<Head> {
        let head = self.oldest()?.clone();
        self.bytes -= head.bytes();
        self.first += 1;
        if self.first.is_multiple_of(CHUNK) {
            self.chunks.pop_front();
        }
        let needed = self.oldest().map(|next| next.block);
        while needed.is_some_and(|block| block != self.first_block) {
            self.blocks.pop_front();
            self.first_block = self.first_block.wrapping_add(1);
        }
        Some(head)
    }

    /// The article whose entry has a key, by its hash.
    pub(super) fn of_key(&self, key: u64) -> Option<u32> {
        let mut found = self.keys.get(key as u32, self.first);
        found.find(|number| self.head(*number).is_some_and(|head| head.key == key))
    }

    /// The first article with just this text.
    pub(super) fn with_text(&self, text: u64) -> Option<u32> {
        let mut found = self.texts.get(text as u32, self.first);
        found.find(|number| self.head(*number).is_some_and(|head| head.text == text))
    }

    /// The newest article that a supplier calls so.
    pub(super) fn called(&self, name: u32) -> Option<u32> {
        self.references.get(name, self.first).next_back()
    }

    /// The articles that are found by the hashes of a text, each as often as it has one of them.
    pub(super) fn with_hashes_of(&self, entry: &Entry) -> Vec<u32> {
        let mut found = Vec::new();
        let hashes: Vec<u32> = found_by(&entry.sketch, &entry.sentences).collect();
        for (hash, spot) in std::iter::zip(&hashes, self.copies.spots(&hashes)) {
            let before = found.len();
            found.extend(spot.numbers(self.first));
            if found.len() - before > CROWD {
                found.truncate(before);
            }
            // A long sentence says as much as two shingles.
            if entry.sentences.contains(hash) {
                found.extend_from_within(before..);
            }
        }
        found
    }

    /// The newest articles that are found by each of some terms, no more than [`NEWEST`], each under its number in the
    /// upper half, with the weight of the term in the lower one.
    pub(super) fn with_terms(&self, terms: &[u32]) -> Vec<u64> {
        let hashes: Vec<u32> = terms.iter().map(|term| term >> 8).collect();
        let mut found = Vec::with_capacity(NEWEST * terms.len() / 2);
        for (term, spot) in std::iter::zip(terms, self.terms.spots(&hashes)) {
            let weight = u64::from(weight(*term));
            found.extend(
                spot.numbers(self.first)
                    .map(|n| u64::from(n) << 32 | weight),
            );
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Terms;

    /// An entry whose lists tell its number, some longer than others.
    fn entry(number: u32) -> Entry {
        let list = |count: u32| (0..count).map(move |k| number * 100 + k);
        Entry {
            id: format!("id-{number}").into(),
            // Eight of them alike in the half by which they are found.
            text: u64::from(number / 2) << 32 | u64::from(number / 8),
            references: [number / 3].into(),
            words: 100,
            sketch: list(number % 65).collect(),
            facts: list(number % 9).map(|x| x as u16).collect(),
            sentences: list(number % 5).map(|x| x << 8 | 20).collect(),
            gists: list(number % 5).map(|x| x as u16).collect(),
            numbers: "1 ".repeat(number as usize % 300).into(),
            terms: Terms {
                words: list(number % 7).map(|x| x << 8 | 9).collect(),
                names: list(number % 3).map(|x| x << 8 | 9).collect(),
            },
            ..Entry::default()
        }
    }

    fn push(window: &mut Window, number: u32) {
        let entry = entry(number);
        // Every third place of the log holds something else.
        let position = u64::from(number) * 3 / 2;
        let lead: Vec<u8> = (0..(number % 3) as u8).collect();
        let topic = Topic {
            words: &entry.terms.words,
            names: &entry.terms.names,
            lead: &lead,
        };
        let by = FoundBy {
            references: true,
            same_text: true,
            like_text: true,
            topic,
        };
        let head = Head::of(&entry, position, u64::from(number) << 40);
        assert_eq!(window.push(head, &entry, by), number);
    }

    #[test]
    fn articles_are_as_they_were_pushed_wherever_they_lie() {
        // More than two chunks of heads and several blocks of lists.
        const COUNT: u32 = 6_000;
        let mut window = Window::default();
        let empty = window.bytes();
        for number in 0..COUNT {
            push(&mut window, number);
            if number >= 2_500 {
                let head = window.pop().unwrap();
                assert_eq!(head.position, u64::from(number - 2_500) * 3 / 2);
            }
        }
        assert_eq!(window.len(), 2_500);
        let first = COUNT - 2_500;
        assert!(window.get(first - 1).is_none() && window.get(COUNT).is_none());
        assert!(window.at(u64::from(first - 1) * 3 / 2).is_none());
        for number in first..COUNT {
            let (held, entry) = (window.get(number).unwrap(), entry(number));
            assert_eq!(held.id(), &*entry.id);
            let (content, of_entry) = (held.content(), entry.content());
            assert_eq!(content.sketch, of_entry.sketch);
            assert_eq!(content.facts, of_entry.facts);
            assert_eq!(content.sentences, of_entry.sentences);
            assert_eq!(content.gists, of_entry.gists);
            assert_eq!(content.numbers, of_entry.numbers);
            assert!(held.topic_words().eq(entry.terms.words.iter().copied()));
            assert!(held.names().eq(entry.terms.names.iter().copied()));
            let terms = entry.terms.names.iter().chain(&entry.terms.words);
            assert!(
                held.lead()
                    .eq(terms.take(number as usize % 3).map(|t| t >> 8))
            );
            assert_eq!(window.at(u64::from(number) * 3 / 2), Some(number));
            assert_eq!(window.of_key(u64::from(number) << 40), Some(number));
            let same_text = (number / 2 * 2).max(first);
            assert_eq!(window.with_text(entry.text), Some(same_text));
            let newest = (number / 3 * 3 + 2).min(COUNT - 1);
            assert_eq!(window.called(number / 3), Some(newest));
        }
        while window.pop().is_some() {}
        assert_eq!((window.len(), window.bytes()), (0, empty));
        assert_eq!(
            window.blocks.len() + window.chunks.len(),
            2,
            "the last of each"
        );
        push(&mut window, COUNT);
        assert_eq!(window.get(COUNT).unwrap().id(), "id-6000");
    }
}
