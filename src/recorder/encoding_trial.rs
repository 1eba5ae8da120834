//! Encodes made-up media for a moment, to find out whether this machine does it in real time.
use crate::clock::{Clock, Timestamp};
use crate::encode::{AudioEncoder, AudioOptions, Encoder, VideoEncoder, VideoOptions};
use crate::error::Result;
use crate::media::{
    AudioBlock, AudioFormat, Color, Picture, PixelAspect, VideoFormat, VideoFrame, frames_to_duration,
};
use std::sync::Arc;
use std::time::Duration;

/// How much is encoded.
#[derive(Clone, Copy)]
struct Effort {
    /// After this, no further frame is encoded.
    max_time: Duration,
    /// Maximum number of frames that count.
    max_frames: usize,
}

/// For a question.
const THOROUGH: Effort = Effort {
    max_time: Duration::from_millis(500),
    max_frames: 30,
};
/// For a recording that is to begin.
const BRIEF: Effort = Effort {
    max_time: Duration::from_millis(200),
    max_frames: 12,
};
/// Frames that are encoded before it counts: a key frame, and those with which the encoder adapts.
const WARM_UP: u32 = 3;
/// Part of the time between frames that encoding may take: the rest is for capture, conversion, and harder content.
const MAX_LOAD: f64 = 0.6;
/// Maximum number of pixels that is tried. No software encodes more in real time, and it would take more than a second.
const MAX_PIXELS: u64 = 7680 * 4320;
/// Shortest and longest time between the time stamps of frames.
const MIN_STEP: Duration = Duration::from_micros(100);
const MAX_STEP: Duration = Duration::from_secs(10);
const SAMPLE_RATE: u32 = 48_000;

/// Whether video of this size and frame rate can be encoded in real time, at the fastest speed of the encoder: a live
/// recording uses it before it drops frames.
///
/// # Errors
/// Those of the encoder.
pub(super) fn is_video_smooth(size: (u32, u32), rate: f64, options: VideoOptions) -> Result<bool> {
    let fastest = VideoOptions {
        speed: Some(u8::MAX),
        ..options
    };
    Ok(video_load(size, rate, fastest, THOROUGH)? <= MAX_LOAD)
}

/// The part of the time between frames that encoding takes, at the speed at which a live recording begins. Found out in a
/// fifth of a second.
///
/// # Errors
/// Those of the encoder.
pub(super) fn usual_load(size: (u32, u32), rate: f64, options: VideoOptions) -> Result<f64> {
    video_load(size, rate, options, BRIEF)
}

fn video_load((width, height): (u32, u32), rate: f64, options: VideoOptions, effort: Effort) -> Result<f64> {
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Ok(f64::INFINITY);
    }
    let interval = Duration::try_from_secs_f64(1.0 / rate).unwrap_or(Duration::MAX);
    // Encoders need not know of rates that nobody records.
    let step = interval.clamp(MIN_STEP, MAX_STEP);
    let format = VideoFormat {
        width,
        height,
        frame_duration: Some(step),
        color: Color::BT601,
        pixel_aspect: PixelAspect::SQUARE,
        interlaced: false,
    };
    let encoder = VideoEncoder::new(format, options)?;
    let frame = |number: u32| VideoFrame {
        time: Timestamp::ZERO + step.saturating_mul(number),
        duration: Some(step),
        picture: Arc::new(moving_picture(width, height, number)),
    };
    Ok(load(median_time(encoder, frame, effort)?, interval))
}

/// Whether stereo audio can be encoded in real time.
///
/// # Errors
/// Those of the encoder.
pub(super) fn is_audio_smooth(options: AudioOptions) -> Result<bool> {
    const FRAMES: u64 = SAMPLE_RATE as u64 / 100;
    let format = AudioFormat {
        sample_rate: SAMPLE_RATE,
        channels: 2,
    };
    let block = |number: u32| AudioBlock {
        time: Timestamp::ZERO + frames_to_duration(FRAMES * u64::from(number), SAMPLE_RATE),
        sample_rate: SAMPLE_RATE,
        channels: 2,
        samples: (0..FRAMES * 2)
            .map(|sample| noise(sample + u64::from(number) * FRAMES))
            .collect(),
    };
    // Packets have 20 ms: every other block of 10 ms takes no time.
    let interval = frames_to_duration(FRAMES, SAMPLE_RATE);
    let time = total_time(AudioEncoder::new(format, options, false)?, block)?;
    Ok(load(time, interval.saturating_mul(THOROUGH.max_frames as u32)) <= MAX_LOAD)
}

fn load(time: Duration, interval: Duration) -> f64 {
    time.as_secs_f64() / interval.as_secs_f64()
}

/// The time that a typical frame takes: what else the machine does for a moment does not count.
fn median_time<E: Encoder>(
    encoder: E,
    input: impl FnMut(u32) -> E::Input,
    effort: Effort,
) -> Result<Duration> {
    let mut times = times(encoder, input, effort)?;
    times.sort();
    Ok(times.get(times.len() / 2).copied().unwrap_or(Duration::MAX))
}

fn total_time<E: Encoder>(encoder: E, input: impl FnMut(u32) -> E::Input) -> Result<Duration> {
    Ok(times(encoder, input, THOROUGH)?.iter().sum())
}

/// The times that frames take, one of them at least.
fn times<E: Encoder>(
    mut encoder: E,
    mut input: impl FnMut(u32) -> E::Input,
    effort: Effort,
) -> Result<Vec<Duration>> {
    let clock = Clock::monotonic();
    let (mut times, mut packets) = (Vec::new(), Vec::new());
    for number in 0.. {
        let frame = input(number);
        let begun = clock.now();
        encoder.encode(frame, &mut packets)?;
        let now = clock.now();
        packets.clear();
        let is_over = now - Timestamp::ZERO > effort.max_time;
        if number >= WARM_UP || is_over {
            times.push(now - begun);
        }
        if is_over || times.len() >= effort.max_frames {
            break;
        }
    }
    Ok(times)
}

/// A texture that moves by a few pixels from frame to frame, with some noise, as of a camera.
fn moving_picture(width: u32, height: u32, number: u32) -> Picture {
    let mut picture = Picture::new(width, height);
    let row_lengths = [picture.width(), picture.chroma_width(), picture.chroma_width()];
    let mut random = number.wrapping_mul(0x9E37_79B9) | 1;
    for (plane, length) in picture.planes_mut().into_iter().zip(row_lengths) {
        for (y, row) in (0..).zip(plane.chunks_mut(length.max(1) as usize)) {
            for (x, value) in (number * 3..).zip(row) {
                random ^= random << 13;
                random ^= random >> 17;
                random ^= random << 5;
                let (x, y): (u32, u32) = (x, y);
                *value = ((x ^ y) & 63) as u8 + (x / 8 + y / 4) as u8 / 2 + (random & 7) as u8;
            }
        }
    }
    picture
}

/// Noise at a tenth of full scale.
fn noise(number: u64) -> f32 {
    let hash = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    (hash as f32 / (1 << 24) as f32 - 0.5) * 0.2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_moves_and_fills_any_size() {
        for (width, height) in [(64, 36), (5, 3), (1, 1)] {
            let [first, second] = [0, 1].map(|number| moving_picture(width, height, number));
            assert_eq!((first.width(), first.height()), (width, height));
            assert!(first != second || width == 1);
        }
    }

    #[test]
    fn half_of_the_time_is_smooth_and_all_of_it_is_not() {
        let interval = Duration::from_millis(40);
        assert!(load(Duration::from_millis(20), interval) <= MAX_LOAD);
        assert!(load(Duration::from_millis(30), interval) > MAX_LOAD);
        assert!(load(Duration::MAX, interval) > MAX_LOAD);
    }
}
