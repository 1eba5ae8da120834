//! A recording in segments: each is complete, and together they have every packet once.
use crate::fake_recordings::{fake, of_type};
use crate::judges::{assert_clean, numbers, rms, sound};
use crate::library::within;
use crate::util::Folder;
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, RecorderEvent, Segmentation};
use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

/// Records unpaced fake devices, and returns the files, finalized.
fn record(folder: &Folder, kinds: (bool, bool), options: MediaRecorderOptions) -> Vec<PathBuf> {
    let recorder = MediaRecorder::new(&fake("unpaced", kinds), options).unwrap();
    let mut recording = recorder.start(Some(Duration::ZERO)).unwrap();
    let path = |number: usize| folder.path(&format!("{number:03}.mkv"));
    let first = path(0);
    let mut paths = vec![first.clone()];
    let mut file = File::create(first).unwrap();
    let (events, last) = within(move || {
        let events: Vec<RecorderEvent> = recording.by_ref().collect();
        (events, recording.seek_index().cloned())
    });
    for event in events {
        match event {
            RecorderEvent::DataAvailable(blob) => file.write_all(&blob.data.bytes).unwrap(),
            RecorderEvent::Segment(segment) => {
                segment.index.finalize(&mut file, 0, |_| Ok(())).unwrap();
                paths.push(path(paths.len()));
                file = File::create(paths.last().unwrap()).unwrap();
            }
            RecorderEvent::Error(error) => panic!("{error}"),
            _ => {}
        }
    }
    last.unwrap().finalize(&mut file, 0, |_| Ok(())).unwrap();
    paths
}

/// A list of the files, which ffmpeg reads as one.
fn in_a_row(folder: &Folder, files: &[PathBuf]) -> PathBuf {
    let name = |file: &PathBuf| format!("file {}\n", file.file_name().unwrap().display());
    let list: String = files.iter().map(name).collect();
    folder.write("all.ffconcat", format!("ffconcat version 1.0\n{list}"))
}

fn segments(millis: u64) -> Segmentation {
    Segmentation {
        duration: Some(Duration::from_millis(millis)),
        ..Segmentation::default()
    }
}

fn seconds(mime_type: &str, seconds: u64) -> MediaRecorderOptions {
    MediaRecorderOptions {
        max_duration: Some(Duration::from_secs(seconds)),
        reproducible: true,
        ..of_type(mime_type)
    }
}

#[test]
fn two_hundred_segments_have_the_samples_and_pictures_of_one_recording() {
    let options = seconds("video/x-matroska;codecs=vp8,pcm", 60);
    let (whole, parts) = (Folder::new(), Folder::new());
    let whole = record(&whole, (true, true), options.clone());
    let files = record(
        &parts,
        (true, true),
        MediaRecorderOptions {
            segments: Some(segments(300)),
            ..options
        },
    );
    assert_eq!((whole.len(), files.len()), (1, 200));
    let all = in_a_row(&parts, &files);
    assert!(sound(&all, 0) == sound(&whole[0], 0));
    assert_eq!(numbers(&all), numbers(&whole[0]));
    for file in files.iter().step_by(40) {
        assert_clean(file);
    }
}

#[test]
fn opus_is_heard_from_the_first_sample_of_a_segment_on() {
    let options = seconds("audio/webm;codecs=opus", 10);
    let (whole, parts) = (Folder::new(), Folder::new());
    let whole = record(&whole, (true, false), options.clone());
    let files = record(
        &parts,
        (true, false),
        MediaRecorderOptions {
            segments: Some(segments(500)),
            ..options
        },
    );
    assert_eq!(files.len(), 20);
    let expected = sound(&whole[0], 0);
    let samples: Vec<f32> = files.iter().flat_map(|file| sound(file, 0)).collect();
    assert_eq!(samples.len(), expected.len());
    // A decoder that began 80 ms before is as good as there: to 60 dB below the beeps.
    let differences: Vec<f32> = samples
        .iter()
        .zip(&expected)
        .map(|(one, other)| one - other)
        .collect();
    assert!(rms(&differences) < 1e-3 * rms(&expected), "{}", rms(&differences));
    for file in &files {
        assert_clean(file);
    }
}

#[test]
fn sound_and_pictures_are_as_far_apart_in_every_segment_as_in_the_whole() {
    let folder = Folder::new();
    let files = record(
        &folder,
        (true, true),
        MediaRecorderOptions {
            segments: Some(segments(2300)),
            ..seconds("video/webm;codecs=vp8,opus", 20)
        },
    );
    assert_eq!(files.len(), 9);
    for file in &files {
        assert_clean(file);
        let (flashes, beeps) = crate::judges::flashes_and_beeps(file);
        assert!(!flashes.is_empty());
        for (flash, beep) in flashes.iter().zip(&beeps) {
            assert!((flash - beep).abs() < 0.0015, "{file:?}: {flash} {beep}");
        }
    }
}

#[test]
fn no_segment_is_larger_than_it_may_be() {
    let folder = Folder::new();
    let files = record(
        &folder,
        (true, true),
        MediaRecorderOptions {
            segments: Some(Segmentation {
                size: Some(400_000),
                ..Segmentation::default()
            }),
            video_key_frame_interval_count: Some(15),
            ..seconds("video/webm;codecs=vp8,opus", 20)
        },
    );
    let sizes: Vec<u64> = files
        .iter()
        .map(|file| fs::metadata(file).unwrap().len())
        .collect();
    assert!(sizes.len() > 5, "{sizes:?}");
    assert!(sizes.iter().all(|size| *size <= 400_000), "{sizes:?}");
    assert_eq!(
        numbers(&in_a_row(&folder, &files)),
        (0..600).collect::<Vec<u32>>()
    );
}

#[test]
fn a_recording_that_is_one_file_cannot_be_split() {
    let recorder =
        MediaRecorder::new(&fake("unpaced", (true, false)), MediaRecorderOptions::default()).unwrap();
    let _recording = recorder.start(None).unwrap();
    assert_eq!(recorder.split().unwrap_err().name(), "InvalidStateError");
}
