//! The byline in a line that nothing marks as one: "5 marca 2016 | Autor: Halina Wrona", "This entry was posted by Una
//! Marsh on Monday".

use super::{ArticlePlace, authors, dates};
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, Tree};

/// Nodes before and behind the headline in which such a line is looked for: between them stand share bar and picture.
const BEFORE: Id = 20;
const BEHIND: Id = 80;
/// The same around the end of the article, where blogs sign.
const BEFORE_END: Id = 20;
const BEHIND_END: Id = 60;
/// Largest element that is read as such a line, in nodes and in bytes of text: more is prose.
const MOST_NODES: Id = 30;
const LONGEST_LINE: usize = 240;
/// Signs that sites put between what they say in one line.
const BETWEEN: [char; 4] = ['|', '•', '·', '\n'];

/// The people that such a line names, for a page that names its authors nowhere else.
pub(super) fn names(tree: &Tree<'_>, place: ArticlePlace<'_>) -> Vec<String> {
    let nodes = tree.len() as Id;
    let head = place.headline.or(place.body).unwrap_or(0);
    let end = place.body.map_or(nodes, |body| tree.end(body));
    let around_head = head.saturating_sub(BEFORE)..(head + BEHIND).min(nodes);
    let around_end =
        end.saturating_sub(BEFORE_END).max(around_head.end)..(end + BEHIND_END).min(nodes);
    around_head
        .chain(around_end)
        .filter(|id| *id > 0 && tree.tag(*id) == Tag::Text && !tree.is_raw(*id))
        .filter(|id| !(place.apart)(*id) && !dates::is_of_others(tree, place, *id))
        .filter_map(|id| line_around(tree, id))
        .map(|line| in_line(&line))
        .find(|names| !names.is_empty())
        .unwrap_or_default()
}

/// The line that a text stands in: what the element around it has.
fn line_around(tree: &Tree<'_>, id: Id) -> Option<String> {
    let around = tree.parent(id);
    let is_small = tree.end(around) - around <= MOST_NODES;
    let line = is_small.then(|| tree.text_of(around))?;
    (line.len() <= LONGEST_LINE).then_some(line)
}

/// The people a line names: in a part of it that opens as a byline does, or behind a label.
fn in_line(line: &str) -> Vec<String> {
    let parts = line.split(BETWEEN).map(str::trim);
    parts
        .filter(|part| authors::opens_byline(part))
        .chain(authors::behind_label(line))
        .map(authors::people)
        .find(|names| !names.is_empty() && names.iter().all(|name| is_full_name(name)))
        .unwrap_or_default()
}

/// Whether a name has two words with a capital, and none without but particles: "Ana de la Cruz".
fn is_full_name(name: &str) -> bool {
    /// "della", "vanden"
    const LONGEST_PARTICLE: usize = 6;
    let is_capital =
        |word: &str| word.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase());
    let words = || name.split(' ');
    let fits = |word: &str| is_capital(word) || word.chars().count() <= LONGEST_PARTICLE;
    let is_cjk = name.chars().all(|c| c as u32 >= 0x2e80);
    is_cjk
        || words().filter(|w| is_capital(w)).count() >= 2
            && words().all(fits)
            && !name.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_in_lines_that_nothing_marks() {
        for (line, want) in [
            ("5 marca 2016 | Autor: Halina Wrona", vec!["Halina Wrona"]),
            (
                "12 августа 2015 г., 14:20 Автор: Мария Ольхова",
                vec!["Мария Ольхова"],
            ),
            (
                "March 3, 2020 · By Jane Doe and John Roe",
                vec!["Jane Doe", "John Roe"],
            ),
            (
                "This entry was posted by Una Marsh on Monday, August 2nd, 2010 at 9:14 pm and is filed under News.",
                vec!["Una Marsh"],
            ),
            ("A coauthor: nobody knows who", vec![]),
            ("The bill was backed by John Roe on Monday.", vec![]),
            ("By noon the water had gone.", vec![]),
            ("By Monday the water had gone from Mill Street.", vec![]),
            ("Share | Print | Mail", vec![]),
        ] {
            assert_eq!(in_line(line), want, "{line}");
        }
    }
}
