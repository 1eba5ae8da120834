//! Adapts the frames of a source to the settings of a track: `resizeMode: "crop-and-scale"` (Media Capture and Streams,
//! `VideoResizeModeEnum`).
use crate::error::Result;
use crate::media::{Picture, VideoFormat, VideoFrame};
use crate::picture::decimator::Decimator;
use crate::picture::planes::fill_black;
use crate::picture::scaler::Scaler;
use std::sync::Arc;

/// Crops, scales and drops frames to match the settings of a track. Frames are never enlarged, stretched, duplicated or
/// given other timestamps.
pub(crate) struct VideoAdapter {
    format: VideoFormat,
    scaler: Scaler,
    /// `None` if all frames are kept.
    decimator: Option<Decimator>,
    black: Option<Arc<Picture>>,
}

impl VideoAdapter {
    /// Adapts frames of the format `source` to `width` × `height` pixels and `frame_rate` frames per second; `None` keeps all
    /// frames.
    ///
    /// A rate within 0.2 % of the source's rate divided by a whole number keeps every n-th frame: 15 of 29.97 is every
    /// second frame.
    ///
    /// # Errors
    /// `Type` for a size or rate of 0, or larger than the source's.
    pub(crate) fn new(source: VideoFormat, width: u32, height: u32, frame_rate: Option<f64>) -> Result<Self> {
        let scaler = Scaler::new((source.width, source.height), width, height)?;
        let decimator = match frame_rate {
            Some(rate) => Decimator::new(source.frame_duration, rate)?,
            None => None,
        };
        let frame_duration = match &decimator {
            Some(decimator) => decimator.frame_duration(),
            None => source.frame_duration,
        };
        let format = VideoFormat {
            width,
            height,
            frame_duration,
            ..source
        };
        Ok(Self {
            format,
            scaler,
            decimator,
            black: None,
        })
    }

    /// For a source whose rate is only nominal: frames have no duration.
    pub(crate) fn without_constant_rate(mut self) -> Self {
        self.format.frame_duration = None;
        self
    }

    /// The format of adapted frames.
    pub(crate) fn format(&self) -> VideoFormat {
        self.format
    }

    /// A black picture in this format.
    pub(crate) fn black(&mut self) -> Arc<Picture> {
        let format = self.format;
        let black = || {
            let mut picture = Picture::new(format.width, format.height);
            fill_black(&mut picture, format.color);
            Arc::new(picture)
        };
        self.black.get_or_insert_with(black).clone()
    }

    /// Returns the adapted frame, or `None` if the frame is dropped.
    ///
    /// A frame of the right size is not copied. A frame of another size than the source's format is cropped and scaled from
    /// its actual size.
    ///
    /// # Errors
    /// `NotReadable` if the source's frames became smaller than the track's.
    pub(crate) fn adapt(&mut self, mut frame: VideoFrame) -> Result<Option<VideoFrame>> {
        if let Some(decimator) = &mut self.decimator {
            // First: dropped frames need not be scaled.
            if !decimator.keeps(frame.time) {
                return Ok(None);
            }
            frame.duration = self.format.frame_duration;
        }
        if !self.scaler.matches(&frame.picture) {
            frame.picture = Arc::new(self.scaler.scale(&frame.picture)?);
        }
        Ok(Some(frame))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, Timestamp};
    use crate::constraints::MediaStreamConstraints;
    use crate::devices::MediaDevices;
    use crate::devices::synthetic::{FakeDevices, read_frame_number};
    use crate::media::{Color, Picture, PixelAspect};
    use crate::streams::track::Feed;
    use std::time::Duration;

    const CAMERA: VideoFormat = VideoFormat {
        width: 1280,
        height: 720,
        frame_duration: Some(Duration::from_nanos(33_333_333)),
        color: Color::BT601,
        pixel_aspect: PixelAspect::SQUARE,
        interlaced: false,
    };

    fn frame(millis: u64, width: u32, height: u32) -> VideoFrame {
        VideoFrame {
            time: Timestamp::from_millis(millis),
            duration: CAMERA.frame_duration,
            picture: Arc::new(Picture::new(width, height)),
        }
    }

    /// Number in the picture and time of each frame that comes out of 40 of the fake camera's.
    fn fitted_fake_camera(width: u32, height: u32, frame_rate: f64) -> Vec<(Option<u32>, u64)> {
        let backend = FakeDevices::from_spec("unpaced").unwrap();
        let devices = MediaDevices::with_clock(backend, Clock::manual());
        let stream = devices.get_user_media(&MediaStreamConstraints::video()).unwrap();
        let track = &stream.tracks()[0];
        let Feed::Video(feed) = track.feed() else {
            panic!("a camera delivers video")
        };
        let mut adapter = VideoAdapter::new(feed.format(), width, height, Some(frame_rate)).unwrap();
        let listener = feed.listen(1);
        let frames: Vec<_> = listener
            .frames()
            .take(40)
            .filter_map(|frame| adapter.adapt(frame).unwrap())
            .collect();
        let read = |frame: &VideoFrame| {
            let picture = &frame.picture;
            assert_eq!((picture.width(), picture.height()), (width, height));
            read_frame_number(picture.planes()[0], width, height)
        };
        frames
            .iter()
            .map(|frame| (read(frame), frame.time.round_millis()))
            .collect()
    }

    #[test]
    fn every_frame_of_a_fake_camera_is_readable_after_cropping_and_scaling() {
        let expected: Vec<_> = (0..40u32)
            .map(|n| (Some(n), (f64::from(n) * 1000.0 / 30.0).round() as u64))
            .collect();
        for (width, height) in [(500, 400), (320, 180), (640, 360), (720, 720), (1280, 720)] {
            assert_eq!(
                fitted_fake_camera(width, height, 30.0),
                expected,
                "{width}×{height}"
            );
        }
    }

    #[test]
    fn ten_of_thirty_frames_a_second_are_every_third_with_its_own_picture_and_time() {
        let expected: Vec<_> = (0..14).map(|n| (Some(3 * n), 100 * u64::from(n))).collect();
        assert_eq!(fitted_fake_camera(500, 400, 10.0), expected);
    }

    #[test]
    fn a_frame_that_fits_already_passes_uncopied() {
        let mut adapter = VideoAdapter::new(CAMERA, 1280, 720, None).unwrap();
        assert_eq!(adapter.format(), CAMERA);
        let original = frame(5, 1280, 720);
        let output = adapter.adapt(original.clone()).unwrap().unwrap();
        assert!(Arc::ptr_eq(&original.picture, &output.picture));
        assert_eq!(output, original);
    }

    #[test]
    fn the_format_says_what_comes_out() {
        let format = |rate| VideoAdapter::new(CAMERA, 500, 400, rate).unwrap().format();
        let expected = |frame_duration| VideoFormat {
            width: 500,
            height: 400,
            frame_duration,
            color: Color::BT601,
            pixel_aspect: PixelAspect::SQUARE,
            interlaced: false,
        };
        assert_eq!(format(None), expected(CAMERA.frame_duration));
        assert_eq!(format(Some(30.0)), expected(CAMERA.frame_duration));
        assert_eq!(format(Some(10.0)), expected(Some(Duration::from_millis(100))));
        assert_eq!(format(Some(25.0)), expected(None));
    }

    #[test]
    fn a_frame_is_as_long_as_the_format_says() {
        for rate in [None, Some(30.0), Some(10.0), Some(25.0)] {
            let mut adapter = VideoAdapter::new(CAMERA, 500, 400, rate).unwrap();
            let output = adapter.adapt(frame(5, 1280, 720)).unwrap().unwrap();
            assert_eq!(output.duration, adapter.format().frame_duration, "{rate:?}");
            assert_eq!(output.time, Timestamp::from_millis(5));
        }
    }

    #[test]
    fn more_than_the_source_has_is_a_type_error() {
        let error = |width, height, rate| {
            VideoAdapter::new(CAMERA, width, height, rate)
                .err()
                .map(|e| e.name())
        };
        assert_eq!(error(1281, 720, None), Some("TypeError"));
        assert_eq!(error(1280, 721, None), Some("TypeError"));
        assert_eq!(error(0, 400, None), Some("TypeError"));
        assert_eq!(error(500, 0, None), Some("TypeError"));
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY, 31.0] {
            assert_eq!(error(500, 400, Some(rate)), Some("TypeError"), "{rate}");
        }
        assert_eq!(error(1280, 720, Some(30.0)), None);
    }

    #[test]
    fn pictures_whose_size_changes_on_the_way_still_fit_until_they_are_too_small() {
        let mut adapter = VideoAdapter::new(CAMERA, 500, 400, None).unwrap();
        for (width, height) in [(1280, 720), (1921, 1081), (500, 400), (500, 700)] {
            let output = adapter.adapt(frame(0, width, height)).unwrap().unwrap();
            assert_eq!((output.picture.width(), output.picture.height()), (500, 400));
        }
        let error = adapter.adapt(frame(0, 499, 400)).unwrap_err();
        assert_eq!(error.name(), "NotReadableError");
    }
}
