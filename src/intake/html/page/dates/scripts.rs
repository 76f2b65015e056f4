//! When an article was published, by what the page's scripts have for its statistics.

use super::{DateCandidate, comments, parse, words};
use crate::intake::html::page::{ArticlePlace, Sources};
use crate::intake::html::tree::Tree;
use crate::record::{DateBasis, DateRole};

/// Most bytes of scripts that are looked through for a date.
const MOST_SCRIPTS: usize = 1 << 20;
/// Bytes behind a name in a script in which its date stands: a quotation mark, a colon, a quotation mark, and the date.
const BEHIND_NAME: usize = 40;

/// The date that the page's scripts have for its statistics: `"publishDate": "2011-05-06"`. Where they have several, of
/// as many stories, none counts; nor do those of comments.
pub(super) fn read(
    tree: &Tree<'_>,
    sources: &Sources<'_>,
    _: ArticlePlace<'_>,
    all: &mut Vec<DateCandidate>,
) {
    let mut found: Vec<DateCandidate> = Vec::new();
    for text in tree.scripts(MOST_SCRIPTS, |_| true) {
        for behind in words::behind_published_names(comments::before(text)) {
            let end = behind.floor_char_boundary(BEHIND_NAME);
            let value = behind[..end].trim_start_matches([' ', ':', '=', '"', '\'']);
            let value = value
                .split(['"', '\'', ',', '}', ';'])
                .next()
                .unwrap_or_default();
            let date = parse(value, DateBasis::Meta, sources.month_first);
            found.extend(date.map(|date| DateCandidate {
                date,
                role: DateRole::Published,
            }));
        }
    }
    let day = |c: &DateCandidate| c.date.value.get(..10).map(str::to_owned);
    let is_one = found.windows(2).all(|pair| day(&pair[0]) == day(&pair[1]));
    all.extend(found.into_iter().take(1).filter(|_| is_one));
}
