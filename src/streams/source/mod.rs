//! One capture thread, and the tracks that hang on it: every frame goes to each of them.
mod capturing;
mod encoded;
mod feeder;
mod sender;

pub(crate) use feeder::{Feeder, LatestFrame};
pub(crate) use sender::FrameSender;

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::streams::capture::Capture;
use crate::streams::tap::Tap;
use crate::streams::track_frame::TrackFrame;
use crate::sync::{Condvar, Mutex, MutexGuard};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use tracing::debug;

/// A device that has not opened by then never will; its thread is left behind.
const OPEN_TIMEOUT: Duration = Duration::from_secs(5);

/// A device that is to be opened anew is closed by then, or not at all.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// What happens when a listener's queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backpressure {
    /// Live sources: the newest frame is dropped and counted.
    DropNewest,
    /// Sources that are not live: the source waits, for room and for its first listener. Nothing is lost.
    Block,
}

/// The tracks' end of a source; clones are the same source.
pub(crate) struct Source<T: TrackFrame>(Arc<Shared<T>>);

impl<T: TrackFrame> Clone for Source<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// What a capture thread does once its source is open; an error that it returns is the source's failure.
type Body<T> = Box<dyn FnOnce(&FrameSender<T>) -> Result<()>>;

struct Shared<T: TrackFrame> {
    backpressure: Backpressure,
    state: Mutex<State<T>>,
    changed: Condvar,
    /// Held while the format changes, or a track is fitted to it; taken before the state.
    reconfiguring: Mutex<()>,
    /// Of sources that may stand still for long.
    latest: Option<Box<dyn LatestFrame<T>>>,
}

struct State<T: TrackFrame> {
    /// Shared, so that a frame on its way needs no copy of the list.
    taps: Arc<Vec<Arc<Tap<T>>>>,
    format: Option<T::Format>,
    /// Which capture thread is the present one; others are to end.
    generation: u64,
    /// Capture threads that have not let go of the device.
    threads: usize,
    /// Set when the last track let go.
    stopped: bool,
    /// Set when the source ended by itself.
    ended: bool,
    muted: bool,
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
    /// Runs `body` on its own thread until it returns; an error that it returns is the source's failure.
    ///
    /// # Errors
    /// `Unknown` if the system provides no thread.
    pub(crate) fn spawn(
        name: &str,
        backpressure: Backpressure,
        format: T::Format,
        body: impl FnOnce(&FrameSender<T>) -> Result<()> + Send + 'static,
    ) -> Result<Self> {
        let source = Self::closed(backpressure);
        source.launch(name, move || Ok((format, Box::new(body) as _)), |_| ())?;
        Ok(source)
    }

    /// Opens a device on its own thread, which then captures from it.
    ///
    /// # Errors
    /// Those of `open`; `NotReadable` if it takes too long; `Unknown` if it panics, or the system provides no thread.
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
            latest: None,
        }))
    }

    /// Starts a capture thread: it calls `open`, reports the format, and runs the body that `open` returned.
    fn launch(
        &self,
        name: &str,
        open: impl FnOnce() -> Result<(T::Format, Body<T>)> + Send + 'static,
        prepare: impl FnOnce(T::Format),
    ) -> Result<()> {
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
            .map_err(|e| Error::unknown("the system provides no thread for capturing", e))?;
        let format = result.recv_timeout(OPEN_TIMEOUT).unwrap_or_else(|failure| {
            // Whatever the thread still does is for nobody.
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
    /// `NotReadable` when one does for too long.
    pub(crate) fn wait_until_closed(&self) -> Result<()> {
        let state = self.0.lock();
        let closed = self
            .0
            .changed
            .wait_while_for(state, CLOSE_TIMEOUT, |state| state.threads > 0);
        if !closed {
            return Err(Error::not_readable(
                "the device is being closed, and does not get done with it",
            ));
        }
        Ok(())
    }

    pub(crate) fn backpressure(&self) -> Backpressure {
        self.0.backpressure
    }

    /// Whether nothing more comes from it, because it ended or because nobody wanted more.
    pub(crate) fn has_ended(&self) -> bool {
        let state = self.0.lock();
        state.ended || state.stopped
    }

    /// The shape of its frames.
    pub(crate) fn format(&self) -> Option<T::Format> {
        self.0.lock().format
    }

    /// Does what has to be done with the present format before there is another: else a track would be fitted to one
    /// that its frames no longer have.
    pub(crate) fn with_format<R>(&self, act: impl FnOnce(Option<T::Format>) -> R) -> R {
        let _reconfiguring = self.0.reconfiguring();
        act(self.format())
    }

    /// Hangs one more track on it; false when it ended before.
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

    /// Takes a track off it; with the last one the source ends. Frames that are in queues stay there.
    pub(crate) fn detach(&self, tap: &Arc<Tap<T>>) {
        tap.stop();
        let mut state = self.0.lock();
        Arc::make_mut(&mut state.taps).retain(|other| !Arc::ptr_eq(other, tap));
        if state.taps.is_empty() && !state.stopped {
            debug!("closed: nobody wants it any more");
            state.stopped = true;
        }
        self.0.changed.notify_all();
    }

    /// A thread that waits for listeners looks again.
    pub(crate) fn wake(&self) {
        let _state = self.0.lock();
        self.0.changed.notify_all();
    }

    /// The tracks on it.
    pub(crate) fn taps(&self) -> Arc<Vec<Arc<Tap<T>>>> {
        self.0.lock().taps.clone()
    }

    /// Ends it and all its tracks, for this reason.
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

/// Opens a device for a capture thread, which then reads from it.
fn capturing<T: TrackFrame>(
    open: impl FnOnce() -> Result<Box<dyn Capture<T>>> + Send + 'static,
    clock: &Clock,
) -> impl FnOnce() -> Result<(T::Format, Body<T>)> + Send + 'static {
    let clock = clock.clone();
    move || {
        let device = open()?;
        let format = device.format();
        Ok((
            format,
            Box::new(move |sender: &_| capturing::run(device, sender, &clock)) as _,
        ))
    }
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
    open: impl FnOnce() -> Result<(T::Format, Body<T>)>,
    report: &Sender<Result<T::Format>>,
    prepared: &Receiver<()>,
    sender: FrameSender<T>,
) {
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

/// However a capture thread ends, by a panic too, its tracks learn of it.
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
