//! Cameras of Linux, through Video4Linux 2.
mod buffers;
mod controls;
mod errors;
mod ioctl;
mod node;
pub(super) mod settle;
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
    // A camera that was plugged in anew may list its modes otherwise.
    let wanted = device.modes.get(mode);
    let mode = wanted.and_then(|wanted| node.modes.iter().find(|mode| mode.is(wanted)));
    let mode = mode.ok_or_else(|| {
        Error::not_readable(format!(
            "{}: the camera has changed; list the devices again",
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

fn node_of(device: &CaptureDevice) -> Result<Arc<Node>> {
    let nodes = node::nodes()?;
    let there = node::devices(&nodes);
    let place = there
        .iter()
        .position(|there| there.hardware_id == device.hardware_id);
    place
        .map(|place| nodes[place].clone())
        .ok_or_else(|| Error::NotFound {
            message: format!(
                "{}: the camera is not there any more; plug it in again",
                device.label
            ),
        })
}

#[cfg(test)]
mod tests;
