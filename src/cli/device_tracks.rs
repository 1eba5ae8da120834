//! Opens the devices that were requested, and says how they were selected.
use crate::cli::device_lookup::device_id;
use crate::cli::stderr;
use crate::cli::track_requests::TrackRequests;
use mediarec::constraints::{Constrain, MediaStreamConstraints, MediaTrackConstraints};
use mediarec::devices::{MediaDeviceKind, MediaDevices};
use mediarec::error::{Error, Result};
use mediarec::media::TrackKind;
use mediarec::streams::{MediaStream, MediaStreamTrack};

/// Suggested where no device can be opened.
pub const FAKE_DEVICES: &str = "--fake-devices works without any";

/// Opens this device alone, as a recording would.
///
/// # Errors
/// Those of `get_user_media`.
pub fn open_device(devices: &MediaDevices, kind: TrackKind, id: &str) -> Result<MediaStreamTrack> {
    let mut constraints = MediaTrackConstraints::default();
    constraints.basic.device_id = Some(Constrain::exact([id].into()));
    let is_video = kind == TrackKind::Video;
    let stream = devices.get_user_media(&MediaStreamConstraints {
        audio: (!is_video).then(|| constraints.clone()),
        video: is_video.then_some(constraints),
    })?;
    Ok(stream.tracks().swap_remove(0))
}

/// Devices, and the tracks to be opened.
#[derive(Debug)]
pub struct DeviceTracks {
    devices: MediaDevices,
    requests: TrackRequests,
}

impl DeviceTracks {
    /// Looks up the devices that were named.
    ///
    /// # Errors
    /// Those of the enumeration; `Type` for a name that does not lead to one device.
    pub fn new(devices: MediaDevices, requests: TrackRequests) -> Result<Self> {
        let requests =
            requests.require_devices(|name, kind| device_id(name, kind, &devices.enumerate_devices()?))?;
        Ok(Self { devices, requests })
    }

    /// Opens a track for every request, as one stream. Prints which constraints are ignored and, with `explain`, how
    /// the devices were selected. `alternative` is suggested if there is no device.
    ///
    /// # Errors
    /// Those of `get_user_media`.
    pub fn open(&self, explain: bool, alternative: &str) -> Result<MediaStream> {
        for ignored in self.requests.ignored() {
            stderr::say(format_args!(
                "mediarec: ignoring {ignored}; run 'mediarec constraints' for the list"
            ));
        }
        let mut tracks = Vec::new();
        for dictionary in self.requests.dictionaries() {
            let opened = if explain {
                let (opened, explanations) = self.devices.get_user_media_explained(&dictionary);
                for (kind, explanation) in explanations {
                    stderr::show(format_args!("{}:\n{explanation}", kind.as_str()));
                }
                opened
            } else {
                self.devices.get_user_media(&dictionary)
            };
            let stream = opened.map_err(|error| self.advise(error, alternative))?;
            tracks.extend(stream.tracks());
        }
        Ok(MediaStream::new(tracks))
    }

    /// Adds what can be done about a missing device.
    fn advise(&self, error: Error, alternative: &str) -> Error {
        let message = match error {
            Error::NotFound { message } => message,
            Error::Overconstrained { constraint, message } if constraint == "deviceId" => {
                return Error::Overconstrained {
                    constraint,
                    message: format!("{message}; run 'mediarec list-devices' for numbers, labels and names"),
                };
            }
            other => return other,
        };
        let list = self.devices.enumerate_devices().unwrap_or_default();
        let is_there = |kind| list.iter().any(|device| device.kind == kind);
        let both = self.requests.include(TrackKind::Audio) && self.requests.include(TrackKind::Video);
        let has_camera = is_there(MediaDeviceKind::VideoInput);
        let has_microphone = is_there(MediaDeviceKind::AudioInput);
        let advice = match (has_camera, has_microphone) {
            (true, false) if both => "use --no-audio to record without audio".to_owned(),
            (false, true) if both => "use --no-video to record without video".to_owned(),
            _ => format!("run 'mediarec list-devices' to see all devices; {alternative}"),
        };
        Error::NotFound {
            message: format!("{message}; {advice}"),
        }
    }
}
