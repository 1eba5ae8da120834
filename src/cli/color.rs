//! Whether colours are used on standard error, and which.
use crate::cli::args::when::When;
use std::env;
use std::io::{self, IsTerminal};

/// Colours, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color(bool);

impl Color {
    /// `auto` means: in a terminal with colours, unless `NO_COLOR` is set.
    pub fn new(when: When) -> Self {
        let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
        let has_colors = env::var_os("TERM").is_none_or(|terminal| terminal != "dumb");
        Self(match when {
            When::Always => true,
            When::Never => false,
            When::Auto => io::stderr().is_terminal() && has_colors && !is_set("NO_COLOR"),
        })
    }

    /// Whether colours are used.
    pub fn is_on(self) -> bool {
        self.0
    }

    pub fn red(self, text: &str) -> String {
        self.paint("31", text)
    }

    pub fn yellow(self, text: &str) -> String {
        self.paint("33", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.0 {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_come_when_they_are_asked_for_and_never_when_they_are_refused() {
        assert_eq!(Color::new(When::Always).red("x"), "\u{1b}[31mx\u{1b}[0m");
        assert_eq!(Color::new(When::Never).yellow("x"), "x");
    }
}
