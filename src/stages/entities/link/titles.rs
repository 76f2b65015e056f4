//! Titles: the words of a text that say what somebody is, "chief technology officer", "head of growth".
//!
//! The noun stands in the table of roles; the words before it and an "of" behind it belong to the title where they are
//! no names of their own and say which office it is, not what one thinks of who has it.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::ArticleText;
use super::coreference::is_person_noun;
use super::people::is_possessive;
use crate::stages::entities::WORDS;
use crate::stages::entities::hash;
use crate::stages::entities::labels::NameType;
use crate::stages::entities::lexicon::{Lexicon, MOSTLY_LOWER};
use crate::stages::entities::mentions::Name;
use crate::stages::syntax::Tag;
use crate::text::data::{DataFile, data_file};
use crate::text::lexicon::look_up;
use crate::text::table;
use crate::text::tokens::{Case, TokenKind};

pub(crate) const ROLES_FILE: DataFile<'static> = data_file!("gazetteers/roles.tsv");

/// Roles by their words in lower case: `president` → `head`.
pub(crate) static ROLES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    table::rows::<2>(ROLES_FILE.path, ROLES_FILE.text())
        .map(|row| row.columns.into())
        .collect()
});

/// Longest role of the table in words.
const ROLE_WORDS: usize = 4;

/// Most words before the noun of a title, and behind its "of".
const MODIFIERS: usize = 5;

/// Most words before the noun of a title that begins no phrase.
const UNBOUNDED: usize = 2;

/// Most words before a title that are no part of it: "the new", "a former leading".
const LOOSE: usize = 3;

/// The words of a role up to its noun: "vice president" of "vice president of sales". A role of the table is one whole:
/// "chief of police".
pub(crate) fn noun_phrase(role: &str) -> &str {
    match role.split_once(" of ") {
        Some((noun, _)) if !ROLES.contains_key(&*role.to_lowercase()) => noun,
        _ => role,
    }
}

/// Whether somebody with a role may be called `words`: the foreign minister is "the minister", but a former minister is
/// not "the prime minister", which the table has as an office of its own.
pub(crate) fn may_hold(role: &str, words: &str) -> bool {
    !ROLES.contains_key(words) || noun_phrase(role).to_lowercase().ends_with(words)
}

/// Whether a role is one in a firm though its noun alone would be a public office: "vice president of sales", "chief
/// technology officer".
pub(crate) fn is_in_a_firm(role: &str) -> bool {
    let phrase = noun_phrase(role).to_lowercase();
    let field = role.split_once(" of ").map_or("", |(_, field)| field);
    let presides = phrase.ends_with("president") && field.starts_with(char::is_lowercase);
    presides || phrase.starts_with("chief ") && phrase.ends_with(" officer")
}

/// A title in the text.
#[derive(Debug, Clone)]
pub(crate) struct Title {
    pub words: Range<usize>,
    /// Class of its noun, from the table of roles.
    pub class: &'static str,
}

impl Title {
    pub(crate) fn of<'a>(&self, article: &ArticleText<'a>) -> &'a str {
        let words = article.tokens.get(self.words.clone()).unwrap_or_default();
        let ends = words.first().zip(words.last());
        ends.map_or("", |(first, last)| {
            first.span.join(last.span).of(article.text)
        })
    }
}

/// Finds titles beside the names of an article.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Titles<'a> {
    pub article: &'a ArticleText<'a>,
    /// In the order of the text.
    pub names: &'a [Name<'a>],
    pub lexicon: &'a Lexicon,
}

impl Titles<'_> {
    /// The title that ends before token `end`.
    pub(crate) fn before(&self, end: usize) -> Option<Title> {
        let (noun, class) = self.noun_before(end, 0).or_else(|| {
            // "head of growth"
            let near = end.saturating_sub(MODIFIERS)..end.saturating_sub(1);
            let of = near.rev().find(|i| self.word(*i) == "of")?;
            let is_field = (of + 1..end).all(|i| self.is_field(i, of));
            is_field.then(|| self.noun_before(of, 0)).flatten()
        })?;
        Some(self.title(self.front(noun, 0)..end, class))
    }

    /// The title of a phrase that begins at token `at`: "chief technology officer at Acme". None where another noun is
    /// what the phrase says: "chief technology evangelist".
    pub(crate) fn behind(&self, at: usize) -> Option<Title> {
        let ends = at + 1..=at + MODIFIERS + 1;
        let inside = |end: &usize| {
            let last = end - 1;
            self.article.same_block(at, last) && (self.is_free_word(last) || self.is_hyphen(last))
        };
        let found = ends.take_while(inside).filter_map(|end| {
            let (noun, class) = self.noun_before(end, at)?;
            (self.front(noun, at) == at).then_some((end, class))
        });
        let (end, class) = found.last()?;
        if self.is_noun_at(end) || self.is_hyphen(end) || self.is_named(end) {
            return None;
        }
        let end = self.past_field(end);
        Some(self.title(at..end, class))
    }

    /// The first token behind the words at `at` that stand before a title and are no part of it: "a former leading".
    pub(crate) fn past_loose(&self, at: usize) -> usize {
        let is_loose = |i: &usize| {
            let quality = self.is_plain(*i) && self.tag(*i).is_some_and(is_quality);
            self.is_loose(*i) || quality && !self.is(&WORDS.title_word, *i)
        };
        let loose = (at..at + LOOSE).take_while(is_loose).count();
        at + loose
    }

    /// The first of the words before token `end` that are no part of the title that begins there.
    pub(crate) fn before_loose(&self, end: usize) -> usize {
        let words = (end.saturating_sub(LOOSE)..end).rev();
        let loose = words.take_while(|i| self.article.same_block(*i, end) && self.is_loose(*i));
        end - loose.count()
    }

    fn title(&self, words: Range<usize>, class: &'static str) -> Title {
        let mut title = Title { words, class };
        if is_in_a_firm(title.of(self.article)) {
            title.class = "executive";
        }
        title
    }

    /// The role of the table that ends before token `end` and begins at `floor` or later: its first token, and its class.
    fn noun_before(&self, end: usize, floor: usize) -> Option<(usize, &'static str)> {
        let tokens = self.article.tokens;
        (1..=ROLE_WORDS.min(end - floor)).rev().find_map(|n| {
            let first = end - n;
            if !self.article.same_block(first, end - 1) {
                return None;
            }
            let span = tokens[first].span.join(tokens[end - 1].span);
            let key = span.of(self.article.text).to_lowercase();
            ROLES.get(key.as_str()).map(|class| (first, *class))
        })
    }

    /// The first token of the title whose noun begins at `noun`, not before `floor`. Many nouns in a row, or some behind a
    /// person's name, are rather a clause: "critics of the claim president Berg", "Berg Meets President Lund".
    fn front(&self, noun: usize, floor: usize) -> usize {
        let mut at = noun;
        while noun - at < MODIFIERS
            && let Some(first) = self.modifier_before(at, noun, floor)
        {
            at = first;
        }
        let begins = at == floor || self.is_bounded(at);
        let follows = at.checked_sub(1).and_then(|b| self.name_with(b));
        let person = follows.is_some_and(|n| n.kind == NameType::Person);
        if person || noun - at > UNBOUNDED && !begins {
            return noun;
        }
        at
    }

    /// Whether a phrase begins at token `i`: behind a comma or an owner. An article may begin a longer one.
    fn is_bounded(&self, i: usize) -> bool {
        let before = i.checked_sub(1);
        before.is_none_or(|b| {
            let clause = matches!(self.word(b), "," | "its" | "their");
            clause || is_possessive(self.word(b)) || self.is_in_name(b) || self.is_loose(b)
        }) || self.begins_sentence(i)
    }

    /// Where what stands before token `at` of the title with its noun at `noun` is a part of it: its first token.
    fn modifier_before(&self, at: usize, noun: usize, floor: usize) -> Option<usize> {
        let before = at.checked_sub(1).filter(|b| *b >= floor)?;
        if !self.article.same_block(before, at) {
            return None;
        }
        // "co-chairwoman"
        if self.is_hyphen(before) {
            let prefix = before
                .checked_sub(1)
                .filter(|p| *p >= floor && self.is_free_word(*p))?;
            return self.is(&WORDS.title_prefix, prefix).then_some(prefix);
        }
        if self.is_modifier(before, noun) {
            return Some(before);
        }
        // "risk and life cycle planning manager", not "an actor and film director"
        let first = before.checked_sub(1).filter(|f| *f >= floor && at < noun)?;
        let joined = self.word(before) == "and" && self.is_modifier(first, noun);
        let capital = self.case(first) == Some(Case::Title);
        let begins = first == floor || capital || self.is_bounded(first);
        (joined && begins && self.case(first) == self.case(at)).then_some(first)
    }

    /// Whether the word at `i` is a part of the title with its noun at `noun`.
    fn is_modifier(&self, i: usize, noun: usize) -> bool {
        if !self.is_free_word(i) || self.is_loose(i) || self.hangs(i) {
            return false;
        }
        let begins = self.begins_sentence(i);
        let capital = self.case(noun) == Some(Case::Title);
        if self.is(&WORDS.title_word, i) {
            return capital || begins || self.case(i) != Some(Case::Title);
        }
        if self.is_somebody(i) {
            return false;
        }
        match self.case(i) {
            Some(Case::Lower) => self.is_plain_noun(i),
            Some(Case::Title) if capital || begins => self.is_common(i),
            // "Levelling Up minister"
            Some(Case::Title) => self.is_of_state(noun) && !self.is_time(i),
            _ => false,
        }
    }

    /// Whether the word at `i` may say whereof somebody is the head, behind the "of" at `of`: "growth", or with the noun
    /// in capitals "Public Prosecutions".
    fn is_field(&self, i: usize, of: usize) -> bool {
        if !self.is_free_word(i) || self.is_somebody(i) {
            return false;
        }
        let capital = of.checked_sub(1).and_then(|noun| self.case(noun)) == Some(Case::Title);
        match self.case(i) {
            Some(Case::Lower) => self.is_plain_noun(i) || self.is(&WORDS.title_word, i),
            Some(Case::Title) => capital && self.is_common(i),
            _ => false,
        }
    }

    /// Whether a word with a capital is one that seldom has it: another may be a name that was not found.
    fn is_common(&self, i: usize) -> bool {
        let facts = self.lexicon.get(hash::lower(self.word(i)), true);
        let nominal = self.tag(i).is_some_and(|t| t.is_noun() || t.is_adjective());
        (1..=MOSTLY_LOWER).contains(&facts.capitals) && nominal && !self.is_time(i)
    }

    /// The end of a title that goes on with "of" at `end`: "of growth"; `end` where a name or another phrase follows.
    fn past_field(&self, end: usize) -> usize {
        if self.word(end) != "of" {
            return end;
        }
        let from = end + 1;
        // "economics and demography"
        let is_field = |i: &usize| {
            let joins = *i > from && self.word(*i) == "and" && self.is_field(i + 1, end);
            self.article.same_block(end, *i) && (joins || self.is_field(*i, end))
        };
        let field = (from..from + MODIFIERS).take_while(is_field);
        let past = from + field.count();
        let goes_on = self.is_noun_at(past) || self.is_hyphen(past) || self.is_named(past);
        let owns = is_possessive(self.word(past));
        if past == from || goes_on || owns {
            end
        } else {
            past
        }
    }

    /// A noun in small letters that says nothing of a time.
    fn is_plain_noun(&self, i: usize) -> bool {
        self.is_plain(i) && matches!(self.tag(i), Some(Tag::Nn | Tag::Nns))
    }

    /// A word in small letters that can stand in a noun phrase.
    fn is_plain(&self, i: usize) -> bool {
        let Some(token) = self.article.tokens.get(i) else {
            return false;
        };
        let word = look_up(token, self.article.text);
        self.is_free_word(i)
            && token.case == Case::Lower
            && word.can_be_nominal()
            && !word.is_time()
    }

    fn is_time(&self, i: usize) -> bool {
        let token = self.article.tokens.get(i);
        token.is_some_and(|t| look_up(t, self.article.text).is_time())
    }

    /// Whether the noun of a title is one whose holder has a field of the state's: "minister".
    fn is_of_state(&self, noun: usize) -> bool {
        ROLES.get(self.word(noun)) == Some(&"minister")
    }

    /// Whether a noun goes on with the phrase behind its token `end`.
    fn is_noun_at(&self, end: usize) -> bool {
        self.article.same_block(end.saturating_sub(1), end) && self.is_plain_noun(end)
    }

    fn is_somebody(&self, i: usize) -> bool {
        let word = self.word(i).to_lowercase();
        ROLES.contains_key(word.as_str())
            || is_person_noun(&word)
            || WORDS.relative.contains(&word.as_str())
    }

    fn is_loose(&self, i: usize) -> bool {
        self.is_free_word(i) && self.is(&WORDS.title_loose, i)
    }

    /// Whether the word at `i` is one half of a compound: "year-old".
    fn hangs(&self, i: usize) -> bool {
        i.checked_sub(1).is_some_and(|b| self.is_hyphen(b))
            && !self.article.tokens.get(i).is_some_and(|t| t.spaced)
    }

    /// A word that is part of no name.
    fn is_free_word(&self, i: usize) -> bool {
        let token = self.article.tokens.get(i);
        token.is_some_and(|t| t.kind == TokenKind::Word) && !self.is_in_name(i)
    }

    fn is_in_name(&self, i: usize) -> bool {
        self.name_with(i).is_some()
    }

    /// The name that token `i` is part of.
    fn name_with(&self, i: usize) -> Option<&Name<'_>> {
        let past = self.names.partition_point(|n| n.first <= i);
        let name = self.names.get(past.checked_sub(1)?)?;
        (i < name.end).then_some(name)
    }

    /// Whether a name begins at token `i`: a person's, to whom the words before it belong, or that of another phrase.
    fn is_named(&self, i: usize) -> bool {
        self.names.binary_search_by_key(&i, |n| n.first).is_ok()
    }

    fn is_hyphen(&self, i: usize) -> bool {
        let token = self.article.tokens.get(i);
        token.is_some_and(|t| !t.spaced && matches!(self.word(i), "-" | "\u{2010}" | "\u{2011}"))
    }

    pub(crate) fn begins_sentence(&self, i: usize) -> bool {
        let start = self.article.tokens.get(i).map(|t| t.span.start);
        start.is_some_and(|start| {
            let sentences = self.article.sentences;
            sentences.binary_search_by_key(&start, |s| s.start).is_ok()
        })
    }

    fn tag(&self, i: usize) -> Option<Tag> {
        self.article.tag(i)
    }

    fn case(&self, i: usize) -> Option<Case> {
        self.article.tokens.get(i).map(|t| t.case)
    }

    fn is(&self, list: &[&str], i: usize) -> bool {
        list.contains(&&*self.word(i).to_lowercase())
    }

    fn word(&self, i: usize) -> &str {
        self.article.word(i)
    }
}

/// An adjective, a participle or an adverb.
fn is_quality(tag: Tag) -> bool {
    tag.is_adjective() || matches!(tag, Tag::Vbn | Tag::Vbg | Tag::Rb | Tag::Rbs)
}

#[cfg(test)]
mod tests {
    use super::{is_in_a_firm, noun_phrase};

    #[test]
    fn a_field_is_no_noun_of_a_title() {
        assert_eq!(noun_phrase("vice president of sales"), "vice president");
        assert_eq!(noun_phrase("chief of police"), "chief of police");
        assert_eq!(noun_phrase("Prime Minister"), "Prime Minister");
    }

    #[test]
    fn a_firm_has_presidents_and_officers_of_its_own() {
        assert!(is_in_a_firm("Vice President of sales"));
        assert!(is_in_a_firm("chief technology officer"));
        assert!(!is_in_a_firm("vice president"));
        assert!(!is_in_a_firm("police officer"));
    }
}
