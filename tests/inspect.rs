//! `inspect`: what it says about a file agrees with ffprobe.
use crate::judges::{ProbedPacket, probe};
use crate::util::{Folder, json, run};
use serde_json::Value;
use std::fs::File;

#[test]
fn inspect_agrees_with_ffprobe() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 3s --keyframe-interval 1s -o a.webm");
    let report = json(&folder, "inspect --json --packets a.webm");
    let probe = probe(&folder.path("a.webm"));
    assert_eq!(report["duration"].as_f64(), probe.duration());
    assert_eq!(
        (&report["seekable"], &report["state"]),
        (&true.into(), &"finished".into())
    );
    assert_eq!(report["seekableReason"], "cues");
    let text = run(&mut folder.mediarec("inspect a.webm")).text().to_owned();
    let line = format!("\nseekable    yes: Cues with {} entries\n", report["cues"]);
    assert!(text.contains(&line), "{text}");
    assert_eq!(report["size"], folder.size("a.webm"));
    assert_eq!(
        (&report["avOffset"], &report["damagedBytes"]),
        (&0.0.into(), &0.into())
    );
    for track in report["tracks"].as_array().unwrap() {
        let kind = track["kind"].as_str().unwrap();
        let packets = probe.packets(kind);
        assert_eq!(track["packets"], packets.len(), "{kind}");
        assert_eq!(
            track["bytes"],
            packets.iter().map(|packet| packet.size).sum::<u64>(),
            "{kind}"
        );
        assert_eq!(
            track["keyFrames"],
            packets.iter().filter(|packet| packet.key).count(),
            "{kind}"
        );
        assert_eq!(
            (&track["gapCount"], &track["backwardSteps"]),
            (&0.into(), &0.into())
        );
        assert_eq!(listed(&report, track), packets, "{kind}");
    }
    assert_eq!(report["tracks"][1]["codec"], "vp8");
    assert_eq!(
        (&report["tracks"][1]["width"], &report["tracks"][1]["height"]),
        (&1280.into(), &720.into())
    );
}

/// The packets of a track as `inspect` lists them, presented when ffprobe presents them: it rounds the codec's
/// delay up to milliseconds.
fn listed(report: &Value, track: &Value) -> Vec<ProbedPacket> {
    let millis = |seconds: &Value| seconds.as_f64().unwrap() * 1000.0;
    let delay = millis(&track["codecDelay"]).ceil();
    let packets = report["packets"].as_array().unwrap().iter();
    packets
        .filter(|packet| packet["track"] == track["number"])
        .map(|packet| ProbedPacket {
            time: (millis(&packet["time"]) - delay).round() as i64,
            size: packet["size"].as_u64().unwrap(),
            key: packet["key"].as_bool().unwrap(),
        })
        .collect()
}

#[test]
fn inspect_reads_files_that_are_cut_off_and_pipes() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 2s --live -o a.webm");
    let whole = folder.read("a.webm");
    folder.write("cut.webm", &whole[..whole.len() / 2]);
    let cut = json(&folder, "inspect --json cut.webm");
    assert_eq!(
        (&cut["duration"], &cut["state"]),
        (&Value::Null, &"cut off".into())
    );
    assert_eq!(cut["seekableReason"], "cut off");
    assert!(cut["tracks"][1]["packets"].as_u64().unwrap() > 10, "{cut}");
    let file = File::open(folder.path("a.webm")).unwrap();
    let piped = run(folder.mediarec("inspect -").stdin(file));
    assert_eq!(piped.code, Some(0));
    assert!(
        piped.text().contains("live") && piped.text().contains("1280x720"),
        "{}",
        piped.text()
    );
    let reason = "\nseekable    no: a live file, without Duration and Cues; mediarec fix adds them\n";
    assert!(piped.text().contains(reason), "{}", piped.text());
}

#[test]
fn inspect_reads_what_others_have_written() {
    let folder = Folder::new();
    let words = "-v error -f lavfi -i testsrc2=s=320x180:d=2 -f lavfi -i sine=d=2 -c:v libvpx-vp9 -cpu-used 8 -deadline realtime -c:a libopus a.webm";
    let made = run(&mut folder.program("ffmpeg", words));
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let report = json(&folder, "inspect --json a.webm");
    assert_eq!(
        (&report["tracks"][0]["codec"], &report["tracks"][0]["packets"]),
        (&"vp9".into(), &50.into())
    );
    assert_eq!(
        (&report["seekable"], &report["state"]),
        (&true.into(), &"finished".into())
    );
    assert_eq!(
        report["duration"].as_f64(),
        probe(&folder.path("a.webm")).duration()
    );
}
