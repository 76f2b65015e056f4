//! What the memory keeps of an article: everything that a decision looks at, and nothing else.

use std::borrow::Cow;
use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::terms::Terms;
use super::words::{self, Word};
use crate::record::{
    BlockKind, DateValue, Dateline, EnrichedArticle, OriginBasis, Precision, Status, VersionKind,
};
use crate::text::{Span, hash};

/// Version of the rules by which entries are made and decided. Every entry names its own.
pub const ALGORITHM: u8 = 4;

/// Words a shingle: as in the fingerprint, so long that the phrases of a trade are no copies.
const SHINGLE: usize = 4;
/// Smallest hashes of shingles that are kept. Of real copies 32 find 5 points of F1 less, 128 no more.
pub(super) const SKETCH: usize = 64;
/// Numbers and names that are kept, the first ones.
pub(super) const FACTS: usize = 48;
/// Sentences that are kept, the first ones.
pub(super) const SENTENCES: usize = 40;
/// Bytes of numbers that are kept of all sentences together.
const NUMBER_BYTES: usize = 400;
/// Bytes of an id, an outlet or an agency; what is longer is no name of one, and is cut.
const NAME_BYTES: usize = 250;
/// Addresses and ids of its supplier by which an article is known again.
const REFERENCES: usize = 6;
/// Characters of a headline: those of news sites are shorter.
const HEADLINE: usize = 130;
/// Characters of a handle on X at most, of the name it goes by, and bytes of a post's date.
const HANDLE: usize = 15;
const POSTER: usize = 60;
const POST_DATE: usize = 40;
/// With fewer words than this two texts are copies only when they are the same: chance finds a line of rates.
pub(super) const FEW_WORDS: u16 = 25;

/// One article in the log. Its form in bytes: [`Entry::to_bytes`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// `id` of its record.
    pub id: Box<str>,
    /// When it was published, in seconds since 1970.
    pub published: Option<i64>,
    /// Whether only the day is known.
    pub day_only: bool,
    /// Domain or name of who published it, else the feed it came by.
    pub outlet: Box<str>,
    /// The agency it names, and how surely it does.
    pub agency: Option<(Box<str>, Credit)>,
    pub kind: Kind,
    /// Hashes of what its supplier knows it by: id, address, other ids.
    pub references: Box<[u32]>,
    /// Hash of its slugline, by which kills and new versions name a story.
    pub slug: Option<u32>,
    /// Hash of what it replaces or kills, in its supplier's words.
    pub supersedes: Option<u32>,
    /// Words of the body.
    pub words: u16,
    /// Hash of all words of the body; 0 without any.
    pub text: u64,
    /// Hash of the headline; 0 without one.
    pub headline: u32,
    /// The smallest hashes of its shingles, ascending.
    pub sketch: Box<[u32]>,
    /// Hashes of numbers and of capitalised words within sentences, ascending, each once.
    pub facts: Box<[u16]>,
    /// The sentences of the body in their order; see [`Sentence`].
    pub sentences: Box<[Sentence]>,
    /// For each of them two of its words, by which it is known again when it was rewritten; see [`gist`].
    pub gists: Box<[u16]>,
    /// The numbers of these sentences, one line a sentence, a blank between numbers.
    pub numbers: Box<str>,
    /// What it is about, for stories.
    pub terms: Terms,
}

/// What is compared of a text, whether it lies in an entry or in the window; the fields are those of [`Entry`].
#[derive(Debug, Clone, Default)]
pub(super) struct Content<'t> {
    pub words: u16,
    pub text: u64,
    pub headline: u32,
    pub sketch: Cow<'t, [u32]>,
    pub facts: Cow<'t, [u16]>,
    pub sentences: Cow<'t, [Sentence]>,
    pub gists: Cow<'t, [u16]>,
    pub numbers: &'t [u8],
}

/// What an article is to the memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    #[default]
    Text,
    /// A new version of something its supplier sent before, as the supplier says.
    Version,
    /// A notice that copy must not be used.
    Kill,
}

/// How an article says whose text it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Credit {
    /// An aggregator's list of outlets has one agency.
    Listed,
    /// A credit, dateline, byline, copyright line or feed names it.
    Named,
    /// The agency published or sent it itself.
    Sent,
}

/// A sentence: 24 bits of the hash of its words over 8 bits of their number.
pub type Sentence = u32;

/// Words of a sentence; 255 stands for more, too.
pub(super) fn words_of(sentence: Sentence) -> u32 {
    sentence & 0xff
}

impl Entry {
    /// The entry of a record. A pure function: two builds of one algorithm make the same entry of the same record.
    pub fn of(record: &EnrichedArticle) -> Entry {
        let text = Text::of(record);
        let body = Body::of(record, &text);
        let outlet = outlet(record);
        let reference = |what: &str| reference(outlet, what);
        let named = [Some(&*record.id), record.ingest.url.as_deref()];
        let others = record.alt_ids.iter().map(String::as_str);
        let all = named.into_iter().flatten().chain(others);
        let mut references: Vec<u32> = all.map(reference).collect();
        references.sort_unstable();
        references.dedup();
        references.truncate(REFERENCES);
        let date = record.published.as_ref();
        Entry {
            id: cut(&record.id),
            published: date.and_then(seconds),
            day_only: date.is_some_and(|d| d.precision == Precision::Day),
            outlet: cut(outlet),
            agency: agency(record),
            kind: kind(record),
            references: references.into(),
            slug: record.slugline.as_deref().map(reference),
            supersedes: record.supersedes.as_deref().map(reference),
            words: u16::try_from(body.words.len()).unwrap_or(u16::MAX),
            text: words::hash_of(&body.words),
            headline: headline(record, &text),
            sketch: sketch(&body.words),
            facts: body.facts.into(),
            sentences: body.sentences.into(),
            gists: body.gists.into(),
            numbers: body.numbers.into(),
            terms: Terms::of(record, &text),
        }
    }

    pub(super) fn content(&self) -> Content<'_> {
        Content {
            words: self.words,
            text: self.text,
            headline: self.headline,
            sketch: Cow::Borrowed(&self.sketch),
            facts: Cow::Borrowed(&self.facts),
            sentences: Cow::Borrowed(&self.sentences),
            gists: Cow::Borrowed(&self.gists),
            numbers: self.numbers.as_bytes(),
        }
    }

    /// Whether more than the same text makes a copy of it.
    pub fn has_text(&self) -> bool {
        self.words >= FEW_WORDS && !self.sketch.is_empty()
    }
}

/// Hash of the headline; 0 without one.
fn headline(record: &EnrichedArticle, text: &Text<'_>) -> u32 {
    let words = match headline_block(record) {
        Some(block) => text.words(text.bytes(block)),
        None => Cow::Borrowed(&*text.headline_words),
    };
    let mut hashes = Vec::with_capacity(words.len());
    words::push_hashes(&mut hashes, &words);
    words::hash_of(&hashes) as u32
}

/// Whom the article is published by.
fn outlet(record: &EnrichedArticle) -> &str {
    let outlet = record.outlet.as_ref();
    let names = [
        outlet.and_then(|o| o.domain.as_deref()),
        outlet.map(|o| o.name.as_str()),
        record.ingest.source.as_deref(),
    ];
    names.into_iter().flatten().next().unwrap_or_default()
}

/// Hash of what an outlet calls an article.
fn reference(outlet: &str, what: &str) -> u32 {
    hash::run([outlet, what].map(|x| hash::bytes(x.trim().as_bytes()))) as u32
}

fn kind(record: &EnrichedArticle) -> Kind {
    match (record.status, record.version_kind) {
        (Status::Canceled, _) => Kind::Kill,
        (_, Some(VersionKind::Repeat)) | (_, None) => Kind::Text,
        (_, Some(_)) => Kind::Version,
    }
}

fn agency(record: &EnrichedArticle) -> Option<(Box<str>, Credit)> {
    let origin = record.origin.as_ref()?;
    let credit = match &origin.basis[..] {
        [] | [OriginBasis::DuplicateOf] => return None,
        [OriginBasis::OutletList] => Credit::Listed,
        bases if bases.contains(&OriginBasis::Source) => Credit::Sent,
        _ => Credit::Named,
    };
    Some((cut(&origin.agency), credit))
}

/// A name, cut where it is too long to be one.
fn cut(name: &str) -> Box<str> {
    name[..name.floor_char_boundary(NAME_BYTES)].into()
}

/// Seconds since 1970; a time without a zone is taken as UTC, a day as its noon.
fn seconds(date: &DateValue) -> Option<i64> {
    let value = date.value.as_str();
    let utc = |time: DateTime| Some(TimeZone::UTC.to_timestamp(time).ok()?.as_second());
    if date.precision == Precision::Day {
        return utc(value.parse::<Date>().ok()?.at(12, 0, 0, 0));
    }
    match value.parse::<Timestamp>() {
        Ok(time) => Some(time.as_second()),
        Err(_) => utc(value.parse().ok()?),
    }
}

/// The smallest hashes of all runs of [`SHINGLE`] words, ascending.
fn sketch(words: &[u64]) -> Box<[u32]> {
    let shingles = words.windows(SHINGLE);
    let mut hashes: Vec<u32> = shingles
        .map(|shingle| hash::run(shingle.iter().copied()) as u32)
        .collect();
    smallest(&mut hashes);
    hashes.into()
}

/// Leaves the [`SKETCH`] smallest of some hashes, ascending, each once.
fn smallest(hashes: &mut Vec<u32>) {
    // Where more than these are alike, the rest is needed, too.
    const ENOUGH: usize = 2 * SKETCH;
    if hashes.len() > ENOUGH {
        let (low, _, _) = hashes.select_nth_unstable(ENOUGH);
        low.sort_unstable();
        let distinct = low.chunk_by(|a, b| a == b).count();
        if distinct >= SKETCH {
            hashes.truncate(ENOUGH);
        }
    }
    hashes.sort_unstable();
    hashes.dedup();
    hashes.truncate(SKETCH);
}

/// The places of a record's sentences that the memory keeps: those of the body, the first ones.
pub(super) fn body_sentences(record: &EnrichedArticle) -> Vec<Span> {
    let positions = byte_positions(&record.content.text);
    sentences_of(record, &written_blocks(record, &positions))
}

/// The sentences in some of the blocks of a record, which stand in their order, but for a headline.
fn sentences_of(record: &EnrichedArticle, blocks: &[Span]) -> Vec<Span> {
    let headline = headline_block(record);
    let mut body = blocks.iter().filter(|block| Some(**block) != headline);
    let mut block = body.next();
    let kept = record.content.sentences.iter().copied().filter(|sentence| {
        while block.is_some_and(|b| b.end <= sentence.start) {
            block = body.next();
        }
        block.is_some_and(|b| b.contains(*sentence))
    });
    kept.take(SENTENCES).collect()
}

/// The blocks that outlets take over with an agency's text; they write headlines of their own.
pub(super) fn text_blocks(record: &EnrichedArticle) -> impl Iterator<Item = Span> {
    let body = record.content.blocks.iter().filter(|b| is_text(b.kind));
    body.map(|b| b.span())
}

fn is_text(kind: BlockKind) -> bool {
    use BlockKind::{Caption, Crosshead, Deck, Headline};
    !matches!(kind, Headline | Deck | Crosshead | Caption)
}

/// Those of them that the article does not take from somebody else whole: a post that many embed makes no copies of
/// their articles.
fn written_blocks(record: &EnrichedArticle, positions: &[u32]) -> Vec<Span> {
    let text = &record.content.text;
    // Each with whether it is a quotation.
    let mut written: Vec<(Span, bool)> = Vec::new();
    for block in record.content.blocks.iter().filter(|b| is_text(b.kind)) {
        match signed_post(&text[bytes(positions, block.span())]) {
            None => written.push((block.span(), block.kind == BlockKind::Quote)),
            Some(Signed::Within) => {}
            // What was posted stands in the quotations before.
            Some(Signed::Alone) => while written.pop_if(|(_, is_quote)| *is_quote).is_some() {},
        }
    }
    written.into_iter().map(|(span, _)| span).collect()
}

/// Where the signature of an embedded post stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signed {
    /// Behind the post.
    Within,
    /// In a block of its own.
    Alone,
}

/// Whether a block ends as a post of X does that a page embeds: a dash, name, handle and date, as in "— Ann Example
/// (@example) February 5, 2018".
fn signed_post(block: &str) -> Option<Signed> {
    // Hardly any block has one.
    memchr::memchr(b'@', block.as_bytes())?;
    let (before, signature) = block.rsplit_once("(@")?;
    let (handle, date) = signature.split_once(')')?;
    let is_handle = !handle.is_empty()
        && handle.len() <= HANDLE
        && handle
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let ends_in_year = date.len() <= POST_DATE
        && date
            .chars()
            .rev()
            .take(4)
            .filter(char::is_ascii_digit)
            .count()
            == 4;
    let (post, name) = before.rsplit_once(['—', '–'])?;
    let is_name = name.chars().take(POSTER + 1).count() <= POSTER;
    (is_handle && ends_in_year && is_name).then_some(match post.trim().is_empty() {
        true => Signed::Alone,
        false => Signed::Within,
    })
}

/// The first line of a text that has no headline, where it is as short as one: an outlet that writes another there
/// has the same text.
fn headline_block(record: &EnrichedArticle) -> Option<Span> {
    if record.headline.is_some() || record.dateline.as_ref().is_some_and(|d| begins(record, d)) {
        return None;
    }
    let mut blocks = text_blocks(record);
    let first = blocks.next().filter(|b| b.len() <= HEADLINE)?;
    blocks.next().map(|_| first)
}

/// Whether the text begins with its dateline.
fn begins(record: &EnrichedArticle, dateline: &Dateline) -> bool {
    !dateline.text.is_empty() && record.content.text.starts_with(&dateline.text)
}

/// Of the long words of a sentence the ones that come first in two orders that have nothing to do with one another,
/// a byte of each: rewritten sentences most often share one, others hardly ever.
fn gist(words: &[Word]) -> u16 {
    let long = || words.iter().filter(|w| w.is_long).map(|w| w.hash);
    let first = long().min_by_key(|hash| *hash as u32);
    let second = long().min_by_key(|hash| (hash >> 32) as u32);
    let byte = |hash: Option<u64>, shift: u32| hash.map_or(0, |hash| (hash >> shift) as u8);
    u16::from_le_bytes([byte(first, 56), byte(second, 16)])
}

/// Byte positions of the code points of a text, and its end.
fn byte_positions(text: &str) -> Vec<u32> {
    let starts = text.char_indices().map(|(at, _)| at as u32);
    starts.chain([text.len() as u32]).collect()
}

/// The bytes between two code points of a text; none where it has none.
fn bytes(positions: &[u32], span: Span) -> Range<usize> {
    let at = |k: u32| positions.get(k as usize).map(|p| *p as usize);
    let range = at(span.start).zip(at(span.end));
    range.map_or(0..0, |(a, b)| a..b.max(a))
}

/// The text of a record with the words of its blocks, and its headline.
pub(super) struct Text<'t> {
    /// Empty without one.
    pub headline: &'t str,
    pub headline_words: Vec<Word>,
    pub text: &'t str,
    /// Its blocks that outlets take over, in bytes: [`text_blocks`].
    pub blocks: Vec<Range<usize>>,
    words: Vec<Word>,
    positions: Vec<u32>,
}

impl<'t> Text<'t> {
    fn of(record: &'t EnrichedArticle) -> Text<'t> {
        let text = &*record.content.text;
        let positions = byte_positions(text);
        let blocks = text_blocks(record).map(|block| bytes(&positions, block));
        let blocks: Vec<Range<usize>> = blocks.collect();
        let headline = record.headline.as_deref().unwrap_or_default();
        let mut headline_words = Vec::new();
        words::push(&mut headline_words, headline, 0..headline.len());
        let mut words = Vec::with_capacity(text.len() / 5);
        for block in &blocks {
            words::push(&mut words, text, block.clone());
        }
        Text {
            headline,
            headline_words,
            text,
            blocks,
            words,
            positions,
        }
    }

    fn bytes(&self, span: Span) -> Range<usize> {
        bytes(&self.positions, span)
    }

    /// The words in a part of a block.
    pub(super) fn words(&self, part: Range<usize>) -> Cow<'_, [Word]> {
        words::within(&self.words, self.text, part)
    }
}

/// What is taken from the body of a text.
#[derive(Default)]
struct Body {
    /// Hashes of its words.
    words: Vec<u64>,
    facts: Vec<u16>,
    sentences: Vec<Sentence>,
    gists: Vec<u16>,
    numbers: String,
}

impl Body {
    fn of(record: &EnrichedArticle, text: &Text<'_>) -> Body {
        let dateline = record.dateline.as_ref().map(|d| d.text.as_str());
        let without_dateline = |part: Span| {
            let Range { start, end } = text.bytes(part);
            match dateline {
                Some(line) if text.text[start..end].starts_with(line) => start + line.len()..end,
                _ => start..end,
            }
        };
        let mut body = Body::default();
        let blocks = written_blocks(record, &text.positions);
        for block in &blocks {
            let words = text.words(without_dateline(*block));
            words::push_hashes(&mut body.words, &words);
        }
        for sentence in sentences_of(record, &blocks) {
            let words = text.words(without_dateline(sentence));
            body.sentence(text.text, &words);
        }
        body.facts.sort_unstable();
        body
    }

    /// A sentence of a text.
    fn sentence(&mut self, text: &str, words: &[Word]) {
        let mut hashes = Vec::with_capacity(words.len());
        words::push_hashes(&mut hashes, words);
        let count = hashes.len().min(255) as u32;
        self.gists.push(gist(words));
        self.sentences.push((hash::run(hashes) as u32) << 8 | count);
        if self.sentences.len() > 1 {
            self.numbers.push('\n');
        }
        // "3,000" and "U.S." are one word here.
        let is_one = |a: &Word, b: &Word| {
            let between = &text.as_bytes()[a.end as usize..b.start as usize];
            between.iter().all(|sign| matches!(sign, b'.' | b','))
        };
        let mut first = true;
        for parts in words.chunk_by(is_one) {
            let (Some(start), Some(end)) = (parts.first(), parts.last()) else {
                continue;
            };
            let word = &text[start.start as usize..end.end as usize];
            if word.starts_with(|sign: char| sign.is_ascii_digit()) {
                self.number(word);
            } else if !first && word.starts_with(char::is_uppercase) {
                self.fact(match parts {
                    [word] => word.form,
                    _ => hash::lower(word),
                });
            }
            first = false;
        }
    }

    fn number(&mut self, word: &str) {
        let number: String = word.chars().filter(|c| *c != ',').collect();
        self.fact(hash::lower(&number));
        if self.numbers.len() + number.len() < NUMBER_BYTES {
            if !self.numbers.is_empty() && !self.numbers.ends_with('\n') {
                self.numbers.push(' ');
            }
            self.numbers.push_str(&number);
        }
    }

    /// Notes a number or a name, by the hash of its lower case.
    fn fact(&mut self, hash: u64) {
        if self.facts.len() == FACTS {
            return;
        }
        let fact = hash as u16;
        if !self.facts.contains(&fact) {
            self.facts.push(fact);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_smallest_hashes_are_those_of_all(
            mut hashes in vec(0u32..2_000, 0..600),
            often in vec(0u32..20, 0..300),
        ) {
            hashes.extend(often);
            let mut all = hashes.clone();
            all.sort_unstable();
            all.dedup();
            all.truncate(SKETCH);
            smallest(&mut hashes);
            prop_assert_eq!(hashes, all);
        }
    }

    #[test]
    fn posts_are_known_by_their_signature() {
        let post = "No fight. We live apart. — Ann Example (@ann_example) February 5, 2018";
        assert_eq!(signed_post(post), Some(Signed::Within));
        let alone = "— Ann Example (@ann_example) 5 février 2018";
        assert_eq!(signed_post(alone), Some(Signed::Alone));
        for other in [
            "Follow the author – Ann Example (@ann_example) – for more.",
            "The strike began — Ann Example (@ann_example) said so — in 2018 and went on",
            "Ann Example (@ann_example) February 5, 2018",
            "— Ann Example (ann@example.com) February 5, 2018",
            "— 2018",
        ] {
            assert_eq!(signed_post(other), None, "{other}");
        }
    }
}
