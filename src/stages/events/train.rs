//! Makes `config/events/confidence.tsv` from judged events. The same data gives the same file.
//!
//! The folder holds `judged.jsonl`, an article a line, as `config/models/prepare/events.py` writes it: `text` and `blocks`
//! of the record's `content`, and `events`, each with `start` (of the trigger, in code points of the text), `type` and
//! `right`, the share of its readers who said that the text tells an event there. The texts are no part of the program.
//!
//! Logistic regression with the squares of the weights held small, by coordinate descent (Friedman et al. 2010): each
//! weight in turn takes one step of Newton's.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

use super::confidence::{self, BASE, logistic};
use crate::intake::{Draft, DraftBlock, Format};
use crate::record::BlockKind;
use crate::stages::{StageSettings, all_found};

/// Events that a feature must stand beside to be learnt.
const LEAST: usize = 3;

/// What the square of a weight costs. Of 1, 2, 4 and 8 the best on articles of sources that were held out.
const COST: f32 = 4.0;

/// Rounds over the weights; after a dozen they move no more.
const ROUNDS: usize = 25;

const HEAD: &str = "\
# How sure an event is: a feature of it, and its weight in a logistic regression (copydesk train events). The features are
# made in src/stages/events/confidence.rs; one that does not stand here weighs nothing.
";

#[derive(Deserialize)]
struct Line {
    text: String,
    blocks: Vec<Laid>,
    events: Vec<Judged>,
}

/// A block as in a record, in code points.
#[derive(Deserialize)]
struct Laid {
    kind: BlockKind,
    start: usize,
    end: usize,
}

#[derive(Deserialize)]
struct Judged {
    start: usize,
    #[serde(rename = "type")]
    kind: String,
    right: f32,
}

/// Judged events with their features.
#[derive(Default)]
struct Examples {
    right: Vec<f32>,
    /// By feature, the events that have it.
    having: BTreeMap<String, Vec<usize>>,
}

/// Reads the judged events of the folder `data` and returns the table.
///
/// # Errors
/// When the folder's file cannot be read or is not what it should be.
pub fn train(data: &Path, say: &mut dyn FnMut(&str)) -> anyhow::Result<Vec<u8>> {
    let (mut examples, lost) = examples(&data.join("judged.jsonl"))?;
    examples.having.retain(|_, events| events.len() >= LEAST);
    say(&format!(
        "{} events, {} features; {lost} events are not told by this program and were left out",
        examples.right.len(),
        examples.having.len()
    ));
    let mut table = HEAD.to_owned();
    for (feature, weight) in weights(&examples) {
        writeln!(table, "{feature}\t{weight:.3}")?;
    }
    Ok(table.into_bytes())
}

/// Prints how sure a table is of the judged events of a file, and how many of them are right, by tenths.
///
/// # Errors
/// When the file cannot be read or the table is none.
pub fn check(table: &'static [u8], file: &Path, say: &mut dyn FnMut(&str)) -> anyhow::Result<()> {
    const BANDS: usize = 10;
    let weights = confidence::weights("the table", std::str::from_utf8(table)?);
    let mut bands = [(0.0, 0.0, 0usize); BANDS];
    let lost = each_judged(file, &mut |right, features| {
        let of_feature = |f: &String| weights.get(f.as_str()).copied().unwrap_or(0.0);
        let chance = logistic(features.iter().map(of_feature).sum());
        let band = (chance * BANDS as f32) as usize;
        let (said, truth, n) = &mut bands[band.min(BANDS - 1)];
        *said += chance;
        *truth += right;
        *n += 1;
    })?;
    for (band, (said, right, n)) in bands.into_iter().enumerate().filter(|(_, b)| b.2 > 0) {
        let percent = |sum: f32| 100.0 * sum / n as f32;
        say(&format!(
            "{:.1}: said {:.0} %, right {:.0} % of {n}",
            band as f32 / BANDS as f32,
            percent(said),
            percent(right)
        ));
    }
    say(&format!("{lost} events are not told by this program"));
    Ok(())
}

fn examples(file: &Path) -> anyhow::Result<(Examples, usize)> {
    let mut examples = Examples::default();
    let lost = each_judged(file, &mut |right, features| {
        for feature in features {
            let having = examples.having.entry(feature.clone()).or_default();
            having.push(examples.right.len());
        }
        examples.right.push(right);
    })?;
    Ok((examples, lost))
}

/// Hands on each judged event that the program finds, as how right it is and its features. Returns how many it does not
/// find.
fn each_judged(file: &Path, hand_on: &mut dyn FnMut(f32, &[String])) -> anyhow::Result<usize> {
    let lines =
        fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let mut lost = 0;
    for (number, line) in lines.lines().enumerate() {
        let place = || format!("{} line {}", file.display(), number + 1);
        let line: Line = serde_json::from_str(line).with_context(place)?;
        let known = all_found(draft(&line), &StageSettings::default()).with_context(place)?;
        let samples = super::samples(&known);
        let starts: Vec<usize> = line.text.char_indices().map(|(at, _)| at).collect();
        for event in &line.events {
            let start = starts.get(event.start).copied();
            let same = samples
                .iter()
                .find(|s| Some(s.trigger.start as usize) == start && s.kind.name() == event.kind);
            match same {
                Some(sample) => hand_on(event.right, &sample.features),
                None => lost += 1,
            }
        }
    }
    Ok(lost)
}

/// The article of a line.
fn draft(line: &Line) -> Draft {
    let mut draft = Draft::new(Format::Text, "utf-8", "".into());
    for block in &line.blocks {
        let text = line.text.chars().skip(block.start);
        let text: String = text.take(block.end.saturating_sub(block.start)).collect();
        draft.blocks.push(DraftBlock::new(block.kind, text));
    }
    draft
}

/// The weight of each feature, by name.
fn weights(examples: &Examples) -> Vec<(&str, f32)> {
    let mut sums = vec![0.0f32; examples.right.len()];
    let mut weights: Vec<(&str, f32)> = Vec::new();
    weights.extend(examples.having.keys().map(|f| (f.as_str(), 0.0)));
    for _ in 0..ROUNDS {
        for ((feature, weight), events) in weights.iter_mut().zip(examples.having.values()) {
            let cost = if *feature == BASE { 0.0 } else { COST };
            let (mut slope, mut bend) = (cost * *weight, cost);
            for event in events {
                let chance = logistic(sums[*event]);
                slope += chance - examples.right[*event];
                bend += chance * (1.0 - chance);
            }
            let step = -slope / bend.max(f32::EPSILON);
            *weight += step;
            for event in events {
                sums[*event] += step;
            }
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A judged article of one sentence whose trigger is `verb`.
    fn line(text: &str, verb: &str, kind: &str, right: f32) -> String {
        let end = text.chars().count();
        let before = text.split(verb).next().unwrap_or_default();
        let start = before.chars().count();
        let line = serde_json::json!({
            "text": text,
            "blocks": [{"kind": "paragraph", "start": 0, "end": end}],
            "events": [{"start": start, "type": kind, "right": right}],
        });
        format!("{line}\n")
    }

    #[test]
    fn what_was_judged_an_event_is_surer_than_what_was_not() {
        let folder = tempfile::tempdir().unwrap();
        let mut judged = String::new();
        for town in ["Düsseldorf", "Oslo", "Quito", "Accra"] {
            let right = format!("In {town} police arrested two men.");
            judged += &line(&right, "arrested", "COERCE", 1.0);
            let wrong = format!("In {town} the families met their friends.");
            judged += &line(&wrong, "met", "CONSULT", 0.0);
        }
        judged += &line("In Oslo it rained.", "rained", "ASSAULT", 0.0);
        std::fs::write(folder.path().join("judged.jsonl"), judged).unwrap();
        let mut said = Vec::new();
        let table = train(folder.path(), &mut |line| said.push(line.to_owned())).unwrap();
        assert!(said[0].starts_with("8 events, "), "{said:?}");
        assert!(said[0].contains("; 1 events are not told"), "{said:?}");

        let table = String::from_utf8(table).unwrap().leak();
        let weights = confidence::weights("table", table);
        assert!(weights["verb arrest"] > 0.1, "{table}");
        assert!(weights["verb meet"] < -0.1, "{table}");
        assert_eq!(table.lines().filter(|l| l.starts_with(BASE)).count(), 1);

        let mut said = Vec::new();
        let file = folder.path().join("judged.jsonl");
        check(table.as_bytes(), &file, &mut |line| {
            said.push(line.to_owned())
        })
        .unwrap();
        assert!(said[0].contains("right 0 % of 4"), "{said:?}");
        assert!(said[1].contains("right 100 % of 4"), "{said:?}");
    }
}
