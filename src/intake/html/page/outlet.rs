//! Whose page it is: the outlet's name and domain.

use super::json_ld::{self, JsonLd};
use super::meta::Meta;
use super::{Sources, domain, section};
use crate::intake::outlets::redirects;
use crate::record::Outlet;
use crate::text::letters;

/// Longest name of an outlet or a section, in characters: more are a slogan, a title or a list.
pub(super) const LONGEST_NAME: usize = 60;
/// Signs around a name that a template has set between it and what was left empty.
const AROUND: &[char] = &[
    ' ', '\u{a0}', '|', '-', '–', '—', '·', '•', '»', '«', '/', ':',
];
/// Signs between an outlet's name and its slogan.
const BEFORE_SLOGAN: [&str; 4] = [" | ", " • ", " :: ", " · "];

/// The outlet's name: Open Graph's `og:site_name`, then the publisher of the JSON-LD, then other meta tags. What is the
/// article's section or a label of the domain in small letters gives way to a better one, since it is what a system calls the site.
pub(super) fn name(meta: &Meta<'_>, json: &JsonLd, domain: Option<&str>) -> Option<String> {
    let article = json.article();
    let publisher = || {
        let article = article.as_ref()?;
        let publisher = article.resolve(article.all("publisher").first()?)?;
        publisher.get("name").and_then(json_ld::plain)
    };
    let said = [
        meta.get(&["og:site_name"]).map(json_ld::clean),
        publisher(),
        meta.get(&["application-name"]).map(json_ld::clean),
        meta.get(&["publisher"]).map(json_ld::clean),
    ];
    let names: Vec<String> = said
        .into_iter()
        .flatten()
        .filter_map(|n| alone(&n))
        .collect();
    let (first, others) = names.split_first()?;
    let is_section = || {
        let said = article.as_ref().and_then(|a| a.text("articleSection"));
        let in_meta = meta.get(&section::IN_META);
        let mut sections = said.as_deref().into_iter().chain(in_meta);
        section::is_no_section(first) || sections.any(|s| s.eq_ignore_ascii_case(first))
    };
    let better = if is_section() || is_slug(first) {
        others.first()
    } else if is_label(first, domain) {
        others.iter().find(|name| spells(name, first))
    } else {
        None
    };
    Some(better.unwrap_or(first).clone())
}

/// A name without slogan and stray signs, an address as its host; none where nothing is left or it is no name.
fn alone(said: &str) -> Option<String> {
    let name = said.trim_matches(AROUND);
    if let Some(host) = name.contains("://").then(|| domain(name)) {
        return host;
    }
    let name = name.strip_prefix("www.").unwrap_or(name);
    let slogan = BEFORE_SLOGAN
        .iter()
        .filter_map(|sign| name.find(sign))
        .min();
    let name = name[..slogan.unwrap_or(name.len())].trim_matches(AROUND);
    let fits = !name.is_empty() && name.chars().count() <= LONGEST_NAME;
    fits.then(|| name.to_owned())
}

/// Whether a name is one that a content system has for the site: "city-desk".
fn is_slug(name: &str) -> bool {
    name.contains('-') && name.chars().all(|c| c.is_ascii_lowercase() || c == '-')
}

/// Whether a name is a label of the domain as the domain writes it: "westmerecourier" of westmerecourier.example.
fn is_label(name: &str, domain: Option<&str>) -> bool {
    domain.is_some_and(|d| d.split('.').any(|label| label == name))
}

/// Whether a name writes a label out: "The Westmere Courier". A company that has the label in its name does not.
fn spells(name: &str, label: &str) -> bool {
    let name: String = letters(name).collect();
    name == label || name.strip_prefix("the") == Some(label)
}

/// The outlet of a page; without a name, the domain is one.
///
/// A page fetched through a redirection is at the host that both of its own addresses name.
pub(super) fn find(sources: &Sources<'_>) -> Option<Outlet> {
    let shared = sources.meta.get(&["og:url"]).and_then(domain);
    let canonical = || sources.meta.canonical.as_deref().and_then(domain);
    let host = sources.domain.clone();
    let own = shared
        .filter(|s| host.as_deref().is_some_and(redirects) && canonical().as_ref() == Some(s));
    let host = own.or(host);
    let name = sources.outlet.clone().or_else(|| host.clone())?;
    Some(Outlet { name, domain: host })
}

#[cfg(test)]
mod tests {
    use crate::intake::Hints;
    use crate::intake::html::page::Sources;
    use crate::intake::html::tree::Tree;

    fn sources_of<T>(head: &str, url: &str, read: impl Fn(&Sources<'_>) -> T) -> T {
        let html = format!("<html><head>{head}</head><body><h1>Ferry sinks</h1></body></html>");
        let tree = Tree::parse(&html, 64);
        let hints = Hints {
            url: Some(url.to_owned()),
            ..Hints::default()
        };
        read(&Sources::of(&tree, &hints))
    }

    #[test]
    fn an_outlet_s_name_stands_alone() {
        let site = |name: &str| format!("<meta property=og:site_name content=\"{name}\">");
        let publisher = "<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"headline\":\"Ferry sinks\",\
            \"articleSection\":\"Harbour\",\"publisher\":{\"@type\":\"Organization\",\"name\":\"The Westmere Courier\"}}</script>";
        for (head, want) in [
            (site("Westmere Courier -"), "Westmere Courier"),
            (site("| Westmere Courier"), "Westmere Courier"),
            (
                site("Westmere Courier | All that happens at sea"),
                "Westmere Courier",
            ),
            (site("Courier-Post"), "Courier-Post"),
            (site("https://www.courier.example"), "courier.example"),
            (site("www.courier.example"), "courier.example"),
            (site("city-desk") + publisher, "The Westmere Courier"),
            (site("Harbour") + publisher, "The Westmere Courier"),
            (site("Blog") + publisher, "The Westmere Courier"),
            (site("Courier Online") + publisher, "Courier Online"),
            (site("courier") + publisher, "courier"),
            (
                site("courier") + "<meta name=application-name content='The Courier'>",
                "The Courier",
            ),
            (String::new(), "courier.example"),
        ] {
            let found = sources_of(&head, "https://courier.example/1", |s| {
                super::find(s).unwrap()
            });
            assert_eq!(found.name, want, "{head}");
            assert_eq!(found.domain.as_deref(), Some("courier.example"));
        }
    }

    #[test]
    fn a_page_behind_a_redirection_is_at_its_own_host() {
        let own = "<link rel=canonical href=https://courier.example/1>";
        let shared = "<meta property=og:url content=https://courier.example/1>";
        let host = |head: String| {
            let found = sources_of(&head, "https://feeds.example/r/1", |s| {
                super::find(s).unwrap()
            });
            found.domain.unwrap()
        };
        assert_eq!(host(format!("{own}{shared}")), "courier.example");
        // A copy names the original as canonical and itself in what is shared.
        let copy = "<meta property=og:url content=https://feeds.example/r/1>";
        assert_eq!(host(format!("{own}{copy}")), "feeds.example");
        assert_eq!(host(own.to_owned()), "feeds.example");
    }
}
