//! The JSON layer that the JSON formats share: parsing that mends what suppliers break, and access by
//! the names several versions of a format use.
//!
//! A document that breaks off is closed where it broke; control characters inside strings, wrong
//! escapes, half surrogates and trailing commas are mended. What was mended or lost is said.

use serde_json::{Map, Value};

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

struct Mended {
    text: String,
    broke_off: bool,
}

/// One pass over the document that writes it again with its strings, commas and brackets in order.
fn mend(text: &str) -> Mended {
    let mut out = String::with_capacity(text.len() + 16);
    let mut stack: Vec<u8> = Vec::new();
    let bytes = text.as_bytes();
    let mut i = 0;
    let mut in_string = false;
    while i < bytes.len() {
        let b = bytes[i];
        if in_string {
            i += mend_in_string(text, i, &mut out);
            in_string = b != b'"';
            continue;
        }
        match b {
            b'"' => in_string = true,
            b'{' => stack.push(b'}'),
            b'[' => stack.push(b']'),
            b'}' | b']' => {
                drop_comma(&mut out);
                if stack.last() == Some(&b) {
                    stack.pop();
                }
            }
            _ => {}
        }
        let length = text[i..].chars().next().map_or(1, char::len_utf8);
        out.push_str(&text[i..i + length]);
        i += length;
    }
    let broke_off = in_string || !stack.is_empty();
    if in_string {
        out.push('"');
    }
    if broke_off {
        close(&mut out, &stack);
    }
    Mended {
        text: out,
        broke_off,
    }
}

/// Copies what stands at `i` inside a string: its closing mark, an escape, a control character as an
/// escape, or all up to one of these. Returns how many bytes that were.
fn mend_in_string(text: &str, i: usize, out: &mut String) -> usize {
    let ends_run = |b| matches!(b, b'"' | b'\\' | 0..=0x1f);
    match text.as_bytes()[i] {
        b'\\' => escape(text, i, out),
        b @ 0..=0x1f => {
            out.push_str(&format!("\\u{b:04x}"));
            1
        }
        b'"' => {
            out.push('"');
            1
        }
        _ => {
            let rest = &text[i..];
            let run = rest.bytes().position(ends_run);
            let run = run.unwrap_or(rest.len());
            out.push_str(&rest[..run]);
            run
        }
    }
}

/// Copies the escape at `i`, putting wrong ones right; returns its length.
fn escape(text: &str, i: usize, out: &mut String) -> usize {
    let bytes = text.as_bytes();
    match bytes.get(i + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
            out.push_str(&text[i..i + 2]);
            2
        }
        Some(b'u') => {
            let unit = |at: usize| {
                text.get(at..at + 4)
                    .and_then(|h| u32::from_str_radix(h, 16).ok())
            };
            match unit(i + 2) {
                Some(high @ 0xd800..=0xdbff) => {
                    let low = (bytes.get(i + 6..i + 8) == Some(b"\\u"))
                        .then(|| unit(i + 8))
                        .flatten();
                    if let Some(low @ 0xdc00..=0xdfff) = low {
                        let c = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                        out.extend(char::from_u32(c));
                        12
                    } else {
                        out.push('\u{fffd}');
                        6
                    }
                }
                Some(0xdc00..=0xdfff) => {
                    out.push('\u{fffd}');
                    6
                }
                Some(_) => {
                    out.push_str(&text[i..i + 6]);
                    6
                }
                None => {
                    out.push('\u{fffd}');
                    2
                }
            }
        }
        // "\'" and the like: the sign itself.
        Some(_) => 1,
        None => 1,
    }
}

fn drop_comma(out: &mut String) {
    let end = out.trim_end().len();
    if out[..end].ends_with(',') {
        out.truncate(end - 1);
    }
}

/// Closes what is open, after dropping a key without value or half a literal.
fn close(out: &mut String, stack: &[u8]) {
    let end = out.trim_end().len();
    out.truncate(end);
    let literal =
        out.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'));
    let tail = &out[literal.len()..];
    if !tail.is_empty() && !literal.ends_with('"') && serde_json::from_str::<Value>(tail).is_err() {
        out.truncate(literal.len());
    }
    loop {
        let trimmed = out.trim_end().len();
        out.truncate(trimmed);
        if out.ends_with(',') {
            out.pop();
        } else if out.ends_with(':') {
            out.push_str("null");
            break;
        } else {
            break;
        }
    }
    // A key that has not got its colon yet: the string after a `{` or `,` in an object.
    if stack.last() == Some(&b'}') && out.ends_with('"') {
        let key = string_start(out);
        let before = out[..key].trim_end();
        if before.ends_with(['{', ',']) {
            let keep = before.trim_end_matches(',').len();
            out.truncate(keep);
        }
    }
    for bracket in stack.iter().rev() {
        out.push(*bracket as char);
    }
}

/// Where the string starts that ends at the end of `out`.
fn string_start(out: &str) -> usize {
    let bytes = out.as_bytes();
    let mut at = bytes.len().saturating_sub(1);
    while let Some(quote) = memchr::memrchr(b'"', &bytes[..at]) {
        let slashes = bytes[..quote]
            .iter()
            .rev()
            .take_while(|b| **b == b'\\')
            .count();
        if slashes % 2 == 0 {
            return quote;
        }
        at = quote;
    }
    0
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
