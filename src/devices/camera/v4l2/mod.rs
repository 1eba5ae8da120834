//! Cameras of Linux, through Video4Linux 2.
mod buffers;
mod errors;
mod ioctl;
mod node;
mod stream;
mod sysfs;

use crate::clock::Clock;
use crate::devices::camera::Opened;
use crate::devices::camera::v4l2::stream::CameraStream;
use crate::devices::capture::Device;
use crate::error::{Error, Result};

/// See [`camera::cameras`](super::cameras).
pub(super) fn cameras() -> Result<Vec<Device>> {
    Ok(node::devices(&node::nodes()?))
}

/// See [`camera::open`](super::open).
pub(super) fn open(device: &Device, mode: usize, clock: &Clock) -> Result<Opened> {
    let gone = || Error::NotFound {
        message: format!(
            "{}: the camera is not there any more; plug it in again",
            device.label
        ),
    };
    let nodes = node::nodes()?;
    let place = node::devices(&nodes)
        .iter()
        .position(|there| there.hardware == device.hardware);
    let node = &nodes[place.ok_or_else(gone)?];
    // A camera that was plugged in anew may list its modes otherwise.
    let wanted = device.modes.get(mode);
    let mode = node.modes.iter().find(|mode| Some(&mode.settings()) == wanted);
    let mode = mode.ok_or_else(|| {
        Error::not_readable(format!(
            "{}: the camera has changed; list the devices again",
            device.label
        ))
    })?;
    let (format, stream) = CameraStream::open(&node.path, mode, clock)?;
    Ok((format, Box::new(stream)))
}

#[cfg(test)]
mod tests;
