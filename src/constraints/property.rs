//! Constrainable properties (Media Capture and Streams, 4.3.8; Image Capture, 9) and the types of their values.
use crate::media::TrackKind;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// A constrainable property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Property {
    /// Identifier of the device; fixed by the source.
    DeviceId,
    /// Identifier of the group of devices in the same physical unit; fixed by the source.
    GroupId,
    /// Width in pixels.
    Width,
    /// Height in pixels.
    Height,
    /// Width divided by height, rounded to ten decimals.
    AspectRatio,
    /// Frames per second.
    FrameRate,
    /// Direction the camera faces: `user`, `environment`, `left` or `right`.
    FacingMode,
    /// `none`: native settings of the device; `crop-and-scale`: derived by cropping, scaling and dropping frames.
    ResizeMode,
    /// Background blur.
    BackgroundBlur,
    /// Sample rate in hertz.
    SampleRate,
    /// Bits per sample.
    SampleSize,
    /// Number of channels.
    ChannelCount,
    /// Latency from capture to delivery, in seconds.
    Latency,
    /// Echo cancellation: on, off, or a mode (`all`, `remote-only`).
    EchoCancellation,
    /// Automatic gain control.
    AutoGainControl,
    /// Noise suppression.
    NoiseSuppression,
    /// White balance mode: `none`, `manual`, `single-shot` or `continuous`.
    WhiteBalanceMode,
    /// Exposure mode: `none`, `manual`, `single-shot` or `continuous`.
    ExposureMode,
    /// Focus mode: `none`, `manual`, `single-shot` or `continuous`.
    FocusMode,
    /// Points used for metering and focusing, in coordinates from 0 to 1.
    PointsOfInterest,
    /// Exposure compensation, in EV.
    ExposureCompensation,
    /// Exposure time, in units of 100 µs.
    ExposureTime,
    /// Color temperature, in kelvin.
    ColorTemperature,
    /// ISO sensitivity.
    Iso,
    /// Brightness, in units of the device.
    Brightness,
    /// Contrast, in units of the device.
    Contrast,
    /// Saturation, in units of the device.
    Saturation,
    /// Sharpness, in units of the device.
    Sharpness,
    /// Focus distance, in meters.
    FocusDistance,
    /// Pan, in arc seconds; positive is clockwise seen from above.
    Pan,
    /// Tilt, in arc seconds; positive is up.
    Tilt,
    /// Zoom, in units of the device.
    Zoom,
    /// Whether the light of the camera is on.
    Torch,
}

/// The type of the values of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// A whole number from 0 to 2³² − 1; other numbers are rounded and clamped (`[Clamp] unsigned long`).
    ULong,
    /// A finite number.
    Double,
    /// `true` or `false`.
    Boolean,
    /// A string, or a list of alternatives.
    Text,
    /// `true`, `false` or the name of a mode.
    BooleanOrText,
    /// A list of points with coordinates from 0 to 1.
    Points,
}

impl ValueType {
    /// Returns `true` for types with `min` and `max`.
    #[must_use]
    pub const fn is_number(self) -> bool {
        matches!(self, Self::ULong | Self::Double)
    }

    /// A description of a value, for messages: "a whole number such as 640".
    #[must_use]
    pub const fn expected(self) -> &'static str {
        match self {
            Self::ULong => "a whole number such as 640",
            Self::Double => "a finite number such as 29.97 or 30000/1001",
            Self::Boolean => "true or false",
            Self::Text => "a string, or a list of alternatives",
            Self::BooleanOrText => "true, false or the name of a mode such as all",
            Self::Points => "points such as 0.5:0.5, or in JSON [{\"x\": 0.5, \"y\": 0.5}]",
        }
    }
}

impl Property {
    /// All properties, in the order in which they are reported.
    pub const ALL: [Self; 33] = [
        Self::DeviceId,
        Self::GroupId,
        Self::Width,
        Self::Height,
        Self::AspectRatio,
        Self::FrameRate,
        Self::FacingMode,
        Self::ResizeMode,
        Self::BackgroundBlur,
        Self::SampleRate,
        Self::SampleSize,
        Self::ChannelCount,
        Self::Latency,
        Self::EchoCancellation,
        Self::AutoGainControl,
        Self::NoiseSuppression,
        Self::WhiteBalanceMode,
        Self::ExposureMode,
        Self::FocusMode,
        Self::PointsOfInterest,
        Self::ExposureCompensation,
        Self::ExposureTime,
        Self::ColorTemperature,
        Self::Iso,
        Self::Brightness,
        Self::Contrast,
        Self::Saturation,
        Self::Sharpness,
        Self::FocusDistance,
        Self::Pan,
        Self::Tilt,
        Self::Zoom,
        Self::Torch,
    ];

    /// Name, type of the values, and the kind of tracks that have the property; `None` if both kinds have it.
    const fn facts(self) -> (&'static str, ValueType, Option<TrackKind>) {
        use ValueType::{Boolean, BooleanOrText, Double, Points, Text, ULong};
        const VIDEO: Option<TrackKind> = Some(TrackKind::Video);
        const AUDIO: Option<TrackKind> = Some(TrackKind::Audio);
        match self {
            Self::DeviceId => ("deviceId", Text, None),
            Self::GroupId => ("groupId", Text, None),
            Self::Width => ("width", ULong, VIDEO),
            Self::Height => ("height", ULong, VIDEO),
            Self::AspectRatio => ("aspectRatio", Double, VIDEO),
            Self::FrameRate => ("frameRate", Double, VIDEO),
            Self::FacingMode => ("facingMode", Text, VIDEO),
            Self::ResizeMode => ("resizeMode", Text, VIDEO),
            Self::BackgroundBlur => ("backgroundBlur", Boolean, VIDEO),
            Self::SampleRate => ("sampleRate", ULong, AUDIO),
            Self::SampleSize => ("sampleSize", ULong, AUDIO),
            Self::ChannelCount => ("channelCount", ULong, AUDIO),
            Self::Latency => ("latency", Double, AUDIO),
            Self::EchoCancellation => ("echoCancellation", BooleanOrText, AUDIO),
            Self::AutoGainControl => ("autoGainControl", Boolean, AUDIO),
            Self::NoiseSuppression => ("noiseSuppression", Boolean, AUDIO),
            Self::WhiteBalanceMode => ("whiteBalanceMode", Text, VIDEO),
            Self::ExposureMode => ("exposureMode", Text, VIDEO),
            Self::FocusMode => ("focusMode", Text, VIDEO),
            Self::PointsOfInterest => ("pointsOfInterest", Points, VIDEO),
            Self::ExposureCompensation => ("exposureCompensation", Double, VIDEO),
            Self::ExposureTime => ("exposureTime", Double, VIDEO),
            Self::ColorTemperature => ("colorTemperature", Double, VIDEO),
            Self::Iso => ("iso", Double, VIDEO),
            Self::Brightness => ("brightness", Double, VIDEO),
            Self::Contrast => ("contrast", Double, VIDEO),
            Self::Saturation => ("saturation", Double, VIDEO),
            Self::Sharpness => ("sharpness", Double, VIDEO),
            Self::FocusDistance => ("focusDistance", Double, VIDEO),
            Self::Pan => ("pan", Double, VIDEO),
            Self::Tilt => ("tilt", Double, VIDEO),
            Self::Zoom => ("zoom", Double, VIDEO),
            Self::Torch => ("torch", Boolean, VIDEO),
        }
    }

    /// The name of the property in the specification, such as `frameRate`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.facts().0
    }

    /// The type of its values.
    #[must_use]
    pub const fn value_type(self) -> ValueType {
        self.facts().1
    }

    /// Returns `true` if tracks of this kind have the property.
    #[must_use]
    pub fn applies_to(self, kind: TrackKind) -> bool {
        self.facts().2.is_none_or(|only| only == kind)
    }

    /// Returns `true` if `getUserMedia` accepts required constraints on it (10.2, "allowed required constraints for device
    /// selection").
    #[must_use]
    pub const fn selects_devices(self) -> bool {
        !matches!(self, Self::BackgroundBlur) && !self.is_control()
    }

    /// Returns `true` for controls of a camera, which can be set in every mode (Image Capture, 9).
    #[must_use]
    pub const fn is_control(self) -> bool {
        matches!(
            self,
            Self::WhiteBalanceMode
                | Self::ExposureMode
                | Self::FocusMode
                | Self::PointsOfInterest
                | Self::ExposureCompensation
                | Self::ExposureTime
                | Self::ColorTemperature
                | Self::Iso
                | Self::Brightness
                | Self::Contrast
                | Self::Saturation
                | Self::Sharpness
                | Self::FocusDistance
                | Self::Pan
                | Self::Tilt
                | Self::Zoom
                | Self::Torch
        )
    }

    /// Returns `true` if a boolean is accepted in place of a number (Image Capture, `(boolean or ConstrainDouble)`): it
    /// prefers a camera with or without the control (Media Capture and Streams, 11.1.2).
    pub(super) const fn accepts_boolean(self) -> bool {
        matches!(self, Self::Pan | Self::Tilt | Self::Zoom)
    }

    /// The property with this name, case-sensitive; `None` if it is unknown.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|property| property.name() == name)
    }
}

/// Serializes the name.
impl Serialize for Property {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// `MediaDevices.getSupportedConstraints()` (9.2): the names of all properties, each with the value `true`.
#[must_use]
pub fn supported_constraints() -> BTreeMap<&'static str, bool> {
    Property::ALL
        .into_iter()
        .map(|property| (property.name(), true))
        .collect()
}
