//! Tests with a real sound server, `tests/devices/microphone/sound-server`; `script/devices-test` starts it and runs them.
use super::{MicrophoneBackend, microphones, open, speakers};
use crate::clock::{Clock, Timestamp};
use crate::devices::capture_device::CaptureDevice;
use crate::error::Error;
use crate::media::AudioBlock;
use crate::streams::Capture;
use std::process::Command;
use std::time::Duration;

const READ_TIMEOUT: Duration = Duration::from_millis(100);

fn device(name: &str, backend: MicrophoneBackend) -> CaptureDevice {
    let devices = microphones(Some(backend)).unwrap();
    let found = devices
        .into_iter()
        .find(|device| device.names.iter().any(|own| own == name));
    found.unwrap_or_else(|| panic!("{backend} does not list {name}"))
}

/// Records `length` of audio. Returns the blocks, the time that opening took, and the number of lost blocks.
fn record(device: &CaptureDevice, clock: &Clock, length: Duration) -> (Vec<AudioBlock>, Duration, u64) {
    let start = clock.now();
    let mut capture = open(device, 0, clock).unwrap();
    let opened = clock.now() - start;
    let mut blocks: Vec<AudioBlock> = Vec::new();
    while blocks.iter().map(AudioBlock::duration).sum::<Duration>() < length {
        assert!(
            clock.now() - start < length * 2 + Duration::from_secs(4),
            "too little audio arrived"
        );
        blocks.extend(capture.read(READ_TIMEOUT).unwrap());
    }
    (blocks, opened, capture.lost())
}

/// Reads to the end of a stream. Returns its error and how long that took.
fn end(capture: &mut dyn Capture<AudioBlock>, clock: &Clock) -> (Error, Duration) {
    let from = clock.now();
    loop {
        match capture.read(READ_TIMEOUT) {
            Ok(_) => assert!(clock.now() - from < Duration::from_secs(10), "it did not end"),
            Err(error) => return (error, clock.now() - from),
        }
    }
}

fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").unwrap().count()
}

/// Returns the number of threads once it is `expected` or less, or after ten seconds, which a busy machine may need.
fn remaining_threads(expected: usize) -> usize {
    for _ in 0..100 {
        if threads() <= expected {
            break;
        }
        std::thread::sleep(READ_TIMEOUT);
    }
    threads()
}

fn left(blocks: &[AudioBlock]) -> Vec<f32> {
    let channels = usize::from(blocks[0].channels);
    blocks
        .iter()
        .flat_map(|block| block.samples.iter().step_by(channels).copied())
        .collect()
}

/// Returns the frequency in Hz, by rising zero crossings, and the peak.
fn tone(samples: &[f32], sample_rate: u32) -> (f64, f32) {
    let rising = samples
        .windows(2)
        .filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0)
        .count();
    let seconds = samples.len() as f64 / f64::from(sample_rate);
    let peak = samples
        .iter()
        .fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    (rising as f64 / seconds, peak)
}

/// Returns how much the actual rate exceeds the nominal one, in ppm: the slope of a line fitted to the timestamps.
fn ppm(blocks: &[AudioBlock]) -> f64 {
    let mut media = 0.0;
    let points: Vec<(f64, f64)> = blocks
        .iter()
        .map(|block| {
            let point = (media, (block.time - blocks[0].time).as_secs_f64());
            media += block.duration().as_secs_f64();
            point
        })
        .collect();
    let count = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |sum, point| {
        (sum.0 + point.0 / count, sum.1 + point.1 / count)
    });
    let covariance: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    let variance: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    (variance / covariance - 1.0) * 1e6
}

/// Returns how far timestamps are from the position in samples, in ms around the median: first, minimum and maximum.
fn jitter(blocks: &[AudioBlock]) -> (f64, f64, f64) {
    let mut position = 0.0;
    let first = blocks[0].time.as_nanos() as f64 / 1e6;
    let offsets: Vec<f64> = blocks
        .iter()
        .map(|block| {
            let offset = block.time.as_nanos() as f64 / 1e6 - first - position;
            position += block.duration().as_secs_f64() * 1e3;
            offset
        })
        .collect();
    let mut sorted = offsets.clone();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted[sorted.len() / 2];
    (
        offsets[0] - middle,
        sorted[0] - middle,
        sorted[sorted.len() - 1] - middle,
    )
}

fn a_tone_arrives(name: &str, backend: MicrophoneBackend) {
    let before = threads();
    let device = &device(name, backend);
    let clock = Clock::monotonic();
    let (blocks, opened, lost) = record(device, &clock, Duration::from_secs(6));
    let rate = blocks[0].sample_rate;
    let off = ppm(&blocks);
    let (frequency, peak) = tone(&left(&blocks), rate);
    let (first, least, most) = jitter(&blocks);
    println!(
        "{}: opened in {opened:?}; {} blocks of {} frames; {frequency:.2} Hz, peak {peak:.4}; rate {off:+.0} ppm; \
         stamps first {first:+.1} ms, {least:+.1}…{most:+.1} ms; lost {lost}; threads {before} -> {}",
        device.hardware_id,
        blocks.len(),
        blocks[1].frames(),
        remaining_threads(before)
    );
    assert!((frequency - 440.0).abs() < 1.0, "{frequency} Hz");
    assert!((0.45..0.55).contains(&peak), "peak {peak}");
    // Timestamps of ALSA's pulse plugin wander by up to 85 ms in these 6 s. A wrong sample rate would be 80 000 ppm off.
    let tolerance = if backend == MicrophoneBackend::Alsa {
        25_000.0
    } else {
        1000.0
    };
    assert!(off.abs() < tolerance, "{off} ppm");
    assert_eq!(lost, 0);
    assert!(remaining_threads(before) <= before, "threads are leaked");
}

#[test]
#[ignore = "needs the sound server of script/devices-test"]
fn live_the_list_is_what_the_server_has() {
    let names = |devices: Vec<CaptureDevice>| -> Vec<String> {
        devices.into_iter().flat_map(|device| device.names).collect()
    };
    let inputs = microphones(None).unwrap();
    assert_eq!(inputs[0].label, "Studio");
    assert!(inputs[0].is_default);
    assert_eq!(names(inputs), ["studio", "silent", "speaker.monitor"]);
    let outputs = speakers(None).unwrap();
    assert!(outputs[0].is_default);
    assert_eq!(names(outputs), ["speaker"]);
    let alsa = Some(MicrophoneBackend::Alsa);
    assert_eq!(names(microphones(alsa).unwrap()), ["default", "studio"]);
}

#[test]
#[ignore = "needs the sound server of script/devices-test"]
fn live_a_tone_arrives_from_the_sound_server() {
    a_tone_arrives("studio", MicrophoneBackend::PulseAudio);
}

#[test]
#[ignore = "needs the sound server of script/devices-test"]
fn live_what_a_speaker_plays_can_be_recorded() {
    a_tone_arrives("speaker.monitor", MicrophoneBackend::PulseAudio);
}

#[test]
#[ignore = "needs the sound server of script/devices-test"]
fn live_a_tone_arrives_through_alsa() {
    a_tone_arrives("default", MicrophoneBackend::Alsa);
}

#[test]
#[ignore = "needs the sound server of script/devices-test"]
fn live_a_source_without_sound_is_given_up() {
    let before = threads();
    let clock = Clock::monotonic();
    let Err(error) = open(&device("silent", MicrophoneBackend::PulseAudio), 0, &clock) else {
        panic!("it opened")
    };
    let after = clock.now() - Timestamp::ZERO;
    println!(
        "silent: {error} after {after:?}; threads {before} -> {}",
        remaining_threads(before)
    );
    assert_eq!(error.name(), "NotReadableError");
    assert!(after < Duration::from_secs(5));
    assert!(remaining_threads(before) <= before, "threads are leaked");
}

#[test]
#[ignore = "needs the sound server of script/devices-test; takes its source away"]
fn live_a_source_that_is_removed_ends_within_two_seconds() {
    let before = threads();
    let clock = Clock::monotonic();
    let studio = device("studio", MicrophoneBackend::PulseAudio);
    let mut capture = open(&studio, 0, &clock).unwrap();
    capture.read(READ_TIMEOUT).unwrap();
    let removed = Command::new("pactl")
        .args(["unload-module", "module-remap-source"])
        .status();
    assert!(removed.unwrap().success());
    let (error, after) = end(&mut *capture, &clock);
    drop(capture);
    println!(
        "removed: {error} after {after:?}; threads {before} -> {}",
        remaining_threads(before)
    );
    assert_eq!(error.name(), "NotReadableError");
    assert!(error.to_string().contains("Studio"));
    assert!(remaining_threads(before) <= before, "threads are leaked");
    assert!(after < Duration::from_secs(2));
}

#[test]
#[ignore = "needs the sound server of script/devices-test"]
fn live_a_microphone_can_be_opened_again_and_again() {
    let before = threads();
    let clock = Clock::monotonic();
    let studio = device("studio", MicrophoneBackend::PulseAudio);
    for _ in 0..100 {
        let mut capture = open(&studio, 0, &clock).unwrap();
        capture.read(READ_TIMEOUT).unwrap();
    }
    println!(
        "again: 100 times in {:?}; threads {before} -> {}",
        clock.now() - Timestamp::ZERO,
        remaining_threads(before)
    );
    assert!(remaining_threads(before) <= before, "threads are leaked");
}

/// Kills the server and checks how a stream of `backend` ends.
fn the_server_dies(name: &str, backend: MicrophoneBackend) {
    let clock = Clock::monotonic();
    let mut capture = open(&device(name, backend), 0, &clock).unwrap();
    capture.read(READ_TIMEOUT).unwrap();
    let server = std::env::var("SOUND_SERVER").unwrap();
    assert!(
        Command::new("kill")
            .args(["-KILL", &server])
            .status()
            .unwrap()
            .success()
    );
    let (error, after) = end(&mut *capture, &clock);
    let closing = clock.now();
    drop(capture);
    println!(
        "killed ({backend}): {error} after {after:?}, closed in {:?}",
        clock.now() - closing
    );
    assert_eq!(error.name(), "NotReadableError");
    assert!(after < Duration::from_secs(1));
}

#[test]
#[ignore = "needs the sound server of script/devices-test; kills it"]
fn live_a_server_that_dies_ends_the_sound_within_a_second() {
    the_server_dies("studio", MicrophoneBackend::PulseAudio);
}

#[test]
#[ignore = "needs the sound server of script/devices-test; kills it"]
fn live_a_server_that_dies_behind_alsa_ends_the_sound_too() {
    the_server_dies("default", MicrophoneBackend::Alsa);
}
