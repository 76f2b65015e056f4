//! Outlets: who publishes news, under which names, from which domain.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, LazyLock};

use anyhow::Context;
use serde::Deserialize;

use super::Supplied;
use crate::record::Outlet;
use crate::text::data::{Data, DataFile, data_file};
use crate::text::word_lists::word_lists;

/// The table that ships with the program.
const SHIPPED: DataFile<'static> = data_file!("outlets.toml");

static OUTLETS: LazyLock<Arc<Outlets>> = LazyLock::new(|| {
    // The table is compiled in and a test reads it.
    Arc::new(Outlets::read(SHIPPED).unwrap_or_else(|e| panic!("{}: {e}", SHIPPED.path)))
});

word_lists! {
    /// What the names of feeds are told by.
    WORDS "clean/feed-names.tsv" {
        /// What stands beside an outlet's name in the name of one of its feeds.
        feed,
        /// Hosts, or the first labels of hosts, that lead readers of a feed or a post on to the page.
        redirection,
    }
    with FEED_WORDS
}

static FEED_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| WORDS.feed.iter().copied().collect());

/// One outlet.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub name: String,
    /// Left out where the name could mean several sites.
    pub domain: Option<String>,
    /// More domains it publishes at.
    #[serde(default)]
    pub other_domains: Vec<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    pub kind: Option<Kind>,
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Names of its feeds that do not begin with its name.
    #[serde(default)]
    pub feeds: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Agency,
    Newspaper,
    Broadcaster,
    Magazine,
    Online,
}

impl Entry {
    /// All domains it publishes at.
    pub fn domains(&self) -> impl Iterator<Item = &String> {
        self.domain.iter().chain(&self.other_domains)
    }
}

/// The table of outlets, found by name, name of a feed, or domain.
#[derive(Debug, Clone)]
pub struct Outlets {
    entries: Vec<Entry>,
    by_name: HashMap<String, usize, foldhash::fast::RandomState>,
    by_domain: HashMap<String, usize, foldhash::fast::RandomState>,
    data: Data,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutletsFile {
    outlets: Vec<Entry>,
}

impl Outlets {
    /// The table that ships with the program.
    pub fn shipped() -> &'static Arc<Outlets> {
        &OUTLETS
    }

    /// The table in a file.
    ///
    /// # Errors
    /// When the file cannot be read or is not a table of outlets.
    pub fn load(path: &Path) -> anyhow::Result<Outlets> {
        let bytes =
            std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        Outlets::read(DataFile::new(&path.to_string_lossy(), &bytes))
    }

    /// A table from TOML; where two outlets share a name or domain, the first has it.
    ///
    /// # Errors
    /// When it is not a table of outlets.
    pub fn parse(toml: &str) -> anyhow::Result<Outlets> {
        Outlets::read(DataFile::new("", toml.as_bytes()))
    }

    fn read(file: DataFile<'_>) -> anyhow::Result<Outlets> {
        let OutletsFile { outlets: entries } = file.toml()?;
        let mut by_name = HashMap::default();
        let mut by_domain = HashMap::default();
        for (index, entry) in entries.iter().enumerate() {
            for name in [&entry.name]
                .into_iter()
                .chain(&entry.aliases)
                .chain(&entry.feeds)
            {
                by_name.entry(normal(name)).or_insert(index);
            }
            for domain in entry.domains() {
                by_domain
                    .entry(domain.to_ascii_lowercase())
                    .or_insert(index);
            }
        }
        Ok(Outlets {
            entries,
            by_name,
            by_domain,
            data: Data::of(&[file]),
        })
    }

    /// The file the table was read from, and its digest.
    pub fn data(&self) -> &Data {
        &self.data
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The outlet of that name or alias, without regard to case, punctuation or a leading "The".
    pub fn by_name(&self, name: &str) -> Option<&Entry> {
        self.by_name.get(&normal(name)).map(|&i| &self.entries[i])
    }

    /// The outlet whose feed has that name: its own name, or its name with what feeds are called
    /// ("Reuters US Top", "BBC News - Home", "Top stories | Chicago Tribune").
    pub fn by_feed(&self, name: &str) -> Option<&Entry> {
        if let Some(entry) = self.by_name(name) {
            return Some(entry);
        }
        let words = normal(name);
        // The longest name that the line begins with; the rest must be words of feeds.
        let mut end = words.len();
        while let Some(space) = words[..end].rfind(' ') {
            end = space;
            if let Some(&index) = self.by_name.get(&words[..end]) {
                let mut rest = words[end..].split_ascii_whitespace();
                return rest.all(is_feed_word).then(|| &self.entries[index]);
            }
        }
        // Or the name stands behind: "World - The Guardian".
        let parts = name.rsplit([':', '|', '–', '—', '»', '-']);
        let (last, rest) = (parts.clone().next()?, parts.skip(1));
        if rest.clone().next().is_some()
            && rest
                .flat_map(str::split_whitespace)
                .all(|w| is_feed_word(&w.to_lowercase()))
        {
            return self.by_name(last);
        }
        None
    }

    /// The outlet of a host name, whatever its subdomain.
    pub fn by_domain(&self, host: &str) -> Option<&Entry> {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let mut rest = host.as_str();
        loop {
            if let Some(&index) = self.by_domain.get(rest) {
                return Some(&self.entries[index]);
            }
            rest = rest.split_once('.')?.1;
            if !rest.contains('.') {
                return None;
            }
        }
    }
}

/// Names the outlet of a page that says nothing of it, or no more than a part of its address: `hosted.ap.org` is
/// "Hosted" to its own content system.
pub(super) fn name_outlet(supplied: &mut Supplied, outlets: &Outlets) {
    let Some(outlet) = &mut supplied.outlet else {
        return;
    };
    let Some(domain) = &outlet.domain else { return };
    let Some(entry) = outlets.by_domain(domain) else {
        return;
    };
    let is_label = |name: &str| {
        let own = entry
            .domains()
            .find_map(|own| domain.strip_suffix(own.as_str()));
        own.is_some_and(|before| {
            before
                .split('.')
                .any(|label| label.eq_ignore_ascii_case(name))
        })
    };
    if outlet.name == *domain || is_label(&outlet.name) {
        outlet.name.clone_from(&entry.name);
    }
}

/// Names the outlet of an article that says nothing of it by the host of its address; [`name_outlet`] knows many by more
/// than that.
pub(super) fn outlet_of_address(supplied: &mut Supplied) {
    let host = supplied.url.as_deref().and_then(domain_of);
    if supplied.outlet.is_none()
        && let Some(host) = host.filter(|host| host.contains('.') && !redirects(host))
    {
        supplied.outlet = Some(Outlet {
            name: host.clone(),
            domain: Some(host),
        });
    }
}

/// Whether a host only leads on to pages of others.
pub(super) fn redirects(host: &str) -> bool {
    let label = host.split('.').next().unwrap_or_default();
    let mut known = WORDS.redirection.iter();
    known.any(|known| *known == host || *known == label)
}

/// Whether a word, in small letters, is one that the names of feeds have beside an outlet's name.
fn is_feed_word(word: &str) -> bool {
    FEED_WORDS.contains(word)
}

/// The domain that an absolute address is at: its host without `www.`.
pub fn domain_of(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    host_of(&url).map(str::to_owned)
}

/// The host of an address without `www.`.
pub fn host_of(url: &url::Url) -> Option<&str> {
    let host = url.host_str()?;
    Some(host.strip_prefix("www.").unwrap_or(host))
}

/// A name for comparison: lower case, apostrophes and full stops dropped, other punctuation as blanks,
/// no leading "the".
fn normal(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '\'' | '’' | '.' | '®' | '™' => {}
            c if c.is_alphanumeric() => out.extend(c.to_lowercase()),
            _ if !out.is_empty() && !out.ends_with(' ') => out.push(' '),
            _ => {}
        }
    }
    let trimmed = out.trim_end().len();
    out.truncate(trimmed);
    match out.strip_prefix("the ") {
        Some(rest) => rest.to_owned(),
        None => out,
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::intake::{Hints, Settings};

    #[test]
    fn the_shipped_table_is_sound() {
        let outlets = Outlets::shipped();
        assert!(outlets.entries().len() > 250);
        for entry in outlets.entries() {
            assert_eq!(
                outlets.by_name(&entry.name),
                Some(entry),
                "two outlets named {}",
                entry.name
            );
            if let Some(domain) = &entry.domain {
                assert_eq!(
                    outlets.by_domain(domain),
                    Some(entry),
                    "two outlets at {domain}"
                );
                assert_eq!(*domain, domain.to_ascii_lowercase());
            }
        }
    }

    #[test]
    fn a_page_that_names_no_outlet_is_its_domain_s() {
        let named = |name: &str, domain: &str| {
            let mut supplied = Supplied {
                outlet: Some(crate::record::Outlet {
                    name: name.to_owned(),
                    domain: Some(domain.to_owned()),
                }),
                ..Supplied::default()
            };
            name_outlet(&mut supplied, Outlets::shipped());
            supplied.outlet.unwrap().name
        };
        assert_eq!(named("hosted.ap.org", "hosted.ap.org"), "Associated Press");
        assert_eq!(named("Hosted", "hosted.ap.org"), "Associated Press");
        assert_eq!(named("uk.reuters.com", "uk.reuters.com"), "Reuters");
        assert_eq!(named("Reuters UK", "uk.reuters.com"), "Reuters UK");
        assert_eq!(
            named("courier.example", "courier.example"),
            "courier.example"
        );
    }

    /// A table that the shipped one has nothing of.
    const OWN: &str = "[[outlets]]\nname = \"Norland Gazette\"\n";

    #[test]
    fn the_readers_ask_the_configured_table() {
        let settings = Settings {
            outlets: Arc::new(Outlets::parse(OWN).unwrap()),
            ..Settings::default()
        };
        let read = |document: &str| {
            let mut drafts = Vec::new();
            crate::intake::read(
                document.as_bytes(),
                &Hints::default(),
                &settings,
                &mut |d| {
                    drafts.push(d);
                    ControlFlow::Continue(())
                },
            )
            .unwrap();
            drafts.remove(0)
        };
        let copy = "The council of Westmere voted on Monday to close the old bridge for a year.";
        let wire = format!(
            "\u{1}bdt0123 3 pl 41  xyz 0456\r\n\r\nBridge/\r\n\u{2}Bridge closes for a year\r\n\
             By Jane Roe, Norland Gazette =\r\n\r\n{copy}\r\n\u{3}251037 Sep 24\r\n"
        );
        for document in [
            format!("Bridge closes for a year\nBy Jane Roe, Norland Gazette\n\n{copy}\n"),
            wire,
            format!(
                "<nitf><body><body.content>Bridge closes for a year\nBy Jane Roe, Norland Gazette\n\n\
                 {copy}</body.content></body></nitf>"
            ),
            format!(
                "<rss><channel><item><title>Bridge closes for a year</title><description>\
                 By Jane Roe, Norland Gazette\n\n{copy}</description></item></channel></rss>"
            ),
        ] {
            let draft = read(&document);
            let [author] = draft.supplied.authors.as_slice() else {
                panic!("{document}: {:?}", draft.supplied.authors);
            };
            assert_eq!(author.name, "Jane Roe", "{document}");
            assert_eq!(
                author.organization.as_deref(),
                Some("Norland Gazette"),
                "{document}"
            );
        }
        // At the foot: a copyright line is told by the outlet that it names.
        let owned = read(&format!(
            "{copy}\nCopyright Norland Gazette. All rights reserved.\n"
        ));
        assert!(owned.supplied.copyright.is_some());
        let foreign = read(&format!(
            "{copy}\nCopyright Boston Herald. All rights reserved.\n"
        ));
        assert_eq!(foreign.supplied.copyright, None);
    }

    #[test]
    fn names_feeds_and_domains_are_found() {
        let outlets = Outlets::shipped();
        let name = |e: Option<&Entry>| e.map(|e| e.name.clone());
        for (feed, want) in [
            ("Reuters US Top", Some("Reuters")),
            (
                "Associated Press US and World News Video",
                Some("Associated Press"),
            ),
            ("the NEW YORK POST", Some("New York Post")),
            ("BBC News - Home", Some("BBC News")),
            ("World | The Guardian", Some("The Guardian")),
            ("CNN.com - Top Stories", Some("CNN")),
            ("Reuters reported on Monday", None),
            ("The Times they are changing", None),
            ("Westmere", None),
        ] {
            assert_eq!(name(outlets.by_feed(feed)).as_deref(), want, "{feed}");
        }
        assert_eq!(
            name(outlets.by_domain("www.BBC.com")).as_deref(),
            Some("BBC News")
        );
        assert_eq!(name(outlets.by_domain("example.com")), None);
        assert_eq!(outlets.by_name("America News").unwrap().domain, None);
    }
}
