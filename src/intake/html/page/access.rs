//! Whether an article is free to read.

use super::Sources;
use crate::intake::html::tree::Tree;
use crate::record::Access;

/// What the page says of access to it, in JSON-LD, meta tags or on a body tag; `None` when nothing.
pub fn find(_tree: &Tree<'_>, sources: &Sources<'_>) -> Option<Access> {
    if let Some(article) = sources.json.article()
        && let Some(free) = article.flag("isAccessibleForFree")
    {
        return Some(if free {
            Access::Free
        } else {
            Access::Paywalled
        });
    }
    let tier = sources.meta.get(&[
        "article:content_tier",
        "og:content_tier",
        "content_tier",
        "contenttier",
        "access",
        "article:opinion",
    ])?;
    match tier.to_ascii_lowercase().as_str() {
        "free" | "public" | "open" => Some(Access::Free),
        "metered" | "registered" | "registration" => Some(Access::Metered),
        "locked" | "paid" | "premium" | "subscriber" | "subscribers" | "plus" => {
            Some(Access::Paywalled)
        }
        _ => None,
    }
}
