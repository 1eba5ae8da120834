//! A power cut at any moment: what was written so far plays up to its last whole block, while recording, finalising and repairing.
use crate::ebml::{StoredPacket, stored_packets};
use crate::judges::assert_plays;
use crate::library::{alone, lasting, unpaced};
use crate::util::{Folder, run};
use mediarec::recorder::MediaRecorder;
use mediarec::webm::{self, Reader};
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::time::Duration;

/// What is done to a file, in order.
#[derive(Clone, Debug)]
enum Step {
    Write(u64, Vec<u8>),
    Sync,
}

/// A file in memory that takes note of all that is done to it.
#[derive(Default)]
struct Recorded {
    file: Cursor<Vec<u8>>,
    steps: Vec<Step>,
}

impl Write for Recorded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.steps.push(Step::Write(self.file.position(), bytes.to_vec()));
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Recorded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

impl Seek for Recorded {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// Does a step to a file; of a write, only its first `length` bytes reach it.
fn apply(file: &mut Vec<u8>, step: &Step, length: usize) {
    if let Step::Write(at, bytes) = step {
        let mut cursor = Cursor::new(std::mem::take(file));
        cursor.set_position(*at);
        cursor.write_all(&bytes[..length.min(bytes.len())]).unwrap();
        *file = cursor.into_inner();
    }
}

/// Track and data of each packet that the reader gives, and whether it met damage.
fn packets(file: &[u8]) -> (Vec<(u64, Vec<u8>)>, bool) {
    let Ok(mut reader) = Reader::new(file) else {
        return (Vec::new(), false);
    };
    let blocks = std::iter::from_fn(|| reader.next_block().unwrap());
    let packets = blocks.map(|block| (block.track, block.data.to_vec())).collect();
    (packets, reader.damaged() > 0)
}

/// The packets of `whole` that are in its first `length` bytes.
fn expected(whole: &[StoredPacket], length: usize) -> Vec<(u64, Vec<u8>)> {
    let within = whole.iter().filter(|packet| packet.end <= length);
    within.map(|packet| (packet.track, packet.data.clone())).collect()
}

/// Half a second more than three, so that there are several Clusters; with the syncs of a finished file.
fn recording() -> Recorded {
    let recorder = MediaRecorder::new(&unpaced(), lasting(3_500)).unwrap();
    let mut recording = recorder.start(Some(Duration::ZERO)).unwrap();
    let mut file = Recorded::default();
    recording.write_to(&mut file, |_| {}).unwrap();
    file
}

#[test]
fn after_a_power_cut_at_any_moment_of_a_recording_all_that_was_written_plays() {
    let _alone = alone();
    let folder = Folder::new();
    let recorded = recording();
    let whole = recorded.file.get_ref();
    let all = stored_packets(whole);
    let is_patch =
        |step: &Step| matches!(step, Step::Write(at, _) if (*at as usize) < all[all.len() - 1].end);
    let last_block = all[all.len() - 1].end as u64;
    let begin = recorded
        .steps
        .iter()
        .position(|step| matches!(step, Step::Write(at, _) if *at >= last_block))
        .unwrap();
    assert!(
        begin > 100 && recorded.steps[begin..].iter().any(is_patch),
        "{begin} of {}",
        recorded.steps.len()
    );
    let mut file = Vec::new();
    for (number, step) in recorded.steps.iter().enumerate() {
        // In the middle of a write, too.
        let Step::Write(_, bytes) = step else { continue };
        for length in [bytes.len() / 2, bytes.len()] {
            let mut cut = file.clone();
            apply(&mut cut, step, length);
            let (found, is_damaged) = packets(&cut);
            assert!(
                found == expected(&all, cut.len()) && !is_damaged,
                "step {number}, {length} bytes: {}",
                found.len()
            );
            let is_judged = number >= begin || (number % 20 == 0 && length == bytes.len());
            if is_judged && found.len() > 2 {
                judge(&folder, &cut, length == bytes.len());
            }
        }
        apply(&mut file, step, usize::MAX);
    }
    assert!(file == *whole);
}

/// Demands that ffprobe sees every packet, and perhaps a part of one more; if the last write is whole, that ffmpeg plays it without
/// a word.
fn judge(folder: &Folder, file: &[u8], is_whole: bool) {
    let path = folder.write("cut.webm", file);
    let probed = run(&mut folder.program(
        "ffprobe",
        "-v quiet -show_entries packet=size -of csv=p=0 cut.webm",
    ));
    // Other lines are of side data.
    let is_packet = |line: &&str| line.starts_with(|first: char| first.is_ascii_digit());
    let seen = probed.text().lines().filter(is_packet).count();
    let found = packets(file).0.len();
    assert!(
        seen == found || (!is_whole && seen == found + 1),
        "{seen} of {found}"
    );
    if is_whole {
        assert_plays(&path);
    }
}

#[test]
fn after_a_power_cut_while_a_file_is_repaired_in_place_all_of_it_plays() {
    let _alone = alone();
    let folder = Folder::new();
    let recorder = MediaRecorder::new(&unpaced(), lasting(3_500)).unwrap();
    let mut recording = recorder.start(Some(Duration::ZERO)).unwrap();
    let mut live = Vec::new();
    recording.stream_to(&mut live, |_| {}).unwrap();
    // As a crash leaves it, within a block.
    live.truncate(live.len() - 40);
    let (all, _) = packets(&live);
    let mut written = Recorded {
        file: Cursor::new(live.clone()),
        steps: Vec::new(),
    };
    let repairs = webm::fix_in_place(&mut written, |file| {
        file.steps.push(Step::Sync);
        Ok(())
    });
    let repairs = repairs.unwrap().unwrap();
    let syncs = written.steps.iter().filter(|step| matches!(step, Step::Sync));
    assert_eq!(syncs.count(), 2);
    let mut file = live;
    for (number, step) in written.steps.iter().enumerate() {
        let Step::Write(_, bytes) = step else { continue };
        for length in 0..=bytes.len().min(40) {
            let mut cut = file.clone();
            apply(&mut cut, step, if length == 40 { usize::MAX } else { length });
            let (found, _) = packets(&cut);
            assert!(
                found == all,
                "step {number}, {length} bytes: {} of {}",
                found.len(),
                all.len()
            );
        }
        apply(&mut file, step, usize::MAX);
        judge(&folder, &file, false);
    }
    file.truncate(repairs.size as usize);
    assert_eq!(webm::check(&*file, None).unwrap().findings, []);
}

/// By its steps: the repaired file is complete before it takes the name.
#[test]
fn a_file_that_cannot_be_replaced_is_as_it_was() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 1s -o a.webm");
    let whole = folder.read("a.webm");
    let cut = &whole[..whole.len() / 2];
    folder.write("a.webm", cut);
    // There is no room for the copy.
    let words = "-c ulimit -f 8; trap \"\" XFSZ; exec \"$0\" fix a.webm";
    let (flag, script) = words.split_once(' ').unwrap();
    let mut command = folder.program("bash", flag);
    command.arg(script).arg(env!("CARGO_BIN_EXE_mediarec"));
    let outcome = run(&mut command);
    assert_ne!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(folder.read("a.webm"), cut);
    assert_eq!(folder.names(), ["a.webm"]);
}
