//! Whether an article is free to read.

use super::Sources;
use super::json_ld::Article;
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{ROOT, Tree};
use crate::record::Access;

/// Meta tags that name the tier of an article.
const TIERS: [&str; 8] = [
    "article:content_tier",
    "og:content_tier",
    "content_tier",
    "contenttier",
    "content-tier",
    "access",
    "accesslevel",
    "article:access",
];

/// Meta tags that say whether an article has to be paid for.
const PAID: [&str; 8] = [
    "paywall",
    "premium",
    "is_premium",
    "ispremium",
    "is-premium",
    "paid_content",
    "paidcontent",
    "is_paid_content",
];

/// Words of class and data attributes of the page's or the article's element, for pages that say it nowhere else.
const LOCKED: [&str; 12] = [
    "premium",
    "is-premium",
    "is-paid",
    "paid",
    "paid-content",
    "paywalled",
    "has-paywall",
    "paywall-active",
    "is-paywalled",
    "subscriber-only",
    "subscribers-only",
    "article-premium",
];

/// What the page says of access to it, in JSON-LD, meta tags or on the element of page or article; `None`
/// when nothing.
pub fn find(tree: &Tree<'_>, sources: &Sources<'_>) -> Option<Access> {
    let tier = TIERS
        .iter()
        .find_map(|name| tier(sources.meta.get(&[name])?));
    if let Some(free) = sources.json.article().and_then(|a| is_free(&a)) {
        // A page may let a reader have some such articles a month: its tier says so.
        return Some(match (free, tier) {
            (true, _) => Access::Free,
            (false, Some(Access::Metered)) => Access::Metered,
            (false, _) => Access::Paywalled,
        });
    }
    if tier.is_some() {
        return tier;
    }
    let paid = PAID
        .iter()
        .find_map(|name| sources.meta.get(&[name]))
        .and_then(|value| match value.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" | "on" => Some(Access::Paywalled),
            "false" | "no" | "0" | "off" => Some(Access::Free),
            _ => None,
        });
    paid.or_else(|| is_locked(tree).then_some(Access::Paywalled))
}

fn tier(value: &str) -> Option<Access> {
    match value.to_ascii_lowercase().as_str() {
        "free" | "public" | "open" => Some(Access::Free),
        "metered" | "registered" | "registration" | "meter" => Some(Access::Metered),
        "locked" | "paid" | "premium" | "subscriber" | "subscribers" | "plus" | "subscription" => {
            Some(Access::Paywalled)
        }
        _ => None,
    }
}

/// `isAccessibleForFree` of the article, or of a part of it that is locked.
fn is_free(article: &Article<'_>) -> Option<bool> {
    let said = article.flag("isAccessibleForFree");
    let locked_part = article.all("hasPart").into_iter().any(|part| {
        article
            .part(part)
            .is_some_and(|p| p.flag("isAccessibleForFree") == Some(false))
    });
    if locked_part { Some(false) } else { said }
}

fn is_locked(tree: &Tree<'_>) -> bool {
    [Tag::Html, Tag::Body, Tag::Main, Tag::Article]
        .iter()
        .filter_map(|tag| tree.find_all(ROOT, *tag).next())
        .any(|id| {
            tree.attribute(id, "class").is_some_and(|class| {
                class.split_ascii_whitespace().any(|word| {
                    LOCKED.contains(&word.replace("__", "-").replace("--", "-").as_str())
                })
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Hints;

    fn access(html: &str) -> Option<Access> {
        let tree = Tree::parse(html, 64);
        find(&tree, &Sources::of(&tree, &Hints::default()))
    }

    #[test]
    fn pages_say_what_is_free() {
        let json = |rest: &str| {
            format!(
                "<script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"headline\":\"x\",{rest}}}</script>"
            )
        };
        let locked_part = r#""isAccessibleForFree":true,"hasPart":{"@type":"WebPageElement","isAccessibleForFree":"False","cssSelector":".paywall"}"#;
        let metered = format!(
            "{}<meta property='article:content_tier' content=metered>",
            json(r#""isAccessibleForFree":false"#)
        );
        for (html, want) in [
            (json(r#""isAccessibleForFree":"True""#), Some(Access::Free)),
            (
                json(r#""isAccessibleForFree":false"#),
                Some(Access::Paywalled),
            ),
            (json(locked_part), Some(Access::Paywalled)),
            (metered, Some(Access::Metered)),
            (
                "<meta name=premium content=true>".into(),
                Some(Access::Paywalled),
            ),
            (
                "<meta name=article:content_tier content=free>".into(),
                Some(Access::Free),
            ),
            (
                "<body class='single has-paywall'>x".into(),
                Some(Access::Paywalled),
            ),
            ("<body class='no-paywall'>x".into(), None),
            ("<meta property=article:opinion content=true>".into(), None),
        ] {
            assert_eq!(access(&html), want, "{html}");
        }
    }
}
