//! Of which articles events are told: PLOVER's types are for what states, officials, armed groups, parties, companies
//! and crowds do in public. The same words are used of matches and films, and by advice, advertisements and manuals,
//! where they tell no event: "attacks down the left", "offers year-round support", "ask for guidance in edge cases".
//!
//! The bounds were set with 250 events that were read one by one, from pages of the web, newspapers and running stories,
//! and counted on 250 more: of the 104 that fall under a rule here eight were events.

use super::find::Candidate;
use super::read::{Beside, Reading};
use super::sentence::Sentence;
use crate::record::{Entity, EntityType, EventType, Quote, QuoteType};
use crate::text::{Span, TokenKind};

/// Topics of level 1 in which words of war are figures of speech.
const ARTS: &str = "medtop:01000000";
const SPORT: &str = "medtop:15000000";

/// Topics of level 1 that are public life: crime and justice, disasters, labour, politics, society, conflict.
const PUBLIC_LIFE: [&str; 6] = [
    "medtop:02000000",
    "medtop:03000000",
    "medtop:09000000",
    "medtop:11000000",
    "medtop:14000000",
    "medtop:16000000",
];

/// Sectors of those who act for a state, a party, an armed group, or outside of the law.
const OFFICIAL: [&str; 10] = [
    "GOV", "MIL", "COP", "REB", "UAF", "JUD", "LEG", "CRM", "OPP", "PTY",
];

/// Subtypes of organisations that are bodies of public life.
const PUBLIC_BODIES: [&str; 7] = [
    "government",
    "party",
    "supranational",
    "armed-group",
    "court",
    "central-bank",
    "ngo",
];

/// By these a text speaks to its reader.
const READER: [&str; 4] = ["you", "your", "yours", "yourself"];

/// By these of its author.
const AUTHOR: [&str; 6] = ["i", "me", "my", "we", "us", "our"];

/// Words outside of quotations with fewer of which a text is too short to say what it is.
const LEAST_WORDS: usize = 100;

/// One word in so many is the reader's, in a text that speaks to him: advice, a manual, an advertisement.
const WORDS_A_READER: usize = 100;

/// What an article is, for events.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scope {
    /// Its first topic is the arts or sport.
    is_play: bool,
    /// It is not about public life, and it is about sport, or speaks to its reader, or names nobody who acts in public.
    is_private: bool,
}

impl Scope {
    pub(super) fn of(reading: &Reading<'_>, beside: &Beside<'_>) -> Self {
        let topics = beside.topics;
        let is_about = |code: &str| topics.iter().any(|t| t.code == code);
        let begins_with = |code: &str| topics.first().is_some_and(|t| t.code == code);
        let is_public = PUBLIC_LIFE.into_iter().any(is_about);
        let Address { words, reader } = Address::of(reading, beside.quotes);
        let is_advice = || reader * WORDS_A_READER >= words;
        let names_nobody = || !reading.entities.iter().any(acts_in_public);
        let is_long = words >= LEAST_WORDS;
        let is_private = is_about(SPORT) || is_long && (is_advice() || names_nobody());
        Scope {
            is_play: begins_with(ARTS) || begins_with(SPORT),
            is_private: is_private && !is_public,
        }
    }

    /// Whether a candidate may be an event of such an article: where words are figures of speech, only with somebody
    /// official.
    pub(super) fn admits(self, candidate: &Candidate) -> bool {
        let is_violent = matches!(
            candidate.kind,
            EventType::Assault
                | EventType::Coerce
                | EventType::Retreat
                | EventType::Threaten
                | EventType::Sanction
        );
        let is_figure = self.is_private || self.is_play && is_violent;
        !is_figure || is_official(candidate)
    }
}

/// Whether an official or armed body takes part.
fn is_official(candidate: &Candidate) -> bool {
    let mut everyone = candidate.actors.iter().chain(&candidate.recipients);
    everyone.any(|s| {
        let sector = s.participant.sector.as_deref();
        sector.is_some_and(|sector| OFFICIAL.contains(&sector))
    })
}

/// Whether an entity is of public life: a state, its people, one of its bodies, somebody in an office.
pub(super) fn acts_in_public(entity: &Entity) -> bool {
    let subtype = entity.subtype.as_deref().unwrap_or_default();
    match entity.kind {
        EntityType::Nationality => true,
        EntityType::Place => subtype == "country",
        EntityType::Organization => PUBLIC_BODIES.contains(&subtype),
        _ => entity.role.is_some(),
    }
}

/// How a text speaks outside of quotations.
struct Address {
    words: usize,
    /// Words for the reader among them.
    reader: usize,
}

impl Address {
    fn of(reading: &Reading<'_>, quotes: &[Quote]) -> Self {
        let mut said: Vec<Span> = quotes
            .iter()
            .filter(|q| q.kind != QuoteType::Indirect)
            .map(|q| q.content)
            .collect();
        said.sort_unstable_by_key(|span| span.end);
        let mut said = said.into_iter().peekable();
        let mut address = Address {
            words: 0,
            reader: 0,
        };
        for token in reading.tokens.iter() {
            while said.next_if(|span| span.end <= token.span.start).is_some() {}
            let is_said = said.peek().is_some_and(|s| s.start <= token.span.start);
            if is_said || token.kind != TokenKind::Word {
                continue;
            }
            address.words += 1;
            address.reader += usize::from(is_one_of(&READER, token.of(reading.text)));
        }
        address
    }
}

fn is_one_of(words: &[&str], form: &str) -> bool {
    words.iter().any(|w| form.eq_ignore_ascii_case(w))
}

/// Whether the text itself speaks to its reader, or of nobody but its author: "if you offer a service", "I must warn
/// you". In a quotation both are people of the news.
pub(super) fn is_address(sentence: &Sentence<'_>, candidate: &Candidate, quotes: &[Quote]) -> bool {
    let everyone = || candidate.actors.iter().chain(&candidate.recipients);
    let is =
        |words: &[&str], head: usize| is_one_of(words, sentence.parse[head].span.of(sentence.text));
    let reader = everyone().any(|s| is(&READER, s.head));
    let author = || everyone().next().is_some() && everyone().all(|s| is(&AUTHOR, s.head));
    let is_said = || quotes.iter().any(|q| q.content.overlaps(candidate.trigger));
    (reader || author()) && !is_said()
}
