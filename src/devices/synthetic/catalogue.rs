//! The list of fake devices, and their modes.
use crate::constraints::{EchoCancellation, MediaTrackSettings};
use crate::devices::capture_device::CaptureDevice;
use crate::devices::info::MediaDeviceKind;

/// A native size in pixels and frame rate of a camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mode {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) frame_rate: u32,
}

/// A camera of the list.
pub(super) struct FakeCamera {
    pub(super) name: &'static str,
    unit: &'static str,
    label: &'static str,
    facing: &'static str,
    pub(super) modes: &'static [Mode],
}

/// A microphone of the list.
pub(super) struct FakeMicrophone {
    pub(super) name: &'static str,
    unit: &'static str,
    label: &'static str,
    pub(super) sample_rate: u32,
    pub(super) channels: u16,
}

/// Bits per sample of the microphones.
const SAMPLE_SIZE: u32 = 32;

/// Latency of the microphones in seconds: the length of a block.
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
        name: "camera1",
        unit: "unit1",
        label: "Fake camera 1 (user)",
        facing: "user",
        modes: &[mode(1280, 720, 30), mode(640, 480, 30)],
    },
    FakeCamera {
        name: "camera2",
        unit: "unit2",
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
        name: "mic1",
        unit: "unit1",
        label: "Fake microphone 1",
        sample_rate: 48_000,
        channels: 2,
    },
    FakeMicrophone {
        name: "mic2",
        unit: "unit3",
        label: "Fake microphone 2",
        sample_rate: 44_100,
        channels: 1,
    },
];

/// Name, unit, label.
pub(super) const SPEAKER: (&str, &str, &str) = ("speaker1", "unit3", "Fake speaker");

/// Lists all devices.
pub(super) fn devices() -> Vec<CaptureDevice> {
    let microphones = MICROPHONES.iter().map(|m| {
        let default = m.name == MICROPHONES[0].name;
        device(
            MediaDeviceKind::AudioInput,
            (m.name, m.unit, m.label),
            default,
            vec![microphone_mode(m)],
        )
    });
    let cameras = CAMERAS.iter().map(|c| {
        let default = c.name == CAMERAS[0].name;
        let modes = c.modes.iter().map(|mode| camera_mode(c, *mode)).collect();
        device(
            MediaDeviceKind::VideoInput,
            (c.name, c.unit, c.label),
            default,
            modes,
        )
    });
    let speaker = device(MediaDeviceKind::AudioOutput, SPEAKER, true, Vec::new());
    microphones.chain(cameras).chain([speaker]).collect()
}

fn device(
    kind: MediaDeviceKind,
    (name, unit, label): (&str, &str, &str),
    is_default: bool,
    modes: Vec<MediaTrackSettings>,
) -> CaptureDevice {
    CaptureDevice {
        kind,
        hardware_id: name.into(),
        unit: Some(unit.into()),
        label: label.into(),
        names: vec![name.into()],
        is_default,
        modes,
        controls: Vec::new(),
    }
}

fn camera_mode(camera: &FakeCamera, mode: Mode) -> MediaTrackSettings {
    MediaTrackSettings {
        facing_mode: Some(camera.facing.into()),
        ..MediaTrackSettings::video(mode.width, mode.height, Some(mode.frame_rate.into()))
    }
}

fn microphone_mode(microphone: &FakeMicrophone) -> MediaTrackSettings {
    MediaTrackSettings {
        sample_rate: Some(microphone.sample_rate),
        sample_size: Some(SAMPLE_SIZE),
        channel_count: Some(microphone.channels.into()),
        latency: Some(LATENCY),
        echo_cancellation: Some(EchoCancellation::Switch(false)),
        auto_gain_control: Some(false),
        noise_suppression: Some(false),
        ..MediaTrackSettings::default()
    }
}
