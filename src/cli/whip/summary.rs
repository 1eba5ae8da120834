//! What was sent to a media server, in a line.
use mediarec::network::{PeerTrackStats, PublisherStats};

/// What was sent, and what was not; `is_video` tells it of each track.
pub fn text(url: &str, stats: &PublisherStats, is_video: &[bool]) -> String {
    if stats.connections == 0 {
        return format!("nothing was sent to {url}");
    }
    let sum = |value: fn(&PeerTrackStats) -> u64| stats.tracks.iter().map(value).sum::<u64>();
    let frames = |video: bool| {
        let tracks = stats
            .tracks
            .iter()
            .zip(is_video)
            .filter(|(_, is_video)| **is_video == video);
        tracks.map(|(track, _)| track.frames).sum::<u64>()
    };
    let mut parts = vec![format!(
        "sent to {url}: {:.1} MB",
        sum(|track| track.bytes) as f64 / 1e6
    )];
    let mut count = |number: u64, what: &str| {
        if number > 0 {
            parts.push(format!("{number} {what}"));
        }
    };
    count(frames(false), "audio packets");
    count(frames(true), "video frames");
    count(stats.connections - 1, "times connected again");
    count(
        stats.unsent,
        "not sent before there was a connection and a key frame",
    );
    count(stats.dropped, "dropped, as the network was too slow");
    count(sum(|track| track.nacks), "requests to send again");
    count(sum(|track| track.key_frame_requests), "requests for a key frame");
    count(
        sum(|track| track.lost),
        "RTP packets lost, as the server has reported",
    );
    parts.join(", ")
}

/// That the network takes less than is recorded, both in bits a second, and what to do.
pub fn congestion(url: &str, available: u64, recorded: u64) -> String {
    let [available, recorded] = [available, recorded].map(|rate| rate as f64 / 1e6);
    format!(
        "the network takes {available:.1} Mbit/s, the recording has {recorded:.1}: {url} gets all audio and a part of the video, the \
         file gets all; a lower --video-bitrate helps"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_told_with_what_was_not_and_nothing_of_what_did_not_happen() {
        let mut stats = PublisherStats::default();
        assert_eq!(
            text("http://a/", &stats, &[false, true]),
            "nothing was sent to http://a/"
        );
        let mut track = PeerTrackStats::default();
        (track.frames, track.bytes, track.nacks) = (300, 2_500_000, 4);
        stats.tracks = vec![track.clone(), track];
        stats.connections = 1;
        assert_eq!(
            text("http://a/", &stats, &[false, true]),
            "sent to http://a/: 5.0 MB, 300 audio packets, 300 video frames, 8 requests to send again"
        );
        (stats.dropped, stats.connections) = (7, 3);
        assert!(text("http://a/", &stats, &[false, true]).contains("2 times connected again, 7 dropped, as"));
    }
}
