//! What was decided of an article, and how it is told in its record.

use jiff::Timestamp;

use super::entry::{ALGORITHM, Entry, body_sentences};
use super::held::Head;
use super::{Link, Memory, Place, edits, stories};
use crate::record::{
    CopyEdits, CopyRelation, Duplicates, EnrichedArticle, Origin, OriginBasis, Thread,
};
use crate::text::Span;

/// What was decided of an article.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// For the log: what is authoritative from now on.
    pub link: Link,
    /// Without what was edited.
    duplicates: Duplicates,
    edits: Option<edits::Edits>,
    thread: Thread,
    /// The agency whose text the cluster is.
    agency: Option<String>,
}

impl Memory {
    /// What is told of the article `member`, which has just taken its place.
    pub(super) fn decision(&self, member: u32, entry: &Entry, place: &Place) -> Decision {
        let alone = place.relation == CopyRelation::Original;
        let cluster = self.clusters.get(&place.cluster.0);
        let of = place
            .of
            .and_then(|of| Some((of, self.window.get(of.number)?)));
        let likeness = of.map(|(of, _)| of.likeness);
        let name = |agency: u16| {
            self.agencies
                .get(usize::from(agency))
                .map(|a| (**a).to_owned())
        };
        let own = || {
            entry
                .agency
                .iter()
                .map(|(name, _)| (**name).to_owned())
                .collect()
        };
        let agencies: Vec<String> =
            cluster.map_or_else(own, |c| c.agencies().filter_map(name).collect());
        let earliest = cluster
            .and_then(|c| c.earliest.as_ref())
            .map(|(_, id)| (**id).to_owned());
        Decision {
            link: Link {
                cluster: place.cluster.clone(),
                story: place.story.clone(),
                of: of.map(|(_, held)| held.head.position),
            },
            duplicates: Duplicates {
                cluster: (*place.cluster.1).to_owned(),
                first: earliest.filter(|_| !alone),
                similarity: likeness.map(|l| share(l.similarity)),
                copies: cluster.map_or(1, |c| c.copies),
                outlets: cluster.map_or(1, |c| c.outlets.count().max(1)),
                origins: agencies.len().max(1) as u32,
                of: of.map(|(_, held)| held.id().to_owned()),
                position: cluster.map_or(1, |c| c.articles),
                relation: place.relation,
                contained: likeness.map(|l| share(l.contained)),
                contains: likeness.map(|l| share(l.contains)),
                agencies,
                joins: place.other_clusters.clone(),
                edits: None,
            },
            edits: of.map(|(_, held)| edits::between(&entry.content(), &held.content())),
            thread: self.thread(member, place),
            agency: cluster.and_then(|c| name(c.origin()?)),
        }
    }

    fn thread(&self, member: u32, place: &Place) -> Thread {
        let story = self.stories.get(&place.story.0);
        let cluster = self.clusters.get(&place.story.0);
        let first = self.window.head(member).and_then(Head::published);
        let of_cluster = cluster.and_then(|c| Some(c.earliest.as_ref()?.0)).or(first);
        let since = story.map_or(of_cluster, |s| s.since);
        let in_cluster = cluster.map_or((1, 1), |c| (c.articles, c.outlets.count()));
        let (position, outlets) = story.map_or(in_cluster, |s| (s.articles, s.outlets.count()));
        Thread {
            position,
            texts: story.map_or(1, |s| s.texts.max(1)),
            outlets: outlets.max(1),
            origins: story.map_or(1, |s| s.origins.max(1)),
            since: since
                .and_then(|seconds| Some(Timestamp::from_second(seconds).ok()?.to_string())),
            similarity: place.features.map(|f| share(stories::similarity(&f))),
            joins: place.other_stories.clone(),
        }
    }
}

/// Thousandths as a number from 0 to 1.
fn share(thousandths: u32) -> f32 {
    thousandths as f32 / 1_000.0
}

impl Decision {
    /// What it says of copies, without places in a text.
    pub fn duplicates(&self) -> &Duplicates {
        &self.duplicates
    }

    /// What was made of the text it was taken from.
    pub fn edits(&self) -> Option<&edits::Edits> {
        self.edits.as_ref()
    }

    /// Puts what was decided into the record that the entry was made of.
    pub fn write(self, record: &mut EnrichedArticle) {
        let mut duplicates = self.duplicates;
        if let Some(edits) = self.edits {
            duplicates.edits = Some(told(edits, &body_sentences(record)));
        }
        if record.origin.is_none()
            && let Some(agency) = self.agency
        {
            record.origin = Some(Origin {
                agency,
                confidence: None,
                basis: vec![OriginBasis::DuplicateOf],
            });
        }
        let version = format!("memory/{ALGORITHM} + data {}", super::data().digest);
        record.provenance.insert("memory".into(), version);
        record.duplicates = Some(duplicates);
        record.story = Some(self.link.story.1.into());
        record.thread = Some(self.thread);
    }
}

/// Edits with places in the text, those of the sentences they are told by.
fn told(edits: edits::Edits, sentences: &[Span]) -> CopyEdits {
    let spans = |numbers: &[u32]| joined(numbers, sentences);
    CopyEdits {
        headline: edits.headline,
        kept: edits.kept,
        removed: edits.removed,
        removed_tail: edits.removed_tail,
        added: spans(&edits.added),
        changed: spans(&edits.changed),
        numbers: edits.numbers,
    }
}

/// The places of sentences, those next to one another as one.
fn joined(numbers: &[u32], sentences: &[Span]) -> Vec<Span> {
    let runs = numbers.chunk_by(|a, b| a + 1 == *b);
    let span = |run: &[u32]| {
        let of = |number: u32| sentences.get(number as usize).copied();
        Some(of(*run.first()?)?.join(of(*run.last()?)?))
    };
    runs.filter_map(span).collect()
}
