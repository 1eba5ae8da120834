//! `record --input x.webm` without a wish: what is encoded already is recorded as it is.
//!
//! W65 (a source that changes its codec meanwhile) cannot happen here: a track of WebM has one codec from its beginning.
use crate::inputs::{Y4m, cd_like, tone, write_wav};
use crate::judges::{assert_clean, numbers, pictures, probe, sound};
use crate::library::within;
use crate::util::{Folder, Running, feed, ffmpeg, only, run};
use mediarec::clock::Clock;
use mediarec::files::{Input, ReadRate, open_files};
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, RecorderEvent};
use mediarec::streams::MediaStream;
use mediarec::webm::{Block, Reader};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::sync::mpsc::{self, Sender};
use std::time::Duration;

/// Pictures that are made of later ones.
const ALT_REF: &str = "-auto-alt-ref 1 -lag-in-frames 16 -b:v 200k -cpu-used 8 -g 25";

/// `a.webm` by another program: 2 s of pictures in this codec, beside as much sound in Opus.
fn file_of(folder: &Folder, coder: &str) {
    folder.write("a.y4m", Y4m::new((25, 1), 50).bytes());
    let tone = tone(440.0, 0.5, 48_000);
    write_wav(&folder.path("a.wav"), cd_like(48_000, 2), 96_000, tone);
    ffmpeg(
        folder,
        &format!("-i a.y4m -i a.wav -c:v {coder} -c:a libopus a.webm"),
    );
}

/// The blocks of the first track of a codec.
fn blocks(path: &Path, codec: &str) -> Vec<Block> {
    let mut reader = Reader::new(File::open(path).unwrap()).unwrap();
    let track = reader.header().tracks.iter().find(|track| track.codec() == codec);
    let number = track
        .unwrap_or_else(|| panic!("no {codec} in {}", path.display()))
        .number;
    let all = std::iter::from_fn(|| reader.next_block().unwrap());
    all.filter(|block| block.track == number).collect()
}

/// Demands the same packets at the same times; says how many there are.
fn assert_copied(from: &Path, to: &Path, codec: &str) -> usize {
    let (from, to) = (blocks(from, codec), blocks(to, codec));
    assert_eq!(from.len(), to.len(), "{codec}");
    for (n, (from, to)) in from.iter().zip(&to).enumerate() {
        assert!(from.data == to.data, "{codec}: packet {n} differs");
        assert_eq!(from.key, to.key, "{codec}: packet {n}");
        let apart = from.time.round_millis().abs_diff(to.time.round_millis());
        assert!(apart <= 1, "{codec}: packet {n} is {apart} ms off");
    }
    to.len()
}

// W64
#[test]
fn vp8_vp9_av1_and_opus_are_recorded_packet_by_packet_and_the_type_names_them() {
    let folder = Folder::new();
    let (a, b) = (folder.path("a.webm"), folder.path("b.webm"));
    for (codec, coder) in [
        ("vp8", format!("libvpx {ALT_REF}")),
        ("vp9", format!("libvpx-vp9 {ALT_REF}")),
        #[cfg(feature = "av1")]
        ("av1", "libaom-av1 -cpu-used 8 -lag-in-frames 16 -g 25".to_owned()),
    ] {
        file_of(&folder, &coder);
        folder.record("--input a.webm --events events --force -o b.webm");
        assert!(assert_copied(&a, &b, codec) >= 50);
        assert_copied(&a, &b, "opus");
        assert_clean(&b);
        assert_eq!(numbers(&b), (0..50).collect::<Vec<_>>(), "{codec}");
        assert_eq!(sound(&b, 0), sound(&a, 0));
        let (before, after) = (probe(&a).duration().unwrap(), probe(&b).duration().unwrap());
        assert!(
            (before - after).abs() <= 0.002,
            "{codec}: {before} s, then {after} s"
        );
        let events = folder.events("events");
        let start = only(&events, "start");
        assert_eq!(start["mimeType"], format!("video/webm;codecs={codec},opus"));
        for track in start["tracks"].as_array().unwrap() {
            assert_eq!(track["passThrough"], true);
        }
    }
}

#[test]
fn hidden_pictures_stay_blocks_of_their_own() {
    let folder = Folder::new();
    ffmpeg(
        &folder,
        "-f lavfi -i testsrc2=s=160x90:r=25:d=2 -pix_fmt yuv420p a.y4m",
    );
    let words = "--codec=vp8 --good --cpu-used=2 --passes=2 --auto-alt-ref=1 --lag-in-frames=16 \
                 --target-bitrate=100 --quiet -o a.webm a.y4m";
    assert_eq!(run(&mut folder.program("vpxenc", words)).code, Some(0));
    let (a, b) = (folder.path("a.webm"), folder.path("b.webm"));
    folder.record("--input a.webm -o b.webm");
    assert!(assert_copied(&a, &b, "vp8") > 50);
    let times = |path| probe(path).times("video");
    assert_eq!(times(&b), times(&a));
    assert_eq!(probe(&b).duration(), Some(2.0));
    let hidden = blocks(&b, "vp8");
    let hidden = hidden.iter().filter(|block| block.data[0] & 0x10 == 0);
    assert!(hidden.count() > 0, "the file has none; it tests nothing");
    assert_clean(&b);
}

#[test]
fn our_own_file_is_the_same_afterwards_but_for_its_tags() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 3s -o a.webm");
    folder.record("--input a.webm -o b.webm");
    folder.record("--input b.webm --mime video/x-matroska -o c.mkv");
    for name in ["b.webm", "c.mkv"] {
        let path = folder.path(name);
        assert_eq!(assert_copied(&folder.path("a.webm"), &path, "vp8"), 90);
        assert_copied(&folder.path("a.webm"), &path, "opus");
        assert_eq!(sound(&path, 0).len(), 144_000, "{name}");
        // The last picture lasts as long as the one before it, in whole milliseconds.
        assert!((probe(&path).duration().unwrap() - 3.0).abs() < 0.001, "{name}");
    }
    assert_clean(&folder.path("b.webm"));
}

#[test]
fn a_limit_ends_pictures_before_it_and_sound_at_its_sample() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 2s -o a.webm");
    folder.record("--input a.webm --duration 1110ms -o b.webm");
    let path = folder.path("b.webm");
    // The 34th stands at 1100 ms.
    assert_eq!(numbers(&path), (0..34).collect::<Vec<_>>());
    assert_eq!(sound(&path, 0).len(), 53_280);
    assert_eq!(probe(&path).duration(), Some(1.11));
    assert_clean(&path);
    folder.record("--input a.webm --no-video --duration 1s -o c.webm");
    assert_eq!(sound(&folder.path("c.webm"), 0).len(), 48_000);
    assert_eq!(probe(&folder.path("c.webm")).duration(), Some(1.0));
}

#[test]
fn what_is_wished_for_otherwise_is_encoded_anew_and_nothing_else() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 1s -o a.webm");
    for (wish, video, audio) in [
        ("--mime video/webm;codecs=vp8", true, true),
        ("--mime video/webm;codecs=vp8,opus", true, true),
        ("--mime video/webm;codecs=vp9", false, true),
        ("--mime video/x-matroska;codecs=pcm -q", true, false),
        ("--video-bitrate 300k", false, true),
        ("--audio-bitrate 64k", true, false),
        ("--bitrate 1M", false, false),
        ("--audio-bitrate-mode constant", true, false),
        ("--keyframe-interval 1s", false, true),
        ("--speed 16", false, true),
        ("--threads 1", false, true),
        ("--reencode", false, false),
        ("--timeslice 1s --max-size 10M --duration 10s", true, true),
    ] {
        folder.record(&format!(
            "--input a.webm {wish} --events events --force -o b.webm"
        ));
        let events = folder.events("events");
        let tracks = only(&events, "start")["tracks"].as_array().unwrap();
        for track in tracks {
            let expected = if track["kind"] == "video" { video } else { audio };
            assert_eq!(track["passThrough"], expected, "{wish}: {track}");
        }
        assert_eq!(
            numbers(&folder.path("b.webm")),
            (0..30).collect::<Vec<_>>(),
            "{wish}"
        );
        assert_eq!(sound(&folder.path("b.webm"), 0).len(), 48_000, "{wish}");
    }
}

#[test]
fn files_of_two_codecs_are_both_copied_and_the_rest_is_encoded_as_the_first() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((30, 1), 30).bytes());
    folder.record("--input a.y4m --mime video/webm;codecs=vp9 -o nine.webm");
    folder.record("--input a.y4m -o eight.webm");
    folder.record("--input a.y4m --input nine.webm --input eight.webm --events events -o b.webm");
    let events = folder.events("events");
    let start = only(&events, "start");
    assert_eq!(start["mimeType"], "video/webm;codecs=vp9,vp8");
    let tracks = start["tracks"].as_array().unwrap().iter();
    let passed: Vec<bool> = tracks.map(|track| track["passThrough"] == true).collect();
    assert_eq!(passed, [false, true, true]);
    let probed = probe(&folder.path("b.webm"));
    let codecs = probed
        .streams("video")
        .into_iter()
        .map(|stream| stream["codec_name"].clone());
    assert_eq!(codecs.collect::<Vec<_>>(), ["vp9", "vp9", "vp8"]);
}

#[test]
fn of_a_cut_off_file_everything_whole_is_kept() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 2s --live -o whole.webm");
    let bytes = folder.read("whole.webm");
    for part in [20, 50, 80] {
        let a = folder.write("a.webm", &bytes[..bytes.len() * part / 100]);
        let outcome = run(&mut folder.mediarec("record --input a.webm --force -o b.webm"));
        assert_eq!(outcome.code, Some(6), "{part} %: {}", outcome.stderr);
        assert!(
            outcome.stderr.contains("a.webm: the file is truncated after"),
            "{}",
            outcome.stderr
        );
        assert_copied(&a, &folder.path("b.webm"), "vp8");
        assert_copied(&a, &folder.path("b.webm"), "opus");
        assert_clean(&folder.path("b.webm"));
    }
}

#[test]
fn a_pipe_is_copied_into_a_pipe() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 2s --live -o a.webm");
    let mut command = folder.mediarec("record --input - -o -");
    let mut running = Running::start(command.stdin(Stdio::piped()));
    feed(running.stdin(), folder.read("a.webm"));
    let outcome = running.wait();
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
    let b = folder.write("b.webm", outcome.stdout);
    assert_eq!(assert_copied(&folder.path("a.webm"), &b, "vp8"), 60);
    assert_copied(&folder.path("a.webm"), &b, "opus");
}

/// Records a stream into a file; after `chunks` of 200 ms the recorder is given to `then`.
fn record(
    stream: &MediaStream,
    path: &Path,
    chunks: usize,
    then: impl FnOnce(&MediaRecorder) + Send + 'static,
) {
    let recorder = MediaRecorder::new(stream, MediaRecorderOptions::default()).unwrap();
    let recording = recorder.start(Some(Duration::from_millis(200))).unwrap();
    let stats = recording.stats();
    assert!(stats.tracks.iter().all(|track| track.pass_through));
    let data = within(move || {
        let (mut data, mut count, mut then) = (Vec::new(), 0, Some(then));
        for event in recording {
            match event {
                RecorderEvent::Start => assert_eq!(recorder.mime_type(), "video/webm;codecs=vp8,opus"),
                RecorderEvent::DataAvailable(blob) => {
                    data.extend(blob.data.bytes);
                    count += 1;
                    if let Some(then) = then.take_if(|_| count == chunks) {
                        then(&recorder);
                    }
                }
                RecorderEvent::Error(error) => panic!("{error}"),
                _ => {}
            }
        }
        data
    });
    std::fs::write(path, data).unwrap();
}

fn open(path: &Path) -> MediaStream {
    open_files(
        &[Input::Path(path.into())],
        ReadRate::Unpaced,
        &Clock::monotonic(),
    )
    .unwrap()
}

/// `a.webm` through a pipe, which holds its second half back until the sender is dropped.
fn open_by_halves(folder: &Folder) -> (MediaStream, Sender<()>) {
    let (bytes, pipe) = (folder.read("a.webm"), folder.path("pipe"));
    mkfifo(&pipe, Mode::S_IRWXU).unwrap();
    let (release, held) = mpsc::channel::<()>();
    let writer = pipe.clone();
    std::thread::spawn(move || {
        let mut pipe = OpenOptions::new().write(true).open(writer).unwrap();
        let (first, second) = bytes.split_at(bytes.len() / 2);
        pipe.write_all(first).unwrap();
        let _ = held.recv();
        pipe.write_all(second).unwrap();
    });
    (open(&pipe), release)
}

fn two_seconds(folder: &Folder) {
    folder.record("--fake-devices=unpaced --duration 2s --keyframe-interval 500ms -o a.webm");
}

#[test]
fn a_pause_holds_the_file_and_nothing_of_it_is_missing() {
    let folder = Folder::new();
    two_seconds(&folder);
    let (a, b) = (folder.path("a.webm"), folder.path("b.webm"));
    let stream = open(&a);
    record(&stream, &b, 2, |recorder| {
        recorder.pause().unwrap();
        std::thread::sleep(Duration::from_millis(50));
        recorder.resume().unwrap();
    });
    assert_copied(&a, &b, "vp8");
    assert_copied(&a, &b, "opus");
}

#[test]
fn a_second_recording_of_what_is_left_begins_with_a_key_frame() {
    let folder = Folder::new();
    two_seconds(&folder);
    let (stream, second_half) = open_by_halves(&folder);
    let (b, c) = (folder.path("b.webm"), folder.path("c.webm"));
    record(&stream, &b, 2, MediaRecorder::stop);
    drop(second_half);
    record(&stream, &c, 0, |_| ());
    let first = numbers(&b);
    assert_eq!(first, (0..first.len() as u32).collect::<Vec<_>>());
    let second = numbers(&c);
    assert_eq!((second[0] % 15, second.last()), (0, Some(&59)));
    assert!(second[0] >= first.len() as u32);
}

#[test]
fn a_track_that_is_disabled_meanwhile_is_left_out_up_to_the_next_key_frame() {
    let folder = Folder::new();
    two_seconds(&folder);
    let (stream, second_half) = open_by_halves(&folder);
    let video = stream.video_tracks()[0].clone();
    let b = folder.path("b.webm");
    record(&stream, &b, 2, move |_| {
        video.set_enabled(false);
        drop(second_half);
    });
    // Some were on their way; the rest is not there, for it cannot be made black.
    let shown = numbers(&b);
    assert_eq!(shown, (0..shown.len() as u32).collect::<Vec<_>>());
    assert!(shown.len() < 60);
    assert_eq!(sound(&b, 0).len(), 96_000);
}

#[test]
fn a_track_that_is_black_or_scaled_from_the_start_is_encoded() {
    let folder = Folder::new();
    two_seconds(&folder);
    let stream = open(&folder.path("a.webm"));
    stream.video_tracks()[0].set_enabled(false);
    let recorder = MediaRecorder::new(&stream, MediaRecorderOptions::default()).unwrap();
    let recording = recorder.start(None).unwrap();
    let stats = recording.stats();
    let of_video = stats.tracks.iter().find(|track| track.is_video).unwrap();
    let of_sound = stats.tracks.iter().find(|track| !track.is_video).unwrap();
    assert_eq!((of_video.pass_through, of_sound.pass_through), (false, true));
    let data: Vec<u8> = within(|| {
        let blobs = recording.filter_map(|event| match event {
            RecorderEvent::DataAvailable(blob) => Some(blob.data.bytes),
            _ => None,
        });
        blobs.flatten().collect()
    });
    let path = folder.write("b.webm", data);
    assert!(
        pictures(&path, 0)
            .iter()
            .all(|luma| luma.iter().all(|&value| value < 20))
    );
}
