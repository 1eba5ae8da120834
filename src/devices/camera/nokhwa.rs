//! Cameras through the crate nokhwa: on macOS and Windows, and on Linux on request.
//!
//! Its `frame` blocks without a timeout, so it is called on a thread of its own, which fills a short queue and is abandoned
//! if it hangs. Frames are stamped on arrival, since nokhwa converts timestamps through the wall clock. It does not report
//! frames that the driver lost.
mod capture_thread;

use crate::clock::{Clock, Timestamp};
use crate::devices::camera::modes::{DriverMode, Interval, Mode, merge};
use crate::devices::camera::nokhwa::capture_thread::CaptureThread;
use crate::devices::capture_device::CaptureDevice;
use crate::devices::info::MediaDeviceKind;
use crate::error::{Error, Result};
use crate::media::{Color, PixelAspect, VideoFormat, VideoFrame};
use crate::picture::capture_format::CapturePixelFormat;
use crate::picture::convert::{Converter, FrameLayout};
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

/// How long the user may take to answer the system's permission dialog.
const PERMISSION_TIMEOUT: Duration = Duration::from_secs(60);

/// The modes of the listed cameras, by id, for the whole process: nokhwa must open a camera to list its modes.
static MODE_CACHE: Mutex<BTreeMap<String, Vec<Mode>>> = Mutex::new(BTreeMap::new());

/// See [`camera::cameras`](super::cameras).
pub(super) fn cameras() -> Result<Vec<CaptureDevice>> {
    Ok(list()?.into_iter().map(|(_, device, _)| device).collect())
}

fn list() -> Result<Vec<(CameraInfo, CaptureDevice, Vec<Mode>)>> {
    let mut listed = nokhwa::query(ApiBackend::Auto).map_err(|error| list_error(&error))?;
    listed.sort_by_key(|info| (info.index().as_index().ok(), info.human_name()));
    let mut cache = mode_cache().clone();
    cache.retain(|hardware_id, _| listed.iter().any(|info| self::hardware_id(info) == *hardware_id));
    let mut denied = None;
    let mut cameras = Vec::new();
    for info in listed {
        let hardware_id = hardware_id(&info);
        let modes = match cache.get(&hardware_id) {
            Some(modes) => modes.clone(),
            None => match modes(info.index()) {
                Ok(modes) => modes,
                Err(error) => {
                    denied = denied.or(Some(open_error(&info.human_name(), &error)));
                    continue;
                }
            },
        };
        cache.insert(hardware_id, modes.clone());
        if !modes.is_empty() {
            let device = device(&info, &modes);
            cameras.push((info, device, modes));
        }
    }
    *mode_cache() = cache;
    match denied {
        Some(denied @ Error::NotAllowed { .. }) if cameras.is_empty() => Err(denied),
        _ => Ok(cameras),
    }
}

/// Locks the cache. Not to be held while calling a driver, which may take long.
fn mode_cache() -> MutexGuard<'static, BTreeMap<String, Vec<Mode>>> {
    MODE_CACHE.lock()
}

/// Returns an id that survives replugging on systems where `misc` does.
fn hardware_id(info: &CameraInfo) -> String {
    format!("nokhwa:{}:{}:{}", info.misc(), info.human_name(), info.index())
}

fn device(info: &CameraInfo, modes: &[Mode]) -> CaptureDevice {
    let node = cfg!(target_os = "linux").then(|| format!("/dev/video{}", info.index()));
    CaptureDevice {
        kind: MediaDeviceKind::VideoInput,
        hardware_id: hardware_id(info),
        unit: None,
        label: info.human_name(),
        names: node.into_iter().collect(),
        is_default: false,
        modes: modes.iter().map(Mode::settings).collect(),
        controls: Vec::new(),
    }
}

fn modes(index: &CameraIndex) -> std::result::Result<Vec<Mode>, NokhwaError> {
    prepare(index);
    let any = RequestedFormat::with_formats(RequestedFormatType::None, nokhwa::utils::frame_formats());
    let listed = Camera::new(index.clone(), any)?.compatible_camera_formats()?;
    Ok(merge(listed.into_iter().map(|format| DriverMode {
        pixels: pixels(format.format()),
        size: (format.width(), format.height()),
        interval: Some(Interval::new(1, format.frame_rate())),
    })))
}

/// Brings a camera on Linux into a state in which nokhwa can open it.
fn prepare(index: &CameraIndex) {
    #[cfg(target_os = "linux")]
    if let Ok(number) = index.as_index() {
        // All that nokhwa supports except grey, for which it has a fourcc of its own.
        let supported = [*b"YUYV", *b"MJPG", *b"NV12", *b"RGB3", *b"BGR3"];
        let path = format!("/dev/video{number}");
        // If it fails, opening the camera reports why.
        let _ = super::v4l2::prepare::prepare_for_nokhwa(path.as_ref(), &supported);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = index;
}

const fn pixels(format: FrameFormat) -> CapturePixelFormat {
    match format {
        FrameFormat::MJPEG => CapturePixelFormat::Mjpeg,
        FrameFormat::YUYV => CapturePixelFormat::Yuyv,
        FrameFormat::NV12 => CapturePixelFormat::Nv12,
        FrameFormat::GRAY => CapturePixelFormat::Grey,
        FrameFormat::RAWRGB => CapturePixelFormat::Rgb24,
        FrameFormat::RAWBGR => CapturePixelFormat::Bgr24,
    }
}

/// Returns nokhwa's name of a pixel format, or `None` if nokhwa does not support it.
const fn frame_format(pixels: CapturePixelFormat) -> Option<FrameFormat> {
    Some(match pixels {
        CapturePixelFormat::Mjpeg => FrameFormat::MJPEG,
        CapturePixelFormat::Yuyv => FrameFormat::YUYV,
        CapturePixelFormat::Nv12 => FrameFormat::NV12,
        CapturePixelFormat::Grey => FrameFormat::GRAY,
        CapturePixelFormat::Rgb24 => FrameFormat::RAWRGB,
        CapturePixelFormat::Bgr24 => FrameFormat::RAWBGR,
        CapturePixelFormat::I420
        | CapturePixelFormat::Yv12
        | CapturePixelFormat::Uyvy
        | CapturePixelFormat::Jpeg => return None,
    })
}

/// See [`camera::open`](super::open).
pub(super) fn open(
    device: &CaptureDevice,
    mode: usize,
    clock: &Clock,
) -> Result<Box<dyn Capture<VideoFrame>>> {
    request_permission()?;
    let wanted = device.modes.get(mode);
    let found = list()?
        .into_iter()
        .find(|(_, there, _)| there.hardware_id == device.hardware_id);
    let Some((info, _, modes)) = found else {
        return Err(Error::NotFound {
            message: format!(
                "{}: the camera is no longer connected; plug it in again",
                device.label
            ),
        });
    };
    let mode = wanted.and_then(|wanted| modes.iter().find(|mode| mode.matches(wanted)));
    let format = mode.and_then(camera_format).ok_or_else(|| {
        Error::not_readable(format!(
            "{}: the modes of the camera have changed; list the devices again",
            device.label
        ))
    })?;
    let (thread, format) = CaptureThread::start(&device.label, info.index().clone(), format, clock)?;
    let layout = FrameLayout {
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
            pixel_aspect: PixelAspect::SQUARE,
            interlaced: false,
        },
        clock: clock.clone(),
        thread,
        converter: Converter::new(layout),
        last_time: Timestamp::ZERO,
        corrupt: 0,
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

/// Requests the system's permission, on systems that ask the user before the first camera is opened.
fn request_permission() -> Result<()> {
    if nokhwa::nokhwa_check() {
        return Ok(());
    }
    let (answer, answered) = bounded(1);
    nokhwa::nokhwa_initialize(move |granted| {
        // The receiver is gone after the timeout.
        let _ = answer.try_send(granted);
    });
    match answered.recv_timeout(PERMISSION_TIMEOUT) {
        Ok(true) => Ok(()),
        _ => Err(Error::NotAllowed {
            message: "permission denied for the camera; allow it in the system's privacy settings".into(),
            source: None,
        }),
    }
}

struct NokhwaStream {
    format: VideoFormat,
    clock: Clock,
    thread: CaptureThread,
    converter: Converter,
    /// Time of the last frame; times are strictly increasing.
    last_time: Timestamp,
    /// Number of frames that could not be converted.
    corrupt: u64,
}

impl Capture<VideoFrame> for NokhwaStream {
    fn format(&self) -> VideoFormat {
        self.format
    }

    fn read(&mut self, timeout: Duration) -> Result<Option<VideoFrame>> {
        let deadline = self.clock.now() + timeout;
        while let Some((arrival, buffer)) = self.thread.next(deadline - self.clock.now())? {
            let Some(picture) = self.converter.convert(buffer.buffer()) else {
                self.corrupt += 1;
                // Corrupt frames may arrive faster than they are read.
                if self.clock.now() >= deadline {
                    break;
                }
                continue;
            };
            self.last_time = arrival.max(self.last_time + Duration::from_nanos(1));
            return Ok(Some(VideoFrame {
                time: self.last_time,
                duration: None,
                picture: Arc::new(picture),
            }));
        }
        Ok(None)
    }

    fn lost(&self) -> u64 {
        self.corrupt + self.thread.lost()
    }
}

/// Returns the error for a system that does not list its cameras.
fn list_error(error: &NokhwaError) -> Error {
    match open_error("the cameras", error) {
        Error::NotReadable { .. } => Error::NotReadable {
            message: format!("the system does not list its cameras ({error}){MISSING_SYSTEM}"),
            source: None,
        },
        other => other,
    }
}

/// What may be missing where cameras cannot be listed.
const MISSING_SYSTEM: &str = if cfg!(windows) {
    "; Windows N needs the Media Feature Pack (Settings, Optional features)"
} else {
    ""
};

/// Returns the error for a camera that cannot be opened. nokhwa's errors are strings; on Unix they contain the errno, on
/// Windows the HRESULT.
fn open_error(label: &str, error: &NokhwaError) -> Error {
    let text = error.to_string();
    let has = |codes: &[&str]| codes.iter().any(|code| text.contains(code));
    let source = Some(text.clone().into());
    // On macOS the texts do not tell, but the system does.
    if has(&["(os error 13)", "(os error 1)", "0x80070005"]) || !nokhwa::nokhwa_check() {
        let message = format!("{label}: permission denied; allow this program to use the camera");
        return Error::NotAllowed { message, source };
    }
    if has(&["(os error 2)", "(os error 19)"]) {
        let message = format!("{label}: the camera is no longer connected; plug it in again");
        return Error::NotFound { message };
    }
    let message = if has(&["(os error 16)", "0xC00D3704", "0xC00D3EA3"]) {
        format!("{label}: the camera is in use by another program; close that program first")
    } else {
        format!("{label}: the camera cannot be started ({text}); unplug it and plug it in again")
    };
    Error::NotReadable { message, source }
}

/// Returns whether an error of reading means that the camera was unplugged.
fn is_unplugged(error: &NokhwaError) -> bool {
    let text = error.to_string();
    text.contains("(os error 19)") || text.contains("(os error 6)")
}

#[cfg(test)]
mod tests;
