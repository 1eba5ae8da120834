//! The tracks of WebM files, opened through the library.
use crate::inputs::{Y4m, cd_like, tone, write_wav};
use crate::judges::pictures;
use crate::library::within;
use crate::util::Folder;
use mediarec::clock::Clock;
use mediarec::files::{Input, ReadRate, open_files};
use mediarec::media::TrackKind;
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, RecorderEvent, Recording};
use mediarec::streams::{MediaStream, ReadyState};
use std::path::Path;
use std::time::Duration;

fn open(path: &Path) -> MediaStream {
    let inputs = [Input::Path(path.to_owned())];
    open_files(&inputs, ReadRate::Unpaced, &Clock::monotonic()).unwrap()
}

fn start(stream: &MediaStream) -> Recording {
    let recorder = MediaRecorder::new(stream, MediaRecorderOptions::default()).unwrap();
    recorder.start(Some(Duration::ZERO)).unwrap()
}

/// The sizes of all data events.
fn sizes(recording: Recording) -> Vec<usize> {
    recording
        .filter_map(|event| match event {
            RecorderEvent::DataAvailable(blob) => Some(blob.data.bytes.len()),
            RecorderEvent::Error(error) => panic!("{error}"),
            _ => None,
        })
        .collect()
}

/// A video, an audio and a video-and-audio file.
pub fn three_files(folder: &Folder) {
    folder.write("a.y4m", Y4m::new((30, 1), 15).bytes());
    write_wav(
        &folder.path("a.wav"),
        cd_like(48_000, 1),
        24_000,
        tone(440.0, 0.5, 48_000),
    );
    folder.record("--input a.y4m -o v.webm");
    folder.record("--input a.wav -o a.webm");
    folder.record("--input a.y4m --input a.wav -o av.webm");
}

// W142, W143
#[test]
fn a_file_gives_the_tracks_it_has_all_live_and_they_can_be_recorded() {
    let folder = Folder::new();
    three_files(&folder);
    for (name, video, audio) in [("v.webm", 1, 0), ("a.webm", 0, 1), ("av.webm", 1, 1)] {
        let stream = open(&folder.path(name));
        let tracks = stream.tracks();
        let count = |kind| tracks.iter().filter(|track| track.kind() == kind).count();
        assert_eq!(
            (count(TrackKind::Video), count(TrackKind::Audio)),
            (video, audio),
            "{name}"
        );
        assert!(tracks.iter().all(|track| track.ready_state() == ReadyState::Live));
        assert!(tracks.iter().all(|track| track.label() == name));
        let recording = start(&stream);
        let sizes = within(|| sizes(recording));
        assert!(sizes[0] > 0, "{name}");
        assert!(
            tracks
                .iter()
                .all(|track| track.ready_state() == ReadyState::Ended)
        );
        assert!(!stream.active() && tracks.iter().all(|track| track.failure().is_none()));
    }
}

#[test]
fn a_track_that_nobody_listens_to_blocks_no_other() {
    let folder = Folder::new();
    three_files(&folder);
    let all = open(&folder.path("av.webm"));
    for track in all.tracks() {
        let recording = start(&MediaStream::new([track.clone()]));
        assert!(
            within(|| sizes(recording)).iter().sum::<usize>() > 2_000,
            "{:?}",
            track.kind()
        );
        assert!(track.failure().is_none());
    }
}

#[test]
fn a_track_that_is_stopped_leaves_the_other_running() {
    let folder = Folder::new();
    three_files(&folder);
    let stream = open(&folder.path("av.webm"));
    // Before the start: the file is short, and tracks that have ended leave the stream.
    let mut tracks = stream.tracks().into_iter();
    let audio = tracks.find(|track| track.kind() == TrackKind::Audio);
    let recording = start(&stream);
    audio.unwrap().stop();
    let data: Vec<u8> = within(|| {
        recording
            .filter_map(|event| match event {
                RecorderEvent::DataAvailable(blob) => Some(blob.data.bytes),
                _ => None,
            })
            .flatten()
            .collect()
    });
    folder.write("b.webm", data);
    assert_eq!(pictures(&folder.path("b.webm"), 0).len(), 15);
}
