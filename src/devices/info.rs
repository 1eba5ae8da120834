//! What is known of a device without opening it (Media Capture and Streams, 9.3).
use crate::constraints::MediaTrackCapabilities;
use serde::Serialize;

/// One device as `enumerateDevices` lists it; serialises to exactly the four members of `MediaDeviceInfo`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MediaDeviceInfo {
    /// Names the device in every session with the same salt; unique together with the kind.
    pub device_id: String,
    /// What it is.
    pub kind: MediaDeviceKind,
    /// A name for people.
    pub label: String,
    /// Equal for the devices of one physical unit, such as a webcam's camera and microphone; made anew in each session.
    pub group_id: String,
    #[serde(skip)]
    pub(super) names: Vec<String>,
    #[serde(skip)]
    pub(super) is_default: bool,
    #[serde(skip)]
    pub(super) capabilities: Option<MediaTrackCapabilities>,
}

/// What else is known of an input (9.3, `InputDeviceInfo`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InputDeviceInfo<'a>(&'a MediaTrackCapabilities);

impl InputDeviceInfo<'_> {
    /// What its track could be if nothing were asked of it; empty where the exposure policy hides it.
    #[must_use]
    pub fn get_capabilities(&self) -> MediaTrackCapabilities {
        self.0.clone()
    }
}

impl MediaDeviceInfo {
    /// The same as an input, if it is one.
    #[must_use]
    pub fn as_input(&self) -> Option<InputDeviceInfo<'_>> {
        self.capabilities.as_ref().map(InputDeviceInfo)
    }

    /// What the system calls it: `/dev/video0`, the name of a sound server's source. (An extension.)
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether the system prefers it to others of its kind. (An extension.)
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.is_default
    }

    /// The same as the specification's policy shows it before anything was captured: its kind.
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

/// The kinds of devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaDeviceKind {
    /// A microphone.
    AudioInput,
    /// A speaker or headphone.
    AudioOutput,
    /// A camera.
    VideoInput,
}

impl MediaDeviceKind {
    /// Every kind, in the order of the list.
    pub const ALL: [Self; 3] = [Self::AudioInput, Self::VideoInput, Self::AudioOutput];

    /// The specification's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AudioInput => "audioinput",
            Self::AudioOutput => "audiooutput",
            Self::VideoInput => "videoinput",
        }
    }
}
