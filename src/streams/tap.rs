//! Where one track hangs on its source: what it makes of the source's frames, and who listens to that.
use crate::constraints::{
    Control, MediaTrackCapabilities, MediaTrackConstraints, MediaTrackSettings, select_settings,
};
use crate::error::{Error, Result};
use crate::media::EncodedFrame;
use crate::streams::encoded::EncodedSinks;
use crate::streams::events::{Events, Subscribers};
use crate::streams::listener::{Connection, Listener, QueueState, Sink, Wants};
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
    lifecycle: Lifecycle,
    failure: Option<Arc<Error>>,
    counts: FrameCounts,
}

/// Live, or ended, and by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lifecycle {
    Live,
    /// By whoever has the track.
    Stopped,
    /// By its source.
    EndedBySource,
}

/// What became of the source's frames (Media Capture Extensions, `MediaStreamTrackVideoStats`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FrameCounts {
    /// Given to whoever listens; counted even when nobody does.
    pub(crate) delivered: u64,
    /// Left out because the track's rate is lower than the source's.
    pub(crate) discarded: u64,
    /// Lost by the device or its driver.
    pub(crate) lost: u64,
}

impl<T: TrackFrame> State<T> {
    /// The track's share of a frame, if it has one.
    fn adapt(&mut self, frame: &T) -> Result<Option<T>> {
        let frame = frame.clone();
        // Black needs no scaling, and neither does what nobody looks at.
        let frame = if self.muted || !self.enabled || self.sinks.is_empty() {
            frame.blank(&mut self.adapter)
        } else {
            frame
        };
        let adapted = frame.adapt(&mut self.adapter)?;
        match adapted {
            Some(_) => self.counts.delivered += 1,
            None => self.counts.discarded += 1,
        }
        Ok(adapted)
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
        let (settings, adapter) = configure::<T>(&constraints, mode, format, &controls)?;
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
                lifecycle: Lifecycle::Live,
                failure: None,
                counts: FrameCounts::default(),
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
            copy.lifecycle = state.lifecycle;
        }
        if state.lifecycle != Lifecycle::Live {
            other.events.close();
        }
        Ok(other)
    }

    /// A queue of `capacity` frames that gets the track's share of `first`, and every frame from now on.
    pub(crate) fn listen(self: &Arc<Self>, capacity: usize, first: Option<&T>) -> Listener<T> {
        let mut state = self.lock();
        let (sink, frames, queue_state) = Sink::new(capacity, state.counts.lost);
        if state.lifecycle == Lifecycle::Live {
            state.sinks.push(sink.clone());
            // What cannot be made of it cannot be made of the next frame either, which says so.
            if let Some(Ok(Some(adapted))) = first.map(|frame| state.adapt(frame)) {
                sink.send_or_drop(adapted);
            }
        }
        Listener::new(frames, self.connection(queue_state))
    }

    /// A queue of `capacity` frames that gets the source's encoded ones, from the next key frame on.
    pub(crate) fn listen_encoded(self: &Arc<Self>, capacity: usize) -> Listener<EncodedFrame> {
        let mut state = self.lock();
        let (sink, frames, queue_state) = Sink::new(capacity, state.counts.lost);
        if state.lifecycle == Lifecycle::Live {
            state.encoded.add(sink);
        }
        Listener::new(frames, self.connection(queue_state))
    }

    fn connection(self: &Arc<Self>, queue_state: Arc<QueueState>) -> Arc<dyn Connection> {
        let tap = self.clone();
        Arc::new(TapConnection { tap, queue_state })
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
    pub(crate) fn deliver_or_drop(&self, frame: &T) -> Result<()> {
        let mut state = self.lock();
        if let Some(adapted) = state.adapt(frame)? {
            state.sinks.retain(|sink| sink.send_or_drop(adapted.clone()));
        }
        Ok(())
    }

    /// Gives a frame to everybody, and waits until they have room for it, for as long as it is wanted.
    ///
    /// # Errors
    /// As [`deliver_or_drop`](Self::deliver_or_drop).
    pub(crate) fn deliver_or_wait(&self, frame: &T, is_wanted: &dyn Fn() -> bool) -> Result<()> {
        let (adapted, sinks) = {
            let mut state = self.lock();
            (state.adapt(frame)?, state.sinks.clone())
        };
        if let Some(adapted) = adapted {
            for sink in sinks {
                sink.send_or_wait(adapted.clone(), &|| is_wanted() && !self.has_ended());
            }
        }
        Ok(())
    }

    /// Gives an encoded frame to everybody who wants such, and waits until they have room for it, for as long as it
    /// is wanted.
    pub(crate) fn deliver_encoded(&self, frame: &EncodedFrame, is_wanted: &dyn Fn() -> bool) {
        let recipients = {
            let mut state = self.lock();
            let shown = state.enabled && !state.muted;
            let recipients = state.encoded.recipients(frame, shown);
            state.counts.lost += u64::from(recipients.missed);
            // Else it is counted when it has been decoded.
            if state.sinks.is_empty() && !recipients.missed {
                state.counts.delivered += 1;
            }
            recipients
        };
        for sink in recipients.sinks {
            sink.send_or_wait(frame.clone(), &|| is_wanted() && !self.has_ended());
        }
    }

    /// Ends the track without a word (4.3.1, `stop`).
    pub(crate) fn stop(&self) {
        let mut state = self.lock();
        if state.lifecycle == Lifecycle::Live {
            state.lifecycle = Lifecycle::Stopped;
            self.events.close();
        }
        state.sinks.clear();
        state.encoded.clear();
    }

    /// Ends the track because its source ended.
    pub(crate) fn end(&self, failure: Option<Arc<Error>>) {
        {
            let mut state = self.lock();
            if state.lifecycle != Lifecycle::Live {
                return;
            }
            state.lifecycle = Lifecycle::EndedBySource;
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
            if state.muted == muted || state.lifecycle != Lifecycle::Live {
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
    pub(crate) fn reconfigure(
        &self,
        constraints: MediaTrackConstraints,
        mode: &MediaTrackSettings,
        format: T::Format,
    ) -> Result<()> {
        let (settings, adapter) = configure::<T>(&constraints, mode, format, &self.controls)?;
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

    /// What is asked of it from now on; what it is stays as it is until it is [reconfigured](Self::on_source_changed).
    pub(crate) fn set_constraints(&self, constraints: MediaTrackConstraints) {
        self.lock().config.constraints = constraints;
    }

    /// The source is in another mode from now on, its frames are of this format: the track is again as near to its
    /// constraints as can be. A source that changed by itself is in a mode that only its format tells of.
    pub(crate) fn on_source_changed(&self, format: T::Format, mode: Option<&MediaTrackSettings>) {
        let config = self.config();
        let (constraints, mode) = (config.constraints, mode.unwrap_or(&config.mode));
        let Err(error) = self.reconfigure(constraints, mode, format) else {
            return;
        };
        // What the device has is better than nothing, and what was asked stays asked.
        let anything = MediaTrackConstraints::default();
        if let Ok((settings, adapter)) = configure::<T>(&anything, mode, format, &self.controls) {
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
        self.lock().lifecycle != Lifecycle::Live
    }

    pub(crate) fn is_ended_by_source(&self) -> bool {
        self.lock().lifecycle == Lifecycle::EndedBySource
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

    pub(crate) fn counts(&self) -> FrameCounts {
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
fn configure<T: TrackFrame>(
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
struct TapConnection<T: TrackFrame> {
    tap: Arc<Tap<T>>,
    queue_state: Arc<QueueState>,
}

impl<T: TrackFrame> Connection for TapConnection<T> {
    fn release(&self) {
        self.queue_state.close();
        let mut state = self.tap.lock();
        state.sinks.retain(|sink| !sink.belongs_to(&self.queue_state));
        state.encoded.remove(&self.queue_state);
    }

    fn dropped(&self) -> u64 {
        self.queue_state.dropped()
    }

    fn lost(&self) -> u64 {
        self.tap.lock().counts.lost - self.queue_state.lost_before
    }

    fn waiting(&self) -> usize {
        let state = self.tap.lock();
        let sink = state.sinks.iter().find(|sink| sink.belongs_to(&self.queue_state));
        let waiting = sink.map(Sink::waiting);
        waiting
            .or_else(|| state.encoded.waiting(&self.queue_state))
            .unwrap_or(0)
    }
}
