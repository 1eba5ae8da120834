//! `OpenRequest`: one kind of track requested from `getUserMedia`.
use crate::constraints::{
    Explanation, MediaTrackConstraints, MediaTrackSettings, OpenFailure, explain_opening,
};
use crate::devices::candidates::candidates_of;
use crate::devices::capture_device::CaptureDevice;
use crate::media::{AudioBlock, TrackKind, VideoFrame};

/// The constraints for one kind of track, the devices to select from, and those that could not be opened.
pub(super) struct OpenRequest {
    pub(super) kind: TrackKind,
    pub(super) devices: Vec<CaptureDevice>,
    pub(super) constraints: MediaTrackConstraints,
    pub(super) open_failures: Vec<OpenFailure>,
}

impl OpenRequest {
    pub(super) fn explain(&self) -> Explanation {
        let of_device = |(rank, device): (usize, &CaptureDevice)| {
            let modes: Vec<usize> = (0..device.modes.len()).collect();
            match self.kind {
                TrackKind::Video => candidates_of::<VideoFrame>(device, rank, &modes),
                TrackKind::Audio => candidates_of::<AudioBlock>(device, rank, &modes),
            }
        };
        let candidates = self.devices.iter().enumerate().flat_map(of_device);
        let candidates: Vec<_> = candidates.map(|(_, candidate)| candidate).collect();
        explain_opening(
            &self.constraints,
            &candidates,
            &MediaTrackSettings::defaults(),
            &self.open_failures,
        )
    }
}
