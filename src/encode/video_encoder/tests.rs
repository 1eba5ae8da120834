//! Properties of the packets of all codecs. Whether they can be decoded is tested in tests/.
use super::*;
use crate::encode::{KeyFrameInterval, VideoQuality};
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

fn options(codec: VideoCodec, key_frames: KeyFrameInterval) -> VideoOptions {
    VideoOptions {
        codec,
        bits_per_second: 200_000,
        quality: None,
        key_frames,
        speed: None,
        threads: Some(1),
        level: None,
        deterministic: false,
    }
}

fn encoder(codec: VideoCodec, width: u32, height: u32, key_frames: KeyFrameInterval) -> Result<VideoEncoder> {
    VideoEncoder::new(format(width, height), options(codec, key_frames))
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
            .encode(frame(64, 36, Timestamp::from_millis(ms)), &mut packets)
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
                    .encode(frame(width, height, Timestamp::from_millis(ms)), &mut packets)
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
            .encode(frame(32, 36, Timestamp::ZERO), &mut Vec::new())
            .unwrap_err();
        assert_eq!(changed.name(), "NotSupportedError");
    }
}

#[test]
fn a_change_of_speed_costs_no_frame_and_makes_no_key_frame() {
    for &codec in CODECS {
        let all_speeds = VideoOptions {
            quality: Some(VideoQuality::Best),
            ..options(codec, EVERY_100)
        };
        let mut encoder = VideoEncoder::new(format(64, 36), all_speeds).unwrap();
        let mut packets = Vec::new();
        for (ms, speed) in (0..)
            .step_by(30)
            .zip(encoder.speeds().chain(encoder.speeds().rev()))
        {
            encoder.set_speed(speed).unwrap();
            encoder
                .encode(frame(64, 36, Timestamp::from_millis(ms)), &mut packets)
                .unwrap();
        }
        assert_eq!(packets.len(), 2 * encoder.speeds().count(), "{codec:?}");
        assert_eq!(packets.iter().filter(|packet| packet.key).count(), 1, "{codec:?}");
    }
}

/// Bytes of 30 frames of noise, the first of which is not counted: rate control has nothing to go by yet.
fn size_of_noise(options: VideoOptions) -> usize {
    let mut encoder = VideoEncoder::new(format(128, 96), options).unwrap();
    let (mut packets, mut noise) = (Vec::new(), 1_u32);
    for number in 0..31 {
        let mut picture = Picture::new(128, 96);
        for byte in picture.data_mut() {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *byte = 96 + (noise >> 26) as u8;
        }
        let frame = VideoFrame {
            time: Timestamp::from_millis(number * 33),
            duration: None,
            picture: Arc::new(picture),
        };
        encoder.encode(frame, &mut packets).unwrap();
    }
    packets.iter().skip(1).map(|packet| packet.data.len()).sum()
}

#[test]
fn a_better_quality_takes_more_bits_and_none_takes_more_than_the_bit_rate() {
    for &codec in CODECS {
        let with = |quality, bits_per_second| VideoOptions {
            quality: Some(quality),
            bits_per_second,
            ..options(codec, EVERY_100)
        };
        let [draft, good, best] = [VideoQuality::Draft, VideoQuality::Good, VideoQuality::Best]
            .map(|quality| size_of_noise(with(quality, 100_000_000)));
        assert!(
            5 * draft < 4 * good && 10 * good < 9 * best,
            "{codec:?}: {draft}, {good}, {best}"
        );
        let limited = size_of_noise(with(VideoQuality::Best, 200_000));
        assert!(
            limited < 200_000 / 8 * 3 / 2,
            "{codec:?}: {limited} bytes in a second"
        );
    }
}

#[test]
fn a_quality_is_slow_in_files_and_begins_at_the_usual_speed_live() {
    for &codec in CODECS {
        let usual = encoder(codec, 64, 36, EVERY_100).unwrap();
        let best = VideoOptions {
            quality: Some(VideoQuality::Best),
            ..options(codec, EVERY_100)
        };
        let fixed = VideoOptions {
            speed: Some(7),
            ..best
        };
        let speeds = |options| {
            let encoder = VideoEncoder::new(format(64, 36), options).unwrap();
            (encoder.speeds(), encoder.live_speed())
        };
        let (slow, live) = speeds(best);
        assert!(slow.start() < usual.speeds().start(), "{codec:?}");
        assert_eq!((slow.end(), live), (usual.speeds().end(), usual.live_speed()));
        assert_eq!(speeds(fixed), (7..=7, 7));
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
                .encode(frame(64, 36, Timestamp::from_millis(ms)), &mut packets)
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
                quality: None,
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
                encoder.encode(frame, &mut packets).unwrap();
            }
            packets.into_iter().map(|packet| packet.data).collect::<Vec<_>>()
        };
        let first = encode();
        assert!((0..4).all(|_| encode() == first), "{}", codec.name());
    }
}
