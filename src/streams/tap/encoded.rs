//! Delivering encoded frames to the listeners of a track.
use super::{Lifecycle, Tap};
use crate::media::EncodedFrame;
use crate::streams::listener::{Listener, Sink};
use crate::streams::track_frame::TrackFrame;
use std::sync::Arc;

impl<T: TrackFrame> Tap<T> {
    /// Adds a listener with a queue of `capacity` batches of encoded frames. It receives them from the next key frame on.
    pub(crate) fn listen_encoded(self: &Arc<Self>, capacity: usize) -> Listener<Vec<EncodedFrame>> {
        let mut state = self.lock();
        let (sink, frames, queue_state) = Sink::new(capacity, state.counts);
        if state.lifecycle == Lifecycle::Live {
            state.encoded.add(sink);
        }
        Listener::new(frames, self.connection(queue_state))
    }

    /// Delivers encoded frames to the listeners for encoded frames, and waits for room in full queues until
    /// `is_wanted` returns false.
    pub(crate) fn deliver_encoded(&self, frames: Vec<EncodedFrame>, is_wanted: &dyn Fn() -> bool) {
        let count = frames.len();
        let deliveries = {
            let mut state = self.lock();
            let shown = state.enabled && !state.muted;
            let (deliveries, missed) = state.encoded.deliveries(frames, shown);
            state.counts.lost += missed as u64;
            // With other listeners they are counted once they have been decoded.
            if state.sinks.is_empty() {
                state.counts.delivered += (count - missed) as u64;
            }
            deliveries
        };
        for (sink, batch) in deliveries {
            sink.send_or_wait(batch, &|| is_wanted() && !self.has_ended());
        }
    }

    /// Delivers encoded frames of a live source to the listeners for encoded frames; those whose queue is full drop them.
    pub(crate) fn deliver_encoded_or_drop(&self, frames: Vec<EncodedFrame>) {
        let count = frames.len();
        let mut state = self.lock();
        let shown = state.enabled && !state.muted;
        let missed = state.encoded.deliver_or_drop(frames, shown);
        state.counts.lost += missed as u64;
        state.counts.delivered += (count - missed) as u64;
    }

    /// Whether a listener for encoded frames waits for a key frame.
    #[cfg(feature = "network")]
    pub(crate) fn awaits_key(&self) -> bool {
        self.lock().encoded.awaits_key()
    }
}
