//! `resources.data`: a folder of files that replace the data compiled in.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use super::fault::{Fault, nearest};
use crate::pipeline::caught;
use crate::stages::StageSettings;
use crate::text::data;
use crate::{intake, memory, stages};

/// Deepest folder below the one named; the data lie two deep.
const DEEPEST: usize = 4;

/// Puts the files under `folder` in place of those of the same path under `config/`, for the whole process, and
/// reads every table, so that a fault is told now and not with the first article.
pub(super) fn replace(folder: &Path) -> Result<(), Fault> {
    let fault = |what: String| Fault::new("resources.data", what).value(format!("{folder:?}"));
    let mut files = HashMap::new();
    gather(folder, "config", DEEPEST, &mut files)
        .map_err(|e| fault(format!("cannot be read: {e}")))?;
    let names: Vec<String> = files.keys().cloned().collect();
    data::replace(files).map_err(|e| fault(e.to_string()))?;
    let known = caught(replaceable).map_err(|said| fault(without_place(&said).to_owned()))?;
    let Some(name) = names.iter().find(|name| !known.contains(name)) else {
        return Ok(());
    };
    let name = in_folder(name);
    let near = nearest(name, known.iter().map(|known| in_folder(known)));
    Err(fault(match near {
        Some(near) => format!("{name} replaces nothing; did you mean {near}?"),
        None => format!("{name} replaces nothing; `copydesk schema data` lists what can be"),
    }))
}

/// The paths of all data files that can be replaced, sorted. Reads all of them.
///
/// # Panics
/// With file and line at a fault in one of them.
pub fn replaceable() -> Vec<String> {
    intake::load_tables();
    let mut all = intake::Settings::default().data().files;
    for stage in stages::registry(&StageSettings::default()) {
        all.extend(stage.data().into_iter().flat_map(|d| d.files.clone()));
    }
    all.extend(memory::data().files.iter().cloned());
    all.sort_unstable();
    all.dedup();
    all
}

/// A path under `config/` as it is written in the folder.
pub fn in_folder(path: &str) -> &str {
    path.strip_prefix("config/").unwrap_or(path)
}

/// What a panic said of a data file, without the place in the source that said so.
fn without_place(said: &str) -> &str {
    let end = said.rfind(" (src/").unwrap_or(said.len());
    in_folder(&said[..end])
}

/// All files under a folder by their paths below `prefix`; those that begin with a dot are somebody else's.
fn gather(
    folder: &Path,
    prefix: &str,
    deeper: usize,
    files: &mut HashMap<String, Vec<u8>>,
) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|n| n.to_str()) else {
            continue;
        };
        if name.starts_with('.') {
            continue;
        }
        let name = format!("{prefix}/{name}");
        if path.is_dir() {
            if deeper > 0 {
                gather(&path, &name, deeper - 1, files)?;
            }
        } else {
            let bytes = std::fs::read(&path);
            let at = |e| io::Error::new(io::Error::kind(&e), format!("{}: {e}", path.display()));
            files.insert(name, bytes.map_err(at)?);
        }
    }
    Ok(())
}
