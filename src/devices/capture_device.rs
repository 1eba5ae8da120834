//! A device as its backend describes it, before the session gives it ids.
use crate::constraints::{Control, MediaTrackSettings};
use crate::devices::info::MediaDeviceKind;

/// A device that a [`CaptureBackend`](crate::devices::CaptureBackend) lists.
#[derive(Clone, Debug, PartialEq)]
pub struct CaptureDevice {
    /// Camera, microphone or speaker.
    pub kind: MediaDeviceKind,
    /// Identifies the device among all others, and survives replugging and renumbering. It is never shown: device ids
    /// are hashes of it.
    pub hardware_id: String,
    /// The same for all devices of one physical unit, such as the camera and the microphone of a webcam; `None` if
    /// that cannot be told. Of a USB device it is "usb:" and the kernel's name of the port, as "usb:1-2.4": the name of
    /// the nearest folder with a vendor above what `/sys/class/…/device` leads to.
    pub unit: Option<String>,
    /// The name shown to users.
    pub label: String,
    /// Other names that users may select it by: `/dev/video0`, the name of a sound server's source.
    pub names: Vec<String>,
    /// Whether the system prefers it to others of its kind.
    pub is_default: bool,
    /// The modes that it can be opened in, without ids; empty for an output.
    pub modes: Vec<MediaTrackSettings>,
    /// The controls that can be set on it, as its backend last told.
    pub(crate) controls: Vec<Control>,
}

impl CaptureDevice {
    /// A device that has no other names, is no default, and belongs to no known unit.
    #[must_use]
    pub fn new(
        kind: MediaDeviceKind,
        hardware_id: impl Into<String>,
        label: impl Into<String>,
        modes: Vec<MediaTrackSettings>,
    ) -> Self {
        Self {
            kind,
            hardware_id: hardware_id.into(),
            unit: None,
            label: label.into(),
            names: Vec::new(),
            is_default: false,
            modes,
            controls: Vec::new(),
        }
    }
}
