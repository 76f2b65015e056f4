//! Where pages are written: one to a file or to standard output, several to a folder with an index.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::index::{Row, index};
use super::page::page;
use crate::record::EnrichedArticle;

pub(super) struct Pages {
    /// Where the command line wants them.
    output: Option<PathBuf>,
    /// What the first was made of: a file's name.
    name: String,
    /// The first page, until there is a second or the input ends.
    first: Option<String>,
    rows: Vec<Row>,
    /// The folder, once there are several.
    folder: Option<PathBuf>,
}

impl Pages {
    pub(super) fn new(output: Option<PathBuf>) -> Self {
        Pages {
            output,
            name: String::new(),
            first: None,
            rows: Vec::new(),
            folder: None,
        }
    }

    /// Adds the page of a record that came by `name`.
    ///
    /// # Errors
    /// When it cannot be written, or is one too many for one file.
    pub(super) fn add(
        &mut self,
        name: &str,
        record: &EnrichedArticle,
        raw: Option<&str>,
    ) -> anyhow::Result<()> {
        let page = page(record, raw);
        let number = self.rows.len() + 1;
        self.rows.push(Row::of(record, &file_name(number)));
        if number == 1 {
            name.clone_into(&mut self.name);
            self.first = Some(page);
            return Ok(());
        }
        let folder = self.folder()?;
        write(&folder.join(file_name(number)), &page)
    }

    /// The folder for several pages, with the first in it.
    fn folder(&mut self) -> anyhow::Result<PathBuf> {
        if let Some(folder) = &self.folder {
            return Ok(folder.clone());
        }
        let is_file =
            |path: &Path| path.as_os_str() == "-" || path.extension().is_some_and(|e| e == "html");
        let folder = match &self.output {
            Some(path) if is_file(path) => {
                bail!("there are several records: name a folder for their pages with -o FOLDER")
            }
            Some(path) => path.clone(),
            None => PathBuf::from(format!("{}.proof", stem(&self.name))),
        };
        fs::create_dir_all(&folder)
            .with_context(|| format!("the folder {} cannot be made", folder.display()))?;
        if let Some(first) = self.first.take() {
            write(&folder.join(file_name(1)), &first)?;
        }
        self.folder = Some(folder.clone());
        Ok(folder)
    }

    /// Writes what is left, and says how to open it.
    ///
    /// # Errors
    /// When there is no page, or it cannot be written.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        if self
            .output
            .as_deref()
            .is_some_and(|path| path.as_os_str() == "-")
            && let Some(page) = self.first.take()
        {
            std::io::stdout().write_all(page.as_bytes())?;
            return Ok(());
        }
        let pages = self.rows.len();
        let path = self.write()?;
        let mut out = std::io::stdout();
        match pages {
            1 => writeln!(out, "The proof page is {}.", path.display())?,
            n => writeln!(out, "{n} proof pages; their index is {}.", path.display())?,
        }
        writeln!(out, "Open it in a browser: {}", address(&path))?;
        Ok(())
    }

    /// Writes what is left; the file to open.
    ///
    /// # Errors
    /// When there is no page, or it cannot be written.
    pub(super) fn write(mut self) -> anyhow::Result<PathBuf> {
        let wants_folder = self.output.as_deref().is_some_and(|path| {
            path.is_dir() || path.to_string_lossy().ends_with(std::path::MAIN_SEPARATOR)
        });
        if self.rows.is_empty() {
            bail!("there is no article to show");
        }
        if self.folder.is_some() || wants_folder {
            let path = self.folder()?.join("index.html");
            write(&path, &index(&self.rows))?;
            return Ok(path);
        }
        let named = || PathBuf::from(format!("{}.proof.html", stem(&self.name)));
        let path = self.output.clone().unwrap_or_else(named);
        write(&path, &self.first.take().unwrap_or_default())?;
        Ok(path)
    }
}

fn file_name(number: usize) -> String {
    format!("{number:04}.html")
}

/// A file's name without its folder and ending.
fn stem(name: &str) -> String {
    let stem = Path::new(name)
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned());
    match name {
        "standard input" => "article".to_owned(),
        _ => stem.unwrap_or_else(|| "article".to_owned()),
    }
}

fn write(path: &Path, page: &str) -> anyhow::Result<()> {
    fs::write(path, page).with_context(|| format!("{} cannot be written", path.display()))
}

/// A file as a browser's address.
pub(in crate::cli) fn address(path: &Path) -> String {
    let whole = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match url::Url::from_file_path(&whole) {
        Ok(url) => url.to_string(),
        Err(()) => whole.display().to_string(),
    }
}
