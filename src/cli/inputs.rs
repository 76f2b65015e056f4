//! The inputs of `enrich`: files, folders, gzip, standard input, one document each or one a line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::Context;
use flate2::bufread::MultiGzDecoder;

use crate::intake::decode::gzip;

/// Bytes read from a file at a time.
const BUFFER: usize = 1 << 16;

/// Bytes of JSON for one of the document in it, at worst: `\u0001` for a control character.
const LONGEST_ESCAPE: u64 = 6;

/// Room in a line for what an envelope says beside the document, in bytes.
const ENVELOPE: u64 = 1 << 16;

/// One document, and how to name it to a person.
pub(super) struct Document {
    /// `page.html`, `news.ndjson.gz:17` or `standard input`.
    pub name: String,
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

/// All files meant by `paths`: a folder stands for the files in it and below, by name, without hidden ones.
///
/// # Errors
/// When a path cannot be read.
pub(super) fn files(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    fn walk(path: &Path, out: &mut Vec<PathBuf>) -> anyhow::Result<()> {
        let named = || path.display().to_string();
        if !std::fs::metadata(path).with_context(named)?.is_dir() {
            out.push(path.to_owned());
            return Ok(());
        }
        let entries = std::fs::read_dir(path).with_context(named)?;
        let mut below: Vec<PathBuf> = entries
            .map(|entry| entry.map(|e| e.path()))
            .collect::<io::Result<_>>()
            .with_context(named)?;
        below.sort();
        let hidden = |p: &Path| {
            p.file_name()
                .is_some_and(|n| n.as_encoded_bytes().starts_with(b"."))
        };
        below
            .iter()
            .filter(|p| !hidden(p))
            .try_for_each(|p| walk(p, out))
    }
    let mut out = Vec::new();
    paths.iter().try_for_each(|p| walk(p, &mut out))?;
    Ok(out)
}

/// Hands each document of a file to `each`; `progress` learns of every byte read from it.
///
/// # Errors
/// When the file cannot be read, or those of `each`.
pub(super) fn read_file(
    path: &Path,
    reading: Reading,
    progress: &dyn Fn(u64),
    each: &mut dyn FnMut(Document) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let name = path.display().to_string();
    let file = File::open(path).with_context(|| name.clone())?;
    read(
        &name,
        Box::new(Counted {
            inner: file,
            progress,
        }),
        reading,
        each,
    )
}

/// Hands each document of standard input to `each`.
///
/// # Errors
/// When it cannot be read, or those of `each`.
pub(super) fn read_stdin(
    reading: Reading,
    progress: &dyn Fn(u64),
    each: &mut dyn FnMut(Document) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let inner = io::stdin().lock();
    read(
        "standard input",
        Box::new(Counted { inner, progress }),
        reading,
        each,
    )
}

fn read(
    name: &str,
    input: Box<dyn Read + '_>,
    reading: Reading,
    each: &mut dyn FnMut(Document) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut input = BufReader::with_capacity(BUFFER, input);
    if reading.ndjson {
        let is_gzip = gzip::is(input.fill_buf().with_context(|| name.to_owned())?);
        return if is_gzip {
            let opened = BufReader::with_capacity(BUFFER, MultiGzDecoder::new(input));
            read_lines(name, opened, reading.most, each)
        } else {
            read_lines(name, input, reading.most, each)
        };
    }
    // A gzip file that is one document is opened where every document is, under the same limits.
    let mut bytes = Vec::new();
    input
        .take(reading.most as u64 + 1)
        .read_to_end(&mut bytes)
        .with_context(|| name.to_owned())?;
    each(Document {
        name: name.to_owned(),
        bytes,
    })
}

/// Hands each line that is not blank to `each`; `most` is the longest document in one.
fn read_lines(
    name: &str,
    mut lines: impl BufRead,
    most: usize,
    each: &mut dyn FnMut(Document) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let most = most as u64 * LONGEST_ESCAPE + ENVELOPE;
    for number in 1usize.. {
        let name = || format!("{name}:{number}");
        let mut bytes = Vec::new();
        let mut line = (&mut lines).take(most);
        if line.read_until(b'\n', &mut bytes).with_context(name)? == 0 {
            break;
        }
        if bytes.last() != Some(&b'\n') && bytes.len() as u64 == most {
            skip_line(&mut lines).with_context(name)?;
        }
        bytes.truncate(bytes.trim_ascii_end().len());
        if !bytes.is_empty() {
            each(Document {
                name: name(),
                bytes,
            })?;
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

    use super::*;

    fn lines(bytes: &[u8], most: usize) -> Vec<(String, String)> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let mut all = Vec::new();
        let reading = Reading { ndjson: true, most };
        read_file(file.path(), reading, &|_| {}, &mut |d| {
            let line = d.name.rsplit(':').next().unwrap().to_owned();
            all.push((line, String::from_utf8(d.bytes).unwrap()));
            Ok(())
        })
        .unwrap();
        all
    }

    fn numbered(all: &[(&str, &str)]) -> Vec<(String, String)> {
        all.iter()
            .map(|(n, t)| ((*n).to_owned(), (*t).to_owned()))
            .collect()
    }

    #[test]
    fn one_document_a_line() {
        assert_eq!(
            lines(b"{\"a\":1}\r\n\n {}\nlast", 100),
            numbered(&[("1", "{\"a\":1}"), ("3", " {}"), ("4", "last")])
        );
    }

    #[test]
    fn gzip_lines() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"one\ntwo\n").unwrap();
        assert_eq!(
            lines(&gzip.finish().unwrap(), 100),
            numbered(&[("1", "one"), ("2", "two")])
        );
    }

    #[test]
    fn a_line_without_end_costs_bounded_memory_and_only_itself() {
        let mut bytes = vec![b'x'; 1 << 18];
        bytes.extend(b"\nnext\n");
        let read = lines(&bytes, 1000);
        assert_eq!(read.len(), 2);
        assert!(read[0].1.len() <= 6 * 1000 + (1 << 16));
        assert_eq!(read[1], ("2".to_owned(), "next".to_owned()));
    }

    #[test]
    fn folders_by_name_without_hidden_files() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("b")).unwrap();
        for name in ["c.txt", "a.txt", "b/x.txt", ".hidden"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let found = files(&[folder.path().to_owned()]).unwrap();
        let names: Vec<_> = found
            .iter()
            .map(|p| p.strip_prefix(folder.path()).unwrap().to_str().unwrap())
            .collect();
        assert_eq!(names, ["a.txt", "b/x.txt", "c.txt"]);
    }
}
