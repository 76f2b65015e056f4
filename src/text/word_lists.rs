//! Lists of words and phrases in data files: one table format for all of them.
//!
//! A file is tab-separated: the list, the languages it is for (BCP 47, separated by commas), the phrase.
//! Lines that begin with `#` and empty lines say nothing. A blank at the beginning or the end of a phrase
//! is written `_`. Phrases keep the order of the file, and of two that a text may begin with the first
//! counts; they are in lower case where the code that looks for them does not mind the case.
//!
//! ```text
//! kill_line   en  kill kill kill
//! piece       en  _item_
//! ```
//!
//! The code declares which lists a file has ([`word_lists`]); a list that it does not know, one without
//! a row, a row that is none and a phrase that stands twice are faults, told by file and line.

use std::ops::Deref;

use super::data::{DataFault, DataFile};

/// One list of a file; as a slice, the phrases of all languages in their order.
#[derive(Debug, Clone, Copy)]
pub struct List {
    phrases: &'static [&'static str],
    /// The languages of each phrase, as the file writes them.
    languages: &'static [&'static str],
}

impl List {
    /// The phrases for one set of languages, written as in the file.
    pub fn of(&self, languages: &str) -> Vec<&'static str> {
        let pairs = self.languages.iter().zip(self.phrases);
        let of = pairs.filter(|(l, _)| **l == languages).map(|(_, p)| *p);
        of.collect()
    }

    /// The phrases in their order, each with its languages as the file writes them.
    pub fn rows(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let languages = self.languages.iter().copied();
        languages.zip(self.phrases.iter().copied())
    }

    /// The sets of languages that have phrases here, each once, in the order of the file.
    pub fn languages(&self) -> Vec<&'static str> {
        let mut languages = Vec::new();
        for set in self.languages {
            if !languages.contains(set) {
                languages.push(*set);
            }
        }
        languages
    }

    /// The phrases, for what keeps them as long as the program runs.
    pub fn phrases(&self) -> &'static [&'static str] {
        self.phrases
    }
}

impl Deref for List {
    type Target = [&'static str];

    fn deref(&self) -> &Self::Target {
        self.phrases
    }
}

/// Reads a file of the lists `names`, and returns them in that order.
///
/// # Errors
/// With file and line, when a row or a list is not as the module says.
pub fn read<const N: usize>(file: DataFile<'_>, names: [&str; N]) -> Result<[List; N], DataFault> {
    let fault = |line: usize, what: String| DataFault {
        path: file.path.to_owned(),
        line,
        what,
    };
    let bytes = file.bytes();
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let before = &bytes[..e.valid_up_to()];
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        fault(line, "not UTF-8".into())
    })?;
    let mut rows: [Vec<(&str, String)>; N] = std::array::from_fn(|_| Vec::new());
    for (number, line) in text.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let fault = |what: String| fault(number + 1, what);
        let columns: Vec<&str> = line.split('\t').collect();
        let [list, languages, phrase] = columns[..] else {
            let n = columns.len();
            return Err(fault(format!("{n} columns, not list, languages, phrase")));
        };
        let Some(at) = names.iter().position(|n| *n == list) else {
            let all = names.join(", ");
            return Err(fault(format!("there is no list {list:?}; there are {all}")));
        };
        if languages.is_empty() || phrase.is_empty() {
            return Err(fault("an empty column".into()));
        }
        if phrase != phrase.trim() {
            let why = "a blank at the beginning or the end of a phrase is written _";
            return Err(fault(why.into()));
        }
        let row = (languages, blanks(phrase));
        if rows[at].contains(&row) {
            return Err(fault(format!("{phrase:?} stands twice in {list}")));
        }
        rows[at].push(row);
    }
    if let Some(missing) = rows.iter().position(Vec::is_empty) {
        let lines = text.lines().count();
        return Err(fault(
            lines,
            format!("no row of the list {}", names[missing]),
        ));
    }
    // Made once and kept for good, as the file itself is.
    Ok(rows.map(|rows| {
        let (languages, phrases): (Vec<_>, Vec<_>) = rows
            .into_iter()
            .map(|(l, p)| (&*l.to_owned().leak(), &*p.leak()))
            .unzip();
        List {
            phrases: phrases.leak(),
            languages: languages.leak(),
        }
    }))
}

/// A phrase with blanks for the underscores at its ends.
fn blanks(phrase: &str) -> String {
    let inner = phrase.trim_matches('_');
    let before = phrase.len() - phrase.trim_start_matches('_').len();
    let after = phrase.len() - before - inner.len();
    format!("{}{inner}{}", " ".repeat(before), " ".repeat(after))
}

/// Declares the lists of a file under `config/`: a struct with a field for each, the file, and a static
/// that is read at first use, or by `load` with the tables that are made of it (`with …`). A fault in the file
/// panics with file and line, in every test that reads it.
macro_rules! word_lists {
    (
        $(#[$meta:meta])* $words:ident $path:literal { $($(#[$lmeta:meta])* $list:ident,)+ }
        $(with $($derived:path),+)?
    ) => {
        pub(crate) const FILE: $crate::text::data::DataFile<'static> =
            $crate::text::data::data_file!($path);

        $(#[$meta])*
        struct Lists { $($(#[$lmeta])* $list: $crate::text::word_lists::List),+ }

        static $words: std::sync::LazyLock<Lists> = std::sync::LazyLock::new(|| {
            match $crate::text::word_lists::read(FILE, [$(stringify!($list)),+]) {
                Ok([$($list),+]) => Lists { $($list),+ },
                Err(fault) => panic!("{fault}"),
            }
        });

        /// Reads the file and makes all tables of it.
        ///
        /// # Panics
        /// With file and line at a fault in it.
        pub(crate) fn load() {
            std::sync::LazyLock::force(&$words);
            $($(std::sync::LazyLock::force(&$derived);)+)?
        }
    };
}
pub(crate) use word_lists;

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<[List; 2], DataFault> {
        let file = DataFile::new("x.tsv", text.as_bytes());
        read(file, ["line", "word"])
    }

    #[test]
    fn lists_keep_their_order_and_their_blanks() {
        let text = "# words\n\nword\ten\t_item_\nline\tde,nl\tb\nline\ten\ta b\nline\tde,nl\ta\n";
        let [line, word] = of(text).unwrap();
        assert_eq!(line.phrases(), ["b", "a b", "a"]);
        assert_eq!(line.languages(), ["de,nl", "en"]);
        assert_eq!(line.of("de,nl"), ["b", "a"]);
        assert_eq!(*word, [" item "]);
    }

    #[test]
    fn faults_name_file_and_line() {
        for (text, want) in [
            (
                "line\ten\n",
                "x.tsv:1: 2 columns, not list, languages, phrase",
            ),
            (
                "# x\nlines\ten\ta\n",
                "x.tsv:2: there is no list \"lines\"; there are line, word",
            ),
            (
                "line\ten\ta \n",
                "x.tsv:1: a blank at the beginning or the end of a phrase is written _",
            ),
            ("line\t\ta\n", "x.tsv:1: an empty column"),
            (
                "line\ten\ta\nline\ten\ta\n",
                "x.tsv:2: \"a\" stands twice in line",
            ),
            ("line\ten\ta\n", "x.tsv:1: no row of the list word"),
        ] {
            assert_eq!(of(text).unwrap_err().to_string(), want);
        }
        let file = DataFile::new("x.tsv", b"line\ten\ta\nword\ten\t\xff\n");
        assert_eq!(
            read(file, ["line", "word"]).unwrap_err().to_string(),
            "x.tsv:2: not UTF-8"
        );
    }
}
