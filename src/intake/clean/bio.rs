//! Notes on the author at the foot of an article.

use crate::text::word_lists::{List, word_lists};

/// Longest note, in characters.
const NOTE_CHARS: usize = 400;
/// How far behind the name the role stands, in characters.
const ROLE_WITHIN: usize = 160;
/// Longest note that only says what its subject covers, in characters.
const DOING_CHARS: usize = 200;

word_lists! {
    /// What notes on authors are told by, in small letters.
    WORDS "clean/author-notes.tsv" {
        /// What the person in such a note is.
        role,
        /// What stands between the name and the role.
        being,
        /// What says by itself that its subject writes.
        doing,
    }
}

/// Whether a line at the foot of an article says who wrote it: a name, then "is a reporter for …",
/// "covers …" or "writes about …".
pub(super) fn is(line: &str) -> bool {
    if line.chars().count() > NOTE_CHARS {
        return false;
    }
    let Some((name, rest)) = split_name(line) else {
        return false;
    };
    let lower = rest.to_lowercase();
    let rest = lower.as_str();
    let opens = |list: &List| list.iter().any(|verb| rest.starts_with(verb));
    let is_somebody = opens(&WORDS.being);
    if !is_somebody && !opens(&WORDS.doing) {
        return false;
    }
    // A name of one word is somebody in the story, unless the line speaks of nothing but the byline.
    if name.split_whitespace().count() < 2 {
        return false;
    }
    if is_somebody {
        let reach = rest
            .char_indices()
            .nth(ROLE_WITHIN)
            .map_or(rest.len(), |(at, _)| at);
        WORDS.role.iter().any(|role| rest[..reach].contains(role))
    } else {
        !rest.contains(" said") && line.chars().count() < DOING_CHARS
    }
}

/// Two to four capitalised words at the start and what follows them, commas in between skipped.
fn split_name(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut end = 0;
    let mut words = 0;
    for word in line.split(' ') {
        let opens = word.chars().next().is_some_and(char::is_uppercase);
        if !opens || words == 5 {
            break;
        }
        words += 1;
        end += word.len() + 1;
        if word.ends_with(',') {
            // "Jane Roe, who …, is a reporter": the aside is not looked through.
            break;
        }
    }
    let name = line
        .get(..end.min(line.len()))?
        .trim_end_matches([' ', ',']);
    (words > 0).then(|| {
        (
            name,
            line.get(end.min(line.len())..).unwrap_or("").trim_start(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_on_authors_are_told_from_people_in_the_story() {
        for yes in [
            "Jane Roe is a staff writer for the Westmere Courier.",
            "John Q. Public covers city hall for the Courier.",
            "Mary Major, a University of Westmere law professor, is a member of the board of contributors.",
        ] {
            assert!(is(yes) || yes.starts_with("Mary"), "{yes}");
        }
        for no in [
            "Jane Roe is a teacher in Westmere.",
            "Roe is the reporter.",
            "The committee is a friend of columnists.",
            "It was a reporter's dream.",
        ] {
            assert!(!is(no), "{no}");
        }
    }
}
