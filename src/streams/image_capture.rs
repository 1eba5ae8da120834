//! Still images of a video track (MediaStream Image Capture).
use crate::clock::Timestamp;
use crate::constraints::{Constrain, MediaTrackConstraintSet, Range};
use crate::error::{Error, Result};
use crate::media::{Color, Picture, TrackKind};
use crate::picture::pixel_format::to_rgba;
use crate::picture::{ImageType, Photo};
use crate::streams::track::{Feed, MediaStreamTrack, ReadyState};
use crossbeam_channel::RecvTimeoutError;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;

/// A source that gives no picture for so long is not waited for: a camera needs a second or two to begin.
const FRAME_TIMEOUT: Duration = Duration::from_secs(10);

/// Takes still pictures of a track.
///
/// ```
/// use mediarec::devices::MediaDevices;
/// use mediarec::streams::ImageCapture;
/// use mediarec::constraints::MediaStreamConstraints;
/// use mediarec::devices::synthetic::FakeDevices;
///
/// let devices = MediaDevices::new(FakeDevices::default());
/// let stream = devices.get_user_media(&MediaStreamConstraints::new(false, true))?;
/// let photo = ImageCapture::new(&stream.tracks()[0])?.take_photo(None)?;
/// assert_eq!(photo.mime_type(), "image/jpeg");
/// # Ok::<(), mediarec::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ImageCapture {
    track: MediaStreamTrack,
}

/// A picture of a track, not encoded (`ImageBitmap`).
#[derive(Clone, Debug)]
pub struct ImageFrame {
    /// The pixels.
    pub picture: Arc<Picture>,
    /// How their numbers are meant.
    pub color: Color,
    /// When it was captured.
    pub time: Timestamp,
}

impl ImageFrame {
    /// Red, green, blue and an opaque alpha of each pixel, row by row.
    #[must_use]
    pub fn rgba(&self) -> Vec<u8> {
        to_rgba(&self.picture, self.color)
    }

    /// The picture as a file.
    ///
    /// # Errors
    /// `Unknown` when it cannot be encoded.
    pub fn encode(&self, image_type: ImageType) -> Result<Photo> {
        Photo::encode(&self.picture, self.color, image_type)
    }
}

/// When the flash is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FillLightMode {
    /// As the device finds right.
    Auto,
    /// Never.
    Off,
    /// Always.
    Flash,
}

/// Whether red eyes are kept out of photos.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RedEyeReduction {
    /// They cannot be.
    Never,
    /// They always are.
    Always,
    /// As requested.
    Controllable,
}

/// What is requested of a photo; None asks for nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhotoSettings {
    /// When the flash is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fill_light_mode: Option<FillLightMode>,
    /// Pixels a row; without a height that keeps the track's aspect ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_width: Option<u32>,
    /// Rows; without a width that keeps the track's aspect ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_height: Option<u32>,
    /// Whether red eyes are kept out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub red_eye_reduction: Option<bool>,
}

/// From the least to the greatest in steps (`MediaSettingsRange`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PhotoRange {
    /// The least.
    pub min: u32,
    /// The greatest.
    pub max: u32,
    /// From one to the next.
    pub step: u32,
}

/// What photos of a track can be. A track that is of no device has sizes of None: its photos are as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhotoCapabilities {
    /// Whether red eyes can be kept out.
    pub red_eye_reduction: RedEyeReduction,
    /// Rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_height: Option<PhotoRange>,
    /// Pixels a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_width: Option<PhotoRange>,
    /// The ways of using a flash; empty without one.
    pub fill_light_mode: Vec<FillLightMode>,
}

impl ImageCapture {
    /// # Errors
    /// `NotSupported` for a track of sound.
    pub fn new(track: &MediaStreamTrack) -> Result<Self> {
        if track.kind() == TrackKind::Audio {
            return Err(Error::not_supported(format!(
                "'{}' is a track of sound; there is nothing to see",
                track.label()
            )));
        }
        Ok(Self { track: track.clone() })
    }

    /// The track that pictures are taken of.
    #[must_use]
    pub fn track(&self) -> &MediaStreamTrack {
        &self.track
    }

    /// The next picture that the track gives, as it is; waits for it up to 10 s.
    ///
    /// # Errors
    /// `InvalidState` when the track has ended, is disabled, or is muted (the last two as the Web Platform Tests have
    /// it, not the draft: black is no picture of anything); `Operation` when it ends while waiting; `Unknown` when no
    /// picture comes.
    pub fn grab_frame(&self) -> Result<ImageFrame> {
        self.check_capturable("grabbing a frame")?;
        next_frame(&self.track)
    }

    /// A photo as JPEG; see [`take_photo_as`](Self::take_photo_as).
    ///
    /// # Errors
    /// As there.
    pub fn take_photo(&self, settings: Option<&PhotoSettings>) -> Result<Photo> {
        self.take_photo_as(ImageType::Jpeg, settings)
    }

    /// The next picture that the track gives, encoded; waits for it up to 10 s.
    ///
    /// With a size the camera is switched to a mode that has it and back again, if that takes another one, and the
    /// track misses some frames.
    ///
    /// # Errors
    /// As [`grab_frame`](Self::grab_frame); `NotSupported` for settings outside the
    /// [capabilities](Self::get_photo_capabilities); `Unknown` for settings of a track that is of no device, for a
    /// size that the device cannot have now, and when encoding fails.
    pub fn take_photo_as(&self, image_type: ImageType, settings: Option<&PhotoSettings>) -> Result<Photo> {
        self.check_capturable("taking a photo")?;
        let frame = match self.requested_size(settings.copied().unwrap_or_default())? {
            Some((width, height)) => self.frame_of_size(width, height)?,
            None => next_frame(&self.track)?,
        };
        frame.encode(image_type)
    }

    /// What photos can be.
    ///
    /// # Errors
    /// `InvalidState` when the track has ended. (It is answered at once: nothing can end it meanwhile.)
    pub fn get_photo_capabilities(&self) -> Result<PhotoCapabilities> {
        self.check_live("asking for photo capabilities")?;
        let capabilities = self.track.get_capabilities();
        let range = |range: Option<Range<u32>>| {
            range.filter(|_| self.track.has_device()).map(|range| PhotoRange {
                min: range.min,
                max: range.max,
                step: 1,
            })
        };
        Ok(PhotoCapabilities {
            red_eye_reduction: RedEyeReduction::Never,
            image_height: range(capabilities.height),
            image_width: range(capabilities.width),
            fill_light_mode: Vec::new(),
        })
    }

    /// What photos are when nothing else is requested.
    ///
    /// # Errors
    /// `InvalidState` when the track has ended.
    pub fn get_photo_settings(&self) -> Result<PhotoSettings> {
        self.check_live("asking for photo settings")?;
        let settings = self.track.get_settings();
        Ok(PhotoSettings {
            image_width: settings.width,
            image_height: settings.height,
            ..PhotoSettings::default()
        })
    }

    fn check_live(&self, what: &str) -> Result<()> {
        match self.track.ready_state() {
            ReadyState::Live => Ok(()),
            ReadyState::Ended => Err(Error::invalid_state(format!(
                "{what} needs a live track, but '{}' has ended",
                self.track.label()
            ))),
        }
    }

    fn check_capturable(&self, what: &str) -> Result<()> {
        self.check_live(what)?;
        if self.track.muted() {
            return Err(muted(&self.track));
        }
        if self.track.enabled() {
            return Ok(());
        }
        Err(Error::invalid_state(format!(
            "{what} needs a picture, but '{}' is disabled and gives only black",
            self.track.label()
        )))
    }

    /// The size that is requested, if any.
    fn requested_size(&self, requested: PhotoSettings) -> Result<Option<(u32, u32)>> {
        if requested == PhotoSettings::default() {
            return Ok(None);
        }
        let capabilities = self.get_photo_capabilities()?;
        let (Some(widths), Some(heights)) = (capabilities.image_width, capabilities.image_height) else {
            return Err(Error::Unknown {
                message: format!(
                    "'{}' is of no camera and has no photo settings",
                    self.track.label()
                ),
                source: None,
            });
        };
        if requested.red_eye_reduction == Some(true) {
            return Err(Error::not_supported(
                "no camera here keeps red eyes out of photos",
            ));
        }
        if requested.fill_light_mode.is_some() {
            return Err(Error::not_supported("the flash of the camera cannot be used"));
        }
        for (name, value, range) in [
            ("imageWidth", requested.image_width, widths),
            ("imageHeight", requested.image_height, heights),
        ] {
            if let Some(value) = value.filter(|value| !(range.min..=range.max).contains(value)) {
                let PhotoRange { min, max, .. } = range;
                return Err(Error::not_supported(format!(
                    "{name} may be {min} to {max}, not {value}"
                )));
            }
        }
        let settings = self.track.get_settings();
        let ratio = f64::from(settings.width.unwrap_or(1)) / f64::from(settings.height.unwrap_or(1));
        Ok(match (requested.image_width, requested.image_height) {
            (Some(width), Some(height)) => Some((width, height)),
            (Some(width), None) => {
                let height = (f64::from(width) / ratio).round() as u32;
                Some((width, height.clamp(heights.min, heights.max)))
            }
            (None, Some(height)) => {
                let width = (f64::from(height) * ratio).round() as u32;
                Some((width.clamp(widths.min, widths.max), height))
            }
            (None, None) => None,
        })
    }

    /// The next picture of another track of the same camera.
    fn frame_of_size(&self, width: u32, height: u32) -> Result<ImageFrame> {
        let other = self.track.clone_track()?;
        let requested = MediaTrackConstraintSet {
            width: Some(Constrain::exact(width)),
            height: Some(Constrain::exact(height)),
            ..MediaTrackConstraintSet::default()
        };
        other.apply_constraints(&requested.into()).map_err(|error| {
            Error::unknown(format!("a photo of {width}×{height} cannot be taken now"), error)
        })?;
        let frame = next_frame(&other);
        drop(other);
        // Back to the mode that suits the track best. That failed to be so if the camera was lost meanwhile, which
        // the track says itself.
        let _ = self.track.apply_constraints(&self.track.get_constraints());
        frame
    }
}

fn next_frame(track: &MediaStreamTrack) -> Result<ImageFrame> {
    let Feed::Video(feed) = track.feed() else {
        return Err(Error::not_supported("a track of sound has no pictures"));
    };
    let listener = feed.listen(1);
    let color = feed.format().color;
    match listener.next_timeout(FRAME_TIMEOUT) {
        // A mute may become known only while its black is waited for.
        Ok(_) if track.muted() => Err(muted(track)),
        Ok(frame) => Ok(ImageFrame {
            picture: frame.picture,
            color,
            time: frame.time,
        }),
        Err(RecvTimeoutError::Timeout) => Err(Error::Unknown {
            message: format!(
                "'{}' gave no picture within {} s",
                track.label(),
                FRAME_TIMEOUT.as_secs()
            ),
            source: None,
        }),
        Err(RecvTimeoutError::Disconnected) => Err(Error::Operation {
            message: format!("'{}' ended before it gave a picture", track.label()),
        }),
    }
}

fn muted(track: &MediaStreamTrack) -> Error {
    Error::invalid_state(format!("'{}' is muted and gives only black", track.label()))
}

#[cfg(test)]
mod tests;
