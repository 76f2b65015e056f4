//! Who speaks by the syntax of the sentence: the subject of the cue.

use super::{Speakers, Standing, is_person};
use crate::record::{Entity, Quote};
use crate::stages::syntax::{Label, Parse};
use crate::text::Span;
use crate::text::lexicon::look_up;

/// The subject of a cue.
struct Subject<'a> {
    /// Its head and all that belongs to it.
    head: Span,
    phrase: Span,
    /// The entity that the head names, or that stands in apposition to it, and its mention.
    named: Option<(Span, &'a Entity)>,
    is_apposed: bool,
}

impl<'a> Speakers<'a> {
    /// Gives a quotation the speaker that the syntax of its sentence tells, where the words of its source tell none, or
    /// are only a part of the subject: "Ann Berg of Acme, which sells boats, said". Its source is then the speaker's
    /// name. Where the subject names nobody, neither do the words of a clause about it.
    pub(super) fn by_subject(
        &self,
        quote: &mut Quote,
        speaker: Option<(&'a Entity, Standing)>,
    ) -> Option<(&'a Entity, Standing)> {
        let is_partial = |s: &Span| !self.is_whole(quote, *s, speaker);
        let Some(source) = quote.source.filter(is_partial) else {
            return speaker;
        };
        let Some(subject) = self.subject_of(quote) else {
            return speaker;
        };
        let is_part = subject.phrase.contains(source);
        let Some((mention, named)) = subject.named else {
            // "The man who has worked with Ann Berg said" names nobody
            let from = self.tokens.within(subject.head).end;
            let before = from..self.tokens.within(source).start;
            let is_told_of = is_part
                && before
                    .filter_map(|i| self.tokens.get(i))
                    .any(|t| look_up(t, self.text).is_relative());
            let through = speaker.is_some_and(|(_, standing)| standing != Standing::Head);
            if !is_told_of || through || quote.content.overlaps(subject.phrase) {
                return speaker;
            }
            quote.source = Some(subject.phrase);
            return None;
        };
        // "Captain Jack, Tom Keller, said", "the authors, David and Jane Heller, wrote": one of those beside the head
        let beside = || {
            let behind = self.tokens.within(mention).end + 1;
            subject.is_apposed || behind == self.tokens.within(source).start
        };
        let stands = speaker.is_some_and(|(entity, _)| {
            entity.id == named.id
                || !is_part
                || source.contains(mention)
                || is_person(entity) && beside()
        });
        if stands || quote.content.overlaps(mention) {
            return speaker;
        }
        if !source.contains(mention) {
            quote.source = Some(mention);
        }
        Some((named, Standing::Head))
    }

    /// Whether the source is the whole subject, without a parse: a pronoun, or beside the verb with nothing before it that
    /// it could be part of. Most sources are: "said Berg", "officials said".
    fn is_whole(
        &self,
        quote: &Quote,
        source: Span,
        speaker: Option<(&'a Entity, Standing)>,
    ) -> bool {
        const PRONOUNS: &[&str] = &["i", "we", "you", "he", "she", "it", "they"];
        /// "Berg also said", in tokens.
        const ADVERB: usize = 1;
        const MARKS: &[&str] = &["”", "’", "\"", "''", "“"];
        let Some(cue) = quote.cue else {
            return true;
        };
        let phrase = self.tokens.within(source);
        let word = self.word(phrase.start).to_lowercase();
        if phrase.len() == 1 && PRONOUNS.contains(&&*word) {
            return true;
        }
        if speaker.is_some() && cue.end <= source.start {
            return true;
        }
        let before = phrase.start.checked_sub(1);
        let begins = before.is_none_or(|i| {
            let comma = usize::from(self.word(i) == "," && i > 0);
            let behind_content = quote.content.end <= source.start
                && self.tokens.within(quote.content).end + comma >= phrase.start;
            behind_content
                || matches!(self.word(i), "." | "?" | "!")
                || MARKS.contains(&self.word(i - comma))
                || self
                    .tokens
                    .get(phrase.start)
                    .is_some_and(|t| t.block != self.tokens[i].block)
        });
        // "Berg left saying" has the verb in what is taken for the source
        let leaves = speaker.is_none() && cue.of(self.text).ends_with("ing");
        let between = phrase.end..self.tokens.within(cue).start;
        let beside =
            between.len() <= ADVERB && !leaves && between.clone().all(|i| self.word(i) != ",");
        begins && (beside || speaker.is_some_and(|(e, _)| is_person(e)))
    }

    /// The subject of a quotation's cue, or of the verb that the cue depends on: "Berg left saying".
    fn subject_of(&self, quote: &Quote) -> Option<Subject<'a>> {
        let cue = quote.cue?;
        let sentence = self.sentence_at(cue.start);
        let parse = self.syntax?.parse(sentence, self.text, self.tokens)?;
        let at = subject(parse, parse.within(cue).start)?;
        let named = |at: usize| {
            let word = parse[at].span;
            let past = self
                .mentions
                .partition_point(|(m, _)| m.start <= word.start);
            let (mention, entity) = *self.mentions.get(past.checked_sub(1)?)?;
            (mention.end >= word.end).then_some((mention, entity))
        };
        let is_apposed = |n: &usize| parse[*n].label == Label::Appos;
        let own = named(at);
        let apposed = || parse.dependents(at).filter(is_apposed).find_map(named);
        Some(Subject {
            head: parse[at].span,
            phrase: parse.span(at),
            named: own.or_else(apposed),
            is_apposed: own.is_none(),
        })
    }
}

/// The subject of the verb at `verb`, or of the one over it that it shares its subject with.
fn subject(parse: &Parse, mut verb: usize) -> Option<usize> {
    /// Verbs over the cue: "tried to leave, saying".
    const OVER: usize = 3;
    const SHARES: &[Label] = &[Label::Conj, Label::Xcomp, Label::Advcl, Label::Dep];
    if verb >= parse.len() {
        return None;
    }
    for _ in 0..=OVER {
        if let Some(subject) = parse.dependent(verb, Label::Nsubj) {
            return Some(subject);
        }
        if !SHARES.contains(&parse[verb].label) {
            return None;
        }
        verb = parse.head(verb)?;
    }
    None
}
