//! Bylines: who wrote the copy, as a line of its own at its head.

use std::sync::LazyLock;

use super::agencies::{Agency, agency};
use super::{head, is_body, is_wire, letter_case, scan};
use crate::intake::draft::{Draft, DraftBlock};
use crate::intake::outlets::Outlets;
use crate::record::{Author, AuthorRole, BlockKind, RemovedKind};
use crate::text::word_lists::word_lists;

/// Longest byline, in characters.
const LONGEST_BYLINE: usize = 160;
/// How many paragraphs of a summary can stand between the head and the byline, the byline included.
const SUMMARIES: usize = 3;
/// Most words in the name of a person.
const NAME_WORDS: usize = 5;

word_lists! {
    /// What bylines are told by.
    WORDS "wire/byline.tsv" {
        /// What a byline begins with. "By" is not enough by itself: what follows must be names.
        opening,
        /// Words between two writers, as they are written.
        between,
        /// More of them, which names may hold too.
        between_or_inside,
        /// Words that names of people do not hold.
        not_a_name,
        /// The word that a post or an employer ends with.
        post,
        /// Posts behind the name of an agency, in front of the names.
        before_names,
        /// Words in a name that are not written with a capital, and what stands behind one.
        particle,
        /// What parts a name from the place its owner wrote in.
        place,
        /// Words behind the name of an agency that make it those who work for it.
        staff,
    }
    with OPENINGS
}

static OPENINGS: LazyLock<scan::Prefixes> =
    LazyLock::new(|| scan::Prefixes::new(WORDS.opening.phrases()));

/// Reads the byline at the head of a draft, or the one its format supplied.
pub(super) fn apply(draft: &mut Draft, outlets: &Outlets) {
    if let Some(given) = draft.supplied.byline.clone() {
        note(draft, &given, outlets);
        // A byline element that is an agency's name is a credit.
        if draft.supplied.authors.is_empty() && agency(strip(&given).unwrap_or(&given)).is_some() {
            draft.supplied.byline = None;
        }
    }
    at_head(draft, outlets);
    agencies_to_credit(draft);
    for author in &mut draft.supplied.authors {
        author.name = name_case(&author.name);
        // Formats give the post: "AP Business Writer".
        let post = author.organization.take_if(|words| is_post(words));
        author.organization = post
            .and_then(|words| organization(&words, outlets))
            .or(author.organization.take());
    }
}

/// An agency is no author, whoever says so, a page's own data among them: its name goes to the credit, and behind a
/// person's name it is the person's employer.
fn agencies_to_credit(draft: &mut Draft) {
    let s = &mut draft.supplied;
    let credit = &mut s.credit;
    s.authors.retain_mut(|author| {
        let name = strip(&author.name).unwrap_or(&author.name);
        if let Some(agency) = house(name) {
            credit.get_or_insert_with(|| agency.name.to_owned());
            return false;
        }
        if let Some((person, agency)) = employed(name) {
            author
                .organization
                .get_or_insert_with(|| agency.name.to_owned());
            author.name = person.to_owned();
        }
        true
    });
}

/// The agency that signs so, by itself or as those who work for it: "dpa correspondents", "AFP staff".
fn house(name: &str) -> Option<&'static Agency> {
    let name = name.trim_end_matches('.');
    if let Some(agency) = agency(name) {
        return Some(agency);
    }
    let (first, rest) = name.split_once([' ', '-'])?;
    let agency = agency(first)?;
    let is_staff = |word: &str| WORDS.staff.iter().any(|s| word.eq_ignore_ascii_case(s));
    let lower = rest.to_lowercase();
    lower.split_whitespace().all(is_staff).then_some(agency)
}

/// A person, and the agency whose name stands behind theirs: "JANE ROE Associated Press".
pub fn employed(name: &str) -> Option<(&str, &'static Agency)> {
    let cuts = name.match_indices(' ').map(|(at, _)| at);
    cuts.skip(1).find_map(|at| {
        let (person, source) = (
            name[..at].trim_end_matches([',', '|', '/', '-', ' ']),
            &name[at + 1..],
        );
        let agency = agency(source.trim_matches(['(', ')', '|', '/', '-', ' ']))?;
        is_name(person).then_some((person, agency))
    })
}

/// Takes the byline out of the blocks at the head.
fn at_head(draft: &mut Draft, outlets: &Outlets) {
    let end = head(&draft.blocks);
    let is_line =
        |b: &DraftBlock| is_body(b) && b.kind != BlockKind::ListItem && is_byline(&b.text, outlets);
    let found = draft.blocks[..end].iter().position(is_line);
    // AP sets a summary of a paragraph or two above its byline.
    let below_summary = || {
        let below = draft.blocks.iter().skip(end).take(SUMMARIES);
        let at = below.clone().position(is_line)?;
        is_wire(draft.format).then_some(end + at)
    };
    let Some(at) = found.or_else(below_summary) else {
        if is_wire(draft.format) {
            signed_at_head(draft, end);
        }
        return;
    };
    let line = draft.remove(at, RemovedKind::Byline);
    let line = scan::bare(&line).to_owned();
    note(draft, &line, outlets);
    // AP sets the writer's agency or post on the line below.
    if let Some(below) = draft.blocks.get(at)
        && let Some(organization) = organization(&below.text, outlets)
    {
        for author in &mut draft.supplied.authors {
            author
                .organization
                .get_or_insert_with(|| organization.clone());
        }
        draft.remove(at, RemovedKind::Byline);
    }
}

/// Takes the line of a name and an agency out of the first blocks of a wire's copy.
fn signed_at_head(draft: &mut Draft, end: usize) {
    let signed = |b: &DraftBlock| is_body(b).then(|| signature(&b.text))?;
    let found = (0..end).find_map(|at| Some((at, signed(&draft.blocks[at])?)));
    if let Some((at, author)) = found {
        let line = draft.remove(at, RemovedKind::Byline);
        let s = &mut draft.supplied;
        s.byline.get_or_insert(line);
        s.add_author(&author.name, author.role, author.organization);
    }
}

/// Puts what a byline says on the draft: its line, its authors, or the credit that an agency's name is.
fn note(draft: &mut Draft, line: &str, outlets: &Outlets) {
    let supplied = &mut draft.supplied;
    let people = strip(line).unwrap_or(line);
    if let Some(agency) = house(people) {
        supplied
            .credit
            .get_or_insert_with(|| agency.name.to_owned());
        return;
    }
    supplied.byline.get_or_insert_with(|| line.to_owned());
    // Some may be known already, from a part that is not for publication or as the format lists them;
    // the byline gives the order.
    let known = &mut supplied.authors;
    let named: Vec<Author> = authors(people, outlets)
        .into_iter()
        .map(|named| {
            let same = |a: &Author| a.name.to_lowercase() == named.name.to_lowercase();
            match known.iter().position(same) {
                Some(at) => {
                    let known = known.remove(at);
                    Author {
                        organization: known.organization.or(named.organization),
                        ..known
                    }
                }
                None => named,
            }
        })
        .collect();
    known.splice(0..0, named);
}

/// A name as one writes it: AP sets all of it in capitals, AFP and Belga the surname. One word in capitals
/// is an agency's or an outlet's.
fn name_case(name: &str) -> String {
    if !name.contains(' ') {
        return name.to_owned();
    }
    let capitals = |w: &str| {
        w.chars().filter(|c| c.is_alphabetic()).count() > 2
            && !w.chars().any(char::is_lowercase)
            && !w.contains('.')
            && !w.trim_matches(['I', 'V', 'X']).is_empty()
    };
    if !name.chars().any(char::is_lowercase) {
        return letter_case::title_case(name);
    }
    // A first word in capitals is an acronym: "GNOME Team".
    if !name.split(' ').next_back().is_some_and(capitals) && !name.ends_with(['I', 'V', 'X']) {
        return name.to_owned();
    }
    let words = name.split(' ').map(|w| {
        if capitals(w) {
            letter_case::title_case(w)
        } else {
            w.to_owned()
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Whether a line is a byline: "By" and nothing but names, posts and outlets.
pub(super) fn is_byline(line: &str, outlets: &Outlets) -> bool {
    let line = scan::bare(line);
    let Some(people) = strip(line) else {
        return false;
    };
    if line.chars().count() > LONGEST_BYLINE {
        return false;
    }
    if house(people).is_some() {
        return true;
    }
    // A sentence that begins with "By": it ends with a full stop and holds more than names.
    let mut named = false;
    let all = parts(people).iter().all(|part| {
        is_employer(part, outlets) || {
            named |= is_name(part);
            is_name(part)
        }
    });
    all && named
}

/// Whether a part of a byline is an agency, a post or an outlet.
fn is_employer(part: &str, outlets: &Outlets) -> bool {
    agency(part).is_some() || is_post(part) || outlets.by_name(part).is_some()
}

/// Whether a line begins as bylines do, with a capital behind it: "By Jane Roe".
pub fn opens_byline(line: &str) -> bool {
    strip(line).is_some()
}

fn strip(line: &str) -> Option<&str> {
    let line = scan::bare(line);
    // "(di Anna Rossi)" (ANSA).
    let line = line
        .strip_prefix('(')
        .and_then(|l| l.strip_suffix(')'))
        .unwrap_or(line);
    let rest = OPENINGS.after(line)?.trim();
    (rest.starts_with(char::is_uppercase) || house(rest).is_some()).then_some(rest)
}

/// The writers named in a byline without its "By".
fn authors(people: &str, outlets: &Outlets) -> Vec<Author> {
    let mut authors: Vec<Author> = Vec::new();
    for part in parts(people) {
        if is_employer(&part, outlets) {
            let organization = organization(&part, outlets);
            for author in authors.iter_mut().filter(|a| a.organization.is_none()) {
                author.organization.clone_from(&organization);
            }
        } else if is_name(&part) {
            authors.push(Author {
                name: name_case(&part),
                role: AuthorRole::Writer,
                organization: None,
            });
        }
    }
    authors
}

/// The names in a byline without its "By": parted at commas, semicolons, bars and "and", places after
/// "in" left out.
pub fn split_names(names: &str) -> Vec<String> {
    let names = strip(names).unwrap_or(names);
    let found: Vec<String> = parts(names)
        .into_iter()
        .filter(|p| is_name(p))
        .map(|p| letter_case::title_case(&p))
        .collect();
    if found.is_empty() {
        parts(names)
    } else {
        found
    }
}

/// A name and the agency behind a stroke, as STT and TT sign: "Anna Lind/TT", "Helsinki, Matti Malli /
/// STT"; or behind a comma, as CP does: "Jane Roe, The Canadian Press".
pub(super) fn signature(line: &str) -> Option<Author> {
    let line = scan::bare(line);
    let (name, organization) = match line.split_once('/') {
        Some((name, source)) => {
            let organization = agency(source.trim()).filter(|a| a.no_dash)?;
            (name.rsplit(',').next().unwrap_or(name), organization)
        }
        None => {
            // By its short form it might be anything: "Smith, Jones, PA".
            let (name, source) = line.rsplit_once(", ").filter(|(_, s)| s.contains(' '))?;
            (name, agency(source)?)
        }
    };
    let name = name.trim();
    (name.contains(' ') && agency(name).is_none() && is_name(name)).then(|| Author {
        name: name_case(name),
        role: AuthorRole::Writer,
        organization: Some(organization.name.to_owned()),
    })
}

fn parts(people: &str) -> Vec<String> {
    // "Xinhua writers Li Wei, Wang Fang": the agency and the post in front of the names.
    let names = people.split_once(' ').and_then(|(first, rest)| {
        agency(first)?;
        scan::after_any(rest, &WORDS.before_names)
    });
    names
        .unwrap_or(people)
        .split([',', ';', '|', '/', '•', '·'])
        .flat_map(|part| {
            let mut rest = Some(part);
            std::iter::from_fn(move || {
                let part = rest?;
                let (first, left) = match scan::split_at_any(part, &WORDS.between) {
                    Some((first, left)) => (first, Some(left)),
                    None => (part, None),
                };
                rest = left;
                Some(first)
            })
        })
        .map(|part| {
            let part = scan::split_at_any(part, &WORDS.place).map_or(part, |(p, _)| p);
            scan::bare(part.trim().trim_start_matches("and ")).to_owned()
        })
        .flat_map(|part| {
            if is_name(&part) {
                return vec![part];
            }
            // A name may hold such a word, "Ortega y Gasset"; then it is one.
            scan::split_at_any(&part, &WORDS.between_or_inside)
                .filter(|(a, b)| is_name(a) && is_name(b))
                .map_or_else(
                    || vec![part.clone()],
                    |(a, b)| vec![a.to_owned(), b.to_owned()],
                )
        })
        .filter(|part| !part.is_empty())
        .collect()
}

/// Whether words can be the name of a person: two to five, capitalised, without figures; particles
/// and initials allowed. One word is a name when all of it is in letters and capitalised.
pub(super) fn is_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    let mut words = 0;
    for word in name.split_whitespace() {
        words += 1;
        let particle = WORDS.particle.contains(&word);
        let letters = word
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '.' | '\'' | '’' | '-' | '`' | '´'));
        if !letters
            || !(particle
                || word.starts_with(char::is_uppercase)
                || word.starts_with("al-")
                || word.starts_with("d'"))
        {
            return false;
        }
    }
    (2..=NAME_WORDS).contains(&words)
        && !name
            .split_whitespace()
            .any(|w| WORDS.not_a_name.iter().any(|n| w.eq_ignore_ascii_case(n)))
}

/// Whether words are a post or an employer ("AP Business Writer", "Staff Writer", "Associated Press").
fn is_post(words: &str) -> bool {
    let count = words.split_whitespace().count();
    let last = words.split_whitespace().next_back().unwrap_or("");
    (1..=6).contains(&count)
        && words.starts_with(char::is_uppercase)
        && WORDS.post.iter().any(|e| last.eq_ignore_ascii_case(e))
}

/// Longest line below a byline that is a post or an employer, in bytes.
const LONGEST_POST: usize = 60;

/// The employer in a post: the agency that "AP Business Writer" names, the outlet, or the words as they are.
pub fn organization(words: &str, outlets: &Outlets) -> Option<String> {
    let words = scan::bare(words);
    if words.len() > LONGEST_POST || words.ends_with(['.', ':', ',']) {
        return None;
    }
    if let Some(agency) = agency(words) {
        return Some(agency.name.to_owned());
    }
    if let Some(entry) = outlets.by_name(words) {
        return Some(entry.name.clone());
    }
    if !is_post(words) {
        return None;
    }
    // "Press Association Political Correspondent": the longest beginning that is an agency.
    let ends = words.match_indices(' ').map(|(at, _)| at);
    let named = ends.filter_map(|end| agency(&words[..end])).next_back();
    Some(named.map_or_else(|| words.to_owned(), |a| a.name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::formats::Format;

    #[test]
    fn bylines_are_told_from_sentences() {
        let outlets = Outlets::shipped();
        for yes in [
            "By Jane Roe",
            "By JANE ROE and JOHN Q. PUBLIC",
            "^By JANE ROE=",
            "By The Associated Press",
            "By Jane Roe, The Washington Post",
            "By Jane Roe and John Doe | Reuters",
            "Von Marco Muster und Sunna Sen, dpa",
            "By Jean-Luc O'Neill, AP Business Writer",
            "Par Jean DUPUIS et Marie DURANT",
            "Av Ola Nordhus / NTB",
            "Door Jan Jansens",
            "Por Ana Ruiz y Luis Soler",
        ] {
            assert!(is_byline(yes, outlets), "{yes}");
        }
        for no in [
            "By Monday the ferry had sunk.",
            "By The time they came",
            "By law, all ferries must carry boats.",
            "By 10 p.m. it was over",
            "By contrast, Westmere has two.",
            "Jane Roe",
            "By and large",
            "By Sports Network",
            "By SOCIAL MEDIA WEBSITE",
        ] {
            assert!(!is_byline(no, outlets), "{no}");
        }
    }

    #[test]
    fn a_post_names_its_employer() {
        let of = |words: &str| organization(words, Outlets::shipped());
        for (post, employer) in [
            ("AP Business Writer", "AP"),
            ("Associated Press Writer", "AP"),
            ("Press Association Political Correspondent", "PA"),
            ("Harbour Writer", "Harbour Writer"),
        ] {
            assert_eq!(of(post).as_deref(), Some(employer), "{post}");
        }
    }

    #[test]
    fn an_agency_is_no_author() {
        let read = |names: &[&str]| {
            let mut draft = Draft::new(Format::Rss, "utf-8", "".into());
            for name in names {
                draft.supplied.add_author(name, AuthorRole::Writer, None);
            }
            apply(&mut draft, Outlets::shipped());
            let authors = draft.supplied.authors.into_iter();
            let authors: Vec<_> = authors.map(|a| (a.name, a.organization)).collect();
            (authors, draft.supplied.credit)
        };
        let jane =
            |organization: Option<&str>| ("Jane Roe".to_owned(), organization.map(str::to_owned));
        assert_eq!(read(&["The Associated Press"]), (vec![], Some("AP".into())));
        assert_eq!(
            read(&["AFP staff", "Jane Roe"]),
            (vec![jane(None)], Some("AFP".into()))
        );
        assert_eq!(
            read(&["JANE ROE Associated Press"]),
            (vec![jane(Some("AP"))], None)
        );
        assert_eq!(read(&["Jane Roe"]), (vec![jane(None)], None));
        for house in [
            "By dpa correspondents",
            "Von dpa-Korrespondenten",
            "By dpa staff writers",
        ] {
            assert!(is_byline(house, Outlets::shipped()), "{house}");
        }
        assert!(!is_byline("By staff of the ferry", Outlets::shipped()));
    }

    #[test]
    fn a_byline_may_stand_below_a_summary() {
        let mut draft = Draft::new(Format::Anpa, "utf-8", "".into());
        let summary = "The ferry line of Westmere is to close its night service, its owner says in a letter to the council.";
        for line in [
            summary,
            "Nobody is pleased.",
            "By JANE ROE",
            "AP Business Writer",
            "WESTMERE (AP) — The ferry line is to close.",
        ] {
            draft
                .blocks
                .push(DraftBlock::new(BlockKind::Paragraph, line));
        }
        apply(&mut draft, Outlets::shipped());
        let author = &draft.supplied.authors[0];
        assert_eq!(
            (author.name.as_str(), author.organization.as_deref()),
            ("Jane Roe", Some("AP"))
        );
        assert_eq!(draft.blocks.len(), 3);
    }

    #[test]
    fn names_and_employers_are_taken_apart() {
        let authors = |people| authors(people, Outlets::shipped());
        let got = authors("JANE ROE, JOHN DOE and Ann van der Berg, Associated Press");
        let names: Vec<_> = got.iter().map(|a| a.name.as_str()).collect();
        assert_eq!(names, ["Jane Roe", "John Doe", "Ann van der Berg"]);
        assert!(got.iter().all(|a| a.organization.as_deref() == Some("AP")));
        let names: Vec<_> = authors("Jean DUPUIS et Marie DURANT-BOIS")
            .into_iter()
            .map(|a| a.name)
            .collect();
        assert_eq!(names, ["Jean Dupuis", "Marie Durant-Bois"]);
        assert_eq!(name_case("Ana CRUZ III"), "Ana Cruz III");
        assert_eq!(name_case("AFP"), "AFP");
        assert_eq!(
            split_names("By Jane Roe in Westmere and John Doe"),
            ["Jane Roe", "John Doe"]
        );
    }
}
