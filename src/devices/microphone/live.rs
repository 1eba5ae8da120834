//! Against a real sound server: `tests/devices/sound-server`, which `script/devices-test` starts for these.
use super::{MicrophoneBackend, microphones, open, speakers};
use crate::clock::{Clock, Timestamp};
use crate::devices::capture_device::CaptureDevice;
use crate::error::Error;
use crate::media::AudioBlock;
use crate::streams::Capture;
use std::process::Command;
use std::time::Duration;

const WAIT: Duration = Duration::from_millis(100);

fn device(name: &str, backend: MicrophoneBackend) -> CaptureDevice {
    let devices = microphones(Some(backend)).unwrap();
    let found = devices
        .into_iter()
        .find(|device| device.names.iter().any(|own| own == name));
    found.unwrap_or_else(|| panic!("{backend} does not list {name}"))
}

/// What comes from a device in `length` of sound, how long it took to open, and how many blocks were lost.
fn record(device: &CaptureDevice, clock: &Clock, length: Duration) -> (Vec<AudioBlock>, Duration, u64) {
    let asked = clock.now();
    let mut capture = open(device, 0, clock).unwrap();
    let opened = clock.now() - asked;
    let mut blocks: Vec<AudioBlock> = Vec::new();
    while blocks.iter().map(AudioBlock::duration).sum::<Duration>() < length {
        assert!(
            clock.now() - asked < length * 2 + Duration::from_secs(4),
            "too little sound came"
        );
        blocks.extend(capture.read(WAIT).unwrap());
    }
    (blocks, opened, capture.lost())
}

/// The error at the end of a stream, and how long after `at` it came.
fn end(capture: &mut dyn Capture<AudioBlock>, clock: &Clock) -> (Error, Duration) {
    let from = clock.now();
    loop {
        match capture.read(WAIT) {
            Ok(_) => assert!(clock.now() - from < Duration::from_secs(10), "it did not end"),
            Err(error) => return (error, clock.now() - from),
        }
    }
}

fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").unwrap().count()
}

/// How many threads there are when those that are ending have had two seconds for it.
fn settled(wanted: usize) -> usize {
    for _ in 0..20 {
        if threads() <= wanted {
            break;
        }
        std::thread::sleep(WAIT);
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

/// Frequency in Hz by rising zero crossings, and the greatest sample.
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

/// How much faster than its nominal rate the sound comes, by the line that fits the stamps best.
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

/// How far each stamp is from where the frames before it put it, in ms: the first one's, the least and the greatest.
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
        settled(before)
    );
    assert!((frequency - 440.0).abs() < 1.0, "{frequency} Hz");
    assert!((0.45..0.55).contains(&peak), "peak {peak}");
    // The stamps of ALSA's way to the sound server jump by up to 40 ms. Another rate than was said is 80 000 ppm off.
    let tolerance = if backend == MicrophoneBackend::Alsa {
        10_000.0
    } else {
        1000.0
    };
    assert!(off.abs() < tolerance, "{off} ppm");
    assert_eq!(lost, 0);
    assert!(settled(before) <= before, "threads are left");
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
    let clock = Clock::monotonic();
    let Err(error) = open(&device("silent", MicrophoneBackend::PulseAudio), 0, &clock) else {
        panic!("it opened")
    };
    println!("silent: {error} after {:?}", clock.now() - Timestamp::ZERO);
    assert_eq!(error.name(), "NotReadableError");
    assert!(clock.now() < Timestamp::from_millis(5000));
}

#[test]
#[ignore = "needs the sound server of script/devices-test; takes its source away"]
fn live_a_source_that_is_removed_ends_within_two_seconds() {
    let before = threads();
    let clock = Clock::monotonic();
    let studio = device("studio", MicrophoneBackend::PulseAudio);
    let mut capture = open(&studio, 0, &clock).unwrap();
    capture.read(WAIT).unwrap();
    let removed = Command::new("pactl")
        .args(["unload-module", "module-remap-source"])
        .status();
    assert!(removed.unwrap().success());
    let (error, after) = end(&mut *capture, &clock);
    drop(capture);
    println!(
        "removed: {error} after {after:?}; threads {before} -> {}",
        settled(before)
    );
    assert_eq!(error.name(), "NotReadableError");
    assert!(error.to_string().contains("Studio"));
    assert!(settled(before) <= before, "threads are left");
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
        capture.read(WAIT).unwrap();
    }
    println!(
        "again: 100 times in {:?}; threads {before} -> {}",
        clock.now() - Timestamp::ZERO,
        settled(before)
    );
    assert!(settled(before) <= before, "threads are left");
}

/// Kills the server, and looks how a recording through `backend` ends.
fn the_server_dies(name: &str, backend: MicrophoneBackend) {
    let clock = Clock::monotonic();
    let mut capture = open(&device(name, backend), 0, &clock).unwrap();
    capture.read(WAIT).unwrap();
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
