//! Controls of V4L2 under the names of Image Capture.
use crate::devices::camera::controls::{Control, ControlName, ControlRange, ControlValue, MeteringMode};
use crate::devices::camera::v4l2::errors::refusal;
use crate::devices::camera::v4l2::ioctl::{self, ControlRange as Range};
use crate::error::{Error, Result};
use std::path::Path;
use v4l::Device;

/// How V4L2 counts what the specification counts.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// The specification's number is V4L2's, multiplied.
    Number(f64),
    /// A menu whose entries are numbers, multiplied.
    MenuOfNumbers(f64),
    /// One value for "the camera decides", others for "manual"; by preference, the first that the camera has.
    Modes {
        continuous: &'static [i32],
        manual: &'static [i32],
    },
    /// The values for on and off.
    Switch { on: i32, off: i32 },
}

/// V4L2's number of a control, and its form.
const fn mapping(name: ControlName) -> (u32, Form) {
    const USER: u32 = 0x0098_0900;
    const CAMERA: u32 = 0x009a_0900;
    const FLASH: u32 = 0x009c_0900;
    const BOOLEAN: Form = Form::Modes {
        continuous: &[1],
        manual: &[0],
    };
    match name {
        ControlName::Brightness => (USER, Form::Number(1.0)),
        ControlName::Contrast => (USER + 1, Form::Number(1.0)),
        ControlName::Saturation => (USER + 2, Form::Number(1.0)),
        ControlName::WhiteBalanceMode => (USER + 12, BOOLEAN),
        ControlName::ColorTemperature => (USER + 26, Form::Number(1.0)),
        ControlName::Sharpness => (USER + 27, Form::Number(1.0)),
        // Auto and aperture priority; manual and shutter priority.
        ControlName::ExposureMode => (
            CAMERA + 1,
            Form::Modes {
                continuous: &[0, 3],
                manual: &[1, 2],
            },
        ),
        ControlName::ExposureTime => (CAMERA + 2, Form::Number(1.0)),
        ControlName::Pan => (CAMERA + 8, Form::Number(1.0)),
        ControlName::Tilt => (CAMERA + 9, Form::Number(1.0)),
        ControlName::FocusDistance => (CAMERA + 10, Form::Number(1.0)),
        ControlName::FocusMode => (CAMERA + 12, BOOLEAN),
        ControlName::Zoom => (CAMERA + 13, Form::Number(1.0)),
        // The menu is in thousandths of an EV.
        ControlName::ExposureCompensation => (CAMERA + 19, Form::MenuOfNumbers(0.001)),
        ControlName::Iso => (CAMERA + 23, Form::MenuOfNumbers(1.0)),
        // A menu: none, flash, torch.
        ControlName::Torch => (FLASH + 1, Form::Switch { on: 2, off: 0 }),
    }
}

const NAMES: [ControlName; 16] = [
    ControlName::Brightness,
    ControlName::Contrast,
    ControlName::Saturation,
    ControlName::Sharpness,
    ControlName::WhiteBalanceMode,
    ControlName::ColorTemperature,
    ControlName::ExposureMode,
    ControlName::ExposureTime,
    ControlName::ExposureCompensation,
    ControlName::Iso,
    ControlName::FocusMode,
    ControlName::FocusDistance,
    ControlName::Pan,
    ControlName::Tilt,
    ControlName::Zoom,
    ControlName::Torch,
];

/// The controls of the camera at this node.
pub(super) fn list(path: &Path) -> Result<Vec<Control>> {
    let device = Device::with_path(path).map_err(|error| refusal(path, error))?;
    Ok(NAMES.iter().filter_map(|&name| find(&device, name)).collect())
}

/// Sets a control, to the nearest value that the camera has.
pub(super) fn set(path: &Path, name: ControlName, value: ControlValue) -> Result<()> {
    let device = Device::with_path(path).map_err(|error| refusal(path, error))?;
    let no = |why: &str| Error::not_supported(format!("{}: {} {why}", path.display(), name.as_str()));
    let (id, form) = mapping(name);
    let range = usable(&device, id).ok_or_else(|| no("is not one of the camera's controls"))?;
    let raw = raw(&device, id, form, &range, value).ok_or_else(|| no("cannot be set to this"))?;
    ioctl::set_control(&device, id, raw).map_err(|error| Error::NotReadable {
        // What is decided by the camera cannot be set at the same time.
        message: format!(
            "{}: {} cannot be set now ({error}); set its mode to manual first",
            path.display(),
            name.as_str()
        ),
        source: Some(error.into()),
    })
}

/// The values of a control that can be read and set; None when the camera does not have it.
fn usable(device: &Device, id: u32) -> Option<Range> {
    const DISABLED: u32 = 0x1;
    const READ_ONLY: u32 = 0x4;
    const WRITE_ONLY: u32 = 0x40;
    let range = ioctl::control_range(device, id).ok()?;
    (range.flags & (DISABLED | READ_ONLY | WRITE_ONLY) == 0 && range.min <= range.max).then_some(range)
}

fn find(device: &Device, name: ControlName) -> Option<Control> {
    let (id, form) = mapping(name);
    let range = usable(device, id)?;
    let now = ioctl::control(device, id).ok()?;
    let (range, value) = match form {
        Form::Number(unit) => numbers(&range, now, unit),
        Form::MenuOfNumbers(unit) => {
            let menu = menu(device, id, &range, unit);
            let current = menu.iter().find(|(index, _)| *index == now)?.1;
            (range_of(&menu)?, ControlValue::Number(current))
        }
        Form::Modes { continuous, manual } => {
            let has = |values| entry(device, id, &range, values).is_some();
            let modes = [
                (MeteringMode::Manual, manual),
                (MeteringMode::Continuous, continuous),
            ];
            let modes = modes
                .into_iter()
                .filter(|(_, values)| has(values))
                .map(|(mode, _)| mode);
            let current = if continuous.contains(&now) {
                MeteringMode::Continuous
            } else {
                MeteringMode::Manual
            };
            (ControlRange::Modes(modes.collect()), ControlValue::Mode(current))
        }
        Form::Switch { on, off } => {
            entry(device, id, &range, &[on]).and(entry(device, id, &range, &[off]))?;
            (ControlRange::Switch, ControlValue::Switch(now == on))
        }
    };
    Some(Control { name, range, value })
}

fn numbers(range: &Range, now: i32, unit: f64) -> (ControlRange, ControlValue) {
    let numbers = ControlRange::Numbers {
        min: range.min as f64 * unit,
        max: range.max as f64 * unit,
        step: range.step.max(1) as f64 * unit,
    };
    (numbers, ControlValue::Number(f64::from(now) * unit))
}

/// V4L2's value for what is asked.
fn raw(device: &Device, id: u32, form: Form, range: &Range, value: ControlValue) -> Option<i32> {
    match (form, value) {
        (Form::Number(unit), ControlValue::Number(number)) => nearest(range, number / unit),
        (Form::MenuOfNumbers(unit), ControlValue::Number(number)) => {
            let menu = menu(device, id, range, unit);
            let distance = |entry: &(i32, f64)| (entry.1 - number).abs();
            let closest = menu.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
            Some(closest.0)
        }
        (Form::Modes { continuous, .. }, ControlValue::Mode(MeteringMode::Continuous)) => {
            entry(device, id, range, continuous)
        }
        (Form::Modes { manual, .. }, ControlValue::Mode(MeteringMode::Manual)) => {
            entry(device, id, range, manual)
        }
        (Form::Switch { on, off }, ControlValue::Switch(is_on)) => {
            entry(device, id, range, &[if is_on { on } else { off }])
        }
        _ => None,
    }
}

/// The nearest step inside the range; None for what is no number.
fn nearest(range: &Range, number: f64) -> Option<i32> {
    if number.is_nan() {
        return None;
    }
    let step = range.step.max(1) as f64;
    let steps = ((number.clamp(range.min as f64, range.max as f64) - range.min as f64) / step).round();
    let value = range.min as f64 + steps * step;
    // The last step may lie beyond the end.
    let value = if value > range.max as f64 {
        value - step
    } else {
        value
    };
    Some(value as i32)
}

/// The first of the values that the control has; a menu may have holes.
fn entry(device: &Device, id: u32, range: &Range, values: &[i32]) -> Option<i32> {
    const MENU: u32 = 3;
    let within = |value: &&i32| (range.min..=range.max).contains(&i64::from(**value));
    let listed = |value: &&i32| range.kind != MENU || ioctl::menu_number(device, id, **value as u32).is_ok();
    values.iter().filter(within).find(listed).copied()
}

/// The entries of a menu of numbers.
fn menu(device: &Device, id: u32, range: &Range, unit: f64) -> Vec<(i32, f64)> {
    // No menu is longer than this; a driver that claims so would keep us here.
    let last = range.max.min(range.min + 255);
    let indexes = (range.min..=last).filter_map(|index| i32::try_from(index).ok());
    indexes
        .filter_map(|index| {
            let number = ioctl::menu_number(device, id, index as u32).ok()?;
            Some((index, number as f64 * unit))
        })
        .collect()
}

/// From the least to the greatest of a menu, in the smallest of its steps.
fn range_of(menu: &[(i32, f64)]) -> Option<ControlRange> {
    let mut numbers: Vec<f64> = menu.iter().map(|entry| entry.1).collect();
    numbers.sort_by(f64::total_cmp);
    let steps = numbers.windows(2).map(|pair| pair[1] - pair[0]);
    Some(ControlRange::Numbers {
        min: *numbers.first()?,
        max: *numbers.last()?,
        step: steps.min_by(f64::total_cmp).unwrap_or(0.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::camera::fake_camera;

    const NODE: &str = "/dev/video0";

    fn range(min: i64, max: i64, step: u64) -> Range {
        Range {
            kind: 1,
            min,
            max,
            step,
            flags: 0,
        }
    }

    #[test]
    fn numbers_go_to_the_nearest_step_inside_the_range() {
        let color = range(2800, 6500, 1000);
        for (asked, expected) in [
            (4000.0, 3800),
            (4400.0, 4800),
            (-1.0, 2800),
            (9999.0, 5800),
            (f64::INFINITY, 5800),
        ] {
            assert_eq!(nearest(&color, asked), Some(expected), "{asked}");
        }
        assert_eq!(nearest(&color, f64::NAN), None);
    }

    #[test]
    fn a_menu_of_numbers_is_a_range_with_its_smallest_step() {
        let menu = [(0, -2.0), (1, -0.5), (2, 0.0), (3, 2.0)];
        let expected = ControlRange::Numbers {
            min: -2.0,
            max: 2.0,
            step: 0.5,
        };
        assert_eq!(range_of(&menu), Some(expected));
        assert_eq!(range_of(&[]), None);
    }

    #[test]
    fn the_cameras_controls_have_the_specifications_names() {
        fake_camera::run(&[], || {
            let controls = list(Path::new(NODE)).unwrap();
            let names: Vec<_> = controls.iter().map(|control| control.name.as_str()).collect();
            assert_eq!(
                names,
                [
                    "brightness",
                    "whiteBalanceMode",
                    "colorTemperature",
                    "exposureMode",
                    "exposureTime",
                    "zoom"
                ]
            );
            let exposure = &controls[3];
            assert_eq!(
                exposure.range,
                ControlRange::Modes(vec![MeteringMode::Manual, MeteringMode::Continuous])
            );
            assert_eq!(exposure.value, ControlValue::Mode(MeteringMode::Continuous));
            let zoom = ControlRange::Numbers {
                min: 100.0,
                max: 400.0,
                step: 10.0,
            };
            assert_eq!(controls[5].range, zoom);
        });
    }

    #[test]
    fn a_control_that_is_set_has_the_value() {
        fake_camera::run(&[], || {
            let path = Path::new(NODE);
            let value = |name| {
                let controls = list(path).unwrap();
                controls
                    .into_iter()
                    .find(|control| control.name == name)
                    .unwrap()
                    .value
            };
            for (name, asked, expected) in [
                (
                    ControlName::Brightness,
                    ControlValue::Number(-63.6),
                    ControlValue::Number(-64.0),
                ),
                (
                    ControlName::Zoom,
                    ControlValue::Number(204.0),
                    ControlValue::Number(200.0),
                ),
                (
                    ControlName::ExposureMode,
                    ControlValue::Mode(MeteringMode::Manual),
                    ControlValue::Mode(MeteringMode::Manual),
                ),
                (
                    ControlName::WhiteBalanceMode,
                    ControlValue::Mode(MeteringMode::Manual),
                    ControlValue::Mode(MeteringMode::Manual),
                ),
            ] {
                set(path, name, asked).unwrap();
                assert_eq!(value(name), expected, "{}", name.as_str());
            }
            let wrong = set(path, ControlName::Zoom, ControlValue::Switch(true)).unwrap_err();
            let missing = set(path, ControlName::Torch, ControlValue::Switch(true)).unwrap_err();
            assert_eq!([wrong.name(), missing.name()], ["NotSupportedError"; 2]);
        });
    }
}
