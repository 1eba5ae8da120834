//! W149, W150, W152, W153, W166–W171.
use super::*;
use crate::clock::Clock;
use crate::constraints::MediaStreamConstraints;
use crate::devices::MediaDevices;
use crate::devices::synthetic::{FakeDevices, read_frame_number};
use crate::media::PixelAspect;
use crate::media::VideoFormat;
use crate::picture::PixelFormat;
use crate::streams::{Canvas, GeneratorMode, VideoTrackGenerator};
use std::thread;

fn devices() -> MediaDevices {
    MediaDevices::new(FakeDevices::default())
}

fn camera() -> MediaStreamTrack {
    let stream = devices().get_user_media(&MediaStreamConstraints::video());
    stream.unwrap().tracks().remove(0)
}

fn name<T>(result: Result<T>) -> &'static str {
    result.err().map_or("none", |error| error.name())
}

fn sized(width: u32, height: u32) -> PhotoSettings {
    PhotoSettings {
        image_width: Some(width),
        image_height: Some(height),
        ..PhotoSettings::default()
    }
}

// W153
#[test]
fn it_is_of_the_track_that_it_was_made_of_and_of_no_sound() {
    let track = camera();
    assert_eq!(ImageCapture::new(&track).unwrap().track(), &track);
    let stream = devices().get_user_media(&MediaStreamConstraints::audio());
    let sound = &stream.unwrap().tracks()[0];
    assert_eq!(name(ImageCapture::new(sound)), "NotSupportedError");
}

// W149, W150, W166, W167, W168
#[test]
fn of_an_ended_track_everything_is_an_invalid_state_and_of_a_disabled_one_pictures_are() {
    let track = camera();
    let capture = ImageCapture::new(&track).unwrap();
    track.set_enabled(false);
    assert_eq!(name(capture.grab_frame()), "InvalidStateError");
    assert_eq!(name(capture.take_photo(None)), "InvalidStateError");
    assert!(capture.get_photo_settings().is_ok());
    track.set_enabled(true);
    assert!(capture.grab_frame().is_ok());
    track.stop();
    assert_eq!(name(capture.grab_frame()), "InvalidStateError");
    assert_eq!(name(capture.take_photo(None)), "InvalidStateError");
    assert_eq!(name(capture.get_photo_capabilities()), "InvalidStateError");
    assert_eq!(name(capture.get_photo_settings()), "InvalidStateError");
}

// W152
#[test]
fn a_red_canvas_gives_a_red_frame_of_its_size() {
    let canvas = Canvas::new(10, 10, &Clock::monotonic()).unwrap();
    let red = [255, 0, 0, 255].repeat(100);
    canvas.draw(PixelFormat::Rgba, &red).unwrap();
    let track = canvas.capture_track(None).unwrap();
    let frame = ImageCapture::new(&track).unwrap().grab_frame().unwrap();
    assert_eq!((frame.picture.width(), frame.picture.height()), (10, 10));
    let far = frame.rgba().iter().zip(&red).any(|(a, b)| a.abs_diff(*b) > 5);
    assert!(!far, "{:?}", &frame.rgba()[..4]);
}

#[test]
fn a_frame_is_the_cameras_next_one_as_it_is() {
    let capture = ImageCapture::new(&camera()).unwrap();
    let number = || {
        let frame = capture.grab_frame().unwrap();
        let (width, height) = (frame.picture.width(), frame.picture.height());
        assert_eq!((width, height), (1280, 720));
        read_frame_number(frame.picture.planes()[0], width, height).unwrap()
    };
    let (one, two) = (number(), number());
    assert!(one < two, "{one} {two}");
}

#[test]
fn a_track_that_ends_while_a_picture_is_awaited_is_an_operation_error() {
    let canvas = Canvas::new(10, 10, &Clock::monotonic()).unwrap();
    let track = canvas.capture_track(None).unwrap();
    let capture = ImageCapture::new(&track).unwrap();
    let waiting = thread::spawn(move || name(capture.grab_frame()));
    // Before or while it waits: it says so either way.
    thread::sleep(Duration::from_millis(50));
    track.stop();
    assert!(["OperationError", "InvalidStateError"].contains(&waiting.join().unwrap()));
}

// W166, W167
#[test]
fn photo_capabilities_are_the_cameras_sizes_and_settings_the_tracks() {
    let capture = ImageCapture::new(&camera()).unwrap();
    let can = capture.get_photo_capabilities().unwrap();
    let range = |max| Some(PhotoRange { min: 1, max, step: 1 });
    assert_eq!((can.image_width, can.image_height), (range(1280), range(720)));
    assert_eq!(
        (can.red_eye_reduction, can.fill_light_mode),
        (RedEyeReduction::Never, vec![])
    );
    assert_eq!(capture.get_photo_settings().unwrap(), sized(1280, 720));
}

// W170
#[test]
fn settings_outside_the_capabilities_are_not_supported() {
    let capture = ImageCapture::new(&camera()).unwrap();
    let refused = [
        sized(1281, 720),
        sized(0, 720),
        sized(1280, 721),
        sized(1280, 0),
        PhotoSettings {
            red_eye_reduction: Some(true),
            ..PhotoSettings::default()
        },
        PhotoSettings {
            fill_light_mode: Some(FillLightMode::Flash),
            ..PhotoSettings::default()
        },
    ];
    for settings in refused {
        assert_eq!(
            name(capture.take_photo(Some(&settings))),
            "NotSupportedError",
            "{settings:?}"
        );
    }
}

#[test]
fn a_photo_may_be_smaller_than_the_track_which_stays_as_it_is() {
    let track = camera();
    let capture = ImageCapture::new(&track).unwrap();
    let only_width = PhotoSettings {
        image_width: Some(320),
        ..PhotoSettings::default()
    };
    for (settings, size) in [(sized(640, 480), (640, 480)), (only_width, (320, 180))] {
        let photo = capture.take_photo_as(ImageType::Png, Some(&settings)).unwrap();
        let info = png::Decoder::new(std::io::Cursor::new(photo.bytes)).read_info();
        assert_eq!(info.unwrap().info().size(), size);
    }
    assert_eq!(track.get_settings().width, Some(1280));
    assert_eq!(capture.grab_frame().unwrap().picture.width(), 1280);
}

// W168, W171
#[test]
fn what_is_no_camera_has_photos_but_no_photo_settings() {
    let format = VideoFormat {
        width: 16,
        height: 16,
        frame_duration: None,
        color: Color::BT601,
        pixel_aspect: PixelAspect::SQUARE,
        interlaced: false,
    };
    let generator = VideoTrackGenerator::new("g", format, GeneratorMode::Live, &Clock::monotonic()).unwrap();
    let capture = ImageCapture::new(generator.track()).unwrap();
    assert_eq!(name(capture.take_photo(Some(&sized(16, 16)))), "UnknownError");
    let canvas = Canvas::new(16, 16, &Clock::monotonic()).unwrap();
    let track = canvas.capture_track(None).unwrap();
    let capture = ImageCapture::new(&track).unwrap();
    let settings = capture.get_photo_settings().unwrap();
    assert_eq!(name(capture.take_photo(Some(&settings))), "UnknownError");
    assert_eq!(capture.get_photo_capabilities().unwrap().image_width, None);
    canvas.draw(PixelFormat::I420, &[128; 16 * 16 * 3 / 2]).unwrap();
    let photo = capture.take_photo(None).unwrap();
    assert_eq!(photo.mime_type(), "image/jpeg");
    assert!(photo.bytes.starts_with(&[0xff, 0xd8]) && photo.bytes.ends_with(&[0xff, 0xd9]));
}
