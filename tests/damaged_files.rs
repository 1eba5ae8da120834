//! Files that are wrong in some way: what can be recorded of them is, and the exit code says that something is missing.
use crate::util::{Folder, run};
use mediarec::webm::Reader;
use std::fs::File;

#[test]
fn of_two_recordings_in_one_file_exactly_the_first_is_recorded() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 2s -o a.webm");
    let a = folder.read("a.webm");
    folder.write("two.webm", [a.clone(), a].concat());
    let outcome = run(&mut folder.mediarec("record --input two.webm -o b.webm"));
    assert_eq!(outcome.code, Some(6), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("several recordings in a row"),
        "{}",
        outcome.stderr
    );
    let packets = |name: &str| {
        let mut reader = Reader::new(File::open(folder.path(name)).unwrap()).unwrap();
        let blocks: Vec<_> = std::iter::from_fn(|| reader.next_block().unwrap()).collect();
        blocks
            .into_iter()
            .map(|block| (block.track, block.time, block.data))
            .collect::<Vec<_>>()
    };
    assert_eq!(packets("b.webm"), packets("a.webm"));
}

#[test]
fn video_without_any_key_frame_is_an_error() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 1s -o a.webm");
    let mut bytes = folder.read("a.webm");
    let mut reader = Reader::new(File::open(folder.path("a.webm")).unwrap()).unwrap();
    while let Some(block) = reader.next_block().unwrap() {
        if block.track == 2 && block.key {
            // The key flag of a SimpleBlock, just before its data.
            let header = bytes[block.position as usize + 1].leading_zeros() as usize + 1;
            bytes[block.position as usize + 1 + header + 3] &= 0x7F;
        }
    }
    folder.write("b.webm", bytes);
    let outcome = run(&mut folder.mediarec("record --input b.webm -o c.webm"));
    assert_eq!(outcome.code, Some(6), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("it has no key frame"),
        "{}",
        outcome.stderr
    );
    let outcome = run(&mut folder.mediarec("record --input b.webm --reencode -o d.webm"));
    assert_eq!(outcome.code, Some(6), "{}", outcome.stderr);
    assert!(
        outcome
            .stderr
            .contains("30 of its video frames cannot be decoded"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_file_without_its_beginning_is_an_error_that_says_how_to_mend_it() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 2s --chunks pieces -o a.webm");
    let whole = folder.read("a.webm");
    folder.write("first-byte.webm", &whole[1..]);
    let outcome = run(&mut folder.mediarec("record --input first-byte.webm -o b.webm"));
    assert_eq!(outcome.code, Some(6));
    assert!(
        outcome.stderr.contains("the first byte of the file is missing"),
        "{}",
        outcome.stderr
    );
    for command in ["record -o b.webm --input", "inspect"] {
        let outcome = run(&mut folder.mediarec(&format!("{command} pieces/000002.webm")));
        assert_eq!(outcome.code, Some(6), "{}", outcome.stderr);
        assert!(
            outcome.stderr.contains("a later piece of a recording"),
            "{}",
            outcome.stderr
        );
    }
    assert!(!folder.path("b.webm").exists());
}
