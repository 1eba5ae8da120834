//! Cameras on Linux, through Video4Linux 2.
mod buffers;
mod controls;
mod errors;
mod fourcc;
mod ioctl;
mod node;
pub(super) mod prepare;
mod ranges;
mod stream;
mod sysfs;

use crate::clock::Clock;
use crate::constraints::{Control, ControlValue, Property};
use crate::devices::camera::v4l2::node::Node;
use crate::devices::camera::v4l2::stream::CameraStream;
use crate::devices::capture_device::CaptureDevice;
use crate::error::{Error, Result};
use crate::media::VideoFrame;
use crate::streams::Capture;
use std::sync::Arc;

/// See [`camera::cameras`](super::cameras).
pub(super) fn cameras() -> Result<Vec<CaptureDevice>> {
    Ok(node::devices(&node::nodes()?))
}

/// See [`camera::open`](super::open).
pub(super) fn open(
    device: &CaptureDevice,
    mode: usize,
    clock: &Clock,
) -> Result<Box<dyn Capture<VideoFrame>>> {
    let node = node_of(device)?;
    // After replugging, a camera may list its modes in another order.
    let settings = device.modes.get(mode);
    let mode = settings.and_then(|settings| node.modes.iter().find(|mode| mode.matches(settings)));
    let mode = mode.ok_or_else(|| {
        Error::not_readable(format!(
            "{}: the modes of the camera have changed; list the devices again",
            device.label
        ))
    })?;
    Ok(Box::new(CameraStream::open(&node.path, mode, clock)?))
}

/// See [`camera::controls`](super::controls()).
pub(super) fn controls(device: &CaptureDevice) -> Result<Vec<Control>> {
    controls::list(&node_of(device)?.path)
}

/// See [`camera::set_control`](super::set_control).
pub(super) fn set_control(device: &CaptureDevice, property: Property, value: &ControlValue) -> Result<()> {
    controls::set(&node_of(device)?.path, property, value)
}

/// Returns the node that a listed device has now.
fn node_of(device: &CaptureDevice) -> Result<Arc<Node>> {
    let nodes = node::nodes()?;
    let listed = node::devices(&nodes);
    let index = listed
        .iter()
        .position(|listed| listed.hardware_id == device.hardware_id);
    index
        .map(|index| nodes[index].clone())
        .ok_or_else(|| Error::NotFound {
            message: format!(
                "{}: the camera is no longer connected; plug it in again",
                device.label
            ),
        })
}

#[cfg(test)]
mod tests;
