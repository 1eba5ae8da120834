//! The thread that reads from a camera of nokhwa, and the short queue that it fills.
use crate::clock::{Clock, Timestamp};
use crate::devices::camera::nokhwa::{is_unplugged, open_error, prepare};
use crate::error::{Error, Result};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};
use nokhwa::utils::{CameraFormat, CameraIndex, RequestedFormat, RequestedFormatType};
use nokhwa::{Buffer, Camera, NokhwaError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// How long a camera may take to start.
const START_TIMEOUT: Duration = Duration::from_secs(10);

/// How long closing waits for the camera's next frame.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Number of frames that may wait; more are dropped.
const QUEUE_CAPACITY: usize = 3;

/// Number of consecutive restarts of the stream before an error is returned.
const MAX_RESTARTS: u32 = 3;

/// A buffer with its arrival time.
type StampedBuffer = (Timestamp, Buffer);

/// Handle of the thread: receives its frames. Dropping it closes the camera.
pub(super) struct CaptureThread {
    label: String,
    frames: Receiver<Result<StampedBuffer>>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    dropped: AtomicU64,
}

impl CaptureThread {
    /// Opens the camera on a new thread. Returns also its actual format.
    pub(super) fn start(
        label: &str,
        index: CameraIndex,
        format: CameraFormat,
        clock: &Clock,
    ) -> Result<(Self, CameraFormat)> {
        let (queue, frames) = bounded(QUEUE_CAPACITY);
        let (opened_sender, opened) = bounded(1);
        let shared = Arc::<Shared>::default();
        let worker = Worker {
            label: label.to_owned(),
            clock: clock.clone(),
            queue,
            shared: shared.clone(),
        };
        thread::Builder::new()
            .name("camera".into())
            .spawn(move || worker.run(index, format, &opened_sender))
            .map_err(|error| Error::unknown("cannot create a thread for the camera", error))?;
        let thread = Self {
            label: label.to_owned(),
            frames,
            shared,
        };
        let timed_out = |_| {
            Error::not_readable(format!(
                "{label}: opening the camera timed out; unplug it and plug it in again"
            ))
        };
        let format = opened.recv_timeout(START_TIMEOUT).map_err(timed_out)??;
        Ok((thread, format))
    }

    /// Waits for the next frame; returns `None` on timeout.
    pub(super) fn next(&mut self, timeout: Duration) -> Result<Option<StampedBuffer>> {
        match self.frames.recv_timeout(timeout) {
            Ok(frame) => frame.map(Some),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(Error::not_readable(format!(
                "{}: the camera was closed after an error",
                self.label
            ))),
        }
    }

    /// Returns the number of frames dropped because the queue was full.
    pub(super) fn lost(&self) -> u64 {
        self.shared.dropped.load(Ordering::Relaxed)
    }
}

impl Drop for CaptureThread {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        // The thread ends after the next frame, and disconnects the queue. If there is none, it is abandoned.
        while self.frames.recv_timeout(CLOSE_TIMEOUT).is_ok() {}
    }
}

/// What runs on the thread.
struct Worker {
    label: String,
    clock: Clock,
    queue: Sender<Result<StampedBuffer>>,
    shared: Arc<Shared>,
}

impl Worker {
    fn run(self, index: CameraIndex, format: CameraFormat, opened: &Sender<Result<CameraFormat>>) {
        let result = open(index, format).map_err(|error| open_error(&self.label, &error));
        let mut camera = match result {
            Ok(camera) => camera,
            Err(error) => {
                // The receiver is gone after a timeout.
                let _ = opened.send(Err(error));
                return;
            }
        };
        let _ = opened.send(Ok(camera.camera_format()));
        if let Err(error) = self.read_frames(&mut camera) {
            // The receiver is gone if the camera is being closed.
            let _ = self.queue.send(Err(error));
        }
        // Dropping the camera stops it, too; an error at this point has no consequence.
        let _ = camera.stop_stream();
    }

    fn read_frames(&self, camera: &mut Camera) -> Result<()> {
        let mut failures = 0;
        while !self.shared.stop.load(Ordering::Relaxed) {
            match camera.frame() {
                Ok(buffer) => {
                    failures = 0;
                    match self.queue.try_send(Ok((self.clock.now(), buffer))) {
                        Ok(()) => {}
                        Err(TrySendError::Full(_)) => {
                            self.shared.dropped.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(TrySendError::Disconnected(_)) => break,
                    }
                }
                Err(error) => {
                    failures += 1;
                    self.restart(camera, &error, failures)?;
                }
            }
        }
        Ok(())
    }

    /// Restarts the stream: after any error, even an interruption by a signal, all reads fail until then.
    fn restart(&self, camera: &mut Camera, error: &NokhwaError, failures: u32) -> Result<()> {
        if is_unplugged(error) {
            return Err(Error::not_readable(format!(
                "{}: the camera was unplugged",
                self.label
            )));
        }
        let failed = |error: &NokhwaError| {
            Error::not_readable(format!(
                "{}: reading from the camera failed ({error})",
                self.label
            ))
        };
        if failures > MAX_RESTARTS {
            return Err(failed(error));
        }
        camera
            .stop_stream()
            .and_then(|()| camera.open_stream())
            .map_err(|error| failed(&error))
    }
}

fn open(index: CameraIndex, format: CameraFormat) -> std::result::Result<Camera, NokhwaError> {
    prepare(&index);
    let formats = [format.format()];
    let requested = RequestedFormat::with_formats(RequestedFormatType::Exact(format), &formats);
    let mut camera = Camera::new(index, requested)?;
    camera.open_stream()?;
    Ok(camera)
}
