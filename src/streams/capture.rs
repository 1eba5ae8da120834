//! An open device, as capture threads read it.
use crate::error::Result;
use crate::media::Frame;
use std::time::Duration;

/// An open device. It is opened, read and dropped on its own capture thread; dropping it closes the device.
pub trait Capture<T: Frame> {
    /// The format of the frame that was read last, or of the first one if none was read yet. It may change between
    /// two reads.
    fn format(&self) -> T::Format;

    /// Waits for the next frame, stamped at capture on the session's clock; `None` if there was none within `timeout`.
    /// An error ends the device and all its tracks.
    ///
    /// # Errors
    /// `NotReadable` if the device was unplugged or is broken.
    fn read(&mut self, timeout: Duration) -> Result<Option<T>>;

    /// Number of frames, or blocks of audio, that the device or its driver has lost since it was opened.
    fn lost(&self) -> u64 {
        0
    }

    /// Whether the device delivers nothing real at the moment, for example because of a hardware mute switch. Its
    /// tracks are muted then.
    fn is_muted(&self) -> bool {
        false
    }
}
