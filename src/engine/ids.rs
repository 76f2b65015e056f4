//! The ids of the articles of one message.
//!
//! An article goes by the supplier's id, else by a hash of its source and content. An id that the message has (in a
//! header or the envelope) is that of its one article; with several articles it is the message's, stands in `alt_ids`
//! of each, and makes the ids of those that have none of their own.
//!
//! No two articles of a message share an id, or one of them is lost where records are compacted by it: what goes by
//! the same name as another has a hash of its content behind it. Which ones these are must not depend on what came
//! first, so a document that may hold several articles is read once for their names, before it is read for what they
//! say. That takes a hash an article, and no article is held for it.

use std::collections::HashSet;
use std::ops::ControlFlow;

use foldhash::fast::FixedState;

use super::article::cleaned;
use crate::intake::{self, Article, Draft, Hints, Settings};
use crate::pipeline::caught;

/// Names by their hashes. Two that fall together cost an article nothing but a longer id.
type Names = HashSet<u64, FixedState>;

/// Hexadecimal digits of a hash of the content, as an id by itself and behind another id: 64 bits tell the articles of
/// one document apart.
const CONTENT_DIGITS: usize = 32;
const SUFFIX_DIGITS: usize = 16;

/// What must be known of all articles of a message before the first gets its id.
#[derive(Debug, Default)]
pub(super) struct Ids {
    /// Whether there is more than one.
    pub(super) several: bool,
    /// The names that more than one goes by.
    shared: Names,
}

impl Ids {
    /// Reads a document for the names of its articles; `next` is asked before each article whether to go on. What
    /// cannot be read is left to whoever reads the document for its articles.
    pub(super) fn of(
        document: &[u8],
        hints: &Hints,
        settings: &Settings,
        next: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Ids {
        if !intake::may_hold_several(document, hints) {
            return Ids::default();
        }
        let (mut ids, mut seen, mut articles) = (Ids::default(), Names::default(), 0usize);
        let mut each = |draft| {
            articles += 1;
            let name = hash(&name(draft, hints, settings));
            if !seen.insert(name) {
                ids.shared.insert(name);
            }
            next()
        };
        // An error or a panic comes again where the articles are read, behind those before it.
        let read = caught(|| intake::read(document, hints, settings, &mut each));
        drop(read);
        ids.several = articles > 1;
        ids
    }

    /// Gives the articles their ids, which must come in the order of the document.
    pub(super) fn give(&self) -> GivenIds<'_> {
        GivenIds {
            ids: self,
            given: Names::default(),
        }
    }
}

/// The ids that have been given to articles of a message.
pub(super) struct GivenIds<'i> {
    ids: &'i Ids,
    given: Names,
}

impl GivenIds<'_> {
    /// Gives the next article its id.
    pub(super) fn give(&mut self, article: &mut Article, hints: &Hints) {
        let of_message = said(hints.id.as_deref());
        if let Some(id) = of_message
            && !self.ids.several
        {
            let own = article.supplied.id.replace(id.to_owned());
            article.supplied.alt_ids.retain(|alt| alt != id);
            article.supplied.add_alt_id(own.unwrap_or_default());
            id.clone_into(&mut article.id);
            return;
        }
        let own = said(article.supplied.id.as_deref());
        let name = own.map_or_else(|| content_id(article, hints), str::to_owned);
        let shared = self.ids.shared.contains(&hash(&name));
        let mut id = match (own, of_message) {
            (None, Some(message)) => with_content(message, article),
            _ if shared => with_content(&name, article),
            _ => name,
        };
        // The same in every respect: which of them is the second makes no difference.
        let first = id.len();
        for number in 2.. {
            if self.given.insert(hash(&id)) {
                break;
            }
            id.truncate(first);
            id.push_str(&format!("-{number}"));
        }
        if let Some(message) = of_message {
            article.supplied.add_alt_id(message);
        }
        article.id = id;
    }
}

/// What an article goes by while nothing is known of the others.
fn name(draft: Draft, hints: &Hints, settings: &Settings) -> String {
    match said(draft.supplied.id.as_deref()) {
        Some(id) => id.to_owned(),
        None => content_id(&cleaned(draft, &settings.outlets), hints),
    }
}

/// An id that says something.
fn said(id: Option<&str>) -> Option<&str> {
    id.map(str::trim).filter(|id| !id.is_empty())
}

fn hash(name: &str) -> u64 {
    std::hash::BuildHasher::hash_one(&FixedState::with_seed(0), name)
}

/// `blake3:` and 32 hexadecimal digits: the same for the same source and content, whenever it comes.
fn content_id(article: &Article, hints: &Hints) -> String {
    let mut hash = blake3::Hasher::new();
    hash.update(hints.source.as_deref().unwrap_or("").as_bytes());
    hash.update(&[0]);
    content(article, &mut hash);
    format!("blake3:{}", &hash.finalize().to_hex()[..CONTENT_DIGITS])
}

/// An id, and behind it what tells the article from another of that name: its content, version, address and dates.
fn with_content(id: &str, article: &Article) -> String {
    let mut hash = blake3::Hasher::new();
    content(article, &mut hash);
    let said = &article.supplied;
    let date = |date: &Option<crate::record::DateValue>| date.as_ref().map(|d| d.value.clone());
    let version = said.version.map(|version| version.to_string());
    let status = said.status.map(|status| format!("{status:?}"));
    let dates = [date(&said.published), date(&said.modified)];
    for part in [version, status, said.url.clone()].iter().chain(&dates) {
        hash.update(&[0]);
        hash.update(part.as_deref().unwrap_or_default().as_bytes());
    }
    format!("{id}#{}", &hash.finalize().to_hex()[..SUFFIX_DIGITS])
}

fn content(article: &Article, hash: &mut blake3::Hasher) {
    hash.update(article.text.as_bytes());
    // A kill has no body: what it says is in its notes.
    if article.body().next().is_none() {
        for note in &article.supplied.editorial_notes {
            hash.update(&[0]);
            hash.update(note.as_bytes());
        }
    }
}
