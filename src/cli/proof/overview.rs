//! The column beside the article: who and what it is about, summary, tone, copies, places on a map.

use maud::{Markup, html};

use super::pointer;
use super::text::{Cut, short, visible};
use crate::record::{CopyEdits, Duplicates, EnrichedArticle, Entity, Thread, name_of};
use crate::text::Span;
use crate::text::data::data_file;

/// Entities shown at once; the others are a click away.
const ENTITIES: usize = 30;

/// Characters of a sentence of another copy, or of an id.
const LONGEST: usize = 200;

pub(super) fn overview(record: &EnrichedArticle, text: &Cut<'_>) -> Markup {
    let part = |title: &str, inner: Markup| html! { section { h2 { (title) } (inner) } };
    html! {
        nav aria-label="Overview" {
            @if !record.entities.is_empty() { (part("Entities", entities(record))) }
            @if !record.topics.is_empty() { (part("Topics", topics(record))) }
            @if !record.keyphrases.is_empty() { (part("Keyphrases", keyphrases(record))) }
            @if !record.summary.is_empty() { (part("Summary", sentences(&record.summary, text))) }
            @if record.tone.is_some() || record.quality.readability.is_some() { (part("Reading", reading(record))) }
            @if let Some(copies) = &record.duplicates { (part("Copies", duplicates(copies, text))) }
            @if let Some(thread) = &record.thread { (part("Story", story(record, thread))) }
            (map(record))
        }
    }
}

fn entities(record: &EnrichedArticle) -> Markup {
    let mut all: Vec<(usize, &Entity)> = record.entities.iter().enumerate().collect();
    let salience = |entity: &Entity| entity.salience.unwrap_or(0.0);
    all.sort_by(|(_, a), (_, b)| {
        let by_salience = salience(b).total_cmp(&salience(a));
        by_salience.then(b.mentions.len().cmp(&a.mentions.len()))
    });
    let most = all.first().map_or(0.0, |(_, entity)| salience(entity));
    let row = |(n, entity): &(usize, &Entity)| {
        html! {
            button.row.(name_of(entity.kind)) data-i=(pointer("entities", *n)) {
                span {
                    b { (short(&entity.name, LONGEST)) }
                    @for more in [&entity.role, &entity.organization].into_iter().flatten() { " · " (short(more, LONGEST)) }
                }
                @if most > 0.0 {
                    // of the most salient, as a share
                    meter value=(format!("{:.2}", salience(entity) / most)) aria-label="Salience" {}
                } @else { span {} }
                i { (entity.mentions.len()) }
            }
        }
    };
    let (first, more) = all.split_at(all.len().min(ENTITIES));
    html! {
        @for entity in first { (row(entity)) }
        @if !more.is_empty() {
            details { summary { (more.len()) " more" } @for entity in more { (row(entity)) } }
        }
    }
}

fn topics(record: &EnrichedArticle) -> Markup {
    html! {
        @for (n, topic) in record.topics.iter().enumerate() {
            button.row data-i=(pointer("topics", n)) {
                span { (short(&topic.name, LONGEST)) " " span.faint { (name_of(topic.basis)) } }
                @if let Some(score) = topic.score { meter value=(format!("{score:.2}")) aria-label="Chance" {} }
            }
        }
    }
}

fn keyphrases(record: &EnrichedArticle) -> Markup {
    let all: Vec<String> = record
        .keyphrases
        .iter()
        .map(|k| short(&k.text, LONGEST))
        .collect();
    html! { p dir="auto" { (all.join(" · ")) } }
}

fn sentences(spans: &[Span], text: &Cut<'_>) -> Markup {
    html! { @for span in spans { p dir="auto" { (visible(text.at(*span))) } } }
}

fn reading(record: &EnrichedArticle) -> Markup {
    html! {
        dl {
            @if let Some(tone) = record.tone {
                dt { "tone" } dd { (name_of(tone.label)) " (" (format!("{:+.2}", tone.score)) ")" }
            }
            @if let Some(read) = record.quality.readability {
                dt { "grade" } dd { (format!("{:.1}", read.grade)) " (8 is easy, 12 usual for news)" }
                dt { "reading ease" } dd { (format!("{:.0}", read.flesch)) " (100 very easy, 30 hard)" }
                dt { "sentences" } dd { (format!("{:.0} words", read.words_per_sentence)) }
            }
        }
    }
}

fn duplicates(copies: &Duplicates, text: &Cut<'_>) -> Markup {
    let share = |share: f32| format!("{:.0} %", share * 100.0);
    html! {
        dl {
            dt { "this is" }
            dd { (name_of(copies.relation)) @if let Some(of) = &copies.of { " of " (short(of, LONGEST)) } }
            dt { "copies" } dd { (copies.copies) ", outlets " (copies.outlets) }
            @if !copies.agencies.is_empty() { dt { "agencies" } dd { (short(&copies.agencies.join(", "), LONGEST)) } }
            @if let Some(alike) = copies.similarity { dt { "alike" } dd { (share(alike)) } }
            @if let (Some(contained), Some(contains)) = (copies.contained, copies.contains) {
                dt { "shared" } dd { (share(contained)) " of this text, " (share(contains)) " of the other" }
            }
        }
        @if let Some(edits) = &copies.edits { (changes(edits, text)) }
    }
}

/// What an outlet made of the text it took.
fn changes(edits: &CopyEdits, text: &Cut<'_>) -> Markup {
    let list = |what: &str, spans: &[Span]| {
        html! {
            @if !spans.is_empty() {
                dt { (what) }
                dd { @for span in spans { p dir="auto" { (short(text.at(*span), LONGEST)) } } }
            }
        }
    };
    html! {
        dl {
            @if edits.headline { dt { "headline" } dd { "another" } }
            dt { "kept" } dd { (edits.kept) " sentences" }
            @if edits.removed > 0 {
                dt { "left out" } dd { (edits.removed) " sentences, " (edits.removed_tail) " of them at the end" }
            }
            (list("added", &edits.added))
            (list("changed", &edits.changed))
            @if !edits.numbers.is_empty() {
                dt { "numbers" }
                dd { @for [was, is] in &edits.numbers { (short(was, LONGEST)) " → " (short(is, LONGEST)) br; } }
            }
        }
    }
}

fn story(record: &EnrichedArticle, thread: &Thread) -> Markup {
    html! {
        dl {
            dt { "article" } dd { "number " (thread.position) " of the story" }
            dt { "texts" } dd { (thread.texts) ", outlets " (thread.outlets) }
            @if let Some(since) = &thread.since { dt { "since" } dd { (visible(since)) } }
            @if let Some(first) = &record.story { dt { "begun by" } dd { (short(first, LONGEST)) } }
        }
    }
}

/// Least width of the map in degrees, and the room around the places.
const LEAST: f32 = 50.0;
const AROUND: f32 = 8.0;

/// Places that have their names on the map.
const NAMED: usize = 6;

/// The places that are known, on a drawn map of where they are.
fn map(record: &EnrichedArticle) -> Markup {
    let mut places: Vec<(usize, &Entity, f32, f32)> = Vec::new();
    for (n, entity) in record.entities.iter().enumerate() {
        if let Some(at) = entity.location
            && (-90.0..=90.0).contains(&at.lat)
            && (-180.0..=180.0).contains(&at.lon)
        {
            places.push((n, entity, at.lon + 180.0, 90.0 - at.lat));
        }
    }
    if places.is_empty() {
        return html! {};
    }
    places.sort_by(|a, b| {
        b.1.salience
            .unwrap_or(0.0)
            .total_cmp(&a.1.salience.unwrap_or(0.0))
    });
    // Outlines as a path: x is degrees east + 180, y 90 − degrees north.
    let land = data_file!("proof/land.txt").text().trim();
    let [left, top, width, height] = view(places.iter().map(|(_, _, x, y)| (*x, *y)));
    let unit = width / 100.0;
    html! {
        section {
            h2 { "Places" }
            svg viewBox=(format!("{left:.1} {top:.1} {width:.1} {height:.1}")) role="img"
                aria-label="Map of the places" {
                path d=(outlines(land, [left, top, width, height])) {}
                @for (n, entity, x, y) in &places {
                    circle cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r=(format!("{:.1}", unit * 1.6))
                        data-i=(pointer("entities", *n)) {
                        title { (short(&entity.name, LONGEST)) }
                    }
                }
                @for (_, entity, x, y) in places.iter().take(NAMED) {
                    @let is_right = *x > left + width * 0.6;
                    text x=(format!("{:.1}", x + unit * if is_right { -2.5 } else { 2.5 }))
                        text-anchor=(if is_right { "end" } else { "start" }) y=(format!("{:.1}", y + unit * 1.5))
                        font-size=(format!("{:.1}", unit * 4.5)) { (short(&entity.name, 24)) }
                }
            }
        }
    }
}

/// An outline of less than this share of the map's width is a dot on a map of the page's size, and left out.
const DOT: f32 = 0.02;

/// Of outlines, each `M` and its first point, then steps from point to point, those that a view shows some of.
fn outlines(land: &str, [left, top, width, height]: [f32; 4]) -> String {
    let is_shown = |outline: &&str| {
        let spaced = outline.replace(['M', 'l', 'z'], " ").replace('-', " -");
        let numbers = spaced
            .split_whitespace()
            .filter_map(|n| n.parse::<f32>().ok());
        let numbers: Vec<f32> = numbers.collect();
        let mut points = numbers.chunks_exact(2).map(|point| (point[0], point[1]));
        let Some((mut x, mut y)) = points.next() else {
            return false;
        };
        let (mut west, mut east, mut north, mut south) = (x, x, y, y);
        for (right, down) in points {
            (x, y) = (x + right, y + down);
            (west, east) = (west.min(x), east.max(x));
            (north, south) = (north.min(y), south.max(y));
        }
        let is_dot = (east - west).max(south - north) < width * DOT;
        let is_within = west <= left + width && east >= left;
        !is_dot && is_within && north <= top + height && south >= top
    };
    land.split_inclusive('z').filter(is_shown).collect()
}

/// Left, top, width and height of a map that shows all points, twice as wide as high.
fn view(points: impl Iterator<Item = (f32, f32)>) -> [f32; 4] {
    let (mut left, mut right, mut top, mut bottom) = (360.0f32, 0.0f32, 180.0f32, 0.0f32);
    for (x, y) in points {
        (left, right) = (left.min(x), right.max(x));
        (top, bottom) = (top.min(y), bottom.max(y));
    }
    let needed = (right - left).max((bottom - top) * 2.0) + 2.0 * AROUND;
    let width = needed.clamp(LEAST, 360.0);
    let height = width / 2.0;
    let place = |from: f32, to: f32, size: f32, whole: f32| {
        (f32::midpoint(from, to) - size / 2.0).clamp(0.0, whole - size)
    };
    [
        place(left, right, width, 360.0),
        place(top, bottom, height, 180.0),
        width,
        height,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_land_what_the_map_shows_is_kept() {
        let land = "M10 10l5 0 0 5zM100 50l-5-5 1 9z";
        assert_eq!(outlines(land, [0.0, 0.0, 20.0, 20.0]), "M10 10l5 0 0 5z");
        assert_eq!(
            outlines(land, [96.0, 46.0, 50.0, 25.0]),
            "M100 50l-5-5 1 9z"
        );
        assert_eq!(outlines(land, [0.0, 0.0, 200.0, 100.0]), land);
        // five degrees of 360 are a dot, nine are not
        assert_eq!(
            outlines(land, [0.0, 0.0, 360.0, 180.0]),
            "M100 50l-5-5 1 9z"
        );
        let all = data_file!("proof/land.txt").text().trim();
        let europe = outlines(all, [175.0, 30.0, 50.0, 25.0]);
        assert!(europe.len() < all.len() * 3 / 4, "{}", europe.len());
    }

    #[test]
    fn the_map_shows_all_places_and_nothing_beyond_the_world() {
        for points in [
            vec![(180.0, 90.0)],
            vec![(0.0, 0.0), (360.0, 180.0)],
            vec![(2.0, 175.0)],
            vec![(182.0, 41.0), (296.0, 50.0), (217.0, 40.0)],
        ] {
            let [left, top, width, height] = view(points.iter().copied());
            assert!(left >= 0.0 && top >= 0.0 && left + width <= 360.0 && top + height <= 180.0);
            let inside = |(x, y): &(f32, f32)| {
                (left..=left + width).contains(x) && (top..=top + height).contains(y)
            };
            assert!(points.iter().all(inside), "{points:?}");
        }
    }
}
