//! Rules for single sites, for what no heuristics gets right: `config/sites.toml`.

use crate::text::data::{Data, DataFault, DataFile, data_file};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;
use thiserror::Error;

use super::page::Sources;
use super::select::Selector;
use super::tree::{Id, Tree};

/// The rules of all sites, by domain.
#[derive(Debug, Default)]
pub struct Sites {
    by_domain: HashMap<String, Site>,
    data: Data,
}

/// The rules of one site, as `config/sites.toml` explains them. An empty list leaves the matter to the heuristics.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// Elements that hold the article; the first that is on the page counts.
    pub body: Vec<Selector>,
    /// Elements that are not the article.
    pub strip: Vec<Selector>,
    pub headline: Vec<ValueSource>,
    pub author: Vec<ValueSource>,
    pub published: Vec<ValueSource>,
}

/// Where a value stands: in an element, a meta tag or the JSON-LD of the article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueSource {
    Element(Selector),
    Meta(String),
    JsonLd(String),
}

/// What is wrong with a file of rules.
#[derive(Debug, Error)]
pub enum SitesError {
    #[error("{0}")]
    File(#[from] std::io::Error),
    #[error("{0}")]
    Toml(#[from] DataFault),
    #[error("the rules of {domain}: {message}")]
    Rule { domain: String, message: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SitesFile {
    #[serde(default)]
    site: Vec<RawSite>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSite {
    domains: Vec<String>,
    #[serde(default)]
    body: Vec<String>,
    #[serde(default)]
    strip: Vec<String>,
    #[serde(default)]
    headline: Vec<String>,
    #[serde(default)]
    author: Vec<String>,
    #[serde(default)]
    published: Vec<String>,
}

/// The rules that ship with the program.
const SHIPPED: DataFile<'static> = data_file!("sites.toml");

static SITES: LazyLock<Arc<Sites>> = LazyLock::new(|| {
    Arc::new(Sites::read(SHIPPED).unwrap_or_else(|e| panic!("{}: {e}", SHIPPED.path)))
});

impl Sites {
    /// The rules copydesk ships with.
    pub fn shipped() -> &'static Arc<Sites> {
        &SITES
    }

    /// The rules in a file.
    ///
    /// # Errors
    /// When the file cannot be read, and as for [`Sites::parse`].
    pub fn load(path: &Path) -> Result<Sites, SitesError> {
        Sites::read(DataFile::new(
            &path.to_string_lossy(),
            &std::fs::read(path)?,
        ))
    }

    /// Reads rules from the text of a file.
    ///
    /// # Errors
    /// When it is not TOML, has an unknown key, or a selector cannot be read.
    pub fn parse(toml: &str) -> Result<Sites, SitesError> {
        Sites::read(DataFile::new("", toml.as_bytes()))
    }

    fn read(data: DataFile<'_>) -> Result<Sites, SitesError> {
        let file: SitesFile = data.toml()?;
        let mut by_domain = HashMap::new();
        for raw in file.site {
            let rule = |message: String| SitesError::Rule {
                domain: raw.domains.join(", "),
                message,
            };
            let selectors = |list: &[String]| -> Result<Vec<Selector>, SitesError> {
                list.iter()
                    .map(|s| Selector::parse(s).map_err(rule))
                    .collect()
            };
            let places = |list: &[String]| -> Result<Vec<ValueSource>, SitesError> {
                list.iter()
                    .map(|s| ValueSource::parse(s).map_err(rule))
                    .collect()
            };
            let site = Site {
                body: selectors(&raw.body)?,
                strip: selectors(&raw.strip)?,
                headline: places(&raw.headline)?,
                author: places(&raw.author)?,
                published: places(&raw.published)?,
            };
            for domain in &raw.domains {
                by_domain.insert(domain.to_lowercase(), site.clone());
            }
        }
        Ok(Sites {
            by_domain,
            data: Data::of(&[data]),
        })
    }

    /// The file the rules were read from, and its digest.
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// The rules for a host: its own, or those of the domain it belongs to.
    pub fn of(&self, host: &str) -> Option<&Site> {
        let mut rest = host;
        loop {
            if let Some(site) = self.by_domain.get(rest) {
                return Some(site);
            }
            rest = rest.split_once('.')?.1;
        }
    }

    pub fn is_empty(&self) -> bool {
        self.by_domain.is_empty()
    }
}

impl ValueSource {
    fn parse(text: &str) -> Result<Self, String> {
        Ok(match text.split_once(':') {
            Some(("meta", name)) => ValueSource::Meta(name.to_lowercase()),
            Some(("json-ld", key)) => ValueSource::JsonLd(key.to_owned()),
            _ => ValueSource::Element(Selector::parse(text)?),
        })
    }

    /// The value that stands there.
    pub fn value(&self, tree: &Tree<'_>, sources: &Sources<'_>) -> Option<String> {
        match self {
            ValueSource::Element(selector) => selector.all(tree).next().map(|id| {
                tree.attribute(id, "datetime")
                    .map_or_else(|| tree.text_of(id), |d| d.into_owned())
            }),
            ValueSource::Meta(name) => sources.meta.get(&[name]).map(super::page::json_ld::clean),
            ValueSource::JsonLd(key) => sources.json.article().and_then(|a| a.text(key)),
        }
        .filter(|v| !v.is_empty())
    }
}

impl Site {
    /// The element of the article's body.
    pub fn body_of(&self, tree: &Tree<'_>) -> Option<Id> {
        self.body.iter().find_map(|s| s.all(tree).next())
    }

    /// The elements to leave out.
    pub fn stripped<'s>(&'s self, tree: &'s Tree<'_>) -> impl Iterator<Item = Id> + 's {
        self.strip.iter().flat_map(move |s| s.all(tree))
    }
}

/// The first of `places` that holds a value.
pub fn first(places: &[ValueSource], tree: &Tree<'_>, sources: &Sources<'_>) -> Option<String> {
    places.iter().find_map(|p| p.value(tree, sources))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_file_holds_no_rule_and_an_example_that_is_one() {
        let shipped = include_str!("../../../config/sites.toml");
        assert!(Sites::parse(shipped).unwrap().is_empty());
        let example = shipped.lines().filter_map(|line| line.strip_prefix("#   "));
        let example = example.collect::<Vec<_>>().join("\n");
        let sites = Sites::parse(&example).unwrap();
        assert_eq!(sites.of("example.com").unwrap().headline.len(), 3);
    }

    #[test]
    fn rules_are_found_by_domain() {
        let sites = Sites::parse(
            "[[site]]\ndomains = ['example.com']\nheadline = ['meta:og:title', 'h2.title']\nstrip = ['div.x']",
        )
        .unwrap();
        let site = sites.of("news.example.com").unwrap();
        assert_eq!(site.headline[0], ValueSource::Meta("og:title".into()));
        assert!(sites.of("example.org").is_none());
        assert!(sites.of("badexample.com").is_none());
    }

    #[test]
    fn mistakes_are_named() {
        let wrong = |toml: &str| Sites::parse(toml).unwrap_err().to_string();
        assert!(wrong("[[site]]\ndomains = ['a.b']\nhedline = []").contains("hedline"));
        assert!(wrong("[[site]]\ndomains = ['a.b']\nbody = ['p[']").contains("a.b"));
    }
}
