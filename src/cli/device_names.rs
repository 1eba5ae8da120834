//! What devices are called where they are shown: by their labels, and two of the same make so that they can be told apart.
use mediarec::devices::MediaDeviceInfo;

/// A name for each device, in their order.
pub fn device_names(devices: &[MediaDeviceInfo]) -> Vec<String> {
    let known: Vec<_> = devices
        .iter()
        .map(|device| (device.label.as_str(), device.names().first().map(String::as_str)))
        .collect();
    told_apart(&known)
}

/// The label of each, with the system's name behind it where another has the same label.
fn told_apart(known: &[(&str, Option<&str>)]) -> Vec<String> {
    let is_shared = |label: &str| known.iter().filter(|(other, _)| *other == label).count() > 1;
    let name = |&(label, name): &(&str, Option<&str>)| match name.filter(|_| is_shared(label)) {
        Some(name) => format!("{label} ({name})"),
        None => label.to_owned(),
    };
    known.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_cameras_of_the_same_make_are_told_apart() {
        let known = [
            ("Cam", Some("/dev/video0")),
            ("Lens", Some("/dev/video2")),
            ("Cam", Some("/dev/video4")),
        ];
        assert_eq!(
            told_apart(&known),
            ["Cam (/dev/video0)", "Lens", "Cam (/dev/video4)"]
        );
        assert_eq!(told_apart(&[("Cam", None), ("Cam", None)]), ["Cam", "Cam"]);
    }
}
