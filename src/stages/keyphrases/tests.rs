use std::collections::HashMap;

use super::parts::PartOfSpeech;
use super::*;
use crate::intake::{Draft, DraftBlock, Format};
use crate::record::BlockKind;
use crate::stages::{Known, StageSettings, registry};
use crate::text::Span;
use crate::text::tokens::tokenize;

/// What is found in a headline and paragraphs: phrases with the text of their mentions.
fn phrases(headline: &str, paragraphs: &[&str]) -> Vec<(String, Vec<String>)> {
    let mut draft = Draft::new(Format::Text, "utf-8", "".into());
    let headline = DraftBlock::new(BlockKind::Headline, headline);
    let paragraphs = paragraphs
        .iter()
        .map(|p| DraftBlock::new(BlockKind::Paragraph, *p));
    draft
        .blocks
        .extend(std::iter::once(headline).chain(paragraphs));
    let known = Known::new(Article::from_draft(draft, "test".into()));
    for stage in registry(&StageSettings::default()) {
        if let Ok(Outcome::Found(output)) = stage.run(&known, &Budget::unlimited()) {
            known.keep(&*stage, output);
        }
    }
    let text = &known.article.text;
    let found = known.keyphrases().unwrap();
    found
        .iter()
        .map(|k| {
            let mentions = k.mentions.iter().map(|m| m.of(text).to_owned());
            (k.text.clone(), mentions.collect())
        })
        .collect()
}

const FERRIES: [&str; 4] = [
    "Ferry crews in Northport ended a nine-day strike on Tuesday after the harbour board agreed to hire forty deckhands.",
    "The ferry strike had left island villages without fresh food, and the harbour board with a bill of two million crowns.",
    "\"Nobody wanted this,\" said Karin Holm, a spokeswoman for the seamen's union. Several villages had called in fishing boats.",
    "Ferry crews will vote on the pay deal next week. The harbour board said that ferry strikes had cost it a third of its income this year.",
];

#[test]
fn phrases_are_what_the_article_is_about() {
    let found = phrases("The ferry strike is over", &FERRIES);
    let texts: Vec<&str> = found.iter().map(|(text, _)| text.as_str()).collect();
    for wanted in ["ferry strike", "Ferry crews", "harbour board"] {
        assert!(texts[..5].contains(&wanted), "{wanted}: {texts:?}");
    }
    assert!(found.len() <= MOST);
    let empty = ["Tuesday", "week", "year", "spokeswoman", "said", "Nobody"];
    for text in &texts {
        assert!(
            !empty.iter().any(|e| text.split(' ').any(|w| w == *e)),
            "{texts:?}"
        );
    }
}

#[test]
fn every_mention_is_given_whatever_its_case_and_number() {
    let found = phrases("The ferry strike is over", &FERRIES);
    let (_, mentions) = found.iter().find(|(t, _)| t == "ferry strike").unwrap();
    assert_eq!(mentions, &["ferry strike", "ferry strike", "ferry strikes"]);
}

#[test]
fn no_phrase_stands_inside_another() {
    let found = phrases("The ferry strike is over", &FERRIES);
    for (a, _) in &found {
        for (b, _) in &found {
            let (a, b) = (a.to_lowercase(), b.to_lowercase());
            assert!(a == b || !format!(" {a} ").contains(&format!(" {b} ")));
        }
    }
}

#[test]
fn names_are_whole() {
    let found = phrases(
        "Bank of Norland warns",
        &[
            "The Bank of Norland warned on Monday that prices would rise. The Bank of Norland has raised rates twice.",
            "Traders expect the Bank of Norland to act again in March, as prices of bread and fuel are rising fast.",
        ],
    );
    assert!(
        found
            .iter()
            .any(|(text, m)| text == "Bank of Norland" && m.len() == 4),
        "{found:?}"
    );
}

#[test]
fn a_text_without_phrases_has_none() {
    assert!(phrases("", &["And so it was, and is, and will be."]).is_empty());
}

#[test]
fn what_is_shouted_to_editors_is_no_phrase() {
    let found = phrases(
        "HOLD HOLD",
        &[
            "HOLD HOLD: the harbour board will vote tonight on the ferry strike.",
            "The harbour board met the crews of Northport, the home of the Walla Walla band.",
        ],
    );
    let texts: Vec<&str> = found.iter().map(|(text, _)| text.as_str()).collect();
    assert!(!texts.contains(&"HOLD HOLD"), "{texts:?}");
    assert!(texts.contains(&"harbour board"), "{texts:?}");
}

#[test]
fn what_is_named_far_down_counts_less_than_what_the_article_begins_with() {
    let between = "She walked home slowly and sat down. ".repeat(80);
    let tail = "A zinc smelter burned. The zinc smelter burned. The ferry strikes went on.";
    let paragraphs = [FERRIES[1], &between, tail];
    let found = phrases("The ferry strike is over", &paragraphs);
    let place = |phrase: &str| {
        let place = found.iter().position(|(text, _)| text == phrase).unwrap();
        (place, found[place].1.len())
    };
    let ((strike, strikes), (smelter, smelters)) = (place("ferry strike"), place("zinc smelter"));
    assert!(strike < smelter, "{found:?}");
    assert_eq!((strikes, smelters), (3, 2));
}

#[test]
fn a_word_that_stands_alone_is_what_it_mostly_is() {
    let text = "Strikes by American dockers Zorblat wobblingly glompish UN the glomped New";
    let tokens = tokenize(text, std::iter::once(Span::new(0, text.len())));
    let usual: HashMap<&str, PartOfSpeech> = parts::usual().collect();
    let guesses = tokens.iter().enumerate().map(|(n, token)| {
        let usual = usual.get(&*token.of(text).to_lowercase()).copied();
        PartOfSpeech::guess(token, text, usual, n == 0)
    });
    use PartOfSpeech as P;
    let expected = [
        P::Noun,
        P::Other,
        P::Adjective,
        P::Noun,
        P::ProperNoun,
        P::Other,
        P::Noun,
        P::Shouted,
        P::Other,
        P::Participle,
        P::ProperNoun,
    ];
    assert_eq!(guesses.collect::<Vec<_>>(), expected);
}

#[test]
fn the_table_of_what_words_mostly_are_is_made_alike_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let line = |body: &str| serde_json::json!({ "body": body }).to_string();
    let news = [
        line("The ferry sank off Lundby. The crew said the rock was known.\n\nThe crew swam."),
        line("A captain said the ferry hit a rock."),
    ];
    std::fs::write(folder.path().join("news.jsonl"), news.join("\n")).unwrap();
    let mut said = Vec::new();
    let mut train = || train::train(folder.path(), &mut |line| said.push(line.to_owned())).unwrap();
    let (one, other) = (train(), train());
    assert_eq!(one, other);
    let table = String::from_utf8(one).unwrap();
    let rows: Vec<&str> = table.lines().filter(|l| !l.starts_with('#')).collect();
    assert_eq!(
        rows,
        ["ferry\tnoun", "rock\tnoun", "said\tverb", "the\tother"]
    );
    assert_eq!(said[0], "4 words of 2 articles");
    let mut said = String::new();
    let file = folder.path().join("news.jsonl");
    train::check(&file, &mut |line| said = line.to_owned()).unwrap();
    assert!(said.contains(": 23 words, "), "{said}");
    std::fs::write(&file, "{}").unwrap();
    let error = train::check(&file, &mut |_| {}).unwrap_err();
    assert!(
        format!("{error:#}").contains("news.jsonl line 1"),
        "{error:#}"
    );
}

#[test]
fn killed_copy_has_no_phrases() {
    let mut draft = Draft::new(Format::Text, "utf-8", "".into());
    draft.supplied.status = Some(crate::record::Status::Canceled);
    let kill = "BULLETIN KILL: Editors, kill the story about the ferry strike in Northport.";
    draft
        .blocks
        .push(DraftBlock::new(BlockKind::Paragraph, kill));
    let known = Known::new(Article::from_draft(draft, "test".into()));
    for stage in registry(&StageSettings::default()) {
        let outcome = stage.run(&known, &Budget::unlimited());
        match outcome {
            Ok(Outcome::Found(output)) => known.keep(&*stage, output),
            Ok(Outcome::Skipped(why)) if stage.name() == "keyphrases" => {
                assert_eq!(why, "canceled copy has no phrases");
            }
            _ => {}
        }
    }
    assert!(known.keyphrases().is_none());
}
