//! Controls of a camera, which can be set while it runs (`MediaStream` Image Capture, 9): values and ranges.
use crate::constraints::constrain::Point2D;
use crate::constraints::normalized::Value;
use crate::constraints::property::Property;
use serde::Serialize;

/// The value of a control.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ControlValue {
    /// A number in the unit of the control.
    Number(f64),
    /// On or off.
    Flag(bool),
    /// Name of a mode: `manual`, `continuous`.
    Mode(String),
    /// Points of the image.
    Points(Vec<Point2D>),
}

impl ControlValue {
    pub(super) fn as_value(&self) -> Value<'_> {
        match self {
            Self::Number(number) => Value::Number(*number),
            Self::Flag(on) => Value::Flag(*on),
            Self::Mode(name) => Value::Text(name),
            Self::Points(points) => Value::Points(points),
        }
    }
}

/// The values a control can be set to.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ControlRange {
    /// A range of numbers (`MediaSettingsRange`), in the unit of the control.
    Numbers {
        /// Minimum, inclusive.
        min: f64,
        /// Maximum, inclusive.
        max: f64,
        /// Difference of adjacent values; 0 if every value in the range is possible.
        step: f64,
    },
    /// Possible states: on, off or both.
    Flags(Vec<bool>),
    /// Names of the modes.
    Modes(Vec<String>),
}

/// A control of a camera (`MediaStream` Image Capture, 9).
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// The property, one that [is a control](Property::is_control).
    pub property: Property,
    /// Possible values.
    pub range: ControlRange,
    /// The value without constraints.
    pub value: ControlValue,
}
