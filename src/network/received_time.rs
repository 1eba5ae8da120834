//! When received frames were sampled, by the clock of this machine, so that audio and video are in sync.
use crate::clock::Timestamp;
use std::time::Duration;

/// How fast video moves to where reports say that it belongs: too little for a frame to be noticed.
const STEP: i64 = 2_000_000;

/// Further than this no sender's clocks are apart: the report is wrong.
const MAX_CORRECTION: i64 = 2_000_000_000;

/// The clocks of the tracks of one connection. Each begins with the arrival of its first frame; once the sender's reports
/// have come, those that are not the first track move, little by little, to where they are in sync with it.
#[derive(Debug, Default)]
pub(super) struct ReceivedTime {
    tracks: Vec<TrackClock>,
}

#[derive(Clone, Copy, Debug, Default)]
struct TrackClock {
    /// Local time at RTP time zero, in nanoseconds.
    origin: Option<i64>,
    /// The same by the sender's clock, from its latest report.
    sender: Option<i128>,
}

impl ReceivedTime {
    pub(super) fn new(tracks: usize) -> Self {
        Self {
            tracks: vec![TrackClock::default(); tracks],
        }
    }

    /// The time of a frame of this RTP time, which has arrived at this time; `leader` is the track that the others follow.
    pub(super) fn of(
        &mut self,
        track: usize,
        leader: usize,
        rtp: Duration,
        arrived: Timestamp,
        sender_time: Option<i128>,
    ) -> Timestamp {
        let rtp = i64::try_from(rtp.as_nanos()).unwrap_or(i64::MAX);
        let arrived = i64::try_from(arrived.as_nanos()).unwrap_or(i64::MAX);
        if let Some(sender_time) = sender_time {
            self.tracks[track].sender = Some(sender_time - i128::from(rtp));
        }
        let origin = self.tracks[track].origin.unwrap_or(arrived.saturating_sub(rtp));
        let origin = origin + self.correction(track, leader, origin).clamp(-STEP, STEP);
        self.tracks[track].origin = Some(origin);
        Timestamp::from_nanos(u64::try_from(origin.saturating_add(rtp)).unwrap_or(0))
    }

    /// By how much a track is off, as far as both have reports.
    fn correction(&self, track: usize, leader: usize, origin: i64) -> i64 {
        let (own, lead) = (self.tracks[track], self.tracks[leader]);
        let (Some(sender), Some(lead_sender), Some(lead_origin)) = (own.sender, lead.sender, lead.origin)
        else {
            return 0;
        };
        let wanted = i128::from(lead_origin) + sender - lead_sender;
        let off = i64::try_from(wanted - i128::from(origin)).unwrap_or(i64::MAX);
        if track == leader || off.unsigned_abs() > MAX_CORRECTION.unsigned_abs() {
            return 0;
        }
        off
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUDIO: usize = 0;
    const VIDEO: usize = 1;

    /// A sender whose RTP times and wall clock begin anywhere; video is 50 ms longer on its way than audio.
    struct Sender(ReceivedTime);

    impl Sender {
        /// The time of what was sampled at this millisecond.
        fn sampled(&mut self, track: usize, millis: u64, has_report: bool) -> i64 {
            let (rtp_start, on_its_way) = if track == AUDIO { (7_000, 10) } else { (90_000, 60) };
            let sender_time = has_report.then(|| (1_000_000 + i128::from(millis)) * 1_000_000);
            let time = self.0.of(
                track,
                AUDIO,
                Duration::from_millis(rtp_start + millis),
                Timestamp::from_millis(5_000 + millis + on_its_way),
                sender_time,
            );
            (time.as_nanos() / 1_000_000) as i64 - 5_010 - millis as i64
        }
    }

    #[test]
    fn without_reports_the_first_arrival_counts_and_jitter_does_not() {
        let mut time = ReceivedTime::new(1);
        let mut at = |rtp, arrived| {
            let arrived = Timestamp::from_millis(arrived);
            time.of(0, 0, Duration::from_millis(rtp), arrived, None)
                .round_millis()
        };
        assert_eq!(at(40_000, 300), 300);
        assert_eq!(at(40_020, 390), 320);
        assert_eq!(at(40_040, 391), 340);
    }

    #[test]
    fn reports_bring_video_in_sync_with_audio_in_small_steps() {
        let mut sender = Sender(ReceivedTime::new(2));
        assert_eq!(sender.sampled(AUDIO, 0, false), 0);
        assert_eq!(sender.sampled(VIDEO, 0, false), 50);
        // Reports of one track alone are of no use.
        assert_eq!(sender.sampled(VIDEO, 33, true), 50);
        assert_eq!(sender.sampled(AUDIO, 40, true), 0);
        assert_eq!(sender.sampled(VIDEO, 66, true), 48);
        for frame in 3..40 {
            sender.sampled(VIDEO, frame * 33, true);
        }
        assert_eq!(sender.sampled(VIDEO, 2_000, true), 0);
        assert_eq!(sender.sampled(AUDIO, 2_000, true), 0);
    }

    #[test]
    fn reports_that_cannot_be_right_are_ignored() {
        let mut time = ReceivedTime::new(2);
        let second = Duration::from_secs(1);
        time.of(AUDIO, AUDIO, second, Timestamp::from_millis(1), Some(0));
        let at = time.of(
            VIDEO,
            AUDIO,
            second,
            Timestamp::from_millis(1),
            Some(i128::from(u64::MAX)),
        );
        assert_eq!(at, Timestamp::from_millis(1));
        time.of(
            VIDEO,
            AUDIO,
            Duration::MAX,
            Timestamp::from_nanos(u64::MAX),
            Some(i128::MIN / 2),
        );
    }
}
