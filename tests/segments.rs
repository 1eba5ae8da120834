//! `record --segment-time` and what belongs to it, as users run it.
use crate::judges::{assert_clean, assert_plays, numbers, probe};
use crate::util::{Folder, Running, drain, drained, ffmpeg, parse_events, run, wait_until};
use nix::sys::signal::Signal;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use serde_json::Value;
use std::fs;
use std::time::Duration;

const FAKE: &str = "record --fake-devices=unpaced --duration 3s --segment-time 1s";

/// Names of the files in a folder, sorted.
pub(crate) fn names(folder: &Folder, part: &str) -> Vec<String> {
    let entries = fs::read_dir(folder.path(part)).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn lines(folder: &Folder, name: &str) -> Vec<String> {
    let text = String::from_utf8(folder.read(name)).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn a_file_is_kept_until_its_command_has_ended() {
    let folder = Folder::new();
    let words = "record --fake-devices=unpaced --width 64 --duration 6s --segment-time 1s --keep 2 -q -o %i.webm --on-segment";
    let mut command = folder.mediarec(words);
    let outcome = run(command.arg("sleep 0.2; ls \"$1\" >>told; exit 0"));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let names: Vec<String> = (0..6).map(|number| format!("{number}.webm")).collect();
    assert_eq!(lines(&folder, "told"), names);
}

#[test]
fn segments_are_finished_files_and_events_lists_and_commands_tell_of_each() {
    let folder = Folder::new();
    let words = format!("{FAKE} -o a/%i.webm --segment-list list.ndjson --events events --on-segment");
    fs::create_dir(folder.path("a")).unwrap();
    let outcome = run(folder.mediarec(&words).arg("echo $1 $MEDIAREC_SEGMENT >>told"));
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    assert_eq!(names(&folder, "a"), ["0.webm", "1.webm", "2.webm"]);
    for name in names(&folder, "a") {
        let path = folder.path("a").join(name);
        assert_clean(&path);
        assert!((probe(&path).duration().unwrap() - 1.0).abs() < 0.03);
    }
    let told = ["a/0.webm a/0.webm", "a/1.webm a/1.webm", "a/2.webm a/2.webm"];
    assert_eq!(lines(&folder, "told"), told);
    let events = parse_events(&String::from_utf8(folder.read("events")).unwrap());
    let events: Vec<&Value> = events.iter().filter(|event| event["type"] == "segment").collect();
    let list = lines(&folder, "list.ndjson");
    assert_eq!((events.len(), list.len()), (3, 3));
    for (number, (event, line)) in events.iter().zip(&list).enumerate() {
        let line: Value = serde_json::from_str(line).unwrap();
        let begin = number as f64;
        assert_eq!(
            (&line["begin"], &line["end"]),
            (&begin.into(), &(begin + 1.0).into())
        );
        for field in ["file", "number", "begin", "end", "startTime", "size"] {
            assert_eq!(event[field], line[field]);
        }
        let size = fs::metadata(folder.path(line["file"].as_str().unwrap()))
            .unwrap()
            .len();
        assert_eq!(line["size"], size);
    }
}

#[test]
fn lists_are_written_in_the_format_of_their_ending() {
    let folder = Folder::new();
    for list in ["list.csv", "list.m3u8"] {
        let outcome = run(&mut folder.mediarec(&format!("{FAKE} -o %03i.webm --segment-list {list}")));
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    }
    let csv = lines(&folder, "list.csv");
    assert_eq!(csv.len(), 4);
    assert_eq!(csv[0], "file,number,begin,end,startTime,size");
    assert!(csv[2].starts_with("001.webm,1,1.000,2.000,20"), "{}", csv[2]);
    // Numbers go on, and ffmpeg reads the list.
    let m3u = lines(&folder, "list.m3u8");
    assert_eq!(
        (m3u[0].as_str(), m3u[2].as_str(), m3u[3].as_str()),
        ("#EXTM3U", "#EXTINF:1.000,", "003.webm")
    );
    let outcome = run(&mut folder.mediarec("record --fake-devices --segment-list a.txt"));
    assert_eq!(outcome.code, Some(2));
    assert!(
        outcome.stderr.contains(".ndjson, .csv or .m3u8"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_list_can_be_a_pipe_which_ends_with_the_recording() {
    let folder = Folder::new();
    mkfifo(&folder.path("list.csv"), Mode::S_IRWXU).unwrap();
    let reader = drain(folder.path("list.csv"));
    let outcome = run(&mut folder.mediarec(&format!("{FAKE} -o %i.webm --segment-list list.csv")));
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
    let list = String::from_utf8(drained(reader)).unwrap();
    let starts: Vec<&str> = list.lines().map(|line| &line[..4]).collect();
    assert_eq!(starts, ["file", "0.we", "1.we", "2.we"]);
}

#[test]
fn segments_go_on_after_the_highest_number_and_overwrite_nothing() {
    let folder = Folder::new();
    folder.write("seg-7.webm", "of somebody else");
    let outcome = run(&mut folder.mediarec(&format!("{FAKE} -o seg-%i.webm")));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(
        names(&folder, "."),
        ["seg-10.webm", "seg-7.webm", "seg-8.webm", "seg-9.webm"]
    );
    assert_eq!(folder.read("seg-7.webm"), b"of somebody else");
    // Within a second, they have the same name.
    let outcome = run(&mut folder
        .mediarec("record --fake-devices=unpaced --duration 300ms --segment-time 100ms -o %Y.webm"));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let names = names(&folder, ".");
    assert!(
        names.iter().filter(|name| name.starts_with("20")).count() == 3,
        "{names:?}"
    );
}

#[test]
fn only_the_newest_segments_are_kept_and_files_of_others_stay() {
    let folder = Folder::new();
    folder.write("0.webm", "of somebody else");
    let words = "record --fake-devices=unpaced --duration 5s --segment-time 500ms --keep 3 -o %i.webm";
    let outcome = run(&mut folder.mediarec(words));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(names(&folder, "."), ["0.webm", "10.webm", "8.webm", "9.webm"]);
}

#[test]
fn a_signal_begins_a_segment_and_no_picture_is_lost_or_doubled() {
    let folder = Folder::new();
    let running = Running::start(&mut folder.mediarec("record --fake-devices --segment-time 1h -o %i.webm"));
    for number in 0..3 {
        wait_until("data", || folder.size(&format!("{number}.webm")) > 100_000);
        running.real_time_signal(1);
    }
    wait_until("the last segment", || folder.size("3.webm") > 50_000);
    running.signal(Signal::SIGINT);
    assert_eq!(running.wait().code, Some(0));
    let pictures: Vec<u32> = (0..4)
        .flat_map(|number| {
            let path = folder.path(&format!("{number}.webm"));
            assert_clean(&path);
            numbers(&path)
        })
        .collect();
    assert!(pictures.windows(2).all(|pair| pair[0] < pair[1]), "{pictures:?}");
    let missing = pictures.last().unwrap() - pictures[0] + 1 - pictures.len() as u32;
    assert!(missing < pictures.len() as u32 / 4, "{missing} of {pictures:?}");
}

#[test]
fn copied_files_are_divided_at_their_key_frames() {
    let folder = Folder::new();
    ffmpeg(
        &folder,
        "-f lavfi -i testsrc=size=64x48:rate=10:duration=5 -f lavfi -i sine=duration=5 -g 7 -c:v libvpx -c:a libopus in.webm",
    );
    let outcome = run(&mut folder.mediarec("record --input in.webm --segment-time 1s -o part-%i.webm"));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let count = |name: &str, kind: &str| probe(&folder.path(name)).packets(kind).len();
    let parts: Vec<String> = names(&folder, ".")
        .into_iter()
        .filter(|name| name.starts_with("part"))
        .collect();
    // Key frames are at 0.7 s, 1.4 s and so on: boundaries at 1.4, 2.1, 3.5 and 4.2 s.
    assert_eq!(parts.len(), 5, "{parts:?}");
    let pictures: usize = parts.iter().map(|name| count(name, "video")).sum();
    assert_eq!(pictures, count("in.webm", "video"));
    for part in &parts {
        assert!(probe(&folder.path(part)).packets("video")[0].key);
        assert_clean(&folder.path(part));
    }
}

#[test]
fn a_folder_that_goes_away_and_comes_back_costs_nothing() {
    let folder = Folder::new();
    fs::create_dir(folder.path("d")).unwrap();
    let words = "record --fake-devices --segment-time 500ms -o d/%i.webm";
    let running = Running::start(&mut folder.mediarec(words));
    wait_until("the first segment", || folder.path("d/1.webm").exists());
    fs::rename(folder.path("d"), folder.path("away")).unwrap();
    std::thread::sleep(Duration::from_millis(1200));
    fs::rename(folder.path("away"), folder.path("d")).unwrap();
    wait_until("a later segment", || folder.size("d/4.webm") > 0);
    running.signal(Signal::SIGTERM);
    let outcome = running.wait();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("kept in memory"), "{}", outcome.stderr);
    let mut pictures = Vec::new();
    for number in 0..4 {
        let path = folder.path(&format!("d/{number}.webm"));
        assert_clean(&path);
        pictures.extend(numbers(&path));
    }
    assert!(pictures.windows(2).all(|pair| pair[0] < pair[1]), "{pictures:?}");
}

#[test]
fn a_folder_that_stays_away_costs_what_waited_for_it_and_that_is_said() {
    let folder = Folder::new();
    fs::create_dir(folder.path("d")).unwrap();
    let words = "record --fake-devices --segment-time 500ms -o d/%i.webm --events e";
    let running = Running::start(&mut folder.mediarec(words));
    wait_until("the second segment", || folder.path("d/1.webm").exists());
    fs::rename(folder.path("d"), folder.path("away")).unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    running.signal(Signal::SIGTERM);
    let outcome = running.wait();
    assert_eq!(outcome.code, Some(8), "{}", outcome.stderr);
    let said = |text: &str| assert!(outcome.stderr.contains(text), "{text}: {}", outcome.stderr);
    said("cannot write what follows d/1.webm: cannot create d/2.webm; ");
    said("; what was kept in memory is lost");
    said("recorded 1.0");
    said(" s to 2 segments, the last d/1.webm: ");
    let count = |kind: &str| {
        let names = ["away/0.webm", "away/1.webm"];
        let packets = names.map(|name| probe(&folder.path(name)).packets(kind).len());
        packets.iter().sum::<usize>()
    };
    said(&format!(", {} video frames", count("video")));
    let stop = folder.events("e").pop().unwrap();
    assert_eq!(stop["type"], "stop");
    assert!((stop["duration"].as_f64().unwrap() - 1.0).abs() < 0.05, "{stop}");
    for name in ["away/0.webm", "away/1.webm"] {
        assert_clean(&folder.path(name));
    }
}

#[test]
fn what_segments_cannot_be_is_a_mistake_of_usage_that_says_what_to_write() {
    let folder = Folder::new();
    let cases = [
        ("--segment-time 1s -o a.webm", "'a-%03i.webm'"),
        ("--segment-time 1s -o -", "segments are files"),
        ("--segment-time 1s -o %i.webm --chunks d", "--chunks"),
        ("--segment-time 0s -o %i.webm", "longer than 0"),
        ("--segment-size 0 -o %i.webm", "larger than 0"),
        ("--segment-clock -o %i.webm", "--segment-time"),
        ("--keep 5 -o a.webm", "add --segment-time"),
        ("--segment-time 1s --keep 0 -o %i.webm", "nothing would be kept"),
        ("--segment-time 1s -o %Q.webm", "%Q cannot be in a name"),
    ];
    for (words, said) in cases {
        let outcome = run(&mut folder.mediarec(&format!("record --fake-devices {words}")));
        assert_eq!(outcome.code, Some(2), "{words}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{words}: {}", outcome.stderr);
    }
    assert_eq!(names(&folder, "."), Vec::<String>::new());
}

#[test]
fn a_disk_with_less_room_than_is_to_stay_free_is_not_recorded_to() {
    let folder = Folder::new();
    let outcome = run(&mut folder.mediarec("record --fake-devices --min-free 900T -o a.webm"));
    assert_eq!(outcome.code, Some(8), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("--min-free"), "{}", outcome.stderr);
    assert_eq!(names(&folder, "."), Vec::<String>::new());
}

#[test]
fn a_recording_that_is_killed_has_finished_segments_and_a_last_one_that_plays() {
    let folder = Folder::new();
    let words = "record --fake-devices --segment-time 300ms -o %03i.webm";
    let running = Running::start(&mut folder.mediarec(words));
    wait_until("segments", || folder.size("004.webm") > 0);
    running.signal(Signal::SIGKILL);
    running.wait();
    let names = names(&folder, ".");
    let (last, finished) = names.split_last().unwrap();
    for name in finished {
        assert_clean(&folder.path(name));
    }
    // The change itself may have been interrupted: then there is nothing in it yet.
    if folder.size(last) > 1000 {
        assert_plays(&folder.path(last));
    }
}

#[test]
fn segments_that_are_joined_have_every_packet_once_at_its_time() {
    let folder = Folder::new();
    let record = "record --fake-devices=unpaced --duration 3s";
    let outcome = run(&mut folder.mediarec(&format!("{record} -o whole.webm")));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let outcome = run(&mut folder.mediarec(&format!("{record} --segment-time 1s -o %i.webm")));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let outcome = run(&mut folder.mediarec("join 0.webm 1.webm 2.webm -o joined.webm"));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    for kind in ["audio", "video"] {
        let times = |name: &str| probe(&folder.path(name)).times(kind);
        let (joined, whole) = (times("joined.webm"), times("whole.webm"));
        assert_eq!(joined.len(), whole.len(), "{kind}");
        // Each of the files has times in whole milliseconds.
        let is_near = |(one, other): (&i64, &i64)| (one - other).abs() <= 2;
        assert!(
            joined.iter().zip(&whole).all(is_near),
            "{kind}: {joined:?} {whole:?}"
        );
    }
    assert_clean(&folder.path("joined.webm"));
}

/// How much later packets are in a file, as its end or its beginning, than in another one: the same for all of them.
fn shift(packets: &[i64], others: &[i64]) -> i64 {
    let shift = packets[0] - others[0];
    let is_shifted = |(one, other): (&i64, &i64)| (one - other - shift).abs() <= 2;
    assert!(
        packets.iter().zip(others).all(is_shifted),
        "{packets:?} {others:?}"
    );
    shift
}

#[test]
fn segments_are_joined_from_any_of_them_on_and_audio_stays_with_video() {
    let folder = Folder::new();
    let record = "record --fake-devices=unpaced --duration 3s";
    for words in [
        format!("{record} -o whole.webm"),
        format!("{record} --segment-time 1s -o %i.webm"),
    ] {
        let outcome = run(&mut folder.mediarec(&words));
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    }
    for pieces in ["1.webm 2.webm", "1.webm 0.webm 1.webm"] {
        let outcome = run(&mut folder.mediarec(&format!("join --force {pieces} -o joined.webm")));
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        assert_clean(&folder.path("joined.webm"));
        let shifts = ["audio", "video"].map(|kind| {
            let times = |name: &str| probe(&folder.path(name)).times(kind);
            let joined = times("joined.webm");
            if pieces == "1.webm 2.webm" {
                let whole = times("whole.webm");
                return vec![shift(&whole[whole.len() - joined.len()..], &joined)];
            }
            let (first, second) = (times("1.webm"), times("0.webm"));
            vec![
                shift(&joined[..first.len()], &first),
                shift(&joined[first.len()..first.len() + second.len()], &second),
            ]
        });
        let [audio, video] = &shifts;
        let is_near = |(audio, video): (&i64, &i64)| (audio - video).abs() <= 2;
        assert!(
            audio.iter().zip(video).all(is_near),
            "{pieces}: {audio:?} {video:?}"
        );
    }
}

#[test]
fn what_audio_has_behind_the_end_of_video_is_in_the_last_segment() {
    let folder = Folder::new();
    // A single key frame: all segments that are due wait for the next one.
    folder.record("--fake-devices=unpaced --keyframe-interval 60s --duration 2s -o source.webm");
    let outcome = run(&mut folder.mediarec("record --input source.webm --segment-time 500ms -o %i.mkv"));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(names(&folder, "."), ["0.mkv", "source.webm"]);
    assert_clean(&folder.path("0.mkv"));
}

#[test]
fn folders_of_dates_are_created_as_deep_as_they_are() {
    let folder = Folder::new();
    let record = "record --fake-devices=unpaced --duration 3s --segment-time 1s -o %Y/%m/x-%i.webm";
    let outcome = run(&mut folder.mediarec(record));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let [year] = &names(&folder, ".")[..] else {
        panic!("a single folder");
    };
    let [month] = &names(&folder, year)[..] else {
        panic!("a single folder in {year}");
    };
    assert_eq!(
        names(&folder, &format!("{year}/{month}")),
        ["x-0.webm", "x-1.webm", "x-2.webm"]
    );
}

#[test]
fn a_segment_that_cannot_grow_is_finished_and_the_recording_ends() {
    let folder = Folder::new();
    // Whatever the shell counts in, a segment of 5 s does not fit, the first ones of few frames do.
    let record = "record --fake-devices=unpaced --duration 60s --segment-time 5s -o %i.webm";
    let script = format!("ulimit -f 300; exec \"$0\" {record}");
    let mut command = folder.program("sh", "-c");
    let outcome = run(command.args([&script, env!("CARGO_BIN_EXE_mediarec")]));
    assert_eq!(outcome.code, Some(8), "{}", outcome.stderr);
    assert_eq!(names(&folder, "."), ["0.webm"]);
    assert_clean(&folder.path("0.webm"));
    assert!(numbers(&folder.path("0.webm")).len() > 5);
    assert!(probe(&folder.path("0.webm")).duration().unwrap() < 5.0);
}
