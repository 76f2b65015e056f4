//! What is wrong with a configuration, told so that it can be put right.

use std::fmt;

use serde::Serialize;

/// One thing wrong with the configuration: the key, the value it has and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Full name of the key: `kafka.delivery`.
    pub key: String,
    /// The value as it was written; `None` where the key itself is the fault, or the value is a secret.
    pub value: Option<String>,
    /// Where the key is written, `file:line` or the name of a variable; `None` where it is not.
    pub origin: Option<String>,
    /// What to do about it, as a sentence without its full stop.
    pub advice: String,
}

impl Fault {
    /// A fault of a key, as yet without its value and its place.
    pub fn new(key: impl Into<String>, advice: impl Into<String>) -> Self {
        Fault {
            key: key.into(),
            value: None,
            origin: None,
            advice: advice.into(),
        }
    }

    /// The same with the value as it was written.
    pub fn value(mut self, value: impl fmt::Display) -> Self {
        self.value = Some(value.to_string());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        if let Some(value) = &self.value {
            write!(f, " = {value}")?;
        }
        if let Some(origin) = &self.origin {
            write!(f, " ({origin})")?;
        }
        write!(f, ": {}", self.advice)
    }
}

/// Everything wrong with a configuration, one fault a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0[..] {
            [one] => write!(f, "configuration: {one}"),
            all => {
                write!(f, "configuration: {} faults", all.len())?;
                all.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
            }
        }
    }
}

impl std::error::Error for Faults {}

impl Faults {
    /// All of them in one line: the only one as it is, of several the keys alone.
    pub fn summary(&self) -> String {
        if let [one] = &self.0[..] {
            return one.to_string();
        }
        let keys: Vec<&str> = self.0.iter().map(|fault| fault.key.as_str()).collect();
        format!(
            "{} faults in the configuration: {}",
            keys.len(),
            keys.join(", ")
        )
    }
}

/// The name among `known` that is nearest to `written`, if any is near enough to be meant.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_ascii_lowercase();
    known
        .into_iter()
        .map(|name| (distance(&written, name), name))
        .min()
        .filter(|(d, name)| *d <= (name.len().max(written.len()) / 3).max(1))
        .map(|(_, name)| name)
}

/// Edits that turn one name into the other: a sign more, less, other, or two neighbours swapped.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut rows = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let same = usize::from(a[i - 1] != b[j - 1]);
                let mut best = (rows[i - 1][j] + 1)
                    .min(rows[i][j - 1] + 1)
                    .min(rows[i - 1][j - 1] + same);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(rows[i - 2][j - 2] + 1);
                }
                best
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_name() {
        let keys = ["delivery", "order", "brokers", "dead_letters"];
        assert_eq!(nearest("deliverry", keys), Some("delivery"));
        assert_eq!(nearest("broker", keys), Some("brokers"));
        assert_eq!(nearest("dead-letters", keys), Some("dead_letters"));
        assert_eq!(nearest("ordre", keys), Some("order"));
        assert_eq!(nearest("password", keys), None);
    }
}
