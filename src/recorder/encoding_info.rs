//! How well a type can be recorded on this machine.
use crate::encode::AudioOptions;
use crate::error::{Error, Result};
use crate::recorder::encoding_trial;
use crate::recorder::media_recorder_options::MediaRecorderOptions;
use crate::recorder::mime_type::MimeType;
use crate::recorder::video_configuration::VideoConfiguration;

/// Maximum number of pixels per second that software encodes with little power: 1280×720 at 30 frames per second, as in
/// Chromium.
const MAX_EFFICIENT_PIXELS: f64 = 1280.0 * 720.0 * 30.0;

/// How well a type can be recorded on this machine (Media Capabilities, 2.2, `MediaCapabilitiesInfo`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EncodingInfo {
    /// Whether it can be recorded at all, also by its profile and level.
    pub supported: bool,
    /// Whether its frames can be encoded as fast as they come, with time to spare. Measured when it was asked for, so it
    /// depends on what else the machine does then.
    pub smooth: bool,
    /// Whether it takes little power. There are no hardware encoders here, so video is efficient if it is smooth and has no
    /// more pixels per second than 1280×720 at 30 frames per second (as in Chromium), and audio if it is smooth.
    pub power_efficient: bool,
}

impl EncodingInfo {
    pub(super) fn measure(mime_type: &str, video: Option<&VideoConfiguration>) -> Result<Self> {
        let parsed = match video {
            Some(video) => video.requested(mime_type),
            None => MimeType::parse(mime_type).and_then(|requested| {
                requested.check_codecs()?;
                requested.profile()?;
                Ok(requested)
            }),
        };
        let requested = match parsed {
            Ok(requested) => requested,
            Err(Error::NotSupported { .. }) => return Ok(Self::default()),
            Err(error) => return Err(error),
        };
        let (smooth, efficient) = match video {
            Some(video) => (is_video_smooth(&requested, video)?, is_efficient(video)),
            None => (is_audio_smooth(&requested)?, true),
        };
        Ok(Self {
            supported: true,
            smooth,
            power_efficient: smooth && efficient,
        })
    }
}

fn is_efficient(video: &VideoConfiguration) -> bool {
    f64::from(video.width) * f64::from(video.height) * video.framerate <= MAX_EFFICIENT_PIXELS
}

fn is_video_smooth(requested: &MimeType, video: &VideoConfiguration) -> Result<bool> {
    let options = video.options(requested)?;
    encoding_trial::is_video_smooth((video.width, video.height), video.framerate, options)
}

fn is_audio_smooth(requested: &MimeType) -> Result<bool> {
    let options = MediaRecorderOptions::default();
    encoding_trial::is_audio_smooth(AudioOptions {
        codec: requested.audio_codec(),
        bits_per_second: options.bit_rates().audio,
        constant: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TINY: VideoConfiguration = VideoConfiguration::TINY;

    fn info(mime_type: &str, video: Option<VideoConfiguration>) -> EncodingInfo {
        EncodingInfo::measure(mime_type, video.as_ref()).unwrap()
    }

    #[test]
    fn what_takes_a_small_part_of_the_time_is_smooth_and_efficient() {
        let best = EncodingInfo {
            supported: true,
            smooth: true,
            power_efficient: true,
        };
        for codecs in ["vp8", "vp9", "vp09.00.10.08,opus"] {
            assert_eq!(
                info(&format!("video/webm;codecs={codecs}"), Some(TINY)),
                best,
                "{codecs}"
            );
        }
        assert_eq!(info("audio/webm", None), best);
        assert_eq!(info("audio/x-matroska;codecs=pcm", None), best);
    }

    #[test]
    fn what_no_machine_encodes_in_time_is_supported_but_not_smooth() {
        let supported = EncodingInfo {
            supported: true,
            ..EncodingInfo::default()
        };
        let fast = VideoConfiguration {
            framerate: 1e9,
            ..TINY
        };
        assert_eq!(info("video/webm;codecs=vp8", Some(fast)), supported);
        let huge = VideoConfiguration {
            width: 16_000,
            height: 16_000,
            ..TINY
        };
        assert_eq!(info("video/webm;codecs=vp8", Some(huge)), supported);
    }

    #[test]
    fn what_is_not_supported_is_neither_smooth_nor_efficient_and_no_error() {
        for mime_type in [
            "video/pineapple",
            "video/webm;codecs=banana",
            "audio/webm",
            "video/webm;codecs=vp09.02.10.10",
            "video/webm;codecs=h264",
        ] {
            assert_eq!(
                info(mime_type, Some(TINY)),
                EncodingInfo::default(),
                "{mime_type}"
            );
        }
        assert_eq!(info("audio/webm;codecs=opus.1", None), EncodingInfo::default());
        let no_rate = VideoConfiguration {
            framerate: f64::NAN,
            ..TINY
        };
        let error = EncodingInfo::measure("video/webm", Some(&no_rate)).unwrap_err();
        assert_eq!(error.name(), "TypeError");
    }
}
