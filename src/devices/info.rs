//! `MediaDeviceInfo`: what is known about a device without opening it (Media Capture and Streams, 9.3).
use crate::constraints::MediaTrackCapabilities;
use serde::Serialize;

/// A device in the list of `enumerateDevices`. Serializes to exactly the four members of the specification.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MediaDeviceInfo {
    /// Identifies the device among those of its kind, in every session with the same salt. 16 hexadecimal digits, or
    /// `default`.
    pub device_id: String,
    /// Whether it is a microphone, a camera or a speaker.
    pub kind: MediaDeviceKind,
    /// The name that is shown to users.
    pub label: String,
    /// The same for all devices of one physical unit, such as a webcam's camera and microphone. Differs between sessions.
    pub group_id: String,
    #[serde(skip)]
    pub(super) names: Vec<String>,
    #[serde(skip)]
    pub(super) is_default: bool,
    #[serde(skip)]
    pub(super) capabilities: Option<MediaTrackCapabilities>,
}

/// The capabilities of an input (9.3, `InputDeviceInfo`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InputDeviceInfo<'a>(&'a MediaTrackCapabilities);

impl InputDeviceInfo<'_> {
    /// Returns the capabilities of a track of this device without constraints. Empty if
    /// [`web_exposure`](crate::devices::SessionOptions::web_exposure) hides the device's details.
    #[must_use]
    pub fn get_capabilities(&self) -> MediaTrackCapabilities {
        self.0.clone()
    }
}

impl MediaDeviceInfo {
    /// Returns the device as an input; `None` for outputs.
    #[must_use]
    pub fn as_input(&self) -> Option<InputDeviceInfo<'_>> {
        self.capabilities.as_ref().map(InputDeviceInfo)
    }

    /// Returns the system's names for the device, for example `/dev/video0`. (An extension.)
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Returns whether it is the system's default device of its kind. (An extension.)
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.is_default
    }

    /// The device as the specification exposes it before anything was captured: only its kind.
    pub(super) fn hidden(self) -> Self {
        Self {
            device_id: String::new(),
            label: String::new(),
            group_id: String::new(),
            names: Vec::new(),
            is_default: false,
            capabilities: self.capabilities.map(|_| MediaTrackCapabilities::default()),
            kind: self.kind,
        }
    }
}

/// The kind of a device (`MediaDeviceKind`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaDeviceKind {
    /// A microphone.
    AudioInput,
    /// A speaker or headphones. Listed, but cannot be opened.
    AudioOutput,
    /// A camera.
    VideoInput,
}

impl MediaDeviceKind {
    /// All kinds, in the order in which devices are listed.
    pub const ALL: [Self; 3] = [Self::AudioInput, Self::VideoInput, Self::AudioOutput];

    /// Returns the name in the specification, for example `audioinput`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AudioInput => "audioinput",
            Self::AudioOutput => "audiooutput",
            Self::VideoInput => "videoinput",
        }
    }
}
