//! What the stage makes of a sentence, and why: for whoever edits the files of `config/events`.

use std::fmt::Write;

use super::confidence::{self, Chances};
use super::find::{self, Candidate};
use super::lexicon::{NOUNS_FILE, VERBS_FILE};
use super::participants::Somebody;
use super::read::{Beside, Reading};
use super::sentence::Sentence;

/// For each sentence: its words with their lemmas, parts of speech and heads, each word that may tell an event with the row it
/// matches, who takes part, and whether it stands.
pub(super) fn of(reading: &Reading<'_>, beside: &Beside<'_>) -> String {
    let chances = Chances::of(reading, beside);
    let mut out = String::new();
    for (at, span) in reading.sentences.iter().enumerate() {
        // writing to a string cannot fail
        let _ = writeln!(out, "{}", span.of(reading.text));
        match reading.sentence(at) {
            None => out.push_str("  no row of verbs.tsv or nouns.tsv has all its words in it\n"),
            Some(sentence) => of_sentence(&sentence, at, &chances, &mut out),
        }
    }
    out
}

fn of_sentence(sentence: &Sentence<'_>, number: usize, chances: &Chances<'_>, out: &mut String) {
    let parse = sentence.parse;
    for (at, word) in parse.iter().enumerate() {
        let head = parse
            .head(at)
            .map_or("", |head| parse[head].span.of(sentence.text));
        let _ = writeln!(
            out,
            "  {:<16} {:<16} {:<5} {:<10} {head}",
            word.span.of(sentence.text),
            sentence.lemma(at),
            word.tag.name(),
            word.label.name()
        );
    }
    for candidate in find::candidates(sentence) {
        let chance = chances.chance(sentence, number, &candidate);
        of_candidate(sentence, &candidate, chance, out);
    }
}

fn of_candidate(sentence: &Sentence<'_>, candidate: &Candidate, chance: f32, out: &mut String) {
    let text = sentence.text;
    let file = if candidate.is_verb {
        VERBS_FILE
    } else {
        NOUNS_FILE
    };
    let unlikely = (!confidence::is_enough(chance)).then_some("not likely an event");
    let verdict = match candidate.dropped.or(unlikely) {
        Some(why) => format!(", dropped: {why}"),
        None => String::new(),
    };
    let _ = writeln!(
        out,
        "{} {} \"{}\" by {}:{}, confidence {chance:.2}{verdict}",
        candidate.kind.name(),
        candidate.cameo.unwrap_or("-"),
        candidate.trigger.of(text),
        file.path,
        candidate.entry.line,
    );
    let people = |name: &str, somebody: &[Somebody], out: &mut String| {
        for s in somebody {
            let p = &s.participant;
            let _ = writeln!(
                out,
                "    {name} \"{}\" {} {}",
                p.span.of(text),
                p.sector.as_deref().unwrap_or("-"),
                p.country.as_deref().unwrap_or("-")
            );
        }
    };
    people("actor", &candidate.actors, out);
    people("recipient", &candidate.recipients, out);
    people("third party", &candidate.third_parties, out);
    let status = &candidate.status;
    let because: Vec<&str> = status
        .because
        .iter()
        .map(|at| sentence.parse[*at].span.of(text))
        .collect();
    let background = if status.background {
        ", background"
    } else {
        ""
    };
    let _ = writeln!(
        out,
        "    {:?}, {:?}{background}{}",
        status.modality,
        status.polarity,
        if because.is_empty() {
            String::new()
        } else {
            format!(" (\"{}\")", because.join("\", \""))
        }
    );
}
