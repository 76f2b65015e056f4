//! Every page of `tests/cases/pages.txt`, read and cleaned.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use crate::engine;
use crate::intake::outlets::Outlets;
use crate::intake::{Article, Format, Hints, Settings, read_as};
use crate::record::{BlockKind, DateValue, Flag, Genre};

/// Flags that say what kind of page it is.
const PAGE_FLAGS: [&str; 8] = [
    "not-article",
    "challenge-page",
    "login-page",
    "paywall-page",
    "index-page",
    "video-page",
    "error-page",
    "consent-wall",
];

/// A page and what is wanted of it, as the file explains.
struct PageCase<'a> {
    name: &'a str,
    /// What of the article, and how it must be; in order.
    wanted: Vec<(&'a str, &'a str)>,
    page: &'a str,
}

fn cases() -> Vec<PageCase<'static>> {
    cases_of(include_str!("../../../tests/cases/pages.txt"))
}

fn cases_of(file: &'static str) -> Vec<PageCase<'static>> {
    file.split("\n=== ")
        .skip(1)
        .map(|case| {
            let (name, rest) = case.split_once('\n').unwrap();
            let (head, _) = rest.split_once("\n<").unwrap();
            PageCase {
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

fn read(case: &PageCase<'_>) -> Article {
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

/// An article as the cases look at it.
struct ReadPage<'a> {
    article: &'a Article,
    /// Kind and text of each block; a live entry's kind has its time behind it.
    blocks: Vec<(String, &'a str)>,
    /// Blocks that were found as wanted, and all before them: the next stands after.
    passed: usize,
}

impl<'a> ReadPage<'a> {
    fn of(article: &'a Article) -> Self {
        let blocks = article.blocks.iter().map(|b| {
            let kind = match &b.time {
                Some(time) if b.kind == BlockKind::LiveEntry => format!("live-entry {time}"),
                _ => name(b.kind),
            };
            (kind, &article.text[b.start as usize..b.end as usize])
        });
        ReadPage {
            article,
            blocks: blocks.collect(),
            passed: 0,
        }
    }

    /// What the article has instead, when `key` is not as wanted.
    fn fault(&mut self, key: &str, wanted: &str) -> Option<String> {
        match key {
            "url" => None,
            "block" => self.next_block(wanted),
            "last" | "removed" | "not" => self.text_fault(key, wanted),
            _ => self.data_fault(key, wanted),
        }
    }

    fn data_fault(&self, key: &str, wanted: &str) -> Option<String> {
        let supplied = &self.article.supplied;
        let found = match key {
            "headline" => supplied.headline.clone().unwrap_or_default(),
            "credit" => supplied.credit.clone().unwrap_or_default(),
            "outlet" => supplied.outlet.as_ref().map_or("", |o| &o.name).to_owned(),
            "deck" => supplied.deck.clone().unwrap_or_default(),
            "section" => supplied.section.clone().unwrap_or_default(),
            "access" => supplied.access.map_or("unknown".to_owned(), name),
            "genre" => supplied.genre.map(name).unwrap_or_default(),
            "published" => return date_fault(supplied.published.as_ref(), wanted),
            "modified" => return date_fault(supplied.modified.as_ref(), wanted),
            "authors" => {
                let names: Vec<&str> = supplied.authors.iter().map(|a| &*a.name).collect();
                return (names != words(wanted)).then(|| names.join(" | "));
            }
            "flags" => return self.flags_fault(wanted),
            "media" => return self.media_fault(wanted),
            key => format!("no such thing as {key}"),
        };
        (found != wanted).then_some(found)
    }

    fn flags_fault(&self, wanted: &str) -> Option<String> {
        let mut wanted: Vec<&str> = wanted.split(' ').filter(|f| !f.is_empty()).collect();
        wanted.sort_unstable();
        let flags = self.article.flags.iter().map(|f| f.as_str());
        let flags: Vec<&str> = flags.filter(|f| PAGE_FLAGS.contains(f)).collect();
        (flags != wanted).then(|| flags.join(" "))
    }

    fn media_fault(&self, wanted: &str) -> Option<String> {
        let media = &self.article.supplied.media;
        let there = media.iter().any(|m| {
            let url = wanted.strip_prefix(&name(m.kind)).map(str::trim);
            url.is_some_and(|url| m.url.as_deref().is_some_and(|u| u.starts_with(url)))
        });
        (!there).then(|| format!("{media:#?}"))
    }

    /// Looks for a block of this kind and beginning after those that were found.
    fn next_block(&mut self, wanted: &str) -> Option<String> {
        let next = self.blocks[self.passed..].iter().position(|(kind, text)| {
            wanted
                .strip_prefix(kind.as_str())
                .is_some_and(|start| text.starts_with(start.trim()))
        });
        self.passed += next.map_or(0, |n| n + 1);
        next.is_none().then(|| format!("{:#?}", self.blocks))
    }

    fn text_fault(&self, key: &str, wanted: &str) -> Option<String> {
        match key {
            "last" => {
                let body = self.article.body().filter(|b| b.kind != BlockKind::Caption);
                let text = body
                    .last()
                    .map(|b| &self.article.text[b.start as usize..b.end as usize]);
                text.filter(|text| !text.ends_with(wanted))
                    .map(str::to_owned)
            }
            "removed" => {
                let removed = &self.article.removed;
                let there = removed.iter().any(|r| {
                    wanted
                        .strip_prefix(&name(r.kind))
                        .is_some_and(|text| r.text.contains(text.trim()))
                });
                (!there).then(|| format!("{removed:#?}"))
            }
            _ => {
                let has_any = |text: &str| words(wanted).iter().any(|w| text.contains(w));
                let mut blocks = self.blocks.iter();
                let found = blocks
                    .find(|(kind, text)| kind != "headline" && kind != "caption" && has_any(text));
                found.map(|(_, text)| (*text).to_owned())
            }
        }
    }
}

/// What a date is instead, when it does not begin as wanted.
fn date_fault(date: Option<&DateValue>, wanted: &str) -> Option<String> {
    let found = date.map_or("", |d| &d.value);
    let is_right = match wanted {
        "" => found.is_empty(),
        _ => found.starts_with(wanted),
    };
    (!is_right).then(|| found.to_owned())
}

/// What is wrong with an article, a line each.
fn check(case: &PageCase<'_>, article: &Article) -> Vec<String> {
    let mut page = ReadPage::of(article);
    let mut wrong = Vec::new();
    for (key, wanted) in &case.wanted {
        if let Some(found) = page.fault(key, wanted) {
            wrong.push(format!("{}: {key} {wanted:?}, got {found:?}", case.name));
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

/// The flag by which a page that is no article says what it is; `article` for one that is.
fn kind<'c>(case: &PageCase<'c>) -> &'c str {
    let flags = case.wanted.iter().find(|(key, _)| *key == "flags");
    let first = flags.and_then(|(_, flags)| flags.split(' ').next());
    first.filter(|flag| !flag.is_empty()).unwrap_or("article")
}

/// How the pages of a kind were told.
#[derive(Default)]
struct Told {
    pages: usize,
    /// No article, whatever else was said; of articles, an article.
    found: usize,
    wrong: Vec<String>,
}

fn told_by_kind(name: &str) -> BTreeMap<&'static str, Told> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let file = std::fs::read_to_string(path.join(name)).unwrap();
    let mut kinds: BTreeMap<&str, Told> = BTreeMap::new();
    for case in cases_of(file.leak()) {
        let article = read(&case);
        let is_none = article.flags.contains(&Flag::NOT_ARTICLE);
        let genre = article.supplied.genre;
        assert_eq!(genre == Some(Genre::NotArticle), is_none, "{}", case.name);
        let told = kinds.entry(kind(&case)).or_default();
        told.pages += 1;
        told.found += usize::from(is_none != (kind(&case) == "article"));
        told.wrong.extend(check(&case, &article));
    }
    kinds
}

#[test]
fn pages_that_are_no_article_are_told_by_what_they_are() {
    let kinds = told_by_kind("not_articles.txt");
    assert_eq!(kinds.len(), 7);
    for (kind, told) in kinds {
        assert!(told.pages >= 11, "{kind}: {}", told.pages);
        assert!(told.wrong.is_empty(), "{:#?}", told.wrong);
    }
}

/// What the rules do not know of counts as they are worth there; they are not made to fit.
#[test]
fn nineteen_of_twenty_pages_of_each_kind_are_told() {
    let known = told_by_kind("not_articles.txt");
    for (kind, unseen) in told_by_kind("not_articles_unseen.txt") {
        let known = &known[kind];
        println!("{kind}: {} of {} unseen", unseen.found, unseen.pages);
        println!("  not as said: {:#?}", unseen.wrong);
        let (found, pages) = (known.found + unseen.found, known.pages + unseen.pages);
        assert!(found * 20 >= pages * 19, "{kind}: {found} of {pages}");
        assert!(
            unseen.found * 10 >= unseen.pages * 9,
            "{kind}: {:#?}",
            unseen.wrong
        );
        if kind == "article" {
            assert_eq!(unseen.found, unseen.pages, "{:#?}", unseen.wrong);
        }
    }
}
