//! Files that are broken on purpose, each in one way, and files that are not.
mod built;
mod mutated;
mod patched;

use crate::media::Packet;
use crate::webm::check::report::Report;
use crate::webm::check::{Form, check};
use crate::webm::seek_index::SeekIndex;
use crate::webm::test_media;
use bytes::Bytes;
use std::io::Cursor;

/// The first bytes of a VP8 key frame of 64x48, and of any other frame.
const KEY_FRAME: &[u8] = &[0x10, 2, 0, 0x9D, 1, 0x2A, 64, 0, 48, 0, 7, 7];
const INTER_FRAME: &[u8] = &[0x11, 2, 0, 7, 7, 7, 7];
/// A packet of 20 ms.
const OPUS: &[u8] = &[0xFC, 1, 2, 3];

/// Three seconds of video and audio whose packets begin as those of encoders do.
fn packets() -> Vec<Packet> {
    let real = |packet: Packet| {
        let data = match (packet.track, packet.key) {
            (1, _) => OPUS,
            (_, true) => KEY_FRAME,
            _ => INTER_FRAME,
        };
        let data = Bytes::from_static(data);
        Packet { data, ..packet }
    };
    test_media::packets(3).into_iter().map(real).collect()
}

fn live_with_index() -> (Vec<u8>, SeekIndex) {
    test_media::write(
        &[test_media::video_track(), test_media::audio_track()],
        &packets(),
    )
}

fn live() -> Vec<u8> {
    live_with_index().0
}

fn finalized(live: Vec<u8>, index: &SeekIndex) -> Vec<u8> {
    let mut file = Cursor::new(live);
    index.finalize(&mut file, 0, |_| Ok(())).unwrap();
    file.into_inner()
}

fn finished() -> Vec<u8> {
    let (live, index) = live_with_index();
    finalized(live, &index)
}

fn report(file: &[u8]) -> Report {
    check(file, None).unwrap()
}

/// The rules that a file breaks, each once, in order.
fn broken(file: &[u8], form: Option<Form>) -> Vec<&'static str> {
    let report = check(file, form).unwrap();
    let mut rules: Vec<_> = report.findings.iter().map(|finding| finding.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

/// The findings in a line.
fn listed(report: &Report) -> String {
    let findings = report.findings.iter();
    let lines = findings.map(|finding| format!("{} {}: {}; ", finding.offset, finding.rule, finding.found));
    lines.collect()
}

#[test]
fn files_that_are_right_have_no_findings() {
    let (live, index) = live_with_index();
    let finished = finalized(live.clone(), &index);
    let empty = test_media::write(&[test_media::video_track()], &[]);
    let files = [
        (&live, Form::Live),
        (&finished, Form::Finished),
        (&empty.0, Form::Live),
        (&finalized(empty.0.clone(), &empty.1), Form::Finished),
    ];
    for (file, form) in files {
        let report = report(file);
        assert_eq!(listed(&report), "");
        assert_eq!((report.form, report.errors, report.warnings), (form, 0, 0));
        assert!(report.is_clean());
    }
}

#[test]
fn what_does_not_begin_as_matroska_does_is_refused() {
    let file = finished();
    for (bytes, why) in [
        (&b""[..], "not a WebM"),
        (b"RIFF....WAVE", "not a WebM"),
        (&file[1..], "the first byte"),
    ] {
        let error = check(bytes, None).unwrap_err();
        assert_eq!(error.name(), "NotReadableError");
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[test]
fn a_file_is_judged_as_what_it_is_meant_to_be() {
    assert_eq!(broken(&finished(), Some(Form::Live)), ["M11", "M19"]);
    assert_eq!(
        broken(&live(), Some(Form::Finished)),
        ["M13", "M19", "M50", "M53", "M9"]
    );
}

#[test]
fn ten_findings_of_a_rule_are_listed_and_the_others_counted() {
    let mut file = live();
    for block in patched::all(&live(), 0xA3) {
        file[patched::place(&block) + 3] |= 0x40;
    }
    let report = report(&file);
    let blocks = packets().len() as u64 - 1;
    assert_eq!((report.findings.len(), report.errors), (10, blocks));
    assert_eq!(
        (report.omitted[0].rule, report.omitted[0].count),
        ("M46", blocks - 10)
    );
    let offsets: Vec<_> = report.findings.iter().map(|finding| finding.offset).collect();
    assert!(offsets.is_sorted());
}

#[test]
fn each_rule_is_in_the_documentation_with_its_level() {
    use crate::webm::check::report::Level;
    use crate::webm::check::rules::{BROKEN, CUT_OFF, OVERFLOW, SECOND_RECORDING, SHORT_BLOCK, TABLES};
    let page = include_str!("../../../../docs/check.md");
    let mut number = "";
    let rows = page.lines().filter_map(|line| {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let (first, second) = (cells.next()?, cells.next()?);
        number = if first.is_empty() { number } else { first };
        Some((number, second))
    });
    let documented: Vec<_> = rows.collect();
    let walk = [&BROKEN, &OVERFLOW, &CUT_OFF, &SECOND_RECORDING, &SHORT_BLOCK];
    let all = TABLES.iter().copied().flatten().chain(walk);
    let mut listed: Vec<_> = all
        .map(|rule| (rule.id, if rule.level == Level::Error { "E" } else { "W" }))
        .collect();
    for rule in &listed {
        assert!(documented.contains(rule), "{rule:?} is not in docs/check.md");
    }
    listed.sort_unstable();
    let mut rows = documented.iter().filter(|(_, level)| matches!(*level, "E" | "W"));
    assert!(
        rows.all(|row| listed.binary_search(row).is_ok()),
        "a rule that does not exist"
    );
}

#[test]
fn a_single_frame_whose_length_nobody_says_may_last_as_long_as_the_duration_says() {
    let frames: Vec<Packet> = packets().into_iter().filter(|packet| packet.track == 0).collect();
    let (live, index) = test_media::write(&[test_media::video_track()], &frames[..1]);
    assert_eq!(broken(&finalized(live, &index), None), [""; 0]);
}
