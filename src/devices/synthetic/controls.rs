//! The controls of the first fake camera, and their effect on its frames.
use super::catalogue::CAMERAS;
use crate::constraints::{Control, ControlRange, ControlValue, Property};
use crate::media::Picture;
use crate::sync::{Mutex, MutexGuard};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Property, minimum, maximum, step and default.
const NUMBERS: [(Property, f64, f64, f64, f64); 12] = [
    (Property::ExposureCompensation, -2.0, 2.0, 0.5, 0.0),
    (Property::ExposureTime, 1.0, 10_000.0, 1.0, 156.0),
    (Property::ColorTemperature, 2800.0, 6500.0, 100.0, 4500.0),
    (Property::Iso, 100.0, 800.0, 100.0, 100.0),
    (Property::Brightness, -64.0, 64.0, 1.0, 0.0),
    (Property::Contrast, 0.0, 64.0, 1.0, 32.0),
    (Property::Saturation, 0.0, 128.0, 1.0, 64.0),
    (Property::Sharpness, 0.0, 7.0, 1.0, 3.0),
    (Property::FocusDistance, 0.25, 10.0, 0.25, 1.0),
    (Property::Pan, -180_000.0, 180_000.0, 3600.0, 0.0),
    (Property::Tilt, -180_000.0, 180_000.0, 3600.0, 0.0),
    (Property::Zoom, 1.0, 4.0, 0.5, 1.0),
];

/// Properties with the modes `manual` and `continuous`.
const MODES: [Property; 3] = [
    Property::WhiteBalanceMode,
    Property::ExposureMode,
    Property::FocusMode,
];

/// The values that were set. Clones share them; they persist when the camera is closed.
#[derive(Clone, Debug, Default)]
pub(super) struct FakeControls(Arc<Mutex<BTreeMap<Property, ControlValue>>>);

impl FakeControls {
    /// Lists the controls of a camera; only the first camera has any.
    pub(super) fn list(&self, camera: &str) -> Vec<Control> {
        if camera != CAMERAS[0].name {
            return Vec::new();
        }
        let numbers = NUMBERS
            .into_iter()
            .map(|(property, min, max, step, value)| Control {
                property,
                range: ControlRange::Numbers { min, max, step },
                value: ControlValue::Number(value),
            });
        let modes = MODES.into_iter().map(|property| Control {
            property,
            range: ControlRange::Modes(vec!["manual".into(), "continuous".into()]),
            value: ControlValue::Mode("continuous".into()),
        });
        let torch = Control {
            property: Property::Torch,
            range: ControlRange::Flags(vec![false, true]),
            value: ControlValue::Flag(false),
        };
        let mut list: Vec<_> = numbers.chain(modes).chain([torch]).collect();
        for control in &mut list {
            if let Some(value) = self.lock().get(&control.property) {
                control.value = value.clone();
            }
        }
        list
    }

    /// Sets a control; the camera need not be open.
    pub(super) fn set(&self, property: Property, value: &ControlValue) {
        self.lock().insert(property, value.clone());
    }

    /// Applies the brightness to a picture; the other controls have no visible effect.
    pub(super) fn apply(&self, picture: &mut Picture) {
        let brightness = match self.lock().get(&Property::Brightness) {
            Some(ControlValue::Number(brightness)) => *brightness as i8,
            _ => return,
        };
        let [luma, ..] = picture.planes_mut();
        for value in luma {
            *value = value.saturating_add_signed(brightness);
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Property, ControlValue>> {
        self.0.lock()
    }
}
