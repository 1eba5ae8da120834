//! What media files have that is not recorded.
use crate::cli::stderr;
use mediarec::streams::MediaStreamTrack;

/// Says what is in media files and not in the recording, once a file.
pub fn say(tracks: &[MediaStreamTrack]) {
    let omitted = tracks
        .iter()
        .filter_map(|track| Some((track.label(), track.omitted()?)));
    let mut omitted: Vec<_> = omitted.collect();
    omitted.dedup();
    for (label, omitted) in omitted {
        stderr::say(format_args!("mediarec: {label}: not recorded: {omitted}"));
    }
}
