//! From a reader's draft to the article that the stages work on.

use super::ids::Ids;
use crate::intake::clean;
use crate::intake::outlets::Outlets;
use crate::intake::{Article, Draft, Hints};

/// Cleans the draft of a document's one article and gives it its id: the message's, else the supplier's, else a hash of
/// source and content.
pub fn finish(draft: Draft, hints: &Hints, outlets: &Outlets) -> Article {
    let mut article = cleaned(draft, outlets);
    Ids::default().give().give(&mut article, hints);
    article
}

/// Cleans a draft; the article has no id yet.
pub(super) fn cleaned(mut draft: Draft, outlets: &Outlets) -> Article {
    clean::clean(&mut draft, outlets);
    Article::from_draft(draft, String::new())
}
