//! The parts of a page that are not its article, by what they are called and how they are built.
//!
//! No name is believed against the bulk of the page: `<div class="has-sidebar">` around everything is a setting,
//! not a sidebar. How much of the page's running text an element may hold and still go depends on what it is
//! called. The shares were chosen on the development pages; `tests/cases/pages.txt` has such pages.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::ops::Range;

use super::class_hints::{ClassHint, ElementHints};
use super::weights::{TextWeights, is_paragraph};
use crate::intake::html::layout::PageLines;
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, ROOT, Tree};
use crate::record::{BlockKind, RemovedKind};
use crate::text::word_lists::word_lists;

/// Share of the page's running text that an element called something else may hold and still go: bylines,
/// share bars, newsletters, promos. Such boxes hold a paragraph or two; past it the name is a setting
/// ("has-sidebar") or a misnomer. Higher, articles vanish with it; lower, long author's notes stay.
const MOST_APART: f32 = 0.35;
/// The same for comments, related stories, navigation and footers, which may well outweigh a short article: two
/// thirds of the text under a brief of a paragraph are readers' comments. Higher, a page whose designer calls
/// the article's column "related" or "sidebar" has none.
const MOST_OF_OTHERS: f32 = 0.65;
/// Share of the page's running text from which an element around the headline is not believed to be apart: a
/// header with headline, deck and byline holds less, the article's own element more.
const MOST_OF_HEADER: f32 = 0.1;
/// Share of the running text that makes an element called a body credible. Less has the "body" of a teaser or
/// of a comment, which must not keep the box around it from going.
const LEAST_OF_BODY: f32 = 0.15;
/// Most bodies that are looked at: with [`LEAST_OF_BODY`] apart from each other there are at most six, more only
/// where one lies in the other. Bounds the work.
const MOST_BODIES: usize = 16;

/// Share of a heading in links from which it is the title of a teaser: all of it, but for a label or a sign.
const TEASER_LINKS: f32 = 0.9;
/// Most running text, in characters, and most lines of an element that is one teaser: a title, a deck of two
/// sentences, date and section. What is larger holds more than the teaser, perhaps the article.
const TEASER_CHARS: u32 = 320;
const TEASER_LINES: usize = 12;
/// Share of the page's running text that a teaser holds at most: a brief of two sentences under a section's name that
/// is a link would else be taken for one.
const MOST_OF_TEASER: f32 = 0.5;
/// Fewest linked headings with text below that make an article a list of things.
const FEWEST_OF_LIST: usize = 3;
/// Elements around a teaser's heading that may belong to it: link, title box, card.
const TEASER_DEPTH: usize = 3;

/// Running text of an element, in characters, from which on it is prose: two sentences.
const PROSE_CHARS: u32 = 150;
/// Links and scraps in prose, as a share of its text: a card of another story is a link to it for the better part. Set on
/// both development sets together: at 0.3 two pages change, both for the better, and at 0.5 no other. That prose stays in
/// any `<article>`, not in bodies only, betters two pages of the 430 and worsens one by a line; that offers without a link
/// stay in bodies keeps the notes of one page and lets in two lines of another.
const CLUTTER_OF_PROSE: f32 = 0.5;

word_lists! {
    /// What tells that an element is what it is called.
    WORDS "page/notices.tsv" {
        /// Words of a question about cookies.
        cookie,
    }
}

/// What is known of each line before any is decided on.
pub struct Boilerplate {
    /// Why a line is apart from the article, by its element's name or build; by line.
    pub apart: Vec<Option<RemovedKind>>,
    /// Nodes of other things than the article (comments, related stories, …), as ranges in order.
    pub others: Vec<Range<Id>>,
    /// Weights of what is not apart.
    pub weights: TextWeights,
    /// Lines that are links and head the things of an article that is a list of them, in order.
    listed: Vec<usize>,
}

impl Boilerplate {
    /// `title`: where the headline stands.
    pub fn of(tree: &Tree<'_>, lines: &PageLines, hints: &ElementHints, title: Option<Id>) -> Self {
        let mut found = Boilerplate {
            apart: vec![None; lines.lines.len()],
            others: Vec::new(),
            weights: TextWeights::default(),
            listed: Vec::new(),
        };
        // First the whole page is weighed, so that a name is not believed against the bulk of it.
        found.weights.weigh(tree, lines, &found.apart);
        found.by_name(tree, lines, hints, title);
        found.teasers(tree, lines, title, hints.cards_are_content());
        found.weights.weigh(tree, lines, &found.apart);
        found
    }

    /// Marks the lines of elements that are called something else than the article, the outermost first, and
    /// the captions in the rest.
    fn by_name(
        &mut self,
        tree: &Tree<'_>,
        lines: &PageLines,
        hints: &ElementHints,
        title: Option<Id>,
    ) {
        let names = Credibility::of(tree, hints, &self.weights, title);
        let (mut kind, mut until, mut caption_until) = (RemovedKind::Other, 0, 0);
        let mut next = 0;
        for id in 0..tree.len() as Id {
            if id >= until
                && let Some(found) = names.apart(id)
            {
                until = tree.end(id);
                kind = found;
                if found != RemovedKind::Byline {
                    self.others.push(id..until);
                }
            }
            if names.is_caption(id) {
                caption_until = caption_until.max(tree.end(id));
            }
            while let Some(line) = lines.lines.get(next).filter(|l| l.first == id) {
                if line.last < until {
                    self.apart[next] = Some(kind);
                } else if line.last < caption_until {
                    self.apart[next] = Some(RemovedKind::Caption);
                }
                next += 1;
            }
        }
    }

    /// Marks teasers: a small element with a heading that is one link, and what stands with it. `title`: where the
    /// headline stands, which may be a link to its own page. `content`: such cards are what the page is about.
    fn teasers(&mut self, tree: &Tree<'_>, lines: &PageLines, title: Option<Id>, content: bool) {
        let mut heads = self.teaser_heads(lines);
        heads.retain(|n| title.is_none_or(|t| !tree.is_ancestor(t, lines.lines[*n].first)));
        if content || self.are_of_a_list(lines, &heads) {
            self.listed = heads;
            return;
        }
        for n in heads {
            // One before it may have taken it along.
            if self.apart[n].is_some() {
                continue;
            }
            for at in self.teaser_around(tree, lines, title, n) {
                self.apart[at].get_or_insert(RemovedKind::RelatedLinks);
            }
        }
    }

    /// Whether line `n` is a link and heads one of the things that the article lists.
    pub fn is_listed(&self, n: usize) -> bool {
        self.listed.binary_search(&n).is_ok()
    }

    /// The headings that are one link each.
    fn teaser_heads(&self, lines: &PageLines) -> Vec<usize> {
        let heads_teaser = |n: &usize| {
            let line = &lines.lines[*n];
            self.apart[*n].is_none()
                && line.kind == BlockKind::Crosshead
                && line.link_density() >= TEASER_LINKS
        };
        (0..lines.lines.len()).filter(heads_teaser).collect()
    }

    /// Whether linked headings are those of an article that is a list of things (the ten best films): several, most
    /// of them with more running text below than a teaser has.
    fn are_of_a_list(&self, lines: &PageLines, heads: &[usize]) -> bool {
        let below = |head: &usize| -> u32 {
            let rest = lines.lines.iter().zip(&self.apart).skip(head + 1);
            rest.take(TEASER_LINES)
                .take_while(|(line, _)| line.kind != BlockKind::Crosshead)
                .filter(|(line, apart)| apart.is_none() && is_paragraph(line))
                .map(|(line, _)| line.chars)
                .sum()
        };
        let full = heads
            .iter()
            .filter(|head| below(head) >= TEASER_CHARS)
            .count();
        full >= FEWEST_OF_LIST && full * 2 > heads.len()
    }

    /// The lines of the teaser that line `heading` heads.
    fn teaser_around(
        &self,
        tree: &Tree<'_>,
        lines: &PageLines,
        title: Option<Id>,
        heading: usize,
    ) -> Range<usize> {
        // The element around the heading, as far as it holds nothing but this teaser.
        let node = lines.lines[heading].node;
        let all = self.weights.text_in(tree, ROOT) as f32;
        let is_teaser = |id: &Id| {
            let text = self.weights.text_in(tree, *id);
            let has_title = || title.is_some_and(|t| tree.is_ancestor(*id, t));
            text <= TEASER_CHARS && text as f32 <= MOST_OF_TEASER * all && !has_title()
        };
        let around = tree
            .ancestors(node)
            .skip(1)
            .take(TEASER_DEPTH)
            .filter(is_teaser)
            .last()
            .unwrap_or(node);
        let end = tree.end(around);
        let first = lines.lines.partition_point(|l| l.first < around);
        let last = lines.lines.partition_point(|l| l.first < end);
        if last - first <= TEASER_LINES {
            first..last
        } else {
            heading..heading + 1
        }
    }
}

/// Most text of an element, in nodes and in bytes, in which the words of a notice are looked for.
const NOTICE_NODES: usize = 60;
const NOTICE_BYTES: usize = 6_000;

/// Whether an element that is called a question about cookies has the words of one.
fn asks_about_cookies(tree: &Tree<'_>, id: Id) -> bool {
    let texts = tree.descendants(id).filter(|n| tree.tag(*n) == Tag::Text);
    let mut bytes = 0;
    for node in texts.take(NOTICE_NODES) {
        let (text, _) = tree.raw_text(node);
        bytes += text.len();
        if bytes > NOTICE_BYTES {
            return false;
        }
        tree.worked(text.len() / 16);
        let lower = text.to_lowercase();
        if WORDS.cookie.iter().any(|word| lower.contains(word)) {
            return true;
        }
    }
    false
}

/// Running text in elements of the same names, by a hash of tag and names: a box a paragraph is not the less the
/// article for being many.
type Alike = HashMap<u64, ElementsAlike, foldhash::fast::FixedState>;

/// What the elements of the same names hold.
#[derive(Default)]
struct ElementsAlike {
    /// Running text, in characters.
    chars: u32,
    elements: u32,
    /// How many of the elements have a link.
    linked: u32,
}

/// The hash of an element's tag and names; `None` where it has no class.
fn names_of(tree: &Tree<'_>, id: Id) -> Option<u64> {
    let class = tree
        .attributes(id)
        .find(|(name, _)| name.eq_ignore_ascii_case("class"))?
        .1;
    Some(foldhash::fast::FixedState::default().hash_one((tree.tag(id) as u8, class)))
}

/// The running text in all elements that are called something else than the article, by their names.
fn alike(tree: &Tree<'_>, hints: &ElementHints, weights: &TextWeights, links: &[u32]) -> Alike {
    let mut alike = Alike::default();
    for id in 0..tree.len() as Id {
        let is_apart = matches!(
            hints.hint(id),
            Some(ClassHint::Apart(_) | ClassHint::Caption)
        );
        let chars = weights.text_in(tree, id);
        if is_apart
            && chars > 0
            && let Some(names) = names_of(tree, id)
        {
            let of_names = alike.entry(names).or_default();
            of_names.chars += chars;
            of_names.elements += 1;
            of_names.linked += u32::from(links[tree.end(id) as usize] > links[id as usize]);
        }
    }
    alike
}

/// How far the names of a page's elements are to be believed, by the running text they hold.
struct Credibility<'a> {
    tree: &'a Tree<'a>,
    hints: &'a ElementHints,
    weights: &'a TextWeights,
    /// Running text of the page without cookie notices, in characters; at least 1.
    total: f32,
    title: Option<Id>,
    /// The few elements called a body that hold a fair part of the text.
    bodies: Vec<Id>,
    alike: Alike,
    /// Links before each node.
    links: Vec<u32>,
}

impl<'a> Credibility<'a> {
    fn of(
        tree: &'a Tree<'a>,
        hints: &'a ElementHints,
        weights: &'a TextWeights,
        title: Option<Id>,
    ) -> Self {
        let all = weights.text_in(tree, ROOT);
        let total = all.saturating_sub(cookie_text(tree, hints, weights));
        let links = links_before(tree);
        let mut names = Credibility {
            tree,
            hints,
            weights,
            total: total.max(1) as f32,
            title: title.or_else(|| tree.first(Tag::H1)),
            bodies: Vec::new(),
            alike: alike(tree, hints, weights, &links),
            links,
        };
        names.bodies = (0..tree.len() as Id)
            .filter(|id| {
                hints.hint(*id) == Some(ClassHint::Body) && names.share(*id) >= LEAST_OF_BODY
            })
            .take(MOST_BODIES)
            .collect();
        names
    }

    /// Share of the page's running text that an element holds.
    fn share(&self, id: Id) -> f32 {
        self.weights.text_in(self.tree, id) as f32 / self.total
    }

    /// What an element is when it is not the article.
    fn apart(&self, id: Id) -> Option<RemovedKind> {
        match self.hints.hint(id)? {
            ClassHint::Apart(kind) => self.is_believed(id, kind).then_some(kind),
            ClassHint::Stripped => Some(RemovedKind::Other),
            ClassHint::Hidden => (self.share(id) <= MOST_OF_OTHERS).then_some(RemovedKind::Other),
            _ => None,
        }
    }

    fn is_caption(&self, id: Id) -> bool {
        self.hints.hint(id) == Some(ClassHint::Caption)
            && self.share(id) <= MOST_APART
            && self.share_alike(id) <= MOST_APART
    }

    /// Share of the page's running text that all elements of an element's names hold.
    fn share_alike(&self, id: Id) -> f32 {
        let alike = self.alike(id);
        alike.map_or(0.0, |alike| alike.chars as f32 / self.total)
    }

    /// Whether most elements of an element's names hold no link: cards of other stories lead to them.
    fn alike_lead_nowhere(&self, id: Id) -> bool {
        self.alike(id)
            .is_some_and(|alike| alike.linked * 2 < alike.elements)
    }

    fn alike(&self, id: Id) -> Option<&ElementsAlike> {
        self.alike.get(&names_of(self.tree, id)?)
    }

    /// Whether an element has running text and hardly any link: related stories and navigation are links.
    fn is_prose(&self, id: Id) -> bool {
        let text = self.weights.text_in(self.tree, id);
        let clutter = self.weights.clutter_in(self.tree, id) as f32;
        text >= PROSE_CHARS && (!self.has_link(id) || clutter < CLUTTER_OF_PROSE * text as f32)
    }

    /// Whether an element that is called `kind` is that.
    fn is_believed(&self, id: Id, kind: RemovedKind) -> bool {
        if kind == RemovedKind::CookieNotice {
            return asks_about_cookies(self.tree, id) && !self.holds_title(id);
        }
        let most = most_of(kind);
        let are_links = matches!(
            kind,
            RemovedKind::RelatedLinks | RemovedKind::MostRead | RemovedKind::Navigation
        );
        // An offer leads to what it offers.
        let is_offer = kind == RemovedKind::Promo;
        // Readers' comments and cards of other stories are many of one name, and may outweigh the article.
        let may_be_many = matches!(
            kind,
            RemovedKind::Comments | RemovedKind::RelatedLinks | RemovedKind::MostRead
        );
        let is_no_list = !may_be_many || are_links && self.alike_lead_nowhere(id);
        let settled = self.holds_title(id)
            || self.holds_body(id, most)
            || are_links && self.is_prose(id) && self.in_article(id)
            || is_offer && self.is_prose(id) && !self.has_link(id) && self.in_body(id)
            || kind == RemovedKind::Navigation && self.is_plain_heading(id)
            || is_no_list && self.share_alike(id) > most;
        self.share(id) <= most && !settled
    }

    /// Whether an element is a heading that leads nowhere: what jumps to it is navigation, not the heading itself.
    fn is_plain_heading(&self, id: Id) -> bool {
        !self.has_link(id) && self.tree.tag(id).is_heading()
    }

    fn has_link(&self, id: Id) -> bool {
        self.links[self.tree.end(id) as usize] > self.links[id as usize]
    }

    /// Whether an element stands in a body or in an article.
    fn in_article(&self, id: Id) -> bool {
        let is_article = |id: Id| self.tree.tag(id) == Tag::Article;
        self.in_body(id) || self.tree.ancestors(id).any(is_article)
    }

    /// Whether an element stands in a body.
    fn in_body(&self, id: Id) -> bool {
        self.bodies
            .iter()
            .any(|body| self.tree.is_ancestor(*body, id))
    }

    fn holds_title(&self, id: Id) -> bool {
        self.title.is_some_and(|t| self.tree.is_ancestor(id, t)) && self.share(id) > MOST_OF_HEADER
    }

    /// Whether an element holds a body, or is the bulk of one: `<div class="body paywall-on">`.
    fn holds_body(&self, id: Id, most: f32) -> bool {
        let of_this = self.weights.text_in(self.tree, id);
        self.bodies.iter().any(|body| {
            let of_body = self.weights.text_in(self.tree, *body);
            let around = self.tree.is_ancestor(id, *body) && of_body * 2 > of_this;
            // Comments and related stories may be the bulk of what is called a body; a share bar may not.
            let bulk_of_it =
                most == MOST_APART && self.tree.is_ancestor(*body, id) && of_this * 2 > of_body;
            around || bulk_of_it
        })
    }
}

/// Share of the page's running text that an element of a kind may hold and still go.
fn most_of(kind: RemovedKind) -> f32 {
    match kind {
        RemovedKind::Comments
        | RemovedKind::RelatedLinks
        | RemovedKind::Navigation
        | RemovedKind::Copyright
        | RemovedKind::MostRead => MOST_OF_OTHERS,
        // It may be all there is on a page that a script would have filled; it is left out of the whole, so that
        // its share may be more than 1.
        RemovedKind::CookieNotice => f32::INFINITY,
        _ => MOST_APART,
    }
}

/// How many links stand before each node, and in all of the tree.
fn links_before(tree: &Tree<'_>) -> Vec<u32> {
    let mut links = 0;
    let mut before = Vec::with_capacity(tree.len() + 1);
    for id in 0..tree.len() as Id {
        before.push(links);
        links += u32::from(tree.tag(id) == Tag::A);
    }
    before.push(links);
    before
}

/// Running text of cookie notices, which may be longer than the article, in characters.
fn cookie_text(tree: &Tree<'_>, hints: &ElementHints, weights: &TextWeights) -> u32 {
    let (mut chars, mut until) = (0, 0);
    for id in 0..tree.len() as Id {
        if id >= until
            && hints.hint(id) == Some(ClassHint::Apart(RemovedKind::CookieNotice))
            && asks_about_cookies(tree, id)
        {
            chars += weights.text_in(tree, id);
            until = tree.end(id);
        }
    }
    chars
}
