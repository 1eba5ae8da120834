//! Constraints of a stream: the kinds of tracks to open, with their constraints (Media Capture and Streams, 10.3).
use crate::constraints::property::Property;
use crate::constraints::set::MediaTrackConstraints;
use crate::error::{Error, Result};
use crate::media::TrackKind;

/// The kinds of tracks to open, and the constraints of each. The default requests neither kind.
///
/// ```
/// use mediarec::constraints::MediaStreamConstraints;
///
/// let both = MediaStreamConstraints::audio_video();
/// assert!(both.audio.is_some() && both.video.is_some());
/// let camera: MediaStreamConstraints = r#"{"video": {"width": {"min": 640}}}"#.parse()?;
/// assert!(camera.audio.is_none());
/// # Ok::<(), mediarec::error::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MediaStreamConstraints {
    /// Constraints of the audio track; `None` if no audio is requested.
    pub audio: Option<MediaTrackConstraints>,
    /// Constraints of the video track; `None` if no video is requested.
    pub video: Option<MediaTrackConstraints>,
}

impl MediaStreamConstraints {
    /// One audio and one video track, without constraints: `{audio: true, video: true}`.
    #[must_use]
    pub fn audio_video() -> Self {
        Self {
            audio: Some(MediaTrackConstraints::default()),
            video: Some(MediaTrackConstraints::default()),
        }
    }

    /// One audio track, without constraints: `{audio: true}`.
    #[must_use]
    pub fn audio() -> Self {
        Self {
            audio: Some(MediaTrackConstraints::default()),
            video: None,
        }
    }

    /// One video track, without constraints: `{video: true}`.
    #[must_use]
    pub fn video() -> Self {
        Self {
            audio: None,
            video: Some(MediaTrackConstraints::default()),
        }
    }

    /// The checks that `getUserMedia` makes before it touches a device (10.2). Returns the constraints without
    /// properties of the other kind of track, and the dropped properties with the kind they were under.
    ///
    /// # Errors
    /// `Type` if neither kind is requested, if a number is infinite or NaN, or if a property is required that
    /// cannot be required for device selection.
    pub(crate) fn checked(self) -> Result<(Self, Vec<(TrackKind, Property)>)> {
        if self.audio.is_none() && self.video.is_none() {
            return Err(Error::type_error(
                "neither audio nor video is requested; request at least one",
            ));
        }
        let mut dropped = Vec::new();
        let mut check = |kind, constraints: Option<MediaTrackConstraints>| {
            let kept = constraints.map(|constraints| {
                let (kept, foreign) = constraints.for_kind(kind);
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
