//! `AlarmEvent`: an alarm was raised, or cleared.
use crate::media::TrackKind;
use crate::recorder::alarms::alarm::Alarm;
use std::sync::Arc;
use std::time::Duration;

/// Extension: an alarm of a track was raised, or cleared as its condition ended. One that is raised when the recording ends is
/// not cleared.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AlarmEvent {
    /// The alarm, as it was requested.
    pub alarm: Alarm,
    /// Whether it was raised; otherwise it was cleared.
    pub raised: bool,
    /// [ID](crate::streams::MediaStreamTrack::id) of the track.
    pub track: Arc<str>,
    /// Kind of the track.
    pub kind: TrackKind,
    /// Label of the track.
    pub label: Arc<str>,
    /// Where its condition began, in the media, counted from the first frame.
    pub since: Duration,
    /// Where it was raised or cleared, in the media, counted from the first frame.
    pub at: Duration,
    /// For how long its condition has lasted. That is from `since` to `at`, or more if it began before the first frame.
    pub lasted: Duration,
    /// What was measured: the highest peak since the condition began, in dBFS, for `Level` (−∞ for digital silence); the
    /// share in percent for `Dropped`; `lasted` in seconds for the others.
    pub measured: f64,
}
