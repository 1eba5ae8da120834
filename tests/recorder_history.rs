//! The history of a recording: clips of what has just happened, which begin with a key frame, while the recording goes on.
use crate::fake_recordings::{fake, of_type};
use crate::judges::{assert_clean, flashes_and_beeps, numbers};
use crate::library::within;
use crate::util::Folder;
use mediarec::recorder::{
    History, HistoryEvent, MediaRecorder, MediaRecorderOptions, RecorderEvent, RecordingDate, RecordingState,
};
use mediarec::webm::Reader;
use std::io::Cursor;
use std::thread;
use std::time::Duration;

const SPAN: Duration = Duration::from_secs(2);
const KEYS: Duration = Duration::from_millis(500);

/// A clip, complete and finalized.
struct Clip {
    file: Vec<u8>,
    begin: Duration,
    duration: Duration,
    /// Media in the recording when it was requested.
    requested: Duration,
}

/// What a recording has delivered.
struct Outcome {
    file: Vec<u8>,
    clips: Vec<Clip>,
}

fn options(history: Option<History>) -> MediaRecorderOptions {
    MediaRecorderOptions {
        history,
        reproducible: true,
        date: RecordingDate::Omitted,
        max_duration: Some(Duration::from_secs(90)),
        video_key_frame_interval_duration: Some(KEYS),
        ..of_type("video/webm;codecs=vp8,opus")
    }
}

fn history(after: Duration) -> History {
    History { span: SPAN, after }
}

/// Records unpaced fake devices; requests the history at every blob for which `is_time`, given how many clips there are and
/// how much is recorded, but not before the clip that was requested before is complete.
fn record(
    kinds: (bool, bool),
    options: MediaRecorderOptions,
    is_time: impl Fn(usize, Duration) -> bool + Send + 'static,
) -> Outcome {
    let recorder = MediaRecorder::new(&fake("unpaced", kinds), options).unwrap();
    let recording = recorder.start(Some(Duration::ZERO)).unwrap();
    within(move || {
        let mut outcome = Outcome {
            file: Vec::new(),
            clips: Vec::new(),
        };
        let (mut requested, mut bytes) = (None, Vec::new());
        for event in recording {
            match event {
                RecorderEvent::DataAvailable(blob) => {
                    outcome.file.extend(blob.data.bytes);
                    if requested.is_none() && is_time(outcome.clips.len(), blob.duration) {
                        // It may have ended.
                        requested = recorder.save_history().ok().map(|()| blob.duration);
                    }
                }
                RecorderEvent::History(event) => {
                    bytes.extend_from_slice(&event.bytes);
                    if event.index.is_some() {
                        outcome.clips.push(clip(&event, bytes, requested.take().unwrap()));
                        bytes = Vec::new();
                    }
                }
                RecorderEvent::Error(error) => panic!("{error}"),
                _ => {}
            }
        }
        assert!(bytes.is_empty(), "a clip has no end");
        outcome
    })
}

fn clip(event: &HistoryEvent, bytes: Vec<u8>, requested: Duration) -> Clip {
    let mut file = Cursor::new(bytes);
    let index = event.index.as_ref().unwrap();
    index.finalize(&mut file, 0, |_| Ok(())).unwrap();
    Clip {
        file: file.into_inner(),
        begin: event.begin,
        duration: index.duration() - mediarec::clock::Timestamp::ZERO,
        requested,
    }
}

/// The frames of each track, and whether the first of video is a key frame.
fn frames(file: &[u8]) -> (Vec<Vec<Vec<u8>>>, bool) {
    let mut reader = Reader::new(Cursor::new(file)).unwrap();
    let tracks = reader.header().tracks.len();
    let mut frames = vec![Vec::new(); tracks];
    let mut begins_with_key = true;
    while let Some(block) = reader.next_block().unwrap() {
        let frames: &mut Vec<Vec<u8>> = &mut frames[block.track as usize - 1];
        begins_with_key &= block.key || !frames.is_empty();
        frames.push(block.data.to_vec());
    }
    (frames, begins_with_key)
}

/// Whether `part` is in `whole`, without a gap.
fn is_within(part: &[Vec<u8>], whole: &[Vec<u8>]) -> bool {
    whole.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_thousand_clips_begin_with_a_key_frame_before_the_span_and_the_recording_is_as_without_them() {
    let alone = record((true, true), options(None), |_, _| false);
    let recorded = record(
        (true, true),
        options(Some(history(Duration::ZERO))),
        |clips, _| clips < 1000,
    );
    assert!(
        recorded.file == alone.file,
        "the recording is not the same with a history"
    );
    assert!(recorded.clips.len() >= 1000, "{}", recorded.clips.len());
    let (whole, _) = frames(&recorded.file);
    for (number, clip) in recorded.clips.iter().enumerate() {
        let (parts, begins_with_key) = frames(&clip.file);
        assert!(begins_with_key, "{number}");
        for (part, whole) in parts.iter().zip(&whole) {
            assert!(is_within(part, whole), "{number}: frames are missing");
        }
        let asked = clip.requested.saturating_sub(SPAN);
        let earliest = asked.saturating_sub(KEYS + Duration::from_millis(100));
        assert!(
            (earliest..=asked).contains(&clip.begin),
            "{number}: {:?} for {asked:?}",
            clip.begin
        );
        let end = clip.begin + clip.duration;
        assert!(end >= clip.requested, "{number}: {end:?} < {:?}", clip.requested);
    }
}

#[test]
fn clips_are_valid_and_their_audio_and_video_are_in_sync_with_what_follows_the_request() {
    let after = Duration::from_millis(1500);
    let clips = record((true, true), options(Some(history(after))), |clips, media| {
        media.as_secs() >= 2 + 7 * clips as u64
    });
    let folder = Folder::new();
    assert!(clips.clips.len() >= 12);
    for clip in &clips.clips {
        let path = folder.write("clip.webm", &clip.file);
        assert_clean(&path);
        let (flashes, beeps) = flashes_and_beeps(&path);
        assert!(flashes.len() >= 3, "{flashes:?}");
        for (flash, beep) in flashes.iter().zip(&beeps) {
            assert!((flash - beep).abs() < 0.0015, "{flash} {beep}");
        }
        let numbers = numbers(&path);
        assert!(
            numbers.windows(2).all(|pair| pair[1] == pair[0] + 1),
            "{numbers:?}"
        );
        let end = clip.begin + clip.duration;
        let expected = (clip.requested + after).min(Duration::from_secs(90));
        assert!(
            end.abs_diff(expected) < Duration::from_millis(70),
            "{end:?} {expected:?}"
        );
    }
}

#[test]
fn audio_alone_is_saved_to_the_packet() {
    let options = MediaRecorderOptions {
        max_duration: Some(Duration::from_secs(20)),
        ..of_type("audio/webm;codecs=opus")
    };
    let recorded = record(
        (true, false),
        MediaRecorderOptions {
            history: Some(history(Duration::ZERO)),
            ..options
        },
        |clips, media| media.as_secs() > 5 * clips as u64,
    );
    let folder = Folder::new();
    let (whole, _) = frames(&recorded.file);
    assert_eq!(recorded.clips.len(), 4);
    for clip in &recorded.clips {
        assert_clean(&folder.write("clip.webm", &clip.file));
        assert!(is_within(&frames(&clip.file).0[0], &whole[0]));
        let asked = clip.requested.saturating_sub(SPAN);
        assert!(
            asked.abs_diff(clip.begin) < Duration::from_millis(41),
            "{asked:?} {:?}",
            clip.begin
        );
    }
}

#[test]
fn a_clip_comes_in_a_pause_however_long_the_timeslice_is() {
    let options = MediaRecorderOptions {
        max_duration: None,
        ..options(Some(history(Duration::ZERO)))
    };
    let recorder = MediaRecorder::new(&fake("still=camera1", (false, true)), options).unwrap();
    let mut recording = recorder.start(None).unwrap();
    let control = recorder.clone();
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(400));
        control.pause().unwrap();
        control.save_history().unwrap();
        thread::sleep(Duration::from_secs(10));
        control.stop();
    });
    let state = within(move || {
        let is_end =
            |event: &RecorderEvent| matches!(event, RecorderEvent::History(clip) if clip.index.is_some());
        recording.find(is_end).map(|_| recorder.state())
    });
    assert_eq!(state, Some(RecordingState::Paused));
}

#[test]
fn a_recorder_without_a_history_refuses_to_save_one() {
    let recorder =
        MediaRecorder::new(&fake("unpaced", (true, false)), MediaRecorderOptions::default()).unwrap();
    let error = recorder.save_history().unwrap_err();
    assert_eq!(error.name(), "InvalidStateError");
    let options = options(Some(History {
        span: Duration::ZERO,
        after: Duration::ZERO,
    }));
    let error = MediaRecorder::new(&fake("unpaced", (true, false)), options).err();
    assert_eq!(error.unwrap().name(), "TypeError");
}
