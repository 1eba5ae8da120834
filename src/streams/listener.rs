//! The queue between a track and one of its listeners.
use crate::streams::frame_counts::{FrameCounts, Gaps};
use crossbeam_channel::{Receiver, RecvTimeoutError, SendTimeoutError, Sender, TrySendError, bounded};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tracing::trace;

/// How often a thread that waits for room in a queue checks whether the frame is still wanted.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Which kinds of frames the listeners of a source want.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wants {
    /// Raw video frames or audio samples.
    pub(crate) frames: bool,
    /// Encoded frames, as they are in the source.
    pub(crate) encoded: bool,
}

/// The track's end of the queue; clones refer to the same queue.
pub(super) struct Sink<T> {
    queue: Sender<T>,
    queue_state: Arc<QueueState>,
}

/// What both ends of the queue share besides the frames.
#[derive(Debug, Default)]
pub(super) struct QueueState {
    dropped: AtomicU64,
    /// The counts of the track before this listener was added.
    pub(super) before: FrameCounts,
    closed: AtomicBool,
}

impl QueueState {
    /// Makes senders stop waiting for room in the queue.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }

    /// Number of frames that were dropped because the queue was full.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

impl<T> Clone for Sink<T> {
    fn clone(&self) -> Self {
        Self {
            queue: self.queue.clone(),
            queue_state: self.queue_state.clone(),
        }
    }
}

impl<T> Sink<T> {
    /// Creates a queue of `capacity` frames: both of its ends, and their shared state.
    pub(super) fn new(capacity: usize, before: FrameCounts) -> (Self, Receiver<T>, Arc<QueueState>) {
        let (queue, frames) = bounded(capacity);
        let queue_state = Arc::new(QueueState {
            before,
            ..QueueState::default()
        });
        let sink = Self {
            queue,
            queue_state: queue_state.clone(),
        };
        (sink, frames, queue_state)
    }

    /// Whether it belongs to the queue with this state.
    pub(super) fn belongs_to(&self, queue_state: &Arc<QueueState>) -> bool {
        Arc::ptr_eq(&self.queue_state, queue_state)
    }

    /// Number of frames in the queue.
    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Whether the next frame would be dropped.
    pub(super) fn is_full(&self) -> bool {
        self.queue.is_full()
    }

    /// Whether both are of the same queue.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.queue_state, &other.queue_state)
    }

    /// Sends a frame, or drops and counts it if the queue is full. Returns `false` if the listener is gone.
    pub(super) fn send_or_drop(&self, frame: T) -> bool {
        match self.queue.try_send(frame) {
            Ok(()) => true,
            Err(TrySendError::Full(_)) => {
                trace!("queue full: dropped a frame");
                self.queue_state.dropped.fetch_add(1, Ordering::Relaxed);
                true
            }
            Err(TrySendError::Disconnected(_)) => false,
        }
    }

    /// Sends a frame and waits for room in the queue, until the queue is closed or `is_wanted` returns false.
    pub(super) fn send_or_wait(&self, mut frame: T, is_wanted: &dyn Fn() -> bool) {
        while !self.queue_state.closed.load(Ordering::SeqCst) {
            match self.queue.send_timeout(frame, POLL_INTERVAL) {
                Err(SendTimeoutError::Timeout(back)) if is_wanted() => frame = back,
                Ok(()) | Err(_) => return,
            }
        }
    }
}

/// The listener's end of the queue.
pub(crate) struct Listener<T> {
    frames: Receiver<T>,
    connection: Arc<dyn Connection>,
}

impl<T> Listener<T> {
    pub(super) fn new(frames: Receiver<T>, connection: Arc<dyn Connection>) -> Self {
        Self { frames, connection }
    }

    /// The frames, oldest first. Ends once the track has ended, or the queue was released, and the queue is empty.
    pub(crate) fn frames(&self) -> impl Iterator<Item = T> + '_ {
        self.frames.iter()
    }

    /// Number of frames in the queue.
    pub(crate) fn waiting(&self) -> usize {
        self.frames.len()
    }

    /// Waits up to `wait` for the next frame.
    ///
    /// # Errors
    /// `Timeout` if none came in time; `Disconnected` if there will be no more.
    pub(crate) fn next_timeout(&self, wait: Duration) -> std::result::Result<T, RecvTimeoutError> {
        self.frames.recv_timeout(wait)
    }

    pub(crate) fn connection(&self) -> Arc<dyn Connection> {
        self.connection.clone()
    }
}

impl<T> Drop for Listener<T> {
    fn drop(&mut self) {
        self.connection.release();
    }
}

/// Connects a queue to its track; can be released while the listener still reads what is queued.
pub(crate) trait Connection: Send + Sync {
    /// Disconnects the queue: no frames are added to those already in it.
    fn release(&self);

    /// Number of frames that were dropped because the queue was full.
    fn dropped(&self) -> u64;

    /// Number of frames that the device or its driver lost since the listener was added.
    fn lost(&self) -> u64;

    /// How often, and for how long, the device was lost since the listener was added.
    fn gaps(&self) -> Gaps {
        Gaps::default()
    }

    /// Number of raw frames in the queue.
    fn waiting(&self) -> usize;

    /// Whether the program has the track enabled.
    fn is_enabled(&self) -> bool {
        true
    }

    /// Whether the source of the track is muted, stalled or lost.
    fn is_muted(&self) -> bool {
        false
    }
}
