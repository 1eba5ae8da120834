//! WAV: all blocks have the format of the header, follow one another without a gap, and are bytes of the file.
use super::file::only_track;
use mediarec::clock::Timestamp;
use mediarec::media::{MediaFormat, frames_to_duration};

pub fn run(bytes: &[u8]) {
    if ![b"RIFF", b"RF64", b"BW64"]
        .iter()
        .any(|id| bytes.starts_with(*id))
    {
        return;
    }
    let Ok(track) = only_track(bytes) else {
        return;
    };
    let MediaFormat::Audio(format) = track.format() else {
        panic!("a WAV file is audio");
    };
    let mut frames = 0;
    for block in track.audio_blocks(1).expect("the track is audio") {
        assert_eq!(
            (block.sample_rate, block.channels),
            (format.sample_rate, format.channels)
        );
        assert_eq!(block.samples.len() % usize::from(format.channels), 0);
        assert!(!block.samples.is_empty());
        assert_eq!(
            block.time,
            Timestamp::ZERO + frames_to_duration(frames, format.sample_rate)
        );
        frames += block.frames() as u64;
    }
    assert!(frames * u64::from(format.channels) <= bytes.len() as u64);
}
