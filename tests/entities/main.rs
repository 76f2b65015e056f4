//! Entities of whole articles: places resolved, names linked, the focus of a story.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test that panics has failed, as it should; it may print, and has clients of its own"
)]

use std::ops::ControlFlow;

use copydesk::engine::Engine;
use copydesk::intake::{Hints, Settings};
use copydesk::record::{EnrichedArticle, Entity, EntityType, Ingest, MentionKind};

/// Degrees a resolved place may lie off the table's whole degrees.
const NEAR: f32 = 1.3;

/// Share of the ambiguous mentions that must be resolved right.
const PLACES_FLOOR: f64 = 0.9;

fn engine() -> Engine {
    Engine::new(Settings::default()).expect("the engine opens")
}

fn enrich(engine: &Engine, text: &str) -> EnrichedArticle {
    let hints = Hints {
        content_type: Some("text/plain".to_owned()),
        ..Hints::default()
    };
    let mut found = None;
    engine
        .enrich(text.as_bytes(), &hints, &Ingest::default(), &mut |record| {
            found = Some(record);
            ControlFlow::Continue(())
        })
        .expect("plain text can be read");
    found.expect("one record")
}

/// The text of an entity's mentions of one kind.
fn mentions(record: &EnrichedArticle, e: &Entity, kind: MentionKind) -> Vec<String> {
    let text: Vec<char> = record.content.text.chars().collect();
    e.mentions
        .iter()
        .filter(|m| m.kind == kind)
        .map(|m| text[m.start as usize..m.end as usize].iter().collect())
        .collect()
}

fn named<'r>(record: &'r EnrichedArticle, name: &str) -> &'r Entity {
    record
        .entities
        .iter()
        .find(|e| e.name == name)
        .unwrap_or_else(|| {
            let names: Vec<&str> = record.entities.iter().map(|e| e.name.as_str()).collect();
            panic!("no {name} among {names:?}")
        })
}

#[test]
fn resolves_ambiguous_places() {
    let engine = engine();
    let (mut right, mut all) = (0, 0);
    let table = include_str!("../fixtures/entities/places.tsv");
    for line in table.lines().filter(|l| !l.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, iso, lat, lon, text] = fields[..] else {
            panic!("not five fields: {line}");
        };
        all += 1;
        let record = enrich(&engine, text);
        let found = record.entities.iter().find(|e| {
            e.kind == EntityType::Place
                && mentions(&record, e, MentionKind::Name)
                    .iter()
                    .any(|m| m.starts_with(name))
        });
        let fits = found.is_some_and(|e| {
            let here = match (lat.parse::<f32>(), lon.parse::<f32>(), e.location) {
                (Ok(lat), Ok(lon), Some(at)) => {
                    (at.lat - lat).abs() <= NEAR && (at.lon - lon).abs() <= NEAR
                }
                (Ok(_), Ok(_), None) => false,
                _ => e.subtype.as_deref() == Some("country"),
            };
            e.country.as_deref() == Some(iso) && here
        });
        if fits {
            right += 1;
        } else {
            println!(
                "{name} should be in {iso}: {text} got {:?}",
                found.map(|e| (&e.name, &e.country, e.location))
            );
        }
    }
    println!("{right} of {all} places right");
    assert!(all >= 150);
    assert!(
        f64::from(right) >= PLACES_FLOOR * f64::from(all),
        "{right} of {all}"
    );
}

#[test]
fn no_place_is_said_that_is_only_one_of_the_name() {
    let engine = engine();
    // a firm by the name of a small town; a town in a state where none of that name is known
    let record = enrich(
        &engine,
        "Mercedes said its sales in Germany rose by two percent.",
    );
    let is_place = |e: &Entity| e.kind == EntityType::Place && e.name == "Mercedes";
    assert!(!record.entities.iter().any(is_place));
    let record = enrich(&engine, "The show was held in Gladstone, NJ, on Sunday.");
    assert_eq!(named(&record, "Gladstone").location, None);
    assert_eq!(named(&record, "New Jersey").country.as_deref(), Some("US"));
}

const STORY: &str = "Norway and Kenya agreed on Monday to share data on fisheries.\n\
Norwegian Prime Minister Ingrid Solberg-Dahl met Kenya's Joseph Mwangi in Nairobi for talks on trade.\n\
The Norwegian leader said the European Fisheries Council (EFC) would pay for the ships.\n\
\"We share one sea,\" Solberg-Dahl said. She left for Oslo in the evening.\n\
The EFC was founded in Bergen, Norway.";

#[test]
fn what_a_dateline_names_is_a_place_and_gives_its_country() {
    let engine = engine();
    for (text, name, kind, country) in [
        (
            "LISBON, Portugal (AP) — Eleven nations agreed Tuesday to share data.",
            "Lisbon",
            Some("city"),
            Some("PT"),
        ),
        (
            "BEIJING, Dec. 4 (Xinhua) -- The ministry said on Thursday that ships sailed.",
            "Beijing",
            Some("city"),
            Some("CN"),
        ),
        (
            "SPRINGFIELD, Mo. (AP) — Police said a bus left the road.",
            "Springfield",
            Some("city"),
            Some("US"),
        ),
        (
            "WESTMERE (AP) — The ferry sank.",
            "Westmere",
            Some("city"),
            None,
        ),
        (
            "QUILLHAVEN (dpa) - The ferry sank.",
            "Quillhaven",
            None,
            None,
        ),
    ] {
        let record = enrich(&engine, text);
        let first = &record.entities[0];
        assert_eq!(first.kind, EntityType::Place, "{text}");
        assert_eq!(first.subtype.as_deref(), kind, "{text}");
        assert_eq!(
            mentions(&record, first, MentionKind::Name),
            [name.to_uppercase()]
        );
        let dateline = record.dateline.unwrap();
        assert_eq!(dateline.place.as_deref(), Some(name));
        assert_eq!(dateline.country.as_deref(), country, "{text}");
    }
}

#[test]
fn links_mentions_to_one_entry_each() {
    let record = enrich(&engine(), STORY);
    let leader = named(&record, "Ingrid Solberg-Dahl");
    assert_eq!(leader.kind, EntityType::Person);
    assert_eq!(leader.country.as_deref(), Some("NO"));
    assert_eq!(leader.role.as_deref(), Some("Prime Minister"));
    assert_eq!(
        mentions(&record, leader, MentionKind::Name),
        ["Ingrid Solberg-Dahl", "Solberg-Dahl"]
    );
    assert_eq!(
        mentions(&record, leader, MentionKind::Nominal),
        ["The Norwegian leader"]
    );
    assert_eq!(mentions(&record, leader, MentionKind::Pronoun), ["She"]);
    assert_eq!(
        named(&record, "Joseph Mwangi").country.as_deref(),
        Some("KE")
    );
    let council = named(&record, "European Fisheries Council");
    assert_eq!(
        mentions(&record, council, MentionKind::Name),
        ["European Fisheries Council", "EFC", "EFC"]
    );
    assert_eq!(
        named(&record, "Norway").links.iso3166.as_deref(),
        Some("NO")
    );
    assert!(record.provenance["entities"].contains("data "));
}

#[test]
fn a_body_is_one_with_and_without_its_country() {
    let text = "The U.S. Food and Drug Administration approved the drug on Monday. The FDA said that it was safe.\n\
        The U.K. Ministry of Defence said nothing. A spokesman for the Ministry of Defence had no comment, and \
        the Indian Ministry of Home Affairs had none.\n\
        The United States Marine Corps sent two ships. The USMC said so.";
    let record = enrich(&engine(), text);
    let fda = named(&record, "U.S. Food and Drug Administration");
    assert_eq!(
        mentions(&record, fda, MentionKind::Name),
        ["U.S. Food and Drug Administration", "FDA"]
    );
    assert_eq!(fda.country.as_deref(), Some("US"));
    assert!(fda.links.wikidata.is_some());
    let ministry = named(&record, "U.K. Ministry of Defence");
    assert_eq!(
        mentions(&record, ministry, MentionKind::Name),
        ["U.K. Ministry of Defence", "Ministry of Defence"]
    );
    let marines = named(&record, "United States Marine Corps");
    assert_eq!(
        mentions(&record, marines, MentionKind::Name),
        ["United States Marine Corps", "USMC"]
    );
}

#[test]
fn a_company_is_spoken_of_by_a_noun_and_says_things_as_it() {
    let text = "Greenpeace sued Volkswagen on Monday. The German company said sales had fallen.\n\
        It said a ruling was expected in May. The company is owned by families.";
    let record = enrich(&engine(), text);
    let firm = named(&record, "Volkswagen");
    assert_eq!(
        mentions(&record, firm, MentionKind::Nominal),
        ["The German company", "The company"]
    );
    assert_eq!(mentions(&record, firm, MentionKind::Pronoun), ["It"]);
    let other = named(&record, "Greenpeace");
    assert!(mentions(&record, other, MentionKind::Nominal).is_empty());
}

#[test]
fn a_noun_that_says_which_company_is_meant_refers_to_none_before() {
    let text = "Volkswagen cut its forecast. The company that owns the mine said nothing.";
    let record = enrich(&engine(), text);
    let firm = named(&record, "Volkswagen");
    assert!(mentions(&record, firm, MentionKind::Nominal).is_empty());
}

#[test]
fn what_can_be_told_is_linked_to_wikidata_and_the_rest_is_not() {
    let engine = engine();
    let text =
        "Emmanuel Macron met officials of the World Bank, the AU and Reuters in Paris, France.";
    let record = enrich(&engine, text);
    let item = |name: &str| named(&record, name).links.wikidata.clone();
    assert_eq!(item("Emmanuel Macron").as_deref(), Some("Q3052772"));
    assert_eq!(item("World Bank").as_deref(), Some("Q7164"));
    assert_eq!(item("AU").as_deref(), Some("Q7159"), "by a short form");
    assert_eq!(item("Reuters").as_deref(), Some("Q130879"));
    assert_eq!(item("Paris").as_deref(), Some("Q90"));
    assert_eq!(item("France").as_deref(), Some("Q142"));
    // the town in Texas, and a party of a name that several bear, in an article on another country
    let record = enrich(
        &engine,
        "The Labour Party lost the election in New Zealand. It met in Paris, Texas.",
    );
    assert_eq!(named(&record, "Paris").links.wikidata, None);
    assert_eq!(named(&record, "Labour Party").links.wikidata, None);
    let record = enrich(&engine, "The Labour Party won most seats in Britain.");
    let party = named(&record, "Labour Party");
    assert_eq!(party.links.wikidata.as_deref(), Some("Q9630"));
}

#[test]
fn a_country_that_plays_is_a_team_and_a_metonym_of_the_country() {
    let text = "Norway beat Sweden 2-1 in the final on Sunday. The Norway striker scored twice.";
    let record = enrich(&engine(), text);
    let of = |kind: EntityType| {
        let entity = record
            .entities
            .iter()
            .find(|e| e.kind == kind && e.name == "Norway");
        entity.expect("Norway as team and as country")
    };
    let team = mentions(&record, of(EntityType::Organization), MentionKind::Name);
    assert!(!team.is_empty(), "{team:?}");
    let country = of(EntityType::Place);
    assert_eq!(mentions(&record, country, MentionKind::Metonym), team);
    assert_eq!(country.links.iso3166.as_deref(), Some("NO"));
}

/// Share of the sentences of the table that must be read as written.
const NAMES_FLOOR: f64 = 0.95;

/// The names in a record with this text, each with its type.
fn types_of(record: &EnrichedArticle, name: &str) -> Vec<EntityType> {
    let is_name = |m: &String| m.strip_prefix("The ").unwrap_or(m) == name;
    let entities = record.entities.iter();
    let named = entities.filter(|e| mentions(record, e, MentionKind::Name).iter().any(is_name));
    named.map(|e| e.kind).collect()
}

#[test]
fn names_that_look_like_others_are_told_apart() {
    let engine = engine();
    let table = include_str!("../cases/names.txt");
    let (mut right, mut all) = (0, 0);
    for line in table
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        let (wanted, text) = line.split_once(" | ").expect("names, then a sentence");
        let record = enrich(&engine, text);
        let as_written = wanted.split("; ").all(|w| {
            let (kind, name) = w.split_once(' ').expect("a type, then a name");
            let kind: EntityType =
                serde_json::from_value(kind.into()).expect("a type of the record");
            assert!(text.contains(name), "{line}");
            types_of(&record, name.strip_prefix("The ").unwrap_or(name)) == [kind]
        });
        all += 1;
        if as_written {
            right += 1;
        } else {
            println!("{line}");
        }
    }
    println!("{right} of {all} sentences right");
    assert!(all >= 300);
    assert!(
        f64::from(right) >= NAMES_FLOOR * f64::from(all),
        "{right} of {all}"
    );
}

/// Roles with the organisation and the country that the text gives; all of them must be right.
#[test]
fn a_role_is_the_whole_title_and_whose_it_is() {
    let engine = engine();
    let table = include_str!("../cases/roles.txt");
    let mut wrong = Vec::new();
    for line in table
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        let (wanted, text) = line.split_once(" | ").expect("what is said, then a text");
        let record = enrich(&engine, text);
        let person = named(&record, wanted.split("; ").next().unwrap_or_default());
        let known = [&person.role, &person.organization, &person.country];
        let known = known.map(|k| k.as_deref().unwrap_or("-"));
        let found = format!("{}; {}", person.name, known.join("; "));
        if found != wanted {
            wrong.push(format!("{found} | {line}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn two_middle_names_are_two_people() {
    let text = "John Kwame Adu left the bank. John Kofi Adu, his son, stayed. John K. Adu said no.";
    let record = enrich(&engine(), text);
    assert_ne!(
        named(&record, "John Kwame Adu").id,
        named(&record, "John Kofi Adu").id
    );
    let text = "Ann Maria Lund left the bank. Ann M. Lund said no. Ann Lund stayed away.";
    let record = enrich(&engine(), text);
    let lund = named(&record, "Ann Maria Lund");
    assert_eq!(mentions(&record, lund, MentionKind::Name).len(), 3);
}

/// Whom a text names as another's father, or by another office, is not meant.
#[test]
fn a_relative_and_another_secretary_are_not_meant() {
    let text = "Mayor Richard Dahl lost. Critics spoke of his late father, Paul Dahl. Dahl said on Monday that he would stay.";
    let record = enrich(&engine(), text);
    let father = named(&record, "Paul Dahl");
    assert_eq!(mentions(&record, father, MentionKind::Name), ["Paul Dahl"]);
    let text = "Home Secretary David Lund met Jack Holm, now foreign secretary. The home secretary said no.";
    let record = enrich(&engine(), text);
    let lund = named(&record, "David Lund");
    assert_eq!(
        mentions(&record, lund, MentionKind::Nominal),
        ["The home secretary"]
    );
    let text =
        "Deputy Prime Minister Jack Holm met Tony Lund on Monday. The prime minister said no.";
    let record = enrich(&engine(), text);
    let holm = named(&record, "Jack Holm");
    assert_eq!(
        mentions(&record, holm, MentionKind::Nominal),
        [""; 0],
        "a deputy is another"
    );
}

#[test]
fn the_focus_needs_more_than_a_word_in_passing() {
    let engine = engine();
    let country = |text: &str| enrich(&engine, text).focus.and_then(|f| f.country);
    for passing in [
        "Mix the oats with Greek yogurt and leave them overnight.",
        "Anna Berg writes a letter on growth. She was previously at Microsoft.",
        "The plan is sold to residents of Canada, Ireland, Sweden, Denmark and France.",
    ] {
        assert_eq!(country(passing), None, "{passing}");
    }
    for (told, wanted) in [
        ("Floods in Denmark killed nine people on Monday.", "DK"),
        (
            "The Greek government fell. Greek voters go to the polls in May.",
            "GR",
        ),
    ] {
        assert_eq!(country(told).as_deref(), Some(wanted), "{told}");
    }
}

/// Garbled copy may run a name into the next sentence.
#[test]
fn a_word_inside_a_name_is_no_pronoun() {
    let text = "The mayor agreedZ She said 4,000 people used the liue each week.";
    let record = enrich(&engine(), text);
    for entity in &record.entities {
        let apart = entity.mentions.windows(2).all(|m| m[0].end <= m[1].start);
        assert!(apart, "{entity:?}");
    }
}

#[test]
fn a_capital_that_is_urged_is_a_government_and_a_modifier_is_no_name() {
    let record = enrich(
        &engine(),
        "Denmark pressed China on Friday. Ministers urged Beijing to join the U.S.-led talks in Copenhagen.",
    );
    let beijing = named(&record, "Beijing");
    assert_eq!(
        mentions(&record, beijing, MentionKind::Metonym),
        ["Beijing"]
    );
    let us = named(&record, "United States");
    assert_eq!(mentions(&record, us, MentionKind::Modifier), ["U.S."]);
}

#[test]
fn mentions_lie_in_the_text_and_do_not_overlap() {
    for text in [
        STORY,
        "",
        "A",
        "\u{feff}\n\n \u{200b}",
        "ЛОНДОН Paris 東京 İstanbul \u{1F600} O'Brien’s \"’",
        "SOCCER - BREMEN BEAT HAMBURG.\nHAMBURG 2019-08-30\nBremen 2 Hamburg 1",
    ] {
        let record = enrich_or_nothing(text);
        let Some(record) = record else { continue };
        let length = record.content.text.chars().count() as u32;
        let mut spans: Vec<(u32, u32)> = record
            .entities
            .iter()
            .flat_map(|e| &e.mentions)
            .map(|m| (m.start, m.end))
            .collect();
        spans.sort_unstable();
        assert!(spans.iter().all(|(s, e)| s < e && *e <= length));
        let names: Vec<(u32, u32)> = record
            .entities
            .iter()
            .flat_map(|e| &e.mentions)
            .filter(|m| m.kind == MentionKind::Name)
            .map(|m| (m.start, m.end))
            .collect();
        for (i, a) in names.iter().enumerate() {
            for b in &names[i + 1..] {
                assert!(a.1 <= b.0 || b.1 <= a.0, "{a:?} overlaps {b:?}");
            }
        }
    }
}

fn enrich_or_nothing(text: &str) -> Option<EnrichedArticle> {
    let mut found = None;
    let hints = Hints {
        content_type: Some("text/plain".to_owned()),
        ..Hints::default()
    };
    let _ = engine().enrich(text.as_bytes(), &hints, &Ingest::default(), &mut |record| {
        found = Some(record);
        ControlFlow::Continue(())
    });
    found
}
