//! Every page of `tests/cases/pages.txt`, read and cleaned.

use std::ops::ControlFlow;

use crate::engine;
use crate::intake::outlets::Outlets;
use crate::intake::{Article, Format, Hints, Settings, read_as};
use crate::record::BlockKind;

/// Flags that say what kind of page it is.
const PAGE_FLAGS: [&str; 5] = [
    "not-article",
    "index-page",
    "video-page",
    "error-page",
    "consent-wall",
];

struct Case<'a> {
    name: &'a str,
    wanted: Vec<(&'a str, &'a str)>,
    page: &'a str,
}

fn cases() -> Vec<Case<'static>> {
    include_str!("../../../tests/cases/pages.txt")
        .split("\n=== ")
        .skip(1)
        .map(|case| {
            let (name, rest) = case.split_once('\n').unwrap();
            let (head, _) = rest.split_once("\n<").unwrap();
            Case {
                name,
                wanted: head
                    .lines()
                    .map(|line| line.split_once(':').unwrap())
                    .map(|(key, value)| (key, value.trim()))
                    .collect(),
                page: &rest[head.len()..],
            }
        })
        .collect()
}

fn read(case: &Case<'_>) -> Article {
    let hints = Hints {
        url: case
            .wanted
            .iter()
            .find(|(key, _)| *key == "url")
            .map(|(_, url)| (*url).to_owned()),
        ..Hints::default()
    };
    let mut read = None;
    read_as(
        Format::Html,
        case.page.as_bytes(),
        &hints,
        &Settings::default(),
        &mut |draft| {
            read = Some(engine::finish(draft, &hints, Outlets::shipped()));
            ControlFlow::Continue(())
        },
    )
    .unwrap();
    read.unwrap()
}

/// A name as the record writes it.
fn name(value: impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap();
    value.as_str().unwrap_or_default().to_owned()
}

fn words(list: &str) -> Vec<&str> {
    list.split('|')
        .map(str::trim)
        .filter(|w| !w.is_empty())
        .collect()
}

/// What is wrong with an article, a line each.
fn check(case: &Case<'_>, article: &Article) -> Vec<String> {
    let supplied = &article.supplied;
    let date = |date: &Option<crate::record::DateValue>| {
        date.as_ref().map_or(String::new(), |d| d.value.clone())
    };
    let blocks: Vec<(String, &str)> = article
        .blocks
        .iter()
        .map(|b| {
            let kind = match &b.time {
                Some(time) if b.kind == BlockKind::LiveEntry => format!("live-entry {time}"),
                _ => name(b.kind),
            };
            (kind, &article.text[b.start as usize..b.end as usize])
        })
        .collect();
    let mut at = 0;
    let mut wrong = Vec::new();
    for (key, value) in &case.wanted {
        let found: Option<String> = match *key {
            "url" => continue,
            "headline" => supplied.headline.clone(),
            "deck" => supplied.deck.clone(),
            "access" => Some(supplied.access.map_or("unknown".to_owned(), name)),
            "genre" => supplied.genre.map(name),
            "published" => Some(date(&supplied.published)).filter(|d| !d.starts_with(value)),
            "modified" => Some(date(&supplied.modified)).filter(|d| !d.starts_with(value)),
            "authors" => {
                let names: Vec<&str> = supplied.authors.iter().map(|a| &*a.name).collect();
                (names != words(value)).then(|| names.join(" | "))
            }
            "flags" => {
                let mut wanted: Vec<&str> = value.split(' ').filter(|f| !f.is_empty()).collect();
                wanted.sort_unstable();
                let flags: Vec<&str> = article
                    .flags
                    .iter()
                    .map(|f| f.as_str())
                    .filter(|f| PAGE_FLAGS.contains(f))
                    .collect();
                (flags != wanted).then(|| flags.join(" "))
            }
            "block" => {
                let next = blocks[at..].iter().position(|(kind, text)| {
                    value
                        .strip_prefix(kind.as_str())
                        .is_some_and(|start| text.starts_with(start.trim()))
                });
                at += next.map_or(0, |n| n + 1);
                next.is_none().then(|| format!("{blocks:#?}"))
            }
            "last" => article
                .body()
                .filter(|b| b.kind != BlockKind::Caption)
                .last()
                .map(|b| article.text[b.start as usize..b.end as usize].to_owned())
                .filter(|text| !text.ends_with(value)),
            "removed" => {
                let there = article.removed.iter().any(|r| {
                    value
                        .strip_prefix(&name(r.kind))
                        .is_some_and(|text| r.text.contains(text.trim()))
                });
                (!there).then(|| format!("{:#?}", article.removed))
            }
            "not" => blocks
                .iter()
                .filter(|(kind, _)| kind != "headline" && kind != "caption")
                .find(|(_, text)| words(value).iter().any(|w| text.contains(w)))
                .map(|(_, text)| (*text).to_owned()),
            "media" => {
                let there = supplied.media.iter().any(|m| {
                    value.strip_prefix(&name(m.kind)).is_some_and(|url| {
                        m.url.as_deref().is_some_and(|u| u.starts_with(url.trim()))
                    })
                });
                (!there).then(|| format!("{:#?}", supplied.media))
            }
            key => Some(format!("no such thing as {key}")),
        };
        let same = matches!(*key, "headline" | "deck" | "access" | "genre");
        let right = if same {
            found.as_deref() == Some(*value)
        } else {
            found.is_none()
        };
        if !right {
            wrong.push(format!("{}: {key} {value:?}, got {found:?}", case.name));
        }
    }
    wrong
}

#[test]
fn pages_of_real_shapes_are_read_right() {
    let cases = cases();
    assert!(cases.len() > 25);
    let wrong: Vec<String> = cases.iter().flat_map(|c| check(c, &read(c))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
