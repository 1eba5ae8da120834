//! Cameras: calls the backend, V4L2 or nokhwa.
#[cfg(all(test, target_os = "linux"))]
mod fake_camera;
mod modes;
#[cfg(not(target_os = "linux"))]
mod no_v4l2;
mod nokhwa;
#[cfg(target_os = "linux")]
mod v4l2;

#[cfg(not(target_os = "linux"))]
use no_v4l2 as v4l2;

use crate::clock::Clock;
use crate::constraints::{Control, ControlValue, Property};
use crate::devices::capture_device::CaptureDevice;
use crate::error::{Error, Result};
use crate::media::VideoFrame;
use crate::streams::Capture;

/// The interface that cameras are accessed through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CameraBackend {
    /// Video4Linux 2; Linux only.
    V4l2,
    /// The crate nokhwa: AVFoundation on macOS, Media Foundation on Windows, Video4Linux on Linux.
    Nokhwa,
}

impl Default for CameraBackend {
    /// Video4Linux 2 on Linux, nokhwa elsewhere.
    fn default() -> Self {
        if cfg!(target_os = "linux") {
            Self::V4l2
        } else {
            Self::Nokhwa
        }
    }
}

/// Lists the cameras of this machine, in discovery order. Without a camera, the list is empty.
///
/// # Errors
/// `NotAllowed` if there are cameras, and none may be opened; `NotSupported` for a backend that this system does not
/// have.
pub(crate) fn cameras(backend: CameraBackend) -> Result<Vec<CaptureDevice>> {
    match backend {
        CameraBackend::V4l2 => v4l2::cameras(),
        CameraBackend::Nokhwa => nokhwa::cameras(),
    }
}

/// Opens a camera of the list in the mode with this index. Call it on the thread that reads the frames.
///
/// The camera may deliver another size than that of the mode; see the format of the returned device.
///
/// # Errors
/// `NotAllowed` and `NotReadable`, with advice; `NotFound` if the camera is no longer connected.
pub(crate) fn open(
    backend: CameraBackend,
    device: &CaptureDevice,
    mode: usize,
    clock: &Clock,
) -> Result<Box<dyn Capture<VideoFrame>>> {
    match backend {
        CameraBackend::V4l2 => v4l2::open(device, mode, clock),
        CameraBackend::Nokhwa => nokhwa::open(device, mode, clock),
    }
}

/// Lists the controls of a camera, open or not. nokhwa lists none.
///
/// # Errors
/// As [`open`].
pub(crate) fn controls(backend: CameraBackend, device: &CaptureDevice) -> Result<Vec<Control>> {
    match backend {
        CameraBackend::V4l2 => v4l2::controls(device),
        CameraBackend::Nokhwa => Ok(Vec::new()),
    }
}

/// Sets a control to the nearest value that the camera supports; [`controls()`] returns the actual value.
///
/// # Errors
/// `NotSupported` for a control that the camera does not have, or a value of the wrong type; `NotReadable` if it cannot
/// be set at the moment, such as the exposure time in automatic mode; otherwise as [`open`].
pub(crate) fn set_control(
    backend: CameraBackend,
    device: &CaptureDevice,
    property: Property,
    value: &ControlValue,
) -> Result<()> {
    match backend {
        CameraBackend::V4l2 => v4l2::set_control(device, property, value),
        CameraBackend::Nokhwa => Err(Error::not_supported(format!(
            "{}: the backend nokhwa cannot set {property}",
            device.label
        ))),
    }
}
