//! Who wrote an article: names of people, and the desks and agencies that sign.

mod byline;
mod elements;

use serde_json::Value;

use self::byline::{BYLINE_WORDS, is_names_only, is_person, unbracketed};
pub use self::byline::{add, is_desk, names, opens_byline};
pub(super) use self::byline::{behind_label, people};
use self::elements::{of_boxes, of_elements};
use super::json_ld::{ArticleData, is_a, plain};
use super::{ArticlePlace, Sources, unmarked};
use crate::intake::html::tree::Tree;
use crate::record::Author;
use crate::text::letters;
use crate::text::word_lists::word_lists;

word_lists! {
    /// The vocabulary of bylines, as the file explains it.
    WORDS "page/bylines.tsv" {
        opening,
        between,
        role,
        desk,
        card_label,
        no_name,
        author_path,
        no_byline,
        title,
        junior,
        behind,
        report,
    }
    with BYLINE_WORDS
}

/// The authors of a page, best source first: JSON-LD, meta tags, marked-up elements, signatures in the text, other lines
/// that name them.
///
/// `signed` are lines of the text that may be signatures; those that are have their index returned.
pub fn find(
    tree: &Tree<'_>,
    sources: &Sources<'_>,
    place: ArticlePlace<'_>,
    signed: &[(usize, &str)],
) -> (Vec<Author>, Vec<usize>) {
    let mut found = of_sources(tree, sources, place);
    let mut lines = Vec::new();
    let from_site = found.iter().all(|a| signs_for_site(a, sources));
    let mut by_text = Vec::new();
    for (line, text) in signed {
        let names = signature(text);
        let known = names
            .iter()
            .any(|n| found.iter().any(|a| a.name.eq_ignore_ascii_case(n)));
        if names.is_empty() || !(known || from_site) {
            continue;
        }
        lines.push(*line);
        if !known {
            for name in &names {
                add(&mut by_text, name, false);
            }
        }
    }
    if by_text.is_empty() && found.is_empty() {
        for name in unmarked::names(tree, place) {
            add(&mut by_text, &name, false);
        }
    }
    if by_text.iter().any(|a| !is_site(&a.name, sources)) {
        by_text.retain(|a| !is_site(&a.name, sources));
    }
    if !by_text.is_empty() {
        found = by_text;
    }
    (found, lines)
}

/// The people who sign in a line of the text; none when it is no signature.
fn signature(text: &str) -> Vec<String> {
    let text = unbracketed(text);
    let names = names(text);
    let all_people = !names.is_empty() && names.iter().all(|name| is_person(name));
    let ends_sentence = text.ends_with(['.', '!', '?', ':', '”', '"', '…']);
    if all_people && !ends_sentence && (opens_byline(text) || is_names_only(text, &names)) {
        names
    } else {
        Vec::new()
    }
}

/// The authors as data or marked-up elements have them.
fn of_sources(tree: &Tree<'_>, sources: &Sources<'_>, place: ArticlePlace<'_>) -> Vec<Author> {
    let for_site = |a: &Author| signs_for_site(a, sources);
    let mut found = of_data(sources);
    // The site signs, which it does where the page does not mark up who wrote; or nobody does.
    if found.iter().all(for_site) {
        let mut marked = of_elements(tree, place);
        if !found.is_empty() {
            marked.retain(|a| !for_site(a));
        }
        if marked.is_empty() && found.is_empty() {
            marked = of_boxes(tree, place);
        }
        if !marked.is_empty() {
            found = marked;
        }
    }
    if found.iter().any(|a| !for_site(a)) {
        found.retain(|a| !is_site(&a.name, sources));
    }
    found
}

/// The authors as the page's data have them: schema.org's `author` before `creator`, before meta tags.
fn of_data(sources: &Sources<'_>) -> Vec<Author> {
    let article = sources.json.article();
    ["author", "creator"]
        .iter()
        .filter_map(|key| Some(of_json(article.as_ref()?, key)))
        .find(|authors| !authors.is_empty())
        .unwrap_or_else(|| of_meta(sources))
}

fn of_json(article: &ArticleData<'_>, key: &str) -> Vec<Author> {
    let mut found = Vec::new();
    for value in article.all(key) {
        let object = article.resolve(value);
        match object.map_or(Some(value), |o| o.get("name")) {
            Some(Value::Array(names)) if object.is_some() => {
                for name in names.iter().filter_map(plain) {
                    add(&mut found, &name, false);
                }
            }
            Some(name) => {
                let organization = object
                    .is_some_and(|o| is_a(o, "Organization") || is_a(o, "NewsMediaOrganization"));
                if let Some(name) = plain(name) {
                    add(&mut found, &name, organization);
                }
            }
            None => {
                let part = |key: &str| object.and_then(|o| o.get(key)).and_then(plain);
                if let (Some(given), Some(family)) = (part("givenName"), part("familyName")) {
                    add(&mut found, &format!("{given} {family}"), false);
                }
            }
        }
    }
    found
}

/// Meta tags that name authors, the most reliable first.
const META: [&str; 16] = [
    "author",
    "article:author",
    "article:author_name",
    "og:article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "dc.contributor",
    "cxenseparse:author",
    "cxenseparse:pho-article-author",
    "byl",
    "authors",
    "citation_author",
    "twitter:data1",
    "vr:author",
];

fn of_meta(sources: &Sources<'_>) -> Vec<Author> {
    for name in META {
        if name == "twitter:data1" && !card_names_author(sources) {
            continue;
        }
        let mut found = Vec::new();
        for value in sources.meta.all(name) {
            add(&mut found, value, false);
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// Whether the first field of the page's Twitter card, whose label is free, is the author.
fn card_names_author(sources: &Sources<'_>) -> bool {
    sources.meta.get(&["twitter:label1"]).is_some_and(|label| {
        let label = label.to_lowercase();
        WORDS
            .card_label
            .contains(&label.trim_end_matches(':').trim())
    })
}

/// Whether an author is the site itself or a desk of it.
fn signs_for_site(author: &Author, sources: &Sources<'_>) -> bool {
    author.organization.is_some() || is_desk(&author.name) || is_site(&author.name, sources)
}

/// Whether a name is the site's own.
fn is_site(name: &str, sources: &Sources<'_>) -> bool {
    let letters = |s: &str| letters(s).collect::<String>();
    let name = letters(name);
    let domain = sources.domain.as_deref().map(letters);
    sources.outlet.as_deref().map(letters).as_deref() == Some(&name)
        || domain.is_some_and(|d| name == d || (name.len() >= 4 && d.starts_with(&name)))
}
