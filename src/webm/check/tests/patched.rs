//! Files with some bytes changed.
use super::{INTER_FRAME, broken, finalized, finished, listed, live, live_with_index};
use crate::webm::check::elements::{Element, Elements, Event};
use crate::webm::check::input::Input;
use crate::webm::check::{Form, Level, check};

/// All elements with this ID.
pub(super) fn all(file: &[u8], id: u64) -> Vec<Element> {
    let mut elements = Elements::new(Input::new(file));
    let events = std::iter::from_fn(|| elements.next().unwrap());
    let found = events.filter_map(|event| match event {
        Event::Open(element) | Event::Leaf(element, _) => Some(element),
        _ => None,
    });
    found.filter(|element| element.id == id).collect()
}

/// Where the data of an element is.
pub(super) fn place(element: &Element) -> usize {
    usize::try_from(element.data).unwrap()
}

fn at(file: &[u8], id: u64, number: usize) -> usize {
    place(&all(file, id)[number])
}

/// Overwrites the data of an element from this byte on.
fn put(file: &mut [u8], id: u64, number: usize, from: usize, bytes: &[u8]) {
    let at = at(file, id, number) + from;
    file[at..at + bytes.len()].copy_from_slice(bytes);
}

/// Overwrites the ID of an element by one of the same length.
fn rename(file: &mut [u8], id: u64, number: usize, other: &[u8]) {
    let at = usize::try_from(all(file, id)[number].offset).unwrap();
    file[at..at + other.len()].copy_from_slice(other);
}

/// Makes the size of an element unknown.
fn unsize(file: &mut [u8], id: u64, number: usize) {
    let element = all(file, id)[number];
    let begin = usize::try_from(element.offset + element.id_length).unwrap();
    let length = place(&element) - begin;
    file[begin..place(&element)].fill(0xFF);
    file[begin] = u8::MAX >> (length - 1);
}

/// The number of a block of video (1) or audio (2) that is the first one from this number on.
fn block_of(file: &[u8], track: u8, from: usize) -> usize {
    let blocks = all(file, SIMPLE_BLOCK);
    (from..blocks.len())
        .find(|&number| file[place(&blocks[number])] == 0x80 | track)
        .unwrap()
}

const CLUSTER: u64 = 0x1F43_B675;
const SIMPLE_BLOCK: u64 = 0xA3;
const CUE_POINT: u64 = 0xBB;

type Case = (&'static str, Level, &'static str, fn(&mut Vec<u8>));

/// Rule, level, what is done, and how, to a finished file.
const FINISHED: &[Case] = &[
    ("M1", Level::Error, "another DocType", |file| {
        put(file, 0x4282, 0, 3, b"x");
    }),
    ("M1", Level::Error, "IDs of 5 bytes", |file| {
        put(file, 0x42F2, 0, 0, &[5]);
    }),
    ("M2", Level::Warning, "an old version", |file| {
        put(file, 0x4287, 0, 0, &[2]);
    }),
    ("M2", Level::Error, "a version to read that is too new", |file| {
        put(file, 0x4285, 0, 0, &[9]);
    }),
    ("M4", Level::Error, "Tracks of unknown size", |file| {
        unsize(file, 0x1654_AE6B, 0);
    }),
    ("M5", Level::Error, "a Cluster that is too small", |file| {
        let at = at(file, CLUSTER, 1) - 1;
        file[at] -= 3;
    }),
    ("M5", Level::Error, "bytes that are no element", |file| {
        rename(file, SIMPLE_BLOCK, 90, &[0, 0, 0]);
    }),
    ("M6", Level::Error, "a block outside of Clusters", |file| {
        rename(file, 0xEC, 0, &[0xA3]);
    }),
    ("M8", Level::Error, "two Primaries", |file| {
        rename(file, 0x55BA, 0, &[0x55, 0xBB]);
    }),
    ("M9", Level::Error, "two recordings", |file| {
        file.extend(finished());
    }),
    ("M9", Level::Error, "a Segment of unknown size", |file| {
        unsize(file, 0x1853_8067, 0);
    }),
    (
        "M13",
        Level::Error,
        "an entry of the SeekHead that leads elsewhere",
        |file| {
            let at = at(file, 0x53AC, 1);
            file[at] += 1;
        },
    ),
    ("M16", Level::Warning, "an unknown top-level element", |file| {
        rename(file, 0xEC, 0, &[0xDE]);
    }),
    ("M17", Level::Error, "ticks of no length", |file| {
        let scale = all(file, 0x2A_D7B1)[0];
        file[place(&scale)..][..usize::try_from(scale.size.unwrap()).unwrap()].fill(0);
    }),
    ("M18", Level::Error, "no WritingApp", |file| {
        rename(file, 0x5741, 0, &[0x7B, 0xA9]);
    }),
    ("M18", Level::Error, "a MuxingApp that is not UTF-8", |file| {
        put(file, 0x4D80, 0, 0, &[0xFF]);
    }),
    ("M19", Level::Error, "a Duration that is too long", |file| {
        put(file, 0x4489, 0, 0, &9_000_f64.to_be_bytes());
    }),
    ("M19", Level::Error, "a Duration that is too short", |file| {
        put(file, 0x4489, 0, 0, &2_000_f64.to_be_bytes());
    }),
    ("M19", Level::Error, "a Duration that is no number", |file| {
        put(file, 0x4489, 0, 0, &f64::NAN.to_be_bytes());
    }),
    ("M21", Level::Error, "two tracks of one number", |file| {
        put(file, 0xD7, 1, 0, &[1]);
    }),
    ("M21", Level::Error, "a track without UID", |file| {
        put(file, 0x73C5, 0, 0, &[0]);
    }),
    ("M21", Level::Error, "a track of no type", |file| {
        put(file, 0x83, 1, 0, &[9]);
    }),
    ("M22", Level::Error, "lacing that was not announced", |file| {
        put(file, SIMPLE_BLOCK, 20, 3, &[0x86]);
    }),
    ("M25", Level::Error, "a codec that WebM does not have", |file| {
        put(file, 0x86, 0, 4, b"X");
    }),
    ("M25", Level::Error, "an audio codec for video", |file| {
        put(file, 0x86, 0, 0, b"A");
    }),
    ("M26", Level::Error, "no width", |file| {
        put(file, 0xB0, 0, 0, &[0]);
    }),
    ("M27", Level::Warning, "interlaced VP8", |file| {
        put(file, 0x9A, 0, 0, &[1]);
    }),
    ("M29", Level::Warning, "an unknown range", |file| {
        put(file, 0x55B9, 0, 0, &[7]);
    }),
    ("M31", Level::Error, "no sample rate", |file| {
        put(file, 0xB5, 0, 0, &[0; 8]);
    }),
    ("M35", Level::Error, "no OpusHead", |file| {
        put(file, 0x63A2, 0, 0, b"X");
    }),
    ("M35", Level::Error, "other channels", |file| {
        put(file, 0x9F, 0, 0, &[1]);
    }),
    ("M36", Level::Error, "a delay that is not the pre-skip", |file| {
        put(file, 0x56AA, 0, 0, &[0, 0]);
    }),
    ("M36", Level::Warning, "another pre-roll", |file| {
        put(file, 0x56BB, 0, 0, &[0, 0]);
    }),
    ("M40", Level::Error, "a Cluster without time", |file| {
        rename(file, 0xE7, 0, &[0xEC]);
    }),
    ("M41", Level::Error, "a time that wrapped around", |file| {
        put(file, SIMPLE_BLOCK, 200, 1, &[0x80, 0]);
    }),
    ("M37", Level::Error, "a time before the beginning", |file| {
        put(file, SIMPLE_BLOCK, 0, 1, &[0xFF, 0xFF]);
    }),
    ("M43", Level::Error, "a time that goes back", |file| {
        put(file, SIMPLE_BLOCK, 60, 1, &[0, 0]);
    }),
    ("M46", Level::Error, "flags that do not exist", |file| {
        put(file, SIMPLE_BLOCK, 60, 3, &[0xC0]);
    }),
    ("M47", Level::Error, "a false key frame", |file| {
        let number = block_of(file, 1, 10);
        put(file, SIMPLE_BLOCK, number, 3, &[0x80]);
    }),
    ("M50", Level::Error, "a Cluster of unknown size", |file| {
        unsize(file, CLUSTER, 1);
    }),
    ("M52", Level::Error, "frames of another size", |file| {
        let number = block_of(file, 1, 0);
        put(file, SIMPLE_BLOCK, number, 4 + 6, &[32]);
    }),
    ("M54", Level::Error, "a cue of another time", |file| {
        put(file, 0xB3, 1, 0, &[5]);
    }),
    ("M54", Level::Error, "a cue of no track", |file| {
        put(file, 0xF7, 1, 0, &[9]);
    }),
    ("M56", Level::Error, "a cue that leads beside a Cluster", |file| {
        let at = at(file, 0xF1, 1);
        file[at] += 1;
    }),
    ("M56", Level::Error, "a cue that leads beside a block", |file| {
        let at = at(file, 0xF0, 2);
        file[at] += 1;
    }),
    ("M71", Level::Error, "an end that is missing", |file| {
        file.truncate(file.len() - 5);
    }),
    ("M71", Level::Error, "a Cluster that is missing", |file| {
        let end = all(file, CLUSTER)[2].offset;
        file.truncate(usize::try_from(end).unwrap());
    }),
    ("M71", Level::Error, "bytes behind the end", |file| {
        file.extend([0; 100]);
    }),
];

/// The same for a live file.
const LIVE: &[Case] = &[
    (
        "M49",
        Level::Error,
        "a first frame that is no key frame",
        |file| {
            let number = block_of(file, 1, 0);
            put(file, SIMPLE_BLOCK, number, 3, &[0]);
            put(file, SIMPLE_BLOCK, number, 4, INTER_FRAME);
        },
    ),
    ("M47", Level::Warning, "a key frame without its flag", |file| {
        let number = block_of(file, 1, 80);
        let key = (number..200).find(|&number| {
            let at = at(file, SIMPLE_BLOCK, number);
            file[at] == 0x81 && file[at + 3] == 0x80
        });
        put(file, SIMPLE_BLOCK, key.unwrap(), 3, &[0]);
    }),
    ("M71", Level::Error, "a block that is cut off", |file| {
        file.truncate(file.len() - 2);
    }),
];

fn assert_breaks(cases: &[Case], file: &[u8]) {
    let mut failed = Vec::new();
    for &(rule, level, what, patch) in cases {
        let mut file = file.to_vec();
        patch(&mut file);
        let report = check(&*file, None).unwrap();
        let has_level = report.findings.iter().any(|finding| finding.level == level);
        let is_clean = level == Level::Warning;
        if broken(&file, None) != [rule] || !has_level || report.is_clean() != is_clean {
            failed.push(format!("{rule}, {what}: {}", listed(&report)));
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn each_broken_file_breaks_the_rule_that_it_is_meant_to() {
    assert!(FINISHED.len() > 40);
    assert_breaks(FINISHED, &finished());
    assert_breaks(LIVE, &live());
}

#[test]
fn a_finding_tells_the_offset_what_was_found_and_what_was_expected() {
    let mut file = finished();
    put(&mut file, 0x56AA, 0, 0, &[0, 0]);
    let report = check(&*file, None).unwrap();
    let finding = &report.findings[0];
    // The delay is 6 500 000 ns; its first two bytes are 0 now.
    assert_eq!(finding.offset, all(&file, 0xAE)[1].offset);
    assert_eq!(finding.found, "CodecDelay 11936");
    assert!(finding.expected.starts_with("6500000,"), "{}", finding.expected);
}

#[test]
fn a_finished_file_without_cues_is_warned_of() {
    let (live, index) = live_with_index();
    let file = finalized(live, &index.without_cues());
    assert_eq!(broken(&file, None), ["M53"]);
    assert!(check(&*file, None).unwrap().is_clean());
}

#[test]
fn cues_that_are_not_in_order_are_found() {
    let mut file = finished();
    let [_, one, two] = all(&file, CUE_POINT)[..] else {
        panic!("three cues");
    };
    assert_eq!(one.size, two.size);
    let size = usize::try_from(one.size.unwrap()).unwrap();
    for offset in 0..size {
        file.swap(place(&one) + offset, place(&two) + offset);
    }
    assert_eq!(broken(&file, None), ["M53"]);
}

#[test]
fn the_recordings_in_one_file_are_checked_each_for_itself() {
    let mut second = finished();
    put(&mut second, 0x83, 1, 0, &[9]);
    let both = [finished(), second].concat();
    assert_eq!(broken(&both, None), ["M21", "M9"]);
    assert_eq!(broken(&both, Some(Form::Finished)), ["M21", "M9"]);
}
