//! Finds the device that `--camera` or `--microphone` names.
use mediarec::devices::{MediaDeviceInfo, MediaDeviceKind};
use mediarec::error::{Error, Result};

/// The id of the device with this id, number in the list, label, system name, or part of the label.
///
/// A name that matches nothing is returned as an id: no device satisfies it, and the error of the opening lists the
/// devices. A number beyond the list may still be part of a label.
///
/// # Errors
/// `Type` for the number of a device of another kind, and for an ambiguous part of a label.
pub fn device_id(name: &str, kind: MediaDeviceKind, list: &[MediaDeviceInfo]) -> Result<String> {
    let numbered = name
        .parse::<usize>()
        .ok()
        .and_then(|number| list.get(number.checked_sub(1)?));
    match numbered {
        Some(device) if device.kind == kind => return Ok(device.device_id.clone()),
        Some(device) => return Err(of_another_kind(name, device, kind)),
        None => {}
    }
    let own: Vec<_> = list.iter().filter(|device| device.kind == kind).collect();
    let part = name.to_lowercase();
    let exact = own.iter().find(|device| {
        device.device_id == name || device.label == name || device.names().iter().any(|own| own == name)
    });
    let partial: Vec<_> = own
        .iter()
        .filter(|device| device.label.to_lowercase().contains(&part))
        .collect();
    match (exact, &partial[..]) {
        (Some(device), _) => Ok(device.device_id.clone()),
        (None, [device]) => Ok(device.device_id.clone()),
        (None, []) => Ok(name.to_owned()),
        (None, several) => {
            let labels: Vec<&str> = several.iter().map(|device| device.label.as_str()).collect();
            Err(Error::Type {
                message: format!(
                    "'{name}' matches several devices: {}; give more of the label, or a number of list-devices",
                    labels.join(", ")
                ),
            })
        }
    }
}

fn of_another_kind(number: &str, device: &MediaDeviceInfo, requested: MediaDeviceKind) -> Error {
    let kind = |kind| match kind {
        MediaDeviceKind::AudioInput => "microphone",
        MediaDeviceKind::VideoInput => "camera",
        MediaDeviceKind::AudioOutput => "speaker",
    };
    Error::Type {
        message: format!(
            "device {number} is not a {} but the {} '{}'; run 'mediarec list-devices' for the numbers",
            kind(requested),
            kind(device.kind),
            device.label
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mediarec::devices::MediaDevices;
    use mediarec::devices::synthetic::FakeDevices;

    fn label(name: &str, kind: MediaDeviceKind) -> Option<String> {
        let devices = MediaDevices::new(FakeDevices::default());
        let list = devices.enumerate_devices().unwrap();
        let id = device_id(name, kind, &list).ok()?;
        let device = list.into_iter().find(|device| device.device_id == id);
        Some(device.map_or(id, |device| device.label))
    }

    #[test]
    fn a_device_has_a_number_a_system_name_and_a_label() {
        let camera = |name| label(name, MediaDeviceKind::VideoInput);
        let front = Some("Fake camera 1 (user)".to_owned());
        for name in ["3", "camera1", "USER", "Fake camera 1 (user)"] {
            assert_eq!(camera(name), front, "{name}");
        }
        assert_eq!(camera("1"), None);
        assert_eq!(camera("fake"), None);
        assert_eq!(camera("nowhere"), Some("nowhere".to_owned()));
    }
}
