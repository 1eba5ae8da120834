//! Tracks of fake cameras, and what is in their frames.
use mediarec::clock::Clock;
use mediarec::constraints::{MediaStreamConstraints, MediaTrackConstraints};
use mediarec::devices::MediaDevices;
use mediarec::devices::synthetic::{FakeDevices, read_frame_number};
use mediarec::media::VideoFrame;
use mediarec::streams::MediaStreamTrack;

pub fn fakes(spec: &str) -> MediaDevices {
    MediaDevices::with_clock(FakeDevices::from_spec(spec).unwrap(), Clock::manual())
}

pub fn camera(devices: &MediaDevices, asked: &str) -> MediaStreamTrack {
    let mut constraints = MediaStreamConstraints::video();
    constraints.video = Some(parsed(asked));
    devices.get_user_media(&constraints).unwrap().tracks()[0].clone()
}

pub fn parsed(asked: &str) -> MediaTrackConstraints {
    MediaTrackConstraints::parse(asked).unwrap().value
}

pub fn size(frame: &VideoFrame) -> (u32, u32) {
    (frame.picture.width(), frame.picture.height())
}

pub fn number(frame: &VideoFrame) -> Option<u32> {
    let (width, height) = size(frame);
    read_frame_number(frame.picture.planes()[0], width, height)
}
