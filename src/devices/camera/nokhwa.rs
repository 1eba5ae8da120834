//! Cameras through the crate nokhwa: of macOS and Windows, and of Linux when that is asked for.
//!
//! Its `frame` blocks for as long as the camera is silent, so a thread of its own feeds a short queue from it. That
//! thread is left alone when it does not come back. Frames are stamped when they arrive: nokhwa's stamps have gone
//! through the wall clock. What the driver itself has lost nokhwa does not tell.
mod feeder;

use crate::clock::{Clock, Timestamp};
use crate::devices::camera::modes::{Interval, Mode, Offer, merge};
use crate::devices::camera::nokhwa::feeder::Feeder;
use crate::devices::capture_device::CaptureDevice;
use crate::devices::info::MediaDeviceKind;
use crate::error::{Error, Result};
use crate::media::{Color, VideoFormat, VideoFrame};
use crate::picture::capture_format::Pixels;
use crate::picture::convert::{Converter, Layout};
use crate::streams::Capture;
use crate::sync::{Mutex, MutexGuard};
use crossbeam_channel::bounded;
use nokhwa::utils::{
    ApiBackend, CameraFormat, CameraIndex, CameraInfo, FrameFormat, RequestedFormat, RequestedFormatType,
    Resolution,
};
use nokhwa::{Camera, NokhwaError};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How long the user may think about whether we may use the camera.
const PERMISSION: Duration = Duration::from_secs(60);

/// nokhwa opens a camera to know its modes, so they are kept, for the whole process, as long as it is listed.
static KNOWN: Mutex<BTreeMap<String, Vec<Mode>>> = Mutex::new(BTreeMap::new());

/// See [`camera::cameras`](super::cameras).
pub(super) fn cameras() -> Result<Vec<CaptureDevice>> {
    Ok(list()?.into_iter().map(|(_, device, _)| device).collect())
}

fn list() -> Result<Vec<(CameraInfo, CaptureDevice, Vec<Mode>)>> {
    let mut listed = nokhwa::query(ApiBackend::Auto).map_err(|error| refusal("the cameras", &error))?;
    listed.sort_by_key(|info| (info.index().as_index().ok(), info.human_name()));
    let mut known = kept().clone();
    known.retain(|hardware, _| listed.iter().any(|info| identity(info) == *hardware));
    let mut denied = None;
    let mut cameras = Vec::new();
    for info in listed {
        let hardware = identity(&info);
        let modes = match known.get(&hardware) {
            Some(modes) => modes.clone(),
            None => match modes(info.index()) {
                Ok(modes) => modes,
                Err(error) => {
                    denied = denied.or(Some(refusal(&info.human_name(), &error)));
                    continue;
                }
            },
        };
        known.insert(hardware, modes.clone());
        if !modes.is_empty() {
            let device = device(&info, &modes);
            cameras.push((info, device, modes));
        }
    }
    *kept() = known;
    match denied {
        Some(denied @ Error::NotAllowed { .. }) if cameras.is_empty() => Err(denied),
        _ => Ok(cameras),
    }
}

/// Not to be held while a driver is asked: it may take its time. The map is whole before a panic could strike.
fn kept() -> MutexGuard<'static, BTreeMap<String, Vec<Mode>>> {
    KNOWN.lock()
}

/// `misc` is an id that lasts, where the system has one.
fn identity(info: &CameraInfo) -> String {
    format!("nokhwa:{}:{}:{}", info.misc(), info.human_name(), info.index())
}

fn device(info: &CameraInfo, modes: &[Mode]) -> CaptureDevice {
    let linux = cfg!(target_os = "linux").then(|| format!("/dev/video{}", info.index()));
    CaptureDevice {
        kind: MediaDeviceKind::VideoInput,
        hardware_id: identity(info),
        unit: None,
        label: info.human_name(),
        names: linux.into_iter().collect(),
        is_default: false,
        modes: modes.iter().map(Mode::settings).collect(),
        controls: Vec::new(),
    }
}

fn modes(index: &CameraIndex) -> std::result::Result<Vec<Mode>, NokhwaError> {
    settle(index);
    let any = RequestedFormat::with_formats(RequestedFormatType::None, nokhwa::utils::frame_formats());
    let listed = Camera::new(index.clone(), any)?.compatible_camera_formats()?;
    Ok(merge(listed.into_iter().map(|format| Offer {
        pixels: pixels(format.format()),
        size: (format.width(), format.height()),
        interval: Some(Interval::new(1, format.frame_rate())),
    })))
}

/// On Linux it opens only what another program has left as it likes it.
fn settle(index: &CameraIndex) {
    #[cfg(target_os = "linux")]
    if let Ok(number) = index.as_index() {
        // All that it knows but grey, which it calls by a name of its own.
        let known = [*b"YUYV", *b"MJPG", *b"NV12", *b"RGB3", *b"BGR3"];
        let path = format!("/dev/video{number}");
        // Opening it will tell what is wrong.
        let _ = super::v4l2::settle::settle(path.as_ref(), &known);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = index;
}

const fn pixels(format: FrameFormat) -> Pixels {
    match format {
        FrameFormat::MJPEG => Pixels::Mjpeg,
        FrameFormat::YUYV => Pixels::Yuyv,
        FrameFormat::NV12 => Pixels::Nv12,
        FrameFormat::GRAY => Pixels::Grey,
        FrameFormat::RAWRGB => Pixels::Rgb24,
        FrameFormat::RAWBGR => Pixels::Bgr24,
    }
}

/// What nokhwa calls the format; None for those that it does not know.
const fn frame_format(pixels: Pixels) -> Option<FrameFormat> {
    Some(match pixels {
        Pixels::Mjpeg => FrameFormat::MJPEG,
        Pixels::Yuyv => FrameFormat::YUYV,
        Pixels::Nv12 => FrameFormat::NV12,
        Pixels::Grey => FrameFormat::GRAY,
        Pixels::Rgb24 => FrameFormat::RAWRGB,
        Pixels::Bgr24 => FrameFormat::RAWBGR,
        Pixels::I420 | Pixels::Yv12 | Pixels::Uyvy | Pixels::Jpeg => return None,
    })
}

/// See [`camera::open`](super::open).
pub(super) fn open(
    device: &CaptureDevice,
    mode: usize,
    clock: &Clock,
) -> Result<Box<dyn Capture<VideoFrame>>> {
    permission()?;
    let wanted = device.modes.get(mode);
    let found = list()?
        .into_iter()
        .find(|(_, there, _)| there.hardware_id == device.hardware_id);
    let Some((info, _, modes)) = found else {
        return Err(Error::NotFound {
            message: format!(
                "{}: the camera is not there any more; plug it in again",
                device.label
            ),
        });
    };
    let mode = wanted.and_then(|wanted| modes.iter().find(|mode| mode.is(wanted)));
    let format = mode.and_then(camera_format).ok_or_else(|| {
        Error::not_readable(format!(
            "{}: the camera has changed; list the devices again",
            device.label
        ))
    })?;
    let (feeder, format) = Feeder::start(&device.label, info.index().clone(), format, clock)?;
    let layout = Layout {
        pixels: pixels(format.format()),
        width: format.width(),
        height: format.height(),
        stride: 0,
        full_range: false,
    };
    Ok(Box::new(NokhwaStream {
        format: VideoFormat {
            width: layout.width,
            height: layout.height,
            frame_duration: None,
            color: Color::BT601,
        },
        clock: clock.clone(),
        feeder,
        converter: Converter::new(layout),
        newest: Timestamp::ZERO,
        broken: 0,
    }))
}

fn camera_format(mode: &Mode) -> Option<CameraFormat> {
    let format = mode.pixels.iter().find_map(|&pixels| frame_format(pixels))?;
    let rate = mode.interval?.rate()?.round() as u32;
    Some(CameraFormat::new(
        Resolution::new(mode.size.0, mode.size.1),
        format,
        rate,
    ))
}

/// Systems that ask the user do so once, before the first camera is opened.
fn permission() -> Result<()> {
    if nokhwa::nokhwa_check() {
        return Ok(());
    }
    let (answer, answered) = bounded(1);
    nokhwa::nokhwa_initialize(move |granted| {
        // Nobody waits any more when the user took too long.
        let _ = answer.try_send(granted);
    });
    match answered.recv_timeout(PERMISSION) {
        Ok(true) => Ok(()),
        _ => Err(Error::NotAllowed {
            message: "the camera may not be used; allow it in the system's privacy settings".into(),
            source: None,
        }),
    }
}

struct NokhwaStream {
    format: VideoFormat,
    clock: Clock,
    feeder: Feeder,
    converter: Converter,
    /// When the newest frame came: each is later than the one before.
    newest: Timestamp,
    broken: u64,
}

impl Capture<VideoFrame> for NokhwaStream {
    fn format(&self) -> VideoFormat {
        self.format
    }

    fn read(&mut self, wait: Duration) -> Result<Option<VideoFrame>> {
        let deadline = self.clock.now() + wait;
        while let Some((arrival, buffer)) = self.feeder.next(deadline - self.clock.now())? {
            let Some(picture) = self.converter.convert(buffer.buffer()) else {
                self.broken += 1;
                // They may come faster than they are looked at.
                if self.clock.now() >= deadline {
                    break;
                }
                continue;
            };
            self.newest = arrival.max(self.newest + Duration::from_nanos(1));
            return Ok(Some(VideoFrame {
                time: self.newest,
                duration: None,
                picture: Arc::new(picture),
            }));
        }
        Ok(None)
    }

    fn lost(&self) -> u64 {
        self.broken + self.feeder.lost()
    }
}

/// The error for a camera that could not be opened. nokhwa's errors are texts; on Unix they end with the number of
/// the system's error, on Windows with its code.
fn refusal(label: &str, error: &NokhwaError) -> Error {
    let text = error.to_string();
    let has = |codes: &[&str]| codes.iter().any(|code| text.contains(code));
    let source = Some(text.clone().into());
    if has(&["(os error 13)", "(os error 1)", "0x80070005"]) {
        let message = format!("{label}: permission denied; allow this program to use the camera");
        return Error::NotAllowed { message, source };
    }
    if has(&["(os error 2)", "(os error 19)"]) {
        let message = format!("{label}: the camera is not there any more; plug it in again");
        return Error::NotFound { message };
    }
    let message = if has(&["(os error 16)", "0xC00D3704", "0xC00D3EA3"]) {
        format!("{label}: the camera is in use by another program; close that first")
    } else {
        format!("{label}: the camera does not start ({text}); plug it out and in again")
    };
    Error::NotReadable { message, source }
}

/// Whether the camera was unplugged, by what reading it says.
fn is_gone(error: &NokhwaError) -> bool {
    let text = error.to_string();
    text.contains("(os error 19)") || text.contains("(os error 6)")
}

#[cfg(test)]
mod tests;
