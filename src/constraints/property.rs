//! The names that can be constrained (Media Capture and Streams, 4.3.8), and of what form their values are.
use crate::media::TrackKind;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// A constrainable property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Property {
    /// Which device; fixed by the source.
    DeviceId,
    /// Which physical unit the device belongs to; fixed by the source.
    GroupId,
    /// Pixels a row.
    Width,
    /// Rows.
    Height,
    /// Width divided by height, rounded to ten decimals.
    AspectRatio,
    /// Pictures a second.
    FrameRate,
    /// Where a camera looks: `user`, `environment`, `left` or `right`.
    FacingMode,
    /// `none`: as the device has it; `crop-and-scale`: derived from that.
    ResizeMode,
    /// Whether what is behind people is blurred.
    BackgroundBlur,
    /// Sample frames a second.
    SampleRate,
    /// Bits a sample.
    SampleSize,
    /// Channels.
    ChannelCount,
    /// Seconds from sound to samples.
    Latency,
    /// Whether, or how, what the speakers play is taken out.
    EchoCancellation,
    /// Whether loudness is evened out.
    AutoGainControl,
    /// Whether noise is taken out.
    NoiseSuppression,
    /// `none`, `manual`, `single-shot` or `continuous`.
    WhiteBalanceMode,
    /// The same of the exposure.
    ExposureMode,
    /// The same of the focus.
    FocusMode,
    /// Where the camera meters and focuses.
    PointsOfInterest,
    /// How much brighter than metered, in EV.
    ExposureCompensation,
    /// In units of 100 µs.
    ExposureTime,
    /// In kelvin.
    ColorTemperature,
    /// Sensitivity, in ISO numbers.
    Iso,
    /// In the units of the device, as the following.
    Brightness,
    /// How far light and dark are apart.
    Contrast,
    /// How colourful it is.
    Saturation,
    /// How much edges are stressed.
    Sharpness,
    /// In metres.
    FocusDistance,
    /// In seconds of arc, to the right.
    Pan,
    /// In seconds of arc, upward.
    Tilt,
    /// Of the lens, in the units of the device.
    Zoom,
    /// Whether the light is on.
    Torch,
}

/// Of what form the values of a property are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// 0 to 2³² − 1; numbers outside are clamped.
    ULong,
    /// A finite number.
    Double,
    /// True or false.
    Boolean,
    /// A string, or several to choose from.
    Text,
    /// True, false or the name of a mode.
    BooleanOrText,
    /// A list of points, each from 0 to 1 both ways.
    Points,
}

impl Form {
    /// Whether values have an order: a minimum and a maximum make sense.
    #[must_use]
    pub const fn is_number(self) -> bool {
        matches!(self, Self::ULong | Self::Double)
    }

    /// What a value looks like, for messages.
    #[must_use]
    pub const fn expected(self) -> &'static str {
        match self {
            Self::ULong => "a whole number such as 640",
            Self::Double => "a finite number such as 29.97 or 30000/1001",
            Self::Boolean => "true or false",
            Self::Text => "a string, or several to choose from",
            Self::BooleanOrText => "true, false or the name of a mode such as all",
            Self::Points => "points such as 0.5:0.5, or in JSON [{\"x\": 0.5, \"y\": 0.5}]",
        }
    }
}

impl Property {
    /// All that are known, in the order in which they are reported.
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

    /// Its name, the form of its values, and the kind of track that alone has it.
    const fn facts(self) -> (&'static str, Form, Option<TrackKind>) {
        use Form::{Boolean, BooleanOrText, Double, Points, Text, ULong};
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

    /// The specification's spelling.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.facts().0
    }

    /// Of what form its values are.
    #[must_use]
    pub const fn form(self) -> Form {
        self.facts().1
    }

    /// Whether tracks of that kind have it.
    #[must_use]
    pub fn applies_to(self, kind: TrackKind) -> bool {
        self.facts().2.is_none_or(|only| only == kind)
    }

    /// Whether `getUserMedia` takes it as a required constraint (10.2, "allowed required constraints for device selection").
    #[must_use]
    pub const fn selects_devices(self) -> bool {
        !matches!(self, Self::BackgroundBlur) && !self.is_control()
    }

    /// Whether it is turned on the device itself while it runs (Image Capture, 9), whatever mode it is in.
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

    /// Whether `true` and `false` may stand in place of its number (Image Capture, `(boolean or ConstrainDouble)`):
    /// they ask for a camera that has it, or for one that has not (Media Capture and Streams, 11.1.2).
    pub(super) const fn may_be_switch(self) -> bool {
        matches!(self, Self::Pan | Self::Tilt | Self::Zoom)
    }

    /// The property of that name, in the specification's spelling (case matters).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|property| property.name() == name)
    }
}

/// By name.
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

/// What `getSupportedConstraints` answers (9.2): each known name, each true.
#[must_use]
pub fn supported_constraints() -> BTreeMap<&'static str, bool> {
    Property::ALL
        .into_iter()
        .map(|property| (property.name(), true))
        .collect()
}
