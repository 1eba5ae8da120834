//! `CaptureDevice`: a device as its backend lists it, without ids.
use crate::constraints::{Control, MediaTrackSettings};
use crate::devices::info::MediaDeviceKind;

/// A device that a [`CaptureBackend`](crate::devices::CaptureBackend) lists.
#[derive(Clone, Debug, PartialEq)]
pub struct CaptureDevice {
    /// Camera, microphone or speaker.
    pub kind: MediaDeviceKind,
    /// Identifies the device among all devices of its kind. It should be stable when the device is plugged in again or
    /// gets another number. It is not shown to users: device ids are hashes of it.
    pub hardware_id: String,
    /// Identifies the physical unit: the same for the camera and the microphone of one webcam, for example. `None` if
    /// unknown. Native USB devices on Linux have "usb:" and the kernel's name of the port, for example "usb:1-2.4".
    pub unit: Option<String>,
    /// The name that is shown to users.
    pub label: String,
    /// System names that users may also select it by, for example `/dev/video0`.
    pub names: Vec<String>,
    /// Whether it is the system's default device of its kind.
    pub is_default: bool,
    /// The modes that it can be opened in; of equally suitable ones, the first is selected. `device_id` and `group_id` are
    /// filled in later. Empty for outputs.
    pub modes: Vec<MediaTrackSettings>,
    /// Its controls, as last returned by its backend.
    pub(crate) controls: Vec<Control>,
}

impl CaptureDevice {
    /// Creates a device without other names that is not the default and belongs to no known unit.
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
