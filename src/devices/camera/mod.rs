//! Cameras: one face over the ways to reach them.
mod convert;
#[cfg(all(test, target_os = "linux"))]
mod fake_camera;
mod jpeg;
mod modes;
mod pixels;
#[cfg(target_os = "linux")]
mod v4l2;

use crate::clock::Clock;
use crate::devices::capture::{Capture, Device};
use crate::error::{Error, Result};
use crate::media::{VideoFormat, VideoFrame};

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

/// An opened camera, and the shape of its pictures.
pub(crate) type Opened = (VideoFormat, Box<dyn Capture<Output = VideoFrame>>);

/// The machine's cameras, in discovery order; none is no error.
///
/// # Errors
/// `NotAllowed` when there are cameras and the system lets us open none of them; `NotSupported` for a backend that
/// this system does not have.
pub(crate) fn cameras(backend: CameraBackend) -> Result<Vec<Device>> {
    match backend {
        #[cfg(target_os = "linux")]
        CameraBackend::V4l2 => v4l2::cameras(),
        other => Err(unsupported(other)),
    }
}

/// Opens a camera of the list in the mode of this index. Call it on the thread that will read.
///
/// The camera may have another size than the mode says: what counts is the format that is returned.
///
/// # Errors
/// `NotAllowed` and `NotReadable` say what to do; `NotFound` when the camera is not there any more.
pub(crate) fn open(backend: CameraBackend, device: &Device, mode: usize, clock: &Clock) -> Result<Opened> {
    match backend {
        #[cfg(target_os = "linux")]
        CameraBackend::V4l2 => v4l2::open(device, mode, clock),
        other => Err(unsupported(other)),
    }
}

fn unsupported(backend: CameraBackend) -> Error {
    let name = match backend {
        CameraBackend::V4l2 => "v4l2",
        CameraBackend::Nokhwa => "nokhwa",
    };
    Error::not_supported(format!(
        "this system has no cameras by {name}; use --camera-backend nokhwa"
    ))
}
