//! An open fake camera.
use super::DeviceScript;
use super::controls::FakeControls;
use super::painter::Painter;
use super::timer::FrameTimer;
use crate::error::Result;
use crate::media::{PicturePool, VideoFormat, VideoFrame};
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
            muted: false,
            controls,
        }
    }

    fn paint_next(&mut self) -> (VideoFrame, Duration) {
        let (number, since_epoch) = self.timer.next();
        self.resize(self.script.size(since_epoch).unwrap_or(self.mode_size));
        let mut picture = self.pool.take();
        self.painter.paint(&mut picture, number, since_epoch);
        if let Some(controls) = &self.controls {
            controls.apply(&mut picture);
        }
        let frame = VideoFrame {
            time: self.timer.epoch + since_epoch,
            duration: self.painted_format.frame_duration,
            picture: Arc::new(picture),
        };
        (frame, since_epoch)
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
        self.timer.skipped()
    }

    fn is_muted(&self) -> bool {
        self.muted
    }
}
