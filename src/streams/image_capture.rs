//! `ImageCapture`: still images of a video track (MediaStream Image Capture).
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

/// How long to wait for a frame. A camera may need a second or two to start.
const FRAME_TIMEOUT: Duration = Duration::from_secs(10);

/// Takes still images of a video track.
///
/// ```
/// use mediarec::devices::MediaDevices;
/// use mediarec::streams::ImageCapture;
/// use mediarec::constraints::MediaStreamConstraints;
/// use mediarec::devices::synthetic::FakeDevices;
///
/// let devices = MediaDevices::new(FakeDevices::default());
/// let stream = devices.get_user_media(&MediaStreamConstraints::video())?;
/// let photo = ImageCapture::new(&stream.tracks()[0])?.take_photo(None)?;
/// assert_eq!(photo.mime_type(), "image/jpeg");
/// # Ok::<(), mediarec::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ImageCapture {
    track: MediaStreamTrack,
}

/// A video frame as an image that is not encoded (`ImageBitmap`).
#[derive(Clone, Debug)]
pub struct ImageFrame {
    /// The pixels, as I420.
    pub picture: Arc<Picture>,
    /// The color space and range of the pixels.
    pub color: Color,
    /// The time of capture on the track's clock.
    pub time: Timestamp,
}

impl ImageFrame {
    /// Returns the pixels as RGBA, row by row from the top, with an alpha of 255.
    #[must_use]
    pub fn rgba(&self) -> Vec<u8> {
        to_rgba(&self.picture, self.color)
    }

    /// Encodes the image as a file of this type.
    ///
    /// # Errors
    /// `Unknown` if encoding fails.
    pub fn encode(&self, image_type: ImageType) -> Result<Photo> {
        Photo::encode(&self.picture, self.color, image_type)
    }
}

/// When the flash is used (`FillLightMode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FillLightMode {
    /// When the device finds it necessary.
    Auto,
    /// Never.
    Off,
    /// Always.
    Flash,
}

/// Whether the device can reduce red eyes (`RedEyeReduction`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RedEyeReduction {
    /// Not available.
    Never,
    /// Always on.
    Always,
    /// Can be turned on and off by [`PhotoSettings::red_eye_reduction`].
    Controllable,
}

/// Settings requested for a photo (`PhotoSettings`). `None`, the default, leaves the choice to the device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhotoSettings {
    /// When the flash is used. Not supported: [`take_photo`](ImageCapture::take_photo) fails if it is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fill_light_mode: Option<FillLightMode>,
    /// Width in pixels. If only the width is set, the height follows from the track's aspect ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_width: Option<u32>,
    /// Height in pixels. If only the height is set, the width follows from the track's aspect ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_height: Option<u32>,
    /// Whether to reduce red eyes. Not supported: [`take_photo`](ImageCapture::take_photo) fails if it is `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub red_eye_reduction: Option<bool>,
}

/// A range of values, in pixels (`MediaSettingsRange`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PhotoRange {
    /// Minimum, inclusive.
    pub min: u32,
    /// Maximum, inclusive.
    pub max: u32,
    /// The difference between neighboring values.
    pub step: u32,
}

/// The photo settings that a track supports (`PhotoCapabilities`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhotoCapabilities {
    /// Whether red eyes can be reduced. Always `Never` at present.
    pub red_eye_reduction: RedEyeReduction,
    /// Heights in pixels; `None` if the track does not come from a device, so that photos have the size of its frames.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_height: Option<PhotoRange>,
    /// Widths in pixels; `None` as for `image_height`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_width: Option<PhotoRange>,
    /// The supported flash modes. Always empty at present.
    pub fill_light_mode: Vec<FillLightMode>,
}

impl ImageCapture {
    /// Creates an `ImageCapture` for a video track.
    ///
    /// # Errors
    /// `NotSupported` if it is an audio track.
    pub fn new(track: &MediaStreamTrack) -> Result<Self> {
        if track.kind() == TrackKind::Audio {
            return Err(Error::not_supported(format!(
                "'{}' is an audio track; still images need a video track",
                track.label()
            )));
        }
        Ok(Self { track: track.clone() })
    }

    /// Returns the track that images are taken of.
    #[must_use]
    pub fn track(&self) -> &MediaStreamTrack {
        &self.track
    }

    /// Returns the track's next frame, unchanged. Waits up to 10 s for it.
    ///
    /// # Errors
    /// `InvalidState` if the track has ended, is disabled, or is muted (the last two follow the Web Platform Tests, not
    /// the draft: the image would be black); `Operation` if the track ends while waiting; `Unknown` on timeout.
    pub fn grab_frame(&self) -> Result<ImageFrame> {
        self.check_capturable("grabbing a frame")?;
        next_frame(&self.track)
    }

    /// Takes a photo as JPEG; see [`take_photo_as`](Self::take_photo_as).
    ///
    /// # Errors
    /// Those of [`take_photo_as`](Self::take_photo_as).
    pub fn take_photo(&self, settings: Option<&PhotoSettings>) -> Result<Photo> {
        self.take_photo_as(ImageType::Jpeg, settings)
    }

    /// Takes a photo: encodes the track's next frame as a file of this type. Waits up to 10 s for the frame.
    ///
    /// If the settings request a size that the camera delivers only in another mode, the camera is switched to that mode
    /// and back. The track loses some frames then.
    ///
    /// # Errors
    /// As [`grab_frame`](Self::grab_frame); `NotSupported` for settings outside the
    /// [capabilities](Self::get_photo_capabilities); `Unknown` for settings on a track that does not come from a device,
    /// for a size that the device cannot deliver at the moment, and if encoding fails.
    pub fn take_photo_as(&self, image_type: ImageType, settings: Option<&PhotoSettings>) -> Result<Photo> {
        self.check_capturable("taking a photo")?;
        let frame = match self.requested_size(settings.copied().unwrap_or_default())? {
            Some((width, height)) => self.frame_of_size(width, height)?,
            None => next_frame(&self.track)?,
        };
        frame.encode(image_type)
    }

    /// Returns the photo settings that the track supports.
    ///
    /// # Errors
    /// `InvalidState` if the track has ended.
    pub fn get_photo_capabilities(&self) -> Result<PhotoCapabilities> {
        self.check_live("reading the photo capabilities")?;
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

    /// Returns the settings of a photo for which none are requested.
    ///
    /// # Errors
    /// `InvalidState` if the track has ended.
    pub fn get_photo_settings(&self) -> Result<PhotoSettings> {
        self.check_live("reading the photo settings")?;
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
            "{what} needs an enabled track, but '{}' is disabled and delivers only black frames",
            self.track.label()
        )))
    }

    /// The size of the photo, if one is requested and supported.
    fn requested_size(&self, requested: PhotoSettings) -> Result<Option<(u32, u32)>> {
        if requested == PhotoSettings::default() {
            return Ok(None);
        }
        let capabilities = self.get_photo_capabilities()?;
        let (Some(widths), Some(heights)) = (capabilities.image_width, capabilities.image_height) else {
            return Err(Error::Unknown {
                message: format!(
                    "'{}' does not come from a camera, so photo settings cannot be applied",
                    self.track.label()
                ),
                source: None,
            });
        };
        if requested.red_eye_reduction == Some(true) {
            return Err(Error::not_supported("red-eye reduction is not supported"));
        }
        if requested.fill_light_mode.is_some() {
            return Err(Error::not_supported("control of the flash is not supported"));
        }
        for (name, value, range) in [
            ("imageWidth", requested.image_width, widths),
            ("imageHeight", requested.image_height, heights),
        ] {
            if let Some(value) = value.filter(|value| !(range.min..=range.max).contains(value)) {
                let PhotoRange { min, max, .. } = range;
                return Err(Error::not_supported(format!(
                    "{name} must be from {min} to {max}, not {value}"
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

    /// Takes the next frame of this size, through another track of the same camera.
    fn frame_of_size(&self, width: u32, height: u32) -> Result<ImageFrame> {
        let other = self.track.clone_track()?;
        let requested = MediaTrackConstraintSet {
            width: Some(Constrain::exact(width)),
            height: Some(Constrain::exact(height)),
            ..MediaTrackConstraintSet::default()
        };
        other.apply_constraints(&requested.into()).map_err(|error| {
            Error::unknown(
                format!("cannot take a photo of {width}×{height} pixels now"),
                error,
            )
        })?;
        let frame = next_frame(&other);
        drop(other);
        // Back to the best mode for the track. This fails if the camera was unplugged meanwhile, which the track reports.
        let _ = self.track.apply_constraints(&self.track.get_constraints());
        frame
    }
}

fn next_frame(track: &MediaStreamTrack) -> Result<ImageFrame> {
    let Feed::Video(feed) = track.feed() else {
        return Err(Error::not_supported("an audio track has no video frames"));
    };
    let listener = feed.listen(1);
    let color = feed.format().color;
    match listener.next_timeout(FRAME_TIMEOUT) {
        // The track may have been muted while waiting.
        Ok(_) if track.muted() => Err(muted(track)),
        Ok(frame) => Ok(ImageFrame {
            picture: frame.picture,
            color,
            time: frame.time,
        }),
        Err(RecvTimeoutError::Timeout) => Err(Error::Unknown {
            message: format!(
                "'{}' delivered no frame within {} s",
                track.label(),
                FRAME_TIMEOUT.as_secs()
            ),
            source: None,
        }),
        Err(RecvTimeoutError::Disconnected) => Err(Error::Operation {
            message: format!("'{}' ended before it delivered a frame", track.label()),
        }),
    }
}

fn muted(track: &MediaStreamTrack) -> Error {
    Error::invalid_state(format!(
        "'{}' is muted and delivers only black frames",
        track.label()
    ))
}

#[cfg(test)]
mod tests;
