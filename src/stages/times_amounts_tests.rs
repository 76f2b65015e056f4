//! Walks the tables of cases for times and amounts, and holds both stages against arbitrary text.

use proptest::prelude::*;

use super::{AnyStage, Known, Outcome};
use super::{
    amounts::AmountsStage, sentences::SentencesStage, times::TimesStage, tokens::TokensStage,
};
use crate::intake::{Article, Draft, DraftBlock, Format};
use crate::pipeline::Budget;
use crate::record::{Amount, BlockKind, DateBasis, DateValue, Precision, TimeExpression};
use crate::text::Span;

const TIMES: &str = include_str!("../../tests/fixtures/times.tsv");
const AMOUNTS: &str = include_str!("../../tests/fixtures/amounts.tsv");

fn run(known: &Known, stage: &dyn AnyStage) {
    if let Outcome::Found(output) = stage.run(known, &Budget::unlimited()).unwrap() {
        known.keep(stage, output);
    }
}

/// What both stages find in `text`, published at `published`.
fn find(text: &str, published: Option<&str>) -> (Vec<TimeExpression>, Vec<Amount>) {
    let mut draft = Draft::new(Format::Text, "utf-8", text.into());
    draft
        .blocks
        .push(DraftBlock::verbatim(BlockKind::Paragraph, text, 0));
    draft.supplied.published = published.map(|value| DateValue {
        value: value.to_owned(),
        precision: if value.len() > 10 {
            Precision::Second
        } else {
            Precision::Day
        },
        basis: DateBasis::Header,
    });
    let known = Known::new(Article::from_draft(draft, String::new()));
    run(&known, &TokensStage);
    run(&known, &SentencesStage);
    run(&known, &TimesStage);
    run(&known, &AmountsStage);
    (
        known.times().cloned().unwrap_or_default(),
        known.amounts().cloned().unwrap_or_default(),
    )
}

/// The text without its marks, and the spans they mark.
fn unmark(marked: &str) -> (String, Vec<Span>) {
    let (mut text, mut spans, mut rest) = (String::new(), Vec::new(), marked);
    while let Some((before, after)) = rest.split_once("[[") {
        let (inside, after) = after.split_once("]]").expect("a mark that is not closed");
        text.push_str(before);
        let start = text.len();
        text.push_str(inside);
        spans.push(Span::new(start, text.len()));
        rest = after;
    }
    text.push_str(rest);
    (text, spans)
}

fn rows(file: &str) -> impl Iterator<Item = Vec<&str>> {
    file.lines()
        .filter(|l| !l.starts_with('#') && !l.is_empty())
        .map(|l| l.split('\t').collect())
}

fn name<T: serde::Serialize>(of: &T) -> String {
    serde_json::to_value(of)
        .unwrap()
        .as_str()
        .unwrap()
        .to_uppercase()
}

#[test]
fn times_mean_what_the_table_says() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for row in rows(TIMES) {
        let [marked, published, kinds, values] = row[..] else {
            panic!("not four columns: {row:?}");
        };
        count += 1;
        let (text, spans) = unmark(marked);
        let (found, _) = find(&text, (published != "-").then_some(published));
        let got: Vec<_> = found
            .iter()
            .map(|t| {
                let value = match published {
                    "-" if t.value.is_none() => t.unanchored.clone(),
                    _ => t.value.clone(),
                };
                let mut value = value.unwrap_or_else(|| "-".into());
                if let (Some(begin), Some(end)) = (&t.begin, &t.end_value) {
                    value.push_str(&format!(">{begin},{end}"));
                }
                (
                    Span {
                        start: t.start,
                        end: t.end,
                    },
                    name(&t.kind),
                    value,
                )
            })
            .collect();
        let want: Vec<_> = spans
            .into_iter()
            .zip(kinds.split('|'))
            .zip(values.split('|'))
            .map(|((span, kind), value)| (span, kind.to_owned(), value.to_owned()))
            .collect();
        if got != want {
            let told: Vec<_> = got.iter().map(|g| (g.0.of(&text), &g.1, &g.2)).collect();
            wrong.push(format!("{marked} {published}: {told:?}, not {values}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= 300, "{count}");
}

#[test]
fn amounts_mean_what_the_table_says() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for row in rows(AMOUNTS) {
        let [marked, kinds, values, facts] = row[..] else {
            panic!("not four columns: {row:?}");
        };
        count += 1;
        let (text, spans) = unmark(marked);
        let (_, found) = find(&text, Some("2026-03-04"));
        let mut problems = Vec::new();
        if found.len() != spans.len() {
            problems.push(format!("found {}", found.len()));
        }
        let columns = kinds
            .split('|')
            .zip(values.split('|'))
            .zip(facts.split('|'));
        for ((amount, span), ((kind, value), facts)) in found.iter().zip(&spans).zip(columns) {
            let at = Span {
                start: amount.start,
                end: amount.end,
            };
            if at != *span {
                problems.push(format!("span {:?}", at.of(&text)));
            }
            if name(&amount.kind) != kind.to_uppercase() {
                problems.push(format!("kind {:?}", amount.kind));
            }
            let ends: (Option<f64>, Option<f64>) = match value.split_once("..") {
                Some((low, high)) => (low.parse().ok(), high.parse().ok()),
                None => (value.parse().ok(), None),
            };
            let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
                (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * b.abs().max(1.0),
                (a, b) => a == b,
            };
            if !near(amount.value, ends.0) || !near(amount.value_to, ends.1) {
                problems.push(format!("value {:?} to {:?}", amount.value, amount.value_to));
            }
            let json = serde_json::to_value(amount).unwrap();
            for fact in facts.split(' ').filter(|f| *f != "-") {
                let (field, want) = fact.split_once('=').expect("name=value");
                let want = want.replace('_', " ");
                let got = match (&json[field], amount.of) {
                    (_, Some(of)) if field == "of" => of.of(&text).to_owned(),
                    (serde_json::Value::String(s), _) => s.clone(),
                    (other, _) => other.to_string(),
                };
                let same = match (got.parse::<f64>(), want.parse::<f64>()) {
                    (Ok(a), Ok(b)) => (a - b).abs() <= 1e-9 * b.abs().max(1.0),
                    _ => got == want,
                };
                if !same {
                    problems.push(format!("{field} {got}"));
                }
            }
        }
        if !problems.is_empty() {
            let told: Vec<_> = found
                .iter()
                .map(|a| {
                    Span {
                        start: a.start,
                        end: a.end,
                    }
                    .of(&text)
                })
                .collect();
            wrong.push(format!("{marked}: {} ({told:?})", problems.join(", ")));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= 150, "{count}");
}

#[test]
fn nothing_is_resolved_without_a_date_of_publication() {
    for row in rows(TIMES) {
        let (text, _) = unmark(row[0]);
        let (dated, _) = find(&text, Some("2026-03-04"));
        let (undated, _) = find(&text, None);
        for (a, b) in dated.iter().zip(&undated) {
            // what the text says alone stays as it is; the rest has no value
            assert!(b.value.is_none() || b.value == a.value, "{text}: {b:?}");
            assert!(b.value.is_some() || b.unanchored.is_some(), "{text}: {b:?}");
        }
    }
}

/// Runs of what the grammars branch on, joined at random: far more of it than text has.
fn fragments() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "the",
        "last",
        "next",
        "past",
        "every",
        "a",
        "two",
        "12",
        "1998",
        "2019",
        "-",
        "–",
        "to",
        "and",
        "of",
        "%",
        "$",
        "US$",
        "million",
        "half",
        "quarter",
        "third",
        "year",
        "years",
        "ago",
        "later",
        "old",
        "May",
        "March 5",
        "Monday",
        "p.m.",
        "9:30",
        "1430",
        "GMT",
        "(",
        ")",
        ",",
        ".",
        "'",
        "80s",
        "1/2",
        "½",
        "euros",
        "cents",
        "feet",
        "inches",
        "percent",
        "points",
        "in",
        "one",
        "from",
        "through",
        "99999999999999999999",
        "0",
        "31",
        "Feb.",
        "°",
        "since its invasion of Norland",
        "’s",
        "twenty",
        "hundred",
        "few",
        "early",
        "mid",
        "end",
        "nineteen",
        "\n",
    ]);
    prop::collection::vec((words, prop::sample::select(vec![" ", "", "-"])), 0..40)
        .prop_map(|parts| parts.into_iter().flat_map(|(w, s)| [w, s]).collect())
}

proptest! {
    // what fails is written down as a case by hand, not in a file of seeds
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_are_sound_in_any_text(text in prop_oneof![fragments(), "\\PC{0,200}"]) {
        for published in [None, Some("2026-03-04"), Some("0001-01-01"), Some("9999-12-31T23:59:59Z")] {
            let (times, amounts) = find(&text, published);
            let mut last = 0;
            for t in &times {
                prop_assert!(last <= t.start && t.start < t.end, "{times:?}");
                prop_assert!(text.is_char_boundary(t.start as usize) && text.is_char_boundary(t.end as usize));
                last = t.end;
            }
            last = 0;
            for (k, a) in amounts.iter().enumerate() {
                prop_assert!(last <= a.start && a.start < a.end, "{amounts:?}");
                prop_assert!(text.is_char_boundary(a.start as usize) && text.is_char_boundary(a.end as usize));
                prop_assert!(a.value.is_none_or(f64::is_finite));
                prop_assert!(a.same_as.is_none_or(|s| (s as usize) < k));
                last = a.end;
            }
        }
    }
}

/// Long runs of what each grammar looks ahead over, twice as long in twice the time.
#[test]
fn time_is_linear_in_hostile_text() {
    for unit in [
        "the end of ",
        "last ",
        "1-",
        "two ",
        "$ ",
        "hundred ",
        "Monday and ",
        "million of ",
        "12 new ",
        "1 to ",
        "May ",
    ] {
        let timed = |n: usize| {
            let text = unit.repeat(n);
            let start = std::time::Instant::now();
            let _ = find(&text, Some("2026-03-04"));
            start.elapsed().as_secs_f64()
        };
        timed(100);
        let (short, long) = (timed(1_000), timed(8_000));
        // eight times the text in well under the 64 times of a quadratic scan; the floor is for busy machines
        assert!(
            long < short.max(0.05) * 40.0,
            "{unit:?}: {short} s, then {long} s"
        );
    }
}
