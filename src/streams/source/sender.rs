//! What a capture thread does with its source: frames go to every track, and it learns when nobody wants more.
use crate::clock::{Clock, Timestamp};
use crate::error::Error;
use crate::streams::source::{Backpressure, Shared, Source, State};
use crate::streams::tap::Tap;
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
    /// Hands one frame to every track; false means that the source is to end.
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

    /// Ends the source and all its tracks now, for this reason.
    pub(crate) fn end(&self, failure: Option<&Arc<Error>>) {
        if self.is_wanted() {
            Source(self.shared.clone()).end(failure);
        }
    }

    /// Whether anybody still wants frames of this thread.
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

    /// Whether the source gives nothing real from now on.
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

    /// The frames that come now are of another format.
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

    /// So many frames more were lost before they could be read.
    pub(crate) fn add_lost(&self, count: u64) {
        let taps = self.shared.lock().taps.clone();
        taps.iter().for_each(|tap| tap.add_lost(count));
    }

    /// Waits until somebody listens; false when the source is to end.
    pub(crate) fn wait_for_listener(&self) -> bool {
        let mut state = self.shared.lock();
        while self.is_current(&state) && !state.taps.iter().any(|tap| tap.has_listener()) {
            state = self.shared.wait(state);
        }
        self.is_current(&state)
    }

    /// Waits until the clock shows `at`, or until the source is to end: then it says false.
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
