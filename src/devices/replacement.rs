//! `Replacement`: finds and opens the device that delivers in place of a lost one, most often the same.
use crate::constraints::{MediaTrackConstraints, MediaTrackSettings, Property, select_settings};
use crate::devices::candidates::{best_mode, candidates_of};
use crate::devices::capture_device::CaptureDevice;
use crate::devices::claim::Claim;
use crate::devices::opener::DeviceOpener;
use crate::error::{Error, Result};
use crate::streams::Capture;
use crate::streams::shared_device::ControlValues;
use crate::streams::source::Backpressure;
use crate::streams::track_frame::TrackFrame;
use crate::sync::Mutex;
use std::sync::Arc;

/// The device that a track has, and what was requested of it.
pub(super) struct Replacement<T> {
    pub(super) opener: DeviceOpener<T>,
    /// With ids in its modes.
    pub(super) device: CaptureDevice,
    /// The index of the mode that it is in.
    pub(super) mode: usize,
    pub(super) requested: MediaTrackConstraints,
    /// The values that its controls are set to.
    pub(super) controls: Arc<Mutex<ControlValues>>,
}

/// Which devices are searched.
#[derive(Clone, Copy, Debug)]
pub(super) enum Search {
    /// The system's default device, while the present one is open.
    NewDefault,
    /// Those that may take the place of a lost one, in this order.
    Lost {
        /// The system's default device.
        default: bool,
        /// The same device.
        same: bool,
        /// Any other that satisfies the constraints.
        others: bool,
    },
}

/// A device that was found and opened.
pub(super) struct Replaced<T: TrackFrame> {
    pub(super) place: Place,
    pub(super) capture: Box<dyn Capture<T>>,
}

/// The device that delivers from now on.
pub(super) struct Place {
    pub(super) device: CaptureDevice,
    pub(super) mode: usize,
    /// `None` for the same device, which was claimed before.
    pub(super) claim: Option<Claim>,
}

impl<T> Clone for Replacement<T> {
    fn clone(&self) -> Self {
        Self {
            opener: self.opener.clone(),
            device: self.device.clone(),
            mode: self.mode,
            requested: self.requested.clone(),
            controls: Arc::clone(&self.controls),
        }
    }
}

impl<T: TrackFrame> Replacement<T> {
    /// Whether the track was given the default device because it did not ask for one.
    pub(super) fn is_default(&self) -> bool {
        self.device.is_default && !self.requested.constrains(Property::DeviceId)
    }

    /// Opens the first of the devices searched that can be opened, on this thread.
    ///
    /// # Errors
    /// Those of the backend for the first that cannot be opened; `NotFound` if there is none.
    pub(super) fn open(&self, search: Search) -> Result<Replaced<T>> {
        let mut failure = None;
        for (device, mode) in self.candidates(search)? {
            match self.open_one(device, mode) {
                Ok(replaced) => return Ok(replaced),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        Err(failure.unwrap_or_else(|| Error::NotFound {
            message: format!("{} is not connected", self.device.label),
        }))
    }

    fn candidates(&self, search: Search) -> Result<Vec<(CaptureDevice, usize)>> {
        let listed = if self.opener.backpressure() == Backpressure::DropNewest {
            self.opener.list()?
        } else {
            // Its time is that of the media, but the list is that of now.
            let mut listed = self.opener.list().unwrap_or_default();
            listed.retain(|device| !self.is_same(device));
            [vec![self.device.clone()], listed].concat()
        };
        let (default, same, others) = match search {
            Search::NewDefault => (true, false, false),
            Search::Lost {
                default,
                same,
                others,
            } => (default, same, others),
        };
        let mut found: Vec<(CaptureDevice, usize)> = Vec::new();
        let default = listed.iter().filter(|device| default && device.is_default);
        let same = listed.iter().filter(|device| same && self.is_same(device));
        for device in default.chain(same) {
            found.extend(self.mode_of(device).map(|mode| (device.clone(), mode)));
        }
        if others {
            found.extend(self.fitting(&listed));
        }
        let is_open = matches!(search, Search::NewDefault);
        let mut ids = Vec::new();
        found.retain(|(device, _)| {
            let is_new = !ids.contains(&device.hardware_id);
            ids.push(device.hardware_id.clone());
            // A device that is open cannot take its own place.
            is_new && !(is_open && self.is_same(device))
        });
        Ok(found)
    }

    fn is_same(&self, device: &CaptureDevice) -> bool {
        device.hardware_id == self.device.hardware_id
    }

    /// The mode that a device is to be opened in: the one that it was in, or the best one for the constraints. The same device
    /// is opened even if none satisfies them any more.
    fn mode_of(&self, device: &CaptureDevice) -> Option<usize> {
        let all: Vec<usize> = (0..device.modes.len()).collect();
        let best = best_mode::<T>(device, &self.requested, &all).ok();
        if !self.is_same(device) {
            return best;
        }
        let current = self.device.modes.get(self.mode);
        let unchanged = device.modes.iter().position(|mode| Some(mode) == current);
        unchanged.or(best).or_else(|| all.first().copied())
    }

    /// The devices that satisfy the constraints, the best first.
    fn fitting(&self, listed: &[CaptureDevice]) -> Vec<(CaptureDevice, usize)> {
        let mut choices = Vec::new();
        for (rank, device) in listed.iter().enumerate() {
            let all: Vec<usize> = (0..device.modes.len()).collect();
            let candidates = candidates_of::<T>(device, rank, &all).into_iter();
            choices.extend(candidates.map(|(mode, candidate)| (rank, mode, candidate)));
        }
        let mut fitting = Vec::new();
        loop {
            let candidates: Vec<_> = choices.iter().map(|(.., candidate)| candidate.clone()).collect();
            let selected = select_settings(&self.requested, &candidates, &MediaTrackSettings::defaults());
            let Ok(selected) = selected else {
                return fitting;
            };
            let (rank, mode, _) = choices[selected.candidate];
            fitting.push((listed[rank].clone(), mode));
            choices.retain(|(other, ..)| *other != rank);
        }
    }

    fn open_one(&self, device: CaptureDevice, mode: usize) -> Result<Replaced<T>> {
        let claim =
            if self.is_same(&device) {
                None
            } else {
                let claim = self.opener.claim(&device);
                Some(claim.ok_or_else(|| {
                    Error::not_readable(format!("{} is used by another track", device.label))
                })?)
            };
        let capture = self.opener.open(&device, mode)?;
        if self.is_same(&device) {
            self.restore_controls(&device);
        }
        Ok(Replaced {
            place: Place { device, mode, claim },
            capture,
        })
    }

    /// Sets the controls that were changed. A device that was without power has forgotten them; what it refuses stays.
    fn restore_controls(&self, device: &CaptureDevice) {
        for (property, value) in self.controls.lock().clone() {
            let mut original = self.device.controls.iter();
            let is_unchanged = original.any(|control| control.property == property && control.value == value);
            if !is_unchanged {
                let _ = self.opener.backend().set_control(device, property, &value);
            }
        }
    }
}
