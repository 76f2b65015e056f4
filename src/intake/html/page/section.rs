//! The section of its outlet that an article is in: as the page's data name it, else by its place among the pages of the
//! site.

use std::cmp::Reverse;

use url::Url;

use super::outlet::LONGEST_NAME;
use super::{Sources, json_ld};
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, ROOT, Tree};
use crate::intake::outlets::host_of;
use crate::text::letters;
use crate::text::word_lists::word_lists;

word_lists! {
    WORDS "page/sections.tsv" {
        no_section,
        any_section,
        no_directory,
        prompt,
    }
}

/// Meta tags with the section: Open Graph's, schema.org's as microdata, PRISM's, then those of publishing and analytics
/// systems.
pub(super) const IN_META: [&str; 7] = [
    "article:section",
    "articlesection",
    "prism.section",
    "section",
    "parsely-section",
    "cxenseparse:category",
    "og:section",
];

/// Most parts between commas of one section: "Arts, Entertainment & Life" has two, a list of tags more.
const MOST_PARTS: usize = 3;
/// Longest name of a section in a menu, in characters: more are a headline.
const LONGEST_LABEL: usize = 40;
/// Most links of a page that are looked at; a page with a menu of everything has a thousand.
const MOST_LINKS: usize = 3_000;
/// Longest markup of a link in a menu, in bytes: a drawn icon stands in some. And most links to one directory that are
/// compared.
const LINK_BYTES: usize = 4_000;
const MOST_LABELS: usize = 50;
/// Directories of an article's address that may be its section, from the first: "/news/national/…".
const DIRECTORIES: usize = 2;
/// Shortest name of a directory that is one: shorter are languages and editions.
const SHORTEST_DIRECTORY: usize = 3;

/// The section of the page at `address`: one, and none that is a list of all articles or the outlet itself.
///
/// What the page's data say counts first. What holds for all of a news site, "News", and where they say nothing, gives
/// way to the page's breadcrumbs and to what the site's menu calls a directory that the page lies in. So does the key of a
/// content system: "deutschland-welt".
pub(super) fn find(
    tree: &Tree<'_>,
    sources: &Sources<'_>,
    address: Option<&str>,
) -> Option<String> {
    let said = in_data(sources);
    if said.as_deref().is_some_and(|s| !is_any(s) && !is_key(s)) {
        return said;
    }
    let links = || Links::of(tree, address?);
    match said {
        Some(key) if is_key(&key) => {
            let label = links().and_then(|links| links.label_of(&key));
            Some(label.unwrap_or(key))
        }
        said => in_breadcrumbs(sources)
            .or_else(|| links()?.section(sources))
            .or(said),
    }
}

/// The section that the page's data name.
fn in_data(sources: &Sources<'_>) -> Option<String> {
    let article = sources.json.article();
    let in_data = article.and_then(|a| a.text("articleSection"));
    let in_meta = IN_META.iter().filter_map(|name| sources.meta.get(&[*name]));
    let mut said = in_data.into_iter().chain(in_meta.map(json_ld::clean));
    said.find_map(|said| first(&said, sources))
}

/// The first of a list of sections that is one.
fn first(said: &str, sources: &Sources<'_>) -> Option<String> {
    let parts: Vec<&str> = said.split(',').collect();
    let is_list = parts.len() >= MOST_PARTS || parts[1..].iter().any(|p| !p.starts_with(' '));
    let parts = if is_list { parts } else { vec![said] };
    let mut parts = parts.into_iter().map(str::trim);
    let found = parts.find(|part| is_section(part, LONGEST_NAME, sources));
    found.map(str::to_owned)
}

/// The first of the page's breadcrumbs that is a section, as its data have them (schema.org's `BreadcrumbList`).
fn in_breadcrumbs(sources: &Sources<'_>) -> Option<String> {
    let headline = sources.json.article().and_then(|a| a.text("headline"));
    let is_page = |name: &str| headline.as_deref() == Some(name);
    sources.json.breadcrumbs.iter().find_map(|names| {
        let last = names.len().checked_sub(1)?;
        // The last is the page itself, where it is more than one.
        let above = names.iter().take(last.max(1));
        let mut names = above.map(|name| name.trim_start_matches(is_sign));
        let found = names.find(|name| is_label(name, sources) && !is_page(name));
        found.map(str::to_owned)
    })
}

/// Whether a name in a menu is that of a section, and no address, prompt or name of the site.
fn is_label(name: &str, sources: &Sources<'_>) -> bool {
    let lower = name.to_lowercase();
    let is_of_site = |domain: &String| {
        let (labels, _) = domain.rsplit_once('.').unwrap_or((domain, ""));
        let mut words = lower.split(|c: char| !c.is_alphanumeric());
        let is_label = |word: &str| !word.is_empty() && labels.split('.').any(|l| l == word);
        lower.contains(domain.as_str()) || words.any(is_label)
    };
    let is_prompt = WORDS.prompt.iter().any(|prompt| {
        let rest = lower.strip_prefix(prompt);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    });
    is_section(name, LONGEST_LABEL, sources)
        && !is_any(name)
        && !is_prompt
        && !sources.domain.as_ref().is_some_and(is_of_site)
        && !name.contains(|c: char| c.is_ascii_digit())
        && !name.contains("://")
        && name.chars().filter(|c| c.is_alphabetic()).count() > 1
}

/// Whether a name of at most `longest` characters is that of a section.
fn is_section(name: &str, longest: usize, sources: &Sources<'_>) -> bool {
    let same = |of: &Option<String>| of.as_ref().is_some_and(|of| letters(of).eq(letters(name)));
    !name.is_empty()
        && name.chars().count() <= longest
        && !is_no_section(name)
        && !same(&sources.outlet)
        && !same(&sources.domain)
        // "news_news" is a key of the system.
        && !name.contains('_')
}

/// Whether what a content system names as the section is none.
pub(super) fn is_no_section(name: &str) -> bool {
    WORDS.no_section.contains(&name.to_lowercase().as_str())
}

/// Whether a name holds for all of a news site: "News".
fn is_any(name: &str) -> bool {
    WORDS.any_section.contains(&name.to_lowercase().as_str())
}

/// Whether a section's name is written as in an address.
fn is_key(name: &str) -> bool {
    !name.contains(' ') && !name.contains(char::is_uppercase) && name.is_ascii()
}

/// Whether a sign before a name is a menu's own: "+", "›".
fn is_sign(c: char) -> bool {
    !c.is_alphanumeric()
}

/// Links of a page to directories of its own site.
struct Links<'t> {
    tree: &'t Tree<'t>,
    /// Directories that the page lies in, from the first.
    own: Vec<String>,
    /// What a link leads to, directory by directory.
    all: Vec<(Vec<String>, Id)>,
}

impl<'t> Links<'t> {
    /// `None` for a page without an address.
    fn of(tree: &'t Tree<'t>, address: &str) -> Option<Links<'t>> {
        let page = Url::parse(address).ok()?;
        let mut own = directories(&page);
        // The last is the page itself.
        own.pop();
        let elements = tree.find_all(ROOT, Tag::A).take(MOST_LINKS);
        let links = elements.filter_map(|id| {
            let to = page.join(tree.attribute(id, "href")?.trim()).ok()?;
            let is_plain = to.query().is_none() && to.fragment().is_none();
            let is_own =
                is_plain && host_of(&to) == host_of(&page) && tree.extent(id) <= LINK_BYTES;
            is_own.then(|| (directories(&to), id))
        });
        let all = links.collect();
        Some(Links { tree, own, all })
    }

    /// What the site's menu calls the directory the page lies in: the first but for one that holds for all of a news site.
    fn section(&self, sources: &Sources<'_>) -> Option<String> {
        let is_directory = |name: &String| {
            name.len() >= SHORTEST_DIRECTORY
                && !name.contains(['_', '.', '~', ','])
                && !name.bytes().all(|b| b.is_ascii_digit())
        };
        let own: Vec<&String> = self.own.iter().take_while(|n| is_directory(n)).collect();
        if own.first().is_some_and(|n| is_no_directory(n)) {
            return None;
        }
        (1..=own.len().min(DIRECTORIES)).find_map(|depth| {
            let of_directory = |to: &[String]| to == &self.own[..depth];
            self.label(of_directory, |label| is_label(label, sources))
        })
    }

    /// What a link calls a directory with this name, where it writes no other.
    fn label_of(&self, key: &str) -> Option<String> {
        let is_called = |to: &[String]| to.last().is_some_and(|name| name == key);
        let fits = |label: &str| letters(label).eq(letters(key));
        self.label(is_called, fits)
    }

    /// The text that most of some links have, of equals the first.
    fn label(
        &self,
        leads: impl Fn(&[String]) -> bool,
        fits: impl Fn(&str) -> bool,
    ) -> Option<String> {
        let links = self.all.iter().filter(|(to, _)| leads(to));
        let labels: Vec<String> = links
            .map(|(_, id)| json_ld::clean(&self.tree.text_of(*id)))
            .map(|label| label.trim_start_matches(is_sign).to_owned())
            .filter(|label| fits(label))
            .take(MOST_LABELS)
            .collect();
        let times = |label: &str| {
            let same = labels.iter().filter(|l| l.eq_ignore_ascii_case(label));
            same.count()
        };
        let most = (0..labels.len()).max_by_key(|n| (times(&labels[*n]), Reverse(*n)))?;
        labels.into_iter().nth(most)
    }
}

/// Whether what lies in a directory is no section's: authors, tags.
fn is_no_directory(name: &str) -> bool {
    WORDS.no_directory.contains(&name.to_lowercase().as_str())
}

/// The parts of an address's path.
fn directories(url: &Url) -> Vec<String> {
    let parts = url.path_segments().into_iter().flatten();
    parts
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Hints;

    fn section(head: &str, menu: &str, url: &str) -> Option<String> {
        let html = format!(
            "<html><head><meta property=og:site_name content='Westmere Courier'>{head}</head>\
             <body><nav>{menu}</nav><h1>Ferry sinks</h1></body></html>"
        );
        let tree = Tree::parse(&html, 64);
        let hints = Hints {
            url: Some(url.to_owned()),
            ..Hints::default()
        };
        find(&tree, &Sources::of(&tree, &hints), Some(url))
    }

    #[test]
    fn a_section_is_one_and_none_for_all() {
        for (said, want) in [
            ("Politics", Some("Politics")),
            ("Arts, Books & Life", Some("Arts, Books & Life")),
            ("All,Books,Reviews,News", Some("Books")),
            ("Política,Titulares", Some("Política")),
            (
                "General news, Harbour, ships, feature, en",
                Some("General news"),
            ),
            ("News", Some("News")),
            ("Uncategorized", None),
            ("Westmere Courier", None),
            ("courier.example", None),
        ] {
            let head = format!("<meta property=article:section content='{said}'>");
            let found = section(&head, "", "https://courier.example/1");
            assert_eq!(found.as_deref(), want, "{said}");
        }
    }

    const MENU: &str = "<a href='/'>Westmere Courier</a> <a href=/harbour/>Harbour</a> \
        <a href=/harbour>All about the harbour</a> \
        <a href=/harbour>&lt; Back to the harbour</a> <a href=/harbour>+Harbour</a> <a href='/news/'>News</a> \
        <a href='https://www.online.courier.example/news/region/'>The Region</a> <a href=/en/>English</a> \
        <a href=/2026/>Last year</a> \
        <a href=/media/>Courier Media</a> <a href=/harbour/ferry-sinks>Ferry sinks</a> \
        <a href=/authors/jane-roe/>Jane Roe</a> <a href=https://other.example/ships/>Ships</a>";

    #[test]
    fn the_menu_names_the_directory_of_a_page() {
        for (path, want) in [
            ("/harbour/ferry-sinks", Some("Harbour")),
            ("/harbour/ships/ferry-sinks/", Some("Harbour")),
            ("/news/region/ferry-sinks", Some("The Region")),
            ("/news/ferry-sinks", None),
            ("/en/ferry-sinks", None),
            ("/2026/ferry-sinks", None),
            ("/media/ferry-sinks", None),
            ("/ships/ferry-sinks", None),
            ("/authors/jane-roe/ferry-sinks", None),
            ("/harbour/", None),
            ("/", None),
        ] {
            let url = format!("https://online.courier.example{path}");
            assert_eq!(section("", MENU, &url).as_deref(), want, "{path}");
        }
        // What the data say goes before, unless it holds for all.
        let said = |said: &str| {
            let head = format!("<meta property=article:section content='{said}'>");
            section(&head, MENU, "https://courier.example/harbour/ferry-sinks")
        };
        assert_eq!(said("Politics").as_deref(), Some("Politics"));
        assert_eq!(said("News").as_deref(), Some("Harbour"));
    }

    #[test]
    fn the_key_of_a_system_is_written_as_the_menu_has_it() {
        let menu = "<a href=/news/land-welt/>Land &amp; Welt</a> <a href=/sport/>More</a>";
        let said = |said: &str| {
            let head = format!("<meta property=article:section content='{said}'>");
            section(&head, menu, "https://courier.example/1")
        };
        assert_eq!(said("land-welt").as_deref(), Some("Land & Welt"));
        assert_eq!(said("sport").as_deref(), Some("sport"));
    }

    #[test]
    fn breadcrumbs_name_the_section() {
        let list = |names: &[&str]| {
            let item = |(n, name)| format!("{{\"position\":{n},\"item\":{{\"name\":\"{name}\"}}}}");
            let mut items: Vec<String> = (1..).zip(names).map(item).collect();
            // Their order is told by their positions.
            items.reverse();
            let list = format!(
                "<script type=application/ld+json>{{\"@type\":\"BreadcrumbList\",\"itemListElement\":[{}]}}</script>",
                items.join(",")
            );
            section(&list, MENU, "https://courier.example/harbour/ferry-sinks")
        };
        for (names, want) in [
            (&["Home", "News", "Ships", "Ferry sinks"][..], "Ships"),
            (
                &["Westmere Courier", "Ships", "Ferries", "Ferry sinks"],
                "Ships",
            ),
            (&["Ships"], "Ships"),
            (&["Home", "Ferry sinks"], "Harbour"),
        ] {
            assert_eq!(list(names).as_deref(), Some(want), "{names:?}");
        }
    }
}
