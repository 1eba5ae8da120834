//! Y4M: all frames have the size of the header, come in the order of their times, and are bytes of the file.
use super::file::only_track;
use mediarec::media::MediaFormat;

const FRAME: &[u8] = b"FRAME\n";

pub fn run(bytes: &[u8]) {
    if !bytes.starts_with(b"YUV4MPEG2") {
        return;
    }
    let Ok(track) = only_track(bytes) else {
        return;
    };
    let MediaFormat::Video(format) = track.format() else {
        panic!("a Y4M file is video");
    };
    let luma = u64::from(format.width) * u64::from(format.height);
    let mut frames = 0;
    let mut last = None;
    for frame in track.video_frames(1).expect("the track is video") {
        assert_eq!(
            (frame.picture.width(), frame.picture.height()),
            (format.width, format.height)
        );
        assert!(
            last.is_none_or(|last| last < frame.time),
            "frame {frames}: times go on"
        );
        last = Some(frame.time);
        frames += 1;
    }
    assert!(frames * (FRAME.len() as u64 + luma) <= bytes.len() as u64);
    if let Some(failure) = track.failure() {
        assert!(failure.to_string().contains("complete frame"), "{failure}");
    }
}
