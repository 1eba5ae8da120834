//! Tests the V4L2 backend with the fake camera of `tests/devices/fake_camera.c`.
use crate::clock::Clock;
use crate::constraints::MediaStreamConstraints;
use crate::devices::camera::v4l2::{cameras, open};
use crate::devices::camera::{CameraBackend, fake_camera};
use crate::devices::capture_device::CaptureDevice;
use crate::devices::{MediaDeviceKind, MediaDevices, NativeDevices};
use crate::error::{Error, Result};
use crate::media::VideoFrame;
use crate::streams::Capture;
use std::time::Duration;

const FRAME_TIMEOUT: Duration = Duration::from_secs(5);

fn camera() -> CaptureDevice {
    let mut cameras = cameras().unwrap();
    assert_eq!(cameras.len(), 1);
    cameras.remove(0)
}

fn mode(camera: &CaptureDevice, width: u32, rate: f64) -> usize {
    let found = |mode: &crate::constraints::MediaTrackSettings| {
        mode.width == Some(width) && mode.frame_rate == Some(rate)
    };
    camera.modes.iter().position(found).unwrap()
}

fn try_open() -> Result<Box<dyn Capture<VideoFrame>>> {
    let camera = camera();
    open(&camera, mode(&camera, 320, 30.0), &Clock::monotonic())
}

fn opened() -> Box<dyn Capture<VideoFrame>> {
    try_open().unwrap()
}

fn refused() -> Error {
    try_open().err().unwrap()
}

fn next(stream: &mut dyn Capture<VideoFrame>) -> VideoFrame {
    stream
        .read(FRAME_TIMEOUT)
        .unwrap()
        .expect("a camera delivers a frame in five seconds")
}

/// Returns the frame number modulo 64, read from the pixels.
fn number(frame: &VideoFrame) -> u8 {
    frame.picture.planes()[0][0] / 4
}

#[test]
fn the_camera_is_listed_with_its_modes_and_names_and_its_metadata_is_not() {
    fake_camera::run(&[], || {
        let camera = camera();
        assert_eq!(camera.label, "Fake Camera");
        assert_eq!(camera.hardware_id, "v4l2:fake-0:0:Fake Camera: Fake Camera");
        assert_eq!(camera.names, ["/dev/video0"]);
        let modes: Vec<_> = camera
            .modes
            .iter()
            .map(|mode| {
                (
                    mode.width.unwrap(),
                    mode.height.unwrap(),
                    mode.frame_rate.unwrap(),
                )
            })
            .collect();
        assert_eq!(
            modes,
            [
                (320, 240, 15.0),
                (320, 240, 30.0),
                (640, 480, 15.0),
                (640, 480, 30.0)
            ]
        );
    });
}

#[test]
fn a_track_of_the_machines_camera_is_had_as_programs_ask_for_it() {
    fake_camera::run(&[], || fake_camera::satisfies_constraints(CameraBackend::V4l2));
}

#[test]
fn a_camera_that_goes_away_leaves_the_list() {
    fake_camera::run(&[], || {
        assert_eq!(cameras().unwrap().len(), 1);
        let node = fake_camera::node();
        std::fs::remove_file(&node).unwrap();
        assert_eq!(cameras().unwrap(), []);
        std::fs::write(&node, "").unwrap();
        assert_eq!(cameras().unwrap().len(), 1);
    });
}

#[test]
fn frames_are_whole_and_stamped_by_the_driver() {
    fake_camera::run(&[], || {
        let camera = camera();
        let clock = Clock::monotonic();
        let mut stream = open(&camera, mode(&camera, 320, 30.0), &clock).unwrap();
        let format = stream.format();
        assert_eq!(
            (format.width, format.height, format.frame_duration),
            (320, 240, None)
        );
        let frames: Vec<_> = (0..20).map(|_| next(stream.as_mut())).collect();
        for pair in frames.windows(2) {
            // Timestamps are exact whenever the frames are read; frames in between may be lost on a busy machine.
            let frames = u64::from(number(&pair[1]).wrapping_sub(number(&pair[0])) % 64);
            let apart = (pair[1].time - pair[0].time).as_micros();
            assert!(
                apart.abs_diff(u128::from(frames) * 1_000_000 / 30) < 3000,
                "{frames} frames in {apart} µs"
            );
        }
        let picture = &frames[0].picture;
        let row: Vec<u8> = (0..320)
            .map(|x| (x as u8).wrapping_add(4 * number(&frames[0])))
            .collect();
        assert!(picture.planes()[0].chunks_exact(320).all(|luma| luma == row));
        assert!(
            picture.planes()[1..]
                .iter()
                .all(|plane| plane.iter().all(|&value| value == 128))
        );
        assert!(frames[19].time <= clock.now());
    });
}

#[test]
fn when_the_usb_is_full_the_compressed_format_is_taken() {
    fake_camera::run(&[("FULL", "1")], || {
        let frame = next(opened().as_mut());
        // The JPEG file is uniformly grey, 100 of 255.
        let [y, u, _] = frame.picture.planes();
        assert!(y.iter().all(|value| value.abs_diff(102) <= 1), "{:?}", &y[..8]);
        assert!(u.iter().all(|&value| value == 128));
    });
}

#[test]
fn what_the_camera_loses_and_what_it_marks_as_broken_is_counted() {
    for trouble in ["DROP_EVERY", "ERROR_EVERY"] {
        fake_camera::run(&[(trouble, "4")], || {
            let mut stream = opened();
            let numbers: Vec<u8> = (0..16).map(|_| number(&next(stream.as_mut()))).collect();
            assert!(numbers.iter().all(|number| number % 4 != 3), "{numbers:?}");
            let missing = u64::from(numbers[15] - numbers[0]) + 1 - 16;
            assert!(
                missing >= 5 && stream.lost() == missing,
                "{} of {missing}",
                stream.lost()
            );
        });
    }
}

#[test]
fn an_unplugged_camera_ends_with_an_error_that_says_so() {
    fake_camera::run(&[("UNPLUG_MS", "300")], || {
        let mut stream = opened();
        let error = loop {
            match stream.read(FRAME_TIMEOUT) {
                Ok(frame) => assert!(frame.is_some(), "read timed out"),
                Err(error) => break error,
            }
        };
        assert_eq!(error.name(), "NotReadableError");
        assert_eq!(error.to_string(), "/dev/video0: the camera was unplugged");
    });
}

#[test]
fn a_camera_that_stalls_gives_the_reader_its_time_back_again_and_again() {
    fake_camera::run(&[("STALL_MS", "200")], || {
        let mut stream = opened();
        while stream.read(Duration::from_millis(300)).unwrap().is_some() {}
        for _ in 0..3 {
            assert_eq!(stream.read(Duration::from_millis(20)).unwrap(), None);
        }
    });
}

#[test]
fn a_camera_of_which_every_frame_is_broken_gives_the_reader_its_time_back_however_fast_they_come() {
    fake_camera::run(&[("ERROR_EVERY", "1"), ("FLOOD", "1")], || {
        let mut stream = opened();
        for _ in 0..3 {
            assert_eq!(stream.read(Duration::from_millis(20)).unwrap(), None);
        }
        assert!(stream.lost() >= 3);
    });
}

#[test]
fn a_stream_that_fails_is_started_again() {
    fake_camera::run(&[("FAIL_MS", "200")], || {
        let mut stream = opened();
        let frames: Vec<_> = (0..30).map(|_| next(stream.as_mut())).collect();
        // The fake camera counts from zero after a restart, so a failure has happened.
        assert!(frames.windows(2).any(|pair| number(&pair[1]) < number(&pair[0])));
        assert!(frames.windows(2).all(|pair| pair[0].time < pair[1].time));
    });
}

#[test]
fn a_stream_that_cannot_be_stopped_is_left_behind_without_a_panic() {
    fake_camera::run(&[("STUCK", "1")], || {
        let mut stream = opened();
        next(stream.as_mut());
        drop(stream);
    });
}

#[test]
fn stamps_from_the_future_are_replaced_by_the_arrival() {
    fake_camera::run(&[("AHEAD_MS", "5000")], || {
        let clock = Clock::monotonic();
        let camera = camera();
        let mut stream = open(&camera, 0, &clock).unwrap();
        let (first, second) = (next(stream.as_mut()), next(stream.as_mut()));
        assert!(first.time < second.time && second.time <= clock.now());
    });
}

#[test]
fn what_counts_is_the_size_that_the_driver_delivers() {
    fake_camera::run(&[("SIZE", "160x120")], || {
        let mut stream = try_open().unwrap();
        let format = stream.format();
        assert_eq!((format.width, format.height), (160, 120));
        assert_eq!(next(stream.as_mut()).picture.width(), 160);
    });
}

#[test]
fn a_busy_camera_and_one_that_is_denied_are_refused_with_a_next_step() {
    fake_camera::run(&[("BUSY", "1")], || {
        let error = refused();
        assert_eq!(error.name(), "NotReadableError");
        assert!(error.to_string().contains("in use by another program"), "{error}");
    });
    fake_camera::run(&[("DENIED", "1")], || {
        let error = cameras().unwrap_err();
        assert_eq!(error.name(), "NotAllowedError");
    });
}

#[test]
fn cameras_that_are_denied_are_no_matter_to_who_wants_a_microphone() {
    fake_camera::run(&[("DENIED", "1")], || {
        let backend = NativeDevices::default();
        let sound = MediaDevices::new(backend).get_user_media(&MediaStreamConstraints::audio());
        // There may be no microphone here, or permission for it may be denied, too.
        if let Err(error) = sound {
            assert!(!error.to_string().contains("/dev/video"), "{error}");
        }
    });
}

#[test]
fn cameras_that_are_denied_leave_the_list_to_the_others_and_it_can_be_told_why() {
    fake_camera::run(&[("DENIED", "1")], || {
        let devices = MediaDevices::new(NativeDevices::default());
        let list = devices.enumerate_devices().unwrap();
        assert!(
            list.iter()
                .all(|device| device.kind != MediaDeviceKind::VideoInput)
        );
        let told = devices.check_listing(MediaDeviceKind::VideoInput).unwrap_err();
        assert!(matches!(told, Error::NotAllowed { .. }), "{told}");
        assert!(devices.check_listing(MediaDeviceKind::AudioInput).is_ok());
        let pictures = devices.get_user_media(&MediaStreamConstraints::video());
        assert_eq!(
            pictures.err().map(|error| error.to_string()),
            Some(told.to_string())
        );
    });
}

#[test]
fn one_camera_is_not_opened_twice_and_is_free_after_it_was_closed() {
    fake_camera::run(&[], || {
        let first = opened();
        assert_eq!(refused().name(), "NotReadableError");
        drop(first);
        next(opened().as_mut());
    });
}

#[test]
fn a_camera_that_is_not_there_any_more_is_not_found() {
    fake_camera::run(&[], || {
        let camera = camera();
        std::fs::remove_file(fake_camera::node()).unwrap();
        let error = open(&camera, 0, &Clock::monotonic()).err().unwrap();
        assert_eq!(error.name(), "NotFoundError");
    });
}

#[test]
#[ignore = "reads the cameras of this machine; script/devices-test makes one that has some"]
fn every_camera_of_this_machine_delivers_what_it_lists() {
    let cameras = cameras().unwrap();
    assert!(!cameras.is_empty(), "this machine has no camera");
    for (place, camera) in cameras.iter().enumerate() {
        // All modes of the first camera; the others may be many and have the same driver.
        let modes = if place == 0 { camera.modes.len() } else { 2 };
        for index in 0..modes.min(camera.modes.len()) {
            reads_the_mode(camera, index);
        }
        println!("{}: {modes} modes read", camera.names[0]);
        println!("{:#?}", crate::devices::camera::v4l2::controls(camera).unwrap());
    }
}

fn reads_the_mode(camera: &CaptureDevice, index: usize) {
    let clock = Clock::monotonic();
    let mode = &camera.modes[index];
    let mut stream = open(camera, index, &clock).unwrap();
    let format = stream.format();
    assert_eq!(
        (Some(format.width), Some(format.height)),
        (mode.width, mode.height)
    );
    let frames: Vec<_> = (0..2).map(|_| next(stream.as_mut())).collect();
    assert!(frames[0].time < frames[1].time);
    assert!(frames[1].time <= clock.now());
    let picture = &frames[1].picture;
    assert_eq!((picture.width(), picture.height()), (format.width, format.height));
    let luma = picture.planes()[0];
    assert!(
        luma.iter().any(|&value| value != luma[0]),
        "the frame is uniformly grey"
    );
    println!(
        "{}x{} at {:?}: {} lost at {:?}",
        format.width,
        format.height,
        mode.frame_rate,
        stream.lost(),
        clock.now()
    );
}
