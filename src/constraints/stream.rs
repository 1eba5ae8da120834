//! What is asked of a whole stream (Media Capture and Streams, 10.3).
use crate::constraints::{MediaTrackConstraints, Property};
use crate::error::{Error, Result};
use crate::media::TrackKind;

/// Which kinds of tracks are wanted, and what is asked of each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MediaStreamConstraints {
    /// A microphone's track.
    pub audio: Option<MediaTrackConstraints>,
    /// A camera's track.
    pub video: Option<MediaTrackConstraints>,
}

impl MediaStreamConstraints {
    /// Both kinds, either, or none; nothing in particular is asked of them.
    #[must_use]
    pub fn new(audio: bool, video: bool) -> Self {
        Self {
            audio: audio.then(MediaTrackConstraints::default),
            video: video.then(MediaTrackConstraints::default),
        }
    }

    /// What `getUserMedia` looks at before it touches a device: names of the other kind are dropped, and
    /// returned with the kind they stood under.
    ///
    /// # Errors
    /// `Type` when no kind is wanted, when a number is infinite or NaN, or when something is required that
    /// devices are not selected by.
    pub fn checked(self) -> Result<(Self, Vec<(TrackKind, Property)>)> {
        if self.audio.is_none() && self.video.is_none() {
            return Err(Error::type_error(
                "neither audio nor video is wanted; ask for at least one",
            ));
        }
        let mut dropped = Vec::new();
        let mut check = |kind, asked: Option<MediaTrackConstraints>| {
            let kept = asked.map(|asked| {
                let (kept, foreign) = asked.for_kind(kind);
                dropped.extend(foreign.into_iter().map(|property| (kind, property)));
                kept.validate_for_selection().map(|()| kept)
            });
            kept.transpose()
        };
        let audio = check(TrackKind::Audio, self.audio)?;
        let video = check(TrackKind::Video, self.video)?;
        Ok((Self { audio, video }, dropped))
    }
}
