//! `itemMeta`, `contentMeta` and `rightsInfo`: what is said of an item.

use super::super::nitf;
use crate::intake::countries::country;
use crate::intake::supply;
use crate::intake::supply::{DraftBuilder, coded};
use crate::intake::xml::Element;
use crate::record::{AuthorRole, DateRole, Dateline, Genre, Status, Subject};

/// The code of a property: its `qcode`, else `uri`, else `literal`.
pub(super) fn code(e: Element<'_, '_>) -> Option<String> {
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

pub(super) fn rights(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let s = builder.supplied();
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

pub(super) fn item(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    for part in e.elements() {
        match part.own_name() {
            "itemClass" => {
                let picture = code(part).is_some_and(|c| matches!(tail(&c), "picture" | "photo"));
                let s = builder.supplied();
                s.genre = s.genre.or(picture.then_some(Genre::PhotoCaption));
            }
            "provider" => {
                let s = builder.supplied();
                let provider = name(part).or_else(|| code(part).map(|c| host_or_tail(&c)));
                s.source = s.source.take().or(provider);
            }
            "versionCreated" => builder.date(DateRole::Modified, part.text().as_deref()),
            "firstCreated" => builder.date(DateRole::Published, part.text().as_deref()),
            // An empty `embargoed` holds until somebody says otherwise.
            "embargoed" => match part.text() {
                Some(until) => builder.date(DateRole::Embargo, Some(&until)),
                None => builder.embargoed(),
            },
            "pubStatus" => builder.status(code(part).or_else(|| part.text()).as_deref()),
            "edNote" if !is_notepad(part) => {
                builder.supplied().add_note(part.text().unwrap_or_default());
            }
            "signal" => {
                if let Some(code) = code(part) {
                    signal(&code, builder);
                }
            }
            "link" => link(part, builder),
            "service" => {
                let s = builder.supplied();
                s.section = s.section.take().or_else(|| name(part));
            }
            _ => {}
        }
    }
}

/// Whether a note is dpa's notepad, which gathers as a page the notes that stand beside it.
fn is_notepad(note: Element<'_, '_>) -> bool {
    note.attribute("role")
        .is_some_and(|r| r.ends_with(":notepad"))
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

pub(super) fn signal(code: &str, builder: &mut DraftBuilder) {
    let (kind, status) = supply::signal(code);
    let s = builder.supplied();
    // A correction says more than the update it is as well.
    if kind.is_some() && s.version_kind != Some(crate::record::VersionKind::Correction) {
        s.version_kind = kind;
    }
    if let Some(status) = status {
        builder.restrict(status);
    }
}

fn link(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let rel = e.value("rel").unwrap_or_default();
    let target = e.value("residref");
    let href = e.value("href");
    let s = builder.supplied();
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

pub(super) fn content(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    headlines(e, builder);
    for part in e.elements() {
        // The first that knows an element has it.
        let _ = line(part, builder) || concept(part, builder) || making(part, builder);
    }
    let named = |name: &'static str| e.elements().filter(move |p| p.own_name() == name);
    if let Some(located) = named("located").next() {
        self::located(located, builder);
    }
    let credit = named("infoSource").find_map(name);
    let s = builder.supplied();
    s.credit = s.credit.take().or(credit);
}

/// A line that is set with the text. Whether the element was one.
fn line(e: Element<'_, '_>, builder: &mut DraftBuilder) -> bool {
    let s = builder.supplied();
    let slot = match e.own_name() {
        "slugline" => &mut s.slugline,
        "by" => &mut s.byline,
        "creditline" => &mut s.credit,
        "description" if is_summary(e) => &mut s.deck,
        "dateline" => {
            if let Some(text) = e.text().filter(|t| nitf::is_dateline(t)) {
                let place = nitf::is_place(&text).then(|| text.clone());
                s.dateline.get_or_insert_with(|| Dateline {
                    text,
                    place,
                    ..Dateline::default()
                });
            }
            return true;
        }
        _ => return false,
    };
    *slot = slot.take().or_else(|| e.text());
    true
}

/// Whether a description is one of the whole article.
fn is_summary(description: Element<'_, '_>) -> bool {
    let role = description.value("role").unwrap_or_default();
    matches!(
        tail(&role),
        "summary" | "teaser" | "abstract" | "intro" | "lead" | ""
    )
}

/// What the content is, or is about. Whether the element said it.
fn concept(e: Element<'_, '_>, builder: &mut DraftBuilder) -> bool {
    match e.own_name() {
        "language" => builder.language(e.attribute("tag").as_deref()),
        "genre" => {
            let of = |text: Option<String>| supply::genre(&text?);
            let found = of(name(e)).or_else(|| of(code(e)));
            let s = builder.supplied();
            s.genre = s.genre.or(found);
        }
        "keyword" => builder.supplied().add_keyword(e.text().unwrap_or_default()),
        "subject" => {
            let code = e.value("qcode").or_else(|| e.value("uri"));
            let mut subject = coded(code.as_deref(), name(e));
            if subject.code.is_none() {
                let literal = e.value("literal");
                subject.code = literal.filter(|l| Some(l) != subject.name.as_ref());
            }
            builder.supplied().add_subject(subject);
        }
        _ => return false,
    }
    true
}

/// When and by whom the content was made, and how urgent it is. Whether the element said it.
fn making(e: Element<'_, '_>, builder: &mut DraftBuilder) -> bool {
    match e.own_name() {
        "urgency" => {
            let urgency = e.text();
            builder.supplied().set_urgency(urgency.as_deref());
        }
        "contentCreated" => builder.date(DateRole::Created, e.text().as_deref()),
        "contentModified" => builder.date(DateRole::Other, e.text().as_deref()),
        "creator" => person(e, AuthorRole::Writer, builder),
        "contributor" => person(e, AuthorRole::Contributor, builder),
        "altId" => {
            let id = e.text().or_else(|| e.value("id"));
            builder.supplied().add_alt_id(id.unwrap_or_default());
        }
        _ => return false,
    }
    true
}

/// The headline is the one of the first rank, or the first; one with a role of a lower line is the
/// deck or, as dpa's kicker, a keyword.
fn headlines(e: Element<'_, '_>, builder: &mut DraftBuilder) {
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
    let s = builder.supplied();
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
fn located(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let place = name(e).or_else(|| code(e).map(|c| tail(&c).to_owned()));
    let country = e
        .all("broader")
        .chain(std::iter::once(e))
        .filter_map(|b| b.value("qcode"))
        .find_map(|q| {
            // Regions ("CH-ZH") belong to their country.
            let (alias, code) = q.split_once(':')?;
            let code = code.split('-').next()?;
            let of_countries = ["iso3166", "cntry", "country"];
            of_countries
                .iter()
                .any(|a| alias.starts_with(a))
                .then(|| country(code))?
        });
    // "New York, NY": the place is its first part.
    let Some(place) = place.and_then(|p| Some(p.split(',').next()?.trim().to_owned())) else {
        return;
    };
    let s = builder.supplied();
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

fn person(e: Element<'_, '_>, role: AuthorRole, builder: &mut DraftBuilder) {
    let Some(name) = name(e) else { return };
    // Reuters names here whose data the copy was made from.
    if e.value("role").is_some_and(|r| tail(&r) == "source") {
        return;
    }
    let of_picture = builder.supplied().genre == Some(Genre::PhotoCaption);
    // Who created a picture took it.
    let by_element = match role {
        AuthorRole::Writer if of_picture => AuthorRole::Photographer,
        role => role,
    };
    let role = declared_role(e).unwrap_or(by_element);
    // User names and agencies stand here as well; a person has a name of several words.
    if let [author] = supply::authors_of(&name).as_slice() {
        builder.supplied().add_author(&author.name, role, None);
    }
}

/// What the role or the post of a person says of the part they had.
fn declared_role(person: Element<'_, '_>) -> Option<AuthorRole> {
    const ROLES: &[(&str, AuthorRole)] = &[
        ("photo", AuthorRole::Photographer),
        ("edit", AuthorRole::Editor),
        ("lasted", AuthorRole::Editor),
        ("descrwriter", AuthorRole::Contributor),
        ("caption", AuthorRole::Contributor),
    ];
    let role = person.value("role").unwrap_or_default();
    let role = tail(&role).to_ascii_lowercase();
    let by_role = ROLES.iter().find(|(word, _)| role.contains(word));
    by_role.map(|(_, role)| *role).or_else(|| {
        let post = person.value("jobtitle")?;
        post.contains("photo").then_some(AuthorRole::Photographer)
    })
}

/// Gives the subjects that come as a bare code the name that an `assert` of the item knows.
pub(super) fn name_subjects(root: Element<'_, '_>, builder: &mut DraftBuilder) {
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
    for subject in builder.supplied().subjects.iter_mut().take(ASSERTIONS) {
        if subject.name.is_none() {
            let same = known
                .iter()
                .find(|(k, _)| k.code == subject.code && k.scheme == subject.scheme);
            subject.name = same.map(|(_, n)| n.clone());
        }
    }
}

/// Whether the item says it is canceled.
pub(super) fn is_canceled(root: Element<'_, '_>) -> bool {
    root.at(&["itemMeta", "pubStatus"])
        .and_then(code)
        .and_then(|c| supply::status_word(&c))
        == Some(Status::Canceled)
}
