//! `Capture`: the trait of an open device.
use crate::error::{Error, Result};
use crate::media::Frame;
use std::sync::Arc;
use std::time::Duration;

/// What happened to the device behind a [`Capture`] that opens its device again when it is lost.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum CaptureEvent {
    /// The device was lost, for this reason. Its tracks are muted until it is [`Back`](Self::Back): black frames or silence
    /// replace what is missing.
    Lost(Arc<Error>),
    /// The device was opened again, or another one in its place. The next frame is the first one from it.
    Back {
        /// The label of the device that delivers from now on.
        label: String,
        /// Whether it is another device than before.
        switched: bool,
    },
}

/// An open device that delivers video frames or blocks of audio.
///
/// It is created by a [`CaptureBackend`](crate::devices::CaptureBackend), read and dropped on one capture thread, so it
/// need not be `Send`. Dropping it closes the device.
pub trait Capture<T: Frame> {
    /// Returns the format of the last frame that was read, or of the first one if none has been read yet. It may change
    /// from one read to the next: tracks are reconfigured for the new format.
    fn format(&self) -> T::Format;

    /// Waits for the next frame. Returns `None` if there was none within `timeout`.
    ///
    /// The frame's time is the moment of capture on the clock that was given to the backend. Return on time even when
    /// there is no frame: a stop is noticed between two reads. After a second without a frame the tracks are muted.
    ///
    /// # Errors
    /// `NotReadable` if the device was unplugged or failed. Any error ends the device, and all its tracks unless the session
    /// [waits for it](crate::devices::SessionOptions::on_lost).
    fn read(&mut self, timeout: Duration) -> Result<Option<T>>;

    /// Returns how many frames, or blocks of audio, the device or its driver has lost since it was opened. Default: 0.
    fn lost(&self) -> u64 {
        0
    }

    /// Returns whether the device is muted, for example by a hardware switch. Its tracks are muted then and deliver
    /// black frames or silence. Default: `false`.
    fn is_muted(&self) -> bool {
        false
    }

    /// Returns what has happened to the device since the last call, oldest first. Called after every read. A device that
    /// ends with an error when it is lost has no events. Default: `None`.
    fn event(&mut self) -> Option<CaptureEvent> {
        None
    }
}
