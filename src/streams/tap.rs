//! Where one track hangs on its source: what it makes of the source's frames, and who listens to that.
use crate::constraints::{
    Control, MediaTrackCapabilities, MediaTrackConstraints, MediaTrackSettings, select_settings,
};
use crate::error::{Error, Result};
use crate::media::EncodedFrame;
use crate::streams::encoded::EncodedSinks;
use crate::streams::events::{Events, Subscribers};
use crate::streams::listener::{Connection, Listener, Sink, Tally, Wants};
use crate::streams::track_event::TrackEvent;
use crate::streams::track_frame::TrackFrame;
use crate::sync::{Mutex, MutexGuard};
use std::sync::Arc;

/// What a track can be, what was asked of it and what it is (Media Capture and Streams, 11.1.1).
#[derive(Clone, Debug, Default)]
pub(crate) struct TrackConfig {
    /// The source's mode that it is made of.
    pub(crate) mode: MediaTrackSettings,
    pub(crate) capabilities: MediaTrackCapabilities,
    pub(crate) constraints: MediaTrackConstraints,
    pub(crate) settings: MediaTrackSettings,
}

/// One track's end of a source.
pub(crate) struct Tap<T: TrackFrame> {
    state: Mutex<State<T>>,
    /// Of its device, with what they stood at before anything was asked.
    controls: Vec<Control>,
    events: Subscribers<TrackEvent>,
}

struct State<T: TrackFrame> {
    adapter: T::Adapter,
    config: TrackConfig,
    sinks: Vec<Sink<T>>,
    encoded: EncodedSinks,
    enabled: bool,
    muted: bool,
    life: Life,
    failure: Option<Arc<Error>>,
    counts: Counts,
}

/// Live, or ended, and by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    Live,
    /// By whoever has the track.
    Stopped,
    /// By its source.
    Exhausted,
}

/// What became of the source's frames (Media Capture Extensions, `MediaStreamTrackVideoStats`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Given to whoever listens; counted even when nobody does.
    pub(crate) delivered: u64,
    /// Left out because the track's rate is lower than the source's.
    pub(crate) discarded: u64,
    /// Lost by the device or its driver.
    pub(crate) lost: u64,
}

impl<T: TrackFrame> State<T> {
    /// The track's share of a frame, if it has one.
    fn share(&mut self, frame: &T) -> Result<Option<T>> {
        let frame = frame.clone();
        // Black needs no scaling, and neither does what nobody looks at.
        let frame = if self.muted || !self.enabled || self.sinks.is_empty() {
            frame.blank(&mut self.adapter)
        } else {
            frame
        };
        let shaped = frame.adapt(&mut self.adapter)?;
        match shaped {
            Some(_) => self.counts.delivered += 1,
            None => self.counts.discarded += 1,
        }
        Ok(shaped)
    }
}

impl<T: TrackFrame> Tap<T> {
    /// The best that constraints leave of a source in this mode, with frames of this format.
    ///
    /// # Errors
    /// `Overconstrained` when that cannot be made of it.
    pub(crate) fn new(
        format: T::Format,
        mode: &MediaTrackSettings,
        constraints: MediaTrackConstraints,
        capabilities: MediaTrackCapabilities,
        controls: Vec<Control>,
    ) -> Result<Self> {
        let (settings, adapter) = fitting::<T>(&constraints, mode, format, &controls)?;
        let config = TrackConfig {
            mode: mode.clone(),
            capabilities,
            constraints,
            settings,
        };
        Ok(Self::with_config(adapter, config, controls))
    }

    fn with_config(adapter: T::Adapter, config: TrackConfig, controls: Vec<Control>) -> Self {
        Self {
            controls,
            state: Mutex::new(State {
                adapter,
                config,
                sinks: Vec::new(),
                encoded: EncodedSinks::default(),
                enabled: true,
                muted: false,
                life: Life::Live,
                failure: None,
                counts: Counts::default(),
            }),
            events: Subscribers::default(),
        }
    }

    /// One more on the same source, as it is now (4.3.1, `clone`).
    ///
    /// # Errors
    /// `Type` when the source changed in between, so that the settings cannot be had any more.
    pub(crate) fn duplicate(&self, format: T::Format) -> Result<Self> {
        let state = self.lock();
        let config = &state.config;
        let adapter = T::adapter(format, &T::mode(format, &config.mode), &config.settings)?;
        let other = Self::with_config(adapter, state.config.clone(), self.controls.clone());
        {
            let mut copy = other.lock();
            copy.enabled = state.enabled;
            copy.muted = state.muted;
            copy.life = state.life;
        }
        if state.life != Life::Live {
            other.events.close();
        }
        Ok(other)
    }

    /// A queue of `capacity` frames that gets the track's share of `first`, and every frame from now on.
    pub(crate) fn listen(self: &Arc<Self>, capacity: usize, first: Option<&T>) -> Listener<T> {
        let mut state = self.lock();
        let (sink, frames, tally) = Sink::new(capacity, state.counts.lost);
        if state.life == Life::Live {
            state.sinks.push(sink.clone());
            // What cannot be made of it cannot be made of the next frame either, which says so.
            if let Some(Ok(Some(share))) = first.map(|frame| state.share(frame)) {
                sink.send_or_drop(share);
            }
        }
        Listener::new(frames, self.connection(tally))
    }

    /// A queue of `capacity` frames that gets the source's encoded ones, from the next key frame on.
    pub(crate) fn listen_encoded(self: &Arc<Self>, capacity: usize) -> Listener<EncodedFrame> {
        let mut state = self.lock();
        let (sink, frames, tally) = Sink::new(capacity, state.counts.lost);
        if state.life == Life::Live {
            state.encoded.add(sink);
        }
        Listener::new(frames, self.connection(tally))
    }

    fn connection(self: &Arc<Self>, tally: Arc<Tally>) -> Arc<dyn Connection> {
        let tap = self.clone();
        Arc::new(Hold { tap, tally })
    }

    /// What is listened to now.
    pub(crate) fn wants(&self) -> Wants {
        let state = self.lock();
        Wants {
            frames: !state.sinks.is_empty(),
            encoded: !state.encoded.is_empty(),
        }
    }

    pub(crate) fn has_listener(&self) -> bool {
        self.wants() != Wants::default()
    }

    /// Gives a frame to whoever has room for it.
    ///
    /// # Errors
    /// `NotReadable` when the track's frames cannot be made of it.
    pub(crate) fn offer(&self, frame: &T) -> Result<()> {
        let mut state = self.lock();
        if let Some(share) = state.share(frame)? {
            state.sinks.retain(|sink| sink.send_or_drop(share.clone()));
        }
        Ok(())
    }

    /// Gives a frame to everybody, and waits until they have room for it, for as long as it is wanted.
    ///
    /// # Errors
    /// As [`offer`](Self::offer).
    pub(crate) fn give(&self, frame: &T, is_wanted: &dyn Fn() -> bool) -> Result<()> {
        let (share, sinks) = {
            let mut state = self.lock();
            (state.share(frame)?, state.sinks.clone())
        };
        if let Some(share) = share {
            for sink in sinks {
                sink.send_or_wait(share.clone(), &|| is_wanted() && !self.has_ended());
            }
        }
        Ok(())
    }

    /// Gives an encoded frame to everybody who wants such, and waits until they have room for it, for as long as it
    /// is wanted.
    pub(crate) fn give_encoded(&self, frame: &EncodedFrame, is_wanted: &dyn Fn() -> bool) {
        let shares = {
            let mut state = self.lock();
            let shown = state.enabled && !state.muted;
            let shares = state.encoded.shares(frame, shown);
            state.counts.lost += u64::from(shares.lost);
            // Else it is counted when it has been decoded.
            if state.sinks.is_empty() && !shares.lost {
                state.counts.delivered += 1;
            }
            shares
        };
        for sink in shares.sinks {
            sink.send_or_wait(frame.clone(), &|| is_wanted() && !self.has_ended());
        }
    }

    /// Ends the track without a word (4.3.1, `stop`).
    pub(crate) fn stop(&self) {
        let mut state = self.lock();
        if state.life == Life::Live {
            state.life = Life::Stopped;
            self.events.close();
        }
        state.sinks.clear();
        state.encoded.clear();
    }

    /// Ends the track because its source ended.
    pub(crate) fn end(&self, failure: Option<Arc<Error>>) {
        {
            let mut state = self.lock();
            if state.life != Life::Live {
                return;
            }
            state.life = Life::Exhausted;
            state.failure = failure;
            state.sinks.clear();
            state.encoded.clear();
        }
        self.events.notify(&TrackEvent::Ended);
        self.events.close();
    }

    /// Whether the source gives nothing real.
    pub(crate) fn set_muted(&self, muted: bool) {
        {
            let mut state = self.lock();
            if state.muted == muted || state.life != Life::Live {
                return;
            }
            state.muted = muted;
        }
        self.events.notify(if muted {
            &TrackEvent::Mute
        } else {
            &TrackEvent::Unmute
        });
    }

    /// Makes of a source in this mode, with frames of this format, what is asked.
    ///
    /// # Errors
    /// `Overconstrained` when that cannot be made of it; the track stays as it was then.
    pub(crate) fn fit(
        &self,
        constraints: MediaTrackConstraints,
        mode: &MediaTrackSettings,
        format: T::Format,
    ) -> Result<()> {
        let (settings, adapter) = fitting::<T>(&constraints, mode, format, &self.controls)?;
        let mut state = self.lock();
        state.adapter = adapter;
        state.config = TrackConfig {
            mode: mode.clone(),
            constraints,
            settings,
            capabilities: std::mem::take(&mut state.config.capabilities),
        };
        Ok(())
    }

    /// What is asked of it from now on; what it is stays as it is until it is [adapted](Self::adapt).
    pub(crate) fn ask(&self, constraints: MediaTrackConstraints) {
        self.lock().config.constraints = constraints;
    }

    /// The source is in another mode from now on, its frames are of this format: the track is again as near to its
    /// constraints as can be. A source that changed by itself is in a mode that only its format tells of.
    pub(crate) fn adapt(&self, format: T::Format, mode: Option<&MediaTrackSettings>) {
        let config = self.config();
        let (constraints, mode) = (config.constraints, mode.unwrap_or(&config.mode));
        let Err(error) = self.fit(constraints, mode, format) else {
            return;
        };
        // What the device has is better than nothing, and what was asked stays asked.
        let anything = MediaTrackConstraints::default();
        if let Ok((settings, adapter)) = fitting::<T>(&anything, mode, format, &self.controls) {
            let mut state = self.lock();
            state.adapter = adapter;
            state.config.settings = settings;
            state.config.mode = mode.clone();
        }
        self.events.notify(&TrackEvent::Overconstrained(Arc::new(error)));
    }

    pub(crate) fn set_enabled(&self, enabled: bool) {
        self.lock().enabled = enabled;
    }

    pub(crate) fn is_enabled(&self) -> bool {
        self.lock().enabled
    }

    pub(crate) fn is_muted(&self) -> bool {
        self.lock().muted
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.lock().life != Life::Live
    }

    pub(crate) fn is_exhausted(&self) -> bool {
        self.lock().life == Life::Exhausted
    }

    pub(crate) fn failure(&self) -> Option<Arc<Error>> {
        self.lock().failure.clone()
    }

    pub(crate) fn config(&self) -> TrackConfig {
        self.lock().config.clone()
    }

    pub(crate) fn format(&self) -> T::Format {
        T::format(&self.lock().adapter)
    }

    pub(crate) fn counts(&self) -> Counts {
        self.lock().counts
    }

    pub(crate) fn add_lost(&self, count: u64) {
        self.lock().counts.lost += count;
    }

    pub(crate) fn events(&self) -> Events<TrackEvent> {
        self.events.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock()
    }
}

/// The best that constraints leave of a mode, and what makes it.
fn fitting<T: TrackFrame>(
    constraints: &MediaTrackConstraints,
    mode: &MediaTrackSettings,
    format: T::Format,
    controls: &[Control],
) -> Result<(MediaTrackSettings, T::Adapter)> {
    let mode = T::mode(format, mode);
    let candidates = T::candidates("the source", 0, &mode, controls);
    let selection = select_settings(constraints, &candidates, &MediaTrackSettings::defaults())?;
    let adapter = T::adapter(format, &mode, &selection.settings)?;
    Ok((selection.settings, adapter))
}

/// One listener's hold of its track.
struct Hold<T: TrackFrame> {
    tap: Arc<Tap<T>>,
    tally: Arc<Tally>,
}

impl<T: TrackFrame> Connection for Hold<T> {
    fn release(&self) {
        self.tally.close();
        let mut state = self.tap.lock();
        state.sinks.retain(|sink| !sink.is_of(&self.tally));
        state.encoded.remove(&self.tally);
    }

    fn dropped(&self) -> u64 {
        self.tally.dropped()
    }

    fn lost(&self) -> u64 {
        self.tap.lock().counts.lost - self.tally.lost_before
    }

    fn waiting(&self) -> usize {
        let state = self.tap.lock();
        let sink = state.sinks.iter().find(|sink| sink.is_of(&self.tally));
        let waiting = sink.map(Sink::waiting);
        waiting
            .or_else(|| state.encoded.waiting(&self.tally))
            .unwrap_or(0)
    }
}
