//! Who is spoken of anew: by a pronoun, by a noun for a person or an organisation, through a spokesman.

use std::collections::HashMap;

use super::{Speakers, Standing, is_person};
use crate::record::{Entity, EntityType, MentionKind, Quote};
use crate::stages::entities::{
    is_office, is_person_noun, may_be_called, may_hold, noun_phrase, nouns_for,
};
use crate::stages::quotes::WORDS;
use crate::text::{Span, TokenKind};

/// What was said last.
#[derive(Debug, Default)]
pub(super) struct Last<'a> {
    /// Who said it, if that is known.
    pub speaker: Option<(&'a Entity, Standing)>,
    /// Whether it has words in marks.
    pub in_marks: bool,
    /// Where it ends, without and with who says it.
    pub end: u32,
    pub whole_end: u32,
    /// Who spoke by a noun that names nobody: "the director".
    called: HashMap<&'a str, &'a Entity>,
}

/// The one person of each role, by the role's last word in small letters and the nouns that it is short for: "Gov." is
/// "governor"; `None` where several have it.
pub(super) type ByRole<'a> = HashMap<String, Option<&'a Entity>>;

pub(super) fn by_role(entities: &[Entity]) -> ByRole<'_> {
    let mut by_role = HashMap::new();
    for person in entities.iter().filter(|e| is_person(e)) {
        let Some(role) = person.role.as_deref() else {
            continue;
        };
        let last = noun_phrase(role).rsplit(' ').next().map(str::to_lowercase);
        let nouns = nouns_for(role).map(str::to_owned);
        for noun in last.into_iter().chain(nouns) {
            let one = by_role.entry(noun).or_insert(Some(person));
            *one = one.filter(|other: &&Entity| other.id == person.id);
        }
    }
    by_role
}

/// Whether "he" or "she" can be who spoke so: a person, or the spokesman of an organisation.
fn may_be_he((entity, standing): &(&Entity, Standing)) -> bool {
    is_person(entity) || *standing == Standing::ThroughSpokesman
}

/// A quotation with its cue and its source.
pub(super) fn whole(quote: &Quote) -> Span {
    let parts = quote.cue.into_iter().chain(quote.source);
    parts.fold(quote.content, Span::join)
}

impl<'a> Speakers<'a> {
    /// Who is meant by a source that names nobody, by who spoke last.
    pub(super) fn again(
        &self,
        source: Span,
        last: &mut Last<'a>,
    ) -> Option<(&'a Entity, Standing)> {
        let goes_on = |l: &(&Entity, Standing)| {
            self.is_pronoun(source) && may_be_he(l) && !self.is_other(source, l.0)
        };
        let states = |l: &(&Entity, Standing)| {
            (last.in_marks || self.is_stated(last.end, source)) && self.is_paper_again(source, l)
        };
        let known = last.speaker.filter(goes_on);
        let known = known.or_else(|| last.speaker.filter(states));
        if let Some(known) = known.or_else(|| self.of_role(source)) {
            return Some(known);
        }
        if let Some(noun) = self.person_noun(source)
            && let Some(person) = self.called(source, noun, last)
        {
            last.called.insert(noun, person);
            return Some((person, Standing::Head));
        }
        last.speaker.filter(|(entity, _)| {
            self.is_near(last.end, source) && self.is_organization_again(source, entity)
        })
    }

    /// "“We won,” Berg said.\n“It was hard,” he added.": who spoke last, where nothing is told between.
    pub(super) fn goes_on_at_once(
        &self,
        quote: &Quote,
        last: &Last<'a>,
    ) -> Option<(&'a Entity, Standing)> {
        let source = quote.source.filter(|s| self.is_pronoun(*s))?;
        let from = self
            .tokens
            .partition_point(|t| t.span.start < last.whole_end);
        let start = whole(quote).start;
        let between = self.tokens.get(from..)?.iter();
        let mut between = between.take_while(|t| t.span.start < start);
        let told = between.any(|t| t.kind == TokenKind::Word);
        let fits = |l: &(&Entity, Standing)| is_person(l.0) && !self.is_other(source, l.0);
        last.speaker.filter(fits).filter(|_| !told)
    }

    /// Whether a source stands some three paragraphs at most behind a quotation that ends at `end`.
    fn is_near(&self, end: u32, source: Span) -> bool {
        /// In tokens.
        const REACH: usize = 150;
        let from = self.tokens.partition_point(|t| t.span.start < end);
        self.tokens.within(source).start <= from + REACH
    }

    /// The one person who has a role that the source names as another's: "Berg's lawyer", "the group's chairman".
    fn of_role(&self, source: Span) -> Option<(&'a Entity, Standing)> {
        let phrase = self.tokens.within(source);
        let owned = phrase.clone().any(|i| matches!(self.word(i), "'s" | "’s"));
        let noun = self.word(phrase.end.checked_sub(1)?);
        if !owned || noun.is_empty() {
            return None;
        }
        let one = (*self.by_role.get(&noun.to_lowercase())?)?;
        Some((one, Standing::Head))
    }

    /// The noun for a person of a source like "the presidential hopeful".
    fn person_noun(&self, source: Span) -> Option<&'a str> {
        let phrase = self.tokens.within(source);
        let noun = self.word(phrase.end.checked_sub(1)?);
        let definite = phrase.len() > 1 && matches!(self.word(phrase.start), "the" | "The");
        (definite && (is_person_noun(noun) || is_office(noun))).then_some(noun)
    }

    /// Who is meant by "the" and a noun for a person: who was called so before, else the one who has that role, else who
    /// spoke `last`, where the text does not say that he is something else and has spoken of no "a director" without a name.
    fn called(&self, source: Span, noun: &str, last: &Last<'a>) -> Option<&'a Entity> {
        /// Mentions looked back at.
        const REACH: usize = 400;
        if let Some(before) = last.called.get(noun) {
            return Some(before);
        }
        let past = self
            .mentions
            .partition_point(|(m, _)| m.start < source.start);
        let near = self.mentions[..past].iter().rev().take(REACH);
        let is_so = |m: Span| {
            let own = self.tokens.within(m);
            own.len() > 1
                && matches!(self.word(own.start), "the" | "The")
                && self.word(own.end - 1) == noun
        };
        let mut so = near.filter(|(m, e)| is_person(e) && is_so(*m));
        if let Some((_, person)) = so.next() {
            return Some(person);
        }
        let holds = |p: &Entity| {
            let phrase = source.of(self.text).to_lowercase();
            let office = phrase.strip_prefix("the ").unwrap_or(&phrase);
            may_hold(p.role.as_deref().unwrap_or_default(), office)
        };
        let by_role = self.by_role.get(noun);
        if let Some(only) = by_role.filter(|only| only.is_none_or(holds)) {
            return *only;
        }
        let may_be = |e: &&Entity| is_person(e) && e.role.is_none();
        let (person, _) = last.speaker.filter(|_| self.is_near(last.end, source))?;
        Some(person)
            .filter(may_be)
            .filter(|_| !self.is_introduced(noun, source))
    }

    /// Whether somebody without a name was spoken of as "a" `noun` before.
    fn is_introduced(&self, noun: &str, source: Span) -> bool {
        /// Tokens looked back at, and from the article to the noun.
        const REACH: usize = 400;
        const PHRASE: usize = 4;
        let end = self.tokens.within(source).start;
        let mut before = end.saturating_sub(REACH)..end;
        before.any(|i| {
            let phrase = i.saturating_sub(PHRASE)..i;
            self.word(i) == noun
                && phrase.clone().any(|j| {
                    let begins = j == 0 || self.word(j - 1) != ",";
                    begins && matches!(self.word(j), "a" | "A" | "an" | "An" | "another")
                })
        })
    }

    /// "it said", "they added", "the group said" of an organisation that spoke last.
    fn is_organization_again(&self, source: Span, last: &Entity) -> bool {
        let phrase = self.tokens.within(source);
        if last.kind != EntityType::Organization || phrase.is_empty() {
            return false;
        }
        let (first, noun) = (self.word(phrase.start), self.word(phrase.end - 1));
        match phrase.len() {
            1 => matches!(first, "it" | "It" | "they" | "They"),
            _ => matches!(first, "the" | "The") && may_be_called(last, noun),
        }
    }

    /// "a spokesman said": the organisation whose spokesman was spoken of last.
    pub(super) fn of_spokesman_before(&self, source: Span) -> Option<(&'a Entity, Standing)> {
        /// Some four paragraphs, in tokens.
        const REACH: usize = 200;
        let phrase = self.tokens.within(source);
        let is_spokesman = |i: usize| WORDS.spokesman.contains(&self.word(i));
        let bare = phrase.len() == 2
            && matches!(self.word(phrase.start), "a" | "A" | "the" | "The")
            && is_spokesman(phrase.start + 1);
        if !bare {
            return None;
        }
        let before = phrase.start.saturating_sub(REACH)..phrase.start;
        let of = |i: usize| {
            // "a spokesman for the Acme group", "an Acme spokesman"
            self.spoken_for(i)
                .or_else(|| Some(self.mention_before(i)?.0))
                .filter(|e| matches!(e.kind, EntityType::Organization | EntityType::Place))
        };
        let entity = before.rev().filter(|i| is_spokesman(*i)).find_map(of);
        let entity = entity.or_else(|| self.only_organization_before(source))?;
        Some((entity, Standing::ThroughSpokesman))
    }

    /// "But a spokesman for Acme disagreed. He said": the organisation, where nobody with a name was spoken of since.
    pub(super) fn spokesman_again(&self, source: Span) -> Option<(&'a Entity, Standing)> {
        /// A sentence, in tokens.
        const REACH: usize = 40;
        if !self.is_pronoun(source) {
            return None;
        }
        let at = self.tokens.within(source).start;
        let mut before = (at.saturating_sub(REACH)..at).rev();
        let spokesman = before.find(|i| WORDS.spokesman.contains(&self.word(*i)))?;
        let article = spokesman.checked_sub(1).map_or("", |i| self.word(i));
        let from = self.tokens[spokesman].span.start;
        let first = self.mentions.partition_point(|(m, _)| m.start < from);
        let since = self.mentions[first..].iter();
        let mut since = since.take_while(|(m, _)| m.start < source.start);
        let named = since.any(|(_, e)| is_person(e));
        if named || !matches!(article, "a" | "A" | "the" | "The") {
            return None;
        }
        let entity = self.spoken_for(spokesman).filter(|e| !is_person(e))?;
        Some((entity, Standing::ThroughSpokesman))
    }

    /// Whom the words behind a spokesman at token `i` name: "for the Acme group".
    fn spoken_for(&self, i: usize) -> Option<&'a Entity> {
        if !matches!(self.word(i + 1), "for" | "of") {
            return None;
        }
        let (entity, _) = (i + 2..i + 4).find_map(|j| self.mention_from(j))?;
        Some(entity)
    }

    /// The organisation that the sentences right before a source name, where they name nobody else.
    fn only_organization_before(&self, source: Span) -> Option<&'a Entity> {
        /// In tokens.
        const NEAR: usize = 80;
        let at = self.tokens.within(source).start;
        let from = self.tokens[at.saturating_sub(NEAR)].span.start;
        let past = self
            .mentions
            .partition_point(|(m, _)| m.start < source.start);
        let near = self.mentions[..past].iter().rev();
        let near = near.take_while(|(m, _)| m.start >= from).map(|(_, e)| *e);
        let mut acting = near.filter(|e| e.kind != EntityType::Place);
        let last = acting
            .next()
            .filter(|e| e.kind == EntityType::Organization)?;
        acting.all(|e| e.id == last.id).then_some(last)
    }

    /// Whether the text has called `entity` "she" where the source is "he", or the other way round.
    fn is_other(&self, source: Span, entity: &Entity) -> bool {
        /// Mentions looked at, the last ones: among as many is a pronoun, if there are any.
        const RECENT: usize = 100;
        let pronoun = self.word(self.tokens.within(source).start);
        let recent = entity.mentions.iter().rev().take(RECENT);
        let mut pronouns = recent.filter(|m| m.kind == MentionKind::Pronoun);
        pronouns.any(|m| {
            let word = self.word(self.tokens.within(m.span()).start);
            self.is_pronoun(m.span()) && !word.eq_ignore_ascii_case(pronoun)
        })
    }
}
