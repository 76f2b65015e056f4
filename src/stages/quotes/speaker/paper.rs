//! Who speaks through a paper that is spoken of without its maker: "the report said", "his first email warned".

use super::{Speakers, Standing, is_person};
use crate::record::{Entity, EntityType, Quote};
use crate::stages::quotes::WORDS;
use crate::text::lexicon::look_up;
use crate::text::tokens::Case;
use crate::text::{Span, TokenKind};

/// A quotation before, by what tells whether a paper belongs to it.
#[derive(Debug)]
pub(super) struct Said<'a> {
    /// The sentence of its cue, by number.
    sentence: usize,
    content: Span,
    speaker: &'a Entity,
}

impl<'a> Speakers<'a> {
    /// Whether the source is a paper spoken of again, "the statement", and who spoke last did so through one.
    pub(super) fn is_paper_again(&self, source: Span, last: &(&Entity, Standing)) -> bool {
        let phrase = self.tokens.within(source);
        let paper = self.word(phrase.end.saturating_sub(1));
        phrase.len() == 2
            && matches!(self.word(phrase.start), "the" | "The")
            && WORDS.paper.contains(&paper)
            && (paper == "statement" || last.1 == Standing::ThroughPaper)
    }

    /// Whether a statement is spoken of right behind a quotation that ends at `end` and before a source: "Berg said in a
    /// statement. “…” the statement said".
    pub(super) fn is_stated(&self, end: u32, source: Span) -> bool {
        /// "said the mayor, Ann Berg, in a statement", in tokens.
        const REACH: usize = 20;
        let from = self.tokens.partition_point(|t| t.span.start < end);
        let to = self.tokens.within(source).start.min(from + REACH);
        (from..to).any(|i| self.word(i) == "statement")
    }

    /// The person behind "his" or "her" before a paper: of whom the sentences right before speak, by "he" or "she" or
    /// alone.
    pub(super) fn of_own_paper(&self, source: Span) -> Option<(&'a Entity, Standing)> {
        let phrase = self.tokens.within(source);
        // "his first email": an adverb may cut the phrase
        let begins = phrase.start.saturating_sub(2)..=phrase.start;
        let owned = begins
            .rev()
            .any(|i| matches!(self.word(i), "his" | "her" | "His" | "Her"));
        let paper = phrase.clone().any(|i| WORDS.paper.contains(&self.word(i)));
        let past = self
            .mentions
            .partition_point(|(m, _)| m.start < source.start);
        let before = self.mentions[..past].iter().rev();
        let near = |m: Span| {
            let at = self.tokens.within(m).start;
            self.tokens[at].block + 1 >= self.tokens[phrase.start].block
        };
        let mut people = before
            .take_while(|(m, _)| near(*m))
            .filter(|(_, e)| is_person(e));
        let (mention, person) = people.next().filter(|_| owned && paper)?;
        let alone = self.is_pronoun(*mention) || people.all(|(_, e)| e.id == person.id);
        alone.then_some((person, Standing::ThroughPaper))
    }

    /// What is to be remembered of a quotation for [`Self::of_paper_before`].
    pub(super) fn said(&self, quote: &Quote, speaker: Option<&'a Entity>) -> Option<Said<'a>> {
        Some(Said {
            sentence: self.sentence_at(quote.cue?.start),
            content: quote.content,
            speaker: speaker?,
        })
    }

    /// "the report said": whose report the text spoke of before. "Acme's report", "a report by Acme", "Acme published a
    /// report", "Acme said in a report".
    pub(super) fn of_paper_before(
        &self,
        source: Span,
        said: &[Said<'a>],
    ) -> Option<(&'a Entity, Standing)> {
        /// Tokens looked back at: an article's, but for a long one.
        const REACH: usize = 800;
        /// Tokens of the longest source that names nobody: "the 60-page report".
        const LONGEST: usize = 5;
        let phrase = self.tokens.within(source);
        let definite = matches!(self.word(phrase.start), "the" | "The" | "this" | "This");
        if !definite || phrase.len() > LONGEST {
            return None;
        }
        let at = phrase.end.checked_sub(1)?;
        let noun = self.word(at);
        if !WORDS.paper.contains(&noun) {
            return None;
        }
        let one = noun.strip_suffix('s').unwrap_or(noun);
        let is_so = |i: &usize| {
            let word = self.word(*i);
            word.strip_suffix('s').unwrap_or(word) == one
        };
        let mut before = (at.saturating_sub(REACH)..=at).rev().filter(is_so);
        let maker = before.find_map(|i| self.maker(i, said))?;
        Some((maker, Standing::ThroughPaper))
    }

    /// Who made the paper that the noun at `i` stands for, where the words around it say so.
    fn maker(&self, i: usize, said: &[Said<'a>]) -> Option<&'a Entity> {
        self.owner(i)
            .or_else(|| self.maker_behind(i))
            .or_else(|| self.publisher(i))
            .or_else(|| self.said_in(i, said))
    }

    /// Where the phrase of the noun at `i` begins, back to a name or to what is no part of it.
    fn phrase_start(&self, i: usize) -> usize {
        /// Tokens before the noun: "a new 60-page".
        const LONGEST: usize = 6;
        let is_part = |j: &usize| {
            let token = &self.tokens[*j];
            let hyphen = token.of(self.text) == "-" && !token.spaced;
            self.is_small_nominal(*j) || hyphen || token.kind == TokenKind::Number
        };
        let part = (i.saturating_sub(LONGEST)..i).rev().take_while(is_part);
        part.last().unwrap_or(i)
    }

    /// Whether token `i` is in small letters and may be part of a noun's phrase: "a", "new", "think".
    fn is_small_nominal(&self, i: usize) -> bool {
        let token = &self.tokens[i];
        token.case == Case::Lower && look_up(token, self.text).can_be_nominal()
    }

    /// Whether token `i` is no more than an adverb or a time beside a verb: "also", "on Monday".
    fn is_beside_verb(&self, i: usize) -> bool {
        let word = look_up(&self.tokens[i], self.text);
        word.is_time() || word.is_adverb() || self.word(i) == "on"
    }

    /// "Acme's report", "Berg's new letter", "an Acme report".
    fn owner(&self, i: usize) -> Option<&'a Entity> {
        let start = self.phrase_start(i);
        let owns = start > 0 && matches!(self.word(start - 1), "'s" | "’s" | "'" | "’");
        let (entity, _) = self.mention_before(start - usize::from(owns))?;
        // "the Berg report" may be one about Berg
        (is_maker(entity) && (owns || !is_person(entity))).then_some(entity)
    }

    /// "a report by Acme", "a report, published on Monday by Acme,".
    fn maker_behind(&self, i: usize) -> Option<&'a Entity> {
        /// Tokens between the noun and "by", and between that and the name: "by the think tank Acme".
        const BETWEEN: usize = 5;
        let leads_on = |j: &usize| {
            let published = WORDS.publishes.contains(&self.word(*j));
            published || self.is_beside_verb(*j) || self.word(*j) == ","
        };
        let to = self.tokens.len().min(i + 1 + BETWEEN);
        let by = i + 1 + (i + 1..to).take_while(leads_on).count();
        if !matches!(self.word(by), "by" | "from") {
            return None;
        }
        let small = |j: &usize| self.is_small_nominal(*j);
        let to = self.tokens.len().min(by + 1 + BETWEEN);
        let first = by + 1 + (by + 1..to).take_while(small).count();
        let (entity, own) = self.mention_from(first)?;
        let other = self.owns_or_modifies(&(own.end..own.end + 2));
        (is_maker(entity) && !other).then_some(entity)
    }

    /// "Acme has published a report": the subject of the verb whose object the noun is.
    fn publisher(&self, i: usize) -> Option<&'a Entity> {
        let verb = self.phrase_start(i).checked_sub(1)?;
        if !WORDS.publishes.contains(&self.word(verb)) {
            return None;
        }
        let helps =
            |j: &usize| self.is_beside_verb(*j) || matches!(self.word(*j), "has" | "have" | "had");
        /// "has on Monday also".
        const HELPERS: usize = 4;
        let helpers = (verb.saturating_sub(HELPERS)..verb).rev().take_while(helps);
        let (entity, _) = self.mention_before(verb - helpers.count())?;
        is_maker(entity).then_some(entity)
    }

    /// "Acme said in a report": who speaks in the sentence, where the paper is not what is said.
    fn said_in(&self, i: usize, said: &[Said<'a>]) -> Option<&'a Entity> {
        let start = self.phrase_start(i);
        let at = self.tokens[i].span.start;
        let is_in = matches!(
            self.word(start.checked_sub(1)?),
            "in" | "In" | "on" | "through" | "via"
        );
        if !is_in {
            return None;
        }
        let sentence = self.sentence_at(at);
        let from = said.partition_point(|s| s.sentence < sentence);
        let here = said
            .get(from..)?
            .iter()
            .take_while(|s| s.sentence == sentence);
        let mut outside = here.filter(|s| !(s.content.start..s.content.end).contains(&at));
        outside.next().map(|s| s.speaker)
    }
}

/// Whether an entity makes papers: a person or an organisation.
fn is_maker(entity: &Entity) -> bool {
    matches!(entity.kind, EntityType::Person | EntityType::Organization)
}
