//! A fake camera that is open.
use super::Scene;
use super::controls::FakeControls;
use super::painter::Painter;
use super::ticks::Ticks;
use crate::error::Result;
use crate::media::{PicturePool, VideoFormat, VideoFrame};
use crate::streams::Capture;
use std::sync::Arc;
use std::time::Duration;

pub(super) struct OpenCamera {
    scene: Scene,
    ticks: Ticks,
    format: VideoFormat,
    /// Of its mode.
    own_size: (u32, u32),
    /// The format of the frame that was read last.
    delivered: VideoFormat,
    painter: Painter,
    pool: PicturePool,
    /// Painted ahead of its time, so that it is delivered on the dot.
    painted: Option<(VideoFrame, Duration)>,
    muted: bool,
    controls: Option<FakeControls>,
}

impl OpenCamera {
    pub(super) fn new(
        scene: Scene,
        ticks: Ticks,
        format: VideoFormat,
        controls: Option<FakeControls>,
    ) -> Self {
        Self {
            scene,
            ticks,
            format,
            own_size: (format.width, format.height),
            delivered: format,
            painter: Painter::new(format.width, format.height),
            pool: PicturePool::new(format.width, format.height),
            painted: None,
            muted: false,
            controls,
        }
    }

    fn paint_next(&mut self) -> (VideoFrame, Duration) {
        let (number, since_epoch) = self.ticks.next();
        self.resize(self.scene.size(since_epoch).unwrap_or(self.own_size));
        let mut picture = self.pool.take();
        self.painter.paint(&mut picture, number, since_epoch);
        if let Some(controls) = &self.controls {
            controls.apply(&mut picture);
        }
        let frame = VideoFrame {
            time: self.ticks.epoch + since_epoch,
            duration: self.format.frame_duration,
            picture: Arc::new(picture),
        };
        (frame, since_epoch)
    }

    fn resize(&mut self, (width, height): (u32, u32)) {
        if (width, height) != (self.format.width, self.format.height) {
            (self.format.width, self.format.height) = (width, height);
            self.painter = Painter::new(width, height);
            self.pool = PicturePool::new(width, height);
        }
    }
}

impl Capture<VideoFrame> for OpenCamera {
    fn format(&self) -> VideoFormat {
        self.delivered
    }

    fn read(&mut self, wait: Duration) -> Result<Option<VideoFrame>> {
        let (frame, since_epoch) = match self.painted.take() {
            Some(painted) => painted,
            None => self.paint_next(),
        };
        if !self.ticks.wait_until(frame.time, wait) {
            self.painted = Some((frame, since_epoch));
            return Ok(None);
        }
        self.scene.check_presence(since_epoch)?;
        self.muted = self.scene.is_muted(since_epoch);
        if self.scene.is_stalled(since_epoch) {
            return Ok(None);
        }
        self.delivered.width = frame.picture.width();
        self.delivered.height = frame.picture.height();
        Ok(Some(frame))
    }

    fn lost(&self) -> u64 {
        self.ticks.skipped()
    }

    fn is_muted(&self) -> bool {
        self.muted
    }
}
