//! Constraints: text that is parsed means the same when it is written as JSON, and a selection keeps to what is offered.
//!
//! The first line of the input is the constraints, and each further one is a device: numbers, three for each mode.
use mediarec::clock::Clock;
use mediarec::constraints::{
    CandidateOutcome, Explanation, MediaStreamConstraints, MediaTrackConstraints, MediaTrackSettings,
};
use mediarec::devices::{CaptureBackend, CaptureDevice, MediaDeviceKind, MediaDevices};
use mediarec::error::{Error, Result};
use mediarec::media::TrackKind;

const MAX_DEVICES: usize = 3;
const MAX_MODES: usize = 4;

pub fn run(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    let mut lines = text.lines();
    let requested = lines.next().unwrap_or_default();
    let devices = MediaDevices::with_clock(
        Devices(lines.map(modes).take(MAX_DEVICES).collect()),
        Clock::manual(),
    );
    if let Ok(parsed) = MediaStreamConstraints::from_json(requested) {
        let of_kinds = [
            (TrackKind::Video, parsed.value.video),
            (TrackKind::Audio, parsed.value.audio),
        ];
        for (kind, constraints) in of_kinds {
            select(&devices, kind, &constraints.unwrap_or_default());
        }
    }
    if let Ok(parsed) = MediaTrackConstraints::parse(requested) {
        assert_same_as_json(&parsed.value);
        select(&devices, TrackKind::Video, &parsed.value);
        select(&devices, TrackKind::Audio, &parsed.value);
    }
}

fn assert_same_as_json(constraints: &MediaTrackConstraints) {
    let json = serde_json::to_string(constraints).expect("constraints are valid JSON");
    let parsed = MediaTrackConstraints::parse(&json).expect("what is written can be parsed");
    assert_eq!((&parsed.value, parsed.ignored.len()), (constraints, 0), "{json}");
}

fn select(devices: &MediaDevices, kind: TrackKind, constraints: &MediaTrackConstraints) {
    let explanation = match devices.explain(kind, constraints) {
        Ok(explanation) => explanation,
        Err(Error::Type { .. } | Error::NotFound { .. }) => return,
        Err(error) => panic!("{error}"),
    };
    assert_consistent(&explanation);
    let Ok(selection) = &explanation.outcome else {
        return;
    };
    // What was selected can be required.
    let exact = exactly(&selection.settings);
    let again = devices
        .explain(kind, &exact)
        .expect("settings are valid constraints");
    let again = again.outcome.expect("a device offers what was selected");
    assert_eq!(again.settings, selection.settings);
}

fn assert_consistent(explanation: &Explanation) {
    assert!(explanation.to_string().contains("selected: "));
    let is_selected = |outcome: &CandidateOutcome| *outcome == CandidateOutcome::Selected;
    let mut reports = explanation.candidates.iter();
    let selected = reports.position(|report| is_selected(&report.outcome));
    assert!(
        !reports.any(|report| is_selected(&report.outcome)),
        "one is selected"
    );
    match &explanation.outcome {
        Ok(selection) => {
            assert_eq!(selected, Some(selection.candidate));
            assert!(selection.distance.is_finite());
        }
        Err(failure) => {
            assert_eq!(selected, None);
            assert!(!failure.message.is_empty());
        }
    }
}

/// Constraints that require all of these settings.
fn exactly(settings: &MediaTrackSettings) -> MediaTrackConstraints {
    let json = serde_json::to_value(settings).expect("settings are valid JSON");
    let members = json.as_object().expect("settings are an object").iter();
    let members = members.map(|(name, value)| (name.clone(), serde_json::json!({ "exact": value })));
    let json = serde_json::Value::Object(members.collect());
    MediaTrackConstraints::parse(&json.to_string())
        .expect("settings are valid constraints")
        .value
}

/// Cameras and microphones with the modes of the input.
#[derive(Debug)]
struct Devices(Vec<Vec<[f64; 3]>>);

impl CaptureBackend for Devices {
    fn devices(&self, kind: MediaDeviceKind, _: &Clock) -> Result<Vec<CaptureDevice>> {
        let devices = self.0.iter().enumerate().map(|(number, modes)| {
            let modes = modes.iter().map(|mode| settings(kind, *mode));
            let name = format!("device {number}");
            CaptureDevice::new(kind, name.clone(), name, modes.collect())
        });
        Ok(devices.collect())
    }
}

fn modes(line: &str) -> Vec<[f64; 3]> {
    let numbers: Vec<f64> = line
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    numbers.as_chunks().0.iter().copied().take(MAX_MODES).collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "any number will do"
)]
fn settings(kind: MediaDeviceKind, [first, second, rate]: [f64; 3]) -> MediaTrackSettings {
    if kind == MediaDeviceKind::VideoInput {
        let rate = Some(rate).filter(|rate| rate.is_finite() && *rate > 0.0);
        return MediaTrackSettings::video(first as u32, second as u32, rate);
    }
    MediaTrackSettings {
        sample_rate: Some(first as u32),
        channel_count: Some(second as u32),
        ..MediaTrackSettings::default()
    }
}
