//! Pictures that the program makes itself, in the library and as `record --canvas`.
use crate::inputs::{Y4m, cd_like, tone, write_wav};
use crate::judges::{assert_clean, numbers, probe, sound};
use crate::library::{alone, within};
use crate::util::{Folder, Running, count, feed, only, run, wait_until};
use mediarec::clock::{Clock, Timestamp};
use mediarec::constraints::MediaStreamConstraints;
use mediarec::devices::MediaDevices;
use mediarec::devices::synthetic::FakeDevices;
use mediarec::media::{AudioBlock, AudioFormat, Color, Picture, PixelAspect, VideoFormat, VideoFrame};
use mediarec::picture::PixelFormat;
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, Recording};
use mediarec::streams::{AudioTrackGenerator, Canvas, GeneratorMode, MediaStream, VideoTrackGenerator};
use std::io::Write;
use std::process::Stdio;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

const SIZE: (u32, u32) = (320, 180);

/// I420 pictures with numbers.
fn picture(number: u32) -> Vec<u8> {
    let clip = Y4m::new((25, 1), 1);
    clip.frame(number)[b"FRAME\n".len()..].to_vec()
}

fn recording(stream: &MediaStream) -> (MediaRecorder, Recording) {
    let recorder = MediaRecorder::new(stream, MediaRecorderOptions::default()).unwrap();
    let recording = recorder.start(Some(Duration::from_millis(100))).unwrap();
    (recorder, recording)
}

fn bytes(mut recording: Recording) -> Vec<u8> {
    let mut bytes = Vec::new();
    recording.stream_to(&mut bytes, |_| {}).unwrap();
    bytes
}

// W66
#[test]
fn what_is_drawn_into_a_canvas_is_recorded_when_it_was_drawn() {
    let _alone = alone();
    let folder = Folder::new();
    let clock = Clock::manual();
    let canvas = Canvas::new(SIZE.0, SIZE.1, &clock).unwrap();
    canvas.draw(PixelFormat::I420, &picture(0)).unwrap();
    let stream = canvas.capture_stream(None).unwrap();
    let (_, recording) = recording(&stream);
    let mut drawn = vec![0];
    for (number, wait) in (1..).zip([40, 40, 13, 87, 40, 1, 39]) {
        clock.advance(Duration::from_millis(wait));
        drawn.push((clock.now() - Timestamp::ZERO).as_millis() as i64);
        canvas.draw(PixelFormat::I420, &picture(number)).unwrap();
    }
    drop(canvas);
    let recorded = within(move || bytes(recording));
    let path = folder.write("a.webm", recorded);
    assert_eq!(numbers(&path), (0..8).collect::<Vec<_>>());
    assert_eq!(probe(&path).times("video"), drawn);
}

// W117
#[test]
fn a_canvas_that_never_showed_anything_gives_a_valid_recording_without_pictures() {
    let _alone = alone();
    let canvas = Canvas::new(SIZE.0, SIZE.1, &Clock::monotonic()).unwrap();
    let (recorder, alone) = recording(&canvas.capture_stream(None).unwrap());
    thread::sleep(Duration::from_millis(300));
    recorder.stop();
    let header = within(move || bytes(alone));
    assert!(header.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]), "{header:?}");

    let clock = Clock::monotonic();
    let devices = MediaDevices::with_clock(FakeDevices::default(), clock.clone());
    let stream = devices.get_user_media(&MediaStreamConstraints::audio()).unwrap();
    let canvas = Canvas::new(SIZE.0, SIZE.1, &clock).unwrap();
    stream.add_track(&canvas.capture_stream(None).unwrap().tracks()[0]);
    let (recorder, beside_sound) = recording(&stream);
    thread::sleep(Duration::from_millis(1500));
    recorder.stop();
    let media = within(move || bytes(beside_sound));
    let folder = Folder::new();
    let path = folder.write("a.webm", &media);
    assert_eq!(probe(&path).streams("video").len(), 1);
    assert_eq!(probe(&path).packets("video").len(), 0);
    assert!(sound(&path, 0).len() > 48_000);
}

#[test]
fn an_offline_generator_loses_nothing_and_keeps_its_own_time() {
    let _alone = alone();
    let clock = Clock::monotonic();
    let format = VideoFormat {
        width: SIZE.0,
        height: SIZE.1,
        frame_duration: None,
        color: Color::BT601,
        pixel_aspect: PixelAspect::SQUARE,
        interlaced: false,
    };
    let sound_format = AudioFormat {
        sample_rate: 48_000,
        channels: 1,
    };
    let video = VideoTrackGenerator::new("v", format, GeneratorMode::Offline, &clock).unwrap();
    let audio = AudioTrackGenerator::new("a", sound_format, GeneratorMode::Offline, &clock).unwrap();
    let stream = MediaStream::new([video.track().clone(), audio.track().clone()]);
    let (_, recording) = recording(&stream);
    let times: Vec<u64> = (0..50).map(|n| n * 17 + n % 3).collect();
    let stamps = times.clone();
    let pictures = thread::spawn(move || {
        for (number, millis) in (0..).zip(stamps) {
            let mut shown = Picture::new(SIZE.0, SIZE.1);
            shown.data_mut().copy_from_slice(&picture(number));
            let frame = VideoFrame {
                time: Timestamp::from_millis(millis),
                duration: None,
                picture: Arc::new(shown),
            };
            video.write(&frame).unwrap();
        }
        let back = VideoFrame {
            time: Timestamp::ZERO,
            duration: None,
            picture: Arc::new(Picture::new(SIZE.0, SIZE.1)),
        };
        assert_eq!(video.write(&back).unwrap_err().name(), "TypeError");
    });
    let samples = thread::spawn(move || {
        for number in 0..80 {
            let block = AudioBlock {
                time: Timestamp::from_millis(number * 10),
                sample_rate: 48_000,
                channels: 1,
                samples: vec![0.25; 480].into(),
            };
            audio.write(&block).unwrap();
        }
    });
    let recorded = within(move || bytes(recording));
    pictures.join().unwrap();
    samples.join().unwrap();
    let folder = Folder::new();
    let path = folder.write("a.webm", recorded);
    assert_eq!(numbers(&path), (0..50).collect::<Vec<_>>());
    let expected: Vec<i64> = times.iter().map(|millis| *millis as i64).collect();
    assert_eq!(probe(&path).times("video"), expected);
}

#[test]
fn raw_pictures_from_ffmpeg_are_recorded_in_order_in_every_layout() {
    let folder = Folder::new();
    let clip = Y4m::new((25, 1), 60);
    folder.write("a.y4m", clip.bytes());
    for layout in ["rgba", "bgra", "i420", "nv12"] {
        let format = layout.replace("i420", "yuv420p");
        let words = format!("-v error -i a.y4m -f rawvideo -pix_fmt {format} -");
        let mut ffmpeg = Running::start(&mut folder.program("ffmpeg", &words));
        let words = format!("record --canvas 320x180@25:{layout} --force -o a.webm");
        let mut recorder = folder.mediarec(&words);
        let outcome = run(recorder.stdin(Stdio::from(ffmpeg.stdout())));
        assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{layout}");
        let path = folder.path("a.webm");
        assert_clean(&path);
        assert_eq!(numbers(&path), (0..60).collect::<Vec<_>>(), "{layout}");
        let times: Vec<i64> = (0..60).map(|number| number * 40).collect();
        assert_eq!(probe(&path).times("video"), times);
        assert_eq!(probe(&path).duration(), Some(2.4));
    }
}

#[test]
fn a_canvas_and_a_sound_file_are_one_recording() {
    let folder = Folder::new();
    write_wav(
        &folder.path("a.wav"),
        cd_like(48_000, 1),
        48_000,
        tone(440.0, 0.5, 48_000),
    );
    let mut recorder = folder.mediarec("record --canvas 320x180@30:i420 --input a.wav -o a.webm");
    let mut recorder = Running::start(recorder.stdin(Stdio::piped()));
    let fed = feed(recorder.stdin(), (0..30).flat_map(picture).collect());
    let outcome = recorder.wait();
    fed.join().unwrap();
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
    let path = folder.path("a.webm");
    assert_eq!(numbers(&path), (0..30).collect::<Vec<_>>());
    assert_eq!(sound(&path, 0).len(), 48_000);
}

#[test]
fn beside_a_microphone_a_canvas_is_recorded_in_real_time_and_its_end_ends_it() {
    let folder = Folder::new();
    let words = "record --canvas 320x180@30:i420 --fake-devices --audio -o a.webm";
    let mut recorder = Running::start(folder.mediarec(words).stdin(Stdio::piped()));
    let fed = feed(recorder.stdin(), (0..45).flat_map(picture).collect());
    let outcome = recorder.wait();
    fed.join().unwrap();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let path = folder.path("a.webm");
    assert_eq!(numbers(&path), (0..45).collect::<Vec<_>>());
    let seconds = sound(&path, 0).len() as f64 / 48_000.0;
    assert!((1.4..2.0).contains(&seconds), "{seconds}");
}

#[test]
fn what_a_microphone_captures_beside_a_canvas_that_stands_still_gets_into_the_file() {
    let folder = Folder::new();
    let words = "record --canvas 320x180@30:i420 --fake-devices --audio -o a.webm --events e";
    let mut recorder = Running::start(folder.mediarec(words).stdin(Stdio::piped()));
    let mut canvas = recorder.stdin();
    canvas.write_all(&picture(0)).unwrap();
    let chunks = || count(&folder, "dataavailable");
    wait_until("sound", || chunks() >= 10);
    // It belongs where a second of sound has gone by: that is counted, and said once.
    canvas.write_all(&[picture(1), picture(2)].concat()).unwrap();
    drop(canvas);
    let outcome = recorder.wait();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(numbers(&folder.path("a.webm")), [0, 1, 2]);
    assert_eq!(
        outcome.stderr.matches("packets arrived").count(),
        1,
        "{}",
        outcome.stderr
    );
    for track in only(&folder.events("e"), "stop")["tracks"].as_array().unwrap() {
        let late = if track["kind"] == "video" { 2 } else { 0 };
        assert_eq!(track["late"], late, "{track}");
        let by = track["lateBy"].as_f64().unwrap();
        assert!(if late > 0 { by > 0.8 } else { by == 0.0 }, "{track}");
    }
}

#[test]
fn a_short_last_picture_is_reported_and_what_came_before_is_kept() {
    let folder = Folder::new();
    let mut bytes: Vec<u8> = (0..10).flat_map(picture).collect();
    bytes.truncate(bytes.len() - 1);
    let mut recorder = folder.mediarec("record --canvas 320x180:i420 -o a.webm");
    let mut recorder = Running::start(recorder.stdin(Stdio::piped()));
    let fed = feed(recorder.stdin(), bytes);
    let outcome = recorder.wait();
    fed.join().unwrap();
    assert_eq!(outcome.code, Some(6));
    assert!(outcome.stderr.contains("frame 10"), "{}", outcome.stderr);
    assert_eq!(numbers(&folder.path("a.webm")), (0..9).collect::<Vec<_>>());
}

#[test]
fn a_canvas_of_no_size_or_beside_standard_input_is_a_mistake_of_usage() {
    let folder = Folder::new();
    for words in [
        "--canvas 0x5",
        "--canvas 5",
        "--canvas 5x5@0",
        "--canvas 5x5 --input -",
        "--canvas 5x5 --camera 1",
        "--canvas 5x5:yuyv",
    ] {
        let outcome = run(&mut folder.mediarec(&format!("record {words} -o a.webm")));
        assert_eq!(outcome.code, Some(2), "{words}: {}", outcome.stderr);
        assert!(folder.names().is_empty(), "{words}");
    }
}
