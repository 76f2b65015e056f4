//! Whether an article is free to read.

use super::Sources;
use super::json_ld::ArticleData;
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{ROOT, Tree};
use crate::record::Access;
use crate::text::word_lists::word_lists;

word_lists! {
    /// Values and classes, as the file explains them.
    WORDS "page/access.tsv" {
        free_tier,
        metered_tier,
        paid_tier,
        locked_class,
    }
}

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

/// What the page says of access to it, in JSON-LD, meta tags or on the element of page or article; `None`
/// when nothing.
pub(crate) fn find(tree: &Tree<'_>, sources: &Sources<'_>) -> Option<Access> {
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
    tier.or_else(|| paid(sources))
        .or_else(|| is_locked(tree).then_some(Access::Paywalled))
}

/// What the first of the meta tags says that ask for yes or no.
fn paid(sources: &Sources<'_>) -> Option<Access> {
    let value = PAID.iter().find_map(|name| sources.meta.get(&[name]))?;
    match value.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" | "on" => Some(Access::Paywalled),
        "false" | "no" | "0" | "off" => Some(Access::Free),
        _ => None,
    }
}

fn tier(value: &str) -> Option<Access> {
    let value = &*value.to_ascii_lowercase();
    [
        (&WORDS.free_tier, Access::Free),
        (&WORDS.metered_tier, Access::Metered),
        (&WORDS.paid_tier, Access::Paywalled),
    ]
    .into_iter()
    .find(|(words, _)| words.contains(&value))
    .map(|(_, access)| access)
}

/// schema.org's `isAccessibleForFree` of the article, or of a part of it that is locked.
fn is_free(article: &ArticleData<'_>) -> Option<bool> {
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
                    let word = word.replace("__", "-").replace("--", "-");
                    WORDS.locked_class.contains(&word.as_str())
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
