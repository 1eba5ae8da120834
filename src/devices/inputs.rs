//! The inputs of one kind: which of them suits best, and those that are open already.
use crate::constraints::{
    Candidate, MediaTrackCapabilities, MediaTrackConstraints, MediaTrackSettings, Refusal, Selection,
    select_settings,
};
use crate::devices::capture::Device;
use crate::devices::open_device::{ModeOpener, OpenDevice, in_the_way, name, offers};
use crate::error::{Error, Result};
use crate::streams::frame::Frame;
use crate::streams::source::{Backpressure, Source};
use crate::streams::track::TrackFeed;
use crate::sync::Mutex;
use std::sync::{Arc, Weak};

/// The inputs of one kind that are open.
pub(super) struct Inputs<T: Frame>(Mutex<Vec<Entry<T>>>);

impl<T: Frame> Default for Inputs<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

struct Entry<T: Frame> {
    hardware: String,
    /// Outlives the tracks for as long as the device is being closed.
    source: Source<T>,
    device: Weak<OpenDevice<T>>,
}

/// What can be opened, and how.
pub(super) struct Offer<'a, T: Frame> {
    pub(super) devices: &'a [Device],
    pub(super) backpressure: Backpressure,
    pub(super) opener: &'a dyn Fn(&Device) -> Box<ModeOpener<T>>,
}

/// A mode of a device that may be chosen.
#[derive(Clone)]
struct Choice {
    device: usize,
    mode: usize,
    candidate: Candidate,
}

impl<T: Frame> Inputs<T> {
    /// The track that suits best what is asked, on the device that is open already if it is. Devices that suited
    /// better, and could not be opened, are added to the refusals.
    ///
    /// # Errors
    /// `Overconstrained` when nothing satisfies what is required; else why the first of those that do, and that may
    /// be, could not be opened: `NotReadable` or `Abort`; `NotAllowed` when none may be.
    pub(super) fn open(
        &self,
        offer: &Offer<'_, T>,
        asked: &MediaTrackConstraints,
        refusals: &mut Vec<Refusal>,
    ) -> Result<(String, TrackFeed<T>)> {
        let mut entries = self.0.lock();
        let mut choices = choices(&entries, offer.devices, asked);
        let mut failure = None;
        loop {
            let selection = match select(&choices, asked) {
                Ok(selection) => selection,
                Err(error) => {
                    return Err(failure.unwrap_or_else(|| explained::<T>(offer.devices, asked, error)));
                }
            };
            let chosen = choices[selection.candidate].clone();
            match open_one(&mut entries, offer, &chosen, asked) {
                Ok(feed) => return Ok((offer.devices[chosen.device].label.clone(), feed)),
                Err(error) => {
                    refusals.push(Refusal {
                        rank: chosen.device,
                        label: offer.devices[chosen.device].label.clone(),
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

    /// Whether there is anything to open.
    ///
    /// # Errors
    /// `Overconstrained` when nothing satisfies what is required.
    pub(super) fn check(&self, devices: &[Device], asked: &MediaTrackConstraints) -> Result<()> {
        let entries = self.0.lock();
        match select(&choices(&entries, devices, asked), asked) {
            Ok(_) => Ok(()),
            Err(error) => Err(explained::<T>(devices, asked, error)),
        }
    }
}

/// All that the devices can deliver, of open ones what their other tracks leave.
fn choices<T: Frame>(entries: &[Entry<T>], devices: &[Device], asked: &MediaTrackConstraints) -> Vec<Choice> {
    let of_device = |(index, device): (usize, &Device)| {
        let modes = match present(entries, &device.hardware) {
            Some(open) => open.modes_for(asked),
            None => (0..device.modes.len()).collect(),
        };
        let choice = move |(mode, candidate)| Choice {
            device: index,
            mode,
            candidate,
        };
        offers::<T>(device, index, &modes)
            .into_iter()
            .map(choice)
            .collect::<Vec<_>>()
    };
    devices.iter().enumerate().flat_map(of_device).collect()
}

fn select(choices: &[Choice], asked: &MediaTrackConstraints) -> Result<Selection> {
    let candidates: Vec<_> = choices.iter().map(|choice| choice.candidate.clone()).collect();
    Ok(select_settings(
        asked,
        &candidates,
        &MediaTrackSettings::defaults(),
    )?)
}

/// The open device behind this hardware, if its source has not ended.
fn present<T: Frame>(entries: &[Entry<T>], hardware: &str) -> Option<Arc<OpenDevice<T>>> {
    let entry = entries.iter().find(|entry| entry.hardware == hardware)?;
    entry.device.upgrade().filter(|_| !entry.source.has_ended())
}

fn open_one<T: Frame>(
    entries: &mut Vec<Entry<T>>,
    offer: &Offer<'_, T>,
    chosen: &Choice,
    asked: &MediaTrackConstraints,
) -> Result<TrackFeed<T>> {
    let device = &offer.devices[chosen.device];
    let open = match present(entries, &device.hardware) {
        Some(open) => {
            open.switch(chosen.mode)?;
            open
        }
        None => open_anew(entries, offer, device, chosen.mode)?,
    };
    let all_modes: Vec<usize> = (0..device.modes.len()).collect();
    let all = offers::<T>(device, 0, &all_modes);
    let capabilities = MediaTrackCapabilities::of(all.iter().map(|(_, candidate)| candidate));
    let mode = &device.modes[chosen.mode];
    let controls = open.original_controls();
    let source = open.source().clone();
    let feed = TrackFeed::new(source.clone(), mode, asked.clone(), capabilities, controls)
        .and_then(|feed| feed.on_device(open));
    if feed.is_err() && source.taps().is_empty() {
        // Opened for nobody: without a track nothing else would ever close it.
        source.end(None);
    }
    feed
}

fn open_anew<T: Frame>(
    entries: &mut Vec<Entry<T>>,
    offer: &Offer<'_, T>,
    device: &Device,
    mode: usize,
) -> Result<Arc<OpenDevice<T>>> {
    // The thread that had it may still be about to close it.
    for entry in entries.iter().filter(|entry| entry.hardware == device.hardware) {
        entry.source.wait_until_closed()?;
    }
    entries.retain(|entry| entry.device.strong_count() > 0 && entry.hardware != device.hardware);
    let opener = (offer.opener)(device);
    let source = Source::open(name::<T>(), offer.backpressure, opener(mode))?;
    let open = Arc::new(OpenDevice::new(device.clone(), source.clone(), mode, opener));
    entries.push(Entry {
        hardware: device.hardware.clone(),
        source,
        device: Arc::downgrade(&open),
    });
    Ok(open)
}

/// Why nothing is left: because of what is asked, or because of what other tracks ask.
fn explained<T: Frame>(devices: &[Device], asked: &MediaTrackConstraints, error: Error) -> Error {
    let unhindered = choices::<T>(&[], devices, asked);
    match select(&unhindered, asked) {
        Ok(selection) => in_the_way(&unhindered[selection.candidate].candidate.label),
        Err(_) => error,
    }
}

/// As `getUserMedia` names it (10.2).
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
    use crate::devices::capture::Controls;
    use crate::devices::info::MediaDeviceKind;
    use crate::media::{Color, VideoFormat, VideoFrame};
    use crate::streams::source::{FrameSender, Ready};
    use std::thread;
    use std::time::Duration;

    /// A camera that says it is 1280×720, and is 640×480 when it is open.
    fn boaster() -> Device {
        Device {
            kind: MediaDeviceKind::VideoInput,
            hardware: "boaster".into(),
            unit: None,
            label: "Boaster".into(),
            names: Vec::new(),
            is_default: true,
            modes: vec![MediaTrackSettings::video(1280, 720, Some(30.0))],
            controls: Controls::default(),
        }
    }

    fn opener(_: &Device) -> Box<ModeOpener<VideoFrame>> {
        Box::new(|_| {
            Box::new(|| {
                let format = VideoFormat {
                    width: 640,
                    height: 480,
                    frame_duration: None,
                    color: Color::BT601,
                };
                let body = |sender: &FrameSender<VideoFrame>| {
                    while sender.is_wanted() {
                        thread::sleep(Duration::from_millis(1));
                    }
                    Ok(())
                };
                Ok(Ready {
                    format,
                    body: Box::new(body),
                })
            })
        })
    }

    #[test]
    fn a_device_that_turns_out_not_to_do_is_closed_and_can_be_opened_again_at_once() {
        let (inputs, devices) = (Inputs::<VideoFrame>::default(), [boaster()]);
        let offer = Offer {
            devices: &devices,
            backpressure: Backpressure::DropNewest,
            opener: &opener,
        };
        let wide = MediaTrackConstraints::parse("width>=1000").unwrap().value;
        let refused = inputs
            .open(&offer, &wide, &mut Vec::new())
            .err()
            .map(|error| error.name());
        assert_eq!(refused, Some("OverconstrainedError"));
        // One that is left open would be waited for in vain.
        let any = MediaTrackConstraints::default();
        let (_, feed) = inputs.open(&offer, &any, &mut Vec::new()).unwrap();
        assert_eq!(feed.format().width, 640);
    }
}
