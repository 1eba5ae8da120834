//! The loop of a capture thread: frames of an open device, and fillers while it delivers nothing.
use crate::clock::Clock;
use crate::error::Result;
use crate::streams::capture::Capture;
use crate::streams::source::FrameSender;
use crate::streams::track_frame::TrackFrame;
use std::time::Duration;

/// How long a device may deliver nothing before its tracks are muted.
const MUTE_TIMEOUT: Duration = Duration::from_secs(1);

/// How long one read may take: how soon a stop is noticed, and how often a filler replaces what is missing.
const POLL_INTERVAL: Duration = Duration::from_millis(40);

/// Delivers the device's frames until the source ends. While the device delivers nothing, its tracks are
/// muted, and black frames or silence keep them going.
pub(crate) fn run<T: TrackFrame>(
    mut device: Box<dyn Capture<T>>,
    sender: &FrameSender<T>,
    clock: &Clock,
) -> Result<()> {
    let mut format = device.format();
    let mut lost = 0;
    let mut previous: Option<T> = None;
    let opened = clock.now();
    let mut last_frame = opened;
    while sender.is_wanted() {
        let frame = device.read(POLL_INTERVAL)?;
        if device.format() != format {
            format = device.format();
            sender.set_format(format);
        }
        let now = clock.now();
        let starved = frame.is_none() && now - last_frame > MUTE_TIMEOUT;
        sender.set_muted(starved || device.is_muted());
        let frame = match frame {
            Some(frame) => {
                last_frame = now;
                Some(frame)
            }
            None if starved => previous
                .get_or_insert_with(|| T::empty(format, opened))
                .filler(now),
            None => None,
        };
        let total = device.lost();
        if total > lost {
            sender.add_lost(total - lost);
            lost = total;
        }
        if let Some(frame) = frame {
            if !sender.send(&frame) {
                break;
            }
            previous = Some(frame);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::constraints::{MediaTrackCapabilities, MediaTrackConstraints, MediaTrackSettings};
    use crate::error::Error;
    use crate::media::{AudioBlock, AudioFormat, Color, Frame, PixelAspect, VideoFormat, VideoFrame};
    use crate::streams::source::{Backpressure, Source};
    use crate::streams::tap::Tap;
    use std::sync::Arc;

    /// A device that delivers nothing for three seconds of a clock that it advances itself, then ends.
    struct Silent<T: Frame>(Clock, T::Format);

    impl<T: TrackFrame> Capture<T> for Silent<T> {
        fn format(&self) -> T::Format {
            self.1
        }

        fn read(&mut self, wait: Duration) -> Result<Option<T>> {
            if self.0.now() >= Timestamp::from_millis(3000) {
                return Err(Error::not_readable("three seconds are over"));
            }
            self.0.advance(wait);
            Ok(None)
        }
    }

    /// The frames that a track of such a device delivers.
    fn fillers<T: TrackFrame>(format: T::Format) -> Vec<T> {
        let clock = Clock::manual();
        let device = Silent::<T>(clock.clone(), format);
        let open = move || Ok(Box::new(device) as _);
        let source = Source::open("silent", Backpressure::Block, &clock, open).unwrap();
        let mode = T::mode(format, &MediaTrackSettings::default());
        let (constraints, capabilities) = (
            MediaTrackConstraints::default(),
            MediaTrackCapabilities::default(),
        );
        let tap = Arc::new(Tap::new(format, &mode, constraints, capabilities, Vec::new()).unwrap());
        let listener = tap.listen(1000, None);
        assert!(source.attach(&tap));
        listener.frames().collect()
    }

    #[test]
    fn silence_stands_for_a_microphone_that_gives_nothing_from_its_opening_on() {
        let format = AudioFormat {
            sample_rate: 48_000,
            channels: 1,
        };
        let blocks = fillers::<AudioBlock>(format);
        let mut end = Timestamp::ZERO;
        for block in &blocks {
            assert_eq!(block.time, end);
            assert!(block.samples.iter().all(|sample| *sample == 0.0));
            end = block.time + block.duration();
        }
        assert_eq!(end, Timestamp::from_millis(3000));
    }

    #[test]
    fn black_stands_for_a_camera_that_gives_nothing_once_a_second_is_over() {
        let format = VideoFormat {
            width: 32,
            height: 16,
            frame_duration: None,
            color: Color::BT601,
            pixel_aspect: PixelAspect::SQUARE,
            interlaced: false,
        };
        let frames = fillers::<VideoFrame>(format);
        let times: Vec<u64> = frames.iter().map(|frame| frame.time.round_millis()).collect();
        let expected: Vec<u64> = (1..=75)
            .map(|look| look * 40)
            .filter(|time| *time > 1000)
            .collect();
        assert_eq!(times, expected);
        for frame in &frames {
            assert_eq!((frame.picture.width(), frame.picture.height()), (32, 16));
            assert!(frame.picture.planes()[0].iter().all(|luma| *luma == 16));
        }
    }
}
