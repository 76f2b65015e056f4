use super::*;
use crate::intake::{Draft, DraftBlock, Format};
use crate::record::{BlockKind, Genre};
use crate::stages::{Known, StageSettings, registry};

use BlockKind::{Caption, Crosshead, Headline, ListItem, LiveEntry, Paragraph};

/// The summary of an article of these blocks, and whether the stage ran.
fn summary_of(
    blocks: &[(BlockKind, &str)],
    genre: Option<Genre>,
    sentences: usize,
) -> Option<Vec<String>> {
    let mut draft = Draft::new(Format::Text, "utf-8", "".into());
    let blocks = blocks
        .iter()
        .map(|(kind, text)| DraftBlock::new(*kind, *text));
    draft.blocks.extend(blocks);
    draft.supplied.genre = genre;
    let known = Known::new(Article::from_draft(draft, "test".into()));
    let settings = StageSettings {
        summary_sentences: sentences,
        ..StageSettings::default()
    };
    for stage in registry(&settings) {
        if let Ok(Outcome::Found(output)) = stage.run(&known, &Budget::unlimited()) {
            known.keep(&*stage, output);
        }
    }
    let text = &known.article.text;
    let summary = known.summary()?;
    Some(summary.0.iter().map(|s| s.of(text).to_owned()).collect())
}

fn summary(blocks: &[(BlockKind, &str)]) -> Vec<String> {
    summary_of(blocks, None, 2).unwrap()
}

const LEAD: &str = "Ferry crews in Northport ended a nine-day strike on Tuesday.";
const SECOND: &str = "The harbour board agreed to hire forty more deckhands by June.";
const THIRD: &str = "Boats to the outer islands will sail again from Wednesday morning.";

#[test]
fn the_first_sentences_sum_a_story_up() {
    let blocks = [
        (Headline, "Ferry strike ends"),
        (
            Caption,
            "A ferry lies at its berth in the harbour of Northport.",
        ),
        (Paragraph, LEAD),
        (Paragraph, SECOND),
        (Paragraph, THIRD),
    ];
    assert_eq!(summary(&blocks), [LEAD, SECOND]);
    assert_eq!(summary_of(&blocks, None, 1).unwrap(), [LEAD]);
    assert_eq!(summary_of(&blocks, None, 3).unwrap(), [LEAD, SECOND, THIRD]);
}

#[test]
fn what_cannot_stand_alone_is_passed_over() {
    for odd in [
        "Who will pay for the ferries that never left their berths?",
        "By Anna Berg, who covers the harbour for this newspaper.",
        "Sign up for our newsletter about boats, ferries and harbours.",
        "Well, sort of.",
        "“Nobody in this town wanted nine days without a single boat,” he said.",
        "“Nobody in this town wanted nine days without a single boat.”",
    ] {
        let blocks = [
            (Headline, "Ferry strike ends"),
            (Paragraph, odd),
            (Paragraph, LEAD),
            (Paragraph, SECOND),
        ];
        assert_eq!(summary(&blocks), [LEAD, SECOND], "{odd}");
    }
}

#[test]
fn a_quotation_stands_with_its_speaker() {
    let said =
        "“Nobody in this town wanted nine days without a boat,” harbour master Karin Holm said.";
    let blocks = [(Headline, "Strike"), (Paragraph, said), (Paragraph, LEAD)];
    assert_eq!(summary(&blocks), [said, LEAD]);
}

#[test]
fn a_long_lead_is_enough() {
    let long = "Ferry crews in Northport, who had kept forty boats at their berths for nine days in the longest strike \
                that the harbour has seen since the war, ended it on Tuesday after the board agreed to hire more hands.";
    let blocks = [(Paragraph, long), (Paragraph, SECOND)];
    assert_eq!(summary(&blocks), [long]);
}

#[test]
fn a_heading_is_no_sentence_but_a_standfirst_is() {
    let standfirst = "Crews and harbour board agree on forty new hands after nine days";
    let heading = "What the islands will do now that it is over";
    let blocks = [
        (Headline, "Ferry strike ends"),
        (Paragraph, standfirst),
        (Paragraph, LEAD),
        (Paragraph, heading),
        (Paragraph, SECOND),
    ];
    assert_eq!(summary(&blocks), [standfirst, LEAD]);
    assert_eq!(
        summary_of(&blocks, None, 3).unwrap(),
        [standfirst, LEAD, SECOND]
    );
}

#[test]
fn a_live_blog_is_summed_up_by_its_introduction_or_its_entries() {
    let entries = [
        (
            LiveEntry,
            "The first boat has left for the outer islands. Many wave.",
        ),
        (LiveEntry, "Crews are back on board of all forty boats."),
    ];
    let introduced = [&[(Paragraph, LEAD)][..], &entries, &[(Paragraph, SECOND)]].concat();
    assert_eq!(summary(&introduced), [LEAD]);
    assert_eq!(
        summary(&entries),
        [
            "The first boat has left for the outer islands.",
            "Crews are back on board of all forty boats."
        ]
    );
}

#[test]
fn a_list_is_summed_up_by_its_introduction() {
    let items = [(ListItem, SECOND), (ListItem, THIRD), (ListItem, LEAD)];
    let introduced = [&[(Paragraph, LEAD)][..], &items].concat();
    assert_eq!(summary(&introduced), [LEAD]);
    assert_eq!(summary(&items), [SECOND, THIRD]);
}

#[test]
fn an_interview_is_summed_up_by_what_stands_before_its_questions() {
    let talk = [
        (Paragraph, "How long did you wait for a boat?"),
        (
            Paragraph,
            "We waited nine days and then went by fishing boat.",
        ),
        (Paragraph, "Q: What did that cost you and your neighbours?"),
        (Paragraph, "It cost us more than we make in a month."),
        (Paragraph, "Would you do it again?"),
        (Paragraph, "I hope that none of us ever has to do it again."),
    ];
    let introduced = [&[(Paragraph, LEAD)][..], &talk].concat();
    assert_eq!(summary(&introduced), [LEAD]);
    assert!(summary(&talk).is_empty());
}

#[test]
fn questions_as_crossheads_head_a_story() {
    let questions = [
        (Crosshead, "What has been agreed?"),
        (Paragraph, LEAD),
        (Crosshead, "Who pays for it?"),
        (Paragraph, SECOND),
        (Crosshead, "When will boats sail?"),
        (Paragraph, THIRD),
    ];
    assert_eq!(summary(&questions), [LEAD, SECOND]);
}

#[test]
fn an_alert_is_one_sentence_and_a_note_to_editors_none() {
    let alert = [
        (Headline, "Ferry strike ends, harbour board says"),
        (Paragraph, LEAD),
    ];
    assert_eq!(
        summary_of(&alert, Some(Genre::Alert), 2).unwrap(),
        ["Ferry strike ends, harbour board says"]
    );
    let note = [(Paragraph, LEAD)];
    assert!(summary_of(&note, Some(Genre::Advisory), 2).is_none());
}

#[test]
fn a_language_without_rules_for_quotations_has_its_lead() {
    let blocks = [
        (Headline, "Fährstreik beendet"),
        (
            Paragraph,
            "„Niemand in dieser Stadt wollte neun Tage ohne ein einziges Schiff“, sagte er.",
        ),
        (
            Paragraph,
            "Die Fährleute von Nordhafen haben ihren Streik am Dienstag nach neun Tagen beendet.",
        ),
        (
            Paragraph,
            "Die Hafenverwaltung will bis zum Juni vierzig neue Matrosen einstellen und die Löhne erhöhen.",
        ),
    ];
    let found = summary(&blocks);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("Die Fährleute"));
}
