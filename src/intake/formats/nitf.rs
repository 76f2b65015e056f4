//! NITF 3.x, alone or inside NewsML: `docdata` for what the supplier says, `body` for the article.
//!
//! `management-status` other than `usable` withholds or cancels. A `date.release` after the issue is
//! an embargo: NITF defines it as the time before which the document must not be released.

use crate::intake::dates::DayOfYear;
use crate::intake::draft::DraftBlock;
use crate::intake::formats::Format;
use crate::intake::formats::text;
use crate::intake::supply;
use crate::intake::supply::{DraftBuilder, numbered};
use crate::intake::xml::{Body, Element, Node, Source, Step};
use crate::intake::{Document, ErrorCode, ReadError, Reading};
use crate::record::{AuthorRole, BlockKind, DateBasis, DateRole, Dateline, Subject, VersionKind};

/// Reads a document whose root is `nitf`.
///
/// # Errors
/// [`ErrorCode::NoArticle`] without a `nitf` element; else where and why the XML broke off.
pub fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    let decoded = document.decode();
    let mut source = Source::new(&decoded.text, reading.limits.depth);
    loop {
        match source.step() {
            Step::Start { name, .. } if name.eq_ignore_ascii_case("nitf") => {
                let tree = source.element();
                let mut builder = DraftBuilder::new(
                    decoded.draft(Format::Nitf),
                    DateBasis::Wire,
                    reading.outlets,
                );
                builder.draft.flags.extend(source.flags());
                if let Some(nitf) = tree.root() {
                    apply(nitf, &mut builder);
                }
                builder.flag_empty();
                let _ = (reading.emit)(builder.finish());
                return source.into_result();
            }
            Step::Eof => {
                source.into_result()?;
                return Err(ReadError::new(
                    ErrorCode::NoArticle,
                    "there is no <nitf> element",
                ));
            }
            _ => {}
        }
    }
}

/// Takes over all that a `nitf` element says; what is known already stays.
pub fn apply(nitf: Element<'_, '_>, builder: &mut DraftBuilder) {
    builder.language(
        nitf.attribute("baselang")
            .or_else(|| nitf.attribute("lang"))
            .as_deref(),
    );
    if let Some(head) = nitf.first("head") {
        head_of(head, builder);
    }
    if let Some(body) = nitf.first("body") {
        self::body(body, builder);
    }
    // The title in the head is the headline's stand-in.
    let title = nitf.at(&["head", "title"]).and_then(Element::text);
    let s = builder.supplied();
    s.headline = s.headline.take().or(title);
}

fn body(body: Element<'_, '_>, builder: &mut DraftBuilder) {
    if let Some(head) = body.first("body.head") {
        body_head(head, builder);
    }
    for content in body.all("body.content") {
        body_content(content, builder);
    }
    if let Some(end) = body.first("body.end") {
        if let Some(tagline) = end.first("tagline").and_then(Element::text) {
            builder.supplied().add_note(tagline);
        }
        if let Some(bibliography) = end.text_of("bibliography") {
            builder.supplied().add_note(bibliography);
        }
    }
}

fn head_of(head: Element<'_, '_>, builder: &mut DraftBuilder) {
    if let Some(tobject) = head.first("tobject") {
        self::tobject(tobject, builder);
    }
    if let Some(docdata) = head.first("docdata") {
        self::docdata(docdata, builder);
    }
    for pubdata in head.all("pubdata") {
        let date = pubdata.attribute("date.publication");
        builder.date(DateRole::Published, date.as_deref());
        let s = builder.supplied();
        let section = s.section.take();
        s.section = section.or_else(|| pubdata.value("position.section"));
        s.add_alt_id(pubdata.value("id").unwrap_or_default());
        s.url = s.url.take().or_else(|| pubdata.value("ex-ref"));
    }
    for history in head.all("revision-history") {
        let comment = history.value("comment").unwrap_or_default();
        builder.supplied().add_note(comment);
        builder.date(DateRole::Modified, history.attribute("norm").as_deref());
    }
}

/// What kind of document it is, and its subjects.
fn tobject(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let s = builder.supplied();
    // "News" is what most of a wire is, and no section of it.
    let kind = e
        .value("tobject.type")
        .filter(|t| !t.eq_ignore_ascii_case("news"));
    s.section = s.section.take().or(kind);
    for property in e.all("tobject.property") {
        let kind = property.value("tobject.property.type");
        let genre = kind.as_deref().and_then(supply::genre);
        s.genre = s.genre.or(genre);
    }
    for subject in e.all("tobject.subject") {
        s.add_subject(tobject_subject(subject));
    }
}

fn tobject_subject(e: Element<'_, '_>) -> Subject {
    // The most special of the three levels is the name of what the number stands for.
    let name = e
        .value("tobject.subject.detail")
        .or_else(|| e.value("tobject.subject.matter"))
        .or_else(|| e.value("tobject.subject.type"));
    let scheme = e
        .value("tobject.subject.ipr")
        .filter(|ipr| !ipr.eq_ignore_ascii_case("IPTC"));
    match e.value("tobject.subject.refnum") {
        Some(number) => numbered(number.trim_start_matches("IPTC:"), name, scheme),
        None => Subject {
            scheme,
            code: e.value("tobject.subject.code"),
            name,
        },
    }
}

fn docdata(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let management = e.value("management-status");
    builder.status(management.as_deref());
    for part in e.elements() {
        // The first that knows an element has it.
        let _ =
            identifier(part, builder) || topic(part, builder) || said_of_document(part, builder);
    }
    release(e, management.as_deref(), builder);
    let s = builder.supplied();
    s.supersedes = s
        .supersedes
        .take()
        .or_else(|| e.value("management-doc-idref"));
}

/// An identifier of the document. Whether the element was one.
fn identifier(e: Element<'_, '_>, builder: &mut DraftBuilder) -> bool {
    let s = builder.supplied();
    match e.name() {
        "doc-id" => {
            let id = e.value("id-string");
            if s.id.is_none() {
                s.id = id;
            } else {
                s.add_alt_id(id.unwrap_or_default());
            }
            s.source = s.source.take().or_else(|| e.value("regsrc"));
        }
        "du-key" => {
            s.add_alt_id(e.value("key").unwrap_or_default());
            s.set_version(e.attribute("version").as_deref());
        }
        "fixture" => s.add_alt_id(e.value("fix-id").unwrap_or_default()),
        "del-list" => {
            let sender = e.first("from-src").and_then(|from| from.value("src-name"));
            s.source = s.source.take().or(sender);
        }
        _ => return false,
    }
    true
}

/// What the document is about. Whether the element said it.
fn topic(e: Element<'_, '_>, builder: &mut DraftBuilder) -> bool {
    match e.name() {
        "series" => {
            let name = e.value("series.name").unwrap_or_default();
            builder.supplied().add_keyword(name);
        }
        "key-list" => {
            for key in e.all("keyword") {
                let key = key.value("key").or_else(|| key.text());
                builder.supplied().add_keyword(key.unwrap_or_default());
            }
        }
        "identified-content" => {
            for named in e.elements().filter(|e| e.name() != "classifier") {
                identified(named, builder);
            }
            for class in e.all("classifier") {
                classifier(class, builder);
            }
        }
        _ => return false,
    }
    true
}

/// A person, place, organisation or event that the document is about.
fn identified(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let Some(name) = e.text().or_else(|| e.value("content")) else {
        return;
    };
    let (scheme, code) = e.value("idsrc").zip(e.value("value")).unzip();
    builder.supplied().add_subject(Subject {
        scheme,
        code,
        name: Some(name),
    });
}

/// Dates, urgency, rights and notes. Whether the element was one of them.
fn said_of_document(e: Element<'_, '_>, builder: &mut DraftBuilder) -> bool {
    match e.name() {
        "ed-msg" => {
            let note = e.value("info").or_else(|| e.text());
            builder.supplied().add_note(note.unwrap_or_default());
        }
        "urgency" => {
            let urgency = e.value("ed-urg");
            builder.supplied().set_urgency(urgency.as_deref());
        }
        "date.issue" => builder.date(DateRole::Published, norm(e).as_deref()),
        "date.expire" => builder.date(DateRole::Other, norm(e).as_deref()),
        "correction" => correction(e, builder),
        "doc.copyright" => {
            let line = supply::copyright(e.value("year"), e.value("holder"));
            let s = builder.supplied();
            s.copyright = s.copyright.take().or(line);
        }
        "doc.rights" => {
            let s = builder.supplied();
            let terms = s.usage_terms.take().or_else(|| e.value("limitations"));
            s.usage_terms = terms.or_else(|| e.value("type")).or_else(|| e.text());
        }
        _ => return false,
    }
    true
}

/// A date of `docdata`: its `norm`, or what was written between the tags.
fn norm(e: Element<'_, '_>) -> Option<String> {
    e.value("norm").or_else(|| e.text())
}

/// `date.release`: an embargo when it lies after the issue or the status says so, else one more
/// date of publication.
fn release(docdata: Element<'_, '_>, management: Option<&str>, builder: &mut DraftBuilder) {
    let Some(release) = docdata.first("date.release").and_then(norm) else {
        if management.is_some_and(|m| m.to_ascii_lowercase().contains("embargo")) {
            builder.embargoed();
        }
        return;
    };
    let issue = docdata.first("date.issue").and_then(norm);
    let read = |t: &str| crate::intake::dates::parse(t).map(|s| s.unix());
    let later = match (issue.as_deref().and_then(read), read(&release)) {
        // Issue and release stamped by two clocks of one system differ by seconds.
        (Some(issue), Some(release)) => release > issue + 60,
        _ => false,
    };
    let declared = management.is_some_and(|m| m.to_ascii_lowercase().contains("embargo"));
    if declared {
        builder.embargoed();
    }
    let role = if later || declared {
        DateRole::Embargo
    } else {
        DateRole::Published
    };
    builder.date(role, Some(&release));
}

fn correction(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let s = builder.supplied();
    s.add_note(e.value("info").or_else(|| e.text()).unwrap_or_default());
    s.version_kind = Some(VersionKind::Correction);
    s.supersedes = s.supersedes.take().or_else(|| e.value("id-string"));
}

fn classifier(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let kind = e.value("type").unwrap_or_default().to_lowercase();
    let value = e.value("value").or_else(|| e.text());
    let Some(value) = value else { return };
    let s = builder.supplied();
    match kind.as_str() {
        "slugline" | "slug" => _ = s.slugline.get_or_insert(value),
        "genre" => s.genre = s.genre.or_else(|| supply::genre(&value)),
        "keyword" | "keywords" => s.add_keyword(value),
        _ => s.add_subject(Subject {
            scheme: e.value("idsrc").or(Some(kind)).filter(|k| !k.is_empty()),
            code: None,
            name: Some(value),
        }),
    }
}

fn body_head(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    for part in e.elements() {
        match part.name() {
            "hedline" => hedline(part, builder),
            "note" => builder.supplied().add_note(part.text().unwrap_or_default()),
            // The same archive writes it once more as "Roe, Jane".
            "byline" if part.attribute("class").as_deref() == Some("normalized_byline") => {}
            "byline" => byline(part, builder),
            "distributor" => {
                let s = builder.supplied();
                s.credit = s.credit.take().or_else(|| part.text());
            }
            "dateline" => dateline(part, builder),
            "abstract" => {
                let s = builder.supplied();
                s.deck = s.deck.take().or_else(|| part.text());
            }
            "rights" => {
                let s = builder.supplied();
                let owner = part.text_of("rights.owner");
                s.copyright = s.copyright.take().or(owner).or_else(|| part.text());
            }
            "series" => {
                let name = part.value("series.name").unwrap_or_default();
                builder.supplied().add_keyword(name);
            }
            _ => {}
        }
    }
}

fn hedline(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let s = builder.supplied();
    let main = s.headline.take().or_else(|| e.text_of("hl1"));
    s.headline = main.or_else(|| e.text());
    let second = e.all("hl2").find_map(Element::text);
    s.deck = s.deck.take().or(second);
}

fn byline(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let title = e.text_of("byttl");
    for person in e.all("person") {
        if let Some(name) = person.text() {
            let name = supply::without_by(&name);
            // "Staff Reporter" is nobody's name.
            if supply::authors_of(name).is_empty() {
                continue;
            }
            builder
                .supplied()
                .add_author(name, AuthorRole::Writer, title.clone());
        }
    }
    let Some(mut line) = e.text().map(|line| supply::one_by(&line)) else {
        return;
    };
    // "By Ana Ruiz, Staff Reporter": the title is not part of the name.
    if let Some(title) = &title
        && let Some(names) = line.strip_suffix(title.as_str())
        && !names.trim().is_empty()
    {
        let names = names.trim().trim_end_matches(',').to_owned();
        if builder.supplied().authors.is_empty() {
            for author in supply::authors_of(&names) {
                builder
                    .supplied()
                    .add_author(&author.name, author.role, Some(title.clone()));
            }
        }
        line = format!("{names}, {title}");
    }
    builder.supplied().add_byline(&line, "; ");
}

fn dateline(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let date = e.find("story.date");
    // "July 23" says no more than the line does.
    let has_year = |text: &String| DayOfYear::read(text).is_none_or(|(day, _)| day.year.is_some());
    if let Some(date) = date.and_then(norm).filter(has_year) {
        builder.date(DateRole::Other, Some(&date));
    }
    let place = e
        .first("location")
        .and_then(|l| l.text_of("city").or_else(|| l.text()));
    let country = e
        .find("country")
        .and_then(|c| c.value("iso-cc"))
        .and_then(|c| crate::intake::countries::country(&c));
    let Some(text) = e.text() else { return };
    // EFE's dateline holds nothing but the time of the story.
    if date.and_then(Element::text).is_some_and(|d| d == text) {
        return;
    }
    let bare = place.is_none() && is_place(&text);
    let s = builder.supplied();
    s.dateline.get_or_insert_with(|| Dateline {
        place: place.or_else(|| bare.then(|| text.clone())),
        country,
        text,
        ..Dateline::default()
    });
}

/// Whether a dateline says more than a time: "4/4/2018" and "2018-01-03 20:13:08 GMT" are none.
pub fn is_dateline(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphabetic());
    words.any(|w| w.chars().count() > 1 && !matches!(w, "GMT" | "UTC"))
}

/// Whether a dateline is a place and nothing else: `Unnao`, `NEW YORK`, not `Berlin (dpa) - `.
pub fn is_place(text: &str) -> bool {
    !text.contains(|c: char| c.is_ascii_digit() || matches!(c, '(' | ')' | ',' | '—' | '–' | ':'))
        && !text.contains(" - ")
        && text.split_whitespace().count() <= 4
}

fn body_content(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    if !e.has_elements() {
        return plain(e, builder);
    }
    // The archive of The New York Times has the lead in a block of its own, and once more in the full text.
    let classed = |class: &str| {
        let mut blocks = e.all("block");
        blocks.find(|b| b.attribute("class").as_deref() == Some(class))
    };
    match (classed("lead_paragraph"), classed("full_text")) {
        (Some(_), Some(full)) => elements(full, builder),
        _ => elements(e, builder),
    }
}

/// Reads the elements of a body onto the draft. Where all of its text stands in one of them and has lines
/// of its own, as Reuters sends a story in one `<p>`, these are its paragraphs.
pub fn elements(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let mut body = Body::read(e);
    let typed = sole_text(e).filter(|only| text::has_own_lines(&only.raw_text()));
    if typed.is_some() {
        body.blocks.clear();
    }
    take_body(body, builder);
    if let Some(typed) = typed {
        plain(typed, builder);
    }
}

/// The one element below `e`, at any depth, that all of its text stands in, if it holds no others.
fn sole_text<'t, 'a>(mut e: Element<'t, 'a>) -> Option<Element<'t, 'a>> {
    while e.has_elements() {
        let mut with_text = e.nodes().filter(|node| node.has_text());
        match (with_text.next(), with_text.next()) {
            (Some(Node::Element(only)), None) => e = only,
            _ => return None,
        }
    }
    Some(e)
}

/// A body without markup: paragraphs as plain text has them.
pub fn plain(e: Element<'_, '_>, builder: &mut DraftBuilder) {
    let (inner, at) = e.inner();
    let raw = e.raw_text();
    let verbatim = inner == raw;
    for mut block in text::lay_out(&raw, builder.outlets) {
        if verbatim {
            for piece in &mut block.pieces {
                piece.raw += at as u32;
            }
        } else {
            block.pieces.clear();
        }
        if block.kind == BlockKind::Headline {
            block.kind = BlockKind::Paragraph;
        }
        builder.draft.blocks.push(block);
    }
}

/// Fewest words of a heading that is a deck.
const DECK_WORDS: usize = 4;
/// Signs by which a summary is held against the text.
const OPENING_CHARS: usize = 40;

/// Puts what a body held on the draft.
pub fn take_body(body: Body, builder: &mut DraftBuilder) {
    let Body {
        mut blocks,
        media,
        links,
        notes,
        headline,
        deck,
        byline,
    } = body;
    let s = builder.supplied();
    media.into_iter().for_each(|m| s.add_media(m));
    links.iter().for_each(|l| s.add_link(l));
    notes.iter().for_each(|n| s.add_note(n));
    s.deck = s.deck.take().or(deck);
    s.byline = s.byline.take().or(byline);
    let heading = match (&s.headline, headline) {
        (Some(had), Some(heading)) => (*had != heading).then_some(heading),
        (None, heading) => {
            s.headline = heading;
            None
        }
        _ => None,
    };
    blocks.iter_mut().for_each(text::unescape);
    // A heading between the headline and the text is the deck; "The background" heads the text.
    // A summary that opens as the text does is no other deck.
    let opens = |summary: &str, text: &str| {
        let opening: String = summary.chars().take(OPENING_CHARS).collect();
        text.contains(&opening)
    };
    if let [first, second, ..] = blocks.as_mut_slice()
        && first.kind == BlockKind::Crosshead
        && first.text.split(' ').count() >= DECK_WORDS
        && builder.draft.blocks.is_empty()
        && let s = builder.supplied()
        && s.headline.is_some()
        && s.deck
            .as_deref()
            .is_none_or(|deck| opens(deck, &second.text))
    {
        first.kind = BlockKind::Deck;
        s.deck = Some(first.text.clone());
    }
    text::mark_crossheads(&mut blocks, builder.outlets);
    let blocks_before = &mut builder.draft.blocks;
    blocks_before.extend(heading.map(|h| DraftBlock::new(BlockKind::Crosshead, h)));
    blocks_before.extend(blocks);
}

/// Whether blocks hold running text, or captions alone.
pub fn has_text(blocks: &[DraftBlock]) -> bool {
    blocks.iter().any(|b| b.kind != BlockKind::Caption)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Draft;
    use crate::record::Status;

    fn read_text(nitf: &str) -> Draft {
        let tree_source = nitf.to_owned();
        let mut source = Source::new(&tree_source, 64);
        source.step();
        let tree = source.element();
        let draft = Draft::new(Format::Nitf, "utf-8", nitf.into());
        let mut builder =
            DraftBuilder::new(draft, DateBasis::Wire, crate::intake::Outlets::shipped());
        apply(tree.root().unwrap(), &mut builder);
        builder.finish()
    }

    #[test]
    fn an_embargoed_document_is_withheld() {
        let d = read_text(
            "<nitf><head><docdata management-status='embargoed'><date.issue norm='20260203T100000+0000'/>\
             <date.release norm='20260203T190000+0000'/></docdata></head><body><body.content><p>Text.</p></body.content></body></nitf>",
        );
        assert_eq!(d.supplied.status, Some(Status::Withheld));
        assert_eq!(
            d.supplied.embargoed_until.as_deref(),
            Some("2026-02-03T19:00:00Z")
        );
        let d = read_text(
            "<nitf><head><docdata management-status='usable'><date.issue norm='20260203T100000'/>\
             <date.release norm='20260203T190000'/></docdata></head></nitf>",
        );
        assert_eq!(d.supplied.status, Some(Status::Withheld));
    }

    #[test]
    fn body_head_and_structure() {
        let d = read_text(
            "<nitf baselang='en-GB'><head><title>Slug title</title></head><body><body.head><hedline><hl1>Ferry aground</hl1><hl2>No one hurt</hl2></hedline>\
             <byline>By <person>Ana Ruiz</person>, <byttl>Harbour Writer</byttl></byline><dateline><location>WESTMERE</location> (ACM)</dateline></body.head>\
             <body.content><p>First &amp; last.</p><hl2>Below</hl2><ul><li>one</li></ul><bq><block><p>Said.</p></block></bq>\
             <media media-type='image'><media-reference source='x.jpg'/><media-caption>A ferry</media-caption></media></body.content></body></nitf>",
        );
        let s = &d.supplied;
        assert_eq!(s.headline.as_deref(), Some("Ferry aground"));
        assert_eq!(s.deck.as_deref(), Some("No one hurt"));
        assert_eq!(s.authors[0].name, "Ana Ruiz");
        assert_eq!(s.byline.as_deref(), Some("By Ana Ruiz, Harbour Writer"));
        assert_eq!(
            s.dateline.as_ref().unwrap().place.as_deref(),
            Some("WESTMERE")
        );
        use BlockKind::*;
        let kinds: Vec<_> = d.blocks.iter().map(|b| b.kind).collect();
        assert_eq!(kinds, [Paragraph, Crosshead, ListItem, Quote, Caption]);
        assert_eq!(d.blocks[0].text, "First & last.");
        for b in &d.blocks {
            for p in &b.pieces {
                let (at, raw, len) = (p.at as usize, p.raw as usize, p.len as usize);
                assert_eq!(b.text[at..at + len], d.raw[raw..raw + len]);
            }
        }
        assert_eq!(s.media[0].caption.as_deref(), Some("A ferry"));
    }

    #[test]
    fn a_story_typed_into_one_paragraph_has_its_own() {
        let d = read_text(
            "<nitf><body><body.head><hedline><hl1>Gold rises</hl1></hedline></body.head><body.content><p>(Adds quote)\n    \
             * Gold up 0.4 percent\n\n    By Jane Roe\n    Jan 30 (Reuters) - Gold rose on Tuesday on increased safe\n\
             haven demand, &amp; traders bought it.\n    Spot gold rose 0.4 percent to $1,200.00 per ounce by\n\
             0307 GMT, while futures edged up.</p></body.content></body></nitf>",
        );
        let blocks: Vec<_> = d.blocks.iter().map(|b| (b.kind, b.text.as_str())).collect();
        use BlockKind::*;
        assert_eq!(
            blocks,
            [
                (Paragraph, "(Adds quote)"),
                (ListItem, "Gold up 0.4 percent"),
                (Paragraph, "By Jane Roe"),
                (
                    Paragraph,
                    "Jan 30 (Reuters) - Gold rose on Tuesday on increased safe haven demand, & traders bought it."
                ),
                (
                    Paragraph,
                    "Spot gold rose 0.4 percent to $1,200.00 per ounce by 0307 GMT, while futures edged up."
                ),
            ]
        );
        // Lines that a program indented are one paragraph.
        let d = read_text(
            "<nitf><body><body.content>\n  <p>\n    A ferry sank off\n    Westmere.\n  </p>\n</body.content></body></nitf>",
        );
        assert_eq!(d.blocks.len(), 1);
        assert_eq!(d.blocks[0].text, "A ferry sank off Westmere.");
    }

    #[test]
    fn markup_of_press_releases() {
        let d = read_text(
            "<nitf><head><tobject tobject.type='News'/><docdata><del-list><from-src src-name='PA'/></del-list>\
             <doc.rights agent='AAP' type='For print only'/></docdata></head><body><body.head><hedline><hl1>Ferry maker wins order</hl1></hedline>\
             <byline>By<person>Staff Reporter</person><byttl>Westmere Desk</byttl></byline></body.head>\
             <body.content><h2>Two ships for the northern islands</h2><p>Ferries Ltd said &amp;quot;yes&amp;#39;&amp;quot;.</p>\
             <p><strong>About Ferries</strong><br/>Ferries Ltd builds ships.</p><p>It is <b>old</b><br/>and large.</p></body.content></body></nitf>",
        );
        let s = &d.supplied;
        assert_eq!(
            s.deck.as_deref(),
            Some("Two ships for the northern islands")
        );
        assert_eq!((&s.section, s.source.as_deref()), (&None, Some("PA")));
        assert_eq!(s.usage_terms.as_deref(), Some("For print only"));
        assert!(s.authors.is_empty(), "{:?}", s.authors);
        let blocks: Vec<_> = d.blocks.iter().map(|b| (b.kind, b.text.as_str())).collect();
        use BlockKind::*;
        assert_eq!(
            blocks,
            [
                (Deck, "Two ships for the northern islands"),
                (Paragraph, "Ferries Ltd said \"yes'\"."),
                (Crosshead, "About Ferries"),
                (Paragraph, "Ferries Ltd builds ships."),
                (Paragraph, "It is old and large."),
            ]
        );
    }

    #[test]
    fn the_archive_of_a_newspaper_has_its_lead_and_its_byline_once() {
        let d = read_text(
            "<nitf><head><pubdata date.publication='20070609T000000'/></head><body><body.head><hedline><hl1>Bridge closes</hl1></hedline>\
             <byline class='print_byline'>By JANE ROE</byline><byline class='normalized_byline'>Roe, Jane</byline></body.head>\
             <body.content><block class='lead_paragraph'><p>The bridge closes.</p></block>\
             <block class='full_text'><p>The bridge closes.</p><p>Nobody had a choice.</p></block></body.content></body></nitf>",
        );
        let text: Vec<_> = d.blocks.iter().map(|b| b.text.as_str()).collect();
        assert_eq!(text, ["The bridge closes.", "Nobody had a choice."]);
        assert_eq!(d.supplied.byline.as_deref(), Some("By JANE ROE"));
        // Midnight without a zone is a day.
        assert_eq!(d.supplied.published.as_ref().unwrap().value, "2007-06-09");
    }

    #[test]
    fn a_time_is_no_dateline() {
        assert!(!is_dateline("4/4/2018") && !is_dateline("2018-01-03 20:13:08 GMT+00:00"));
        assert!(is_dateline("BEIJING, July 23") && is_dateline("(AP)") && is_dateline("Jan 3"));
    }
}
