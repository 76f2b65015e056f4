//! The JSON layer that the JSON formats share: parsing that mends what suppliers break, and access by
//! the names several versions of a format use.
//!
//! What can be mended in a document is, by `mend`; what was mended or lost is said.

mod mend;

use serde_json::{Map, Value};

pub use mend::mend;

use super::{ErrorCode, Flag, ReadError};

/// A parsed document and what was wrong with it.
#[derive(Debug)]
pub struct Parsed {
    pub value: Value,
    pub flag: Option<Flag>,
    /// Where the document broke off, when it did.
    pub error: Option<ReadError>,
}

/// Parses a document, mending it where needed.
///
/// # Errors
/// [`ErrorCode::Malformed`] with the byte when it cannot be mended, [`ErrorCode::TooDeep`] past the
/// limit of nesting.
pub fn parse(text: &str, depth: usize) -> Result<Parsed, ReadError> {
    let text = text.trim_start_matches('\u{feff}');
    let error = match serde_json::from_str(text) {
        Ok(value) => return checked(value, None, None, depth),
        Err(error) => error,
    };
    if error.to_string().starts_with("recursion limit") {
        return Err(too_deep(depth));
    }
    let at = offset(text, error.line(), error.column());
    let mended = mend(text);
    match serde_json::from_str(&mended.text) {
        Ok(value) => {
            let broke_off = mended.broke_off.then(|| {
                ReadError::new(ErrorCode::Malformed, "the document ends inside a value")
                    .at(text.len() as u64)
            });
            let flag = if broke_off.is_some() {
                Flag::TRUNCATED
            } else {
                Flag::JSON_MENDED
            };
            checked(value, Some(flag), broke_off, depth)
        }
        // The syntax breaks in the middle: what stands before may be whole.
        Err(_) => {
            let failure = ReadError::new(ErrorCode::Malformed, error.to_string()).at(at as u64);
            let upto = text.get(..floor(text, at.saturating_sub(1))).unwrap_or("");
            match serde_json::from_str(&mend(upto).text) {
                Ok(value) => checked(value, Some(Flag::TRUNCATED), Some(failure), depth),
                Err(_) => Err(failure),
            }
        }
    }
}

fn checked(
    value: Value,
    flag: Option<Flag>,
    error: Option<ReadError>,
    depth: usize,
) -> Result<Parsed, ReadError> {
    if deeper_than(&value, depth) {
        return Err(too_deep(depth));
    }
    Ok(Parsed { value, flag, error })
}

fn too_deep(depth: usize) -> ReadError {
    ReadError::new(
        ErrorCode::TooDeep,
        format!("values nested deeper than {depth}"),
    )
}

fn deeper_than(value: &Value, depth: usize) -> bool {
    if depth == 0 {
        return matches!(value, Value::Array(_) | Value::Object(_));
    }
    match value {
        Value::Array(items) => items.iter().any(|v| deeper_than(v, depth - 1)),
        Value::Object(map) => map.values().any(|v| deeper_than(v, depth - 1)),
        _ => false,
    }
}

/// Byte of a line and column as serde_json counts them (columns are bytes).
pub fn offset(text: &str, line: usize, column: usize) -> usize {
    let mut start = 0;
    for _ in 1..line {
        match memchr::memchr(b'\n', &text.as_bytes()[start..]) {
            Some(n) => start += n + 1,
            None => break,
        }
    }
    (start + column).min(text.len())
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Access to an object's fields by the names that versions of a format have given them.
pub trait Fields {
    /// The first of these fields that is there and not `null`.
    fn any(&self, names: &[&str]) -> Option<&Value>;

    /// [`Fields::any`] as text: a string, or a number as it is written. Trimmed, never empty.
    fn text(&self, names: &[&str]) -> Option<String> {
        self.any(names).and_then(text_of)
    }

    /// [`Fields::any`] as a list: its elements, or the one value that is no list.
    fn list(&self, names: &[&str]) -> &[Value] {
        match self.any(names) {
            Some(Value::Array(items)) => items,
            Some(one) => std::slice::from_ref(one),
            None => &[],
        }
    }
}

impl Fields for Map<String, Value> {
    fn any(&self, names: &[&str]) -> Option<&Value> {
        names
            .iter()
            .find_map(|n| self.get(*n).filter(|v| !v.is_null()))
    }
}

impl Fields for Value {
    fn any(&self, names: &[&str]) -> Option<&Value> {
        self.as_object()?.any(names)
    }
}

/// A string, or a number as it is written; trimmed, never empty.
pub fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(s) => s.trim().to_owned(),
        Value::Number(n) => n.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn value(text: &str) -> Value {
        parse(text, 64).unwrap().value
    }

    #[test]
    fn what_suppliers_break_is_mended() {
        assert_eq!(value("{\"a\": \"x\ny\"}"), json!({"a": "x\ny"}));
        assert_eq!(
            value(r#"{"a": "it\'s", "b": [1, 2,],}"#),
            json!({"a": "it's", "b": [1, 2]})
        );
        assert_eq!(value(r#"{"a": "\ud83d x"}"#), json!({"a": "\u{fffd} x"}));
        assert_eq!(
            parse("{\"a\": \"x\ny\"}", 8).unwrap().flag,
            Some(Flag::JSON_MENDED)
        );
    }

    #[test]
    fn what_breaks_off_is_closed() {
        for (text, want) in [
            (r#"{"a": "one", "b": "tw"#, json!({"a": "one", "b": "tw"})),
            (r#"{"a": "one", "b"#, json!({"a": "one"})),
            (r#"{"a": "one", "b":"#, json!({"a": "one", "b": null})),
            (
                r#"{"a": [1, 2, {"c": tr"#,
                json!({"a": [1, 2, {"c": null}]}),
            ),
            (r#"{"a": "one","#, json!({"a": "one"})),
            (r#"{"a": {"b": 12"#, json!({"a": {"b": 12}})),
        ] {
            let parsed = parse(text, 64).unwrap();
            assert_eq!(parsed.value, want, "{text}");
            assert_eq!(parsed.error.unwrap().byte, Some(text.len() as u64));
        }
        let parsed = parse(r#"{"a": "one", "b": @, "c": 1}"#, 64).unwrap();
        assert_eq!(parsed.value["a"], "one");
        assert!(parsed.error.is_some());
    }

    #[test]
    fn nesting_is_bounded() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(parse(&deep, 64).unwrap_err().code, ErrorCode::TooDeep);
        assert_eq!(parse("[[[1]]]", 2).unwrap_err().code, ErrorCode::TooDeep);
    }
}
