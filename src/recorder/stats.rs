//! Counts of a recording, for people and scripts.
use std::sync::Arc;
use std::time::Duration;

/// Counts of a recording so far.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RecordingStats {
    /// A track each, in the order of the file.
    pub tracks: Vec<TrackStats>,
    /// Bytes handed out or about to be.
    pub bytes: u64,
    /// Length of what was muxed.
    pub duration: Duration,
    /// How far the sound in the file reaches beyond the pictures in it, in seconds: negative when it ends before them,
    /// 0 when either is missing. Packets of either end at different times, so some hundredths mean nothing.
    pub av_offset: f64,
}

/// Counts of one track of a recording.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct TrackStats {
    /// Whether it carries pictures.
    pub is_video: bool,
    /// Whether a file's packets are recorded as they are, without being encoded anew.
    pub pass_through: bool,
    /// Name of the device or file.
    pub label: Arc<str>,
    /// Pictures, or packets of sound, in the file.
    pub packets: u64,
    /// Encoded bytes in the file.
    pub bytes: u64,
    /// Where its presentation ends in the file.
    pub end: Duration,
    /// Pictures, or blocks of sound, that its source captured since the start, in pauses too.
    pub captured: u64,
    /// Those that were encoded.
    pub encoded: u64,
    /// Those that were lost.
    pub dropped: u64,
    /// The same by reasons.
    pub losses: Losses,
    /// Frames that wait for the encoder.
    pub frames_waiting: usize,
    /// Encoded media that waits to be taken from the recording.
    pub media_waiting: Duration,
    /// The loudest sample of the last second of media, 1.0 being full scale.
    pub peak: f32,
    /// Silence that stands for sound which never came.
    pub silence: Duration,
    /// Sound that was thrown away because its time was taken already.
    pub trimmed: Duration,
    /// How much longer sound is made now to keep it on the clock, in parts per million.
    pub slew_ppm: f64,
    /// Packets in the file that came when it was beyond their time already, so that they stand later than they belong.
    pub late: u64,
    /// How much later at most.
    pub late_by: Duration,
}

/// Why frames were lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Losses {
    /// The device or its driver lost them.
    pub device: u64,
    /// The encoder was too slow.
    pub encoder: u64,
    /// What was encoded was not taken: the output was too slow.
    pub output: u64,
}

impl Losses {
    /// All of them.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.device + self.encoder + self.output
    }
}

impl RecordingStats {
    /// Takes over what was lost by the time of later counts: counts of what was kept of a recording that broke would
    /// not have it.
    pub fn take_losses_of(&mut self, later: &Self) {
        if self.tracks.is_empty() {
            self.tracks = later.tracks.iter().map(TrackStats::nothing_of).collect();
        }
        for (track, later) in self.tracks.iter_mut().zip(&later.tracks) {
            (track.captured, track.encoded) = (later.captured, later.encoded);
            (track.dropped, track.losses) = (later.dropped, later.losses);
            (track.silence, track.trimmed) = (later.silence, later.trimmed);
        }
    }
}

impl TrackStats {
    /// The same track with nothing in the file.
    fn nothing_of(&self) -> Self {
        Self {
            is_video: self.is_video,
            label: self.label.clone(),
            ..Self::default()
        }
    }
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
