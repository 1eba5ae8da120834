//! Constraints on a camera's controls (`MediaStream` Image Capture, 9.4).
use crate::constraints::constrain::{Choice, Constrain, Points};
use crate::constraints::member::Member;
use crate::constraints::property::Property;

/// The part of a constraint set for the controls of a camera; `None` constrains nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImageConstraintSet {
    /// White balance mode: `none`, `manual`, `single-shot` or `continuous`.
    pub white_balance_mode: Option<Constrain<Choice>>,
    /// Exposure mode: `none`, `manual`, `single-shot` or `continuous`.
    pub exposure_mode: Option<Constrain<Choice>>,
    /// Focus mode: `none`, `manual`, `single-shot` or `continuous`.
    pub focus_mode: Option<Constrain<Choice>>,
    /// Points used for metering and focusing, in coordinates from 0 to 1.
    pub points_of_interest: Option<Constrain<Points>>,
    /// Exposure compensation, in EV.
    pub exposure_compensation: Option<Constrain<f64>>,
    /// Exposure time, in units of 100 µs.
    pub exposure_time: Option<Constrain<f64>>,
    /// Color temperature, in kelvin.
    pub color_temperature: Option<Constrain<f64>>,
    /// ISO sensitivity.
    pub iso: Option<Constrain<f64>>,
    /// Brightness, in units of the device.
    pub brightness: Option<Constrain<f64>>,
    /// Contrast, in units of the device.
    pub contrast: Option<Constrain<f64>>,
    /// Saturation, in units of the device.
    pub saturation: Option<Constrain<f64>>,
    /// Sharpness, in units of the device.
    pub sharpness: Option<Constrain<f64>>,
    /// Focus distance, in meters.
    pub focus_distance: Option<Constrain<f64>>,
    /// Pan, in arc seconds; positive is clockwise seen from above.
    pub pan: Option<Constrain<f64>>,
    /// Tilt, in arc seconds; positive is up.
    pub tilt: Option<Constrain<f64>>,
    /// Zoom, in units of the device.
    pub zoom: Option<Constrain<f64>>,
    /// Whether the light of the camera is on.
    pub torch: Option<Constrain<bool>>,
}

impl ImageConstraintSet {
    /// Returns `None` for a property that is not a control.
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

    /// Returns `None` for a property that is not a control.
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
