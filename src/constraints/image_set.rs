//! What is asked of a camera's controls (`MediaStream` Image Capture, 9.4).
use crate::constraints::constrain::{Choice, Constrain, Points};
use crate::constraints::member::Member;
use crate::constraints::property::Property;

/// The part of a constraint set that is about a camera's controls.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImageConstraintSet {
    /// `none`, `manual`, `single-shot` or `continuous`.
    pub white_balance_mode: Option<Constrain<Choice>>,
    /// The same of the exposure.
    pub exposure_mode: Option<Constrain<Choice>>,
    /// The same of the focus.
    pub focus_mode: Option<Constrain<Choice>>,
    /// Where the camera meters and focuses.
    pub points_of_interest: Option<Constrain<Points>>,
    /// How much brighter than metered, in EV.
    pub exposure_compensation: Option<Constrain<f64>>,
    /// In units of 100 µs.
    pub exposure_time: Option<Constrain<f64>>,
    /// In kelvin.
    pub color_temperature: Option<Constrain<f64>>,
    /// Sensitivity, in ISO numbers.
    pub iso: Option<Constrain<f64>>,
    /// In the units of the device, as the following.
    pub brightness: Option<Constrain<f64>>,
    /// How far light and dark are apart.
    pub contrast: Option<Constrain<f64>>,
    /// How colourful it is.
    pub saturation: Option<Constrain<f64>>,
    /// How much edges are stressed.
    pub sharpness: Option<Constrain<f64>>,
    /// In metres.
    pub focus_distance: Option<Constrain<f64>>,
    /// In seconds of arc, to the right.
    pub pan: Option<Constrain<f64>>,
    /// In seconds of arc, upward.
    pub tilt: Option<Constrain<f64>>,
    /// Of the lens, in the units of the device.
    pub zoom: Option<Constrain<f64>>,
    /// Whether the light is on.
    pub torch: Option<Constrain<bool>>,
}

impl ImageConstraintSet {
    /// None of a property that is no control.
    pub(super) fn member(&self, property: Property) -> Option<&dyn Member> {
        Some(match property {
            Property::WhiteBalanceMode => &self.white_balance_mode,
            Property::ExposureMode => &self.exposure_mode,
            Property::FocusMode => &self.focus_mode,
            Property::PointsOfInterest => &self.points_of_interest,
            Property::ExposureCompensation => &self.exposure_compensation,
            Property::ExposureTime => &self.exposure_time,
            Property::ColorTemperature => &self.color_temperature,
            Property::Iso => &self.iso,
            Property::Brightness => &self.brightness,
            Property::Contrast => &self.contrast,
            Property::Saturation => &self.saturation,
            Property::Sharpness => &self.sharpness,
            Property::FocusDistance => &self.focus_distance,
            Property::Pan => &self.pan,
            Property::Tilt => &self.tilt,
            Property::Zoom => &self.zoom,
            Property::Torch => &self.torch,
            _ => return None,
        })
    }

    /// None of a property that is no control.
    pub(super) fn member_mut(&mut self, property: Property) -> Option<&mut dyn Member> {
        Some(match property {
            Property::WhiteBalanceMode => &mut self.white_balance_mode,
            Property::ExposureMode => &mut self.exposure_mode,
            Property::FocusMode => &mut self.focus_mode,
            Property::PointsOfInterest => &mut self.points_of_interest,
            Property::ExposureCompensation => &mut self.exposure_compensation,
            Property::ExposureTime => &mut self.exposure_time,
            Property::ColorTemperature => &mut self.color_temperature,
            Property::Iso => &mut self.iso,
            Property::Brightness => &mut self.brightness,
            Property::Contrast => &mut self.contrast,
            Property::Saturation => &mut self.saturation,
            Property::Sharpness => &mut self.sharpness,
            Property::FocusDistance => &mut self.focus_distance,
            Property::Pan => &mut self.pan,
            Property::Tilt => &mut self.tilt,
            Property::Zoom => &mut self.zoom,
            Property::Torch => &mut self.torch,
            _ => return None,
        })
    }
}
