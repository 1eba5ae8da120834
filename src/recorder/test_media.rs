//! Frames and packets for the unit tests of the room.
use crate::clock::Timestamp;
use crate::media::{
    AudioBlock, AudioFormat, Color, MediaFormat, Packet, Picture, PixelAspect, TrackInfo, VideoFormat,
    VideoFrame,
};
use std::sync::Arc;
use std::time::Duration;

pub(super) const fn ms(n: u64) -> Timestamp {
    Timestamp::from_millis(n)
}

pub(super) fn frame(at: u64) -> VideoFrame {
    VideoFrame {
        time: ms(at),
        duration: Some(Duration::from_millis(33)),
        picture: Arc::new(Picture::new(1, 1)),
    }
}

/// 10 ms of stereo whose samples count up.
pub(super) fn block(at: u64) -> AudioBlock {
    AudioBlock {
        time: ms(at),
        sample_rate: 48_000,
        channels: 2,
        samples: (0..480u16).flat_map(|n| [f32::from(n); 2]).collect(),
    }
}

/// A packet of 100 bytes that lasts so many milliseconds.
pub(super) fn packet(ms: u64) -> Packet {
    Packet {
        track: 0,
        time: Timestamp::ZERO,
        duration: Duration::from_millis(ms),
        key: true,
        padding: Duration::ZERO,
        early: Duration::ZERO,
        side_data: None,
        data: vec![0; 100].into(),
    }
}

/// A track of VP8.
pub(super) fn vp8() -> TrackInfo {
    TrackInfo {
        format: MediaFormat::Video(VideoFormat {
            width: 16,
            height: 16,
            frame_duration: None,
            color: Color::UNSPECIFIED,
            pixel_aspect: PixelAspect::SQUARE,
            interlaced: false,
        }),
        codec_id: "V_VP8".into(),
        codec_private: Vec::new(),
        codec_delay: Duration::ZERO,
        seek_pre_roll: Duration::ZERO,
        name: String::new(),
        elements: None,
    }
}

/// A track of Opus, mono.
pub(super) fn opus() -> TrackInfo {
    TrackInfo {
        format: MediaFormat::Audio(AudioFormat {
            sample_rate: 48_000,
            channels: 1,
        }),
        codec_id: "A_OPUS".into(),
        codec_private: b"OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0".to_vec(),
        codec_delay: Duration::from_micros(6_500),
        seek_pre_roll: Duration::from_millis(80),
        name: String::new(),
        elements: None,
    }
}
