//! The loop of a capture thread: frames of an open device, and fillers while it delivers nothing.
use crate::clock::{Clock, Timestamp};
use crate::error::Result;
use crate::streams::capture::{Capture, CaptureEvent};
use crate::streams::frame_counts::Gaps;
use crate::streams::source::FrameSender;
use crate::streams::track_event::TrackEvent;
use crate::streams::track_frame::TrackFrame;
use std::time::Duration;

/// How long a device may deliver nothing before its tracks are muted.
const MUTE_TIMEOUT: Duration = Duration::from_secs(1);

/// How long one read may take: how soon a stop is noticed, and how often a filler replaces what is missing.
const POLL_INTERVAL: Duration = Duration::from_millis(40);

/// Fillers are at least this far apart: a read may return early, as the search for a lost device does.
const MIN_FILLER_INTERVAL: Duration = Duration::from_millis(20);

/// How many fillers a live device gets at once where it begins to deliver again. More are needed only if the process was
/// suspended.
const LIVE_FILLERS: usize = 2;

/// Delivers the device's frames until the source ends. While the device delivers nothing, its tracks are
/// muted, and black frames or silence keep them going.
pub(crate) fn run<T: TrackFrame>(
    device: Box<dyn Capture<T>>,
    sender: &FrameSender<T>,
    clock: &Clock,
) -> Result<()> {
    let opened = clock.now();
    let mut capturing = Capturing {
        format: device.format(),
        device,
        sender,
        clock,
        opened,
        lost_frames: 0,
        last_frame: opened,
        previous: None,
        is_filler: false,
        filled_at: None,
        gap: None,
        returned: None,
    };
    while sender.is_wanted() && capturing.step()? {}
    Ok(())
}

/// The device, and what it has delivered.
struct Capturing<'a, T: TrackFrame> {
    device: Box<dyn Capture<T>>,
    sender: &'a FrameSender<T>,
    clock: &'a Clock,
    format: T::Format,
    opened: Timestamp,
    /// Number of frames lost by the device so far.
    lost_frames: u64,
    /// When the last frame was read.
    last_frame: Timestamp,
    /// The last frame that was sent.
    previous: Option<T>,
    /// Whether that was a filler.
    is_filler: bool,
    /// When the last filler was sent.
    filled_at: Option<Timestamp>,
    /// Set while the device is lost or delivers nothing.
    gap: Option<Gap>,
    /// The device that delivers the next frame, with whether it is another one.
    returned: Option<(String, bool)>,
}

/// A time without a device.
struct Gap {
    from: Timestamp,
    /// The part of it that is counted.
    counted: Timestamp,
    /// Whether the device was lost. Otherwise it is there and delivers nothing.
    lost: bool,
}

impl<T: TrackFrame> Capturing<'_, T> {
    /// Reads once. Returns `false` if the thread should end.
    fn step(&mut self) -> Result<bool> {
        let frame = self.device.read(POLL_INTERVAL)?;
        while let Some(event) = self.device.event() {
            self.on_event(event);
        }
        // Before the frame that follows them.
        self.count_lost_frames();
        Ok(match frame {
            Some(frame) => self.on_frame(frame),
            None => self.on_silence(),
        })
    }

    fn on_event(&mut self, event: CaptureEvent) {
        match event {
            CaptureEvent::Lost(error) => {
                self.returned = None;
                if self.is_lost() {
                    return;
                }
                let gap = self.begin_gap();
                gap.lost = true;
                let at = gap.from;
                self.sender.notify(&TrackEvent::Lost { error, at });
                self.sender.set_muted(true);
            }
            CaptureEvent::Back { label, switched } => self.returned = Some((label, switched)),
        }
    }

    fn is_lost(&self) -> bool {
        self.gap.as_ref().is_some_and(|gap| gap.lost)
    }

    /// The gap that there is, or that begins now.
    fn begin_gap(&mut self) -> &mut Gap {
        let at = self.end();
        self.gap.get_or_insert_with(|| {
            self.sender.add_gaps(Gaps {
                count: 1,
                ..Gaps::default()
            });
            Gap {
                from: at,
                counted: at,
                lost: false,
            }
        })
    }

    fn on_frame(&mut self, frame: T) -> bool {
        self.last_frame = self.clock.now();
        let joins = self.is_filler || self.gap.is_some() || self.returned.is_some();
        let frame = if joins { self.join(frame) } else { Some(frame) };
        let Some(frame) = frame else {
            return self.sender.is_wanted();
        };
        self.follow_format();
        self.end_gap(frame.captured());
        self.sender.set_muted(self.device.is_muted());
        self.send(frame, false)
    }

    /// Makes the first frame after fillers, or from another device, begin where they end, and fills what is missing.
    /// Returns `None` if they end behind it.
    fn join(&mut self, frame: T) -> Option<T> {
        let frame = match &self.previous {
            Some(previous) => frame.behind(previous.end())?,
            None => return Some(frame),
        };
        let at_once = if self.sender.is_live() {
            LIVE_FILLERS
        } else {
            usize::MAX
        };
        for _ in 0..at_once {
            let previous = self.previous.as_ref()?;
            let Some(filler) = previous.filler_before(frame.captured()) else {
                break;
            };
            if !self.send(filler, true) {
                return None;
            }
        }
        Some(frame)
    }

    /// The tracks get the format of the device's frames.
    fn follow_format(&mut self) {
        if self.device.format() != self.format {
            self.format = self.device.format();
            self.sender.set_format(self.format);
        }
    }

    /// The device delivers again, from this time on.
    fn end_gap(&mut self, at: Timestamp) {
        self.count_gap(at);
        let gap = self.gap.take().map_or(Duration::ZERO, |gap| at - gap.from);
        if let Some((label, switched)) = self.returned.take() {
            self.sender.notify(&TrackEvent::Back {
                label,
                switched,
                at,
                gap,
            });
        }
    }

    fn on_silence(&mut self) -> bool {
        self.follow_format();
        let now = self.clock.now();
        let starved = now - self.last_frame > MUTE_TIMEOUT;
        let lost = self.is_lost();
        if starved && !self.device.is_muted() {
            self.begin_gap();
        }
        self.sender.set_muted(lost || starved || self.device.is_muted());
        // Where the time is that of the media, it is known only afterwards how long the gap is.
        let fills = if lost { self.sender.is_live() } else { starved };
        if !fills {
            return true;
        }
        self.count_gap(now);
        if self.filled_at.is_some_and(|at| now - at < MIN_FILLER_INTERVAL) {
            return true;
        }
        self.filled_at = Some(now);
        let previous = self
            .previous
            .get_or_insert_with(|| T::empty(self.format, self.opened));
        match previous.filler(now) {
            Some(filler) => self.send(filler, true),
            None => true,
        }
    }

    fn send(&mut self, frame: T, is_filler: bool) -> bool {
        let going_on = self.sender.send(&frame);
        self.previous = Some(frame);
        self.is_filler = is_filler;
        going_on
    }

    /// Counts the gap up to now.
    fn count_gap(&mut self, now: Timestamp) {
        if let Some(gap) = &mut self.gap {
            self.sender.add_gaps(Gaps {
                count: 0,
                duration: now - gap.counted,
            });
            gap.counted = gap.counted.max(now);
        }
    }

    fn count_lost_frames(&mut self) {
        let total = self.device.lost();
        if total > self.lost_frames {
            self.sender.add_lost(total - self.lost_frames);
            self.lost_frames = total;
        }
    }

    /// The end of what was sent.
    fn end(&self) -> Timestamp {
        self.previous.as_ref().map_or(self.opened, T::end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constraints::{MediaTrackCapabilities, MediaTrackConstraints, MediaTrackSettings};
    use crate::error::Error;
    use crate::media::{AudioBlock, AudioFormat, Color, Frame, PixelAspect, VideoFormat, VideoFrame};
    use crate::streams::source::{Backpressure, Source};
    use crate::streams::tap::Tap;
    use std::sync::Arc;

    /// A device that delivers nothing for three seconds of a clock that it advances itself, then ends.
    struct Silent<T: Frame> {
        clock: Clock,
        format: T::Format,
        /// How long its reads take, alternately.
        reads: [Duration; 2],
    }

    impl<T: TrackFrame> Capture<T> for Silent<T> {
        fn format(&self) -> T::Format {
            self.format
        }

        fn read(&mut self, _: Duration) -> Result<Option<T>> {
            if self.clock.now() >= Timestamp::from_millis(3000) {
                return Err(Error::not_readable("three seconds are over"));
            }
            self.clock.advance(self.reads[0]);
            self.reads.reverse();
            Ok(None)
        }
    }

    /// The frames that a track of such a device delivers.
    fn fillers<T: TrackFrame>(format: T::Format, reads: [Duration; 2]) -> Vec<T> {
        let clock = Clock::manual();
        let device = Silent::<T> {
            clock: clock.clone(),
            format,
            reads,
        };
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

    const VIDEO: VideoFormat = VideoFormat {
        width: 32,
        height: 16,
        frame_duration: None,
        color: Color::BT601,
        pixel_aspect: PixelAspect::SQUARE,
        interlaced: false,
    };

    #[test]
    fn a_read_that_ends_early_brings_no_second_black_frame() {
        let reads = [Duration::from_millis(38), Duration::from_millis(2)];
        let frames = fillers::<VideoFrame>(VIDEO, reads);
        let times: Vec<u64> = frames.iter().map(|frame| frame.time.round_millis()).collect();
        assert!(times.len() >= 48, "{times:?}");
        assert!(times.windows(2).all(|pair| pair[1] - pair[0] == 40), "{times:?}");
    }

    #[test]
    fn silence_stands_for_a_microphone_that_gives_nothing_from_its_opening_on() {
        let format = AudioFormat {
            sample_rate: 48_000,
            channels: 1,
        };
        let blocks = fillers::<AudioBlock>(format, [POLL_INTERVAL; 2]);
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
        let frames = fillers::<VideoFrame>(VIDEO, [POLL_INTERVAL; 2]);
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
