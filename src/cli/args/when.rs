//! Words as values: when to show something, yes and no.
use clap::ValueEnum;

/// When to show something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// If standard error is a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Whether viewers may do something: `--preview-control`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum YesNo {
    /// They may
    Yes,
    /// They may not
    No,
}

impl YesNo {
    pub fn is_yes(self) -> bool {
        self == Self::Yes
    }
}
