//! `OnLost`: what becomes of a track whose device is lost.
use std::time::Duration;

/// What becomes of a track whose device is lost: unplugged, or failed.
///
/// A device that is waited for is opened again as soon as it is back, the same one by its id. Until then the track stays
/// live and is muted, black frames or silence replace what is missing, and
/// [`TrackEvent::Lost`](crate::streams::TrackEvent::Lost) and [`TrackEvent::Back`](crate::streams::TrackEvent::Back) tell
/// where the gap is. Where time is that of the media, as with unpaced fake devices, there is one attempt to open it again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnLost {
    /// The track ends, as in the specification.
    #[default]
    Stop,
    /// The track waits for the device.
    Wait {
        /// How long it waits before it ends; `None` for as long as it takes.
        timeout: Option<Duration>,
    },
    /// Another device that satisfies the constraints is opened at once, if there is one; it is not left again when the
    /// first one is back. Otherwise as `Wait`.
    Switch {
        /// How long the track waits for any device before it ends; `None` for as long as it takes.
        timeout: Option<Duration>,
    },
}

impl OnLost {
    /// How long to wait for a device; `None` without a limit.
    pub(super) fn timeout(self) -> Option<Duration> {
        match self {
            Self::Stop => Some(Duration::ZERO),
            Self::Wait { timeout } | Self::Switch { timeout } => timeout,
        }
    }
}
