//! What `MediaRecorder` of Chromium and Firefox records of their fake devices, with a pause: what is wrong with it, that it is
//! repaired and joined without a change to its packets, and recorded again as it was.
use crate::browser::{Browser, Kind};
use crate::browsers::assert_plays_and_seeks;
use crate::round_trip::{assert_same, assert_same_frames, packets};
use crate::util::{Folder, Outcome, json, run};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A recording of the browser.
struct Recorded<'a> {
    folder: &'a Folder,
    /// Its blobs are `NAME.0`, `NAME.1` and so on, and all of them together are `NAME.raw`.
    name: &'a str,
    blobs: Vec<Vec<u8>>,
}

/// Milliseconds; key frames as often as this only where the browser knows how.
const RECORDING: [(&str, u32); 4] = [
    ("timeslice", 100),
    ("millis", 3_000),
    ("pause", 400),
    ("keys", 500),
];

/// Records all of these types at once that the browser can.
fn record<'a>(browser: &Browser, folder: &'a Folder, types: &[(&'a str, &str)]) -> Vec<Recorded<'a>> {
    let names: Vec<&str> = types.iter().map(|(_, kind)| *kind).collect();
    let can = browser.ask(json!({"task": "types", "types": names}))["record"].clone();
    let can = can.as_array().unwrap();
    let types: Vec<_> = types
        .iter()
        .filter(|(_, kind)| can.contains(&json!(kind)))
        .collect();
    let recordings: Vec<Value> = types
        .iter()
        .map(|(name, kind)| json!({"name": name, "type": kind}))
        .collect();
    let mut task = json!({"task": "record", "recordings": recordings});
    for (name, value) in RECORDING {
        task[name] = json!(value);
    }
    let answer = browser.ask(task);
    let recorded = types.iter().map(|(name, _)| {
        let count = answer[*name]["sizes"].as_array().unwrap().len();
        let blobs: Vec<_> = (0..count).map(|n| folder.read(&format!("{name}.{n}"))).collect();
        assert!(count > 15, "{name}: {count} blobs of 100 ms in 3 s");
        folder.write(&format!("{name}.raw"), blobs.concat());
        Recorded { folder, name, blobs }
    });
    recorded.collect()
}

impl Recorded<'_> {
    fn file(&self, ending: &str) -> String {
        format!("{}.{ending}", self.name)
    }

    fn mediarec(&self, words: &str) -> Outcome {
        run(&mut self.folder.mediarec(words))
    }

    fn succeeds(&self, words: &str) -> String {
        let outcome = self.mediarec(words);
        assert_eq!(outcome.code, Some(0), "{words}: {}", outcome.stderr);
        outcome.stderr
    }

    /// Data of the packets of each stream, without their times.
    fn hashes(&self, ending: &str) -> Vec<Vec<String>> {
        let streams = packets(self.folder, &self.file(ending));
        let hashes = streams
            .into_iter()
            .map(|stream| stream.into_iter().map(|packet| packet.2));
        hashes.map(Iterator::collect).collect()
    }

    /// The rules that it breaks, errors only.
    fn broken_rules(&self, words: &str) -> BTreeSet<String> {
        let outcome = self.mediarec(&format!("check --json {words} {}", self.file("raw")));
        let found: Value = serde_json::from_slice(&outcome.stdout).unwrap();
        let findings = found["files"][0]["findings"].as_array().unwrap();
        let errors = findings.iter().filter(|finding| finding["level"] == "error");
        errors
            .map(|finding| finding["rule"].as_str().unwrap().to_owned())
            .collect()
    }

    /// `fix` makes it seekable, with the same packets.
    fn assert_repaired(&self) {
        let before = json(self.folder, &format!("inspect --json {}", self.file("raw")));
        assert_eq!(before["seekable"], false, "{}", self.name);
        let (raw, repaired) = (self.file("raw"), self.file("repaired"));
        let said = self.succeeds(&format!("fix --verify {raw} -o {repaired}"));
        for words in [
            "are identical to the original",
            "added the duration",
            "added Cues",
        ] {
            assert!(said.contains(words), "{raw}: {said}");
        }
        assert_eq!(
            packets(self.folder, &repaired),
            packets(self.folder, &raw),
            "{raw}"
        );
        self.succeeds(&format!("check --final {repaired}"));
        assert_eq!(
            self.succeeds(&format!("fix {repaired}")),
            format!("{repaired}: nothing to repair\n")
        );
    }

    /// The blobs as files of their own are the same recording.
    fn assert_joined(&self) {
        let blobs = (0..self.blobs.len()).map(|n| format!("{}.{n}", self.name));
        let blobs: Vec<String> = blobs.collect();
        let joined = self.file("joined");
        self.succeeds(&format!("join {} -o {joined}", blobs.join(" ")));
        assert_eq!(
            packets(self.folder, &joined),
            packets(self.folder, &self.file("repaired")),
            "{joined}"
        );
        self.succeeds(&format!("check --final {joined}"));
    }

    /// Without its beginning, what is left of it can be saved: the end of each stream. H.264 needs the header for that.
    fn assert_saved_without_its_beginning(&self) {
        // Chromium's first blob may be a single byte.
        let first = self.blobs.iter().position(|blob| blob.len() > 100).unwrap() + 1;
        self.folder
            .write(&self.file("first"), self.blobs[..first].concat());
        self.folder
            .write(&self.file("rest"), self.blobs[first..].concat());
        let outcome = self.mediarec(&format!("fix {} -o {}", self.file("rest"), self.file("restored")));
        let is_h264 = self.name == "h264";
        assert_eq!(
            outcome.code,
            Some(if is_h264 { 6 } else { 0 }),
            "{}",
            outcome.stderr
        );
        let words = ["first", "rest", "saved"].map(|ending| self.file(ending));
        self.succeeds(&format!("fix --header {} {} -o {}", words[0], words[1], words[2]));
        self.succeeds(&format!("check --final {}", words[2]));
        for (all, saved) in self.hashes("raw").iter().zip(self.hashes("saved")) {
            assert!(
                saved.len() * 2 > all.len(),
                "{}: {} of {}",
                self.name,
                saved.len(),
                all.len()
            );
            assert!(all.ends_with(&saved), "{}", self.name);
        }
        if !is_h264 {
            self.succeeds(&format!("check --final {}", self.file("restored")));
            assert_eq!(self.hashes("restored"), self.hashes("saved"), "{}", self.name);
        }
    }

    /// `record --input` copies it.
    fn assert_copied(&self) {
        let is_h264 = self.name == "h264";
        let copy = self.file(if is_h264 { "mkv" } else { "webm" });
        self.succeeds(&format!("record --input {} -o {copy}", self.file("raw")));
        if is_h264 {
            assert_same_frames(self.folder, &self.file("raw"), &copy);
        } else {
            assert_same(self.folder, &self.file("raw"), &copy, self.name);
        }
        self.succeeds(&format!("check --final {copy}"));
    }
}

fn rules(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[test]
fn what_chromium_records_has_no_end_and_is_repaired_and_copied_and_joined() {
    let folder = Folder::new();
    let Some(browser) = Browser::start(Kind::Chromium, &folder) else {
        return;
    };
    let types = [
        ("vp8", "video/webm;codecs=vp8,opus"),
        ("vp9", "video/webm;codecs=vp9,opus"),
        ("av1", "video/webm;codecs=av1,opus"),
        ("h264", "video/x-matroska;codecs=avc1,opus"),
        ("audio", "audio/webm;codecs=opus"),
    ];
    for recorded in record(&browser, &folder, &types) {
        let answer = browser.ask(json!({"task": "load", "file": recorded.file("raw")}));
        assert_eq!(answer["duration"], "Infinity", "{}", recorded.name);
        // As a live file it is right, and as a recording it is not.
        assert_eq!(recorded.broken_rules(""), rules(&[]), "{}", recorded.name);
        assert_eq!(
            recorded.broken_rules("--final"),
            rules(&["M9", "M19", "M50"]),
            "{}",
            recorded.name
        );
        recorded.assert_repaired();
        recorded.assert_copied();
        assert_plays_and_seeks(&browser, &folder, &recorded.file("repaired"));
        if ["vp8", "audio"].contains(&recorded.name) {
            recorded.assert_joined();
            recorded.assert_saved_without_its_beginning();
        }
    }
}

#[test]
fn what_firefox_records_has_a_duration_of_0_and_is_repaired_and_copied_and_joined() {
    let folder = Folder::new();
    let Some(browser) = Browser::start(Kind::Firefox, &folder) else {
        return;
    };
    let types = [
        ("vp8", "video/webm;codecs=vp8,opus"),
        ("audio", "audio/webm;codecs=opus"),
    ];
    for recorded in record(&browser, &folder, &types) {
        // It writes a Duration of 0 and an empty SeekHead, and estimates the duration when it plays the file.
        assert_eq!(
            recorded.broken_rules(""),
            rules(&["M8", "M9", "M19", "M50"]),
            "{}",
            recorded.name
        );
        recorded.assert_repaired();
        recorded.assert_joined();
        recorded.assert_copied();
        assert_plays_and_seeks(&browser, &folder, &recorded.file("repaired"));
        if recorded.name == "audio" {
            // Its only key frame of video is the first.
            recorded.assert_saved_without_its_beginning();
        }
    }
}
