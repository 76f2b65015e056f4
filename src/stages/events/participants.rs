//! Who takes part in an event: the words that name it, its entity, sector and country.

use super::classes::Classes;
use super::sentence::{Sentence, is_somebody};
use crate::record::{EntityType, Participant, Role};
use crate::stages::entities::{is_in_a_firm, noun_phrase};
use crate::stages::syntax::{Label, Tag};
use crate::text::Span;

/// Somebody found beside a trigger.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Somebody {
    /// The word that names it.
    pub head: usize,
    pub participant: Participant,
    /// Whether it can act: a name, somebody of a sector, a noun for people, a pronoun for them; not a mere thing.
    pub is_agent: bool,
    /// Under which it is the same in other sentences: its entity's id, else its words.
    pub key: String,
}

/// Those whom `head` names, coordinated ones each by itself.
pub(super) fn named(sentence: &Sentence<'_>, head: usize, role: Role) -> Vec<Somebody> {
    let mut heads = sentence.spread(head);
    // "a group of rebels" are the rebels
    heads.retain(|h| sentence.measured(*h).is_none());
    heads
        .iter()
        .filter_map(|h| somebody(sentence, *h, role))
        .collect()
}

fn somebody(sentence: &Sentence<'_>, head: usize, role: Role) -> Option<Somebody> {
    let tag = sentence.tag(head);
    let pronoun = sentence.is_person(head);
    let can_name = tag.is_noun()
        || pronoun
        || matches!(
            tag,
            Tag::Cd | Tag::Jj | Tag::Prp | Tag::PrpPossessive | Tag::Dt
        ) && sentence.label(head) != Label::Amod;
    let own = sentence.entity(head);
    if !can_name && own.is_none() {
        return None;
    }
    let is_time = own.is_none() && sentence.is_in(head, sentence.rule().calendar);
    if is_time || own.is_some_and(|e| !is_somebody(e)) {
        return None;
    }
    // a known body is what it is, whatever its last word: "the European Union" is no trade union
    let body = own.filter(|e| e.kind == EntityType::Organization);
    let sector = body
        .and_then(sector_of_entity)
        .or_else(|| own_sector(sentence, head));
    let place_only =
        own.is_some_and(|e| e.kind == EntityType::Place && !is_state(e.subtype.as_deref()));
    let is_noun_for_people = sentence.is_in(head, Classes::get().rule.agent);
    let by_name = own.is_some() || role == Role::Actor && tag.is_proper_noun();
    let member = own
        .is_none()
        .then(|| organisation_before(sentence, head))
        .flatten();
    let is_agent = sector.is_some() || is_noun_for_people || pronoun || by_name || member.is_some();
    // a place that is no state does not act, but may be struck
    if place_only && role == Role::Actor && !is_capital(sentence, head) {
        return None;
    }
    let entity = own.or(member);
    let country = own
        .and_then(|e| e.country.clone().or_else(|| e.links.iso3166.clone()))
        .or_else(|| country_before(sentence, head));
    let span = span_of(sentence, head);
    let key = match entity {
        Some(entity) => entity.id.clone(),
        None => sentence.lemma(head).to_owned(),
    };
    let sector = sector.or_else(|| own.and_then(sector_of_entity));
    Some(Somebody {
        head,
        participant: Participant {
            role,
            entity: entity.map(|e| e.id.clone()),
            span,
            sector: sector.map(str::to_owned),
            country,
        },
        is_agent,
        key,
    })
}

fn is_state(subtype: Option<&str>) -> bool {
    matches!(subtype, Some("country" | "supranational"))
}

/// Whether a city may stand for its country: a capital, or one whose name is the subject's only word.
fn is_capital(sentence: &Sentence<'_>, head: usize) -> bool {
    let entity = sentence.entity(head);
    entity.is_some_and(|e| {
        e.subtype.as_deref() == Some("country") || e.subtype.as_deref() == Some("capital")
    }) || !sentence
        .parse
        .dependents(head)
        .any(|d| sentence.label(d) == Label::Prep)
        && sentence.label(head) == Label::Nsubj
}

fn own_sector(sentence: &Sentence<'_>, head: usize) -> Option<&'static str> {
    if let Some(sector) = sentence.sector(head) {
        return Some(sector);
    }
    // "President Assad", "Foreign Minister Sergey Lavrov": the title before the name
    let titles = sentence.with(head, &[Label::Compound, Label::Nmod]);
    titles.filter_map(|t| sentence.sector(t)).last()
}

fn sector_of_entity(entity: &crate::record::Entity) -> Option<&'static str> {
    let role = entity.role.as_deref().and_then(|role| {
        if is_in_a_firm(role) {
            return Some("BUS");
        }
        let mut words = noun_phrase(role).rsplit(' ');
        words.find_map(|w| Classes::get().sector(&w.to_lowercase(), None))
    });
    role.or(match (entity.kind, entity.subtype.as_deref()) {
        (EntityType::Place, Some("country")) => Some("GOV"),
        (EntityType::Organization, Some("government" | "ministry")) => Some("GOV"),
        (EntityType::Organization, Some("supranational")) => Some("IGO"),
        (EntityType::Organization, Some("company")) => Some("BUS"),
        (EntityType::Organization, Some("party")) => Some("PTY"),
        (EntityType::Organization, Some("media")) => Some("JRN"),
        _ => None,
    })
}

/// The organisation whose people a noun speaks of: "Hezbollah fighters", "the army's soldiers".
fn organisation_before<'a>(
    sentence: &Sentence<'a>,
    head: usize,
) -> Option<&'a crate::record::Entity> {
    let labels = [Label::Compound, Label::Nmod, Label::Poss, Label::Amod];
    let before = sentence.with(head, &labels);
    before
        .filter_map(|m| sentence.entity(m))
        .find(|e| matches!(e.kind, EntityType::Organization | EntityType::Person))
}

/// The country that a nationality, a possessive or "of" beside a noun says it belongs to.
fn country_before(sentence: &Sentence<'_>, head: usize) -> Option<String> {
    let of_entity = |at: usize| {
        let entity = sentence.entity(at)?;
        let is_country =
            entity.kind == EntityType::Nationality || is_state(entity.subtype.as_deref());
        let country = entity
            .country
            .clone()
            .or_else(|| entity.links.iso3166.clone());
        country.filter(|_| is_country)
    };
    let labels = [Label::Compound, Label::Nmod, Label::Poss, Label::Amod];
    let before = sentence.with(head, &labels).find_map(of_entity);
    before.or_else(|| {
        let mut of = Vec::new();
        sentence.prepositional(head, "of", &mut of);
        of.into_iter().find_map(of_entity)
    })
}

/// The words that name somebody: from the first before the noun to the noun, with what "of" says of it.
fn span_of(sentence: &Sentence<'_>, head: usize) -> Span {
    let parse = sentence.parse;
    let inner = [
        Label::Amod,
        Label::Compound,
        Label::Det,
        Label::Nmod,
        Label::Nummod,
        Label::Poss,
        Label::Quantmod,
        Label::Predet,
        Label::Advmod,
    ];
    let first = sentence
        .with(head, &inner)
        .filter(|d| *d < head)
        .map(|d| parse.subtree(d).start)
        .min()
        .unwrap_or(head);
    let mut span = parse[first].span.join(parse[head].span);
    let of = sentence
        .with(head, &[Label::Prep])
        .find(|p| *p == head + 1 && sentence.lemma(*p) == "of");
    if let Some(object) = of.and_then(|of| sentence.child(of, Label::Pobj)) {
        span = span.join(parse[object].span);
    }
    span
}
