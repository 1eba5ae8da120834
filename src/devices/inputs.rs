//! `Inputs`: selects, opens and shares the devices of one kind.
use crate::constraints::{
    Candidate, MediaTrackCapabilities, MediaTrackConstraints, MediaTrackSettings, OpenFailure, Selection,
    select_settings,
};
use crate::devices::candidates::candidates_of;
use crate::devices::capture_device::CaptureDevice;
use crate::devices::open_device::{OpenDevice, conflicts_with_other_tracks};
use crate::devices::opener::DeviceOpener;
use crate::error::{Error, Result};
use crate::streams::source::Source;
use crate::streams::track::TrackFeed;
use crate::streams::track_frame::TrackFrame;
use crate::sync::Mutex;
use std::sync::{Arc, Weak};

/// The devices of one kind: how they are opened, and those that are open.
pub(super) struct Inputs<T: TrackFrame> {
    opener: DeviceOpener<T>,
    open: Mutex<Vec<Entry<T>>>,
}

struct Entry<T: TrackFrame> {
    hardware_id: String,
    /// Kept while the device is being closed, even without tracks.
    source: Source<T>,
    device: Weak<OpenDevice<T>>,
}

/// A mode of a device that can be selected.
#[derive(Clone)]
struct Choice {
    device: usize,
    mode: usize,
    candidate: Candidate,
}

impl<T: TrackFrame> Inputs<T> {
    pub(super) fn new(opener: DeviceOpener<T>) -> Self {
        Self {
            opener,
            open: Mutex::default(),
        }
    }

    /// Opens the device and mode that satisfy the constraints best, and returns its label and a new track. A device that is
    /// open already is shared. Better devices that could not be opened are added to `open_failures`.
    ///
    /// # Errors
    /// `Overconstrained` if no device satisfies the required constraints. If none of those that do can be opened, the
    /// error of the best one that is permitted: `NotReadable` or `Abort`; `NotAllowed` if none is permitted.
    pub(super) fn open(
        &self,
        devices: &[CaptureDevice],
        requested: &MediaTrackConstraints,
        open_failures: &mut Vec<OpenFailure>,
    ) -> Result<(String, TrackFeed<T>)> {
        let mut entries = self.open.lock();
        let mut choices = choices(&entries, devices, requested);
        let mut failure = None;
        loop {
            let selection = match select(&choices, requested) {
                Ok(selection) => selection,
                Err(error) => {
                    return Err(
                        failure.unwrap_or_else(|| overconstrained_error::<T>(devices, requested, error))
                    );
                }
            };
            let chosen = choices[selection.candidate].clone();
            match self.open_one(&mut entries, &devices[chosen.device], chosen.mode, requested) {
                Ok(feed) => return Ok((devices[chosen.device].label.clone(), feed)),
                Err(error) => {
                    open_failures.push(OpenFailure {
                        rank: chosen.device,
                        label: devices[chosen.device].label.clone(),
                        name: error.name(),
                        message: error.to_string(),
                    });
                    if matches!(failure, None | Some(Error::NotAllowed { .. })) {
                        failure = Some(failure_of_opening(error));
                    }
                    choices.retain(|choice| choice.device != chosen.device);
                }
            }
        }
    }

    /// Checks whether a device satisfies the constraints, without opening it.
    ///
    /// # Errors
    /// `Overconstrained` if none satisfies the required constraints.
    pub(super) fn check(&self, devices: &[CaptureDevice], requested: &MediaTrackConstraints) -> Result<()> {
        let entries = self.open.lock();
        match select(&choices(&entries, devices, requested), requested) {
            Ok(_) => Ok(()),
            Err(error) => Err(overconstrained_error::<T>(devices, requested, error)),
        }
    }

    fn open_one(
        &self,
        entries: &mut Vec<Entry<T>>,
        device: &CaptureDevice,
        mode: usize,
        requested: &MediaTrackConstraints,
    ) -> Result<TrackFeed<T>> {
        let open = match find_open(entries, &device.hardware_id) {
            Some(open) => {
                open.switch_mode(mode)?;
                open
            }
            None => self.open_new(entries, device, mode, requested)?,
        };
        let all_modes: Vec<usize> = (0..device.modes.len()).collect();
        let all = candidates_of::<T>(device, 0, &all_modes);
        let capabilities = MediaTrackCapabilities::of(all.iter().map(|(_, candidate)| candidate));
        let controls = open.original_controls();
        let source = open.source().clone();
        let feed = TrackFeed::new(
            source.clone(),
            &device.modes[mode],
            requested.clone(),
            capabilities,
            controls,
        )
        .and_then(|feed| feed.with_device(open));
        if feed.is_err() && source.taps().is_empty() {
            // Without a track, nothing else would ever close the device.
            source.end(None);
        }
        feed
    }

    fn open_new(
        &self,
        entries: &mut Vec<Entry<T>>,
        device: &CaptureDevice,
        mode: usize,
        requested: &MediaTrackConstraints,
    ) -> Result<Arc<OpenDevice<T>>> {
        // Its previous capture thread may still be closing it.
        for entry in entries
            .iter()
            .filter(|entry| entry.hardware_id == device.hardware_id)
        {
            entry.source.wait_until_closed()?;
        }
        entries.retain(|entry| entry.device.strong_count() > 0 && entry.hardware_id != device.hardware_id);
        let open = Arc::new(OpenDevice::open(device.clone(), mode, requested, &self.opener)?);
        entries.push(Entry {
            hardware_id: device.hardware_id.clone(),
            source: open.source().clone(),
            device: Arc::downgrade(&open),
        });
        Ok(open)
    }
}

/// All modes of the devices; of open devices, only those compatible with their other tracks.
fn choices<T: TrackFrame>(
    entries: &[Entry<T>],
    devices: &[CaptureDevice],
    requested: &MediaTrackConstraints,
) -> Vec<Choice> {
    let of_device = |(index, device): (usize, &CaptureDevice)| {
        let modes = match find_open(entries, &device.hardware_id) {
            Some(open) => open.available_modes(requested),
            None => (0..device.modes.len()).collect(),
        };
        let choice = move |(mode, candidate)| Choice {
            device: index,
            mode,
            candidate,
        };
        candidates_of::<T>(device, index, &modes)
            .into_iter()
            .map(choice)
            .collect::<Vec<_>>()
    };
    devices.iter().enumerate().flat_map(of_device).collect()
}

fn select(choices: &[Choice], requested: &MediaTrackConstraints) -> Result<Selection> {
    let candidates: Vec<_> = choices.iter().map(|choice| choice.candidate.clone()).collect();
    Ok(select_settings(
        requested,
        &candidates,
        &MediaTrackSettings::defaults(),
    )?)
}

/// The open device with this hardware id, unless its source has ended.
fn find_open<T: TrackFrame>(entries: &[Entry<T>], hardware_id: &str) -> Option<Arc<OpenDevice<T>>> {
    let entry = entries.iter().find(|entry| entry.hardware_id == hardware_id)?;
    entry.device.upgrade().filter(|_| !entry.source.has_ended())
}

/// Returns `error`, or a conflict if a device would satisfy the constraints without its other tracks.
fn overconstrained_error<T: TrackFrame>(
    devices: &[CaptureDevice],
    requested: &MediaTrackConstraints,
    error: Error,
) -> Error {
    let without_other_tracks = choices::<T>(&[], devices, requested);
    match select(&without_other_tracks, requested) {
        Ok(selection) => {
            conflicts_with_other_tracks(&without_other_tracks[selection.candidate].candidate.label)
        }
        Err(_) => error,
    }
}

/// Returns the error with the name that `getUserMedia` gives it (10.2).
fn failure_of_opening(error: Error) -> Error {
    match error {
        Error::NotReadable { .. } | Error::NotAllowed { .. } | Error::Overconstrained { .. } => error,
        other => Error::Abort {
            message: other.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::devices::backend::CaptureBackend;
    use crate::devices::info::MediaDeviceKind;
    use crate::media::{Color, PixelAspect, VideoFormat, VideoFrame};
    use crate::streams::Capture;
    use std::time::Duration;

    /// A camera that lists 1280×720 but delivers 640×480.
    #[derive(Debug)]
    struct Mislabeled;

    impl CaptureBackend for Mislabeled {
        fn devices(&self, kind: MediaDeviceKind, _: &Clock) -> Result<Vec<CaptureDevice>> {
            let modes = vec![MediaTrackSettings::video(1280, 720, Some(30.0))];
            Ok(vec![CaptureDevice::new(kind, "mislabeled", "Mislabeled", modes)])
        }

        fn open_camera(
            &self,
            _: &CaptureDevice,
            _: usize,
            _: &Clock,
        ) -> Result<Box<dyn Capture<VideoFrame>>> {
            Ok(Box::new(Small))
        }
    }

    struct Small;

    impl Capture<VideoFrame> for Small {
        fn format(&self) -> VideoFormat {
            VideoFormat {
                width: 640,
                height: 480,
                frame_duration: None,
                color: Color::BT601,
                pixel_aspect: PixelAspect::SQUARE,
                interlaced: false,
            }
        }

        fn read(&mut self, _: Duration) -> Result<Option<VideoFrame>> {
            std::thread::sleep(Duration::from_millis(1));
            Ok(None)
        }
    }

    #[test]
    fn a_device_that_turns_out_not_to_do_is_closed_and_can_be_opened_again_at_once() {
        let clock = Clock::monotonic();
        let devices = Mislabeled.devices(MediaDeviceKind::VideoInput, &clock).unwrap();
        let backend: Arc<dyn CaptureBackend> = Arc::new(Mislabeled);
        let inputs = Inputs::new(DeviceOpener::of_cameras(&backend, &clock));
        let wide = "width>=1000".parse().unwrap();
        let refused = inputs
            .open(&devices, &wide, &mut Vec::new())
            .err()
            .map(|error| error.name());
        assert_eq!(refused, Some("OverconstrainedError"));
        // If the device were still open, this would time out.
        let any = MediaTrackConstraints::default();
        let (_, feed) = inputs.open(&devices, &any, &mut Vec::new()).unwrap();
        assert_eq!(feed.format().width, 640);
    }
}
