//! How text goes to a terminal: in colour or without, and how wide it is.

use std::io::IsTerminal;

use console::{Style, Term, measure_text_width};

/// Whether to write in colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set; elsewhere where CLICOLOR_FORCE is.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How text is to look on standard output.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Look {
    is_colored: bool,
    /// Columns of the terminal; text for no terminal is not wrapped.
    width: Option<usize>,
}

/// What a word is, for its colour.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tint {
    /// What it is called.
    Heading,
    /// What matters less.
    Faint,
    Good,
    Doubtful,
    Bad,
}

/// A narrower terminal is taken for one of so many columns.
const NARROWEST: usize = 40;

impl Look {
    pub(super) fn of(color: Color) -> Self {
        let is_terminal = std::io::stdout().is_terminal();
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let width = Term::stdout()
            .size_checked()
            .map(|(_, columns)| usize::from(columns));
        Look {
            is_colored: is_colored(color, is_terminal, &set),
            width: width
                .filter(|_| is_terminal)
                .map(|width| width.max(NARROWEST)),
        }
    }

    pub(super) fn is_colored(self) -> bool {
        self.is_colored
    }

    pub(super) fn tint(self, text: &str, tint: Tint) -> String {
        if !self.is_colored || text.is_empty() {
            return text.to_owned();
        }
        let style = Style::new().force_styling(true);
        let style = match tint {
            Tint::Heading => style.bold(),
            Tint::Faint => style.dim(),
            Tint::Good => style.green(),
            Tint::Doubtful => style.yellow(),
            Tint::Bad => style.red().bold(),
        };
        style.apply_to(text).to_string()
    }

    /// `text` cut into lines that fit behind `indent` columns.
    pub(super) fn wrapped(self, text: &str, indent: usize) -> Vec<String> {
        let Some(width) = self.width else {
            return vec![text.to_owned()];
        };
        let room = width.saturating_sub(indent).max(NARROWEST / 2);
        let mut lines = vec![String::new()];
        let mut used = 0;
        for word in text.split(' ') {
            let long = measure_text_width(word);
            if used > 0 && used + 1 + long > room {
                lines.push(String::new());
                used = 0;
            }
            if let Some(line) = lines.last_mut() {
                if used > 0 {
                    line.push(' ');
                    used += 1;
                }
                line.push_str(word);
                used += long;
            }
        }
        lines
    }

    /// `text` cut to what is left of a line behind `used` columns.
    pub(super) fn fitted(self, text: &str, used: usize) -> String {
        match self.width {
            Some(width) => {
                console::truncate_str(text, width.saturating_sub(used), "…").into_owned()
            }
            None => text.to_owned(),
        }
    }
}

/// <https://no-color.org> and <https://bixense.com/clicolors>: what the command line says goes first.
fn is_colored(color: Color, is_terminal: bool, set: &dyn Fn(&str) -> Option<String>) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if set("NO_COLOR").is_some() => false,
        Color::Auto if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        Color::Auto => is_terminal && set("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// `text` with U+FFFD for control characters: a terminal is not to obey what stands in an article.
pub(super) fn harmless(text: &str) -> String {
    let plain = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    text.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_as_the_command_line_says_then_the_environment_then_the_terminal() {
        let of = |color, terminal, env: &[(&str, &str)]| {
            is_colored(color, terminal, &|name| {
                let found = env.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(of(Color::Auto, true, &[]) && !of(Color::Auto, false, &[]));
        assert!(!of(
            Color::Auto,
            true,
            &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]
        ));
        assert!(of(Color::Auto, false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!of(Color::Auto, false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!of(Color::Auto, true, &[("TERM", "dumb")]));
        assert!(
            of(Color::Always, false, &[("NO_COLOR", "1")])
                && !of(Color::Never, true, &[("CLICOLOR_FORCE", "1")])
        );
    }

    #[test]
    fn text_is_wrapped_between_words_by_what_it_takes_on_the_screen() {
        let look = Look {
            is_colored: false,
            width: Some(40),
        };
        let lines = look.wrapped(
            "The ferry strike in 大阪港 has come to its end after nine days of talks",
            10,
        );
        assert_eq!(
            lines,
            [
                "The ferry strike in 大阪港 has",
                "come to its end after nine",
                "days of talks"
            ]
        );
        assert!(lines.iter().all(|line| measure_text_width(line) <= 30));
        let long = "x".repeat(99);
        assert_eq!(look.wrapped(&long, 10), std::slice::from_ref(&long));
        assert_eq!(Look::default().wrapped("a b", 10), ["a b"]);
        assert_eq!(look.fitted(&long, 30).chars().count(), 10);
    }

    #[test]
    fn nothing_is_coloured_where_it_is_not_wanted() {
        let coloured = Look {
            is_colored: true,
            width: None,
        };
        assert_eq!(Look::default().tint("held", Tint::Bad), "held");
        assert!(coloured.tint("held", Tint::Bad).starts_with("\u{1b}["));
        assert_eq!(harmless("a\u{1b}[2Jb"), "a\u{fffd}[2Jb");
    }
}
