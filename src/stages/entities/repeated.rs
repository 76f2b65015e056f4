//! What an article says of a name in one place holds in the others: an abbreviation it spells out, and a name that the
//! model has missed where little stood beside it.

use std::collections::{HashMap, HashSet};

use super::WORDS;
use super::gazetteer::kind;
use super::labels::{NameType, OUTSIDE, names, write};
use super::lexicon::{ALWAYS_LOWER, MOSTLY_LOWER};
use super::recognise::observe::{ACRONYM, ObservedText, TokenFeatures, acronym};
use crate::text::Token;
use crate::text::tokens::TokenKind;

/// Corrects the labels of an article by its own other mentions of the same names.
pub(super) fn correct(text: &str, tokens: &[Token], seen: &ObservedText, labels: &mut [u8]) {
    let article = Article { text, tokens, seen };
    article.abbreviations(labels);
    article.ends_of_people(labels);
    article.missed(labels);
    article.common_words(labels);
}

/// What an abbreviation in brackets stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// "battery electric vehicle (BEV)": words that are no name.
    Term,
    /// "World Health Organization (WHO)".
    Organization,
}

struct Article<'a> {
    text: &'a str,
    tokens: &'a [Token],
    seen: &'a ObservedText,
}

impl Article<'_> {
    fn word(&self, i: usize) -> &str {
        self.tokens.get(i).map_or("", |t| t.of(self.text))
    }

    /// An abbreviation that the article spells out is what its words are, wherever it stands.
    fn abbreviations(&self, labels: &mut [u8]) {
        let found = names(labels);
        let ends: HashMap<usize, usize> = found
            .iter()
            .filter(|(_, _, k)| *k == NameType::Organization)
            .map(|(first, end, _)| (*end, *first))
            .collect();
        let mut meanings: HashMap<u64, Meaning> = HashMap::new();
        for i in 2..self.tokens.len() {
            let letters = self.seen.tokens[i].letters;
            if letters == 0 || self.word(i - 1) != "(" || self.word(i + 1) != ")" {
                continue;
            }
            let Some(first) = self.spelt_out(i - 1, letters) else {
                continue;
            };
            let words = &self.seen.tokens[first..i - 1];
            let named = ends.get(&(i - 1)).is_some_and(|name| *name <= first + 1);
            if !words.iter().any(TokenFeatures::has_capital) {
                meanings.insert(letters, Meaning::Term);
            } else if named {
                meanings.insert(letters, Meaning::Organization);
            }
        }
        if meanings.is_empty() {
            return;
        }
        for (first, end, _) in found {
            let token = &self.seen.tokens[first];
            let listed = token.gazetteer & kind::ORGANIZATION != 0;
            let term = meanings.get(&token.letters) == Some(&Meaning::Term);
            if end == first + 1 && term && !listed {
                labels[first] = OUTSIDE;
            }
        }
        for i in 0..labels.len() {
            let letters = self.seen.tokens[i].letters;
            let known = letters != 0 && meanings.get(&letters) == Some(&Meaning::Organization);
            if known && labels[i] == OUTSIDE && self.stands_alone(i) {
                write(labels, i, i + 1, NameType::Organization);
            }
        }
    }

    /// Makes a person of two words or more that end the longer name of one: "Roma Jayne" where the article has "Emma Roma
    /// Jayne".
    fn ends_of_people(&self, labels: &mut [u8]) {
        /// Most tokens of a name that is one person's: longer ones are lists without commas.
        const LONGEST: usize = 8;
        let exact = |first: usize, end: usize| -> Vec<u64> {
            self.seen.tokens[first..end]
                .iter()
                .map(|t| t.exact)
                .collect()
        };
        let found = names(labels);
        let people = found
            .iter()
            .filter(|(first, end, kind)| *kind == NameType::Person && end - first <= LONGEST);
        let ends: HashSet<Vec<u64>> = people
            .flat_map(|(first, end, _)| (first + 1..end.saturating_sub(1)).map(|k| exact(k, *end)))
            .collect();
        for (first, end, kind) in found {
            let is_other = kind != NameType::Person && (2..LONGEST).contains(&(end - first));
            if is_other && ends.contains(&exact(first, end)) {
                write(labels, first, end, NameType::Person);
            }
        }
    }

    /// The first of the words before token `end` whose initials have this hash.
    fn spelt_out(&self, end: usize, letters: u64) -> Option<usize> {
        /// Of the letters' words and those between them, in tokens.
        const LONGEST: usize = 12;
        const NO_INITIAL: &[&str] = &["of", "the", "and", "for", "in", "on", "to"];
        let mut initials: Vec<char> = Vec::new();
        let block = self.seen.tokens[end].block;
        for i in (end.saturating_sub(LONGEST)..end).rev() {
            let token = &self.seen.tokens[i];
            if token.block != block
                || !matches!(token.kind, TokenKind::Word | TokenKind::Punctuation)
            {
                return None;
            }
            if token.kind == TokenKind::Punctuation {
                if !matches!(self.word(i), "-" | "&") {
                    return None;
                }
                continue;
            }
            if NO_INITIAL.contains(&self.word(i)) {
                continue;
            }
            initials.push(token.initial);
            if initials.len() > *ACRONYM.end() {
                return None;
            }
            if initials.len() >= *ACRONYM.start()
                && acronym(initials.iter().rev().copied()) == letters
            {
                return Some(i);
            }
        }
        None
    }

    /// Labels a word that is an organisation or a place elsewhere in the article and nothing else, where the model saw
    /// no name: at the beginning of a sentence, or where the article names it so more than once.
    fn missed(&self, labels: &mut [u8]) {
        /// Names alike from which one more may stand anywhere.
        const SEVERAL: usize = 2;
        let mut kinds: HashMap<u64, (NameType, usize)> = HashMap::new();
        let mut several_kinds: HashSet<u64> = HashSet::new();
        for (first, end, kind) in names(labels) {
            if end - first > 1 {
                continue;
            }
            let exact = self.seen.tokens[first].exact;
            let (known, times) = kinds.entry(exact).or_insert((kind, 0));
            *times += 1;
            if *known != kind {
                several_kinds.insert(exact);
            }
        }
        for i in 0..labels.len() {
            let token = &self.seen.tokens[i];
            if labels[i] != OUTSIDE || !token.has_capital() || token.titled || token.capitals {
                continue;
            }
            let Some(&(kind, times)) = kinds.get(&token.exact) else {
                continue;
            };
            let one_kind = matches!(kind, NameType::Organization | NameType::Place)
                && !several_kinds.contains(&token.exact);
            let usage = self.seen.usage.get(&token.lower);
            // a word too rare to be clustered has been seen in small letters once or twice
            let always_lower = token.facts.capitals == ALWAYS_LOWER && token.facts.brown != 0;
            let written_small = always_lower || usage.is_some_and(|usage| usage.lower > 0);
            let known = token.opens || times >= SEVERAL;
            if one_kind && known && !written_small && self.stands_alone(i) {
                write(labels, i, i + 1, kind);
            }
        }
    }

    /// Takes the label off a word of its own that is hardly ever written with a capital, where it begins a sentence, no
    /// list has it, and the article neither names it again nor lets it act: "Page not found".
    fn common_words(&self, labels: &mut [u8]) {
        let found = names(labels);
        let is_common = |(first, end, kind): &&(usize, usize, NameType)| {
            let token = &self.seen.tokens[*first];
            let common = (ALWAYS_LOWER..=MOSTLY_LOWER).contains(&token.facts.capitals)
                && token.facts.brown != 0
                && token.letters == 0
                && token.gazetteer & kind::ORGANIZATION == 0;
            let named = matches!(
                kind,
                NameType::Person | NameType::Organization | NameType::Place
            );
            common && named && *end == first + 1 && token.opens && !token.capitals
        };
        let common: Vec<usize> = found.iter().filter(is_common).map(|n| n.0).collect();
        if common.is_empty() {
            return;
        }
        let mut times: HashMap<u64, usize> = HashMap::new();
        for token in found
            .iter()
            .flat_map(|(first, end, _)| &self.seen.tokens[*first..*end])
        {
            *times.entry(token.lower).or_default() += 1;
        }
        for i in common {
            let once = times.get(&self.seen.tokens[i].lower) == Some(&1);
            if once && self.stands_alone(i) && !self.acts(i) {
                labels[i] = OUTSIDE;
            }
        }
    }

    /// Whether what stands behind the word at `i` is done or owned by somebody.
    fn acts(&self, i: usize) -> bool {
        let owns = self
            .tokens
            .get(i + 1)
            .is_some_and(|t| t.kind == TokenKind::Clitic);
        let next = self.word(i + 1);
        owns || next.ends_with("ed")
            || WORDS.person_verb.contains(&next)
            || WORDS.subject_verb.contains(&next)
            || WORDS.team_verb.contains(&next)
    }

    /// Whether no capitalised word beside token `i` makes it part of something longer.
    fn stands_alone(&self, i: usize) -> bool {
        let block = self.seen.tokens[i].block;
        let tied = |j: usize| {
            let token = self.seen.tokens.get(j);
            token.is_some_and(|t| t.block == block && t.has_capital())
        };
        let hyphened = |j: usize| self.word(j) == "-" && !self.tokens[j].spaced;
        let before = i.checked_sub(1).is_some_and(|b| tied(b) || hyphened(b));
        let behind = tied(i + 1) || hyphened(i + 1);
        !before && !behind
    }
}

#[cfg(test)]
mod tests {
    use super::super::gazetteer::Gazetteer;
    use super::super::model::Model;
    use super::super::recognise::observe::observe;
    use super::*;
    use crate::text::Span;
    use crate::text::tokens::tokenize;

    /// The names of a text after the correction, in which the model has read `read`: a word, which of its mentions, and
    /// its type.
    fn corrected(text: &str, read: &[(&str, usize, NameType)]) -> Vec<(String, NameType)> {
        let tokens = tokenize(text, std::iter::once(Span::new(0, text.len())));
        let seen = observe(text, &tokens, &Model::get().lexicon, Gazetteer::get());
        let mut labels = vec![OUTSIDE; tokens.len()];
        for &(words, number, kind) in read {
            let (start, _) = text.match_indices(words).nth(number).expect(words);
            let name = tokens.within(Span::new(start, start + words.len()));
            write(&mut labels, name.start, name.end, kind);
        }
        correct(text, &tokens, &seen, &mut labels);
        let found = names(&labels).into_iter();
        let name =
            |first: usize, end: usize| tokens[first].span.join(tokens[end - 1].span).of(text);
        found
            .map(|(first, end, kind)| (name(first, end).to_owned(), kind))
            .collect()
    }

    #[test]
    fn an_abbreviation_is_what_the_article_spells_out() {
        use NameType::Organization;
        let text = "A blue xenon van (BXV) is cheap. The BXV costs 9,000.";
        let read = [("BXV", 0, Organization), ("BXV", 1, Organization)];
        assert_eq!(corrected(text, &read), []);
        let text = "The Northern Board of Lifts (NBL) met. Owners wrote to the NBL.";
        let read = [("Northern Board of Lifts", 0, Organization)];
        let found = corrected(text, &read);
        let name = |n: &str| (n.to_owned(), Organization);
        assert_eq!(
            found,
            [name("Northern Board of Lifts"), name("NBL"), name("NBL")]
        );
        // the letters are not those of the words before
        let text = "The Northern Board of Lifts (XYZ) met. Owners wrote to the XYZ.";
        assert_eq!(corrected(text, &read), [name("Northern Board of Lifts")]);
        let text = "He bought an old electric van (BXV). The BXV said so.";
        assert_eq!(corrected(text, &[("BXV", 1, Organization)]), [name("BXV")]);
    }

    #[test]
    fn a_name_is_one_where_a_sentence_begins_with_it_too() {
        use NameType::{Organization, Person};
        let text = "The shop belongs to Quellin. Quellin opened it in May.";
        let of = |k| [("Quellin".to_owned(), k), ("Quellin".to_owned(), k)];
        assert_eq!(
            corrected(text, &[("Quellin", 0, Organization)]),
            of(Organization)
        );
        // people of one name may be several
        assert_eq!(corrected(text, &[("Quellin", 0, Person)]), of(Person)[..1]);
        let text = "The shop belongs to Quellin. Quellin Street is near.";
        assert_eq!(
            corrected(text, &[("Quellin", 0, Organization)]),
            of(Organization)[..1]
        );
        let text = "The shop sold to Velvet. Velvet is soft, and velvet is warm.";
        let one = [("Velvet".to_owned(), Organization)];
        assert_eq!(corrected(text, &[("Velvet", 0, Organization)]), one);
    }
}
