//! `-o`: what is written to as it is, what needs `--force`, and what a name says.
use crate::judges::{assert_clean, numbers, probe};
use crate::util::{Folder, Outcome, drain, drained, only, run, wait_until};
use std::fs;

const RECORD: &str = "record --fake-devices=unpaced --duration 1s";

/// Runs a line of a shell in which `mediarec` is the program.
fn shell(folder: &Folder, line: &str) -> Outcome {
    let script = format!(
        "mediarec() {{ {} \"$@\"; }}\n{line}",
        env!("CARGO_BIN_EXE_mediarec")
    );
    run(folder.program("bash", "-c").arg(script))
}

/// Thirty frames, and a file that is finished.
fn assert_finished(folder: &Folder, name: &str) {
    assert_clean(&folder.path(name));
    assert_eq!(numbers(&folder.path(name)).len(), 30, "{name}");
    assert_eq!(probe(&folder.path(name)).duration(), Some(1.0), "{name}");
}

#[test]
fn names_of_pipes_are_written_to_as_they_are() {
    let folder = Folder::new();
    for line in [
        "mediarec RECORD -o /dev/stdout | cat >a.webm",
        "mediarec RECORD -o /dev/fd/1 | cat >a.webm",
        "mediarec RECORD -o >(cat >a.webm; touch done); while [ ! -e done ]; do sleep 0.01; done; rm done",
        "{ mediarec RECORD -o /dev/fd/3 3>&1 >/dev/null; } | cat >a.webm",
        "mediarec RECORD -o a.webm",
    ] {
        let outcome = shell(&folder, &line.replace("RECORD", RECORD));
        assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{line}");
        assert_eq!(numbers(&folder.path("a.webm")).len(), 30, "{line}");
        fs::remove_file(folder.path("a.webm")).unwrap();
    }
}

#[test]
fn an_open_regular_file_is_finished_where_the_shell_has_it() {
    let folder = Folder::new();
    for line in [
        "mediarec RECORD -o /dev/stdout >a.webm",
        "mediarec RECORD -o /dev/fd/3 3>a.webm",
        "mediarec RECORD -o /proc/self/fd/3 3>a.webm",
    ] {
        let outcome = shell(&folder, &line.replace("RECORD", RECORD));
        assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{line}");
        assert_finished(&folder, "a.webm");
    }
    // What the shell writes before and after it stays.
    let line = "{ printf head >&3; mediarec RECORD -o /dev/fd/3; printf tail >&3; } 3>b";
    assert_eq!(shell(&folder, &line.replace("RECORD", RECORD)).code, Some(0));
    let bytes = folder.read("b");
    let inner = bytes
        .strip_prefix(b"head")
        .unwrap()
        .strip_suffix(b"tail")
        .unwrap();
    folder.write("a.webm", inner);
    assert_finished(&folder, "a.webm");
}

#[test]
fn a_descriptor_that_is_not_open_for_writing_is_named() {
    let folder = Folder::new();
    for (line, why) in [
        ("mediarec RECORD -o /dev/fd/9", "/dev/fd/9"),
        ("mediarec RECORD -o /dev/fd/3", "not open"),
        ("mediarec RECORD -o /dev/fd/3 3</dev/null", "reading only"),
    ] {
        let outcome = shell(&folder, &line.replace("RECORD", RECORD));
        assert_eq!(outcome.code, Some(1), "{line}");
        assert!(outcome.stderr.contains(why), "{line}: {}", outcome.stderr);
    }
    assert!(folder.names().is_empty());
}

#[test]
fn devices_and_links_to_pipes_need_no_force_and_regular_files_do() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 1s -o /dev/null");
    nix::unistd::mkfifo(&folder.path("fifo"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    std::os::unix::fs::symlink("fifo", folder.path("link")).unwrap();
    let reader = drain(folder.path("fifo"));
    folder.record("--fake-devices=unpaced --duration 1s -o link");
    assert!(drained(reader).starts_with(&[0x1a, 0x45, 0xdf, 0xa3]));
    folder.write("mine.webm", "mine");
    std::os::unix::fs::symlink("mine.webm", folder.path("to-mine.webm")).unwrap();
    for name in ["mine.webm", "to-mine.webm"] {
        let outcome = run(&mut folder.mediarec(&format!("{RECORD} -o {name}")));
        assert_eq!(outcome.code, Some(1), "{name}");
        assert!(outcome.stderr.contains("--force"), "{name}: {}", outcome.stderr);
    }
    assert_eq!(folder.read("mine.webm"), b"mine");
}

#[test]
fn a_photo_goes_where_a_recording_goes() {
    let folder = Folder::new();
    for line in [
        "mediarec photo --fake-devices -o /dev/stdout | cat >a.jpg",
        "mediarec photo --fake-devices -o /dev/fd/3 3>a.jpg",
        "mediarec photo --fake-devices -o /dev/stdout >a.jpg",
        "mediarec photo --fake-devices -o >(cat >a.jpg)",
    ] {
        let outcome = shell(&folder, line);
        assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{line}");
        wait_until("the photo", || folder.size("a.jpg") > 2);
        assert_eq!(folder.read("a.jpg")[..2], [0xff, 0xd8], "{line}");
        fs::remove_file(folder.path("a.jpg")).unwrap();
    }
}

#[test]
fn a_name_that_begins_with_a_dash_is_a_name_unless_it_may_be_a_flag() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 1s -o -x.webm");
    assert_finished(&folder, "-x.webm");
    for flag in ["--force", "-q", "--video=frameRate=29.9"] {
        let outcome = run(&mut folder.mediarec(&format!("{RECORD} -o {flag}")));
        assert_eq!(outcome.code, Some(2), "{flag}");
        assert!(
            outcome.stderr.contains(&format!("./{flag}")),
            "{}",
            outcome.stderr
        );
    }
    assert_eq!(folder.names(), ["-x.webm"]);
}

#[test]
fn the_ending_chooses_the_container_and_whether_there_is_video() {
    let folder = Folder::new();
    for (name, doc_type, streams) in [
        ("a.webm", "webm", 2),
        ("a.weba", "webm", 1),
        ("a.mkv", "matroska", 2),
        ("a.MKA", "matroska", 1),
        ("a.mk3d", "matroska", 2),
        ("a.part", "webm", 2),
    ] {
        folder.record(&format!("--fake-devices=unpaced --duration 500ms -o {name}"));
        let head = String::from_utf8_lossy(&folder.read(name)[..64]).into_owned();
        assert!(head.contains(doc_type), "{name}: {head}");
        let probe = probe(&folder.path(name));
        let found = probe.streams("audio").len() + probe.streams("video").len();
        assert_eq!(found, streams, "{name}");
    }
    // Of a file as well.
    folder.record("--input a.mkv -o b.weba");
    assert!(probe(&folder.path("b.weba")).streams("video").is_empty());
    assert_eq!(probe(&folder.path("b.weba")).streams("audio").len(), 1);
}

#[test]
fn the_ending_of_another_container_is_a_usage_error_that_says_what_can_be_had() {
    let folder = Folder::new();
    for (name, instead) in [
        ("a.mp4", "a.webm or a.mkv"),
        ("a.mov", "a.webm or a.mkv"),
        ("a.AVI", "a.webm or a.mkv"),
        ("a.wav", "a.weba or a.mka"),
        ("a.ogg", "a.weba or a.mka"),
        ("a.mp3", "a.weba or a.mka"),
        ("a.flac", "a.weba or a.mka"),
    ] {
        let outcome = run(&mut folder.mediarec(&format!("{RECORD} -o {name}")));
        assert_eq!(outcome.code, Some(2), "{name}");
        assert!(outcome.stderr.contains(instead), "{name}: {}", outcome.stderr);
        assert!(outcome.stderr.lines().count() <= 2, "{}", outcome.stderr);
    }
    assert!(folder.names().is_empty());
}

#[test]
fn the_type_wins_over_the_name_and_a_mismatch_is_warned_of() {
    let folder = Folder::new();
    for (name, mime, warned) in [
        ("a.webm", "video/x-matroska", true),
        ("a.mp4", "video/webm", true),
        ("a.weba", "video/webm", true),
        ("b.webm", "audio/webm", false),
        ("a.mkv", "audio/x-matroska", false),
    ] {
        let outcome = run(&mut folder.mediarec(&format!("{RECORD} -o {name} --mime {mime}")));
        assert_eq!(outcome.code, Some(0), "{name}: {}", outcome.stderr);
        assert_eq!(
            outcome.stderr.contains(mime),
            warned,
            "{name}: {}",
            outcome.stderr
        );
        assert_eq!(outcome.stderr.lines().count(), usize::from(warned));
    }
    let quiet = run(&mut folder.mediarec(&format!("{RECORD} -o c.mp4 --mime video/webm -q")));
    assert_eq!((quiet.code, &*quiet.stderr), (Some(0), ""));
}

/// A recording of 9 s under this limit of the shell.
fn limited(folder: &Folder, limit: u32, flags: &str) -> Outcome {
    let record = "record --fake-devices=unpaced --duration 9s --timeslice none";
    shell(folder, &format!("ulimit -f {limit}; mediarec {record} {flags}"))
}

#[test]
fn a_limit_for_file_sizes_is_a_full_disk_and_what_is_said_is_what_is_there() {
    let folder = Folder::new();
    for limit in [40, 200, 201, 202] {
        let outcome = limited(&folder, limit, "--force -o a.webm --events e");
        assert_eq!(outcome.code, Some(8), "{limit}: {}", outcome.stderr);
        assert!(outcome.stderr.contains("ulimit -f"), "{}", outcome.stderr);
        let path = folder.path("a.webm");
        assert_clean(&path);
        let size = folder.size("a.webm");
        assert!((2_000..=u64::from(limit) * 1024).contains(&size), "{size}");
        let (stop, probe) = (only(&folder.events("e"), "stop").clone(), probe(&path));
        assert_eq!(stop["size"], size, "{limit}");
        let length = stop["duration"].as_f64().unwrap();
        assert!(
            (length - probe.duration().unwrap()).abs() < 1e-3,
            "{limit}: {length}"
        );
        for track in stop["tracks"].as_array().unwrap() {
            let packets = probe.packets(track["kind"].as_str().unwrap()).len();
            assert_eq!(track["packets"], packets, "{limit}: {track}");
        }
        let said = format!(
            "recorded {length:.3} s to a.webm: {:.2} KiB",
            size as f64 / 1024.0
        );
        assert!(outcome.stderr.contains(&said), "{said}: {}", outcome.stderr);
    }
}

/// What is ready together is written together, unless events tell of each chunk.
#[test]
fn a_full_disk_keeps_as_much_of_a_copy_whether_its_blobs_are_written_together_or_not() {
    let folder = Folder::new();
    let made = run(&mut folder.mediarec("record --fake-devices=unpaced --duration 9s -o in.webm"));
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    for limit in [1, 40, 200, 333] {
        let copied = |output: &str, flags: &str| {
            let record = "mediarec record --input in.webm --reproducible --force";
            let script = format!("ulimit -f {limit}; {record} -o {output} {flags}");
            let outcome = shell(&folder, &script);
            assert_eq!(outcome.code, Some(8), "{limit}: {}", outcome.stderr);
            outcome.stderr.replace(output, "OUT")
        };
        let (together, each) = (copied("a.webm", ""), copied("b.webm", "--events /dev/null"));
        assert_eq!(together, each);
        assert_eq!(folder.path("a.webm").exists(), folder.path("b.webm").exists());
        if folder.path("a.webm").exists() {
            assert!(folder.read("a.webm") == folder.read("b.webm"), "{limit}");
            assert_clean(&folder.path("a.webm"));
        }
    }
}

#[test]
fn the_limit_holds_for_chunks_streams_and_open_files_too() {
    let folder = Folder::new();
    let chunks = limited(&folder, 60, "--chunks d");
    assert_eq!(chunks.code, Some(8), "{}", chunks.stderr);
    assert!((30_000..=61_440).contains(&folder.size("d/000000.webm")));
    let finished = limited(&folder, 60, "-o /dev/stdout >b.webm");
    assert_eq!(finished.code, Some(8), "{}", finished.stderr);
    assert!(!numbers(&folder.path("b.webm")).is_empty());
    assert_clean(&folder.path("b.webm"));
    // With --live nothing that is written is touched again: the last block stays cut off.
    let live = limited(&folder, 60, "--live -o c.webm");
    assert_eq!(live.code, Some(8), "{}", live.stderr);
    assert!((30_000..=61_440).contains(&folder.size("c.webm")));
    // No room even for the first frame.
    let nothing = limited(&folder, 0, "-o d.webm");
    assert_eq!(nothing.code, Some(8), "{}", nothing.stderr);
    assert!(!folder.path("d.webm").exists());
}

#[test]
fn the_size_of_a_finished_file_is_said_with_its_index() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 1s -o a.webm --events e");
    assert_eq!(only(&folder.events("e"), "stop")["size"], folder.size("a.webm"));
    folder.record("--fake-devices=unpaced --duration 1s --chunks d --timeslice none --events e");
    assert_eq!(
        only(&folder.events("e"), "stop")["size"],
        folder.size("d/000000.webm")
    );
}
