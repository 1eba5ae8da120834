//! `Rule`: one alarm of one track, from observations to changes. Pure.
use crate::clock::Timestamp;
use crate::recorder::alarms::alarm::Alarm;
use crate::recorder::alarms::condition::{Change, Condition};
use crate::recorder::alarms::drop_window::{DropWindow, FrameTotals};
use crate::recorder::alarms::observation::Observation;

/// An alarm, and how far its condition has come.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) alarm: Alarm,
    state: State,
}

#[derive(Debug)]
enum State {
    Lasting {
        condition: Condition,
        /// Maximum absolute sample since the condition began.
        loudest: f32,
    },
    Dropping(DropWindow),
}

/// A change, and what was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reported {
    pub(super) change: Change,
    pub(super) measured: f64,
}

impl Rule {
    /// `start` is the time from which on something should come; `None` for sources that are not live.
    pub(super) fn new(alarm: Alarm, start: Option<Timestamp>) -> Self {
        let state = match (alarm, alarm.after()) {
            (Alarm::Dropped { percent }, _) => State::Dropping(DropWindow::new(percent)),
            (_, after) => State::Lasting {
                // What delivers nothing is not black.
                condition: Condition::new(
                    after.unwrap_or_default(),
                    start.filter(|_| !matches!(alarm, Alarm::Black { .. })),
                ),
                loudest: 0.0,
            },
        };
        Self { alarm, state }
    }

    /// A frame came. Reports up to two changes: a condition may have lasted until it, and end with it.
    pub(super) fn on_frame(&mut self, frame: Observation) -> [Option<Reported>; 2] {
        let State::Lasting { condition, loudest } = &mut self.state else {
            return [None; 2];
        };
        let (from, to, holds) = match frame {
            Observation::Audio { from, to, peak } => (from, to, is_low(&self.alarm, peak)),
            Observation::Video { at, is_new, is_black } => {
                (at, at, is_still_or_black(&self.alarm, is_new, is_black))
            }
            Observation::Disabled { from, to } => (from, to, false),
        };
        if let (true, Observation::Audio { peak, .. }) = (holds, frame) {
            *loudest = loudest.max(peak);
        }
        let changes = if holds {
            condition.begins(from);
            [condition.lasts_until(to), None]
        } else {
            let changes = [condition.lasts_until(from), condition.ends(from)];
            // Without frames it is silent and still, but not black.
            if !matches!(self.alarm, Alarm::Black { .. }) {
                condition.begins(to);
            }
            changes
        };
        let measured = *loudest;
        if !holds {
            *loudest = 0.0;
        }
        changes.map(|change| change.map(|change| reported(&self.alarm, change, measured)))
    }

    /// Nothing came up to this time, at which something should have come.
    pub(super) fn on_nothing(&mut self, at: Timestamp) -> Option<Reported> {
        let State::Lasting { condition, loudest } = &mut self.state else {
            return None;
        };
        let change = condition.lasts_until(at)?;
        Some(reported(&self.alarm, change, *loudest))
    }

    /// Frames were captured and dropped.
    pub(super) fn on_totals(&mut self, at: Timestamp, totals: FrameTotals) -> Option<Reported> {
        let State::Dropping(window) = &mut self.state else {
            return None;
        };
        let change = window.update(at, totals)?;
        Some(Reported {
            change,
            measured: window.share(),
        })
    }

    /// The frames up to now were captured in a pause.
    pub(super) fn on_pause(&mut self, totals: FrameTotals) {
        if let State::Dropping(window) = &mut self.state {
            window.skip_to(totals);
        }
    }
}

fn is_low(alarm: &Alarm, peak: f32) -> bool {
    match *alarm {
        Alarm::Silence { .. } => peak <= 0.0,
        Alarm::Level { below, .. } => decibels(peak) < below,
        _ => false,
    }
}

fn is_still_or_black(alarm: &Alarm, is_new: bool, is_black: bool) -> bool {
    match alarm {
        Alarm::Frozen { .. } => !is_new,
        Alarm::Black { .. } => is_black,
        _ => false,
    }
}

fn reported(alarm: &Alarm, change: Change, loudest: f32) -> Reported {
    let measured = match alarm {
        Alarm::Level { .. } => decibels(loudest),
        _ => (change.at - change.since).as_secs_f64(),
    };
    Reported { change, measured }
}

/// The level of a peak, in dBFS.
fn decibels(peak: f32) -> f64 {
    20.0 * f64::from(peak).log10()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorder::test_media::ms;
    use std::time::Duration;

    const AFTER: Duration = Duration::from_millis(100);

    /// Whether it was raised, since when and when, in ms, and what was measured, rounded.
    type Told = (bool, u64, u64, i64);

    fn told(reported: Reported) -> Told {
        let Reported { change, measured } = reported;
        let (since, at) = (change.since.round_millis(), change.at.round_millis());
        let measured = if measured.is_finite() {
            (measured * 10.0).round() as i64
        } else {
            i64::MIN
        };
        (change.raised, since, at, measured)
    }

    /// What is reported of blocks of 20 ms with these peaks.
    fn of_audio(alarm: Alarm, peaks: &[f32]) -> Vec<Told> {
        let mut rule = Rule::new(alarm, Some(ms(0)));
        let blocks = peaks
            .iter()
            .zip(0u64..)
            .map(|(&peak, number)| Observation::Audio {
                from: ms(number * 20),
                to: ms(number * 20 + 20),
                peak,
            });
        blocks
            .flat_map(|block| rule.on_frame(block))
            .flatten()
            .map(told)
            .collect()
    }

    /// What is reported of frames every 40 ms; `n` is a new picture, `b` a new black one, `=` the same as before, `.` no frame.
    fn of_video(alarm: Alarm, frames: &str) -> Vec<Told> {
        let mut rule = Rule::new(alarm, None);
        let mut reports = Vec::new();
        let mut is_black = false;
        for (number, sign) in (0u64..).zip(frames.chars()) {
            let at = ms(number * 40);
            if sign == '.' {
                reports.extend(rule.on_nothing(at));
                continue;
            }
            is_black = sign == 'b' || (sign == '=' && is_black);
            let frame = Observation::Video {
                at,
                is_new: sign != '=',
                is_black,
            };
            reports.extend(rule.on_frame(frame).into_iter().flatten());
        }
        reports.into_iter().map(told).collect()
    }

    #[test]
    fn digital_silence_is_told_from_the_lowest_noise() {
        let silence = Alarm::Silence { after: AFTER };
        let mut peaks = [0.0; 12];
        assert_eq!(of_audio(silence, &peaks), [(true, 0, 100, 1)]);
        peaks[3] = 1e-6;
        peaks[11] = 1e-6;
        // From the end of the block with noise to the beginning of the next.
        assert_eq!(
            of_audio(silence, &peaks),
            [(true, 80, 180, 1), (false, 80, 220, 1)]
        );
        assert_eq!(of_audio(silence, &[1e-9; 50]), []);
    }

    #[test]
    fn a_level_is_the_peak_and_what_is_measured_is_the_highest() {
        let level = Alarm::Level {
            below: -50.0,
            after: AFTER,
        };
        let (above, below, far_below) = (0.003_2, 0.003_1, 0.001);
        let peaks = [
            above, far_below, far_below, far_below, below, far_below, above, above,
        ];
        assert_eq!(
            of_audio(level, &peaks),
            [(true, 20, 120, -502), (false, 20, 120, -502)]
        );
        assert_eq!(of_audio(level, &[above; 20]), []);
        assert_eq!(of_audio(level, &[0.0; 6]), [(true, 0, 100, i64::MIN)]);
    }

    #[test]
    fn frozen_is_what_repeats_a_picture_or_shows_none() {
        let frozen = Alarm::Frozen { after: AFTER };
        assert_eq!(of_video(frozen, "nnnnnnnnn"), []);
        assert_eq!(of_video(frozen, "n=n=n=n=n"), []);
        assert_eq!(
            of_video(frozen, "nn===n"),
            [(true, 40, 160, 1), (false, 40, 200, 2)]
        );
        assert_eq!(
            of_video(frozen, "nn...n"),
            [(true, 40, 160, 1), (false, 40, 200, 2)]
        );
        // A source that is not live: nobody waits for the frame that comes late.
        let mut rule = Rule::new(frozen, None);
        let frame = |at| Observation::Video {
            at: ms(at),
            is_new: true,
            is_black: false,
        };
        assert_eq!(rule.on_frame(frame(0)), [None; 2]);
        let [raised, cleared] = rule.on_frame(frame(500)).map(|report| report.map(told));
        assert_eq!(raised, Some((true, 0, 500, 5)));
        assert_eq!(cleared, Some((false, 0, 500, 5)));
    }

    #[test]
    fn black_begins_with_a_black_picture_and_stays_while_nothing_else_comes() {
        let black = Alarm::Black { after: AFTER };
        assert_eq!(of_video(black, "nnn......"), []);
        assert_eq!(
            of_video(black, "nb.bbbn"),
            [(true, 40, 160, 1), (false, 40, 240, 2)]
        );
        assert_eq!(
            of_video(black, "nb...n"),
            [(true, 40, 160, 1), (false, 40, 200, 2)]
        );
        assert_eq!(of_video(black, "bbnbbnbbn"), []);
    }

    #[test]
    fn a_track_that_is_disabled_ends_every_condition_and_begins_none() {
        let mut rule = Rule::new(Alarm::Silence { after: AFTER }, Some(ms(0)));
        assert!(rule.on_nothing(ms(99)).is_none());
        assert!(rule.on_nothing(ms(100)).is_some());
        for number in 0..20 {
            let from = ms(100 + number * 20);
            let to = from + Duration::from_millis(20);
            let [raised, cleared] = rule.on_frame(Observation::Disabled { from, to });
            assert_eq!((raised, cleared.is_some()), (None, number == 0));
        }
    }
}
