//! What a device offers for a selection, and the best of it.
use crate::constraints::{Candidate, MediaTrackConstraints, MediaTrackSettings, select_settings};
use crate::devices::capture_device::CaptureDevice;
use crate::error::Result;
use crate::streams::track_frame::TrackFrame;

/// The candidates for the selection that a device offers in these modes, each with its mode.
pub(super) fn candidates_of<T: TrackFrame>(
    device: &CaptureDevice,
    rank: usize,
    modes: &[usize],
) -> Vec<(usize, Candidate)> {
    let of_mode = |mode: &usize| {
        let candidates = T::candidates(&device.label, rank, &device.modes[*mode], &device.controls);
        candidates
            .into_iter()
            .map(move |candidate| (*mode, candidate))
            .collect::<Vec<_>>()
    };
    modes.iter().flat_map(of_mode).collect()
}

/// The best of these modes for the constraints.
pub(super) fn best_mode<T: TrackFrame>(
    device: &CaptureDevice,
    requested: &MediaTrackConstraints,
    modes: &[usize],
) -> Result<usize> {
    let (modes, candidates): (Vec<_>, Vec<_>) = candidates_of::<T>(device, 0, modes).into_iter().unzip();
    let selection = select_settings(requested, &candidates, &MediaTrackSettings::defaults())?;
    Ok(modes[selection.candidate])
}
