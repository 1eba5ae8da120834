//! Pictures that might be recorded, so that it can be asked before there are any.
use crate::encode::level::Demand;
use crate::error::{Error, Result};
use crate::recorder::mime::MimeType;
use crate::recorder::options::USUAL_VIDEO_BITS;

/// What pictures are to be like (Media Capabilities, 2.1.4, `VideoConfiguration`).
///
/// The default is what is recorded where nothing is asked for: 1280×720 at 30 frames a second and 2.5 Mbit/s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VideoConfiguration {
    /// In pixels, at least 1.
    pub width: u32,
    /// In pixels, at least 1.
    pub height: u32,
    /// Frames a second, finite and greater than 0.
    pub framerate: f64,
    /// In bit/s.
    pub bitrate: u32,
}

impl Default for VideoConfiguration {
    fn default() -> Self {
        Self {
            width: 1280,
            height: 720,
            framerate: 30.0,
            bitrate: USUAL_VIDEO_BITS,
        }
    }
}

impl VideoConfiguration {
    /// Whether such pictures are recorded as this type: by what a start would ask of them.
    ///
    /// # Errors
    /// `Type` for a rate that is none; `NotSupported`, with what to ask for.
    pub(super) fn check(&self, asked: &MimeType) -> Result<()> {
        if !self.framerate.is_finite() || self.framerate <= 0.0 {
            return Err(Error::type_error(format!(
                "{} is no frame rate; it must be a number greater than 0",
                self.framerate
            )));
        }
        if asked.audio_only {
            return Err(Error::not_supported("an audio type holds no pictures"));
        }
        asked.video_codec().check_size(self.width, self.height)?;
        match asked.profile()? {
            Some(profile) => profile.check_level(self.demand()),
            None => Ok(()),
        }
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
        let asked = MimeType::parse(&format!("video/webm;codecs={codecs}"), false).unwrap();
        let refused = video.check(&asked).err();
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
                name == "NotSupportedError" && said.contains("ask for vp09.00."),
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
