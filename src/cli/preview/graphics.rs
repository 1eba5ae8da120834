//! How a terminal shows pictures, by what the environment tells of it. The terminal itself is not asked: its answer would come
//! on the standard input, which the keys are read from.
use clap::ValueEnum;

/// How a picture is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Graphics {
    /// The graphics protocol of kitty
    Kitty,
    /// Sixels, as terminals of DEC had them
    Sixel,
    /// Half blocks, which are characters: every terminal has them
    Blocks,
}

/// The release of Konsole that has sixels, as it writes it: 22.04.
const KONSOLE_WITH_SIXELS: u32 = 220_400;

impl Graphics {
    /// What the terminal surely has, by a lookup of variables of the environment.
    ///
    /// A multiplexer would have to pass pictures on, and few do: there it is blocks.
    pub fn detect(variable: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name: &str| variable(name).unwrap_or_default();
        let is_set = |name: &str| !value(name).is_empty();
        let (terminal, program) = (value("TERM"), value("TERM_PROGRAM"));
        let begins = |names: &[&str]| names.iter().any(|name| terminal.starts_with(name));
        if ["TMUX", "STY", "ZELLIJ"].into_iter().any(is_set) || begins(&["screen", "tmux"]) {
            return Self::Blocks;
        }
        // The name of the terminal is set anew by each, and passed on by SSH; the other variables are inherited by a terminal
        // that is started in another one.
        if begins(&["xterm-kitty", "xterm-ghostty"]) {
            return Self::Kitty;
        }
        if begins(&["foot", "mlterm", "yaft"]) {
            return Self::Sixel;
        }
        if is_set("XTERM_VERSION") || is_set("VTE_VERSION") || !begins(&["xterm", "wezterm"]) {
            return Self::Blocks;
        }
        // WezTerm has the protocol of kitty as well, but answers to it even when it is asked not to.
        let has_sixels = matches!(&*program, "WezTerm" | "iTerm.app" | "mlterm" | "foot")
            || value("KONSOLE_VERSION")
                .parse()
                .is_ok_and(|version: u32| version >= KONSOLE_WITH_SIXELS);
        if has_sixels {
            Self::Sixel
        } else if program == "ghostty" || is_set("KITTY_WINDOW_ID") {
            Self::Kitty
        } else {
            Self::Blocks
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_known_by_its_environment_and_blocks_are_for_all_others() {
        use Graphics::{Blocks, Kitty, Sixel};
        for (environment, graphics) in [
            ("TERM=xterm-kitty", Kitty),
            ("TERM=xterm-kitty KITTY_WINDOW_ID=1", Kitty),
            ("TERM=xterm-256color KITTY_WINDOW_ID=1", Kitty),
            ("TERM=xterm-ghostty TERM_PROGRAM=ghostty", Kitty),
            ("TERM=xterm-256color TERM_PROGRAM=ghostty", Kitty),
            ("TERM=xterm-256color TERM_PROGRAM=WezTerm", Sixel),
            ("TERM=wezterm TERM_PROGRAM=WezTerm", Sixel),
            ("TERM=xterm-256color TERM_PROGRAM=iTerm.app", Sixel),
            ("TERM=foot", Sixel),
            ("TERM=foot-extra", Sixel),
            ("TERM=mlterm", Sixel),
            ("TERM=xterm-256color KONSOLE_VERSION=220401", Sixel),
            ("TERM=xterm-256color KONSOLE_VERSION=211203", Blocks),
            ("TERM=xterm-256color KONSOLE_VERSION=new", Blocks),
            // Nothing tells whether this one was started with sixels.
            ("TERM=xterm", Blocks),
            ("TERM=xterm-256color XTERM_VERSION=XTerm(379)", Blocks),
            ("TERM=linux", Blocks),
            ("TERM=dumb", Blocks),
            ("", Blocks),
            // In a multiplexer.
            (
                "TERM=tmux-256color TMUX=/tmp/tmux-0/default,1,0 KITTY_WINDOW_ID=1",
                Blocks,
            ),
            ("TERM=xterm-kitty TMUX=/tmp/tmux-0/default,1,0", Blocks),
            ("TERM=screen-256color", Blocks),
            ("TERM=foot STY=1.pts-0", Blocks),
            ("TERM=xterm-kitty ZELLIJ=0", Blocks),
            // One terminal started in another one.
            ("TERM=xterm XTERM_VERSION=XTerm(379) KITTY_WINDOW_ID=1", Blocks),
            ("TERM=xterm-256color VTE_VERSION=7006 KITTY_WINDOW_ID=1", Blocks),
            ("TERM=alacritty KITTY_WINDOW_ID=1", Blocks),
            ("TERM=foot KITTY_WINDOW_ID=1", Sixel),
            ("TERM=xterm-kitty TERM_PROGRAM=WezTerm", Kitty),
        ] {
            let variable = |name: &str| {
                let mut pairs = environment.split(' ').filter_map(|pair| pair.split_once('='));
                pairs.find(|pair| pair.0 == name).map(|pair| pair.1.to_owned())
            };
            assert_eq!(Graphics::detect(variable), graphics, "{environment}");
        }
    }
}
