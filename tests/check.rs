//! `check`: silent on what is recorded, and on what others write it names what is wrong.
use crate::inputs::Y4m;
use crate::util::{Folder, Running, feed, ffmpeg, fixture, run};
use serde_json::Value;

/// Demands that there is nothing to find in these files, warnings included.
fn assert_silent(folder: &Folder, files: &str) {
    let outcome = run(&mut folder.mediarec(&format!("check --strict {files}")));
    let said = (outcome.code, outcome.text(), &*outcome.stderr);
    assert_eq!(said, (Some(0), "", ""), "{files}");
}

const FAKE: &str = "--fake-devices=unpaced --width 320 --height 240";

#[test]
fn nothing_is_wrong_with_what_is_recorded() {
    let folder = Folder::new();
    folder.record(&format!(
        "{FAKE} --duration 7s --keyframe-interval 2s -o finished.webm"
    ));
    folder.record(&format!("{FAKE} --duration 7s --live -o live.webm"));
    folder.record("--fake-devices=unpaced --duration 7s --no-video -o audio.webm");
    folder.record("--fake-devices=unpaced --duration 7s --no-video --live -o audio-live.webm");
    folder.record(&format!("{FAKE} --duration 3s --no-audio -o video.webm"));
    assert_silent(
        &folder,
        "finished.webm audio.webm video.webm live.webm audio-live.webm",
    );
    assert_silent(&folder, "--final finished.webm audio.webm video.webm");
    assert_silent(&folder, "--live live.webm audio-live.webm");
}

#[test]
fn nothing_is_wrong_with_any_codec() {
    let folder = Folder::new();
    for (name, mime) in [
        ("vp9.webm", "video/webm;codecs=vp9,opus"),
        ("av1.webm", "video/webm;codecs=av1,opus"),
        ("pcm.mkv", "video/x-matroska;codecs=vp8,pcm"),
    ] {
        folder.record(&format!("{FAKE} --duration 2s --mime {mime} -o {name}"));
    }
    folder.record(
        "--fake-devices=unpaced --duration 2s --no-video --mime audio/x-matroska;codecs=pcm -o pcm.mka",
    );
    assert_silent(&folder, "vp9.webm av1.webm pcm.mkv pcm.mka");
    for (input, output) in [
        ("vp9.webm", "a.webm"),
        ("av1.webm", "b.webm"),
        ("pcm.mkv", "c.mkv"),
    ] {
        folder.record(&format!("--input {input} -o {output}"));
    }
    folder.record(&format!(
        "--input {} -o alt-ref.webm",
        fixture("vp9-alt-ref.webm").display()
    ));
    assert_silent(&folder, "a.webm b.webm c.mkv alt-ref.webm");
}

#[test]
fn chunks_in_a_row_are_a_live_file_without_findings() {
    let folder = Folder::new();
    folder.record(&format!(
        "{FAKE} --duration 4s --timeslice 1s --chunks pieces -o whole.webm"
    ));
    let names = folder.names();
    assert!(names.contains(&"pieces".to_owned()));
    let joined: Vec<u8> = (0..1_000)
        .map(|number| format!("pieces/{number:06}.webm"))
        .take_while(|name| folder.path(name).exists())
        .flat_map(|name| folder.read(&name))
        .collect();
    folder.write("joined.webm", &joined);
    assert_silent(&folder, "--live joined.webm");
    assert_silent(&folder, "whole.webm");
}

#[test]
fn copies_of_files_of_others_have_no_findings() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((25, 1), 75).bytes());
    let sound = "-f lavfi -i sine=d=3";
    ffmpeg(
        &folder,
        &format!("-i a.y4m {sound} -c:v libvpx -c:a libvorbis vorbis.webm"),
    );
    ffmpeg(
        &folder,
        &format!("-i a.y4m {sound} -c:v libx264 -bf 2 -c:a aac h264.mkv"),
    );
    for (input, output) in [("vorbis.webm", "copy.webm"), ("h264.mkv", "copy.mkv")] {
        folder.record(&format!("--input {input} -o {output}"));
    }
    assert_silent(&folder, "copy.webm copy.mkv");
}

#[test]
fn files_of_others_have_no_errors() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((25, 1), 75).bytes());
    let media = "-i a.y4m -f lavfi -i sine=d=3";
    ffmpeg(&folder, &format!("{media} -c:v libvpx -c:a libopus vp8.webm"));
    ffmpeg(
        &folder,
        &format!("{media} -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus vp9.webm"),
    );
    ffmpeg(
        &folder,
        &format!("{media} -c:v libvpx -c:a libvorbis vorbis.webm"),
    );
    ffmpeg(
        &folder,
        &format!("{media} -c:v libvpx -c:a libopus -live 1 live.webm"),
    );
    ffmpeg(&folder, &format!("{media} -c:v libx264 -bf 2 -c:a aac h264.mkv"));
    for (words, output) in [
        ("-w -o b.webm vp8.webm", "b.webm"),
        ("-o h.mkv h264.mkv", "h.mkv"),
    ] {
        let muxed = run(&mut folder.program("mkvmerge", &format!("-q {words}")));
        assert_eq!(muxed.code, Some(0), "{output}: {}", muxed.text());
    }
    let files = "vp8.webm vp9.webm vorbis.webm live.webm h264.mkv b.webm h.mkv";
    let outcome = run(&mut folder.mediarec(&format!("check {files}")));
    assert_eq!(outcome.code, Some(0), "{}", outcome.text());
    assert_silent(&folder, "vp8.webm vp9.webm live.webm h264.mkv h.mkv");
    // mkvmerge laces audio, and writes a language element that WebM does not have.
    let rules = ["b.webm", "warning M22", "warning M6"];
    assert!(
        rules.iter().all(|text| outcome.text().contains(text)),
        "{}",
        outcome.text()
    );
}

#[test]
fn a_broken_file_is_named_with_the_rule_the_place_and_what_was_expected() {
    let folder = Folder::new();
    folder.record(&format!("{FAKE} --duration 1s -o a.webm"));
    let whole = folder.read("a.webm");
    folder.write("cut.webm", &whole[..whole.len() - 20]);
    folder.write("twice.webm", [whole.clone(), whole.clone()].concat());
    let outcome = run(&mut folder.mediarec("check a.webm cut.webm twice.webm"));
    assert_eq!((outcome.code, &*outcome.stderr), (Some(1), ""));
    let lines: Vec<&str> = outcome.text().lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with("cut.webm:"), "{lines:?}");
    assert!(
        lines[0].contains(": error M71: found ") && lines[0].contains(", expected "),
        "{lines:?}"
    );
    let begin = format!("twice.webm:{}: error M9: ", whole.len());
    assert!(lines[1].starts_with(&begin), "{lines:?}");
}

#[test]
fn warnings_fail_only_where_that_is_asked_for() {
    let folder = Folder::new();
    folder.record(&format!("{FAKE} --duration 1s -o a.webm"));
    // The SeekPreRoll of Opus, 80 ms, becomes 0.
    let mut bytes = folder.read("a.webm");
    let place = bytes.windows(2).position(|id| id == [0x56, 0xBB]).unwrap();
    let size = usize::from(bytes[place + 2] & 0x7F);
    bytes[place + 3..place + 3 + size].fill(0);
    folder.write("b.webm", bytes);
    for (flag, code) in [("", 0), ("--strict", 1)] {
        let outcome = run(&mut folder.mediarec(&format!("check {flag} b.webm")));
        assert_eq!(outcome.code, Some(code));
        assert!(outcome.text().contains("warning M36"), "{}", outcome.text());
    }
}

#[test]
fn a_stream_is_checked_from_a_pipe() {
    let folder = Folder::new();
    folder.record(&format!("{FAKE} --duration 1s --live -o a.webm"));
    let bytes = folder.read("a.webm");
    for (bytes, code) in [(bytes.clone(), 0), (bytes[..bytes.len() - 9].to_vec(), 1)] {
        let mut command = folder.mediarec("check -");
        command.stdin(std::process::Stdio::piped());
        let mut running = Running::start(&mut command);
        let feeder = feed(running.stdin(), bytes);
        let outcome = running.wait();
        feeder.join().unwrap();
        assert_eq!(outcome.code, Some(code), "{}", outcome.text());
        assert_eq!(outcome.text().starts_with("-:"), code == 1, "{}", outcome.text());
    }
}

#[test]
fn what_cannot_be_read_is_exit_code_6_and_the_others_are_checked() {
    let folder = Folder::new();
    folder.record(&format!("{FAKE} --duration 1s --live -o a.webm"));
    let whole = folder.read("a.webm");
    folder.write("cut.webm", &whole[..whole.len() - 9]);
    let text = fixture("text.txt");
    let outcome = run(&mut folder.mediarec(&format!("check {} cut.webm", text.display())));
    assert_eq!(outcome.code, Some(6));
    assert!(
        outcome.stderr.contains("not a WebM or Matroska file"),
        "{}",
        outcome.stderr
    );
    assert!(outcome.text().starts_with("cut.webm:"), "{}", outcome.text());
    let missing = run(&mut folder.mediarec("check nothing.webm"));
    assert_eq!((missing.code, missing.text()), (Some(3), ""));
    assert_eq!(missing.stderr, "mediarec: nothing.webm does not exist\n");
    assert_eq!(
        run(&mut folder.mediarec("check --live --final a.webm")).code,
        Some(2)
    );
    assert_eq!(run(&mut folder.mediarec("check")).code, Some(2));
}

#[test]
fn json_has_an_entry_for_each_file() {
    let folder = Folder::new();
    folder.record(&format!("{FAKE} --duration 1s -o a.webm"));
    let whole = folder.read("a.webm");
    folder.write("cut.webm", &whole[..whole.len() - 20]);
    let words = format!("check --json a.webm cut.webm {}", fixture("text.txt").display());
    let outcome = run(&mut folder.mediarec(&words));
    assert_eq!((outcome.code, &*outcome.stderr), (Some(6), ""));
    let report: Value = serde_json::from_slice(&outcome.stdout).unwrap();
    let files = report["files"].as_array().unwrap();
    assert_eq!(
        (&files[0]["file"], &files[0]["form"]),
        (&"a.webm".into(), &"final".into())
    );
    assert_eq!(
        (&files[0]["errors"], &files[0]["warnings"]),
        (&0.into(), &0.into())
    );
    assert_eq!(
        (&files[0]["findings"], &files[0]["omitted"]),
        (&Value::Array(vec![]), &Value::Array(vec![]))
    );
    let finding = &files[1]["findings"][0];
    assert_eq!(
        (&finding["rule"], &finding["level"]),
        (&"M71".into(), &"error".into())
    );
    assert!(finding["offset"].is_u64() && finding["found"].is_string() && finding["expected"].is_string());
    assert!(files[2]["error"].as_str().unwrap().contains("not a WebM"));
    assert!(files[2].get("findings").is_none());
}
