//! Ids over all formats: each article has one of its own, whatever the order and however often it comes.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::intake::Format;

/// An article to be written down in a format.
#[derive(Debug, Clone, PartialEq)]
struct Item {
    /// Empty for none.
    id: String,
    text: String,
}

/// How articles are written in a format.
struct Shape {
    format: Format,
    head: &'static str,
    item: fn(&Item) -> String,
    between: &'static str,
    tail: &'static str,
}

fn json(item: &Item, id: &str, rest: &str) -> String {
    let Item { id: value, text } = item;
    format!(r#"{{"{id}":"{value}",{rest}"headline":"{text}"}}"#)
}

fn mail(item: &Item) -> String {
    let id = match &*item.id {
        "" => String::new(),
        id => format!("Message-ID: <{id}>\r\n"),
    };
    let text = &item.text;
    format!(
        "--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: desk@wire.example\r\n{id}Subject: {text}\r\n\r\n{text}, they said.\r\n"
    )
}

fn warc(item: &Item) -> String {
    let Item { id, text } = item;
    let page = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>{text}</h1><p>{text}, they said."
    );
    format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:{id}>\r\nContent-Type: application/http\r\nContent-Length: {}\r\n\r\n{page}\r\n\r\n",
        page.len()
    )
}

const SHAPES: &[Shape] = &[
    Shape {
        format: Format::Rss,
        head: "<rss version='2.0'><channel><title>News</title>",
        item: |Item { id, text }| {
            format!(
                "<item><guid>{id}</guid><title>{text}</title><description>{text}, they said.</description></item>"
            )
        },
        between: "",
        tail: "</channel></rss>",
    },
    Shape {
        format: Format::Atom,
        head: "<feed xmlns='http://www.w3.org/2005/Atom'><title>News</title>",
        item: |Item { id, text }| {
            format!("<entry><id>{id}</id><title>{text}</title><summary>{text}</summary></entry>")
        },
        between: "",
        tail: "</feed>",
    },
    Shape {
        format: Format::JsonFeed,
        head: r#"{"version":"https://jsonfeed.org/version/1.1","title":"News","items":["#,
        item: |Item { id, text }| {
            format!(r#"{{"id":"{id}","title":"{text}","content_text":"{text}, they said."}}"#)
        },
        between: ",",
        tail: "]}",
    },
    Shape {
        format: Format::NewsmlG2,
        head: "<newsMessage xmlns='http://iptc.org/std/nar/2006-10-01/'><itemSet>",
        item: |Item { id, text }| {
            format!(
                "<newsItem guid='{id}'><contentMeta><headline>{text}</headline></contentMeta><contentSet><inlineData contenttype='text/plain'>{text}, they said.</inlineData></contentSet></newsItem>"
            )
        },
        between: "",
        tail: "</itemSet></newsMessage>",
    },
    Shape {
        format: Format::Newsml1,
        head: "<NewsML Version='1.2'>",
        item: |Item { id, text }| {
            format!(
                "<NewsItem><Identification><NewsIdentifier><PublicIdentifier>{id}</PublicIdentifier></NewsIdentifier></Identification><NewsComponent><NewsLines><HeadLine>{text}</HeadLine></NewsLines><ContentItem><DataContent>{text}, they said.</DataContent></ContentItem></NewsComponent></NewsItem>"
            )
        },
        between: "",
        tail: "</NewsML>",
    },
    Shape {
        format: Format::Ninjs,
        head: "[",
        item: |item| {
            json(
                item,
                "uri",
                r#""pubstatus":"usable","body_text":"So they said.","#,
            )
        },
        between: ",",
        tail: "]",
    },
    Shape {
        format: Format::ApJson,
        head: r#"{"api_version":"1.1","data":{"items":["#,
        item: |Item { id, text }| {
            format!(
                r#"{{"item":{{"altids":{{"itemid":"{id}"}},"type":"text","headline":"{text}"}}}}"#
            )
        },
        between: ",",
        tail: "]}}",
    },
    Shape {
        format: Format::DpaJson,
        head: r#"{"entries":["#,
        item: |item| {
            json(
                item,
                "urn",
                r#""pubstatus":"usable","article_html":"<p>So they said.</p>","#,
            )
        },
        between: ",",
        tail: "]}",
    },
    Shape {
        format: Format::PaJson,
        head: r#"{"api_version":"1","data_count":2,"data":["#,
        item: |item| json(item, "uri", r#""usn":"H1","body_text":"So they said.","#),
        between: ",",
        tail: "]}",
    },
    Shape {
        format: Format::ScraperJson,
        head: "",
        item: |item| json(item, "id", r#""maintext":"So they said.","#),
        between: "\n",
        tail: "",
    },
    Shape {
        format: Format::JsonLd,
        head: r#"{"@context":"https://schema.org","@graph":["#,
        item: |item| {
            json(
                item,
                "identifier",
                r#""@type":"NewsArticle","articleBody":"So they said.","#,
            )
        },
        between: ",",
        tail: "]}",
    },
    Shape {
        format: Format::Anpa,
        head: "",
        item: |Item { text, .. }| {
            format!(
                "\u{16}\u{16}\u{1}a0573\u{1f}apnf-\r\nr a\u{11}\u{13} BC-Ferry 12-04 0240\r\n\u{2}{text}<\r\n   WESTMERE (AP) _ {text}, they said.\r\n\u{3}AP-WF-12-04-25 1012GMT<\r\n\u{4}"
            )
        },
        between: "",
        tail: "",
    },
    Shape {
        format: Format::Iptc7901,
        head: "",
        item: |Item { text, .. }| {
            format!(
                "\u{1}wst0157 3 pl 41  dpa 0456\r\n\r\nBridges/\r\n\u{2}{text} =\r\n\r\nWestmere (dpa) - {text}, they said.\r\n\u{3}251100 GMT Sep 24\r\n\u{7f}\u{4}\r\n"
            )
        },
        between: "",
        tail: "",
    },
    Shape {
        format: Format::Mail,
        head: "From: wire@desk.example\r\nSubject: Copy\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n",
        item: mail,
        between: "",
        tail: "--b--\r\n",
    },
    Shape {
        format: Format::Warc,
        head: "",
        item: warc,
        between: "",
        tail: "",
    },
    Shape {
        format: Format::VendorXml,
        head: "<stories>",
        item: |Item { id, text }| {
            format!(
                "<story><storyid>{id}</storyid><headline>{text}</headline><bodytext>{text}, they said.</bodytext></story>"
            )
        },
        between: "",
        tail: "</stories>",
    },
];

/// A document of one article in each format that holds no more.
const SINGLES: &[(Format, &str)] = &[
    (
        Format::Text,
        "Ferry sinks off Westmere\n\nThe ferry sank on Monday, they said.\n",
    ),
    (
        Format::Html,
        "<html><h1>Ferry sinks off Westmere</h1><p>The ferry sank on Monday, they said.",
    ),
    (
        Format::Rtf,
        "{\\rtf1\\ansi\\deff0 Ferry sinks off Westmere\\par\n\\par\nThe ferry sank on Monday, they said.\\par\n}",
    ),
    (
        Format::Nitf,
        "<nitf><head><docdata><doc-id id-string='n-1'/></docdata></head><body><body.content><p>The ferry sank.</p></body.content></body></nitf>",
    ),
];

impl Shape {
    fn document(&self, items: &[Item]) -> String {
        let items: Vec<String> = items.iter().map(self.item).collect();
        format!("{}{}{}", self.head, items.join(self.between), self.tail)
    }
}

fn records(document: &str, id: Option<&str>) -> Vec<EnrichedArticle> {
    let engine = Engine::with_stages(
        Vec::new(),
        intake::Settings::default(),
        Deadlines::default(),
    )
    .unwrap();
    let hints = Hints {
        id: id.map(str::to_owned),
        ..Hints::default()
    };
    let mut records = Vec::new();
    engine
        .enrich(
            document.as_bytes(),
            &hints,
            &Ingest::default(),
            &mut |record| {
                records.push(record);
                ControlFlow::Continue(())
            },
        )
        .unwrap_or_else(|e| panic!("{e} in {document}"));
    records
}

/// How often each content has each id.
fn told(records: &[EnrichedArticle]) -> BTreeMap<(String, String), usize> {
    let mut told = BTreeMap::new();
    for record in records {
        let key = (record.id.clone(), record.content.text.clone());
        *told.entry(key).or_default() += 1;
    }
    told
}

fn item() -> impl Strategy<Value = Item> {
    let ids = prop::sample::select(vec!["", "urn:x:1", "urn:x:2", "urn:x:3"]);
    let texts = prop::sample::select(vec![
        "Ferry sinks off Westmere",
        "Mayor of Norholm resigns",
        "Museum shows old maps",
    ]);
    (ids, texts).prop_map(|(id, text)| Item {
        id: id.to_owned(),
        text: text.to_owned(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn each_article_has_an_id_of_its_own_however_often_and_in_whatever_order_it_comes(
        items in prop::collection::vec(item(), 1..7),
        turn in 0usize..7,
        message in prop::option::of(Just("feed-1")),
    ) {
        for shape in SHAPES {
            let document = shape.document(&items);
            let first = records(&document, message);
            prop_assert_eq!(first.len(), items.len(), "{:?}: {}", shape.format, document);
            let ids: BTreeSet<&str> = first.iter().map(|r| &*r.id).collect();
            prop_assert_eq!(ids.len(), items.len(), "{:?}: {:?}", shape.format, ids);
            prop_assert_eq!(told(&first), told(&records(&document, message)));
            let mut turned = items.clone();
            turned.rotate_left(turn % items.len());
            turned.reverse();
            let turned = records(&shape.document(&turned), message);
            prop_assert_eq!(told(&first), told(&turned), "{:?}", shape.format);
            if let Some(message) = message {
                let several = items.len() > 1;
                let named = |r: &EnrichedArticle| (r.id == message) != several;
                let kept = |r: &EnrichedArticle| r.alt_ids.iter().any(|i| i == message) == several;
                prop_assert!(first.iter().all(|r| named(r) && kept(r)), "{:?}", shape.format);
            }
        }
    }
}

#[test]
fn every_format_is_among_these() {
    for format in Format::ALL {
        let several = SHAPES.iter().any(|s| s.format == *format);
        assert_eq!(several, format.may_hold_several(), "{format:?}");
        assert_ne!(
            several,
            SINGLES.iter().any(|(f, _)| f == format),
            "{format:?}"
        );
    }
}

#[test]
fn the_message_s_id_is_that_of_its_one_article() {
    for (format, document) in SINGLES {
        let of_message = records(document, Some("feed-1"));
        assert_eq!(of_message[0].id, "feed-1", "{format:?}");
        let own = records(document, None);
        assert_eq!(own.len(), 1);
        assert_eq!(own[0].id, records(document, Some(" "))[0].id, "{format:?}");
        let said = own[0].id == "n-1";
        assert_eq!(of_message[0].alt_ids.contains(&"n-1".to_owned()), said);
    }
}

#[test]
fn an_id_is_the_supplier_s_unless_two_share_it() {
    let items = |ids: [&str; 3]| {
        let item = |(id, text): (&str, &str)| Item {
            id: id.to_owned(),
            text: text.to_owned(),
        };
        let texts = ["Ferry sinks", "Mayor resigns", "Museum opens"];
        ids.into_iter().zip(texts).map(item).collect::<Vec<_>>()
    };
    let rss = &SHAPES[0];
    let ids = |of: [&str; 3], message| -> Vec<String> {
        let records = records(&rss.document(&items(of)), message);
        records.into_iter().map(|r| r.id).collect()
    };
    assert_eq!(ids(["a", "b", "c"], Some("feed-1")), ["a", "b", "c"]);
    let shared = ids(["a", "b", "a"], None);
    assert!(shared[0].starts_with("a#") && shared[2].starts_with("a#"));
    assert_eq!(shared[1], "b");
    let none = ids(["a", "", "c"], Some("feed-1"));
    assert!(none[1].starts_with("feed-1#"), "{none:?}");
    assert!(ids(["a", "", "c"], None)[1].starts_with("blake3:"));
}
