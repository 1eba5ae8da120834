//! Reports the events of a recording's tracks to the event log.
use crate::cli::events::{DeviceChange, EventLog};
use mediarec::media::TrackKind;
use mediarec::recorder::{Recording, RecordingState};
use mediarec::streams::{Events, MediaStreamTrack, ReadyState, TrackEvent};
use std::fmt::Display;
use std::time::Duration;

/// The tracks, and what was reported of them.
pub struct TrackWatch {
    tracks: Vec<MediaStreamTrack>,
    /// One for each track.
    reported: Vec<Reported>,
    /// For the user.
    messages: Vec<String>,
}

struct Reported {
    events: Events<TrackEvent>,
    muted: bool,
    ended: bool,
}

impl TrackWatch {
    /// Reports events from now on.
    pub fn new(tracks: Vec<MediaStreamTrack>) -> Self {
        let reported = tracks.iter().map(|track| Reported {
            events: track.events(),
            muted: false,
            ended: false,
        });
        Self {
            reported: reported.collect(),
            messages: Vec::new(),
            tracks,
        }
    }

    /// The tracks themselves.
    pub fn all(&self) -> &[MediaStreamTrack] {
        &self.tracks
    }

    /// What is to be said of devices that were lost, and that are back, since the last call.
    pub fn messages(&mut self) -> Vec<String> {
        std::mem::take(&mut self.messages)
    }

    /// Reports what happened since the last call.
    pub fn report(&mut self, log: &mut EventLog, state: RecordingState, recording: &Recording) {
        for (track, reported) in self.tracks.iter().zip(&mut self.reported) {
            while let Some(event) = reported.events.try_next() {
                match event {
                    TrackEvent::Mute => reported.mute(true, track, log, state),
                    TrackEvent::Unmute => reported.mute(false, track, log, state),
                    TrackEvent::Overconstrained(error) => {
                        log.track("overconstrained", track, Some(&error), state);
                    }
                    TrackEvent::Lost { error, at } => {
                        self.messages.push(lost(track, &error));
                        let time = recording.media_time(track, at);
                        log.device(&DeviceChange::Lost(error), track, time, state);
                    }
                    TrackEvent::Back {
                        label,
                        switched,
                        at,
                        gap,
                    } => {
                        self.messages.push(back(track, &label, switched, gap));
                        let time = recording.media_time(track, at);
                        let change = DeviceChange::Back { label, switched, gap };
                        log.device(&change, track, time, state);
                    }
                    _ => {}
                }
            }
            // A track may have been muted before its events were watched.
            reported.mute(track.muted(), track, log, state);
            if !reported.ended && track.ready_state() == ReadyState::Ended {
                reported.ended = true;
                log.track("ended", track, track.failure().as_deref(), state);
            }
        }
    }
}

impl Reported {
    fn mute(&mut self, muted: bool, track: &MediaStreamTrack, log: &mut EventLog, state: RecordingState) {
        if self.muted != muted {
            self.muted = muted;
            log.track(if muted { "mute" } else { "unmute" }, track, None, state);
        }
    }
}

/// The warning that the device of a track was lost.
fn lost(track: &MediaStreamTrack, error: &dyn Display) -> String {
    let filler = match track.kind() {
        TrackKind::Audio => "silence is",
        TrackKind::Video => "black frames are",
    };
    format!("{error}; {filler} recorded until it is back")
}

/// The message that a device delivers again, or another one in its place.
fn back(track: &MediaStreamTrack, device: &str, switched: bool, gap: Duration) -> String {
    let gap = gap.as_secs_f64();
    match (switched, gap > 0.0) {
        (false, _) => format!("{device} is back after {gap:.3} s"),
        (true, true) => format!(
            "{device} is recorded now in place of {}, after {gap:.3} s",
            track.label()
        ),
        (true, false) => format!(
            "{device} is recorded now in place of {}, without a gap",
            track.label()
        ),
    }
}
