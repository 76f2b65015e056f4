//! How sure an entity is: the share of names that were right, of those that the model was as sure of.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::record::{Entity, EntityType, MentionKind};
use crate::stages::entities::mentions::Name;
use crate::text::data::{DataFile, data_file};
use crate::text::table;

pub(crate) const FILE: DataFile<'static> = data_file!("entities/confidence.tsv");

/// For each type, by its name: how sure the model was, ascending, and the share of names that were right.
type Shares = HashMap<&'static str, Vec<(f32, f32)>>;

pub(crate) static SHARES: LazyLock<Shares> = LazyLock::new(|| {
    let mut shares = Shares::new();
    for row in table::rows::<3>(FILE.path, FILE.text()) {
        let point = (row.number(1), row.number(2));
        shares.entry(row.columns[0]).or_default().push(point);
    }
    shares
});

/// Sets the confidence of each entity whose type is in the table and of whose names the model read one at least: the
/// share that belongs to the mean of how sure it was of them.
pub(crate) fn set(entities: &mut [Entity], names: &[Name<'_>]) {
    let sureness: HashMap<u32, f32> = names
        .iter()
        .filter_map(|n| Some((n.span.start, n.sureness?)))
        .collect();
    for e in entities {
        let read = e.mentions.iter().filter(|m| m.kind != MentionKind::Metonym);
        let sure = read.filter_map(|m| sureness.get(&m.start));
        let (n, sum) = sure.fold((0.0, 0.0), |(n, sum), s| (n + 1.0, sum + s));
        let points = SHARES.get(type_name(e.kind));
        e.confidence = points.filter(|_| n > 0.0).map(|p| share(p, sum / n));
    }
}

/// The share at `sureness` on the line through `points`, in hundredths.
fn share(points: &[(f32, f32)], sureness: f32) -> f32 {
    let above = points.partition_point(|(s, _)| *s < sureness);
    let exact = match (
        above.checked_sub(1).map(|i| points[i]),
        points.get(above).copied(),
    ) {
        (Some((s0, p0)), Some((s1, p1))) => p0 + (p1 - p0) * (sureness - s0) / (s1 - s0),
        (Some((_, p)), None) | (None, Some((_, p))) => p,
        (None, None) => 0.0,
    };
    (exact * 100.0).round() / 100.0
}

/// A type's name in the table.
fn type_name(kind: EntityType) -> &'static str {
    match kind {
        EntityType::Person => "person",
        EntityType::Organization => "organization",
        EntityType::Place => "place",
        EntityType::Nationality => "nationality",
        EntityType::Event => "event",
        EntityType::Product => "product",
        EntityType::Work => "work",
        EntityType::Law => "law",
        EntityType::Language => "language",
    }
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn shares_lie_on_the_line_through_the_points() {
        let points = [(0.2, 0.1), (0.6, 0.5), (0.9, 0.95)];
        assert_eq!(share(&points, 0.1), 0.1);
        assert_eq!(share(&points, 0.4), 0.3);
        assert_eq!(share(&points, 0.6), 0.5);
        assert_eq!(share(&points, 1.0), 0.95);
    }
}
