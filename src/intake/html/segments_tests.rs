//! Every stretch of a page's text that has a place in the document stands there as it is.

use std::ops::ControlFlow;

use proptest::prelude::*;

use crate::engine;
use crate::intake::outlets::Outlets;
use crate::intake::{Article, Format, Hints, Settings, read_as};

/// Reads a page as the worker does, wires' conventions and leftovers included.
fn read(page: &str) -> Option<Article> {
    let hints = Hints::default();
    let mut read = None;
    let mut emit = |draft| {
        read = Some(engine::finish(draft, &hints, Outlets::shipped()));
        ControlFlow::Continue(())
    };
    let bytes = page.as_bytes();
    read_as(Format::Html, bytes, &hints, &Settings::default(), &mut emit).ok()?;
    read
}

/// The first segment that is no stretch of the document, or that begins before the one in front of it ends.
fn fault(article: &Article) -> Option<String> {
    let mut free = 0;
    for segment in &article.segments {
        let (start, raw, len) = (segment.0 as usize, segment.1 as usize, segment.2 as usize);
        let text = article.text.get(start..start + len);
        let stands = article.raw.get(raw..raw + len);
        if text.is_none() || text != stands || start < free || len == 0 {
            return Some(format!(
                "{segment:?}: {text:?} is {stands:?} in the document"
            ));
        }
        free = start + len;
    }
    None
}

/// Share of the text that has a place in the document.
fn share(article: &Article) -> f64 {
    let placed: u32 = article.segments.iter().map(|s| s.2).sum();
    f64::from(placed) / article.text.len().max(1) as f64
}

/// What pages are made of, with all that keeps their text from standing in them as it is.
const PARTS: [&str; 44] = [
    "<p>",
    "</p>",
    "<div class=story-body>",
    "</div>",
    "<b>",
    "</b>",
    "<br>",
    "<br><br>",
    "<ul><li>",
    "</ul>",
    "<blockquote>",
    "</blockquote>",
    "<table><tr><td>",
    "<td>",
    "</table>",
    "<pre>",
    "</pre>",
    "<h2>",
    "</h2>",
    "<a href=/x>",
    "</a>",
    "<!-- a comment -->",
    "<![CDATA[",
    "]]>",
    "<script>var a = '<p>';</script>",
    "<aside class=related>",
    "</aside>",
    "<noscript>",
    "<template>",
    "<figure><figcaption>",
    "</figure>",
    " \r\n\t ",
    "&nbsp;",
    "\u{a0}",
    "&amp;",
    "&eacute;t&eacute;",
    "&#8217;",
    "&nope;",
    "so\u{ad}ft",
    "\u{200b}",
    "\0",
    "\u{7}",
    "\u{3000}日本語の文。",
    "LONDON (AP) — ",
];

const SENTENCES: [&str; 8] = [
    "The harbour of Ellbruck was closed on Tuesday after gusts of 110 kilometres an hour, its master said. ",
    "“We have never seen waves like these,” said the keeper of the light, who has been there since 1989. ",
    "Größere Schäden gab es nicht, sagte ein Sprecher der Feuerwehr am Dienstagmorgen in Ellbruck der Zeitung. ",
    "By Mara Lindqvist",
    "By MARA LINDQVIST Associated Press",
    "Read more: another story",
    "Sign up for our newsletter",
    "  Two  blanks   here, and a line\nbreak there, as the editors of old systems were used to leave them behind. ",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn a_segment_of_any_page_is_a_stretch_of_the_document(
        parts in prop::collection::vec((0..PARTS.len(), prop::option::of(0..SENTENCES.len())), 1..60),
        head in prop::bool::ANY,
    ) {
        let mut page = String::new();
        if head {
            page.push_str("<title>The harbour &amp; the storm - Courier</title><article><h1>The <i>harbour</i> &amp; the storm</h1>");
        }
        for (part, sentence) in parts {
            page.push_str(PARTS[part]);
            page.push_str(sentence.map_or("", |n| SENTENCES[n]));
        }
        if let Some(article) = read(&page) {
            prop_assert_eq!(fault(&article), None, "{}", page);
        }
    }
}

#[test]
fn nearly_all_text_of_a_page_has_a_place() {
    let page = "<title>Storm closes the harbour - Courier</title><article><h1>Storm closes the <em>harbour</em></h1>\
        <p>The harbour of Ellbruck&rsquo;s old town was closed  on&nbsp;Tuesday, its master said.</p>\
        <p>“Waves like <b>these</b> were never seen here,” said the keeper of the light &amp; his wife.</p></article>";
    let article = read(page).unwrap();
    assert_eq!(fault(&article), None);
    let stands = |n: usize| {
        let segment = article.segments[n];
        &article.raw[segment.1 as usize..(segment.1 + segment.2) as usize]
    };
    assert_eq!((stands(0), stands(1)), ("Storm closes the ", "harbour"));
    assert_eq!(stands(2), "The harbour of Ellbruck");
    assert_eq!(stands(3), "s old town was closed ");
    let text = &article.text;
    assert!(
        text.contains("Ellbruck’s old town was closed on Tuesday"),
        "{text}"
    );
    assert!(share(&article) > 0.95, "{}", share(&article));
}
