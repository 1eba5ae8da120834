//! Maps V4L2 controls to the properties of Image Capture.
use crate::constraints::{Control, ControlRange, ControlValue, Property};
use crate::devices::camera::v4l2::errors::open_error;
use crate::devices::camera::v4l2::ioctl::{self, ControlInfo};
use crate::error::{Error, Result};
use std::path::Path;
use v4l::Device;

/// How the values of a V4L2 control map to those of the specification.
#[derive(Clone, Copy, Debug)]
enum Mapping {
    /// An integer in this unit.
    Number(f64),
    /// A menu of integers in this unit.
    IntegerMenu(f64),
    /// Values for the modes `continuous` and `manual`; of each, the first that the camera supports is set.
    Modes {
        continuous: &'static [i32],
        manual: &'static [i32],
    },
    /// The values for on and off.
    Switch { on: i32, off: i32 },
}

/// The user sets the value.
const MANUAL: &str = "manual";
/// The camera adjusts the value continuously.
const CONTINUOUS: &str = "continuous";

/// Returns the id of the V4L2 control of a property, and its mapping, or `None` if V4L2 has no such control.
const fn mapping(property: Property) -> Option<(u32, Mapping)> {
    const USER: u32 = 0x0098_0900;
    const CAMERA: u32 = 0x009a_0900;
    const FLASH: u32 = 0x009c_0900;
    const BOOLEAN: Mapping = Mapping::Modes {
        continuous: &[1],
        manual: &[0],
    };
    Some(match property {
        Property::Brightness => (USER, Mapping::Number(1.0)),
        Property::Contrast => (USER + 1, Mapping::Number(1.0)),
        Property::Saturation => (USER + 2, Mapping::Number(1.0)),
        Property::WhiteBalanceMode => (USER + 12, BOOLEAN),
        Property::ColorTemperature => (USER + 26, Mapping::Number(1.0)),
        Property::Sharpness => (USER + 27, Mapping::Number(1.0)),
        // Continuous: auto, aperture priority. Manual: manual, shutter priority.
        Property::ExposureMode => (
            CAMERA + 1,
            Mapping::Modes {
                continuous: &[0, 3],
                manual: &[1, 2],
            },
        ),
        Property::ExposureTime => (CAMERA + 2, Mapping::Number(1.0)),
        Property::Pan => (CAMERA + 8, Mapping::Number(1.0)),
        Property::Tilt => (CAMERA + 9, Mapping::Number(1.0)),
        Property::FocusDistance => (CAMERA + 10, Mapping::Number(1.0)),
        Property::FocusMode => (CAMERA + 12, BOOLEAN),
        Property::Zoom => (CAMERA + 13, Mapping::Number(1.0)),
        // The menu is in thousandths of an EV.
        Property::ExposureCompensation => (CAMERA + 19, Mapping::IntegerMenu(0.001)),
        Property::Iso => (CAMERA + 23, Mapping::IntegerMenu(1.0)),
        // A menu: none, flash, torch.
        Property::Torch => (FLASH + 1, Mapping::Switch { on: 2, off: 0 }),
        _ => return None,
    })
}

/// The properties with a mapping, in the order of the list.
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

/// Lists the controls of the camera at this node.
pub(super) fn list(path: &Path) -> Result<Vec<Control>> {
    let device = Device::with_path(path).map_err(|error| open_error(path, error))?;
    Ok(PROPERTIES
        .iter()
        .filter_map(|&property| read_control(&device, property))
        .collect())
}

/// Sets a control to the nearest value that the camera supports.
pub(super) fn set(path: &Path, property: Property, value: &ControlValue) -> Result<()> {
    let device = Device::with_path(path).map_err(|error| open_error(path, error))?;
    let not_supported =
        |why: &str| Error::not_supported(format!("{}: {} {why}", path.display(), property.name()));
    let missing = || not_supported("is not a control of this camera");
    let (id, mapping) = mapping(property).ok_or_else(missing)?;
    let info = usable_control(&device, id).ok_or_else(missing)?;
    let raw = to_v4l2(&device, id, mapping, &info, value)
        .ok_or_else(|| not_supported("does not support this value"))?;
    ioctl::set_control(&device, id, raw).map_err(|error| Error::NotReadable {
        // Drivers refuse values that the camera adjusts itself.
        message: format!(
            "{}: {} cannot be set at the moment ({error}); set its mode to manual first",
            path.display(),
            property.name()
        ),
        source: Some(error.into()),
    })
}

/// Returns type and range of a control, or `None` if it cannot be both read and set.
fn usable_control(device: &Device, id: u32) -> Option<ControlInfo> {
    const DISABLED: u32 = 0x1;
    const READ_ONLY: u32 = 0x4;
    const WRITE_ONLY: u32 = 0x40;
    let info = ioctl::query_control(device, id).ok()?;
    (info.flags & (DISABLED | READ_ONLY | WRITE_ONLY) == 0 && info.min <= info.max).then_some(info)
}

/// Reads range and value of a control; `None` if the camera does not have it.
fn read_control(device: &Device, property: Property) -> Option<Control> {
    let (id, mapping) = mapping(property)?;
    let info = usable_control(device, id)?;
    let current = ioctl::control(device, id).ok()?;
    let (range, value) = match mapping {
        Mapping::Number(unit) => numbers(&info, current, unit),
        Mapping::IntegerMenu(unit) => {
            let menu = menu_entries(device, id, &info, unit);
            let number = menu.iter().find(|(index, _)| *index == current)?.1;
            (menu_range(&menu)?, ControlValue::Number(number))
        }
        Mapping::Modes { continuous, manual } => {
            let has = |values| first_supported(device, id, &info, values).is_some();
            let modes = [(MANUAL, manual), (CONTINUOUS, continuous)];
            let modes = modes
                .into_iter()
                .filter(|(_, values)| has(values))
                .map(|(mode, _)| mode.to_owned());
            let mode = if continuous.contains(&current) {
                CONTINUOUS
            } else {
                MANUAL
            };
            (
                ControlRange::Modes(modes.collect()),
                ControlValue::Mode(mode.into()),
            )
        }
        Mapping::Switch { on, off } => {
            first_supported(device, id, &info, &[on]).and(first_supported(device, id, &info, &[off]))?;
            (
                ControlRange::Flags(vec![false, true]),
                ControlValue::Flag(current == on),
            )
        }
    };
    Some(Control {
        property,
        range,
        value,
    })
}

fn numbers(info: &ControlInfo, current: i32, unit: f64) -> (ControlRange, ControlValue) {
    let numbers = ControlRange::Numbers {
        min: info.min as f64 * unit,
        max: info.max as f64 * unit,
        step: info.step.max(1) as f64 * unit,
    };
    (numbers, ControlValue::Number(f64::from(current) * unit))
}

/// Converts a value to V4L2; `None` if the type is wrong, or the camera does not support it.
fn to_v4l2(
    device: &Device,
    id: u32,
    mapping: Mapping,
    info: &ControlInfo,
    value: &ControlValue,
) -> Option<i32> {
    match (mapping, value) {
        (Mapping::Number(unit), ControlValue::Number(number)) => nearest(info, *number / unit),
        (Mapping::IntegerMenu(unit), ControlValue::Number(number)) => {
            let menu = menu_entries(device, id, info, unit);
            let distance = |entry: &(i32, f64)| (entry.1 - *number).abs();
            let closest = menu.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
            Some(closest.0)
        }
        (Mapping::Modes { continuous, manual }, ControlValue::Mode(mode)) => match mode.as_str() {
            CONTINUOUS => first_supported(device, id, info, continuous),
            MANUAL => first_supported(device, id, info, manual),
            _ => None,
        },
        (Mapping::Switch { on, off }, ControlValue::Flag(is_on)) => {
            first_supported(device, id, info, &[if *is_on { on } else { off }])
        }
        _ => None,
    }
}

/// Returns the nearest step in the range, or `None` for NaN.
fn nearest(info: &ControlInfo, number: f64) -> Option<i32> {
    if number.is_nan() {
        return None;
    }
    let (min, max, step) = (info.min as f64, info.max as f64, info.step.max(1) as f64);
    let steps = ((number.clamp(min, max) - min) / step).round();
    let value = min + steps * step;
    // The last step may be beyond the maximum.
    let value = if value > max { value - step } else { value };
    Some(value as i32)
}

/// Returns the first of the values that the control supports; menus may have gaps.
fn first_supported(device: &Device, id: u32, info: &ControlInfo, values: &[i32]) -> Option<i32> {
    const MENU: u32 = 3;
    let is_in_range = |value: &&i32| (info.min..=info.max).contains(&i64::from(**value));
    let is_listed =
        |value: &&i32| info.control_type != MENU || ioctl::menu_value(device, id, **value as u32).is_ok();
    values.iter().filter(is_in_range).find(is_listed).copied()
}

/// Returns the entries of an integer menu: index and value.
fn menu_entries(device: &Device, id: u32, info: &ControlInfo, unit: f64) -> Vec<(i32, f64)> {
    // No real menu is longer; a faulty driver must not cause millions of calls.
    let last = info.max.min(info.min + 255);
    let indexes = (info.min..=last).filter_map(|index| i32::try_from(index).ok());
    indexes
        .filter_map(|index| {
            let number = ioctl::menu_value(device, id, index as u32).ok()?;
            Some((index, number as f64 * unit))
        })
        .collect()
}

/// Returns the range of a menu, with the smallest difference of two entries as step.
fn menu_range(menu: &[(i32, f64)]) -> Option<ControlRange> {
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

    fn info(min: i64, max: i64, step: u64) -> ControlInfo {
        ControlInfo {
            control_type: 1,
            min,
            max,
            step,
            flags: 0,
        }
    }

    #[test]
    fn numbers_go_to_the_nearest_step_inside_the_range() {
        let color = info(2800, 6500, 1000);
        for (requested, expected) in [
            (4000.0, 3800),
            (4400.0, 4800),
            (-1.0, 2800),
            (9999.0, 5800),
            (f64::INFINITY, 5800),
        ] {
            assert_eq!(nearest(&color, requested), Some(expected), "{requested}");
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
        assert_eq!(menu_range(&menu), Some(expected));
        assert_eq!(menu_range(&[]), None);
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
            for (name, requested, expected) in [
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
                set(path, name, &requested).unwrap();
                assert_eq!(value(name), expected, "{name}");
            }
            let wrong = set(path, Property::Zoom, &ControlValue::Flag(true)).unwrap_err();
            let missing = set(path, Property::Torch, &ControlValue::Flag(true)).unwrap_err();
            assert_eq!([wrong.name(), missing.name()], ["NotSupportedError"; 2]);
        });
    }
}
