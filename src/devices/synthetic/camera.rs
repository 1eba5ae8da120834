//! An open fake camera.
use super::DeviceScript;
use super::controls::FakeControls;
use super::painter::Painter;
use super::signal::Signal;
use super::timer::FrameTimer;
use crate::error::Result;
use crate::media::{Picture, PicturePool, VideoFormat, VideoFrame};
use crate::streams::Capture;
use std::sync::Arc;
use std::time::Duration;

pub(super) struct OpenCamera {
    script: DeviceScript,
    timer: FrameTimer,
    /// Size of the mode in pixels.
    mode_size: (u32, u32),
    /// The format of the frame that is painted; the next frame read may still be of another size.
    painted_format: VideoFormat,
    /// The format of the frame that was read last.
    format: VideoFormat,
    painter: Painter,
    pool: PicturePool,
    /// The next frame with its time after the epoch: painted ahead, so that it is delivered on time.
    painted: Option<(VideoFrame, Duration)>,
    /// The last picture, which is shown again if the camera is frozen.
    last: Option<Arc<Picture>>,
    /// Frames that the script had it lose.
    lost: u64,
    muted: bool,
    controls: Option<FakeControls>,
}

impl OpenCamera {
    pub(super) fn new(
        script: DeviceScript,
        timer: FrameTimer,
        format: VideoFormat,
        controls: Option<FakeControls>,
    ) -> Self {
        Self {
            script,
            timer,
            mode_size: (format.width, format.height),
            painted_format: format,
            format,
            painter: Painter::new(format.width, format.height),
            pool: PicturePool::new(format.width, format.height),
            painted: None,
            last: None,
            lost: 0,
            muted: false,
            controls,
        }
    }

    fn paint_next(&mut self) -> (VideoFrame, Duration) {
        let (number, since_epoch) = self.next_number();
        self.resize(self.script.size(since_epoch).unwrap_or(self.mode_size));
        let picture = self.picture(number, since_epoch);
        self.last = Some(picture.clone());
        let frame = VideoFrame {
            time: self.timer.epoch + since_epoch,
            duration: self.painted_format.frame_duration,
            picture,
        };
        (frame, since_epoch)
    }

    /// The number and the time of the next frame that is not lost.
    fn next_number(&mut self) -> (u64, Duration) {
        loop {
            let (number, since_epoch) = self.timer.next();
            if !self.script.loses(number, since_epoch) {
                return (number, since_epoch);
            }
            self.lost += 1;
        }
    }

    fn picture(&self, number: u64, since_epoch: Duration) -> Arc<Picture> {
        let signal = self.script.signal(since_epoch);
        if let (Some(Signal::Frozen), Some(last)) = (signal, &self.last) {
            return last.clone();
        }
        let mut picture = self.pool.take();
        match signal {
            Some(signal @ (Signal::Black | Signal::Still)) => {
                self.painter.paint_background(&mut picture);
                signal.paint(&mut picture, number);
            }
            _ => self.painter.paint(&mut picture, number, since_epoch),
        }
        if let Some(controls) = &self.controls {
            controls.apply(&mut picture);
        }
        Arc::new(picture)
    }

    fn resize(&mut self, (width, height): (u32, u32)) {
        if (width, height) != (self.painted_format.width, self.painted_format.height) {
            (self.painted_format.width, self.painted_format.height) = (width, height);
            self.painter = Painter::new(width, height);
            self.pool = PicturePool::new(width, height);
        }
    }
}

impl Capture<VideoFrame> for OpenCamera {
    fn format(&self) -> VideoFormat {
        self.format
    }

    fn read(&mut self, timeout: Duration) -> Result<Option<VideoFrame>> {
        let (frame, since_epoch) = match self.painted.take() {
            Some(painted) => painted,
            None => self.paint_next(),
        };
        if !self.timer.wait_until(frame.time, timeout) {
            self.painted = Some((frame, since_epoch));
            return Ok(None);
        }
        self.script.check_presence(since_epoch)?;
        self.muted = self.script.is_muted(since_epoch);
        if self.script.is_stalled(since_epoch) {
            return Ok(None);
        }
        self.format.width = frame.picture.width();
        self.format.height = frame.picture.height();
        Ok(Some(frame))
    }

    fn lost(&self) -> u64 {
        self.timer.skipped() + self.lost
    }

    fn is_muted(&self) -> bool {
        self.muted
    }
}
