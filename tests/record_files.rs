//! `record --input`: every picture and every sample of a file is in the recording, at its time.
use crate::inputs::{CHROMA, Y4m, beeps, cd_like, tone, write_wav};
use crate::judges::{
    RATE, assert_clean, flashes_and_beeps, numbers, numbers_of, probe, rms, sound, sound_start,
};
use crate::util::{Folder, Running, feed, run, wait_until};
use hound::{SampleFormat, WavSpec};
use std::fs;
use std::io::Write;
use std::process::Stdio;
use std::thread;

#[test]
fn every_picture_is_there_in_order_and_on_its_millisecond_at_any_rate() {
    let folder = Folder::new();
    for rate in [
        (25, 1),
        (30, 1),
        (30_000, 1001),
        (60_000, 1001),
        (24_000, 1001),
        (12, 1),
    ] {
        let clip = Y4m::new(rate, 100);
        folder.write("a.y4m", clip.bytes());
        folder.record("--input a.y4m --force -o a.webm");
        let path = folder.path("a.webm");
        assert_eq!(numbers(&path), (0..100).collect::<Vec<_>>(), "{rate:?}");
        let times: Vec<i64> = (0..100).map(|n| clip.millis(n)).collect();
        assert_eq!(probe(&path).times("video"), times, "{rate:?}");
        let end = clip.millis(100) as f64 / 1000.0;
        let duration = probe(&path).duration().unwrap();
        assert!(
            (duration - end).abs() <= 0.001,
            "{rate:?}: {duration} instead of {end}"
        );
    }
}

#[test]
fn sound_has_its_length_to_the_sample_and_begins_at_zero() {
    let folder = Folder::new();
    for (rate, channels) in [
        (48_000, 1),
        (48_000, 2),
        (44_100, 1),
        (44_100, 2),
        (8_000, 1),
        (96_000, 2),
    ] {
        // No whole number of packets, nor of samples at the other rate.
        let frames = rate + rate / 7 + 13;
        write_wav(
            &folder.path("a.wav"),
            cd_like(rate, channels),
            frames,
            tone(440.0, 0.5, rate),
        );
        folder.record("--input a.wav --force -o a.webm");
        let path = folder.path("a.webm");
        let expected = (f64::from(frames) * RATE / f64::from(rate)).round() as usize;
        let samples = sound(&path, 0);
        assert_eq!(samples.len(), expected, "{rate} Hz, {channels} channels");
        assert_eq!(probe(&path).streams("audio")[0]["channels"], channels);
        assert!(
            sound_start(&path).abs() <= 0.001,
            "{rate} Hz, {channels} channels"
        );
        let loudness = rms(&samples);
        assert!((loudness - 0.5 / 2f64.sqrt()).abs() < 0.01, "{loudness}");
    }
}

#[test]
fn opusdec_finds_the_same_length_as_ffmpeg() {
    let folder = Folder::new();
    write_wav(
        &folder.path("a.wav"),
        cd_like(44_100, 2),
        50_003,
        tone(440.0, 0.5, 44_100),
    );
    folder.record("--input a.wav -o a.webm");
    // opusdec reads Ogg only.
    for (program, words) in [
        ("mkvextract", "a.webm tracks 0:a.opus"),
        ("opusdec", "--quiet --rate 48000 a.opus b.wav"),
    ] {
        let outcome = run(&mut folder.program(program, words));
        assert_eq!(outcome.code, Some(0), "{program}: {}", outcome.stderr);
    }
    let length = hound::WavReader::open(folder.path("b.wav")).unwrap().duration();
    let expected = (50_003.0 * RATE / 44_100.0).round() as u32;
    assert_eq!(length, expected);
}

#[test]
fn a_click_is_heard_at_its_sample() {
    let folder = Folder::new();
    for rate in [48_000, 44_100] {
        let click = rate * 3 / 4 + 11;
        let sample = |n| if n == click { 0.9 } else { 0.0 };
        write_wav(&folder.path("a.wav"), cd_like(rate, 1), rate, sample);
        folder.record("--input a.wav --force -o a.webm");
        let samples = sound(&folder.path("a.webm"), 0);
        let loudest = (0..samples.len()).max_by(|&a, &b| samples[a].abs().total_cmp(&samples[b].abs()));
        let expected = f64::from(click) * RATE / f64::from(rate);
        let found = loudest.unwrap() as f64;
        assert!(
            (found - expected).abs() <= 1.0,
            "{rate} Hz: at {found} instead of {expected}"
        );
    }
}

#[test]
fn pictures_and_sound_of_two_files_stay_together() {
    let folder = Folder::new();
    let clip = Y4m {
        is_white: |n| (50..55).contains(&n) || (110..115).contains(&n),
        ..Y4m::new((25, 1), 150)
    };
    folder.write("a.y4m", clip.bytes());
    for rate in [44_100, 48_000] {
        let at = [2 * rate, rate * 44 / 10];
        write_wav(
            &folder.path("a.wav"),
            cd_like(rate, 2),
            rate * 6,
            beeps(&at, rate),
        );
        folder.record("--input a.y4m --input a.wav --force -o a.webm");
        let (flashes, beeps) = flashes_and_beeps(&folder.path("a.webm"));
        assert_eq!((flashes, beeps.len()), (vec![2.0, 4.4], 2));
        assert!(
            (beeps[0] - 2.0).abs() < 0.001 && (beeps[1] - 4.4).abs() < 0.001,
            "{beeps:?}"
        );
    }
}

#[test]
fn every_chroma_layout_keeps_its_pictures_and_its_colour() {
    let folder = Folder::new();
    for layout in ["420", "420jpeg", "420mpeg2", "420paldv", "422", "444", "mono"] {
        let clip = Y4m {
            layout,
            ..Y4m::new((30, 1), 20)
        };
        folder.write("a.y4m", clip.bytes());
        folder.record("--input a.y4m --force -o a.webm");
        assert_eq!(
            numbers(&folder.path("a.webm")),
            (0..20).collect::<Vec<_>>(),
            "{layout}"
        );
        let expected = if layout == "mono" { (128, 128) } else { CHROMA };
        for (plane, expected) in [("u", expected.0), ("v", expected.1)] {
            let words = format!("-v error -i a.webm -vf extractplanes={plane} -f rawvideo -");
            let chroma = run(&mut folder.program("ffmpeg", &words)).stdout;
            let mean = chroma.iter().map(|&value| f64::from(value)).sum::<f64>() / chroma.len() as f64;
            assert!(
                (mean - f64::from(expected)).abs() < 2.0,
                "{layout}: {plane} is {mean}"
            );
        }
    }
}

#[test]
fn odd_sizes_are_kept() {
    let folder = Folder::new();
    for (width, height) in [(321, 181), (161, 240), (319, 145)] {
        let clip = Y4m {
            width,
            height,
            ..Y4m::new((30, 1), 10)
        };
        folder.write("a.y4m", clip.bytes());
        folder.record("--input a.y4m --force -o a.webm");
        let path = folder.path("a.webm");
        let probe = probe(&path);
        let video = probe.streams("video")[0].clone();
        assert_eq!(
            (&video["width"], &video["height"]),
            (&width.into(), &height.into())
        );
        assert_eq!(numbers(&path), (0..10).collect::<Vec<_>>());
        assert_clean(&path);
    }
}

#[test]
fn every_kind_of_sample_is_as_loud_as_it_was() {
    let folder = Folder::new();
    let kinds = [
        (8, SampleFormat::Int),
        (16, SampleFormat::Int),
        (24, SampleFormat::Int),
        (32, SampleFormat::Int),
        (32, SampleFormat::Float),
    ];
    for (bits_per_sample, sample_format) in kinds {
        let spec = WavSpec {
            bits_per_sample,
            sample_format,
            ..cd_like(48_000, 2)
        };
        write_wav(&folder.path("a.wav"), spec, 24_001, tone(1000.0, 0.6, 48_000));
        folder.record("--input a.wav --force -o a.webm");
        let samples = sound(&folder.path("a.webm"), 0);
        assert_eq!(samples.len(), 24_001, "{bits_per_sample} {sample_format:?}");
        let loudness = rms(&samples);
        assert!(
            (loudness - 0.6 / 2f64.sqrt()).abs() < 0.01,
            "{bits_per_sample} {sample_format:?}: {loudness}"
        );
    }
}

#[test]
fn up_to_eight_channels_are_recorded_and_more_are_refused() {
    let folder = Folder::new();
    for channels in [3, 6, 8] {
        write_wav(
            &folder.path("a.wav"),
            cd_like(48_000, channels),
            9_600,
            tone(440.0, 0.3, 48_000),
        );
        folder.record("--input a.wav --force -o a.webm");
        let probe = probe(&folder.path("a.webm"));
        assert_eq!(probe.streams("audio")[0]["channels"], channels);
        assert_eq!(sound(&folder.path("a.webm"), 0).len(), 9_600);
    }
    write_wav(
        &folder.path("b.wav"),
        cd_like(48_000, 9),
        9_600,
        tone(440.0, 0.3, 48_000),
    );
    let outcome = run(&mut folder.mediarec("record --input b.wav -o b.webm"));
    assert_eq!(outcome.code, Some(7), "{}", outcome.stderr);
}

#[test]
fn several_pictures_and_sounds_are_tracks_of_one_file() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((30, 1), 30).bytes());
    folder.write("b.y4m", Y4m::new((25, 1), 40).bytes());
    write_wav(
        &folder.path("a.wav"),
        cd_like(48_000, 2),
        48_000,
        tone(440.0, 0.5, 48_000),
    );
    write_wav(
        &folder.path("b.wav"),
        cd_like(44_100, 1),
        88_200,
        tone(880.0, 0.25, 44_100),
    );
    folder.record("--input a.y4m --input a.wav --input b.y4m --input b.wav -o a.webm");
    let path = folder.path("a.webm");
    assert_eq!(numbers_of(&path, 0), (0..30).collect::<Vec<_>>());
    assert_eq!(numbers_of(&path, 1), (0..40).collect::<Vec<_>>());
    let sounds = [sound(&path, 0), sound(&path, 1)];
    assert_eq!(sounds.each_ref().map(Vec::len), [48_000, 96_000]);
    assert!(rms(&sounds[0]) > 1.9 * rms(&sounds[1]));
    assert_eq!(probe(&path).duration(), Some(2.0));
    assert_clean(&path);
}

#[test]
fn input_comes_from_a_pipe_as_well() {
    let folder = Folder::new();
    let mut command = folder.mediarec("record --input - -o a.webm");
    let mut running = Running::start(command.stdin(Stdio::piped()));
    feed(running.stdin(), Y4m::new((30, 1), 45).bytes());
    assert_eq!(running.wait().code, Some(0));
    assert_eq!(numbers(&folder.path("a.webm")), (0..45).collect::<Vec<_>>());

    write_wav(
        &folder.path("a.wav"),
        cd_like(48_000, 1),
        30_000,
        tone(440.0, 0.5, 48_000),
    );
    let mut command = folder.mediarec("record --input /dev/stdin -o b.webm");
    let file = fs::File::open(folder.path("a.wav")).unwrap();
    assert_eq!(run(command.stdin(file)).code, Some(0));
    assert_eq!(sound(&folder.path("b.webm"), 0).len(), 30_000);
}

#[test]
fn real_time_takes_as_long_as_the_media_and_nothing_is_lost() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((30, 1), 30).bytes());
    let begin = std::time::Instant::now();
    folder.record("--input a.y4m --realtime -o a.webm");
    assert!(begin.elapsed().as_millis() >= 960);
    assert_eq!(numbers(&folder.path("a.webm")), (0..30).collect::<Vec<_>>());
}

/// One process, fed by a pipe: what it holds when a sixth has gone through it, and when all has.
#[test]
#[cfg(target_os = "linux")]
fn memory_does_not_grow_with_the_file() {
    let folder = Folder::new();
    let clip = Y4m::new((30, 1), 1);
    let mut command = folder.mediarec("record --input - -o a.webm --speed 16");
    let mut running = Running::start(command.stdin(Stdio::piped()));
    let mut stdin = running.stdin();
    stdin.write_all(&clip.header()).unwrap();
    let mut write = |frames: std::ops::Range<u32>| {
        for number in frames {
            stdin.write_all(&clip.frame(number)).unwrap();
        }
    };
    write(0..300);
    let early = peak_memory(running.id());
    write(300..1800);
    let late = peak_memory(running.id());
    drop(stdin);
    eprintln!("MEM {early} {late}");
    assert_eq!(running.wait().code, Some(0));
    assert_eq!(probe(&folder.path("a.webm")).packets("video").len(), 1800);
    assert!(late < early + 4096, "from {early} to {late} KiB");
}

/// In KiB.
#[cfg(target_os = "linux")]
pub fn peak_memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn a_file_that_grows_while_it_is_read_through_a_fifo_is_recorded_as_it_comes() {
    let folder = Folder::new();
    nix::unistd::mkfifo(&folder.path("fifo"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    let mut running = Running::start(&mut folder.mediarec("record --input fifo -o a.webm"));
    let clip = Y4m::new((30, 1), 40);
    let path = folder.path("fifo");
    let writer = thread::spawn(move || {
        let mut fifo = fs::OpenOptions::new().write(true).open(path).unwrap();
        fifo.write_all(&clip.header()).unwrap();
        for number in 0..40 {
            fifo.write_all(&clip.frame(number)).unwrap();
        }
        fifo
    });
    let fifo = writer.join().unwrap();
    // What came is written before the end has come.
    wait_until("pictures", || folder.size("a.webm") > 2_000);
    assert!(running.is_running());
    drop(fifo);
    assert_eq!(running.wait().code, Some(0));
    assert_eq!(numbers(&folder.path("a.webm")), (0..40).collect::<Vec<_>>());
}
