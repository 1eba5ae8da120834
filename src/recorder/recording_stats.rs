//! Statistics of a recording.
use std::sync::Arc;
use std::time::Duration;

/// Statistics of a recording so far.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RecordingStats {
    /// One for each track, in the order of the file.
    pub tracks: Vec<TrackStats>,
    /// Bytes of the file so far, including those that no blob contains yet.
    pub bytes: u64,
    /// Duration of the media in the file.
    pub duration: Duration,
    /// End of the audio minus end of the video in the file, in seconds: negative if audio ends first, 0 if there is no
    /// audio or no video. Packets end at different times, so a few hundredths are normal.
    pub av_offset: f64,
}

/// Statistics of one track of a recording.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct TrackStats {
    /// Whether it is a video track.
    pub is_video: bool,
    /// Whether it is copied from a file without being re-encoded.
    pub pass_through: bool,
    /// Label of the track: the name of the device or file.
    pub label: Arc<str>,
    /// Video frames or audio packets in the file.
    pub packets: u64,
    /// Encoded bytes in the file.
    pub bytes: u64,
    /// End of its presentation in the file, from the beginning.
    pub end: Duration,
    /// Video frames or blocks of audio that its source captured since the start, including those in pauses.
    pub captured: u64,
    /// Frames or blocks that were encoded.
    pub encoded: u64,
    /// Frames or blocks that were lost: the total of `losses`.
    pub dropped: u64,
    /// Frames or blocks that were lost, by cause.
    pub losses: Losses,
    /// Frames or blocks in the queue of the encoder.
    pub frames_waiting: usize,
    /// Duration of the encoded media that waits to be muxed.
    pub media_waiting: Duration,
    /// Peak of the last second of media as an absolute sample value; 1.0 is full scale. 0 for video and copied tracks.
    pub peak: f32,
    /// Duration of the silence inserted for missing audio.
    pub silence: Duration,
    /// Duration of the audio discarded because it overlapped with audio before it.
    pub trimmed: Duration,
    /// Current correction of clock drift by resampling, in parts per million; positive if audio is stretched.
    pub slew_ppm: f64,
    /// Packets that arrived late and were shifted in the file. Always 0 for devices: what they captured has its time of
    /// capture, or is dropped.
    pub late: u64,
    /// Maximum shift of a late packet.
    pub late_by: Duration,
    /// How often its device was lost, or delivered nothing for a second: each time, there is a gap of black frames or silence.
    pub gaps: u64,
    /// Duration of these gaps, including those in pauses.
    pub gap_time: Duration,
}

/// Lost frames or blocks of audio, by cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Losses {
    /// Lost by the device or its driver.
    pub device: u64,
    /// Dropped because the encoder was too slow, or the machine too busy for it.
    pub encoder: u64,
    /// Dropped because encoded media was not read in time: the output was too slow.
    pub output: u64,
}

impl Losses {
    /// The sum of all causes.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.device + self.encoder + self.output
    }
}

impl RecordingStats {
    /// Replaces the counts of losses by those of later statistics. For a recording that failed: these statistics are of
    /// what was kept, and all that was lost is missing in it.
    pub fn take_losses_of(&mut self, later: &Self) {
        if self.tracks.is_empty() {
            self.tracks = later.tracks.iter().map(TrackStats::nothing_of).collect();
        }
        for (track, later) in self.tracks.iter_mut().zip(&later.tracks) {
            (track.captured, track.encoded) = (later.captured, later.encoded);
            (track.dropped, track.losses) = (later.dropped, later.losses);
            (track.silence, track.trimmed) = (later.silence, later.trimmed);
            (track.gaps, track.gap_time) = (later.gaps, later.gap_time);
        }
    }
}

impl TrackStats {
    /// The same track without anything in the file.
    fn nothing_of(&self) -> Self {
        Self {
            is_video: self.is_video,
            label: self.label.clone(),
            ..Self::default()
        }
    }
}

/// End of the audio minus end of the video, in seconds; 0 if there is none of either.
pub(super) fn av_offset(tracks: &[TrackStats]) -> f64 {
    let end_of = |is_video| {
        let ends = tracks
            .iter()
            .filter(|track| track.is_video == is_video && track.packets > 0);
        ends.map(|track| track.end.as_secs_f64()).reduce(f64::max)
    };
    let ends = end_of(false).zip(end_of(true));
    ends.map_or(0.0, |(audio, video)| audio - video)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stats(packets: u64, dropped: u64) -> RecordingStats {
        let track = TrackStats {
            is_video: true,
            packets,
            dropped,
            ..TrackStats::default()
        };
        RecordingStats {
            tracks: vec![track],
            ..RecordingStats::default()
        }
    }

    #[test]
    fn what_was_kept_is_counted_with_all_that_was_lost() {
        let mut kept = stats(10, 1);
        kept.take_losses_of(&stats(30, 5));
        assert_eq!(kept, stats(10, 5));
        let mut nothing = RecordingStats::default();
        nothing.take_losses_of(&stats(30, 5));
        assert_eq!(nothing, stats(0, 5));
    }
}
