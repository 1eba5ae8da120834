//! Tests the mapping of nokhwa's errors and, on Linux, nokhwa itself with the fake camera.
use super::*;

fn refused(text: &str) -> Error {
    open_error("Cam", &NokhwaError::GeneralError(text.into()))
}

#[test]
fn errors_are_told_apart_by_the_numbers_in_their_texts() {
    for (text, name) in [
        ("Permission denied (os error 13)", "NotAllowedError"),
        ("Access is denied. (0x80070005)", "NotAllowedError"),
        ("No such file or directory (os error 2)", "NotFoundError"),
        ("Device or resource busy (os error 16)", "NotReadableError"),
        ("anything else", "NotReadableError"),
    ] {
        assert_eq!(refused(text).name(), name, "{text}");
    }
    assert!(
        refused("busy (os error 16)")
            .to_string()
            .contains("close that program first")
    );
}

#[test]
fn a_system_that_does_not_list_cameras_is_not_one_to_unplug() {
    let error = NokhwaError::GeneralError("0xC00D36E3".into());
    let text = list_error(&error).to_string();
    assert!(
        text.contains("does not list its cameras") && text.contains("0xC00D36E3"),
        "{text}"
    );
    assert!(!text.contains("unplug"), "{text}");
}

#[test]
fn every_format_that_nokhwa_offers_can_be_asked_for() {
    for &format in nokhwa::utils::frame_formats() {
        assert_eq!(frame_format(pixels(format)), Some(format));
    }
}

#[cfg(target_os = "linux")]
mod fake {
    use super::*;
    use crate::devices::camera::{CameraBackend, fake_camera};

    fn opened(width: u32, rate: f64) -> Box<dyn Capture<VideoFrame>> {
        let cameras = cameras().unwrap();
        assert_eq!(cameras.len(), 1);
        let wanted = |mode: &crate::constraints::MediaTrackSettings| {
            mode.width == Some(width) && mode.frame_rate == Some(rate)
        };
        let mode = cameras[0].modes.iter().position(wanted).unwrap();
        open(&cameras[0], mode, &Clock::monotonic()).unwrap()
    }

    fn next(stream: &mut dyn Capture<VideoFrame>) -> VideoFrame {
        stream
            .read(Duration::from_secs(5))
            .unwrap()
            .expect("a frame in five seconds")
    }

    #[test]
    fn frames_come_in_order_and_look_as_they_should() {
        fake_camera::run(&[], || {
            let mut stream = opened(320, 30.0);
            let format = stream.format();
            assert_eq!((format.width, format.height), (320, 240));
            let frames: Vec<_> = (0..10).map(|_| next(stream.as_mut())).collect();
            assert!(frames.windows(2).all(|pair| pair[0].time < pair[1].time));
            let luma = frames[0].picture.planes()[0];
            let row: Vec<u8> = (0..320).map(|x| (x as u8).wrapping_add(luma[0])).collect();
            assert!(luma.chunks_exact(320).all(|luma| luma == row));
        });
    }

    #[test]
    fn a_track_of_the_machines_camera_is_had_as_programs_ask_for_it() {
        fake_camera::run(&[], || fake_camera::satisfies_constraints(CameraBackend::Nokhwa));
    }

    #[test]
    fn a_camera_that_was_left_in_a_state_that_nokhwa_does_not_know_is_listed_and_opened() {
        fake_camera::run(&[("LEFT", "1")], || {
            next(opened(640, 15.0).as_mut());
        });
    }

    #[test]
    fn an_unplugged_camera_ends_with_an_error_that_says_so() {
        fake_camera::run(&[("UNPLUG_MS", "300")], || {
            let mut stream = opened(640, 15.0);
            let error = loop {
                match stream.read(Duration::from_secs(5)) {
                    Ok(frame) => assert!(frame.is_some(), "read timed out"),
                    Err(error) => break error,
                }
            };
            assert!(error.to_string().contains("was unplugged"), "{error}");
        });
    }

    #[test]
    fn a_camera_that_stalls_neither_holds_the_reader_nor_the_end() {
        fake_camera::run(&[("STALL_MS", "200")], || {
            let mut stream = opened(320, 30.0);
            while stream.read(Duration::from_millis(300)).unwrap().is_some() {}
            let clock = Clock::monotonic();
            assert_eq!(stream.read(Duration::from_millis(20)).unwrap(), None);
            drop(stream);
            assert!(clock.now() < Timestamp::from_millis(3000), "{:?}", clock.now());
        });
    }

    #[test]
    fn a_camera_that_is_denied_is_not_allowed() {
        fake_camera::run(&[("DENIED", "1")], || {
            assert_eq!(cameras().unwrap_err().name(), "NotAllowedError");
        });
    }
}
