//! Devices that fail while new constraints are applied.
use super::*;
use crate::clock::Clock;
use crate::constraints::{ControlRange, MediaStreamConstraints};
use crate::devices::backend::CaptureBackend;
use crate::devices::info::MediaDeviceKind;
use crate::devices::media_devices::MediaDevices;
use crate::media::{Color, MediaFormat, PixelAspect, VideoFormat, VideoFrame};
use crate::streams::{Capture, MediaStreamTrack, ReadyState};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// A camera whose zoom cannot be set. It lists modes of 640×480 and 1280×720, and opens them with these widths.
#[derive(Debug)]
struct Stuck {
    widths: [u32; 2],
    values: Mutex<ControlValues>,
    mode: AtomicUsize,
}

impl CaptureBackend for Arc<Stuck> {
    fn devices(&self, kind: MediaDeviceKind, _: &Clock) -> Result<Vec<CaptureDevice>> {
        let modes = vec![
            MediaTrackSettings::video(640, 480, Some(30.0)),
            MediaTrackSettings::video(1280, 720, Some(30.0)),
        ];
        Ok(vec![CaptureDevice::new(kind, "camera", "Camera", modes)])
    }

    fn open_camera(&self, _: &CaptureDevice, mode: usize, _: &Clock) -> Result<Box<dyn Capture<VideoFrame>>> {
        self.mode.store(mode, Ordering::SeqCst);
        Ok(Box::new(Quiet(VideoFormat {
            width: self.widths[mode],
            height: [480, 720][mode],
            frame_duration: None,
            color: Color::BT601,
            pixel_aspect: PixelAspect::SQUARE,
            interlaced: false,
        })))
    }

    fn controls(&self, _: &CaptureDevice) -> Vec<Control> {
        vec![control(Property::Brightness), control(Property::Zoom)]
    }

    fn set_control(&self, _: &CaptureDevice, property: Property, value: &ControlValue) -> Result<()> {
        if property == Property::Zoom {
            return Err(Error::not_readable("it is stuck"));
        }
        self.values.lock().insert(property, value.clone());
        Ok(())
    }
}

/// A camera that delivers nothing.
struct Quiet(VideoFormat);

impl Capture<VideoFrame> for Quiet {
    fn format(&self) -> VideoFormat {
        self.0
    }

    fn read(&mut self, _: Duration) -> Result<Option<VideoFrame>> {
        thread::sleep(Duration::from_millis(1));
        Ok(None)
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

/// A track of such a camera in its first mode.
fn camera(widths: [u32; 2]) -> (MediaStreamTrack, Arc<Stuck>) {
    let stuck = Arc::new(Stuck {
        widths,
        values: Mutex::default(),
        mode: AtomicUsize::new(0),
    });
    let constraints = MediaStreamConstraints {
        audio: None,
        video: Some(MediaTrackConstraints::parse("width=640").unwrap().value),
    };
    let devices = MediaDevices::new(stuck.clone());
    let stream = devices.get_user_media(&constraints).unwrap();
    (stream.tracks()[0].clone(), stuck)
}

/// Applies constraints that fail, and checks that nothing has changed.
fn refused(track: &MediaStreamTrack, requested: &str) -> &'static str {
    let (settings, constraints) = (track.get_settings(), track.get_constraints());
    let requested = MediaTrackConstraints::parse(requested).unwrap().value;
    let error = track.apply_constraints(&requested).unwrap_err();
    assert_eq!(track.ready_state(), ReadyState::Live);
    assert_eq!(
        (track.get_settings(), track.get_constraints()),
        (settings, constraints)
    );
    let MediaFormat::Video(format) = track.format() else {
        panic!("a camera has a video track")
    };
    assert_eq!((format.width, format.height), (640, 480));
    error.name()
}

#[test]
fn a_mode_that_turns_out_to_be_another_is_left_again_and_all_is_as_it_was() {
    let (track, stuck) = camera([640, 320]);
    assert_eq!(refused(&track, "width==1280"), "OverconstrainedError");
    assert_eq!(stuck.mode.load(Ordering::SeqCst), 0);
}

#[test]
fn a_control_that_is_stuck_leaves_the_mode_the_other_controls_and_the_constraints_as_they_were() {
    let (track, stuck) = camera([640, 1280]);
    for requested in ["brightness=5,zoom=2", "width==1280,brightness=5,zoom=2"] {
        assert_eq!(refused(&track, requested), "NotReadableError", "{requested}");
        let brightness = stuck.values.lock().get(&Property::Brightness).cloned();
        assert_eq!(brightness, Some(ControlValue::Number(0.0)));
    }
    let requested = MediaTrackConstraints::parse("width==1280").unwrap().value;
    track.apply_constraints(&requested).unwrap();
    assert_eq!(track.get_settings().width, Some(1280));
}
