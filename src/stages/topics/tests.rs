use crate::intake::{Article, Draft, DraftBlock, Format, Supplied};
use crate::pipeline::Budget;
use crate::record::{BlockKind, Subject, Topic, TopicBasis};
use crate::stages::topics::{TopicLanguage, TopicsStage};
use crate::stages::{AnyStage, Finding, Known, Outcome, StageSettings, language, tokens};

fn outcome_in(topic_language: TopicLanguage, supplied: Supplied, paragraphs: &[&str]) -> Outcome {
    let mut draft = Draft::new(Format::Text, "utf-8", "".into());
    draft.supplied = supplied;
    for text in paragraphs {
        draft
            .blocks
            .push(DraftBlock::new(BlockKind::Paragraph, *text));
    }
    let known = Known::new(Article::from_draft(draft, "x".into()));
    let before: [&dyn AnyStage; 2] = [&language::LanguageStage, &tokens::TokensStage];
    for stage in before {
        if let Ok(Outcome::Found(output)) = stage.run(&known, &Budget::unlimited()) {
            known.keep(stage, output);
        }
    }
    let settings = StageSettings {
        topic_language,
        ..StageSettings::default()
    };
    let stage = TopicsStage::new(&settings);
    AnyStage::run(&stage, &known, &Budget::unlimited()).unwrap()
}

fn topics(supplied: Supplied, paragraphs: &[&str]) -> Vec<Topic> {
    match outcome_in(TopicLanguage::En, supplied, paragraphs) {
        Outcome::Found(output) => match output.finding {
            Finding::Topics(topics) => topics,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn codes(topics: &[Topic]) -> Vec<&str> {
    topics.iter().map(|t| t.code.as_str()).collect()
}

const FERRY: [&str; 3] = [
    "The ferry strike in Norland entered its second week on Monday after talks between the trade union and the \
     operators of the ferries broke down over pay.",
    "Union leaders said that striking workers would stay on the picket line until the employers offered a pay rise in \
     line with inflation. Industrial action by dockers is expected to follow.",
    "The employers called the strike ballot unlawful and said that collective bargaining had to begin anew.",
];

const STORM: [&str; 2] = [
    "Forecasters issued a weather warning for the north of Norland, where heavy rain and strong winds are expected \
     from Thursday evening, with gusts of up to 110 kilometres an hour on the coast.",
    "Temperatures will drop to two degrees by Saturday, the meteorological office said, and snowfall is likely on high \
     ground. It was the wettest month there since records began.",
];

#[test]
fn topics_that_no_section_of_a_newspaper_names_are_found_in_the_text() {
    let ferry = topics(Supplied::default(), &FERRY);
    let under = |topics: &[Topic], prefix: &[&str]| {
        topics
            .iter()
            .all(|t| prefix.iter().any(|p| t.code.ends_with(p)))
    };
    // labour, and under it labour dispute, wages and benefits, unions, collective agreements
    assert_eq!(ferry[0].code, "medtop:09000000");
    assert!(
        under(
            &ferry[1..2],
            &["20000529", "20000524", "20000536", "20000525", "20000518"]
        ),
        "{ferry:?}"
    );
    assert!(ferry.iter().all(|t| t.basis == TopicBasis::Text));
    let storm = topics(Supplied::default(), &STORM);
    assert_eq!(storm[0].code, "medtop:17000000");
    assert!(
        under(
            &storm[1..2],
            &["20001128", "20001129", "20001130", "20001131"]
        ),
        "{storm:?}"
    );
}

#[test]
fn chances_are_between_the_bound_and_1_and_fall() {
    let found = topics(Supplied::default(), &FERRY);
    let scores: Vec<f32> = found.iter().filter_map(|t| t.score).collect();
    assert_eq!(scores.len(), found.len());
    assert!(scores.iter().all(|s| (0.5..=1.0).contains(s)), "{scores:?}");
    assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
}

fn subject(scheme: &str, code: &str, name: Option<&str>) -> Subject {
    Subject {
        scheme: Some(scheme.into()),
        code: Some(code.into()),
        name: name.map(str::to_owned),
    }
}

#[test]
fn codes_of_the_supplier_are_all_kept_and_nothing_is_added() {
    let subjects = vec![
        subject("medtop", "20000160", Some("maritime accident")),
        subject("iptc-subject-code", "04015001", None),
        subject("medtop", "20999999", Some("newer than the table")),
    ];
    let supplied = Supplied {
        subjects,
        section: Some("Sport".into()),
        ..Supplied::default()
    };
    let found = topics(supplied, &FERRY);
    let [accident, transport, newer] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(accident.name, "emergency incident");
    assert!(transport.code.starts_with("medtop:2000"), "{transport:?}");
    assert_eq!(newer.name, "newer than the table");
    assert!(
        found
            .iter()
            .all(|t| t.basis == TopicBasis::Supplied && t.score.is_none())
    );
}

#[test]
fn a_section_stands_beside_what_the_text_says() {
    let supplied = Supplied {
        section: Some("Weather".into()),
        ..Supplied::default()
    };
    let found = topics(supplied, &STORM);
    assert_eq!(found[0].code, "medtop:17000000");
    assert_eq!(found[0].basis, TopicBasis::Section);
    assert_eq!(found[0].score, None);
    let deeper: Vec<&Topic> = found
        .iter()
        .filter(|t| t.basis == TopicBasis::Text)
        .collect();
    assert!(!deeper.is_empty() && deeper.len() <= 2, "{found:?}");
    assert!(
        deeper.iter().all(|t| t.code.starts_with("medtop:200011")),
        "{found:?}"
    );
}

#[test]
fn names_come_in_the_language_that_is_set() {
    let supplied = Supplied {
        section: Some("Weather".into()),
        ..Supplied::default()
    };
    let Outcome::Found(output) = outcome_in(TopicLanguage::De, supplied, &["Kurz."]) else {
        panic!("nothing found")
    };
    let Finding::Topics(found) = output.finding else {
        panic!("no topics")
    };
    assert_eq!(found[0].name, "Wetter");
    assert_eq!(codes(&found), ["medtop:17000000"]);
}

#[test]
fn a_headline_that_tells_its_topic_has_it() {
    let told = |text: &str| outcome_in(TopicLanguage::En, Supplied::default(), &[text]);
    let labour = "Ferry strike enters second week as union leaders and employers fail to agree on a pay rise";
    let Outcome::Found(output) = told(labour) else {
        panic!("nothing found")
    };
    let Finding::Topics(found) = output.finding else {
        panic!("no topics")
    };
    assert_eq!(found[0].name, "labour");
    // what is said of everything tells nothing
    let Outcome::Found(output) = told("Five things that you should know about this today") else {
        panic!("nothing found")
    };
    assert!(matches!(output.finding, Finding::Topics(found) if found.is_empty()));
}

#[test]
fn a_short_or_foreign_text_has_only_what_is_stated() {
    for text in [
        "Ferry strike continues",
        "Die Streiks auf den Fähren von Nordland gehen in die zweite Woche, nachdem die Gespräche zwischen der \
         Gewerkschaft und den Reedereien über höhere Löhne gescheitert sind. Die Gewerkschaft kündigte an, dass \
         die Beschäftigten erst wieder arbeiten, wenn die Arbeitgeber ein besseres Angebot machen. Ein Sprecher der \
         Reedereien nannte den Ausstand unverhältnismäßig und forderte neue Gespräche.",
    ] {
        let outcome = outcome_in(TopicLanguage::En, Supplied::default(), &[text]);
        assert!(matches!(outcome, Outcome::Skipped(_)), "{outcome:?}");
    }
}
