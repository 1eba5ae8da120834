//! A queue between a track and one who listens to it.
use crossbeam_channel::{Receiver, RecvTimeoutError, SendTimeoutError, Sender, TrySendError, bounded};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tracing::trace;

/// How often a thread that waits for room in a queue looks whether anybody still wants the frame.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// What the listeners of a source want.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wants {
    /// Pictures, or sound.
    pub(crate) frames: bool,
    /// What the source has, as it is.
    pub(crate) encoded: bool,
}

/// The track's end of the queue; clones are the same.
pub(super) struct Sink<T> {
    queue: Sender<T>,
    queue_state: Arc<QueueState>,
}

/// What both ends know of each other besides the frames.
#[derive(Debug, Default)]
pub(super) struct QueueState {
    dropped: AtomicU64,
    /// What the device had lost before anybody listened here.
    pub(super) lost_before: u64,
    closed: AtomicBool,
}

impl QueueState {
    /// Nobody waits for room in the queue any more.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }

    /// Frames that found the queue full.
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
    /// A queue of `capacity` frames: both of its ends, and what they share.
    pub(super) fn new(capacity: usize, lost_before: u64) -> (Self, Receiver<T>, Arc<QueueState>) {
        let (queue, frames) = bounded(capacity);
        let queue_state = Arc::new(QueueState {
            lost_before,
            ..QueueState::default()
        });
        let sink = Self {
            queue,
            queue_state: queue_state.clone(),
        };
        (sink, frames, queue_state)
    }

    /// Whether it is the one of the queue with this state.
    pub(super) fn belongs_to(&self, queue_state: &Arc<QueueState>) -> bool {
        Arc::ptr_eq(&self.queue_state, queue_state)
    }

    /// Frames in the queue.
    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// False when nobody is at the other end any more.
    pub(super) fn send_or_drop(&self, frame: T) -> bool {
        match self.queue.try_send(frame) {
            Ok(()) => true,
            Err(TrySendError::Full(_)) => {
                trace!("a frame found its queue full");
                self.queue_state.dropped.fetch_add(1, Ordering::Relaxed);
                true
            }
            Err(TrySendError::Disconnected(_)) => false,
        }
    }

    /// Waits for room, for as long as somebody may take it and the frame is wanted.
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

    /// The frames, oldest first; it ends when the track does or the queue was released, and is empty.
    pub(crate) fn frames(&self) -> impl Iterator<Item = T> + '_ {
        self.frames.iter()
    }

    /// Frames in the queue.
    pub(crate) fn waiting(&self) -> usize {
        self.frames.len()
    }

    /// The next frame, waited for so long.
    ///
    /// # Errors
    /// That none came in time, or that none comes any more.
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

/// What keeps a queue connected to its track, whatever is in it; let go of it and the queue runs dry.
pub(crate) trait Connection: Send + Sync {
    /// No frame comes after those that are in the queue already.
    fn release(&self);

    /// Frames that found the queue full.
    fn dropped(&self) -> u64;

    /// Frames that the device or its driver lost.
    fn lost(&self) -> u64;

    /// Frames in the queue.
    fn waiting(&self) -> usize;
}
