//! A supplier's own XML: read by the names that its elements have and, where these say nothing, by what the
//! elements hold.
//!
//! ```text
//! <story><code>n17</code><headline>Ferry halts</headline><bodytext>&lt;p&gt;The …</bodytext></story>
//! ```
//!
//! An element is a field when its name is one of `config/wire/vendor-xml.tsv`; the first of a field wins, and all
//! bodies count. A body may hold elements, escaped HTML or plain text. Where no element is named as a body, the
//! elements with running text in them are its paragraphs. Several elements of one kind with a headline and a body
//! each are several articles.

use crate::intake::supply::{self, DraftBuilder};
use crate::intake::xml::{Element, Source, Step};
use crate::intake::{Document, DraftBlock, ErrorCode, ReadError, Reading, embedded};
use crate::record::{BlockKind, DateBasis, DateRole, Dateline, Status};
use crate::text::word_lists::{List, word_lists};

word_lists! {
    /// What suppliers call the elements of an article, in small letters and without signs.
    WORDS "wire/vendor-xml.tsv" {
        /// The headline.
        headline,
        /// The standfirst.
        deck,
        /// Text of the article.
        body,
        /// Who wrote it, as a line.
        byline,
        /// Who wrote it, a name each.
        author,
        /// When it was published.
        published,
        /// When it was last changed.
        modified,
        /// The supplier's id.
        id,
        /// Where it was written.
        place,
        /// Keywords, one or many.
        keyword,
        /// Section of the service.
        section,
        /// The supplier.
        source,
        /// Its language.
        language,
        /// Its urgency, 1 to 9.
        urgency,
        /// Whether it may be used.
        status,
        /// The copyright line.
        copyright,
        /// What the supplier says to editors.
        note,
        /// The slug.
        slugline,
        /// Where it stands on the web.
        address,
    }
}

/// Shortest text of an element without a name that is running text, in characters.
const RUNNING_CHARS: usize = 60;
/// How deep articles lie below the root at most.
const ITEMS_DEEP: usize = 8;

/// Reads a document, emitting a draft for each article in it.
///
/// # Errors
/// Where the XML breaks off; [`ErrorCode::NoArticle`] when no element has a headline or text.
pub(super) fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    let decoded = document.decode();
    let mut source = Source::new(&decoded.text, reading.limits.depth);
    let mut found = 0;
    while !matches!(source.step(), Step::Eof) {
        let tree = source.element();
        let Some(root) = tree.root() else { continue };
        for item in items(root) {
            if found >= reading.limits.items {
                return Err(ReadError::too_many(reading.limits, "articles"));
            }
            let draft = decoded.draft(document.format);
            let mut builder = DraftBuilder::new(draft, DateBasis::Wire, reading.outlets);
            builder.draft.flags.extend(source.flags());
            article(item, &mut builder);
            if builder.supplied().headline.is_none() && builder.draft.blocks.is_empty() {
                continue;
            }
            found += 1;
            if (reading.emit)(builder.finish()).is_break() {
                return Ok(());
            }
        }
    }
    source.into_result()?;
    if found == 0 {
        return Err(ReadError::new(
            ErrorCode::NoArticle,
            "no element has a headline or text",
        ));
    }
    Ok(())
}

/// The elements that are an article each.
fn items<'t, 'a>(root: Element<'t, 'a>) -> Vec<Element<'t, 'a>> {
    let holds = |e: Element<'_, '_>, list: &List| e.descendants().any(|d| is(d, list));
    let is_item = |e: &Element<'_, '_>| holds(*e, &WORDS.headline) && holds(*e, &WORDS.body);
    let mut around = root;
    for _ in 0..ITEMS_DEEP {
        let within: Vec<_> = around.elements().filter(is_item).collect();
        match within[..] {
            [] => break,
            [one] => around = one,
            // An article's body may hold a headline of its own; then it is no list of articles.
            [first, ..] if within.iter().all(|e| e.name() == first.name()) => return within,
            _ => break,
        }
    }
    // What stands beside the one article in its wrappers belongs to it.
    vec![root]
}

/// The name of an element as the lists have it: small letters and figures.
fn key(name: &str) -> String {
    let signs = name.chars().filter(|c| c.is_alphanumeric());
    signs.flat_map(char::to_lowercase).collect()
}

fn is(e: Element<'_, '_>, list: &List) -> bool {
    list.contains(&key(e.name()).as_str())
}

fn article(item: Element<'_, '_>, builder: &mut DraftBuilder) {
    builder.language(item.attribute("lang").as_deref());
    builder.supplied().id = item.value("id").or_else(|| item.value("guid"));
    fields(item, builder);
    // Some say in attributes what others say in elements.
    let said = |list: &List| list.iter().find_map(|name| item.value(name));
    let s = builder.supplied();
    s.headline = s.headline.take().or_else(|| said(&WORDS.headline));
    s.byline = s.byline.take().or_else(|| said(&WORDS.byline));
    builder.date(DateRole::Published, said(&WORDS.published).as_deref());
    if builder.draft.blocks.is_empty() {
        unnamed(item, builder);
    }
}

/// Reads the elements below one that is no field itself; depth is bounded by the source's limit.
fn fields(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    for child in e.elements() {
        let name = key(child.name());
        let is_body = WORDS.body.contains(&name.as_str());
        let holds_fields = || {
            let named =
                |d: Element<'_, '_>| [&WORDS.headline, &WORDS.body].iter().any(|l| is(d, l));
            child.descendants().any(named)
        };
        if is_body && !holds_fields() {
            embedded::xml(child, builder);
        } else if (is_body || !field(&name, child, builder)) && child.has_elements() {
            fields(child, builder);
        }
    }
}

/// Reads an element as a field, if its name is one of a field. Whether it was.
fn field(name: &str, e: Element<'_, '_>, builder: &mut DraftBuilder) -> bool {
    let Some(text) = e.text().or_else(|| e.value("value")) else {
        return false;
    };
    if ruled(name, &text, builder) || listed(name, &text, builder) {
        return true;
    }
    let s = builder.supplied();
    let slots = [
        (&WORDS.headline, &mut s.headline),
        (&WORDS.deck, &mut s.deck),
        (&WORDS.byline, &mut s.byline),
        (&WORDS.id, &mut s.id),
        (&WORDS.section, &mut s.section),
        (&WORDS.source, &mut s.source),
        (&WORDS.copyright, &mut s.copyright),
        (&WORDS.slugline, &mut s.slugline),
        (&WORDS.address, &mut s.url),
    ];
    let Some((_, slot)) = slots.into_iter().find(|(list, _)| list.contains(&name)) else {
        return false;
    };
    if slot.is_none() {
        *slot = embedded::one_line(&text);
    }
    true
}

/// A field for which the supply of all formats has rules: a date, the status, the language. Whether it was one.
fn ruled(name: &str, text: &str, builder: &mut DraftBuilder) -> bool {
    let is = |list: &List| list.contains(&name);
    if is(&WORDS.published) {
        builder.date(DateRole::Published, Some(text));
    } else if is(&WORDS.modified) {
        builder.date(DateRole::Modified, Some(text));
    } else if is(&WORDS.language) {
        builder.language(Some(text));
    } else if is(&WORDS.status) {
        // Suppliers' words for what is usable are many; only a restriction is taken.
        if let Some(status @ (Status::Canceled | Status::Withheld)) = supply::status_word(text) {
            builder.restrict(status);
        }
    } else {
        return false;
    }
    true
}

/// A field that may stand several times, or that is more than its text. Whether it was one.
fn listed(name: &str, text: &str, builder: &mut DraftBuilder) -> bool {
    let is = |list: &List| list.contains(&name);
    let s = builder.supplied();
    if is(&WORDS.author) {
        for author in supply::authors_of(text) {
            s.add_author(&author.name, author.role, author.organization);
        }
        s.add_byline(text, ", ");
    } else if is(&WORDS.keyword) {
        text.split([',', ';']).for_each(|k| s.add_keyword(k));
    } else if is(&WORDS.note) {
        s.add_note(text);
    } else if is(&WORDS.urgency) {
        s.set_urgency(Some(text));
    } else if is(&WORDS.place) {
        s.dateline.get_or_insert_with(|| Dateline {
            text: text.to_owned(),
            place: Some(text.to_owned()),
            ..Dateline::default()
        });
    } else {
        return false;
    }
    true
}

/// The text of an article none of whose elements is named as its body: the elements that hold running text.
fn unnamed(item: Element<'_, '_>, builder: &mut DraftBuilder) {
    let s = builder.supplied();
    let known = [&s.headline, &s.deck, &s.copyright].map(Clone::clone);
    let mut until = None;
    for e in item.descendants() {
        let is_leaf = !e.has_elements();
        let holds_text = e
            .only_text()
            .is_some_and(|(t, _)| t.chars().count() >= RUNNING_CHARS);
        let Some(text) = (is_leaf || holds_text).then(|| e.text()).flatten() else {
            continue;
        };
        // A short element is text only right behind one that is text, and of its name.
        let is_running = text.chars().count() >= RUNNING_CHARS || until == Some(e.name());
        if !is_running || known.iter().flatten().any(|k| *k == text) {
            continue;
        }
        until = Some(e.name());
        if embedded::is_markup(&text) {
            embedded::html_text(&text, None, builder);
        } else {
            builder
                .draft
                .blocks
                .push(DraftBlock::new(BlockKind::Paragraph, text));
        }
    }
}
