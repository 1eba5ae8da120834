//! `Reopening`: opens a device on a thread of its own, which then reads from it: opening may take seconds, or hang, and an
//! open device cannot leave its thread.
use crate::devices::opener::DeviceOpener;
use crate::devices::replacement::{Place, Replaced, Replacement, Search};
use crate::error::{Error, Result};
use crate::media::TrackKind;
use crate::priority;
use crate::streams::Capture;
use crate::streams::source::Backpressure;
use crate::streams::track_frame::TrackFrame;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded, never};
use std::convert::Infallible;
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

/// How long one read may take: how soon the thread notices that it is to end.
const POLL_INTERVAL: Duration = Duration::from_millis(40);

/// How long closing the device may take; after that its thread is abandoned.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(500);

/// Number of frames that may wait for the capture thread, which only passes them on.
const QUEUE_CAPACITY: usize = 8;

/// A device that is being opened on its own thread, or was. Dropping it closes the device.
pub(super) struct Reopening<T: TrackFrame> {
    messages: Receiver<Message<T>>,
    /// The thread ends when this is gone.
    wanted: Option<Arc<()>>,
    /// Disconnected once the device is closed.
    closed: Receiver<Infallible>,
}

enum Message<T: TrackFrame> {
    Opened(Place),
    Read(Option<T>, State<T::Format>),
    Failed(Error),
}

/// What a device says of itself with a frame.
#[derive(Clone, Copy, PartialEq)]
struct State<F> {
    format: F,
    lost: u64,
    is_muted: bool,
}

impl<T: TrackFrame> Reopening<T> {
    /// Begins to search for a device and to open it.
    ///
    /// # Errors
    /// `Unknown` if the thread cannot be started.
    pub(super) fn start(replacement: Replacement<T>, search: Search) -> Result<Self> {
        let (sender, messages) = bounded(QUEUE_CAPACITY);
        let (closing, closed) = bounded(0);
        let wanted = Arc::new(());
        let still_wanted = Arc::downgrade(&wanted);
        thread::Builder::new()
            .name(format!("reopen-{}", DeviceOpener::<T>::name()))
            .spawn(move || {
                run(&replacement, search, &sender, &still_wanted);
                drop(closing);
            })
            .map_err(|error| Error::unknown("no thread can be started to open a device again", error))?;
        Ok(Self {
            messages,
            wanted: Some(wanted),
            closed,
        })
    }

    /// Waits until the device is open. Returns `None` if it is not within `timeout`.
    ///
    /// # Errors
    /// That of opening it.
    pub(super) fn wait(&self, timeout: Duration) -> Result<Option<Place>> {
        match self.messages.recv_timeout(timeout) {
            Ok(Message::Opened(place)) => Ok(Some(place)),
            Ok(Message::Failed(error)) => Err(error),
            Ok(Message::Read(..)) | Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(panicked()),
        }
    }

    /// Leaves a thread that hangs to itself. If it opens the device after all, it closes it again.
    pub(super) fn abandon(mut self) {
        self.closed = never();
        self.wanted = None;
    }
}

impl<T: TrackFrame> Drop for Reopening<T> {
    fn drop(&mut self) {
        let was_abandoned = self.wanted.take().is_none();
        self.messages = never();
        if !was_abandoned {
            let _ = self.closed.recv_timeout(CLOSE_TIMEOUT);
        }
    }
}

/// An open device that is read on its own thread.
pub(super) struct Reopened<T: TrackFrame> {
    reopening: Reopening<T>,
    state: State<T::Format>,
}

impl<T: TrackFrame> Reopened<T> {
    /// `format` is that of the device before, until the first frame is there.
    pub(super) fn new(reopening: Reopening<T>, format: T::Format) -> Self {
        Self {
            reopening,
            state: State {
                format,
                lost: 0,
                is_muted: false,
            },
        }
    }
}

impl<T: TrackFrame> Capture<T> for Reopened<T> {
    fn format(&self) -> T::Format {
        self.state.format
    }

    fn read(&mut self, timeout: Duration) -> Result<Option<T>> {
        match self.reopening.messages.recv_timeout(timeout) {
            Ok(Message::Read(frame, state)) => {
                self.state = state;
                Ok(frame)
            }
            Ok(Message::Failed(error)) => Err(error),
            Ok(Message::Opened(_)) | Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(panicked()),
        }
    }

    fn lost(&self) -> u64 {
        self.state.lost
    }

    fn is_muted(&self) -> bool {
        self.state.is_muted
    }
}

fn panicked() -> Error {
    Error::unknown("capturing failed", "its thread panicked; please report this")
}

/// The thread: opens the device, and reads from it until it fails or is not wanted any more.
fn run<T: TrackFrame>(
    replacement: &Replacement<T>,
    search: Search,
    messages: &Sender<Message<T>>,
    wanted: &Weak<()>,
) {
    // Before it opens the device, as the capture thread does.
    if T::KIND == TrackKind::Audio && replacement.opener.backpressure() == Backpressure::DropNewest {
        priority::raise_for_audio();
    }
    let Replaced { place, capture } = match replacement.open(search) {
        Ok(replaced) => replaced,
        Err(error) => {
            let _ = messages.send(Message::Failed(error));
            return;
        }
    };
    if messages.send(Message::Opened(place)).is_err() {
        return;
    }
    if let Err(error) = read_all(capture, messages, wanted) {
        let _ = messages.send(Message::Failed(error));
    }
}

/// Passes on what the device delivers. The device is closed when it returns.
fn read_all<T: TrackFrame>(
    mut capture: Box<dyn Capture<T>>,
    messages: &Sender<Message<T>>,
    wanted: &Weak<()>,
) -> Result<()> {
    let mut told = None;
    while wanted.strong_count() > 0 {
        let frame = capture.read(POLL_INTERVAL)?;
        let state = State {
            format: capture.format(),
            lost: capture.lost(),
            is_muted: capture.is_muted(),
        };
        if (frame.is_some() || told != Some(state)) && messages.send(Message::Read(frame, state)).is_err() {
            break;
        }
        told = Some(state);
    }
    Ok(())
}
