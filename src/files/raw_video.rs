//! Raw video frames as a source, one after the other, as a program writes them to a pipe.
use crate::clock::{Clock, Timestamp};
use crate::constraints::MediaTrackSettings;
use crate::error::{Error, Result};
use crate::files::pacer::ReadRate;
use crate::media::{Color, PicturePool, PixelAspect, VideoFormat, VideoFrame};
use crate::picture::pixel_format::PixelFormat;
use crate::streams::canvas::check_size;
use crate::streams::source::{Backpressure, FrameSender, Source};
use crate::streams::track::{Feed, MediaStreamTrack, TrackFeed};
use std::io::{ErrorKind, Read};
use std::sync::Arc;
use std::time::Duration;

/// Possible frame rates, in frames per second.
const RATES: std::ops::RangeInclusive<f64> = 0.001..=1000.0;

/// Format of raw video: frames of constant size and rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RawVideo {
    /// Width in pixels, 1 to 16383.
    pub width: u32,
    /// Height in pixels, 1 to 16383.
    pub height: u32,
    /// Frames per second, 0.001 to 1000.
    pub frame_rate: f64,
    /// Pixel format of the frames.
    pub pixel_format: PixelFormat,
}

impl RawVideo {
    /// Reads frames as a track: all have the same duration, none is dropped, and the reader waits for the encoder. The
    /// track ends with the reader; an incomplete last frame is its [`failure`](MediaStreamTrack::failure).
    ///
    /// # Errors
    /// `Type` if size or rate is out of range; `Unknown` if the thread cannot be started.
    pub fn open(
        self,
        label: &str,
        reader: impl Read + Send + 'static,
        read_rate: ReadRate,
        clock: &Clock,
    ) -> Result<MediaStreamTrack> {
        check_size(self.width, self.height)?;
        if !RATES.contains(&self.frame_rate) {
            let (low, high) = (RATES.start(), RATES.end());
            return Err(Error::type_error(format!(
                "the frame rate {} is out of range; {low} to {high} frames per second are possible",
                self.frame_rate
            )));
        }
        let format = VideoFormat {
            width: self.width,
            height: self.height,
            frame_duration: Some(Duration::from_secs_f64(self.frame_rate.recip())),
            color: Color::BT601,
            pixel_aspect: PixelAspect::SQUARE,
            interlaced: false,
        };
        let (name, own_clock) = (label.to_owned(), clock.clone());
        let body = move |sender: &FrameSender<VideoFrame>| {
            let result = self.read(reader, sender, read_rate, &own_clock);
            result.map_err(|error| error.of(&name))
        };
        let source = Source::spawn("raw-video", Backpressure::Block, format, body)?;
        let settings = MediaTrackSettings::video(self.width, self.height, Some(self.frame_rate));
        let feed = Feed::Video(TrackFeed::of_source(source, &settings)?);
        Ok(MediaStreamTrack::new(label, clock.clone(), feed))
    }

    fn read(
        self,
        mut reader: impl Read,
        sender: &FrameSender<VideoFrame>,
        read_rate: ReadRate,
        clock: &Clock,
    ) -> Result<()> {
        let pool = PicturePool::new(self.width, self.height);
        let mut bytes = vec![0; self.pixel_format.size(self.width, self.height)];
        let mut epoch = None;
        for number in 0.. {
            let filled = fill(&mut reader, &mut bytes)?;
            if filled == 0 {
                // Tracks recorded with it continue until the end of the last frame.
                if let Some(epoch) = epoch {
                    sender.wait_until(clock, epoch + (self.time(number) - Timestamp::ZERO));
                }
                break;
            }
            if filled < bytes.len() {
                return Err(Error::not_readable(format!(
                    "the data ends within frame {}: {filled} of {} bytes; check size and pixel format",
                    number + 1,
                    bytes.len()
                )));
            }
            let mut picture = pool.take();
            self.pixel_format.read(&bytes, &mut picture)?;
            let (time, next) = (self.time(number), self.time(number + 1));
            if read_rate == ReadRate::Realtime {
                if !sender.wait_for_listener() {
                    break;
                }
                let epoch = *epoch.get_or_insert_with(|| clock.now());
                if !sender.wait_until(clock, epoch + (time - Timestamp::ZERO)) {
                    break;
                }
            }
            let frame = VideoFrame {
                time,
                duration: Some(next - time),
                picture: Arc::new(picture),
            };
            if !sender.send(&frame) {
                break;
            }
        }
        Ok(())
    }

    /// Time of a frame; computed from its number, so that rounding errors do not add up.
    fn time(self, number: u32) -> Timestamp {
        Timestamp::ZERO + Duration::from_secs_f64(f64::from(number) / self.frame_rate)
    }
}

/// Fills the buffer, less only at the end of the data. Returns the number of bytes.
fn fill(reader: &mut impl Read, bytes: &mut [u8]) -> Result<usize> {
    let mut filled = 0;
    while filled < bytes.len() {
        match reader.read(&mut bytes[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => {
                return Err(Error::NotReadable {
                    message: "reading the frames failed".into(),
                    source: Some(error.into()),
                });
            }
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    const RAW: RawVideo = RawVideo {
        width: 2,
        height: 2,
        frame_rate: 29.97,
        pixel_format: PixelFormat::I420,
    };

    fn open(bytes: Vec<u8>) -> MediaStreamTrack {
        let clock = Clock::manual();
        RAW.open("raw", Cursor::new(bytes), ReadRate::Unpaced, &clock)
            .unwrap()
    }

    /// Milliseconds and first byte of each picture.
    fn frames(track: &MediaStreamTrack) -> Vec<(u64, u8)> {
        let Feed::Video(feed) = track.feed() else {
            panic!("the track is video")
        };
        let listener = feed.listen(1);
        let frames = listener.frames();
        frames
            .map(|frame| (frame.time.round_millis(), frame.picture.data()[0]))
            .collect()
    }

    #[test]
    fn every_so_many_bytes_are_a_picture_at_its_place_in_time() {
        let track = open((0..=3).flat_map(|number| [number; 6]).collect());
        assert_eq!(track.get_settings().frame_rate, Some(29.97));
        assert_eq!(frames(&track), [(0, 0), (33, 1), (67, 2), (100, 3)]);
        assert!(track.failure().is_none());
    }

    #[test]
    fn a_short_last_picture_is_the_tracks_failure_and_what_came_before_is_good() {
        let track = open(vec![5; 9]);
        assert_eq!(frames(&track), [(0, 5)]);
        let failure = track.failure().expect("the data ends within a frame");
        assert_eq!(failure.name(), "NotReadableError");
        assert!(failure.to_string().contains("3 of 6 bytes"), "{failure}");
    }

    #[test]
    fn sizes_and_rates_that_cannot_be_are_type_errors() {
        let (width, frame_rate) = (RAW.width, RAW.frame_rate);
        for (width, frame_rate) in [
            (0, frame_rate),
            (20_000, frame_rate),
            (width, 0.0),
            (width, f64::NAN),
        ] {
            let raw = RawVideo {
                width,
                frame_rate,
                ..RAW
            };
            let opened = raw.open("raw", Cursor::new([]), ReadRate::Unpaced, &Clock::manual());
            assert_eq!(opened.unwrap_err().name(), "TypeError");
        }
    }
}
