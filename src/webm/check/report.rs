//! What the checks of a file found.
use serde::Serialize;

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The file plays, but not as well as it could: it is against a recommendation.
    Warning,
    /// The file is against the specification, or players fail on it.
    Error,
}

impl Level {
    /// `error` or `warning`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What a file is meant to be; some rules are for one of the two only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// A stream, or a recording in progress: sizes are unknown, and there are no Duration and no Cues.
    Live,
    /// Complete and seekable. `final` in JSON.
    #[serde(rename = "final")]
    Finished,
}

/// A rule that a file breaks, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Number of the rule, such as `M19`.
    pub rule: &'static str,
    /// How serious it is.
    pub level: Level,
    /// Offset in bytes of the element concerned.
    pub offset: u64,
    /// What is there.
    pub found: String,
    /// What should be there.
    pub expected: String,
}

/// Findings of a rule beyond those that are listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Omitted {
    /// Number of the rule.
    pub rule: &'static str,
    /// How serious the findings are.
    pub level: Level,
    /// How many findings are not listed.
    pub count: u64,
}

/// The result of [`check`](super::check()).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What the file was judged as; of several recordings in a row, the first.
    pub form: Form,
    /// Number of findings that are errors.
    pub errors: u64,
    /// Number of findings that are warnings.
    pub warnings: u64,
    /// The findings in the order of their offsets, at most [`Report::MAX_LISTED`] of each rule.
    pub findings: Vec<Finding>,
    /// How many more there are of each rule.
    pub omitted: Vec<Omitted>,
}

impl Report {
    /// How many findings of one rule are listed.
    pub const MAX_LISTED: usize = 10;

    /// Whether there is no error. There may be warnings.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.errors == 0
    }
}
