//! The date that a recording says it is of.
use std::time::SystemTime;

/// The date of a recording, `DateUTC` in its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RecordingDate {
    /// The system's time when it was started.
    #[default]
    Start,
    /// This time.
    At(SystemTime),
    /// None: the file has no date.
    Omitted,
}

impl RecordingDate {
    /// The date of a recording that starts now.
    pub(crate) const fn of_start(self, now: SystemTime) -> Option<SystemTime> {
        match self {
            Self::Start => Some(now),
            Self::At(date) => Some(date),
            Self::Omitted => None,
        }
    }
}
