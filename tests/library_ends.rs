//! However a recording of the library ends, it ends soon, and nothing of it stays behind.
use crate::library::{alone, label, live, name, unpaced, within};
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, RecorderEvent, RecordingState};
use mediarec::streams::{MediaStream, ReadyState};
use std::thread;
use std::time::Duration;

#[test]
fn nobody_who_reads_is_no_reason_not_to_stop() {
    let _alone = alone();
    let streams: [fn() -> MediaStream; 2] = [unpaced, live];
    for stream in streams {
        let recorder = MediaRecorder::new(&stream(), MediaRecorderOptions::default()).unwrap();
        let recording = recorder.start(Some(Duration::ZERO)).unwrap();
        // Queues fill meanwhile.
        thread::sleep(Duration::from_millis(400));
        recorder.stop();
        let last = within(move || recording.last());
        assert!(matches!(last, Some(RecorderEvent::Stop)), "{last:?}");
    }
}

#[test]
fn a_stop_within_the_loop_that_reads_ends_it() {
    let _alone = alone();
    let recorder = MediaRecorder::new(&unpaced(), MediaRecorderOptions::default()).unwrap();
    let recording = recorder.start(Some(Duration::from_millis(100))).unwrap();
    let events = within(move || {
        let mut labels = Vec::new();
        for event in recording {
            labels.push(label(&event));
            if labels.len() == 3 {
                recorder.stop();
            }
        }
        labels
    });
    assert_eq!(events.iter().filter(|label| **label == "stop").count(), 1);
    assert_eq!(events.last(), Some(&"stop"));
}

/// W51, W55.
#[test]
fn tracks_that_are_stopped_end_the_recording() {
    let _alone = alone();
    let stream = live();
    let recorder = MediaRecorder::new(&stream, MediaRecorderOptions::default()).unwrap();
    let recording = recorder.start(None).unwrap();
    thread::sleep(Duration::from_millis(200));
    assert!(stream.active());
    for track in stream.tracks() {
        track.stop();
        assert_eq!(track.ready_state(), ReadyState::Ended);
    }
    assert!(!stream.active());
    let events = within(move || recording.map(|event| label(&event)).collect::<Vec<_>>());
    assert_eq!(events, ["start", "data", "stop"]);
    assert_eq!(recorder.state(), RecordingState::Inactive);
    assert_eq!(name(recorder.start(None)), "NotSupportedError");
}

/// Their threads are counted, which only Linux lists so.
#[cfg(target_os = "linux")]
mod threads {
    use super::*;
    use crate::util::wait_until;
    use std::collections::BTreeMap;
    use std::fs;
    use std::num::NonZeroU32;

    /// The threads of this process that record, by name.
    fn recording_threads() -> BTreeMap<String, usize> {
        let mut threads = BTreeMap::new();
        for task in fs::read_dir("/proc/self/task").unwrap() {
            // One that ended meanwhile has no name.
            let name = fs::read_to_string(task.unwrap().path().join("comm")).unwrap_or_default();
            let name = name.trim();
            if name.starts_with("encode-") || ["camera", "microphone"].contains(&name) {
                *threads.entry(name.to_owned()).or_default() += 1;
            }
        }
        threads
    }

    #[test]
    fn a_dropped_recording_ends_its_threads_and_a_dropped_stream_its_devices() {
        let _alone = alone();
        // Those of the test before are about to end.
        wait_until("quiet", || recording_threads().is_empty());
        // The kinds of threads; the first has those of several encoders.
        let streams: [(fn() -> MediaStream, usize); 2] = [(unpaced, 5), (live, 4)];
        for (stream, kinds) in streams {
            let stream = stream();
            let options = MediaRecorderOptions {
                jobs: NonZeroU32::new(2),
                ..Default::default()
            };
            let recorder = MediaRecorder::new(&stream, options).unwrap();
            let mut recording = recorder.start(Some(Duration::ZERO)).unwrap();
            assert!(recording.nth(5).is_some());
            assert_eq!(recording_threads().len(), kinds, "{:?}", recording_threads());
            within(move || drop(recording));
            assert_eq!(recorder.state(), RecordingState::Inactive);
            let devices_only = |name: &String| !name.starts_with("encode-");
            assert!(
                recording_threads().keys().all(devices_only),
                "{:?}",
                recording_threads()
            );
            drop((stream, recorder));
            wait_until("the devices' threads to end", || recording_threads().is_empty());
        }
    }
}
