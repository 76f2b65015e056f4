//! Parses of the model that is compiled in. The sentences are the project's own.

use super::*;
use crate::intake::{Draft, DraftBlock, Format};
use crate::record::BlockKind;
use crate::stages::{AnyStage, Known, sentences, tokens};
use crate::text::tokens::tokenize;

fn tokens_of(text: &str) -> Tokens {
    tokenize(text, std::iter::once(Span::new(0, text.len())))
}

/// The words of a sentence as "word label head".
fn arcs(text: &str) -> Vec<String> {
    let parse = parse(&tokens_of(text), text).unwrap();
    let told = (0..parse.len()).map(|at| {
        let head = parse.head(at).map_or("-", |head| parse[head].span.of(text));
        format!(
            "{} {} {head}",
            parse[at].span.of(text),
            parse[at].label.name()
        )
    });
    told.collect()
}

#[test]
fn who_did_what_to_whom() {
    let cases: [(&str, &[&str]); 6] = [
        (
            "Soldiers killed three villagers in Lundby on Monday.",
            &[
                "Soldiers nsubj killed",
                "killed ROOT -",
                "villagers dobj killed",
                "Lundby pobj in",
            ],
        ),
        (
            "Three villagers were killed by soldiers.",
            &[
                "villagers nsubjpass killed",
                "by agent killed",
                "soldiers pobj by",
                "were auxpass killed",
            ],
        ),
        (
            "The minister said the army would leave the city.",
            &[
                "minister nsubj said",
                "leave ccomp said",
                "army nsubj leave",
                "city dobj leave",
                "would aux leave",
            ],
        ),
        (
            "Norland did not attack the port.",
            &["Norland nsubj attack", "not neg attack", "port dobj attack"],
        ),
        (
            "Police arrested Holm and charged him with fraud.",
            &[
                "Police nsubj arrested",
                "Holm dobj arrested",
                "charged conj arrested",
                "him dobj charged",
            ],
        ),
        (
            "The rebels, who seized the town, freed two hostages.",
            &[
                "seized relcl rebels",
                "who nsubj seized",
                "rebels nsubj freed",
                "hostages dobj freed",
            ],
        ),
    ];
    for (text, expected) in cases {
        let found = arcs(text);
        for arc in expected {
            assert!(found.iter().any(|a| a == arc), "{text} {arc}: {found:#?}");
        }
    }
}

#[test]
fn every_sentence_has_one_tree_whatever_it_is() {
    let long = "and the ship , ".repeat(80);
    let brackets = "( [ \" ".repeat(60);
    for text in [
        "—",
        "€ 5",
        "Why?",
        "x@y.example",
        "ÄÖÜ 漢字 ’s ’",
        "\u{1f600} \u{1f600}",
        "said said said said",
        "of of of the the the",
        long.as_str(),
        brackets.as_str(),
    ] {
        let parse = parse(&tokens_of(text), text).unwrap();
        let roots = (0..parse.len()).filter(|at| parse.head(*at).is_none());
        assert_eq!(roots.collect::<Vec<_>>(), [parse.root()], "{text}");
        assert_eq!(parse.subtree(parse.root()), 0..parse.len(), "{text}");
        for at in 0..parse.len() {
            let inside = parse.dependents(at).map(|n| parse.subtree(n).len());
            assert_eq!(parse.subtree(at).len(), 1 + inside.sum::<usize>(), "{text}");
            assert_eq!(parse[at].label == Label::Root, at == parse.root(), "{text}");
        }
    }
}

#[test]
fn a_sentence_without_end_has_no_parse() {
    assert!(parse(&[], "").is_none());
    let text = "ship ".repeat(2_000);
    assert!(parse(&tokens_of(&text), &text).is_none());
    let text = "ship ".repeat(MOST_WORDS);
    assert!(parse(&tokens_of(&text), &text).is_some());
}

fn known(paragraph: &str) -> Known {
    let mut draft = Draft::new(Format::Text, "utf-8", "".into());
    draft
        .blocks
        .push(DraftBlock::new(BlockKind::Paragraph, paragraph));
    let known = Known::new(Article::from_draft(draft, "test".into()));
    let stages: [&dyn AnyStage; 3] = [
        &tokens::TokensStage,
        &sentences::SentencesStage,
        &SyntaxStage,
    ];
    for stage in stages {
        if let Ok(Outcome::Found(output)) = stage.run(&known, &Budget::unlimited()) {
            known.keep(stage, output);
        }
    }
    known
}

#[test]
fn a_sentence_is_parsed_when_it_is_asked_for_and_no_other() {
    let known = known("Rain fell. Dockers in Lundby went on strike. Ferries stayed in port.");
    let (text, tokens) = (&known.article.text, known.tokens().unwrap());
    let syntax = known.syntax().unwrap();
    let parse = syntax.parse(1, text, tokens).unwrap();
    assert_eq!(
        parse.span(parse.root()).of(text),
        "Dockers in Lundby went on strike."
    );
    assert_eq!(tokens[parse.first_token()].of(text), "Dockers");
    let done: Vec<bool> = syntax
        .sentences
        .iter()
        .map(|s| s.parse.get().is_some())
        .collect();
    assert_eq!(done, [false, true, false]);
    let again = syntax.parse(1, text, tokens).unwrap();
    assert!(std::ptr::eq(parse, again));
    assert!(syntax.parse(3, text, tokens).is_none());
}

#[test]
fn tags_that_were_asked_for_before_are_those_of_the_parse() {
    let known = known("They will report on Monday. The report was late.");
    let (text, tokens) = (&known.article.text, known.tokens().unwrap());
    let syntax = known.syntax().unwrap();
    let tags = syntax.tags(0, text, tokens).unwrap();
    assert_eq!(tags[2], Tag::Vb);
    let parse = syntax.parse(0, text, tokens).unwrap();
    assert_eq!(parse.iter().map(|w| w.tag).collect::<Vec<_>>(), tags);
    assert_eq!(syntax.tags(1, text, tokens).unwrap()[1], Tag::Nn);
}

#[test]
fn a_dateline_is_no_part_of_the_syntax() {
    let known = known("LUNDBY, March 3 (AP) — Dockers went on strike. SEOUL said it was late.");
    let (text, tokens) = (&known.article.text, known.tokens().unwrap());
    let syntax = known.syntax().unwrap();
    let parse = syntax.parse(0, text, tokens).unwrap();
    let root = parse.root();
    assert_eq!(parse.span(root).of(text), "Dockers went on strike.");
    let subject = parse.dependent(root, Label::Nsubj).unwrap();
    assert_eq!(parse[subject].span.of(text), "Dockers");
    assert_eq!(syntax.tokens(0, tokens).unwrap()[0].of(text), "Dockers");
    let parse = syntax.parse(1, text, tokens).unwrap();
    assert_eq!(tokens[parse.first_token()].of(text), "SEOUL");
}
