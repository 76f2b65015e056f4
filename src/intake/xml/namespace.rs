/// The namespaces whose local names would be mistaken for each other's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ns {
    /// No prefix, or the document's own namespace.
    Own,
    Atom,
    Content,
    DublinCore,
    Media,
    Itunes,
    Xhtml,
    Nitf,
    /// Any other.
    Other,
}

/// Which namespace a prefix stands for, by the latest declaration of it in the document.
#[derive(Debug, Default)]
pub(super) struct Namespaces<'a> {
    declared: Vec<(&'a str, Ns)>,
}

/// Most prefixes that are remembered; a document with more is an attack, not news.
const PREFIXES: usize = 64;

impl<'a> Namespaces<'a> {
    /// Takes note of an attribute if it declares a prefix. The default namespace is not followed:
    /// local names tell the formats apart.
    pub(super) fn declare(&mut self, attribute: &'a str, uri: &str) {
        let Some(prefix) = attribute.strip_prefix("xmlns:") else {
            return;
        };
        let ns = of_uri(uri.trim());
        if let Some(entry) = self.declared.iter_mut().find(|(p, _)| *p == prefix) {
            entry.1 = ns;
        } else if self.declared.len() < PREFIXES {
            self.declared.push((prefix, ns));
        }
    }

    pub(super) fn of(&self, qualified: &str) -> Ns {
        let Some((prefix, _)) = qualified.split_once(':') else {
            return Ns::Own;
        };
        self.declared
            .iter()
            .find(|(p, _)| *p == prefix)
            .map_or_else(|| of_prefix(prefix), |(_, ns)| *ns)
    }
}

fn of_uri(uri: &str) -> Ns {
    let lower = uri.to_ascii_lowercase();
    let rest = lower
        .trim_start_matches("https://")
        .trim_start_matches("http://")
        .trim_start_matches("www.")
        .trim_end_matches('/');
    match rest {
        "w3.org/2005/atom" | "purl.org/atom/ns#" => Ns::Atom,
        "purl.org/rss/1.0/modules/content" => Ns::Content,
        "purl.org/dc/elements/1.1" | "purl.org/dc/elements/1.0" | "purl.org/dc/terms" => {
            Ns::DublinCore
        }
        "search.yahoo.com/mrss" | "search.yahoo.com/rss" => Ns::Media,
        "itunes.com/dtds/podcast-1.0.dtd" => Ns::Itunes,
        "w3.org/1999/xhtml" => Ns::Xhtml,
        "purl.org/rss/1.0" | "backend.userland.com/rss2" => Ns::Own,
        _ if rest.starts_with("iptc.org/std/nitf") => Ns::Nitf,
        // A prefix for the news formats themselves: <nar:newsItem>.
        _ if rest.starts_with("iptc.org/std/n") => Ns::Own,
        _ => Ns::Other,
    }
}

/// What a prefix means by habit, in a document that forgot to declare it.
fn of_prefix(prefix: &str) -> Ns {
    match prefix {
        "atom" | "a10" => Ns::Atom,
        "content" => Ns::Content,
        "dc" | "dcterms" => Ns::DublinCore,
        "media" => Ns::Media,
        "itunes" => Ns::Itunes,
        "xhtml" | "html" | "x" => Ns::Xhtml,
        "nitf" => Ns::Nitf,
        _ => Ns::Other,
    }
}
