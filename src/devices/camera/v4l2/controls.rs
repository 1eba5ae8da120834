//! Controls of V4L2 under the names of Image Capture.
use crate::constraints::{Control, ControlRange, ControlValue, Property};
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

/// What the user decides.
const MANUAL: &str = "manual";
/// What the camera decides all the time.
const CONTINUOUS: &str = "continuous";

/// V4L2's number of a control, and its form; None of what it has no control for.
const fn mapping(property: Property) -> Option<(u32, Form)> {
    const USER: u32 = 0x0098_0900;
    const CAMERA: u32 = 0x009a_0900;
    const FLASH: u32 = 0x009c_0900;
    const BOOLEAN: Form = Form::Modes {
        continuous: &[1],
        manual: &[0],
    };
    Some(match property {
        Property::Brightness => (USER, Form::Number(1.0)),
        Property::Contrast => (USER + 1, Form::Number(1.0)),
        Property::Saturation => (USER + 2, Form::Number(1.0)),
        Property::WhiteBalanceMode => (USER + 12, BOOLEAN),
        Property::ColorTemperature => (USER + 26, Form::Number(1.0)),
        Property::Sharpness => (USER + 27, Form::Number(1.0)),
        // Auto and aperture priority; manual and shutter priority.
        Property::ExposureMode => (
            CAMERA + 1,
            Form::Modes {
                continuous: &[0, 3],
                manual: &[1, 2],
            },
        ),
        Property::ExposureTime => (CAMERA + 2, Form::Number(1.0)),
        Property::Pan => (CAMERA + 8, Form::Number(1.0)),
        Property::Tilt => (CAMERA + 9, Form::Number(1.0)),
        Property::FocusDistance => (CAMERA + 10, Form::Number(1.0)),
        Property::FocusMode => (CAMERA + 12, BOOLEAN),
        Property::Zoom => (CAMERA + 13, Form::Number(1.0)),
        // The menu is in thousandths of an EV.
        Property::ExposureCompensation => (CAMERA + 19, Form::MenuOfNumbers(0.001)),
        Property::Iso => (CAMERA + 23, Form::MenuOfNumbers(1.0)),
        // A menu: none, flash, torch.
        Property::Torch => (FLASH + 1, Form::Switch { on: 2, off: 0 }),
        _ => return None,
    })
}

const PROPERTIES: [Property; 16] = [
    Property::Brightness,
    Property::Contrast,
    Property::Saturation,
    Property::Sharpness,
    Property::WhiteBalanceMode,
    Property::ColorTemperature,
    Property::ExposureMode,
    Property::ExposureTime,
    Property::ExposureCompensation,
    Property::Iso,
    Property::FocusMode,
    Property::FocusDistance,
    Property::Pan,
    Property::Tilt,
    Property::Zoom,
    Property::Torch,
];

/// The controls of the camera at this node.
pub(super) fn list(path: &Path) -> Result<Vec<Control>> {
    let device = Device::with_path(path).map_err(|error| refusal(path, error))?;
    Ok(PROPERTIES
        .iter()
        .filter_map(|&property| find(&device, property))
        .collect())
}

/// Sets a control, to the nearest value that the camera has.
pub(super) fn set(path: &Path, property: Property, value: &ControlValue) -> Result<()> {
    let device = Device::with_path(path).map_err(|error| refusal(path, error))?;
    let no = |why: &str| Error::not_supported(format!("{}: {} {why}", path.display(), property.name()));
    let not_there = || no("is not one of the camera's controls");
    let (id, form) = mapping(property).ok_or_else(not_there)?;
    let range = usable(&device, id).ok_or_else(not_there)?;
    let raw = raw(&device, id, form, &range, value).ok_or_else(|| no("cannot be set to this"))?;
    ioctl::set_control(&device, id, raw).map_err(|error| Error::NotReadable {
        // What is decided by the camera cannot be set at the same time.
        message: format!(
            "{}: {} cannot be set now ({error}); set its mode to manual first",
            path.display(),
            property.name()
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

fn find(device: &Device, property: Property) -> Option<Control> {
    let (id, form) = mapping(property)?;
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
            let modes = [(MANUAL, manual), (CONTINUOUS, continuous)];
            let modes = modes
                .into_iter()
                .filter(|(_, values)| has(values))
                .map(|(mode, _)| mode.to_owned());
            let current = if continuous.contains(&now) {
                CONTINUOUS
            } else {
                MANUAL
            };
            (
                ControlRange::Modes(modes.collect()),
                ControlValue::Mode(current.into()),
            )
        }
        Form::Switch { on, off } => {
            entry(device, id, &range, &[on]).and(entry(device, id, &range, &[off]))?;
            (
                ControlRange::Flags(vec![false, true]),
                ControlValue::Flag(now == on),
            )
        }
    };
    Some(Control {
        property,
        range,
        value,
    })
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
fn raw(device: &Device, id: u32, form: Form, range: &Range, value: &ControlValue) -> Option<i32> {
    match (form, value) {
        (Form::Number(unit), ControlValue::Number(number)) => nearest(range, *number / unit),
        (Form::MenuOfNumbers(unit), ControlValue::Number(number)) => {
            let menu = menu(device, id, range, unit);
            let distance = |entry: &(i32, f64)| (entry.1 - *number).abs();
            let closest = menu.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
            Some(closest.0)
        }
        (Form::Modes { continuous, manual }, ControlValue::Mode(mode)) => match mode.as_str() {
            CONTINUOUS => entry(device, id, range, continuous),
            MANUAL => entry(device, id, range, manual),
            _ => None,
        },
        (Form::Switch { on, off }, ControlValue::Flag(is_on)) => {
            entry(device, id, range, &[if *is_on { on } else { off }])
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
            let names: Vec<_> = controls.iter().map(|control| control.property.name()).collect();
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
                ControlRange::Modes(vec![MANUAL.into(), CONTINUOUS.into()])
            );
            assert_eq!(exposure.value, ControlValue::Mode(CONTINUOUS.into()));
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
                    .find(|control| control.property == name)
                    .unwrap()
                    .value
            };
            for (name, asked, expected) in [
                (
                    Property::Brightness,
                    ControlValue::Number(-63.6),
                    ControlValue::Number(-64.0),
                ),
                (
                    Property::Zoom,
                    ControlValue::Number(204.0),
                    ControlValue::Number(200.0),
                ),
                (
                    Property::ExposureMode,
                    ControlValue::Mode(MANUAL.into()),
                    ControlValue::Mode(MANUAL.into()),
                ),
                (
                    Property::WhiteBalanceMode,
                    ControlValue::Mode(MANUAL.into()),
                    ControlValue::Mode(MANUAL.into()),
                ),
            ] {
                set(path, name, &asked).unwrap();
                assert_eq!(value(name), expected, "{name}");
            }
            let wrong = set(path, Property::Zoom, &ControlValue::Flag(true)).unwrap_err();
            let missing = set(path, Property::Torch, &ControlValue::Flag(true)).unwrap_err();
            assert_eq!([wrong.name(), missing.name()], ["NotSupportedError"; 2]);
        });
    }
}
