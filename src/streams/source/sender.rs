//! `FrameSender`: through it a capture thread delivers frames to the tracks of its source, and learns when to end.
use crate::clock::{Clock, Timestamp};
use crate::error::Error;
use crate::streams::frame_counts::Gaps;
use crate::streams::source::{Backpressure, Shared, Source, State};
use crate::streams::tap::Tap;
use crate::streams::track_event::TrackEvent;
use crate::streams::track_frame::TrackFrame;
use std::sync::Arc;

/// The capture thread's end of a source.
pub(crate) struct FrameSender<T: TrackFrame> {
    pub(super) shared: Arc<Shared<T>>,
    pub(super) generation: u64,
}

impl<T: TrackFrame> Drop for FrameSender<T> {
    fn drop(&mut self) {
        self.shared.lock().threads -= 1;
        self.shared.changed.notify_all();
    }
}

impl<T: TrackFrame> FrameSender<T> {
    /// Delivers a frame to every track. Returns `false` if the thread should end.
    pub(crate) fn send(&self, frame: &T) -> bool {
        let blocking = self.shared.backpressure == Backpressure::Block;
        if blocking && !self.wait_for_listener() {
            return false;
        }
        let Some(taps) = self.taps() else {
            return false;
        };
        for tap in taps.iter() {
            let given = if blocking {
                tap.deliver_or_wait(frame, &|| self.is_wanted())
            } else {
                tap.deliver_or_drop(frame)
            };
            if let Err(error) = given {
                tap.end(Some(Arc::new(error)));
                Source(self.shared.clone()).detach(tap);
            }
        }
        self.is_wanted()
    }

    /// Ends the source and all its tracks now; `failure` is the reason if it is an error.
    pub(crate) fn end(&self, failure: Option<&Arc<Error>>) {
        if self.is_wanted() {
            Source(self.shared.clone()).end(failure);
        }
    }

    /// Whether the source has not ended and this is still its current capture thread.
    pub(crate) fn is_wanted(&self) -> bool {
        let state = self.shared.lock();
        self.is_current(&state)
    }

    fn is_current(&self, state: &State<T>) -> bool {
        !state.stopped && !state.ended && state.generation == self.generation
    }

    pub(super) fn taps(&self) -> Option<Arc<Vec<Arc<Tap<T>>>>> {
        let state = self.shared.lock();
        self.is_current(&state).then(|| state.taps.clone())
    }

    /// Mutes or unmutes all tracks.
    pub(crate) fn set_muted(&self, muted: bool) {
        let taps = {
            let mut state = self.shared.lock();
            if state.muted == muted || !self.is_current(&state) {
                return;
            }
            state.muted = muted;
            state.taps.clone()
        };
        taps.iter().for_each(|tap| tap.set_muted(muted));
    }

    /// Sets the format of the frames from now on, and reconfigures the tracks.
    pub(crate) fn set_format(&self, format: T::Format) {
        let _reconfiguring = self.shared.reconfiguring();
        let taps = {
            let mut state = self.shared.lock();
            if !self.is_current(&state) {
                return;
            }
            state.format = Some(format);
            state.taps.clone()
        };
        taps.iter().for_each(|tap| tap.on_source_changed(format, None));
    }

    /// Adds to the number of frames that the device lost.
    pub(crate) fn add_lost(&self, count: u64) {
        let taps = self.shared.lock().taps.clone();
        taps.iter().for_each(|tap| tap.add_lost(count));
    }

    /// Adds to the gaps that the device left while it was lost.
    pub(crate) fn add_gaps(&self, gaps: Gaps) {
        let taps = self.shared.lock().taps.clone();
        taps.iter().for_each(|tap| tap.add_gaps(gaps));
    }

    /// Sends an event to the subscribers of all tracks.
    pub(crate) fn notify(&self, event: &TrackEvent) {
        let taps = self.taps().unwrap_or_default();
        taps.iter().for_each(|tap| tap.notify(event));
    }

    /// Whether the source runs in real time, and drops what its listeners have no room for.
    pub(crate) fn is_live(&self) -> bool {
        self.shared.backpressure == Backpressure::DropNewest
    }

    /// Waits until a track has a listener, and nobody holds the source. Returns `false` if the thread should end.
    pub(crate) fn wait_for_listener(&self) -> bool {
        let mut state = self.shared.lock();
        let may_go_on =
            |state: &State<T>| state.holders == 0 && state.taps.iter().any(|tap| tap.has_listener());
        while self.is_current(&state) && !may_go_on(&state) {
            state = self.shared.wait(state);
        }
        self.is_current(&state)
    }

    /// Waits until the clock reaches `at`. Returns `false` if the thread should end before that.
    pub(crate) fn wait_until(&self, clock: &Clock, at: Timestamp) -> bool {
        let mut state = self.shared.lock();
        while self.is_current(&state) {
            let wait = at - clock.now();
            if wait.is_zero() || clock.instant(at).is_none() {
                return true;
            }
            state = self.shared.changed.wait_timeout(state, wait);
        }
        false
    }
}
