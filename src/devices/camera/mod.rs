//! Cameras: one face over the ways to reach them.
#[cfg(all(test, target_os = "linux"))]
mod fake_camera;
mod modes;
mod nokhwa;
#[cfg(target_os = "linux")]
mod v4l2;

use crate::clock::Clock;
use crate::constraints::{Control, ControlValue, Property};
use crate::devices::capture_device::CaptureDevice;
use crate::error::{Error, Result};
use crate::media::VideoFrame;
use crate::streams::Capture;

/// How cameras are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CameraBackend {
    /// Video4Linux 2; Linux only.
    V4l2,
    /// The crate nokhwa: AVFoundation on macOS, Media Foundation on Windows, Video4Linux on Linux.
    Nokhwa,
}

impl Default for CameraBackend {
    /// What is best on this system: Video4Linux 2 on Linux, nokhwa elsewhere.
    fn default() -> Self {
        if cfg!(target_os = "linux") {
            Self::V4l2
        } else {
            Self::Nokhwa
        }
    }
}

/// The machine's cameras, in discovery order; none is no error.
///
/// # Errors
/// `NotAllowed` when there are cameras and the system lets us open none of them; `NotSupported` for a backend that
/// this system does not have.
pub(crate) fn cameras(backend: CameraBackend) -> Result<Vec<CaptureDevice>> {
    match backend {
        #[cfg(target_os = "linux")]
        CameraBackend::V4l2 => v4l2::cameras(),
        #[cfg(not(target_os = "linux"))]
        CameraBackend::V4l2 => Err(no_v4l2()),
        CameraBackend::Nokhwa => nokhwa::cameras(),
    }
}

/// Opens a camera of the list in the mode of this index. Call it on the thread that will read.
///
/// The camera may have another size than the mode says: what counts is the format that is returned.
///
/// # Errors
/// `NotAllowed` and `NotReadable` say what to do; `NotFound` when the camera is not there any more.
pub(crate) fn open(
    backend: CameraBackend,
    device: &CaptureDevice,
    mode: usize,
    clock: &Clock,
) -> Result<Box<dyn Capture<VideoFrame>>> {
    match backend {
        #[cfg(target_os = "linux")]
        CameraBackend::V4l2 => v4l2::open(device, mode, clock),
        #[cfg(not(target_os = "linux"))]
        CameraBackend::V4l2 => Err(no_v4l2()),
        CameraBackend::Nokhwa => nokhwa::open(device, mode, clock),
    }
}

/// What the camera lets one set besides size and rate, open or not. Only V4L2 tells.
///
/// # Errors
/// As [`open`].
pub(crate) fn controls(backend: CameraBackend, device: &CaptureDevice) -> Result<Vec<Control>> {
    match backend {
        #[cfg(target_os = "linux")]
        CameraBackend::V4l2 => v4l2::controls(device),
        #[cfg(not(target_os = "linux"))]
        CameraBackend::V4l2 => Err(no_v4l2()),
        CameraBackend::Nokhwa => Ok(Vec::new()),
    }
}

/// Sets a control to the nearest value that the camera has; what it is then, [`controls()`] tells.
///
/// # Errors
/// `NotSupported` for a control that the camera does not have or a value of another kind; `NotReadable` when it
/// cannot be set now, such as a time while the camera decides; else as [`open`].
pub(crate) fn set_control(
    backend: CameraBackend,
    device: &CaptureDevice,
    property: Property,
    value: &ControlValue,
) -> Result<()> {
    match backend {
        #[cfg(target_os = "linux")]
        CameraBackend::V4l2 => v4l2::set_control(device, property, value),
        #[cfg(not(target_os = "linux"))]
        CameraBackend::V4l2 => Err(no_v4l2()),
        CameraBackend::Nokhwa => Err(Error::not_supported(format!(
            "{}: {property} cannot be set by nokhwa",
            device.label
        ))),
    }
}

#[cfg(not(target_os = "linux"))]
fn no_v4l2() -> Error {
    Error::not_supported("Video4Linux 2 exists only on Linux; choose the backend nokhwa")
}
