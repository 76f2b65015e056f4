//! Cards beside a block: quotations, amounts and events that begin in it.

use maud::{Markup, html};

use super::text::{Cut, short};
use super::{Names, pointer};
use crate::cli::words;
use crate::record::{Amount, EnrichedArticle, Event, Polarity, Quote, Role, name_of};
use crate::text::Span;

/// A card: where its item begins, the folder of the record it is in, its number there.
struct Card {
    start: u32,
    kind: &'static str,
    number: usize,
}

/// The cards of a record, in the order of the text.
pub(super) struct Margin<'r> {
    record: &'r EnrichedArticle,
    names: &'r Names<'r>,
    text: &'r Cut<'r>,
    cards: Vec<Card>,
    /// How many have been shown.
    shown: usize,
}

impl<'r> Margin<'r> {
    pub(super) fn new(
        record: &'r EnrichedArticle,
        names: &'r Names<'r>,
        text: &'r Cut<'r>,
    ) -> Self {
        let card = |kind, number, start| Card {
            start,
            kind,
            number,
        };
        let quotes = record.quotes.iter().enumerate();
        let amounts = record.amounts.iter().enumerate();
        let events = record.events.iter().enumerate();
        let mut cards: Vec<_> = quotes
            .map(|(n, q)| card("quotes", n, q.content.start))
            .chain(amounts.map(|(n, a)| card("amounts", n, a.start)))
            .chain(events.map(|(n, e)| card("events", n, e.trigger.start)))
            .collect();
        cards.sort_by_key(|card| card.start);
        Margin {
            record,
            names,
            text,
            cards,
            shown: 0,
        }
    }

    /// The cards of all that begins before `end` and has not been shown.
    pub(super) fn until(&mut self, end: u32) -> Markup {
        let left = &self.cards[self.shown..];
        let here = left.partition_point(|card| card.start < end);
        self.shown += here;
        html! {
            @for card in &left[..here] {
                button.card.(card.kind) data-i=(pointer(card.kind, card.number)) { (self.card(card)) }
            }
        }
    }

    fn card(&self, card: &Card) -> Markup {
        match card.kind {
            "quotes" => self.quote(&self.record.quotes[card.number]),
            "amounts" => self.amount(&self.record.amounts[card.number]),
            _ => self.event(&self.record.events[card.number]),
        }
    }

    fn quote(&self, quote: &Quote) -> Markup {
        let (speaker, how) = said(quote, self.names, self.text);
        html! { b dir="auto" { (speaker) } " " i { (how) } }
    }

    fn amount(&self, amount: &Amount) -> Markup {
        let restated = amount
            .same_as
            .and_then(|n| self.record.amounts.get(n as usize));
        html! {
            (short(&words::amount(amount), LONGEST))
            @if let Some(si) = words::in_si(amount) { " = " (si) }
            @if let Some(of) = amount.of { " of " bdi { (short(self.text.at(of), LONGEST)) } }
            @if let Some(other) = restated {
                br; "the same as " (short(&words::amount(other), LONGEST))
                @if let (Some(rate), Some(own), Some(its)) = (amount.implied_rate, &amount.currency, &other.currency) {
                    ": 1 " (its) " = " (words::number(rate)) " " (own)
                }
            }
        }
    }

    fn event(&self, event: &Event) -> Markup {
        let who = |role| {
            let all = event.participants.iter().filter(|p| p.role == role);
            let names = all.map(|p| match &p.entity {
                Some(id) => self.names.of(id),
                None => short(self.text.at(p.span), LONGEST),
            });
            names.collect::<Vec<_>>().join(", ")
        };
        let (actors, recipients) = (who(Role::Actor), who(Role::Recipient));
        html! {
            b { (words::event(event)) }
            @if !actors.is_empty() { br; "who: " bdi { (actors) } }
            @if !recipients.is_empty() { br; "whom: " bdi { (recipients) } }
            @if let Some(place) = &event.place { br; "where: " bdi { (self.names.of(place)) } }
            @if let Some(time) = event.time.as_deref().and_then(words::timex) { br; "when: " (time) }
        }
    }
}

/// Characters of a word of the record that a card shows.
const LONGEST: usize = 80;

/// Who is quoted, and how: "direct · say".
pub(super) fn said(quote: &Quote, names: &Names<'_>, text: &Cut<'_>) -> (String, String) {
    let named = quote.speaker.as_deref().map(|id| names.of(id));
    let written = |span: Span| short(text.at(span), LONGEST);
    let speaker = named.or_else(|| quote.source.map(written));
    let mut how = vec![name_of(quote.kind)];
    how.extend(quote.stance.as_deref().map(|stance| short(stance, LONGEST)));
    if quote.polarity != Polarity::Positive {
        how.push(name_of(quote.polarity));
    }
    (
        speaker.unwrap_or_else(|| "speaker unknown".to_owned()),
        how.join(" · "),
    )
}
