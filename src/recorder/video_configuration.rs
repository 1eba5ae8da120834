//! Video that might be recorded, for questions before there is a stream.
use crate::encode::VideoOptions;
use crate::encode::level::Demand;
use crate::error::{Error, Result};
use crate::recorder::media_recorder_options::{DEFAULT_VIDEO_BITS, MediaRecorderOptions};
use crate::recorder::mime_type::MimeType;

/// Properties of video that might be recorded (Media Capabilities, 2.1.4, `VideoConfiguration`).
///
/// The default is 1280×720 at 30 frames per second and 2.5 Mbit/s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VideoConfiguration {
    /// Width in pixels, at least 1.
    pub width: u32,
    /// Height in pixels, at least 1.
    pub height: u32,
    /// Frames per second, finite and greater than 0.
    pub framerate: f64,
    /// Bit rate in bit/s.
    pub bitrate: u32,
}

impl Default for VideoConfiguration {
    fn default() -> Self {
        Self {
            width: 1280,
            height: 720,
            framerate: 30.0,
            bitrate: DEFAULT_VIDEO_BITS,
        }
    }
}

#[cfg(test)]
impl VideoConfiguration {
    /// What every machine encodes in time with every codec.
    pub(super) const TINY: Self = Self {
        width: 64,
        height: 36,
        framerate: 1.0,
        bitrate: 100_000,
    };
}

impl VideoConfiguration {
    /// Checks that such video can be recorded as this type, as a start would.
    ///
    /// # Errors
    /// `Type` for an invalid frame rate; `NotSupported` with what to use instead.
    fn check(&self, requested: &MimeType) -> Result<()> {
        if !self.framerate.is_finite() || self.framerate <= 0.0 {
            return Err(Error::type_error(format!(
                "{} is not a frame rate; it must be a number greater than 0",
                self.framerate
            )));
        }
        if requested.audio_only {
            return Err(Error::not_supported("an audio type cannot contain video"));
        }
        requested.video_codec().check_size(self.width, self.height)?;
        match requested.profile()? {
            Some(profile) => profile.check_level(self.demand()),
            None => Ok(()),
        }
    }

    /// Parses a type, and checks that such video can be recorded as it.
    ///
    /// # Errors
    /// `NotSupported` and `Type` as [`check`](Self::check).
    pub(super) fn requested(&self, mime_type: &str) -> Result<MimeType> {
        let requested = MimeType::parse(mime_type)?;
        requested.check_codecs()?;
        self.check(&requested)?;
        Ok(requested)
    }

    /// The settings of a recording of it.
    ///
    /// # Errors
    /// `NotSupported` for a profile that is not supported.
    pub(super) fn options(&self, requested: &MimeType) -> Result<VideoOptions> {
        Ok(VideoOptions {
            codec: requested.video_codec(),
            bits_per_second: self.bitrate,
            quality: None,
            key_frames: MediaRecorderOptions::default().key_frames()?,
            speed: None,
            threads: None,
            level: requested.profile()?.map(|profile| profile.level),
            deterministic: false,
        })
    }

    fn demand(&self) -> Demand {
        Demand {
            width: self.width,
            height: self.height,
            frames_per_second: self.framerate,
            bits_per_second: self.bitrate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: VideoConfiguration = VideoConfiguration {
        width: 256,
        height: 144,
        framerate: 15.0,
        bitrate: 150_000,
    };

    fn refusal(codecs: &str, video: VideoConfiguration) -> Option<(&'static str, String)> {
        let requested = MimeType::parse(&format!("video/webm;codecs={codecs}")).unwrap();
        let refused = video.check(&requested).err();
        refused.map(|error| (error.name(), error.to_string()))
    }

    #[test]
    fn a_level_must_hold_size_rate_and_bit_rate() {
        let usual = VideoConfiguration::default();
        for codecs in ["vp8", "vp9", "vp09.00.31.08", "vp8,opus", "opus"] {
            assert_eq!(refusal(codecs, usual), None, "{codecs}");
        }
        assert_eq!(refusal("vp09.00.10.08", SMALL), None);
        for video in [
            usual,
            VideoConfiguration { width: 640, ..SMALL },
            VideoConfiguration {
                framerate: 60.0,
                ..SMALL
            },
            VideoConfiguration {
                bitrate: 250_000,
                ..SMALL
            },
        ] {
            let (name, said) = refusal("vp09.00.10.08", video).unwrap();
            assert!(
                name == "NotSupportedError" && said.contains("use vp09.00."),
                "{said}"
            );
        }
    }

    #[test]
    fn malformed_profiles_and_pictures_that_no_codec_holds_are_not_supported() {
        let huge = VideoConfiguration {
            width: 20_000,
            ..SMALL
        };
        let none = VideoConfiguration { height: 0, ..SMALL };
        for (codecs, video) in [
            ("vp8", huge),
            ("vp8", none),
            ("vp09.00.99.08", SMALL),
            ("vp8,opus.1", SMALL),
        ] {
            let name = refusal(codecs, video).map(|(name, _)| name);
            assert_eq!(name, Some("NotSupportedError"), "{codecs} {video:?}");
        }
        assert_eq!(refusal("vp9", huge), None);
    }

    #[test]
    fn a_rate_that_is_none_is_a_type_error() {
        for framerate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let name = refusal("vp8", VideoConfiguration { framerate, ..SMALL }).map(|(name, _)| name);
            assert_eq!(name, Some("TypeError"), "{framerate}");
        }
    }
}
