//! Data files that are compiled in, those that replace them, what is wrong with one, and the digest by which
//! a record names them.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::de::DeserializeOwned;
use thiserror::Error;

/// A data file: its path and its bytes.
#[derive(Debug, Clone, Copy)]
pub struct DataFile<'a> {
    /// Where it lies: from the root of the repository if it is compiled in.
    pub path: &'a str,
    bytes: &'a [u8],
}

/// A file under `config/` as a [`DataFile`].
macro_rules! data_file {
    ($path:literal) => {
        $crate::text::data::DataFile::new(
            concat!("config/", $path),
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/config/", $path)),
        )
    };
}
pub(crate) use data_file;

/// The files that stand in place of compiled-in ones, by the paths of those.
static REPLACEMENTS: OnceLock<HashMap<String, Vec<u8>>> = OnceLock::new();

/// Puts files in place of compiled-in ones, for the whole process. Tables are read once, at first use: so this
/// comes before any of them is.
///
/// # Errors
/// When others have been put in place before.
pub fn replace(files: HashMap<String, Vec<u8>>) -> Result<(), AlreadyReplaced> {
    let in_force = REPLACEMENTS.get_or_init(|| files.clone());
    (*in_force == files).then_some(()).ok_or(AlreadyReplaced)
}

/// Other files are in force already.
#[derive(Debug, Error)]
#[error("this process has other data files in force already")]
pub struct AlreadyReplaced;

impl<'a> DataFile<'a> {
    pub const fn new(path: &'a str, bytes: &'a [u8]) -> Self {
        DataFile { path, bytes }
    }

    /// Its bytes, or those of the file that replaces it.
    pub fn bytes(self) -> &'a [u8] {
        let replacement = REPLACEMENTS.get().and_then(|files| files.get(self.path));
        replacement.map_or(self.bytes, |bytes| bytes)
    }

    /// What the file says as TOML.
    ///
    /// # Errors
    /// With the line, when it is not TOML, or does not hold what is wanted.
    pub fn toml<T: DeserializeOwned>(self) -> Result<T, DataFault> {
        let bytes = self.bytes();
        toml::from_slice(bytes).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let before = bytes.get(..at).unwrap_or_default();
            DataFault {
                path: self.path.to_owned(),
                line: memchr::memchr_iter(b'\n', before).count() + 1,
                what: error.message().to_owned(),
            }
        })
    }
}

/// A table of the readers: the file it is made of, and what makes it.
#[derive(Clone, Copy)]
pub struct Table {
    pub file: DataFile<'static>,
    /// Reads the file, so that no article waits for it.
    ///
    /// # Panics
    /// With file and line at a fault in it.
    pub load: fn(),
}

/// The tables of some modules, each of which has a `FILE` and its `load`.
macro_rules! tables {
    ($($($module:ident)::+),+ $(,)?) => {
        [$($crate::text::data::Table { file: $($module)::+::FILE, load: $($module)::+::load }),+]
    };
}
pub(crate) use tables;

impl DataFile<'static> {
    /// The file as text.
    ///
    /// # Panics
    /// When it is not UTF-8, which the first test that reads it shows.
    pub fn text(self) -> &'static str {
        std::str::from_utf8(self.bytes()).unwrap_or_else(|e| panic!("{}: {e}", self.path))
    }

    /// The rows of a tab-separated file: every line that is not empty and does not begin with `#`.
    pub fn rows(self) -> impl Iterator<Item = DataRow<'static>> {
        rows(self.path, self.text())
    }
}

/// The rows of a text that was read from the file `path`, as [`DataFile::rows`] gives those of a file.
pub fn rows<'t>(path: &'t str, text: &'t str) -> impl Iterator<Item = DataRow<'t>> {
    let rows = text.lines().enumerate().map(move |(k, text)| DataRow {
        path,
        line: k + 1,
        text,
    });
    rows.filter(|row| !row.text.is_empty() && !row.text.starts_with('#'))
}

/// What is wrong with a data file.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{path}:{line}: {what}")]
pub struct DataFault {
    pub path: String,
    /// From 1.
    pub line: usize,
    pub what: String,
}

/// One row of a tab-separated data file that is compiled in.
#[derive(Debug, Clone, Copy)]
pub struct DataRow<'t> {
    path: &'t str,
    line: usize,
    pub text: &'t str,
}

impl<'t> DataRow<'t> {
    /// Its columns.
    ///
    /// # Errors
    /// When there are not `N` of them.
    pub fn columns<const N: usize>(&self) -> Result<[&'t str; N], DataFault> {
        let columns: Vec<&str> = self.text.split('\t').collect();
        let n = columns.len();
        let wrong = |_| self.fault(format!("{n} columns, not {N}"));
        columns.try_into().map_err(wrong)
    }

    /// Its line, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The fault `what` in this row.
    pub fn fault(&self, what: impl Into<String>) -> DataFault {
        DataFault {
            path: self.path.to_owned(),
            line: self.line,
            what: what.into(),
        }
    }
}

/// What was read of a file that is compiled in.
///
/// # Panics
/// With file and line when the file has a fault, in every test that reads it.
pub fn sound<T>(read: Result<T, DataFault>) -> T {
    read.unwrap_or_else(|fault| panic!("{fault}"))
}

/// The data that a result depends on: which files, and a digest of what is in them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Data {
    pub files: Vec<String>,
    /// First 8 hexadecimal digits of a BLAKE3 hash over the files in their order, each after its length.
    pub digest: String,
}

impl Data {
    pub fn of(files: &[DataFile<'_>]) -> Data {
        let mut hash = blake3::Hasher::new();
        for file in files {
            hash.update(&(file.bytes().len() as u64).to_le_bytes());
            hash.update(file.bytes());
        }
        Data {
            files: files.iter().map(|f| f.path.to_owned()).collect(),
            digest: hash.finalize().to_hex()[..8].to_owned(),
        }
    }

    /// These data and others.
    pub fn and(&self, other: &Data) -> Data {
        let digests = format!("{}{}", self.digest, other.digest);
        Data {
            files: [&self.files[..], &other.files].concat(),
            digest: blake3::hash(digests.as_bytes()).to_hex()[..8].to_owned(),
        }
    }
}

/// The paths in all `data_file!("…")` of a file of code, or of all files under a folder.
#[cfg(test)]
pub fn named_in(path: &std::path::Path) -> Vec<String> {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).unwrap();
        return entries
            .flat_map(|entry| named_in(&entry.unwrap().path()))
            .collect();
    }
    let code = std::fs::read_to_string(path).unwrap();
    let calls = ["data_file!(\"", "WORDS \"", "NAMES \"", "STATUS \""];
    let named = calls.iter().flat_map(|call| code.split(call).skip(1));
    named
        .filter_map(|rest| Some(format!("config/{}", rest.split_once('"')?.0)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_know_their_lines_and_columns() {
        let file = DataFile::new("x.tsv", b"# words\n\na\tb\nc\n");
        let rows: Vec<DataRow> = file.rows().collect();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].columns(), Ok(["a", "b"]));
        let fault = rows[1].columns::<2>().unwrap_err();
        assert_eq!(fault.to_string(), "x.tsv:4: 1 columns, not 2");
    }

    #[test]
    fn what_is_wrong_with_toml_has_its_line() {
        let of = |bytes| DataFile::new("x.toml", bytes).toml::<HashMap<String, u32>>();
        assert_eq!(of(b"a = 1\n").unwrap()["a"], 1);
        let told = of(b"# first\na = 1\nb = \"c\"\n").unwrap_err().to_string();
        assert!(told.starts_with("x.toml:3: invalid type"), "{told}");
        let told = of(b"a = 1\nb\n").unwrap_err().to_string();
        assert!(
            told.starts_with("x.toml:2: ") && !told.contains('\n'),
            "{told}"
        );
    }

    #[test]
    fn the_digest_tells_files_and_their_order_apart() {
        let of = |texts: &[&str]| {
            let file = |t: &&'static str| DataFile::new("x", t.as_bytes());
            let texts: Vec<&'static str> = texts.iter().map(|t| &*t.to_string().leak()).collect();
            Data::of(&texts.iter().map(file).collect::<Vec<_>>()).digest
        };
        assert_eq!(of(&["ab", "c"]), of(&["ab", "c"]));
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["ab", "c"]), of(&["c", "ab"]));
        assert_ne!(of(&["ab"]), of(&["ac"]));
    }
}
