//! The files themselves: finished ones, live ones, and what becomes of files that were there before.
use crate::inputs::Y4m;
use crate::judges::{assert_clean, assert_plays, mkvinfo, numbers, probe};
use crate::util::{Folder, run};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

const RECORD: &str = "record --fake-devices=unpaced --duration 2s";

#[test]
fn nobody_finds_anything_wrong_with_a_finished_file() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 7s --keyframe-interval 2s -o both.webm");
    folder.record("--fake-devices=unpaced --duration 3s --no-audio -o video.webm");
    folder.record("--fake-devices=unpaced --duration 3s --no-video -o audio.webm");
    for (name, seconds) in [("both.webm", 7.0), ("video.webm", 3.0), ("audio.webm", 3.0)] {
        let path = folder.path(name);
        assert_clean(&path);
        assert_eq!(probe(&path).duration(), Some(seconds), "{name}");
        let listing = mkvinfo(&path);
        for element in ["|+ Seek head", "| + Duration", "|+ Cues"] {
            assert!(listing.contains(element), "{name} has no {element}");
        }
    }
}

#[test]
fn a_finished_file_can_be_sought_in_to_the_frame() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((25, 1), 250).bytes());
    folder.record("--input a.y4m --keyframe-interval 2s -o a.webm");
    for number in [249, 0, 130, 50, 49] {
        let at = f64::from(number) / 25.0;
        let words = format!("-v error -y -ss {at} -i a.webm -frames:v 1 -c:v ffv1 one.mkv");
        let cut = run(&mut folder.program("ffmpeg", &words));
        assert_eq!((cut.code, &*cut.stderr), (Some(0), ""));
        assert_eq!(numbers(&folder.path("one.mkv")), [number]);
    }
}

#[test]
fn every_cue_names_the_place_of_a_key_frame() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 9s --keyframe-interval 1s -o a.webm");
    let path = folder.path("a.webm");
    let cues = cues(&path);
    let keys: Vec<i64> = probe(&path)
        .packets("video")
        .iter()
        .filter(|p| p.key)
        .map(|p| p.time)
        .collect();
    let times: Vec<i64> = cues.iter().map(|cue| cue.time).collect();
    assert_eq!(times, keys);
    let listing = mkvinfo(&path);
    for Cue { time, cluster, block } in cues {
        let place = format!("|+ Cluster at {cluster:#x}\n");
        assert!(
            listing.contains(&place),
            "no cluster at {cluster:#x} for {time} ms"
        );
        let line = listing
            .lines()
            .find(|line| line.ends_with(&format!(" at {block:#x}")));
        let line = line.unwrap_or_else(|| panic!("nothing at {block:#x} for {time} ms"));
        assert!(line.contains("lock: key, track number 2"), "{line}");
    }
}

struct Cue {
    /// In milliseconds.
    time: i64,
    /// Where its cluster begins in the file.
    cluster: u64,
    /// Where its block begins in the file.
    block: u64,
}

fn cues(path: &Path) -> Vec<Cue> {
    let listing = mkvinfo(path);
    let values = |name: &str| -> Vec<String> {
        let lines = listing.lines().filter_map(|line| line.split_once(name));
        let values = lines.map(|(_, rest)| rest.split(" at ").next().unwrap_or_default());
        values.map(str::to_owned).collect()
    };
    let positions = |name| {
        values(name)
            .iter()
            .map(|text| text.parse().unwrap())
            .collect::<Vec<u64>>()
    };
    let segment = data_of(&listing, "+ Segment: size", 12);
    let places = positions("Cue cluster position: ")
        .into_iter()
        .zip(positions("Cue relative position: "));
    let times = values("Cue time: ");
    let cues = times.iter().zip(places).map(|(time, (cluster, relative))| Cue {
        time: millis(time),
        cluster: segment + cluster,
        block: data_of(&listing, &format!("Cluster at {:#x}", segment + cluster), 12) + relative,
    });
    cues.collect()
}

/// Where the data of an element begins whose head is of this length: four bytes of ID and eight of size.
fn data_of(listing: &str, name: &str, head: u64) -> u64 {
    let line = listing.lines().find(|line| line.contains(name)).expect(name);
    let hex = line.rsplit("at 0x").next().unwrap_or_default();
    u64::from_str_radix(hex, 16).expect("a position") + head
}

/// `00:00:04.000000000`
fn millis(clock: &str) -> i64 {
    let parts: Vec<f64> = clock.split(':').map(|part| part.parse().unwrap()).collect();
    ((parts[0] * 3600.0 + parts[1] * 60.0 + parts[2]) * 1000.0).round() as i64
}

#[test]
fn a_live_file_or_pipe_never_goes_back_but_plays() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 2s --live -o live.webm");
    let piped = run(&mut folder.mediarec(&format!("{RECORD} -o -")));
    folder.write("piped.webm", piped.stdout);
    for name in ["live.webm", "piped.webm"] {
        let path = folder.path(name);
        assert_plays(&path);
        assert_eq!(numbers(&path).len(), 60, "{name}");
        let listing = mkvinfo(&path);
        assert!(listing.contains("+ Segment: size unknown"), "{name}");
        for element in ["| + Duration", "Cue point"] {
            assert!(!listing.contains(element), "{name} has {element}");
        }
    }
}

#[test]
fn standard_output_that_is_a_file_is_finished_like_one() {
    let folder = Folder::new();
    let file = File::create(folder.path("a.webm")).unwrap();
    assert_eq!(run(folder.mediarec(RECORD).stdout(file)).code, Some(0));
    assert_clean(&folder.path("a.webm"));
    assert_eq!(probe(&folder.path("a.webm")).duration(), Some(2.0));
    assert_eq!(folder.names(), ["a.webm"]);
}

#[test]
fn what_stands_before_the_recording_on_standard_output_stays() {
    let folder = Folder::new();
    let mut file = File::create(folder.path("a")).unwrap();
    file.write_all(b"some words before it").unwrap();
    assert_eq!(
        run(folder.mediarec(&format!("{RECORD} -o -")).stdout(file)).code,
        Some(0)
    );
    let all = folder.read("a");
    let (before, recording) = all.split_at(20);
    assert_eq!(before, b"some words before it");
    let path = folder.write("rest.webm", recording);
    assert_clean(&path);
    assert_eq!(probe(&path).duration(), Some(2.0));
}

#[test]
fn a_file_that_is_appended_to_keeps_what_it_had_and_gains_a_stream() {
    let folder = Folder::new();
    let before = b"what was there";
    folder.write("a", before);
    let file = OpenOptions::new().append(true).open(folder.path("a")).unwrap();
    assert_eq!(run(folder.mediarec(RECORD).stdout(file)).code, Some(0));
    let all = folder.read("a");
    assert!(all.starts_with(before));
    let path = folder.write("rest.webm", &all[before.len()..]);
    assert_plays(&path);
    assert_eq!(numbers(&path).len(), 60);
}

#[test]
fn a_longer_file_on_standard_output_is_not_truncated_by_us_but_by_the_shell() {
    let folder = Folder::new();
    // "1<>" of a shell: neither truncated nor appended to.
    folder.write("a", vec![b'x'; 4_000_000]);
    let file = OpenOptions::new().write(true).open(folder.path("a")).unwrap();
    assert_eq!(run(folder.mediarec(RECORD).stdout(file)).code, Some(0));
    let all = folder.read("a");
    assert!(all.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]));
    assert_eq!(probe(&folder.path("a")).duration(), Some(2.0));
}

#[test]
fn an_existing_file_is_refused_and_left_alone_unless_force_is_used() {
    let folder = Folder::new();
    folder.write("a.webm", "precious");
    let refused = run(&mut folder.mediarec(&format!("{RECORD} -o a.webm")));
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("a.webm exists") && refused.stderr.contains("--force"),
        "{}",
        refused.stderr
    );
    assert_eq!(folder.read("a.webm"), b"precious");
    assert_eq!(
        run(&mut folder.mediarec(&format!("{RECORD} -o a.webm --force"))).code,
        Some(0)
    );
    assert_clean(&folder.path("a.webm"));
}

#[test]
fn without_a_name_the_file_is_named_after_the_time() {
    let folder = Folder::new();
    let null = File::options().write(true).open("/dev/null").unwrap();
    let mut command = folder.mediarec("record --fake-devices=unpaced --duration 500ms");
    assert_eq!(run(command.stdout(null)).code, Some(0));
    let names = folder.names();
    let [name] = &names[..] else { panic!("{names:?}") };
    let digits = name
        .strip_prefix("mediarec-")
        .and_then(|rest| rest.strip_suffix(".webm"));
    let digits = digits.unwrap_or_else(|| panic!("{name}"));
    assert!(digits.len() == 15 && digits.as_bytes()[8] == b'-', "{name}");
    assert_clean(&folder.path(name));
}
