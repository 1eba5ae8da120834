//! V4L2 where there is none: whatever is requested of it is refused.
use crate::clock::Clock;
use crate::constraints::{Control, ControlValue, Property};
use crate::devices::capture_device::CaptureDevice;
use crate::error::{Error, Result};
use crate::media::VideoFrame;
use crate::streams::Capture;

pub(super) fn cameras() -> Result<Vec<CaptureDevice>> {
    Err(not_supported())
}

pub(super) fn open(
    _device: &CaptureDevice,
    _mode: usize,
    _clock: &Clock,
) -> Result<Box<dyn Capture<VideoFrame>>> {
    Err(not_supported())
}

pub(super) fn controls(_device: &CaptureDevice) -> Result<Vec<Control>> {
    Err(not_supported())
}

pub(super) fn set_control(_device: &CaptureDevice, _property: Property, _value: &ControlValue) -> Result<()> {
    Err(not_supported())
}

fn not_supported() -> Error {
    Error::not_supported("the backend V4L2 is available on Linux only; choose nokhwa")
}
