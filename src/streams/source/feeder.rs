//! Sources without a thread of their own: the program feeds them, on whatever thread it likes.
use super::{FrameSender, Shared, Source, State};
use crate::streams::listener::Listener;
use crate::streams::source::Backpressure;
use crate::streams::tap::Tap;
use crate::streams::track_frame::TrackFrame;
use crate::sync::{Condvar, Mutex};
use std::sync::Arc;

/// The program's end of such a source; when it is dropped the source ends.
pub(crate) struct Feeder<T: TrackFrame>(FrameSender<T>);

/// The frame that a source of still content shows now. A new listener receives it first.
pub(crate) trait LatestFrame<T>: Send + Sync {
    /// Calls `attach` with what is shown now, stamped now; nothing is sent to anybody meanwhile.
    fn with_latest(&self, attach: &mut dyn FnMut(Option<T>));
}

impl<T: TrackFrame> Source<T> {
    /// A source that is open and never was a device.
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
            latest,
        });
        let sender = FrameSender {
            shared: shared.clone(),
            generation: 1,
        };
        (Self(shared), Feeder(sender))
    }

    /// Begins to listen to one of its tracks: a queue of `capacity` frames that gets every frame from now on.
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
    /// Hands one frame to every track; false means that nobody wants more. A blocking source waits for its first
    /// listener, and for room in the queues.
    pub(crate) fn send(&self, frame: &T) -> bool {
        self.0.send(frame)
    }

    /// Whether a track is left that could give more.
    pub(crate) fn is_wanted(&self) -> bool {
        self.0.is_wanted()
    }

    /// The frames that come now are of another format.
    pub(crate) fn set_format(&self, format: T::Format) {
        self.0.set_format(format);
    }

    /// Whether nothing real is sent from now on.
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
