//! `OpenDevice`: an open device that several tracks share, with one mode and one set of controls.
use crate::constraints::{
    Candidate, Control, ControlValue, MediaTrackConstraints, MediaTrackSettings, Property, select_settings,
};
use crate::devices::candidates::{best_mode, candidates_of};
use crate::devices::capture_device::CaptureDevice;
use crate::devices::opener::DeviceOpener;
use crate::devices::reconnecting::opening;
use crate::devices::replacement::Replacement;
use crate::error::{Error, Result};
use crate::streams::shared_device::{ControlValues, SharedDevice};
use crate::streams::source::Source;
use crate::streams::tap::Tap;
use crate::streams::track_frame::TrackFrame;
use crate::sync::{Mutex, MutexGuard};
use std::sync::Arc;

/// A device that is open in one of its modes. Clones of its tracks and later `getUserMedia` calls share it.
pub(crate) struct OpenDevice<T: TrackFrame> {
    /// The device, with ids in its modes.
    device: CaptureDevice,
    source: Source<T>,
    opener: DeviceOpener<T>,
    /// The index of its current mode.
    mode: Mutex<usize>,
    /// The current values of its controls.
    controls: Arc<Mutex<ControlValues>>,
    /// The constraints of its first track.
    requested: MediaTrackConstraints,
}

impl<T: TrackFrame> OpenDevice<T> {
    /// Opens a device in the mode of this index, for a first track with these constraints.
    ///
    /// # Errors
    /// Those of its backend; `NotReadable` if it takes too long.
    pub(super) fn open(
        device: CaptureDevice,
        mode: usize,
        requested: &MediaTrackConstraints,
        opener: &DeviceOpener<T>,
    ) -> Result<Self> {
        let values = device.controls.iter();
        let values = values.map(|control| (control.property, control.value.clone()));
        let controls = Arc::new(Mutex::new(values.collect()));
        let replacement = Replacement {
            opener: opener.clone(),
            device: device.clone(),
            mode,
            requested: requested.clone(),
            controls: Arc::clone(&controls),
        };
        let source = Source::open(
            DeviceOpener::<T>::name(),
            opener.backpressure(),
            opener.clock(),
            opening(replacement),
        )?;
        Ok(Self {
            controls,
            requested: requested.clone(),
            device,
            source,
            opener: opener.clone(),
            mode: Mutex::new(mode),
        })
    }

    pub(crate) fn source(&self) -> &Source<T> {
        &self.source
    }

    /// The modes that another track with these constraints may use: the current one if it satisfies them, otherwise those
    /// compatible with the other tracks.
    pub(crate) fn available_modes(&self, requested: &MediaTrackConstraints) -> Vec<usize> {
        let others: Vec<_> = self
            .source
            .taps()
            .iter()
            .map(|tap| tap.config().constraints)
            .collect();
        self.compatible_modes(requested, &others, self.current_mode())
    }

    /// Switches the device to this mode, unless it is in it already.
    ///
    /// # Errors
    /// `NotReadable` if it cannot be opened in this mode. It is back in its old mode then, or has ended.
    pub(crate) fn switch_mode(&self, to: usize) -> Result<()> {
        let mut mode = self.mode.lock();
        if *mode != to {
            self.reopen(to, None).inspect_err(|_| self.restore_mode(*mode))?;
            *mode = to;
        }
        Ok(())
    }

    /// Applies a track's constraints and control changes, in the device's current mode.
    fn reconfigure(
        &self,
        tap: &Tap<T>,
        requested: MediaTrackConstraints,
        mode: usize,
        changes: ControlValues,
    ) -> Result<()> {
        let before = self.apply_controls(changes)?;
        let result = self.source.with_format(|format| match format {
            Some(format) => tap.reconfigure(requested, &self.device.modes[mode], format),
            None => Ok(()),
        });
        result.inspect_err(|_| self.rollback_controls(before))
    }

    /// Its controls, with their values when the device was opened.
    pub(crate) fn original_controls(&self) -> Vec<Control> {
        self.device.controls.clone()
    }

    /// The controls to change for a track with these constraints. Those that only other tracks constrain are not changed.
    fn control_changes(
        &self,
        requested: &MediaTrackConstraints,
        selected: &ControlValues,
        others: &[MediaTrackConstraints],
    ) -> Result<ControlValues> {
        let current = self.lock_controls();
        let mut changes = ControlValues::new();
        for (property, value) in selected {
            let shared = others.iter().any(|other| other.constrains(*property));
            if current.get(property) == Some(value) || (shared && !requested.constrains(*property)) {
                continue;
            }
            if others.iter().all(|other| other.allows(*property, value)) {
                changes.insert(*property, value.clone());
            } else if !current
                .get(property)
                .is_some_and(|value| requested.allows(*property, value))
            {
                return Err(conflicts_with_other_tracks(&self.device.label));
            }
        }
        Ok(changes)
    }

    /// Sets all of these controls, or none if one fails. Returns their previous values.
    fn apply_controls(&self, changes: ControlValues) -> Result<ControlValues> {
        let mut before = ControlValues::new();
        for (property, value) in changes {
            if let Err(error) = self.set_control(property, &value) {
                self.rollback_controls(before);
                return Err(error);
            }
            let was = self.lock_controls().insert(property, value);
            before.extend(was.map(|was| (property, was)));
        }
        Ok(before)
    }

    fn set_control(&self, property: Property, value: &ControlValue) -> Result<()> {
        self.opener.backend().set_control(&self.device, property, value)
    }

    /// Restores the values before a failed change; further failures are ignored.
    fn rollback_controls(&self, before: ControlValues) {
        // In reverse order: a control may be settable only with the current values of those set before it.
        for (property, value) in before.into_iter().rev() {
            if self.set_control(property, &value).is_ok() {
                self.lock_controls().insert(property, value);
            }
        }
    }

    fn lock_controls(&self) -> MutexGuard<'_, ControlValues> {
        self.controls.lock()
    }

    fn candidates(&self, modes: &[usize]) -> Vec<Candidate> {
        let candidates = candidates_of::<T>(&self.device, 0, modes).into_iter();
        candidates.map(|(_, candidate)| candidate).collect()
    }

    fn current_mode(&self) -> usize {
        *self.mode.lock()
    }

    /// Opens the device again in another mode. `first` is the track that requested it, with its new constraints.
    fn reopen(&self, to: usize, first: Option<(&Arc<Tap<T>>, &MediaTrackConstraints)>) -> Result<()> {
        let mode = &self.device.modes[to];
        let open = opening(Replacement {
            opener: self.opener.clone(),
            device: self.device.clone(),
            mode: to,
            requested: self.requested.clone(),
            controls: Arc::clone(&self.controls),
        });
        let name = DeviceOpener::<T>::name();
        self.source.reopen(name, self.opener.clock(), open, |format| {
            // All current tracks: some may have been added while the device was opened.
            for tap in self.source.taps().iter() {
                match first {
                    // Errors are found when the constraints are applied afterwards.
                    Some((first, requested)) if Arc::ptr_eq(first, tap) => {
                        let _ = tap.reconfigure(requested.clone(), mode, format);
                    }
                    _ => tap.on_source_changed(format, Some(mode)),
                }
            }
        })
    }

    /// Returns to the previous mode after a failure. If that fails too, the source ends.
    fn restore_mode(&self, mode: usize) {
        if let Err(error) = self.reopen(mode, None) {
            self.source.end(Some(&Arc::new(error)));
        }
    }

    fn select_mode(
        &self,
        requested: &MediaTrackConstraints,
        others: &[MediaTrackConstraints],
        current: usize,
    ) -> Result<usize> {
        let allowed = self.compatible_modes(requested, others, current);
        match best_mode::<T>(&self.device, requested, &allowed) {
            Ok(mode) => Ok(mode),
            Err(_) if best_mode::<T>(&self.device, requested, &self.all_modes()).is_ok() => {
                Err(conflicts_with_other_tracks(&self.device.label))
            }
            // With all modes, so that the message lists everything the device offers.
            Err(_) => best_mode::<T>(&self.device, requested, &self.all_modes()),
        }
    }

    fn compatible_modes(
        &self,
        requested: &MediaTrackConstraints,
        others: &[MediaTrackConstraints],
        current: usize,
    ) -> Vec<usize> {
        if others.is_empty() {
            return self.all_modes();
        }
        // Other recordings are not disturbed if the current mode satisfies the constraints.
        if best_mode::<T>(&self.device, requested, &[current]).is_ok() {
            return vec![current];
        }
        let mut modes = self.all_modes();
        modes.retain(|mode| {
            others
                .iter()
                .all(|other| best_mode::<T>(&self.device, other, &[*mode]).is_ok())
        });
        modes
    }

    fn all_modes(&self) -> Vec<usize> {
        (0..self.device.modes.len()).collect()
    }
}

impl<T: TrackFrame> SharedDevice<T> for OpenDevice<T> {
    fn apply_constraints(&self, tap: &Arc<Tap<T>>, requested: MediaTrackConstraints) -> Result<()> {
        let mut mode = self.mode.lock();
        let taps = self.source.taps();
        let others = constraints_of_others(&taps, tap);
        let to = self.select_mode(&requested, &others, *mode)?;
        let selected = select_settings(
            &requested,
            &self.candidates(&[to]),
            &MediaTrackSettings::defaults(),
        )?;
        let changes = self.control_changes(&requested, &selected.settings.controls, &others)?;
        let before = tap.config().constraints;
        if to != *mode {
            self.reopen(to, Some((tap, &requested)))
                .inspect_err(|_| self.restore_mode(*mode))?;
        }
        if let Err(error) = self.reconfigure(tap, requested, to, changes) {
            if to != *mode {
                tap.set_constraints(before);
                self.restore_mode(*mode);
            }
            return Err(error);
        }
        *mode = to;
        Ok(())
    }

    fn init_controls(&self, tap: &Arc<Tap<T>>) -> Result<()> {
        let taps = self.source.taps();
        let others = constraints_of_others(&taps, tap);
        let config = tap.config();
        // Controls cannot be required when a device is opened (getUserMedia), so there is no conflict.
        self.apply_controls(self.control_changes(&config.constraints, &config.settings.controls, &others)?)
            .map(drop)
    }

    fn controls(&self) -> ControlValues {
        self.lock_controls().clone()
    }
}

/// The constraints of all these tracks except one.
fn constraints_of_others<T: TrackFrame>(
    taps: &[Arc<Tap<T>>],
    tap: &Arc<Tap<T>>,
) -> Vec<MediaTrackConstraints> {
    let others = taps.iter().filter(|other| !Arc::ptr_eq(other, tap));
    others.map(|other| other.config().constraints).collect()
}

/// The error for constraints that a device would satisfy without its other tracks.
pub(crate) fn conflicts_with_other_tracks(label: &str) -> Error {
    Error::Overconstrained {
        constraint: String::new(),
        message: format!(
            "{label}: the required constraints conflict with those of other tracks of this device; stop them or relax \
             their constraints"
        ),
    }
}

#[cfg(test)]
mod tests;
