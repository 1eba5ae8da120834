//! Opens the devices that were requested, and says how they were selected.
use crate::cli::device_lookup::device_id;
use crate::cli::stderr;
use crate::cli::track_requests::TrackRequests;
use mediarec::devices::{MediaDeviceKind, MediaDevices};
use mediarec::error::{Error, Result};
use mediarec::media::TrackKind;
use mediarec::streams::MediaStream;

/// Suggested where no device can be opened.
pub const FAKE_DEVICES: &str = "--fake-devices needs none";

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
        for name in self.requests.ignored() {
            stderr::say(format_args!(
                "mediarec: the constraint {name} asks for nothing here; it is ignored"
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

    /// Adds what can be done without the missing device.
    fn advise(&self, error: Error, alternative: &str) -> Error {
        let Error::NotFound { message } = error else {
            return error;
        };
        let list = self.devices.enumerate_devices().unwrap_or_default();
        let is_there = |kind| list.iter().any(|device| device.kind == kind);
        let both = self.requests.include(TrackKind::Audio) && self.requests.include(TrackKind::Video);
        let has_camera = is_there(MediaDeviceKind::VideoInput);
        let has_microphone = is_there(MediaDeviceKind::AudioInput);
        let advice = match (has_camera, has_microphone) {
            (true, false) if both => "--no-audio does without sound".to_owned(),
            (false, true) if both => "--no-video does without pictures".to_owned(),
            _ => format!("mediarec list-devices shows what there is, {alternative}"),
        };
        Error::NotFound {
            message: format!("{message}; {advice}"),
        }
    }
}
