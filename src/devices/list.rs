//! The order and the exposed details of the list of devices (Media Capture and Streams, 9.2).
use crate::constraints::{MediaTrackCapabilities, MediaTrackSettings};
use crate::devices::candidates::candidates_of;
use crate::devices::capture_device::CaptureDevice;
use crate::devices::identity::Identity;
use crate::devices::info::{MediaDeviceInfo, MediaDeviceKind};
use crate::media::{AudioBlock, VideoFrame};
use crate::streams::track_frame::TrackFrame;

/// The id of the extra entry for the default output.
pub(super) const DEFAULT: &str = "default";

/// Sorts devices: microphones, cameras, speakers, the default of each kind first. Adds the ids to their modes.
pub(super) fn ordered(devices: Vec<CaptureDevice>, identity: &Identity) -> Vec<CaptureDevice> {
    let mut devices: Vec<CaptureDevice> = devices
        .into_iter()
        .map(|device| with_ids(device, identity))
        .collect();
    let rank = |kind| match kind {
        MediaDeviceKind::AudioInput => 0,
        MediaDeviceKind::VideoInput => 1,
        MediaDeviceKind::AudioOutput => 2,
    };
    // The sort is stable: otherwise the order of discovery remains.
    devices.sort_by_key(|device| (rank(device.kind), !device.is_default));
    devices
}

fn with_ids(mut device: CaptureDevice, identity: &Identity) -> CaptureDevice {
    let (device_id, group_id) = (identity.device_id(&device), identity.group_id(&device));
    let settings = device.modes.into_iter().map(|mode| MediaTrackSettings {
        device_id: Some(device_id.clone()),
        group_id: Some(group_id.clone()),
        ..mode
    });
    device.modes = settings.collect();
    device
}

/// Returns the list entries. The default output has two.
pub(super) fn entries(devices: &[CaptureDevice], identity: &Identity) -> Vec<MediaDeviceInfo> {
    let mut entries: Vec<MediaDeviceInfo> = devices.iter().map(|device| entry(device, identity)).collect();
    let is_output = |entry: &MediaDeviceInfo| entry.kind == MediaDeviceKind::AudioOutput;
    let first_output = entries
        .iter()
        .position(|entry| is_output(entry) && entry.is_default);
    if let Some(index) = first_output {
        let default = MediaDeviceInfo {
            device_id: DEFAULT.into(),
            label: format!("Default: {}", entries[index].label),
            ..entries[index].clone()
        };
        entries.insert(index, default);
    }
    entries
}

fn entry(device: &CaptureDevice, identity: &Identity) -> MediaDeviceInfo {
    MediaDeviceInfo {
        device_id: identity.device_id(device),
        kind: device.kind,
        label: device.label.clone(),
        group_id: identity.group_id(device),
        names: device.names.clone(),
        is_default: device.is_default,
        capabilities: match device.kind {
            MediaDeviceKind::AudioInput => Some(capabilities::<AudioBlock>(device)),
            MediaDeviceKind::VideoInput => Some(capabilities::<VideoFrame>(device)),
            MediaDeviceKind::AudioOutput => None,
        },
    }
}

fn capabilities<T: TrackFrame>(device: &CaptureDevice) -> MediaTrackCapabilities {
    let modes: Vec<usize> = (0..device.modes.len()).collect();
    let all = candidates_of::<T>(device, 0, &modes);
    MediaTrackCapabilities::of(all.iter().map(|(_, candidate)| candidate))
}

/// Hides what the specification does not expose to a page: a kind that has not been captured in this session has at most
/// one entry, without details.
pub(super) fn exposed(
    entries: Vec<MediaDeviceInfo>,
    captured: impl Fn(MediaDeviceKind) -> bool,
) -> Vec<MediaDeviceInfo> {
    let mut seen = Vec::new();
    let mut exposed = Vec::new();
    for entry in entries {
        if captured(entry.kind) {
            exposed.push(entry);
        } else if !seen.contains(&entry.kind) {
            seen.push(entry.kind);
            exposed.push(entry.hidden());
        }
    }
    exposed
}
