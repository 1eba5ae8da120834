//! Properties of the packets of all codecs. Whether they can be decoded is tested in tests/.
use super::*;
use crate::encode::KeyFrameInterval;
use crate::media::Color;
use crate::media::PixelAspect;
use std::sync::Arc;

pub(crate) const CODECS: &[VideoCodec] = &[
    VideoCodec::Vp8,
    VideoCodec::Vp9,
    #[cfg(feature = "av1")]
    VideoCodec::Av1,
];

const EVERY_100: KeyFrameInterval = KeyFrameInterval::Count(100);

fn format(width: u32, height: u32) -> VideoFormat {
    VideoFormat {
        width,
        height,
        frame_duration: None,
        color: Color::UNSPECIFIED,
        pixel_aspect: PixelAspect::SQUARE,
        interlaced: false,
    }
}

fn encoder(codec: VideoCodec, width: u32, height: u32, key_frames: KeyFrameInterval) -> Result<VideoEncoder> {
    let options = VideoOptions {
        codec,
        bits_per_second: 200_000,
        key_frames,
        speed: None,
        threads: Some(1),
        level: None,
        deterministic: false,
    };
    VideoEncoder::new(format(width, height), options)
}

fn frame(width: u32, height: u32, at: Timestamp) -> VideoFrame {
    let mut picture = Picture::new(width, height);
    picture
        .data_mut()
        .iter_mut()
        .zip((0u8..=255).cycle())
        .for_each(|(byte, value)| *byte = value);
    VideoFrame {
        time: at,
        duration: None,
        picture: Arc::new(picture),
    }
}

fn key_frame_times(encoder: &mut VideoEncoder, times: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut packets = Vec::new();
    for ms in times {
        encoder
            .encode(&frame(64, 36, Timestamp::from_millis(ms)), &mut packets)
            .unwrap();
    }
    packets
        .iter()
        .filter(|p| p.key)
        .map(|p| p.time.round_millis())
        .collect()
}

#[test]
fn each_picture_gives_one_packet_with_its_time_also_at_odd_sizes() {
    for &codec in CODECS {
        for (width, height) in [(64, 36), (1, 1), (17, 33), (641, 3)] {
            let mut encoder = encoder(codec, width, height, EVERY_100).unwrap();
            let mut packets = Vec::new();
            for ms in [0, 40, 47, 200] {
                encoder
                    .encode(&frame(width, height, Timestamp::from_millis(ms)), &mut packets)
                    .unwrap();
            }
            let times: Vec<u64> = packets.iter().map(|p| p.time.round_millis()).collect();
            assert_eq!(times, [0, 40, 47, 200], "{codec:?}");
            let keys: Vec<bool> = packets.iter().map(|packet| packet.key).collect();
            assert_eq!(keys, [true, false, false, false], "{codec:?}");
            assert!(packets.iter().all(|packet| !packet.data.is_empty()), "{codec:?}");
        }
    }
}

#[test]
fn key_frames_come_after_the_asked_duration_or_count_and_after_a_restart() {
    let duration = KeyFrameInterval::Duration(Duration::from_millis(100));
    for &codec in CODECS {
        let mut by_time = encoder(codec, 64, 36, duration).unwrap();
        let mut by_count = encoder(codec, 64, 36, KeyFrameInterval::Count(4)).unwrap();
        for encoder in [&mut by_time, &mut by_count] {
            assert_eq!(
                key_frame_times(encoder, (0..300).step_by(30)),
                [0, 120, 240],
                "{codec:?}"
            );
        }
        by_count.restart();
        assert_eq!(
            key_frame_times(&mut by_count, (300..400).step_by(30)),
            [300],
            "{codec:?}"
        );
    }
}

#[test]
fn a_size_that_the_codec_cannot_hold_is_refused_and_so_is_a_change_of_size() {
    for &codec in CODECS {
        let refused = encoder(codec, codec.max_side() + 1, 16, EVERY_100).err().unwrap();
        assert_eq!(refused.name(), "NotSupportedError");
        let mut encoder = encoder(codec, 64, 36, EVERY_100).unwrap();
        let changed = encoder
            .encode(&frame(32, 36, Timestamp::ZERO), &mut Vec::new())
            .unwrap_err();
        assert_eq!(changed.name(), "NotSupportedError");
    }
}

#[test]
fn a_change_of_speed_costs_no_frame_and_makes_no_key_frame() {
    for &codec in CODECS {
        let mut encoder = encoder(codec, 64, 36, EVERY_100).unwrap();
        let mut packets = Vec::new();
        for (ms, speed) in (0..)
            .step_by(30)
            .zip(encoder.speeds().chain(encoder.speeds().rev()))
        {
            encoder.set_speed(speed).unwrap();
            encoder
                .encode(&frame(64, 36, Timestamp::from_millis(ms)), &mut packets)
                .unwrap();
        }
        assert_eq!(packets.len(), 2 * encoder.speeds().count(), "{codec:?}");
        assert_eq!(packets.iter().filter(|packet| packet.key).count(), 1, "{codec:?}");
    }
}

#[test]
fn a_recording_may_last_for_weeks_and_a_picture_for_days() {
    const HOUR: u64 = 3_600_000;
    for &codec in CODECS {
        let mut encoder = encoder(codec, 64, 36, EVERY_100).unwrap();
        let mut packets = Vec::new();
        let hours = [0, 1, 2, 3, 12, 24, 100, 1000];
        for ms in hours.iter().flat_map(|hour| [hour * HOUR, hour * HOUR + 33]) {
            encoder
                .encode(&frame(64, 36, Timestamp::from_millis(ms)), &mut packets)
                .unwrap();
        }
        assert_eq!(packets.len(), 2 * hours.len(), "{codec:?}");
    }
}

#[test]
fn the_number_of_threads_of_a_deterministic_encoder_follows_from_the_width() {
    let threads = |codec: VideoCodec, width| codec.tile_threads(format(width, 720));
    assert_eq!(
        [64, 640, 1280, 7680].map(|width| threads(VideoCodec::Vp9, width)),
        [1, 2, 4, 4]
    );
    assert_eq!(threads(VideoCodec::Vp8, 1280), 1);
}

#[test]
fn a_deterministic_encoder_gives_the_same_packets_each_time() {
    for &codec in CODECS {
        let encode = || {
            let options = VideoOptions {
                codec,
                bits_per_second: 200_000,
                key_frames: EVERY_100,
                speed: None,
                // More than there are tiles, so that their timing would matter.
                threads: Some(4),
                level: None,
                deterministic: true,
            };
            let mut encoder = VideoEncoder::new(format(320, 180), options).unwrap();
            let mut packets = Vec::new();
            for number in 0..20 {
                let mut frame = frame(320, 180, Timestamp::from_millis(number * 33));
                let picture = Arc::get_mut(&mut frame.picture).unwrap();
                picture.data_mut().rotate_left(number as usize * 37);
                encoder.encode(&frame, &mut packets).unwrap();
            }
            packets.into_iter().map(|packet| packet.data).collect::<Vec<_>>()
        };
        let first = encode();
        assert!((0..4).all(|_| encode() == first), "{}", codec.name());
    }
}
