//! Repairing: what it writes keeps the rules of the format, has the packets of the source, and needs no second repair.
use mediarec::webm::{self, Finding, Form, Level, Repair, Repairs};
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
    assert_whole_after(&repairs, &repaired);
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

/// The same, if the header said what the tracks are. What their packets tell, damaged ones among them, may change when those are gone.
pub fn assert_whole_after(repairs: &Repairs, repaired: &[u8]) {
    if repairs.list.contains(&Repair::Tracks) {
        webm::diagnose(repaired).expect("what was written can be read");
    } else {
        assert_whole(repaired);
    }
}

/// It is finished and needs no repair.
pub fn assert_whole(repaired: &[u8]) {
    let again = webm::diagnose(repaired).expect("what was written can be read");
    assert_eq!(again.list, [], "a second repair finds nothing");
    let report = webm::check(repaired, Some(Form::Finished)).expect("what was written can be read");
    // A damaged TrackEntry is copied with the bytes in it that are no element. The reader finds what is behind them, and the strict
    // reader of the check does not: it knows neither the track (M54) nor how long a frame of it is (M19).
    if report.findings.iter().any(|finding| finding.rule == "M5") {
        return;
    }
    let errors = report
        .findings
        .iter()
        .filter(|finding| finding.level == Level::Error);
    // Where no frame of VP8 is shown, none tells how long one is: the writer takes the step between them, behind a gap, too, and M19
    // DefaultDuration. A Packet does not say whether its duration is unknown or it is not shown. That the guess is made the same way
    // twice, `diagnose` has told above.
    let is_guess = |finding: &Finding| finding.rule == "M19" && finding.expected.starts_with("about ");
    let is_judged = |finding: &&Finding| WRITTEN.contains(&finding.rule) && !is_guess(finding);
    let broken: Vec<_> = errors.filter(is_judged).collect();
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
