//! When the audio of a PulseAudio stream was captured.
use crate::clock::Timestamp;
use crate::media::frames_to_duration;
use pulseaudio::protocol::{RecordLatency, SampleSpec};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

/// Converts positions in a stream to times of capture.
///
/// The server tells how old the audio at a position is. That fixes the time of all positions, however late blocks and
/// answers are handled on a busy machine. There is no lock, since the thread that delivers audio must not wait.
pub(super) struct CaptureTimes {
    sample_rate: u32,
    bytes_per_frame: u64,
    created: Timestamp,
    /// Number of bytes received.
    received: AtomicU64,
    /// Number of bytes that the server counts in its positions, but did not send.
    skipped: AtomicU64,
    /// When position 0 was captured, in nanoseconds. Negative if that was before the clock's zero.
    origin: AtomicI64,
}

/// When the server was asked for the latency, and when its answer was handled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Query {
    pub(super) sent: Timestamp,
    pub(super) handled: Timestamp,
    /// The same moment as `handled` on the clock of the system, which the server uses.
    pub(super) handled_system: SystemTime,
}

impl CaptureTimes {
    /// Returns the times of a stream created at `created`; until there is an answer, its audio begins then.
    pub(super) fn new(spec: SampleSpec, created: Timestamp) -> Self {
        Self {
            sample_rate: spec.sample_rate,
            bytes_per_frame: (u64::from(spec.channels) * spec.format.bytes_per_sample() as u64).max(1),
            created,
            received: AtomicU64::new(0),
            skipped: AtomicU64::new(0),
            origin: AtomicI64::new(created.as_nanos().cast_signed()),
        }
    }

    /// Counts a block of `bytes` that arrives `now`. Returns when its first sample was captured.
    pub(super) fn receive(&self, bytes: usize, now: Timestamp) -> Timestamp {
        let received = self.received.fetch_add(bytes as u64, Ordering::Relaxed);
        let position = received + self.skipped.load(Ordering::Relaxed);
        let time = self.origin.load(Ordering::Relaxed) + nanos(self.duration(position));
        // Nothing was captured before the stream existed.
        Timestamp::from_nanos(u64::try_from(time).unwrap_or(0)).clamp(self.created, now.max(self.created))
    }

    /// Uses an answer of the server. It is handled after the blocks that were sent before it.
    pub(super) fn update(&self, answer: &RecordLatency, query: Query) {
        let sent = u64::try_from(answer.read_offset).unwrap_or(0);
        let written = u64::try_from(answer.write_offset).unwrap_or(0);
        // Part of what was received may have been sent after the answer; what was sent before it has been received.
        let skipped = sent.saturating_sub(self.received.load(Ordering::Relaxed));
        self.skipped.fetch_max(skipped, Ordering::Relaxed);
        let age = Duration::from_micros(answer.source_usec) + self.duration(written.saturating_sub(sent));
        let origin = nanos_of(answered(answer, query)) - nanos(age) - nanos(self.duration(sent));
        self.origin.store(origin, Ordering::Relaxed);
    }

    fn duration(&self, bytes: u64) -> Duration {
        frames_to_duration(bytes / self.bytes_per_frame, self.sample_rate)
    }
}

/// Returns when the server answered, by its own clock; not earlier than it was asked, in case the system's clock was set.
fn answered(answer: &RecordLatency, query: Query) -> Timestamp {
    let since = query
        .handled_system
        .duration_since(answer.remote_time)
        .unwrap_or_default();
    query.handled - since.min(query.handled - query.sent)
}

fn nanos(length: Duration) -> i64 {
    i64::try_from(length.as_nanos()).unwrap_or(i64::MAX)
}

const fn nanos_of(time: Timestamp) -> i64 {
    time.as_nanos().cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulseaudio::protocol::SampleFormat;
    use std::time::UNIX_EPOCH;

    /// Bytes per millisecond: 48 frames of two channels.
    const MS: i64 = 48 * 2 * 4;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn system(millis: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(1_000_000 + millis)
    }

    /// Times of a stream that was created at 1 s.
    fn times() -> CaptureTimes {
        let spec = SampleSpec {
            format: SampleFormat::Float32Le,
            channels: 2,
            sample_rate: 48_000,
        };
        CaptureTimes::new(spec, at(1000))
    }

    /// An answer at `remote` ms: `sent` ms of audio were sent, `waiting` ms wait at the server, the source has 3 ms.
    fn answer(sent: i64, waiting: i64, remote: u64) -> RecordLatency {
        RecordLatency {
            sink_usec: 0,
            source_usec: 3000,
            playing: true,
            local_time: UNIX_EPOCH,
            remote_time: system(remote),
            write_offset: (sent + waiting) * MS,
            read_offset: sent * MS,
        }
    }

    fn query(sent: u64, handled: u64) -> Query {
        Query {
            sent: at(sent),
            handled: at(handled),
            handled_system: system(handled),
        }
    }

    fn receive(times: &CaptureTimes, millis: i64, now: u64) -> u64 {
        let bytes = usize::try_from(millis * MS).unwrap();
        times.receive(bytes, at(now)).round_millis()
    }

    #[test]
    fn without_an_answer_audio_begins_when_the_stream_is_created() {
        let times = times();
        assert_eq!(receive(&times, 20, 1030), 1000);
        assert_eq!(receive(&times, 20, 1050), 1020);
    }

    #[test]
    fn an_answer_tells_how_old_the_next_sample_is() {
        let times = times();
        receive(&times, 20, 1030);
        times.update(&answer(20, 5, 1031), query(1030, 1032));
        // 3 ms in the source and 5 ms at the server, at 1031.
        assert_eq!(receive(&times, 20, 1050), 1023);
        assert_eq!(receive(&times, 20, 1070), 1043);
    }

    #[test]
    fn a_block_that_is_handled_before_an_older_answer_changes_nothing() {
        let times = times();
        receive(&times, 20, 1030);
        receive(&times, 20, 1050);
        times.update(&answer(20, 5, 1031), query(1030, 1100));
        assert_eq!(receive(&times, 20, 1101), 1043);
    }

    #[test]
    fn blocks_that_are_handled_late_keep_their_times() {
        let times = times();
        receive(&times, 20, 1030);
        times.update(&answer(20, 5, 1031), query(1030, 1032));
        let late: Vec<u64> = (0..5).map(|_| receive(&times, 20, 2000)).collect();
        assert_eq!(late, [1023, 1043, 1063, 1083, 1103]);
    }

    #[test]
    fn a_system_clock_that_is_set_shifts_times_by_less_than_the_query_took() {
        for remote in [0, 100_000] {
            let times = times();
            receive(&times, 20, 1030);
            times.update(&answer(20, 5, remote), query(1030, 1032));
            assert!((1022..=1024).contains(&receive(&times, 20, 1050)), "{remote}");
        }
    }

    #[test]
    fn audio_that_the_server_skips_is_missing_in_the_times() {
        let times = times();
        receive(&times, 20, 1030);
        times.update(&answer(20, 0, 1031), query(1031, 1031));
        times.update(&answer(120, 0, 1131), query(1131, 1131));
        assert_eq!(receive(&times, 20, 1150), 1128);
    }

    #[test]
    fn nothing_was_captured_before_the_stream_existed_or_in_the_future() {
        let times = times();
        times.update(&answer(0, 2000, 1010), query(1010, 1010));
        assert_eq!(receive(&times, 20, 1020), 1000);
        receive(&times, 4000, 1020);
        assert_eq!(receive(&times, 20, 1020), 1020);
    }
}
