//! Where the text of a mail that somebody passed on begins: behind the mark of forwarding and the headers
//! that the mail program repeats there.
//!
//! ```text
//! FYI
//! ---------- Forwarded message ---------
//! From: Press Office <press@acme.example>
//! Subject: Acme orders ferries
//!
//! Acme has ordered …
//! ```

use crate::text::word_lists::word_lists;

word_lists! {
    /// What mail programs write above a mail that they pass on.
    WORDS "wire/mail.tsv" {
        /// The line that says that a mail is passed on, in small letters and without dashes.
        mark,
        /// The names of the headers below it, in small letters.
        header,
        /// What the line ends with above a mail that is answered, in small letters.
        answered,
    }
}

/// Most lines above the mark, and longest mark, in bytes.
const MOST_ABOVE: usize = 40;
const LONGEST_MARK: usize = 80;
/// Most headers below the mark, in lines.
const MOST_HEADERS: usize = 24;
/// Most times that a mail was passed on.
const MOST_TIMES: usize = 4;

/// The text that a mail was passed on with; `None` where it was not.
pub(super) fn text(content: &str) -> Option<String> {
    let lines: Vec<&str> = content.lines().collect();
    let mut from = 0;
    for _ in 0..MOST_TIMES {
        match start(&lines[from..]) {
            Some(at) => from += at,
            None => break,
        }
    }
    let rest = &lines[from..];
    let said = |line: &&&str| !line.trim().is_empty();
    if from == 0 || rest.iter().filter(said).count() == 0 {
        return None;
    }
    // Passed on as a quotation, all of it stands behind angles.
    let quoted = rest.iter().filter(said).all(|line| line.starts_with('>'));
    let bare = |line: &&str| {
        if quoted {
            unquoted(line).to_owned()
        } else {
            (*line).to_owned()
        }
    };
    Some(rest.iter().map(bare).collect::<Vec<_>>().join("\n"))
}

/// The first line of the text that was passed on.
pub(super) fn start(lines: &[&str]) -> Option<usize> {
    let mark = lines
        .iter()
        .take(MOST_ABOVE)
        .position(|line| is_mark(line))?;
    let mut headers = 0;
    for (at, line) in lines.iter().enumerate().skip(mark + 1).take(MOST_HEADERS) {
        let line = unquoted(line);
        if is_header(line) {
            headers += 1;
        } else if line.is_empty() {
            if headers > 0 {
                return Some(at + 1);
            }
        } else if headers == 0 {
            return None;
        } else if !line.contains('@') && !lines[at].starts_with([' ', '\t']) {
            // A header that goes on has an address in it, or is indented.
            return Some(at);
        }
    }
    None
}

/// A text without the mail that it answers: a line such as "On Monday, Jens Berg wrote:" and nothing but quoted lines below.
pub(super) fn without_answered(content: &str) -> &str {
    let mut end = content.len();
    for line in content.lines().rev() {
        let at = line.as_ptr() as usize - content.as_ptr() as usize;
        let text = line.trim();
        if text.is_empty() || text.starts_with('>') {
            continue;
        }
        let lower = text.to_lowercase();
        let quotes = content[at + line.len()..].contains('>');
        if quotes && WORDS.answered.iter().any(|words| lower.ends_with(words)) {
            end = at;
        }
        break;
    }
    let text = &content[..end];
    if text.trim().is_empty() {
        content
    } else {
        text
    }
}

fn unquoted(line: &str) -> &str {
    line.trim_start_matches(['>', ' ']).trim_end()
}

fn is_mark(line: &str) -> bool {
    let bare = unquoted(line).trim_matches(|c: char| !c.is_alphanumeric());
    bare.len() <= LONGEST_MARK && {
        let lower = bare.to_lowercase();
        WORDS.mark.iter().any(|mark| lower.starts_with(mark))
    }
}

fn is_header(line: &str) -> bool {
    let line = line.trim_start_matches('*');
    let Some((name, _)) = line.split_once(':') else {
        return false;
    };
    let name = name.trim_end_matches([' ', '\u{a0}', '*']).to_lowercase();
    WORDS.header.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mail_that_is_answered_goes() {
        for (mail, want) in [
            (
                "The ferry sails.\n\nOn Mon, Jens Berg <j@b.example> wrote:\n> Does it?\n> \n",
                "The ferry sails.\n\n",
            ),
            (
                "It sails.\nAm Montag schrieb Jens Berg:\n> Does it?",
                "It sails.\nAm Montag schrieb Jens Berg:\n> Does it?",
            ),
            ("It sails.\nJens Berg schrieb:\n> Does it?", "It sails.\n"),
            ("She wrote:\nIt sails.", "She wrote:\nIt sails."),
            ("She wrote:\n> It sails.", "She wrote:\n> It sails."),
        ] {
            assert_eq!(without_answered(mail), want, "{mail}");
        }
    }

    #[test]
    fn the_text_that_was_passed_on_is_told() {
        for (mail, want) in [
            (
                "See below.\n\n-----Ursprüngliche Nachricht-----\nVon: Presse\nGesendet: Montag\nBetreff: Fähre\n\nDie Fähre fährt.",
                Some("Die Fähre fährt."),
            ),
            (
                "Begin forwarded message:\n\n> From: A <a@b.example>\n> Subject: X\n> \n> The ferry sails.\n> It is late.",
                Some("The ferry sails.\nIt is late."),
            ),
            (
                "---------- Forwarded message ---------\n*From:* A\n*To:* many,\n  others@b.example\n\nText.",
                Some("Text."),
            ),
            (
                "-------- Forwarded Message --------\nSubject: \tX\nFrom: \tA\n\n---------- Forwarded message ----------\nFrom: B\nDate: Monday\n\nTwice.",
                Some("Twice."),
            ),
            ("The forwarded message said no.\n\nAnd that was all.", None),
            ("Forwarded message\n\nNo headers below it.", None),
            ("Plain text.", None),
        ] {
            assert_eq!(text(mail).as_deref(), want, "{mail}");
        }
    }
}
