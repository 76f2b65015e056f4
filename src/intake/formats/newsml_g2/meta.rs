//! `itemMeta`, `contentMeta` and `rightsInfo`: what is said of an item.

use super::super::nitf;
use crate::intake::countries::country;
use crate::intake::supply;
use crate::intake::supply::{Supply, coded};
use crate::intake::xml::Element;
use crate::record::{AuthorRole, DateRole, Dateline, Genre, Status, Subject};

/// The code of a property: its `qcode`, else `uri`, else `literal`.
pub fn code(e: Element<'_, '_>) -> Option<String> {
    ["qcode", "uri", "literal"].iter().find_map(|a| e.value(a))
}

/// The name of a property: its first `name` (the one in English where there are several), else its
/// literal, else the text in it.
fn name(e: Element<'_, '_>) -> Option<String> {
    let english = e.all("name").find(|n| {
        n.attribute("lang")
            .is_some_and(|l| l.to_ascii_lowercase().starts_with("en"))
    });
    english
        .and_then(Element::text)
        .or_else(|| e.all("name").find_map(Element::text))
        .or_else(|| e.value("literal"))
        .or_else(|| if e.has_elements() { None } else { e.text() })
}

/// The last part of a code: `nprov:REUTERS` → `REUTERS`.
fn tail(code: &str) -> &str {
    code.rsplit([':', '/'])
        .find(|p| !p.is_empty())
        .unwrap_or(code)
}

pub fn rights(e: Element<'_, '_>, supply: &mut Supply) {
    let s = supply.supplied();
    for notice in e.all("copyrightNotice") {
        s.copyright = s.copyright.take().or_else(|| notice.text());
    }
    for holder in e.all("copyrightHolder") {
        s.copyright = s.copyright.take().or_else(|| name(holder));
    }
    let terms: Vec<String> = e.all("usageTerms").filter_map(Element::text).collect();
    if !terms.is_empty() && s.usage_terms.is_none() {
        s.usage_terms = Some(terms.join(" "));
    }
}

pub fn item(e: Element<'_, '_>, supply: &mut Supply) {
    for part in e.elements() {
        match part.own_name() {
            "itemClass" => {
                let picture = code(part).is_some_and(|c| matches!(tail(&c), "picture" | "photo"));
                let s = supply.supplied();
                s.genre = s.genre.or(picture.then_some(Genre::PhotoCaption));
            }
            "provider" => {
                let s = supply.supplied();
                let provider = name(part).or_else(|| code(part).map(|c| host_or_tail(&c)));
                s.source = s.source.take().or(provider);
            }
            "versionCreated" => supply.date(DateRole::Modified, part.text().as_deref()),
            "firstCreated" => supply.date(DateRole::Published, part.text().as_deref()),
            // An empty `embargoed` holds until somebody says otherwise.
            "embargoed" => match part.text() {
                Some(until) => supply.date(DateRole::Embargo, Some(&until)),
                None => supply.embargoed(),
            },
            "pubStatus" => supply.status(code(part).or_else(|| part.text()).as_deref()),
            // dpa's notepad gathers, as a page, the notes that stand beside it.
            "edNote"
                if part
                    .attribute("role")
                    .is_some_and(|r| r.ends_with(":notepad")) => {}
            "edNote" => supply.supplied().add_note(part.text().unwrap_or_default()),
            "signal" => {
                if let Some(code) = code(part) {
                    signal(&code, supply);
                }
            }
            "link" => link(part, supply),
            "service" => {
                let s = supply.supplied();
                s.section = s.section.take().or_else(|| name(part));
            }
            _ => {}
        }
    }
}

fn host_or_tail(code: &str) -> String {
    let rest = code
        .trim_start_matches("https://")
        .trim_start_matches("http://");
    if rest.len() < code.len() {
        let host = rest.split('/').next().unwrap_or(rest);
        return host.trim_start_matches("www.").to_owned();
    }
    tail(code).to_owned()
}

pub fn signal(code: &str, supply: &mut Supply) {
    let (kind, status) = supply::signal(code);
    let s = supply.supplied();
    // A correction says more than the update it is as well.
    if kind.is_some() && s.version_kind != Some(crate::record::VersionKind::Correction) {
        s.version_kind = kind;
    }
    if let Some(status) = status {
        supply.restrict(status);
    }
}

fn link(e: Element<'_, '_>, supply: &mut Supply) {
    let rel = e.value("rel").unwrap_or_default();
    let target = e.value("residref");
    let href = e.value("href");
    let s = supply.supplied();
    match tail(&rel) {
        "prevVersion" | "previousVersion" | "evolvedFrom" | "replaces" | "corrects" | "cancels" => {
            if let Some(target) = target.or(href)
                && s.id.as_deref() != Some(target.as_str())
            {
                s.supersedes.get_or_insert(target);
            }
        }
        _ => {
            if let Some(href) = href {
                s.add_link(href);
            }
        }
    }
}

pub fn content(e: Element<'_, '_>, supply: &mut Supply) {
    headlines(e, supply);
    let mut located = None;
    let mut credit = None;
    for part in e.elements() {
        match part.own_name() {
            "urgency" => {
                let urgency = part.text();
                supply.supplied().set_urgency(urgency.as_deref());
            }
            "contentCreated" => supply.date(DateRole::Created, part.text().as_deref()),
            "contentModified" => supply.date(DateRole::Other, part.text().as_deref()),
            "located" => located = located.or(Some(part)),
            "creator" => person(part, AuthorRole::Writer, supply),
            "contributor" => person(part, AuthorRole::Contributor, supply),
            "infoSource" => credit = credit.or_else(|| name(part)),
            "altId" => {
                let id = part.text().or_else(|| part.value("id"));
                supply.supplied().add_alt_id(id.unwrap_or_default());
            }
            "language" => supply.language(part.attribute("tag").as_deref()),
            "genre" => {
                let found = name(part)
                    .as_deref()
                    .and_then(supply::genre)
                    .or_else(|| code(part).as_deref().and_then(supply::genre));
                let s = supply.supplied();
                s.genre = s.genre.or(found);
            }
            "keyword" => supply
                .supplied()
                .add_keyword(part.text().unwrap_or_default()),
            "subject" => {
                let mut subject = coded(
                    part.value("qcode").or_else(|| part.value("uri")).as_deref(),
                    name(part),
                );
                if subject.code.is_none() {
                    subject.code = part
                        .value("literal")
                        .filter(|l| Some(l) != subject.name.as_ref());
                }
                supply.supplied().add_subject(subject);
            }
            "slugline" => {
                let s = supply.supplied();
                s.slugline = s.slugline.take().or_else(|| part.text());
            }
            "dateline" => {
                if let Some(text) = part.text() {
                    let place = nitf::is_place(&text).then(|| text.clone());
                    supply.supplied().dateline.get_or_insert_with(|| Dateline {
                        text,
                        place,
                        ..Dateline::default()
                    });
                }
            }
            "by" => {
                let s = supply.supplied();
                s.byline = s.byline.take().or_else(|| part.text());
            }
            "creditline" => {
                let s = supply.supplied();
                s.credit = s.credit.take().or_else(|| part.text());
            }
            "description" => {
                let role = part.value("role").unwrap_or_default();
                let s = supply.supplied();
                let summary = matches!(
                    tail(&role),
                    "summary" | "teaser" | "abstract" | "intro" | "lead" | ""
                );
                if summary && s.deck.is_none() {
                    s.deck = part.text();
                }
            }
            _ => {}
        }
    }
    if let Some(located) = located {
        self::located(located, supply);
    }
    let s = supply.supplied();
    s.credit = s.credit.take().or(credit);
}

/// The headline is the one of the first rank, or the first; one with a role of a lower line is the
/// deck or, as dpa's kicker, a keyword.
fn headlines(e: Element<'_, '_>, supply: &mut Supply) {
    let rank = |h: &Element<'_, '_>| {
        h.value("rank")
            .and_then(|r| r.parse::<u32>().ok())
            .unwrap_or(1)
    };
    let role = |h: &Element<'_, '_>| h.value("role").map(|r| tail(&r).to_ascii_lowercase());
    let is_lower = |h: &Element<'_, '_>| {
        role(h).is_some_and(|r| r.contains("sub") || r.contains("deck") || r.contains("kicker"))
    };
    let main = e
        .all("headline")
        .filter(|h| !is_lower(h) && h.text().is_some())
        .min_by_key(rank);
    let s = supply.supplied();
    s.headline = s.headline.take().or_else(|| main.and_then(Element::text));
    for other in e.all("headline") {
        let Some(text) = other.text() else { continue };
        if Some(&text) == s.headline.as_ref() {
            continue;
        }
        if role(&other).is_some_and(|r| r.contains("sub") || r.contains("deck")) {
            s.deck.get_or_insert(text);
        } else if rank(&other) > 1 || is_lower(&other) {
            s.add_keyword(text);
        }
    }
}

/// Place and country where the content was made.
fn located(e: Element<'_, '_>, supply: &mut Supply) {
    let place = name(e).or_else(|| code(e).map(|c| tail(&c).to_owned()));
    let country = e
        .all("broader")
        .chain(std::iter::once(e))
        .filter_map(|b| b.value("qcode"))
        .find_map(|q| {
            // Regions ("CH-ZH") belong to their country.
            let (alias, code) = q.split_once(':')?;
            let code = code.split('-').next()?;
            (alias.starts_with("iso3166")
                || alias.starts_with("cntry")
                || alias.starts_with("country"))
            .then(|| country(code))?
        });
    // "New York, NY": the place is its first part.
    let Some(place) = place.and_then(|p| Some(p.split(',').next()?.trim().to_owned())) else {
        return;
    };
    let s = supply.supplied();
    match &mut s.dateline {
        Some(dateline) => {
            dateline.country = dateline.country.take().or(country);
            // "SAID TO BE DECEMBER 31": a dateline need not name the place.
            if dateline.place.is_none()
                && dateline.text.to_lowercase().contains(&place.to_lowercase())
            {
                dateline.place = Some(place);
            }
        }
        None => {
            s.dateline = Some(Dateline {
                text: place.clone(),
                place: Some(place),
                country,
                ..Dateline::default()
            });
        }
    }
}

fn person(e: Element<'_, '_>, role: AuthorRole, supply: &mut Supply) {
    let Some(name) = name(e) else { return };
    let declared = e.value("role").map(|r| tail(&r).to_ascii_lowercase());
    let role = match declared.as_deref() {
        Some(r) if r.contains("photo") => AuthorRole::Photographer,
        Some(r) if r.contains("edit") || r.contains("lasted") => AuthorRole::Editor,
        Some(r) if r.contains("descrwriter") || r.contains("caption") => AuthorRole::Contributor,
        _ if e.value("jobtitle").is_some_and(|j| j.contains("photo")) => AuthorRole::Photographer,
        // Who created a picture took it.
        _ if role == AuthorRole::Writer && supply.supplied().genre == Some(Genre::PhotoCaption) => {
            AuthorRole::Photographer
        }
        _ => role,
    };
    // User names and agencies stand here as well; a person has a name of several words.
    if let [author] = supply::authors_of(&name).as_slice() {
        supply.supplied().add_author(&author.name, role, None);
    }
}

/// Gives the subjects that come as a bare code the name that an `assert` of the item knows.
pub fn name_subjects(root: Element<'_, '_>, supply: &mut Supply) {
    /// Assertions that are looked at: each subject is compared with each.
    const ASSERTIONS: usize = 500;
    let known: Vec<(Subject, String)> = root
        .all("assert")
        .take(ASSERTIONS)
        .filter_map(|a| {
            Some((
                coded(a.value("qcode").or_else(|| a.value("uri")).as_deref(), None),
                name(a)?,
            ))
        })
        .collect();
    if known.is_empty() {
        return;
    }
    for subject in supply.supplied().subjects.iter_mut().take(ASSERTIONS) {
        if subject.name.is_none() {
            let same = known
                .iter()
                .find(|(k, _)| k.code == subject.code && k.scheme == subject.scheme);
            subject.name = same.map(|(_, n)| n.clone());
        }
    }
}

/// Whether the item says it is canceled.
pub fn is_canceled(root: Element<'_, '_>) -> bool {
    root.at(&["itemMeta", "pubStatus"])
        .and_then(code)
        .and_then(|c| supply::status_word(&c))
        == Some(Status::Canceled)
}
