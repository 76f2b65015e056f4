//! Lemmas: the form under which a dictionary has a word.
//!
//! Rules by the endings of English, and a table of the forms that they do not tell.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::parse::Tag;
use crate::text::data::{DataFile, data_file, sound};
use crate::text::push_lower;

pub(super) const FILE: DataFile<'static> = data_file!("syntax/lemmas.tsv");

/// Which rules a word follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    Verb,
    Modal,
    Noun,
    Adjective,
}

impl Part {
    fn of(tag: Tag) -> Option<Part> {
        match tag {
            _ if tag.is_verb() => Some(Part::Verb),
            Tag::Md => Some(Part::Modal),
            Tag::Nn | Tag::Nns => Some(Part::Noun),
            Tag::Jjr | Tag::Jjs | Tag::Rbr | Tag::Rbs => Some(Part::Adjective),
            _ => None,
        }
    }
}

type Table = HashMap<(Part, &'static str), &'static str, FixedState>;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let rows = FILE.rows().map(|row| {
        let [part, form, lemma] = sound(row.columns());
        let part = match part {
            "verb" => Part::Verb,
            "modal" => Part::Modal,
            "noun" => Part::Noun,
            "adj" => Part::Adjective,
            _ => sound(Err(row.fault("neither verb nor modal nor noun nor adj"))),
        };
        ((part, form), lemma)
    });
    rows.collect()
});

/// Reads the table, so that no article waits for it.
pub(super) fn load() {
    LazyLock::force(&TABLE);
}

/// The forms in lower case whose lemma under some part of speech is this one, and some that are no words: what [`lemma`]
/// does, the other way round.
pub fn forms(lemma: &str) -> Vec<String> {
    static IRREGULAR: LazyLock<HashMap<&str, Vec<&str>, FixedState>> = LazyLock::new(|| {
        let mut forms: HashMap<&str, Vec<&str>, FixedState> = HashMap::default();
        for ((_, form), lemma) in TABLE.iter() {
            forms.entry(lemma).or_default().push(form);
        }
        forms
    });
    let mut stems = vec![lemma.to_owned()];
    stems.extend(
        lemma
            .chars()
            .next_back()
            .map(|last| format!("{lemma}{last}")),
    );
    stems.extend(lemma.strip_suffix('e').map(str::to_owned));
    stems.extend(lemma.strip_suffix('y').map(|stem| format!("{stem}i")));
    let endings = ["", "s", "es", "ed", "ing", "er", "est"];
    let regular = stems
        .iter()
        .flat_map(|stem| endings.map(|end| format!("{stem}{end}")));
    let irregular = IRREGULAR.get(lemma).into_iter().flatten();
    regular
        .chain(irregular.map(|form| (*form).to_owned()))
        .collect()
}

/// The lemma of a word with this part of speech, in lower case unless it is a name: "were" → "be", "talks" → "talk".
pub fn lemma(word: &str, tag: Tag) -> Cow<'_, str> {
    if tag.is_proper_noun() {
        return Cow::Borrowed(word);
    }
    if !word.contains(|c: char| c.is_uppercase() || c == '\u{2019}') {
        return of_lower(word, tag);
    }
    let mut lower = String::with_capacity(word.len());
    push_lower(&mut lower, word);
    Cow::Owned(of_lower(&lower.replace('\u{2019}', "'"), tag).into_owned())
}

fn of_lower(word: &str, tag: Tag) -> Cow<'_, str> {
    let Some(part) = Part::of(tag) else {
        return Cow::Borrowed(word);
    };
    if let Some(lemma) = TABLE.get(&(part, word)) {
        return Cow::Borrowed(lemma);
    }
    match tag {
        Tag::Vbz | Tag::Nns => of_plural(word),
        Tag::Vbd | Tag::Vbn => of_ending(word, &["ed"]),
        Tag::Vbg => of_ending(word, &["ing"]),
        Tag::Jjr | Tag::Rbr => of_ending(word, &["er"]),
        Tag::Jjs | Tag::Rbs => of_ending(word, &["est"]),
        _ => Cow::Borrowed(word),
    }
}

/// Of the plural of a noun, or of the third person of a verb, whose endings are the same.
fn of_plural(form: &str) -> Cow<'_, str> {
    if let Some(stem) = form.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return Cow::Owned(format!("{stem}y"));
    }
    let long = ["sses", "xes", "zes", "ches", "shes", "oes"];
    if long.iter().any(|ending| form.ends_with(ending)) {
        return Cow::Borrowed(&form[..form.len() - 2]);
    }
    let is_singular = ["ss", "us", "is"].iter().any(|end| form.ends_with(end));
    Cow::Borrowed(
        form.strip_suffix('s')
            .filter(|_| !is_singular)
            .unwrap_or(form),
    )
}

fn of_ending<'w>(form: &'w str, endings: &[&str]) -> Cow<'w, str> {
    let is_vowel = |c: char| is_vowel(c) || c == 'y';
    let stem = endings.iter().find_map(|ending| form.strip_suffix(ending));
    let stem = stem.filter(|stem| stem.contains(is_vowel));
    stem.map_or(Cow::Borrowed(form), of_stem)
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')
}

/// The word to whose stem an ending was put: "stopp" → "stop", "carri" → "carry", "mak" → "make".
fn of_stem(stem: &str) -> Cow<'_, str> {
    let mut back = stem.chars().rev();
    let (Some(last), Some(before)) = (back.next(), back.next()) else {
        return Cow::Borrowed(stem);
    };
    let without_last = &stem[..stem.len() - last.len_utf8()];
    if last == 'i' {
        return Cow::Owned(format!("{without_last}y"));
    }
    if last == before && !is_vowel(last) && !matches!(last, 'l' | 's' | 'f' | 'z') {
        return Cow::Borrowed(without_last);
    }
    if drops_e(stem, last, before) {
        return Cow::Owned(format!("{stem}e"));
    }
    Cow::Borrowed(stem)
}

/// Whether a word with this stem ends in a silent "e".
fn drops_e(stem: &str, last: char, before: char) -> bool {
    let vowels = stem.chars().filter(|c| is_vowel(*c)).count();
    // one vowel before one consonant, or the consonant were double
    let is_short = vowels == 1 && is_vowel(before) && !is_vowel(last);
    match last {
        'w' | 'x' | 'y' => false,
        'c' | 'v' | 'u' => true,
        'z' => before != 'z',
        'g' => before != 'n',
        's' => before != 's',
        'l' if !is_vowel(before) => !matches!(before, 'l' | 'r' | 'w'),
        't' if before == 'a' => {
            let third = stem.chars().rev().nth(2);
            is_short || stem.len() > 3 && third.is_some_and(|c| !matches!(c, 'a' | 'e' | 'o' | 'u'))
        }
        _ => is_short,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_that_of_its_part_of_speech() {
        let cases = [
            ("were", Tag::Vbd, "be"),
            ("\u{2019}re", Tag::Vbp, "be"),
            ("'d", Tag::Md, "would"),
            ("'s", Tag::Pos, "'s"),
            ("Killed", Tag::Vbd, "kill"),
            ("stopped", Tag::Vbn, "stop"),
            ("making", Tag::Vbg, "make"),
            ("denies", Tag::Vbz, "deny"),
            ("carried", Tag::Vbd, "carry"),
            ("settling", Tag::Vbg, "settle"),
            ("operated", Tag::Vbd, "operate"),
            ("agreed", Tag::Vbd, "agree"),
            ("visited", Tag::Vbd, "visit"),
            ("left", Tag::Vbd, "leave"),
            ("left", Tag::Jj, "left"),
            ("found", Tag::Vbd, "find"),
            ("talks", Tag::Nns, "talk"),
            ("men", Tag::Nns, "man"),
            ("churches", Tag::Nns, "church"),
            ("police", Tag::Nns, "police"),
            ("larger", Tag::Jjr, "large"),
            ("worst", Tag::Jjs, "bad"),
            ("United", Tag::Nnp, "United"),
            ("Ünïcödés", Tag::Nns, "ünïcödé"),
            ("", Tag::Vbd, ""),
            ("i", Tag::Vbg, "i"),
        ];
        for (form, tag, expected) in cases {
            assert_eq!(lemma(form, tag), expected, "{form} {tag:?}");
        }
    }

    #[test]
    fn every_form_is_among_those_of_its_lemma() {
        let words = "stopped dies carries making watches freed met protests were largest ran boxes quizzes panicked agreed";
        let table = TABLE.keys().map(|(_, form)| *form);
        for form in words.split(' ').chain(table) {
            for tag in Tag::ALL {
                let lemma = lemma(form, *tag);
                assert!(
                    forms(&lemma).iter().any(|f| f == form),
                    "{form} {tag:?} {lemma}"
                );
            }
        }
    }
}
