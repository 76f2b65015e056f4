//! Mentions without a name, where they are safe: "the French leader", "he said".

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use super::people::Person;
use super::titles::ROLES;
use super::{ArticleText, mention};
use crate::record::{Entity, MentionKind};
use crate::stages::entities::WORDS;
use crate::stages::entities::gazetteer::Gazetteer;
use crate::stages::entities::lexicon::{Gender, Lexicon};
use crate::stages::entities::{hash, labels::NameType, mentions::Name};
use crate::text::data::{DataFile, data_file};
use crate::text::lexicon::{VerbForm, closes_before_cue, look_up};
use crate::text::numbers::{self, NumberWord};
use crate::text::tokens::{Case, TokenKind};
use crate::text::{Span, table};

/// Sentences back within which a pronoun's person must have been named; those that are all quotation count not.
const PRONOUN_REACH: usize = 2;

/// The same where nobody else was spoken of whom it can mean.
const ONLY_REACH: usize = 6;

/// Tokens between "the" and the noun for a person: "the veteran Old Trafford boss", "the 28-year-old host".
const LONGEST_PHRASE: usize = 7;

/// Tokens before a name at the beginning of a sentence: "On Monday the French".
const NEAR: usize = 4;

/// Tokens of a clause that opens a sentence, up to a name in it.
const LONGEST_CLAUSE: usize = 40;

/// People or places in an article past which mentions without a name are not looked for: a list of
/// names is no story, and the search would not be linear.
const LONGEST_LIST: usize = 400;

pub(crate) const HEADS_FILE: DataFile<'static> = data_file!("gazetteers/heads.tsv");

/// Nouns that stand for a person, with the classes of roles that they may mean: `leader` → `head`, ….
pub(crate) static HEADS: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    table::rows::<2>(HEADS_FILE.path, HEADS_FILE.text())
        .map(|row| (row.columns[0], row.columns[1].split('|').collect()))
        .collect()
});

/// Whether a word in small letters is a noun for one person.
pub(crate) fn is_person_noun(word: &str) -> bool {
    static NOUNS: LazyLock<HashSet<&str>> =
        LazyLock::new(|| WORDS.person_noun.phrases().iter().copied().collect());
    NOUNS.contains(word)
}

/// Whether a word in small letters is an office that the text may call somebody by: "the president".
pub(crate) fn is_office(word: &str) -> bool {
    WORDS.office.contains(&word)
}

/// The nouns that a role is short for: "governor" of "Gov.".
pub(crate) fn nouns_for(role: &str) -> impl Iterator<Item = &'static str> {
    let class = ROLES.get(&*role.to_lowercase());
    let class = class.filter(|_| role.ends_with('.'));
    let nouns = HEADS.iter().filter(move |_| class.is_some());
    nouns
        .filter(move |(_, classes)| classes.first() == class)
        .map(|(noun, _)| *noun)
}

/// Whose name it is, as far as the first name tells; a family name alone tells nothing.
fn gender_by_name(person: &Person, lexicon: &Lexicon) -> Option<Gender> {
    let (first, _) = person.entity.name.split_once(' ')?;
    lexicon.get(hash::lower(first), true).gender()
}

/// Whose name it is, as far as a title before it tells.
fn gender_by_title(article: &ArticleText<'_>, person: &Person) -> Option<Gender> {
    for m in &person.entity.mentions {
        let at = article.tokens.partition_point(|t| t.span.start < m.start);
        let title = at.checked_sub(1).map_or("", |b| article.word(b));
        if WORDS.man.contains(&title) {
            return Some(Gender::Man);
        }
        if WORDS.woman.contains(&title) {
            return Some(Gender::Woman);
        }
    }
    None
}

/// A person named or referred to in the sentences before.
#[derive(Debug, Clone, Copy)]
struct Referent {
    person: usize,
    sentence: usize,
    at: u32,
    /// Stands first in its sentence or before a verb: likely what the sentence is about.
    subject: bool,
    /// Stands in quotation marks.
    quoted: bool,
    /// Tied to somebody else by "and": of the two neither is "he" alone.
    joined: bool,
    /// One of three or more in a list that is not what the sentence is about, or part of a phrase for something else.
    listed: bool,
    /// What "he" or "she" it is, where it is a pronoun.
    pronoun: Option<Gender>,
}

/// Adds nominal and pronoun mentions to people and places. `owner` is the person of each name, `author` the person who
/// says "I" outside quotations.
#[expect(clippy::too_many_arguments, reason = "what one article is resolved by")]
pub(crate) fn resolve(
    article: &ArticleText<'_>,
    names: &[Name<'_>],
    owner: &[Option<usize>],
    people: &mut [Person],
    places: &mut [Entity],
    author: Option<usize>,
    gazetteer: &Gazetteer,
    lexicon: &Lexicon,
) {
    let titles = people.iter().map(|p| gender_by_title(article, p));
    let titles: Vec<Option<Gender>> = titles.collect();
    let genders = titles.iter().zip(&*people);
    let genders = genders.map(|(title, p)| title.or_else(|| gender_by_name(p, lexicon)));
    let mut resolver = Resolver {
        article,
        names,
        owner,
        gazetteer,
        genders: genders.collect(),
        titled: titles.iter().map(Option::is_some).collect(),
        people,
        author,
        quotation: Quotation::default(),
        writes: false,
        recent: Vec::new(),
        offices: HashMap::new(),
        introduced: HashSet::new(),
        next_name: 0,
        named_to: 0,
    };
    let mut number = 0;
    for &sentence in article.sentences {
        let range = first_token(article, sentence)..past_token(article, sentence);
        resolver.sentence(number, range.clone());
        number += usize::from(resolver.writes);
        territory(article, range, places);
    }
    for p in people.iter_mut() {
        p.entity.mentions.sort_by_key(|m| (m.start, m.end));
        p.entity.mentions.dedup_by_key(|m| m.start);
    }
}

/// What stands between "the" and a role: the token behind it, and the country or organisation that it names.
#[derive(Debug, Clone, Copy)]
struct Modifier<'a> {
    end: usize,
    country: Option<&'a str>,
    organization: Option<&'a str>,
}

/// One walk through the sentences of an article.
struct Resolver<'a> {
    article: &'a ArticleText<'a>,
    names: &'a [Name<'a>],
    owner: &'a [Option<usize>],
    gazetteer: &'a Gazetteer,
    people: &'a mut [Person],
    genders: Vec<Option<Gender>>,
    /// Whose title says whether a man or a woman is meant.
    titled: Vec<bool>,
    author: Option<usize>,
    quotation: Quotation,
    /// Whether the sentence has words outside of quotations.
    writes: bool,
    /// In the order of the text.
    recent: Vec<Referent>,
    /// Of whom the text has spoken by an office that it does not say he has, "the prime minister", in small letters.
    offices: HashMap<String, usize>,
    /// Nouns by which somebody without a name was spoken of: "a director said".
    introduced: HashSet<&'a str>,
    /// The first name that stands further on.
    next_name: usize,
    /// The token behind the last name: a word inside a name refers to nobody.
    named_to: usize,
}

impl<'a> Resolver<'a> {
    fn sentence(&mut self, number: usize, range: Range<usize>) {
        self.writes = false;
        for i in range.clone() {
            self.note_names(number, range.start, i);
            let word = self.article.word(i);
            self.quotation.pass(self.article, i);
            let is_word = self.article.tokens[i].kind == TokenKind::Word;
            self.writes |= is_word && !self.quotation.is_open;
            if i < self.named_to {
                continue;
            }
            match word {
                "a" | "A" | "an" | "An" | "another" | "Another" | "one" | "One" => {
                    let noun = self.introduced(i, range.clone());
                    self.introduced.extend(noun);
                }
                "he" | "He" if !self.quotation.is_open => {
                    self.pronoun(number, range.clone(), i, Gender::Man);
                }
                "she" | "She" if !self.quotation.is_open => {
                    self.pronoun(number, range.clone(), i, Gender::Woman);
                }
                // whoever is meant is still spoken of
                "His" if i == range.start && !self.quotation.is_open => {
                    self.owner(number, i, Gender::Man)
                }
                "Her" if i == range.start && !self.quotation.is_open => {
                    self.owner(number, i, Gender::Woman)
                }
                "I" if !self.quotation.is_open => self.author(i, range.end),
                "the" | "The" => {
                    let by_age = || self.by_age(number, i);
                    let by_people = || self.by_people(number, i);
                    let by_noun = || self.by_noun(number, i, range.end);
                    let nominal = self
                        .nominal(i, range.end)
                        .or_else(by_age)
                        .or_else(by_people)
                        .or_else(by_noun)
                        .or_else(|| self.by_office(number, i, range.end));
                    if let Some((person, span)) = nominal {
                        let behind = past_token(self.article, span);
                        let subject = is_subject(self.article, range.start, i, behind);
                        self.refer(person, number, span, subject, None);
                    }
                }
                _ => {}
            }
        }
    }

    /// Notes the people named up to token `i` of the sentence that begins at `start`.
    fn note_names(&mut self, sentence: usize, start: usize, i: usize) {
        while let Some(n) = self.names.get(self.next_name).filter(|n| n.first <= i) {
            if let Some(person) = self.owner[self.next_name] {
                self.recent.push(Referent {
                    person,
                    sentence,
                    at: n.span.start,
                    subject: is_subject(self.article, start, n.first, n.end),
                    quoted: self.quotation.is_open,
                    joined: self.is_joined(self.next_name),
                    listed: n.first > start + NEAR && self.is_listed(self.next_name)
                        || self.is_modifier(n),
                    pronoun: None,
                });
            }
            self.named_to = self.named_to.max(n.end);
            self.next_name += 1;
        }
    }

    /// "the Berg campaign": whether a name says more of a noun.
    fn is_modifier(&self, n: &Name<'_>) -> bool {
        let determined =
            n.first > 0 && matches!(self.article.word(n.first - 1), "the" | "The" | "a" | "A");
        let noun = self.article.tokens.get(n.end).is_some_and(|t| {
            let word = look_up(t, self.article.text);
            t.kind == TokenKind::Word
                && t.case == Case::Lower
                && word.can_be_nominal()
                && !word.is_time()
        });
        let behind = self.article.word(n.end);
        determined && noun && !behind.ends_with("ed") && !WORDS.subject_verb.contains(&behind)
    }

    /// Whether name `n` is a person's.
    fn is_person(&self, n: usize) -> bool {
        self.owner.get(n).is_some_and(Option::is_some)
    }

    /// Whether name `n` and one beside it are tied by "and": "Berg and the minister Ann Lund".
    fn is_joined(&self, n: usize) -> bool {
        /// "and House Speaker-to-be": tokens between the two names.
        const BETWEEN: usize = 6;
        let ties = |a: usize, b: usize| {
            let (Some(first), Some(second)) = (self.names.get(a), self.names.get(b)) else {
                return false;
            };
            let between = first.end..second.first;
            let title = |i: usize| {
                let token = &self.article.tokens[i];
                self.article.word(i) == "-" || look_up(token, self.article.text).can_be_nominal()
            };
            self.article.word(first.end) == "and"
                && between.len() <= BETWEEN
                && (first.end + 1..second.first).all(title)
        };
        // names of organisations may stand in the title between two people
        let next = || (n + 1..n + 3).find(|m| self.is_person(*m));
        let before = || (n.saturating_sub(2)..n).rev().find(|m| self.is_person(*m));
        before().is_some_and(|b| ties(b, n)) || next().is_some_and(|b| ties(n, b))
    }

    /// Whether name `n` is one of three people or more in a list: "to Berg, Lund and Ann Holm".
    fn is_listed(&self, n: usize) -> bool {
        let tied = |a: usize, by: &[&str]| {
            let (Some(first), Some(second)) = (self.names.get(a), self.names.get(a + 1)) else {
                return false;
            };
            self.is_person(a)
                && self.is_person(a + 1)
                && second.first == first.end + 1
                && by.contains(&self.article.word(first.end))
        };
        // commas tie all of a list but the last one
        let comma = |a: usize| tied(a, &[","]);
        let and = |a: usize| tied(a, &["and"]);
        let from = n.saturating_sub(2);
        (from..=n).any(|a| comma(a) && (comma(a + 1) || and(a + 1)))
    }

    /// "Berg will stay, he said.", "“Berg will stay,” he said.": whether the pronoun at `i` of the sentence from `start` to
    /// `end` says all that stands before it, so that it is nobody named there.
    fn is_parenthetical(&self, i: usize, start: usize, end: usize) -> bool {
        let is_mark = |i: usize| Mark::at(self.article, i).is_some();
        if i > start + 2 && is_mark(i - 1) && is_mark(start) && i + 1 < end {
            return self.article.word(i - 2) == "," && says(self.article, i + 1);
        }
        let verb = i + 1;
        if i < start + 2 || verb >= end || !says(self.article, verb) {
            return false;
        }
        let next = self.article.tokens.get(verb + 1).filter(|_| verb + 1 < end);
        let ends = next.is_none_or(|t| {
            let word = look_up(t, self.article.text);
            t.kind == TokenKind::Punctuation || word.is_preposition() || word.is_time()
        });
        self.article.word(i - 1) == "," && ends && !SUBORDINATE.contains(&self.article.word(start))
    }

    fn pronoun(&mut self, sentence: usize, range: Range<usize>, i: usize, gender: Gender) {
        let Range { start, end } = range;
        let mut others = self.named_behind(i, end);
        if self.people.len() <= LONGEST_LIST && self.is_parenthetical(i, start, end) {
            let said = self.recent.iter().rev();
            for n in said.take_while(|n| n.sentence == sentence) {
                if !others.contains(&n.person) {
                    others.push(n.person);
                }
            }
        }
        let by_gender = antecedent(&self.recent, sentence, Some(gender), &self.genders, &others);
        let by_clause = self.named_before_clause(i);
        let by_clause = by_clause.filter(|p| self.genders[*p].is_none_or(|g| g == gender));
        let by_other = || self.of_other_gender(sentence, gender);
        let by_only = || self.only_person(sentence, gender);
        if let Some(person) = by_clause.or_else(by_other).or(by_gender).or_else(by_only) {
            let span = self.article.tokens[i].span;
            self.refer(person, sentence, span, true, Some(gender));
        }
    }

    /// "His office": notes of whom the sentence speaks that a possessive begins.
    fn owner(&mut self, sentence: usize, i: usize, gender: Gender) {
        let person = antecedent(&self.recent, sentence, Some(gender), &self.genders, &[]);
        self.recent.extend(person.map(|person| Referent {
            person,
            sentence,
            at: self.article.tokens[i].span.start,
            subject: false,
            quoted: false,
            joined: false,
            listed: false,
            pronoun: None,
        }));
    }

    /// The one person of whom the text spoke in more sentences before, or the one it names at all.
    fn only_person(&self, sentence: usize, gender: Gender) -> Option<usize> {
        let recent = self.recent.iter().rev();
        let fits = |p: usize| self.genders[p].is_none_or(|g| g == gender);
        let near = recent
            .take_while(|n| n.sentence + ONLY_REACH >= sentence)
            .take(LONGEST_LIST)
            .filter(|n| !n.quoted && fits(n.person));
        let by_name = |p: &usize| self.genders[*p] == Some(gender);
        let at_all = || {
            let named = self.people.len() == 1 && self.recent.iter().any(|n| n.person == 0);
            named.then_some(0)
        };
        only_person(near).or_else(at_all).filter(by_name)
    }

    /// "their meeting with Berg, when he said": who is named right before the clause that a pronoun at `i` begins.
    fn named_before_clause(&self, i: usize) -> Option<usize> {
        let comma = i.checked_sub(2)?;
        let opens = self.article.word(i - 1) == "when" && self.article.word(comma) == ",";
        let before = self.next_name.checked_sub(1).filter(|_| opens)?;
        self.owner[before].filter(|_| self.names[before].end == comma)
    }

    /// Those whom the words right behind a pronoun name, which then is none of them: "he called Berg a liar".
    fn named_behind(&self, i: usize, end: usize) -> Vec<usize> {
        /// "called on the minister, Ann Berg": tokens from the pronoun to the name.
        const REACH: usize = 7;
        let names = self.names.iter().zip(self.owner).skip(self.next_name);
        // what begins the sentence is nobody whom the rest of it names
        let begins = self.article.tokens[i].case == Case::Title;
        let reach = if begins { end } else { end.min(i + REACH) };
        let near = names.take_while(|(n, _)| n.first < reach);
        near.filter_map(|(_, owner)| *owner).collect()
    }

    /// The one person of the sentence before and its subject, whose first name alone speaks against the pronoun: a name
    /// may be given to both. Not where the pronoun can be somebody's whose name speaks for it.
    fn of_other_gender(&self, sentence: usize, gender: Gender) -> Option<usize> {
        let near = || {
            let recent = self.recent.iter().rev();
            recent.take_while(|n| n.sentence + PRONOUN_REACH >= sentence)
        };
        let last = near().next().filter(|n| n.sentence + 1 == sentence)?;
        let mut group = near().take_while(|n| n.sentence == last.sentence);
        let only = group.all(|n| n.person == last.person && n.subject && !n.quoted);
        let other = self.genders[last.person].is_some_and(|g| g != gender);
        let sure = near().any(|n| self.genders[n.person] == Some(gender));
        (only && other && !self.titled[last.person] && !sure).then_some(last.person)
    }

    /// "I", a word by itself: no numeral ("Elizabeth I", "Part I") and no initial.
    fn author(&mut self, i: usize, end: usize) {
        let after = self.article.tokens.get(i + 1).filter(|_| i + 1 < end);
        let goes_on =
            after.is_some_and(|t| matches!(t.case, Case::Lower) || t.kind == TokenKind::Clitic);
        if let Some(author) = self.author.filter(|_| goes_on && !self.is_turn(i)) {
            let span = self.article.tokens[i].span;
            let mentions = &mut self.people[author].entity.mentions;
            mentions.push(mention(span, MentionKind::Pronoun));
        }
    }

    /// Whether the block of token `i` begins with a name and a colon: somebody else's turn in an interview.
    fn is_turn(&self, i: usize) -> bool {
        /// "REP. ANNA BERG:", in tokens.
        const NAME: usize = 5;
        let block = self.article.tokens[i].block;
        let first = self.article.tokens.partition_point(|t| t.block < block);
        (first..first + NAME).any(|j| self.article.word(j) == ":")
    }

    /// "the Swede": the person that "he" or "she" would mean, if the text has said that he is one.
    fn by_people(&self, sentence: usize, at: usize) -> Option<(usize, Span)> {
        let names = self.names;
        let n = &names[names.binary_search_by_key(&(at + 1), |n| n.first).ok()?];
        let one = n.kind == NameType::Nationality && n.end == at + 2;
        let behind = self.article.word(n.end);
        let acts = WORDS.person_verb.contains(&behind)
            || WORDS.subject_verb.contains(&behind)
            || at > 0 && says(self.article, at - 1);
        // "the French said" are many; those in -n, -k and -d are one as they are many
        let word = self.article.word(at + 1);
        let many = ["s", "sh", "ch", "ese"];
        let singular = !many.iter().any(|e| word.ends_with(e));
        if !one || !acts || !singular {
            return None;
        }
        let country = self.gazetteer.country_of_people(n.known?)?.iso;
        let span = self.article.tokens[at].span.join(n.span);
        let of = |person: usize| self.people[person].entity.country.as_deref();
        let person = antecedent(&self.recent, sentence, None, &self.genders, &[]);
        if let Some(person) = person.filter(|p| of(*p) == Some(country)) {
            return Some((person, span));
        }
        // whom the sentence before was about, where the text says of nobody else that he is one
        let before = self.recent.partition_point(|n| n.sentence < sentence);
        let person = antecedent(&self.recent[..before], sentence, None, &self.genders, &[])?;
        let another = (0..self.people.len().min(LONGEST_LIST)).any(|p| of(p) == Some(country));
        (of(person).is_none() && !another).then_some((person, span))
    }

    /// "the 25-year-old": the person that "he" or "she" would mean.
    fn by_age(&self, sentence: usize, at: usize) -> Option<(usize, Span)> {
        const AGE: &str = "-year-old";
        let tokens = self.article.tokens;
        let start = tokens.get(at + 1)?.span.start;
        let rest = self.article.text.get(start as usize..)?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let end = start + (digits + AGE.len()) as u32;
        let age = (1..=3).contains(&digits) && rest[digits..].starts_with(AGE);
        let last = tokens.partition_point(|t| t.span.end < end);
        // "the 25-year-old striker" says more than the age
        let behind = tokens.get(last + 1).map_or("", |t| t.of(self.article.text));
        let alone = !behind.starts_with(char::is_alphabetic)
            || WORDS.subject_verb.contains(&behind)
            || behind.ends_with("ed");
        if !age || !alone || tokens.get(last)?.span.end != end {
            return None;
        }
        let person = antecedent(&self.recent, sentence, None, &self.genders, &[])?;
        Some((person, tokens[at].span.join(tokens[last].span)))
    }

    /// "the striker", "the Old Trafford boss": the person whom alone the sentences before speak of, or are about.
    fn by_noun(&self, sentence: usize, at: usize, end: usize) -> Option<(usize, Span)> {
        let last = self.parent(at).or_else(|| self.person_noun(at, end))?;
        if self.quotation.is_open || self.introduced.contains(self.article.word(last)) {
            return None;
        }
        let is_one_of = |nouns: &[&str]| (at..=last).any(|i| nouns.contains(&self.article.word(i)));
        let gender = if is_one_of(&WORDS.man_noun) {
            Some(Gender::Man)
        } else if is_one_of(&WORDS.woman_noun) {
            Some(Gender::Woman)
        } else {
            None
        };
        let may_be = |n: &&Referent| {
            gender.is_none() || self.genders[n.person].is_none_or(|g| Some(g) == gender)
        };
        let recent = self.recent.iter().rev();
        let near = recent
            .take_while(|n| n.sentence + PRONOUN_REACH >= sentence)
            .filter(may_be);
        let person = only_person(near.clone())
            .or_else(|| only_person(near.filter(|n| n.subject && !n.quoted)))?;
        let tokens = self.article.tokens;
        Some((person, tokens[at].span.join(tokens[last].span)))
    }

    /// "the chancellor", "the Tory leader", where the text has called nobody so: the person whom alone the sentences
    /// before are about, if they say of him nothing else that he is.
    fn by_office(&mut self, sentence: usize, at: usize, end: usize) -> Option<(usize, Span)> {
        let last = self.phrase_end(at, end, is_office)?;
        let noun = self.article.word(last);
        let tokens = self.article.tokens;
        let office = tokens[at + 1].span.join(tokens[last].span);
        let office = office.of(self.article.text).to_lowercase();
        let holds = |p: &Person| p.is_called(noun) && p.may_hold(&office);
        if self.quotation.is_open
            || self.introduced.contains(noun)
            || self.people.len() > LONGEST_LIST
            || self.people.iter().any(holds)
        {
            return None;
        }
        let recent = self.recent.iter().rev();
        let near = recent
            .take_while(|n| n.sentence + PRONOUN_REACH >= sentence)
            .filter(|n| !n.quoted);
        let person = only_person(near.clone())
            .or_else(|| only_person(near.clone().filter(|n| n.subject)))?;
        let about = near.clone().any(|n| n.subject && n.person == person)
            && self.people[person].class.is_none();
        if about {
            self.offices.entry(office).or_insert(person);
        }
        about.then(|| (person, tokens[at].span.join(tokens[last].span)))
    }

    /// "the mother of four", "the father-of-two": the last token of the phrase behind "the" at `at`.
    fn parent(&self, at: usize) -> Option<usize> {
        /// More children than news speaks of so.
        const MOST: f64 = 10.0;
        let word = |i: usize| self.article.word(i);
        let hyphen = usize::from(word(at + 2) == "-");
        let last = at + 3 + 2 * hyphen;
        let holds = WORDS.parent.contains(&word(at + 1))
            && word(at + 2 + hyphen) == "of"
            && matches!(numbers::word(word(last)), Some(NumberWord::Unit(n)) if (1.0..=MOST).contains(&n));
        holds.then_some(last)
    }

    /// The noun for a person that ends the phrase behind "the" at `at`.
    fn person_noun(&self, at: usize, end: usize) -> Option<usize> {
        self.phrase_end(at, end, is_person_noun)
    }

    /// The noun that ends the phrase behind "the" at `at`, where the phrase is all there is: no "coach of", "coach
    /// Berg" or "lawyer fees".
    fn phrase_end(&self, at: usize, end: usize, is_one: impl Fn(&str) -> bool) -> Option<usize> {
        let word = |i: usize| self.article.word(i);
        let is_noun = |i: usize| is_one(word(i));
        let mut i = at + 1;
        while i < end.min(at + LONGEST_PHRASE) {
            if let Ok(n) = self.names.binary_search_by_key(&i, |n| n.first) {
                let name = &self.names[n];
                if name.kind == NameType::Person || name.kind == NameType::Other {
                    return None;
                }
                i = name.end;
                continue;
            }
            if is_noun(i) && self.is_whole_phrase(i + 1, end) {
                return Some(i);
            }
            let token = &self.article.tokens[i];
            let modifies = match token.kind {
                // "the model and presenter"
                TokenKind::Word => {
                    look_up(token, self.article.text).can_be_nominal()
                        || is_noun(i - 1) && word(i) == "and"
                }
                TokenKind::Number => true,
                _ => word(i) == "-",
            };
            if !modifies {
                return None;
            }
            i += 1;
        }
        None
    }

    /// Whether what stands at `i`, behind a noun, is no part of its phrase: a mark or a verb.
    fn is_whole_phrase(&self, i: usize, end: usize) -> bool {
        let Some(token) = self.article.tokens.get(i).filter(|_| i < end) else {
            return true;
        };
        let word = self.article.word(i);
        let is_mark = token.kind == TokenKind::Punctuation && word != "-";
        let known = look_up(token, self.article.text);
        let verb = known.cue.is_some_and(|c| c.form == VerbForm::Finite)
            || known.is_auxiliary()
            || known.is_modal();
        is_mark || token.case == Case::Lower && (verb || known.is_adverb() || word.ends_with("ed"))
    }

    /// The noun behind "a" at `at` by which somebody without a name is spoken of: "a senior official".
    fn introduced(&self, at: usize, sentence: Range<usize>) -> Option<&'a str> {
        /// From the article to the noun, in tokens.
        const PHRASE: usize = 4;
        // "Berg, a director", "Berg is a director", "a director, Ann Berg": somebody with a name
        const OF_ANOTHER: &[&str] = &[
            ",", "(", "\u{2013}", "\u{2014}", "is", "was", "be", "been", "being", "as", "became",
        ];
        if at > sentence.start && OF_ANOTHER.contains(&self.article.word(at - 1)) {
            return None;
        }
        let mut behind = at + 1..sentence.end.min(at + 1 + PHRASE);
        let noun = behind.find(|i| is_person_noun(self.article.word(*i)))?;
        let next = noun + 1 + usize::from(self.article.word(noun + 1) == ",");
        let named = self.names.binary_search_by_key(&next, |n| n.first).is_ok();
        (!named).then(|| self.article.word(noun))
    }

    /// Notes a mention without a name: a pronoun of that gender, else a noun.
    fn refer(
        &mut self,
        person: usize,
        sentence: usize,
        span: Span,
        subject: bool,
        pronoun: Option<Gender>,
    ) {
        let kind = match pronoun {
            Some(_) => MentionKind::Pronoun,
            None => MentionKind::Nominal,
        };
        let mentions = &mut self.people[person].entity.mentions;
        mentions.push(mention(span, kind));
        self.recent.push(Referent {
            person,
            sentence,
            at: span.start,
            subject,
            quoted: self.quotation.is_open,
            joined: false,
            listed: false,
            pronoun,
        });
    }

    /// "the French leader", "the president": the one person with that role (and country) named before.
    fn nominal(&self, at: usize, end: usize) -> Option<(usize, Span)> {
        if self.people.len() > LONGEST_LIST {
            return None;
        }
        let modifier = self.modifier(at + 1)?;
        let (last, role) = self.role(self.past_rank(modifier.end), end)?;
        let head = role.rsplit(' ').next()?;
        let classes = HEADS.get(head).map_or(&[][..], |c| &c[..]);
        // "the prime minister" is no other minister, and no other head: neither a president nor a chancellor
        let own = ROLES.get(role.as_str()).filter(|_| role.contains(' '));
        let fits = |class: &str| {
            own.map_or(classes.contains(&class), |own| {
                *own == class && class != "head"
            })
        };
        // before a name it is that person's title
        let names = self.names;
        if names.binary_search_by_key(&(last + 1), |n| n.first).is_ok()
            || matches!(self.article.word(last + 1), "-" | "of")
        {
            return None;
        }
        let tokens = self.article.tokens;
        let span = tokens[at].span.join(tokens[last].span);
        let country = modifier.country;
        let of = |own: &str, said: &str| own.contains(said) || said.contains(own);
        let may_be = |p: &Person| {
            let own = p.entity.organization.as_deref();
            let other = own
                .zip(modifier.organization)
                .is_some_and(|(o, s)| !of(o, s));
            p.entity.mentions.iter().any(|m| m.start < span.start)
                && (country.is_none() || p.entity.country.as_deref() == country)
                && !other
        };
        // who was called so first, then who may be called so; of several nobody
        let only = |fits: &dyn Fn(&Person) -> bool| {
            let people = self.people.iter().enumerate();
            let mut fitting = people.filter(|(_, p)| may_be(p) && fits(p));
            let (person, _) = fitting.next()?;
            fitting.next().is_none().then_some((person, span))
        };
        let called = |p: &Person| p.is_called(&role);
        if self.people.iter().any(|p| may_be(p) && called(p)) {
            return only(&called);
        }
        if let Some(person) = self.offices.get(&role) {
            return Some((*person, span));
        }
        only(&|p| p.class.is_some_and(&fits))
    }

    /// The index past a word at `at` that says which of those who have had an office: "the former president", "the 43rd
    /// president".
    fn past_rank(&self, at: usize) -> usize {
        let word = self.article.word(at);
        let ordinal = word.starts_with(|c: char| c.is_ascii_digit())
            && ["st", "nd", "rd", "th"].iter().any(|e| word.ends_with(e));
        at + usize::from(ordinal || matches!(word, "former" | "outgoing" | "incoming"))
    }

    /// What stands at token `at` before a role: a people, a party, a place or an organisation ("the Tory leader", "the
    /// Vermont senator", "the Acme chairman"), or nothing; `None` where another name stands.
    fn modifier(&self, at: usize) -> Option<Modifier<'_>> {
        let nothing = Modifier {
            end: at,
            country: None,
            organization: None,
        };
        let Ok(i) = self.names.binary_search_by_key(&at, |n| n.first) else {
            return Some(nothing);
        };
        let n = &self.names[i];
        let behind = Modifier {
            end: n.end,
            ..nothing
        };
        match n.kind {
            NameType::Nationality => {
                let country = n.known.and_then(|k| self.gazetteer.country_of_people(k));
                Some(Modifier {
                    country: country.map(|c| c.iso),
                    ..behind
                })
            }
            NameType::Place => Some(behind),
            NameType::Organization => Some(Modifier {
                organization: Some(n.span.of(self.article.text)),
                ..behind
            }),
            _ => None,
        }
    }

    /// The longest role that begins at token `first`, before `end`: its last token, and its words.
    fn role(&self, first: usize, end: usize) -> Option<(usize, String)> {
        /// "deputy prime minister", in words.
        const LONGEST_ROLE: usize = 3;
        (1..=LONGEST_ROLE).rev().find_map(|n| {
            let last = first + n - 1;
            if last >= end {
                return None;
            }
            let tokens = self.article.tokens;
            let span = tokens[first].span.join(tokens[last].span);
            let key = span.of(self.article.text).to_lowercase();
            ROLES.contains_key(key.as_str()).then_some((last, key))
        })
    }
}

/// Follows the quotation marks of an article from token to token, in each block anew.
#[derive(Debug, Default)]
pub(super) struct Quotation {
    block: Option<u32>,
    /// Whether what comes next is quoted.
    pub is_open: bool,
}

impl Quotation {
    /// Goes past token `i`.
    pub(super) fn pass(&mut self, article: &ArticleText<'_>, i: usize) {
        // `""Yes,""`: the second of two does nothing
        let doubled = article.word(i) == "\"" && i > 0 && article.word(i - 1) == "\"";
        if doubled && !article.tokens[i].spaced {
            return;
        }
        let block = Some(article.tokens[i].block);
        let same = self.block == block;
        let is_open = self.is_open && (same || closes_later(article, i));
        self.block = block;
        self.is_open = match Mark::at(article, i) {
            // `…, "he said`: straight ones do not nest
            Some(Mark::Opens) => !(is_open && same && article.word(i) == "\""),
            Some(Mark::Closes) => false,
            Some(Mark::Either) => !is_open,
            None => is_open,
        };
    }
}

/// What a token does that is a quotation mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Opens,
    Closes,
    /// A straight one whose white space does not say.
    Either,
}

impl Mark {
    fn at(article: &ArticleText<'_>, i: usize) -> Option<Mark> {
        match article.word(i) {
            "\"" if closes_before_cue(article.text, article.tokens, i) => Some(Mark::Closes),
            "\"" => Some(match opens(article, i) {
                Some(true) => Mark::Opens,
                Some(false) => Mark::Closes,
                None => Mark::Either,
            }),
            "\u{201c}" | "``" => Some(Mark::Opens),
            "\u{201d}" | "''" | "’’" => Some(Mark::Closes),
            _ => None,
        }
    }
}

/// Whether a quotation that was open at the end of a block goes on in the one that begins at token `i`: copy with a line
/// a sentence has one mark at the beginning and one at the end. The next mark says which it is.
fn closes_later(article: &ArticleText<'_>, i: usize) -> bool {
    /// Lines over which a quotation runs.
    const LINES: u32 = 8;
    let first = article.tokens[i].block;
    let mut lines =
        (i..article.tokens.len()).take_while(|j| article.tokens[*j].block < first + LINES);
    lines.find_map(|j| Mark::at(article, j)) == Some(Mark::Closes)
}

/// Whether a straight mark at `i` opens a quotation or closes one, by the white space on one side of it.
fn opens(article: &ArticleText<'_>, i: usize) -> Option<bool> {
    let apart = |j: usize| article.tokens.get(j).is_none_or(|t| t.spaced);
    let before = i == 0 || apart(i) || !article.same_block(i - 1, i);
    let behind = apart(i + 1) || !article.same_block(i, i + 1);
    (before != behind).then_some(before)
}

pub(super) fn first_token(article: &ArticleText<'_>, s: Span) -> usize {
    article.tokens.partition_point(|t| t.span.start < s.start)
}

pub(super) fn past_token(article: &ArticleText<'_>, s: Span) -> usize {
    article.tokens.partition_point(|t| t.span.start < s.end)
}

/// Whether a name from token `first` to `end` is likely what the sentence that begins at `sentence` is
/// about: it stands near its beginning, or before a verb.
pub(super) fn is_subject(
    article: &ArticleText<'_>,
    sentence: usize,
    first: usize,
    end: usize,
) -> bool {
    let after = article.word(end);
    // "observed Ann Berg", "said economist Ann Berg"
    let said = || (first.saturating_sub(2).max(sentence)..first).any(|i| says(article, i));
    // "(Ann Berg/AP)"
    let bracketed = first > 0 && article.word(first - 1) == "(";
    let is_verb = |word: &str| word.ends_with("ed") || WORDS.subject_verb.contains(&word);
    // "After Berg won, it was Lund who": what opens with a subordinate clause is about whom its main clause names
    let subordinate = SUBORDINATE.contains(&article.word(sentence));
    let opens = subordinate
        && first < sentence + LONGEST_CLAUSE
        && !(sentence..first).any(|i| article.word(i) == ",");
    // "A spokesman for Berg, Ann Lund, said"
    let led_in = first > sentence + 1 && matches!(article.word(first - 1), "for" | "of" | "with");
    let near = first < sentence + NEAR && !subordinate && !led_in;
    let cleft = after == "who" && first > 0 && matches!(article.word(first - 1), "was" | "is");
    // "his lawyer, Ann Berg, said"
    let apposed = after == ","
        && first > sentence
        && article.word(first - 1) == ","
        && is_verb(article.word(end + 1));
    // "Berg's lawyer" is another
    let owns = (article.tokens.get(end)).is_some_and(|t| t.kind == TokenKind::Clitic);
    !bracketed && !owns && (near || is_verb(after) && !opens || cleft || apposed || said())
}

/// What opens a sentence with a clause or phrase that stands before the main clause.
const SUBORDINATE: &[&str] = &[
    "After", "Although", "As", "Because", "Before", "Despite", "If", "Once", "Since", "Though",
    "Unlike", "When", "While",
];

/// Whether the word at `i` is a verb of saying whose subject may stand behind it.
fn says(article: &ArticleText<'_>, i: usize) -> bool {
    const INVERTED: &[&str] = &["say", "add", "write", "explain"];
    let cue = look_up(&article.tokens[i], article.text).cue;
    cue.is_some_and(|c| c.form == VerbForm::Finite && INVERTED.contains(&c.class))
}

/// The person of all these, if it is one.
fn only_person<'r>(mut referents: impl Iterator<Item = &'r Referent>) -> Option<usize> {
    let first = referents.next()?.person;
    referents.all(|n| n.person == first).then_some(first)
}

/// The one person a pronoun can mean, `others` apart: the subject of what was said last; nobody where two would do. Who
/// is named in a quotation is seldom who says it: "“I know the pain of the Bergs,” he said".
fn antecedent(
    recent: &[Referent],
    sentence: usize,
    wanted: Option<Gender>,
    genders: &[Option<Gender>],
    others: &[usize],
) -> Option<usize> {
    let fits = |n: &&Referent| {
        n.sentence + PRONOUN_REACH >= sentence
            && !(n.quoted && n.sentence == sentence || n.listed && wanted.is_some())
            && !others.contains(&n.person)
            && (wanted.is_none() || genders[n.person].is_none_or(|g| Some(g) == wanted))
    };
    let near = recent
        .iter()
        .rev()
        .take_while(|n| n.sentence + PRONOUN_REACH >= sentence);
    let mut group: Vec<&Referent> = near.filter(fits).collect();
    if wanted.is_some() && group.iter().any(|n| !n.quoted) {
        group.retain(|n| !n.quoted);
    }
    // of the sentence that names somebody last, the subject, else the only one
    let last = group.first()?.sentence;
    group.retain(|n| n.sentence == last);
    group.sort_by_key(|n| n.at);
    let mut distinct: Vec<usize> = group.iter().map(|n| n.person).collect();
    distinct.sort_unstable();
    distinct.dedup();
    if let [one] = distinct[..] {
        return Some(one);
    }
    // "He met Lund. He said": who was "he" goes on to be
    let same = |n: &&Referent| wanted.is_some() && n.pronoun == wanted && !n.quoted;
    if let Some(same) = group.iter().copied().find(same) {
        return Some(same.person);
    }
    let about = group.iter().filter(|n| n.subject && !n.joined);
    if let Some(one) = only_person(about.copied()) {
        return Some(one);
    }
    let is_sure = |n: &&&Referent| wanted.is_some() && genders[n.person] == wanted;
    let mut sure = group.iter().filter(is_sure);
    if let (Some(one), None) = (sure.next(), sure.next()) {
        return Some(one.person);
    }
    let alone = || group.iter().filter(|n| !n.joined);
    only_person(alone().copied()).or_else(|| alone().find(|n| n.subject).map(|n| n.person))
}

/// "the territory" after the only territory its sentence names.
fn territory(article: &ArticleText<'_>, range: Range<usize>, places: &mut [Entity]) {
    if places.len() > LONGEST_LIST {
        return;
    }
    let Some(span) = range.clone().find_map(|i| {
        (article.word(i) == "the" && article.word(i + 1) == "territory" && i + 1 < range.end)
            .then(|| article.tokens[i].span.join(article.tokens[i + 1].span))
    }) else {
        return;
    };
    let start = article.tokens[range.start].span.start;
    let mut fitting = places.iter_mut().filter(|p| {
        p.subtype.as_deref() == Some("region")
            && p.mentions
                .iter()
                .any(|m| m.start >= start && m.end <= span.start)
    });
    if let (Some(p), None) = (fitting.next(), fitting.next()) {
        p.mentions.push(mention(span, MentionKind::Nominal));
    }
}
