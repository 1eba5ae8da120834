//! A running V4L2 camera: frames are stamped by the driver's clock, converted, and counted when they are lost.
use crate::clock::{Clock, Timestamp};
use crate::devices::camera::modes::Mode;
use crate::devices::camera::v4l2::buffers::Buffers;
use crate::devices::camera::v4l2::errors::{end, errno, is_gone, refusal};
use crate::devices::camera::v4l2::ioctl::{self, PictureFormat};
use crate::error::{Error, Result};
use crate::media::{Color, VideoFormat, VideoFrame};
use crate::picture::capture_format::Pixels;
use crate::picture::convert::{Converter, Layout};
use crate::streams::Capture;
use nix::errno::Errno;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use v4l::buffer::{Flags, Metadata};
use v4l::fraction::Fraction;
use v4l::video::Capture as _;
use v4l::video::capture::Parameters;

/// A frame cannot have waited longer than this for us: an older stamp is a wrong one.
const OLDEST_STAMP: Duration = Duration::from_secs(2);

/// Larger gaps in the driver's count mean that it counts anew.
const LARGEST_GAP: u32 = 10_000;

/// So often in a row a stream is started again before the camera counts as broken.
const MOST_RESTARTS: u32 = 3;

/// An opened camera.
pub(super) struct CameraStream {
    format: VideoFormat,
    path: PathBuf,
    clock: Clock,
    device: v4l::Device,
    converter: Converter,
    buffers: Option<Buffers>,
    count: Count,
    /// When the newest frame was taken: each is later than the one before.
    newest: Timestamp,
    restarts: u32,
}

impl CameraStream {
    /// Opens the node and starts it in the mode, in its cheapest pixel format that the USB has bandwidth for.
    pub(super) fn open(path: &Path, mode: &Mode, clock: &Clock) -> Result<Self> {
        let device = v4l::Device::with_path(path).map_err(|error| refusal(path, error))?;
        let mut full = None;
        for &pixels in &mode.pixels {
            let (layout, color) = set_up(&device, path, mode, pixels)?;
            match Buffers::start(&device) {
                Ok(buffers) => {
                    let format = VideoFormat {
                        width: layout.width,
                        height: layout.height,
                        // What was agreed is a target: cameras slow down in the dark.
                        frame_duration: None,
                        color,
                    };
                    let stream = Self {
                        format,
                        path: path.to_owned(),
                        clock: clock.clone(),
                        device,
                        converter: Converter::new(layout),
                        buffers: Some(buffers),
                        count: Count::default(),
                        newest: Timestamp::ZERO,
                        restarts: 0,
                    };
                    return Ok(stream);
                }
                Err(error) if errno(&error) == Some(Errno::ENOSPC) => full = Some(error),
                Err(error) => return Err(refusal(path, error)),
            }
        }
        let full = full.unwrap_or_else(|| io::Error::other("it has no format"));
        Err(refusal(path, full))
    }

    /// Whether a frame, or an error, can be taken before `deadline`.
    fn wait(&mut self, deadline: Timestamp) -> Result<bool> {
        loop {
            let left = deadline - self.clock.now();
            let buffers = self.buffers()?;
            match buffers.wait(left) {
                Ok(ready) => return Ok(ready),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(end(&self.path, error)),
            }
        }
    }

    /// Takes what is ready; None when it is not worth having, and counted.
    fn take(&mut self) -> Result<Option<VideoFrame>> {
        let Some(buffers) = &mut self.buffers else {
            return Ok(None);
        };
        let (bytes, metadata) = match buffers.next() {
            Ok(taken) => taken,
            Err(error) => return self.restart(error).map(|()| None),
        };
        let whole = !metadata.flags.contains(Flags::ERROR);
        let picture = whole.then(|| self.converter.convert(bytes)).flatten();
        self.restarts = 0;
        self.count.saw(metadata.sequence, picture.is_some());
        let time = self.time(&metadata);
        Ok(picture.map(|picture| {
            self.newest = time;
            VideoFrame {
                time,
                duration: None,
                picture: Arc::new(picture),
            }
        }))
    }

    /// When the frame was taken: by the driver's stamp when that can be true, else now.
    fn time(&self, metadata: &Metadata) -> Timestamp {
        let now = self.clock.now();
        let stamped = stamp(metadata).and_then(|stamp| self.clock.at_monotonic(stamp));
        let time = stamped.filter(|&at| now - at <= OLDEST_STAMP).unwrap_or(now);
        time.max(self.newest + Duration::from_nanos(1))
    }

    /// Starts the stream again after an error, such as a lost signal, that the driver may get over.
    fn restart(&mut self, error: io::Error) -> Result<()> {
        self.restarts += 1;
        if is_gone(&error) || self.restarts > MOST_RESTARTS {
            return Err(end(&self.path, error));
        }
        self.buffers = None;
        self.count.starts_anew();
        let buffers = Buffers::start(&self.device).map_err(|error| end(&self.path, error))?;
        self.buffers = Some(buffers);
        Ok(())
    }

    fn buffers(&mut self) -> Result<&mut Buffers> {
        // They are missing after a restart that failed.
        let ended = || Error::not_readable(format!("{}: the camera has ended", self.path.display()));
        self.buffers.as_mut().ok_or_else(ended)
    }
}

impl Capture<VideoFrame> for CameraStream {
    fn format(&self) -> VideoFormat {
        self.format
    }

    fn read(&mut self, wait: Duration) -> Result<Option<VideoFrame>> {
        let deadline = self.clock.now() + wait;
        while self.wait(deadline)? {
            let taken = self.take()?;
            // Frames that are not worth having may come faster than they are looked at.
            if taken.is_some() || self.clock.now() >= deadline {
                return Ok(taken);
            }
        }
        Ok(None)
    }

    fn lost(&self) -> u64 {
        self.count.lost
    }
}

/// Sets pixel format, size and rate; what counts then is what the driver made of it.
fn set_up(device: &v4l::Device, path: &Path, mode: &Mode, pixels: Pixels) -> Result<(Layout, Color)> {
    let answer =
        ioctl::set_format(device, mode.size, pixels.fourcc()).map_err(|error| refusal(path, error))?;
    if let Some(interval) = mode.interval {
        let interval = Fraction::new(interval.numerator, interval.denominator);
        // Some drivers have one rate only and no way to set it.
        match device.set_params(&Parameters::new(interval)) {
            Err(error) if errno(&error) == Some(Errno::EBUSY) => return Err(refusal(path, error)),
            _ => {}
        }
    }
    let layout = layout(&answer).ok_or_else(|| {
        let name = String::from_utf8_lossy(&answer.fourcc).into_owned();
        Error::not_readable(format!(
            "{}: the camera delivers {}x{} pictures as {name}, which cannot be read; choose another size",
            path.display(),
            answer.width,
            answer.height,
        ))
    })?;
    Ok((layout, color(&answer)))
}

fn layout(format: &PictureFormat) -> Option<Layout> {
    const COLORSPACE_JPEG: u32 = 7;
    const QUANTIZATION_DEFAULT: u32 = 0;
    const QUANTIZATION_FULL: u32 = 1;
    let pixels = Pixels::of_fourcc(format.fourcc).filter(|_| format.width > 0 && format.height > 0)?;
    let by_default = format.quantization == QUANTIZATION_DEFAULT && format.colorspace == COLORSPACE_JPEG;
    Some(Layout {
        pixels,
        width: format.width,
        height: format.height,
        stride: format.stride,
        full_range: by_default || format.quantization == QUANTIZATION_FULL,
    })
}

/// What the numbers of the converted pictures mean; the range has become the limited one.
fn color(format: &PictureFormat) -> Color {
    const COLORSPACE_REC709: u32 = 3;
    const ENCODING_DEFAULT: u32 = 0;
    const ENCODING_709: u32 = 2;
    let by_default = format.encoding == ENCODING_DEFAULT && format.colorspace == COLORSPACE_REC709;
    // JPEG's matrix is that of BT.601, and RGB is converted with it.
    let own = matches!(
        Pixels::of_fourcc(format.fourcc),
        Some(Pixels::Mjpeg | Pixels::Jpeg | Pixels::Rgb24 | Pixels::Bgr24)
    );
    if !own && (by_default || format.encoding == ENCODING_709) {
        Color {
            matrix: 1,
            transfer: 1,
            primaries: 1,
            full_range: false,
        }
    } else {
        Color::BT601
    }
}

/// The driver's stamp, when it is of the monotonic clock.
fn stamp(metadata: &Metadata) -> Option<Duration> {
    if metadata.flags & Flags::TIMESTAMP_MASK != Flags::TIMESTAMP_MONOTONIC {
        return None;
    }
    let seconds = u64::try_from(metadata.timestamp.sec).ok()?;
    let micros = u64::try_from(metadata.timestamp.usec).ok()?;
    Some(Duration::from_secs(seconds) + Duration::from_micros(micros))
}

/// The frames that never came or were not worth having, by the driver's count.
#[derive(Debug, Default)]
struct Count {
    /// Number of the newest.
    newest: Option<u32>,
    lost: u64,
}

impl Count {
    /// Frame number `sequence` has come, whole or not.
    fn saw(&mut self, sequence: u32, whole: bool) {
        if let Some(newest) = self.newest {
            // Drivers that do not count say 0 each time; the count itself runs over.
            let ahead = sequence.wrapping_sub(newest);
            if (2..LARGEST_GAP).contains(&ahead) {
                self.lost += u64::from(ahead - 1);
            }
        }
        self.newest = Some(sequence);
        self.lost += u64::from(!whole);
    }

    fn starts_anew(&mut self) {
        self.newest = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(fourcc: [u8; 4]) -> PictureFormat {
        PictureFormat {
            width: 640,
            height: 480,
            fourcc,
            stride: 1280,
            colorspace: 8,
            encoding: 0,
            quantization: 0,
        }
    }

    #[test]
    fn gaps_in_the_drivers_count_are_lost_frames() {
        let mut count = Count::default();
        for sequence in [5, 6, 9, 10] {
            count.saw(sequence, true);
        }
        assert_eq!(count.lost, 2);
        count.saw(11, false);
        assert_eq!(count.lost, 3);
    }

    #[test]
    fn a_count_that_stands_still_leaps_or_runs_over_loses_nothing() {
        let mut count = Count::default();
        for sequence in [0, 0, 0, u32::MAX, 0, 1, 4_000_000, 3, 4] {
            count.saw(sequence, true);
        }
        assert_eq!(count.lost, 0);
        count.starts_anew();
        count.saw(40, true);
        assert_eq!(count.lost, 0);
    }

    #[test]
    fn only_monotonic_stamps_count() {
        let mut metadata = Metadata {
            timestamp: v4l::timestamp::Timestamp::new(12, 345_678),
            flags: Flags::TIMESTAMP_MONOTONIC | Flags::MAPPED,
            ..Metadata::default()
        };
        assert_eq!(stamp(&metadata), Some(Duration::from_micros(12_345_678)));
        metadata.timestamp.sec = -1;
        assert_eq!(stamp(&metadata), None);
        for flags in [Flags::TIMESTAMP_UNKNOWN, Flags::TIMESTAMP_COPY] {
            metadata.flags = flags;
            metadata.timestamp.sec = 12;
            assert_eq!(stamp(&metadata), None);
        }
    }

    #[test]
    fn the_range_and_the_matrix_are_what_the_driver_says() {
        let plain = layout(&format(*b"YUYV")).unwrap();
        assert!(!plain.full_range);
        let full = PictureFormat {
            quantization: 1,
            ..format(*b"YUYV")
        };
        assert!(layout(&full).unwrap().full_range);
        let jpeg = PictureFormat {
            colorspace: 7,
            ..format(*b"YUYV")
        };
        assert!(layout(&jpeg).unwrap().full_range);
        let hd = PictureFormat {
            colorspace: 3,
            ..format(*b"YUYV")
        };
        assert_eq!(color(&hd).matrix, 1);
        assert_eq!(
            color(&PictureFormat {
                fourcc: *b"MJPG",
                ..hd
            }),
            Color::BT601
        );
        assert_eq!(color(&format(*b"YUYV")), Color::BT601);
    }

    #[test]
    fn what_the_driver_made_of_a_request_may_be_nothing_that_can_be_read() {
        assert_eq!(layout(&format(*b"H264")), None);
        assert_eq!(
            layout(&PictureFormat {
                width: 0,
                ..format(*b"YUYV")
            }),
            None
        );
    }
}
