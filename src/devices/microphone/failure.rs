//! What `cpal` reports, as errors of the specification that say what to do.
use crate::error::Error;
use cpal::ErrorKind;

/// What an error means for a stream that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// Some sound is lost; the stamps show how much.
    Glitch,
    /// The stream gives nothing more.
    End,
    /// It may go on, or not: the end when it comes again and again, with no sound between.
    Unclear,
}

/// How bad an error of a running stream is.
pub(super) const fn weight(kind: ErrorKind) -> Weight {
    match kind {
        ErrorKind::Xrun | ErrorKind::RealtimeDenied | ErrorKind::DeviceChanged => Weight::Glitch,
        ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable | ErrorKind::StreamInvalidated => {
            Weight::End
        }
        _ => Weight::Unclear,
    }
}

/// An error of opening or reading the device `label`; `holder` is the program that has it open, where it is known.
pub(super) fn failure(label: &str, error: cpal::Error, holder: Option<&str>) -> Error {
    let message = match error.kind() {
        ErrorKind::DeviceBusy => format!(
            "{label} is busy: {} records from it; close that, or choose another microphone",
            holder.unwrap_or("another program")
        ),
        ErrorKind::PermissionDenied => {
            return Error::NotAllowed {
                message: format!("{label} may not be opened by this user: {PERMISSION}"),
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
                "{label} ended: the system's sound server went away or dropped the stream; try again when it runs"
            )
        }
        ErrorKind::UnsupportedConfig => {
            format!("{label} refuses the sample rate or the number of channels; ask for others")
        }
        _ => format!("{label} does not work: {error}; see whether another program can record from it"),
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

    fn of(kind: ErrorKind, holder: Option<&str>) -> (&'static str, String) {
        let error = failure("Webcam", cpal::Error::new(kind), holder);
        (error.name(), error.to_string())
    }

    #[test]
    fn a_busy_device_names_who_has_it() {
        let (name, message) = of(ErrorKind::DeviceBusy, Some("arecord (process 4711)"));
        assert_eq!(name, "NotReadableError");
        assert!(message.starts_with("Webcam is busy: arecord (process 4711) records from it"));
        assert!(of(ErrorKind::DeviceBusy, None).1.contains("another program"));
    }

    #[test]
    fn a_missing_permission_is_not_allowed() {
        assert_eq!(of(ErrorKind::PermissionDenied, None).0, "NotAllowedError");
    }

    #[test]
    fn an_overrun_is_a_glitch_and_a_lost_device_the_end() {
        assert_eq!(weight(ErrorKind::Xrun), Weight::Glitch);
        assert_eq!(weight(ErrorKind::DeviceNotAvailable), Weight::End);
        assert_eq!(weight(ErrorKind::StreamInvalidated), Weight::End);
        assert_eq!(weight(ErrorKind::BackendError), Weight::Unclear);
    }
}
