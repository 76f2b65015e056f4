//! Names in a byline field.

use super::is_agency;
use super::lists::is_new;
use crate::record::{Author, AuthorRole};
use crate::text::word_lists::word_lists;

word_lists! {
    /// What a byline field is taken apart by.
    WORDS "wire/authors.tsv" {
        /// What it may begin with, in the order in which they are taken off.
        opening,
        /// What stands between two names, beside a comma.
        between,
        /// Words, in small letters, that make a part of it no person's name.
        house_word,
        /// What the name of a newsroom ends with where names are written without a space.
        house_ending,
    }
}

/// Names in a byline field. Only what a field of names needs: the wires' own conventions (capitals,
/// agencies, places) are read later, on every format alike.
pub fn authors_of(byline: &str) -> Vec<Author> {
    let mut authors: Vec<Author> = Vec::new();
    for part in &parts(byline) {
        // "Marco Krefting, dpa": the agency after the names is theirs.
        if is_agency(part) {
            for author in &mut authors {
                author.organization.get_or_insert_with(|| part.clone());
            }
            continue;
        }
        let (name, organization) = match part.split_once('/') {
            Some((name, agency)) if is_agency(agency.trim()) => {
                (name.trim(), Some(agency.trim().to_owned()))
            }
            _ => (part.as_str(), None),
        };
        if is_person(name) && is_new(&authors, |a| a.name == name) {
            authors.push(Author {
                name: name.to_owned(),
                role: AuthorRole::Writer,
                organization,
            });
        }
    }
    authors
}

/// A byline without its "By", doubled ("By By Jane Roe") or glued to the name ("ByJane Roe") as it may be.
pub fn without_by(byline: &str) -> &str {
    let mut text = byline.trim();
    while let Some(rest) = behind_by(text) {
        text = rest;
    }
    text
}

/// A byline with one "By" where it had several, or one that was glued to the name.
pub fn one_by(byline: &str) -> String {
    let names = without_by(byline);
    let by = byline.trim();
    let Some(first) = behind_by(by) else {
        return by.to_owned();
    };
    format!("{} {names}", by[..by.len() - first.len()].trim_end())
}

/// What stands behind one "By".
fn behind_by(text: &str) -> Option<&str> {
    let spaced = WORDS.opening.iter().find_map(|by| text.strip_prefix(by));
    // Of other languages' words names are made: "DiMaggio".
    let glued = || {
        let english = WORDS
            .opening
            .rows()
            .filter(|(language, _)| *language == "en");
        let mut rests = english.filter_map(|(_, by)| text.strip_prefix(by.strip_suffix(' ')?));
        rests.find(|rest| {
            let mut letters = rest.chars();
            let [first, second] = [letters.next(), letters.next()];
            first.is_some_and(char::is_uppercase) && second.is_some_and(char::is_lowercase)
        })
    };
    spaced
        .or_else(glued)
        .map(str::trim_start)
        .filter(|rest| !rest.is_empty())
}

/// The names and employers in a byline without its "By".
fn parts(byline: &str) -> Vec<String> {
    let text = without_by(byline);
    let text = WORDS
        .between
        .iter()
        .fold(text.to_owned(), |t, and| t.replace(and, ","));
    let mut parts: Vec<String> = Vec::new();
    for part in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        match parts.last_mut() {
            // "Moreau, A. B., Lind, C.": initials stand behind their surname.
            Some(surname) if are_given_initials(part) && !surname.contains(' ') => {
                *surname = format!("{part} {surname}");
            }
            _ => parts.push(part.to_owned()),
        }
    }
    parts
}

/// Whether a part of a byline is nothing but the initials of given names: "A. B.", "J.-F.".
fn are_given_initials(text: &str) -> bool {
    text.split([' ', '-']).all(|w| {
        let letters = w.strip_suffix('.').unwrap_or_default();
        letters.chars().count() == 1 && letters.chars().all(char::is_uppercase)
    })
}

/// Whether a part of a byline field is a person's name: two to six words, capitals, no digits; two to
/// eight signs where names are written without a space. The field says that names stand there; of a
/// line of copy, `wire::byline` asks more.
fn is_person(text: &str) -> bool {
    if text.chars().all(is_unspaced) {
        return (2..=8).contains(&text.chars().count())
            && !WORDS.house_ending.iter().any(|end| text.ends_with(end));
    }
    let words = text.split_whitespace().count();
    let last = text.split_whitespace().next_back();
    let is_more_than_initials = || {
        text.split([' ', '.'])
            .any(|w| w.chars().filter(|c| c.is_alphabetic()).count() > 1)
    };
    (2..=6).contains(&words)
        && !text.starts_with("The ")
        && text.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase())
        && !text.contains(|c: char| c.is_ascii_digit() || matches!(c, '@' | ':' | '('))
        && last.is_some_and(|w| w.chars().any(|c| c.is_alphabetic() && !c.is_lowercase()))
        && is_more_than_initials()
        && !names_house(text)
}

/// Whether a word in it is that of a newsroom, not of a person.
fn names_house(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower
        .split_whitespace()
        .any(|word| WORDS.house_word.contains(&word))
}

/// Whether a character is one of those that Chinese, Japanese and Korean names are written in: Han,
/// Kana, Hangul.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}
