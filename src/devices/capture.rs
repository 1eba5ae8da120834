#![allow(dead_code, reason = "the devices of the machine join next")]
//! The face that every backend shows: which devices there are, and what an opened one gives.
use crate::devices::constraints::MediaTrackSettings;
use crate::devices::info::MediaDeviceKind;
use crate::error::Result;
use std::time::Duration;

/// A device as its backend knows it, before ids are made for it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Device {
    pub(crate) kind: MediaDeviceKind,
    /// Tells the device from all others and survives replugging and renumbering. It is never shown, only hashed.
    pub(crate) hardware: String,
    /// The same for all devices of one physical unit, such as a webcam's camera and microphone; None when it
    /// cannot be told.
    pub(crate) unit: Option<String>,
    /// A name for people.
    pub(crate) label: String,
    /// What a user may call it besides its id and label: `/dev/video0`, the name of a server's source.
    pub(crate) names: Vec<String>,
    /// Whether the system prefers it to others of its kind.
    pub(crate) is_default: bool,
    /// What it can be opened as, without ids; nothing for an output.
    pub(crate) modes: Vec<MediaTrackSettings>,
}

/// An opened device. It lives on its capture thread and is closed there, by being dropped.
pub(crate) trait Capture {
    /// `VideoFrame` or `AudioBlock`, stamped at capture on the session's clock.
    type Output;

    /// Waits at most so long for what comes next; None when nothing came. An error is the device's end.
    ///
    /// # Errors
    /// `NotReadable` when the device was unplugged or is broken.
    fn read(&mut self, wait: Duration) -> Result<Option<Self::Output>>;

    /// Frames, or blocks, that the device or its driver has lost since it was opened.
    fn lost(&self) -> u64;
}
