//! The library as programs use it: the recorder's states, its events, its files.
use crate::judges::{assert_clean, numbers, probe};
use crate::util::{Folder, wait_until};
use mediarec::clock::Clock;
use mediarec::constraints::{MediaStreamConstraints, MediaTrackConstraints};
use mediarec::devices::MediaDevices;
use mediarec::devices::synthetic::FakeDevices;
use mediarec::error::Error;
use mediarec::files::{Input, ReadRate, open_files};
use mediarec::media::TrackKind;
use mediarec::recorder::{
    MediaRecorder, MediaRecorderOptions, RecorderEvent, Recording, RecordingDate, RecordingState,
};
use mediarec::streams::{MediaStream, ReadyState};
use std::fs::File;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

/// Whoever takes longer than this has locked himself up.
const PATIENCE: Duration = Duration::from_secs(20);

/// Recordings of this process are made one at a time, so that threads can be counted.
pub fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Devices that give frames as fast as they are taken, on a clock that stands still.
pub fn unpaced() -> MediaStream {
    unpaced_with(true, true)
}

pub fn unpaced_with(audio: bool, video: bool) -> MediaStream {
    let devices = FakeDevices::from_spec("unpaced").unwrap();
    let devices = MediaDevices::with_clock(devices, Clock::manual());
    devices
        .get_user_media(&MediaStreamConstraints {
            audio: audio.then(MediaTrackConstraints::default),
            video: video.then(MediaTrackConstraints::default),
        })
        .unwrap()
}

pub fn live() -> MediaStream {
    let devices = MediaDevices::new(FakeDevices::default());
    devices
        .get_user_media(&MediaStreamConstraints::audio_video())
        .unwrap()
}

pub fn lasting(millis: u64) -> MediaRecorderOptions {
    MediaRecorderOptions {
        max_duration: Some(Duration::from_millis(millis)),
        ..Default::default()
    }
}

/// Fails instead of hanging.
pub fn within<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = mpsc::channel();
    thread::spawn(move || done.send(work()));
    result
        .recv_timeout(PATIENCE)
        .expect("it ends in time, without a panic")
}

fn record(stream: &MediaStream, options: MediaRecorderOptions) -> Vec<u8> {
    let recorder = MediaRecorder::new(stream, options).unwrap();
    let mut recording = recorder.start(Some(Duration::from_millis(100))).unwrap();
    let mut bytes = Vec::new();
    recording.stream_to(&mut bytes, |_| {}).unwrap();
    bytes
}

/// Writes a recording as a finished file.
fn write_finished(path: &Path, recording: &mut Recording) {
    let mut file = File::create(path).unwrap();
    recording.write_to(&mut file, |_| {}).unwrap();
}

pub fn name(result: Result<impl Sized, Error>) -> &'static str {
    result.err().map_or("none", |error| error.name())
}

#[test]
fn two_recordings_of_the_same_are_the_same_to_the_byte_but_for_their_dates() {
    let _alone = alone();
    let undated = || MediaRecorderOptions {
        date: RecordingDate::Omitted,
        ..lasting(2000)
    };
    let one = record(&unpaced(), undated());
    let other = record(&unpaced(), undated());
    assert!(one.len() > 100_000);
    assert!(one == other, "{} and {} bytes", one.len(), other.len());
}

#[test]
fn a_finished_recording_is_clean_and_its_blobs_follow_one_another() {
    let _alone = alone();
    let folder = Folder::new();
    let recorder = MediaRecorder::new(&unpaced(), lasting(3000)).unwrap();
    let mut recording = recorder.start(Some(Duration::from_millis(500))).unwrap();
    let path = folder.path("a.webm");
    write_finished(&path, &mut recording);
    assert_clean(&path);
    assert_eq!(probe(&path).duration(), Some(3.0));
    assert_eq!(numbers(&path), (0..90).collect::<Vec<_>>());
    let stats = recording.stats();
    assert_eq!(stats.duration, Duration::from_secs(3));
    assert_eq!(
        stats
            .tracks
            .iter()
            .map(|t| (t.is_video, t.packets, t.dropped))
            .collect::<Vec<_>>(),
        [(false, 151, 0), (true, 90, 0)]
    );
}

/// W178.
#[test]
fn events_begin_with_start_and_end_with_the_last_data_and_stop() {
    let _alone = alone();
    let recorder = MediaRecorder::new(&unpaced(), lasting(1000)).unwrap();
    let events: Vec<RecorderEvent> = recorder.start(None).unwrap().collect();
    assert!(matches!(
        events[..],
        [
            RecorderEvent::Start,
            RecorderEvent::DataAvailable(_),
            RecorderEvent::Stop
        ]
    ));
    let RecorderEvent::DataAvailable(blob) = &events[1] else {
        unreachable!()
    };
    assert_eq!(&*blob.data.mime_type, "video/webm;codecs=vp8,opus");
    assert_eq!(blob.timecode.to_bits(), 0f64.to_bits());
}

/// W43, W45, W49, W185.
#[test]
fn states_are_visible_at_once_and_wrong_calls_are_invalid() {
    let _alone = alone();
    let recorder = MediaRecorder::new(&unpaced(), MediaRecorderOptions::default()).unwrap();
    assert_eq!(recorder.state(), RecordingState::Inactive);
    assert_eq!(name(recorder.pause()), "InvalidStateError");
    assert_eq!(name(recorder.resume()), "InvalidStateError");
    assert_eq!(name(recorder.request_data()), "InvalidStateError");
    recorder.stop();
    let recording = recorder.start(None).unwrap();
    assert_eq!(recorder.state(), RecordingState::Recording);
    assert_eq!(name(recorder.start(None)), "InvalidStateError");
    recorder.pause().unwrap();
    recorder.pause().unwrap();
    assert_eq!(recorder.state(), RecordingState::Paused);
    assert_eq!(name(recorder.start(None)), "InvalidStateError");
    recorder.resume().unwrap();
    assert_eq!(recorder.state(), RecordingState::Recording);
    recorder.stop();
    recorder.stop();
    assert_eq!(
        (recorder.state(), &*recorder.mime_type()),
        (RecordingState::Inactive, "")
    );
    assert_eq!(name(recorder.pause()), "InvalidStateError");
    let events = within(move || recording.map(|event| label(&event)).collect::<Vec<_>>());
    assert_eq!(events, ["start", "pause", "resume", "data", "stop"]);
}

pub fn label(event: &RecorderEvent) -> &'static str {
    match event {
        RecorderEvent::Start => "start",
        RecorderEvent::DataAvailable(_) => "data",
        RecorderEvent::Pause => "pause",
        RecorderEvent::Resume => "resume",
        RecorderEvent::Error(_) => "error",
        RecorderEvent::Stop => "stop",
        _ => "another",
    }
}

/// W8, W9, W186.
#[test]
fn only_what_can_be_recorded_is_supported() {
    for good in [
        "",
        "video/webm",
        "audio/webm",
        "video/webm;codecs=vp8",
        "video/webm; codecs=\"vp8, opus\"",
        "video/webm;codecs=vp9,opus",
        "video/webm;codecs=vp09.00.31.08",
        "video/x-matroska;codecs=vp9,pcm",
    ] {
        assert!(MediaRecorder::check_type(good).is_ok(), "{good}");
    }
    for bad in [
        "video/pineapple",
        "video/webm;codecs=pineapple",
        "audio/webm;codecs=vp8",
        "webm",
    ] {
        assert_eq!(name(MediaRecorder::check_type(bad)), "NotSupportedError", "{bad}");
    }
}

#[test]
fn a_recorder_can_be_started_again_and_makes_a_file_of_its_own() {
    let _alone = alone();
    let folder = Folder::new();
    let stream = unpaced();
    let recorder = MediaRecorder::new(&stream, lasting(1000)).unwrap();
    let path = folder.path("a.webm");
    for _ in 0..2 {
        write_finished(&path, &mut recorder.start(Some(Duration::ZERO)).unwrap());
        assert_clean(&path);
        assert_eq!(recorder.state(), RecordingState::Inactive);
        assert_eq!(probe(&path).duration(), Some(1.0));
        // Devices that wait go on where each of them was.
        assert!(probe(&path).times("video")[0] < 100);
        let numbers = numbers(&path);
        assert!(
            numbers.windows(2).all(|pair| pair[1] == pair[0] + 1),
            "{numbers:?}"
        );
    }
}

#[test]
fn a_pause_of_what_waits_costs_nothing_and_leaves_no_gap() {
    let _alone = alone();
    let folder = Folder::new();
    let recorder = MediaRecorder::new(&unpaced(), lasting(2000)).unwrap();
    let recording = recorder.start(Some(Duration::from_millis(100))).unwrap();
    let mut file = Vec::new();
    let mut blobs = 0;
    for event in recording {
        match event {
            RecorderEvent::DataAvailable(blob) => {
                file.extend(blob.data.bytes);
                blobs += 1;
                if blobs == 5 {
                    recorder.pause().unwrap();
                }
            }
            // From within its own loop nobody locks himself up.
            RecorderEvent::Pause => recorder.resume().unwrap(),
            _ => {}
        }
    }
    let path = folder.write("a.webm", file);
    assert_eq!(numbers(&path), (0..60).collect::<Vec<_>>());
    let steps: Vec<i64> = probe(&path)
        .times("video")
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .collect();
    assert!(steps.iter().all(|step| (33..=34).contains(step)), "{steps:?}");
}

/// W175.
#[test]
fn data_that_is_asked_for_comes_at_once() {
    let _alone = alone();
    let recorder = MediaRecorder::new(&live(), MediaRecorderOptions::default()).unwrap();
    let recording = recorder.start(None).unwrap();
    let asking = recorder.clone();
    let events = within(move || {
        let mut events = Vec::new();
        asking.request_data().unwrap();
        for event in recording {
            events.push(label(&event));
            if events.len() == 2 {
                asking.stop();
            }
        }
        events
    });
    assert_eq!(events, ["start", "data", "data", "stop"]);
}

#[test]
fn files_are_streams_whose_tracks_end() {
    let _alone = alone();
    let folder = Folder::new();
    let clip = crate::inputs::Y4m::new((30, 1), 12);
    let input = Input::Path(folder.write("a.y4m", clip.bytes()));
    let stream = open_files(&[input], ReadRate::Unpaced, &Clock::manual()).unwrap();
    let tracks = stream.tracks();
    assert_eq!(
        (tracks.len(), tracks[0].kind(), tracks[0].label()),
        (1, TrackKind::Video, "a.y4m")
    );
    let file = record(&stream, MediaRecorderOptions::default());
    assert_eq!(
        numbers(&folder.write("a.webm", file)),
        (0..12).collect::<Vec<_>>()
    );
    wait_until("the end", || tracks[0].ready_state() == ReadyState::Ended);
    assert!(tracks[0].failure().is_none());
    assert_eq!(
        name(open_files(&[], ReadRate::Unpaced, &Clock::manual())),
        "TypeError"
    );
}
