//! Controls of a camera, which can be set while it runs (`MediaStream` Image Capture, 9): values and ranges.
use crate::constraints::constrain::Point2D;
use crate::constraints::property::Property;
use crate::constraints::terms::Value;
use serde::Serialize;

/// What a control stands at.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ControlValue {
    /// In the units of the control.
    Number(f64),
    /// On or off.
    Flag(bool),
    /// By name: `manual`, `continuous`.
    Mode(String),
    /// Points of the picture.
    Points(Vec<Point2D>),
}

impl ControlValue {
    pub(super) fn value(&self) -> Value<'_> {
        match self {
            Self::Number(number) => Value::Number(*number),
            Self::Flag(on) => Value::Flag(*on),
            Self::Mode(name) => Value::Text(name),
            Self::Points(points) => Value::Points(points),
        }
    }
}

/// What a control can be set to.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ControlRange {
    /// `MediaSettingsRange`.
    Numbers {
        /// The least.
        min: f64,
        /// The greatest.
        max: f64,
        /// From one to the next; 0 when all between are possible.
        step: f64,
    },
    /// On, off, or either.
    Flags(Vec<bool>),
    /// By name.
    Modes(Vec<String>),
}

/// One control of a device.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// Which: one that [is a control](Property::is_control).
    pub property: Property,
    /// What it can be set to.
    pub range: ControlRange,
    /// What it stands at when nobody asks for anything.
    pub value: ControlValue,
}
