//! Adding to what a supplier says: each list holds an entry once and is bounded.

use crate::intake::draft::Supplied;
use crate::record::{Author, AuthorRole, DateSeen, HeadlineSeen, Media, Subject};

/// Most entries of each list of what a supplier says, some ten times what the fullest articles have:
/// whatever is added is first looked for among them.
const LIST_ENTRIES: usize = 500;
/// Longest byline that another name is added to, in bytes.
const BYLINE_BYTES: usize = 1000;

/// Whether an entry is to be added to a list: there is room, and none is the same.
pub(super) fn is_new<T>(list: &[T], same: impl Fn(&T) -> bool) -> bool {
    list.len() < LIST_ENTRIES && !list.iter().any(same)
}

impl Supplied {
    /// Takes over what another says and this one does not, but for the status, the dates of its own and
    /// the language, which [`DraftBuilder`](super::DraftBuilder) settles; what it lists is added.
    pub(super) fn fill_from(&mut self, from: Supplied) {
        for (slot, value) in [
            (&mut self.supersedes, from.supersedes),
            (&mut self.slugline, from.slugline),
            (&mut self.headline, from.headline),
            (&mut self.deck, from.deck),
            (&mut self.byline, from.byline),
            (&mut self.section, from.section),
            (&mut self.credit, from.credit),
            (&mut self.copyright, from.copyright),
            (&mut self.usage_terms, from.usage_terms),
            (&mut self.url, from.url),
            (&mut self.source, from.source),
        ] {
            *slot = slot.take().or(value);
        }
        self.version = self.version.or(from.version);
        self.version_kind = self.version_kind.or(from.version_kind);
        self.genre = self.genre.or(from.genre);
        self.urgency = self.urgency.or(from.urgency);
        self.dateline = self.dateline.take().or(from.dateline);
        match self.id {
            None => self.id = from.id,
            Some(_) => self.add_alt_id(from.id.unwrap_or_default()),
        }
        from.alt_ids.iter().for_each(|i| self.add_alt_id(i));
        from.keywords.iter().for_each(|k| self.add_keyword(k));
        from.editorial_notes.iter().for_each(|n| self.add_note(n));
        from.links.iter().for_each(|l| self.add_link(l));
        from.subjects.into_iter().for_each(|x| self.add_subject(x));
        from.media.into_iter().for_each(|m| self.add_media(m));
        if self.authors.is_empty() {
            self.authors = from.authors;
        }
        from.dates_seen.into_iter().for_each(|d| self.add_date(d));
        from.headlines_seen
            .into_iter()
            .for_each(|h| self.add_headline(h));
    }

    pub fn add_note(&mut self, note: impl AsRef<str>) {
        let note = note.as_ref().trim();
        if !note.is_empty() && is_new(&self.editorial_notes, |n| n == note) {
            self.editorial_notes.push(note.to_owned());
        }
    }

    pub fn add_keyword(&mut self, keyword: impl AsRef<str>) {
        let keyword = keyword.as_ref().trim();
        if !keyword.is_empty() && is_new(&self.keywords, |k| k == keyword) {
            self.keywords.push(keyword.to_owned());
        }
    }

    pub fn add_alt_id(&mut self, id: impl AsRef<str>) {
        let id = id.as_ref().trim();
        let other = !id.is_empty() && self.id.as_deref() != Some(id);
        if other && is_new(&self.alt_ids, |i| i == id) {
            self.alt_ids.push(id.to_owned());
        }
    }

    pub fn add_link(&mut self, link: impl AsRef<str>) {
        let link = link.as_ref().trim();
        if !link.is_empty() && is_new(&self.links, |l| l == link) {
            self.links.push(link.to_owned());
        }
    }

    pub fn add_subject(&mut self, subject: Subject) {
        let named = subject.code.is_some() || subject.name.is_some();
        if !named || !is_new(&self.subjects, |s| *s == subject) {
            return;
        }
        // Said once by its code alone and once with its name, it is one subject.
        let same = self.subjects.iter_mut().find(|s| {
            s.code.is_some()
                && s.code == subject.code
                && s.scheme == subject.scheme
                && (s.name.is_none() || subject.name.is_none())
        });
        match same {
            Some(had) => had.name = had.name.take().or(subject.name),
            None => self.subjects.push(subject),
        }
    }

    pub fn add_date(&mut self, seen: DateSeen) {
        if is_new(&self.dates_seen, |d| *d == seen) {
            self.dates_seen.push(seen);
        }
    }

    pub fn add_headline(&mut self, seen: HeadlineSeen) {
        if !seen.value.is_empty() && is_new(&self.headlines_seen, |h| *h == seen) {
            self.headlines_seen.push(seen);
        }
    }

    /// Adds a picture, film or sound; to one of the same address only what it does not say yet.
    pub fn add_media(&mut self, media: Media) {
        let same = |m: &&mut Media| m.url.is_some() && m.url == media.url;
        if let Some(had) = self.media.iter_mut().find(same) {
            had.caption = had.caption.take().or(media.caption);
            had.credit = had.credit.take().or(media.credit);
        } else if self.media.len() < LIST_ENTRIES {
            self.media.push(media);
        }
    }

    /// Adds a picture, film or sound of which `renditions` are addresses too: those of them that are
    /// there already, as a page shows them, are the same one.
    pub fn add_renditions(&mut self, mut media: Media, renditions: &[String]) {
        let shown = |m: &Media| m.url.as_ref().is_some_and(|u| renditions.contains(u));
        let at = self.media.iter().position(shown);
        for had in self.media.extract_if(.., |m| shown(m)) {
            media.caption = media.caption.or(had.caption);
            media.credit = media.credit.or(had.credit);
        }
        match at {
            Some(at) => self.media.insert(at, media),
            None => self.add_media(media),
        }
    }

    /// Adds a name to the byline, unless it stands there.
    pub fn add_byline(&mut self, name: &str, between: &str) {
        match &mut self.byline {
            Some(had) if had.len() < BYLINE_BYTES && !had.contains(name) => {
                had.push_str(between);
                had.push_str(name);
            }
            Some(_) => {}
            None => self.byline = Some(name.to_owned()),
        }
    }

    pub fn add_author(&mut self, name: &str, role: AuthorRole, organization: Option<String>) {
        let name = name.trim();
        let same = |a: &Author| a.name == name && a.role == role;
        if !name.is_empty() && is_new(&self.authors, same) {
            self.authors.push(Author {
                name: name.to_owned(),
                role,
                organization,
            });
        }
    }

    /// The urgency, where it is a number from 1 to 9.
    pub fn set_urgency(&mut self, text: Option<&str>) {
        if self.urgency.is_none() {
            self.urgency = text
                .and_then(|t| t.trim().parse().ok())
                .filter(|n| (1..=9).contains(n));
        }
    }

    /// The version, where it is a number.
    pub fn set_version(&mut self, text: Option<&str>) {
        if self.version.is_none() {
            self.version = text.and_then(|t| t.trim().parse().ok());
        }
    }
}
