//! MIME types: what is supported can be recorded, and the complete type of the recording is supported, too.
use mediarec::clock::Clock;
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, VideoConfiguration};
use mediarec::streams::Canvas;

/// Longer types take long to start for nothing new.
const MAX_LENGTH: usize = 100;

pub fn run(bytes: &[u8]) {
    let Ok(mime_type) = str::from_utf8(bytes) else {
        return;
    };
    let checked = MediaRecorder::check_type(mime_type);
    #[expect(deprecated, reason = "it is there, so it must not panic")]
    let is_exposed = MediaRecorder::is_type_supported(mime_type);
    if is_exposed {
        assert!(checked.is_ok(), "{mime_type:?}");
    }
    let video = VideoConfiguration {
        width: 16,
        height: 16,
        ..VideoConfiguration::default()
    };
    let fits = MediaRecorder::check_video(mime_type, &video).is_ok();
    assert!(!fits || checked.is_ok(), "{mime_type:?}");
    if !fits || mime_type.len() >= MAX_LENGTH {
        return;
    }
    if let Some(completed) = completed(mime_type) {
        MediaRecorder::check_video(&completed, &video).expect("the type of a recording can be recorded");
        assert_eq!(
            self::completed(&completed).as_ref(),
            Some(&completed),
            "{mime_type:?}"
        );
    }
}

/// The MIME type of a recording that requests this one; `None` if it requests colours that a canvas does not have, which only
/// the start of a recording can tell.
fn completed(mime_type: &str) -> Option<String> {
    let clock = Clock::manual();
    let canvas = Canvas::new(16, 16, &clock).expect("such a canvas is possible");
    let stream = canvas.capture_stream(None).expect("a canvas can be captured");
    let options = MediaRecorderOptions {
        mime_type: mime_type.to_owned(),
        ..MediaRecorderOptions::default()
    };
    let recorder = MediaRecorder::new(&stream, options).expect("the type was checked");
    match recorder.start(None) {
        Ok(recording) => Some(recording.mime_type().to_owned()),
        Err(error) => {
            assert!(
                error.to_string().contains("the video has other colours"),
                "{error}"
            );
            None
        }
    }
}
