//! The cameras among the nodes of `/dev`, and what each can deliver.
use crate::devices::camera::modes::{
    Interval, Intervals, Lengths, Mode, Offer, merge, usual_intervals, usual_sizes,
};
use crate::devices::camera::v4l2::errors::{errno, refusal};
use crate::devices::camera::v4l2::ioctl;
use crate::devices::camera::v4l2::sysfs::{Hardware, links};
use crate::devices::capture_device::CaptureDevice;
use crate::devices::info::MediaDeviceKind;
use crate::error::Result;
use crate::picture::capture_format::Pixels;
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
    /// `device.modes`, with what is needed to open them.
    pub(super) modes: Vec<Mode>,
    bus: String,
}

/// What a node is known by without opening it: a node that was made anew is another one.
type Stamp = (u64, u64, i64, i64);

/// A node, and what it is; None when it is no camera.
type Known = (Stamp, Option<Arc<Node>>);

/// Opening a camera on the USB may wake it up, and the list is asked for every second: so what is known of such a
/// node is kept, for the whole process, until it is another node. Others are asked each time: a loopback offers
/// what its producer delivers just now.
static KNOWN: Mutex<BTreeMap<PathBuf, Known>> = Mutex::new(BTreeMap::new());

/// The cameras, by number of their nodes.
///
/// # Errors
/// `NotAllowed` when there are nodes, and none may be opened.
pub(super) fn nodes() -> Result<Vec<Arc<Node>>> {
    let mut known = kept().clone();
    let present = present(Path::new("/dev"));
    known.retain(|path, (stamp, _)| present.iter().any(|(there, now)| there == path && now == stamp));
    let mut denied = None;
    for (path, stamp) in present {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let hardware_id = Hardware::of(Path::new("/sys/class/video4linux"), name);
        if hardware_id.usb.is_some() && known.contains_key(&path) {
            continue;
        }
        known.remove(&path);
        match examine(&path, &hardware_id) {
            Ok(node) => {
                known.insert(path, (stamp, node.map(Arc::new)));
            }
            Err(error) if matches!(errno(&error), Some(Errno::EACCES | Errno::EPERM)) => {
                denied.get_or_insert(refusal(&path, error));
            }
            // It is gone again, or in a state that may pass.
            Err(_) => {}
        }
    }
    let mut nodes: Vec<_> = known.values().filter_map(|(_, node)| node.clone()).collect();
    nodes.sort_by_key(|node| number(&node.path));
    *kept() = known;
    match denied {
        Some(denied) if nodes.is_empty() => Err(denied),
        _ => Ok(nodes),
    }
}

/// Not to be held while a driver is asked: it may take its time. The map is whole before a panic could strike.
fn kept() -> MutexGuard<'static, BTreeMap<PathBuf, Known>> {
    KNOWN.lock()
}

/// The nodes by the name of a video device.
fn present(folder: &Path) -> Vec<(PathBuf, Stamp)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| folder.join(entry.file_name()))
        .filter(|path| number(path).is_some())
        .filter_map(|path| {
            let data = fs::metadata(&path).ok()?;
            let stamp = (data.rdev(), data.ino(), data.ctime(), data.ctime_nsec());
            Some((path, stamp))
        })
        .collect()
}

/// 3 of "/dev/video3".
fn number(path: &Path) -> Option<u32> {
    path.file_name()?.to_str()?.strip_prefix("video")?.parse().ok()
}

/// What a node is; None when it is no camera, or none that we can read.
fn examine(path: &Path, hardware_id: &Hardware) -> io::Result<Option<Node>> {
    let device = v4l::Device::with_path(path)?;
    let capability = ioctl::capability(&device)?;
    let needed = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    if capability.flags & needed != needed {
        return Ok(None);
    }
    let modes = merge(offers(&device)?);
    if modes.is_empty() {
        return Ok(None);
    }
    let aliases = links(Path::new("/dev/v4l"), path);
    let names = std::iter::once(path).chain(aliases.iter().map(PathBuf::as_path));
    Ok(Some(Node {
        device: CaptureDevice {
            kind: MediaDeviceKind::VideoInput,
            hardware_id: hardware_id.identity(&capability.card, &capability.bus),
            unit: hardware_id.unit(),
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

/// The devices of nodes. Makers that give all their cameras one serial number make them equal; then the place where
/// they are plugged in has to tell them apart.
pub(super) fn devices(nodes: &[Arc<Node>]) -> Vec<CaptureDevice> {
    let twice = |hardware_id: &str| {
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
            if twice(&device.hardware_id) {
                device.hardware_id = format!("{}:{}", device.hardware_id, node.bus);
            }
            device
        })
        .collect()
}

/// USB cameras are named "product: product" or "product: function", and cut at 31 characters.
fn label(card: &str) -> String {
    match card.split_once(": ") {
        Some((product, function)) if product.starts_with(function) => product.to_owned(),
        _ => card.to_owned(),
    }
}

/// All that the driver lists and we can convert.
fn offers(device: &v4l::Device) -> io::Result<Vec<Offer>> {
    let mut offers = Vec::new();
    for format in device.enum_formats()? {
        let Some(pixels) = Pixels::of_fourcc(format.fourcc.repr) else {
            continue;
        };
        for size in sizes(device, format.fourcc) {
            let intervals = intervals(device, format.fourcc, size);
            offers.extend(intervals.into_iter().map(|interval| Offer {
                pixels,
                size,
                interval,
            }));
        }
    }
    Ok(offers)
}

fn sizes(device: &v4l::Device, fourcc: FourCC) -> Vec<(u32, u32)> {
    let Ok(listed) = device.enum_framesizes(fourcc) else {
        // A driver that lists none has the one that is set.
        let current = ioctl::format(device).ok();
        return current.map(|now| (now.width, now.height)).into_iter().collect();
    };
    listed
        .into_iter()
        .flat_map(|listed| match listed.size {
            FrameSizeEnum::Discrete(size) => vec![(size.width, size.height)],
            FrameSizeEnum::Stepwise(steps) => {
                let lengths = |least, greatest, step| Lengths {
                    least,
                    greatest,
                    step,
                };
                usual_sizes(
                    lengths(steps.min_width, steps.max_width, steps.step_width),
                    lengths(steps.min_height, steps.max_height, steps.step_height),
                )
            }
        })
        .collect()
}

/// None stands for a rate that the driver does not tell.
fn intervals(device: &v4l::Device, fourcc: FourCC, (width, height): (u32, u32)) -> Vec<Option<Interval>> {
    const CONTINUOUS: u32 = 2;
    let of = |fraction: Fraction| Interval::new(fraction.numerator, fraction.denominator);
    let Ok(listed) = device.enum_frameintervals(fourcc, width, height) else {
        let now = device.params().ok().map(|now| of(now.interval));
        return vec![now.filter(|interval| interval.rate().is_some())];
    };
    listed
        .into_iter()
        .flat_map(|listed| match listed.interval {
            FrameIntervalEnum::Discrete(interval) => vec![of(interval)],
            FrameIntervalEnum::Stepwise(steps) => usual_intervals(Intervals {
                shortest: of(steps.min),
                longest: of(steps.max),
                step: (listed.typ != CONTINUOUS).then(|| of(steps.step)),
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
        let hardware_id: Vec<_> = devices(&nodes)
            .into_iter()
            .map(|device| device.hardware_id)
            .collect();
        assert_eq!(hardware_id, ["same:usb-1", "same:usb-2", "other"]);
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
        assert_eq!(number(Path::new("/dev/video12")), Some(12));
        for other in ["/dev/video", "/dev/videoX", "/dev/v4l", "/dev/vbi0"] {
            assert_eq!(number(Path::new(other)), None, "{other}");
        }
    }
}
