//! Descriptions of tracks whose packets come without a file, from their first packet.
use crate::media::av1_sequence;
use crate::media::{AudioFormat, Color, MediaFormat, PixelAspect, TrackInfo, VideoFormat};
use crate::webm::annex_b;
use crate::webm::frame_size;
use crate::webm::opus_head::OpusHead;
use std::time::Duration;

/// A decoder has converged after 80 ms (RFC 7845, 4.6).
const SEEK_PRE_ROLL: Duration = Duration::from_millis(80);

/// The track that begins with this key frame; `None` if it is none, or its codec is not VP8, VP9, AV1 or H.264 (as a byte stream).
pub(crate) fn video(codec_id: &'static str, key_frame: &[u8]) -> Option<TrackInfo> {
    let (width, height) = match codec_id {
        "V_MPEG4/ISO/AVC" => annex_b::picture_size(key_frame)?,
        _ => frame_size::of_key_frame(codec_id, key_frame)?,
    };
    let codec_private = match codec_id {
        "V_AV1" => av1_sequence::codec_private(key_frame)?,
        "V_MPEG4/ISO/AVC" => annex_b::codec_private(key_frame)?,
        _ => Vec::new(),
    };
    let format = VideoFormat {
        width,
        height,
        frame_duration: None,
        color: Color::UNSPECIFIED,
        pixel_aspect: PixelAspect::SQUARE,
        interlaced: false,
    };
    let is_possible = width > 0 && height > 0;
    is_possible.then_some(track(codec_id, MediaFormat::Video(format), codec_private))
}

/// A track of Opus packets, the first of which is this one. Their times are those of what a decoder makes of them.
pub(crate) fn opus(first: &[u8]) -> Option<TrackInfo> {
    const STEREO: u8 = 0b100;
    let channels = 1 + u16::from(first.first()? & STEREO != 0);
    let format = AudioFormat {
        sample_rate: 48_000,
        channels,
    };
    let head = OpusHead::of(channels, Duration::ZERO)?;
    Some(TrackInfo {
        seek_pre_roll: SEEK_PRE_ROLL,
        ..track("A_OPUS", MediaFormat::Audio(format), head)
    })
}

fn track(codec_id: &'static str, format: MediaFormat, codec_private: Vec<u8>) -> TrackInfo {
    TrackInfo {
        format,
        codec_id: codec_id.into(),
        codec_private,
        codec_delay: Duration::ZERO,
        seek_pre_roll: Duration::ZERO,
        name: String::new(),
        elements: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_packets_say_size_and_channels() {
        let key = [0x10, 0x02, 0x00, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xF0, 0x00];
        let info = video("V_VP8", &key).unwrap();
        assert!(
            matches!(info.format, MediaFormat::Video(format) if (format.width, format.height) == (320, 240))
        );
        assert_eq!(video("V_VP8", &[0x11]), None);
        let channels = |first: &[u8]| match opus(first).unwrap().format {
            MediaFormat::Audio(format) => format.channels,
            MediaFormat::Video(_) => 0,
        };
        assert_eq!((channels(&[0x78]), channels(&[0x7C])), (1, 2));
        assert_eq!(opus(&[]), None);
    }
}
