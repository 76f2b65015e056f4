//! What passes for text and is no document: a JSON value by itself, the head of a table.

use crate::intake::{ErrorCode, FieldMap, ReadError};

/// Longest part of what was sent that an error repeats, in characters.
const SHOWN: usize = 60;

/// Why text is no document, when it is none. Text that only begins with a quotation mark, a digit or a word of JSON is
/// text.
pub(crate) fn refuse(
    bytes: &[u8],
    content_type: Option<&str>,
    fields: &FieldMap,
) -> Result<(), ReadError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = bytes.trim_ascii();
    let malformed = |why: String| Err(ReadError::new(ErrorCode::Malformed, why));
    let declared_text = content_type.is_some_and(|t| t.trim_start().starts_with("text/"));
    match json_scalar(text) {
        // Copy may be one quotation.
        Some("string") if declared_text => {}
        Some("string") => {
            return malformed(format!(
                "a JSON string by itself, and no object: {}; send what is in it, or call it text/plain",
                shown(text)
            ));
        }
        Some(kind) => {
            return malformed(format!(
                "a JSON {kind} by itself, and no object: {}",
                shown(text)
            ));
        }
        None => {}
    }
    if is_table_head(text, fields) {
        return malformed(format!(
            "the head of a table, which is no format that is read: {}; send each row as a JSON object",
            shown(text)
        ));
    }
    Ok(())
}

/// What kind of JSON value stands alone, where it is neither an object nor a list.
fn json_scalar(text: &[u8]) -> Option<&'static str> {
    let kind = match text.first()? {
        b'"' => "string",
        b'-' | b'0'..=b'9' => "number",
        b't' | b'f' => "boolean",
        b'n' => "null",
        _ => return None,
    };
    let read: Result<serde::de::IgnoredAny, _> = serde_json::from_slice(text);
    read.is_ok().then_some(kind)
}

/// Whether the first line is nothing but names of columns, two or more of them such as articles have (`id,body`).
fn is_table_head(text: &[u8], fields: &FieldMap) -> bool {
    /// Longer lines are no heads of tables of articles, in bytes.
    const LONGEST: usize = 2_000;
    let end = memchr::memchr(b'\n', text).unwrap_or(text.len());
    let Ok(line) = std::str::from_utf8(&text[..end.min(LONGEST)]) else {
        return false;
    };
    let line = line.trim_end();
    let Some(separator) = [',', ';', '\t', '|']
        .into_iter()
        .find(|s| line.contains(*s))
    else {
        return false;
    };
    let name = |cell: &str| {
        let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        cell.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && cell.chars().all(part)
    };
    let cells = || line.split(separator).map(|cell| cell.trim_matches('"'));
    let known =
        |cell: &&str| *cell == "body" || fields.names().any(|n| n.eq_ignore_ascii_case(cell));
    cells().all(name) && cells().filter(known).take(2).count() == 2
}

fn shown(text: &[u8]) -> String {
    let head = &text[..text.len().min(SHOWN * 4)];
    let head: String = String::from_utf8_lossy(head).chars().take(SHOWN).collect();
    let line = head.lines().next().unwrap_or_default();
    if line.len() < text.len() {
        format!("{line}…")
    } else {
        line.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str, content_type: Option<&str>) -> bool {
        refuse(text.as_bytes(), content_type, &FieldMap::default()).is_err()
    }

    #[test]
    fn values_and_heads_of_tables_are_no_documents() {
        for text in [
            "null",
            "42",
            "-1.5e3\n",
            "\u{feff}true",
            "false",
            "\"x\"",
            "\"{\\\"title\\\": \\\"The ferry sank\\\"}\"",
            "id,body",
            "\"id\";\"title\";\"published_at\"\r\n1;Ferry sinks;2026-03-02",
            "url\ttitle\tmaintext",
        ] {
            assert!(refused(text, None), "{text}");
            let quoted = text.starts_with('"') && !text.contains(';');
            assert_eq!(refused(text, Some("text/plain")), !quoted, "{text}");
        }
        let error = refuse(b" null ", None, &FieldMap::default()).unwrap_err();
        assert_eq!(error.code, ErrorCode::Malformed);
        assert_eq!(error.message, "a JSON null by itself, and no object: null");
    }

    #[test]
    fn text_that_only_begins_like_them_is_text() {
        for text in [
            "42 people were rescued from the ferry.",
            "\"It sank,\" she said.",
            "\"It sank.\" \"All of it?\"",
            "null and void, the court said",
            "true",
            "True to its word, the ministry published the list.",
            "Rome,Paris,Oslo",
            "Title, body and soul: a review",
            "Text,Bild und Ton",
            "{",
            "",
        ] {
            let is_value = text == "true";
            assert_eq!(refused(text, None), is_value, "{text}");
        }
    }
}
