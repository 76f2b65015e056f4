//! `content_elements`: the text of a story as Arc XP's publishing system has it (ANS, the Arc Native
//! Specification 0.10), a list of elements of one type each.
//!
//! ```json
//! [{"type": "text", "content": "The <b>ferry</b> sank."},
//!  {"type": "header", "level": 2, "content": "Rescue"},
//!  {"type": "list", "items": [{"type": "text", "content": "One boat"}]},
//!  {"type": "quote", "content_elements": [{"type": "text", "content": "We were lucky"}]}]
//! ```

use serde_json::Value;

/// How deep elements are read that stand in each other.
const DEEPEST: usize = 4;

/// The elements as HTML; `None` where none has text.
pub(super) fn html(elements: &Value) -> Option<String> {
    let mut out = String::new();
    write(elements, "p", 0, &mut out);
    (!out.is_empty()).then_some(out)
}

/// Writes a list of elements, texts in the tag that stands around each here.
fn write(elements: &Value, tag: &str, depth: usize, out: &mut String) {
    let Some(list) = elements.as_array().filter(|_| depth < DEEPEST) else {
        return;
    };
    for element in list {
        let field = |name: &str| element.get(name);
        match field("type").and_then(Value::as_str).unwrap_or_default() {
            "text" => content(element, tag, out),
            "header" => content(element, "h2", out),
            "list" => {
                if let Some(items) = field("items") {
                    write(items, "li", depth + 1, out);
                }
            }
            "quote" => {
                if let Some(inside) = field("content_elements") {
                    write(inside, "blockquote", depth + 1, out);
                }
            }
            _ => {}
        }
    }
}

fn content(element: &Value, tag: &str, out: &mut String) {
    let text = element.get("content").and_then(Value::as_str);
    if let Some(text) = text.filter(|t| !t.trim().is_empty()) {
        out.push_str(&format!("<{tag}>{text}</{tag}>\n"));
    }
}
