//! `Alarm`: a condition that is watched for.
use crate::error::{Error, Result};
use crate::media::TrackKind;
use std::time::Duration;

/// Extension: a condition that is watched for in every track of its kind while it is recorded, and reported by
/// [`RecorderEvent::Alarm`](crate::recorder::RecorderEvent::Alarm). Durations are media time: pauses do not count.
///
/// A track that the program [disabled](crate::streams::MediaStreamTrack::set_enabled) raises none of them but `Dropped`. One
/// whose source is muted, stalled or lost is recorded as silence or black frames, and raises those of what is recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Alarm {
    /// Digital silence: all samples of an audio track are 0 for this long. The noise of a microphone, however low, is
    /// none.
    Silence {
        /// More than 0.
        after: Duration,
    },
    /// The peak level of an audio track is below this for this long.
    Level {
        /// In dBFS: 0 is full scale. Less than 0.
        below: f64,
        /// More than 0.
        after: Duration,
    },
    /// A video track has no new picture for this long: either no frame comes, or each is the same as the one before, byte
    /// for byte. The noise of a camera makes every picture a new one.
    Frozen {
        /// More than 0.
        after: Duration,
    },
    /// The pictures of a video track are black for this long: of every fourth row, at least 98 % of the pixels have a luma of
    /// 38 or less, a tenth of the range above black.
    Black {
        /// More than 0.
        after: Duration,
    },
    /// So many of the frames, or blocks of audio, of the last 10 s of a track were dropped, by the device, the encoder or
    /// the output. What is before the start counts as without drops. It is cleared once the share was smaller for 2 s.
    Dropped {
        /// In percent. More than 0, 100 at most.
        percent: f64,
    },
}

impl Alarm {
    /// Its name: `silence`, `level`, `frozen`, `black` or `dropped`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Silence { .. } => "silence",
            Self::Level { .. } => "level",
            Self::Frozen { .. } => "frozen",
            Self::Black { .. } => "black",
            Self::Dropped { .. } => "dropped",
        }
    }

    /// The kind of tracks that it is for; `None` for all.
    #[must_use]
    pub const fn kind(&self) -> Option<TrackKind> {
        match self {
            Self::Silence { .. } | Self::Level { .. } => Some(TrackKind::Audio),
            Self::Frozen { .. } | Self::Black { .. } => Some(TrackKind::Video),
            Self::Dropped { .. } => None,
        }
    }

    /// How long the condition lasts before the alarm is raised; `None` for dropped frames.
    #[must_use]
    pub const fn after(&self) -> Option<Duration> {
        match self {
            Self::Silence { after }
            | Self::Level { after, .. }
            | Self::Frozen { after }
            | Self::Black { after } => Some(*after),
            Self::Dropped { .. } => None,
        }
    }

    /// # Errors
    /// `Type` for values out of range.
    pub(super) fn check(&self) -> Result<()> {
        let refuse = |what: &str| Err(Error::type_error(format!("the alarm '{}' {what}", self.name())));
        if self.after() == Some(Duration::ZERO) {
            return refuse("needs a duration of more than 0");
        }
        match *self {
            // Not a number is refused, too.
            Self::Level { below, .. } if !(below < 0.0 && below.is_finite()) => {
                refuse("needs a level below 0 dBFS, such as -50")
            }
            Self::Dropped { percent } if !(percent > 0.0 && percent <= 100.0) => {
                refuse("needs a share of more than 0 %, and 100 % at most")
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_out_of_range_are_a_type_error() {
        let after = Duration::from_secs(1);
        let right = [
            Alarm::Silence { after },
            Alarm::Level { below: -0.5, after },
            Alarm::Dropped { percent: 100.0 },
        ];
        assert!(right.iter().all(|alarm| alarm.check().is_ok()));
        let wrong = [
            Alarm::Black {
                after: Duration::ZERO,
            },
            Alarm::Level { below: 0.0, after },
            Alarm::Level {
                below: f64::NAN,
                after,
            },
            Alarm::Level {
                below: f64::NEG_INFINITY,
                after,
            },
            Alarm::Dropped { percent: 0.0 },
            Alarm::Dropped { percent: 100.1 },
        ];
        for alarm in wrong {
            assert_eq!(alarm.check().unwrap_err().name(), "TypeError", "{alarm:?}");
        }
    }
}
