//! Long and large files: nothing is wrong with them, and their last second is as their first. The longest are made by hand.
use crate::inputs::{cd_like, tone, write_wav};
use crate::judges::{flashes_and_beeps, probe};
use crate::util::{Folder, run};
use std::fs;

/// What rounding to whole milliseconds may do.
const TOGETHER: f64 = 0.001;

/// Audio and video of the fake devices, as fast as they are encoded.
fn record(folder: &Folder, seconds: u32) {
    folder.record(&format!(
        "--fake-devices=unpaced --width 64 --height 48 --duration {seconds}s -o long.webm"
    ));
    assert_silent(folder, "long.webm");
    let probe = probe(&folder.path("long.webm"));
    let duration = probe.duration().unwrap();
    assert!((duration - f64::from(seconds)).abs() < 0.001, "{duration}");
    assert_eq!(probe.packets("video").len() as u32, seconds * 30);
    assert_eq!(probe.packets("audio").len() as u32, seconds * 50 + 1);
}

fn assert_silent(folder: &Folder, name: &str) {
    let outcome = run(&mut folder.mediarec(&format!("check --strict {name}")));
    assert_eq!(
        (outcome.code, outcome.text(), &*outcome.stderr),
        (Some(0), "", "")
    );
}

#[test]
fn the_last_flash_of_two_minutes_is_as_close_to_its_beep_as_the_first() {
    let folder = Folder::new();
    record(&folder, 120);
    let (flashes, beeps) = flashes_and_beeps(&folder.path("long.webm"));
    assert_eq!((flashes.len(), beeps.len()), (120, 120));
    let offsets = flashes.iter().zip(&beeps).map(|(flash, beep)| beep - flash);
    let (least, most) = offsets.fold((f64::MAX, f64::MIN), |(least, most), offset| {
        (least.min(offset), most.max(offset))
    });
    assert!(most - least <= TOGETHER, "{least} to {most}");
}

#[test]
#[ignore = "it takes minutes, and half a gigabyte"]
fn nothing_is_wrong_with_more_than_three_hours() {
    record(&Folder::new(), 12_000);
}

/// Seconds of 8 kHz, whose file of 48 kHz has 96 kB a second and channel.
fn record_pcm(seconds: u32) {
    let folder = Folder::new();
    write_wav(
        &folder.path("a.wav"),
        cd_like(8_000, 1),
        8_000 * seconds,
        tone(440.0, 0.5, 8_000),
    );
    folder.record("--input a.wav --mime audio/x-matroska;codecs=pcm -o a.mka");
    assert_silent(&folder, "a.mka");
    let header = mediarec::webm::Reader::new(fs::File::open(folder.path("a.mka")).unwrap()).unwrap();
    assert_eq!(header.header().duration(), Some(f64::from(seconds)));
}

#[test]
fn nothing_is_wrong_with_ten_minutes_of_pcm() {
    record_pcm(600);
}

#[test]
#[ignore = "it takes minutes, and 21 gigabytes"]
fn nothing_is_wrong_with_thirty_hours_of_pcm() {
    record_pcm(30 * 3_600);
}
