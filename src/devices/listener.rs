//! One listener of a track: its queue, and what it and the track know of each other.
use crate::devices::medium::Medium;
use crate::devices::tap::Tap;
use crossbeam_channel::{Receiver, RecvTimeoutError, SendTimeoutError, Sender, TrySendError, bounded};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tracing::trace;

/// How often a thread that waits for room in a queue looks whether anybody still wants the frame.
const LOOK_AROUND: Duration = Duration::from_millis(50);

/// The track's end of a queue.
pub(super) struct Sink<T> {
    queue: Sender<T>,
    tally: Arc<Tally>,
}

/// What one listener and the tap know of each other besides the frames.
#[derive(Debug, Default)]
struct Tally {
    dropped: AtomicU64,
    /// What the device had lost before anybody listened here.
    lost_before: u64,
    closed: AtomicBool,
}

impl<T> Clone for Sink<T> {
    fn clone(&self) -> Self {
        Self {
            queue: self.queue.clone(),
            tally: self.tally.clone(),
        }
    }
}

impl<T> Sink<T> {
    /// False when nobody is at the other end any more.
    pub(super) fn send_or_drop(&self, frame: T) -> bool {
        match self.queue.try_send(frame) {
            Ok(()) => true,
            Err(TrySendError::Full(_)) => {
                trace!("a frame found its queue full");
                self.tally.dropped.fetch_add(1, Ordering::Relaxed);
                true
            }
            Err(TrySendError::Disconnected(_)) => false,
        }
    }

    /// Frames in it.
    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }

    pub(super) fn send_patiently(&self, mut frame: T) {
        while !self.tally.closed.load(Ordering::SeqCst) {
            match self.queue.send_timeout(frame, LOOK_AROUND) {
                Err(SendTimeoutError::Timeout(back)) => frame = back,
                Ok(()) | Err(SendTimeoutError::Disconnected(_)) => return,
            }
        }
    }
}

/// A queue of `capacity` frames: the track's end, and the listener's. The device had lost so many frames before.
pub(super) fn queue<T: Medium>(
    tap: &Arc<Tap<T>>,
    capacity: usize,
    lost_before: u64,
) -> (Sink<T>, Listener<T>) {
    let (queue, frames) = bounded(capacity);
    let tally = Arc::new(Tally {
        lost_before,
        ..Tally::default()
    });
    let hold = Hold {
        tap: tap.clone(),
        tally: tally.clone(),
    };
    (Sink { queue, tally }, Listener { frames, hold })
}

/// One listener's queue.
pub(crate) struct Listener<T: Medium> {
    frames: Receiver<T>,
    hold: Hold<T>,
}

/// Keeps a listener's queue connected to its track; let go of it and the queue runs dry.
pub(crate) struct Hold<T: Medium> {
    tap: Arc<Tap<T>>,
    tally: Arc<Tally>,
}

impl<T: Medium> Clone for Hold<T> {
    fn clone(&self) -> Self {
        Self {
            tap: self.tap.clone(),
            tally: self.tally.clone(),
        }
    }
}

impl<T: Medium> Listener<T> {
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
    pub(crate) fn next_within(&self, wait: Duration) -> std::result::Result<T, RecvTimeoutError> {
        self.frames.recv_timeout(wait)
    }

    pub(crate) fn hold(&self) -> Hold<T> {
        self.hold.clone()
    }
}

impl<T: Medium> Drop for Listener<T> {
    fn drop(&mut self) {
        self.hold.release();
    }
}

/// What can be done with a listener's queue whatever is in it.
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

impl<T: Medium> Connection for Hold<T> {
    fn release(&self) {
        self.tally.closed.store(true, Ordering::SeqCst);
        self.tap.drop_sink(|sink| Arc::ptr_eq(&sink.tally, &self.tally));
    }

    fn dropped(&self) -> u64 {
        self.tally.dropped.load(Ordering::Relaxed)
    }

    fn lost(&self) -> u64 {
        self.tap.counts().lost - self.tally.lost_before
    }

    fn waiting(&self) -> usize {
        self.tap.queued(|sink| Arc::ptr_eq(&sink.tally, &self.tally))
    }
}
