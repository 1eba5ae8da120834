//! What is known of a device without opening it (Media Capture and Streams, 9.3).
use serde::Serialize;

/// One device as `enumerateDevices` lists it; serialises to exactly the four members of `MediaDeviceInfo`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MediaDeviceInfo {
    /// Names the device for as long as it lives; unique together with the kind.
    pub device_id: String,
    /// What it is.
    pub kind: MediaDeviceKind,
    /// A name for people.
    pub label: String,
    /// Equal for the devices of one physical unit, such as a webcam's camera and microphone.
    pub group_id: String,
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
