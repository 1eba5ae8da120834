//! Recordings that the library writes into an output by itself.
use crate::library::{alone, label, lasting, unpaced};
use crate::util::Folder;
use mediarec::error::Error;
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, RecorderEvent, Recording, RecordingState};
use std::error::Error as _;
use std::fs::File;
use std::io::{self, Cursor, Seek, SeekFrom, Write};
use std::time::Duration;

/// An output that takes so many bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 < bytes.len() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.0 -= bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn start(options: MediaRecorderOptions) -> (MediaRecorder, Recording) {
    let recorder = MediaRecorder::new(&unpaced(), options).unwrap();
    let recording = recorder.start(Some(Duration::from_millis(100))).unwrap();
    (recorder, recording)
}

#[test]
fn what_is_written_is_the_blobs_finalised_behind_what_was_in_the_file_before() {
    let _alone = alone();
    let folder = Folder::new();
    let (_, mut recording) = start(lasting(1000));
    let mut file = File::create(folder.path("a.bin")).unwrap();
    file.write_all(b"before").unwrap();
    let (mut labels, mut blobs) = (Vec::new(), Vec::new());
    recording
        .write_to(&mut file, |event| {
            labels.push(label(event));
            if let RecorderEvent::DataAvailable(blob) = event {
                blobs.extend(&blob.data.bytes);
            }
        })
        .unwrap();
    assert_eq!((labels[0], labels.last()), ("start", Some(&"stop")));
    let mut expected = Cursor::new(blobs);
    let index = recording.seek_index().unwrap();
    index.finalize(&mut expected, 0, |_| Ok(())).unwrap();
    let written = folder.read("a.bin");
    assert_eq!(&written[..6], b"before");
    assert!(written[6..] == expected.into_inner());
}

#[test]
fn what_cannot_seek_gets_the_blobs_as_they_are() {
    let _alone = alone();
    let (_, mut recording) = start(lasting(500));
    let (mut written, mut blobs) = (Vec::<u8>::new(), Vec::<u8>::new());
    recording
        .stream_to(&mut written, |event| {
            if let RecorderEvent::DataAvailable(blob) = event {
                blobs.extend(&blob.data.bytes);
            }
        })
        .unwrap();
    assert!(written == blobs && recording.is_over());
}

#[test]
fn an_output_that_fails_stops_the_recording_and_says_why() {
    let _alone = alone();
    let (recorder, mut recording) = start(MediaRecorderOptions::default());
    let error = recording.stream_to(&mut Full(20_000), |_| {}).unwrap_err();
    assert!(matches!(error, Error::Unknown { .. }), "{error:?}");
    let source = error
        .source()
        .and_then(|source| source.downcast_ref::<io::Error>());
    assert_eq!(source.map(io::Error::kind), Some(io::ErrorKind::StorageFull));
    assert_eq!(recorder.state(), RecordingState::Inactive);
}

#[test]
fn a_recording_that_fails_is_written_up_to_there_and_its_error_returned() {
    let _alone = alone();
    let folder = Folder::new();
    let stream = unpaced();
    let recorder = MediaRecorder::new(&stream, MediaRecorderOptions::default()).unwrap();
    let mut recording = recorder.start(Some(Duration::from_millis(100))).unwrap();
    let mut file = File::create(folder.path("a.webm")).unwrap();
    let mut blobs = 0;
    let written = recording.write_to(&mut file, |event| {
        if let RecorderEvent::DataAvailable(_) = event {
            blobs += 1;
            if blobs == 3 {
                stream.remove_track(&stream.tracks()[0]);
            }
        }
    });
    let error = written.unwrap_err();
    assert!(matches!(error, Error::InvalidModification { .. }), "{error:?}");
    let end = file.seek(SeekFrom::End(0)).unwrap();
    assert!(recording.seek_index().unwrap().end() <= end && blobs > 3);
}
