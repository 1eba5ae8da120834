//! What becomes of a captured frame on the timeline.

/// Where a frame is in media time.
#[derive(Debug, PartialEq)]
pub(crate) enum Mapped<T> {
    /// Nowhere: it was captured before the start or in a pause.
    Skip,
    /// The frame with its media time, and the number of the interval between pauses that it is in.
    At(T, usize),
    /// After the end of the recording, like all frames after it.
    EndOfStream,
}

impl<T> Mapped<T> {
    /// Number of the interval in which it is recorded, if it is.
    pub(crate) const fn interval(&self) -> Option<usize> {
        match self {
            Self::At(_, number) => Some(*number),
            Self::Skip | Self::EndOfStream => None,
        }
    }

    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Mapped<U> {
        match self {
            Self::Skip => Mapped::Skip,
            Self::At(item, number) => Mapped::At(change(item), number),
            Self::EndOfStream => Mapped::EndOfStream,
        }
    }
}
