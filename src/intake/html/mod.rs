//! Pages: from HTML to the article in it.
//!
//! ```text
//! bytes ─ tokenizer ─ tree ─┬─ layout ─ body      which lines are the article
//!         tags, text  arena └─ page               what the page says about it
//! ```
//!
//! `tokenizer`, `entities`, `tag` and `tree` follow the WHATWG HTML Standard as far as a reader of text needs it.
//! `layout` has what a reader sees, a paragraph a line. `select` and `sites` are rules for single sites. All of it
//! is linear in the page and bounded in depth, whatever the page is.

pub mod body;
pub mod entities;
pub mod layout;
pub mod page;
#[cfg(test)]
mod pages_tests;
#[cfg(test)]
mod segments_tests;
pub mod select;
pub mod sites;
pub mod tag;
pub mod tokenizer;
pub mod tree;

use super::{Document, Draft, DraftBlock, ErrorCode, Format, Hints, ReadError, Reading, Supplied};
use crate::record::{BlockKind, DateBasis, DateValue, Flag, Genre, Removed, RemovedKind};
use crate::text::data::{Table, tables};
use layout::PageLines;
use sites::Sites;
use tree::{ROOT, Tree};

/// The words and names that pages are read by. The digest of the reading depends on their order.
pub const TABLES: [Table; 13] = tables![
    entities,
    page::access,
    page::authors,
    page::dates::words,
    page::headline,
    page::kind,
    page::media,
    page::section,
    body::boilerplate,
    body::class_hints,
    body::deck,
    body::phrases,
    body::tail,
];

/// Deepest nesting of elements that is kept; what lies deeper is flattened.
pub const DEPTH: usize = 256;

/// The text of a fragment of HTML (the content of a feed's item, an agency's body) as blocks.
///
/// Everything visible in it is kept. The blocks' pieces are bytes of `html`.
pub fn fragment_blocks(html: &str) -> Vec<DraftBlock> {
    let tree = Tree::parse(html, DEPTH);
    let lines = PageLines::of(&tree, ROOT, &mut |_| false);
    lines.lines.iter().map(|line| lines.block(line)).collect()
}

/// Reads a page: one article, whatever the page is.
///
/// # Errors
/// [`ErrorCode::Empty`] when there is nothing but white space.
pub fn read(document: &Document<'_>, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    let decoded = document.decode();
    if decoded.text.trim_ascii().is_empty() {
        return Err(ReadError::new(ErrorCode::Empty, "nothing but white space"));
    }
    let mut draft = decoded.draft(Format::Html);
    article(&mut draft, reading.hints, reading.sites);
    let _ = (reading.emit)(draft);
    Ok(())
}

/// Reads the article of the page in [`Draft::raw`] into the draft.
///
/// Returns the steps of work it took, which are in proportion to the page whatever the page is.
pub fn article(draft: &mut Draft, hints: &Hints, sites: &Sites) -> u64 {
    let raw = draft.raw.clone();
    let tree = Tree::parse(&raw, DEPTH);
    let sources = page::Sources::of(&tree, hints);
    let site = sources.domain.as_deref().and_then(|d| sites.of(d));
    let headline = page::headline(&tree, &sources, site);
    let said = sources.json.article();
    let descriptions = page::descriptions(&sources);
    let mut body = body::extract(
        &tree,
        &body::BodyEvidence {
            headline: headline.text.as_deref(),
            host: sources.domain.as_deref(),
            descriptions: &descriptions,
            title: headline.node,
            article: said,
            says_article: page::says_article(&sources),
            live: page::is_live(&sources),
            site,
        },
    );
    let place = page::ArticlePlace {
        headline: headline.node,
        body: body.container,
        comments: page::dates::comments::begin(&tree, headline.node, body.container),
        apart: &|id| body.is_apart(id),
    };
    let signed: Vec<(usize, &str)> = body
        .signatures
        .iter()
        .enumerate()
        .map(|(n, signature)| (n, signature.text.as_str()))
        .collect();
    let signatures = page::read(
        &tree,
        &sources,
        site,
        &headline,
        place,
        &signed,
        &mut draft.supplied,
    );
    body.sign(&signatures);
    if body.hidden {
        draft.flags.insert(Flag::HIDDEN_BODY);
    }
    if body.live {
        draft.supplied.genre = Some(Genre::LiveBlog);
    }
    let found = page::BodySize {
        chars: body.chars,
        notices: body
            .removed
            .iter()
            .filter(|r| r.kind == RemovedKind::CookieNotice)
            .map(|r| r.text.len())
            .sum(),
        blocks: &body.blocks,
    };
    draft
        .flags
        .extend(page::flags(&tree, &sources, &found, &draft.supplied));
    draft.headline = headline.place(&tree);
    // The cards beside a short article that says who wrote it, or when, are other stories.
    if body.chars >= body::NO_BODY_CHARS && is_signed(&draft.supplied) {
        body.weak.clear();
    }
    draft.blocks = body.blocks;
    // What says that something was not found, or asks for a login, is no text for want of better.
    let is_notice = |flag: &Flag| *flag != Flag::NOT_ARTICLE && Flag::NO_ARTICLE.contains(flag);
    if !body.weak.is_empty() && !draft.flags.iter().any(is_notice) {
        draft.flags.insert(Flag::WEAK_BODY);
        keep_apart(&mut body.removed, &body.weak);
        draft.blocks = body.weak;
    }
    let deck = draft.blocks.iter().find(|b| b.kind == BlockKind::Deck);
    if let Some(deck) = deck.map(|b| b.text.clone()) {
        draft.supplied.deck = Some(deck);
    }
    draft.removed = body.removed;
    tree.work()
}

/// Whether an article says who wrote it, or in its text when: guides of cards have elements of time too.
fn is_signed(supplied: &Supplied) -> bool {
    let is_seen = |date: &DateValue| date.basis == DateBasis::Text;
    !supplied.authors.is_empty() || supplied.published.as_ref().is_some_and(is_seen)
}

/// Takes what `blocks` hold out of what was removed.
fn keep_apart(removed: &mut Vec<Removed>, blocks: &[DraftBlock]) {
    let begins = blocks.iter().filter_map(|b| Some(b.pieces.first()?.raw));
    let mut kept: Vec<u32> = begins.collect();
    kept.sort_unstable();
    removed.retain(|part| {
        part.raw.is_none_or(|raw| {
            let next = kept.partition_point(|at| *at < raw.start);
            kept.get(next).is_none_or(|at| *at >= raw.end)
        })
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Most steps of work a byte of any page may take. Ordinary pages take 0.1 to 0.3.
    const STEPS_A_BYTE: u64 = 12;

    fn read(html: String) -> (Draft, u64) {
        let mut draft = Draft::new(Format::Html, "utf-8", html.into());
        let steps = article(&mut draft, &Hints::default(), Sites::shipped());
        (draft, steps)
    }

    #[test]
    fn work_is_in_proportion_to_the_page() {
        let text = "And so it went on for a good while, until the rain stopped and all went home. ";
        for (name, html) in [
            ("nested", "<div>".repeat(200_000)),
            (
                "nested and closed",
                format!("{}x{}", "<div>".repeat(20_000), "</div>".repeat(20_000)),
            ),
            (
                "unclosed formatting",
                format!("{}{}", "<div><b>".repeat(5_000), text.repeat(500)),
            ),
            (
                "attributes",
                format!("<p {}>{text}", "a=1 ".repeat(200_000)),
            ),
            ("one text", text.repeat(5_000)),
            ("entities", "&amp;&nope;&#8217;".repeat(20_000)),
            (
                "no entities",
                "&abcdefghijklmnopqrstuvwxyzabcd".repeat(10_000),
            ),
            ("nuls", "\0".repeat(500_000)),
            ("linked headings", "<h3><a href=x>y</a></h3>".repeat(10_000)),
            (
                "marked elements",
                format!(
                    "{}{}",
                    "<div class=author><time class=date>".repeat(5_000),
                    text.repeat(5_000)
                ),
            ),
            (
                "paragraphs in a button",
                format!(
                    "<p><button>{}{}",
                    "<span>".repeat(250),
                    "<div>".repeat(20_000)
                ),
            ),
            ("stray ends", "</div></b></p></x-y>".repeat(10_000)),
            (
                "custom elements",
                format!("{}{}", "<x-a><y-b>".repeat(200), "</z-c>".repeat(20_000)),
            ),
            ("tables", "<table><tr><td>".repeat(10_000)),
            ("meta tags", "<meta name=author content=x>".repeat(10_000)),
            ("half tags", "<a b=\"".repeat(100_000)),
            ("comments", "<!--".repeat(100_000)),
        ] {
            let bytes = html.len() as u64;
            let (_, steps) = read(html);
            assert!(
                steps <= STEPS_A_BYTE * bytes + 10_000,
                "{name}: {steps} steps for {bytes} bytes"
            );
        }
    }

    /// Most times the steps of an ordinary page that a hostile one of its size may take.
    const MOST_TIMES: f64 = 3.0;

    #[test]
    fn hostile_pages_take_little_more_work_than_ordinary_ones() {
        let a_byte = |html: String| {
            let bytes = html.len() as f64;
            read(html).1 as f64 / bytes
        };
        let ordinary = a_byte(PAGE.repeat(400));
        for (name, html) in [
            ("nested", "<div>".repeat(200_000)),
            (
                "unclosed formatting",
                format!("{}{}", "<div><b>".repeat(5_000), "text ".repeat(400_000)),
            ),
            ("attributes", format!("<p {}>x", "a=1 ".repeat(1_000_000))),
            ("one text", "word ".repeat((30 << 20) / 5)),
            ("entities", "&amp;&nope;&#8217;".repeat((2 << 20) / 18)),
            ("zero bytes", "\0".repeat(2 << 20)),
            ("open angles", "<".repeat(2 << 20)),
        ] {
            let times = a_byte(html) / ordinary;
            assert!(times <= MOST_TIMES, "{name}: {times:.2} times as much");
        }
    }

    const PAGE: &str = r#"<!doctype html><html lang="en"><head>
        <title>Storm closes the harbour of Ellbruck - Ellbruck Courier</title>
        <meta property="og:site_name" content="Ellbruck Courier">
        <meta property="article:published_time" content="2025-03-04T08:00:00+01:00">
        <link rel="canonical" href="https://courier.example/storm"></head><body>
        <nav><ul><li><a href="/">Home</a></li></ul></nav>
        <article><h1>Storm closes the harbour of Ellbruck</h1>
        <p class="byline">By <a rel="author" href="/authors/mara">Mara Lindqvist</a></p>
        <p>The harbour of Ellbruck was closed on Tuesday after gusts of 110 kilometres an hour, its master said.</p>
        <h2>Ferries cancelled</h2>
        <p>All ferries stay where they are until the wind has fallen, and nobody knows when that will be.</p>
        <aside class="related"><a href="/x">Another story</a></aside>
        <p>Read more: <a href="/y">What to do in a storm</a></p>
        <figure><img src="a.jpg"><figcaption>The harbour on Tuesday</figcaption></figure>
        <blockquote>We have never seen waves like these in all our years, said the keeper of the light.</blockquote>
        <p>Sign up for our newsletter</p></article>
        <div id="comments"><p>I for one have always said that the harbour ought to be closed in such weather.</p></div>
        </body></html>"#;

    #[test]
    fn a_page_becomes_its_article() {
        let (draft, _) = read(PAGE.to_owned());
        let kinds: Vec<BlockKind> = draft.blocks.iter().map(|b| b.kind).collect();
        use BlockKind::*;
        assert_eq!(kinds, [Paragraph, Crosshead, Paragraph, Caption, Quote]);
        let supplied = &draft.supplied;
        assert_eq!(
            supplied.headline.as_deref(),
            Some("Storm closes the harbour of Ellbruck")
        );
        assert_eq!(supplied.authors[0].name, "Mara Lindqvist");
        assert_eq!(
            supplied.published.as_ref().unwrap().value,
            "2025-03-04T08:00:00+01:00"
        );
        assert_eq!(supplied.outlet.as_ref().unwrap().name, "Ellbruck Courier");
        for block in &draft.blocks {
            for p in &block.pieces {
                assert_eq!(
                    block.text[p.at as usize..(p.at + p.len) as usize],
                    draft.raw[p.raw as usize..(p.raw + p.len) as usize]
                );
            }
        }
        let removed: Vec<&str> = draft.removed.iter().map(|r| r.text.as_str()).collect();
        assert!(
            removed.iter().any(|r| r.starts_with("Read more")),
            "{removed:?}"
        );
        assert!(
            removed.iter().any(|r| r.starts_with("Sign up")),
            "{removed:?}"
        );
    }

    #[test]
    fn what_is_never_closed_hides_nothing() {
        for open in [
            "<select><option>a",
            "<math><mi>x",
            "<template><div>x",
            "<button>Play",
            "<video src=x>",
            "<!-- ad ",
            "<iframe src=x>",
        ] {
            let (before, after) = PAGE.split_once("<h2>").unwrap();
            let (draft, _) = read(format!("{before}{open}<p><h2>{after}"));
            let kept = draft.blocks.iter().map(|b| b.text.as_str());
            let texts: Vec<&str> = kept.collect();
            assert!(
                texts.iter().any(|t| t.starts_with("All ferries stay")),
                "{open}: {texts:?}"
            );
        }
    }

    #[test]
    fn a_page_without_an_article_is_still_a_record() {
        let (draft, _) = read("<title>404 Not Found</title><p>Sorry.</p>".to_owned());
        let flags = Vec::from_iter(draft.flags);
        assert_eq!(flags, [Flag::ERROR_PAGE, Flag::NOT_ARTICLE]);
    }

    #[test]
    fn fragments_become_blocks() {
        let blocks = fragment_blocks("One<p>Two &amp; three</p><ul><li>four</ul>");
        let texts: Vec<&str> = blocks.iter().map(|b| b.text.as_str()).collect();
        assert_eq!(texts, ["One", "Two & three", "four"]);
    }
}
