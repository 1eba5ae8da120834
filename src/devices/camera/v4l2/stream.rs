//! A running V4L2 camera: frames have the driver's timestamps and are converted; lost frames are counted.
use crate::clock::{Clock, Timestamp};
use crate::devices::camera::modes::Mode;
use crate::devices::camera::v4l2::buffers::Buffers;
use crate::devices::camera::v4l2::errors::{errno, is_disconnected, open_error, read_error};
use crate::devices::camera::v4l2::ioctl::{self, PixelFormat};
use crate::error::{Error, Result};
use crate::media::{Color, PixelAspect, VideoFormat, VideoFrame};
use crate::picture::capture_format::CapturePixelFormat;
use crate::picture::convert::{Converter, FrameLayout};
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

/// Maximum age of a frame when it is dequeued; an older timestamp is wrong.
const MAX_TIMESTAMP_AGE: Duration = Duration::from_secs(2);

/// From this gap in the sequence numbers on, the driver has restarted its count.
const MAX_SEQUENCE_GAP: u32 = 10_000;

/// Number of consecutive restarts of the stream before an error is returned.
const MAX_RESTARTS: u32 = 3;

/// An open camera.
pub(super) struct CameraStream {
    format: VideoFormat,
    path: PathBuf,
    clock: Clock,
    device: v4l::Device,
    converter: Converter,
    buffers: Option<Buffers>,
    sequence: SequenceCounter,
    /// Time of the last frame; times are strictly increasing.
    last_time: Timestamp,
    /// Number of restarts since the last frame.
    restarts: u32,
}

impl CameraStream {
    /// Opens the node and starts it in the mode, in the cheapest pixel format for which the USB bus has the bandwidth.
    pub(super) fn open(path: &Path, mode: &Mode, clock: &Clock) -> Result<Self> {
        let device = v4l::Device::with_path(path).map_err(|error| open_error(path, error))?;
        let mut no_bandwidth = None;
        for &pixels in &mode.pixels {
            let (layout, color) = configure(&device, path, mode, pixels)?;
            match Buffers::start(&device) {
                Ok(buffers) => {
                    let format = VideoFormat {
                        width: layout.width,
                        height: layout.height,
                        // The negotiated rate is a maximum: cameras slow down in low light.
                        frame_duration: None,
                        color,
                        pixel_aspect: PixelAspect::SQUARE,
                        interlaced: false,
                    };
                    let stream = Self {
                        format,
                        path: path.to_owned(),
                        clock: clock.clone(),
                        device,
                        converter: Converter::new(layout),
                        buffers: Some(buffers),
                        sequence: SequenceCounter::default(),
                        last_time: Timestamp::ZERO,
                        restarts: 0,
                    };
                    return Ok(stream);
                }
                Err(error) if errno(&error) == Some(Errno::ENOSPC) => no_bandwidth = Some(error),
                Err(error) => return Err(open_error(path, error)),
            }
        }
        let error = no_bandwidth.unwrap_or_else(|| io::Error::other("the mode has no pixel format"));
        Err(open_error(path, error))
    }

    /// Waits until a frame or an error can be dequeued. Returns `false` after `deadline`.
    fn wait(&mut self, deadline: Timestamp) -> Result<bool> {
        loop {
            let left = deadline - self.clock.now();
            let buffers = self.buffers()?;
            match buffers.wait(left) {
                Ok(ready) => return Ok(ready),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(read_error(&self.path, error)),
            }
        }
    }

    /// Dequeues a frame. Returns `None` if it is corrupt; it is counted as lost then.
    fn dequeue(&mut self) -> Result<Option<VideoFrame>> {
        let Some(buffers) = &mut self.buffers else {
            return Ok(None);
        };
        let (bytes, metadata) = match buffers.dequeue() {
            Ok(dequeued) => dequeued,
            Err(error) => return self.restart(error).map(|()| None),
        };
        let is_intact = !metadata.flags.contains(Flags::ERROR);
        let picture = is_intact.then(|| self.converter.convert(bytes)).flatten();
        self.restarts = 0;
        self.sequence.record(metadata.sequence, picture.is_some());
        let time = self.time(&metadata);
        Ok(picture.map(|picture| {
            self.last_time = time;
            VideoFrame {
                time,
                duration: None,
                picture: Arc::new(picture),
            }
        }))
    }

    /// Returns the driver's timestamp of a frame if it is plausible, otherwise the current time.
    fn time(&self, metadata: &Metadata) -> Timestamp {
        let now = self.clock.now();
        let stamped = monotonic_timestamp(metadata).and_then(|stamp| self.clock.at_monotonic(stamp));
        let time = stamped.filter(|&at| now - at <= MAX_TIMESTAMP_AGE).unwrap_or(now);
        time.max(self.last_time + Duration::from_nanos(1))
    }

    /// Restarts the stream after an error that may be temporary, such as a lost signal.
    fn restart(&mut self, error: io::Error) -> Result<()> {
        self.restarts += 1;
        if is_disconnected(&error) || self.restarts > MAX_RESTARTS {
            return Err(read_error(&self.path, error));
        }
        self.buffers = None;
        self.sequence.reset();
        let buffers = Buffers::start(&self.device).map_err(|error| read_error(&self.path, error))?;
        self.buffers = Some(buffers);
        Ok(())
    }

    fn buffers(&mut self) -> Result<&mut Buffers> {
        // There are none after a failed restart.
        let closed = || {
            Error::not_readable(format!(
                "{}: the camera was closed after an error",
                self.path.display()
            ))
        };
        self.buffers.as_mut().ok_or_else(closed)
    }
}

impl Capture<VideoFrame> for CameraStream {
    fn format(&self) -> VideoFormat {
        self.format
    }

    fn read(&mut self, timeout: Duration) -> Result<Option<VideoFrame>> {
        let deadline = self.clock.now() + timeout;
        while self.wait(deadline)? {
            let frame = self.dequeue()?;
            // Corrupt frames may arrive faster than they are read.
            if frame.is_some() || self.clock.now() >= deadline {
                return Ok(frame);
            }
        }
        Ok(None)
    }

    fn lost(&self) -> u64 {
        self.sequence.lost
    }
}

/// Sets pixel format, size and frame rate. Returns the layout that the driver chose, which may differ.
fn configure(
    device: &v4l::Device,
    path: &Path,
    mode: &Mode,
    pixels: CapturePixelFormat,
) -> Result<(FrameLayout, Color)> {
    let answer =
        ioctl::set_format(device, mode.size, pixels.fourcc()).map_err(|error| open_error(path, error))?;
    if let Some(interval) = mode.interval {
        let interval = Fraction::new(interval.numerator, interval.denominator);
        // Some drivers have a fixed rate that cannot be set.
        match device.set_params(&Parameters::new(interval)) {
            Err(error) if errno(&error) == Some(Errno::EBUSY) => return Err(open_error(path, error)),
            _ => {}
        }
    }
    let layout = layout(&answer).ok_or_else(|| {
        let name = String::from_utf8_lossy(&answer.fourcc).into_owned();
        Error::not_readable(format!(
            "{}: the camera delivers {}x{} frames as {name}, which is not supported; choose another size",
            path.display(),
            answer.width,
            answer.height,
        ))
    })?;
    Ok((layout, color(&answer)))
}

/// Returns the memory layout of a format, or `None` if it cannot be converted.
fn layout(format: &PixelFormat) -> Option<FrameLayout> {
    const COLORSPACE_JPEG: u32 = 7;
    const QUANTIZATION_DEFAULT: u32 = 0;
    const QUANTIZATION_FULL: u32 = 1;
    let pixels =
        CapturePixelFormat::from_fourcc(format.fourcc).filter(|_| format.width > 0 && format.height > 0)?;
    let by_default = format.quantization == QUANTIZATION_DEFAULT && format.colorspace == COLORSPACE_JPEG;
    Some(FrameLayout {
        pixels,
        width: format.width,
        height: format.height,
        stride: format.stride,
        full_range: by_default || format.quantization == QUANTIZATION_FULL,
    })
}

/// Returns the color space of the converted pictures. Their range is always limited.
fn color(format: &PixelFormat) -> Color {
    const COLORSPACE_REC709: u32 = 3;
    const ENCODING_DEFAULT: u32 = 0;
    const ENCODING_709: u32 = 2;
    let by_default = format.encoding == ENCODING_DEFAULT && format.colorspace == COLORSPACE_REC709;
    // JPEG has the matrix of BT.601, and RGB is converted with it.
    let is_bt601 = matches!(
        CapturePixelFormat::from_fourcc(format.fourcc),
        Some(
            CapturePixelFormat::Mjpeg
                | CapturePixelFormat::Jpeg
                | CapturePixelFormat::Rgb24
                | CapturePixelFormat::Bgr24
        )
    );
    if !is_bt601 && (by_default || format.encoding == ENCODING_709) {
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

/// Returns the driver's timestamp, or `None` if it is not of the monotonic clock.
fn monotonic_timestamp(metadata: &Metadata) -> Option<Duration> {
    if metadata.flags & Flags::TIMESTAMP_MASK != Flags::TIMESTAMP_MONOTONIC {
        return None;
    }
    let seconds = u64::try_from(metadata.timestamp.sec).ok()?;
    let micros = u64::try_from(metadata.timestamp.usec).ok()?;
    Some(Duration::from_secs(seconds) + Duration::from_micros(micros))
}

/// Counts lost and corrupt frames by the driver's sequence numbers.
#[derive(Debug, Default)]
struct SequenceCounter {
    /// The last sequence number.
    last: Option<u32>,
    lost: u64,
}

impl SequenceCounter {
    /// Records a frame with this sequence number, intact or corrupt.
    fn record(&mut self, sequence: u32, is_intact: bool) {
        if let Some(last) = self.last {
            // Drivers that do not count return 0 each time; the number wraps around.
            let ahead = sequence.wrapping_sub(last);
            if (2..MAX_SEQUENCE_GAP).contains(&ahead) {
                self.lost += u64::from(ahead - 1);
            }
        }
        self.last = Some(sequence);
        self.lost += u64::from(!is_intact);
    }

    /// Forgets the last sequence number: a restarted stream counts from zero.
    fn reset(&mut self) {
        self.last = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(fourcc: [u8; 4]) -> PixelFormat {
        PixelFormat {
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
        let mut counter = SequenceCounter::default();
        for sequence in [5, 6, 9, 10] {
            counter.record(sequence, true);
        }
        assert_eq!(counter.lost, 2);
        counter.record(11, false);
        assert_eq!(counter.lost, 3);
    }

    #[test]
    fn a_count_that_stands_still_leaps_or_runs_over_loses_nothing() {
        let mut counter = SequenceCounter::default();
        for sequence in [0, 0, 0, u32::MAX, 0, 1, 4_000_000, 3, 4] {
            counter.record(sequence, true);
        }
        assert_eq!(counter.lost, 0);
        counter.reset();
        counter.record(40, true);
        assert_eq!(counter.lost, 0);
    }

    #[test]
    fn only_monotonic_stamps_count() {
        let mut metadata = Metadata {
            timestamp: v4l::timestamp::Timestamp::new(12, 345_678),
            flags: Flags::TIMESTAMP_MONOTONIC | Flags::MAPPED,
            ..Metadata::default()
        };
        assert_eq!(
            monotonic_timestamp(&metadata),
            Some(Duration::from_micros(12_345_678))
        );
        metadata.timestamp.sec = -1;
        assert_eq!(monotonic_timestamp(&metadata), None);
        for flags in [Flags::TIMESTAMP_UNKNOWN, Flags::TIMESTAMP_COPY] {
            metadata.flags = flags;
            metadata.timestamp.sec = 12;
            assert_eq!(monotonic_timestamp(&metadata), None);
        }
    }

    #[test]
    fn the_range_and_the_matrix_are_what_the_driver_says() {
        let plain = layout(&format(*b"YUYV")).unwrap();
        assert!(!plain.full_range);
        let full = PixelFormat {
            quantization: 1,
            ..format(*b"YUYV")
        };
        assert!(layout(&full).unwrap().full_range);
        let jpeg = PixelFormat {
            colorspace: 7,
            ..format(*b"YUYV")
        };
        assert!(layout(&jpeg).unwrap().full_range);
        let hd = PixelFormat {
            colorspace: 3,
            ..format(*b"YUYV")
        };
        assert_eq!(color(&hd).matrix, 1);
        assert_eq!(
            color(&PixelFormat {
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
            layout(&PixelFormat {
                width: 0,
                ..format(*b"YUYV")
            }),
            None
        );
    }
}
