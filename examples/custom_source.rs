//! Records sound that a program computes, with time stamps of its own: two seconds of a rising tone, as fast as it is
//! encoded, into the file that is named.
//!
//!     cargo run --example custom_source -- sweep.webm
use mediarec::clock::{Clock, Timestamp};
use mediarec::media::{AudioBlock, AudioFormat};
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions};
use mediarec::streams::{AudioTrackGenerator, GeneratorMode, MediaStream};
use std::error::Error;
use std::f64::consts::TAU;
use std::fs::File;
use std::thread;

const RATE: u32 = 48_000;
const SECONDS: u32 = 2;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "sweep.webm".into());
    let format = AudioFormat {
        sample_rate: RATE,
        channels: 1,
    };
    let generator = AudioTrackGenerator::new("sweep", format, GeneratorMode::Offline, &Clock::monotonic())?;
    let stream = MediaStream::new([generator.track().clone()]);
    let options = MediaRecorderOptions {
        mime_type: "audio/webm;codecs=opus".into(),
        ..Default::default()
    };
    let mut recording = MediaRecorder::new(&stream, options)?.start(None)?;

    // An offline generator blocks until its frames are read, so it has a thread of its own. Dropping it ends the track.
    thread::spawn(move || {
        for hundredth in 0..SECONDS * 100 {
            if generator.write(&block(hundredth)).is_err() {
                break;
            }
        }
    });

    let mut file = File::create(&path)?;
    recording.write_to(&mut file, |_| {})?;
    println!("{path}: {:.1} s", recording.stats().duration.as_secs_f64());
    Ok(())
}

/// Ten milliseconds of sound.
fn block(hundredth: u32) -> AudioBlock {
    let frames = RATE / 100;
    let sample = |n: u32| {
        let seconds = f64::from(n) / f64::from(RATE);
        // 200 Hz, and 200 Hz more each second.
        (0.3 * (TAU * (200.0 + 100.0 * seconds) * seconds).sin()) as f32
    };
    AudioBlock {
        time: Timestamp::from_millis(u64::from(hundredth) * 10),
        sample_rate: RATE,
        channels: 1,
        samples: (hundredth * frames..(hundredth + 1) * frames)
            .map(sample)
            .collect(),
    }
}
