//! Measures a model on labelled articles it has not learnt from.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use super::{Labelled, example};
use crate::pipeline::Budget;
use crate::stages::entities::labels::{NameType, names};
use crate::stages::entities::model::Model;
use crate::stages::entities::recognise::recognise;

/// Counts of names found and right, found, and to be found.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    right: u32,
    found: u32,
    wanted: u32,
}

impl Tally {
    fn f1(self) -> f32 {
        200.0 * self.right as f32 / (self.found + self.wanted).max(1) as f32
    }
}

/// Prints F1 (exact tokens and type) for people, organisations and places of the articles in `file`.
///
/// # Errors
/// When the file cannot be read.
pub fn check(model: &Model, file: &Path, say: &mut dyn FnMut(&str)) -> anyhow::Result<()> {
    let mut tallies = [Tally::default(); 3];
    for line in fs::read_to_string(file)?.lines() {
        let labelled: Labelled = serde_json::from_str(line)?;
        let example = example(&labelled, &model.lexicon);
        let Ok(found) = recognise(&example.article, model, &Budget::unlimited()) else {
            continue;
        };
        let of = |labels: &[u8]| -> HashSet<(usize, usize, NameType)> {
            names(labels).into_iter().collect()
        };
        let (found, wanted) = (of(&found.labels), of(&example.labels));
        for (tally, kind) in tallies.iter_mut().zip(NameType::ALL) {
            tally.right += found.intersection(&wanted).filter(|n| n.2 == kind).count() as u32;
            tally.found += found.iter().filter(|n| n.2 == kind).count() as u32;
            tally.wanted += wanted.iter().filter(|n| n.2 == kind).count() as u32;
        }
    }
    let total = tallies.iter().fold(Tally::default(), |a, t| Tally {
        right: a.right + t.right,
        found: a.found + t.found,
        wanted: a.wanted + t.wanted,
    });
    let [person, organization, place] = tallies.map(Tally::f1);
    say(&format!(
        "{}: F1 {:.2} (precision {:.2}, recall {:.2}), person {person:.2}, organization {organization:.2}, place {place:.2}",
        file.display(),
        total.f1(),
        100.0 * total.right as f32 / total.found.max(1) as f32,
        100.0 * total.right as f32 / total.wanted.max(1) as f32,
    ));
    Ok(())
}
