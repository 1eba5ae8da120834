//! Which fake devices there are, and what each can do.
use crate::devices::constraints::{Candidate, EchoCancellation, MediaTrackSettings};
use crate::devices::info::{MediaDeviceInfo, MediaDeviceKind};

/// A picture size and rate that a camera has of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mode {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) frame_rate: u32,
}

pub(super) struct FakeCamera {
    id: &'static str,
    group: &'static str,
    pub(super) label: &'static str,
    facing: &'static str,
    modes: &'static [Mode],
}

pub(super) struct FakeMicrophone {
    id: &'static str,
    group: &'static str,
    pub(super) label: &'static str,
    pub(super) sample_rate: u32,
    pub(super) channels: u16,
}

/// Of the samples that fake microphones give, in bits.
const SAMPLE_SIZE: u32 = 32;

/// From sound to samples, in seconds: a block.
const LATENCY: f64 = 0.01;

const fn mode(width: u32, height: u32, frame_rate: u32) -> Mode {
    Mode {
        width,
        height,
        frame_rate,
    }
}

pub(super) const CAMERAS: [FakeCamera; 2] = [
    FakeCamera {
        id: "camera1",
        group: "group1",
        label: "Fake camera 1 (user)",
        facing: "user",
        modes: &[mode(1280, 720, 30), mode(640, 480, 30)],
    },
    FakeCamera {
        id: "camera2",
        group: "group2",
        label: "Fake camera 2 (environment)",
        facing: "environment",
        modes: &[
            mode(1920, 1280, 30),
            mode(1920, 1080, 30),
            mode(1024, 768, 30),
            mode(640, 480, 60),
        ],
    },
];

pub(super) const MICROPHONES: [FakeMicrophone; 2] = [
    FakeMicrophone {
        id: "mic1",
        group: "group1",
        label: "Fake microphone 1",
        sample_rate: 48_000,
        channels: 2,
    },
    FakeMicrophone {
        id: "mic2",
        group: "group3",
        label: "Fake microphone 2",
        sample_rate: 44_100,
        channels: 1,
    },
];

const SPEAKER: (&str, &str, &str) = ("speaker1", "group3", "Fake speaker");

/// A camera and the one of its modes that a candidate is made of.
#[derive(Clone, Copy)]
pub(super) struct CameraMode {
    pub(super) camera: &'static FakeCamera,
    pub(super) mode: Mode,
}

/// Every entry of the list of devices (9.2).
pub(super) fn list() -> Vec<MediaDeviceInfo> {
    let entry = |kind, id: &str, label: &str, group: &str| MediaDeviceInfo {
        device_id: id.into(),
        kind,
        label: label.into(),
        group_id: group.into(),
    };
    let microphones = MICROPHONES
        .iter()
        .map(|m| entry(MediaDeviceKind::AudioInput, m.id, m.label, m.group));
    let cameras = CAMERAS
        .iter()
        .map(|c| entry(MediaDeviceKind::VideoInput, c.id, c.label, c.group));
    let (id, group, label) = SPEAKER;
    // The default output is listed once as such and once as itself.
    let default = entry(
        MediaDeviceKind::AudioOutput,
        "default",
        &format!("Default: {label}"),
        group,
    );
    let speaker = entry(MediaDeviceKind::AudioOutput, id, label, group);
    microphones.chain(cameras).chain([default, speaker]).collect()
}

/// All that the cameras can deliver, each with the mode it is made of.
pub(super) fn camera_candidates() -> (Vec<Candidate>, Vec<CameraMode>) {
    let mut candidates = Vec::new();
    let mut modes = Vec::new();
    for (rank, camera) in CAMERAS.iter().enumerate() {
        for &mode in camera.modes {
            let settings = MediaTrackSettings {
                device_id: Some(camera.id.into()),
                group_id: Some(camera.group.into()),
                facing_mode: Some(camera.facing.into()),
                ..MediaTrackSettings::video(mode.width, mode.height, Some(mode.frame_rate.into()))
            };
            for candidate in Candidate::of_mode(camera.label, rank, &settings) {
                candidates.push(candidate);
                modes.push(CameraMode { camera, mode });
            }
        }
    }
    (candidates, modes)
}

/// All that the microphones can deliver, in the order of [`MICROPHONES`].
pub(super) fn microphone_candidates() -> Vec<Candidate> {
    let settings = |microphone: &FakeMicrophone| MediaTrackSettings {
        device_id: Some(microphone.id.into()),
        group_id: Some(microphone.group.into()),
        sample_rate: Some(microphone.sample_rate),
        sample_size: Some(SAMPLE_SIZE),
        channel_count: Some(microphone.channels.into()),
        latency: Some(LATENCY),
        echo_cancellation: Some(EchoCancellation::Switch(false)),
        auto_gain_control: Some(false),
        noise_suppression: Some(false),
        ..MediaTrackSettings::default()
    };
    let all = MICROPHONES.iter().enumerate();
    all.map(|(rank, microphone)| Candidate::fixed(microphone.label, rank, settings(microphone)))
        .collect()
}
