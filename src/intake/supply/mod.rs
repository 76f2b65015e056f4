//! What the structured formats share in filling [`Supplied`]: dates, status and embargo, subjects,
//! names. Each value goes to one place by one rule, whatever format it came in.
//!
//! ```text
//! mod.rs       DraftBuilder: an article while its fields are gathered; what depends on several of them
//! lists.rs     Supplied: adding to its lists, each entry once
//! status.rs    words of the status, signals and instructions
//! genre.rs     names and codes of genres
//! languages.rs languages by their codes and names
//! subjects.rs  codes of subjects and their vocabularies
//! byline.rs    names in a byline field
//! ```

mod byline;
mod genre;
mod languages;
mod lists;
mod status;
mod subjects;
#[cfg(test)]
mod tests;

pub use byline::{authors_of, one_by, without_by};
pub use genre::genre;
pub use languages::{same as same_language, tag as language_tag};
pub use status::{signal, status_word};
pub use subjects::{coded, is_newscode, newscode, numbered};

use super::dates::{self, Stamp};
use super::draft::{Draft, Flag, Supplied};
use super::outlets::Outlets;
use crate::record::{DateBasis, DateRole, DateSeen, Status};
use crate::text::data::{Table, tables};

/// The words that suppliers' fields are read by.
pub const TABLES: [Table; 4] = tables![status, genre, byline, languages,];

/// The article of a format while its fields are gathered.
///
/// Statements on the status are collected and settled at the end, so that their order in the document
/// does not matter.
#[derive(Debug)]
pub struct DraftBuilder<'a> {
    pub draft: Draft,
    /// Who publishes news, for readers that lay out plain text.
    pub outlets: &'a Outlets,
    basis: DateBasis,
    usable: bool,
    strictest: Option<Status>,
    embargoed: bool,
    embargo: Option<Stamp>,
    published: Option<Stamp>,
    modified: Option<Stamp>,
    created: Option<Stamp>,
}

impl<'a> DraftBuilder<'a> {
    pub fn new(draft: Draft, basis: DateBasis, outlets: &'a Outlets) -> Self {
        DraftBuilder {
            draft,
            outlets,
            basis,
            usable: false,
            strictest: None,
            embargoed: false,
            embargo: None,
            published: None,
            modified: None,
            created: None,
        }
    }

    pub fn supplied(&mut self) -> &mut Supplied {
        &mut self.draft.supplied
    }

    pub fn flag(&mut self, flag: Flag) {
        self.draft.flags.insert(flag);
    }

    /// Flags an article that has neither text nor headline.
    pub fn flag_empty(&mut self) {
        if self.draft.blocks.is_empty() && self.draft.supplied.headline.is_none() {
            self.flag(Flag::NO_BODY);
        }
    }

    /// A date as written. The first readable one of a role wins; each is a candidate.
    pub fn date(&mut self, role: DateRole, text: Option<&str>) {
        let Some(text) = text.map(str::trim).filter(|t| !t.is_empty()) else {
            return;
        };
        self.stamp(role, dates::parse(text), text);
    }

    /// A date that has been read, and what was written.
    pub fn stamp(&mut self, role: DateRole, stamp: Option<Stamp>, written: &str) {
        let Some(stamp) = stamp else {
            self.flag(Flag::UNREADABLE_DATE);
            self.seen(written.to_owned(), role);
            return;
        };
        let stamp = match role {
            // Until when in the night of a day is what an embargo says.
            DateRole::Embargo => stamp,
            _ => stamp.without_midnight(),
        };
        self.seen(stamp.to_string(), role);
        if role == DateRole::Published {
            self.compare(stamp);
        }
        match role {
            DateRole::Published => _ = self.published.get_or_insert(stamp),
            DateRole::Modified => _ = self.modified.get_or_insert(stamp),
            DateRole::Created => _ = self.created.get_or_insert(stamp),
            DateRole::Embargo => {
                // The latest of several embargoes is the one that must be over.
                if self.embargo.is_none_or(|e| e.unix() < stamp.unix()) {
                    self.embargo = Some(stamp);
                }
            }
            DateRole::Other => {}
        }
    }

    /// Holds a further time of publication against the one that is known.
    fn compare(&mut self, stamp: Stamp) {
        if self.published.is_some_and(|p| apart(p, stamp)) {
            self.flag(Flag::DATE_CONTRADICTED);
        }
    }

    fn seen(&mut self, value: String, role: DateRole) {
        let candidate = DateSeen {
            value,
            basis: self.basis,
            role,
        };
        self.draft.supplied.add_date(candidate);
    }

    /// A statement on whether the article may be used, in any vocabulary's words. It is what the field
    /// is for, so an unknown word withholds the article: what it forbids is not known.
    pub fn status(&mut self, word: Option<&str>) {
        if self.state(word) {
            self.restrict(Status::Withheld);
        }
    }

    /// A statement on the state of the article, be it of the work on it or of its use; an unknown word
    /// is flagged. Whether it was unknown.
    pub fn state(&mut self, word: Option<&str>) -> bool {
        let Some(word) = word.map(str::trim).filter(|w| !w.is_empty()) else {
            return false;
        };
        match status_word(word) {
            Some(Status::Usable) => self.usable = true,
            Some(strict) => self.restrict(strict),
            None => self.flag(Flag::UNKNOWN_STATUS),
        }
        status_word(word).is_none()
    }

    pub fn restrict(&mut self, status: Status) {
        self.strictest = self.strictest.max(Some(status));
    }

    /// An embargo is announced; a date of that role, if there is one, says until when.
    pub fn embargoed(&mut self) {
        self.embargoed = true;
    }

    pub fn language(&mut self, tag: Option<&str>) {
        // A number is a system's own code.
        let is_tag = |t: &&str| t.starts_with(char::is_alphabetic);
        let Some(tag) = tag.map(str::trim).filter(is_tag) else {
            return;
        };
        match &self.draft.supplied.language {
            None => self.draft.supplied.language = Some(tag.replace('_', "-")),
            Some(had) if !same_language(had, tag) => self.flag(Flag::LANGUAGE_CONTRADICTED),
            Some(_) => {}
        }
    }

    /// Takes over what a document inside this one says: it fills what is open, and its statements on
    /// the status count as well.
    pub fn absorb(&mut self, inner: DraftBuilder<'_>) {
        self.usable |= inner.usable;
        self.strictest = self.strictest.max(inner.strictest);
        self.embargoed |= inner.embargoed;
        if let Some(until) = inner.embargo
            && self.embargo.is_none_or(|e| e.unix() < until.unix())
        {
            self.embargo = Some(until);
        }
        if let Some(inner) = inner.published {
            self.compare(inner);
        }
        if self.published.is_none() && self.modified.is_none() {
            self.published = inner.published;
            self.modified = inner.modified;
        }
        self.created = self.created.or(inner.created);
        self.draft.flags.extend(inner.draft.flags);
        self.draft.blocks.extend(inner.draft.blocks);
        self.draft.removed.extend(inner.draft.removed);
        let from = inner.draft.supplied;
        self.language(from.language.as_deref());
        self.draft.supplied.fill_from(from);
    }

    /// An empty article of the same document, for what stands inside it.
    pub fn inside(&self) -> DraftBuilder<'a> {
        let draft = Draft::new(self.draft.format, "", self.draft.raw.clone());
        DraftBuilder::new(draft, self.basis, self.outlets)
    }

    /// Settles what depends on several statements and gives the draft away.
    pub fn finish(mut self) -> Draft {
        // A picture may have been taken years before it was sent.
        let published = self.published.or(self.modified).or(self.created);
        self.settle_status(published);
        self.settle_dates(published);
        let s = &mut self.draft.supplied;
        if s.authors.is_empty()
            && let Some(byline) = s.byline.as_deref()
        {
            s.authors = authors_of(byline);
        }
        let s = &mut self.draft.supplied;
        for text in [&mut s.headline, &mut s.deck, &mut s.slugline, &mut s.credit] {
            if text.as_deref().is_some_and(|t| t.trim().is_empty()) {
                *text = None;
            }
        }
        self.draft
    }

    /// The strictest statement on the status holds; an embargo that is not over withholds.
    fn settle_status(&mut self, published: Option<Stamp>) {
        // What was released when it was sent is no longer under embargo.
        let open_embargo = match self.embargo {
            Some(until) => {
                let sent = self.modified.or(published);
                sent.is_none_or(|s| s.unix() < until.unix())
            }
            None => self.embargoed,
        };
        if let Some(until) = self.embargo {
            self.draft.supplied.embargoed_until = Some(until.to_string());
        }
        if open_embargo {
            self.restrict(Status::Withheld);
        }
        if self.usable && self.strictest.is_some() {
            self.flag(Flag::STATUS_CONTRADICTED);
        }
        self.draft.supplied.status = self.strictest.or(self.usable.then_some(Status::Usable));
    }

    /// The times of publication and, where it is another, of the last change.
    fn settle_dates(&mut self, published: Option<Stamp>) {
        let basis = self.basis;
        let s = &mut self.draft.supplied;
        if s.published.is_none() {
            s.published = published.map(|p| p.value(basis));
        }
        if s.modified.is_none() {
            s.modified = self
                .modified
                .filter(|m| published.is_none_or(|p| p.unix() != m.unix()))
                .map(|m| m.value(basis));
        }
        if let (Some(p), Some(m)) = (self.published, self.modified)
            && m.unix() + DAY < p.unix()
        {
            self.flag(Flag::DATE_CONTRADICTED);
        }
    }
}

/// A day in seconds: dates without zone may be off by that much.
const DAY: i64 = 86_400;

/// Whether two times are more than a day apart.
pub fn apart(one: Stamp, other: Stamp) -> bool {
    one.unix().abs_diff(other.unix()) > DAY.unsigned_abs()
}

/// A line of copyright from a year, which may be a whole date, and a holder, who may have said it all.
pub fn copyright(year: Option<String>, holder: Option<String>) -> Option<String> {
    let said = |h: &str| {
        let h = h.trim_start().to_lowercase();
        ["©", "(c)", "copyright"].iter().any(|c| h.starts_with(c))
    };
    let holder = holder.filter(|h| !h.trim().is_empty());
    if holder.as_deref().is_some_and(said) {
        return holder;
    }
    let year = year.map(|y| match y.get(..4) {
        Some(four) if four.bytes().all(|b| b.is_ascii_digit()) => four.to_owned(),
        _ => y,
    });
    let line: Vec<String> = [year, holder].into_iter().flatten().collect();
    (!line.is_empty()).then(|| format!("© {}", line.join(" ")))
}

/// Whether a text names an agency, as bylines and credits do.
pub fn is_agency(text: &str) -> bool {
    super::wire::agency(text).is_some()
}
