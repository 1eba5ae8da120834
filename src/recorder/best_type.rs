//! The MIME type with the best video codec that this machine encodes live.
use crate::error::{Error, Result};
use crate::recorder::encoding_trial;
use crate::recorder::video_configuration::VideoConfiguration;
use tracing::debug;

/// From the best at the same bit rate on, as `script/quality` finds them.
const BEST_FIRST: [&str; 2] = ["av1", "vp9"];
/// Taken untried if the others are too slow.
const FASTEST: &str = "vp8";

/// Part of the time between frames that encoding may take: the rest is for harder content and for other programs.
const MAX_LOAD: f64 = 0.7;

/// # Errors
/// As [`MediaRecorder::best_type`](crate::recorder::MediaRecorder::best_type).
pub(super) fn best_type(container: &str, video: &VideoConfiguration) -> Result<String> {
    let of_codec = |codec| format!("{container};codecs={codec}");
    for codec in BEST_FIRST {
        match load(&of_codec(codec), video) {
            Ok(load) => {
                debug!(codec, load, "part of the time that encoding takes");
                if load <= MAX_LOAD {
                    return Ok(of_codec(codec));
                }
            }
            // It is not in this build, or has no such size.
            Err(Error::NotSupported { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    video.requested(&of_codec(FASTEST)).map(|_| of_codec(FASTEST))
}

fn load(mime_type: &str, video: &VideoConfiguration) -> Result<f64> {
    let options = video.options(&video.requested(mime_type)?)?;
    encoding_trial::usual_load((video.width, video.height), video.framerate, options)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TINY: VideoConfiguration = VideoConfiguration::TINY;

    #[test]
    fn the_best_codec_that_is_fast_enough_is_chosen() {
        let best = if cfg!(feature = "av1") { "av1" } else { "vp9" };
        for container in ["video/webm", "video/x-matroska"] {
            assert_eq!(
                best_type(container, &TINY).unwrap(),
                format!("{container};codecs={best}")
            );
        }
    }

    #[test]
    fn where_none_is_fast_enough_the_fastest_is_chosen() {
        let too_many = VideoConfiguration {
            framerate: 1e9,
            ..TINY
        };
        assert_eq!(
            best_type("video/webm", &too_many).unwrap(),
            "video/webm;codecs=vp8"
        );
        let too_large = VideoConfiguration {
            width: 16_000,
            height: 16_000,
            ..TINY
        };
        assert_eq!(
            best_type("video/webm", &too_large).unwrap(),
            "video/webm;codecs=vp8"
        );
    }

    #[test]
    fn what_cannot_be_recorded_is_an_error() {
        assert!(matches!(
            best_type("audio/webm", &TINY),
            Err(Error::NotSupported { .. })
        ));
        assert!(matches!(
            best_type("video/pineapple", &TINY),
            Err(Error::NotSupported { .. })
        ));
        let no_rate = VideoConfiguration {
            framerate: f64::NAN,
            ..TINY
        };
        assert!(matches!(
            best_type("video/webm", &no_rate),
            Err(Error::Type { .. })
        ));
    }
}
