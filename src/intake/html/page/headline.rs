//! The headline of the article, not of the site.
//!
//! Candidates are the `h1` elements and what the page's data say: JSON-LD (`headline`, else `name`), `og:title`, the
//! other meta tags with a title, `title`. All are kept as they were written. The choice:
//!
//! 1. what the rules of the site say (`config/sites.toml`);
//! 2. the `h1` that shares most words with what the data say, where it is about the same story, else a lower heading
//!    that has all of them; with or without a theme in front as most of the data have it ([`with_theme`]);
//! 3. the JSON-LD's instead, where `title` repeats that heading and the JSON-LD does not ([`of_the_editors`]);
//! 4. the first that there is of the data, in the order above, without the site's name at either end.

use super::Sources;
use crate::intake::DraftBlock;
use crate::intake::html::body::class_hints::is_hidden;
use crate::intake::html::layout::PageLines;
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, ROOT, Tree};
use crate::record::{BlockKind, HeadlineBasis, HeadlineSeen};
use crate::text::word_lists::word_lists;

word_lists! {
    WORDS "page/headlines.tsv" {
        kicker_class,
    }
}

/// Signs that sites put between a headline and their name.
const SEPARATORS: [&str; 16] = [
    " | ", " - ", " – ", " — ", " :: ", " · ", " • ", " » ", " « ", " / ", "：", "--", "ㅣ", "｜",
    " ❘ ", "_",
];

/// Those of them between which a section may stand: "Headline | News | Site". A part between dashes is as often the
/// headline's.
const BARS: [&str; 5] = [" | ", " :: ", " » ", " · ", " • "];

/// Most h1 elements that are looked at: section pages have one a story, and the article's is among the first.
const MOST_HEADINGS: usize = 12;
/// Most headings below an `h1` that are looked at.
const MOST_LOWER: usize = 60;
/// Largest of them, and largest heading whose text is placed in the document, in bytes of markup. Larger ones have
/// half a page in them, as no end tag closes them.
const MOST_MARKUP: usize = 4_000;
/// Longest text that is taken for a heading, in bytes: some pages have their first paragraph in an h1.
const LONGEST_HEADING: usize = 600;
/// Share of words two headlines must have in common to be about the same. The data often have a shorter or an
/// older headline than the page; other stories share a name or two with it. Chosen on the development pages.
const SAME_STORY: f32 = 0.5;
/// Share of words, and length in characters, of a heading unlike all that is said that may still be the headline: it
/// has a word in common and a sentence's length. "Sport" or the site's slogan have one of the two at most.
const HARDLY_SAME: f32 = 0.1;
const SENTENCE_CHARS: usize = 25;
/// A text with less than one in so many of another's words is a scrap of it: all the words of "Storm" are in the
/// headline about the storm, which is no reason to take it. Chosen on the development pages.
const SCRAP: f32 = 2.2;
/// Shortest end of a heading that can be the headline alone, in bytes: shorter is a theme with the parts swapped.
const SHORTEST_HEADLINE: usize = 15;
/// Most parts that are cut off the end of a title: "Headline - Section - Site" has two to go.
const MOST_PARTS: usize = 3;
/// Most words of a section's name between the headline and the site's name.
const SECTION_WORDS: usize = 2;
/// Shortest name of a site that is looked for within a part of a title, in bytes, and how much else the part may have
/// ("The Daily Example online"). Shorter names ("FT", "Sun") stand in words; more around them is a headline
/// about the site.
const SHORTEST_SITE: usize = 4;
const MOST_AROUND_SITE: usize = 14;

/// A headline and the element it stands in, where it stands in one.
#[derive(Debug, Clone, Default)]
pub struct Headline {
    pub text: Option<String>,
    pub node: Option<Id>,
    /// All that may have been it, as they were written.
    pub seen: Vec<HeadlineSeen>,
}

impl Headline {
    /// The headline as it stands in its element, with its place in the document.
    pub fn place(&self, tree: &Tree<'_>) -> Option<DraftBlock> {
        let (text, node) = (self.text.as_deref()?, self.node?);
        if tree.extent(node) > MOST_MARKUP {
            return None;
        }
        let lines = PageLines::of(tree, node, &mut |_| false);
        let [line] = lines.lines.as_slice() else {
            return None;
        };
        let at = lines.text_of(line).find(text)?;
        let block = lines.block(line).cut(at..at + text.len());
        Some(DraftBlock {
            kind: BlockKind::Headline,
            ..block
        })
    }
}

/// Picks the page's headline from what stands on it and what the page says of itself.
pub(crate) fn find(tree: &Tree<'_>, sources: &Sources<'_>) -> Headline {
    let data = TitleData::of(sources);
    let site = site_names(sources);
    let [og, card, title] =
        [data.og, data.card, data.title].map(|said| said.map(|t| without_site(t, &site)));
    let json = data.json.as_deref();
    let said: Vec<&str> = [json, og, card, title].into_iter().flatten().collect();
    let standing = standing(tree, &said);
    let text = match &standing {
        Some((_, text)) => {
            let heading = with_theme(text, json, og, card);
            Some(super::json_ld::clean(of_the_editors(heading, json, title)))
        }
        None => said.first().map(|s| super::json_ld::clean(s)),
    };
    Headline {
        text: text.filter(|t| !t.is_empty()),
        node: standing.map(|(id, _)| id),
        seen: data.seen(tree),
    }
}

/// What the page's data say its headline is, as they write it.
struct TitleData<'s> {
    json: Option<String>,
    og: Option<&'s str>,
    /// The first of the other meta tags with a title.
    card: Option<&'s str>,
    title: Option<&'s str>,
}

/// Meta tags with a title, beside Open Graph's: those of cards, analytics, Dublin Core and mailing systems.
const CARD_TITLES: [&str; 5] = [
    "twitter:title",
    "parsely-title",
    "dc.title",
    "sailthru.title",
    "title",
];

impl<'s> TitleData<'s> {
    fn of(sources: &'s Sources<'_>) -> Self {
        let article = sources.json.article();
        TitleData {
            json: article.and_then(|a| a.text("headline").or_else(|| a.text("name"))),
            og: sources.meta.get(&["og:title"]),
            card: sources.meta.get(&CARD_TITLES),
            title: sources.meta.title.as_deref(),
        }
    }

    /// All candidates, the headings first.
    fn seen(&self, tree: &Tree<'_>) -> Vec<HeadlineSeen> {
        let headings = tree.find_all(ROOT, Tag::H1).take(MOST_HEADINGS);
        let headings = headings.map(|id| (tree.text_of(id), HeadlineBasis::Heading));
        let data = [
            (self.json.as_deref(), HeadlineBasis::JsonLd),
            (self.og, HeadlineBasis::OgTitle),
            (self.card, HeadlineBasis::Meta),
            (self.title, HeadlineBasis::Title),
        ];
        let data = data
            .into_iter()
            .filter_map(|(title, basis)| Some((super::json_ld::clean(title?), basis)));
        headings
            .chain(data)
            .filter(|(value, _)| {
                value.len() <= LONGEST_HEADING && value.chars().any(char::is_alphanumeric)
            })
            .map(|(value, basis)| HeadlineSeen { value, basis })
            .collect()
    }
}

/// The heading as the page's data have it, as far as they differ by a theme before it ("Budget: …", a
/// kicker): in the heading it is no part of the headline when the data leave it out, and out of the
/// heading it is one when all of them have it.
fn with_theme<'a>(
    heading: &'a str,
    json: Option<&'a str>,
    og: Option<&'a str>,
    card: Option<&'a str>,
) -> &'a str {
    let same = letters(heading);
    // The heading whole; its parts may be joined without a blank where they stand in elements of their own.
    if let Some(whole) = [json, og]
        .into_iter()
        .flatten()
        .find(|s| letters(s) == same)
    {
        let blanks = |s: &str| s.split_whitespace().count();
        return if words(whole) == words(heading) && blanks(whole) <= blanks(heading) {
            heading
        } else {
            whole
        };
    }
    if let (Some(json), Some(og)) = (json, og)
        && letters(json) == letters(og)
        && card.is_none_or(|c| letters(c) == letters(og))
        && ends_with_words(og, heading)
    {
        return og;
    }
    [json, og]
        .into_iter()
        .flatten()
        .find(|s| {
            s.len() < heading.len() && s.len() > SHORTEST_HEADLINE && ends_with_words(heading, s)
        })
        .unwrap_or(heading)
}

/// The editors' headline where a page has two. Publishers write one line for search engines, which `title` has, and one
/// of their own. Where the heading is the former, the latter stands in the JSON-LD: so with nine publishers of two
/// collections of pages, against one.
fn of_the_editors<'a>(heading: &'a str, json: Option<&'a str>, title: Option<&str>) -> &'a str {
    let has = |a: &str, b: &str| a.contains(b) || b.contains(a);
    let (Some(json), Some(title)) = (json, title) else {
        return heading;
    };
    let [line, own, repeated] = [heading, json, title].map(letters);
    let is_headline = json.chars().count() > SENTENCE_CHARS && json.len() <= LONGEST_HEADING;
    if line == repeated && is_headline && !has(&line, &own) {
        return json;
    }
    heading
}

/// The h1 that agrees best with what the page says its headline is.
fn standing(tree: &Tree<'_>, said: &[&str]) -> Option<(Id, String)> {
    let mut best: Option<(f32, Id, String)> = None;
    for id in tree.find_all(ROOT, Tag::H1).take(MOST_HEADINGS) {
        let text = heading_text(tree, id, said);
        if !text.chars().any(char::is_alphanumeric) || text.len() > LONGEST_HEADING {
            continue;
        }
        let agreement = said
            .iter()
            .map(|s| in_common(&text, s))
            .fold(0.0f32, f32::max);
        if best.as_ref().is_none_or(|(b, _, _)| agreement > *b) {
            best = Some((agreement, id, text));
        }
    }
    best.filter(|(agreement, _, text)| {
        *agreement >= SAME_STORY
            || said.is_empty()
            || (*agreement > HARDLY_SAME && text.chars().count() > SENTENCE_CHARS)
    })
    .map(|(_, id, text)| (id, text))
    .or_else(|| lower_heading(tree, said))
}

/// The heading below an `h1` that is word for word what the page says its headline is: some systems keep the `h1` for
/// the site's name.
fn lower_heading(tree: &Tree<'_>, said: &[&str]) -> Option<(Id, String)> {
    let said: Vec<String> = said
        .iter()
        .filter(|s| s.len() >= SHORTEST_HEADLINE)
        .map(|s| letters(s))
        .collect();
    let is_heading = |id: &Id| {
        let tag = tree.tag(*id);
        tag.is_heading() && tag != Tag::H1 && tree.extent(*id) <= MOST_MARKUP
    };
    (0..tree.len() as Id)
        .filter(is_heading)
        .take(MOST_LOWER)
        .map(|id| (id, tree.text_of(id)))
        .find(|(_, text)| said.contains(&letters(text)))
}

/// The text of a heading without what no reader sees of it, buttons, and what is marked up as a kicker in it, unless the
/// page's data have it whole.
fn heading_text(tree: &Tree<'_>, id: Id, said: &[&str]) -> String {
    let kicker = tree.descendants(id).find(|n| {
        tree.is_element(*n)
            && tree.attribute(*n, "class").is_some_and(|c| {
                let c = c.to_ascii_lowercase();
                WORDS.kicker_class.iter().any(|k| c.contains(k))
            })
    });
    let is_apart = |n: Id| tree.tag(n) == Tag::Button || is_hidden(tree, n);
    let mut whole = tree.text_without(id, is_apart);
    if whole.is_empty() {
        whole = tree.text_of(id);
    }
    let Some(kicker) = kicker else {
        return whole;
    };
    if said.iter().any(|s| letters(s) == letters(&whole)) {
        return whole;
    }
    let rest = whole
        .strip_prefix(&tree.text_of(kicker))
        .unwrap_or(&whole)
        .trim_start_matches(|c: char| c.is_whitespace() || ":-–—|/".contains(c));
    if rest.is_empty() {
        whole
    } else {
        rest.to_owned()
    }
}

/// Names the site goes by.
fn site_names(sources: &Sources<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    names.extend(
        sources
            .meta
            .get(&[
                "og:site_name",
                "application-name",
                "publisher",
                "dc.publisher",
            ])
            .map(str::to_owned),
    );
    if let Some(article) = sources.json.article() {
        for publisher in article.all("publisher") {
            if let Some(name) = article
                .resolve(publisher)
                .and_then(|p| p.get("name"))
                .and_then(super::json_ld::plain)
            {
                names.push(name);
            }
        }
    }
    if let Some(domain) = &sources.domain {
        names.push(domain.clone());
        let mut labels: Vec<&str> = domain.split('.').collect();
        labels.pop();
        names.extend(
            labels
                .iter()
                .filter(|l| l.len() > 3)
                .map(|l| (*l).to_owned()),
        );
    }
    names
}

/// A title without the site's name at its end or its start.
pub(crate) fn without_site<'a>(title: &'a str, site: &[String]) -> &'a str {
    let mut title = title.trim();
    let mut bar = false;
    for _ in 0..MOST_PARTS {
        let Some((at, separator)) = SEPARATORS
            .iter()
            .filter_map(|s| title.rfind(s).map(|at| (at, *s)))
            .max_by_key(|(at, s)| (*at, s.len()))
        else {
            break;
        };
        let (head, tail) = (title[..at].trim(), title[at + separator.len()..].trim());
        // "Headline | News | Site": with the site's name between bars a section may stand so too.
        let is_section =
            bar && BARS.contains(&separator) && tail.split(' ').count() <= SECTION_WORDS;
        if !head.is_empty() && (is_section || is_site(tail, site)) {
            bar = BARS.contains(&separator);
            title = head;
            continue;
        }
        break;
    }
    // "Site: Headline", where that is all of the site's name.
    if let Some((head, tail)) = title.split_once(": ")
        && tail.len() > SHORTEST_HEADLINE
        && site.iter().any(|name| letters(name) == letters(head))
    {
        return tail.trim();
    }
    for separator in SEPARATORS {
        if let Some((head, tail)) = title.split_once(separator)
            && tail.len() > SHORTEST_HEADLINE
            && is_site(head, site)
        {
            return tail.trim();
        }
    }
    title
}

/// Whether a part of a title is one of the site's names, or holds one and little else.
fn is_site(part: &str, site: &[String]) -> bool {
    let part = letters(part);
    if part.is_empty() {
        return true;
    }
    site.iter().any(|name| {
        let name = letters(name);
        let holds_name = name.len() >= SHORTEST_SITE
            && part.contains(&name)
            && part.len() <= name.len() + MOST_AROUND_SITE;
        let in_name = part.len() >= SHORTEST_SITE && name.contains(&part);
        !name.is_empty() && (part == name || holds_name || in_name)
    })
}

fn letters(text: &str) -> String {
    crate::text::letters(text).collect()
}

/// Whether the words of `text` end with the words of `part`.
fn ends_with_words(text: &str, part: &str) -> bool {
    letters(text).ends_with(&letters(part))
}

/// Share of the shorter text's words that the longer one has: 0 to 1, less where it is a mere scrap of
/// the longer. A Chinese or Japanese sign is a word.
pub(crate) fn in_common(a: &str, b: &str) -> f32 {
    let (a, b) = (words(a), words(b));
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.is_empty() {
        return 0.0;
    }
    let shared = short.iter().filter(|w| long.contains(*w)).count() as f32 / short.len() as f32;
    shared * (SCRAP * short.len() as f32 / long.len() as f32).min(1.0)
}

fn words(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut open = false;
    for c in text.chars().take(400) {
        if !c.is_alphanumeric() {
            open = false;
        } else if c as u32 >= 0x2e80 {
            out.push(c.to_string());
            open = false;
        } else if let (true, Some(word)) = (open, out.last_mut()) {
            word.extend(c.to_lowercase());
        } else {
            out.push(c.to_lowercase().collect());
            open = true;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_s_name_goes() {
        let site = vec!["The Daily Example".to_owned(), "example".to_owned()];
        for (title, want) in [
            ("Storm hits coast | The Daily Example", "Storm hits coast"),
            ("Storm hits coast - Daily Example", "Storm hits coast"),
            (
                "Storm hits coast – and stays",
                "Storm hits coast – and stays",
            ),
            (
                "Example.com - Storm hits the whole coast",
                "Storm hits the whole coast",
            ),
        ] {
            assert_eq!(without_site(title, &site), want);
        }
    }

    #[test]
    fn buttons_and_what_is_hidden_are_no_headline() {
        for h1 in [
            "<h1>Ferry sinks <span><a class=btn style='display: none'>Open editor</a></span></h1>",
            "<h1>Ferry sinks<button>Listen</button></h1>",
        ] {
            let tree = Tree::parse(h1, 64);
            let id = tree.first(Tag::H1).unwrap();
            assert_eq!(heading_text(&tree, id, &[]), "Ferry sinks");
        }
    }

    #[test]
    fn themes_before_headlines() {
        let (bare, themed) = (
            "Ferry line closes for good",
            "Ellbruck: Ferry line closes for good",
        );
        // All data have it.
        let all = Some(themed);
        assert_eq!(with_theme(bare, all, all, all), themed);
        assert_eq!(with_theme(bare, all, all, None), themed);
        // Some have it: the heading counts.
        assert_eq!(with_theme(bare, Some(bare), all, all), bare);
        assert_eq!(with_theme(bare, all, all, Some("Another line")), bare);
        assert_eq!(with_theme(themed, Some(themed), Some(bare), None), themed);
        // None has it.
        assert_eq!(with_theme(themed, Some(bare), Some(bare), None), bare);
        assert_eq!(with_theme(themed, None, Some(bare), None), bare);
        // Glued on the page.
        assert_eq!(
            with_theme("EllbruckFerry line closes for good", Some(bare), all, all),
            themed
        );
    }

    #[test]
    fn of_two_headlines_the_editors_is_not_that_of_the_title() {
        let (line, own) = (
            "Ellbruck ferry: when does the last boat sail?",
            "A town says goodbye to its ferry",
        );
        assert_eq!(of_the_editors(line, Some(own), Some(line)), own);
        assert_eq!(of_the_editors(own, Some(line), Some(line)), own);
        assert_eq!(of_the_editors(own, Some(own), Some(line)), own);
        assert_eq!(of_the_editors(line, None, Some(line)), line);
        assert_eq!(of_the_editors(line, Some(own), None), line);
        // a section, and a part of the line, are no headline of their own
        assert_eq!(of_the_editors(line, Some("News"), Some(line)), line);
        let part = Some("When does the last boat sail?");
        assert_eq!(of_the_editors(line, part, Some(line)), line);
    }

    #[test]
    fn a_lower_heading_is_the_headline_where_it_says_what_the_data_say() {
        let placed = |heading: &str| {
            let html = format!(
                "<title>Ferry line closes for good | Courier</title><h1>Courier</h1><h2>Weather for today</h2>{heading}"
            );
            let tree = Tree::parse(&html, 64);
            let hints = crate::intake::Hints {
                url: Some("https://courier.example/1".into()),
                ..Default::default()
            };
            let found = find(&tree, &Sources::of(&tree, &hints));
            assert_eq!(found.text.as_deref(), Some("Ferry line closes for good"));
            found.place(&tree).map(|block| block.pieces[0])
        };
        let piece = placed("<h2>Ferry line <b>closes</b> for good</h2>").unwrap();
        assert_eq!((piece.at, piece.len), (0, 11));
        assert_eq!(placed("<h2>Ferry line opens again</h2>"), None);
    }

    #[test]
    fn headlines_share_words() {
        assert!(in_common("Storm hits coast", "Coast: storm hits hard") > 0.9);
        assert!(in_common("Log in", "Storm hits coast") < 0.1);
        assert!(in_common("日本で地震", "日本で地震：新聞") > 0.9);
    }
}
