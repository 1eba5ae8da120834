//! Frames that a peer connection receives: in order, with the times of their sender, and with what is missing before them.
use bytes::Bytes;
use crossbeam_channel::Sender;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant, SystemTime};
use str0m::format::Codec;
use str0m::media::{MediaData, Mid};

/// How often a key frame is requested at most.
const KEY_REQUEST_INTERVAL: Duration = Duration::from_secs(1);

/// A frame of video or a packet of audio.
#[derive(Clone, Debug)]
pub(super) struct ReceivedFrame {
    /// Index of the track, in the order of the offer.
    pub(super) track: usize,
    pub(super) codec: Codec,
    /// By the clock of the track's RTP.
    pub(super) rtp: Duration,
    /// When it was sampled by the sender's clock, in nanoseconds since 1970, from its last report.
    pub(super) sender_time: Option<i128>,
    pub(super) arrived: Instant,
    /// RTP packets that are missing before it.
    pub(super) missing: u64,
    /// Whether decoding can begin here.
    pub(super) key: bool,
    /// Whether it can be decoded after those before.
    pub(super) follows: bool,
    pub(super) data: Bytes,
}

/// The tracks that are received.
pub(super) struct Reception {
    tracks: Vec<ReceivedTrack>,
    frames: Sender<ReceivedFrame>,
}

struct ReceivedTrack {
    mid: Mid,
    /// The sequence number of the next packet.
    next: Option<u64>,
    /// Packets of frames that nobody took in time, since the last frame that was taken.
    untaken: u64,
    last_request: Option<Instant>,
}

impl Reception {
    pub(super) const fn new(frames: Sender<ReceivedFrame>) -> Self {
        Self {
            tracks: Vec::new(),
            frames,
        }
    }

    /// The other side has another track.
    pub(super) fn add(&mut self, mid: Mid) {
        self.tracks.push(ReceivedTrack {
            mid,
            next: None,
            untaken: 0,
            last_request: None,
        });
    }

    /// Hands a frame to whoever takes them.
    pub(super) fn take(&mut self, data: &MediaData) {
        let Some(track) = self.tracks.iter().position(|track| track.mid == data.mid) else {
            return;
        };
        let first_and_last = **data.seq_range.start()..=**data.seq_range.end();
        let missing = self.tracks[track].missing_before(&first_and_last);
        // Padding: browsers try by it how much the network takes, where they have no stream for what is sent again.
        if data.data.is_empty() {
            return;
        }
        let codec = data.params.spec().codec;
        let is_audio = codec == Codec::Opus;
        let frame = ReceivedFrame {
            track,
            codec,
            rtp: duration_of(data.time.numer(), data.time.denom()),
            sender_time: data.last_sender_info.map(|report| {
                let behind = data.time.numer() as u32 as i32;
                let behind = behind.wrapping_sub(report.rtp_time.numer() as u32 as i32);
                nanos_since_1970(report.ntp_time)
                    + i128::from(behind) * 1_000_000_000 / i128::from(data.time.denom().max(1))
            }),
            arrived: data.network_time,
            missing,
            key: is_audio || data.is_keyframe(),
            follows: is_audio || data.contiguous,
            data: Bytes::copy_from_slice(&data.data),
        };
        self.pass_on(frame, first_and_last.end() + 1 - first_and_last.start());
    }

    /// Passes on a frame that came in so many packets. If there is no room for it, they count as missing before the next frame,
    /// which cannot be decoded after those before.
    fn pass_on(&mut self, mut frame: ReceivedFrame, packets: u64) {
        let untaken = &mut self.tracks[frame.track].untaken;
        frame.missing += *untaken;
        frame.follows &= *untaken == 0 || frame.codec == Codec::Opus;
        let lost = frame.missing + packets;
        *untaken = if self.frames.try_send(frame).is_err() {
            lost
        } else {
            0
        };
    }

    /// The track of which a key frame may be requested now.
    pub(super) fn may_request(&mut self, track: usize, now: Instant) -> Option<Mid> {
        let track = self.tracks.get_mut(track)?;
        let is_too_soon = |last: Instant| now.saturating_duration_since(last) < KEY_REQUEST_INTERVAL;
        if track.last_request.is_some_and(is_too_soon) {
            return None;
        }
        track.last_request = Some(now);
        Some(track.mid)
    }
}

impl ReceivedTrack {
    fn missing_before(&mut self, numbers: &RangeInclusive<u64>) -> u64 {
        let missing = self.next.map_or(0, |next| numbers.start().saturating_sub(next));
        self.next = Some(numbers.end() + 1);
        missing
    }
}

fn duration_of(units: u64, rate: u32) -> Duration {
    let nanos = u128::from(units) * 1_000_000_000 / u128::from(rate.max(1));
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

fn nanos_since_1970(time: SystemTime) -> i128 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i128::try_from(after.as_nanos()).unwrap_or(i128::MAX),
        Err(before) => -i128::try_from(before.duration().as_nanos()).unwrap_or(i128::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossbeam_channel::bounded;

    #[test]
    fn packets_that_are_missing_between_frames_are_counted() {
        let mut track = ReceivedTrack {
            mid: "a".into(),
            next: None,
            untaken: 0,
            last_request: None,
        };
        assert_eq!(track.missing_before(&(100..=104)), 0);
        assert_eq!(track.missing_before(&(105..=105)), 0);
        assert_eq!(track.missing_before(&(109..=110)), 3);
        assert_eq!(
            track.missing_before(&(90..=91)),
            0,
            "a sender that has begun again"
        );
    }

    #[test]
    fn what_nobody_takes_is_missing_before_the_next_frame() {
        let (sender, frames) = bounded(1);
        let mut reception = Reception::new(sender);
        reception.add("a".into());
        let mut pass_on = |packets, missing| {
            let frame = ReceivedFrame {
                track: 0,
                codec: Codec::Vp8,
                rtp: Duration::ZERO,
                sender_time: None,
                arrived: Instant::now(),
                missing,
                key: false,
                follows: true,
                data: Bytes::new(),
            };
            reception.pass_on(frame, packets);
        };
        for (packets, missing) in [(1, 0), (2, 0), (3, 4)] {
            pass_on(packets, missing);
        }
        let taken = |frame: ReceivedFrame| (frame.missing, frame.follows);
        assert_eq!(frames.try_recv().map(taken), Ok((0, true)));
        pass_on(1, 0);
        assert_eq!(frames.try_recv().map(taken), Ok((9, false)));
        pass_on(1, 0);
        assert_eq!(frames.try_recv().map(taken), Ok((0, true)));
    }

    #[test]
    fn key_frames_are_requested_once_a_second() {
        let mut reception = Reception::new(bounded(1).0);
        reception.add("a".into());
        let start = Instant::now();
        assert!(reception.may_request(0, start).is_some());
        assert!(
            reception
                .may_request(0, start + Duration::from_millis(900))
                .is_none()
        );
        assert!(reception.may_request(0, start + Duration::from_secs(1)).is_some());
        assert!(reception.may_request(1, start).is_none());
    }

    #[test]
    fn times_of_any_rate_are_durations() {
        assert_eq!(duration_of(90_000, 90_000), Duration::from_secs(1));
        assert_eq!(duration_of(960, 48_000), Duration::from_millis(20));
        assert_eq!(
            nanos_since_1970(SystemTime::UNIX_EPOCH - Duration::from_nanos(5)),
            -5
        );
    }
}
