//! The agency the copy comes from, and how that is known.
//!
//! Publishers print agency copy under their own name; what gives it away is a credit, the agency in
//! the dateline, a byline ("By The Associated Press"), the copyright line, the feed it came by, or, far
//! weaker, the first agency in a list of outlets that an aggregator left behind: such lists stand in the order in
//! which the copy came. All that agree are kept as the basis; where they disagree the strongest wins.

use std::sync::Arc;

use super::{Outcome, Stage, StageError};
use crate::intake::outlets::{Entry, Kind};
use crate::intake::{Article, Outlets, Supplied, wire};
use crate::pipeline::Budget;
use crate::record::{AuthorRole, Origin, OriginBasis, Removed, RemovedKind};
use crate::text::data::Data;
use crate::text::word_lists::word_lists;

pub struct OriginStage {
    outlets: Arc<Outlets>,
    data: Data,
}

word_lists! {
    /// See the comments in the file.
    WORDS "origin/words.tsv" {
        lead,
    }
}

impl Stage for OriginStage {
    type Reads = ();
    type Finds = Origin;

    fn data(&self) -> Option<&Data> {
        Some(&self.data)
    }

    fn run(&self, article: &Article, (): (), _: &Budget) -> Result<Outcome<Origin>, StageError> {
        let mut evidence = Evidence::default();
        for (text, basis) in sources(&article.supplied) {
            for agency in self.agencies(text, basis) {
                evidence.note(agency, basis);
            }
        }
        if let Some(first) = self.first_listed(&article.removed) {
            evidence.note(code(first), OriginBasis::OutletList);
        }
        Ok(match evidence.best() {
            Some(origin) => Outcome::found(origin),
            None => Outcome::Skipped("nothing names an agency"),
        })
    }
}

/// The lines that may name an agency, the strongest kinds first.
fn sources(s: &Supplied) -> impl Iterator<Item = (&str, OriginBasis)> {
    let dateline = s.dateline.as_ref().and_then(|d| d.source.as_deref());
    let outlet = s.outlet.as_ref().map(|o| o.name.as_str());
    let lines = [
        (s.credit.as_deref(), OriginBasis::Credit),
        (dateline, OriginBasis::Dateline),
        (s.byline.as_deref(), OriginBasis::Byline),
        (s.copyright.as_deref(), OriginBasis::Copyright),
        (s.source.as_deref(), OriginBasis::Source),
        (outlet, OriginBasis::Source),
    ];
    let writers = s.authors.iter().filter(|a| a.role == AuthorRole::Writer);
    let employers = writers.map(|a| (a.organization.as_deref(), OriginBasis::Byline));
    let all = lines.into_iter().chain(employers);
    all.filter_map(|(text, basis)| Some((text?, basis)))
}

/// The agencies that something names, in that order: "APA/dpa" is copy that APA sent.
#[derive(Debug, Default)]
struct Evidence(Vec<(String, Vec<OriginBasis>)>);

impl Evidence {
    fn note(&mut self, agency: &str, basis: OriginBasis) {
        match self.0.iter_mut().find(|(known, _)| known == agency) {
            Some((_, bases)) if bases.contains(&basis) => {}
            Some((_, bases)) => bases.push(basis),
            None => self.0.push((agency.to_owned(), vec![basis])),
        }
    }

    /// The agency with the strongest basis, of several the one with the most, then the first.
    fn best(self) -> Option<Origin> {
        let strongest = |bases: &[OriginBasis]| bases.iter().copied().map(strength).max();
        let named = self.0.into_iter().rev();
        let (agency, basis) = named.max_by_key(|(_, bases)| (strongest(bases), bases.len()))?;
        Some(Origin {
            agency,
            confidence: None,
            basis,
        })
    }
}

impl OriginStage {
    pub fn new(outlets: Arc<Outlets>) -> Self {
        load();
        let data = outlets.data().and(&Data::of(&[FILE]));
        OriginStage { outlets, data }
    }

    /// The first agency in lists of outlets that were removed.
    fn first_listed(&self, removed: &[Removed]) -> Option<&Entry> {
        let lists = removed.iter().filter(|r| r.kind == RemovedKind::OutletList);
        let entry = |name: &str| {
            let named = self.outlets.by_name(name);
            named.or_else(|| self.outlets.by_feed(name))
        };
        let mut agencies = lists
            .flat_map(|r| &r.outlets)
            .filter_map(|o| entry(&o.name))
            .filter(|e| e.kind == Some(Kind::Agency));
        agencies.next()
    }

    /// The agencies that a credit, a copyright line or a name of a source names.
    fn agencies(&self, text: &str, basis: OriginBasis) -> Vec<&str> {
        use OriginBasis::{Byline, Credit, Dateline};
        let found = |part: &str| {
            let part = part.trim();
            let signed = wire::agency(part).map(|agency| agency.name);
            let named = self.outlets.by_name(part);
            let Some(entry) = named.or_else(|| self.outlets.by_name(signed?)) else {
                // How copy is signed says it even where the table of outlets lacks the agency; a source may be
                // named "app" for other reasons.
                return signed.filter(|_| matches!(basis, Credit | Dateline | Byline));
            };
            (entry.kind == Some(Kind::Agency)).then(|| code(entry))
        };
        if let Some(agency) = found(text) {
            return vec![agency];
        }
        // "© 2025 The Associated Press. All rights reserved", "Reuters/AFP", "By PA staff and AFP"
        text.split([
            '/', ',', ';', '.', '|', '(', ')', '©', '&', '+', '-', '–', '—',
        ])
        .flat_map(|part| part.split(" and "))
        .filter_map(|part| {
            found(part.trim_matches(|c: char| c.is_ascii_digit() || c.is_whitespace()))
                .or_else(|| found(without_lead(part)))
        })
        .collect()
    }
}

/// A part of a credit without the words that come before a name.
fn without_lead(part: &str) -> &str {
    let mut rest = part.trim();
    loop {
        let Some((word, tail)) = rest.split_once(' ') else {
            return rest;
        };
        let lower = word.to_ascii_lowercase();
        let lead = WORDS.lead.contains(&&*lower) || word.chars().all(|c| c.is_ascii_digit());
        if !lead {
            return rest;
        }
        rest = tail.trim();
    }
}

/// The short form a newsroom calls an agency by: its own initials where it goes by them, else its name.
fn code(entry: &Entry) -> &str {
    let initials =
        |name: &&str| (2..=5).contains(&name.len()) && name.chars().all(|c| c.is_ascii_uppercase());
    std::iter::once(entry.name.as_str())
        .chain(entry.aliases.iter().map(String::as_str))
        .find(|n| initials(n))
        .unwrap_or(&entry.name)
}

/// How far a basis goes before another: what the agency itself wrote comes first.
fn strength(basis: OriginBasis) -> u8 {
    match basis {
        OriginBasis::Dateline => 6,
        OriginBasis::Credit => 5,
        OriginBasis::Byline => 4,
        OriginBasis::Copyright => 3,
        OriginBasis::DuplicateOf | OriginBasis::Source => 2,
        OriginBasis::OutletList => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::{Draft, Format};
    use crate::record::{Author, Dateline, Outlet, Removed};

    fn origin(fill: impl FnOnce(&mut Draft)) -> Option<Origin> {
        let mut draft = Draft::new(Format::Text, "utf-8", "".into());
        fill(&mut draft);
        let article = Article::from_draft(draft, "id".into());
        let stage = OriginStage::new(Outlets::shipped().clone());
        match stage.run(&article, (), &Budget::unlimited()).unwrap() {
            Outcome::Found(output) => Some(output.finding),
            Outcome::Skipped(_) | Outcome::Pending(_) => None,
        }
    }

    fn list(names: &[&str]) -> Removed {
        let outlets = names
            .iter()
            .map(|n| Outlet {
                name: (*n).into(),
                domain: None,
            })
            .collect();
        Removed {
            kind: RemovedKind::OutletList,
            text: names.join("\n"),
            raw: None,
            outlets,
        }
    }

    #[test]
    fn what_the_agency_wrote_names_it() {
        let by_dateline = origin(|d| {
            d.supplied.dateline = Some(Dateline {
                source: Some("AP".into()),
                ..Dateline::default()
            })
        })
        .unwrap();
        assert_eq!(
            (by_dateline.agency.as_str(), &by_dateline.basis[..]),
            ("AP", &[OriginBasis::Dateline][..])
        );
        let by_copyright = origin(|d| {
            d.supplied.copyright = Some("© 2025 The Associated Press. All rights reserved.".into())
        })
        .unwrap();
        assert_eq!(by_copyright.agency, "AP");
        let by_writer = origin(|d| {
            d.supplied.authors.push(Author {
                name: "Jane Roe".into(),
                role: AuthorRole::Writer,
                organization: Some("PA".into()),
            })
        })
        .unwrap();
        assert_eq!(by_writer.basis, [OriginBasis::Byline]);
        let first = origin(|d| {
            d.supplied.dateline = Some(Dateline {
                source: Some("APA/dpa".into()),
                ..Dateline::default()
            })
        })
        .unwrap();
        assert_eq!(first.agency, "APA");
        let greek = origin(|d| d.supplied.credit = Some("ΑΠΕ-ΜΠΕ".into())).unwrap();
        assert_eq!(greek.agency, "ANA-MPA", "it is in no table of outlets");
        assert!(origin(|d| d.supplied.source = Some("app".into())).is_none());
        let russian = origin(|d| d.supplied.credit = Some("ТАСС".into())).unwrap();
        assert_eq!(russian.agency, "TASS");
        let both = origin(|d| {
            d.supplied.credit = Some("Reuters".into());
            d.supplied.copyright = Some("Copyright 2024 Thomson Reuters".into());
        })
        .unwrap();
        assert_eq!((both.agency.as_str(), both.basis.len()), ("Reuters", 2));
    }

    #[test]
    fn a_list_speaks_for_its_first_agency() {
        assert_eq!(
            origin(|d| d.removed.push(list(&["Associated Press", "Boston Herald"])))
                .unwrap()
                .basis,
            [OriginBasis::OutletList]
        );
        let of_two = origin(|d| {
            d.removed
                .push(list(&["Boston Herald", "Associated Press", "Reuters"]));
        })
        .unwrap();
        assert_eq!(
            (of_two.agency.as_str(), &of_two.basis[..]),
            ("AP", &[OriginBasis::OutletList][..])
        );
        assert!(origin(|d| d.supplied.credit = Some("Boston Herald".into())).is_none());
    }
}
