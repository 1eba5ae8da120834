//! Maps errors of `cpal` to errors of the specification, with advice for the user.
use crate::error::Error;
use cpal::ErrorKind;

/// What an error means for a running stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Severity {
    /// Some audio is lost; the timestamps show how much.
    Glitch,
    /// The stream has ended.
    Fatal,
    /// The stream may continue. It has ended if the error repeats without audio in between.
    Unknown,
}

/// Returns how severe an error of a running stream is.
pub(super) const fn severity(kind: ErrorKind) -> Severity {
    match kind {
        ErrorKind::Xrun | ErrorKind::RealtimeDenied | ErrorKind::DeviceChanged => Severity::Glitch,
        ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable | ErrorKind::StreamInvalidated => {
            Severity::Fatal
        }
        _ => Severity::Unknown,
    }
}

/// Returns the error for a device that cannot be opened or read. `process` is the program that uses it, if known.
pub(super) fn device_error(label: &str, error: cpal::Error, process: Option<&str>) -> Error {
    let message = match error.kind() {
        ErrorKind::DeviceBusy => format!(
            "{label} is busy: {} is recording from it; close that program, or choose another microphone",
            process.unwrap_or("another program")
        ),
        ErrorKind::PermissionDenied => {
            return Error::NotAllowed {
                message: format!("permission denied for {label}; {PERMISSION}"),
                source: Some(error.into()),
            };
        }
        ErrorKind::DeviceNotAvailable => {
            format!(
                "{label} is gone: it was unplugged or switched off; plug it in again, or choose another microphone"
            )
        }
        ErrorKind::HostUnavailable | ErrorKind::StreamInvalidated => {
            format!(
                "{label} ended: the sound server stopped or closed the stream; try again when it is running"
            )
        }
        ErrorKind::UnsupportedConfig => {
            format!("{label} does not support this sample rate or number of channels; request others")
        }
        _ => format!("{label} failed: {error}; check whether another program can record from it"),
    };
    Error::NotReadable {
        message,
        source: Some(error.into()),
    }
}

/// Returns the error for a speaker that cannot be opened or is gone.
pub(super) fn speaker_error(label: &str, error: cpal::Error) -> Error {
    let message = match error.kind() {
        ErrorKind::DeviceBusy => format!("{label} is busy: another program plays on it"),
        ErrorKind::PermissionDenied => {
            return Error::NotAllowed {
                message: format!("permission denied for {label}"),
                source: Some(error.into()),
            };
        }
        ErrorKind::DeviceNotAvailable => format!("{label} is gone: it was unplugged or switched off"),
        ErrorKind::HostUnavailable | ErrorKind::StreamInvalidated => {
            format!("{label} ended: the sound server stopped or closed the stream")
        }
        _ => format!("{label} failed: {error}"),
    };
    Error::NotReadable {
        message,
        source: Some(error.into()),
    }
}

#[cfg(target_os = "linux")]
const PERMISSION: &str = "add the user to the group audio (sudo usermod -aG audio $USER) and log in again";
#[cfg(target_vendor = "apple")]
const PERMISSION: &str = "allow it in System Settings, Privacy & Security, Microphone";
#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
const PERMISSION: &str = "allow it in the system's privacy settings";

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: ErrorKind, process: Option<&str>) -> (&'static str, String) {
        let error = device_error("Webcam", cpal::Error::new(kind), process);
        (error.name(), error.to_string())
    }

    #[test]
    fn a_busy_device_names_who_has_it() {
        let (name, message) = of(ErrorKind::DeviceBusy, Some("arecord (process 4711)"));
        assert_eq!(name, "NotReadableError");
        assert!(message.starts_with("Webcam is busy: arecord (process 4711) is recording from it"));
        assert!(of(ErrorKind::DeviceBusy, None).1.contains("another program"));
    }

    #[test]
    fn a_missing_permission_is_not_allowed() {
        assert_eq!(of(ErrorKind::PermissionDenied, None).0, "NotAllowedError");
    }

    #[test]
    fn an_overrun_is_a_glitch_and_a_lost_device_the_end() {
        assert_eq!(severity(ErrorKind::Xrun), Severity::Glitch);
        assert_eq!(severity(ErrorKind::DeviceNotAvailable), Severity::Fatal);
        assert_eq!(severity(ErrorKind::StreamInvalidated), Severity::Fatal);
        assert_eq!(severity(ErrorKind::BackendError), Severity::Unknown);
    }
}
