//! Recorders of fake devices, and what their recordings deliver.
use crate::library::{label, within};
use mediarec::clock::Clock;
use mediarec::constraints::{MediaStreamConstraints, MediaTrackConstraints};
use mediarec::devices::MediaDevices;
use mediarec::devices::synthetic::FakeDevices;
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, Recording};
use mediarec::streams::MediaStream;
use std::time::Duration;

pub const SLICE: Option<Duration> = Some(Duration::from_millis(100));
pub const KINDS: [(bool, bool); 3] = [(true, false), (false, true), (true, true)];

/// A stream of these fake devices; those that are not live stand on a clock that stands still.
pub fn fake(script: &str, (audio, video): (bool, bool)) -> MediaStream {
    let clock = if script.contains("unpaced") {
        Clock::manual()
    } else {
        Clock::monotonic()
    };
    let devices = FakeDevices::from_spec(script).unwrap();
    MediaDevices::with_clock(devices, clock)
        .get_user_media(&MediaStreamConstraints {
            audio: audio.then(MediaTrackConstraints::default),
            video: video.then(MediaTrackConstraints::default),
        })
        .unwrap()
}

pub fn empty() -> MediaStream {
    MediaStream::new([])
}

pub fn of_type(mime_type: &str) -> MediaRecorderOptions {
    MediaRecorderOptions {
        mime_type: mime_type.into(),
        ..Default::default()
    }
}

pub fn lasting(millis: u64) -> MediaRecorderOptions {
    MediaRecorderOptions {
        max_duration: Some(Duration::from_millis(millis)),
        ..Default::default()
    }
}

pub fn recorder(stream: &MediaStream) -> MediaRecorder {
    MediaRecorder::new(stream, MediaRecorderOptions::default()).unwrap()
}

pub fn labels(recording: Recording) -> Vec<&'static str> {
    within(move || recording.map(|event| label(&event)).collect())
}

/// All bytes of a recording that does not break.
pub fn bytes(mut recording: Recording) -> Vec<u8> {
    within(move || {
        let mut bytes = Vec::new();
        recording.stream_to(&mut bytes, |_| {}).unwrap();
        bytes
    })
}
