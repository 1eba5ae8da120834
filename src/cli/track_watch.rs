//! Reports the events of a recording's tracks to the event log.
use crate::cli::events::{DeviceChange, EventLog};
use mediarec::media::TrackKind;
use mediarec::recorder::{Recording, RecordingState};
use mediarec::streams::{AudioMixer, Events, MediaStreamTrack, ReadyState, TrackEvent};
use std::time::Duration;

/// The tracks, and what was reported of them.
pub struct TrackWatch {
    /// Those that are recorded, and behind them the inputs of the mix.
    tracks: Vec<MediaStreamTrack>,
    mixer: Option<AudioMixer>,
    /// One for each track.
    reported: Vec<Reported>,
    /// For the user.
    messages: Vec<String>,
}

struct Reported {
    events: Events<TrackEvent>,
    muted: bool,
    ended: bool,
    device: Device,
    /// What is recorded in place of it.
    filler: &'static str,
    /// Number and duration of the gaps that are over.
    gaps: (u64, Duration),
}

/// What the device of a track does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Device {
    Delivers,
    /// It is there, and delivers nothing.
    Stalls,
    Lost,
}

impl TrackWatch {
    /// Reports events from now on, also of the inputs of a mix.
    pub fn new(mut tracks: Vec<MediaStreamTrack>, mixer: Option<AudioMixer>) -> Self {
        let recorded = tracks.len();
        tracks.extend(mixer.iter().flat_map(AudioMixer::inputs).cloned());
        let reported = tracks.iter().enumerate().map(|(index, track)| Reported {
            events: track.events(),
            muted: false,
            ended: false,
            device: Device::Delivers,
            filler: match track.kind() {
                _ if index >= recorded => "it is silent in the mix",
                TrackKind::Audio => "silence is recorded",
                TrackKind::Video => "black frames are recorded",
            },
            gaps: (0, Duration::ZERO),
        });
        Self {
            reported: reported.collect(),
            messages: Vec::new(),
            tracks,
            mixer,
        }
    }

    /// The tracks that are recorded.
    pub fn all(&self) -> &[MediaStreamTrack] {
        let inputs = self.mixer.as_ref().map_or(0, |mixer| mixer.inputs().len());
        &self.tracks[..self.tracks.len() - inputs]
    }

    /// The tracks that are recorded, and those that are mixed.
    pub fn with_inputs(&self) -> &[MediaStreamTrack] {
        &self.tracks
    }

    /// What a mix has lost.
    pub fn mix_losses(&self) -> Vec<String> {
        let stats = self.mixer.as_ref().map(AudioMixer::stats).unwrap_or_default();
        let clipped = (stats.clipped_samples > 0).then(|| {
            format!(
                "the mix was too loud: {} samples were limited to full scale; a lower --gain helps",
                stats.clipped_samples
            )
        });
        let timed_out = (stats.timed_out > 0).then(|| {
            format!(
                "the mix went on {} time{} without a microphone that delivered nothing; {:.3} s of audio came too late for it",
                stats.timed_out,
                if stats.timed_out == 1 { "" } else { "s" },
                stats.dropped_samples as f64 / 48_000.0
            )
        });
        clipped.into_iter().chain(timed_out).collect()
    }

    /// What is to be said of devices that were lost, and that are back, since the last call.
    pub fn messages(&mut self) -> Vec<String> {
        std::mem::take(&mut self.messages)
    }

    /// Reports what happened since the last call.
    pub fn report(&mut self, log: &mut EventLog, state: RecordingState, recording: &Recording) {
        let recorded = recording.stats().tracks;
        // Tracks that had ended at the start are not recorded.
        let are_same = recorded.len() == self.all().len();
        for (index, (track, reported)) in self.tracks.iter().zip(&mut self.reported).enumerate() {
            let recorded = recorded.get(index).filter(|_| are_same);
            let own = || {
                let delivered = track.stats();
                (delivered.gaps, delivered.gap_time)
            };
            let gaps = recorded.map_or_else(own, |track| (track.gaps, track.gap_time));
            while let Some(event) = reported.events.try_next() {
                match event {
                    TrackEvent::Mute => self.messages.extend(reported.mute(true, track, gaps, log, state)),
                    TrackEvent::Unmute => self
                        .messages
                        .extend(reported.mute(false, track, gaps, log, state)),
                    TrackEvent::Overconstrained(error) => {
                        log.track("overconstrained", track, Some(&error), state);
                    }
                    TrackEvent::Lost { error, at } => {
                        reported.device = Device::Lost;
                        // A source on the network is no device, and its packets have no filler.
                        let is_device = track.get_settings().device_id.is_some();
                        let filler = if is_device {
                            reported.filler
                        } else {
                            "nothing is recorded"
                        };
                        self.messages.push(format!("{error}; {filler} until it is back"));
                        let time = recording.media_time(track, at);
                        log.device(&DeviceChange::Lost(error), track, time, state);
                    }
                    TrackEvent::Back {
                        label,
                        switched,
                        at,
                        gap,
                    } => {
                        reported.device = Device::Delivers;
                        self.messages.push(back(track, &label, switched, gap));
                        let time = recording.media_time(track, at);
                        let change = DeviceChange::Back { label, switched, gap };
                        log.device(&change, track, time, state);
                    }
                    _ => {}
                }
            }
            // A track may have been muted before its events were watched.
            self.messages
                .extend(reported.mute(track.muted(), track, gaps, log, state));
            if !reported.ended && track.ready_state() == ReadyState::Ended {
                reported.ended = true;
                log.track("ended", track, track.failure().as_deref(), state);
            }
        }
    }
}

impl Reported {
    /// Reports that the track is muted, or is not any more, with so many gaps and so much time in them. Returns what to tell
    /// the user of a device that delivers nothing.
    fn mute(
        &mut self,
        muted: bool,
        track: &MediaStreamTrack,
        gaps: (u64, Duration),
        log: &mut EventLog,
        state: RecordingState,
    ) -> Option<String> {
        if self.muted == muted {
            return None;
        }
        self.muted = muted;
        log.track(if muted { "mute" } else { "unmute" }, track, None, state);
        if muted {
            let stalls = self.device == Device::Delivers && gaps.0 > self.gaps.0;
            return stalls.then(|| {
                self.device = Device::Stalls;
                format!(
                    "'{}' delivers nothing; {} until it does",
                    track.label(),
                    self.filler
                )
            });
        }
        let before = std::mem::replace(&mut self.gaps, gaps).1;
        (self.device == Device::Stalls).then(|| {
            self.device = Device::Delivers;
            let gap = gaps.1.saturating_sub(before).as_secs_f64();
            format!("'{}' delivers again after {gap:.3} s", track.label())
        })
    }
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
