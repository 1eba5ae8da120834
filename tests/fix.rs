//! `mediarec fix` and `mediarec join`: files that are broken, and what independent programs say when they were repaired.
use crate::ebml::frames;
use crate::judges::{assert_clean, assert_plays, probe};
use crate::util::{Folder, Running, ffmpeg, run, wait_until};
use mediarec::webm::{Block, Reader, diagnose};
use nix::sys::signal::Signal;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

fn blocks(folder: &Folder, name: &str) -> Vec<(u64, bytes::Bytes)> {
    let mut reader = Reader::new(File::open(folder.path(name)).unwrap()).unwrap();
    let blocks = std::iter::from_fn(|| reader.next_block().unwrap());
    let mut blocks: Vec<(u64, bytes::Bytes)> = blocks.map(|block: Block| (block.track, block.data)).collect();
    blocks.sort_by_key(|block| block.0);
    blocks
}

/// A live recording of the fake devices: 3 s.
fn live(folder: &Folder, name: &str) {
    folder.record(&format!("--fake-devices=unpaced --duration 3s --live -o {name}"));
}

fn fix(folder: &Folder, words: &str) -> String {
    let outcome = run(&mut folder.mediarec(&format!("fix {words}")));
    assert_eq!(outcome.code, Some(0), "{words}: {}", outcome.stderr);
    assert!(outcome.stdout.is_empty());
    outcome.stderr
}

fn assert_seekable(folder: &Folder, name: &str) {
    assert_clean(&folder.path(name));
    assert!(probe(&folder.path(name)).duration().is_some());
    assert_eq!(diagnose(File::open(folder.path(name)).unwrap()).unwrap().list, []);
}

#[test]
fn a_file_that_kill_9_left_is_finished_where_it_is() {
    let folder = Folder::new();
    let mut recording = Running::start(&mut folder.mediarec("record --fake-devices -o a.webm"));
    wait_until("100 kB are recorded", || {
        folder.path("a.webm").exists() && folder.size("a.webm") > 100_000
    });
    recording.signal(Signal::SIGKILL);
    recording.ends();
    let before = blocks(&folder, "a.webm");
    let inode =
        |folder: &Folder| std::os::unix::fs::MetadataExt::ino(&fs::metadata(folder.path("a.webm")).unwrap());
    let place = inode(&folder);
    let said = fix(&folder, "a.webm");
    assert!(said.contains("added the duration"), "{said}");
    assert_eq!(inode(&folder), place);
    assert_eq!(blocks(&folder, "a.webm"), before);
    assert_seekable(&folder, "a.webm");
    assert_eq!(fix(&folder, "a.webm"), "a.webm: nothing to repair\n");
    assert_eq!(blocks(&folder, "a.webm"), before);
}

#[test]
fn a_file_of_another_program_is_replaced_with_its_permissions_and_times() {
    let folder = Folder::new();
    ffmpeg(
        &folder,
        "-f lavfi -i testsrc2=s=160x90:r=25:d=2 -f lavfi -i sine=d=2 -c:v libvpx -g 25 -c:a libopus \
         -metadata title=Kept -f webm -live 1 a.webm",
    );
    let path = folder.path("a.webm");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
    File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(old)
        .unwrap();
    let before = blocks(&folder, "a.webm");
    let said = fix(&folder, "--verify a.webm");
    assert!(said.contains("packets are identical to the original"), "{said}");
    assert!(said.contains("added Cues, so that players can seek"), "{said}");
    let metadata = fs::metadata(&path).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o640);
    assert_eq!(metadata.modified().unwrap(), old);
    assert_eq!(blocks(&folder, "a.webm"), before);
    assert_seekable(&folder, "a.webm");
    let words = "-v error -show_entries format_tags=title -of csv=p=0 a.webm";
    let title = run(&mut folder.program("ffprobe", words));
    assert_eq!(String::from_utf8_lossy(&title.stdout).trim(), "Kept");
    let left: Vec<_> = fs::read_dir(folder.path(".")).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn damaged_and_truncated_files_become_clean_ones() {
    let folder = Folder::new();
    live(&folder, "live.webm");
    folder.record("--fake-devices=unpaced --duration 3s -o whole.webm");
    let whole = folder.read("whole.webm");
    let mut reader = Reader::new(&*whole).unwrap();
    let small = |block: &Block| block.position > 60_000 && block.data.len() < 500;
    let victim = std::iter::from_fn(|| reader.next_block().unwrap())
        .find(small)
        .unwrap();
    let at = usize::try_from(victim.position).unwrap();
    let mut junk = whole.clone();
    junk[at..at + 1_000].fill(0x3C);
    let mut no_segment_size = whole.clone();
    let size = whole
        .windows(4)
        .position(|id| id == [0x18, 0x53, 0x80, 0x67])
        .unwrap()
        + 4;
    no_segment_size[size..size + 8].copy_from_slice(&(1 << 56 | 0x1388_u64).to_be_bytes());
    let cases = [
        (
            "cut",
            whole[..whole.len() * 7 / 10].to_vec(),
            "incomplete element",
        ),
        ("junk", junk, "belong to no packet"),
        ("size", no_segment_size, "size of the Segment"),
        ("first", whole[1..].to_vec(), "restored its first byte"),
        ("head", whole[30..].to_vec(), "restored its first 40 bytes"),
        (
            "twice",
            [whole.clone(), whole.clone()].concat(),
            "joined 2 recordings",
        ),
        ("live", folder.read("live.webm"), "added the duration"),
    ];
    for (name, bytes, words) in cases {
        folder.write("broken.webm", bytes);
        let said = fix(&folder, "broken.webm --verify --force -o repaired.webm");
        assert!(said.contains(words), "{name}: {said}");
        assert_seekable(&folder, "repaired.webm");
    }
}

#[test]
fn a_later_piece_is_repaired_with_and_without_the_header_of_the_first_one() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 3s --timeslice 1s --keyframe-interval 1s --chunks chunks -o a.webm");
    let without = fix(&folder, "chunks/000002.webm -o b.webm");
    assert!(without.contains("restored its tracks"), "{without}");
    let with = fix(
        &folder,
        "--header chunks/000000.webm chunks/000002.webm -o c.webm",
    );
    assert!(with.contains("added the duration"), "{with}");
    for name in ["b.webm", "c.webm"] {
        assert_plays(&folder.path(name));
    }
    let packets = |name: &str| frames(&folder.read(name)).unwrap();
    assert_eq!(packets("b.webm"), packets("c.webm"));
}

#[test]
fn what_cannot_be_saved_is_an_error_and_leaves_no_file() {
    let folder = Folder::new();
    folder.write("text.webm", "this is a text");
    folder.write("empty.webm", "");
    for name in ["text.webm", "empty.webm"] {
        let outcome = run(&mut folder.mediarec(&format!("fix {name} -o b.webm")));
        assert_eq!(outcome.code, Some(6), "{}", outcome.stderr);
        assert!(
            outcome.stderr.starts_with(&format!("mediarec: {name}: ")),
            "{}",
            outcome.stderr
        );
        let outcome = run(&mut folder.mediarec(&format!("fix {name}")));
        assert_eq!(outcome.code, Some(6), "{}", outcome.stderr);
    }
    assert!(!folder.path("b.webm").exists());
    assert_eq!(folder.read("text.webm"), b"this is a text");
    live(&folder, "a.webm");
    let refused = run(&mut folder.mediarec("fix a.webm -o text.webm"));
    assert_ne!(refused.code, Some(0));
    assert!(refused.stderr.contains("--force"), "{}", refused.stderr);
    let missing = run(&mut folder.mediarec("fix missing.webm"));
    assert_eq!(missing.code, Some(3), "{}", missing.stderr);
}

#[test]
fn a_stream_is_mended_through_pipes() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 3s -o a.webm");
    let whole = folder.read("a.webm");
    folder.write("cut.webm", &whole[..whole.len() / 2]);
    let mut command = folder.mediarec("fix - -o -");
    command.stdin(Stdio::from(File::open(folder.path("cut.webm")).unwrap()));
    let outcome = run(&mut command);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    folder.write("b.webm", outcome.stdout);
    assert_plays(&folder.path("b.webm"));
    assert_eq!(blocks(&folder, "b.webm"), blocks(&folder, "cut.webm"));
}

#[test]
fn a_stream_that_cannot_be_written_is_a_failure_and_a_closed_pipe_is_none() {
    let folder = Folder::new();
    live(&folder, "live.webm");
    let full = File::options().write(true).open("/dev/full").unwrap();
    let outcome = run(folder.mediarec("fix live.webm -o -").stdout(full));
    assert_eq!(outcome.code, Some(8));
    assert!(outcome.stderr.contains("standard output"), "{}", outcome.stderr);
    let script = format!(
        "{} fix live.webm -o - | head -c 10",
        env!("CARGO_BIN_EXE_mediarec")
    );
    let outcome = run(folder.program("bash", "-o pipefail -c").arg(script));
    assert_eq!((outcome.code, outcome.stdout.len()), (Some(0), 10));
}

#[test]
fn a_piece_that_begins_within_a_block_keeps_all_the_others() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 6s --live -o live.webm");
    let whole = blocks(&folder, "live.webm");
    let bytes = folder.read("live.webm");
    for lost in [3_000, 20_001] {
        folder.write("cut.webm", &bytes[lost..]);
        let said = fix(&folder, "cut.webm");
        assert!(said.contains("belong to no packet"), "{said}");
        let audio = |blocks: &[(u64, bytes::Bytes)]| blocks.iter().filter(|(track, _)| *track == 1).count();
        let (left, all) = (audio(&blocks(&folder, "cut.webm")), audio(&whole));
        assert!(left + 15 > all, "{lost}: {left} of {all}");
    }
}

#[test]
fn a_signal_ends_the_wait_for_a_pipe_and_leaves_no_file() {
    let folder = Folder::new();
    mkfifo(&folder.path("fifo"), Mode::S_IRWXU).unwrap();
    for words in ["join fifo -o b.webm", "fix fifo -o b.webm", "fix - -o b.webm"] {
        for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
            let mut command = folder.mediarec(words);
            command.stdin(Stdio::piped());
            let mut running = Running::start(&mut command);
            wait_until("the handler", || has_handler(running.id(), Signal::SIGHUP));
            running.signal(signal);
            let time = running.ends();
            assert!(time < Duration::from_secs(2), "{words} {signal}: {time:?}");
            assert_eq!(running.wait().code, Some(130), "{words} {signal}");
            let left = fs::read_dir(folder.path(".")).unwrap().count();
            assert_eq!(left, 1, "{words} {signal}");
        }
    }
}

/// Whether a process handles a signal.
fn has_handler(process: u32, signal: Signal) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let caught = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    caught.is_some_and(|mask| mask >> (signal as i32 - 1) & 1 == 1)
}

#[test]
fn pieces_that_are_streams_are_refused() {
    let folder = Folder::new();
    live(&folder, "a.webm");
    for words in ["join a.webm a.webm -o -", "join a.webm - -o b.webm"] {
        let outcome = run(&mut folder.mediarec(words));
        assert_eq!(outcome.code, Some(2), "{words}");
        assert!(outcome.stderr.contains("./-"), "{}", outcome.stderr);
    }
    assert!(!folder.path("-").exists());
}

#[test]
fn chunks_are_joined_and_wrong_pieces_are_named() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 5s --timeslice 1s --chunks chunks -o a.webm");
    let pieces: Vec<String> = (0..5).map(|n| format!("chunks/{n:06}.webm")).collect();
    let join = |pieces: &[&String], code: i32| {
        let pieces: Vec<&str> = pieces.iter().map(|piece| piece.as_str()).collect();
        let words = format!("join {} --force -o joined.webm", pieces.join(" "));
        let outcome = run(&mut folder.mediarec(&words));
        assert_eq!(outcome.code, Some(code), "{words}: {}", outcome.stderr);
        outcome.stderr
    };
    let p = &pieces;
    join(&[&p[0], &p[1], &p[2], &p[3], &p[4]], 0);
    assert_seekable(&folder, "joined.webm");
    assert_eq!(blocks(&folder, "joined.webm"), blocks(&folder, "a.webm"));
    let said = join(&[&p[0], &p[1], &p[4]], 0);
    assert!(
        said.contains("chunks/000004.webm: 2.0") && said.contains("missing before it"),
        "{said}"
    );
    assert!(join(&[&p[0], &p[2], &p[1]], 6).contains("000001.webm belongs before chunks/000002.webm"));
    assert!(join(&[&p[0], &p[1], &p[1]], 6).contains("are identical"));
    assert!(join(&[&p[1], &p[2]], 6).contains("has no header"));
    folder.write("note.txt", "not a piece");
    assert!(join(&[&p[0], &"note.txt".to_owned()], 6).contains("note.txt: it is not a piece"));
}

#[test]
fn recordings_are_joined_if_their_tracks_agree() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 2s -o a.webm");
    folder.record("--fake-devices=unpaced --duration 1s -o b.webm");
    let outcome = run(&mut folder.mediarec("join a.webm b.webm a.webm -o c.webm"));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_seekable(&folder, "c.webm");
    let duration = probe(&folder.path("c.webm")).duration().unwrap();
    assert!((duration - 5.0).abs() < 0.05, "{duration}");
    folder.record("--fake-devices=unpaced --duration 1s --mime video/webm;codecs=vp9 -o nine.webm");
    let outcome = run(&mut folder.mediarec("join a.webm nine.webm -o d.webm"));
    assert_eq!(outcome.code, Some(7), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("has the codec vp9 instead of vp8"),
        "{}",
        outcome.stderr
    );
    assert!(!folder.path("d.webm").exists());
}
