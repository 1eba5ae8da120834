//! `AlarmWatch`: watches one track for all alarms of its kind.
use crate::clock::Timestamp;
use crate::media::{AudioBlock, EncodedFrame, TrackKind, VideoFrame};
use crate::recorder::alarms::alarm::Alarm;
use crate::recorder::alarms::alarm_event::AlarmEvent;
use crate::recorder::alarms::drop_window::FrameTotals;
use crate::recorder::alarms::meter::{self, Meter};
use crate::recorder::alarms::observation::Observation;
use crate::recorder::alarms::rule::{Reported, Rule};
use crate::streams::MediaStreamTrack;
use std::sync::Arc;
use std::time::Duration;

/// What comes later than this after its capture is taken for missing; until then it may be on its way.
const LATENESS: Duration = Duration::from_millis(500);

/// Whether what a track records is what its source delivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Visibility {
    /// Whether the program has it enabled.
    pub(crate) enabled: bool,
    /// Whether its source is muted, stalled or lost.
    pub(crate) muted: bool,
}

/// A frame that can be watched.
pub(crate) trait Observe {
    /// `None` if nothing can be measured.
    fn observe(&self, meter: &mut Meter, visibility: Visibility) -> Option<Observation>;
}

/// The alarms of one track.
pub(crate) struct AlarmWatch {
    meter: Meter,
    rules: Vec<Rule>,
    track: Arc<str>,
    kind: TrackKind,
    label: Arc<str>,
    /// Raised and cleared, and not taken yet; with times of the timeline.
    reports: Vec<(Alarm, Reported)>,
}

impl AlarmWatch {
    /// Watches a track from the start of its recording on; `None` if no alarm is for its kind.
    pub(crate) fn new(alarms: &[Alarm], track: &MediaStreamTrack, live: bool) -> Option<Self> {
        let kind = track.kind();
        let alarms: Vec<Alarm> = alarms
            .iter()
            .copied()
            .filter(|alarm| alarm.kind().is_none_or(|other| other == kind))
            .collect();
        if alarms.is_empty() {
            return None;
        }
        let start = live.then_some(Timestamp::ZERO);
        Some(Self {
            meter: Meter::new(&alarms),
            rules: alarms.iter().map(|&alarm| Rule::new(alarm, start)).collect(),
            track: track.id().into(),
            kind,
            label: track.label().into(),
            reports: Vec::new(),
        })
    }

    /// A frame is recorded. Its time is media time, and `totals` are those up to it.
    pub(crate) fn on_frame<T: Observe>(
        &mut self,
        frame: &T,
        at: Timestamp,
        visibility: Visibility,
        totals: FrameTotals,
    ) {
        let observed = frame.observe(&mut self.meter, visibility);
        for rule in &mut self.rules {
            let of_frame = observed.iter().flat_map(|frame| rule.on_frame(*frame));
            let mut reports: Vec<Reported> = of_frame.flatten().collect();
            reports.extend(rule.on_totals(at, totals));
            self.reports
                .extend(reports.into_iter().map(|report| (rule.alarm, report)));
        }
    }

    /// No frame came; it is this media time now.
    pub(crate) fn on_nothing(&mut self, now: Timestamp, totals: FrameTotals) {
        for rule in &mut self.rules {
            let nothing = rule.on_nothing(now - LATENESS);
            let reports = nothing.into_iter().chain(rule.on_totals(now, totals));
            self.reports.extend(reports.map(|report| (rule.alarm, report)));
        }
    }

    /// A frame came in a pause.
    pub(crate) fn on_pause(&mut self, totals: FrameTotals) {
        self.rules.iter_mut().for_each(|rule| rule.on_pause(totals));
    }

    /// What was raised and cleared since the last call; `position` is where a media time is in the recording.
    pub(crate) fn take(&mut self, position: impl Fn(Timestamp) -> Duration) -> Vec<AlarmEvent> {
        let reports = std::mem::take(&mut self.reports).into_iter();
        let event = |(alarm, Reported { change, measured })| AlarmEvent {
            alarm,
            raised: change.raised,
            track: self.track.clone(),
            kind: self.kind,
            label: self.label.clone(),
            since: position(change.since),
            at: position(change.at),
            lasted: change.at - change.since,
            measured,
        };
        reports.map(event).collect()
    }

    /// Whether there is something to take.
    pub(crate) fn has_reports(&self) -> bool {
        !self.reports.is_empty()
    }
}

impl Observe for VideoFrame {
    fn observe(&self, meter: &mut Meter, visibility: Visibility) -> Option<Observation> {
        Some(if visibility.enabled {
            meter.video(self, visibility.muted)
        } else {
            Observation::Disabled {
                from: self.time,
                to: self.time,
            }
        })
    }
}

impl Observe for AudioBlock {
    fn observe(&self, _: &mut Meter, visibility: Visibility) -> Option<Observation> {
        Some(if visibility.enabled {
            meter::audio(self)
        } else {
            let (from, to) = meter::span(self);
            Observation::Disabled { from, to }
        })
    }
}

/// Nothing is known of what is not decoded.
impl Observe for EncodedFrame {
    fn observe(&self, _: &mut Meter, _: Visibility) -> Option<Observation> {
        None
    }
}
