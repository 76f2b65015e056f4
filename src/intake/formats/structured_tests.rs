//! Every structured format on its fixtures: what must be read of each, field by field.

use std::ops::ControlFlow;
use std::path::Path;

use crate::intake::*;
use crate::record::{AuthorRole, BlockKind, Flag, Genre, MediaKind, Status, VersionKind};

fn fixture(path: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/structured");
    std::fs::read(root.join(path)).unwrap()
}

/// All drafts of a document, each piece of them held against it, and the error if there was one.
pub(super) fn drafts_of(bytes: &[u8]) -> (Vec<Draft>, Option<ReadError>) {
    let mut drafts = Vec::new();
    let read = read(
        bytes,
        &Hints::default(),
        &Settings::default(),
        &mut |draft| {
            for block in &draft.blocks {
                for p in &block.pieces {
                    let (at, raw, len) = (p.at as usize, p.raw as usize, p.len as usize);
                    assert_eq!(
                        &block.text.as_bytes()[at..at + len],
                        &draft.raw.as_bytes()[raw..raw + len],
                        "a piece of {:?} is not what stands in the document",
                        block.text
                    );
                }
            }
            drafts.push(draft);
            ControlFlow::Continue(())
        },
    );
    (drafts, read.err())
}

fn drafts(path: &str) -> Vec<Draft> {
    let (drafts, error) = drafts_of(&fixture(path));
    assert!(error.is_none(), "{path}: {error:?}");
    drafts
}

fn one(path: &str) -> Draft {
    let mut drafts = drafts(path);
    assert_eq!(drafts.len(), 1, "{path}");
    drafts.remove(0)
}

fn body(draft: &Draft) -> String {
    let lines: Vec<&str> = draft.blocks.iter().map(|b| b.text.as_str()).collect();
    lines.join("\n")
}

fn published(draft: &Draft) -> &str {
    draft
        .supplied
        .published
        .as_ref()
        .map_or("-", |d| d.value.as_str())
}

fn names(draft: &Draft) -> Vec<&str> {
    draft
        .supplied
        .authors
        .iter()
        .map(|a| a.name.as_str())
        .collect()
}

#[test]
fn g2_message_gives_an_article_for_each_item() {
    let drafts = drafts("newsml-g2/message-two-items.xml");
    assert_eq!(drafts.len(), 2, "the package's items follow it");
    let text = &drafts[0];
    let s = &text.supplied;
    assert_eq!(text.format, Format::NewsmlG2);
    assert_eq!(s.id.as_deref(), Some("tag:northwire.example,2026:txt_5501"));
    assert_eq!(
        (s.version, s.version_kind),
        (Some(2), Some(VersionKind::Update))
    );
    assert_eq!(s.status, Some(Status::Usable));
    assert_eq!(published(text), "2026-03-02T08:40:11Z");
    assert_eq!(s.modified.as_ref().unwrap().value, "2026-03-02T09:13:58Z");
    assert!(s.dates_seen.len() >= 4);
    assert_eq!(s.urgency, Some(3));
    assert_eq!(s.slugline.as_deref(), Some("WESTMERE-FERRY/"));
    assert!(
        s.headline
            .as_deref()
            .unwrap()
            .contains("Ferry runs aground off Westmere")
    );
    assert_eq!(
        s.deck.as_deref(),
        Some("All 212 passengers were taken off by lifeboat.")
    );
    assert!(names(text).contains(&"Ada Fenwick"));
    assert_eq!(s.dateline.as_ref().unwrap().country.as_deref(), Some("GB"));
    assert!(
        s.editorial_notes
            .iter()
            .any(|n| n.contains("Adds coastguard"))
    );
    let medtop = &s.subjects[0];
    assert_eq!(
        (
            medtop.scheme.as_deref(),
            medtop.code.as_deref(),
            medtop.name.as_deref()
        ),
        (Some("medtop"), Some("20000160"), Some("maritime accident"))
    );
    assert_eq!(
        s.subjects[1].name.as_deref(),
        Some("North coast"),
        "named by an assert"
    );
    assert_eq!(s.credit.as_deref(), Some("Northwire"));
    assert_eq!(s.copyright.as_deref(), Some("(c) Copyright Northwire 2026"));
    assert_eq!(s.usage_terms.as_deref(), Some("No archive use"));
    assert!(s.alt_ids.iter().any(|i| i == "L5N3AB0Q1"));
    let kinds: Vec<_> = text.blocks.iter().map(|b| b.kind).collect();
    assert!(kinds.contains(&BlockKind::Crosshead) && kinds.contains(&BlockKind::ListItem));
    assert_eq!(kinds.iter().filter(|k| **k == BlockKind::Table).count(), 2);
    assert!(body(text).contains("Westmere early on Monday & was freed"));
    assert!(body(text).contains("“Nobody was hurt,”"));
    let picture = &drafts[1];
    assert_eq!(picture.supplied.genre, Some(Genre::PhotoCaption));
    assert_eq!(
        picture.supplied.media[0].url.as_deref(),
        Some("https://northwire.example/p/5501.jpg")
    );
    assert_eq!(picture.supplied.authors[0].role, AuthorRole::Photographer);
    assert!(picture.blocks.iter().any(|b| b.kind == BlockKind::Caption));
}

#[test]
fn g2_embargo_and_cancelation_are_never_usable() {
    let d = one("newsml-g2/embargoed-nitf.xml");
    assert_eq!(d.supplied.status, Some(Status::Withheld));
    assert_eq!(
        d.supplied.embargoed_until.as_deref(),
        Some("2026-02-10T18:00:00+01:00")
    );
    assert!(d.flags.contains(&Flag::STATUS_CONTRADICTED));
    assert_eq!(
        d.supplied.headline.as_deref(),
        Some("Museum Halmstedt zeigt frühe Karten")
    );
    assert_eq!(d.supplied.deck.as_deref(), Some("Schau öffnet am Mittwoch"));
    assert_eq!(names(&d), ["Greta Molnar"]);
    let d = one("newsml-g2/canceled.xml");
    assert_eq!(d.supplied.status, Some(Status::Canceled));
    assert!(d.supplied.supersedes.is_some());
}

#[test]
fn a_document_that_breaks_off_gives_what_was_read_and_an_error_with_its_byte() {
    let bytes = fixture("newsml-g2/truncated.xml");
    let (drafts, error) = drafts_of(&bytes);
    let text = drafts
        .iter()
        .find(|d| d.supplied.id.as_deref() == Some("tag:northwire.example,2026:txt_5501"))
        .unwrap();
    assert!(text.flags.contains(&Flag::TRUNCATED));
    assert!(body(text).contains("Nobody was hurt"));
    let error = error.unwrap();
    assert_eq!(error.code, ErrorCode::Malformed);
    assert!(error.byte.is_some());
    for path in ["rss/truncated.xml", "json-feed/truncated.json"] {
        let (drafts, error) = drafts_of(&fixture(path));
        assert_eq!(drafts.len(), 2, "{path}");
        assert!(!drafts[0].flags.contains(&Flag::TRUNCATED), "{path}");
        assert!(drafts[1].flags.contains(&Flag::TRUNCATED), "{path}");
        assert!(error.is_some_and(|e| e.byte.is_some()), "{path}");
    }
}

#[test]
fn newsml_1() {
    let drafts = drafts("newsml-1.2/text-with-photo.xml");
    assert_eq!(drafts.len(), 2);
    let s = &drafts[0].supplied;
    assert_eq!(s.headline.as_deref(), Some("Dock workers vote to strike"));
    assert_eq!(s.version, Some(2));
    assert_eq!(published(&drafts[0]), "2026-03-02T08:10:00Z");
    assert_eq!(s.slugline.as_deref(), Some("harbour-strike-union"));
    assert_eq!(names(&drafts[0]), ["Maud Perrin"]);
    assert_eq!(s.subjects[0].code.as_deref(), Some("09003000"));
    assert_eq!(s.subjects[0].scheme.as_deref(), Some("iptc-subject-code"));
    assert_eq!(
        s.media[0].caption.as_deref(),
        Some("Cranes stand idle at Port-Ellis.")
    );
    assert!(
        drafts[0]
            .blocks
            .iter()
            .any(|b| b.kind == BlockKind::Caption)
    );
    assert_eq!(drafts[1].supplied.status, Some(Status::Canceled));
    assert!(drafts[1].supplied.supersedes.is_some());
    let d = one("newsml-1.2/embargo-changes.xml");
    assert_eq!(d.supplied.status, Some(Status::Withheld));
    assert_eq!(
        d.supplied.embargoed_until.as_deref(),
        Some("2026-03-05T18:00:00-03:00")
    );
    assert!(d.supplied.headline.as_deref().unwrap().contains("otoño"));
    assert_eq!(d.blocks.len(), 2);
}

#[test]
fn nitf_release_and_correction() {
    let d = one("nitf/release-later.xml");
    let s = &d.supplied;
    assert_eq!(s.status, Some(Status::Withheld));
    assert_eq!(
        s.embargoed_until.as_deref(),
        Some("2026-03-02T18:00:00-05:00")
    );
    assert_eq!(s.headline.as_deref(), Some("Westmere bridge to close"));
    assert_eq!(s.id.as_deref(), Some("A1042"));
    assert_eq!(s.media[0].credit.as_deref(), Some("ACW Photo/Ben Stroud"));
    let d = one("nitf/correction.xml");
    assert_eq!(d.supplied.version_kind, Some(VersionKind::Correction));
    assert_eq!(d.supplied.supersedes.as_deref(), Some("NBX771_00"));
    assert_eq!(d.supplied.version, Some(2));
    assert_eq!(published(&d), "2026-03-02T11:20:00", "no zone is invented");
    assert_eq!(
        d.supplied.dateline.as_ref().unwrap().place.as_deref(),
        Some("Fjellbyen")
    );
}

#[test]
fn ninjs_of_two_generations() {
    let d = one("ninjs/v1-text.json");
    let s = &d.supplied;
    assert_eq!(d.format, Format::Ninjs);
    assert_eq!((s.version, s.urgency), (Some(3), Some(4)));
    assert_eq!(s.subjects[0].scheme.as_deref(), Some("medtop"));
    assert_eq!(
        s.media[0].url.as_deref(),
        Some("https://img.copper.example/p9.jpg")
    );
    assert_eq!(s.media[0].credit.as_deref(), Some("Sal Trent"));
    assert_eq!(names(&d), ["Iris Pallant", "Joe Okoro"]);
    assert_eq!(
        d.blocks
            .iter()
            .filter(|b| b.kind == BlockKind::ListItem)
            .count(),
        2
    );
    let d = one("ninjs/v3-withheld.json");
    let s = &d.supplied;
    assert_eq!(s.status, Some(Status::Withheld));
    assert_eq!(
        s.embargoed_until.as_deref(),
        Some("2026-03-03T06:00:00+01:00")
    );
    assert_eq!(s.deck.as_deref(), Some("Klart 2029"));
    assert_eq!(body(&d), "Skarö får ett nytt elnät, säger kommunen.");
    assert_eq!(s.links, ["https://kommun.example"]);
}

#[test]
fn agencies_json() {
    let ap = drafts("ap-json/story.json");
    assert_eq!(ap.len(), 2);
    let s = &ap[0].supplied;
    assert_eq!(ap[0].format, Format::ApJson);
    assert_eq!(s.id.as_deref(), Some("7f00aa11bb22"));
    assert_eq!(s.urgency, Some(4));
    assert!(s.alt_ids.iter().any(|i| i == "A9001"));
    assert!(body(&ap[0]).contains("The vote was 61-38."));
    assert_eq!(ap[1].supplied.status, Some(Status::Canceled));

    let dpa = one("dpa-json/entry.json");
    let s = &dpa.supplied;
    assert_eq!(s.version_kind, Some(VersionKind::Correction));
    assert_eq!(s.headline.as_deref(), Some("Fähre vor Halmstedt auf Grund"));
    assert_eq!(names(&dpa), ["Greta Molnar"]);
    // The picture in the text and the association are the same one.
    assert_eq!(s.media.len(), 1);
    assert_eq!(
        s.media[0].url.as_deref(),
        Some("https://img.nord.example/1.jpg")
    );
    assert!(s.links.iter().any(|l| l == "https://hafen.example"));
    let list = drafts("dpa-json/embargo-list.json");
    assert_eq!(list[0].supplied.status, Some(Status::Withheld));
    assert_eq!(list[1].supplied.status, Some(Status::Canceled));

    let pa = one("pa-json/story.json");
    assert_eq!(pa.format, Format::PaJson);
    assert_eq!(pa.supplied.slugline.as_deref(), Some("POLICE Westmere"));
    assert_eq!(pa.supplied.urgency, Some(4));
    assert_eq!(published(&pa), "2026-03-02T10:40:00Z");
    assert!(!body(&pa).contains("ends"));
    assert_eq!(
        one("pa-json/killed.json").supplied.status,
        Some(Status::Canceled)
    );
}

#[test]
fn feeds() {
    let items = drafts("rss/feed.xml");
    assert_eq!(items.len(), 3);
    let s = &items[0].supplied;
    assert_eq!(s.headline.as_deref(), Some("Ferry ‘hit rocks’ in fog"));
    assert_eq!(
        s.url.as_deref(),
        Some("https://www.courier.example/news/ferry")
    );
    assert_eq!(names(&items[0]), ["Hazel Thorne", "Abel Marsh"]);
    assert_eq!(s.media[0].credit.as_deref(), Some("Lina Torvald"));
    assert_eq!(
        s.outlet.as_ref().unwrap().domain.as_deref(),
        Some("courier.example")
    );
    assert_eq!(s.copyright.as_deref(), Some("Copyright 2026 Courier"));
    assert!(
        s.links
            .iter()
            .any(|l| l == "https://www.courier.example/people/aldous")
    );
    assert!(
        items[0]
            .blocks
            .iter()
            .any(|b| b.kind == BlockKind::Crosshead && b.text == "Fog")
    );
    assert_eq!(published(&items[1]), "2026-03-01T22:02:33");
    assert_eq!(names(&items[1]), ["Abel Marsh"]);
    assert_eq!(items[1].supplied.media[0].kind, MediaKind::Audio);
    assert_eq!(published(&items[2]), "-");
    assert!(items[2].flags.contains(&Flag::UNREADABLE_DATE));
    assert_eq!(items[2].supplied.dates_seen[0].value, "yesterday");

    let rdf = one("rss/rdf-latin1.xml");
    assert_eq!(
        rdf.supplied.headline.as_deref(),
        Some("Brücke wird geprüft")
    );
    assert_eq!(published(&rdf), "2026-03-02T08:00:00+01:00");

    let atom = drafts("atom/feed.xml");
    assert_eq!(atom[0].supplied.headline.as_deref(), Some("Tides & times"));
    assert_eq!(
        atom[0].supplied.url.as_deref(),
        Some("https://notes.example/tides")
    );
    assert_eq!(names(&atom[0]), ["Abel Marsh"]);
    assert!(atom[0].blocks.iter().any(|b| b.kind == BlockKind::Quote));
    assert_eq!(
        atom[1].supplied.status,
        Some(Status::Withheld),
        "a draft is not to be seen"
    );

    let json = drafts("json-feed/feed.json");
    assert_eq!(
        json[0].supplied.url.as_deref(),
        Some("https://notes.example/tides")
    );
    assert_eq!(
        json[0].supplied.deck.as_deref(),
        Some("The tides of Monday.")
    );
    assert_eq!(names(&json[1]), ["hazel"]);
}

#[test]
fn mail_of_a_wire_and_the_signature_of_a_press_office() {
    let mail = |subject: &str, text: &str| {
        let head =
            "From: Engine <desk@wire.example>\nTo: a@b.example\nMessage-ID: <1@wire.example>\n";
        let (mut drafts, None) =
            drafts_of(format!("{head}Subject: {subject}\n\n{text}").as_bytes())
        else {
            panic!()
        };
        drafts.remove(0)
    };
    let d = mail(
        "BC-EU--Ferry Sinking, 2nd Ld-Writethru",
        "Ferry sinks off Westmere\n\nBy JANE ROE\nAssociated Press\n\nWESTMERE (AP) - A ferry sank.\n",
    );
    let s = &d.supplied;
    assert_eq!(s.headline.as_deref(), Some("Ferry sinks off Westmere"));
    assert_eq!(
        s.slugline.as_deref(),
        Some("BC-EU--Ferry Sinking, 2nd Ld-Writethru")
    );
    assert_eq!(
        (s.version, s.authors[0].name.as_str()),
        (Some(2), "Jane Roe")
    );
    let d = mail(
        "Ferry runs again",
        "The ferry of Westmere runs again from Monday on, the line said.\n\n-- \nPress office\nTel. +49 40 1\n",
    );
    assert_eq!(d.supplied.headline.as_deref(), Some("Ferry runs again"));
    assert_eq!(d.blocks.len(), 1, "{:?}", d.blocks);
}

#[test]
fn mail_and_archives() {
    let d = one("mail/multipart.eml");
    let s = &d.supplied;
    assert_eq!(d.format, Format::Mail);
    assert_eq!(
        s.headline.as_deref(),
        Some("Brücke wird im Frühjahr geprüft")
    );
    assert_eq!(published(&d), "2026-03-02T10:15:00+01:00");
    assert_eq!(s.source.as_deref(), Some("Hafenamt Halmstedt (Presse)"));
    assert!(body(&d).contains("Die Brücke über die Alte Fähre wird im Frühjahr geprüft"));
    assert_eq!(d.charset, "windows-1252");
    assert_eq!(s.media[0].url.as_deref(), Some("bruecke.jpg"));
    let d = one("mail/html-only.eml");
    assert!(body(&d).contains("café of the museum") && body(&d).contains("shown in May"));
    let d = one("warc/pages.warc");
    assert_eq!(d.format, Format::Html);
    assert_eq!(
        d.supplied.url.as_deref(),
        Some("https://www.courier.example/news/ferry")
    );
    assert!(body(&d).contains("thick fog"));
}

#[test]
fn json_ld_alone() {
    let d = one("json-ld/article.json");
    let s = &d.supplied;
    assert_eq!(s.headline.as_deref(), Some("Ferry hit rocks in fog"));
    assert_eq!(names(&d), ["Hazel Thorne"]);
    assert_eq!(s.credit.as_deref(), Some("Northwire"));
    assert_eq!(s.version_kind, Some(VersionKind::Correction));
    assert_eq!(s.access, Some(crate::record::Access::Paywalled));
    assert_eq!(d.blocks.len(), 2);
    let d = one("json-ld/live.json");
    assert_eq!(d.supplied.genre, Some(Genre::LiveBlog));
    assert!(d.blocks.iter().any(|b| b.kind == BlockKind::LiveEntry));
}

#[test]
fn a_long_feed_is_read_item_by_item() {
    const ITEM: &str =
        "<item><title>T</title><guid>g</guid><description>A line of news.</description></item>";
    let feed = format!("<rss><channel>{}</channel></rss>", ITEM.repeat(5_000));
    let read_feed = |items: usize, stop: usize| {
        let mut count = 0;
        let mut settings = Settings::default();
        settings.limits.items = items;
        let result = read(feed.as_bytes(), &Hints::default(), &settings, &mut |_| {
            count += 1;
            if count == stop {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        (count, result.err().map(|e| e.code))
    };
    assert_eq!(read_feed(5_000, usize::MAX), (5_000, None));
    assert_eq!(
        read_feed(5_000, 3),
        (3, None),
        "nothing is read that nobody takes"
    );
    assert_eq!(read_feed(100, usize::MAX), (100, Some(ErrorCode::TooMany)));
}

#[test]
fn hostile_documents_end_in_an_error_or_an_article() {
    let deep = |open: &str, n: usize| open.repeat(n);
    for bytes in [
        format!("<rss><channel><item>{}", deep("<d>", 100_000)),
        format!("<nitf>{}", deep("<p>", 100_000)),
        format!("<NewsML><NewsItem>{}", deep("<NewsComponent>", 10_000)),
        format!("{{\"uri\":\"x\",\"headline\":{}", deep("[", 100_000)),
        "<!DOCTYPE nitf [<!ENTITY a '&b;&b;'><!ENTITY b '&a;&a;'>]><nitf><body><body.content><p>&a;</p></body.content></body></nitf>".to_owned(),
        format!("<rss><channel><item><title>{}</title></item></channel></rss>", "< ".repeat(50_000)),
        format!("From: a@b\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{}", "--b\r\n".repeat(10_000)),
    ] {
        let (_, _) = drafts_of(bytes.as_bytes());
    }
}

/// A fixture with one of its words replaced.
fn altered(path: &str, from: &str, to: &str) -> Draft {
    let text = String::from_utf8(fixture(path)).unwrap();
    assert!(text.contains(from), "{path}");
    drafts_of(text.replace(from, to).as_bytes()).0.remove(0)
}

#[test]
fn the_byline_names_whom_the_desk_leaves_out() {
    let dpa = altered("dpa-json/entry.json", "molnar.greta", "Greta Molnar");
    assert_eq!(names(&dpa), ["Greta Molnar"]);
    let dpa = altered("dpa-json/entry.json", "molnar.greta", "Lars Vogt");
    assert_eq!(names(&dpa), ["Greta Molnar", "Lars Vogt"]);
}

#[test]
fn a_slug_below_the_headline_is_no_deck() {
    let with = |line: &str| {
        let line = format!("<SubHeadLine>{line}</SubHeadLine><ByLine>");
        altered("newsml-1.2/text-with-photo.xml", "<ByLine>", &line).supplied
    };
    assert_eq!(with("(Avance) PUERTO HUELGA").deck, None);
    assert_eq!(
        with("Port shut for a day").deck.as_deref(),
        Some("Port shut for a day")
    );
}

/// Documents with very much of one thing, eight times as much in not much more than eight times the time.
#[test]
fn time_is_in_proportion_whatever_a_document_has_much_of() {
    let rss = |inner: String| {
        format!(
            "<rss><channel><title>Tides</title><item><title>Ferry</title>{inner}</item></channel></rss>"
        )
    };
    let many = |n: usize, unit: &str| -> String {
        (0..n).map(|i| unit.replace('#', &i.to_string())).collect()
    };
    type Made<'a> = Box<dyn Fn(usize) -> String + 'a>;
    let documents: [(&str, Made<'_>); 7] = [
        (
            "references that were escaped twice",
            Box::new(|n| {
                let text = many(n, "a &amp;quot;b&amp;quot; ");
                format!("<nitf><body><body.content><p>{text}</p></body.content></body></nitf>")
            }),
        ),
        (
            "languages",
            Box::new(|n| {
                let components = many(
                    n / 10,
                    "<NewsComponent xml:lang='l#'><ContentItem><DataContent><p>A ferry.</p></DataContent></ContentItem></NewsComponent>",
                );
                format!("<NewsML><NewsItem>{components}</NewsItem></NewsML>")
            }),
        ),
        (
            "keywords",
            Box::new(|n| rss(many(n, "<category>k#</category>"))),
        ),
        (
            "pictures",
            Box::new(|n| rss(many(n, "<enclosure url='/#.jpg'/>"))),
        ),
        (
            "names",
            Box::new(|n| {
                rss(many(
                    n,
                    "<dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>Ana R#</dc:creator>",
                ))
            }),
        ),
        (
            "authors of a feed",
            Box::new(|n| {
                let authors = many(n, "<author><name>Ana R#</name></author>");
                let entries = many(n / 10, "<entry><title>Ferry</title></entry>");
                format!("<feed xmlns='http://www.w3.org/2005/Atom'>{authors}{entries}</feed>")
            }),
        ),
        (
            "lines above the copy",
            Box::new(|n| {
                let lines = many(n / 10, "^By JANE ROE<\r\n");
                format!(
                    "\u{16}\u{16}\u{1}a0573\u{1f}\r\nr a BC-Ferry 12-04 0240\r\n\u{2}{lines}\u{3}"
                )
            }),
        ),
    ];
    for (name, make) in documents {
        let timed = |n: usize| {
            let document = make(n);
            let start = std::time::Instant::now();
            drafts_of(document.as_bytes());
            start.elapsed().as_secs_f64()
        };
        timed(100);
        let (short, long) = (timed(1_000), timed(8_000));
        // The floor is for busy machines; without bounds it is 64 times.
        assert!(
            long < short.max(0.05) * 40.0,
            "{name}: {short} s, then {long} s"
        );
    }
}

#[test]
fn feeds_of_headlines_and_feeds_without_a_home() {
    let (drafts, None) = drafts_of(
        b"<rss><channel><title>Tides</title><item><title>Ferry sinks</title>\
          <description>Ferry sinks</description></item></channel></rss>",
    ) else {
        panic!()
    };
    assert!(drafts[0].blocks.is_empty());
    let entry = "<entry><title>Ferry</title><author><name>王小明</name></author></entry>";
    for (host, want) in [
        ("www.tides.example", Some("tides.example")),
        ("feeds.feedhost.example", None),
    ] {
        let (drafts, None) = drafts_of(
            format!(
                "<feed xmlns='http://www.w3.org/2005/Atom'><title>Tides</title>\
                 <link rel='self' href='https://{host}/atom'/>{entry}</feed>"
            )
            .as_bytes(),
        ) else {
            panic!()
        };
        let outlet = drafts[0].supplied.outlet.as_ref().unwrap();
        assert_eq!(outlet.domain.as_deref(), want);
        assert_eq!(drafts[0].supplied.authors[0].name, "王小明");
    }
}

#[test]
fn what_a_feed_says_at_length_does_not_come_back_in_every_item() {
    let feed = format!(
        "<rss><channel><title>{}</title><item><title>Ferry</title></item></channel></rss>",
        "Tides ".repeat(10_000)
    );
    let (drafts, _) = drafts_of(feed.as_bytes());
    assert_eq!(drafts[0].supplied.outlet, None);
}

#[test]
fn lists_are_bounded() {
    let categories: String = (0..2000)
        .map(|n| format!("<category>k{n}</category>"))
        .collect();
    let feed =
        format!("<rss><channel><item><title>Ferry</title>{categories}</item></channel></rss>");
    let (drafts, _) = drafts_of(feed.as_bytes());
    assert_eq!(drafts[0].supplied.keywords.len(), 500);
}

#[test]
fn json_with_markup_for_its_text_is_read() {
    let paragraphs = "<p>The ferry of Westmere is out of service.</p><p>It sails again in May.</p>";
    for json in [
        format!(r#"{{"title":"Ferry &#8211; out","body_html":"{paragraphs}"}}"#),
        format!(
            r#"{{"title":{{"rendered":"Ferry &#8211; out"}},"content":{{"rendered":"{paragraphs}"}},"excerpt":{{"rendered":"<p>Ferry"}}}}"#
        ),
        format!(
            r#"{{"response":{{"results":[{{"webTitle":"Ferry – out","fields":{{"body":"{paragraphs}"}}}}]}}}}"#
        ),
        format!(r#"{{"posts":[{{"title":"Ferry – out","html":"{paragraphs}"}}]}}"#),
    ] {
        let (drafts, error) = drafts_of(json.as_bytes());
        assert!(error.is_none(), "{json}: {error:?}");
        let texts: Vec<&str> = drafts[0].blocks.iter().map(|b| b.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "The ferry of Westmere is out of service.",
                "It sails again in May."
            ],
            "{json}"
        );
        assert_eq!(
            drafts[0].supplied.headline.as_deref(),
            Some("Ferry – out"),
            "{json}"
        );
    }
}

#[test]
fn news_services_and_publishing_systems_are_read_by_the_shipped_map() {
    // What is sent, and of what is read: headline, authors, time, outlet, text.
    for (json, want) in [
        (
            r#"{"articles":[{"source":{"id":null,"name":"Norland Post"},"author":"Ana Ruiz","title":"Ferry sinks - Norland Post","url":"https://post.example/1","publishedAt":"2026-02-03T10:00:00Z","content":"The ferry sank… [+1234 chars]"}]}"#,
            [
                "Ferry sinks",
                "Ana Ruiz",
                "2026-02-03T10:00:00Z",
                "post.example",
                "The ferry sank…",
            ],
        ),
        (
            r#"{"articles":{"results":[{"uri":"77","dateTimePub":"2026-02-03T10:00:00Z","dateTime":"2026-02-03T10:05:00Z","url":"https://post.example/1","title":"Ferry sinks","body":"The ferry sank.","source":{"uri":"post.example","title":"Norland Post"},"authors":[{"name":"Ana Ruiz"}]}]}}"#,
            [
                "Ferry sinks",
                "Ana Ruiz",
                "2026-02-03T10:00:00Z",
                "post.example",
                "The ferry sank.",
            ],
        ),
        (
            r#"{"objects":[{"type":"article","date":"Tue, 03 Feb 2026 10:00:00 GMT","author":"Ana Ruiz","siteName":"Norland Post","title":"Ferry sinks","pageUrl":"https://post.example/1","text":"The ferry sank."}]}"#,
            [
                "Ferry sinks",
                "Ana Ruiz",
                "2026-02-03T10:00:00+00:00",
                "post.example",
                "The ferry sank.",
            ],
        ),
        (
            r#"[{"id":7,"date":"2026-02-03T11:00:00","date_gmt":"2026-02-03T10:00:00","link":"https://post.example/1","title":{"rendered":"Ferry sinks"},"content":{"rendered":"<p>The ferry sank.</p>"},"author":3}]"#,
            [
                "Ferry sinks",
                "",
                "2026-02-03T10:00:00Z",
                "post.example",
                "The ferry sank.",
            ],
        ),
        (
            r#"{"type":"story","version":"0.10.9","headlines":{"basic":"Ferry sinks"},"content_elements":[{"type":"text","content":"The <b>ferry</b> sank."},{"type":"image","url":"https://post.example/1.jpg"},{"type":"header","level":2,"content":"Rescue"},{"type":"list","items":[{"type":"text","content":"One boat"}]},{"type":"quote","content_elements":[{"type":"text","content":"We were lucky."}]}],"credits":{"by":[{"name":"Ana Ruiz"}]},"first_publish_date":"2026-02-03T10:00:00Z"}"#,
            [
                "Ferry sinks",
                "Ana Ruiz",
                "2026-02-03T10:00:00Z",
                "",
                "The ferry sank.|Rescue|One boat|We were lucky.",
            ],
        ),
        (
            r#"{"response":{"results":[{"id":"world/1","webTitle":"Ferry sinks","webUrl":"https://www.theguardian.com/1","webPublicationDate":"2026-02-03T10:00:00Z","fields":{"byline":"Ana Ruiz","body":"<p>The ferry sank.</p>"}}]}}"#,
            [
                "Ferry sinks",
                "Ana Ruiz",
                "2026-02-03T10:00:00Z",
                "theguardian.com",
                "The ferry sank.",
            ],
        ),
        (
            r#"{"title":"Ferry sinks","author":"Ana Ruiz","hostname":"post.example","date":"2026-02-03","text":"The ferry sank.","source":"https://post.example/1"}"#,
            [
                "Ferry sinks",
                "Ana Ruiz",
                "2026-02-03",
                "post.example",
                "The ferry sank.",
            ],
        ),
    ] {
        let (drafts, None) = drafts_of(json.as_bytes()) else {
            panic!("{json}")
        };
        let [d] = &drafts[..] else { panic!("{json}") };
        assert_eq!(d.format, Format::ScraperJson, "{json}");
        let s = &d.supplied;
        let text: Vec<&str> = d.blocks.iter().map(|b| b.text.as_str()).collect();
        let outlet = s.outlet.as_ref().and_then(|o| o.domain.clone());
        let read = [
            s.headline.clone().unwrap_or_default(),
            names(d).join(", "),
            s.published
                .as_ref()
                .map(|p| p.value.clone())
                .unwrap_or_default(),
            outlet.unwrap_or_default(),
            text.join("|"),
        ];
        assert_eq!(read, want, "{json}");
    }
    let (drafts, _) = drafts_of(br#"{"title":"Ferry sinks","text":"The ferry sank. [12 chars]"}"#);
    assert!(drafts[0].flags.contains(&Flag::PARTIAL_COPY));
    // A list that holds no articles is the article's own.
    let (drafts, _) = drafts_of(br#"{"title":"Ferry sinks","text":"It sank.","value":[{"k":1}]}"#);
    assert_eq!(drafts.len(), 1);
}

#[test]
fn ninjs_is_read_by_guid_and_in_wrappers() {
    let item = r#"{"guid":"tag:westmere,1","pubstatus":"canceled","headline":"Ferry","body_html":"<p>Kill it.</p>","versioncreated":"2025-03-03T10:00:00Z"}"#;
    for json in [
        item.to_owned(),
        format!("[{item}]"),
        format!(r#"{{"_items":[{item}],"_meta":{{"total":1}}}}"#),
        format!(r#"{{"total":1,"item":[{item}]}}"#),
    ] {
        let (drafts, error) = drafts_of(json.as_bytes());
        assert!(error.is_none());
        let [draft] = &drafts[..] else {
            panic!("{json}")
        };
        assert_eq!(
            draft.supplied.status,
            Some(crate::record::Status::Canceled),
            "{json}"
        );
        assert_eq!(draft.supplied.id.as_deref(), Some("tag:westmere,1"));
    }
}

const NEWSML: &str = "<NewsML><NewsItem><Identification><NewsIdentifier><ProviderId>westmere.example</ProviderId>\
    <DateId>20250303</DateId><NewsItemId>ITEM</NewsItemId><PublicIdentifier>PUBLIC</PublicIdentifier></NewsIdentifier>\
    </Identification><NewsManagement><Status>Canceled</Status><Urgency>2</Urgency></NewsManagement><NewsComponent>\
    <NewsLines><HeadLine>Ferry sinks</HeadLine><DateLine>ELLBRUCK, March 3</DateLine></NewsLines><DescriptiveMetadata>\
    <Location><Property FormalName=\"Country\" Value=\"FRA\"/><Property FormalName=\"City\" Value=\"Paris\"/></Location>\
    </DescriptiveMetadata></NewsComponent></NewsItem></NewsML>";

#[test]
fn newsml_1_is_read_as_suppliers_bend_it() {
    let read = |item: &str, public: &str| {
        let text = NEWSML.replace("ITEM", item).replace("PUBLIC", public);
        drafts_of(text.as_bytes()).0.remove(0).supplied
    };
    let s = read("4711", "urn:newsml:westmere.example");
    assert_eq!(
        s.id.as_deref(),
        Some("urn:newsml:westmere.example:20250303:4711")
    );
    assert_eq!(s.status, Some(crate::record::Status::Canceled));
    assert_eq!(s.urgency, Some(2));
    let dateline = s.dateline.unwrap();
    assert_eq!(
        (dateline.place.as_deref(), dateline.country),
        (Some("Ellbruck"), None)
    );
    let whole = "urn:newsml:westmere.example:20250303:4711:2";
    assert_eq!(read("4711", whole).id.as_deref(), Some(whole));
    let other = "tag:westmere.example,2025:newsml_L5N3";
    assert_eq!(
        read("4711", other).id.as_deref(),
        Some(other),
        "it has a number of its own"
    );
}

#[test]
fn newsml_1_is_read_by_the_roles_and_languages_of_its_components() {
    let part = |role: &str, text: &str| {
        format!(
            "<NewsComponent><Role FormalName='{role}'/><ContentItem><DataContent>{text}</DataContent></ContentItem></NewsComponent>"
        )
    };
    let item = |components: &str| {
        format!(
            "<NewsML><NewsItem><Identification><NewsIdentifier><PublicIdentifier>urn:newsml:wire.example:20260203:77</PublicIdentifier>\
             </NewsIdentifier></Identification>{components}</NewsItem></NewsML>"
        )
    };
    let release = item(&format!(
        "<NewsComponent>{}{}{}{}{}{}</NewsComponent>",
        part("StyleSheet", ".center { text-align: center }"),
        part("HeadLine", "<p>Ferry maker wins order</p>"),
        part("Abstract", "Two ships will be built."),
        part("Contact", "<p>Ferries Ltd, press@ferries.example</p>"),
        part(
            "Body",
            "<p>Ferries Ltd has won an order for two ships, it said.</p>"
        ),
        part("TweetText", "<p>Ferry maker wins!</p>"),
    ));
    let (drafts, None) = drafts_of(release.as_bytes()) else {
        panic!()
    };
    let [d] = &drafts[..] else { panic!() };
    assert_eq!(
        body(d),
        "Ferries Ltd has won an order for two ships, it said."
    );
    let s = &d.supplied;
    assert_eq!(s.headline.as_deref(), Some("Ferry maker wins order"));
    assert_eq!(s.deck.as_deref(), Some("Two ships will be built."));
    assert_eq!(d.removed[0].text, "Ferries Ltd, press@ferries.example");

    let version = |lang: &str, headline: &str, text: &str| {
        format!(
            "<NewsComponent xml:lang='{lang}'><NewsLines><HeadLine>{headline}</HeadLine></NewsLines>{}</NewsComponent>",
            part("Body", text)
        )
    };
    let both = item(&format!(
        "<NewsComponent xml:lang='nl'><NewsLines><HeadLine>Veerboot gezonken</HeadLine></NewsLines>{}{}</NewsComponent>",
        version("nl", "Veerboot gezonken", "De veerboot zonk bij Westmere."),
        version("fr", "Un ferry coule", "Le ferry a coulé près de Westmere."),
    ));
    let (drafts, None) = drafts_of(both.as_bytes()) else {
        panic!()
    };
    let read: Vec<_> = drafts
        .iter()
        .map(|d| {
            let s = &d.supplied;
            let said = [&s.id, &s.language, &s.headline].map(|f| f.as_deref().unwrap());
            (said, body(d))
        })
        .collect();
    assert_eq!(
        read,
        [
            (
                [
                    "urn:newsml:wire.example:20260203:77",
                    "nl",
                    "Veerboot gezonken"
                ],
                "De veerboot zonk bij Westmere.".to_owned()
            ),
            (
                [
                    "urn:newsml:wire.example:20260203:77#fr",
                    "fr",
                    "Un ferry coule"
                ],
                "Le ferry a coulé près de Westmere.".to_owned()
            ),
        ]
    );
}

#[test]
fn a_house_s_own_elements_are_lines() {
    let text = "<newsItem guid='x'><itemMeta/><contentMeta><headline>H</headline></contentMeta><contentSet><inlineXML>\
        <story><lead>The ferry is <b>out</b> of service.</lead><para>It sails <person>Ana Ruiz</person> in May.</para></story>\
        </inlineXML></contentSet></newsItem>";
    let (drafts, _) = drafts_of(text.as_bytes());
    let texts: Vec<&str> = drafts[0].blocks.iter().map(|b| b.text.as_str()).collect();
    assert_eq!(
        texts,
        ["The ferry is out of service.", "It sails Ana Ruiz in May."]
    );
    let message = format!(
        "<newsMessage><itemSet>{text}<newsItem guid=''><itemMeta/></newsItem></itemSet></newsMessage>"
    );
    assert_eq!(
        drafts_of(message.as_bytes()).0.len(),
        1,
        "the shell of an item is none"
    );
}

#[test]
fn bylines_lose_what_is_doubled_or_glued() {
    for byline in [
        "By <person>By Jane Roe</person>",
        "ByJane Roe",
        "By Jane Roe",
    ] {
        let text = format!(
            "<nitf><body><body.head><hedline><hl1>H</hl1></hedline><byline>{byline}</byline></body.head><body.content><p>Text of the ferry.</p></body.content></body></nitf>"
        );
        let s = drafts_of(text.as_bytes()).0.remove(0).supplied;
        assert_eq!(s.byline.as_deref(), Some("By Jane Roe"), "{byline}");
        let names: Vec<&str> = s.authors.iter().map(|a| a.name.as_str()).collect();
        assert_eq!(names, ["Jane Roe"], "{byline}");
    }
}

#[test]
fn feeds_name_authors_and_texts_in_several_ways() {
    let item = |inner: &str| {
        let text = format!(
            "<rss xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:atom='http://www.w3.org/2005/Atom' xmlns:media='http://search.yahoo.com/mrss/'><channel><title>Westmere Radio</title><item><title>Ferry</title>{inner}</item></channel></rss>"
        );
        drafts_of(text.as_bytes()).0.remove(0)
    };
    for author in [
        "<itunes:author>Jane Roe</itunes:author>",
        "<dc:author>Jane Roe</dc:author>",
    ] {
        assert_eq!(
            item(author).supplied.authors[0].name,
            "Jane Roe",
            "{author}"
        );
    }
    let house = item("<itunes:author>Westmere Radio News</itunes:author>").supplied;
    assert!(house.authors.is_empty() && house.credit.is_some());
    for text in [
        "<atom:content type='html'>&lt;p&gt;It sank.&lt;/p&gt;</atom:content>",
        "<media:group><media:description>It sank.</media:description></media:group>",
        "<description>&lt;p&gt;It &lt;script&gt;x()&lt;/script&gt;sank.&lt;/p&gt;</description>",
    ] {
        assert_eq!(item(text).blocks[0].text, "It sank.", "{text}");
    }
    let title = |title: &str, inner: &str| {
        item(&format!("<title>{title}</title>{inner}"))
            .supplied
            .headline
            .unwrap()
    };
    let source = "<source url='https://ellbruck.example'>Ellbruck Post</source>";
    assert_eq!(title("Ferry sinks - Ellbruck Post", source), "Ferry sinks");
    assert_eq!(title("Ferry sinks | Westmere Radio", ""), "Ferry sinks");
    assert_eq!(title("Ferry sinks - again", source), "Ferry sinks - again");
}

#[test]
fn scripts_in_inline_xhtml_are_no_text() {
    let feed = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>Ferry<script>x()</script> sinks</div></title></entry></feed>";
    let headline = drafts_of(feed.as_bytes()).0.remove(0).supplied.headline;
    assert_eq!(headline.as_deref(), Some("Ferry sinks"));
}

#[test]
fn mail_is_read_with_what_stands_before_it() {
    for before in ["\u{feff}", "\n \n", ">From desk@westmere.example Mon\n"] {
        let mail = format!(
            "{before}Subject: Ferry sinks\nDate: Mon, 3 Mar 2025 10:00:00 +0000\n\nIt sank on Monday.\n"
        );
        let (drafts, error) = drafts_of(mail.as_bytes());
        assert!(error.is_none(), "{before:?}");
        assert_eq!(
            drafts[0].supplied.headline.as_deref(),
            Some("Ferry sinks"),
            "{before:?}"
        );
        assert_eq!(drafts[0].blocks[0].text, "It sank on Monday.");
    }
}

#[test]
fn a_headline_that_its_sender_broke_is_one() {
    let copy =
        "WESTMERE (AP) — The ferry of Westmere sank on Monday, and all who were on it are safe.";
    for (lines, want) in [
        (
            "Ferry of Westmere sinks on its last trip in the\nharbour of Ellbruck",
            "Ferry of Westmere sinks on its last trip in the harbour of Ellbruck",
        ),
        (
            "Ferry of Westmere Sinks on its Last Trip in the \nHarbour",
            "Ferry of Westmere Sinks on its Last Trip in the Harbour",
        ),
        (
            "Ferry of Westmere sinks\nAll who were on it are safe",
            "Ferry of Westmere sinks",
        ),
    ] {
        let (drafts, _) = drafts_of(format!("{lines}\n\n{copy}\n\nIt was old.").as_bytes());
        assert_eq!(
            drafts[0].supplied.headline.as_deref(),
            Some(want),
            "{lines}"
        );
    }
}
