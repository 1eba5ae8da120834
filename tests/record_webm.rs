//! `record --input x.webm`: every picture and every sample of a WebM file is in the recording, at its time.
use crate::inputs::{Y4m, cd_like, tone, write_wav};
use crate::judges::{
    RATE, assert_clean, assert_plays, numbers, numbers_of, pictures, probe, rms, sound, sound_start,
};
use crate::library::within;
use crate::util::{Folder, Running, feed, run, wait_until};
use mediarec::clock::Clock;
use mediarec::files::{Input, Reading, open_files};
use mediarec::media::TrackKind;
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, RecorderEvent, Recording};
use mediarec::streams::{MediaStream, ReadyState};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Runs ffmpeg in a folder; it must have nothing to say.
fn ffmpeg(folder: &Folder, words: &str) {
    let outcome = run(&mut folder.program("ffmpeg", &format!("-v error -y {words}")));
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{words}");
}

/// How far the second signal is behind the first, in samples.
fn lag(a: &[f32], b: &[f32]) -> i32 {
    let alike = |lag: i32| -> f64 {
        let pairs = (4_800..a.len().min(b.len()) - 100).step_by(3);
        pairs
            .map(|n| f64::from(a[n]) * f64::from(b[n.checked_add_signed(lag as isize).unwrap()]))
            .sum()
    };
    (-60..=60).max_by(|&a, &b| alike(a).total_cmp(&alike(b))).unwrap()
}

#[test]
fn our_own_recording_is_recorded_again_picture_by_picture_and_sample_by_sample() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 3s -o a.webm");
    folder.record("--input a.webm --reencode -o b.webm");
    let (a, b) = (folder.path("a.webm"), folder.path("b.webm"));
    assert_eq!(numbers(&b), (0..90).collect::<Vec<_>>());
    assert_eq!(probe(&b).times("video"), probe(&a).times("video"));
    assert!((probe(&b).duration().unwrap() - 3.0).abs() < 0.001);
    let (before, after) = (sound(&a, 0), sound(&b, 0));
    assert_eq!((before.len(), after.len()), (144_000, 144_000));
    assert!(sound_start(&b).abs() <= 0.001);
    assert_eq!(lag(&before, &after), 0);
    assert_clean(&b);
}

#[test]
fn files_of_other_programs_keep_their_pictures_and_times_at_odd_sizes_too() {
    let folder = Folder::new();
    let clip = Y4m {
        width: 321,
        height: 181,
        ..Y4m::new((25, 1), 60)
    };
    folder.write("a.y4m", clip.bytes());
    let alt_ref = "-auto-alt-ref 1 -lag-in-frames 16 -b:v 400k -cpu-used 8";
    for coder in [
        "libvpx -b:v 400k -cpu-used 8".to_owned(),
        format!("libvpx {alt_ref}"),
        "libvpx-vp9 -b:v 400k -cpu-used 8 -deadline realtime".to_owned(),
        format!("libvpx-vp9 {alt_ref}"),
    ] {
        ffmpeg(&folder, &format!("-i a.y4m -c:v {coder} a.webm"));
        folder.record("--input a.webm --reencode --force -o b.webm");
        let path = folder.path("b.webm");
        assert_eq!(numbers(&path), (0..60).collect::<Vec<_>>(), "{coder}");
        let times: Vec<i64> = (0..60).map(|n| clip.millis(n)).collect();
        assert_eq!(probe(&path).times("video"), times, "{coder}");
        assert_eq!(probe(&path).duration(), Some(2.4), "{coder}");
        let video = probe(&path).streams("video")[0].clone();
        assert_eq!((&video["width"], &video["height"]), (&321.into(), &181.into()));
        assert_clean(&path);
    }
}

#[test]
fn vpxenc_writes_what_can_be_read() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((30_000, 1001), 40).bytes());
    for codec in ["vp8", "vp9"] {
        let words = format!(
            "--codec={codec} --good --cpu-used=5 --auto-alt-ref=1 --lag-in-frames=12 --quiet -o a.webm a.y4m"
        );
        assert_eq!(run(&mut folder.program("vpxenc", &words)).code, Some(0));
        folder.record("--input a.webm --reencode --force -o b.webm");
        assert_eq!(
            numbers(&folder.path("b.webm")),
            (0..40).collect::<Vec<_>>(),
            "{codec}"
        );
    }
}

#[test]
fn a_variable_frame_rate_keeps_its_times() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((25, 1), 100).bytes());
    let choice = "select=not(mod(n\\,3))+eq(mod(n\\,7)\\,0)";
    ffmpeg(
        &folder,
        &format!("-i a.y4m -vf {choice} -fps_mode vfr -c:v libvpx-vp9 -cpu-used 8 a.webm"),
    );
    folder.record("--input a.webm --reencode -o b.webm");
    let expected: Vec<u32> = (0..100).filter(|n| n % 3 == 0 || n % 7 == 0).collect();
    assert_eq!(numbers(&folder.path("b.webm")), expected);
    let times: Vec<i64> = expected.iter().map(|n| i64::from(n * 40)).collect();
    assert_eq!(probe(&folder.path("b.webm")).times("video"), times);
    // The last picture is shown for its 40 ms.
    assert_eq!(probe(&folder.path("b.webm")).duration(), Some(4.0));
}

#[test]
fn sound_of_any_number_of_channels_has_its_samples_and_its_place() {
    let folder = Folder::new();
    for (channels, frames) in [(1, 96_657), (2, 48_000), (6, 60_001), (8, 30_303)] {
        // Noise, so that there is only one place where it fits.
        let mut seed = 1_u32;
        let noise: Vec<f64> = std::iter::repeat_with(|| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(seed >> 8) / f64::from(1 << 25) - 0.25
        })
        .take(frames as usize)
        .collect();
        write_wav(&folder.path("a.wav"), cd_like(48_000, channels), frames, |n| {
            noise[n as usize]
        });
        // Rates at which a waveform is kept, and not only what is heard of it.
        let rate = 128 * channels;
        // ffmpeg takes eight channels for another layout than Opus knows.
        let layout = if channels == 8 {
            "-af pan=7.1|c0=c0|c1=c1|c2=c2|c3=c3|c4=c4|c5=c5|c6=c6|c7=c7"
        } else {
            ""
        };
        ffmpeg(
            &folder,
            &format!("-i a.wav {layout} -c:a libopus -b:a {rate}k a.webm"),
        );
        folder.record(&format!(
            "--input a.webm --reencode --audio-bitrate {rate}k --force -o b.webm"
        ));
        let (a, b) = (folder.path("a.webm"), folder.path("b.webm"));
        assert_eq!(probe(&b).streams("audio")[0]["channels"], channels);
        let (before, after) = (sound(&a, 0), sound(&b, 0));
        assert_eq!((before.len(), after.len()), (frames as usize, frames as usize));
        assert_eq!(lag(&before, &after), 0, "{channels} channels");
        assert!(sound_start(&b).abs() <= 0.001);
    }
}

#[test]
fn channels_stay_where_they_are() {
    let folder = Folder::new();
    // Each channel is as loud as its number.
    let levels =
        "aevalsrc=0.1*sin(2600*t)|0.2*sin(2600*t)|0.3*sin(2600*t)|0*t|0.5*sin(2600*t)|0.6*sin(2600*t)";
    ffmpeg(
        &folder,
        &format!("-f lavfi -i {levels}:d=1:c=5.1 -c:a libopus -b:a 500k -mapping_family 1 a.webm"),
    );
    folder.record("--input a.webm --reencode --audio-bitrate 500k -o b.webm");
    for channel in [0, 1, 2, 4, 5] {
        let words = format!("-v error -i b.webm -filter:a pan=mono|c0=c{channel} -f f32le -");
        let bytes = run(&mut folder.program("ffmpeg", &words)).stdout;
        let samples: Vec<f32> = bytes
            .as_chunks::<4>()
            .0
            .iter()
            .map(|sample| f32::from_le_bytes(*sample))
            .collect();
        let expected = 0.1 * f64::from(channel + 1) / 2f64.sqrt();
        let loudness = rms(&samples);
        assert!(
            (loudness / expected - 1.0).abs() < 0.1,
            "{channel}: {loudness} instead of {expected}"
        );
    }
}

#[test]
fn pipes_live_files_and_matroska_are_read_as_well() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 2s --live -o live.webm");
    folder.record("--fake-devices=unpaced --duration 2s --mime video/x-matroska -o whole.mkv");
    for name in ["live.webm", "whole.mkv"] {
        let mut command = folder.mediarec("record --input - --reencode --force -o b.webm");
        let mut running = Running::start(command.stdin(Stdio::piped()));
        feed(running.stdin(), folder.read(name));
        let outcome = running.wait();
        assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{name}");
        assert_eq!(
            numbers(&folder.path("b.webm")),
            (0..60).collect::<Vec<_>>(),
            "{name}"
        );
        assert_eq!(sound(&folder.path("b.webm"), 0).len(), 96_000, "{name}");
    }
}

#[test]
fn what_comes_down_a_pipe_is_recorded_as_it_comes() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 2s --live -o a.webm");
    let bytes = folder.read("a.webm");
    let mut command = folder.mediarec("record --input - --reencode -o b.webm");
    let mut running = Running::start(command.stdin(Stdio::piped()));
    let mut stdin = running.stdin();
    stdin.write_all(&bytes[..bytes.len() / 2]).unwrap();
    // What came is written before the end has come.
    wait_until("half of the media", || {
        folder.size("b.webm") > bytes.len() as u64 / 4
    });
    assert!(running.is_running());
    stdin.write_all(&bytes[bytes.len() / 2..]).unwrap();
    drop(stdin);
    assert_eq!(running.wait().code, Some(0));
    assert_eq!(numbers(&folder.path("b.webm")), (0..60).collect::<Vec<_>>());
}

#[test]
fn limits_pace_and_several_inputs_work_as_with_other_files() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 2s -o a.webm");
    folder.record("--input a.webm --reencode --duration 1s -o b.webm");
    assert_eq!(numbers(&folder.path("b.webm")), (0..30).collect::<Vec<_>>());
    assert_eq!(sound(&folder.path("b.webm"), 0).len(), 48_000);
    let begin = Instant::now();
    folder.record("--input b.webm --reencode --realtime -o c.webm");
    assert!(begin.elapsed().as_millis() >= 960);
    assert_eq!(numbers(&folder.path("c.webm")), (0..30).collect::<Vec<_>>());
    folder.write("d.y4m", Y4m::new((25, 1), 50).bytes());
    folder.record("--input a.webm --input d.y4m --input b.webm --reencode -o d.webm");
    let path = folder.path("d.webm");
    for (stream, frames) in [(0, 60), (1, 50), (2, 30)] {
        assert_eq!(numbers_of(&path, stream), (0..frames).collect::<Vec<_>>());
    }
    assert_eq!([sound(&path, 0).len(), sound(&path, 1).len()], [96_000, 48_000]);
}

#[test]
fn tracks_that_end_at_different_times_end_there() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((30, 1), 300).bytes());
    write_wav(
        &folder.path("a.wav"),
        cd_like(48_000, 1),
        9_600,
        tone(440.0, 0.5, 48_000),
    );
    folder.record("--input a.y4m --input a.wav -o a.webm");
    folder.record("--input a.webm --reencode -o b.webm");
    assert_eq!(numbers(&folder.path("b.webm")).len(), 300);
    assert_eq!(sound(&folder.path("b.webm"), 0).len(), 9_600);
}

#[test]
fn of_a_cut_off_file_all_is_recorded_that_ffmpeg_finds_in_it() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 2s -o whole.webm");
    folder.record("--fake-devices=unpaced --duration 2s --live -o live.webm");
    for name in ["whole.webm", "live.webm"] {
        let bytes = folder.read(name);
        for part in [11, 37, 61, 83, 97] {
            folder.write("a.webm", &bytes[..bytes.len() * part / 100]);
            let outcome = run(&mut folder.mediarec("record --input a.webm --reencode --force -o b.webm"));
            assert_eq!(outcome.code, Some(6), "{name}, {part} %: {}", outcome.stderr);
            assert!(
                outcome.stderr.contains("a.webm: it is cut off after"),
                "{}",
                outcome.stderr
            );
            assert_eq!(outcome.stderr.lines().count(), 2, "{}", outcome.stderr);
            let decoded = "-v quiet -i a.webm -map 0:v -fps_mode passthrough -f framecrc -";
            let decoded = run(&mut folder.program("ffmpeg", decoded));
            let expected = decoded
                .text()
                .lines()
                .filter(|line| !line.starts_with('#'))
                .count();
            assert_eq!(
                numbers(&folder.path("b.webm")),
                (0..expected as u32).collect::<Vec<_>>()
            );
        }
    }
}

#[test]
fn what_cannot_be_decoded_is_refused_with_the_line_that_helps() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((25, 1), 5).bytes());
    write_wav(
        &folder.path("a.wav"),
        cd_like(48_000, 1),
        9_600,
        tone(440.0, 0.5, 48_000),
    );
    let cases = [
        (
            "-i a.y4m -i a.wav -c:v libvpx -c:a libvorbis",
            "a.webm: its sound is vorbis",
            "-c:a libopus",
        ),
        (
            "-i a.y4m -c:v libaom-av1 -cpu-used 8",
            "a.webm: its pictures are av1",
            "-c:v libvpx",
        ),
        (
            "-i a.y4m -c:v libvpx-vp9 -pix_fmt yuv444p -cpu-used 8",
            "4:2:0",
            "-pix_fmt yuv420p",
        ),
    ];
    for (words, what, help) in cases {
        ffmpeg(&folder, &format!("{words} a.webm"));
        let outcome = run(&mut folder.mediarec("record --input a.webm --reencode -o b.webm"));
        assert_eq!(outcome.code, Some(7), "{words}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(what), "{}", outcome.stderr);
        assert!(outcome.stderr.contains(help), "{}", outcome.stderr);
        assert_eq!(outcome.stderr.lines().count(), 1);
        assert!(!folder.path("b.webm").exists());
    }
}

#[test]
fn tracks_that_the_container_compresses_are_refused_until_ffmpeg_has_undone_it() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((25, 1), 5).bytes());
    folder.record("--input a.y4m -o a.webm");
    let merged = run(&mut folder.program("mkvmerge", "-q -o a.mkv --compression 0:zlib a.webm"));
    assert_eq!(merged.code, Some(0));
    let outcome = run(&mut folder.mediarec("record --input a.mkv --reencode -o b.webm"));
    assert_eq!(outcome.code, Some(7), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("-c copy"), "{}", outcome.stderr);
    ffmpeg(&folder, "-i a.mkv -c copy c.webm");
    folder.record("--input c.webm --reencode -o b.webm");
    assert_eq!(numbers(&folder.path("b.webm")), (0..5).collect::<Vec<_>>());
}

#[test]
fn what_is_not_wanted_of_a_file_need_not_be_known() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((25, 1), 50).bytes());
    write_wav(
        &folder.path("a.wav"),
        cd_like(48_000, 1),
        96_000,
        tone(440.0, 0.5, 48_000),
    );
    ffmpeg(&folder, "-i a.y4m -i a.wav -c:v libvpx -c:a libvorbis a.webm");
    folder.record("--input a.webm --reencode --no-audio -o b.webm");
    assert_eq!(numbers(&folder.path("b.webm")), (0..50).collect::<Vec<_>>());
    assert!(probe(&folder.path("b.webm")).streams("audio").is_empty());
    ffmpeg(&folder, "-i a.y4m -i a.wav -c:v libvpx -c:a libopus c.webm");
    folder.record("--input c.webm --input a.y4m --no-video --mime audio/webm -o d.webm");
    assert!(probe(&folder.path("d.webm")).streams("video").is_empty());
    assert_eq!(sound(&folder.path("d.webm"), 0).len(), 96_000);
    let outcome = run(&mut folder.mediarec("record --input a.y4m --no-video -o e.webm"));
    assert_eq!(outcome.code, Some(7), "{}", outcome.stderr);
}

fn open(path: &Path) -> MediaStream {
    let inputs = [Input::Path(path.to_owned())];
    open_files(&inputs, Reading::Unpaced, &Clock::monotonic()).unwrap()
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
fn three_files(folder: &Folder) {
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
    let recording = start(&stream);
    let audio = stream
        .tracks()
        .into_iter()
        .find(|track| track.kind() == TrackKind::Audio);
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

#[test]
fn parts_of_three_files_recorded_one_after_the_other_are_three_streams_in_a_row() {
    let folder = Folder::new();
    three_files(&folder);
    let mut row = Vec::new();
    for (name, millis) in [("av.webm", 400), ("v.webm", 300), ("av.webm", 200)] {
        row.extend(
            folder
                .record(&format!(
                    "--input {name} --reencode --duration {millis}ms --live -o -"
                ))
                .stdout,
        );
    }
    folder.write("row.webm", row);
    let mut reader = mediarec::webm::Reader::new(fs::File::open(folder.path("row.webm")).unwrap()).unwrap();
    let mut key_frames_at_zero = 0;
    let mut blocks = 0;
    while let Some(block) = reader.next_block().unwrap() {
        blocks += 1;
        key_frames_at_zero += usize::from(block.key && block.time == mediarec::clock::Timestamp::ZERO);
    }
    assert_eq!((reader.damaged(), reader.is_cut_off()), (0, false));
    // Each begins anew, with a key frame and, but for the silent one, sound.
    assert_eq!(key_frames_at_zero, 5);
    // 12, 9 and 6 pictures; 400 and 200 ms of sound and its delay.
    assert_eq!(blocks, 27 + 21 + 11);
}

/// W148: what a media source does with them: each begins where the one before ended.
#[test]
fn parts_of_three_inputs_appended_to_one_buffer_play_through_to_the_end() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((30, 1), 330).bytes());
    folder.write("b.y4m", Y4m::new((25, 1), 330).bytes());
    folder.write("c.y4m", Y4m::new((15, 1), 330).bytes());
    let parts = [("a", 4), ("b", 10), ("c", 5)];
    for (name, seconds) in parts {
        folder.record(&format!(
            "--input {name}.y4m --duration {seconds}s --timeslice 1s --chunks {name} --live"
        ));
        // Chunk by chunk, as they would be appended.
        let mut chunks = fs::read_dir(folder.path(name))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "webm"))
            .collect::<Vec<_>>();
        chunks.sort();
        assert_eq!(chunks.len(), seconds, "{chunks:?}");
        let whole: Vec<u8> = chunks.iter().flat_map(|path| fs::read(path).unwrap()).collect();
        folder.write(&format!("{name}.webm"), whole);
    }
    let list = parts.map(|(name, seconds)| format!("file {name}.webm\nduration {seconds}\n"));
    folder.write("list", list.concat());
    ffmpeg(&folder, "-f concat -i list -c copy row.webm");
    let row = folder.path("row.webm");
    assert_plays(&row);
    // One buffer takes them only if they are of one kind.
    let private = |name: &str| {
        let probe = probe(&folder.path(name));
        let stream = probe.streams("video")[0].clone();
        ["codec_name", "width", "height"].map(|field| stream[field].clone())
    };
    assert!(
        ["b.webm", "c.webm"]
            .iter()
            .all(|name| private(name) == private("a.webm"))
    );
    assert_eq!(
        numbers(&row),
        (0..120).chain(0..250).chain(0..75).collect::<Vec<_>>()
    );
    let times = probe(&row).times("video");
    let shown = |from: f64, count: u32, rate: f64| (0..count).map(move |n| from + f64::from(n) / rate);
    let expected = shown(0.0, 120, 30.0)
        .chain(shown(4.0, 250, 25.0))
        .chain(shown(14.0, 75, 15.0));
    let worst = times
        .iter()
        .zip(expected)
        .map(|(&time, expected)| (time as f64 - expected * 1000.0).abs());
    assert!(worst.fold(0.0, f64::max) <= 1.0, "{times:?}");
}

/// W199: ten minutes, fed by a pipe; what the process holds after the first of them and after all.
#[test]
#[cfg(target_os = "linux")]
fn ten_minutes_in_chunks_of_a_second_take_no_more_memory_than_one() {
    const MINUTE: u32 = 60 * 30;
    let folder = Folder::new();
    let clip = Y4m {
        width: 64,
        height: 36,
        ..Y4m::new((30, 1), 10 * MINUTE)
    };
    let words = "record --input - -o a.webm --timeslice 1s --keyframe-interval 1s --events e";
    let mut command = folder.mediarec(words);
    let mut running = Running::start(command.stdin(Stdio::piped()));
    let mut stdin = running.stdin();
    stdin.write_all(&clip.header()).unwrap();
    let frame = clip.frame(0);
    let mut minutes = |count: u32| {
        for _ in 0..count * MINUTE {
            stdin.write_all(&frame).unwrap();
        }
    };
    minutes(1);
    let early = crate::record_files::peak_memory(running.id());
    minutes(9);
    let late = crate::record_files::peak_memory(running.id());
    drop(stdin);
    assert_eq!(running.wait().code, Some(0));
    let events = folder.events("e");
    let chunks = events.iter().filter(|event| event["type"] == "dataavailable");
    assert_eq!(chunks.count(), 600);
    assert_eq!(probe(&folder.path("a.webm")).duration(), Some(600.0));
    assert!(late < early + 16 * 1024, "from {early} to {late} KiB");
}

/// One process, fed by a pipe: what it holds when a fifth has gone through it, and when all has.
#[test]
#[cfg(target_os = "linux")]
fn memory_does_not_grow_with_the_file() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((30, 1), 1_500).bytes());
    write_wav(
        &folder.path("a.wav"),
        cd_like(48_000, 2),
        48_000 * 50,
        tone(440.0, 0.5, 48_000),
    );
    folder.record("--input a.y4m --input a.wav --speed 16 -o a.webm");
    let bytes = folder.read("a.webm");
    let mut command = folder.mediarec("record --input - --reencode -o b.webm --speed 16");
    let mut running = Running::start(command.stdin(Stdio::piped()));
    let mut stdin = running.stdin();
    stdin.write_all(&bytes[..bytes.len() / 5]).unwrap();
    let early = crate::record_files::peak_memory(running.id());
    // What is in the pipe may not have been read; what is before it has.
    stdin.write_all(&bytes[bytes.len() / 5..]).unwrap();
    let late = crate::record_files::peak_memory(running.id());
    drop(stdin);
    assert_eq!(running.wait().code, Some(0));
    assert_eq!(probe(&folder.path("b.webm")).packets("video").len(), 1_500);
    assert_eq!(sound(&folder.path("b.webm"), 0).len(), (50.0 * RATE) as usize);
    assert!(late < early + 6_144, "from {early} to {late} KiB");
}
