//! The article of a page whose visible text has none: in what a script would have put there.
//!
//! Looked for in this order of trust, the longest of a kind counting: `template`, `noscript`, what a style or an attribute
//! hides, and scripts of markup (`<script type="text/template">`); then the data of a script (`<script type="application/json">`, or
//! `window.__STATE__ = {…}`), in strings of HTML, in long strings, and in lists of paragraphs; then fields for text.

use std::borrow::Cow;

use serde_json::Value;

use super::class_hints::is_hidden;
use super::said_blocks;
use crate::intake::DraftBlock;
use crate::intake::html::tag::Tag;
use crate::intake::html::tree::{Id, ROOT, Tree};

/// Shortest text that is taken for an article, in bytes: data and templates are full of shorter sentences.
const SHORTEST: usize = 250;
/// Most data that are parsed, in bytes: of a page that has a few MB of them the article's are among the first.
const MOST_DATA: usize = 4 << 20;
/// Deepest place in the data that is looked at; pages' states have ten to thirty levels.
const DEEPEST: usize = 64;
/// Shortest string without markup that is a paragraph or more, and shortest paragraph in a list, in bytes.
const LONG_STRING: usize = 400;
const PARAGRAPH: usize = 60;
/// Longest name that a state is assigned to, in bytes: `window["__PRELOADED_STATE__"]=`.
const LONGEST_NAME: usize = 120;
/// Fewest paragraphs in a list.
const FEWEST_PARAGRAPHS: usize = 2;

/// Parts of the names of values that hold other texts than the article.
const OTHER_TEXT: [&str; 17] = [
    "comment",
    "related",
    "teaser",
    "caption",
    "terms",
    "policy",
    "cookie",
    "consent",
    "translation",
    "message",
    "i18n",
    "css",
    "style",
    "svg",
    "query",
    "footer",
    "config",
];

/// Markup that the page holds and does not show: each with where it stands in the document, in bytes, the longest
/// first.
pub(super) fn markup<'a>(tree: &Tree<'a>) -> Vec<(usize, &'a str)> {
    let mut found = Vec::new();
    let mut until = 0;
    for id in 1..tree.len() as Id {
        if id < until {
            continue;
        }
        let inner = match tree.tag(id) {
            Tag::Template | Tag::Noscript => {
                until = tree.end(id);
                tree.inner(id)
            }
            _ if is_hidden(tree, id) && has_several_paragraphs(tree.inner(id).1) => {
                until = tree.end(id);
                tree.inner(id)
            }
            Tag::Script if tree.end(id) > id + 1 && holds_markup(tree, id) => {
                let (text, at) = tree.raw_text(id + 1);
                (at, text)
            }
            _ => continue,
        };
        if inner.1.len() >= SHORTEST {
            found.push(inner);
        }
    }
    found.sort_by_key(|(_, text)| std::cmp::Reverse(text.len()));
    found
}

/// Whether hidden markup may be an article: a dialog or a notice has a paragraph at most.
fn has_several_paragraphs(markup: &str) -> bool {
    markup.matches("<p").nth(1).is_some()
}

/// Whether a script is a template of markup, by its type.
fn holds_markup(tree: &Tree<'_>, script: Id) -> bool {
    tree.attribute(script, "type").is_some_and(|kind| {
        let kind = kind.to_ascii_lowercase();
        kind.contains("template") || kind.contains("html")
    })
}

/// The longest text in the data of the page's scripts.
pub(super) fn of_data(tree: &Tree<'_>) -> Vec<DraftBlock> {
    let mut best = Found::default();
    let mut streamed = String::new();
    for text in tree.scripts(MOST_DATA, |_| true) {
        if let Some(chunk) = streamed_chunk(text) {
            streamed.push_str(&chunk);
        } else if let Some(data) = data_of(text) {
            let mut values = serde_json::Deserializer::from_str(&data).into_iter::<Value>();
            if let Some(Ok(value)) = values.next() {
                best.look(&value, 0);
            }
        }
    }
    for row in streamed.lines() {
        best.look_at_row(row);
    }
    best.take_rows();
    if best.text.len() < SHORTEST {
        return Vec::new();
    }
    said_blocks(&best.text)
}

/// The longest text in a field for several lines: pages to print or to mail hold their story in one.
pub(super) fn of_fields(tree: &Tree<'_>) -> Vec<DraftBlock> {
    let fields = tree.find_all(ROOT, Tag::Textarea);
    let filled = fields.filter(|id| tree.end(*id) > id + 1);
    let texts = filled.map(|id| tree.raw_text(id + 1).0);
    let longest = texts.max_by_key(|text| text.len());
    let story = longest.filter(|text| text.len() >= SHORTEST);
    tree.worked(story.map_or(0, |text| text.len() / 16));
    story.map(said_blocks).unwrap_or_default()
}

/// The data in a script: all of it, or what it assigns to a name.
fn data_of(script: &str) -> Option<Cow<'_, str>> {
    let script = script.trim();
    if script.len() < SHORTEST {
        return None;
    }
    if script.starts_with(['{', '[']) {
        return Some(script.into());
    }
    let head = &script[..script.floor_char_boundary(LONGEST_NAME)];
    if let Some(at) = head.find(PARSE) {
        return in_quotes(script[at + PARSE.len()..].trim_start()).map(Cow::Owned);
    }
    let at = head.find("={").or_else(|| head.find("= {"))?;
    Some(script[at + 1..].trim_start().into())
}

/// A chunk of what a page of React's server components streams: `self.__next_f.push([1,"…"])`.
fn streamed_chunk(script: &str) -> Option<String> {
    let script = script.trim();
    let at = script.find("__next_f.push([1,")?;
    let opens = script[..at].len() <= LONGEST_NAME;
    let chunk = script[at..].split_once(',')?.1;
    opens.then(|| in_quotes(chunk.trim_start()))?
}

/// What a script turns a string into data with: `window.__STATE__ = JSON.parse("{…}")`.
const PARSE: &str = "JSON.parse(";

/// The value of the string literal that a script begins with.
fn in_quotes(script: &str) -> Option<String> {
    let quote = script.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    // As JSON writes it: between double quotation marks, which single ones need not escape.
    let mut json = String::from('"');
    let mut chars = script[1..].chars();
    loop {
        match chars.next()? {
            '\\' => match chars.next()? {
                '\'' => json.push('\''),
                'x' => json.push_str("\\u00"),
                escaped => json.extend(['\\', escaped]),
            },
            c if c == quote => break,
            '"' => json.push_str("\\\""),
            c => json.push(c),
        }
    }
    json.push('"');
    serde_json::from_str(&json).ok()
}

/// The longest text so far.
#[derive(Default)]
struct Found {
    text: String,
    /// Paragraphs among the elements that are streamed, in order.
    rows: Vec<String>,
}

impl Found {
    fn take(&mut self, text: &str) {
        if text.len() > self.text.len() {
            text.clone_into(&mut self.text);
        }
    }

    /// Looks at a row of a stream: its number, a colon, and data. Elements are `["$", tag, key, properties]`.
    fn look_at_row(&mut self, row: &str) {
        let data = row.split_once(':').map(|(_, data)| data);
        let data = data.filter(|data| data.starts_with(['[', '{', '"']));
        if let Some(value) = data.and_then(|data| serde_json::from_str::<Value>(data).ok()) {
            self.elements(&value, 0);
            self.look(&value, 0);
        }
    }

    /// Collects the paragraphs among streamed elements.
    fn elements(&mut self, value: &Value, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match value {
            Value::Array(list) => {
                if let [mark, tag, _, properties, ..] = list.as_slice()
                    && mark == "$"
                    && tag == "p"
                {
                    let mut text = String::new();
                    text_within(properties.get("children"), &mut text, 0);
                    self.rows.push(text);
                    return;
                }
                list.iter().for_each(|v| self.elements(v, depth + 1));
            }
            Value::Object(object) => object.values().for_each(|v| self.elements(v, depth + 1)),
            _ => {}
        }
    }

    fn take_rows(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        if rows.len() >= FEWEST_PARAGRAPHS {
            self.take(&rows.join("\n"));
        }
    }

    fn look(&mut self, value: &Value, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match value {
            Value::String(text) => {
                let is_html = text.len() >= SHORTEST && has_paragraphs(text);
                if is_html || text.len() >= LONG_STRING && is_prose(text) {
                    self.take(text);
                }
            }
            Value::Array(list) => {
                let paragraphs: Vec<&str> = list.iter().filter_map(paragraph).collect();
                let long = |p: &&&str| p.len() >= PARAGRAPH && is_prose(p);
                if paragraphs.iter().filter(long).count() >= FEWEST_PARAGRAPHS {
                    let between = if paragraphs.iter().any(|p| has_paragraphs(p)) {
                        ""
                    } else {
                        "\n"
                    };
                    self.take(&paragraphs.join(between));
                }
                list.iter().for_each(|v| self.look(v, depth + 1));
            }
            Value::Object(object) => {
                for (name, value) in object {
                    let name = name.to_lowercase();
                    if !OTHER_TEXT.iter().any(|other| name.contains(other)) {
                        self.look(value, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Appends the text of what stands in a streamed element: strings, and elements with more of them.
fn text_within(value: Option<&Value>, text: &mut String, depth: usize) {
    match value {
        Some(Value::String(own)) => text.push_str(own),
        Some(Value::Array(list)) if depth < DEEPEST => match list.as_slice() {
            [mark, _, _, properties, ..] if mark == "$" => {
                text_within(properties.get("children"), text, depth + 1);
            }
            list => list
                .iter()
                .for_each(|v| text_within(Some(v), text, depth + 1)),
        },
        _ => {}
    }
}

/// The text of a paragraph in a list: a string, or what an object has as its text.
fn paragraph(value: &Value) -> Option<&str> {
    const NAMES: [&str; 7] = [
        "text",
        "html",
        "content",
        "value",
        "body",
        "paragraph",
        "data",
    ];
    match value {
        Value::String(text) => Some(text),
        Value::Object(object) => NAMES.iter().find_map(|name| match object.get(*name)? {
            Value::String(text) => Some(text.as_str()),
            Value::Object(inner) => NAMES.iter().find_map(|name| inner.get(*name)?.as_str()),
            _ => None,
        }),
        _ => None,
    }
}

fn has_paragraphs(text: &str) -> bool {
    text.contains("<p>") || text.contains("<p ") || text.contains("</p>")
}

/// Whether a text is sentences, not code or a list of names: words of letters with blanks between them, and a stop.
fn is_prose(text: &str) -> bool {
    /// Of so many characters one is a blank; code and addresses have fewer.
    const A_BLANK: usize = 12;
    let blanks = text.bytes().filter(|b| *b == b' ').count();
    let signs = text
        .bytes()
        .filter(|b| matches!(b, b'{' | b'}' | b';' | b'=' | b'|'))
        .count();
    blanks * A_BLANK >= text.len()
        && signs * 100 < text.len()
        && text.contains(['.', '!', '?', '。'])
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROSE: &str = "The old bridge of Westmere closed on Monday for a year of repairs, and the shops fear for trade.";

    fn found(html: &str) -> String {
        let blocks = of_data(&Tree::parse(html, 64));
        blocks
            .iter()
            .map(|b| b.text.as_str())
            .collect::<Vec<_>>()
            .join("|")
    }

    #[test]
    fn the_text_in_a_page_s_state_is_found() {
        let html = format!("<p>{PROSE}</p><p>{PROSE} It is old.</p><p>{PROSE}</p>");
        let want = format!("{PROSE}|{PROSE} It is old.|{PROSE}");
        for script in [
            format!("<script type='application/json'>{{\"a\":{{\"body\":{html:?}}}}}</script>"),
            format!("<script>window.__STATE__ = {{\"a\":[{{\"x\":{html:?}}}]}};foo()</script>"),
            format!(
                "<script>window.__STATE__=JSON.parse({:?});</script>",
                format!("{{\"a\":{html:?}}}")
            ),
            format!("<script>window.__STATE__ = JSON.parse('{{\"a\":{html:?}}}')</script>"),
            format!(
                "<script>self.__next_f.push([1,{:?}])</script><script>self.__next_f.push([1,{:?}])</script>",
                format!(
                    "5:[\"$\",\"p\",null,{{\"children\":{PROSE:?}}}]\n6:[\"$\",\"div\",null,{{\"children\":[[\"$\",\"p\",null,{{\"children\":["
                ),
                format!(
                    "{PROSE:?},[\"$\",\"b\",null,{{\"children\":\" It is old.\"}}]]}}],[\"$\",\"p\",\"2\",{{\"children\":{PROSE:?}}}]]}}]\n"
                ),
            ),
            format!(
                "<script type='application/json'>{{\"blocks\":[{{\"type\":\"p\",\"data\":{{\"text\":{PROSE:?}}}}},{{\"text\":\"{PROSE} It is old.\"}},{{\"text\":{PROSE:?}}}]}}</script>"
            ),
        ] {
            assert_eq!(found(&script), want, "{script}");
        }
    }

    #[test]
    fn other_texts_of_the_data_are_no_article() {
        let html = format!("<p>{PROSE}</p><p>{PROSE}</p><p>{PROSE}</p>");
        assert_eq!(
            found(&format!(
                "<script type='application/json'>{{\"cookieText\":{html:?}}}</script>"
            )),
            ""
        );
        assert_eq!(found("<script>var a = {b: function() {}};</script>"), "");
    }
}
