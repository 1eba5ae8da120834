//! What happens to the tracks of a recording, told to the event log.
use crate::cli::events::EventLog;
use mediarec::recorder::RecordingState;
use mediarec::streams::{Events, MediaStreamTrack, ReadyState, TrackEvent};

/// The tracks, and what of them was told.
pub struct TrackWatch {
    tracks: Vec<MediaStreamTrack>,
    /// A track each.
    told: Vec<Told>,
}

struct Told {
    events: Events<TrackEvent>,
    muted: bool,
    ended: bool,
}

impl TrackWatch {
    /// Watches from now on.
    pub fn new(tracks: Vec<MediaStreamTrack>) -> Self {
        let told = tracks.iter().map(|track| Told {
            events: track.events(),
            muted: false,
            ended: false,
        });
        Self {
            told: told.collect(),
            tracks,
        }
    }

    /// The tracks themselves.
    pub fn all(&self) -> &[MediaStreamTrack] {
        &self.tracks
    }

    /// Tells what happened since the last time.
    pub fn report(&mut self, log: &mut EventLog, state: RecordingState) {
        for (track, told) in self.tracks.iter().zip(&mut self.told) {
            while let Some(event) = told.events.try_next() {
                match event {
                    TrackEvent::Mute => told.mute(true, track, log, state),
                    TrackEvent::Unmute => told.mute(false, track, log, state),
                    TrackEvent::Overconstrained(error) => {
                        log.track("overconstrained", track, Some(&error), state);
                    }
                    _ => {}
                }
            }
            // One that was muted before anybody watched is told as well.
            told.mute(track.muted(), track, log, state);
            if !told.ended && track.ready_state() == ReadyState::Ended {
                told.ended = true;
                log.track("ended", track, track.failure().as_deref(), state);
            }
        }
    }
}

impl Told {
    fn mute(&mut self, muted: bool, track: &MediaStreamTrack, log: &mut EventLog, state: RecordingState) {
        if self.muted != muted {
            self.muted = muted;
            log.track(if muted { "mute" } else { "unmute" }, track, None, state);
        }
    }
}
