//! A capture device of the program's own: a "screen" that shows a moving gradient, listed as a camera with two sizes.
//! It is selected with constraints and recorded for two seconds into the file given as the argument.
//!
//!     cargo run --example custom_device -- screen.webm
use mediarec::clock::{Clock, Timestamp};
use mediarec::constraints::{MediaStreamConstraints, MediaTrackConstraints, MediaTrackSettings};
use mediarec::devices::{Capture, CaptureBackend, CaptureDevice, MediaDeviceKind, MediaDevices};
use mediarec::error::Result;
use mediarec::media::{Color, Picture, PixelAspect, VideoFormat, VideoFrame};
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, RecorderEvent};
use std::{fs::File, io::Write, sync::Arc, thread, time::Duration};

const SIZES: [(u32, u32); 2] = [(1280, 720), (640, 360)];
/// 25 frames per second.
const FRAME: Duration = Duration::from_millis(40);

/// The backend lists the devices and opens them. The library selects, shares and scales.
#[derive(Debug)]
struct Screens;

impl CaptureBackend for Screens {
    fn devices(&self, kind: MediaDeviceKind, _: &Clock) -> Result<Vec<CaptureDevice>> {
        if kind != MediaDeviceKind::VideoInput {
            return Ok(Vec::new());
        }
        let modes = SIZES.map(|(width, height)| MediaTrackSettings::video(width, height, Some(25.0)));
        // "screen-1" identifies the device; "Screen 1" is the label that users see.
        let screen = CaptureDevice::new(kind, "screen-1", "Screen 1", modes.into());
        Ok(vec![screen])
    }

    fn open_camera(
        &self,
        _: &CaptureDevice,
        mode: usize,
        clock: &Clock,
    ) -> Result<Box<dyn Capture<VideoFrame>>> {
        Ok(Box::new(Screen {
            size: SIZES[mode],
            clock: clock.clone(),
            next: clock.now(),
        }))
    }
}

/// An open device. It is read on a thread of its own, and closed by dropping it.
struct Screen {
    size: (u32, u32),
    clock: Clock,
    /// The time of the next frame.
    next: Timestamp,
}

impl Capture<VideoFrame> for Screen {
    fn format(&self) -> VideoFormat {
        VideoFormat {
            width: self.size.0,
            height: self.size.1,
            frame_duration: Some(FRAME),
            color: Color::BT601,
            pixel_aspect: PixelAspect::SQUARE,
            interlaced: false,
        }
    }

    fn read(&mut self, timeout: Duration) -> Result<Option<VideoFrame>> {
        // Return within the timeout even without a frame: the library notices a stop between two reads.
        thread::sleep((self.next - self.clock.now()).min(timeout));
        let now = self.clock.now();
        if now < self.next {
            return Ok(None);
        }
        // A thread that was delayed for longer skips frames.
        let time = self.next.max(now - FRAME);
        self.next = time + FRAME;
        let (width, shift) = (self.size.0 as usize, time.round_millis() as usize / 8);
        let mut picture = Picture::new(self.size.0, self.size.1);
        // I420: a plane of luma and two of chroma. 128 in all of them is gray.
        picture.data_mut().fill(128);
        for (index, pixel) in picture.planes_mut()[0].iter_mut().enumerate() {
            *pixel = 16 + ((index % width + index / width + shift) % 220) as u8;
        }
        Ok(Some(VideoFrame {
            time,
            duration: Some(FRAME),
            picture: Arc::new(picture),
        }))
    }
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "screen.webm".into());
    let constraints = MediaStreamConstraints {
        audio: None,
        video: Some(MediaTrackConstraints::parse("width==640,height==360")?.value),
    };
    let stream = MediaDevices::new(Screens).get_user_media(&constraints)?;
    let options = MediaRecorderOptions {
        max_duration: Some(Duration::from_secs(2)),
        ..Default::default()
    };
    let mut recording = MediaRecorder::new(&stream, options)?.start(None)?;
    let mut file = File::create(&path)?;
    for event in recording.by_ref() {
        match event {
            RecorderEvent::DataAvailable(blob) => file.write_all(&blob.data.bytes)?,
            RecorderEvent::Error(error) => return Err(error.into()),
            _ => {}
        }
    }
    // Write the duration and the index, so that players can seek.
    if let Some(index) = recording.seek_index() {
        index.finalize(&mut file, 0, |_| Ok(()))?;
    }
    println!("{path}: {:.1} s", recording.stats().duration.as_secs_f64());
    Ok(())
}
