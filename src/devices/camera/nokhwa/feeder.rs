//! The thread that waits for a camera of nokhwa's, and the short queue that it fills.
use crate::clock::{Clock, Timestamp};
use crate::devices::camera::nokhwa::{is_gone, refusal, settle};
use crate::error::{Error, Result};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};
use nokhwa::utils::{CameraFormat, CameraIndex, RequestedFormat, RequestedFormatType};
use nokhwa::{Buffer, Camera, NokhwaError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// A camera that has not started after so long does not answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// So long a camera that is closed may take to be free again.
const FAREWELL: Duration = Duration::from_secs(1);

/// Frames that wait; more are lost.
const QUEUE: usize = 3;

/// So often in a row a stream is started again before the camera counts as broken.
const MOST_RESTARTS: u32 = 3;

type Frame = (Timestamp, Buffer);

/// The reader's end.
pub(super) struct Feeder {
    label: String,
    frames: Receiver<Result<Frame>>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    lost: AtomicU64,
}

impl Feeder {
    /// Opens the camera on a thread of its own; tells also what format it really has.
    pub(super) fn start(
        label: &str,
        index: CameraIndex,
        format: CameraFormat,
        clock: &Clock,
    ) -> Result<(Self, CameraFormat)> {
        let (queue, frames) = bounded(QUEUE);
        let (answer, opened) = bounded(1);
        let shared = Arc::<Shared>::default();
        let feed = Feed {
            label: label.to_owned(),
            clock: clock.clone(),
            queue,
            shared: shared.clone(),
        };
        thread::Builder::new()
            .name("camera".into())
            .spawn(move || feed.run(index, format, &answer))
            .map_err(|error| Error::unknown("the system gives no thread for the camera", error))?;
        let feeder = Self {
            label: label.to_owned(),
            frames,
            shared,
        };
        let silent = |_| {
            Error::not_readable(format!(
                "{label}: the camera does not answer; plug it out and in again"
            ))
        };
        let format = opened.recv_timeout(PATIENCE).map_err(silent)??;
        Ok((feeder, format))
    }

    /// The next frame and when it came; None when none came in time.
    pub(super) fn next(&mut self, wait: Duration) -> Result<Option<Frame>> {
        match self.frames.recv_timeout(wait) {
            Ok(frame) => frame.map(Some),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(Error::not_readable(format!(
                "{}: the camera has ended",
                self.label
            ))),
        }
    }

    /// Frames for which there was no room.
    pub(super) fn lost(&self) -> u64 {
        self.shared.lost.load(Ordering::Relaxed)
    }
}

impl Drop for Feeder {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        // The thread ends with the next frame, and lets go of its end of the queue. When none comes it stays.
        while self.frames.recv_timeout(FAREWELL).is_ok() {}
    }
}

/// The thread's end.
struct Feed {
    label: String,
    clock: Clock,
    queue: Sender<Result<Frame>>,
    shared: Arc<Shared>,
}

impl Feed {
    fn run(self, index: CameraIndex, format: CameraFormat, answer: &Sender<Result<CameraFormat>>) {
        let opened = open(index, format).map_err(|error| refusal(&self.label, &error));
        let mut camera = match opened {
            Ok(camera) => camera,
            Err(error) => {
                // Nobody waits any more when it took too long.
                let _ = answer.send(Err(error));
                return;
            }
        };
        let _ = answer.send(Ok(camera.camera_format()));
        if let Err(error) = self.feed(&mut camera) {
            // The reader may have gone.
            let _ = self.queue.send(Err(error));
        }
        // It stops by itself when it is dropped; here an error has nobody to hear it.
        let _ = camera.stop_stream();
    }

    fn feed(&self, camera: &mut Camera) -> Result<()> {
        let mut failures = 0;
        while !self.shared.stop.load(Ordering::Relaxed) {
            match camera.frame() {
                Ok(buffer) => {
                    failures = 0;
                    match self.queue.try_send(Ok((self.clock.now(), buffer))) {
                        Ok(()) => {}
                        Err(TrySendError::Full(_)) => {
                            self.shared.lost.fetch_add(1, Ordering::Relaxed);
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

    /// After any error, a signal's too, the stream fails for good until it is opened again.
    fn restart(&self, camera: &mut Camera, error: &NokhwaError, failures: u32) -> Result<()> {
        if is_gone(error) {
            return Err(Error::not_readable(format!(
                "{}: the camera was unplugged",
                self.label
            )));
        }
        let broken = |error: &NokhwaError| {
            Error::not_readable(format!("{}: the camera broke off ({error})", self.label))
        };
        if failures > MOST_RESTARTS {
            return Err(broken(error));
        }
        camera
            .stop_stream()
            .and_then(|()| camera.open_stream())
            .map_err(|error| broken(&error))
    }
}

fn open(index: CameraIndex, format: CameraFormat) -> std::result::Result<Camera, NokhwaError> {
    settle(&index);
    let formats = [format.format()];
    let exactly = RequestedFormat::with_formats(RequestedFormatType::Exact(format), &formats);
    let mut camera = Camera::new(index, exactly)?;
    camera.open_stream()?;
    Ok(camera)
}
