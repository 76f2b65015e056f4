//! What the structured formats share in filling [`Supplied`]: dates, status and embargo, subjects,
//! names. Each value goes to one place by one rule, whatever format it came in.

use super::dates::{self, Stamp};
use super::draft::{Draft, DraftBlock, Flag, Supplied};
use super::outlets::Outlets;
use crate::record::{
    Author, AuthorRole, BlockKind, DateBasis, DateRole, DateSeen, Genre, Media, Status, Subject,
    VersionKind,
};
use crate::text::word_lists::word_lists;

/// The article of a format while its fields are gathered.
///
/// Statements on the status are collected and settled at the end, so that their order in the document
/// does not matter.
#[derive(Debug)]
pub struct Supply<'a> {
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

impl<'a> Supply<'a> {
    pub fn new(draft: Draft, basis: DateBasis, outlets: &'a Outlets) -> Self {
        Supply {
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
        let Some(tag) = tag.map(str::trim).filter(|t| !t.is_empty()) else {
            return;
        };
        let primary = |t: &str| {
            t.split(['-', '_'])
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase()
        };
        match &self.draft.supplied.language {
            None => self.draft.supplied.language = Some(tag.replace('_', "-")),
            Some(had) if primary(had) != primary(tag) => self.flag(Flag::LANGUAGE_CONTRADICTED),
            Some(_) => {}
        }
    }

    /// Takes over what a document inside this one says: it fills what is open, and its statements on
    /// the status count as well.
    pub fn absorb(&mut self, inner: Supply<'_>) {
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
        let to = &mut self.draft.supplied;
        for (slot, value) in [
            (&mut to.supersedes, from.supersedes),
            (&mut to.slugline, from.slugline),
            (&mut to.headline, from.headline),
            (&mut to.deck, from.deck),
            (&mut to.byline, from.byline),
            (&mut to.section, from.section),
            (&mut to.credit, from.credit),
            (&mut to.copyright, from.copyright),
            (&mut to.usage_terms, from.usage_terms),
            (&mut to.url, from.url),
            (&mut to.source, from.source),
        ] {
            *slot = slot.take().or(value);
        }
        to.version = to.version.or(from.version);
        to.version_kind = to.version_kind.or(from.version_kind);
        to.genre = to.genre.or(from.genre);
        to.urgency = to.urgency.or(from.urgency);
        to.dateline = to.dateline.take().or(from.dateline);
        match to.id {
            None => to.id = from.id,
            Some(_) => to.add_alt_id(from.id.unwrap_or_default()),
        }
        from.alt_ids.iter().for_each(|i| to.add_alt_id(i));
        from.keywords.iter().for_each(|k| to.add_keyword(k));
        from.editorial_notes.iter().for_each(|n| to.add_note(n));
        from.links.iter().for_each(|l| to.add_link(l));
        from.subjects.into_iter().for_each(|x| to.add_subject(x));
        from.media.into_iter().for_each(|m| to.add_media(m));
        if to.authors.is_empty() {
            to.authors = from.authors;
        }
        from.dates_seen.into_iter().for_each(|d| to.add_date(d));
    }

    /// An empty article of the same document, for what stands inside it.
    pub fn inside(&self) -> Supply<'a> {
        let draft = Draft::new(self.draft.format, "", self.draft.raw.clone());
        Supply::new(draft, self.basis, self.outlets)
    }

    /// Settles what depends on several statements and gives the draft away.
    pub fn finish(mut self) -> Draft {
        // A picture may have been taken years before it was sent.
        let published = self.published.or(self.modified).or(self.created);
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
        let basis = self.basis;
        let s = &mut self.draft.supplied;
        s.status = self.strictest.or(self.usable.then_some(Status::Usable));
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
        let s = &mut self.draft.supplied;
        if s.authors.is_empty()
            && let Some(byline) = s.byline.as_deref()
        {
            s.authors = authors_of(byline);
        }
        // A line that repeats another says nothing.
        if let Some(deck) = &s.deck
            && ([&s.headline, &s.credit, &s.slugline].contains(&&s.deck)
                || opens_with(&self.draft.blocks, deck))
        {
            s.deck = None;
        }
        for text in [&mut s.headline, &mut s.deck, &mut s.slugline, &mut s.credit] {
            if text.as_deref().is_some_and(|t| t.trim().is_empty()) {
                *text = None;
            }
        }
        self.draft
    }
}

/// Whether a text opens with what a deck says, be it broken off: such a deck is the first words of the
/// text again. Only letters and figures are compared.
fn opens_with(blocks: &[DraftBlock], deck: &str) -> bool {
    /// Shortest deck that can be told from a chance likeness, in letters and figures.
    const FEWEST: usize = 30;
    let letters = |text: &str| {
        let kept: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        kept
    };
    let deck = letters(deck);
    let mut body = blocks
        .iter()
        .filter(|b| !matches!(b.kind, BlockKind::Headline | BlockKind::Deck))
        .flat_map(|b| b.text.chars())
        .filter(|c| c.is_alphanumeric());
    deck.len() >= FEWEST && deck.chars().all(|c| body.next() == Some(c))
}

/// A day in seconds: dates without zone may be off by that much.
const DAY: i64 = 86_400;

/// Whether two times are more than a day apart.
pub fn apart(one: Stamp, other: Stamp) -> bool {
    one.unix().abs_diff(other.unix()) > DAY.unsigned_abs()
}

/// Most entries of each list of what a supplier says, some ten times what the fullest articles have:
/// whatever is added is first looked for among them.
const LISTED: usize = 500;
/// Longest byline that another name is added to, in bytes.
const BYLINE_BYTES: usize = 1000;

/// Whether an entry is to be added to a list: there is room, and none is the same.
fn is_new<T>(list: &[T], same: impl Fn(&T) -> bool) -> bool {
    list.len() < LISTED && !list.iter().any(same)
}

impl Supplied {
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

    /// Adds a picture, film or sound; to one of the same address only what it does not say yet.
    pub fn add_media(&mut self, media: Media) {
        let same = |m: &&mut Media| m.url.is_some() && m.url == media.url;
        if let Some(had) = self.media.iter_mut().find(same) {
            had.caption = had.caption.take().or(media.caption);
            had.credit = had.credit.take().or(media.credit);
        } else if self.media.len() < LISTED {
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

word_lists! {
    /// What a word of the status begins with.
    STATUS "wire/status.tsv" {
        /// The copy must not be used, now or later.
        canceled,
        /// The copy must not be used yet.
        withheld,
        /// The copy may be used.
        usable,
    }
}

/// What a word says of the status; `None` for a word of no known vocabulary.
///
/// Vocabularies: IPTC pubstatus NewsCodes, NewsML 1.2 `Status`, NITF `management-status`, ninjs
/// `pubstatus`, and the words agencies' JSON and content systems use, in any spelling: `stat:usable`,
/// `STATUS/Canceled`, `Embargoed until 10:00`, `on_hold`.
pub fn status_word(word: &str) -> Option<Status> {
    // A code has its vocabulary in front; a sentence ("Embargoed until 10:00") has none.
    let first = word.split_whitespace().next()?;
    let word = match first.rsplit([':', '/', '#']).find(|w| !w.is_empty()) {
        Some(code) if code.len() < first.len() => code,
        _ => word,
    };
    let word: String = word
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    [
        (&STATUS.canceled, Status::Canceled),
        (&STATUS.withheld, Status::Withheld),
        (&STATUS.usable, Status::Usable),
    ]
    .into_iter()
    .find_map(|(list, status)| list.iter().any(|w| word.starts_with(w)).then_some(status))
}

/// What a signal or instruction says: the kind of version, and what it does to the status.
pub fn signal(code: &str) -> (Option<VersionKind>, Option<Status>) {
    let word = code
        .rsplit([':', '/', '#'])
        .next()
        .unwrap_or(code)
        .to_ascii_lowercase();
    let opens = |words: &[&str]| words.iter().any(|w| word.starts_with(w));
    if opens(&["kill", "delet", "cancel", "withdraw", "retract", "recall"]) {
        (None, Some(Status::Canceled))
    } else if opens(&["hold", "embargo", "withh"]) {
        (None, Some(Status::Withheld))
    } else if opens(&["correct", "rectif", "amend"]) {
        (Some(VersionKind::Correction), None)
    } else if opens(&["update", "writethr", "rewrite", "newversion"]) {
        (Some(VersionKind::Update), None)
    } else if opens(&["lead", "newlead"]) {
        (Some(VersionKind::Lead), None)
    } else if opens(&["repeat", "rpt", "resend"]) {
        (Some(VersionKind::Repeat), None)
    } else if opens(&["refile"]) {
        (Some(VersionKind::Refile), None)
    } else {
        (None, None)
    }
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

/// What a genre's name or code says, as far as the record tells genres apart.
pub fn genre(text: &str) -> Option<Genre> {
    let word = text
        .rsplit([':', '/'])
        .next()
        .unwrap_or(text)
        .trim()
        .to_lowercase();
    Some(match word.as_str() {
        "alert" | "newsalert" | "news alert" | "flash" | "eil" | "eilmeldung" | "blitz"
        | "newsflash" => Genre::Alert,
        "advisory" | "news advisory" | "advice" | "daybook" | "news digest" | "digest"
        | "vorschau" | "achtung" | "planning" | "prognosis" | "forecast" | "schedule" => {
            Genre::Advisory
        }
        "live" | "liveblog" | "live-blog" | "live blog" | "live coverage" => Genre::LiveBlog,
        "caption" | "photo-caption" | "photo caption" | "bildtext" => Genre::PhotoCaption,
        "obituary" | "obituaries" | "nachruf" | "obit" => Genre::Obituary,
        "opinion" | "editorial" | "op-ed" | "comment" | "commentary" | "column" | "kommentar"
        | "letter" | "letters to editor" | "meinung" => Genre::Opinion,
        _ => return None,
    })
}

/// Subject of a qualified code: `medtop:20000523` → scheme `medtop`, code `20000523`; of a NewsCodes
/// URI the last two steps of its path; of any other URI the URI itself.
pub fn coded(code: Option<&str>, name: Option<String>) -> Subject {
    let (scheme, code) = match code.map(str::trim).filter(|c| !c.is_empty()) {
        None => (None, None),
        Some(uri) if uri.starts_with("http") => match newscode(uri) {
            Some((scheme, code)) => (Some(scheme.to_owned()), Some(code.to_owned())),
            None => (None, Some(uri.to_owned())),
        },
        Some(code) => match code.split_once(':') {
            Some((alias, code)) if !alias.is_empty() && !code.is_empty() => {
                (Some(scheme_of(alias)), Some(code.to_owned()))
            }
            _ => (None, Some(code.to_owned())),
        },
    };
    Subject { scheme, code, name }
}

/// IPTC catalogue aliases that mean the same vocabulary under several names.
fn scheme_of(alias: &str) -> String {
    match alias {
        "medtop" | "mediatopic" => "medtop",
        "subj" | "iptc-subject-code" | "IptcSubjectCodes" | "subjectcode" => "iptc-subject-code",
        other => other,
    }
    .to_owned()
}

/// Vocabulary and code of a concept URI of IPTC's NewsCodes.
pub fn newscode(uri: &str) -> Option<(&str, &str)> {
    let (_, path) = uri.split_once("cv.iptc.org/newscodes/")?;
    let (vocabulary, code) = path.trim_end_matches('/').split_once('/')?;
    let scheme = match vocabulary {
        "mediatopic" => "medtop",
        "subjectcode" => "iptc-subject-code",
        other => other,
    };
    (!code.is_empty()).then_some((scheme, code))
}

/// A subject given by a number alone: eight digits that start with 2000 are a Media Topic (as are the
/// first-level ones, `01000000` to `17000000`, shared with the older subject codes).
pub fn numbered(code: &str, name: Option<String>, scheme: Option<String>) -> Subject {
    let code = code.trim();
    let eight = code.len() == 8 && code.bytes().all(|b| b.is_ascii_digit());
    let scheme = scheme.or_else(|| {
        eight.then(|| {
            if code.starts_with("2000") {
                "medtop".to_owned()
            } else {
                "iptc-subject-code".to_owned()
            }
        })
    });
    Subject {
        scheme,
        code: (!code.is_empty()).then(|| code.to_owned()),
        name,
    }
}

/// Names in a byline field. Only what a field of names needs: the wires' own conventions (capitals,
/// agencies, places) are read later, on every format alike.
pub fn authors_of(byline: &str) -> Vec<Author> {
    let mut text = byline.trim();
    for by in [
        "By ", "BY ", "by ", "Von ", "Par ", "PAR ", "Por ", "POR ", "Di ", "Door ", "Av ", "AV ",
        "Af ", "AF ", "Text: ", "TEXT: ", "Tekst: ", "Teksti: ", "Texto: ", "Texte: ",
    ] {
        text = text.strip_prefix(by).unwrap_or(text);
    }
    let text = [
        " and ", " AND ", " und ", " UND ", " et ", " ET ", " y ", " Y ", " e ", " en ", " og ",
        " OG ", " och ", " OCH ", " ja ", " & ", ";",
    ]
    .iter()
    .fold(text.to_owned(), |t, and| t.replace(and, ","));
    let mut parts: Vec<String> = Vec::new();
    for part in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        match parts.last_mut() {
            // "Moreau, A. B., Lind, C.": initials stand behind their surname.
            Some(surname) if is_initials(part) && !surname.contains(' ') => {
                *surname = format!("{part} {surname}");
            }
            _ => parts.push(part.to_owned()),
        }
    }
    let mut authors: Vec<Author> = Vec::new();
    for part in &parts {
        let part = part.as_str();
        // "Marco Krefting, dpa": the agency after the names is theirs.
        if is_agency(part) {
            for author in &mut authors {
                author.organization.get_or_insert_with(|| part.to_owned());
            }
            continue;
        }
        let (name, organization) = match part.split_once('/') {
            Some((name, agency)) if is_agency(agency.trim()) => {
                (name.trim(), Some(agency.trim().to_owned()))
            }
            _ => (part, None),
        };
        if is_name(name) && is_new(&authors, |a| a.name == name) {
            authors.push(Author {
                name: name.to_owned(),
                role: AuthorRole::Writer,
                organization,
            });
        }
    }
    authors
}

/// Whether a part of a byline is nothing but initials: "A. B.", "J.-F.".
fn is_initials(text: &str) -> bool {
    text.split([' ', '-']).all(|w| {
        let letters = w.strip_suffix('.').unwrap_or_default();
        letters.chars().count() == 1 && letters.chars().all(char::is_uppercase)
    })
}

/// Whether a part of a byline is a person's name: two to six words, capitals, no digits; two to eight
/// signs where names are written without a space.
fn is_name(text: &str) -> bool {
    if text.chars().all(is_unspaced) {
        const OF_A_HOUSE: [&str; 14] = [
            "社",
            "部",
            "報",
            "报",
            "網",
            "网",
            "局",
            "台",
            "室",
            "뉴스",
            "신문",
            "일보",
            "방송",
            "편집부",
        ];
        return (2..=8).contains(&text.chars().count())
            && !OF_A_HOUSE.iter().any(|end| text.ends_with(end));
    }
    let words = text.split_whitespace().count();
    (2..=6).contains(&words)
        && !text.starts_with("The ")
        // More than initials.
        && text
            .split([' ', '.'])
            .any(|w| w.chars().filter(|c| c.is_alphabetic()).count() > 1)
        && !text.contains(|c: char| c.is_ascii_digit() || matches!(c, '@' | ':' | '('))
        && text.starts_with(|c: char| c.is_uppercase() || (c.is_alphabetic() && !c.is_lowercase()))
        && !text.to_lowercase().split_whitespace().any(|w| {
            matches!(
                w,
                "press"
                    | "correspondents"
                    | "staff"
                    | "news"
                    | "agency"
                    | "reporter"
                    | "editor"
                    | "network"
                    | "desk"
                    | "newsroom"
                    | "redaktion"
                    | "website"
                    | "media"
                    | "bureau"
                    | "online"
                    | "magazine"
            )
        })
}

/// Whether a character is one of those that Chinese, Japanese and Korean names are written in: Han,
/// Kana, Hangul.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// Whether a text names an agency, as bylines and credits do.
pub fn is_agency(text: &str) -> bool {
    super::wire::agency(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Format;
    use crate::record::MediaKind;

    fn supply() -> Supply<'static> {
        Supply::new(
            Draft::new(Format::NewsmlG2, "utf-8", "".into()),
            DateBasis::Wire,
            Outlets::shipped(),
        )
    }

    #[test]
    fn the_stricter_status_wins_in_any_order() {
        for words in [["stat:usable", "canceled"], ["Canceled", "usable"]] {
            let mut s = supply();
            words.iter().for_each(|w| s.status(Some(w)));
            let draft = s.finish();
            assert_eq!(draft.supplied.status, Some(Status::Canceled));
            assert!(draft.flags.contains(&Flag::STATUS_CONTRADICTED));
        }
        let mut s = supply();
        s.status(Some("stat:frobnicated"));
        assert_eq!(s.finish().supplied.status, Some(Status::Withheld));
        let mut s = supply();
        s.state(Some("frobnicated"));
        let draft = s.finish();
        assert_eq!(draft.supplied.status, None);
        assert!(draft.flags.contains(&Flag::UNKNOWN_STATUS));
    }

    #[test]
    fn a_status_is_known_in_any_spelling() {
        for (words, want) in [
            (
                &[
                    "stat:usable",
                    "Usable",
                    "http://cv.iptc.org/newscodes/pubstatusg2/usable",
                    "Published",
                ][..],
                Status::Usable,
            ),
            (
                &[
                    "Embargoed until 10:00",
                    "on_hold",
                    "Not for publication",
                    "Withheld",
                    "not usable",
                ],
                Status::Withheld,
            ),
            (
                &[
                    "stat:canceled",
                    "CANCELLED",
                    "Killed",
                    "Withdrawn",
                    "annulé",
                    "Deleted/",
                ],
                Status::Canceled,
            ),
        ] {
            for word in words {
                assert_eq!(status_word(word), Some(want), "{word}");
            }
        }
    }

    #[test]
    fn copyright_is_said_once() {
        let line = |year: &str, holder: &str| copyright(Some(year.into()), Some(holder.into()));
        assert_eq!(line("2026", "Acme").as_deref(), Some("© 2026 Acme"));
        assert_eq!(
            line("20260219T000000+0100", "Acme").as_deref(),
            Some("© 2026 Acme")
        );
        assert_eq!(line("2026", "© Acme 2026").as_deref(), Some("© Acme 2026"));
    }

    #[test]
    fn a_subject_is_said_once() {
        let mut s = Supplied::default();
        for name in [None, Some("Politics".to_owned()), None] {
            s.add_subject(coded(Some("medtop:11000000"), name));
        }
        assert_eq!(s.subjects.len(), 1);
        assert_eq!(s.subjects[0].name.as_deref(), Some("Politics"));
    }

    #[test]
    fn an_embargo_withholds_until_it_is_over() {
        let mut s = supply();
        s.status(Some("usable"));
        s.date(DateRole::Embargo, Some("2026-02-03T19:00:00+01:00"));
        s.date(DateRole::Published, Some("2026-02-03T14:10:00+01:00"));
        let draft = s.finish();
        assert_eq!(draft.supplied.status, Some(Status::Withheld));
        assert_eq!(
            draft.supplied.embargoed_until.as_deref(),
            Some("2026-02-03T19:00:00+01:00")
        );
        let mut s = supply();
        s.status(Some("usable"));
        s.date(DateRole::Embargo, Some("2026-02-03T12:00:00+01:00"));
        s.date(DateRole::Published, Some("2026-02-03T14:10:00+01:00"));
        assert_eq!(s.finish().supplied.status, Some(Status::Usable));
    }

    #[test]
    fn names_of_a_byline_field() {
        let names = |b: &str| {
            authors_of(b)
                .into_iter()
                .map(|a| a.name)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            names("Von Marta Krehl und Sunil Sahay, dpa"),
            ["Marta Krehl", "Sunil Sahay"]
        );
        assert_eq!(names("By Ana Ruiz and Bo d'Arc"), ["Ana Ruiz", "Bo d'Arc"]);
        assert!(names("Sports Network").is_empty() && names("SOCIAL MEDIA WEBSITE").is_empty());
        assert!(names("NTB-AFP-DPA").is_empty() && names("Von dpa").is_empty());
        assert_eq!(
            authors_of("Karl Meland/TT")[0].organization.as_deref(),
            Some("TT")
        );
    }

    #[test]
    fn initials_behind_a_surname_are_one_name() {
        let names: Vec<String> = authors_of("MOREAU, A. B., Lind, C., O'Dell, J.-F.")
            .into_iter()
            .map(|a| a.name)
            .collect();
        assert_eq!(names, ["A. B. MOREAU", "C. Lind", "J.-F. O'Dell"]);
    }

    #[test]
    fn a_deck_that_repeats_the_copy_is_none() {
        let with = |deck: &str| {
            let mut s = supply();
            let text = "A ferry sank off Westmere on Thursday, officials said. All were rescued.";
            s.draft
                .blocks
                .push(DraftBlock::new(BlockKind::Paragraph, text));
            s.supplied().slugline = Some("FERRY".into());
            s.supplied().deck = Some(deck.into());
            s.finish().supplied.deck
        };
        assert_eq!(
            with("A ferry sank off Westmere on Thursday , officials…"),
            None
        );
        assert_eq!(with("FERRY"), None);
        assert!(with("A ferry sank off Westmere with all hands on Thursday").is_some());
    }

    #[test]
    fn renditions_of_one_picture_are_one_media() {
        let media = |url: &str, credit: Option<&str>| Media {
            kind: MediaKind::Image,
            url: Some(url.into()),
            caption: None,
            credit: credit.map(str::to_owned),
        };
        let mut s = Supplied::default();
        s.add_media(media("https://x.example/small.jpg", Some("Ana Ruiz")));
        s.add_media(media("https://x.example/other.jpg", None));
        let addresses =
            ["https://x.example/small.jpg", "https://x.example/big.jpg"].map(str::to_owned);
        s.add_renditions(media("https://x.example/big.jpg", None), &addresses);
        assert_eq!(s.media.len(), 2);
        assert_eq!(s.media[0].url.as_deref(), Some("https://x.example/big.jpg"));
        assert_eq!(s.media[0].credit.as_deref(), Some("Ana Ruiz"));
    }

    #[test]
    fn codes_of_all_kinds() {
        let s = coded(
            Some("http://cv.iptc.org/newscodes/mediatopic/15000000"),
            None,
        );
        assert_eq!(
            (s.scheme.as_deref(), s.code.as_deref()),
            (Some("medtop"), Some("15000000"))
        );
        let s = coded(Some("medtop:20000523"), None);
        assert_eq!(
            (s.scheme.as_deref(), s.code.as_deref()),
            (Some("medtop"), Some("20000523"))
        );
    }
}
