//! Sources without a capture thread: the program feeds them from any thread.
use super::{FrameSender, Shared, Source, State};
use crate::streams::listener::Listener;
use crate::streams::source::Backpressure;
use crate::streams::tap::Tap;
use crate::streams::track_frame::TrackFrame;
use crate::sync::{Condvar, Mutex};
#[cfg(feature = "network")]
use crate::{
    clock::Timestamp,
    error::Error,
    media::EncodedFrame,
    streams::{TrackEvent, frame_counts::Gaps},
};
use std::sync::Arc;
#[cfg(feature = "network")]
use std::time::Duration;

/// The program's end of such a source. Dropping it ends the source.
pub(crate) struct Feeder<T: TrackFrame>(FrameSender<T>);

/// The frame that a source of still content shows now. A new listener receives it first.
pub(crate) trait LatestFrame<T>: Send + Sync {
    /// Calls `attach` with the current frame, if any, stamped with the current time. No frame is sent during the call.
    fn with_latest(&self, attach: &mut dyn FnMut(Option<T>));
}

impl<T: TrackFrame> Source<T> {
    /// Creates an open source that is fed by the program.
    pub(crate) fn fed(
        backpressure: Backpressure,
        format: T::Format,
        latest: Option<Box<dyn LatestFrame<T>>>,
    ) -> (Self, Feeder<T>) {
        let shared = Arc::new(Shared {
            backpressure,
            state: Mutex::new(State {
                format: Some(format),
                generation: 1,
                threads: 1,
                ..State::default()
            }),
            changed: Condvar::new(),
            reconfiguring: Mutex::default(),
            is_fed: true,
            latest,
        });
        let sender = FrameSender {
            shared: shared.clone(),
            generation: 1,
        };
        (Self(shared), Feeder(sender))
    }

    /// Adds a listener to one of its tracks, with a queue of `capacity` frames. It receives every frame from now on.
    pub(crate) fn listen(&self, tap: &Arc<Tap<T>>, capacity: usize) -> Listener<T> {
        let mut listener = None;
        if let Some(latest) = &self.0.latest {
            latest.with_latest(&mut |first| listener = Some(tap.listen(capacity, first.as_ref())));
        }
        let listener = listener.unwrap_or_else(|| tap.listen(capacity, None));
        self.wake();
        listener
    }
}

impl<T: TrackFrame> Feeder<T> {
    /// Delivers a frame to every track. Returns `false` if the source has ended. A blocking source waits for its first
    /// listener and for room in the queues.
    pub(crate) fn send(&self, frame: &T) -> bool {
        self.0.send(frame)
    }

    /// Whether the source has not ended.
    pub(crate) fn is_wanted(&self) -> bool {
        self.0.is_wanted()
    }

    /// Delivers encoded frames to the listeners for encoded frames. Returns `false` if the source has ended.
    #[cfg(feature = "network")]
    pub(crate) fn send_encoded(&self, frames: Vec<EncodedFrame>) -> bool {
        self.0.send_encoded(frames)
    }

    /// Whether a listener for encoded frames waits for a key frame.
    #[cfg(feature = "network")]
    pub(crate) fn awaits_key(&self) -> bool {
        self.0.awaits_key()
    }

    /// Whether somebody listens for encoded frames.
    #[cfg(feature = "network")]
    pub(crate) fn has_listener(&self) -> bool {
        self.0.wants().encoded
    }

    /// Ends the source and all its tracks by an error.
    #[cfg(feature = "network")]
    pub(crate) fn fail(&self, failure: &Arc<Error>) {
        self.0.end(Some(failure));
    }

    /// Counts frames that were lost on their way here.
    #[cfg(feature = "network")]
    pub(crate) fn add_lost(&self, count: u64) {
        if count > 0 {
            self.0.add_lost(count);
        }
    }

    /// Tells that what delivers is lost, since this time, and comes back some time.
    #[cfg(feature = "network")]
    pub(crate) fn lose(&self, error: Arc<Error>, at: Timestamp) {
        self.0.add_gaps(Gaps {
            count: 1,
            ..Gaps::default()
        });
        self.0.notify(&TrackEvent::Lost { error, at });
    }

    /// Tells that it is back since this time, after so long.
    #[cfg(feature = "network")]
    pub(crate) fn regain(&self, label: &str, at: Timestamp, gap: Duration) {
        self.0.add_gaps(Gaps {
            count: 0,
            duration: gap,
        });
        self.0.notify(&TrackEvent::Back {
            label: label.to_owned(),
            switched: false,
            at,
            gap,
        });
    }

    /// Sets the format of the frames from now on.
    pub(crate) fn set_format(&self, format: T::Format) {
        self.0.set_format(format);
    }

    /// Mutes or unmutes the source's tracks.
    pub(crate) fn set_muted(&self, muted: bool) {
        self.0.set_muted(muted);
    }
}

impl<T: TrackFrame> Drop for Feeder<T> {
    fn drop(&mut self) {
        if self.0.is_wanted() {
            Source(self.0.shared.clone()).end(None);
        }
    }
}
