//! Devices that fail while something else is asked of them.
use super::*;
use crate::clock::Clock;
use crate::constraints::{ControlRange, ControlValue, MediaTrackCapabilities, Property};
use crate::devices::capture::{ControlPanel, Controls, Panel};
use crate::devices::info::MediaDeviceKind;
use crate::media::{Color, MediaFormat, VideoFormat, VideoFrame};
use crate::streams::source::{Backpressure, FrameSender, Ready};
use crate::streams::track::{Feed, MediaStreamTrack, ReadyState, TrackFeed};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// A panel whose zoom is stuck, and the mode that its camera is open in.
#[derive(Default)]
struct Stuck(Mutex<ControlValues>, AtomicUsize);

impl ControlPanel for Stuck {
    fn set(&self, property: Property, value: &ControlValue) -> Result<()> {
        if property == Property::Zoom {
            return Err(Error::not_readable("it is stuck"));
        }
        self.0.lock().insert(property, value.clone());
        Ok(())
    }
}

fn control(property: Property) -> Control {
    Control {
        property,
        range: ControlRange::Numbers {
            min: 0.0,
            max: 9.0,
            step: 1.0,
        },
        value: ControlValue::Number(0.0),
    }
}

/// A track of a camera of two modes, 640×480 and 1280×720, which opens with pictures of these widths.
fn camera(widths: [u32; 2], panel: Arc<Stuck>) -> MediaStreamTrack {
    let modes = vec![
        MediaTrackSettings::video(640, 480, Some(30.0)),
        MediaTrackSettings::video(1280, 720, Some(30.0)),
    ];
    let device = Device {
        kind: MediaDeviceKind::VideoInput,
        hardware: "camera".into(),
        unit: None,
        label: "Camera".into(),
        names: Vec::new(),
        is_default: true,
        modes: modes.clone(),
        controls: Controls {
            list: vec![control(Property::Brightness), control(Property::Zoom)],
            panel: Some(Panel(panel.clone())),
        },
    };
    let opener = move |mode: usize| -> Opener<VideoFrame> {
        let format = VideoFormat {
            width: widths[mode],
            height: [480, 720][mode],
            frame_duration: None,
            color: Color::BT601,
        };
        let body = |sender: &FrameSender<VideoFrame>| {
            while sender.is_wanted() {
                thread::sleep(Duration::from_millis(1));
            }
            Ok(())
        };
        let panel = panel.clone();
        Box::new(move || {
            panel.1.store(mode, Ordering::SeqCst);
            Ok(Ready {
                format,
                body: Box::new(body),
            })
        })
    };
    let source = Source::open("camera", Backpressure::DropNewest, opener(0)).unwrap();
    let controls = device.controls.list.clone();
    let open = Arc::new(OpenDevice::new(device, source.clone(), 0, Box::new(opener)));
    let nothing = MediaTrackConstraints::default();
    let feed = TrackFeed::new(
        source,
        &modes[0],
        nothing,
        MediaTrackCapabilities::default(),
        controls,
    );
    let feed = feed.unwrap().on_device(open).unwrap();
    MediaStreamTrack::new("Camera", Clock::monotonic(), Feed::Video(feed))
}

/// Asks for what fails, and sees that nothing came of it.
fn refused(track: &MediaStreamTrack, asked: &str) -> &'static str {
    let (settings, constraints) = (track.get_settings(), track.get_constraints());
    let asked = MediaTrackConstraints::parse(asked).unwrap().value;
    let error = track.apply_constraints(&asked).unwrap_err();
    assert_eq!(track.ready_state(), ReadyState::Live);
    assert_eq!(
        (track.get_settings(), track.get_constraints()),
        (settings, constraints)
    );
    let MediaFormat::Video(format) = track.format() else {
        panic!("a camera gives pictures")
    };
    assert_eq!((format.width, format.height), (640, 480));
    error.name()
}

#[test]
fn a_mode_that_turns_out_to_be_another_is_left_again_and_all_is_as_it_was() {
    let panel = Arc::new(Stuck::default());
    let track = camera([640, 320], panel.clone());
    assert_eq!(refused(&track, "width==1280"), "OverconstrainedError");
    assert_eq!(panel.1.load(Ordering::SeqCst), 0);
}

#[test]
fn a_control_that_is_stuck_leaves_the_mode_the_other_controls_and_the_constraints_as_they_were() {
    let panel = Arc::new(Stuck::default());
    let track = camera([640, 1280], panel.clone());
    for asked in ["brightness=5,zoom=2", "width==1280,brightness=5,zoom=2"] {
        assert_eq!(refused(&track, asked), "NotReadableError", "{asked}");
        let stands_at = panel.0.lock().get(&Property::Brightness).cloned();
        assert_eq!(stands_at, Some(ControlValue::Number(0.0)));
    }
    let asked = MediaTrackConstraints::parse("width==1280").unwrap().value;
    track.apply_constraints(&asked).unwrap();
    assert_eq!(track.get_settings().width, Some(1280));
}
