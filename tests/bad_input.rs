//! What cannot be recorded: the exit code that scripts depend on, a message that helps, and no file left behind.
use crate::inputs::{Y4m, cd_like, tone, write_wav};
use crate::judges::{assert_clean, numbers, probe, sound};
use crate::util::{Folder, Outcome, Running, fixture, has, run, wait_until};
use nix::sys::signal::Signal;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;

const FAKE: &str = "record --fake-devices=unpaced --duration 500ms";

/// One or two lines that name the program and say this.
fn assert_says(outcome: &Outcome, code: i32, words: &str) {
    assert_eq!(outcome.code, Some(code), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains(words),
        "no {words:?} in: {}",
        outcome.stderr
    );
    assert!(outcome.stderr.starts_with("mediarec: "), "{}", outcome.stderr);
    assert!(outcome.stderr.lines().count() <= 2, "{}", outcome.stderr);
    assert!(outcome.stdout.is_empty());
}

#[test]
fn an_input_without_anything_good_in_it_leaves_no_file() {
    let cases = [
        ("truncated-header.y4m", 6, "ends within its header"),
        ("truncated-first-frame.y4m", 6, "after 0 complete frames"),
        ("no-width.y4m", 6, "width 0"),
        ("huge.y4m", 6, "width 1000000"),
        ("four-one-one.y4m", 7, "C411"),
        ("truncated-header.wav", 6, "ends before the samples"),
        ("no-channels.wav", 6, "0 channels"),
        ("adpcm.wav", 7, "not PCM"),
        ("text.txt", 6, "neither WebM, Matroska, Y4M nor WAV"),
        ("empty", 6, "is empty"),
        (".", 6, "is a directory"),
        ("missing.y4m", 3, "does not exist"),
    ];
    for (name, code, words) in cases {
        let folder = Folder::new();
        let mut command = folder.mediarec("record -o a.webm --input");
        let outcome = run(command.arg(fixture(name)));
        assert_says(&outcome, code, words);
        assert!(
            outcome.stderr.contains(name),
            "{name} is not named: {}",
            outcome.stderr
        );
        assert!(folder.names().is_empty(), "{name} left {:?}", folder.names());
    }
}

#[test]
fn what_is_good_of_a_broken_file_is_kept_and_said() {
    let cases = [
        ("truncated.y4m", "after 2 complete frames", "2 video frames"),
        ("damaged.y4m", "no frame begins at byte 3119", "1 video frames"),
        (
            "lying.wav",
            "truncated: 2000 of 1000000 bytes of samples",
            "recorded 0.021 s",
        ),
    ];
    for (name, reason, kept) in cases {
        let folder = Folder::new();
        let mut command = folder.mediarec("record -o a.webm --input");
        let outcome = run(command.arg(fixture(name)));
        assert_says(&outcome, 6, reason);
        assert!(outcome.stderr.contains(kept), "{}", outcome.stderr);
        assert_clean(&folder.path("a.webm"));
    }
}

#[test]
fn the_whole_pictures_and_samples_of_a_cut_off_file_are_all_recorded() {
    let folder = Folder::new();
    let clip = Y4m::new((30, 1), 50).bytes();
    folder.write("a.y4m", &clip[..clip.len() - 1000]);
    let outcome = run(&mut folder.mediarec("record --input a.y4m -o a.webm"));
    assert_says(&outcome, 6, "after 49 complete frames");
    assert_eq!(numbers(&folder.path("a.webm")), (0..49).collect::<Vec<_>>());
    write_wav(
        &folder.path("b.wav"),
        cd_like(48_000, 1),
        48_000,
        tone(440.0, 0.5, 48_000),
    );
    let wav = folder.read("b.wav");
    folder.write("b.wav", &wav[..wav.len() - 1001]);
    let outcome = run(&mut folder.mediarec("record --input b.wav -o b.webm"));
    assert_says(&outcome, 6, "is truncated");
    assert_eq!(sound(&folder.path("b.webm"), 0).len(), 48_000 - 501);
}

#[test]
fn a_broken_track_does_not_keep_the_other_from_being_recorded() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((30, 1), 30).bytes());
    let mut command = folder.mediarec("record --input a.y4m -o a.webm --input");
    let outcome = run(command.arg(fixture("lying.wav")));
    assert_says(&outcome, 6, "lying.wav");
    assert_eq!(numbers(&folder.path("a.webm")), (0..30).collect::<Vec<_>>());
}

#[test]
fn a_source_without_any_media_records_nothing_and_leaves_nothing() {
    let folder = Folder::new();
    let mut command = folder.mediarec("record -o a.webm --input");
    let outcome = run(command.arg(fixture("header-only.y4m")));
    assert_says(&outcome, 6, "nothing was recorded");
    assert!(folder.names().is_empty());
}

#[test]
fn it_is_said_when_a_limit_or_a_stop_left_nothing_to_record() {
    let folder = Folder::new();
    let small = run(&mut folder.mediarec(&format!("{FAKE} --max-size 1k -o a.webm")));
    assert_says(&small, 2, "--max-size");
    let words = "record --fake-devices --start-paused -o a.webm --events e";
    let stopped = Running::start(&mut folder.mediarec(words));
    wait_until("the pause", || has(&folder.events("e"), "pause"));
    stopped.signal(Signal::SIGINT);
    assert_says(&stopped.wait(), 6, "it was stopped before");
    assert_eq!(folder.names(), ["e"]);
}

#[test]
fn a_file_that_may_not_be_read_is_not_allowed() {
    let folder = Folder::new();
    let path = folder.write("a.y4m", Y4m::new((30, 1), 1).bytes());
    fs::set_permissions(&path, Permissions::from_mode(0o000)).unwrap();
    let is_root = File::open(&path).is_ok();
    // Root may read everything, so somebody else has to try, with a program that he can reach.
    let program = folder.install("mediarec", env!("CARGO_BIN_EXE_mediarec"));
    for words in ["record --input a.y4m -o -", "inspect a.y4m"] {
        let mut command = folder.program(program.to_str().unwrap(), words);
        if is_root {
            command.uid(65_534).gid(65_534);
        }
        assert_says(&run(&mut command), 5, "permission to read");
    }
}

#[test]
fn arguments_that_make_no_sense_are_usage_errors_that_name_the_argument() {
    let cases = [
        ("--duration abc", "--duration"),
        ("--duration 10", "has no unit; write 10s"),
        ("--duration -1s", "-1"),
        ("--duration 0s", "longer than 0"),
        ("--no-video --no-audio", "--no-video"),
        ("--timeslice often", "--timeslice"),
        ("--video-bitrate fast", "--video-bitrate"),
        ("--max-size big", "--max-size"),
        ("--keyframe-interval 0f", "at least 1f"),
        ("--speed 17", "--speed"),
        ("--threads 0", "--threads"),
        ("--input a.y4m", "--input"),
        ("--unknown", "--unknown"),
        ("-q -v", "--quiet"),
        ("stray", "stray"),
    ];
    for (words, named) in cases {
        let folder = Folder::new();
        let outcome = run(&mut folder.mediarec(&format!("record --fake-devices -o a.webm {words}")));
        assert_eq!(outcome.code, Some(2), "{words}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(named), "{words}: {}", outcome.stderr);
        assert!(outcome.stdout.is_empty() && folder.names().is_empty(), "{words}");
    }
}

#[test]
fn what_is_asked_of_devices_is_not_asked_of_files() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((30, 1), 3).bytes());
    for flag in [
        "--video=width=5",
        "--audio",
        "--camera=1",
        "--microphone=1",
        "--constraints={\"video\":true}",
        "--width=640",
        "--aspect-ratio=16:9",
        "--noise-suppression=true",
        "--explain",
    ] {
        let outcome = run(&mut folder.mediarec(&format!("record --input a.y4m -o a.webm {flag}")));
        assert_says(&outcome, 2, flag.split('=').next().unwrap());
        assert_eq!(folder.names(), ["a.y4m"], "{flag}");
    }
}

#[test]
fn only_files_can_be_read_in_real_time_or_faster() {
    let folder = Folder::new();
    let outcome = run(&mut folder.mediarec("record --realtime -o a.webm"));
    assert_eq!(outcome.code, Some(2));
    assert!(outcome.stderr.contains("--input"), "{}", outcome.stderr);
}

#[test]
fn standard_input_can_be_one_input_only() {
    let folder = Folder::new();
    let outcome = run(&mut folder.mediarec("record --input - --input - -o a.webm"));
    assert_says(&outcome, 2, "one input only");
    assert!(folder.names().is_empty());
}

#[test]
fn a_script_of_fake_devices_that_nobody_understands_is_a_usage_error() {
    let folder = Folder::new();
    for words in [
        "record --fake-devices=explode -o a.webm",
        "list-devices --fake-devices=explode",
    ] {
        assert_says(&run(&mut folder.mediarec(words)), 2, "explode");
    }
    assert!(folder.names().is_empty());
}

#[test]
fn what_cannot_be_encoded_is_not_supported() {
    let folder = Folder::new();
    for mime in [
        "video/pineapple",
        "video/webm;codecs=h264",
        "audio/webm;codecs=pcm",
        "video/webm;codecs=pineapple",
        "audio/webm;codecs=vp8",
        "video/mp4",
        "nonsense",
    ] {
        let outcome = run(&mut folder.mediarec(&format!("{FAKE} -o a.webm --mime {mime}")));
        assert_says(&outcome, 7, mime);
        assert!(folder.names().is_empty(), "{mime}");
    }
}

#[test]
fn pictures_do_not_fit_into_a_sound_type() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((30, 1), 3).bytes());
    let outcome = run(&mut folder.mediarec("record --input a.y4m --mime audio/webm -o a.webm"));
    assert_says(&outcome, 7, "video track");
    assert_eq!(folder.names(), ["a.y4m"]);
}

#[test]
fn an_output_that_cannot_be_made_is_a_failure_of_its_own() {
    let folder = Folder::new();
    folder.write("file", "");
    for output in ["no/such/folder/a.webm", "file/a.webm", ".", "/proc/a.webm"] {
        let outcome = run(&mut folder.mediarec(&format!("{FAKE} -o {output}")));
        assert_says(&outcome, 1, output);
    }
    assert_eq!(folder.names(), ["file"]);
}

#[test]
fn events_that_cannot_be_written_stop_it_before_it_begins() {
    let folder = Folder::new();
    for events in ["no/such/folder/e", "fd:77", "fd:x"] {
        let outcome = run(&mut folder.mediarec(&format!("{FAKE} -o a.webm --events {events}")));
        assert_says(&outcome, 1, events);
    }
    assert!(folder.names().is_empty(), "{:?}", folder.names());
}

#[test]
fn a_full_disk_breaks_the_recording_and_says_what_is_kept() {
    let folder = Folder::new();
    let outcome = run(&mut folder.mediarec(&format!("{FAKE} -o /dev/full")));
    assert_eq!(outcome.code, Some(8), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("disk is full"), "{}", outcome.stderr);
}

#[test]
fn a_file_that_may_not_grow_is_finished_where_it_is_and_says_how_long_it_is() {
    let folder = Folder::new();
    // Blocks of 512 or of 1024 bytes, as the shell likes; a write beyond them fails.
    let script = "ulimit -f 200; exec \"$0\" record --fake-devices=unpaced --duration 9s -o a.webm";
    let mut command = folder.program("sh", "-c");
    let outcome = run(command.args([script, env!("CARGO_BIN_EXE_mediarec")]));
    assert_says(&outcome, 8, "cannot write a.webm");
    assert!(outcome.stderr.contains("recorded "), "{}", outcome.stderr);
    let size = folder.size("a.webm");
    let within = |most: u64| (most - 40_000..=most).contains(&size);
    assert!(within(200 * 512) || within(200 * 1024), "{size}");
    assert_clean(&folder.path("a.webm"));
    assert!(probe(&folder.path("a.webm")).duration().is_some());
    assert!(numbers(&folder.path("a.webm")).len() > 5);
}

#[test]
fn without_devices_it_says_what_to_do() {
    let folder = Folder::new();
    let no_microphone = "--fake-devices=plug=mic1@9h,plug=mic2@9h";
    let no_camera = "--fake-devices=plug=camera1@9h,plug=camera2@9h";
    for (command, devices, said) in [
        ("record -o a.webm", "", "--input FILE"),
        ("record -o a.webm", "--fake-devices=none", "--input FILE"),
        (
            "record -o a.webm",
            no_microphone,
            "no microphone found: none is plugged in",
        ),
        ("record -o a.webm", no_microphone, "--no-audio"),
        (
            "record -o a.webm",
            no_camera,
            "no camera found: none is plugged in",
        ),
        ("record -o a.webm", no_camera, "--no-video"),
        ("probe --json", no_microphone, "--no-audio"),
        ("record -o a.webm --explain", no_microphone, "--no-audio"),
        ("photo -o a.jpg", no_camera, "--fake-devices"),
    ] {
        let outcome = run(&mut folder.mediarec(&format!("{command} {devices}")));
        assert_says(&outcome, 3, said);
        assert_eq!(
            outcome.stderr.contains("--input"),
            said.contains("--input"),
            "{}",
            outcome.stderr
        );
        assert!(folder.names().is_empty());
    }
    let only_sound = run(&mut folder.mediarec(&format!("record --no-video {no_microphone} -o a.webm")));
    assert_says(&only_sound, 3, "list-devices");
    assert!(!only_sound.stderr.contains("--no-"), "{}", only_sound.stderr);
}

#[test]
fn what_cannot_be_inspected_is_said_by_name() {
    let folder = Folder::new();
    for (name, code) in [
        ("text.txt", 6),
        ("empty", 6),
        (".", 6),
        ("missing.webm", 3),
        ("empty/a", 6),
    ] {
        let mut command = folder.mediarec("inspect");
        let outcome = run(command.arg(fixture(name)));
        assert_says(&outcome, code, name);
    }
}

#[test]
fn an_input_is_never_recorded_over() {
    let folder = Folder::new();
    write_wav(
        &folder.path("a.wav"),
        cd_like(48_000, 1),
        9_600,
        tone(440.0, 0.5, 48_000),
    );
    std::os::unix::fs::symlink("a.wav", folder.path("link.wav")).unwrap();
    let before = folder.read("a.wav");
    for output in ["a.wav", "./a.wav", "link.wav"] {
        let outcome = run(&mut folder.mediarec(&format!("record --input a.wav --force -o {output}")));
        assert!(
            folder.path("a.wav").exists() && folder.read("a.wav") == before,
            "{output}: it is gone"
        );
        assert_ne!(outcome.code, Some(0), "{output}");
    }
}

#[test]
fn events_are_never_written_over_an_input_or_into_the_recording() {
    let folder = Folder::new();
    let clip = Y4m::new((30, 1), 3).bytes();
    folder.write("a.y4m", &clip);
    folder.write("old.webm", "old");
    std::os::unix::fs::symlink("a.y4m", folder.path("link")).unwrap();
    for words in [
        "--events a.y4m -o a.webm",
        "--events link -o a.webm",
        "--events a.webm -o ./a.webm",
        "--events old.webm -o old.webm --force",
    ] {
        let outcome = run(&mut folder.mediarec(&format!("record --input a.y4m {words}")));
        assert_says(&outcome, 2, "--events");
        assert_eq!(folder.names(), ["a.y4m", "link", "old.webm"], "{words}");
    }
    assert_eq!(
        (folder.read("a.y4m"), &*folder.read("old.webm")),
        (clip, &b"old"[..])
    );
}

#[test]
fn what_is_to_be_overwritten_stays_until_there_is_something_to_put_in_its_place() {
    let folder = Folder::new();
    folder.write("a.webm", b"precious");
    let mut command = folder.mediarec("record -o a.webm --force --input");
    let outcome = run(command.arg(fixture("truncated-first-frame.y4m")));
    assert_eq!(outcome.code, Some(6), "{}", outcome.stderr);
    assert_eq!(folder.read("a.webm"), b"precious");
}

#[test]
fn a_link_to_nowhere_is_followed_when_it_may_be_and_else_it_is_said_what_it_is() {
    let folder = Folder::new();
    std::os::unix::fs::symlink("nowhere", folder.path("a.webm")).unwrap();
    assert_says(
        &run(&mut folder.mediarec(&format!("{FAKE} -o a.webm"))),
        1,
        "is a link to nowhere",
    );
    let mut broken = folder.mediarec("record --force -o a.webm --input");
    assert_says(
        &run(broken.arg(fixture("header-only.y4m"))),
        6,
        "nothing was recorded",
    );
    assert_eq!(folder.names(), ["a.webm"]);
    folder.record("--fake-devices=unpaced --duration 100ms --force -o a.webm");
    assert_eq!(numbers(&folder.path("nowhere")).len(), 3);
    assert!(fs::symlink_metadata(folder.path("a.webm")).unwrap().is_symlink());
}

#[test]
#[cfg(not(feature = "upload"))]
fn a_program_that_cannot_upload_says_so_before_it_records() {
    let folder = Folder::new();
    for words in ["record --fake-devices -o a.webm --upload s3://b/p", "upload ."] {
        let outcome = run(&mut folder.mediarec(words));
        assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
        assert!(
            outcome.stderr.contains("built without the feature upload"),
            "{}",
            outcome.stderr
        );
    }
    assert_eq!(folder.names(), [""; 0]);
}
