//! Prints what is read from wire and feed documents as a table, for reading by eye against the source:
//! file, format, id, headline, byline, dateline, published, status, words, flags.
//!
//! `cargo run --release --example wire-table -- PATH…`; folders are walked.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the table is what it is for"
)]

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use copydesk::engine;
use copydesk::intake::outlets::Outlets;
use copydesk::intake::{self, Draft, Hints, Settings};
use copydesk::record::Status;

fn main() {
    let mut files = Vec::new();
    for path in std::env::args_os().skip(1) {
        walk(Path::new(&path), &mut files);
    }
    println!("file\tform\tid\theadline\tbyline\tdateline\tpublished\tstatus\twords\tflags");
    let outlets = Outlets::shipped();
    let (mut articles, mut errors) = (0, 0);
    for file in &files {
        let Ok(bytes) = std::fs::read(file) else {
            continue;
        };
        let name = file.file_name().map(|n| n.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let read = intake::read(
            &bytes,
            &Hints::default(),
            &Settings::default(),
            &mut |draft| {
                articles += 1;
                println!("{}", row(&name, draft, outlets));
                ControlFlow::Continue(())
            },
        );
        if let Err(error) = read {
            errors += 1;
            println!("{name}\t!\t{error}");
        }
    }
    eprintln!(
        "{} files, {articles} articles, {errors} errors",
        files.len()
    );
}

fn walk(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let Ok(entries) = std::fs::read_dir(path) else {
            return;
        };
        let mut inside: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
        inside.sort();
        inside.iter().for_each(|p| walk(p, files));
    } else {
        files.push(path.to_owned());
    }
}

fn row(name: &str, draft: Draft, outlets: &Outlets) -> String {
    let article = engine::finish(draft, &Hints::default(), outlets);
    let s = &article.supplied;
    let cell = |text: Option<&str>, width: usize| -> String {
        let text = text.unwrap_or("-").replace(['\t', '\n'], " ");
        match text.char_indices().nth(width) {
            Some((cut, _)) => format!("{}…", &text[..cut]),
            None => text,
        }
    };
    let byline = match (&s.byline, s.authors.as_slice()) {
        (None, []) => None,
        (line, authors) => {
            let names: Vec<&str> = authors.iter().map(|a| a.name.as_str()).collect();
            Some(format!(
                "{} [{}]",
                line.as_deref().unwrap_or("-"),
                names.join("; ")
            ))
        }
    };
    let dateline = s.dateline.as_ref().map(|d| {
        let place = d.place.as_deref().unwrap_or("-");
        format!("{} [{place}]", d.text)
    });
    let status = match s.status {
        None => "(usable)",
        Some(Status::Usable) => "usable",
        Some(Status::Withheld) => "withheld",
        Some(Status::Canceled) => "canceled",
    };
    let flags: Vec<&str> = article.flags.iter().map(|f| f.as_str()).collect();
    [
        name.to_owned(),
        article.format.name().to_owned(),
        cell(s.id.as_deref(), 40),
        cell(s.headline.as_deref(), 60),
        cell(byline.as_deref(), 50),
        cell(dateline.as_deref(), 40),
        cell(s.published.as_ref().map(|p| p.value.as_str()), 30),
        status.to_owned(),
        article.text.split_whitespace().count().to_string(),
        flags.join(","),
    ]
    .join("\t")
}
