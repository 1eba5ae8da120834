//! `record --input … --jobs N`: several encoders make one file, whose frames, times and key frames are as with one.
use crate::inputs::Y4m;
use crate::judges::{Probe, assert_clean, numbers, probe};
use crate::util::{Folder, Running, only, run, wait_until};
use nix::sys::signal::Signal;
use std::time::Duration;

/// `in.y4m`: 10 seconds, each frame with its number.
fn clip(folder: &Folder) {
    folder.write("in.y4m", Y4m::new((30, 1), 300).bytes());
}

fn keys(probe: &Probe) -> Vec<bool> {
    probe.packets("video").iter().map(|packet| packet.key).collect()
}

#[test]
fn several_encoders_make_the_same_frames_at_the_same_times_with_key_frames_at_the_same_places() {
    let folder = Folder::new();
    clip(&folder);
    for codec in ["vp8", "vp9", "av1"] {
        let record =
            format!("--input in.y4m --mime video/webm;codecs={codec} --keyframe-interval 40f --force");
        folder.record(&format!("{record} --jobs 1 -o one.webm"));
        folder.record(&format!("{record} --jobs 3 -o three.webm"));
        let [one, three] = ["one.webm", "three.webm"].map(|name| folder.path(name));
        assert_clean(&three);
        assert_eq!(numbers(&three), (0..300).collect::<Vec<_>>(), "{codec}");
        let (one, three) = (probe(&one), probe(&three));
        assert_eq!(one.times("video"), three.times("video"), "{codec}");
        assert_eq!(keys(&one), keys(&three), "{codec}");
    }
}

#[test]
fn the_bytes_depend_on_the_number_of_encoders_and_on_nothing_else() {
    let folder = Folder::new();
    clip(&folder);
    let record = "--input in.y4m --keyframe-interval 1s --reproducible --force -q";
    for (jobs, name) in [("", "a"), ("--jobs 1", "b"), ("--jobs 4", "c"), ("--jobs 4", "d")] {
        folder.record(&format!("{record} {jobs} -o {name}.webm"));
    }
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| folder.read(&format!("{name}.webm")));
    assert!(a == b && b != c && c == d);
}

#[test]
fn segments_begin_where_they_should_although_later_intervals_are_encoded_already() {
    let folder = Folder::new();
    clip(&folder);
    folder.record("--input in.y4m --keyframe-interval 25f --jobs 4 --segment-time 3s -o s-%i.webm");
    for (segment, frames) in [(0, 0..90), (1, 90..180), (2, 180..270), (3, 270..300)] {
        let path = folder.path(&format!("s-{segment}.webm"));
        assert_clean(&path);
        assert_eq!(numbers(&path), frames.collect::<Vec<_>>(), "{segment}");
    }
}

#[test]
fn a_stop_ends_the_file_soon_wherever_its_encoders_are() {
    let folder = Folder::new();
    // More than is read within the test, and too slow to be encoded to its end after the stop.
    let large = Y4m {
        width: 1280,
        height: 720,
        ..Y4m::new((30, 1), 300)
    };
    folder.write("in.y4m", large.bytes());
    let words = "record --input in.y4m --mime video/webm;codecs=vp9 --speed 2 --jobs 2 --threads 1 --events e -o a.webm";
    let running = Running::start(&mut folder.mediarec(words));
    wait_until("bytes", || {
        folder.path("a.webm").exists() && folder.size("a.webm") > 5000
    });
    running.signal(Signal::SIGINT);
    let mut running = running;
    let took = running.ends();
    assert!(took < Duration::from_secs(3), "{took:?}");
    let seen = numbers(&folder.path("a.webm"));
    assert!(!seen.is_empty() && seen.len() < 300, "{}", seen.len());
    assert_eq!(seen, (0..seen.len() as u32).collect::<Vec<_>>());
    assert_clean(&folder.path("a.webm"));
    let stop = only(&folder.events("e"), "stop")["tracks"][0].clone();
    assert_eq!(
        (&stop["packets"], &stop["dropped"]),
        (&seen.len().into(), &0.into())
    );
    assert_eq!(stop["captured"], seen.len());
}

#[test]
fn live_sources_have_one_encoder() {
    let folder = Folder::new();
    let words = "record --fake-devices --width 320 --height 180 --duration 1s --no-audio --jobs 4 -o a.webm";
    let outcome = run(&mut folder.mediarec(words));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_clean(&folder.path("a.webm"));
}
