//! Notices that an input gives nothing: a pipe whose writer hangs, a canvas that is not fed. Devices do not: they are muted.
use crate::cli::warnings::Warning;
use mediarec::recorder::TrackStats;
use mediarec::streams::{MediaStreamTrack, ReadyState};
use std::time::{Duration, Instant};

/// An input that gives nothing for so long is told of.
const LIMIT: Duration = Duration::from_secs(3);
/// A process that was stopped has not waited for its inputs.
const MAX_LOOK: Duration = Duration::from_millis(250);

/// What was seen of the tracks.
#[derive(Default)]
pub struct StalledInputs {
    inputs: Vec<Input>,
    looked: Option<Instant>,
}

#[derive(Clone, Copy, Default)]
struct Input {
    /// Frames and packets so far.
    progress: u64,
    idle: Duration,
    /// Its first stall is told, and has ended.
    is_told: bool,
}

/// What is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Stalls,
    GoesOn(Duration),
}

/// What is to be said.
pub enum Notice {
    Warning(Warning),
    Message(String),
}

impl StalledInputs {
    /// Looks at what the tracks have given, while they are recorded. Each track is told of once.
    pub fn look(
        &mut self,
        recorded: &[TrackStats],
        tracks: &[MediaStreamTrack],
        is_recording: bool,
    ) -> Vec<Notice> {
        let now = Instant::now();
        let passed = self.looked.replace(now).map_or(Duration::ZERO, |last| now - last);
        let passed = if is_recording {
            passed.min(MAX_LOOK)
        } else {
            Duration::ZERO
        };
        // Tracks that had ended at the start are not recorded.
        if recorded.len() != tracks.len() {
            return Vec::new();
        }
        self.inputs.resize(recorded.len(), Input::default());
        let inputs = self.inputs.iter_mut().zip(recorded).zip(tracks);
        let notice = |((input, stats), track): ((&mut Input, &TrackStats), &MediaStreamTrack)| {
            if track.ready_state() == ReadyState::Ended {
                return None;
            }
            let change = input.look(passed, stats)?;
            Some(change.notice(&stats.label))
        };
        inputs.filter_map(notice).collect()
    }
}

impl Input {
    fn look(&mut self, passed: Duration, stats: &TrackStats) -> Option<Change> {
        let progress = stats.captured + stats.packets;
        // What it gave may wait for the encoder, or be in it.
        let is_busy = stats.frames_waiting > 0 || stats.captured > stats.encoded + stats.dropped;
        if progress == self.progress && !is_busy {
            let before = self.idle;
            self.idle += passed;
            let stalls = !self.is_told && before < LIMIT && self.idle >= LIMIT;
            return stalls.then_some(Change::Stalls);
        }
        self.progress = progress;
        let idle = std::mem::take(&mut self.idle);
        let goes_on = !self.is_told && idle >= LIMIT;
        self.is_told |= goes_on;
        goes_on.then_some(Change::GoesOn(idle))
    }
}

impl Change {
    fn notice(self, label: &str) -> Notice {
        match self {
            Self::Stalls => Notice::Warning(Warning {
                reason: "stalledInput",
                message: format!(
                    "'{label}' has given nothing for {} s: the recording waits for it; other tracks go on",
                    LIMIT.as_secs()
                ),
            }),
            Self::GoesOn(idle) => {
                Notice::Message(format!("'{label}' goes on, after {:.1} s", idle.as_secs_f64()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOK: Duration = Duration::from_millis(250);

    fn stats(captured: u64, encoded: u64) -> TrackStats {
        let mut stats = TrackStats::default();
        (stats.captured, stats.encoded) = (captured, encoded);
        stats
    }

    fn looks(input: &mut Input, count: u32, stats: &TrackStats) -> Vec<Change> {
        (0..count).filter_map(|_| input.look(LOOK, stats)).collect()
    }

    #[test]
    fn an_input_that_gives_nothing_is_told_once_and_so_is_that_it_goes_on() {
        let mut input = Input::default();
        assert_eq!(looks(&mut input, 20, &stats(5, 5)), [Change::Stalls]);
        let idle = LOOK * 19;
        assert_eq!(looks(&mut input, 2, &stats(6, 6)), [Change::GoesOn(idle)]);
        assert_eq!(looks(&mut input, 20, &stats(6, 6)), []);
    }

    #[test]
    fn what_the_encoder_works_on_is_no_stall() {
        let mut input = Input::default();
        assert_eq!(looks(&mut input, 40, &stats(5, 4)), []);
        assert_eq!(looks(&mut input, 11, &stats(5, 5)), []);
    }
}
