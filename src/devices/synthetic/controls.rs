//! The controls of the first fake camera: what they stand at, and what can be seen of them.
use super::catalogue::CAMERAS;
use crate::constraints::{Control, ControlRange, ControlValue, Property};
use crate::media::Picture;
use crate::sync::{Mutex, MutexGuard};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Property, least, greatest, step, and what it stands at before anybody turns it.
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

const MODES: [Property; 3] = [
    Property::WhiteBalanceMode,
    Property::ExposureMode,
    Property::FocusMode,
];

/// What was turned; clones are the same knobs, and all outlive the camera's being open.
#[derive(Clone, Debug, Default)]
pub(super) struct FakeControls(Arc<Mutex<BTreeMap<Property, ControlValue>>>);

impl FakeControls {
    /// The controls of the camera of that name: only the first has any.
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
            if let Some(turned) = self.lock().get(&control.property) {
                control.value = turned.clone();
            }
        }
        list
    }

    /// Sets a control, open camera or not.
    pub(super) fn set(&self, property: Property, value: &ControlValue) {
        self.lock().insert(property, value.clone());
    }

    /// Makes a picture as bright as the knob says; the others cannot be seen.
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
