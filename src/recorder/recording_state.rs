//! What a recorder is doing.

/// State of a recorder (MediaStream Recording, 2.5, `RecordingState`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingState {
    /// Not started, or stopped.
    Inactive,
    /// Recording.
    Recording,
    /// Started, and not recording what is captured until it is resumed.
    Paused,
}

impl RecordingState {
    /// The specification's spelling: `inactive`, `recording` or `paused`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inactive => "inactive",
            Self::Recording => "recording",
            Self::Paused => "paused",
        }
    }
}
