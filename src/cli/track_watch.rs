//! Reports the events of a recording's tracks to the event log.
use crate::cli::events::EventLog;
use mediarec::recorder::RecordingState;
use mediarec::streams::{Events, MediaStreamTrack, ReadyState, TrackEvent};

/// The tracks, and what was reported of them.
pub struct TrackWatch {
    tracks: Vec<MediaStreamTrack>,
    /// One for each track.
    reported: Vec<Reported>,
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
            tracks,
        }
    }

    /// The tracks themselves.
    pub fn all(&self) -> &[MediaStreamTrack] {
        &self.tracks
    }

    /// Reports what happened since the last call.
    pub fn report(&mut self, log: &mut EventLog, state: RecordingState) {
        for (track, reported) in self.tracks.iter().zip(&mut self.reported) {
            while let Some(event) = reported.events.try_next() {
                match event {
                    TrackEvent::Mute => reported.mute(true, track, log, state),
                    TrackEvent::Unmute => reported.mute(false, track, log, state),
                    TrackEvent::Overconstrained(error) => {
                        log.track("overconstrained", track, Some(&error), state);
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
