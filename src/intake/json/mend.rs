//! Writes JSON again as it was meant.
//!
//! Suppliers and pages break it in a few ways: control characters and quotation marks inside strings, wrong escapes and
//! half surrogates, strings in apostrophes, commas too many or too few, values that are missing or words of other
//! languages (`None`, `undefined`, `NaN`), comments, signs beyond ASCII between values. A document that breaks off is closed
//! where it broke. One pass; what is none of this is left as it stands, for the parser to refuse.

use serde_json::Value;

/// A document written again.
pub struct Mended {
    pub text: String,
    /// It ended inside a value.
    pub broke_off: bool,
}

/// Writes a document again with its strings, commas and brackets in order.
pub fn mend(text: &str) -> Mended {
    let mut mender = Mender {
        text,
        out: String::with_capacity(text.len() + 16),
        stack: Vec::new(),
        last: Last::Nothing,
        string: None,
    };
    let mut at = 0;
    while at < text.len() {
        at += match mender.string {
            Some(string) => mender.in_string(at, string),
            None => mender.between(at),
        };
    }
    mender.finish()
}

/// What the last thing written outside strings was, white space apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    Open,
    Comma,
    Colon,
    /// A string, a number, a word, or a closing bracket.
    Value,
}

/// A string that is open.
#[derive(Clone, Copy)]
struct OpenString {
    /// The sign that it opened with: a quotation mark or an apostrophe.
    mark: u8,
    is_key: bool,
}

struct Mender<'t> {
    text: &'t str,
    out: String,
    /// What closes the objects and arrays that are open.
    stack: Vec<u8>,
    last: Last,
    string: Option<OpenString>,
}

impl Mender<'_> {
    /// Copies what stands at `at` outside strings; returns how many bytes that were.
    fn between(&mut self, at: usize) -> usize {
        let b = self.text.as_bytes()[at];
        match b {
            b'"' => self.open_string(b),
            b'\'' if self.last != Last::Value => self.open_string(b),
            b'{' => self.open(b, b'}'),
            b'[' => self.open(b, b']'),
            b'}' | b']' => self.close(b),
            b',' => self.comma(),
            b':' => {
                self.out.push(':');
                self.last = Last::Colon;
            }
            b'/' => return self.comment(at),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'+' | b'.' => return self.word(at),
            0x80.. => return self.beyond_ascii(at),
            _ => self.out.push(b as char),
        }
        1
    }

    /// Puts the comma that is missing before a value.
    fn begin_value(&mut self) {
        if self.last == Last::Value && !self.stack.is_empty() {
            self.out.push(',');
            self.last = Last::Comma;
        }
    }

    fn open_string(&mut self, mark: u8) {
        self.begin_value();
        let in_object = self.stack.last() == Some(&b'}');
        let is_key = in_object && self.last != Last::Colon;
        self.out.push('"');
        self.string = Some(OpenString { mark, is_key });
    }

    fn open(&mut self, bracket: u8, closing: u8) {
        self.begin_value();
        self.out.push(bracket as char);
        self.stack.push(closing);
        self.last = Last::Open;
    }

    fn close(&mut self, bracket: u8) {
        match self.last {
            Last::Comma => drop_comma(&mut self.out),
            Last::Colon => self.out.push_str("null"),
            _ => {}
        }
        if self.stack.last() == Some(&bracket) {
            self.stack.pop();
        }
        self.out.push(bracket as char);
        self.last = Last::Value;
    }

    /// Copies a comma, unless there is nothing that it parts.
    fn comma(&mut self) {
        match self.last {
            Last::Colon => self.out.push_str("null"),
            Last::Value if !self.stack.is_empty() => {}
            _ => return,
        }
        self.out.push(',');
        self.last = Last::Comma;
    }

    /// Leaves out the comment at `at`.
    fn comment(&mut self, at: usize) -> usize {
        let rest = &self.text[at..];
        let end = match rest.as_bytes().get(1) {
            Some(b'/') => rest.find('\n'),
            Some(b'*') => rest.find("*/").map(|end| end + 2),
            _ => {
                self.out.push('/');
                return 1;
            }
        };
        end.unwrap_or(rest.len())
    }

    /// Copies the number or the word at `at`, in JSON's words.
    fn word(&mut self, at: usize) -> usize {
        let rest = &self.text[at..];
        let is_part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.' | b'_');
        let end = rest.bytes().position(|b| !is_part(b));
        let word = &rest[..end.unwrap_or(rest.len())];
        self.begin_value();
        self.out.push_str(match word {
            "None" | "undefined" | "NaN" | "Infinity" | "-Infinity" => "null",
            "True" => "true",
            "False" => "false",
            word => word,
        });
        self.last = Last::Value;
        word.len()
    }

    /// Leaves out a blank beyond ASCII between values, copies any other sign.
    fn beyond_ascii(&mut self, at: usize) -> usize {
        let c = self.text[at..].chars().next().unwrap_or(' ');
        let is_blank = c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}');
        self.out.push(if is_blank { ' ' } else { c });
        c.len_utf8()
    }

    /// Copies what stands at `at` inside a string: a mark, an escape, a control character as an escape, or all up to one
    /// of these. Returns how many bytes that were.
    fn in_string(&mut self, at: usize, string: OpenString) -> usize {
        let rest = &self.text[at..];
        let bytes = rest.as_bytes();
        match bytes[0] {
            b'\\' if bytes.get(1) == Some(&string.mark) && string.mark == b'\'' => {
                self.out.push('\'');
                2
            }
            b'\\' => escape(self.text, at, &mut self.out),
            b @ 0..=0x1f => {
                self.out.push_str(&format!("\\u{b:04x}"));
                1
            }
            b if b == string.mark && self.ends(&rest[1..], string) => {
                self.out.push('"');
                self.string = None;
                self.last = Last::Value;
                1
            }
            b'"' => {
                self.out.push_str("\\\"");
                1
            }
            _ => {
                let ends_run = |b| b == string.mark || matches!(b, b'"' | b'\\' | 0..=0x1f);
                let run = bytes[1..].iter().position(|b| ends_run(*b));
                let run = run.map_or(bytes.len(), |run| run + 1);
                self.out.push_str(&rest[..run]);
                run
            }
        }
    }

    /// Whether a string ends where its mark stands, by what comes behind it: `"The "old" bridge"` has two marks more than
    /// were meant.
    fn ends(&self, behind: &str, string: OpenString) -> bool {
        let blank = |c: char| c.is_ascii_whitespace();
        let rest = behind.trim_start_matches(blank);
        let Some(next) = rest.bytes().next() else {
            return true;
        };
        if string.is_key {
            return true;
        }
        match next {
            b'}' | b']' | b'/' => true,
            b',' => {
                let then = rest[1..].trim_start_matches(blank).bytes().next();
                let in_object = self.stack.last() == Some(&b'}');
                then.is_none_or(|b| {
                    let any = b == string.mark || matches!(b, b',' | b'}' | b']' | b'/' | b'{');
                    let of_array = || {
                        b.is_ascii_digit()
                            || matches!(
                                b,
                                b'"' | b'[' | b'-' | b't' | b'f' | b'n' | b'N' | b'T' | b'F'
                            )
                    };
                    any || !in_object && of_array()
                })
            }
            // The comma is missing.
            next => next == string.mark && rest.len() < behind.len(),
        }
    }

    fn finish(mut self) -> Mended {
        let broke_off = self.string.is_some() || !self.stack.is_empty();
        if self.string.is_some() {
            self.out.push('"');
        }
        if broke_off {
            close_all(&mut self.out, &self.stack);
        }
        Mended {
            text: self.out,
            broke_off,
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
fn close_all(out: &mut String, stack: &[u8]) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_broken_inside_is_mended() {
        for (text, want) in [
            (r#"{"a": "x",, "b": 1,}"#, json!({"a": "x", "b": 1})),
            (r#"{, "a": [ , 1]}"#, json!({"a": [1]})),
            (
                "{\"a\": \"x\"\n\"b\": [1 2] \"c\": 3}",
                json!({"a": "x", "b": [1, 2], "c": 3}),
            ),
            (
                r#"{"a": "The "old" bridge", "b": ["An "old", wooden one", "y"]}"#,
                json!({"a": "The \"old\" bridge", "b": ["An \"old\", wooden one", "y"]}),
            ),
            (
                r#"{"a": "The "old", they say", "b": 1}"#,
                json!({"a": "The \"old\", they say", "b": 1}),
            ),
            (
                r#"{'a': 'it\'s', 'b': 'it's "it"', 'c': None, 'd': [True, False]}"#,
                json!({"a": "it's", "b": "it's \"it\"", "c": null, "d": [true, false]}),
            ),
            (
                r#"{"a": NaN, "b": undefined, "c": , "d":}"#,
                json!({"a": null, "b": null, "c": null, "d": null}),
            ),
            (
                "{// one\n\"a\": /* two */ \"http://x/*y*/\"}",
                json!({"a": "http://x/*y*/"}),
            ),
            ("{\u{a0}\"a\":\u{feff} -1.5e+3}", json!({"a": -1500.0})),
        ] {
            let mended = mend(text).text;
            let value: Value =
                serde_json::from_str(&mended).unwrap_or_else(|e| panic!("{e}: {mended}"));
            assert_eq!(value, want, "{text}");
        }
    }

    #[test]
    fn what_is_in_order_stays_as_it_is() {
        for text in [
            r#"{"a": "x, \"y\": z", "b": ["p", "q"], "c": {"d": []}, "e": [{}, {"f": "}"}]}"#,
            r#"["a", 1, true, null, -2.5, "b"]"#,
            r#"{"a":"","b":"]","c":","}"#,
        ] {
            assert_eq!(mend(text).text, text);
        }
    }

    #[test]
    fn what_is_no_json_stays_none() {
        for text in ["{{{", "{Reporting by Jane Roe}", "{\"a\" b}", "}]"] {
            let mended = mend(text).text;
            assert!(serde_json::from_str::<Value>(&mended).is_err(), "{mended}");
        }
    }
}
