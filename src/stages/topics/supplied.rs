//! Topics that the supplier, the agency or the page states.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::vocabulary::{Code, Vocabulary};
use crate::intake::Supplied;
use crate::record::{Subject, TopicBasis};
use crate::text::data::{DataFile, data_file};
use crate::text::table;

pub(super) const CATEGORIES_FILE: DataFile<'static> = data_file!("topics/categories.tsv");
pub(super) const SECTIONS_FILE: DataFile<'static> = data_file!("topics/sections.tsv");

/// Keywords looked at: those that come later are tags of a site, not what the article is about.
const KEYWORDS: usize = 20;

/// Topics taken from section and keywords at most.
const FROM_PAGE: usize = 5;

/// Topics by scheme and category, both in lower case.
static CATEGORIES: LazyLock<HashMap<(&str, &str), Code>> = LazyLock::new(|| {
    let rows = table::rows::<3>(CATEGORIES_FILE.path, CATEGORIES_FILE.text());
    rows.map(|row| {
        let [scheme, category, code] = row.columns;
        match topic(code) {
            Some(code) => ((scheme, category), code),
            None => row.fault("no code of a Media Topic"),
        }
    })
    .collect()
});

/// Topics by what sections and keywords call them, in lower case.
static SECTIONS: LazyLock<HashMap<&str, Code>> = LazyLock::new(|| {
    let rows = table::rows::<2>(SECTIONS_FILE.path, SECTIONS_FILE.text());
    rows.map(|row| match topic(row.columns[1]) {
        Some(code) => (row.columns[0], code),
        None => row.fault("no code of a Media Topic"),
    })
    .collect()
});

fn topic(code: &str) -> Option<Code> {
    Code::read(code).filter(|c| Vocabulary::get().has(*c))
}

/// Reads the tables.
pub(super) fn load() {
    LazyLock::force(&CATEGORIES);
    LazyLock::force(&SECTIONS);
}

/// A code of the supplier's, with the supplier's name for it.
pub(super) struct Coded<'s> {
    pub code: Code,
    pub name: Option<&'s str>,
}

/// The Media Topics among a supplier's subjects, each once: those given as such, and those that its subject codes
/// became.
pub(super) fn codes(subjects: &[Subject]) -> Vec<Coded<'_>> {
    let mut codes: Vec<Coded<'_>> = Vec::new();
    for subject in subjects {
        if let Some(code) = iptc_code(subject)
            && codes.iter().all(|c| c.code != code)
        {
            let name = subject.name.as_deref();
            codes.push(Coded { code, name });
        }
    }
    codes
}

fn iptc_code(subject: &Subject) -> Option<Code> {
    /// Media Topics below level 1 have codes from here on.
    const BELOW_LEVEL_1: u32 = 20_000_000;
    let scheme = subject.scheme.as_deref().unwrap_or_default();
    let code = Code::read(subject.code.as_deref()?)?;
    if scheme == "medtop" {
        return Some(code);
    }
    // agencies have names of their own for IPTC's subject codes: "sttsubj"
    let scheme = scheme.to_lowercase();
    let is_iptc =
        scheme.contains("iptc") || scheme.ends_with("subj") || scheme.ends_with("subjectcode");
    match code.0 {
        _ if !is_iptc => None,
        BELOW_LEVEL_1.. => Some(code),
        _ => Vocabulary::get().of_subject_code(code),
    }
}

/// What an agency's categories and the names of its subjects say, then the section and the keywords; each topic once.
pub(super) fn stated(supplied: &Supplied) -> Vec<(Code, TopicBasis)> {
    let mut found: Vec<(Code, TopicBasis)> = Vec::new();
    let mut add = |code: Option<Code>, basis: TopicBasis| {
        if let Some(code) = code
            && found.len() < FROM_PAGE
            && found.iter().all(|f| f.0 != code)
        {
            found.push((code, basis));
        }
    };
    for subject in &supplied.subjects {
        let by_name = || named(subject.name.as_deref()?);
        add(category(subject).or_else(by_name), TopicBasis::Supplied);
    }
    if let Some(section) = &supplied.section {
        match named(section) {
            Some(code) => add(Some(code), TopicBasis::Section),
            // a way through the site: "News > Business > Markets"
            None => section
                .split(['/', '>', '|', ',', ';', ':'])
                .for_each(|part| add(named(part), TopicBasis::Section)),
        }
    }
    for keyword in supplied.keywords.iter().take(KEYWORDS) {
        add(named(keyword), TopicBasis::Section);
    }
    found
}

fn category(subject: &Subject) -> Option<Code> {
    let scheme = subject.scheme.as_deref()?.to_lowercase();
    let code = subject.code.as_deref()?.to_lowercase();
    CATEGORIES.get(&(&*scheme, &*code)).copied()
}

fn named(name: &str) -> Option<Code> {
    let name = name.trim().to_lowercase();
    let section = SECTIONS.get(&*name).copied();
    section.or_else(|| Vocabulary::get().named(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(scheme: &str, code: &str) -> Subject {
        Subject {
            scheme: (!scheme.is_empty()).then(|| scheme.to_owned()),
            code: Some(code.to_owned()),
            name: None,
        }
    }

    fn of(subjects: &[Subject]) -> Vec<String> {
        codes(subjects).iter().map(|c| c.code.to_string()).collect()
    }

    #[test]
    fn codes_of_both_vocabularies_are_kept_once() {
        let subjects = [
            subject("medtop", "20000639"),
            subject("iptc-subject-code", "11002000"),
            subject("sttsubj", "04000000"),
            subject("medtop", "20999999"),
            subject("products", "20000639"),
            subject("dpacat", "pl"),
        ];
        assert_eq!(of(&subjects), ["20000639", "04000000", "20999999"]);
    }

    #[test]
    fn categories_and_sections_are_topics() {
        let mut supplied = Supplied {
            section: Some("News > Business".into()),
            keywords: vec!["Climate change".into(), "Norland".into()],
            ..Supplied::default()
        };
        supplied.subjects = vec![subject("anpa-category", "s"), subject("anpa-category", "i")];
        let codes: Vec<(u32, TopicBasis)> =
            stated(&supplied).iter().map(|(c, b)| (c.0, *b)).collect();
        let expected = [
            (15_000_000, TopicBasis::Supplied),
            (4_000_000, TopicBasis::Section),
            (20_000_418, TopicBasis::Section),
        ];
        assert_eq!(codes, expected);
    }
}
