//! `Tap`: connects a track to its source. It adapts the source's frames to the track's settings and delivers them to the
//! track's listeners.
mod encoded;

use crate::constraints::{
    Control, MediaTrackCapabilities, MediaTrackConstraints, MediaTrackSettings, select_settings,
};
use crate::error::{Error, Result};
use crate::sound::ChannelStrip;
use crate::streams::encoded::EncodedSinks;
use crate::streams::events::{Events, Subscribers};
use crate::streams::frame_counts::{FrameCounts, Gaps};
use crate::streams::listener::{Connection, Listener, QueueState, Sink, Wants};
use crate::streams::track_event::TrackEvent;
use crate::streams::track_frame::TrackFrame;
use crate::sync::{Mutex, MutexGuard};
use std::sync::Arc;

/// A track's capabilities, constraints and settings (Media Capture and Streams, 11.1.1).
#[derive(Clone, Debug, Default)]
pub(crate) struct TrackConfig {
    /// The mode that the source is in.
    pub(crate) mode: MediaTrackSettings,
    pub(crate) capabilities: MediaTrackCapabilities,
    pub(crate) constraints: MediaTrackConstraints,
    pub(crate) settings: MediaTrackSettings,
}

/// The connection of one track to its source.
pub(crate) struct Tap<T: TrackFrame> {
    state: Mutex<State<T>>,
    /// The device's controls, with their values before the first constraint was applied.
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
    /// Gain and routing of audio.
    strip: ChannelStrip,
    lifecycle: Lifecycle,
    failure: Option<Arc<Error>>,
    counts: FrameCounts,
}

/// Whether the track is live, or why it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lifecycle {
    Live,
    /// The program stopped it.
    Stopped,
    /// Its source ended.
    EndedBySource,
}

impl<T: TrackFrame> State<T> {
    /// Adapts a source's frame to the track's settings. Returns `None` if the track's frame rate leaves it out.
    fn adapt(&mut self, frame: &T) -> Result<Option<T>> {
        let frame = frame.clone();
        // A blank frame needs no scaling, and without listeners the content does not matter.
        let frame = if self.muted || !self.enabled || self.sinks.is_empty() {
            frame.blank(&mut self.adapter)
        } else {
            frame
        };
        let adapted = frame.processed(&self.strip).adapt(&mut self.adapter)?;
        match adapted {
            Some(_) => self.counts.delivered += 1,
            None => self.counts.discarded += 1,
        }
        Ok(adapted)
    }
}

impl<T: TrackFrame> Tap<T> {
    /// Creates a tap with the best settings that satisfy the constraints, for a source in this mode and with frames of
    /// this format.
    ///
    /// # Errors
    /// `Overconstrained` if no settings satisfy the required constraints.
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
                strip: ChannelStrip::default(),
                lifecycle: Lifecycle::Live,
                failure: None,
                counts: FrameCounts::default(),
            }),
            events: Subscribers::default(),
        }
    }

    /// Creates another tap of the same source, in the same state (4.3.1, `clone`).
    ///
    /// # Errors
    /// `Type` if the source has changed since and can no longer deliver the settings.
    pub(crate) fn duplicate(&self, format: T::Format) -> Result<Self> {
        let state = self.lock();
        let config = &state.config;
        let adapter = T::adapter(format, &T::mode(format, &config.mode), &config.settings)?;
        let other = Self::with_config(adapter, state.config.clone(), self.controls.clone());
        {
            let mut copy = other.lock();
            copy.enabled = state.enabled;
            copy.muted = state.muted;
            copy.strip = state.strip.clone();
            copy.lifecycle = state.lifecycle;
        }
        if state.lifecycle != Lifecycle::Live {
            other.events.close();
        }
        Ok(other)
    }

    /// Adds a listener with a queue of `capacity` frames. It receives `first`, adapted, and every frame from now on.
    pub(crate) fn listen(self: &Arc<Self>, capacity: usize, first: Option<&T>) -> Listener<T> {
        let mut state = self.lock();
        let (sink, frames, queue_state) = Sink::new(capacity, state.counts);
        if state.lifecycle == Lifecycle::Live {
            state.sinks.push(sink.clone());
            // An error is ignored here: the next frame fails in the same way and reports it.
            if let Some(Ok(Some(adapted))) = first.map(|frame| state.adapt(frame)) {
                sink.send_or_drop(adapted);
            }
        }
        Listener::new(frames, self.connection(queue_state))
    }

    fn connection(self: &Arc<Self>, queue_state: Arc<QueueState>) -> Arc<dyn Connection> {
        let tap = self.clone();
        Arc::new(TapConnection { tap, queue_state })
    }

    /// Which kinds of frames have listeners now.
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

    /// Delivers a frame to every listener; those whose queue is full drop it.
    ///
    /// # Errors
    /// `NotReadable` if the frame cannot be adapted to the track's settings.
    pub(crate) fn deliver_or_drop(&self, frame: &T) -> Result<()> {
        let mut state = self.lock();
        if let Some(adapted) = state.adapt(frame)? {
            state.sinks.retain(|sink| sink.send_or_drop(adapted.clone()));
        }
        Ok(())
    }

    /// Delivers a frame to every listener, and waits for room in full queues until `is_wanted` returns false.
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

    /// Ends the track without an `Ended` event (4.3.1, `stop`).
    pub(crate) fn stop(&self) {
        let mut state = self.lock();
        if state.lifecycle == Lifecycle::Live {
            state.lifecycle = Lifecycle::Stopped;
            self.events.close();
        }
        state.sinks.clear();
        state.encoded.clear();
    }

    /// Ends the track because its source ended; `failure` is the reason if it is an error.
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

    /// Mutes or unmutes the track, and reports the change.
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

    /// Applies constraints, for a source in this mode and with frames of this format.
    ///
    /// # Errors
    /// `Overconstrained` if they cannot be satisfied; the track is unchanged then.
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

    /// Replaces the constraints. The settings change with the next [`on_source_changed`](Self::on_source_changed).
    pub(crate) fn set_constraints(&self, constraints: MediaTrackConstraints) {
        self.lock().config.constraints = constraints;
    }

    /// Called when the source's mode or format has changed: selects the settings again. `mode` is `None` if the source
    /// changed by itself, so that only the format of its new mode is known.
    pub(crate) fn on_source_changed(&self, format: T::Format, mode: Option<&MediaTrackSettings>) {
        let config = self.config();
        let (constraints, mode) = (config.constraints, mode.unwrap_or(&config.mode));
        let Err(error) = self.reconfigure(constraints, mode, format) else {
            return;
        };
        // The track continues with what the source delivers now, and keeps its constraints.
        let unconstrained = MediaTrackConstraints::default();
        if let Ok((settings, adapter)) = configure::<T>(&unconstrained, mode, format, &self.controls) {
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

    pub(crate) fn set_gain(&self, factor: f32) {
        self.lock().strip.gain = factor;
    }

    pub(crate) fn set_routing(&self, channels: &[u16]) {
        self.lock().strip.routing = Some(channels.into());
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
        T::processed_format(self.source_format(), &self.lock().strip)
    }

    /// The format before gain and routing.
    pub(crate) fn source_format(&self) -> T::Format {
        T::format(&self.lock().adapter)
    }

    pub(crate) fn counts(&self) -> FrameCounts {
        self.lock().counts
    }

    pub(crate) fn add_lost(&self, count: u64) {
        self.lock().counts.lost += count;
    }

    pub(crate) fn add_gaps(&self, gaps: Gaps) {
        self.lock().counts.gaps += gaps;
    }

    pub(crate) fn notify(&self, event: &TrackEvent) {
        self.events.notify(event);
    }

    pub(crate) fn events(&self) -> Events<TrackEvent> {
        self.events.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock()
    }
}

/// Selects the settings for constraints on a mode, and creates the adapter that produces them.
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

/// The connection of one listener's queue to its track.
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
        self.tap.lock().counts.lost - self.queue_state.before.lost
    }

    fn gaps(&self) -> Gaps {
        self.tap.lock().counts.gaps - self.queue_state.before.gaps
    }

    fn waiting(&self) -> usize {
        let state = self.tap.lock();
        let sink = state.sinks.iter().find(|sink| sink.belongs_to(&self.queue_state));
        sink.map_or(0, Sink::waiting)
    }

    fn is_enabled(&self) -> bool {
        self.tap.is_enabled()
    }

    fn is_muted(&self) -> bool {
        self.tap.is_muted()
    }
}
