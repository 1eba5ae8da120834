//! What a camera lets one set besides size and rate, by the names of *MediaStream Image Capture*. Plain values.

/// A control, what it can be set to, and what it is set to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Control {
    pub(crate) name: ControlName,
    pub(crate) range: ControlRange,
    pub(crate) value: ControlValue,
}

/// The constrainable properties of cameras that Image Capture adds, as far as cameras have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ControlName {
    /// In the camera's own measure, as are contrast, saturation and sharpness.
    Brightness,
    Contrast,
    Saturation,
    Sharpness,
    /// Manual or continuous.
    WhiteBalanceMode,
    /// Kelvin.
    ColorTemperature,
    /// Manual or continuous.
    ExposureMode,
    /// In units of 100 µs.
    ExposureTime,
    /// Exposure values (EV).
    ExposureCompensation,
    /// ISO speed.
    Iso,
    /// Manual or continuous.
    FocusMode,
    /// In the camera's own measure; V4L2 does not tell metres.
    FocusDistance,
    /// Arc seconds.
    Pan,
    /// Arc seconds.
    Tilt,
    /// In the camera's own measure.
    Zoom,
    /// Whether the lamp is on.
    Torch,
}

impl ControlName {
    /// The specification's spelling.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Brightness => "brightness",
            Self::Contrast => "contrast",
            Self::Saturation => "saturation",
            Self::Sharpness => "sharpness",
            Self::WhiteBalanceMode => "whiteBalanceMode",
            Self::ColorTemperature => "colorTemperature",
            Self::ExposureMode => "exposureMode",
            Self::ExposureTime => "exposureTime",
            Self::ExposureCompensation => "exposureCompensation",
            Self::Iso => "iso",
            Self::FocusMode => "focusMode",
            Self::FocusDistance => "focusDistance",
            Self::Pan => "pan",
            Self::Tilt => "tilt",
            Self::Zoom => "zoom",
            Self::Torch => "torch",
        }
    }
}

/// What a control can be set to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ControlRange {
    /// From the least to the greatest, in steps.
    Numbers {
        min: f64,
        max: f64,
        step: f64,
    },
    Modes(Vec<MeteringMode>),
    /// On and off.
    Switch,
}

/// What a control is set to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ControlValue {
    Number(f64),
    Mode(MeteringMode),
    Switch(bool),
}

/// Who decides: the user, or the camera all the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MeteringMode {
    Manual,
    Continuous,
}

impl MeteringMode {
    /// The specification's spelling.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Continuous => "continuous",
        }
    }
}
