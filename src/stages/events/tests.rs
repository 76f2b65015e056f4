//! Every case of `tests/cases/events.txt`, run through all stages, and what must hold of any text.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::lexicon::{NOUNS_FILE, VERBS_FILE};
use super::read::mentions;
use super::sentence::Sentence;
use super::{find, possible};
use crate::intake::dates::machine;
use crate::intake::{Draft, DraftBlock, Format};
use crate::pipeline::Budget;
use crate::record::{BlockKind, DateBasis, Event, Language, Modality, Polarity, Role};
use crate::stages::{Finding, Known, Outcome, StageSettings, all_found, registry};

/// All that the stages find in paragraphs of an article of March 2026.
fn read(paragraphs: &[&str]) -> Known {
    let mut draft = Draft::new(Format::Text, "utf-8", "".into());
    let paragraphs = paragraphs.iter();
    draft
        .blocks
        .extend(paragraphs.map(|p| DraftBlock::new(BlockKind::Paragraph, *p)));
    draft.supplied.published = machine("2026-03-02", DateBasis::Header);
    all_found(draft, &StageSettings::default()).unwrap()
}

fn events(known: &Known) -> &[Event] {
    known.events().map(|e| &e[..]).unwrap_or_default()
}

/// Whether an event is as a case has it in its first four cells.
fn fits(event: &Event, [what, trigger, actor, recipient]: [&str; 4], text: &str) -> bool {
    let mut words = what.split(':');
    let kind = words.next();
    let words: Vec<&str> = words.collect();
    let modality = match () {
        () if words.contains(&"promised") => Modality::Promised,
        () if words.contains(&"wished") => Modality::Wished,
        () if words.contains(&"possible") => Modality::Possible,
        () => Modality::Asserted,
    };
    let holds = |word: &str, span: crate::text::Span| {
        span.of(text).to_lowercase().contains(&word.to_lowercase())
    };
    let who = |word: &str, role: Role| {
        let mut there = event.participants.iter().filter(|p| p.role == role);
        match word {
            "-" => true,
            "nobody" => there.next().is_none(),
            word => there.any(|p| holds(word, p.span)),
        }
    };
    kind == Some(event.kind.name())
        && event.modality == modality
        && (event.polarity == Polarity::Negative) == words.contains(&"negative")
        && (event.background || !words.contains(&"background"))
        && (trigger == "-" || holds(trigger, event.trigger))
        && who(actor, Role::Actor)
        && who(recipient, Role::Recipient)
}

/// What is wrong with a case, if anything.
fn check(line: &str) -> Option<String> {
    let cells: Vec<&str> = line.split(" | ").collect();
    let [what, trigger, actor, recipient, text] = cells[..] else {
        return Some(format!("not five cells: {line}"));
    };
    let known = read(&[text]);
    let found = events(&known);
    let is_fact = |e: &&Event| {
        e.modality == Modality::Asserted && e.polarity == Polarity::Positive && !e.background
    };
    let right = if what == "none" {
        found.is_empty()
    } else if let Some(kind) = what.strip_prefix("not ") {
        !found.iter().filter(is_fact).any(|e| e.kind.name() == kind)
    } else {
        let case = [what, trigger, actor, recipient];
        found.iter().any(|e| fits(e, case, &known.article.text))
    };
    (!right).then(|| format!("{line}\n{}", super::explain(&known)))
}

/// Cases that may fail: the parser is a trained model, and wrong about some words.
const WRONG_AT_MOST: usize = 4;

#[test]
fn the_cases_of_the_table_are_read_as_written() {
    let table = include_str!("../../../tests/cases/events.txt");
    let is_case = |l: &&str| !l.is_empty() && !l.starts_with('#');
    let cases: Vec<&str> = table.lines().filter(is_case).collect();
    assert!(cases.len() >= 120, "{} cases", cases.len());
    let wrong: Vec<String> = cases.iter().filter_map(|c| check(c)).collect();
    let said = wrong.join("\n");
    assert!(
        wrong.len() <= WRONG_AT_MOST,
        "{} of {} wrong:\n{said}",
        wrong.len(),
        cases.len()
    );
}

#[test]
fn no_sentence_with_a_candidate_is_left_without_a_parse() {
    let table = include_str!("../../../tests/cases/events.txt");
    let texts = table.lines().filter_map(|line| line.rsplit_once(" | "));
    let mut with_candidates = 0;
    for (_, text) in texts {
        let known = read(&[text]);
        let text = &known.article.text;
        let (tokens, sentences) = (known.tokens().unwrap(), known.sentences().unwrap());
        let syntax = known.syntax().unwrap();
        let entities = known
            .entities()
            .map(|e| &e.entities[..])
            .unwrap_or_default();
        for (at, span) in sentences.iter().enumerate() {
            let parse = syntax.parse(at, text, tokens).unwrap();
            let sentence = Sentence::new(parse, text, entities, &mentions(entities));
            if find::candidates(&sentence).is_empty() {
                continue;
            }
            with_candidates += 1;
            let words = &tokens[tokens.within(*span)];
            let tags = syntax.tags(at, text, tokens).unwrap();
            assert!(possible::by_forms(words, text), "{text}");
            assert!(possible::by_tags(words, tags, text), "{text}");
        }
    }
    assert!(with_candidates > 100, "{with_candidates}");
}

#[test]
fn an_event_told_twice_is_one_with_a_mention() {
    let known = read(&[
        "Norland artillery shelled Kharkiv on Friday.",
        "The shelling of Kharkiv began at dawn, officials said.",
    ]);
    let text = &known.article.text;
    let assaults: Vec<&Event> = events(&known)
        .iter()
        .filter(|e| e.kind.name() == "ASSAULT")
        .collect();
    assert_eq!(assaults.len(), 1, "{}", super::explain(&known));
    assert_eq!(assaults[0].trigger.of(text), "shelled");
    let mentions: Vec<&str> = assaults[0].mentions.iter().map(|m| m.of(text)).collect();
    assert_eq!(mentions, ["shelling"]);
}

#[test]
fn time_and_place_are_those_of_the_clause() {
    let known = read(&[
        "Police arrested two men in Oslo on 27 February 2026.",
        "In May 2025 a fair was held in Bergen, and the minister resigned.",
    ]);
    let events = events(&known);
    let of = |name: &str| events.iter().find(|e| e.kind.name() == name);
    let arrest = of("COERCE").unwrap_or_else(|| panic!("{}", super::explain(&known)));
    assert_eq!(arrest.time.as_deref(), Some("2026-02-27"));
    assert!(arrest.place.is_some());
    assert_eq!(arrest.cameo.as_deref(), Some("173"));
    let resignation = of("CONCEDE").unwrap_or_else(|| panic!("{}", super::explain(&known)));
    assert_eq!((&resignation.time, &resignation.place), (&None, &None));
}

#[test]
fn who_brings_others_together_is_a_third_party() {
    for (text, who) in [
        (
            "Norland and Estmark agreed to a ceasefire brokered by Egypt.",
            "Egypt",
        ),
        (
            "The rebels met government envoys under the auspices of the United Nations.",
            "United Nations",
        ),
        ("Israel and Hamas held talks mediated by Qatar.", "Qatar"),
    ] {
        let known = read(&[text]);
        let third = events(&known).iter().flat_map(|e| &e.participants);
        let third = third.filter(|p| p.role == Role::ThirdParty);
        let third: Vec<&str> = third.map(|p| p.span.of(&known.article.text)).collect();
        assert!(
            third.iter().any(|t| t.contains(who)),
            "{third:?}\n{}",
            super::explain(&known)
        );
    }
}

#[test]
fn what_stands_in_a_quotation_is_the_speakers_claim() {
    let known = read(&["“The army attacked the village,” Peter Lund said on Monday."]);
    let attack = events(&known)
        .first()
        .unwrap_or_else(|| panic!("{}", super::explain(&known)));
    let quotes = known.quotes().unwrap();
    let quote = attack.quote.and_then(|q| quotes.get(q as usize)).unwrap();
    assert!(quote.content.contains(attack.trigger));
}

#[test]
fn an_event_says_how_sure_it_is_and_the_least_sure_are_not_told() {
    let told = |text: &str, kind: &str| {
        let known = read(&[text]);
        let event = events(&known).iter().find(|e| e.kind.name() == kind);
        event.map(|e| e.confidence.unwrap())
    };
    let urged = told(
        "The prime minister urged Norland to end the war.",
        "REQUEST",
    );
    assert!(urged.is_some_and(|c| c > 0.8 && c <= 1.0), "{urged:?}");
    let everyday = "They met at the pub, where the girls met through a friend.";
    assert_eq!(told(everyday, "CONSULT"), None);
    let why = super::explain(&read(&[everyday]));
    assert!(why.contains("dropped: not likely an event"), "{why}");
}

#[test]
fn a_text_in_another_language_has_no_events() {
    let known = read(&[
        "Der Minister hat am Montag die Angriffe auf die Stadt verurteilt und Hilfe zugesagt.",
    ]);
    let stages = registry(&StageSettings::default());
    let stage = stages.iter().find(|s| s.name() == "events").unwrap();
    let german = Known::new(known.article.clone());
    german.store(Finding::Language(Language {
        code: "de".into(),
        confidence: None,
    }));
    german.store(Finding::Tokens(known.tokens().unwrap().clone()));
    german.store(Finding::Sentences(known.sentences().unwrap().clone()));
    let outcome = stage.run(&german, &Budget::unlimited()).unwrap();
    assert!(matches!(outcome, Outcome::Skipped(_)), "{outcome:?}");
}

/// Verbs and nouns of the lexicon.
fn lexicon_words() -> Vec<&'static str> {
    let rows = VERBS_FILE.rows().chain(NOUNS_FILE.rows());
    let words = rows.filter_map(|row| row.text.split('\t').next());
    let words: BTreeSet<&str> = words.flat_map(|w| w.split(['|', ' '])).collect();
    words.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever words follow one another: places lie in the text, ids are those of entities, a code is of its type, and no
    /// event stands twice.
    #[test]
    fn of_any_text_the_events_are_sound(picks in prop::collection::vec((0..400usize, 0..14usize), 1..40)) {
        let words = lexicon_words();
        let between = ["the", "Iran", "soldiers", "by", "of", "to", "and", "not", "will", ",", "that", "Peter Lund", ".", "on"];
        let text: Vec<&str> = picks.iter().flat_map(|(w, b)| [words[w % words.len()], between[*b]]).collect();
        let text = text.join(" ");
        let known = read(&[&text]);
        let whole = known.article.text.len();
        let ids: BTreeSet<&str> = known.entities().map(|e| e.entities.iter().map(|e| e.id.as_str()).collect()).unwrap_or_default();
        let mut told = BTreeSet::new();
        for event in events(&known) {
            let spans = event.participants.iter().map(|p| p.span).chain(event.mentions.iter().copied());
            for span in spans.chain([event.trigger]) {
                prop_assert!(!span.is_empty() && span.end as usize <= whole);
                prop_assert!(!span.of(&known.article.text).is_empty());
            }
            for id in event.actors.iter().chain(&event.recipients).chain(&event.place) {
                prop_assert!(ids.contains(id.as_str()));
            }
            if let Some(code) = &event.cameo {
                prop_assert_eq!(super::cameo::code(code, event.kind), Some(code.as_str()));
            }
            prop_assert!(told.insert((event.kind, event.trigger)));
        }
    }
}

/// An article of a hundred words and more: these sentences, and what says of nobody that he did something.
fn article(sentences: &str, filler: &str) -> Known {
    let filler = filler.repeat(100 / filler.split_whitespace().count() + 1);
    read(&[sentences, &filler])
}

#[test]
fn a_manual_tells_no_events() {
    let filler = "Keep your tools near you, and check each part twice before the lid goes on. ";
    let known = article("Experts urge owners to register the pump.", filler);
    assert_eq!(events(&known), []);
    // what a ministry or the police do is news there, too
    let known = article("Police arrested two dealers in Norland.", filler);
    assert_eq!(events(&known).len(), 1);
}

#[test]
fn who_is_spoken_to_in_a_quotation_is_no_reader() {
    let filler = "“You and your friends know you are right,” said the woman near the old mill. ";
    let known = article("Anna Berg accused Carl Holm of fraud.", filler);
    assert_eq!(events(&known).len(), 1);
}

#[test]
fn an_article_without_anybody_in_public_life_tells_no_events() {
    let filler = "The cream keeps for a week in a cool place and goes well with fruit or cake. ";
    let known = article("The maker helped the cooks and met the growers.", filler);
    assert_eq!(events(&known), []);
}

#[test]
fn a_short_text_is_read_whatever_it_is() {
    let known = read(&["You know your rights. Gunmen kidnapped two aid workers near the lake."]);
    assert_eq!(events(&known).len(), 1);
}

#[test]
fn a_match_tells_no_events_but_those_of_officials() {
    let filler =
        "The striker scored twice in the second half, and the goalkeeper saved a penalty late on. ";
    let known = article(
        "Carl Holm praised the coach and urged the fans to come.",
        filler,
    );
    assert_eq!(events(&known), []);
    let known = article("Police arrested two fans outside the stadium.", filler);
    assert_eq!(events(&known).len(), 1);
}
