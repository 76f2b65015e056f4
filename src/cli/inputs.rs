//! The inputs of `enrich`: files, folders, gzip, standard input, one document each or one a line.
//!
//! What cannot be read is told and passed over: the rest is read all the same.

use std::collections::HashSet;
use std::fs::{File, Metadata};
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use crate::intake::decode::gzip;
use crate::record::Ingest;

/// Bytes read from a file at a time.
const BUFFER: usize = 1 << 16;

/// Bytes of JSON for one of the document in it, at worst: `\u0001` for a control character.
const LONGEST_ESCAPE: u64 = 6;

/// Room in a line for what an envelope says beside the document, in bytes.
const ENVELOPE: u64 = 1 << 16;

/// Where documents are read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    Stdin,
    File(PathBuf),
}

impl Source {
    /// How to name it to a person.
    fn name(&self) -> String {
        match self {
            Source::Stdin => "standard input".to_owned(),
            Source::File(path) => path.display().to_string(),
        }
    }
}

/// One document, and where it comes from.
pub(super) struct Document {
    /// How to name it to a person: `page.html`, `news.ndjson.gz:17` or `standard input`.
    pub name: String,
    /// The same as it stands in the record.
    pub ingest: Ingest,
    pub bytes: Vec<u8>,
}

/// How documents are taken from the inputs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    /// Every line is a document.
    pub ndjson: bool,
    /// Longest document in bytes; of a longer one, one byte more than that is read, so that it is refused.
    pub most: usize,
}

/// What is told while inputs are read.
pub(super) trait Told {
    /// Something to be read is not, or not to its end: which, and why.
    fn unread(&mut self, name: &str, why: &str);

    /// A folder that there is nothing to read in.
    fn empty(&mut self, folder: &str);
}

/// All that is meant by `paths`: `-` is standard input, as no path at all is; a folder stands for the files in it
/// and below, by name, without hidden ones.
pub(super) fn sources(paths: &[PathBuf], told: &mut dyn Told) -> Vec<Source> {
    let mut out = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            out.push(Source::Stdin);
            continue;
        }
        let before = out.len();
        let mut walk = Walk {
            folders: HashSet::new(),
            is_whole: true,
            out: &mut out,
            told,
        };
        walk.named(path);
        let is_whole = walk.is_whole;
        if is_whole && out.len() == before {
            told.empty(&path.display().to_string());
        }
    }
    if paths.is_empty() {
        out.push(Source::Stdin);
    }
    out
}

/// Goes through a folder.
struct Walk<'a> {
    /// Device and number of each folder read: a link may lead back to one.
    folders: HashSet<(u64, u64)>,
    /// Whether all of it could be read so far.
    is_whole: bool,
    out: &'a mut Vec<Source>,
    told: &'a mut dyn Told,
}

impl Walk<'_> {
    /// Takes what was named: whatever can be opened, such as a pipe.
    fn named(&mut self, path: &Path) {
        match std::fs::metadata(path) {
            Ok(data) if data.is_dir() => self.folder(path, &data),
            Ok(_) => self.out.push(Source::File(path.to_owned())),
            Err(error) => self.unread(path, &unreadable(path, &error)),
        }
    }

    /// Takes what was found in a folder: what is neither a file nor a folder, such as a pipe, may never end.
    fn found(&mut self, path: &Path) {
        match std::fs::metadata(path) {
            Ok(data) if data.is_dir() => self.folder(path, &data),
            Ok(data) if data.is_file() => self.out.push(Source::File(path.to_owned())),
            Ok(_) => self.unread(
                path,
                "is no file, but a device, a pipe or a socket: name it if it is meant",
            ),
            Err(error) => self.unread(path, &unreadable(path, &error)),
        }
    }

    fn folder(&mut self, path: &Path, data: &Metadata) {
        if !self.folders.insert((data.dev(), data.ino())) {
            return self.unread(path, "is a link to a folder that has been read already");
        }
        let entries = std::fs::read_dir(path).and_then(|entries| {
            let paths = entries.map(|entry| entry.map(|e| e.path()));
            paths.collect::<io::Result<Vec<PathBuf>>>()
        });
        let mut below = match entries {
            Ok(below) => below,
            Err(error) => return self.unread(path, &unreadable(path, &error)),
        };
        below.sort();
        let hidden = |p: &Path| {
            p.file_name()
                .is_some_and(|n| n.as_encoded_bytes().starts_with(b"."))
        };
        below
            .iter()
            .filter(|p| !hidden(p))
            .for_each(|p| self.found(p));
    }

    fn unread(&mut self, path: &Path, why: &str) {
        self.is_whole = false;
        self.told.unread(&path.display().to_string(), why);
    }
}

/// Why a path cannot be read, in words.
fn unreadable(path: &Path, error: &io::Error) -> String {
    let is_link = std::fs::symlink_metadata(path).is_ok_and(|data| data.is_symlink());
    match (error.kind(), is_link) {
        (io::ErrorKind::NotFound, true) => "is a link to something that is not there".to_owned(),
        (io::ErrorKind::NotFound, false) => "is not there".to_owned(),
        _ if error.raw_os_error() == Some(libc::ELOOP) => {
            "is a link that leads back to itself".to_owned()
        }
        _ => format!("cannot be read: {error}"),
    }
}

/// Hands each document of a source to `each`; `progress` learns of every byte read from it. What cannot be read
/// of it goes to `told`.
///
/// # Errors
/// Those of `each`.
pub(super) fn read(
    source: &Source,
    reading: Reading,
    progress: &dyn Fn(u64),
    told: &mut dyn Told,
    each: &mut dyn FnMut(Document) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let inner: Box<dyn Read + '_> = match source {
        Source::Stdin => Box::new(io::stdin().lock()),
        Source::File(path) => match File::open(path) {
            Ok(file) => Box::new(file),
            Err(error) => {
                told.unread(&source.name(), &unreadable(path, &error));
                return Ok(());
            }
        },
    };
    let input = BufReader::with_capacity(BUFFER, Counted { inner, progress });
    if reading.ndjson {
        read_ndjson(source, input, reading.most, told, each)
    } else {
        read_document(source, input, reading.most, told, each)
    }
}

fn read_document(
    source: &Source,
    input: impl Read,
    most: usize,
    told: &mut dyn Told,
    each: &mut dyn FnMut(Document) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    if let Err(error) = input.take(most as u64 + 1).read_to_end(&mut bytes) {
        told.unread(&source.name(), &format!("cannot be read: {error}"));
        return Ok(());
    }
    // A gzip file is opened where every document is, under the same limits; what is found of one that breaks
    // off is a record there.
    if gzip::is(&bytes) && matches!(gzip::open(&bytes, most), Ok((_, true))) {
        told.unread(&source.name(), BREAKS_OFF);
    }
    each(Document {
        name: source.name(),
        ingest: ingest(source, None),
        bytes,
    })
}

/// What is said of a gzip file that lacks its end.
const BREAKS_OFF: &str =
    "breaks off: the gzip data end too early or are damaged; what stands before is enriched";

fn ingest(source: &Source, line: Option<u64>) -> Ingest {
    Ingest {
        file: match source {
            Source::Stdin => None,
            Source::File(path) => Some(path.display().to_string()),
        },
        line,
        ..Ingest::default()
    }
}

fn read_ndjson(
    source: &Source,
    mut input: BufReader<impl Read>,
    most: usize,
    told: &mut dyn Told,
    each: &mut dyn FnMut(Document) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    match input.fill_buf().map(gzip::is) {
        Ok(true) => {
            let opened = BufReader::with_capacity(BUFFER, MultiGzDecoder::new(input));
            read_lines(source, opened, most, BREAKS_OFF, told, each)
        }
        Ok(false) => read_lines(source, input, most, "cannot be read further", told, each),
        Err(error) => {
            told.unread(&source.name(), &format!("cannot be read: {error}"));
            Ok(())
        }
    }
}

/// Hands each line that is not blank to `each`; `most` is the longest document in one. Where reading fails, what
/// has come of the line is handed on, too, and `broken` is told.
fn read_lines(
    source: &Source,
    mut lines: impl BufRead,
    most: usize,
    broken: &str,
    told: &mut dyn Told,
    each: &mut dyn FnMut(Document) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let most = most as u64 * LONGEST_ESCAPE + ENVELOPE;
    for number in 1u64.. {
        let name = || format!("{}:{number}", source.name());
        let mut bytes = Vec::new();
        let mut read = (&mut lines).take(most).read_until(b'\n', &mut bytes);
        let is_cut = bytes.last() != Some(&b'\n') && bytes.len() as u64 == most;
        if read.is_ok() && is_cut {
            read = skip_line(&mut lines).map(|()| bytes.len());
        }
        let is_end = !matches!(read, Ok(n) if n > 0);
        bytes.truncate(bytes.trim_ascii_end().len());
        if !bytes.is_empty() {
            each(Document {
                name: name(),
                ingest: ingest(source, Some(number)),
                bytes,
            })?;
        }
        if let Err(error) = read {
            told.unread(&name(), &format!("{broken} ({error})"));
        }
        if is_end {
            break;
        }
    }
    Ok(())
}

/// Passes over the rest of a line.
fn skip_line(input: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        let end = memchr::memchr(b'\n', buffer);
        let used = end.map_or(buffer.len(), |at| at + 1);
        input.consume(used);
        if end.is_some() {
            return Ok(());
        }
    }
}

/// Tells `progress` of every byte read.
struct Counted<'a, R> {
    inner: R,
    progress: &'a dyn Fn(u64),
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        (self.progress)(n as u64);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::fs::symlink;

    use super::*;

    /// Keeps what is told.
    #[derive(Default)]
    struct Kept(Vec<String>);

    impl Told for Kept {
        fn unread(&mut self, name: &str, why: &str) {
            self.0.push(format!("{name}: {why}"));
        }

        fn empty(&mut self, folder: &str) {
            self.0.push(format!("{folder} is empty"));
        }
    }

    /// The documents in a file of these bytes, each with its line, and what is told of it.
    fn read_bytes(bytes: &[u8], reading: Reading) -> (Vec<(Option<u64>, String)>, Vec<String>) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let (mut all, mut told) = (Vec::new(), Kept::default());
        let source = Source::File(file.path().to_owned());
        read(&source, reading, &|_| {}, &mut told, &mut |d| {
            assert_eq!(d.ingest.file.as_deref(), file.path().to_str());
            all.push((
                d.ingest.line,
                String::from_utf8_lossy(&d.bytes).into_owned(),
            ));
            Ok(())
        })
        .unwrap();
        (all, told.0)
    }

    fn lines(bytes: &[u8], most: usize) -> Vec<(u64, String)> {
        let (all, told) = read_bytes(bytes, Reading { ndjson: true, most });
        assert_eq!(told, [""; 0]);
        all.into_iter().map(|(n, t)| (n.unwrap(), t)).collect()
    }

    fn numbered(lines: &[(u64, &str)]) -> Vec<(u64, String)> {
        lines.iter().map(|(n, t)| (*n, (*t).to_owned())).collect()
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(bytes).unwrap();
        gzip.finish().unwrap()
    }

    #[test]
    fn a_document_a_line_without_blank_ones() {
        assert_eq!(
            lines(b"one\r\n\n  \ntwo\nlast", 100),
            numbered(&[(1, "one"), (4, "two"), (5, "last")])
        );
    }

    #[test]
    fn gzip_lines() {
        assert_eq!(
            lines(&packed(b"one\ntwo\n"), 100),
            numbered(&[(1, "one"), (2, "two")])
        );
    }

    #[test]
    fn a_line_without_end_costs_bounded_memory_and_only_itself() {
        let mut bytes = vec![b'x'; 1 << 18];
        bytes.extend(b"\nnext\n");
        let read = lines(&bytes, 1000);
        assert_eq!(read.len(), 2);
        assert!(read[0].1.len() <= 6 * 1000 + (1 << 16));
        assert_eq!(read[1], (2, "next".to_owned()));
    }

    #[test]
    fn of_gzip_that_breaks_off_what_stands_before_is_read_and_the_rest_told() {
        let text: String = (0..20_000).map(|n| format!("line {n}\n")).collect();
        let whole = packed(text.as_bytes());
        let half = &whole[..whole.len() / 2];
        let most = 1 << 20;
        let (all, told) = read_bytes(half, Reading { ndjson: true, most });
        assert!(all.len() > 1_000, "{}", all.len());
        let (number, last) = all.last().unwrap();
        assert!(text.contains(last.as_str()));
        let place = format!(":{}: breaks off", number.unwrap());
        assert!(
            matches!(&told[..], [one] if one.contains(&place)),
            "{told:?}"
        );
        let one = Reading {
            ndjson: false,
            most,
        };
        let (all, told) = read_bytes(half, one);
        assert_eq!(all.len(), 1);
        assert!(
            matches!(&told[..], [one] if one.contains(": breaks off")),
            "{told:?}"
        );
        assert_eq!(read_bytes(&whole, one).1, [""; 0]);
    }

    #[test]
    fn folders_by_name_without_hidden_files() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("b")).unwrap();
        for name in ["c.txt", "a.txt", "b/x.txt", ".hidden"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        assert_eq!(
            names(&folder, &["."]),
            (
                vec!["./a.txt", "./b/x.txt", "./c.txt"]
                    .into_iter()
                    .map(str::to_owned)
                    .collect(),
                vec![]
            )
        );
    }

    /// What stands for paths below a folder, and what is told of them, by their names below it.
    fn names(folder: &tempfile::TempDir, paths: &[&str]) -> (Vec<String>, Vec<String>) {
        let paths: Vec<PathBuf> = paths
            .iter()
            .map(|p| match *p {
                "-" => p.into(),
                path => folder.path().join(path),
            })
            .collect();
        let mut told = Kept::default();
        let root = format!("{}/", folder.path().display());
        let below = |name: String| name.replace(&root, "");
        let found = sources(&paths, &mut told).into_iter();
        (
            found.map(|s| below(s.name())).collect(),
            told.0.into_iter().map(below).collect(),
        )
    }

    #[test]
    fn what_cannot_be_read_is_told_and_the_rest_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(at("loop/deep")).unwrap();
        std::fs::create_dir(at("empty")).unwrap();
        std::fs::write(at("loop/x.txt"), "x").unwrap();
        std::fs::write(at("last.txt"), "x").unwrap();
        symlink(at("loop"), at("loop/deep/back")).unwrap();
        symlink("nowhere", at("loop/broken.txt")).unwrap();
        symlink("self.txt", at("loop/self.txt")).unwrap();
        let (found, told) = names(&folder, &["gone.txt", "loop", "empty", "-", "last.txt"]);
        assert_eq!(found, ["loop/x.txt", "standard input", "last.txt"]);
        assert_eq!(
            told,
            [
                "gone.txt: is not there",
                "loop/broken.txt: is a link to something that is not there",
                "loop/deep/back: is a link to a folder that has been read already",
                "loop/self.txt: is a link that leads back to itself",
                "empty is empty",
            ]
        );
    }

    #[test]
    fn without_paths_standard_input_is_read() {
        let mut told = Kept::default();
        assert_eq!(sources(&[], &mut told), [Source::Stdin]);
        assert_eq!(told.0, [""; 0]);
    }
}
