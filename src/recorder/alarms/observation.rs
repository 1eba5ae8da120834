//! `Observation`: what a frame is, as far as alarms are concerned.
use crate::clock::Timestamp;

/// What was measured of a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Observation {
    Audio {
        from: Timestamp,
        to: Timestamp,
        /// The maximum absolute sample; 0 is digital silence.
        peak: f32,
    },
    Video {
        at: Timestamp,
        /// Whether it differs from the frame before.
        is_new: bool,
        is_black: bool,
    },
    /// The program has disabled the track: what is recorded is not what the source delivers.
    Disabled { from: Timestamp, to: Timestamp },
}
