//! The device nodes in `/dev` that are cameras, and their modes.
use crate::devices::camera::modes::{DriverMode, Interval, Mode, merge};
use crate::devices::camera::v4l2::errors::{errno, open_error};
use crate::devices::camera::v4l2::ioctl;
use crate::devices::camera::v4l2::ranges::{IntervalRange, SizeRange, common_intervals, common_sizes};
use crate::devices::camera::v4l2::sysfs::{Hardware, persistent_links};
use crate::devices::capture_device::CaptureDevice;
use crate::devices::info::MediaDeviceKind;
use crate::error::Result;
use crate::picture::capture_format::CapturePixelFormat;
use crate::sync::{Mutex, MutexGuard};
use nix::errno::Errno;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use v4l::FourCC;
use v4l::fraction::Fraction;
use v4l::frameinterval::FrameIntervalEnum;
use v4l::framesize::FrameSizeEnum;
use v4l::v4l_sys::{V4L2_CAP_STREAMING, V4L2_CAP_VIDEO_CAPTURE};
use v4l::video::Capture;

/// A node that is a camera.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) path: PathBuf,
    pub(super) device: CaptureDevice,
    /// `device.modes`, with the pixel formats to open them in.
    pub(super) modes: Vec<Mode>,
    /// Bus information, as the driver reports it.
    bus: String,
}

/// Identifies a node without opening it: device number, inode and times of change. A node created again has another one.
type NodeId = (u64, u64, i64, i64);

/// A node; `None` if it is not a camera.
type CachedNode = (NodeId, Option<Arc<Node>>);

/// Opening a USB camera may power it up, and a watched list is read every second. So USB nodes are cached for the whole
/// process, until they are created again. Others are opened each time: a loopback device lists what its producer delivers
/// at the moment.
static NODE_CACHE: Mutex<BTreeMap<PathBuf, CachedNode>> = Mutex::new(BTreeMap::new());

/// Returns the cameras, ordered by node number.
///
/// # Errors
/// `NotAllowed` if there are nodes, and none may be opened.
pub(super) fn nodes() -> Result<Vec<Arc<Node>>> {
    let mut cache = node_cache().clone();
    let present = video_nodes(Path::new("/dev"));
    cache.retain(|path, (id, _)| {
        present
            .iter()
            .any(|(node, current)| node == path && current == id)
    });
    let mut denied = None;
    for (path, id) in present {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let hardware = Hardware::of(Path::new("/sys/class/video4linux"), name);
        if hardware.usb.is_some() && cache.contains_key(&path) {
            continue;
        }
        cache.remove(&path);
        match probe(&path, &hardware) {
            Ok(node) => {
                cache.insert(path, (id, node.map(Arc::new)));
            }
            Err(error) if matches!(errno(&error), Some(Errno::EACCES | Errno::EPERM)) => {
                denied.get_or_insert(open_error(&path, error));
            }
            // It was removed again, or cannot be read at the moment.
            Err(_) => {}
        }
    }
    let mut nodes: Vec<_> = cache.values().filter_map(|(_, node)| node.clone()).collect();
    nodes.sort_by_key(|node| node_number(&node.path));
    *node_cache() = cache;
    match denied {
        Some(denied) if nodes.is_empty() => Err(denied),
        _ => Ok(nodes),
    }
}

/// Locks the cache. Not to be held while calling a driver, which may take long.
fn node_cache() -> MutexGuard<'static, BTreeMap<PathBuf, CachedNode>> {
    NODE_CACHE.lock()
}

/// Returns the nodes named like video devices.
fn video_nodes(folder: &Path) -> Vec<(PathBuf, NodeId)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| folder.join(entry.file_name()))
        .filter(|path| node_number(path).is_some())
        .filter_map(|path| {
            let data = fs::metadata(&path).ok()?;
            let id = (data.rdev(), data.ino(), data.ctime(), data.ctime_nsec());
            Some((path, id))
        })
        .collect()
}

/// Returns 3 for "/dev/video3".
fn node_number(path: &Path) -> Option<u32> {
    path.file_name()?.to_str()?.strip_prefix("video")?.parse().ok()
}

/// Opens a node and lists its modes. Returns `None` if it is not a camera, or has no pixel format that can be converted.
fn probe(path: &Path, hardware: &Hardware) -> io::Result<Option<Node>> {
    let device = v4l::Device::with_path(path)?;
    let capability = ioctl::capability(&device)?;
    let required = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    if capability.flags & required != required {
        return Ok(None);
    }
    let modes = merge(driver_modes(&device)?);
    if modes.is_empty() {
        return Ok(None);
    }
    let aliases = persistent_links(Path::new("/dev/v4l"), path);
    let names = std::iter::once(path).chain(aliases.iter().map(PathBuf::as_path));
    Ok(Some(Node {
        device: CaptureDevice {
            kind: MediaDeviceKind::VideoInput,
            hardware_id: hardware.hardware_id(&capability.card, &capability.bus),
            unit: hardware.unit(),
            label: label(&capability.card),
            names: names.map(|name| name.display().to_string()).collect(),
            is_default: false,
            modes: modes.iter().map(Mode::settings).collect(),
            controls: Vec::new(),
        },
        path: path.to_owned(),
        modes,
        bus: capability.bus,
    }))
}

/// Returns the devices of nodes. Some manufacturers give all cameras the same serial number; equal ids are distinguished
/// by the bus.
pub(super) fn devices(nodes: &[Arc<Node>]) -> Vec<CaptureDevice> {
    let is_duplicate = |hardware_id: &str| {
        nodes
            .iter()
            .filter(|node| node.device.hardware_id == hardware_id)
            .count()
            > 1
    };
    nodes
        .iter()
        .map(|node| {
            let mut device = node.device.clone();
            if is_duplicate(&device.hardware_id) {
                device.hardware_id = format!("{}:{}", device.hardware_id, node.bus);
            }
            device
        })
        .collect()
}

/// Returns the product name. USB cameras are named "product: product" or "product: function", cut off at 31 characters.
fn label(card: &str) -> String {
    match card.split_once(": ") {
        Some((product, function)) if product.starts_with(function) => product.to_owned(),
        _ => card.to_owned(),
    }
}

/// Lists the driver's modes with pixel formats that can be converted.
fn driver_modes(device: &v4l::Device) -> io::Result<Vec<DriverMode>> {
    let mut modes = Vec::new();
    for format in device.enum_formats()? {
        let Some(pixels) = CapturePixelFormat::from_fourcc(format.fourcc.repr) else {
            continue;
        };
        for size in sizes(device, format.fourcc) {
            let intervals = intervals(device, format.fourcc, size);
            modes.extend(intervals.into_iter().map(|interval| DriverMode {
                pixels,
                size,
                interval,
            }));
        }
    }
    Ok(modes)
}

fn sizes(device: &v4l::Device, fourcc: FourCC) -> Vec<(u32, u32)> {
    let Ok(listed) = device.enum_framesizes(fourcc) else {
        // A driver that lists no sizes supports the current one.
        let current = ioctl::format(device).ok();
        return current
            .map(|format| (format.width, format.height))
            .into_iter()
            .collect();
    };
    listed
        .into_iter()
        .flat_map(|listed| match listed.size {
            FrameSizeEnum::Discrete(size) => vec![(size.width, size.height)],
            FrameSizeEnum::Stepwise(steps) => {
                let range = |min, max, step| SizeRange { min, max, step };
                common_sizes(
                    range(steps.min_width, steps.max_width, steps.step_width),
                    range(steps.min_height, steps.max_height, steps.step_height),
                )
            }
        })
        .collect()
}

/// Lists the frame intervals of a size; `None` is an unknown one.
fn intervals(device: &v4l::Device, fourcc: FourCC, (width, height): (u32, u32)) -> Vec<Option<Interval>> {
    const CONTINUOUS: u32 = 2;
    let interval = |fraction: Fraction| Interval::new(fraction.numerator, fraction.denominator);
    let Ok(listed) = device.enum_frameintervals(fourcc, width, height) else {
        let current = device
            .params()
            .ok()
            .map(|parameters| interval(parameters.interval));
        return vec![current.filter(|interval| interval.rate().is_some())];
    };
    listed
        .into_iter()
        .flat_map(|listed| match listed.interval {
            FrameIntervalEnum::Discrete(fraction) => vec![interval(fraction)],
            FrameIntervalEnum::Stepwise(steps) => common_intervals(IntervalRange {
                min: interval(steps.min),
                max: interval(steps.max),
                step: (listed.typ != CONTINUOUS).then(|| interval(steps.step)),
            }),
        })
        .map(Some)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(number: u32, hardware_id: &str, bus: &str) -> Arc<Node> {
        Arc::new(Node {
            path: PathBuf::from(format!("/dev/video{number}")),
            device: CaptureDevice {
                kind: MediaDeviceKind::VideoInput,
                hardware_id: hardware_id.into(),
                unit: None,
                label: String::new(),
                names: Vec::new(),
                is_default: false,
                modes: Vec::new(),
                controls: Vec::new(),
            },
            modes: Vec::new(),
            bus: bus.into(),
        })
    }

    #[test]
    fn cameras_that_claim_to_be_the_same_are_told_apart_by_their_places() {
        let nodes = [
            node(0, "same", "usb-1"),
            node(2, "same", "usb-2"),
            node(4, "other", "usb-3"),
        ];
        let ids: Vec<_> = devices(&nodes)
            .into_iter()
            .map(|device| device.hardware_id)
            .collect();
        assert_eq!(ids, ["same:usb-1", "same:usb-2", "other"]);
    }

    #[test]
    fn labels_say_a_name_once() {
        assert_eq!(label("HD Webcam C525: HD Webcam C525"), "HD Webcam C525");
        assert_eq!(label("Integrated Camera: Integrated C"), "Integrated Camera");
        assert_eq!(label("Laptop: Infrared"), "Laptop: Infrared");
        assert_eq!(label("vivid"), "vivid");
    }

    #[test]
    fn video_nodes_are_known_by_their_number() {
        assert_eq!(node_number(Path::new("/dev/video12")), Some(12));
        for other in ["/dev/video", "/dev/videoX", "/dev/v4l", "/dev/vbi0"] {
            assert_eq!(node_number(Path::new(other)), None, "{other}");
        }
    }
}
