//! Repairing: what it writes keeps the rules of the format, has the packets of the source, and needs no second repair.
use mediarec::webm::{self, Form, Level};
use std::io::Cursor;

pub fn run(bytes: &[u8]) {
    let mut output = Cursor::new(Vec::new());
    let diagnosis = webm::diagnose(bytes);
    let repairs = webm::fix(bytes, &mut output);
    run_in_place(bytes);
    let Ok(repairs) = repairs else {
        assert!(webm::fix_stream(bytes, Vec::new()).is_err());
        return;
    };
    let repaired = output.into_inner();
    assert_eq!(repairs.size, repaired.len() as u64);
    assert_eq!(
        diagnosis.expect("what can be repaired has a diagnosis").list,
        repairs.list
    );
    assert_whole(&repaired);
    assert_eq!(packets(bytes), packets(&repaired), "the packets of each track");
    let mut stream = Vec::new();
    webm::fix_stream(bytes, &mut stream).expect("what becomes a file becomes a stream");
    assert_eq!(packets(bytes), packets(&stream));
    run_in_place(&stream);
}

/// The rules about what is written, and not copied from the source with its tracks, tags and packets.
const WRITTEN: [&str; 19] = [
    "M1", "M2", "M4", "M9", "M10", "M13", "M15", "M17", "M18", "M19", "M37", "M40", "M41", "M43", "M50",
    "M53", "M54", "M56", "M71",
];

/// It is finished and needs no repair.
pub fn assert_whole(repaired: &[u8]) {
    let again = webm::diagnose(repaired).expect("what was written can be read");
    assert_eq!(again.list, [], "a second repair finds nothing");
    let report = webm::check(repaired, Some(Form::Finished)).expect("what was written can be read");
    // What is copied of a damaged track is copied with the bytes in it that are no element (M5). The reader finds DefaultDuration
    // and SamplingFrequency behind them, the strict reader of the check does not, so that it cannot know how long the last frame is.
    let is_length_known = report.findings.iter().all(|finding| finding.rule != "M5");
    let is_judged = |rule| WRITTEN.contains(&rule) && (rule != "M19" || is_length_known);
    let errors = report
        .findings
        .iter()
        .filter(|finding| finding.level == Level::Error);
    let broken: Vec<_> = errors.filter(|finding| is_judged(finding.rule)).collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

/// Numbers and digests of the packets of each track that has any.
fn packets(bytes: &[u8]) -> Option<Vec<webm::Payload>> {
    let mut tracks = webm::payloads(bytes).ok()?;
    tracks.retain(|track| track.packets > 0);
    Some(tracks)
}

fn run_in_place(bytes: &[u8]) {
    let mut file = Cursor::new(bytes.to_vec());
    let repairs = webm::fix_in_place(&mut file, |_| Ok(()));
    let mut file = file.into_inner();
    match repairs {
        Ok(Some(repairs)) => {
            file.truncate(usize::try_from(repairs.size).expect("it is in memory"));
            assert_whole(&file);
            assert_eq!(packets(bytes), packets(&file));
        }
        Ok(None) | Err(_) => assert!(file == bytes, "what is not repaired in place is not touched"),
    }
}
