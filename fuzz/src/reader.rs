//! The WebM reader, the inspector and the checker: they read to the end, whatever is there, and a pipe gives what a file does.
use super::trickle::Trickle;
use mediarec::webm::{Block, Inspection, Inspector, Reader, check};
use std::io::Read;

pub fn run(bytes: &[u8]) {
    let at_once = read(bytes, bytes.len());
    let slowly = read(Trickle::new(bytes, 7), bytes.len());
    let report_of = |read: &Option<(Vec<Block>, String)>| read.as_ref().map(|(_, report)| report.clone());
    assert_eq!(
        report_of(&at_once),
        report_of(&slowly),
        "a file is read as a pipe is"
    );
    assert!(at_once == slowly, "a file is read as a pipe is");
    let report = check(bytes, None);
    if let Ok(report) = &report {
        let listed = report.findings.len() as u64;
        let omitted: u64 = report.omitted.iter().map(|omitted| omitted.count).sum();
        assert_eq!(listed + omitted, report.errors + report.warnings);
        assert!(
            report
                .findings
                .iter()
                .all(|finding| finding.offset <= bytes.len() as u64)
        );
    }
    assert_eq!(report.ok(), check(Trickle::new(bytes, 7), None).ok());
}

/// The blocks, and the report of the inspector as text.
fn read(source: impl Read, length: usize) -> Option<(Vec<Block>, String)> {
    let mut reader = Reader::new(source).ok()?;
    let mut inspector = Inspector::new(reader.header());
    let mut blocks = Vec::new();
    while let Some(block) = reader.next_block().expect("bytes in memory can be read") {
        assert!(block.position < length as u64);
        inspector.add(&block);
        blocks.push(block);
    }
    let payload: usize = blocks.iter().map(|block| block.data.len()).sum();
    assert!(payload <= length, "{payload} bytes of packets in {length}");
    assert!(reader.damaged() <= length as u64);
    assert_eq!(reader.position(), length as u64, "it reads to the end");
    let inspection = inspector.finish(&reader);
    assert_sound(&inspection, &blocks);
    let inspection = serde_json::to_string(&inspection).expect("a report is valid JSON");
    Some((blocks, inspection))
}

fn assert_sound(inspection: &Inspection, blocks: &[Block]) {
    let of_track = |number| blocks.iter().filter(move |block| block.track == number);
    for track in &inspection.tracks {
        assert_eq!(track.packets, of_track(track.number).count() as u64);
        let bytes: usize = of_track(track.number).map(|block| block.data.len()).sum();
        assert_eq!(track.bytes, bytes as u64);
    }
    assert!(inspection.measured_duration.is_finite());
}
