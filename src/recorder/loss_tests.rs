//! What a whole recording says of frames that its device lost.
use crate::clock::{Clock, Timestamp};
use crate::constraints::MediaTrackSettings;
use crate::media::{AudioBlock, AudioFormat};
use crate::recorder::{MediaRecorder, MediaRecorderOptions};
use crate::streams::source::{Backpressure, Source};
use crate::streams::track::{Feed, TrackFeed};
use crate::streams::{MediaStream, MediaStreamTrack};
use crossbeam_channel::bounded;
use std::thread;
use std::time::Duration;

const FORMAT: AudioFormat = AudioFormat {
    sample_rate: 48_000,
    channels: 1,
};

/// What is said to be missing of a recording that is steered like this behind a block of sound, and stopped before
/// another one comes; the device loses blocks when it is told to.
fn missing(steer: impl FnOnce(&MediaRecorder, &dyn Fn())) -> u64 {
    let (say, told) = bounded::<()>(0);
    let source = Source::spawn("losing", Backpressure::DropNewest, FORMAT, move |sender| {
        let _ = told.recv();
        sender.send(&AudioBlock {
            time: Timestamp::ZERO,
            sample_rate: FORMAT.sample_rate,
            channels: FORMAT.channels,
            samples: vec![0.0; 480].into(),
        });
        while told.recv().is_ok() {
            sender.add_lost(150);
            // It is counted.
            let _ = told.recv();
        }
        Ok(())
    });
    let feed = TrackFeed::of_source(source.unwrap(), &MediaTrackSettings::default()).unwrap();
    let clock = Clock::manual();
    let track = MediaStreamTrack::new("losing", clock.clone(), Feed::Audio(feed));
    let options = MediaRecorderOptions {
        mime_type: "audio/webm".into(),
        ..MediaRecorderOptions::default()
    };
    let recorder = MediaRecorder::new(&MediaStream::new([track]), options).unwrap();
    let mut recording = recorder.start(None).unwrap();
    say.send(()).unwrap();
    while recording.stats().tracks[0].encoded == 0 {
        thread::yield_now();
    }
    clock.advance(Duration::from_secs(1));
    steer(&recorder, &|| {
        say.send(()).unwrap();
        say.send(()).unwrap();
        clock.advance(Duration::from_secs(1));
    });
    recorder.stop();
    recording.by_ref().for_each(drop);
    let stats = recording.stats();
    assert_eq!(stats.duration, Duration::from_millis(10));
    stats.tracks[0].losses.device
}

#[test]
fn what_a_device_loses_in_the_pause_that_a_stop_ends_is_not_missing() {
    let stopped_while_paused = missing(|recorder, lose| {
        recorder.pause().unwrap();
        lose();
    });
    assert_eq!(stopped_while_paused, 0);
    let stopped_after_the_pause = missing(|recorder, lose| {
        recorder.pause().unwrap();
        lose();
        recorder.resume().unwrap();
    });
    assert_eq!(stopped_after_the_pause, 0);
    let stopped_without_a_pause = missing(|_, lose| lose());
    assert_eq!(stopped_without_a_pause, 150);
}
