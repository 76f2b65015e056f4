//! What an article has to do with those before it: which it is a copy or a version of, and what it made of it.

use super::copies::{self, Desk, Likeness};
use super::entry::{Entry, Kind};
use super::held::Held;
use super::{Memory, outlet_hash};
use crate::record::CopyRelation;

/// Two texts of one outlet within this time, in seconds, are versions of one: two days. Of the pairs that one
/// supplier sent 90 % lie within a day.
const VERSIONS_WITHIN: u64 = 2 * 86_400;
/// Share in thousandths from which a text holds nearly all of another; one edited word spoils four shingles.
const NEARLY_ALL: u32 = 800;
/// Containment, in thousandths, from which a text has taken something from one before, whatever else it says.
const DERIVED: u32 = 200;

/// An article that may have text in common with another, and how much it has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Alike {
    pub number: u32,
    pub likeness: Likeness,
}

/// An article that another was found to be a copy or a version of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match {
    pub number: u32,
    pub likeness: Likeness,
    /// Its supplier says that it is the same item.
    pub same_item: bool,
}

impl Memory {
    /// The articles that this one is a copy or a version of.
    ///
    /// `alike` are those found by its hashes: [`Memory::alike`].
    pub(super) fn matches(&self, entry: &Entry, alike: &[Alike]) -> Vec<Match> {
        let mut matches: Vec<Match> = Vec::new();
        matches.extend(self.same_item(entry));
        if entry.kind == Kind::Kill || entry.words == 0 {
            return matches;
        }
        let mut found = alike.to_vec();
        let same = self.window.with_text(entry.text).into_iter();
        found.extend(same.filter_map(|number| self.likeness(entry, number)));
        found.sort_unstable_by_key(|alike| alike.number);
        found.dedup_by_key(|alike| alike.number);
        found.retain(|alike| matches.iter().all(|m| m.number != alike.number));
        for Alike { number, likeness } in found {
            let held = self.window.get(number).filter(|h| !h.head.void);
            if held.is_some_and(|h| self.is_in_time(entry, h) && self.is_copy(entry, h, likeness)) {
                matches.push(Match {
                    number,
                    likeness,
                    same_item: false,
                });
            }
        }
        matches
    }

    /// The articles that may have text in common with this one, ascending.
    pub(super) fn alike(&self, entry: &Entry) -> Vec<Alike> {
        let found = self.window.with_hashes_of(entry);
        let found = found.into_iter().map(|number| u64::from(number) << 32);
        let often = copies::found_often(found.collect());
        let numbers = often.chunk_by(|a, b| a == b);
        let numbers = numbers.map(|n| (n[0] >> 32) as u32);
        numbers
            .filter_map(|number| self.likeness(entry, number))
            .collect()
    }

    fn likeness(&self, entry: &Entry, number: u32) -> Option<Alike> {
        let held = self.window.get(number)?;
        Some(Alike {
            number,
            likeness: likeness(entry, held),
        })
    }

    /// Whether a text that has so much in common with one before is a copy of it.
    fn is_copy(&self, entry: &Entry, held: Held<'_>, likeness: Likeness) -> bool {
        if !likeness.is_enough() {
            return false;
        }
        let desk = self.desk(entry, held);
        copies::is_copy(&entry.content(), &held.content(), likeness, desk)
    }

    /// What its supplier says it is a version of, or kills: the newest that goes by that name.
    pub(super) fn same_item(&self, entry: &Entry) -> Option<Match> {
        let by_slug = match entry.kind {
            Kind::Text => None,
            Kind::Version | Kind::Kill => entry.slug,
        };
        let names = entry
            .supersedes
            .iter()
            .chain(&*entry.references)
            .chain(&by_slug);
        let outlet = outlet_hash(&entry.outlet);
        let of_outlet = names.filter_map(|name| {
            let number = self.window.called(*name)?;
            let held = self.window.get(number)?;
            (held.head.outlet == outlet && !held.head.void).then_some((number, held))
        });
        let (number, held) = of_outlet.max_by_key(|(number, _)| *number)?;
        Some(Match {
            number,
            likeness: likeness(entry, held),
            same_item: true,
        })
    }

    /// The one that it is taken to come from: what its supplier says; else an earlier version of its own outlet; else
    /// what it has most of, of two alike the earlier.
    pub(super) fn best(&self, entry: &Entry, matches: &[Match]) -> Option<Match> {
        let rank = |m: &Match| {
            let own = self
                .window
                .get(m.number)
                .is_some_and(|h| is_version(entry, h));
            let containment = m.likeness.containment();
            (m.same_item, own, containment, std::cmp::Reverse(m.number))
        };
        matches.iter().copied().max_by_key(rank)
    }

    /// The number of the cluster's first article, where this one is like that, too; else of the best match. So what
    /// outlets make of a text is told from that text, and not from what others made of it.
    pub(super) fn first_if_alike(&self, entry: &Entry, best: Match, cluster: u64) -> u32 {
        let first = self.window.at(cluster).filter(|_| !best.same_item);
        let alike = first.filter(|first| {
            let held = self.window.get(*first).filter(|held| !held.head.void);
            held.is_some_and(|held| self.is_copy(entry, held, likeness(entry, held)))
        });
        alike.unwrap_or(best.number)
    }

    /// The match with an article: `known`, where that is it.
    pub(super) fn match_with(
        &self,
        entry: &Entry,
        number: u32,
        known: Option<Match>,
    ) -> Option<Match> {
        let known = known.filter(|m| m.number == number);
        known.or_else(|| {
            let Alike { number, likeness } = self.likeness(entry, number)?;
            Some(Match {
                number,
                likeness,
                same_item: false,
            })
        })
    }

    /// What an article that is not the first of its cluster is to the one it was taken from.
    pub(super) fn relation(&self, entry: &Entry, of: Option<Match>) -> CopyRelation {
        let found = of.and_then(|of| Some((of, self.window.get(of.number)?)));
        let Some((of, held)) = found else {
            return CopyRelation::Copy;
        };
        let Likeness {
            contained,
            contains,
            ..
        } = of.likeness;
        match (contained >= NEARLY_ALL, contains >= NEARLY_ALL) {
            _ if entry.kind == Kind::Kill || of.same_item || is_version(entry, held) => {
                CopyRelation::Version
            }
            _ if entry.text == held.head.text => CopyRelation::Identical,
            (true, true) => CopyRelation::Copy,
            (true, false) => CopyRelation::Shortened,
            (false, true) => CopyRelation::Extended,
            (false, false) => CopyRelation::Partial,
        }
    }

    /// Whether a text has taken something from one before it, though it is no copy.
    ///
    /// `alike` are those found by its hashes: [`Memory::alike`].
    pub(super) fn is_derived(&self, alike: &[Alike]) -> bool {
        let mut alike = alike.iter();
        alike.any(|alike| alike.likeness.containment() >= DERIVED)
    }

    /// Whether two articles were published so near to one another that they may have to do with one another.
    fn is_in_time(&self, entry: &Entry, held: Held<'_>) -> bool {
        let within = u64::from(self.bounds.window_days) * 86_400;
        let dates = entry.published.zip(held.head.published());
        dates.is_none_or(|(a, b)| a.abs_diff(b) <= within)
    }

    /// Whether one desk wrote both, and when: that of an agency both name, whoever publishes it, or the outlet's own.
    fn desk(&self, entry: &Entry, held: Held<'_>) -> Desk {
        let number = held.head.agency.map(|(number, _)| usize::from(number));
        let agency = number.and_then(|n| self.agencies.get(n));
        let named = entry.agency.as_ref().map(|(name, _)| name);
        let of_one_outlet =
            || !entry.outlet.is_empty() && outlet_hash(&entry.outlet) == held.head.outlet;
        match named == agency && (named.is_some() || of_one_outlet()) {
            true if are_near(entry, held) => Desk::Same,
            true => Desk::Series,
            false => Desk::Other,
        }
    }
}

/// Whether an article is a new version of one before it: its outlet's own, within two days.
fn is_version(entry: &Entry, held: Held<'_>) -> bool {
    are_near(entry, held)
        && !entry.outlet.is_empty()
        && outlet_hash(&entry.outlet) == held.head.outlet
}

/// Whether two articles came within two days, as far as is known.
fn are_near(entry: &Entry, held: Held<'_>) -> bool {
    let dates = entry.published.zip(held.head.published());
    dates.is_none_or(|(a, b)| a.abs_diff(b) <= VERSIONS_WITHIN)
}

fn likeness(entry: &Entry, held: Held<'_>) -> Likeness {
    Likeness::of_texts(&entry.content(), &held.content())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::{Bounds, Credit};

    fn entry(outlet: &str, agency: Option<&str>, day: i64) -> Entry {
        Entry {
            outlet: outlet.into(),
            agency: agency.map(|name| (name.into(), Credit::Named)),
            published: Some(day * 86_400),
            ..Entry::default()
        }
    }

    #[test]
    fn a_desk_is_that_of_an_agency_or_an_outlets_own() {
        let mut memory = Memory::new(Bounds {
            window_days: 30,
            bytes: 1 << 30,
        });
        let articles = [entry("harbor", Some("AP"), 0), entry("harbor", None, 0)];
        for (position, article) in (0u64..).zip(&articles) {
            memory.apply(position, 0, &position.to_le_bytes(), article, None);
        }
        let desk = |outlet, agency, day| {
            [0, 1].map(|number| {
                let held = memory.window.get(number).unwrap();
                memory.desk(&entry(outlet, agency, day), held)
            })
        };
        assert_eq!(desk("millbrook", Some("AP"), 1), [Desk::Same, Desk::Other]);
        assert_eq!(
            desk("millbrook", Some("AP"), 3),
            [Desk::Series, Desk::Other]
        );
        assert_eq!(desk("millbrook", Some("Reuters"), 1), [Desk::Other; 2]);
        assert_eq!(desk("harbor", None, 1), [Desk::Other, Desk::Same]);
        assert_eq!(desk("harbor", None, 3), [Desk::Other, Desk::Series]);
        assert_eq!(desk("millbrook", None, 1), [Desk::Other; 2]);
    }
}
