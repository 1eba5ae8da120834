//! `record --input x.webm`: every picture and every sample of a WebM file is in the recording, at its time.
use crate::inputs::{Y4m, cd_like, tone, write_wav};
use crate::judges::{assert_clean, numbers, numbers_of, probe, rms, sound, sound_start};
use crate::util::{Folder, Running, feed, ffmpeg, run, wait_until};
use std::io::Write;
use std::process::Stdio;
use std::time::Instant;

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
                outcome.stderr.contains("a.webm: the file is truncated after"),
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
            "-i a.y4m -c:v libx265 -x265-params log-level=error -f matroska",
            "a.webm: decoding HEVC video is not supported",
            "-c:v libvpx",
        ),
        #[cfg(not(feature = "audio-decoders"))]
        (
            "-i a.y4m -i a.wav -c:v libvpx -c:a libvorbis",
            "a.webm: decoding Vorbis audio is not built in (cargo feature audio-decoders)",
            "-c:a libopus",
        ),
        #[cfg(not(feature = "av1"))]
        (
            "-i a.y4m -c:v libaom-av1 -cpu-used 8",
            "a.webm: decoding AV1 video is not built in (cargo feature av1)",
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
