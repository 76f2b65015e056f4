//! JSON-LD: what the page tells search engines about its article, in the terms of schema.org.
//!
//! A page has one or more documents in `<script type="application/ld+json">`, each an object, an array or a
//! `@graph` of objects, which may point to each other by `@id`.
//!
//! Pages break JSON in a handful of ways: what [`mend`] can put right is, and HTML references are read; anything else is
//! passed over.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::intake::html::entities;
use crate::intake::html::tree::{ROOT, Tree};
use crate::intake::json::mend;

/// Most JSON-LD of a page that is read, in bytes. An article with its full body has 10 to 60 KB.
const MOST_BYTES: usize = 2 << 20;
/// Deepest nesting of objects and arrays that is looked into; graphs have three or four.
const MOST_DEPTH: usize = 12;
/// Most objects that are looked at; pages have tens, shops and lists of links hundreds.
const MOST_OBJECTS: usize = 20_000;
/// Most documents in one script; the standard has one, some pages write several without a comma.
const MOST_DOCUMENTS: usize = 16;

/// Most breadcrumbs of a list; sites have four levels.
const MOST_BREADCRUMBS: usize = 16;

/// Types of schema.org that are articles (`Article`, its subtypes, and what pages use for one), the last of
/// them only where nothing better is: see [`MAIN_TYPES`].
const ARTICLES: [&str; 22] = [
    "NewsArticle",
    "Article",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "BackgroundNewsArticle",
    "OpinionNewsArticle",
    "ReviewNewsArticle",
    "AskPublicNewsArticle",
    "AdvertiserContentArticle",
    "SatiricalArticle",
    "ScholarlyArticle",
    "MedicalScholarlyArticle",
    "TechArticle",
    "BlogPosting",
    "LiveBlogPosting",
    "SocialMediaPosting",
    "DiscussionForumPosting",
    "Report",
    "Review",
    "CriticReview",
    "Recipe",
    "MediaReview",
];

/// How many of [`ARTICLES`] are the article of any page they are on. A report, a review or a recipe may be a part of
/// an article.
const MAIN_TYPES: usize = 17;

/// Properties of schema.org whose objects are other things than the page's own article.
const OTHERS: [&str; 16] = [
    "itemListElement",
    "hasPart",
    "liveBlogUpdate",
    "isPartOf",
    "citation",
    "mentions",
    "relatedLink",
    "comment",
    "isBasedOn",
    "about",
    "review",
    "publisher",
    "author",
    "image",
    "potentialAction",
    "itemReviewed",
];

/// All JSON-LD of a page.
#[derive(Debug, Default)]
pub struct JsonLd {
    documents: Vec<Value>,
    /// Types seen at the top, to tell what kind of page it is.
    pub types: Vec<String>,
    /// The names in each list of breadcrumbs (`BreadcrumbList`), from the front page down.
    pub breadcrumbs: Vec<Vec<String>>,
    /// The page's own article.
    article: Option<Map<String, Value>>,
    /// The page itself, where it says when it was published.
    page: Option<Map<String, Value>>,
    ids: HashMap<String, Map<String, Value>>,
}

impl JsonLd {
    pub fn of(tree: &Tree<'_>) -> Self {
        let mut all = JsonLd::default();
        let is_json_ld = |id| {
            let kind = tree.attribute(id, "type");
            kind.is_some_and(|t| t.to_ascii_lowercase().contains("ld+json"))
        };
        let texts = tree.scripts(MOST_BYTES, is_json_ld);
        all.documents.extend(texts.flat_map(parse));
        all.choose();
        all
    }

    /// Finds the objects that others point to, and the page's article among all objects.
    fn choose(&mut self) {
        let mut best: Option<(u32, &Map<String, Value>)> = None;
        let mut types = Vec::new();
        let mut breadcrumbs = Vec::new();
        let mut page = None;
        let mut ids = HashMap::new();
        for object in objects(&self.documents) {
            if let Some(id) = object.get("@id").and_then(Value::as_str)
                && object.len() > 1
            {
                ids.entry(id.to_owned()).or_insert_with(|| named(object));
            }
            types.extend(types_of(object).into_iter().map(str::to_owned));
            if is_a(object, "BreadcrumbList") {
                breadcrumbs.extend(breadcrumb_names(object));
            }
            if page.is_none() && object.contains_key("datePublished") && is_page(object) {
                page = Some(object);
            }
            if let Some(worth) = worth(object)
                && best.is_none_or(|(b, _)| worth > b)
            {
                best = Some((worth, object));
            }
        }
        self.article = best.map(|(_, object)| object.clone());
        self.page = page.cloned();
        self.types = types;
        self.breadcrumbs = breadcrumbs;
        self.ids = ids;
        self.documents = Vec::new();
    }

    /// The page's article.
    pub fn article(&self) -> Option<ArticleData<'_>> {
        self.article
            .as_ref()
            .map(|object| ArticleData { object, all: self })
    }

    /// The page itself (`WebPage`), where it says when it was published.
    pub fn page(&self) -> Option<ArticleData<'_>> {
        self.page
            .as_ref()
            .map(|object| ArticleData { object, all: self })
    }

    pub fn has_type(&self, names: &[&str]) -> bool {
        self.types.iter().any(|t| names.contains(&t.as_str()))
    }
}

/// The objects in documents, in document order, without those that are about other things than the page.
fn objects(documents: &[Value]) -> impl Iterator<Item = &Map<String, Value>> {
    let mut queue: Vec<(&Value, usize)> = documents.iter().rev().map(|d| (d, 0)).collect();
    let mut seen = 0;
    std::iter::from_fn(move || {
        while let Some((value, depth)) = queue.pop() {
            seen += 1;
            if depth > MOST_DEPTH || seen > MOST_OBJECTS {
                continue;
            }
            if let Value::Array(values) = value {
                queue.extend(values.iter().rev().map(|v| (v, depth + 1)));
            } else if let Value::Object(object) = value {
                let own = object.iter().rev();
                let own = own.filter(|(key, _)| !OTHERS.contains(&key.as_str()));
                queue.extend(own.map(|(_, v)| (v, depth + 1)));
                return Some(object);
            }
        }
        None
    })
}

/// The types of an object by their short names.
fn types_of(object: &Map<String, Value>) -> Vec<&str> {
    match object.get("@type") {
        Some(Value::String(one)) => vec![short(one)],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).map(short).collect(),
        _ => Vec::new(),
    }
}

/// The names in a list of breadcrumbs in the order of their positions.
fn breadcrumb_names(list: &Map<String, Value>) -> Option<Vec<String>> {
    let mut items: Vec<&Value> = list.get("itemListElement")?.as_array()?.iter().collect();
    items.truncate(MOST_BREADCRUMBS);
    items.sort_by_key(|item| match item.get("position") {
        Some(Value::String(position)) => position.parse().ok(),
        position => position.and_then(Value::as_u64),
    });
    let name = |item: &Value| {
        let named = item.get("name").or_else(|| item.get("item")?.get("name"));
        plain(named?)
    };
    Some(items.into_iter().filter_map(name).collect())
}

/// `https://schema.org/NewsArticle` and `schema:NewsArticle` as `NewsArticle`.
fn short(name: &str) -> &str {
    name.rsplit(['/', '#', ':']).next().unwrap_or(name)
}

/// Whether an object is the page (`WebPage` or one of its subtypes).
fn is_page(object: &Map<String, Value>) -> bool {
    types_of(object).iter().any(|kind| kind.ends_with("Page"))
}

/// How much an object tells of an article; `None` when it is none.
fn worth(object: &Map<String, Value>) -> Option<u32> {
    let kinds = types_of(object);
    let rank = kinds
        .iter()
        .filter_map(|k| ARTICLES.iter().position(|a| a.eq_ignore_ascii_case(k)))
        .min()?;
    let has = |key: &str| u32::from(object.get(key).is_some_and(|v| !v.is_null()));
    // More than the properties an object of a lesser type can have of those counted here.
    let main = if rank < MAIN_TYPES { 10 } else { 0 };
    Some(
        1 + main
            + 4 * has("headline")
            + 4 * has("datePublished")
            + 2 * has("author")
            + has("articleBody")
            + has("mainEntityOfPage"),
    )
}

/// The article object of a page.
#[derive(Clone, Copy)]
pub struct ArticleData<'a> {
    object: &'a Map<String, Value>,
    all: &'a JsonLd,
}

impl<'a> ArticleData<'a> {
    /// A property as text, references decoded.
    pub fn text(&self, key: &str) -> Option<String> {
        let value = match self.object.get(key)? {
            Value::Array(values) => values.first()?,
            value => value,
        };
        plain(value)
    }

    /// A property as text as it stands: for long texts.
    pub fn raw(&self, key: &str) -> Option<&'a str> {
        self.object.get(key)?.as_str()
    }

    /// All objects or texts of a property, with what they point to looked up.
    pub fn all(&self, key: &str) -> Vec<&'a Value> {
        match self.object.get(key) {
            Some(Value::Array(values)) => values.iter().collect(),
            Some(value) => vec![value],
            None => Vec::new(),
        }
    }

    /// The properties of an object, or of what it points to.
    pub fn resolve(&self, value: &'a Value) -> Option<&'a Map<String, Value>> {
        let object = value.as_object()?;
        if object.contains_key("name") {
            return Some(object);
        }
        let id = object.get("@id").and_then(Value::as_str);
        id.and_then(|id| self.all.ids.get(id)).or(Some(object))
    }

    /// An object within this one, to be read the same way.
    pub fn part(&self, value: &'a Value) -> Option<ArticleData<'a>> {
        Some(ArticleData {
            object: value.as_object()?,
            all: self.all,
        })
    }

    pub fn is(&self, kind: &str) -> bool {
        types_of(self.object).contains(&kind)
    }

    /// A property that says yes or no, in any of the ways pages write it.
    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.object.get(key)? {
            Value::Bool(b) => Some(*b),
            Value::String(s) => match s.to_ascii_lowercase().rsplit('/').next()? {
                "true" | "yes" | "1" => Some(true),
                "false" | "no" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }
}

/// What is needed of an object that others point to: its type and its names.
fn named(object: &Map<String, Value>) -> Map<String, Value> {
    ["@type", "name", "givenName", "familyName"]
        .iter()
        .filter_map(|key| Some(((*key).to_owned(), object.get(*key)?.clone())))
        .collect()
}

/// The types of an object.
pub fn is_a(object: &Map<String, Value>, kind: &str) -> bool {
    types_of(object).contains(&kind)
}

/// A value as plain text: references decoded, tags left out, on one line.
pub fn plain(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(s) => s.as_str(),
        Value::Object(o) => ["@value", "name", "headline", "url"]
            .iter()
            .find_map(|k| o.get(*k)?.as_str())?,
        _ => return None,
    };
    let text = clean(text);
    (!text.is_empty()).then_some(text)
}

/// A text of JSON-LD with references decoded (twice encoded ones too), tags left out, on one line.
pub fn clean(text: &str) -> String {
    let decoded = entities::decode(text, false);
    let decoded = if decoded.contains('&') {
        entities::decode(&decoded, false).into_owned()
    } else {
        decoded.into_owned()
    };
    if decoded.contains('<') && decoded.contains('>') {
        return Tree::parse(&decoded, 32).text_of(ROOT);
    }
    let mut out = String::with_capacity(decoded.len());
    crate::intake::html::tree::push_collapsed(&mut out, &decoded);
    out.truncate(out.trim_end().len());
    out
}

/// The documents in a script, mended where they need it.
fn parse(text: &str) -> Vec<Value> {
    // A comment or a marked section may stand around it.
    const AROUND: [&str; 5] = ["<!--", "//", "/*", "<![CDATA[", "*/"];
    let mut text = text.trim();
    while let Some(rest) = AROUND.iter().find_map(|open| text.strip_prefix(open)) {
        text = rest.trim_start();
    }
    let start = text.find(['{', '[']).unwrap_or(text.len());
    let text = &text[start..];
    let (read, whole) = stream(text);
    if whole {
        return read;
    }
    let (again, _) = stream(&mend(text).text);
    if again.is_empty() && read.is_empty() && text.contains("&quot;") {
        return stream(&mend(&entities::decode(text, false)).text).0;
    }
    // What stands behind the documents may be what is broken.
    if again.len() > read.len() {
        again
    } else {
        read
    }
}

/// The documents in a text up to the first that cannot be read, and whether that is all of it.
fn stream(text: &str) -> (Vec<Value>, bool) {
    let mut documents = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let mut read = Vec::new();
    while read.len() < MOST_DOCUMENTS {
        match documents.next() {
            Some(Ok(document)) => read.push(document),
            Some(Err(_)) => return (read, false),
            None => break,
        }
    }
    (read, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(html: &str) -> JsonLd {
        JsonLd::of(&Tree::parse(html, 99))
    }

    #[test]
    fn finds_the_article_in_a_graph_and_resolves_its_author() {
        let all = of(
            r##"<script type="application/ld+json">{"@graph":[{"@type":"WebPage","name":"x"},
            {"@type":"NewsArticle","headline":"A &amp; B","author":{"@id":"#p"}},
            {"@type":"Person","@id":"#p","name":"Jo Doe"}]}</script>"##,
        );
        let article = all.article().unwrap();
        assert_eq!(article.text("headline").as_deref(), Some("A & B"));
        let author = article.resolve(article.all("author")[0]).unwrap();
        assert_eq!(author["name"], "Jo Doe");
    }

    #[test]
    fn mends_what_pages_break() {
        let all = of(
            "<script type='application/ld+json'>{\"@type\":\"Article\",\"headline\":\"A\nB\",\"keywords\":[\"x\",],}</script>",
        );
        assert_eq!(
            all.article().unwrap().text("headline").as_deref(),
            Some("A B")
        );
        let all = of(
            "<script type='application/ld+json'>//<![CDATA[\n{\"@type\":\"Article\",\"headline\":\"A\"}\n//]]></script>",
        );
        assert_eq!(
            all.article().unwrap().text("headline").as_deref(),
            Some("A")
        );
        assert!(
            of("<script type='application/ld+json'>{{{</script>")
                .article()
                .is_none()
        );
    }

    #[test]
    fn articles_in_lists_are_not_the_page_s() {
        let all = of(
            r#"<script type="application/ld+json">{"@type":"ItemList","itemListElement":[{"@type":"NewsArticle","headline":"x"}]}</script>"#,
        );
        assert!(all.article().is_none());
    }
}
