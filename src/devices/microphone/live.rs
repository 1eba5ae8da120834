//! Tests with a real sound server, `tests/devices/microphone/sound-server`; `script/devices-test` starts it and runs them.
use super::measurement::{Measurement, READ_TIMEOUT};
use super::{MicrophoneBackend, microphones, open, speakers};
use crate::clock::{Clock, Timestamp};
use crate::devices::capture_device::CaptureDevice;
use crate::error::Error;
use crate::media::AudioBlock;
use crate::streams::Capture;
use std::process::Command;
use std::time::Duration;

/// How late audio may be on average, in milliseconds; blocks have at most 50.
const MAX_LATENCY_MS: f64 = 120.0;

fn device(name: &str, backend: MicrophoneBackend) -> CaptureDevice {
    let devices = microphones(Some(backend)).unwrap();
    let found = devices
        .into_iter()
        .find(|device| device.names.iter().any(|own| own == name));
    found.unwrap_or_else(|| panic!("{backend} does not list {name}"))
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

fn a_tone_arrives(name: &str, backend: MicrophoneBackend) {
    let before = threads();
    let device = &device(name, backend);
    let measured = Measurement::of(device, &Clock::monotonic(), Duration::from_secs(6));
    let after = remaining_threads(before);
    println!(
        "measured: {measured}; {}; threads {before} -> {after}",
        measured.stamps()
    );
    measured.assert_tone(0, 0.5);
    // Timestamps of ALSA's pulse plugin wander by up to 85 ms in these 6 s. A wrong sample rate would be 80 000 ppm off.
    let tolerance = if backend == MicrophoneBackend::Alsa {
        25_000.0
    } else {
        1000.0
    };
    let off = measured.ppm();
    assert!(off.abs() < tolerance, "{off} ppm");
    assert_eq!(measured.lost, 0);
    let latency = measured.latency().0;
    assert!(latency < MAX_LATENCY_MS, "{latency} ms");
    assert!(after <= before, "threads are leaked");
}

/// The devices of an environment variable, `NAME=RATE/CHANNELS` each.
fn formats(variable: &str) -> Vec<(String, u32, u16)> {
    let text = std::env::var(variable).unwrap();
    text.split_whitespace()
        .map(|word| {
            let (name, format) = word.split_once('=').unwrap();
            let (rate, channels) = format.split_once('/').unwrap();
            (name.to_owned(), rate.parse().unwrap(), channels.parse().unwrap())
        })
        .collect()
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
#[ignore = "needs the sound server of script/devices-test, with the sources of MEDIAREC_FORMATS"]
fn live_every_format_arrives_as_the_source_has_it() {
    let threads = formats("MEDIAREC_FORMATS")
        .into_iter()
        .map(|(name, rate, channels)| {
            std::thread::spawn(move || {
                let device = device(&name, MicrophoneBackend::PulseAudio);
                let measured = Measurement::of(&device, &Clock::monotonic(), Duration::from_secs(4));
                println!("measured: {measured}");
                assert_eq!((measured.sample_rate(), measured.channels()), (rate, channels));
                // Each further one is softer by a tenth, which shows that none is mixed or exchanged.
                let is_surround = channels > 2;
                for channel in 0..channels {
                    let step = f32::from(if is_surround { channel } else { 0 });
                    measured.assert_tone(channel, 0.5 - 0.05 * step);
                }
                assert!(measured.ppm().abs() < 2000.0, "{} ppm", measured.ppm());
                assert_eq!(measured.lost, 0);
            })
        });
    for thread in threads.collect::<Vec<_>>() {
        thread.join().unwrap();
    }
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
        "removed: noticed after {} ms: {error}; threads {before} -> {}",
        after.as_millis(),
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
    // PipeWire needs a third of a second to start one.
    let server = MicrophoneBackend::PulseAudio.server_name().unwrap();
    let times = if server.contains("PipeWire") { 30 } else { 100 };
    for _ in 0..times {
        let mut capture = open(&studio, 0, &clock).unwrap();
        capture.read(READ_TIMEOUT).unwrap();
    }
    println!(
        "again: {times} times in {:?}; threads {before} -> {}",
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
            .arg("-KILL")
            .args(server.split_whitespace())
            .status()
            .unwrap()
            .success()
    );
    let (error, after) = end(&mut *capture, &clock);
    let closing = clock.now();
    drop(capture);
    println!(
        "killed: noticed after {} ms through {backend}: {error}; closed in {:?}",
        after.as_millis(),
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
