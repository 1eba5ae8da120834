//! The latest picture of the recording as a JPEG file.
use mediarec::error::{Error, Result};
use mediarec::picture::ImageType;
use mediarec::recorder::MediaRecorder;
use mediarec::streams::ImageCapture;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// How long to wait for a picture; a camera that hangs has none.
const FRAME_TIMEOUT: Duration = Duration::from_secs(2);

/// Takes the next picture of the first video track; the recording has it, too. Blocks.
///
/// # Errors
/// `NotFound` without live video; `NotReadable` if no picture comes.
pub fn take(recorder: &MediaRecorder) -> Result<Vec<u8>> {
    let track = recorder.stream().video_tracks().into_iter().next();
    let track = track.ok_or_else(|| Error::NotFound {
        message: "there is no live video".into(),
    })?;
    let capture = ImageCapture::new(&track)?;
    let (sender, taken) = channel();
    let take = move || {
        let photo = capture
            .grab_frame()
            .and_then(|frame| frame.encode(ImageType::Jpeg));
        // Nobody waits any more.
        let _ = sender.send(photo.map(|photo| photo.bytes));
    };
    let none = || Error::NotReadable {
        message: "no picture came within two seconds".into(),
        source: None,
    };
    let thread = thread::Builder::new().name("snapshot".into()).spawn(take);
    thread.map_err(|_| none())?;
    taken.recv_timeout(FRAME_TIMEOUT).map_err(|_| none())?
}
