//! The parts of a page that are not its article, by what they are called and how they are built.

use super::hints::{self, Hint};
use crate::intake::html::lines::{Line, Lines};
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, ROOT, Tree};
use crate::record::{BlockKind, RemovedKind};

/// Fewest signs of a line that counts as a paragraph of running text. A sentence has 60 to 150.
pub const PARAGRAPH_SIGNS: u32 = 50;
/// Most of a paragraph that may stand in links.
pub const PARAGRAPH_LINKS: f32 = 0.5;
/// Share of a paragraph in links past which it is links and nothing else.
const ALL_LINKS: f32 = 0.9;
/// Share of the page's running text that an element called something else may hold and still go. Past
/// it the name is a setting ("has-sidebar") or a misnomer.
const MOST_APART: f32 = 0.35;
/// The same for comments, related stories, navigation and footers, which may well outweigh a short article.
const MOST_OF_OTHERS: f32 = 0.65;
/// The same for cookie notices, which may be all there is on a page that a script would have filled: as they
/// are left out of the whole, their share may be any.
const MOST_OF_COOKIES: f32 = f32::INFINITY;
/// Share of the running text that makes an element called a body credible, and how many are looked at.
const LEAST_OF_BODY: f32 = 0.15;
const MOST_BODIES: usize = 16;
/// Largest hidden element that is left out before anything is weighed, in nodes. Larger ones may be a
/// body that a script reveals.
const HIDDEN_NODES: u32 = 40;

/// What each element's names say; `None` for text and nameless elements.
pub struct Names {
    hints: Vec<Option<Hint>>,
}

impl Names {
    pub fn of(tree: &Tree<'_>) -> Self {
        let mut reader = hints::Reader::default();
        let hints = (0..tree.len() as Id)
            .map(|id| match tree.tag(id) {
                Tag::Document
                | Tag::Text
                | Tag::Html
                | Tag::Body
                | Tag::Br
                | Tag::Script
                | Tag::Style
                | Tag::Meta
                | Tag::Link
                | Tag::Head => None,
                tag => reader.hint(tree, id).or_else(|| hints::of_tag(tag)),
            })
            .collect();
        Names { hints }
    }

    pub fn hint(&self, id: Id) -> Option<Hint> {
        self.hints[id as usize]
    }

    /// Forgets the names that are often a mere setting of the article's own element: what is left are
    /// other people's words, other stories, and elements whose kind says that they are not the article.
    pub fn doubt(&mut self, tree: &Tree<'_>) {
        for (id, hint) in self.hints.iter_mut().enumerate() {
            let doubtful = match hint {
                Some(Hint::Apart(kind)) => !matches!(
                    kind,
                    RemovedKind::Comments
                        | RemovedKind::RelatedLinks
                        | RemovedKind::MostRead
                        | RemovedKind::CookieNotice
                ),
                Some(Hint::Hidden) => true,
                _ => false,
            };
            if doubtful {
                *hint = hints::of_tag(tree.tag(id as Id));
            }
        }
    }

    /// Notes that an element is not the article, whatever it is called.
    pub fn strip(&mut self, id: Id) {
        self.hints[id as usize] = Some(Hint::Stripped);
    }

    /// Whether an element is left out of the lines altogether.
    pub fn skips(&self, tree: &Tree<'_>, id: Id) -> bool {
        self.hint(id) == Some(Hint::Hidden) && tree.end(id) - id <= HIDDEN_NODES
    }
}

/// What is known of each line before any is judged.
pub struct Marks {
    /// Why a line is apart from the article, by its element's name or build.
    pub apart: Vec<Option<RemovedKind>>,
    /// Nodes of other things than the article (comments, related stories, …), as ranges in order.
    pub others: Vec<std::ops::Range<Id>>,
    /// Running text before each node, in signs: prefix sums over the nodes, without what is apart.
    good: Vec<u32>,
    /// The rest before each node: scraps and links.
    bad: Vec<u32>,
}

impl Marks {
    /// `title`: where the headline stands.
    pub fn of(tree: &Tree<'_>, lines: &Lines, names: &Names, title: Option<Id>) -> Self {
        let mut marks = Marks {
            apart: vec![None; lines.lines.len()],
            others: Vec::new(),
            good: Vec::new(),
            bad: Vec::new(),
        };
        // First the whole page is weighed, so that a name is not believed against the bulk of it.
        marks.weigh(tree, lines);
        let total = marks
            .good_in(tree, ROOT)
            .saturating_sub(marks.cookies(tree, names))
            .max(1) as f32;
        let share = |marks: &Marks, id: Id| marks.good_in(tree, id) as f32 / total;
        let title = title.or_else(|| tree.first(Tag::H1));
        // The few elements called a body that hold a fair part of the text.
        let bodies: Vec<Id> = (0..tree.len() as Id)
            .filter(|id| names.hint(*id) == Some(Hint::Body) && share(&marks, *id) >= LEAST_OF_BODY)
            .take(MOST_BODIES)
            .collect();
        let mut line = 0;
        let mut until = 0;
        let mut kind = RemovedKind::Other;
        let mut caption_until = 0;
        let mut apart = std::mem::take(&mut marks.apart);
        let mut captions = vec![false; lines.lines.len()];
        for id in 0..tree.len() as Id {
            if id >= until && id < tree.end(id) {
                let found = match names.hint(id) {
                    Some(Hint::Apart(found)) => {
                        let most = match found {
                            RemovedKind::Comments
                            | RemovedKind::RelatedLinks
                            | RemovedKind::Navigation
                            | RemovedKind::Copyright
                            | RemovedKind::MostRead => MOST_OF_OTHERS,
                            RemovedKind::CookieNotice => MOST_OF_COOKIES,
                            _ => MOST_APART,
                        };
                        let holds_title = title.is_some_and(|t| tree.is_ancestor(id, t))
                            && share(&marks, id) > 0.1;
                        // It holds the body, or is the bulk of it: `<div class="body paywall-on">`.
                        let holds_body = bodies.iter().any(|b| {
                            let (of_body, of_this) =
                                (marks.good_in(tree, *b), marks.good_in(tree, id));
                            (tree.is_ancestor(id, *b) && of_body * 2 > of_this)
                                || (most == MOST_APART
                                    && tree.is_ancestor(*b, id)
                                    && of_this * 2 > of_body)
                        });
                        let settled = holds_title || (holds_body && most < MOST_OF_COOKIES);
                        (share(&marks, id) <= most && !settled).then_some(found)
                    }
                    Some(Hint::Stripped) => Some(RemovedKind::Other),
                    Some(Hint::Hidden) => {
                        (share(&marks, id) <= MOST_OF_OTHERS).then_some(RemovedKind::Other)
                    }
                    _ => None,
                };
                if let Some(found) = found {
                    until = tree.end(id);
                    kind = found;
                    if found != RemovedKind::Byline {
                        marks.others.push(id..until);
                    }
                }
            }
            if names.hint(id) == Some(Hint::Caption) && share(&marks, id) <= MOST_APART {
                caption_until = caption_until.max(tree.end(id));
            }
            while let Some(here) = lines.lines.get(line).filter(|l| l.first == id) {
                if here.last < until {
                    apart[line] = Some(kind);
                }
                captions[line] = here.last < caption_until;
                line += 1;
            }
        }
        for (n, caption) in captions.into_iter().enumerate() {
            if caption && apart[n].is_none() {
                apart[n] = Some(RemovedKind::Caption);
            }
        }
        marks.apart = apart;
        marks.cards(tree, lines);
        marks.weigh(tree, lines);
        marks
    }

    /// Teasers: a small element with a heading that is one link, and what stands with it.
    fn cards(&mut self, tree: &Tree<'_>, lines: &Lines) {
        for n in 0..lines.lines.len() {
            let line = &lines.lines[n];
            if self.apart[n].is_some()
                || line.kind != BlockKind::Crosshead
                || line.link_density() < 0.9
            {
                continue;
            }
            // The element around the heading, as far as it holds nothing but this teaser.
            let around = tree
                .ancestors(line.node)
                .skip(1)
                .take(3)
                .filter(|id| self.good_in(tree, *id) <= CARD_SIGNS)
                .last()
                .unwrap_or(line.node);
            let end = tree.end(around);
            let first = lines.lines.partition_point(|l| l.first < around);
            let last = lines.lines.partition_point(|l| l.first < end);
            let teaser = if last - first <= CARD_LINES {
                first..last
            } else {
                n..n + 1
            };
            for at in teaser {
                self.apart[at].get_or_insert(RemovedKind::RelatedLinks);
            }
        }
    }

    /// Running text of cookie notices, which may be longer than the article.
    fn cookies(&self, tree: &Tree<'_>, names: &Names) -> u32 {
        let (mut signs, mut until) = (0, 0);
        for id in 0..tree.len() as Id {
            if id >= until && names.hint(id) == Some(Hint::Apart(RemovedKind::CookieNotice)) {
                signs += self.good_in(tree, id);
                until = tree.end(id);
            }
        }
        signs
    }

    fn weigh(&mut self, tree: &Tree<'_>, lines: &Lines) {
        self.good.clear();
        self.bad.clear();
        self.good.reserve(tree.len() + 1);
        self.bad.reserve(tree.len() + 1);
        let (mut good, mut bad) = (0u32, 0u32);
        let mut line = 0;
        for id in 0..tree.len() as Id {
            self.good.push(good);
            self.bad.push(bad);
            while let Some(here) = lines.lines.get(line).filter(|l| l.first == id) {
                if self.apart[line].is_none() {
                    if is_paragraph(here) {
                        good += here.signs - here.linked;
                    } else if here.kind != BlockKind::Caption {
                        let rest = (here.signs - here.linked).min(PARAGRAPH_SIGNS) / 2;
                        // Text with a link at every other word is text all the same.
                        let linked =
                            if tree.tag(here.node) == Tag::P && here.link_density() < ALL_LINKS {
                                here.linked / 4
                            } else {
                                here.linked
                            };
                        bad += linked + rest;
                    }
                }
                line += 1;
            }
        }
        self.good.push(good);
        self.bad.push(bad);
    }

    /// Running text in an element, in signs.
    pub fn good_in(&self, tree: &Tree<'_>, id: Id) -> u32 {
        self.good[tree.end(id) as usize] - self.good[id as usize]
    }

    /// Scraps and links in an element, in signs.
    pub fn bad_in(&self, tree: &Tree<'_>, id: Id) -> u32 {
        self.bad[tree.end(id) as usize] - self.bad[id as usize]
    }
}

/// Most running text of a teaser, in signs, and most lines.
const CARD_SIGNS: u32 = 320;
const CARD_LINES: usize = 12;

/// Whether a line is running text.
pub fn is_paragraph(line: &Line) -> bool {
    line.signs >= PARAGRAPH_SIGNS
        && line.link_density() < PARAGRAPH_LINKS
        && !matches!(
            line.kind,
            BlockKind::Caption | BlockKind::Crosshead | BlockKind::Table
        )
}
