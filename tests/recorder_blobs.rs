//! The data that a recorder delivers, case by case as the Web Platform Tests have it; each test names its cases.
use crate::fake_recordings::{SLICE, fake, lasting, of_type, recorder};
use crate::judges::{numbers, sound};
use crate::library::{alone, label, within};
use crate::util::{Folder, wait_until};
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, RecorderEvent, RecordingState};
use std::time::Duration;

/// W58.
#[test]
fn without_a_wait_the_first_data_comes_and_nothing_but_data_until_it_is_stopped() {
    let _alone = alone();
    let recorder = recorder(&fake("", (true, true)));
    let recording = recorder.start(Some(Duration::ZERO)).unwrap();
    let mut seen = within(move || {
        let mut seen = Vec::new();
        for event in recording {
            seen.push(label(&event));
            if matches!(event, RecorderEvent::DataAvailable(_)) {
                recorder.stop();
            }
        }
        seen
    });
    seen.dedup();
    assert_eq!(seen, ["start", "data", "stop"]);
}

/// W61, W63.
#[test]
fn short_blobs_come_soon_and_hold_something() {
    let _alone = alone();
    for (mime_type, kinds) in [
        ("", (true, false)),
        ("", (false, true)),
        ("", (true, true)),
        ("audio/webm;codecs=opus", (true, false)),
        ("video/webm;codecs=vp8", (false, true)),
        ("video/webm;codecs=vp8,opus", (true, true)),
        ("video/webm;codecs=vp9", (false, true)),
        ("video/webm;codecs=vp9,opus", (true, true)),
    ] {
        let recorder = MediaRecorder::new(&fake("", kinds), of_type(mime_type)).unwrap();
        let recording = recorder.start(Some(Duration::from_millis(200))).unwrap();
        let seen = within(move || {
            let (mut size, mut seen) = (0, Vec::new());
            for event in recording {
                seen.push(label(&event));
                if let RecorderEvent::DataAvailable(blob) = event {
                    size += blob.data.bytes.len();
                    if size >= 2000 {
                        recorder.stop();
                    }
                }
            }
            assert!(size >= 2000);
            seen
        });
        assert!(
            seen.iter().all(|name| ["start", "data", "stop"].contains(name)),
            "{seen:?}"
        );
        assert_eq!((seen.first(), seen.last()), (Some(&"start"), Some(&"stop")));
    }
}

/// W174, W178: of any timeslice the blobs are the same file, cut in other places.
#[test]
fn blobs_put_together_play_for_as_long_as_was_recorded() {
    let _alone = alone();
    let folder = Folder::new();
    for (timeslice, blobs) in [
        (None, 1..=1),
        (SLICE, 15..=21),
        (Some(Duration::from_millis(500)), 4..=4),
    ] {
        let recorder = MediaRecorder::new(&fake("unpaced", (true, true)), lasting(2000)).unwrap();
        let events: Vec<RecorderEvent> = recorder.start(timeslice).unwrap().collect();
        let mut file = Vec::new();
        let mut count = 0;
        for event in events {
            if let RecorderEvent::DataAvailable(blob) = event {
                count += usize::from(!blob.data.bytes.is_empty());
                file.extend(blob.data.bytes);
            }
        }
        assert!(blobs.contains(&count), "{count} blobs of {timeslice:?}");
        let path = folder.write("a.webm", file);
        assert_eq!(numbers(&path), (0..60).collect::<Vec<_>>());
        assert_eq!(sound(&path, 0).len(), 96_000);
    }
}

#[test]
fn clusters_that_are_closer_together_than_the_timeslice_end_no_blob() {
    let _alone = alone();
    let second = Some(Duration::from_secs(1));
    for (timeslice, cluster, blobs) in [(None, 250, 1), (second, 250, 3), (second, 100, 3)] {
        let options = MediaRecorderOptions {
            cluster_duration: Some(Duration::from_millis(cluster)),
            ..lasting(3000)
        };
        let recorder = MediaRecorder::new(&fake("unpaced", (true, true)), options).unwrap();
        let recording = recorder.start(timeslice).unwrap();
        let times: Vec<f64> = within(move || {
            let blobs = recording.filter_map(|event| match event {
                RecorderEvent::DataAvailable(blob) => Some(blob.timecode),
                _ => None,
            });
            blobs.collect()
        });
        assert_eq!(times.len(), blobs, "{times:?}");
        assert!(
            times.windows(2).all(|pair| pair[1] - pair[0] >= 1000.0),
            "{times:?}"
        );
    }
}

#[test]
fn what_is_encoded_and_not_taken_when_a_recording_breaks_is_delivered() {
    let _alone = alone();
    let stream = fake("unpaced", (true, true));
    let recorder = recorder(&stream);
    let mut recording = recorder.start(None).unwrap();
    // Encoders run ahead of who reads by half a second.
    let ahead = Duration::from_millis(400);
    wait_until("encoded media", || {
        let tracks = recording.stats().tracks;
        tracks.iter().all(|track| track.media_waiting > ahead)
    });
    stream.add_track(&fake("unpaced", (true, false)).tracks()[0]);
    let (labels, length) = within(move || {
        let labels: Vec<_> = recording.by_ref().map(|event| label(&event)).collect();
        (labels, recording.stats().duration)
    });
    assert_eq!(labels, ["start", "error", "data", "stop"]);
    assert!(length > ahead, "{length:?}");
}

/// W175, W177.
#[test]
fn data_that_is_asked_for_twice_comes_twice_and_every_millisecond_is_no_more_than_every_packet() {
    let _alone = alone();
    let recorder = MediaRecorder::new(&fake("", (true, true)), lasting(400)).unwrap();
    let mut recording = recorder.start(None).unwrap();
    assert!(matches!(recording.next(), Some(RecorderEvent::Start)));
    for state in [RecordingState::Recording, RecordingState::Paused] {
        if state == RecordingState::Paused {
            recorder.pause().unwrap();
            assert!(matches!(recording.next(), Some(RecorderEvent::Pause)));
        }
        recorder.request_data().unwrap();
        recorder.request_data().unwrap();
        // What is asked for goes before what is encoded, so nothing comes in between.
        assert!(matches!(recording.next(), Some(RecorderEvent::DataAvailable(_))));
        let Some(RecorderEvent::DataAvailable(second)) = recording.next() else {
            panic!("nothing was asked for twice")
        };
        assert_eq!((second.data.bytes.len(), recorder.state()), (0, state));
    }
    drop(recording);
    let recorder = MediaRecorder::new(&fake("unpaced", (true, true)), lasting(1000)).unwrap();
    let mut recording = recorder.start(Some(Duration::from_millis(1))).unwrap();
    let blobs = recording.by_ref().filter(|event| label(event) == "data").count();
    let packets: u64 = recording.stats().tracks.iter().map(|track| track.packets).sum();
    assert!(blobs as u64 <= packets + 1, "{blobs} blobs of {packets} packets");
}
