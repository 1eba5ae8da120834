//! `Source`: a capture thread and the tracks attached to it. Every frame goes to each of them.
mod capturing;
mod encoded;
mod feeder;
mod sender;

pub(crate) use feeder::{Feeder, LatestFrame};
pub(crate) use sender::FrameSender;

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::media::{Frame, TrackKind};
use crate::priority;
use crate::streams::capture::Capture;
use crate::streams::tap::Tap;
use crate::streams::track_frame::TrackFrame;
use crate::sync::{Condvar, Mutex, MutexGuard};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use tracing::debug;

/// How long opening a device may take. After that it counts as failed, and its thread is abandoned.
const OPEN_TIMEOUT: Duration = Duration::from_secs(5);

/// How long closing a device may take before it is opened again.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// What happens when a listener's queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backpressure {
    /// Live sources: the newest frame is dropped and counted.
    DropNewest,
    /// Sources that are not live: the source waits, for room and for its first listener. Nothing is lost.
    Block,
}

/// The tracks' end of a source; clones refer to the same source.
pub(crate) struct Source<T: TrackFrame>(Arc<Shared<T>>);

impl<T: TrackFrame> Clone for Source<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// What a capture thread runs once its source is open. An error that it returns ends the source.
type Body<T> = Box<dyn FnOnce(&FrameSender<T>) -> Result<()>>;

/// Opens a source on its capture thread: returns the format of its frames, and what to run then. Boxed, so that the code
/// around a capture thread is there once and not for each kind of source.
type Open<T> = Box<dyn FnOnce() -> Result<(<T as Frame>::Format, Body<T>)> + Send>;

struct Shared<T: TrackFrame> {
    backpressure: Backpressure,
    state: Mutex<State<T>>,
    changed: Condvar,
    /// Held while the format changes or a track is reconfigured for it. Locked before `state`.
    reconfiguring: Mutex<()>,
    /// Whether the program feeds it, in place of a thread.
    is_fed: bool,
    /// The current frame of a source whose content may not change for a long time.
    latest: Option<Box<dyn LatestFrame<T>>>,
}

struct State<T: TrackFrame> {
    /// Shared, so that delivering a frame need not copy the list.
    taps: Arc<Vec<Arc<Tap<T>>>>,
    format: Option<T::Format>,
    /// Identifies the current capture thread; others end.
    generation: u64,
    /// Number of capture threads that have not closed the device yet.
    threads: usize,
    /// Set when the last track was detached.
    stopped: bool,
    /// Set when the source itself ended.
    ended: bool,
    muted: bool,
    /// Number of holders that keep a blocking source from delivering.
    holders: usize,
}

impl<T: TrackFrame> Default for State<T> {
    fn default() -> Self {
        Self {
            taps: Arc::default(),
            format: None,
            generation: 0,
            threads: 0,
            stopped: false,
            ended: false,
            muted: false,
            holders: 0,
        }
    }
}

impl<T: TrackFrame> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock()
    }

    fn reconfiguring(&self) -> MutexGuard<'_, ()> {
        self.reconfiguring.lock()
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State<T>>) -> MutexGuard<'a, State<T>> {
        self.changed.wait(state)
    }
}

impl<T: TrackFrame> Source<T> {
    /// Runs `body` on its own thread until it returns. An error that it returns ends the source.
    ///
    /// # Errors
    /// `Unknown` if the thread cannot be started.
    pub(crate) fn spawn(
        name: &str,
        backpressure: Backpressure,
        format: T::Format,
        body: impl FnOnce(&FrameSender<T>) -> Result<()> + Send + 'static,
    ) -> Result<Self> {
        let source = Self::closed(backpressure);
        let open = move || Ok((format, Box::new(body) as _));
        source.launch(name, Box::new(open), |_| ())?;
        Ok(source)
    }

    /// Opens a device on its own thread, which then captures from it.
    ///
    /// # Errors
    /// Those of `open`; `NotReadable` if it takes too long; `Unknown` if it panics, or the thread cannot be started.
    pub(crate) fn open(
        name: &str,
        backpressure: Backpressure,
        clock: &Clock,
        open: impl FnOnce() -> Result<Box<dyn Capture<T>>> + Send + 'static,
    ) -> Result<Self> {
        let source = Self::closed(backpressure);
        source.launch(name, capturing(open, clock), |_| ())?;
        Ok(source)
    }

    /// Closes the device and opens it again, for example in another mode; its tracks stay. No frame arrives before
    /// `prepare`, which is given the new format, has returned.
    ///
    /// # Errors
    /// Those of [`open`](Self::open), and `NotReadable` if the device does not close.
    pub(crate) fn reopen(
        &self,
        name: &str,
        clock: &Clock,
        open: impl FnOnce() -> Result<Box<dyn Capture<T>>> + Send + 'static,
        prepare: impl FnOnce(T::Format),
    ) -> Result<()> {
        self.0.lock().generation += 1;
        self.0.changed.notify_all();
        self.wait_until_closed()?;
        self.launch(name, capturing(open, clock), prepare)
    }

    fn closed(backpressure: Backpressure) -> Self {
        Self(Arc::new(Shared {
            backpressure,
            state: Mutex::default(),
            changed: Condvar::new(),
            reconfiguring: Mutex::default(),
            is_fed: false,
            latest: None,
        }))
    }

    /// Starts a capture thread: it calls `open`, reports the format, and runs the body that `open` returned.
    fn launch(&self, name: &str, open: Open<T>, prepare: impl FnOnce(T::Format)) -> Result<()> {
        let generation = {
            let mut state = self.0.lock();
            state.generation += 1;
            state.threads += 1;
            state.generation
        };
        let sender = FrameSender {
            shared: self.0.clone(),
            generation,
        };
        let (report, result) = bounded(1);
        let (go, prepared) = bounded::<()>(1);
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || capture_thread(open, &report, &prepared, sender))
            .map_err(|e| Error::unknown("cannot start the capture thread", e))?;
        let format = result.recv_timeout(OPEN_TIMEOUT).unwrap_or_else(|failure| {
            // If the thread still opens the device later, it is not current and closes it again.
            self.0.lock().generation += 1;
            Err(not_opened(name, failure))
        })?;
        debug!(name, ?format, backpressure = ?self.0.backpressure, "opened");
        let reconfiguring = self.0.reconfiguring();
        self.0.lock().format = Some(format);
        prepare(format);
        drop(reconfiguring);
        drop(go);
        Ok(())
    }

    /// Waits until no thread holds the device any more.
    ///
    /// # Errors
    /// `NotReadable` after 2 s.
    pub(crate) fn wait_until_closed(&self) -> Result<()> {
        let state = self.0.lock();
        let closed = self
            .0
            .changed
            .wait_while_for(state, CLOSE_TIMEOUT, |state| state.threads > 0);
        if !closed {
            return Err(Error::not_readable("timed out closing the device"));
        }
        Ok(())
    }

    pub(crate) fn backpressure(&self) -> Backpressure {
        self.0.backpressure
    }

    /// Whether it reads as far ahead as there is room, so that what it has read may be given up.
    pub(crate) fn reads_ahead(&self) -> bool {
        self.0.backpressure == Backpressure::Block && !self.0.is_fed
    }

    /// Whether the source has ended, by itself or because its last track was detached.
    pub(crate) fn has_ended(&self) -> bool {
        let state = self.0.lock();
        state.ended || state.stopped
    }

    /// The format of its frames.
    pub(crate) fn format(&self) -> Option<T::Format> {
        self.0.lock().format
    }

    /// Calls `act` with the current format, which does not change until `act` returns. Otherwise a track could be
    /// configured for a format that its frames no longer have.
    pub(crate) fn with_format<R>(&self, act: impl FnOnce(Option<T::Format>) -> R) -> R {
        let _reconfiguring = self.0.reconfiguring();
        act(self.format())
    }

    /// Attaches a track. Returns `false` if the source has ended.
    pub(crate) fn attach(&self, tap: &Arc<Tap<T>>) -> bool {
        let mut state = self.0.lock();
        if state.ended || state.stopped {
            return false;
        }
        tap.set_muted(state.muted);
        Arc::make_mut(&mut state.taps).push(tap.clone());
        self.0.changed.notify_all();
        true
    }

    /// Stops and detaches a track. The source ends with the last one. Frames in queues stay there.
    pub(crate) fn detach(&self, tap: &Arc<Tap<T>>) {
        tap.stop();
        let mut state = self.0.lock();
        Arc::make_mut(&mut state.taps).retain(|other| !Arc::ptr_eq(other, tap));
        if state.taps.is_empty() && !state.stopped {
            debug!("closing a source: its last track was detached");
            state.stopped = true;
        }
        self.0.changed.notify_all();
    }

    /// Makes a thread that waits for listeners check again.
    pub(crate) fn wake(&self) {
        let _state = self.0.lock();
        self.0.changed.notify_all();
    }

    /// Keeps a blocking source from delivering until [`release`](Self::release), so that listeners of several of its
    /// tracks can be added before the same frame.
    pub(crate) fn hold(&self) {
        self.0.lock().holders += 1;
    }

    pub(crate) fn release(&self) {
        self.0.lock().holders -= 1;
        self.0.changed.notify_all();
    }

    /// The attached tracks.
    pub(crate) fn taps(&self) -> Arc<Vec<Arc<Tap<T>>>> {
        self.0.lock().taps.clone()
    }

    /// Ends the source and all its tracks; `failure` is the reason if it is an error.
    pub(crate) fn end(&self, failure: Option<&Arc<Error>>) {
        debug!(?failure, "a source ended");
        let taps = {
            let mut state = self.0.lock();
            state.ended = true;
            state.generation += 1;
            std::mem::take(&mut state.taps)
        };
        self.0.changed.notify_all();
        taps.iter().for_each(|tap| tap.end(failure.cloned()));
    }
}

/// Wraps `open` for a capture thread, which then reads from the device.
fn capturing<T: TrackFrame>(
    open: impl FnOnce() -> Result<Box<dyn Capture<T>>> + Send + 'static,
    clock: &Clock,
) -> Open<T> {
    let clock = clock.clone();
    Box::new(move || {
        let device = open()?;
        let format = device.format();
        Ok((
            format,
            Box::new(move |sender: &_| capturing::run(device, sender, &clock)) as _,
        ))
    })
}

/// Why a capture thread did not report that its source is open.
fn not_opened(name: &str, failure: RecvTimeoutError) -> Error {
    match failure {
        RecvTimeoutError::Timeout => Error::not_readable(format!(
            "the {name} did not open within {} s; unplug it and plug it in again",
            OPEN_TIMEOUT.as_secs()
        )),
        RecvTimeoutError::Disconnected => Error::unknown(
            format!("opening the {name} failed"),
            "its thread panicked; please report this",
        ),
    }
}

/// The body of a capture thread.
fn capture_thread<T: TrackFrame>(
    open: Open<T>,
    report: &Sender<Result<T::Format>>,
    prepared: &Receiver<()>,
    sender: FrameSender<T>,
) {
    // Before it opens the device, so that the threads of the sound system's client are raised, too.
    if T::KIND == TrackKind::Audio && sender.shared.backpressure == Backpressure::DropNewest {
        priority::raise_for_audio();
    }
    let body = match open() {
        Ok((format, body)) => {
            let _ = report.send(Ok(format));
            // Nothing is ever sent: the other end is dropped once the tracks are ready for the format.
            let _ = prepared.recv();
            body
        }
        Err(error) => {
            // Closed before it is reported: the device may be opened again at once.
            drop(sender);
            let _ = report.send(Err(error));
            return;
        }
    };
    let mut end = EndOfCapture(&sender, None);
    end.1 = Some(body(&sender));
}

/// Ends the source when its capture thread ends, even by a panic.
struct EndOfCapture<'a, T: TrackFrame>(&'a FrameSender<T>, Option<Result<()>>);

impl<T: TrackFrame> Drop for EndOfCapture<'_, T> {
    fn drop(&mut self) {
        let failure = match self.1.take() {
            Some(Ok(())) => None,
            Some(Err(error)) => Some(error),
            None => Some(Error::unknown(
                "capturing failed",
                "its thread panicked; please report this",
            )),
        };
        self.0.end(failure.map(Arc::new).as_ref());
    }
}

#[cfg(test)]
mod tests;
