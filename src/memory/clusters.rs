//! What is known of a cluster of copies, and whose text it is.

use super::entry::Credit;
use super::held::Held;

/// Outlets of one cluster, and of one story, that are told apart; all beyond count as one.
const OUTLETS: usize = 4_096;

/// The outlets that published something.
#[derive(Debug, Clone, Default)]
pub(super) struct OutletSet(Vec<u32>);

impl OutletSet {
    pub(super) fn add(&mut self, outlet: u32) {
        if let Err(at) = self.0.binary_search(&outlet)
            && self.0.len() < OUTLETS
        {
            self.0.insert(at, outlet);
        }
    }

    pub(super) fn count(&self) -> u32 {
        self.0.len() as u32
    }
}

/// A cluster of two articles or more.
#[derive(Debug, Clone, Default)]
pub(super) struct Cluster {
    /// Id of its first article in the log.
    pub id: Box<str>,
    /// Articles of it that are still in the window; with the last the cluster goes.
    pub in_window: u32,
    /// Articles of it that have come, versions too.
    pub articles: u32,
    /// The same without versions.
    pub copies: u32,
    pub outlets: OutletSet,
    /// Time and id of the one that was published first.
    pub earliest: Option<(i64, Box<str>)>,
    /// Agencies that members name, in the order in which they came.
    agencies: Vec<Vote>,
}

#[derive(Debug, Clone, Copy)]
struct Vote {
    agency: u16,
    surest: Credit,
    members: u32,
}

impl Cluster {
    pub(super) fn new(id: Box<str>) -> Cluster {
        Cluster {
            id,
            ..Cluster::default()
        }
    }

    /// Counts an article.
    pub(super) fn add(&mut self, held: Held<'_>, is_copy: bool) {
        self.in_window += 1;
        self.articles += 1;
        if !is_copy || held.head.void {
            return;
        }
        self.copies += 1;
        self.outlets.add(held.head.outlet);
        if let Some((agency, credit)) = held.head.agency {
            self.vote(agency, credit);
        }
        self.published(held.head.published(), held.id());
    }

    fn vote(&mut self, agency: u16, credit: Credit) {
        match self.agencies.iter_mut().find(|v| v.agency == agency) {
            Some(vote) => {
                vote.members += 1;
                vote.surest = vote.surest.max(credit);
            }
            None => self.agencies.push(Vote {
                agency,
                surest: credit,
                members: 1,
            }),
        }
    }

    /// The agencies that members name.
    pub(super) fn agencies(&self) -> impl Iterator<Item = u16> {
        self.agencies.iter().map(|v| v.agency)
    }

    /// Whose text it is: the agency's that sent it itself; else of those named, that of most members; else what
    /// lists of outlets say. Of two alike the first that was named.
    pub(super) fn origin(&self) -> Option<u16> {
        let votes = self.agencies.iter().rev();
        let best = votes.max_by_key(|v| (v.surest, v.members))?;
        Some(best.agency)
    }

    fn published(&mut self, time: Option<i64>, id: &str) {
        let Some(time) = time else { return };
        if self
            .earliest
            .as_ref()
            .is_none_or(|(known, _)| time < *known)
        {
            self.earliest = Some((time, id.into()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_agency_that_sent_it_goes_before_those_that_are_named() {
        let mut cluster = Cluster::default();
        assert_eq!(cluster.origin(), None);
        cluster.vote(1, Credit::Listed);
        assert_eq!(cluster.origin(), Some(1));
        cluster.vote(2, Credit::Named);
        cluster.vote(3, Credit::Named);
        assert_eq!(cluster.origin(), Some(2), "the first of two alike");
        cluster.vote(3, Credit::Named);
        assert_eq!(cluster.origin(), Some(3), "that of most members");
        cluster.vote(4, Credit::Sent);
        assert_eq!(cluster.origin(), Some(4));
        assert_eq!(cluster.agencies().collect::<Vec<_>>(), [1, 2, 3, 4]);
    }

    #[test]
    fn the_earliest_is_by_publication() {
        let mut cluster = Cluster::default();
        cluster.published(None, "a");
        cluster.published(Some(20), "b");
        cluster.published(Some(10), "c");
        cluster.published(Some(10), "d");
        assert_eq!(cluster.earliest, Some((10, "c".into())));
    }
}
