//! From the words that name a source to the entity that speaks.

mod again;
mod paper;
mod subject;

use std::ops::Range;

use self::again::{ByRole, Last, by_role, whole};
use super::WORDS;
use super::confidence;
use super::extract::FoundQuote;
use crate::record::{Entity, EntityType, MentionKind, Quote, QuoteType};
use crate::stages::Syntax;
use crate::stages::entities::{is_office, is_person_noun, noun_phrase};
use crate::text::lexicon::look_up;
use crate::text::tokens::Case;
use crate::text::{Span, TokenKind, Tokens};

/// Gives each quotation its speaker, where the text says which of its entities that is.
///
/// - Who spoke last, by "he" or "she" where nothing is told between.
/// - The one whom the source's head names: "Treasury Secretary Ann Berg", "Berg, the mayor,". Of several the
///   last, and people before organisations and places.
/// - The one in apposition to a source that names nobody: "the minister, Ann Berg,", "the organisers, Acme,", "Ann
///   Berg, head of Acme,".
/// - The one to whom the words behind a verb lead, past what the source does not have of them: "said the head of
///   research Ann Berg", "said a spokeswoman for Acme, Ann Berg".
/// - The organisation that speaks through somebody without a name or through a paper: "an Acme spokesman", "a
///   statement by Acme"; so does a person through a paper. "Berg's lawyer" and "Acme workers" are neither.
/// - The person of whom the sentence before speaks, through a paper of his or hers: "his first email warned".
/// - The organisation whose spokesman was spoken of last: "a spokesman said".
/// - The one person whose role the source names as somebody's: "Berg's lawyer".
/// - Who spoke last, through the same paper: "The statement added"; by a noun for a person or an organisation, "the
///   director" or "the group"; an organisation by "it" and "they".
/// - A pronoun for a person that no entity claims: the person who spoke last, or whose spokesman did; and what goes on
///   without a source: whoever spoke last.
/// - Whose paper the text spoke of before: "the report said".
/// - The subject of the cue, as the parser has it, where nothing else is known: "Berg, who came late, left saying".
pub(super) fn resolve(
    text: &str,
    tokens: &Tokens,
    sentences: &[Span],
    syntax: Option<&Syntax>,
    entities: &[Entity],
    found: &mut [FoundQuote],
) {
    let mut mentions: Vec<(Span, &Entity)> = entities
        .iter()
        .filter(|e| can_speak(e))
        .flat_map(|e| e.mentions.iter().map(move |m| (m.span(), e)))
        .collect();
    mentions.sort_by_key(|(span, _)| (span.start, span.end));
    let speakers = Speakers {
        text,
        tokens,
        sentences,
        syntax,
        mentions,
        by_role: by_role(entities),
    };
    let mut last = Last::default();
    let mut said = Vec::new();
    for f in found {
        let speaker = match f.quote.source {
            Some(source) => speakers
                .goes_on_at_once(&f.quote, &last)
                .or_else(|| speakers.introduced(&f.quote, source))
                .or_else(|| speakers.spokesman_again(source))
                .or_else(|| speakers.behind_office(source))
                .or_else(|| speakers.named(source))
                .or_else(|| speakers.in_apposition(source))
                .or_else(|| speakers.of_own_paper(source))
                .or_else(|| speakers.of_spokesman_before(source))
                .or_else(|| speakers.again(source, &mut last))
                .or_else(|| speakers.of_paper_before(source, &said)),
            // a paragraph that goes on from the one before, whose speaker it has by construction
            None if f.quote.cue.is_none() => last.speaker,
            None => None,
        };
        let speaker = speakers.by_subject(&mut f.quote, speaker);
        said.extend(speakers.said(&f.quote, speaker.map(|(e, _)| e)));
        last.speaker = speaker;
        last.in_marks = f.quote.kind != QuoteType::Indirect;
        last.end = f.quote.content.end;
        last.whole_end = whole(&f.quote).end;
        f.quote.speaker = speaker.map(|(e, _)| e.id.clone());
        f.quote.confidence = speaker.and_then(|(e, standing)| {
            let way = speakers.way(f.quote.source, e, standing);
            confidence::share(way, is_person(e))
        });
    }
}

fn is_person(entity: &Entity) -> bool {
    entity.kind == EntityType::Person
}

/// People, organisations and places; of those that are called like nationalities the followings: "Democrats said",
/// not "Germans said".
fn can_speak(entity: &Entity) -> bool {
    match entity.kind {
        EntityType::Person | EntityType::Organization | EntityType::Place => true,
        // "R-Texas" names a party that does not speak
        EntityType::Nationality => entity.country.is_none() && entity.name.len() > 1,
        _ => false,
    }
}

/// How a mention stands in a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It is what the phrase is about.
    Head,
    /// It speaks through another who has no name: "an Acme spokesman".
    ThroughSpokesman,
    /// It speaks through a paper: "Berg's letter", "a study by Acme".
    ThroughPaper,
}

struct Speakers<'a> {
    text: &'a str,
    tokens: &'a Tokens,
    sentences: &'a [Span],
    syntax: Option<&'a Syntax>,
    /// The mentions of those who can speak, in the order of the text.
    mentions: Vec<(Span, &'a Entity)>,
    by_role: ByRole<'a>,
}

impl<'a> Speakers<'a> {
    fn word(&self, i: usize) -> &'a str {
        self.tokens.get(i).map_or("", |t| t.of(self.text))
    }

    /// The number of the sentence that byte `at` lies in.
    fn sentence_at(&self, at: u32) -> usize {
        self.sentences.partition_point(|s| s.end <= at)
    }

    /// The person who stands behind a source that follows its verb, where that names nobody with a name of his own:
    /// "said its author, Ann Berg", "said Acme's founder and chief executive, Ann Berg".
    fn introduced(&self, quote: &Quote, source: Span) -> Option<(&'a Entity, Standing)> {
        /// "of hospital inspection", "and chief executive of the group": tokens between a source and the name.
        const COMPLEMENT: usize = 8;
        let inverted = quote.cue.is_some_and(|cue| cue.end <= source.start);
        let phrase = self.tokens.within(source);
        let named = self.named(source);
        if !inverted || named.is_some_and(|(_, standing)| standing == Standing::Head) {
            return None;
        }
        let person_at = |i: usize| self.mention_from(i).filter(|(e, _)| is_person(e));
        for i in phrase.end..phrase.end + COMPLEMENT {
            let (person, own) = if self.word(i) == "," {
                // a title may stand before the name
                (i + 1..i + 3).find_map(person_at)?
            } else if i > phrase.end
                && self.is_apposed(i - 1, &phrase)
                && let Some(found) = person_at(i)
            {
                found
            } else if self.is_complement_part(i) {
                continue;
            } else {
                return None;
            };
            let owner = self.owns_or_modifies(&(own.end..own.end + 2));
            return Some((person, Standing::Head)).filter(|_| !owner);
        }
        None
    }

    /// Whether token `i` can stand between a source and the name of who that is: "of hospital inspection", "and chief
    /// executive".
    fn is_complement_part(&self, i: usize) -> bool {
        const TIES: &[&str] = &["of", "for", "at", "in", "and", "-", "&"];
        let Some(token) = self.tokens.get(i) else {
            return false;
        };
        let (text, word) = (token.of(self.text), look_up(token, self.text));
        let noun = word.is_determiner() || word.can_be_nominal() && word.cue.is_none();
        TIES.contains(&text)
            || token.kind == TokenKind::Word && noun && !WORDS.subordinator.contains(&text)
    }

    /// Whether a noun in small letters stands at `i`, beside which the name behind it stands: "head of research Ann
    /// Berg", not "a friend of Ann Berg" or "the lawyer of actress Ann Berg".
    fn is_apposed(&self, i: usize, phrase: &Range<usize>) -> bool {
        let token = &self.tokens[i];
        let (text, word) = (token.of(self.text), look_up(token, self.text));
        let definite = !matches!(self.word(phrase.start), "a" | "an");
        let noun = token.kind == TokenKind::Word
            && token.case == Case::Lower
            && word.can_be_nominal()
            && !word.is_determiner();
        let verb = text.ends_with("ing") || text.ends_with("ed");
        definite && noun && !verb && !is_person_noun(text)
    }

    /// The entity that the phrase `source` names as its speaker.
    fn named(&self, source: Span) -> Option<(&'a Entity, Standing)> {
        let phrase = self.tokens.within(source);
        let past = self.mentions.partition_point(|(m, _)| m.start < source.end);
        let within = self.mentions[..past].iter().rev();
        let within = within.take_while(|(m, _)| m.end > source.start);
        let ranked = within.filter_map(|&(mention, entity)| {
            let standing = self.standing(&phrase, mention, entity)?;
            if entity.kind == EntityType::Place && self.is_whence(mention) {
                return None;
            }
            let rank = match (is_person(entity), standing) {
                (true, Standing::Head) => 3,
                (false, Standing::Head) => 2,
                (true, Standing::ThroughPaper) | (false, _) => 1,
                (true, Standing::ThroughSpokesman) => return None,
            };
            Some((rank, mention.end, (entity, standing)))
        });
        let best = ranked.max_by_key(|(rank, end, _)| (*rank, *end));
        best.map(|(_, _, speaker)| speaker)
    }

    /// Whether a preposition of place leads a name in: "Ann Berg, from Lundby, who has written".
    fn is_whence(&self, name: Span) -> bool {
        let first = self.tokens.within(name).start;
        let before = first.checked_sub(1).map_or("", |i| self.word(i));
        matches!(before, "from" | "in" | "at" | "near" | "of")
    }

    /// How a mention of an entity stands in the phrase of these tokens; `None` for what does not speak in it.
    fn standing(&self, phrase: &Range<usize>, mention: Span, entity: &Entity) -> Option<Standing> {
        let person = is_person(entity);
        let own = self.tokens.within(mention);
        let behind = own.end..phrase.end.max(own.end);
        let before = phrase.start..own.start.max(phrase.start);
        // "Mrs. Clinton shook": a name behind "Mrs." stands for its bearer
        let addressed = before
            .end
            .checked_sub(1)
            .filter(|b| before.contains(b))
            .is_some_and(|b| WORDS.address.contains(&self.word(b)));
        // "Sen. Ann Berg, R-Texas, said"
        let party = own.start >= 2
            && self.word(own.start - 1) == "-"
            && matches!(self.word(own.start - 2), "R" | "D" | "I");
        if party {
            return None;
        }
        let itself = phrase.end > own.end && WORDS.itself.contains(&self.word(phrase.end - 1));
        if itself {
            return Some(Standing::Head);
        }
        // "says Ann Berg founder of the school": a full name
        let apposed = own.len() > 1 && is_person_noun(self.word(own.end));
        // "the US Attorney General": what an office is of
        let office = own.end < phrase.end
            && !person
            && self.tokens[own.end].kind == TokenKind::Word
            && self.tokens[own.end].case == Case::Title
            && self.tokens[own.end].spaced
            && !self.is_named(own.end);
        // "Mr. Berg's official spokesman"
        let owns = behind.len() > 1 && matches!(self.word(behind.start), "'s" | "’s");
        if (owns || !addressed) && !apposed && (office || self.owns_or_modifies(&behind)) {
            return self.through(behind);
        }
        // "the power of Berg's words": a person's, not the power's
        let owner = own.end == phrase.end && matches!(self.word(own.end), "'s" | "’s");
        if owner && person {
            return Some(Standing::Head);
        }
        if self.is_complement(&before, entity.role.as_deref()) {
            return self.through(before);
        }
        Some(Standing::Head)
    }

    /// Whether a mention with these words behind it belongs to a noun among them: "Berg's lawyer", "Acme workers".
    fn owns_or_modifies(&self, behind: &Range<usize>) -> bool {
        let Some(token) = self.tokens.get(behind.start).filter(|_| !behind.is_empty()) else {
            return false;
        };
        let word = look_up(token, self.text);
        let noun = token.kind == TokenKind::Word && token.case == Case::Lower;
        let possessive = matches!(token.of(self.text), "'s" | "’s" | "'" | "’");
        // "Berg left early"
        let last = behind.end.checked_sub(1).and_then(|i| self.tokens.get(i));
        let ends_in_time = behind.len() > 1
            && last.is_some_and(|t| {
                let word = look_up(t, self.text);
                word.is_time() || word.is_adverb()
            });
        possessive && behind.len() > 1
            || !ends_in_time
                && noun
                && word.can_be_nominal()
                && !word.is_time()
                && !self.is_verb(behind.start)
    }

    /// Whether the word at `i` is a verb with its object behind it: "describes himself", "employs 300 people".
    fn is_verb(&self, i: usize) -> bool {
        let ending = self.word(i).ends_with('s') || self.word(i).ends_with("ed");
        let object = self.tokens.get(i + 1).is_some_and(|t| {
            let word = t.of(self.text);
            look_up(t, self.text).is_determiner()
                || t.kind == TokenKind::Number
                || word.ends_with("self")
        });
        ending && object
    }

    /// Whether what stands behind these words is part of a phrase that they begin: "a lawyer for", "heads of the".
    /// The role of who is named may stand between.
    fn is_complement(&self, before: &Range<usize>, role: Option<&str>) -> bool {
        const PREPOSITIONS: &[&str] = &["of", "at", "for", "from", "in", "on", "with", "by", "to"];
        // "a lawyer for the Bergs", "a lawyer for Mr. Berg"
        let determined = |i: usize| {
            let word = self.word(i);
            look_up(&self.tokens[i], self.text).is_determiner()
                || WORDS.address.contains(&word)
                || role.is_some_and(|role| noun_phrase(role).split(' ').any(|r| r == word))
        };
        let Some(last) = before.clone().rev().find(|i| !determined(*i)) else {
            return false;
        };
        PREPOSITIONS.contains(&self.word(last)) && last > before.start
    }

    /// Through what a mention speaks in a phrase with these words beside it.
    fn through(&self, words: Range<usize>) -> Option<Standing> {
        let is_one_of = |list: &[&str]| {
            let mut words = words.clone().map(|i| self.word(i).to_lowercase());
            words.any(|w| list.contains(&&*w))
        };
        if is_one_of(&WORDS.paper) {
            return Some(Standing::ThroughPaper);
        }
        is_one_of(&WORDS.spokesman).then_some(Standing::ThroughSpokesman)
    }

    /// "The minister for culture and sports, Ann Berg,": the person behind an office that was taken for a name.
    fn behind_office(&self, source: Span) -> Option<(&'a Entity, Standing)> {
        let phrase = self.tokens.within(source);
        let is_office_word = |i: usize| {
            let word = self.word(i).to_lowercase();
            is_office(&word) || is_person_noun(&word)
        };
        let comma = self.word(phrase.end) == ",";
        if !comma || !phrase.clone().any(is_office_word) {
            return None;
        }
        let (person, own) = self.mention_from(phrase.end + 1)?;
        let ends = matches!(self.word(own.end), "," | "." | "(");
        (is_person(person) && ends).then_some((person, Standing::Head))
    }

    /// Who stands between commas beside a phrase that names nobody: "the minister, Ann Berg," and "Ann Berg, head of
    /// Acme,".
    fn in_apposition(&self, source: Span) -> Option<(&'a Entity, Standing)> {
        /// Tokens in which a name begins behind a comma, with its title.
        const TITLE: usize = 7;
        let phrase = self.tokens.within(source);
        if phrase.is_empty() || self.is_pronoun(source) {
            return None;
        }
        let head = |entity| Some((entity, Standing::Head));
        if self.word(phrase.end) == "," {
            // "the minister, ex-Maryland Gov. Ann Berg,": a title may stand before the name
            let is_title = |i: &usize| {
                let capital = self.tokens.get(*i).is_some_and(|t| t.case == Case::Title);
                capital || matches!(self.word(*i), "-" | "ex" | "." | "former")
            };
            let title = (phrase.end + 1..phrase.end + 1 + TITLE).take_while(is_title);
            let behind = title
                .filter_map(|i| self.mention_from(i))
                .find(|(e, _)| is_person(e));
            let behind = behind
                .or_else(|| (phrase.end + 1..phrase.end + 3).find_map(|i| self.mention_from(i)));
            let ends = |own: &Range<usize>| {
                matches!(
                    self.word(own.end),
                    "," | "(" | "and" | "of" | "from" | "at" | "." | ";"
                ) || self
                    .tokens
                    .get(own.end)
                    .is_none_or(|t| t.block > self.tokens[phrase.end].block)
            };
            if let Some((entity, own)) = behind.filter(|(_, own)| ends(own)) {
                // of "David and Jane Heller" the last, who has the family name
                let joined = self.word(own.end) == "and" && is_person(entity);
                let other = self
                    .mention_from(own.end + 1)
                    .filter(|(e, _)| joined && is_person(e));
                return head(other.map_or(entity, |(other, _)| other));
            }
        }
        let from = usize::from(self.is_whence(source));
        let comma = phrase.start.checked_sub(1 + from)?;
        // "reacting to Ann Berg, the minister said" speaks of two; "Ann Berg, the minister, said" of one
        let relative = look_up(&self.tokens[phrase.end - 1], self.text).is_relative();
        let apart = self.word(phrase.start) == "the"
            && !relative
            && self
                .tokens
                .get(phrase.end)
                .is_some_and(|t| t.kind == TokenKind::Word);
        if self.word(comma) != "," || apart {
            return None;
        }
        let (person, own) = self.person_before(comma)?;
        // "with Berg, the group said"
        let before = own.start.checked_sub(1).map(|b| &self.tokens[b]);
        let led_in = before.is_some_and(|b| look_up(b, self.text).is_preposition());
        head(person).filter(|_| !led_in || relative)
    }

    /// The way in which `entity` was found to speak, as the table of confidence has it.
    fn way(&self, source: Option<Span>, entity: &Entity, standing: Standing) -> &'static str {
        let Some(source) = source else {
            return "goes-on";
        };
        if standing != Standing::Head {
            return "through";
        }
        let mut mentions = entity.mentions.iter().rev();
        let inside = mentions.find(|m| m.start < source.end && source.start < m.end);
        match inside.map(|m| m.kind) {
            Some(MentionKind::Name | MentionKind::Metonym | MentionKind::Modifier) => "name",
            Some(MentionKind::Nominal) => "noun",
            Some(MentionKind::Pronoun) => "pronoun",
            // "he" of whom no entity knows: who spoke last
            None if self.is_pronoun(source) => "pronoun",
            // in apposition to the source, or "I" and "it"
            None => "beside",
        }
    }

    /// Whether a mention of somebody who can speak begins at token `first`.
    fn is_named(&self, first: usize) -> bool {
        let start = self.tokens.get(first).map(|t| t.span.start);
        start.is_some_and(|start| {
            self.mentions
                .binary_search_by_key(&start, |(m, _)| m.start)
                .is_ok()
        })
    }

    /// The person or organisation whose mention begins at token `first`, and the tokens of it.
    fn mention_from(&self, first: usize) -> Option<(&'a Entity, Range<usize>)> {
        let start = self.tokens.get(first)?.span.start;
        let from = self.mentions.partition_point(|(m, _)| m.start < start);
        let (mention, entity) = *self.mentions.get(from)?;
        let acts = matches!(entity.kind, EntityType::Person | EntityType::Organization);
        (mention.start == start && acts).then(|| (entity, self.tokens.within(mention)))
    }

    /// Whose mention ends before token `end`, and the tokens of it.
    fn mention_before(&self, end: usize) -> Option<(&'a Entity, Range<usize>)> {
        let start = self.tokens.get(end)?.span.start;
        let past = self.mentions.partition_point(|(m, _)| m.start < start);
        let (mention, entity) = *self.mentions.get(past.checked_sub(1)?)?;
        let own = self.tokens.within(mention);
        (own.end == end).then_some((entity, own))
    }

    /// The person whose mention ends before token `end`, and the tokens of it.
    fn person_before(&self, end: usize) -> Option<(&'a Entity, Range<usize>)> {
        self.mention_before(end).filter(|(e, _)| is_person(e))
    }

    /// Whether the source is a pronoun for a person alone.
    fn is_pronoun(&self, source: Span) -> bool {
        let range = self.tokens.within(source);
        let word = self.word(range.start);
        range.len() == 1 && (word.eq_ignore_ascii_case("he") || word.eq_ignore_ascii_case("she"))
    }
}
